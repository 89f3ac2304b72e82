"""From a staged run to the published one: the manifest, then one rename and one replaced link."""

import json
import os
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from schemas.tables import JENIS_UNIT, STATUS_BERKAS, TINGKAT
from tasks.reference import Reference

CODE_VERSION = "0.1.0"


class UnwritableOutputError(Exception):
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

    def staged(self, run_id: str) -> Path:
        """Where a run is prepared; on the same file system as what it becomes."""
        return self.runs / f".{run_id}"

    def work(self, run_id: str) -> Path:
        """Where a run keeps its intermediate frames."""
        return self.state / "kerja" / run_id

    def check(self) -> None:
        """Makes the folders all runs share and tries them. Raises ``UnwritableOutputError``."""
        try:
            for folder in (self.runs, self.state):
                folder.mkdir(parents=True, exist_ok=True)
                probe = folder / f".tulis-{os.getpid()}"
                probe.touch()
                probe.unlink()
        except OSError as error:
            raise UnwritableOutputError(f"Folder hasil {self.root} tidak dapat ditulis: {error.strerror}.") from None

    def prepare(self, run_id: str) -> None:
        """Makes the folders of a run. Raises ``UnwritableOutputError``."""
        self.check()
        self.work(run_id).mkdir(parents=True)
        self.staged(run_id).mkdir()

    def discard(self, run_id: str) -> None:
        """Removes what a run that is not published leaves behind."""
        shutil.rmtree(self.staged(run_id), ignore_errors=True)
        shutil.rmtree(self.work(run_id), ignore_errors=True)


def new_run_id(output: Output, started: datetime) -> str:
    """A run's name from its start, told apart from any run of the same second."""
    base = started.strftime("%Y%m%d-%H%M%S")
    names = (base if index == 1 else f"{base}-{index}" for index in range(1, 10_000))
    return next(name for name in names if not (output.runs / name).exists() and not output.staged(name).exists())


def write_manifest(
    run: Path, reference: Reference, *, run_id: str, tahun: int, started: datetime, finished: datetime
) -> dict[str, Any]:
    """Writes manifest.json from the staged tables and returns it; every count is a sum of its parts."""
    table = {
        name: pl.read_parquet(run / "data" / f"{name}.parquet") for name in ("inovasi", "berkas", "temuan", "unit")
    }
    sending = table["unit"].filter(pl.col("berkas") > 0).height
    newest = table["berkas"].filter(pl.col("status") != "diabaikan")["waktu_berkas"].max()
    zone = started.tzinfo
    unsure = table["unit"].filter(pl.col("keyakinan") != "pasti").height
    manifest: dict[str, Any] = {
        "run_id": run_id,
        "started": started.isoformat(timespec="seconds"),
        "finished": finished.isoformat(timespec="seconds"),
        "tahun": tahun,
        "versi_kode": CODE_VERSION,
        "acuan": reference.digest,
        "daerah": reference.daerah.nama,
        "instansi": reference.daerah.instansi,
        "data_per": newest.astimezone(zone).isoformat(timespec="seconds") if isinstance(newest, datetime) else None,
        "counts": {
            "berkas": {"total": table["berkas"].height} | _count(table["berkas"], "status", STATUS_BERKAS),
            "inovasi": {"total": table["inovasi"].height} | _count(table["inovasi"], "jenis_unit", JENIS_UNIT),
            "unit": {"terdaftar": table["unit"].height, "mengirim": sending, "belum": table["unit"].height - sending},
            "temuan": {"total": table["temuan"].height} | _count(table["temuan"], "tingkat", TINGKAT),
        },
        "andaian": [f"{unsure} nama unit dalam daftar masih harus dicocokkan dengan daftar resmi."] if unsure else [],
    }
    (run / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return manifest


def _count(frame: pl.DataFrame, column: str, values: tuple[str, ...]) -> dict[str, int]:
    found = dict(frame[column].value_counts().iter_rows())
    return {value: found.get(value, 0) for value in values}


def publish(output: Output, run_id: str) -> Path:
    """Makes the staged run the newest published one: the folder is renamed, then the link ``latest`` is replaced."""
    target = output.runs / run_id
    output.staged(run_id).rename(target)
    link = output.root / f".latest-{os.getpid()}"
    link.unlink(missing_ok=True)
    link.symlink_to(Path("runs") / run_id, target_is_directory=True)
    if output.latest.is_dir() and not output.latest.is_symlink():  # a copy that kept no links
        aside = output.root / f".latest-lama-{os.getpid()}"
        output.latest.rename(aside)
        link.replace(output.latest)
        shutil.rmtree(aside)
    else:
        link.replace(output.latest)
    return target
