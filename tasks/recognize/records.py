"""What recognizing yields: tables of records, each value with its cell, and notes about the sheet."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, cast

from tasks.read.grid import Grid, Value, encode, number_text
from tasks.read.packed import packed

OTHER = "?"  # begins the name of a column that is none of ours: its header follows


class Context(NamedTuple):
    """A text that may say which unit a table is of: where it was found, and its cell (None for names of sheets)."""

    sumber: str  # label | judul | lembar | tanda_tangan
    teks: str
    baris: int | None = None
    sel: int | None = None


class SheetNote(NamedTuple):
    """A finding about a sheet or its headers: code, 0-based cell or None, column of the field, value, detail."""

    kode: str
    lembar: str | None
    baris: int | None
    sel: int | None
    kolom: str | None
    nilai: str | None
    rincian: str


@dataclass
class Block:
    """Cells of consecutive records that have the same columns: texts and types, those of a column packed."""

    rekaman: int  # the first record
    baris: int  # its row; each further record stands in the next
    banyak: int  # how many records
    kolom: list[str]
    sel: list[int]  # the position of each column
    nilai: list[str]
    tipe: list[str]  # one type only where all cells of the column have it


def encode_column(values: Sequence[Value], scale: int | None = None) -> tuple[str, str]:
    """The texts of a column's cells and their types, packed; one type where all have the same. Blank texts count as empty.

    ``scale`` is what amounts stand in: their types say so, as in ``Table``.
    """
    kinds = set(map(type, values))
    if kinds == {float} and not scale:
        return packed(list(map(number_text, cast("Sequence[float]", values)))), "n"
    if kinds == {str} and not scale:
        texts = cast("Sequence[str]", values)
        if all(map(str.strip, texts)):
            return packed(texts), "s"
        texts = ["" if text.isspace() else text for text in texts]
        return packed(texts), packed(["s" if text else "e" for text in texts])
    encoded = [encode(value) if value != "" else ("", "e") for value in values]
    types = ["e" if tipe == "s" and not text.strip() else tipe for text, tipe in encoded]
    if scale:
        types = [tipe if tipe == "e" else f"{tipe}*{scale}" for tipe in types]
    return packed([text for text, _ in encoded]), packed(types)


@dataclass
class Table:
    """Records of one kind found on one sheet.

    Their cells stand in ``blok`` and, those that were looked at one by one, in parallel lists: rekaman (0-based record of
    this table), nama (column), nilai (text as it stood), tipe, baris and sel (0-based row and column of the cell). A tipe is
    s n d t b, e for an empty cell, f for a formula without a value, or ``m:choice`` for a marked option; behind those of
    amounts in thousands stands ``*1000``.
    """

    perihal: str  # inovasi | indikator | komitmen | monev
    lembar: str
    kolom: list[str] = field(default_factory=list)  # columns the table has, filled or not
    judul_unit: str = ""  # the header of the column of units, which may say of which kind they are
    judul: list[str] = field(default_factory=list)  # the headers as they stand, folded
    konteks: list[Context] = field(default_factory=list)
    blok: list[Block] = field(default_factory=list)
    letak: list[tuple[int, int]] = field(default_factory=list)  # for each record: where it stands (row, column)
    rekaman: list[int] = field(default_factory=list)
    nama: list[str] = field(default_factory=list)
    nilai: list[str] = field(default_factory=list)
    tipe: list[str] = field(default_factory=list)
    baris: list[int] = field(default_factory=list)
    sel: list[int] = field(default_factory=list)

    def new_record(self, baris: int, sel: int) -> int:
        """Begins a record at a cell and returns its number."""
        self.letak.append((baris, sel))
        return len(self.letak) - 1

    def add(self, rekaman: int, kolom: str, grid: Grid, baris: int, sel: int) -> None:
        """Adds the value that stands at a cell (merged ranges: at their top left)."""
        baris, sel = grid.anchor(baris, sel)
        nilai, tipe = encode(grid.rows[baris][sel])
        self.put(rekaman, kolom, nilai, tipe, baris, sel)

    def put(self, rekaman: int, kolom: str, nilai: str, tipe: str, baris: int, sel: int) -> None:
        """Adds a value and its cell."""
        self.rekaman.append(rekaman)
        self.nama.append(kolom)
        self.nilai.append(nilai)
        self.tipe.append(tipe)
        self.baris.append(baris)
        self.sel.append(sel)

    def put_all(self, rekaman: int, cells: Sequence[tuple[str, str, str, int, int]]) -> None:
        """Adds the values of a record: of each its column, text, type, and the row and column of its cell."""
        nama, nilai, tipe, baris, sel = zip(*cells, strict=True)
        self.rekaman += [rekaman] * len(cells)
        self.nama += nama
        self.nilai += nilai
        self.tipe += tipe
        self.baris += baris
        self.sel += sel

    def to_json(self) -> dict[str, Any]:
        """As plain JSON values, texts and types packed, and ``letak`` column by column."""
        alone = {"nilai": packed(self.nilai), "tipe": packed(self.tipe), "letak": list(zip(*self.letak, strict=True))}
        return {**vars(self), **alone, "blok": [vars(block) for block in self.blok]}


@dataclass
class Recognized:
    """All tables of a workbook with the layout they make, and the notes about its sheets."""

    tata_letak: str | None = None
    tables: list[Table] = field(default_factory=list)
    notes: list[SheetNote] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {
            "tata_letak": self.tata_letak,
            "tables": [table.to_json() for table in self.tables],
            "notes": self.notes,
        }
