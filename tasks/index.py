"""The Indeks Inovasi Daerah (IID) of a year, from maturities and the rules of that year.

    SID = sum of kematangan / max(pembagi_minimum, n) + skor_jumlah
    skor_jumlah = skor_per_inovasi * min(n, maksimum_inovasi), 0 below the minimum of basic-service urusan
    IID = (SPD + SID) / skor_maksimum * 100

Source: data/reference/aturan_iid.toml and indikator.csv, by year, each figure with how far it is established. The portal's own
score is what counts; this is an estimate, and says so.
"""

from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from schemas.reference import Aturan, Predikat
from schemas.tables import TAHAPAN, shape
from tasks.reference import Reference
from tasks.wording import day, number, sentence

YANDAS = "wajib pelayanan dasar"  # kelompok of urusan.csv
CERTAIN = "pasti"
TOTAL = "total"  # nomor of spd.csv that gives the sum
TOLERANCE = 0.005  # points within which two figures are the same

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Parts:
    """What the index is made of; arrays of one length, or single numbers."""

    pembagi: Floats
    sid_rata: Floats
    skor_jumlah: Floats
    total: Floats
    iid: Floats


def score(rules: Aturan, spd: ArrayLike, kematangan: ArrayLike, n: ArrayLike, urusan: ArrayLike) -> Parts:
    """The index of ``n`` innovations with ``kematangan`` points together that cover ``urusan`` basic-service urusan."""
    count = np.asarray(n, dtype=np.float64)
    divisor = np.maximum(rules.pembagi_minimum, count)
    mean = np.asarray(kematangan, dtype=np.float64) / divisor
    enough = np.asarray(urusan) >= rules.minimum_urusan_yandas
    bonus = np.where(enough, rules.skor_per_inovasi * np.minimum(count, rules.maksimum_inovasi), 0.0)
    total = np.asarray(spd, dtype=np.float64) + mean + bonus
    return Parts(divisor, mean, bonus, total, total / rules.skor_maksimum * 100)


# --- SPD ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Spd:
    """What the regional government itself scores; ``skor`` is None where it is not known."""

    skor: float | None
    maksimum: float
    catatan: tuple[str, ...] = ()
    rincian: pl.DataFrame | None = (
        None  # nomor, indikator, bobot, parameter, parameter_1 … 3, where parameters are given
    )

    @property
    def bawah(self) -> float:
        """The score, or the least it can be."""
        return 0.0 if self.skor is None else self.skor

    @property
    def atas(self) -> float:
        """The score, or the most it can be."""
        return self.maksimum if self.skor is None else self.skor


def spd_maximum(reference: Reference, tahun: int) -> float:
    """The most SPD can be: as the rules say, else what the other maxima leave."""
    rules = reference.rules(tahun)
    if rules.spd_maksimum is not None:
        return rules.spd_maksimum
    most = float(reference.indicators(tahun)["bobot"].sum()) * 3 + rules.skor_per_inovasi * rules.maksimum_inovasi
    return max(0.0, rules.skor_maksimum - most)


