"""Layout formulir: labels in a column, values right of or below them; one innovation a form, one form or more a sheet."""

import re
from dataclasses import dataclass

from tasks.read.grid import Grid, encode
from tasks.recognize.records import SheetNote, Table
from tasks.recognize.tabel import context_of_row
from tasks.text import clean, fold, without_numbering
from tasks.vocabulary import Vocabulary

FEWEST_LABELS = 3  # a sheet with fewer known labels is no form
LONGEST_LABEL = 90
_LONG_TEXTS = {"rancang_bangun", "tujuan", "manfaat", "hasil"}
_LABEL_AND_VALUE = re.compile(r"^([^:\n]{3,80}?)\s*:\s*(\S.*)$", re.DOTALL)
_HINT = re.compile(r"^\(.*\)$|^\*", re.DOTALL)
_BOX = re.compile(r"[(\[]\s*[^\s)\]]{0,2}\s*[)\]]|[☐☑☒□■]")


@dataclass(frozen=True)
class Label:
    """A label of the form: its cell, its column of the field, and the value if that stands in the same cell."""

    baris: int
    sel: int
    kolom: str
    level: int
    teks: str
    own_value: str = ""


def find_forms(grid: Grid, vocabulary: Vocabulary) -> tuple[list[Table], list[SheetNote]]:
    """The forms of a sheet as one table with a record a form, and notes about guessed labels."""
    labels = _labels(grid, vocabulary)
    names = [label for label in labels if label.kolom == "nama_inovasi"]
    kinds = {label.kolom for label in labels} - {"no", "unit", "kode_unit"}
    if not names or len(kinds) < FEWEST_LABELS or len({label.baris for label in labels}) < FEWEST_LABELS:
        return [], []
    table = Table("inovasi", grid.lembar)
    notes: list[SheetNote] = []
    starts = _form_starts(labels, names)
    for start, end in zip(starts, [*starts[1:], len(grid.rows)], strict=True):
        form = [label for label in labels if start <= label.baris < end]
        _read_form(grid, form, end, table, vocabulary)
        notes += [
            SheetNote("judul_ditebak", grid.lembar, label.baris, label.sel, label.kolom, clean(label.teks),
                      vocabulary.labels.get(label.kolom, label.kolom))
            for label in form if label.level >= 3
        ]  # fmt: skip
    table.kolom = list(dict.fromkeys(label.kolom for label in labels))
    occupied = {(label.baris, label.sel) for label in labels}
    for row in range(min(len(grid.rows), 400)):
        table.konteks += [
            context for context in context_of_row(grid, row, vocabulary)
            if context.sumber == "label" or (row < starts[0] and (context.baris, context.sel) not in occupied)
        ]  # fmt: skip
    return ([table] if table.letak else []), notes


def _labels(grid: Grid, vocabulary: Vocabulary) -> list[Label]:
    """Cells that are labels: known words, at the left of their row, at most two labels a row."""
    found: list[Label] = []
    for row in range(len(grid.rows)):
        in_row: list[Label] = []
        for c in grid.filled(row):
            text = grid.text(row, c)
            if text and (label := _as_label(text, row, c, vocabulary)):
                in_row.append(label)
        found += _true_labels(grid, row, in_row)
    columns = [label.sel for label in found if label.level <= 2]
    usual = max(set(columns), key=columns.count) if columns else 0
    kept = [
        label for label in found
        if label.level == 1 or label.sel == usual or label.teks.rstrip().endswith(":") or label.own_value
    ]  # fmt: skip
    return [label for label in kept if label.sel <= usual + 1 or label.teks.rstrip().endswith(":") or label.own_value
            or _starts_pair(grid, label, kept)]  # fmt: skip


def _starts_pair(grid: Grid, label: Label, labels: list[Label]) -> bool:
    """A second label on a row ("Jenis: … Bentuk: …") is one only when another label stands left of it with a value between."""
    left = [other for other in labels if other.baris == label.baris and other.sel < label.sel]
    return bool(left) and any(
        grid.text(label.baris, c) or grid.value(label.baris, c) != "" for c in range(left[-1].sel + 1, label.sel)
    )


def _as_label(text: str, row: int, column: int, vocabulary: Vocabulary) -> Label | None:
    if len(text) <= LONGEST_LABEL:
        header = vocabulary.header(text, "inovasi")
        if header and header.kolom != "abaikan" and (header.level <= 2 or text.rstrip().endswith((":", "?"))):
            return Label(row, column, header.kolom, header.level, text)
    match = _LABEL_AND_VALUE.match(text)
    if match:
        header = vocabulary.header(match[1], "inovasi")
        if header and header.kolom != "abaikan" and header.level <= 2:
            return Label(row, column, header.kolom, header.level, match[1], match[2])
    return None


