"""Layout tabel: a header of one to three rows somewhere on the sheet, a record a row below it.

Serves every kind of table (innovations, indicators, …): what a header means comes from the vocabulary.
"""

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from tasks.read.grid import Grid, Value
from tasks.recognize.records import Context, SheetNote, Table
from tasks.text import clean, fold, joined, without_numbering
from tasks.vocabulary import Header, Vocabulary

LONGEST_HEADER = 160
OTHER = "?"  # begins the name of a column that is none of ours
ROUNDED = 1e15  # numbers from here on have lost their last digits
TITLE_ROWS = 25  # rows above a header that may say which unit it is
_NUMBER = re.compile(r"^\(?\s*(\d{1,2})\s*\)?\.?$")
_SCALE = re.compile(r"\b(ribu|jut[a]?)(?:an|a)?\b", re.IGNORECASE)
_ORDINAL = re.compile(r"^\(?\s*\d{1,3}\s*[).]?\s*$")
_SCALE = re.compile(r"\b(ribu|jut[a]?)(?:an|a)?\b", re.IGNORECASE)
_SECTION_ORDINAL = re.compile(r"^\(?\s*(?:[A-Z]|[IVX]{1,5}|[a-z])\s*[).]?\s*$")
_SECTION_TEXT = re.compile(r"^\s*\(?(?:[A-Z]|[IVX]{1,5})[.)]\s*\S")

# A row is a header of this kind of table when it has these columns (any of each group).
SIGNATURES: dict[str, list[set[str]]] = {
    "indikator": [{"nomor", "indikator"}, {"parameter", "bukti"}],
    "inovasi": [{"nama_inovasi"}],
}


class Column(NamedTuple):
    """A column of a table: its position, its meaning, and, where it stands for one printed option, that option."""

    sel: int
    kolom: str
    pilihan: str = ""


@dataclass
class Head:
    """A header found: its rows, its columns, and what of it was guessed or not understood."""

    jenis: str
    top: int
    bottom: int
    columns: list[Column]
    unknown: list[tuple[int, str]] = field(default_factory=list)
    ignored: list[tuple[int, str]] = field(default_factory=list)
    guessed: list[tuple[int, str, str]] = field(default_factory=list)
    doubled: list[tuple[int, str, str]] = field(default_factory=list)
    scales: dict[int, int] = field(default_factory=dict)  # columns of amounts in thousands or millions of rupiah

    def position(self, kolom: str) -> int | None:
        """Where a column of the field stands, or None."""
        return next((column.sel for column in self.columns if column.kolom == kolom), None)


def find_tables(grid: Grid, vocabulary: Vocabulary) -> tuple[list[Table], list[SheetNote]]:
    """All tables of a sheet, from top to bottom, and notes about their headers."""
    tables: list[Table] = []
    notes: list[SheetNote] = []
    row, last_end = 0, 0
    while row < len(grid.rows):
        head = _head_at(grid, row, vocabulary)
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
        notes += [*_header_notes(grid.lembar, head, vocabulary), *reader.notes.values()]
        row = max(end, head.bottom + 1)
    return tables, notes


def _second_table(grid: Grid, head: Head, vocabulary: Vocabulary) -> int | None:
    """Where a second table begins right of the first: the column of its number or name, when names are headed twice."""
    names = [
        c for c, text in _header_candidates(grid, head.bottom)
        if (header := vocabulary.header(text, head.jenis)) and header.kolom == "nama_inovasi" and header.level == 1
    ]  # fmt: skip
    if head.jenis != "inovasi" or len(names) < 2:
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


# --- header -----------------------------------------------------------------------------------------------------------


def _header_candidates(grid: Grid, row: int) -> list[tuple[int, str]]:
    return [
        (c, value)
        for c, value in enumerate(grid.rows[row])
        if isinstance(value, str) and 0 < len(value) <= LONGEST_HEADER and not value.isspace()
    ]


def _kind_of(grid: Grid, row: int, vocabulary: Vocabulary) -> str | None:
    """The kind of table that a row can be the header of, by sure matches alone."""
    cells = _header_candidates(grid, row)
    if len(cells) < 2:
        return None
    for jenis, groups in SIGNATURES.items():
        found = {h.kolom for _, text in cells if (h := vocabulary.header(text, jenis)) and h.level <= 2}
        loose = {h.kolom for _, text in cells if (h := vocabulary.header(text, jenis)) and h.tabel == jenis}
        named = found | (loose if len(found) >= 3 else set())
        if all(named & group for group in groups) and len(named) >= 2 and not _lists_people(cells, jenis, vocabulary):
            return jenis
    return None


