"""A night takes what did not change from the last run: all tables, or those of other units; what comes of it is the same."""

import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from flows.consolidate import present
from tasks import stages
from tasks.export import export
from tasks.publish import Output, publish, write_manifest
from tasks.read.limits import Limits
from tasks.reference import DEFAULT_FOLDER, Reference
from tasks.render import render
from tasks.unchanged import carry_over, remember_result
from tasks.workspace import Workspace
from tests.builder.workbooks import Bukti, Templat, Written
from tests.conftest import GAMBUT, MODIFIED, TAHUN, TAJUK, fill, record, table, workbook

FILES = {"a.xlsx": table(record("Satu"), record("Dua", anggaran="banyak")), "rusak.xlsx": b"halaman masuk"}


@pytest.fixture
def output(tmp_path: Path) -> Output:
    fill(tmp_path / "inbox", FILES)
    return Output(tmp_path / "hasil")


def night(output: Output, reference: Reference, run_id: str, tahun: int = TAHUN, *, presented: bool = False) -> bool:
    """Publishes a run of the inbox beside the output, with pages or without; whether its tables were carried over."""
    output.prepare(run_id)
    workspace = Workspace(output.work(run_id), output.staged(run_id), output.state, tahun, run_id)
    stages.collect_stage(workspace, reference, Limits(seconds=60), output.root.parent / "inbox")
    stages.read_stage(workspace, reference, Limits(seconds=60), 2)
    carried = carry_over(workspace, reference, output.newest(), output.published())
    if not carried:
        for stage in (stages.arrange_stage, stages.identify_stage, stages.validate_stage, stages.merge_stage):
            stage(workspace, reference)
        stages.index_stage(workspace, reference, MODIFIED.isoformat())
    if presented:
        present.fn(workspace, DEFAULT_FOLDER, run_id, MODIFIED, output, {}, carried=carried)
    else:
        remember_result(workspace)
        write_manifest(workspace.terbit, {"run_id": run_id})
    stages.remember_stage(workspace)
    publish(output, run_id)
    return carried


@pytest.fixture(scope="module")
def sleep(reference: Reference) -> Callable[[Output, str], bool]:
    """``night``, with pages, as a function of output and run alone."""
    return lambda output, run_id: night(output, reference, run_id, presented=True)


def tables(output: Output, run_id: str) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (output.runs / run_id / "data").glob("*.parquet")}


def for_people(run: Path) -> dict[str, bytes]:
    """Pages, and the innovations as files for people."""
    paths = [*run.rglob("*.html"), *run.glob("data/inovasi.*")]
    return {path.relative_to(run).as_posix(): path.read_bytes() for path in paths if path.suffix != ".parquet"}


def corrections(run: Path) -> dict[str, list[list[object]]]:
    """What correction workbooks hold, sheet by sheet and row by row."""
    return {
        f"{path.name} {sheet.title}": [[*row] for row in sheet.iter_rows(values_only=True)]
        for path in (run / "koreksi").glob("*") for sheet in load_workbook(path)
    }  # fmt: skip


def made_again(run: Path, folder: Path, reference: Reference) -> Path:
    """The same run, what is for people made anew of its tables."""
    shutil.copytree(run, folder, ignore=shutil.ignore_patterns("*.html", "inovasi.csv", "inovasi.xlsx", "halaman.json"))
    export(folder / "data", reference)
    render(folder)
    return folder


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


TATAH, ALUH = Written("63.03.11", "KECAMATAN TATAH MAKMUR"), Written("63.03.01", "KECAMATAN ALUH-ALUH")
LONG = "Kelompok warga menyusun sendiri jadwal ronda kebersihan, lalu melaporkannya lewat papan di balai desa. " * 4
PROOF = {"Terbukti": [Bukti(nomor, "", 2, f"https://a.example/{nomor}") for nomor in range(16, 36)]}
WITH_UNITS = TAJUK | {"unit": "Perangkat Daerah"}
CONTENTS = {
    "a list": table(record("Satu"), record("Dua", anggaran="banyak"), record("Tiga", rancang_bangun=LONG)),
    "a later list": table(record("Satu"), record("Dua", hasil="Hasil lain")),
    "with indicators": Templat(GAMBUT, [record("Terbukti"), record("Satu")], PROOF, kode="63.03.03").build().to_bytes(),
    "another unit": table(record("Empat", rancang_bangun=LONG), record("Satu (Sistem Antar Tamu)"), unit=TATAH),
    "a third unit": table(record("Lima", rancang_bangun=LONG), record("Satu", jenis="Digital"), unit=ALUH),
    "two units": table(
        record("Satu", unit="Kecamatan Gambut"), record("Empat", unit="Kecamatan Aluh-Aluh"), unit="", tajuk=WITH_UNITS
    ),
    "commitments": workbook(
        [
            ["PERJANJIAN KOMITMEN INOVASI NOMOR 000.7/12/BAPPEDALITBANG/2024"],
            ["No", "Perangkat Daerah", "Nama Inovasi", "Penanda Tangan"],
            [1, "Kecamatan Gambut", "Satu", "Camat"],
            [2, "Kecamatan Tatah Makmur", "Empat", "Camat"],
        ]
    ),
    "of nobody": table(record("Enam"), unit=""),
    "of nobody too": table(record("Enam"), record("Tujuh"), unit=""),
    "damaged": b"halaman masuk",
    "empty": table(),
}
NAMES = ["a.xlsx", "b.xlsx", "c/d.xlsx", "e (2).xlsx", "63.03.11/f.xlsx", "g.xlsx"]
GONE = "gone"
FIRST = {"a.xlsx": "a list", "b.xlsx": "another unit"}
NIGHTS = st.lists(
    st.dictionaries(st.sampled_from(NAMES), st.sampled_from([*sorted(CONTENTS), GONE]), max_size=3),
    min_size=3,
    max_size=4,
)


