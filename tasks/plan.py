"""The smallest set of steps, or the least effort, that reaches a target: an integer programme, solved by HiGHS.

The index is no linear function of the steps, because the divisor and the score for the number of innovations change with n. But
for a given n, and a given answer to whether the condition on basic-service urusan holds, it is: a target T asks for

    sum of kematangan >= max(pembagi_minimum, n) * (T / 100 * skor_maksimum - SPD - skor_jumlah(n))

So there is one linear programme for each n that is possible. A bound that takes no solver (best innovations, best steps, the
fewest changes of n) orders them; those whose bound is no better than the best plan found need not be solved. The bound that is
reported is proven over all of them.

Within an innovation, steps of one weight and effort are counted, not told apart; as effort never falls from parameter to
parameter (usaha.csv is checked for that), taking the lower ones first is always possible.
"""

import math
import os
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from schemas.tables import JENIS_LANGKAH, shape
from tasks.index import Standing, basic_urusan, next_band, score
from tasks.reference import Reference
from tasks.steps import worded
from tasks.wording import number, sentence

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LARGEST_EXACT = 2_500  # innovations up to which each may be left out or not; beyond, the weakest are
LARGE_TRIES = 3  # numbers of innovations tried beyond that
MOST_NODES, FEW_NODES = 20_000, 20  # of the search: for the plan, and for the lighter of equal plans
SLACK = 1e-7  # points of maturity below which a requirement counts as met
COUNT, EFFORT = "langkah", "usaha"


@dataclass(frozen=True)
class Limits:
    """What a plan may do."""

    jenis: tuple[str, ...]
    per_unit: int | None = None
    hanya_dokumen: bool = False

    def words(self, reference: Reference) -> str | None:
        """The limits in words; None where there are none beside the usual."""
        say = reference.indeks.kalimat_rencana
        without = [kind for kind in JENIS_LANGKAH if kind not in self.jenis and kind != "spd"]
        names = ", ".join(reference.indeks.jenis[kind].nama.lower() for kind in without)
        parts = [
            sentence(say.batas_unit, jumlah=self.per_unit) if self.per_unit is not None else "",
            say.batas_dokumen if self.hanya_dokumen else "",
            sentence(say.batas_jenis, daftar=names) if names else "",
        ]
        return "; ".join(filter(None, parts)) or None


class Options(NamedTuple):
    """Everything that a plan may change, as arrays: what its steps do, cost, and belong to."""

    innovations: pl.DataFrame  # one row each: id_inovasi, kode_unit, kematangan, dihitung, boleh, usaha, urusan, …
    levels: pl.DataFrame  # one row a step of an indicator: inovasi (row above), nomor, ke, bobot, usaha
    spd: pl.DataFrame  # one row a step of the government's indicators: nomor_spd, dari, ke, bobot, usaha
    urusan: list[str]  # basic-service urusan
    urusan_usaha: int | None  # effort of covering one; None where that is not allowed


def options(at: Standing, possible: pl.DataFrame, limits: Limits, reference: Reference) -> Options:
    """What may change, from all single steps (``tasks.steps.possible_steps``) and the limits."""
    allowed = possible.filter(pl.col("jenis_langkah").is_in(limits.jenis))
    if limits.hanya_dokumen:
        allowed = allowed.filter("dokumen")
    counted = at.counted.join(
        allowed.filter(pl.col("jenis_langkah") == "keluarkan").select("id_inovasi", pl.col("bobot_usaha").alias("usaha")),
        on="id_inovasi", how="left", maintain_order="left",
    )  # fmt: skip
    keys = ["id_inovasi", "kode_unit", "nama_inovasi", "nama_unit", "kematangan"]
    more = allowed.filter(pl.col("jenis_langkah") == "kirim").select(*keys, "urusan_inovasi", usaha="bobot_usaha")
    innovations = pl.concat(
        [
            counted.select(*keys, "usaha", urusan="urusan", dihitung=pl.lit(True)),
            more.select(*keys, "usaha", urusan="urusan_inovasi", dihitung=pl.lit(False)),
        ]
    ).with_row_index("inovasi")
    effort = reference.usaha.unpivot(
        [f"usaha_{ke}" for ke in (1, 2, 3)], index="nomor", variable_name="tingkat", value_name="kelas"
    ).with_columns(tingkat=pl.col("tingkat").str.slice(-1).cast(pl.Int64))  # fmt: skip
    costs = reference.indeks.usaha
    first = allowed.filter(pl.col("jenis_langkah") == "indikator").select(
        "id_inovasi",
        "nomor",
        "dari",
        pl.col("d_kematangan").alias("bobot"),
        pl.col("bobot_usaha").alias("usaha_pertama"),
    )
    levels = (
        first.join(innovations.select("inovasi", "id_inovasi"), on="id_inovasi", maintain_order="left")
        .join(pl.DataFrame({"ke": [1, 2, 3]}, schema={"ke": pl.Int64}), how="cross").filter(pl.col("ke") > pl.col("dari"))
        .join(effort, left_on=["nomor", "ke"], right_on=["nomor", "tingkat"], how="left", maintain_order="left")
        .with_columns(usaha=pl.col("kelas").replace_strict(costs, return_dtype=pl.Int64).fill_null(pl.col("usaha_pertama")))
        .select("inovasi", "nomor", "dari", "ke", "bobot", "usaha")
        .sort("inovasi", "nomor", "ke")
    )  # fmt: skip
    government = allowed.filter(pl.col("jenis_langkah") == "spd").select("nomor_spd", "dari", "d_spd", "bobot_usaha")
    spd = (
        government.join(pl.DataFrame({"ke": [1, 2, 3]}, schema={"ke": pl.Int64}), how="cross").filter(pl.col("ke") > pl.col("dari"))
        .select("nomor_spd", "dari", "ke", bobot="d_spd", usaha="bobot_usaha").sort("nomor_spd", "ke")
    )  # fmt: skip
    covering = allowed.filter(pl.col("jenis_langkah") == "urusan")["bobot_usaha"]
    names = basic_urusan(reference) if at.rules.minimum_urusan_yandas else []
    return Options(innovations, levels, spd, names, int(covering[0]) if len(covering) else None)


