"""The sample inbox on disk is the one the builder makes, and it tells the story it is meant to tell."""

import io
from collections import Counter
from datetime import date, datetime
from pathlib import Path, PurePosixPath

import openpyxl
import pytest

from tests.builder import content, workbooks
from tests.builder.samples import Truth, inbox, samples, truth

SAMPLES = Path(__file__).parents[1] / "data" / "samples"


@pytest.fixture(scope="module")
def expected() -> Truth:
    return truth()


def _kind(kode: str) -> str:
    if kode.startswith("pkm-"):
        return "puskesmas"
    return "kelurahan" if kode.count(".") == 3 else "perangkat daerah dan kecamatan"


def test_disk_equals_a_fresh_build() -> None:
    on_disk = {path.relative_to(SAMPLES).as_posix(): path for path in SAMPLES.rglob("*") if path.is_file()}
    assert sorted(on_disk) == sorted(inbox())
    differing = [name for name, data in inbox().items() if on_disk[name].read_bytes() != data]
    assert differing == [], "run `make samples`"


def test_small_enough_to_commit() -> None:
    assert sum(map(len, inbox().values())) < 3_000_000


def test_building_twice_gives_the_same_bytes() -> None:
    sample = next(item for item in samples() if item.layout is not None)
    assert sample.layout is not None
    assert sample.layout.build().to_bytes() == sample.layout.build().to_bytes()


def test_story_of_69(expected: Truth) -> None:
    kinds = Counter(_kind(item.kode_unit) for item in expected.inovasi)
    assert kinds == {"perangkat daerah dan kecamatan": 46, "kelurahan": 1, "puskesmas": 22}
    assert sum(kinds.values()) == 69
    assert [item.kode_unit for item in expected.inovasi if _kind(item.kode_unit) == "kelurahan"] == ["63.03.05.1004"]


def test_the_agreement_is_for_the_46(expected: Truth) -> None:
    promised = [(item.kode_unit, item.nama_inovasi) for item in expected.komitmen]
    assert sorted(promised) == sorted(
        (item.kode_unit, item.nama_inovasi)
        for item in expected.inovasi
        if _kind(item.kode_unit) == "perangkat daerah dan kecamatan"
    )
    assert {item.nilai["tanggal"] for item in expected.komitmen} == {date(2024, 2, 6)}
    assert sum(item.mentah != item.nama_inovasi for item in expected.komitmen) >= 10, "spelled otherwise"


def test_returns_speak_of_innovations_that_were_sent(expected: Truth) -> None:
    sent = {(item.kode_unit, item.nama_inovasi) for item in expected.inovasi}
    assert {(item.kode_unit, item.nama_inovasi) for item in expected.monev} <= sent
    assert Counter(item.nilai["periode"] for item in expected.monev) == {"2024-TW1": 7, "2024-S1": 5}


def test_every_idea_arrives_once(expected: Truth) -> None:
    arrived = Counter((item.kode_unit, item.nama_inovasi.casefold()) for item in expected.inovasi)
    assert arrived == Counter((idea.unit, idea.nama.casefold()) for idea in content.IDEAS)


def test_one_innovation_of_seven_puskesmas_stays_seven(expected: Truth) -> None:
    shared = [item for item in expected.inovasi if item.nama_inovasi == "KELAS BADUTA CANTING"]
    assert len(shared) == 8
    assert sum(item.kode_unit.startswith("pkm-") for item in shared) == 7


def test_files_and_layouts(expected: Truth) -> None:
    assert 30 <= len(expected.berkas) <= 50
    layouts = Counter(item.tata_letak for item in expected.berkas)
    assert layouts["templat"] >= 6
    assert layouts["tabel"] >= 12
    assert layouts["formulir"] >= 6
    assert (layouts["komitmen"], layouts["monev"]) == (1, 2)
    assert sum(count for layout, count in layouts.items() if layout) >= 25


def test_every_state_of_a_file_occurs(expected: Truth) -> None:
    states = {item.status for item in expected.berkas}
    assert states == {"diterima", "sebagian", "ditolak", "duplikat", "digantikan", "diabaikan"}


def test_rows_add_up(expected: Truth) -> None:
    for item in expected.berkas:
        if item.status == "duplikat":
            continue
        assert item.baris_diterima is not None
        assert item.baris_ditolak is not None
        assert item.baris_dibaca == item.baris_diterima + item.baris_ditolak, item.berkas


