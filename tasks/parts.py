"""Published tables: checked, put together of parts so that memory does not grow with them, and of what the last run has of them."""

import shutil
from bisect import bisect_left
from collections.abc import Iterator
from io import BytesIO
from itertools import groupby
from pathlib import Path

import polars as pl

from schemas.tables import conform
from tasks.durable import share
from tasks.rowgroups import Group, Grouped, put_together
from tasks.scope import Scope
from tasks.standin import plain
from tasks.workspace import Workspace

ROWS_TOGETHER = 10_000  # of a table made part by part: so many are in memory while the parts are put together, and
ROWS_OF_GROUP = {"inovasi": 2_000}  # of one with long texts: where one of them changes, all of them are written again
ROWS_OF_PART = 200_000  # so many, whole groups of them, are shaped and validated together
# By what a table is in order that may be taken over for some units and made for others: what stands under one key is of one unit.
KEY = {
    "inovasi": "id_inovasi", "asal": "id_inovasi", "indikator": "id_inovasi", "monev": "id_inovasi", "lainnya": "id_inovasi",
    "riwayat_isian": "id_inovasi", "sumber": "id_inovasi", "komitmen": "kode_unit", "tinjauan": "kode_unit",
}  # fmt: skip


class Parts:
    """A published table that is made part by part: no more than one of them is in memory."""

    def __init__(self, name: str, workspace: Workspace) -> None:
        self.name, self._path, self._parts = name, workspace.table(name), workspace.kerja / f"{name}.bagian"
        shutil.rmtree(self._parts, ignore_errors=True)
        self._parts.mkdir(parents=True)
        self._marked = workspace.stood_in
        self._together = ROWS_OF_GROUP.get(name, ROWS_TOGETHER)
        self._rows: dict[Path, int] = {}
        self._ends: dict[Path, tuple[str, str]] = {}  # the first and the last key of a part that has rows

    def add(self, frame: pl.DataFrame) -> None:
        """Validates what comes next, and writes it; in order, where the table is known in order (``KEY``)."""
        for rows in list(frame.iter_slices(ROWS_OF_PART)) or [frame]:
            part = self._parts / f"{len(self._rows):05}.parquet"
            table = conform(self.name, plain(rows) if self._marked else rows)
            table.write_parquet(part, compression="zstd", row_group_size=self._together)
            self._rows[part] = table.height
            if self.name in KEY and table.height:
                self._ends[part] = table[KEY[self.name]][0], table[KEY[self.name]][-1]

    def publish(self, scope: Scope | None = None) -> int:
        """Puts the parts where the table stands, as one; with a ``scope`` among the rows of others. Returns its number of rows."""
        parts = [part for part, rows in self._rows.items() if rows] or list(self._rows)[:1]
        rows = sum(self._rows.values())
        self._path.unlink(missing_ok=True)  # another run may have the same file
        if scope and rows <= ROWS_OF_PART:
            return self._among(pl.concat([pl.read_parquet(part) for part in parts]), scope)
        if len(parts) == 1 and not scope:
            shutil.move(parts[0], self._path)
            return rows
        runs = [pl.scan_parquet(run, low_memory=True, parallel="none") for run in self._runs(parts)]
        first, *later = [scope.rest_of_table(self.name), *runs] if scope else runs
        for run in later:
            first = first.merge_sorted(run, key=KEY[self.name])
        first.sink_parquet(self._path, compression="zstd", row_group_size=self._together)
        return rows if scope is None else int(pl.scan_parquet(self._path).select(pl.len()).collect().item())

    def _runs(self, parts: list[Path]) -> list[list[Path]]:
        """The parts in as few rows as can be, of which each is in order as a whole."""
        runs: list[list[Path]] = []
        for part in sorted(parts, key=lambda part: self._ends[part][0]) if self._ends else parts:
            if runs and (not self._ends or self._ends[runs[-1][-1]][1] <= self._ends[part][0]):
                runs[-1].append(part)
            else:
                runs.append([part])
        return runs

    def _among(self, fresh: pl.DataFrame, scope: Scope) -> int:
        """Puts rows among those of the last run that stay. What stands where it stood is copied, a group of rows at a time."""
        key, stays = KEY[self.name], scope.stays(self.name)
        fresh = fresh.sort(key, maintain_order=True)
        then = scope.last.table(self.name).select(key, tetap=stays.fill_null(False)).with_row_index().collect()
        rest, gone = then.filter("tetap"), then.filter(~pl.col("tetap"))["index"].to_list()
        places = rest[key].search_sorted(fresh[key], side="right")
        came = (places + pl.int_range(fresh.height, eager=True)).to_list()  # the number of each of the fresh rows
        rows = rest.height + fresh.height
        if not gone and not came:
            share(scope.last.path(self.name), self._path)
            return rows
        before = Grouped(scope.last.path(self.name).read_bytes())
        dirty = {row // self._together for row in (*gone, *came)}
        whole, left = divmod(then.height, self._together)
        as_usual = [group.rows for group in before.groups] == [self._together] * whole + [left] * (left > 0)

        def same(group: int) -> bool:
            first = group * self._together
            return as_usual and group not in dirty and bisect_left(gone, first) == bisect_left(came, first)

        def made(first: int, last: int) -> pl.DataFrame:
            """The rows from one to another, of which some are fresh."""
            begin, end = bisect_left(came, first), bisect_left(came, last)
            stood = rest["index"][first - begin : last - end]
            old = scope.last.table(self.name).slice(stood[0], stood[-1] - stood[0] + 1) if len(stood) else None
            there = [] if old is None else [old.filter(stays).collect()]
            return pl.concat([*there, fresh[begin:end]]).sort(key, maintain_order=True)

        def groups() -> Iterator[Group]:
            for as_before, run in groupby(range(-(-rows // self._together)), key=same):
                numbers = list(run)
                if as_before:
                    yield from (before.groups[number] for number in numbers)
                    continue
                end = min((numbers[-1] + 1) * self._together, rows)
                for first in range(numbers[0] * self._together, end, ROWS_OF_PART):
                    file = BytesIO()
                    table = made(first, min(first + ROWS_OF_PART, end))
                    table.write_parquet(file, compression="zstd", row_group_size=self._together)
                    yield from Grouped(file.getvalue()).groups

        put_together(self._path, before.footer, groups())
        return rows


def publish_table(workspace: Workspace, name: str, frame: pl.DataFrame) -> int:
    """Validates a table and writes it; returns its number of rows."""
    parts = Parts(name, workspace)
    parts.add(frame)
    return parts.publish()
