"""Fingerprints of what each page is made of: a page whose fingerprint is that of the run before need not be rendered again."""

import hashlib
from collections.abc import Iterable, Mapping
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import orjson
import polars as pl

from tasks.render.gather import KEY, PAGE_PAIRS, UNIT_FINDINGS, Tables
from tasks.render.profile import STEPS
from tasks.render.text import each
from tasks.unchanged import hashed
from tasks.wording import number

# Of the tables that pages show row by row: which columns.
OF_INNOVATIONS = {
    "inovasi": (), "indikator": ("nomor", "parameter", "skor", "bukti"), "asal": ("kolom", "berkas", "lembar", "sel"),
    "komitmen": (), "monev": (),
}  # an innovation's own page (none: all)  # fmt: skip
FINDING = ("kode", "tingkat", "berkas", "lembar", "sel", "kolom", "nilai", "pesan", "jangkar", "lewat", "milik")
NOT_SHOWN = ("data_per", "sha256", "ukuran", "run_id", "waktu")  # columns that no page shows, which change every day
# Of the pages about all units: what each section is made of. A table is taken as it was saved; what lists say of innovations,
# and findings on their units, as :class:`Tables` has them; "berkas hitung" is files without their times, "pasangan" pairs with
# the whole innovations, "tiba" when units sent something.
OF_ALL = ("inovasi", "unit")
SECTIONS: dict[str, tuple[str, ...]] = {
    "index": (
        *OF_ALL, "temuan", "katalog", "berkas hitung", "komitmen", "monev", "tinjauan", "keselarasan", "indeks", "sejarah",
        "aturan", "langkah", "angka",
    ),
    "indeks": (*OF_ALL, "indeks", "sejarah", "aturan", "indikator"),
    "langkah": (*OF_ALL, "langkah", "langkah_rencana", "rencana", "indeks"),
    "penghargaan": (*OF_ALL, "penghargaan"),
    "kecamatan": (*OF_ALL, "temuan", "peta"),
    "riwayat": ("berkas", "tiba", "batas_kirim"),
    "unit": (*OF_ALL, "temuan"),
    "inovasi": (*OF_ALL, "temuan"),
    "komitmen": (*OF_ALL, "komitmen"),
    "monev": (*OF_ALL, "monev"),
    "keselarasan": (*OF_ALL, "keselarasan"),
    "tinjauan": (*OF_ALL, "tinjauan", "bersama", "pasangan", "buku tinjauan"),
    "temuan": (*OF_ALL, "temuan", "katalog"),
    "berkas": ("unit", "berkas"),
    "panduan": (),
}  # fmt: skip
ALONE = frozenset({"riwayat", "berkas", "panduan"})  # sections that can be made without all innovations and findings
DIGITS = 20  # of a number of 64 bits: the print of an innovation's page is that of its rows, and that of the rest
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

    def __init__(
        self, run: Path, tables: Tables, code: str, said: Mapping[str, Any], earlier: Mapping[str, str], units: pl.Series | None
    ) -> None:  # fmt: skip
        """Where ``units`` is given, the rows of innovations of others are those that the ``earlier`` prints of pages are of."""
        self._earlier, self._units = earlier, units
        data, manifest = run / "data", tables.manifest
        self._tables = tables
        self._files = {path.stem: digest(path.read_bytes()) for path in sorted(data.glob("*.parquet"))}
        folders = [path.name for name in ("koreksi", "pengantar") for path in sorted((run / name).glob("*"))]
        extras = [str(tables.review_file), *folders]
        stable = {name: manifest.get(name) for name in ("tahun", "daerah", "instansi", "andaian")}
        self._counts = orjson.dumps([manifest.get(name) for name in ("batas_kirim", "counts")])
        self._base = digest(code, orjson.dumps(stable), orjson.dumps(said), *tables.persons)
        files = (f"{name}={known}" for name, known in self._files.items())
        self.steady = digest(self._base, self._counts, *extras, *files)

    @cached_property
    def sections(self) -> dict[str, str]:
        """The fingerprint of each section of pages about all units."""
        parts = {name: self._of(name) for made_of in SECTIONS.values() for name in made_of}
        return {name: digest(self._base, *map(parts.__getitem__, made_of)) for name, made_of in SECTIONS.items()}

    @cached_property
    def pages(self) -> dict[str, str]:
        """The fingerprint of the page of each innovation and each unit, by its path."""
        return {**self._own_pages(), **self._unit_pages()}

    # --- sections -------------------------------------------------------------------------------------------------

    def _of(self, name: str) -> bytes | str:
        """The fingerprint of something that sections are made of."""
        tables = self._tables
        match name:
            case "inovasi":
                return hashed(tables.innovations)
            case "temuan":
                return hashed(tables.findings)
            case "angka" | "batas_kirim":
                return self._counts
            case "berkas hitung":
                return hashed(tables.raw("berkas").select("berkas", "status", "kode_unit", "^baris_.*$"))
            case "tiba":
                return hashed(tables.fed.select("nomor", "kode_unit").unique().sort("nomor", "kode_unit"))
            case "pasangan":
                both = pl.concat([tables.pairs["kiri"], tables.pairs["kanan"]]).unique().implode()
                whole = self._own.filter(pl.col(KEY).is_in(both)).select(KEY, "sendiri").sort(KEY)
                return hashed(whole) + hashed(tables.fed.filter(pl.col(KEY).is_in(both)))
            case "buku tinjauan":
                return str(tables.review_file)
            case "unit" | "sejarah" | "berkas":
                shown = tables.raw(name).drop(NOT_SHOWN, strict=False)
                return hashed(shown)
        return self._files.get(name, "")

    # --- pages of their own ---------------------------------------------------------------------------------------

    @cached_property
    def _kinds(self) -> bytes:
        return hashed(self._tables.raw("katalog").drop("jumlah", strict=False).sort("kode"))

    @cached_property
    def _rows(self) -> pl.DataFrame:
        """The innovations, each with a number made of its rows in the tables ``OF_INNOVATIONS``."""
        names = self._tables.innovations.select(KEY, "kode_unit", "nama_unit", "url")
        prints = {"url": list(self._earlier), "lalu": list(self._earlier.values())}
        known = pl.DataFrame(prints, schema=dict.fromkeys(prints, pl.String)).filter(
            pl.col("lalu").str.len_bytes() == 2 * DIGITS
        )
        names = names.join(known, on="url", how="left", maintain_order="left").with_columns(
            lalu=pl.col("lalu").str.head(DIGITS).cast(pl.UInt64)
        )
        asked = (
            pl.lit(True)
            if self._units is None
            else pl.col("lalu").is_null() | pl.col("kode_unit").is_in(self._units.implode())
        )
        wanted = names.filter(asked)
        only = None if wanted.height == names.height else wanted[KEY]
        parts = [
            _summed(part, name, KEY)
            for name, columns in OF_INNOVATIONS.items()
            for part in self._tables.parts(name, *(columns and (KEY, *columns)), wanted=only)
        ]
        found = _joined(wanted.select(KEY), parts, KEY, "baris")
        return (
            names.join(found, on=KEY, how="left", maintain_order="left")
            .with_columns(pl.coalesce("baris", "lalu"))
            .drop("lalu")
        )

    @cached_property
    def _own(self) -> pl.DataFrame:
        """Of each innovation a number made of all that only its own page shows."""
        tables = self._tables
        about = self._findings.explode(KEY).join(tables.innovations.select(KEY, "kode_unit"), on=KEY)
        mend = about.filter((pl.col("kode_unit") == pl.col("milik")) & (pl.col("tingkat") != "catatan"))
        parts = [
            _summed(mend, "temuan", KEY),
            _summed(self._steps, "langkah", KEY),
            _summed(self._groups, "bersama", KEY),
        ]
        rest = _joined(self._rows, parts, KEY, "sisa")
        return rest.with_columns(sendiri=pl.col("baris") + pl.col("sisa"))

    @cached_property
    def _findings(self) -> pl.DataFrame:
        """The findings that are on units' pages; those that are shown there have an anchor."""
        current = self._tables.findings.filter(~pl.col("lewat")).select(KEY, *FINDING)
        return current.with_columns(tampil=pl.int_range(pl.len()).over("milik") < UNIT_FINDINGS)

    @property
    def _groups(self) -> pl.DataFrame:
        return self._tables.raw("bersama").select("kelompok", KEY).join(self._tables.groups, on="kelompok")

    @property
    def _steps(self) -> pl.DataFrame:
        """The steps on innovations' own pages, as they are shown there."""
        parts = self._tables.some("langkah", KEY, "keterangan", "indikator", "kenaikan").drop_nulls(KEY)
        best = parts.with_columns(ke=pl.int_range(pl.len()).over(KEY)).filter(pl.col("ke") < STEPS)
        return best.with_columns(each(best["kenaikan"], lambda value: number(value, 3)))

    def _own_pages(self) -> dict[str, str]:
        about = digest(self._base, self._kinds, self._files.get("daftar_indikator", ""))
        links = {code: f"{unit.url}" for code, unit in self._tables.units.items()}
        shown = (
            pl.lit(about),
            KEY,
            "sisa",
            "url",
            "nama_unit",
            pl.col("kode_unit").replace_strict(links, return_dtype=pl.String),
        )
        numbers = (pl.col("baris"), pl.struct(shown).hash(seed=6303))
        written = pl.concat_str(number.cast(pl.String).str.zfill(DIGITS) for number in numbers)
        return dict(self._own.select("url", written.alias("sidik")).iter_rows())

    def _unit_pages(self) -> dict[str, str]:
        """A unit's page is made of what is its own, and what lists say of its innovations and of the files that fed it."""
        tables = self._tables
        owners = tables.innovations.select(KEY, "kode_unit")
        pairs = tables.pairs.join(owners.rename({KEY: "kiri", "kode_unit": "milik"}), on="kiri", maintain_order="left")
        pairs = pairs.select(
            "milik", "nama_kiri", "nama_kanan", "jangkar", halaman=pl.int_range(pl.len()) // PAGE_PAIRS
        )
        promised = tables.raw("komitmen").join(self._own.select(KEY, "sendiri", "url"), on=KEY, how="left")
        periods = sorted(tables.raw("monev")["periode"].unique())
        files = tables.raw("berkas").drop(NOT_SHOWN, strict=False).with_row_index("nomor")
        fed = (
            pl.concat([tables.fed.select("nomor", "kode_unit"), files.select("nomor", "kode_unit")])
            .unique()
            .drop_nulls()
        )
        parts = [
            _summed(tables.raw("unit").drop(NOT_SHOWN, strict=False), "unit", "kode_unit"),
            _summed(tables.innovations, "inovasi", "kode_unit"),
            _summed(self._findings.explode(KEY), "temuan", "milik"),
            _summed(promised, "komitmen", "kode_unit"),
            _summed(pairs, "tinjauan", "milik"),
            _summed(fed.join(files.drop("kode_unit"), on="nomor").drop("nomor"), "berkas", "kode_unit"),
        ]
        hung = {
            name: tables.raw(name).drop("kode_unit", strict=False) for name in ("komitmen", "monev", "riwayat_isian")
        }
        hung["bersama"] = self._groups
        parts += [_summed(frame.join(owners, on=KEY), f"{name} inovasi", "kode_unit") for name, frame in hung.items()]
        codes = pl.DataFrame({"kode_unit": list(tables.units)}, schema={"kode_unit": pl.String})
        sums = dict(_joined(codes, parts, "kode_unit", "sendiri").select("kode_unit", "sendiri").iter_rows())
        shared, found = digest(self._base, self._kinds, *periods), {}
        for code, unit in tables.units.items():
            also = "\n".join((*unit.corrections, str(unit.cover), unit.url))
            found[str(unit.url)] = digest(shared, f"{sums[code]:x}", also)
        return found


