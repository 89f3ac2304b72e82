"""Commitments and monitoring returns: read, dated, and attached to the innovation they speak of; goals and who supports them."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from schemas.tables import empty
from tasks.attach import Innovations, Periods, alignment
from tasks.reference import Reference
from tests.builder.workbooks import Written
from tests.conftest import MODIFIED, TAJUK, Consolidate, Result, record, table, workbook

LATER = MODIFIED + timedelta(days=10)
KODE = "63.03.03"
SIGNED = date(2024, 2, 6)
Row = Sequence[Any]

OWN = table(
    record("GEBRAKS", misi="Misi 4", iku="Persentase desa"),
    record("GAMBUT BATANAM", misi="mendukung misi ke-4 RPJMD"),
    record("Rumah Gizi", misi="Ekonomi Kerakyatan"),
    record("SIAGA API", misi="Misi 44"),
    tajuk=TAJUK | {"misi": "Misi RPJMD", "iku": "IKU"},
)


def returned(*rows: Row, title: str = "LAPORAN MONEV INOVASI", name: str = "Sheet1", period: bool = True) -> bytes:
    """A return of Kecamatan Gambut."""
    head = ["No", "Nama Inovasi", "Periode", "Progres", "Jumlah Penerima Manfaat", "Kendala", "Tindak Lanjut", "Bukti"]
    kept = [column for column in head if period or column != "Periode"]
    lines = [[at, *row, *[None] * (len(kept) - 1 - len(row))] for at, row in enumerate(rows, start=1)]
    return workbook([[title], ["KECAMATAN GAMBUT"], [], kept, *lines], names=[name])


FILES = {
    "Kec Gambut.xlsx": OWN,
    "Perjanjian Komitmen.xlsx": workbook(
        [
            ["DAFTAR PERJANJIAN KOMITMEN INOVASI"],
            ["Nomor: 130/07/PKI/2024, tanggal 6 Februari 2024"],
            [],
            ["No", "Penanda Tangan", "Jabatan", "Nama Inovasi"],
            [1, "Hadijah Rahmah", "Camat Gambut", "Gebrak (Gerakan Bersama Realisasi Akses Sanitasi)"],
            [2, "Hadijah Rahmah", "Camat Gambut", "Janji yang Hilang"],
            [3, "Ahmad Zaini", "Camat Aranio", "GAMBUT BATANAM"],
        ]
    ),
    "susulan komitmen.xlsx": workbook(
        [
            ["PERJANJIAN KOMITMEN INOVASI KECAMATAN GAMBUT"],
            [],
            ["No", "Nomor Perjanjian", "Tanggal Penandatanganan", "Penanda Tangan", "Inovasi yang Dikomitmenkan"],
            [1, "130/99/PKI/2024", "7-3-2024", "Hadijah Rahmah", "Rumah Gizi Desa"],
        ]
    ),
    "monev kolom.xlsx": returned(
        ["GEBRAKS", "TW I 2024", "Berjalan", "150 orang", "-", "Lanjut", "https://bukti.example/1"],
        ["Gambut Batanam", "Triwulan II Tahun 2024", "Baru mulai", 75],
        ["Tidak Pernah Dikirim", "TW I 2024", "Berjalan", 10],
        ["GEBRAKS", "entah kapan", "Berjalan", 12],
    ),
    "monev judul.xlsx": returned(
        ["GEBRAKS", "Berjalan", "± 1.200 jiwa"], title="LAPORAN MONEV SEMESTER II TAHUN 2024", period=False
    ),
    "monev lembar.xlsx": returned(["GEBRAKS", "Berjalan", None], name="TW III 2024", period=False),
    "laporan monev TW IV 2024.xlsx": returned(["GEBRAKS", "Berjalan", "nihil"], period=False),
    "monev perbaikan.xlsx": returned(["Gebrak", "2024-TW1", "Selesai", "160 orang"]),
    "monev tanpa waktu.xlsx": returned(["GEBRAKS", "Berjalan", 5], period=False),
}


@pytest.fixture(scope="module")
def found(consolidate: Consolidate) -> Result:
    return consolidate(FILES, times={"monev perbaikan.xlsx": LATER, "susulan komitmen.xlsx": LATER})


def promises(found: Result) -> dict[str, dict[str, Any]]:
    return {str(row["nama_inovasi"]): row for row in found.komitmen.iter_rows(named=True)}


def lines(found: Result) -> dict[tuple[str, str], dict[str, Any]]:
    return {(str(row["id_inovasi"]), str(row["periode"])): row for row in found.monev.iter_rows(named=True)}


GEBRAKS = "2024-63.03.03-gebraks"

# --- commitments ------------------------------------------------------------------------------------------------------


def test_number_and_date_come_from_the_title_where_no_column_has_them(found: Result) -> None:
    row = promises(found)["Gebrak (Gerakan Bersama Realisasi Akses Sanitasi)"]
    assert (row["nomor"], row["tanggal"]) == ("130/07/PKI/2024", SIGNED)
    assert (row["penanda_tangan"], row["jabatan"]) == ("Hadijah Rahmah", "Camat Gambut")
    assert (row["berkas"], row["lembar"], row["sel"]) == ("Perjanjian Komitmen.xlsx", "Sheet1", "D5")


def test_the_unit_comes_from_the_office_and_the_innovation_from_its_name(found: Result) -> None:
    row = promises(found)["Gebrak (Gerakan Bersama Realisasi Akses Sanitasi)"]
    assert (row["kode_unit"], row["id_inovasi"]) == (KODE, GEBRAKS)


def test_cells_win_over_titles(found: Result) -> None:
    row = promises(found)["Rumah Gizi Desa"]
    assert (row["nomor"], row["tanggal"]) == ("130/99/PKI/2024", date(2024, 3, 7))


def test_a_likely_name_is_attached_and_told(found: Result) -> None:
    assert promises(found)["Rumah Gizi Desa"]["id_inovasi"] == "2024-63.03.03-rumah-gizi"
    (told,) = found.findings("susulan komitmen.xlsx", "nama_ditebak")
    assert told["sel"] == "E4"


@pytest.mark.parametrize(("nama", "kode"), [("Janji yang Hilang", KODE), ("GAMBUT BATANAM", "63.03.11")])
def test_a_promise_that_no_unit_submitted_has_no_innovation(found: Result, nama: str, kode: str) -> None:
    row = promises(found)[nama]
    assert (row["id_inovasi"], row["kode_unit"]) == (None, kode)
    told = found.findings("Perjanjian Komitmen.xlsx", "komitmen_tanpa_inovasi", nilai=nama)
    assert [(item["tingkat"], item["sel"], item["kode_unit"]) for item in told] == [("peringatan", row["sel"], kode)]


def test_what_is_promised_is_signed_and_nothing_else(found: Result) -> None:
    status = dict(found.inovasi.select("nama_inovasi", "status_komitmen").iter_rows())
    assert status == {
        "GEBRAKS": "ditandatangani",
        "Rumah Gizi": "ditandatangani",
        "GAMBUT BATANAM": "belum",
        "SIAGA API": "belum",
    }


# --- returns ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("period", "berkas", "people"),
    [
        ("2024-TW1", "monev perbaikan.xlsx", 160),  # a later return for the same period wins
        ("2024-TW3", "monev lembar.xlsx", None),
        ("2024-TW4", "laporan monev TW IV 2024.xlsx", None),
        ("2024-S2", "monev judul.xlsx", 1200),
    ],
)
def test_the_period_of_a_return(found: Result, period: str, berkas: str, people: int | None) -> None:
    row = lines(found)[GEBRAKS, period]
    assert (row["berkas"], row["penerima_manfaat"]) == (berkas, people)


def test_a_return_of_another_innovation_of_the_same_file(found: Result) -> None:
    row = lines(found)["2024-63.03.03-gambut-batanam", "2024-TW2"]
    assert (row["progres"], row["penerima_manfaat"], row["kendala"], row["sel"]) == ("Baru mulai", 75, None, "B6")
    assert len(lines(found)) == 5


def test_people_are_counted_without_their_words(consolidate: Consolidate) -> None:
    spelled = {"150 orang": 150, "1.250 jiwa": 1250, "± 90 KK": 90, "": None, "nihil": None, "0": 0, "banyak": None}
    names = [f"Inovasi Warga {chr(65 + at) * 4}" for at in range(len(spelled))]
    rows = [[nama, "TW I 2024", "Jalan", text] for nama, text in zip(names, spelled, strict=True)]
    result = consolidate({"Kec Gambut.xlsx": table(*map(record, names)), "monev.xlsx": returned(*rows)})
    ids = {str(row["id_inovasi"]): str(row["nama_inovasi"]) for row in result.innovations()}
    people = {ids[row["id_inovasi"]]: row["penerima_manfaat"] for row in result.monev.iter_rows(named=True)}
    assert people == dict(zip(names, spelled.values(), strict=True))


def test_a_return_of_an_innovation_that_nobody_sent_is_refused(found: Result) -> None:
    (told,) = found.findings(None, "monev_tanpa_inovasi")
    assert (told["tingkat"], told["berkas"], told["sel"], told["nilai"], told["kode_unit"]) == (
        *("kesalahan", "monev kolom.xlsx", "B7", "Tidak Pernah Dikirim"),
        KODE,
    )


def test_a_return_without_a_period_is_refused(found: Result) -> None:
    told = {(row["berkas"], row["tingkat"]) for row in found.findings(None, "periode_tidak_disebut")}
    assert told == {("monev kolom.xlsx", "kesalahan"), ("monev tanpa waktu.xlsx", "kesalahan")}


@pytest.mark.parametrize(
    ("berkas", "status", "layout", "counts"),
    [
        ("Perjanjian Komitmen.xlsx", "diterima", "komitmen", (3, 3, 0)),
        ("susulan komitmen.xlsx", "diterima", "komitmen", (1, 1, 0)),
        ("monev kolom.xlsx", "sebagian", "monev", (4, 2, 2)),
        ("monev judul.xlsx", "diterima", "monev", (1, 1, 0)),
        ("monev perbaikan.xlsx", "diterima", "monev", (1, 1, 0)),
        ("monev tanpa waktu.xlsx", "ditolak", "monev", (1, 0, 1)),
    ],
)
def test_states_of_the_files(found: Result, berkas: str, status: str, layout: str, counts: tuple[int, ...]) -> None:
    row = found.file(berkas)
    assert (row["status"], row["tata_letak"]) == (status, layout)
    assert tuple(row[name] for name in ("baris_dibaca", "baris_diterima", "baris_ditolak")) == counts


def test_they_are_no_innovations(found: Result) -> None:
    assert found.inovasi.height == 4
    assert set(found.asal["berkas"]) == {"Kec Gambut.xlsx"}


# --- names and periods without files ----------------------------------------------------------------------------------


def test_a_name_means_the_only_innovation_that_is_surely_it() -> None:
    frame = pl.DataFrame(
        [("u", "GEBRAKS", "1"), ("u", "Rumah Gizi", "2"), ("u", "Rumah Gizi Ibu", "3"), ("v", "GEBRAKS", "4")],
        schema=["kode_unit", "teks", "id_inovasi"],
        orient="row",
    )
    known = Innovations(frame, {})
    assert known.find("u", "Gebrak") == ("1", "sama")
    assert known.find("v", "Gebrak") == ("4", "sama")
    assert known.find("u", "Rumah Gizi") == ("2", "sama")
    assert known.find("u", "Rumah Gizi Desa") == ("2", "mungkin")
    assert known.find("u", "Lain Sama Sekali") == (None, None)
    assert known.find(None, "GEBRAKS") == known.find("w", "GEBRAKS") == (None, None)


@pytest.mark.parametrize(
    ("cell", "around", "expected"),
    [
        ("TW II 2024", (), "2024-TW2"),
        ("tw.2", (), "2024-TW2"),
        ("Triwulan ke IV Tahun 2023", (), "2023-TW4"),
        ("Semester I", ("LAPORAN TAHUN 2023",), "2023-S1"),
        ("Mei 2024", (), "2024-05"),
        ("Januari s.d. Maret 2024", (), "2024-TW1"),
        ("Januari - Juni 2024", (), "2024-S1"),
        ("III", ("Tahun 2023",), "2023-TW3"),
        ("2024", (), "2024"),
        ("2024-S2", (), "2024-S2"),
        ("", ("LAPORAN MONEV TRIWULAN III TAHUN 2024", "Sheet1"), "2024-TW3"),
        ("", ("LAPORAN", "TW I", "semester II 2024.xlsx"), "2024-TW1"),
        ("", ("LAPORAN", "Sheet1", "monev/monev TW4 2023.xlsx"), "2023-TW4"),
        ("", ("LAPORAN", "Sheet1", "monev/monev_TW4_2023.xlsx"), "2023-TW4"),
        ("Triwulan Ketiga", ("Tahun 2023",), "2023-TW3"),
        ("TW II", ("Semester I 2024",), "2024-TW2"),
        ("", ("LAPORAN TAHUN 2023",), "2023"),
        ("TW V 2024", (), None),
        ("Semester III", (), None),
        ("", ("LAPORAN", "Sheet1", "2024-01-22 laporan.xlsx"), None),
        ("", (), None),
        ("bulan depan", (), None),
    ],
)
def test_periods(reference: Reference, cell: str, around: tuple[str, ...], expected: str | None) -> None:
    assert Periods(reference, 2024).find(cell, around) == expected


# --- goals ------------------------------------------------------------------------------------------------------------


def test_goals_and_who_supports_them(found: Result) -> None:
    support: dict[str, list[str | None]] = {}
    for row in found.keselarasan.iter_rows(named=True):
        assert row["jenis"] == "misi"
        support.setdefault(str(row["kode"]), []).append(row["id_inovasi"])
    assert {kode: sorted(filter(None, ids)) for kode, ids in support.items()} == {
        "1": [],
        "2": ["2024-63.03.03-rumah-gizi"],
        "3": [],
        "4": ["2024-63.03.03-gambut-batanam", GEBRAKS],
        "5": [],
    }
    assert support["1"] == support["3"] == support["5"] == [None]


def test_goals_without_any_innovation_have_a_row_each(reference: Reference) -> None:
    goals = alignment(empty("inovasi"), reference)
    assert goals["id_inovasi"].null_count() == goals.height == reference.perencanaan.height


def test_a_unit_of_nobody_is_refused(consolidate: Consolidate) -> None:
    result = consolidate(
        {"a.xlsx": table(unit=Written(KODE, "KECAMATAN GAMBUT")), "monev.xlsx": workbook(
            [["LAPORAN MONEV TW I 2024"], [], ["No", "Unit", "Nama Inovasi", "Progres", "Kendala"],
             [1, "Badan Antah Berantah", "GAMBUT BATANAM", "Jalan", "-"]])}
    )  # fmt: skip
    assert result.monev.is_empty()
    assert result.file("monev.xlsx")["status"] == "ditolak"
    assert result.codes("monev.xlsx", "kesalahan") == ["unit_tidak_dikenal"]
