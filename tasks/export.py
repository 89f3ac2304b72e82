"""The published tables for people and tools: CSV and a styled workbook of the innovations, and datapackage.json about all."""

import json
from pathlib import Path
from typing import Any

import polars as pl
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from schemas.tables import TABLES, polars_schema
from tasks.reference import Reference

LIST_SEPARATOR = "; "
FORMULA_STARTS = r"^[=+\-@\t\r]"
LONGEST_CELL = 32_767  # what Excel holds
_HEADER_FILL = PatternFill("solid", fgColor="1F3B4D")
_WIDTHS = {
    "nama_inovasi": 38,
    "nama_unit": 34,
    "rancang_bangun": 60,
    "tujuan": 44,
    "manfaat": 44,
    "hasil": 44,
    "id_inovasi": 30,
}
_FIELD_TYPES = {"String": "string", "Int64": "integer", "Float64": "number", "Date": "date", "Boolean": "boolean"}


def flat(frame: pl.DataFrame) -> pl.DataFrame:
    """Lists joined by "; ", and no text that a spreadsheet would take for a formula (an apostrophe stands before it)."""
    lists = [
        pl.col(name).list.join(LIST_SEPARATOR) for name, dtype in frame.schema.items() if isinstance(dtype, pl.List)
    ]
    joined = frame.with_columns(lists)
    risky = pl.col(pl.String).str.contains(FORMULA_STARTS)
    return joined.with_columns(pl.when(risky).then("'" + pl.col(pl.String)).otherwise(pl.col(pl.String)).name.keep())


def export(data: Path, reference: Reference, *, created: str, version: str) -> None:
    """Writes inovasi.csv, inovasi.xlsx and datapackage.json beside the Parquet tables in ``data``."""
    inovasi = flat(pl.read_parquet(data / "inovasi.parquet"))
    inovasi.write_csv(data / "inovasi.csv", include_bom=True)
    _workbook(inovasi, reference).save(data / "inovasi.xlsx")
    package = json.dumps(_package(reference, created, version), ensure_ascii=False, indent=2)
    (data / "datapackage.json").write_text(package + "\n", encoding="utf-8")


def _workbook(frame: pl.DataFrame, reference: Reference) -> Workbook:
    """A sheet to read and filter: the field's own labels over the column names, frozen header, dates as dates."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Inovasi"
    sheet.append([reference.label.get(name, name.replace("_", " ").capitalize()) for name in frame.columns])
    for row in frame.iter_rows():
        sheet.append(
            [ILLEGAL_CHARACTERS_RE.sub(" ", value)[:LONGEST_CELL] if isinstance(value, str) else value for value in row]
        )
    for index, (name, dtype) in enumerate(frame.schema.items(), start=1):
        letter = get_column_letter(index)
        sheet.column_dimensions[letter].width = _WIDTHS.get(name, 18)
        head = sheet.cell(1, index)
        head.font, head.fill = Font(bold=True, color="FFFFFF"), _HEADER_FILL
        head.alignment = Alignment(wrap_text=True, vertical="center")
        for cell in sheet[letter][1:]:
            cell.alignment = Alignment(vertical="top", wrap_text=name in _WIDTHS and name != "id_inovasi")
            if dtype == pl.Date:
                cell.number_format = "dd/mm/yyyy"
            elif name == "anggaran":
                cell.number_format = "#,##0"
            elif isinstance(cell.value, str):
                cell.data_type = "s"  # text stays text, whatever it begins with
    sheet.freeze_panes = "G2"
    sheet.auto_filter.ref = sheet.dimensions
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"
    return book


def _package(reference: Reference, created: str, version: str) -> dict[str, Any]:
    """A Frictionless Data Package (v2) that describes the CSV and every Parquet table."""
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "inovasi-daerah",
        "title": f"Inovasi daerah {reference.daerah.nama}",
        "created": created,
        "version": version,
        "contributors": [{"title": reference.daerah.instansi, "roles": ["publisher"]}],
        "resources": [
            {
                "name": "inovasi-csv", "path": "inovasi.csv", "format": "csv", "mediatype": "text/csv", "encoding": "utf-8-sig",
                "title": "Inovasi, untuk dibaca di lembar kerja", "schema": _schema("inovasi", flattened=True),
            },
            *(
                {
                    "name": name, "path": f"{name}.parquet", "format": "parquet", "mediatype": "application/vnd.apache.parquet",
                    "description": (model.__doc__ or "").strip(), "schema": _schema(name, flattened=False),
                }
                for name, model in TABLES.items()
            ),
        ],
    }  # fmt: skip


def _schema(table: str, *, flattened: bool) -> dict[str, Any]:
    columns = TABLES[table].to_schema().columns
    fields = [_field(name, dtype, columns[name], flattened) for name, dtype in polars_schema(table).items()]
    keys = [name for name, column in columns.items() if column.unique]
    return {"fields": fields, "missingValues": [""]} | ({"primaryKey": keys[:1]} if keys else {})


def _field(name: str, dtype: pl.DataType, column: Any, flattened: bool) -> dict[str, Any]:
    if isinstance(dtype, pl.List):
        kind: dict[str, Any] = {"type": "string"} if flattened else {"type": "array"}
    elif isinstance(dtype, pl.Datetime):
        kind = {"type": "datetime", "format": "any"}
    else:
        kind = {"type": _FIELD_TYPES[str(dtype)]}
    constraints: dict[str, Any] = {} if column.nullable else {"required": True}
    for check in column.checks:
        allowed = check.statistics.get("allowed_values")
        if allowed:
            constraints["enum"] = list(allowed)
    return {"name": name, **kind, "description": column.description} | (
        {"constraints": constraints} if constraints else {}
    )
