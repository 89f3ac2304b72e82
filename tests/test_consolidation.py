"""The sample submissions, run for real, against the truth about them; and the inboxes at the edge."""

import hashlib
import io
from collections import Counter
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

from tasks.read.grid import encode
from tasks.text import clean
from tests.builder.samples import ExpectedInovasi, Planted, Truth, inbox, name_key, truth
from tests.conftest import Consolidate, Published, Result, contents, record, table, workbook


@pytest.fixture(scope="module")
def expected() -> Truth:
    return truth()


@pytest.fixture(scope="module")
def found(published: Published) -> Result:
    assert published.second.returncode == 0, published.second.stderr
    return published.result


def key(kode_unit: Any, nama: Any) -> tuple[str, str]:
    """What tells innovations apart."""
    return str(kode_unit), name_key(str(nama))


@pytest.fixture(scope="module")
def identifiers(found: Result) -> dict[tuple[str, str], str]:
    return {key(row["kode_unit"], row["nama_inovasi"]): str(row["id_inovasi"]) for row in found.innovations()}


# --- the story --------------------------------------------------------------------------------------------------------


def test_69_is_46_and_1_and_22(found: Result) -> None:
    kinds = Counter(
        "perangkat" if kind in ("perangkat_daerah", "kecamatan") else kind for kind in found.inovasi["jenis_unit"]
    )
    assert kinds == {"perangkat": 46, "kelurahan": 1, "puskesmas": 22}
    assert found.inovasi.height == 69


def test_every_innovation_once_and_no_other(expected: Truth, found: Result) -> None:
    mine = Counter(key(row["kode_unit"], row["nama_inovasi"]) for row in found.innovations())
    assert mine == Counter(key(item.kode_unit, item.nama_inovasi) for item in expected.inovasi)


@pytest.mark.parametrize("item", truth().inovasi, ids=lambda item: f"{item.kode_unit}-{item.nama_inovasi}")
def test_every_value_of_an_innovation(item: ExpectedInovasi, found: Result) -> None:
    row = next(
        row
        for row in found.innovations()
        if key(row["kode_unit"], row["nama_inovasi"]) == key(item.kode_unit, item.nama_inovasi)
    )
    filled = {kolom: value for kolom, value in row.items() if value is not None and kolom in PROFILE}
    assert {kolom: plain(value) for kolom, value in filled.items()} == {
        kolom: plain(value) for kolom, value in item.nilai.items()
    }


PROFILE = (
    *(
        "nama_inovasi",
        "tahapan",
        "inisiator",
        "nama_inisiator",
        "jenis",
        "bentuk",
        "tematik",
        "urusan_utama",
        "urusan_beririsan",
    ),
    *(
        "waktu_uji_coba",
        "waktu_penerapan",
        "waktu_pengembangan",
        "rancang_bangun",
        "tujuan",
        "manfaat",
        "hasil",
        "anggaran",
    ),
)


def plain(value: Any) -> Any:
    """A value without regard to spaces and line breaks."""
    return " ".join(value.split()) if isinstance(value, str) else value


def test_every_indicator(expected: Truth, found: Result, identifiers: dict[tuple[str, str], str]) -> None:
    mine = {
        (str(row["id_inovasi"]), int(row["nomor"])): (row["parameter"], row["bukti"])
        for row in found.indikator.iter_rows(named=True)
        if row["parameter"] or row["bukti"]
    }
    wanted = {
        (identifiers[key(item.kode_unit, item.nama_inovasi)], nomor): proof
        for item in expected.inovasi
        for nomor, proof in item.indikator.items()
        if proof != (0, None)
    }
    assert mine == wanted


def test_maturity_is_null_exactly_where_no_indicators_were_sent(expected: Truth, found: Result) -> None:
    sent = {key(item.kode_unit, item.nama_inovasi) for item in expected.inovasi if item.indikator}
    assert sent
    for row in found.innovations():
        assert (row["kematangan"] is not None) == (key(row["kode_unit"], row["nama_inovasi"]) in sent)


# --- commitments and returns ------------------------------------------------------------------------------------------


def place(row: dict[str, Any]) -> tuple[str, str, str]:
    return row["berkas"], row["lembar"], row["sel"]


