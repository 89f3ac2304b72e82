"""The same rows of cells in every format that units send, written byte by byte: what reads them has no part in it.

Rows hold text, whole numbers and dates, ``None`` for an empty cell; each function returns the bytes of a file.
"""

import csv
import io
import struct
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date
from xml.sax.saxutils import escape

Cell = str | int | date | None
Rows = Sequence[Sequence[Cell]]

EPOCH = {False: date(1899, 12, 30), True: date(1904, 1, 1)}  # day 0 of a workbook, by whether it counts from 1904


def serial(day: date, *, from_1904: bool = False) -> int:
    """The number under which a spreadsheet keeps a day."""
    return (day - EPOCH[from_1904]).days


def _cells(rows: Rows) -> Iterator[tuple[int, int, str | int | date]]:
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            if cell is not None:
                yield r, c, cell


def archive(parts: dict[str, str | bytes]) -> bytes:
    """A ZIP file of these members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in parts.items():
            target.writestr(name, content)
    return out.getvalue()


# --- text -------------------------------------------------------------------------------------------------------------


def text(rows: Rows, delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    """Delimited text; dates as Indonesians write them."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
    for row in rows:
        writer.writerow(["" if c is None else f"{c:%d/%m/%Y}" if isinstance(c, date) else c for c in row])
    return out.getvalue().encode(encoding)


# --- Excel of old: BIFF records, bare or in an OLE container ----------------------------------------------------------


def _record(kind: int, payload: bytes) -> bytes:
    return struct.pack("<HH", kind, len(payload)) + payload


def _long_text(value: str) -> bytes:
    return struct.pack("<HB", len(value), 1) + value.encode("utf-16-le")


def xls(rows: Rows, *, from_1904: bool = False, hidden: bool = False, stream: str = "Workbook") -> bytes:
    """Excel 97 to 2003 (BIFF8) with one sheet; ``stream`` is the name of its stream, which some programs capitalise."""
    font = _record(0x31, struct.pack("<HHHHHBBBB", 200, 0, 0x7FFF, 400, 0, 0, 0, 0, 0) + b"\x05\x01A\0r\0i\0a\0l\0")
    formats = [struct.pack("<HHHBBBBIIH", 0, number, 0, 0x20, 0, 0, 0, 0, 0, 0x20C0) for number in (0, 14)]
    xfs = b"".join(_record(0xE0, formats[index]) for index in (*[0] * 15, 0, 1))
    name = "Data"
    head = _record(0x809, struct.pack("<HHHHII", 0x600, 5, 0xDBB, 1996, 0, 6)) + _record(0x42, struct.pack("<H", 1200))
    head += _record(0x22, struct.pack("<H", from_1904)) + font * 5 + xfs
    place = len(head) + 4 + 6 + 2 + 2 * len(name) + 4
    sheet_name = struct.pack("<BB", len(name), 1) + name.encode("utf-16-le")
    head += _record(0x85, struct.pack("<IBB", place, hidden, 0) + sheet_name) + _record(0x0A, b"")
    body = _record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0xDBB, 1996, 0, 6))
    width = max(map(len, rows), default=0)
    body += _record(0x200, struct.pack("<IIHHH", 0, len(rows), 0, width, 0))
    for r, c, cell in _cells(rows):
        if isinstance(cell, str):
            body += _record(0x204, struct.pack("<HHH", r, c, 15) + _long_text(cell))
        else:
            number = serial(cell, from_1904=from_1904) if isinstance(cell, date) else cell
            body += _record(0x203, struct.pack("<HHHd", r, c, 16 if isinstance(cell, date) else 15, number))
    return ole({stream: head + body + _record(0x0A, b"")})


def xls5(rows: Rows) -> bytes:
    """Excel 5 and 95 (BIFF5): letters of one byte."""
    font = _record(0x31, struct.pack("<HHHHHBBBB", 200, 0, 0x7FFF, 400, 0, 0, 0, 0, 0) + b"\x05Arial")
    xfs = b"".join(_record(0xE0, struct.pack("<HHHHHHHH", 0, n, 1, 0, 0, 0, 0, 0)) for n in (*[0] * 15, 0, 14))
    head = (
        _record(0x809, struct.pack("<HHHH", 0x500, 5, 0xDBB, 1996))
        + _record(0x42, struct.pack("<H", 1252))
        + font * 5
        + xfs
    )
    head += _record(0x85, struct.pack("<IBBB", len(head) + 4 + 11 + 4, 0, 0, 4) + b"Data") + _record(0x0A, b"")
    body = _record(0x809, struct.pack("<HHHH", 0x500, 0x10, 0xDBB, 1996))
    for r, c, cell in _cells(rows):
        if isinstance(cell, str):
            letters = cell.encode("cp1252")
            body += _record(0x204, struct.pack("<HHHH", r, c, 15, len(letters)) + letters)
        else:
            number = serial(cell) if isinstance(cell, date) else cell
            body += _record(0x203, struct.pack("<HHHd", r, c, 16 if isinstance(cell, date) else 15, number))
    return ole({"Book": head + body + _record(0x0A, b"")})


