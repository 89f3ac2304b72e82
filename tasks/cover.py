"""The cover note of each unit: what was received, what is accepted, what to mend by when; one for silent units too."""

from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl
from babel.dates import format_date
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tasks.reference import Reference
from tasks.wording import compiled_templates

TEMPLATES = Path(__file__).resolve().parents[1] / "templates"
MOST_ITEMS = 8  # findings that a note names one by one
LONGEST_ITEM = 220  # letters of each
READ = {
    "unit": None, "berkas": None, "inovasi": ["id_inovasi", "kode_unit", "nama_inovasi"], "temuan": None,
    "sumber": None,
}  # fmt: skip


def write_cover_notes(run: Path, reference: Reference, tahun: int, today: date) -> int:
    """Writes run/pengantar/<kode_unit>.txt for every unit of the register; returns their number.

    Reads the tables unit, berkas, inovasi, temuan and sumber of the run.
    """
    table = {name: pl.read_parquet(run / "data" / f"{name}.parquet", columns=columns) for name, columns in READ.items()}
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, autoescape=False, trim_blocks=False,
        bytecode_cache=compiled_templates(),
    )  # fmt: skip
    template = environment.get_template("pengantar.txt")
    files, innovations, items = _files(table, reference), _innovations(table), _items(table)
    deadline = today + timedelta(days=reference.daerah.tenggat_hari)
    days = {"hari_ini": format_date(today, "d MMMM y", "id"), "tenggat": format_date(deadline, "d MMMM y", "id")}
    folder = run / "pengantar"
    folder.mkdir(exist_ok=True)
    for unit in table["unit"].iter_rows(named=True):
        kode = unit["kode_unit"]
        own = items.get(kode, [])
        counts = Counter(item.tingkat for item in own)
        text = template.render(
            unit=unit, tahun=tahun, instansi=reference.daerah.instansi, **days,
            files=files.get(kode, []), innovations=innovations.get(kode, []),
            items=[item.teks for item in own[:MOST_ITEMS]], more=max(0, len(own) - MOST_ITEMS),
            jumlah=" dan ".join(f"{counts[level]} {level}" for level in ("kesalahan", "peringatan") if counts[level]),
            ditandai=any(item.ditandai for item in own),
        )  # fmt: skip
        (folder / f"{kode}.txt").write_text(text.strip() + "\n", encoding="utf-8")
    return table["unit"].height


def _files(table: dict[str, pl.DataFrame], reference: Reference) -> dict[str, list[dict[str, Any]]]:
    """Of each unit the files that are its own, or that gave something of it, with their state in words."""
    berkas = table["berkas"].filter(~pl.col("status").is_in(["duplikat", "diabaikan"]))
    of_rows = table["sumber"].join(table["inovasi"].select("id_inovasi", "kode_unit"), on="id_inovasi")
    pairs = (
        pl.concat([berkas.select("berkas", "kode_unit"), of_rows.select("berkas", "kode_unit")]).drop_nulls().unique()
    )
    called = dict(reference.status_berkas.select("status", "judul").iter_rows())
    found: dict[str, list[dict[str, Any]]] = {}
    for row in pairs.join(berkas.drop("kode_unit"), on="berkas").sort("kode_unit", "berkas").iter_rows(named=True):
        name = row["berkas"].rpartition("/")[2]
        state = called[row["status"]].lower() + (f". {row['alasan']}" if row["alasan"] else "")
        found.setdefault(row["kode_unit"], []).append({"nama": name, "keadaan": state})
    return found


def _innovations(table: dict[str, pl.DataFrame]) -> dict[str, list[str]]:
    """Of each unit its innovations, numbered."""
    found: dict[str, list[str]] = {}
    for kode, name in (
        table["inovasi"].sort("kode_unit", "nama_inovasi").select("kode_unit", "nama_inovasi").iter_rows()
    ):
        named = found.setdefault(kode, [])
        named.append(f"{len(named) + 1}. {name}")
    return found


class _Item(NamedTuple):
    """Something to mend: how severe, whether at a cell, and where and what in words."""

    tingkat: str
    ditandai: bool
    teks: str


def _items(table: dict[str, pl.DataFrame]) -> dict[str, list[_Item]]:
    """What each unit must mend, errors first; findings of superseded files are mended already.

    Where several files of a unit have something to mend, each item names its file.
    """
    gone = table["berkas"].filter(pl.col("status").is_in(["digantikan", "duplikat"]))
    mine = (
        table["temuan"]
        .filter((pl.col("tingkat") != "catatan") & (pl.col("siapa") == "unit"))
        .join(gone, on="berkas", how="anti")
        .drop_nulls("kode_unit")
        .with_columns(beberapa=pl.col("berkas").n_unique().over("kode_unit") > 1)
    )
    found: dict[str, list[_Item]] = {}
    for row in mine.sort("tingkat", maintain_order=True).iter_rows(named=True):
        file = row["berkas"].rpartition("/")[2] if row["beberapa"] else None
        places = (("berkas", file), ("lembar", row["lembar"]), ("sel", row["sel"]))
        where = " ".join(f"{name} {place}" for name, place in places if place)
        said: str = row["pesan"]
        text = said if len(said) <= LONGEST_ITEM else said[:LONGEST_ITEM].rsplit(" ", 1)[0] + " …"
        item = _Item(row["tingkat"], row["sel"] is not None, f"{where}: {text}" if where else text)
        found.setdefault(row["kode_unit"], []).append(item)
    return found