# --- bounds without a solver --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Candidate:
    """A number of innovations, and whether the condition on urusan is to hold: what it needs and cannot cost less than."""

    n: int
    condition: bool
    need: float  # points of maturity
    bound: float  # no plan with this n costs less; infinite where the need cannot be met
    divisor: float
    most: float  # points of maturity that this n cannot surpass


class _Problem:
    """The integer programme of one target."""

    def __init__(self, at: Standing, spd: float, target: float, aim: str, what: Options, limits: Limits) -> None:
        self.at, self.spd, self.target, self.aim, self.what, self.limits = at, spd, target, aim, what, limits
        inn = what.innovations
        self.points = inn["kematangan"].to_numpy().astype(np.float64)
        self.counted = inn["dihitung"].to_numpy()
        self.flippable = inn["usaha"].is_not_null().to_numpy()
        self.flip_effort = inn["usaha"].fill_null(0).to_numpy().astype(np.float64)
        self.units = inn["kode_unit"].fill_null("").rank("dense").to_numpy().astype(np.int64) - 1
        grouped = what.levels.group_by("inovasi", "bobot", "usaha", maintain_order=True).len()
        self.group_of = grouped["inovasi"].to_numpy().astype(np.int64)
        self.group_points = grouped["bobot"].to_numpy().astype(np.float64)
        self.group_effort = grouped["usaha"].to_numpy().astype(np.float64)
        self.group_size = grouped["len"].to_numpy().astype(np.float64)

    def candidates(self) -> list[Candidate]:
        """All n that are possible, the most promising first."""
        now = int(self.counted.sum())
        n = np.arange(
            now - int((self.counted & self.flippable).sum()), now + int((~self.counted & self.flippable).sum()) + 1
        )
        moved = np.abs(n - now)
        spending = np.where(n < now, self._least_flip(self.counted), self._least_flip(~self.counted)) * moved
        best, reach = self._best_of(n), self._reach_of(n)
        found = []
        for condition in (True, False) if self.at.rules.minimum_urusan_yandas else (True,):
            parts = score(self.at.rules, self.spd, 0.0, n, self.at.rules.minimum_urusan_yandas if condition else -1)
            need = parts.pembagi * (self.target / 100 * self.at.rules.skor_maksimum - parts.total)
            left = need - parts.pembagi * self.government
            bound = spending + np.ceil(self._fill(np.maximum(0.0, left - best), moved, n) - 1e-6)
            most = np.minimum(reach, best + self._most(moved)) + parts.pembagi * self.government
            bound = np.where(most < need - SLACK, np.inf, bound)
            found += [
                Candidate(
                    int(n[i]), condition, float(need[i]), float(bound[i]), float(parts.pembagi[i]), float(most[i])
                )
                for i in range(len(n))
            ]
        return sorted(found, key=lambda one: (one.bound, abs(one.n - now), not one.condition))

    def index(self, points: float, one: Candidate) -> float:
        """The index with so many points of maturity, those of the government's indicators times the divisor among them."""
        return self.target + (points - one.need) / one.divisor / self.at.rules.skor_maksimum * 100

    @cached_property
    def government(self) -> float:
        """The points that the government's indicators may still gain."""
        return float(self.what.spd["bobot"].sum())

    def _cost(self, effort: Floats) -> Floats:
        return np.ones_like(effort) if self.aim == COUNT else effort

    def _least_flip(self, among: NDArray[np.bool_]) -> float:
        costs = self._cost(self.flip_effort)[among & self.flippable]
        return float(costs.min()) if len(costs) else 0.0

    def _best_of(self, n: Ints) -> Floats:
        """The most points that n innovations have now, of those there are; no unit may leave out more than it may take steps."""
        if (~self.counted).any():
            return _prefix(np.sort(self.points)[::-1])[n]
        leaving = np.sort(self._first_of_unit(self.flippable))
        gone = self.points.sum() - _prefix(leaving)
        away = len(self.points) - n
        return np.where(away < len(gone), gone[np.minimum(away, len(gone) - 1)], -np.inf)

    def _first_of_unit(self, among: NDArray[np.bool_]) -> Floats:
        """The weakest of those that may be left out, as many of a unit as it may take steps."""
        own = np.flatnonzero(among)
        if self.limits.per_unit is None:
            return self.points[own]
        order = own[np.lexsort((self.points[own], self.units[own]))]
        return self.points[order[_place_within(self.units[order]) < self.limits.per_unit]]

    def _reach_of(self, n: Ints) -> Floats:
        """The most points that n innovations can reach with all their steps."""
        total = self.points.copy()
        points, size, scope = self._topmost(self.group_of)
        np.add.at(total, scope, points * size)
        return _prefix(np.sort(total)[::-1])[n]

    def _topmost(self, scope: Ints) -> tuple[Floats, Floats, Ints]:
        """Points and number of the best steps of each scope, as many as a unit may take; and their scope."""
        order = np.lexsort((-self.group_points, scope))
        points, size, own = self.group_points[order], self.group_size[order], scope[order]
        if self.limits.per_unit is not None:
            before = np.cumsum(size) - size
            start = np.concatenate([[True], own[1:] != own[:-1]]) if len(own) else np.zeros(0, dtype=np.bool_)
            before = before - np.maximum.accumulate(np.where(start, before, 0.0)) if len(own) else before
            size = np.clip(self.limits.per_unit - before, 0.0, size)
        return points, size, own

    def _most(self, moved: Ints) -> Floats:
        """The most points that steps can add, when so many innovations are sent or left out besides."""
        points, size, _ = self._topmost(self.units[self.group_of])
        order = np.argsort(-points, kind="stable")
        count, gain = _prefix(size[order]), _prefix((points * size)[order])
        return np.interp(self._room(moved), count, gain)

    def _room(self, moved: Ints) -> Floats:
        """How many steps of indicators the limits leave."""
        if self.limits.per_unit is None:
            return np.full(len(moved), np.inf)
        return np.maximum(0.0, self.limits.per_unit * len(np.unique(self.units)) - moved.astype(np.float64))

    def _fill(self, short: Floats, moved: Ints, n: Ints) -> Floats:
        """What adding so many points to n innovations costs at least; infinite where it cannot be.

        Steps of one weight and effort are as many as the n innovations that have most of them. Where a unit may take only so many,
        a price is put on each step: of several prices the highest bound (Lagrange).
        """
        kinds, caps = self._kinds(n)
        effort = self._cost(kinds[:, 1])
        room, found = self._room(moved), np.zeros(len(short))
        for price in (0.0,) if self.limits.per_unit is None else (0.0, 0.5, 1.0, 2.0, 4.0, 8.0):
            left, cost = short.copy(), np.zeros(len(short))
            for kind in np.argsort(-kinds[:, 0] / (effort + price), kind="stable"):
                taken = np.minimum(caps[kind], left / kinds[kind, 0])
                left, cost = left - taken * kinds[kind, 0], cost + taken * (effort[kind] + price)
            cost = np.where(left > SLACK, np.inf, cost)
            found = np.maximum(found, cost - (price * room if price else 0.0))
        if self.limits.per_unit is not None and self.aim == COUNT:
            points, size, _ = self._topmost(self.units[self.group_of])
            order = np.argsort(-points, kind="stable")
            gains, count = _prefix((points * size)[order]), _prefix(size[order])
            found = np.maximum(found, np.where(short <= gains[-1] + SLACK, np.interp(short, gains, count), np.inf))
        return found

    def _kinds(self, n: Ints) -> tuple[Floats, Floats]:
        """The kinds of steps, which are weight and effort; and of each, how many n innovations have at most."""
        kinds, kind_of = np.unique(np.column_stack([self.group_points, self.group_effort]), axis=0, return_inverse=True)
        caps = np.zeros((len(kinds), len(n)))
        for kind in range(len(kinds)):
            most = np.sort(self.group_size[kind_of.reshape(-1) == kind])[::-1]
            caps[kind] = _prefix(most)[np.minimum(n, len(most))]
        return kinds, caps