def _lists_people(cells: list[tuple[int, str]], jenis: str, vocabulary: Vocabulary) -> bool:
    """A header that says only "Nama", beside nothing an innovation has, is of a list of people."""
    if jenis != "inovasi":
        return False
    found = [header for _, text in cells if (header := vocabulary.header(text, jenis))]
    sure = any(header.kolom == "nama_inovasi" and header.level == 1 for header in found)
    profile = {header.kolom for header in found if header.tabel == "inovasi"} - {
        "nama_inovasi",
        "nama_inisiator",
        "tautan",
    }
    return not sure and len(profile) < 2


def _head_at(grid: Grid, row: int, vocabulary: Vocabulary) -> Head | None:
    """The header whose main row is ``row``, with the group row above and the sub-rows below it, if it is one."""
    jenis = _kind_of(grid, row, vocabulary)
    if jenis is None:
        return None
    top, bottom = row, row
    while bottom - row < 2 and _is_subheader(grid, top, bottom + 1, vocabulary, jenis):
        bottom += 1
    while row - top < 2 and top > 0 and _is_group_row(grid, top - 1, row):
        top -= 1
    head = _resolve(grid, top, bottom, vocabulary, jenis)
    if _looks_like_data(grid, head, vocabulary):
        return None
    return head


def _looks_like_data(grid: Grid, head: Head, vocabulary: Vocabulary) -> bool:
    """A row of a form or a record can name two columns by accident: a real header has mostly headers in it."""
    filled = len({grid.anchor(head.bottom, c) for c in range(grid.width) if grid.text(head.bottom, c)})
    known = len(head.columns)
    colons = sum(1 for c in grid.filled(head.top) if grid.text(head.top, c).endswith(":"))
    return known < 2 or known * 3 < filled or colons * 2 > known


def _is_subheader(grid: Grid, top: int, row: int, vocabulary: Vocabulary, jenis: str) -> bool:
    """Whether ``row`` continues the header that begins at ``top`` (labels under a wider label)."""
    if row >= len(grid.rows):
        return False
    own = [c for c in grid.filled(row) if grid.anchor(row, c) == (row, c)]
    if not own:
        return any(
            r < row <= r + height - 1 and r >= top for (r, c), (height, _) in grid.spans.items() if grid.text(r, c)
        )
    understood = 0
    for c in own:
        text = grid.text(row, c)
        if not text or len(text) > 60 or _ORDINAL.match(text):
            return False
        above, next_above = grid.text(row - 1, c), grid.text(row - 1, c + 1)
        spanned = grid.spans.get(grid.anchor(row - 1, c), (1, 1))[1] > 1
        if above and not spanned and next_above and grid.anchor(row - 1, c + 1) != grid.anchor(row - 1, c):
            return False
        parent = above or _left_neighbour(grid, row - 1, c)
        header = vocabulary.header(f"{parent} {text}", jenis) or vocabulary.header(text, jenis)
        parent_header = vocabulary.header(parent, jenis)
        if header is not None or (parent_header and parent_header.kolom in vocabulary.choices):
            understood += 1
    return understood > 0


def _is_group_row(grid: Grid, row: int, main: int) -> bool:
    """Whether ``row``, above the main header row, holds titles of groups of columns (merged, or tops of merged labels)."""
    cells = [c for c in grid.filled(row) if grid.text(row, c)]
    if len(cells) < 2 and not any(grid.spans.get((row, c), (1, 1))[0] > 1 for c in cells):
        return False
    main_cells = [c for c in range(grid.width) if grid.text(main, c)]
    inside = all(main_cells and main_cells[0] <= c <= main_cells[-1] for c in cells)
    merged = [grid.spans.get((row, c), (1, 1)) for c in cells]
    return (
        inside
        and any(height > 1 or width > 1 for height, width in merged)
        and any((height > 1 and row + height > main) or width > 1 for height, width in merged)
    )


def _left_neighbour(grid: Grid, row: int, column: int) -> str:
    """The nearest text to the left on a header row, for labels without merged cells."""
    return next((text for c in range(column, -1, -1) if (text := grid.text(row, c))), "")


def _label_path(grid: Grid, top: int, bottom: int, column: int) -> list[str]:
    """Texts of a header above a column, from the widest to the narrowest, each once."""
    path: list[str] = []
    seen = set()
    for row in range(top, bottom + 1):
        anchor = grid.anchor(row, column)
        text = grid.text(row, column)
        if not text and row < bottom and grid.text(bottom, column) and not grid.merges:
            text = _left_neighbour(grid, row, column)
        if text and (anchor not in seen or not grid.merges):
            path.append(text)
        seen.add(anchor)
    return path


