"""A night in which nothing changed: the tables of the last published run are carried over, and need not be made again.

They are what making them would give: of the same files, words, rules and code the same tables come, and the ledgers, which a
run of the same files leaves as they are. What tells of this run itself (manifest, history of runs, dates, pages) is made anew.
"""

import hashlib
import shutil
from functools import cache
from pathlib import Path

import orjson
import polars as pl

from tasks.durable import digests, write_durably
from tasks.innovations import LEDGER_SCHEMA
from tasks.read.cluster import code_digest
from tasks.reference import Reference
from tasks.stages import Workspace

ROOT = Path(__file__).resolve().parents[1]
# Of the last run, in the state: its fingerprint, and the digest of each file that may be carried over. Of the run at work,
# beside its frames: its fingerprint, once files are read, and what it carried over.
LEDGER = "hasil.json"
FOLDERS = ("data", "koreksi")
OF_ITS_RUN = "datapackage.json"  # says when it was made


def carry_over(workspace: Workspace, reference: Reference, latest: Path | None, run_id: str | None) -> bool:
    """Copies the tables and correction workbooks of the published run in ``latest`` into the staged one; whether it could.

    It can where that run, ``run_id``, was made of the same, and its files are as they were written.
    """
    sidik, note = _fingerprint(workspace, reference), workspace.kerja / LEDGER
    note.write_bytes(orjson.dumps({"sidik": sidik}))
    if workspace.load("dibaca")["baru"].any():  # what was read now may be other than it was
        return False
    try:
        made = orjson.loads((workspace.state / LEDGER).read_bytes())
        same = latest is not None and made["run_id"] == run_id and made["sidik"] == sidik
        if not same or latest is None or _files(latest) != made["berkas"]:
            return False
        for folder in FOLDERS:
            if (latest / folder).is_dir():
                shutil.copytree(latest / folder, workspace.terbit / folder, ignore=shutil.ignore_patterns(OF_ITS_RUN))
    except (OSError, ValueError, KeyError, TypeError):
        for folder in FOLDERS:
            shutil.rmtree(workspace.terbit / folder, ignore_errors=True)
        return False
    note.write_bytes(orjson.dumps({"sidik": sidik, "berkas": made["berkas"]}))
    workspace.save("nama", pl.DataFrame(schema=LEDGER_SCHEMA).drop("tahun"))  # the names are known already
    return True


def remember_result(workspace: Workspace) -> None:
    """Notes what the staged run is made of and holds, for the next one."""
    noted = orjson.loads((workspace.kerja / LEDGER).read_bytes())
    made = {
        "berkas": noted.get("berkas") or _files(workspace.terbit),
        "sidik": noted["sidik"],
        "run_id": workspace.run_id,
    }
    write_durably(workspace.state / LEDGER, lambda path: path.write_bytes(orjson.dumps(made)))


def _fingerprint(workspace: Workspace, reference: Reference) -> str:
    """A digest of all that the tables depend on: files and what stands in for some, words and rules, year, program."""
    frames = [workspace.load(name).write_csv() for name in ("berkas", "pengganti")]
    sidik = (workspace.kerja / "sidik").read_text("utf-8")
    made_of = [sidik, reference.digest, workspace.tahun, _program(), *frames]
    return hashlib.sha256(orjson.dumps(made_of)).hexdigest()


@cache
def _program() -> str:
    """A digest of what tables and correction workbooks are made by, besides what ``code_digest`` knows."""
    total = hashlib.sha256(code_digest().encode())
    for path in (*sorted((ROOT / "schemas").rglob("*.py")), ROOT / "templates" / "label.toml"):
        total.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return total.hexdigest()


def _files(run: Path) -> dict[str, str]:
    """The digest of each file of a run that may be carried over."""
    found = (path for folder in FOLDERS for path in (run / folder).rglob("*") if path.is_file())
    return digests(run, (path for path in found if path.name != OF_ITS_RUN))