def test_faults_of_every_severity_are_planted(expected: Truth) -> None:
    kinds = {(fault.tingkat, fault.jenis) for fault in expected.cacat}
    assert kinds >= {
        ("kesalahan", "unit_tidak_dikenal"),
        ("kesalahan", "nama_kosong"),
        ("kesalahan", "nilai_tidak_dipahami"),
        ("peringatan", "wajib_kosong"),
        ("peringatan", "kolom_tidak_ada"),
        ("peringatan", "di_luar_jendela"),
        ("peringatan", "uji_coba_setelah_penerapan"),
        ("peringatan", "rancang_bangun_pendek"),
        ("catatan", "salah_ketik"),
    }


def test_superseded_rows_all_come_again_later(expected: Truth) -> None:
    superseded = {item.berkas for item in expected.berkas if item.status == "digantikan"}
    again = [item for item in expected.inovasi if superseded & set(item.berkas)]
    assert len(again) == 4
    assert all(item.berkas[-1] not in superseded for item in again)


def test_later_submissions_leave_no_column_out(expected: Truth) -> None:
    """Whether a gap of a later submission empties an earlier value is left open: no sample depends on it."""
    for item in expected.inovasi:
        for earlier in item.berkas[:-1]:
            before = _columns(expected, earlier, item.nama_inovasi)
            assert before <= _columns(expected, item.berkas[-1], item.nama_inovasi), item.nama_inovasi


def _columns(expected: Truth, berkas: str, nama: str) -> set[str]:
    columns: set[str] = set()
    inside = False
    for cell in expected.sel[berkas]:
        if cell.kolom == "nama_inovasi":
            inside = str(cell.nilai).casefold() == nama.casefold()
        if inside:
            columns.add(cell.kolom)
    return columns


@pytest.mark.parametrize("key", [str, str.casefold, lambda name: PurePosixPath(name).parts])
def test_order_of_submissions_does_not_depend_on_the_way_of_sorting(key: object, expected: Truth) -> None:
    assert callable(key)
    pairs = [item.berkas for item in expected.inovasi if len(item.berkas) > 1]
    pairs.append(
        ("kelurahan/Kel. Murung Keraton - formulir inovasi.xlsx", "kelurahan/murung keraton simpan ulang.xlsx")
    )
    pairs += [(item.salinan, item.berkas) for item in samples() if item.salinan]
    for files in pairs:
        assert sorted(files, key=key) == list(files)


def test_cells_hold_what_the_truth_says(expected: Truth) -> None:
    checked = 0
    for berkas, cells in expected.sel.items():
        book = openpyxl.load_workbook(io.BytesIO(inbox()[berkas]))
        for cell in cells:
            found = book[cell.lembar][cell.sel].value
            if isinstance(found, datetime) and not isinstance(cell.mentah, datetime) and isinstance(cell.mentah, date):
                found = found.date()
            assert found == cell.mentah, (berkas, cell.lembar, cell.sel)
            checked += 1
    assert checked > 1000


def test_most_designs_have_the_words_they_need(expected: Truth) -> None:
    designs = [str(item.nilai["rancang_bangun"]) for item in expected.inovasi if "rancang_bangun" in item.nilai]
    assert sum(len(text.split()) >= 300 for text in designs) >= 60
    assert len(set(designs)) == len(designs)


def test_saved_anew_means_other_bytes_and_the_same_cells() -> None:
    pair = [berkas for berkas in inbox() if berkas.startswith("kelurahan/")]
    first, second = (inbox()[berkas] for berkas in pair)
    assert first != second
    before, after = (list(openpyxl.load_workbook(io.BytesIO(data)).active.values) for data in (first, second))
    assert before == after


@pytest.mark.parametrize(
    ("spelling", "text"),
    [
        *(("panjang", "6 Februari 2024"), ("hari", "Selasa, 6 Februari 2024"), ("garis", "06/02/2024")),
        *(("strip_pendek", "6-2-24"), ("singkat", "6 Peb 2024"), ("titik", "06.02.2024"), ("iso", "2024-02-06")),
    ],
)
def test_spellings_of_dates(spelling: str, text: str) -> None:
    assert workbooks.DATE_SPELLINGS[spelling](date(2024, 2, 6)) == text


@pytest.mark.parametrize(
    ("spelling", "amount", "text"),
    [("rp_sen", 1_250_000, "Rp 1.250.000,00"), ("juta", 1_500_000, "1,5 juta"), ("titik", 12_500_000, "12.500.000")],
)
def test_spellings_of_money(spelling: str, amount: int, text: str) -> None:
    assert workbooks.MONEY_SPELLINGS[spelling](amount) == text
