"""The process that writes correction workbooks: opens strangers' files, one after another, and may die of any of them.

Speaks lines of JSON: first the limits, answered when it is ready, then a job a line, each answered by a line. Run as
``python -m tasks.annotate``.
"""

import io
import os
import sys
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from tasks.patch import COLOURS, DEFINED_NAME, MARK, SHEET, WORDS, Line, annotate, has_macros
from tasks.read.grid import Grid, Value
from tasks.read.limits import Limits, UnreadableError, limit_memory
from tasks.read.sniff import Kind, is_plainly_ooxml, kind_of
from tasks.read.workbook import Book, read_workbook

if TYPE_CHECKING:
    from openpyxl import Workbook

WAYS = ("asli", "salinan", "daftar")  # the sender's own file marked, a copy of its content, only the list of findings
LONGEST_CELL = 32_767
MOST_LINES = 5_000
_WIDEST = 60
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", "_"))
_UNFIT = dict.fromkeys([*range(9), 11, 12, *range(14, 32)], " ")


class _NotTheSameError(Exception):
    """What we wrote does not read as what was sent."""


def write(source: Path, target: Path, lines: list[Line], head: list[str], way: str, limits: Limits) -> str:
    """Writes the correction workbook of the file at ``source``; returns in which of ``WAYS``: ``way`` or a later one."""
    counts = ", ".join(
        f"{n} {WORDS[tingkat].lower()}" for tingkat in COLOURS if (n := sum(line.tingkat == tingkat for line in lines))
    )
    opening = [*head, f"Temuan: {counts}."]
    if len(lines) > MOST_LINES:
        opening.append(f"Daftar ini memuat {MOST_LINES} temuan pertama.")
        lines = lines[:MOST_LINES]
    for attempt in WAYS[WAYS.index(way) :]:
        try:
            if attempt == "asli":
                _own_file(source, target, lines, opening, limits)
                return attempt
            if attempt == "salinan":
                target.write_bytes(_copy(source, lines, opening, limits))
                return attempt
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException:  # noqa: BLE001 - strangers' files fail in all ways; the next way needs less of them
            continue
    target.write_bytes(_only_list(lines, opening))
    return "daftar"


def _own_file(source: Path, target: Path, lines: list[Line], opening: list[str], limits: Limits) -> None:
    content = source.read_bytes()
    if not is_plainly_ooxml(content) and kind_of(content) is not Kind.OOXML:
        raise UnreadableError("berkas_bukan_lembar_kerja")
    before = read_workbook(source, limits)
    guide = [
        *opening, "Perbaiki sel yang berwarna pada lembar lain, simpan, lalu kirim berkas ini kembali.",
        "Penjelasan ada di komentar sel dan di daftar ini. Lembar Temuan tidak dibaca sebagai data.",
    ]  # fmt: skip
    marked = annotate(content, guide, lines)
    _assert_same(before, marked, target, limits)
    if has_macros(marked):
        target.replace(target.with_suffix(".xlsm"))


def _copy(source: Path, lines: list[Line], opening: list[str], limits: Limits) -> bytes:
    book = read_workbook(source, limits)
    guide = [
        *opening,
        "Berkas asli tidak dapat ditandai langsung. Isinya disalin ke sini dalam format xlsx; warna dan rumus asli tidak ikut.",
        "Perbaiki sel yang berwarna pada lembar lain, simpan, lalu kirim berkas ini sebagai ganti yang lama.",
    ]
    if book.hidden:
        guide.append(f"Lembar tersembunyi tidak disalin: {', '.join(book.hidden)}.")
    if book.astray:
        guide.append(f"{len(book.astray)} sel yang letaknya terlalu jauh tidak disalin.")
    plain, names = _rebuilt(book)
    renamed = [replace(line, lembar=names.get(line.lembar or "", line.lembar)) for line in lines]
    return annotate(plain, guide, renamed)


