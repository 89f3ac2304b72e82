"""The rows of the long lists, many at once. Each list is a frame of what its rows show, of which any part is made HTML; what a
row looks like is a macro of ``baris.html``."""

from collections.abc import Collection
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
from jinja2 import Environment
from markupsafe import Markup

from tasks.render.gather import FINDINGS, KEY, NAMES, NOTE, PRIVATE, UNIT_FINDINGS, ZONE, Report, Row, advice
from tasks.render.rows import Weaver, bdi, cut, escaped, filled, if_filled
from tasks.render.text import each, foreign, general, quiet_zero, unit_link
from tasks.render.text import moment as moment_of
from tasks.wording import day, number

UNIT_INNOVATIONS = 500  # innovations listed on one unit's page
UP = "../"  # from a unit's page to the root of the report
STEP = (
    "urutan", "nomor", "dari", "ke", "kenaikan", "keterangan", "jenis_langkah", "usaha", "indikator", "syarat", "nama_inovasi",
)  # fmt: skip
GAIN = 4  # digits of what a step adds to the index
COUNTS = ("baris_dibaca", "baris_diterima", "baris_ditolak")


class Lists:
    """The rows of one report's lists, as HTML."""

    def __init__(self, report: Report, env: Environment) -> None:
        self._report, self._tables, self._labels, self._env = report, report.tables, report.labels, env
        self._zone = ZoneInfo(report.manifest.get("zona_waktu", ZONE))

    @cached_property
    def _weave(self) -> Weaver:
        return Weaver(self._env, "baris.html")

    def _label(self, group: str, otherwise: str = "") -> pl.Expr:
        """What the codes in the column ``group`` are called; ``otherwise`` where there is none."""
        words = {code: str(Markup.escape(word)) for code, word in self._labels[group].items()}
        code = pl.col(group)
        return code.replace_strict(words, default=escaped(code), return_dtype=pl.String).fill_null(otherwise)

    @cached_property
    def _links(self) -> dict[str, str]:
        """The link to each unit's page, from the root of the report."""
        return {code: str(unit_link("", unit)) for code, unit in self._report.units.items()}

    def with_links(self, rows: pl.DataFrame, by: str = "kode_unit") -> pl.DataFrame:
        """``rows`` with a link to the unit of each (``unit``), which the column ``by`` names; null where there is none."""
        code = pl.col(by)
        return rows.with_columns(unit=code.replace_strict(self._links, default=None, return_dtype=pl.String))

    def names(self, rows: pl.DataFrame, *by: str, root: str = "") -> dict[tuple[Any, ...], Row]:
        """Of each group of innovations how many they are (``jumlah``) and the names of the first (``nama``)."""
        groups = rows.group_by(by, maintain_order=True)
        counted = groups.len()
        link = self._weave("ke", url=pl.lit(root) + pl.col("url"), teks=bdi(pl.col("nama_inovasi"), 70))
        shown = groups.head(NAMES).select(*by, html=link).group_by(by).agg(pl.col("html").str.join(", "))
        rest = {
            count: str(self._weave.one("lainnya", jumlah=number(count - NAMES))) if count > NAMES else ""
            for count in counted["len"].unique()
        }
        return {
            tuple(group): {"jumlah": count, "nama": Markup(html + rest[count])}
            for *group, count, html in counted.join(shown, on=by, maintain_order="left").iter_rows()
        }

    def per_unit(self, innovations: pl.DataFrame) -> list[Row]:
        """Units with these innovations of theirs: how many, and the names of the first."""
        found = self.names(innovations, "kode_unit")
        return [names | {"unit": self._report.units[code]} for (code,), names in found.items()]

    # --- innovations ----------------------------------------------------------------------------------------------

    @cached_property
    def innovations(self) -> pl.DataFrame:
        """What the list of all innovations shows."""
        return self.with_links(
            self._tables.innovations.select(
                "url", "nama_inovasi", "jenis_unit", "tahapan", "urusan_utama", "status_komitmen", "waktu_penerapan",
                "kematangan", "kode_unit", perlu=pl.col("temuan") > 0,
            )
        )  # fmt: skip

    @staticmethod
    def _dated(innovations: pl.DataFrame) -> pl.DataFrame:
        """What both lists of innovations show of days and figures, in words."""
        return innovations.with_columns(
            each(innovations["waktu_penerapan"], day).fill_null("").alias("penerapan"),
            each(innovations["kematangan"], lambda value: number(value, 1)).fill_null("").alias("nilai"),
            pl.col("waktu_penerapan").cast(pl.String).fill_null("").alias("hari"),
        )

    def innovation_rows(self, listed: pl.DataFrame) -> list[str]:
        """These rows of the list of all innovations."""
        row = self._weave(
            "inovasi", url=pl.col("url"), nama=bdi(pl.col("nama_inovasi")), unit=pl.col("unit"), jenis=self._label("jenis_unit"),
            tahapan=self._label("tahapan", "Belum diisi"), urusan=bdi(pl.col("urusan_utama"), 80), hari=pl.col("hari"),
            penerapan=pl.col("penerapan"), kematangan=pl.col("nilai"), komitmen=self._label("status_komitmen"),
            perbaikan=pl.when("perlu").then(pl.lit(self._weave.one("perlu"))).otherwise(pl.lit("Tidak")),
        )  # fmt: skip
        return self._dated(listed).select(html=row)["html"].to_list()

    def of_units(self, only: Collection[str]) -> dict[str, Markup]:
        """The innovations on the own pages of the units ``only``."""
        tables = self._tables
        theirs = tables.innovations.filter(pl.col("kode_unit").is_in(list(only)))
        shown = theirs.filter(pl.int_range(pl.len()).over("kode_unit") < UNIT_INNOVATIONS)
        first = tables.about.filter("perbaiki").unique(KEY, keep="first", maintain_order=True)
        first = first.join(shown.select(KEY), on=KEY, how="semi")
        at = tables.anchored(tables.findings.select(pl.all().gather(first["nomor"])))["id"]
        groups = tables.shared.select(KEY, "jangkar", "anggota").unique(KEY, keep="last")
        frame = shown.join(first.select(KEY, at), on=KEY, how="left", maintain_order="left").join(
            groups, on=KEY, how="left", maintain_order="left"
        )
        frame = self._dated(frame).with_columns(
            ke=pl.when(pl.col("temuan") > 0).then(
                pl.coalesce(pl.concat_str(pl.lit("#"), "id"), pl.concat_str(pl.lit(UP), "url"))
            ),
            jumlah=each(frame["temuan"], number), lain=each(frame["anggota"].cast(pl.Int64) - 1, number),
        )  # fmt: skip
        link = self._weave("ke", url=pl.lit(UP) + pl.col("url"), teks=bdi(pl.col("nama_inovasi"), 90))
        mend = self._weave("perlu_sebanyak", ke=pl.col("ke"), jumlah=pl.col("jumlah"))
        row = self._weave(
            "inovasi_unit", inovasi=link, tahapan=self._label("tahapan", "Belum diisi"), penerapan=pl.col("penerapan"),
            bersama=self._weave("bersama", jangkar=pl.col("jangkar"), lain=pl.col("lain")).fill_null(""),
            kematangan=pl.col("nilai"), komitmen=self._label("status_komitmen"), perbaikan=mend.fill_null("Tidak"),
        )  # fmt: skip
        by_unit = frame.select("kode_unit", html=row).group_by("kode_unit", maintain_order=True)
        return {code: Markup(html) for code, html in by_unit.agg(pl.col("html").str.join()).iter_rows()}

    # --- steps ----------------------------------------------------------------------------------------------------

    @cached_property
    def steps(self) -> pl.DataFrame:
        """What the list of what would raise the index shows."""
        own = self._tables.innovations.select(KEY, "url", nama="nama_inovasi")
        table = self._tables.raw("langkah").select(KEY, "kode_unit", *STEP).sort("urutan")
        table = table.with_columns(pl.col("kenaikan").round(GAIN))
        return self.with_links(table.join(own, on=KEY, how="left", maintain_order="left"))

    def step_rows(self, listed: pl.DataFrame) -> list[str]:
        """These rows of the list of steps."""
        table = self._tables.show(listed.select(STEP)).hstack(listed.select("url", "nama", "unit"))
        frame = table.with_columns(
            each(table["urutan"], number),
            each(table["kenaikan"], lambda value: number(value, GAIN)),
            pl.col("nomor").cast(pl.String), pl.col("dari", "ke").cast(pl.String).fill_null(""),
        )  # fmt: skip
        name = bdi(pl.coalesce(filled(pl.col("nama_inovasi")), "nama"), 80)
        asked = pl.concat_str(pl.lit(": "), cut(filled(pl.col("syarat")), 160))
        reached = self._weave(
            "ke_parameter", nomor=pl.col("nomor"), indikator=escaped(filled(pl.col("indikator"))), dari=pl.col("dari"),
            ke=pl.col("ke"), syarat=if_filled(pl.col("syarat"), asked, ""),
        )  # fmt: skip
        frame = frame.with_columns(capai=reached)
        other = pl.when(pl.col("capai").is_null()).then("keterangan")
        row = self._weave(
            "langkah", urutan=pl.col("urutan"), unit=pl.col("unit").fill_null("–"), usaha=self._label("usaha"),
            kenaikan=pl.col("kenaikan").fill_null(""),
            apa=pl.coalesce(self._weave("ke", url=pl.col("url"), teks=name), self._label("jenis_langkah")),
            rinci=pl.coalesce("capai", bdi(other, 260)),
        )  # fmt: skip
        return frame.select(html=row)["html"].to_list()

    # --- files ----------------------------------------------------------------------------------------------------

    @cached_property
    def files(self) -> pl.DataFrame:
        """What the list of files shows."""
        return self.with_links(
            self._tables.files.select(
                "berkas", "status", "alasan", "tata_letak", "kode_unit", "waktu_berkas", *COUNTS
            )
        )  # fmt: skip

    def file_rows(self, listed: pl.DataFrame) -> list[str]:
        """These rows of the list of files."""
        states = {code: str(self._weave.one("keadaan_berkas", kode=code)) for code in self._labels["status_berkas"]}
        frame = listed.with_columns(
            self._unit_or_code("–"),
            each(listed["waktu_berkas"], lambda moment: moment.isoformat()).alias("saat"),
            each(listed["waktu_berkas"], lambda moment: moment_of(moment, self._zone)).alias("waktu"),
            *(each(listed[name], quiet_zero).alias(f"html {name}") for name in COUNTS),
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

    def _unit_or_code(self, otherwise: str = "") -> pl.Expr:
        """The link to the unit; where there is none the code, quietly."""
        code = escaped(filled(pl.col("kode_unit"))).fill_null(otherwise or "belum dikenal")
        return pl.coalesce("unit", self._weave("redup", teks=code)).alias("unit")

    # --- findings -------------------------------------------------------------------------------------------------

    @cached_property
    def findings(self) -> pl.DataFrame:
        """What the list of all findings shows; ``pertama``: whether its kind begins there."""
        shown = self._tables.findings.head(FINDINGS).drop(KEY, "siapa", strict=False)
        return self.with_links(shown, "milik").with_columns(pertama=pl.int_range(pl.len()).over("kode") == 0)

    @cached_property
    def _kinds(self) -> dict[str, Row]:
        return {kind["kode"]: kind for kind in self._report.kinds}

    def _findings(self, findings: pl.DataFrame, root: str) -> pl.DataFrame:
        """What both lists of findings show, as columns; on pages from which ``root`` leads to the root of the report."""
        frame = self._tables.anchored(self._tables.show(findings))
        levels = frame.select("kode", "tingkat").unique()
        shown = [
            str(self._weave.one("tingkat", akar=root, kode=level, jenis=self._kinds.get(kind)))
            for kind, level in levels.iter_rows()
        ]
        levels = levels.with_columns(pl.Series("html tingkat", shown, pl.String))
        secret = pl.col("kolom").is_in(PRIVATE).fill_null(False)
        told = {code: general(advice(kind), self._labels) for code, kind in self._kinds.items()}
        instead = pl.col("kode").replace_strict(
            told, default="", return_dtype=pl.String
        )  # the sentence quotes the cell
        empty = if_filled(pl.col("sel"), pl.lit("kosong"), "–")
        written = if_filled(
            pl.col("nilai"), self._weave("tertulis", nilai=cut(pl.col("nilai"), 160)), self._weave("redup", teks=empty)
        )
        hidden = self._weave("redup", teks=pl.lit("(nama, tidak ditampilkan)"))
        return frame.join(levels, on=["kode", "tingkat"], how="left", maintain_order="left").with_columns(
            pl.when(secret).then(instead).otherwise("pesan").alias("pesan"),
            pl.when(secret).then(hidden).otherwise(written).alias("html tertulis"),
            self._place().alias("html alamat"),
        )

    def _place(self) -> pl.Expr:
        """Where in its file a finding is, in words."""
        sheet = bdi(filled(pl.col("lembar")), 40)
        cell = self._weave("sel", sel=escaped(filled(pl.col("sel"))))
        in_sheet = if_filled(pl.col("lembar"), pl.concat_str(pl.lit(", lembar "), sheet), "")
        whole = pl.concat_str(pl.lit("seluruh lembar "), sheet)
        return pl.coalesce(pl.concat_str(cell, in_sheet), if_filled(pl.col("lembar"), whole, "seluruh berkas"))

    def places(self, findings: pl.DataFrame) -> list[Markup]:
        """Where in its file each finding is, in words."""
        return [Markup(place) for place in findings.select(place=self._place())["place"]]

    def finding_rows(self, listed: pl.DataFrame) -> list[str]:
        """These rows of the list of all findings; each leads to where it is to be mended: its place on its unit's page."""
        units = self._report.units
        links = {code: str(unit.url) for code, unit in units.items()}
        names = {code: str(foreign(unit.row["nama_unit"])) for code, unit in units.items()}
        anchors = {kind["kode"]: str(kind["jangkar"]) for kind in self._report.kinds}
        frame = self._findings(listed.drop("unit"), "").with_columns(listed["unit"])
        of = pl.col("milik")
        place = self._weave(
            "ke", url=pl.concat_str(of.replace_strict(links, default=None, return_dtype=pl.String), pl.lit("#"), "id"),
            teks=of.replace_strict(names, default=None, return_dtype=pl.String),
        )  # fmt: skip
        begins = pl.when("pertama").then(pl.col("kode").replace_strict(anchors, default=None, return_dtype=pl.String))
        past = pl.when("lewat").then(pl.lit(self._weave.one("sudah_lewat"))).otherwise(pl.lit(""))
        row = self._weave(
            "temuan", id=self._weave("pertama", jangkar=begins).fill_null(""), tingkat=pl.col("html tingkat"),
            unit=pl.coalesce(place, self._unit_or_code()), alamat=pl.col("html alamat"), berkas=bdi(pl.col("berkas"), 120),
            tertulis=pl.col("html tertulis"), pesan=bdi(pl.col("pesan"), 500), lewat=past, kode=escaped(pl.col("kode")),
        )  # fmt: skip
        return frame.select(html=row)["html"].to_list()

    def findings_of_units(self, only: Collection[str]) -> dict[str, dict[str, list[tuple[str, Markup]]]]:
        """The findings on the own pages of the units ``only``, file by file: what is to be mended, and what was mended for it."""
        tables = self._tables
        shown = tables.findings.with_row_index("nomor").filter(
            pl.col("milik").is_in(list(only)) & (pl.col("urut") < UNIT_FINDINGS)
        )
        about = (
            tables.about.filter(pl.col("nomor").is_in(shown["nomor"].implode()))
            .group_by("nomor")
            .agg(pl.len(), pl.col(KEY).first())
        )
        alone = about.filter(pl.col("len") == 1).join(
            tables.innovations.select(KEY, "url", nama="nama_inovasi"), on=KEY
        )
        frame = self._findings(shown.drop(KEY), UP)
        frame = frame.join(alone.select("nomor", "url", "nama"), on="nomor", how="left", maintain_order="left")
        frame = frame.join(about.select("nomor", "len"), on="nomor", how="left", maintain_order="left")
        frame = frame.with_columns(each(frame["len"].set(frame["len"] < 2, None), number).alias("banyak"))
        one = self._weave("satu_inovasi", url=pl.col("url"), nama=bdi(pl.col("nama"), 60))
        row = self._weave(
            "temuan_unit", id=pl.col("id"), alamat=pl.col("html alamat"), tingkat=pl.col("html tingkat"),
            tertulis=pl.col("html tertulis"), pesan=bdi(pl.col("pesan"), 700),
            inovasi=pl.coalesce(one, self._weave("banyak_inovasi", jumlah=pl.col("banyak")), pl.lit("")),
        )  # fmt: skip
        kind = pl.when(pl.col("tingkat") == NOTE).then(pl.lit("catatan")).otherwise(pl.lit("perbaikan"))
        by_file = frame.group_by("milik", kind.alias("bagian"), "berkas", maintain_order=True).agg(html=row.str.join())
        by_file = by_file.sort(pl.col("berkas").str.to_lowercase(), "berkas", maintain_order=True)
        found: dict[str, dict[str, list[tuple[str, Markup]]]] = {
            code: {"perbaikan": [], "catatan": []} for code in only
        }
        for code, part, file, html in by_file.iter_rows():
            found[code][part].append((file, Markup(html)))
        return found