def _prefix(values: Floats) -> Floats:
    return np.concatenate([[0.0], np.cumsum(values)])


def _place_within(sorted_keys: Ints) -> Ints:
    """The place of each among those with its key, from 0; equal keys stand together."""
    place = np.arange(len(sorted_keys))
    start = np.concatenate([[True], sorted_keys[1:] != sorted_keys[:-1]])[: len(place)]
    return place - np.maximum.accumulate(np.where(start, place, 0)) if len(place) else place


# --- the solver ---------------------------------------------------------------------------------------------------


@dataclass
class _Model:
    """Columns and rows of a programme, gathered before they are handed over."""

    cost: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    lower: list[float] = field(default_factory=list)
    rows: list[tuple[float, float, NDArray[np.int64], Floats]] = field(default_factory=list)

    def columns(self, lower: Floats, upper: Floats) -> Ints:
        """Adds whole-numbered columns; returns their numbers."""
        first = len(self.lower)
        self.lower.extend(lower.tolist())
        self.upper.extend(upper.tolist())
        return np.arange(first, first + len(lower))

    def row(self, lower: float, upper: float, columns: Any, values: Any) -> None:
        """Adds a row: lower <= sum of values times columns <= upper."""
        self.rows.append((lower, upper, np.asarray(columns, dtype=np.int64), np.asarray(values, dtype=np.float64)))


