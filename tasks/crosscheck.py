"""What only the merged tables show: texts copied between units, claims without what they claim, indicators left out.

Such findings are put at the cell the value came from; they keep no row out.
"""

from typing import NamedTuple

import polars as pl

from tasks.findings import raw
from tasks.reference import Reference
from tasks.score import Scored

COPIED = "teks_disalin"  # the one finding that comes of what several units sent
SHORTEST_COPY = 200  # letters a text must have to be called copied
SAME_MATURITY = 0.005  # points within which two figures of maturity are the same
SAME_LINK = 4  # indicators of one innovation that one link may serve
IDENTIFIER = pl.col("id_inovasi").cast(pl.String)  # of indicators, whose innovations are an enumeration
_SMALL = bytes(range(256)).lower()  # of bytes only those of ASCII have small letters
_SIGNS = bytes(code for code in range(128) if not chr(code).isalnum())
TOOLS_INDICATOR = 19  # "Alat kerja": 1 by hand, 2 electronic, 3 an information system


def designs(inovasi: pl.DataFrame, cells: pl.DataFrame, records: pl.DataFrame) -> pl.DataFrame:
    """What is needed to know long designs again: two hashes of their letters, whose they are, how they begin, where they stand.

    ``inovasi`` is that table with its texts, ``cells`` where its values stand (rekaman, id_inovasi, kolom, baris, sel), in
    ``records`` with berkas and lembar.
    """
    known = inovasi.select(
        "id_inovasi", "kode_unit", sebutan=pl.col("nama_inovasi") + " (" + pl.col("nama_unit") + ")",
        nilai=pl.col("rancang_bangun").str.slice(0, SHORTEST_COPY), inti=_letters(inovasi["rancang_bangun"]),
    ).filter(pl.col("inti").str.len_chars() >= SHORTEST_COPY)  # fmt: skip
    hashed = known.with_columns(jejak=pl.struct(a=pl.col("inti").hash(seed=1), b=pl.col("inti").hash(seed=2))).drop(
        "inti"
    )
    place = cells.filter(pl.col("kolom") == "rancang_bangun").join(
        records.select("rekaman", "berkas", "lembar"), on="rekaman"
    )
    where = place.select(pl.col("id_inovasi").cast(pl.String), "berkas", "lembar", "baris", "sel")
    return hashed.join(where, on="id_inovasi", maintain_order="left")


def _letters(texts: pl.Series) -> pl.Series:
    """The texts without blanks and signs, in small letters; those of ASCII byte by byte, much faster than by a pattern."""
    plain = [text and text.translate(_SMALL, _SIGNS) for text in texts.cast(pl.Binary)]
    letters = pl.Series(plain, dtype=pl.Binary).cast(pl.String)
    others = (letters.str.len_bytes() > letters.str.len_chars()).arg_true()
    return letters.scatter(others, letters[others].str.to_lowercase().str.replace_all(r"[\W_]+", ""))


def copied(designs: pl.DataFrame, bersama: pl.DataFrame) -> pl.DataFrame:
    """Raw findings: a design that is, letter for letter, that of another unit; shared innovations may have one design."""
    own = designs.join(bersama.select("id_inovasi"), on="id_inovasi", how="anti")
    twice = own.filter(pl.col("jejak").is_duplicated())
    several = twice.filter(pl.col("kode_unit").n_unique().over("jejak") > 1)
    units, names = (pl.col(column).sort_by("kode_unit", "id_inovasi") for column in ("kode_unit", "sebutan"))
    own_is_first = pl.col("kode_unit") == units.first().over("jejak")
    other = pl.when(own_is_first).then(names.last().over("jejak")).otherwise(names.first().over("jejak"))
    return raw(several.with_columns(kode=pl.lit(COPIED), kolom=pl.lit("rancang_bangun"), rincian=other))


def crosscheck(
    inovasi: pl.DataFrame,
    scored: Scored,
    records: pl.DataFrame,
    cells: pl.DataFrame,
    reference: Reference,
    tahun: int,
) -> pl.DataFrame:
    """Raw findings from the table ``inovasi``, and the indicators ``scored``.

    ``cells`` is where the values of ``inovasi`` stand (rekaman, kolom, baris, sel), in ``records`` with id_inovasi, berkas,
    lembar.
    """
    indikator = scored.table
    missing = _mandatory_left_out(inovasi, scored, reference, tahun)
    parts = [
        _digital_without_system(inovasi, indikator),
        missing.elsewhere,
        _one_link_for_many(indikator),
        _maturity_differs(inovasi, scored.totals),
    ]
    found = pl.concat(parts, how="diagonal")
    concerned = cells.with_columns(pl.col("kolom").cast(pl.String)).filter(
        pl.col("kolom").is_in(found["kolom"].implode())
    )
    places = concerned.join(records.select("rekaman", "id_inovasi", "berkas", "lembar"), on="rekaman").drop("rekaman")
    units = inovasi.select("id_inovasi", "kode_unit")
    placed = found.join(places, on=["id_inovasi", "kolom"], how="inner")
    together = pl.concat([placed, missing.placed], how="diagonal")
    return raw(together.join(units, on="id_inovasi").drop("id_inovasi"))


