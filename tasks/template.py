"""The official submission template: a workbook a unit, made of the same reference data that its answers are checked with.

Sheets Petunjuk, Inovasi, Indikator and Monev, and the hidden lists of the dropdowns. It is filled with what the last run
knows of the unit; what is missing or was found wrong is marked and explained at its cell. Texts from data never become
formulas, and no cell holds one: what is read back needs no spreadsheet to have calculated it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.comments import Comment
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.workbook.protection import WorkbookProtection
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.pagebreak import Break

from tasks.recognize.templat import GUIDE, LISTS, NAMES, UNIT, YEAR
from tasks.recognize.templat import VERSION as VERSION_NAME
from tasks.reference import Reference
from tasks.values import long_date

VERSION = "1"  # of the layout below; the year goes before it
FREE_ROWS = 40  # for innovations nobody knows of yet, and for monitoring returns
FREE_BLOCKS = 10  # of indicators, for such innovations
HEAD, FIRST = 6, 7  # rows of the header and of the first record on every sheet of data
LEFT_OUT = ("kematangan", "lintang", "bujur")  # of the profile: computed, or asked for as koordinat
LONGEST_CELL, LONGEST_PROMPT, LONGEST_TITLE = 32_767, 250, 32  # what Excel holds
MOST_LISTED = 30  # findings on the first sheet
SEVEREST_FIRST = ("kesalahan", "peringatan", "catatan")

INDICATOR_HEADERS = (
    *("No", "Nama Inovasi", "Nomor Indikator", "Indikator", "Parameter", "Bukti"),
    *("Arti Parameter 1", "Arti Parameter 2", "Arti Parameter 3", "Bukti yang Diminta"),
)
MONITORING_HEADERS = (
    "No", "Nama Inovasi", "Periode", "Progres", "Penerima Manfaat", "Kendala", "Tindak Lanjut", "Bukti",
)  # fmt: skip
PERIODS = ("Triwulan I", "Triwulan II", "Triwulan III", "Triwulan IV", "Semester I", "Semester II")
WIDTHS = {
    "nama_inovasi": 26, "tahapan": 11, "inisiator": 14, "nama_inisiator": 15, "jenis": 10, "bentuk": 16, "tematik": 15,
    "asta_cita": 12, "urusan_utama": 16, "urusan_beririsan": 17, "waktu_uji_coba": 12, "waktu_penerapan": 12,
    "waktu_pengembangan": 14, "rancang_bangun": 42, "tujuan": 22, "manfaat": 22, "hasil": 22, "anggaran": 14,
    "koordinat": 16, "misi": 14, "major_project": 14, "iku": 14, "tautan": 18,
}  # fmt: skip

_NAVY, _SLATE, _GREY, _LINE = "1F3B4D", "5B7083", "F2F2F2", "B8C4CC"
_MARKS = {"kesalahan": "FFC7CE", "peringatan": "FFE699", "catatan": "DDEBF7"}
_MENDED = PatternFill("solid", bgColor="E2F0D9")
_HEADER = {"colour": "FFFFFF", "bold": True, "across": "center", "down": "center"}
_EDGE = Side(style="thin", color=_LINE)
_UNSAFE = re.compile(r'[\x00-\x1f\x7f\\/:*?"<>|]+')
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Known:
    """What the last published run knows of a unit: its rows of the tables of these names."""

    inovasi: pl.DataFrame
    indikator: pl.DataFrame
    temuan: pl.DataFrame
    asal: pl.DataFrame


def read_known(data: Path) -> dict[str, Known]:
    """By unit what the tables in ``data`` (``latest/data`` of an output folder) know of it; nothing where there are none."""
    names = ("inovasi", "indikator", "temuan", "asal")
    if not all((data / f"{name}.parquet").is_file() for name in (*names, "berkas")):
        return {}
    inovasi, indikator, temuan, asal, berkas = (
        pl.read_parquet(data / f"{name}.parquet") for name in (*names, "berkas")
    )
    superseded = berkas.filter(pl.col("status").is_in(["digantikan", "duplikat"]))
    temuan = temuan.join(superseded, on="berkas", how="anti", maintain_order="left")
    owners = inovasi.select("id_inovasi", _unit="kode_unit")
    tables = {
        "inovasi": inovasi.with_columns(_unit="kode_unit"),
        "indikator": indikator.join(owners, on="id_inovasi", how="inner"),
        "temuan": temuan.with_columns(_unit="kode_unit"),
        "asal": asal.join(owners, on="id_inovasi", how="inner"),
    }
    parts = {name: frame.partition_by("_unit", as_dict=True, include_key=False) for name, frame in tables.items()}
    units = {kode for (kode,) in (*parts["inovasi"], *parts["temuan"]) if kode is not None}
    empty = {name: frame.drop("_unit").clear() for name, frame in tables.items()}
    return {
        kode: Known(**{name: parts[name].get((kode,), empty[name]) for name in names})
        for kode in sorted(map(str, units))
    }


def template_name(reference: Reference, kode_unit: str, tahun: int) -> str:
    """The name of a unit's template as a file, safe on every system."""
    name = re.sub(r"\s+", " ", _UNSAFE.sub(" ", _unit_name(reference, kode_unit))).strip(" .")[:90].strip(" .")
    return f"Templat Inovasi {tahun} - {name} ({kode_unit}).xlsx"


