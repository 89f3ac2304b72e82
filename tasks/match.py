"""Whether two names mean the same innovation: acronym against long form, spelling, numbering. Sure, likely, or not.

Names are compared within a unit only. Sure matches are one innovation; likely ones are put before people and stay apart.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import combinations

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from tasks.text import clean, fold, without_numbering

SURE, LIKELY = "sama", "mungkin"
SAME_LONG_FORM = 88  # likeness of two long forms (0-100) from which they are one
OTHER_LONG_FORM = 60  # and below which they are two
ACRONYM_SHARE = 0.6  # of the letters of its words an acronym has at most so many
SAME_ROOT = 75  # likeness of two words of one root: "pinjam", "peminjaman"
SHORT_FORM = 5  # words at most of a name that stands alone without being a sentence
SHORTEST_TYPO = 6  # letters a mistyped word must have to be told from another word
_PARENTHESES = re.compile(r"^(.*?)\s*[(\[]\s*(.+?)\s*[)\]]?\s*$", re.DOTALL)
_DASHED = re.compile(r"^(\S.{0,40}?)\s*(?::|=|\s[-–—]\s|\s?[–—]\s?)\s*(\S.+)$", re.DOTALL)
_THOUSANDS = re.compile(r"(?<=\d)[.,](?=\d{3}\b)")
_LAST_YEAR = re.compile(r"\s*[(\[]?\s*(?:\b(?:tahun|thn|th)\b\.?)?\s*\b(?:19|20)\d\d\s*[)\]]?\s*$", re.IGNORECASE)
_YEAR = re.compile(r"^(19|20)\d\d$")
_FIGURE_BEHIND = re.compile(r"([a-z]{4,})(\d+)\b")
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
_NUMBER_WORDS = {"satu": "1", "dua": "2", "tiga": "3", "empat": "4", "lima": "5"}
_EMPTY_WORDS = frozenset("inovasi aplikasi yang dan di ke dari untuk dengan oleh pada serta tahun program nya".split())  # noqa: SIM905


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
    plain = _THOUSANDS.sub("", _QUOTES.sub("", clean(text)))
    plain = _LAST_YEAR.sub("", without_numbering(plain.strip()).strip(" .,;"))
    short, long = _two_forms(plain)
    short_words, numbers = _words(short, spelled=len(short.split()) <= SHORT_FORM)
    long_words, more = _words(long, spelled=False)  # "multi manfaat jadi satu" numbers nothing
    if not short_words:
        short_words, long_words = long_words, ()
    return Name(text, short_words, long_words, numbers | more)


def _two_forms(plain: str) -> tuple[str, str]:
    for pattern in (_PARENTHESES, _DASHED):
        match = pattern.match(plain)
        if not match or not match[1].strip():
            continue
        first, second = match[1].strip(), match[2].strip()
        first_words, second_words = len(fold(first).split()), len(fold(second).split())
        if _expands(first, second) or (second_words >= 3 and first_words <= 3):
            return first, second
        if pattern is _PARENTHESES and (
            _expands(second, first) or (first_words >= 3 and first_words > second_words and second_words <= 3)
        ):
            return second, first
    return plain, ""


def _expands(short: str, long: str) -> bool:
    """Whether ``long`` is what ``short`` stands for: its letters in order, or a phrase beside an acronym in capitals."""
    short_words, long_words = fold(short).split(), fold(long).split()
    if (
        not short_words
        or len(long_words) < 2
        or (len(long_words) <= len(short_words) and len(fold(long)) < len(fold(short)))
    ):
        return False
    spelled_out = (
        "".join(short_words),
        *(word for word in short_words if len(word) > 4),
    )  # "Layanan Moling (Mobil Keliling)"
    return any(len(word) >= 3 and _in_order(word, "".join(long_words)) for word in spelled_out) or (
        len(long_words) >= 3 and len(short_words) <= 3 and short.isupper()
    )


def _words(text: str, *, spelled: bool = True) -> tuple[tuple[str, ...], frozenset[str]]:
    """The words that count, and the numbers among them (roman ones as digits, years left out)."""
    found: list[str] = []
    numbers: set[str] = set()
    apart = _FIGURE_BEHIND.sub(r"\1 \2", fold(text))
    words = [word for word in apart.split() if not _YEAR.match(word) and word != "tahun"]
    for index, word in enumerate(words):
        if word.isdigit():
            numbers.add(str(int(word)))
        elif spelled and word in _NUMBER_WORDS:
            numbers.add(_NUMBER_WORDS[word])
        elif word in _ROMAN and index > 0 and index == len(words) - 1:
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
        return SURE if _alike(a.short, b.short) >= SAME_LONG_FORM else LIKELY
    for one, other in ((a, b), (b, a)):
        if not one.long and not other.long and is_acronym(one.short, other.short):
            return SURE if len(other.short) >= 4 and len(one.compact) >= 6 else LIKELY
        if one.long and not other.long and len(other.short) > 1 and _alike(one.long, other.short) >= SAME_LONG_FORM:
            return SURE
        if one.long and not other.long and _alike((*one.short, *one.long), other.short) >= SAME_LONG_FORM:
            return SURE  # both forms in a row, without anything between them
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
    begin_alike = all(left[0] == right[0] for left, right in differing)  # "Panting" is no slip of "Lanting"
    slip = len(differing) == 1 and min(map(len, differing[0])) >= 4 and OSA.distance(*differing[0]) == 1
    if slip and same:
        sure = begin_alike and (len(same) >= 2 or _mistyped(*differing[0]))
        return _with_long_forms(a, b, SURE if sure else LIKELY)
    if len(differing) > 1 + len(a.short) // 4:
        return _by_shared_words(a, b)
    for left, right in differing:
        if not _mistyped(left, right):
            akin = _one_in_other(left, right) or (len(same) >= 3 and fuzz.ratio(left, right) >= SAME_ROOT)
            return LIKELY if same and akin and len(differing) == 1 else _by_shared_words(a, b)
    if begin_alike and same and (len(a.compact) >= 9 or (a.long and b.long)):
        return _with_long_forms(a, b, SURE)
    return _with_long_forms(a, b, LIKELY)


def _mistyped(left: str, right: str) -> bool:
    """Whether a word is another one with a slip of the finger: a letter too many, too few or swapped; in long words, wrong."""
    shortest = min(len(left), len(right))
    distance = OSA.distance(left, right)
    if shortest >= 10:
        return distance <= 2
    if len(left) != len(right):
        return distance == 1 and shortest >= SHORTEST_TYPO - 1
    swapped = sorted(left) == sorted(right)
    return distance == 1 and shortest >= (SHORTEST_TYPO - 1 if swapped else SHORTEST_TYPO)


def _one_in_other(left: str, right: str) -> bool:
    """ "Pak" and "Bapak": a word and its beginning or end."""
    short, long = sorted((left, right), key=len)
    return len(short) >= 3 and (long.startswith(short) or long.endswith(short))


def _by_shared_words(a: Name, b: Name) -> str | None:
    """Names of which one has all words of the other and few more, or most words are shared: likely, for people to decide."""
    left, right = set(a.short), set(b.short)
    shared = left & right
    if len(shared) < 2 or not any(len(word) >= 4 for word in shared):
        return None
    extra = len(left ^ right)
    inside = (left <= right or right <= left) and extra <= 2
    if a.short[: len(b.short)] == b.short or b.short[: len(a.short)] == a.short:
        inside = (
            inside or abs(len(a.short) - len(b.short)) >= 3
        )  # a name, and the same name with its long form after it
    return LIKELY if inside or (len(shared) >= 3 and len(shared) * 3 >= len(left | right) * 2) else None


def _by_joined_words(a: Name, b: Name) -> str | None:
    """Names of unlike numbers of words: equal but for one letter when joined, or an acronym and more words after it."""
    if min(len(a.compact), len(b.compact)) >= 10 and OSA.distance(a.compact, b.compact) <= 1:
        return _with_long_forms(a, b, SURE)
    one, other = sorted((a, b), key=lambda name: len(name.short))
    lone = len(one.short) == 1 and len(one.short[0]) >= SHORTEST_TYPO
    if lone and OSA.distance(one.short[0], other.short[0]) <= 1:
        return LIKELY
    return _by_shared_words(a, b)


def _one_letter_more(a: str, b: str) -> bool:
    """ "Gebrak" and "Gebraks": an acronym without its last letter; a figure is no letter."""
    short, long = sorted((a, b), key=len)
    return long[-1].isalpha() and len(short) >= SHORTEST_TYPO and len(long) == len(short) + 1 and long.startswith(short)


def _alike(a: Iterable[str], b: Iterable[str]) -> float:
    return fuzz.token_sort_ratio(" ".join(a), " ".join(b))


def abbreviates(a: Name, b: Name) -> bool:
    """Whether one of two names without a long form is an acronym of the other."""
    return not a.long and not b.long and (is_acronym(a.short, b.short) or is_acronym(b.short, a.short))


def is_acronym(short: tuple[str, ...], words: tuple[str, ...]) -> bool:
    """Whether a short form is an acronym of words: a beginning of each in order, one word at most left out ("GEMA CERMAT").

    The last word may lend letters from its middle, as acronyms made to sound well do. A name that shares whole words
    with the other is a shorter name, not an acronym ("Antar Obat", "Antar Jemput Obat").
    """
    shared = set(short) & set(words)
    if shared:  # "MPP Barokah", "Mal Pelayanan Publik Barokah": what is not shared has to be initials
        short, words = (tuple(word for word in form if word not in shared) for form in (short, words))
        return len(words) >= 3 and "".join(short) == "".join(word[0] for word in words)
    compact = "".join(short)
    if (
        len(words) < 3
        or len(compact) < 5
        or compact[0] != words[0][0]
        or len(compact) > ACRONYM_SHARE * sum(map(len, words))
    ):
        return False

    @cache
    def fits(at: int, word: int, skipped: int) -> bool:
        if at == len(compact):
            return len(words) - word + skipped <= 1
        if word == len(words):
            return False
        last = word == len(words) - 1
        if last and _in_order(compact[at:], words[word]):
            return True
        for length in range(1, min(len(words[word]), len(compact) - at) + 1):
            if words[word][:length] != compact[at : at + length]:
                break
            if fits(at + length, word + 1, skipped):
                return True
        return skipped == 0 and fits(at, word + 1, 1)

    return fits(0, 0, 0)


def _in_order(letters: str, word: str) -> bool:
    rest = iter(word)
    return all(letter in rest for letter in letters)


def likeness(a: str, b: str) -> float:
    """Likeness of two names for people, 0-100."""
    return round(fuzz.token_sort_ratio(fold(a), fold(b)), 1)


def pairs(names: list[Name]) -> Iterator[tuple[int, int, str]]:
    """The pairs among the names of a unit that are the same, or may be: positions and verdict.

    Only names that share the beginning of a word, or most letters, are compared in full.
    """
    starts: dict[str, list[int]] = {}
    for index, name in enumerate(names):
        keys = {word[:4] for word in (*name.short, *name.long[:3])} | {
            name.compact[:4],
            name.compact[-5:],
            f"{name.compact[:1]}…",
        }
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

    def kept_apart(self, a: int, b: int) -> bool:
        """Whether people said of any two names of the groups that they are different."""
        left, right = self._members[self.find(a)], self._members[self.find(b)]
        return any((min(x, y), max(x, y)) in self._apart for x in left for y in right)

    def join(self, a: int, b: int) -> bool:
        """Joins two groups; False when that would bring together what is to stay apart."""
        a, b = sorted((self.find(a), self.find(b)))
        if a == b:
            return True
        if self.kept_apart(a, b):
            return False
        self._parent[b] = a
        self._members[a] |= self._members[b]
        return True
