"""This run against the one before it: findings that are new, mended or still open; innovations that came, changed or went.

Both are read from the published tables alone. The list of all runs is handed on from run to run, so that it outlives
the runs themselves.
"""

from pathlib import Path
from typing import Any

import polars as pl

from schemas.tables import conform, empty, shape
from tasks.about import told_by
from tasks.publish import read_manifest

TRACE = "jejak"  # the folder of the tables about runs
SUPERSEDED = ("digantikan", "duplikat")  # states of files whose findings nobody has to mend any more
KEY = (
    "kode",
    "kode_unit",
    "id_inovasi",
    "kolom",
    "tempat",
)  # findings of two runs that are equal in these are one finding
KEPT_APART = ("kematangan", "status_komitmen", "versi")  # columns that change without a submission of the unit


def current(findings: pl.DataFrame, files: pl.DataFrame) -> pl.Series:
    """Whether each finding still concerns anybody: its file is neither superseded nor another's duplicate."""
    past = files.filter(pl.col("status").is_in(SUPERSEDED))["berkas"]
    return ~findings["berkas"].is_in(past.implode())


def compare(run: Path, previous: Path | None, units: pl.Series | None = None) -> None:
    """Writes the tables ``perubahan`` and ``rilis`` of the staged ``run`` (with its manifest), against the ``previous`` one.

    Without a previous run, or with one of another year, nothing has changed: there is nothing to compare with. ``units``: those
    of which something may differ, where that is known.
    """
    manifest = read_manifest(run) or {}
    before = read_manifest(previous) if previous else None
    earlier = previous / TRACE / "rilis.parquet" if previous else None
    releases = [pl.read_parquet(earlier)] if earlier and earlier.is_file() else []
    if before and previous and not releases:
        releases = [_release(previous, before)]
    history = conform(
        "rilis", pl.concat([*releases, _release(run, manifest)]).unique("run_id", keep="last", maintain_order=True)
    )
    (run / TRACE).mkdir(exist_ok=True)
    history.write_parquet(run / TRACE / "rilis.parquet")
    changes = empty("perubahan")
    if previous and before and before["tahun"] == manifest["tahun"]:
        parts = [_findings(run, previous, units), _innovations(run, previous, units)]
        changes = pl.concat(parts, how="diagonal").with_columns(run_id_sebelum=pl.lit(before["run_id"]))
    conform("perubahan", changes).write_parquet(run / TRACE / "perubahan.parquet")


def _scan(run: Path, name: str) -> pl.LazyFrame:
    path = run / "data" / f"{name}.parquet"
    return pl.scan_parquet(path) if path.is_file() else empty(name).lazy()


def _table(run: Path, name: str, *columns: str) -> pl.DataFrame:
    return _scan(run, name).select(columns or pl.all()).collect()


def _release(run: Path, manifest: dict[str, Any]) -> pl.DataFrame:
    """The row of one run in the list of all runs."""
    counts, index = manifest["counts"], _table(run, "indeks")
    signed = (_table(run, "inovasi", "status_komitmen")["status_komitmen"] == "ditandatangani").sum()
    row = {name: manifest[name] for name in ("run_id", "data_per", "tahun", "versi_kode", "acuan")}
    row |= {"mulai": manifest["started"], "selesai": manifest["finished"]}
    row |= {"berkas": counts["berkas"]["total"], "berkas_ditolak": counts["berkas"]["ditolak"]}
    row |= {"unit_terdaftar": counts["unit"]["terdaftar"], "unit_mengirim": counts["unit"]["mengirim"]}
    row |= {"inovasi": counts["inovasi"]["total"], "ditandatangani": signed}
    row |= {level: counts["temuan"][level] for level in ("kesalahan", "peringatan")}
    ours = index.filter(pl.col("tahun") == manifest["tahun"])["iid"]
    return shape("rilis", pl.DataFrame([row]).with_columns(iid=pl.lit(ours[0] if len(ours) else None, pl.Float64)))


