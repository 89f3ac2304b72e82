"""``inovasi serve``: Prefect's server and the runner, watched together; ``inovasi trigger``: a run asked for by hand.

The command itself only starts both, waits, and ends both: when one dies the other is ended too, and a service manager
(systemd, the Task Scheduler) starts them anew.
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import flows.prefect_defaults  # noqa: F401 - before Prefect
from flows.console import terminal
from flows.settings import settings
from tasks.publish import UnwritableOutputError
from tasks.reference import load_reference

FLOW, MANUAL = "konsolidasi", "konsolidasi-manual"
LOG = "layanan.log"
START_SECONDS = 180.0
GRACE_SECONDS = 3.0  # each, for the runner and then the server, before they are killed


def address() -> str:
    """The API of the Prefect server: the one that the environment names, else that of ``inovasi serve``."""
    return os.environ.get("PREFECT_API_URL") or f"http://127.0.0.1:{settings().port}/api"


def answers(api: str, seconds: float = 2) -> bool:
    """Whether a Prefect server answers at this address."""
    try:
        with urllib.request.urlopen(f"{api}/health", timeout=seconds) as answer:
            return bool(answer.status == 200 and answer.read(16).strip() == b"true")
    except (OSError, ValueError):
        return False


def use_running_server() -> bool:
    """Lets this process use the server that it is told of, or that of ``inovasi serve``, if one answers; else Prefect
    starts one of its own. Returns whether there is one."""
    if not os.environ.get("PREFECT_API_URL") and answers(address(), 1):
        os.environ["PREFECT_API_URL"] = address()
    return bool(os.environ.get("PREFECT_API_URL"))


def serve(inbox: str, output: str, tahun: int | None, reference: Path) -> int:
    """Runs until SIGTERM or Ctrl-C; returns the exit code."""
    place, known, api, port = settings().place(output), load_reference(reference), address(), settings().port
    try:
        place.check()
    except UnwritableOutputError as error:
        return _refuse(str(error))
    own_server = not os.environ.get("PREFECT_API_URL")
    if own_server == answers(api):
        return _refuse(
            f"Sudah ada server Prefect di {api}." if own_server else f"Server Prefect di {api} tidak menjawab."
        )
    terminal.divert(place.state / LOG)
    try:
        place.reach()
    except UnwritableOutputError as error:
        return _refuse(str(error))
    os.environ |= {"PREFECT_API_URL": api, "PREFECT_SERVER_API_PORT": str(port)}
    os.environ.setdefault("INOVASI_WAIT_SECONDS", "3600")
    os.environ["INOVASI_REFERENCE"] = str(reference)
    ended = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: ended.set())
    children: list[subprocess.Popen[bytes]] = []
    try:
        if own_server:
            children.append(_start("server", port=port))
        parameters = {"inbox": inbox, "output": output, "tahun": tahun, "reference": str(reference)}
        if _until(lambda: answers(api), children, ended):
            zone = known.daerah.zona_waktu
            children.append(_start("runner", parameters=parameters, cron=settings().schedule, zone=zone))
        if _until(lambda: _knows(api), children, ended):
            terminal.say(f"Layanan berjalan. Halaman Prefect: {api.removesuffix('/api')}")
            terminal.say(f"Jadwal: {settings().schedule} ({known.daerah.zona_waktu}). Sekarang juga: inovasi trigger")
            terminal.say(f"Laporan: {place.shown}/index.html. Berhenti: Ctrl-C.")
            _until(lambda: False, children, ended, None)
        failed = not ended.is_set()
    finally:
        for child in reversed(children):
            _end(child)
    if failed:
        return _refuse(f"Layanan berhenti sendiri; rinciannya di {place.state / LOG}.")
    terminal.say("Layanan dihentikan.")
    return 0


def _start(what: str, **options: Any) -> "subprocess.Popen[bytes]":
    """One of the processes of ``flows.background``, in a group of its own with all that it starts."""
    command = [sys.executable, "-m", "flows.background", what, json.dumps(options)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)


def _end(child: "subprocess.Popen[bytes]") -> None:
    """Ends a process and all that it started: asked first, then killed."""
    for name in ("SIGTERM", "SIGKILL"):
        try:
            if os.name == "posix":
                os.killpg(child.pid, getattr(signal, name))
            elif child.poll() is None:
                child.terminate()
            child.wait(GRACE_SECONDS)
        except (ProcessLookupError, PermissionError):
            break
        except subprocess.TimeoutExpired:
            continue
    child.wait(GRACE_SECONDS)


def _until(
    happened: Any,
    children: "list[subprocess.Popen[bytes]]",
    ended: threading.Event,
    seconds: float | None = START_SECONDS,
) -> bool:
    """Waits; False when a child died, the time is over, or the end was asked for."""
    deadline = time.monotonic() + seconds if seconds is not None else float("inf")
    while not happened():
        if ended.wait(0.2) or any(child.poll() is not None for child in children) or time.monotonic() > deadline:
            return False
    return True


def _knows(api: str) -> bool:
    """Whether the deployment for people is registered."""
    try:
        with urllib.request.urlopen(f"{api}/deployments/name/{FLOW}/{MANUAL}", timeout=2) as answer:
            return bool(answer.status == 200)
    except (OSError, ValueError):
        return False


def _refuse(reason: str) -> int:
    terminal.complain(f"Gagal: {reason}")
    return 1


def trigger(parameters: dict[str, Any], *, wait: bool) -> int:
    """Asks the running service for a run with these parameters; returns the exit code, of the run if it is waited for."""
    api = address()
    if not _knows(api):
        return _refuse(
            f"inovasi serve tidak menjawab di {api}. Jalankan dulu, atau sebutkan alamatnya di PREFECT_API_URL."
        )
    os.environ["PREFECT_API_URL"] = api
    from prefect import get_client  # noqa: PLC0415
    from prefect.exceptions import PrefectHTTPStatusError  # noqa: PLC0415

    with get_client(sync_client=True) as client:
        deployment = client.read_deployment_by_name(f"{FLOW}/{MANUAL}")
        try:
            run = client.create_flow_run_from_deployment(deployment.id, parameters=deployment.parameters | parameters)
        except PrefectHTTPStatusError as error:
            return _refuse(f"Permintaan ditolak: {error.response.json().get('detail', error)}")
        terminal.say(f"Permintaan diterima: {api.removesuffix('/api')}/runs/flow-run/{run.id}")
        while wait and not (run.state and run.state.is_final()):
            time.sleep(1)
            run = client.read_flow_run(run.id)
    if not wait or run.state is None:
        return 0
    if run.state.is_completed():
        terminal.say(run.state.message or "Selesai.")
        return 0
    return _refuse(run.state.message or str(run.state.name))
