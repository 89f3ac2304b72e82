"""Several submissions of one innovation, where each value came from, and maturity reckoned by hand."""

import io
from datetime import UTC, date, datetime, timedelta

import openpyxl
import polars as pl
import pytest

from tasks import groups, parts, validate
from tasks.reference import Reference
from tests.builder.workbooks import Bukti, CellValue, Record, Templat, Written
from tests.conftest import GAMBUT, MODIFIED, ROOT, Consolidate, Result, record, saved, table, workbook

LATER, LAST = MODIFIED + timedelta(days=10), MODIFIED + timedelta(days=20)


# --- later submissions ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def again(consolidate: Consolidate) -> Result:
    """Three submissions about the innovations of a unit; names sort against the order of time."""
    first = [record("GEBRAKS", anggaran=1_000_000, hasil="Hasil lama"), record("Tetap Sama"), record("Hilang Kemudian")]
    second = [record("Gebraks", anggaran=2_000_000, hasil=None), record("Tetap Sama")]
    third = [record("GEBRAKS", anggaran=2_000_000, hasil=None, tahapan="uji_coba"), record("Tetap Sama")]
    other = Written("pkm-gambut", "UPT PUSKESMAS GAMBUT")
    original = table(record("Tersalin"), unit=other)
    return consolidate(
        {
            "c pertama.xlsx": table(*first),
            "b kedua.xlsx": table(*second),
            "a ketiga.xlsx": table(*third),
            "asli.xlsx": original,
            "rekap fix (2) FINAL.xlsx": original,
            "simpan ulang.xlsx": resaved(original),
            "puskesmas lain.xlsx": table(record("Tersalin"), unit=Written("pkm-astambul", "UPT PUSKESMAS ASTAMBUL")),
        },
        times={"b kedua.xlsx": LATER, "a ketiga.xlsx": LAST, "simpan ulang.xlsx": LATER},
    )


