"""What was promised, how it fares and what it serves: the pages about commitments, monitoring and alignment.

A class each, which counts its figures from whole columns: what all pages of its list say (``figures``), what only the first
does (``details``), what their rows show (``listed``), and the rows of one page (``rows``).
"""

from collections import Counter, defaultdict
from collections.abc import Collection
from datetime import date
from functools import cached_property

import polars as pl

from tasks.render.gather import KEY, SQUARES, Report, Row, by_innovation
from tasks.render.lists import Lists
from tasks.render.periods import period_order
from tasks.unchanged import SEED

PERIODS = 8  # newest periods side by side; the time lines hold all
SILENT_AFTER = 2  # periods without a return after which an issued innovation is named
MISSING, UNSIGNED, SIGNED = "hilang", "belum", "ditandatangani"  # of promises: those to act on first
STATES = (MISSING, UNSIGNED, SIGNED)
PLACE = ("berkas", "lembar", "sel")  # where a line was read, which no list shows


class Promises:
    """Promises against submissions: what adds up, by kind of unit, and the name behind every number."""

    def __init__(self, report: Report, lists: Lists) -> None:
        self._report, self._lists, self._tables = report, lists, report.tables

    @cached_property
    def _lines(self) -> pl.DataFrame:
        """The lines of the agreement, each with the unit that it is of and whether its innovation is there (``ada``)."""
        owners = self._tables.owners.rename({"kode_unit": "pemilik"})
        lines = self._tables("komitmen").sort("nama_inovasi", maintain_order=True).with_row_index("baris")
        of = pl.when(pl.col("kode_unit").is_in(self._tables.codes.implode())).then("kode_unit")
        return lines.join(owners, on=KEY, how="left", maintain_order="left").with_columns(
            kode_unit=pl.coalesce(of, "pemilik"), ada=pl.col("pemilik").is_not_null()
        )

    @cached_property
    def _named(self) -> pl.DataFrame:
        """Innovations that were sent or promised, those to act on first."""
        state, rank = pl.col("keadaan"), pl.Series(range(len(STATES)))
        missing = self._lines.filter(~pl.col("ada")).select(
            pl.lit(MISSING).alias("keadaan"), "kode_unit", nama="nama_inovasi", baris="baris",
            url=pl.lit(None, pl.String), **{KEY: pl.lit(None, pl.String)},
        )  # fmt: skip
        sent = self._tables.innovations.select(
            pl.col("status_komitmen").alias("keadaan"), "kode_unit", nama="nama_inovasi", baris=pl.lit(None, pl.UInt32),
            url="url", **{KEY: KEY},
        )  # fmt: skip
        kinds = {code: unit.row["jenis_unit"] for code, unit in self._report.units.items()}
        kind = pl.col("kode_unit").replace_strict(kinds, default=None, return_dtype=pl.String)
        both = pl.concat([missing, sent]).with_columns(jenis_unit=kind)
        return both.sort(state.replace_strict(STATES, rank, return_dtype=pl.Int64), maintain_order=True)

    @cached_property
    def figures(self) -> Row:
        """How many lines and agreements there are, and how many innovations of each state."""
        return {
            "baris_janji": self._lines.height,
            "banyak_perjanjian": self._lines.select("tanggal", "nomor").n_unique(),
            "keadaan": Counter(dict(self._named.group_by("keadaan").len().iter_rows())),
        }

    def details(self) -> Row:
        """What adds up to these figures."""
        there = self._lines.filter("ada")
        shown = self._tables.innovations
        promised = pl.col(KEY).is_in(there[KEY].implode())
        return {
            "kotak": {state: self._squares(shown.filter(pl.col("status_komitmen") == state)) for state in STATES[1:]},
            "menurut_jenis": self._by_kind(),
            "perjanjian": self._agreements(),
            "ganda": there.height - there[KEY].n_unique(),
            "tak_sejalan": shown.select(((pl.col("status_komitmen") == SIGNED) != promised).sum()).item(),
        }

    def _squares(self, innovations: pl.DataFrame) -> Row:
        """Innovations of one state, and of how many of each group they consist."""
        kinds = Counter(dict(innovations.group_by("jenis_unit").len().iter_rows()))
        groups = self._report.labels["kelompok"]
        parts = [(group["nama"], sum(kinds[kind] for kind in group["jenis"])) for group in groups]
        return {
            "kotak": self._report.rows(innovations.head(SQUARES)),
            "jumlah": innovations.height,
            "suku": [(name, count) for name, count in parts if count],
        }

    def _by_kind(self) -> list[Row]:
        counted = self._named.group_by("jenis_unit", "keadaan").len().iter_rows()
        cells = Counter({(kind, state): count for kind, state, count in counted})
        rows = [
            {"jenis": kind} | {state: cells[kind, state] for state in STATES}
            for kind in (*self._report.labels["jenis_unit"], None)
        ]
        return [row for row in rows if any(row[state] for state in STATES)]

    def _agreements(self) -> list[Row]:
        """Each date of signing and number with how many lines it has, in that order."""
        counted = self._lines.group_by("tanggal", "nomor").agg(jumlah=pl.len()).to_dicts()
        return sorted(counted, key=lambda row: (row["tanggal"] or date.max, row["nomor"] or ""))

    @cached_property
    def listed(self) -> pl.DataFrame:
        """What the list shows; there is none without an agreement."""
        if not self._lines.height:
            return self._named.clear()
        named = self._lists.with_links(self._named)
        return named.join(
            _told(self._lines.drop("baris", *PLACE, strict=False)), on=KEY, how="left", maintain_order="left"
        )

    def rows(self, listed: pl.DataFrame) -> list[Row]:
        """These rows of the list, each with its innovation and the lines that name it."""
        innovations = self._report.by_id(listed[KEY].drop_nulls())
        lines = self._lines.filter(
            pl.col(KEY).is_in(listed[KEY].implode()) & pl.col("ada") | pl.col("baris").is_in(listed["baris"].implode())
        )
        of = by_innovation(lines)
        alone = {row["baris"]: [row] for row in lines.iter_rows(named=True)}
        return [
            row
            | {"inovasi": innovations.get(row[KEY]), "unit": self._report.units.get(row["kode_unit"])}
            | {"perjanjian": alone[row["baris"]] if row[KEY] is None else of.get(row[KEY], [])}
            for row in listed.iter_rows(named=True)
        ]


