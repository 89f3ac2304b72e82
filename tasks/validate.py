"""Typed records against the model of a submission: Pandera's failures become findings at their cells."""

import polars as pl

from schemas import SchemaErrors
from schemas.submission import DTYPES, Bounds, Rule, failing, submission_schema, words
from tasks.findings import raw
from tasks.parse import HOLDS, beside
from tasks.reference import Reference
from tasks.values import long_date

RECORDS_AT_ONCE = 25_000


def rules_of(reference: Reference, tahun: int) -> list[Rule]:
    """The rows of the profile in force in ``tahun`` that a table of records has a column for."""
    rows = reference.profile(tahun).filter(pl.col("tipe") != "koordinat")
    return [
        Rule(row["kolom"], row["tipe"], row["wajib"] == "ya", row["minimum_kata"]) for row in rows.iter_rows(named=True)
    ]


def widen(records: pl.DataFrame, typed: pl.LazyFrame, rules: list[Rule]) -> pl.DataFrame:
    """One row per record with the typed values of the columns of ``rules``; null where nothing (understood) stands."""
    held = typed.filter(~pl.col("kosong") & ~pl.col("gagal"))
    wide = beside(records.select("rekaman"), held, {rule.kolom: HOLDS[rule.tipe] for rule in rules})
    values = ((pl.col(rule.kolom), DTYPES[rule.tipe]) for rule in rules)
    return wide.with_columns((value.round() if dtype == pl.Int64 else value).cast(dtype) for value, dtype in values)


def validate(
    records: pl.DataFrame, typed: pl.LazyFrame, tables: pl.DataFrame, reference: Reference, tahun: int
) -> pl.DataFrame:
    """Raw findings about the records of innovations; each with the cell it concerns.

    ``records`` has rekaman, tabel, berkas, lembar, baris, sel; ``typed`` is what ``tasks.parse.parse`` returned for all.
    A mandatory column that a whole table lacks is one finding about the table, not one for each row.
    """
    rules = rules_of(reference, tahun)
    daerah = reference.daerah
    bounds = Bounds(reference.rules(tahun).jendela_penerapan, daerah.lintang, daerah.bujur)
    parts = [_about_values(part, typed, rules, bounds) for part in records.iter_slices(RECORDS_AT_ONCE)]
    return pl.concat([*parts, _missing_columns(tables, records, rules)])


def _about_values(records: pl.DataFrame, typed: pl.LazyFrame, rules: list[Rule], bounds: Bounds) -> pl.DataFrame:
    """Raw findings about the values of some records."""
    typed = typed.filter(pl.col("rekaman").is_between(records["rekaman"].min(), records["rekaman"].max()))
    wide = widen(records, typed, rules)
    failures = _failures(wide, rules, bounds)
    about = pl.col("rekaman").is_in(failures["rekaman"].unique().implode())
    concerned = pl.col("kolom").is_in([*failures["kolom"].unique(), "waktu_penerapan"])
    cells = typed.filter(about & concerned).select("rekaman", "kolom", "baris", "sel", "nilai", "kosong", "gagal")
    where = cells.collect().unique(["rekaman", "kolom"], keep="first")
    undated = where.filter("gagal", kolom="waktu_penerapan").select("rekaman", kode=pl.lit("anggaran_tanpa_tahun"))
    position = records.select(
        "rekaman", "berkas", "lembar", pl.col("baris").alias("baris_rekaman"), pl.col("sel").alias("sel_rekaman")
    )
    found = (
        failures.join(position, on="rekaman")
        .join(where, on=["rekaman", "kolom"], how="left")
        .filter(~pl.col("gagal").fill_null(False))  # what stands there is already reported as not understood
        .join(undated, on=["rekaman", "kode"], how="anti")
        .filter(
            (pl.col("kode") != "nilai_kosong") | pl.col("baris").is_not_null()
        )  # column absent: reported once, below
        .with_columns(
            pl.col("baris").fill_null(pl.col("baris_rekaman")), pl.col("sel").fill_null(pl.col("sel_rekaman"))
        )
    )
    return raw(_detail(found, wide, rules, bounds))


def _failures(wide: pl.DataFrame, rules: list[Rule], bounds: Bounds) -> pl.DataFrame:
    """Pandera's failure cases, where there are any: kode, kolom, rekaman."""
    schema = {"kode": pl.String, "kolom": pl.String, "rekaman": pl.UInt32}
    rows, broken = failing(wide, rules, bounds)
    try:
        submission_schema(broken, bounds).validate(rows, lazy=True)
    except SchemaErrors as errors:
        cases = errors.failure_cases
        if not cases.filter(pl.col("index").is_null()).is_empty():
            raise  # not a fault of a value but of this software: a column missing or of another type
        number = rows["rekaman"].gather(cases["index"].cast(pl.UInt32))
        named: pl.DataFrame = cases.select(pl.col("check").alias("kode"), pl.col("column").alias("kolom"))
        return named.with_columns(rekaman=number)
    return pl.DataFrame(schema=schema)


def _detail(found: pl.DataFrame, wide: pl.DataFrame, rules: list[Rule], bounds: Bounds) -> pl.DataFrame:
    """What the sentences name: dates in words, numbers of words."""
    minimum = {rule.kolom: rule.minimum_kata for rule in rules if rule.minimum_kata}
    short = found.filter(kode="teks_terlalu_pendek").select("rekaman", "kolom")
    texts = wide.join(short, on="rekaman", how="semi").select("rekaman", *minimum)
    counted = short.join(
        texts.unpivot(index="rekaman", variable_name="kolom", value_name="teks"), on=["rekaman", "kolom"]
    )
    counted = counted.select("rekaman", "kolom", kata=words(pl.col("teks").cast(pl.String)))
    dates = wide.select("rekaman", "waktu_uji_coba", "waktu_penerapan")
    span = f"{long_date(bounds.window[0])} sampai {long_date(bounds.window[1])}"
    few = pl.format(
        "{} kata dari sedikitnya {}",
        "kata",
        pl.col("kolom").replace_strict(minimum, default=None, return_dtype=pl.Int64),
    )
    return (
        found.join(counted, on=["rekaman", "kolom"], how="left")
        .join(dates, on="rekaman", how="left")
        .with_columns(
            rincian=pl.when(pl.col("kode") == "teks_terlalu_pendek").then(few)
            .when(pl.col("kode") == "di_luar_jendela").then(pl.lit(span))
            .when(pl.col("kode") == "uji_coba_sesudah_penerapan").then(pl.col("waktu_penerapan").dt.strftime("%d-%m-%Y"))
            .otherwise(pl.lit("")),
        )
    )  # fmt: skip


def _missing_columns(tables: pl.DataFrame, records: pl.DataFrame, rules: list[Rule]) -> pl.DataFrame:
    """One finding for each mandatory column that a table of innovations does not have."""
    asked = [rule.kolom for rule in rules if rule.wajib and rule.kolom != "nama_inovasi"]
    used, present = tables.filter(pl.col("tabel").is_in(records["tabel"].implode())), pl.col("kolom").list
    absent = [pl.when(~present.contains(kolom)).then(pl.lit(kolom)) for kolom in asked]
    named = used.select("berkas", "lembar", kolom=pl.concat_list(absent or pl.lit(None, pl.String)))
    return raw(named.explode("kolom").drop_nulls("kolom").with_columns(kode=pl.lit("kolom_wajib_tidak_ada")))
