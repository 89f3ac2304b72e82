"""Archived files -> frames of cells with their positions; each file read and recognized in a worker process.

The frames, and what joins them:

- ``buku``: one row per file (berkas): kode and rincian when it could not be read, tata_letak, isi (digest of its content)
- ``tabel``: one row per table found: tabel, berkas, perihal, lembar, kolom (list), judul_unit
- ``konteks``: texts that may name the unit of a table: tabel, sumber, teks, baris, sel
- ``rekaman``: one row per record: rekaman, tabel, baris, sel (where it stands)
- ``sel``: one row per cell of a record: rekaman, kolom, nilai, tipe, baris, sel
- ``sel_indikator``: the same for the records of tables of indicators, which are by far the most
- ``catatan``: findings about files, sheets and headers: berkas, kode, lembar, baris, sel, kolom, nilai, rincian
"""

import gc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import polars as pl

from tasks.read.ahead import Answers
from tasks.read.cluster import Cluster, read_on
from tasks.read.grid import position
from tasks.read.limits import Limits
from tasks.read.packed import ESCAPE, ESCAPED, SEPARATOR
from tasks.read.pool import read_files
from tasks.vocabulary import Vocabulary

CELLS_OF_PART = 500_000  # of which the frames of a part are made, and parsed together
ROWS_TOGETHER = 20_000  # of a frame: of another night's some are taken, and no more of them is looked at
MOST_ASTRAY = 20  # cells left out that are named one by one

CELL: dict[str, Any] = {
    "rekaman": pl.UInt32, "kolom": pl.String, "nilai": pl.String, "tipe": pl.String, "baris": pl.Int32, "sel": pl.Int32,
}  # fmt: skip
SCHEMAS: dict[str, dict[str, Any]] = {
    "buku": {"berkas": pl.String, "kode": pl.String, "rincian": pl.String, "tata_letak": pl.String, "isi": pl.String},
    "tabel": {
        "tabel": pl.UInt32, "berkas": pl.String, "perihal": pl.String, "lembar": pl.String, "kolom": pl.List(pl.String),
        "judul_unit": pl.String,
    },
    "konteks": {"tabel": pl.UInt32, "sumber": pl.String, "teks": pl.String, "baris": pl.Int32, "sel": pl.Int32},
    "rekaman": {"rekaman": pl.UInt32, "tabel": pl.UInt32, "baris": pl.Int32, "sel": pl.Int32},
    "sel": CELL,
    "sel_indikator": CELL,
    "catatan": {
        "berkas": pl.String, "kode": pl.String, "lembar": pl.String, "baris": pl.Int32, "sel": pl.Int32, "kolom": pl.String,
        "nilai": pl.String, "rincian": pl.String,
    },
}  # fmt: skip
# Cells below one another in a column of consecutive records: the first of them, how many, and their type if it is the same.
RUNS: dict[str, Any] = {
    "rekaman": pl.Int64, "baris": pl.Int64, "banyak": pl.Int64, "kolom": pl.String, "sel": pl.Int32, "tipe": pl.String,
}  # fmt: skip


