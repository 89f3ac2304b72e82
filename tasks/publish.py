"""From a staged run to the published one. The commit is one rename: that of the link ``latest``.

Before it everything is on the disk, the ledgers too, written aside (``tertunda``); after it they are put in place. A run
that was ended in between is undone or completed by the next one, by one question: does ``latest`` show it?
"""

import ctypes
import errno
import json
import os
import shutil
import sys
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from schemas.tables import JENIS_UNIT, STATUS_BERKAS, TABLES, TINGKAT
from tasks.durable import sync_folder, sync_tree
from tasks.errors import MendableError
from tasks.lock import Lock, locked
from tasks.reference import Reference
from tasks.rowgroups import height
from tasks.text import system_reason

CODE_VERSION = "0.1.0"


class UnwritableOutputError(MendableError):
    """The output folder cannot be written; the message is Indonesian."""


@dataclass(frozen=True)
class Output:
    """The output folder: what the outside relies on (``latest``, ``runs``) and what is private (``state``)."""

    root: Path

    @property
    def latest(self) -> Path:
        """The newest published run."""
        return self.root / "latest"

    @property
    def runs(self) -> Path:
        """All published runs."""
        return self.root / "runs"

    @property
    def state(self) -> Path:
        """What the next run needs to know."""
        return self.root / "state"

    @property
    def locks(self) -> Path:
        """Who works here now."""
        return self.state / "kunci"

    @property
    def shown(self) -> str:
        """Where people find the newest report."""
        return str(self.latest)

    def reach(self) -> None:
        """Tries the other machine that the output is on: a folder is on this one. Raises ``UnwritableOutputError``."""

    def pull(self) -> None:
        """Brings in what another machine published: of a folder there is nothing to bring."""

    def push(self, run_id: str) -> None:
        """Brings a published run to where others see it: in a folder it is there."""

    def keep(self, path: Path) -> None:
        """Brings a changed file of the state to where the next run finds it: in a folder it is there."""

    def staged(self, run_id: str) -> Path:
        """Where a run is prepared; on the same file system as what it becomes."""
        return self.runs / f".{run_id}"

    def work(self, run_id: str) -> Path:
        """Where a run keeps its intermediate frames."""
        return self.state / "kerja" / run_id

    def held(self, run_id: str) -> Path:
        """Where a run that was not to be published is kept for inspection."""
        return self.state / "tertahan" / run_id

    def check(self) -> None:
        """Makes the folders all runs share and tries them. Raises ``UnwritableOutputError``."""
        try:
            for folder in (self.runs, self.state):
                folder.mkdir(parents=True, exist_ok=True)
                probe = folder / f".tulis-{os.getpid()}"
                probe.touch()
                probe.unlink()
        except OSError as error:
            raise UnwritableOutputError(
                f"Folder hasil {self.root} tidak dapat ditulis: {system_reason(error)}."
            ) from None

    def lock(self, started: datetime, wait_seconds: float = 0) -> AbstractContextManager[Lock]:
        """Keeps other runs away. Raises ``UnwritableOutputError`` and, on entering, ``BusyError``."""
        self.check()
        return locked(self.locks, started, wait_seconds)

    def prepare(self, run_id: str) -> None:
        """Makes the folders of a run. Raises ``UnwritableOutputError``."""
        self.check()
        self.work(run_id).mkdir(parents=True)
        self.staged(run_id).mkdir()

    def discard(self, run_id: str) -> None:
        """Removes what a run that is not published leaves behind."""
        for folder in (self.staged(run_id), self.work(run_id)):
            shutil.rmtree(folder, ignore_errors=True)
        if self.latest.exists():
            self.resolve(run_id)

    def resolve(self, run_id: str) -> bool:
        """Completes the publication of a run that ``latest`` shows, else undoes it; whether it was shown."""
        waiting, shown = pending(self.state, run_id), self.published() == run_id
        if shown and waiting.is_dir():
            settle(self.state, run_id)
        elif waiting.is_dir():
            shutil.rmtree(self.runs / run_id, ignore_errors=True)
            shutil.rmtree(waiting, ignore_errors=True)
        return shown

    def hold(self, run_id: str) -> Path:
        """Keeps a staged run for inspection instead of publishing it; returns where."""
        self.held(run_id).parent.mkdir(parents=True, exist_ok=True)
        self.staged(run_id).rename(self.held(run_id))
        return self.held(run_id)

    def before(self, tahun: int) -> dict[str, Any] | None:
        """The manifest of the newest published run of a year."""
        runs = sorted((path for path in self.runs.glob("[!.]*") if path.is_dir()), reverse=True)
        found = (read_manifest(path) for path in (self.latest, *runs))
        return next((manifest for manifest in found if manifest and manifest["tahun"] == tahun), None)

    def published(self) -> str | None:
        """The run that ``latest`` shows."""
        if self.latest.is_symlink():
            return self.latest.readlink().name
        manifest = read_manifest(self.latest)
        return str(manifest["run_id"]) if manifest else None

    def newest(self) -> Path | None:
        """The folder of the newest published run, when its manifest can be read."""
        folder = self.latest.resolve()
        return folder if read_manifest(folder) else None


