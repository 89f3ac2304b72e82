"""One innovation's page: its profile with the cell each value came from, its 20 indicators, its time line, what to do next.

These pages are made column by column, of many innovations at once; ``satu_inovasi.html`` says what their parts look like.
"""

from collections.abc import Mapping, Sequence

import polars as pl
from jinja2 import Environment
from markupsafe import Markup

from schemas.submission import words
from tasks.render.follow import SIGNED
from tasks.render.frame import Frame
from tasks.render.gather import KEY, LONG, Report, Row
from tasks.render.periods import period_label, period_order
from tasks.render.rows import Weaver, bdi, cut, escaped, filled, if_filled, links
from tasks.render.text import cut as cut_one
from tasks.render.text import each
from tasks.wording import LOCALE, day, number

COORDINATES = ("lintang", "bujur")
NOT_SAVED = ("koordinat",)  # shown of two columns
CHOICES = ("tahapan", "inisiator", "jenis", "bentuk")
MOST = 111  # the highest maturity
STEPS = 3  # steps named on an innovation's page
TOGETHER = 1_000  # innovations whose rows are made at once
FINDINGS = 20  # findings named there
HEAD = ("nama_inovasi", "kode_unit", "status_komitmen", "versi")
FINDING = ("kode", "tingkat", "sel", "berkas", "milik", "jangkar", "urut", "kembar")
SLOT = "\x02"  # where the one value goes that is not the same for all rows of a kind


