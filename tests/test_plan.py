"""Plans against trying everything, in worlds small enough for that; and large ones with the bound proven."""

import itertools
import random
from collections import Counter
from dataclasses import replace

import polars as pl
import pytest

from schemas.tables import empty
from tasks.index import Spd, Standing, basic_urusan, standing
from tasks.plan import Limits, Wish, plan, usual_wishes
from tasks.reference import Reference
from tasks.steps import possible_steps
from tests.test_index import NUMBERS, by_hand, pool

ALL = ("indikator", "kirim", "keluarkan", "urusan")
LIMITS = [
    Limits(ALL), Limits(ALL, per_unit=2), Limits(ALL, hanya_dokumen=True), Limits(("indikator",)),
    Limits(("indikator", "keluarkan"), per_unit=1),
]  # fmt: skip
World = tuple[Standing, pl.DataFrame, list[int]]


def marks(rows: list[tuple[str, int, int]]) -> pl.DataFrame:
    """Rows of the table indikator, as far as the index needs them."""
    return pl.DataFrame(rows, schema={"id_inovasi": pl.String, "nomor": pl.Int64, "parameter": pl.Int64}, orient="row")


def world(reference: Reference, chance: random.Random) -> World:
    """Up to four innovations of two units, with one or two indicators below 3, and rules that make n matter."""
    count = chance.randint(2, 4)
    below = chance.sample(NUMBERS, 2 if count < 4 else 1)
    sent = [
        (f"i{at}", nomor, chance.randint(0, 3) if nomor in below else 3) for at in range(count) for nomor in NUMBERS
    ]
    kinds = chance.randint(1, 3)
    stages = ["penerapan", *(chance.choice(["penerapan", "penerapan", "inisiatif"]) for _ in range(count - 1))]
    rows = pool(reference, [(None, at % kinds) for at in range(count)]).with_columns(
        tahapan=pl.Series(stages), kode_unit=pl.Series([f"u{chance.randrange(2)}" for _ in range(count)])
    )
    rules = reference.rules(2026).model_copy(
        update={"pembagi_minimum": chance.choice([1, 2, 3]), "minimum_urusan_yandas": chance.choice([0, 1, 2]),
                "skor_per_inovasi": chance.choice([0.38, 3.0, 8.0])}
    )  # fmt: skip
    at = standing(rows, marks(sent), reference, 2026)
    applied = at.pool.with_columns(dihitung=pl.Series(stage == "penerapan" for stage in stages))
    return replace(at, spd=Spd(40.0, 63.0), rules=rules, pool=applied), marks(sent), below


def everything(
    at: Standing, sent: pl.DataFrame, below: list[int], limits: Limits, reference: Reference
) -> list[tuple[float, int, int]]:
    """Index, steps and effort of all that could be done within the limits."""
    effort = {
        (row["nomor"], ke): reference.indeks.usaha[row[f"usaha_{ke}"]]
        for row in reference.usaha.iter_rows(named=True) for ke in (1, 2, 3)
    }  # fmt: skip
    document = dict(reference.usaha.select("nomor", pl.col("dokumen") == "ya").iter_rows())
    weight = dict(reference.indicators(2026).select("nomor", "bobot").iter_rows())
    kind = {name: reference.indeks.usaha[rule.usaha] for name, rule in reference.indeks.jenis.items()}
    now = {(own, nomor): mark for own, nomor, mark in sent.iter_rows()}
    ways: list[
        list[tuple[float | None, int, int]]
    ] = []  # of each innovation: maturity (None: does not count), steps, effort
    rows = at.pool.to_dicts()
    for row in rows:
        own, points = row["id_inovasi"], row["kematangan"]
        if not row["dihitung"]:
            ways.append([(None, 0, 0)] + ([(points, 1, kind["kirim"])] if "kirim" in limits.jenis else []))
            continue
        found: list[tuple[float | None, int, int]] = (
            [(None, 1, kind["keluarkan"])] if "keluarkan" in limits.jenis else []
        )
        free = [nomor for nomor in below if document[nomor] or not limits.hanya_dokumen]
        for marks_after in itertools.product(*(range(now[own, nomor], 4) for nomor in free)):
            after = zip(free, marks_after, strict=True)
            raised = [(nomor, ke) for nomor, mark in after for ke in range(now[own, nomor] + 1, mark + 1)]
            found.append(
                (points + sum(weight[nomor] for nomor, _ in raised), len(raised), sum(effort[one] for one in raised))
            )
        ways.append(found)
    basic, extra = (
        set(basic_urusan(reference)),
        range(3) if at.rules.minimum_urusan_yandas and "urusan" in limits.jenis else [0],
    )
    results = []
    for choice in itertools.product(*ways):
        taken: Counter[str] = Counter()
        for row, (_, count, _) in zip(rows, choice, strict=True):
            taken[row["kode_unit"]] += count
        if limits.per_unit is not None and max(taken.values()) > limits.per_unit:
            continue
        there = {
            row["id_inovasi"]: (points, row["urusan"][0] if row["urusan"] else None)
            for row, (points, _, _) in zip(rows, choice, strict=True) if points is not None
        }  # fmt: skip
        for more in extra:
            index = by_hand(at.rules, 40.0, there, basic, more)
            results.append(
                (index, sum(one[1] for one in choice) + more, sum(one[2] for one in choice) + more * kind["urusan"])
            )
    return results


