"""What only the merged tables show: texts copied between units, claims without what they claim, indicators left out.

Such findings are put at the cell the value came from; they keep no row out.
"""

from collections.abc import Iterable
from typing import NamedTuple

import polars as pl

from tasks.findings import raw
from tasks.parse import compact
from tasks.reference import Reference
from tasks.score import Scored

SHORTEST_COPY = 200  # letters a text must have to be called copied
SAME_MATURITY = 0.005  # points within which two figures of maturity are the same
SAME_LINK = 4  # indicators of one innovation that one link may serve
TOOLS_INDICATOR = 19  # "Alat kerja": 1 by hand, 2 electronic, 3 an information system


def crosscheck(
    inovasi: pl.DataFrame,
    drafts: Iterable[pl.DataFrame],
    scored: Scored,
    records: pl.DataFrame,
    cells: pl.DataFrame,
    bersama: pl.DataFrame,
    reference: Reference,
    tahun: int,
) -> pl.DataFrame:
    """Raw findings from the tables ``inovasi`` and ``bersama``, and the indicators ``scored``.

    ``drafts`` is ``inovasi`` part by part with its long texts, which it has not itself.
    ``cells`` is where the values of ``inovasi`` stand (rekaman, kolom, baris, sel), in ``records`` with id_inovasi, berkas,
    lembar.
    """
    indikator = scored.table
    missing = _mandatory_left_out(inovasi, scored, reference, tahun)
    parts = [
        _copied(drafts, bersama),
        _digital_without_system(inovasi, indikator),
        missing.elsewhere,
        _one_link_for_many(indikator),
        _maturity_differs(inovasi, indikator),
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


def _copied(drafts: Iterable[pl.DataFrame], bersama: pl.DataFrame) -> pl.DataFrame:
    """A design that is, letter for letter, that of another unit's innovation; shared innovations may have one design."""
    plain = pl.col("rancang_bangun").str.to_lowercase().str.replace_all(" ", "", literal=True)  # most of what goes
    inner = plain.str.replace_all(r"[\W_]+", "")

    def traces(part: pl.DataFrame) -> pl.DataFrame:
        own = part.select("id_inovasi", inti=inner).join(bersama.select("id_inovasi"), on="id_inovasi", how="anti")
        long = own.filter(pl.col("inti").str.len_chars() >= SHORTEST_COPY)
        return long.select("id_inovasi", jejak=pl.col("inti").hash())

    seen = pl.concat(map(traces, drafts))
    twice = seen.filter(pl.col("jejak").is_duplicated())
    needed = ("id_inovasi", "kode_unit", "nama_unit", "nama_inovasi", "rancang_bangun")
    alike = pl.concat(compact(part.select(needed).join(twice, on="id_inovasi", how="semi")) for part in drafts)
    long = alike.with_columns(inti=inner)
    several = long.filter(pl.col("kode_unit").n_unique().over("inti") > 1)
    named = pl.col("nama_inovasi") + " (" + pl.col("nama_unit") + ")"
    others = named.sort_by("id_inovasi")
    first, last = others.first().over("inti"), others.last().over("inti")
    other = pl.when(first == named).then(last).otherwise(first)
    return _rows(several, "teks_disalin", "rancang_bangun", pl.col("rancang_bangun").str.slice(0, 200), other)


def _digital_without_system(inovasi: pl.DataFrame, indikator: pl.DataFrame) -> pl.DataFrame:
    tools = indikator.filter(pl.col("nomor") == TOOLS_INDICATOR).select("id_inovasi", "parameter")
    by_hand = inovasi.filter(pl.col("jenis") == "digital").join(tools, on="id_inovasi").filter(pl.col("parameter") <= 1)
    return _rows(by_hand, "digital_tanpa_sistem", "jenis", pl.lit("digital"), pl.col("parameter"))


class _Missing(NamedTuple):
    """Mandatory indicators without a parameter: at the cell that waits for it, or all others together at the name."""

    placed: pl.DataFrame
    elsewhere: pl.DataFrame


def _mandatory_left_out(inovasi: pl.DataFrame, scored: Scored, reference: Reference, tahun: int) -> _Missing:
    """Of innovations whose indicators were sent; what was said of an indicator already is not said again."""
    wanted = reference.rules(tahun).indikator_wajib
    sent = (
        scored.table.select("id_inovasi")
        .unique(maintain_order=True)
        .join(pl.DataFrame({"nomor": wanted}, schema={"nomor": pl.Int64}), how="cross")
    )
    key = ["id_inovasi", "nomor"]
    empty = (
        sent.join(scored.table.filter(pl.col("nomor").is_in(wanted) & (pl.col("parameter") > 0)), on=key, how="anti")
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


def _maturity_differs(inovasi: pl.DataFrame, indikator: pl.DataFrame) -> pl.DataFrame:
    """A ready-made maturity that is not what the indicators sent amount to; ``inovasi`` still has the ready-made ones."""
    computed = indikator.group_by("id_inovasi").agg(pl.col("skor").sum().alias("terhitung"))
    both = inovasi.filter(pl.col("kematangan").is_not_null()).join(computed, on="id_inovasi")
    apart = both.filter((pl.col("kematangan") - pl.col("terhitung")).abs() > SAME_MATURITY)
    shown = {name: pl.col(name).round(2).cast(pl.String).str.strip_suffix(".0").str.replace(".", ",", literal=True)
             for name in ("kematangan", "terhitung")}  # fmt: skip
    return _rows(apart, "kematangan_berbeda", "kematangan", shown["kematangan"], shown["terhitung"])


def _one_link_for_many(indikator: pl.DataFrame) -> pl.DataFrame:
    again = indikator.filter(pl.col("bukti").is_duplicated())
    links = again.filter(pl.col("bukti").str.contains(r"^https?://"))
    counted = links.group_by("id_inovasi", "bukti", maintain_order=True).agg(pl.col("nomor").sort())
    many = counted.filter(pl.col("nomor").list.len() >= SAME_LINK)
    numbers = pl.col("nomor").cast(pl.List(pl.String)).list.join(", ")
    return _rows(many, "bukti_berulang", "nama_inovasi", pl.col("bukti"), numbers)
