"""Headers of tables: of one to three rows, somewhere on a sheet; which column means what comes from the vocabulary."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from tasks.read.grid import Grid, Value
from tasks.recognize.records import SheetNote
from tasks.text import clean, fold
from tasks.vocabulary import BARE_NAMES, REMEMBERED, Header, Vocabulary

LONGEST_HEADER = 160
LONGEST_CHOICE = 80
ROWS_REMEMBERED = 2_000  # rows that may be headers; sheets of forms are much alike
ROWS_LOOKED_AT = 60  # below a header, to see what its columns hold
_ORDINAL = re.compile(r"^\(?\s*\d{1,3}\s*[).]?\s*$")
_SCALE = re.compile(r"\b(ribu|juta?)(?:an|a)?\b", re.IGNORECASE)

# Columns that only a list of innovations has.
OWN_COLUMNS = {
    "tahapan",
    "inisiator",
    "jenis",
    "bentuk",
    "urusan_utama",
    "urusan_beririsan",
    "waktu_uji_coba",
    "waktu_penerapan",
    "rancang_bangun",
}

MONITORING = frozenset(
    {"progres", "kendala", "tindak_lanjut", "penerima_manfaat", "periode"}
)  # two of these make a return


class Signature(NamedTuple):
    """What makes a row the header of a kind of table: so many columns of each group, and few that an innovation's list has.

    ``outnumbers`` asks for more columns of the last group than of those a list of innovations has.
    """

    groups: tuple[tuple[frozenset[str], int], ...]
    most_own: int = 99
    outnumbers: bool = False


NAME = frozenset({"nama_inovasi"})
SIGNATURES: dict[str, Signature] = {
    "indikator": Signature(((frozenset({"nomor", "indikator"}), 1), (frozenset({"parameter", "bukti"}), 1))),
    "komitmen": Signature(((NAME, 1), (frozenset({"penanda_tangan", "jabatan", "nomor"}), 1)), most_own=1),
    "monev": Signature(((NAME, 1), (MONITORING, 2)), outnumbers=True),
    "inovasi": Signature(((NAME, 1),)),
}


# The same where a title says what the list is of.
ANNOUNCED: dict[str, tuple[tuple[frozenset[str], int], ...]] = {
    "komitmen": ((NAME, 1),),
    "monev": ((NAME, 1), (MONITORING, 1)),
}
TITLE_LINES = 8
FEWEST_MISTYPED = 3  # guessed headers that, with one more, make a header of a row without a sure one
# Choices that say who, not who began: "Masyarakat" below "Sasaran" makes no column of initiators.
NEVER_BY_CONTENT = frozenset({"inisiator"})


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

    @property
    def asked(self) -> list[Column]:
        """The columns whose cells are read: which row of a list of indicators one is nobody asks."""
        return [column for column in self.columns if (self.jenis, column.kolom) != ("indikator", "no")]


def header_candidates(grid: Grid, row: int) -> list[tuple[int, str]]:
    return [
        (c, value)
        for c, value in enumerate(grid.rows[row])
        if isinstance(value, str) and 0 < len(value) <= LONGEST_HEADER and not value.isspace()
    ]


def kind_of(grid: Grid, row: int, vocabulary: Vocabulary) -> str | None:
    """The kind of table that a row can be the header of, by sure matches alone."""
    if not are_headers(grid.said(row), vocabulary):
        return None
    cells = header_candidates(grid, row)
    for jenis, named in named_columns(tuple(text for _, text in cells), vocabulary):
        signature = SIGNATURES[jenis]
        announced = jenis in ANNOUNCED and _announces(grid, row, jenis, vocabulary)
        fewest_of = ANNOUNCED[jenis] if announced else signature.groups
        if any(len(named & group) < fewest for group, fewest in fewest_of):
            continue
        own = _own_columns(cells, vocabulary)
        if signature.outnumbers and len(named & fewest_of[-1][0]) <= len(own):
            continue
        if len(own) <= signature.most_own and not _lists_people(cells, jenis, vocabulary):
            return jenis
    return None


@lru_cache(ROWS_REMEMBERED)
def named_columns(texts: tuple[str, ...], vocabulary: Vocabulary) -> list[tuple[str, set[str]]]:
    """For each kind of table of which the texts of a row name two columns at least: these columns."""
    kinds = []
    for jenis in SIGNATURES:
        headers = [header for text in texts if (header := vocabulary.header(text, jenis))]
        found = {header.kolom for header in headers if header.level <= 2}
        loose = {header.kolom for header in headers if header.tabel == jenis}
        named = found | (loose if len(found) >= 3 or len(loose) > FEWEST_MISTYPED else set())
        if len(named) >= 2:
            kinds.append((jenis, named))
    return kinds


def has_columns_of(jenis: str, named: set[str]) -> bool:
    """Whether columns can make the header of a kind of table, at least where a title says that it is one."""
    groups = ANNOUNCED.get(jenis, SIGNATURES[jenis].groups)
    return all(len(named & group) >= fewest for group, fewest in groups)


def are_headers(cells: list[tuple[int, str]], vocabulary: Vocabulary) -> bool:
    """Whether two cells of a row at least can be headers."""
    if len(cells) < 2:
        return False
    is_header, found = vocabulary.is_header, False
    for _, text in cells:
        if len(text) <= LONGEST_HEADER and is_header(text):
            if found:
                return True
            found = True
    return False


def _announces(grid: Grid, row: int, jenis: str, vocabulary: Vocabulary) -> bool:
    """Whether the lines above a header, or the sheet's name, say that it is a list of commitments or of monitoring."""
    words = vocabulary.subjects.get(jenis)
    if not words:
        return False
    lines = [
        grid.lembar,
        *(grid.text(r, c)[:200] for r in range(max(0, row - TITLE_LINES), row) for c in grid.filled(r)),
    ]
    return any(word in fold(line).split() for line in lines for word in words)