def _true_labels(grid: Grid, row: int, labels: list[Label]) -> list[Label]:
    """Of the known words of a row: the first, and further ones that cannot be the value of the one before.

    "Inisiator | Masyarakat" has one label; "Tahapan | Penerapan" too, although Penerapan is a header word elsewhere.
    """
    kept: list[Label] = []
    for label in labels:
        previous = kept[-1] if kept else None
        if previous is None:
            kept.append(label)
            continue
        between = [c for c in range(previous.sel + 1, label.sel) if grid.text(row, c).strip(": ") or (
            grid.value(row, c) != "" and not grid.text(row, c))]  # fmt: skip
        if (between or previous.own_value) and (
            label.teks.rstrip().endswith(":") or label.level == 1 and label.kolom != previous.kolom
        ):
            kept.append(label)
    return kept


def _form_starts(labels: list[Label], names: list[Label]) -> list[int]:
    """The rows at which forms begin: the first label of each form is the one that recurs before each name."""
    first = names[0]
    own = [name for name in names if name.sel == first.sel]
    starts: list[int] = []
    for index, name in enumerate(own):
        floor = own[index - 1].baris if index else -1
        above = [label for label in labels if floor < label.baris <= name.baris]
        if index == 0:
            starts.append(min(label.baris for label in above))
            continue
        lead = {label.kolom for label in labels if starts[0] <= label.baris < first.baris}
        leading = [label.baris for label in above if label.kolom in lead]
        starts.append(min(leading, default=name.baris))
    return starts


def _read_form(grid: Grid, labels: list[Label], end: int, table: Table, vocabulary: Vocabulary) -> None:
    """Adds one record with the values of the labels; a form without a single value adds none."""
    values: list[tuple[str, str, str, int, int]] = []
    blanks: list[tuple[str, str, str, int, int]] = []
    seen: set[str] = set()
    cells = {(label.baris, label.sel) for label in labels}
    for index, label in enumerate(labels):
        if label.kolom in seen or label.kolom == "no":
            continue
        following = [other.baris for other in labels[index + 1 :] if other.baris > label.baris]
        last = min(min(following, default=end), end)
        found = _value_of(grid, label, last, cells, vocabulary)
        if found:
            seen.add(label.kolom)
            values.append((label.kolom, *found))
        else:
            blanks.append((label.kolom, "", "e", label.baris, _right_edge(grid, label) + 1))
    values += [blank for blank in blanks if blank[0] not in seen]
    meaningful = [
        v for v in values if v[0] not in ("unit", "kode_unit") and v[2] != "e" and not vocabulary.is_empty(v[1])
    ]
    if not meaningful:
        return
    name = next((v for v in values if v[0] == "nama_inovasi"), None)
    anchor = next(label for label in labels if label.kolom == "nama_inovasi")
    record = table.new_record(*((name[3], name[4]) if name else (anchor.baris, anchor.sel)))
    for kolom, nilai, tipe, row, column in values:
        table.put(record, kolom, nilai, tipe, row, column)


Found = tuple[str, str, int, int]  # value, type, row, column


def _value_of(
    grid: Grid, label: Label, last: int, labels: set[tuple[int, int]], vocabulary: Vocabulary
) -> Found | None:
    """The value of a label: marked option, text behind the colon, cells to the right, cells below up to ``last``."""
    if label.kolom in vocabulary.choices:
        marked = _marked(grid, label, last, labels, vocabulary)
        if marked is not None:
            return marked
    if label.own_value:
        return label.own_value, "s", label.baris, label.sel
    right = _right_of(grid, label, labels)
    if right is None:
        return _below(grid, label, last, labels, vocabulary)
    if label.kolom in _LONG_TEXTS:
        return _with_continuation(grid, right, last, labels, label)
    return right


def _right_edge(grid: Grid, label: Label) -> int:
    return label.sel + grid.spans.get((label.baris, label.sel), (1, 1))[1] - 1


def _encode(grid: Grid, row: int, column: int) -> Found:
    nilai, tipe = encode(grid.value(row, column))
    return nilai.lstrip(": ") if tipe == "s" and nilai.lstrip().startswith(":") else nilai, tipe, row, column


def _right_of(grid: Grid, label: Label, labels: set[tuple[int, int]]) -> Found | None:
    for c in range(_right_edge(grid, label) + 1, len(grid.rows[label.baris])):
        if (label.baris, c) in labels:
            return None
        if grid.anchor(label.baris, c) != (label.baris, c):
            continue
        value = grid.rows[label.baris][c]
        if value == "" or (isinstance(value, str) and (not value.strip(": \n") or _HINT.match(value.strip()))):
            continue
        return _encode(grid, label.baris, c)
    return None


