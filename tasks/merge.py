"""Accepted records -> the canonical tables: one row per innovation, the latest value of each column, and where it came from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from schemas.tables import polars_schema, shape
from tasks.crosscheck import designs
from tasks.findings import a1, raw
from tasks.innovations import Identified, forms_of_names, identify_innovations, review_table
from tasks.match import OwnName
from tasks.parse import HOLDS, beside, last_of
from tasks.recognize.records import OTHER
from tasks.reference import Reference
from tasks.text import fold

VALUES = ("teks", "tanggal", "angka", "daftar")  # the typed columns of a cell
ParseOne = Callable[[str, str], object]  # column and text -> value, None where it cannot be understood
LONG = ("rancang_bangun", "tujuan", "manfaat", "hasil")  # columns of texts that are only handed on
ORDER = ["giliran_berkas", "rekaman"]  # a later submission is the one modified later, then the one first seen later


@dataclass(frozen=True)
class Merged:
    """The canonical tables, raw findings of the merge, and which innovation each record became."""

    inovasi: pl.DataFrame  # before maturity and status are known
    asal: pl.DataFrame
    lainnya: pl.DataFrame
    riwayat: pl.DataFrame
    tinjauan: pl.DataFrame
    findings: pl.DataFrame
    identity: pl.DataFrame  # rekaman, id_inovasi, diganti (a later file speaks of it too), pengganti (that file)
    names: pl.DataFrame  # kode_unit, kunci, id_inovasi, teks: every name that stands for an innovation
    cells: pl.DataFrame  # rekaman, kolom, baris, sel: where the values of ``inovasi`` stand
    forms: pl.DataFrame  # see ``tasks.innovations.forms_of_names``
    designs: pl.DataFrame  # see ``tasks.crosscheck.designs``


def merge(
    records: pl.DataFrame,
    typed: pl.LazyFrame,
    ledger: pl.DataFrame,
    given: set[str],
    own: Mapping[str, OwnName],
    reference: Reference,
    parse_one: ParseOne,
    tahun: int,
) -> Merged:
    """Merges records of innovations.

    ``records`` has rekaman, kode_unit, diterima, berkas, sha256, lembar, run_id, giliran_berkas, tata_letak; ``typed`` their
    typed cells; ``ledger`` the identifiers of earlier runs, ``given`` all that are in use; ``own`` the name of each unit
    (``own_names``). Only accepted records count; the others are merely followed, so that a mended row is known to be
    mended, and is a new version. Of each column the latest filled value counts, unless people decided on another; ``versi``
    counts the submissions that changed something.
    """
    known = records.filter(pl.col("kode_unit").is_not_null())
    named = beside(known, typed.filter(pl.col("teks").is_not_null()), {"nama_inovasi": "teks"})
    ordered = named.rename({"nama_inovasi": "teks"}).drop_nulls("teks").sort(ORDER)
    ordered = ordered.with_columns(pl.Series("kunci", map(fold, ordered["teks"]), dtype=pl.String))
    identified = identify_innovations(ordered, reference.keputusan, ledger, tahun, own, given)
    followed = _followed(ordered, identified.names)
    accepted = followed.filter("diterima")
    first = pl.col("urutan").filter("diterima").min().over("id_inovasi")
    heard = followed.filter(pl.col("diterima") | (pl.col("urutan") < first))
    told = _told(typed, heard, reference)
    latest = _latest(told)
    changes, stale = _decided(latest, identified, reference, parse_one)
    several = heard.filter(pl.col("berkas").n_unique().over("id_inovasi") > 1).select("rekaman", "berkas", "run_id")
    history = _history(told.join(several, on="rekaman", maintain_order="left"))
    latest = _replaced(latest, changes)
    inovasi = _wide(heard.filter("diterima"), latest, history, reference, tahun)
    ours = pl.Series(inovasi.columns, dtype=pl.String).cast(latest.schema["kolom"], strict=False).drop_nulls()
    published = latest.filter(pl.col("kolom").is_in(ours.implode()))
    spelled = {(kode, kunci): text for kode, kunci, text in ordered.select("kode_unit", "kunci", "teks").iter_rows()}
    reviews = review_table(identified, spelled)
    names = identified.names.join(
        ordered.select("kode_unit", "kunci", "teks").unique(["kode_unit", "kunci", "teks"]), on=["kode_unit", "kunci"]
    ).sort("kode_unit", "teks")
    findings = pl.concat([_superseded(accepted), _dropped(accepted, reference), _to_review(reviews, accepted), stale])
    return Merged(
        inovasi=inovasi,
        asal=_origin(published, heard),
        lainnya=_others(typed, accepted),
        riwayat=history,
        tinjauan=shape("tinjauan", reviews),
        findings=findings,
        identity=followed.select("rekaman", "id_inovasi", "diganti", "pengganti"),
        names=names,
        cells=published.select("rekaman", "kolom", "baris", "sel"),
        forms=forms_of_names(inovasi, names),
        designs=designs(inovasi, published, heard),
    )


def _followed(ordered: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    """The records with their innovation, and whether a later accepted record of another file speaks of it too."""
    known = ordered.with_row_index("urutan").join(names, on=["kode_unit", "kunci"], how="left", maintain_order="left")
    last = (
        known.filter("diterima")
        .group_by("id_inovasi")
        .agg(pl.col("berkas").last().alias("pemenang"), pl.col("urutan").last().alias("akhir"))
    )
    joined = known.join(last, on="id_inovasi", how="left", maintain_order="left")
    followed = (pl.col("berkas") != pl.col("pemenang")) & (pl.col("akhir") > pl.col("urutan"))
    return joined.with_columns(diganti=followed.fill_null(False)).with_columns(
        pengganti=pl.when("diganti").then("pemenang")
    )


def _told(typed: pl.LazyFrame, records: pl.DataFrame, reference: Reference) -> pl.DataFrame:
    """The filled cells of records in the columns of the profile, by innovation and column, the later ones later.

    Innovations and columns are enumerations, in order: so many cells are sorted by numbers, not by texts.
    """
    profile = reference.profil["kolom"].unique().sort()
    filled = ~pl.col("kosong") & ~pl.col("gagal") & pl.col("kolom").is_in(profile.implode())
    ours = pl.col("rekaman").is_in(records["rekaman"].implode())
    cells = typed.filter(filled & ours).select("rekaman", "kolom", "nilai", "baris", "sel", *VALUES).collect()
    innovations, about = pl.Enum(records["id_inovasi"].unique().sort()), records.sort("rekaman")
    own = about["rekaman"].search_sorted(cells["rekaman"])  # all are there
    about = about.select(pl.col("id_inovasi").cast(innovations), "urutan", "diterima")[own]
    placed = cells.with_columns(pl.col("kolom").cast(pl.Enum(profile)), *about)
    return placed.sort("id_inovasi", "kolom", "urutan", "baris", "sel")


def _latest(told: pl.DataFrame) -> pl.DataFrame:
    """Of each innovation and column the last accepted cell, of cells in the order of ``_told``."""
    return told.filter("diterima").filter(last_of("id_inovasi", "kolom"))


def _origin(cells: pl.DataFrame, records: pl.DataFrame) -> pl.DataFrame:
    """Cells as rows of the table ``asal``."""
    place = records.select("rekaman", "berkas", "sha256", "lembar")
    addressed = cells.select(
        "id_inovasi", "kolom", "rekaman", sel=a1(pl.col("baris"), pl.col("sel")), nilai_mentah="nilai"
    )
    return shape("asal", addressed.join(place, on="rekaman", maintain_order="left"))


def _history(cells: pl.DataFrame) -> pl.DataFrame:
    """What later submissions changed: the table ``riwayat_isian``; a version for each file that changed something."""
    whole = pl.when(pl.col("angka") == pl.col("angka").round()).then(pl.col("angka").cast(pl.Int64, strict=False))
    text = pl.coalesce(
        "teks", pl.col("tanggal").cast(pl.String), pl.col("daftar").list.join("; "), whole.cast(pl.String),
        pl.col("angka").cast(pl.String),
    )  # fmt: skip
    first_file = (
        pl.col("berkas").sort_by("urutan").first().over("id_inovasi")
    )  # a rejected one too: mending it is a change
    cells = cells.filter(pl.col("berkas").n_unique().over("id_inovasi") > 1)  # one file alone changes nothing
    same = text.str.to_lowercase().str.replace_all(r"[\W_]+", "")  # other capitals or commas are no change
    before = {"sebelum": "sesudah", "inti_sebelum": "inti"}
    compared = cells.with_columns(sesudah=text, inti=same, pertama=first_file).with_columns(
        pl.col(column).shift().over("id_inovasi", "kolom", order_by="urutan").alias(name)
        for name, column in before.items()
    )
    changed = compared.filter(
        (pl.col("inti") != pl.col("inti_sebelum")).fill_null(True)
        & (pl.col("berkas") != pl.col("pertama"))
        & pl.col("diterima")
    )
    files = changed.group_by("id_inovasi", "berkas").agg(pl.col("urutan").min())
    versions = files.with_columns(versi=pl.col("urutan").rank("ordinal").over("id_inovasi").cast(pl.Int64) + 1)
    table = changed.join(versions.drop("urutan"), on=["id_inovasi", "berkas"])
    return shape(
        "riwayat_isian",
        table.unique(["id_inovasi", "versi", "kolom"], keep="last").sort("id_inovasi", "versi", "kolom"),
    )


def _decided(
    latest: pl.DataFrame, identified: Identified, reference: Reference, parse_one: ParseOne
) -> tuple[list[dict[str, object]], pl.DataFrame]:
    """The cells that people decided on, with their new values; findings for decisions that match nothing."""
    if reference.keputusan.is_empty():
        return [], raw()
    ids = {(kode, kunci): id_inovasi for kode, kunci, id_inovasi in identified.names.iter_rows()}
    types = dict(reference.profil.select("kolom", "tipe").iter_rows())
    changes: list[dict[str, object]] = []
    stale: list[dict[str, object]] = []
    about = [ids.get((kode, fold(left))) for kode, left in reference.keputusan.select("kode_unit", "kiri").iter_rows()]
    theirs = pl.col("id_inovasi").cast(pl.String).is_in(about)
    now = {
        (id_inovasi, kolom): nilai
        for id_inovasi, kolom, nilai in latest.filter(theirs).select("id_inovasi", "kolom", "nilai").iter_rows()
    }
    for row in reference.keputusan.iter_rows(named=True):
        verdict, kode, left, right = row["keputusan"], row["kode_unit"], row["kiri"], row["kanan"]
        if verdict in ("sama", "beda"):
            matched = (kode, fold(left), fold(right)) in identified.used
        elif verdict in ("nama", "nilai"):
            kolom = "nama_inovasi" if verdict == "nama" else row["kolom"]
            id_inovasi = ids.get((kode, fold(left)))
            there = now.get((str(id_inovasi), str(kolom)))
            old = row["nilai_lama"]
            matched = (
                there is not None and kolom in types and (verdict == "nama" or old is None or fold(old) == fold(there))
            )
            value = parse_one(str(kolom), right) if matched else None
            if matched and value is None:
                rincian = f"nilai “{right}” untuk {kolom} tidak dapat dipahami"
                stale.append({"kode": "keputusan_usang", "berkas": "keputusan", "rincian": rincian, "kode_unit": kode})
            elif value is not None:
                holder = HOLDS[types[str(kolom)]]
                changes.append(
                    {
                        "id_inovasi": id_inovasi,
                        "kolom": kolom,
                        **{name: value if name == holder else None for name in VALUES},
                    }
                )
        else:
            continue  # aliases of units are the concern of the search for units
        if not matched:
            what = f"{verdict} “{left}” dan “{right}”" if verdict in ("sama", "beda") else f"{verdict} “{left}”"
            stale.append(
                {
                    "kode": "keputusan_usang",
                    "berkas": "keputusan",
                    "rincian": f"{what} pada unit {kode}",
                    "kode_unit": kode,
                }
            )
    return changes, raw(stale)


def _replaced(latest: pl.DataFrame, changes: list[dict[str, object]]) -> pl.DataFrame:
    """Cells with decided values in the place of theirs; where they came from stays as it is."""
    if not changes:
        return latest
    key = ["id_inovasi", "kolom"]
    schema: dict[str, Any] = dict.fromkeys(key, pl.String) | {name: latest.schema[name] for name in VALUES}
    frame = pl.DataFrame(changes, schema=schema).unique(key, keep="last").with_columns(putus=pl.lit(True))
    here = frame.filter(pl.col("id_inovasi").is_in(latest["id_inovasi"].cast(pl.String).implode()))
    known = here.cast({name: latest.schema[name] for name in key})
    joined = latest.join(known, on=key, how="left", maintain_order="left", suffix="_baru")
    chosen = [pl.when("putus").then(f"{name}_baru").otherwise(name).alias(name) for name in VALUES]
    return joined.with_columns(chosen).select(latest.columns)


def _dropped(accepted: pl.DataFrame, reference: Reference) -> pl.DataFrame:
    """Innovations that a unit's later list, which repeats half of the earlier one, no longer names: their data stay."""
    lists = accepted.filter(pl.col("tata_letak").is_in(["tabel", "templat"]))
    several = reference.unit.filter(pl.col("jenis").is_in(["masyarakat", "mitra"]))["kode"]  # many senders each
    lists = lists.filter(~pl.col("kode_unit").is_in(several.implode()))
    named = lists.select("kode_unit", "berkas", "id_inovasi").unique()
    again = named.filter(pl.col("id_inovasi").is_duplicated())
    if again.is_empty():  # no list repeats another
        return raw()
    shared = (
        again.join(again, on=["kode_unit", "id_inovasi"], suffix="_lama").filter(pl.col("berkas") != pl.col("berkas_lama"))
        .group_by("kode_unit", "berkas", "berkas_lama").len("sama")
    )  # fmt: skip
    files = lists.group_by("kode_unit", "berkas").agg(
        pl.col("urutan").min().alias("mulai"),
        pl.col("id_inovasi").unique().alias("isi"),
        pl.col("lembar").first().alias("lembar_baru"),
    )
    revised = (
        shared.join(files, on=["kode_unit", "berkas"])
        .join(files, left_on=["kode_unit", "berkas_lama"], right_on=["kode_unit", "berkas"], suffix="_lama")
        .filter((pl.col("mulai") > pl.col("mulai_lama")) & (pl.col("sama") * 2 >= pl.col("isi_lama").list.len()))
    )
    latest = revised.sort("mulai").unique(["kode_unit", "berkas_lama"], keep="last", maintain_order=True)
    gone = (
        latest.with_columns(hilang=pl.col("isi_lama").list.set_difference("isi")).explode("hilang").drop_nulls("hilang")
    )
    last = accepted.group_by("id_inovasi").agg(pl.col("urutan").last().alias("terakhir"), pl.col("teks").last())
    silent = gone.join(last, left_on="hilang", right_on="id_inovasi").filter(pl.col("terakhir") < pl.col("mulai"))
    return raw(
        silent.select(
            pl.lit("inovasi_tidak_disebut_lagi").alias("kode"), "berkas", pl.col("lembar_baru").alias("lembar"), "kode_unit",
            pl.lit("nama_inovasi").alias("kolom"), pl.col("teks").alias("nilai"), pl.col("berkas_lama").alias("rincian"),
        ).unique(maintain_order=True)
    )  # fmt: skip


