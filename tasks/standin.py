"""Last good: what stands in for a file that was readable before and is not now, so that its unit keeps its data.

A stand-in is the archived content that the same path held when it was last good, or, where the path is new, what the same
unit had in the inbox at the last published run. It goes through all stages like a file, under its path with a mark that no
path has; published tables name the path. What people take out of the inbox does not come back: only what the last published
run used can stand in, and only for a file that is there and cannot be read.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl

from tasks.collect import archived

MARK = "\x1f"
LEDGER = "terakhir_baik.parquet"
LEDGER_SCHEMA: dict[str, Any] = {
    "berkas": pl.String,
    "sha256": pl.String,
    "waktu_berkas": pl.Datetime("ms", "UTC"),
    "nomor_masuk": pl.Int64,
    "run_id": pl.String,
    "kode_unit": pl.String,
}
SCHEMA = LEDGER_SCHEMA | {"untuk": pl.String}
PUT_OFF = "berkas_ditunda"
GOOD = ("diterima", "sebagian", "digantikan", "duplikat")


def read_last_good(state: Path) -> pl.DataFrame:
    """What each file of the last published run held when it was last good."""
    path = state / LEDGER
    return pl.read_parquet(path) if path.exists() else pl.DataFrame(schema=LEDGER_SCHEMA)


def put_off_others(
    berkas: pl.DataFrame, units: list[str | None], kode_unit: str, run_id: str, state: Path
) -> pl.DataFrame:
    """For a run of one unit: what other units sent since the last run is not opened (kode ``berkas_ditunda``).

    ``units`` is the unit that each path names. A file is another unit's if its path, or its content at the last run, says so;
    contents that an earlier run saw are read as ever.
    """
    known = read_last_good(state).select("berkas", pl.col("kode_unit").alias("unit_lalu"))
    seen = berkas.with_columns(pl.Series("unit_jalur", units, dtype=pl.String))
    seen = seen.join(known, on="berkas", how="left", maintain_order="left")
    of_others = (pl.coalesce("unit_lalu", "unit_jalur") != kode_unit).fill_null(False)
    later = of_others & (pl.col("run_id") == run_id) & ~pl.col("diabaikan") & ~pl.col("arsip")
    return seen.with_columns(kode=pl.when(later).then(pl.lit(PUT_OFF)).otherwise("kode")).select(berkas.columns)


def stand_ins(
    berkas: pl.DataFrame, units_of: Callable[[list[str]], list[str | None]], unread: set[str], state: Path
) -> pl.DataFrame:
    """The contents to read for the files ``unread``: ``SCHEMA``, berkas with the mark, ``untuk`` the file that is there.

    ``berkas`` is what was collected; ``units_of`` tells the unit that each path names.
    """
    readable = berkas.filter(~pl.col("diabaikan") & ~pl.col("berkas").is_in(list(unread)))
    ledger, names = read_last_good(state), readable["berkas"].implode()
    still = pl.col("berkas").is_in(names)
    elsewhere = ledger.filter(~still & ~pl.col("sha256").is_in(readable["sha256"].implode()))
    gone = [row for row in elsewhere.to_dicts() if archived(state, row["sha256"]).exists()]
    if not unread or not gone:
        return pl.DataFrame(schema=SCHEMA)
    unit_of = dict(zip(berkas["berkas"], units_of(berkas["berkas"].to_list()), strict=True))
    supplied = {unit_of[name] for name in readable["berkas"]} | set(ledger.filter(still)["kode_unit"])
    of_path: dict[str, list[dict[str, Any]]] = {}
    of_unit: dict[str, list[dict[str, Any]]] = {}
    for row in gone:
        of_path.setdefault(row["berkas"], []).append(row)
        of_path.setdefault(row["berkas"].partition("!")[0] + "!", []).append(row)
        if row["berkas"] not in unit_of and row["kode_unit"] not in supplied:
            of_unit.setdefault(row["kode_unit"], []).append(row)
    found: dict[str, dict[str, Any]] = {}
    for name in sorted(unread):
        held = of_path.get(name) or of_path.get(f"{name}!") or of_unit.get(unit_of[name] or "", [])
        for row in held:
            found.setdefault(row["berkas"], row | {"berkas": row["berkas"] + MARK, "untuk": name})
    return pl.DataFrame(list(found.values()), schema=SCHEMA)


def remember_last_good(states: pl.DataFrame, berkas: pl.DataFrame, used: pl.DataFrame, into: Path) -> None:
    """Writes to ``into`` the ledger after this run: the good files of the inbox, and what stood in for others.

    ``states`` is the published table ``berkas``, ``berkas`` what was collected, ``used`` the stand-ins of this run.
    """
    good = states.filter(pl.col("status").is_in(GOOD) & (pl.col("baris_diterima") > 0)).select("berkas", "kode_unit")
    now = berkas.join(good, on="berkas", how="inner").select(list(LEDGER_SCHEMA))
    still = used.with_columns(pl.col("berkas").str.strip_suffix(MARK)).select(list(LEDGER_SCHEMA))
    pl.concat([now, still]).unique("berkas", keep="first").sort("berkas").write_parquet(into / LEDGER)


def plain(frame: pl.DataFrame) -> pl.DataFrame:
    """A table without the mark in its texts."""
    marked = frame.select(pl.col(pl.String).str.contains(MARK, literal=True).any())
    return frame.with_columns(
        pl.col(column.name).str.replace_all(MARK, "", literal=True) for column in marked if column[0]
    )
