"""This run against the one before it: findings that are new, mended or still open; innovations that came, changed or went.

Both are read from the published tables alone. The list of all runs is handed on from run to run, so that it outlives
the runs themselves.
"""

import filecmp
from pathlib import Path
from typing import Any

import polars as pl

from schemas.tables import conform, empty, shape
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


def attribute(findings: pl.DataFrame, origin: pl.DataFrame) -> pl.Series:
    """The innovations each finding is about: that read from its cell, else from its row, else from its sheet.

    Only an unambiguous answer counts: a cell, a row or a sheet that fed several innovations is about none of them.
    A finding about a whole sheet, which names no cell, is about all innovations of the sheet.
    """
    keys = ("berkas", "lembar", "sel")
    origin = origin.filter(pl.col("berkas").is_in(findings["berkas"].unique().implode()))
    kinds: dict[str, pl.DataType] = {name: pl.Enum(_values(name, findings, origin)) for name in keys[:2]}
    owner = pl.Enum(_values("id_inovasi", origin))
    findings = findings.with_columns(pl.col(name).cast(kind) for name, kind in kinds.items())
    origin = origin.with_columns(pl.col(name).cast(kind) for name, kind in {**kinds, "id_inovasi": owner}.items())
    asked = origin.join(findings, on=keys[:2], how="semi", nulls_equal=True)
    cells = asked.select("id_inovasi", *keys).with_columns(_row_of("sel"))
    rows = cells.select(pl.exclude("sel")).unique()
    sheets = rows.select(pl.exclude("baris")).unique().with_columns(seluruh=pl.lit(False))
    all_of = sheets.group_by(keys[:2]).agg(milik=pl.col("id_inovasi").sort()).with_columns(seluruh=pl.lit(True))
    levels = (_only(cells, "sel"), _only(rows, "baris"), all_of, _only(sheets, "seluruh"))
    matched = findings.select(*keys).with_columns(_row_of("sel"), seluruh=pl.col("sel").is_null())
    for position, (owners, key) in enumerate(zip(levels, ("sel", "baris", "seluruh", "seluruh"), strict=True)):
        named = owners.rename({"milik": f"milik_{position}"})
        matched = matched.join(named, on=[*keys[:2], key], how="left", maintain_order="left")
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


def current(findings: pl.DataFrame, files: pl.DataFrame) -> pl.Series:
    """Whether each finding still concerns anybody: its file is neither superseded nor another's duplicate."""
    past = files.filter(pl.col("status").is_in(SUPERSEDED))["berkas"]
    return ~findings["berkas"].is_in(past.implode())


def compare(run: Path, previous: Path | None) -> None:
    """Writes the tables ``perubahan`` and ``rilis`` of the staged ``run`` (with its manifest), against the ``previous`` one.

    Without a previous run, or with one of another year, nothing has changed: there is nothing to compare with.
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
        parts = [_findings(run, previous), _innovations(run, previous)]
        changes = pl.concat(parts, how="diagonal").with_columns(run_id_sebelum=pl.lit(before["run_id"]))
    conform("perubahan", changes).write_parquet(run / TRACE / "perubahan.parquet")


def _table(run: Path, name: str, columns: list[str] | None = None) -> pl.DataFrame:
    path = run / "data" / f"{name}.parquet"
    return pl.read_parquet(path, columns=columns) if path.is_file() else empty(name)


def _release(run: Path, manifest: dict[str, Any]) -> pl.DataFrame:
    """The row of one run in the list of all runs."""
    counts, index = manifest["counts"], _table(run, "indeks")
    signed = (_table(run, "inovasi", ["status_komitmen"])["status_komitmen"] == "ditandatangani").sum()
    row = {name: manifest[name] for name in ("run_id", "data_per", "tahun", "versi_kode", "acuan")}
    row |= {"mulai": manifest["started"], "selesai": manifest["finished"]}
    row |= {"berkas": counts["berkas"]["total"], "berkas_ditolak": counts["berkas"]["ditolak"]}
    row |= {"unit_terdaftar": counts["unit"]["terdaftar"], "unit_mengirim": counts["unit"]["mengirim"]}
    row |= {"inovasi": counts["inovasi"]["total"], "ditandatangani": signed}
    row |= {level: counts["temuan"][level] for level in ("kesalahan", "peringatan")}
    ours = index.filter(pl.col("tahun") == manifest["tahun"])["iid"]
    return shape("rilis", pl.DataFrame([row]).with_columns(iid=pl.lit(ours[0] if len(ours) else None, pl.Float64)))


def _findings(run: Path, previous: Path) -> pl.DataFrame:
    """Findings to mend that are new, mended or still open. Two runs' findings are one when they are of one kind, unit, innovation
    and column and, where no innovation is known, of one cell: a workbook sent anew under another name is no new fault."""
    now = _open(run).with_columns(_place())
    then = now if _alike(run, previous, "temuan", "asal", "berkas") else _open(previous).with_columns(_place())
    numbered = [frame.with_columns(ke=pl.int_range(pl.len()).over(KEY)) for frame in (now, then)]
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


def _alike(run: Path, previous: Path, *names: str) -> bool:
    """Whether these tables are the same in both runs."""
    both = [[folder / "data" / f"{name}.parquet" for folder in (run, previous)] for name in names]
    return all(old.is_file() and filecmp.cmp(new, old, shallow=False) for new, old in both)


def _open(run: Path) -> pl.DataFrame:
    """The findings of a run that somebody has to mend, each with the one innovation it is about."""
    told = _table(run, "temuan").filter(pl.col("tingkat") != "catatan")
    findings = told.filter(current(told, _table(run, "berkas")))
    owners = attribute(findings, _table(run, "asal", ["id_inovasi", "berkas", "lembar", "sel"]))
    one = pl.when(owners.list.len() == 1).then(owners.list.first()).alias("id_inovasi")
    return findings.with_columns(one)


def _innovations(run: Path, previous: Path) -> pl.DataFrame:
    """Innovations that were added, changed (with the columns that differ) or withdrawn."""
    if _alike(run, previous, "inovasi"):
        return empty("perubahan")
    now, then = _table(run, "inovasi"), _table(previous, "inovasi")
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
