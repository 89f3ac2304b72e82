"""Correction workbooks: the sender's own file, marked; sent back it is the same file, mended it is accepted."""

import io
import os
import time
import zipfile
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.workbook.defined_name import DefinedName

from tasks.annotate import WAYS
from tasks.corrections import _Worker, write_corrections
from tasks.patch import AUTHOR, COLOURS, COMMENT, MARK, Line, PatchError, annotate
from tasks.read.limits import Limits
from tasks.recognize import CORRECTIONS
from tasks.reference import DEFAULT_FOLDER, load_reference
from tests.conftest import MODIFIED, TAHUN, TAJUK, Consolidate, Result, record, saved, table, workbook

NAME = "Kecamatan Gambut.xlsx"
KODE = "63.03.03"
WRONG = {"waktu_penerapan": "kapan-kapan", "tahapan": "entah"}


def corrections(found: Result, limits: Limits | None = None) -> dict[str, bytes]:
    """The workbooks of a run by their names."""
    run = found.data.parent
    count = write_corrections(run, run.parent / "state", load_reference(DEFAULT_FOLDER), TAHUN, limits or Limits())
    books = {path.stem: path.read_bytes() for path in sorted((run / "koreksi").glob("*"))}
    assert len(books) == count
    return books


def test_a_workbook_made_of_the_same_is_taken_over(consolidate: Consolidate, tmp_path: Path) -> None:
    known, state = load_reference(DEFAULT_FOLDER), tmp_path / "state"

    def run(date: str, previous: Path | None = None) -> Path:
        """A night on which the first unit wrote ``date``; the second writes the same each night."""
        first, second = (table(record("SATU", waktu_penerapan=text)) for text in (date, "kapan-kapan"))
        found = consolidate({NAME: first, "Kecamatan Aluh Aluh.xlsx": second}, state=state)
        write_corrections(found.data.parent, state, known, TAHUN, Limits(), previous)
        return found.data.parent / "koreksi"

    before = run("entah")
    after = run("lusa", before.parent)
    books = sorted(path.name for path in after.iterdir())
    assert len(books) == 2
    changed = [name for name in books if not (before / name).samefile(after / name)]
    assert len(changed) == 1
    assert changed[0].startswith(KODE)
    (kept,) = set(books) - set(changed)
    content = (after / kept).read_bytes()
    (after / kept).unlink()
    (after / kept).write_bytes(b"rusak")
    again = run("lusa", after.parent)
    assert (again / kept).read_bytes() == content
    assert (again / changed[0]).samefile(after / changed[0])


def opened(data: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data))


def problems(found: Result, berkas: str) -> list[tuple[object, ...]]:
    """What is found in a file, without its name."""
    keys = ("kode", "tingkat", "lembar", "sel", "kolom", "nilai", "pesan", "kode_unit")
    return [tuple(row[key] for key in keys) for row in found.findings(berkas)]


def list_of(data: bytes) -> list[tuple[Any, ...]]:
    """The rows of the sheet of findings."""
    rows = list(opened(data).worksheets[0].iter_rows(values_only=True))
    top = next(index for index, row in enumerate(rows) if row[0] == "No")
    return [row[:7] for row in rows[top + 1 :]]


def own_file() -> bytes:
    """A list with two bad cells among formulas, a merge, widths, formats, a comment, a chart, a second and a hidden sheet."""
    bad = record("INOVASI KEDUA", **WRONG)
    book = opened(table(record(), bad, record("KETIGA", tujuan=None)))
    sheet = book.active
    wide = sheet.max_column
    sheet.cell(1, wide + 2).value = "=1+1"
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=6)
    sheet.column_dimensions["B"].width = 41.5
    sheet.row_dimensions[7].height = 61
    sheet["B7"].font = Font(bold=True, color="FF00AA00")
    sheet["B7"].fill = PatternFill("solid", fgColor="FFABCDEF")
    where = next(cell for row in sheet.iter_rows() for cell in row if cell.value == "kapan-kapan")
    where.comment = Comment("Catatan pengirim", "Pengirim")
    where.fill = PatternFill("solid", fgColor="FF123456")
    chart = openpyxl.chart.BarChart()
    chart.add_data(openpyxl.chart.Reference(sheet, min_col=1, min_row=1, max_row=3))
    sheet.add_chart(chart, "AA30")
    second = book.create_sheet("Rekap & 'lain'")
    second["A1"], second["A2"], second["A3"] = 5, "=A1*2", date(2024, 1, 2)
    second["A1"].number_format = '"Rp" #,##0'
    book.create_sheet("Rahasia").sheet_state = "hidden"
    book.defined_names["wilayah"] = DefinedName("wilayah", attr_text=f"'{sheet.title}'!$A$1:$C$3")
    sheet.print_title_rows = "1:2"
    return with_values(saved(book))


