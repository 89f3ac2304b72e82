"""Findings: every code is in the catalogue, every sentence is whole, every cell is named; and how severe each is."""

import re
from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter

from tasks import findings
from tasks.export import export
from tasks.findings import publishable, raw
from tasks.reference import Reference
from tests.builder.workbooks import Value, Written
from tests.conftest import ROOT, TAHUN, TAJUK, Consolidate, Result, record, table

COLUMN = {kolom: get_column_letter(at) for at, kolom in enumerate(TAJUK, start=1)}
FIRST = 5  # the row of the first record: two lines of title, a blank row, the header


def cell(kolom: str, number: int = 0) -> str:
    """Where a value of a record of ``table`` stands."""
    return f"{COLUMN[kolom]}{FIRST + number}"


# --- the catalogue ----------------------------------------------------------------------------------------------------


def test_every_code_of_the_catalogue_is_reported_by_something(reference: Reference) -> None:
    catalogue = set(reference.temuan["kode"])
    source = "\n".join(
        path.read_text("utf-8") for folder in ("tasks", "schemas", "flows") for path in (ROOT / folder).rglob("*.py")
    )
    words = set(re.findall(r"[\"']([a-z]+(?:_[a-z0-9]+)+)[\"']", source))
    unused = {kode for kode in catalogue if kode not in words}
    assert unused == set(), "codes of the catalogue that nothing reports"


@pytest.mark.parametrize(
    "pattern",
    [
        *(r"Note\(\s*\"([a-z_]+)\"", r"UnreadableError\(\s*\"([a-z_]+)\"", r"_found\(\s*\"([a-z_]+)\""),
        *(
            r"pl\.lit\(\"([a-z]+_[a-z_]+)\"\)\.alias\(\"kode\"\)",
            r"yield \"([a-z]+_[a-z_]+)\", ",
            r"\"kode\": \"([a-z_]+)\"",
        ),
    ],
)
def test_no_code_is_reported_that_the_catalogue_does_not_have(reference: Reference, pattern: str) -> None:
    source = "\n".join(
        path.read_text("utf-8") for folder in ("tasks", "schemas") for path in (ROOT / folder).rglob("*.py")
    )
    used = set(re.findall(pattern, source))
    assert used
    assert used <= set(reference.temuan["kode"])


def test_a_code_that_is_not_in_the_catalogue_is_our_own_fault(reference: Reference) -> None:
    with pytest.raises(ValueError, match="tidak_ada_di_katalog"):
        publishable(raw([{"kode": "tidak_ada_di_katalog", "berkas": "a.xlsx"}]), reference)


def test_every_sentence_of_the_catalogue_can_be_filled_in(reference: Reference) -> None:
    rows = [
        {
            "kode": kode,
            "berkas": "a.xlsx",
            "baris": 4,
            "sel": 2,
            "kolom": "tahapan",
            "nilai": "NILAI",
            "rincian": "RINCIAN",
        }
        for kode in reference.temuan["kode"]
    ]
    found = publishable(raw(rows), reference)
    assert found.height == len(rows)
    label = reference.label["tahapan"]
    for row, template in zip(
        found.sort("kode").iter_rows(named=True), reference.temuan.sort("kode").iter_rows(named=True), strict=True
    ):
        said = f"{template['pesan']} {template['cara_memperbaiki']}"
        expected = said.replace("{nilai}", "NILAI").replace("{rincian}", "RINCIAN").replace("{label}", label)
        assert row["pesan"] == expected, row["kode"]
        assert "{" not in expected
        assert (row["sel"], row["tingkat"], row["siapa"]) == ("C5", template["tingkat"], template["siapa"])


@pytest.mark.parametrize("nilai", ["{rincian}", "{nilai} {label}", "{", "}", "{}", "100 %", "\\1 $0", "{0!r}"])
def test_what_a_sender_writes_is_never_filled_in_itself(reference: Reference, nilai: str) -> None:
    rows = raw(
        [{"kode": "nilai_tidak_dipahami", "berkas": "a", "kolom": "tahapan", "nilai": nilai, "rincian": " RINCIAN"}]
    )
    assert f"“{nilai}” tidak dapat dipahami. RINCIAN" in publishable(rows, reference)["pesan"][0]


def test_a_long_value_is_shortened_in_its_sentence_only(reference: Reference) -> None:
    rows = raw([{"kode": "nilai_tidak_dipahami", "berkas": "a", "kolom": "tahapan", "nilai": "kata \n" * 500}])
    found = publishable(rows, reference).row(0, named=True)
    assert found["nilai"] == "kata \n" * 500
    assert len(found["pesan"]) < 300
    assert "kata kata" in found["pesan"]
    assert "…" in found["pesan"]


