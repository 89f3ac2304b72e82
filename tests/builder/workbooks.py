"""Awkward workbooks as units really send them, made from records, together with the truth about every cell.

A record maps columns of ``inovasi`` to typed values: dates as ``date``, choices as their canonical word, rupiah as
``int``, several urusan as a list. A ``Style`` decides how a sender writes them; a ``Written`` in place of a value
decides it for one cell, and may plant a fault there. ``Templat``, ``Tabel`` and ``Formulir`` are the three layouts;
``build()`` of each returns a ``Built``: the workbook and what ought to be read from it, with sheet and A1 cell.

The bytes of a workbook depend on its content only: no clock, and no compression, which differs between builds of zlib.
"""

import io
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Literal, TypeAlias

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

Value: TypeAlias = str | int | float | date | list[str] | None
CellValue: TypeAlias = str | int | float | date | None
Tingkat: TypeAlias = Literal["kesalahan", "peringatan", "catatan"]


@dataclass(frozen=True)
class Fault:
    """A fault planted on purpose: how severe, of which kind (a word to select by), and in short what it is."""

    tingkat: Tingkat
    jenis: str
    keterangan: str


@dataclass(frozen=True)
class Written:
    """A value whose cell is written in one particular way: ``nilai`` is the truth, ``sel`` stands in the cell.

    ``perkiraan`` marks a date of which the cell tells less than a day ("Feb 2023"): ``nilai`` is the first day of it.
    """

    nilai: Value
    sel: CellValue
    perkiraan: bool = False
    cacat: Fault | None = None


Record: TypeAlias = Mapping[str, Value | Written]


@dataclass(frozen=True)
class Placed:
    """What one cell says: column, sheet, A1 address, the typed value, and the value as it stands in the cell.

    ``juga`` names other cells that may be cited for the same value: the mark beside a printed option, or the label of
    an empty field of a form.
    """

    kolom: str
    lembar: str
    sel: str
    nilai: Value
    mentah: CellValue
    juga: tuple[str, ...] = ()
    perkiraan: bool = False
    cacat: Fault | None = None


@dataclass(frozen=True)
class Row:
    """One innovation of a workbook: its cells by column, empty ones included where the layout has a place for them."""

    lembar: str
    baris: int
    isi: dict[str, Placed]

    def values(self) -> dict[str, Value]:
        """The typed values by column, missing ones left out."""
        return {kolom: cell.nilai for kolom, cell in self.isi.items() if cell.nilai is not None}


@dataclass(frozen=True)
class IndikatorRow:
    """One row of the sheet of indicators: the parameter cell and the evidence beside it."""

    nama_inovasi: str
    nomor: int
    parameter: int
    bukti: str | None
    lembar: str
    sel: str


@dataclass
class Built:
    """A workbook and the truth about it; ``unit`` holds the cells that name the unit of the whole file."""

    workbook: Any
    tata_letak: str | None
    baris: list[Row] = field(default_factory=list)
    indikator: list[IndikatorRow] = field(default_factory=list)
    unit: list[Placed] = field(default_factory=list)

    def to_bytes(
        self, *, modified: datetime = datetime(2024, 1, 15, 9, 0), creator: str = "", macro: bool = False
    ) -> bytes:
        """The workbook as the bytes of a file, the same each time; ``macro`` makes an .xlsm of it."""
        return workbook_bytes(self.workbook, modified=modified, creator=creator, macro=macro)


# --- How senders write ------------------------------------------------------------------------------------------------

BULAN = (
    *("Januari", "Februari", "Maret", "April", "Mei", "Juni"),
    *("Juli", "Agustus", "September", "Oktober", "November", "Desember"),
)
BULAN_SINGKAT = ("Jan", "Peb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agt", "Sept", "Okt", "Nop", "Des")
HARI = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")

