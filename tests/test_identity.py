"""Which innovation is which: across spellings, units, files and runs, and what people decide about it."""

import csv
import io
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from schemas.reference import KeputusanRef
from schemas.tables import columns
from tasks import groups, stages
from tasks.read.limits import Limits
from tasks.reference import DEFAULT_FOLDER, Reference, WrongReferenceError, load_reference
from tasks.review import write_review
from tasks.workspace import Workspace
from tests.builder.workbooks import Value, Written
from tests.conftest import GAMBUT, MODIFIED, TAHUN, Consolidate, Result, fill, record, saved, table

ASTAMBUL = Written("pkm-astambul", "UPT PUSKESMAS ASTAMBUL")
LATER, LAST = MODIFIED + timedelta(days=10), MODIFIED + timedelta(days=20)
KODE = "63.03.03"


def names(result: Result) -> list[str]:
    return [str(row["nama_inovasi"]) for row in result.innovations()]


def ids(result: Result) -> dict[str, str]:
    """Identifiers by the name as it stands."""
    return {str(row["nama_inovasi"]): str(row["id_inovasi"]) for row in result.innovations()}


def sheet(*spellings: str, unit: Written = GAMBUT, **changes: Value) -> bytes:
    return table(*(record(nama, **changes) for nama in spellings), unit=unit)


# --- one innovation under many names ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def mixed(consolidate: Consolidate) -> Result:
    """Four files of a unit about few innovations in many spellings, and other units with the same names."""
    return consolidate(
        {
            "a/Kec Gambut 1.xlsx": sheet("GEBRAKS", "Posyandu Remaja 1", "Posyandu Remaja 2", "Rumah Gizi"),
            "b/Kec Gambut 2.xlsx": sheet("“Gebrak”", "1. POSYANDU REMAJA I", "Rumah Gizi Desa"),
            "c/Kec Gambut 3.xlsx": sheet("Gebraks (Gerakan Bersama Realisasi Akses Sanitasi)", "posyandu-remaja II"),
            "d/Kec Gambut 4.xlsx": sheet("Gerakan Bersama Realisasi Akses Sanitasi Tahun 2023", anggaran=7_000_000),
            "e/Astambul.xlsx": sheet("Gebraks", "Lain Sama Sekali", unit=ASTAMBUL),
            "f/Aranio.xlsx": sheet("GEBRAKS", unit=Written("63.03.11", "KECAMATAN ARANIO")),
        },
        times={"c/Kec Gambut 3.xlsx": LATER, "d/Kec Gambut 4.xlsx": LAST},
    )


def test_spellings_of_one_innovation_are_one(mixed: Result) -> None:
    own = mixed.inovasi.filter(pl.col("kode_unit") == KODE)
    assert own.height == 5
    (gebraks,) = (row for row in own.to_dicts() if row["anggaran"] == 7_000_000)
    assert gebraks["nama_inovasi"] == "Gerakan Bersama Realisasi Akses Sanitasi Tahun 2023"
    assert gebraks["id_inovasi"] == "2024-63.03.03-gebraks"
    assert gebraks["versi"] >= 2


def test_numbers_tell_innovations_apart(mixed: Result) -> None:
    numbered = mixed.inovasi.filter(pl.col("id_inovasi").str.contains("posyandu"))
    assert numbered["nama_inovasi"].str.to_lowercase().sort().to_list() == [
        "1. posyandu remaja i",
        "posyandu-remaja ii",
    ]


def test_likely_pairs_stay_apart_and_are_listed(mixed: Result) -> None:
    (row,) = mixed.tinjauan.to_dicts()
    assert (row["kode_unit"], {row["nama_kiri"], row["nama_kanan"]}) == (KODE, {"Rumah Gizi", "Rumah Gizi Desa"})
    assert {row["kiri"], row["kanan"]} <= set(mixed.inovasi["id_inovasi"])
    assert row["kiri"] != row["kanan"]
    (note,) = mixed.findings(None, "mungkin_sama")
    assert (note["tingkat"], note["siapa"], note["kode_unit"]) == ("catatan", "bappedalitbang", KODE)


