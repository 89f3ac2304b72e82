"""The review list as a workbook that, filled in, is the decisions file: keputusan.xlsx of the reference folder."""

import shutil
from pathlib import Path

import polars as pl
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation

from schemas.reference import KEPUTUSAN, KeputusanRef
from schemas.tables import columns

FILE = "tinjauan.xlsx"
_HEAD, _FILL_IN = PatternFill("solid", fgColor="1F3B4D"), PatternFill("solid", fgColor="FFF4D6")
_WIDTHS = {"keputusan": 14, "kiri": 44, "kanan": 44, "kode_unit": 26, "alasan": 34, "oleh": 18, "tanggal": 14}
_BESIDE = (
    "kemiripan",
    "tahapan_kiri",
    "tahapan_kanan",
    "penerapan_kiri",
    "penerapan_kanan",
    "tujuan_kiri",
    "tujuan_kanan",
)
_GUIDE = (
    "Isi kolom “keputusan” dengan sama atau beda, beri alasan, nama Anda, dan tanggal.",
    "Simpan sebagai keputusan.xlsx di folder acuan. Baris yang belum diisi diabaikan.",
    "Keputusan lain boleh ditambahkan: nama (ganti nama), unit (sebutan ini berarti unit itu), nilai (pakai nilai ini).",
)


def write_review(data: Path, decided: pl.DataFrame, earlier: Path | None = None) -> None:
    """Writes tinjauan.xlsx beside the tables in ``data``: the pairs to decide on, both records side by side.

    ``decided`` are the decisions there are already: they stand first, so that the file replaces the one before. ``earlier`` are
    tables beside which this program wrote the file with the same decisions: where the pairs are the same too, it is the same.
    """
    pairs, inovasi = made_of = _made_of(data)
    if earlier and all(map(pl.DataFrame.equals, made_of, _made_of(earlier))):
        shutil.copyfile(earlier / FILE, data / FILE)
        return
    facts = {row["id_inovasi"]: row for row in inovasi.iter_rows(named=True)}
    own = list(columns(KeputusanRef))
    book = Workbook()
    sheet = book.active
    sheet.title = "Keputusan"
    sheet.append([*own, *_BESIDE])
    for row in decided.iter_rows(named=True):
        sheet.append([row[name] for name in own])
    for row in pairs.iter_rows(named=True):
        left, right = facts[row["kiri"]], facts[row["kanan"]]
        filled = {"kode_unit": row["kode_unit"], "kiri": row["nama_kiri"], "kanan": row["nama_kanan"]}
        beside = [
            row["kemiripan"],
            *(side[key] for key in ("tahapan", "waktu_penerapan", "tujuan") for side in (left, right)),
        ]
        sheet.append([filled.get(name) for name in own] + [_short(value) for value in beside])
    _style(sheet, own)
    guide = book.create_sheet("Petunjuk")
    for line in _GUIDE:
        guide.append([line])
    guide.column_dimensions["A"].width = 110
    book.save(data / FILE)


def _made_of(data: Path) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The pairs, and what is shown beside them of the innovations."""
    pairs = pl.read_parquet(data / "tinjauan.parquet")
    wanted = ["id_inovasi", "tahapan", "waktu_penerapan", "tujuan"]
    asked = pl.col("id_inovasi").is_in(pl.concat([pairs["kiri"], pairs["kanan"]]).implode())
    return pairs, pl.scan_parquet(data / "inovasi.parquet").filter(asked).select(wanted).collect()


def _short(value: object) -> object:
    return value[:300] if isinstance(value, str) else value


def _style(sheet, own: list[str]) -> None:  # type: ignore[no-untyped-def] # openpyxl has no types
    for index, cell in enumerate(sheet[1]):
        cell.font, cell.fill = Font(bold=True, color="FFFFFF"), _HEAD
        sheet.column_dimensions[cell.column_letter].width = _WIDTHS.get(cell.value, 22)
        if index >= len(own):
            cell.fill = PatternFill("solid", fgColor="7A8A94")
    rows = list(sheet.iter_rows(min_row=2))
    for cell in rows[0][:2] if rows else ():
        cell.alignment = Alignment(vertical="top", wrap_text=True)
    for row in rows:
        for cell in row:
            cell._style = rows[0][1]._style  # what setting its alignment would come to, a hundred times as fast
            if isinstance(cell.value, str):
                cell.data_type = "s"  # text stays text, whatever it begins with
        row[0].fill = _FILL_IN
    choice = DataValidation(type="list", formula1=f'"{",".join(KEPUTUSAN)}"', allow_blank=True)
    sheet.add_data_validation(choice)
    choice.add("A2:A5000")
    sheet.freeze_panes = "B2"
