"""The field's words, ready for look-up: header words, closed choices, words that structure a submission.

Plain dictionaries, so that a reading process gets them as JSON and needs neither Polars nor the reference folder.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from rapidfuzz import fuzz, process, utils

from tasks.text import clean, fold, joined, without_numbering

_PARENTHESES = re.compile(r"[(\[][^)\]]*[)\]]?")
BOX = re.compile(r"[(\[]\s*[^\s)\]]{0,2}\s*[)\]]|[☐☑☒□■▢]")  # a box to tick, ticked or not
_REST_OF_BOX = re.compile(r"\s*[^\s)\]]{0,2}\s*[)\]]")
_TICKS = "☐☑☒□■▢"
_GROUP = re.compile(r"^([\w.\-]+)/(.+)$", re.DOTALL)
_DOTS = re.compile(r"^[._\s…]{6,}$")
_FOOTNOTE = re.compile(r"^\s*\*+\)?\s*\S")
_YEAR = re.compile(r"\b20\d\d\b")

TYPING_ERROR = 84  # likeness (0-100) from which a header or a choice is taken for a mistyped one
LIKE_HEADER = TYPING_ERROR + 2  # the same for a header, of which there are more
BARE_NAMES = ("nama", "judul")  # what a name may be headed without saying of what
LONGEST_NAME_HEADER = 6  # words; more are a sentence about names
MIN_FUZZY_LENGTH = 5  # shorter words are alike by accident
LONGEST_FUZZY = 60  # letters; a longer header is a question
LONGEST_NOTE = 200  # letters of a note below a table, or of a line of a signature block
LONGEST_PRINTED = 160  # letters of a cell that prints one choice
LONGEST_OFFICE = 18  # words of a line of a signature block
FEWEST_OF_SENTENCE = 5
REMEMBERED = (
    50_000  # answers kept of each kind of question about a text: the words of thousands of files are much alike
)


def _stem(word: str) -> str:
    """A word without the endings of a question: "siapakah", "tujuannya"."""
    return word.removesuffix("nya").removesuffix("kah") if len(word) > 5 else word


def has_box(text: str) -> bool:
    """Whether a text has a ``BOX``: the same as to search for one, for long texts in a fraction of the time."""
    if "(" in text or "[" in text:
        return any(map(_REST_OF_BOX.match, text.replace("[", "(").split("(")[1:])) or _has_tick(text)
    return _has_tick(text)


def _has_tick(text: str) -> bool:
    return not text.isascii() and any(tick in text for tick in _TICKS)


def _is_sentence(text: str) -> bool:
    """Whether a text is a sentence or more, not a line that names an office: "Kepala desa dibantu kader setiap minggu."."""
    number = len(text.split())
    return number > LONGEST_OFFICE or (number > FEWEST_OF_SENTENCE and text.rstrip().endswith((".", "!", "?")))


class Header(NamedTuple):
    """What a header means: a column of a table of the field, and how surely (1 sure … 4 guessed)."""

    tabel: str
    kolom: str
    level: int


class Choice(NamedTuple):
    """A choice recognised in a text; ``exact`` when the text is one of the known spellings."""

    nilai: str
    exact: bool


class _Written(NamedTuple):
    """How a header is written, whatever it may mean."""

    stripped: str  # without numbering, colons and asterisks
    group: tuple[str, str] | None  # KoboToolbox: the group of a question, and the question
    is_identifier: bool
    spellings: tuple[str, ...]  # ways to write it, the fullest first
    folded: str
    core: str
    begins_as_name: bool
    is_near: bool  # like a known header


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """Words by their folded form. Build with ``build_vocabulary``; crosses processes as ``to_json``.

    The questions asked of each cell are properties that hold a function with a memory.
    """

    headers: dict[str, dict[str, str]]  # table -> folded header -> column
    choices: dict[str, dict[str, str]]  # column -> folded spelling -> value
    empties: list[str]
    marks: list[str]
    blanks: list[str]
    totals: list[str]
    signatures: list[str]
    fillers: list[str]
    labels: dict[str, str]
    options: dict[str, dict[str, str]] = field(default_factory=dict)  # column -> value -> what people call it
    indicators: dict[str, int] = field(default_factory=dict)  # folded name -> number
    long_texts: list[str] = field(default_factory=list)  # columns whose text may go on over several cells
    examples: list[str] = field(default_factory=list)  # words that begin an example of how to fill in
    subjects: dict[str, list[str]] = field(default_factory=dict)  # kind of table -> words of its title
    portal: list[str] = field(default_factory=list)  # headers that only the national portal's export has
    places: list[str] = field(default_factory=list)  # towns a signature block begins with
    dates: list[str] = field(default_factory=list)  # words a date may begin with
    short: dict[str, str] = field(default_factory=dict)  # abbreviations in headers
    name_starts: list[str] = field(default_factory=list)  # words that begin the header of a column of names
    footnotes: list[str] = field(default_factory=list)  # words that begin a note below a table
    months: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """As plain JSON values; ``Vocabulary(**…)`` reads it back."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @cached_property
    def _empties(self) -> frozenset[str]:
        return frozenset(self.empties)

    @cached_property
    def _marks(self) -> frozenset[str]:
        return frozenset(self.marks)

    @cached_property
    def _blanks(self) -> frozenset[str]:
        return frozenset(self.blanks)

    @cached_property
    def _fillers(self) -> frozenset[str]:
        return frozenset(self.fillers)

    @cached_property
    def line_starts(self) -> frozenset[str]:
        """The first three letters of words that begin a total, a signature, a note or an example."""
        words = (*self.totals, *self.signatures, *self.footnotes, *self.examples, *self.places)
        return frozenset(word[:3].casefold() for word in words)

    @cached_property
    def name_headers(self) -> frozenset[str]:
        """Folded headers that surely stand above names of innovations."""
        return frozenset(text for text, kolom in self.headers["inovasi"].items() if kolom == "nama_inovasi")

    @cached_property
    def _header_index(self) -> dict[str, dict[str, tuple[str, str]]]:
        """For each table: folded header -> (table, column), own words before those common to all."""
        common = {text: ("semua", kolom) for text, kolom in self.headers["semua"].items()}
        return {
            tabel: common | {text: (tabel, kolom) for text, kolom in own.items()} for tabel, own in self.headers.items()
        }

    @cached_property
    def _core_index(self) -> dict[str, dict[str, tuple[str, str]]]:
        """The same by what remains without filler words, where that is unambiguous."""
        index: dict[str, dict[str, tuple[str, str]]] = {}
        for tabel, entries in self._header_index.items():
            cores: dict[str, set[tuple[str, str]]] = {}
            for text, target in entries.items():
                cores.setdefault(self._core(text), set()).add(target)
            index[tabel] = {core: next(iter(t)) for core, t in cores.items() if core and len(t) == 1}
        return index

    @cached_property
    def _phrases(self) -> dict[str, dict[str, list[tuple[int, str, tuple[str, str]]]]]:
        """Headers of two words and more, for finding them inside whole questions: for each table by their first word.

        With each its rank: the longest is the surest.
        """
        found: dict[str, dict[str, list[tuple[int, str, tuple[str, str]]]]] = {}
        for tabel, entries in self._header_index.items():
            phrases = [(text, target) for text, target in entries.items() if " " in text and target[1] != "abaikan"]
            by_word = found.setdefault(tabel, {})
            for rank, (text, target) in enumerate(sorted(phrases, key=lambda item: -len(item[0]))):
                by_word.setdefault(text.split(" ", 1)[0], []).append((rank, f" {text} ", target))
        return found

    def _core(self, folded: str) -> str:
        bare = map(_stem, folded.split())
        return " ".join(sorted(word for word in bare if word not in self._fillers))

    def _in_full(self, folded: str) -> str:
        """A folded header with its abbreviations written out; one that stands alone may be anything."""
        words = folded.split(" ")
        return " ".join(self.short.get(word, word) for word in words) if len(words) > 1 else folded

    def is_empty(self, text: str) -> bool:
        """Whether ``text`` is one of the ways to write "nothing"."""
        short = text.strip()
        if len(short) > 20 or short.startswith("#"):  # "#N/A" is an error, not a word for nothing
            return False
        return not short or clean(short).casefold() in self._empties or fold(short) in self._empties

    def is_mark(self, text: str) -> bool:
        """Whether ``text`` is a mark such as X or √."""
        short = text.strip()
        return 0 < len(short) <= 3 and short.casefold().strip("()[] ") in self._marks

    def is_blank_mark(self, text: str) -> bool:
        """Whether ``text`` is an unmarked box."""
        return text.strip() in self._blanks

    def is_example(self, text: str) -> bool:
        """Whether a text is an example of how to fill in, not an entry: "Contoh: …"."""
        return fold(text[:20]).startswith(tuple(self.examples))

    @cached_property
    def _footnote_starts(self) -> tuple[str, ...]:
        return tuple(f"{word} " for word in self.footnotes)

    @cached_property
    def _signature_starts(self) -> tuple[str, ...]:
        return tuple(f"{word} " for word in self.signatures)

    def is_signature_line(self, text: str) -> bool:
        """Whether a text is a line of a signature block or a note below a table: "Mengetahui", "Camat Gambut", "NIP. …"."""
        if len(text) > LONGEST_NOTE and text[0].isalnum():
            return False
        folded = fold(text[:80])
        if not folded:
            return bool(_DOTS.match(text))
        if len(text) > LONGEST_NOTE:
            return False
        words, started = folded.split(), f"{folded} "
        if started.startswith(self._footnote_starts):
            return True
        if started.startswith(self._signature_starts):
            return not _is_sentence(text)
        if _FOOTNOTE.match(text) or words[0].startswith("nip"):
            return True
        if any(folded.startswith(place) for place in self.places):
            return len(words) <= 6 and (any(word in self.months for word in words) or _YEAR.search(folded) is not None)
        return self._is_place_and_date(words)

    def _is_place_and_date(self, words: list[str]) -> bool:
        """ "Gambut, 6 Februari 2024": up to three words, then a date in full or with a gap to write the day in."""
        if not 3 <= len(words) <= 6 or not _YEAR.fullmatch(words[-1]) or words[-2] not in self.months:
            return False
        place = words[:-3] if words[-3].isdigit() else words[:-2]
        return 1 <= len(place) <= 3 and all(word.isalpha() and word not in self.dates for word in place)

    @cached_property
    def is_header(self) -> Callable[[str], bool]:
        """``is_header(text)``: whether a text can be a header in a table of any kind."""
        kinds = [tabel for tabel in self._header_index if tabel != "semua"]
        return lru_cache(REMEMBERED)(
            lambda text: self._written(text) is not None and any(self.header(text, tabel) for tabel in kinds)
        )

    @cached_property
    def header(self) -> Callable[[str, str], Header | None]:
        """``header(text, tabel)``: what a header means in a table of that kind, or None."""
        return lru_cache(REMEMBERED)(self._find_header)

    def _find_header(self, text: str, tabel: str) -> Header | None:
        written = self._written(text)
        if written is None:
            return None
        if written.group:
            group, question = written.group
            if written.is_identifier or self.header(group, tabel) is None:
                return self.header(question, tabel)  # KoboToolbox writes the group of a question before it
        index = self._header_index[tabel]
        for spelling in written.spellings:
            if spelling in index:
                return Header(*index[spelling], 1)
        folded, core = written.folded, written.core
        if written.begins_as_name:
            return Header(tabel, "nama_inovasi", 2)
        target = self._core_index[tabel].get(core) if len(folded) <= LONGEST_FUZZY else None
        if target and (target[1] != "nama_inovasi" or core in BARE_NAMES or "inovasi" in folded.split()):
            return Header(*target, 2)
        stripped = written.stripped
        if alike := self._same_on_both_sides(stripped, tabel) or self._with_its_choices(stripped, tabel):
            return alike
        if written.is_near:
            found = process.extractOne(folded, index.keys(), scorer=fuzz.ratio, score_cutoff=LIKE_HEADER)
            if found and len(found[0]) >= MIN_FUZZY_LENGTH:
                return Header(*index[found[0]], 3)
        padded, phrases = f" {written.spellings[0]} ", self._phrases[tabel]
        inside = [
            (rank, target)
            for word in set(written.spellings[0].split())
            for rank, phrase, target in phrases.get(word, ())
            if phrase in padded
        ]
        return Header(*min(inside)[1], 4) if inside else None

    @cached_property
    def _written(self) -> Callable[[str], "_Written | None"]:
        """How a text is written, for all tables alike; None for what can be no header in any."""
        return lru_cache(REMEMBERED)(self._look_at)

    def _look_at(self, text: str) -> "_Written | None":
        if not text or len(text) > 300 or not self._may_be_header(text):
            return None
        stripped = without_numbering(text.strip().rstrip(":*").strip())
        group = _GROUP.match(stripped)
        bare = _PARENTHESES.sub(" ", stripped)
        written = [fold(part) for part in (stripped, bare, stripped.split("\n", 1)[0])]
        folded = self._in_full(written[1] or written[0])
        return _Written(
            stripped=stripped,
            group=(group[1], group[2]) if group else None,
            is_identifier=stripped == stripped.lower().replace(" ", "_"),
            spellings=tuple(dict.fromkeys((*written, *map(self._in_full, written), stripped))),
            folded=folded,
            core=self._core(folded),
            begins_as_name=":" not in stripped and self._begins_as_name(folded),
            is_near=self._is_near(folded),
        )

    @cached_property
    def _header_words(self) -> frozenset[str]:
        """The words of all headers that say something, and those that names begin with."""
        words = {word for entries in self.headers.values() for text in entries for word in text.split()}
        return frozenset(words - self._fillers | {start.split()[0] for start in self.name_starts})

    @cached_property
    def _all_headers(self) -> dict[str, None]:
        return {text: None for entries in self.headers.values() for text in entries}

    @cached_property
    def _may_be_header(self) -> Callable[[str], bool]:
        """Whether a text shares a word with any header, or is like one; most cells of a long sheet do neither."""
        return lru_cache(REMEMBERED)(
            lambda text: text.strip() in self._all_headers or self._is_near_headers(fold(text))
        )

    def _is_near_headers(self, folded: str) -> bool:
        words = self._in_full(folded).split()
        if any(word in self._header_words or _stem(word) in self._header_words for word in words):
            return True
        return self._is_near(" ".join(words))

    def _is_near(self, whole: str) -> bool:
        """Whether a folded text is like a header of any table."""
        if not MIN_FUZZY_LENGTH <= len(whole) <= LONGEST_FUZZY:
            return False
        return (
            process.extractOne(whole, self._of_size(len(whole)), scorer=fuzz.ratio, score_cutoff=LIKE_HEADER)
            is not None
        )

    @cached_property
    def _of_size(self) -> Callable[[int], list[str]]:
        """The headers that a text of so many letters can be like: a letter more or less counts as one mistyped."""

        def fitting(size: int) -> list[str]:
            return [
                text for text in self._all_headers if 200 * min(size, len(text)) >= LIKE_HEADER * (size + len(text))
            ]

        return lru_cache(LONGEST_FUZZY)(fitting)

    def _begins_as_name(self, folded: str) -> bool:
        """Whether a short header begins as those of names do: "Nama Inovasi Kelurahan", "Inovasi yang dimiliki"."""
        starts = any(folded == start or folded.startswith(f"{start} ") for start in self.name_starts)
        return starts and len(folded.split()) <= LONGEST_NAME_HEADER

    def _same_on_both_sides(self, stripped: str, tabel: str) -> Header | None:
        """The column that all alternatives of a header mean: "Output/Hasil"; sides that say nothing do not count."""
        sides = [side for side in stripped.split("/") if fold(side)]
        if not 2 <= len(sides) <= 4 or len(stripped) > 60:
            return None
        found = {header[:2] for side in sides if (header := self.header(side.strip(), tabel)) and header.level <= 2}
        return Header(*found.pop(), 2) if len(found) == 1 else None

    def _with_its_choices(self, stripped: str, tabel: str) -> Header | None:
        """The column of a header that lists its choices behind a colon: "Tahapan: inisiatif/uji coba/penerapan"."""
        label, _, rest = stripped.partition(":")
        options = [fold(option) for option in rest.split("/")]
        header = self.header(label, tabel) if len(options) > 1 else None
        if header is None or header.level > 2 or not set(options) <= self.choices.get(header.kolom, {}).keys():
            return None
        return Header(header.tabel, header.kolom, 2)

    @cached_property
    def choice(self) -> Callable[[str, str], Choice | None]:
        """``choice(kolom, text)``: the choice of a column that a text names, or None when it names none or several."""
        return lru_cache(REMEMBERED)(self._find_choice)

    def _find_choice(self, kolom: str, text: str) -> Choice | None:
        known = self.choices[kolom]
        folded = joined(fold(without_numbering(text)))
        for candidate in (folded, fold(text), fold(_PARENTHESES.sub(" ", text))):
            if candidate in known:
                return Choice(known[candidate], True)
        marked = self.marked_option(kolom, text)
        if marked:
            return marked
        inside = self._choices_inside(known, folded)
        if len(inside) == 1:
            return Choice(inside.pop(), False)
        if inside or len(folded) < MIN_FUZZY_LENGTH:
            return None
        close = {known[match[0]] for match in self.likeliest(kolom, text, limit=3) if match[1] >= TYPING_ERROR}
        return Choice(close.pop(), False) if len(close) == 1 else None

    @staticmethod
    def _choices_inside(known: dict[str, str], folded: str) -> set[str]:
        """Values whose spellings stand inside the text as whole words, longer spellings hiding shorter ones."""
        rest = f" {folded} "
        found = set()
        for spelling in sorted(known, key=len, reverse=True):
            if len(spelling) >= 3 and f" {spelling} " in rest:
                found.add(known[spelling])
                rest = rest.replace(f" {spelling} ", " | ")
        return found

    @cached_property
    def marked_option(self) -> Callable[[str, str], Choice | None]:
        """``marked_option(kolom, text)``: the choice marked in a text that prints all: "( ) Digital (X) Non Digital"."""
        return lru_cache(REMEMBERED)(self._find_marked)

    def _find_marked(self, kolom: str, text: str) -> Choice | None:
        boxes = list(BOX.finditer(text))
        if not boxes:
            return None
        starts = [0, *(box.end() for box in boxes)]
        between = [
            text[start:end] for start, end in zip(starts, [*(box.start() for box in boxes), len(text)], strict=True)
        ]
        options = between[:-1] if fold(between[0]) else between[1:]  # boxes stand behind their options, or before them
        known = self.choices[kolom]
        chosen = {
            known[bare]
            for box, option in zip(boxes, options, strict=True)
            if self.is_mark(box[0]) and (bare := fold(without_numbering(option))) in known
        }
        return Choice(chosen.pop(), True) if len(chosen) == 1 else None

    @cached_property
    def option(self) -> Callable[[str, str], str | None]:
        """``option(kolom, text)``: the choice that a cell prints; "" for one that prints several, one of them marked."""
        return lru_cache(REMEMBERED)(self._find_option)

    def _find_option(self, kolom: str, text: str) -> str | None:
        printed = self.choices[kolom].get(fold(BOX.sub(" ", without_numbering(text))))
        return printed or ("" if self.marked_option(kolom, text) else None)

    @cached_property
    def _spellings(self) -> frozenset[str]:
        return frozenset(spelling for known in self.choices.values() for spelling in known)

    def may_print_choice(self, text: str) -> bool:
        """Whether ``text`` is a mark, has a box to tick, or prints a choice of any column."""
        if self.is_mark(text) or has_box(text):
            return True
        return len(text) <= LONGEST_PRINTED and fold(without_numbering(text)) in self._spellings

    @cached_property
    def answers(self) -> Callable[[str], frozenset[str]]:
        """``answers(text)``: the columns of which a cell prints choices."""
        return lru_cache(REMEMBERED)(
            lambda text: frozenset(kolom for kolom in self.choices if self.option(kolom, text) is not None)
        )

    def likeliest(self, kolom: str, text: str, limit: int = 3) -> list[tuple[str, float]]:
        """The spellings of ``kolom`` that are most like ``text``, with their likeness (0-100)."""
        found = process.extract(
            text, self.choices[kolom].keys(), scorer=fuzz.ratio, processor=utils.default_process, limit=limit
        )
        return [(match, score) for match, score, _ in found]