def read_spd(reference: Reference, tahun: int) -> Spd:
    """SPD of ``tahun`` from spd.csv: the row ``total`` where there is one, else weight times parameter over the indicators."""
    say = reference.indeks.kalimat
    given = reference.spd.filter(pl.col("tahun") == tahun)
    maximum = spd_maximum(reference, tahun)
    if given.is_empty():
        return Spd(None, maximum, (sentence(say.spd_rentang, tahun=tahun, maksimum=number(maximum)),))
    weights = reference.indikator.filter(
        (pl.col("tahun") == tahun) & (pl.col("aspek") == "spd") & pl.col("bobot").is_not_null()
    )
    rows = given.filter(pl.col("nomor") != TOTAL).join(
        weights, on=["tahun", "nomor"], how="left", maintain_order="left"
    )
    rows = rows.with_columns(nilai=pl.coalesce(pl.col("bobot") * pl.col("parameter"), "skor"))
    parts = float(rows["nilai"].sum())
    total = given.filter(pl.col("nomor") == TOTAL)["skor"].drop_nulls()
    notes: list[str] = []
    if len(total):
        spd = float(total[-1])
        if rows["nilai"].null_count() < rows.height and abs(parts - spd) > TOLERANCE:
            notes.append(sentence(say.spd_beda, bagian=number(parts, 2), total=number(spd, 2)))
    else:
        spd = parts
        absent = weights.join(rows.filter(pl.col("nilai").is_not_null()), on="nomor", how="anti")["nomor"]
        if len(absent):
            notes.append(sentence(say.spd_kurang, daftar=", ".join(absent)))
    strange = rows.filter(pl.col("nilai").is_null() & pl.col("bobot").is_null())["nomor"]
    if len(strange):
        notes.append(sentence(say.spd_asing, daftar=", ".join(strange), tahun=tahun))
    if spd > maximum + TOLERANCE:
        notes.append(sentence(say.spd_lebih, spd=number(spd, 2), maksimum=number(maximum, 2)))
    detail = rows.filter(pl.col("bobot").is_not_null() & pl.col("parameter").is_not_null())
    return Spd(spd, maximum, tuple(notes), detail if detail.height else None)


# --- which innovations count --------------------------------------------------------------------------------------


def candidates(inovasi: pl.DataFrame, indikator: pl.DataFrame, reference: Reference, tahun: int) -> pl.DataFrame:
    """All innovations as the rules of ``tahun`` see them, in the order of ``inovasi``.

    id_inovasi, kode_unit, nama_inovasi, nama_unit; kematangan (by the weights of that year; the portal's own figure where no
    indicators were sent; 0 without either), tanpa (without either), rinci (indicators were sent, or nothing is known: single
    indicators can be raised), urusan (the basic-service urusan it covers), beririsan (those it touches), dihitung and lain
    (whether it counts by the rule of the year, and the other way).
    """
    rules = reference.rules(tahun)
    weights = reference.indicators(tahun).select("nomor", "bobot")
    weight = pl.col("nomor").replace_strict(weights["nomor"], weights["bobot"], return_dtype=pl.Float64, default=None)
    weighed = indikator.select("id_inovasi", "parameter", bobot=weight).filter(pl.col("bobot").is_not_null())
    computed = weighed.group_by("id_inovasi").agg(terhitung=(pl.col("bobot") * pl.col("parameter")).sum())
    basic = pl.lit(basic_urusan(reference), pl.List(pl.String))
    named = pl.concat_list("urusan_utama")
    if rules.yandas_beririsan:
        named = pl.concat_list(named, pl.col("urusan_beririsan").fill_null(pl.lit([], pl.List(pl.String))))
    begin, end = rules.jendela_penerapan
    inside = pl.any_horizontal(
        pl.col(column).is_between(begin, end).fill_null(False) for column in ("waktu_penerapan", "waktu_pengembangan")
    )
    of_stage = pl.col("tahapan").is_in(rules.tahapan_dihitung).fill_null(True)
    by_rule = of_stage & (pl.lit(rules.hitung_luar_jendela) | inside)
    strict = (pl.col("tahapan") == "penerapan").fill_null(False) & inside
    return inovasi.join(computed, on="id_inovasi", how="left", maintain_order="left").select(
        "id_inovasi", "kode_unit", "nama_inovasi", "nama_unit",
        kematangan=pl.coalesce("terhitung", "kematangan", pl.lit(0.0)),
        tanpa=pl.coalesce("terhitung", "kematangan").is_null(),
        rinci=pl.col("terhitung").is_not_null() | pl.col("kematangan").is_null(),
        urusan=named.list.set_intersection(basic),
        beririsan=pl.col("urusan_beririsan").list.set_intersection(basic),
        dihitung=by_rule, lain=strict if _counts_all(rules) else pl.lit(True),
    )  # fmt: skip