def _own_columns(cells: list[tuple[int, str]], vocabulary: Vocabulary, level: int = 2) -> set[str]:
    """The columns that only a list of innovations has, by matches up to a level."""
    found = (vocabulary.header(text, "inovasi") for _, text in cells)
    return OWN_COLUMNS & {header.kolom for header in found if header and header.level <= level}


def _lists_people(cells: list[tuple[int, str]], jenis: str, vocabulary: Vocabulary) -> bool:
    """A header that says only "Nama", beside nothing an innovation has, is of a list of people."""
    if jenis == "indikator":
        return False
    found = ((text, header) for _, text in cells if (header := vocabulary.header(text, jenis)))
    sure = any(
        header.kolom == "nama_inovasi"
        and (header.level == 1 or (header.level == 2 and "inovasi" in fold(text).split()))
        for text, header in found
    )
    return not sure and (jenis != "inovasi" or len(_own_columns(cells, vocabulary, level=3)) < 2)


def head_at(grid: Grid, row: int, vocabulary: Vocabulary) -> Head | None:
    """The header whose main row is ``row``, with the group row above and the sub-rows below it, if it is one."""
    jenis = kind_of(grid, row, vocabulary)
    if jenis is None:
        return None
    top, bottom = row, row
    while bottom - row < 2 and _is_subheader(grid, top, bottom + 1, vocabulary, jenis):
        bottom += 1
    while row - top < 2 and top > 0 and _is_group_row(grid, top - 1, row):
        top -= 1
    head = _resolve(grid, top, bottom, vocabulary, jenis)
    if _looks_like_data(grid, head, vocabulary) or _labels_go_on(grid, head, vocabulary):
        return None
    return head


def _looks_like_data(grid: Grid, head: Head, vocabulary: Vocabulary) -> bool:
    """A row of a form or a record can name two columns by accident: a real header has mostly headers in it."""
    filled = len({grid.anchor(head.bottom, c) for c in range(grid.width) if grid.text(head.bottom, c)})
    known = len(head.columns)
    colons = sum(1 for c in grid.filled(head.top) if grid.text(head.top, c).endswith(":"))
    return known < 2 or known * 3 < filled or colons * 2 > known


def _labels_go_on(grid: Grid, head: Head, vocabulary: Vocabulary) -> bool:
    """A form whose labels stand in pairs can begin like a header; then labels, not names, stand below the first of them."""
    name = head.position("nama_inovasi")
    if name is None:
        return False
    below = [
        text for row in range(head.bottom + 1, min(head.bottom + 4, len(grid.rows))) if (text := grid.text(row, name))
    ]
    labels = {h.kolom for text in below if (h := vocabulary.header(text, head.jenis)) and h.level <= 2}
    return len(labels) > 1


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


def label_path(grid: Grid, top: int, bottom: int, column: int) -> list[str]:
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
        path = tuple(label_path(grid, top, bottom, c))
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
        elif not any(c in grid.filled(row) for row in _rows_below(grid, bottom)):
            continue  # a header merged over columns of which one is used
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
        if column.kolom == "anggaran" and (scale := _SCALE.search(header_text(grid, head, column.sel))):
            head.scales[column.sel] = 1000 if scale[1].lower().startswith("rib") else 10**6
    return head


@lru_cache(REMEMBERED)
def _best_header(path: tuple[str, ...], vocabulary: Vocabulary, jenis: str) -> tuple[Header | None, str]:
    """The surest meaning of a column: its label together with the wider one above, alone, or the wider one."""
    own = list(dict.fromkeys((" ".join(path), " ".join(path[-2:]), path[-1])))
    wider = list(reversed(path[:-1]))  # what only these say counts where the column itself says nothing
    for options in (own, wider):
        found = [
            (header.level, index, header, text)
            for index, text in enumerate(options)
            if (header := vocabulary.header(text, jenis))
        ]
        if found:
            _, _, header, text = min(found, key=lambda item: item[:2])
            return header, text
    return None, " ".join(path)


