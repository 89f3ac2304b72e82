"""What a run publishes: files for people that are safe to open, a description that holds, and a swap in one step."""

import csv
import io
import json
import shutil
import zipfile
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import frictionless
import openpyxl
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.tables import JENIS_UNIT, STATUS_BERKAS, TABLES, TINGKAT, conform
from tasks.export import ROWS_OF_A_PIECE, describe, export, flat
from tasks.pieces import Member, Piece, deflated
from tasks.publish import Output, UnwritableOutputError, new_run_id, publish
from tasks.reference import Reference
from tests.conftest import MODIFIED, TAHUN, Published, Result, Run, contents, fill, record, table

NASTY = [
    '=HYPERLINK("http://jahat.example","klik")',
    "+62 811",
    "-3 derajat",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "'=1",
    "a\n=1",
    '"; --',
    "<b>x</b>",
]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory, reference: Reference) -> Path:
    """A folder of tables with innovations whose names are formulas, exported."""
    data = tmp_path_factory.mktemp("ekspor") / "data"
    data.mkdir()
    rows = [
        {
            "id_inovasi": f"2024-x-{number:02}", "tahun": TAHUN, "kode_unit": "63.03.03", "nama_unit": "Kecamatan Gambut",
            "jenis_unit": "kecamatan", "nama_inovasi": name, "tujuan": "x" * 40_000 if number == 0 else name,
            "urusan_beririsan": ["Sosial", "Koperasi, Usaha Kecil, dan Menengah"], "waktu_penerapan": date(2023, 2, 6),
            "anggaran": 12_500_000, "kematangan": 10.5, "status_komitmen": "belum", "versi": 1,
        }
        for number, name in enumerate(NASTY)
    ]  # fmt: skip
    for name in TABLES:
        frame = pl.DataFrame(rows) if name == "inovasi" else pl.DataFrame()
        conform(name, frame).write_parquet(data / f"{name}.parquet")
    export(data, reference)
    describe(data, reference, created="2024-03-01T08:00:00+08:00", version="0.1.0")
    return data


# --- files for people -------------------------------------------------------------------------------------------------


def csv_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_no_text_of_the_csv_is_a_formula(written: Path) -> None:
    rows = csv_rows(written / "inovasi.csv")
    assert len(rows) == len(NASTY)
    for row, name in zip(rows, NASTY, strict=True):
        assert row["nama_inovasi"].removeprefix("'") == name.removeprefix("'")
        assert not row["nama_inovasi"].startswith(("=", "+", "-", "@", "\t", "\r"))


def test_negative_numbers_stay_numbers() -> None:
    frame = pl.DataFrame({"lintang": [-3.4], "teks": ["-3.4"]})
    assert flat(frame.lazy()).collect().row(0) == (-3.4, "'-3.4")


