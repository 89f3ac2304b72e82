"""Which unit a record is of: from its cell, the sheet's label and titles, the sheet's name, the signature, the file, the folder."""

import re
from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePosixPath
from typing import NamedTuple

import polars as pl
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from tasks.findings import raw
from tasks.reference import Reference
from tasks.text import fold

PLACES = ("kecamatan", "kelurahan", "puskesmas")  # kinds whose units bear the names of places, often the same ones
CODE = re.compile(r"\b(\d{2}\.\d{2}\.\d{2}(?:\.\d{4})?)\b")
SURE = 86  # likeness (0-100) from which a mistyped unit is taken for the one it is most like
CLEAR = 4  # and by how much it must be more like it than any other
CANDIDATE = 60
NEAREST = 3  # candidates to name
LONGEST_NAME = 14  # words
SHORTEST_SLIP, LONG_WORD = 5, 9  # letters of a word that may be mistyped, by one letter; from LONG_WORD by two
SHORTEST_GLUED = 6  # letters of a name without spaces
JOINERS = ("dan", "serta")
OWN = ("kode_unit", "unit", "jabatan", "penanda_tangan", "bagian")  # columns of a record that say of which unit it is
REGION = re.compile(r"\b(kabupaten|kota|provinsi) (\w+)")
_PARENTHESES = re.compile(r"\(([^)]*)\)?")
_CAPITAL_INSIDE = re.compile(r"(?<=[a-z])(?=[A-Z])")  # "InovasiKecGambut.xlsx"


@dataclass(frozen=True)
class Answer:
    """Which unit a text means: its code, or why not (a code of the catalogue), with what to say about it."""

    kode: str | None
    temuan: str | None = None
    rincian: str = ""
    candidates: frozenset[str] = frozenset()


NO_ANSWER = Answer(None)


