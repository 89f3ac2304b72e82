"""Retention: what nothing needs goes, what ``latest``, each year and the last good data need stays."""

import json
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest

from tasks.publish import Output, heal, publish
from tasks.retain import Keep, Removed, prune
from tasks.standin import LEDGER, LEDGER_SCHEMA
from tests.conftest import MODIFIED


def sha(text: str) -> str:
    return text.rjust(64, "0")


def add_run(output: Output, run_id: str, day: int, tahun: int = 2024, *, own: str = "", shared: str = "a") -> None:
    """A published run of a day that used two originals."""
    output.prepare(run_id)
    data = output.staged(run_id) / "data"
    data.mkdir()
    begun = (MODIFIED + timedelta(days=day)).isoformat()
    manifest = {"run_id": run_id, "tahun": tahun, "started": begun}
    (output.staged(run_id) / "manifest.json").write_text(json.dumps(manifest))
    used = [sha(own or run_id), sha(shared)]
    for name in ("berkas", "asal"):
        pl.DataFrame({"sha256": used}).write_parquet(data / f"{name}.parquet")
    for name in used:
        path = output.state / "arsip" / name[:2] / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    publish(output, run_id)
    output.discard(run_id)


def runs(output: Output) -> list[str]:
    return sorted(path.name for path in output.runs.iterdir())


def originals(output: Output) -> set[str]:
    return {path.name.lstrip("0") for path in output.state.glob("arsip/*/*")}


@pytest.fixture
def output(tmp_path: Path) -> Output:
    """Six daily runs, the first of another year of the index."""
    place = Output(tmp_path / "hasil")
    for day in range(1, 7):
        add_run(place, f"r{day}", day, 2023 if day == 1 else 2024)
    return place


NOW = MODIFIED + timedelta(days=7)


def test_the_newest_runs_stay_and_the_last_of_each_year(output: Output) -> None:
    assert prune(output, Keep(2, 0, 5), NOW) == Removed(3, 0, 3)
    assert runs(output) == ["r1", "r5", "r6"]
    assert originals(output) == {"a", "r1", "r5", "r6"}
    assert prune(output, Keep(2, 0, 5), NOW) == Removed(0, 0, 0)


def test_old_runs_go_by_age_but_never_what_latest_shows(output: Output) -> None:
    prune(output, Keep(10, 3, 5), NOW)
    assert runs(output) == ["r1", "r4", "r5", "r6"]
    prune(output, Keep(10, 3, 5), NOW + timedelta(days=900))
    assert runs(output) == ["r1", "r6"]
    assert output.published() == "r6"


def test_an_original_that_stands_in_for_a_file_stays(output: Output) -> None:
    row = {"berkas": "a.xlsx", "sha256": sha("r2"), "kode_unit": "63.03.03"}
    pl.DataFrame([row], schema=LEDGER_SCHEMA).write_parquet(output.state / LEDGER)
    prune(output, Keep(1, 0, 5), NOW)
    assert originals(output) == {"a", "r1", "r2", "r6"}


def test_while_a_run_cannot_be_read_no_original_is_removed(output: Output) -> None:
    (output.runs / "r6" / "data" / "asal.parquet").unlink()
    assert prune(output, Keep(1, 0, 5), NOW).originals == 0
    assert "r3" in originals(output)


def test_results_kept_back_are_few(output: Output) -> None:
    for number in range(4):
        output.prepare(f"h{number}")
        output.hold(f"h{number}")
        output.discard(f"h{number}")
    assert prune(output, Keep(9, 0, 2), NOW).held == 2
    assert sorted(path.name for path in (output.state / "tertahan").iterdir()) == ["h2", "h3"]


def test_a_removal_that_was_interrupted_is_finished_in_silence(output: Output) -> None:
    (output.runs / "r2").rename(output.runs / ".hapus-r2")
    assert heal(output) == []
    assert runs(output) == ["r1", "r3", "r4", "r5", "r6"]
