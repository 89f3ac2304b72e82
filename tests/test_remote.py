"""Submissions and reports on other machines: real servers on loopback."""

import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import polars as pl
import pytest
from moto.server import ThreadedMotoServer

from tasks import stages
from tasks.collect import MissingInboxError
from tasks.publish import Output, UnwritableOutputError, publish
from tasks.read.cluster import Cluster, ClusterError, read_on
from tasks.read.limits import Limits
from tasks.reference import Reference
from tasks.remote import WrongAddressError, check_address
from tasks.sources import fetch
from tasks.store import StoreOutput, open_output
from tasks.vocabulary import Vocabulary
from tasks.workspace import Workspace
from tests.conftest import MODIFIED, SAMPLES, TAHUN, Run, contents, fill, record, table
from tests.test_reading import heavy

KEYS = {"AWS_ACCESS_KEY_ID": "kunci", "AWS_SECRET_ACCESS_KEY": "rahasia", "AWS_DEFAULT_REGION": "us-east-1"}


@pytest.fixture(scope="module")
def s3_environment() -> Iterator[dict[str, str]]:
    """A real S3 server on loopback, and the environment that reaches it."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield {"AWS_ENDPOINT_URL": f"http://{host}:{port}", **KEYS}
    server.stop()


@pytest.fixture
def s3(s3_environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Any:
    """A client of the server, with this process's environment set to reach it."""
    for name, value in s3_environment.items():
        monkeypatch.setenv(name, value)
    return boto3.client("s3")


def upload(s3: Any, bucket: str, folder: Path, prefix: str = "") -> None:
    """Mirrors a folder into a bucket as rclone does: with the time of modification."""
    s3.create_bucket(Bucket=bucket)
    for path in (path for path in sorted(folder.rglob("*")) if path.is_file()):
        kept = {"mtime": f"{path.stat().st_mtime_ns / 1e9:.9f}"}
        s3.put_object(
            Bucket=bucket, Key=prefix + path.relative_to(folder).as_posix(), Body=path.read_bytes(), Metadata=kept
        )


def tables(root: Path, inbox: object, reference: Reference, cluster: Cluster | None = None) -> dict[str, bytes]:
    """The bytes of all tables that an inbox becomes."""
    workspace = Workspace(root / "kerja", root / "terbit", root / "state", TAHUN)
    stages.collect_stage(workspace, reference, Limits(), str(inbox), 20)
    stages.read_stage(workspace, reference, Limits(), 2, cluster=cluster)
    for stage in (stages.arrange_stage, stages.identify_stage, stages.validate_stage, stages.merge_stage):
        stage(workspace, reference)
    return {path.stem: path.read_bytes() for path in sorted((workspace.terbit / "data").glob("*.parquet"))}


@pytest.fixture(scope="module")
def cluster(s3_environment: dict[str, str]) -> Iterator[str]:
    """A Dask cluster of two worker processes that can reach the server."""
    from distributed import LocalCluster  # noqa: PLC0415

    with pytest.MonkeyPatch.context() as patch:
        for name, value in s3_environment.items():
            patch.setenv(name, value)
        with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address="127.0.0.1:0") as here:  # type: ignore[no-untyped-call]
            yield here.scheduler_address


def test_the_same_inbox_through_folder_bucket_and_cluster_becomes_the_same_tables(
    s3: Any, cluster: str, tmp_path: Path, reference: Reference
) -> None:
    upload(s3, "kiriman", SAMPLES, "2024/masuk/")
    s3.put_object(Bucket="kiriman", Key="2024/masuk-lama/lain.xlsx", Body=b"bukan bagian kiriman")
    address = "s3://kiriman/2024/masuk"
    here = tables(tmp_path / "folder", SAMPLES, reference)
    others = {
        "bucket": tables(tmp_path / "s3", address, reference),
        "cluster, originals sent along": tables(tmp_path / "d1", address, reference, Cluster(cluster, "", 20)),
        "cluster, originals in a bucket": tables(
            tmp_path / "d2", SAMPLES, reference, Cluster(cluster, "s3://kiriman/asli", 20)
        ),
    }
    different = {way: [name for name in here if here[name] != there[name]] for way, there in others.items()}
    assert different == {way: [] for way in others}
    assert pl.read_parquet(tmp_path / "d2/terbit/data/inovasi.parquet").height == 69


