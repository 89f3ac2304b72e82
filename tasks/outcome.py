"""What became of each file and each unit, and how often each kind of finding occurred."""

from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from schemas.tables import shape
from tasks.findings import raw
from tasks.reference import Reference
from tasks.standin import MARK


def file_findings(berkas: pl.DataFrame, buku: pl.DataFrame, tabel: pl.DataFrame, rekaman: pl.DataFrame) -> pl.DataFrame:
    """Raw findings about whole files: those that cannot be read, hold no list, or hold a list without rows."""
    unopened = berkas.filter(pl.col("kode").is_not_null()).select("berkas", "kode", "rincian")
    unread = buku.filter(pl.col("kode").is_not_null()).select("berkas", "kode", "rincian")
    readable = buku.filter(pl.col("kode").is_null())
    lists = tabel.filter(pl.col("perihal") != "indikator")
    without = readable.join(lists, on="berkas", how="anti").select(
        "berkas", pl.lit("tata_letak_tidak_dikenal").alias("kode")
    )
    filled = lists.join(rekaman, on="tabel", how="semi")
    bare = lists.join(filled, on="berkas", how="anti").unique("berkas", maintain_order=True)
    template = pl.col("berkas").is_in(buku.filter(pl.col("tata_letak") == "templat")["berkas"].implode())
    hollow = bare.select(
        "berkas",
        "lembar",
        pl.when(template).then(pl.lit("templat_belum_diisi")).otherwise(pl.lit("tanpa_baris")).alias("kode"),
    )
    return pl.concat([raw(unopened), raw(unread), raw(without), raw(hollow)])


def kept_findings(earlier: pl.DataFrame, zone: ZoneInfo) -> pl.DataFrame:
    """Raw findings about files for which what was sent before stands in: from which file, of which day in ``zone``."""
    day = pl.col("waktu_berkas").dt.convert_time_zone(zone.key).dt.strftime("%d-%m-%Y")
    of_file = earlier.sort("waktu_berkas").group_by("untuk", maintain_order=True).last()
    return raw(
        of_file.select(
            pl.lit("data_bertahan").alias("kode"), pl.col("untuk").alias("berkas"),
            pl.col("berkas").str.strip_suffix(MARK).alias("nilai"), day.alias("rincian"), "kode_unit",
        )
    )  # fmt: skip


def duplicates(berkas: pl.DataFrame, buku: pl.DataFrame, records: pl.DataFrame) -> pl.DataFrame:
    """Files whose content, read for the same units, another file holds too: berkas, lain (the first of them).

    ``records`` has berkas and kode_unit of every record; the first is the one modified, then seen, then named first.
    """
    units = records.group_by("berkas").agg(pl.col("kode_unit").drop_nulls().unique().sort().str.join(" ").alias("unit"))
    filled = buku.filter(pl.col("isi").is_not_null()).join(units, on="berkas")
    ordered = filled.join(berkas.select("berkas", "waktu_berkas", "nomor_masuk"), on="berkas").sort(
        "waktu_berkas", "nomor_masuk", "berkas"
    )
    first = pl.col("berkas").first().over("isi", "unit")
    return ordered.with_columns(lain=first).filter(pl.col("berkas") != pl.col("lain")).select("berkas", "lain")


def rows_of_files(records: pl.DataFrame) -> pl.DataFrame:
    """Of each file how many rows were read, accepted and followed by others, the last file that follows it, and its only unit.

    ``records`` are those of innovations, commitments and returns: berkas, kode_unit, diterima, diganti, pengganti.
    """
    return records.group_by("berkas", maintain_order=True).agg(
        pl.len().cast(pl.Int64).alias("baris_dibaca"),
        pl.col("diterima").sum().cast(pl.Int64).alias("baris_diterima"),
        pl.col("diganti").sum().cast(pl.Int64).alias("diganti"),
        pl.col("pengganti").drop_nulls().last().alias("pengganti"),
        pl.when(pl.col("kode_unit").n_unique() == 1).then(pl.col("kode_unit").first()).alias("unit_baris"),
    )


def units_of_files(records: pl.DataFrame, twins: pl.DataFrame) -> pl.DataFrame:
    """The units of each file's records, null among them, and whether any of their records was accepted: none of ``twins``."""
    counted = records.group_by("berkas", "kode_unit", maintain_order=True).agg(pl.col("diterima").any())
    return pl.concat([counted, twins.with_columns(diterima=pl.lit(False))])


def file_states(
    berkas: pl.DataFrame,
    buku: pl.DataFrame,
    rows: pl.DataFrame,
    twins: pl.DataFrame,
    findings: pl.DataFrame,
    reference: Reference,
) -> pl.DataFrame:
    """The table ``berkas``.

    ``berkas`` is what was collected, with unit_jalur, the unit that the file's path names; ``rows`` is ``rows_of_files``;
    ``twins`` the duplicates; ``findings`` the published ones, whose sentences give the reason of a refusal.
    """
    refusal = (
        findings.filter((pl.col("tingkat") == "kesalahan") & pl.col("sel").is_null())
        .group_by("berkas", maintain_order=True).agg(pl.col("pesan").first().alias("tolakan"))
    )  # fmt: skip
    frame = (
        berkas.join(buku.select("berkas", "tata_letak"), on="berkas", how="left")
        .join(rows, on="berkas", how="left")
        .join(twins, on="berkas", how="left")
        .join(refusal, on="berkas", how="left")
        .with_columns(pl.col("baris_dibaca", "baris_diterima", "diganti").fill_null(0))
        .with_columns(baris_ditolak=pl.col("baris_dibaca") - pl.col("baris_diterima"))
        .with_columns(status=_state())
        .with_columns(
            kode_unit=pl.when(pl.col("baris_dibaca") > 0)
            .then("unit_baris")
            .when(~pl.col("diabaikan"))
            .then("unit_jalur"),
            lain=pl.coalesce("lain", "pengganti"),
        )
    )
    reasons = dict(reference.status_berkas.select("status", "alasan").iter_rows())
    alasan = [_reason(row, reasons) for row in frame.iter_rows(named=True)]
    return shape("berkas", frame.with_columns(pl.Series("alasan", alasan, dtype=pl.String)).sort("berkas"))