class Answer(NamedTuple):
    """What the solver found: the columns' values (None without a solution) and a bound that holds for all solutions."""

    values: Floats | None
    bound: float


@lru_cache
def _highs() -> Any:
    """The solver's module, half a second that only a plan needs; its greeting, once a process, is kept off the console."""
    import highspy  # noqa: PLC0415

    sys.stdout.flush()
    console, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        highspy.Highs()  # type: ignore[no-untyped-call]
    finally:
        os.dup2(console, 1)
        os.close(console)
        os.close(nowhere)
    return highspy


def _solve(
    model: _Model, cost: Floats, offset: float, seconds: float, *, nodes: int = MOST_NODES, maximize: bool = False
) -> Answer:
    """Minimizes (or maximizes) a whole-numbered objective with HiGHS.

    ``nodes`` is what it may look into, which gives the same answer on every machine; ``seconds`` is the last resort.
    """
    highspy = _highs()
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(model.lower), len(model.rows)
    lp.col_cost_, lp.offset_ = cost, offset
    lp.col_lower_, lp.col_upper_ = np.array(model.lower), np.array(model.upper)
    lp.row_lower_ = np.array([row[0] for row in model.rows])
    lp.row_upper_ = np.array([row[1] for row in model.rows])
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.concatenate([[0], np.cumsum([len(row[2]) for row in model.rows])])
    lp.a_matrix_.index_ = np.concatenate([row[2] for row in model.rows])
    lp.a_matrix_.value_ = np.concatenate([row[3] for row in model.rows])
    lp.integrality_ = [highspy.HighsVarType.kInteger] * len(model.lower)
    lp.sense_ = highspy.ObjSense.kMaximize if maximize else highspy.ObjSense.kMinimize
    solver = highspy.Highs()
    for name, value in (
        ("output_flag", False), ("threads", 1), ("random_seed", 0), ("time_limit", max(0.01, seconds)),
        ("mip_max_nodes", nodes), ("mip_rel_gap", 0.0),
        ("mip_abs_gap", 1e-6 if maximize else 0.999), ("mip_feasibility_tolerance", 1e-9),
        ("primal_feasibility_tolerance", 1e-9),
    ):  # fmt: skip
        solver.setOptionValue(name, value)
    solver.passModel(lp)
    solver.run()
    status, info = solver.getModelStatus(), solver.getInfo()
    impossible = -math.inf if maximize else math.inf
    if status in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible):
        return Answer(None, impossible)
    found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    values = np.round(np.array(solver.getSolution().col_value)) if found else None
    return Answer(values, float(info.mip_dual_bound))