def test_the_same_name_at_several_units_stays_each_units_own_and_is_linked(mixed: Result) -> None:
    gebraks = mixed.inovasi.filter(pl.col("id_inovasi").str.contains("gebraks"))
    assert gebraks.height == 3
    assert {"63.03.11", "pkm-astambul"} <= set(mixed.bersama["kode_unit"])
    assert mixed.bersama["kelompok"].n_unique() == 1


def test_a_unit_that_writes_the_long_form_is_linked_too(mixed: Result) -> None:
    assert mixed.bersama["kode_unit"].sort().to_list() == sorted([KODE, "63.03.11", "pkm-astambul"])


def test_every_row_was_accepted(mixed: Result) -> None:
    assert mixed.berkas["baris_ditolak"].sum() == 0
    assert mixed.berkas["baris_dibaca"].sum() == 4 + 3 + 2 + 1 + 2 + 1


# --- from run to run --------------------------------------------------------------------------------------------------


def resaved(data: bytes) -> bytes:
    """The same cells in other bytes."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    book.properties.creator = "orang lain"
    return saved(book)


FIRST = {
    "gambut.xlsx": sheet("GEBRAKS", "GAMBUT BATANAM", "Rumah Gizi"),
    "perbaikan gambut.xlsx": sheet("Gebraks (Gerakan Bersama Realisasi Akses Sanitasi)", anggaran=1_000_000),
    "astambul.xlsx": sheet("Gebraks", unit=ASTAMBUL),
}
TIMES = {"perbaikan gambut.xlsx": LATER}
MOVED: Mapping[str, Callable[[str], str]] = {
    "renamed": lambda name: f"zz {name}",
    "moved": lambda name: f"Kelurahan Keraton/lama/{name}",
}


def seen(result: Result) -> set[tuple[object, ...]]:
    """What must not change by other names of files."""
    rows = result.inovasi.select("id_inovasi", "nama_inovasi", "anggaran", "versi", "kode_unit").rows()
    changes = result.riwayat_isian.select("id_inovasi", "versi", "kolom", "sebelum", "sesudah", "run_id").rows()
    return {*rows, *changes}


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


def test_a_second_run_gives_the_same_tables_and_other_names_of_files_no_other_identity(
    consolidate: Consolidate, state: Path
) -> None:
    before = consolidate(FIRST, times=TIMES, state=state, run_id="satu")
    after = consolidate(FIRST, times=TIMES, state=state, run_id="dua")
    for table_name, frame in before.tables.items():
        told = (
            frame.drop("run_id", "waktu") if table_name == "sejarah" else frame
        )  # nothing is published between the two
        assert told.equals(after.tables[table_name].select(told.columns)), table_name
    assert set(after.riwayat_isian["run_id"]) == {"satu"}
    for run_id, name in MOVED.items():
        moved = {name(berkas): data for berkas, data in FIRST.items()}
        times = {name(berkas): moment for berkas, moment in TIMES.items()}
        after = consolidate(moved, times=times, state=state, run_id=run_id)
        assert seen(after) == seen(before)


def test_files_saved_anew_later_change_no_identity(consolidate: Consolidate, state: Path) -> None:
    before = consolidate(FIRST, times=TIMES, state=state)
    again = {berkas: resaved(data) for berkas, data in FIRST.items()}
    assert all(again[berkas] != FIRST[berkas] for berkas in FIRST)
    times = dict.fromkeys(again, LATER) | {"perbaikan gambut.xlsx": LAST}
    after = consolidate(again, times=times, state=state)
    assert after.inovasi.equals(before.inovasi)
    # Copies beside the originals are duplicates, and nothing more.
    both = consolidate({**FIRST, **{f"salinan/{k}": v for k, v in again.items()}}, times=TIMES, state=state)
    assert both.inovasi.equals(before.inovasi)


def test_an_innovation_keeps_its_identifier_under_a_better_name(consolidate: Consolidate, state: Path) -> None:
    before = consolidate({"a.xlsx": sheet("GEBRAKS")}, state=state)
    long = {"b.xlsx": sheet("Gerakan Bersama Realisasi Akses Sanitasi")}
    both = consolidate({"a.xlsx": sheet("GEBRAKS"), **long}, times={"b.xlsx": LATER}, state=state)
    assert list(ids(before).values()) == list(ids(both).values()) == ["2024-63.03.03-gebraks"]
    assert names(both) == ["Gerakan Bersama Realisasi Akses Sanitasi"]
    # Known by that name from then on, when the first list is no longer there.
    alone = consolidate(long, times={"b.xlsx": LATER}, state=state)
    assert list(ids(alone).values()) == ["2024-63.03.03-gebraks"]


def test_identifiers_are_readable_plain_and_of_their_year(consolidate: Consolidate, state: Path) -> None:
    found = consolidate(
        {"a.xlsx": sheet("Pos-Yandu “Cerïa” & Sehat (PCS)", "漢字", "Rumah Gizi", "rumah gizi 2")}, state=state
    )
    assert all(identifier.isascii() for identifier in ids(found).values())
    assert ids(found)["Rumah Gizi"] == "2024-63.03.03-rumah-gizi"
    other = consolidate({"a.xlsx": sheet("Rumah Gizi")}, tahun=2023, state=state)
    assert list(ids(other).values()) == ["2023-63.03.03-rumah-gizi"]


# --- versions ---------------------------------------------------------------------------------------------------------


def test_what_later_submissions_changed_is_kept(consolidate: Consolidate) -> None:
    found = consolidate(
        {
            "1.xlsx": sheet("GEBRAKS", "Tetap Sama", anggaran=1_000_000),
            "2.xlsx": sheet("Gebrak", "Tetap Sama", anggaran=2_000_000),
            "3.xlsx": sheet("Gebrak", "Tetap Sama", anggaran=2_000_000, tahapan="uji_coba"),
        },
        times={"2.xlsx": LATER, "3.xlsx": LAST},
        run_id="r1",
    )
    gebrak = next(row for row in found.innovations() if row["nama_inovasi"] == "Gebrak")
    assert gebrak["versi"] == 3
    mine = found.riwayat_isian.filter(pl.col("id_inovasi") == gebrak["id_inovasi"])
    changes = {(row["versi"], row["kolom"]): (row["sebelum"], row["sesudah"], row["berkas"]) for row in mine.to_dicts()}
    assert set(changes) == {(2, "nama_inovasi"), (2, "anggaran"), (3, "tahapan")}
    assert changes[2, "nama_inovasi"] == ("GEBRAKS", "Gebrak", "2.xlsx")
    assert changes[3, "tahapan"] == ("penerapan", "uji_coba", "3.xlsx")
    before, after = (float(str(value)) for value in changes[2, "anggaran"][:2])
    assert (before, after) == (1_000_000, 2_000_000)
    assert set(mine["run_id"]) == {"r1"}


def test_an_innovation_that_a_later_list_drops_is_kept_and_told(consolidate: Consolidate) -> None:
    found = consolidate(
        {"1.xlsx": sheet("GEBRAKS", "Rumah Gizi", "Hilang Kemudian"), "2.xlsx": sheet("GEBRAKS", "RUMAH GIZI")},
        times={"2.xlsx": LATER},
    )
    assert "Hilang Kemudian" in names(found)
    (told,) = found.findings(None, "inovasi_tidak_disebut_lagi")
    assert (told["berkas"], told["nilai"], told["kode_unit"]) == ("2.xlsx", "Hilang Kemudian", KODE)
    assert "1.xlsx" in str(told["pesan"])


def test_nothing_is_told_of_lists_that_drop_nothing(consolidate: Consolidate) -> None:
    found = consolidate(
        {
            "1.xlsx": sheet("GEBRAKS", "Hilang Kemudian"),
            "2.xlsx": sheet("Yang Lain"),  # a list of other innovations replaces nothing
            "3.xlsx": sheet("GEBRAKS", "Yang Lain", "Hilang Kemudian", "Baru"),
            "4.xlsx": sheet("GEBRAKS", unit=ASTAMBUL),
        },
        times={"2.xlsx": LATER, "3.xlsx": LAST, "4.xlsx": LAST},
    )
    assert found.findings(None, "inovasi_tidak_disebut_lagi") == []


# --- decisions --------------------------------------------------------------------------------------------------------

Decision = dict[str, str]
FIELDS = list(columns(KeputusanRef))


@pytest.fixture
def decide(tmp_path: Path) -> Callable[..., Path]:
    """A reference folder with these decisions in keputusan.csv."""

    def write(*rows: Decision) -> Path:
        folder = tmp_path / "acuan"
        shutil.copytree(DEFAULT_FOLDER, folder)
        with (folder / "keputusan.csv").open("w", newline="") as stream:
            writer = csv.DictWriter(stream, FIELDS, restval="")
            writer.writeheader()
            writer.writerows(rows)
        return folder

    return write


def decision(keputusan: str, kiri: str, kanan: str, kode_unit: str = KODE, **more: str) -> Decision:
    signed = {"alasan": "sudah ditanyakan", "oleh": "Kabid", "tanggal": "2024-02-20"}
    return {"keputusan": keputusan, "kode_unit": kode_unit, "kiri": kiri, "kanan": kanan} | signed | more


INBOX = {"1.xlsx": sheet("Rumah Gizi", "Rumah Gizi Desa", "GEBRAKS"), "2.xlsx": sheet("Gebrak", "Lapor Banyu")}
Decide = Callable[..., Path]
Decided = Callable[..., Result]


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """``INBOX``, read and parsed once: decisions change nothing before the search for units."""
    folder = tmp_path_factory.mktemp("keputusan")
    workspace = Workspace(folder / "kerja", folder / "terbit", folder / "state", TAHUN)
    words, limits = load_reference(), Limits(seconds=60)
    stages.collect_stage(workspace, words, limits, fill(folder / "inbox", INBOX))
    stages.read_stage(workspace, words, limits, 2)
    stages.arrange_stage(workspace, words)
    return workspace


@pytest.fixture
def decided(opened: Workspace, decide: Decide) -> Decided:
    """The tables of ``INBOX`` under decisions."""

    return lambda *rows: conclude(opened, load_reference(decide(*rows)))


@pytest.fixture(scope="module")
def undecided(opened: Workspace) -> Result:
    """The tables of ``INBOX`` without any decision."""
    aside = replace(opened, terbit=opened.terbit.with_name("tanpa keputusan"))
    return conclude(aside, load_reference())


def conclude(workspace: Workspace, words: Reference) -> Result:
    for stage in (stages.identify_stage, stages.validate_stage, stages.merge_stage):
        stage(workspace, words)
    made = {path.stem: pl.read_parquet(path) for path in (workspace.terbit / "data").glob("*.parquet")}
    return Result(made, workspace.terbit / "data")


def test_same_joins(decided: Decided) -> None:
    found = decided(decision("sama", "rumah gizi", "RUMAH  GIZI “DESA”"), decision("sama", "Gebraks", "Lapor Banyu"))
    assert found.inovasi.height == 2
    assert found.tinjauan.is_empty()
    assert found.findings(None, "keputusan_usang", "mungkin_sama") == []


def test_not_the_same_parts(decided: Decided) -> None:
    found = decided(decision("beda", "Rumah Gizi", "Rumah Gizi Desa"), decision("beda", "Gebrak", "GEBRAKS"))
    assert found.inovasi.height == 5
    assert found.tinjauan.is_empty()
    assert found.findings(None, "keputusan_usang", "mungkin_sama") == []


def test_what_is_apart_stays_apart_by_detours(consolidate: Consolidate, decide: Decide) -> None:
    """Two names that are not the same do not meet through a third that is like both."""
    inbox = {"1.xlsx": sheet("GEBRAKS", "Gebrak", "Gebraks (Gerakan Bersama Realisasi Akses Sanitasi)")}
    assert consolidate(inbox, acuan=decide(decision("beda", "Gebrak", "GEBRAKS"))).inovasi.height == 2


def test_a_name_is_given(decided: Decided, undecided: Result) -> None:
    before = ids(undecided)["Gebrak"]
    found = decided(decision("nama", "gebrak", "GEBRAK JAMBAN SEHAT"))
    assert ids(found)["GEBRAK JAMBAN SEHAT"] == before
    assert found.findings(None, "keputusan_usang") == []


def test_values_are_given(decided: Decided) -> None:
    values: dict[str, tuple[str, object]] = {
        "anggaran": ("Rp 3.500.000,00", 3_500_000),
        "tahapan": ("Uji Coba", "uji_coba"),
        "waktu_penerapan": ("6 Februari 2022", date(2022, 2, 6)),
        "tujuan": ("Tujuan yang benar", "Tujuan yang benar"),
        "urusan_beririsan": ("Pangan", ["Pangan"]),
    }
    found = decided(
        *(decision("nilai", "lapor banyu", text, kolom=kolom) for kolom, (text, _) in values.items()),
        decision("nilai", "LAPOR BANYU", "2000", kolom="anggaran", nilai_lama="1"),  # ended with the value it replaced
        decision("nilai", "Rumah Gizi", "1000", kolom="anggaran", nilai_lama="12500000"),
    )
    assert next(row for row in found.innovations() if row["nama_inovasi"] == "Rumah Gizi")["anggaran"] == 1000
    row = next(row for row in found.innovations() if row["nama_inovasi"] == "Lapor Banyu")
    assert {kolom: row[kolom] for kolom in values} == {kolom: value for kolom, (_, value) in values.items()}
    (told,) = found.findings(None, "keputusan_usang")
    assert "lapor banyu" in str(told["pesan"]).casefold()


def test_units_merged_one_by_one_are_decided_on_as_all_together(
    consolidate: Consolidate, decide: Decide, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of units that share no file each is merged alone; a decision is told of once, also one on a unit that sent nothing."""
    inbox = {
        "1.xlsx": sheet("Rumah Gizi", "Rumah Gizi Desa", "GEBRAKS"),
        "2.xlsx": sheet("Posyandu Remaja", unit=ASTAMBUL),
        "3.xlsx": sheet("Gebrak"),
        "4.xlsx": table(record("Lapor Banyu"), record("Antar Obat"), unit=Written("63.03.11", "KECAMATAN ARANIO")),
    }
    acuan = decide(
        decision("sama", "Rumah Gizi", "Rumah Gizi Desa"),
        decision("nama", "Posyandu Remaja", "POSYANDU REMAJA SEHAT", kode_unit="pkm-astambul"),
        decision("sama", "Lapor Banyu", "Lapor Air", kode_unit="63.03.11"),
        decision("sama", "Ini", "Itu", kode_unit="63.03.04"),
    )
    together = consolidate(inbox, acuan=acuan)
    monkeypatch.setattr(groups, "RECORDS_TOGETHER", 1)
    apart = consolidate(inbox, acuan=acuan)
    made = set(together.tables) - {"rencana", "langkah_rencana"}  # the solver is given so many seconds
    assert [name for name in sorted(made) if not together.tables[name].equals(apart.tables[name])] == []
    assert apart.inovasi.height == 5
    told = apart.findings(None, "keputusan_usang")
    assert sorted(str(row["kode_unit"]) for row in told) == ["63.03.04", "63.03.11"]


