"""Published tables: checked, put together of parts so that memory does not grow with them, and of what the last run has of them."""

import shutil
from collections.abc import Iterator
from functools import cached_property
from io import BytesIO
from itertools import accumulate, pairwise
from pathlib import Path

import polars as pl

from schemas.tables import conform
from tasks.durable import share
from tasks.rowgroups import Group, Grouped, put_together
from tasks.scope import Scope
from tasks.standin import plain
from tasks.unchanged import SEED
from tasks.workspace import Workspace

ROWS_OF_PART = 200_000  # so many are shaped and validated together
# By what a table is in order that may be taken over for some units and made for others: what stands under one key is of one unit.
KEY = {
    "inovasi": "id_inovasi", "asal": "id_inovasi", "indikator": "id_inovasi", "monev": "id_inovasi", "lainnya": "id_inovasi",
    "riwayat_isian": "id_inovasi", "sumber": "id_inovasi", "komitmen": "kode_unit", "tinjauan": "kode_unit",
}  # fmt: skip
# Rows that are compressed together, and written again where one of them changes: of tables in order those of so many keys, more
# or less, fewer where a row is long or keys have many, and where there are so many rows already no other key's.
ROWS_OF_GROUP = 10_000
KEYS_OF_GROUP = {"inovasi": 2_000, "asal": 1_000, "indikator": 1_000}
MOST_KEYS, MOST_ROWS = 5_000, 40_000


class Parts:
    """A published table that is made part by part: no more than one of them is in memory."""

    def __init__(self, name: str, workspace: Workspace) -> None:
        self.name, self._path, self._parts = name, workspace.table(name), workspace.kerja / f"{name}.bagian"
        shutil.rmtree(self._parts, ignore_errors=True)
        self._parts.mkdir(parents=True)
        self._marked = workspace.stood_in
        self._key = KEY.get(name)
        self._made: list[_File] = []

    def add(self, frame: pl.DataFrame) -> None:
        """Validates what comes next, and writes it."""
        for rows in list(frame.iter_slices(ROWS_OF_PART)) or [frame]:
            table, path = conform(self.name, plain(rows) if self._marked else rows), self._new()
            if self._key and not table[self._key].is_sorted():
                table = table.sort(self._key, maintain_order=True)
            runs = _runs(table[self._key] if self._key else pl.repeat("", table.height, eager=True))
            places = [_span(runs[first:last]) for first, last in _together(runs, self.name)] if self._key else []
            if len(places) > 1:
                groups = (_written(table[begin:end]).groups[0] for begin, end in places)
                put_together(path, _written(table.clear()).footer, groups)
            else:
                size = max(1, table.height) if self._key else ROWS_OF_GROUP
                table.write_parquet(path, compression="zstd", row_group_size=size)
            self._made.append(_File(path, runs))

    def _new(self) -> Path:
        return self._parts / f"{len(self._made):05}.parquet"

    def publish(self, scope: Scope | None = None) -> int:
        """Puts the parts where the table stands, as one; with a ``scope`` among the rows of others. Returns its number of rows.

        What stands together in one of them as it does in the table is copied.
        """
        files = list(self._made)
        if scope and self._key:
            before = scope.last.path(self.name)
            runs = _runs(pl.read_parquet(before, columns=[self._key])[self._key])
            same = scope.stays(self._key, pl.col("kunci"))
            stays, others = (_File(before, runs.filter(which)) for which in (same, ~same))
            if self._says(others, files, self._key):
                self._path.unlink(missing_ok=True)
                share(before, self._path)
                return int(runs["baris"].sum())
            files.insert(0, stays)
        self._path.unlink(missing_ok=True)  # another run may have the same file
        if len(files) == 1:
            shutil.move(files[0].path, self._path)
        elif self._key is None:
            put_together(
                self._path, files[0].content.footer, (group for file in files for group in file.content.groups)
            )
        else:
            put_together(self._path, files[0].content.footer, self._merged(files, self._key))
        return sum(file.rows for file in files)

    def _says(self, then: "_File", files: list["_File"], key: str) -> bool:
        """Whether what was made says what the last run said of the same units."""
        if then.rows != sum(file.rows for file in files):
            return False
        if then.rows == 0:
            return True
        now = pl.concat([file.read(file.runs) for file in files if file.rows])
        return now.sort(key, maintain_order=True).equals(then.read(then.runs))

    def _merged(self, files: list["_File"], key: str) -> Iterator[Group]:
        """The groups of a table of the rows of some files."""
        each = [file.runs.with_columns(berkas=pl.lit(number)) for number, file in enumerate(files)]
        runs = pl.concat(each).sort("kunci", maintain_order=True)
        of_file = runs["berkas"].to_list()
        for first, last in _together(runs, self.name):
            some, within = runs[first:last], sorted(set(of_file[first:last]))
            group = files[within[0]].group(some) if len(within) == 1 else None
            if group is None:
                made = pl.concat([files[number].read(some.filter(berkas=number)) for number in within])
                group = _written(made.sort(key, maintain_order=True)).groups[0]
            yield group


