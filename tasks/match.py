"""Whether two names mean the same innovation: acronym against long form, spelling, numbering. Sure, likely, or not.

Names are compared within a unit only. Sure matches are one innovation; likely ones are put before people and stay apart.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from itertools import combinations

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA, Indel

from tasks.text import clean, fold, without_numbering

SURE, LIKELY = "sama", "mungkin"
SAME_LONG_FORM = 88  # likeness of two long forms (0-100) from which they are one
OTHER_LONG_FORM = 60  # and below which they are two
ACRONYM_SHARE = 0.6  # of the letters of its words an acronym has at most so many
SAME_ROOT = 75  # likeness of two words of one root: "pinjam", "peminjaman"
SHORTEST_PHRASE = 3  # words that have an acronym
SHORT_FORM = 5  # words at most of a name that stands alone without being a sentence
LARGE_BLOCK = 20  # names that share the beginning of a word, from which more has to be shared
LONGEST_LONE = 16  # letters of a name that may be mistyped anywhere
SHORTEST_TYPO = 6  # letters a mistyped word must have to be told from another word
_PARENTHESES = re.compile(r"^(.*?)\s*[(\[]\s*(.+?)\s*(?:[)\]]\s*([^()\[\]]*))?$")
_QUOTED = re.compile(r"^(.*?)\s*\"(.+?)\"\s*(.*)$")
_DASHED = re.compile(
    r"^(\S.*?)\s*(?::|=|/\s|\s/|\s[-–—]\s|\s?[–—]\s?|,\s|\s(?:singkatan|kepanjangan|akronim) dari\s"
    r"|\s(?:yaitu|adalah)\s)\s*(\S.*)$",
    re.IGNORECASE,
)
_MAY_BE_DASHED = re.compile(r"[:=/,–—-]|\s(?:dari|yaitu|adalah)\s", re.IGNORECASE)  # soon seen: most names are not
_LABEL = re.compile(
    r"^(?:(?:nama|judul)\s+inovasi|inovasi|program|aplikasi|kegiatan)(?:\s+daerah)?\s*(?::|-\s)\s*|^(?:nama|judul)\s+inovasi\s+",
    re.IGNORECASE,
)
_THOUSANDS = re.compile(r"(?<=\d)[.,](?=\d{3}\b)")
_LAST_YEAR = re.compile(
    r"\s*[(\[]?\s*(?:\b(?:tahun anggaran|tahun|thn|th|ta|t\.a)\b\.?)?\s*\b(?:19|20)\d\d(?:\s*[/-]\s*(?:19|20)\d\d)?\s*[)\]]?\s*$",
    re.IGNORECASE,
)
_YEAR = re.compile(r"^(19|20)\d\d$")
_FIGURE = re.compile(r"\d")
_FIGURE_BEHIND = re.compile(r"([a-z]{4,})(\d+)\b")
_EDGE = " .,;*!'"
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
_NO_WORDS: tuple[tuple[str, ...], frozenset[str], frozenset[str]] = ((), frozenset(), frozenset())
_EMPTY_WORDS = frozenset(
    [
        "inovasi",
        "aplikasi",
        "kegiatan",
        "yang",
        "dan",
        "di",
        "ke",
        "dari",
        "untuk",
        "dengan",
        "oleh",
        "pada",
        "serta",
        "tahun",
        "program",
        "nya",
    ]
)


@dataclass(frozen=True, slots=True)
class Name:
    """A name taken apart: its short form, its long form if it gives one, its numbers, and what is compared of each."""

    text: str
    short: tuple[str, ...]
    long: tuple[str, ...]
    numbers: frozenset[str]
    long_numbers: frozenset[str] = frozenset()
    spelled: frozenset[str] = frozenset()  # numbers written as words; they are words of the name too
    elsewhere: "Name | None" = None  # the name without that of its own unit at the end
    compact: str = field(init=False)  # the short form without spaces
    words: frozenset[str] = field(init=False)  # the words of the short form

    def __post_init__(self) -> None:
        object.__setattr__(self, "compact", "".join(self.short))
        object.__setattr__(self, "words", frozenset(self.short))

    @property
    def key(self) -> str:
        """What two spellings of the same name share."""
        return " ".join((*self.short, "|", *self.long, "|", *sorted(self.numbers | self.long_numbers)))


@dataclass(frozen=True, eq=False)
class OwnName:
    """The name of a unit, as it may stand at the end of a name: "Gebraks di Kec. Gambut", "Gebraks Kabupaten Banjar"."""

    pattern: str  # of it, case and spaces aside
    endings: tuple[str, ...]  # the folded words it may end with: few names do, and only these are searched

    def taken_from(self, name: str) -> str:
        """A name without it."""
        return re.sub(self.pattern, "", name, flags=re.IGNORECASE) if fold(name).endswith(self.endings) else name


@lru_cache(maxsize=200_000)
def take_apart(text: str, own: OwnName | None = None) -> Name:
    """The parts of a name: "GEBRAKS (Gerakan Bersama …)" has a short and a long form.

    ``own`` is the name of the unit itself, which may stand at the end: "Gebraks Kec. Gambut".
    """
    if own:
        name, plain = take_apart(text), _plain(text)
        rest = own.taken_from(plain)
        return replace(name, elsewhere=take_apart(rest)) if rest != plain and fold(rest) else name
    short, long = _two_forms(_plain(text))
    short_words, numbers, spelled = _words(short)
    long_words, more, _ = _words(long) if long else _NO_WORDS  # "multi manfaat jadi satu" numbers nothing
    if more:  # "Jukung Intan: Layanan Keliling 2" is the second, "Layanan 24 Jam" numbers nothing
        behind = more & {_ROMAN.get(word, word) for word in fold(long).split()[-1:]}
        numbers, more = numbers | behind, more - behind
    if long or len(short_words) > SHORT_FORM:
        spelled = frozenset()
    if not short_words:
        short_words, numbers, long_words, more = long_words, numbers | more, (), frozenset()
    return Name(text, short_words, long_words, numbers, more, spelled)


@lru_cache(maxsize=200_000)
def _plain(text: str) -> str:
    """A name without its numbering, its label, its year and signs at its ends."""
    plain = clean(text)
    figures = _FIGURE.search(plain) is not None
    plain = _THOUSANDS.sub("", plain) if figures else plain
    plain = without_numbering(plain.strip(_EDGE)).strip(_EDGE)
    if label := _LABEL.match(plain):
        plain = plain[label.end() :]
    return (_LAST_YEAR.sub("", plain.rstrip(_EDGE)) if figures else plain).strip(_EDGE)


def _two_forms(plain: str) -> tuple[str, str]:
    """The short and the long form of a name; what stands behind them belongs to the short one."""
    for sign, pattern in (("(", _PARENTHESES), ("[", _PARENTHESES), ('"', _QUOTED)):
        if sign in plain and (match := pattern.match(plain)):
            outside, inside, behind = match[1].strip(" -–—:/,"), match[2], (match[3] or "").strip()
            if not outside and behind:
                outside, behind = behind.strip(" -–—:/,"), ""
            if forms := _ordered(outside, inside):
                return (f"{forms[0]} {behind}".strip(), forms[1])
    if _MAY_BE_DASHED.search(plain) and (match := _DASHED.match(plain)) and (forms := _ordered(match[1], match[2])):
        return forms
    first, _, rest = plain.partition(" ")
    if len(fold(plain).split()) > SHORTEST_PHRASE and is_acronym(
        (fold(first),), tuple(fold(rest).split())
    ):  # "GEBRAKS Gerakan Bersama Realisasi Akses Sanitasi"
        return first, rest
    return plain, ""


def _ordered(first: str, second: str) -> tuple[str, str] | None:
    """Two parts of a name as short and long form; None where neither is the long form of the other."""
    if not first or not second:
        return None
    first_words, second_words = len(fold(first).split()), len(fold(second).split())
    if _expands(first, second) or (second_words >= 3 and first_words <= 3):
        return first, second
    if _expands(second, first) or (first_words >= 3 and first_words > second_words and second_words <= 3):
        return second, first
    return None


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


def _words(text: str) -> tuple[tuple[str, ...], frozenset[str], frozenset[str]]:
    """The words that count, the numbers beside them (roman ones as digits, years left out), and those written as words."""
    apart = fold(text)
    if _FIGURE.search(apart):
        apart = _FIGURE_BEHIND.sub(r"\1 \2", apart)
        words = [word for word in apart.split() if word != "tahun" and not _YEAR.match(word)]
    else:
        words = [word for word in apart.split() if word != "tahun"]
    numbers: set[str] = {_ROMAN[words.pop()]} if len(words) > 1 and words[-1] in _ROMAN else set()
    found = [word for word in words if not word.isdecimal()]
    if len(found) < len(words):
        numbers.update(str(int(word)) for word in words if word.isdecimal())
    counted = tuple([word for word in found if word not in _EMPTY_WORDS] or found)
    spelled = frozenset([_NUMBER_WORDS[word] for word in counted if word in _NUMBER_WORDS])
    return counted, frozenset(numbers), spelled


def _in_figures(name: Name) -> Name:
    """The name with its numbers as figures: "Posyandu Dua" as "Posyandu 2"."""
    words = tuple(word for word in name.short if word not in _NUMBER_WORDS)
    return replace(name, short=words, numbers=name.numbers | name.spelled, spelled=frozenset())


def forget() -> None:
    """Forgets the names that were taken apart: of 100,000 they fill some 150 MB that later stages need."""
    for remembered in (take_apart, _plain, _akin):
        remembered.cache_clear()


def compare(a: Name, b: Name) -> str | None:
    """``SURE``, ``LIKELY`` or None for two names of a unit."""
    if (a.elsewhere is None) != (b.elsewhere is None):
        verdict = _compare(a.elsewhere or a, b.elsewhere or b)
        if verdict == SURE:
            return verdict
    return _compare(a, b)


def _compare(a: Name, b: Name) -> str | None:
    if not a.short or not b.short:
        return None
    if not a.long and not b.long:
        return _of_one_form(a, b)
    for one, other in ((a, b), (b, a)):
        if one.long and not other.long and len(other.short) > 1 and (verdict := _in_long_form(one, other)):
            return verdict
    if a.numbers != b.numbers or (a.long and b.long and a.long_numbers != b.long_numbers):
        return None
    if a.compact == b.compact:
        return _with_long_forms(a, b, SURE)
    if a.long and b.long and _phrases(a.long, b.long) == SURE:
        return SURE if _alike(a.short, b.short) >= SAME_LONG_FORM else LIKELY
    if a.words == b.words and len(a.short) > 2 and sorted(a.short) == sorted(b.short):
        return _with_long_forms(a, b, SURE)
    return _by_typing_errors(a, b)


def _of_one_form(a: Name, b: Name) -> str | None:
    """Names without long forms: most names, and most pairs of them have nothing but a word in common."""
    if a.spelled or b.spelled:
        a, b = _in_figures(a), _in_figures(b)
        if not a.short or not b.short:
            return SURE if a.short == b.short and a.numbers == b.numbers else None
    if a.numbers != b.numbers:
        return None
    if a.compact == b.compact:
        return SURE
    shared = len(a.words & b.words)
    for one, other in ((a, b), (b, a)):
        abbreviable = len(other.short) - shared >= SHORTEST_PHRASE
        if abbreviable and (left_out := _left_out(one.short, other.short)) is not None:
            return SURE if not left_out and len(other.short) >= 4 and len(one.compact) >= 6 else LIKELY
    if a.words == b.words and len(a.short) > 2 and sorted(a.short) == sorted(b.short):
        return SURE
    return _by_typing_errors(a, b)


def _in_long_form(one: Name, other: Name) -> str | None:
    """Whether a name of one form is the long form of another, or both its forms in a row."""
    if one.numbers | one.long_numbers != other.numbers:
        return None
    return _phrases(one.long, other.short) or _phrases((*one.short, *one.long), other.short)


def _phrases(a: tuple[str, ...], b: tuple[str, ...]) -> str | None:
    """Two phrases word by word, in any order: sure when they differ in nothing but slips, likely when they are much alike."""
    alike = _alike(a, b)
    if alike < SAME_LONG_FORM:
        return None
    left, right = list((Counter(a) - Counter(b)).elements()), list((Counter(b) - Counter(a)).elements())
    if _slips("".join(a), "".join(b)):
        return SURE
    for word in tuple(left):
        slip = next((other for other in right if _slips(word, other)), None)
        if slip is not None:
            left.remove(word)
            right.remove(slip)
    return LIKELY if left or right else SURE


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
    for left, right in zip(a.short, b.short, strict=True):
        if left != right and not _akin(left, right):
            return _by_shared_words(a, b)
    differing = [(left, right) for left, right in zip(a.short, b.short, strict=True) if left != right]
    same = [left for left, right in zip(a.short, b.short, strict=True) if left == right and len(left) >= 4]
    begin_alike = all(left[0] == right[0] for left, right in differing)  # "Panting" is no slip of "Lanting"
    slip = len(differing) == 1 and min(map(len, differing[0])) >= 4 and OSA.distance(*differing[0]) == 1
    if slip and same:
        sure = begin_alike and (len(same) >= 2 or _mistyped(*differing[0]))
        return _with_long_forms(a, b, SURE if sure else LIKELY)
    many = len(differing) > 1 + len(a.short) // 4 or not all(_mistyped(*pair) for pair in differing)
    if many and begin_alike and all(_slips(*pair) for pair in differing):
        return _with_long_forms(a, b, LIKELY)
    if len(differing) > 1 + len(a.short) // 4:
        return _by_shared_words(a, b)
    for left, right in differing:
        if not _mistyped(left, right):
            akin = _one_in_other(left, right) or (len(same) >= 3 and fuzz.ratio(left, right) >= SAME_ROOT)
            return LIKELY if same and akin and len(differing) == 1 else _by_shared_words(a, b)
    if begin_alike and same and (len(a.compact) >= 9 or (a.long and b.long)):
        return _with_long_forms(a, b, SURE)
    return _with_long_forms(a, b, LIKELY)


@lru_cache(maxsize=200_000)
def _akin(left: str, right: str) -> bool:
    """Whether any of the rules for mistyped words can take two words for one; of a unit's names the same words meet often."""
    slips = OSA.distance(left, right, score_cutoff=2) <= 2
    return slips or _one_in_other(left, right) or fuzz.ratio(left, right) >= SAME_ROOT


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


