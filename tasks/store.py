"""An output on an object store: worked on in a copy here, written there complete, and the pointer last.

    <address>/
      latest.json          the newest published run: {"run_id": …, "index": …, "manifest": …, "runs": all published}, in one object
      latest/index.html    leads a browser to the report of that run
      runs/<run_id>/       every published run, complete before latest.json names it
      state/<run_id>/      the ledgers as they were after that run
      state/arsip/         the originals by SHA-256
      state/pemberitahuan.json

The truth is the store: before a run the copy is made to agree with ``latest.json``, whatever a run that was ended had left in
it. The pointer is replaced only where it is still the one the run began with: of two machines at once, one publishes.
"""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from tasks import notify
from tasks.durable import write_durably
from tasks.publish import Output, UnwritableOutputError, show
from tasks.remote import UnreachableError, at_once, connect, is_address, local_path, unreachable

POINTER = "latest.json"
BASIS = "dasar.json"  # in the copy: the pointer that its ledgers belong to
STORES = ("s3", "gs", "az")  # where one object is replaced in one step
REDIRECT = Path(__file__).resolve().parents[1] / "templates" / "terbaru.html"


def open_output(output: str, cache: Path, seconds: float) -> Output:
    """The output at a path or an address. ``cache`` is where copies are kept, ``seconds`` how long an answer may take."""
    if not is_address(output):
        return Output(local_path(output).absolute())
    address = output.rstrip("/")
    return StoreOutput(cache / hashlib.sha256(address.encode()).hexdigest()[:16], address, seconds)


