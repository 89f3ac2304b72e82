"""Published tables: checked, put together of parts so that memory does not grow with them, and of what the last run has of them."""

import shutil
from pathlib import Path

import polars as pl

from schemas.tables import conform
from tasks.standin import plain
from tasks.workspace import Workspace

ROWS_TOGETHER = 20_000  # of a table made part by part: so many are in memory while the parts are put together
ROWS_OF_PART = 200_000  # so many are shaped and validated together
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
        self._rows: dict[Path, int] = {}
        self._ends: dict[Path, tuple[str, str]] = {}  # the first and the last key of a part that has rows

    def add(self, frame: pl.DataFrame) -> None:
        """Validates what comes next, and writes it; in order, where the table is known in order (``KEY``)."""
        for rows in list(frame.iter_slices(ROWS_OF_PART)) or [frame]:
            part = self._parts / f"{len(self._rows):05}.parquet"
            table = conform(self.name, plain(rows))
            table.write_parquet(part, compression="zstd", row_group_size=ROWS_TOGETHER)
            self._rows[part] = table.height
            if self.name in KEY and table.height:
                self._ends[part] = table[KEY[self.name]][0], table[KEY[self.name]][-1]

    def publish(self, rest: pl.LazyFrame | None = None) -> int:
        """Puts the parts where the table stands, as one, with the ``rest`` of the table; returns its number of rows."""
        parts = [part for part, rows in self._rows.items() if rows] or list(self._rows)[:1]
        if len(parts) == 1 and rest is None:
            shutil.move(parts[0], self._path)
            return self._rows[parts[0]]
        others = 0 if rest is None else rest.select(pl.len()).collect().item()
        rows = sum(self._rows.values()) + int(others)
        if rows <= ROWS_OF_PART:
            frames = [pl.read_parquet(part) for part in parts]
            whole = pl.concat(frames if rest is None else [rest.collect(), *frames])
            whole = whole.sort(KEY[self.name], maintain_order=True) if self.name in KEY else whole
            whole.write_parquet(self._path, compression="zstd", row_group_size=ROWS_TOGETHER)
            return rows
        runs = [pl.scan_parquet(run, low_memory=True, parallel="none") for run in self._runs(parts)]
        first, *later = runs if rest is None else [rest, *runs]
        for run in later:
            first = first.merge_sorted(run, key=KEY[self.name])
        first.sink_parquet(self._path, compression="zstd", row_group_size=ROWS_TOGETHER)
        return rows

    def _runs(self, parts: list[Path]) -> list[list[Path]]:
        """The parts in as few rows as can be, of which each is in order as a whole."""
        runs: list[list[Path]] = []
        for part in sorted(parts, key=lambda part: self._ends[part][0]) if self._ends else parts:
            if runs and (not self._ends or self._ends[runs[-1][-1]][1] <= self._ends[part][0]):
                runs[-1].append(part)
            else:
                runs.append([part])
        return runs


def publish_table(workspace: Workspace, name: str, frame: pl.DataFrame, rest: pl.LazyFrame | None = None) -> int:
    """Validates a table and writes it, with the ``rest`` of it, which was validated before; returns its number of rows."""
    parts = Parts(name, workspace)
    parts.add(frame)
    return parts.publish(rest)