def _resolve(grid: Grid, top: int, bottom: int, vocabulary: Vocabulary, jenis: str) -> Head:
    """What each column of the header means."""
    head = Head(jenis, top, bottom, [])
    best: dict[str, tuple[int, int, str]] = {}  # kolom -> level, position, text
    for c in range(grid.width):
        path = _label_path(grid, top, bottom, c)
        if not path:
            continue
        option = _option_column(path, vocabulary, jenis)
        if option:
            head.columns.append(Column(c, *option))
            continue
        header, text = _best_header(path, vocabulary, jenis)
        if header is None:
            head.unknown.append((c, " ".join(path[-2:])))
        elif header.kolom == "abaikan":
            head.ignored.append((c, text))
        elif header.kolom not in best or header.level < best[header.kolom][0]:
            if header.kolom in best:
                _, other, words = best[header.kolom]
                head.unknown.append((other, words))
            best[header.kolom] = (header.level, c, text)
        elif header.level <= 2:
            head.doubled.append((c, text, best[header.kolom][2]))
        else:
            head.unknown.append((c, text))
    for kolom, (level, c, text) in best.items():
        head.columns.append(Column(c, kolom))
        if level >= 3:
            head.guessed.append((c, text, kolom))
    head.columns.sort()
    _settle_by_content(grid, head, vocabulary)
    for column in head.columns:
        if column.kolom == "anggaran" and (scale := _SCALE.search(_header_text(grid, head, column.sel))):
            head.scales[column.sel] = 1000 if scale[1].lower().startswith("rib") else 10**6
    return head


def _best_header(path: list[str], vocabulary: Vocabulary, jenis: str) -> tuple[Header | None, str]:
    """The surest meaning of a column: its label together with the wider one above, alone, or the wider one."""
    options = list(dict.fromkeys((" ".join(path), " ".join(path[-2:]), path[-1], *reversed(path[:-1]))))
    found = [
        (header.level, index, header, text)
        for index, text in enumerate(options)
        if (header := vocabulary.header(text, jenis))
    ]
    if not found:
        return None, " ".join(path)
    _, _, header, text = min(found, key=lambda item: item[:2])
    return header, text


def _option_column(path: list[str], vocabulary: Vocabulary, jenis: str) -> tuple[str, str] | None:
    """Column and choice where a column is one printed option under the header of a choice ("Tahapan" over "Uji Coba")."""
    if len(path) < 2 or jenis != "inovasi":
        return None
    parent = vocabulary.header(path[-2], jenis)
    if parent is None or parent.level > 2 or parent.kolom not in vocabulary.choices:
        return None
    choice = vocabulary.choices[parent.kolom].get(fold(path[-1]))
    return (parent.kolom, choice) if choice else None


def _settle_by_content(grid: Grid, head: Head, vocabulary: Vocabulary) -> None:
    """Columns whose cells all are choices of another column are that column, whatever their header says."""
    if head.jenis != "inovasi":
        return
    taken = {column.kolom for column in head.columns}
    rows = range(head.bottom + 1, min(head.bottom + 60, len(grid.rows)))

    def texts(c: int) -> list[str]:
        found = [grid.text(r, c) for r in rows if c < len(grid.rows[r])]
        return [t for t in found if len(t) <= 80 and not vocabulary.is_empty(t) and not _ORDINAL.match(t)]

    def fits(kolom: str, cells: list[str]) -> bool:
        exact = sum(1 for text in cells if fold(text) in vocabulary.choices[kolom])
        return exact * 2 >= len(cells) and all(vocabulary.choice(kolom, text) for text in cells)

    for index, column in enumerate(head.columns):
        if column.kolom not in vocabulary.choices or column.pilihan:
            continue
        cells = texts(column.sel)
        if not cells or any(vocabulary.choice(column.kolom, text) for text in cells):
            continue
        others = [k for k in vocabulary.choices if k not in taken and fits(k, cells)]
        if len(others) == 1:
            taken = taken - {column.kolom} | {others[0]}
            head.columns[index] = Column(column.sel, others[0])
            head.guessed.append((column.sel, _header_text(grid, head, column.sel), others[0]))
        elif column.kolom == "inisiator" and "nama_inisiator" not in taken and len(cells) > 0:
            taken = taken - {"inisiator"} | {"nama_inisiator"}
            head.columns[index] = Column(column.sel, "nama_inisiator")
            head.guessed.append((column.sel, _header_text(grid, head, column.sel), "nama_inisiator"))
    for c, text, _ in list(head.doubled):
        header = vocabulary.header(text, head.jenis)
        if (
            header
            and header.kolom == "inisiator"
            and "nama_inisiator" not in taken
            and not any(vocabulary.choice("inisiator", t) for t in texts(c))
        ):
            taken.add("nama_inisiator")
            head.doubled = [item for item in head.doubled if item[0] != c]
            head.columns.append(Column(c, "nama_inisiator"))
            head.guessed.append((c, text, "nama_inisiator"))
    for c, text in list(head.unknown):
        cells = texts(c)
        fitting = [k for k in vocabulary.choices if k not in taken and cells and fits(k, cells)]
        if len(cells) >= 2 and len(fitting) == 1:
            taken.add(fitting[0])
            head.unknown.remove((c, text))
            head.columns.append(Column(c, fitting[0]))
            head.guessed.append((c, text, fitting[0]))
    head.columns.sort()


