"""Layout tabel: a record a row below a header; around them titles, sections, totals, signatures and notes.

Serves every kind of table (innovations, indicators, …). Rows that are plainly records are taken together, column by column;
the others are looked at one by one.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache, partial, reduce
from itertools import islice
from operator import and_

from tasks.read.grid import Grid, Value, number_text
from tasks.recognize.header import (
    Head,
    are_headers,
    head_at,
    header_candidates,
    header_notes,
    header_text,
    is_ordinal,
    kind_of,
)
from tasks.recognize.records import OTHER, Block, Context, SheetNote, Table, encode_column
from tasks.text import clean, fold, joined, without_numbering
from tasks.vocabulary import REMEMBERED, Vocabulary

ROUNDED = 1e15  # numbers from here on have lost their last digits
TITLE_ROWS = 25  # filled rows above a header that may say which unit it is
DEEPEST_HEADER = 300  # rows without a table after which only a sure header is looked for
LONGEST_LABEL = 60  # letters of a label of a unit
ROWS_AT_ONCE = 256  # that are looked at for being plainly records
FULL_RECORD = 4  # filled columns that make a row a record even without a number
FEWEST_LETTERED = 3  # cells that make a row of letters or roman numerals one that numbers the columns
_NUMBER = re.compile(r"^\(?\s*(\d{1,2})\s*\)?\.?(?:\s*=[\d\s()+\-*/:x]+)?$")
_UNITS = ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")
_ROMAN = re.compile(r"(x{0,3})(ix|iv|v?i{0,3})")
_COUNTED = re.compile(r"\b(\d{1,4})\s+(?:buah\s+)?inovasi\b", re.IGNORECASE)
_SECTION_ORDINAL = re.compile(r"^\(?\s*(?:[A-Z]|[IVX]{1,5}|[a-z])\s*[).]?\s*$")
_SECTION_TEXT = re.compile(r"^\s*\(?(?:[A-Z]|[IVX]{1,5})[.)]\s*\S")


def find_tables(grid: Grid, vocabulary: Vocabulary) -> tuple[list[Table], list[SheetNote]]:
    """All tables of a sheet, from top to bottom, and notes about their headers."""
    tables: list[Table] = []
    notes: list[SheetNote] = []
    row, last_end = 0, 0
    while row < len(grid.rows):
        said = grid.said(row)
        if len(said) < 2 or not are_headers(said, vocabulary):
            row += 1
            continue
        deep = row - last_end > DEEPEST_HEADER and not _heads_names(grid, row, vocabulary)
        head = None if deep else head_at(grid, row, vocabulary)
        if head is None:
            row += 1
            continue
        second = _second_table(grid, head, vocabulary)
        if second is not None:
            left, right = _cut(grid, head.top, second)
            for half in (left, right):
                more, about = find_tables(half, vocabulary)
                tables += more
                notes += about
            return tables, notes
        reader = _Body(grid, head, vocabulary)
        end = reader.read()
        reader.table.konteks = _context(grid, last_end, head, vocabulary) + reader.signature
        last_end = reader.last_row + 1
        tables.append(reader.table)
        notes += [*header_notes(grid.lembar, head, vocabulary), *reader.notes.values()]
        row = max(end, head.bottom + 1)
    return tables, notes


def _heads_names(grid: Grid, row: int, vocabulary: Vocabulary) -> bool:
    """Whether a row surely heads a column of names: the quick question, asked of the rows far down a sheet."""
    return any(fold(text) in vocabulary.name_headers for _, text in header_candidates(grid, row) if len(text) <= 40)


def _second_table(grid: Grid, head: Head, vocabulary: Vocabulary) -> int | None:
    """Where a second table begins right of the first: the column of its number or name, when names are headed twice.

    Other columns of the first must stand right of the second name again: two headers alike are no two tables.
    """
    meant = [
        (c, header.kolom) for c, text in header_candidates(grid, head.bottom)
        if (header := vocabulary.header(text, head.jenis)) and header.level <= 2
    ]  # fmt: skip
    names = [c for c, kolom in meant if kolom == "nama_inovasi"]
    if head.jenis != "inovasi" or len(names) < 2:
        return None
    first, second = ({kolom for c, kolom in meant if (c >= names[1]) is right} for right in (False, True))
    if len(first & second) < 2:
        return None
    before = vocabulary.header(grid.text(head.bottom, names[1] - 1), "inovasi")
    return names[1] - 1 if before and before.kolom == "no" else names[1]


def _cut(grid: Grid, row: int, column: int) -> tuple[Grid, Grid]:
    """The sheet left and right of a column, from a row on; what stands above belongs to both. Addresses stay."""
    left = [list(line) if r < row else list(line[:column]) for r, line in enumerate(grid.rows)]
    right = [
        list(line) if r < row else [""] * min(column, len(line)) + list(line[column:])
        for r, line in enumerate(grid.rows)
    ]
    return Grid(grid.lembar, left, grid.merges), Grid(grid.lembar, right, grid.merges)


class _Body:
    """Reads the rows below a header into a table, until the sheet ends, a signature block or the next header begins."""

    def __init__(self, grid: Grid, head: Head, vocabulary: Vocabulary) -> None:
        self.grid, self.head, self.vocabulary = grid, head, vocabulary
        unit = head.position("unit")
        self.table = Table(
            head.jenis,
            grid.lembar,
            kolom=list(dict.fromkeys(column.kolom for column in head.columns)),
            judul=[fold(text) for row in range(head.top, head.bottom + 1) for _, text in header_candidates(grid, row)],
            judul_unit="" if unit is None else header_text(grid, head, unit),
        )
        self.signature: list[Context] = []
        self.name = head.position("nama_inovasi")
        self.ordinal = head.position("no")
        self.section: tuple[int, int] | None = None
        self.after_header = True
        self.after_total = self.summed = False
        self.last_row = head.bottom
        self.notes: dict[tuple[int, int], SheetNote] = {}
        self.record: int | None = None
        self.keys = [column.sel for column in head.columns if column.kolom != "no"]
        self.plain = _Plain(grid, head, vocabulary)

    def read(self) -> int:
        """Fills ``table``; returns the row after the last one that belongs to it."""
        grid, head = self.grid, self.head
        row = head.bottom + 1
        while row < len(grid.rows):
            end = self.plain.run(row)
            if end > row:
                self._take(row, end)
                row = end
                continue
            filled = grid.filled(row)
            if not filled:
                row += 1
                continue
            if self._repeats_header(row):
                row += head.bottom - head.top + 1
                self.after_header = True
                continue
            if self._next_header(row, filled):
                return row
            if self._numbers_columns(row, filled):
                row += 1
                continue
            if self._ends_table(row, filled):
                self._read_signature(row)
                return self._end_of_block(row)
            self.after_header = False
            self._read_row(row, filled)
            row += 1
        return row

    def _take(self, start: int, end: int) -> None:
        """Adds rows that are plainly records, all together."""
        first = len(self.table.letak)
        at = self.name if self.name is not None else self.head.columns[0].sel
        self.table.letak += [(row, at) for row in range(start, end)]
        self.table.blok.append(self.plain.block(first, start, end))
        if self.section is not None:
            for record in range(first, len(self.table.letak)):
                self._add_section(record, self.section)
        self.record, self.last_row, self.after_header = len(self.table.letak) - 1, end - 1, False

    def _repeats_header(self, row: int) -> bool:
        """The header printed again, as on each page: every header that stands above stands here."""
        for above in {self.head.top, self.head.bottom}:
            headers = [
                (column.sel, text) for column in self.head.columns if (text := self.grid.text(above, column.sel))
            ]
            if len(headers) >= 2 and all(self.grid.text(row, c) == text for c, text in headers):
                return True
        return False

    def _next_header(self, row: int, filled: list[int]) -> bool:
        """Another table begins: a header row after a blank row, or one that heads a column of names."""
        if len(filled) < 2:
            return False
        if self.ordinal is not None and is_ordinal(self.grid.value(row, self.ordinal)):
            return False
        blank_above = row - 1 > self.head.bottom and not self.grid.filled(row - 1)
        short = (text for c in filled if 0 < len(text := self.grid.text(row, c)) <= 40)
        if not blank_above and not any(fold(text) in self.vocabulary.name_headers for text in short):
            return False
        return head_at(self.grid, row, self.vocabulary) is not None

    def _numbers_columns(self, row: int, filled: list[int]) -> bool:
        """The row under a header that counts the columns: 1 2 3 or (1) (2) (3)."""
        if not self.after_header or len(filled) < 2:
            return False
        cells = [self.grid.rows[row][c] for c in filled]
        ways = (_column_number,) if len(filled) < FEWEST_LETTERED else (_column_number, _column_roman, _column_letter)
        return any(_counts_on([number(cell) for cell in cells]) for number in ways)

    def _ends_table(self, row: int, filled: list[int]) -> bool:
        """A signature block or a note begins: few cells, none of them a number of a record, a word that says so."""
        if self._is_record_shaped(row, filled):
            return False
        return any(self.vocabulary.is_signature_line(self.grid.text(row, c)) for c in filled)

    def _is_record_shaped(self, row: int, filled: list[int]) -> bool:
        ordinal = self.ordinal is not None and is_ordinal(self.grid.value(row, self.ordinal))
        keyed = [c for c in filled if c in self.keys and self.grid.text(row, c) != ":"]
        return (ordinal and bool(keyed)) or len(keyed) >= 4 or (self.name in filled and len(keyed) >= 3)

    def _read_signature(self, row: int) -> None:
        """Offices below a table name the unit too: "Camat Gambut"."""
        for r in range(row, min(row + 12, len(self.grid.rows))):
            for c in self.grid.filled(r):
                if text := self.grid.text(r, c):
                    self.signature.append(Context("tanda_tangan", clean(text), r, c))

    def _end_of_block(self, row: int) -> int:
        """The next row that could be a header again; the rest of the sheet is signatures and notes."""
        for r in range(row, len(self.grid.rows)):
            if kind_of(self.grid, r, self.vocabulary):
                return r
        return len(self.grid.rows)

    def _is_total(self, filled: list[int]) -> bool:
        for c in filled[:3]:
            text = self.grid.text(self.row, c)
            folded = joined(fold(text))
            if folded in self.vocabulary.totals:
                return True
            if (
                any(folded.startswith(f"{word} ") for word in self.vocabulary.totals)
                and len(filled) <= 4
                and not (self.ordinal is not None and is_ordinal(self.grid.value(self.row, self.ordinal)))
            ):
                return True
        return False

    def _check_total(self, row: int, filled: list[int]) -> None:
        """What a total says and what the rows above it add up to: the budget, and the number of innovations."""
        if self.head.jenis != "inovasi" or not self.table.letak or self.summed:
            return
        self.summed = True
        budget = self.head.position("anggaran")
        stated = self.grid.value(row, budget) if budget is not None else ""
        if budget is not None and isinstance(stated, float) and stated > 0:
            amounts = [self.grid.value(r, budget) for r, _ in self.table.letak]
            known = [amount for amount in amounts if isinstance(amount, float)]
            unknown = [a for a in amounts if not isinstance(a, float) and not self.vocabulary.is_empty(str(a))]
            if known and not unknown and abs(sum(known) - stated) >= 1:
                self._note_total(row, budget, number_text(stated), number_text(sum(known)))
        for c in filled:
            match = _COUNTED.search(self.grid.text(row, c))
            if match and int(match[1]) != len(self.table.letak):
                self._note_total(row, c, self.grid.text(row, c), f"{len(self.table.letak)} inovasi")

    def _note_total(self, row: int, column: int, stated: str, parts: str) -> None:
        self.notes[row, column] = SheetNote("jumlah_tidak_cocok", self.grid.lembar, row, column, None, stated, parts)

    def _is_guidance(self, filled: list[int]) -> bool:
        """A row that says how to fill in: hints in parentheses under a header, or an example."""
        texts = [text for c in filled if (text := self.grid.text(self.row, c))]
        hints = sum(1 for text in texts if text.startswith("(") and text.endswith(")"))
        if hints >= 2 and hints * 2 >= len(texts):
            return True
        leading = [c for c in filled if c in (self.ordinal, self.name)]
        return any(self.vocabulary.is_example(self.grid.text(self.row, c)) for c in leading)

    def _is_section(self, row: int, filled: list[int]) -> bool:
        """A row that titles the rows below: one text, alone or behind a letter or a roman numeral, or merged across."""
        grid = self.grid
        texts = [c for c in filled if grid.text(row, c)]
        if not texts or len(texts) != len(filled):
            lone_number = len(filled) == 2 and len(texts) == 1 and filled[0] == self.ordinal
            return lone_number and self._is_section_text(grid.text(row, texts[0]), row, texts[0])
        if len(filled) == 1:
            c = filled[0]
            wide = grid.spans.get((row, c), (1, 1))[1] > 1
            if wide or c != self.name:
                return len(grid.text(row, c)) <= 120
            return bool(_SECTION_TEXT.match(grid.text(row, c))) or self._is_section_text(grid.text(row, c), row, c)
        if len(filled) == 2:
            first, second = filled
            if _SECTION_ORDINAL.match(grid.text(row, first)) and (first == self.ordinal or second - first <= 2):
                merged = grid.spans.get((row, second), (1, 1))[1] > 1
                others_are_fuller = len(self.keys) >= 2
                return merged or others_are_fuller
        return False

    def _is_section_text(self, text: str, row: int, column: int) -> bool:
        """Whether a lone text titles a group: it names a form of innovation, or a unit's kind, or spans columns."""
        if self.grid.spans.get((row, column), (1, 1))[1] > 1:
            return True
        folded = fold(text)
        for kolom in ("bentuk", "tahapan"):
            if (
                folded in self.vocabulary.choices[kolom]
                or folded.removeprefix("inovasi ") in self.vocabulary.choices[kolom]
            ):
                return True
        return False

    def _read_row(self, row: int, filled: list[int]) -> None:
        self.row = row
        keyed = [c for c in filled if c in self.keys]
        if self._is_total(filled):
            self.after_total, self.last_row = True, row
            self._check_total(row, filled)
            return
        if self._is_guidance(filled):
            return
        if self.record is not None and self._continues(row, filled):
            self._add_cells(self.record, row, filled, continuing=True)
            return
        if self.head.jenis != "indikator" and self._is_section(row, filled):
            self.section = (row, filled[-1])
            return
        if not keyed and not self._inherits(row):
            return
        values = [c for c in keyed if not self.vocabulary.is_empty(str(self.grid.rows[row][c]))]
        named = self.name is not None and self.name in values
        numbered = self.ordinal is not None and self.ordinal in filled
        if self.head.jenis != "indikator" and not numbered and len(values) < 2 and (self.after_total or not named):
            return  # a note below the table
        if not values:
            return
        self.last_row = row
        at = self.name if self.name is not None else self.head.columns[0].sel
        self.record = self.table.new_record(row, at)
        self._add_cells(self.record, row, filled, continuing=False)
        if self.section is not None:
            self._add_section(self.record, self.section)

    def _add_section(self, record: int, section: tuple[int, int]) -> None:
        """What the title of the section above says: a unit perhaps, or the form of innovation where no column does."""
        self.table.add(record, "bagian", self.grid, *section)
        text = self.grid.text(*section)
        bentuk = self.vocabulary.choices["bentuk"].get(fold(without_numbering(text)))
        if bentuk and self.head.jenis == "inovasi" and "bentuk" not in self.table.kolom:
            self.table.put(record, "bentuk", text, f"m:{bentuk}", *self.grid.anchor(*section))
            self.notes[section] = SheetNote(
                "pilihan_dari_bagian", self.grid.lembar, *section, "bentuk", clean(text), ""
            )

    def _inherits(self, row: int) -> bool:
        return self.name is not None and self.grid.anchor(row, self.name) != (row, self.name)

    def _continues(self, row: int, filled: list[int]) -> bool:
        """A further row of the same record: its name cell is merged with the one above, or only a long text goes on."""
        if self.name is None or self.head.jenis == "indikator":
            return False
        going_on = {column.sel for column in self.head.columns if column.kolom in self.vocabulary.long_texts}
        if set(filled) <= going_on and self.grid.filled(row - 1):
            return True
        anchor = self.grid.anchor(row, self.name)
        return anchor[0] < row and anchor[0] >= self.head.bottom + 1 and anchor[1] == self.name

    def _add_cells(self, record: int, row: int, filled: list[int], *, continuing: bool) -> None:
        grid, table, vocabulary = self.grid, self.table, self.vocabulary
        for column in self.head.asked:
            anchor = grid.anchor(row, column.sel)
            if continuing and anchor[0] != row:
                continue
            value = grid.value(row, column.sel)
            if value == "" or (isinstance(value, str) and value.isspace()):
                if anchor in grid.uncached:
                    table.put(record, column.kolom, grid.uncached[anchor], "f", *anchor)
                elif not continuing and not column.pilihan:
                    table.put(record, column.kolom, "", "e", *anchor)
                continue
            if column.pilihan:
                text = value if isinstance(value, str) else str(value)
                if (
                    vocabulary.is_mark(text)
                    or value is True
                    or value == 1
                    or fold(text) in ("ya", "ada", fold(column.pilihan))
                ):
                    table.put(record, column.kolom, text, f"m:{column.pilihan}", *anchor)
                continue
            table.add(record, column.kolom, grid, *anchor)
            if column.sel in self.head.scales:
                table.tipe[-1] += f"*{self.head.scales[column.sel]}"
        if not continuing:
            self._add_others(record, row)

    def _add_others(self, record: int, row: int) -> None:
        """Columns that are none of ours are kept under their own header; of ignored ones only numbers that Excel rounded."""
        for c, text in self.head.unknown:
            if self.grid.value(row, c) != "":
                self.table.add(record, OTHER + clean(text), self.grid, row, c)
        for c, text in self.head.ignored:
            if _is_rounded(self.grid.value(row, c)):
                self.table.add(record, OTHER + clean(text), self.grid, row, c)


