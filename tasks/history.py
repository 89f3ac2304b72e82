"""Index and number of innovations over the years: published figures and our own runs, with what each number counts kept apart."""

from pathlib import Path
from typing import Any

import polars as pl

from schemas.tables import polars_schema, shape
from tasks.reference import Reference
from tasks.wording import number, sentence

PARTS = {
    "perangkat_daerah_dan_kecamatan": ("perangkat_daerah", "kecamatan"),
    "kelurahan": ("kelurahan",),
    "puskesmas": ("puskesmas",),
    "masyarakat_dan_mitra": ("masyarakat", "mitra"),
}  # columns of riwayat.csv and the kinds of units they count

FIGURES = ["tahun", "arti", "indeks", "indeks_bawah", "indeks_atas", "predikat", "target", "jumlah", *PARTS]


def history(
    now: dict[str, Any], run_id: str, waktu: str, tables: dict[str, pl.LazyFrame], reference: Reference, before: Path
) -> pl.DataFrame:
    """The table ``sejarah``: published figures, our earlier runs as the table ``before`` has them, and this run.

    ``now`` is the row of ``indeks`` of this run; ``tables`` are inovasi, sumber and berkas. A run that computes what the run before
    it computed adds nothing. Earlier runs are carried from published run to published run, so that none is lost when old
    runs are cleared away.
    """
    schema = polars_schema("sejarah")
    published = reference.riwayat.rename({"jumlah_inovasi": "jumlah", "jenis_jumlah": "arti"})
    earlier = pl.read_parquet(before) if before.is_file() else pl.DataFrame(schema=schema)
    runs = earlier.filter(pl.col("sumber") == "hitungan").select(name for name in schema if name in earlier.columns)
    ours = pl.DataFrame(_own(now, run_id, waktu, tables, reference), schema=schema)
    last = runs.unique(["tahun", "arti"], keep="last").select(*FIGURES)
    ours = ours.join(last, on=FIGURES, how="anti", nulls_equal=True, maintain_order="left")
    rows = pl.concat([published.with_columns(sumber=pl.lit("resmi")), runs, ours], how="diagonal_relaxed")
    given = pl.any_horizontal(pl.col(part).is_not_null() for part in PARTS)
    added = rows.with_columns(jumlah_bagian=pl.when(given).then(pl.sum_horizontal(*PARTS)))
    told = added.with_columns(selisih_bagian=pl.col("jumlah") - pl.col("jumlah_bagian"))
    return shape("sejarah", told.with_columns(_differences(told, reference)))


def _own(
    now: dict[str, Any], run_id: str, waktu: str, tables: dict[str, pl.LazyFrame], reference: Reference
) -> list[dict[str, Any]]:
    """This run's figures: what units sent, and apart from it what an export of the portal lists."""
    say, inovasi = reference.indeks.kalimat, tables["inovasi"].select("id_inovasi", "jenis_unit").collect()
    portal = tables["berkas"].filter(pl.col("tata_letak") == "portal").select("berkas").collect()["berkas"]
    from_portal = tables["sumber"].filter(pl.col("berkas").is_in(portal.implode())).select("id_inovasi")
    entered = inovasi.join(from_portal.collect(), on="id_inovasi", how="semi")
    base = {"tahun": now["tahun"], "sumber": "hitungan", "run_id": run_id, "waktu": waktu}
    index = {
        "indeks": now["iid"], "indeks_bawah": now["iid_bawah"], "indeks_atas": now["iid_atas"], "predikat": now["predikat"],
        "target": now["target"],
    }  # fmt: skip
    rows = [base | index | _counts(inovasi) | {"arti": "kiriman", "arti_jumlah": say.arti_kiriman}]
    if entered.height:
        rows.append(base | _counts(entered) | {"arti": "portal", "arti_jumlah": say.arti_portal})
    return rows


def _counts(inovasi: pl.DataFrame) -> dict[str, int]:
    return {"jumlah": inovasi.height} | {
        part: inovasi.filter(pl.col("jenis_unit").is_in(kinds)).height for part, kinds in PARTS.items()
    }


def _differences(rows: pl.DataFrame, reference: Reference) -> pl.Series:
    """keterangan, with a sentence where the parts do not add up; no figure is changed to fit."""
    template = reference.indeks.kalimat.bagian_beda
    texts = []
    for text, whole, parts, apart in rows.select("keterangan", "jumlah", "jumlah_bagian", "selisih_bagian").iter_rows():
        said = sentence(template, bagian=number(parts), jumlah=number(whole)) if apart else ""
        texts.append(text if said and said in (text or "") else ". ".join(filter(None, (text, said))) or None)
    return pl.Series("keterangan", texts, dtype=pl.String)
