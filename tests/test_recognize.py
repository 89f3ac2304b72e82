"""Layouts: each record found once, each value at its cell, and nothing else taken for an innovation."""

import io
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.read.grid import Grid, encode
from tasks.recognize import recognize
from tasks.recognize.sketch import sketch_without_tables
from tasks.recognize.tabel import find_tables
from tasks.vocabulary import Vocabulary
from tests.builder.samples import LABEL_FORM, SINONIM, SINONIM_KAPITAL, TAJUK_SENDIRI
from tests.builder.workbooks import Built, Bukti, Formulir, Layout, Placed, Style, Tabel, Templat
from tests.conftest import GAMBUT, TAJUK, cells_of, record, records_in, saved, workbook

NAMES = ("GAMBUT BATANAM", "PADI SIAM MANIS", "SIAGA API GAMBUT")
RECORDS = [
    record(NAMES[0]),
    record(NAMES[1], tahapan="uji_coba", jenis="digital", bentuk="lainnya", waktu_pengembangan=None, anggaran=None),
    record(NAMES[2], tahapan="inisiatif", bentuk="tata_kelola", inisiator="asn", waktu_uji_coba=date(2022, 11, 30)),
]
SIGNATURE = ("Gambut, 6 Februari 2024", "Camat Gambut,", "", "", "Siti Aminah", "NIP. 00000000 000000 0 000")


def check(built: Built, vocabulary: Vocabulary, folder: Path) -> None:
    """Exactly the rows of the workbook are records, and each value stands at one of the cells that may be cited."""
    found = records_in(built.to_bytes(), vocabulary, folder)
    assert [cells["nama_inovasi"][1] for cells in found] == [row.isi["nama_inovasi"].mentah for row in built.baris]
    for cells, row in zip(found, built.baris, strict=True):
        for kolom, placed in row.isi.items():
            if kolom != "kode_unit" and placed.nilai is not None:
                address, text = cells[kolom]
                assert address in {placed.sel, *placed.juga}, kolom
                assert text == expected(placed, address), kolom


def expected(placed: Placed, address: str) -> str:
    """The text of a cell; of a printed option that was marked, what it stands for."""
    marked = placed.juga or (isinstance(placed.mentah, str) and placed.mentah[:1] in "([")
    if marked and isinstance(placed.nilai, str):
        return placed.nilai
    assert isinstance(placed.mentah, str | int | float | date)
    return encode(placed.mentah)[0]


# --- tables -----------------------------------------------------------------------------------------------------------

GROUPED = {**TAJUK, "waktu_uji_coba": "Uji Coba", "waktu_penerapan": "Penerapan", "waktu_pengembangan": "Pengembangan"}
TITLES = ("REKAPITULASI INOVASI DAERAH", GAMBUT, "TAHUN 2023")


def tabel(tajuk: dict[str, str] = TAJUK, **options: Any) -> Tabel:
    return Tabel(RECORDS, tajuk, **{"judul": TITLES, **options})


TABLES: dict[str, Tabel] = {
    "plain": tabel(),
    "no title": tabel(judul=()),
    "offset": tabel(baris_awal=6, kolom_awal=4),
    "header far down": tabel(baris_awal=30),
    "no running number": tabel({kolom: title for kolom, title in TAJUK.items() if kolom != "no"}),
    "own words": tabel(TAJUK_SENDIRI, style=Style(pilihan=SINONIM_KAPITAL)),
    "other order": tabel(dict(reversed(TAJUK.items()))),
    "unmerged title": tabel(gabung_judul=False, judul=("DAFTAR INOVASI", ("Unit", ":", GAMBUT))),
    "two header rows": tabel(GROUPED, grup={"Waktu": ("waktu_uji_coba", "waktu_penerapan", "waktu_pengembangan")}),
    "two groups": tabel(
        GROUPED,
        grup={
            "Inovasi": ("nama_inovasi", "tahapan"),
            "Waktu": ("waktu_uji_coba", "waktu_penerapan", "waktu_pengembangan"),
        },
        penomoran="(1)",
    ),
    "numbers 1 2 3": tabel(penomoran="1"),
    "numbers (1) (2) (3)": tabel(penomoran="(1)"),
    "sections merged": tabel(seksi={0: ("A. PELAYANAN PUBLIK",), 2: ("B. TATA KELOLA",)}),
    "sections behind a letter": tabel(seksi={0: ("A", "PELAYANAN PUBLIK"), 2: ("B", "TATA KELOLA")}),
    "blank rows": tabel(kosong_setelah=(0, 1)),
    "total": tabel(jumlah={"no": "Jumlah", "anggaran": 25_000_000}),
    "total as a formula": tabel(jumlah={"nama_inovasi": "TOTAL ANGGARAN", "anggaran": "=SUM"}),
    "signature": tabel(tanda_tangan=SIGNATURE),
    "all at once": tabel(
        GROUPED,
        baris_awal=3,
        kolom_awal=2,
        grup={"Waktu": ("waktu_uji_coba", "waktu_penerapan", "waktu_pengembangan")},
        penomoran="(1)",
        seksi={0: ("I. PELAYANAN PUBLIK",)},
        kosong_setelah=(1,),
        jumlah={"no": "JUMLAH", "anggaran": "=SUM"},
        tanda_tangan=SIGNATURE,
        style=Style(tanggal=("panjang", "garis"), anggaran="rp_sen", kosong="-", pilihan=SINONIM),
    ),
    "running number that goes on": tabel(nomor_awal=98),
    "columns nobody asked for": tabel({**TAJUK, "_keterangan": "Keterangan", "_hp": "No. HP"}),
}