def _only_list(lines: list[Line], opening: list[str]) -> bytes:
    from openpyxl import Workbook  # noqa: PLC0415 - takes longer to load than the sender's own workbook to mark
    from openpyxl.workbook.defined_name import DefinedName  # noqa: PLC0415

    book = Workbook()
    book.active.title = SHEET
    book.active["A1"] = MARK
    book.defined_names[DEFINED_NAME] = DefinedName(DEFINED_NAME, attr_text=f"{SHEET}!$A$1")
    guide = [*opening, "Isi berkas tidak dapat ditampilkan di sini. Perbaiki berkas asli Anda, lalu kirim kembali."]
    return annotate(_saved(book), guide, lines)


def _rebuilt(book: Book) -> tuple[bytes, dict[str, str]]:
    """The grids as an xlsx: same addresses and merges, text always text; and the names that sheets had to take."""
    from openpyxl import Workbook  # noqa: PLC0415
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    new = Workbook()
    new.remove(new.active)
    names: dict[str, str] = {}
    for grid in book.grids:
        sheet = new.create_sheet(grid.lembar.translate(_FORBIDDEN).strip("'")[:31] or "Lembar")
        names[grid.lembar] = sheet.title
        widths: dict[int, int] = {}
        for r, row in enumerate(grid.rows, start=1):
            for c, value in enumerate(row, start=1):
                if value != "":
                    _put(sheet.cell(r, c), value)
                    longest = max(map(len, str(value).split("\n")))
                    widths[c] = max(widths.get(c, 0), min(longest + 2, _WIDEST))
        for (r, c), formula in grid.uncached.items():
            if "|" not in formula:
                sheet.cell(r + 1, c + 1).value = formula
        for (top, left), (bottom, right) in grid.merges:
            sheet.merge_cells(start_row=top + 1, start_column=left + 1, end_row=bottom + 1, end_column=right + 1)
        for c, width in widths.items():
            sheet.column_dimensions[get_column_letter(c)].width = max(width, 9)
    return _saved(new), names


def _put(cell: Any, value: Value) -> None:
    if isinstance(value, str):
        cell.value = value.translate(_UNFIT)[:LONGEST_CELL]
        cell.data_type = "s"  # text stays text, whatever it begins with
    elif isinstance(value, date | datetime | time | timedelta):
        cell.value = value
        if isinstance(value, date):
            cell.number_format = (
                "dd/mm/yyyy hh:mm" if isinstance(value, datetime) and value.time() != time.min else "dd/mm/yyyy"
            )
    else:
        cell.value = value


def _saved(book: "Workbook") -> bytes:
    raw = io.BytesIO()
    book.save(raw)
    return raw.getvalue()


def _assert_same(before: Book, marked: bytes, target: Path, limits: Limits) -> None:
    """Raises unless the marked file, read again, holds what the sender's own does, but for our sheet."""
    target.write_bytes(marked)
    after = read_workbook(target, limits)
    own, ours = (
        [grid for grid in book.grids if not grid.rows or grid.rows[0][:1] != [MARK]] for book in (before, after)
    )
    if len(own) != len(ours) or before.hidden != after.hidden or not all(map(_alike, own, ours)):
        raise _NotTheSameError


def _alike(one: Grid, other: Grid) -> bool:
    """Whether two sheets hold the same, but for empty ends of rows."""
    if (one.lembar, sorted(one.merges), one.uncached) != (other.lembar, sorted(other.merges), other.uncached):
        return False
    return one.rows == other.rows or _cells(one) == _cells(other)  # mostly the rows say it at once


def _cells(grid: Grid) -> dict[tuple[int, int], Value]:
    return {(r, c): row[c] for r, row in enumerate(grid.rows) for c in grid.filled(r)}


def main() -> None:
    """Serves jobs until the input ends."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb", buffering=0)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    limits = Limits(**orjson.loads(sys.stdin.buffer.readline()))
    limit_memory(limits)
    answers.write(b"{}\n")  # ready: from now on the time of a job is its own
    for row in sys.stdin.buffer:
        job = orjson.loads(row)
        lines = [Line(**line) for line in job["lines"]]
        way = write(Path(job["source"]), Path(job["target"]), lines, job["head"], job["way"], limits)
        answers.write(orjson.dumps({"way": way}) + b"\n")


if __name__ == "__main__":
    main()
