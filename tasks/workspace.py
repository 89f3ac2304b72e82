"""The folders of a run: its intermediate frames, what it will publish, and what runs know of each other."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import polars as pl


@dataclass(frozen=True)
class Workspace:
    """Where a run keeps its intermediate frames, and the folder it will publish."""

    kerja: Path
    terbit: Path
    state: Path
    tahun: int
    run_id: str = "-"

    def save(self, name: str, frame: pl.DataFrame) -> None:
        """Keeps an intermediate frame."""
        self.kerja.mkdir(parents=True, exist_ok=True)
        frame.write_parquet(self.kerja / f"{name}.parquet", compression="lz4")

    def load(self, name: str) -> pl.DataFrame:
        """An intermediate frame."""
        return pl.read_parquet(self.kerja / f"{name}.parquet")

    def scan(self, name: str) -> pl.LazyFrame:
        """An intermediate frame of which not all is wanted: those of cells are large."""
        return pl.scan_parquet(self.kerja / f"{name}.parquet")

    @cached_property
    def stood_in(self) -> bool:
        """Whether something sent earlier stands in for a file of this run: texts bear marks then (``tasks.standin``)."""
        return not self.load("pengganti").is_empty()

    def table(self, name: str) -> Path:
        """Where a published table stands."""
        return self.terbit / "data" / f"{name}.parquet"
