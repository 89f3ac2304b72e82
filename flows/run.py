"""``inovasi run``: one flow run now, and a closing summary for the person who asked for it."""

import errno
from pathlib import Path
from typing import Any

import flows.prefect_defaults  # noqa: F401 - before Prefect
from flows.console import terminal
from flows.settings import settings
from tasks.collect import MissingInboxError, UnwritableArchiveError, holds_files
from tasks.lock import BusyError, LostLockError, busy
from tasks.publish import Output, UnwritableOutputError
from tasks.reference import WrongReferenceError
from tasks.remote import is_address, local_path
from tasks.sources import holds_submissions

PUBLISHED, FAILED = 0, 1
DISK_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
LOG = "konsolidasi.log"


def run_once(inbox: str, output: Path, tahun: int, reference: Path) -> int:
    """Runs the flow once; returns the exit code. What can be told at once is told before Prefect starts."""
    remote, place = is_address(inbox), Output(output.absolute())
    inbox = inbox if remote else str(local_path(inbox).resolve())
    log = place.state / LOG
    try:
        place.check()
        terminal.divert(log)
        if not (holds_submissions(inbox, settings().source_seconds) if remote else holds_files(Path(inbox))):
            return _failed(f"Folder kiriman {inbox} kosong.")
        if settings().wait_seconds == 0 and (reason := busy(place.locks)):
            return _failed(reason)
    except (UnwritableOutputError, MissingInboxError) as error:
        return _failed(str(error))
    from flows.consolidate import NothingSentError, consolidate  # noqa: PLC0415 - brings Prefect, which must print to the log

    try:
        state = consolidate(inbox, place.root, tahun, reference, return_state=True)
    finally:
        terminal.end()
    outcome: Any = state.result(raise_on_failure=False)
    if state.is_completed():
        _summary(outcome, place)
        return PUBLISHED
    named = (
        NothingSentError, MissingInboxError, UnwritableArchiveError, UnwritableOutputError, WrongReferenceError, BusyError,
        LostLockError,
    )  # fmt: skip
    if isinstance(outcome, named):
        return _failed(str(outcome))
    if isinstance(outcome, OSError) and outcome.errno in DISK_FULL:
        return _failed(
            f"Ruang cakram untuk {outcome.filename or place.root} habis. Kosongkan sebagian lalu jalankan lagi."
        )
    return _failed(f"{type(outcome).__name__}: {outcome}. Rinciannya di {log}.")


def _failed(reason: str) -> int:
    terminal.complain(f"Gagal: {reason}\nTidak ada yang diterbitkan; laporan sebelumnya tetap berlaku.")
    return FAILED


def _summary(manifest: dict[str, Any], output: Output) -> None:
    counts = manifest["counts"]
    berkas, temuan, unit = counts["berkas"], counts["temuan"], counts["unit"]
    states = ", ".join(f"{berkas[status]} {status}" for status in berkas if status != "total" and berkas[status])
    for note in manifest["pemulihan"]:
        terminal.say(note)
    terminal.say(
        f"{counts['inovasi']['total']} inovasi tahun {manifest['tahun']} dari {unit['mengirim']} unit "
        f"({unit['belum']} dari {unit['terdaftar']} unit belum mengirim).\n"
        f"Berkas: {berkas['total']}, yaitu {states}.\n"
        f"Temuan: {temuan['kesalahan']} kesalahan, {temuan['peringatan']} peringatan, {temuan['catatan']} catatan.\n"
        f"Laporan: {output.latest / 'index.html'}"
    )
