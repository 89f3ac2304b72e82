"""Delimited text -> a grid: the delimiter is the one that cuts the lines most evenly."""

import csv
import io

from tasks.read.grid import Grid, Value
from tasks.read.limits import Limits, UnreadableError
from tasks.read.sniff import decode

SHEET = "CSV"
DELIMITERS = (",", ";", "\t", "|")
LINES_TRIED = 60
_SEPARATOR_LINE = "sep="  # what Excel writes as a first line to name the delimiter


def read_delimited(content: bytes, limits: Limits) -> Grid:
    """The table of a text file; cells are text, empty ones "". Quoted cells may hold line breaks.

    Raises ``UnreadableError`` when it has more rows, columns or cells than ``limits`` allow.
    """
    text = decode(content).replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n")
    named = text[:8].lower().startswith(_SEPARATOR_LINE)
    delimiter = text[4] if named and len(text) > 4 else _delimiter(text)
    rows = _rows(text, delimiter, limits)
    if named:
        rows[0] = [""]
    return Grid(SHEET, rows)


def _rows(text: str, delimiter: str, limits: Limits) -> list[list[Value]]:
    csv.field_size_limit(limits.inflated_bytes)
    rows: list[list[Value]] = []
    cells = 0
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            cells += len(row)
            if len(rows) >= limits.rows or cells > limits.cells:
                raise UnreadableError("berkas_terlalu_besar", f"lebih dari {len(rows)} baris teks")
            if len(row) > limits.columns:
                raise UnreadableError("berkas_terlalu_lebar", f"{len(row)} kolom")
            rows.append(list(row))
    except csv.Error:
        raise UnreadableError("berkas_rusak") from None
    return rows


def _delimiter(text: str) -> str:
    """Of the delimiters, the one with which most of the first rows have the same number of cells, more than one."""
    head = "\n".join(text.split("\n", LINES_TRIED)[:LINES_TRIED])

    def evenness(delimiter: str) -> tuple[int, int]:
        try:
            widths = [
                len(row) for row in csv.reader(io.StringIO(head, newline=""), delimiter=delimiter) if len(row) > 1
            ]
        except csv.Error:
            return 0, 0
        usual = max(set(widths), key=lambda width: (widths.count(width), width), default=0)
        return sum(1 for width in widths if width == usual) * min(usual, 8), usual

    return max(DELIMITERS, key=evenness)