def basic_urusan(reference: Reference) -> list[str]:
    """The basic-service urusan."""
    return reference.urusan.filter(pl.col("kelompok") == YANDAS)["urusan"].to_list()


def _counts_all(rules: Aturan) -> bool:
    return set(rules.tahapan_dihitung) == set(TAHAPAN) and rules.hitung_luar_jendela


def _counting(reference: Reference, tahun: int) -> str:
    """Which innovations count, and which the other way, in words."""
    rules, say = reference.rules(tahun), reference.indeks.kalimat
    window = dict(zip(("awal", "akhir"), map(day, rules.jendela_penerapan), strict=True))
    if _counts_all(rules):
        return sentence(say.hitung_semua, **window)
    labels = dict(reference.pilihan.filter(pl.col("kolom") == "tahapan").select("nilai", "label").iter_rows())
    stages = ", ".join(labels.get(stage, stage).lower() for stage in rules.tahapan_dihitung)
    inside = "" if rules.hitung_luar_jendela else sentence(say.hitung_jendela, **window)
    return sentence(say.hitung_sebagian, tahapan=stages, jendela=inside)


# --- the index ----------------------------------------------------------------------------------------------------


def predikat(rules: Aturan, iid: float) -> str | None:
    """The predikat of an index: the highest band that begins at or below it, at two decimals as it is published."""
    published = _published(iid)
    bands = sorted(rules.predikat, key=lambda band: -band.dari)
    return next((band.nama for band in bands if Decimal(str(band.dari)) <= published), None)


def next_band(rules: Aturan, iid: float) -> Predikat | None:
    """The band above an index; None at the top."""
    published = _published(iid)
    return next(
        (band for band in sorted(rules.predikat, key=lambda band: band.dari) if Decimal(str(band.dari)) > published),
        None,
    )


def _published(iid: float) -> Decimal:
    return Decimal(repr(round(iid, 9))).quantize(Decimal("0.01"), ROUND_HALF_UP)


def target(reference: Reference, tahun: int) -> float:
    """The target of a year: of riwayat.csv, else of its rules, else the floor of the highest predikat."""
    rules = reference.rules(tahun)
    known = reference.riwayat.filter(pl.col("tahun") == tahun)["target"].drop_nulls()
    if len(known):
        return float(known[-1])
    return rules.target if rules.target is not None else max(band.dari for band in rules.predikat)


@dataclass(frozen=True)
class Standing:
    """Where the regency stands under the rules of a year: what steps and plans start from."""

    tahun: int
    rules: Aturan
    spd: Spd
    pool: pl.DataFrame  # as of ``candidates``
    target: float

    @cached_property
    def counted(self) -> pl.DataFrame:
        """The innovations that count."""
        return self.pool.filter("dihitung")

    def parts(self, spd: float | None = None) -> Parts:
        """The index of those that count, with ``spd`` or the least SPD can be."""
        return self._score(self.counted, self.spd.bawah if spd is None else spd)

    def alternative(self, spd: float) -> tuple[int, float]:
        """How many count the other way, and the index."""
        other = self.pool.filter("lain")
        return other.height, float(self._score(other, spd).iid)

    def _score(self, rows: pl.DataFrame, spd: float) -> Parts:
        return score(self.rules, spd, float(rows["kematangan"].sum()), rows.height, len(covered(rows)))


def covered(rows: pl.DataFrame) -> set[str]:
    """The basic-service urusan that innovations cover."""
    return set(rows["urusan"].explode().drop_nulls().unique())


def standing(inovasi: pl.DataFrame, indikator: pl.DataFrame, reference: Reference, tahun: int) -> Standing:
    """Where the regency stands in ``tahun``. Raises ``WrongReferenceError`` for a year without rules."""
    return Standing(
        tahun, reference.rules(tahun), read_spd(reference, tahun), candidates(inovasi, indikator, reference, tahun),
        target(reference, tahun),
    )  # fmt: skip


