"""What a file is, by its content: names of strangers' files say nothing."""

import codecs
import re
import zipfile
from enum import StrEnum
from io import BytesIO

from tasks.read.limits import UnreadableError
from tasks.read.ooxml import check_start

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
BIFF_MAGICS = (
    b"\x09\x08",
    b"\x09\x04",
    b"\x09\x02",
    b"\x09\x00",
)  # a BOF record: Excel 5 to 2 without an OLE container
# Files that are no workbook at all, by their first bytes: the code of the finding, and what they are.
FOREIGN: list[tuple[bytes, str, str]] = [
    (b"%PDF", "berkas_pdf", ""),
    (b"\x89PNG", "berkas_gambar", ""),
    (b"\xff\xd8\xff", "berkas_gambar", ""),
    (b"GIF8", "berkas_gambar", ""),
    (b"II*\x00", "berkas_gambar", ""),
    (b"MM\x00*", "berkas_gambar", ""),
    (b"BM", "berkas_gambar", ""),
    (b"\x00\x00\x01\x00", "berkas_gambar", ""),
    (b"{\\rtf", "berkas_word", ""),
    (b"Rar!", "berkas_arsip_lain", "RAR"),
    (b"7z\xbc\xaf", "berkas_arsip_lain", "7z"),
    (b"\x1f\x8b", "berkas_arsip_lain", "GZIP"),
    (b"BZh", "berkas_arsip_lain", "BZIP2"),
    (b"\xfd7zXZ", "berkas_arsip_lain", "XZ"),
    (b"MZ", "berkas_bukan_lembar_kerja", "program"),
    (b"\x7fELF", "berkas_bukan_lembar_kerja", "program"),
    (b"SQLite format 3", "berkas_bukan_lembar_kerja", "basis data"),
    (b"ID;P", "berkas_bukan_lembar_kerja", "SYLK"),
]
_OLE_STREAMS = [  # in UTF-16, as OLE directories hold names
    ("EncryptedPackage", "berkas_bersandi"),
    ("WordDocument", "berkas_word"),
    ("PowerPoint Document", "berkas_bukan_lembar_kerja"),
]
DIRECTORY_END = 22  # bytes of the record that ends an archive's directory
_BOOK_ENTRY = re.compile(rb"PK\x01\x02.{42}xl/workbook\.xml", re.DOTALL)  # of an archive's directory
_OLE_BOOKS = ("Workbook", "Book")
_TEXT_CONTROLS = set(range(32)) - {9, 10, 12, 13, 26, 27}


class Kind(StrEnum):
    """What can be read, and how."""

    OOXML = "ooxml"  # xlsx and xlsm
    BINARY = "binary"  # xlsb
    LEGACY = "legacy"  # xls
    OPEN = "open"  # ods
    DOCUMENT = "document"  # docx
    ARCHIVE = "archive"
    TEXT = "text"


def is_plainly_ooxml(content: bytes) -> bool:
    """Whether the directory of a ZIP archive without a remark, which stands at its very end, names the parts of an xlsx."""
    end = len(content) - DIRECTORY_END
    if not content.startswith(b"PK\x03\x04") or not content.startswith(b"PK\x05\x06", max(end, 0)):
        return False
    size = int.from_bytes(content[end + 12 : end + 16], "little")
    return _BOOK_ENTRY.search(content, max(end - size, 0), end) is not None


def kind_of(content: bytes) -> Kind:
    """What a file is. Raises ``UnreadableError`` for what cannot be read, with the finding that says what it is."""
    if not content:
        raise UnreadableError("berkas_kosong")
    if content.startswith(b"BM") and _is_text(content[:4096]):
        return Kind.TEXT  # a text that begins with these letters is no bitmap
    for magic, kode, rincian in FOREIGN:
        if content.startswith(magic):
            raise UnreadableError(kode, rincian)
    if content[4:8] == b"ftyp":
        image = content[8:12] in (b"heic", b"heix", b"mif1", b"msf1", b"avif", b"hevc")
        raise UnreadableError(*(("berkas_gambar", "") if image else ("berkas_bukan_lembar_kerja", "video")))
    if content.startswith(b"RIFF"):
        image = content[8:12] == b"WEBP"
        raise UnreadableError(*(("berkas_gambar", "") if image else ("berkas_bukan_lembar_kerja", "suara atau video")))
    if content.startswith(OLE_MAGIC):
        return _ole(content)
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return _zip(content)
    if content.startswith(BIFF_MAGICS):
        return Kind.LEGACY
    if _is_text(content[:65536]):
        return _text(content)
    raise UnreadableError("berkas_rusak")


