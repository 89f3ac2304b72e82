"""What is wrong, back to its sender: a correction workbook for each unit with findings, made of the file it sent."""

import hashlib
import re
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

import orjson
import polars as pl

from tasks.annotate import WAYS
from tasks.collect import archived
from tasks.durable import share, stamps, write_durably
from tasks.patch import Line
from tasks.read.cluster import code_digest
from tasks.read.grid import position
from tasks.read.limits import Limits
from tasks.reference import Reference
from tasks.wording import labels

ROOT = Path(__file__).resolve().parents[1]
FOLDER = "koreksi"
LEDGER = "koreksi.json"  # what each workbook of the last run was made of, and its stamp
SETTLED = ("duplikat", "digantikan", "diabaikan")  # files that nobody has to mend any more
LEVELS = {"kesalahan": 0, "peringatan": 1, "catatan": 2}
_HARMLESS = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$")
_UNREAD = ("berkas_", "galat_program")  # codes of files that cannot be opened begin so


def write_corrections(
    run: Path,
    state: Path,
    reference: Reference,
    tahun: int,
    limits: Limits,
    previous: Path | None = None,
    units: pl.Series | None = None,
) -> int:
    """Writes ``koreksi/<kode_unit>.xlsx`` below ``run`` for each unit with something to mend; returns how many workbooks.

    A file with macros keeps them, and ends in ``.xlsm``. Of a unit with several such files the newest has that name, the
    others ``<kode_unit>-2.xlsx`` and so on. The originals
    are taken from the archive in ``state`` and opened by a process of its own: whatever one does to it costs at most its
    workbook's likeness to the original, never the run. A workbook of the ``previous`` run that was made of the same is taken over;
    where ``units`` is given, those of others are.
    """
    worker, earlier, again = _Worker(limits), _Earlier(state, previous), set[str]()
    asked = None if units is None else pl.concat([units, pl.Series(earlier.again, dtype=pl.String)]).unique()
    made = {} if asked is None else earlier.of_others(set(asked), run)
    books = len(made)
    try:
        for job in _jobs(run, state, reference, tahun, asked):
            target = Path(job["target"])
            target.parent.mkdir(parents=True, exist_ok=True)
            made_of = job | {"source": Path(job["source"]).name, "target": ""}  # an original's name is its digest
            key = _digest(orjson.dumps([code_digest(), asdict(limits), made_of]))
            if same := earlier.find(key):
                share(same, target.with_suffix(same.suffix))
            tries = 1 if same else worker.write(job)
            books += tries > 0
            if tries == 1:
                written = _written(target)
                made[written.name] = _Made(job["unit"], key, *stamps(written.parent, [written])[written.name])
            else:  # after a process that died another night may do better
                again.add(job["unit"])
    finally:
        worker.stop()
    noted = orjson.dumps({"buku": {name: list(one) for name, one in made.items()}, "ulang": sorted(again)})
    write_durably(state / LEDGER, lambda path: path.write_bytes(noted))
    return books


class _Made(NamedTuple):
    """A workbook: its unit, a digest of what it was made of, its size and when it was written."""

    unit: str
    key: str
    size: int
    written: int


class _Earlier:
    """The workbooks of the run before; those that are not as they were written are not known."""

    def __init__(self, state: Path, previous: Path | None) -> None:
        self._folder, self._made, self.again = previous and previous / FOLDER, dict[str, _Made](), list[str]()
        try:
            noted = orjson.loads((state / LEDGER).read_bytes())
            known = {name: _Made(*made) for name, made in noted["buku"].items()}
        except (OSError, ValueError, KeyError, TypeError):
            return
        there = stamps(self._folder, self._folder.glob("*")) if self._folder else {}
        self._made = {name: made for name, made in known.items() if there.get(name) == [made.size, made.written]}
        self.again = [*noted["ulang"], *{made.unit for name, made in known.items() if name not in self._made}]

    def find(self, key: str) -> Path | None:
        """The workbook that was made of what ``key`` is the digest of."""
        found = (name for name, made in self._made.items() if made.key == key)
        return next((self._folder / name for name in found if self._folder), None)

    def of_others(self, units: Collection[str], run: Path) -> dict[str, _Made]:
        """Takes the workbooks of units other than ``units`` over into ``run``; which these are."""
        theirs = {name: made for name, made in self._made.items() if made.unit not in units}
        for name in theirs:
            assert self._folder is not None
            (run / FOLDER).mkdir(parents=True, exist_ok=True)
            share(self._folder / name, run / FOLDER / name)
        return theirs