def _header_text(grid: Grid, head: Head, column: int) -> str:
    return " ".join(_label_path(grid, head.top, head.bottom, column)[-2:])


def _header_notes(lembar: str, head: Head, vocabulary: Vocabulary) -> list[SheetNote]:
    at = head.bottom
    label = vocabulary.labels
    return [
        *(SheetNote("judul_tidak_dikenal", lembar, at, c, None, clean(text), "") for c, text in head.unknown),
        *(
            SheetNote("judul_ditebak", lembar, at, c, kolom, clean(text), label.get(kolom, kolom))
            for c, text, kolom in head.guessed
        ),
        *(SheetNote("judul_ganda", lembar, at, c, None, clean(text), clean(other)) for c, text, other in head.doubled),
    ]


# --- body -------------------------------------------------------------------------------------------------------------


class _Body:
    """Reads the rows below a header into a table, until the sheet ends, a signature block or the next header begins."""

    def __init__(self, grid: Grid, head: Head, vocabulary: Vocabulary) -> None:
        self.grid, self.head, self.vocabulary = grid, head, vocabulary
        unit = head.position("unit")
        self.table = Table(
            head.jenis,
            grid.lembar,
            kolom=list(dict.fromkeys(column.kolom for column in head.columns)),
            judul=[fold(text) for c in range(grid.width) for text in _label_path(grid, head.top, head.bottom, c)],
            judul_unit="" if unit is None else _header_text(grid, head, unit),
        )
        self.signature: list[Context] = []
        self.name = head.position("nama_inovasi")
        self.ordinal = head.position("no")
        self.section: tuple[int, int] | None = None
        self.after_header = True
        self.after_total = False
        self.last_row = head.bottom
        self.notes: dict[tuple[int, int], SheetNote] = {}
        self.record: int | None = None
        keys = [c.sel for c in head.columns if c.kolom not in ("no",)]
        self.keys = keys

    def read(self) -> int:
        """Fills ``table``; returns the row after the last one that belongs to it."""
        grid, head = self.grid, self.head
        row = head.bottom + 1
        while row < len(grid.rows):
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

    def _repeats_header(self, row: int) -> bool:
        """The header printed again, as on each page."""
        own = self.head.columns[:6]
        same = sum(1 for c in own if (t := self.grid.text(row, c.sel)) and t == self.grid.text(self.head.top, c.sel))
        if same >= 2:
            return True
        below = sum(
            1 for c in own if (t := self.grid.text(row, c.sel)) and t == self.grid.text(self.head.bottom, c.sel)
        )
        return below >= 2 and self.head.top == self.head.bottom

    def _next_header(self, row: int, filled: list[int]) -> bool:
        """Another table begins: a header row after a blank row, or one that heads a column of names."""
        if len(filled) < 2:
            return False
        if self.ordinal is not None and _is_ordinal(self.grid.value(row, self.ordinal)):
            return False
        blank_above = row - 1 > self.head.bottom and not self.grid.filled(row - 1)
        short = (text for c in filled if 0 < len(text := self.grid.text(row, c)) <= 40)
        if not blank_above and not any(fold(text) in self.vocabulary.name_headers for text in short):
            return False
        return _head_at(self.grid, row, self.vocabulary) is not None

    def _numbers_columns(self, row: int, filled: list[int]) -> bool:
        """The row under a header that counts the columns: 1 2 3 or (1) (2) (3)."""
        if not self.after_header or len(filled) < 2:
            return False
        numbers = [_column_number(self.grid.rows[row][c]) for c in filled]
        known = [n for n in numbers if n is not None]
        return len(known) == len(numbers) and known == sorted(known) and known[-1] - known[0] <= 2 * len(known) + 2

    def _ends_table(self, row: int, filled: list[int]) -> bool:
        """A signature block or a note begins: few cells, none of them a number of a record, a word that says so."""
        if self._is_record_shaped(row, filled):
            return False
        return any(self.vocabulary.is_signature_line(self.grid.text(row, c)) for c in filled)

    def _is_record_shaped(self, row: int, filled: list[int]) -> bool:
        ordinal = self.ordinal is not None and _is_ordinal(self.grid.value(row, self.ordinal))
        keyed = [c for c in filled if c in self.keys]
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
            if _kind_of(self.grid, r, self.vocabulary):
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
                and not (self.ordinal is not None and _is_ordinal(self.grid.value(self.row, self.ordinal)))
            ):
                return True
        return False

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
            return
        if self._is_guidance(filled):
            return
        if self.record is not None and self._continues(row, filled):
            self._add_cells(self.record, row, filled, continuing=True)
            return
        if self.head.jenis == "inovasi" and self._is_section(row, filled):
            self.section = (row, filled[-1])
            return
        if not keyed and not self._inherits(row):
            return
        values = [c for c in keyed if not self.vocabulary.is_empty(str(self.grid.rows[row][c]))]
        named = self.name is not None and self.name in values
        numbered = self.ordinal is not None and self.ordinal in filled
        if self.head.jenis == "inovasi" and not numbered and len(values) < 2 and (self.after_total or not named):
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
        if bentuk and "bentuk" not in self.table.kolom:
            self.table.put(record, "bentuk", text, f"m:{bentuk}", *self.grid.anchor(*section))
            self.notes[section] = SheetNote(
                "pilihan_dari_bagian", self.grid.lembar, *section, "bentuk", clean(text), ""
            )

    def _inherits(self, row: int) -> bool:
        return self.name is not None and self.grid.anchor(row, self.name) != (row, self.name)

    def _continues(self, row: int, filled: list[int]) -> bool:
        """A further row of the same record: its name cell is merged with the one above, or only a long text goes on."""
        if self.name is None or self.head.jenis != "inovasi":
            return False
        going_on = {column.sel for column in self.head.columns if column.kolom in self.vocabulary.long_texts}
        if set(filled) <= going_on and self.grid.filled(row - 1):
            return True
        anchor = self.grid.anchor(row, self.name)
        return anchor[0] < row and anchor[0] >= self.head.bottom + 1 and anchor[1] == self.name

    def _add_cells(self, record: int, row: int, filled: list[int], *, continuing: bool) -> None:
        grid, table, vocabulary = self.grid, self.table, self.vocabulary
        for column in self.head.columns:
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
            value = self.grid.value(row, c)
            if isinstance(value, float) and abs(value) >= ROUNDED:
                self.table.add(record, OTHER + clean(text), self.grid, row, c)


