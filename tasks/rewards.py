"""The ranking for rewards: innovations and innovating units by the criteria of penghargaan.csv, each figure with its evidence.

    nilai = sum over the criteria of bobot * bagian, where bagian is the criterion's figure on a scale of 0 to 1

A figure that nobody sent counts as 0 and is null in the table. A unit is ranked by the mean of its best three innovations.
"""

import polars as pl

from schemas.tables import empty, shape
from tasks.reference import Reference
from tasks.wording import sentences

BEST = 3  # innovations of a unit that count for its rank
MOST_RANKED = 200  # innovations, and units, in the table
LONGEST_PROOF = 200  # letters of evidence shown


def rewards(tables: dict[str, pl.DataFrame], reference: Reference, tahun: int) -> pl.DataFrame:
    """The table ``penghargaan`` from the tables inovasi, indikator, monev and keselarasan."""
    inovasi, criteria = tables["inovasi"], list(reference.penghargaan.iter_rows(named=True))
    if inovasi.is_empty():
        return empty("penghargaan")
    scored = pl.concat([_criterion(row, tables, reference, tahun) for row in criteria])
    weighted = scored.with_columns(sumbangan=pl.col("bobot") * pl.col("bagian"))
    own = inovasi.select("id_inovasi", "kode_unit", "nama_unit", nama="nama_inovasi")
    of_innovations = weighted.join(own, on="id_inovasi", maintain_order="left")
    best = _ranked(of_innovations, "inovasi", "id_inovasi")
    proof = pl.concat([_evidence(row, tables, best["id_inovasi"].unique(), reference, tahun) for row in criteria])
    best = best.join(proof, on=["id_inovasi", "kriteria"], how="left", maintain_order="left")
    units = _ranked(_of_units(of_innovations), "unit", "kode_unit")
    return shape("penghargaan", pl.concat([best, units], how="diagonal"))


def indicators_shown(reference: Reference) -> list[int]:
    """The indicators whose evidence the ranking shows."""
    return sorted({number for text in reference.penghargaan["indikator"].drop_nulls() for number in _numbers(text)})


def _numbers(text: object) -> list[int]:
    return [int(number) for number in str(text).split("|")]


def _criterion(
    row: dict[str, object], tables: dict[str, pl.DataFrame], reference: Reference, tahun: int
) -> pl.DataFrame:
    """One criterion of every innovation: kriteria, nama_kriteria, bobot, angka, bagian."""
    found = _told(row, {name: frame.lazy() for name, frame in tables.items()}, reference, tahun)
    figures = found.select("id_inovasi", "angka", "bagian").collect()
    every = tables["inovasi"].select("id_inovasi").join(figures, on="id_inovasi", how="left", maintain_order="left")
    return every.with_columns(
        pl.col("bagian").fill_null(0.0).clip(0.0, 1.0), kriteria=pl.lit(row["kriteria"]), nama_kriteria=pl.lit(row["nama"]),
        bobot=pl.lit(row["bobot"]),
    )  # fmt: skip


def _evidence(
    row: dict[str, object], tables: dict[str, pl.DataFrame], best: pl.Series, reference: Reference, tahun: int
) -> pl.DataFrame:
    """Where the figures of one criterion come from, in words, of the ``best`` innovations: id_inovasi, kriteria, bukti."""
    theirs = {name: frame.lazy().filter(pl.col("id_inovasi").is_in(best.implode())) for name, frame in tables.items()}
    found = _told(row, theirs, reference, tahun)
    return found.select("id_inovasi", "bukti", kriteria=pl.lit(row["kriteria"])).collect()


def _told(row: dict[str, object], tables: dict[str, pl.LazyFrame], reference: Reference, tahun: int) -> pl.LazyFrame:
    """One criterion of the innovations of which something is known: angka, bagian, bukti."""
    say = reference.indeks.bukti_penghargaan
    match row["sumber"]:
        case "kematangan":
            return _maturity(tables, reference, tahun, say.kematangan, say.kematangan_portal)
        case "monev":
            return _beneficiaries(tables["monev"], say.monev)
        case "keselarasan":
            return _aligned(tables["keselarasan"], say.keselarasan)
        case _:
            return _proven(tables["indikator"], _numbers(row["indikator"]), say.indikator)


def _maturity(
    tables: dict[str, pl.LazyFrame], reference: Reference, tahun: int, computed: str, ready: str
) -> pl.LazyFrame:
    most = float(reference.indicators(tahun)["bobot"].sum()) * 3
    filled = (
        tables["indikator"].filter(pl.col("parameter") > 0).group_by("id_inovasi").agg(nomor=pl.col("nomor").sort())
    )
    listed = pl.col("nomor").cast(pl.List(pl.String)).list.join(", ")
    return (
        tables["inovasi"].filter(pl.col("kematangan").is_not_null()).join(filled, on="id_inovasi", how="left")
        .select(
            "id_inovasi", angka="kematangan", bagian=pl.col("kematangan") / most,
            bukti=pl.when(pl.col("nomor").is_not_null()).then(_filled(computed, nomor=listed)).otherwise(pl.lit(ready)),
        )
    )  # fmt: skip