def _rows(frame: pl.DataFrame, kode: str, kolom: str, nilai: pl.Expr, rincian: pl.Expr) -> pl.DataFrame:
    return frame.select(
        "id_inovasi", pl.lit(kode).alias("kode"), pl.lit(kolom).alias("kolom"), nilai.cast(pl.String).alias("nilai"),
        rincian.cast(pl.String).alias("rincian"),
    )  # fmt: skip


def _digital_without_system(inovasi: pl.DataFrame, indikator: pl.DataFrame) -> pl.DataFrame:
    tools = indikator.filter(pl.col("nomor") == TOOLS_INDICATOR).select(IDENTIFIER, "parameter")
    by_hand = inovasi.filter(pl.col("jenis") == "digital").join(tools, on="id_inovasi").filter(pl.col("parameter") <= 1)
    return _rows(by_hand, "digital_tanpa_sistem", "jenis", pl.lit("digital"), pl.col("parameter"))


class _Missing(NamedTuple):
    """Mandatory indicators without a parameter: at the cell that waits for it, or all others together at the name."""

    placed: pl.DataFrame
    elsewhere: pl.DataFrame


def _mandatory_left_out(inovasi: pl.DataFrame, scored: Scored, reference: Reference, tahun: int) -> _Missing:
    """Of innovations whose indicators were sent; what was said of an indicator already is not said again."""
    wanted = reference.rules(tahun).indikator_wajib
    asked = pl.DataFrame({"nomor": wanted}, schema={"nomor": pl.Int64})
    sent = (
        scored.table.select(pl.col("id_inovasi").unique(maintain_order=True)).cast(pl.String).join(asked, how="cross")
    )
    filled = scored.table.filter(pl.col("nomor").is_in(wanted) & (pl.col("parameter") > 0))
    key = ["id_inovasi", "nomor"]
    empty = (
        sent.join(filled.select(IDENTIFIER, pl.col("nomor").cast(pl.Int64)), on=key, how="anti")
        .join(scored.reported, on=key, how="anti")
        .join(reference.indicators(tahun).select("nomor", "indikator"), on="nomor")
        .with_columns(daftar=pl.format("{} ({})", "nomor", "indikator"))
        .sort(key)
    )
    named = empty.join(inovasi.select("id_inovasi", "nama_inovasi"), on="id_inovasi")
    waiting = named.join(scored.kosong, on=key).select(
        "id_inovasi", "rekaman", "berkas", "lembar", "baris", "sel", pl.lit("indikator_wajib_kosong").alias("kode"),
        pl.col("nama_inovasi").alias("nilai"), pl.col("daftar").alias("rincian"),
    )  # fmt: skip
    others = named.join(scored.kosong, on=key, how="anti").group_by("id_inovasi", "nama_inovasi", maintain_order=True).agg(
        pl.col("daftar").str.join(", ")
    )  # fmt: skip
    return _Missing(
        waiting, _rows(others, "indikator_wajib_kosong", "nama_inovasi", pl.col("nama_inovasi"), pl.col("daftar"))
    )


def _maturity_differs(inovasi: pl.DataFrame, totals: pl.DataFrame) -> pl.DataFrame:
    """A ready-made maturity that is not what the indicators sent amount to; ``inovasi`` still has the ready-made ones."""
    both = inovasi.filter(pl.col("kematangan").is_not_null()).join(totals, on="id_inovasi")
    apart = both.filter((pl.col("kematangan") - pl.col("terhitung")).abs() > SAME_MATURITY)
    shown = {name: pl.col(name).round(2).cast(pl.String).str.strip_suffix(".0").str.replace(".", ",", literal=True)
             for name in ("kematangan", "terhitung")}  # fmt: skip
    return _rows(apart, "kematangan_berbeda", "kematangan", shown["kematangan"], shown["terhitung"])


def _one_link_for_many(indikator: pl.DataFrame) -> pl.DataFrame:
    again = indikator.filter(pl.col("bukti").hash().is_duplicated())  # and few others, which the count below leaves out
    links = again.filter(pl.col("bukti").str.contains(r"^https?://"))
    counted = links.group_by("id_inovasi", "bukti", maintain_order=True).agg(pl.col("nomor").sort())
    many = counted.filter(pl.col("nomor").list.len() >= SAME_LINK).cast({"id_inovasi": pl.String})
    numbers = pl.col("nomor").cast(pl.List(pl.String)).list.join(", ")
    return _rows(many, "bukti_berulang", "nama_inovasi", pl.col("bukti"), numbers)