def _slips(left: str, right: str) -> bool:
    """Whether two words may be one, mistyped twice; no two wrong letters, which make another word."""
    shortest = min(len(left), len(right))
    if shortest < SHORTEST_TYPO + 1:
        return _mistyped(left, right)
    return OSA.distance(left, right) <= 2 and Indel.distance(left, right) <= 3


def _one_in_other(left: str, right: str) -> bool:
    """ "Pak" and "Bapak": a word and its beginning or end."""
    short, long = sorted((left, right), key=len)
    return len(short) >= 3 and (long.startswith(short) or long.endswith(short))


def _by_shared_words(a: Name, b: Name) -> str | None:
    """Names of which one has all words of the other and few more, or most words are shared: likely, for people to decide."""
    left, right = a.words, b.words
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
    return _left_out(short, words) is not None


def _left_out(short: tuple[str, ...], words: tuple[str, ...]) -> int | None:
    """How many words an acronym leaves out, 0 or 1; None where it is no acronym of the words."""
    shared = set(short).intersection(words)
    if len(words) - len(shared) < SHORTEST_PHRASE:
        return None
    if shared:  # "MPP Barokah", "Mal Pelayanan Publik Barokah": what is not shared has to be initials
        short, words = (tuple(word for word in form if word not in shared) for form in (short, words))
        return 0 if len(words) >= SHORTEST_PHRASE and "".join(short) == "".join(word[0] for word in words) else None
    compact = "".join(short)
    if len(compact) < 5 or compact[0] != words[0][0] or len(compact) > ACRONYM_SHARE * sum(map(len, words)):
        return None

    @cache
    def fits(at: int, word: int, allowed: int) -> bool:
        if at == len(compact):
            return len(words) - word <= allowed
        if word == len(words):
            return False
        if word == len(words) - 1 and _in_order(compact[at:], words[word]):
            return True
        for length in range(1, min(len(words[word]), len(compact) - at) + 1):
            if words[word][:length] != compact[at : at + length]:
                break
            if fits(at + length, word + 1, allowed):
                return True
        return allowed > 0 and fits(at, word + 1, allowed - 1)

    return next((allowed for allowed in (0, 1) if fits(0, 0, allowed)), None)


