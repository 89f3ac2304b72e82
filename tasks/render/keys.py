"""Fingerprints of what each page is made of: a page whose fingerprint is that of the run before need not be rendered again."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import orjson
import polars as pl

from tasks.render.gather import KEY, Tables
from tasks.render.profile import STEPS
from tasks.render.text import each
from tasks.unchanged import SEED, hashed
from tasks.wording import number

# Of the tables that pages show row by row: which columns.
OF_INNOVATIONS = {
    "inovasi": (), "indikator": ("nomor", "parameter", "skor", "bukti"), "asal": ("kolom", "berkas", "lembar", "sel"),
    "komitmen": (), "monev": (),
}  # an innovation's own page (none: all)  # fmt: skip
FINDING = ("kode", "tingkat", "berkas", "lembar", "sel", "kolom", "nilai", "pesan", "jangkar", "milik", "urut")
NOT_SHOWN = ("data_per", "sha256", "ukuran", "run_id", "waktu")  # columns that no page shows, which change every day
DIGITS = 20  # of a number of 64 bits
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


@dataclass
class Prints:
    """The fingerprints of a report; none where nothing is known of one."""

    pages: dict[str, str] = field(default_factory=dict)  # by their paths
    findings: dict[str, int] = field(default_factory=dict)  # of each unit's page, by a number that stands for the unit
    shared: str = ""  # of what the pages of innovations of all units are made of beside their own rows and findings


class Keys:
    """The fingerprints of one run."""

    def __init__(
        self, run: Path, tables: Tables, code: str, said: Mapping[str, Any], earlier: Prints, units: pl.Series | None
    ) -> None:  # fmt: skip
        """Where ``units`` is given, the rows of innovations of others are those that the ``earlier`` prints of pages are of."""
        self._earlier, self._units = earlier, units
        data, manifest = run / "data", tables.manifest
        self._tables = tables
        self.files = {path.stem: digest(path.read_bytes()) for path in sorted(data.glob("*.parquet"))}
        folders = [path.name for name in ("koreksi", "pengantar") for path in sorted((run / name).glob("*"))]
        extras = [str(tables.review_file), *folders]
        stable = {name: manifest.get(name) for name in ("tahun", "daerah", "instansi", "andaian")}
        self.counts = orjson.dumps([manifest.get(name) for name in ("batas_kirim", "counts")])
        self.base = digest(code, orjson.dumps(stable), orjson.dumps(said), *tables.persons)
        files = (f"{name}={known}" for name, known in self.files.items())
        self.steady = digest(self.base, self.counts, *extras, *files)

    def prints(self, sections: Mapping[str, str]) -> Prints:
        """The fingerprints of all pages, of which those of ``sections`` are made elsewhere."""
        return Prints({**sections, **self._own_pages(), **self._unit_pages()}, self._findings_of_units, self._shared)

    # --- pages of their own ---------------------------------------------------------------------------------------

    @cached_property
    def kinds(self) -> bytes:
        """Of what is told of kinds of finding."""
        return hashed(self._tables.raw("katalog").drop("jumlah", strict=False).sort("kode"))

    @cached_property
    def _findings_of_units(self) -> dict[str, int]:
        return {f"{unit}": number for unit, number in self._of_units.iter_rows()}

    @cached_property
    def _shared(self) -> str:
        tables = (self.files.get(name, "") for name in ("daftar_indikator", "langkah", "bersama"))
        return digest(self.base, self.kinds, *self._links.values(), *tables)

    @cached_property
    def _links(self) -> dict[str, str]:
        """What is said of each unit where its name leads to its page."""
        return {code: f"{unit.url} {unit.row['nama_unit']}" for code, unit in self._tables.units.items()}

    @property
    def rows(self) -> pl.DataFrame:
        """Of each innovation a number made of what was sent of it (``baris``)."""
        return self._own.select(KEY, baris=pl.col("sidik").str.slice(DIGITS, DIGITS))

    @cached_property
    def _names(self) -> pl.DataFrame:
        """The innovations, each with what its earlier print says of its rows (``lalu``), where these are as they were.

        ``tetap``: the whole print, where all is as it was.
        """
        names = self._tables.innovations.select(KEY, "kode_unit", "nama_unit", "url", nomor=_number(pl.col(KEY)))
        if self._units is None:
            return names.with_columns(lalu=pl.lit(None, pl.UInt64), tetap=pl.lit(None, pl.String))
        prints = {"url": list(self._earlier.pages), "tetap": list(self._earlier.pages.values())}
        known = pl.DataFrame(prints, schema=dict.fromkeys(prints, pl.String)).filter(
            pl.col("tetap").str.len_bytes() == 3 * DIGITS
        )
        key, rows = (pl.col("tetap").str.slice(start, DIGITS).cast(pl.UInt64) for start in (0, DIGITS))
        known = known.with_columns(nomor=key, lalu=rows)
        before = names.join(known, on=("url", "nomor"), how="left", maintain_order="left")
        then = self._earlier.findings
        of_units = (
            (unit, self._findings_of_units.get(f"{number}") == then.get(f"{number}")) for unit, number in self._numbered
        )
        same = [unit for unit, as_it_was in of_units if as_it_was] if self._earlier.shared == self._shared else []
        other = ~pl.col("kode_unit").is_in(self._units.implode())
        return before.with_columns(
            lalu=pl.when(other).then("lalu"), tetap=pl.when(other & pl.col("kode_unit").is_in(same)).then("tetap")
        )

    @property
    def _numbered(self) -> Iterable[tuple[str, int]]:
        """The units that have innovations, each with the number that stands for it."""
        codes = self._tables.innovations.select(pl.col("kode_unit").unique())
        return codes.with_columns(nomor=_number(pl.col("kode_unit"))).iter_rows()

    @cached_property
    def _rows(self) -> pl.DataFrame:
        """Innovations of whose pages something may be different, with a number made of their rows in ``OF_INNOVATIONS``."""
        left = self._names.filter(pl.col("tetap").is_null())
        wanted = left.filter(pl.col("lalu").is_null())
        only = None if wanted.height == self._names.height else wanted[KEY]
        parts = [
            _summed(part, name, KEY)
            for name, columns in OF_INNOVATIONS.items()
            for part in self._tables.parts(name, *(columns and (KEY, *columns)), wanted=only)
        ]
        found = _joined(wanted.select(KEY), parts, KEY, "baris")
        return left.join(found, on=KEY, how="left", maintain_order="left").with_columns(pl.coalesce("baris", "lalu"))

    @cached_property
    def _own(self) -> pl.DataFrame:
        """The innovations with the prints of their pages (``sidik``): numbers of the innovation, its rows, and all the rest."""
        tables, left = self._tables, self._rows
        asked = pl.col(KEY).is_in(left[KEY].implode())
        mend = tables.about.filter(pl.col("perbaiki") & asked)
        parts = [
            _summed(tables.findings.select(FINDING)[mend["nomor"]].with_columns(mend[KEY]), "temuan", KEY),
            _summed(self._steps(left[KEY]), "langkah", KEY),
            _summed(tables.shared.filter(asked), "bersama", KEY),
        ]
        rest = _joined(left, parts, KEY, "sisa")
        shown = (
            pl.lit(digest(self.base, self.kinds, self.files.get("daftar_indikator", ""))), KEY, "sisa", "url", "nama_unit",
            pl.col("kode_unit").replace_strict(self._links, return_dtype=pl.String),
        )  # fmt: skip
        numbers = ("nomor", "baris", pl.struct(shown).hash(seed=SEED))
        texts = (pl.col(number) if isinstance(number, str) else number for number in numbers)
        made = rest.select(KEY, sidik=pl.concat_str(text.cast(pl.String).str.zfill(DIGITS) for text in texts))
        known = self._names.join(made, on=KEY, how="left", maintain_order="left")
        return known.select(KEY, "kode_unit", "url", sidik=pl.coalesce("tetap", "sidik"))

    @cached_property
    def _of_units(self) -> pl.DataFrame:
        """The findings that are on units' pages, as they follow one another there, of each unit as a number."""
        there = self._tables.findings.filter(pl.col("urut").is_not_null())
        return _summed(there.select(KEY, *FINDING).explode(KEY), "temuan", "milik")

    def _steps(self, keys: pl.Series) -> pl.DataFrame:
        """The steps on the own pages of these innovations, as they are shown there."""
        all_of_them, columns = len(keys) == self._names.height, (KEY, "keterangan", "indikator", "kenaikan")
        tables = self._tables
        found = [tables.some("langkah", *columns)] if all_of_them else tables.parts("langkah", *columns, wanted=keys)
        steps = pl.concat(found).drop_nulls(KEY)
        best = steps.with_columns(ke=pl.int_range(pl.len()).over(KEY)).filter(pl.col("ke") < STEPS)
        return best.with_columns(each(best["kenaikan"], lambda value: number(value, 3)))

    def _own_pages(self) -> dict[str, str]:
        return dict(self._own.select("url", "sidik").iter_rows())

    def _unit_pages(self) -> dict[str, str]:
        """A unit's page is made of what is its own, and what lists say of its innovations and of the files that fed it."""
        tables = self._tables
        pairs = tables.pairs.select("milik", "nama_kiri", "nama_kanan", "jangkar", "halaman")
        promised = tables.raw("komitmen").join(self._own.select(KEY, "sidik", "url"), on=KEY, how="left")
        periods = sorted(tables.raw("monev")["periode"].unique())
        files = tables.raw("berkas").drop(NOT_SHOWN, strict=False).with_row_index("nomor")
        parts = [
            _summed(tables.raw("unit").drop(NOT_SHOWN, strict=False), "unit", "kode_unit"),
            _summed(tables.innovations, "inovasi", "kode_unit"),
            self._of_units,
            _summed(promised, "komitmen", "kode_unit"),
            _summed(pairs, "tinjauan", "milik"),
            _summed(tables.senders.join(files.drop("kode_unit"), on="nomor").drop("nomor"), "berkas", "kode_unit"),
        ]
        hung = {
            name: tables.raw(name).drop("kode_unit", strict=False) for name in ("komitmen", "monev", "riwayat_isian")
        }
        hung["bersama"] = tables.shared
        parts += [
            _summed(frame.join(tables.owners, on=KEY), f"{name} inovasi", "kode_unit") for name, frame in hung.items()
        ]
        codes = pl.DataFrame({"kode_unit": list(tables.units)}, schema={"kode_unit": pl.String})
        sums = dict(_joined(codes, parts, "kode_unit", "sendiri").select("kode_unit", "sendiri").iter_rows())
        shared, found = digest(self.base, self.kinds, *periods), {}
        for code, unit in tables.units.items():
            also = "\n".join((*unit.corrections, str(unit.cover), unit.url))
            found[str(unit.url)] = digest(shared, f"{sums[code]:x}", also)
        return found


def _summed(frame: pl.DataFrame, name: str, key: str) -> pl.DataFrame:
    """The hash of each key and the sum of those of its rows; the table's name tells equal rows of two tables apart."""
    hashes = frame.with_columns(_tabel=pl.lit(name)).hash_rows(seed=SEED)
    rows = pl.DataFrame({"kunci": frame[key], "h": hashes}).drop_nulls("kunci").with_columns(_number(pl.col("kunci")))
    return rows.group_by("kunci").agg(pl.col("h").sum())


def _number(key: pl.Expr) -> pl.Expr:
    """A key as a number: a text would keep in memory what it was read with."""
    return key.hash(seed=SEED)


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
