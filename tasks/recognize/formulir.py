"""Layout formulir: labels in a column, values right of or below them; one innovation a form, one form or more a sheet.

Forms may stand below one another, side by side, or share their labels (a matrix: an innovation a column).
"""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from statistics import mode
from typing import NamedTuple

from tasks.read.grid import Grid, Merge, encode
from tasks.recognize.records import OTHER, Context, SheetNote, Table
from tasks.recognize.tabel import is_label_of_unit, units_of_row
from tasks.text import clean, fold
from tasks.vocabulary import REMEMBERED, Vocabulary

FEWEST_LABELS = 3  # a sheet with fewer known labels is no form
LONGEST_LABEL = 90
DEEPEST_OPTIONS = 15  # rows over which printed options may be spread
DEEPEST_VALUE = 12  # rows below a label in which its value may begin
_LABEL_AND_VALUE = re.compile(r"^([^:\n]{3,80}?)\s*:\s*(\S.*)$", re.DOTALL)
COLONS = frozenset((":", "=", "："))
LONGEST_MARK = 3
LAYOUTS_REMEMBERED = 200  # sheets of forms are much alike: what one's labels mean is found once
MOST_REMEMBERED = 500  # cells that make a layout; a larger one is not remembered
_HINT = re.compile(r"^\(.*\)$|^\*", re.DOTALL)


class Label(NamedTuple):
    """A label of a form: its cell, its column of the field, and the value if that stands in the same cell."""

    baris: int
    sel: int
    kolom: str
    level: int
    teks: str
    own_value: str = ""


class Found(NamedTuple):
    """A value with its cell; ``tipe`` as in ``Table``; ``more`` are cells of the rows below that go on with it."""

    nilai: str
    tipe: str
    baris: int
    sel: int
    more: tuple[tuple[int, int], ...] = ()


class _Sign(NamedTuple):
    """A cell that has a part in how a form is laid out: a label it may be, a colon, or ("") a value between two labels."""

    baris: int
    sel: int
    teks: str


@dataclass(frozen=True)
class _Layout:
    """What the labels of a sheet say, whatever stands beside them."""

    labels: list[Label]
    names: list[Label]
    kolom: list[str]  # the columns it has
    forms: list["_Extent"]


def find_forms(grid: Grid, vocabulary: Vocabulary, taken: set[int]) -> tuple[list[Table], list[SheetNote]]:
    """The forms of a sheet as one table with a record a form, and notes about guessed labels.

    ``taken`` are rows that a table already has: an indicator table may stand below a form.
    """
    signs, of_units = _signs(grid, vocabulary, taken)
    find = _layout if len(signs) <= MOST_REMEMBERED else _layout.__wrapped__
    layout = find(tuple(signs), tuple(grid.merges), len(grid.rows), vocabulary)
    if layout is None:
        return [], []
    table = Table("inovasi", grid.lembar, kolom=list(layout.kolom))
    columns = _matrix_columns(grid, layout.labels, layout.names[0])
    if columns:
        _read_matrix(grid, layout.labels, columns, table)
    else:
        for form in layout.forms:
            _Form(grid, form, vocabulary).read_into(table)
    if not table.letak:
        return [], []
    table.konteks = _context(grid, layout.labels[0].baris, sorted({*of_units, *taken}), vocabulary)
    notes = [
        SheetNote("judul_ditebak", grid.lembar, label.baris, label.sel, label.kolom, clean(label.teks),
                  vocabulary.labels.get(label.kolom, label.kolom))
        for label in layout.labels if label.level >= 3 and label.kolom not in ("abaikan", OTHER)
    ]  # fmt: skip
    return [table], notes


def _signs(grid: Grid, vocabulary: Vocabulary, taken: set[int]) -> tuple[list[_Sign], list[int]]:
    """The cells that make the layout of a sheet, in reading order, and the rows that may name a unit; ``taken`` left out."""
    signs: list[_Sign] = []
    of_units: list[int] = []
    for row in range(len(grid.rows)):
        if row in taken:
            continue
        in_row, names_unit = [], False
        for c, text in grid.said(row):
            if len(text) <= LONGEST_LABEL:
                may_be_label, may_name_unit = _kind_of_short(text, vocabulary)
            elif ":" in text:
                may_be_label, may_name_unit = _label_and_value(text, vocabulary) is not None, True
            else:
                continue
            names_unit = names_unit or may_name_unit
            if may_be_label:
                in_row.append(_Sign(row, c, text))
        if names_unit:
            of_units.append(row)
        signs += in_row
        if len(in_row) > 1:
            between = range(in_row[0].sel + 1, in_row[-1].sel)
            signs += [_Sign(row, c, "") for c in between if grid.value(row, c) != "" and not _is_colon(grid, row, c)]
    return signs, of_units


