"""Bytes to cells: true addresses, every unreadable file named for what it is, and no file that costs another one."""

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter
from python_calamine import load_workbook

from tasks.read.grid import Grid, a1, encode
from tasks.read.limits import Limits
from tasks.read.packed import packed
from tasks.read.pool import read_files, warm_up
from tasks.read.sheets import Sheets, read, unpacked
from tasks.read.workbook import Book, read_workbook
from tasks.vocabulary import Vocabulary
from tests.conftest import Consolidate, Result, record, saved, table, workbook

LIMITS = Limits(seconds=60)


def opened(data: bytes, folder: Path) -> Book:
    """A workbook as read."""
    path = folder / "buku"
    path.write_bytes(data)
    return read_workbook(path, LIMITS)


def the_grid(data: bytes, folder: Path) -> Grid:
    """Its only sheet."""
    (grid,) = opened(data, folder).grids
    return grid


def values(grid: Grid) -> dict[str, object]:
    """Its filled cells by address."""
    return {a1(row, column): grid.rows[row][column] for row in range(len(grid.rows)) for column in grid.filled(row)}


# --- cells ------------------------------------------------------------------------------------------------------------


def test_addresses_count_from_a1_whatever_is_empty_before(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["D7"], book.active["AA9"], book.active["E7"] = "judul", 3, "  "
    grid = the_grid(saved(book), tmp_path)
    assert values(grid) == {"D7": "judul", "AA9": 3}
    assert grid.value(6, 3) == "judul"
    assert grid.value(500, 500) == ""


def test_a_merged_range_shows_the_value_of_its_top_left_cell(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["C3"] = "Waktu"
    book.active.merge_cells("C3:E4")
    book.active["F5"] = "akhir"
    grid = the_grid(saved(book), tmp_path)
    assert {grid.value(row, column) for row in (2, 3) for column in (2, 3, 4)} == {"Waktu"}
    assert grid.anchor(3, 4) == (2, 2)
    assert grid.value(4, 4) == ""
    assert values(grid) == {"C3": "Waktu", "F5": "akhir"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"<sheetData>", b"<sheetData>"),
        (b"<sheetData>", b"<!-- <sheetData> --><sheetData>"),
        (b"</sheetData>", b"</sheetData><!-- </sheetData><mergeCells><mergeCell ref='A1:B9'/></mergeCells> -->"),
        (b"</worksheet>", b"</worksheet> \n"),
        (b"<mergeCells", b"<phoneticPr fontId='1'/><mergeCells"),
        (b'<mergeCells count="1"><mergeCell ref="C3:E4" /></mergeCells>', b'<mergeCells count="0"/>'),
        (b'<mergeCells count="1"><mergeCell ref="C3:E4" /></mergeCells>', b""),
    ],
)
def test_merged_ranges_are_those_that_calamine_finds(tmp_path: Path, old: bytes, new: bytes) -> None:
    book = openpyxl.Workbook()
    book.active["C3"], book.active["F5"] = "Waktu", date(2024, 2, 6)
    book.active.merge_cells("C3:E4")
    data = rezip(saved(book), "xl/worksheets/sheet1.xml", partial(replace_bytes, old, new))
    sheet = load_workbook(io.BytesIO(data)).get_sheet_by_index(0)
    grid = the_grid(data, tmp_path)
    assert (grid.rows, grid.merges) == (sheet.to_python(skip_empty_area=False), sheet.merged_cell_ranges)