def test_a_unit_is_named(consolidate: Consolidate, decide: Decide) -> None:
    odd = {"kiriman.xlsx": table(record("Rumah Gizi"), unit=Written(None, "TIM INTAN BERSINAR"))}
    found = consolidate(odd, acuan=decide(decision("unit", "Tim Intan Bersinar", "pkm-astambul", kode_unit="")))
    assert [row["kode_unit"] for row in found.innovations()] == ["pkm-astambul"]
    assert found.findings(None, "keputusan_usang") == []


def test_decisions_that_match_nothing_are_told(decided: Decided, undecided: Result) -> None:
    stale = [
        decision("sama", "Rumah Gizi", "Tidak Ada Lagi"),
        decision("beda", "Sudah Hilang", "GEBRAKS"),
        decision("sama", "Rumah Gizi", "Rumah Gizi Desa", kode_unit="63.03.11"),
        decision("nama", "Tidak Ada", "Nama Baru"),
        decision("nilai", "Entah Apa", "Digital", kolom="jenis"),
        decision("nilai", "GEBRAKS", "bukan angka", kolom="anggaran"),
        decision("nilai", "Lapor Banyu", "apa saja", kolom="tidak_ada"),
        decision("unit", "Tim yang Tidak Pernah Menulis", "pkm-astambul", kode_unit=""),
    ]
    found = decided(*stale)
    assert found.inovasi.equals(undecided.inovasi)
    told = found.findings(None, "keputusan_usang", tingkat="peringatan", siapa="bappedalitbang")
    assert len(told) == len(stale)
    for row in stale:
        words = (row["kiri"].casefold(), row["kanan"].casefold())
        assert any(word in str(item["pesan"]).casefold() for item in told for word in words), row


