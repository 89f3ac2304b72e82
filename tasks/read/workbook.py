"""Bytes of a file -> grids at true addresses. Run in a worker process: strangers' files kill readers."""

import io
from dataclasses import dataclass, field, replace
from pathlib import Path

from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
    ZipError,
    load_workbook,
)

from tasks.read.binary import look_through_binary
from tasks.read.delimited import read_delimited
from tasks.read.document import read_document
from tasks.read.grid import Grid, Value, position
from tasks.read.legacy import read_legacy
from tasks.read.limits import MB, Limits, UnreadableError
from tasks.read.ooxml import SheetFacts, look_through
from tasks.read.opendocument import read_opendocument
from tasks.read.sniff import Kind, is_plainly_ooxml, kind_of


@dataclass(frozen=True)
class Book:
    """The visible sheets of a file, the names of the hidden ones, and cells that stood so far off that they were left out."""

    grids: list[Grid]
    hidden: list[str] = field(default_factory=list)
    astray: list[tuple[str, str]] = field(default_factory=list)  # sheet, A1 address
    names: dict[str, str] = field(default_factory=dict)  # our own defined names, those of the official template


def read_workbook(path: Path, limits: Limits) -> Book:
    """All visible sheets of the file at ``path``, of whatever kind its content is.

    Raises ``UnreadableError`` with the code of the finding for whatever is no readable workbook.
    """
    size = path.stat().st_size
    if size > limits.file_bytes:
        raise UnreadableError("berkas_terlalu_besar", f"{size // MB} MB, paling besar {limits.file_bytes // MB} MB")
    content = path.read_bytes()
    kind = Kind.OOXML if is_plainly_ooxml(content) else kind_of(content)
    if kind is Kind.TEXT:
        return Book([read_delimited(content, limits)])
    if kind is Kind.DOCUMENT:
        return Book([read_document(content, limits)])
    if kind is Kind.ARCHIVE:
        raise UnreadableError("berkas_bukan_lembar_kerja", "arsip ZIP tanpa lembar kerja")
    if kind is Kind.LEGACY:
        return Book(*read_legacy(content, limits))
    if kind is Kind.OPEN:
        return Book(*read_opendocument(content, limits))
    facts = look_through(content, limits) if kind is Kind.OOXML else look_through_binary(content, limits)
    try:
        return replace(_grids(load_workbook(io.BytesIO(facts.content)), facts.sheets, limits), names=facts.names)
    except PasswordError:
        raise UnreadableError("berkas_bersandi") from None
    except (CalamineError, ZipError, OSError, ValueError, EOFError):
        raise UnreadableError("berkas_rusak") from None


def _grids(book: CalamineWorkbook, facts: dict[str, SheetFacts], limits: Limits) -> Book:
    grids: list[Grid] = []
    hidden: list[str] = []
    astray: list[tuple[str, str]] = []
    cells = 0
    for meta in book.sheets_metadata:
        if meta.typ != SheetTypeEnum.WorkSheet:
            continue
        if meta.visible != SheetVisibleEnum.Visible:
            hidden.append(meta.name)
            continue
        sheet = book.get_sheet_by_name(meta.name)
        height, width = (sheet.end[0] + 1, sheet.end[1] + 1) if sheet.end else (0, 0)
        cells += height * width
        if cells > limits.cells:
            raise UnreadableError("berkas_terlalu_besar", f"lembar {meta.name} seluas {height} x {width} sel")
        if width > limits.columns:
            raise UnreadableError("berkas_terlalu_lebar", f"{width} kolom")
        rows: list[list[Value]] = list(sheet.to_python(skip_empty_area=False)) if sheet.end else []
        known = facts.get(meta.name, SheetFacts())
        astray += [(meta.name, cell) for cell in known.astray]
        merges = known.merges or list(sheet.merged_cell_ranges or [])
        grids.append(Grid(meta.name, _with_errors(rows, known), merges, uncached=_positions(known)))
    return Book(grids, hidden, astray)


def _with_errors(rows: list[list[Value]], facts: SheetFacts) -> list[list[Value]]:
    """The rows with error cells as their text (#REF!), which calamine leaves empty."""
    for cell, error in facts.errors.items():
        row, column = position(cell)
        if row >= len(rows):
            rows.extend([] for _ in range(len(rows), row + 1))
        line = rows[row]
        if column >= len(line):
            line.extend([""] * (column + 1 - len(line)))
        line[column] = error
    return rows


def _positions(facts: SheetFacts) -> dict[tuple[int, int], str]:
    return {position(cell): formula for cell, formula in facts.uncached.items()}