def test_kinds_of_cells(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    cells = [date(2024, 2, 6), datetime(2024, 2, 6, 8, 30), 12, 12.5, True, "teks", "2024", "  dua  spasi\n"]
    book.active.append(cells)
    grid = the_grid(saved(book), tmp_path)
    assert [encode(grid.rows[0][column]) for column in range(len(cells))] == [
        *(("2024-02-06", "d"), ("2024-02-06 08:30:00", "d"), ("12", "n"), ("12.5", "n"), ("TRUE", "b"), ("teks", "s")),
        *(("2024", "s"), ("  dua  spasi\n", "s")),
    ]


def test_the_sheets_a_person_sees_are_read_and_hidden_ones_named(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "Tampak"
    book.active["A1"] = "a"
    for name, state in (("Tersembunyi", "hidden"), ("Rahasia", "veryHidden")):
        book.create_sheet(name)["A1"] = "b"
        book[name].sheet_state = state
    found = opened(saved(book), tmp_path)
    assert [grid.lembar for grid in found.grids] == ["Tampak"]
    assert found.hidden == ["Tersembunyi", "Rahasia"]


def test_the_declared_extent_of_a_sheet_is_not_believed(tmp_path: Path) -> None:
    """Some writers declare A1:A1, or a million rows, whatever the sheet holds."""
    data = workbook([["a", "b"], ["c", "d"]])
    for extent in (b"A1", b"A1:XFD1048576"):
        changed = rezip(data, "xl/worksheets/sheet1.xml", partial(replace_bytes, b"A1:B2", extent))
        assert values(the_grid(changed, tmp_path)) == {"A1": "a", "B1": "b", "A2": "c", "B2": "d"}


@given(row=st.integers(0, 1_048_575), column=st.integers(0, 16_383))
def test_addresses_are_excels(row: int, column: int) -> None:
    assert a1(row, column) == f"{get_column_letter(column + 1)}{row + 1}"


def replace_bytes(old: bytes, new: bytes, part: bytes) -> bytes:
    assert old in part
    return part.replace(old, new)


def rezip(data: bytes, name: str, edit: Callable[[bytes], bytes]) -> bytes:
    """A workbook with one part changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for part in source.namelist():
            content = source.read(part)
            target.writestr(part, edit(content) if part == name else content)
    return out.getvalue()


def far_corners(last: str) -> bytes:
    """A small valid workbook with two cells: A1 and another one far away."""
    row = "".join(letter for letter in last if letter.isdigit())
    cells = f'<row r="1"><c r="A1"><v>1</v></c></row><row r="{row}"><c r="{last}"><v>1</v></c></row>'.encode()
    return rezip(
        workbook([["x"]]),
        "xl/worksheets/sheet1.xml",
        lambda part: part[: part.index(b"<sheetData>") + 11] + cells + part[part.index(b"</sheetData>") :],
    )


DEADLY = {"berkas_menghentikan_pembaca", "berkas_terlalu_besar"}


# --- what cannot be read ----------------------------------------------------------------------------------------------

GOOD = table()
OLE = bytes.fromhex("d0cf11e0a1b11ae1")


def zipped(**files: bytes) -> bytes:
    """An archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/"), content)
    return out.getvalue()


UNREADABLE: dict[str, tuple[bytes, str]] = {
    "kosong.xlsx": (b"", "berkas_kosong"),
    "bersandi.xlsx": (
        OLE.ljust(2048, b"\0") + "EncryptedPackage".encode("utf-16-le").ljust(600, b"\0"),
        "berkas_bersandi",
    ),
    "web.xls": (
        b"\r\n<html><body><table><tr><td>Nama Inovasi</td></tr></table></body></html>",
        "berkas_html",
    ),
    "pindaian.xlsx": (b"%PDF-1.4\n%%EOF\n", "berkas_pdf"),
    "foto.xlsx": (b"\xff\xd8\xff\xe0".ljust(600, b"\1"), "berkas_gambar"),
    "surat.xlsx": (zipped(word__document_xml=b"<w/>"), "berkas_rusak"),
    "paparan.xlsx": (zipped(ppt__presentation_xml=b"<p/>"), "berkas_bukan_lembar_kerja"),
    "separuh.xlsx": (GOOD[: len(GOOD) // 2], "berkas_rusak"),
    "ekor.xlsx": (GOOD[-len(GOOD) // 2 :], "berkas_rusak"),
    "tanpa-isi.xlsx": (zipped(xl__workbook_xml=b"<nonsense"), "berkas_rusak"),
    "hampa.xlsx": (workbook([[]]), "berkas_hampa"),
    "tanpa-baris.xlsx": (workbook([["No", "Nama Inovasi", "Tahapan", "Jenis"]]), "tanpa_baris"),
    "ujung.xlsx": (far_corners("XFD1048576"), ""),
}


@pytest.fixture(scope="module")
def unreadable(consolidate: Consolidate) -> Result:
    files = {name: data for name, (data, _) in UNREADABLE.items()}
    return consolidate({**files, "baik/Kecamatan Gambut.xlsx": GOOD})


@pytest.mark.parametrize(("name", "code"), [(name, code) for name, (_, code) in UNREADABLE.items() if code])
def test_what_cannot_be_read_is_named(unreadable: Result, name: str, code: str) -> None:
    assert unreadable.codes(name, "kesalahan") == [code]
    row = unreadable.file(name)
    assert row["status"] == "ditolak"
    assert row["alasan"] == unreadable.findings(name, code)[0]["pesan"]
    assert (row["baris_dibaca"], row["baris_diterima"], row["baris_ditolak"]) == (0, 0, 0)


def test_a_workbook_of_two_cells_at_opposite_corners_costs_only_itself(unreadable: Result) -> None:
    """1,449 bytes that abort the process in the readers written in Rust, unless the far cell is left aside."""
    (code,) = unreadable.codes("ujung.xlsx", "kesalahan")
    assert code in DEADLY | {"tata_letak_tidak_dikenal", "berkas_terlalu_lebar"}
    assert unreadable.file("ujung.xlsx")["status"] == "ditolak"


def test_the_good_file_among_them_is_read(unreadable: Result) -> None:
    assert [row["nama_inovasi"] for row in unreadable.innovations()] == ["GAMBUT BATANAM"]
    assert unreadable.file("baik/Kecamatan Gambut.xlsx")["status"] == "diterima"


def test_no_reason_is_left_with_a_hole(unreadable: Result) -> None:
    for row in unreadable.temuan.iter_rows(named=True):
        assert "{" not in row["pesan"]
        assert "  " not in row["pesan"]


# --- workers ----------------------------------------------------------------------------------------------------------


def write(folder: Path, *contents: bytes) -> list[Path]:
    """The contents as files, in order."""
    paths = [folder / f"{number:02}" for number in range(len(contents))]
    for path, content in zip(paths, contents, strict=True):
        path.write_bytes(content)
    return paths


def codes(answers: list[dict[str, object]]) -> list[object]:
    """What became of each file; None where it was read."""
    return [answer.get("kode") for answer in answers]


def heavy() -> bytes:
    """A valid workbook of twelve million cells: some 200 KB that no small memory can hold."""
    row = b"<row>" + b"<c><v>1</v></c>" * 1000 + b"</row>"
    return rezip(
        workbook([["x"]]),
        "xl/worksheets/sheet1.xml",
        lambda part: part[: part.index(b"<sheetData>") + 11] + row * 12_000 + part[part.index(b"</sheetData>") :],
    )


def test_a_file_that_exhausts_its_reader_costs_that_file(tmp_path: Path, vocabulary: Vocabulary) -> None:
    big = 10**10
    limits = Limits(seconds=60, memory_bytes=600 * 1024**2, inflated_bytes=big, cells=big, rows=big, columns=big)
    paths = write(tmp_path, *([GOOD] * 4), heavy(), *([GOOD] * 7))  # sent three at a time, the culprit amid them
    found = codes(list(read_files(paths, vocabulary, limits, workers=1)))
    assert found.pop(4) in DEADLY
    assert found == [None] * 11


def test_a_file_that_takes_too_long_costs_that_file(tmp_path: Path, vocabulary: Vocabulary) -> None:
    answers = list(read_files(write(tmp_path, GOOD, GOOD), vocabulary, Limits(seconds=0.001), workers=1))
    assert codes(answers) == ["berkas_terlalu_lama", "berkas_terlalu_lama"]
    assert {answer["rincian"] for answer in answers} == {"0.001"}


@pytest.mark.parametrize(
    ("limits", "data"),
    [
        (Limits(file_bytes=1000), GOOD),
        (Limits(inflated_bytes=10_000), GOOD),
        (Limits(cells=50), GOOD),
        (Limits(), zipped(xl__bom_xml=b"\0" * (401 * 1024**2))),
    ],
    ids=["bytes", "inflated", "cells", "bomb"],
)
def test_what_is_too_large_is_refused(tmp_path: Path, vocabulary: Vocabulary, limits: Limits, data: bytes) -> None:
    (answer,) = read_files(write(tmp_path, data), vocabulary, limits, workers=1)
    assert answer["kode"] == "berkas_terlalu_besar"
    assert answer["rincian"]


def test_a_process_started_before_it_is_known_what_to_ask_answers_as_any(
    tmp_path: Path, vocabulary: Vocabulary
) -> None:
    paths = write(tmp_path, GOOD, GOOD, GOOD)
    warm_up()
    assert list(read_files(paths, vocabulary, LIMITS, workers=2)) == list(
        read_files(paths, vocabulary, LIMITS, workers=1)
    )


def test_answers_come_in_the_order_of_the_files(tmp_path: Path, vocabulary: Vocabulary) -> None:
    sizes = [60, 1, 40, 2, 30, 3, 20, 4]
    paths = write(tmp_path, *(table(*(record(f"N{n}") for n in range(size))) for size in sizes))
    answers = list(read_files(paths, vocabulary, LIMITS, workers=2))
    assert [len(answer["tables"][0]["letak"][0]) for answer in answers] == sizes


def test_bytes_that_occur_twice_are_read_once(tmp_path: Path, vocabulary: Vocabulary) -> None:
    (path,) = write(tmp_path, GOOD)
    done: list[int] = []
    (sheets,) = read([("a.xlsx", path), ("b/c.xlsx", path)], vocabulary, LIMITS, workers=2, advance=done.append)
    assert sum(done) == 1
    assert sheets.buku["berkas"].to_list() == ["a.xlsx", "b/c.xlsx"]
    assert sheets.tabel["berkas"].to_list() == ["a.xlsx", "b/c.xlsx"]
    assert sheets.rekaman.height == 2


def test_no_reader_outlives_the_reading(tmp_path: Path, vocabulary: Vocabulary) -> None:
    list(read_files(write(tmp_path, GOOD), vocabulary, LIMITS, workers=2))
    children = Path("/proc/self/task")
    if not children.exists():
        pytest.skip("needs /proc")
    running = [
        Path(f"/proc/{child}/cmdline").read_bytes()
        for task in children.iterdir()
        for child in (task / "children").read_text().split()
    ]
    assert not [command for command in running if b"tasks.read.worker" in command]


def test_parts_make_one_whole(tmp_path: Path, vocabulary: Vocabulary, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = write(tmp_path, GOOD, table(record("A"), record("B")), GOOD + b" ")
    files = [(f"{number}.xlsx", path) for number, path in enumerate(paths)]
    (whole,) = read(files, vocabulary, LIMITS)
    monkeypatch.setattr("tasks.read.sheets.CELLS_OF_PART", 1)
    parts = list(read(files[:2], vocabulary, LIMITS))
    for part in parts:
        part.save(tmp_path / "baca")
    for part in read(files[2:], vocabulary, LIMITS, after=Sheets.load(tmp_path / "baca")):
        part.save(tmp_path / "baca")
        parts.append(part)
    assert len(parts) >= 3
    together = Sheets.load(tmp_path / "baca")
    assert together.rekaman.equals(whole.rekaman)
    assert together.tabel.equals(whole.tabel)
    assert pl.concat(part.sel for part in parts).equals(whole.sel)


@given(st.lists(st.lists(st.text(st.sampled_from("a17 \x1b\x7fé\n")), min_size=1), min_size=1))
def test_texts_of_cells_cross_to_the_parent_as_they_are(columns: list[list[str]]) -> None:
    cells = unpacked([packed(column) for column in columns])
    assert cells.to_list() == [text for column in columns for text in column]