def _summed(frame: pl.DataFrame, name: str, key: str) -> pl.DataFrame:
    """The hash of each key and the sum of those of its rows; the table's name tells equal rows of two tables apart."""
    hashes = frame.with_columns(_tabel=pl.lit(name)).hash_rows(seed=6303)
    rows = pl.DataFrame({"kunci": frame[key], "h": hashes}).drop_nulls("kunci").with_columns(_number(pl.col("kunci")))
    return rows.group_by("kunci").agg(pl.col("h").sum())


def _number(key: pl.Expr) -> pl.Expr:
    """A key as a number: a text would keep in memory what it was read with."""
    return key.hash(seed=6303)


def _joined(keys: pl.DataFrame, parts: Iterable[pl.DataFrame], key: str, name: str) -> pl.DataFrame:
    """``keys`` with one number for each, the sum of its rows' hashes: in whichever order they stand."""
    whole = (
        pl.concat([pl.DataFrame(schema={"kunci": pl.UInt64, "h": pl.UInt64}), *parts])
        .group_by("kunci")
        .agg(pl.col("h").sum())
    )
    asked = keys.with_columns(_number(pl.col(key)).alias("kunci"))
    return asked.join(whole, on="kunci", how="left", maintain_order="left").drop("kunci").rename({"h": name}).with_columns(
        pl.col(name).fill_null(0)
    )  # fmt: skip