@pytest.mark.parametrize("layout", TABLES.values(), ids=list(TABLES))
def test_tables(layout: Layout, vocabulary: Vocabulary, tmp_path: Path) -> None:
    check(layout.build(), vocabulary, tmp_path)


def test_the_official_template(vocabulary: Vocabulary, tmp_path: Path) -> None:
    proof = {NAMES[0]: [Bukti(16, "Regulasi inovasi daerah", 2, "https://a.example"), Bukti(17, "SDM", 0, None)]}
    built = Templat(GAMBUT, RECORDS, proof, kode="63.03.03").build()
    check(built, vocabulary, tmp_path)
    indicators = records_in(built.to_bytes(), vocabulary, tmp_path, "indikator")
    assert [cells["nomor"][1] for cells in indicators] == ["16", "17"]
    assert [cells["parameter"] for cells in indicators] == [(row.sel, str(row.parameter)) for row in built.indikator]


def test_a_header_printed_again_on_each_page(vocabulary: Vocabulary, tmp_path: Path) -> None:
    built = tabel(penomoran="1").build()
    sheet = built.workbook.active
    first = built.baris[2].baris
    header = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=first - 4, max_row=first - 3)]
    sheet.insert_rows(first, 2)
    for offset, row in enumerate(header):
        for column, value in enumerate(row, start=1):
            sheet.cell(first + offset, column, value)
    found = records_in(saved(built.workbook), vocabulary, tmp_path)
    assert [cells["nama_inovasi"][1] for cells in found] == list(NAMES)


SWAPPED = "taken for the first header printed again: values in wrong columns"


@pytest.mark.parametrize(
    "second",
    [
        ["No", "Nama Inovasi", "Tahapan", "Jenis"],
        pytest.param(["No", "Nama Inovasi", "Jenis", "Tahapan"]),
        ["No", "Jenis", "Nama Inovasi", "Tahapan"],
    ],
)
def test_several_tables_on_one_sheet(second: list[str], vocabulary: Vocabulary, tmp_path: Path) -> None:
    last = {"No": 1, "Nama Inovasi": "Tiga", "Jenis": "Non Digital", "Tahapan": "Inisiatif"}
    rows: list[list[Any]] = [
        ["INOVASI DIGITAL"], ["No", "Nama Inovasi", "Tahapan", "Jenis"], [1, "Satu", "Penerapan", "Digital"],
        [2, "Dua", "Uji Coba", "Digital"], [], ["INOVASI NON DIGITAL"], second, [last[title] for title in second],
    ]  # fmt: skip
    found = records_in(workbook(rows), vocabulary, tmp_path)
    places = [f"{'ABCD'[second.index(title)]}8" for title in ("Nama Inovasi", "Tahapan")]
    assert [(cells["nama_inovasi"], cells["tahapan"]) for cells in found] == [
        (("B3", "Satu"), ("C3", "Penerapan")),
        (("B4", "Dua"), ("C4", "Uji Coba")),
        ((places[0], "Tiga"), (places[1], "Inisiatif")),
    ]


