"""The published tables for people and tools: CSV and a styled workbook of the innovations, and datapackage.json about all."""

import io
import re
import zipfile
from bisect import bisect_left
from collections.abc import Mapping
from datetime import date
from functools import cached_property
from hashlib import sha256
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any, NamedTuple

import orjson
import polars as pl
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from schemas.tables import TABLES, polars_schema
from tasks.durable import stamps, write_durably
from tasks.pieces import Member, Piece, deflated
from tasks.reference import Reference
from tasks.unchanged import hashed

LIST_SEPARATOR = "; "
FORMULA_STARTS = r"^[=+\-@\t\r]"
LONGEST_CELL = 32_767  # what Excel holds
ROWS_TOGETHER = 1_000  # rows that are read and made at once, and
ROWS_OF_A_PIECE = 120  # that are compressed and remembered at once, more or less, and
MOST_ROWS = 1_000  # at most
HASH = 8  # bytes of what ``hashed`` gives for a row
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
_STYLED = re.compile(r'<c r="[A-Z]+2" s="(\d+)"')
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
    table = pl.scan_parquet(data / "inovasi.parquet")
    kept = _Kept(table.select(NAMES).collect(), state and state / LEDGER, previous and previous / "data", units)
    write_tables(data, table, reference.label, kept)
    kept.remember(data)


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
    schema, height = flat(frame).collect_schema(), kept.height
    together = 1 if kept.most else ROWS_TOGETHER
    shell, last = io.BytesIO(), get_column_letter(len(schema))
    _shell(schema, height, labels).save(shell)
    with (
        zipfile.ZipFile(shell) as made,
        zipfile.ZipFile(folder / WORKBOOK, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book,
        (folder / CSV).open("wb") as csv,
    ):
        before, sample, after = _ROW.split(made.read(SHEET).decode(), maxsplit=1)
        styles = dict(zip(schema, _STYLED.findall(sample), strict=True))
        csv.write(flat(frame).head(0).collect().write_csv(include_bom=True).encode())
        member = Member(book, zipfile.ZipInfo(SHEET))
        member.add(deflated(before.replace(f'ref="A1:{last}2"', f'ref="A1:{last}{height + 1}"', 1).encode()))
        for _, some in groupby(kept.pieces, lambda piece: piece[0] // together):
            pieces = list(some)
            block = _Block(frame, pieces[0][0], pieces[-1][1], styles)
            for piece in pieces:
                text, cells = kept.rows(block, piece, (csv.tell(), member.place))
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
    """The rows of ``frame`` from ``start`` to ``end``: read, and made, when first asked for."""

    def __init__(self, frame: pl.LazyFrame, start: int, end: int, styles: Mapping[str, str]) -> None:
        self._frame, self._start, self.styles = frame.slice(start, end - start), start, styles

    @cached_property
    def _rows(self) -> pl.DataFrame:
        return self._frame.collect()

    @cached_property
    def _made(self) -> tuple[pl.DataFrame, pl.Series]:
        flattened = flat(self._rows.lazy()).collect()
        return flattened, _rows(flattened, self.styles)

    def said(self, first: int, last: int) -> bytes:
        """What the rows from one to another say, as they are published."""
        return hashed(self._rows.slice(first - self._start, last - first))

    def piece(self, first: int, last: int) -> tuple[bytes, Piece]:
        """The same rows as CSV, and as the XML of the sheet, compressed."""
        texts, cells = self._made
        at, rows = first - self._start, last - first
        csv = texts.slice(at, rows).write_csv(include_header=False)
        return csv.encode(), deflated(cells.slice(at, rows).str.join().item().encode())


class _Standing(NamedTuple):
    """Where a piece stands in both files; of cells also the size, and the checksum, before compression."""

    at: int
    length: int
    at_cells: int
    length_cells: int
    size: int
    crc: int


class _Kept:
    """Rows, known by their ``names``, as they stand in the files of the run before, and as they do in those of this one.

    Rows of other units than ``units`` are as they were; without it the rows tell. Files that are not as they were written, as the
    ``ledger`` has it, are not used.
    """

    def __init__(self, names: pl.DataFrame, ledger: Path | None, earlier: Path | None, units: pl.Series | None) -> None:
        self.height, self._ledger, self._earlier = names.height, ledger, earlier
        self._names, self._now = hashed(names), dict[str, list[Any]]()
        self.pieces = _pieces(self._names)
        self.most = units is not None  # is as it was, most likely
        other = pl.Series(dtype=pl.Boolean) if units is None else names["kode_unit"].is_in(units.implode())
        self._touched = other.arg_true().to_list()
        self._known = self._read()

    def _read(self) -> dict[str, list[Any]]:
        try:
            known = orjson.loads(self._ledger.read_bytes()) if self._ledger and self._earlier else {}
            same = known and self._earlier and known["berkas"] == _stamps(self._earlier)
            return known["baris"] if same else {}
        except (OSError, ValueError, KeyError, TypeError):
            return {}

    def rows(self, block: _Block, piece: tuple[int, int], places: tuple[int, int]) -> tuple[bytes, Piece]:
        """The rows of a ``piece`` of ``block``: as CSV, and as the XML of the sheet, compressed.

        ``places``: where in both files they will be written.
        """
        first, last = piece
        key = _digest(MADE_BY, orjson.dumps(block.styles), self._names[first * HASH : last * HASH])
        said, *known = self._known.get(key, [None])
        untouched = self.most and bisect_left(self._touched, first) == bisect_left(self._touched, last)
        now = said if said and untouched else _digest(block.said(*piece))
        text, cells = self._found(_Standing(*known)) if now == said else block.piece(*piece)
        standing = _Standing(places[0], len(text), places[1], len(cells.data), cells.size, cells.crc)
        self._now[key] = [now, *standing]
        return text, cells

    def _found(self, known: "_Standing") -> tuple[bytes, Piece]:
        """What stands there in the files of the run before."""
        assert self._earlier is not None
        text = _part(self._earlier / CSV, known.at, known.length)
        data = _part(self._earlier / WORKBOOK, known.at_cells, known.length_cells)
        return text, Piece(data, known.size, known.crc)

    def remember(self, data: Path) -> None:
        """Notes for the next run where in the files beside the tables in ``data`` the rows are."""
        if self._ledger:
            noted = orjson.dumps({"berkas": _stamps(data), "baris": self._now})
            write_durably(self._ledger, lambda path: path.write_bytes(noted))


def _pieces(names: bytes) -> list[tuple[int, int]]:
    """Rows that are made together, from one to another, of what ``hashed`` gives for them.

    What a row is called, not its number, says whether a piece begins with it: where rows come or go, the pieces behind stay.
    """
    numbers, starts = memoryview(names).cast("Q"), list[int]()
    for row, number in enumerate(numbers):
        if not starts or number % ROWS_OF_A_PIECE == 0 or row - starts[-1] == MOST_ROWS:
            starts.append(row)
    return list(pairwise([*starts, len(numbers)]))


def _stamps(data: Path) -> dict[str, list[int]]:
    return stamps(data, (data / name for name in (CSV, WORKBOOK)))


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


def _rows(frame: pl.DataFrame, styles: Mapping[str, str]) -> pl.Series:
    """The rows of a sheet as XML; texts stand as texts, whatever they begin with.

    They do not say where they stand: a row follows the one before it, a cell the one on its left. So the same rows are the same
    wherever they are.
    """
    cells = [_cell(frame[name], styles[name]) for name in frame.columns]
    return frame.select(xml=pl.concat_str(pl.lit("<row>"), *cells, pl.lit("</row>")))["xml"]


def _cell(column: pl.Series, style: str) -> pl.Expr:
    """The cell of a column as XML; an empty one where there is no value."""
    start, value = f'<c s="{style}"', pl.col(column.name)
    if column.dtype == pl.String:
        if column.str.contains(UNFIT_FOR_XML).any():
            value = value.str.replace_all(UNFIT_FOR_XML, " ")
        if column.str.len_bytes().gt(LONGEST_CELL).any():
            value = value.str.slice(0, LONGEST_CELL)
        text = value.str.replace_many(ENTITIES)
        begin, end = ' t="inlineStr"><is><t xml:space="preserve">', "</t></is></c>"
    else:
        text = ((value - EXCEL_EPOCH).dt.total_days() if column.dtype == pl.Date else value).cast(pl.String)
        begin, end = "><v>", "</v></c>"
    return pl.concat_str(pl.lit(start + begin), text, pl.lit(end)).fill_null("<c/>")


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