def _below(grid: Grid, label: Label, last: int, labels: set[tuple[int, int]], vocabulary: Vocabulary) -> Found | None:
    """The first filled cell under a label that has nothing to its right, with what continues it."""
    for row in range(label.baris + 1, min(last, label.baris + 12, len(grid.rows))):
        for c in grid.filled(row):
            if (row, c) in labels or grid.anchor(row, c) != (row, c):
                continue
            value = grid.rows[row][c]
            if isinstance(value, str) and (not value.strip(": ") or _HINT.match(value.strip())):
                continue
            if c < label.sel - 1 or (isinstance(value, str) and vocabulary.is_signature_line(value)):
                return None
            found = _encode(grid, row, c)
            return _with_continuation(grid, found, last, labels, label) if label.kolom in _LONG_TEXTS else found
    return None


def _with_continuation(grid: Grid, found: Found, last: int, labels: set[tuple[int, int]], label: Label) -> Found:
    """A long text spread over the rows below goes on until the next label; its cell is the first."""
    nilai, tipe, row, column = found
    if tipe != "s":
        return found
    parts = [nilai]
    height = grid.spans.get((row, column), (1, 1))[0]
    for r in range(row + height, min(last, len(grid.rows))):
        text = grid.text(r, column) if (r, column) not in labels and grid.anchor(r, column) == (r, column) else ""
        if not text or any((r, c) in labels for c in range(column)):
            break
        parts.append(text)
    return "\n".join(parts), tipe, row, column


def _marked(grid: Grid, label: Label, last: int, labels: set[tuple[int, int]], vocabulary: Vocabulary) -> Found | None:
    """The option marked with X, √ or ☑ among the printed options of a choice; None where no options are printed."""
    known = vocabulary.choices[label.kolom]
    if label.own_value and (choice := vocabulary.marked_option(label.kolom, label.own_value)):
        return label.own_value, f"m:{choice.nilai}", label.baris, label.sel
    options: list[tuple[int, int, str]] = []
    marks: list[tuple[int, int]] = []
    for row in range(label.baris, min(last, label.baris + 15, len(grid.rows))):
        start = _right_edge(grid, label) + 1 if row == label.baris else max(label.sel - 2, 0)
        for c in range(start, len(grid.rows[row])):
            if (row, c) in labels or grid.anchor(row, c) != (row, c):
                if (row, c) in labels and row == label.baris:
                    break
                continue
            text = grid.text(row, c)
            if not text:
                continue
            if vocabulary.is_mark(text):
                marks.append((row, c))
                continue
            choice = vocabulary.marked_option(label.kolom, text)
            if choice:
                return text, f"m:{choice.nilai}", row, c
            bare = _BOX.sub(" ", without_numbering(text))
            if fold(bare) in known:
                options.append((row, c, known[fold(bare)]))
                inside = _BOX.search(text)
                if inside and vocabulary.is_mark(inside[0]):
                    marks.append((row, c))
            elif (
                len(text) > 3
                and not vocabulary.marked_option(label.kolom, text)
                and row > label.baris
                and not marks
                and not options
            ):
                return None
    if not marks or len({value for *_, value in options}) < 2:
        return None
    chosen = {_option_of(mark, options, _right_edge(grid, label), label.baris) for mark in marks}
    chosen.discard(None)
    if len(chosen) != 1:
        return None
    row, column, value = chosen.pop() or (0, 0, "")
    return grid.text(row, column), f"m:{value}", row, column


def _option_of(
    mark: tuple[int, int], options: list[tuple[int, int, str]], edge: int, label_row: int
) -> tuple[int, int, str] | None:
    """The option a mark belongs to: in the same cell, else its only neighbour, else by which side marks stand on."""
    row, column = mark
    same = [option for option in options if option[:2] == mark]
    if same:
        return same[0]
    in_row = sorted(option for option in options if option[0] == row)
    left = [option for option in in_row if option[1] < column]
    right = [option for option in in_row if option[1] > column]
    if left and right:
        first = in_row[0][1]
        before = first - edge > 1 if row == label_row else min(o[1] for o in options) > 0 and column < first
        return right[0] if before else left[-1]
    if left or right:
        return (left[-1:] or right[:1])[0]
    under = [option for option in options if option[1] == column and abs(option[0] - row) == 1]
    return under[0] if len(under) == 1 else None