class _Programme:
    """The programme of one problem for one candidate; of many innovations, with those that count chosen beforehand."""

    def __init__(self, problem: _Problem, one: Candidate, *, chosen: NDArray[np.bool_] | None = None) -> None:
        self.problem, self.one, self.model = problem, one, _Model()
        what, size = problem.what, len(problem.points)
        fixed = problem.counted & ~problem.flippable if chosen is None else chosen
        free = problem.flippable if chosen is None else np.zeros(size, dtype=np.bool_)
        model = self.model
        self.takes = model.columns(fixed.astype(np.float64), (fixed | free).astype(np.float64))
        self.scope, self.points, self.effort, self.size = self._groups(fixed, aggregate=chosen is not None)
        self.steps = model.columns(np.zeros_like(self.size), self.size)
        self.government = model.columns(np.zeros(what.spd.height), np.ones(what.spd.height))
        covering = len(what.urusan) if one.condition else 0
        may_cover = float(what.urusan_usaha is not None)
        self.covers = model.columns(np.zeros(covering), np.full(covering, may_cover))
        covered = model.columns(np.zeros(covering), np.ones(covering))
        self._need()
        model.row(one.n, one.n, self.takes, np.ones(size))
        if chosen is None:
            linked = np.flatnonzero(problem.flippable[self.scope])
            for group in linked:
                model.row(-math.inf, 0, [self.steps[group], self.takes[self.scope[group]]], [1, -self.size[group]])
        if problem.limits.per_unit is not None:
            self._units(free if chosen is None else problem.counted != chosen, aggregate=chosen is not None)
        for at, name in enumerate(what.urusan[:covering]):
            own = np.flatnonzero(what.innovations["urusan"].list.contains(name).fill_null(False).to_numpy())
            columns = np.concatenate([[covered[at], self.covers[at]], self.takes[own]])
            model.row(-math.inf, 0, columns, np.concatenate([[1, -1], -np.ones(len(own))]))
        if covering:
            model.row(problem.at.rules.minimum_urusan_yandas, math.inf, covered, np.ones(covering))

    def _groups(self, fixed: NDArray[np.bool_], *, aggregate: bool) -> tuple[Ints, Floats, Floats, Floats]:
        """Scope (innovation, or unit where the innovations are chosen), points, effort and number of the steps."""
        problem = self.problem
        if not aggregate:
            return problem.group_of, problem.group_points, problem.group_effort, problem.group_size
        kept = fixed[problem.group_of]
        scope = problem.units if problem.limits.per_unit is not None else np.zeros_like(problem.units)
        frame = pl.DataFrame(
            {"scope": scope[problem.group_of[kept]], "points": problem.group_points[kept],
             "effort": problem.group_effort[kept], "size": problem.group_size[kept]}
        )  # fmt: skip
        grouped = frame.group_by("scope", "points", "effort", maintain_order=True).agg(pl.col("size").sum())
        return tuple(grouped[name].to_numpy() for name in ("scope", "points", "effort", "size"))  # type: ignore[return-value]

    def _need(self) -> None:
        columns, values = self._reach()
        self.model.row(self.one.need - SLACK, math.inf, columns, values)

    def _reach(self) -> tuple[Ints, Floats]:
        """Points of maturity, those of the government's indicators times the divisor."""
        problem = self.problem
        government = problem.what.spd["bobot"].to_numpy().astype(np.float64) * self.one.divisor
        columns = np.concatenate([self.takes, self.steps, self.government])
        return columns, np.concatenate([problem.points, self.points, government])

    def _units(self, free: NDArray[np.bool_], *, aggregate: bool) -> None:
        """At most so many steps in a unit; an innovation sent or left out is one."""
        problem = self.problem
        of_steps = self.scope if aggregate else problem.units[self.scope]
        for unit in np.unique(problem.units):
            own, moved = np.flatnonzero(of_steps == unit), np.flatnonzero((problem.units == unit) & free)
            signs = np.where(problem.counted[moved], -1.0, 1.0)
            room = float(problem.limits.per_unit or 0) - float(problem.counted[moved].sum())
            columns = np.concatenate([self.steps[own], self.takes[moved]])
            self.model.row(-math.inf, room, columns, np.concatenate([np.ones(len(own)), signs]))

    def cost(self, aim: str) -> tuple[Floats, float]:
        """The objective and what stands beside it: steps counted, or their effort."""
        problem, what = self.problem, self.problem.what
        count = aim == COUNT
        flips = np.ones(len(problem.points)) if count else problem.flip_effort
        cost = np.zeros(len(self.model.lower))
        cost[self.takes] = np.where(problem.counted, -flips, flips)
        cost[self.steps] = 1 if count else self.effort
        cost[self.government] = 1 if count else what.spd["usaha"].to_numpy()
        cost[self.covers] = 1 if count else (what.urusan_usaha or 0)
        return cost, float(flips[problem.counted].sum())

    def cheapest(self, cutoff: float, seconds: float) -> Answer:
        """The cheapest plan that costs less than ``cutoff``; of these, where time allows, one best by the other measure too."""
        problem, end = self.problem, time.monotonic() + seconds
        cost, offset = self.cost(problem.aim)
        used = np.flatnonzero(cost)
        if math.isfinite(cutoff):
            self.model.row(-math.inf, cutoff - 1 - offset, used, cost[used])
        answer = _solve(self.model, cost, offset, seconds)
        if answer.values is None:
            return answer
        best = float(cost @ answer.values) + offset
        self.model.row(-math.inf, best - offset + 1e-6, used, cost[used])
        other = self.cost(EFFORT if problem.aim == COUNT else COUNT)
        second = _solve(self.model, *other, end - time.monotonic(), nodes=FEW_NODES)
        return Answer(answer.values if second.values is None else second.values, answer.bound)

    def furthest(self, seconds: float) -> Answer:
        """The most points that the limits allow."""
        self.model.rows.pop(0)  # the target is what cannot be reached
        columns, values = self._reach()
        cost = np.zeros(len(self.model.lower))
        cost[columns] = values
        return _solve(self.model, cost, 0.0, seconds, maximize=True)


