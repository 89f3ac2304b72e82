"""A grid of cells with their true addresses: all that reading knows, nothing of innovations."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property, lru_cache

Value = str | float | int | bool | date | datetime | time | timedelta
Merge = tuple[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True)
class Grid:
    """One sheet: rows of values from A1 on ("" is an empty cell), and the merged ranges (0-based, inclusive)."""

    lembar: str
    rows: list[list[Value]]
    merges: list[Merge] = field(default_factory=list)
    uncached: dict[tuple[int, int], str] = field(default_factory=dict)  # formulas whose value was never saved

    @cached_property
    def anchors(self) -> dict[tuple[int, int], tuple[int, int]]:
        """For each cell inside a merged range: the cell at its top left, where the value stands."""
        height, width = len(self.rows), self.width
        return {
            (row, column): top_left
            for top_left, (bottom, right) in self.merges
            for row in range(top_left[0], min(bottom + 1, height))
            for column in range(top_left[1], min(right + 1, width))
        }

    @cached_property
    def spans(self) -> dict[tuple[int, int], tuple[int, int]]:
        """For the top left cell of each merged range: its height and width."""
        return {(r, c): (r2 - r + 1, c2 - c + 1) for (r, c), (r2, c2) in self.merges}

    @cached_property
    def width(self) -> int:
        """Number of columns."""
        return max(map(len, self.rows), default=0)

    def anchor(self, row: int, column: int) -> tuple[int, int]:
        """Where the value shown at a cell stands: the cell itself, or the top left of its merged range."""
        return self.anchors.get((row, column), (row, column)) if self.merges else (row, column)

    def value(self, row: int, column: int) -> Value:
        """The value shown at a cell, merged ranges filled; "" outside the grid."""
        if self.merges and (row or column):  # A1 is covered by no other cell
            row, column = self.anchors.get((row, column), (row, column))
        rows = self.rows
        return rows[row][column] if row < len(rows) and column < len(rows[row]) else ""

    def text(self, row: int, column: int) -> str:
        """The value shown at a cell if it is text, stripped; "" otherwise."""
        value = self.value(row, column)
        return value.strip() if isinstance(value, str) else ""

    def said(self, row: int) -> list[tuple[int, str]]:
        """Columns and texts of the row's filled cells that show text."""
        known = self._said[row]
        if known is None:
            if row in self._hidden_values:
                known = [(c, text) for c in self.filled(row) if (text := self.text(row, c))]
            else:
                values = self.rows[row] if any(self.rows[row]) else ()
                known = [
                    (c, text) for c, value in enumerate(values)
                    if value and isinstance(value, str) and (text := value.strip())
                ]  # fmt: skip
            self._said[row] = known
        return known

    @cached_property
    def _hidden_values(self) -> set[int]:
        """Rows with a cell that has a value of its own although a merged range covers it."""
        found = set()
        for (top, left), (bottom, right) in self.merges:
            for row, cells in enumerate(self.rows[top : bottom + 1], top):
                covered = cells[left + (row == top) : right + 1]
                if covered.count("") < len(covered):
                    found.add(row)
        return found

    @cached_property
    def _said(self) -> list[list[tuple[int, str]] | None]:
        return [None] * len(self.rows)

    def filled(self, row: int) -> list[int]:
        """Columns of the row whose own cell holds something other than blank text."""
        known = self._filled[row]
        if known is None:
            known = self._filled[row] = [
                c
                for c, value in enumerate(self.rows[row])
                if value != "" and not (type(value) is str and value.isspace())
            ]
        return known

    @cached_property
    def _filled(self) -> list[list[int] | None]:
        return [None] * len(self.rows)


@lru_cache(maxsize=20_000)
def letters(column: int) -> str:
    """Column letters of a 0-based column number: 0 is A, 26 is AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def a1(row: int, column: int) -> str:
    """The address of a 0-based cell."""
    return f"{letters(column)}{row + 1}"


WHOLE = 1e22  # whole numbers below this are written out
NUMBERS_REMEMBERED = 20_000
_A1 = re.compile(r"^([A-Z]{1,3})(\d{1,7})$")


@lru_cache(maxsize=20_000)
def position(address: str) -> tuple[int, int]:
    """The 0-based row and column of an A1 address."""
    match = _A1.match(address)
    if match is None:
        raise ValueError(f"not an A1 address: {address}")
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return int(match[2]) - 1, column - 1


class _Numbers(dict[float, str]):
    """Numbers as people write them; many of the same stand below one another."""

    def __missing__(self, value: float) -> str:
        if value == 0:
            return "0"
        text = f"{value:.0f}" if value.is_integer() and abs(value) < WHOLE else repr(value)
        if len(self) < NUMBERS_REMEMBERED:
            self[value] = text
        return text


number_text = _Numbers().__getitem__  # a number as people write it: whole ones without a point


def encode(value: Value) -> tuple[str, str]:
    """A cell's value as text and its type: s text, n number, d date, t time, b truth value."""
    if isinstance(value, str):
        return value, "s"
    if isinstance(value, bool):
        return ("TRUE" if value else "FALSE"), "b"
    if isinstance(value, float):
        return number_text(value), "n"
    if isinstance(value, int):
        return str(value), "n"
    if isinstance(value, datetime):
        return (value.date().isoformat() if value.time() == time.min else value.isoformat(sep=" ")), "d"
    if isinstance(value, date):
        return value.isoformat(), "d"
    return str(value), "t"
