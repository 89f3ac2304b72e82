"""Worker processes that read files: a file that hangs, kills or exhausts its worker costs that one file."""

import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Any

import orjson

from tasks.read.limits import Limits
from tasks.vocabulary import Vocabulary

ROOT = Path(__file__).resolve().parents[2]


class _Worker:
    """One reading process, started when first needed and again after it died."""

    def __init__(self, vocabulary: Vocabulary, limits: Limits) -> None:
        self._greeting = orjson.dumps({"limits": asdict(limits), "vocabulary": vocabulary.to_json()}) + b"\n"
        self._limits = limits
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> subprocess.Popen[bytes]:
        """The running process."""
        if self._process is None or self._process.poll() is not None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tasks.read.worker"],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=ROOT,
            )  # fmt: skip
            assert self._process.stdin is not None
            self._process.stdin.write(self._greeting)
            self._process.stdin.flush()
        return self._process

    def ask(self, path: Path) -> dict[str, Any]:
        """What the file at ``path`` holds, or the code of what it did to the process."""
        process = self.start()
        assert process.stdin is not None and process.stdout is not None
        expired = threading.Event()

        def kill() -> None:
            expired.set()
            process.kill()

        timer = threading.Timer(self._limits.seconds, kill)
        timer.start()
        try:
            process.stdin.write(orjson.dumps(str(path)) + b"\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except BrokenPipeError:
            line = b""
        finally:
            timer.cancel()
        if line.endswith(b"\n"):
            answer: dict[str, Any] = orjson.loads(line)
            return answer
        self.stop()
        if expired.is_set():
            return {"kode": "berkas_terlalu_lama", "rincian": f"{self._limits.seconds:g}"}
        return {"kode": "berkas_menghentikan_pembaca", "rincian": ""}

    def stop(self) -> None:
        """Ends the process."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


def read_files(
    paths: Iterable[Path],
    vocabulary: Vocabulary,
    limits: Limits,
    workers: int,
    advance: Callable[[int], None] = lambda _: None,
) -> Iterator[dict[str, Any]]:
    """Reads and recognizes each file in one of ``workers`` processes; yields the answers in the order of the paths."""
    local = threading.local()
    running: list[_Worker] = []

    def ask(path: Path) -> dict[str, Any]:
        if not hasattr(local, "worker"):
            local.worker = _Worker(vocabulary, limits)
            running.append(local.worker)
        answer: dict[str, Any] = local.worker.ask(path)
        advance(1)
        return answer

    with ThreadPoolExecutor(max_workers=max(1, workers)) as threads:
        try:
            yield from threads.map(ask, paths)
        finally:
            for worker in running:
                worker.stop()