def projection(now: Standing, inovasi: pl.DataFrame, indikator: pl.DataFrame, reference: Reference) -> Standing | None:
    """The same innovations under the rules of the next year that has rules; None where there is none.

    Where SPD of that year is not known, this year's stands in for it, as far as that year's maximum.
    """
    tahun = min((year for year in reference.aturan if year > now.tahun), default=None)
    if tahun is None:
        return None
    ahead = standing(inovasi, indikator, reference, tahun)
    say = reference.indeks.kalimat
    notes = (sentence(say.proyeksi, asal=now.tahun, tahun=tahun),)
    if ahead.spd.skor is None and now.spd.skor is not None:
        carried = min(now.spd.skor, ahead.spd.maksimum)
        spd = Spd(carried, ahead.spd.maksimum, (*notes, sentence(say.proyeksi_spd, asal=now.tahun, tahun=tahun)))
        return replace(ahead, spd=spd)
    return replace(ahead, spd=replace(ahead.spd, catatan=(*notes, *ahead.spd.catatan)))


def index_row(
    at: Standing, reference: Reference, *, projected: bool = False, steps: tuple[int, int] = (0, 0)
) -> dict[str, Any]:
    """The row of the table ``indeks``; ``steps`` are those there are, and those in the table ``langkah``."""
    known = at.spd.skor is not None
    low, high = at.parts(at.spd.bawah), at.parts(at.spd.atas)
    (n_other, other_low), (_, other_high) = at.alternative(at.spd.bawah), at.alternative(at.spd.atas)
    bottom, top = float(low.iid), float(high.iid)
    band = next_band(at.rules, bottom)
    counted = at.counted
    row: dict[str, Any] = {
        "tahun": at.tahun, "n": counted.height, "spd": at.spd.skor, "sid_rata": float(low.sid_rata),
        "skor_jumlah": float(low.skor_jumlah), "total": float(low.total) if known else None,
        "iid": bottom if known else None, "predikat": predikat(at.rules, bottom) if known else None,
        "target": at.target, "selisih": at.target - bottom if known else None,
        "cara_hitung": "proyeksi" if projected else "dihitung",
        "n_tanpa_kematangan": int(counted["tanpa"].sum()), "pembagi": int(low.pembagi),
        "urusan_yandas": len(covered(counted)), "urusan_yandas_minimum": at.rules.minimum_urusan_yandas,
        "spd_bawah": at.spd.bawah, "spd_atas": at.spd.atas, "iid_bawah": bottom, "iid_atas": top,
        "predikat_bawah": predikat(at.rules, bottom), "predikat_atas": predikat(at.rules, top),
        "predikat_berikut": band.nama if band else None, "ambang_berikut": band.dari if band else None,
        "n_alternatif": n_other, "iid_alternatif": other_low if known else None,
        "iid_alternatif_bawah": other_low, "iid_alternatif_atas": other_high,
        "arti_alternatif": _counting(reference, at.tahun), "langkah_ada": steps[0], "langkah_dimuat": steps[1],
    }  # fmt: skip
    reasons = _reasons(at, row, reference, projected=projected)
    say = reference.indeks.kalimat
    return row | {
        "keyakinan": "perkiraan" if reasons else CERTAIN,
        "catatan": " ".join(
            (*at.spd.catatan, *(reason for reason in reasons if reason not in at.spd.catatan), say.portal)
        ),
    }


