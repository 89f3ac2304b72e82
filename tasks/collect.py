"""What is in the inbox: every file hashed and archived once by content, so that all later stages read what was hashed."""

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from tasks.archive import Budget, is_archive, members
from tasks.durable import put_in_place, write_beside
from tasks.errors import MendableError
from tasks.read.limits import Limits, UnreadableError
from tasks.text import system_reason

# No submissions at all: what editors, Windows and macOS leave behind.
IGNORED_NAMES = ("desktop.ini", "thumbs.db", "ehthumbs.db", ".ds_store", "icon\r")
IGNORED_PREFIXES = ("~$", ".~lock.", "._", "~wrl", "thumbs.db:")

SCHEMA: dict[str, Any] = {
    "berkas": pl.String,
    "sha256": pl.String,
    "ukuran": pl.Int64,
    "waktu_berkas": pl.Datetime("ms", "UTC"),
    "diabaikan": pl.Boolean,
    "arsip": pl.Boolean,
    "kode": pl.String,
    "rincian": pl.String,
}
LEDGER = "buku_masuk.parquet"
BLOCK = 1 << 20
FILES_AT_ONCE = 1000  # that are brought to the disk together: waiting for it costs most, once or a thousand times
EMPTY_SHA256 = hashlib.sha256(b"").hexdigest()


class MissingInboxError(MendableError):
    """The inbox is no folder, or cannot be listed; the message is Indonesian."""


class NothingSentError(MendableError):
    """The inbox holds no submission; the message is Indonesian."""


class UnwritableArchiveError(MendableError):
    """The archive of originals cannot be written; the message is Indonesian."""


@dataclass(frozen=True)
class Found:
    """A file of the inbox or of an archive in it; ``kode`` is the finding for one whose bytes are not to be had."""

    berkas: str
    sha256: str
    ukuran: int
    waktu_berkas: datetime
    diabaikan: bool = False
    arsip: bool = False
    kode: str | None = None
    rincian: str = ""


def collect(inbox: Path, state: Path, run_id: str, zone: ZoneInfo, limits: Limits) -> pl.DataFrame:
    """One row per file below ``inbox`` and per member of an archive there: ``SCHEMA`` and nomor_masuk, ordered by path.

    Each file is copied to the archive under ``state`` by its SHA-256 unless it is there already. Links that lead out of
    the inbox are not followed. ``zone`` is that of the times in ZIP archives. Raises ``MissingInboxError``.
    """
    if not inbox.is_dir():
        raise MissingInboxError(f"Folder kiriman {inbox} tidak ada.")
    root = inbox.resolve()
    return collect_files([(display_name(path, root), path) for path in _files(root)], root, state, run_id, zone, limits)


def collect_files(
    files: Sequence[tuple[str, str | Path]],
    root: Path,
    state: Path,
    run_id: str,
    zone: ZoneInfo,
    limits: Limits,
    refused: Iterable[Found] = (),
) -> pl.DataFrame:
    """The same for named files: each (name to show, path); paths outside of ``root`` are not opened.

    ``refused`` are files known to be there whose bytes are not to be had.
    """
    archive = _Archive(state)
    rows = [vars(found) for name, path in files for found in _look_at(name, path, root, archive, zone, limits)]
    rows += map(vars, refused)
    archive.settle()
    return _numbered(pl.DataFrame(rows, schema=SCHEMA).sort("berkas"), state, run_id)


def submissions(inbox: Path) -> list[Path]:
    """The files below ``inbox`` that can be submissions. Raises ``MissingInboxError``."""
    return [Path(path) for path in _files(inbox) if not is_ignored(path)]


def archived(state: Path, sha256: str) -> Path:
    """Where the archive keeps the file with these bytes."""
    return Path(_archived(os.fspath(state), sha256))


def _archived(state: str, sha256: str) -> str:
    return f"{state}/arsip/{sha256[:2]}/{sha256}"


def display_name(path: str, root: Path) -> str:
    """The path relative to the inbox with forward slashes; bytes that are no UTF-8 are shown as escapes."""
    relative = path.removeprefix(os.fspath(root)).lstrip(os.sep).replace(os.sep, "/")
    return os.fsencode(relative).decode("utf-8", "backslashreplace")


def is_ignored(name: str) -> bool:
    """Whether a file of this name or path is no submission: lock files, thumbnails, leavings of the system."""
    low = os.path.basename(name).lower()  # noqa: PTH119 - asked of every file: a Path costs more than all else
    return low in IGNORED_NAMES or low.startswith(IGNORED_PREFIXES)


def too_large(size: int, limits: Limits) -> str:
    """By how much a file is too large, in words."""
    return f"{size // BLOCK} MB, paling besar {limits.file_bytes // BLOCK} MB"


def remember(berkas: pl.DataFrame, state: Path, into: Path) -> None:
    """Writes to ``into`` the ledger of arrivals with the contents of this run added, unless it has them all."""
    ledger = _ledger(state)
    if berkas.join(ledger, on="sha256", how="anti").is_empty():
        return
    arrivals = pl.concat([ledger, berkas.select(ledger.columns)])
    arrivals.unique("sha256", keep="first").sort("nomor_masuk").write_parquet(into / LEDGER)