def ole(streams: dict[str, bytes]) -> bytes:
    """An OLE compound file with these streams, each made long enough to stand in sectors of its own."""
    end, free, fat_sector = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
    contents = {
        name: content.ljust(-(-max(len(content), 4096) // 512) * 512, b"\0") for name, content in streams.items()
    }
    sizes = [len(content) // 512 for content in contents.values()]
    fats = 1
    while fats * 128 < sum(sizes) + fats + 1:
        fats += 1
    chain = [fat_sector] * fats + [end]  # the tables themselves, then the directory
    starts: list[int] = []
    for size in sizes:
        starts.append(len(chain))
        chain += [*range(len(chain) + 1, len(chain) + size), end]
    table = struct.pack(f"<{len(chain)}I", *chain).ljust(fats * 512, b"\xff")
    entries = [
        ("Root Entry", 5, end, 0),
        *((name, 2, at, len(c)) for (name, c), at in zip(contents.items(), starts, strict=True)),
    ]
    directory = b""
    for index, (name, kind, start, size) in enumerate(entries):
        child = 1 if index == 0 else free
        sibling = index + 1 if 0 < index < len(entries) - 1 else free
        letters = (name + "\0").encode("utf-16-le")
        directory += letters.ljust(64, b"\0") + struct.pack("<HBBIII", len(letters), kind, 1, free, sibling, child)
        directory += bytes(36) + struct.pack("<III", start, size, 0)
    head = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(10)
    head += struct.pack("<IIIIIIII", fats, fats, 0, 4096, end, 0, end, 0)
    head += struct.pack(f"<{fats}I", *range(fats)).ljust(436, b"\xff")
    return head + table + directory.ljust(512, b"\0") + b"".join(contents.values())


# --- the other spreadsheets -------------------------------------------------------------------------------------------


def ods(rows: Rows) -> bytes:
    """OpenDocument, with empty cells and rows counted, as its programs write them."""
    names = {"office": "office", "table": "table", "text": "text"}
    spaces = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for short, name in names.items()
    )

    def cell(value: Cell) -> str:
        if value is None:
            return '<table:table-cell table:number-columns-repeated="1"/>'
        if isinstance(value, str):
            lines = "".join(f"<text:p>{escape(line)}</text:p>" for line in value.split("\n"))
            return f'<table:table-cell office:value-type="string">{lines}</table:table-cell>'
        kind = "date" if isinstance(value, date) else "float"
        name = "date-value" if isinstance(value, date) else "value"
        return f'<table:table-cell office:value-type="{kind}" office:{name}="{value}"><text:p>{value}</text:p></table:table-cell>'

    lines = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)
    blank = '<table:table-cell table:number-columns-repeated="16384"/>'
    rest = f'<table:table-row table:number-rows-repeated="1048000">{blank}</table:table-row>'
    content = (
        f'<?xml version="1.0"?><office:document-content {spaces}><office:body><office:spreadsheet><table:table table:name="Data">'
        f"{lines}{rest}</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    return archive({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": content})


def xlsb(rows: Rows) -> bytes:
    """Excel's binary workbook."""

    def record(kind: int, payload: bytes = b"") -> bytes:
        number = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
        size, length = b"", len(payload)
        while length > 127:
            size, length = size + bytes([length & 0x7F | 0x80]), length >> 7
        return number + size + bytes([length]) + payload

    def wide(value: str) -> bytes:
        return struct.pack("<I", len(value)) + value.encode("utf-16-le")

    width = max(map(len, rows), default=1)
    sheet = record(129) + record(148, struct.pack("<4I", 0, max(len(rows), 1) - 1, 0, width - 1)) + record(145)
    for r, row in enumerate(rows):
        sheet += record(0, struct.pack("<IIHBBBI", r, 0, 300, 0, 0, 0, 0))
        for c, cell in enumerate(row):
            if isinstance(cell, str):
                sheet += record(6, struct.pack("<II", c, 0) + wide(cell))
            elif cell is not None:
                number = serial(cell) if isinstance(cell, date) else cell
                sheet += record(5, struct.pack("<IId", c, int(isinstance(cell, date)), number))
    sheet += record(146) + record(130)
    book = (
        record(131)
        + record(143)
        + record(156, struct.pack("<II", 0, 1) + wide("rId1") + wide("Data"))
        + record(144)
        + record(157, bytes(26))
        + record(132)
    )
    styles = record(278) + record(617, struct.pack("<I", 2))
    for number in (0, 14):
        styles += record(47, struct.pack("<HHHHHHBB", 0, number, 0, 0, 0, 0, 0, 0))
    styles += record(618) + record(279)
    kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    relation = f'<Relationship Id="{{0}}" Type="{kinds}/{{1}}" Target="{{2}}"/>'
    around = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{0}</Relationships>'
    links = relation.format("rId1", "worksheet", "worksheets/sheet1.bin") + relation.format(
        "rId2", "styles", "styles.bin"
    )
    return archive({
        "_rels/.rels": around.format(relation.format("rId1", "officeDocument", "xl/workbook.bin")),
        "xl/workbook.bin": book,
        "xl/_rels/workbook.bin.rels": around.format(links),
        "xl/worksheets/sheet1.bin": sheet,
        "xl/styles.bin": styles,
    })  # fmt: skip


def docx(rows: Rows, *paragraphs: str) -> bytes:
    """A Word document: paragraphs, then a table of the rows."""

    def paragraph(value: str) -> str:
        return f'<w:p><w:r><w:t xml:space="preserve">{escape(value)}</w:t></w:r></w:p>'

    lines = "".join(
        "<w:tr>" + "".join(f"<w:tc>{paragraph('' if cell is None else str(cell))}</w:tc>" for cell in row) + "</w:tr>"
        for row in rows
    )
    body = "".join(map(paragraph, paragraphs)) + (f"<w:tbl>{lines}</w:tbl>" if rows else "")
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    return archive({"word/document.xml": f"<w:document {space}><w:body>{body}</w:body></w:document>"})