def write_template(reference: Reference, kode_unit: str, tahun: int, target: Path, known: Known | None) -> None:
    """Writes the template of a unit for a year to ``target``, filled with what is ``known``.

    Raises ``KeyError`` for a unit that the register does not have, ``WrongReferenceError`` for a year without rules.
    """
    book = _Template(reference, kode_unit, tahun, known).build()
    target.parent.mkdir(parents=True, exist_ok=True)
    book.save(target)


def template_version(tahun: int) -> str:
    """The version that a template of ``tahun`` bears."""
    return f"{tahun}.{VERSION}"


def _unit_name(reference: Reference, kode_unit: str) -> str:
    found = reference.unit.filter(pl.col("kode") == kode_unit)["nama"]
    if found.is_empty():
        raise KeyError(kode_unit)
    return str(found[0])


class _Mark(NamedTuple):
    """What is to be said at a cell, how severe it is, and whether it is about the very cell whose value is known."""

    tingkat: str
    pesan: str
    exact: bool = True


@dataclass
class _Findings:
    """The findings of the last run: those about a value of an innovation, and the others."""

    placed: dict[tuple[str, str], list[_Mark]] = field(default_factory=dict)  # by id_inovasi and column
    others: list[str] = field(default_factory=list)


def _place(known: Known) -> _Findings:
    """Findings by the innovation they concern: the one whose values stand in the same cell, row or sheet."""
    cells: dict[tuple[str, ...], set[str]] = {}
    for id_inovasi, berkas, lembar, sel in known.asal.select("id_inovasi", "berkas", "lembar", "sel").iter_rows():
        for key in _neighbourhoods(berkas, lembar, sel):
            cells.setdefault(key, set()).add(id_inovasi)
    result = _Findings()
    for row in known.temuan.iter_rows(named=True):
        keys = list(_neighbourhoods(row["berkas"], row["lembar"], row["sel"]))
        owners = next((cells[key] for key in keys if key in cells), set())
        if row["kolom"] and len(owners) == 1:
            mark = _Mark(row["tingkat"], row["pesan"], keys[0] in cells)
            result.placed.setdefault((next(iter(owners)), row["kolom"]), []).append(mark)
        elif row["tingkat"] != "catatan" and row["siapa"] == "unit":
            where = " ".join(text for text in (row["berkas"], row["lembar"], row["sel"]) if text)
            result.others.append(f"{where} — {row['pesan']}")
    return result


def _neighbourhoods(berkas: str, lembar: str | None, sel: str | None) -> Iterator[tuple[str, ...]]:
    """Keys of a cell from the narrowest to the widest: itself, its row, its sheet."""
    if lembar and sel:
        yield "sel", berkas, lembar, sel
        yield "baris", berkas, lembar, sel.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        yield "lembar", berkas, lembar