def _reasons(at: Standing, row: dict[str, Any], reference: Reference, *, projected: bool) -> list[str]:
    """Why the index is an estimate, in words; nothing when every figure it rests on is certain."""
    say = reference.indeks.kalimat
    reasons = list(at.spd.catatan)
    counting = ("tahapan_dihitung", "hitung_luar_jendela", "jendela_penerapan")
    unsure = rules_table(at, reference).filter(~pl.col("pasti"))
    matters = ~pl.col("kunci").is_in([*counting, "indikator_wajib", "target"])
    if at.spd.skor is not None:
        matters &= pl.col("kunci") != "spd_maksimum"
    if at.spd.rincian is None:
        matters &= pl.col("kunci") != "bobot_spd"
    if not at.rules.minimum_urusan_yandas or _same_condition(at):
        matters &= pl.col("kunci") != "yandas_beririsan"
    named = unsure.filter(matters)
    if named.height:
        listed = "; ".join(f"{nama} ({keyakinan})" for nama, keyakinan in named.select("nama", "keyakinan").iter_rows())
        reasons.append(sentence(say.belum_pasti, daftar=listed))
    other = row["iid_alternatif_bawah"]
    if row["n"] != row["n_alternatif"] and unsure.filter(pl.col("kunci").is_in(counting)).height:
        shown = (
            number(other, 2)
            if row["iid"] is not None
            else f"{number(other, 2)}–{number(row['iid_alternatif_atas'], 2)}"
        )
        reasons.append(sentence(say.cacah, arti=row["arti_alternatif"], n=number(row["n_alternatif"]), indeks=shown))
    if row["n_tanpa_kematangan"]:
        reasons.append(sentence(say.tanpa_kematangan, jumlah=number(row["n_tanpa_kematangan"]), n=number(row["n"])))
    return reasons


def _same_condition(at: Standing) -> bool:
    """Whether the basic-service urusan fulfil the condition by main urusan alone: then secondary ones cannot matter."""
    return not at.rules.yandas_beririsan and len(covered(at.counted)) >= at.rules.minimum_urusan_yandas


# --- the rules ----------------------------------------------------------------------------------------------------

_TABLES = {"keyakinan", "rumus"}  # of the rules, what is no figure


def rules_table(at: Standing, reference: Reference) -> pl.DataFrame:
    """The table ``aturan`` of a year: each figure, and how far it is established."""
    rules, names = at.rules, reference.indeks.nama_aturan
    values = {key: getattr(rules, key) for key in type(rules).model_fields if key not in _TABLES}
    values["spd_maksimum"] = at.spd.maksimum
    if not rules.minimum_urusan_yandas:
        values = {key: value for key, value in values.items() if "yandas" not in key}
    rows = [
        (key, _as_text(value), rules.keyakinan.get(key, "andaian"))
        for key, value in values.items()
        if value is not None and value != []
    ]
    indicators = reference.indikator.filter((pl.col("tahun") == at.tahun) & pl.col("bobot").is_not_null())
    for aspek in ("sid", "spd"):
        own = indicators.filter((pl.col("aspek") == aspek) & pl.col("parameter_1").is_not_null())
        doubts = sorted(set(own["keyakinan"]) - {CERTAIN})
        if own.height:
            rows.append((f"bobot_{aspek}", number(float(own["bobot"].sum()), 2), ", ".join(doubts) or CERTAIN))
    table = [
        {"tahun": at.tahun, "kunci": key, "nama": names.get(key, key), "nilai": text, "keyakinan": keyakinan,
         "angka": _figure(values.get(key)), "pasti": keyakinan == CERTAIN}
        for key, text, keyakinan in rows
    ]  # fmt: skip
    return shape("aturan", pl.DataFrame(table, infer_schema_length=None))


def _figure(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return "ya" if value else "tidak"
    if isinstance(value, int | float):
        return number(value, 0 if float(value).is_integer() else 2)
    if isinstance(value, tuple):
        return " s.d. ".join(map(day, value))
    if value and isinstance(value[0], Predikat):
        return "; ".join(f"{band.nama} {number(band.dari, 2)}–{number(band.sampai, 2)}" for band in value)
    return ", ".join(str(item).replace("_", " ") for item in value)