class _Plain:
    """Finds runs of rows that can be nothing but records: a number or many filled columns, and a name that is a name.

    Whether rows are is decided for many at once, column by column.
    """

    def __init__(self, grid: Grid, head: Head, vocabulary: Vocabulary) -> None:
        self.rows, self.vocabulary, self.special = grid.rows, vocabulary, vocabulary.line_starts
        self.name, self.ordinal = head.position("nama_inovasi"), head.position("no")
        self.keys = [column.sel for column in head.columns if column.kolom != "no"]
        self.columns = [(column.sel, column.kolom) for column in head.asked]
        self.columns += [(c, OTHER + clean(text)) for c, text in head.unknown]
        self.width = 1 + max((*(column.sel for column in head.columns), *(c for c, _ in head.unknown)), default=0)
        merged = {row for (top, _), (bottom, _) in grid.merges for row in range(top, min(bottom, len(grid.rows)) + 1)}
        self.slow = merged | {row for row, _ in grid.uncached} | set(_rounded(grid, head))
        self.scales = head.scales
        options = any(column.pilihan for column in head.columns)
        self.usable = not options and (self.name is not None or self.ordinal is not None)
        self.start = self.end = 0  # the rows looked at last
        self.cells: list[tuple[Value, ...]] = []  # theirs, column by column
        self.plain = b""  # for each of them whether it is plainly a record

    def run(self, start: int) -> int:
        """The row after the run that begins at ``start``; ``start`` itself where none does."""
        if not self.usable:
            return start
        if start >= self.end:
            self._look(start)
        stop = self.plain.find(0, start - self.start)
        return self.end if stop < 0 else self.start + stop

    def _look(self, start: int) -> None:
        """Looks at the rows from ``start`` on, up to one that is too short to be a record."""
        rows = self.rows[start : start + ROWS_AT_ONCE]
        whole = len(rows) if min(map(len, rows)) >= self.width else self._until_short(rows)
        self.start, self.end = start, start + max(whole, 1)
        self.cells = list(zip(*rows[:whole], strict=False))  # no row is shorter than the width, some may be longer
        self.plain = bytes(self._plain_rows()) if whole else b"\0"

    def _until_short(self, rows: list[list[Value]]) -> int:
        """How many rows stand before the first that is too short."""
        return next(at for at, row in enumerate(rows) if len(row) < self.width)

    def _plain_rows(self) -> Iterable[bool]:
        """For each row looked at whether it is plainly a record."""
        looked_at = range(self.start, self.end)
        signs: list[Iterable[bool]] = []
        if not self.slow.isdisjoint(looked_at):
            signs.append(row not in self.slow for row in looked_at)
        if self.ordinal is not None:
            signs.append(map(_is_number, self.cells[self.ordinal]))
        if self.name is not None:
            names = self.cells[self.name]
            known = {name: type(name) is str and self._is_name(name) for name in set(names)}
            signs.append(map(known.__getitem__, names))
            signs += self._filled(FULL_RECORD if self.ordinal is None else 2)
        return reduce(partial(map, and_), signs)

    def _filled(self, fewest: int) -> Iterator[Iterable[bool]]:
        """For each row looked at whether so many of its cells are filled; nothing where all have so many."""
        columns = [self.cells[c] for c in self.keys]
        full = ("" not in column for column in columns)
        if sum(islice(filter(None, full), fewest)) < fewest:
            yield [len(row) - row.count("") >= fewest for row in zip(*columns, strict=True)]

    def _is_name(self, name: str) -> bool:
        """Whether a text can be a name, and begins like none of the lines that stand around and below records."""
        if len(name) < 3 or not name[0].isalpha():
            return False
        if name[:3].casefold() in self.special and self._may_end_the_table(name):
            return False
        return self.ordinal is not None or fold(name[:60]) not in self.vocabulary.name_headers

    def _may_end_the_table(self, name: str) -> bool:
        """Whether a text in the place of a name begins like a total, a signature, a note or an example."""
        folded, vocabulary = joined(fold(name)), self.vocabulary
        return (
            folded in vocabulary.totals
            or any(folded.startswith(f"{word} ") for word in vocabulary.totals)
            or vocabulary.is_example(name)
            or vocabulary.is_signature_line(name)
        )

    def block(self, first: int, start: int, end: int) -> Block:
        """The cells of a run of rows, column by column."""
        run = slice(start - self.start, end - self.start)
        encoded = [encode_column(self.cells[c][run], self.scales.get(c)) for c, _ in self.columns]
        return Block(
            rekaman=first,
            baris=start,
            banyak=end - start,
            kolom=[kolom for _, kolom in self.columns],
            sel=[c for c, _ in self.columns],
            nilai=[nilai for nilai, _ in encoded],
            tipe=[tipe for _, tipe in encoded],
        )


