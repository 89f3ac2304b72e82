"""The published tables for people and tools: CSV and a styled workbook of the innovations, and datapackage.json about all."""

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple
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
ROWS_TOGETHER = 1_000  # rows that are read and made at once, and
ROWS_OF_A_PIECE = 250  # that are compressed and remembered at once
NAMES = ("id_inovasi", "kode_unit")  # of rows: by these they are known again
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


def export(
    data: Path,
    reference: Reference,
    state: Path | None = None,
    previous: Path | None = None,
    units: pl.Series | None = None,
) -> None:
    """Writes inovasi.csv and inovasi.xlsx beside the Parquet tables in ``data``.

    Rows that stood in the files of the ``previous`` run as they are now, as noted in ``state``, are taken from there. ``units``:
    those of which rows may be others than they were, where that is known.
    """
    kept = _Kept(state and state / LEDGER, previous and previous / "data", units)
    write_tables(data, pl.scan_parquet(data / "inovasi.parquet"), reference.label, kept)
    kept.remember()


def describe(data: Path, reference: Reference, *, created: str, version: str, same: Path | None = None) -> None:
    """Writes datapackage.json beside the tables in ``data``: ``created`` is when the run began, ``version`` that of the code.

    ``same``: a run with the same tables, made by the same program, whose description is this one's too.
    """
    try:
        package = orjson.loads((same / "data" / DESCRIPTION).read_bytes()) if same else _package(reference)
    except (OSError, ValueError):
        package = _package(reference)
    package |= {"created": created, "version": version}
    (data / DESCRIPTION).write_bytes(orjson.dumps(package, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))


def write_tables(folder: Path, frame: pl.LazyFrame, labels: Mapping[str, str], kept: "_Kept") -> None:
    """Writes ``frame`` as CSV, and as a workbook to read and filter: labels over the columns, frozen header, dates as dates.

    openpyxl makes the workbook with one row and knows its styles; the rows are written column by column, as cells with those
    styles, into its sheet: a tenth of what cell by cell takes. Rows are made and compressed piece by piece.
    """
    schema, names = flat(frame).collect_schema(), frame.select(NAMES).collect()
    height = names.height
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
        for start in range(0, height, ROWS_TOGETHER):
            block = _Block(frame.slice(start, ROWS_TOGETHER), start + 2, schema.names(), styles)
            for first in range(0, min(height - start, ROWS_TOGETHER), ROWS_OF_A_PIECE):
                known = names.slice(start + first, ROWS_OF_A_PIECE)
                text, cells = kept.rows(block, first, known, (csv.tell(), member.place))
                csv.write(text)
                member.add(cells)
        member.add(deflated(after.encode()))
        member.close()
        for name in made.namelist():
            if name != SHEET:
                book.writestr(
                    zipfile.ZipInfo(name), _SAVED.sub(rb"\g<1>" + UNDATED, made.read(name)), zipfile.ZIP_DEFLATED
                )


class _Block:
    """Some rows, the first of which is row ``number`` of the sheet: read, and made, when first asked for."""

    def __init__(self, frame: pl.LazyFrame, number: int, columns: Sequence[str], styles: Mapping[str, str]) -> None:
        self._frame, self._styles, self.number = frame, styles, number
        self.look = [columns, styles]

    @cached_property
    def rows(self) -> pl.DataFrame:
        """The rows as they are published."""
        return self._frame.collect()

    @cached_property
    def _made(self) -> tuple[pl.DataFrame, pl.Series]:
        flattened = flat(self.rows.lazy()).collect()
        return flattened, _rows(flattened, self.number, self._styles)

    def piece(self, first: int) -> tuple[bytes, Piece]:
        """The rows from ``first`` on as CSV, and as the XML of the sheet, compressed."""
        texts, cells = self._made
        csv = texts.slice(first, ROWS_OF_A_PIECE).write_csv(include_header=False)
        return csv.encode(), deflated(cells.slice(first, ROWS_OF_A_PIECE).str.join().item().encode())


class _Standing(NamedTuple):
    """Where a piece stands in both files, and its checksums; of cells also the size, and the checksum, before compression."""

    at: int
    length: int
    crc: int
    at_cells: int
    length_cells: int
    crc_cells: int
    size: int
    crc_inside: int


class _Kept:
    """Rows as they stand in the files of the run before, by their names, and as they do in those of this one.

    Rows of other units than ``units`` are as they were; without it the rows tell.
    """

    def __init__(self, ledger: Path | None, earlier: Path | None, units: pl.Series | None) -> None:
        self._ledger, self._earlier, self._units = ledger, earlier, units
        self._now: dict[str, list[Any]] = {}
        try:
            self._known: dict[str, list[Any]] = orjson.loads(ledger.read_bytes()) if ledger and earlier else {}
        except (OSError, ValueError):
            self._known = {}

    def rows(self, block: _Block, first: int, names: pl.DataFrame, places: tuple[int, int]) -> tuple[bytes, Piece]:
        """The rows of ``block`` from ``first`` on, those of ``names``: as CSV, and as the XML of the sheet, compressed.

        ``places``: where in both files they will be written.
        """
        key = _digest(MADE_BY, orjson.dumps([block.number + first, block.look]), hashed(names))
        said, *known = self._known.get(key, [None])
        untouched = self._units is not None and not names["kode_unit"].is_in(self._units.implode()).any()
        rows = cache(lambda: _digest(hashed(block.rows.slice(first, ROWS_OF_A_PIECE))))
        found = self._find(_Standing(*known)) if said and (untouched or said == rows()) else None
        if found is None:
            said, (text, cells) = rows(), block.piece(first)
            found = text, cells, crc32(text), crc32(cells.data)
        text, cells, crc, crc_cells = found
        standing = _Standing(places[0], len(text), crc, places[1], len(cells.data), crc_cells, *cells[1:])
        self._now[key] = [said, *standing]
        return text, cells

    def _find(self, known: "_Standing") -> tuple[bytes, Piece, int, int] | None:
        """What stands there in the files of the run before, with its checksums, if these are as they were."""
        assert self._earlier is not None
        try:
            text = _part(self._earlier / CSV, known.at, known.length)
            data = _part(self._earlier / WORKBOOK, known.at_cells, known.length_cells)
        except OSError:
            return None
        crc, crc_cells = crc32(text), crc32(data)
        same = (crc, crc_cells) == (known.crc, known.crc_cells)
        return (text, Piece(data, known.size, known.crc_inside), crc, crc_cells) if same else None

    def remember(self) -> None:
        """Notes for the next run where the rows are."""
        if self._ledger:
            write_durably(self._ledger, lambda path: path.write_bytes(orjson.dumps(self._now)))


def _digest(*parts: bytes) -> str:
    return sha256(b"\0".join(parts)).hexdigest()


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
