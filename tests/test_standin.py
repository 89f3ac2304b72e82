"""Last good: a unit whose file became unreadable keeps its data, marked; nothing that was taken out comes back."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from tests.builder.workbooks import Written
from tests.conftest import Consolidate, Result, record, table

JANUARY, MARCH = datetime(2024, 1, 10, tzinfo=UTC), datetime(2024, 3, 5, tzinfo=UTC)
GOOD = table(record(anggaran=1), record("Kedua"))
TATAH = table(record("Milik Tatah"), unit=Written("63.03.11", "KECAMATAN TATAH MAKMUR"))
DAMAGED = {
    "cut off": GOOD[: len(GOOD) // 2],
    "empty": b"",
    "locked": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
    "other text": b"halaman masuk",
    "a picture": b"\x89PNG\r\n\x1a\n" + b"\0" * 200,
}
Files = Mapping[str, bytes]


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


def two_nights(consolidate: Consolidate, state: Path, first: Files, then: Files, unit: str | None = None) -> Result:
    """The tables of a second run; its files came later."""
    consolidate(first, state=state, run_id="1", times=dict.fromkeys(first, JANUARY))
    times = {name: JANUARY if data == first.get(name) else MARCH for name, data in then.items()}
    return consolidate(then, state=state, run_id="2", times=times, unit=unit)


def names(result: Result) -> list[object]:
    return [row["nama_inovasi"] for row in result.innovations()]


def unit_row(result: Result, nama: str = "Kecamatan Gambut") -> dict[str, object]:
    return result.unit.row(by_predicate=pl.col("nama_unit") == nama, named=True)


@pytest.mark.parametrize("damage", DAMAGED)
def test_a_file_that_became_unreadable_keeps_its_last_good_data(
    consolidate: Consolidate, state: Path, damage: str
) -> None:
    found = two_nights(consolidate, state, {"a.xlsx": GOOD}, {"a.xlsx": DAMAGED[damage]})
    assert names(found) == ["GAMBUT BATANAM", "Kedua"]
    file = found.file("a.xlsx")
    assert (file["status"], file["baris_dibaca"], file["kode_unit"]) == ("ditolak", 0, "63.03.03")
    assert found.berkas.height == 1
    told = found.findings("a.xlsx", "data_bertahan")
    assert [row["tingkat"] for row in told] == ["peringatan"]
    assert "masih isi a.xlsx tertanggal 10-01-2024" in str(told[0]["pesan"])
    assert told[0]["kode_unit"] == "63.03.03"
    assert {row["tingkat"] for row in found.findings("a.xlsx")} == {"kesalahan", "peringatan"}, (
        "its own fault, and this"
    )
    row = unit_row(found)
    assert (row["data_per"], row["berkas_gagal"], row["inovasi"]) == (date(2024, 1, 10), "a.xlsx", 2)
    asal = found.asal
    assert set(asal["berkas"]) == {"a.xlsx"}
    assert file["sha256"] not in set(asal["sha256"]), "provenance names the archived bytes"
    assert all((state / "arsip" / sha[:2] / sha).is_file() for sha in asal["sha256"].unique())


def test_it_stays_until_a_readable_one_comes(consolidate: Consolidate, state: Path) -> None:
    two_nights(consolidate, state, {"a.xlsx": GOOD}, {"a.xlsx": b""})
    third = consolidate({"a.xlsx": b"PK"}, state=state, run_id="3", times={"a.xlsx": MARCH})
    assert names(third) == ["GAMBUT BATANAM", "Kedua"]
    assert [row["versi"] for row in third.innovations()] == [1, 1]
    mended = consolidate({"a.xlsx": table(record(anggaran=5))}, state=state, run_id="4", times={"a.xlsx": MARCH})
    assert names(mended) == ["GAMBUT BATANAM"]
    assert mended.findings(None, "data_bertahan") == []
    assert (unit_row(mended)["data_per"], unit_row(mended)["berkas_gagal"]) == (date(2024, 3, 5), None)


def test_what_was_taken_out_does_not_come_back(consolidate: Consolidate, state: Path) -> None:
    found = two_nights(consolidate, state, {"a.xlsx": GOOD, "b.xlsx": TATAH}, {"b.xlsx": TATAH})
    assert names(found) == ["Milik Tatah"]
    later = consolidate({"a.xlsx": b"", "b.xlsx": TATAH}, state=state, run_id="3", times={"a.xlsx": MARCH})
    assert names(later) == ["Milik Tatah"], "the file was gone at the last published run"


def test_a_damaged_file_of_another_name_stands_for_its_unit_by_path(consolidate: Consolidate, state: Path) -> None:
    first = {"Kecamatan Gambut/rekap.xlsx": GOOD, "b.xlsx": TATAH}
    found = two_nights(consolidate, state, first, {"Kecamatan Gambut/rekap fix.xlsx": b"PK", "b.xlsx": TATAH})
    assert names(found) == ["GAMBUT BATANAM", "Kedua", "Milik Tatah"]
    told = found.findings(None, "data_bertahan")
    assert [row["berkas"] for row in told] == ["Kecamatan Gambut/rekap fix.xlsx"]
    assert "rekap.xlsx tertanggal" in str(told[0]["pesan"])


def test_an_older_file_that_is_still_there_counts_by_itself(consolidate: Consolidate, state: Path) -> None:
    first = {"Kecamatan Gambut/rekap.xlsx": GOOD}
    found = two_nights(consolidate, state, first, first | {"Kecamatan Gambut/rekap fix.xlsx": b"PK"})
    assert names(found) == ["GAMBUT BATANAM", "Kedua"]
    assert found.findings(None, "data_bertahan") == []
    assert unit_row(found)["berkas_gagal"] == "Kecamatan Gambut/rekap fix.xlsx", "and the unit is marked all the same"


def test_an_archive_that_became_unreadable_keeps_its_members(consolidate: Consolidate, state: Path) -> None:
    import io  # noqa: PLC0415
    import zipfile  # noqa: PLC0415

    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        archive.writestr("satu.xlsx", GOOD)
        archive.writestr("dua.xlsx", TATAH)
    found = two_nights(consolidate, state, {"k.zip": raw.getvalue()}, {"k.zip": raw.getvalue()[:900]})
    assert names(found) == ["GAMBUT BATANAM", "Kedua", "Milik Tatah"]
    assert found.berkas["berkas"].to_list() == ["k.zip"]
    assert {row["berkas"] for row in found.findings(None, "data_bertahan")} == {"k.zip"}


def test_a_damaged_file_whose_content_is_elsewhere_needs_no_stand_in(consolidate: Consolidate, state: Path) -> None:
    found = two_nights(consolidate, state, {"a.xlsx": GOOD}, {"a.xlsx": b"", "salinan.xlsx": GOOD})
    assert names(found) == ["GAMBUT BATANAM", "Kedua"]
    assert found.file("salinan.xlsx")["status"] == "diterima"
    assert found.findings(None, "data_bertahan") == []


def test_a_first_night_has_nothing_to_keep(consolidate: Consolidate, state: Path) -> None:
    found = consolidate({"a.xlsx": b"PK"}, state=state, run_id="1")
    assert found.file("a.xlsx")["status"] == "ditolak"
    assert found.findings(None, "data_bertahan") == []


# --- one unit only ----------------------------------------------------------------------------------------------------

CHANGED = table(record(anggaran=9))
TATAH_CHANGED = table(record("Milik Tatah", anggaran=9), unit=Written("63.03.11", "KECAMATAN TATAH MAKMUR"))


def test_only_the_unit_asked_for_is_brought_up_to_date(consolidate: Consolidate, state: Path) -> None:
    first = {"a.xlsx": GOOD, "b.xlsx": TATAH}
    then = {"a.xlsx": CHANGED, "b.xlsx": TATAH_CHANGED, "Kecamatan Tatah Makmur.xlsx": table(record("Baru"), unit="")}
    found = two_nights(consolidate, state, first, then, unit="63.03.03")
    assert {row["nama_inovasi"]: row["anggaran"] for row in found.innovations()} == {
        "GAMBUT BATANAM": 9,
        "Milik Tatah": 12_500_000,
    }
    for name in ("b.xlsx", "Kecamatan Tatah Makmur.xlsx"):
        file = found.file(name)
        assert (file["status"], file["kode_unit"]) == ("ditolak", None)
        assert "belum dibaca" in str(file["alasan"])
    everything = consolidate(then, state=state, run_id="3", times=dict.fromkeys(then, MARCH))
    assert {row["nama_inovasi"]: row["anggaran"] for row in everything.innovations()} == {
        "Baru": 12_500_000, "GAMBUT BATANAM": 9, "Milik Tatah": 9,
    }  # fmt: skip
    assert set(everything.berkas["status"]) == {"diterima"}


def test_files_of_other_units_that_did_not_change_are_read_as_ever(consolidate: Consolidate, state: Path) -> None:
    first = {"a.xlsx": GOOD, "b.xlsx": TATAH}
    found = two_nights(consolidate, state, first, {"a.xlsx": CHANGED, "b.xlsx": TATAH}, unit="63.03.03")
    assert set(found.berkas["status"]) == {"diterima"}
    assert found.findings(None, "berkas_ditunda", "data_bertahan") == []
