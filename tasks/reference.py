"""The reference folder, read and checked once at start: units, profile, words, choices, catalogue, indicators, rules."""

import csv
import hashlib
import re
import tomllib
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, TypeVar

import polars as pl
from pydantic import BaseModel, ValidationError

from schemas import SchemaErrors
from schemas import reference as models
from schemas.tables import TABLES, columns
from tasks.errors import MendableError
from tasks.passed import digest_of, has_passed, note
from tasks.read.grid import encode
from tasks.read.limits import Limits, UnreadableError
from tasks.read.workbook import read_workbook
from tasks.text import system_reason

Model = TypeVar("Model", bound=BaseModel)
DEFAULT_FOLDER = Path(__file__).resolve().parents[1] / "data" / "reference"


class WrongReferenceError(MendableError):
    """A reference file is missing or wrong; the message says, in Indonesian, which, where and what is expected."""


@dataclass(frozen=True, eq=False)  # one is another: what is made of it can be kept beside it
class Reference:
    """Everything the field decides, checked. Tables have the columns of their models in ``schemas.reference``."""

    folder: Path
    digest: str
    unit: pl.DataFrame
    urusan: pl.DataFrame
    profil: pl.DataFrame
    judul_kolom: pl.DataFrame
    pilihan: pl.DataFrame
    temuan: pl.DataFrame
    status_berkas: pl.DataFrame
    indikator: pl.DataFrame
    riwayat: pl.DataFrame
    perencanaan: pl.DataFrame
    usaha: pl.DataFrame
    penghargaan: pl.DataFrame
    gerbang: pl.DataFrame
    keputusan: pl.DataFrame
    spd: pl.DataFrame
    peta: pl.DataFrame
    daerah: models.Daerah
    kosakata: models.Kosakata
    aturan: dict[int, models.Aturan]
    indeks: models.AturanIndeks
    kontak: pl.DataFrame = field(repr=False)

    @cached_property
    def label(self) -> dict[str, str]:
        """The field's own name of each column of the profile."""
        return dict(zip(self.profil["kolom"], self.profil["label"], strict=True))

    def example(self, kolom: str, tahun: int) -> str:
        """An example of a column of the profile in ``tahun``: of a date, one inside the window; "" where there is none."""
        return self._examples.get(kolom, "").replace("{tahun}", str(tahun - 1))

    @cached_property
    def _examples(self) -> dict[str, str]:
        return {kolom: contoh for kolom, contoh in self.profil.select("kolom", "contoh").iter_rows() if contoh}

    def rules(self, tahun: int) -> models.Aturan:
        """The rules of ``tahun``; raises ``WrongReferenceError`` naming the years that have rules."""
        if tahun not in self.aturan:
            known = ", ".join(str(year) for year in sorted(self.aturan))
            raise WrongReferenceError(f"Tahun {tahun} belum punya aturan di aturan_iid.toml; yang ada: {known}.")
        return self.aturan[tahun]

    def current_year(self, today: date) -> int:
        """The latest year with rules that is not in the future; the first with rules if all are."""
        return max((tahun for tahun in self.aturan if tahun <= today.year), default=min(self.aturan))

    def profile(self, tahun: int) -> pl.DataFrame:
        """The columns of the profile that are in force in ``tahun``."""
        begins, ends = pl.col("dari_tahun").fill_null(0), pl.col("sampai_tahun").fill_null(9999)
        return self.profil.filter((begins <= tahun) & (ends >= tahun))

    def indicators(self, tahun: int) -> pl.DataFrame:
        """The indicators of an innovation (16 and up, with a weight) in ``tahun``: number as integer."""
        rows = self.indikator.filter(
            (pl.col("tahun") == tahun) & (pl.col("aspek") == "sid") & pl.col("parameter_1").is_not_null()
        )
        return rows.with_columns(pl.col("nomor").cast(pl.Int64))


def load_reference(folder: Path = DEFAULT_FOLDER) -> Reference:
    """Reads and checks all files of ``folder``; what has not changed since is not read again.

    Raises ``WrongReferenceError`` for the first file that is missing or breaks its model.
    """
    if not folder.is_dir():
        raise WrongReferenceError(f"Folder acuan {folder} tidak ada.")
    return _load(folder, _digest(folder))