def test_the_review_list_filled_in_is_the_decisions_file(consolidate: Consolidate, decide: Decide) -> None:
    inbox = {"1.xlsx": sheet("Rumah Gizi", "Rumah Gizi Desa", "Pak Camat Menyapa", "Bapak Camat Menyapa", "GEBRAKS")}
    acuan = decide(decision("nama", "GEBRAKS", "GEBRAK"))
    first = consolidate(inbox, acuan=acuan)
    assert first.tinjauan.height == 2
    write_review(first.data, load_reference(acuan).keputusan)
    book = openpyxl.load_workbook(first.data / "tinjauan.xlsx")
    lines = book.worksheets[0]
    header = [cell.value for cell in lines[1]]
    place = {name: header.index(name) for name in FIELDS}
    for line in lines.iter_rows(min_row=2):
        if line[place["keputusan"]].value is None:
            same = "Gizi" in str(line[place["kiri"]].value)
            line[place["keputusan"]].value = "sama" if same else "beda"
            line[place["oleh"]].value, line[place["tanggal"]].value = "Kabid", datetime(2024, 3, 1)
    book.save(acuan / "keputusan.xlsx")
    (acuan / "keputusan.csv").unlink()
    second = consolidate(inbox, acuan=acuan)
    assert second.tinjauan.is_empty()
    assert second.inovasi.height == 4
    assert {"GEBRAK", "Pak Camat Menyapa", "Bapak Camat Menyapa"} < set(names(second))
    assert second.findings(None, "keputusan_usang", "mungkin_sama") == []


