"""Worker processes that read files: a file that hangs, kills or exhausts its worker costs that one file."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import orjson

from tasks.read.limits import Limits
from tasks.vocabulary import Vocabulary

ROOT = Path(__file__).resolve().parents[2]
ANSWER = 1 << 20  # bytes that an answer may have without being read in pieces
MOST_IN_BATCH = 16  # paths sent at once: few enough to stand in a pipe while the worker is busy
BATCHES_PER_WORKER = 4  # at least, so that no worker is left with all of the work
PASSING = ("berkas_terlalu_lama", "berkas_menghentikan_pembaca")  # what another try may not find
NEVER = float("inf")
GLANCES = 4  # times that the watch looks within a time limit
LONGEST_GLANCE = 0.25  # seconds


_spare: list[subprocess.Popen[bytes]] = []  # reading processes that nobody has asked anything of yet


def _launch() -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "tasks.read.worker"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=ROOT, bufsize=ANSWER,
    )  # fmt: skip


def warm_up() -> None:
    """Starts a reading process before it is known what to ask of it: it loads its modules while this process loads its own.

    It ends with this process, asked or not.
    """
    _spare.append(_launch())


class _Worker:
    """One reading process, started when first needed and again after it died."""

    def __init__(self, vocabulary: Vocabulary, limits: Limits) -> None:
        self._greeting = orjson.dumps({"limits": asdict(limits), "vocabulary": vocabulary.to_json()}) + b"\n"
        self._limits = limits
        self._process: subprocess.Popen[bytes] | None = None
        self._deadline = NEVER
        self._expired = self._ended = False

    def start(self) -> subprocess.Popen[bytes]:
        """The running process."""
        if self._process is None or self._process.poll() is not None:
            try:
                self._process = _spare.pop()
            except IndexError:
                self._process = _launch()
            assert self._process.stdin is not None
            self._process.stdin.write(self._greeting)
            self._process.stdin.flush()
        return self._process

    def ask(self, paths: Iterable[Path]) -> Iterator[dict[str, Any]]:
        """What each file holds, or the code of what it did to the process; those behind it are asked of a new one."""
        waiting = list(paths)
        while waiting and not self._ended:
            for line in self._lines(waiting):
                del waiting[0]
                yield orjson.loads(line)
            if waiting:
                late = self._expired
                self.stop()
                del waiting[0]
                if late:
                    yield {"kode": "berkas_terlalu_lama", "rincian": f"{self._limits.seconds:g}"}
                else:
                    yield {"kode": "berkas_menghentikan_pembaca", "rincian": ""}

    def _lines(self, paths: list[Path]) -> Iterator[bytes]:
        """The answers of the process, up to the file that ends it."""
        process = self.start()
        assert process.stdin is not None and process.stdout is not None
        self._expired = False
        self._deadline = time.monotonic() + self._limits.seconds
        try:
            process.stdin.write(b"".join(orjson.dumps(str(path)) + b"\n" for path in paths))
            process.stdin.flush()
            for _ in range(len(paths)):
                line = process.stdout.readline()
                self._deadline = NEVER
                if not line.endswith(b"\n"):
                    return
                yield line
                self._deadline = time.monotonic() + self._limits.seconds
        except BrokenPipeError:
            return
        finally:
            self._deadline = NEVER

    def check(self) -> None:
        """Ends the process if its file has taken too long."""
        if time.monotonic() > self._deadline and self._process is not None:
            self._expired = True
            self._process.kill()

    def end(self) -> None:
        """Ends the process, and starts no other."""
        self._ended = True
        if self._process is not None:
            self._process.kill()

    def stop(self) -> None:
        """Ends the process."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


@contextmanager
def _watched(workers: list[_Worker], seconds: float) -> Iterator[None]:
    """Within it, a thread ends workers whose file takes too long; in the end it ends them all."""
    done = threading.Event()

    def watch() -> None:
        while not done.wait(min(seconds / GLANCES, LONGEST_GLANCE)):
            for worker in list(workers):
                worker.check()

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()
        for worker in workers:
            worker.stop()


def read_files(
    paths: Iterable[Path],
    vocabulary: Vocabulary,
    limits: Limits,
    workers: int,
    advance: Callable[[int], None] = lambda _: None,
) -> Iterator[dict[str, Any]]:
    """Reads and recognizes each file in one of ``workers`` processes; yields the answers in the order of the paths."""
    wanted, workers = list(paths), max(1, workers)
    size = max(1, min(MOST_IN_BATCH, len(wanted) // (workers * BATCHES_PER_WORKER)))
    local = threading.local()
    running: list[_Worker] = []

    def ask(batch: list[Path]) -> list[dict[str, Any]]:
        if not hasattr(local, "worker"):
            local.worker = _Worker(vocabulary, limits)
            running.append(local.worker)
        answers = []
        for answer in local.worker.ask(batch):
            answers.append(answer)
            advance(1)
        return answers

    batches = [wanted[start : start + size] for start in range(0, len(wanted), size)]
    with _watched(running, limits.seconds), ThreadPoolExecutor(max_workers=workers) as threads:
        try:
            for answers in threads.map(ask, batches):
                yield from answers
        finally:
            for worker in running:
                worker.end()