@pytest.mark.parametrize(
    "place",
    [
        "Martapura",
        *(pytest.param(town) for town in ("Gambut", "Sungai Tabuk", "Kertak Hanyar")),
    ],
)
def test_a_signature_under_the_names_is_no_innovation(place: str, vocabulary: Vocabulary, tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        *(["No", "Nama Inovasi", "Tahapan", "Jenis"], [1, "Satu", "Penerapan", "Digital"], []),
        *(
            ["", f"{place}, 6 Februari 2024"],
            ["", "Camat,"],
            [],
            ["", "Siti Aminah"],
            ["", "NIP. 19700101 199003 2 001"],
        ),
    ]
    found = records_in(workbook(rows), vocabulary, tmp_path)
    assert [cells["nama_inovasi"][1] for cells in found] == ["Satu"]


def test_options_printed_as_columns_with_a_mark(vocabulary: Vocabulary, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (
        ["No", "Nama Inovasi", "Tahapan", None, None, "Jenis", None],
        [None, None, "Inisiatif", "Uji Coba", "Penerapan", "Digital", "Non Digital"],
        [1, "Satu", None, None, "√", "V", None],
        [2, "Dua", None, "√", None, None, "V"],
    ):
        sheet.append(row)
    for extent in ("A1:A2", "B1:B2", "C1:E1", "F1:G1"):
        sheet.merge_cells(extent)
    first, second = records_in(saved(book), vocabulary, tmp_path)
    assert (first["tahapan"], first["jenis"]) == (("E3", "penerapan"), ("F3", "digital"))
    assert (second["tahapan"], second["jenis"]) == (("D4", "uji_coba"), ("G4", "non_digital"))


def test_a_name_merged_over_several_rows_is_one_record(vocabulary: Vocabulary, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (
        ["No", "Nama Inovasi", "Tahapan", "Tujuan"],
        [1, "Satu", "Penerapan", "Tujuan pertama"],
        [None, None, None, "Tujuan kedua"],
        [2, "Dua", "Uji Coba", "Lain"],
    ):
        book.active.append(row)
    for extent in ("A2:A3", "B2:B3", "C2:C3"):
        book.active.merge_cells(extent)
    found = records_in(saved(book), vocabulary, tmp_path)
    assert [cells["nama_inovasi"] for cells in found] == [("B2", "Satu"), ("B4", "Dua")]


def test_a_group_of_columns_means_less_than_its_columns(vocabulary: Vocabulary, tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["No", "Judul Inovasi", "Klasifikasi", None, "Waktu", None],
        [None, None, "Jenis Inov.", "Bentuk Inov.", "Uji Coba", "Penerapan"],
        [1, "Satu", "Digital", "Tata Kelola", 2022, 2023],
    ]
    book = openpyxl.load_workbook(io.BytesIO(workbook(rows)))
    for extent in ("A1:A2", "B1:B2", "C1:D1", "E1:F1"):
        book.active.merge_cells(extent)
    (cells,) = records_in(saved(book), vocabulary, tmp_path)
    assert [cells[kolom][0] for kolom in ("jenis", "bentuk", "waktu_uji_coba", "waktu_penerapan")] == [
        "C3",
        "D3",
        "E3",
        "F3",
    ]


@pytest.mark.parametrize(
    "numbering",
    [["a", "b", "c", "d"], ["I", "II", "III", "IV"], ["(1)", "(2)", "(3)", "(4)"], ["1", "2", "3", "4=2+3"]],
)
def test_a_row_that_numbers_the_columns_is_none(numbering: list[str], vocabulary: Vocabulary, tmp_path: Path) -> None:
    rows: list[list[Any]] = [["No", "Nama Inovasi", "Tahapan", "Anggaran"], numbering, [1, "Satu", "Penerapan", 5]]
    assert [cells["nama_inovasi"] for cells in records_in(workbook(rows), vocabulary, tmp_path)] == [("B3", "Satu")]


def test_a_place_and_a_date_with_colons_begin_a_signature(vocabulary: Vocabulary, tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["No", "Nama Inovasi", "Tahapan", "Jenis", "Tujuan"],
        [1, "Satu", "Penerapan", "Digital", "Cepat"],
        [None, "Dibuat di", ":", "Martapura"],
        [None, "Pada tanggal", ":", "5 Januari 2024"],
    ]
    assert len(records_in(workbook(rows), vocabulary, tmp_path)) == 1


def test_boxes_behind_numbered_options(vocabulary: Vocabulary) -> None:
    text = "1. Tata kelola pemerintahan daerah [ ]\n2. Pelayanan publik [x]\n3. Inovasi daerah lainnya [ ]"
    assert vocabulary.choice("bentuk", text) == ("pelayanan_publik", True)


def test_pairs_of_labels_in_a_row_are_a_form(vocabulary: Vocabulary, tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["Nama Inovasi", "SIAGA", None, "Tahapan", "Penerapan"],
        ["Jenis", "Digital", None, "Bentuk", "Tata Kelola"],
        ["Tujuan", "Cepat", None, "Manfaat", "Hemat"],
    ]
    (cells,) = records_in(workbook(rows), vocabulary, tmp_path)
    assert {kolom: cell for kolom, (cell, _) in cells.items()} == {
        "nama_inovasi": "B1", "tahapan": "E1", "jenis": "B2", "bentuk": "E2", "tujuan": "B3", "manfaat": "E3",
    }  # fmt: skip


def test_a_name_beside_the_initiator_is_the_initiators(vocabulary: Vocabulary, tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["No", "Inovasi Daerah", "Inisiator", "Nama"],
        [1, "Satu", "ASN", "Siti"],
        [2, "Dua", "OPD", "Tim"],
    ]
    found = records_in(workbook(rows), vocabulary, tmp_path)
    assert [(cells["nama_inovasi"][0], cells["nama_inisiator"][0]) for cells in found] == [("B2", "D2"), ("B3", "D3")]


def test_a_header_merged_over_columns_of_which_one_is_used_is_no_fault(vocabulary: Vocabulary) -> None:
    rows: list[list[Any]] = [
        ["No", "Nama Inovasi", "", "", "Tahapan"],
        [1.0, "Satu", "", "", "Ide"],
        [2.0, "Dua", "", "", "Ide"],
    ]
    merges = [((row, 1), (row, 3)) for row in range(3)]
    found = recognize([Grid("S", rows, merges)], vocabulary)
    assert (len(found.tables[0].letak), found.notes) == (2, [])


def test_a_title_far_above_its_list_still_names_the_unit(vocabulary: Vocabulary) -> None:
    rows: list[list[Any]] = [
        ["UNIT KERJA : KECAMATAN GAMBUT"],
        *[[""]] * 40,
        ["No", "Nama Inovasi", "Tahapan"],
        [1.0, "Satu", "Ide"],
    ]
    (found,) = recognize([Grid("S", rows)], vocabulary).tables
    assert [context.teks for context in found.konteks] == ["KECAMATAN GAMBUT"]


def test_two_headers_alike_are_no_two_tables(vocabulary: Vocabulary, tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["No", "Nama Inovasi", "Judul Inovasi", "Tahapan", "Jenis"],
        [1, "Satu", "Satu, lengkap", "Penerapan", "Digital"],
    ]
    (cells,) = records_in(workbook(rows), vocabulary, tmp_path)
    assert {kolom: cells[kolom][0] for kolom in ("nama_inovasi", "tahapan")} == {"nama_inovasi": "B2", "tahapan": "D2"}


def test_headers_all_mistyped_still_make_a_header(vocabulary: Vocabulary, tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["No", "Nama Inovsi", "Tahpan", "Bentk Inovasi", "Tujuan Inovsi"],
        [1, "Satu", "Penerapan", "Lainnya", "Cepat"],
    ]
    assert [cells["nama_inovasi"] for cells in records_in(workbook(rows), vocabulary, tmp_path)] == [("B2", "Satu")]


def test_columns_that_nobody_asked_for_do_not_become_initiators(vocabulary: Vocabulary, tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["No", "Nama Inovasi", "Tahapan", "Sasaran"],
        *([n, f"Inovasi {n}", "Penerapan", "Masyarakat"] for n in (1, 2, 3)),
    ]
    assert all("inisiator" not in cells for cells in records_in(workbook(rows), vocabulary, tmp_path))


@pytest.mark.parametrize(("more", "about"), [([], "inovasi"), (["Progres", "Tindak Lanjut"], "monev")])
def test_a_list_with_obstacles_is_no_return_unless_most_columns_are(
    more: list[str], about: str, vocabulary: Vocabulary, tmp_path: Path
) -> None:
    rows: list[list[Any]] = [
        ["No", "Nama Inovasi", "Tahapan", "Waktu Penerapan", "Jumlah Pengguna", "Kendala", *more],
        [1, "Satu", "Penerapan", 2023, 5, "-"],
    ]
    assert len(records_in(workbook(rows), vocabulary, tmp_path, about)) == 1


# --- what is no list of innovations -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "rows",
    [
        [["DAFTAR HADIR RAPAT INOVASI"], ["No", "Nama", "Jabatan", "Tanda Tangan"], [1, "Siti", "Camat", ""]],
        [["No", "Nama", "Instansi", "Jabatan", "No HP", "Tanda Tangan"], [1, "Siti", "Dinas Kesehatan", "Staf", "0812", ""]],
        [["No", "Nama Pegawai", "NIP", "Golongan", "Keterangan"], [1, "Siti", "1970", "III/a", "-"]],
        [["Kecamatan", "Jumlah Penduduk"], ["Gambut", 40_000], ["Aluh-Aluh", 30_000]],
        [["Petunjuk"], ["1. Isi nama inovasi pada kolom kedua."], ["2. Isi tahapan inovasi."]],
        [["No", "Barang", "Jumlah", "Harga"], [1, "Kertas", 3, 50_000]],
    ],
    ids=["attendance", "attendance with units", "staff", "statistics", "guide", "shopping"],
)  # fmt: skip
def test_other_lists(rows: Sequence[Sequence[str | int]], vocabulary: Vocabulary, tmp_path: Path) -> None:
    assert records_in(workbook(rows), vocabulary, tmp_path) == []


def test_rows_that_are_examples_or_hints_are_none(vocabulary: Vocabulary, tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["No", "Nama Inovasi", "Tahapan", "Jenis"],
        ["", "(nama sesuai SK)", "(pilih salah satu)", "(pilih salah satu)"],
        ["", "Contoh: SI PATUH", "Penerapan", "Digital"],
        [1, "Satu", "Penerapan", "Digital"],
    ]
    assert [cells["nama_inovasi"] for cells in records_in(workbook(rows), vocabulary, tmp_path)] == [("B4", "Satu")]


def test_prepared_rows_that_hold_only_a_number_are_none(vocabulary: Vocabulary, tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["No", "Nama Inovasi", "Tahapan"],
        [1, "Satu", "Penerapan"],
        *([number, None, None] for number in range(2, 30)),
    ]
    assert len(records_in(workbook(rows), vocabulary, tmp_path)) == 1


# --- forms ------------------------------------------------------------------------------------------------------------

FORM = dict(LABEL_FORM)


def formulir(**options: Any) -> Formulir:
    own: dict[str, Any] = {"lembar": ("Satu", "Dua", "Tiga"), "label": {**FORM, "kode_unit": "Nama Kecamatan"}}
    return Formulir(GAMBUT, RECORDS, **{**own, **options})


FORMS: dict[str, Formulir] = {
    "right": formulir(),
    "right, no colon": formulir(titik_dua=""),
    "colon in a cell of its own": formulir(titik_dua="sel"),
    "below": formulir(posisi="bawah"),
    "below, no colon": formulir(posisi="bawah", titik_dua=""),
    "numbered": formulir(bernomor=True),
    "offset": formulir(baris_awal=5, kolom_awal=3),
    "narrow": formulir(lebar=1),
    "no title": formulir(judul=()),
    "signature": formulir(tanda_tangan=SIGNATURE),
    "marks before the options": formulir(tanda="sel"),
    "marks behind the options": formulir(tanda="sel_kanan"),
    "options in one row": formulir(tanda="mendatar", lebar=8),
    "marks in parentheses": formulir(tanda="kurung"),
    "all options in one cell": formulir(tanda="satu_sel"),
    "ticks before the options": formulir(tanda="sel", simbol="√", titik_dua="sel"),
    "ticks behind, below": formulir(tanda="sel_kanan", simbol="V", posisi="bawah"),
    "everything": formulir(
        tanda="kurung",
        bernomor=True,
        titik_dua="sel",
        baris_awal=2,
        kolom_awal=2,
        tanda_tangan=SIGNATURE,
        style=Style(tanggal=("panjang",), anggaran="rp_sen"),
    ),
}


@pytest.mark.parametrize("layout", FORMS.values(), ids=list(FORMS))
def test_forms(layout: Layout, vocabulary: Vocabulary, tmp_path: Path) -> None:
    check(layout.build(), vocabulary, tmp_path)


def test_a_mark_between_two_options_is_of_the_one_where_values_begin(vocabulary: Vocabulary, tmp_path: Path) -> None:
    """Values begin in the third column, where the first option stands: so the mark right of it is its own."""
    rows: list[list[Any]] = [
        ["Nama Inovasi", None, "Satu"],
        ["Jenis Inovasi", None, "Digital", "√", "Non Digital"],
        ["Tujuan", None, "Kepala desa mendatangi warga setiap minggu tanpa menunggu."],
        ["Manfaat", None, "Cepat"],
    ]
    (cells,) = records_in(workbook(rows), vocabulary, tmp_path)
    assert cells["jenis"][1] == "digital"


def test_names_in_the_cell_of_their_label(vocabulary: Vocabulary, tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["1. Judul Inovasi Daerah : SIAGA"],
        ["2. Tahapan : Penerapan"],
        ["3. Jenis : Digital"],
        ["4. Tujuan : Cepat"],
    ]
    (cells,) = records_in(workbook(rows), vocabulary, tmp_path)
    assert cells["nama_inovasi"] == ("A1", "SIAGA")


def test_sheets_with_the_same_sketch_keep_their_own_values(vocabulary: Vocabulary, tmp_path: Path) -> None:
    """Of the second sheet nothing is looked for anew: where its values stand is known from the first."""
    for name, choice, note in (("SIAGA", "Digital", "Cepat"), ("SIGAP", "Non Digital", "Kepala desa datang. " * 20)):
        rows: list[list[Any]] = [
            ["Judul Inovasi Daerah : " + name],
            ["Tahapan :", "( ) Uji Coba (X) Penerapan"],
            ["Jenis :", ": " + choice],
            ["Tujuan :", note],
        ]
        (cells,) = records_in(workbook(rows), vocabulary, tmp_path)
        assert cells["nama_inovasi"] == ("A1", name)
        assert cells["tahapan"][1] == "penerapan"
        assert cells["jenis"] == ("B3", choice)
        assert cells["tujuan"] == ("B4", note)


WORDS = (
    *(
        "",
        "",
        "No",
        "Nama Inovasi",
        "Nama Inovasi :",
        "Nama Inovasi : SIAGA",
        "Tahapan",
        "Tahapan :",
        "Penerapan",
        "Inisiatif",
    ),
    *(
        "Jenis",
        "Digital",
        "Urusan",
        "Tujuan :",
        "Hasil",
        "Kendala",
        "Progres",
        "Nomor",
        "Indikator",
        "Parameter",
        "Bukti",
    ),
    *(
        "Jabatan",
        "Penanda Tangan",
        "Unit Kerja : Dinas Kesehatan",
        ":",
        "X",
        "(diisi unit)",
        "NIP. 1",
        "Warga datang setiap pekan",
    ),
)


@given(rows=st.lists(st.lists(st.sampled_from(WORDS), min_size=5, max_size=5), min_size=1, max_size=4))
@settings(max_examples=300)
def test_where_a_sketch_says_that_there_is_no_table_none_is_found(
    rows: list[list[Any]], vocabulary: Vocabulary
) -> None:
    grid = Grid("Lembar", rows)
    if sketch_without_tables(grid, vocabulary) is not None:
        assert find_tables(grid, vocabulary) == ([], [])


def test_a_text_below_its_label_may_begin_like_a_signature(vocabulary: Vocabulary, tmp_path: Path) -> None:
    long = "Kepala desa dan kader mendatangi rumah warga setiap minggu."
    rows = [["NAMA INOVASI"], ["Satu"], ["TAHAPAN"], ["Penerapan"], ["JENIS"], ["Digital"], ["MANFAAT"], [long]]
    (cells,) = records_in(workbook(rows), vocabulary, tmp_path)
    assert cells["manfaat"] == ("A8", long)


FIELDS = {"nama_inovasi": "Nama Inovasi :", "tahapan": "Tahapan :", "jenis": "Jenis Inovasi :", "tujuan": "Tujuan :"}
ANSWERS = [
    {"nama_inovasi": "Satu", "tahapan": "Penerapan", "jenis": "Digital", "tujuan": "Tujuan pertama"},
    {"nama_inovasi": "Dua", "tahapan": "Uji Coba", "jenis": "Non Digital", "tujuan": "Tujuan kedua"},
    {"nama_inovasi": "Tiga", "tahapan": "Inisiatif", "jenis": "Digital", "tujuan": "Tujuan ketiga"},
]


def form_at(sheet: Any, row: int, column: int, answers: dict[str, str]) -> dict[str, tuple[str, str]]:
    """Writes a form and returns what must be found of it."""
    found: dict[str, tuple[str, str]] = {}
    for offset, (kolom, label) in enumerate(FIELDS.items()):
        sheet.cell(row + offset, column, label)
        cell = sheet.cell(row + offset, column + 1, answers[kolom])
        found[kolom] = (cell.coordinate, answers[kolom])
    return found


@pytest.mark.parametrize(
    "places",
    [[(1, 1), (7, 1), (13, 1)], [(3, 1), (3, 4), (3, 7)], [(2, 2), (2, 5), (9, 2)]],
    ids=["below one another", "side by side", "both"],
)
def test_several_forms_on_a_sheet(places: list[tuple[int, int]], vocabulary: Vocabulary, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    expected = [form_at(book.active, *place, answers) for place, answers in zip(places, ANSWERS, strict=True)]
    found = records_in(saved(book), vocabulary, tmp_path)
    assert sorted(found, key=lambda cells: cells["nama_inovasi"][1]) == sorted(
        expected, key=lambda cells: cells["nama_inovasi"][1]
    )


def test_a_matrix_of_an_innovation_a_column(vocabulary: Vocabulary, tmp_path: Path) -> None:
    rows: list[list[Any]] = [["FORMULIR INOVASI KECAMATAN GAMBUT"], []]
    rows += [[label, *(answers[kolom] for answers in ANSWERS)] for kolom, label in FIELDS.items()]
    found = records_in(workbook(rows), vocabulary, tmp_path)
    assert found == [
        {kolom: (f"{letter}{3 + at}", answers[kolom]) for at, kolom in enumerate(FIELDS)}
        for letter, answers in zip("BCD", ANSWERS, strict=True)
    ]


def test_an_empty_form_is_none(vocabulary: Vocabulary, tmp_path: Path) -> None:
    rows: list[list[Any]] = [[label] for label in FIELDS.values()]
    assert records_in(workbook(rows), vocabulary, tmp_path) == []


@pytest.mark.parametrize(
    "place",
    [
        "Martapura",
        pytest.param(
            "Kertak Hanyar",
        ),
    ],
)
def test_an_empty_last_field_does_not_take_the_signature(place: str, vocabulary: Vocabulary, tmp_path: Path) -> None:
    rows: list[list[Any]] = [[label, ANSWERS[0][kolom]] for kolom, label in FIELDS.items()]
    rows += [
        ["Anggaran :", ""],
        ["", ""],
        ["", f"{place}, 9 Januari 2024"],
        ["", "Camat,"],
        ["", "NIP. 19700101 199003 2 001"],
    ]
    (found,) = records_in(workbook(rows), vocabulary, tmp_path)
    assert "anggaran" not in found


def test_a_workbook_may_mix_a_list_and_forms(vocabulary: Vocabulary, tmp_path: Path) -> None:
    list_rows: list[list[Any]] = [["No", "Nama Inovasi", "Tahapan"], [1, "Empat", "Penerapan"]]
    form_rows = [[label, ANSWERS[0][kolom]] for kolom, label in FIELDS.items()]
    found = records_in(workbook(list_rows, form_rows), vocabulary, tmp_path)
    assert sorted(cells["nama_inovasi"] for cells in found) == [("B1", "Satu"), ("B2", "Empat")]


# --- properties -------------------------------------------------------------------------------------------------------

COLUMNS = ("tahapan", "jenis", "bentuk", "nama_inisiator", "urusan_utama", "tujuan", "anggaran")
CELLS: dict[str, list[str | float]] = {
    "tahapan": ["Penerapan", "Uji Coba", "Ujicoba", "inisiatif"],
    "jenis": ["Digital", "Non Digital", "nondigital"],
    "bentuk": ["Pelayanan Publik", "Tata Kelola", "Inovasi Daerah Lainnya"],
    "nama_inisiator": ["Siti Aminah", "Kelompok Tani Baiman", "Bidang Pelayanan"],
    "urusan_utama": ["Kesehatan", "Pendidikan", "Pertanian"],
    "tujuan": ["Mempercepat pelayanan", "Menurunkan stunting di desa"],
    "anggaran": [5_000_000.0, 12_500_000.0, "Rp 1.250.000"],
}


@st.composite
def tables(draw: st.DrawFn) -> tuple[Grid, list[dict[str, tuple[int, int, str]]]]:
    """A grid with a table somewhere, columns in any order and rows apart; and its records: row, column, text."""
    columns = ["no", "nama_inovasi", *draw(st.permutations(COLUMNS))[: draw(st.integers(2, len(COLUMNS)))]]
    columns = draw(st.permutations(columns)) if draw(st.booleans()) else columns
    top, left = draw(st.integers(0, 12)), draw(st.integers(0, 6))
    lead: list[Any] = [""] * left
    rows: list[list[Any]] = [[] for _ in range(top)]
    if top >= 2 and draw(st.booleans()):
        rows[0] = [*lead, "DAFTAR INOVASI KECAMATAN GAMBUT"]
    rows.append([*lead, *(TAJUK[kolom] for kolom in columns)])
    if draw(st.booleans()):
        rows.append([*lead, *(float(number) for number in range(1, len(columns) + 1))])
    expected = []
    for number in range(1, draw(st.integers(1, 8)) + 1):
        values: dict[str, Any] = {kolom: draw(st.sampled_from(CELLS[kolom])) for kolom in columns if kolom in CELLS}
        values |= {"no": float(number), "nama_inovasi": f"Inovasi Ke-{number} Gambut"}
        expected.append({kolom: (len(rows), left + at, encode(values[kolom])[0]) for at, kolom in enumerate(columns)})
        rows.append([*lead, *(values[kolom] for kolom in columns)])
        rows += [[] for _ in range(draw(st.sampled_from([0, 0, 0, 1, 2])))]
    if draw(st.booleans()):
        rows += [[], [*lead, "", "Martapura, 6 Februari 2024"], [*lead, "", "Camat Gambut"], [*lead, "", "NIP. 1970"]]
    return Grid("Sheet1", rows), expected


@given(case=tables())
def test_any_table_yields_its_rows_and_no_others(
    case: tuple[Grid, list[dict[str, tuple[int, int, str]]]], vocabulary: Vocabulary
) -> None:
    grid, expected = case
    (found,) = recognize([grid], vocabulary).tables
    own: list[dict[str, tuple[int, int, str]]] = [{} for _ in found.letak]
    for cell in cells_of(found):
        own[cell.rekaman][cell.kolom] = (cell.baris, cell.sel, cell.nilai)
    assert own == expected


SCRAPS = st.sampled_from(
    [
        *("", "", "", "No", "Nama Inovasi", "Nama Inovasi :", "Tahapan", "Tahapan :", "Penerapan", "Jenis", "Digital", "X", "( )"),
        *("Uji Coba", "Jumlah", "A.", "Camat Gambut", "NIP. 1", "Tujuan", "1", "(1)", "Contoh: A", "Indikator", "Parameter"),
        *("Nama Unit", "Kecamatan Gambut", "Nomor Indikator", ":", "teks biasa", 1.0, 2.0, True, date(2024, 2, 6)),
    ]
)  # fmt: skip


@st.composite
def rubbish(draw: st.DrawFn) -> Grid:
    """A grid of words that mean something, in places where they mean nothing, with merged ranges anywhere."""
    rows: list[list[Any]] = draw(st.lists(st.lists(SCRAPS, max_size=7), min_size=1, max_size=9))
    spot = st.tuples(st.integers(0, 8), st.integers(0, 6))
    corners = draw(st.lists(st.tuples(spot, spot), max_size=3))
    merges = [((min(a[0], b[0]), min(a[1], b[1])), (max(a[0], b[0]), max(a[1], b[1]))) for a, b in corners]
    return Grid("Sheet1", rows, merges)


@settings(max_examples=300)
@given(grid=rubbish())
def test_no_grid_brings_recognition_down(grid: Grid, vocabulary: Vocabulary) -> None:
    for found in recognize([grid], vocabulary).tables:
        assert {cell.rekaman for cell in cells_of(found)} <= set(range(len(found.letak)))