def is_disk_full(error: BaseException) -> bool:
    """Whether an error, of Python or of a library, says that the disk or the quota is full."""
    full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
    return full or "No space left" in str(error) or "os error 28" in str(error)


def new_run_id(output: Output, started: datetime) -> str:
    """A run's name from its start, told apart from any run of the same second."""
    base = started.strftime("%Y%m%d-%H%M%S")
    names = (base if index == 1 else f"{base}-{index}" for index in range(1, 10_000))
    places = (output.runs.joinpath, output.staged, output.held)
    return next(name for name in names if not any(place(name).exists() for place in places))


def read_manifest(run: Path) -> dict[str, Any] | None:
    """The manifest of a run, or None where there is none to be read."""
    try:
        found: dict[str, Any] = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if "run_id" in found else None


def build_manifest(
    run: Path, reference: Reference, *, run_id: str, tahun: int, started: datetime, finished: datetime
) -> dict[str, Any]:
    """What manifest.json says of the staged tables; every count is a sum of its parts."""
    table = {name: pl.scan_parquet(run / "data" / f"{name}.parquet") for name in TABLES}
    rows = {name: height(run / "data" / f"{name}.parquet") for name in TABLES}
    unit = table["unit"].select("berkas", "keyakinan").collect()
    sending, unsure = unit.filter(pl.col("berkas") > 0).height, unit.filter(pl.col("keyakinan") != "pasti").height
    sent = table["berkas"].filter(pl.col("status") != "diabaikan")
    newest = sent.select(pl.col("waktu_berkas").max()).collect().item()
    zone = started.tzinfo
    return {
        "run_id": run_id,
        "started": started.isoformat(timespec="seconds"),
        "finished": finished.isoformat(timespec="seconds"),
        "tahun": tahun,
        "versi_kode": CODE_VERSION,
        "acuan": reference.digest,
        "daerah": reference.daerah.nama,
        "instansi": reference.daerah.instansi,
        "zona_waktu": reference.daerah.zona_waktu,
        "data_per": newest.astimezone(zone).isoformat(timespec="seconds") if isinstance(newest, datetime) else None,
        "counts": {
            "berkas": {"total": rows["berkas"]} | _count(table["berkas"], "status", STATUS_BERKAS),
            "inovasi": {"total": rows["inovasi"]} | _count(table["inovasi"], "jenis_unit", JENIS_UNIT),
            "unit": {"terdaftar": rows["unit"], "mengirim": sending, "belum": rows["unit"] - sending},
            "temuan": {"total": rows["temuan"]} | _count(table["temuan"], "tingkat", TINGKAT),
            "tabel": rows,
        },
        "andaian": [f"{unsure} nama unit dalam daftar masih harus dicocokkan dengan daftar resmi."] if unsure else [],
    }