# The wording of the official forms of 2024 (profil.csv) for every choice, by canonical word.
PILIHAN: dict[str, dict[str, str]] = {
    "tahapan": {"inisiatif": "Inisiatif", "uji_coba": "Uji Coba", "penerapan": "Penerapan"},
    "inisiator": {
        "kepala_daerah": "Kepala Daerah",
        "anggota_dprd": "Anggota DPRD",
        "perangkat_daerah": "OPD/Perangkat Daerah",
        "asn": "ASN",
        "masyarakat": "Masyarakat",
    },
    "jenis": {"digital": "Digital", "non_digital": "Non Digital"},
    "bentuk": {
        "tata_kelola": "Inovasi tata kelola pemerintahan daerah",
        "pelayanan_publik": "Inovasi pelayanan publik",
        "lainnya": "Inovasi daerah lainnya sesuai urusan kewenangan daerah",
    },
    "tematik": {
        nama: nama
        for nama in (
            *("Digitalisasi layanan pemerintahan", "Penanggulangan kemiskinan", "Kemudahan investasi"),
            *("Prioritas aktual presiden", "Non tematik"),
        )
    },
}

# Headers of the official template of 2024: the labels of profil.csv, in its order.
LABEL: dict[str, str] = {
    "nama_inovasi": "Nama inovasi",
    "tahapan": "Tahapan inovasi",
    "inisiator": "Inisiator inovasi daerah",
    "nama_inisiator": "Nama inisiator",
    "jenis": "Jenis inovasi",
    "bentuk": "Bentuk inovasi daerah",
    "tematik": "Tematik (2023-2024)",
    "urusan_utama": "Urusan pemerintahan utama",
    "urusan_beririsan": "Urusan lain yang beririsan",
    "waktu_uji_coba": "Waktu uji coba",
    "waktu_penerapan": "Waktu penerapan",
    "waktu_pengembangan": "Waktu pengembangan",
    "rancang_bangun": "Rancang bangun dan pokok perubahan",
    "tujuan": "Tujuan inovasi",
    "manfaat": "Manfaat yang diperoleh",
    "hasil": "Hasil inovasi",
    "anggaran": "Anggaran (jika ada)",
}
TEKS_PANJANG = ("rancang_bangun", "tujuan", "manfaat", "hasil")


def _ribuan(nilai: int) -> str:
    return f"{nilai:,}".replace(",", ".")


def _juta(nilai: int) -> str:
    return f"{nilai / 1_000_000:.10g}".replace(".", ",") + " juta"


DATE_SPELLINGS: dict[str, Callable[[date], CellValue]] = {
    "excel": lambda d: d,
    "panjang": lambda d: f"{d.day} {BULAN[d.month - 1]} {d.year}",
    "hari": lambda d: f"{HARI[d.weekday()]}, {d.day} {BULAN[d.month - 1]} {d.year}",
    "kapital": lambda d: f"{d.day:02} {BULAN[d.month - 1].upper()} {d.year}",
    "singkat": lambda d: f"{d.day} {BULAN_SINGKAT[d.month - 1]} {d.year}",
    "garis": lambda d: f"{d.day:02}/{d.month:02}/{d.year}",
    "strip": lambda d: f"{d.day:02}-{d.month:02}-{d.year}",
    "strip_pendek": lambda d: f"{d.day}-{d.month}-{d.year % 100:02}",
    "titik": lambda d: f"{d.day:02}.{d.month:02}.{d.year}",
    "iso": lambda d: d.isoformat(),
    "tgl": lambda d: f"Tgl. {d.day} {BULAN[d.month - 1]} {d.year}",
}
# Less than a day: the truth is the first day of the period, marked as an estimate.
PERIOD_SPELLINGS: dict[str, Callable[[date], str]] = {
    "bulan": lambda d: f"{BULAN[d.month - 1]} {d.year}",
    "bulan_singkat": lambda d: f"{BULAN[d.month - 1][:3]} {d.year}",
    "tahun": lambda d: str(d.year),
    "triwulan": lambda d: f"TW {('I', 'II', 'III', 'IV')[(d.month - 1) // 3]} {d.year}",
}
MONEY_SPELLINGS: dict[str, Callable[[int], CellValue]] = {
    "angka": lambda n: n,
    "rp_sen": lambda n: f"Rp {_ribuan(n)},00",
    "rp": lambda n: f"Rp. {_ribuan(n)},-",
    "titik": _ribuan,
    "juta": _juta,
    "rp_juta": lambda n: f"Rp{_juta(n)}",
}


