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
    "diabaikan": pl.Boolean,
    "kode": pl.String,
}
LEDGER = "buku_masuk.parquet"
BLOCK = 1 << 20
EMPTY_SHA256 = hashlib.sha256(b"").hexdigest()


class MissingInboxError(Exception):
    """The inbox is no folder, or cannot be listed; the message is Indonesian."""


def collect(inbox: Path, state: Path) -> pl.DataFrame:
    """One row per file below ``inbox``: columns of ``SCHEMA`` and nomor_masuk, ordered by path.

    Each file is copied to the archive under ``state`` by its SHA-256 unless it is there already. ``kode`` is the finding
    for a file that cannot even be read (``berkas_tidak_terbuka``). Links that lead out of the inbox are not followed.
    Raises ``MissingInboxError``.
    """
    if not inbox.is_dir():
        raise MissingInboxError(f"Folder kiriman {inbox} tidak ada.")
    root = inbox.resolve()
    return collect_files([(display_name(path, root), path) for path in _files(root)], root, state)


def collect_files(files: list[tuple[str, Path]], root: Path, state: Path) -> pl.DataFrame:
    """The same for named files: each (name to show, path); paths outside of ``root`` are not opened."""
    rows = [_row(name, path, root, state) for name, path in files]
    return _numbered(pl.DataFrame(rows, schema=SCHEMA, orient="row").sort("berkas"), state)


def holds_files(inbox: Path) -> bool:
    """Whether there is any file below ``inbox`` that can be a submission. Raises ``MissingInboxError``."""
    if not inbox.is_dir():
        raise MissingInboxError(f"Folder kiriman {inbox} tidak ada.")
    return any(not is_ignored(path.name) for path in _files(inbox))


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


def _row(name: str, path: Path, root: Path, state: Path) -> tuple[object, ...]:
    ignored = is_ignored(path.name)
    try:
        if not path.resolve(strict=True).is_relative_to(root) or not path.is_file():
            raise OSError(0, "not a file inside of the inbox")
        status = path.stat()
        digest = _digest(path) if ignored else _archive(path, state)
    except OSError:
        return (
            name,
            EMPTY_SHA256,
            0,
            datetime.fromtimestamp(0, UTC),
            ignored,
            None if ignored else "berkas_tidak_terbuka",
        )
    modified = datetime.fromtimestamp(status.st_mtime_ns // 1_000_000 / 1000, UTC)
    return name, digest, status.st_size, modified, ignored, None


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


def _numbered(found: pl.DataFrame, state: Path) -> pl.DataFrame:
    """With nomor_masuk: the order in which contents were first seen, over all runs; new ones by their time, then path."""
    ledger = _ledger(state)
    last = ledger["nomor_masuk"].max() or 0
    new = (
        found.join(ledger, on="sha256", how="anti")
        .sort("waktu_berkas", "berkas")
        .unique("sha256", keep="first", maintain_order=True)
    )
    fresh = new.select("sha256").with_row_index("nomor_masuk", offset=int(str(last)) + 1)
    numbers = pl.concat([ledger, fresh.select(pl.col("sha256"), pl.col("nomor_masuk").cast(pl.Int64))])
    return found.join(numbers, on="sha256", how="left", maintain_order="left")


def _ledger(state: Path) -> pl.DataFrame:
    path = state / LEDGER
    return (
        pl.read_parquet(path) if path.exists() else pl.DataFrame(schema={"sha256": pl.String, "nomor_masuk": pl.Int64})
    )


def remember(berkas: pl.DataFrame, state: Path) -> None:
    """Adds the contents of a published run to the ledger of arrivals; replaced in one step."""
    merged = (
        pl.concat([_ledger(state), berkas.select("sha256", "nomor_masuk")])
        .unique("sha256", keep="first")
        .sort("nomor_masuk")
    )
    fresh = (state / LEDGER).with_suffix(".baru")
    merged.write_parquet(fresh)
    fresh.replace(state / LEDGER)
