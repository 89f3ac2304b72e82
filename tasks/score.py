"""Indicators and maturity of innovations.

    kematangan = sum over the indicators sent, 16 to 35, of bobot * parameter; parameter is 0 without evidence (max 111)

Source: the rules of the Indeks Inovasi Daerah, data/reference/indikator.csv, by year.
"""

import re
from typing import Any, NamedTuple

import polars as pl

from schemas.submission import LINK
from schemas.tables import conform
from tasks.findings import RAW, raw
from tasks.reference import Reference
from tasks.text import clean, fold
from tasks.vocabulary import Vocabulary

REJECTED = ""  # stands for an innovation whose row was not accepted: that is reported there, not here
_LEADING_NUMBER = re.compile(r"^\D{0,12}?(\d{1,2})\b")
_LIKE_A_LINK = re.compile(r"^(?:\w{3,6}:/|www\.|\S+\.(?:com|id|ly|gle)\b/?)", re.IGNORECASE)
_PARAMETER = re.compile(r"^\s*(?:parameter|level|nilai|skor|p)?\s*[:.\-]?\s*([0-3])\b", re.IGNORECASE)


class Scored(NamedTuple):
    """The table ``indikator``, raw findings, and where the form leaves room for indicators that nobody filled in.

    ``kosong`` has id_inovasi, nomor and the position of the parameter's cell; ``reported`` the indicators already spoken of.
    """

    table: pl.DataFrame
    findings: pl.DataFrame
    kosong: pl.DataFrame
    reported: pl.DataFrame


def score_indicators(
    records: pl.DataFrame,
    cells: pl.DataFrame,
    identity: pl.DataFrame,
    reference: Reference,
    vocabulary: Vocabulary,
    tahun: int,
) -> Scored:
    """The table ``indikator`` and what there is to say of its rows.

    ``records`` are those of tables of indicators (rekaman, tabel, berkas, lembar, baris, sel), in the order of submission,
    ``cells`` their typed cells; ``identity`` names the innovations of each file: berkas, lembar, id_inovasi ("" for those
    whose row was rejected), nama, no.
    """
    wide = records
    for kolom in ("nama_inovasi", "no_inovasi", "no", "nomor", "indikator", "parameter", "bukti"):
        values = cells.filter((pl.col("kolom") == kolom) & ~pl.col("kosong")).select(
            "rekaman", pl.col("teks").alias(kolom)
        )
        wide = wide.join(values.unique("rekaman", keep="first"), on="rekaman", how="left", maintain_order="left")
    scoring = _Scoring(cells, identity, reference, vocabulary, tahun)
    for row in wide.iter_rows(named=True):
        scoring.add(row)
    return scoring.result()


