"""A look through an xlsx before calamine opens it: what its sheets hold that calamine does not tell, and what would harm it.

Calamine allocates the rectangle from the first to the last used cell, so one stray cell at XFD1048576 costs all memory; it
returns error cells, and formulas without a saved value, as empty. All of this stands in the sheets' XML, which is searched
as bytes: a sheet without such things costs one inflation and a few searches. Calamine gets the sheets as they were inflated,
with their merged ranges before the cells: it looks for these in a pass of its own, which then ends where it begins.
"""

import io
import posixpath
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass, field
from html import unescape
from xml.etree import ElementTree

from tasks.read.grid import Merge
from tasks.read.limits import MB, Limits, UnreadableError

CROP_ROWS = 20_000  # a sheet that reaches further is looked at cell by cell
CROP_GAP = 1_000  # empty rows (or columns, a tenth) after which what follows is astray
MOST_INFLATED = 32 * MB  # of an archive whose sheets are kept in memory as they were inflated
MANY_ROWS = 1_000  # with more rows than these, columns from AA on are worth a look too
_THREE_LETTERS = re.compile(rb'r="[A-Z]{3}\d')
_TWO_LETTERS = re.compile(rb'r="[A-Z]{2}\d')
_LAST_ROW = re.compile(rb'\br="(\d{1,7})"')
_CELL = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]{1,3})(\d{1,7})"[^>]*?(?:/>|>(.*?)</(?:\w+:)?c>)', re.DOTALL)
_DIMENSION = re.compile(rb"<(?:\w+:)?dimension\b[^>]*/>")
_ERROR = re.compile(
    rb'<(?:\w+:)?c\b(?=[^>]*?\br="([A-Z]{1,3}\d{1,7})")[^>]*?\bt="e"[^>]*>.*?<(?:\w+:)?v[^>]*>([^<]*)<', re.DOTALL
)
_UNCACHED = re.compile(
    rb'<(?:\w+:)?c\b(?=[^>]*?\br="([A-Z]{1,3}\d{1,7})")[^>]*>\s*<(?:\w+:)?f\b[^>]*?(?:/>|>([^<]*)</(?:\w+:)?f>)\s*'
    rb"(?:</(?:\w+:)?c>|<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)"
)
_OWN_NAME = re.compile(rb'<(?:\w+:)?definedName\b[^>]*?\bname="(inovasi_\w{1,40})"[^>]*>([^<]{1,200})<')
_SHEET = re.compile(r"worksheets/(?!.*\.rels$)", re.IGNORECASE)
_REFUSED = re.compile("(?:macro|dialog)sheets/", re.IGNORECASE)
_ERROR_CELL, _FORMULA, _PREFIXED_FORMULA = (re.compile(sign) for sign in (b't="e"', b"<f", b":f"))
# Of an archive: what stands before a member, an entry of the directory, and what ends this.
_LOCAL, _ENTRY, _END = map(struct.Struct, ("<4s5H3L2H", "<4s6H3L5H2L", "<4s4H2LH"))
_UTF8 = 0x800  # the flag of a member whose name is UTF-8
_RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"


@dataclass
class SheetFacts:
    """What calamine does not tell of a sheet: error cells and formulas without a value, by A1 address, and stray cells."""

    errors: dict[str, str] = field(default_factory=dict)
    uncached: dict[str, str] = field(default_factory=dict)
    astray: list[str] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)  # where calamine does not tell them


@dataclass
class Facts:
    """The facts of each sheet by its name, and the bytes that calamine should read."""

    sheets: dict[str, SheetFacts]
    content: bytes
    names: dict[str, str] = field(default_factory=dict)  # our own defined names, those of the official template


