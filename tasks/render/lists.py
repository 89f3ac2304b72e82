"""The rows of the long lists, many at once: innovations, steps and findings. Each list is a macro of ``baris.html``."""

from collections.abc import Mapping, Sequence
from functools import cache, cached_property
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
from jinja2 import Environment
from markupsafe import Markup

from tasks.render.gather import NOTE, UNIT_FINDINGS, ZONE, Report, Row, Unit
from tasks.render.rows import Weaver, bdi, cut, escaped, filled, if_filled
from tasks.render.text import each, foreign, general, quiet_zero, unit_link
from tasks.render.text import moment as moment_of
from tasks.wording import day, number

UNIT_INNOVATIONS = 500  # innovations listed on one unit's page
UP = "../"  # from a unit's page to the root of the report
TEXTS = ("url", "nama_inovasi", "jenis_unit", "tahapan", "urusan_utama", "status_komitmen")
INNOVATIONS = dict.fromkeys(TEXTS, pl.String) | {"waktu_penerapan": pl.Date, "kematangan": pl.Float64}
COUNTS = ("baris_dibaca", "baris_diterima", "baris_ditolak")
FILES = dict.fromkeys(("berkas", "status", "alasan", "tata_letak"), pl.String) | dict.fromkeys(COUNTS, pl.Int64)
FINDINGS = dict.fromkeys(
    ("kode", "tingkat", "berkas", "lembar", "sel", "nilai", "pesan", "id"), pl.String
) | dict.fromkeys(("rahasia", "lewat"), pl.Boolean)


