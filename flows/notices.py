"""What people are told of a run: why it failed, in one sentence; and that notices of it go out."""

from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from prefect import get_run_logger
from prefect.client.schemas.objects import FlowRun, State
from prefect.flows import Flow
from prefect.logging.loggers import flow_run_logger

from flows.settings import settings
from tasks.errors import MendableError
from tasks.notify import announce, announce_failure
from tasks.publish import Output, is_disk_full
from tasks.reference import Reference, WrongReferenceError, load_reference

NOT_TOLD = "Pemberitahuan: gagal disiapkan; rinciannya di catatan proses."


def reason_of(error: object) -> str | None:
    """Why a run failed, in one Indonesian sentence; None for what only the log explains."""
    if isinstance(error, MendableError):
        return str(error)
    if isinstance(error, BaseException) and is_disk_full(error):
        where = getattr(error, "filename", None) or "folder hasil"
        return f"Ruang cakram untuk {where} habis. Kosongkan sebagian lalu jalankan lagi."
    return None


def tell(output: Output, reference: Reference) -> str:
    """Sends the notices of a published run, or says what would be sent; returns one sentence for the summary."""
    told = announce(output.latest, output.state, settings().channels, reference.kontak, output.keep)
    for line in told.lines:
        get_run_logger().info(line)
    return told.sentence()


def tell_failure(flow: Flow[..., Any], flow_run: FlowRun, state: State[Any]) -> None:
    """Tells the team that a run failed; called by Prefect when one did, also when its process was ended."""
    outcome: object = state.result(raise_on_failure=False) if state.is_failed() else None
    reason = reason_of(outcome) or state.message or ""
    zone, tahun = "UTC", flow_run.parameters.get("tahun")
    with suppress(
        WrongReferenceError, KeyError
    ):  # where nothing is known of the reference data that may be why it failed
        zone = load_reference(Path(flow_run.parameters["reference"] or settings().reference)).daerah.zona_waktu
    now = datetime.now(ZoneInfo(zone))
    told = announce_failure(reason, now, tahun or now.year, settings().channels)
    for line in told.lines:
        flow_run_logger(flow_run, flow).info(line)