def period(spelling: str, first_day: date) -> Written:
    """A date written with less than a day, such as "Februari 2023" or "TW II 2023"."""
    return Written(first_day, PERIOD_SPELLINGS[spelling](first_day), perkiraan=True)


@dataclass(frozen=True)
class Style:
    """How one sender writes: spellings of dates (taken in turn), words for choices, money, lists, and "empty"."""

    tanggal: tuple[str, ...] = ("excel",)
    pilihan: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    anggaran: str = "angka"
    pemisah: str = "; "
    kosong: str | None = None

    def wording(self, kolom: str, nilai: str) -> str:
        """The sender's word for a choice; text that is no choice stays as it is."""
        own = self.pilihan.get(kolom, {}).get(nilai)
        return own if own is not None else PILIHAN.get(kolom, {}).get(nilai, nilai)

    def render(self, kolom: str, value: Value | Written, turn: int) -> Written:
        """What the sender puts into the cell for ``value``; ``turn`` counts on through the spellings of dates."""
        if isinstance(value, Written):
            return value
        return Written(value, self._cell(kolom, value, turn))

    def _cell(self, kolom: str, value: Value, turn: int) -> CellValue:
        if value is None:
            return self.kosong
        if isinstance(value, list):
            return self.pemisah.join(self.wording(kolom, item) for item in value)
        if isinstance(value, date):
            return DATE_SPELLINGS[self.tanggal[turn % len(self.tanggal)]](value)
        if kolom == "anggaran" and isinstance(value, int):
            return MONEY_SPELLINGS[self.anggaran](value)
        return self.wording(kolom, value) if isinstance(value, str) else value


# --- Cells and files --------------------------------------------------------------------------------------------------

_THIN = Side(style="thin", color="999999")
_FRAME = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_HEAD = PatternFill("solid", fgColor="DDEBF7")


def put(sheet: Any, row: int, col: int, value: CellValue, *, bold: bool = False, frame: bool = False) -> str:
    """Write one cell (1-based) and return its A1 address."""
    cell = sheet.cell(row=row, column=col, value=value)
    if bold:
        cell.font = Font(bold=True)
    if frame:
        cell.border = _FRAME
    if isinstance(value, date):
        cell.number_format = "DD/MM/YYYY"
    if isinstance(value, str) and (len(value) > 40 or "\n" in value):
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    return f"{get_column_letter(col)}{row}"


def merge(sheet: Any, row: int, col: int, last_row: int, last_col: int) -> None:
    """Merge a range, unless it is a single cell."""
    if (row, col) != (last_row, last_col):
        sheet.merge_cells(start_row=row, start_column=col, end_row=last_row, end_column=last_col)


def place(sheet: Any, row: int, col: int, kolom: str, written: Written, *, frame: bool = False) -> Placed:
    """Write the cell of a value and return the truth about it."""
    sel = put(sheet, row, col, written.sel, frame=frame)
    return Placed(kolom, sheet.title, sel, written.nilai, written.sel, (), written.perkiraan, written.cacat)


def new_workbook(title: str) -> tuple[Any, Any]:
    """A workbook with one sheet of that title."""
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = title
    return workbook, sheet


_MODIFIED = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms)")
_XLSX = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_XLSM = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"


def workbook_bytes(workbook: Any, *, modified: datetime, creator: str = "", macro: bool = False) -> bytes:
    """Save a workbook with fixed dates inside and out, its parts stored uncompressed in a fixed order."""
    workbook.properties.creator = creator or "unit"
    raw = io.BytesIO()
    workbook.save(raw)
    stamp = modified.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    fixed = io.BytesIO()
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(fixed, "w", zipfile.ZIP_STORED) as target:
        for name in source.namelist():
            part = source.read(name)
            if name == "docProps/core.xml":
                part = _MODIFIED.sub(rb"\g<1>" + stamp + rb"\g<3>", part)
            if name == "[Content_Types].xml" and macro:
                part = part.replace(_XLSX, _XLSM)
            info = zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0))
            info.create_system = 0
            target.writestr(info, part)
    return fixed.getvalue()