def _in_order(letters: str, word: str) -> bool:
    rest = iter(word)
    return all(letter in rest for letter in letters)


def likeness(a: str, b: str) -> float:
    """Likeness of two names for people, 0-100."""
    return round(fuzz.token_sort_ratio(fold(a), fold(b)), 1)


def pairs(names: list[Name]) -> Iterator[tuple[int, int, str]]:
    """The pairs among the names of a unit that are the same, or may be: positions and verdict.

    Only names that share the beginning of a word, or most letters, are compared in full; and an acronym with phrases that
    begin like it. Where very many share one beginning, they have to share another part of a word too.
    """
    starts: dict[str, list[int]] = {}
    for index, name in enumerate(names):
        for key in _keys(name):
            starts.setdefault(key, []).append(index)
    plain = [_is_plain(name) for name in names]
    for index, other in dict.fromkeys(_candidates(starts, names)):  # each once, in order
        a, b = names[index], names[other]
        if plain[index] and plain[other] and _plainly_apart(a, b):
            continue
        verdict = compare(a, b)
        if verdict:
            yield index, other, verdict


def _is_plain(name: Name) -> bool:
    """Whether a name is nothing but words, each once, and numbers: most are."""
    return not (name.long or name.spelled or name.elsewhere) and 0 < len(name.short) == len(name.words)


