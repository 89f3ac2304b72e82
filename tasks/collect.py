"""What is in the inbox: every file hashed and archived once by content, so that all later stages read what was hashed."""

import hashlib
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

# No submissions at all: what editors, Windows and macOS leave behind.
IGNORED_NAMES = {"desktop.ini", "thumbs.db", ".ds_store", "ehthumbs.db", "icon\r"}
IGNORED_PREFIXES = ("~$", ".~lock.", "._", "~wrl")
IGNORED_SUFFIXES = (".tmp", ".lnk", ".crdownload", ".part", ".url")

SCHEMA: dict[str, Any] = {
    "berkas": pl.String,
    "sha256": pl.String,
    "ukuran": pl.Int64,
    "waktu_berkas": pl.Datetime("ms", "UTC"),
    "pertama_terlihat": pl.Datetime("ms", "UTC"),
    "diabaikan": pl.Boolean,
    "kode": pl.String,
}
LEDGER = "buku_berkas.parquet"
BLOCK = 1 << 20


class MissingInboxError(Exception):
    """The inbox is no folder, or cannot be listed; the message is Indonesian."""


def collect(inbox: Path, state: Path, now: datetime) -> pl.DataFrame:
    """One row per file below ``inbox``: columns of ``SCHEMA``, ordered by path.

    Each file is copied to the archive under ``state`` by its SHA-256 unless it is there already. ``kode`` is the finding
    for a file that cannot even be read (``berkas_tidak_terbuka``); ``pertama_terlihat`` is when a run first saw the content,
    from the ledger of earlier runs, else ``now``. Links that lead out of the inbox are not followed.
    """
    if not inbox.is_dir():
        raise MissingInboxError(f"Folder kiriman {inbox} tidak ada.")
    root = inbox.resolve()
    return collect_files([(display_name(path, root), path) for path in _files(root)], root, state, now)


def collect_files(files: list[tuple[str, Path]], root: Path, state: Path, now: datetime) -> pl.DataFrame:
    """The same for named files: each (name to show, path); paths outside of ``root`` are not opened."""
    seen = _first_seen(state)
    rows = [_row(name, path, root, state, seen, now) for name, path in files]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row").sort("berkas")


def archived(state: Path, sha256: str) -> Path:
    """Where the archive keeps the file with these bytes."""
    return state / "arsip" / sha256[:2] / sha256


def _files(root: Path) -> list[Path]:
    def refuse(error: OSError) -> None:
        raise MissingInboxError(f"Folder {error.filename} tidak dapat dibaca: {error.strerror}.")

    found = []
    for folder, folders, names in os.walk(root, onerror=refuse):
        folders.sort()
        found += [Path(folder, name) for name in sorted(names)]
    return found


def display_name(path: Path, root: Path) -> str:
    """The path relative to the inbox with forward slashes; bytes that are no UTF-8 are shown as escapes."""
    return os.fsencode(path.relative_to(root).as_posix()).decode("utf-8", "backslashreplace")


def is_ignored(name: str) -> bool:
    """Whether a file of this name is no submission: lock files, thumbnails, leavings of the system."""
    low = name.lower()
    return low in IGNORED_NAMES or low.startswith(IGNORED_PREFIXES) or low.endswith(IGNORED_SUFFIXES)


def _row(
    name: str, path: Path, root: Path, state: Path, seen: dict[str, datetime], now: datetime
) -> tuple[object, ...]:
    ignored = is_ignored(path.name)
    try:
        if not path.resolve(strict=True).is_relative_to(root) or not path.is_file():
            raise OSError(0, "bukan berkas di dalam folder kiriman")
        status = path.stat()
        digest = _digest(path) if ignored else _archive(path, state)
    except OSError:
        empty = hashlib.sha256(b"").hexdigest()
        return name, empty, 0, datetime.fromtimestamp(0, UTC), now, ignored, None if ignored else "berkas_tidak_terbuka"
    modified = datetime.fromtimestamp(status.st_mtime_ns // 1_000_000 / 1000, UTC)
    return name, digest, status.st_size, modified, seen.get(digest, now), ignored, None


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _archive(path: Path, state: Path) -> str:
    """Copies the file to the archive under its digest; what is there already is not written again."""
    digest = _digest(path)
    target = archived(state, digest)
    if target.exists():
        return digest
    target.parent.mkdir(parents=True, exist_ok=True)
    copy = target.with_name(f".{digest}.{os.getpid()}")
    total = hashlib.sha256()
    with path.open("rb") as source, copy.open("wb") as sink:
        while block := source.read(BLOCK):
            total.update(block)
            sink.write(block)
    if total.hexdigest() != digest:  # written to while we read: what was copied is what counts
        digest = total.hexdigest()
        target = archived(state, digest)
        target.parent.mkdir(parents=True, exist_ok=True)
    copy.replace(target)
    return digest


def _first_seen(state: Path) -> dict[str, datetime]:
    ledger = state / LEDGER
    if not ledger.exists():
        return {}
    frame = pl.read_parquet(ledger)
    return dict(zip(frame["sha256"], frame["pertama_terlihat"], strict=True))


def remember(berkas: pl.DataFrame, state: Path) -> None:
    """Adds the contents of this run to the ledger of first sights; replaced in one step."""
    now = berkas.group_by("sha256").agg(pl.col("pertama_terlihat").min())
    ledger = state / LEDGER
    known = [pl.read_parquet(ledger)] if ledger.exists() else []
    merged = pl.concat([*known, now]).group_by("sha256").agg(pl.col("pertama_terlihat").min()).sort("sha256")
    fresh = ledger.with_suffix(".baru")
    merged.write_parquet(fresh)
    fresh.replace(ledger)
