"""Layout templat: the official workbook, known by the names defined in it, whatever the file and its sheets are called now.

One that lost them (saved by another program, copied into a new workbook) is known by its sheets.
"""

from tasks.read.grid import Grid
from tasks.recognize.records import Context, Table
from tasks.text import fold

UNIT, VERSION, YEAR, LISTS, NAMES = (
    f"inovasi_{name}" for name in ("kode_unit", "versi_templat", "tahun", "daftar_pilihan", "daftar_nama")
)  # defined names: the unit's code, the layout's version, the year, and the ranges of the dropdowns
GUIDE = "PETUNJUK PENGISIAN TEMPLAT INOVASI DAERAH"  # begins cell A1 of the sheet that explains the others


def is_template(names: dict[str, str], sheets: list[str], tables: list[Table]) -> bool:
    """Whether a workbook is the official template: by its names, else a sheet "… Inovasi" beside one of their indicators."""
    if VERSION in names:
        return True
    innovations = {table.lembar for table in tables if table.perihal == "inovasi"}
    indicators = {table.lembar for table in tables if table.perihal == "indikator"}
    indicators |= {sheet for sheet in sheets if "indikator" in fold(sheet).split()}
    return any("inovasi" in fold(sheet).split() for sheet in innovations) and bool(indicators - innovations)


def is_guide(grid: Grid) -> bool:
    """Whether a sheet is the one that explains the template."""
    return grid.text(0, 0).startswith(GUIDE)


def lists_sheet(names: dict[str, str]) -> str | None:
    """The name of the hidden sheet that holds the lists of the dropdowns."""
    return names[LISTS].rpartition("!")[0].strip("'").replace("''", "'") if LISTS in names else None


def name_the_unit(names: dict[str, str], tables: list[Table]) -> None:
    """Lets the unit's code speak for tables whose own surroundings were deleted."""
    for table in tables:
        if UNIT in names and not any(context.sumber == "label" for context in table.konteks):
            table.konteks.append(Context("label", names[UNIT]))
