"""The story: from the inbox to the report.

collect → read and recognize → parse → identify → validate → merge → index → render → publish. Each stage is a
Prefect task; what crosses between them are paths and counts. A run that fails publishes nothing, and the report before it stands.
"""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, ParamSpec, TypeVar
from zoneinfo import ZoneInfo

from prefect import Task, flow, get_run_logger, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.states import Completed

import flows.prefect_defaults  # noqa: F401 - before Prefect
from flows.console import terminal
from flows.notices import NOT_TOLD, tell, tell_failure
from flows.settings import settings
from tasks import stages
from tasks.collect import NothingSentError
from tasks.corrections import write_corrections
from tasks.cover import write_cover_notes
from tasks.export import export
from tasks.publish import CODE_VERSION, Output, heal, new_run_id, publish, write_manifest
from tasks.reference import Reference, load_reference
from tasks.render import render
from tasks.review import write_review
from tasks.stages import Workspace

P = ParamSpec("P")
R = TypeVar("R")


def stage(name: str, **options: Any) -> Callable[[Callable[P, R]], Task[P, R]]:
    """A stage as a Prefect task: never cached (all have side effects), with a time limit."""
    return task(name=name, cache_policy=NO_CACHE, timeout_seconds=settings().stage_seconds, **options)


@stage("kumpulkan", retries=2, retry_delay_seconds=[2, 10])  # shares come and go
def collect(workspace: Workspace, reference: Path, inbox: str) -> int:
    return stages.collect_stage(
        workspace, load_reference(reference), settings().limits, inbox, settings().source_seconds
    )


@stage("baca")
def read(workspace: Workspace, reference: Path) -> int:
    return stages.read_stage(
        workspace, load_reference(reference), settings().limits, settings().workers, terminal.advance
    )


def _with_reference(work: Callable[[Workspace, Reference], object]) -> Callable[[Workspace, Path], object]:
    """A stage that needs the reference data, called with the folder: paths cross between tasks, never tables."""
    return lambda workspace, reference: work(workspace, load_reference(reference))


parse = stage("urai")(_with_reference(stages.parse_stage))
identify = stage("kenali")(_with_reference(stages.identify_stage))
validate = stage("periksa")(_with_reference(stages.validate_stage))
merge = stage("gabungkan")(_with_reference(stages.merge_stage))


@stage("hitung")
def assess(workspace: Workspace, reference: Path, started: datetime) -> int:
    return stages.index_stage(workspace, load_reference(reference), started.isoformat(timespec="seconds"))


@stage("sajikan")
def present(workspace: Workspace, reference: Path, run_id: str, started: datetime, healed: list[str]) -> dict[str, Any]:
    known = load_reference(reference)
    zone = started.tzinfo
    export(workspace.terbit / "data", known, created=started.isoformat(timespec="seconds"), version=CODE_VERSION)
    write_corrections(workspace.terbit, workspace.state, settings().limits)
    write_cover_notes(workspace.terbit, known, workspace.tahun, started.date())
    write_review(workspace.terbit / "data", known.keputusan)
    manifest = write_manifest(
        workspace.terbit, known, run_id=run_id, tahun=workspace.tahun, started=started, finished=datetime.now(zone),
        healed=healed,
    )  # fmt: skip
    render(workspace.terbit, zona=known.daerah.zona_waktu)
    return manifest


@stage("terbitkan")
def put_in_place(workspace: Workspace, output: Output, run_id: str) -> None:
    stages.remember_stage(workspace)
    publish(output, run_id)


@stage("kabarkan")
def send_notices(output: Output, reference: Path) -> str:
    return tell(output.latest, output.state, load_reference(reference))


def clock(reference: Reference) -> datetime:
    """Now, in the time zone of the regency: the only clock of a run."""
    return datetime.now(ZoneInfo(reference.daerah.zona_waktu))


@flow(
    name="konsolidasi",
    flow_run_name="konsolidasi-{tahun}",
    validate_parameters=True,
    on_failure=[tell_failure],
    on_crashed=[tell_failure],
)
def consolidate(inbox: str, output: Path, tahun: int, reference: Path) -> State[dict[str, Any]]:
    """Consolidates the submissions in ``inbox`` for ``tahun`` and publishes the report under ``output``.

    ``inbox`` is a folder, or the address of one elsewhere, such as s3://bucket/folder.
    """
    known = load_reference(reference)
    known.rules(tahun)
    place, started = Output(output), clock(known)
    with place.lock(started, settings().wait_seconds) as lock:
        healed = [*lock.recovered, *heal(place)]
        for note in healed:
            get_run_logger().warning(note)
        run_id = new_run_id(place, started)
        place.prepare(run_id)
        workspace = Workspace(place.work(run_id), place.staged(run_id), place.state, tahun, run_id)
        try:
            files = collect(workspace, reference, inbox)
            if files == 0:
                raise NothingSentError(f"Folder kiriman {inbox} kosong: tidak ada yang diterbitkan.")
            terminal.begin(files)
            read(workspace, reference)
            parse(workspace, reference)
            identify(workspace, reference)
            validate(workspace, reference)
            merge(workspace, reference)
            assess(workspace, reference, started)
            manifest = present(workspace, reference, run_id, started, healed)
            lock.check()
            put_in_place(workspace, place, run_id)
            told = send_notices(place, reference, return_state=True)  # whatever becomes of them, the run is published
        finally:
            place.discard(run_id)
    manifest |= {"pemberitahuan": told.result(raise_on_failure=False) if told.is_completed() else NOT_TOLD}
    return Completed(data=manifest, message=f"{manifest['counts']['inovasi']['total']} inovasi diterbitkan")
