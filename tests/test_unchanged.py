"""A night in which nothing changed takes the tables of the last run; any change, or a damaged table, makes them anew."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tasks import stages
from tasks.publish import Output, publish, write_manifest
from tasks.read.limits import Limits
from tasks.reference import Reference
from tasks.stages import Workspace
from tasks.unchanged import carry_over, remember_result
from tests.conftest import MODIFIED, TAHUN, fill, record, table

FILES = {"a.xlsx": table(record("Satu"), record("Dua", anggaran="banyak")), "rusak.xlsx": b"halaman masuk"}


@pytest.fixture
def output(tmp_path: Path) -> Output:
    fill(tmp_path / "inbox", FILES)
    return Output(tmp_path / "hasil")


def night(output: Output, reference: Reference, run_id: str, tahun: int = TAHUN) -> bool:
    """Publishes a run of the inbox beside the output; whether its tables were carried over."""
    output.prepare(run_id)
    workspace = Workspace(output.work(run_id), output.staged(run_id), output.state, tahun, run_id)
    stages.collect_stage(workspace, reference, Limits(), output.root.parent / "inbox")
    stages.read_stage(workspace, reference, Limits(), 2)
    carried = carry_over(workspace, reference, output.newest(), output.published())
    if not carried:
        for stage in (stages.parse_stage, stages.identify_stage, stages.validate_stage, stages.merge_stage):
            stage(workspace, reference)
        stages.index_stage(workspace, reference, MODIFIED.isoformat())
    remember_result(workspace)
    write_manifest(workspace.terbit, {"run_id": run_id})
    stages.remember_stage(workspace)
    publish(output, run_id)
    return carried


def tables(output: Output, run_id: str) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (output.runs / run_id / "data").glob("*.parquet")}


def state(output: Output) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in output.state.glob("*.parquet")}


def test_what_is_carried_over_is_what_would_be_made(output: Output, reference: Reference) -> None:
    assert not night(output, reference, "1")
    ledgers = state(output)
    assert night(output, reference, "2")
    assert tables(output, "2") == tables(output, "1")
    assert state(output) == ledgers
    (output.state / "hasil.json").unlink()
    assert not night(output, reference, "3")
    assert tables(output, "3") == tables(output, "1")
    assert state(output) == ledgers


def _another_file(output: Output) -> None:
    fill(output.root.parent / "inbox", {"b.xlsx": table(record("Tiga"))})


def _later(output: Output) -> None:
    os.utime(output.root.parent / "inbox" / "a.xlsx")


def _damaged_table(output: Output) -> None:
    (output.latest / "data" / "inovasi.parquet").write_bytes(b"")


def _damaged_ledger(output: Output) -> None:
    (output.state / "hasil.json").write_text("[]")


@pytest.mark.parametrize("change", [_another_file, _later, _damaged_table, _damaged_ledger])
def test_a_change_makes_all_tables_anew(output: Output, reference: Reference, change: Callable[[Output], None]) -> None:
    night(output, reference, "1")
    before = tables(output, "1")
    change(output)
    assert not night(output, reference, "2")
    assert tables(output, "2").keys() == before.keys()


def test_other_words_or_another_year_make_all_tables_anew(output: Output, reference: Reference) -> None:
    night(output, reference, "1")
    assert not night(output, replace(reference, digest="lain"), "2")
    assert not night(output, reference, "3", tahun=2026)
