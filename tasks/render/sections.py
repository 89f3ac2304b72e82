"""Fingerprints of the pages about all units: of what each shows of the saved tables, and for a page of a long list of its rows."""

from collections.abc import Callable
from functools import cached_property
from itertools import pairwise
from typing import Any

import orjson
import polars as pl

from tasks.render.figures import RANKS
from tasks.render.gather import KEY, page_path
from tasks.render.keys import NOT_SHOWN, Keys, digest
from tasks.render.pages import Sections
from tasks.unchanged import hashed

# What each section is made of, or, of a long list, its first page beside rows and figures. A table is taken as it was saved;
# other names are those of ``_Parts``.
MADE_OF: dict[str, tuple[str, ...]] = {
    "index": (
        "semua inovasi", "keadaan unit", "tingkat", "katalog", "berkas hitung", "komitmen", "monev", "tinjauan", "keselarasan",
        "indeks", "sejarah", "aturan", "langkah", "angka",
    ),
    "indeks": ("keadaan unit", "kematangan", "indeks", "sejarah", "aturan", "indikator"),
    "langkah": ("rencana", "langkah_rencana", "direncanakan", "nama unit"),
    "penghargaan": ("penghargaan", "dihargai", "nama unit"),
    "kecamatan": ("keadaan unit", "peta"),
    "riwayat": ("berkas", "tiba", "batas_kirim"),
    "unit": (),
    "inovasi": (),
    "komitmen": ("semua inovasi", "komitmen", "nama unit"),
    "monev": ("semua inovasi", "monev", "nama unit"),
    "keselarasan": ("semua inovasi", "keselarasan", "nama unit"),
    "tinjauan": ("bersama", "anggota", "buku tinjauan"),
    "temuan": ("katalog", "mulai"),
    "berkas": (),
    "panduan": (),
}  # fmt: skip


def fingerprints(sections: Sections, keys: Keys) -> dict[str, str]:
    """The fingerprint of each page about all units, by its path."""
    parts, found = _Parts(sections, keys), {}
    for name, made_of in MADE_OF.items():
        whole = [parts[part] for part in made_of]
        listing = sections.listings.get(name)
        if listing is None:
            found[f"{name}.html"] = digest(keys.base, *whole)
            continue
        told, rows = parts.told(name), parts.rows(name)
        bounds = [*listing.starts(), rows.height]
        for position, (start, stop) in enumerate(pairwise(bounds)):
            place = f"{position} {rows.height} {len(bounds)}"
            shown = hashed(rows[start:stop])
            found[page_path(name, position)] = digest(keys.base, told, place, shown, *([] if position else whole))
    return found


class _Parts:
    """The fingerprints of what sections are made of, each made once."""

    def __init__(self, sections: Sections, keys: Keys) -> None:
        self._sections, self._keys, self._tables = sections, keys, sections.report.tables
        self._known: dict[str, bytes | str] = {}

    def __getitem__(self, name: str) -> bytes | str:
        if name not in self._known:
            self._known[name] = self._made[name]() if name in self._made else self._keys.files.get(name, "")
        return self._known[name]

    def told(self, name: str) -> bytes:
        """Of what each page of a list says beside its rows."""
        kinds = self._keys.kinds if name == "temuan" else b""
        return kinds + _written(self._sections.listings[name].figures)

    def rows(self, name: str) -> pl.DataFrame:
        """What the rows of a list show."""
        shown = self._sections.listings[name].shown
        if name != "tinjauan":
            return shown
        tables = self._tables
        names = self._sections.lists.with_links(tables.innovations.select(KEY, "url", "kode_unit"))
        files = tables.fed.group_by(KEY).agg(pl.col("berkas").sort())
        whole = names.join(self._keys.rows, on=KEY).join(files, on=KEY, how="left").drop("kode_unit")
        for side in ("kiri", "kanan"):
            shown = shown.join(whole, left_on=side, right_on=KEY, how="left", maintain_order="left", suffix=f" {side}")
        return shown

    @cached_property
    def _made(self) -> dict[str, Callable[[], bytes | str]]:
        tables, keys, units = self._tables, self._keys, self._sections.report.units
        return {
            "semua inovasi": lambda: hashed(tables.innovations),
            "kematangan": lambda: hashed(tables.innovations.select("kematangan")),
            "anggota": self._shared,
            "direncanakan": lambda: hashed(
                tables.innovations.select(KEY, "url").join(tables.raw("langkah_rencana"), on=KEY, how="semi")
            ),
            "dihargai": self._rewarded,
            "nama unit": lambda: _written(
                [(code, unit.url, unit.row["nama_unit"], unit.row["jenis_unit"]) for code, unit in units.items()]
            ),
            "keadaan unit": lambda: _written(
                [
                    (unit.url, unit.row | dict.fromkeys(NOT_SHOWN), unit.listed, unit.count, unit.levels)
                    for unit in units.values()
                ]
            ),
            "tingkat": lambda: _written(self._sections.report.levels),
            "mulai": lambda: hashed(
                self._sections.lists.findings.select("kode", "pertama").with_row_index().filter("pertama")
            ),
            "angka": lambda: keys.counts,
            "batas_kirim": lambda: keys.counts,
            "berkas hitung": lambda: hashed(tables.raw("berkas").select("status", "kode_unit", "^baris_.*$")),
            "tiba": lambda: hashed(tables.senders.sort("nomor", "kode_unit")),
            "buku tinjauan": lambda: str(tables.review_file),
            "sejarah": lambda: hashed(tables.raw("sejarah").drop(NOT_SHOWN, strict=False)),
            "berkas": lambda: hashed(tables.raw("berkas").drop(NOT_SHOWN, strict=False)),
        }

    def _shared(self) -> bytes:
        """Of the innovations whose names several units' have."""
        members = self._tables.shared.join(
            self._tables.innovations.select(KEY, "url", "kode_unit"), on=KEY, maintain_order="left"
        )
        return hashed(self._sections.lists.with_links(members))

    def _rewarded(self) -> bytes:
        """Of the innovations that are among the first of a ranking."""
        best = self._tables.raw("penghargaan").filter(pl.col("urutan") <= RANKS)[KEY]
        return hashed(self._tables.innovations.filter(pl.col(KEY).is_in(best.implode())))


def _written(told: Any) -> bytes:
    return orjson.dumps(told, default=str, option=orjson.OPT_NON_STR_KEYS | orjson.OPT_SORT_KEYS)
