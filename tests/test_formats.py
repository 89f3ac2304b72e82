"""One list in every format that units send: the same records, at the same cells, whatever wrote the file."""

import io
import zipfile
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

import openpyxl
import pytest

from tasks.read.limits import Limits
from tasks.read.workbook import read_workbook
from tasks.read.worker import read_and_recognize
from tasks.vocabulary import Vocabulary
from tests.builder import formats
from tests.builder.formats import Rows
from tests.conftest import Consolidate, records_in, saved

ROWS: Rows = [
    ["DAFTAR INOVASI KECAMATAN GAMBUT"],
    [],
    [None, "No", "Nama Inovasi", "Tahapan", "Tanggal Penerapan", "Anggaran (Rp)", "Tujuan"],
    [None, 1, "GAMBUT BATANAM", "Penerapan", date(2023, 2, 6), 12_500_000, "Cepat; \"murah\", dan 'mudah'"],
    [None, 2, "PADI SIAM MANIS", "Uji Coba", date(2022, 12, 31), None, "Panen\nraya – dua kali"],
    [None, 3, "SIAGA API", "Inisiatif", date(2023, 1, 1), 1, None],
    [None, None, "Jumlah", None, None, 12_500_001, None],
]


def xlsx(rows: Rows, *, from_1904: bool = False) -> bytes:
    book = openpyxl.Workbook()
    if from_1904:
        book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    for row in rows:
        book.active.append(list(row))
    return saved(book)


FORMATS: dict[str, Callable[[Rows], bytes]] = {
    "xlsx": xlsx,
    "xlsx counting from 1904": partial(xlsx, from_1904=True),
    "xls of Excel 97": formats.xls,
    "xls counting from 1904": partial(formats.xls, from_1904=True),
    "xls, stream in capitals": partial(formats.xls, stream="WORKBOOK"),
    "xls of Excel 95": formats.xls5,
    "xlsb": formats.xlsb,
    "ods": formats.ods,
    "csv": formats.text,
    "csv with BOM": partial(formats.text, encoding="utf-8-sig"),
    "semicolons, Windows-1252": partial(formats.text, delimiter=";", encoding="cp1252"),
    "tabs, UTF-16": partial(formats.text, delimiter="\t", encoding="utf-16"),
    "semicolons, UTF-16 without BOM": partial(formats.text, delimiter=";", encoding="utf-16-le"),
}


@pytest.mark.parametrize("write", FORMATS.values(), ids=list(FORMATS))
def test_the_same_list_in_every_format(write: Callable[[Rows], bytes], vocabulary: Vocabulary, tmp_path: Path) -> None:
    found = records_in(write(ROWS), vocabulary, tmp_path)
    assert [cells["nama_inovasi"] for cells in found] == [
        ("C4", "GAMBUT BATANAM"),
        ("C5", "PADI SIAM MANIS"),
        ("C6", "SIAGA API"),
    ]
    assert [cells["waktu_penerapan"] for cells in found] in (
        [("E4", "2023-02-06"), ("E5", "2022-12-31"), ("E6", "2023-01-01")],
        [("E4", "06/02/2023"), ("E5", "31/12/2022"), ("E6", "01/01/2023")],  # a text file has no dates
    )
    assert [cells.get("anggaran") for cells in found] == [("F4", "12500000"), None, ("F6", "1")]
    assert [cells.get("tujuan") for cells in found] == [("G4", ROWS[3][6]), ("G5", ROWS[4][6]), None]


def test_a_list_and_a_form_in_word(vocabulary: Vocabulary, tmp_path: Path) -> None:
    as_table = records_in(formats.docx(ROWS[2:], "DAFTAR INOVASI KECAMATAN GAMBUT"), vocabulary, tmp_path)
    assert [cells["nama_inovasi"][1] for cells in as_table] == ["GAMBUT BATANAM", "PADI SIAM MANIS", "SIAGA API"]
    form = formats.docx([], "Nama Inovasi : SIAGA API", "Tahapan : Penerapan", "Jenis : Digital", "Tujuan : Cepat")
    (cells,) = records_in(form, vocabulary, tmp_path)
    assert [cells[kolom][1] for kolom in ("nama_inovasi", "tahapan", "tujuan")] == ["SIAGA API", "Penerapan", "Cepat"]


def test_a_hidden_sheet_of_an_old_workbook_is_named(tmp_path: Path) -> None:
    path = tmp_path / "buku"
    path.write_bytes(formats.xls(ROWS, hidden=True))
    book = read_workbook(path, Limits())
    assert (book.grids, book.hidden) == ([], ["Data"])


@pytest.mark.parametrize(
    "write", [formats.xls, formats.xls5, formats.xlsb, formats.ods], ids=["xls", "xls5", "xlsb", "ods"]
)
def test_half_a_file_of_any_format_is_named_for_what_it_is(
    write: Callable[[Rows], bytes], vocabulary: Vocabulary, tmp_path: Path
) -> None:
    data = write(ROWS)
    path = tmp_path / "buku"
    path.write_bytes(data[: len(data) // 2])
    assert read_and_recognize(path, Limits(), vocabulary)["kode"] == "berkas_rusak"


def test_an_archive_of_folders_is_read_member_by_member(consolidate: Consolidate) -> None:
    """Members that lead out of the archive are refused, those of the system ignored, and the others read as if they lay there."""
    inner = formats.archive({"Kecamatan Gambut.ods": formats.ods(ROWS)})
    outer = io.BytesIO()
    with zipfile.ZipFile(outer, "w") as target:
        target.writestr("kiriman/dalam.zip", inner)
        target.writestr("kiriman/lama.xls", formats.xls([["DAFTAR INOVASI KELURAHAN GAMBUT"], *ROWS[1:]]))
        target.writestr("__MACOSX/._lama.xls", b"x")
        target.writestr("../../jahat.xlsx", b"x")
    result = consolidate({"kiriman.zip": outer.getvalue()})
    states = dict(result.berkas.select("berkas", "status").iter_rows())
    assert states == {
        "kiriman.zip": "diterima",
        "kiriman.zip!kiriman/dalam.zip": "diterima",
        "kiriman.zip!kiriman/dalam.zip!Kecamatan Gambut.ods": "diterima",
        "kiriman.zip!kiriman/lama.xls": "diterima",
        "kiriman.zip!__MACOSX/._lama.xls": "diabaikan",
        "kiriman.zip!../../jahat.xlsx": "ditolak",
    }
    assert sorted(str(row["kode_unit"]) for row in result.innovations()) == ["63.03.03"] * 3 + ["63.03.03.1001"] * 3
