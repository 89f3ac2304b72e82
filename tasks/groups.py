"""Units merged some at a time: their records become their rows of the tables, and what is needed to see all units together."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import NamedTuple

import polars as pl

from tasks.about import sources
from tasks.attach import Innovations, commitments, returns
from tasks.crosscheck import crosscheck
from tasks.innovations import own_names, read_ledger
from tasks.match import forget
from tasks.merge import ORDER, merge
from tasks.parse import beside, compact, parse_value
from tasks.read.sheets import Sheets
from tasks.reference import Reference
from tasks.score import REJECTED, maturity, score_indicators
from tasks.vocabulary import Vocabulary
from tasks.workspace import Workspace

RECORDS_TOGETHER = 10_000  # that are merged together: a unit's are, however many it has


def in_groups(records: pl.DataFrame) -> pl.DataFrame:
    """In which group of files each file and each unit is: berkas, kode_unit, kelompok, numbered from 0 in the order of units.

    Files that name one unit are in one group, and so on; of ``records`` (berkas, kode_unit, null where no unit is known) a
    group has few enough that what is made of it fits into memory, unless one unit alone has more.
    """
    unit = pl.coalesce("kode_unit", "berkas")  # a file that names none stands alone
    pairs = records.group_by("berkas", "kode_unit").len("banyak").with_columns(unit=unit, bersama=unit)
    while True:
        joined = pairs["bersama"]
        for shared in ("berkas", "unit"):
            pairs = pairs.with_columns(pl.col("bersama").min().over(shared))
        if pairs["bersama"].equals(joined):
            break
    size = pairs.group_by("bersama").agg(pl.col("banyak").sum()).sort("bersama")
    number = (pl.col("banyak").cum_sum() - pl.col("banyak")) // RECORDS_TOGETHER
    placed = size.select("bersama", kelompok=number.rle_id().cast(pl.Int64))
    return pairs.join(placed, on="bersama").select("berkas", "kode_unit", "kelompok")


class Group(NamedTuple):
    """What came of the units of a group."""

    tables: dict[str, pl.DataFrame]  # their rows of the tables
    frames: dict[str, pl.DataFrame]  # what is needed to see all units together


def merged_groups(
    workspace: Workspace, records: pl.DataFrame, reference: Reference, vocabulary: Vocabulary
) -> Iterator[Group]:
    """Merges group by group; ``records`` are those of the workspace, with tata_letak and diterima."""
    sheets, ledger = Sheets.load(workspace.kerja / "baca"), read_ledger(workspace.state)
    groups = in_groups(records.select("berkas", "kode_unit"))
    count = max(1, groups["kelompok"].n_unique())
    given = set(ledger.filter(tahun=workspace.tahun)["id_inovasi"])

    def numbered(frame: pl.DataFrame, key: str) -> pl.DataFrame:
        number = groups.select(key, "kelompok").unique(key)
        joined = frame.join(number, on=key, how="left", maintain_order="left")
        return joined.with_columns(pl.col("kelompok").fill_null(0))  # what is of none has to be told of once

    of_files = [numbered(frame, "berkas") for frame in (records, sheets.tabel)]
    theirs = ledger.filter(pl.col("kode_unit").is_in(groups["kode_unit"].implode()))
    of_units = [numbered(frame, "kode_unit") for frame in (reference.keputusan, theirs)]
    for number in range(count):
        mine, lists, decided, known = (frame.filter(kelompok=number) for frame in (*of_files, *of_units))
        contexts = sheets.konteks.join(lists, on="tabel", how="semi")
        words = replace(reference, keputusan=decided)
        cells = partial(_cells, workspace, alone=count == 1)
        yield _merged(workspace, mine.drop("kelompok"), lists, contexts, known, given, words, vocabulary, cells)
        forget()


def _merged(
    workspace: Workspace,
    records: pl.DataFrame,
    lists: pl.DataFrame,
    contexts: pl.DataFrame,
    ledger: pl.DataFrame,
    given: set[str],
    reference: Reference,
    vocabulary: Vocabulary,
    cells_of: Callable[[str, pl.DataFrame], pl.DataFrame],
) -> Group:
    """One group, of its records, all ``lists`` (tables of sheets) of its files, and the texts around these."""
    tahun = workspace.tahun
    cells = cells_of("isi", records)
    typed, inovasi = cells.lazy(), records.filter(perihal="inovasi")
    own = own_names(reference, records["kode_unit"].unique())
    merged = merge(inovasi, typed, ledger, given, own, reference, partial(parse_value, reference, vocabulary), tahun)
    followed = inovasi.join(merged.identity, on="rekaman", how="left", maintain_order="left")
    of_tables = pl.col("tabel").is_in(lists["tabel"].implode())
    theirs = workspace.scan("rekaman_indikator").filter(of_tables).collect()
    indicators = theirs.join(lists.select("tabel", "berkas", "lembar"), on="tabel", how="left", maintain_order="left")
    filled = cells_of("isi_indikator", indicators)
    scored = score_indicators(indicators, filled.lazy(), _owners(followed, typed), reference, vocabulary, tahun)
    known = Innovations(merged.names.filter(pl.col("id_inovasi").is_not_null()), own)
    promises, reports = (records.filter("diterima", perihal=name).sort(ORDER) for name in ("komitmen", "monev"))
    promised = commitments(promises, cells, contexts, known, reference)
    reported = returns(reports, cells, contexts, known, reference, tahun)
    across = crosscheck(merged.inovasi, scored, followed, merged.cells, reference, tahun)
    signed = pl.col("id_inovasi").is_in(promised.table["id_inovasi"].drop_nulls().implode())
    status = pl.when(signed).then(pl.lit("ditandatangani")).otherwise(pl.lit("belum"))
    table = maturity(merged.inovasi, scored.totals).with_columns(status_komitmen=status)
    tables = {
        "inovasi": table,
        "asal": merged.asal,
        "sumber": sources(merged.asal),
        "indikator": scored.table,
        "komitmen": promised.table,
        "monev": reported.table,
        "lainnya": merged.lainnya,
        "riwayat_isian": merged.riwayat,
        "tinjauan": merged.tinjauan,
    }
    frames = {
        "inovasi": table.select(
            "id_inovasi", "kode_unit", "nama_inovasi", *reference.perencanaan["jenis"].unique().sort()
        ),
        "temuan": pl.concat([merged.findings, scored.findings, promised.findings, reported.findings, across]),
        "identitas": merged.identity,
        "nama": merged.names,
        "bentuk": merged.forms,
        "rancangan": merged.designs,
    }
    return Group(tables, {name: compact(frame) for name, frame in frames.items()})


def _cells(workspace: Workspace, name: str, records: pl.DataFrame, *, alone: bool) -> pl.DataFrame:
    """The typed cells of records; these often stand close together, and what is far from them is not even looked at.

    Records that are ``alone`` need not be sought: all cells are theirs, but for those of files that are there twice.
    """
    if alone:
        return workspace.scan(name).collect()
    number, known = pl.col("rekaman"), records["rekaman"]
    first, last = (pl.lit(end, pl.UInt32) for end in (known.min(), known.max()))
    near = workspace.scan(name).filter(number.is_between(first, last))
    return near.filter(number.is_in(known.implode())).collect()


def _owners(inovasi: pl.DataFrame, typed: pl.LazyFrame) -> pl.DataFrame:
    """The innovations of each file by name and number, for the rows of indicators that speak of them."""
    texts = typed.filter(~pl.col("kosong"))
    named = beside(inovasi, texts, {"nama_inovasi": "teks", "no": "teks"}).rename({"nama_inovasi": "nama"})
    return named.with_columns(pl.when("diterima").then("id_inovasi").fill_null(REJECTED))