class _File:
    """A file of rows, and its ``runs`` of rows of one key that are wanted."""

    def __init__(self, path: Path, runs: pl.DataFrame) -> None:
        self.path, self.runs, self.rows = path, runs, int(runs["baris"].sum())

    @cached_property
    def content(self) -> Grouped:
        """What it holds."""
        return Grouped(self.path.read_bytes())

    @cached_property
    def _groups(self) -> dict[tuple[int, int], Group]:
        """Its groups, by where they begin and end."""
        ends = [0, *accumulate(group.rows for group in self.content.groups)]
        return dict(zip(pairwise(ends), self.content.groups, strict=True))

    def group(self, runs: pl.DataFrame) -> Group | None:
        """The group of its rows that has these ``runs`` and no other rows, if there is one."""
        begin, end = _span(runs)
        return self._groups.get((begin, end)) if end - begin == runs["baris"].sum() else None

    def read(self, runs: pl.DataFrame) -> pl.DataFrame:
        """The rows of these ``runs``."""
        begin, end = _span(runs)
        first = pl.col("awal") - begin
        numbers = runs.select(pl.int_ranges(first, first + pl.col("baris")).explode()).to_series()
        return pl.scan_parquet(self.path).slice(begin, end - begin).collect()[numbers]


def _span(runs: pl.DataFrame) -> tuple[int, int]:
    """Where the first of them begins, and the last ends."""
    return runs["awal"][0], runs["awal"][-1] + runs["baris"][-1]


def _runs(keys: pl.Series) -> pl.DataFrame:
    """The rows of each key: kunci, awal (the number of the first), baris (how many)."""
    length = pl.col("len").cast(pl.Int64)
    return keys.rle().struct.unnest().select(kunci="value", awal=length.cum_sum() - length, baris=length)


def _together(runs: pl.DataFrame, name: str) -> Iterator[tuple[int, int]]:
    """Which runs are in one group of a table, from one to another.

    What a key is, not where it stands, says whether a group begins with it: where rows come or go, the groups behind stay.
    """
    keys, rows = runs["kunci"], runs["baris"]
    new = keys.ne_missing(keys.shift())
    chosen = (new & (keys.hash(SEED) % KEYS_OF_GROUP.get(name, MOST_KEYS) == 0)).arg_true().to_list()
    for first, last in pairwise(sorted({0, runs.height, *chosen})):
        if rows[first:last].sum() > MOST_ROWS:
            yield from _shortened(first, new[first:last].to_list(), rows[first:last].to_list())
        else:
            yield first, last


def _shortened(start: int, new: list[bool], rows: list[int]) -> Iterator[tuple[int, int]]:
    """Runs that are too many for one group: another begins with the next key where there are so many rows already."""
    begin, so_far = 0, 0
    for number, (other_key, more) in enumerate(zip(new, rows, strict=True)):
        if number and other_key and so_far >= MOST_ROWS:
            yield start + begin, start + number
            begin, so_far = number, 0
        so_far += more
    yield start + begin, start + len(rows)


def _written(frame: pl.DataFrame) -> Grouped:
    """Rows as a file has them, in one group."""
    file = BytesIO()
    frame.rechunk().write_parquet(file, compression="zstd", row_group_size=max(1, frame.height))
    return Grouped(file.getvalue())


def publish_table(workspace: Workspace, name: str, frame: pl.DataFrame) -> int:
    """Validates a table and writes it; returns its number of rows."""
    parts = Parts(name, workspace)
    parts.add(frame)
    return parts.publish()
