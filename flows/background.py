"""The two processes behind ``inovasi serve``: Prefect's server, and the runner that starts the runs.

Each ends when its input does, so that neither outlives the command that started it, however that ended.
"""

import asyncio
import os
import signal
import sys
import threading
from typing import Any

import orjson

import flows.prefect_defaults  # noqa: F401 - before Prefect

NIGHTLY, MANUAL = "konsolidasi-malam", "konsolidasi-manual"


def end_with_parent() -> None:
    """Ends this process, and those it started, once the command that started it is gone."""

    def wait() -> None:
        while sys.stdin.buffer.read(1024):
            pass
        if os.name == "posix":
            os.killpg(os.getpgrp(), signal.SIGTERM)
        else:
            os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


def server(port: int) -> None:
    """Prefect's server and its pages, reachable from this machine only."""
    import uvicorn  # noqa: PLC0415
    from prefect.server.api.server import create_app  # noqa: PLC0415

    uvicorn.run(
        create_app(final=True), host="127.0.0.1", port=port, log_level="warning", timeout_graceful_shutdown=2,
        timeout_keep_alive=5,
    )  # fmt: skip


def runner(parameters: dict[str, Any], cron: str, zone: str) -> None:
    """Registers both deployments and runs what is due or asked for, one at a time, until SIGTERM."""
    from prefect.runner import Runner  # noqa: PLC0415

    ended = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: ended.set())
    runner = Runner(name="inovasi", pause_on_shutdown=False, limit=1, query_seconds=3)
    deployments = _deployments(parameters, cron, zone)
    loop = asyncio.new_event_loop()

    async def work() -> None:
        await _forget_interrupted()
        for deployment in deployments:
            await runner.aadd_deployment(deployment)
        await runner.start()

    def run() -> None:
        try:
            loop.run_until_complete(work())
        finally:
            ended.set()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    ended.wait()
    if thread.is_alive():
        asyncio.run_coroutine_threadsafe(runner.astop(), loop)
        thread.join(5)
    os._exit(0)


def _deployments(parameters: dict[str, Any], cron: str, zone: str) -> list[Any]:
    """The nightly deployment and the one for people; of each one run at a time, the next waits."""
    from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy  # noqa: PLC0415
    from prefect.schedules import Cron  # noqa: PLC0415
    from prefect.types.entrypoint import EntrypointType  # noqa: PLC0415

    from flows.consolidate import consolidate  # noqa: PLC0415
    from tasks.publish import CODE_VERSION  # noqa: PLC0415

    common: dict[str, Any] = {
        "parameters": parameters,
        "version": CODE_VERSION,
        "entrypoint_type": EntrypointType.MODULE_PATH,
        "concurrency_limit": ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.ENQUEUE),
    }
    nightly = consolidate.to_deployment(
        NIGHTLY, schedule=Cron(cron, timezone=zone, slug="malam"), tags=["malam"], **common,
        description="Menghimpun semua kiriman setiap malam.",
    )  # fmt: skip
    manual = consolidate.to_deployment(
        MANUAL, tags=["manual"], **common, description="Menghimpun kiriman sekarang, bila diminta."
    )
    return [nightly, manual]


async def _forget_interrupted() -> None:
    """Runs that a power cut left “running” are marked as crashed: nobody works on them any more."""
    from prefect import get_client  # noqa: PLC0415
    from prefect.client.schemas import filters  # noqa: PLC0415
    from prefect.client.schemas.objects import StateType  # noqa: PLC0415
    from prefect.states import Crashed  # noqa: PLC0415

    unfinished = [StateType.RUNNING, StateType.PENDING, StateType.CANCELLING]
    async with get_client() as client:
        runs = await client.read_flow_runs(
            deployment_filter=filters.DeploymentFilter(name=filters.DeploymentFilterName(any_=[NIGHTLY, MANUAL])),
            flow_run_filter=filters.FlowRunFilter(
                state=filters.FlowRunFilterState(type=filters.FlowRunFilterStateType(any_=unfinished))
            ),
        )
        for run in runs:
            await client.set_flow_run_state(
                run.id, Crashed(message="Proses terhenti bersama inovasi serve."), force=True
            )


def main(what: str, options: dict[str, Any]) -> None:
    """``python -m flows.background server|runner OPTIONS`` with the options as JSON."""
    end_with_parent()
    if what == "server":
        server(**options)
    else:
        runner(**options)


if __name__ == "__main__":
    main(sys.argv[1], orjson.loads(sys.argv[2]))
