"""What a night must survive, tried for real and printed: ``make kills`` and ``make endurance``.

``kills N``: N runs of ``inovasi run`` ended by SIGKILL, most at a random moment, some at named ones; after each, ``latest`` must
be the old report or the new one, whole, and the ledgers readable; after each ten, a run that nobody disturbs must be right.
``runs N``: N consecutive runs asked of one ``inovasi serve``, with the memory of its processes and the size of what it keeps.
"""

import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import polars as pl

from schemas.tables import TABLES
from tests.builder.workbooks import Written
from tests.conftest import TAHUN, environment, fill, program, record, table

# Where a run is ended at a named moment: just before this function is called.
MOMENTS = (
    "tasks.stages:collect", "tasks.stages:read", "tasks.stages:parse", "tasks.stages:identify_units", "tasks.stages:validate",
    "tasks.stages:merged_groups", "tasks.stages:index_row", "flows.consolidate:export", "flows.consolidate:render",
    "tasks.stages:remember_identities", "flows.consolidate:publish", "tasks.publish:show", "tasks.publish:settle",
    "flows.consolidate:tell", "flows.consolidate:prune",
)  # fmt: skip
LANES = 2
UNITS = {"Kecamatan Gambut": "63.03.03", "Kecamatan Tatah Makmur": "63.03.19", "Kecamatan Aluh-Aluh": "63.03.01"}


@contextmanager
def prefect_server(home: Path) -> Iterator[str]:
    """The address of a Prefect server of our own."""
    port = free_port()
    command = [sys.executable, "-m", "flows.background", "server", json.dumps({"port": port})]
    with (home / "server.log").open("w") as log:
        server = subprocess.Popen(command, env=environment(home), stdin=subprocess.PIPE, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}/api"
    try:
        wait_for(lambda: answers(f"{address}/health"))
        yield address
    finally:
        server.terminate()
        server.wait(30)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def wait_for(happened: Callable[[], object], seconds: float = 180) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if happened():
            return True
        time.sleep(0.002)
    return False


# A run that ends itself at a named moment.
ENDING = """
import importlib, os, signal, sys
module, _, name = sys.argv.pop(1).partition(":")
place = importlib.import_module(module)
getattr(place, name)  # a name that is gone would end nothing, and nobody would know
setattr(place, name, lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL))
from flows.cli import main
main()
"""
Process = subprocess.Popen[bytes]


class Output:
    """An inbox that changes a little each time, and the output of its runs."""

    def __init__(self, home: Path) -> None:
        self.inbox, self.root = home / "inbox", home / "hasil"

    def send(self, turn: int) -> None:
        """Every unit sends its list; a figure tells the turn."""
        for unit, kode in UNITS.items():
            content = table(record(f"Inovasi {unit}", anggaran=turn), record("Kedua"), unit=Written(kode, unit.upper()))
            fill(self.inbox, {f"{unit}.xlsx": content})

    def start(self, address: str, moment: str | None = None) -> Process:
        """Starts a run in a process group of its own."""
        begin = [sys.executable, "-c", ENDING, moment] if moment else [program("inovasi")]
        command = [*begin, "run", "--inbox", str(self.inbox), "--output", str(self.root), "--year", str(TAHUN)]
        env = environment(self.root.parent) | {"PREFECT_API_URL": address}
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        return subprocess.Popen(command, env=env, cwd=self.root.parent, start_new_session=True, **quiet)  # type: ignore[call-overload,no-any-return]

    def shown(self) -> dict[str, Any]:
        """What ``latest`` holds, read whole: turn, ids; and whether everything else is sound."""
        latest = self.root / "latest"
        tables = {name: pl.read_parquet(path) for path in latest.rglob("*.parquet") for name in [path.stem]}
        assert set(TABLES) <= set(tables), sorted(set(TABLES) - set(tables))
        manifest = json.loads((latest / "manifest.json").read_text("utf-8"))
        assert manifest["counts"]["inovasi"]["total"] == tables["inovasi"].height
        assert "</html>" in (latest / "index.html").read_text("utf-8")
        for ledger in (self.root / "state").glob("*.parquet"):
            pl.read_parquet(ledger)
        lost = [
            sha for sha in tables["berkas"]["sha256"] if not (self.root / "state" / "arsip" / sha[:2] / sha).is_file()
        ]
        assert not lost, lost
        turns = set(tables["inovasi"].filter(pl.col("nama_inovasi") != "Kedua")["anggaran"])
        assert len(turns) == 1, turns
        return {
            "turn": turns.pop(), "ids": sorted(tables["inovasi"]["id_inovasi"]), "berkas": tables["berkas"].height,
            "pemulihan": manifest["pemulihan"],
        }  # fmt: skip

    def leftovers(self) -> list[str]:
        """Whatever a run should not leave."""
        state = self.root / "state"
        found = [*self.root.glob(".*"), *(self.root / "runs").glob(".*"), *state.glob(".*")]
        found += [path for name in ("kerja", "kunci", "tertunda") for path in (state / name).glob("*")]
        return [str(path.relative_to(self.root)) for path in found]


