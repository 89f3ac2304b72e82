"""A look through an xlsb before calamine opens it: merged ranges, error cells, and stray cells, from its binary records.

Records of a sheet part: a type and a size, each a variable-length number, then the payload (MS-XLSB 2.1.4).
"""

import io
import posixpath
import struct
import zipfile
import zlib
from collections.abc import Iterator

from tasks.read.grid import Merge, a1
from tasks.read.legacy import ERRORS
from tasks.read.limits import Limits, UnreadableError
from tasks.read.ooxml import CROP_GAP, CROP_ROWS, Facts, SheetFacts, check_sizes, last_before_gap, relations, rewritten

_ROW, _BLANK, _MERGE, _SHEET = 0, 1, 176, 156
_CELLS = range(1, 12)
_ERROR_CELLS = {3: 8, 11: 8}  # record type -> where in the payload the code of the error stands


def look_through_binary(content: bytes, limits: Limits) -> Facts:
    """The facts of an xlsb, and its content, cropped where cells stand astray. Raises ``UnreadableError``."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            check_sizes(archive, limits)
            facts: dict[str, SheetFacts] = {}
            replaced: dict[str, bytes] = {}
            for name, path in _sheet_paths(archive).items():
                part = archive.read(path)
                facts[name], cropped = _look(part, limits)
                if cropped is not None:
                    replaced[path] = cropped
            return Facts(facts, rewritten(archive, content, replaced) if replaced else content)
    except (
        zipfile.BadZipFile,
        zlib.error,
        OSError,
        ValueError,
        EOFError,
        KeyError,
        IndexError,
        struct.error,
        RuntimeError,
    ):
        raise UnreadableError("berkas_rusak") from None


def _records(part: bytes) -> Iterator[tuple[int, int, int, int]]:
    """Type, start of the record, start and end of its payload."""
    at = 0
    while at < len(part):
        start = at
        kind = part[at]
        at += 1
        if kind & 0x80:
            kind = (kind & 0x7F) | (part[at] << 7)
            at += 1
        size = shift = 0
        while True:
            byte = part[at]
            at += 1
            size |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80 or shift > 21:
                break
        yield kind, start, at, at + size
        at += size


def _sheet_paths(archive: zipfile.ZipFile) -> dict[str, str]:
    targets = relations(archive, "xl/_rels/workbook.bin.rels")
    names = set(archive.namelist())
    paths: dict[str, str] = {}
    book = archive.read("xl/workbook.bin")
    for kind, _, start, end in _records(book):
        if kind != _SHEET:
            continue
        payload = book[start:end]
        (length,) = struct.unpack_from("<I", payload, 8)
        relation = payload[12 : 12 + 2 * length].decode("utf-16-le")
        at = 12 + 2 * length
        (length,) = struct.unpack_from("<I", payload, at)
        name = payload[at + 4 : at + 4 + 2 * length].decode("utf-16-le")
        path = posixpath.normpath(posixpath.join("xl", targets.get(relation, "")))
        if "worksheets/" in path and path in names:
            paths[name] = path
    return paths


def _look(part: bytes, limits: Limits) -> tuple[SheetFacts, bytes | None]:
    facts = SheetFacts()
    used: list[tuple[int, int, int, int]] = []  # row, column, start and end of the record
    rows: list[tuple[int, int, int]] = []
    row = 0
    for kind, start, at, end in _records(part):
        if kind == _ROW:
            (row,) = struct.unpack_from("<I", part, at)
            rows.append((row, start, end))
        elif kind in _CELLS:
            (column,) = struct.unpack_from("<I", part, at)
            if kind != _BLANK:
                used.append((row, column, start, end))
            if kind in _ERROR_CELLS:
                facts.errors[a1(row, column)] = ERRORS.get(part[at + _ERROR_CELLS[kind]], "#VALUE!")
        elif kind == _MERGE:
            first_row, last_row, first_column, last_column = struct.unpack_from("<4I", part, at)
            merge: Merge = ((first_row, first_column), (last_row, last_column))
            facts.merges.append(merge)
    return facts, _cropped(part, facts, used, rows, limits)


def _cropped(
    part: bytes,
    facts: SheetFacts,
    used: list[tuple[int, int, int, int]],
    rows: list[tuple[int, int, int]],
    limits: Limits,
) -> bytes | None:
    if not used or (max(r for r, *_ in used) < CROP_ROWS and max(c for _, c, *_ in used) < CROP_GAP // 10):
        return None
    last_row = last_before_gap(sorted({r for r, *_ in used}), CROP_GAP)
    last_column = last_before_gap(sorted({c for r, c, *_ in used if r <= last_row}), CROP_GAP // 10)
    if last_row > limits.rows:
        raise UnreadableError("berkas_terlalu_besar", f"sampai baris {last_row + 1}")
    far = [(r, c, start, end) for r, c, start, end in used if r > last_row or c > last_column]
    facts.astray += [a1(r, c) for r, c, *_ in far]
    gone = sorted([(start, end) for *_, start, end in far] + [(start, end) for r, start, end in rows if r > last_row])
    kept: list[bytes] = []
    at = 0
    for start, end in gone:
        kept.append(part[at:start])
        at = end
    return b"".join([*kept, part[at:]])
