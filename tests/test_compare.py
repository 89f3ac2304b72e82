"""This run against the one before: what is new, mended, open; added, changed, withdrawn; and the list of all runs."""

from pathlib import Path

import orjson
import polars as pl
import pytest

from tasks.compare import compare
from tests.builder import tables


def run(folder: Path, run_id: str) -> Path:
    built = tables.build(folder / run_id)
    manifest = orjson.loads((built / "manifest.json").read_bytes())
    (built / "manifest.json").write_bytes(orjson.dumps(manifest | {"run_id": run_id}))
    return built


def changes(folder: Path, about: str) -> dict[str, int]:
    table = pl.read_parquet(folder / "jejak" / "perubahan.parquet").filter(pl.col("perihal") == about)
    return dict(table.group_by("perubahan").agg(pl.len()).iter_rows())


def edit(folder: Path, name: str, **how: pl.Expr) -> None:
    path = folder / "data" / f"{name}.parquet"
    pl.read_parquet(path).with_columns(**how).write_parquet(path)


def open_findings(folder: Path) -> int:
    data = folder / "data"
    past = pl.read_parquet(data / "berkas.parquet").filter(pl.col("status").is_in(["digantikan", "duplikat"]))["berkas"]
    table = pl.read_parquet(data / "temuan.parquet").filter(pl.col("tingkat") != "catatan")
    return table.filter(~pl.col("berkas").is_in(past.implode())).height


def test_the_first_run_has_nothing_to_compare_with(tmp_path: Path) -> None:
    first = run(tmp_path, "a")
    compare(first, None)
    assert changes(first, "temuan") == {}
    assert pl.read_parquet(first / "jejak" / "rilis.parquet")["run_id"].to_list() == ["a"]


def test_an_equal_run_leaves_everything_open(tmp_path: Path) -> None:
    first, second = run(tmp_path, "a"), run(tmp_path, "b")
    compare(first, None)
    compare(second, first)
    assert changes(second, "temuan") == {"masih": open_findings(first)}
    assert changes(second, "inovasi") == {}


def test_what_changed_is_named(tmp_path: Path) -> None:
    first, second = run(tmp_path, "a"), run(tmp_path, "b")
    place = pl.int_range(pl.len())
    edit(second, "inovasi", tahapan=pl.when(place == 3).then(pl.lit("inisiatif")).otherwise("tahapan"))
    edit(second, "inovasi", anggaran=pl.when(place == 3).then(7).otherwise("anggaran"), versi=pl.col("versi") + 1)
    path = second / "data" / "inovasi.parquet"
    table = pl.read_parquet(path)
    table[1:].vstack(table[5:6].with_columns(id_inovasi=pl.lit("x"), nama_inovasi=pl.lit("BARU"))).write_parquet(path)
    findings = second / "data" / "temuan.parquet"
    pl.read_parquet(findings).filter(pl.col("kode") != "nama-kosong").write_parquet(findings)
    compare(second, first)
    found = pl.read_parquet(second / "jejak" / "perubahan.parquet").filter(pl.col("perihal") == "inovasi")
    assert dict(found.select("perubahan", "kolom").iter_rows()) == {
        "baru": None,
        "diubah": "tahapan,anggaran",
        "ditarik": None,
    }
    assert found.filter(pl.col("perubahan") == "baru")["nama"].to_list() == ["BARU"]
    assert changes(second, "temuan") == {"selesai": 1, "masih": open_findings(first) - 1}
    assert set(found["run_id_sebelum"]) == {"a"}


def test_a_workbook_sent_anew_under_another_name_is_no_new_fault(tmp_path: Path) -> None:
    first, second = run(tmp_path, "a"), run(tmp_path, "b")
    for name in ("temuan", "asal", "berkas"):
        edit(second, name, berkas=pl.col("berkas").str.replace("kiriman/", "kiriman/FINAL ", literal=True))
    compare(second, first)
    found = pl.read_parquet(second / "jejak" / "perubahan.parquet").filter(pl.col("id_inovasi").is_not_null())
    assert set(found["perubahan"]) == {"masih"}


@pytest.mark.parametrize("kept", [True, False])
def test_the_list_of_runs_outlives_them(tmp_path: Path, kept: bool) -> None:
    first, second, third = (run(tmp_path, name) for name in "abc")
    compare(first, None)
    if not kept:  # a run of an earlier version
        (first / "jejak" / "rilis.parquet").unlink()
    compare(second, first)
    compare(third, second)
    history = pl.read_parquet(third / "jejak" / "rilis.parquet")
    assert history["run_id"].to_list() == ["a", "b", "c"]
    assert history["inovasi"].to_list() == [72] * 3


def test_another_year_is_not_compared(tmp_path: Path) -> None:
    first, second = run(tmp_path, "a"), run(tmp_path, "b")
    manifest = orjson.loads((first / "manifest.json").read_bytes())
    (first / "manifest.json").write_bytes(orjson.dumps(manifest | {"tahun": 2023}))
    compare(second, first)
    assert pl.read_parquet(second / "jejak" / "perubahan.parquet").is_empty()
