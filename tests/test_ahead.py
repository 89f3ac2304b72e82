"""Files are read while Prefect starts: what was read ahead is taken, and whatever is other bytes by then is read again."""

import hashlib
import threading
from pathlib import Path

import pytest

from tasks.read.ahead import Ahead
from tasks.read.limits import Limits
from tasks.read.pool import read_files
from tasks.read.sheets import Sheets, read
from tasks.vocabulary import Vocabulary
from tests.conftest import record, table

HARMLESS = {"satu.xlsx": table(record("Satu")), "dua.xlsx": table(record("Dua")), "rusak.xlsx": b"halaman masuk"}


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    for name, data in HARMLESS.items():
        (folder / name).write_bytes(data)
    return folder


def read_ahead(files: list[Path], vocabulary: Vocabulary, limits: Limits, known: frozenset[str] = frozenset()) -> Ahead:
    """What there is to be read ahead, all of it."""
    ahead = Ahead()
    ahead.begin(files, known, vocabulary, limits, 2)
    for thread in threading.enumerate():
        if thread.name.endswith("(_read)"):
            thread.join()
    return ahead


def archive(inbox: Path, folder: Path) -> list[tuple[str, Path]]:
    """The files as a run keeps them: by the digest of their bytes."""
    folder.mkdir()
    files = []
    for path in sorted(inbox.iterdir()):
        data = path.read_bytes()
        kept = folder / hashlib.sha256(data).hexdigest()
        kept.write_bytes(data)
        files.append((path.name, kept))
    return files


def same(left: Sheets, right: Sheets) -> bool:
    return all(a.equals(b) for a, b in zip(vars(left).values(), vars(right).values(), strict=True))


def test_a_head_start_changes_nothing_but_when_a_file_is_read(
    inbox: Path, tmp_path: Path, vocabulary: Vocabulary, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = Limits()
    answers = read_ahead(sorted(inbox.iterdir()), vocabulary, limits).take()
    (inbox / "satu.xlsx").write_bytes(table(record("Satu, diperbaiki")))
    files = archive(inbox, tmp_path / "arsip")
    (without,) = read(files, vocabulary, limits)
    opened: list[Path] = []

    def told(paths: list[Path], *rest: object) -> object:
        opened.extend(paths)
        return read_files(paths, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr("tasks.read.sheets.read_files", told)
    (with_it,) = read(files, vocabulary, limits, ahead=answers)
    assert same(with_it, without)
    assert opened == [path for name, path in files if name == "satu.xlsx"]


def test_what_is_known_or_too_large_or_a_link_is_not_read_ahead(
    inbox: Path, tmp_path: Path, vocabulary: Vocabulary
) -> None:
    known = hashlib.sha256(HARMLESS["satu.xlsx"]).hexdigest()
    (inbox / "besar.xlsx").write_bytes(HARMLESS["dua.xlsx"] + bytes(100_000))
    elsewhere = tmp_path / "rahasia.xlsx"
    elsewhere.write_bytes(table(record("Rahasia")))
    (inbox / "tautan.xlsx").symlink_to(elsewhere)
    limits = Limits(file_bytes=100_000)
    answers = read_ahead(sorted(inbox.iterdir()), vocabulary, limits, frozenset({known})).take()
    assert set(answers) == {hashlib.sha256(HARMLESS[name]).hexdigest() for name in ("dua.xlsx", "rusak.xlsx")}


def test_a_file_that_ends_its_reader_is_tried_again_by_the_run(inbox: Path, vocabulary: Vocabulary) -> None:
    answers = read_ahead(sorted(inbox.iterdir()), vocabulary, Limits(seconds=0.001)).take()
    assert answers == {}


def test_a_folder_that_is_gone_ends_the_head_start_and_nothing_else(inbox: Path, vocabulary: Vocabulary) -> None:
    files = sorted(inbox.iterdir())
    for path in files:
        path.unlink()
    assert read_ahead(files, vocabulary, Limits()).take() == {}