def test_a_review_list_not_filled_in_decides_nothing(undecided: Result, decide: Decide) -> None:
    write_review(undecided.data, load_reference().keputusan)
    acuan = decide()
    shutil.copy(undecided.data / "tinjauan.xlsx", acuan / "keputusan.xlsx")
    assert undecided.tinjauan.height == 1
    assert load_reference(acuan).keputusan.is_empty()


def test_the_review_list_shows_both_records_as_text(consolidate: Consolidate) -> None:
    found = consolidate({"1.xlsx": sheet("Rumah Gizi", "Rumah Gizi Desa", tujuan="=1+1")})
    write_review(found.data, load_reference().keputusan)
    lines = list(openpyxl.load_workbook(found.data / "tinjauan.xlsx").worksheets[0].iter_rows())
    assert len(lines) == 1 + found.tinjauan.height == 2
    shown = dict(zip((cell.value for cell in lines[0]), lines[1], strict=True))
    assert shown["tahapan_kiri"].value == shown["tahapan_kanan"].value == "penerapan"
    assert {cell.data_type for cell in lines[1]} <= {"s", "n", "d"}


@pytest.mark.parametrize(
    "row",
    [decision("mungkin", "a", "b"), decision("sama", "", "b"), decision("sama", "a", "")],
    ids=["word", "left", "right"],
)
def test_decisions_that_are_none_are_refused_with_their_line(decide: Decide, row: Decision) -> None:
    with pytest.raises(WrongReferenceError, match=r"keputusan\.csv baris 2"):
        load_reference(decide(row))