class Units:
    """The register of units, searchable by all the ways people write them."""

    def __init__(self, reference: Reference) -> None:
        words = reference.kosakata
        self._abbreviations = {fold(short): long for short, long in words.singkatan_unit.items()}
        self._kinds = sorted(
            ((fold(spelling).split(), kind) for kind, spellings in words.jenis_unit.items() for spelling in spellings
             if kind != "perangkat_daerah"),
            key=lambda item: -len(item[0]),
        )  # fmt: skip
        self._kinds_from: dict[str, list[tuple[list[str], str]]] = {}  # by first word, the longest spelling first
        for spelling, kind in self._kinds:
            self._kinds_from.setdefault(spelling[0], []).append((spelling, kind))
        self._people = frozenset(words.jenis_unit) - {*PLACES, "perangkat_daerah"}
        self._inner = tuple(fold(word) for word in words.bagian_dalam)
        self._titles = frozenset(words.judul)
        self._offices = frozenset(fold(word) for word in words.jenis_unit["perangkat_daerah"])
        self._leading = frozenset((*PLACES, *self._offices))
        self._superiors = reference.daerah.induk
        self._region = fold(reference.daerah.nama)
        self._neighbours = [fold(name) for name in reference.daerah.tetangga]
        own = {*self._region.split(), *fold(reference.daerah.ibu_kota).split()}
        decided = reference.keputusan.filter(pl.col("keputusan") == "unit")
        self._decided = {fold(text): kode for text, kode in decided.select("kiri", "kanan").iter_rows()}
        self.names: dict[str, str] = {}
        self.kinds: dict[str, str] = {}
        self.parents: dict[str, set[str]] = {}
        self._full: dict[str, set[str]] = {}  # normalized name, kind included -> units
        self._bare: dict[str, set[str]] = {}  # name without its kind -> units
        self._glued: dict[str, set[str]] = {}  # name without spaces, the kind abbreviated or not -> units
        self._prefixes: dict[str, set[str]] = {}  # beginnings of the long names of offices -> units
        self._shorts: set[str] = set()  # single words that are sure even inside a sentence
        for row in reference.unit.iter_rows(named=True):
            self._register(row)
        for prefix, units in self._prefixes.items():
            if len(units) == 1:  # "Dinas Sosial" for the one whose long name begins so
                self._full.setdefault(prefix, set()).update(units)
        self._hang_parts_on_offices()
        self._superiors_by_lead: dict[str, set[str]] = {}  # first word of a name -> superiors of the units named so
        for name, units in self._full.items():
            superiors = self._superiors_by_lead.setdefault(name.split()[0], set())
            superiors.update(*(self.parents[kode] for kode in units))
        self._codes = {fold(kode).replace(" ", ""): kode for kode in self.names}
        named = (
            *self._full,
            *self._neighbours,
            *self._abbreviations,
            *(" ".join(spelling) for spelling, _ in self._kinds),
        )
        self._lexicon = frozenset(word for name in named for word in name.split() if len(word) >= SHORTEST_SLIP)
        affairs = reference.urusan.select("urusan", "sinonim").fill_null("").rows()
        self._ordinary = self._titles | own | {word for row in affairs for text in row for word in fold(text).split()}
        self._own_region = own | self._titles | self._leading | {word for name in self._bare for word in name.split()}
        agency = self._exact(self._without_region(self.normalize(reference.daerah.instansi)), None)
        self._agency = {agency.kode} if agency else set()
        self._begin()

    def _begin(self) -> None:
        """Nothing has been asked yet."""
        self.used_decisions: set[str] = set()  # folded texts of aliases that were met
        self._slip = lru_cache(maxsize=50_000)(self._slip_uncached)
        self._find = lru_cache(maxsize=50_000)(self._find_uncached)
        self._whole = lru_cache(maxsize=50_000)(self._whole_uncached)
        self._kind_in = lru_cache(maxsize=50_000)(self._kind_in_uncached)

    def anew(self) -> "Units":
        """The same register, of which nothing has been asked yet."""
        units = copy(self)
        units._begin()
        return units

    def _register(self, row: dict[str, str | None]) -> None:
        kode, kind, name = str(row["kode"]), str(row["jenis"]), str(row["nama"])
        self.names[kode], self.kinds[kode] = name, kind
        above = {row["kode_kecamatan"], self._superiors.get(kind)} - {None, kode}
        self.parents[kode] = {str(superior) for superior in above}
        spellings = [name, _PARENTHESES.sub("", name), *(row["alias"] or "").split("|")]
        if row["singkatan"]:
            spellings.append(row["singkatan"])
        for spelling in filter(None, spellings):
            normal = self.normalize(spelling)
            words = normal.split()
            if not words:
                continue
            if kind in PLACES:
                bare = normal.removeprefix(f"{kind} ")
                self._bare.setdefault(bare, set()).add(kode)
                normal = f"{kind} {bare}"
                for kind_words, of in self._kinds:
                    if of == kind:
                        self._glue("".join(kind_words) + bare, kode)
            self._full.setdefault(normal, set()).add(kode)
            self._glue(normal, kode)
            if kind == "perangkat_daerah":
                self._glue(fold(spelling), kode)
                self._count_prefixes(words, kode)
                if len(words) == 1 and len(normal) >= 4:
                    self._shorts.add(normal)
                    if normal.startswith("d"):  # "Dinas PRKPLH" for DPRKPLH
                        self._full.setdefault(f"dinas {normal[1:]}", set()).add(kode)

    def _glue(self, normal: str, kode: str) -> None:
        glued = normal.replace(" ", "")
        if len(glued) >= SHORTEST_GLUED:
            self._glued.setdefault(glued, set()).add(kode)

    def _count_prefixes(self, words: list[str], kode: str) -> None:
        for length in range(2, len(words)):
            if words[length - 1] != "pada":
                self._prefixes.setdefault(" ".join(words[:length]), set()).add(kode)

    def _hang_parts_on_offices(self) -> None:
        """ "Bagian Hukum Setda" is a part of Setda, which is named beside it as its superior."""
        for name, units in self._full.items():
            last = name.split()[-1]
            if last in self._shorts and last != name:
                for kode in units:
                    self.parents[kode] |= self._full[last] - {kode}

    def normalize(self, text: str) -> str:
        """Folded, abbreviations written out, roman numerals as digits, the words for a kind of unit as that kind."""
        return " ".join(self._normal(_split(text)))

    def _normal(self, split: list[str]) -> list[str]:
        words = [self._abbreviations.get(word, word) for word in split if word not in JOINERS]
        out: list[str] = []
        index = 0
        while index < len(words):
            match = next(
                (
                    (spelling, kind)
                    for spelling, kind in self._kinds_from.get(words[index], ())
                    if words[index : index + len(spelling)] == spelling
                ),
                None,
            )
            if match:
                if not out or out[-1] != match[1]:
                    out.append(match[1])
                index += len(match[0])
            else:
                out.append(words[index])
                index += 1
        return out

    def _mended(self, split: list[str]) -> list[str]:
        """The words with slips of the finger mended, those that are one letter from a single word of the register."""
        return [self._slip(word) for word in split]

    def _slip_uncached(self, word: str) -> str:
        known = word in self._lexicon or word in self._ordinary or word in self._abbreviations
        if known or len(word) < SHORTEST_SLIP or not word.isalpha():
            return word
        cutoff = 2 if len(word) >= LONG_WORD else 1
        near = process.extract(word, sorted(self._lexicon), scorer=OSA.distance, score_cutoff=cutoff, limit=5)
        near = [item for item in near if item[0][0] in word[:2]]
        clear = bool(near) and (len(near) == 1 or near[0][1] < near[1][1])
        return near[0][0] if clear else word

    def kind_in(self, text: str) -> str | None:
        """The only kind of unit that a text speaks of, or None."""
        return self._kind_in(text)

    def _kind_in_uncached(self, text: str) -> str | None:
        spoken = {word for word in self.normalize(text).split() if word in PLACES}
        return spoken.pop() if len(spoken) == 1 else None

    def whole(self, text: str, kind: str | None = None) -> Answer:
        """Which unit a text is the name of: a cell or what stands behind a label; ``kind`` is what its header speaks of."""
        return self._whole(text, kind)

    def _whole_uncached(self, text: str, kind: str | None) -> Answer:
        if match := CODE.search(text):
            return Answer(match[1]) if match[1] in self.names else Answer(None, "unit_tidak_dikenal")
        if known := self._codes.get(fold(text).replace(" ", "")):
            return Answer(known)
        if decided := self._decision(text):
            return decided
        outside = _PARENTHESES.sub(" ", text)
        split = _split(outside) or _split(text)
        normal = self._without_region(" ".join(self._normal(split)))
        if not normal:
            return Answer(None, "unit_tidak_dikenal")
        if foreign := self._foreign(self._normal(split)) or self._foreign(self._normal(self._mended(split))):
            return Answer(None, "unit_tetangga", foreign)
        stated = self.kind_in(text)
        kind = kind if normal.split()[0] in PLACES else stated or kind
        answer = self._exact(normal, kind)
        if answer is None:
            mended = self._without_region(" ".join(self._normal(self._mended(split))))
            answer = self._exact(mended, kind)
            if answer and answer.kode:
                answer = self._guessed(answer.kode, f"kemiripan {fuzz.ratio(normal, mended):.0f}%")
        if answer is not None:
            return self._part_in_parentheses(text, answer)
        if normal.split()[0] in self._people:
            return self._of_people(normal.split()[0])
        inside = self.inside(text)
        found = {inside.kode} if inside.kode else set(inside.candidates)
        stated = next((place for place in PLACES if place in normal.split()[:1]), kind)
        if found and (
            stated is None or any(self.kinds[kode] == stated or self.kinds[kode] not in PLACES for kode in found)
        ):
            return inside
        return self._by_likeness(normal, kind)

    def _exact(self, normal: str, kind: str | None) -> Answer | None:
        """The unit of that name, which may lack its kind; None where there is none."""
        if not normal:
            return None
        spellings = [normal, f"{kind} {normal}"] if kind else [normal]
        exact: set[str] = set()
        for spelling in spellings:
            exact |= self._full.get(spelling) or self._glued.get(spelling.replace(" ", ""), set())
        bare = self._bare.get(normal, set())
        if kind and normal.split(maxsplit=1)[0] not in PLACES:
            of_kind = {kode for kode in exact | bare if self.kinds[kode] == kind}
            exact, bare = of_kind or {kode for kode in exact if self.kinds[kode] not in PLACES}, set()
        return self._several(exact | bare) if exact | bare else None

    def _part_in_parentheses(self, text: str, answer: Answer) -> Answer:
        """ "Dinas Kesehatan (Puskesmas Astambul)" is the puskesmas."""
        for inner in _PARENTHESES.findall(text):
            part = self._find(inner).kode
            if part and answer.kode in self.parents[part]:
                return Answer(part)
        return answer

    def _of_people(self, kind: str) -> Answer:
        """Desa and groups of people have no entry of their own: "Desa Mali-Mali" is of the unit for all of them."""
        units = [kode for kode, of in self.kinds.items() if of == kind]
        return self._guessed(units[0], "kiriman desa atau warga") if len(units) == 1 else self._several(units)

    def inside(self, text: str) -> Answer:
        """Which unit a title, a file name or another longer text names; slips of the finger mended, no other guess."""
        return self._decision(text) or self._find(text)

    def unused_decisions(self) -> list[str]:
        """Texts that people decided on and that nothing said, or whose unit is not in the register."""
        return sorted(set(self._decided) - self.used_decisions)

    def _decision(self, text: str) -> Answer | None:
        """What people decided that a text means."""
        folded = fold(text)
        if self._decided.get(folded) not in self.names:
            return None
        self.used_decisions.add(folded)
        return Answer(self._decided[folded])

    def guess(self, text: str) -> Answer:
        """Which unit a title most likely names, by likeness, where it begins like the name of a unit; else none."""
        words = [word for word in self.normalize(text).split() if not self._says_nothing(word)]
        if len(words) < 2 or words[0] not in self._leading:
            return Answer(None)
        answer = self._by_likeness(" ".join(words), None)
        return answer if answer.kode else Answer(None)

    def is_inner(self, text: str) -> bool:
        """Whether a text names a part of a unit ("Bidang Kesmas") rather than a unit."""
        return fold(text).startswith(self._inner)

    def namesakes(self, text: str, kind: str) -> frozenset[str]:
        """Units of a kind that are named like a place without a kind, with a number or a direction behind: Martapura 1."""
        bare = self._without_region(self.normalize(text))
        if any(word in self._leading for word in bare.split()):
            return frozenset()
        alike = (units for name, units in self._bare.items() if name == bare or name.startswith(f"{bare} "))
        return frozenset(kode for units in alike for kode in units if self.kinds[kode] == kind)

    def among(self, codes: frozenset[str]) -> Answer | None:
        """The doubt between units; None where there are none."""
        return self._several(codes) if len(codes) > 1 else None

    def _says_nothing(self, word: str) -> bool:
        return word in self._titles or re.fullmatch(r"(19|20)\d\d", word) is not None

    def _without_region(self, normal: str) -> str:
        return re.sub(rf"\s*\b(?:pemerintah )?{self._region}$", "", normal).strip() or normal

    def _neighbour(self, words: list[str]) -> str | None:
        padded = f" {' '.join(words)} ".replace(f" {self._region} ", " | ")
        return next((name.title() for name in self._neighbours if f" {name} " in padded), None)

    def _foreign(self, words: list[str]) -> str | None:
        """The other region that a cell names: a neighbour, or any regency, city or province that is not ours."""
        normal = " ".join(words)
        for kind, name in REGION.findall(normal):
            if (
                name not in self._own_region
                and not name.isdigit()
                and (kind != "provinsi" or self._region not in normal)
            ):
                return f"{kind} {name}".title()
        return self._neighbour(words)

    def _guessed(self, kode: str, why: str) -> Answer:
        return Answer(kode, "unit_ditebak", f"{self.names[kode]} ({why})")

    def _several(self, codes: Iterable[str]) -> Answer:
        found = frozenset(codes)
        if len(found) == 1:
            return Answer(next(iter(found)))
        names = ", ".join(sorted(self.names[kode] for kode in found))
        return Answer(None, "unit_meragukan", names, found)

    def _find_uncached(self, text: str) -> Answer:
        if match := CODE.search(text):
            return Answer(match[1]) if match[1] in self.names else Answer(None)
        split = _split(_CAPITAL_INSIDE.sub(" ", re.sub(r"[_\-.]+", " ", text)))
        words, mended = self._normal(split), self._normal(self._mended(split))
        if neighbour := self._neighbour(words) or self._neighbour(mended):
            return Answer(None, "unit_tetangga", neighbour)
        answer = self._in_words(words)
        better = self._in_words(mended) if mended != words else answer
        if better.kode and better.kode != answer.kode:
            return self._guessed(better.kode, f"kemiripan {fuzz.ratio(' '.join(words), ' '.join(mended)):.0f}%")
        return answer

    def _in_words(self, words: list[str]) -> Answer:
        """The unit that words name; the longest names first, a superior named beside its own does not count."""
        strong: set[str] = set()
        weak: set[str] = set()
        unexplained: list[int] = []
        index = 0
        while index < len(words):
            length, units = self._longest(words, index)
            if units:
                (weak if length == 1 and words[index] in self._shorts else strong).update(units)
            else:
                unexplained.append(index)
            index += length
        above = self._superiors_of_unknown(words, unexplained)
        found = self._own(strong - above) or self._own(weak - above)
        return self._several(found) if found else self._bare_inside(words)

    def _longest(self, words: list[str], index: int) -> tuple[int, set[str]]:
        """How many words from ``index`` on are the longest name of a unit, and of which; one word and none where there is none."""
        for length in range(min(LONGEST_NAME, len(words) - index), 0, -1):
            phrase = words[index : index + length]
            named = self._full.get(" ".join(phrase)) if length > 1 or phrase[0] in self._shorts else None
            if units := named or self._glued.get("".join(phrase)):
                return length, units
        return 1, set()

    def _superiors_of_unknown(self, words: list[str], unexplained: list[int]) -> set[str]:
        """Superiors of the kinds of units that words begin to name and that are none: "Puskesmas Entah, Dinas Kesehatan"."""
        lead = {
            words[at] for at in unexplained
            if words[at] in self._leading and at + 1 in unexplained
            and words[at + 1] not in self._leading and not self._says_nothing(words[at + 1])
        }  # fmt: skip
        return set().union(*(self._superiors_by_lead.get(word, ()) for word in lead))

    def _bare_inside(self, words: list[str]) -> Answer:
        """Names without their kind, where the words of titles are taken away and nothing else remains."""
        rest = [word for word in words if not self._says_nothing(word)]
        if len(rest) > 1 and rest[0].isdigit():  # "07 Kertak Hanyar.xlsx"
            rest = rest[1:]
        kind = self.kind_in(" ".join(words))
        core = " ".join(word for word in rest if word != kind)
        office = " ".join(word for word in rest if not word.isdigit())  # "inovasi BKD (2)"
        if not kind and (units := self._full.get(core) or self._full.get(office)):
            return self._several(units)
        found = self._bare.get(core, set())
        if kind and found:
            found = {kode for kode in found if self.kinds[kode] == kind}
        return self._several(found) if found else Answer(None)

    def _own(self, codes: set[str]) -> set[str]:
        """Without those that are named only as superiors of others, and the agency where another is named."""
        above = set().union(*(self.parents[kode] for kode in codes)) if codes else set()
        rest = codes - above
        return rest - self._agency if len(rest) > 1 else rest

    def _by_likeness(self, normal: str, kind: str | None) -> Answer:
        """The unit most like a name, of the kind that is written or meant; what is compared is the name without its kind."""
        words = normal.split()
        lead = words[0] if words and words[0] in self._leading else kind
        bare = " ".join(words[1:] if words and words[0] == lead else words)
        if len(bare) < 4:
            return Answer(None, "unit_tidak_dikenal")
        parts = self._by_part_of_name(lead, bare.split())
        if parts:
            return self._guessed(parts, "satu-satunya unit dengan kata itu dalam namanya")
        names = {name: name.removeprefix(f"{lead} ") for name in self._full if not lead or name.startswith(f"{lead} ")}
        if lead is None:
            names |= {name: name.split(" ", 1)[-1] if name.split()[0] in PLACES else name for name in names}
        sure: dict[str, float] = {}
        near: dict[str, float] = {}
        for name, own in names.items():
            ratio = fuzz.ratio(bare, own)
            for kode in self._full[name]:
                near[kode] = max(near.get(kode, 0), ratio, 0.95 * fuzz.token_set_ratio(bare, own))
                if re.findall(r"\d+", own) == re.findall(r"\d+", bare):
                    sure[kode] = max(sure.get(kode, 0), ratio)
        ranked = sorted(sure.items(), key=lambda item: (-item[1], item[0]))
        if ranked and ranked[0][1] >= SURE and (len(ranked) == 1 or ranked[0][1] - ranked[1][1] >= CLEAR):
            return self._guessed(ranked[0][0], f"kemiripan {ranked[0][1]:.0f}%")
        nearest = sorted(near.items(), key=lambda item: (-item[1], item[0]))[:NEAREST]
        named = [self.names[kode] for kode, score in nearest if score >= CANDIDATE]
        return Answer(None, "unit_tidak_dikenal", f" Maksud Anda {' atau '.join(named)}?" if named else "")

    def _by_part_of_name(self, lead: str | None, words: list[str]) -> str | None:
        """The only office that has all these words in its name: "Dinas Lingkungan Hidup" of a longer name."""
        if lead not in self._offices or not words or min(map(len, words)) < 4:
            return None
        named = {
            kode for name, units in self._full.items() if name.startswith(f"{lead} ") and set(words) <= set(name.split())
            for kode in units
        }  # fmt: skip
        return named.pop() if len(named) == 1 else None