def test_a_file_that_kills_its_reader_costs_a_worker_of_the_cluster_that_file(
    cluster: str, tmp_path: Path, vocabulary: Vocabulary
) -> None:
    big = 10**10
    limits = Limits(seconds=60, memory_bytes=600 * 1024**2, inflated_bytes=big, cells=big, rows=big, columns=big)
    files = {hashlib.sha256(data).hexdigest(): data for data in (table(), heavy(), table(record(nama_inovasi="Lain")))}
    paths = [fill(tmp_path, files) / name for name in files]
    there = list(read_on(Cluster(cluster, str(tmp_path / "bersama"), 20), paths, vocabulary, limits, 1))
    assert ["kode" in answer for answer in there] == [False, True, False]


def test_a_worker_reads_only_what_the_name_says(s3: Any, cluster: str, tmp_path: Path, vocabulary: Vocabulary) -> None:
    s3.create_bucket(Bucket="asli")
    name = hashlib.sha256(b"yang asli").hexdigest()
    (tmp_path / name).write_bytes(b"yang asli")
    s3.put_object(Bucket="asli", Key=f"{name[:2]}/{name}", Body=b"yang ditukar")
    with pytest.raises(ClusterError, match="berubah isinya"):
        list(read_on(Cluster(cluster, "s3://asli", 20), [tmp_path / name], vocabulary, Limits(), 1))


def test_a_cluster_that_is_down_is_said_in_one_sentence(tmp_path: Path, vocabulary: Vocabulary) -> None:
    path = fill(tmp_path, {"a": b"x"}) / "a"
    with pytest.raises(ClusterError, match=r"Kluster Dask tcp://127.0.0.1:9 tidak dapat dihubungi"):
        list(read_on(Cluster("tcp://127.0.0.1:9", "", 1), [path], vocabulary, Limits(), 1))


