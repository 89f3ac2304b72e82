"""What the pipeline is measured beside, on the same files: each reads every workbook of a folder, and nothing more.

``python -m tests.bench.others NAME INBOX`` runs one of them.
"""

import sys
from collections.abc import Callable
from pathlib import Path


def floor(files: list[Path]) -> None:
    """The floor: python-calamine reads every cell."""
    from python_calamine import load_workbook  # noqa: PLC0415

    for path in files:
        book = load_workbook(str(path))
        for name in book.sheet_names:
            book.get_sheet_by_name(name).to_python(skip_empty_area=False)


def script(files: list[Path]) -> None:
    """What a user would do otherwise: pandas reads with openpyxl, puts all sheets below one another, writes a CSV."""
    import pandas as pd  # noqa: PLC0415

    frames = [
        frame.assign(berkas=path.name, lembar=sheet)
        for path in files
        for sheet, frame in pd.read_excel(path, sheet_name=None, header=None, engine="openpyxl").items()
    ]
    pd.concat(frames, ignore_index=True).to_csv(files[0].parents[2] / "semua.csv", index=False)


def validator(files: list[Path]) -> None:
    """A general validator: Frictionless checks each sheet."""
    from frictionless import Resource, formats, system  # noqa: PLC0415
    from openpyxl import load_workbook  # noqa: PLC0415

    for path in files:
        book = load_workbook(path, read_only=True)
        sheets = book.sheetnames
        book.close()
        for sheet in sheets:
            with system.use_context(trusted=True):
                Resource(path=str(path), control=formats.ExcelControl(sheet=sheet)).validate()


OTHERS: dict[str, Callable[[list[Path]], None]] = {"floor": floor, "script": script, "validator": validator}


if __name__ == "__main__":
    OTHERS[sys.argv[1]](sorted(Path(sys.argv[2]).rglob("*.xlsx"))[: int(sys.argv[3])])
