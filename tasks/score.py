"""Indicators and maturity of innovations.

    kematangan = sum over the indicators sent, 16 to 35, of bobot * parameter; parameter is 0 without evidence (max 111)

Source: the rules of the Indeks Inovasi Daerah, data/reference/indikator.csv, by year.
"""

import re

import polars as pl

from schemas.tables import conform
from tasks.findings import raw
from tasks.reference import Reference
from tasks.text import fold
from tasks.vocabulary import Vocabulary

REJECTED = ""  # stands for an innovation whose row was not accepted: that is reported there, not here
_LEADING_NUMBER = re.compile(r"^\D{0,12}?(\d{1,2})\b")
_PARAMETER = re.compile(r"^\s*(?:parameter|level|nilai|skor|p)?\s*[:.\-]?\s*([0-3])\b", re.IGNORECASE)


def score_indicators(
    records: pl.DataFrame,
    cells: pl.DataFrame,
    identity: pl.DataFrame,
    reference: Reference,
    vocabulary: Vocabulary,
    tahun: int,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The table ``indikator`` and raw findings.

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
    places = {
        (rekaman, kolom): (baris, sel)
        for rekaman, kolom, baris, sel in cells.select("rekaman", "kolom", "baris", "sel").iter_rows()
    }
    has_evidence = set(cells.filter(pl.col("kolom") == "bukti")["rekaman"])
    weights = {row["nomor"]: row for row in reference.indicators(tahun).iter_rows(named=True)}
    owners = _Owners(identity)
    rows: list[tuple[str, int, int, float, str | None]] = []
    findings: list[dict[str, object]] = []
    above: dict[int, tuple[str | None, set[int | None]]] = {}  # by table: innovation above, indicators so far
    for row in wide.iter_rows(named=True):
        nomor = _indicator_number(row["nomor"], row["indikator"], vocabulary)
        name, seen = above.get(row["tabel"], (None, set()))
        if row["nama_inovasi"] or (nomor and nomor in seen):  # named, or an indicator again: another innovation
            name, seen = row["nama_inovasi"], seen if row["nama_inovasi"] == name else set()
        above[row["tabel"]] = name, seen | {nomor}

        def report(kode: str, kolom: str, nilai: str | None, rincian: str = "", row: dict[str, object] = row) -> None:
            baris, sel = places.get((row["rekaman"], kolom), (row["baris"], row["sel"]))
            findings.append({**{key: row[key] for key in ("rekaman", "berkas", "lembar")}, "baris": baris, "sel": sel,
                             "kode": kode, "kolom": kolom, "nilai": nilai, "rincian": rincian})  # fmt: skip

        if row["parameter"] is None and row["bukti"] is None:
            continue  # a prepared row that nobody filled
        if nomor is None or nomor not in weights:
            if nomor != 36:  # the number of innovations, which the portal fills in itself
                report("indikator_tidak_dikenal", "nomor", row["nomor"] or row["indikator"])
            continue
        id_inovasi = owners.find(row["berkas"], row["lembar"], name, row["no_inovasi"])
        if id_inovasi == REJECTED:
            continue
        if id_inovasi is None:
            report("indikator_tanpa_inovasi", "nama_inovasi", name or row["no_inovasi"])
            continue
        parameter = _parameter(row["parameter"], weights[nomor])
        if parameter is None:
            report("parameter_tidak_dipahami", "parameter", row["parameter"])
            parameter = 0
        if parameter and row["bukti"] is None and row["rekaman"] in has_evidence:
            report("indikator_tanpa_bukti", "bukti", str(parameter), f"{nomor} ({weights[nomor]['indikator']})")
            parameter = 0
        rows.append((id_inovasi, nomor, parameter, weights[nomor]["bobot"] * parameter, row["bukti"]))
    schema = {"id_inovasi": pl.String, "nomor": pl.Int64, "parameter": pl.Int64, "skor": pl.Float64, "bukti": pl.String}
    table = (
        pl.DataFrame(rows, schema=schema, orient="row")
        .unique(["id_inovasi", "nomor"], keep="last")
        .sort("id_inovasi", "nomor")
    )
    return conform("indikator", table), raw(findings)


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
