"""The story: from the inbox to the report.

collect → read, recognize and parse → arrange → identify → validate → merge → index → render → publish. Each stage is a
Prefect task; what crosses between them are paths and counts. A night in which nothing changed takes its tables from the
last one. A run that fails publishes nothing, and the report before it stands.
"""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, ParamSpec, TypeVar
from zoneinfo import ZoneInfo

from prefect import Task, flow, get_run_logger, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run
from prefect.states import Cancelled, Completed, Failed

import flows.prefect_defaults  # noqa: F401 - before Prefect
from flows.ahead import ahead
from flows.artifacts import Progress, forget_flow_runs, show_findings, show_summary
from flows.console import terminal
from flows.notices import NOT_TOLD, reason_of, tell, tell_failure
from flows.parameters import Alasan, Place, Tahun, Unit, unit_code
from flows.settings import settings
from tasks import stages
from tasks.collect import NothingSentError
from tasks.compare import compare
from tasks.corrections import write_corrections
from tasks.cover import write_cover_notes
from tasks.export import describe, export
from tasks.gates import check_gates, failures
from tasks.lock import BusyError, Lock
from tasks.publish import (
    CODE_VERSION,
    Output,
    build_manifest,
    heal,
    new_run_id,
    publish,
    write_manifest,
)
from tasks.reference import Reference, load_reference
from tasks.render import render
from tasks.render.pictures import prepare
from tasks.retain import Keep, prune
from tasks.review import write_review
from tasks.scope import touched_units
from tasks.unchanged import carry_over, remember_result
from tasks.workspace import Workspace

P = ParamSpec("P")
R = TypeVar("R")


def stage(name: str, **options: Any) -> Callable[[Callable[P, R]], Task[P, R]]:
    """A stage as a Prefect task: never cached (all have side effects), with a time limit."""
    return task(name=name, cache_policy=NO_CACHE, timeout_seconds=settings().stage_seconds, **options)


@stage("kumpulkan", retries=2, retry_delay_seconds=[2, 10])  # shares come and go
def collect(workspace: Workspace, reference: Path, inbox: str, unit: str | None) -> int:
    return stages.collect_stage(
        workspace, load_reference(reference), settings().limits, inbox, settings().source_seconds, unit
    )


@stage("baca")
def read(workspace: Workspace, reference: Path) -> int:
    return stages.read_stage(
        workspace,
        load_reference(reference),
        settings().limits,
        settings().workers,
        terminal.advance,
        settings().cluster,
        ahead.take(),
    )


def _with_reference(work: Callable[[Workspace, Reference], object]) -> Callable[[Workspace, Path], object]:
    """A stage that needs the reference data, called with the folder: paths cross between tasks, never tables."""
    return lambda workspace, reference: work(workspace, load_reference(reference))


arrange = stage("susun")(_with_reference(stages.arrange_stage))
identify = stage("kenali")(_with_reference(stages.identify_stage))
validate = stage("periksa")(_with_reference(stages.validate_stage))
merge = stage("gabungkan")(_with_reference(stages.merge_stage))


@stage("hitung")
def assess(workspace: Workspace, reference: Path, started: datetime) -> int:
    return stages.index_stage(workspace, load_reference(reference), started.isoformat(timespec="seconds"))


@stage("sajikan")
def present(
    workspace: Workspace,
    reference: Path,
    run_id: str,
    started: datetime,
    output: Output,
    notes: dict[str, Any],
    *,
    carried: bool,
) -> dict[str, Any]:
    known, data, previous = load_reference(reference), workspace.terbit / "data", output.newest()
    units = touched_units(workspace, carried=carried)
    same = None if units is None else previous  # made by the same program, of the same words and decisions
    if not carried:
        export(data, known, workspace.state, previous, units)
        write_corrections(workspace.terbit, workspace.state, known, workspace.tahun, settings().limits, previous, units)
        write_review(data, known.keputusan, same and same / "data")
    remember_result(workspace)
    begun = started.isoformat(timespec="seconds")
    describe(data, known, created=begun, version=CODE_VERSION, same=same)
    write_cover_notes(workspace.terbit, known, workspace.tahun, started.date())
    manifest = build_manifest(
        workspace.terbit, known, run_id=run_id, tahun=workspace.tahun, started=started, finished=clock(known)
    )
    before = output.before(workspace.tahun)
    manifest |= {"gerbang": check_gates(workspace.terbit, manifest, before, known)} | notes
    write_manifest(workspace.terbit, manifest)
    compare(workspace.terbit, previous, units)
    render(workspace.terbit, previous, units)
    return manifest


@stage("terbitkan")
def put_in_place(workspace: Workspace, output: Output, run_id: str) -> None:
    stages.remember_stage(workspace)
    publish(output, run_id)
    output.push(run_id)


@stage("kabarkan")
def send_notices(output: Output, reference: Path) -> str:
    return tell(output, load_reference(reference))


@stage("rapikan")
def tidy(output: Output, started: datetime) -> None:
    asked = settings()
    gone = prune(output, Keep(asked.keep_runs, asked.keep_days, asked.keep_held), started)
    forgotten = forget_flow_runs(asked.keep_flow_runs)
    get_run_logger().info("removed: %s; forgotten by Prefect: %d flow runs", gone, forgotten)


def clock(reference: Reference) -> datetime:
    """Now, in the time zone of the regency: the only clock of a run."""
    return datetime.now(ZoneInfo(reference.daerah.zona_waktu))


