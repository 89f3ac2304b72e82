"""One at a time: a lock on an output folder, for processes of one machine and for machines on one share.

Each contender writes a file of its own into the lock's folder and then looks for others: whoever sees another live one
withdraws. So two never both go on, and there is nothing to steal: the files of the dead are not counted and are removed.
A file is alive while its process is, if that process is of this machine, and else while its time is fresh: the owner
renews it every ``BEAT`` seconds.
"""

import json
import os
import platform
import random
import re
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from tasks.durable import write_durably
from tasks.errors import MendableError

BEAT = 10.0
STALE_SECONDS = 120.0
TRIES = 6


class BusyError(MendableError):
    """Somebody else works on this output; the message is Indonesian and says who, where and since when."""


class LostLockError(MendableError):
    """The lock is no longer there: the share is gone, or another machine took this one for dead; Indonesian."""


@dataclass(frozen=True)
class Owner:
    """Who holds a lock. ``mesin`` tells machines (and containers) apart, ``mulai_proses`` processes of one number."""

    pengguna: str
    host: str
    pid: int
    sejak: str
    mesin: str
    mulai_proses: str


class Lock:
    """A lock that is held; ``check`` before anything that others must not do at the same time."""

    def __init__(self, file: Path, recovered: list[str]) -> None:
        self.file = file
        self.recovered = recovered
        self._ended = threading.Event()
        self._beating = threading.Thread(target=self._beat, daemon=True)
        self._beating.start()

    def check(self) -> None:
        """Raises ``LostLockError`` unless the lock is still there."""
        try:
            os.utime(self.file)
        except OSError:
            raise LostLockError(
                "Kunci folder hasil hilang di tengah proses: foldernya tidak terjangkau lagi atau diambil alih mesin lain."
            ) from None

    def release(self) -> None:
        """Gives the lock back."""
        self._ended.set()
        self._beating.join()
        try:
            self.file.unlink(missing_ok=True)
        except OSError:  # the share is gone; others see a lock that grows old
            return

    def _beat(self) -> None:
        while not self._ended.wait(BEAT):
            try:
                os.utime(self.file)
            except OSError:  # ``check`` says so before it matters
                continue


def busy(folder: Path) -> str | None:
    """What ``BusyError`` would say at this moment, or None; a look that disturbs nobody."""
    living, _ = _others(folder, time.time()) if folder.is_dir() else ([], [])
    return _message(folder, living[0]) if living else None


@contextmanager
def locked(folder: Path, started: datetime, wait_seconds: float = 0) -> Iterator[Lock]:
    """Holds the lock of ``folder`` (made if missing), having waited for it at most ``wait_seconds``.

    ``recovered`` of the lock names, in Indonesian, locks of processes that died. Raises ``BusyError``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + wait_seconds
    recovered: list[str] = []
    while True:
        try:
            lock = Lock(_take(folder, started, recovered), recovered)
            break
        except BusyError:
            if time.monotonic() >= deadline:
                raise
            time.sleep(min(2.0, max(0.1, deadline - time.monotonic())))
    try:
        yield lock
    finally:
        lock.release()


def _take(folder: Path, started: datetime, recovered: list[str]) -> Path:
    """Puts a file of our own into the folder, alone. Raises ``BusyError``."""
    name = f"{re.sub(r'[^A-Za-z0-9-]', '_', platform.node())[:40]}-{os.getpid()}-{uuid.uuid4().hex[:8]}.json"
    mine = folder / name
    for attempt in range(TRIES):
        if attempt:
            time.sleep(random.uniform(0.02, 0.2) * attempt)  # two that came at once both withdrew: not again together
        content = json.dumps(asdict(_myself(started)), ensure_ascii=False)
        write_durably(mine, lambda path, text=content: path.write_text(text, encoding="utf-8"))  # type: ignore[misc]
        now = mine.stat().st_mtime  # by the clock of the share
        living, dead = _others(folder, now, mine)
        for path, age in dead:
            path.unlink(missing_ok=True)
            recovered.append(f"Kunci proses yang sudah mati ({_ago(age)}) dilepas.")
        if not living:
            return mine
        mine.unlink()
    raise BusyError(_message(folder, living[0]))


def _others(folder: Path, now: float, mine: Path | None = None) -> tuple[list[Owner | None], list[tuple[Path, float]]]:
    """Whoever else holds the lock, and the files of the dead with their age in seconds."""
    living: list[Owner | None] = []
    dead: list[tuple[Path, float]] = []
    for path in folder.glob("*.json"):
        try:
            age = max(0.0, now - path.stat().st_mtime)
            owner, alive = _look(path, age)
        except FileNotFoundError:  # given back meanwhile
            continue
        if path == mine:
            continue
        if alive:
            living.append(owner)
        else:
            dead.append((path, age))
    return living, dead


def _message(folder: Path, owner: Owner | None) -> str:
    since = f" sejak {owner.sejak}" if owner else ""
    return f"Folder hasil {folder.parents[1]} sedang dipakai oleh {_name(owner)}{since}. Tunggu sampai selesai."


def _myself(started: datetime) -> Owner:
    try:
        user = os.environ.get("USERNAME") or os.environ.get("USER") or Path.home().name
    except RuntimeError:
        user = "?"
    return Owner(user, platform.node(), os.getpid(), started.strftime("%d-%m-%Y %H:%M"), _machine(), _born(os.getpid()))


def _look(path: Path, age: float) -> tuple[Owner | None, bool]:
    """The owner of a lock file renewed ``age`` seconds ago, and whether it is alive. Raises ``FileNotFoundError``."""
    try:
        owner = Owner(**json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise
    except (OSError, ValueError, TypeError):  # not to be read: only its age can tell
        return None, age < STALE_SECONDS
    if owner.mesin and owner.mesin == _machine():
        return owner, _born(owner.pid) == owner.mulai_proses
    return owner, age < STALE_SECONDS


def _machine() -> str:
    """What tells this machine, since it was last started, and its container from others; "" where that is not known."""
    try:
        started = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{started} {Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        return ""


def _born(pid: int) -> str:
    """When the process of this number was started, in the system's own ticks; "" when there is none, or none alive."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] in ("Z", "X") else fields[19]


def _name(owner: Owner | None) -> str:
    return f"{owner.pengguna}@{owner.host} (proses {owner.pid})" if owner else "proses lain"


def _ago(seconds: float) -> str:
    return f"terakhir terlihat {seconds / 60:.0f} menit lalu" if seconds >= 60 else "baru saja berhenti"
