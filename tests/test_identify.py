"""Which unit a row is of: the nearest word counts, kinds are never crossed, and doubt is not decided."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.identify import Units
from tasks.reference import Reference
from tests.builder.workbooks import CellValue
from tests.conftest import Consolidate, Result, workbook

PARTS = ("Nama Inovasi", "Tahapan", "Jenis")


@pytest.fixture(scope="session")
def units(reference: Reference) -> Units:
    return Units(reference)


# --- names ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kode"),
    [
        *(("Kecamatan Gambut", "63.03.03"), ("Kec. Gambut", "63.03.03"), ("KEC GAMBUT", "63.03.03"), ("Camat Gambut", "63.03.03")),
        *(("Kelurahan Gambut", "63.03.03.1001"), ("Kel. Gambut", "63.03.03.1001"), ("Lurah Gambut", "63.03.03.1001")),
        *(("Puskesmas Gambut", "pkm-gambut"), ("UPTD Puskesmas Gambut", "pkm-gambut"), ("PKM Gambut", "pkm-gambut")),
        *(("Kel. Gambut Barat", "63.03.03.1014"), ("Kec. Sei Tabuk", "63.03.04"), ("Kecamatan Sungai Tabuk", "63.03.04")),
        *(("PKM Mtp 1", "pkm-martapura-1"), ("UPTD Puskesmas Martapura I", "pkm-martapura-1"), ("PKM Mtp II", "pkm-martapura-2")),
        *(("Pusk. Simpang Empat 2", "pkm-simpang-empat-2"), ("PKM Alun-aluh", "pkm-aluh-aluh"), ("Kec Mtp Brt", "63.03.14")),
        *(("Puskesmas Sungai Tabuk III", "pkm-sungai-tabuk-3"), ("Puskesmas Sungai Tabuk tiga", "pkm-sungai-tabuk-3")),
        *(("Kel. Kertak Hanyar I", "63.03.02.1001"), ("Kel Kertak Hanyar 1", "63.03.02.1001"), ("Kec K. Hanyar", "63.03.02")),
        *(("Dinas Kesehatan", "opd-dinkes"), ("DINKES", "opd-dinkes"), ("Dinas Kesehatan Kabupaten Banjar", "opd-dinkes")),
        *(("Disdik", "opd-disdik"), ("RSUD Ratu Zalecha Martapura", "opd-rsud-raza"), ("Bappeda", "opd-bappedalitbang")),
        *(("Bagian Organisasi", "opd-bag-organisasi"), ("Setda", "opd-setda"), ("Pol PP", "opd-satpol-pp"), ("TP PKK", "tp-pkk")),
        *(("63.03.03", "63.03.03"), ("63.03.03.1001", "63.03.03.1001"), ("pkm-gambut", "pkm-gambut"), ("OPD-DINKES", "opd-dinkes")),
        *(("Gambut (Kecamatan)", "63.03.03"), ("kecgambut", "63.03.03"), ("PKM SungaiTabuk3", "pkm-sungai-tabuk-3")),
        *(("PKM Sp. IV - 1", "pkm-simpang-empat-1"), ("Kel. S. Lulut", "63.03.04.1001"), ("6303031001", "63.03.03.1001")),
        *(("banjarkab.bagorganisasi", "opd-bag-organisasi"), ("Bagian Umum Sekretariat Daerah", "opd-bagian-umum-setda")),
        *(("Dinas Kesehatan (Puskesmas Astambul)", "pkm-astambul"), ("Bagian Kesra", "opd-bagian-kesejahteraan-rakyat-setda")),
        *(("Kode 63.03.05.1004", "63.03.05.1004"), ("Kecamatan Gambut (Bidang Pemerintahan)", "63.03.03")),
    ],
)  # fmt: skip
def test_names_that_are_sure(units: Units, text: str, kode: str) -> None:
    answer = units.whole(text)
    assert (answer.kode, answer.temuan) == (kode, None)


@pytest.mark.parametrize(
    ("text", "kode"),
    [
        *(("Kecamatan Gmbut", "63.03.03"), ("Kecamatan Karang Intn", "63.03.06"), ("Puskesmas Astambull", "pkm-astambul")),
        *(("Dinas Kesehatn", "opd-dinkes"), ("Dinas Pendidkan", "opd-disdik"), ("Puskesmas Mataramn", "pkm-mataraman")),
        *(("UPT Puskesmas Martapra 2", "pkm-martapura-2"), ("Puskemas Sungai Pinang", "pkm-sungai-pinang")),
        *(("Kec. Martapura Timru", "63.03.15"), ("Bagian Oranisasi Setda", "opd-bag-organisasi")),
        ("Kel. Gambut Barta", "63.03.03.1014"),
        *(("Dinas Lingkungan Hidup", "opd-dprkplh"), ("Desa Aranio Kec. Aranio", "masyarakat")),
    ],
)  # fmt: skip
def test_typing_errors_are_mended_and_told(units: Units, text: str, kode: str) -> None:
    answer = units.whole(text)
    assert (answer.kode, answer.temuan) == (kode, "unit_ditebak")
    assert units.names[kode] in answer.rincian


@pytest.mark.parametrize(
    "text",
    [
        *("Kecamatan Banjarbaru Selatan", "Puskesmas Banjarmasin Timur", "Dinas Kesehatan Kota Banjarmasin", "Kabupaten Tapin"),
        *("Puskesmas Banjarbaru", "Kota Banjar", "DINAS KESEHATAN BARITO KUALA", "Dinas Kesehatan Kota Bajarmasin"),
    ],
)  # fmt: skip
def test_neighbours_are_refused(units: Units, text: str) -> None:
    for answer in (units.whole(text), units.inside(text)):
        assert (answer.kode, answer.temuan) == (None, "unit_tetangga")


@pytest.mark.parametrize(
    "text", ["Dinas Kesehatan Kab. Sleman", "Dinkes Provinsi Kalimantan Selatan", "Dinas Sosial Kota Malang"]
)
def test_a_cell_that_names_any_other_region_is_refused(units: Units, text: str) -> None:
    assert units.whole(text).temuan == "unit_tetangga"


@pytest.mark.parametrize(
    "text", ["Kota Martapura", "Kecamatan Gambut Kab. Banjar Prov. Kalimantan Selatan", "Dinkes Banjar"]
)
def test_our_own_region_is_none_of_them(units: Units, text: str) -> None:
    assert units.whole(text).temuan != "unit_tetangga"


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("Puskesmas Sungai Tabuk", "Sungai Tabuk 2"),
        ("PKM Martapura 3", "Martapura 1"),
        ("Kelurahan Kertak Hanyar", "Kertak Hanyar I"),
    ],
)
def test_the_nearest_are_named(units: Units, text: str, near: str) -> None:
    answer = units.whole(text)
    assert answer.temuan == "unit_tidak_dikenal"
    assert f"{near} atau" in answer.rincian or f"{near}?" in answer.rincian


@pytest.mark.parametrize(
    ("text", "kode"),
    [
        *(("DAFTAR INOVASI Puskemas Martapura 2 TAHUN 2023", "pkm-martapura-2"), ("InovasiKecGambut2023", "63.03.03")),
        *(("REKAP INOVASI BKD (2)", "opd-bkpsdm"), ("07 Keraton", "63.03.05.1001"), ("Puskesmas Entah Dinas Kesehatan", None)),
        *(("Bagian Entah Setda", None), ("Puskesmas Sungai Tabuk 4 Kec. Sungai Tabuk", None)),
    ],
)  # fmt: skip
def test_names_inside_titles_and_file_names(units: Units, text: str, kode: str | None) -> None:
    assert units.inside(text).kode == kode


@pytest.mark.parametrize(
    "text",
    [
        *("Kementerian Dalam Negeri", "PT Maju Jaya", "Dinas Sihir", "63.03.99", "Puskesmas Atlantis", "abc", "Puskesmas"),
        *("Puskesmas Martapura 9", "Kecamatan Aluh", "Puskesmas Sungai Ulin", "Kelurahan Sungai Tiung", "Bagian Entah Setda"),
        *("Puskesmas Entah, Dinas Kesehatan Kabupaten Banjar", "Dinas Kehutanan"),
    ],
)  # fmt: skip
def test_strangers_are_unknown(units: Units, text: str) -> None:
    answer = units.whole(text)
    assert answer.kode is None
    assert answer.temuan in {"unit_tidak_dikenal", "unit_meragukan"}


@pytest.mark.parametrize("text", ["Gambut", "GAMBUT", "Kertak Hanyar", "Sungai Pinang", "Mataraman", "Martapura Timur"])
def test_a_bare_name_of_several_kinds_is_doubtful(units: Units, text: str) -> None:
    answer = units.whole(text)
    assert (answer.kode, answer.temuan) == (None, "unit_meragukan")
    assert len(answer.candidates) >= 2
    assert all(units.names[kode] in answer.rincian for kode in answer.candidates)


@pytest.mark.parametrize(
    ("kind", "kode"), [("kecamatan", "63.03.03"), ("kelurahan", "63.03.03.1001"), ("puskesmas", "pkm-gambut")]
)
def test_what_a_header_speaks_of_decides_a_bare_name(units: Units, kind: str, kode: str) -> None:
    assert units.whole("Gambut", kind).kode == kode


def test_a_bare_name_is_never_of_a_kind_it_does_not_have(units: Units) -> None:
    assert units.whole("Sekumpul").kode == "63.03.05.1059"


CROSSED = "a name without its kind is found inside: the place's unit of another kind is taken, and nothing is said"


@pytest.mark.parametrize("text", ["Kelurahan Aluh-Aluh", "Puskesmas Sungai Tabuk 4", "Puskesmas Sungai Tabuk"])
def test_a_kind_that_is_written_is_never_another(units: Units, text: str) -> None:
    assert units.whole(text).kode is None


def test_a_kind_that_a_header_speaks_of_is_never_another(units: Units) -> None:
    assert units.whole("Sekumpul", "puskesmas").kode is None


@given(data=st.data())
def test_every_alias_of_the_register_is_its_unit_or_doubtful(
    units: Units, reference: Reference, data: st.DataObject
) -> None:
    row = data.draw(st.sampled_from(reference.unit.to_dicts()))
    names = [row["nama"], *(row["alias"] or "").split("|"), row["singkatan"]]
    text = data.draw(st.sampled_from([name for name in names if name]))
    written = data.draw(st.sampled_from([text, text.upper(), text.lower(), text.title()]))
    answer = units.whole(f" {written}. ")
    if answer.kode is None:
        assert row["kode"] in answer.candidates, text
    else:
        assert answer.kode == row["kode"], text


@given(data=st.data())
def test_a_kind_that_is_written_is_never_crossed(units: Units, data: st.DataObject) -> None:
    """Whatever a typing error makes of a name: a unit that is found is of the kind that was written."""
    kinds = {"kecamatan": "Kecamatan", "kelurahan": "Kelurahan", "puskesmas": "UPT Puskesmas"}
    kode = data.draw(st.sampled_from(sorted(kode for kode, kind in units.kinds.items() if kind in kinds)))
    kind = data.draw(st.sampled_from(sorted(kinds)))
    bare = units.normalize(units.names[kode]).split(" ", 1)[1]
    at = data.draw(st.integers(0, len(bare) - 1))
    mistyped = data.draw(st.sampled_from([bare, bare[:at] + bare[at + 1 :], bare[:at] + bare[at] + bare[at:]]))
    answer = units.whole(f"{kinds[kind]} {mistyped}")
    assert answer.kode is None or units.kinds[answer.kode] == kind


@given(st.text(max_size=60))
def test_no_text_brings_the_search_down(units: Units, text: str) -> None:
    for answer in (units.whole(text), units.inside(text)):
        assert answer.kode is None or answer.kode in units.names


@pytest.mark.parametrize("text", ["-", "?", "…", ""])
def test_no_text_brings_the_search_for_a_kind_down(units: Units, text: str) -> None:
    assert units.whole(text, "puskesmas").kode is None


# --- where the name stands --------------------------------------------------------------------------------------------


def sheet(
    *above: list[CellValue], unit: str | None = None, header: str = "Unit", below: str | None = None
) -> list[list[CellValue]]:
    """A list of one innovation, with rows above, perhaps a column of units, perhaps a line below."""
    extra = () if unit is None else (header,)
    rows: list[list[CellValue]] = [
        *above,
        ["No", *PARTS, *extra],
        [1, "Satu", "Penerapan", "Digital", *filter(None, [unit])],
    ]
    return [*rows, [], ["", "", below], ["", "", "NIP. 1970"]] if below else rows


TITLE: list[CellValue] = ["REKAP INOVASI PUSKESMAS ASTAMBUL"]
LABEL: list[CellValue] = ["Nama Unit :", "Kecamatan Aranio"]

# What a file holds, its sheet, its path; the unit it must be of.
PLACES: dict[str, tuple[list[list[CellValue]], str, str, str]] = {
    "a cell": (sheet(LABEL, TITLE, unit="Dinas Perhubungan"), "Disdik", "dinkes/Kec. Gambut 1.xlsx", "opd-dishub"),
    "a label": (sheet(LABEL, TITLE), "Disdik", "dinkes/Kec. Gambut 2.xlsx", "63.03.11"),
    "a title": (sheet(TITLE), "Disdik", "dinkes/Kec. Gambut 3.xlsx", "pkm-astambul"),
    "a sheet": (sheet(["DAFTAR INOVASI"]), "Disdik", "dinkes/Kec. Gambut 4.xlsx", "opd-disdik"),
    "a file": (sheet(["DAFTAR INOVASI"]), "Sheet1", "dinkes/Kec. Gambut 5.xlsx", "63.03.03"),
    "a folder": (sheet(["DAFTAR INOVASI"]), "Sheet1", "dinkes/rekap 6.xlsx", "opd-dinkes"),
    "a folder further up": (sheet(["DAFTAR INOVASI"]), "Sheet1", "Dinas Perhubungan/2023/rekap.xlsx", "opd-dishub"),
    "a signature": (sheet(["DAFTAR INOVASI"], below="Camat Paramasan"), "Sheet1", "lain/rekap 7.xlsx", "63.03.17"),
    "a header speaks of the kind": (sheet(unit="Gambut", header="Nama Puskesmas"), "Sheet1", "lain/8.xlsx", "pkm-gambut"),
    "a header speaks of another kind": (sheet(unit="Gambut", header="Kecamatan"), "Sheet1", "lain/9.xlsx", "63.03.03"),
    "a title speaks of the kind": (
        sheet(["REKAP INOVASI KELURAHAN SE-KABUPATEN BANJAR"], unit="Gambut"), "Sheet1", "lain/10.xlsx", "63.03.03.1001",
    ),
    "a cell with a kind of its own": (sheet(unit="PKM Gambut", header="Kecamatan"), "Sheet1", "lain/11.xlsx", "pkm-gambut"),
    "a superior named beside": (
        sheet(["DINAS KESEHATAN KABUPATEN BANJAR"], ["UPT PUSKESMAS PENGARON"]), "Sheet1", "lain/12.xlsx", "pkm-pengaron",
    ),
    "a label without a colon": (sheet(["Unit", "Kecamatan Aranio"]), "Sheet1", "lain/13.xlsx", "63.03.11"),
    "a label with its value": (sheet(["SKPD: Dinas Pertanian"]), "Sheet1", "lain/14.xlsx", "opd-distan"),
    "a title with a slip": (sheet(["REKAP INOVASI PUSKEMAS PARAMASAN"]), "Sheet1", "lain/16.xlsx", "pkm-paramasan"),
    "a code": (sheet(["Kode Unit", "63.03.03.1014"]), "Sheet1", "lain/15.xlsx", "63.03.03.1014"),
}  # fmt: skip
REFUSED: dict[str, tuple[list[list[CellValue]], str, str]] = {
    "doubtful": (sheet(unit="Gambut"), "lain/20.xlsx", "unit_meragukan"),
    "stranger": (sheet(unit="PT Maju Jaya"), "lain/21.xlsx", "unit_tidak_dikenal"),
    "neighbour": (sheet(unit="Puskesmas Banjarbaru Utara"), "lain/22.xlsx", "unit_tetangga"),
    "neighbour in a title": (sheet(["REKAP INOVASI PUSKESMAS BANJARBARU"]), "dinkes/23.xlsx", "unit_tetangga"),
    "a place of another kind": (
        sheet(["REKAP INOVASI PUSKESMAS"], unit="Martapura"),
        "lain/26.xlsx",
        "unit_tidak_dikenal",
    ),
    "nowhere": (sheet(["DAFTAR INOVASI"]), "lain/24.xlsx", "unit_tidak_disebut"),
    "a stranger under a known title": (sheet(TITLE, unit="PT Maju Jaya"), "lain/25.xlsx", "unit_tidak_dikenal"),
}


@pytest.fixture(scope="module")
def told(consolidate: Consolidate) -> Result:
    down: list[list[CellValue]] = [
        ["No", *PARTS, "Unit"], [1, "Satu", "Penerapan", "Digital", "PKM Gambut"], [2, "Dua", "Penerapan", "Digital", None],
        [3, "Tiga", "Penerapan", "Digital", "PKM Astambul"], [4, "Empat", "Penerapan", "Digital", None],
    ]  # fmt: skip
    files = {path: workbook(rows, names=[name]) for rows, name, path, _ in PLACES.values()}
    files |= {path: workbook(rows, names=["Sheet1"]) for rows, path, _ in REFUSED.values()}
    return consolidate(
        {**files, "lain/ke bawah.xlsx": workbook(down), "lain/ketik.xlsx": workbook(sheet(unit="Dinas Kesehatn"))}
    )


@pytest.mark.parametrize(("path", "kode"), [(path, kode) for _, _, path, kode in PLACES.values()], ids=list(PLACES))
def test_the_nearest_name_counts(told: Result, path: str, kode: str) -> None:
    assert told.file(path)["kode_unit"] == kode
    assert told.file(path)["status"] != "ditolak"
    assert {row["kode"] for row in told.findings(path, kolom="kode_unit")} <= {"unit_ditebak"}


@pytest.mark.parametrize(("path", "code"), [(path, code) for _, path, code in REFUSED.values()], ids=list(REFUSED))
def test_what_is_not_sure_is_refused(told: Result, path: str, code: str) -> None:
    assert code in told.codes(path, "kesalahan")
    assert told.file(path)["status"] == "ditolak"
    assert told.file(path)["kode_unit"] is None
    assert told.innovations(path) == []


def test_a_refused_unit_is_cited_at_its_cell(told: Result) -> None:
    for name, (_, path, code) in REFUSED.items():
        (found,) = told.findings(path, code)
        cell = {"doubtful": "E2", "stranger": "E2", "neighbour": "E2", "a stranger under a known title": "E3"}.get(name)
        if cell:
            assert (found["sel"], found["lembar"]) == (cell, "Sheet1"), name
            assert str(found["nilai"]) in str(found["pesan"]), name


def test_a_mistyped_unit_is_told_at_its_cell(told: Result) -> None:
    (found,) = told.findings("lain/ketik.xlsx", "unit_ditebak")
    assert (found["tingkat"], found["sel"], found["kode_unit"]) == ("catatan", "E2", "opd-dinkes")


def test_a_unit_written_once_holds_for_the_rows_below(told: Result) -> None:
    found = {row["nama_inovasi"]: row["kode_unit"] for row in told.innovations("lain/ke bawah.xlsx")}
    assert found == {"Satu": "pkm-gambut", "Dua": "pkm-gambut", "Tiga": "pkm-astambul", "Empat": "pkm-astambul"}
    noted = told.findings("lain/ke bawah.xlsx", "unit_diisi_ke_bawah")
    assert [row["kode_unit"] for row in noted] == ["pkm-gambut", "pkm-astambul"]