def look_through(content: bytes, limits: Limits) -> Facts:
    """The facts of an xlsx; its content comes back cropped where cells stand far outside of what is used.

    Raises ``UnreadableError`` for archives that are damaged or inflate beyond ``limits``.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            check_sizes(archive, limits)
            check_start(archive)
            found: dict[str, SheetFacts] = {}
            replaced: dict[str, bytes] = {}
            small = sum(member.file_size for member in archive.infolist()) <= MOST_INFLATED
            for path in filter(_SHEET.search, dict.fromkeys(archive.namelist())):
                xml = _inflated(archive, path, content)
                facts = SheetFacts()
                cropped = _crop(xml, facts, limits)
                if cropped is not None:
                    replaced[path] = xml = cropped
                if small and (quick := _merges_first(xml)):
                    replaced[path] = quick
                _find_errors(xml, facts)
                if facts != SheetFacts():
                    found[path] = facts
            names = _members(archive)
            book = names.get("xl/workbook.xml")
            xml = _inflated(archive, book, content) if book else b""
            sheets: dict[str, SheetFacts] = {}
            if book and (found or any(map(_REFUSED.search, names))):
                sheets, listed = _by_name(xml, found, relations(archive, "xl/_rels/workbook.xml.rels"), names)
                replaced |= {book: listed} if listed != xml else {}
            return Facts(sheets, rewritten(archive, content, replaced) if replaced else content, _own_names(xml))
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, RuntimeError, EOFError, KeyError):
        raise UnreadableError("berkas_rusak") from None


def _members(archive: zipfile.ZipFile) -> dict[str, str]:
    """The names of members as the other parts call them: some programs write them in capitals, or from the root."""
    return {name.lower().lstrip("/"): name for name in archive.namelist()}


def _inflated(archive: zipfile.ZipFile, name: str, content: bytes) -> bytes:
    """As ``archive.read(name)``, in one go and so in half the time."""
    entry = archive.getinfo(name)
    header = content[entry.header_offset : entry.header_offset + 30]
    if entry.compress_type != zipfile.ZIP_DEFLATED or header[:4] != b"PK\x03\x04":
        return archive.read(name)
    start = entry.header_offset + 30 + sum(int.from_bytes(header[at : at + 2], "little") for at in (26, 28))
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    data = inflate.decompress(content[start : start + entry.compress_size], entry.file_size + 1)
    if len(data) != entry.file_size or zlib.crc32(data) != entry.CRC:
        raise zipfile.BadZipFile(name)
    return data


def check_sizes(archive: zipfile.ZipFile, limits: Limits) -> None:
    """Refuses archives with too many members, or that inflate to too much. Raises ``UnreadableError``."""
    members = archive.infolist()
    if len(members) > limits.members:
        raise UnreadableError("berkas_terlalu_besar", f"{len(members)} berkas di dalamnya")
    inflated = sum(member.file_size for member in members)
    if inflated > limits.inflated_bytes:
        raise UnreadableError("berkas_terlalu_besar", f"isinya mengembang menjadi {inflated // 1024**2} MB")
    if any(member.flag_bits & 1 for member in members):
        raise UnreadableError("berkas_bersandi")


def check_start(archive: zipfile.ZipFile) -> None:
    """Refuses what begins with something else: then the directory found is that of an archive inside a cut-off one."""
    if min((entry.header_offset for entry in archive.infolist()), default=0) > 0:
        raise UnreadableError("berkas_rusak")


def relations(archive: zipfile.ZipFile, path: str) -> dict[str, str]:
    """The targets of a part's relationships by their identifiers; empty where there are none."""
    member = _members(archive).get(path)
    if member is None:
        return {}
    try:
        root = ElementTree.fromstring(archive.read(member))
    except ElementTree.ParseError:
        raise UnreadableError("berkas_rusak") from None
    return {element.get("Id", ""): element.get("Target", "") for element in root.iter(_RELATIONSHIP)}


def _by_name(
    xml: bytes, facts: dict[str, SheetFacts], targets: dict[str, str], names: dict[str, str]
) -> tuple[dict[str, SheetFacts], bytes]:
    """The facts of worksheets by their names, and the workbook part without the sheets that calamine refuses.

    For one macro or dialog sheet calamine refuses the whole workbook, so such sheets are taken out of its list.
    """
    try:
        workbook = ElementTree.fromstring(xml)
    except ElementTree.ParseError:
        raise UnreadableError("berkas_rusak") from None
    named: dict[str, SheetFacts] = {}
    for element in workbook.iter():
        if element.tag.rpartition("}")[2] != "sheet":
            continue
        relation = next((value for key, value in element.attrib.items() if key.endswith("}id")), "")
        target = targets.get(relation, "")
        path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))
        member = names.get(path.lower(), "")
        if member in facts:
            named[element.get("name", "")] = facts[member]
        elif _REFUSED.search(path.lower()):
            xml = re.sub(rb'<(?:\w+:)?sheet\b[^>]*"' + re.escape(relation.encode()) + rb'"[^>]*/>', b"", xml)
    return named, xml


def _own_names(xml: bytes) -> dict[str, str]:
    """What our defined names say: a text without its quotes, or the range they stand for."""
    found = _OWN_NAME.findall(xml) if b"inovasi_" in xml else []
    return {name.decode(): unescape(value.decode("utf-8", "replace")).strip('"') for name, value in found}


def _find_errors(xml: bytes, facts: SheetFacts) -> None:
    begin, end = xml.find(b"sheetData"), xml.rfind(b"sheetData")  # behind the cells stand the formulas of validations
    begin += len(b"sheetData")
    if xml.find(b"e", begin, end) >= 0 and _ERROR_CELL.search(xml):  # most sheets hold numbers and references alone
        facts.errors = {cell.decode(): value.decode("utf-8", "replace") for cell, value in _ERROR.findall(xml)}
    if xml.find(b"f", begin, end) >= 0 and (_PREFIXED_FORMULA if xml[end - 1 : end] == b":" else _FORMULA).search(
        xml, begin, end
    ):
        facts.uncached = {
            cell.decode(): "=" + unescape(formula.decode("utf-8", "replace"))
            for cell, formula in _UNCACHED.findall(xml)
        }