def write_manifest(run: Path, manifest: dict[str, Any]) -> None:
    """Writes manifest.json of a staged run."""
    (run / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _count(frame: pl.LazyFrame, column: str, values: tuple[str, ...]) -> dict[str, int]:
    found = dict(frame.group_by(column).len().collect().iter_rows())
    return {value: found.get(value, 0) for value in values}


def pending(state: Path, run_id: str) -> Path:
    """Where the ledgers as they will be after a run wait until it is published."""
    return state / "tertunda" / run_id


def settle(state: Path, run_id: str) -> None:
    """Puts the ledgers of a published run in place; may be done again where it was interrupted."""
    waiting = pending(state, run_id)
    for ledger in sorted(waiting.glob("*.parquet")):
        ledger.replace(state / ledger.name)
    sync_folder(state)
    shutil.rmtree(waiting, ignore_errors=True)


def publish(output: Output, run_id: str) -> Path:
    """Makes the staged run the newest published one: the folder is renamed, then the link ``latest`` is replaced."""
    target = output.runs / run_id
    waiting = pending(output.state, run_id)
    for folder in (output.staged(run_id), waiting):
        if folder.is_dir():
            sync_tree(folder)
    waiting.mkdir(parents=True, exist_ok=True)  # says, from here to the end, that this run is being published
    sync_folder(waiting.parent)
    output.staged(run_id).rename(target)
    sync_folder(output.runs)
    show(output, run_id)
    settle(output.state, run_id)
    return target


def show(output: Output, run_id: str) -> None:
    """Makes ``latest`` show a run, in one step; where the file system has no links it is a copy."""
    fresh = output.root / f".latest-{run_id}"
    _remove(fresh)
    try:
        fresh.symlink_to(Path("runs") / run_id, target_is_directory=True)
    except (OSError, NotImplementedError):
        copying = output.root / f".salin-{run_id}"
        shutil.copytree(output.runs / run_id, copying)
        sync_tree(copying)
        copying.rename(fresh)
    if output.latest.is_dir() and not (fresh.is_symlink() and output.latest.is_symlink()):
        _exchange(fresh, output.latest, output.root / f".lama-{run_id}")
    else:
        fresh.replace(output.latest)
    sync_folder(output.root)
    for left in (fresh, output.root / f".lama-{run_id}"):
        _remove(left)


def _exchange(fresh: Path, latest: Path, aside: Path) -> None:
    """Swaps two folders in one step where the system can; else moves one away first (``heal`` mends a kill in between)."""
    if sys.platform == "linux":
        rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
        if rename is not None and rename(-100, os.fsencode(fresh), -100, os.fsencode(latest), 2) == 0:
            return
    latest.rename(aside)
    fresh.rename(latest)


def _remove(path: Path) -> None:
    if path.is_symlink() or path.is_file():
        path.unlink()
    else:
        shutil.rmtree(path, ignore_errors=True)


def heal(output: Output) -> list[str]:
    """Undoes or completes what earlier runs left when they were ended; says, in Indonesian, what was done.

    To be called by the holder of the lock: whatever is found here then belongs to nobody alive.
    """
    notes: list[str] = []
    if not output.latest.exists() and not output.latest.is_symlink():
        ready = [*sorted(output.root.glob(".latest-*")), *sorted(output.root.glob(".lama-*"))]
        if ready:
            ready[0].rename(output.latest)
            notes.append("Laporan terakhir dipulihkan setelah penggantian yang terhenti.")
    for run_id in sorted(path.name for path in pending(output.state, "-").parent.glob("*")):
        when = (
            "sesudah terbit; catatannya dilengkapi" if output.resolve(run_id) else "sebelum terbit; sisanya dibersihkan"
        )
        notes.append(f"Proses {run_id} terhenti {when}.")
    left = [path for path in output.runs.glob(".*") if path.is_dir()]
    left += [path for path in (output.state / "kerja").glob("*") if path.is_dir()]
    for run_id in sorted({path.name.removeprefix(".") for path in left if not path.name.startswith(".hapus-")}):
        if not any(run_id in note for note in notes):
            when = "sesudah terbit" if (output.runs / run_id).is_dir() else "di tengah jalan"
            notes.append(f"Proses {run_id} terhenti {when}; sisanya dibersihkan.")
    rests = [output.root.glob(pattern) for pattern in (".latest-*", ".salin-*", ".lama-*")]
    rests += [output.runs.glob(".tulis-*"), output.state.glob(".tulis-*"), output.state.glob(".*.baru")]
    rests += [output.state.glob("arsip/*/.*"), output.locks.glob(".*"), output.state.glob("tertahan/.*")]
    for path in (*left, *(path for found in rests for path in found)):
        _remove(path)
    return notes
