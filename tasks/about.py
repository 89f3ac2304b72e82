"""Which innovations a finding is about: those that were read from its place."""

from pathlib import Path

import polars as pl

from schemas.tables import empty
from tasks.scope import Scope

TABLE = "temuan_inovasi"
PLACE = ("berkas", "lembar", "sel")  # of a finding: of all that is found in one place the same is true


def innovations_of(findings: pl.DataFrame, origin: pl.LazyFrame, scope: Scope | None = None) -> pl.DataFrame:
    """The table ``temuan_inovasi``: each place of ``findings`` with the innovations it is about, from ``origin`` (``asal``).

    With a ``scope`` places in other files, where something was found at the last run too, are as they were then.
    """
    asked, kept = findings.select(PLACE).unique(maintain_order=True), empty(TABLE)
    if scope:
        known = scope.others(scope.last.table("temuan")).select(PLACE).unique().collect()
        same = asked.join(known, on=PLACE, how="semi", nulls_equal=True)
        asked = asked.join(known, on=PLACE, how="anti", nulls_equal=True)
        kept = scope.last.table(TABLE).collect().join(same, on=PLACE, how="semi", nulls_equal=True)
    files = asked["berkas"].unique().implode()
    cells = origin.select("id_inovasi", *PLACE).filter(pl.col("berkas").is_in(files)).collect()
    found = asked.with_columns(attribute(asked, cells)).drop_nulls("id_inovasi").explode("id_inovasi")
    return pl.concat([kept, found]).sort(*PLACE, "id_inovasi")


def with_innovations(findings: pl.DataFrame, data: Path) -> pl.DataFrame:
    """``findings`` of a run whose tables are in ``data``, each with the list ``id_inovasi``: null where it is about none."""
    path = data / f"{TABLE}.parquet"
    known = (
        pl.read_parquet(path) if path.is_file() else innovations_of(findings, _origin(data))
    )  # an earlier version's run
    lists = known.group_by(PLACE).agg(pl.col("id_inovasi").sort())
    return findings.join(lists, on=PLACE, how="left", nulls_equal=True, maintain_order="left")


def sources(origin: pl.DataFrame) -> pl.DataFrame:
    """Which file gave something of which innovation, each pair once; in ``origin`` (``asal``) rows of a pair stand together."""
    pairs = origin.select("id_inovasi", "berkas")
    other = [pl.col(name).ne_missing(pl.col(name).shift()) for name in pairs.columns]
    return pairs.filter(pl.any_horizontal(other)).unique()


def _origin(data: Path) -> pl.LazyFrame:
    path = data / "asal.parquet"
    return pl.scan_parquet(path) if path.is_file() else empty("asal").lazy()


def attribute(findings: pl.DataFrame, origin: pl.DataFrame) -> pl.Series:
    """The innovations each finding is about: that read from its cell, else from its row, else from its sheet.

    Only an unambiguous answer counts: a cell, a row or a sheet that fed several innovations is about none of them.
    A finding about a whole sheet, which names no cell, is about all innovations of the sheet.
    """
    kinds: dict[str, pl.DataType] = {name: pl.Enum(_values(name, findings, origin)) for name in PLACE[:2]}
    owner = pl.Enum(_values("id_inovasi", origin))
    findings = findings.with_columns(pl.col(name).cast(kind) for name, kind in kinds.items())
    origin = origin.with_columns(pl.col(name).cast(kind) for name, kind in {**kinds, "id_inovasi": owner}.items())
    asked = origin.join(findings, on=PLACE[:2], how="semi", nulls_equal=True)
    cells = asked.select("id_inovasi", *PLACE).with_columns(_row_of("sel"))
    rows = cells.select(pl.exclude("sel")).unique()
    sheets = rows.select(pl.exclude("baris")).unique().with_columns(seluruh=pl.lit(False))
    all_of = sheets.group_by(PLACE[:2]).agg(milik=pl.col("id_inovasi").sort()).with_columns(seluruh=pl.lit(True))
    levels = (_only(cells, "sel"), _only(rows, "baris"), all_of, _only(sheets, "seluruh"))
    matched = findings.select(*PLACE).with_columns(_row_of("sel"), seluruh=pl.col("sel").is_null())
    for position, (owners, key) in enumerate(zip(levels, ("sel", "baris", "seluruh", "seluruh"), strict=True)):
        named = owners.rename({"milik": f"milik_{position}"})
        matched = matched.join(named, on=[*PLACE[:2], key], how="left", maintain_order="left")
    return matched.select(pl.coalesce(pl.col(r"^milik_\d$")).alias("id_inovasi").cast(pl.List(pl.String))).to_series()


def _values(column: str, *frames: pl.DataFrame) -> pl.Series:
    """The texts in ``column`` of all ``frames``, each once, in their order."""
    return pl.concat([frame[column].unique() for frame in frames]).unique().drop_nulls().sort()


def _only(known: pl.DataFrame, key: str) -> pl.DataFrame:
    """The innovation of each ``key`` of a sheet that belongs to one alone."""
    first, last = pl.col("id_inovasi").min(), pl.col("id_inovasi").max()
    owners = known.group_by("berkas", "lembar", key).agg(milik=first.implode(), satu=first == last)
    return owners.filter("satu").drop("satu")


def _row_of(column: str) -> pl.Expr:
    return pl.col(column).str.extract(r"(\d+)$").alias("baris")
