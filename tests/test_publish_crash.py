"""A run may end at any moment: ``latest`` is the old report or the new one, whole; the ledgers belong to it; the next run mends."""

import ctypes
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tasks import durable
from tasks.lock import STALE_SECONDS, BusyError, LostLockError, busy, locked
from tasks.publish import Output, heal, pending, publish
from tests.conftest import ROOT, environment
from tests.endurance import kills

NOW = datetime(2024, 2, 1, 1, 30, tzinfo=UTC)


class Killed(BaseException):
    """Stands for SIGKILL where nothing catches it."""


class Fuse:
    """Lets some changes of the file system happen and ends everything before the next."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, changes: int) -> None:
        self.left = changes
        for owner, name in (
            (os, "rename"), (os, "replace"), (os, "mkdir"), (os, "symlink"), (os, "unlink"), (os, "rmdir"), (os, "fsync"),
            (shutil, "copyfile"),
        ):  # fmt: skip
            real = getattr(owner, name)

            def changed(*arguments: object, real: object = real, **more: object) -> object:
                if self.left == 0:
                    raise Killed
                self.left -= 1
                return real(*arguments, **more)  # type: ignore[operator]

            monkeypatch.setattr(owner, name, changed)


def stage(output: Output, run_id: str) -> None:
    """A run that is ready: some files that all say which run it is, and the ledger as it will be."""
    output.prepare(run_id)
    (output.staged(run_id) / "data").mkdir()
    for name in ("index.html", "data/a", "data/b"):
        (output.staged(run_id) / name).write_text(run_id)
    (output.staged(run_id) / "manifest.json").write_text(f'{{"run_id": "{run_id}"}}')
    waiting = pending(output.state, run_id)
    waiting.mkdir(parents=True)
    for ledger in ("a", "b"):
        (waiting / f"{ledger}.parquet").write_text(run_id)


def shown(output: Output) -> set[str]:
    """The run that each file of ``latest`` is of."""
    return {(output.latest / name).read_text() for name in ("index.html", "data/a", "data/b")}


def ledgers(output: Output) -> set[str]:
    return {(output.state / f"{name}.parquet").read_text() for name in ("a", "b")}


@pytest.fixture(params=["links", "no links"])
def output(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Output:
    """An output with a published run, on a file system with or without links."""
    place = Output(tmp_path / "hasil")
    if request.param == "no links":

        def refuse(*_: object, **__: object) -> None:
            raise OSError(1, "Operation not permitted")

        monkeypatch.setattr(Path, "symlink_to", refuse)
    stage(place, "1")
    publish(place, "1")
    place.discard("1")
    assert place.latest.is_symlink() == (request.param == "links")
    return place


def test_ended_before_any_change_of_the_file_system(output: Output, tmp_path: Path) -> None:
    old = new = 0
    for changes in range(200):
        place = Output(tmp_path / f"h{changes}")
        shutil.copytree(output.root, place.root, symlinks=True)
        stage(place, "2")
        try:
            with pytest.MonkeyPatch.context() as patch:
                Fuse(patch, changes)
                publish(place, "2")
        except Killed:
            before = shown(place)
        else:
            break
        assert before in ({"1"}, {"2"}), changes
        notes = heal(place)
        assert len(notes) == 1, (changes, notes)
        assert shown(place) == before, "healing never changes what is shown"
        assert ledgers(place) == before, changes
        assert {path.name for path in place.runs.iterdir()} == {"1"} | before
        assert {path.name for path in place.root.iterdir()} == {"latest", "runs", "state"}
        assert heal(place) == []
        old, new = old + (before == {"1"}), new + (before == {"2"})
        stage(place, "3")
        publish(place, "3")
        assert shown(place) == ledgers(place) == {"3"}
    assert old > 5
    assert new > 2


def test_ended_while_folders_are_swapped_one_after_the_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the system cannot exchange two folders in one step, the next run puts the newest whole one in place."""
    monkeypatch.setattr(Path, "symlink_to", lambda *_, **__: (_ for _ in ()).throw(OSError(1, "no links")))
    monkeypatch.setattr(sys, "platform", "other")
    place = Output(tmp_path / "hasil")
    for run_id in ("1", "2"):
        stage(place, run_id)
        publish(place, run_id)
        place.discard(run_id)
    assert shown(place) == {"2"}
    (place.root / "latest").rename(place.root / ".lama-3")
    assert heal(place) == ["Laporan terakhir dipulihkan setelah penggantian yang terhenti."]
    assert shown(place) == {"2"}


def test_a_full_disk_publishes_nothing(output: Output, monkeypatch: pytest.MonkeyPatch) -> None:
    stage(output, "2")
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left on device")))
        with pytest.raises(OSError, match="No space left"):
            publish(output, "2")
        output.discard("2")
    assert shown(output) == ledgers(output) == {"1"}
    assert {path.name for path in output.runs.iterdir()} == {"1"}


