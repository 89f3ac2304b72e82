"""Marks in a sender's xlsx: fills, comments and a first sheet "Temuan", put into its XML; all else stays byte for byte.

No library that loads and saves workbooks keeps what it does not know: saved values of formulas, pictures, charts, shapes, rules
of newer versions. Hence the few places that change are changed in the bytes. ``annotate`` also takes out the marks of an
earlier round, when a correction workbook was mended in part and sent again.
"""

import io
import posixpath
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from xml.etree import ElementTree
from xml.parsers import expat

from tasks.pieces import LEVEL
from tasks.read.grid import a1, letters, position
from tasks.read.ooxml import relations

SHEET = "Temuan"
MARK = "Temuan: yang perlu diperbaiki"  # cell A1 of our sheet, by which reading knows it
DEFINED_NAME = "inovasi_koreksi"
COMMENT = "[Temuan] "  # begins our comments, and our addition to a sender's comment
AUTHOR = "Inovasi Daerah"
COLOURS = {"kesalahan": "FFF8B4B0", "peringatan": "FFFFE08A", "catatan": "FFD6E8F7"}  # worst first
WORDS = {"kesalahan": "Kesalahan", "peringatan": "Peringatan", "catatan": "Catatan"}
HEADS = ("No", "Tingkat", "Lembar", "Sel", "Kolom", "Nilai", "Apa yang salah dan cara memperbaikinya", "Contoh")
KEPT = letters(len(HEADS))  # the hidden column that keeps the styles cells had
MOST_COMMENTS = 3_000  # in one workbook: more make spreadsheets slow
_WIDTHS = (5, 12, 18, 8, 24, 30, 68, 30)
_LONGEST = 2_000  # letters of a value shown
_LONGEST_FOUND = 200  # in a comment
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_AFTER_LEGACY = frozenset(
    ("legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst")
)


class PatchError(Exception):
    """A workbook written in a way that cannot be marked safely."""


@dataclass(frozen=True)
class Line:
    """A finding as the list shows it: ``lembar`` and ``sel`` may be None, ``kolom`` is the label of a column."""

    tingkat: str
    lembar: str | None
    sel: str | None
    kolom: str
    nilai: str
    pesan: str
    contoh: str = ""