def _plainly_apart(a: Name, b: Name) -> bool:
    """Whether ``compare`` finds two plain names apart: it would for most pairs, and this is soon seen.

    Names are one only when they share most words or are mistyped, joined, alone, or an acronym.
    """
    if a.numbers != b.numbers:
        return True
    if a.compact == b.compact:
        return False
    shared = a.words & b.words
    both, left, right = len(shared), len(a.short), len(b.short)
    if both > 1 and (both in (left, right) or 3 * both >= 2 * (left + right - both)):
        return False
    if left == right:
        if all(map(_akin, a.short, b.short)):
            return False
    elif left == 1 or right == 1 or -2 < len(a.compact) - len(b.compact) < 2:
        return False
    return not (
        (right - both >= SHORTEST_PHRASE and _may_abbreviate(a, b, shared))
        or (left - both >= SHORTEST_PHRASE and _may_abbreviate(b, a, shared))
    )


def _may_abbreviate(one: Name, other: Name, shared: frozenset[str]) -> bool:
    """Whether a plain name has as many letters as an acronym of another has, and begins like it."""
    if shared:
        return len(one.compact) - sum(map(len, shared)) == len(other.short) - len(shared)
    return one.compact[0] == other.compact[0] and len(one.compact) <= ACRONYM_SHARE * len(other.compact)