def resaved(data: bytes) -> bytes:
    """The same cells in other bytes."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    book.properties.modified = datetime(2024, 2, 9, tzinfo=UTC).replace(tzinfo=None)
    book.properties.creator = "orang lain"
    return saved(book)


def one(result: Result, nama: str) -> dict[str, object]:
    """The only innovation of a name, whatever its case."""
    (found,) = (row for row in result.innovations() if str(row["nama_inovasi"]).casefold() == nama.casefold())
    return found


def test_the_latest_filled_value_of_each_column_counts(again: Result) -> None:
    found = one(again, "gebraks")
    assert (found["anggaran"], found["tahapan"], found["nama_inovasi"]) == (2_000_000, "uji_coba", "GEBRAKS")
    assert found["hasil"] == "Hasil lama"


def test_versions_count_the_submissions_that_changed_something(again: Result) -> None:
    assert one(again, "gebraks")["versi"] == 3
    assert one(again, "tetap sama")["versi"] == 1
    assert one(again, "hilang kemudian")["versi"] == 1


def test_what_a_later_submission_leaves_out_stays(again: Result) -> None:
    assert one(again, "hilang kemudian")["kode_unit"] == "63.03.03"


def test_states_of_files_that_were_sent_again(again: Result) -> None:
    states = {str(row["berkas"]): row["status"] for row in again.berkas.iter_rows(named=True)}
    assert states["c pertama.xlsx"] == "diterima"  # one of its rows is still the latest word
    assert states["b kedua.xlsx"] == "digantikan"
    assert states["a ketiga.xlsx"] == "diterima"
    assert "a ketiga.xlsx" in str(again.file("b kedua.xlsx")["alasan"])


@pytest.mark.parametrize("copy", ["rekap fix (2) FINAL.xlsx", "simpan ulang.xlsx"])
def test_copies_are_duplicates_of_the_first(again: Result, copy: str) -> None:
    row = again.file(copy)
    assert row["status"] == "duplikat"
    assert "asli.xlsx" in str(row["alasan"])
    assert again.file("asli.xlsx")["status"] == "diterima"
    assert [row["versi"] for row in again.innovations() if row["nama_inovasi"] == "Tersalin"] == [1, 1]


def test_the_same_content_of_another_unit_is_no_copy(again: Result) -> None:
    assert again.file("puskesmas lain.xlsx")["status"] == "diterima"
    units = [row["kode_unit"] for row in again.innovations() if row["nama_inovasi"] == "Tersalin"]
    assert sorted(map(str, units)) == ["pkm-astambul", "pkm-gambut"]


def test_every_superseded_row_is_told(again: Result) -> None:
    told = {(row["berkas"], row["sel"], row["tingkat"]) for row in again.findings(None, "inovasi_disebut_dua_kali")}
    assert told == {
        ("c pertama.xlsx", "B5", "catatan"), ("c pertama.xlsx", "B6", "catatan"), ("b kedua.xlsx", "B5", "catatan"),
        ("b kedua.xlsx", "B6", "catatan"),
    }  # fmt: skip


def test_the_origin_of_a_value_is_the_submission_that_gave_it(again: Result) -> None:
    mine = again.asal.filter(pl.col("id_inovasi") == one(again, "gebraks")["id_inovasi"])
    found = {row["kolom"]: (row["berkas"], row["sel"], row["nilai_mentah"]) for row in mine.iter_rows(named=True)}
    assert found["hasil"] == ("c pertama.xlsx", "Q5", "Hasil lama")
    assert found["tahapan"] == ("a ketiga.xlsx", "C5", "Uji Coba")
    assert found["anggaran"] == ("a ketiga.xlsx", "R5", "2000000")


def test_rows_that_were_read_are_accepted_or_rejected(again: Result) -> None:
    for row in again.berkas.iter_rows(named=True):
        assert row["baris_dibaca"] == row["baris_diterima"] + row["baris_ditolak"]


def test_identifiers_do_not_depend_on_what_else_was_sent(consolidate: Consolidate, again: Result) -> None:
    alone = consolidate({"x/lain.xlsx": table(record("gebraks"))})
    assert one(alone, "gebraks")["id_inovasi"] == one(again, "gebraks")["id_inovasi"]


def test_names_that_differ_are_different_innovations(consolidate: Consolidate) -> None:
    names = ["Foo", "Foo 2", "Foo 3", "Inovasi " + "panjang " * 12 + "satu", "Inovasi " + "panjang " * 12 + "dua"]
    found = consolidate({"a.xlsx": table(*map(record, names))})
    assert sorted(found.inovasi["nama_inovasi"]) == sorted(names)
    assert found.inovasi["id_inovasi"].n_unique() == len(names)


def test_a_number_added_to_an_identifier_is_not_another_ones(consolidate: Consolidate) -> None:
    names = ["Foo", "Foo é", "Foo 2"]
    found = consolidate({"a.xlsx": table(*map(record, names))})
    assert sorted(found.inovasi["nama_inovasi"]) == sorted(names)


# --- maturity ---------------------------------------------------------------------------------------------------------

INDICATORS: list[list[CellValue]] = [
    ["No", "Nama Inovasi", "Nomor Indikator", "Indikator", "Parameter", "Bukti"],
    [1, "Satu", 16, "Regulasi inovasi daerah", 2, "https://a.example"],  # 3 * 2
    [2, "Satu", 17, "Ketersediaan SDM terhadap inovasi daerah", 3, "SK"],  # 2 * 3
    [3, "Satu", 20, "Bimtek inovasi", 1, "foto"],  # 1 * 1
    [4, "Satu", 31, "Replikasi", 3, None],  # no evidence: 0
    [5, "Satu", 33, "Kemanfaatan inovasi", 0, None],  # 0, and that is no fault
    [6, "Satu", 99, "Bukan indikator", 3, "x"],  # unknown
    [7, "Satu", 35, "Kualitas inovasi daerah (video)", "banyak", "video"],  # unintelligible: 0
    [8, "Bukan Kiriman Kami", 16, "Regulasi inovasi daerah", 3, "x"],  # of no innovation
    [9, "Dua", None, "Jejaring inovasi", "Parameter 3", "SK"],  # 24 by its name: 1 * 3
    [10, "Dua", 25, "Sosialisasi inovasi daerah", "2 (media sosial)", "tautan"],  # 1 * 2
]  # fmt: skip


@pytest.fixture(scope="module")
def scored(consolidate: Consolidate) -> Result:
    rows: list[list[CellValue]] = [["Unit", "Kecamatan Gambut"], [], ["No", "Nama Inovasi", "Tahapan"]]
    rows += [[number, nama, "Penerapan"] for number, nama in enumerate(("Satu", "Dua", "Tiga"), start=1)]
    every = [Bukti(nomor, "", 3, "bukti") for nomor in range(16, 36)]
    best: Record = record("Terbaik")
    full = Templat(
        Written("63.03.07", "Kecamatan Astambul"), [best, record("Tanpa Bukti")], {"Terbaik": every}, kode="63.03.07"
    )
    return consolidate(
        {"a.xlsx": workbook(rows, INDICATORS, names=["Inovasi", "Indikator"]), "b.xlsx": full.build().to_bytes()}
    )


def test_maturity_is_the_sum_of_weight_times_parameter(scored: Result) -> None:
    assert {str(row["nama_inovasi"]): row["kematangan"] for row in scored.innovations("a.xlsx")} == {
        "Satu": 3 * 2 + 2 * 3 + 1 * 1,
        "Dua": 1 * 3 + 1 * 2,
        "Tiga": None,
    }


def test_everything_at_its_best_is_111(scored: Result) -> None:
    assert one(scored, "terbaik")["kematangan"] == 111
    assert one(scored, "tanpa bukti")["kematangan"] is None


def test_the_table_of_indicators(scored: Result) -> None:
    mine = scored.indikator.filter(pl.col("id_inovasi") == one(scored, "satu")["id_inovasi"])
    assert mine.select("nomor", "parameter", "skor").rows() == [
        (16, 2, 6.0), (17, 3, 6.0), (20, 1, 1.0), (31, 0, 0.0), (33, 0, 0.0), (35, 0, 0.0),
    ]  # fmt: skip
    assert mine.filter(pl.col("nomor") == 16)["bukti"].item() == "https://a.example"


def test_what_is_wrong_with_indicators_is_told_at_its_row(scored: Result) -> None:
    found = {
        (row["kode"], row["lembar"], int("".join(filter(str.isdigit, str(row["sel"])))))
        for row in scored.findings("a.xlsx")
        if row["lembar"] == "Indikator"
    }
    assert found == {
        ("indikator_tanpa_bukti", "Indikator", 5), ("indikator_tidak_dikenal", "Indikator", 7),
        ("parameter_tidak_dipahami", "Indikator", 8), ("indikator_tanpa_inovasi", "Indikator", 9),
    }  # fmt: skip


def test_what_is_wrong_with_an_indicator_is_told_at_its_cell(scored: Result) -> None:
    cells = {row["kode"]: row["sel"] for row in scored.findings("a.xlsx") if row["lembar"] == "Indikator"}
    assert cells == {
        "indikator_tanpa_bukti": "F5", "indikator_tidak_dikenal": "C7", "parameter_tidak_dipahami": "E8",
        "indikator_tanpa_inovasi": "B9",
    }  # fmt: skip


def test_weights_are_those_of_the_year(consolidate: Consolidate, reference: Reference) -> None:
    weights = {year: dict(reference.indicators(year).select("nomor", "bobot").iter_rows()) for year in (2023, 2026)}
    proof = {"Satu": [Bukti(nomor, "", 1, "bukti") for nomor in (16, 19, 33)]}
    data = Templat(GAMBUT, [record("Satu")], proof, kode="63.03.03").build().to_bytes()
    for year, weight in weights.items():
        found = consolidate({"a.xlsx": data}, tahun=year)
        assert one(found, "satu")["kematangan"] == weight[16] + weight[19] + weight[33]
        assert one(found, "satu")["tahun"] == year


def test_values_keep_their_types(again: Result) -> None:
    found = one(again, "tetap sama")
    assert found["waktu_penerapan"] == date(2023, 2, 6)
    assert found["urusan_beririsan"] == ["Sosial", "Pangan"]
    assert found["anggaran"] == 12_500_000
    assert found["status_komitmen"] == "belum"
    assert (found["nama_unit"], found["jenis_unit"]) == ("Kecamatan Gambut", "kecamatan")


def test_a_few_at_a_time_give_what_all_at_once_give(consolidate: Consolidate, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of large inboxes only some units and rows are in memory at a time."""
    folder = ROOT / "data" / "samples"
    samples = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    whole = consolidate(samples)
    for module, size in {groups: "RECORDS_TOGETHER", validate: "RECORDS_AT_ONCE", parts: "ROWS_OF_PART"}.items():
        monkeypatch.setattr(module, size, 20)
    several = consolidate(samples)
    assert whole.tables["inovasi"].height > 60
    made = set(whole.tables) - {"rencana", "langkah_rencana"}  # the solver is given so many seconds
    assert [name for name in sorted(made) if not whole.tables[name].equals(several.tables[name])] == []


def test_a_design_copied_from_another_unit_is_told(consolidate: Consolidate) -> None:
    """Letter for letter, whatever its signs and capitals; one that only begins alike is the unit's own."""
    design = " ".join(f"Kata ke-{number} dari rancang bangun ini menerangkan langkahnya." for number in range(70))
    astambul, aranio = Written("pkm-astambul", "UPT PUSKESMAS ASTAMBUL"), Written("63.03.11", "KECAMATAN ARANIO")
    found = consolidate(
        {
            "1.xlsx": table(record("Satu", rancang_bangun=design)),
            "2.xlsx": table(record("Dua", rancang_bangun=f"“{design.upper()}”"), unit=astambul),
            "3.xlsx": table(record("Tiga", rancang_bangun=f"{design} Lalu lain."), unit=aranio),
            "4.xlsx": table(record("Empat", rancang_bangun=design)),
        }
    )
    told = {
        (row["berkas"], str(row["pesan"]).partition(" milik ")[2][:4]) for row in found.findings(None, "teks_disalin")
    }
    assert told == {("1.xlsx", "Dua "), ("2.xlsx", "Empa"), ("4.xlsx", "Dua ")}