@given(row=st.integers(0, 1_048_575), column=st.integers(0, 16_383))
def test_addresses_are_excels(row: int, column: int) -> None:
    frame = pl.DataFrame({"baris": [row], "sel": [column]})
    assert (
        frame.select(findings.a1(pl.col("baris"), pl.col("sel"))).item() == f"{get_column_letter(column + 1)}{row + 1}"
    )


def test_no_address_where_there_is_no_cell() -> None:
    frame = pl.DataFrame({"baris": [3, None], "sel": [None, 3]}, schema={"baris": pl.Int32, "sel": pl.Int32})
    assert frame.select(findings.a1(pl.col("baris"), pl.col("sel"))).to_series().to_list() == [None, None]


# --- severity ---------------------------------------------------------------------------------------------------------

# What stands in one cell of an otherwise faultless row: column, cell, code, severity, and whether the row comes in.
CELLS: dict[str, tuple[str, Value | Written, str, str, bool]] = {
    "mandatory, empty": ("hasil", None, "nilai_kosong", "peringatan", True),
    "mandatory, a word for nothing": ("jenis", Written(None, "nihil"), "nilai_kosong", "peringatan", True),
    "mandatory choice, unintelligible": (
        "tahapan",
        Written(None, "entahlah"),
        "nilai_tidak_dipahami",
        "kesalahan",
        False,
    ),
    "mandatory date, unintelligible": (
        "waktu_penerapan",
        Written(None, "segera"),
        "nilai_tidak_dipahami",
        "kesalahan",
        False,
    ),
    "mandatory date, impossible": (
        "waktu_penerapan",
        Written(None, "31/02/2023"),
        "tanggal_mustahil",
        "kesalahan",
        False,
    ),
    "mandatory list, unintelligible": (
        "urusan_beririsan",
        Written(None, "sulap"),
        "nilai_tidak_dipahami",
        "kesalahan",
        False,
    ),
    "optional money, unintelligible": ("anggaran", Written(None, "gratis"), "nilai_dilewati", "peringatan", True),
    "optional money, negative": ("anggaran", Written(None, -5), "nilai_dilewati", "peringatan", True),
    "optional date, impossible": (
        "waktu_pengembangan",
        Written(None, "31 Juni 2023"),
        "nilai_dilewati",
        "peringatan",
        True,
    ),
    "name, empty": ("nama_inovasi", Written(None, None), "nama_kosong", "kesalahan", False),
    "name, a word for nothing": ("nama_inovasi", Written(None, "-"), "nama_kosong", "kesalahan", False),
    "choice, mistyped": ("tahapan", Written("penerapan", "Peneraapan"), "pilihan_diartikan", "catatan", True),
    "date as text": (
        "waktu_penerapan",
        Written(date(2023, 2, 6), "6 Februari 2023"),
        "tanggal_dari_teks",
        "catatan",
        True,
    ),
    "date, month only": (
        "waktu_penerapan",
        Written(date(2023, 2, 1), "Feb 2023"),
        "tanggal_tidak_lengkap",
        "catatan",
        True,
    ),
    "date, wrong weekday": (
        "waktu_penerapan",
        Written(None, "Jumat, 6 Februari 2023"),
        "tanggal_hari_salah",
        "catatan",
        True,
    ),
    "money as text": ("anggaran", Written(1_500_000, "1,5 juta"), "angka_dari_teks", "catatan", True),
    "part of a list": ("urusan_beririsan", Written(None, "Sosial; Sulap"), "sebagian_dilewati", "peringatan", True),
    "text too short": ("rancang_bangun", "hanya beberapa kata saja", "teks_terlalu_pendek", "peringatan", True),
    "trial after application": ("waktu_uji_coba", date(2023, 3, 1), "uji_coba_sesudah_penerapan", "peringatan", True),
}


@pytest.fixture(scope="module")
def severe(consolidate: Consolidate) -> Result:
    files = {
        f"{name}.xlsx": table(record("Baik"), record("Lain", **{kolom: value}))
        for name, (kolom, value, *_) in CELLS.items()
    }
    outside = {"waktu_uji_coba": date(2019, 1, 1), "waktu_penerapan": date(2020, 1, 1), "waktu_pengembangan": None}
    files["outside.xlsx"] = table(record("Lain", **outside))
    files["developed.xlsx"] = table(record("Lain", **{**outside, "waktu_pengembangan": date(2022, 1, 1)}))
    files["without columns.xlsx"] = table(
        record("A"), record("B"), record("C"), without=("hasil", "tujuan", "anggaran")
    )
    files["stage.xlsx"] = table(
        record("Lain", tahapan="inisiatif", waktu_uji_coba=None, waktu_penerapan=None, waktu_pengembangan=None)
    )
    return consolidate({f"{number:02}/{name}": data for number, (name, data) in enumerate(files.items())})