def test_only_what_is_new_or_changed_is_fetched(s3: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import s3fs  # noqa: PLC0415

    inbox = fill(tmp_path / "inbox", {"a.xlsx": table(record(nama_inovasi="A")), "b/c.xlsx": table(record())})
    upload(s3, "hemat", inbox)
    fetched: list[str] = []
    whole = s3fs.S3FileSystem._get_file

    async def get(self: Any, path: str, *more: Any, **options: Any) -> Any:
        fetched.append(path)
        return await whole(self, path, *more, **options)

    monkeypatch.setattr(s3fs.S3FileSystem, "_get_file", get)

    def names() -> list[str]:
        fetched.clear()
        here = fetch("s3://hemat", tmp_path / "state", Limits(), 20)
        assert here.refused == []
        for name, copy in here.files:
            assert copy.read_bytes() == (inbox / name).read_bytes()
            assert datetime.fromtimestamp(copy.stat().st_mtime, UTC) == MODIFIED
        return sorted(fetched)

    assert names() == ["hemat/a.xlsx", "hemat/b/c.xlsx"]
    assert names() == []
    fill(inbox, {"a.xlsx": table(record(nama_inovasi="A yang diperbaiki"))})
    upload(s3, "hemat", inbox / "b", "x/")
    fill(inbox, {"x/c.xlsx": (inbox / "b/c.xlsx").read_bytes()})
    upload(s3, "hemat", inbox)
    s3.delete_object(Bucket="hemat", Key="b/c.xlsx")
    assert names() == ["hemat/a.xlsx", "hemat/x/c.xlsx"]
    copies = [path for path in (tmp_path / "state" / "sumber").rglob("*") if path.is_file()]
    assert len(copies) == 3  # two files and the book


def test_names_of_a_listing_are_never_paths_of_this_machine(s3: Any, tmp_path: Path, reference: Reference) -> None:
    s3.create_bucket(Bucket="jahat")
    good = table(record(nama_inovasi="Yang baik"))
    for key in ("masuk/Kecamatan Gambut.xlsx", "masuk/../../../../tulis.xlsx", "masuk/a//b.xlsx", "masuk/~$kunci.xlsx"):
        s3.put_object(Bucket="jahat", Key=key, Body=good)
    s3.put_object(Bucket="jahat", Key="masuk/folder/", Body=b"")
    tables(tmp_path / "hasil", "s3://jahat/masuk", reference)
    berkas = pl.read_parquet(tmp_path / "hasil/terbit/data/berkas.parquet")
    states = dict(berkas.select("berkas", "status").iter_rows())
    assert states == {
        "../../../../tulis.xlsx": "ditolak",
        "Kecamatan Gambut.xlsx": "diterima",
        "a//b.xlsx": "duplikat",
        "~$kunci.xlsx": "diabaikan",
    }
    assert not [path for path in tmp_path.rglob("*") if "tulis" in path.name]


def test_a_file_too_large_is_not_fetched_but_named(s3: Any, tmp_path: Path) -> None:
    s3.create_bucket(Bucket="besar")
    s3.put_object(Bucket="besar", Key="besar.xlsx", Body=b"x" * 2_100_000)
    here = fetch("s3://besar", tmp_path, Limits(file_bytes=1_048_576), 20)
    assert here.files == []
    assert [(found.kode, found.rincian) for found in here.refused] == [
        ("berkas_terlalu_besar", "2 MB, paling besar 1 MB")
    ]


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("sftp://operator:rahasia@tuan.rumah/kiriman", "Kata sandi tidak ditulis"),
        ("memory://kiriman", "memory"),
        ("simplecache::s3://kiriman", "tidak dapat dipakai"),
        ("s3://", "TEMPAT"),
        ("s3://kiriman/../lain", "TEMPAT"),
        ("smb://tuan.rumah/kiriman", "smbprotocol"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused_without_repeating_its_secret(address: str, words: str) -> None:
    with pytest.raises(WrongAddressError, match=words) as refused:
        check_address(address)
    assert "rahasia" not in str(refused.value)


def test_a_bucket_that_is_not_there_is_said(s3: Any, tmp_path: Path) -> None:
    with pytest.raises(MissingInboxError, match=r"Sumber kiriman s3://tidak-ada/x tidak ada\."):
        fetch("s3://tidak-ada/x", tmp_path, Limits(), 20)


def test_a_source_that_is_down_fails_loudly_and_the_report_before_it_stands(
    standing: Path, inovasi: Run, tmp_path: Path
) -> None:
    before = contents(standing / "latest")
    done = inovasi(
        "run", "--inbox", "s3://kiriman/masuk", "--output", standing, AWS_ENDPOINT_URL="http://127.0.0.1:9", **KEYS
    )
    assert done.returncode == 1
    assert done.stdout == ""
    first, second = done.stderr.splitlines()
    assert first.startswith("Gagal: Sumber kiriman s3://kiriman/masuk tidak dapat dihubungi")
    assert second.startswith("Tidak ada yang diterbitkan")
    assert contents(standing / "latest") == before


def test_a_run_from_a_bucket(s3: Any, s3_environment: dict[str, str], inovasi_run: Run, tmp_path: Path) -> None:
    upload(s3, "malam", fill(tmp_path / "inbox", {"Kecamatan Gambut.xlsx": table(record(nama_inovasi="Dari jauh"))}))
    done = inovasi_run("s3://malam", tmp_path / "hasil", **s3_environment)
    assert done.returncode == 0, done.stderr
    inovasi = pl.read_parquet(tmp_path / "hasil/latest/data/inovasi.parquet")
    assert inovasi["nama_inovasi"].to_list() == ["Dari jauh"]


def objects(s3: Any, bucket: str) -> dict[str, bytes]:
    """All objects of a bucket."""
    found = s3.list_objects_v2(Bucket=bucket).get("Contents", [])
    return {item["Key"]: s3.get_object(Bucket=bucket, Key=item["Key"])["Body"].read() for item in found}


def staged_run(place: Output, run_id: str, words: str) -> None:
    """A run published in the copy, with a ledger and an original."""
    place.prepare(run_id)
    (place.staged(run_id) / "data").mkdir()
    (place.staged(run_id) / "index.html").write_text(words)
    (place.staged(run_id) / "data" / "inovasi.parquet").write_text(words)
    (place.staged(run_id) / "manifest.json").write_text(json.dumps({"run_id": run_id}))
    original = place.state / "arsip" / run_id[-2:] / run_id
    original.parent.mkdir(parents=True, exist_ok=True)
    original.write_text(words)
    publish(place, run_id)
    (place.state / "buku_masuk.parquet").write_text(words)


@pytest.fixture
def machine(s3: Any, tmp_path: Path) -> Callable[[str], Output]:
    """An output in a bucket as one of several machines has it."""
    s3.create_bucket(Bucket=bucket_of(tmp_path))

    def open_on(name: str) -> Output:
        place = open_output(f"s3://{bucket_of(tmp_path)}/hasil/", tmp_path / name, 20)
        place.check()
        place.pull()
        return place

    return open_on


def bucket_of(tmp_path: Path) -> str:
    return tmp_path.name.replace("_", "-").lower()


def test_an_output_in_a_bucket_is_complete_before_its_pointer_names_it(
    s3: Any, machine: Callable[[str], Output], tmp_path: Path
) -> None:
    first = machine("satu")
    staged_run(first, "20240201-01", "pertama")
    first.push("20240201-01")
    there = objects(s3, bucket_of(tmp_path))
    assert json.loads(there["hasil/latest.json"])["run_id"] == "20240201-01"
    assert b"../runs/20240201-01/index.html" in there["hasil/latest/index.html"]
    assert there["hasil/runs/20240201-01/data/inovasi.parquet"] == b"pertama"

    other = machine("dua")  # another machine begins where the first ended
    assert other.published() == "20240201-01"
    assert (other.latest / "index.html").read_text() == "pertama"
    assert (other.state / "buku_masuk.parquet").read_text() == "pertama"
    assert (other.state / "arsip" / "01" / "20240201-01").read_text() == "pertama"


def test_a_run_that_ends_while_it_is_written_leaves_the_report_before_it_and_the_next_agrees(
    s3: Any,
    s3_environment: dict[str, str],
    machine: Callable[[str], Output],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    place = machine("satu")
    staged_run(place, "20240201-01", "pertama")
    place.push("20240201-01")
    put, left = StoreOutput._put, 0

    def failing(self: StoreOutput, path: Path, name: str) -> None:
        nonlocal left
        if left == 0:
            raise ConnectionResetError
        left -= 1
        put(self, path, name)

    monkeypatch.setattr(StoreOutput, "_put", failing)
    for left in range(4):
        run_id = f"20240202-0{left}"
        place = machine("satu")
        assert (place.state / "buku_masuk.parquet").read_text() == "pertama"
        assert [path.name for path in place.runs.iterdir()] == ["20240201-01"]
        staged_run(place, run_id, "kedua")
        with pytest.raises(UnwritableOutputError, match="Tempat hasil s3://"):
            place.push(run_id)
        assert json.loads(objects(s3, bucket_of(tmp_path))["hasil/latest.json"])["run_id"] == "20240201-01"
    assert machine("satu").published() == "20240201-01"
    monkeypatch.undo()
    for name, value in s3_environment.items():
        monkeypatch.setenv(name, value)
    place = machine("satu")
    staged_run(place, "20240203-01", "ketiga")
    place.push("20240203-01")
    there = {name.split("/")[2] for name in objects(s3, bucket_of(tmp_path)) if name.startswith("hasil/runs/")}
    assert there == {"20240201-01", "20240203-01"}  # nothing is left of those that ended on the way


def test_of_two_machines_at_once_one_publishes(s3: Any, machine: Callable[[str], Output], tmp_path: Path) -> None:
    one, two = machine("satu"), machine("dua")
    staged_run(one, "20240201-01", "satu")
    staged_run(two, "20240201-02", "dua")
    two.push("20240201-02")
    with pytest.raises(UnwritableOutputError, match="sudah diganti oleh proses lain"):
        one.push("20240201-01")
    assert json.loads(objects(s3, bucket_of(tmp_path))["hasil/latest.json"])["run_id"] == "20240201-02"
    assert (machine("satu").latest / "index.html").read_text() == "dua"


def test_runs_into_a_bucket_continue_each_other_on_any_machine(
    s3: Any, s3_environment: dict[str, str], inovasi_run: Run, tmp_path: Path
) -> None:
    s3.create_bucket(Bucket="terbit")
    inbox = fill(tmp_path / "inbox", {"Kecamatan Gambut.xlsx": table(record(nama_inovasi="Yang lama"))})
    first = inovasi_run(inbox, "s3://terbit/hasil", INOVASI_CACHE=str(tmp_path / "satu"), **s3_environment)
    assert first.returncode == 0, first.stderr
    assert first.stdout.rstrip().endswith("Laporan: s3://terbit/hasil/latest/index.html")
    before = json.loads(objects(s3, "terbit")["hasil/latest.json"])
    fill(inbox, {"Kecamatan Aranio.xlsx": table(record(nama_inovasi="Yang baru", unit="Kecamatan Aranio"))})
    second = inovasi_run(inbox, "s3://terbit/hasil", INOVASI_CACHE=str(tmp_path / "dua"), **s3_environment)
    assert second.returncode == 0, second.stderr
    there = objects(s3, "terbit")
    now = json.loads(there["hasil/latest.json"])
    assert now["run_id"] != before["run_id"]
    old, new = (pl.read_parquet(there[f"hasil/runs/{run['run_id']}/data/inovasi.parquet"]) for run in (before, now))
    assert set(old["id_inovasi"]) <= set(new["id_inovasi"])
    assert new.height == 2
    assert f"hasil/{now['index']}" in there


def test_an_output_that_is_down_is_said(inovasi: Run, tmp_path: Path) -> None:
    inbox = fill(tmp_path / "inbox", {"a.xlsx": table()})
    down = {"AWS_ENDPOINT_URL": "http://127.0.0.1:9", "INOVASI_CACHE": str(tmp_path / "salinan"), **KEYS}
    done = inovasi("run", "--inbox", inbox, "--output", "s3://terbit/hasil", **down)
    assert done.returncode == 1
    assert done.stderr.startswith("Gagal: Tempat hasil s3://terbit/hasil tidak dapat dihubungi")