def _to_review(reviews: pl.DataFrame, accepted: pl.DataFrame) -> pl.DataFrame:
    """A note at the latest record of each innovation that may be another one too."""
    last = accepted.unique("id_inovasi", keep="last", maintain_order=True).select(
        "id_inovasi", "berkas", "lembar", "baris", "sel"
    )
    placed = reviews.join(last, left_on="kanan", right_on="id_inovasi")
    return raw(
        placed.select(
            pl.lit("mungkin_sama").alias("kode"), "berkas", "lembar", "baris", "sel", "kode_unit",
            pl.lit("nama_inovasi").alias("kolom"), pl.col("nama_kanan").alias("nilai"), pl.col("nama_kiri").alias("rincian"),
        )
    )  # fmt: skip


def _others(typed: pl.LazyFrame, accepted: pl.DataFrame) -> pl.DataFrame:
    """The latest values of columns that are none of ours."""
    cells = typed.filter(pl.col("kolom").str.starts_with(OTHER) & ~pl.col("kosong"))
    placed = (
        cells.select("rekaman", "kolom", "nilai", "baris", "sel")
        .collect()
        .join(accepted.select("rekaman", "id_inovasi", "urutan", "berkas", "lembar"), on="rekaman")
        .sort("urutan", "baris", "sel")
    )
    table = placed.select(
        "id_inovasi", "nilai", "berkas", "lembar", pl.col("kolom").str.strip_prefix(OTHER).alias("judul_kolom"),
        a1(pl.col("baris"), pl.col("sel")).alias("sel"),
    )  # fmt: skip
    return shape("lainnya", table.unique(["id_inovasi", "judul_kolom"], keep="last").sort("id_inovasi", "judul_kolom"))


