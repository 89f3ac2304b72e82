"""The published tables for people and tools: CSV and a styled workbook of the innovations, and datapackage.json about all."""

import io
import json
import re
import zipfile
from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any
from zlib import crc32

import orjson
import polars as pl
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from schemas.tables import TABLES, polars_schema
from tasks.durable import write_durably
from tasks.pieces import Member, Piece, deflated
from tasks.reference import Reference
from tasks.unchanged import hashed

LIST_SEPARATOR = "; "
FORMULA_STARTS = r"^[=+\-@\t\r]"
LONGEST_CELL = 32_767  # what Excel holds
ROWS_AT_ONCE = 5_000  # rows that are read at once, and
ROWS_OF_A_PIECE = 1_000  # that are made, compressed and remembered at once
CSV, WORKBOOK, DESCRIPTION = "inovasi.csv", "inovasi.xlsx", "datapackage.json"
LEDGER = "lembar.json"  # in the state: where in the files of the last run which rows are
MADE_BY = sha256(Path(__file__).read_bytes() + pl.__version__.encode()).digest()
UNDATED = b"1980-01-01T00:00:00Z"  # of the same tables the same workbook is made, whenever that is
UNFIT_FOR_XML = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x{fffe}\x{ffff}]"
ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
EXCEL_EPOCH = date(1899, 12, 30)
SHEET = "xl/worksheets/sheet1.xml"
_ROW = re.compile(r'(<row r="2".*?</row>)', re.DOTALL)
_SAVED = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
_STYLED = re.compile(r'<c r="([A-Z]+)2" s="(\d+)"')
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


def flat(frame: pl.LazyFrame) -> pl.LazyFrame:
    """Lists joined by "; ", and no text that a spreadsheet would take for a formula (an apostrophe stands before it)."""
    lists = [
        pl.col(name).list.join(LIST_SEPARATOR)
        for name, dtype in frame.collect_schema().items()
        if isinstance(dtype, pl.List)
    ]
    joined = frame.with_columns(lists)
    risky = pl.col(pl.String).str.contains(FORMULA_STARTS)
    return joined.with_columns(pl.when(risky).then("'" + pl.col(pl.String)).otherwise(pl.col(pl.String)).name.keep())


def export(data: Path, reference: Reference, state: Path | None = None, previous: Path | None = None) -> None:
    """Writes inovasi.csv and inovasi.xlsx beside the Parquet tables in ``data``.

    Rows that stood in the files of the ``previous`` run as they are now, as noted in ``state``, are taken from there.
    """
    kept = _Kept(state and state / LEDGER, previous and previous / "data")
    write_tables(data, pl.scan_parquet(data / "inovasi.parquet"), reference.label, kept)
    kept.remember()


def describe(data: Path, reference: Reference, *, created: str, version: str, same: Path | None = None) -> None:
    """Writes datapackage.json beside the tables in ``data``: ``created`` is when the run began, ``version`` that of the code.

    ``same``: a run with the same tables, made by the same program, whose description is this one's too.
    """
    try:
        package = json.loads((same / "data" / DESCRIPTION).read_bytes()) if same else _package(reference)
    except (OSError, ValueError):
        package = _package(reference)
    package |= {"created": created, "version": version}
    text = json.dumps(package, ensure_ascii=False, indent=2)
    (data / DESCRIPTION).write_text(text + "\n", encoding="utf-8")


