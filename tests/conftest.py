"""What the tests share: reference data, small workbooks, a run of the stages without Prefect, and real runs with it."""

import io
import os
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NamedTuple
from urllib.error import URLError

import openpyxl
import polars as pl
import pytest
from hypothesis import HealthCheck, settings

from schemas.tables import TABLES
from tasks import stages
from tasks.publish import settle
from tasks.read.grid import a1
from tasks.read.limits import Limits
from tasks.read.packed import SEPARATOR
from tasks.read.sheets import unpacked
from tasks.read.workbook import read_workbook
from tasks.recognize import recognize
from tasks.recognize.records import OTHER, Table
from tasks.reference import Reference, load_reference
from tasks.stages import vocabulary_of
from tasks.vocabulary import Vocabulary
from tasks.workspace import Workspace
from tests.builder.workbooks import Record, Style, Tabel, TitleLine, Value, Written

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = ROOT / "data" / "samples"
TAHUN = 2024
MODIFIED = datetime(2024, 2, 1, tzinfo=UTC)

# No time limits, the same examples each time, and nothing written beside the tests.
settings.register_profile(
    "inovasi", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("inovasi")

# --- small workbooks --------------------------------------------------------------------------------------------------

TAJUK = {
    "no": "No",
    "nama_inovasi": "Nama Inovasi",
    "tahapan": "Tahapan",
    "inisiator": "Inisiator",
    "nama_inisiator": "Nama Inisiator",
    "jenis": "Jenis",
    "bentuk": "Bentuk Inovasi",
    "tematik": "Tematik",
    "urusan_utama": "Urusan",
    "urusan_beririsan": "Urusan Beririsan",
    "waktu_uji_coba": "Tanggal Uji Coba",
    "waktu_penerapan": "Tanggal Penerapan",
    "waktu_pengembangan": "Tanggal Pengembangan",
    "rancang_bangun": "Rancang Bangun",
    "tujuan": "Tujuan",
    "manfaat": "Manfaat",
    "hasil": "Hasil",
    "anggaran": "Anggaran (Rp)",
}
GAMBUT = Written("63.03.03", "KECAMATAN GAMBUT")


def record(nama: str = "GAMBUT BATANAM", **changes: Value | Written) -> Record:
    """An innovation that earns no warning, with some values of its own."""
    values: dict[str, Value | Written] = {
        "nama_inovasi": nama,
        "tahapan": "penerapan",
        "inisiator": "perangkat_daerah",
        "nama_inisiator": "Kecamatan Gambut",
        "jenis": "non_digital",
        "bentuk": "pelayanan_publik",
        "tematik": "Non tematik",
        "urusan_utama": "Kesehatan",
        "urusan_beririsan": ["Sosial", "Pangan"],
        "waktu_uji_coba": date(2022, 9, 1),
        "waktu_penerapan": date(2023, 2, 6),
        "waktu_pengembangan": date(2023, 6, 1),
        "rancang_bangun": "Latar belakang dan cara kerja. " * 70 + "Selesai.",
        "tujuan": "Mempercepat pelayanan",
        "manfaat": "Warga terlayani di desanya",
        "hasil": "Seribu warga terlayani",
        "anggaran": 12_500_000,
    }
    return values | changes


def table(
    *records: Record,
    unit: TitleLine = GAMBUT,
    without: Sequence[str] = (),
    tajuk: Mapping[str, str] | None = None,
    **style: str,
) -> bytes:
    """The bytes of a unit's list with a title above it; ``style`` as of ``Style``."""
    own = tajuk or {kolom: title for kolom, title in TAJUK.items() if kolom not in without}
    judul = ("DAFTAR INOVASI DAERAH", unit) if unit else ("DAFTAR INOVASI DAERAH",)
    return Tabel(records or (record(),), own, judul=judul, style=Style(**style)).build().to_bytes()  # type: ignore[arg-type]


def workbook(*sheets: Iterable[Sequence[Any]], names: Sequence[str] = ()) -> bytes:
    """The bytes of a workbook with these rows, sheet by sheet."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for index, rows in enumerate(sheets):
        sheet = book.create_sheet(names[index] if names else f"Sheet{index + 1}")
        for row in rows:
            sheet.append(list(row))
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    """The bytes of a workbook."""
    raw = io.BytesIO()
    book.save(raw)
    return raw.getvalue()


# --- recognizing without files and processes --------------------------------------------------------------------------

Cells = dict[str, tuple[str, str]]  # column -> address and text of its first cell


class Cell(NamedTuple):
    """A cell of a record."""

    rekaman: int
    kolom: str
    nilai: str
    tipe: str
    baris: int
    sel: int


def cells_of(item: Table) -> Iterator[Cell]:
    """The cells of a table's records, whichever way it keeps them; columns that are none of ours left out."""
    for block in item.blok:
        for kolom, sel, texts, kinds in zip(block.kolom, block.sel, block.nilai, block.tipe, strict=True):
            types = unpacked([kinds]) if SEPARATOR in kinds else [kinds] * block.banyak
            for at, (nilai, tipe) in enumerate(zip(unpacked([texts]), types, strict=True)):
                yield Cell(block.rekaman + at, kolom, nilai, tipe, block.baris + at, sel)
    for cell in zip(item.rekaman, item.nama, item.nilai, item.tipe, item.baris, item.sel, strict=True):
        yield Cell(*cell)


def records_of(item: Table) -> list[Cells]:
    """The records of a table, filled cells only; of a marked option what it stands for."""
    own: list[Cells] = [{} for _ in item.letak]
    for cell in cells_of(item):
        if cell.tipe != "e" and not cell.kolom.startswith(OTHER):
            text = cell.tipe.partition(":")[2] or cell.nilai
            own[cell.rekaman].setdefault(cell.kolom, (a1(cell.baris, cell.sel), text))
    return own


def records_in(data: bytes, vocabulary: Vocabulary, folder: Path, about: str = "inovasi") -> list[Cells]:
    """The records of a workbook in their order."""
    path = folder / "buku.xlsx"
    path.write_bytes(data)
    tables = recognize(read_workbook(path, Limits()).grids, vocabulary).tables
    return [cells for item in tables if item.perihal == about for cells in records_of(item)]


@pytest.fixture(scope="session")
def reference() -> Reference:
    return load_reference()


class _Words(Vocabulary):
    """The vocabulary, of few words where a failing test shows its arguments."""

    def __repr__(self) -> str:
        return "vocabulary"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(repr(self))


@pytest.fixture(scope="session")
def vocabulary(reference: Reference) -> Vocabulary:
    return _Words(**vocabulary_of(reference, TAHUN).to_json())


# --- the stages without Prefect ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Result:
    """The tables that an inbox became."""

    tables: dict[str, pl.DataFrame] = field(repr=False)
    data: Path  # the folder they stand in

    def __getattr__(self, name: str) -> pl.DataFrame:
        if name not in self.tables:
            raise AttributeError(name)
        return self.tables[name]

    def file(self, berkas: str) -> dict[str, object]:
        """The row of a file."""
        return self.tables["berkas"].row(by_predicate=pl.col("berkas") == berkas, named=True)

    def innovations(self, berkas: str | None = None) -> list[dict[str, object]]:
        """Innovations by name, all or those with a value from a file."""
        rows = self.tables["inovasi"].sort("nama_inovasi")
        if berkas is not None:
            own = self.tables["asal"].filter(pl.col("berkas") == berkas)
            rows = rows.join(own, on="id_inovasi", how="semi", maintain_order="left")
        return rows.to_dicts()

    def findings(self, berkas: str | None = None, *codes: str, **where: str | None) -> list[dict[str, object]]:
        """Findings of a file, of some codes, with these values."""
        rows = self.tables["temuan"]
        rows = rows if berkas is None else rows.filter(pl.col("berkas") == berkas)
        rows = rows if not codes else rows.filter(pl.col("kode").is_in(codes))
        return [row for row in rows.iter_rows(named=True) if all(row[key] == value for key, value in where.items())]

    def codes(self, berkas: str, *levels: str) -> list[str]:
        """Codes of the findings of a file, of some levels of severity, in order."""
        return [str(row["kode"]) for row in self.findings(berkas) if not levels or row["tingkat"] in levels]


Consolidate = Callable[..., Result]


@pytest.fixture(scope="session")
def consolidate(tmp_path_factory: pytest.TempPathFactory, reference: Reference) -> Consolidate:
    """Runs all stages up to the published tables on the files given: name -> bytes.

    With ``state``, a folder that runs share, what was seen is remembered for the next run as after publishing;
    ``acuan`` is another reference folder.
    """

    def run(
        files: Mapping[str, bytes],
        *,
        tahun: int = TAHUN,
        times: Mapping[str, datetime] | None = None,
        limits: Limits | None = None,
        state: Path | None = None,
        acuan: Path | None = None,
        run_id: str = "-",
        unit: str | None = None,
    ) -> Result:
        folder = tmp_path_factory.mktemp("kiriman")
        fill(folder / "inbox", files, times or {})
        workspace = Workspace(folder / "kerja", folder / "terbit", state or folder / "state", tahun, run_id)
        allowed = limits or Limits(seconds=60)
        words = load_reference(acuan) if acuan else reference
        stages.collect_stage(workspace, words, allowed, folder / "inbox", unit=unit)
        stages.read_stage(workspace, words, allowed, 2)
        for stage in (stages.arrange_stage, stages.identify_stage, stages.validate_stage, stages.merge_stage):
            stage(workspace, words)
        stages.index_stage(workspace, words, MODIFIED.isoformat())
        if state:
            stages.remember_stage(workspace)
            settle(workspace.state, run_id)
        return Result({name: pl.read_parquet(workspace.table(name)) for name in TABLES}, folder / "terbit" / "data")

    return run


def fill(inbox: Path, files: Mapping[str, bytes], times: Mapping[str, datetime] | None = None) -> Path:
    """Writes files into a folder; all are modified at the same time but for those in ``times``."""
    inbox.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        path = inbox / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        moment = (times or {}).get(name, MODIFIED).timestamp()
        os.utime(path, (moment, moment))
    return inbox


# --- real runs --------------------------------------------------------------------------------------------------------

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def program(name: str) -> str:
    """A program installed beside the Python that runs the tests."""
    return str(Path(sys.executable).with_name(name))


def environment(home: Path) -> dict[str, str]:
    """The environment of a person's shell, with a home of its own; what is run is the tree beside these tests."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "PREFECT_HOME": str(home / "prefect"),
        "PYTHONPATH": str(ROOT),
        "LANG": "C.UTF-8",
    }


@pytest.fixture(scope="session")
def inovasi(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The command line as a process of its own, away from any Prefect server."""
    home = tmp_path_factory.mktemp("home")

    def run(*arguments: object, **more: str) -> "subprocess.CompletedProcess[str]":
        command = [program("inovasi"), *map(str, arguments)]
        return subprocess.run(
            command, env=environment(home) | more, cwd=home, capture_output=True, text=True, check=False, timeout=120
        )

    return run


def free_port() -> int:
    """A port of loopback that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def prefect_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Prefect server that lives as long as the tests."""
    home = tmp_path_factory.mktemp("server")
    port = free_port()
    address = f"http://127.0.0.1:{port}/api"
    quiet = {"PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1", "PREFECT_LOGGING_LEVEL": "ERROR"}
    command = [program("prefect"), "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    with (home / "log").open("w") as log:
        server = subprocess.Popen(command, env=environment(home) | quiet, stdout=log, stderr=log, cwd=home)
    try:
        _wait_until_healthy(server, f"{address}/health")
        yield address
    finally:
        server.terminate()
        server.wait(60)


def _wait_until_healthy(server: "subprocess.Popen[bytes]", address: str) -> None:
    for _ in range(600):
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                if answer.status == 200:
                    return
        except (URLError, ConnectionError, TimeoutError):
            pass
        try:
            server.wait(0.2)
        except subprocess.TimeoutExpired:
            continue
        break
    raise RuntimeError("the Prefect server did not start")


@pytest.fixture(scope="session")
def inovasi_run(inovasi: Run, prefect_server: str) -> Run:
    """``inovasi run`` against the server of the tests."""

    def run(inbox: Path, output: Path, *more: object, **settings: str) -> "subprocess.CompletedProcess[str]":
        arguments = ("run", "--inbox", inbox, "--output", output, "--year", TAHUN, *more)
        return inovasi(*arguments, PREFECT_API_URL=prefect_server, **settings)

    return run


@dataclass(frozen=True)
class Published:
    """The sample submissions, consolidated twice into one output folder."""

    inbox: Path
    output: Path
    first: "subprocess.CompletedProcess[str]"
    second: "subprocess.CompletedProcess[str]"
    before: dict[str, tuple[bytes, int]]  # the inbox before the first run: bytes and time of each file

    @property
    def latest(self) -> Path:
        """The newest run."""
        return self.output / "latest"

    @property
    def runs(self) -> list[Path]:
        """Both runs, in order."""
        return sorted((self.output / "runs").iterdir())

    def table(self, name: str) -> pl.DataFrame:
        """A published table."""
        return pl.read_parquet(self.latest / "data" / f"{name}.parquet")

    @property
    def result(self) -> Result:
        """All published tables."""
        return Result({name: self.table(name) for name in TABLES}, self.latest / "data")


def contents(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Bytes and modification time of every file of a folder."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns) for path in files}


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory, inovasi_run: Run) -> Published:
    from tests.builder.samples import write  # noqa: PLC0415 - builds all samples

    root = tmp_path_factory.mktemp("sampel")
    inbox, output = root / "inbox", root / "output"
    write(inbox)
    before = contents(inbox)
    return Published(inbox, output, inovasi_run(inbox, output), inovasi_run(inbox, output), before)


@pytest.fixture(scope="session")
def standing(tmp_path_factory: pytest.TempPathFactory, inovasi_run: Run) -> Path:
    """An output folder with one published run, of one file with one innovation."""
    root = tmp_path_factory.mktemp("berdiri")
    fill(root / "inbox", {"Kecamatan Gambut.xlsx": table(record(anggaran=1))})
    done = inovasi_run(root / "inbox", root / "hasil")
    assert done.returncode == 0, done.stderr
    return root / "hasil"