def build_vocabulary(
    judul_kolom: Iterable[dict[str, Any]],
    profil: Iterable[dict[str, Any]],
    pilihan: Iterable[dict[str, Any]],
    urusan: Iterable[dict[str, Any]],
    indikator: Iterable[dict[str, Any]],
    kosakata: dict[str, Any],
    places: list[str],
) -> Vocabulary:
    """The vocabulary of the rows of the reference tables (as dictionaries) and the words of kosakata.toml."""
    labels = {row["kolom"]: row["label"] for row in profil}
    headers: dict[str, dict[str, str]] = {"semua": {}, "inovasi": {}, "indikator": {}, "komitmen": {}, "monev": {}}
    for kolom, label in labels.items():
        headers["inovasi"][fold(label)] = kolom
        headers["inovasi"][fold(kolom)] = kolom
    for row in judul_kolom:
        for spelling in (*row["sinonim"].split("|"), row["kolom"]):
            headers[row["tabel"]].setdefault(fold(spelling) or spelling, row["kolom"])
    names = {text: kolom for text, kolom in headers["inovasi"].items() if kolom == "nama_inovasi"}
    for tabel in ("indikator", "komitmen", "monev"):
        headers[tabel] = names | headers[tabel]
    choices: dict[str, dict[str, str]] = {"urusan": {}}
    options: dict[str, dict[str, str]] = {}
    for row in pilihan:
        options.setdefault(row["kolom"], {})[row["nilai"]] = row["label"]
        spellings = choices.setdefault(row["kolom"], {})
        for spelling in (row["nilai"], row["label"], *(row["sinonim"] or "").split("|")):
            if spelling:
                spellings.setdefault(fold(spelling), row["nilai"])
    for row in urusan:
        for spelling in (row["urusan"], *(row["sinonim"] or "").split("|")):
            if spelling:
                choices["urusan"].setdefault(fold(spelling), row["urusan"])
    choices["urusan_utama"] = choices["urusan_beririsan"] = choices.pop("urusan")
    return Vocabulary(
        headers=headers,
        choices=choices,
        empties=sorted({form for word in kosakata["kosong"] for form in (clean(word).casefold(), fold(word)) if form}),
        marks=list(kosakata["tanda_pilih"]),
        blanks=list(kosakata["tanda_kosong"]),
        totals=[fold(word) for word in kosakata["jumlah"]],
        signatures=[fold(word) for word in kosakata["tanda_tangan"]],
        footnotes=[fold(word) for word in kosakata["catatan_kaki"]],
        fillers=list(kosakata["pengisi"]),
        short={fold(short): fold(word) for short, word in kosakata["singkatan_judul"].items()},
        name_starts=[fold(words) for words in kosakata["awal_nama"]],
        labels=labels,
        options=options,
        indicators={fold(row["indikator"]): row["nomor"] for row in indikator},
        long_texts=[row["kolom"] for row in profil if row["tipe"] == "teks_panjang"],
        examples=[fold(word) for word in kosakata["contoh"]],
        subjects=kosakata["perihal"],
        portal=[fold(word) for word in kosakata["portal"]],
        places=[fold(place) for place in places],
        dates=[
            *(name for names in kosakata["hari"].values() for name in names),
            "tanggal",
            "tgl",
            "sejak",
            "mulai",
            "bulan",
            "per",
        ],
        months=[name for names in kosakata["bulan"].values() for name in names],
    )
