"""An inbox on another machine: listed, and what is new or changed since the last run fetched once.

The copies stand under ``state/sumber/<digest of the address>/``, each under the digest of its name: a name from a listing
is shown, but is never a path of this machine. ``buku.json`` beside them says which version of each is there.
"""

import hashlib
import json
import os
import posixpath
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

from tasks.collect import EMPTY_SHA256, Found, MissingInboxError, is_ignored, too_large
from tasks.read.limits import Limits
from tasks.remote import UnreachableError, at_once, connect, unreachable

BOOK = "buku.json"
SETTLED_SECONDS = 2  # a file changed this shortly before it was fetched may have changed again within the same second
_VERSION = ("ETag", "etag", "VersionId", "mtime", "LastModified", "modified", "last_modified", "size")
_TIMES = ("mtime", "LastModified", "modified", "last_modified")


@dataclass(frozen=True)
class Fetched:
    """What of a remote inbox is here: (name, path of the copy) of each file, and those whose bytes are not to be had."""

    root: Path
    files: list[tuple[str, Path]]
    refused: list[Found]


def holds_submissions(address: str, seconds: float) -> bool:
    """Whether any file at the address can be a submission. Raises ``MissingInboxError``."""
    _, _, listing = _listing(address, seconds)
    return any(not is_ignored(name) for name in listing)


def fetch(address: str, state: Path, limits: Limits, seconds: float) -> Fetched:
    """Brings the copies of the files at ``address`` up to date. ``seconds`` is how long the other side may take to answer.

    Raises ``MissingInboxError`` when the source cannot be listed or fails on the way; what was fetched before is kept then.
    """
    system, folder, listing = _listing(address, seconds)
    root = state / "sumber" / hashlib.sha256(address.encode()).hexdigest()[:16]
    root.mkdir(parents=True, exist_ok=True)
    book = _read_book(root / BOOK)
    refused = [found for name, info in listing.items() if (found := _refused(name, info, limits)) is not None]
    out = {found.berkas for found in refused}
    wanted = {name: info for name, info in listing.items() if name not in out}

    def bring(name: str) -> Found | None:
        copy, info = root / _copy_name(name), wanted[name]
        if copy.exists() and _is_current(book.get(name), info):
            return None
        try:
            book[name] = _fetch_one(system, posixpath.join(folder, name), info, copy)
        except (PermissionError, FileNotFoundError):  # of this file alone: gone since it was listed, or closed to us
            book.pop(name, None)
            return Found(
                name, EMPTY_SHA256, 0, datetime.fromtimestamp(0, UTC), is_ignored(name), kode="berkas_tidak_terbuka"
            )
        return None

    try:
        refused += filter(None, at_once(system, bring, list(wanted)))
    except Exception as error:  # each protocol has errors of its own: all are named and end the run
        raise MissingInboxError(f"Sumber kiriman {unreachable(address, error)}") from error
    finally:
        _write_book(root / BOOK, {name: version for name, version in book.items() if name in wanted})
    _sweep(root, wanted)
    closed = {found.berkas for found in refused}
    return Fetched(root, [(name, root / _copy_name(name)) for name in wanted if name not in closed], refused)


def _listing(address: str, seconds: float) -> tuple[Any, str, dict[str, dict[str, Any]]]:
    """The file system, the folder, and what is below it: name relative to the folder -> what the listing says of it."""
    try:
        system, folder = connect(address, seconds)
        found: dict[str, dict[str, Any]] = system.find(folder, detail=True)
        if not found and not system.exists(folder):
            raise FileNotFoundError(folder)
    except UnreachableError as error:
        raise MissingInboxError(f"Sumber kiriman {error}") from error
    except Exception as error:  # each protocol has errors of its own: all are named and end the run
        raise MissingInboxError(f"Sumber kiriman {unreachable(address, error)}") from error
    prefix = f"{folder}/" if folder else ""
    inside = {path.removeprefix(prefix): info for path, info in found.items() if path.startswith(prefix)}
    return system, folder, {name: inside[name] for name in sorted(inside) if name and not name.endswith("/")}