def kills(number: int, *, address: str, moments: Sequence[str] = (), seed: int = 8) -> Counter[str]:
    """Ends ``number`` runs, at random or at the named moments in turn; returns what was seen.

    Raises ``AssertionError`` at the first thing that is wrong.
    """
    home = Path(tempfile.mkdtemp(prefix="inovasi-"))
    output, chance, seen = Output(home), random.Random(seed), Counter[str]()
    try:
        output.send(1)
        began = time.monotonic()
        assert output.start(address).wait() == 0
        lasts = time.monotonic() - began
        right = output.shown()
        published = right["turn"]
        for turn in range(2, number + 2):
            output.send(turn)
            named = bool(moments) and (len(moments) == number or chance.random() < 1 / 3)
            moment = moments[turn % len(moments)] if named else None
            process = output.start(address, moment)
            if moment is None:
                _end_at_random(output, process, chance, lasts)
            status = process.wait(120)
            _end(process)
            seen["killed" if status == -signal.SIGKILL else "had finished before the kill"] += 1
            now = output.shown()
            assert now["turn"] in (published, turn), (now, published, turn, moment)
            assert (now["ids"], now["berkas"]) == (right["ids"], right["berkas"])
            seen["latest is the new report" if now["turn"] == turn else "latest is the old report"] += 1
            published = now["turn"]
            if turn % 10 == 0 or turn == number + 1:
                dirty = output.leftovers()
                assert output.start(address).wait(120) == 0, "the next run must be right"
                now = output.shown()
                assert (now["turn"], now["ids"]) == (turn, right["ids"])
                assert not output.leftovers(), output.leftovers()
                assert bool(now["pemulihan"]) == bool(dirty), (dirty, now["pemulihan"])
                seen["undisturbed runs in between, all right"] += 1
                published = turn
    finally:
        shutil.rmtree(home, ignore_errors=True)
    return seen


def _end_at_random(output: Output, process: Process, chance: random.Random, lasts: float) -> None:
    """Ends the run at any moment of its work, or, every other time, amid its publication."""
    state = output.root / "state"
    wait_for(lambda: any((state / "kunci").glob("*.json")) or process.poll() is not None, 60)
    if chance.random() < 0.5:
        wait_for(lambda: any((state / "tertunda").glob("*")) or process.poll() is not None, 60)
        time.sleep(chance.uniform(0, 0.15))
    else:
        time.sleep(chance.uniform(0, lasts))
    _end(process)


def _end(process: Process) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


# --- many runs in one service -----------------------------------------------------------------------------------------


def memory(pids: list[int]) -> int:
    """Resident memory of processes, kB."""
    status = "".join(Path(f"/proc/{pid}/status").read_text() for pid in pids if Path(f"/proc/{pid}").exists())
    return sum(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))


def children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in tasks]


def runs(number: int, keep: int = 8) -> list[tuple[int, int, int]]:
    """Asks one service for ``number`` runs; returns memory (kB), size of Prefect's database (kB) and runs kept after each."""
    home = Path(tempfile.mkdtemp(prefix="inovasi-"))
    output = Output(home)
    output.send(1)
    env = environment(home) | {
        "INOVASI_PORT": str(free_port()), "INOVASI_KEEP_RUNS": str(keep), "INOVASI_KEEP_FLOW_RUNS": str(keep),
    }  # fmt: skip
    command = [
        program("inovasi"),
        "serve",
        "--inbox",
        str(output.inbox),
        "--output",
        str(output.root),
        "--year",
        str(TAHUN),
    ]
    service = subprocess.Popen(command, env=env, cwd=home, stdout=subprocess.PIPE, text=True)
    found: list[tuple[int, int, int]] = []
    try:
        assert service.stdout is not None
        while "Berhenti" not in service.stdout.readline():
            assert service.poll() is None
        for turn in range(1, number + 1):
            output.send(turn)
            asked = [program("inovasi"), "trigger"]
            subprocess.run(asked, env=env, cwd=home, check=True, capture_output=True)
            used = memory([service.pid, *children(service.pid)])
            database = sum(path.stat().st_size for path in (home / "prefect").glob("prefect.db*")) // 1024
            found.append((used, database, len(list((output.root / "runs").iterdir()))))
            print(f"run {turn}: {used / 1024:.1f} MB, database {database} kB, {found[-1][2]} runs kept", flush=True)
    finally:
        service.terminate()
        service.wait(20)
        shutil.rmtree(home, ignore_errors=True)
    return found


def main(what: str, number: int) -> None:
    if what == "kills":
        home = Path(tempfile.mkdtemp(prefix="inovasi-"))
        with prefect_server(home) as address, ThreadPoolExecutor(LANES) as lanes:
            share = [number // LANES + (lane < number % LANES) for lane in range(LANES)]
            asked = [
                lanes.submit(kills, count, address=address, moments=MOMENTS, seed=lane)
                for lane, count in enumerate(share)
            ]
            seen = sum((lane.result() for lane in asked), Counter[str]())
        shutil.rmtree(home, ignore_errors=True)
        for name, count in sorted(seen.items()):
            print(f"{count:5}  {name}")
        print("    0  broken reports, lost files, wrong runs")
        return
    found = runs(number)
    third = max(1, min(10, number // 3))
    last, before = ([used for used, *_ in part] for part in (found[-third:], found[-2 * third : -third]))
    change = 100 * (sum(last) / len(last) / (sum(before) / len(before)) - 1)
    print(f"memory of the last {third} runs beside the {third} before: {change:+.1f} %")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