class Monitoring:
    """Who reported in which period, how many people each period reached, and which issued innovations are silent."""

    def __init__(self, report: Report, lists: Lists) -> None:
        self._report, self._lists, self._tables = report, lists, report.tables
        self._periods = sorted(self._tables("monev")["periode"].unique(), key=period_order)
        self._shown, self._newest = self._periods[-PERIODS:], self._periods[-SILENT_AFTER:]

    @cached_property
    def _watched(self) -> pl.DataFrame:
        """The innovations that are issued, and others that were reported."""
        told = pl.col(KEY).is_in(self._tables.returns[KEY].implode())
        return self._tables.innovations.with_columns(lapor=told).filter(
            (pl.col("tahapan") == "penerapan").fill_null(False) | told
        )

    @cached_property
    def _silent(self) -> pl.DataFrame:
        lately = self._tables.returns.filter(pl.col("periode").is_in(self._newest))[KEY]
        return self._watched.filter((pl.col("tahapan") == "penerapan") & ~pl.col(KEY).is_in(lately.implode()))

    @cached_property
    def _last(self) -> pl.DataFrame:
        """What was last reported of each innovation in each period that is shown side by side."""
        shown = self._tables.returns.filter(pl.col("periode").is_in(self._shown))
        return shown.unique([KEY, "periode"], keep="last", maintain_order=True).join(self._tables.owners, on=KEY)

    @cached_property
    def figures(self) -> Row:
        """The periods, how many innovations are issued, and how many of these are silent."""
        issued = (self._watched["tahapan"] == "penerapan").sum()
        return {
            "periode": self._periods, "terakhir": self._newest, "penerapan": issued, "jumlah_diam": self._silent.height,
        }  # fmt: skip

    def details(self) -> Row:
        """Units and periods side by side, and the innovations that are silent or were developed further."""
        lines = self.of_units(self._report.units)
        more = self._tables.innovations.filter(pl.col("waktu_pengembangan").is_not_null())
        kinds = self._report.labels["jenis_unit"]
        matrix = [(kind, [line for line in lines.values() if line["unit"].row["jenis_unit"] == kind]) for kind in kinds]
        return {
            "tampil": self._shown,
            "matriks": [(kind, of_kind) for kind, of_kind in matrix if of_kind],
            "jumlah": self._totals(),
            "diam": self._lists.per_unit(self._silent),
            "dikembangkan": self._report.rows(more.head(SQUARES)),
            "jumlah_dikembangkan": more.height,
        }

    def of_units(self, only: Collection[str]) -> dict[str, Row]:
        """Of each of the units ``only`` that has innovations to watch: how many, and how many were reported in each period."""
        theirs = pl.col("kode_unit").is_in(list(only))
        watched = self._watched.filter(theirs).group_by("kode_unit", maintain_order=True).len()
        cells = {
            (code, period): {"periode": period, "lapor": count, "penerima": people}
            for code, period, count, people in self._last.filter(theirs)
            .group_by("kode_unit", "periode").agg(pl.len(), _people()).iter_rows()
        }  # fmt: skip
        nobody = {"lapor": 0, "penerima": None}
        return {
            code: {"unit": self._report.units[code], "dipantau": count}
            | {"periode": [cells.get((code, period), nobody | {"periode": period}) for period in self._shown]}
            for code, count in watched.iter_rows()
        }

    def missing(self, only: Collection[str]) -> dict[str, dict[str, Row]]:
        """Of each of the units ``only`` in each period the innovations that were not reported: how many, and their names."""
        watched = self._watched.filter(pl.col("kode_unit").is_in(list(only)))
        each = watched.join(pl.DataFrame({"periode": self._shown}, schema={"periode": pl.String}), how="cross")
        left = each.join(self._last, on=[KEY, "periode"], how="anti", maintain_order="left")
        found: defaultdict[str, dict[str, Row]] = defaultdict(dict)
        for (code, period), names in self._lists.names(left, "kode_unit", "periode", root="../").items():
            found[code][period] = names
        return found

    def _totals(self) -> list[Row]:
        counted = self._last.group_by("periode").agg(lapor=pl.len(), penerima=_people()).to_dicts()
        known = {row["periode"]: row for row in counted}
        return [known.get(period, {"periode": period, "lapor": 0, "penerima": None}) for period in self._shown]

    @cached_property
    def listed(self) -> pl.DataFrame:
        """What the list shows: the innovations that were reported."""
        reported = self._watched.filter("lapor").select(KEY, "url", "nama_inovasi", "kode_unit")
        told = _told(self._tables.returns.drop(*PLACE, strict=False))
        return self._lists.with_links(reported).join(told, on=KEY, how="left", maintain_order="left")

    def rows(self, listed: pl.DataFrame) -> list[Row]:
        """These rows of the list, each with what was reported."""
        told = by_innovation(self._tables.returns.filter(pl.col(KEY).is_in(listed[KEY].implode())))
        return [row | {"laporan": told[row[KEY]]} for row in self._report.rows(listed)]