@lru_cache(maxsize=4)
def _load(folder: Path, digest: str) -> Reference:
    tables = {name: _table(folder / f"{name}.csv", model) for name, model in models.CSV_FILES.items()}
    rules_file = folder / "aturan_iid.toml"
    aturan = {
        _year(rules_file, year): _model(rules_file, models.Aturan, content, f"tabel [{year}]: ")
        for year, content in _toml(rules_file).items()
    }
    if not aturan:
        raise WrongReferenceError(
            f"Berkas acuan {rules_file}: belum ada aturan; seharusnya satu tabel [tahun] atau lebih."
        )
    reference = Reference(
        folder=folder,
        digest=digest,
        daerah=_model(folder / "daerah.toml", models.Daerah, _toml(folder / "daerah.toml")),
        kosakata=_model(folder / "kosakata.toml", models.Kosakata, _toml(folder / "kosakata.toml")),
        aturan=aturan,
        indeks=_model(folder / "indeks.toml", models.AturanIndeks, _toml(folder / "indeks.toml")),
        keputusan=_decisions(folder),
        kontak=_contacts(folder / "kontak.csv"),
        spd=_optional(folder / "spd.csv", models.SpdRef),
        peta=_optional(folder / "peta.csv", models.PetaRef),
        **tables,
    )
    _check_links(reference)
    return reference


def _digest(folder: Path) -> str:
    """One digest over names and contents of the folder's files: a change of any makes another."""
    total = hashlib.sha256()
    for path in sorted(path for path in folder.iterdir() if path.is_file()):
        total.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise WrongReferenceError(f"Berkas acuan {path} tidak ada.") from None
    except OSError as error:
        raise WrongReferenceError(f"Berkas acuan {path} tidak dapat dibaca: {system_reason(error)}.") from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise WrongReferenceError(
            f"Berkas acuan {path} baris {line}: ada huruf yang bukan UTF-8; simpan berkas ini sebagai teks UTF-8."
        ) from None


def _table(path: Path, model: type[models.UnitRef] | Any) -> pl.DataFrame:
    """A CSV file as the frame its model describes; a fault is named with the line of the file."""
    rows, lines = _lines(path, list(columns(model)))
    if not rows:
        raise WrongReferenceError(f"Berkas acuan {path} tidak punya satu baris pun di bawah judul kolomnya.")
    return _checked(path, model, rows, lines)


def _lines(path: Path, schema: list[str]) -> tuple[list[list[str]], list[int]]:
    """The rows of a CSV file whose columns are those of ``schema``, with the line each begins at."""
    reader = csv.reader(_text(path).splitlines(keepends=True), strict=True)
    rows: list[list[str]] = []
    lines: list[int] = []
    try:
        header = next(reader, [])
        if header != schema:
            raise WrongReferenceError(
                f"Berkas acuan {path} baris 1: kolomnya {','.join(header)}; seharusnya {','.join(schema)}."
            )
        start = reader.line_num + 1
        for row in reader:
            if row and len(row) != len(schema):
                raise WrongReferenceError(
                    f"Berkas acuan {path} baris {start}: ada {len(row)} isian; seharusnya {len(schema)}."
                )
            if row:
                rows.append(row)
                lines.append(start)
            start = reader.line_num + 1
    except csv.Error as error:
        raise WrongReferenceError(
            f"Berkas acuan {path} baris {reader.line_num}: bukan CSV yang sah ({error})."
        ) from None
    return rows, lines


def _checked(path: Path, model: type[models.UnitRef] | Any, rows: list[list[str]], lines: list[int]) -> pl.DataFrame:
    """Rows of texts as the frame their model describes; a fault is named with its line."""
    schema = columns(model)
    filled = [[text.strip() or None for text in row] for row in rows]
    texts = pl.DataFrame(filled, schema=dict.fromkeys(schema, pl.String), orient="row")
    figures = {name: dtype for name, dtype in schema.items() if dtype != pl.String}
    frame = texts.with_columns(pl.col(name).cast(dtype, strict=False) for name, dtype in figures.items())
    for name in figures:
        if frame[name].null_count() > texts[name].null_count():
            at = (frame[name].is_null() & texts[name].is_not_null()).arg_true()[0]
            raise WrongReferenceError(
                f"Berkas acuan {path} baris {lines[at]}: kolom {name} berisi “{texts[name][at]}”; seharusnya angka."
            )
    digest = digest_of(model, rows, Path(__file__))
    if has_passed(digest):
        return frame
    try:
        checked = model.validate(frame, lazy=True)
    except SchemaErrors as errors:
        case = errors.failure_cases.sort("index", nulls_last=True).row(0, named=True)
        at = case["index"]
        line = f" baris {lines[at]}" if at is not None else ""
        value = (
            frame[case["column"]][at] if at is not None and case["column"] in frame.columns else case["failure_case"]
        )
        shown = "kosong" if value is None else f"berisi “{value}”"
        raise WrongReferenceError(
            f"Berkas acuan {path}{line}: kolom {case['column']} {shown}; seharusnya {_expected(case['check'])}."
        ) from None
    note(digest)
    return checked