def _written(target: Path) -> Path:
    """Where the workbook is: one with macros has another suffix than was asked for."""
    return target if target.is_file() else target.with_suffix(".xlsm")


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _jobs(
    run: Path, state: Path, reference: Reference, tahun: int, units: pl.Series | None
) -> Iterator[dict[str, Any]]:
    """What each workbook, of ``units`` or all, is made of: unit, source, target, head, lines, and the first way to try."""
    tables = {name: pl.read_parquet(run / "data" / f"{name}.parquet") for name in ("temuan", "berkas", "unit")}
    files = tables["berkas"].filter(~pl.col("status").is_in(SETTLED)).rename({"kode_unit": "unit_berkas"})
    severe = pl.col("tingkat").is_in(["kesalahan", "peringatan"])
    found = (
        tables["temuan"]
        .filter(severe.any().over("berkas"))
        .join(files, on="berkas", maintain_order="left")
        .with_columns(kode_unit=pl.coalesce("kode_unit", "unit_berkas"))
        .filter(pl.col("kode_unit").is_not_null() if units is None else pl.col("kode_unit").is_in(units.implode()))
    )
    mend = severe.any().over("kode_unit", "berkas")
    names = dict(tables["unit"].select("kode_unit", "nama_unit").iter_rows())
    called = _called()
    examples = dict(reference.temuan.select("kode", "contoh").iter_rows())
    turn: Counter[str] = Counter()
    latest_first = found.filter(mend).sort("kode_unit", "waktu_berkas", "berkas", descending=[False, True, False])
    for (unit, berkas), rows in latest_first.group_by("kode_unit", "berkas", maintain_order=True):
        kode = str(unit)
        if not _HARMLESS.match(kode):
            continue
        turn[kode] += 1
        stem = kode if turn[kode] == 1 else f"{kode}-{turn[kode]}"
        lines = [_line(row, called, _example(row, examples, reference, tahun)) for row in rows.iter_rows(named=True)]
        unread = any(
            code.startswith(_UNREAD) and lembar is None for code, lembar in rows.select("kode", "lembar").iter_rows()
        )
        yield {
            "unit": kode,
            "source": str(archived(state, rows["sha256"][0])),
            "target": str(run / FOLDER / f"{stem}.xlsx"),
            "head": [f"{names.get(kode, kode)} · berkas {berkas}"],
            "lines": [asdict(line) for line in sorted(lines, key=_order)],
            "way": WAYS[-1] if unread else WAYS[0],
        }


def _order(line: Line) -> tuple[int, str, tuple[int, int]]:
    """Worst first, then as they stand in the file; what is about the file or a sheet before its cells."""
    return LEVELS[line.tingkat], line.lembar or "", position(line.sel) if line.sel else (-1, -1)


def _called() -> dict[str, str]:
    """What columns are called, in the words of the report."""
    known = labels()
    named: dict[str, str] = known["kolom"] | known["kolom_lain"]
    return named | dict.fromkeys(("lintang", "bujur"), named["koordinat"])


def _example(row: dict[str, Any], examples: dict[str, str | None], reference: Reference, tahun: int) -> str:
    """What a right value looks like: of the finding, or of the column it concerns."""
    kolom = {"lintang": "koordinat", "bujur": "koordinat"}.get(row["kolom"], row["kolom"])
    text = examples.get(row["kode"]) or ""
    return text.replace("{contoh}", reference.example(kolom or "", tahun)) if "{contoh}" in text else text


def _line(row: dict[str, Any], called: dict[str, str], contoh: str) -> Line:
    kolom = row["kolom"] or ""
    label = called.get(kolom, kolom.replace("_", " ").capitalize())
    return Line(row["tingkat"], row["lembar"], row["sel"], label, row["nilai"] or "", row["pesan"], contoh)


class _Worker:
    """The writing process, started when first needed and again after it died."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._process: subprocess.Popen[bytes] | None = None

    def write(self, job: dict[str, Any]) -> int:
        """Has one workbook written, in a simpler way each time the process dies of it; at which try it was, or 0."""
        for tries, way in enumerate(WAYS[WAYS.index(job["way"]) :], 1):
            if self._ask(job | {"way": way}):
                return tries
            self.stop()
        Path(job["target"]).unlink(missing_ok=True)
        return 0

    def _ask(self, job: dict[str, Any]) -> bool:
        process = self._start()
        assert process.stdin is not None and process.stdout is not None
        timer = threading.Timer(self._limits.seconds, process.kill)
        timer.start()
        try:
            process.stdin.write(orjson.dumps(job) + b"\n")
            process.stdin.flush()
            return process.stdout.readline().endswith(b"\n")
        except BrokenPipeError:
            return False
        finally:
            timer.cancel()

    def _start(self) -> "subprocess.Popen[bytes]":
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tasks.annotate"],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=ROOT,
            )  # fmt: skip
            assert self._process.stdin is not None and self._process.stdout is not None
            self._process.stdin.write(orjson.dumps(asdict(self._limits)) + b"\n")
            self._process.stdin.flush()
            self._process.stdout.readline()
        return self._process

    def stop(self) -> None:
        """Ends the process."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None