def test_46_of_the_69_are_signed(found: Result) -> None:
    signed = found.inovasi.filter(pl.col("status_komitmen") == "ditandatangani")
    assert set(signed["jenis_unit"]) == {"perangkat_daerah", "kecamatan"}
    assert (signed.height, found.inovasi.height - signed.height) == (46, 23)
    assert signed["id_inovasi"].sort().to_list() == found.komitmen["id_inovasi"].sort().to_list()
    assert not found.findings(None, "komitmen_tanpa_inovasi", "monev_tanpa_inovasi", "nama_ditebak")


def test_every_line_of_the_agreement(expected: Truth, found: Result, identifiers: dict[tuple[str, str], str]) -> None:
    columns = ("nomor", "tanggal", "penanda_tangan", "jabatan")
    mine = {
        str(row["id_inovasi"]): (row["nama_inovasi"], row["kode_unit"], place(row), [row[kolom] for kolom in columns])
        for row in found.komitmen.iter_rows(named=True)
    }
    assert mine == {
        identifiers[key(item.kode_unit, item.nama_inovasi)]: (
            clean(item.mentah),
            item.kode_unit,
            (item.berkas, item.lembar, item.sel),
            [item.nilai[kolom] for kolom in columns],
        )
        for item in expected.komitmen
    }


def test_every_return(expected: Truth, found: Result, identifiers: dict[tuple[str, str], str]) -> None:
    columns = ("progres", "penerima_manfaat", "kendala", "tindak_lanjut", "bukti")
    mine = {
        (str(row["id_inovasi"]), str(row["periode"])): (place(row), [row[kolom] for kolom in columns])
        for row in found.monev.iter_rows(named=True)
    }
    assert mine == {
        (identifiers[key(item.kode_unit, item.nama_inovasi)], str(item.nilai["periode"])): (
            (item.berkas, item.lembar, item.sel),
            [item.nilai.get(kolom) for kolom in columns],
        )
        for item in expected.monev
    }


# --- files ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("item", truth().berkas, ids=lambda item: item.berkas)
def test_what_becomes_of_a_file(item: Any, found: Result) -> None:
    row = found.file(item.berkas)
    assert (row["status"], row["tata_letak"]) == (item.status, item.tata_letak)
    if item.baris_dibaca is not None:
        counts = (item.baris_dibaca, item.baris_diterima, item.baris_ditolak)
        assert (row["baris_dibaca"], row["baris_diterima"], row["baris_ditolak"]) == counts
    if item.baris_dibaca:
        assert row["kode_unit"] == item.kode_unit
    assert (row["alasan"] is None) == (item.status == "diterima")
    assert row["sha256"] == hashlib.sha256(inbox()[item.berkas]).hexdigest()
    assert row["ukuran"] == len(inbox()[item.berkas])


def test_every_file_has_one_row_and_its_rows_add_up(found: Result) -> None:
    assert found.berkas["berkas"].to_list() == sorted(inbox())
    for row in found.berkas.iter_rows(named=True):
        assert row["baris_dibaca"] == row["baris_diterima"] + row["baris_ditolak"]


# --- findings ---------------------------------------------------------------------------------------------------------

CODES = {
    "unit_tidak_dikenal": {"unit_tidak_dikenal", "unit_tetangga"},
    "nama_kosong": {"nama_kosong"},
    "nilai_tidak_dipahami": {"nilai_tidak_dipahami", "tanggal_mustahil"},
    "wajib_kosong": {"nilai_kosong"},
    "kolom_tidak_ada": {"kolom_wajib_tidak_ada"},
    "di_luar_jendela": {"di_luar_jendela"},
    "uji_coba_setelah_penerapan": {"uji_coba_sesudah_penerapan"},
    "rancang_bangun_pendek": {"teks_terlalu_pendek"},
    "salah_ketik": {"pilihan_diartikan", "unit_ditebak"},
    "tanggal_teks": {"tanggal_dari_teks", "tanggal_hari_salah"},
    "tanggal_perkiraan": {"tanggal_tidak_lengkap"},
    "indikator_wajib_kosong": {"indikator_wajib_kosong"},
    "digital_tanpa_sistem": {"digital_tanpa_sistem"},
    "anggaran_tanpa_tahun": {"anggaran_tanpa_tahun"},
}


