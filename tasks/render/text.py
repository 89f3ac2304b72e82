"""Single values on their way to a page: masked, shortened, and written as Indonesians write numbers and dates."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import polars as pl
from babel.dates import get_timezone_name
from markupsafe import Markup

from tasks.wording import LOCALE, day, number

PERSON = "[nama orang]"
FEW_LETTERS = 20_000  # of persons' names, that one pattern can hold
FIGURES = {"anggaran": "Rp ", "lintang": "", "bujur": ""}  # columns whose values are figures, and what precedes them
CODED = frozenset({"tahapan", "inisiator", "jenis", "bentuk"})  # columns whose values are codes
UNMASKED = frozenset({
    "id_inovasi", "kode_unit", "kode_kecamatan", "kode", "sha256", "run_id", "sel", "kolom", "kiri", "kanan", "periode", "waktu",
    "milik",
})  # keys and codes that this software made  # fmt: skip

RESERVED = frozenset({"con", "prn", "aux", "nul"})  # names that no file can have on Windows

# --- what is private ----------------------------------------------------------------------------------------------

_ADDRESS = r"[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"
_NUMBERS = (  # what may not stand before, the number, and what is said instead; after it no digit may follow
    (r"\d", r"\d{8}[ .-]?\d{6}[ .-]?\d[ .-]?\d{3}", "[NIP]"),
    (r"\d", r"\d{16}", "[nomor induk]"),
    (r"[\d.,]", r"(?:\+\s?62|62|0)[ .-]?8\d{1,2}(?:[ .-]?\d){6,9}", "[nomor telepon]"),
    (r"[\d.,]", r"(?:\(0\d{2,3}\)|\+62[ -]?\d{2,3}|0\d{2,3})[ -]\d{3,4}[ -]?\d{3,4}", "[nomor telepon]"),
)
_PRIVATE_TEXT = (
    (re.compile(rf"(?<![\w.+%-]){_ADDRESS}"), "[alamat surel]"),
    *((re.compile(rf"(?<!{before}){number}(?!\d)"), instead) for before, number, instead in _NUMBERS),
)
_CONTROLS = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
_CONTROL = re.compile(_CONTROLS)
SUSPECT = "|".join(("@", *(number for _, number, _ in _NUMBERS), _CONTROLS))  # most texts hold none of these
_SUSPECT_HERE = re.compile(rf"@|\d[\d .)-]{{6}}|{_CONTROLS}")  # a little more, which Python finds sooner
_TITLE = re.compile(r"^(?:[A-Za-z]{1,5}\.\s*)+")


def mask(value: Any) -> Any:
    """``value`` as a page may show it: private numbers and addresses in a text replaced, nothing for null.

    Safe markup, which only our own templates and links are, passes unchanged.
    """
    if value is None:
        return ""
    if not isinstance(value, str) or isinstance(value, Markup) or not _SUSPECT_HERE.search(value):
        return value
    text = _CONTROL.sub("\ufffd", value)
    for pattern, instead in _PRIVATE_TEXT:
        text = pattern.sub(instead, text)
    return text


def people(names: Iterable[str | None], other: Sequence[str]) -> list[str]:
    """Which of ``names`` are persons' (not an office's or a group's, which hold a word of ``other``), in every spelling to hide.

    "Gt. Wahyu Pratama, S.Kom" is hidden with and without title and degree; a single word is too common to hide.
    """
    offices = frozenset(other)
    found: set[str] = set()
    for name in names:
        whole = " ".join((name or "").split())
        plain = _TITLE.sub("", whole.partition(",")[0]).strip()
        words = plain.lower().split()
        if 2 <= len(words) <= 6 and offices.isdisjoint(words) and not re.search(r"[\d/\\@()\[\]|<>]", plain):
            found |= {whole, whole.partition(",")[0].strip(), plain}
    return sorted(found, key=lambda name: (-len(name), name))


def each(column: pl.Series, function: Callable[[Any], Any]) -> pl.Series:
    """``function`` of each value, which gives a text or None; it is asked once a different value, and never of null."""
    values = column.to_list()
    given = {value: function(value) for value in dict.fromkeys(values) if value is not None}
    return pl.Series(column.name, list(map(given.get, values)), dtype=pl.String)


def masked(frame: pl.DataFrame, persons: Sequence[str]) -> pl.DataFrame:
    """``frame`` with all its texts as pages may show them: numbers and addresses as :func:`mask` does, and names of ``persons``.

    Texts are looked at once each; the few that hold something private are changed wherever they stand.
    """
    names = [name for name, dtype in frame.schema.items() if dtype == pl.String and name not in UNMASKED]
    if not names or frame.is_empty():
        return frame
    said = pl.concat([frame[name].unique().alias("teks") for name in names])
    named: dict[str, Any] = {"patterns": list(persons), "ascii_case_insensitive": True}
    private = said.filter(_suspect(said, persons)).unique()
    hidden = (
        private.str.replace_many(**named, replace_with=[PERSON] * len(persons), leftmost=True) if persons else private
    )
    shown = pl.Series([mask(text) for text in hidden], dtype=pl.String)
    return frame.with_columns(pl.col(names).replace(private, shown)) if len(private) else frame


def _suspect(texts: pl.Series, persons: Sequence[str]) -> pl.Series:
    """Which ``texts`` may hold something private: looked for in one pass, unless persons' names are too much for one pattern."""
    if sum(map(len, persons)) > FEW_LETTERS:
        return texts.str.contains(SUSPECT) | texts.str.contains_any(list(persons), ascii_case_insensitive=True)
    names = "|".join(map(re.escape, persons))
    return texts.str.contains(f"{SUSPECT}|(?i:{names})" if names else SUSPECT)


