"""Retention: old runs, results kept back, and originals that nothing needs any more are removed.

Never removed: the run that ``latest`` shows, the newest run of each year, and every original that a run that stays, or the
last good content of a file, came from. The list of all runs and the history are handed on from run to run, and need no old run.
"""

import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl

from tasks.publish import Output, read_manifest
from tasks.standin import read_last_good

GOING = ".hapus-"  # a folder on its way out bears this name: a kill in between leaves no half run


@dataclass(frozen=True)
class Keep:
    """How much stays: runs by number and, unless 0, by age in days; results kept back by number."""

    runs: int
    days: int
    held: int


@dataclass(frozen=True)
class Removed:
    """What was removed."""

    runs: int
    held: int
    originals: int


def prune(output: Output, keep: Keep, now: datetime) -> Removed:
    """Removes what ``keep`` does not let stay; to be called by the holder of the lock, after publishing."""
    runs = sorted((path for path in output.runs.glob("[!.]*") if path.is_dir()), key=_begun, reverse=True)
    staying = {output.published()} | {path.name for path in runs[: keep.runs]}
    if keep.days:
        staying -= {path.name for path in runs if now - _begun(path) > timedelta(days=keep.days)} - {output.published()}
    years: dict[int, str] = {}
    for path in runs:
        if manifest := read_manifest(path):
            years.setdefault(manifest["tahun"], path.name)
    old = [path for path in runs if path.name not in staying | set(years.values())]
    held = sorted(path for path in (output.state / "tertahan").glob("*") if path.is_dir())
    spare = held[: max(0, len(held) - keep.held)]
    for path in (*old, *spare):
        going = path.with_name(f"{GOING}{path.name}")
        path.rename(going)
        shutil.rmtree(going)
    return Removed(len(old), len(spare), _prune_originals(output))


def _begun(run: Path) -> datetime:
    """When a run began; the time of its folder where its manifest does not say."""
    manifest = read_manifest(run)
    return (
        datetime.fromisoformat(manifest["started"])
        if manifest
        else datetime.fromtimestamp(run.stat().st_mtime).astimezone()
    )


def _prune_originals(output: Output) -> int:
    """Removes from the archive what no run that stays and no last good content came from; returns how many files."""
    spare = {path.name: path for path in output.state.glob("arsip/*/*") if not path.name.startswith(".")}
    _keep(read_last_good(output.state), spare)
    runs = sorted((path for path in output.runs.glob("[!.]*") if path.is_dir()), reverse=True)
    tables = [run / "data" / f"{name}.parquet" for name in ("berkas", "asal") for run in runs]  # the small ones first
    if not all(path.is_file() for path in tables):
        return 0  # what such a run needs is not known
    for path in tables:
        if not spare:  # the newest runs need most of them: the others are seldom asked
            break
        _keep(pl.read_parquet(path, columns=["sha256"]), spare)
    for path in spare.values():
        path.unlink(missing_ok=True)
    return len(spare)


def _keep(table: pl.DataFrame, spare: dict[str, Path]) -> None:
    """Takes the originals that a table came from out of those to spare."""
    for sha256 in spare.keys() & set(table["sha256"]):
        del spare[sha256]
