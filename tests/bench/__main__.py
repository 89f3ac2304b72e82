"""``make bench``: what a run takes, stage by stage, beside the least and the usual that reading the same files takes.

    python -m tests.bench [SIZE ...] [--output FOLDER] [--quick]

For each size an inbox is generated (once; kept in the output folder), consolidated without Prefect (stages, each with its
CPU) and by ``inovasi run``; then again with one file changed, and with none. Figures are CPU seconds of the process and all
it started; ratios to the floor, measured in the same run, are the result. Nothing is asserted here.
"""

import argparse
import csv
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from typing import Any

from tests.bench.inbox import Unit, one_changed, write_inbox

ROOT = Path(__file__).resolve().parents[2]
TAHUN = "2024"
VERSIONS = ("prefect", "polars", "pandera", "python-calamine", "openpyxl", "pandas", "frictionless", "jinja2")
SAMPLE = 1000  # files the slow ones are given at most; their figure is scaled up
TABLES = ("kumpulkan", "baca", "susun", "kenali", "periksa", "gabungkan", "hitung")


Cost = dict[str, float]


def measure(command: list[str], environment: dict[str, str]) -> Cost:
    """Runs a command to its end: CPU and wall in seconds, memory of its largest process in MB.

    Raises ``RuntimeError`` with what it said when it fails."""
    with tempfile.TemporaryFile() as said:
        started = time.perf_counter()
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=said, stderr=said)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            raise RuntimeError(f"{' '.join(command)} failed: {said.read().decode()[-2000:]}")
    return {"cpu": usage.ru_utime + usage.ru_stime, "wall": wall, "memory": usage.ru_maxrss / 1024}


