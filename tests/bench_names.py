"""How well and how fast names are matched over a synthetic year: ``python -m tests.bench_names [records] [units] [seed]``.

Pairs of different spellings (other than by case and punctuation) of one unit are counted. Nothing is asserted here.
"""

import sys
import time
from collections import defaultdict
from collections.abc import Iterable
from itertools import combinations

import polars as pl

from schemas.reference import KeputusanRef
from schemas.tables import columns
from tasks.innovations import LEDGER_SCHEMA, Identified, identify_innovations
from tasks.text import fold
from tests.builder.synthetic_names import Spelled, synthetic_year

Pair = tuple[str, str, str]  # unit and two folded names, in order


def _pairs(groups: Iterable[tuple[str, Iterable[str]]]) -> set[Pair]:
    return {(kode, a, b) for kode, keys in groups for a, b in combinations(sorted(set(keys)), 2)}


def identify(rows: list[Spelled]) -> tuple[Identified, float]:
    """The innovations of the names, and the seconds of CPU it took."""
    records = pl.DataFrame([(row.kode_unit, row.teks) for row in rows], schema=["kode_unit", "teks"], orient="row")
    decisions = pl.DataFrame(schema=dict.fromkeys(columns(KeputusanRef), pl.String))
    started = time.process_time()
    keyed = records.with_columns(kunci=pl.col("teks").map_elements(fold, return_dtype=pl.String), diterima=pl.lit(True))
    found = identify_innovations(keyed, decisions, pl.DataFrame(schema=LEDGER_SCHEMA), 2024, {}, set())
    return found, time.process_time() - started


def measure(rows: list[Spelled]) -> dict[str, float]:
    """Precision and recall of the merges, recall with the review list, and what it took.

    A pair counts as put before people when the innovations the two names became stand side by side in the review list.
    """
    found, seconds = identify(rows)
    ours = {(kode, kunci): str(id_inovasi) for kode, kunci, id_inovasi in found.names.iter_rows()}
    meant: dict[tuple[str, int], list[str]] = defaultdict(list)
    merged: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in rows:
        meant[row.kode_unit, row.inovasi].append(fold(row.teks))
    for (kode, kunci), id_inovasi in ours.items():
        merged[kode, id_inovasi].append(kunci)
    truth = _pairs((kode, keys) for (kode, _), keys in meant.items())
    together = _pairs((kode, keys) for (kode, _), keys in merged.items())
    reviewed = {frozenset((ours[kode, a], ours[kode, b])) for kode, a, b in found.reviews}
    listed = {
        pair for pair in truth - together if frozenset((ours[pair[0], pair[1]], ours[pair[0], pair[2]])) in reviewed
    }
    right = len(truth & together)
    return {
        "names": len(rows),
        "units": len({row.kode_unit for row in rows}),
        "pairs that are one": len(truth),
        "pairs merged": len(together),
        "pairs to review": len(reviewed),
        "precision of merges": right / len(together) if together else 1.0,
        "recall of merges": right / len(truth) if truth else 1.0,
        "recall of merges and review list": (right + len(listed)) / len(truth) if truth else 1.0,
        "CPU seconds": seconds,
    }


def main(arguments: list[str]) -> int:
    """Prints the figures as a small table."""
    records, units, seed = (*map(int, arguments), *(30_000, 500, 1)[len(arguments) :])
    for name, value in measure(synthetic_year(records, units, seed)).items():
        shown = f"{value:,}" if isinstance(value, int) else f"{value:.1f}" if "CPU" in name else f"{value:.4f}"
        print(f"{name:<34}{shown:>10}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