class Alignment:
    """Goals with the innovations that support each, goals without any, and innovations without a goal."""

    def __init__(self, report: Report, lists: Lists) -> None:
        self._report, self._lists = report, lists
        names = report.tables.innovations.select(KEY, "url", "nama_inovasi")
        self._table = report.tables("keselarasan").join(names, on=KEY, how="left", maintain_order="left")
        self._there = self._table.filter(pl.col("url").is_not_null())
        without = report.tables.innovations.filter(~pl.col(KEY).is_in(self._there[KEY].implode()))
        says = pl.any_horizontal(pl.col(kind).fill_null("") != "" for kind in report.labels["jenis_tujuan"])
        self._strange, self._silent = without.filter(says), without.filter(~says)

    @cached_property
    def figures(self) -> Row:
        """The goals, with how many innovations support each, and how many innovations support any or none."""
        goals = self._table.group_by("jenis", "kode", maintain_order=True).agg(
            pl.col("uraian", "keyakinan").first(), jumlah=pl.col("url").count()
        ).to_dicts()  # fmt: skip
        kinds = self._report.labels["jenis_tujuan"]
        return {
            "tujuan": {kind: [goal for goal in goals if goal["jenis"] == kind] for kind in kinds},
            "kosong": [goal for goal in goals if not goal["jumlah"]],
            "selaras": self._there[KEY].n_unique(),
            "jumlah_asing": self._strange.height,
            "jumlah_tanpa": self._silent.height,
            "perlu_dicek": sum(goal["keyakinan"] != "pasti" for goal in goals),
        }

    def details(self) -> Row:
        """The same with the names of these innovations."""
        names = self._lists.names(self._there, "jenis", "kode")
        named = {
            kind: [goal | names.get((goal["jenis"], goal["kode"]), {}) for goal in goals]
            for kind, goals in self.figures["tujuan"].items()
        }
        return self.figures | {
            "tujuan": named,
            "asing": self._lists.per_unit(self._strange),
            "tanpa": self._lists.per_unit(self._silent),
        }


def _people() -> pl.Expr:
    """How many people were reached, of those who say so; null, not zero, when nobody does."""
    people = pl.col("penerima_manfaat")
    return pl.when(people.count() > 0).then(people.sum()).alias("penerima")


def _told(rows: pl.DataFrame) -> pl.DataFrame:
    """Of each innovation a number for each of its rows, in their order (``sidik``)."""
    told = pl.DataFrame({KEY: rows[KEY], "sidik": rows.hash_rows(seed=SEED)})
    return told.drop_nulls(KEY).group_by(KEY, maintain_order=True).agg("sidik")
