"""A look through an xlsx before calamine opens it: what its sheets hold that calamine does not tell, and what would harm it.

Calamine allocates the rectangle from the first to the last used cell, so one stray cell at XFD1048576 costs all memory; it
returns error cells, and formulas without a saved value, as empty. All of this stands in the sheets' XML, which is searched
as bytes: a sheet without such things costs one inflation and a few searches.
"""

import io
import posixpath
import re
import zipfile
import zlib
from dataclasses import dataclass, field
from html import unescape
from xml.etree import ElementTree

from tasks.read.grid import Merge
from tasks.read.limits import Limits, UnreadableError

CROP_ROWS = 20_000  # a sheet that reaches further is looked at cell by cell
CROP_GAP = 1_000  # empty rows (or columns, a tenth) after which what follows is astray
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
            paths, replaced = _sheet_paths(archive)
            facts: dict[str, SheetFacts] = {}
            for name, path in paths.items():
                xml = archive.read(path)
                facts[name] = SheetFacts()
                cropped = _crop(xml, facts[name], limits)
                if cropped is not None:
                    replaced[path] = xml = cropped
                _find_errors(xml, facts[name])
            return Facts(facts, rewritten(archive, replaced) if replaced else content, _own_names(archive))
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, RuntimeError, EOFError, KeyError):
        raise UnreadableError("berkas_rusak") from None


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
    names = {name.lower().lstrip("/"): name for name in archive.namelist()}
    member = names.get(path)
    if member is None:
        return {}
    try:
        root = ElementTree.fromstring(archive.read(member))
    except ElementTree.ParseError:
        raise UnreadableError("berkas_rusak") from None
    return {element.get("Id", ""): element.get("Target", "") for element in root.iter(_RELATIONSHIP)}


def _sheet_paths(archive: zipfile.ZipFile) -> tuple[dict[str, str], dict[str, bytes]]:
    """Names of the worksheets and the members that hold them; and the workbook part without sheets calamine refuses.

    For one macro or dialog sheet calamine refuses the whole workbook, so such sheets are taken out of its list.
    """
    names = {name.lower().lstrip("/"): name for name in archive.namelist()}
    book = names.get("xl/workbook.xml")
    if book is None:
        return {}, {}
    xml = archive.read(book)
    targets = relations(archive, "xl/_rels/workbook.xml.rels")
    try:
        workbook = ElementTree.fromstring(xml)
    except ElementTree.ParseError:
        raise UnreadableError("berkas_rusak") from None
    paths: dict[str, str] = {}
    refused: list[str] = []
    for element in workbook.iter():
        if element.tag.rpartition("}")[2] != "sheet":
            continue
        relation = next((value for key, value in element.attrib.items() if key.endswith("}id")), "")
        target = targets.get(relation, "")
        path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))
        if "worksheets/" in path.lower() and path.lower() in names:
            paths[element.get("name", "")] = names[path.lower()]
        elif "macrosheets/" in path.lower() or "dialogsheets/" in path.lower():
            refused.append(relation)
    if not refused:
        return paths, {}
    for relation in refused:
        xml = re.sub(rb'<(?:\w+:)?sheet\b[^>]*"' + re.escape(relation.encode()) + rb'"[^>]*/>', b"", xml)
    return paths, {book: xml}


def _own_names(archive: zipfile.ZipFile) -> dict[str, str]:
    """What our defined names say: a text without its quotes, or the range they stand for."""
    book = next((name for name in archive.namelist() if name.lower().lstrip("/") == "xl/workbook.xml"), None)
    found = _OWN_NAME.findall(archive.read(book)) if book else []
    return {name.decode(): unescape(value.decode("utf-8", "replace")).strip('"') for name, value in found}


def _find_errors(xml: bytes, facts: SheetFacts) -> None:
    if b't="e"' in xml:
        facts.errors = {cell.decode(): value.decode("utf-8", "replace") for cell, value in _ERROR.findall(xml)}
    end = xml.rfind(b"sheetData")  # behind the cells stand the formulas of validations and formats
    if xml.find(b":f" if xml[end - 1 : end] == b":" else b"<f", 0, end) >= 0:
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
    last = max(xml.rfind(b"<row "), xml.rfind(b":row "))
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


def rewritten(archive: zipfile.ZipFile, replaced: dict[str, bytes]) -> bytes:
    """The archive with some members replaced, stored without compression: it is read once and thrown away."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as copy:
        for name in dict.fromkeys(archive.namelist()):
            copy.writestr(name, replaced[name] if name in replaced else archive.read(name))
    return buffer.getvalue()