def _wide(
    accepted: pl.DataFrame, latest: pl.DataFrame, history: pl.DataFrame, reference: Reference, tahun: int
) -> pl.DataFrame:
    holder = {"String": "teks", "Date": "tanggal", "List(String)": "daftar", "Int64": "angka", "Float64": "angka"}
    versions = history.group_by("id_inovasi").agg(pl.col("versi").max())
    base = (
        accepted.select("id_inovasi", "kode_unit")
        .unique(maintain_order=True)
        .join(versions, on="id_inovasi", how="left")
    )
    units = reference.unit.select(kode_unit="kode", nama_unit="nama", jenis_unit="jenis")
    frame = base.join(units, on="kode_unit", how="left").with_columns(
        pl.col("id_inovasi").cast(latest.schema["id_inovasi"]),
        tahun=pl.lit(tahun), status_komitmen=pl.lit("belum"), versi=pl.col("versi").fill_null(1),
    ).sort("id_inovasi")  # fmt: skip
    told = latest.select("id_inovasi", "kolom", *set(holder.values())).partition_by(
        "kolom", as_dict=True, maintain_order=True
    )
    for kolom, dtype in polars_schema("inovasi").items():
        if kolom in frame.columns or (kolom,) not in told:
            continue
        column = "teks" if kolom == "asta_cita" else holder[str(dtype)]
        typed_value = (pl.col(column).round() if dtype == pl.Int64 and column == "angka" else pl.col(column)).cast(
            dtype
        )
        values = told[kolom,].select("id_inovasi", typed_value.alias(kolom))
        if values["id_inovasi"].equals(frame["id_inovasi"]):  # each has one, as in most columns
            frame = frame.with_columns(values[kolom])
        else:
            frame = frame.join(values, on="id_inovasi", how="left", maintain_order="left")
    return shape("inovasi", frame)


def _superseded(accepted: pl.DataFrame) -> pl.DataFrame:
    """One note for each record that a later one of the same innovation followed."""
    earlier = accepted.filter(pl.col("urutan") != pl.col("akhir"))
    return raw(
        earlier.select(
            pl.lit("inovasi_disebut_dua_kali").alias("kode"), "berkas", "lembar", "baris", "sel", "kode_unit", "rekaman",
            pl.lit("nama_inovasi").alias("kolom"), pl.col("teks").alias("nilai"), pl.col("pemenang").alias("rincian"),
        )
    )  # fmt: skip
