"""Old .xls workbooks (BIFF 2 to 8) -> grids, with xlrd: it keeps cells by row, names error cells, and fails with exceptions.

calamine allocates the rectangle from the first to the last cell, returns errors as empty, and panics on damaged ones.
"""

import io
from datetime import datetime
from typing import Any

from tasks.read.grid import Grid, Merge, Value
from tasks.read.limits import Limits, UnreadableError
from tasks.read.ooxml import CROP_GAP, last_before_gap

ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}
_ENCRYPTED = ("encrypted", "password")


def read_legacy(content: bytes, limits: Limits) -> tuple[list[Grid], list[str], list[tuple[str, str]]]:
    """Visible sheets, names of hidden ones, and stray cells (sheet, A1). Raises ``UnreadableError``."""
    import xlrd  # noqa: PLC0415 - few files are that old

    try:
        book = _open(xlrd, content)
        grids: list[Grid] = []
        hidden: list[str] = []
        astray: list[tuple[str, str]] = []
        for sheet in book.sheets():
            if sheet.visibility:
                hidden.append(sheet.name)
                continue
            rows, far = _rows(xlrd, sheet, book.datemode, limits)
            astray += [(sheet.name, cell) for cell in far]
            merges: list[Merge] = [((r1, c1), (r2 - 1, c2 - 1)) for r1, r2, c1, c2 in sheet.merged_cells]
            grids.append(Grid(sheet.name, rows, merges))
    except xlrd.XLRDError as error:
        encrypted = any(word in str(error).lower() for word in _ENCRYPTED)
        raise UnreadableError("berkas_bersandi" if encrypted else "berkas_rusak") from None
    return grids, hidden, astray


def _open(xlrd: Any, content: bytes) -> Any:
    """The workbook with its merged ranges; those of formats before Excel 97 have none to give."""
    quiet = io.StringIO()
    try:
        return xlrd.open_workbook(file_contents=content, formatting_info=True, logfile=quiet)
    except NotImplementedError:
        return xlrd.open_workbook(file_contents=content, logfile=quiet)


def _rows(xlrd: Any, sheet: Any, datemode: int, limits: Limits) -> tuple[list[list[Value]], list[str]]:
    """The rows of a sheet as far as it is used, and the cells that stand astray."""
    used = [
        (r, c)
        for r in range(sheet.nrows)
        for c, kind in enumerate(sheet.row_types(r))
        if kind not in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK)
    ]
    if not used:
        return [], []
    last_row = last_before_gap(sorted({r for r, _ in used}), CROP_GAP)
    last_column = last_before_gap(sorted({c for r, c in used if r <= last_row}), CROP_GAP // 10)
    if last_row >= limits.rows:
        raise UnreadableError("berkas_terlalu_besar", f"{last_row} baris")
    rows: list[list[Value]] = [[] for _ in range(last_row + 1)]
    astray: list[str] = []
    for r, c in used:
        if r > last_row or c > last_column:
            astray.append(xlrd.cellname(r, c))
            continue
        row = rows[r]
        row.extend([""] * (c + 1 - len(row)))
        row[c] = _value(xlrd, sheet.cell(r, c), datemode)
    return rows, astray


def _value(xlrd: Any, cell: Any, datemode: int) -> Value:
    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            when: datetime = xlrd.xldate_as_datetime(cell.value, datemode)
        except (ValueError, OverflowError):
            return float(cell.value)
        return when if cell.value >= 1 else when.time()
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return ERRORS.get(cell.value, "#VALUE!")
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    if cell.ctype == xlrd.XL_CELL_NUMBER:
        return float(cell.value)
    return str(cell.value)
