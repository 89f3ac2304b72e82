"""Bytes of a workbook -> grids, with python-calamine at true addresses. Run in a worker process: strangers' files kill readers."""

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
    ZipError,
    load_workbook,
)

from tasks.read.grid import Grid, Value

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# What a file is by its first bytes, where it is no workbook at all.
FOREIGN = [
    (b"%PDF", "PDF"),
    (b"\x89PNG", "gambar"),
    (b"\xff\xd8\xff", "gambar"),
    (b"GIF8", "gambar"),
    (b"II*\x00", "gambar"),
    (b"MM\x00*", "gambar"),
    (b"{\\rtf", "dokumen teks kaya (RTF)"),
    (b"Rar!", "arsip RAR"),
    (b"7z\xbc\xaf", "arsip 7z"),
    (b"MZ", "program"),
]
_UTF16_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_UTF16_WORD = "WordDocument".encode("utf-16-le")


class UnreadableError(Exception):
    """A file that cannot be read: the code of its finding and the detail its sentence names."""

    def __init__(self, kode: str, rincian: str = "") -> None:
        super().__init__(kode, rincian)
        self.kode, self.rincian = kode, rincian


@dataclass(frozen=True)
class Limits:
    """What reading one file may cost."""

    seconds: float = 60.0
    memory_bytes: int = 2 * 1024**3
    file_bytes: int = 100 * 1024**2
    inflated_bytes: int = 400 * 1024**2
    cells: int = 5_000_000


@dataclass(frozen=True)
class Book:
    """The visible sheets of a workbook, and the names of the hidden ones."""

    grids: list[Grid]
    hidden: list[str]


def read_workbook(path: Path, limits: Limits) -> Book:
    """All visible sheets of the workbook at ``path``.

    Raises ``UnreadableError`` with the code of the finding for whatever is no readable workbook.
    """
    size = path.stat().st_size
    if size == 0:
        raise UnreadableError("berkas_kosong")
    if size > limits.file_bytes:
        raise UnreadableError(
            "berkas_terlalu_besar", f"{size // 1024**2} MB, paling besar {limits.file_bytes // 1024**2} MB"
        )
    _refuse_foreign(path, limits)
    try:
        book = load_workbook(io.BytesIO(path.read_bytes()))  # by content: names of strangers' files say nothing
        return _grids(book, limits)
    except PasswordError:
        raise UnreadableError("berkas_bersandi") from None
    except (CalamineError, ZipError, OSError, ValueError, EOFError) as error:
        raise UnreadableError("berkas_rusak", str(error)) from None


def _refuse_foreign(path: Path, limits: Limits) -> None:
    with path.open("rb") as file:
        head = file.read(4096)
    for magic, name in FOREIGN:
        if head.startswith(magic):
            raise UnreadableError("berkas_bukan_lembar_kerja", name)
    if head.lstrip()[:200].lower().startswith((b"<!doctype html", b"<html", b"<table")):
        raise UnreadableError("berkas_bukan_lembar_kerja", "halaman web (HTML)")
    if head.startswith(OLE_MAGIC):
        content = path.read_bytes()
        if _UTF16_ENCRYPTED in content:
            raise UnreadableError("berkas_bersandi")
        if _UTF16_WORD in content:
            raise UnreadableError("berkas_bukan_lembar_kerja", "dokumen Word")
    elif head.startswith(b"PK"):
        _check_archive(path, limits)
    else:
        raise UnreadableError("berkas_rusak")


def _check_archive(path: Path, limits: Limits) -> None:
    """Refuses zip bombs and what is no workbook by the names and sizes in the archive's directory."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise UnreadableError("berkas_rusak") from None
    inflated = sum(member.file_size for member in members)
    if inflated > limits.inflated_bytes:
        raise UnreadableError("berkas_terlalu_besar", f"isinya mengembang menjadi {inflated // 1024**2} MB")
    names = {member.filename for member in members}
    if any(name.startswith("word/") for name in names):
        raise UnreadableError("berkas_bukan_lembar_kerja", "dokumen Word")
    if any(name.startswith("ppt/") for name in names):
        raise UnreadableError("berkas_bukan_lembar_kerja", "paparan PowerPoint")
    if not any(name.startswith("xl/") or name in ("content.xml", "mimetype") for name in names):
        raise UnreadableError("berkas_bukan_lembar_kerja", "arsip ZIP")


def _grids(book: CalamineWorkbook, limits: Limits) -> Book:
    grids: list[Grid] = []
    hidden: list[str] = []
    cells = 0
    for meta in book.sheets_metadata:
        if meta.typ != SheetTypeEnum.WorkSheet:
            continue
        if meta.visible != SheetVisibleEnum.Visible:
            hidden.append(meta.name)
            continue
        sheet = book.get_sheet_by_name(meta.name)
        cells += sheet.total_height * sheet.total_width
        if cells > limits.cells:
            raise UnreadableError(
                "berkas_terlalu_besar", f"lembar {meta.name} seluas {sheet.total_height} x {sheet.total_width} sel"
            )
        rows: list[list[Value]] = list(sheet.to_python(skip_empty_area=False))
        grids.append(Grid(meta.name, rows, list(sheet.merged_cell_ranges or [])))
    return Book(grids, hidden)