class Lists:
    """The rows of one report's lists, as HTML."""

    def __init__(self, report: Report, labels: Mapping[str, Any], env: Environment) -> None:
        self._report, self._labels, self._weave = report, labels, Weaver(env, "baris.html")
        self._unit = cache(unit_link)
        self._zone = ZoneInfo(report.manifest.get("zona_waktu", ZONE))

    def _label(self, group: str, otherwise: str = "") -> pl.Expr:
        """What the codes in the column ``group`` are called; ``otherwise`` where there is none."""
        words = {code: str(Markup.escape(word)) for code, word in self._labels[group].items()}
        code = pl.col(group)
        return code.replace_strict(words, default=escaped(code), return_dtype=pl.String).fill_null(otherwise)

    # --- innovations ----------------------------------------------------------------------------------------------

    def _innovations(self, rows: Sequence[Row]) -> pl.DataFrame:
        """What both lists of innovations show, as columns."""
        frame = pl.DataFrame({name: [row[name] for row in rows] for name in INNOVATIONS}, schema=INNOVATIONS)
        return frame.with_columns(
            each(frame["waktu_penerapan"], day).fill_null("").alias("penerapan"),
            each(frame["kematangan"], lambda value: number(value, 1)).fill_null("").alias("nilai"),
            pl.col("waktu_penerapan").cast(pl.String).fill_null("").alias("hari"),
        )

    def innovations(self, rows: Sequence[Row]) -> list[str]:
        """The list of all innovations, row by row."""
        frame = self._innovations(rows).with_columns(
            pl.Series("unit", [self._unit("", row["unit"]) for row in rows], pl.String),
            pl.Series("perlu", [bool(row["temuan"]) for row in rows], pl.Boolean),
        )
        row = self._weave(
            "inovasi", url=pl.col("url"), nama=bdi(pl.col("nama_inovasi")), unit=pl.col("unit"), jenis=self._label("jenis_unit"),
            tahapan=self._label("tahapan", "Belum diisi"), urusan=bdi(pl.col("urusan_utama"), 80), hari=pl.col("hari"),
            penerapan=pl.col("penerapan"), kematangan=pl.col("nilai"), komitmen=self._label("status_komitmen"),
            perbaikan=pl.when("perlu").then(pl.lit(self._weave.one("perlu"))).otherwise(pl.lit("Tidak")),
        )  # fmt: skip
        return frame.select(html=row)["html"].to_list()

    def of_unit(self, unit: Unit) -> Markup:
        """The innovations on a unit's own page."""
        return self._of_units.get(unit.row["kode_unit"], Markup())

    @cached_property
    def _of_units(self) -> dict[str, Markup]:
        rows = [row for unit in self._report.units.values() for row in unit.innovations[:UNIT_INNOVATIONS]]
        first = [row["temuan"][0] if row["temuan"] else None for row in rows]
        to = [
            None if at is None else f"#{at['id']}" if at["id"] else UP + row["url"]
            for at, row in zip(first, rows, strict=True)
        ]
        group = [row["kelompok"] for row in rows]
        more: Row = {
            "kode_unit": [row["kode_unit"] for row in rows],
            "ke": to,
            "jumlah": [number(len(row["temuan"])) for row in rows],
            "jangkar": [known and known["jangkar"] for known in group],
            "lain": [known and number(len(known["anggota"]) - 1) for known in group],
        }
        frame = self._innovations(rows).with_columns(
            pl.Series(name, column, pl.String) for name, column in more.items()
        )
        link = self._weave("ke", url=pl.lit(UP) + pl.col("url"), teks=bdi(pl.col("nama_inovasi"), 90))
        mend = self._weave("perlu_sebanyak", ke=pl.col("ke"), jumlah=pl.col("jumlah"))
        row = self._weave(
            "inovasi_unit", inovasi=link, tahapan=self._label("tahapan", "Belum diisi"), penerapan=pl.col("penerapan"),
            bersama=self._weave("bersama", jangkar=pl.col("jangkar"), lain=pl.col("lain")).fill_null(""),
            kematangan=pl.col("nilai"), komitmen=self._label("status_komitmen"), perbaikan=mend.fill_null("Tidak"),
        )  # fmt: skip
        by_unit = frame.select("kode_unit", html=row).group_by("kode_unit").agg(pl.col("html").str.join())
        return {code: Markup(html) for code, html in by_unit.iter_rows()}

    # --- steps ----------------------------------------------------------------------------------------------------

    def steps(self, table: pl.DataFrame) -> list[str]:
        """The list of what would raise the index, row by row of the table ``langkah``."""
        own = self._report.tables.innovations.select("id_inovasi", "url", nama="nama_inovasi")
        units = {code: unit_link("", unit) for code, unit in self._report.units.items()}
        unit = pl.col("kode_unit").replace_strict(units, default="–", return_dtype=pl.String)
        frame = table.join(own, on="id_inovasi", how="left", maintain_order="left").with_columns(
            unit.alias("unit"),
            each(table["urutan"], number),
            each(table["kenaikan"], lambda value: number(value, 4)),
            pl.col("nomor").cast(pl.String), pl.col("dari", "ke").cast(pl.String).fill_null(""),
        )  # fmt: skip
        name = bdi(pl.coalesce(filled(pl.col("nama_inovasi")), "nama"), 80)
        asked = pl.concat_str(pl.lit(": "), cut(filled(pl.col("syarat")), 160))
        reached = self._weave(
            "ke_parameter", nomor=pl.col("nomor"), indikator=escaped(filled(pl.col("indikator"))), dari=pl.col("dari"),
            ke=pl.col("ke"),
            syarat=if_filled(pl.col("syarat"), asked, ""),
        )  # fmt: skip
        row = self._weave(
            "langkah", urutan=pl.col("urutan"), unit=pl.col("unit"), usaha=self._label("usaha"),
            kenaikan=pl.col("kenaikan").fill_null(""),
            apa=pl.coalesce(self._weave("ke", url=pl.col("url"), teks=name), self._label("jenis_langkah")),
            rinci=pl.coalesce(reached, bdi(pl.col("keterangan"), 260)),
        )  # fmt: skip
        return frame.select(html=row)["html"].to_list()

    # --- files ----------------------------------------------------------------------------------------------------

    def files(self, rows: Sequence[Row]) -> list[str]:
        """The list of files, row by row."""
        frame = pl.DataFrame({name: [row[name] for row in rows] for name in FILES}, schema=FILES)
        links = [unit_link("", row["unit"], row["kode_unit"] or "–") for row in rows]
        moments = [row["waktu_berkas"] for row in rows]
        states = {code: str(self._weave.one("keadaan_berkas", kode=code)) for code in self._labels["status_berkas"]}
        frame = frame.with_columns(
            pl.Series("unit", links, pl.String),
            pl.Series("saat", [moment.isoformat() for moment in moments], pl.String),
            pl.Series("waktu", [moment_of(moment, self._zone) for moment in moments], pl.String),
            *(each(frame[name], quiet_zero).alias(f"html {name}") for name in COUNTS),
        )
        odd = pl.col("baris_dibaca") != pl.col("baris_diterima") + pl.col("baris_ditolak")
        row = self._weave(
            "berkas", nama=bdi(pl.col("berkas"), 160), keadaan=pl.col("status").replace_strict(states, return_dtype=pl.String),
            alasan=bdi(pl.col("alasan"), 400), bentuk=self._label("tata_letak"), unit=pl.col("unit"), saat=pl.col("saat"),
            waktu=escaped(pl.col("waktu")), dibaca=pl.col("html baris_dibaca"), diterima=pl.col("html baris_diterima"),
            ditolak=pl.col("html baris_ditolak"),
            cocok=pl.when(odd).then(pl.lit(self._weave.one("tidak_cocok"))).otherwise(pl.lit("")),
        )  # fmt: skip
        return frame.select(html=row)["html"].to_list()

    # --- findings -------------------------------------------------------------------------------------------------

    def _findings(self, rows: Sequence[Row], root: str) -> pl.DataFrame:
        """What both lists of findings show, as columns; on pages from which ``root`` leads to the root of the report."""
        frame = pl.DataFrame({name: [row[name] for row in rows] for name in FINDINGS}, schema=FINDINGS)
        kinds = {(row["kode"], row["tingkat"]): row["jenis"] for row in rows}
        levels = {
            key: str(self._weave.one("tingkat", akar=root, kode=key[1], jenis=kind)) for key, kind in kinds.items()
        }
        level = pl.Series([levels[row["kode"], row["tingkat"]] for row in rows], dtype=pl.String)
        secret = frame["pesan"].set(~frame["rahasia"], None)
        empty = if_filled(pl.col("sel"), pl.lit("kosong"), "–")
        written = if_filled(
            pl.col("nilai"), self._weave("tertulis", nilai=cut(pl.col("nilai"), 160)), self._weave("redup", teks=empty)
        )
        hidden = self._weave("redup", teks=pl.lit("(nama, tidak ditampilkan)"))
        return frame.with_columns(
            pl.coalesce(each(secret, lambda text: general(text, self._labels)), "pesan").alias("pesan"),
            level.alias("html tingkat"),
            pl.when("rahasia").then(hidden).otherwise(written).alias("html tertulis"),
            self._place().alias("html alamat"),
        )

    def _place(self) -> pl.Expr:
        """Where in its file a finding is, in words."""
        sheet = bdi(filled(pl.col("lembar")), 40)
        cell = self._weave("sel", sel=escaped(filled(pl.col("sel"))))
        in_sheet = if_filled(pl.col("lembar"), pl.concat_str(pl.lit(", lembar "), sheet), "")
        whole = pl.concat_str(pl.lit("seluruh lembar "), sheet)
        return pl.coalesce(pl.concat_str(cell, in_sheet), if_filled(pl.col("lembar"), whole, "seluruh berkas"))

    def places(self, rows: Sequence[Row]) -> list[Markup]:
        """Where in its file each finding is, in words."""
        frame = pl.DataFrame(
            {name: [row[name] for row in rows] for name in ("lembar", "sel")}, schema=dict.fromkeys(("lembar", "sel"), pl.String)
        )  # fmt: skip
        return [Markup(place) for place in frame.select(place=self._place())["place"]]

    def findings(self, rows: Sequence[Row]) -> list[str]:
        """The list of all findings, row by row."""
        unit = [self._place_of(row) for row in rows]
        first = [row["jenis"]["jangkar"] if row["pertama"] and row["jenis"] else None for row in rows]
        frame = self._findings(rows, "").with_columns(
            pl.Series("unit", unit, pl.String), pl.Series("pertama", first, pl.String)
        )
        past = pl.when("lewat").then(pl.lit(self._weave.one("sudah_lewat"))).otherwise(pl.lit(""))
        row = self._weave(
            "temuan", id=self._weave("pertama", jangkar=pl.col("pertama")).fill_null(""), tingkat=pl.col("html tingkat"),
            unit=pl.col("unit"), alamat=pl.col("html alamat"), berkas=bdi(pl.col("berkas"), 120), tertulis=pl.col("html tertulis"),
            pesan=bdi(pl.col("pesan"), 500), lewat=past, kode=escaped(pl.col("kode")),
        )  # fmt: skip
        return frame.select(html=row)["html"].to_list()

    def _place_of(self, row: Row) -> Markup:
        """Where a finding is to be mended: its place on the page of its unit, or that page."""
        unit = row["unit"]
        if unit and row["id"]:
            return Markup(f'<a href="{unit.url}#{row["id"]}">{foreign(unit.row["nama_unit"])}</a>')
        return self._unit("", unit, row["kode_unit"]) if unit else unit_link("", None, row["kode_unit"])

    def findings_of(self, unit: Unit) -> dict[str, list[tuple[str, Markup]]]:
        """The findings on a unit's own page, file by file: what is to be mended, and what was mended for it."""
        return self._findings_of_units.get(unit.row["kode_unit"], {"perbaikan": [], "catatan": []})

    @cached_property
    def _findings_of_units(self) -> dict[str, dict[str, list[tuple[str, Markup]]]]:
        shown = {code: unit.findings[:UNIT_FINDINGS] for code, unit in self._report.units.items()}
        rows = [row for findings in shown.values() for row in findings]
        only = [row["inovasi"][0] if len(row["inovasi"]) == 1 else None for row in rows]
        more: Row = {
            "kode_unit": [code for code, findings in shown.items() for _ in findings],
            "url": [row and row["url"] for row in only],
            "nama": [row and row["nama_inovasi"] for row in only],
            "jumlah": [number(len(row["inovasi"])) if len(row["inovasi"]) > 1 else None for row in rows],
        }
        frame = self._findings(rows, UP).with_columns(
            pl.Series(name, column, pl.String) for name, column in more.items()
        )
        about = pl.coalesce(
            self._weave("satu_inovasi", url=pl.col("url"), nama=bdi(pl.col("nama"), 60)),
            self._weave("banyak_inovasi", jumlah=pl.col("jumlah")),
            pl.lit(""),
        )
        row = self._weave(
            "temuan_unit", id=pl.col("id"), alamat=pl.col("html alamat"), tingkat=pl.col("html tingkat"),
            tertulis=pl.col("html tertulis"), pesan=bdi(pl.col("pesan"), 700), inovasi=about,
        )  # fmt: skip
        kind = pl.when(pl.col("tingkat") == NOTE).then(pl.lit("catatan")).otherwise(pl.lit("perbaikan"))
        by_file = frame.group_by("kode_unit", kind.alias("bagian"), "berkas").agg(html=row.str.join())
        by_file = by_file.sort(pl.col("berkas").str.to_lowercase(), "berkas")
        found: dict[str, dict[str, list[tuple[str, Markup]]]] = {}
        for code, part, file, html in by_file.iter_rows():
            parts = found.setdefault(code, {"perbaikan": [], "catatan": []})
            parts[part].append((file, Markup(html)))
        return found