def with_values(data: bytes) -> bytes:
    """Formulas with their saved values, as Excel leaves them and openpyxl does not."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(
                name, content.replace(b"</f><v />", b"</f><v>10</v>").replace(b"</f><v/>", b"</f><v>10</v>")
            )
    return raw.getvalue()


@pytest.fixture(scope="module")
def sent() -> bytes:
    return own_file()


@pytest.fixture(scope="module")
def found(consolidate: Consolidate, sent: bytes) -> Result:
    return consolidate({NAME: sent})


@pytest.fixture(scope="module")
def returned(found: Result) -> bytes:
    books = corrections(found)
    assert list(books) == [KODE]
    return books[KODE]


def everything(data: bytes) -> dict[str, Any]:
    """All that people see of a workbook but fills and comments, sheet by sheet."""
    book, values = opened(data), openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    return {
        sheet.title: {
            "sel": {
                cell.coordinate: (cell.value, values[sheet.title][cell.coordinate].value, cell.number_format, cell.font.b)
                for row in sheet.iter_rows() for cell in row if cell.value is not None
            },
            "gabung": sorted(map(str, sheet.merged_cells.ranges)),
            "lebar": {key: (size.min, size.max, size.width, size.hidden) for key, size in sheet.column_dimensions.items()},
            "tinggi": {key: size.height for key, size in sheet.row_dimensions.items() if size.height},
            "keadaan": sheet.sheet_state, "judul": sheet.print_title_rows, "grafik": len(sheet._charts),
        }
        for sheet in book.worksheets if sheet["A1"].value != MARK
    }  # fmt: skip


# --- the file itself --------------------------------------------------------------------------------------------------


def test_the_recognizer_knows_our_sheet() -> None:
    assert CORRECTIONS == MARK


def test_the_senders_file_is_all_there(sent: bytes, returned: bytes) -> None:
    before = everything(sent)
    assert len(before) == 3
    assert before == everything(returned)
    assert opened(sent).defined_names["wilayah"].attr_text == opened(returned).defined_names["wilayah"].attr_text
    assert before["Rekap & 'lain'"]["sel"]["A2"][:2] == ("=A1*2", 10)


def test_parts_that_need_no_change_keep_their_bytes(sent: bytes, returned: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(sent)) as before, zipfile.ZipFile(io.BytesIO(returned)) as after:
        kept = [name for name in before.namelist() if before.read(name) == after.read(name)]
        assert {"xl/charts/chart1.xml", "xl/drawings/drawing1.xml", "xl/theme/theme1.xml"} <= set(kept)
        assert set(before.namelist()) <= set(after.namelist())


def test_wrong_cells_and_no_others_are_coloured_and_explained(found: Result, sent: bytes, returned: bytes) -> None:
    before, after = opened(sent), opened(returned)
    order = list(COLOURS)
    marks: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in found.findings(NAME):
        if row["sel"]:
            marks.setdefault((str(row["lembar"]), str(row["sel"])), []).append(row)
    assert {row["tingkat"] for rows in marks.values() for row in rows} >= {"kesalahan", "peringatan"}
    for sheet in before.worksheets:
        for row in after[sheet.title].iter_rows():
            for cell in row:
                key = (sheet.title, cell.coordinate)
                if key in marks:
                    worst = min((mark["tingkat"] for mark in marks[key]), key=order.index)
                    assert cell.fill.fgColor.rgb == COLOURS[worst]
                    assert all(mark["pesan"] in cell.comment.text for mark in marks[key])
                    assert all(f"Ditemukan: {mark['nilai'] or '(kosong)'}" in cell.comment.text for mark in marks[key])
                    assert "Contoh: " in cell.comment.text
                else:
                    assert cell.fill.fgColor.rgb == sheet[cell.coordinate].fill.fgColor.rgb
                    assert cell.comment is None
    where = next(key for key, rows in marks.items() if any(row["nilai"] == "kapan-kapan" for row in rows))
    comment = after[where[0]][where[1]].comment
    assert comment.text.startswith("Catatan pengirim")
    assert COMMENT.strip() in comment.text


def test_the_list_has_every_finding_worst_first_with_links(found: Result, returned: bytes) -> None:
    rows = list_of(returned)
    assert len(rows) == len(found.findings(NAME))
    assert {row[6] for row in rows} == {row["pesan"] for row in found.findings(NAME)}
    levels = [str(row[1]).lower() for row in rows]
    assert levels == sorted(levels, key=list(COLOURS).index)
    sheet = opened(returned).worksheets[0]
    links = {cell.value: cell.hyperlink.location for cell in sheet["D"] if cell.hyperlink}
    assert len(links) == len({row[3] for row in rows if row[3]})
    assert all(location == f"'{opened(returned).sheetnames[1]}'!{cell}" for cell, location in links.items())
    assert (sheet.page_setup.orientation, str(sheet.page_setup.paperSize)) == ("landscape", "9")


def test_one_tab_is_selected_and_ours_stands_first(returned: bytes) -> None:
    book = opened(returned)
    assert [bool(sheet.sheet_view.tabSelected) for sheet in book.worksheets] == [True, False, False, False]
    assert book.active["A1"].value == MARK
    assert book.defined_names["inovasi_koreksi"].attr_text == "Temuan!$A$1"


# --- sent back --------------------------------------------------------------------------------------------------------


def test_sent_back_unchanged_it_yields_the_same(consolidate: Consolidate, found: Result, returned: bytes) -> None:
    again = consolidate({NAME: returned})
    assert problems(again, NAME) == problems(found, NAME)
    assert again.file(NAME)["tata_letak"] == found.file(NAME)["tata_letak"]
    assert again.inovasi.drop("id_inovasi").equals(found.inovasi.drop("id_inovasi"))


def test_sent_back_beside_the_original_it_is_a_duplicate(
    consolidate: Consolidate, sent: bytes, returned: bytes
) -> None:
    later = {"b.xlsx": MODIFIED + timedelta(days=1)}
    both = consolidate({NAME: sent, "b.xlsx": returned}, times=later)
    assert both.file("b.xlsx")["status"] == "duplikat"
    assert list(corrections(both)) == [KODE]


def mended(returned: bytes, values: Mapping[str, object], *, all_of: bool = True) -> bytes:
    """The workbook with new values in marked cells only, saved by a program that drops what it does not know."""
    book = opened(returned)
    for row in list_of(returned):
        if row[2] and row[3] and row[1] != "Catatan" and (all_of or row[4] == "Tahapan"):
            kolom = next((kolom for kolom in values if str(row[4]).lower().startswith(kolom)), None)
            if kolom:
                book[row[2]][row[3]].value = values[kolom]
    return saved(book)


GOOD = {"waktu penerapan": date(2023, 4, 5), "tahapan": "Penerapan", "tujuan": "Mempercepat layanan"}


def test_mended_in_the_marked_cells_it_is_accepted_as_version_2(
    consolidate: Consolidate, sent: bytes, returned: bytes
) -> None:
    later = {"b.xlsx": MODIFIED + timedelta(days=1)}
    both = consolidate({NAME: sent, "b.xlsx": mended(returned, GOOD)}, times=later)
    assert both.codes("b.xlsx", "kesalahan") == []
    assert both.file("b.xlsx")["status"] == "diterima"
    assert both.file(NAME)["status"] == "digantikan"
    third = next(row for row in both.innovations() if row["nama_inovasi"] == "KETIGA")
    assert (third["versi"], third["tujuan"]) == (2, "Mempercepat layanan")
    assert corrections(both) == {} or "kesalahan" not in str(list_of(corrections(both)[KODE])).lower()


def test_mended_in_part_the_next_one_marks_only_what_is_left(consolidate: Consolidate, returned: bytes) -> None:
    part = consolidate({NAME: mended(returned, GOOD, all_of=False)})
    second = corrections(part)[KODE]
    book = opened(second)
    assert [sheet["A1"].value == MARK for sheet in book.worksheets] == [True, False, False, False]
    wanted = {(str(row["lembar"]), str(row["sel"])) for row in part.findings(NAME) if row["sel"]}
    ours = {
        (sheet.title, cell.coordinate) for sheet in book.worksheets[1:] for row in sheet.iter_rows() for cell in row
        if cell.fill.fgColor.rgb in COLOURS.values() or (cell.comment and COMMENT.strip() in cell.comment.text)
    }  # fmt: skip
    assert ours == wanted
    texts = [cell.comment.text for row in book.worksheets[1].iter_rows() for cell in row if cell.comment]
    assert all(text.count(COMMENT.strip()) == 1 for text in texts)
    assert sum(text.startswith("Catatan pengirim") for text in texts) == 1


# --- other formats and other senders ----------------------------------------------------------------------------------


def test_a_text_file_comes_back_as_a_workbook_whose_texts_are_texts(consolidate: Consolidate) -> None:
    rows = [
        ["DAFTAR INOVASI KECAMATAN GAMBUT"],
        ["No", "Nama Inovasi", "Tahapan", "Jenis", "Tanggal Penerapan", "Tujuan", "Manfaat"],
        ["1", "GAMBUT BATANAM", "entah", "Digital", "31/02/2023", "=cmd|' /C calc'!A0", "@SUM(1)"],
    ]
    csv = "\n".join(";".join(row) for row in rows).encode()
    found = consolidate({"Kecamatan Gambut.csv": csv})
    book = corrections(found)[KODE]
    sheet = opened(book)["CSV"]
    assert [
        [cell.value or "" for cell in row][: len(line)] for row, line in zip(sheet.iter_rows(), rows, strict=True)
    ] == rows
    kinds = {cell.data_type for sheet in opened(book).worksheets for row in sheet.iter_rows() for cell in row}
    assert kinds <= {"s", "n", "inlineStr"}
    assert b"<f>" not in b"".join(parts(book))
    assert sheet["C3"].fill.fgColor.rgb == COLOURS["kesalahan"]
    again = consolidate({"Kecamatan Gambut.xlsx": book})
    assert problems(again, "Kecamatan Gambut.xlsx") == problems(found, "Kecamatan Gambut.csv")


def parts(data: bytes) -> list[bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [archive.read(name) for name in archive.namelist()]


def test_a_file_that_cannot_be_opened_gets_the_list_alone(consolidate: Consolidate) -> None:
    locked = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le") + bytes(600)
    books = corrections(consolidate({NAME: locked}))
    assert opened(books[KODE]).sheetnames == ["Temuan"]
    assert len(list_of(books[KODE])) == 1


def test_in_a_list_of_many_units_each_finds_its_own(consolidate: Consolidate) -> None:
    head = ["No", "Perangkat Daerah", *list(TAJUK.values())[1:]]
    units = ("Kecamatan Gambut", "Kecamatan Aranio", "Kecamatan Martapura")
    rows: list[list[Any]] = [head]
    for number, unit in enumerate(units, start=1):
        values = dict(record(f"INOVASI {number}"))
        values |= {"waktu_penerapan": "kapan-kapan"} if number < 3 else {}
        values |= {
            "tahapan": "Penerapan",
            "urusan_beririsan": "Sosial",
            "jenis": "Digital",
            "bentuk": "Pelayanan publik",
        }
        rows.append([number, unit, *(values[kolom] for kolom in list(TAJUK)[1:])])
    found = consolidate({"rekap.xlsx": workbook(rows)})
    books = corrections(found)
    assert {KODE, "63.03.11"} <= set(books)
    for kode, row in ((KODE, 2), ("63.03.11", 3)):
        coloured = {c.row for line in opened(books[kode]).worksheets[1].iter_rows() for c in line if c.comment}
        assert coloured == {row}
        assert opened(books[kode]).worksheets[1].max_row == 4


def test_several_files_of_a_unit_each_have_a_workbook_the_newest_first(consolidate: Consolidate) -> None:
    files = {
        "Kecamatan Gambut/a.xlsx": table(record("SATU", **WRONG)),
        "Kecamatan Gambut/b.xlsx": table(record("DUA", **WRONG)),
    }
    books = corrections(consolidate(files, times={"Kecamatan Gambut/a.xlsx": MODIFIED + timedelta(days=2)}))
    assert list(books) == [f"{KODE}-2", KODE]
    assert "a.xlsx" in opened(books[KODE]).worksheets[0]["A2"].value


def test_remarks_alone_make_no_workbook(consolidate: Consolidate) -> None:
    found = consolidate({NAME: table(record(waktu_penerapan="6 Februari 2023"))})
    assert {row["tingkat"] for row in found.findings(NAME)} == {"catatan"}
    assert corrections(found) == {}


def test_macros_stay_in_a_workbook_that_may_have_them(consolidate: Consolidate) -> None:
    macro = table(record(**WRONG))
    with zipfile.ZipFile(io.BytesIO(macro)) as archive:
        old = {name: archive.read(name) for name in archive.namelist()}
    raw = io.BytesIO()
    main = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    with zipfile.ZipFile(raw, "w") as archive:
        for name, content in old.items():
            new = content.replace(main, b"application/vnd.ms-excel.sheet.macroEnabled.main+xml")
            archive.writestr(
                name,
                new.replace(b"</Relationships>", REL + b"</Relationships>") if "workbook.xml.rels" in name else new,
            )
        archive.writestr("xl/vbaProject.bin", b"makro")
    found = consolidate({"Kecamatan Gambut.xlsm": raw.getvalue()})
    book = corrections(found)[KODE]
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        assert archive.read("xl/vbaProject.bin") == b"makro"
        assert b"sheet.macroEnabled.main+xml" in archive.read("[Content_Types].xml")
    assert [path.suffix for path in found.data.parent.glob("koreksi/*")] == [".xlsm"]
    assert opened(book).worksheets[0]["A1"].value == MARK


REL = b'<Relationship Id="rId99" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" Target="vbaProject.bin"/>'


# --- the process and the patch ----------------------------------------------------------------------------------------


def test_what_stops_the_process_costs_only_the_likeness(consolidate: Consolidate) -> None:
    found = consolidate({NAME: table(record(**WRONG))})
    state = found.data.parent.parent / "state" / "arsip"
    original = next(path for path in state.rglob("*") if path.is_file())
    original.unlink()
    os.mkfifo(original)  # whoever opens it waits for ever
    began = time.monotonic()
    books = corrections(found, Limits(seconds=1.2))
    assert time.monotonic() - began < 10
    assert opened(books[KODE]).sheetnames == ["Temuan"]


def test_a_workbook_less_like_the_original_is_not_taken_over(
    consolidate: Consolidate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = consolidate({NAME: table(record(**WRONG))})
    ask = _Worker._ask
    with monkeypatch.context() as patch:
        patch.setattr(_Worker, "_ask", lambda worker, job: job["way"] == WAYS[-1] and ask(worker, job))
        assert opened(corrections(found)[KODE]).sheetnames == ["Temuan"]
    run = found.data.parent
    (run / "koreksi").rename(tmp_path / "koreksi")
    write_corrections(run, run.parent / "state", load_reference(DEFAULT_FOLDER), TAHUN, Limits(), tmp_path)
    assert len(opened((run / "koreksi" / f"{KODE}.xlsx").read_bytes()).sheetnames) > 1


def test_what_is_written_strangely_is_refused_not_mangled() -> None:
    line = Line("kesalahan", "Sheet1", "A1", "", "", "Salah.")
    for data in (b"", b"PK\x03\x04", workbook([["a"]])[:-40]):
        with pytest.raises(PatchError):
            annotate(data, [], [line])


def test_hostile_texts_stay_texts() -> None:
    line = Line("kesalahan", "Sheet1", "ZZ99", "=1+1", "=cmd|' /C calc'!A0\x07</t>", "<b>&\ud800")
    book = annotate(workbook([["a"]]), ["=HYPERLINK(1)", "a", "b"], [line])
    sheet = opened(book).worksheets[0]
    assert sheet["F7"].value == "=cmd|' /C calc'!A0\ufffd</t>"
    assert b"<f>" not in b"".join(parts(book))
    assert opened(book)["Sheet1"]["ZZ99"].comment.author == AUTHOR