def _context(grid: Grid, first: int, of_units: list[int], vocabulary: Vocabulary) -> list[Context]:
    """Labelled units anywhere on the sheet, and the lines above the first label."""
    labelled = {row: units_of_row(grid, row, vocabulary) for row in of_units}
    titles = [
        Context("judul", clean(text), row, c)
        for row in range(first)
        for c, text in grid.said(row)
        if c not in labelled.get(row, ())
    ]
    return [context for found in labelled.values() for context in found.values()] + titles


# --- labels -----------------------------------------------------------------------------------------------------------


@lru_cache(LAYOUTS_REMEMBERED)
def _layout(signs: tuple[_Sign, ...], merges: tuple[Merge, ...], rows: int, vocabulary: Vocabulary) -> _Layout | None:
    """The layout of a sheet of so many rows; None where it is no form."""
    labels = _labels(signs, vocabulary)
    names = [label for label in labels if label.kolom == "nama_inovasi"]
    kinds = {label.kolom for label in labels} - {"no", "unit", "kode_unit", "abaikan", OTHER}
    if not names or len(kinds) < FEWEST_LABELS:
        return None
    if len({label.baris for label in labels}) < FEWEST_LABELS:
        return None
    widths = {(r, c): right - c + 1 for (r, c), (_, right) in merges}
    colons: defaultdict[int, list[int]] = defaultdict(list)
    for sign in signs:
        if sign.teks in COLONS:
            colons[sign.baris].append(sign.sel)
    edges = {(label.baris, label.sel): _edge_of(label, widths, colons[label.baris]) for label in labels}
    forms = _split_into_forms(labels, names, edges, rows)
    return _Layout(labels, names, sorted({label.kolom for label in labels} - {"abaikan", OTHER}), forms)


def _labels(signs: tuple[_Sign, ...], vocabulary: Vocabulary) -> list[Label]:
    """The cells that are labels, in reading order: known words that are neither options nor values of a label before."""
    kept: list[Label] = []
    asked: dict[int, Label] = {}  # column -> the last label there: what an option below or right of it would answer
    for _, of_row in groupby(signs, key=itemgetter(0)):
        in_row: list[Label] = []
        cells = list(of_row)
        shown = [sign.sel for sign in cells if not sign.teks]
        for row, c, text in cells:
            meaning = _meaning(text, vocabulary)
            if meaning is None:
                continue
            label = Label(row, c, *meaning)
            if not label.teks.endswith(":") and _answers(label, in_row, asked, vocabulary):
                continue
            if in_row and not _separated(shown, in_row[-1], label):
                continue
            in_row.append(label)
            asked[c] = label
        kept += in_row
    return _in_label_columns(kept)


@lru_cache(REMEMBERED)
def _kind_of_short(text: str, vocabulary: Vocabulary) -> tuple[bool, bool]:
    """Whether a text has a part in the layout of a form, and whether it can be the label of a unit."""
    return text in COLONS or _meaning(text, vocabulary) is not None, is_label_of_unit(text, vocabulary)


def _meaning(text: str, vocabulary: Vocabulary) -> tuple[str, int, str, str] | None:
    """What a text is the label of: column, level, text and the value behind it, as in ``Label``; None if it is none."""
    if len(text) <= LONGEST_LABEL:
        header = vocabulary.header(text, "inovasi")
        asks = text.endswith((":", "?"))
        if header and (header.level <= 2 or asks):
            return header.kolom, header.level, text, ""
        if asks and not header and fold(text):
            return OTHER, 1, text, ""
    return _label_and_value(text, vocabulary)


def _label_and_value(text: str, vocabulary: Vocabulary) -> tuple[str, int, str, str] | None:
    match = _LABEL_AND_VALUE.match(text) if ":" in text else None
    header = vocabulary.header(match[1], "inovasi") if match else None
    return (header.kolom, header.level, match[1], match[2]) if match and header and header.level <= 2 else None


def _answers(label: Label, in_row: list[Label], asked: dict[int, Label], vocabulary: Vocabulary) -> bool:
    """Whether a known word is an option or the answer of the label before it: "Tahapan | Penerapan"."""
    answers = vocabulary.answers(label.teks)
    if not answers:
        return False
    before = in_row[-1] if in_row else max(
        (other for c, other in asked.items() if c <= label.sel + 2), key=lambda other: (other.baris, other.sel), default=None
    )  # fmt: skip
    return before is not None and before.kolom in answers


