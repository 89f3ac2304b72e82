"""What Prefect's pages show of a run: how far it is, a summary with the way to the report, and findings by unit."""

from typing import Any

import polars as pl
from prefect.artifacts import (
    create_markdown_artifact,
    create_progress_artifact,
    create_table_artifact,
    update_progress_artifact,
)

from flows.settings import settings
from tasks.gates import FAILED
from tasks.publish import Output
from tasks.stages import Workspace

MOST_UNITS = 200
STAGES = ("kumpulkan", "baca", "urai", "kenali", "periksa", "gabungkan", "hitung", "sajikan", "terbitkan")


class Progress:
    """A bar that moves by one stage at a time."""

    def __init__(self) -> None:
        self._done = 0
        self._artifact = create_progress_artifact(0.0, key="kemajuan", description="Tahap: menunggu")

    def step(self) -> None:
        """One more stage is done."""
        self._done += 1
        after = STAGES[self._done] if self._done < len(STAGES) else "selesai"
        share = 100 * self._done / len(STAGES)
        update_progress_artifact(self._artifact, share, description=f"Tahap: {after}")  # type: ignore[arg-type]


def show_summary(manifest: dict[str, Any], output: Output, outcome: str) -> None:
    """The summary of a finished run; ``outcome`` is the sentence of its state."""
    counts = manifest["counts"]
    rows = [
        ("Inovasi", counts["inovasi"]["total"]),
        ("Unit mengirim", f"{counts['unit']['mengirim']} dari {counts['unit']['terdaftar']}"),
        ("Berkas", ", ".join(f"{n} {status}" for status, n in counts["berkas"].items() if n and status != "total")),
        ("Kesalahan", counts["temuan"]["kesalahan"]),
        ("Peringatan", counts["temuan"]["peringatan"]),
    ]
    report = output.latest / "index.html"
    link = settings().report_url or report.absolute().as_uri()
    lines = [f"# {manifest['daerah']} {manifest['tahun']}", "", outcome, "", "| | |", "|---|---|"]
    lines += [f"| {name} | {value} |" for name, value in rows]
    lines += ["", f"[Buka laporan]({link}) (`{report}`)"]
    lines += [f"- Gerbang {row['gerbang']}: {row['pesan']}" for row in manifest["gerbang"] if row["hasil"] == FAILED]
    lines += [f"- {note}" for note in manifest["pemulihan"]]
    create_markdown_artifact("\n".join(lines), key="ringkasan", description=outcome)


def show_findings(workspace: Workspace) -> None:
    """How many findings each unit has, most first; units without a file are left out."""
    unit = pl.read_parquet(workspace.table("unit")).filter((pl.col("berkas") > 0) | (pl.col("inovasi") > 0))
    rows = unit.sort("kesalahan", "peringatan", "nama_unit", descending=[True, True, False]).head(MOST_UNITS)
    table = rows.select("nama_unit", "berkas", "inovasi", "kesalahan", "peringatan").to_dicts()
    create_table_artifact(table, key="temuan-per-unit", description="Temuan per unit, yang terbanyak di atas")