def _findings(run: Path, previous: Path, units: pl.Series | None) -> pl.DataFrame:
    """Findings to mend that are new, mended or still open. Two runs' findings are one when they are of one kind, unit, innovation
    and column and, where no innovation is known, of one cell: a workbook sent anew under another name is no new fault."""
    now = _open(run)
    then = now if units is not None and units.is_empty() else _open(previous)
    numbered = [frame.with_columns(_place()).with_columns(ke=pl.int_range(pl.len()).over(KEY)) for frame in (now, then)]
    keys = [*KEY, "ke"]
    fresh = numbered[0].join(numbered[1], on=keys, how="anti", nulls_equal=True).with_columns(perubahan=pl.lit("baru"))
    mended = (
        numbered[1].join(numbered[0], on=keys, how="anti", nulls_equal=True).with_columns(perubahan=pl.lit("selesai"))
    )
    still = numbered[0].join(numbered[1], on=keys, how="semi", nulls_equal=True).with_columns(perubahan=pl.lit("masih"))
    columns = ["perubahan", "id_inovasi", "kode_unit", "kode", "tingkat", "berkas", "lembar", "sel", "kolom"]
    both = pl.concat([frame.select(columns) for frame in (fresh, mended, still)])
    return both.with_columns(perihal=pl.lit("temuan"))


def _place() -> pl.Expr:
    """Where a finding is, when no innovation tells it."""
    place = pl.concat_str("berkas", "lembar", "sel", separator="\0", ignore_nulls=True)
    return pl.when(pl.col("id_inovasi").is_null()).then(place).alias("tempat")


def _open(run: Path) -> pl.DataFrame:
    """The findings of a run that somebody has to mend, each with the one innovation it is about."""
    told = _table(run, "temuan").filter(pl.col("tingkat") != "catatan")
    findings = told_by(told.filter(current(told, _table(run, "berkas"))), run / "data")
    owners = pl.col("id_inovasi")
    return findings.with_columns(pl.when(owners.list.len() == 1).then(owners.list.first()))


def _innovations(run: Path, previous: Path, units: pl.Series | None) -> pl.DataFrame:
    """Innovations, of ``units`` or all, that were added, changed (with the columns that differ) or withdrawn."""
    if units is not None and units.is_empty():
        return empty("perubahan")
    theirs = pl.lit(True) if units is None else pl.col("kode_unit").is_in(units.implode())
    now, then = (_scan(folder, "inovasi").filter(theirs).collect() for folder in (run, previous))
    shared = [name for name in now.columns if name in then.columns and name not in ("id_inovasi", *KEPT_APART)]
    columns = ["perubahan", "id_inovasi", "kode_unit", "nama"]

    def rows(frame: pl.DataFrame, what: str) -> pl.DataFrame:
        return frame.select(pl.lit(what).alias("perubahan"), "id_inovasi", "kode_unit", nama="nama_inovasi")

    rows_now, rows_then = (frame.select("id_inovasi", sidik=pl.struct(shared).hash()) for frame in (now, then))
    other = rows_now.join(rows_then, on="id_inovasi", suffix="_lama").filter(pl.col("sidik") != pl.col("sidik_lama"))
    touched = pl.col("id_inovasi").is_in(other["id_inovasi"].implode())
    both = now.filter(touched).join(
        then.filter(touched).select("id_inovasi", *shared), on="id_inovasi", suffix=" lama", maintain_order="left"
    )
    differs = [
        pl.when(pl.col(name).ne_missing(pl.col(f"{name} lama"))).then(pl.lit(name)) for name in shared
    ]  # a column that differs by its name
    changed = both.with_columns(kolom=pl.concat_list(differs).list.drop_nulls().list.join(",")).filter(
        pl.col("kolom") != ""
    )
    parts = [
        rows(now.join(then, on="id_inovasi", how="anti", maintain_order="left"), "baru"),
        changed.select(pl.lit("diubah").alias("perubahan"), *columns[1:3], "kolom", nama="nama_inovasi"),
        rows(then.join(now, on="id_inovasi", how="anti", maintain_order="left"), "ditarik"),
    ]
    return pl.concat(parts, how="diagonal").with_columns(perihal=pl.lit("inovasi"))