def _separated(shown: list[int], left: Label, right: Label) -> bool:
    """Whether a value can stand between two labels of a row; else the second is the value of the first.

    ``shown`` are the columns in which the row shows something that is no colon.
    """
    if left.own_value or right.own_value:
        return True
    value = any(left.sel < c < right.sel for c in shown)
    return value or (right.teks.endswith(":") and right.sel - left.sel > 1)


def _is_colon(grid: Grid, row: int, column: int) -> bool:
    return grid.text(row, column) in COLONS


def _in_label_columns(labels: list[Label]) -> list[Label]:
    """Labels stand in columns: what stands alone elsewhere and has no colon is a value or a title."""
    counts: dict[int, int] = {}
    for label in labels:
        counts[label.sel] = counts.get(label.sel, 0) + 1
    usual = max(counts, key=lambda c: (counts[c], -c), default=0)

    def is_sure(label: Label) -> bool:
        if counts[label.sel] >= FEWEST_LABELS or label.teks.endswith(":") or label.own_value:
            return True
        follows = any(other.baris == label.baris and other.sel < label.sel for other in labels)
        return label.level == 1 and (follows or label.sel < usual)

    return [label for label in labels if label.sel == usual or is_sure(label)]


# --- where forms begin and end ----------------------------------------------------------------------------------------


class _Extent(NamedTuple):
    """The labels of one form and where it ends: the row after it, the column right of it."""

    labels: list[Label]
    end: int
    right: int
    edges: dict[tuple[int, int], int]  # for each label's cell: the last column it takes
    lasts: dict[int, int]  # for each row with labels: the row at which the next label below begins


def _edge_of(label: Label, widths: dict[tuple[int, int], int], colons: list[int]) -> int:
    """The last column that a label takes, its colon included."""
    edge = label.sel + widths.get((label.baris, label.sel), 1) - 1
    return next((c for c in colons if edge < c < edge + 4), edge)


def _split_into_forms(
    labels: list[Label], names: list[Label], edges: dict[tuple[int, int], int], rows: int
) -> list[_Extent]:
    """Forms side by side are told apart by the columns of their names, forms below one another by the rows."""
    lefts = [name.sel for name in names if name.baris == names[0].baris]
    forms: list[_Extent] = []
    for left, right in zip(lefts, [*lefts[1:], 1 << 20], strict=True):
        lead = 0 if left == lefts[0] else left
        strip = [label for label in labels if lead <= label.sel < right]
        own = [label for label in strip if label.kolom == "nama_inovasi" and label.sel == left]
        starts = _form_starts(strip, own)
        for start, end in zip(starts, [*starts[1:], rows], strict=True):
            within = [label for label in strip if start <= label.baris < end]
            own_rows = sorted({label.baris for label in within})
            lasts = dict(zip(own_rows, [*own_rows[1:], end], strict=True))
            cells = {(label.baris, label.sel) for label in within}
            forms.append(_Extent(within, end, right, {cell: edges[cell] for cell in cells}, lasts))
    return forms


def _form_starts(labels: list[Label], names: list[Label]) -> list[int]:
    """The row of each form's first label: labels that stood above the first name stand above each further one."""
    starts: list[int] = []
    for index, name in enumerate(names):
        floor = names[index - 1].baris if index else -1
        above = [label for label in labels if floor < label.baris <= name.baris]
        if index == 0:
            starts.append(min(label.baris for label in above))
            continue
        lead = {label.kolom for label in labels if starts[0] <= label.baris < names[0].baris}
        starts.append(min((label.baris for label in above if label.kolom in lead), default=name.baris))
    return starts


# --- a matrix: labels at the left, an innovation a column -------------------------------------------------------------


def _matrix_columns(grid: Grid, labels: list[Label], name: Label) -> list[int]:
    """The columns of the innovations where labels are shared by several; else none."""
    own = [c for c in grid.filled(name.baris) if c > name.sel and not _is_colon(grid, name.baris, c)]
    named = [c for c in own if not _HINT.match(grid.text(name.baris, c))]
    if len(named) < 2:
        return []
    rows = {label.baris for label in labels if label.sel == name.sel and label.kolom not in ("abaikan", OTHER)}
    if any(label.baris in rows and label.sel != name.sel for label in labels):
        return []
    both = sum(1 for row in rows if sum(1 for c in named if grid.value(row, c) != "") >= 2)
    return named if both >= max(FEWEST_LABELS, 0.6 * len(rows)) else []