def path_of(severe: Result, name: str) -> str:
    """The path of a file by its name."""
    return str(next(path for path in severe.berkas["berkas"] if path.partition("/")[2] == f"{name}.xlsx"))


@pytest.mark.parametrize("name", CELLS)
def test_severity_of_what_stands_in_a_cell(severe: Result, name: str) -> None:
    kolom, value, code, level, accepted = CELLS[name]
    path = path_of(severe, name)
    (found,) = severe.findings(path, code)
    assert (found["tingkat"], found["kolom"], found["sel"], found["lembar"]) == (level, kolom, cell(kolom, 1), "Sheet1")
    if isinstance(value, Written) and isinstance(value.sel, str):
        assert found["nilai"] == value.sel
    row = severe.file(path)
    assert (row["baris_dibaca"], row["baris_diterima"]) == (2, 1 + accepted)
    assert row["status"] in ({"diterima", "digantikan"} if accepted else {"sebagian", "digantikan"})
    others = [item for item in severe.findings(path) if item["kode"] not in (code, "inovasi_disebut_dua_kali")]
    assert others == []


def test_a_date_outside_the_window_is_a_warning(severe: Result) -> None:
    (found,) = severe.findings(path_of(severe, "outside"), "di_luar_jendela")
    assert (found["tingkat"], found["sel"], found["kolom"]) == (
        "peringatan",
        cell("waktu_penerapan"),
        "waktu_penerapan",
    )
    assert "1 Januari 2022 sampai 31 Desember 2023" in str(found["pesan"])


def test_what_was_developed_inside_the_window_is_inside(severe: Result) -> None:
    assert severe.findings(path_of(severe, "developed"), "di_luar_jendela") == []


def test_a_column_that_is_not_there_is_one_warning_for_the_list(severe: Result) -> None:
    path = path_of(severe, "without columns")
    found = severe.findings(path, "kolom_wajib_tidak_ada")
    assert [
        (row["kolom"], row["sel"], row["lembar"], row["tingkat"])
        for row in sorted(found, key=lambda row: str(row["kolom"]))
    ] == [
        ("hasil", None, "Sheet1", "peringatan"),
        ("tujuan", None, "Sheet1", "peringatan"),
    ]
    assert severe.findings(path, "nilai_kosong") == []
    assert severe.file(path)["baris_diterima"] == 3


def test_a_mandatory_date_that_is_empty_keeps_nothing_out(severe: Result) -> None:
    path = path_of(severe, "stage")
    assert severe.codes(path, "kesalahan") == []
    assert severe.file(path)["baris_diterima"] == 1


def test_a_cell_that_was_not_understood_is_not_called_empty_too(severe: Result) -> None:
    path = path_of(severe, "mandatory choice, unintelligible")
    assert severe.findings(path, "nilai_kosong") == []


def test_findings_know_their_unit(severe: Result) -> None:
    assert set(severe.temuan["kode_unit"]) == {"63.03.03"}


def test_the_catalogue_counts_every_kind_zero_included(severe: Result, reference: Reference) -> None:
    counted = dict(severe.katalog.select("kode", "jumlah").iter_rows())
    assert set(counted) == set(reference.temuan["kode"])
    assert counted["berkas_bersandi"] == 0
    assert sum(counted.values()) == severe.temuan.height


# --- one cell never ends the night ------------------------------------------------------------------------------------

ONE_CELL = [
    pytest.param({"anggaran": Written(None, "Rp 99.999.999.999.999.999.999")}, TAHUN, id="money beyond 64 bits"),
    pytest.param({"nama_inovasi": Written(None, "\u200b")}, TAHUN, id="a name nobody can see"),
    pytest.param({"kematangan": 250}, TAHUN, id="a maturity beyond 111"),
    pytest.param({"lintang": -3_416_700, "bujur": 114.8}, 2026, id="a latitude without its decimal mark"),
    pytest.param({"unit": "-"}, TAHUN, id="a dash for a puskesmas"),
    pytest.param({"tujuan": "a_x0001_b"}, TAHUN, id="a control character"),
]


@pytest.mark.parametrize(("changes", "tahun"), ONE_CELL)
def test_one_cell_never_ends_the_night(
    consolidate: Consolidate, reference: Reference, changes: dict[str, Value | Written], tahun: int
) -> None:
    more = {"kematangan": "Skor Kematangan", "lintang": "Lintang", "bujur": "Bujur", "unit": "Puskesmas"}
    tajuk = TAJUK | {kolom: title for kolom, title in more.items() if kolom in changes}
    odd = table(record("Aneh", **changes), tajuk=tajuk)
    found = consolidate({"aneh.xlsx": odd, "baik.xlsx": table(record("Baik"))}, tahun=tahun)
    export(found.data, reference)
    assert "Baik" in found.inovasi["nama_inovasi"].to_list()
    assert found.file("aneh.xlsx")["baris_dibaca"] == 1