def _column_number(value: Value) -> int | None:
    if isinstance(value, str):
        match = _NUMBER.match(value.strip())
        return int(match[1]) if match else None
    return int(value) if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 100 else None


def _is_ordinal(value: Value) -> bool:
    if isinstance(value, str):
        return bool(_ORDINAL.match(value))
    return isinstance(value, int | float) and not isinstance(value, bool)


# --- context ----------------------------------------------------------------------------------------------------------


def _context(grid: Grid, start: int, head: Head, vocabulary: Vocabulary) -> list[Context]:
    """Texts above a header: what stands behind a label of a unit first, then titles."""
    found: list[Context] = []
    for row in range(max(start, head.top - TITLE_ROWS), head.top):
        found.extend(context_of_row(grid, row, vocabulary))
    return found


def context_of_row(grid: Grid, row: int, vocabulary: Vocabulary) -> list[Context]:
    """What a row outside of tables says of the unit: "Nama SKPD : Dinas Kesehatan", or a line of a title."""
    found: list[Context] = []
    cells = [c for c in grid.filled(row) if grid.text(row, c)]
    for index, c in enumerate(cells):
        text = grid.text(row, c)
        label, colon, rest = text.partition(":")
        leads = index == 0 or colon or grid.text(row, c + 1).startswith(":")
        header = vocabulary.header(label, "inovasi") if len(label) <= 60 and leads else None
        if header and header.kolom in ("unit", "kode_unit") and header.level <= 2:
            if colon and rest.strip():
                found.append(Context("label", clean(rest), row, c))
                continue
            value = next((grid.text(row, d) for d in cells[index + 1 :] if grid.text(row, d).strip(": ")), "")
            if value:
                found.append(Context("label", clean(value.lstrip(": ")), row, c))
                continue
        found.append(Context("judul", clean(text), row, c))
    return found
