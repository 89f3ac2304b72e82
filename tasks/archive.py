"""Members of a ZIP archive as files of their own; names and sizes in it are a stranger's word, and bounded."""

import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePosixPath
from zoneinfo import ZoneInfo

from tasks.read.limits import Limits, UnreadableError
from tasks.read.sniff import Kind, is_plainly_ooxml, kind_of

DEEPEST = 3  # archives within archives
BLOCK = 1 << 20
_DAMAGED = (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, RuntimeError, EOFError, KeyError)


# What other programs keep in ZIP archives of their own: such a file is no archive of submissions.
FOREIGN_MEMBERS = {
    "META-INF/MANIFEST.MF", "AndroidManifest.xml", "META-INF/container.xml", "[Content_Types].xml", "Index/Document.iwa",
    "Index.zip", "META-INF/manifest.xml", "mimetype",
}  # fmt: skip


@dataclass(frozen=True)
class Member:
    """A file inside an archive: its path there, its bytes or the finding that says why they are not to be had."""

    path: str  # after the archive's own name, as in kiriman.zip!dalam.zip!isi.xlsx
    content: bytes
    modified: datetime
    kode: str | None = None
    rincian: str = ""
    is_archive: bool = False


class Budget:
    """What all archives of one inbox entry together may inflate to."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.bytes_left = limits.inflated_bytes
        self.members_left = limits.members


def is_archive(content: bytes) -> bool:
    """Whether the content is a ZIP archive of files (and not a workbook or document, which are ZIP archives too)."""
    if not content.startswith(b"PK") or is_plainly_ooxml(content):
        return False
    try:
        return kind_of(content) is Kind.ARCHIVE
    except UnreadableError:
        return False


def members(content: bytes, zone: ZoneInfo, fallback: datetime, budget: Budget, depth: int = 1) -> Iterator[Member]:
    """All files in an archive one after the other, those of archives inside it too; ``zone`` is that of the times in it.

    Raises ``UnreadableError`` at once when the archive's directory cannot be read, or holds nothing or too much.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    except _DAMAGED:
        raise UnreadableError("berkas_rusak") from None
    if not entries:
        raise UnreadableError("arsip_kosong")
    if FOREIGN_MEMBERS & {entry.filename for entry in entries}:
        raise UnreadableError("berkas_bukan_lembar_kerja", "berkas program lain")
    budget.members_left -= len(entries)
    if budget.members_left < 0:
        raise UnreadableError("berkas_terlalu_besar", f"arsipnya berisi lebih dari {budget.limits.members} berkas")
    return _members(archive, entries, zone, fallback, budget, depth)


def _members(
    archive: zipfile.ZipFile,
    entries: list[zipfile.ZipInfo],
    zone: ZoneInfo,
    fallback: datetime,
    budget: Budget,
    depth: int,
) -> Iterator[Member]:
    seen: dict[str, int] = {}
    with archive:
        for entry in entries:
            name = entry.filename.replace("\\", "/")
            seen[name] = seen.get(name, 0) + 1
            if seen[name] > 1:
                name = f"{name} ({seen[name]})"
            modified = _time_of(entry, zone, fallback)
            try:
                inside = _inflate(archive, entry, name, budget)
            except UnreadableError as error:
                yield Member(name, b"", modified, error.kode, error.rincian)
                continue
            if is_archive(inside):
                yield from _nested(name, inside, modified, zone, budget, depth)
            else:
                yield Member(name, inside, modified)


def _nested(
    name: str, inside: bytes, modified: datetime, zone: ZoneInfo, budget: Budget, depth: int
) -> Iterator[Member]:
    """An archive inside an archive, and its members under its name."""
    try:
        if depth >= DEEPEST:
            raise UnreadableError("arsip_terlalu_dalam")
        nested = members(inside, zone, modified, budget, depth + 1)
    except UnreadableError as error:
        yield Member(name, inside, modified, error.kode, error.rincian)
        return
    yield Member(name, inside, modified, is_archive=True)
    for member in nested:
        path = f"{name}!{member.path}"
        yield Member(path, member.content, member.modified, member.kode, member.rincian, member.is_archive)


def _inflate(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str, budget: Budget) -> bytes:
    """The bytes of an entry, never more than the budget. Raises ``UnreadableError``."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or ":" in name.split("/", 1)[0]:
        raise UnreadableError("nama_tidak_aman")
    if entry.flag_bits & 1:
        raise UnreadableError("berkas_bersandi")
    limit = min(budget.limits.file_bytes, budget.bytes_left)
    blocks: list[bytes] = []
    size = 0
    try:
        with archive.open(entry) as stream:
            while block := stream.read(BLOCK):
                size += len(block)
                if size > limit:
                    raise UnreadableError("berkas_terlalu_besar", f"isinya mengembang melebihi {limit // BLOCK} MB")
                blocks.append(block)
    except _DAMAGED:
        raise UnreadableError("berkas_rusak") from None
    budget.bytes_left -= size
    return b"".join(blocks)


def _time_of(entry: zipfile.ZipInfo, zone: ZoneInfo, fallback: datetime) -> datetime:
    try:
        return datetime(*entry.date_time, tzinfo=zone).astimezone(UTC)
    except ValueError:
        return fallback