def annotate(content: bytes, head: Sequence[str], lines: Sequence[Line]) -> bytes:
    """The xlsx with the cells of ``lines`` marked and the sheet "Temuan", under the sentences of ``head``, put first.

    With macros the result is an .xlsm, else an .xlsx. Raises ``PatchError``.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _Book(archive).annotate(head, lines)
    except (
        zipfile.BadZipFile,
        KeyError,
        ValueError,
        IndexError,
        OSError,
        expat.ExpatError,
        ElementTree.ParseError,
    ) as error:
        raise PatchError(str(error)) from error


def has_macros(content: bytes) -> bool:
    """Whether a workbook carries macros, which ``annotate`` keeps."""
    return b"vbaProject.bin" in content


# --- parts of the package ---------------------------------------------------------------------------------------------


_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;"})
_NAMED = {"&gt;": ">", "&lt;": "<", "&quot;": '"', "&apos;": "'", "&amp;": "&"}  # the last one last


def _text(value: str) -> bytes:
    return _UNFIT.sub("\ufffd", value).translate(_ESCAPES).encode()


def _unescaped(value: str) -> str:
    for name, letter in _NAMED.items() if "&" in value else ():
        value = value.replace(name, letter)
    return value


def _attribute(tag: bytes, name: str) -> str | None:
    found = _pattern(name).search(tag)
    return None if found is None else _unescaped((found[1] or found[2] or b"").decode())


@cache
def _pattern(name: str) -> re.Pattern[bytes]:
    return re.compile(rb"\s" + name.encode() + rb"\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")


def _with_attribute(tag: bytes, name: str, value: str) -> bytes:
    """A start tag with an attribute set."""
    own = re.compile(rb"\s" + name.encode() + rb"\s*=\s*(?:\"[^\"]*\"|'[^']*')")
    new = f' {name}="{value}"'.encode()
    if own.search(tag):
        return own.sub(lambda _: new, tag, count=1)
    end = len(tag) - (2 if tag.endswith(b"/>") else 1)
    return tag[:end] + new + tag[end:]


def _prefix(xml: bytes, root: str) -> bytes:
    """The prefix that the main namespace has in a part, with its colon; b"" mostly."""
    found = re.search(rb"<(\w+:)?" + root.encode() + rb"[\s>]", xml)
    if found is None or xml[:2] in (b"\xff\xfe", b"\xfe\xff") or b"<!DOCTYPE" in xml[: found.start()]:
        raise PatchError(f"{root}: another encoding or root")
    declared = re.search(rb"encoding=[\"']([^\"']+)", xml[:100])
    if declared and declared[1].lower() not in (b"utf-8", b"us-ascii"):
        raise PatchError(f"encoding {declared[1]!r}")
    return found[1] or b""


@dataclass
class _Package:
    """The parts of an archive, with what has been changed."""

    archive: zipfile.ZipFile
    changed: dict[str, bytes | None] = field(default_factory=dict)  # None: left out

    def __post_init__(self) -> None:
        self._read = cache(self.archive.read)  # a part is unpacked once
        self._names = {name.replace("\\", "/").lower().lstrip("/"): name for name in self.archive.namelist()}

    def has(self, path: str) -> bool:
        key = path.lower()
        return self.changed.get(path, b"") is not None and (key in self._names or path in self.changed)

    def read(self, path: str) -> bytes:
        name = self._names.get(path.lower(), path)
        new = self.changed.get(name)
        return self._read(name) if new is None else new

    def write(self, path: str, content: bytes) -> None:
        self.changed[self._names.get(path.lower(), path)] = content

    def drop(self, path: str) -> None:
        if path.lower() in self._names:
            self.changed[self._names[path.lower()]] = None

    def unused(self, pattern: str) -> str:
        """A path that no part has yet."""
        return next(path for n in range(1, 10_000) if not self.has(path := pattern.format(n)))

    def relate(self, part: str, kind: str, target: str) -> str:
        """Adds a relationship of a part; returns its identifier."""
        folder, name = posixpath.split(part)
        path = f"{folder}/_rels/{name}.rels"
        empty = b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
        xml = self.read(path) if self.has(path) else empty
        xml = re.sub(rb"<((?:\w+:)?)Relationships([^>]*?)/>\s*$", rb"<\1Relationships\2></\1Relationships>", xml)
        prefix = _prefix(xml, "Relationships")
        identifier = next(f"rIdTemuan{n}" for n in range(1, 10_000) if f'"rIdTemuan{n}"'.encode() not in xml)
        entry = b'<%bRelationship Id="%b" Type="%b/%b" Target="%b"/>' % (
            prefix, identifier.encode(), _REL.encode(), kind.encode(), _text("/" + target),
        )  # fmt: skip
        self.write(path, _before(xml, b"</" + prefix + b"Relationships>", entry))
        return identifier

    def related(self, part: str) -> dict[str, tuple[str, str]]:
        """Type (its last word) and path of each relationship of a part, by identifier."""
        folder, name = posixpath.split(part)
        path = f"{folder}/_rels/{name}.rels"
        if not self.has(path):
            return {}
        found: dict[str, tuple[str, str]] = {}
        for element in ElementTree.fromstring(self.read(path)):
            target = element.get("Target", "")
            whole = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            found[element.get("Id", "")] = (element.get("Type", "").rpartition("/")[2], whole)
        return found

    def save(self) -> bytes:
        """The archive with the changed parts, each of them well-formed."""
        for path, content in self.changed.items():
            if content is not None and not path.endswith(".vml"):
                expat.ParserCreate(namespace_separator=" ").Parse(content, True)
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as copy:
            for name in dict.fromkeys([*self.archive.namelist(), *self.changed]):
                new = self.changed.get(name)
                if new is None and name in self.changed:
                    continue
                content = self._read(name) if new is None else new
                copy.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED, LEVEL)
        return buffer.getvalue()


def _before(xml: bytes, end: bytes, new: bytes) -> bytes:
    at = xml.rfind(end)
    if at < 0:
        raise PatchError(f"no {end!r}")
    return xml[:at] + new + xml[at:]


# --- styles -----------------------------------------------------------------------------------------------------------

_NO_STYLES = (
    f'<styleSheet xmlns="{_MAIN}"><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2">'
    '<fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1">'
    '<border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0"'
    ' fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    "</cellXfs></styleSheet>"
).encode()


class _Styles:
    """The formats of a workbook, to which ours are added."""

    def __init__(self, xml: bytes) -> None:
        self._p = _prefix(xml, "styleSheet")
        self._xml = xml
        self._added: dict[str, list[bytes]] = {"fonts": [], "fills": [], "borders": [], "cellXfs": []}
        p = self._p
        inside = self._list("cellXfs")
        self._xfs = re.findall(
            rb"<" + p + rb"xf\b[^>]*?/>|<" + p + rb"xf\b[^>]*?>.*?</" + p + rb"xf>", inside, re.DOTALL
        )
        self._counts = {name: self._count(name) for name in ("fonts", "fills", "borders")}
        self._marked: dict[tuple[int, str], int] = {}
        self._fills: dict[str, int] = {}

    def _list(self, name: str) -> bytes:
        p, tag = self._p, name.encode()
        found = re.search(rb"<" + p + tag + rb"\b[^>]*?(?<!/)>(.*?)</" + p + tag + rb">", self._xml, re.DOTALL)
        if found is None:
            raise PatchError(f"no {name}")
        return found[1]

    def _count(self, name: str) -> int:
        item = name[:-1].encode()
        return len(re.findall(rb"<" + self._p + item + rb"[\s/>]", self._list(name)))

    def _add(self, name: str, xml: str) -> int:
        tagged = re.sub(r"<(/?)", lambda found: f"<{found[1]}{self._p.decode()}", xml).encode()
        if tagged not in self._added[name]:
            self._added[name].append(tagged)
        return self._counts[name] + self._added[name].index(tagged)

    def _fill(self, colour: str) -> int:
        if colour not in self._fills:
            solid = f'<patternFill patternType="solid"><fgColor rgb="{colour}"/><bgColor indexed="64"/></patternFill>'
            self._fills[colour] = self._add("fills", f"<fill>{solid}</fill>")
        return self._fills[colour]

    def _append(self, xf: bytes) -> int:
        self._added["cellXfs"].append(xf)
        return len(self._xfs) + len(self._added["cellXfs"]) - 1

    def marked(self, style: int, tingkat: str) -> int:
        """The style of a cell with our fill."""
        if (style, tingkat) not in self._marked:
            xf = self._xfs[style]
            end = xf.index(b">") + 1
            tag = _with_attribute(xf[:end], "fillId", str(self._fill(COLOURS[tingkat])))
            self._marked[style, tingkat] = self._append(_with_attribute(tag, "applyFill", "1") + xf[end:])
        return self._marked[style, tingkat]

    def exists(self, style: int) -> bool:
        return style < len(self._xfs)

    def own(self, font: str = "", fill: str = "", *, framed: bool = False) -> int:
        """A style of our sheet."""
        font_id = self._add("fonts", f'<font>{font}<name val="Calibri"/><family val="2"/></font>')
        side = '<{0} style="thin"><color rgb="FFBFC7CC"/></{0}>'
        frame = "".join(side.format(name) for name in ("left", "right", "top", "bottom"))
        border_id = self._add("borders", f"<border>{frame}<diagonal/></border>") if framed else 0
        fill_id = self._fill(fill) if fill else 0
        p = self._p.decode()
        alignment = f'<{p}alignment vertical="top" wrapText="1"/>' if framed else f'<{p}alignment vertical="center"/>'
        xf = (
            f'<{p}xf numFmtId="0" fontId="{font_id}" fillId="{fill_id}" borderId="{border_id}" xfId="0" applyFont="1"'
            f' applyFill="1" applyBorder="1" applyAlignment="1">{alignment}</{p}xf>'
        ).encode()
        return self._append(xf)

    def xml(self) -> bytes:
        """The part with what was added."""
        xml, p = self._xml, self._p
        for name, added in self._added.items():
            if added:
                tag = name.encode()
                start = re.search(rb"<" + p + tag + rb"\b[^>]*>", xml)
                end = xml.find(b"</" + p + tag + b">")
                if start is None or end < 0:
                    raise PatchError(f"no {name}")
                total = (len(self._xfs) if name == "cellXfs" else self._counts[name]) + len(added)
                opened = _with_attribute(start[0], "count", str(total))
                xml = xml[: start.start()] + opened + xml[start.end() : end] + b"".join(added) + xml[end:]
        return xml


# --- cells of a sheet -------------------------------------------------------------------------------------------------

Restyle = Callable[[str, int], int]  # address and style -> style


class _Sheet:
    """The XML of a worksheet."""

    def __init__(self, xml: bytes) -> None:
        self.p = _prefix(xml, "worksheet")
        bare = re.compile(rb"<" + self.p + rb"sheetData\s*/>")
        self.xml = bare.sub(b"<" + self.p + b"sheetData></" + self.p + b"sheetData>", xml, count=1)
        self._cut()

    def _cut(self) -> None:
        opened = re.search(rb"<" + self.p + rb"sheetData\b[^>]*>", self.xml)
        end = self.xml.find(b"</" + self.p + b"sheetData>")
        if opened is None or end < 0:
            raise PatchError("no sheetData")
        self._start, self._end = opened.end(), end

    @property
    def before(self) -> bytes:
        """What stands before the cells."""
        return self.xml[: self._start]

    @property
    def after(self) -> bytes:
        """What stands after the cells."""
        return self.xml[self._end :]

    def unselect(self) -> None:
        """Takes the sheet's tab out of the selection: two selected sheets would be edited together."""
        self.xml = re.sub(rb"\stabSelected=[\"'](?:1|true)[\"']", b"", self.before) + self.xml[self._start :]
        self._cut()

    def anchored(self, cells: Mapping[str, str]) -> dict[str, str]:
        """Cells moved to the top left of the merged range they lie in: address -> severity."""
        ranges = re.findall(rb"<" + self.p + rb"mergeCell\b[^>]*?\bref=[\"']([A-Z]+\d+):([A-Z]+\d+)[\"']", self.after)
        merges = [(position(a.decode()), position(b.decode())) for a, b in ranges]
        moved: dict[str, str] = {}
        for cell in cells:
            row, column = position(cell)
            inside = (top for top, end in merges if top[0] <= row <= end[0] and top[1] <= column <= end[1])
            moved[cell] = a1(*next(inside, (row, column)))
        return moved

    def restyle(self, cells: Sequence[str], style: Restyle) -> None:
        """Gives cells new styles; those that are not written out are added."""
        if not cells:
            return
        wanted: dict[int, list[int]] = {}
        for row, column in sorted(map(position, cells)):
            wanted.setdefault(row, []).append(column)
        p = self.p
        rows = re.compile(rb"<" + p + rb"row\b[^>]*?(?:/>|>.*?</" + p + rb"row>)", re.DOTALL)
        out, at = [self.before], self._start
        pending = sorted(wanted)
        for match in rows.finditer(self.xml, self._start, self._end):
            if not pending:
                break
            tag = match[0][: match[0].index(b">") + 1]
            number = int(_attribute(tag, "r") or "0") - 1
            if number < 0:
                raise PatchError("a row without a number")
            if number < pending[0]:
                continue
            out.append(self.xml[at : match.start()])
            at = match.start()
            while pending and pending[0] < number:
                out.append(self._row(pending[0], wanted[pending.pop(0)], style))
            if pending and pending[0] == number:
                out.append(self._in_row(match[0], tag, wanted[pending.pop(0)], style))
                at = match.end()
        out.append(self.xml[at : self._end])
        out += [self._row(row, wanted[row], style) for row in pending]
        self.xml = b"".join([*out, self.after])
        self._cut()

    def _row(self, row: int, columns: Sequence[int], style: Restyle) -> bytes:
        inside = b"".join(self._cell(row, column, style, 0) for column in columns)
        return b'<%brow r="%d">%b</%brow>' % (self.p, row + 1, inside, self.p)

    def _cell(self, row: int, column: int, style: Restyle, default: int) -> bytes:
        cell = a1(row, column)
        return b'<%bc r="%b" s="%d"/>' % (self.p, cell.encode(), style(cell, default or self._column_style(column)))

    def _column_style(self, column: int) -> int:
        for tag in re.findall(rb"<" + self.p + rb"col\b[^>]*>", self.before):
            if int(_attribute(tag, "min") or 1) <= column + 1 <= int(_attribute(tag, "max") or 0):
                return int(_attribute(tag, "style") or 0)
        return 0

    def _in_row(self, xml: bytes, tag: bytes, columns: list[int], style: Restyle) -> bytes:
        p = self.p
        number = int(_attribute(tag, "r") or "0") - 1
        default = int(_attribute(tag, "s") or 0) if _attribute(tag, "customFormat") in ("1", "true") else 0
        if tag.endswith(b"/>"):
            inside = b"".join(self._cell(number, column, style, default) for column in columns)
            return tag[:-2] + b">" + inside + b"</" + p + b"row>"
        out, at, pending = [b""], len(tag), list(columns)
        for match in re.finditer(rb"<" + p + rb"c\b[^>]*?(?:/>|>.*?</" + p + rb"c>)", xml, re.DOTALL):
            own = match[0][: match[0].index(b">") + 1]
            address = _attribute(own, "r")
            if address is None:
                raise PatchError("a cell without an address")
            column = position(address)[1]
            out.append(xml[at : match.start()])
            at = match.start()
            while pending and pending[0] < column:
                out.append(self._cell(number, pending.pop(0), style, default))
            if pending and pending[0] == column:
                pending.pop(0)
                new = style(address, int(_attribute(own, "s") or 0))
                out.append(_with_attribute(own, "s", str(new)) + match[0][len(own) :])
                at = match.end()
        end = xml.rindex(b"</")
        out.append(xml[at:end])
        out += [self._cell(number, column, style, default) for column in pending]
        spans = re.sub(rb"\sspans=[\"'][^\"']*[\"']", b"", tag)
        return spans + b"".join(out) + xml[end:]

    def legacy_drawing(self) -> str | None:
        """The relationship of the drawing that holds comments' boxes."""
        found = re.search(rb"<" + self.p + rb"legacyDrawing\b[^>]*>", self.after)
        identifier = found and re.search(rb"\b\w+:id=[\"']([^\"']+)[\"']", found[0])
        return identifier[1].decode() if identifier else None

    def add_legacy_drawing(self, identifier: str) -> None:
        """Adds that relationship where the schema wants it."""
        tag = f'<{self.p.decode()}legacyDrawing xmlns:rt="{_REL}" rt:id="{identifier}"/>'.encode()
        at = self._end + self._place(self.after)
        self.xml = self.xml[:at] + tag + self.xml[at:]

    def _place(self, tail: bytes) -> int:
        """The offset in ``tail`` of the first element that must follow a legacyDrawing, else of the end of the sheet."""
        root = re.search(rb"<" + self.p + rb"worksheet\b[^>]*>", self.xml)
        assert root is not None
        lead = root[0] + b"<" + self.p + b"sheetData>"
        found: list[int] = []
        depth = 0
        parser = expat.ParserCreate()

        def start(name: str, attributes: dict[str, str]) -> None:
            nonlocal depth
            inner = attributes.get("Requires") is not None or name.rpartition(":")[2] == "AlternateContent"
            if depth == 1 and (name.rpartition(":")[2] in _AFTER_LEGACY or inner):
                found.append(parser.CurrentByteIndex - len(lead))
            depth += 1

        def end(_: str) -> None:
            nonlocal depth
            depth -= 1
            if depth == 0:
                found.append(parser.CurrentByteIndex - len(lead))

        parser.StartElementHandler, parser.EndElementHandler = start, end
        parser.Parse(lead + tail, True)
        return min(found)


