"""This run against the one before it: findings that are new, mended or still open; innovations that came, changed or went.

Both are read from the published tables alone. The list of all runs is handed on from run to run, so that it outlives
the runs themselves.
"""

import polars as pl

SUPERSEDED = ("digantikan", "duplikat")  # states of files whose findings nobody has to mend any more
SAME = (
    "kode",
    "kode_unit",
    "milik",
    "kolom",
    "nilai_kunci",
)  # two findings of two runs with these equal are one finding
KEPT_APART = ("kematangan", "status_komitmen", "versi")  # columns that change without a submission of the unit


def attribute(findings: pl.DataFrame, origin: pl.DataFrame) -> pl.Series:
    """The innovations each finding is about: that read from its cell, else from its row, else from its sheet.

    Only an unambiguous answer counts: a cell, a row or a sheet that fed several innovations is about none of them.
    A finding about a whole sheet, which names no cell, is about all innovations of the sheet.
    """
    keys = ("berkas", "lembar", "sel")
    cells = origin.lazy().select("id_inovasi", *keys).with_columns(_row_of("sel"), seluruh=pl.lit(False))
    sheets = cells.with_columns(seluruh=pl.lit(True))
    matched = findings.lazy().select(*keys).with_columns(_row_of("sel"), seluruh=pl.col("sel").is_null())
    levels = ((cells, "sel", True), (cells, "baris", True), (sheets, "seluruh", False), (cells, "seluruh", True))
    for position, (known, key, alone) in enumerate(levels):
        owners = known.group_by("berkas", "lembar", key).agg(
            pl.col("id_inovasi").unique().sort().alias(f"milik_{position}")
        )
        owners = owners.filter(pl.col(f"milik_{position}").list.len() == 1) if alone else owners
        matched = matched.join(owners, on=["berkas", "lembar", key], how="left", maintain_order="left")
    return matched.select(pl.coalesce(pl.col(r"^milik_\d$")).alias("id_inovasi")).collect().to_series()


def _row_of(column: str) -> pl.Expr:
    return pl.col(column).str.extract(r"(\d+)$").alias("baris")


def current(findings: pl.DataFrame, files: pl.DataFrame) -> pl.Series:
    """Whether each finding still concerns anybody: its file is neither superseded nor another's duplicate."""
    past = files.filter(pl.col("status").is_in(SUPERSEDED))["berkas"]
    return ~findings["berkas"].is_in(past.implode())