@dataclass(frozen=True)
class Plan:
    """What came of one target."""

    status: str
    bound: float | None = None
    best: float | None = None  # the highest index within the limits, where the target is out of reach
    programme: _Programme | None = None
    values: Floats | None = None


def _search(problem: _Problem, seconds: float) -> Plan:
    """The cheapest plan over all candidates, with the bound proven; or how far the limits let the index rise."""
    end = time.monotonic() + seconds
    everyone = problem.candidates()
    hopeful = [one for one in everyone if math.isfinite(one.bound)]
    large = len(problem.points) > LARGEST_EXACT
    best, plan, proven = math.inf, None, math.inf
    for tried, one in enumerate(hopeful):
        if one.bound >= best:
            break
        left = end - time.monotonic()
        if left <= 0 or (large and tried >= LARGE_TRIES):
            proven = min(proven, one.bound)
            break
        programme = _Programme(problem, one, chosen=_strongest(problem, one.n) if large else None)
        answer = programme.cheapest(best, left)
        known = min(answer.bound, best)  # what this n cannot go below; an impossible one is as good as the best plan
        bound = one.bound if large else max(one.bound, math.ceil(known - 1e-6) if math.isfinite(known) else known)
        proven = min(proven, bound)
        if answer.values is not None:
            cost, offset = programme.cost(problem.aim)
            best = float(cost @ answer.values) + offset
            plan = programme, answer.values
    bound = min(best, proven)
    if plan:
        return Plan("terbukti" if bound >= best - 1e-6 else "terbaik_sejauh_ini", bound, None, *plan)
    if math.isfinite(bound):
        return Plan("tak_terhitung", bound)
    return Plan("tak_terjangkau", best=_furthest(problem, everyone, max(0.5, end - time.monotonic())))


def _strongest(problem: _Problem, n: int) -> NDArray[np.bool_]:
    """The n innovations with most points, of those that may be chosen; those that must count first."""
    must = problem.counted & ~problem.flippable
    may = must | problem.flippable
    order = np.lexsort((-problem.points, ~problem.counted, ~must, ~may))
    order = order if n <= problem.counted.sum() else np.lexsort((-problem.points, ~must, ~may, ~problem.counted))
    chosen = np.zeros(len(order), dtype=np.bool_)
    chosen[order[:n]] = True
    return chosen


def _furthest(problem: _Problem, everyone: list[Candidate], seconds: float) -> float | None:
    """The highest index within the limits, as far as there was time to look; None when there was none."""
    end, best = time.monotonic() + seconds, -math.inf
    reachable = sorted(((problem.index(one.most, one), one) for one in everyone), key=lambda item: -item[0])
    for most, one in reachable:
        if most <= best + 1e-9 or time.monotonic() > end:
            break
        chosen = _strongest(problem, one.n) if len(problem.points) > LARGEST_EXACT else None
        programme = _Programme(problem, one, chosen=chosen)
        columns, values = programme._reach()
        answer = programme.furthest(max(0.05, end - time.monotonic()))
        if answer.values is not None:
            best = max(best, problem.index(float(values @ answer.values[columns]), one))
    return best if math.isfinite(best) else None


# --- the tables ---------------------------------------------------------------------------------------------------


class Wish(NamedTuple):
    """What a plan is asked for: the index to reach, what is to be as small as possible, SPD it starts from, and limits."""

    target: float
    aim: str
    spd: float
    limits: Limits


def usual_wishes(at: Standing, reference: Reference) -> list[Wish]:
    """The plans of a run: to the year's target and to the next predikat; from either end where SPD is not known."""
    choices = [(choice.tujuan, Limits(tuple(choice.jenis))) for choice in reference.indeks.rencana.pilihan]
    if at.spd.skor is None:
        return [Wish(at.target, aim, spd, limits) for spd in (at.spd.atas, at.spd.bawah) for aim, limits in choices]
    band = next_band(at.rules, float(at.parts().iid))
    targets = [at.target] + ([band.dari] if band and band.dari != at.target else [])
    return [Wish(target, aim, at.spd.skor, limits) for target in targets for aim, limits in choices]