def _sign(sheet: Any, row: int, col: int, lines: Sequence[str]) -> None:
    for offset, line in enumerate(lines):
        if line:
            put(sheet, row + offset, col, line)


# --- The official template --------------------------------------------------------------------------------------------

PETUNJUK = (
    "PETUNJUK PENGISIAN",
    "1. Satu buku kerja untuk satu unit. Satu baris pada lembar Inovasi untuk satu inovasi.",
    "2. Pilihlah isian berpilihan dari daftar yang muncul pada selnya.",
    "3. Tanggal ditulis sebagai tanggal, contoh 06/02/2023.",
    "4. Rancang bangun sekurang-kurangnya 300 kata.",
    "5. Pada lembar Indikator isilah parameter 0 sampai 3 dan tautan buktinya; 0 bila belum ada bukti.",
    "6. Simpan lalu kirimkan kepada Bappedalitbang Kabupaten Banjar. Jangan mengubah judul kolom.",
)
TAJUK_INDIKATOR = ("No", "Nama Inovasi", "Nomor Indikator", "Indikator", "Parameter (0-3)", "Bukti/Tautan")


@dataclass(frozen=True)
class Bukti:
    """What a unit states for one indicator of an innovation."""

    nomor: int
    indikator: str
    parameter: int
    tautan: str | None


@dataclass(frozen=True)
class Templat:
    """The official template, filled in: sheets Petunjuk, Inovasi and Indikator."""

    unit: Written
    records: Sequence[Record]
    bukti: Mapping[str, Sequence[Bukti]] = field(default_factory=dict)
    kode: str | None = None
    style: Style = field(default_factory=Style)
    kolom: Sequence[str] = tuple(LABEL)

    def build(self) -> Built:
        """The workbook and the truth about it."""
        workbook, guide = new_workbook("Petunjuk")
        for row, line in enumerate(PETUNJUK, start=1):
            put(guide, row, 1, line, bold=row == 1)
        guide.column_dimensions["A"].width = 100
        built = Built(workbook, "templat")
        self._innovations(workbook.create_sheet("Inovasi"), built)
        self._indicators(workbook.create_sheet("Indikator"), built)
        return built

    def _innovations(self, sheet: Any, built: Built) -> None:
        put(sheet, 1, 1, "TEMPLAT INOVASI DAERAH KABUPATEN BANJAR TAHUN 2024", bold=True)
        put(sheet, 2, 1, "Nama Unit", bold=True)
        built.unit.append(place(sheet, 2, 2, "kode_unit", self.unit))
        put(sheet, 3, 1, "Kode Unit", bold=True)
        put(sheet, 3, 2, self.kode)
        for col, title in enumerate(("No", *(LABEL[kolom] for kolom in self.kolom)), start=1):
            put(sheet, 5, col, title, bold=True, frame=True)
            sheet.cell(row=5, column=col).fill = _HEAD
            sheet.column_dimensions[get_column_letter(col)].width = 6 if col == 1 else 24
        sheet.freeze_panes = "C6"
        for index, record in enumerate(self.records):
            row = 6 + index
            put(sheet, row, 1, index + 1, frame=True)
            cells = {
                kolom: place(
                    sheet, row, 2 + at, kolom, self.style.render(kolom, record.get(kolom), index + at), frame=True
                )
                for at, kolom in enumerate(self.kolom)
            }
            built.baris.append(Row(sheet.title, row, cells))
        self._choices(sheet)

    def _choices(self, sheet: Any) -> None:
        for at, kolom in enumerate(self.kolom):
            words = ",".join(PILIHAN.get(kolom, {}).values())
            if words:
                rule = DataValidation(type="list", formula1=f'"{words}"', allow_blank=True, showErrorMessage=False)
                letter = get_column_letter(2 + at)
                rule.add(f"{letter}6:{letter}60")
                sheet.add_data_validation(rule)

    def _indicators(self, sheet: Any, built: Built) -> None:
        put(sheet, 1, 1, "INDIKATOR SATUAN INOVASI DAERAH", bold=True)
        for col, title in enumerate(TAJUK_INDIKATOR, start=1):
            put(sheet, 3, col, title, bold=True, frame=True)
            sheet.cell(row=3, column=col).fill = _HEAD
        row = 4
        for nama, items in self.bukti.items():
            for item in items:
                cells = (row - 3, nama, item.nomor, item.indikator, item.parameter, item.tautan)
                for col, value in enumerate(cells, start=1):
                    put(sheet, row, col, value)
                built.indikator.append(
                    IndikatorRow(nama, item.nomor, item.parameter, item.tautan, sheet.title, f"E{row}")
                )
                row += 1
        for letter, width in zip("BDF", (30, 42, 60), strict=True):
            sheet.column_dimensions[letter].width = width


