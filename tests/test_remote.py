"""Submissions and reports on other machines: real servers on loopback."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import polars as pl
import pytest
from moto.server import ThreadedMotoServer

from schemas.tables import TABLES
from tasks import stages
from tasks.collect import MissingInboxError
from tasks.read.cluster import Cluster, ClusterError, read_on
from tasks.read.limits import Limits
from tasks.reference import Reference
from tasks.remote import WrongAddressError, check_address
from tasks.sources import fetch
from tasks.stages import Workspace
from tasks.vocabulary import Vocabulary
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
    for stage in (stages.parse_stage, stages.identify_stage, stages.validate_stage, stages.merge_stage):
        stage(workspace, reference)
    return {name: workspace.table(name).read_bytes() for name in TABLES}


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
    shared = tmp_path / "bersama"
    here = tables(tmp_path / "folder", SAMPLES, reference)
    others = {
        "bucket": tables(tmp_path / "s3", address, reference),
        "cluster, originals sent along": tables(tmp_path / "d1", address, reference, Cluster(cluster, "", 20)),
        "cluster, originals in a bucket": tables(
            tmp_path / "d2", SAMPLES, reference, Cluster(cluster, "s3://kiriman/asli", 20)
        ),
        "cluster, originals in a folder": tables(
            tmp_path / "d3", SAMPLES, reference, Cluster(cluster, str(shared), 20)
        ),
    }
    different = {way: [name for name in TABLES if here[name] != there[name]] for way, there in others.items()}
    assert different == {way: [] for way in others}
    assert pl.read_parquet(tmp_path / "d2/terbit/data/inovasi.parquet").height == 69


def test_a_file_that_kills_its_reader_costs_a_worker_of_the_cluster_that_file(
    cluster: str, tmp_path: Path, vocabulary: Vocabulary
) -> None:
    big = 10**10
    limits = Limits(seconds=60, memory_bytes=600 * 1024**2, inflated_bytes=big, cells=big, rows=big, columns=big)
    files = {hashlib.sha256(data).hexdigest(): data for data in (table(), heavy(), table(record(nama_inovasi="Lain")))}
    paths = [fill(tmp_path, files) / name for name in files]
    there = list(read_on(Cluster(cluster, "", 20), paths, vocabulary, limits, 1))
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
        ("simplecache::s3://kiriman", "tidak dikenal"),
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
