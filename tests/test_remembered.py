"""What was read before is not read again, and a night that remembers gives what a night that reads everything gives."""

import shutil
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks import remembered, stages
from tasks.read import sheets
from tasks.read.limits import Limits
from tests.builder.workbooks import Bukti, Templat, Written
from tests.conftest import GAMBUT, MODIFIED, Consolidate, Result, record, table

TATAH = Written("63.03.11", "KECAMATAN TATAH MAKMUR")
PROOF = {"Terbukti": [Bukti(nomor, "", 2, f"https://a.example/{nomor}") for nomor in range(16, 36)]}
CONTENTS = {
    "a list": table(record("Satu"), record("Dua", koordinat="-3,4 114,8"), record("Tiga", anggaran="banyak")),
    "the same, mended": table(record("Satu"), record("Dua", hasil="Hasil lain"), record("Tiga", anggaran=1)),
    "with indicators": Templat(GAMBUT, [record("Terbukti"), record("Kosong")], PROOF, kode="63.03.03")
    .build()
    .to_bytes(),
    "another unit": table(record("Empat"), unit=TATAH),
    "damaged": b"halaman masuk",
}
NAMES = ["a.xlsx", "b.xlsx", "c/d.xlsx", "e (2).xlsx"]

# What happens to the inbox in a night: for each name the content it then has, or none.
NIGHTS = st.lists(
    st.dictionaries(st.sampled_from(NAMES), st.sampled_from(sorted(CONTENTS)), min_size=1), min_size=2, max_size=3
)


def tables(found: Result) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(found.data.glob("*.parquet"))}


def night(consolidate: Consolidate, files: Mapping[str, str], state: Path, number: int) -> Result:
    times = {name: MODIFIED + timedelta(hours=len(content)) for name, content in files.items()}
    data = {name: CONTENTS[content] for name, content in files.items()}
    return consolidate(data, state=state, run_id=str(number), times=times)


@settings(max_examples=2)
@given(nights=NIGHTS)
def test_what_is_remembered_changes_nothing(
    consolidate: Consolidate, tmp_path_factory: pytest.TempPathFactory, nights: list[dict[str, str]]
) -> None:
    state = tmp_path_factory.mktemp("state")
    for number, files in enumerate(nights):
        forgetful = tmp_path_factory.mktemp("lupa") / "state"
        shutil.copytree(state, forgetful)
        shutil.rmtree(forgetful / remembered.FOLDER, ignore_errors=True)
        assert tables(night(consolidate, files, state, number)) == tables(night(consolidate, files, forgetful, number))


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that are read, by name, in all runs of a test."""
    names: list[str] = []
    read = sheets.read

    def told(files: list[tuple[str, Path]], *rest: object) -> object:
        names.extend(berkas for berkas, _ in files)
        return read(files, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(stages, "read", told)
    return names


FIRST = {"a.xlsx": "a list", "b.xlsx": "another unit"}


def test_content_that_stands_beside_what_is_remembered_is_not_read_again(
    consolidate: Consolidate, tmp_path: Path, opened: list[str]
) -> None:
    renamed = {"baru.xlsx": "a list", "b.xlsx": "with indicators"}
    for number, (files, read) in enumerate(((FIRST, ["a.xlsx", "b.xlsx"]), (renamed, ["b.xlsx"]), (FIRST, []))):
        opened.clear()
        night(consolidate, files, tmp_path, number)
        assert opened == read
    assert len(list((tmp_path / remembered.FOLDER).iterdir())) == 1


@pytest.mark.parametrize("frame", ["letak", "isi"])
def test_a_damaged_memory_is_read_anew(consolidate: Consolidate, tmp_path: Path, opened: list[str], frame: str) -> None:
    before = night(consolidate, FIRST, tmp_path, 1)
    path = next(
        path
        for path in (tmp_path / remembered.FOLDER).rglob("*")
        if frame in path.parent.name + path.name and path.is_file()
    )
    path.write_bytes(path.read_bytes()[:-100])
    after = night(consolidate, FIRST, tmp_path, 2)
    assert after.inovasi.equals(before.inovasi)
    assert opened[2:] == ["a.xlsx", "b.xlsx"]


def test_a_file_between_two_of_the_same_content_may_change(consolidate: Consolidate, tmp_path: Path) -> None:
    twins = {"a.xlsx": "a list", "c/d.xlsx": "a list"}
    night(consolidate, twins | {"b.xlsx": "another unit"}, tmp_path / "ingat", 1)
    changed = twins | {"b.xlsx": "the same, mended"}
    after, anew = (night(consolidate, changed, tmp_path / name, 2) for name in ("ingat", "lupa"))
    assert after.inovasi.equals(anew.inovasi)
    assert sorted(after.berkas["berkas"]) == sorted(changed)


def test_other_limits_read_anew(consolidate: Consolidate, tmp_path: Path, opened: list[str]) -> None:
    data = {"a.xlsx": CONTENTS["a list"]}
    for number, limits in enumerate((Limits(), Limits(cells=1_000_000))):
        consolidate(data, state=tmp_path, run_id=str(number), limits=limits)
    assert opened == ["a.xlsx", "a.xlsx"]


def test_what_took_too_long_is_tried_again(consolidate: Consolidate, tmp_path: Path, opened: list[str]) -> None:
    data = {"a.xlsx": CONTENTS["a list"]}
    for number in range(2):
        found = consolidate(data, state=tmp_path, run_id=str(number), limits=Limits(seconds=0.001))
        assert found.codes("a.xlsx") == ["berkas_terlalu_lama"]
    assert opened == ["a.xlsx", "a.xlsx"]