def test_an_acronym_that_fits_two_phrases_is_left_to_people(consolidate: Consolidate) -> None:
    phrases = ("Penjaringan Petani Milenial Baru", "Pelatihan Perawat Mitra Bayi")
    found = consolidate({"1.xlsx": sheet("PEPEMIBA", *phrases)})
    assert found.inovasi.height == 3
    assert {frozenset((row["nama_kiri"], row["nama_kanan"])) for row in found.tinjauan.to_dicts()} == {
        frozenset(("PEPEMIBA", phrase)) for phrase in phrases
    }
    alone = consolidate({"1.xlsx": sheet("PEPEMIBA", phrases[0])})
    assert alone.inovasi.height == 1


def test_a_mended_row_is_a_new_version_though_the_first_was_rejected(consolidate: Consolidate) -> None:
    files = {
        "1.xlsx": sheet("GEBRAKS", tahapan="entah apa"),
        "2.xlsx": sheet("GEBRAKS", tahapan="penerapan"),
    }
    found = consolidate(files, times={"2.xlsx": LATER})
    assert found.inovasi["versi"].to_list() == [2]


def test_a_short_form_that_two_innovations_bear_is_left_to_people(consolidate: Consolidate) -> None:
    long = ("Mutiara (Layanan Ibu Hamil)", "Mutiara (Kebun Sayur Warga Desa)")
    found = consolidate({"1.xlsx": sheet("MUTIARA", *long)})
    assert found.inovasi.height == 3
    assert {frozenset((row["nama_kiri"], row["nama_kanan"])) for row in found.tinjauan.to_dicts()} == {
        frozenset(("MUTIARA", name)) for name in long
    }