def _optional(path: Path, model: Any) -> pl.DataFrame:
    """A CSV file that need not be there: then a frame without rows."""
    rows, lines = _lines(path, list(columns(model))) if path.exists() else ([], [])
    return _checked(path, model, rows, lines)


def _decisions(folder: Path) -> pl.DataFrame:
    """What people decided: keputusan.xlsx, else keputusan.csv, else nothing. Rows without a decision are not filled in yet."""
    wanted = list(columns(models.KeputusanRef))
    book, text = folder / "keputusan.xlsx", folder / "keputusan.csv"
    if book.exists():
        rows, lines = _sheet_lines(book, wanted)
        path = book
    elif text.exists():
        rows, lines = _lines(text, wanted)
        path = text
    else:
        rows, lines, path = [], [], text
    filled = [index for index, row in enumerate(rows) if row[0].strip()]
    return _checked(path, models.KeputusanRef, [rows[i] for i in filled], [lines[i] for i in filled])


def _contacts(path: Path) -> pl.DataFrame:
    """Where the notes of units are sent; nowhere without the file. Its values are secrets and are repeated in no message."""
    wanted = list(columns(models.KontakRef))
    if not path.exists():
        return _checked(path, models.KontakRef, [], [])
    try:
        return _checked(path, models.KontakRef, *_lines(path, wanted))
    except WrongReferenceError as error:
        line = re.search(r" baris \d+", str(error))
        raise WrongReferenceError(
            f"Berkas acuan {path}{line[0] if line else ''}: seharusnya CSV dengan kolom {','.join(wanted)}, semuanya terisi."
        ) from None


def _sheet_lines(path: Path, columns: list[str]) -> tuple[list[list[str]], list[int]]:
    """The rows of the first sheet of a workbook, by the names of their columns; other columns are for people."""
    try:
        grid = read_workbook(path, Limits()).grids[0]
    except (UnreadableError, IndexError):
        raise WrongReferenceError(f"Berkas acuan {path} tidak dapat dibaca sebagai buku kerja.") from None
    header = [str(value).strip() for value in grid.rows[0]] if grid.rows else []
    absent = [column for column in columns if column not in header]
    if absent:
        raise WrongReferenceError(f"Berkas acuan {path} baris 1: tidak ada kolom {', '.join(absent)}.")
    places = [header.index(column) for column in columns]
    rows = [[encode(grid.value(r, c))[0] for c in places] for r in range(1, len(grid.rows))]
    return rows, list(range(2, len(grid.rows) + 1))


def _expected(check: str) -> str:
    """What a Pandera check expects, in Indonesian."""
    name, _, rest = check.partition("(")
    argument = rest.removesuffix(")")
    return {
        "not_nullable": "terisi",
        "isin": f"salah satu dari {argument}",
        "str_matches": f"berpola {argument}",
        "str_length": "terisi",
        "field_uniqueness": "tidak berulang",
        "greater_than_or_equal_to": f"sedikitnya {argument}",
        "less_than_or_equal_to": f"paling banyak {argument}",
        "greater_than": f"lebih dari {argument}",
    }.get(name, check)


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(_text(path))
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"\(at line (\d+),", str(error))
        line = int(at[1]) if at else len(_text(path).splitlines())  # at the end of the document
        raise WrongReferenceError(
            f"Berkas acuan {path} baris {line}: bukan TOML yang sah; seharusnya kunci = nilai atau [tabel]."
        ) from None


def _model(path: Path, model: type[Model], content: Any, where: str = "") -> Model:
    try:
        return model.model_validate(content)
    except ValidationError as errors:
        first = errors.errors(include_url=False)[0]
        key = ".".join(str(part) for part in first["loc"])
        line = _line_of(path, str(first["loc"][0]) if first["loc"] else "", where)
        raise WrongReferenceError(
            f"Berkas acuan {path}{line}: {where}kunci {key or '(semua)'} {_expected_value(first)}."
        ) from None