def _refused(name: str, info: dict[str, Any], limits: Limits) -> Found | None:
    """The row of a file that is not fetched, or None."""
    size = int(info.get("size") or 0)
    kode, rincian = "", ""
    if ".." in PurePosixPath(name).parts or name.startswith("/"):
        kode = "nama_tidak_aman"
    elif info.get("type") != "file":  # links and devices: where they lead is not ours to know
        kode = "berkas_tidak_terbuka"
    elif size > limits.file_bytes:
        kode, rincian = "berkas_terlalu_besar", too_large(size, limits)
    if not kode:
        return None
    ignored = is_ignored(name)
    return Found(name, EMPTY_SHA256, size, _time_of(info), ignored, kode=None if ignored else kode, rincian=rincian)


def _fetch_one(system: Any, path: str, info: dict[str, Any], copy: Path) -> dict[str, Any]:
    """Copies one file, whole or not at all, with its time of modification; returns its entry of the book."""
    started = time.time()
    part = copy.with_suffix(f".{os.getpid()}")
    try:
        system.get_file(path, str(part))
        modified = _time_of(info, system, path)
        os.utime(part, (modified.timestamp(), modified.timestamp()))
        part.replace(copy)
    finally:
        part.unlink(missing_ok=True)
    return {"versi": _version(info), "diambil": started}


def _is_current(entry: dict[str, Any] | None, info: dict[str, Any]) -> bool:
    """Whether the version fetched is the one listed. Without a mark of the content or a time there is no telling."""
    if entry is None or entry["versi"] != _version(info):
        return False
    if any(info.get(key) for key in ("ETag", "etag", "VersionId")):
        return True
    return any(info.get(key) for key in _TIMES) and entry["diambil"] > _time_of(info).timestamp() + SETTLED_SECONDS


def _version(info: dict[str, Any]) -> dict[str, str]:
    return {key: str(info[key]) for key in _VERSION if info.get(key) is not None}


def _time_of(info: dict[str, Any], system: Any = None, path: str = "") -> datetime:
    """When a file was modified: as its sender's machine had it, where an upload to a store kept that; else as listed.

    Tools that mirror folders to an object store (rclone, s3fs) keep it as ``mtime``, seconds, in the object's metadata.
    """
    kept: Callable[[str], dict[str, Any]] | None = getattr(system, "metadata", None)
    if kept is not None and path:
        try:
            return datetime.fromtimestamp(float(kept(path)["mtime"]), UTC)
        except (KeyError, ValueError, OverflowError, OSError):
            pass  # not kept, or no time: as listed
    for value in (info.get(key) for key in _TIMES):
        if isinstance(value, datetime):
            return value if value.tzinfo else value.replace(tzinfo=UTC)
        if isinstance(value, (int, float)):
            return datetime.fromtimestamp(value, UTC)
    return datetime.fromtimestamp(0, UTC)


def _copy_name(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8", "backslashreplace")).hexdigest()


def _read_book(path: Path) -> dict[str, dict[str, Any]]:
    try:
        book: dict[str, dict[str, Any]] = json.loads(path.read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        return {}  # without it all is fetched again
    return book


def _write_book(path: Path, book: dict[str, dict[str, Any]]) -> None:
    fresh = path.with_suffix(".baru")
    fresh.write_text(json.dumps(book, ensure_ascii=False), "utf-8")
    fresh.replace(path)


def _sweep(root: Path, wanted: dict[str, dict[str, Any]]) -> None:
    """Removes copies of what the source no longer holds; the archive keeps what was read."""
    keep = {_copy_name(name) for name in wanted} | {BOOK}
    for path in root.iterdir():
        if path.name not in keep:
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
