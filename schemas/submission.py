"""What a submitted record must hold: one Pandera model over all records of all files, checks named as the findings they are."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, NamedTuple

import pandera.polars as pa
import polars as pl


class Rule(NamedTuple):
    """A row of profil.csv that is in force: what a column must hold."""

    kolom: str
    tipe: str
    wajib: bool
    minimum_kata: int | None


LINK = r"(?i)(https?://|www\.|\b[\w\-]+\.(com|id|net|org|io|gl|ly|be|co)\b)"  # an address, or a site at least
DTYPES: dict[str, Any] = {
    "teks": pl.String,
    "teks_panjang": pl.String,
    "pilihan": pl.String,
    "pilihan_banyak": pl.List(pl.String),
    "tanggal": pl.Date,
    "uang": pl.Int64,
    "angka": pl.Float64,
    "derajat": pl.Float64,
}


def words(text: pl.Expr) -> pl.Expr:
    """How many words a text has, once cleaned: one blank, or one line break, stands between each and the next."""
    return text.str.count_matches(r"[ \n]") + 1


class Bounds(NamedTuple):
    """What the values of a year and a regency lie within: the window of applications, and its latitudes and longitudes."""

    window: tuple[date, date]
    lintang: tuple[float, float]
    bujur: tuple[float, float]


def submission_schema(rules: list[Rule], bounds: Bounds) -> pa.DataFrameSchema:
    """The model of typed records: columns of ``rules`` and kode_unit; ``bounds`` is what their values lie within.

    Each check's name is the code of its finding; a failure concerns the column the check stands at.
    """
    checks = {rule: [_check(kode, holds) for kode, holds in _asked(rule, bounds)] for rule in rules}
    columns = {rule.kolom: pa.Column(DTYPES[rule.tipe], checks[rule], nullable=True) for rule in rules}
    return pa.DataFrameSchema(columns, strict=False)


def failing(records: pl.DataFrame, rules: list[Rule], bounds: Bounds) -> tuple[pl.DataFrame, list[Rule]]:
    """The records of which something fails, and the rules of the columns where: all asked at once, what Pandera does one by one."""
    fails = {rule: [~holds for _, holds in _asked(rule, bounds)] for rule in rules}
    found = records.select(pl.any_horizontal(asked).alias(rule.kolom) for rule, asked in fails.items() if asked)
    broken = [rule for rule in rules if rule.kolom in found.columns and found[rule.kolom].any()]
    return records.filter(found.select(pl.any_horizontal(pl.all())).to_series()), broken


def _asked(rule: Rule, bounds: Bounds) -> Iterator[tuple[str, pl.Expr]]:
    """What a column is asked: the code of the finding, and what holds otherwise."""
    if rule.kolom == "nama_inovasi":
        yield "nama_kosong", pl.col(rule.kolom).is_not_null()
    elif rule.wajib:
        yield "nilai_kosong", pl.col(rule.kolom).is_not_null()
    if rule.minimum_kata:
        yield "teks_terlalu_pendek", words(pl.col(rule.kolom)) >= rule.minimum_kata
    if rule.kolom == "waktu_uji_coba":
        yield "uji_coba_sesudah_penerapan", pl.col("waktu_uji_coba") <= pl.col("waktu_penerapan")
    if rule.kolom == "waktu_penerapan":
        inside = pl.col("waktu_penerapan").is_between(*bounds.window)
        before = (
            pl.col("waktu_penerapan") <= bounds.window[1]
        )  # what is applied later cannot have been developed already
        developed = before & pl.col("waktu_pengembangan").is_between(*bounds.window).fill_null(False)
        yield "di_luar_jendela", inside | developed
    if rule.kolom == "tautan":
        yield "bukan_tautan", pl.col("tautan").str.contains(LINK)
    if rule.kolom == "anggaran":
        yield "anggaran_tanpa_tahun", (pl.col("anggaran") == 0) | pl.col("waktu_penerapan").is_not_null()
    if rule.kolom in ("lintang", "bujur"):
        yield "koordinat_di_luar_wilayah", pl.col(rule.kolom).is_between(*getattr(bounds, rule.kolom))


def _check(kode: str, holds: pl.Expr) -> pa.Check:
    """A check that ``holds``; where it cannot be told (null) it passes."""
    test: Callable[[pa.PolarsData], pl.LazyFrame] = lambda data: data.lazyframe.select(holds.fill_null(True))  # noqa: E731
    return pa.Check(test, name=kode, ignore_na=False)
