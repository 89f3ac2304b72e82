"""Accepted records -> the canonical tables: one row per innovation, the latest value of each column, and where it came from."""

from dataclasses import dataclass
from itertools import count

import polars as pl

from schemas.tables import conform, polars_schema
from tasks.findings import a1, raw
from tasks.recognize.records import OTHER
from tasks.reference import Reference
from tasks.text import fold

SLUG_LENGTH = 48
ORDER = ["waktu_berkas", "nomor_masuk", "berkas", "rekaman"]  # a later submission is the one modified later


@dataclass(frozen=True)
class Merged:
    """The canonical tables, raw findings of the merge, and which innovation each accepted record became."""

    inovasi: pl.DataFrame
    asal: pl.DataFrame
    lainnya: pl.DataFrame
    findings: pl.DataFrame
    identity: pl.DataFrame  # rekaman, id_inovasi, diganti (a later file speaks of it too), pengganti (that file)


def merge(records: pl.DataFrame, typed: pl.DataFrame, reference: Reference, tahun: int) -> Merged:
    """Merges records of innovations.

    ``records`` has rekaman, kode_unit, diterima, berkas, sha256, lembar, waktu_berkas, nomor_masuk; ``typed`` their
    typed cells. Only accepted ones count; the others are merely followed, so that a mended row is known to be mended.
    Of each column the latest filled value counts; ``versi`` counts the submissions that changed something.
    """
    names = typed.filter((pl.col("kolom") == "nama_inovasi") & pl.col("teks").is_not_null()).select("rekaman", "teks")
    named = records.filter(pl.col("kode_unit").is_not_null()).join(names.unique("rekaman", keep="first"), on="rekaman")
    identified = _identify(named.sort(ORDER), tahun)
    accepted = identified.filter("diterima")
    cells = (
        typed.filter(~pl.col("kosong") & ~pl.col("gagal") & pl.col("kolom").is_in(reference.profil["kolom"].implode()))
        .join(accepted.select("rekaman", "id_inovasi", "urutan", "berkas", "sha256", "lembar"), on="rekaman")
        .sort("id_inovasi", "kolom", "urutan", "baris", "sel")
    )
    latest = cells.unique(["id_inovasi", "kolom"], keep="last", maintain_order=True)
    inovasi = _wide(accepted, latest, _versions(cells), reference, tahun)
    asal = latest.filter(pl.col("kolom").is_in(inovasi.columns)).select(
        "id_inovasi", "kolom", "berkas", "sha256", "lembar", a1(pl.col("baris"), pl.col("sel")).alias("sel"),
        pl.col("nilai").alias("nilai_mentah"),
    ).sort("id_inovasi", "kolom")  # fmt: skip
    lainnya = _others(typed, accepted)
    identity = identified.select("rekaman", "id_inovasi", "diganti", "pengganti")
    return Merged(inovasi, conform("asal", asal), lainnya, _superseded(accepted), identity)


def _others(typed: pl.DataFrame, accepted: pl.DataFrame) -> pl.DataFrame:
    """The latest values of columns that are none of ours."""
    cells = typed.filter(pl.col("kolom").str.starts_with(OTHER) & ~pl.col("kosong"))
    placed = cells.join(accepted.select("rekaman", "id_inovasi", "urutan", "berkas", "lembar"), on="rekaman").sort(
        "urutan", "baris", "sel"
    )
    table = placed.select(
        "id_inovasi", "nilai", "berkas", "lembar", pl.col("kolom").str.strip_prefix(OTHER).alias("judul_kolom"),
        a1(pl.col("baris"), pl.col("sel")).alias("sel"),
    )  # fmt: skip
    return conform(
        "lainnya", table.unique(["id_inovasi", "judul_kolom"], keep="last").sort("id_inovasi", "judul_kolom")
    )


