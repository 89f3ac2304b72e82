"""Reading and recognizing on the machines of a Dask cluster: batches of files, each read in processes that may die.

A worker takes the originals, by their SHA-256, from where all can reach them: a shared folder or an object store; only where
none is named are they sent along. What comes back is what a process on this machine would have answered, so that all
tables are the same. Workers need this program installed, of the same code, and nothing of Prefect.
"""

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from tasks.errors import MendableError
from tasks.read.limits import Limits
from tasks.read.pool import read_files
from tasks.remote import UnreachableError, connect, is_address, local_path, unreachable
from tasks.vocabulary import Vocabulary

MOST_IN_BATCH = 32
BATCHES_PER_THREAD = 4
TASKS = Path(__file__).resolve().parents[1]


class ClusterError(MendableError):
    """The cluster cannot be reached, or cannot do its work; the message is Indonesian."""


@dataclass(frozen=True)
class Cluster:
    """The address of a Dask scheduler, and where its workers find the originals: a folder or an address; "": sent along.

    ``seconds`` is how long another machine may take to answer.
    """

    address: str
    originals: str
    seconds: float


def read_on(
    cluster: Cluster,
    paths: Iterable[Path],
    vocabulary: Vocabulary,
    limits: Limits,
    workers: int,
    advance: Callable[[int], None] = lambda _: None,
) -> Iterator[dict[str, Any]]:
    """As ``read_files``, on a cluster, whose threads read one file each at a time: ``workers`` is for those who read here.

    The last part of each path must be the SHA-256 of its bytes. Raises ``ClusterError``.
    """
    try:
        from distributed import Client  # noqa: PLC0415 - heavy, and only for those who have a cluster
    except ImportError:
        raise ClusterError("Kluster Dask memerlukan paket distributed, yang belum terpasang.") from None

    wanted = list(paths)
    if cluster.originals:
        _share(wanted, cluster)
    try:
        client = Client(cluster.address, timeout=cluster.seconds, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise ClusterError(f"Kluster Dask {cluster.address} tidak dapat dihubungi ({type(error).__name__}).") from error
    with client:
        threads = sum(client.nthreads().values())  # type: ignore[no-untyped-call]
        if not threads:
            raise ClusterError(f"Kluster Dask {cluster.address} tidak punya pekerja.")
        size = max(1, min(MOST_IN_BATCH, -(-len(wanted) // (threads * BATCHES_PER_THREAD))))
        words, allowed = vocabulary.to_json(), asdict(limits)
        waiting = [wanted[start : start + size] for start in range(0, len(wanted), size)]
        running: list[Any] = []
        try:
            while waiting or running:
                while waiting and len(running) < 2 * threads:  # so that bytes sent along never pile up at the scheduler
                    batch = waiting.pop(0)
                    sent = [(path.name, None if cluster.originals else path.read_bytes()) for path in batch]
                    running.append(
                        client.submit(
                            read_batch,
                            sent,
                            cluster.originals,
                            cluster.seconds,
                            words,
                            allowed,
                            code_digest(),
                            pure=False,
                        )
                    )
                answers = orjson.loads(running.pop(0).result())
                advance(len(answers))
                yield from answers
        except (
            OSError,
            RuntimeError,
            ImportError,
            AttributeError,
        ) as error:  # Dask's own are RuntimeErrors and OSErrors
            raise ClusterError(
                f"Kluster Dask {cluster.address} gagal membaca kiriman ({type(error).__name__}): {error}."
            ) from error


def read_batch(
    batch: list[tuple[str, bytes | None]],
    originals: str,
    seconds: float,
    vocabulary: dict[str, Any],
    limits: dict[str, Any],
    code: str,
) -> bytes:
    """On a worker: reads files, each its SHA-256 and its bytes where they were sent along; answers as ``read_files``, in JSON.

    Raises ``ClusterError`` when the worker's program is another, or an original is not what its name says.
    """
    if code != code_digest():
        raise ClusterError("Program di pekerja kluster Dask lain versinya; pasang versi yang sama di semua pekerja.")
    with tempfile.TemporaryDirectory(prefix="inovasi-") as name:
        folder = Path(name)
        system, root = _originals(originals, seconds) if originals and is_address(originals) else (None, "")
        paths = []
        for sha256, content in batch:
            path = folder / sha256
            if content is not None:
                path.write_bytes(content)
            elif system is not None:
                system.get_file(f"{root}/{sha256[:2]}/{sha256}", str(path))
            else:
                path = local_path(originals) / sha256[:2] / sha256
            with path.open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
                    raise ClusterError(f"Berkas asli {sha256} di {originals or 'kiriman'} berubah isinya.")
            paths.append(path)
        return orjson.dumps(list(read_files(paths, Vocabulary(**vocabulary), Limits(**limits), 1)))


@cache
def code_digest() -> str:
    """A digest of the program's modules that read: workers of another version would answer otherwise."""
    total = hashlib.sha256()
    for path in sorted(TASKS.rglob("*.py")):
        total.update(path.relative_to(TASKS).as_posix().encode() + b"\0" + path.read_bytes())
    return total.hexdigest()


@cache
def _originals(address: str, seconds: float) -> tuple[Any, str]:
    """The store of the originals, connected to once in each worker."""
    return connect(address, seconds)


def _share(paths: list[Path], cluster: Cluster) -> None:
    """Puts the originals where the workers look for them, those that are not there yet."""
    if not is_address(cluster.originals):
        folder = local_path(cluster.originals)
        for path in paths:
            target = folder / path.name[:2] / path.name
            if not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                part = target.with_name(f".{target.name}.{os.getpid()}")
                part.write_bytes(path.read_bytes())
                part.replace(target)
        return
    try:
        system, root = connect(cluster.originals, cluster.seconds)
        there: set[str] = set()
        with suppress(FileNotFoundError):
            there = {name.rpartition("/")[2] for name in system.find(root)}
        for path in paths:
            if path.name not in there:
                system.pipe_file(f"{root}/{path.name[:2]}/{path.name}", path.read_bytes())
    except UnreachableError as error:
        raise ClusterError(f"Tempat berkas asli {error}") from error
    except Exception as error:
        raise ClusterError(f"Tempat berkas asli {unreachable(cluster.originals, error)}") from error
