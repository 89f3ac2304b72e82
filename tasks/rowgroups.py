"""Parquet files put together of groups of rows: what stands in one file as it would be written in another is copied, not made.

A file is its groups, one after another, and a footer that says where each stands and what it holds. Nobody moves groups from
file to file for us: to know a table's footer again, and to write that of another one, is all this does. It is in Thrift's
compact protocol (its specification, and that of the footer: https://github.com/apache/parquet-format).
"""

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

MAGIC = b"PAR1"
END = 8  # bytes behind the footer: its length, and the magic again
TRUE, FALSE, BYTE, I16, I32, I64, DOUBLE, BINARY, LIST, SET, STRUCT = 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12
# Fields of the footer, of a group, of a column of it, of what is said of that, and of a page: those that tell of places.
ROWS, GROUPS = 3, 4
COLUMNS, GROUP_ROWS, GROUP_AT, TURN = 1, 3, 5, 7
COLUMN_AT, SAID, PAGES_OF, VALUES_OF = 2, 3, 4, 6  # the last two of indexes; behind each stands how long it is
BYTES, PAGES_AT, DICTIONARY_AT = 7, 9, 11
PAGES, PAGE_AT = 1, 1
ELSEWHERE = {10, 14}  # indexes and filters of another kind: a file that has them is not taken apart

Struct = dict[int, tuple[int, Any]]  # by number of the field its type and value; numbers as they are written (zigzag)


class Column(NamedTuple):
    """A column of a group: what a footer says of it, its pages, which begin ``at`` a place of their file, and their indexes."""

    said: Struct
    at: int
    pages: bytes
    indexes: dict[int, bytes]


class Group(NamedTuple):
    """A group of rows: what a footer says of it, and its columns."""

    said: Struct
    columns: list[Column]

    @property
    def rows(self) -> int:
        """How many rows it has."""
        return int(self.said[GROUP_ROWS][1]) >> 1