def _ole(content: bytes) -> Kind:
    content = content.lower()  # some programs write the names of streams in capitals
    for stream, kode in _OLE_STREAMS:
        if stream.lower().encode("utf-16-le") in content:
            raise UnreadableError(kode, "paparan PowerPoint" if kode == "berkas_bukan_lembar_kerja" else "")
    if not any(stream.lower().encode("utf-16-le") in content for stream in _OLE_BOOKS):
        raise UnreadableError("berkas_rusak")
    return Kind.LEGACY


def _zip(content: bytes) -> Kind:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            names = {name.replace("\\", "/").lower() for name in archive.namelist()}
            mimetype = archive.read("mimetype")[:80] if "mimetype" in archive.namelist() else b""
            check_start(archive)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, EOFError, OverflowError):
        raise UnreadableError("berkas_rusak") from None
    if any(name.startswith("xl/") for name in names):
        return Kind.BINARY if any(name.endswith("workbook.bin") for name in names) else Kind.OOXML
    if any(name.startswith("word/") for name in names):
        return Kind.DOCUMENT
    if any(name.startswith("ppt/") for name in names):
        raise UnreadableError("berkas_bukan_lembar_kerja", "paparan PowerPoint")
    if "content.xml" in names:
        if mimetype and b"spreadsheet" not in mimetype:
            raise UnreadableError("berkas_bukan_lembar_kerja", "dokumen OpenDocument yang bukan lembar kerja")
        return Kind.OPEN
    if "encryptedpackage" in names:
        raise UnreadableError("berkas_bersandi")
    return Kind.ARCHIVE


def _is_text(start: bytes) -> bool:
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF8)):
        return True
    if _utf16_without_bom(start):
        return True
    strange = sum(1 for byte in start if byte in _TEXT_CONTROLS)
    return strange == 0 or strange * 50 < len(start)


def _utf16_without_bom(start: bytes) -> str | None:
    """The encoding of a text of two-byte letters: every other byte is zero."""
    sample = start[:2000]
    if len(sample) < 8:
        return None
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd * 5 > len(sample) * 2 and even * 20 < len(sample):
        return "utf-16-le"
    return "utf-16-be" if even * 5 > len(sample) * 2 and odd * 20 < len(sample) else None


def _text(content: bytes) -> Kind:
    head = decode(content[:8192]).lstrip("\ufeff \t\r\n").lower()
    if not head.strip("\x00 \t\r\n,;") and not decode(content).strip("\x00 \t\r\n,;"):
        raise UnreadableError("berkas_hampa")
    if head.startswith(("<!doctype html", "<html", "<table", "<head", "<body", "<meta", "<style", "<div")) or (
        head.startswith("<") and "<html" in head[:1500]
    ):
        raise UnreadableError("berkas_html")
    if head.startswith(("<?xml", "<workbook", "<ss:workbook")):
        kode = (
            "berkas_xml2003"
            if "office:spreadsheet" in head or "workbook" in head[:1500]
            else "berkas_bukan_lembar_kerja"
        )
        raise UnreadableError(kode, "XML")
    if head.startswith("mime-version") and "multipart/related" in head:
        raise UnreadableError("berkas_html")
    return Kind.TEXT


def decode(content: bytes) -> str:
    """A text file's text: by its byte order mark, as UTF-16 by its zeros, as UTF-8, else as Windows-1252."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if content.startswith(mark):
            return content[len(mark) :].decode(encoding, "replace")
    if encoding := _utf16_without_bom(content[:4096]) or "":
        return content.decode(encoding, "replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")