class Bench:
    """Measures one size after the other."""

    def __init__(self, folder: Path, *, quick: bool) -> None:
        self.folder, self.quick = folder, quick
        with (ROOT / "data/reference/unit.csv").open(encoding="utf-8", newline="") as register:
            self.units = [Unit(row["kode"], row["nama"]) for row in csv.DictReader(register)]
        self.environment = {
            "PATH": os.environ["PATH"], "HOME": str(folder), "PREFECT_HOME": str(folder / "prefect"), "LANG": "C.UTF-8",
            "PYTHONPATH": str(ROOT), "PREFECT_LOGGING_LEVEL": "ERROR",
        }  # fmt: skip

    def module(self, name: str, *arguments: object) -> Cost:
        """What a module of this package takes."""
        return measure([sys.executable, "-m", f"tests.bench.{name}", *map(str, arguments)], self.environment)

    def run(self, inbox: Path, output: Path) -> Cost:
        """What ``inovasi run`` takes."""
        program = str(Path(sys.executable).with_name("inovasi"))
        command = [program, "run", "--inbox", str(inbox), "--output", str(output), "--year", TAHUN]
        return measure(command, self.environment)

    def stages(self, inbox: Path, output: Path) -> list[dict[str, Any]]:
        """What each stage takes, Prefect left out."""
        figures = self.folder / "stages.jsonl"
        self.module("stages", inbox, output, TAHUN, figures)
        return [json.loads(line) for line in figures.read_text("utf-8").splitlines()]

    def other(self, name: str, inbox: Path, files: int, most: int) -> Cost:
        """What something else takes for the same files; scaled up from the first ``most``."""
        cost = self.module("others", name, inbox, min(files, most))
        scale = files / min(files, most)
        return {"cpu": cost["cpu"] * scale, "wall": cost["wall"] * scale, "memory": cost["memory"]}

    def empty_flow(self) -> Cost:
        """What Prefect takes for a flow that does nothing."""
        log = self.folder / "empty.log"
        self.module("empty_flow", log)
        return self.module("empty_flow", log)

    def size(self, files: int) -> dict[str, Any]:
        """All figures for an inbox of so many files."""
        inbox = write_inbox(self.folder / f"kiriman-{files}", files, self.units)
        output = self.folder / f"hasil-{files}"
        self.other("floor", inbox, min(files, SAMPLE), SAMPLE)  # the files into the system's cache
        result: dict[str, Any] = {"files": files, "floor": self.other("floor", inbox, files, files)}
        result["stages"] = self.stages(inbox, output)
        result["nothing changed"] = self.stages(inbox, output)
        with one_changed(inbox):
            result["one file changed"] = self.stages(inbox, output)
        if not self.quick:  # into another folder: ext4 is slow to give out inodes that were freed minutes ago
            result["empty flow"] = self.empty_flow()
            result["inovasi run"] = self.run(inbox, self.folder / f"hasil-{files}-run")
            result["script"] = self.other("script", inbox, files, SAMPLE)
            result["validator"] = self.other("validator", inbox, files, SAMPLE // 10)
        return result

    def clean(self) -> None:
        """Removes what runs published."""
        for output in self.folder.glob("hasil-*"):
            shutil.rmtree(output)


def _row(size: dict[str, Any], name: str, cpu: float, wall: float, memory: float) -> str:
    floor = size["floor"]["cpu"]
    return f"| {name} | {cpu:.2f} | {cpu / floor:.2f} | {wall:.2f} | {memory:.0f} |"


def _cost_row(size: dict[str, Any], name: str) -> str:
    cost = size[name]
    return _row(size, name, cost["cpu"], cost["wall"], cost["memory"])


def table(size: dict[str, Any]) -> list[str]:
    """The figures of a size as a table in Markdown."""
    lines = [
        f"### {size['files']} workbooks",
        "",
        "| | CPU s | to the floor | wall s | peak MB |",
        "| --- | --: | --: | --: | --: |",
    ]
    lines.append(_cost_row(size, "floor"))
    for stage in size["stages"]:
        name = f"stage {stage['stage']}" if not stage["within"] else f"… {stage['stage']}"
        lines.append(_row(size, name, stage["cpu"], stage["wall"], stage["memory"]))
    lines += [_cost_row(size, name) for name in ("empty flow", "inovasi run", "script", "validator") if name in size]
    return [*lines, "", *(f"- {name}: {value:.3f}" for name, value in size["ratios"].items()), ""]


def ratios(size: dict[str, Any]) -> dict[str, float]:
    """What a size is judged by: CPU over CPU of the same run."""
    floor, stages = size["floor"]["cpu"], {stage["stage"]: stage["cpu"] for stage in size["stages"]}
    whole = stages["semua"]
    found = {
        "reading and recognizing / floor": stages["baca"] / floor,
        "all tables / floor": sum(cpu for name, cpu in stages.items() if name in TABLES) / floor,
        "whole / floor": whole / floor,
    }
    for name in ("nothing changed", "one file changed"):
        found[f"{name} / whole"] = size[name][-1]["cpu"] / whole
    if "inovasi run" in size:
        run = size["inovasi run"]["cpu"] - size["empty flow"]["cpu"]
        found["inovasi run without empty flow / floor"] = run / floor
        found["inovasi run without empty flow / script"] = run / size["script"]["cpu"]
        found["inovasi run without empty flow / validator"] = run / size["validator"]["cpu"]
    return found


def growth(sizes: list[dict[str, Any]]) -> dict[str, float]:
    """How CPU and memory grow from each size to the next."""
    found = {}
    for small, large in pairwise(sizes):
        name, before, after = f"{large['files']} / {small['files']} workbooks", small["stages"][-1], large["stages"][-1]
        found[f"CPU, {name}"] = after["cpu"] / before["cpu"]
        found[f"memory of the main process, {name}"] = after["memory"] / before["memory"]
    return found


def machine() -> dict[str, Any]:
    """What it was measured on, and with."""
    model = re.findall(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text("utf-8")) or [platform.processor()]
    return {
        "when": datetime.now(UTC).isoformat(timespec="seconds"), "python": platform.python_version(), "cores": os.cpu_count(),
        "processor": model[0], "system": platform.platform(), "versions": {name: version(name) for name in VERSIONS},
    }  # fmt: skip


def main() -> int:
    """Measures, prints the tables, and writes bench.json and bench.md."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__.partition("\n\n")[0])
    parser.add_argument("sizes", nargs="*", type=int, default=[100, 1000], help="numbers of workbooks")
    parser.add_argument("--output", type=Path, default=ROOT / "data/output/bench", help="folder of inboxes and results")
    parser.add_argument("--quick", action="store_true", help="stages and floor only")
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    bench = Bench(options.output.absolute(), quick=options.quick)
    bench.clean()
    result: dict[str, Any] = {"machine": machine(), "sizes": []}
    for files in sorted(options.sizes):
        size = bench.size(files)
        size["ratios"] = ratios(size)
        result["sizes"].append(size)
        print("\n".join(table(size)), flush=True)
    bench.clean()
    result["growth"] = growth(result["sizes"])
    lines = ["# Bench", "", *(f"- {name}: {value}" for name, value in result["machine"].items()), ""]
    lines += [line for size in result["sizes"] for line in table(size)]
    lines += [f"- {name}: {value:.2f}" for name, value in result["growth"].items()]
    print("\n".join(f"- {name}: {value:.2f}" for name, value in result["growth"].items()))
    (options.output / "bench.json").write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    (options.output / "bench.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"Saved: {options.output / 'bench.md'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