def height(path: Path) -> int:
    """How many rows a Parquet file has, of its footer: asking Polars takes ten times as long. ``ValueError``: it is none."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - END))
        file.seek(_footer_of(file.read(), size))
        return int(_Reader(file.read(), 0).struct(until=ROWS)[ROWS][1]) >> 1


def _footer_of(end: bytes, size: int) -> int:
    """Where the footer of a file of so many bytes begins, of which these are the last. Raises ``ValueError``."""
    begin = size - END - int.from_bytes(end[-END:-4], "little")
    if end[-4:] != MAGIC or begin < 0:
        raise ValueError("no Parquet file")
    return begin


class Grouped:
    """The groups of a Parquet file, and the rest of its footer. Raises ``ValueError`` for a file that cannot be taken apart."""

    def __init__(self, content: bytes) -> None:
        begin = _footer_of(content, len(content))
        if content[:4] != MAGIC:
            raise ValueError("no Parquet file")
        self.footer = _Reader(content, begin).struct()
        self.groups = [
            Group(said, [_column(content, column) for column in said[COLUMNS][1][1]])
            for said in self.footer[GROUPS][1][1]
        ]


def _column(content: bytes, said: Struct) -> Column:
    """A column that stands where a footer says; behind its pages the same is said once more."""
    inner = said[SAID][1]
    if ELSEWHERE & inner.keys() or {PAGES_OF, VALUES_OF} - said.keys():
        raise ValueError("a column with other indexes than those of pages")
    begin = inner.get(DICTIONARY_AT, inner[PAGES_AT])[1] >> 1
    end = begin + (inner[BYTES][1] >> 1)
    if not content.startswith(_written(inner), end):
        raise ValueError("something else than pages")
    places = {kind: (said[kind][1] >> 1, said[kind + 1][1] >> 1) for kind in (PAGES_OF, VALUES_OF)}
    indexes = {kind: content[at : at + length] for kind, (at, length) in places.items()}
    return Column(said, begin, content[begin:end], indexes)


def put_together(path: Path, footer: Struct, groups: Iterable[Group]) -> None:
    """Writes a file of these groups, all of tables with the columns of which ``footer`` is."""
    with path.open("wb") as file:
        file.write(MAGIC)
        placed = [_placed(file, turn, group) for turn, group in enumerate(groups)]
        for kind in (VALUES_OF, PAGES_OF):
            for _, columns in placed:
                for said, indexes in columns:
                    said[kind], said[kind + 1] = (I64, file.tell() * 2), (I32, len(indexes[kind]) * 2)
                    file.write(indexes[kind])
        saids = [said | {COLUMNS: (LIST, (STRUCT, [column for column, _ in columns]))} for said, columns in placed]
        rows = sum(said[GROUP_ROWS][1] for said in saids)
        end = _written(footer | {ROWS: (I64, rows), GROUPS: (LIST, (STRUCT, saids))})
        file.write(end + len(end).to_bytes(4, "little") + MAGIC)


def _placed(file: BinaryIO, turn: int, group: Group) -> tuple[Struct, list[tuple[Struct, dict[int, bytes]]]]:
    """Writes a group, the number ``turn`` of its file; what the footer says of it there, and of its columns, with their indexes."""
    said, columns = group.said | {GROUP_AT: (I64, file.tell() * 2), TURN: (I16, turn * 2)}, []
    for column in group.columns:
        by = (file.tell() - column.at) * 2
        inner = _moved(column.said[SAID][1], by, PAGES_AT, DICTIONARY_AT)
        file.write(column.pages + _written(inner))
        moved = _moved(column.said, by, COLUMN_AT) | {SAID: (STRUCT, inner)}
        columns.append((moved, column.indexes | {PAGES_OF: _of_pages(column.indexes[PAGES_OF], by)}))
    return said, columns


def _of_pages(index: bytes, by: int) -> bytes:
    """The index of pages that were moved."""
    known = _Reader(index, 0).struct()
    kind, (of, pages) = known[PAGES]
    return _written(known | {PAGES: (kind, (of, [_moved(page, by, PAGE_AT) for page in pages]))})


def _moved(said: Struct, by: int, *fields: int) -> Struct:
    """``said`` with places moved on."""
    return said | {field: (said[field][0], said[field][1] + by) for field in fields if field in said}


class _Reader:
    """Reads values one after another."""

    def __init__(self, content: bytes, at: int) -> None:
        self._content, self._at = content, at
        self._read: dict[int, Callable[[], Any]] = {
            BYTE: self._byte, I16: self._number, I32: self._number, I64: self._number, DOUBLE: lambda: self._bytes(8),
            BINARY: lambda: self._bytes(self._number()), LIST: self._list, SET: self._list, STRUCT: self.struct,
        }  # fmt: skip

    def _byte(self) -> int:
        self._at += 1
        return self._content[self._at - 1]

    def _bytes(self, length: int) -> bytes:
        self._at += length
        return self._content[self._at - length : self._at]

    def _number(self) -> int:
        content, at = self._content, self._at
        byte = content[at]
        number, shift = byte & 0x7F, 7
        while byte > 0x7F:
            at += 1
            byte = content[at]
            number |= (byte & 0x7F) << shift
            shift += 7
        self._at = at + 1
        return number

    def _list(self) -> tuple[int, list[Any]]:
        head = self._byte()
        size, kind = head >> 4, head & 0x0F
        read = self._read.get(kind, self._byte)  # truth values are a byte each
        return kind, [read() for _ in range(self._number() if size == 0x0F else size)]

    def struct(self, until: int = 0) -> Struct:
        """The fields of a struct, or those up to one of them."""
        fields: Struct = {}
        last = 0
        while head := self._byte():
            kind, step = head & 0x0F, head >> 4
            last = last + step if step else self._number() >> 1
            fields[last] = kind, self._read[kind]() if kind > FALSE else None
            if last == until:
                break
        return fields


def _written(fields: Struct) -> bytes:
    out = bytearray()
    _write_struct(out, fields)
    return bytes(out)


def _write_number(out: bytearray, number: int) -> None:
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)


def _write(out: bytearray, kind: int, value: Any) -> None:
    if kind == STRUCT:
        _write_struct(out, value)
    elif kind in (I16, I32, I64):
        _write_number(out, value)
    elif kind == BINARY:
        _write_number(out, len(value))
        out += value
    elif kind in (LIST, SET):
        inner, values = value
        if len(values) < 0x0F:
            out.append(len(values) << 4 | inner)
        else:
            out.append(0xF0 | inner)
            _write_number(out, len(values))
        for one in values:
            _write(out, inner, one)
    elif kind == DOUBLE:
        out += value
    else:
        out.append(value)


def _write_struct(out: bytearray, fields: Struct) -> None:
    last = 0
    for field, (kind, value) in fields.items():
        step = field - last
        if 0 < step <= 0x0F:
            out.append(step << 4 | kind)
        else:
            out.append(kind)
            _write_number(out, field * 2)
        last = field
        if kind > FALSE:
            _write(out, kind, value)
    out.append(0)