class _Template:
    """Builds one template."""

    def __init__(self, reference: Reference, kode_unit: str, tahun: int, known: Known | None) -> None:
        self.reference, self.kode_unit, self.tahun = reference, kode_unit, tahun
        self.unit = _unit_name(reference, kode_unit)
        self.rules = reference.rules(tahun)
        self.profile = [row for row in reference.profile(tahun).iter_rows(named=True) if row["kolom"] not in LEFT_OUT]
        self.indicators = list(reference.indicators(tahun).sort("nomor").iter_rows(named=True))
        self.innovations = [] if known is None else known.inovasi.sort("nama_inovasi").to_dicts()
        self.known_indicators: dict[tuple[str, int], tuple[int | None, str | None]] = {}
        if known is not None:
            rows = known.indikator.select("id_inovasi", "nomor", "parameter", "bukti").iter_rows()
            self.known_indicators = {(id_inovasi, nomor): (p, bukti) for id_inovasi, nomor, p, bukti in rows}
        self.findings = _Findings() if known is None else _place(known)
        self.book = Workbook()
        self.lists: dict[str, str] = {}  # name of a list -> its range on the hidden sheet
        self.mended: list[str] = []  # marked cells of Inovasi that are empty

    def build(self) -> Any:
        """The workbook."""
        guide = self.book.active
        guide.title = "Petunjuk"
        innovations, indicators, monitoring, lists = map(
            self.book.create_sheet, ("Inovasi", "Indikator", "Monev", "Daftar")
        )
        for style in _styles():
            self.book.add_named_style(style)
        self._lists(lists)
        self._innovations(innovations)
        self._indicators(indicators)
        self._monitoring(monitoring)
        self._guide(guide)
        self._names()
        self.book.security = WorkbookProtection(lockStructure=True)
        properties = self.book.properties
        properties.creator = self.reference.daerah.instansi
        properties.title = f"Templat Inovasi Daerah {self.tahun} — {self.unit}"
        properties.language = "id"
        return self.book

    # --- what all sheets share ---

    def _names(self) -> None:
        """What tells whose template this is, whatever the file and its sheets are called."""
        last = FIRST + len(self.innovations) + FREE_ROWS - 1
        cells = f"Inovasi!$B${FIRST}:$B${last}"
        names = {
            UNIT: f'"{self.kode_unit}"',
            VERSION_NAME: f'"{template_version(self.tahun)}"',
            YEAR: str(self.tahun),
            LISTS: "Daftar!$A$1",
            NAMES: f"Inovasi!$B${FIRST}:INDEX({cells},MAX(1,COUNTA({cells})))",
        }
        for name, text in names.items():
            self.book.defined_names[name] = DefinedName(name, attr_text=text)

    def _top(self, sheet: Any, title: str, hint: str) -> None:
        """Title and whose sheet it is, no wider than the first two columns, which every page repeats; beside it a hint."""
        _put(sheet, 1, 1, f"{title} {self.tahun}", "t_judul")
        _put(sheet, 2, 1, self.reference.daerah.nama, "t_keterangan")
        _put(sheet, 2, 3, hint, "t_keterangan")
        for row, label, value in ((3, "Nama Unit", self.unit), (4, "Kode Unit", self.kode_unit)):
            _put(sheet, row, 1, label, "t_label")
            _put(sheet, row, 2, value, "t_unit_sel")
        sheet.row_dimensions[3].height = 15 * -(-len(self.unit) // 22)

    def _finish(self, sheet: Any, freeze: str) -> None:
        """View, protection and print of a sheet of data."""
        sheet.freeze_panes = freeze
        sheet.sheet_view.showGridLines = False
        sheet.row_dimensions[1].height = 24
        sheet.row_dimensions[HEAD].height = 44
        _protect(sheet)
        _print_setup(sheet, self.unit)
        sheet.print_title_rows = f"{HEAD}:{HEAD}"

    def _note(self, cell: Any, text: str) -> None:
        plain = _plain(text)
        lines = sum(1 + len(line) // 42 for line in plain.split("\n"))
        cell.comment = Comment(
            plain, self.reference.daerah.instansi, width=320, height=min(30 + 18 * max(lines, 2), 420)
        )

    def _mark(self, cell: Any, marks: Sequence[_Mark]) -> None:
        """Colours a cell as the severest of its findings and explains them all."""
        worst = min(marks, key=lambda mark: SEVEREST_FIRST.index(mark.tingkat))
        cell.fill = PatternFill("solid", fgColor=_MARKS[worst.tingkat])
        self._note(cell, "\n".join(dict.fromkeys(f"{mark.tingkat.capitalize()}: {mark.pesan}" for mark in marks)))

    @cached_property
    def _catalogue(self) -> dict[str, tuple[str, str]]:
        rows = self.reference.temuan.select("kode", "tingkat", "pesan", "cara_memperbaiki").iter_rows()
        return {kode: (tingkat, f"{pesan} {advice}") for kode, tingkat, pesan, advice in rows}

    def _said(self, kode: str, **values: str) -> _Mark:
        """A sentence of the catalogue of findings."""
        tingkat, text = self._catalogue[kode]
        return _Mark(tingkat, re.sub(r"\{(\w+)\}", lambda found: values.get(found[1], ""), text))

    # --- the hidden sheet of lists ---

    def _lists(self, sheet: Any) -> None:
        urusan = self.reference.urusan["urusan"].to_list()
        lists: dict[str, list[str | int]] = {"urusan_utama": urusan, "urusan_beririsan": urusan}
        for rule in self.profile:
            if rule["tipe"] == "pilihan" and rule["kolom"] not in lists:
                own = self.reference.pilihan.filter(pl.col("kolom") == rule["kolom"])
                lists[rule["kolom"]] = own["label"].to_list()
        lists["parameter"] = [0, 1, 2, 3]
        lists["periode"] = [*(f"{period} {self.tahun}" for period in PERIODS), str(self.tahun)]
        for column, (name, values) in enumerate(lists.items(), start=1):
            letter = get_column_letter(column)
            _put(sheet, 1, column, name, "t_label")
            sheet.column_dimensions[letter].width = 32
            for row, value in enumerate(values, start=2):
                _put(sheet, row, column, value, "t_terkunci")
            self.lists[name] = f"Daftar!${letter}$2:${letter}${len(values) + 1}"
        _protect(sheet)
        _print_setup(sheet, self.unit)
        sheet.sheet_state = "hidden"

    # --- Inovasi ---

    def _innovations(self, sheet: Any) -> None:
        self._top(
            sheet,
            "INOVASI DAERAH",
            "Satu baris untuk satu inovasi. Judul biru tua wajib diisi; pilih isian dari daftar pada selnya bila ada panah.",
        )
        last = FIRST + len(self.innovations) + FREE_ROWS - 1
        _put(sheet, HEAD, 1, "No", "t_tajuk")
        sheet.column_dimensions["A"].width = 11
        for column, rule in enumerate(self.profile, start=2):
            self._innovation_column(sheet, column, rule, last)
        for row in range(FIRST, last + 1):
            at = row - FIRST
            known = self.innovations[at] if at < len(self.innovations) else None
            _put(sheet, row, 1, at + 1, "t_nomor")
            sheet.row_dimensions[row].height = 96 if known else 40
            for column, rule in enumerate(self.profile, start=2):
                self._innovation_cell(sheet.cell(row, column), rule, known)
        self._live_marks(sheet, last)
        self._finish(sheet, f"C{FIRST}")
        sheet.page_setup.fitToWidth, sheet.page_setup.pageOrder = (
            2,
            "overThenDown",
        )  # one page would be too small to read
        sheet.print_title_cols = "A:B"
        sheet.sheet_properties.tabColor = _NAVY

    def _innovation_column(self, sheet: Any, column: int, rule: dict[str, Any], last: int) -> None:
        letter = get_column_letter(column)
        required = rule["wajib"] == "ya"
        head = _put(sheet, HEAD, column, rule["label"], "t_tajuk" if required else "t_tajuk_pilihan")
        sheet.column_dimensions[letter].width = WIDTHS.get(rule["kolom"], 18)
        guidance = self._guidance(rule)
        self._note(head, f"{'Wajib diisi.' if required else 'Diisi bila ada.'} {guidance}")
        self._rule(sheet, f"{letter}{FIRST}:{letter}{last}", rule, guidance)

    def _guidance(self, rule: dict[str, Any]) -> str:
        """How a column is filled in, with what its type adds."""
        said = [f"{rule['petunjuk'].rstrip('.')}."] if rule["petunjuk"] else []
        if rule["minimum_kata"]:
            said.append(f"Sedikitnya {rule['minimum_kata']} kata; sel tetap kuning selama kurang dari itu.")
        if rule["tipe"] == "tanggal":
            said.append(f"Tulis sebagai tanggal, misalnya 06/02/{self.tahun - 1}.")
        if rule["kolom"] == "waktu_penerapan":
            begin, end = self.rules.jendela_penerapan
            said.append(f"Jendela penilaian {self.tahun}: {long_date(begin)} sampai {long_date(end)}.")
        if rule["tipe"] == "uang":
            said.append("Angka saja, tanpa Rp dan tanpa titik.")
        if rule["tipe"] == "pilihan_banyak":
            said.append("Daftar memberi satu; tambahan diketik di belakangnya.")
        return " ".join(said)

    def _rule(self, sheet: Any, cells: str, rule: dict[str, Any], guidance: str) -> None:
        """What a column accepts, and what is shown when one of its cells is chosen."""
        kolom, tipe, label = rule["kolom"], rule["tipe"], rule["label"]
        if tipe in ("pilihan", "pilihan_banyak"):
            strict = tipe == "pilihan"
            _validate(sheet, cells, label, guidance, f"Pilih {label} dari daftar.", strict=strict,
                      type="list", formula1=self.lists[kolom])  # fmt: skip
        elif tipe == "tanggal":
            wrong = f"Tulis tanggal antara tahun 2000 dan {self.tahun + 1}, misalnya 06/02/{self.tahun - 1}."
            _validate(sheet, cells, label, guidance, wrong, type="date", operator="between",
                      formula1="DATE(2000,1,1)", formula2=f"DATE({self.tahun + 1},12,31)")  # fmt: skip
        elif tipe == "uang":
            wrong = "Tulis angka bulat dalam rupiah, tanpa Rp dan tanpa titik."
            _validate(sheet, cells, label, guidance, wrong, type="whole", operator="greaterThanOrEqual", formula1="0")
        else:
            _validate(sheet, cells, label, guidance)

    def _innovation_cell(self, cell: Any, rule: dict[str, Any], known: Mapping[str, Any] | None) -> None:
        cell.style = {"tanggal": "t_tanggal", "uang": "t_angka", "teks": "t_teks", "koordinat": "t_teks"}.get(
            rule["tipe"], "t_isian"
        )
        if known is None:
            return
        value = self._value(rule, known)
        _set(cell, value)
        marks = [mark for mark in self._marks(rule["kolom"], known) if mark.exact or value is None]
        if not marks and value is None and rule["wajib"] == "ya":
            marks = [self._said("nilai_kosong", label=rule["label"])]
        if marks:
            self._mark(cell, marks)
            if value is None:
                self.mended.append(cell.coordinate)

    def _marks(self, kolom: str, known: Mapping[str, Any]) -> list[_Mark]:
        """What the last run found at a value; of a year's run nothing is said in the template of another year."""
        if known["tahun"] != self.tahun:
            return []
        names = ("lintang", "bujur", "koordinat") if kolom == "koordinat" else (kolom,)
        return [mark for name in names for mark in self.findings.placed.get((known["id_inovasi"], name), [])]

    @cached_property
    def _labels(self) -> dict[tuple[str, str], str]:
        rows = self.reference.pilihan.select("kolom", "nilai", "label").iter_rows()
        return {(kolom, nilai): label for kolom, nilai, label in rows}

    def _value(self, rule: dict[str, Any], known: Mapping[str, Any]) -> str | int | date | None:
        """A known value as it stands in the template."""
        kolom = rule["kolom"]
        if rule["tipe"] == "koordinat":
            pair = known.get("lintang"), known.get("bujur")
            return None if None in pair else f"{pair[0]}, {pair[1]}"
        value = known.get(kolom)
        if value is None or value == []:
            return None
        if isinstance(value, list):
            return "; ".join(value)
        if rule["tipe"] == "pilihan":
            return self._labels.get((kolom, str(value)), str(value))
        if isinstance(value, date):
            return value if value.year >= 1900 else value.strftime("%d/%m/%Y")
        return value if rule["tipe"] == "uang" else str(value)

    def _live_marks(self, sheet: Any, last: int) -> None:
        """What the sheet shows by itself while it is filled in: what is missing, too short, or cannot follow."""
        letters = {rule["kolom"]: get_column_letter(column) for column, rule in enumerate(self.profile, start=2)}
        warn = PatternFill("solid", bgColor=_MARKS["peringatan"])
        name = letters["nama_inovasi"]
        for cell in self.mended:  # a marked cell that has been filled in shows so
            sheet.conditional_formatting.add(cell, FormulaRule([f"LEN({cell})>0"], fill=_MENDED))
        for rule in self.profile:
            letter = letters[rule["kolom"]]
            cells, cell = f"{letter}{FIRST}:{letter}{last}", f"{letter}{FIRST}"
            if rule["kolom"] == "nama_inovasi":
                first, end = get_column_letter(3), get_column_letter(len(self.profile) + 1)
                other = f"AND(LEN({cell})=0,COUNTA(${first}{FIRST}:${end}{FIRST})>0)"
                sheet.conditional_formatting.add(cells, FormulaRule([other], fill=warn))
            elif rule["wajib"] == "ya":
                missing = f"AND(LEN(${name}{FIRST})>0,LEN({cell})=0)"
                sheet.conditional_formatting.add(cells, FormulaRule([missing], fill=warn))
            if rule["minimum_kata"]:
                text = f'TRIM(SUBSTITUTE({cell},CHAR(10)," "))'
                words = f'LEN({text})-LEN(SUBSTITUTE({text}," ",""))+1'
                short = f"AND(LEN({cell})>0,{words}<{rule['minimum_kata']})"
                sheet.conditional_formatting.add(cells, FormulaRule([short], fill=warn))
        trial, use = letters.get("waktu_uji_coba"), letters.get("waktu_penerapan")
        if trial and use:
            late = f"AND(ISNUMBER({trial}{FIRST}),ISNUMBER({use}{FIRST}),{trial}{FIRST}>{use}{FIRST})"
            sheet.conditional_formatting.add(f"{trial}{FIRST}:{trial}{last}", FormulaRule([late], fill=warn))

    # --- Indikator ---

    def _indicators(self, sheet: Any) -> None:
        self._top(
            sheet,
            "INDIKATOR KEMATANGAN",
            "Untuk setiap inovasi pilih namanya pada kolom Nama Inovasi, lalu isi Parameter 0 sampai 3 beserta Bukti. "
            "Kolom abu-abu hanya untuk dibaca.",
        )
        for column, (title, width) in enumerate(
            zip(INDICATOR_HEADERS, (11, 28, 10, 30, 11, 38, 22, 22, 22, 24), strict=True), start=1
        ):
            _put(sheet, HEAD, column, title, "t_tajuk" if column <= 6 else "t_tajuk_bantu")
            sheet.column_dimensions[get_column_letter(column)].width = width
        size = len(self.indicators)
        blocks: list[dict[str, Any] | None] = [*self.innovations, *[None] * FREE_BLOCKS]
        for number, known in enumerate(blocks):
            for at, indicator in enumerate(self.indicators):
                self._indicator_row(sheet, FIRST + number * size + at, number * size + at + 1, indicator, known)
            _rule_above(sheet, FIRST + number * size)
            if number + 1 < len(blocks):
                sheet.row_breaks.append(Break(id=FIRST + (number + 1) * size - 1))
        last = FIRST + len(blocks) * size - 1
        self._indicator_rules(sheet, last, size)
        self._finish(sheet, f"E{FIRST}")
        sheet.sheet_properties.tabColor = _SLATE

    def _indicator_row(
        self, sheet: Any, row: int, number: int, indicator: dict[str, Any], known: dict[str, Any] | None
    ) -> None:
        required = indicator["wajib"] == "ya"
        asked = (indicator["jenis_bukti"] or "") + (" (wajib)" if required else "")
        help_texts = (*(indicator[f"parameter_{n}"] for n in (1, 2, 3)), asked)
        _put(sheet, row, 1, number, "t_nomor")
        _put(sheet, row, 2, known["nama_inovasi"] if known else None, "t_teks")
        _put(sheet, row, 3, indicator["nomor"], "t_nomor")
        _put(sheet, row, 4, indicator["indikator"], "t_terkunci")
        parameter, evidence = (
            _put(sheet, row, column, None, style) for column, style in ((5, "t_pilih"), (6, "t_teks"))
        )
        for column, text in enumerate(help_texts, start=7):
            _put(sheet, row, column, text or None, "t_bantu")
        widest = max(
            -(-len(str(text or "")) // width)
            for text, width in zip((indicator["indikator"], *help_texts), (28, 20, 20, 20, 22), strict=True)
        )
        sheet.row_dimensions[row].height = 6 + 13 * max(widest, 2)
        if known is None or known["tahun"] != self.tahun:
            return
        reached, link = self.known_indicators.get((known["id_inovasi"], indicator["nomor"]), (None, None))
        _set(parameter, reached)
        _set(evidence, link)
        described = f"{indicator['nomor']} ({indicator['indikator']})"
        if reached and not link:
            self._mark(evidence, [self._said("indikator_tanpa_bukti", rincian=described, nilai=str(reached))])
        elif required and not reached:
            wanted = f"Indikator {described} wajib, tetapi belum ada parameter dan buktinya."
            self._mark(parameter, [_Mark("peringatan", wanted)])

    def _indicator_rules(self, sheet: Any, last: int, size: int) -> None:
        _validate(sheet, f"B{FIRST}:B{last}", "Nama Inovasi", "Pilih inovasi dari lembar Inovasi; cukup pada baris pertama "
                  "dari dua puluh indikatornya." if size == 20 else "Pilih inovasi dari lembar Inovasi.",
                  "Pilih nama dari daftar; inovasi baru ditulis dahulu di lembar Inovasi.",
                  type="list", formula1=NAMES)  # fmt: skip
        _validate(sheet, f"E{FIRST}:E{last}", "Parameter", "Pilih 0, 1, 2, atau 3; artinya ada di sebelah kanan. Tanpa bukti "
                  "parameter dihitung 0.", "Pilih 0, 1, 2, atau 3.",
                  type="list", formula1=self.lists["parameter"])  # fmt: skip
        _validate(sheet, f"F{FIRST}:F{last}", "Bukti", "Tautan (https://…) atau nama dokumen bukti. Yang diminta ada di sebelah "
                  "kanan.")  # fmt: skip
        warn = PatternFill("solid", bgColor=_MARKS["peringatan"])
        start = f"INDEX($B${FIRST}:$B${last},INT((ROW()-{FIRST})/{size})*{size}+1)"
        rules = {
            "B": f"AND(LEN({start})=0,LEN($B{FIRST})=0,LEN($E{FIRST})+LEN($F{FIRST})>0)",
            "E": f"AND(LEN($F{FIRST})>0,LEN($E{FIRST})=0)",
            "F": f"AND(N($E{FIRST})>0,LEN($F{FIRST})=0)",
        }
        for letter, formula in rules.items():
            sheet.conditional_formatting.add(f"{letter}{FIRST}:{letter}{last}", FormulaRule([formula], fill=warn))

    # --- Monev ---

    def _monitoring(self, sheet: Any) -> None:
        self._top(
            sheet,
            "MONITORING DAN EVALUASI",
            "Satu baris untuk satu inovasi pada satu periode. Baris yang tidak dipakai dibiarkan kosong.",
        )
        for column, (title, width) in enumerate(
            zip(MONITORING_HEADERS, (11, 30, 18, 40, 14, 34, 34, 36), strict=True), start=1
        ):
            _put(sheet, HEAD, column, title, "t_tajuk" if column <= 4 else "t_tajuk_pilihan")
            sheet.column_dimensions[get_column_letter(column)].width = width
        last = FIRST + FREE_ROWS - 1
        styles = ("t_teks", "t_teks", "t_isian", "t_angka", "t_isian", "t_isian", "t_teks")
        for row in range(FIRST, last + 1):
            _put(sheet, row, 1, row - FIRST + 1, "t_nomor")
            sheet.row_dimensions[row].height = 36
            for column, style in enumerate(styles, start=2):
                sheet.cell(row, column).style = style
        ranges = {
            title: f"{letter}{FIRST}:{letter}{last}"
            for title, letter in zip(MONITORING_HEADERS, "ABCDEFGH", strict=True)
        }
        _validate(sheet, ranges["Nama Inovasi"], "Nama Inovasi", "Pilih inovasi dari lembar Inovasi.",
                  "Pilih nama dari daftar; inovasi baru ditulis dahulu di lembar Inovasi.",
                  type="list", formula1=NAMES)  # fmt: skip
        _validate(sheet, ranges["Periode"], "Periode", "Triwulan, semester, atau tahun yang dilaporkan.",
                  "Pilih periode dari daftar.", type="list", formula1=self.lists["periode"])  # fmt: skip
        _validate(sheet, ranges["Progres"], "Progres", "Apa yang dicapai dalam periode ini.")
        _validate(sheet, ranges["Penerima Manfaat"], "Penerima Manfaat", "Jumlah orang, angka saja.",
                  "Tulis jumlah orang sebagai angka bulat.",
                  type="whole", operator="greaterThanOrEqual", formula1="0")  # fmt: skip
        _validate(sheet, ranges["Kendala"], "Kendala", "Hambatan yang dihadapi; kosongkan bila tidak ada.")
        _validate(sheet, ranges["Tindak Lanjut"], "Tindak Lanjut", "Apa yang akan dilakukan, oleh siapa, dan kapan.")
        _validate(sheet, ranges["Bukti"], "Bukti", "Tautan (https://…) atau nama dokumen bukti.")
        warn = PatternFill("solid", bgColor=_MARKS["peringatan"])
        for letter in "BC":
            missing = f"AND(LEN({letter}{FIRST})=0,COUNTA($B{FIRST}:$H{FIRST})>0)"
            sheet.conditional_formatting.add(f"{letter}{FIRST}:{letter}{last}", FormulaRule([missing], fill=warn))
        self._finish(sheet, f"C{FIRST}")
        sheet.sheet_properties.tabColor = _SLATE

    # --- Petunjuk ---

    def _guide(self, sheet: Any) -> None:
        """How to fill in. No cell may read as a header of ours alone, lest the sheet be taken for a form."""
        office = self.reference.daerah.instansi
        for letter, width in zip("ABCD", (34, 14, 62, 46), strict=True):
            sheet.column_dimensions[letter].width = width
        _put(sheet, 1, 1, f"{GUIDE} {self.tahun}", "t_judul")
        sheet.row_dimensions[1].height = 24
        _put(sheet, 2, 1, f"{self.unit} · {self.reference.daerah.nama}", "t_unit")
        _put(sheet, 3, 1, f"Versi templat {template_version(self.tahun)} · kode unit {self.kode_unit}", "t_keterangan")
        row = self._paragraphs(sheet, 5, "Cara mengisi dan mengirim", [
            f"Templat ini diisi oleh pengelola inovasi {self.unit} dan disetujui pimpinan unit. Satu buku kerja untuk satu unit.",
            f"Batas waktu pengiriman mengikuti surat permintaan dari {office}.",
            "Isi lembar Inovasi dahulu, satu baris untuk satu inovasi. Inovasi yang sudah tercatat telah diisikan; periksa dan "
            "lengkapi. Baris yang tidak dipakai dibiarkan kosong.",
            "Pada lembar Indikator isi Parameter dan Bukti dari setiap indikator. Untuk inovasi baru pilih namanya pada baris "
            "pertama dari kelompok yang masih kosong.",
            f"Lembar Monev dipakai untuk laporan perkembangan berkala. Kosongkan bila tidak diminta {office}.",
            "Sel yang boleh diisi tidak terkunci. Jangan mengubah judul kolom, urutan kolom, atau nama dan kode unit.",
            f"Simpan sebagai buku kerja Excel (.xlsx), lalu kirim berkas ini, bukan cetakannya, kepada {office} melalui saluran "
            "yang disebut dalam surat permintaan. Nama berkas boleh diubah.",
            "Data belum lengkap tetap boleh dikirim; kirim ulang templat yang sama setelah dilengkapi.",
        ])  # fmt: skip
        row = self._colours(sheet, row + 1)
        row = self._dictionary(sheet, row + 1)
        if self.findings.others:
            shown = self.findings.others[:MOST_LISTED]
            more = len(self.findings.others) - len(shown)
            shown += [f"dan {more} temuan lain; lihat buku kerja koreksi."] if more else []
            self._paragraphs(sheet, row + 1, "Temuan pada kiriman terakhir yang masih perlu dibetulkan", shown)
        sheet.sheet_view.showGridLines = False
        _protect(sheet)
        _print_setup(sheet, self.unit)
        sheet.sheet_properties.tabColor = "9AA9B4"

    @staticmethod
    def _paragraphs(sheet: Any, row: int, title: str, texts: Iterable[str]) -> int:
        """A title and numbered sentences over the whole width; the row after them."""
        _section(sheet, row, title)
        for number, text in enumerate(texts, start=1):
            row += 1
            _put(sheet, row, 1, f"({number}) {text}", "t_kalimat")
            sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=4)
            sheet.row_dimensions[row].height = 4 + 14 * (1 + len(text) // 170)
        return row + 1

    def _colours(self, sheet: Any, row: int) -> int:
        _section(sheet, row, "Arti warna")
        meanings = (
            (_NAVY, "Judul biru tua", "isian wajib"),
            (_SLATE, "Judul abu-abu kebiruan", "isian bila ada"),
            (_GREY, "Sel abu-abu", "terkunci, hanya untuk dibaca"),
            (_MARKS["kesalahan"], "Sel merah muda", "kesalahan pada kiriman terakhir; harus dibetulkan"),
            (_MARKS["peringatan"], "Sel kuning", "belum diisi, kurang panjang, atau perlu diperiksa"),
            (_MARKS["catatan"], "Sel biru muda", "diartikan oleh sistem; periksa apakah benar"),
            ("E2F0D9", "Sel hijau muda", "tadinya kosong, sekarang sudah diisi"),
        )
        for colour, name, meaning in meanings:
            row += 1
            cell = _put(sheet, row, 1, name, "t_terkunci")
            cell.fill = PatternFill("solid", fgColor=colour)
            if colour in (_NAVY, _SLATE):
                cell.font = _font("FFFFFF", bold=True)
            _put(sheet, row, 2, f"{meaning}.", "t_polos")
        row += 1
        _put(sheet, row, 1, "Tanda merah di sudut sel: ada penjelasan; arahkan penunjuk ke sel itu.", "t_polos")
        return row + 1

    def _dictionary(self, sheet: Any, row: int) -> int:
        """Every column of the sheet of innovations: whether it must be filled, how, and an example line."""
        _section(sheet, row, "Isian lembar Inovasi, dengan satu contoh")
        row += 1
        for column, title in enumerate(("Kolom pada lembar itu", "Sifat", "Cara mengisinya", "Contoh isian"), start=1):
            _put(sheet, row, column, title, "t_tajuk")
        for column, rule in enumerate(self.profile, start=2):
            row += 1
            required = rule["wajib"] == "ya"
            texts = (
                f"Kolom {get_column_letter(column)} · {rule['label']}",
                "wajib" if required else "bila ada",
                self._guidance(rule),
                self.reference.example(rule["kolom"], self.tahun),
            )
            for at, text in enumerate(texts, start=1):
                _put(sheet, row, at, text, "t_terkunci")
            lines = max(-(-len(text) // width) for text, width in zip(texts, (32, 12, 62, 46), strict=True))
            sheet.row_dimensions[row].height = 4 + 14 * lines
        return row + 1


# --- cells and sheets -------------------------------------------------------------------------------------------------


def _styles() -> Iterator[NamedStyle]:
    """The looks of cells, by name: fill, font, place of the text, frame, and whether the cell is free."""
    looks: dict[str, dict[str, Any]] = {
        "t_judul": {"bold": True, "colour": _NAVY, "size": 15, "down": "center", "plain": True},
        "t_keterangan": {"italic": True, "colour": _SLATE, "plain": True},
        "t_label": {"bold": True, "colour": _NAVY, "plain": True},
        "t_unit": {"bold": True, "size": 11, "plain": True},
        "t_unit_sel": {"bold": True, "plain": True, "wrap": True},
        "t_bagian": {"bold": True, "colour": _NAVY, "size": 12, "down": "center", "plain": True},
        "t_polos": {"plain": True},
        "t_kalimat": {"plain": True, "wrap": True},
        "t_tajuk": _HEADER | {"fill": _NAVY},
        "t_tajuk_pilihan": _HEADER | {"fill": _SLATE},
        "t_tajuk_bantu": _HEADER | {"fill": "8C8C8C"},
        "t_nomor": {"fill": _GREY, "colour": _SLATE, "across": "center"},
        "t_terkunci": {"fill": _GREY},
        "t_bantu": {"fill": _GREY, "colour": "595959", "size": 9},
        "t_isian": {"free": True},
        "t_teks": {"free": True, "form": "@"},
        "t_pilih": {"free": True, "across": "center"},
        "t_tanggal": {"free": True, "form": "dd/mm/yyyy", "across": "center"},
        "t_angka": {"free": True, "form": "#,##0"},
    }
    for name, look in looks.items():
        plain = look.get("plain", False)
        yield NamedStyle(
            name=name,
            font=_font(look.get("colour", "1A1A1A"), look.get("size", 10), look.get("bold"), look.get("italic")),
            fill=PatternFill("solid", fgColor=look["fill"]) if "fill" in look else PatternFill(),
            border=Border() if plain else Border(left=_EDGE, right=_EDGE, top=_EDGE, bottom=_EDGE),
            alignment=Alignment(
                look.get("across", "general"), look.get("down", "top"), wrap_text=look.get("wrap", not plain)
            ),
            protection=Protection(locked=not look.get("free", False)),
            number_format=look.get("form", "General"),
        )


def _font(colour: str, size: int = 10, bold: bool | None = None, italic: bool | None = None) -> Font:
    return Font(name="Calibri", size=size, bold=bold, italic=italic, color=colour)


def _put(sheet: Any, row: int, column: int, value: str | int | None, style: str) -> Any:
    """A cell with a value and a look."""
    cell = sheet.cell(row, column)
    cell.style = style
    _set(cell, value)
    return cell


def _section(sheet: Any, row: int, title: str) -> None:
    _put(sheet, row, 1, title, "t_bagian")
    sheet.row_dimensions[row].height = 22


def _set(cell: Any, value: str | int | date | None) -> None:
    """The value of a cell; a text stays a text, whatever it begins with."""
    if isinstance(value, str):
        text = _plain(value)[:LONGEST_CELL]
        cell.value = text
        cell.data_type = "s"
        cell.quotePrefix = text.startswith(_FORMULA_STARTS)
    elif value is not None:
        cell.value = value


def _plain(text: str) -> str:
    return str(ILLEGAL_CHARACTERS_RE.sub(" ", text)).replace("\r\n", "\n").replace("\r", "\n")


def _validate(
    sheet: Any, cells: str, title: str, prompt: str, wrong: str = "", *, strict: bool = True, **rule: str
) -> None:
    """What cells accept, what is shown when one is chosen, and what is said of anything else."""
    validation = DataValidation(
        sqref=cells, allow_blank=True, showInputMessage=True, showErrorMessage=strict and bool(wrong), **rule
    )
    validation.promptTitle, validation.prompt = _short(title, LONGEST_TITLE), _short(prompt, LONGEST_PROMPT)
    if wrong:
        validation.errorTitle, validation.error = "Isian tidak sesuai", _short(wrong, LONGEST_PROMPT - 30)
    sheet.add_data_validation(validation)


def _short(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def _rule_above(sheet: Any, row: int) -> None:
    """A stronger line above a block of rows."""
    strong = Side(style="medium", color=_SLATE)
    for column in range(1, len(INDICATOR_HEADERS) + 1):
        cell = sheet.cell(row, column)
        cell.border = Border(left=_EDGE, right=_EDGE, top=strong, bottom=_EDGE)


def _protect(sheet: Any) -> None:
    """Locked but for the free cells, without a password; widths and heights may be changed."""
    protection = sheet.protection
    protection.sheet = True
    protection.formatColumns = protection.formatRows = False


def _print_setup(sheet: Any, unit: str) -> None:
    """A4 landscape, as wide as the page, pages numbered."""
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    margins = sheet.page_margins
    margins.left = margins.right = 0.3
    margins.top, margins.bottom, margins.footer = 0.4, 0.65, 0.3
    sheet.oddFooter.left.text = unit.replace("&", "&&")
    sheet.oddFooter.center.text = "&A"
    sheet.oddFooter.right.text = "Halaman &P dari &N"
