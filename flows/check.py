"""``inovasi check``: reads and validates single workbooks without Prefect and without publishing."""

import json
import tempfile
from pathlib import Path

import click
import polars as pl

from flows.settings import settings
from tasks import stages
from tasks.reference import load_reference
from tasks.workspace import Workspace

NOTHING_WORSE, ERRORS_FOUND = 0, 3
SHOWN = ("temuan", "berkas")  # tables
_LEVELS = {"kesalahan": "red", "peringatan": "yellow", "catatan": "blue"}


def check_files(files: list[Path], tahun: int, reference: Path, *, as_json: bool) -> int:
    """Checks ``files`` and prints what was found; returns the exit code."""
    known = load_reference(reference)
    with tempfile.TemporaryDirectory(prefix="inovasi-") as folder:
        root = Path(folder)
        workspace = Workspace(root / "kerja", root / "terbit", root / "state", tahun)
        stages.collect_files_stage(workspace, known, settings().limits, files)
        stages.read_stage(workspace, known, settings().limits, min(settings().workers, len(files)))
        for stage in (stages.arrange_stage, stages.identify_stage, stages.validate_stage):
            stage(workspace, known)
        stages.merge_stage(workspace, known, SHOWN)
        temuan, berkas = (pl.read_parquet(workspace.table(name)) for name in SHOWN)
    if as_json:
        for row in temuan.iter_rows(named=True):
            click.echo(json.dumps(row, ensure_ascii=False))
    else:
        _show(temuan, berkas)
    return ERRORS_FOUND if (temuan["tingkat"] == "kesalahan").any() else NOTHING_WORSE


def _show(temuan: pl.DataFrame, berkas: pl.DataFrame) -> None:
    by_file = temuan.partition_by("berkas", as_dict=True)
    for row in berkas.iter_rows(named=True):
        click.secho(row["berkas"], bold=True)
        click.echo(f"  {row['status']}: {row['baris_diterima']} dari {row['baris_dibaca']} baris dapat dimasukkan"
                   + (f". {row['alasan']}" if row["alasan"] else "."))  # fmt: skip
        found = by_file.get((row["berkas"],))
        if found is None:
            continue
        for level, colour in _LEVELS.items():
            for item in found.filter(pl.col("tingkat") == level).iter_rows(named=True):
                where = " ".join(filter(None, (item["lembar"], item["sel"])))
                click.echo(click.style(f"  {level}", fg=colour) + f"  {where}: " * bool(where) + f"{item['pesan']}")
    counts = {level: (temuan["tingkat"] == level).sum() for level in _LEVELS}
    click.echo(", ".join(f"{count} {level}" for level, count in counts.items()))