class Profiles:
    """The pages of ``rows``, in this order, each inside the ``frame`` that all share."""

    def __init__(self, report: Report, rows: Sequence[Row], env: Environment, frame: Frame) -> None:
        self._report, self._labels, self._rows, self._frame = report, report.labels, rows, frame
        self._weave = Weaver(env, "satu_inovasi.html")
        self._months: Mapping[str, str] = report.labels["periode"]
        self._place = {row[KEY]: place for place, row in enumerate(rows)}
        self._made: dict[str, bytes] = {}

    def __call__(self, row: Row) -> bytes:
        """The page of the innovation ``row``."""
        key = row[KEY]
        if key not in self._made:
            place = self._place.get(key)
            start = 0 if place is None else place // TOGETHER * TOGETHER
            self._made.clear()
            self._made = self._make(self._rows[start : start + TOGETHER] if place is not None else [row])
        return self._made[key]

    def _make(self, rows: Sequence[Row]) -> dict[str, bytes]:
        """The pages of these innovations."""
        wanted = pl.DataFrame({KEY: [row[KEY] for row in rows]}, schema={KEY: pl.String})
        frame = self._fields(wanted, self._sources(wanted))
        for part in (
            self._scores(wanted),
            self._steps(wanted),
            self._mend(wanted),
            self._events(rows),
            self._shared(rows),
        ):
            frame = frame.join(part, on=KEY, how="left", maintain_order="left")
        units = {code: unit for code, unit in self._report.units.items() if unit.count}
        link = {
            code: self._weave.one("unit", url=unit.url, nama=cut_one(unit.row["nama_unit"], 80))
            for code, unit in units.items()
        }
        value = pl.col("kematangan")
        most, indicators = pl.lit(str(MOST)), pl.lit(str(len(self._report.indicators)))
        strip = self._weave(
            "kematangan", nilai=value.fill_null(""), terbanyak=most, jumlah=indicators,
            bukti=pl.col("bukti").cast(pl.String), pita=pl.col("pita"), tabel=pl.col("tabel"),
            langkah=self._weave("langkah", daftar=pl.col("langkah")).fill_null(""),
        )  # fmt: skip
        versions = pl.lit(each(frame["versi"], number))
        name, letters = pl.col("nama_inovasi"), pl.col("nama_inovasi").str.len_chars()
        more = self._weave("versi", nomor=versions)
        whole = self._weave(
            "nama_lengkap", huruf=pl.lit(each(frame.select(letters).to_series(), number)), nama=escaped(name)
        )
        signed = pl.when(pl.col("status_komitmen") == SIGNED).then(pl.lit("komitmen ditandatangani"))
        content = self._weave(
            "halaman", unit=pl.col("kode_unit").replace_strict(link, return_dtype=pl.String), nama=cut(name, 160),
            tahapan=self._word("tahapan").fill_null("Tahapan belum diisi"),
            komitmen=signed.otherwise(pl.lit("komitmen belum ditandatangani")),
            kematangan=self._weave("kematangan_dari", nilai=value, terbanyak=most).fill_null(""),
            versi=pl.when(pl.col("versi") > 1).then(more).otherwise(pl.lit("")),
            perbaikan=self._weave("perbaikan", jumlah=pl.col("jumlah"), daftar=pl.col("perbaikan")).fill_null(""),
            indikator=strip.fill_null(""), sumber=pl.col("sumber").fill_null("Asal isian tidak tercatat."),
            isian=pl.col("isian"), panjang=pl.col("panjang"),
            nama_lengkap=pl.when(letters > 160).then(whole).otherwise(pl.lit("")),
            kosong=self._weave("kosong", nama=filled(pl.col("kosong"))).fill_null(""),
            waktu=self._weave("waktu", daftar=pl.col("waktu")).fill_null(""), bersama=pl.col("bersama").fill_null(""),
        )  # fmt: skip
        before, between, after = map(pl.lit, self._frame)
        pages = frame.select(KEY, halaman=pl.concat_str(before, cut(name, 80), between, content, after).cast(pl.Binary))
        return dict(pages.iter_rows())

    def _of(self, name: str, wanted: pl.DataFrame, *columns: str) -> pl.DataFrame:
        """The ``columns`` of a saved table for the ``wanted`` innovations, as pages may show them."""
        return self._report.tables.of(name, wanted, *columns)

    # --- the profile ----------------------------------------------------------------------------------------------

    def _sources(self, wanted: pl.DataFrame) -> pl.DataFrame:
        """Of each innovation the file and sheet that most values came from (``berkas``, ``lembar``), and by column the cell it
        came from, with the sheet and the file only where they are others."""
        asal = self._of("asal", wanted, "kolom", "berkas", "lembar", "sel").with_row_index("urutan")
        asal = asal.unique([KEY, "kolom"], keep="last")
        places = asal.group_by(KEY, "berkas", "lembar").agg(pl.len(), pl.col("urutan").min())
        places = places.sort(-pl.col("len").cast(pl.Int64), "urutan")
        main = places.group_by(KEY, maintain_order=True).agg(pl.col("berkas", "lembar").first())
        both = asal.join(main, on=KEY, suffix=" utama")
        same_file = pl.col("berkas") == pl.col("berkas utama")
        in_sheet = pl.concat_str("sel", pl.lit(", lembar "), "lembar")
        cell = (
            pl.when(same_file & (pl.col("lembar") == pl.col("lembar utama"))).then("sel")
            .when(same_file).then(in_sheet).otherwise(pl.concat_str(in_sheet, pl.lit(", "), "berkas"))
        )  # fmt: skip
        named = [name for name in self._labels["kolom"] if name not in COORDINATES]
        by_column = both.select(KEY, "kolom", sel=cell).pivot(
            "kolom", on_columns=[*named, "lintang", "nama_inovasi"], index=KEY, values="sel"
        )
        cells = by_column.rename(lambda name: name if name == KEY else f"sel {name}")
        return main.join(cells, on=KEY)

    def _fields(self, wanted: pl.DataFrame, sources: pl.DataFrame) -> pl.DataFrame:
        """The rows of the short fields that are filled, the names of all that are empty, the long texts, and whence they came."""
        labels: Mapping[str, str] = self._labels["kolom"]
        saved = (name for name in labels if name not in NOT_SAVED)
        inovasi = self._of("inovasi", wanted, *COORDINATES, *saved, *HEAD)
        frame = inovasi.join(sources, on=KEY, how="left").with_columns(
            pl.col("urusan_beririsan").list.join("; "),
            pl.col("asta_cita").cast(pl.String),
            *(each(inovasi[name], day) for name in inovasi.columns if name.startswith("waktu_")),
            *(each(inovasi[name], lambda value: number(value, 5)) for name in COORDINATES),
            anggaran="Rp " + each(inovasi["anggaran"], number),
            alamat=links(inovasi["tautan"]),
        )
        frame = frame.with_columns(koordinat=pl.concat_str(*COORDINATES, separator="; "))
        short = [name for name in labels if name not in LONG and name != "kematangan"]
        sel = {name: pl.col(f"sel {'lintang' if name == 'koordinat' else name}") for name in (*labels, "nama_inovasi")}
        rows = [
            self._weave(
                "isian", nama=_literal(labels[name]), nilai=self._value(name), sel=escaped(sel[name]).fill_null("")
            )
            for name in short
        ]
        empty = [pl.when(filled(pl.col(name)).is_null()).then(_literal(labels[name])) for name in (*short, *LONG)]
        at = {name: pl.concat_str(pl.lit(", sel "), cut(filled(sel[name]), 120)) for name in LONG}
        long = [
            self._weave(
                "teks_panjang", nama=_literal(labels[name]), kata=pl.col(f"kata {name}"), teks=escaped(filled(pl.col(name))),
                sel=if_filled(sel[name], at[name]),
            )
            for name in LONG
        ]  # fmt: skip
        names = pl.concat_str(pl.lit("; namanya di sel "), cut(sel["nama_inovasi"], 120))
        counts = frame.select(words(pl.col(name)).alias(name) for name in LONG)
        shown = [each(counts[name], number).alias(f"kata {name}") for name in LONG]
        return frame.with_columns(shown).select(
            KEY,
            *HEAD,
            "tahapan",
            kematangan=pl.lit(each(frame["kematangan"], lambda value: number(value, 1))),
            isian=pl.concat_str(rows, ignore_nulls=True),
            kosong=pl.concat_str(empty, separator=", ", ignore_nulls=True),
            panjang=pl.concat_str(long, ignore_nulls=True),
            sumber=self._weave(
                "sumber", berkas=cut(filled(pl.col("berkas"))), lembar=cut(pl.col("lembar"), 60),
                sel=if_filled(sel["nama_inovasi"], names),
            ),
        )  # fmt: skip

    def _value(self, name: str) -> pl.Expr:
        """What is shown of the column ``name``; null where it is empty."""
        text = escaped(filled(pl.col(name)))
        if name in CHOICES:
            return self._word(name)
        if name == "tautan":
            link = self._weave("tautan", tautan=pl.col("alamat"), teks=escaped(pl.col(name).str.slice(0, 90)))
            return pl.coalesce(link, text)
        return text

    def _word(self, name: str) -> pl.Expr:
        """What the codes in the column ``name`` are called; null where it is empty."""
        words = {code: str(Markup.escape(word)) for code, word in self._labels[name].items()}
        return pl.col(name).replace_strict(words, default=escaped(filled(pl.col(name))), return_dtype=pl.String)

    # --- indicators -----------------------------------------------------------------------------------------------

    def _scores(self, wanted: pl.DataFrame) -> pl.DataFrame:
        """The strip and the table of all indicators, of the innovations that sent any, and how many they proved."""
        sent = self._of("indikator", wanted, "nomor", "parameter", "skor", "bukti").unique(
            [KEY, "nomor"], keep="last", maintain_order=True
        )
        proofs = sent.group_by(KEY).agg(bukti=filled(pl.col("bukti")).count())
        listed = pl.DataFrame(
            {"nomor": [known["nomor"] for known in self._report.indicators]}, schema={"nomor": pl.Int64}
        )
        both = sent.select(KEY).unique(maintain_order=True).join(listed, how="cross")
        both = both.join(sent, on=[KEY, "nomor"], how="left", maintain_order="left")
        kind = pl.struct("nomor", "parameter", "skor").rank("dense").alias("macam")
        both = both.with_columns(kind, links(both["bukti"]).alias("tautan"))
        proof = pl.coalesce(
            self._weave("bukti", tautan=pl.col("tautan"), nomor=pl.col("nomor").cast(pl.String)),
            bdi(pl.when(pl.col("tautan").is_null()).then(filled(pl.col("bukti"))), 60),
        )
        proof = if_filled(pl.col("bukti"), proof)
        rows = both.join(self._kinds(both), on="macam", how="left", maintain_order="left")
        lines = rows.select(KEY, pita="batang", tabel=pl.concat_str("depan", proof, "belakang"))
        joined = lines.group_by(KEY, maintain_order=True).agg(pl.col("pita", "tabel").str.join())
        return joined.join(proofs, on=KEY)

    def _kinds(self, rows: pl.DataFrame) -> pl.DataFrame:
        """What is the same of all ``rows`` with the same indicator, parameter and score: the bar, and the row around its proof."""
        about = {known["nomor"]: known for known in self._report.indicators}
        made = []
        for kind, nomor, parameter, skor in (
            rows.select("macam", "nomor", "parameter", "skor").unique("macam").iter_rows()
        ):
            indicator, reached = about[nomor], parameter or 0
            name = f"{nomor} {indicator['indikator']}"
            asked = indicator[f"parameter_{reached + 1}"] if reached < 3 else None
            row = self._weave.one(
                "indikator", nama=name, parameter="–" if parameter is None else reached, skor=number(skor or 0.0, 1),
                berikutnya=asked or "", bukti=Markup(SLOT),
            )  # fmt: skip
            before, _, after = row.partition(SLOT)
            made.append((kind, self._weave.one("batang", parameter=reached, nama=name), before, after))
        return pl.DataFrame(
            made,
            orient="row",
            schema={"macam": rows.schema["macam"]} | dict.fromkeys(("batang", "depan", "belakang"), pl.String),
        )

    def _steps(self, wanted: pl.DataFrame) -> pl.DataFrame:
        """The steps that help most, as the list of all has them."""
        best = (
            self._of("langkah", wanted, "keterangan", "indikator", "kenaikan")
            .group_by(KEY, maintain_order=True)
            .head(STEPS)
        )
        said = escaped(pl.coalesce(filled(pl.col("keterangan")), pl.col("indikator")).fill_null(""))
        more = each(best["kenaikan"], lambda value: number(value, 3))
        row = self._weave("langkah_inovasi", keterangan=said, kenaikan=pl.lit(more).fill_null(""))
        return best.select(KEY, langkah=row).group_by(KEY, maintain_order=True).agg(pl.col("langkah").str.join())

    def _mend(self, wanted: pl.DataFrame) -> pl.DataFrame:
        """What is to be mended, and how many there are of it."""
        tables, report = self._report.tables, self._report
        about = tables.about.filter("perbaiki").join(wanted, on=KEY, how="semi")
        counts = about.group_by(KEY).len()
        about = about.filter(pl.int_range(pl.len()).over(KEY) < FINDINGS)
        found = tables.anchored(tables.show(tables.findings.select(pl.col(*FINDING).gather(about["nomor"]))))
        urls = {code: str(unit.url) for code, unit in report.units.items()}
        titles = {kind["kode"]: kind["judul"] for kind in report.kinds}
        frame = about.select(KEY).hstack(found).with_columns(
            url=pl.col("milik").replace_strict(urls, return_dtype=pl.String),
            judul=pl.col("kode").replace_strict(titles, default=None, return_dtype=pl.String),
        )  # fmt: skip
        what = escaped(pl.coalesce("judul", "kode"))
        levels = {code: str(Markup.escape(level["nama"])) for code, level in self._labels["tingkat"].items()}
        level = pl.col("tingkat").replace_strict(levels, return_dtype=pl.String)
        line = self._weave(
            "satu_perbaikan", tingkat=pl.col("tingkat"), nama_tingkat=level,
            apa=pl.coalesce(self._weave("ke_temuan", url=pl.col("url"), jangkar=pl.col("id"), judul=what), what),
            sel=self._weave("di_sel", sel=escaped(filled(pl.col("sel")))).fill_null(""), berkas=cut(pl.col("berkas"), 90),
        )  # fmt: skip
        listed = frame.select(KEY, perbaikan=line).group_by(KEY).agg(pl.col("perbaikan").str.join())
        return listed.join(counts.select(KEY, each(counts["len"], number).alias("jumlah")), on=KEY)

    def _shared(self, rows: Sequence[Row]) -> pl.DataFrame:
        """With how many units it is shared."""
        found = [
            (row[KEY], self._weave.one("dimiliki_juga", jangkar=group["jangkar"], lain=number(group["anggota"] - 1)))
            for row in rows if (group := row["kelompok"])
        ]  # fmt: skip
        return pl.DataFrame(found, orient="row", schema={KEY: pl.String, "bersama": pl.String})

    # --- the time line --------------------------------------------------------------------------------------------

    def _events(self, rows: Sequence[Row]) -> pl.DataFrame:
        """The time line: day or period in words, and what happened then, in the order of time."""
        words, events = self._labels["peristiwa"], []
        for row in rows:
            key = row[KEY]
            dates = [(row[name], words[name]) for name in ("waktu_uji_coba", "waktu_penerapan", "waktu_pengembangan")]
            dates += [(line["tanggal"], words["komitmen"]) for line in row["perjanjian"][:1]]
            events += [(key, date.isoformat(), day(date), what) for date, what in dates if date]
            for report in row["laporan"]:
                year, month, _ = period_order(report["periode"])
                said = report["progres"] or report["kendala"] or ""
                reached = report["penerima_manfaat"]
                people = f"{number(reached)} penerima manfaat. " if reached is not None else ""
                period = period_label(report["periode"], self._months, LOCALE)
                events.append((key, f"{year}-{month:02}-99", period, f"{words['monev']}: {people}{said}"[:320]))
        names = (KEY, "urutan", "kapan", "apa")
        columns = zip(*events, strict=True) if events else ((),) * len(names)
        frame = pl.DataFrame(
            {name: list(column) for name, column in zip(names, columns, strict=True)}, schema=dict.fromkeys(names, pl.String)
        ).sort(*names[1:])  # fmt: skip
        line = self._weave("peristiwa", kapan=escaped(pl.col("kapan")), apa=escaped(pl.col("apa")))
        return frame.select(KEY, waktu=line).group_by(KEY, maintain_order=True).agg(pl.col("waktu").str.join())


def _literal(text: str) -> pl.Expr:
    """A text of our own as a column of HTML."""
    return pl.lit(str(Markup.escape(text)))
