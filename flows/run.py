"""``inovasi run``: one flow run now, and a closing summary for the person who asked for it."""

from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import flows.prefect_defaults  # noqa: F401 - before Prefect
from flows.ahead import ahead
from flows.console import terminal
from flows.serve import use_running_server
from flows.settings import settings
from tasks.collect import MissingInboxError, submissions
from tasks.lock import busy
from tasks.notify import announce_failure
from tasks.publish import UnwritableOutputError
from tasks.reference import load_reference
from tasks.remote import is_address, local_path
from tasks.sources import holds_submissions
from tasks.stages import read_ahead

PUBLISHED, FAILED = 0, 1
LOG = "konsolidasi.log"
READ_WHILE_PREFECT_LOADS = 100  # files; where a server has to start as well there is time for many more


def run_once(
    inbox: str,
    output: str,
    tahun: int,
    reference: Path,
    *,
    unit: str | None = None,
    dry_run: bool = False,
    force: str | None = None,
) -> int:
    """Runs the flow once; returns the exit code. What can be told at once is told before Prefect starts."""
    remote, place = is_address(inbox), settings().place(output)
    inbox = inbox if remote else str(local_path(inbox).resolve())
    log = place.state / LOG
    try:
        place.check()
        terminal.divert(log)
        place.reach()
        files = [] if remote else submissions(Path(inbox))
        if not files and not (remote and holds_submissions(inbox, settings().source_seconds)):
            return _refused(f"Folder kiriman {inbox} kosong.", tahun, reference)
        if settings().wait_seconds == 0 and (reason := busy(place.locks)):
            return _refused(reason, tahun, reference)
    except (UnwritableOutputError, MissingInboxError) as error:
        return _refused(str(error), tahun, reference)
    there_is_time = not use_running_server() or len(files) <= READ_WHILE_PREFECT_LOADS
    if there_is_time and settings().cluster is None and unit is None:
        known, limits = load_reference(reference), settings().limits
        read_ahead(ahead, files, place.state, known, tahun, limits, settings().workers)
    try:
        from prefect.exceptions import CancelledRun  # noqa: PLC0415 - Prefect must print to the log

        from flows.consolidate import consolidate  # noqa: PLC0415

        state = consolidate(inbox, output, tahun, reference, unit=unit, dry_run=dry_run, force=force, return_state=True)
    finally:
        terminal.end()
        ahead.take()
    outcome: Any = state.result(raise_on_failure=False)
    if state.is_completed():
        _summary(outcome, state.message or "")
        return PUBLISHED
    if outcome is None or isinstance(outcome, CancelledRun):  # told in one sentence by the flow itself
        return _failed(state.message or state.name or "")
    return _failed(f"{type(outcome).__name__}: {outcome}. Rinciannya di {log}.")


def _refused(reason: str, tahun: int, reference: Path) -> int:
    """A run that fails before it begins; of others the flow tells."""
    now = datetime.now(ZoneInfo(load_reference(reference).daerah.zona_waktu))
    announce_failure(reason, now, tahun, settings().channels)
    return _failed(reason)


def _failed(reason: str) -> int:
    terminal.complain(f"Gagal: {reason}\nTidak ada yang diterbitkan; laporan sebelumnya tetap berlaku.")
    return FAILED


def _summary(manifest: dict[str, Any], outcome: str) -> None:
    counts = manifest["counts"]
    berkas, temuan, unit = counts["berkas"], counts["temuan"], counts["unit"]
    states = ", ".join(f"{berkas[status]} {status}" for status in berkas if status != "total" and berkas[status])
    for note in manifest["pemulihan"]:
        terminal.say(note)
    if manifest["percobaan"]:
        terminal.say(outcome)
    terminal.say(
        f"{counts['inovasi']['total']} inovasi tahun {manifest['tahun']} dari {unit['mengirim']} unit "
        f"({unit['belum']} dari {unit['terdaftar']} unit belum mengirim).\n"
        f"Berkas: {berkas['total']}, yaitu {states}.\n"
        f"Temuan: {temuan['kesalahan']} kesalahan, {temuan['peringatan']} peringatan, {temuan['catatan']} catatan.\n"
        + (f"{manifest['pemberitahuan']}\n" if manifest.get("pemberitahuan") else "")
        + f"Laporan: {manifest['tempat']}/index.html"
    )
