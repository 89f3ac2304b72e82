"""``inovasi serve`` as people use it: pages, the schedule, a wrong request refused, a right one published, a clean end."""

import json
import re
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import TAHUN, environment, fill, program, record, table

NEWEST = {"sort": "START_TIME_DESC", "limit": 1, "flow_runs": {"start_time": {"is_null_": False}}}


@dataclass
class Service:
    """A running ``inovasi serve``."""

    process: "subprocess.Popen[str]"
    port: int
    home: Path

    @property
    def output(self) -> Path:
        return self.home / "hasil"

    def run(self, *arguments: object) -> "subprocess.CompletedProcess[str]":
        """The command line beside it."""
        command = [program("inovasi"), *map(str, arguments)]
        env = environment(self.home) | {"INOVASI_PORT": str(self.port)}
        return subprocess.run(command, env=env, cwd=self.home, capture_output=True, text=True, check=False, timeout=120)

    def api(self, path: str, content: object = None) -> Any:
        """An answer of Prefect's API."""
        data = None if content is None else json.dumps(content).encode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", data, {"content-type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            body = answer.read()
        return json.loads(body) if body[:1] in b"{[" else body.decode()


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    home = tmp_path_factory.mktemp("layanan")
    fill(home / "inbox", {"Kecamatan Gambut.xlsx": table()})
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [program("inovasi"), "serve", "--inbox", "inbox", "--output", "hasil", "--year", str(TAHUN)]
    env = environment(home) | {"INOVASI_PORT": str(port)}
    process = subprocess.Popen(command, env=env, cwd=home, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        said = [process.stdout.readline() for _ in range(3)]
        assert said[0] == f"Layanan berjalan. Halaman Prefect: http://127.0.0.1:{port}\n", (said, process.poll())
        assert "30 1 * * * (Asia/Makassar)" in said[1]
        yield Service(process, port, home)
    finally:
        process.kill()
        process.wait()


def test_the_pages_answer_on_this_machine_only(service: Service) -> None:
    assert "<html" in service.api("/").lower()
    sockets = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    own = [local for _, local, _, state, *_ in sockets if state == "0A" and local.endswith(f":{service.port:04X}")]
    assert own == [f"0100007F:{service.port:04X}"]


def test_the_night_is_scheduled_in_the_time_zone_of_the_regency(service: Service) -> None:
    nightly = service.api("/api/deployments/name/konsolidasi/konsolidasi-malam")
    (schedule,) = nightly["schedules"]
    assert schedule["schedule"]["cron"] == "30 1 * * *"
    assert schedule["schedule"]["timezone"] == "Asia/Makassar"
    assert nightly["global_concurrency_limit"]["limit"] == 1
    of_nights = {"deployments": {"id": {"any_": [nightly["id"]]}}, "sort": "EXPECTED_START_TIME_ASC"}
    for _ in range(300):
        if nights := service.api("/api/flow_runs/filter", of_nights):
            break
        time.sleep(0.1)
    assert nights[0]["state"]["type"] == "SCHEDULED"
    assert datetime.fromisoformat(nights[0]["expected_start_time"]).astimezone(UTC).strftime("%H:%M") == "17:30"


@pytest.mark.parametrize(
    "wrong", [{"tahun": 1999}, {"tahun": "abc"}, {"unit": "Dinas Antah"}, {"dry_run": "ya"}, {"inbox": ""}]
)
def test_a_wrong_parameter_is_refused_before_anything_starts(service: Service, wrong: dict[str, object]) -> None:
    manual = service.api("/api/deployments/name/konsolidasi/konsolidasi-manual")
    assert all(item["description"] for item in manual["parameter_openapi_schema"]["properties"].values())
    with pytest.raises(urllib.error.HTTPError) as refused:
        service.api(f"/api/deployments/{manual['id']}/create_flow_run", {"parameters": wrong})
    assert refused.value.code == 409
    assert next(iter(wrong)) in refused.value.read().decode()


def test_a_run_that_is_asked_for_is_published(service: Service) -> None:
    wrong = service.run("trigger", "--unit", "Dinas Antah")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "Dinas Antah" in wrong.stderr

    right = service.run("trigger", "--year", TAHUN)
    assert right.returncode == 0, right.stderr
    assert right.stderr == ""
    assert re.search(r"runs/flow-run/.*\n1 inovasi diterbitkan, 0 kesalahan untuk diperbaiki\.$", right.stdout.strip())
    assert (service.output / "latest" / "index.html").is_file()

    runs = service.api("/api/flow_runs/filter", NEWEST)
    assert (runs[0]["name"], runs[0]["state"]["name"]) == (f"konsolidasi-{TAHUN}", "Completed")
    assert runs[0]["tags"] == ["manual"]
    of_run = {"flow_runs": {"id": {"any_": [runs[0]["id"]]}}}
    artifacts = {item["key"]: item for item in service.api("/api/artifacts/filter", of_run)}
    assert set(artifacts) == {"kemajuan", "ringkasan", "temuan-per-unit"}
    assert artifacts["kemajuan"]["data"] == 100
    assert f"{service.output}/latest/index.html" in artifacts["ringkasan"]["data"]
    assert json.loads(artifacts["temuan-per-unit"]["data"])[0]["nama_unit"] == "Kecamatan Gambut"
    assert len(service.api("/api/task_runs/filter", of_run)) <= 15


def test_inovasi_run_uses_the_server_that_is_there(service: Service) -> None:
    done = service.run("run", "--inbox", "inbox", "--output", "lain", "--year", TAHUN, "--dry-run")
    assert done.returncode == 0, done.stderr
    assert "Percobaan: 1 inovasi akan diterbitkan" in done.stdout
    assert not (service.home / "lain" / "latest").exists()
    runs = service.api("/api/flow_runs/filter", NEWEST)
    assert (runs[0]["name"], runs[0]["state"]["name"]) == (f"konsolidasi-{TAHUN}-percobaan", "Dry run")


def test_the_end_is_clean_even_amid_a_run(service: Service) -> None:
    """The last test of this module: it ends the service while a run works, and looks at what is left."""
    fill(service.home / "inbox", {f"Kecamatan Gambut {n}.xlsx": table(record(f"Inovasi {n}")) for n in range(40)})
    assert service.run("trigger", "--no-wait").returncode == 0
    while not list((service.output / "state" / "kerja").glob("*/*")):
        time.sleep(0.05)
    began = time.monotonic()
    service.process.send_signal(signal.SIGTERM)
    out, err = service.process.communicate(timeout=30)
    assert time.monotonic() - began < 10
    assert service.process.returncode == 0
    assert (out.splitlines()[-1], err) == ("Layanan dihentikan.", "")
    left = subprocess.run(["pgrep", "-f", str(service.home)], capture_output=True, text=True, check=False).stdout
    assert left == "", "no process is left"
    assert (service.output / "latest" / "index.html").is_file()