def _files(root: Path) -> list[str]:
    def refuse(error: OSError) -> None:
        raise MissingInboxError(f"Folder {error.filename} tidak dapat dibaca: {system_reason(error)}.")

    found: list[str] = []
    for folder, folders, names in os.walk(root, onerror=refuse):
        folders.sort()
        found += [os.path.join(folder, name) for name in sorted(names)]  # noqa: PTH118
    return found


def _look_at(
    name: str, path: str | Path, root: Path, archive: "_Archive", zone: ZoneInfo, limits: Limits
) -> Iterator[Found]:
    """A file and, if it is an archive, its members."""
    ignored = is_ignored(name)
    try:
        status = _status(path, root)
        content = _content(path) if status.st_size <= limits.file_bytes else None
        sha256 = _digest(path) if content is None else ""
    except OSError:
        kode = None if ignored else "berkas_tidak_terbuka"
        yield Found(name, EMPTY_SHA256, 0, datetime.fromtimestamp(0, UTC), ignored, kode=kode)
        return
    modified = datetime.fromtimestamp(status.st_mtime_ns // 1_000_000 / 1000, UTC)
    size = status.st_size if content is None else len(content)
    if content is None:
        yield Found(name, sha256, size, modified, ignored, kode="berkas_terlalu_besar", rincian=too_large(size, limits))
        return
    sha256 = archive.keep(content, keep=not ignored)
    if ignored or not is_archive(content):
        yield Found(name, sha256, size, modified, ignored)
        return
    try:
        inside = members(content, zone, modified, Budget(limits))
    except UnreadableError as error:
        yield Found(name, sha256, size, modified, arsip=True, kode=error.kode, rincian=error.rincian)
        return
    yield Found(name, sha256, size, modified, arsip=True)
    for member in inside:
        path_inside = f"{name}!{member.path}".encode("utf-8", "backslashreplace").decode()
        skip = is_ignored(PurePosixPath(member.path.replace("!", "/")).name) or "__MACOSX/" in member.path
        sha256 = archive.keep(member.content, keep=not skip and member.kode is None)
        kode = None if skip else member.kode
        yield Found(
            path_inside, sha256, len(member.content), member.modified, skip, member.is_archive, kode, member.rincian
        )


def _content(path: str | Path) -> bytes:
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123
        return file.read()


def _status(path: str | Path, root: Path) -> os.stat_result:
    """What the system knows of a file. Raises ``OSError`` for what is none, and for a link that leads out of ``root``."""
    status = os.lstat(path)
    if stat.S_ISLNK(status.st_mode):
        if not Path(path).resolve(strict=True).is_relative_to(root):
            raise OSError(0, "leads out of the inbox")
        status = os.stat(path)  # noqa: PTH116
    if not stat.S_ISREG(status.st_mode):
        raise OSError(0, "not a file")
    return status


class _Archive:
    """The archive of originals below ``state``; what it was given is safe there once ``settle`` returns."""

    def __init__(self, state: Path) -> None:
        self._state = os.fspath(state)
        self._fresh: dict[str, Path] = {}  # where what is written, but not yet on the disk, belongs

    def keep(self, content: bytes, *, keep: bool) -> str:
        """The digest of some bytes, which go to the archive unless they are there already."""
        sha256 = hashlib.sha256(content).hexdigest()
        if not keep or sha256 in self._fresh:
            return sha256
        target = _archived(self._state, sha256)
        with self._writing():
            if _size(target) != len(content):  # a power cut may have emptied it
                self._fresh[sha256] = Path(target)
                write_beside(self._fresh[sha256], content)
        if len(self._fresh) >= FILES_AT_ONCE:
            self.settle()
        return sha256

    def settle(self) -> None:
        """Brings what was given to the disk, and puts it in place."""
        with self._writing():
            put_in_place(list(self._fresh.values()))
        self._fresh.clear()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise UnwritableArchiveError(
                f"Arsip {Path(self._state, 'arsip')} tidak dapat ditulis: {system_reason(error)}."
            ) from None


def _size(path: str) -> int | None:
    """The size of a file; None where there is none."""
    try:
        return os.stat(path).st_size  # noqa: PTH116
    except FileNotFoundError:
        return None


def _digest(path: str | Path) -> str:
    """The digest of a file too large to be read, and so to be kept."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _numbered(found: pl.DataFrame, state: Path, run_id: str) -> pl.DataFrame:
    """With nomor_masuk and run_id: in which order contents were first seen, over all runs, and by which run."""
    ledger = _ledger(state)
    last = ledger["nomor_masuk"].to_list()[-1:] or [0]
    new = found.join(ledger, on="sha256", how="anti").sort("waktu_berkas", "berkas")
    fresh = (
        new.unique("sha256", keep="first", maintain_order=True)
        .select("sha256")
        .with_row_index("nomor_masuk", last[0] + 1)
    )
    arrived = fresh.select("sha256", pl.col("nomor_masuk").cast(pl.Int64), pl.lit(run_id).alias("run_id"))
    return found.join(pl.concat([ledger, arrived]), on="sha256", how="left", maintain_order="left")


def _ledger(state: Path) -> pl.DataFrame:
    path = state / LEDGER
    schema = {"sha256": pl.String, "nomor_masuk": pl.Int64, "run_id": pl.String}
    return pl.read_parquet(path) if path.exists() else pl.DataFrame(schema=schema)
