"""Which unit a record is of: from its cell, the sheet's label and titles, the sheet's name, the signature, the file, the folder."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any

import polars as pl
from rapidfuzz import fuzz, process

from tasks.findings import raw
from tasks.reference import Reference
from tasks.text import fold

PLACES = ("kecamatan", "kelurahan", "puskesmas")  # kinds whose units bear the names of places, often the same ones
CODE = re.compile(r"\b(\d{2}\.\d{2}\.\d{2}(?:\.\d{4})?)\b")
SURE = 86  # likeness (0-100) from which a mistyped unit is taken for the one it is most like
CLEAR = 4  # and by how much it must be more like it than any other
CANDIDATE = 60
LONGEST_NAME = 14  # words


@dataclass(frozen=True)
class Answer:
    """Which unit a text means: its code, or why not (a code of the catalogue), with what to say about it."""

    kode: str | None
    temuan: str | None = None
    rincian: str = ""
    candidates: frozenset[str] = frozenset()


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
        self._neighbours = [fold(name) for name in reference.daerah.tetangga]
        self._inner = tuple(fold(word) for word in words.bagian_dalam)
        self._titles = frozenset(words.judul)
        self._leading = frozenset((*PLACES, *(fold(word) for word in words.jenis_unit["perangkat_daerah"])))
        decided = reference.keputusan.filter(pl.col("keputusan") == "unit")
        self._decided = {fold(text): kode for text, kode in decided.select("kiri", "kanan").iter_rows()}
        self.used_decisions: set[str] = set()  # folded texts of aliases that were met
        self.names: dict[str, str] = {}
        self.kinds: dict[str, str] = {}
        self.parents: dict[str, set[str]] = {}
        self._full: dict[str, set[str]] = {}  # normalized name, kind included -> units
        self._bare: dict[str, set[str]] = {}  # name without its kind -> units
        self._prefixes: dict[str, set[str]] = {}  # beginnings of the long names of offices -> units
        self._shorts: set[str] = set()  # single words that are sure even inside a sentence
        for row in reference.unit.iter_rows(named=True):
            self._register(row)
        for prefix, units in self._prefixes.items():
            if len(units) == 1:  # "Dinas Sosial" for the one whose long name begins so
                self._full.setdefault(prefix, set()).update(units)
        self._alike = list(self._full)
        self._find = lru_cache(maxsize=50_000)(self._find_uncached)

    def _register(self, row: dict[str, str | None]) -> None:
        kode, kind, name = str(row["kode"]), str(row["jenis"]), str(row["nama"])
        self.names[kode], self.kinds[kode] = name, kind
        self.parents[kode] = self._parents_of(kode, kind, row["kode_kecamatan"])
        spellings = [name, re.sub(r"\([^)]*\)", "", name), *(row["alias"] or "").split("|")]
        if row["singkatan"]:
            spellings.append(row["singkatan"])
        for spelling in filter(None, spellings):
            normal = self.normalize(spelling)
            words = normal.split()
            if not words:
                continue
            self._full.setdefault(normal, set()).add(kode)
            if kind == "perangkat_daerah":
                self._count_prefixes(words, kode)
            if len(words) > 1 and words[0] == kind:
                self._bare.setdefault(" ".join(words[1:]), set()).add(kode)
            elif kind in PLACES:
                self._full.setdefault(f"{kind} {normal}", set()).add(kode)
                self._bare.setdefault(normal, set()).add(kode)
            elif len(words) == 1 and len(normal) >= 4 and kind == "perangkat_daerah":
                self._shorts.add(normal)
                if normal.startswith("d"):  # "Dinas PRKPLH" for DPRKPLH
                    self._full.setdefault(f"dinas {normal[1:]}", set()).add(kode)

    def _count_prefixes(self, words: list[str], kode: str) -> None:
        for length in range(2, len(words)):
            if words[length - 1] not in ("dan", "serta", "pada"):
                self._prefixes.setdefault(" ".join(words[:length]), set()).add(kode)

    @staticmethod
    def _parents_of(kode: str, kind: str, kecamatan: str | None) -> set[str]:
        """Units named beside this one as its superior, not as the sender."""
        above = {kecamatan} if kecamatan and kecamatan != kode else set()
        if kind == "puskesmas":
            above.add("opd-dinkes")
        if kode.startswith("opd-bag"):
            above.add("opd-setda")
        return above

    def normalize(self, text: str) -> str:
        """Folded, abbreviations written out, roman numerals as digits, the words for a kind of unit as that kind."""
        words = [self._abbreviations.get(word, word) for word in re.sub(r"(?<=\D)(?=\d)", " ", fold(text)).split()]
        out: list[str] = []
        index = 0
        while index < len(words):
            match = next(
                (
                    (spelling, kind)
                    for spelling, kind in self._kinds
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
        return " ".join(out)

    def kind_in(self, text: str) -> str | None:
        """The only kind of unit that a text speaks of, or None."""
        spoken = {word for word in self.normalize(text).split() if word in PLACES}
        return spoken.pop() if len(spoken) == 1 else None

    def whole(self, text: str, kind: str | None = None) -> Answer:
        """Which unit a text is the name of: a cell or what stands behind a label; ``kind`` is what its header speaks of."""
        if match := CODE.search(text):
            return Answer(match[1]) if match[1] in self.names else Answer(None, "unit_tidak_dikenal")
        if text.strip().lower() in self.names:
            return Answer(text.strip().lower())
        if decided := self._decision(text):
            return decided
        normal = self.normalize(re.sub(r"\([^)]*\)", " ", text)) or self.normalize(text)
        normal = self._without_region(normal)
        if not normal:
            return Answer(None, "unit_tidak_dikenal")
        stated = next((place for place in PLACES if place in normal.split()[:1]), kind)
        if neighbour := self._neighbour(normal):
            return Answer(None, "unit_tetangga", neighbour)
        exact = self._full.get(normal, set()) | (self._full.get(f"{kind} {normal}", set()) if kind else set())
        bare = self._bare.get(normal, set())
        if kind and normal.split()[0] not in PLACES:
            of_kind = {kode for kode in exact | bare if self.kinds[kode] == kind}
            exact, bare = of_kind or {kode for kode in exact if self.kinds[kode] not in PLACES}, set()
        if exact | bare:
            return self._several(exact | bare)
        inside = self._find(text)
        found = {inside.kode} if inside.kode else set(inside.candidates)
        if found and (
            stated is None or any(self.kinds[kode] == stated or self.kinds[kode] not in PLACES for kode in found)
        ):
            return inside
        return self._by_likeness(normal, kind)

    def inside(self, text: str) -> Answer:
        """Which unit a title, a file name or another longer text names; no guess by likeness."""
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
        words = [
            word
            for word in self.normalize(text).split()
            if word not in self._titles and not re.fullmatch(r"(19|20)\d\d", word)
        ]
        if len(words) < 2 or words[0] not in self._leading:
            return Answer(None)
        answer = self._by_likeness(" ".join(words), None)
        return answer if answer.kode else Answer(None)

    def is_inner(self, text: str) -> bool:
        """Whether a text names a part of a unit ("Bidang Kesmas") rather than a unit."""
        return fold(text).startswith(self._inner)

    def _without_region(self, normal: str) -> str:
        return re.sub(r"\s*\b(?:pemerintah )?kabupaten banjar$", "", normal).strip() or normal

    def _neighbour(self, normal: str) -> str | None:
        padded = f" {normal} "
        return next((name.title() for name in self._neighbours if f" {name} " in padded), None)

    def _several(self, codes: Iterable[str]) -> Answer:
        found = frozenset(codes)
        if len(found) == 1:
            return Answer(next(iter(found)))
        names = ", ".join(sorted(self.names[kode] for kode in found))
        return Answer(None, "unit_meragukan", names, found)

    def _find_uncached(self, text: str) -> Answer:
        if match := CODE.search(text):
            return Answer(match[1]) if match[1] in self.names else Answer(None)
        words = self.normalize(re.sub(r"[_\-.]+", " ", text)).split()
        if neighbour := self._neighbour(" ".join(words)):
            return Answer(None, "unit_tetangga", neighbour)
        strong: set[str] = set()
        weak: set[str] = set()
        index = 0
        while index < len(words):
            for length in range(min(LONGEST_NAME, len(words) - index), 0, -1):
                phrase = " ".join(words[index : index + length])
                if (units := self._full.get(phrase)) and (length > 1 or phrase in self._shorts):
                    if (length > 1 and any(self.kinds[u] == words[index] for u in units)) or not any(
                        self.kinds[u] in PLACES for u in units
                    ):
                        (strong if length > 1 else weak).update(units)
                    else:
                        weak.update(units)
                    index += length - 1
                    break
            index += 1
        found = self._own(strong) or self._own(weak)
        if found:
            return self._several(found)
        return self._bare_inside(words)

    def _bare_inside(self, words: list[str]) -> Answer:
        """Names without their kind, where the words of titles are taken away and nothing else remains."""
        rest = " ".join(word for word in words if word not in self._titles and not re.fullmatch(r"(19|20)\d\d", word))
        kind = self.kind_in(" ".join(words))
        core = " ".join(word for word in rest.split() if word != kind)
        found = self._bare.get(core, set())
        if kind and found:
            found = {kode for kode in found if self.kinds[kode] == kind}
        return self._several(found) if found else Answer(None)

    def _own(self, codes: set[str]) -> set[str]:
        """Without those that are named only as superiors of others, and the agency where another is named."""
        above = set().union(*(self.parents[kode] for kode in codes)) if codes else set()
        rest = codes - above
        return rest - {"opd-bappedalitbang"} if len(rest) > 1 else rest

    def _by_likeness(self, normal: str, kind: str | None) -> Answer:
        if len(normal) < 4:
            return Answer(None, "unit_tidak_dikenal")
        own_kind = next((k for k in PLACES if normal.split(maxsplit=1)[0] == k), kind)
        digits = re.findall(r"\d+", normal)
        names = [
            name for name in self._alike
            if re.findall(r"\d+", name) == digits and (own_kind is None or any(self.kinds[k] == own_kind for k in self._full[name]))
        ]  # fmt: skip
        query = normal if own_kind is None or normal.startswith(f"{own_kind} ") else f"{own_kind} {normal}"
        best: dict[str, float] = {}
        for name, score, _ in process.extract(query, names, scorer=fuzz.ratio, limit=12):
            for kode in self._full[name]:
                best[kode] = max(best.get(kode, 0), score)
        ranked = sorted(best.items(), key=lambda item: (-item[1], item[0]))
        if ranked and ranked[0][1] >= SURE and (len(ranked) == 1 or ranked[0][1] - ranked[1][1] >= CLEAR):
            return Answer(ranked[0][0], "unit_ditebak", f"{self.names[ranked[0][0]]} (kemiripan {ranked[0][1]:.0f}%)")
        near = [self.names[kode] for kode, score in ranked[:3] if score >= CANDIDATE]
        return Answer(None, "unit_tidak_dikenal", f" Maksud Anda {' atau '.join(near)}?" if near else "")


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
    answers = _table_answers(tables, contexts, units)
    headers = {row["tabel"]: row["judul_unit"] for row in tables.iter_rows(named=True)}
    own = {
        kolom: {
            row["rekaman"]: row
            for row in cells.filter((pl.col("kolom") == kolom) & ~pl.col("kosong")).iter_rows(named=True)
        }
        for kolom in ("kode_unit", "unit", "jabatan", "penanda_tangan", "bagian")
    }
    has_column = set(cells.filter(pl.col("kolom") == "unit")["rekaman"])
    found: list[str | None] = []
    findings: list[dict[str, object]] = []
    guessed: set[int] = set()
    previous: tuple[int, str] | None = None  # table and unit of the row above, for units written once for many rows
    for record in records.iter_rows(named=True):
        number, table = record["rekaman"], record["tabel"]
        base = answers[table]
        cell = own["kode_unit"].get(number) or own["unit"].get(number)
        where = record
        if cell is not None:
            answer = _from_cell(cell["nilai"], headers[table], base, units)
            text, where = cell["nilai"], record | {"baris": cell["baris"], "sel": cell["sel"]}
        elif (office := _office(own, number, units)) is not None:
            answer, text = office
        elif (section := own["bagian"].get(number)) and (by_section := units.inside(section["nilai"])).kode:
            answer, text = Answer(by_section.kode), section["nilai"]
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
                where = record | {"baris": base.baris, "sel": base.sel}
        found.append(answer.kode)
        if answer.kode:
            previous = (table, answer.kode)
        if answer.temuan:
            findings.append({
                "kode": answer.temuan, "rekaman": number, "berkas": record["berkas"], "lembar": record["lembar"],
                "baris": where["baris"], "sel": where["sel"], "kolom": "kode_unit", "nilai": text, "rincian": answer.rincian,
            })  # fmt: skip
    return records.with_columns(pl.Series("kode_unit", found, dtype=pl.String)), raw(findings)


def _office(own: dict[str, dict[int, dict[str, Any]]], number: int, units: Units) -> tuple[Answer, str] | None:
    """The unit that the office of a signatory names: "Camat Gambut" signs for the kecamatan."""
    for kolom in ("jabatan", "penanda_tangan"):
        cell = own[kolom].get(number)
        answer = units.inside(cell["nilai"]) if cell else Answer(None)
        if cell and answer.kode is None and not answer.temuan:
            answer = units.guess(re.sub(r"^(?:kepala|plt|plh|pj|an)\W+", "", cell["nilai"], flags=re.IGNORECASE))
        if cell and answer.kode:
            return Answer(answer.kode), cell["nilai"]
    return None


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
    if answer.temuan == "unit_meragukan" and base.kind:
        answer = units.whole(text, base.kind)
    if answer.temuan == "unit_meragukan" and base.answer.kode in answer.candidates:
        return Answer(base.answer.kode)
    if answer.temuan == "unit_tidak_dikenal" and base.answer.kode and units.is_inner(text):
        return Answer(base.answer.kode, "unit_ditebak", units.names[base.answer.kode])
    return answer


def _table_answers(tables: pl.DataFrame, contexts: pl.DataFrame, units: Units) -> dict[int, _TableAnswer]:
    """For each table, the first of its surroundings that names exactly one unit; doubtful ones are narrowed by the next."""
    by_table: dict[int, list[dict[str, object]]] = {}
    for row in contexts.iter_rows(named=True):
        by_table.setdefault(row["tabel"], []).append(row)
    return {
        row["tabel"]: _table_answer(row["berkas"], row["lembar"], by_table.get(row["tabel"], []), units)
        for row in tables.iter_rows(named=True)
    }


def _table_answer(berkas: str, lembar: str, contexts: list[dict[str, object]], units: Units) -> _TableAnswer:
    path = PurePosixPath(berkas.rpartition("!")[2] if "!" in berkas else berkas)
    folders = PurePosixPath(berkas.replace("!", "/")).parent
    titles = [c for c in contexts if c["sumber"] == "judul"]
    kind = next(
        (
            k
            for text in (*(str(c["teks"]) for c in titles), lembar, path.stem, *reversed(folders.parts))
            if (k := units.kind_in(text))
        ),
        None,
    )
    doubt: _TableAnswer | None = None
    for source in _sources(contexts, lembar, path.stem, list(reversed(folders.parts))):
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


def _sources(contexts: list[dict[str, object]], lembar: str, stem: str, folders: list[str]) -> Iterable[Source]:
    """The surroundings of a table in the order of trust."""
    for sumber in ("label", "judul"):
        yield [(sumber == "label", str(c["teks"]), c["baris"], c["sel"]) for c in contexts if c["sumber"] == sumber]  # type: ignore[misc]
    yield [(False, lembar, None, None)]
    yield [(False, str(c["teks"]), c["baris"], c["sel"]) for c in contexts if c["sumber"] == "tanda_tangan"]  # type: ignore[misc]
    yield [(False, stem, None, None)]
    for folder in folders:
        yield [(False, folder, None, None)]