def sent(inbox: Path, files: Mapping[str, str]) -> None:
    """Makes the inbox hold these contents under these names, and nothing else; each content has its time."""
    shutil.rmtree(inbox, ignore_errors=True)
    times = {name: MODIFIED + timedelta(hours=sorted(CONTENTS).index(content)) for name, content in files.items()}
    fill(inbox, {name: CONTENTS[content] for name, content in files.items()}, times)


@settings(max_examples=2)
@given(nights=NIGHTS)
def test_a_night_that_goes_on_gives_what_one_that_begins_anew_gives(
    sleep: Callable[[Output, str], bool],
    reference: Reference,
    tmp_path_factory: pytest.TempPathFactory,
    nights: list[dict[str, str]],
) -> None:
    root = tmp_path_factory.mktemp("malam")
    files: dict[str, str] = {}
    for number, changes in enumerate(nights, 1):
        files |= changes
        files = {name: content for name, content in files.items() if content != GONE} or FIRST
        sent(root / "inbox", files)
        anew = tmp_path_factory.mktemp("lupa") / "hasil"
        if number > 1:
            shutil.copytree(root / "hasil", anew, symlinks=True)
            (anew / "state" / "hasil.json").unlink()
            shutil.rmtree(anew / "state" / "bacaan")
        sent(anew.parent / "inbox", files)
        sleep(Output(root / "hasil"), str(number))
        sleep(Output(anew), str(number))
        assert tables(Output(root / "hasil"), str(number)) == tables(Output(anew), str(number)), files
        assert state(Output(root / "hasil")) == state(Output(anew))
        run, other = (place / "runs" / str(number) for place in (root / "hasil", anew))
        assert corrections(run) == corrections(other), files
        assert for_people(run) == for_people(made_again(run, root / f"lagi-{number}", reference)), files
        told = [pl.read_parquet(folder / "jejak" / "perubahan.parquet") for folder in (run, other)]
        assert told[0].equals(told[1])


def test_a_night_works_on_the_files_that_share_a_unit_with_one_that_changed(
    output: Output, reference: Reference
) -> None:
    inbox, files = (
        output.root.parent / "inbox",
        {"a.xlsx": "a list", "b.xlsx": "another unit", "g.xlsx": "a third unit"},
    )
    sent(inbox, files | {"c/d.xlsx": "with indicators"})
    night(output, reference, "1")
    sent(inbox, files | {"c/d.xlsx": "a later list"})
    night(output, reference, "2")
    assert pl.read_parquet(output.work("2") / "lingkup.parquet")["berkas"].to_list() == ["a.xlsx", "c/d.xlsx"]
    sent(inbox, files)
    night(output, reference, "3")
    assert pl.read_parquet(output.work("3") / "lingkup.parquet")["berkas"].to_list() == ["a.xlsx", "c/d.xlsx"]


def test_what_others_mended_can_change_in_which_order_a_page_tells_of_findings(
    tmp_path: Path, sleep: Callable[[Output, str], bool], reference: Reference
) -> None:
    """Of kinds of finding the more frequent comes first, everywhere: how frequent, other units decide."""
    inbox, output = tmp_path / "inbox", Output(tmp_path / "hasil")
    both = {"anggaran": "banyak sekali", "koordinat": "-6,2; 106,8"}
    sent_by_others = [
        table(*(record(name, **{kolom: value}) for name in ("Dua", "Tiga")), unit=ALUH) for kolom, value in both.items()
    ]
    fill(inbox, {"a.xlsx": table(record("Satu", **both), unit=TATAH), "b.xlsx": sent_by_others[0]})
    sleep(output, "1")
    fill(inbox, {"b.xlsx": sent_by_others[1]})
    sleep(output, "2")
    assert for_people(output.runs / "2") == for_people(made_again(output.runs / "2", tmp_path / "lagi", reference))
