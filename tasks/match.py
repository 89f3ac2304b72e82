"""Whether two names mean the same innovation: acronym against long form, spelling, numbering. Sure, likely, or not.

Names are compared within a unit only. Sure matches are one innovation; likely ones are put before people and stay apart.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from tasks.text import clean, fold, without_numbering

SURE, LIKELY = "sama", "mungkin"
SAME_LONG_FORM = 88  # likeness of two long forms (0-100) from which they are one
OTHER_LONG_FORM = 60  # and below which they are two
SAME_WORD = 75  # likeness from which a word is another one mistyped
SHORTEST_TYPO = 6  # letters a mistyped word must have to be told from another word
_PARENTHESES = re.compile(r"^(.*?)\s*[(\[]\s*(.+?)\s*[)\]]?\s*$", re.DOTALL)
_DASHED = re.compile(r"^(\S.{0,40}?)\s*(?::|=|\s[-–—]\s|\s?[–—]\s?)\s*(\S.+)$", re.DOTALL)
_YEAR = re.compile(r"^(19|20)\d\d$")
_QUOTES = re.compile(r"[\"'“”‘’`]")
_ROMAN = {
    "i": "1",
    "ii": "2",
    "iii": "3",
    "iv": "4",
    "v": "5",
    "vi": "6",
    "vii": "7",
    "viii": "8",
    "ix": "9",
    "x": "10",
}
_EMPTY_WORDS = frozenset("inovasi yang dan di ke dari untuk dengan oleh pada serta tahun program nya".split())  # noqa: SIM905


@dataclass(frozen=True)
class Name:
    """A name taken apart: its short form, its long form if it gives one, its numbers, and what is compared of each."""

    text: str
    short: tuple[str, ...]
    long: tuple[str, ...]
    numbers: frozenset[str]

    @property
    def compact(self) -> str:
        """The short form without spaces."""
        return "".join(self.short)

    @property
    def key(self) -> str:
        """What two spellings of the same name share."""
        return " ".join((*self.short, "|", *self.long, "|", *sorted(self.numbers)))


@lru_cache(maxsize=200_000)
def take_apart(text: str) -> Name:
    """The parts of a name: "GEBRAKS (Gerakan Bersama …)" has a short and a long form."""
    plain = _QUOTES.sub("", without_numbering(clean(text)))
    short, long = _two_forms(plain)
    short_words, numbers = _words(short)
    long_words, more = _words(long)
    if not short_words:
        short_words, long_words = long_words, ()
    return Name(text, short_words, long_words, numbers | (more if not short_words else frozenset()))


def _two_forms(plain: str) -> tuple[str, str]:
    for pattern in (_PARENTHESES, _DASHED):
        match = pattern.match(plain)
        if not match or not match[1].strip():
            continue
        first, second = match[1].strip(), match[2].strip()
        if _expands(first, second):
            return first, second
        if pattern is _PARENTHESES and _expands(second, first):
            return second, first
    return plain, ""


def _expands(short: str, long: str) -> bool:
    """Whether ``long`` is what ``short`` stands for: its letters in order, or a phrase beside an acronym in capitals."""
    short_words, long_words = fold(short).split(), fold(long).split()
    if (
        not short_words
        or len(long_words) < 2
        or (len(long_words) <= len(short_words) and len(fold(long)) <= len(fold(short)))
    ):
        return False
    letters = iter("".join(long_words))
    in_order = all(letter in letters for letter in "".join(short_words))
    return (in_order and len("".join(short_words)) >= 3) or (
        len(long_words) >= 3 and len(short_words) <= 3 and short.isupper()
    )


def _words(text: str) -> tuple[tuple[str, ...], frozenset[str]]:
    """The words that count, and the numbers among them (roman ones as digits, years left out)."""
    found: list[str] = []
    numbers: set[str] = set()
    words = [word for word in fold(text).split() if not _YEAR.match(word)]
    for index, word in enumerate(words):
        if word.isdigit():
            numbers.add(str(int(word)))
        elif word in _ROMAN and index > 0:
            numbers.add(_ROMAN[word])
        else:
            found.append(word)
    counted = tuple(word for word in found if word not in _EMPTY_WORDS)
    return counted or tuple(found), frozenset(numbers)


def compare(a: Name, b: Name) -> str | None:
    """``SURE``, ``LIKELY`` or None for two names of a unit."""
    if a.numbers != b.numbers or not a.short or not b.short:
        return None
    if a.compact == b.compact:
        return _with_long_forms(a, b, SURE)
    if a.long and b.long and _alike(a.long, b.long) >= SAME_LONG_FORM:
        return SURE if _alike(a.short, b.short) >= SAME_WORD else LIKELY
    for one, other in ((a, b), (b, a)):
        if one.long and not other.long and len(other.short) > 1 and _alike(one.long, other.short) >= SAME_LONG_FORM:
            return SURE
    if sorted(a.short) == sorted(b.short) and len(a.short) > 2:
        return _with_long_forms(a, b, SURE)
    return _by_typing_errors(a, b)


def _with_long_forms(a: Name, b: Name, verdict: str) -> str | None:
    """Equal short forms: one innovation, unless both give long forms and these differ."""
    if not a.long or not b.long:
        return verdict
    alike = _alike(a.long, b.long)
    if alike >= SAME_LONG_FORM:
        return verdict
    return LIKELY if alike >= OTHER_LONG_FORM else None


def _by_typing_errors(a: Name, b: Name) -> str | None:
    """Names that differ in words mistyped: sure beside a word that is the same, likely where the word stands alone."""
    if len(a.short) != len(b.short):
        return _by_joined_words(a, b)
    if len(a.short) == 1 and _one_letter_more(a.compact, b.compact):
        return _with_long_forms(a, b, SURE)
    differing = [(left, right) for left, right in zip(a.short, b.short, strict=True) if left != right]
    same = [left for left, right in zip(a.short, b.short, strict=True) if left == right and len(left) >= 4]
    if len(differing) > 1 + len(a.short) // 4:
        return None
    for left, right in differing:
        long_enough = min(len(left), len(right)) >= SHORTEST_TYPO
        if not long_enough or OSA.distance(left, right) > 1 + (min(len(left), len(right)) >= 10):
            return None
    if same and (len(a.compact) >= 12 or (a.long and b.long)):
        return _with_long_forms(a, b, SURE)
    return _with_long_forms(a, b, LIKELY)


def _by_joined_words(a: Name, b: Name) -> str | None:
    """Names of unlike numbers of words: equal but for one letter when joined, or an acronym and more words after it."""
    if min(len(a.compact), len(b.compact)) >= 10 and OSA.distance(a.compact, b.compact) <= 1:
        return _with_long_forms(a, b, SURE)
    one, other = sorted((a, b), key=lambda name: len(name.short))
    lone = len(one.short) == 1 and len(one.short[0]) >= SHORTEST_TYPO
    return LIKELY if lone and OSA.distance(one.short[0], other.short[0]) <= 1 else None


def _one_letter_more(a: str, b: str) -> bool:
    """ "Gebrak" and "Gebraks": an acronym without its last letter."""
    short, long = sorted((a, b), key=len)
    return len(short) >= SHORTEST_TYPO and len(long) == len(short) + 1 and long.startswith(short)


def _alike(a: Iterable[str], b: Iterable[str]) -> float:
    return fuzz.token_sort_ratio(" ".join(a), " ".join(b))


def likeness(a: str, b: str) -> float:
    """Likeness of two names for people, 0-100."""
    return round(fuzz.token_sort_ratio(fold(a), fold(b)), 1)


def pairs(names: list[Name]) -> Iterator[tuple[int, int, str]]:
    """The pairs among the names of a unit that are the same, or may be: positions and verdict.

    Only names that share the beginning of a word, or most letters, are compared in full.
    """
    starts: dict[str, list[int]] = {}
    for index, name in enumerate(names):
        keys = {word[:4] for word in (*name.short, *name.long[:3])} | {name.compact[:4], name.compact[-5:]}
        for key in keys:
            starts.setdefault(key, []).append(index)
    seen: set[tuple[int, int]] = set()
    for group in starts.values():
        for pair in combinations(group, 2):
            if pair not in seen:
                seen.add(pair)
                verdict = compare(names[pair[0]], names[pair[1]])
                if verdict:
                    yield (*pair, verdict)


class Groups:
    """Names joined into groups; pairs that people said are different never come together."""

    def __init__(self, size: int, apart: set[tuple[int, int]]) -> None:
        self._parent = list(range(size))
        self._members = [{index} for index in range(size)]
        self._apart = apart

    def find(self, index: int) -> int:
        """The first of the group."""
        while self._parent[index] != index:
            self._parent[index] = self._parent[self._parent[index]]
            index = self._parent[index]
        return index

    def join(self, a: int, b: int) -> bool:
        """Joins two groups; False when that would bring together what is to stay apart."""
        a, b = sorted((self.find(a), self.find(b)))
        if a == b:
            return True
        if any((min(x, y), max(x, y)) in self._apart for x in self._members[a] for y in self._members[b]):
            return False
        self._parent[b] = a
        self._members[a] |= self._members[b]
        return True