@lru_cache(REMEMBERED)
def _option_column(path: tuple[str, ...], vocabulary: Vocabulary, jenis: str) -> tuple[str, str] | None:
    """Column and choice where a column is one printed option under the header of a choice ("Tahapan" over "Uji Coba")."""
    if len(path) < 2 or jenis != "inovasi":
        return None
    parent = vocabulary.header(path[-2], jenis)
    if parent is None or parent.level > 2 or parent.kolom not in vocabulary.choices:
        return None
    choice = vocabulary.choices[parent.kolom].get(fold(path[-1]))
    return (parent.kolom, choice) if choice else None


def _rows_below(grid: Grid, bottom: int) -> range:
    """The rows below a header that are looked at to see what its columns hold."""
    return range(bottom + 1, min(bottom + ROWS_LOOKED_AT, len(grid.rows)))


class _Content:
    """What stands in the columns below a header: it tells more surely than the header which choice a column holds."""

    def __init__(self, grid: Grid, head: Head, vocabulary: Vocabulary) -> None:
        self.grid, self.head, self.vocabulary = grid, head, vocabulary
        self.taken = {column.kolom for column in head.columns}
        self.rows = _rows_below(grid, head.bottom)

    def texts(self, c: int) -> Iterator[str]:
        """The short texts of a column that say something."""
        for r in self.rows:
            text = self.grid.text(r, c)
            if text and len(text) <= LONGEST_CHOICE and not self.vocabulary.is_empty(text) and not _ORDINAL.match(text):
                yield text

    def answers(self, kolom: str, c: int) -> bool:
        """Whether any cell of a column is a choice of ``kolom``."""
        return any(self.vocabulary.choice(kolom, text) for text in self.texts(c))

    def other_choice(self, c: int, fewest: int = 1) -> str | None:
        """The one choice column, not there yet, whose choices all cells of a column are."""
        cells = list(self.texts(c))
        if len(cells) < fewest:
            return None
        known = self.vocabulary.choices
        fitting = [
            kolom for kolom in known
            if kolom not in self.taken | NEVER_BY_CONTENT
            and sum(1 for text in cells if fold(text) in known[kolom]) * 2 >= len(cells)
            and all(self.vocabulary.choice(kolom, text) for text in cells)
        ]  # fmt: skip
        return fitting[0] if len(fitting) == 1 else None

    def add(self, c: int, kolom: str, text: str) -> None:
        """Takes a column for ``kolom``, as a guess."""
        self.taken.add(kolom)
        self.head.columns.append(Column(c, kolom))
        self.head.guessed.append((c, text, kolom))


def _settle_by_content(grid: Grid, head: Head, vocabulary: Vocabulary) -> None:
    """Columns whose cells are no choices of theirs but all choices of another column are that column."""
    if head.jenis != "inovasi":
        return
    content = _Content(grid, head, vocabulary)
    for column in list(head.columns):
        if column.kolom not in vocabulary.choices or column.pilihan or content.answers(column.kolom, column.sel):
            continue
        other = content.other_choice(column.sel)
        if other is None and column.kolom == "inisiator" and "nama_inisiator" not in content.taken:
            other = "nama_inisiator" if any(content.texts(column.sel)) else None
        if other is not None:
            content.taken.discard(column.kolom)
            head.columns.remove(column)
            content.add(column.sel, other, header_text(grid, head, column.sel))
    for doubled in list(head.doubled):
        c, text, _ = doubled
        header = vocabulary.header(text, head.jenis)
        free = "nama_inisiator" not in content.taken
        initiator = header is not None and header.kolom == "inisiator" and not content.answers("inisiator", c)
        beside = fold(text) in BARE_NAMES and Column(c - 1, "inisiator") in head.columns
        if free and (initiator or beside):
            head.doubled.remove(doubled)
            content.add(c, "nama_inisiator", text)
    for c, text in list(head.unknown):
        other = content.other_choice(c, fewest=2)
        if other is not None:
            head.unknown.remove((c, text))
            content.add(c, other, text)
    head.columns.sort()


def header_text(grid: Grid, head: Head, column: int) -> str:
    return " ".join(label_path(grid, head.top, head.bottom, column)[-2:])


def header_notes(lembar: str, head: Head, vocabulary: Vocabulary) -> list[SheetNote]:
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


def is_ordinal(value: Value) -> bool:
    if isinstance(value, str):
        return bool(_ORDINAL.match(value))
    return isinstance(value, int | float) and not isinstance(value, bool)
