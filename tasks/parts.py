"""Published tables: checked, put together of parts so that memory does not grow with them, and of what the last run has of them."""

import shutil

import polars as pl

from schemas.tables import conform
from tasks.standin import plain
from tasks.workspace import Workspace

ROWS_TOGETHER = 20_000  # of a table made part by part: so many are in memory while the parts are put together
ROWS_OF_PART = 200_000  # of a table that is there as a whole: so many are shaped and validated together
# By what a table is in order that may be taken over for some units and made for others: what stands under one key is of one unit.
KEY = {
    "inovasi": "id_inovasi", "asal": "id_inovasi", "indikator": "id_inovasi", "monev": "id_inovasi", "lainnya": "id_inovasi",
    "riwayat_isian": "id_inovasi", "komitmen": "kode_unit", "tinjauan": "kode_unit",
}  # fmt: skip


class Parts:
    """A published table that is made part by part: no more than one of them is in memory."""

    def __init__(self, name: str, workspace: Workspace) -> None:
        self.name, self._path, self._parts = name, workspace.table(name), workspace.kerja / f"{name}.bagian"
        shutil.rmtree(self._parts, ignore_errors=True)
        self._parts.mkdir(parents=True)
        self._rows: list[int] = []

    def add(self, frame: pl.DataFrame) -> None:
        """Validates the next part, and writes it."""
        part = self._parts / f"{len(self._rows):05}.parquet"
        conform(self.name, plain(frame)).write_parquet(part, compression="zstd", row_group_size=ROWS_TOGETHER)
        self._rows.append(frame.height)

    def publish(self, rest: pl.LazyFrame | None = None) -> int:
        """Puts the parts where the table stands, as one, with the ``rest`` of the table; returns its number of rows."""
        first, *others = sorted(self._parts.iterdir())
        if not others and rest is None:
            shutil.move(first, self._path)
            return self._rows[0]
        parts = pl.scan_parquet(self._parts, low_memory=True, parallel="none")
        whole = parts if rest is None else rest.merge_sorted(parts, key=KEY[self.name])
        whole.sink_parquet(self._path, compression="zstd", row_group_size=ROWS_TOGETHER)
        return int(pl.scan_parquet(self._path).select(pl.len()).collect().item())


class Drafts:
    """The table ``inovasi`` part by part as it was merged, before maturity and status are known: its texts are long."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace, self._parts = workspace, workspace.kerja / "inovasi.rancangan"
        shutil.rmtree(self._parts, ignore_errors=True)
        self._parts.mkdir(parents=True)

    def add(self, frame: pl.DataFrame) -> None:
        """Writes the next part."""
        frame.write_ipc(self._parts / f"{len(list(self._parts.iterdir())):05}.arrow")

    def finish(self, known: pl.DataFrame, rest: pl.LazyFrame | None = None) -> int:
        """Publishes the table with kematangan and status_komitmen as ``known``, and its ``rest``; returns its number of rows."""
        later = known.select("id_inovasi", "kematangan", "status_komitmen")
        finished = Parts("inovasi", self._workspace)
        for part in sorted(self._parts.iterdir()):
            draft = pl.read_ipc(part).drop(later.columns[1:])
            finished.add(draft.join(later, on="id_inovasi", how="left", maintain_order="left"))
        return finished.publish(rest)


def publish_table(workspace: Workspace, name: str, frame: pl.DataFrame, rest: pl.LazyFrame | None = None) -> int:
    """Validates a table and writes it, with the ``rest`` of it, which was validated before; returns its number of rows."""
    parts = Parts(name, workspace)
    for part in list(frame.iter_slices(ROWS_OF_PART)) or [frame]:
        parts.add(part)
    return parts.publish(rest)