# --- A unit's own list ------------------------------------------------------------------------------------------------

TitleLine: TypeAlias = str | Written | tuple[str | Written, ...]


@dataclass(frozen=True)
class Tabel:
    """A unit's own list. ``tajuk`` maps columns to the unit's own headers, in order of the sheet.

    The key "no" stands for the running number, keys that begin with "_" for columns nobody asked for. A ``Written``
    in ``judul`` is the cell that names the unit. ``grup`` puts a second header row above neighbouring columns;
    ``seksi`` puts a row above the record of that index; ``jumlah`` is a row of totals ("=SUM" becomes a formula);
    ``lembar_lain`` are further sheets without innovations, cell by cell. The list of the commitments and the periodic
    returns are such lists too, of other columns; ``tata_letak`` says so.
    """

    records: Sequence[Record]
    tajuk: Mapping[str, str]
    judul: Sequence[TitleLine] = ()
    lembar: str = "Sheet1"
    baris_awal: int = 1
    kolom_awal: int = 1
    gabung_judul: bool = True
    grup: Mapping[str, Sequence[str]] = field(default_factory=dict)
    penomoran: Literal["", "1", "(1)"] = ""
    seksi: Mapping[int, Sequence[str]] = field(default_factory=dict)
    kosong_setelah: Sequence[int] = ()
    jumlah: Mapping[str, CellValue] = field(default_factory=dict)
    tanda_tangan: Sequence[str] = ()
    lembar_lain: Mapping[str, Sequence[Sequence[CellValue]]] = field(default_factory=dict)
    nomor_awal: int = 1
    tata_letak: Literal["tabel", "komitmen", "monev"] = "tabel"
    style: Style = field(default_factory=Style)

    def build(self) -> Built:
        """The workbook and the truth about it."""
        workbook, sheet = new_workbook(self.lembar)
        built = Built(workbook, self.tata_letak)
        row = self._header(sheet, self._title(sheet, built))
        row = self._body(sheet, row, built)
        if self.tanda_tangan:
            _sign(sheet, row + 2, max(self.kolom_awal + len(self.tajuk) - 3, 2), self.tanda_tangan)
        for name, lines in self.lembar_lain.items():
            other = workbook.create_sheet(name)
            for line in lines:
                other.append(line)
        return built

    def _columns(self) -> dict[str, int]:
        return {kolom: self.kolom_awal + at for at, kolom in enumerate(self.tajuk)}

    def _title(self, sheet: Any, built: Built) -> int:
        row = self.baris_awal
        last = self.kolom_awal + len(self.tajuk) - 1
        for line in self.judul:
            parts = line if isinstance(line, tuple) else (line,)
            for at, part in enumerate(parts):
                if isinstance(part, Written):
                    built.unit.append(place(sheet, row, self.kolom_awal + at, "kode_unit", part))
                else:
                    put(sheet, row, self.kolom_awal + at, part or None, bold=True)
            if self.gabung_judul and len(parts) == 1 and parts[0] != "":
                merge(sheet, row, self.kolom_awal, row, last)
            row += 1
        return row + bool(self.judul)

    def _header(self, sheet: Any, row: int) -> int:
        grouped = {kolom: title for title, members in self.grup.items() for kolom in members}
        columns = self._columns()
        last = row + bool(self.grup)
        for kolom, col in columns.items():
            if kolom in grouped:
                put(sheet, last, col, self.tajuk[kolom], bold=True, frame=True)
            else:
                put(sheet, row, col, self.tajuk[kolom], bold=True, frame=True)
                merge(sheet, row, col, last, col)
            sheet.column_dimensions[get_column_letter(col)].width = 6 if kolom == "no" else 22
        for title, members in self.grup.items():
            put(sheet, row, columns[members[0]], title, bold=True, frame=True)
            merge(sheet, row, columns[members[0]], row, columns[members[-1]])
        if self.penomoran:
            last += 1
            for at, col in enumerate(columns.values(), start=1):
                put(sheet, last, col, at if self.penomoran == "1" else f"({at})", frame=True)
        return last + 1

    def _body(self, sheet: Any, row: int, built: Built) -> int:
        columns = self._columns()
        first = row
        for index, record in enumerate(self.records):
            if index in self.seksi:
                for at, part in enumerate(self.seksi[index]):
                    put(sheet, row, self.kolom_awal + at, part, bold=True)
                if len(self.seksi[index]) == 1:
                    merge(sheet, row, self.kolom_awal, row, self.kolom_awal + len(columns) - 1)
                row += 1
            built.baris.append(self._row(sheet, row, index, record))
            row += 1 + (index in self.kosong_setelah)
        if self.jumlah:
            for kolom, value in self.jumlah.items():
                letter = get_column_letter(columns[kolom])
                total = f"=SUM({letter}{first}:{letter}{row - 1})" if value == "=SUM" else value
                put(sheet, row, columns[kolom], total, bold=True)
            row += 1
        return row

    def _row(self, sheet: Any, row: int, index: int, record: Record) -> Row:
        cells: dict[str, Placed] = {}
        for at, (kolom, col) in enumerate(self._columns().items()):
            if kolom == "no":
                put(sheet, row, col, self.nomor_awal + index, frame=True)
                continue
            placed = place(sheet, row, col, kolom, self.style.render(kolom, record.get(kolom), index + at), frame=True)
            if not kolom.startswith("_"):
                cells[kolom] = placed
        return Row(sheet.title, row, cells)


