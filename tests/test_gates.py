"""Gates before publishing: a run that lost much is kept back and named; a reason lets it through; small inboxes pass."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tasks.gates import check_gates, failures
from tasks.publish import Output, build_manifest
from tasks.reference import DEFAULT_FOLDER, Reference, WrongReferenceError, load_reference
from tests.conftest import MODIFIED, TAHUN, Consolidate, Published, Run, contents, fill, table


def manifest_of(folder: Path, reference: Reference) -> dict[str, Any]:
    return build_manifest(folder, reference, run_id="x", tahun=TAHUN, started=MODIFIED, finished=MODIFIED)


def failing(consolidate: Consolidate, reference: Reference, files: Mapping[str, bytes], **before: Any) -> list[str]:
    """Names of the gates that fail for an inbox after a run with these counts."""
    folder = consolidate(files).data.parent
    earlier = {"counts": {"inovasi": {"total": 0}, "tabel": {}} | before} if before else None
    results = check_gates(folder, manifest_of(folder, reference), earlier, reference)
    return [row["gerbang"] for row in results if row["hasil"] == "gagal"]


ONE = {"Kecamatan Gambut.xlsx": table()}


@pytest.mark.parametrize(
    "files", [ONE, {"rusak.xlsx": b"PK"}, {"catatan.txt": b"halo"}], ids=["one", "damaged", "none"]
)
def test_a_first_run_passes_whatever_it_holds(
    consolidate: Consolidate, reference: Reference, files: Mapping[str, bytes]
) -> None:
    assert failing(consolidate, reference, files) == []


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ({"inovasi": {"total": 9}}, []),  # few: one more or less says nothing
        ({"inovasi": {"total": 10}}, ["inovasi_turun"]),
        ({"tabel": {"komitmen": 46}}, ["tabel_kosong:komitmen"]),
        ({"tabel": {"temuan": 5, "langkah": 3}}, []),
    ],
)
def test_what_the_run_before_had(
    consolidate: Consolidate, reference: Reference, before: dict[str, Any], expected: list[str]
) -> None:
    assert failing(consolidate, reference, ONE, **before) == expected


def test_sums_that_do_not_hold_are_named(consolidate: Consolidate, reference: Reference) -> None:
    folder = consolidate(ONE).data.parent
    for name, column in (("berkas", "baris_dibaca"), ("inovasi", "status_komitmen")):
        path = folder / "data" / f"{name}.parquet"
        value = pl.lit("ditandatangani") if name == "inovasi" else pl.col(column) + 1
        pl.read_parquet(path).with_columns(value.alias(column)).write_parquet(path)
    manifest = manifest_of(folder, reference)
    manifest["counts"]["temuan"]["total"] += 1
    manifest |= {"gerbang": check_gates(folder, manifest, None, reference)}
    rows, counts, commitments = failures(manifest)
    assert "Kecamatan Gambut.xlsx" in rows
    assert "temuan" in counts
    assert "gambut" in commitments


def acuan(folder: Path, old: str, new: str) -> Path:
    """A reference folder with another line in gerbang.csv."""
    shutil.copytree(DEFAULT_FOLDER, folder)
    path = folder / "gerbang.csv"
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    return folder


def test_the_limits_are_reference_data(tmp_path: Path, consolidate: Consolidate) -> None:
    known = load_reference(acuan(tmp_path / "acuan", "unit_mengirim,,0", "unit_mengirim,,50"))
    assert failing(consolidate, known, ONE) == ["unit_mengirim"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("unit_mengirim,,0", "unit_mengirim,,", "memerlukan batas"),
        ("tabel_kosong,monev", "tabel_kosong,monef", "“monef” tidak ada"),
        ("unit_mengirim,", "unit_ngirim,", "gerbang berisi “unit_ngirim”"),
    ],
)
def test_a_wrong_gate_is_named(tmp_path: Path, old: str, new: str, message: str) -> None:
    with pytest.raises(WrongReferenceError, match=message):
        load_reference(acuan(tmp_path / "acuan", old, new))


def test_a_run_that_lost_much_is_kept_back_until_somebody_says_why(
    published: Published, tmp_path: Path, inovasi_run: Run
) -> None:
    """From outside: a trial says so, a run refuses and keeps the result for inspection, a reason publishes it."""
    output = Output(shutil.copytree(published.output, tmp_path / "hasil", symlinks=True))
    before, inbox = contents(output.latest), fill(tmp_path / "inbox", ONE)

    trial = inovasi_run(inbox, output.root, "--dry-run")
    assert trial.returncode == 0, trial.stderr
    assert "Percobaan: 1 inovasi akan ditahan. Gerbang inovasi_turun: Inovasi turun 99 persen" in trial.stdout

    refused = inovasi_run(inbox, output.root)
    assert refused.returncode == 1
    assert refused.stderr.startswith("Gagal: Gerbang inovasi_turun: Inovasi turun 99 persen dari 69 menjadi 1")
    assert "--force" in refused.stderr
    assert contents(output.latest) == before
    held = sorted((output.state / "tertahan").iterdir())
    assert [(path / "index.html").is_file() for path in held] == [True, True]
    assert str(held[1]) in refused.stderr

    forced = inovasi_run(inbox, output.root, "--force", "Pengumpulan diulang dari awal")
    assert forced.returncode == 0, forced.stderr
    manifest = json.loads((output.latest / "manifest.json").read_text("utf-8"))
    assert manifest["dipaksa"] == "Pengumpulan diulang dari awal"
    assert manifest["counts"]["inovasi"]["total"] == 1
    assert "gagal" in {row["hasil"] for row in manifest["gerbang"]}
