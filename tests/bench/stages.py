"""The story of flows/consolidate.py with Prefect taken away and a meter at each stage.

``python -m tests.bench.stages INBOX OUTPUT TAHUN FIGURES`` runs it once and writes what each stage took as JSON lines:
CPU of this process and of those it started, wall, and the peak memory of this process so far.
"""

import gc
import json
import logging
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import prefect
from prefect.states import Completed

import flows.prefect_defaults  # noqa: F401 - before Prefect

PRESENTING = ("export", "write_corrections", "write_cover_notes", "write_review", "write_manifest", "compare", "render")
TOLD_TO_A_SERVER = ("Progress", "show_findings", "show_summary", "forget_flow_runs")
_figures: list[dict[str, Any]] = []


def cpu() -> float:
    """Seconds of CPU of this process and of those it started and waited for."""
    return sum(
        usage.ru_utime + usage.ru_stime
        for usage in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


def measured(name: str, work: Callable[..., Any], within: str = "") -> Callable[..., Any]:
    """``work`` with a meter."""

    def run(*arguments: Any, **named: Any) -> Any:
        before, started = cpu(), time.perf_counter()
        try:
            return work(*arguments, **named)
        finally:
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            _figures.append(
                {
                    "stage": name,
                    "within": within,
                    "cpu": cpu() - before,
                    "wall": time.perf_counter() - started,
                    "memory": memory,
                }
            )

    return run


def _answering(work: Callable[..., Any]) -> Callable[..., Any]:
    """A plain function that, asked for a state as a task can be, answers with one."""

    def run(*arguments: Any, return_state: bool = False, **named: Any) -> Any:
        result = work(*arguments, **named)
        return Completed(data=result) if return_state else result

    return run


class _Silent:
    """Stands for what would tell a Prefect server something."""

    def __init__(self, *_: Any) -> None:
        pass

    def step(self, stages: int = 1) -> None:
        """Stages are done."""


def without_prefect() -> Any:
    """flows.consolidate, its tasks plain functions with meters."""

    def task(work: Callable[..., Any] | None = None, *, name: str = "", **_: Any) -> Any:
        return _answering(measured(name, work)) if work else lambda function: _answering(measured(name, function))

    def flow(work: Callable[..., Any] | None = None, **_: Any) -> Any:
        return work or (lambda function: function)

    prefect.task, prefect.flow = task, flow  # type: ignore[assignment]
    prefect.get_run_logger = logging.getLogger  # type: ignore[assignment]
    import flows.consolidate as story  # noqa: PLC0415
    from tasks.render.pictures import load  # noqa: PLC0415

    for name in TOLD_TO_A_SERVER:
        setattr(story, name, _Silent)
    for name in PRESENTING:
        if hasattr(story, name):
            setattr(story, name, measured(name, getattr(story, name), "sajikan"))
    # Beside the stages no meter could tell it from them.
    story.prepare = measured("prepare", load, "sajikan")  # type: ignore[attr-defined]
    return story


def main(inbox: str, output: str, tahun: str, figures: str) -> None:
    """Runs the story once."""
    from flows.cli import OBJECTS_BETWEEN_COLLECTIONS  # noqa: PLC0415

    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)  # as the program does
    story = without_prefect()
    from tasks.reference import DEFAULT_FOLDER  # noqa: PLC0415

    state = measured("semua", story.consolidate)(
        str(Path(inbox).resolve()), str(Path(output).resolve()), int(tahun), DEFAULT_FOLDER.resolve()
    )
    if not state.is_completed():
        raise RuntimeError(state.message)
    Path(figures).write_text("\n".join(map(json.dumps, _figures)), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
