"""Text in, values out: dates, money, numbers, coordinates, choices. Pure; every repair leaves a note.

A note is the code of a finding and what it says; ``Parsed`` carries the value (None where there is none) and the notes.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from rapidfuzz import fuzz, process

from schemas.reference import Kosakata
from tasks.text import clean, fold
from tasks.vocabulary import MIN_FUZZY_LENGTH, TYPING_ERROR, Vocabulary

EXCEL_EPOCH = date(1899, 12, 30)
EARLIEST, LATEST = 1990, 2100  # years a date of an innovation can lie in
SERIALS = range(32874, 73416)  # Excel's day numbers of those years


class Note(NamedTuple):
    """A finding about a value: its code in the catalogue, and the detail its sentence names."""

    kode: str
    rincian: str


@dataclass(frozen=True)
class Parsed:
    """The value of a text, and what had to be done to read it."""

    value: Any = None
    notes: tuple[Note, ...] = ()


def not_understood(hint: str = "") -> Parsed:
    """No value; ``hint`` ends the sentence that says so."""
    return Parsed(None, (Note("nilai_tidak_dipahami", f" {hint}" if hint else ""),))


# --- dates ------------------------------------------------------------------------------------------------------------

_PREFIX = re.compile(
    r"^(?:sejak|mulai|per|pada|tgl|tanggal|bulan|sekitar|awal|pertengahan|akhir|±)\b[\s.:]*|^±\s*", re.IGNORECASE
)
_BEHIND = re.compile(r"\s*\([^()]*\)\s*$|[\s,]+(?:pukul|jam|pkl)\b.*$")  # remarks and times of day
_YEAR_WORD = re.compile(r"\s+(?:tahun|thn|th)\b\.?(?=\s*\d{4})|\s+bulan\b(?=\s+[a-z])")
_ISO = re.compile(r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[tT ].*)?$")
_NUMERIC = re.compile(r"^(\d{1,2})\s*[-/.\s]\s*(\d{1,2})\s*[-/.\s]\s*(\d{4}|\d{2})(?:[ T,]+\d{1,2}[:.]\d{2}.*)?$")
_NAMED = re.compile(
    r"^(\d{1,2})(?:st|nd|rd|th)?[\s\-/.,]*([^\W\d]+)[\s\-/.,']*(\d{4}|\d{2})(?:[ T,]+\d{1,2}[:.]\d{2}.*)?$"
)
_ENGLISH = re.compile(r"^([^\W\d]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?\s*,?\s+(\d{4})$")
_MONTH_YEAR = re.compile(r"^(?:bulan\s+)?([^\W\d]+)[\s\-/.,']*(?:tahun\s+|thn\s+)?(\d{4}|\d{2})$")
_NUMERIC_MONTH = re.compile(r"^(\d{1,2})\s*[-/.]\s*(\d{4})$")
_YEAR_MONTH = re.compile(r"^(\d{4})\s*[-/.]\s*(\d{1,2})$")
_YEAR = re.compile(r"^(?:tahun|thn|th|ta|t\.a\.?)?\.?\s*(\d{4})$")
_PERIOD = re.compile(
    r"^(.*?[^\s.\-])[\s.\-]*(?:\bke[\s\-]*)?(?<![a-z0-9](?=[iv]))(iv|i{1,3}|[1-4])\b[\s,.\-/]*(?:tahun|thn|th)?\.?\s*(\d{4})$"
)
_RANGE = re.compile(
    r"\s*(?:\bs\s*[./]?\s*d\b\.?|\bsampai(?:\s+dengan)?\b|\bhingga\b|–|—|~|\s-\s|(?<=\b\d{4})[-/](?=\d{4}\b))\s*"
)
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_MONTHS_OF = {"triwulan": 3, "semester": 6}


class DateParser:
    """Reads dates in the spellings of the field; month, weekday and period words come from kosakata.toml."""

    def __init__(self, kosakata: Kosakata) -> None:
        self._months = {name: number for number, names in kosakata.bulan.items() for name in names}
        self._days = {fold(name): number for number, names in kosakata.hari.items() for name in names}
        self._periods = {fold(word): kind for kind, words in kosakata.periode.items() for word in words}

    def __call__(self, text: str, tipe: str = "s") -> Parsed:
        """A date from a cell: ``tipe`` is d (a real date as ISO text), n (a number) or s (text)."""
        if tipe == "d":
            return self._plausible(date.fromisoformat(text[:10]), ())
        if tipe == "n":
            return self._number(text)
        if tipe != "s":
            return not_understood()
        return self._text(clean(text).strip("'\""))

    def _number(self, text: str) -> Parsed:
        if not re.fullmatch(r"\d+(\.\d+)?", text):
            return not_understood()
        whole = int(float(text))
        if EARLIEST <= whole <= LATEST:
            return _partial(date(whole, 1, 1))
        if whole in SERIALS:
            found = EXCEL_EPOCH + timedelta(days=whole)
            return Parsed(found, (Note("tanggal_dari_teks", long_date(found)),))
        return self._text(str(whole))

    def _text(self, text: str) -> Parsed:
        low = _PREFIX.sub("", _BEHIND.sub("", text.casefold()).strip(" .,;:"))
        low = _YEAR_WORD.sub(" ", low)
        weekday, low = self._weekday(low)
        notes: tuple[Note, ...] = ()
        found = self._one(low)
        if found is None:
            start, *rest = _RANGE.split(low, maxsplit=1)
            if rest and start:
                month_and_year = rest[0].lstrip("0123456789") if start.isdigit() else ""
                found = (
                    self._one(start)
                    or self._one(f"{start}{month_and_year}")
                    or self._one(f"{start} {self._year_of(rest[0])}")
                )
                notes = (Note("tanggal_rentang", long_date(found.value)),) if found and found.value else ()
        if found is None:
            return not_understood("Tulis misalnya 6 Februari 2024.")
        if found.value is None:
            return found
        if weekday is not None and found.value.weekday() != weekday:
            notes += (Note("tanggal_hari_salah", long_date(found.value)),)
        return self._plausible(found.value, notes or found.notes)

    @staticmethod
    def _year_of(text: str) -> str:
        years = re.findall(r"\b(?:19|20)\d{2}\b", text)
        return years[-1] if years else ""

    def _weekday(self, text: str) -> tuple[int | None, str]:
        head, _, rest = text.partition(",") if "," in text[:12] else text.partition(" ")
        day = self._days.get(fold(head))
        rest = rest.strip(" /,")
        if day is None or not rest or head in self._months:
            return None, text
        return day, rest

    def _one(self, text: str) -> Parsed | None:  # noqa: PLR0911 - one spelling a return
        """A single date in any spelling; None when it is none, no value when the calendar has no such day."""
        if match := _ISO.match(text):
            return _day(int(match[1]), int(match[2]), int(match[3]))
        if match := _NUMERIC.match(text):
            return self._numeric(int(match[1]), int(match[2]), _full_year(match[3]))
        if (match := _NAMED.match(text)) and (month := self._month(match[2])):
            return _day(_full_year(match[3]), month, int(match[1]))
        if (match := _ENGLISH.match(text)) and (month := self._month(match[1])):
            return _day(int(match[3]), month, int(match[2]))
        if match := _YEAR.match(text):
            return _partial(date(int(match[1]), 1, 1)) if EARLIEST <= int(match[1]) <= LATEST else None
        if (match := _MONTH_YEAR.match(text)) and (month := self._month(match[1])):
            return _first_of(_full_year(match[2]), month)
        if (match := _NUMERIC_MONTH.match(text)) and 1 <= int(match[1]) <= 12:
            return _first_of(int(match[2]), int(match[1]))
        if (match := _YEAR_MONTH.match(text)) and 1 <= int(match[2]) <= 12:
            return _first_of(int(match[1]), int(match[2]))
        if match := re.fullmatch(r"((?:19|20)\d{2})(\d{2})(\d{2})", text):
            return _day(int(match[1]), int(match[2]), int(match[3]))
        if match := re.fullmatch(r"(\d{2})(\d{2})((?:19|20)\d{2})", text):
            return _day(int(match[3]), int(match[2]), int(match[1]))
        if (match := _PERIOD.match(text)) and (kind := self._periods.get(fold(match[1]))):
            number, months = _ROMAN[match[2]], _MONTHS_OF[kind]
            if number * months <= 12:
                return _first_of(int(match[3]), (number - 1) * months + 1)
        return None

    def _month(self, word: str) -> int | None:
        if word in self._months:
            return self._months[word]
        if len(word) < 4:
            return None
        found = process.extractOne(
            word, [name for name in self._months if len(name) > 3], scorer=fuzz.ratio, score_cutoff=75
        )
        return self._months[found[0]] if found else None

    @staticmethod
    def _numeric(first: int, second: int, year: int) -> Parsed:
        if second > 12 >= first:  # month written before the day
            swapped = _day(year, first, second)
            return (
                Parsed(swapped.value, (Note("tanggal_ditukar", long_date(swapped.value)),))
                if swapped.value
                else swapped
            )
        return _day(year, second, first)

    @staticmethod
    def _plausible(found: date, notes: tuple[Note, ...]) -> Parsed:
        if EARLIEST <= found.year <= LATEST:
            return Parsed(found, notes)
        return not_understood(f"Tahun {found.year} tidak wajar.")


def _full_year(text: str) -> int:
    return int(text) if len(text) == 4 else (2000 if int(text) < 70 else 1900) + int(text)


def _day(year: int, month: int, day: int) -> Parsed:
    try:
        found = date(year, month, day)
    except ValueError:
        return Parsed(None, (Note("tanggal_mustahil", ""),))
    return Parsed(found, (Note("tanggal_dari_teks", long_date(found)),))


def _first_of(year: int, month: int) -> Parsed:
    """The first day of a month, as a date that was not complete."""
    return (
        _partial(date(year, month, 1)) if EARLIEST <= year <= LATEST else not_understood(f"Tahun {year} tidak wajar.")
    )


def _partial(found: date) -> Parsed:
    return Parsed(found, (Note("tanggal_tidak_lengkap", long_date(found)),))


_MONTH_NAMES = [
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
]  # as Babel's "id" has them; spelled here because parsing must not pay for a locale


def long_date(day: date) -> str:
    """A date in Indonesian words: 6 Februari 2024."""
    return f"{day.day} {_MONTH_NAMES[day.month - 1]} {day.year}"


# --- numbers ----------------------------------------------------------------------------------------------------------

_SCALES = {
    "ribu": 10**3, "rb": 10**3, "juta": 10**6, "jt": 10**6, "jutaan": 10**6, "m": 10**9, "miliar": 10**9, "milyar": 10**9,
    "milliar": 10**9, "triliun": 10**12, "t": 10**12,
}  # fmt: skip
_MONEY = re.compile(r"^(?:rp|idr)?\.?\s*(-?[\d.,\s]*\d)\s*(?:,-+|,=|\.-)?\s*([a-z]+)?\.?(?:\s+rupiah)?\s*(?:,-+)?$")
_COMMA_FRACTION = re.compile(r"^\d{1,3},\d+$")  # "2,125 juta" is two million and some, not two thousand
LONGEST_NUMBER = 40  # digits
LARGEST_AMOUNT = 10**18  # rupiah; what whole numbers of 64 bits hold
_ABOUT = re.compile(r"^(?:±|\+/-|kurang lebih|sekitar|kira-kira|\+-)\s*")
_NUMBER = re.compile(r"^\s*(?:±|\+/-|kurang lebih|sekitar|>|<|>=)?\s*(-?\d[\d.,]*)\s*([a-z]+)?")
_GROUPED = re.compile(r"^\d{1,3}([.,\s])\d{3}(?:\1\d{3})*$")


def parse_money(text: str, tipe: str = "s") -> Parsed:
    """Whole rupiah: "Rp 1.250.000,00" is 1250000, "1,5 juta" is 1500000."""
    if tipe == "n":
        amount = float(text)
        if amount > LARGEST_AMOUNT:
            return not_understood("Angkanya terlalu besar.")
        return Parsed(round(amount)) if amount >= 0 else not_understood("Anggaran tidak dapat kurang dari nol.")
    if tipe != "s":
        return not_understood()
    low = _ABOUT.sub("", re.sub(r"\([^)]*\)", " ", clean(text).casefold()).strip().strip("'\""))
    low = re.sub(r"[,.]?\s*-+\s*$|[,.]=\s*$|;+$", "", low).strip()
    match = _MONEY.match(low)
    if not match:
        return not_understood("Tulis angka rupiah tanpa kata.")
    word = match[2] or ""
    fraction = word in _SCALES and _COMMA_FRACTION.match(match[1])
    number = float(match[1].replace(",", ".")) if fraction else decimal(match[1])
    scale = 1 if word in ("", "rupiah", "rp") else _SCALES.get(word)
    if number is None or scale is None or number < 0:
        return not_understood("Tulis angka rupiah tanpa kata.")
    if number * scale > LARGEST_AMOUNT:
        return not_understood("Angkanya terlalu besar.")
    amount = round(number * scale)
    return Parsed(amount, (Note("angka_dari_teks", f"Rp{amount:,}".replace(",", ".")),))


def decimal(text: str) -> float | None:
    """A number as Indonesians or Excel write it: "1.250.000,50", "1,250,000.50", "3,5", "3.5"; None if it is none."""
    compact = text.replace(" ", "")
    if not re.fullmatch(r"-?[\d.,]*\d", compact):
        return None
    sign, digits = (-1, compact[1:]) if compact.startswith("-") else (1, compact)
    dot, comma = digits.rfind("."), digits.rfind(",")
    if _GROUPED.match(digits):
        plain = digits.replace(".", "").replace(",", "")
    elif dot >= 0 and comma >= 0:
        point = max(dot, comma)
        plain = digits[:point].replace(".", "").replace(",", "") + "." + digits[point + 1 :]
    elif digits.count(".") + digits.count(",") > 1:
        return None
    else:
        plain = digits.replace(",", ".")
    return sign * float(plain) if len(plain) <= LONGEST_NUMBER else None


def parse_number(text: str, tipe: str = "s") -> Parsed:
    """A plain number, decimal comma or point; "3 ribu orang" is 3000, another word behind it ("150 orang") is read over."""
    if tipe == "n":
        return Parsed(float(text))
    match = _NUMBER.match(clean(text).casefold()) if tipe == "s" else None
    if not match:
        return not_understood("Tulis angka.")
    digits, word = match[1].rstrip(".,"), match[2] or ""
    scale = _SCALES.get(word, 1) if len(word) > 1 else 1  # a lone letter is a unit: "5 m" are metres
    number = float(digits.replace(",", ".")) if scale > 1 and _COMMA_FRACTION.match(digits) else decimal(digits)
    if number is None:
        return not_understood("Tulis angka.")
    number *= scale
    return Parsed(number, (Note("angka_dari_teks", f"{number:.15g}".replace(".", ",")),))


# --- coordinates ------------------------------------------------------------------------------------------------------

_MINUS = str.maketrans({"−": "-", "–": "-", "′": "'", "″": '"', "º": "°", "˚": "°"})
_SIDE = r"(?P<{0}>LS|LU|BT|BB|[NSEWUTB])"
_DEGREES = (
    r"(?P<{0}d>-?\d{{1,3}}(?:[.,]\d+)?)\s*°?\s*(?:(?P<{0}m>\d{{1,2}}(?:[.,]\d+)?)\s*'\s*)?"
    r"(?:(?P<{0}s>\d{{1,2}}(?:[.,]\d+)?)\s*(?:\"|''))?"
)
_BETWEEN = r"\s*(?:[,;/|]|\s-\s|\bdan\b|\s)\s*"
_FIRST, _SECOND, _FIRST_SIDE, _SECOND_SIDE = (
    _DEGREES.format("a"),
    _DEGREES.format("b"),
    _SIDE.format("as_"),
    _SIDE.format("bs_"),
)
_LETTERS_BEHIND = re.compile(rf"{_FIRST}\s*{_FIRST_SIDE}(?:{_BETWEEN})?{_SECOND}\s*{_SECOND_SIDE}", re.IGNORECASE)
_LETTERS_BEFORE = re.compile(
    rf"\b{_FIRST_SIDE}[.:]?\s*{_FIRST}(?:{_BETWEEN}){_SECOND_SIDE}[.:]?\s*{_SECOND}", re.IGNORECASE
)
_DEGREE_PAIR = re.compile(_DEGREES.format("a") + _BETWEEN + _DEGREES.format("b"), re.IGNORECASE)
_SOUTH = {"S", "LS"}
_WEST = {"W", "BB"}
_EAST_OR_WEST = {"E", "W", "BT", "BB", "T", "B"}
_PLACE = re.compile(r"!3d(-?\d{1,2}\.\d+)!4d(-?\d{1,3}\.\d+)")
_MAPS = re.compile(r"(?:@|q=loc:|q=|ll=|destination=|query=|/)(-?\d{1,2}\.\d+)(?:,|%2C|,\+)\+?(-?\d{1,3}\.\d+)")
_LABELLED = re.compile(
    r"(?:lat(?:itude)?|lintang)\s*[:=]?\s*(-?\d{1,3}[.,]\d+).*?(?:long?(?:itude)?|lng|bujur)\s*[:=]?\s*(-?\d{1,3}[.,]\d+)",
    re.IGNORECASE,
)
_PAIR_POINT = re.compile(r"(-?\d{1,3}\.\d+)\s*[,;/|\s]\s*(-?\d{1,3}\.\d+)")
_PAIR_COMMA = re.compile(r"(-?\d{1,3},\d+)\s*[;,/|\s]\s*(-?\d{1,3},\d+)")
_EXACT_PAIR = re.compile(r"-?\d+\.\d+\s*,\s*-?\d+\.\d+")


def parse_coordinates(text: str, tipe: str = "s") -> Parsed:
    """Latitude and longitude in decimal degrees from the forms people paste, as a pair of floats."""
    if tipe != "s":
        return not_understood("Tulis lintang dan bujur, misalnya -3.4167, 114.8500.")
    plain = clean(text).translate(_MINUS)
    pair = _coordinate_pair(plain)
    if pair is None:
        return not_understood("Tulis lintang dan bujur, misalnya -3.4167, 114.8500.")
    lat, lon = pair
    swapped = abs(lat) > 90 and abs(lon) <= 90
    if swapped:
        lat, lon = lon, lat
    if abs(lat) > 90 or abs(lon) > 180:
        return not_understood("Lintang paling jauh 90, bujur 180 derajat.")
    exact = _EXACT_PAIR.fullmatch(plain) is not None and not swapped
    return Parsed((lat, lon), () if exact else (Note("koordinat_dibaca", f"{lat:.6f}, {lon:.6f}"),))


_ONE_DEGREE = re.compile(
    f"^(?:{_SIDE.format('as_')})?[.:]?\\s*{_DEGREES.format('a')}\\s*(?:{_SIDE.format('bs_')})?$", re.IGNORECASE
)


def parse_degrees(text: str, tipe: str = "s") -> Parsed:
    """A latitude or longitude alone, in decimal degrees: from a number, decimal comma, or degrees with a side."""
    if tipe == "n":
        return Parsed(float(text))
    match = _ONE_DEGREE.match(clean(text).translate(_MINUS)) if tipe == "s" else None
    if match is None:
        return not_understood("Tulis derajat desimal, misalnya -3.4167.")
    side = (match["as_"] or match["bs_"] or "").upper()
    value = _degrees(match, "a")
    value = -abs(value) if side in _SOUTH | _WEST else value
    if abs(value) > 180:
        return not_understood("Derajat paling jauh 180.")
    return Parsed(value, (Note("koordinat_dibaca", f"{value:.6f}"),))


def _coordinate_pair(text: str) -> tuple[float, float] | None:
    for link in (_PLACE, _MAPS):
        if "http" in text and (match := link.search(text)):
            return float(match[1]), float(match[2])
    for pattern in (_LETTERS_BEHIND, _LETTERS_BEFORE):
        if match := pattern.search(text):
            first, second = _degrees(match, "a"), _degrees(match, "b")
            return (second, first) if match["as_"].upper() in _EAST_OR_WEST - {"B", "T"} else (first, second)
    if "°" in text and (match := _DEGREE_PAIR.search(text)):
        return _degrees(match, "a"), _degrees(match, "b")
    for pattern in (_LABELLED, _PAIR_POINT, _PAIR_COMMA):
        if match := pattern.search(text):
            return float(match[1].replace(",", ".")), float(match[2].replace(",", "."))
    return None


def _degrees(match: re.Match[str], which: str) -> float:
    """Degrees, minutes and seconds of one of a pair as decimal degrees, signed by the letter of its side."""
    parts = (match[which + unit] for unit in "dms")
    whole, minutes, seconds = (float(part.replace(",", ".")) if part else 0.0 for part in parts)
    side = (match.groupdict().get(f"{which}s_") or "").upper()
    value = abs(whole) + minutes / 60 + seconds / 3600
    return -value if whole < 0 or side in _SOUTH | _WEST else value


# --- choices ----------------------------------------------------------------------------------------------------------


def parse_choice(vocabulary: Vocabulary, kolom: str, text: str) -> Parsed:
    """The choice of ``kolom`` that ``text`` names."""
    found = vocabulary.choice(kolom, text)
    if found is None:
        return not_understood(_did_you_mean(vocabulary, kolom, text))
    return Parsed(
        found.nilai, () if found.exact else (Note("pilihan_diartikan", _called(vocabulary, kolom, found.nilai)),)
    )


MOST_OFFERED = 8  # choices that a sentence can name
_LIST_BREAK = re.compile(r"[;\n|/•·▪]+|\s+&\s+|(?:^|\s|,\s+)(?:\d{1,2}|[a-h])[.)]\s+")
_COMMA = re.compile(r",\s*(?:dan\s+)?")


def parse_choices(vocabulary: Vocabulary, kolom: str, text: str) -> Parsed:
    """All choices that ``text`` names, in order; parts that name none are noted."""
    found: list[str] = []
    lost: list[str] = []
    guessed: list[str] = []
    for part in filter(None, (piece.strip(" ,.-*") for piece in _LIST_BREAK.split(text))):
        for piece in _choice_pieces(vocabulary.choices[kolom], part):
            choice = vocabulary.choice(kolom, piece)
            if choice is None:
                lost.append(piece)
            elif choice.nilai not in found:
                found.append(choice.nilai)
                guessed += [] if choice.exact else [choice.nilai]
    if not found:
        return not_understood(_did_you_mean(vocabulary, kolom, text))
    notes = [Note("sebagian_dilewati", ", ".join(lost))] if lost else []
    notes += [Note("pilihan_diartikan", "; ".join(guessed))] if guessed else []
    return Parsed(found, tuple(notes))


def _choice_pieces(known: dict[str, str], text: str) -> list[str]:
    """Splits at commas, but keeps together what is one choice with commas in its name (longest run first)."""
    parts = [part.strip() for part in _COMMA.split(text) if part.strip()]
    if fold(text) in known:
        return [text]
    pieces: list[str] = []
    while parts:
        length, spelling = next(
            ((n, name) for n in range(len(parts), 0, -1) if (name := _one_choice(known, parts[:n]))), (1, None)
        )
        pieces.extend([spelling] if spelling else _conjunction_pieces(known, parts[0]))
        parts = parts[length:]
    return pieces


def _one_choice(known: dict[str, str], parts: list[str]) -> str | None:
    """The parts together, if that is one choice; "dan" before the last may have been lost with its comma."""
    *first, last = parts
    options = (" ".join(parts), " ".join([*first, "dan", last]))
    return next((option for option in options if fold(option) in known), None)


def _conjunction_pieces(known: dict[str, str], text: str) -> list[str]:
    """ "Kesehatan dan Sosial" is two choices when both sides are choices."""
    sides = re.split(r"\s+(?:dan|serta|&)\s+", text)
    if len(sides) > 1 and all(fold(side) in known for side in sides):
        return sides
    return [text]


def _did_you_mean(vocabulary: Vocabulary, kolom: str, text: str) -> str:
    """What may have been meant; of few choices all where none is near."""
    near: list[str] = []
    if len(fold(text)) >= MIN_FUZZY_LENGTH - 1:
        found = vocabulary.likeliest(kolom, text)
        near = [vocabulary.choices[kolom][match] for match, score in found if score >= TYPING_ERROR - 25]
    if near:
        called = dict.fromkeys(_called(vocabulary, kolom, nilai) for nilai in near)
        return f"Maksud Anda {' atau '.join(called)}?"
    options = list(vocabulary.options.get(kolom, {}).values())
    return f"Pilihannya: {', '.join(options)}." if 0 < len(options) <= MOST_OFFERED else ""


def _called(vocabulary: Vocabulary, kolom: str, nilai: str) -> str:
    return vocabulary.options.get(kolom, {}).get(nilai, nilai)
