"""Fingerprints of what each page is made of: a page whose fingerprint is that of the run before need not be rendered again."""

import hashlib
from collections.abc import Iterable, Mapping
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import orjson
import polars as pl

from tasks.compare import TRACE
from tasks.render.gather import Tables, Unit

SHARED = ("daftar_indikator", "aturan", "bersama", "tinjauan", "keselarasan")  # small tables that any page may quote
OF_INNOVATIONS = ("inovasi", "indikator", "asal", "komitmen", "monev", "riwayat_isian", "langkah", "penghargaan")
OF_UNITS = ("unit", "temuan", "komitmen", "langkah", "penghargaan", "berkas")
HERE = Path(__file__).parent


def digest(*parts: bytes | str) -> str:
    """A short digest of ``parts``."""
    total = hashlib.blake2b(digest_size=12)
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        total.update(len(data).to_bytes(8, "big") + data)
    return total.hexdigest()


@lru_cache(maxsize=2)
def of_code(templates: Path) -> str:
    """The digest of everything pages are made with: templates and this package."""
    files = [*sorted(path for path in templates.rglob("*") if path.is_file()), *sorted(HERE.glob("*.py"))]
    return digest(pl.__version__, *(path.read_bytes() for path in files))


class Keys:
    """The fingerprints of one run."""

    def __init__(self, run: Path, tables: Tables, code: str, said: Mapping[str, Any], told: Mapping[str, str]) -> None:
        data, manifest = run / "data", tables.manifest
        self._tables = tables
        self._files = {path.stem: digest(path.read_bytes()) for path in sorted(data.glob("*.parquet"))}
        folders = [path.name for name in ("koreksi", "pengantar") for path in sorted((run / name).glob("*"))]
        extras = [str(tables.review_file), *folders]
        stable = {
            name: manifest.get(name) for name in ("tahun", "daerah", "instansi", "andaian", "batas_kirim", "counts")
        }
        self._base = digest(code, orjson.dumps(stable | {"counts": None}), orjson.dumps(said), *tables.persons)
        files = (f"{name}={known}" for name, known in self._files.items())
        self.steady = digest(self._base, orjson.dumps(stable), *extras, *files)
        traces = [path.read_bytes() for path in sorted((run / TRACE).glob("*.parquet"))]
        self.restless = digest(self.steady, *told.values(), *traces)

    @cached_property
    def _shared(self) -> str:
        kinds = _rows(self._tables.raw("katalog").drop("jumlah", strict=False).sort("kode"))
        return digest(self._base, kinds, *(f"{name}={self._files.get(name)}" for name in SHARED))

    @cached_property
    def _innovations(self) -> dict[str, int]:
        return _by_innovation(self._tables)

    def of_innovation(self, row: Mapping[str, Any]) -> str:
        """The fingerprint of an innovation's page."""
        unit = row["unit"]
        own = self._innovations.get(row["id_inovasi"], 0)
        return digest(self._shared, f"{own:x}", row["url"], unit.url, unit.row["nama_unit"])

    def of_units(self, units: Mapping[str, Unit]) -> dict[str, str]:
        """The fingerprint of each unit's page."""
        sums, found = _by_unit(self._tables, units, self._innovations), {}
        for code, unit in units.items():
            files = "\n".join((*unit.corrections, str(unit.cover), unit.url, *(row["url"] for row in unit.innovations)))
            found[code] = digest(self._shared, f"{sums.get(code, 0):x}", files)
        return found


def _rows(frame: pl.DataFrame) -> bytes:
    return frame.hash_rows(seed=6303).to_numpy().tobytes() if frame.width and frame.height else b""


def _hashed(frame: pl.DataFrame, name: str, key: str) -> pl.DataFrame:
    """The hash of each key and the sum of those of its rows; the table's name tells equal rows of two tables apart."""
    hashes = frame.with_columns(_tabel=pl.lit(name)).hash_rows(seed=6303)
    rows = pl.DataFrame({"kunci": frame[key], "h": hashes}).drop_nulls("kunci").with_columns(_number(pl.col("kunci")))
    return rows.group_by("kunci").agg(pl.col("h").sum())


def _number(key: pl.Expr) -> pl.Expr:
    """A key as a number: a text would keep in memory what it was read with."""
    return key.hash(seed=6303)


def _sums(parts: Iterable[pl.DataFrame], keys: pl.Series) -> dict[str, int]:
    """One number for each of ``keys``, the sum of its rows' hashes: in whichever order they stand."""
    whole = pl.concat(parts).group_by("kunci").agg(pl.col("h").sum())
    asked = pl.DataFrame({"teks": keys}).with_columns(_number(pl.col("teks")).alias("kunci"))
    return dict(asked.join(whole, on="kunci").select("teks", "h").iter_rows())


def _by_innovation(tables: Tables) -> dict[str, int]:
    about = tables.raw("temuan").with_columns(tables.about).explode("id_inovasi")
    parts = [_hashed(about, "temuan", "id_inovasi")]
    for name in OF_INNOVATIONS:
        parts += [_hashed(part, name, "id_inovasi") for part in tables.parts(name)]
    return _sums(parts, tables.innovations["id_inovasi"])


def _by_unit(tables: Tables, units: Mapping[str, Unit], innovations: Mapping[str, int]) -> dict[str, int]:
    """What is of the unit itself, of its innovations, and of the files that fed them."""
    parts = [_hashed(part, name, "kode_unit") for name in OF_UNITS for part in tables.parts(name)]
    total = _sums(parts, pl.Series(list(units), dtype=pl.String)) if parts else {}
    files = tables.raw("berkas")
    by_name = dict(zip(tables("berkas")["berkas"], files.hash_rows(seed=6303), strict=True))
    for code, unit in units.items():
        own = sum(innovations.get(row["id_inovasi"], 0) for row in unit.innovations)
        fed = sum(by_name.get(row["berkas"], 0) for row in unit.files)
        total[code] = (total.get(code, 0) + 3 * own + 5 * fed) % 2**64
    return total
