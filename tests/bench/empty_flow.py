"""Prefect's own price: a flow with as many tasks as the consolidation has, none of which does anything.

``python -m tests.bench.empty_flow LOG``
"""

import sys
from pathlib import Path

import flows.prefect_defaults  # noqa: F401 - before Prefect
from flows.console import terminal

TASKS = 8

if __name__ == "__main__":
    terminal.divert(Path(sys.argv[1]))
    from prefect import flow, task
    from prefect.cache_policies import NO_CACHE

    @task(cache_policy=NO_CACHE)
    def nothing(turn: int) -> int:
        return turn

    @flow
    def empty() -> int:
        return sum(nothing(turn) for turn in range(TASKS))

    empty()