def _beneficiaries(monev: pl.LazyFrame, say: str) -> pl.LazyFrame:
    """The most beneficiaries of one period, on a logarithmic scale up to the most of all."""
    told = monev.filter(pl.col("penerima_manfaat") > 0).sort("penerima_manfaat", "periode", descending=True)
    best = told.unique("id_inovasi", keep="first", maintain_order=True)
    figure = pl.col("penerima_manfaat").cast(pl.Float64)
    where = {name: pl.col(name) for name in ("periode", "berkas", "lembar", "sel")}
    return best.select(
        "id_inovasi", angka=figure, bagian=figure.log1p() / figure.log1p().max(), bukti=_filled(say, **where)
    )


def _aligned(keselarasan: pl.LazyFrame, say: str) -> pl.LazyFrame:
    """How many kinds of goals it supports, of those that have goals at all."""
    kinds = max(1, keselarasan.select(pl.col("jenis").n_unique()).collect().item())
    named = keselarasan.drop_nulls("id_inovasi").group_by("id_inovasi", maintain_order=True).agg(
        angka=pl.col("jenis").n_unique().cast(pl.Float64), tujuan=pl.col("kode").str.join(", ")
    )  # fmt: skip
    return named.select(
        "id_inovasi", "angka", bagian=pl.col("angka") / kinds, bukti=_filled(say, tujuan=pl.col("tujuan"))
    )


def _proven(indikator: pl.LazyFrame, numbers: list[int], say: str) -> pl.LazyFrame:
    """The lowest parameter of some indicators: what is claimed counts as far as all of them prove it."""
    asked = indikator.filter(pl.col("nomor").is_in(numbers) & (pl.col("parameter") > 0))
    proof = pl.col("bukti").str.replace_all(r"\s+", " ").str.slice(0, LONGEST_PROOF)
    each = _filled(
        say, nomor=pl.col("nomor").cast(pl.String), parameter=pl.col("parameter").cast(pl.String), bukti=proof
    )
    own = asked.sort("id_inovasi", "nomor").group_by("id_inovasi", maintain_order=True).agg(
        lowest=pl.col("parameter").min(), count=pl.len(), bukti=each.str.join("; ")
    )  # fmt: skip
    figure = pl.when(pl.col("count") == len(numbers)).then("lowest").otherwise(0).cast(pl.Float64)
    return own.select("id_inovasi", angka=figure, bagian=figure / 3, bukti="bukti")


def _filled(template: str, **columns: pl.Expr) -> pl.Expr:
    return sentences(template, {name: column.fill_null("–") for name, column in columns.items()})


def _of_units(rows: pl.DataFrame) -> pl.DataFrame:
    """The criteria of each unit: the mean over its best innovations, of which absent ones count as 0."""
    summed = rows.with_columns(jumlah=pl.col("sumbangan").sum().over("id_inovasi"))
    order, downwards = ("jumlah", "id_inovasi"), (True, False)
    each = summed.unique("id_inovasi", keep="any").sort(order, descending=downwards)
    first = each.group_by("kode_unit", maintain_order=True).head(BEST)["id_inovasi"]
    of_best = summed.filter(pl.col("id_inovasi").is_in(first.implode()))
    best = of_best.sort(order, descending=downwards, maintain_order=True)
    return best.group_by("kode_unit", "kriteria", "nama_kriteria", "bobot", maintain_order=True).agg(
        nama=pl.col("nama_unit").first(), angka=pl.col("angka").sum() / BEST, bagian=pl.col("bagian").sum() / BEST,
        sumbangan=pl.col("sumbangan").sum() / BEST, bukti=pl.col("nama").str.slice(0, 80).str.join("; "),
    )  # fmt: skip


def _ranked(rows: pl.DataFrame, sasaran: str, key: str) -> pl.DataFrame:
    totals = rows.group_by(key, maintain_order=True).agg(nilai=pl.col("sumbangan").sum().round(9).clip(0.0, 100.0))
    best = (
        totals.with_columns(urutan=pl.col("nilai").rank("min", descending=True)).sort("urutan", key).head(MOST_RANKED)
    )
    return (
        rows.join(best, on=key, maintain_order="left").sort("urutan", key, maintain_order=True)
        .with_columns(sasaran=pl.lit(sasaran))
    )  # fmt: skip