class _Scoring:
    """Takes the rows of indicators one after another: each belongs to the innovation it names, or the last one named."""

    def __init__(
        self, cells: pl.DataFrame, identity: pl.DataFrame, reference: Reference, vocabulary: Vocabulary, tahun: int
    ) -> None:
        self._vocabulary, self._owners = vocabulary, _Owners(identity)
        self._weights = {row["nomor"]: row for row in reference.indicators(tahun).iter_rows(named=True)}
        self._claims = {form for word in reference.kosakata.bukti_diaku for form in _forms(word)} - {""}
        places = cells.select("rekaman", "kolom", "baris", "sel").iter_rows()
        self._places = {(rekaman, kolom): (baris, sel) for rekaman, kolom, baris, sel in places}
        self._above: dict[
            int, tuple[str | None, set[int | None], int]
        ] = {}  # by table: innovation, its indicators, which
        self._said: set[tuple[object, ...]] = set()  # what is said once: of a table, or of an innovation in it
        self._rows: list[tuple[str, int, int, float, str | None]] = []
        self._findings: list[dict[str, object]] = []
        self._room: dict[tuple[str, int], dict[str, object]] = {}
        self._reported: set[tuple[str, int]] = set()

    def add(self, row: dict[str, Any]) -> None:
        """Takes a row in."""
        nomor = _indicator_number(row["nomor"], row["indikator"], self._vocabulary)
        name, seen, which = self._above.get(row["tabel"], (None, set(), 0))
        if row["nama_inovasi"] or (nomor and nomor in seen):  # named, or an indicator again: another innovation
            same = row["nama_inovasi"] and row["nama_inovasi"] == name
            name, seen, which = row["nama_inovasi"], seen if same else set(), which + (not same)
        self._above[row["tabel"]] = name, seen | {nomor}, which
        empty = row["parameter"] is None and row["bukti"] is None  # a prepared row that nobody filled
        if nomor is None or nomor not in self._weights:
            if nomor != 36 and not empty:  # 36 is the number of innovations, which the portal fills in itself
                self._report(row, "indikator_tidak_dikenal", "nomor", row["nomor"] or row["indikator"])
            return
        id_inovasi = self._owners.find(row["berkas"], row["lembar"], name, row["no_inovasi"])
        if id_inovasi == REJECTED or (empty and id_inovasi is None):
            return
        if id_inovasi is None:
            named = name or row["no_inovasi"]
            if self._once(row["tabel"], named or which):
                self._report(row, "indikator_tanpa_inovasi", "nama_inovasi", named)
        elif empty:
            if (
                self._room.get((id_inovasi, nomor), {}).get("berkas") != row["berkas"]
            ):  # the first place in the last file
                place = {key: row[key] for key in ("rekaman", "berkas", "lembar")} | self._place(row, "parameter")
                self._room[id_inovasi, nomor] = {"id_inovasi": id_inovasi, "nomor": nomor} | place
        else:
            self._assess(row, id_inovasi, nomor)

    def _assess(self, row: dict[str, Any], id_inovasi: str, nomor: int) -> None:
        """The parameter an innovation reaches: 0 without evidence, where there is a column for it."""
        weight, evidence, said = self._weights[nomor], row["bukti"], len(self._findings)
        described = f"{nomor} ({weight['indikator']})"
        parameter = _parameter(row["parameter"], weight)
        if parameter is None:
            self._report(row, "parameter_tidak_dipahami", "parameter", row["parameter"])
        elif row["parameter"] is None:
            self._report(row, "bukti_tanpa_parameter", "parameter", "", described)
        elif parameter and evidence is None and (row["rekaman"], "bukti") in self._places:
            self._report(row, "indikator_tanpa_bukti", "bukti", str(parameter), described)
            parameter = 0
        if len(self._findings) > said:
            self._reported.add((id_inovasi, nomor))
        self._rows.append((id_inovasi, nomor, parameter or 0, weight["bobot"] * (parameter or 0), evidence))
        if parameter and (row["rekaman"], "bukti") not in self._places:
            if self._once(row["tabel"], "bukti", ""):
                about = {key: row[key] for key in ("rekaman", "berkas", "lembar")}
                self._findings.append(about | {"kode": "kolom_bukti_tidak_ada"})
        elif parameter and self._claims.intersection(_forms(evidence)):
            self._report(row, "bukti_tidak_disebut", "bukti", evidence, described)
        elif evidence and _LIKE_A_LINK.match(evidence) and not re.search(LINK, evidence):
            self._report(row, "bukan_tautan", "bukti", evidence)

    def _once(self, *what: object) -> bool:
        new = what not in self._said
        self._said.add(what)
        return new

    def _place(self, row: dict[str, Any], kolom: str) -> dict[str, object]:
        baris, sel = self._places.get((row["rekaman"], kolom), (row["baris"], row["sel"]))
        return {"baris": baris, "sel": sel}

    def _report(self, row: dict[str, Any], kode: str, kolom: str, nilai: str | None, rincian: str = "") -> None:
        about = {key: row[key] for key in ("rekaman", "berkas", "lembar")} | self._place(row, kolom)
        self._findings.append(about | {"kode": kode, "kolom": kolom, "nilai": nilai, "rincian": rincian})

    def result(self) -> Scored:
        """What all rows come to; of an indicator sent twice the later row counts."""
        key = {"id_inovasi": pl.String, "nomor": pl.Int64}
        schema = key | {"parameter": pl.Int64, "skor": pl.Float64, "bukti": pl.String}
        table = (
            pl.DataFrame(self._rows, schema=schema, orient="row")
            .unique(["id_inovasi", "nomor"], keep="last")
            .sort("id_inovasi", "nomor")
        )
        places = key | {name: RAW[name] for name in ("rekaman", "berkas", "lembar", "baris", "sel")}
        return Scored(
            conform("indikator", table),
            raw(self._findings),
            pl.DataFrame(list(self._room.values()), schema=places),
            pl.DataFrame(sorted(self._reported), schema=key, orient="row"),
        )


