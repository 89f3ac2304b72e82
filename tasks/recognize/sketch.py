"""The sketch of a sheet: in place of each cell what it can be to a form, whatever was filled in.

A text that has a part in how a form is laid out stands for itself: a label it may be, a colon. Of a label with its value in the
same cell only the label stands. What is left out is a ``VALUE``, followed by signs of what it can be besides; what is no text is
a ``NUMBER``. So sheets that were filled in alike have the same sketch.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from tasks.read.grid import Grid, Value
from tasks.recognize.header import (
    FEWEST_MISTYPED,
    LONGEST_HEADER,
    ROWS_REMEMBERED,
    SIGNATURES,
    has_columns_of,
    named_columns,
)
from tasks.recognize.records import OTHER
from tasks.recognize.tabel import is_label_of_unit
from tasks.text import fold
from tasks.vocabulary import REMEMBERED, Vocabulary

Sketch = tuple[tuple[str | float, ...], ...]

VALUE, NUMBER = "\0", 0.0
CONTROL = "\x01"  # what a VALUE that stands in a cell is taken for: as invisible
_PRINTS, _HINTS, _ENDS, _NAMES_UNIT, _HEADS = "+", "(", "_", "@", "?"  # no letters: they fold to nothing
LONGEST_LABEL = 90
COLONS = frozenset((":", "=", "："))
COLON_SIGNS = ":： \n"
_LABEL_AND_VALUE = re.compile(r"^([^:\n]{3,80}?)\s*:\s*(\S.*)$", re.DOTALL)
_HINT = re.compile(r"^\(.*\)$|^\*", re.DOTALL)


class Meaning(NamedTuple):
    """What a text is the label of, and how surely; ``own`` where its value stands behind it in the same cell."""

    kolom: str
    level: int
    teks: str
    own: bool = False


def sketch(grid: Grid, vocabulary: Vocabulary, taken: set[int]) -> Sketch:
    """The sketch of a sheet without its ``taken`` rows, which a table has."""
    kind_of = _kinds(vocabulary).__getitem__
    return tuple([() if row in taken else tuple(map(kind_of, cells)) for row, cells in enumerate(grid.rows)])


def sketch_without_tables(grid: Grid, vocabulary: Vocabulary) -> Sketch | None:
    """The sketch of a sheet of which no row can be the header of a table; None where one can."""
    kind_of, drawn = _kinds(vocabulary).__getitem__, []
    for cells in grid.rows:
        empty = cells.count("")
        drawn.append(tuple(map(kind_of, cells)) if empty < len(cells) else ())
        if len(cells) - empty > 1 and _may_head(drawn[-1], vocabulary):
            return None
    return tuple(drawn)


class _Kinds(dict[Value, str | float]):
    """What stands in the sketch for a cell; what stands for short texts is remembered."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        super().__init__({"": ""})
        self.vocabulary = vocabulary

    def __missing__(self, cell: Value) -> str | float:
        if not isinstance(cell, str):
            return NUMBER
        kind = _kind(cell, self.vocabulary)
        if len(cell) <= LONGEST_HEADER and len(self) < REMEMBERED:
            self[cell] = kind
        return kind


_kinds = lru_cache(1)(_Kinds)


def _kind(cell: str, vocabulary: Vocabulary) -> str:
    """What stands in the sketch for a text."""
    text = cell.replace(VALUE, CONTROL).strip()
    if text in COLONS or not text.strip(COLON_SIGNS):
        return text or " "
    known, surely = meaning(text, vocabulary), _surely_heads(text, vocabulary)
    if (known and not known.own) or surely:
        return text
    said = behind_colon(cell)
    signs = (
        (_PRINTS, vocabulary.may_print_choice(text)),
        (_HINTS, _HINT.match(text)),
        (_ENDS, vocabulary.is_signature_line(said)),
        (_NAMES_UNIT, is_label_of_unit(text, vocabulary)),
        (_HEADS, surely is not None),
    )
    return (known.teks if known else "") + VALUE + "".join([sign for sign, shown in signs if shown])


