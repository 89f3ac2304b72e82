"""Published tables in which little changed: put among the rows of others, they are byte for byte what they would be anew."""

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.tables import shape
from tasks import parts
from tasks.durable import write_durably
from tasks.parts import Parts
from tasks.rowgroups import Grouped
from tasks.scope import Scope
from tasks.standin import SCHEMA as STAND_IN
from tasks.unchanged import Last
from tasks.workspace import Workspace

UNITS = ["63.03.01", "63.03.02", "63.03.03", "63.03.04"]
SENT = st.lists(
    st.tuples(st.integers(0, 3), st.sampled_from("abc")), max_size=9
)  # of each innovation files, and a letter
ROWS, KEYS = 4, 2  # of a group


def table(sent: dict[str, list[tuple[int, str]]], units: list[str]) -> pl.DataFrame:
    """The table ``sumber`` of some units."""
    rows = [
        {"id_inovasi": f"{unit}-{number}", "berkas": f"{letter * 40}-{file}.xlsx"}
        for unit in units for number, (files, letter) in enumerate(sent[unit]) for file in range(files)
    ]  # fmt: skip
    return shape("sumber", pl.DataFrame(rows))


def published(folder: Path, frame: pl.DataFrame, scope: Scope | None = None) -> bytes:
    """A table as a run publishes it."""
    workspace = Workspace(folder / "kerja", folder / "terbit", folder / "state", 2024, "1")
    (workspace.terbit / "data").mkdir(parents=True, exist_ok=True)
    workspace.save("pengganti", pl.DataFrame(schema=STAND_IN))
    made = Parts("sumber", workspace)
    made.add(frame)
    path = workspace.table("sumber")
    path.unlink(missing_ok=True)
    assert made.publish(scope) == pl.read_parquet(path).height
    return path.read_bytes()


@pytest.mark.parametrize("rows_of_part", [2 * ROWS, 200])  # more rows than these are not held in memory
@settings(max_examples=40)
@given(
    before=st.tuples(*[SENT] * 4),
    after=st.tuples(*[SENT] * 4),
    touched=st.sets(st.sampled_from(UNITS)),
    other_groups=st.booleans(),
)
def test_rows_among_those_of_others_are_what_they_would_be_anew(
    tmp_path_factory: pytest.TempPathFactory,
    before: tuple[list[tuple[int, str]], ...],
    after: tuple[list[tuple[int, str]], ...],
    touched: set[str],
    other_groups: bool,
    rows_of_part: int,
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parts, "MOST_KEYS", KEYS)
        patch.setattr(parts, "MOST_ROWS", 2 * ROWS)
        patch.setattr(parts, "ROWS_OF_PART", rows_of_part)
        folder = tmp_path_factory.mktemp("tabel")
        earlier = dict(zip(UNITS, before, strict=True))
        now = {unit: new if unit in touched else earlier[unit] for unit, new in zip(UNITS, after, strict=True)}
        (folder / "lalu" / "data").mkdir(parents=True)
        last = folder / "lalu" / "data" / "sumber.parquet"
        last.write_bytes(published(folder, table(earlier, UNITS)))
        if other_groups:
            pl.read_parquet(last).write_parquet(last, row_group_size=ROWS - 1)
        known = [(f"{unit}-{number}", unit) for unit in UNITS for number in range(len(earlier[unit]))]
        columns = {"id_inovasi": pl.String, "kode_unit": pl.String}
        pl.DataFrame(known, columns, orient="row").write_parquet(folder / "lalu" / "data" / "inovasi.parquet")
        scope = Scope(
            Last(folder / "lalu", folder), pl.Series([], dtype=pl.String), pl.Series(sorted(touched), dtype=pl.String)
        )
        found = published(folder, table(now, sorted(touched)), scope)
        if not other_groups or not table(now, UNITS).equals(table(earlier, UNITS)):  # else it is the file it was
            assert found == published(folder, table(now, UNITS))


def test_one_row_less_leaves_the_groups_behind_it_as_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "MOST_KEYS", 8)
    earlier = {unit: [(1, "a")] * 60 for unit in UNITS}
    now = earlier | {UNITS[0]: earlier[UNITS[0]][1:]}
    last, known = tmp_path / "lalu" / "data" / "sumber.parquet", table(earlier, UNITS[:1]).select("id_inovasi")
    last.parent.mkdir(parents=True)
    last.write_bytes(published(tmp_path, table(earlier, UNITS)))
    known.with_columns(kode_unit=pl.lit(UNITS[0])).write_parquet(last.with_name("inovasi.parquet"))
    anew, made, write = published(tmp_path, table(now, UNITS)), list[int](), parts._written

    def written(rows: pl.DataFrame) -> Grouped:
        made.append(rows.height)
        return write(rows)

    monkeypatch.setattr(parts, "_written", written)
    scope = Scope(Last(tmp_path / "lalu", tmp_path), pl.Series(dtype=pl.String), pl.Series(UNITS[:1]))
    assert published(tmp_path, table(now, UNITS[:1]), scope) == anew
    assert sum(group.rows for group in Grouped(anew).groups) == 239
    assert sum(made) < 120


def test_a_table_made_again_leaves_the_file_it_was_shared_with_as_it_is(tmp_path: Path) -> None:
    earlier = {unit: [(2, "a")] for unit in UNITS}
    last, known = tmp_path / "lalu" / "data" / "sumber.parquet", pl.DataFrame({"id_inovasi": [f"{UNITS[0]}-0"]})
    last.parent.mkdir(parents=True)
    last.write_bytes(published(tmp_path, table(earlier, UNITS)))
    known.with_columns(kode_unit=pl.lit(UNITS[0])).write_parquet(last.with_name("inovasi.parquet"))
    before, nothing = last.read_bytes(), pl.Series(dtype=pl.String)
    published(tmp_path, table(earlier, []), Scope(Last(tmp_path / "lalu", tmp_path), nothing, nothing))
    workspace = Workspace(tmp_path / "kerja", tmp_path / "terbit", tmp_path / "state", 2024, "1")
    again = Parts("sumber", workspace)
    again.add(table(earlier | {UNITS[0]: [(3, "b")]}, UNITS[:1]))
    again.publish(Scope(Last(tmp_path / "lalu", tmp_path), nothing, pl.Series(UNITS[:1])))
    assert last.read_bytes() == before != workspace.table("sumber").read_bytes()


def test_what_is_written_durably_stands_where_it_was_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    places: list[Path] = []

    def write(path: Path) -> None:
        places.append(path.absolute().parent)
        path.write_text("{}")

    write_durably(Path("sini.json"), write)
    assert (places, [path.name for path in tmp_path.iterdir()]) == ([tmp_path], ["sini.json"])


@pytest.mark.parametrize("content", [b"", b"PAR1", b"PAR1\xff\xff\xff\x7fPAR1"])
def test_what_is_no_parquet_file_is_not_taken_apart(content: bytes) -> None:
    with pytest.raises(ValueError, match="Parquet"):
        Grouped(content)