def _identify(ordered: pl.DataFrame, tahun: int) -> pl.DataFrame:
    """The innovation of each record: unit and folded name; its identifier comes from the first accepted record of it.

    Records of innovations of which none was accepted have none (null).
    """
    keyed = ordered.with_columns(kunci=pl.col("teks").map_elements(fold, return_dtype=pl.String)).with_row_index(
        "urutan"
    )
    first = (
        keyed.filter("diterima")
        .group_by("kode_unit", "kunci", maintain_order=True)
        .agg(
            pl.col("teks").first().alias("nama_pertama"),
            pl.col("berkas").last().alias("pemenang"),
            pl.col("urutan").last().alias("akhir"),
        )
    )
    ids: dict[str, None] = {}
    for kode, name in first.select("kode_unit", "nama_pertama").iter_rows():
        base = f"{tahun}-{kode}-{_slug(name)}"
        numbered = (base if number == 1 else f"{base}-{number}" for number in count(1))
        ids[next(name for name in numbered if name not in ids)] = None
    first = first.with_columns(pl.Series("id_inovasi", list(ids), dtype=pl.String)).drop("nama_pertama")
    joined = keyed.join(first, on=["kode_unit", "kunci"], how="left", maintain_order="left")
    followed = (pl.col("berkas") != pl.col("pemenang")) & (pl.col("akhir") > pl.col("urutan"))
    return joined.with_columns(diganti=followed.fill_null(False)).with_columns(
        pengganti=pl.when("diganti").then("pemenang")
    )


def _slug(name: str) -> str:
    words = fold(name).encode("ascii", "ignore").decode().split()
    return "-".join(words)[:SLUG_LENGTH].strip("-") or "inovasi"


def _versions(cells: pl.DataFrame) -> pl.DataFrame:
    """How many submissions changed an innovation: id_inovasi, versi."""
    value = pl.struct("teks", "tanggal", "angka", "daftar").hash()
    first_file = pl.col("berkas").sort_by("urutan").first().over("id_inovasi")
    compared = cells.with_columns(isi=value, pertama=first_file).with_columns(
        sebelum=pl.col("isi").shift().over("id_inovasi", "kolom", order_by="urutan")
    )
    changed = (pl.col("isi") != pl.col("sebelum")).fill_null(True) & (pl.col("berkas") != pl.col("pertama"))
    return compared.group_by("id_inovasi").agg(
        (pl.col("berkas").filter(changed).n_unique() + 1).cast(pl.Int64).alias("versi")
    )


def _wide(
    identified: pl.DataFrame, latest: pl.DataFrame, versions: pl.DataFrame, reference: Reference, tahun: int
) -> pl.DataFrame:
    holder = {"String": "teks", "Date": "tanggal", "List(String)": "daftar", "Int64": "angka", "Float64": "angka"}
    base = identified.select("id_inovasi", "kode_unit").unique(maintain_order=True).join(versions, on="id_inovasi")
    units = reference.unit.select(kode_unit="kode", nama_unit="nama", jenis_unit="jenis")
    frame = base.join(units, on="kode_unit", how="left").with_columns(
        tahun=pl.lit(tahun), status_komitmen=pl.lit("belum")
    )
    for kolom, dtype in polars_schema("inovasi").items():
        values = latest.filter(pl.col("kolom") == kolom)
        if kolom in frame.columns or values.is_empty():
            continue
        column = "teks" if kolom == "asta_cita" else holder[str(dtype)]
        typed_value = (pl.col(column).round() if dtype == pl.Int64 and column == "angka" else pl.col(column)).cast(
            dtype
        )
        frame = frame.join(values.select("id_inovasi", typed_value.alias(kolom)), on="id_inovasi", how="left")
    return conform("inovasi", frame.sort("id_inovasi"))


def _superseded(accepted: pl.DataFrame) -> pl.DataFrame:
    """One note for each record that a later one of the same innovation followed."""
    earlier = accepted.filter(pl.col("urutan") != pl.col("akhir"))
    return raw(
        earlier.select(
            pl.lit("inovasi_disebut_dua_kali").alias("kode"), "berkas", "lembar", "baris", "sel", "kode_unit", "rekaman",
            pl.lit("nama_inovasi").alias("kolom"), pl.col("teks").alias("nilai"), pl.col("pemenang").alias("rincian"),
        )
    )  # fmt: skip
