"""What Prefect's pages show of a run: how far it is, a summary with the way to the report, findings by unit; and for how long."""

from pathlib import Path
from typing import Any

import polars as pl
from prefect import get_client
from prefect.artifacts import (
    create_markdown_artifact,
    create_progress_artifact,
    create_table_artifact,
    update_progress_artifact,
)
from prefect.client.schemas import filters
from prefect.client.schemas.objects import TERMINAL_STATES
from prefect.client.schemas.sorting import FlowRunSort

from flows.settings import settings
from tasks.gates import FAILED
from tasks.remote import is_address
from tasks.workspace import Workspace

MOST_UNITS = 200
MOST_FORGOTTEN = 50  # at one time
STAGES = ("kumpulkan", "baca", "susun", "kenali", "periksa", "gabungkan", "hitung", "sajikan", "terbitkan")


class Progress:
    """A bar that moves as stages are done."""

    def __init__(self) -> None:
        self._done = 0
        self._artifact = create_progress_artifact(0.0, key="kemajuan", description="Tahap: menunggu")

    def step(self, stages: int = 1) -> None:
        """So many more stages are done."""
        self._done += stages
        after = STAGES[self._done] if self._done < len(STAGES) else "selesai"
        share = 100 * self._done / len(STAGES)
        update_progress_artifact(self._artifact, share, description=f"Tahap: {after}")  # type: ignore[arg-type]


def show_summary(manifest: dict[str, Any], outcome: str) -> None:
    """The summary of a finished run; ``outcome`` is the sentence of its state."""
    counts = manifest["counts"]
    rows = [
        ("Inovasi", counts["inovasi"]["total"]),
        ("Unit mengirim", f"{counts['unit']['mengirim']} dari {counts['unit']['terdaftar']}"),
        ("Berkas", ", ".join(f"{n} {status}" for status, n in counts["berkas"].items() if n and status != "total")),
        ("Kesalahan", counts["temuan"]["kesalahan"]),
        ("Peringatan", counts["temuan"]["peringatan"]),
    ]
    place = manifest["tempat"]
    report = f"{place}/index.html" if is_address(place) else (Path(place).absolute() / "index.html").as_uri()
    link = (settings().report_url if place.endswith("/latest") else None) or report
    lines = [f"# {manifest['daerah']} {manifest['tahun']}", "", outcome, "", "| | |", "|---|---|"]
    lines += [f"| {name} | {value} |" for name, value in rows]
    lines += ["", f"[Buka laporan]({link}) (`{place}/index.html`)"]
    lines += [f"- Gerbang {row['gerbang']}: {row['pesan']}" for row in manifest["gerbang"] if row["hasil"] == FAILED]
    lines += [f"- {note}" for note in manifest["pemulihan"]]
    create_markdown_artifact("\n".join(lines), key="ringkasan", description=outcome)


def show_findings(workspace: Workspace) -> None:
    """How many findings each unit has, most first; units without a file are left out."""
    unit = pl.read_parquet(workspace.table("unit")).filter((pl.col("berkas") > 0) | (pl.col("inovasi") > 0))
    rows = unit.sort("kesalahan", "peringatan", "nama_unit", descending=[True, True, False]).head(MOST_UNITS)
    table = rows.select("nama_unit", "berkas", "inovasi", "kesalahan", "peringatan").to_dicts()
    create_table_artifact(table, key="temuan-per-unit", description="Temuan per unit, yang terbanyak di atas")


def forget_flow_runs(keep: int) -> int:
    """Lets Prefect forget all but the newest ``keep`` finished runs of this flow, with their artifacts; returns how many."""
    own = filters.FlowFilter(name=filters.FlowFilterName(any_=["konsolidasi"]))
    ended = filters.FlowRunFilter(
        state=filters.FlowRunFilterState(type=filters.FlowRunFilterStateType(any_=list(TERMINAL_STATES)))
    )
    with get_client(sync_client=True) as client:
        old = client.read_flow_runs(
            flow_filter=own, flow_run_filter=ended, sort=FlowRunSort.START_TIME_DESC, offset=keep, limit=MOST_FORGOTTEN
        )
        for run in old:
            of_run = filters.FlowRunFilter(id=filters.FlowRunFilterId(any_=[run.id]))
            for artifact in client.read_artifacts(flow_run_filter=of_run):
                client.delete_artifact(artifact.id)
            client.delete_flow_run(run.id)
    return len(old)
