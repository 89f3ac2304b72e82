"""A Word document (.docx) -> a grid: a row a paragraph, and the rows of its tables; units send forms like that.

The text is taken from the document's XML, content controls and ticked boxes included: forms are made of these.
"""

import io
import zipfile
import zlib
from collections.abc import Iterator
from xml.etree import ElementTree

from tasks.read.grid import Grid, Merge, Value
from tasks.read.limits import Limits, UnreadableError
from tasks.read.ooxml import check_sizes

SHEET = "Dokumen"
MAIN_PART = "word/document.xml"
_SYMBOLS = {
    "F0FE": "☑",
    "F052": "☑",
    "F0FD": "☒",
    "F051": "☒",
    "F0FC": "✓",
    "F0FB": "✗",
    "F0A8": "☐",
    "F0A3": "☐",
    "F071": "☐",
}
_BREAKS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_NOT_SHOWN = (
    "del",
    "moveFrom",
    "instrText",
    "pPr",
    "rPr",
    "tblPr",
    "trPr",
    "sectPr",
    "sdtPr",
    "Fallback",
    "txbxContent",
)
_OFF = ("0", "false", "off")


def read_document(content: bytes, limits: Limits) -> Grid:
    """The paragraphs and tables of a .docx in their order. Raises ``UnreadableError``."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            check_sizes(archive, limits)
            root = ElementTree.fromstring(archive.read(MAIN_PART))
    except (
        zipfile.BadZipFile,
        zlib.error,
        ElementTree.ParseError,
        KeyError,
        OSError,
        ValueError,
        EOFError,
        RuntimeError,
    ):
        raise UnreadableError("berkas_rusak") from None
    body = next((element for element in root.iter() if _name(element) == "body"), root)
    rows: list[list[Value]] = []
    merges: list[Merge] = []
    for block in _blocks(body):
        if _name(block) == "tbl":
            _add_table(block, rows, merges)
        else:
            rows.append(list(_text(block).split("\t")))
        if len(rows) > limits.rows:
            raise UnreadableError("berkas_terlalu_besar", f"lebih dari {limits.rows} baris")
    return Grid(SHEET, rows, merges)


def _name(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _attribute(element: ElementTree.Element, name: str) -> str | None:
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), None)


def _child(element: ElementTree.Element, *path: str) -> ElementTree.Element | None:
    """The first descendant along a path of names."""
    found: ElementTree.Element | None = element
    for name in path:
        found = next((child for child in found if _name(child) == name), None) if found is not None else None
    return found


def _unwrapped(element: ElementTree.Element, *wanted: str) -> Iterator[ElementTree.Element]:
    """Children of the wanted names, those inside content controls and tracked insertions too."""
    for child in element:
        name = _name(child)
        if name in wanted:
            yield child
        elif name in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag"):
            yield from _unwrapped(child, *wanted)


def _blocks(body: ElementTree.Element) -> Iterator[ElementTree.Element]:
    return _unwrapped(body, "p", "tbl")


def _text(element: ElementTree.Element) -> str:
    """What a person sees of a paragraph."""
    parts: list[str] = []
    for child in element:
        name = _name(child)
        if name == "t":
            parts.append(child.text or "")
        elif name in _BREAKS:
            parts.append(_BREAKS[name])
        elif name == "sym":
            parts.append(_SYMBOLS.get((_attribute(child, "char") or "").upper(), ""))
        elif name == "fldChar":
            parts.append(_check_box(child))
        elif name not in _NOT_SHOWN:
            parts.append(_text(child))
    return "".join(parts)


def _check_box(field: ElementTree.Element) -> str:
    """An old form field that is a box to tick, as a box; other fields as nothing."""
    box = _child(field, "ffData", "checkBox")
    if box is None:
        return ""
    checked = _child(box, "checked")
    state = checked if checked is not None else _child(box, "default")
    ticked = state is not None and (_attribute(state, "val") or "1").lower() not in _OFF
    return "☑" if ticked else "☐"


def _add_table(table: ElementTree.Element, rows: list[list[Value]], merges: list[Merge]) -> None:
    """Adds the rows of a table; a merged cell stands once, at its top left. Tables inside cells are text of the cell."""
    open_merges: dict[int, tuple[int, int, int]] = {}  # column -> top row, width, last row of a cell merged downwards
    for row in _unwrapped(table, "tr"):
        at = len(rows)
        values: list[Value] = []
        skipped = _child(row, "trPr", "gridBefore")
        values.extend([""] * int((_attribute(skipped, "val") if skipped is not None else None) or 0))
        for cell in _unwrapped(row, "tc"):
            column = len(values)
            span = _child(cell, "tcPr", "gridSpan")
            width = int((_attribute(span, "val") if span is not None else None) or 1)
            merge = _child(cell, "tcPr", "vMerge")
            goes_on = merge is not None and (_attribute(merge, "val") or "continue") == "continue"
            if goes_on and column in open_merges:
                top, merged_width, _ = open_merges[column]
                open_merges[column] = (top, merged_width, at)
                values.extend([""] * width)
                continue
            _close(open_merges, merges, column)
            if merge is not None or width > 1:
                open_merges[column] = (at, width, at)
            text = "\n".join(_text(paragraph) for paragraph in cell.iter() if _name(paragraph) == "p")
            values.extend([text, *[""] * (width - 1)])
        rows.append(values)
    for column in list(open_merges):
        _close(open_merges, merges, column)


def _close(open_merges: dict[int, tuple[int, int, int]], merges: list[Merge], column: int) -> None:
    if column in open_merges:
        top, width, last = open_merges.pop(column)
        if width > 1 or last > top:
            merges.append(((top, column), (last, column + width - 1)))
