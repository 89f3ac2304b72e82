"""The official template: filled in by who reads only its labels it comes back right, and it says what is still wanted."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import openpyxl
import polars as pl
import pytest
from openpyxl.utils import range_boundaries

from tasks.identify import Units, units_of_paths
from tasks.reference import Reference, WrongReferenceError
from tasks.template import Known, read_known, template_name, template_version, write_template
from tests.builder.workbooks import Value, Written
from tests.conftest import TAHUN, Consolidate, Result, record, saved, table

GAMBUT, ASTAMBUL, DINKES, ARANIO = "63.03.03", "63.03.07", "opd-dinkes", "63.03.11"
QUIET = {"lembar_dilewati", "lembar_tersembunyi"}
Filling = Mapping[str, Any]

# --- a clerk who knows only what is visible ---------------------------------------------------------------------------


class Clerk:
    """Fills a template by its visible labels, writing into free cells only and choosing from the lists they offer."""

    def __init__(self, book: Any, reference: Reference) -> None:
        self.book, self.reference = book, reference
        self.labels = dict(reference.profil.select("kolom", "label").iter_rows())
        rows = reference.pilihan.select("kolom", "nilai", "label").iter_rows()
        self.choices = {(kolom, nilai): label for kolom, nilai, label in rows}

    def sheet(self, title: str) -> Any:
        """A visible sheet."""
        sheet = self.book[title]
        assert sheet.sheet_state == "visible"
        return sheet

    def header(self, sheet: Any, *wanted: str) -> tuple[int, dict[str, int]]:
        """The row of the header with these labels, and where each of its labels stands."""
        for row in range(1, 20):
            found = {cell.value: cell.column for cell in sheet[row] if isinstance(cell.value, str)}
            if set(wanted) <= set(found):
                return row, found
        raise AssertionError(f"{sheet.title}: no header {wanted}")

    def write(self, cell: Any, value: object) -> str:
        """Types a value as Excel would let a person do it; its address."""
        if value is not None:
            assert not cell.protection.locked, f"{cell.coordinate} is locked"
            for rule in cell.parent.data_validations.dataValidation:
                if rule.type == "list" and rule.showErrorMessage and cell.coordinate in rule.sqref:
                    assert value in self.offered(rule.formula1), f"{cell.coordinate}: {value} is not offered"
            cell.value = value
        return str(cell.coordinate)

    def offered(self, formula: str) -> list[object]:
        """What a dropdown offers."""
        if formula in self.book.defined_names:
            names = self.book.defined_names[formula].attr_text
            sheet, cells = names.partition(":INDEX(")[2].partition(",")[0].split("!")
        else:
            sheet, cells = formula.split("!")
        return [
            cell.value for row in self.book[sheet][cells.replace("$", "")] for cell in row if cell.value is not None
        ]

    def innovation(self, values: Mapping[str, Value | Written]) -> dict[str, str]:
        """Writes an innovation into the first free row; the address of each column."""
        sheet = self.sheet("Inovasi")
        head, columns = self.header(sheet, "No", "Nama inovasi")
        row = next(row for row in range(head + 1, sheet.max_row) if not sheet.cell(row, columns["Nama inovasi"]).value)
        assert sheet.cell(row, columns["No"]).value == row - head
        return {
            kolom: self.write(sheet.cell(row, columns[self.labels[kolom]]), self.shown(kolom, value))
            for kolom, value in values.items()
        }

    def shown(self, kolom: str, value: Value | Written) -> object:
        """A value in the words of the form."""
        if isinstance(value, Written):
            return value.sel
        if isinstance(value, list):
            return "; ".join(value)
        return self.choices.get((kolom, str(value)), value)

    def indicators(
        self, name: str, filled: Mapping[int, tuple[int | None, str | None]], *, every: bool = True
    ) -> dict[int, str]:
        """Fills the block of an innovation, else the first that is free; the address of each parameter."""
        sheet = self.sheet("Indikator")
        head, columns = self.header(sheet, "Nama Inovasi", "Nomor Indikator", "Parameter", "Bukti")
        size = self.reference.indicators(self.year).height
        starts = range(head + 1, sheet.max_row + 1, size)
        own = (row for row in starts if sheet.cell(row, columns["Nama Inovasi"]).value == name)
        start = next(own, None) or next(row for row in starts if not sheet.cell(row, columns["Nama Inovasi"]).value)
        places: dict[int, str] = {}
        for row in range(start, start + size):
            nomor = sheet.cell(row, columns["Nomor Indikator"]).value
            if row == start or every:
                self.write(sheet.cell(row, columns["Nama Inovasi"]), name or None)
            if nomor in filled:
                parameter, link = filled[nomor]
                places[nomor] = self.write(sheet.cell(row, columns["Parameter"]), parameter)
                self.write(sheet.cell(row, columns["Bukti"]), link)
        return places

    @property
    def year(self) -> int:
        """The year the template is for."""
        return int(self.book.defined_names["inovasi_tahun"].attr_text)

    def monitoring(self, values: Mapping[str, object]) -> None:
        """Writes a return into the first free row."""
        sheet = self.sheet("Monev")
        head, columns = self.header(sheet, "Nama Inovasi", "Periode")
        row = next(row for row in range(head + 1, sheet.max_row) if not sheet.cell(row, columns["Nama Inovasi"]).value)
        for label, value in values.items():
            self.write(sheet.cell(row, columns[label]), value)


def blank(reference: Reference, folder: Path, kode: str, tahun: int = TAHUN, known: Known | None = None) -> Any:
    """The template of a unit, opened again."""
    path = folder / template_name(reference, kode, tahun)
    write_template(reference, kode, tahun, path, known)
    return openpyxl.load_workbook(path)


def evidence(reference: Reference, tahun: int, parameter: int = 2) -> dict[int, tuple[int | None, str | None]]:
    return {nomor: (parameter, f"https://bukti.example/{nomor}") for nomor in reference.indicators(tahun)["nomor"]}


def expected(values: Mapping[str, Value | Written]) -> dict[str, object]:
    return {kolom: value.nilai if isinstance(value, Written) else value for kolom, value in values.items()}


def innovation(name: str, **changes: Any) -> dict[str, Any]:
    """An innovation without a fault, all of its long texts its own."""
    own = {kolom: f"{name}: {kolom} menurut unit pengusulnya" for kolom in ("tujuan", "manfaat", "hasil")}
    design = " ".join(f"{name} bagian {number}," for number in range(160))
    return {**record(name, rancang_bangun=design), **own, **changes}


FULL = innovation(
    "GAMBUT BATANAM (Gerakan Bersama Tanam Sayur)", misi="Misi 4", iku="Indeks Kepuasan", tautan="https://a.example/x"
)
SECOND = innovation(
    "PADI SIAM MANIS",
    jenis="digital",
    anggaran=0,
    tahapan="uji_coba",
    urusan_utama="Pangan",
    urusan_beririsan=["Sosial"],
)
SOME = {nomor: (1, f"SK nomor {nomor}") for nomor in (16, 17, 32, 33, 35)}
SPARSE: dict[str, Any] = {
    "nama_inovasi": "LAPAK DESA", "tahapan": "penerapan", "waktu_uji_coba": date(2023, 5, 1), "waktu_penerapan": date(2023, 2, 1),
    "rancang_bangun": "Terlalu singkat.", "manfaat": "Warga terlayani",
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("templat")


@pytest.fixture(scope="module")
def sent(reference: Reference, folder: Path, consolidate: Consolidate) -> tuple[Result, dict[str, Any]]:
    """Templates as units send them back, consolidated: full, half empty, renamed, and with nothing but innovations."""
    where: dict[str, Any] = {}
    full = Clerk(blank(reference, folder, GAMBUT), reference)
    where["first"], where["second"] = full.innovation(FULL), full.innovation(SECOND)
    where["parameter"] = full.indicators(str(FULL["nama_inovasi"]), evidence(reference, TAHUN))
    full.indicators("PADI SIAM MANIS", SOME, every=False)
    full.monitoring({
        "Nama Inovasi": "PADI SIAM MANIS", "Periode": f"Triwulan II {TAHUN}", "Progres": "Berjalan", "Penerima Manfaat": 120,
        "Kendala": "Cuaca", "Tindak Lanjut": "Jadwal ulang", "Bukti": "https://foto.example",
    })  # fmt: skip
    half = Clerk(blank(reference, folder, ASTAMBUL), reference)
    where["half"] = half.innovation(SPARSE)
    where["half_parameter"] = half.indicators("LAPAK DESA", {16: (2, None), 17: (1, "SK 2")})
    renamed = Clerk(blank(reference, folder, DINKES), reference)
    renamed.innovation(innovation("KELAS BADUTA"))
    renamed.indicators("KELAS BADUTA", SOME)
    for sheet, title in zip(renamed.book.worksheets, ("Satu", "Dua", "Tiga", "Empat", "Lima"), strict=True):
        sheet.title = title
    plain = Clerk(blank(reference, folder, ARANIO), reference)
    plain.innovation(innovation("SATU"))
    plain.innovation(innovation("DUA SUNGAI"))
    files = {
        "gambut.xlsx": full, "astambul.xlsx": half, "Kecamatan Aranio/rekap fix (2).xlsx": renamed, "aranio.xlsx": plain,
    }  # fmt: skip
    return consolidate({name: saved(clerk.book) for name, clerk in files.items()}), where


# --- what comes back --------------------------------------------------------------------------------------------------


def test_a_filled_template_comes_back_right_in_every_value(sent: tuple[Result, dict[str, Any]]) -> None:
    result, where = sent
    rows = result.innovations("gambut.xlsx")
    wanted = [expected(FULL), expected(SECOND)]
    assert [{key: row[key] for key in values} for row, values in zip(rows, wanted, strict=True)] == wanted
    assert {row["kode_unit"] for row in rows} == {GAMBUT}
    file = result.file("gambut.xlsx")
    assert (file["status"], file["tata_letak"], file["kode_unit"]) == ("diterima", "templat", GAMBUT)
    assert set(result.codes("gambut.xlsx")) <= QUIET, result.findings("gambut.xlsx")
    places = result.asal.filter((pl.col("berkas") == "gambut.xlsx") & (pl.col("id_inovasi") == rows[0]["id_inovasi"]))
    assert dict(places.select("kolom", "sel").iter_rows()) == where["first"]


def test_indicators_and_returns_of_a_filled_template_reach_their_innovations(
    sent: tuple[Result, dict[str, Any]], reference: Reference
) -> None:
    result, _ = sent
    first, second = (row["id_inovasi"] for row in result.innovations("gambut.xlsx"))
    own = result.indikator.filter(pl.col("id_inovasi") == first)
    wanted = [(nomor, parameter, link) for nomor, (parameter, link) in evidence(reference, TAHUN).items()]
    assert own.select("nomor", "parameter", "bukti").rows() == wanted
    others = result.indikator.filter(pl.col("id_inovasi") == second)
    assert others.select("nomor", "parameter", "bukti").rows() == [(nomor, *said) for nomor, said in SOME.items()]
    returned = result.monev.select(
        "id_inovasi", "periode", "progres", "penerima_manfaat", "kendala", "tindak_lanjut", "bukti"
    )
    assert returned.rows() == [
        (second, f"{TAHUN}-TW2", "Berjalan", 120, "Cuaca", "Jadwal ulang", "https://foto.example")
    ]


def test_what_a_half_empty_template_lacks_is_a_warning_at_its_cell(sent: tuple[Result, dict[str, Any]]) -> None:
    result, where = sent
    found = {
        (row["kode"], row["lembar"], row["sel"])
        for row in result.findings("astambul.xlsx")
        if row["tingkat"] != "catatan"
    }
    row = where["half"]["nama_inovasi"][1:]
    letters = dict(zip(
        ("inisiator", "nama_inisiator", "jenis", "bentuk", "tematik", "urusan_utama", "urusan_beririsan", "tujuan", "hasil"),
        "DEFGHIJOQ", strict=True,
    ))  # fmt: skip
    assert found >= {("nilai_kosong", "Inovasi", f"{letter}{row}") for letter in letters.values()} | {
        ("teks_terlalu_pendek", "Inovasi", where["half"]["rancang_bangun"]),
        ("uji_coba_sesudah_penerapan", "Inovasi", where["half"]["waktu_uji_coba"]),
        ("indikator_tanpa_bukti", "Indikator", where["half_parameter"][16].replace("E", "F")),
    }
    assert {row["tingkat"] for row in result.findings("astambul.xlsx")} <= {"peringatan", "catatan"}
    assert len([kode for kode, *_ in found if kode == "nilai_kosong"]) == len(letters)
    assert result.file("astambul.xlsx")["status"] == "diterima"


def test_a_renamed_template_with_renamed_sheets_is_still_the_units(sent: tuple[Result, dict[str, Any]]) -> None:
    result, _ = sent
    name = "Kecamatan Aranio/rekap fix (2).xlsx"
    assert [row["kode_unit"] for row in result.innovations(name)] == [DINKES]
    assert set(result.codes(name)) <= QUIET
    assert result.file(name)["kode_unit"] == DINKES


def test_prepared_rows_that_nobody_filled_yield_nothing(sent: tuple[Result, dict[str, Any]]) -> None:
    result, _ = sent
    file = result.file("aranio.xlsx")
    assert (file["status"], file["baris_dibaca"], file["baris_ditolak"]) == ("diterima", 2, 0)
    assert set(result.codes("aranio.xlsx")) <= QUIET, result.findings("aranio.xlsx")
    ids = [row["id_inovasi"] for row in result.innovations("aranio.xlsx")]
    assert result.indikator.filter(pl.col("id_inovasi").is_in(ids)).is_empty()


def test_indicators_without_a_name_are_nobody_elses(
    reference: Reference, folder: Path, consolidate: Consolidate
) -> None:
    clerk = Clerk(blank(reference, folder, GAMBUT), reference)
    clerk.innovation(innovation("SATU"))
    clerk.innovation(innovation("DUA SUNGAI"))
    clerk.indicators("SATU", SOME)
    places = clerk.indicators("", {nomor: (3, f"Bukti {nomor}") for nomor in SOME})
    result = consolidate({"kirim.xlsx": saved(clerk.book)})
    assert result.indikator.select("nomor", "parameter", "bukti").rows() == [(n, *said) for n, said in SOME.items()]
    found = [row["sel"] for row in result.findings("kirim.xlsx", "indikator_tanpa_inovasi")]
    assert found == [min(places.values()).replace("E", "B")]  # said once, where the name is wanted


def test_another_year_has_its_own_columns_and_indicators(
    reference: Reference, folder: Path, consolidate: Consolidate
) -> None:
    clerk = Clerk(blank(reference, folder, GAMBUT, 2026), reference)
    values: dict[str, Any] = dict(innovation(
        "SIAGA API", waktu_uji_coba=date(2024, 1, 5), waktu_penerapan=date(2025, 3, 1), waktu_pengembangan=None,
        asta_cita=3, koordinat=Written(None, "-3.4167, 114.8500"),
    ))  # fmt: skip
    del values["tematik"]
    clerk.innovation(values)
    clerk.indicators("SIAGA API", evidence(reference, 2026, 3))
    result = consolidate({"kirim.xlsx": saved(clerk.book)}, tahun=2026)
    (row,) = result.innovations()
    del values["koordinat"]
    assert {key: row[key] for key in values} == expected(values)
    assert (row["lintang"], row["bujur"]) == (-3.4167, 114.85)
    assert row["kematangan"] == 111
    assert result.file("kirim.xlsx")["tata_letak"] == "templat"
    assert {found["tingkat"] for found in result.findings()} <= {"catatan"}, result.findings()
    _, columns = clerk.header(clerk.sheet("Inovasi"), "Nama inovasi")
    assert "Tematik" not in columns and "Asta Cita" in columns


# --- filled with what is known ----------------------------------------------------------------------------------------

EVIL = '=HYPERLINK("http://x","klik")'


@pytest.fixture(scope="module")
def known(consolidate: Consolidate) -> dict[str, Known]:
    """What a run knows of a unit with two innovations, one of them with faults."""
    first = record(
        "GAMBUT BATANAM",
        tujuan=EVIL,
        hasil=None,
        rancang_bangun="Singkat saja.",
        jenis=Written("non_digital", "Tidak Digitall"),
    )
    data = table(first, innovation("PADI SIAM"), innovation("", tujuan="Tanpa nama"))
    return read_known(consolidate({"Kecamatan Gambut.xlsx": data}).data)


def test_known_values_are_filled_in_and_what_is_wrong_is_marked(
    reference: Reference, folder: Path, known: dict[str, Known]
) -> None:
    book = blank(reference, folder, GAMBUT, known=known[GAMBUT])
    clerk = Clerk(book, reference)
    sheet = clerk.sheet("Inovasi")
    head, columns = clerk.header(sheet, "No", "Nama inovasi")
    cell = {kolom: sheet.cell(head + 1, columns[label]) for kolom, label in clerk.labels.items() if label in columns}
    other = {kolom: sheet.cell(head + 2, columns[label]) for kolom, label in clerk.labels.items() if label in columns}
    assert (cell["nama_inovasi"].value, other["nama_inovasi"].value) == ("GAMBUT BATANAM", "PADI SIAM")
    assert (cell["tahapan"].value, cell["bentuk"].value) == ("Penerapan", "Inovasi pelayanan publik")
    assert cell["urusan_beririsan"].value == "Sosial; Pangan"
    assert cell["waktu_penerapan"].value.date() == date(2023, 2, 6)
    assert (cell["anggaran"].value, cell["anggaran"].number_format) == (12_500_000, "#,##0")
    said = dict(known[GAMBUT].temuan.filter(pl.col("kode") != "nama_kosong").select("kolom", "pesan").iter_rows())
    assert set(said) >= {"hasil", "rancang_bangun", "jenis"}
    for kolom in ("hasil", "rancang_bangun", "jenis"):
        assert said[kolom] in cell[kolom].comment.text
        assert cell[kolom].fill.fgColor.rgb != other[kolom].fill.fgColor.rgb
        assert other[kolom].comment is None
    assert sheet.cell(head + 3, columns["Nama inovasi"]).value is None
    texts = [str(line[0]) for line in clerk.sheet("Petunjuk").iter_rows(values_only=True)]
    assert any("nama inovasinya kosong" in text for text in texts)


def test_known_innovations_have_their_indicators_prepared(
    reference: Reference, folder: Path, consolidate: Consolidate, sent: tuple[Result, dict[str, Any]]
) -> None:
    known = read_known(sent[0].data)
    book = blank(reference, folder, GAMBUT, known=known[GAMBUT])
    sheet = book["Indikator"]
    names = [cell.value for cell in sheet["B"][6:46]]
    assert names == [str(FULL["nama_inovasi"])] * 20 + ["PADI SIAM MANIS"] * 20
    assert [sheet.cell(27, column).value for column in (3, 5, 6)] == [16, 1, "SK nomor 16"]
    again = consolidate({"kirim.xlsx": saved(book)})
    assert {found["tingkat"] for found in again.findings()} <= {"catatan"}
    columns = [name for name in again.inovasi.columns if name != "status_komitmen"]
    before = sent[0].inovasi.filter(pl.col("kode_unit") == GAMBUT).sort("id_inovasi")
    assert again.inovasi.sort("id_inovasi").select(columns).equals(before.select(columns))
    mine = sent[0].indikator.join(before, on="id_inovasi", how="semi")
    assert again.indikator.equals(mine)


def test_an_unfinished_innovation_is_marked_in_another_year_by_what_it_lacks(
    reference: Reference, folder: Path, known: dict[str, Known]
) -> None:
    book = blank(reference, folder, GAMBUT, 2026, known[GAMBUT])
    clerk = Clerk(book, reference)
    sheet = clerk.sheet("Inovasi")
    head, columns = clerk.header(sheet, "No", "Nama inovasi")
    cell = sheet.cell(head + 1, columns["Hasil inovasi"])
    assert cell.value is None and "Hasil inovasi belum diisi" in cell.comment.text
    assert sheet.cell(head + 1, columns["Jenis inovasi"]).comment is None


def test_what_a_later_submission_mended_is_not_marked(
    reference: Reference, folder: Path, consolidate: Consolidate
) -> None:
    older = table(innovation("GAMBUT BATANAM", hasil=None), innovation("PADI SIAM"))
    newer = table(innovation("GAMBUT BATANAM"))
    later = {"rekap.xlsx": datetime(2024, 3, 1, tzinfo=UTC)}
    result = consolidate({"Kecamatan Gambut.xlsx": older, "rekap.xlsx": newer}, times=later)
    assert result.findings("Kecamatan Gambut.xlsx", "nilai_kosong")
    sheet = blank(reference, folder, GAMBUT, known=read_known(result.data)[GAMBUT])["Inovasi"]
    assert [cell.coordinate for row in sheet.iter_rows(min_row=7) for cell in row if cell.comment] == []


def test_a_text_from_data_never_becomes_a_formula(reference: Reference, folder: Path, known: dict[str, Known]) -> None:
    columns = ("nama_inovasi", "tujuan", "misi", "tautan")
    evil = known[GAMBUT].inovasi.with_columns(pl.lit(EVIL).alias(kolom) for kolom in columns)
    odd = evil.with_columns(hasil=pl.lit("#REF!"), manfaat=pl.lit("a\x00b\r\nc"))
    book = blank(reference, folder, ASTAMBUL, known=replace(known[GAMBUT], inovasi=odd))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert sum(cell.value == EVIL for cell in cells) == 2 * (len(columns) + 20)
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    assert {"#REF!", "a b\nc"} <= {cell.value for cell in cells}


# --- the workbook itself ----------------------------------------------------------------------------------------------


def test_every_closed_choice_has_a_dropdown_and_dates_and_amounts_a_rule(reference: Reference, folder: Path) -> None:
    book = blank(reference, folder, GAMBUT)
    clerk = Clerk(book, reference)
    sheet = clerk.sheet("Inovasi")
    _, columns = clerk.header(sheet, "No", "Nama inovasi")
    rules = {str(rule.sqref).split(":", maxsplit=1)[0]: rule for rule in sheet.data_validations.dataValidation}
    for row in reference.profile(TAHUN).iter_rows(named=True):
        if row["label"] not in columns:
            assert row["kolom"] in ("kematangan", "lintang", "bujur")
            continue
        rule = rules[sheet.cell(7, columns[row["label"]]).coordinate]
        assert rule.showInputMessage and row["petunjuk"].split(",", maxsplit=1)[0] in rule.prompt
        wanted = {"pilihan": "list", "pilihan_banyak": "list", "tanggal": "date", "uang": "whole"}.get(row["tipe"])
        assert rule.type == wanted
        if row["kolom"].startswith("urusan"):
            assert clerk.offered(rule.formula1) == reference.urusan["urusan"].to_list()
        elif wanted == "list":
            labels = reference.pilihan.filter(pl.col("kolom") == row["kolom"])["label"].to_list()
            assert clerk.offered(rule.formula1) == labels
    assert "300 kata" in sheet.cell(6, columns["Rancang bangun dan pokok perubahan"]).comment.text
    for title in ("Inovasi", "Indikator", "Monev"):
        for rule in book[title].data_validations.dataValidation:
            assert len(rule.promptTitle) <= 32 and len(rule.prompt) <= 255
            assert len(rule.errorTitle or "") <= 32 and len(rule.error or "") <= 225


def test_the_workbook_is_bound_to_its_unit_protected_and_prints_well(reference: Reference, folder: Path) -> None:
    book = blank(reference, folder, DINKES)
    names = {name: item.attr_text for name, item in book.defined_names.items()}
    assert names["inovasi_kode_unit"] == f'"{DINKES}"'
    assert names["inovasi_versi_templat"] == f'"{template_version(TAHUN)}"'
    assert book.sheetnames == ["Petunjuk", "Inovasi", "Indikator", "Monev", "Daftar"]
    assert book["Daftar"].sheet_state == "hidden"
    assert book.security.lockStructure and not book.security.workbookPassword
    for sheet in book.worksheets:
        assert sheet.protection.sheet and not sheet.protection.password
        assert (sheet.page_setup.orientation, int(sheet.page_setup.paperSize)) == ("landscape", 9)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage and sheet.page_setup.fitToHeight == 0
    for title in ("Inovasi", "Indikator", "Monev"):
        sheet = book[title]
        assert sheet.print_title_rows == "$6:$6" and sheet.freeze_panes in ("C7", "E7")
        assert [sheet.cell(row, column).value for row, column in ((3, 1), (3, 2), (4, 1), (4, 2))] == [
            "Nama Unit", "Dinas Kesehatan", "Kode Unit", DINKES,
        ]  # fmt: skip
    formulas = [cell.coordinate for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert formulas == []


def test_the_files_parts_are_well_formed_and_rules_do_not_overlap(
    reference: Reference, folder: Path, known: dict[str, Known]
) -> None:
    book = blank(reference, folder, GAMBUT, known=known[GAMBUT])
    with zipfile.ZipFile(folder / template_name(reference, GAMBUT, TAHUN)) as parts:
        assert parts.testzip() is None
        for name in parts.namelist():
            if name.endswith((".xml", ".rels", ".vml")):
                ElementTree.fromstring(parts.read(name))
    again = openpyxl.load_workbook(io.BytesIO(saved(book)))
    for sheet in again.worksheets:
        taken: set[tuple[int, int]] = set()
        for rule in sheet.data_validations.dataValidation:
            left, top, right, bottom = range_boundaries(str(rule.sqref))
            cells = {(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)}
            assert not cells & taken, f"{sheet.title} {rule.sqref}"
            taken |= cells


def test_every_unit_has_a_file_name_of_its_own_that_names_it(reference: Reference) -> None:
    codes = reference.unit["kode"].to_list()
    names = [template_name(reference, kode, TAHUN) for kode in codes]
    assert len({name.casefold() for name in names}) == len(codes)
    assert not any(set(name) & set('\\/:*?"<>|') or len(name) > 140 for name in names)
    found: Sequence[str | None] = units_of_paths(names, Units(reference))
    assert [kode for kode, by_name in zip(codes, found, strict=True) if by_name not in (kode, None)] == []


def test_the_cells_that_name_the_unit_name_it_for_every_unit_of_the_register(reference: Reference) -> None:
    units = Units(reference)
    for kode, nama in reference.unit.select("kode", "nama").iter_rows():
        assert (units.whole(kode).kode, units.whole(nama).kode) == (kode, kode)


def test_an_unknown_unit_or_year_is_refused(reference: Reference, tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        write_template(reference, "tidak-ada", TAHUN, tmp_path / "x.xlsx", None)
    with pytest.raises(WrongReferenceError):
        write_template(reference, GAMBUT, 1999, tmp_path / "x.xlsx", None)
    assert read_known(tmp_path) == {}


def test_what_a_careful_clerk_would_ask_of_indicators_and_returns(
    reference: Reference, folder: Path, consolidate: Consolidate
) -> None:
    clerk = Clerk(blank(reference, folder, ARANIO), reference)
    clerk.innovation(innovation("LENGKAP"))
    clerk.innovation(innovation("TANPA INDIKATOR"))
    filled = evidence(reference, TAHUN)
    first, second, third, fourth = reference.rules(TAHUN).indikator_wajib[:4]
    filled |= {first: (None, "SK Camat"), second: (2, None), third: (None, None), fourth: (3, "ada")}
    places = clerk.indicators("LENGKAP", filled, every=False)
    clerk.indicators("", {20: (1, "Foto 1"), 21: (1, "Foto 2")})
    clerk.monitoring({"Nama Inovasi": "LENGKAP", "Penerima Manfaat": 12})
    result = consolidate({"kirim.xlsx": saved(clerk.book)})
    found = {(row["lembar"], row["sel"], row["kode"]) for row in result.temuan.iter_rows(named=True)}
    in_row = {nomor: cell.lstrip("E") for nomor, cell in places.items()}
    assert {item for item in found if item[2] not in QUIET} == {
        ("Indikator", f"E{in_row[first]}", "bukti_tanpa_parameter"),
        ("Indikator", f"F{in_row[second]}", "indikator_tanpa_bukti"),
        ("Indikator", f"E{in_row[third]}", "indikator_wajib_kosong"),
        ("Indikator", f"F{in_row[fourth]}", "bukti_tidak_disebut"),
        ("Indikator", f"B{max(map(int, in_row.values())) + 5}", "indikator_tanpa_inovasi"),
        ("Monev", "C7", "periode_tidak_disebut"),
        ("Monev", "D7", "nilai_kosong"),
    }


def test_a_template_is_known_by_its_names_and_its_own_sheets_say_nothing(
    reference: Reference, folder: Path, consolidate: Consolidate
) -> None:
    empty = saved(blank(reference, folder, GAMBUT))
    clerk = Clerk(blank(reference, folder, DINKES), reference)
    clerk.innovation(innovation("BARU"))
    for number, sheet in enumerate(clerk.book.worksheets):
        if sheet.sheet_state == "visible":
            sheet.title = f"Lembar{number}"
    for sheet in clerk.book.worksheets[1:4]:  # what stands above the tables is gone: only the names say whose it is
        sheet.delete_rows(1, 5)
    result = consolidate({"a.xlsx": empty, "b.xlsx": saved(clerk.book)})
    states = result.berkas.select("berkas", "tata_letak", "kode_unit", "status").rows()
    assert states == [("a.xlsx", "templat", GAMBUT, "ditolak"), ("b.xlsx", "templat", DINKES, "diterima")]
    assert result.temuan.select("berkas", "kode").rows() == [("a.xlsx", "templat_belum_diisi")]


def test_an_option_of_a_form_left_empty_is_wanted_where_the_others_stand(consolidate: Consolidate) -> None:
    book = openpyxl.Workbook()
    labels = {"Nama Inovasi": "SATU", "Tahapan Inovasi": "Penerapan", "Inisiator": None, "Jenis Inovasi": "Digital"}
    book.active["A1"] = "Kecamatan Gambut"
    for row, (label, value) in enumerate(labels.items(), start=3):
        book.active.cell(row, 1).value, book.active.cell(row, 4).value = label, value
    found = consolidate({"formulir.xlsx": saved(book)}).findings("formulir.xlsx", "nilai_kosong")
    assert ("D5", "inisiator") in [(row["sel"], row["kolom"]) for row in found]