def _forms(text: str | None) -> tuple[str, str]:
    """A text as written, without case, and without signs."""
    return (clean(text).casefold(), fold(text)) if text else ("", "")


def maturity(inovasi: pl.DataFrame, indikator: pl.DataFrame) -> pl.DataFrame:
    """``inovasi`` with kematangan of those whose indicators were sent; a ready-made figure stays where none were."""
    computed = indikator.group_by("id_inovasi").agg(pl.col("skor").sum().alias("terhitung"))
    joined = inovasi.join(computed, on="id_inovasi", how="left", maintain_order="left")
    return conform("inovasi", joined.with_columns(kematangan=pl.coalesce("terhitung", "kematangan")))


class _Owners:
    """Which innovation a row of indicators belongs to: by name in the same file, by its number there, or the only one."""

    def __init__(self, identity: pl.DataFrame) -> None:
        self._by_name: dict[tuple[str, str], str] = {}
        self._by_number: dict[tuple[str, str], str] = {}
        self._by_sheet: dict[tuple[str, str], set[str]] = {}
        self._by_file: dict[str, set[str]] = {}
        for row in identity.iter_rows(named=True):
            if row["nama"]:
                self._by_name[row["berkas"], fold(row["nama"])] = row["id_inovasi"]
            if row["no"]:
                self._by_number[row["berkas"], row["no"]] = row["id_inovasi"]
            self._by_sheet.setdefault((row["berkas"], row["lembar"]), set()).add(row["id_inovasi"])
            self._by_file.setdefault(row["berkas"], set()).add(row["id_inovasi"])

    def find(self, berkas: str, lembar: str, name: str | None, number: str | None) -> str | None:
        """The innovation, or None."""
        if name and (found := self._by_name.get((berkas, fold(name)))):
            return found
        if name and name.strip().isdigit() and (found := self._by_number.get((berkas, name.strip()))):
            return found
        if number and (found := self._by_number.get((berkas, number.strip()))):
            return found
        if name:
            return self._by_start(berkas, fold(name))
        for only in (self._by_sheet.get((berkas, lembar), set()), self._by_file.get(berkas, set())):
            if len(only) == 1:
                return next(iter(only))
        return None

    def _by_start(self, berkas: str, name: str) -> str | None:
        """A short form of a name ("Gebraks" for "GEBRAKS (Gerakan …)"), where it is short for one only."""
        found = {
            value for (file, full), value in self._by_name.items()
            if file == berkas and (full.startswith(f"{name} ") or name.startswith(f"{full} "))
        }  # fmt: skip
        return found.pop() if len(found) == 1 else None


def _indicator_number(nomor: str | None, name: str | None, vocabulary: Vocabulary) -> int | None:
    for text in (nomor, name):
        if text and (match := _LEADING_NUMBER.match(text)) and 16 <= int(match[1]) <= 36:
            return int(match[1])
    return next(
        (vocabulary.indicators[fold(text)] for text in (name, nomor) if text and fold(text) in vocabulary.indicators),
        None,
    )


def _parameter(text: str | None, weight: dict[str, object]) -> int | None:
    """The parameter a text names: its number, or the wording of what it stands for; 0 where nothing stands."""
    if text is None:
        return 0
    for number in (3, 2, 1):
        wording = weight[f"parameter_{number}"]
        if wording and fold(str(wording)) == fold(text):
            return number
    match = _PARAMETER.match(text)
    return int(match[1]) if match else None