# --- texts and figures --------------------------------------------------------------------------------------------


@lru_cache(maxsize=1024)  # a pair is compared field by field, and both ways
def one_line(text: str | None) -> str:
    """``text`` masked, its line breaks and runs of spaces made single spaces."""
    return " ".join(str(mask(text)).split())


def shorten(text: str | None, length: int = 140) -> str:
    """``text`` masked and on one line, cut with an ellipsis when longer than ``length``."""
    line = one_line(text)
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"


def excerpt(text: str | None, other: str | None, length: int = 160) -> str:
    """``text`` masked and shortened so that the place where it begins to differ from ``other`` is seen."""
    line, beside = one_line(text), one_line(other)
    if len(line) <= length or line == beside:
        return shorten(line, length)
    start = _common(line, beside) - length // 3
    if start <= 0:
        return shorten(line, length)
    start = line.rfind(" ", 0, start) + 1 or start
    return "…" + shorten(line[start:], length)


def _common(one: str, two: str) -> int:
    """How many characters both begin with."""
    low, high = 0, min(len(one), len(two))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if one[low:middle] == two[low:middle] else (low, middle - 1)
    return low


@lru_cache(maxsize=65536)
def cut(text: str | None, length: int = 140) -> Markup:
    """``text``, which was masked with its table, on one line and no longer than ``length``; ready for a page."""
    line = " ".join((text or "").split())
    return Markup.escape(line if len(line) <= length else line[: length - 1].rstrip() + "…")


@lru_cache(maxsize=65536)
def foreign(text: str | None, length: int = 140) -> Markup:
    """Text that a stranger wrote, cut: in its own direction, never the page's."""
    return Markup("<bdi>") + cut(text, length) + Markup("</bdi>")


def innovation_link(root: str, row: Any, length: int = 90) -> Markup:
    """A link to an innovation's page from a page at ``root``."""
    return Markup(f'<a href="{root}{row["url"]}">{foreign(row["nama_inovasi"], length)}</a>')


def unit_link(root: str, unit: Any, code: str | None = None) -> Markup:
    """A link to a unit's page; the code, or that it is unknown, where there is no unit."""
    if unit:
        return Markup(f'<a href="{root}{unit.url}">{foreign(unit.row["nama_unit"])}</a>')
    return Markup('<span class="redup">{}</span>').format(code or "belum dikenal")