@dataclass(frozen=True)
class StoreOutput(Output):
    """An output on an object store and its copy here, ``root``."""

    address: str
    seconds: float

    @property
    def shown(self) -> str:
        """Where people find the newest report."""
        return f"{self.address}/latest"

    @cached_property
    def _store(self) -> tuple[Any, str]:
        return connect(self.address, self.seconds)

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "_store"}

    def reach(self) -> None:
        """Tries the store. Raises ``UnwritableOutputError``."""
        self._guarded(self._pointer)

    def pull(self) -> None:
        """Makes the copy agree with the store. Raises ``UnwritableOutputError``."""
        self._guarded(self._pull)

    def push(self, run_id: str) -> None:
        """Writes a run published in the copy to the store, the pointer last. Raises ``UnwritableOutputError``."""
        self._guarded(lambda: self._push(run_id))

    def keep(self, path: Path) -> None:
        """Writes one file of the state that changes between runs."""
        self._guarded(lambda: self._put(path, f"state/{path.name}"))

    def _guarded(self, work: Callable[[], object]) -> None:
        try:
            work()
        except UnwritableOutputError:
            raise
        except UnreachableError as error:
            raise UnwritableOutputError(f"Tempat hasil {error}") from error
        except Exception as error:  # each protocol has errors of its own: all are named and end the run
            raise UnwritableOutputError(f"Tempat hasil {unreachable(self.address, error)}") from error

    def _pointer(self) -> str:
        """The pointer as it stands on the store; empty before the first run."""
        system, root = self._store
        try:
            return str(system.cat_file(f"{root}/{POINTER}").decode("utf-8"))
        except FileNotFoundError:
            if not system.exists(root.split("/", 1)[0]):
                raise
            return ""

    def _pull(self) -> None:
        system, root = self._store
        pointer, basis = self._pointer(), self.state / BASIS
        with suppress(FileNotFoundError):
            system.get_file(f"{root}/state/{notify.LEDGER}", str(self.state / notify.LEDGER))
        run_id = json.loads(pointer)["run_id"] if pointer else None
        agreed = basis.read_text("utf-8") if basis.exists() else None
        if agreed == pointer and self.published() == run_id:
            return
        basis.unlink(missing_ok=True)  # until all agrees
        self.latest.unlink(missing_ok=True)
        for path in self.runs.iterdir():
            if path.name not in _published(pointer):
                shutil.rmtree(path)
        for path in _ledgers(self.state):
            path.unlink()
        if run_id is not None:
            if not (self.runs / run_id).is_dir():
                files = (f"runs/{run_id}/{name}" for name in self._names(f"runs/{run_id}"))
                self._get(files, self.runs / f".{run_id}", 2)
                (self.runs / f".{run_id}").rename(self.runs / run_id)
            self._get((f"state/{run_id}/{name}" for name in self._names(f"state/{run_id}")), self.state, 2)
            here = {path.name for path in (self.state / "arsip").glob("*/*")}
            missing = [name for name in self._names("state/arsip") if name.rpartition("/")[2] not in here]
            self._get((f"state/arsip/{name}" for name in missing), self.state / "arsip", 2)
            show(self, run_id)
        write_durably(basis, lambda path: path.write_text(pointer, "utf-8"))

    def _push(self, run_id: str) -> None:
        system, root = self._store
        published = [*_published((self.state / BASIS).read_text("utf-8")), run_id]
        found = {
            name.split("/", 1)[0] for name in self._names("runs")
        }  # before the pointer: later ones are not ours to judge
        there = {name.rpartition("/")[2] for name in self._names("state/arsip")}
        run = self.runs / run_id
        files = [
            (path, f"runs/{run_id}/{path.relative_to(run).as_posix()}") for path in run.rglob("*") if path.is_file()
        ]
        files += [(path, f"state/{run_id}/{path.name}") for path in _ledgers(self.state)]
        files += [
            (path, f"state/arsip/{path.parent.name}/{path.name}")
            for path in (self.state / "arsip").glob("*/[!.]*")
            if path.name not in there
        ]
        at_once(system, lambda file: self._put(*file), files)
        pointer = json.dumps(
            {
                "run_id": run_id,
                "index": f"runs/{run_id}/index.html",
                "manifest": f"runs/{run_id}/manifest.json",
                "runs": published,
            }
        )
        self._point(pointer)
        write_durably(self.state / BASIS, lambda path: path.write_text(pointer, "utf-8"))
        self._put_bytes(
            "latest/index.html",
            REDIRECT.read_text("utf-8").replace("@tujuan@", f"../runs/{run_id}/index.html").encode(),
            ContentType="text/html; charset=utf-8",
        )
        for left in sorted(found - set(published)):  # by runs that ended while they were written
            for folder in (f"runs/{left}", f"state/{left}"):
                for name in self._names(folder):
                    system.rm_file(f"{root}/{folder}/{name}")

    def _point(self, pointer: str) -> None:
        """Replaces the pointer if it is still the one that this run began with."""
        system, root = self._store
        basis = (self.state / BASIS).read_text("utf-8")
        taken = UnwritableOutputError(
            f"Hasil di {self.address} sudah diganti oleh proses lain sementara proses ini berjalan."
        )
        if self._pointer() != basis:
            raise taken
        only_if: dict[str, Any] = {}
        if "s3" in system.protocol:  # elsewhere a moment remains between looking and writing
            only_if = {"IfMatch": system.info(f"{root}/{POINTER}")["ETag"]} if basis else {"IfNoneMatch": "*"}
        try:
            self._put_bytes(
                POINTER, pointer.encode(), ContentType="application/json", CacheControl="no-cache", **only_if
            )
        except Exception:
            now = self._pointer()
            if now == pointer:  # it was written, and only the answer was lost
                return
            if now != basis:
                raise taken from None
            raise

    def _names(self, folder: str) -> list[str]:
        """The files below a folder of the store, relative to it."""
        system, root = self._store
        prefix = f"{root}/{folder}/"
        with suppress(FileNotFoundError):
            return sorted(name.removeprefix(prefix) for name in system.find(prefix) if name.startswith(prefix))
        return []

    def _get(self, names: Iterable[str], folder: Path, strip: int) -> None:
        """Fetches files into ``folder``, each under its name less its first ``strip`` parts."""
        system, root = self._store

        def fetch(name: str) -> None:
            parts = name.split("/")[strip:]
            if not all(parts) or {".", ".."} & set(parts):
                raise UnwritableOutputError(f"Di {self.address} ada nama yang tidak aman: {name}.")
            target = folder.joinpath(*parts)
            target.parent.mkdir(parents=True, exist_ok=True)
            write_durably(target, lambda path: system.get_file(f"{root}/{name}", str(path)))

        at_once(system, fetch, list(names))

    def _put(self, path: Path, name: str) -> None:
        system, root = self._store
        system.put_file(str(path), f"{root}/{name}")

    def _put_bytes(self, name: str, content: bytes, **headers: str) -> None:
        system, root = self._store
        system.pipe_file(f"{root}/{name}", content, **(headers if "s3" in system.protocol else {}))


def _published(pointer: str) -> list[str]:
    """The runs that a pointer names."""
    runs: list[str] = json.loads(pointer)["runs"] if pointer else []
    return runs


def _ledgers(state: Path) -> list[Path]:
    """The files of the state that belong to a published run."""
    return sorted(state.glob("[!.]*.parquet"))