def _rounded(grid: Grid, head: Head) -> Iterator[int]:
    """The rows below a header with a number that Excel rounded in a column that is ignored else."""
    for c, _ in head.ignored:
        for row in range(head.bottom + 1, len(grid.rows)):
            if _is_rounded(grid.value(row, c)):
                yield row


def _is_rounded(value: Value) -> bool:
    return type(value) is float and abs(value) >= ROUNDED


def _is_number(value: Value) -> bool:
    """Whether a cell numbers a record: 1, "1" or "1."."""
    if type(value) is float:
        return value > 0
    return type(value) is str and value.strip().rstrip(".").isdigit()


def _column_number(value: Value) -> int | None:
    if isinstance(value, str):
        match = _NUMBER.match(value.strip())
        return int(match[1]) if match else None
    return int(value) if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 100 else None


def _column_letter(value: Value) -> int | None:
    """a b c, (a) (b) (c) as numbers."""
    folded = fold(value) if isinstance(value, str) else ""
    return ord(folded) - ord("a") + 1 if len(folded) == 1 and "a" <= folded <= "z" else None


def _column_roman(value: Value) -> int | None:
    """I II III as numbers, up to thirty-nine."""
    match = _ROMAN.fullmatch(fold(value)) if isinstance(value, str) else None
    return 10 * len(match[1]) + _UNITS.index(match[2]) if match and match[0] else None