def strung(rows: Iterable[tuple[Any, ...]], pattern: str) -> Markup:
    """Each row's values, escaped, in the places (%s) of ``pattern``: what a loop of a template does, many times as fast."""
    escape = Markup.escape
    return Markup("".join([pattern % tuple([escape(value) for value in row]) for row in rows]))


def quiet_zero(value: int) -> Markup:
    """A count; a zero recedes."""
    return Markup(f"<span>{number(value)}</span>" if value else '<span class="nol">0</span>')


def web_link(text: str | None) -> Markup | None:
    """``text`` as the target of a link, when it is a plain web address without anything private in it."""
    if text is None or not re.fullmatch(r"https?://[^\s<>\"']{3,2000}", text) or mask(text) != text or PERSON in text:
        return None
    return Markup.escape(quote(text, safe=":/?#[]@!$&()*+,;=%~"))


@lru_cache(maxsize=8192)
def moment(value: datetime | str | None, zone: ZoneInfo) -> str:
    """``value`` in the zone of the regency: 24 November 2026 pukul 03.17 WITA."""
    if value is None:
        return ""
    instant = datetime.fromisoformat(value) if isinstance(value, str) else value
    local = instant.astimezone(zone)
    return (
        f"{day(local.date())} pukul {local:%H.%M} {_zone_name(zone, local.replace(minute=0, second=0, microsecond=0))}"
    )


@lru_cache(maxsize=4096)
def _zone_name(zone: ZoneInfo, hour: datetime) -> str:
    """What a zone is called at some hour: WITA."""
    return str(get_timezone_name(hour, width="short", locale=LOCALE))


def stored(text: str | None, column: str, labels: Mapping[str, Any]) -> str | None:
    """A value of ``column`` that was saved as text, as people write it: uji_coba is Uji coba, 2024-02-06 a date."""
    if text is None:
        return None
    if column.startswith("waktu_") and re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return day(date.fromisoformat(text))
    if column in FIGURES and re.fullmatch(r"-?\d{1,15}(\.\d{1,20})?", text):
        return f"{FIGURES[column]}{number(round(float(text), 5), 0 if float(text).is_integer() else 5)}"
    named: Mapping[str, str] = labels[column] if column in CODED else {}
    return named.get(text, text)


def general(text: str, labels: Mapping[str, Any]) -> str:
    """``text`` with words of ``labels`` in the places of its {particulars}."""
    return re.sub(r"\{(\w+)\}", lambda name: str(labels["penanda"].get(name[1], "…")), text)


def slugs_of(codes: pl.Series) -> pl.Series:
    """What :class:`Slugs` makes of each of ``codes`` when no two get the same name."""
    code = pl.col("kode")
    plain = code.str.to_lowercase().str.replace_all("[^a-z0-9._-]+", "-").str.replace_all(r"\.{2,}", ".")
    stem = plain.str.slice(0, 80).str.strip_chars("-._")
    taken = (stem == "") | stem.str.splitn(".", 2).struct.field("field_0").is_in(sorted(RESERVED))
    return codes.alias("kode").to_frame().select(pl.when(taken).then("u-" + stem).otherwise(stem)).to_series()


class Slugs:
    """Names for files and anchors made from untrusted codes: harmless on every system, and each given once."""

    def __init__(self) -> None:
        self._given: set[str] = set()

    def __call__(self, code: str) -> Markup:
        """The name for ``code``; a second code that would get the same name gets a number after it."""
        stem = re.sub(r"\.{2,}", ".", re.sub(r"[^a-z0-9._-]+", "-", code.lower()))[:80].strip("-._")
        stem = f"u-{stem}" if not stem or stem.split(".")[0] in RESERVED else stem
        return Markup(self.once(stem))

    def once(self, name: str) -> str:
        """``name``, which is harmless already, with a number after it when it was given before."""
        given, count = name, 1
        while given in self._given:
            count += 1
            given = f"{name}-{count}"
        self._given.add(given)
        return given