@pytest.mark.parametrize("whole", [True, False])
def test_many_files_are_brought_to_the_disk_at_once_or_each(
    output: Output, monkeypatch: pytest.MonkeyPatch, whole: bool
) -> None:
    if not whole:
        monkeypatch.setattr(durable, "OF_THIS_MACHINE", ())
    synced: list[Path] = []
    real = durable.sync_file

    def sync_file(path: Path) -> None:
        synced.append(path)
        real(path)

    monkeypatch.setattr(durable, "sync_file", sync_file)
    at_once = durable._sync_file_system(output.root)
    monkeypatch.setattr(durable, "MANY", 2)
    stage(output, "2")
    publish(output, "2")
    output.discard("2")
    assert shown(output) == ledgers(output) == {"2"}
    each = {"index.html", "manifest.json", "a", "b", "a.parquet", "b.parquet"}
    assert {path.name for path in synced} == (set() if at_once else each)
    assert whole or not at_once


class FullDisk:
    """Stands for the system's library where a write failed that nobody has been told of."""

    def statfs(self, _: bytes, facts: "ctypes.Array[ctypes.c_long]") -> int:
        facts[0] = durable.OF_THIS_MACHINE[0]
        return 0

    def syncfs(self, _: int) -> int:
        ctypes.set_errno(28)
        return -1


@pytest.mark.skipif(sys.platform != "linux", reason="syncfs is Linux's")
def test_a_full_disk_is_told_of_many_files_too(output: Output, monkeypatch: pytest.MonkeyPatch) -> None:
    stage(output, "2")
    with monkeypatch.context() as patch:
        patch.setattr(durable, "MANY", 2)
        patch.setattr(durable, "_version", lambda _: (6, 0))
        patch.setattr(ctypes, "CDLL", lambda *_, **__: FullDisk())
        with pytest.raises(OSError, match="No space left"):
            publish(output, "2")
        output.discard("2")
    assert shown(output) == ledgers(output) == {"1"}


# --- one at a time ----------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "hasil" / "state" / "kunci"


HOLD = """
import datetime, pathlib, sys, tasks.lock
with tasks.lock.locked(pathlib.Path(sys.argv[1]), datetime.datetime.now()):
    print(1, flush=True)
    input()
"""


@pytest.fixture
def holder(folder: Path, tmp_path: Path) -> "Iterator[subprocess.Popen[str]]":
    """Another process that holds the lock until its input ends."""
    command = [sys.executable, "-c", HOLD, str(folder)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, env=environment(tmp_path), cwd=ROOT, text=True, **pipes) as process:  # type: ignore[call-overload]
        assert process.stdout.readline() == "1\n"
        yield process
        process.kill()


def test_a_lock_keeps_others_away_and_says_who_holds_it(folder: Path, holder: "subprocess.Popen[str]") -> None:
    with pytest.raises(BusyError, match=rf"{folder.parents[1]} sedang dipakai oleh .*proses {holder.pid}\) sejak"):
        locked(folder, NOW).__enter__()
    assert str(holder.pid) in (busy(folder) or "")


def test_the_lock_of_a_dead_process_is_recovered_at_once(folder: Path, holder: "subprocess.Popen[str]") -> None:
    holder.kill()
    holder.wait()
    assert busy(folder) is None
    with locked(folder, NOW) as lock:
        assert len(lock.recovered) == 1
        assert "sudah mati" in lock.recovered[0]
    assert list(folder.iterdir()) == []


def test_the_lock_of_another_machine_is_alive_while_it_is_renewed(
    folder: Path, holder: "subprocess.Popen[str]"
) -> None:
    """Another machine, whose processes are not seen from here: only the time of its file tells."""
    (file,) = folder.iterdir()
    file.write_text(file.read_text().replace('"mesin": "', '"mesin": "lain '))
    holder.kill()
    holder.wait()
    assert busy(folder)
    old = time.time() - STALE_SECONDS - timedelta(seconds=5).total_seconds()
    os.utime(file, (old, old))
    with locked(folder, NOW) as lock:
        assert "2 menit lalu" in lock.recovered[0]


def test_who_waits_gets_the_lock_when_it_is_given_back(folder: Path, holder: "subprocess.Popen[str]") -> None:
    assert holder.stdin is not None
    holder.stdin.close()
    with locked(folder, NOW, wait_seconds=30) as lock:
        assert lock.recovered == []


def test_a_lock_taken_over_is_noticed(folder: Path) -> None:
    with locked(folder, NOW) as lock:
        lock.check()
        shutil.rmtree(folder)
        with pytest.raises(LostLockError, match="Kunci folder hasil hilang"):
            lock.check()


# --- real runs, really killed -----------------------------------------------------------------------------------------


def test_runs_ended_by_sigkill_at_named_moments(prefect_server: str) -> None:
    """A few of what ``make kills`` does: amid the stages, before the ledgers are written, before and after the one rename."""
    moments = ("tasks.stages:merged_groups", "tasks.publish:show", "tasks.publish:settle")
    seen = kills(len(moments), address=prefect_server, moments=moments)
    assert seen["killed"] == 3
    assert seen["latest is the new report"] == 1
