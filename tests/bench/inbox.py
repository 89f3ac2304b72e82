"""A large inbox for measuring: ten innovations and two hundred rows of indicators a workbook, in all common layouts.

A few dozen workbooks are built as any other of the tests, with marks in place of names; each file of the inbox is one of
them with its marks replaced inside of its shared strings. So ten thousand take a minute to write.
"""

import io
import os
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from tests.builder import content
from tests.builder.content import IDEAS, INDIKATOR, THEMES, Idea
from tests.builder.samples import LABEL_FORM, TAJUK_BIASA, TAJUK_SENDIRI, WAKTU_BERKAS, nonsense, signature
from tests.builder.synthetic_names import CATCHY, MANNERS, THINGS
from tests.builder.workbooks import (
    TAJUK_INDIKATOR,
    Bukti,
    Fault,
    Formulir,
    Layout,
    Record,
    Style,
    Tabel,
    Templat,
    Value,
    Written,
)

INNOVATIONS = 10  # a workbook
FAULTY = 33  # one file of so many
STRINGS = "xl/sharedStrings.xml"
_INLINE = re.compile(rb't="inlineStr"><is>(.*?)</is>', re.DOTALL)
_SHARED = {  # how a workbook says that it has such a part: the file, before what, and what
    "[Content_Types].xml": (
        b"</Types>",
        b'<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.'
        b'spreadsheetml.sharedStrings+xml"/>',
    ),
    "xl/_rels/workbook.xml.rels": (
        b"</Relationships>",
        b'<Relationship Id="rTexts" Target="sharedStrings.xml" '
        b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"/>',
    ),
}
_BENTUK = ("tata_kelola", "pelayanan_publik", "lainnya")
_INISIATOR = ("perangkat_daerah", "asn", "kepala_daerah", "masyarakat")


@dataclass(frozen=True)
class Unit:
    """A unit of the register: its code and its name."""

    kode: str
    nama: str


@dataclass(frozen=True)
class _Variant:
    """A workbook with marks: its parts compressed as they are in every copy, and the shared strings to be filled in."""

    layout: str
    parts: list[tuple[bytes, int, int, bytes]]  # name, CRC, size, compressed bytes
    strings: bytes


def write_inbox(folder: Path, files: int, units: list[Unit]) -> Path:
    """Writes ``files`` workbooks below ``folder``, spread over ``units``, three in a hundred of them faulty; once."""
    done = folder.with_name(f"{folder.name}.selesai")  # beside the inbox: in it there is nothing but submissions
    if done.exists():
        return folder
    good, faulty = _variants(faulty=False), _variants(faulty=True)
    for number in range(files):
        unit = units[number % len(units)]
        source = faulty if number % FAULTY == FAULTY - 1 else good
        variant = source[number % len(source)]
        path = folder / unit.kode / f"{variant.layout} {number:05}.xlsx"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_filled(variant, _marks(number, unit)))
        moment = (WAKTU_BERKAS + timedelta(minutes=number)).timestamp()
        os.utime(path, (moment, moment))
    done.touch()
    return folder