def _state() -> pl.Expr:
    accepted, read = pl.col("baris_diterima"), pl.col("baris_dibaca")
    return (
        pl.when("diabaikan").then(pl.lit("diabaikan"))
        .when(pl.col("arsip") & pl.col("kode").is_null()).then(pl.lit("diterima"))
        .when(pl.col("lain").is_not_null()).then(pl.lit("duplikat"))
        .when((pl.col("diganti") == read) & (read > 0)).then(pl.lit("digantikan"))
        .when(accepted == 0).then(pl.lit("ditolak"))
        .when(accepted < read).then(pl.lit("sebagian"))
        .otherwise(pl.lit("diterima"))
    )  # fmt: skip


def _reason(row: dict[str, Any], reasons: dict[str, str | None]) -> str | None:
    if row["status"] == "ditolak" and row["baris_dibaca"] == 0:
        refusal: str | None = row["tolakan"]
        return refusal
    if row["arsip"] and row["status"] == "diterima":
        return reasons["arsip"]
    template = reasons.get(row["status"])
    return template and template.format(ditolak=row["baris_ditolak"], dibaca=row["baris_dibaca"], lain=row["lain"])


def unit_states(
    reference: Reference,
    berkas: pl.DataFrame,
    inovasi: pl.DataFrame,
    temuan: pl.DataFrame,
    units: pl.DataFrame,
    earlier: pl.DataFrame,
) -> pl.DataFrame:
    """The table ``unit``: the register with what each unit sent; findings of superseded files are no longer its concern.

    ``units`` is ``units_of_files``; ``earlier`` the contents that stand in for files.
    """
    counted = berkas.filter(~pl.col("status").is_in(["duplikat", "diabaikan"]))
    named = pl.concat([units.select("berkas", "kode_unit"), counted.select("berkas", "kode_unit")]).drop_nulls()
    sent = named.join(counted, on="berkas", how="semi").group_by("kode_unit").agg(pl.col("berkas").n_unique())
    current = temuan.join(berkas.filter(pl.col("status") == "digantikan"), on="berkas", how="anti")
    have = inovasi.group_by("kode_unit").agg(pl.len().alias("inovasi"))
    bad = [
        current.filter(pl.col("tingkat") == tingkat).group_by("kode_unit").agg(pl.len().alias(tingkat))
        for tingkat in ("kesalahan", "peringatan")
    ]
    frame = reference.unit.select(
        kode_unit="kode",
        jenis_unit="jenis",
        nama_unit="nama",
        singkatan="singkatan",
        kode_kecamatan="kode_kecamatan",
        keyakinan="keyakinan",
    )
    for part in (sent, have, *bad, _freshness(berkas, units, earlier, reference)):
        frame = frame.join(part, on="kode_unit", how="left", maintain_order="left")
    return shape("unit", frame.with_columns(pl.col("berkas", "inovasi", "kesalahan", "peringatan").fill_null(0)))


def _freshness(berkas: pl.DataFrame, units: pl.DataFrame, earlier: pl.DataFrame, reference: Reference) -> pl.DataFrame:
    """Of each unit the day of its newest data, and a file that was to renew them and cannot be read."""
    times = pl.concat([berkas.select("berkas", "waktu_berkas"), earlier.select("berkas", "waktu_berkas")])
    newest = (
        units.filter(pl.col("diterima") & pl.col("kode_unit").is_not_null()).join(times, on="berkas")
        .group_by("kode_unit").agg(pl.col("waktu_berkas").max().alias("terakhir"))
    )  # fmt: skip
    unread = berkas.filter((pl.col("status") == "ditolak") & (pl.col("baris_dibaca") == 0)).drop_nulls("kode_unit")
    stood_for = pl.col("berkas").is_in(earlier["untuk"].implode())
    failed = (
        unread.join(newest, on="kode_unit").filter((pl.col("waktu_berkas") > pl.col("terakhir")) | stood_for)
        .sort("waktu_berkas").group_by("kode_unit").agg(pl.col("berkas").last().alias("berkas_gagal"))
    )  # fmt: skip
    day = pl.col("terakhir").dt.convert_time_zone(reference.daerah.zona_waktu).dt.date()
    return newest.select("kode_unit", data_per=day).join(failed, on="kode_unit", how="left")


def catalogue_counts(reference: Reference, temuan: pl.DataFrame) -> pl.DataFrame:
    """The table ``katalog``: every kind of finding with how often it occurred, zero included."""
    counts = temuan.group_by("kode").agg(pl.len().alias("jumlah"))
    return shape(
        "katalog",
        reference.temuan.drop("contoh")
        .join(counts, on="kode", how="left", maintain_order="left")
        .with_columns(pl.col("jumlah").fill_null(0)),
    )