def plan(
    at: Standing, possible: pl.DataFrame, reference: Reference, wishes: list[Wish], seconds: float, *, keyakinan: str
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The tables ``rencana`` and ``langkah_rencana``: a plan for each wish.

    ``possible`` are all single steps; ``seconds`` is what all plans together may take; ``keyakinan`` is how sure the index is.
    """
    end = time.monotonic() + seconds
    plans: list[dict[str, Any]] = []
    taken: list[pl.DataFrame] = []
    within: dict[Limits, Options] = {}
    for index, wish in enumerate(wishes, start=1):
        now = float(at.parts(wish.spd).iid)
        share = max(0.2, (end - time.monotonic()) / (len(wishes) - index + 1))
        found, rows = Plan("tercapai"), None
        if now < wish.target - 1e-9:
            if wish.limits not in within:
                within[wish.limits] = options(at, possible, wish.limits, reference)
            problem = _Problem(at, wish.spd, wish.target, wish.aim, within[wish.limits], wish.limits)
            found = _search(problem, share)
            rows = _taken(found, problem, reference).with_columns(rencana=pl.lit(index)) if found.programme else None
        taken += [] if rows is None else [rows]
        own = {
            "rencana": index, "tahun": at.tahun, "target": wish.target, "tujuan": wish.aim, "spd": wish.spd,
            "batasan": wish.limits.words(reference), "status": found.status, "batas_terbukti": found.bound,
            "iid_sebelum": now, "iid_terjauh": found.best, "keyakinan": keyakinan,
            "jumlah_langkah": None if rows is None else int(rows["jumlah_langkah"].sum()),
            "jumlah_usaha": None if rows is None else int(rows["bobot_usaha"].sum()),
            "iid_sesudah": None if rows is None else float(rows["iid_sesudah"][-1]),
            "n_sesudah": None if found.programme is None else found.programme.one.n,
        }  # fmt: skip
        plans.append(own | {"keterangan": _told(own, at, reference)})
    steps = pl.concat(taken, how="diagonal_relaxed") if taken else pl.DataFrame(schema={"rencana": pl.Int64})
    return shape("rencana", pl.DataFrame(plans, infer_schema_length=None)), shape("langkah_rencana", steps)


def _told(own: dict[str, Any], at: Standing, reference: Reference) -> str:
    say = reference.indeks.kalimat_rencana
    told = sentence(
        getattr(say, own["status"]),
        target=number(own["target"], 2), langkah=number(own["jumlah_langkah"]), usaha=number(own["jumlah_usaha"]),
        sebelum=number(own["iid_sebelum"], 2), sesudah=number(own["iid_sesudah"], 2), batas=number(own["batas_terbukti"]),
        satuan=say.satuan_langkah if own["tujuan"] == COUNT else say.satuan_usaha, terjauh=number(own["iid_terjauh"], 2),
        batasan=f" ({own['batasan']})" if own["batasan"] else "",
    )  # fmt: skip
    if at.spd.skor is not None:
        return told
    return sentence(say.bila_spd, spd=number(own["spd"], 2)) + told[:1].lower() + told[1:]


def _taken(found: Plan, problem: _Problem, reference: Reference) -> pl.DataFrame:
    """The steps of a plan in the order to take them, with the index after each."""
    assert found.programme is not None and found.values is not None
    programme, values, at = found.programme, found.values, problem.at
    what, inn = problem.what, problem.what.innovations
    takes = values[programme.takes] > 0.5
    moved = inn.filter(pl.Series(takes != problem.counted)).with_columns(
        jenis_langkah=pl.when("dihitung").then(pl.lit("keluarkan")).otherwise(pl.lit("kirim")),
        d_n=pl.when("dihitung").then(-1).otherwise(1), bobot_usaha="usaha", jumlah_langkah=pl.lit(1),
    ).with_columns(d_kematangan=pl.col("kematangan") * pl.col("d_n"))  # fmt: skip
    raised = (
        _levels(programme, values, takes).group_by("inovasi", "nomor", maintain_order=True)
        .agg(
            pl.col("dari").first(), pl.col("ke").max(), pl.len().alias("jumlah_langkah"),
            pl.col("bobot").sum().alias("d_kematangan"), pl.col("usaha").sum().alias("bobot_usaha"),
        )
        .join(inn.drop("usaha", "urusan"), on="inovasi", maintain_order="left")
        .with_columns(jenis_langkah=pl.lit("indikator"))
    )  # fmt: skip
    government = (
        what.spd.filter(pl.Series(values[programme.government] > 0.5)).group_by("nomor_spd", maintain_order=True)
        .agg(
            pl.col("dari").first(), jumlah_langkah=pl.len(), ke=pl.col("dari").first() + pl.len(),
            d_spd=pl.col("bobot").sum(), bobot_usaha=pl.col("usaha").sum(),
        )
        .with_columns(jenis_langkah=pl.lit("spd"))
    )  # fmt: skip
    if at.spd.rincian is not None:
        wording = at.spd.rincian.select("indikator", *(f"parameter_{ke}" for ke in (1, 2, 3)), nomor_spd="nomor")
        asked = (
            pl.when(pl.col("ke") == 1)
            .then("parameter_1")
            .when(pl.col("ke") == 2)
            .then("parameter_2")
            .otherwise("parameter_3")
        )
        government = government.join(wording, on="nomor_spd", how="left", maintain_order="left").with_columns(
            syarat=asked
        )
        government = government.drop("^parameter_.$")
    names = [name for name, value in zip(what.urusan, values[programme.covers], strict=False) if value > 0.5]
    covering = pl.DataFrame({"urusan": names}, schema={"urusan": pl.String}).with_columns(
        jenis_langkah=pl.lit("urusan"), bobot_usaha=pl.lit(what.urusan_usaha or 1), jumlah_langkah=pl.lit(1)
    )
    order = {kind: place for place, kind in enumerate(("urusan", "kirim", "spd", "indikator", "keluarkan"))}
    rows = pl.concat([covering, moved.drop("urusan"), government, raised], how="diagonal_relaxed")
    absent: dict[str, Any] = {"id_inovasi": at.pool.schema["id_inovasi"]}
    absent |= {"nomor": pl.Int64, "dari": pl.Int64, "ke": pl.Int64, "d_spd": pl.Float64, "nomor_spd": pl.String}
    absent |= {"nama_inovasi": pl.String}
    absent |= {"d_n": pl.Int64, "d_kematangan": pl.Float64}
    rows = rows.with_columns(
        pl.lit(None, dtype).alias(name) for name, dtype in absent.items() if name not in rows.columns
    )
    per_step = pl.col("d_kematangan") / pl.col("jumlah_langkah")
    rows = rows.with_columns(
        pl.col("d_n", "d_spd", "d_kematangan").fill_null(0), tahap=pl.col("jenis_langkah").replace_strict(order)
    ).sort("tahap", -per_step, "bobot_usaha", "kode_unit", "id_inovasi", "nomor", "nomor_spd", nulls_last=True)
    after = _after(rows, problem)
    before = np.concatenate([[float(at.parts(problem.spd).iid)], after[:-1]])
    counted = rows.with_columns(iid_sesudah=pl.Series(after), kenaikan=pl.Series(after - before))
    return worded(counted, reference, at.tahun).with_row_index("urutan", 1).drop("tahap")


def _levels(programme: _Programme, values: Floats, takes: NDArray[np.bool_]) -> pl.DataFrame:
    """The single steps of indicators that stand for the numbers found: of a weight the lightest first, the lower first."""
    problem = programme.problem
    aggregated = len(programme.scope) != len(problem.group_of) or bool((programme.scope != problem.group_of).any())
    scope = np.arange(len(problem.points))
    if aggregated:
        scope = problem.units if problem.limits.per_unit is not None else np.zeros_like(problem.units)
    wanted = pl.DataFrame(
        {"scope": programme.scope, "bobot": programme.points, "banyak": values[programme.steps].astype(np.int64)}
    ).group_by("scope", "bobot").agg(pl.col("banyak").sum())  # fmt: skip
    place = problem.what.levels["inovasi"].to_numpy()
    levels = problem.what.levels.with_columns(
        scope=pl.Series(scope[place].astype(np.int64)), ada=pl.Series(takes[place])
    )
    asked = wanted.filter(pl.col("banyak") > 0).with_columns(pl.col("scope").cast(pl.Int64))
    ordered = (
        levels.filter("ada")
        .join(asked, on=["scope", "bobot"])
        .sort("scope", "bobot", "usaha", "ke", "inovasi", "nomor")
    )
    chosen = ordered.filter(pl.int_range(pl.len()).over("scope", "bobot") < pl.col("banyak"))
    return chosen.sort("inovasi", "nomor", "ke")


def _after(rows: pl.DataFrame, problem: _Problem) -> Floats:
    """The index after each row, all rows before it taken too: full computations, one a row."""
    at, inn = problem.at, problem.what.innovations
    own = dict(inn.select("inovasi", "urusan").iter_rows())
    covers = Counter(inn.filter("dihitung")["urusan"].explode().drop_nulls().to_list())
    counts: list[int] = []
    for kind, innovation, name in rows.select("jenis_langkah", "inovasi", "urusan").iter_rows():
        if kind in ("kirim", "keluarkan"):
            for each in own[innovation]:
                covers[each] += 1 if kind == "kirim" else -1
        elif kind == "urusan":
            covers[name] += 1
        counts.append(sum(covers[each] > 0 for each in problem.what.urusan))
    start = at.counted
    return score(
        at.rules,
        problem.spd + rows["d_spd"].cum_sum().to_numpy(),
        float(start["kematangan"].sum()) + rows["d_kematangan"].cum_sum().to_numpy(),
        start.height + rows["d_n"].cum_sum().to_numpy(),
        np.array(counts, dtype=np.int64),
    ).iid
