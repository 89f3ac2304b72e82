"""Layout formulir: labels in a column, values right of or below them; one innovation a form, one form or more a sheet.

Forms may stand below one another, side by side, or share their labels (a matrix: an innovation a column). Where its labels and
values stand is read off a sheet's sketch, and kept: sheets of forms are much alike.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple, cast

from tasks.read.grid import Grid, Merge, Value, encode
from tasks.recognize.records import OTHER, Context, SheetNote, Table
from tasks.recognize.sketch import (
    COLONS,
    Sketch,
    behind_colon,
    can_be_value,
    ends_form,
    is_hint,
    is_sign,
    may_print,
    meaning,
    names_unit,
    own_value,
    texts_of,
)
from tasks.recognize.tabel import units_of_row
from tasks.text import clean
from tasks.vocabulary import Vocabulary

FEWEST_LABELS = 3  # a sheet with fewer known labels is no form
DEEPEST_OPTIONS = 15  # rows over which printed options may be spread
DEEPEST_VALUE = 12  # rows below a label in which its value may begin
LAYOUTS_REMEMBERED = 500
MOST_REMEMBERED = 2_000  # cells of a sketch; what a larger one tells is not remembered

IGNORED = frozenset(("abaikan", OTHER))  # what labels mean whose values are not asked for
UNASKED = IGNORED | {"no"}

Cell = tuple[int, int]


class Label(NamedTuple):
    """A label of a form: its cell, its column of the field, and whether its value stands in the same cell."""

    baris: int
    sel: int
    kolom: str
    level: int
    teks: str
    own: bool


class _Place(NamedTuple):
    """Where a value stands; ``more`` are cells of the rows below that go on with it."""

    baris: int
    sel: int
    more: tuple[Cell, ...] = ()


class _Field(NamedTuple):
    """A label of a form and what stands around it."""

    label: Label
    edge: int  # the last column that the label takes
    right: _Place | None  # the value right of it
    place: _Place | None  # its value, but for options that are marked
    printed: tuple[Cell, ...]  # cells that may print its choices, or a mark


class Found(NamedTuple):
    """A value with its cell; ``tipe`` and ``more`` as in ``Table`` and ``_Place``."""

    nilai: str
    tipe: str
    baris: int
    sel: int
    more: tuple[Cell, ...] = ()


@dataclass(frozen=True)
class _Layout:
    """What the sketch of a sheet says."""

    labels: list[Label]
    kolom: list[str]  # the columns it has
    matrix: list[int]  # where labels are shared, the columns of the innovations
    forms: list[list[_Field]]
    of_units: list[int]  # rows that may name a unit


def find_forms(
    grid: Grid, sketch: Sketch, vocabulary: Vocabulary, taken: set[int]
) -> tuple[list[Table], list[SheetNote]]:
    """The forms of a sheet as one table with a record a form, and notes about guessed labels.

    ``taken`` are rows that a table already has, left out of the ``sketch``: an indicator table may stand below a form.
    """
    find = _layout if sum(map(len, sketch)) <= MOST_REMEMBERED else _layout.__wrapped__
    layout = find(sketch, tuple(grid.merges), vocabulary)
    if layout is None:
        return [], []
    table = Table("inovasi", grid.lembar, kolom=list(layout.kolom))
    if layout.matrix:
        _read_matrix(grid, layout.labels, layout.matrix, table)
    else:
        for fields in layout.forms:
            _Form(grid, fields, vocabulary).read_into(table)
    if not table.letak:
        return [], []
    table.konteks = _context(grid, layout.labels[0].baris, sorted({*layout.of_units, *taken}), vocabulary)
    notes = [
        SheetNote("judul_ditebak", grid.lembar, label.baris, label.sel, label.kolom, clean(label.teks),
                  vocabulary.labels.get(label.kolom, label.kolom))
        for label in layout.labels if label.level >= 3 and label.kolom not in IGNORED
    ]  # fmt: skip
    return [table], notes


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
def _layout(sketch: Sketch, merges: tuple[Merge, ...], vocabulary: Vocabulary) -> _Layout | None:
    """The layout of a sheet; None where it is no form."""
    grid = Grid("", [cast("list[Value]", row) for row in sketch], list(merges))
    rows = _rows_with_labels(sketch, merges, vocabulary)
    labels = _labels(grid, rows, vocabulary)
    names = [label for label in labels if label.kolom == "nama_inovasi"]
    kinds = {label.kolom for label in labels} - {"unit", "kode_unit"} - UNASKED
    if not names or len(kinds) < FEWEST_LABELS:
        return None
    if len({label.baris for label in labels}) < FEWEST_LABELS:
        return None
    edges = {(label.baris, label.sel): _edge_of(label, grid) for label in labels}
    matrix = _matrix_columns(grid, labels, names[0])
    extents = [] if matrix else _split_into_forms(labels, names, edges, len(sketch))
    return _Layout(
        labels=labels,
        kolom=sorted({label.kolom for label in labels} - IGNORED),
        matrix=matrix,
        forms=[_Places(grid, extent, vocabulary).fields() for extent in extents],
        of_units=[row for row in rows if any(names_unit(text, vocabulary) for _, text in grid.said(row))],
    )


def _rows_with_labels(sketch: Sketch, merges: tuple[Merge, ...], vocabulary: Vocabulary) -> list[int]:
    """The rows that may have a label: few of a large sheet. In merged ranges stands what another row says."""
    merged = {row for (top, _), (bottom, _) in merges for row in range(top + 1, min(bottom + 1, len(sketch)))}
    return [
        row for row, cells in enumerate(sketch)
        if row in merged or any(is_sign(text) or names_unit(text, vocabulary) for text in texts_of(cells))
    ]  # fmt: skip


def _labels(grid: Grid, rows: list[int], vocabulary: Vocabulary) -> list[Label]:
    """The cells of ``rows`` that are labels, in reading order: known words, neither options nor values of a label before."""
    kept: list[Label] = []
    asked: dict[int, Label] = {}  # column -> the last label there: what an option below or right of it would answer
    for row in rows:
        in_row: list[Label] = []
        for c, text in grid.said(row):
            known = meaning(text, vocabulary) if is_sign(text) else None
            if known is None:
                continue
            label = Label(row, c, *known)
            if not label.teks.endswith(":") and _answers(label, in_row, asked, vocabulary):
                continue
            if in_row and not _separated(grid, in_row[-1], label):
                continue
            in_row.append(label)
            asked[c] = label
        kept += in_row
    return _in_label_columns(kept)


def _answers(label: Label, in_row: list[Label], asked: dict[int, Label], vocabulary: Vocabulary) -> bool:
    """Whether a known word is an option or the answer of the label before it: "Tahapan | Penerapan"."""
    answers = vocabulary.answers(label.teks)
    if not answers:
        return False
    before = in_row[-1] if in_row else max(
        (other for c, other in asked.items() if c <= label.sel + 2), key=lambda other: (other.baris, other.sel), default=None
    )  # fmt: skip
    return before is not None and before.kolom in answers


def _separated(grid: Grid, left: Label, right: Label) -> bool:
    """Whether a value can stand between two labels of a row; else the second is the value of the first."""
    if left.own or right.own:
        return True
    row, between = left.baris, range(left.sel + 1, right.sel)
    value = any(grid.value(row, c) != "" and not _is_colon(grid, row, c) for c in between)
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
        if counts[label.sel] >= FEWEST_LABELS or label.teks.endswith(":") or label.own:
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


def _edge_of(label: Label, grid: Grid) -> int:
    """The last column that a label takes, its colon included."""
    row = label.baris
    edge = label.sel + grid.spans.get((row, label.sel), (1, 1))[1] - 1
    return next((c for c, text in grid.said(row) if text in COLONS and edge < c < edge + 4), edge)


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
    named = [c for c in own if not is_hint(grid.text(name.baris, c))]
    if len(named) < 2:
        return []
    rows = {label.baris for label in labels if label.sel == name.sel and label.kolom not in IGNORED}
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
            if label.kolom in seen or label.kolom in IGNORED or label.baris < name.baris:
                continue
            seen.add(label.kolom)
            if grid.value(label.baris, c) == "":
                table.put(record, label.kolom, "", "e", label.baris, c)
            else:
                table.add(record, label.kolom, grid, label.baris, c)


# --- where the values of a form stand ---------------------------------------------------------------------------------


class _Places:
    """Finds, in the sketch of a sheet, where the values of a form can stand."""

    def __init__(self, grid: Grid, extent: _Extent, vocabulary: Vocabulary) -> None:
        self.grid, self.vocabulary = grid, vocabulary
        self.labels, _, self.right, self.edges, self.lasts = extent

    def fields(self) -> list[_Field]:
        """Each label of the form with what stands around it."""
        return [self._field(label) for label in self.labels]

    def _field(self, label: Label) -> _Field:
        right = self._right_of(label)
        place = _Place(label.baris, label.sel) if label.own else right or self._below(label)
        if place and not label.own and label.kolom in self.vocabulary.long_texts:
            place = self._continued(place, label)
        printed = self._printed(label) if label.kolom in self.vocabulary.choices else ()
        return _Field(label, self._edge(label), right, place, printed)

    def _edge(self, label: Label) -> int:
        return self.edges[label.baris, label.sel]

    def _last(self, label: Label) -> int:
        """The row at which the next label below begins, or the sheet ends."""
        return min(self.lasts[label.baris], len(self.grid.rows))

    def _can_hold(self, row: int, column: int) -> bool:
        """Whether a filled cell can be a value: no label, no colon, no hint, no inside of a merged range."""
        if (row, column) in self.edges or self.grid.anchor(row, column) != (row, column):
            return False
        shown = self.grid.rows[row][column]
        return not isinstance(shown, str) or can_be_value(shown)

    def _ends(self, row: int, column: int) -> bool:
        shown = self.grid.rows[row][column]
        return isinstance(shown, str) and ends_form(shown, self.vocabulary)

    def _right_of(self, label: Label) -> _Place | None:
        edge = self._edge(label)
        for c in self.grid.filled(label.baris):
            if not edge < c < self.right:
                continue
            if (label.baris, c) in self.edges:
                return None
            if self._can_hold(label.baris, c):
                return _Place(label.baris, c)
        return None

    def _below(self, label: Label) -> _Place | None:
        for row in range(label.baris + 1, min(self._last(label), label.baris + DEEPEST_VALUE)):
            for c in self.grid.filled(row):
                if label.sel - 1 <= c < self.right and self._can_hold(row, c):
                    return None if self._ends(row, c) else _Place(row, c)
        return None

    def _continued(self, place: _Place, label: Label) -> _Place:
        """A long text spread over rows goes on in its column until the next label."""
        first, c, _ = place
        if not isinstance(self.grid.rows[first][c], str):
            return place
        more: list[Cell] = []
        height = self.grid.spans.get((first, c), (1, 1))[0]
        for row in range(first + height, self._last(label)):
            if c not in self.grid.filled(row) or not self._can_hold(row, c) or self._ends(row, c):
                break
            more.append((row, c))
        return _Place(first, c, tuple(more))

    def _printed(self, label: Label) -> tuple[Cell, ...]:
        """Cells right of a label, and in the rows below it, that may print its choices or a mark."""
        found: list[Cell] = []
        first, start = label.baris, self._edge(label) + 1
        for row in range(first, min(self._last(label), first + DEEPEST_OPTIONS)):
            for c, text in self.grid.said(row):
                if not start <= c < self.right:
                    continue
                if (row, c) in self.edges:
                    if row == first:
                        break
                elif self.grid.anchor(row, c) == (row, c) and may_print(text, self.vocabulary):
                    found.append((row, c))
            start = max(label.sel - 2, 0)
        return tuple(found)


# --- one form ---------------------------------------------------------------------------------------------------------


class _Form:
    """One form: the values of its labels."""

    def __init__(self, grid: Grid, fields: list[_Field], vocabulary: Vocabulary) -> None:
        self.grid, self.fields, self.vocabulary = grid, fields, vocabulary

    def read_into(self, table: Table) -> None:
        """Adds one record with the values of the labels; a form without a single value adds none."""
        values: dict[str, Found] = {}
        empty: dict[str, _Field] = {}
        beside: list[Cell] = []  # columns of labels, and the columns in which their values stand
        for field in self.fields:
            label = field.label
            if label.kolom in values or label.kolom in UNASKED:
                continue
            found = self._value_of(field)
            if found:
                values[label.kolom] = found
                if found.baris == label.baris and found.sel > label.sel:
                    beside.append((label.sel, found.sel))
            else:
                empty.setdefault(label.kolom, field)
        about_unit, is_empty = ("unit", "kode_unit"), self.vocabulary.is_empty
        if all(kolom in about_unit or is_empty(found.nilai) for kolom, found in values.items()):
            return
        blanks = {kolom: self._blank(field, beside) for kolom, field in empty.items()}
        name = values.get("nama_inovasi") or blanks["nama_inovasi"]
        record = table.new_record(name.baris, name.sel)
        cells = []
        for kolom, (nilai, tipe, baris, sel, more) in (blanks | values).items():
            cells.append((kolom, nilai, tipe, baris, sel))
            for row, column in more:
                cells.append((kolom, *encode(self.grid.rows[row][column]), row, column))
        table.put_all(record, cells)

    def _blank(self, field: _Field, beside: list[Cell]) -> Found:
        """The cell that waits for a value: in the column of most values of its neighbours, else next to the label."""
        row, following = field.label.baris, field.edge + 1
        columns = [sel for of_label, sel in beside if of_label == field.label.sel]
        usual = max(columns, key=columns.count, default=following)
        taken = any(other.label.baris == row and following <= other.label.sel <= usual for other in self.fields)
        return Found("", "e", row, usual if usual >= following and not taken else following)

    def _text(self, row: int, column: int) -> str:
        """What stands in a cell of the form: none of them is covered by a merged range."""
        value = self.grid.rows[row][column]
        return value.strip() if isinstance(value, str) else ""

    def _value_of(self, field: _Field) -> Found | None:
        """A marked option, the text behind the colon, a cell to the right, or cells below."""
        own = field.label.own
        if (field.printed or own) and (marked := self._marked(field)):
            return marked
        if field.place is None:
            return None
        row, column, more = field.place
        if own:
            return Found(own_value(self.grid.text(row, column)), "s", row, column)
        value = self.grid.rows[row][column]
        if not isinstance(value, str):
            return Found(*encode(value), row, column, more)
        return Found(behind_colon(value), "s", row, column, more)

    # printed options

    def _marked(self, field: _Field) -> Found | None:
        """The option marked with X, √ or ☑ among the printed options of a choice; None where no options are printed."""
        row, column, kolom, *_ = field.label
        if kolom not in self.vocabulary.choices:
            return None
        own = own_value(self.grid.text(row, column)) if field.label.own else ""
        if own and (choice := self.vocabulary.marked_option(kolom, own)):
            return Found(own, f"m:{choice.nilai}", row, column)
        for row, column in field.printed:
            if choice := self.vocabulary.marked_option(kolom, text := self._text(row, column)):
                return Found(text, f"m:{choice.nilai}", row, column)
        if len(field.printed) < 2:
            return None
        options, marks = self._options_and_marks(field)
        if len(set(options.values()) - {""}) < 2:
            return None
        if (
            not marks
        ):  # options printed, none chosen: an empty answer, unless the first of them is a value with text after it
            first = min(options)
            return Found("", "e", *first)
        chosen = {self._option_of(mark, options, field) for mark in marks} - {None}
        if len(chosen) != 1:
            return None
        row, column = chosen.pop() or (0, 0)
        return Found(self._text(row, column), f"m:{options[row, column]}", row, column)

    def _options_and_marks(self, field: _Field) -> tuple[dict[Cell, str], list[Cell]]:
        """Cells that print options of a choice (with the option, or "" for several in one cell), and cells with a mark."""
        options: dict[Cell, str] = {}
        marks: list[Cell] = []
        for cell in field.printed:
            text = self._text(*cell)
            if self.vocabulary.is_mark(text):
                marks.append(cell)
            elif (printed := self.vocabulary.option(field.label.kolom, text)) is not None:
                options[cell] = printed
        return options, marks

    def _option_of(self, mark: Cell, options: dict[Cell, str], field: _Field) -> Cell | None:
        """The option a mark belongs to: its only neighbour in the row, else the one on the side marks stand on here."""
        row, column = mark
        in_row = sorted(c for r, c in options if r == row)
        left, right = [c for c in in_row if c < column], [c for c in in_row if c > column]
        if left and right:
            return (row, right[0]) if self._marks_stand_before(field, in_row[0]) else (row, left[-1])
        if left or right:
            return row, (left[-1:] or right[:1])[0]
        below = [(r, c) for r, c in options if c == column and abs(r - row) == 1]
        return below[0] if len(below) == 1 else None

    def _marks_stand_before(self, field: _Field, first: int) -> bool:
        """Whether this form's marks stand left of their options: seen where a mark is outermost, else by where values begin."""
        votes, known = 0, self.vocabulary.choices
        for other in self.fields:
            options, marks = self._options_and_marks(other)
            for row, column in marks:
                in_row = [c for r, c in options if r == row]
                if in_row:
                    votes += (column < min(in_row)) - (column > max(in_row))
        if votes:
            return votes > 0
        values = [other.right.sel for other in self.fields if other.label.kolom not in known and other.right]
        usual = max(values, key=values.count, default=field.edge + 1)
        return first > usual