def _read_matrix(grid: Grid, labels: list[Label], columns: list[int], table: Table) -> None:
    name = next(label for label in labels if label.kolom == "nama_inovasi")
    for c in columns:
        record = table.new_record(name.baris, c)
        seen: set[str] = set()
        for label in labels:
            if label.kolom in seen or label.kolom in ("abaikan", OTHER) or label.baris < name.baris:
                continue
            seen.add(label.kolom)
            if grid.value(label.baris, c) == "":
                table.put(record, label.kolom, "", "e", label.baris, c)
            else:
                table.add(record, label.kolom, grid, label.baris, c)


# --- one form ---------------------------------------------------------------------------------------------------------


class _Form:
    """One form: finds the value of each of its labels."""

    def __init__(self, grid: Grid, extent: _Extent, vocabulary: Vocabulary) -> None:
        self.grid, self.vocabulary = grid, vocabulary
        self.labels, _, self.right, self.edges, self.lasts = extent

    def read_into(self, table: Table) -> None:
        """Adds one record with the values of the labels; a form without a single value adds none."""
        values: dict[str, Found] = {}
        empty: dict[str, Label] = {}
        beside: defaultdict[int, Counter[int]] = defaultdict(
            Counter
        )  # by column of labels: the columns in which their values stand
        for label in self.labels:
            if label.kolom in values or label.kolom in ("no", "abaikan", OTHER):
                continue
            found = self._value_of(label)
            if found:
                values[label.kolom] = found
                if found.baris == label.baris and found.sel > label.sel:
                    beside[label.sel][found.sel] += 1
            else:
                empty.setdefault(label.kolom, label)
        blanks = {kolom: self._blank(label, beside.get(label.sel)) for kolom, label in empty.items()}
        about_unit, is_empty = ("unit", "kode_unit"), self.vocabulary.is_empty
        if all(kolom in about_unit or is_empty(found.nilai) for kolom, found in values.items()):
            return
        name = values.get("nama_inovasi") or blanks["nama_inovasi"]
        record = table.new_record(name.baris, name.sel)
        for kolom, found in (blanks | values).items():
            table.put(record, kolom, found.nilai, found.tipe, found.baris, found.sel)
            for baris, sel in found.more:
                table.add(record, kolom, self.grid, baris, sel)

    def _blank(self, label: Label, beside: "Counter[int] | None") -> Found:
        """The cell that waits for a value: in the column of most values of its neighbours, else next to the label."""
        following = self._edge(label) + 1
        usual = beside.most_common(1)[0][0] if beside else following
        free = usual >= following and not any((label.baris, c) in self.edges for c in range(following, usual + 1))
        return Found("", "e", label.baris, usual if free else following)

    def _edge(self, label: Label) -> int:
        return self.edges[label.baris, label.sel]

    def _last(self, label: Label) -> int:
        """The row at which the next label below begins."""
        return self.lasts[label.baris]

    def _value_of(self, label: Label) -> Found | None:
        """A marked option, the text behind the colon, a cell to the right, or cells below."""
        if label.kolom in self.vocabulary.choices:
            marked = self._marked(label)
            if marked is not None:
                return marked
        if label.own_value:
            return Found(label.own_value, "s", label.baris, label.sel)
        found = self._right_of(label) or self._below(label)
        return self._continued(found, label) if found and label.kolom in self.vocabulary.long_texts else found

    def _at(self, row: int, column: int) -> Found | None:
        """The value of a cell that can be a value: no label, no colon, no hint, no inside of a merged range."""
        cell = (row, column)
        if cell in self.edges or (self.grid.merges and self.grid.anchors.get(cell, cell) != cell):
            return None
        value = self.grid.rows[row][column]
        if not isinstance(value, str):
            return Found(*encode(value), row, column)
        nilai, tipe, text = value, "s", value.strip()
        if not text.strip(":： \n") or _HINT.match(text):
            return None
        return Found(nilai.lstrip(":： ") if text.startswith(":") else nilai, tipe, row, column)

    def _right_of(self, label: Label) -> Found | None:
        edge = self._edge(label)
        for c in self.grid.filled(label.baris):
            if not edge < c < self.right:
                continue
            if (label.baris, c) in self.edges:
                return None
            if found := self._at(label.baris, c):
                return found
        return None

    def _below(self, label: Label) -> Found | None:
        for row in range(label.baris + 1, min(self._last(label), label.baris + DEEPEST_VALUE, len(self.grid.rows))):
            for c in self.grid.filled(row):
                if not label.sel - 1 <= c < self.right:
                    continue
                if found := self._at(row, c):
                    signature = found.tipe == "s" and self.vocabulary.is_signature_line(found.nilai)
                    return None if signature else found
        return None

    def _continued(self, found: Found, label: Label) -> Found:
        """A long text spread over rows goes on in its column until the next label."""
        if found.tipe != "s":
            return found
        more: list[tuple[int, int]] = []
        height = self.grid.spans.get((found.baris, found.sel), (1, 1))[0]
        for row in range(found.baris + height, min(self._last(label), len(self.grid.rows))):
            going_on = self._at(row, found.sel) if found.sel < len(self.grid.rows[row]) else None
            if going_on is None or self.vocabulary.is_signature_line(going_on.nilai):
                break
            more.append((row, found.sel))
        return Found(found.nilai, found.tipe, found.baris, found.sel, tuple(more))

    # printed options

    def _marked(self, label: Label) -> Found | None:
        """The option marked with X, √ or ☑ among the printed options of a choice; None where no options are printed."""
        if label.own_value and (choice := self.vocabulary.marked_option(label.kolom, label.own_value)):
            return Found(label.own_value, f"m:{choice.nilai}", label.baris, label.sel)
        options, marks = self._options_and_marks(label)
        if not options:
            return None
        for row, column in options:
            if choice := self.vocabulary.marked_option(label.kolom, self.grid.text(row, column)):
                return Found(self.grid.text(row, column), f"m:{choice.nilai}", row, column)
        if len(set(options.values()) - {""}) < 2:
            return None
        if (
            not marks
        ):  # options printed, none chosen: an empty answer, unless the first of them is a value with text after it
            first = min(options)
            return Found("", "e", *first)
        chosen = {self._option_of(mark, options, label) for mark in marks} - {None}
        if len(chosen) != 1:
            return None
        row, column = chosen.pop() or (0, 0)
        return Found(self.grid.text(row, column), f"m:{options[row, column]}", row, column)

    def _options_and_marks(self, label: Label) -> tuple[dict[tuple[int, int], str], list[tuple[int, int]]]:
        """Cells that print options of a choice (with the option, or "" for several in one cell), and cells with a mark."""
        options: dict[tuple[int, int], str] = {}
        marks: list[tuple[int, int]] = []
        first, right, labels, vocabulary = label.baris, self.right, self.edges, self.vocabulary
        inner = self.grid.anchors if self.grid.merges else {}
        start = self._edge(label) + 1
        for row in range(first, min(self._last(label), first + DEEPEST_OPTIONS, len(self.grid.rows))):
            for c, text in self.grid.said(row):
                if not start <= c < right:
                    continue
                cell = (row, c)
                if cell in labels:
                    if row == first:
                        break
                    continue
                if inner.get(cell, cell) != cell:
                    continue
                if len(text) <= LONGEST_MARK and vocabulary.is_mark(text):
                    marks.append(cell)
                elif (printed := vocabulary.option(label.kolom, text)) is not None:
                    options[cell] = printed
            start = max(label.sel - 2, 0)
        return options, marks

    def _option_of(
        self, mark: tuple[int, int], options: dict[tuple[int, int], str], label: Label
    ) -> tuple[int, int] | None:
        """The option a mark belongs to: its only neighbour in the row, else the one on the side marks stand on here."""
        row, column = mark
        in_row = sorted(c for r, c in options if r == row)
        left, right = [c for c in in_row if c < column], [c for c in in_row if c > column]
        if left and right:
            return (row, right[0]) if self._marks_stand_before(label, in_row[0]) else (row, left[-1])
        if left or right:
            return row, (left[-1:] or right[:1])[0]
        below = [(r, c) for r, c in options if c == column and abs(r - row) == 1]
        return below[0] if len(below) == 1 else None

    def _marks_stand_before(self, label: Label, first: int) -> bool:
        """Whether this form's marks stand left of their options: seen where a mark is outermost, else by where values begin."""
        votes, known = 0, self.vocabulary.choices
        for other in self.labels:
            if other.kolom not in known:
                continue
            options, marks = self._options_and_marks(other)
            for row, column in marks:
                in_row = [c for r, c in options if r == row]
                if in_row:
                    votes += (column < min(in_row)) - (column > max(in_row))
        if votes:
            return votes > 0
        values = [found.sel for other in self.labels if other.kolom not in known and (found := self._right_of(other))]
        usual = mode(values) if values else self._edge(label) + 1
        return first > usual