@pytest.mark.parametrize("kind", sorted({fault.jenis for fault in truth().cacat}))
def test_every_planted_fault_is_found_at_its_cell(kind: str, expected: Truth, found: Result) -> None:
    missing = [fault for fault in expected.cacat if fault.jenis == kind and not is_found(fault, found)]
    assert missing == []


def is_found(fault: Planted, found: Result) -> bool:
    """Whether a fault is among the findings of its file: at its cell, of its severity, of its kind."""
    return any(
        row["kolom"] == fault.kolom and row["tingkat"] == fault.tingkat and row["lembar"] == fault.lembar
        and (row["sel"] == fault.sel or row["sel"] in fault.juga) and row["kode"] in CODES.get(fault.jenis, {row["kode"]})
        for row in found.findings(fault.berkas)
    )  # fmt: skip


# "31 Februari 2023" is no date, but it is not missing: the budget beside it should not be told to lack its year.
MISLED = ("puskesmas/Puskesmas Astambul.xlsx", "Sheet1", "anggaran", "R7")


def test_a_budget_beside_a_date_that_is_not_understood(found: Result) -> None:
    assert not found.findings(MISLED[0], "anggaran_tanpa_tahun", sel=MISLED[3])


def test_no_error_or_warning_that_was_not_planted(expected: Truth, found: Result) -> None:
    files = {item.berkas for item in expected.berkas if item.status in ("diterima", "sebagian") or item.baris_dibaca}
    planted = {
        (fault.berkas, fault.lembar, fault.kolom, sel) for fault in expected.cacat for sel in (fault.sel, *fault.juga)
    }
    superseded = {item.berkas for item in expected.berkas if item.status == "digantikan"}
    planted.add(MISLED)
    surplus = [
        row
        for row in found.temuan.iter_rows(named=True)
        if row["tingkat"] != "catatan" and row["berkas"] in files - superseded
        and (row["berkas"], row["lembar"], row["kolom"], row["sel"]) not in planted
    ]  # fmt: skip
    assert surplus == []


def test_nothing_is_lost(expected: Truth, found: Result) -> None:
    """Every data row of a readable workbook is in ``inovasi`` or has a kesalahan that names a cell of it."""
    names = {key(row["kode_unit"], row["nama_inovasi"]) for row in found.innovations()}
    for item in expected.berkas:
        rejected = [
            row for row in found.findings(item.berkas) if row["tingkat"] == "kesalahan" and row["sel"] is not None
        ]
        lines = {(row["lembar"], "".join(filter(str.isdigit, str(row["sel"])))) for row in rejected}
        if item.baris_ditolak:
            assert lines, item.berkas
    for berkas, cells in expected.sel.items():
        for cell in cells:
            if cell.kolom == "nama_inovasi":
                assert any(name_key(str(cell.nilai)) == name for _, name in names), berkas


def test_every_finding_is_whole(found: Result) -> None:
    units = set(found.unit["kode_unit"])
    for row in found.temuan.iter_rows(named=True):
        assert row["pesan"].endswith((".", "?")), row
        assert "{" not in row["pesan"]
        assert row["berkas"] in inbox()
        assert row["kode_unit"] is None or row["kode_unit"] in units


# --- where values come from -------------------------------------------------------------------------------------------


@lru_cache
def opened(berkas: str) -> Any:
    return openpyxl.load_workbook(io.BytesIO(inbox()[berkas]), data_only=True)


def standing(berkas: str, lembar: str, sel: str) -> str:
    """The text of a cell, read by another library."""
    value = opened(berkas)[lembar][sel].value
    return "" if value is None else encode(value)[0]


def test_every_origin_names_the_cell_that_holds_the_value(found: Result) -> None:
    wrong = [
        row
        for row in found.asal.iter_rows(named=True)
        if standing(row["berkas"], row["lembar"], row["sel"]) != row["nilai_mentah"] and not is_mark_beside(row)
    ]
    assert wrong == []
    assert found.asal.height > 1000


def is_mark_beside(row: dict[str, Any]) -> bool:
    """A printed option that was marked may be cited by the mark beside it."""
    return row["kolom"] in ("tahapan", "inisiator", "jenis", "bentuk", "tematik") and standing(
        row["berkas"], row["lembar"], row["sel"]
    ) in ("X", "√", "V", "x", "v")