def write_tables(folder: Path, frame: pl.LazyFrame, labels: Mapping[str, str], kept: "_Kept") -> None:
    """Writes ``frame`` as CSV, and as a workbook to read and filter: labels over the columns, frozen header, dates as dates.

    openpyxl makes the workbook with one row and knows its styles; the rows are written column by column, as cells with those
    styles, into its sheet: a tenth of what cell by cell takes. Rows are made and compressed piece by piece.
    """
    schema, height = flat(frame).collect_schema(), frame.select(pl.len()).collect().item()
    shell, last = io.BytesIO(), get_column_letter(len(schema))
    _shell(schema, height, labels).save(shell)
    with (
        zipfile.ZipFile(shell) as made,
        zipfile.ZipFile(folder / WORKBOOK, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book,
        (folder / CSV).open("wb") as csv,
    ):
        before, sample, after = _ROW.split(made.read(SHEET).decode(), maxsplit=1)
        styles = dict(_STYLED.findall(sample))
        csv.write(flat(frame).head(0).collect().write_csv(include_bom=True).encode())
        member = Member(book, zipfile.ZipInfo(SHEET))
        member.add(deflated(before.replace(f'ref="A1:{last}2"', f'ref="A1:{last}{height + 1}"', 1).encode()))
        for start in range(0, height, ROWS_AT_ONCE):
            some = frame.slice(start, ROWS_AT_ONCE).collect()
            for first in range(0, some.height, ROWS_OF_A_PIECE):
                rows, number = some.slice(first, ROWS_OF_A_PIECE), start + first + 2
                text, cells = kept.rows(rows, number, styles, (csv.tell(), member.place))
                csv.write(text)
                member.add(cells)
        member.add(deflated(after.encode()))
        member.close()
        for name in made.namelist():
            if name != SHEET:
                book.writestr(
                    zipfile.ZipInfo(name), _SAVED.sub(rb"\g<1>" + UNDATED, made.read(name)), zipfile.ZIP_DEFLATED
                )


class _Kept:
    """Rows as they stand in the files of the run before, by what they were made of, and as they do in those of this one."""

    def __init__(self, ledger: Path | None, earlier: Path | None) -> None:
        self._ledger, self._earlier = ledger, earlier
        self._now: dict[str, list[int]] = {}
        try:
            self._known: dict[str, list[int]] = orjson.loads(ledger.read_bytes()) if ledger and earlier else {}
        except (OSError, ValueError):
            self._known = {}

    def rows(
        self, rows: pl.DataFrame, number: int, styles: Mapping[str, str], places: tuple[int, int]
    ) -> tuple[bytes, Piece]:
        """``rows``, the first of which is row ``number`` of the sheet: as CSV, and as the XML of the sheet, compressed.

        ``places``: where in both files they will be written.
        """
        made_of = (
            MADE_BY,
            orjson.dumps([number, styles, rows.columns]),
            hashed(rows),
        )
        key = sha256(b"\0".join(made_of)).hexdigest()
        found = self._find(key)
        if found is None:
            flattened = flat(rows.lazy()).collect()
            xml = _rows(flattened, number, styles).str.join().item()
            found = flattened.write_csv(include_header=False).encode(), deflated(xml.encode())
        text, cells = found
        self._now[key] = [places[0], len(text), crc32(text), places[1], len(cells.data), crc32(cells.data), *cells[1:]]
        return found

    def _find(self, key: str) -> tuple[bytes, Piece] | None:
        if self._earlier is None or key not in self._known:
            return None
        at, length, crc, at_cells, length_cells, crc_cells, size, crc_inside = self._known[key]
        try:
            text, data = _part(self._earlier / CSV, at, length), _part(self._earlier / WORKBOOK, at_cells, length_cells)
        except OSError:
            return None
        return (text, Piece(data, size, crc_inside)) if (crc32(text), crc32(data)) == (crc, crc_cells) else None

    def remember(self) -> None:
        """Notes for the next run where the rows are."""
        if self._ledger:
            write_durably(self._ledger, lambda path: path.write_bytes(orjson.dumps(self._now)))


def _part(path: Path, start: int, length: int) -> bytes:
    """So many bytes of a file, from ``start`` on."""
    with path.open("rb", buffering=0) as file:
        file.seek(start)
        return file.read(length)


def _shell(schema: pl.Schema, height: int, labels: Mapping[str, str]) -> Workbook:
    """The workbook with its header and one row that only shows the style of each column."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Inovasi"
    sheet.append([labels.get(name, name.replace("_", " ").capitalize()) for name in schema])
    for index, (name, dtype) in enumerate(schema.items(), start=1):
        sheet.column_dimensions[get_column_letter(index)].width = _WIDTHS.get(name, 18)
        head, cell = sheet.cell(1, index), sheet.cell(2, index, 0)
        head.font, head.fill = Font(bold=True, color="FFFFFF"), _HEADER_FILL
        head.alignment = Alignment(wrap_text=True, vertical="center")
        cell.alignment = Alignment(vertical="top", wrap_text=name in _WIDTHS and name != "id_inovasi")
        if dtype == pl.Date:
            cell.number_format = "dd/mm/yyyy"
        elif name == "anggaran":
            cell.number_format = "#,##0"
    sheet.freeze_panes = "G2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(schema))}{height + 1}"
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"
    return book


def _rows(frame: pl.DataFrame, first: int, styles: Mapping[str, str]) -> pl.Series:
    """The rows of a sheet from the ``first`` on, as XML; texts stand as texts, whatever they begin with."""
    number = (pl.int_range(first, frame.height + first).cast(pl.String)).alias("_baris")
    cells = [_cell(frame[name], get_column_letter(index), styles) for index, name in enumerate(frame.columns, 1)]
    row = pl.concat_str(pl.lit('<row r="'), pl.col("_baris"), pl.lit('">'), *cells, pl.lit("</row>"))
    return frame.with_columns(number).select(row.alias("xml"))["xml"]


def _cell(column: pl.Series, letter: str, styles: Mapping[str, str]) -> pl.Expr:
    """The cell of a column as XML; nothing where there is no value."""
    start = pl.lit(f'<c r="{letter}') + pl.col("_baris") + pl.lit(f'" s="{styles[letter]}"')
    value = pl.col(column.name)
    if column.dtype == pl.String:
        if column.str.contains(UNFIT_FOR_XML).any():
            value = value.str.replace_all(UNFIT_FOR_XML, " ")
        if column.str.len_bytes().gt(LONGEST_CELL).any():
            value = value.str.slice(0, LONGEST_CELL)
        text = value.str.replace_many(ENTITIES)
        cell = start + pl.lit(' t="inlineStr"><is><t xml:space="preserve">') + text + pl.lit("</t></is></c>")
    else:
        number = (value - EXCEL_EPOCH).dt.total_days() if column.dtype == pl.Date else value
        cell = start + pl.lit("><v>") + number.cast(pl.String) + pl.lit("</v></c>")
    return cell.fill_null("")


def _package(reference: Reference) -> dict[str, Any]:
    """A Frictionless Data Package (v2) that describes the CSV and every Parquet table."""
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "inovasi-daerah",
        "title": f"Inovasi daerah {reference.daerah.nama}",
        "created": "",
        "version": "",
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