def test_the_name_of_the_unit_itself_tells_no_innovations_apart(consolidate: Consolidate) -> None:
    spellings = (
        "Rumah Gizi",
        "Rumah Gizi di Kec. Gambut",
        "RUMAH GIZI KECAMATAN GAMBUT KABUPATEN BANJAR",
        "Rumah Gizi Astambul",
    )
    assert sorted(names(consolidate({"1.xlsx": sheet(*spellings)}))) == sorted(spellings[2:])


def test_a_corrected_name_keeps_the_identifier_when_the_first_file_is_gone(
    consolidate: Consolidate, state: Path
) -> None:
    first = consolidate({"a.xlsx": sheet("Kampung Literasy Digitl", "GEBRAKS", "Rumah Gizi")}, state=state)
    long = "Gebraks (Gerakan Bersama Realisasi Akses Sanitasi)"
    then = consolidate({"b.xlsx": sheet("Kampung Literasi Digital", long, "Rumah Gizi Desa")}, state=state)
    assert ids(then)["Kampung Literasi Digital"] == ids(first)["Kampung Literasy Digitl"]
    assert ids(then)[long] == ids(first)["GEBRAKS"]
    assert ids(then)["Rumah Gizi Desa"] not in ids(first).values()  # perhaps another one: never taken over unseen