def _counts_on(numbers: list[int | None]) -> bool:
    """Whether all are numbers, ascending and without large gaps."""
    known = [number for number in numbers if number is not None]
    return len(known) == len(numbers) and known == sorted(known) and known[-1] - known[0] <= 2 * len(known) + 2


def _context(grid: Grid, start: int, head: Head, vocabulary: Vocabulary) -> list[Context]:
    """Texts above a header: what stands behind a label of a unit first, then titles."""
    found: list[Context] = []
    for row in [row for row in range(start, head.top) if grid.filled(row)][-TITLE_ROWS:]:
        found.extend(context_of_row(grid, row, vocabulary))
    return found


def context_of_row(grid: Grid, row: int, vocabulary: Vocabulary) -> list[Context]:
    """What a row outside of tables says of the unit: "Nama SKPD : Dinas Kesehatan", or a line of a title."""
    labelled = units_of_row(grid, row, vocabulary)
    return [labelled.get(c) or Context("judul", clean(text), row, c) for c, text in grid.said(row)]


def _colon_follows(cells: list[tuple[int, str]], index: int) -> bool:
    """Whether the cell right of one of a row's texts begins with a colon."""
    if index + 1 == len(cells):
        return False
    column, text = cells[index + 1]
    return column == cells[index][0] + 1 and text.startswith(":")


def units_of_row(grid: Grid, row: int, vocabulary: Vocabulary) -> dict[int, Context]:
    """What stands in a row behind a label of a unit, or in the cell of the label itself, by the label's column."""
    found: dict[int, Context] = {}
    cells = grid.said(row)
    for index, (c, text) in enumerate(cells):
        if not is_label_of_unit(text, vocabulary) or (index and ":" not in text and not _colon_follows(cells, index)):
            continue
        if (rest := text.partition(":")[2]).strip():
            found[c] = Context("label", clean(rest), row, c)
            continue
        value = next((other for _, other in cells[index + 1 :] if other.strip(": ")), "")
        if value:
            found[c] = Context("label", clean(value.lstrip(": ")), row, c)
    return found


def is_label_of_unit(text: str, vocabulary: Vocabulary) -> bool:
    """Whether a text is, or has before its colon, the label of a unit."""
    label = text.partition(":")[0]
    return 0 < len(label) <= LONGEST_LABEL and _means_unit(label, vocabulary)


@lru_cache(REMEMBERED)
def _means_unit(label: str, vocabulary: Vocabulary) -> bool:
    header = vocabulary.header(label, "inovasi")
    return header is not None and header.kolom in ("unit", "kode_unit") and header.level <= 2