# --- comments ---------------------------------------------------------------------------------------------------------

_VML = (
    b'<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
    b' xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/>'
    b"</o:shapelayout></xml>"
)
_VML_SPACES = (
    (b"v", b"urn:schemas-microsoft-com:vml"),
    (b"o", b"urn:schemas-microsoft-com:office:office"),
    (b"x", b"urn:schemas-microsoft-com:office:excel"),
)
_SHAPE_TYPE = (
    b'<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    b'<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)


def _shape(number: int, row: int, column: int, length: int) -> bytes:
    height = min(300, 40 + 13 * (length // 44 + 2))
    return (
        f'<v:shape id="_x0000_s{number}" type="#_x0000_t202" style="position:absolute;margin-left:59.25pt;margin-top:1.5pt;'
        f'width:230pt;height:{height}pt;z-index:1;visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto">'
        '<v:fill color2="#ffffe1"/><v:shadow color="black" obscured="t"/><v:path o:connecttype="none"/>'
        '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
        '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:AutoFill>False</x:AutoFill>'
        f"<x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
    ).encode()


class _Comments:
    """The comments of a sheet and the drawing of their boxes."""

    def __init__(self, xml: bytes | None, vml: bytes | None) -> None:
        blank = f'<comments xmlns="{_MAIN}"><authors></authors><commentList></commentList></comments>'.encode()
        self.xml, self.vml = xml or blank, vml or _VML
        self.p = _prefix(self.xml, "comments")
        for name in (b"authors", b"commentList"):
            tag = self.p + name
            self.xml = re.sub(rb"<" + tag + rb"\s*/>", b"<" + tag + b"></" + tag + b">", self.xml)
        self._spaces = b"".join(
            b' xmlns:%b="%b"' % (name, space) for name, space in _VML_SPACES if b"xmlns:" + name + b"=" not in self.vml
        )

    def _each(self) -> list[tuple[bytes, bytes]]:
        """Start tag and whole of each comment."""
        p = self.p
        found = re.findall(rb"<" + p + rb"comment\b[^>]*>.*?</" + p + rb"comment>", self.xml, re.DOTALL)
        return [(whole[: whole.index(b">") + 1], whole) for whole in found]

    def remove_ours(self) -> None:
        """Takes out our comments of an earlier round, and our additions to the sender's."""
        p = self.p
        addition = re.compile(rb"\s*\[Temuan\] [^<]*")
        for tag, whole in self._each():
            plain = b"".join(re.findall(rb"<" + p + rb"t(?:\s[^>]*)?>([^<]*)<", whole)).decode().lstrip()
            if plain.startswith(COMMENT.strip()):
                self.xml = self.xml.replace(whole, b"", 1)
                self._remove_shape(*position(_attribute(tag, "ref") or "A1"))
            elif COMMENT.strip() in plain:
                self.xml = self.xml.replace(whole, addition.sub(b"", whole), 1)

    def _remove_shape(self, row: int, column: int) -> None:
        for shape in re.findall(rb"<\w+:shape\b.*?</\w+:shape>", self.vml, re.DOTALL):
            if b":Row>%d</" % row in shape and b":Column>%d</" % column in shape:
                self.vml = self.vml.replace(shape, b"", 1)

    def add(self, texts: Mapping[str, str]) -> None:
        """Adds a comment at each address, to the sender's own one where there is one."""
        p = self.p
        there = {_attribute(tag, "ref"): whole for tag, whole in self._each()}
        author = len(re.findall(rb"<" + p + rb"author[\s>/]", self.xml))
        numbers = [int(n) for n in re.findall(rb'"_x0000_s(\d+)"', self.vml)]
        number = max(numbers, default=1024)
        own: list[bytes] = []
        shapes: list[bytes] = [] if b'"_x0000_t202"' in self.vml else [_SHAPE_TYPE]
        for cell, text in texts.items():
            size = b'<%brPr><%bsz val="9"/><%brFont val="Tahoma"/></%brPr>' % (p, p, p, p)
            gap = b"\n\n" if cell in there else b""
            run = b'<%br>%b<%bt xml:space="preserve">%b%b</%bt></%br>' % (
                p, size, p, gap, _text(COMMENT + text), p, p,
            )  # fmt: skip
            if cell in there:
                if b"[Threaded comment]" not in there[cell]:
                    self.xml = self.xml.replace(there[cell], _before(there[cell], b"</" + p + b"text>", run), 1)
                continue
            own.append(
                b'<%bcomment ref="%b" authorId="%d"><%btext>%b</%btext></%bcomment>'
                % (p, cell.encode(), author, p, run, p, p)
            )
            number += 1
            shapes.append(_shape(number, *position(cell), len(text)))
        if own:
            name = b"<%bauthor>%b</%bauthor>" % (p, _text(AUTHOR), p)
            self.xml = _before(self.xml, b"</" + p + b"authors>", name)
            self.xml = _before(self.xml, b"</" + p + b"commentList>", b"".join(own))
            declared = [re.sub(rb"^<v:\w+", lambda tag: tag[0] + self._spaces, shape) for shape in shapes]
            self.vml = _before(self.vml, b"</xml>", b"".join(declared))


# --- the workbook -----------------------------------------------------------------------------------------------------


class _Book:
    """A workbook that is being marked."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.package = _Package(archive)
        self.xml = self.package.read("xl/workbook.xml")
        self.p = _prefix(self.xml, "workbook")
        if b"purl.oclc.org" in self.xml or any(kind in name.lower() for name in archive.namelist()
                                               for kind in ("macrosheets/", "dialogsheets/")):  # fmt: skip
            raise PatchError("Strict, or with macro sheets")
        targets = relations(archive, "xl/_rels/workbook.xml.rels")
        self.sheets: dict[str, str] = {}
        self.others: list[str] = []
        for tag in re.findall(rb"<" + self.p + rb"sheet\b[^>]*>", self.xml):
            relation = re.search(rb"\s\w+:id=[\"']([^\"']+)[\"']", tag)
            target = targets.get(relation[1].decode() if relation else "", "")
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))
            if not self.package.has(path):
                raise PatchError(f"no part {path}")
            if "worksheets/" in path.lower():
                self.sheets[_attribute(tag, "name") or ""] = path
            else:
                self.others.append(path)
        found = [path for kind, path in self.package.related("xl/workbook.xml").values() if kind == "styles"]
        self.styles_path = found[0] if found else "xl/styles.xml"
        if not found:
            self.package.write(self.styles_path, _NO_STYLES)
            self.package.relate("xl/workbook.xml", "styles", self.styles_path)
            self._declare(self.styles_path, f"{_TYPE}.styles+xml")
        self.styles = _Styles(self.package.read(self.styles_path))
        self.ours = self._ours()

    def _ours(self) -> str | None:
        """The name of our sheet of an earlier round."""
        pattern = rb"<" + self.p + rb"definedName\b[^>]*\bname=\"" + DEFINED_NAME.encode() + rb"\"[^>]*>([^<]*)<"
        found = re.search(pattern, self.xml)
        name = (
            _unescaped(found[1].decode()).rpartition("!")[0].lstrip("$").strip("'").replace("''", "'")
            if found
            else None
        )
        return name if name in self.sheets else None

    def annotate(self, head: Sequence[str], lines: Sequence[Line]) -> bytes:
        """The bytes of the marked workbook."""
        originals = self._earlier()
        by_sheet: dict[str, dict[str, list[Line]]] = {}
        for line in lines:
            if line.lembar in self.sheets and line.lembar != self.ours and line.sel:
                by_sheet.setdefault(line.lembar, {}).setdefault(line.sel, []).append(line)
        room = MOST_COMMENTS
        styles: dict[tuple[str, str], int] = {}
        for name, path in self.sheets.items():
            if name == self.ours:
                continue
            sheet = _Sheet(self.package.read(path))
            sheet.unselect()
            before = {cell: style for (lembar, cell), style in originals.items() if lembar == name}
            sheet.restyle(list(before), lambda cell, _, before=before: before[cell])  # type: ignore[misc]
            cells = by_sheet.get(name, {})
            marks: dict[str, list[Line]] = {}
            for cell, anchor in sheet.anchored(dict.fromkeys(cells, "")).items():
                marks.setdefault(anchor, []).extend(cells[cell])
            worst = {cell: min((line.tingkat for line in own), key=list(COLOURS).index) for cell, own in marks.items()}

            def mark(cell: str, style: int, name: str = name, worst: dict[str, str] = worst) -> int:
                styles[name, cell] = style
                return self.styles.marked(style, worst[cell])

            sheet.restyle(list(marks), mark)
            for cell, anchor in sheet.anchored(dict.fromkeys(cells, "")).items():
                styles[name, cell] = styles[name, anchor]
            texts = {cell: "\n\n".join(map(_explained, own)) for cell, own in marks.items()}
            texts = dict(list(texts.items())[:room])
            room -= len(texts)
            self._comment(path, sheet, texts, earlier=self.ours is not None)
            if sheet.xml != self.package.read(path):
                self.package.write(path, sheet.xml)
        for path in self.others:
            xml = self.package.read(path)
            self.package.write(path, re.sub(rb"\stabSelected=[\"'](?:1|true)[\"']", b"", xml))
        self._put_first(head, lines, styles)
        self.package.write(self.styles_path, self.styles.xml())
        self._plain_kind()
        return self.package.save()

    def _earlier(self) -> dict[tuple[str, str], int]:
        """The styles that cells had before an earlier round marked them, kept in a hidden column of its list."""
        if self.ours is None:
            return {}
        xml = self.package.read(self.sheets[self.ours])
        found: dict[tuple[str, str], int] = {}
        for tag in re.findall(rb"<(?:\w+:)?hyperlink\b[^>]*>", xml):
            row = re.search(r"\d+", _attribute(tag, "ref") or "")
            name, _, cell = (_attribute(tag, "location") or "").rpartition("!")
            if row is None or not re.fullmatch(r"[A-Z]{1,3}[1-9]\d{0,6}", cell):
                continue
            kept = re.search(rb"<(?:\w+:)?c\b[^>]*\br=\"" + (KEPT + row[0]).encode() + rb"\"[^>]*>", xml)
            style = int(_attribute(kept[0], "s") or 0) if kept else 0
            sheet = name[1:-1].replace("''", "'") if name.startswith("'") else name
            if sheet in self.sheets and self.styles.exists(style):
                found.setdefault((sheet, cell), style)
        return found

    def _comment(self, path: str, sheet: _Sheet, texts: Mapping[str, str], *, earlier: bool) -> None:
        related = self.package.related(path)
        own = next((target for kind, target in related.values() if kind == "comments"), None)
        if not texts and (own is None or not earlier):
            return
        identifier = sheet.legacy_drawing()
        drawing = related[identifier][1] if identifier else None
        comments = _Comments(self.package.read(own) if own else None, self.package.read(drawing) if drawing else None)
        if earlier:
            comments.remove_ours()
        comments.add(texts)
        if own is None:
            own = self.package.unused("xl/comments_temuan{}.xml")
            self.package.relate(path, "comments", own)
            self._declare(own, f"{_TYPE}.comments+xml")
        self.package.write(own, comments.xml)
        if drawing is None:
            drawing = self.package.unused("xl/drawings/vmlTemuan{}.vml")
            sheet.add_legacy_drawing(self.package.relate(path, "vmlDrawing", drawing))
            self._declare(drawing, "application/vnd.openxmlformats-officedocument.vmlDrawing", extension="vml")
        self.package.write(drawing, comments.vml)

    def _declare(self, path: str, kind: str, extension: str = "") -> None:
        xml = self.package.read("[Content_Types].xml")
        p = _prefix(xml, "Types")
        if extension:
            if re.search(rb'Extension="' + extension.encode() + rb'"', xml, re.IGNORECASE):
                return
            at = re.search(rb"<" + p + rb"Types\b[^>]*>", xml)
            assert at is not None
            entry = b'<%bDefault Extension="%b" ContentType="%b"/>' % (p, extension.encode(), kind.encode())
            self.package.write("[Content_Types].xml", xml[: at.end()] + entry + xml[at.end() :])
            return
        entry = b'<%bOverride PartName="%b" ContentType="%b"/>' % (p, _text("/" + path), kind.encode())
        self.package.write("[Content_Types].xml", _before(xml, b"</" + p + b"Types>", entry))

    def _put_first(self, head: Sequence[str], lines: Sequence[Line], styles: Mapping[tuple[str, str], int]) -> None:
        xml, first_row = _list(self.styles, head, lines, styles, set(self.sheets) - {self.ours})
        if self.ours is not None:
            self.package.write(self.sheets[self.ours], xml)
            rels = posixpath.join("xl/worksheets/_rels", posixpath.basename(self.sheets[self.ours]) + ".rels")
            self.package.drop(rels)
            return
        taken = {name.casefold() for name in self.sheets}
        name = next(n for n in (SHEET, *(f"{SHEET} ({i})" for i in range(2, 999))) if n.casefold() not in taken)
        path = self.package.unused("xl/worksheets/temuan{}.xml")
        self.package.write(path, xml)
        self._declare(path, f"{_TYPE}.worksheet+xml")
        self._add_sheet(name, self.package.relate("xl/workbook.xml", "worksheet", path), first_row)

    def _add_sheet(self, name: str, relation: str, first_row: int) -> None:
        """Our sheet before all others in the workbook's list: what counts sheets by their position moves by one."""
        p, xml = self.p, self.xml
        numbers = [int(n) for n in re.findall(rb"\bsheetId=\"(\d+)\"", xml)]
        opened = re.search(rb"<" + p + rb"sheets\b[^>]*>", xml)
        if opened is None:
            raise PatchError("no sheets")
        entry = b'<%bsheet xmlns:rt="%b" name="%b" sheetId="%d" rt:id="%b"/>' % (
            p, _REL.encode(), _text(name), max(numbers, default=0) + 1, relation.encode(),
        )  # fmt: skip
        xml = xml[: opened.end()] + entry + xml[opened.end() :]
        xml = re.sub(rb'\blocalSheetId="(\d+)"', lambda found: b'localSheetId="%d"' % (int(found[1]) + 1), xml)
        xml = re.sub(rb'\s(?:activeTab|firstSheet)="\d+"', b"", xml)
        own = f"'{name}'" if " " in name else name
        names = (
            f'<definedName name="_xlnm.Print_Titles" localSheetId="0">{own}!${first_row}:${first_row}</definedName>'
            f'<definedName name="{DEFINED_NAME}">{own}!$A$1</definedName>'
        )
        tagged = re.sub(r"<(/?)", lambda found: f"<{found[1]}{p.decode()}", names).encode()
        xml = re.sub(rb"<" + p + rb"definedNames\s*/>", b"", xml)
        if b"</" + p + b"definedNames>" in xml:
            xml = _before(xml, b"</" + p + b"definedNames>", tagged)
        else:
            ends = (b"</" + p + tag + b">" for tag in (b"externalReferences", b"functionGroups", b"sheets"))
            end = next(tag for tag in ends if tag in xml)
            at = xml.index(end) + len(end)
            xml = xml[:at] + b"<" + p + b"definedNames>" + tagged + b"</" + p + b"definedNames>" + xml[at:]
        self.package.write("xl/workbook.xml", xml)

    def _plain_kind(self) -> None:
        """The package as a workbook, with macros only if it has some: whatever it was, a template of Excel's or an add-in."""
        xml = self.package.read("[Content_Types].xml")
        macros = any(kind == "vbaProject" for kind, _ in self.package.related("xl/workbook.xml").values())
        main = (
            b"application/vnd.ms-excel.sheet.macroEnabled.main+xml" if macros else _TYPE.encode() + b".sheet.main+xml"
        )
        new = re.sub(rb"application/vnd\.ms-excel\.(?:sheet|template|addin)\.macroEnabled\.main\+xml", main, xml)
        new = new.replace(_TYPE.encode() + b".template.main+xml", main)
        if new != xml:
            self.package.write("[Content_Types].xml", new)


def _explained(line: Line) -> str:
    """A finding as its cell's comment tells it: what is wrong and how to mend it, what was found, an example."""
    found = line.nilai if len(line.nilai) <= _LONGEST_FOUND else f"{line.nilai[:_LONGEST_FOUND].rstrip()}…"
    parts = [f"{WORDS[line.tingkat]}: {line.pesan}", f"Ditemukan: {found or '(kosong)'}"]
    return "\n".join([*parts, f"Contoh: {line.contoh}"] if line.contoh else parts)


def _lines(value: str, width: int) -> int:
    """How many lines a text takes in a column of a width."""
    return sum(1 + len(part) // (width - 2) for part in value.split("\n"))


def _list(
    styles: _Styles,
    head: Sequence[str],
    lines: Sequence[Line],
    originals: Mapping[tuple[str, str], int],
    sheets: set[str],
) -> tuple[bytes, int]:
    """The XML of our sheet, and the row of its headers."""
    size = '<sz val="10"/>'
    title = styles.own('<b/><sz val="15"/><color rgb="FF1F3B4D"/>')
    plain = styles.own('<sz val="10"/><color rgb="FF333333"/>')
    header = styles.own(f'<b/>{size}<color rgb="FFFFFFFF"/>', "FF1F3B4D", framed=True)
    cell = styles.own(size, framed=True)
    link = styles.own(f'<u/>{size}<color rgb="FF0B5394"/>', framed=True)
    level = {tingkat: styles.own(f"<b/>{size}", colour, framed=True) for tingkat, colour in COLOURS.items()}
    rows: list[bytes] = []
    links: list[bytes] = []

    def text(row: int, column: int, style: int, value: str) -> bytes:
        return b'<c r="%b" s="%d" t="inlineStr"><is><t xml:space="preserve">%b</t></is></c>' % (
            a1(row, column).encode(), style, _text(value),
        )  # fmt: skip

    for row, sentence in enumerate((MARK, *head)):
        height = b' ht="24" customHeight="1"' if row == 0 else b""
        rows.append(b'<row r="%d"%b>%b</row>' % (row + 1, height, text(row, 0, plain if row else title, sentence)))
    top = len(rows) + 1
    rows.append(
        b'<row r="%d">%b</row>' % (top + 1, b"".join(text(top, c, header, name) for c, name in enumerate(HEADS)))
    )
    for number, line in enumerate(lines, start=1):
        row = top + number
        linked = line.sel is not None and line.lembar in sheets
        values = (line.lembar or "", line.sel or "", line.kolom, line.nilai[:_LONGEST], line.pesan, line.contoh)
        cells = [b'<c r="%b" s="%d"><v>%d</v></c>' % (a1(row, 0).encode(), cell, number)]
        cells.append(text(row, 1, level[line.tingkat], WORDS[line.tingkat]))
        cells += [
            text(row, column, link if linked and column == 3 else cell, value)
            for column, value in enumerate(values, start=2)
        ]
        if linked:
            original = originals.get((line.lembar or "", line.sel or ""), 0)
            cells.append(b'<c r="%b" s="%d"/>' % (f"{KEPT}{row + 1}".encode(), original))
            quoted = (line.lembar or "").replace("'", "''")
            links.append(
                b'<hyperlink ref="%b" location="%b" display="%b"/>'
                % (a1(row, 3).encode(), _text(f"'{quoted}'!{line.sel}"), _text(line.sel or ""))
            )
        tall = 3 + 13 * max(_lines(str(value), width) for value, width in zip(values, _WIDTHS[2:], strict=True))
        rows.append(b'<row r="%d" ht="%d" customHeight="1">%b</row>' % (row + 1, min(tall, 400), b"".join(cells)))
    columns = b"".join(
        b'<col min="%d" max="%d" width="%d" customWidth="1"/>' % (c, c, width)
        for c, width in enumerate(_WIDTHS, start=1)
    )
    return (
        b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="%b"><sheetPr><tabColor rgb="FFC0392B"/>'
        b'<pageSetUpPr fitToPage="1"/></sheetPr><sheetViews><sheetView showGridLines="0" tabSelected="1" workbookViewId="0">'
        b'<pane ySplit="%d" topLeftCell="A%d" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        b'<sheetFormatPr defaultRowHeight="15"/><cols>%b<col min="%d" max="%d" width="2" hidden="1" customWidth="1"/></cols>'
        b"<sheetData>%b</sheetData>%b"
        b'<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.6" header="0.3" footer="0.3"/>'
        b'<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>'
        b"<headerFooter><oddFooter>&amp;LTemuan&amp;RHalaman &amp;P dari &amp;N</oddFooter></headerFooter></worksheet>"
        % (
            _MAIN.encode(), top + 1, top + 2, columns, len(HEADS) + 1, len(HEADS) + 1, b"".join(rows),
            b"<hyperlinks>" + b"".join(links) + b"</hyperlinks>" if links else b"",
        )
    ), top + 1  # fmt: skip