# --- A form, one innovation a sheet -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Formulir:
    """A form: one innovation a sheet, labels at the left, values right of or below them.

    ``label`` maps columns to printed labels in order; "kode_unit" among them is the field of the unit. With ``tanda``,
    choices are printed options: "sel" marks a cell left of the option, "sel_kanan" right of it, "mendatar" left of it
    with all options in one row; "kurung" writes "(X) Option" a cell each, "satu_sel" all of them in one cell. A
    ``Written`` in a field of choice is typed over the options. An empty field may be cited by its label as well.
    """

    unit: Written
    records: Sequence[Record]
    label: Mapping[str, str]
    lembar: Sequence[str]
    judul: Sequence[str] = ("FORMULIR INOVASI DAERAH", "KABUPATEN BANJAR TAHUN 2023")
    titik_dua: Literal["", "menempel", "sel"] = "menempel"
    posisi: Literal["kanan", "bawah"] = "kanan"
    tanda: Literal["", "sel", "sel_kanan", "mendatar", "kurung", "satu_sel"] = ""
    simbol: str = "X"
    bernomor: bool = False
    lebar: int = 4
    baris_awal: int = 1
    kolom_awal: int = 1
    tanda_tangan: Sequence[str] = ()
    style: Style = field(default_factory=Style)

    def build(self) -> Built:
        """The workbook and the truth about it."""
        workbook, sheet = new_workbook(self.lembar[0])
        built = Built(workbook, "formulir")
        for index, record in enumerate(self.records):
            if index:
                sheet = workbook.create_sheet(self.lembar[index])
            built.baris.append(self._sheet(sheet, index, record, built))
        return built

    @property
    def _label_col(self) -> int:
        return self.kolom_awal + self.bernomor

    @property
    def _value_col(self) -> int:
        return self._label_col + 1 + (self.titik_dua == "sel") if self.posisi == "kanan" else self._label_col

    def _sheet(self, sheet: Any, index: int, record: Record, built: Built) -> Row:
        row = self.baris_awal
        for line in self.judul:
            put(sheet, row, self.kolom_awal, line, bold=True)
            merge(sheet, row, self.kolom_awal, row, self._value_col + self.lebar - 1)
            row += 1
        row += 1
        first = row
        cells: dict[str, Placed] = {}
        for number, (kolom, label) in enumerate(self.label.items(), start=1):
            label_cell = self._label(sheet, row, number, label)
            row += self.posisi == "bawah"
            value = self.unit if kolom == "kode_unit" else record.get(kolom)
            placed, row = self._field(sheet, row, kolom, value, index + number)
            if placed.nilai is None:
                placed = replace(placed, juga=(label_cell,))
            if kolom == "kode_unit":
                built.unit.append(placed)
            else:
                cells[kolom] = placed
        _sign(sheet, row + 2, self._value_col + 1, self.tanda_tangan)
        sheet.column_dimensions[get_column_letter(self._label_col)].width = 34
        return Row(sheet.title, first, cells)

    def _label(self, sheet: Any, row: int, number: int, label: str) -> str:
        if self.bernomor:
            put(sheet, row, self.kolom_awal, f"{number}.")
        if self.titik_dua == "sel":
            put(sheet, row, self._label_col + 1, ":")
        text = f"{label} :" if self.titik_dua == "menempel" else label
        return put(sheet, row, self._label_col, text, bold=True)

    def _field(self, sheet: Any, row: int, kolom: str, value: Value | Written, turn: int) -> tuple[Placed, int]:
        """Write one field; the truth about it, and the row after it."""
        if self.tanda and kolom in PILIHAN and not isinstance(value, Written):
            return self._options(sheet, row, kolom, value)
        placed = place(sheet, row, self._value_col, kolom, self.style.render(kolom, value, turn))
        height = 3 if kolom in TEKS_PANJANG else 1
        merge(sheet, row, self._value_col, row + height - 1, self._value_col + self.lebar - 1)
        return placed, row + height

    def _options(self, sheet: Any, row: int, kolom: str, value: Value) -> tuple[Placed, int]:
        words = {key: self.style.wording(kolom, key) for key in PILIHAN[kolom]}
        col = self._value_col
        if self.tanda == "satu_sel":
            text = "   ".join(f"[{self.simbol if key == value else ' '}] {word}" for key, word in words.items())
            return Placed(kolom, sheet.title, put(sheet, row, col, text), value, text), row + 1
        found = Placed(kolom, sheet.title, f"{get_column_letter(col)}{row}", None, None)
        for at, (key, word) in enumerate(words.items()):
            mark = self.simbol if key == value else None
            text = f"({mark or ' '}) {word}" if self.tanda == "kurung" else word
            option_at, mark_at = self._option_places(row, col, at)
            sel = put(sheet, *option_at, text)
            also = (put(sheet, *mark_at, mark, frame=True),) if mark_at else ()
            if mark:
                found = Placed(kolom, sheet.title, sel, value, text, also)
        return found, row + (1 if self.tanda == "mendatar" else len(words))

    def _option_places(self, row: int, col: int, at: int) -> tuple[tuple[int, int], tuple[int, int] | None]:
        """Row and column of a printed option and of its mark, null where the mark stands in the option's cell."""
        match self.tanda:
            case "sel":
                return (row + at, col + 1), (row + at, col)
            case "sel_kanan":
                return (row + at, col), (row + at, col + 1)
            case "mendatar":
                return (row, col + 2 * at + 1), (row, col + 2 * at)
            case _:
                return (row + at, col), None


Layout: TypeAlias = Templat | Tabel | Formulir