def _keys(name: Name) -> set[str]:
    keys = {word[:4] for word in (*name.short, *name.long[:3])} | {name.compact[:4], name.compact[-5:]}
    if len(name.short) <= 2 and len(name.compact) <= LONGEST_LONE:  # a slip leaves all letters but one
        keys |= {f"-{name.compact[:at]}{name.compact[at + 1 :]}" for at in range(len(name.compact))} | {
            f"-{name.compact}"
        }
    return keys


def _candidates(starts: dict[str, list[int]], names: list[Name]) -> Iterator[tuple[int, int]]:
    for key, group in starts.items():
        if len(group) <= LARGE_BLOCK:
            yield from combinations(group, 2)
            continue
        smaller: dict[str, list[int]] = {}
        for index in group:
            for part in _parts(names[index], key):
                smaller.setdefault(part, []).append(index)
        for members in smaller.values():
            yield from combinations(members, 2)
    shorts: dict[str, list[int]] = {}
    for index, name in enumerate(names):
        shorts.setdefault(name.compact[:2], []).append(index)
    for index, name in enumerate(names):
        if len(name.short) >= 3:  # a phrase, and what an acronym of it begins with
            first = name.short[0]
            most = max(5, ACRONYM_SHARE * len(name.compact)) if not name.spelled else len(name.compact)
            for key in {first[:2], *(first[0] + word[0] for word in name.short[1:3])}:
                yield from (
                    (min(index, other), max(index, other))
                    for other in shorts.get(key, ())
                    if len(names[other].compact) <= most and other != index
                )


def _parts(name: Name, key: str) -> set[str]:
    """Beginnings and ends of the words of a name other than those that begin with ``key``; of that word if there is no other."""
    words = [word for word in (*name.short, *name.long) if not word.startswith(key)]
    parts = {part for word in words for part in (word[:3], f"…{word[-3:]}")}
    return parts | ({name.compact[:5], f"…{name.compact[-3:]}"} if len(name.short) <= 2 else set())


class Groups:
    """Names joined into groups; pairs that people said are different never come together."""

    def __init__(self, size: int, apart: set[tuple[int, int]]) -> None:
        self._parent = list(range(size))
        self._members = [{index} for index in range(size)] if apart else []  # who is with whom matters only then
        self._apart = apart

    def find(self, index: int) -> int:
        """The first of the group."""
        while self._parent[index] != index:
            self._parent[index] = self._parent[self._parent[index]]
            index = self._parent[index]
        return index

    def kept_apart(self, a: int, b: int) -> bool:
        """Whether people said of any two names of the groups that they are different."""
        if not self._apart:
            return False
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
        if self._members:
            self._members[a] |= self._members[b]
        return True