def _split(text: str) -> list[str]:
    """The folded words of a text, numbers apart from letters."""
    return re.sub(r"(?<=\D)(?=\d)", " ", fold(text)).split()


def units_of_paths(berkas: list[str], units: Units) -> list[str | None]:
    """The unit that each path in the inbox names, by its file name or else its folders; None where it names none or several."""
    found: list[str | None] = []
    for path in berkas:
        name, *folders = reversed(PurePosixPath(path.replace("!", "/")).parts)
        texts = (PurePosixPath(name).stem, *folders)
        found.append(next((kode for text in texts if (kode := units.inside(text).kode)), None))
    return found


def identify_units(
    records: pl.DataFrame, cells: pl.DataFrame, tables: pl.DataFrame, contexts: pl.DataFrame, units: Units
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The unit of each record: ``records`` with kode_unit added (null where unknown), and raw findings.

    ``records`` has rekaman, tabel, berkas, lembar, baris, sel; ``cells`` the cells of these records (kolom unit, kode_unit,
    jabatan, bagian count); ``tables`` and ``contexts`` are as read.
    """
    tables = tables.filter(pl.col("tabel").is_in(records["tabel"].unique().implode()))
    answers = _table_answers(tables, contexts, units)
    headers = dict(tables.select("tabel", "judul_unit").iter_rows())
    filled = cells.filter(~pl.col("kosong")).select("kolom", "rekaman", "nilai", "baris", "sel")
    own: dict[str, dict[int, _Cell]] = {kolom: {} for kolom in OWN}
    for kolom, number, *held in filled.filter(pl.col("kolom").is_in(OWN)).iter_rows():
        own[kolom][number] = _Cell(*held)
    has_column = set(cells.filter(pl.col("kolom") == "unit")["rekaman"])
    found: list[str | None] = []
    findings: list[dict[str, object]] = []
    guessed: set[int] = set()
    previous: tuple[int, str] | None = None  # table and unit of the row above, for units written once for many rows
    places = records.select("rekaman", "tabel", "berkas", "lembar", "baris", "sel")
    for number, table, berkas, lembar, row, column in places.iter_rows():
        where: tuple[int | None, int | None] = (row, column)
        base = answers[table]
        cell = own["kode_unit"].get(number) or own["unit"].get(number)
        if cell is not None:
            answer = _from_cell(cell.nilai, headers[table], base, units)
            text, where = cell.nilai, (cell.baris, cell.sel)
        elif (office := _office(own, number, units)) is not None:
            answer, text = office
        elif (section := own["bagian"].get(number)) and (by_section := units.inside(section.nilai)).kode:
            answer, text = Answer(by_section.kode), section.nilai
        elif number in has_column and previous and previous[0] == table and not base.answer.kode:
            answer, text = Answer(previous[1], "unit_diisi_ke_bawah", units.names[previous[1]]), ""
        else:
            answer, text = base.answer, base.text
            if (
                answer.kode
            ):  # a guess about the whole table is said once, where it stands; a refusal at each row it refuses
                if table in guessed:
                    answer = Answer(answer.kode)
                guessed.add(table)
                where = (base.baris, base.sel)
        found.append(answer.kode)
        if answer.kode:
            previous = (table, answer.kode)
        if answer.temuan:
            findings.append({
                "kode": answer.temuan, "rekaman": number, "berkas": berkas, "lembar": lembar, "baris": where[0],
                "sel": where[1], "kolom": "kode_unit", "nilai": text, "rincian": answer.rincian,
            })  # fmt: skip
    return records.with_columns(pl.Series("kode_unit", found, dtype=pl.String)), raw(findings)


def units_of_tables(tables: pl.DataFrame, contexts: pl.DataFrame, units: Units) -> pl.DataFrame:
    """Of files whose tables' surroundings name one unit: berkas, unit_tabel; rows are not needed for that."""
    answers = _table_answers(tables, contexts, units)
    named = pl.Series("unit_tabel", [answers[tabel].answer.kode for tabel in tables["tabel"]], dtype=pl.String)
    found = tables.select("berkas").with_columns(named).drop_nulls().unique()
    return found.filter(pl.col("unit_tabel").n_unique().over("berkas") == 1)


def _office(own: dict[str, dict[int, "_Cell"]], number: int, units: Units) -> tuple[Answer, str] | None:
    """The unit that the office of a signatory names: "Camat Gambut" signs for the kecamatan."""
    for kolom in ("jabatan", "penanda_tangan"):
        cell = own[kolom].get(number)
        answer = units.inside(cell.nilai) if cell else NO_ANSWER
        if cell and answer.kode is None and not answer.temuan:
            answer = units.guess(re.sub(r"^(?:kepala|plt|plh|pj|an)\W+", "", cell.nilai, flags=re.IGNORECASE))
        if cell and answer.kode:
            return Answer(answer.kode), cell.nilai
    return None


class _Cell(NamedTuple):
    """A cell that says which unit its record is of."""

    nilai: str
    baris: int
    sel: int


class _Context(NamedTuple):
    """A text around a table."""

    sumber: str
    teks: str
    baris: int
    sel: int


@dataclass(frozen=True)
class _TableAnswer:
    """What a table's surroundings say of its unit, and where."""

    answer: Answer
    text: str
    baris: int | None = None
    sel: int | None = None
    kind: str | None = None


def _from_cell(text: str, header: str, base: _TableAnswer, units: Units) -> Answer:
    """The unit a cell names, its kind if need be from the header of its column or the titles above."""
    kind = units.kind_in(header) or None
    answer = units.whole(text, kind)
    if kind is None and base.kind and answer.kode and units.kinds[answer.kode] not in (base.kind, "perangkat_daerah"):
        # "Martapura" in a list of puskesmas is none of its kecamatan
        answer = units.among(units.namesakes(text, base.kind)) or answer
    if answer.temuan == "unit_meragukan" and base.kind:
        answer = units.whole(text, base.kind)
    if answer.temuan == "unit_meragukan" and base.answer.kode in answer.candidates:
        return Answer(base.answer.kode)
    if answer.temuan == "unit_tidak_dikenal" and base.answer.kode and units.is_inner(text):
        return Answer(base.answer.kode, "unit_ditebak", units.names[base.answer.kode])
    return answer


def _table_answers(tables: pl.DataFrame, contexts: pl.DataFrame, units: Units) -> dict[int, _TableAnswer]:
    """For each table, the first of its surroundings that names exactly one unit; doubtful ones are narrowed by the next."""
    around = contexts.join(tables, on="tabel", how="semi", maintain_order="left")
    by_table: dict[int, list[_Context]] = {}
    for tabel, *context in around.select("tabel", "sumber", "teks", "baris", "sel").iter_rows():
        by_table.setdefault(tabel, []).append(_Context(*context))
    return {
        tabel: _table_answer(berkas, lembar, by_table.get(tabel, []), units)
        for tabel, berkas, lembar in tables.select("tabel", "berkas", "lembar").iter_rows()
    }


@lru_cache
def _named_by_path(berkas: str) -> tuple[str, tuple[str, ...]]:
    """The name of a file without its suffix, and the folders it is in, the nearest first."""
    *folders, _ = PurePosixPath(berkas.replace("!", "/")).parts
    return PurePosixPath(berkas.rpartition("!")[2]).stem, tuple(reversed(folders))


def _table_answer(berkas: str, lembar: str, contexts: list[_Context], units: Units) -> _TableAnswer:
    stem, folders = _named_by_path(berkas)
    titles = [context.teks for context in contexts if context.sumber == "judul"]
    kind = next((k for text in (*titles, lembar, stem, *folders) if (k := units.kind_in(text))), None)
    doubt: _TableAnswer | None = None
    for source in filter(None, _sources(contexts, lembar, stem, folders)):
        answers = [
            (units.whole(text, kind) if label else units.inside(text), text, row, column)
            for label, text, row, column in source
        ]
        named = {answer.kode for answer, *_ in answers if answer.kode}
        own = units._own({kode for kode in named if kode})
        if not own and not any(answer.candidates or answer.temuan for answer, *_ in answers):
            answers = [(units.guess(text), text, row, column) for _, text, row, column in source]
            own = units._own({answer.kode for answer, *_ in answers if answer.kode})
        if len(own) == 1:
            kode = own.pop()
            if doubt and doubt.answer.candidates and kode not in doubt.answer.candidates:
                continue
            answer, text, row, column = next(item for item in answers if item[0].kode == kode)
            return _TableAnswer(answer, text, row, column, kind)
        for answer, text, row, column in answers:
            if answer.temuan == "unit_tetangga" or (answer.temuan and source and source[0][0]):
                doubt = doubt or _TableAnswer(answer, text, row, column, kind)
            elif answer.candidates and doubt is None:
                of_kind = {k for k in answer.candidates if units.kinds[k] == kind}
                if len(of_kind) == 1:
                    return _TableAnswer(Answer(of_kind.pop()), text, row, column, kind)
                doubt = _TableAnswer(answer, text, row, column, kind)
        if doubt and not doubt.answer.candidates:
            return doubt
        if len(own) > 1 and doubt is None:
            doubt = _TableAnswer(
                units._several(own), "; ".join(units.names[kode] for kode in sorted(own)), None, None, kind
            )
    return doubt or _TableAnswer(Answer(None, "unit_tidak_disebut"), "", None, None, kind)


Source = list[tuple[bool, str, int | None, int | None]]  # is it a label's value, text, row, column


def _sources(contexts: list[_Context], lembar: str, stem: str, folders: Iterable[str]) -> Iterable[Source]:
    """The surroundings of a table in the order of trust."""
    for sumber in ("label", "judul"):
        yield [(sumber == "label", c.teks, c.baris, c.sel) for c in contexts if c.sumber == sumber]
    yield [(False, lembar, None, None)]
    yield [(False, c.teks, c.baris, c.sel) for c in contexts if c.sumber == "tanda_tangan"]
    yield [(False, stem, None, None)]
    for folder in folders:
        yield [(False, folder, None, None)]
