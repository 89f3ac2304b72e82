"""``inovasi run``: one flow run now, and a closing summary for the person who asked for it."""

from pathlib import Path
from typing import Any

import click

import flows.prefect_defaults  # noqa: F401 - before Prefect
from flows import progress
from flows.consolidate import NothingSentError, consolidate
from tasks.collect import MissingInboxError
from tasks.publish import Output, UnwritableOutputError
from tasks.reference import WrongReferenceError

PUBLISHED, FAILED = 0, 1
NAMED = (NothingSentError, MissingInboxError, UnwritableOutputError, WrongReferenceError)


def run_once(inbox: Path, output: Path, tahun: int, reference: Path) -> int:
    """Runs the flow once; returns the exit code."""
    inbox, output = inbox.resolve(), output.absolute()
    progress.start()
    try:
        state = consolidate(inbox, output, tahun, reference, return_state=True)
    finally:
        progress.stop()
    outcome: Any = state.result(raise_on_failure=False)
    if state.is_completed():
        _summary(outcome, Output(output))
        return PUBLISHED
    error = outcome
    reason = str(error) if isinstance(error, NAMED) else f"{type(error).__name__}: {error}"
    click.echo(f"Gagal: {reason}\nTidak ada yang diterbitkan; laporan sebelumnya tetap berlaku.", err=True)
    return FAILED


def _summary(manifest: dict[str, Any], output: Output) -> None:
    counts = manifest["counts"]
    berkas, temuan, unit = counts["berkas"], counts["temuan"], counts["unit"]
    click.echo(
        f"{counts['inovasi']['total']} inovasi tahun {manifest['tahun']} dari {unit['mengirim']} unit "
        f"({unit['belum']} dari {unit['terdaftar']} unit belum mengirim).\n"
        f"Berkas: {berkas['total']}, yaitu "
        + ", ".join(f"{berkas[status]} {status}" for status in berkas if status != "total" and berkas[status])
        + f".\nTemuan: {temuan['kesalahan']} kesalahan, {temuan['peringatan']} peringatan, {temuan['catatan']} catatan.\n"
        f"Laporan: {output.latest / 'index.html'}"
    )