def _surely_heads(text: str, vocabulary: Vocabulary) -> bool | None:
    """Whether a text is surely a header of some kind of table; None where it is none at all."""
    if len(text) > LONGEST_HEADER or not vocabulary.is_header(text):
        return None
    return any((header := vocabulary.header(text, jenis)) and header.level <= 2 for jenis in SIGNATURES)


@lru_cache(ROWS_REMEMBERED)
def _may_head(row: tuple[str | float, ...], vocabulary: Vocabulary) -> bool:
    """Whether a row can be the header of a table as ``tasks.recognize.header.kind_of`` finds them; rather yes than no."""
    texts = texts_of(row)
    known = tuple(text for text in texts if VALUE not in text)
    if any(VALUE in text and text[0] != VALUE for text in texts):  # what its whole text would head is not known here
        return len(known) + sum(text[0] != VALUE or _says(_HEADS, text) for text in texts if VALUE in text) > 1
    alike = sum(_says(_HEADS, text) for text in texts)
    sure = any(has_columns_of(jenis, named) for jenis, named in named_columns(known, vocabulary))
    return sure or (alike > 0 and alike + len(known) > FEWEST_MISTYPED)


# --- what the texts of a sketch say -----------------------------------------------------------------------------------


def meaning(text: str, vocabulary: Vocabulary) -> Meaning | None:
    """What a text, as it stands on a sheet or in its sketch, is the label of; None if it is none."""
    label, is_left_out, _ = text.partition(VALUE)
    if is_left_out:
        header = vocabulary.header(label, "inovasi") if label else None
        return Meaning(header.kolom, header.level, label, True) if header else None
    if len(text) <= LONGEST_LABEL:
        header = vocabulary.header(text, "inovasi")
        asks = text.endswith((":", "?"))
        if header and (header.level <= 2 or asks):
            return Meaning(header.kolom, header.level, text)
        if asks and not header and fold(text):
            return Meaning(OTHER, 1, text)
    match = _LABEL_AND_VALUE.match(text) if ":" in text else None
    header = vocabulary.header(match[1], "inovasi") if match else None
    return Meaning(header.kolom, header.level, match[1], True) if match and header and header.level <= 2 else None


def behind_colon(text: str) -> str:
    """A text that was filled in, without the colon of its label that it may begin with."""
    return text.lstrip(":： ") if text.lstrip().startswith(":") else text


def own_value(text: str) -> str:
    """The value that stands behind a label in the same cell."""
    match = _LABEL_AND_VALUE.match(text)
    return match[2] if match else ""


def texts_of(row: tuple[str | float, ...]) -> list[str]:
    """The texts of a row of a sketch."""
    return [text for text in row if text and isinstance(text, str)]


def is_sign(text: str) -> bool:
    """Whether a text of a sketch has a part in the layout."""
    return text[0] != VALUE


def can_be_value(text: str) -> bool:
    """Whether a text of a sketch can stand for what was filled in: it is no colon, and no hint how to."""
    return not is_hint(text) and bool(text.strip(COLON_SIGNS))


def is_hint(text: str) -> bool:
    """Whether a text of a sketch says how to fill in."""
    return _says(_HINTS, text) if VALUE in text else _HINT.match(text) is not None


def ends_form(text: str, vocabulary: Vocabulary) -> bool:
    """Whether a text of a sketch is a line of a signature block or a note."""
    return _says(_ENDS, text) if VALUE in text else vocabulary.is_signature_line(text)


def may_print(text: str, vocabulary: Vocabulary) -> bool:
    """Whether a text of a sketch is a mark, or can print a choice."""
    return _says(_PRINTS, text) if VALUE in text else vocabulary.may_print_choice(text)


def names_unit(text: str, vocabulary: Vocabulary) -> bool:
    """Whether a text of a sketch is, or has before its colon, the label of a unit."""
    return _says(_NAMES_UNIT, text) if VALUE in text else is_label_of_unit(text, vocabulary)


def _says(sign: str, text: str) -> bool:
    return sign in text.partition(VALUE)[2]
