"""``inovasi index``: the index of the last published run, what-if, and the steps to a target; without Prefect."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import polars as pl

from schemas.assumption import Andaian
from tasks.assume import assume
from tasks.index import Spd, Standing, index_row, standing
from tasks.plan import Limits, Wish, plan, usual_wishes
from tasks.reference import Reference, load_reference
from tasks.steps import possible_steps, steps
from tasks.wording import number, sentence

SHOWN_STEPS = 10  # single steps on the screen, by gain and by gain per effort
SHOWN_PLAN = 40  # rows of a plan on the screen; --json shows all
SOURCES = ("inovasi", "indikator", "komitmen")

Row = dict[str, Any]


def show_index(
    data: Path, tahun: int, reference: Path, target: float | None, andaian: Andaian | None, *, as_json: bool
) -> None:
    """Prints the index of the tables in ``data``. Raises ``WrongAssumptionError``."""
    known = load_reference(reference)
    tables = {name: pl.read_parquet(data / f"{name}.parquet") for name in SOURCES}
    now = standing(tables["inovasi"], tables["indikator"], known, tahun)
    wanted = target if target is not None else (andaian.target if andaian else None)
    now = now if wanted is None else replace(now, target=wanted)
    then = now
    if andaian is not None:
        changed = assume(tables, andaian, known, tahun)
        then = replace(standing(*changed, known, tahun), target=now.target)
        tables |= {"inovasi": changed[0], "indikator": changed[1]}
        if andaian.spd is not None:
            then = replace(then, spd=Spd(andaian.spd, then.spd.maksimum))
    possible = possible_steps(then, tables["indikator"], tables["komitmen"], known)
    langkah, found = steps(then, possible, known)
    before, after = index_row(now, known), index_row(then, known, steps=(found, langkah.height))
    wishes = _wishes(then, known, andaian, asked=wanted is not None)
    plans = plan(then, possible, known, wishes, known.indeks.rencana.detik, keyakinan=after["keyakinan"])
    if as_json:
        everything = {"indeks": before, "andaian": after if andaian else None, "langkah": langkah.to_dicts()}
        everything |= {"rencana": plans[0].to_dicts(), "langkah_rencana": plans[1].to_dicts()}
        click.echo(json.dumps(everything, ensure_ascii=False))
        return
    year = int(tables["inovasi"]["tahun"][0]) if tables["inovasi"].height else tahun
    if year != tahun:
        click.echo(sentence(known.indeks.kalimat.proyeksi, asal=year, tahun=tahun))
    _say_index(f"Indeks Inovasi Daerah {tahun}", before)
    if andaian is not None:
        _say_index("Dengan andaian", after)
        if (before["iid"] is None) == (after["iid"] is None):
            click.echo(f"  Selisih      {number(after['iid_bawah'] - before['iid_bawah'], 2)} poin")
    _say_steps(langkah)
    _say_plans(*plans)


def _wishes(at: Standing, known: Reference, andaian: Andaian | None, *, asked: bool) -> list[Wish]:
    """The plans to make: those of a run, or those to the target asked for, under the limits of the assumption."""
    usual = usual_wishes(at, known)
    if asked:
        usual = [wish for wish in usual if wish.target == at.target]
    if andaian is None or andaian.batas is None:
        return usual
    limits = Limits(tuple(andaian.batas.jenis), andaian.batas.per_unit, andaian.batas.hanya_dokumen)
    own = [wish._replace(limits=limits) for wish in usual]
    return [wish for at, wish in enumerate(own) if wish not in own[:at]]


def _say_index(title: str, row: Row) -> None:
    sure = "" if row["keyakinan"] == "pasti" else " (perkiraan)"
    click.secho(f"{title}{sure}", bold=True)
    if row["iid"] is not None:
        click.echo(f"  Indeks       {number(row['iid'], 2)}  {row['predikat']}")
        click.echo(f"  SPD          {number(row['spd'], 2)}")
    else:
        click.echo(f"  Indeks       {number(row['iid_bawah'], 2)} sampai {number(row['iid_atas'], 2)}")
        click.echo(f"  SPD          {number(row['spd_bawah'])} sampai {number(row['spd_atas'])}")
    click.echo(f"  Kematangan   {number(row['sid_rata'], 2)}  ({row['n']} inovasi, pembagi {row['pembagi']})")
    click.echo(f"  Skor jumlah  {number(row['skor_jumlah'], 2)}")
    if row["selisih"] is not None:
        short = "kurang" if row["selisih"] > 0 else "lewat"
        click.echo(f"  Target       {number(row['target'], 2)}  ({short} {number(abs(row['selisih']), 2)} poin)")
    else:
        click.echo(f"  Target       {number(row['target'], 2)}")
    click.echo(f"  {row['catatan']}")


def _say_steps(langkah: pl.DataFrame) -> None:
    for title, order in (("menurut kenaikan", "urutan"), ("menurut kenaikan per usaha", "urutan_usaha")):
        click.secho(f"Langkah terbaik {title}", bold=True)
        for row in langkah.sort(order).head(SHOWN_STEPS).iter_rows(named=True):
            click.echo(f"  +{number(row['kenaikan'], 3)}  [{row['usaha']}] {row['keterangan']}")
    click.echo(f"  ({langkah.height} langkah menaikkan indeks)")


def _say_plans(rencana: pl.DataFrame, langkah: pl.DataFrame) -> None:
    for row in rencana.iter_rows(named=True):
        aim = "langkah tersedikit" if row["tujuan"] == "langkah" else "usaha teringan"
        click.secho(f"Rencana {row['rencana']}: {aim}", bold=True)
        click.echo(f"  {row['keterangan']}")
        own = langkah.filter(pl.col("rencana") == row["rencana"])
        for step in own.head(SHOWN_PLAN).iter_rows(named=True):
            click.echo(f"  {step['urutan']:>4}. {number(step['iid_sesudah'], 2)}  {step['keterangan']}")
        if own.height > SHOWN_PLAN:
            click.echo(f"        … dan {own.height - SHOWN_PLAN} baris lagi (--json menampilkan semuanya)")
