"""A Word document -> a grid: a row a paragraph, and the rows of its tables; forms are sent like that."""

import io

from tasks.read.grid import Grid, Merge, Value
from tasks.read.limits import Limits, UnreadableError

SHEET = "Dokumen"


def read_document(content: bytes, limits: Limits) -> Grid:
    """The paragraphs and tables of a .docx in their order. Raises ``UnreadableError``."""
    import docx  # noqa: PLC0415 - few files are documents, and the import is dear
    from docx.opc.exceptions import PackageNotFoundError  # noqa: PLC0415
    from docx.table import Table  # noqa: PLC0415
    from lxml.etree import XMLSyntaxError  # noqa: PLC0415

    try:
        document = docx.Document(io.BytesIO(content))
        parts = list(document.iter_inner_content())
    except (PackageNotFoundError, XMLSyntaxError, KeyError, ValueError, AttributeError, OSError):
        raise UnreadableError("berkas_rusak") from None
    rows: list[list[Value]] = []
    merges: list[Merge] = []
    for part in parts:
        if isinstance(part, Table):
            _add_table(part, rows, merges)
        else:
            rows.append(list(part.text.split("\t")))
        if len(rows) > limits.rows:
            raise UnreadableError("berkas_terlalu_besar", f"lebih dari {limits.rows} baris")
    return Grid(SHEET, rows, merges)


def _add_table(table, rows: list[list[Value]], merges: list[Merge]) -> None:  # type: ignore[no-untyped-def] # docx is imported late
    """Adds the rows of a table; a merged cell stands once, at its top left."""
    top = len(rows)
    seen: dict[int, tuple[int, int]] = {}
    corners: dict[int, tuple[int, int]] = {}
    for r, row in enumerate(table.rows, start=top):
        values: list[Value] = []
        for c, cell in enumerate(row.cells):
            key = id(cell._tc)
            if key in seen:
                values.append("")
                corners[key] = (r, c)
            else:
                seen[key] = (r, c)
                values.append(cell.text)
        rows.append(values)
    merges.extend((seen[key], corner) for key, corner in corners.items())