@dataclass(frozen=True)
class Sheets:
    """What was read of a set of files: the frames described above."""

    buku: pl.DataFrame
    tabel: pl.DataFrame
    konteks: pl.DataFrame
    rekaman: pl.DataFrame
    sel: pl.DataFrame
    sel_indikator: pl.DataFrame
    catatan: pl.DataFrame

    def save(self, folder: Path) -> None:
        """Writes the frames but those of cells, which are large, to ``folder``, as the next part of what is there."""
        for name, schema in SCHEMAS.items():
            if schema is not CELL:
                add_part(folder / f"{name}.parquet", getattr(self, name))

    @classmethod
    def load(cls, folder: Path) -> "Sheets":
        """All parts that were saved to ``folder``; the frames of cells are empty."""
        return cls(
            **{
                name: pl.DataFrame(schema=schema) if schema is CELL else pl.read_parquet(folder / f"{name}.parquet")
                for name, schema in SCHEMAS.items()
            }
        )

    def file_by_file(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Rows about records of this part with those of a file together, in the order of the files."""
        if frame.is_empty():
            return frame
        of_table = self.tabel["berkas"].rle_id()
        of_record = of_table.gather(self.rekaman["tabel"] - self.tabel["tabel"][0])
        of_row = of_record.gather(frame["rekaman"] - self.rekaman["rekaman"][0])
        return frame if of_row.is_sorted() else frame.select(pl.all().sort_by(of_row, maintain_order=True))


def add_part(path: Path, frame: pl.DataFrame) -> None:
    """Writes a frame as the next part of that at ``path``: a folder of parts, which ``polars.read_parquet`` reads as one."""
    path.mkdir(parents=True, exist_ok=True)
    frame.write_parquet(
        path / f"{sum(1 for _ in path.iterdir()):05}.parquet", compression="lz4", row_group_size=ROWS_TOGETHER
    )


def read(
    files: list[tuple[str, Path]],
    vocabulary: Vocabulary,
    limits: Limits,
    workers: int = 2,
    advance: Callable[[int], None] = lambda _: None,
    cluster: Cluster | None = None,
    after: Sheets | None = None,
    ahead: Answers | None = None,
) -> Iterator[Sheets]:
    """Reads each (name in the inbox, path of its bytes), in this order. With a cluster, there.

    The same bytes under several names that follow one another are read once.

    The last part of each path is the SHA-256 of its bytes: what ``ahead`` has of it is not read again.

    What it yields is one part of the whole after another, of some half a million cells; their tables and records are numbered
    on, from those of ``after``.
    """
    named = [(path, [berkas for berkas, _ in same]) for path, same in groupby(files, key=itemgetter(1))]
    gather, ahead = _Gather(after), ahead or {}
    reader = partial(read_on, cluster) if cluster else read_files
    unread = [path for path, _ in named if path.name not in ahead]
    advance(len(named) - len(unread))
    with _without_collecting():
        answers = reader(unread, vocabulary, limits, workers, advance)
        for path, berkas_of_path in named:
            answer = ahead[path.name] if path.name in ahead else next(answers)
            for berkas in berkas_of_path:
                gather.add(berkas, answer)
            if gather.size() > CELLS_OF_PART:
                yield gather.take()
        yield gather.take()


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Within it, Python looks for no cycles: answers have none, and are many."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


class _Gather:
    """Collects answers column by column, numbering tables and records through all files."""

    def __init__(self, after: Sheets | None) -> None:
        self.tables, self.records = (after.tabel.height, after.rekaman.height) if after else (0, 0)
        self._begin()

    def _begin(self) -> None:
        self.columns: dict[str, dict[str, list[Any]]] = {
            name: {column: [] for column in schema} for name, schema in SCHEMAS.items() if schema is not CELL
        }
        self.cells = {name: _Cells() for name, schema in SCHEMAS.items() if schema is CELL}

    def _row(self, frame: str, *values: Any) -> None:
        for column, value in zip(self.columns[frame].values(), values, strict=True):
            column.append(value)

    def _rows(self, frame: str, *values: Iterable[Any]) -> None:
        """Adds rows column by column; without rows there are fewer columns."""
        for column, more in zip(self.columns[frame].values(), values, strict=False):
            column.extend(more)

    def add(self, berkas: str, answer: dict[str, Any]) -> None:
        """Adds what one file holds."""
        if "kode" in answer:
            self._row("buku", berkas, answer["kode"], answer["rincian"], None, None)
            return
        self._row("buku", berkas, None, None, answer["tata_letak"], answer["isi"])
        for kode, lembar, baris, sel, kolom, nilai, rincian in answer["notes"]:
            self._row("catatan", berkas, kode, lembar, baris, sel, kolom, nilai, rincian)
        for lembar in answer["tersembunyi"]:
            self._row("catatan", berkas, "lembar_tersembunyi", lembar, None, None, None, None, lembar)
        for lembar, cell in answer["terpencil"][:MOST_ASTRAY]:
            self._row("catatan", berkas, "sel_terpencil", lembar, *position(cell), None, None, "")
        for table in answer["tables"]:
            self._table(berkas, table)

    def _table(self, berkas: str, table: dict[str, Any]) -> None:
        number = self.tables
        self.tables += 1
        columns = SEPARATOR.join(table["kolom"])
        self._row("tabel", number, berkas, table["perihal"], table["lembar"], columns, table["judul_unit"])
        self._rows("konteks", [number] * len(table["konteks"]), *zip(*table["konteks"], strict=True))
        first, count = self.records, len(table["letak"][0]) if table["letak"] else 0
        self.records += count
        self._rows("rekaman", range(first, self.records), [number] * count, *table["letak"])
        self.cells["sel_indikator" if table["perihal"] == "indikator" else "sel"].add(first, table)

    def size(self) -> int:
        """Number of cells gathered since the last part."""
        return sum(cells.size for cells in self.cells.values())

    def take(self) -> Sheets:
        """What was gathered since the last part."""
        frames = {name: _frame(columns, SCHEMAS[name]) for name, columns in self.columns.items()}
        part = Sheets(**frames, **{name: cells.frame() for name, cells in self.cells.items()})
        self._begin()
        return part


def _frame(columns: dict[str, list[Any]], schema: dict[str, Any]) -> pl.DataFrame:
    """A frame; lists of texts come joined, for Polars makes a column of each of Python's lists."""
    lists = [name for name, dtype in schema.items() if dtype == pl.List]
    texts = {name: pl.col(name).str.split(SEPARATOR) for name in lists}
    return pl.DataFrame(columns, schema=schema | dict.fromkeys(lists, pl.String)).with_columns(
        pl.when(pl.col(name) == "").then(split.list.head(0)).otherwise(split) for name, split in texts.items()
    )


class _Cells:
    """Collects cells as runs of cells below one another; their texts, and types that differ, as they come: packed."""

    def __init__(self) -> None:
        self.runs: dict[str, list[Any]] = {column: [] for column in RUNS}
        self.texts: list[str] = []
        self.types: list[str] = []
        self.size = 0  # number of cells

    def add(self, first: int, table: dict[str, Any]) -> None:
        """Adds the cells of a table whose first record has the number ``first``."""
        runs = self.runs
        for block in table["blok"]:
            columns = block["sel"]
            runs["rekaman"] += [first + block["rekaman"]] * len(columns)
            runs["baris"] += [block["baris"]] * len(columns)
            runs["banyak"] += [block["banyak"]] * len(columns)
            runs["kolom"] += block["kolom"]
            runs["sel"] += columns
            mixed = [tipe for tipe in block["tipe"] if SEPARATOR in tipe]
            runs["tipe"] += [None if SEPARATOR in tipe else tipe for tipe in block["tipe"]] if mixed else block["tipe"]
            self.texts += block["nilai"]
            self.types += mixed
            self.size += block["banyak"] * len(columns)
        if alone := table["rekaman"]:
            runs["rekaman"] += [first + record for record in alone]
            runs["baris"] += table["baris"]
            runs["banyak"] += [1] * len(alone)
            runs["kolom"] += table["nama"]
            runs["sel"] += table["sel"]
            runs["tipe"] += [None] * len(alone)
            self.texts.append(table["nilai"])
            self.types.append(table["tipe"])
            self.size += len(alone)

    def frame(self) -> pl.DataFrame:
        """All cells that came: each run's records and rows counted on."""
        counted = pl.DataFrame(self.runs, schema=RUNS).with_columns(
            pl.int_ranges(name, pl.col(name) + pl.col("banyak"), dtype=CELL[name]) for name in ("rekaman", "baris")
        )
        cells = counted.drop("banyak").explode("rekaman", "baris").with_columns(nilai=unpacked(self.texts))
        if self.types:
            differs = pl.col("tipe").is_null()
            own = pl.lit(unpacked(self.types)).gather(pl.when(differs).then(differs.cum_sum() - 1))
            cells = cells.with_columns(pl.coalesce("tipe", own))
        return cells.select(*CELL)


def unpacked(texts: list[str]) -> pl.Series:
    """The texts of cells that were packed (``tasks.read.packed``), those of all packs after one another."""
    packs = pl.Series(texts, dtype=pl.String)
    cells = packs.str.split(SEPARATOR).explode()
    if packs.str.contains(ESCAPE, literal=True).any():
        for sign, escaped in reversed(ESCAPED):
            cells = cells.str.replace_all(escaped, sign, literal=True)
    return cells
