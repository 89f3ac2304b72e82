"""Which innovations a finding is about: those that were read from its place."""

from pathlib import Path

import polars as pl

from schemas.tables import empty
from tasks.parse import begins

PLACE = ("berkas", "lembar", "sel")  # of a finding: of all that is found in one place the same is true
ROW = pl.col("sel").str.extract(r"(\d+)$")


def with_innovations(findings: pl.DataFrame, origin: pl.LazyFrame) -> pl.DataFrame:
    """``findings``, each with the list ``id_inovasi`` of innovations it is about, or null, from ``origin`` (``asal``)."""
    asked = findings.select(PLACE).unique(maintain_order=True)
    files = asked["berkas"].unique().implode()
    cells = origin.select("id_inovasi", *PLACE).filter(pl.col("berkas").is_in(files)).collect()
    told = asked.with_columns(attribute(asked, cells))
    return findings.drop("id_inovasi", strict=False).join(
        told, on=PLACE, how="left", nulls_equal=True, maintain_order="left"
    )


def told_by(findings: pl.DataFrame, data: Path) -> pl.DataFrame:
    """``findings`` of a run whose tables are in ``data``; those of an earlier version do not say what they are about yet."""
    path = data / "asal.parquet"
    origin = pl.scan_parquet(path) if path.is_file() else empty("asal").lazy()
    return findings if "id_inovasi" in findings.columns else with_innovations(findings, origin)


def sources(origin: pl.DataFrame) -> pl.DataFrame:
    """The table ``sumber``: which file gave something of which innovation, each pair once, from ``origin`` (``asal``)."""
    pairs = origin.select("id_inovasi", "berkas")
    return pairs.filter(begins(*pairs.columns)).unique().sort(pairs.columns)


def attribute(findings: pl.DataFrame, origin: pl.DataFrame) -> pl.Series:
    """The innovations each finding is about: that read from its cell, else from its row, else from its sheet.

    Only an unambiguous answer counts: a cell, a row or a sheet that fed several innovations is about none of them.
    A finding about a whole sheet, which names no cell, is about all innovations of the sheet.
    """
    sheets = findings.select(PLACE[:2]).unique().with_row_index("tempat")
    places = findings.select(PLACE).with_row_index("urut").join(sheets, on=PLACE[:2], how="left", nulls_equal=True)
    first = origin.select(begins(*PLACE[:2])).to_series()  # cells of a sheet stand together, and are looked up once
    known = origin.filter(first).join(sheets, on=PLACE[:2], how="left", maintain_order="left")["tempat"]
    cells = origin.select("id_inovasi", "sel", tempat=known.gather(first.cum_sum() - 1)).drop_nulls("tempat")
    named = cells.join(places.select("tempat", "sel"), on=["tempat", "sel"], how="semi")
    found = places.join(_only(named, "sel"), on=["tempat", "sel"], how="left")
    rest = found.filter(pl.col("milik").is_null()).select("urut", "tempat", baris=ROW, seluruh=pl.col("sel").is_null())
    rows = cells.join(rest, on="tempat", how="semi").select("tempat", "id_inovasi", baris=ROW).unique()
    owners = rows.select("tempat", "id_inovasi").unique().with_columns(seluruh=pl.lit(False))
    all_of = owners.group_by("tempat").agg(pl.lit(True).alias("seluruh"), milik=pl.col("id_inovasi").sort())
    of_sheet = pl.concat([_only(owners, "seluruh"), all_of], how="diagonal")
    wider = (
        rest.join(_only(rows, "baris"), on=["tempat", "baris"], how="left")
        .join(of_sheet, on=["tempat", "seluruh"], how="left", suffix="_lembar")
        .select("urut", milik_luas=pl.coalesce("milik", "milik_lembar"))
    )
    owned = found.join(wider, on="urut", how="left").sort("urut")
    return owned.select(pl.coalesce("milik", "milik_luas").alias("id_inovasi")).to_series()


def _only(known: pl.DataFrame, key: str) -> pl.DataFrame:
    """The innovation of each ``key`` of a sheet that belongs to one alone."""
    owners = known.group_by("tempat", key).agg(milik=pl.col("id_inovasi").unique())
    return owners.filter(pl.col("milik").list.len() == 1)