@contextmanager
def one_changed(folder: Path) -> Iterator[None]:
    """Within it, one workbook of the inbox says something else, as after its unit mended a few words."""
    path = min(folder.rglob("*.xlsx"))
    content, status = path.read_bytes(), path.stat()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[STRINGS] = parts[STRINGS].replace(b"warga", b"masyarakat")
    path.write_bytes(_archive([_part(name.encode(), data) for name, data in parts.items()]))
    try:
        yield
    finally:
        path.write_bytes(content)
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def name_of(number: int) -> str:
    """A name of an innovation: no two share all words, and few share two."""
    thing, manner = divmod(number // len(CATCHY), len(MANNERS))
    return f"{CATCHY[number % len(CATCHY)]} {MANNERS[manner]} {THINGS[thing % len(THINGS)]}"


def _marks(number: int, unit: Unit) -> dict[bytes, bytes]:
    names = {f"N{at}Q": name_of(number * INNOVATIONS + at) for at in range(INNOVATIONS)}
    texts = names | {"XUNITX": unit.nama, "XKODEX": unit.kode, "XNOMORX": str(number)}
    return {mark.encode(): escape(text).encode() for mark, text in texts.items()}


def _filled(variant: _Variant, marks: dict[bytes, bytes]) -> bytes:
    strings = variant.strings
    for mark, text in marks.items():
        strings = strings.replace(mark, text)
    return _archive([*variant.parts, _part(STRINGS.encode(), strings)])


def _part(name: bytes, data: bytes) -> tuple[bytes, int, int, bytes]:
    deflate = zlib.compressobj(6, zlib.DEFLATED, -15)
    return name, zlib.crc32(data), len(data), deflate.compress(data) + deflate.flush()


def _archive(parts: list[tuple[bytes, int, int, bytes]]) -> bytes:
    """A ZIP archive of parts that are compressed already."""
    body, directory = io.BytesIO(), io.BytesIO()
    for name, crc, size, packed in parts:
        start = body.tell()
        fields = b"".join(
            value.to_bytes(width, "little")
            for value, width in (
                *((20, 2), (0, 2), (8, 2), (0, 2), (0x5821, 2), (crc, 4), (len(packed), 4), (size, 4)),
                *((len(name), 2), (0, 2)),
            )
        )
        body.write(b"PK\x03\x04" + fields + name + packed)
        directory.write(b"PK\x01\x02\x14\x00" + fields + bytes(10) + start.to_bytes(4, "little") + name)
    start = body.tell()
    count = len(parts).to_bytes(2, "little")
    end = b"PK\x05\x06" + bytes(4) + count + count + len(directory.getvalue()).to_bytes(4, "little")
    return body.getvalue() + directory.getvalue() + end + start.to_bytes(4, "little") + bytes(2)


# --- the workbooks with marks -----------------------------------------------------------------------------------------


def _variants(*, faulty: bool) -> list[_Variant]:
    found = []
    for turn in range(4):
        for name, layout in _layouts(turn, faulty=faulty).items():
            built = layout.build()
            if not isinstance(layout, Templat):
                _indicators(built.workbook, turn)
            found.append(_variant(name, built.to_bytes()))
    return found


def _variant(name: str, data: bytes) -> _Variant:
    """The workbook as Excel saves it: texts shared by all sheets in a part of their own."""
    shared: dict[bytes, int] = {}

    def take_out(match: re.Match[bytes]) -> bytes:
        number = shared.setdefault(match[1], len(shared))
        return b't="s"><v>%d</v>' % number

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {part: archive.read(part) for part in archive.namelist()}
    for part, xml in parts.items():
        if part.startswith("xl/worksheets/"):
            parts[part] = _INLINE.sub(take_out, xml)
    for part, (before, added) in _SHARED.items():
        parts[part] = parts[part].replace(before, added + before)
    texts = b"".join(b"<si>" + text + b"</si>" for text in shared)
    strings = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">' + texts + b"</sst>"
    return _Variant(name, [_part(part.encode(), xml) for part, xml in parts.items()], strings)


def _layouts(turn: int, *, faulty: bool) -> dict[str, Layout]:
    records = _records(turn, faulty=faulty)
    unit = Written("XKODEX", "XUNITX")
    headers = (TAJUK_BIASA, TAJUK_SENDIRI)[turn % 2]
    style = Style(tanggal=("excel", "panjang", "garis"), anggaran="titik" if turn % 2 else "angka")
    return {
        "templat": Templat(unit, records, {f"N{at}Q": _evidence(at, turn) for at in range(INNOVATIONS)}, kode="XKODEX"),
        "rekap": Tabel(
            records,
            headers,
            judul=("REKAPITULASI INOVASI DAERAH", unit, "TAHUN 2023"),
            lembar="Rekap",
            penomoran="(1)" if turn % 2 else "",
            tanda_tangan=signature("Kepala", turn),
            style=style,
        ),
        "formulir": Formulir(
            unit,
            records,
            LABEL_FORM,
            [f"Inovasi {at + 1}" for at in range(INNOVATIONS)],
            tanda="sel" if turn % 2 else "",
            tanda_tangan=signature("Kepala", turn),
            style=style,
        ),
    }


def _records(turn: int, *, faulty: bool) -> list[Record]:
    ideas = [IDEAS[(turn * INNOVATIONS + at) % len(IDEAS)] for at in range(INNOVATIONS)]
    records = [_record(replace(idea, nama=f"N{at}Q"), at, turn) for at, idea in enumerate(ideas)]
    if faulty:
        records[2] = {
            **records[2],
            "tahapan": nonsense("selesai semua"),
            "waktu_uji_coba": nonsense("31 Februari 2022"),
        }
        records[5] = {**records[5], "rancang_bangun": "Belum disusun."}
        short = Fault("catatan", "salah_ketik", "salah ketik")
        records[7] = {**records[7], "jenis": Written("non_digital", "Non Digitl", cacat=short)}
    return records


def _record(idea: Idea, at: int, turn: int) -> Record:
    theme = THEMES[idea.tema]
    applied = date(2022, 3, 1) + timedelta(days=23 * at + 7 * turn)
    values: dict[str, Value | Written] = {
        "nama_inovasi": idea.nama,
        "tahapan": "penerapan",
        "inisiator": _INISIATOR[at % len(_INISIATOR)],
        "nama_inisiator": content.person(str(at), str(turn)),
        "jenis": "non_digital" if at % 3 else "digital",
        "bentuk": _BENTUK[at % len(_BENTUK)],
        "tematik": theme.tematik,
        "urusan_utama": theme.urusan_utama,
        "urusan_beririsan": list(theme.urusan_beririsan),
        "waktu_uji_coba": applied - timedelta(days=60 + at),
        "waktu_penerapan": applied,
        "waktu_pengembangan": applied + timedelta(days=200) if at % 4 == 0 else None,
        "rancang_bangun": content.rancang_bangun(idea),
        "tujuan": content.tujuan(idea),
        "manfaat": content.manfaat(idea),
        "hasil": content.hasil(idea),
        "anggaran": 2_500_000 * (2 + at + turn),
    }
    return values


def _evidence(at: int, turn: int) -> list[Bukti]:
    return [
        Bukti(nomor, title, 1 + (at + nomor + turn) % 3 if nomor != 19 else 3, f"https://bukti.example/XNOMORX/{at}/{nomor}.pdf")
        for nomor, (title, _) in INDIKATOR.items()
    ]  # fmt: skip


def _indicators(workbook: Any, turn: int) -> None:
    """A sheet of indicators as the template has it, behind the sheets of other layouts."""
    sheet = workbook.create_sheet("Indikator")
    sheet.append(TAJUK_INDIKATOR)
    for at in range(INNOVATIONS):
        for item in _evidence(at, turn):
            sheet.append([sheet.max_row, f"N{at}Q", item.nomor, item.indikator, item.parameter, item.tautan])
