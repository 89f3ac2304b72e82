"""The reference folder: it loads, another one replaces it, and each fault in it is one sentence with file and line."""

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from schemas.reference import CSV_FILES
from schemas.tables import JENIS_UNIT, STATUS_BERKAS, TABLES, TRACES, columns
from tasks import passed
from tasks import reference as loading
from tasks.reference import DEFAULT_FOLDER, Reference, WrongReferenceError, load_reference
from tests.conftest import TAHUN

FILES = [*(f"{name}.csv" for name in CSV_FILES), "daerah.toml", "kosakata.toml", "aturan_iid.toml", "indeks.toml"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return shutil.copytree(DEFAULT_FOLDER, tmp_path / "acuan")


def complaint(folder: Path) -> str:
    """The sentence that loading a faulty folder ends with."""
    with pytest.raises(WrongReferenceError) as caught:
        load_reference(folder)
    return str(caught.value)


def change(path: Path, line: int, edit: Callable[[str], str]) -> None:
    """Edits a line (from 1) of a file."""
    lines = path.read_text("utf-8").splitlines(keepends=True)
    lines[line - 1] = edit(lines[line - 1])
    path.write_text("".join(lines), "utf-8")


def test_the_field_is_all_there(reference: Reference) -> None:
    counts = dict(reference.unit["jenis"].value_counts().iter_rows())
    assert (counts["kecamatan"], counts["kelurahan"], counts["puskesmas"]) == (20, 13, 25)
    assert reference.urusan.height == 38
    assert sorted(reference.aturan) == [2023, 2024, 2026]
    assert set(reference.status_berkas["status"]) >= set(STATUS_BERKAS)
    assert set(reference.unit["jenis"]) <= set(JENIS_UNIT)


def test_every_year_with_rules_has_twenty_indicators_of_maturity_111(reference: Reference) -> None:
    for year in reference.aturan:
        rows = reference.indicators(year)
        assert sorted(rows["nomor"]) == list(range(16, 36)), year
        assert rows["bobot"].sum() * 3 == 111, year


def test_the_profile_of_a_year(reference: Reference) -> None:
    of_2024, of_2026 = (set(reference.profile(year)["kolom"]) for year in (TAHUN, 2026))
    assert "tematik" in of_2024
    assert "asta_cita" not in of_2024
    assert "asta_cita" in of_2026
    assert "tematik" not in of_2026
    assert of_2026 >= {"koordinat", "nama_inovasi"}


def test_a_year_without_rules_names_those_that_have_some(reference: Reference) -> None:
    with pytest.raises(WrongReferenceError, match=r"2025.*2023, 2024, 2026"):
        reference.rules(2025)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    assert complaint(tmp_path / "tidak-ada") == f"Folder acuan {tmp_path / 'tidak-ada'} tidak ada."


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    assert complaint(folder) == f"Berkas acuan {folder / name} tidak ada."


def plant(path: Path, column: str, value: str) -> int:
    """Puts a value into the second data row; returns its line."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    rows[2][rows[0].index(column)] = value
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return 3


@pytest.mark.parametrize(
    ("name", "column", "value", "expected"),
    [
        *(("unit.csv", "jenis", "kementerian", "salah satu dari"), ("unit.csv", "nama", "", "terisi")),
        *(("unit.csv", "kode", "63.03.01", "tidak berulang"), ("unit.csv", "kode", "tidak boleh spasi", "berpola")),
        *(("urusan.csv", "urusan", "", "terisi"), ("urusan.csv", "urusan", "Pendidikan", "tidak berulang")),
        *(("profil.csv", "tipe", "angan-angan", "salah satu dari"), ("profil.csv", "minimum_kata", "banyak", "angka")),
        *(("profil.csv", "wajib", "mungkin", "salah satu dari"), ("profil.csv", "minimum_kata", "0", "sedikitnya 1")),
        *(("judul_kolom.csv", "tabel", "lain", "salah satu dari"), ("judul_kolom.csv", "sinonim", "", "terisi")),
        *(("pilihan.csv", "nilai", "", "terisi"), ("pilihan.csv", "kolom", "Tahapan!", "berpola")),
        *(("temuan.csv", "tingkat", "gawat", "salah satu dari"), ("temuan.csv", "siapa", "camat", "salah satu dari")),
        *(("temuan.csv", "pesan", "", "terisi"), ("temuan.csv", "kode", "berkas_kosong", "tidak berulang")),
        *(("status_berkas.csv", "status", "hilang", "salah satu dari"), ("status_berkas.csv", "judul", "", "terisi")),
        *(("indikator.csv", "tahun", "dua ribu", "angka"), ("indikator.csv", "bobot", "-2.5", "lebih dari 0")),
        *(("indikator.csv", "nomor", "satu", "berpola"), ("indikator.csv", "aspek", "spm", "salah satu dari")),
        *(("riwayat.csv", "indeks", "100.5", "paling banyak 100"), ("riwayat.csv", "tahun", "1999", "sedikitnya 2000")),
    ],
)  # fmt: skip
def test_a_wrong_value_is_one_sentence(folder: Path, name: str, column: str, value: str, expected: str) -> None:
    line = plant(folder / name, column, value)
    said = complaint(folder)
    lines = (line - 1, line) if expected == "tidak berulang" else (line,)  # a repetition has two lines: either will do
    assert said.startswith(tuple(f"Berkas acuan {folder / name} baris {at}: kolom {column} " for at in lines))
    assert (f"“{value}”" if value else "kosong") in said
    assert expected in said
    assert said.endswith(".")
    assert "\n" not in said


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith(".csv")])
def test_a_wrong_header_is_shown_beside_the_right_one(folder: Path, name: str) -> None:
    right = (folder / name).read_text("utf-8").splitlines()[0]
    change(folder / name, 1, lambda line: "salah," + line)
    assert complaint(folder) == f"Berkas acuan {folder / name} baris 1: kolomnya salah,{right}; seharusnya {right}."


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith(".csv")])
def test_a_row_of_another_length_is_named(folder: Path, name: str) -> None:
    change(folder / name, 3, lambda line: line.rstrip("\n") + ",lebih\n")
    said = complaint(folder)
    assert said.startswith(f"Berkas acuan {folder / name} baris 3: ada ")
    assert "seharusnya" in said


def test_lines_are_counted_through_line_breaks_in_a_cell(folder: Path) -> None:
    path = folder / "urusan.csv"
    change(path, 2, lambda _: 'wajib,Pendidikan,"satu\ndua\ntiga"\n')
    change(path, 6, lambda line: line.rstrip("\n") + ",lebih\n")
    assert f"{path} baris 6: " in complaint(folder)


def test_a_file_with_a_header_alone_is_named(folder: Path) -> None:
    path = folder / "urusan.csv"
    path.write_text(path.read_text("utf-8").splitlines()[0] + "\n", "utf-8")
    assert complaint(folder).startswith(f"Berkas acuan {path} tidak punya satu baris pun")


def test_a_file_in_another_encoding_is_named(folder: Path) -> None:
    path = folder / "urusan.csv"
    path.write_bytes(path.read_text("utf-8").replace("Pangan", "Pangán").encode("cp1252"))
    assert (
        complaint(folder)
        == f"Berkas acuan {path} baris 10: ada huruf yang bukan UTF-8; simpan berkas ini sebagai teks UTF-8."
    )


def test_a_file_saved_by_excel_with_a_mark_of_utf_8_is_read(folder: Path) -> None:
    path = folder / "urusan.csv"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert load_reference(folder).urusan.height == 38


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        ("daerah.toml", 'nama = "Kabupaten Banjar"', "nama = 63", "kunci nama"),
        ("daerah.toml", 'kode = "63.03"', 'kodee = "63.03"', "kunci kode"),
        ("kosakata.toml", "[bulan]\n1 =", "[bulan]\n13 =", "kunci bulan.13"),
        ("kosakata.toml", "\nkecamatan = [", "\nkementerian = [", "kementerian"),
        ("aturan_iid.toml", "pembagi_minimum = 10", "pembagi_minimum = 0", "kunci pembagi_minimum"),
        ("aturan_iid.toml", '"2021-01-01"', '"2021-13-01"', "kunci jendela_penerapan"),
        ("aturan_iid.toml", "[2023]", "[tahun]", "[tahun] harus berupa tahun"),
    ],
)
def test_a_wrong_key_is_named_with_its_file(folder: Path, name: str, old: str, new: str, expected: str) -> None:
    path = folder / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    said = complaint(folder)
    assert said.startswith(f"Berkas acuan {path}")
    assert expected in said


def test_a_file_that_is_no_toml_is_named(folder: Path) -> None:
    path = folder / "daerah.toml"
    path.write_text("nama = 1\nkode = \n", "utf-8")
    assert complaint(folder).startswith(f"Berkas acuan {path} baris 2: bukan TOML yang sah")


def test_rules_of_no_year_are_none(folder: Path) -> None:
    (folder / "aturan_iid.toml").write_text("")
    assert "belum ada aturan" in complaint(folder)


@pytest.mark.parametrize(
    ("name", "row"), [("pilihan.csv", "tahapn,ide,Ide,\n"), ("judul_kolom.csv", "inovasi,tahapn,Tahap Awal\n")]
)
def test_a_column_that_the_profile_does_not_have_is_named(folder: Path, name: str, row: str) -> None:
    with (folder / name).open("a", encoding="utf-8") as file:
        file.write(row)
    said = complaint(folder)
    assert said.startswith(f"Berkas acuan {folder / name}")
    assert "kolom “tahapn” tidak ada dalam profil.csv" in said


def test_the_sentence_about_a_wrong_key_is_indonesian(folder: Path) -> None:
    path = folder / "daerah.toml"
    path.write_text(path.read_text("utf-8").replace('nama = "Kabupaten Banjar"', "nama = 63"), "utf-8")
    assert "Input should be" not in complaint(folder)


def test_the_line_of_a_wrong_rule_is_the_one_of_its_year(folder: Path) -> None:
    path = folder / "aturan_iid.toml"
    text = path.read_text("utf-8").replace("pembagi_minimum = 12", "pembagi_minimum = 0")
    path.write_text(text, "utf-8")
    line = next(number for number, found in enumerate(text.splitlines(), 1) if "pembagi_minimum = 0" in found)
    assert f"baris {line}:" in complaint(folder)


def test_a_column_of_choices_without_choices_is_named(folder: Path) -> None:
    path = folder / "pilihan.csv"
    lines = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.startswith("tematik,")), "utf-8")
    assert complaint(folder) == (f"Berkas acuan {path}: kolom tematik (tipe pilihan di profil.csv) belum punya nilai.")


def test_a_unit_in_a_kecamatan_that_is_none_is_named(folder: Path) -> None:
    path = folder / "unit.csv"
    path.write_text(path.read_text("utf-8").replace("Kelurahan Jawa,,63.03.05,", "Kelurahan Jawa,,63.03.99,"), "utf-8")
    assert complaint(folder) == (
        f"Berkas acuan {path}: unit 63.03.05.1002 menyebut kecamatan 63.03.99 yang tidak terdaftar."
    )


def test_what_changes_on_disk_is_read_again(folder: Path) -> None:
    before = load_reference(folder)
    path = folder / "daerah.toml"
    path.write_text(path.read_text("utf-8").replace("Kabupaten Banjar", "Kabupaten Tetangga"), "utf-8")
    after = load_reference(folder)
    assert after.daerah.nama == "Kabupaten Tetangga"
    assert before.digest != after.digest
    assert load_reference(folder).digest == after.digest


def test_headers_choices_and_catalogue_speak_of_columns_that_exist(reference: Reference) -> None:
    from schemas.tables import polars_schema  # noqa: PLC0415

    profile = set(reference.profil["kolom"])
    assert set(reference.pilihan["kolom"]) <= profile
    assert profile - {"koordinat"} <= set(polars_schema("inovasi"))
    of_innovations = set(reference.judul_kolom.filter(reference.judul_kolom["tabel"] == "inovasi")["kolom"])
    assert of_innovations <= profile


def test_types_of_columns_are_those_that_pandera_reads_off_the_models() -> None:
    for model in (*CSV_FILES.values(), *TABLES.values(), *TRACES.values()):
        assert columns(model) == {name: it.dtype.type for name, it in model.to_schema().columns.items()}


@pytest.fixture
def next_start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[], None]:
    """Forgets what a process keeps in memory, as if the program began anew, with a note of its own of what has passed."""
    monkeypatch.setattr(passed, "NOTE", tmp_path / "lulus.txt")

    def forget() -> None:
        passed._noted.cache_clear()
        loading._load.cache_clear()

    forget()
    return forget


def test_tables_that_have_passed_are_checked_once(
    folder: Path, next_start: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = load_reference(folder)
    next_start()
    with monkeypatch.context() as patch:
        for model in CSV_FILES.values():
            patch.setattr(model, "validate", None)
        again = load_reference(folder)
    assert all(getattr(first, name).equals(getattr(again, name)) for name in CSV_FILES)
    change(folder / "unit.csv", 2, lambda line: line.replace(",kecamatan,", ",dinas,"))
    for _ in range(2):  # what did not pass is refused each time
        next_start()
        assert complaint(folder).startswith(f"Berkas acuan {folder / 'unit.csv'} baris 2: kolom jenis berisi “dinas”")


def test_where_nothing_can_be_noted_all_is_checked(
    folder: Path, next_start: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passed, "NOTE", folder / "tidak ada" / "lulus.txt")
    assert load_reference(folder).unit.equals(load_reference(DEFAULT_FOLDER).unit)
    passed.NOTE.parent.mkdir()
    passed.NOTE.write_bytes(b"\xff\xfe")
    next_start()
    change(folder / "unit.csv", 2, lambda line: line.replace(",kecamatan,", ",dinas,"))
    assert "dinas" in complaint(folder)