def _run_name() -> str:
    asked = flow_run.parameters
    parts = ("konsolidasi", asked["tahun"], asked["unit"], "percobaan" if asked["dry_run"] else None)
    return "-".join(str(part) for part in parts if part)


@flow(
    name="konsolidasi",
    flow_run_name=_run_name,
    validate_parameters=True,
    on_failure=[tell_failure],
    on_crashed=[tell_failure],
)
def consolidate(
    inbox: Place,
    output: Place,
    tahun: Tahun = None,
    reference: Path | None = None,
    unit: Unit = None,
    dry_run: bool = False,
    force: Alasan | None = None,
) -> State[dict[str, Any]]:
    """Menghimpun kiriman menjadi satu data dan satu laporan.

    Args:
        inbox: Folder kiriman, atau alamatnya di tempat lain seperti s3://ember/folder; tidak pernah diubah.
        output: Folder hasil, atau alamatnya di penyimpanan objek seperti s3://ember/folder.
        tahun: Tahun penilaian; bila kosong, tahun terakhir yang punya aturan.
        reference: Folder data acuan pengganti; biasanya kosong.
        unit: Hanya unit ini yang diperbarui; data unit lain tetap seperti laporan sebelumnya.
        dry_run: Percobaan: semua dikerjakan kecuali menerbitkan.
        force: Alasan untuk tetap menerbitkan walaupun ada gerbang yang gagal; dicatat dalam manifest.
    """
    try:
        return _consolidate(
            inbox, settings().place(output), tahun, reference or settings().reference, unit, dry_run, force
        )
    except BusyError as error:
        return Cancelled(name="Skipped", message=str(error))
    except Exception as error:
        if (reason := reason_of(error)) is None:
            raise
        return Failed(message=reason)


def _consolidate(
    inbox: str, place: Output, tahun: int | None, reference: Path, unit: str | None, dry_run: bool, force: str | None
) -> State[dict[str, Any]]:
    known = load_reference(reference)
    started, progress = clock(known), Progress()
    tahun = tahun or known.current_year(started.date())
    known.rules(tahun)
    unit = unit_code(unit, known)
    with place.lock(started, settings().wait_seconds) as lock:
        healed = [*lock.recovered, *heal(place)]
        for note in healed:
            get_run_logger().warning(note)
        place.pull()
        run_id = new_run_id(place, started)
        place.prepare(run_id)
        workspace = Workspace(place.work(run_id), place.staged(run_id), place.state, tahun, run_id)
        try:
            files = collect(workspace, reference, inbox, unit)
            if files == 0:
                raise NothingSentError(f"Folder kiriman {inbox} kosong: tidak ada yang diterbitkan.")
            progress.step()
            terminal.begin(files)
            read(workspace, reference)
            progress.step()
            carried = carry_over(workspace, known, place.newest(), place.published())
            if carried:
                progress.step(5)  # all that makes tables
            else:
                if place.newest() is None:
                    prepare()  # a first report has all its pictures to draw
                for work in (arrange, identify, validate, merge):
                    work(workspace, reference)
                    progress.step()
                assess(workspace, reference, started)
                progress.step()
            notes = {"pemulihan": healed, "unit": unit, "percobaan": dry_run, "dipaksa": force}
            manifest = present(workspace, reference, run_id, started, place, notes, carried=carried)
            progress.step()
            show_findings(workspace)
            outcome = _publish_or_hold(workspace, place, lock, manifest)
            if outcome.is_completed() and not dry_run:  # whatever becomes of the notices, the run is published
                told = send_notices(place, reference, return_state=True)
                manifest["pemberitahuan"] = told.result(raise_on_failure=False) if told.is_completed() else NOT_TOLD
            tidy(place, started, return_state=True)  # what could not be removed now is removed another night
        finally:
            place.discard(run_id)
    progress.step()
    show_summary(manifest, outcome.message or "")
    return outcome


def _publish_or_hold(
    workspace: Workspace, place: Output, lock: Lock, manifest: dict[str, Any]
) -> State[dict[str, Any]]:
    """Publishes the staged run, or keeps it for inspection if it is a trial or a gate failed and nobody forced it."""
    failed, run_id = failures(manifest), workspace.run_id
    found, wrong = manifest["counts"]["inovasi"]["total"], manifest["counts"]["temuan"]["kesalahan"]
    blocked = bool(failed) and not manifest["dipaksa"]
    if manifest["percobaan"]:
        place.hold(run_id)
        what = (
            f"akan ditahan. {' '.join(failed)}" if blocked else "akan diterbitkan; tidak ada yang diterbitkan sekarang."
        )
        message = f"Percobaan: {found} inovasi {what}"
        manifest["tempat"] = str(place.held(run_id))
        return Completed(name="Dry run", data=manifest, message=message)
    if blocked:
        manifest["tempat"] = str(place.hold(run_id))
        where = f"Hasil yang ditahan dapat diperiksa di {manifest['tempat']}."
        return Failed(message=f"{' '.join(failed)} {where} Bila memang benar demikian, ulangi dengan --force ALASAN.")
    lock.check()
    put_in_place(workspace, place, run_id)
    name = "Completed with findings" if wrong else "Completed"
    message = f"{found} inovasi diterbitkan, {wrong} kesalahan untuk diperbaiki."
    manifest["tempat"] = place.shown
    return Completed(name=name, data=manifest, message=message)
