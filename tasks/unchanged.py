"""What the last published run made and tonight need not make again: everything, or what is of units of which nothing changed.

Of the same files, words, rules and code the same tables come, and the ledgers, which a run of the same files leaves as they
are. A unit's innovations come of what names that unit, and of nothing else; the few things that cross units are found
anew. What tells of this run itself (manifest, history of runs, dates, pages) is made anew too.
"""

import hashlib
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import orjson
import polars as pl

from tasks.durable import share, stamps, sync_tree, write_durably
from tasks.innovations import LEDGER_SCHEMA
from tasks.read.cluster import code_digest
from tasks.reference import Reference
from tasks.standin import PUT_OFF
from tasks.workspace import Workspace

ROOT = Path(__file__).resolve().parents[1]
# Of the last run, in the state: what it was made of, and the stamp of each file that may be taken over. Of the run at work,
# beside its frames: what it is made of, once files are read, and what it takes over.
LEDGER = "hasil.json"
FRAMES = "hasil"  # the frames of a run that the next one may go on from
FOLDERS = ("data", "koreksi")
SEED = 6303  # of numbers that stand for what is said: the same in every run
OF_ITS_RUN = "datapackage.json"  # says when it was made


@dataclass(frozen=True)
class Last:
    """The last published run, where tonight's differs from it in nothing but files."""

    run: Path
    frames: Path

    def frame(self, name: str) -> pl.DataFrame:
        """A frame that it left for this run."""
        return pl.read_parquet(self.frames / f"{name}.parquet")

    def path(self, name: str) -> Path:
        """Where a table stands that it published."""
        return self.run / "data" / f"{name}.parquet"

    def table(self, name: str) -> pl.LazyFrame:
        """A table that it published."""
        return pl.scan_parquet(self.path(name))


def carry_over(workspace: Workspace, reference: Reference, latest: Path | None, run_id: str | None) -> bool:
    """Makes the tables and correction workbooks of the published run in ``latest`` those of the staged one; whether it could.

    It can where that run, ``run_id``, was made of the same, and its files are as they were written. Where only files changed
    it notes that what does not come of these may be taken over (``last_run``).
    """
    made_of, note = _made_of(workspace, reference), workspace.kerja / LEDGER
    note.write_bytes(orjson.dumps(made_of))
    last = _last(workspace, latest, run_id)
    if latest is None or last is None or last["dasar"] != made_of["dasar"]:
        return False
    new = workspace.load("dibaca")["baru"].any()  # what was read now may be other than it was
    if new or last["sidik"] != made_of["sidik"]:
        if last["bersambung"] and made_of["bersambung"]:
            note.write_bytes(orjson.dumps(made_of | {"dari": str(latest)}))
        return False
    try:
        for folder in FOLDERS:
            if (latest / folder).is_dir():
                share(latest / folder, workspace.terbit / folder, without=OF_ITS_RUN)
    except OSError:
        for folder in FOLDERS:
            shutil.rmtree(workspace.terbit / folder, ignore_errors=True)
        return False
    note.write_bytes(orjson.dumps(last))
    workspace.save("nama", pl.DataFrame(schema=LEDGER_SCHEMA).drop("tahun"))  # the names are known already
    return True


def last_run(workspace: Workspace) -> Last | None:
    """The last published run, if what did not change may be taken over from it."""
    try:
        run = orjson.loads((workspace.kerja / LEDGER).read_bytes()).get("dari")
    except FileNotFoundError:  # nobody asked: a check of single files
        return None
    return Last(Path(run), workspace.state / FRAMES) if run else None


def leave(workspace: Workspace, frames: Mapping[str, pl.DataFrame]) -> None:
    """Leaves frames for the next run, for ``remember_result`` to keep; there is none after a check of single files."""
    if not (workspace.kerja / LEDGER).exists():
        return
    place = workspace.kerja / FRAMES
    place.mkdir(exist_ok=True)
    for name, frame in frames.items():
        frame.write_parquet(place / f"{name}.parquet", compression="lz4")


def remember_result(workspace: Workspace) -> None:
    """Notes what the staged run is made of and holds, and what it left, for the next one."""
    made = orjson.loads((workspace.kerja / LEDGER).read_bytes())
    left, kept = workspace.kerja / FRAMES, workspace.state / FRAMES
    if left.is_dir():
        fresh = workspace.state / f".{FRAMES}.baru"
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.copytree(left, fresh)
        sync_tree(fresh)
        made |= {"berkas": _files(workspace.terbit), "bingkai": stamps(fresh, fresh.iterdir())}
        shutil.rmtree(kept, ignore_errors=True)
        fresh.rename(kept)
    made.pop("dari", None)  # of this run alone
    made["run_id"] = workspace.run_id
    write_durably(workspace.state / LEDGER, lambda path: path.write_bytes(orjson.dumps(made)))


def hashed(frame: pl.DataFrame) -> bytes:
    """What each row of a table says, as a number each: the same rows in the same order give the same bytes."""
    return frame.hash_rows(seed=SEED).to_numpy().tobytes() if frame.width and frame.height else b""


def of_rows(frame: pl.DataFrame) -> str:
    """A digest of what a table says, row by row."""
    return hashlib.sha256(frame.height.to_bytes(8, "big") + hashed(frame)).hexdigest()


def _last(workspace: Workspace, latest: Path | None, run_id: str | None) -> dict[str, Any] | None:
    """What is known of the published run, if its files, and the frames it left, are as they were written."""
    frames = workspace.state / FRAMES
    try:
        made: dict[str, Any] = orjson.loads((workspace.state / LEDGER).read_bytes())
        same = latest is not None and made["run_id"] == run_id and made["berkas"] == _files(latest)
        return made if same and made["bingkai"] == stamps(frames, frames.iterdir()) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _made_of(workspace: Workspace, reference: Reference) -> dict[str, object]:
    """Digests of all that the tables depend on: files and what stands in for some (``sidik``), and all else (``dasar``).

    ``bersambung`` is whether each unit stands for itself: not where what was sent earlier stands in for files, where files were
    put off, and where people decided what units are called, for what nothing is called by is told.
    """
    berkas, earlier = workspace.load("berkas"), workspace.load("pengganti")
    reading = (workspace.kerja / "sidik").read_text("utf-8")
    base = [reading, reference.digest, workspace.tahun, _program(), pl.__version__]
    named = (reference.keputusan["keputusan"] == "unit").any()
    alone = earlier.is_empty() and not named and not (berkas["kode"] == PUT_OFF).any()
    return {
        "dasar": _digest(base),
        "sidik": _digest([*base, berkas.write_csv(), earlier.write_csv()]),
        "bersambung": alone,
    }


def _digest(parts: list[object]) -> str:
    return hashlib.sha256(orjson.dumps(parts)).hexdigest()


@cache
def _program() -> str:
    """A digest of what tables and correction workbooks are made by, besides what ``code_digest`` knows."""
    total = hashlib.sha256(code_digest().encode())
    for path in (*sorted((ROOT / "schemas").rglob("*.py")), ROOT / "templates" / "label.toml"):
        total.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return total.hexdigest()


def _files(run: Path) -> dict[str, list[int]]:
    """The stamp of each file of a run that may be carried over."""
    found = (path for folder in FOLDERS for path in (run / folder).rglob("*") if path.is_file())
    return stamps(run, (path for path in found if path.name != OF_ITS_RUN))
