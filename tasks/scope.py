"""What a night has to work on: the files of the units of which something changed. The rest is as the last run made it."""

from dataclasses import dataclass
from functools import cached_property

import polars as pl

from tasks.crosscheck import COPIED
from tasks.unchanged import Last, last_run
from tasks.workspace import Workspace

NO_UNIT = ""  # the unit of records of which none is known: what names none stays together


@dataclass(frozen=True)
class Scope:
    """Files that are worked on, and the units that they name; all others are as ``last`` has them."""

    last: Last
    files: pl.Series
    units: pl.Series

    @classmethod
    def load(cls, workspace: Workspace) -> "Scope | None":
        """The scope of a run, if it does not work on all files."""
        last = last_run(workspace)
        if last is None:
            return None
        return cls(last, workspace.load("lingkup")["berkas"], workspace.load("lingkup_unit")["kode_unit"])

    def save(self, workspace: Workspace) -> None:
        """Keeps it for the stages to come."""
        workspace.save("lingkup", pl.DataFrame({"berkas": self.files}))
        workspace.save("lingkup_unit", pl.DataFrame({"kode_unit": self.units}))

    def of(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The rows of ``frame`` about its files."""
        return frame.filter(self._mine)

    def known(self, frame: pl.DataFrame, name: str, column: str) -> pl.DataFrame:
        """``frame``, a row for each file, with the ``column`` of other files as the last run left it in the frame ``name``."""
        others = self.last.frame(name).filter(~self._mine)
        joined = frame.join(others.select("berkas", lalu=column), on="berkas", how="left", maintain_order="left")
        return joined.with_columns(pl.coalesce("lalu", column).alias(column)).drop("lalu")

    def rest(self, name: str) -> pl.DataFrame:
        """What the last run left in a frame about other files; where it names none, about other units."""
        frame = self.last.frame(name)
        by_unit = self._of_others(pl.col("kode_unit").fill_null(NO_UNIT))
        if "berkas" not in frame.columns or name == "rancangan":
            return frame.filter(by_unit)
        return frame.filter(~self._mine)

    def rest_of_findings(self) -> pl.DataFrame:
        """What the last run published of what was found in other files; about decisions, of other units."""
        by_unit = self._of_others(pl.col("kode_unit").fill_null(NO_UNIT))
        others = ~self._mine & ((pl.col("berkas") != "keputusan") | by_unit)
        return self.last.table("temuan").filter(others & (pl.col("kode") != COPIED)).collect()

    def rest_of_table(self, name: str) -> pl.LazyFrame:
        """The rows of other units in a table that the last run published, of one that says of which unit each is."""
        return self.last.table(name).filter(self._of_others(pl.col("kode_unit")))

    def stays(self, key: str, told: pl.Expr) -> pl.Expr:
        """Whether a row that the last run published is of another unit: its ``key``, kode_unit or id_inovasi, is ``told``."""
        return self._of_others(told) if key == "kode_unit" else ~told.is_in(self._gone.implode())

    @property
    def _mine(self) -> pl.Expr:
        return pl.col("berkas").is_in(self.files.implode())

    def _of_others(self, unit: pl.Expr) -> pl.Expr:
        return ~unit.is_in(self.units.implode())

    @cached_property
    def _gone(self) -> pl.Series:
        """The innovations that its units had."""
        mine = ~self._of_others(pl.col("kode_unit"))
        return self.last.table("inovasi").filter(mine).select("id_inovasi").collect()["id_inovasi"]


def touched_units(workspace: Workspace, *, carried: bool) -> pl.Series | None:
    """The units of which tables may say something else than those of the last run, where that is known: not when it is None.

    ``carried``: whether its tables were taken over, all of them.
    """
    scope = Scope.load(workspace)
    nothing = pl.Series(dtype=pl.String) if carried else None
    return scope.units if scope else nothing


def changed_files(berkas: pl.DataFrame, read_now: pl.Series, before: pl.DataFrame) -> pl.Series:
    """The files that are not as they were at the last run, those that are gone among them.

    ``berkas`` is what was collected, ``before`` the same of the last run; what was ``read_now`` may be other than it was.
    """
    same = berkas.join(before.select(berkas.columns), on=berkas.columns, how="semi", nulls_equal=True)["berkas"]
    names = pl.concat([berkas["berkas"], before["berkas"]]).unique()
    return names.filter(~names.is_in(same.implode()) | names.is_in(read_now.implode()))


def widened(changed: pl.Series, units: pl.DataFrame) -> tuple[pl.Series, pl.Series]:
    """The files that share a unit with those that changed, and so on, and all their units.

    ``units`` has berkas and kode_unit: the units of each file, as they were and as they are; null where none is known.
    """
    known, files = units.select("berkas", pl.col("kode_unit").fill_null(NO_UNIT)), changed
    while True:
        touched = known.filter(pl.col("berkas").is_in(files.implode()))["kode_unit"].unique()
        sharing = known.filter(pl.col("kode_unit").is_in(touched.implode()))["berkas"]
        wider = pl.concat([files, sharing]).unique()
        if wider.len() == files.len():
            return files.sort(), touched.sort()
        files = wider