def test_every_filled_value_has_one_origin(found: Result) -> None:
    filled = {
        (str(row["id_inovasi"]), kolom) for row in found.innovations() for kolom in PROFILE if row[kolom] is not None
    }
    origins = [(str(row["id_inovasi"]), str(row["kolom"])) for row in found.asal.iter_rows(named=True)]
    assert len(origins) == len(set(origins))
    assert filled <= set(origins)


def test_origins_carry_the_digest_of_their_file(found: Result) -> None:
    for berkas, digest in found.asal.select("berkas", "sha256").unique().iter_rows():
        assert digest == hashlib.sha256(inbox()[berkas]).hexdigest()


# --- again, and nothing but reading -----------------------------------------------------------------------------------


def test_a_second_run_gives_the_same_bytes(published: Published) -> None:
    first, second = published.runs
    tables = sorted(path.name for path in (first / "data").glob("*.parquet"))
    assert len(tables) >= 9
    for name in [*tables, "inovasi.csv"]:
        assert (first / "data" / name).read_bytes() == (second / "data" / name).read_bytes(), name


def test_the_inbox_is_as_it_was(published: Published) -> None:
    assert contents(published.inbox) == published.before


def test_the_register_of_units_counts_what_each_sent(found: Result) -> None:
    assert found.unit["inovasi"].sum() == found.inovasi.height
    sent = found.unit.filter(pl.col("berkas") > 0)
    assert set(found.inovasi["kode_unit"]) <= set(sent["kode_unit"])
    silent = found.unit.filter(pl.col("berkas") == 0)
    assert silent["inovasi"].sum() == 0
    assert found.unit.height == 96


# --- inboxes at the edge ----------------------------------------------------------------------------------------------


def test_an_inbox_of_nothing_that_can_be_read(consolidate: Consolidate) -> None:
    found = consolidate(
        {"a.xlsx": b"", "b.xlsx": b"%PDF-1.4", "~$c.xlsx": b"x", "Thumbs.db": b"x", "d.xlsx": workbook([[]])}
    )
    states = dict(found.berkas.select("berkas", "status").iter_rows())
    assert states == {
        "a.xlsx": "ditolak",
        "b.xlsx": "ditolak",
        "d.xlsx": "ditolak",
        "~$c.xlsx": "diabaikan",
        "Thumbs.db": "diabaikan",
    }
    assert found.inovasi.is_empty()
    assert found.asal.is_empty()
    assert all(row["alasan"] for row in found.berkas.iter_rows(named=True))


def test_a_lock_file_is_no_submission_of_its_unit(consolidate: Consolidate) -> None:
    found = consolidate({"~$Kecamatan Gambut.xlsx": b"x", "Kecamatan Aranio.xlsx": table(unit=())})
    sent = found.unit.filter(pl.col("berkas") > 0)
    assert sent["kode_unit"].to_list() == ["63.03.11"]


def test_every_table_has_its_columns_whether_it_has_rows_or_not(consolidate: Consolidate) -> None:
    empty = consolidate({"~$a.xlsx": b"x"})
    full = consolidate({"a.xlsx": table(record())})
    for name, frame in empty.tables.items():
        assert frame.schema == full.tables[name].schema, name


def test_names_of_files_are_paths_with_forward_slashes(consolidate: Consolidate) -> None:
    names = ["a/b/c.xlsx", "spasi dan (kurung) & é.xlsx", "tanda 'kutip' #1%.xlsx"]
    found = consolidate({name: table(record(name)) for name in names})
    assert sorted(found.berkas["berkas"]) == sorted(names)
    assert found.berkas["status"].unique().to_list() == ["diterima"]


def test_dates_of_the_samples_are_dates(found: Result) -> None:
    for row in found.innovations():
        for kolom in ("waktu_uji_coba", "waktu_penerapan", "waktu_pengembangan"):
            value = row[kolom]
            assert value is None or (isinstance(value, date) and not isinstance(value, datetime))


def test_the_samples_on_disk_are_those_of_the_truth() -> None:
    from tests.conftest import SAMPLES  # noqa: PLC0415

    on_disk = {path.relative_to(SAMPLES).as_posix() for path in Path(SAMPLES).rglob("*") if path.is_file()}
    assert on_disk == set(inbox())
