"""The house: what may import what, where Prefect lives, what stands at the top; and the traps that libraries set."""

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pandera.errors
import pandera.polars as pa
import polars as pl
import pytest

from schemas.tables import TABLES, TRACES, conform, empty, polars_schema
from tests.conftest import ROOT

LAYERS = {"flows": {"flows", "tasks", "schemas"}, "tasks": {"tasks", "schemas"}, "schemas": {"schemas"}}
TOP = {"flows", "tasks", "schemas", "templates", "data", "tests", "pyproject.toml", "README.md"}
TOOLS = {
    "Makefile",
    "requirements.lock",
    "requirements-dev.lock",
    "uv.lock",
    ".gitignore",
    ".gitattributes",
    "LICENSE",
    ".ci",
}


def modules(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    """First words of what a module imports, inside functions too."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name.partition(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            yield (node.module or "").partition(".")[0]


@pytest.mark.parametrize("layer", LAYERS)
def test_layers_import_downwards_only(layer: str) -> None:
    ours = {"flows", "tasks", "schemas", "tests"}
    wrong = [
        (path.relative_to(ROOT).as_posix(), name)
        for path in modules(layer)
        for name in imports(path)
        if name in ours - LAYERS[layer]
    ]
    assert modules(layer)
    assert wrong == []


def test_prefect_lives_in_flows_and_nowhere_else() -> None:
    wrong = [
        path.as_posix() for layer in ("tasks", "schemas") for path in modules(layer) if "prefect" in set(imports(path))
    ]
    assert wrong == []
    assert any("prefect" in set(imports(path)) for path in modules("flows"))


def test_no_module_needs_pandas() -> None:
    assert [path for layer in LAYERS for path in modules(layer) if "pandas" in set(imports(path))] == []


def test_the_reader_of_strangers_files_has_little_inside() -> None:
    """A worker holds neither Polars nor Prefect: it starts quickly and has nothing to steal."""
    code = "import sys, tasks.read.worker; print([name for name in ('polars', 'prefect', 'pandera') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_top_level_is_as_fixed() -> None:
    ignored = {".git", ".venv", "__pycache__", ".hypothesis"}
    found = {path.name for path in ROOT.iterdir()} - ignored
    found = {name for name in found if not name.endswith("_cache") and not name.endswith(".egg-info")}
    assert found >= TOP
    assert found - TOP <= TOOLS


def test_every_module_says_what_it_is() -> None:
    silent = [
        path.relative_to(ROOT).as_posix()
        for layer in LAYERS
        for path in modules(layer)
        if path.read_text("utf-8").strip() and not ast.get_docstring(ast.parse(path.read_text("utf-8")))
    ]
    assert silent == []


def test_the_locks_hold_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    lock = (ROOT / "requirements.lock").read_text("utf-8").lower()
    for requirement in project["dependencies"]:
        name = requirement.partition(">")[0].partition("=")[0].partition("<")[0].partition("[")[0].strip().lower()
        assert f"\n{name}==" in f"\n{lock}" or f"\n{name}[" in f"\n{lock}", name
    assert "index-url" not in lock
    assert "--hash=sha256:" in lock


# --- traps ------------------------------------------------------------------------------------------------------------


class Model(pa.DataFrameModel):
    angka: int = pa.Field(ge=0)
    kata: str = pa.Field(isin=["a", "b"])


BAD = pl.DataFrame({"angka": [1, -1, 3], "kata": ["a", "b", "c"]})


def test_canary_an_eager_validation_catches_every_fault_at_its_row() -> None:
    with pytest.raises(pandera.errors.SchemaErrors) as caught:
        Model.validate(BAD, lazy=True)
    cases = caught.value.failure_cases
    assert sorted(cases.select("column", "index").rows()) == [("angka", 1), ("kata", 2)]


def test_what_we_publish_is_validated_eagerly() -> None:
    """Pandera lets bad data of a LazyFrame through in silence: ours are eager."""
    for name in TABLES:
        assert isinstance(conform(name, empty(name)), pl.DataFrame)
    sources = "".join(path.read_text("utf-8") for layer in ("tasks", "schemas") for path in modules(layer))
    assert "drop_invalid_rows" not in sources
    assert "coerce=True" not in sources
    assert "coerce = True" not in sources


@pytest.mark.parametrize(
    ("table", "changes"),
    [
        ("inovasi", {"tahapan": "selesai"}),
        ("inovasi", {"nama_inovasi": ""}),
        ("inovasi", {"kode_unit": None}),
        ("inovasi", {"versi": 0}),
        ("inovasi", {"kematangan": 111.5}),
        ("temuan", {"tingkat": "gawat"}),
        ("temuan", {"sel": "6A"}),
        ("berkas", {"status": "hilang"}),
        ("berkas", {"sha256": "abc"}),
        ("indikator", {"parameter": 4}),
        ("asal", {"sel": None}),
    ],
)
def test_a_published_table_never_breaks_its_contract(table: str, changes: dict[str, object]) -> None:
    good = conform(table, pl.DataFrame([ROWS[table]]))
    assert good.height == 1
    with pytest.raises(pandera.errors.SchemaErrors):
        conform(table, pl.DataFrame([ROWS[table], ROWS[table] | KEYS[table] | changes]))


@pytest.mark.parametrize("table", [*TABLES, *TRACES])
def test_every_check_of_a_model_is_asked(table: str) -> None:
    schema = polars_schema(table)
    nothing = pl.DataFrame({name: [None] for name in schema}, schema=schema)
    required = [name for name, column in (TABLES | TRACES)[table].to_schema().columns.items() if not column.nullable]
    if required:
        with pytest.raises(pandera.errors.SchemaErrors) as caught:
            conform(table, nothing)
        assert set(caught.value.failure_cases["column"]) == set(required)


ROWS: dict[str, dict[str, object]] = {
    "inovasi": {
        "id_inovasi": "a",
        "tahun": 2024,
        "kode_unit": "63.03.03",
        "nama_unit": "Kecamatan Gambut",
        "jenis_unit": "kecamatan",
        "nama_inovasi": "A",
        "tahapan": "penerapan",
        "status_komitmen": "belum",
        "versi": 1,
        "kematangan": 1.0,
    },
    "temuan": {
        "kode": "nilai_kosong",
        "tingkat": "peringatan",
        "siapa": "unit",
        "berkas": "a.xlsx",
        "sel": "A1",
        "pesan": "Isi.",
    },
    "berkas": {
        "berkas": "a.xlsx",
        "sha256": "0" * 64,
        "ukuran": 1,
        "status": "diterima",
        "baris_dibaca": 1,
        "baris_diterima": 1,
        "baris_ditolak": 0,
        "waktu_berkas": datetime(2024, 2, 1, tzinfo=UTC),
    },
    "indikator": {"id_inovasi": "a", "nomor": 16, "parameter": 1, "skor": 3.0, "bukti": None},
    "asal": {
        "id_inovasi": "a",
        "kolom": "tujuan",
        "berkas": "a.xlsx",
        "sha256": "0" * 64,
        "lembar": "S",
        "sel": "A1",
        "nilai_mentah": "x",
    },
}
KEYS: dict[str, dict[str, object]] = {
    "inovasi": {"id_inovasi": "b"},
    "temuan": {},
    "berkas": {"berkas": "b.xlsx"},
    "indikator": {"nomor": 17},
    "asal": {"kolom": "hasil"},
}
