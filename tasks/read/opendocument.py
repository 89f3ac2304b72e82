"""OpenDocument spreadsheets (.ods) -> grids: with their merged ranges and error cells, which calamine does not tell."""

import io
import zipfile
import zlib
from datetime import date, datetime, time
from typing import IO
from xml.etree import ElementTree

from tasks.read.grid import Grid, Merge, Value, a1
from tasks.read.limits import Limits, UnreadableError
from tasks.read.ooxml import CROP_GAP, check_sizes

_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_CALCEXT = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_ERROR_TEXTS = {
    "Err:502": "#VALUE!",
    "Err:503": "#NUM!",
    "Err:508": "#VALUE!",
    "Err:522": "#REF!",
    "Err:532": "#DIV/0!",
}
_SKIPPED = (f"{_OFFICE}annotation",)


def read_opendocument(content: bytes, limits: Limits) -> tuple[list[Grid], list[str], list[tuple[str, str]]]:
    """Visible sheets, names of hidden ones, and stray cells (sheet, A1). Raises ``UnreadableError``."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            check_sizes(archive, limits)
            if "META-INF/manifest.xml" in archive.namelist() and b"encryption-data" in archive.read(
                "META-INF/manifest.xml"
            ):
                raise UnreadableError("berkas_bersandi")
            with archive.open("content.xml") as stream:
                return _read(stream, limits)
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


def _read(stream: IO[bytes], limits: Limits) -> tuple[list[Grid], list[str], list[tuple[str, str]]]:
    grids: list[Grid] = []
    hidden: list[str] = []
    astray: list[tuple[str, str]] = []
    hidden_styles: set[str] = set()
    sheet: _Sheet | None = None
    for event, element in ElementTree.iterparse(stream, events=("start", "end")):
        if event == "start":
            if element.tag == f"{_TABLE}table":
                sheet = _Sheet(element.get(f"{_TABLE}name", ""), limits)
                if element.get(f"{_TABLE}style-name") in hidden_styles:
                    hidden.append(sheet.name)
        elif element.tag == f"{_STYLE}style":
            properties = element.find(f"{_STYLE}table-properties")
            if properties is not None and properties.get(f"{_TABLE}display") == "false":
                hidden_styles.add(element.get(f"{_STYLE}name", ""))
        elif element.tag == f"{_TABLE}table-row" and sheet is not None:
            sheet.add(element)
            element.clear()
        elif element.tag == f"{_TABLE}table" and sheet is not None:
            if sheet.name not in hidden:
                grids.append(Grid(sheet.name, sheet.rows, sheet.merges))
                astray += [(sheet.name, cell) for cell in sheet.astray]
            sheet = None
            element.clear()
    return grids, hidden, astray


class _Sheet:
    """The rows of one sheet as they come, with repetitions written out as far as anything stands in them."""

    def __init__(self, name: str, limits: Limits) -> None:
        self.name, self.limits = name, limits
        self.rows: list[list[Value]] = []
        self.merges: list[Merge] = []
        self.astray: list[str] = []
        self.next_row = self.width = 0
        self.cells = 0

    def add(self, element: ElementTree.Element) -> None:
        """A row, maybe repeated; empty ones only count, filled ones far below the rest stand astray."""
        repeated = _number(element.get(f"{_TABLE}number-rows-repeated"))
        row, spans = self._cells(element)
        top = self.next_row
        self.next_row += repeated
        if not row:
            return
        if self.rows and top - len(self.rows) >= CROP_GAP:
            self.astray += [a1(top, c) for c, value in enumerate(row) if value != ""][:20]
            return
        if top + repeated > self.limits.rows:
            raise UnreadableError("berkas_terlalu_besar", f"lembar {self.name} sampai baris {top + repeated}")
        self.cells += len(row) * repeated
        if self.cells > self.limits.cells:
            raise UnreadableError("berkas_terlalu_besar", f"lembar {self.name} lebih dari {self.limits.cells} sel")
        self.rows.extend([] for _ in range(top - len(self.rows)))
        self.rows.extend(list(row) for _ in range(repeated))
        self.width = max(self.width, len(row))
        self.merges += [((top, c), (top + height - 1, c + width - 1)) for c, height, width in spans]

    def _cells(self, element: ElementTree.Element) -> tuple[list[Value], list[tuple[int, int, int]]]:
        row: list[Value] = []
        spans: list[tuple[int, int, int]] = []
        column = 0
        for cell in element:
            if cell.tag not in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
                continue
            repeated = _number(cell.get(f"{_TABLE}number-columns-repeated"))
            value = _value(cell) if cell.tag == f"{_TABLE}table-cell" else ""
            height, width = (_number(cell.get(f"{_TABLE}number-{way}-spanned")) for way in ("rows", "columns"))
            if height > 1 or width > 1:
                spans.append((column, height, width))
            if value != "":
                if (row or self.rows) and column - max(len(row), self.width) >= CROP_GAP // 10:
                    self.astray.append(a1(self.next_row, column))
                elif column + repeated > self.limits.columns:
                    raise UnreadableError("berkas_terlalu_lebar", f"{column + repeated} kolom")
                else:
                    row.extend([""] * (column - len(row)))
                    row.extend([value] * repeated)
            column += repeated
        return row, spans


def _number(text: str | None) -> int:
    return int(text) if text and text.isdigit() else 1


def _value(cell: ElementTree.Element) -> Value:
    text = "\n".join(_paragraph(child) for child in cell if child.tag == f"{_TEXT}p")
    if cell.get(f"{_CALCEXT}value-type") == "error" or (
        cell.get(f"{_TABLE}formula") and text.startswith(("#", "Err:"))
    ):
        return _ERROR_TEXTS.get(text, text if text.startswith("#") else "#VALUE!")
    kind = cell.get(f"{_OFFICE}value-type")
    if kind in ("float", "currency", "percentage"):
        return float(cell.get(f"{_OFFICE}value", text))
    if kind == "date":
        return _date(cell.get(f"{_OFFICE}date-value", ""), text)
    if kind == "boolean":
        return cell.get(f"{_OFFICE}boolean-value") == "true"
    if kind == "time":
        return text
    return text or cell.get(f"{_OFFICE}string-value", "")


def _paragraph(element: ElementTree.Element) -> str:
    """The text of a paragraph; runs of spaces, tabs and line breaks are elements of their own."""
    parts = [element.text or ""]
    for child in element:
        if child.tag == f"{_TEXT}s":
            parts.append(" " * _number(child.get(f"{_TEXT}c")))
        elif child.tag == f"{_TEXT}tab":
            parts.append("\t")
        elif child.tag == f"{_TEXT}line-break":
            parts.append("\n")
        elif child.tag not in _SKIPPED:
            parts.append(_paragraph(child))
        parts.append(child.tail or "")
    return "".join(parts)


def _date(value: str, text: str) -> date | datetime | time | str:
    try:
        return datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
    except ValueError:
        return text