def test_the_csv_has_a_mark_that_excel_needs_and_dates_as_iso(written: Path) -> None:
    assert (written / "inovasi.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    row = csv_rows(written / "inovasi.csv")[0]
    assert row["waktu_penerapan"] == "2023-02-06"
    assert row["urusan_beririsan"] == "Sosial; Koperasi, Usaha Kecil, dan Menengah"
    assert row["hasil"] == ""


def test_no_cell_of_the_workbook_is_a_formula(written: Path) -> None:
    sheet = openpyxl.load_workbook(written / "inovasi.xlsx").active
    kinds = {cell.data_type for row in sheet.iter_rows(min_row=2) for cell in row}
    assert "f" not in kinds
    assert sheet.max_row == 1 + len(NASTY)


def test_the_workbook_has_dates_money_and_labels(written: Path, reference: Reference) -> None:
    sheet = openpyxl.load_workbook(written / "inovasi.xlsx").active
    columns = dict(zip(TABLES["inovasi"].to_schema().columns, range(1, 100), strict=False))
    assert sheet.cell(1, columns["nama_inovasi"]).value == reference.label["nama_inovasi"]
    day = sheet.cell(2, columns["waktu_penerapan"])
    assert (day.value, day.is_date) == (datetime(2023, 2, 6), True)
    assert sheet.cell(2, columns["anggaran"]).value == 12_500_000
    assert len(sheet.cell(2, columns["tujuan"]).value) == 32_767
    assert sheet.cell(2, columns["hasil"]).value is None
    assert sheet.cell(2, columns["versi"]).value == 1
    assert sheet.freeze_panes is not None
    assert sheet.auto_filter.ref == sheet.dimensions


# --- the description --------------------------------------------------------------------------------------------------


def descriptor(data: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((data / "datapackage.json").read_text("utf-8"))
    return found


def test_the_description_is_a_data_package(published: Published) -> None:
    data = published.latest / "data"
    assert list(frictionless.Package.metadata_validate(descriptor(data))) == []


def test_the_csv_is_as_described(published: Published, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(published.latest / "data")
    package = frictionless.Package(descriptor(Path()))
    report = package.get_resource("inovasi-csv").validate()
    assert report.valid, report
    assert report.tasks[0].stats["rows"] == 69


def test_every_table_is_as_described(published: Published) -> None:
    data = published.latest / "data"
    kinds = {
        "string": pl.String,
        "boolean": pl.Boolean,
        "integer": pl.Int64,
        "number": pl.Float64,
        "date": pl.Date,
        "array": pl.List(pl.String),
        "datetime": pl.Datetime("ms", "UTC"),
    }
    resources = {item["path"]: item for item in descriptor(data)["resources"]}
    assert {path.name for path in data.glob("*.parquet")} == set(resources) - {"inovasi.csv"}
    for path, item in resources.items():
        if not path.endswith(".parquet"):
            continue
        frame = pl.read_parquet(data / path)
        fields = item["schema"]["fields"]
        assert {field["name"]: kinds[field["type"]] for field in fields} == dict(frame.schema), path
        for field in fields:
            column = frame[field["name"]]
            limits = field.get("constraints", {})
            assert not (limits.get("required") and column.has_nulls()), (path, field["name"])
            assert set(column.drop_nulls()) <= set(limits["enum"]) if "enum" in limits else True
        for name in item["schema"].get("primaryKey", []):
            assert frame[name].is_unique().all()


# --- the manifest -----------------------------------------------------------------------------------------------------


def test_the_manifest_adds_up(published: Published) -> None:
    manifest = json.loads((published.latest / "manifest.json").read_text("utf-8"))
    counts = manifest["counts"]
    for name, parts in (("berkas", STATUS_BERKAS), ("inovasi", JENIS_UNIT), ("temuan", TINGKAT)):
        assert sum(counts[name][part] for part in parts) == counts[name]["total"] == published.table(name).height
        assert set(counts[name]) == {"total", *parts}
    assert (
        counts["unit"]["mengirim"] + counts["unit"]["belum"]
        == counts["unit"]["terdaftar"]
        == published.table("unit").height
    )
    assert manifest["run_id"] == published.runs[-1].name
    assert manifest["tahun"] == TAHUN
    started, finished = (datetime.fromisoformat(manifest[name]) for name in ("started", "finished"))
    assert started <= finished
    assert started.utcoffset() == timedelta(hours=8)


def test_a_run_is_whole(published: Published) -> None:
    for run in published.runs:
        names = set(contents(run))
        assert names >= {
            "index.html",
            "manifest.json",
            "data/inovasi.csv",
            "data/inovasi.xlsx",
            "data/datapackage.json",
        }
        assert names >= {f"data/{name}.parquet" for name in TABLES}
        assert not [name for name in names if name.startswith(".") or "/." in name]


def test_latest_is_the_newest_run(published: Published) -> None:
    assert len(published.runs) == 2
    assert published.latest.resolve() == published.runs[-1].resolve()
    if published.latest.is_symlink():
        assert not published.latest.readlink().is_absolute(), "the output folder may be moved"


def test_nothing_of_the_work_is_left(published: Published) -> None:
    assert {path.name for path in published.output.iterdir()} == {"latest", "runs", "state"}
    assert not [path for path in (published.output / "runs").iterdir() if path.name.startswith(".")]
    assert not list((published.output / "state").glob("kerja/*"))


def test_the_originals_are_archived_by_their_digest(published: Published) -> None:
    import hashlib  # noqa: PLC0415

    kept = {path.name for path in (published.output / "state").rglob("*") if path.is_file() and len(path.name) == 64}
    sent = published.table("berkas").filter(pl.col("status") != "diabaikan")["sha256"]
    assert set(sent) <= kept
    for path in (published.output / "state").rglob("*"):
        if path.is_file() and len(path.name) == 64:
            assert hashlib.sha256(path.read_bytes()).hexdigest() == path.name


# --- putting a run in place -------------------------------------------------------------------------------------------


def staged(output: Output, run_id: str, content: str) -> str:
    output.prepare(run_id)
    output.staged(run_id).mkdir(exist_ok=True)
    (output.staged(run_id) / "index.html").write_text(content)
    return run_id


def test_latest_is_replaced_in_one_step(tmp_path: Path) -> None:
    output = Output(tmp_path / "hasil")
    for run_id in ("1", "2", "3"):
        publish(output, staged(output, run_id, run_id))
        assert (output.latest / "index.html").read_text() == run_id
    assert sorted(path.name for path in output.runs.iterdir()) == ["1", "2", "3"]
    assert sorted(path.name for path in output.root.iterdir()) == ["latest", "runs", "state"]


def test_what_is_discarded_leaves_the_report_before_it(tmp_path: Path) -> None:
    output = Output(tmp_path / "hasil")
    publish(output, staged(output, "1", "baik"))
    staged(output, "2", "separuh")
    output.discard("2")
    assert (output.latest / "index.html").read_text() == "baik"
    assert [path.name for path in output.runs.iterdir()] == ["1"]


def test_runs_of_one_second_have_names_of_their_own(tmp_path: Path) -> None:
    output = Output(tmp_path / "hasil")
    names = [publish(output, staged(output, new_run_id(output, MODIFIED), "x")).name for _ in range(3)]
    assert len(set(names)) == 3
    waiting = staged(output, new_run_id(output, MODIFIED), "x")
    assert new_run_id(output, MODIFIED) not in {*names, waiting}


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "berkas").write_text("bukan folder")
    with pytest.raises(UnwritableOutputError, match="tidak dapat ditulis"):
        Output(tmp_path / "berkas" / "hasil").prepare("1")


# --- from night to night ----------------------------------------------------------------------------------------------


def test_of_two_files_of_one_time_the_one_first_seen_later_counts(
    standing: Path, tmp_path: Path, inovasi_run: Run
) -> None:
    """Contract: a later submission is the one modified later; at equal times, the one first seen later."""
    output = tmp_path / "hasil"
    shutil.copytree(standing, output, symlinks=True)
    fill(tmp_path / "inbox", {"Kecamatan Gambut.xlsx": table(record(anggaran=1)), "A.xlsx": table(record(anggaran=2))})
    done = inovasi_run(tmp_path / "inbox", output)
    assert done.returncode == 0, done.stderr
    data = output / "latest" / "data"
    found = Result({name: pl.read_parquet(data / f"{name}.parquet") for name in TABLES}, data)
    assert [(row["anggaran"], row["versi"]) for row in found.innovations()] == [(2, 2)]
    assert found.file("Kecamatan Gambut.xlsx")["status"] == "digantikan"


@pytest.mark.parametrize("change", ["changed", "gone", "added"])
def test_rows_that_did_not_change_are_taken_from_the_files_before(
    change: str, written: Path, reference: Reference, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = pl.read_parquet(written / "inovasi.parquet").drop("tujuan").with_columns(tujuan="nama_inovasi")
    many = pl.concat([few] * (8 * ROWS_OF_A_PIECE // few.height)).with_row_index("nomor")
    later = many.with_columns(id_inovasi=pl.format("2024-x-{}", pl.col("nomor").cast(pl.String).str.zfill(5)))
    whole, number = later.drop("nomor"), pl.col("id_inovasi") == "2024-x-00003"
    less = whole.filter(~number)
    other = whole.with_columns(tujuan=pl.when(number).then(pl.lit("=1+1 & lain")).otherwise("tujuan"))
    before, now = {"changed": (whole, other), "gone": (whole, less), "added": (less, whole)}[change]
    runs = {name: tmp_path / name for name in ("kemarin", "sekarang", "baru")}
    for name, run in runs.items():
        (run / "data").mkdir(parents=True)
        (before if name == "kemarin" else now).write_parquet(run / "data" / "inovasi.parquet")
    made: list[Piece] = []

    def make(content: bytes) -> Piece:
        made.append(deflated(content))
        return made[-1]

    monkeypatch.setattr("tasks.export.deflated", make)
    export(runs["kemarin"] / "data", reference, tmp_path)
    assert len(made) > 4
    made.clear()
    export(runs["sekarang"] / "data", reference, tmp_path, runs["kemarin"])
    assert len(made) == 3, "the begin of the sheet, a piece, its end"
    export(runs["baru"] / "data", reference)
    for name in ("inovasi.csv", "inovasi.xlsx"):
        assert (runs["sekarang"] / "data" / name).read_bytes() == (runs["baru"] / "data" / name).read_bytes()
    (runs["kemarin"] / "data" / "inovasi.xlsx").write_bytes(b"rusak")
    export(runs["sekarang"] / "data", reference, tmp_path, runs["kemarin"])
    with zipfile.ZipFile(runs["sekarang"] / "data" / "inovasi.xlsx") as book:
        assert book.testzip() is None


@given(st.lists(st.binary(max_size=70_000), max_size=5))
def test_a_member_in_pieces_is_what_its_pieces_say(parts: list[bytes]) -> None:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as book:
        member = Member(book, zipfile.ZipInfo("isi"))
        for part in parts:
            member.add(deflated(part))
        member.close()
        book.writestr("lain", b"lain")
    with zipfile.ZipFile(whole) as book:
        assert book.read("isi") == b"".join(parts)
        assert book.read("lain") == b"lain"