@pytest.mark.parametrize("seed", range(12))
def test_no_plan_is_smaller_than_the_one_found(reference: Reference, seed: int) -> None:
    chance = random.Random(seed)
    at, sent, below = world(reference, chance)
    possible, now = possible_steps(at, sent, empty("komitmen"), reference), float(at.parts().iid)
    for limits in LIMITS:
        target = now + chance.choice([0.2, 0.5, 1, 2, 4, 8])
        found = everything(at, sent, below, limits, reference)
        reaching = [one for one in found if one[0] >= target - 1e-9]
        wishes = [Wish(target, aim, 40.0, limits) for aim in ("langkah", "usaha")]
        plans, rows = plan(at, possible, reference, wishes, 60, keyakinan="pasti")
        for row in plans.to_dicts():
            if not reaching:
                assert (row["status"], row["jumlah_langkah"]) == ("tak_terjangkau", None)
                assert row["iid_terjauh"] == pytest.approx(max(one[0] for one in found))
                continue
            least = min(one[1] if row["tujuan"] == "langkah" else one[2] for one in reaching)
            size = row["jumlah_langkah"] if row["tujuan"] == "langkah" else row["jumlah_usaha"]
            assert (row["status"], size, row["batas_terbukti"]) == ("terbukti", least, least)
            assert row["iid_sesudah"] >= target - 1e-9
            own = rows.filter(pl.col("rencana") == row["rencana"])
            assert own["jumlah_langkah"].sum() == row["jumlah_langkah"]
            assert now + sum(own["kenaikan"].to_list()) == pytest.approx(row["iid_sesudah"])
            own_cost = row["jumlah_langkah"], row["jumlah_usaha"]
            assert any(one[1:] == own_cost and abs(one[0] - row["iid_sesudah"]) < 1e-6 for one in reaching)


SIZES = [(69, Limits(ALL)), (200, Limits(ALL)), (200, Limits(ALL, per_unit=12)), (3000, Limits(ALL))]


@pytest.mark.parametrize(("count", "limits"), SIZES)
def test_the_way_to_the_next_predikat_is_proven(reference: Reference, count: int, limits: Limits) -> None:
    chance = random.Random(1)
    sent = marks([(f"i{at}", nomor, chance.randint(0, 3)) for at in range(count) if at % 10 for nomor in NUMBERS])
    at = standing(pool(reference, [(None, at % 6) for at in range(count)]), sent, reference, 2024)
    at = replace(at, spd=Spd(40.0, 63.0))
    rows = at.pool.with_columns(kode_unit=pl.format("u{}", pl.int_range(pl.len()) % 34))
    at = replace(at, pool=rows)
    possible, now = possible_steps(at, sent, empty("komitmen"), reference), float(at.parts().iid)
    plans, steps = plan(at, possible, reference, [Wish(now + 2.36, "langkah", 40.0, limits)], 60, keyakinan="pasti")
    (row,) = plans.to_dicts()
    assert (row["status"], row["batas_terbukti"]) == ("terbukti", row["jumlah_langkah"])
    assert row["iid_sesudah"] >= now + 2.36 - 1e-9
    assert steps.filter(pl.col("ke") > 3).is_empty()
    taken = steps.group_by("kode_unit").agg(pl.col("jumlah_langkah").sum())
    assert taken.filter(pl.col("jumlah_langkah") > (limits.per_unit or count * 60)).is_empty()


def test_the_plans_of_a_run_lead_to_its_target_and_the_next_predikat(reference: Reference) -> None:
    at = replace(standing(pool(reference, [(50.0, 0)] * 12), empty("indikator"), reference, 2024), spd=Spd(40.0, 63.0))
    assert {wish.target for wish in usual_wishes(at, reference)} == {60.0, 60.01}  # it stands at 37.82
    unknown = replace(at, spd=Spd(None, 63.0))
    assert {(wish.target, wish.spd) for wish in usual_wishes(unknown, reference)} == {(60.0, 0.0), (60.0, 63.0)}