def _crop(xml: bytes, facts: SheetFacts, limits: Limits) -> bytes | None:
    """The sheet without cells that hold nothing or stand astray, if it reaches far; else None."""
    if not _reaches_far(xml):
        return None
    used = [(int(row), _column(column)) for column, row, inside in _CELL.findall(xml) if inside.strip()]
    if not used:
        return _CELL.sub(b"", xml)
    last_row = last_before_gap(sorted({row for row, _ in used}), CROP_GAP)
    last_column = last_before_gap(sorted({column for row, column in used if row <= last_row}), CROP_GAP // 10)
    inside_cells = sum(1 for row, column in used if row <= last_row and column <= last_column)
    if last_row > limits.rows or last_row * last_column > limits.cells * 20 or inside_cells > limits.cells:
        raise UnreadableError("berkas_terlalu_besar", f"{inside_cells} sel terisi sampai baris {last_row}")
    if last_column > limits.columns:
        raise UnreadableError("berkas_terlalu_lebar", f"{last_column} kolom terisi")

    def keep(match: re.Match[bytes]) -> bytes:
        column, row, inside = match.groups()
        if not inside or not inside.strip():
            return b""
        if int(row) > last_row or _column(column) > last_column:
            facts.astray.append((column + row).decode())
            return b""
        return match[0]

    return _DIMENSION.sub(b"", _CELL.sub(keep, xml))


def _reaches_far(xml: bytes) -> bool:
    plain = xml.rfind(b"<row ")
    last = max(plain, xml.rfind(b":row ", max(plain, 0)))
    match = _LAST_ROW.search(xml, last) if last >= 0 else None
    rows = int(match[1]) if match else 0
    if rows > CROP_ROWS or _THREE_LETTERS.search(xml):
        return True
    return rows > MANY_ROWS and _TWO_LETTERS.search(xml) is not None


def last_before_gap(positions: list[int], gap: int) -> int:
    """The last of ascending positions before a gap; the first may stand anywhere."""
    last = positions[0]
    for position in positions[1:]:
        if position - last > gap:
            break
        last = position
    return last


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _merges_first(xml: bytes) -> bytes | None:
    """The sheet with its merged ranges before its cells, and nothing behind these; None where it is not plainly one."""
    cells, end = xml.find(b"<sheetData>"), xml.rfind(b"</sheetData>")
    head, behind = xml[: max(cells, 0)], xml[end:]
    remarks = b"<!" in head or b"<!" in behind or b"-->" in behind or b"]]>" in behind
    if not 0 < cells < end or remarks or not behind.rstrip().endswith(b"</worksheet>"):
        return None
    start = behind.find(b"<mergeCells")
    stop = behind.find(b"</mergeCells>", start)
    if (start < 0 and b"mergeCell" in behind) or stop < start:
        return None
    merges = behind[start:stop] if start > 0 else b"<mergeCells>"
    return b"".join((head, merges, b"</mergeCells>", xml[cells:end], b"</sheetData></worksheet>"))


def rewritten(archive: zipfile.ZipFile, content: bytes, replaced: dict[str, bytes]) -> bytes:
    """The archive with some members replaced: these stored behind its content, and a new directory of all."""
    parts, directory, at = [content], b"", len(content)
    members = {entry.filename: entry for entry in archive.infolist()}
    for path, entry in members.items():
        plain = entry.flag_bits & _UTF8 or entry.orig_filename.isascii()
        name = entry.orig_filename.encode("utf-8" if plain else "cp437")
        flags, offset = entry.flag_bits, entry.header_offset
        facts = (entry.compress_type, 0, 0, entry.CRC, entry.compress_size, entry.file_size, len(name), 0)
        if (data := replaced.get(path)) is not None:
            flags &= _UTF8
            facts = (zipfile.ZIP_STORED, 0, 0, zlib.crc32(data), len(data), len(data), len(name), 0)
            header = _LOCAL.pack(b"PK\x03\x04", 20, flags, *facts)
            parts += (header, name, data)
            offset, at = at, at + len(header) + len(name) + len(data)
        directory += _ENTRY.pack(b"PK\x01\x02", 20, 20, flags, *facts, 0, 0, 0, 0, offset) + name
    end = _END.pack(b"PK\x05\x06", 0, 0, len(members), len(members), len(directory), at, 0)
    return b"".join((*parts, directory, end))