def _expected_value(error: Any) -> str:
    """What a Pydantic error expects, in Indonesian."""
    kind, context = str(error["type"]), error.get("ctx", {})
    given = repr(error["input"])[:60]
    fixed = {
        "missing": "belum ada",
        "extra_forbidden": "tidak dikenal",
        "value_error": f"keliru: {context.get('error', '')}",
    }
    if kind in fixed:
        return fixed[kind]
    wanted = {
        "int": "bilangan bulat", "float": "angka", "string": "teks", "bool": "true atau false", "list": "daftar", "tuple": "daftar",
        "date": "tanggal (TTTT-BB-HH)", "dict": "tabel",
    }  # fmt: skip
    bounds = {
        "greater_than_equal": f"sedikitnya {context.get('ge')}",
        "less_than_equal": f"paling banyak {context.get('le')}",
        "greater_than": f"lebih dari {context.get('gt')}",
        "literal_error": f"salah satu dari {context.get('expected')}",
    }
    expected = bounds.get(kind) or wanted.get(kind.split("_", maxsplit=1)[0], "nilai yang sah")
    return f"berisi {given}; seharusnya {expected}"


def _line_of(path: Path, key: str, table: str = "") -> str:
    """Where ``key`` stands in a TOML file, after the heading of its table if it has one, as text for a message."""
    lines = _text(path).splitlines()
    heading = re.search(r"\[\w+\]", table)
    start = next((n for n, line in enumerate(lines) if heading and line.strip().startswith(heading[0])), 0)
    for number, line in enumerate(lines[start:], start=start + 1):
        if key and line.replace("[", "").strip().startswith(key):
            return f" baris {number}"
    return ""


def _year(path: Path, text: str) -> int:
    if not text.isdigit():
        raise WrongReferenceError(f"Berkas acuan {path}{_line_of(path, text)}: tabel [{text}] harus berupa tahun.")
    return int(text)


def _check_links(reference: Reference) -> None:
    """What one file says of another must hold: choices for every choice column, kecamatan that exist."""
    choices = set(reference.pilihan["kolom"])
    for kolom in reference.profil.filter(pl.col("tipe") == "pilihan")["kolom"]:
        if kolom not in choices and kolom != "urusan_utama":
            raise WrongReferenceError(
                f"Berkas acuan {reference.folder / 'pilihan.csv'}: kolom {kolom} (tipe pilihan di profil.csv) belum punya nilai."
            )
    meant = {"pilihan": choices - set(reference.profil.filter(pl.col("tipe").str.starts_with("pilihan"))["kolom"])}
    headed = reference.judul_kolom.filter(pl.col("tabel") == "inovasi")["kolom"]
    meant["judul_kolom"] = set(headed) - set(reference.profil["kolom"])
    for name, strange in meant.items():
        if strange:
            raise WrongReferenceError(
                f"Berkas acuan {reference.folder / name}.csv: kolom “{min(strange)}” tidak ada dalam profil.csv"
                + (" sebagai pilihan." if name == "pilihan" else ".")
            )
    unknown = reference.kontak.filter(~pl.col("kode_unit").is_in(reference.unit["kode"].implode()))
    if unknown.height:
        raise WrongReferenceError(
            f"Berkas acuan {reference.folder / 'kontak.csv'}: unit {unknown['kode_unit'][0]} tidak ada dalam unit.csv."
        )
    for gate, tabel, batas in reference.gerbang.select("gerbang", "tabel", "batas").iter_rows():
        limited, of_table = gate in ("unit_mengirim", "inovasi_turun"), gate == "tabel_kosong"
        if (limited and batas is None) or (of_table and tabel not in TABLES):
            raise WrongReferenceError(
                f"Berkas acuan {reference.folder / 'gerbang.csv'}: gerbang {gate} memerlukan "
                + ("batas." if limited else f"tabel yang ada; “{tabel}” tidak ada.")
            )
    lost = reference.unit.filter(
        pl.col("kode_kecamatan").is_not_null() & ~pl.col("kode_kecamatan").is_in(reference.unit["kode"].implode())
    )
    if lost.height:
        kode, kecamatan = lost.row(0, named=True)["kode"], lost.row(0, named=True)["kode_kecamatan"]
        raise WrongReferenceError(
            f"Berkas acuan {reference.folder / 'unit.csv'}: unit {kode} menyebut kecamatan {kecamatan} yang tidak terdaftar."
        )
