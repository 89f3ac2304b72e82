"""What the pages need, read from a run's saved tables once: whole columns to count and to weave lists of, and rows as plain
dicts of what stands on a page, hung on its unit and its innovation."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote

import orjson
import polars as pl
from markupsafe import Markup

from schemas.tables import TRACES, empty
from tasks.about import told_by
from tasks.compare import TRACE, current
from tasks.render.periods import period_order
from tasks.render.text import SUSPECT, Slugs, mask, masked, people, slugs_of
from tasks.unchanged import SEED

KEY = "id_inovasi"
PRIVATE = frozenset({"nama_inisiator", "penanda_tangan"})
ZONE = "Asia/Makassar"  # of runs whose manifest does not name one yet
PART = 25_000  # rows of a large table that are read at once
SHOWN = (
    "id_inovasi", "kode_unit", "nama_unit", "jenis_unit", "nama_inovasi", "tahapan", "urusan_utama", "status_komitmen",
    "kematangan", "waktu_uji_coba", "waktu_penerapan", "waktu_pengembangan",
)  # what lists and sums say of an innovation; its own page reads the rest  # fmt: skip
LONG = ("rancang_bangun", "tujuan", "manfaat", "hasil")  # texts that only an innovation's own page shows
UNIT_FINDINGS = 500  # findings shown on one unit's page: those that have an anchor
FINDINGS = 10_000  # findings in the list of all: the gravest; each unit's page has its own
ANCHOR = 2**24  # of the number of its place, what the place of a finding on a page does without
PAGE_PAIRS = 50  # pairs to decide on one page
NAMES = 60  # names of innovations in one cell
SQUARES = 200  # squares or tiles of one group
NOTE = "catatan"  # the severity of findings that nobody has to mend
STATES = ("perbaiki", "diam", "bersih")  # of units, and
OUTCOMES = ("ditolak", "sebagian", "diterima", "digantikan", "duplikat", "diabaikan")  # of files: those to act on first

Row = dict[str, Any]


class Tables:
    """The saved tables of a run and its manifest: each read once when first asked for, the large ones in parts."""

    def __init__(self, run: Path, labels: Mapping[str, Any]) -> None:
        self._run = run
        self._labels = labels
        self._raw: dict[str, pl.DataFrame] = {}
        self._shown: dict[str, pl.DataFrame] = {}

    @cached_property
    def manifest(self) -> Row:
        """What the run says of itself."""
        told: Row = orjson.loads((self._run / "manifest.json").read_bytes())
        return told

    @property
    def review_file(self) -> Markup | None:
        """The list of pairs to decide, from the root of the report."""
        review = Path("data", "tinjauan.xlsx")
        return Markup(review.as_posix()) if (self._run / review).is_file() else None

    def raw(self, name: str) -> pl.DataFrame:
        """The table as it was saved; a table that a run of an earlier version lacks is empty."""
        if name not in self._raw:
            self._raw[name] = self._scan(name).collect()
        return self._raw[name]

    def _scan(self, name: str) -> pl.LazyFrame:
        path = self._run / (TRACE if name in TRACES else "data") / f"{name}.parquet"
        return pl.scan_parquet(path) if path.is_file() else empty(name).lazy()

    def parts(self, name: str, *columns: str, wanted: pl.Series | None = None) -> Iterator[pl.DataFrame]:
        """The ``columns`` (none: all) of a table as it was saved, so many rows at a time; of the innovations ``wanted``, or all."""
        table = self._scan(name).select(columns or pl.all())
        if wanted is not None:
            yield table.filter(_among(wanted)).collect()
            return
        for start in range(0, table.select(pl.len()).collect().item(), PART):
            yield table.slice(start, PART).collect()

    def some(self, name: str, *columns: str) -> pl.DataFrame:
        """The ``columns`` of a table as it was saved."""
        return self._scan(name).select(columns).collect()

    def of(self, name: str, wanted: pl.DataFrame, *columns: str) -> pl.DataFrame:
        """The ``columns`` of a table for the ``wanted`` innovations, as pages may show them."""
        return self.show(self._scan(name).select(KEY, *columns).filter(_among(wanted[KEY])).collect())

    def __call__(self, name: str) -> pl.DataFrame:
        """The table as pages may show it: without the columns of persons' names, all texts masked."""
        if name not in self._shown:
            self._shown[name] = self.show(self.raw(name).drop(*PRIVATE, strict=False))
        return self._shown[name]

    def show(self, frame: pl.DataFrame) -> pl.DataFrame:
        """``frame``, which was made of saved tables, as pages may show it."""
        return masked(frame, self.persons)

    @cached_property
    def findings(self) -> pl.DataFrame:
        """Findings, worst first and kind by kind, each with the innovations it is about, the unit whose page it is on
        (``milik``), whether its file is past (``lewat``), a number made of its place (``jangkar``), and how many stand before
        it on that page (``urut``; none where it does not stand there), and of these how many begin with the same (``kembar``).

        In a sheet they stay as they were saved: in the order in which one walks through it.
        """
        raw, rank = self.raw("temuan"), list(self._labels["tingkat"])
        place = pl.concat_str("kode", "berkas", "lembar", "sel", "kolom", separator="\0", ignore_nulls=True)
        level = pl.col("tingkat").replace_strict(rank, range(len(rank)), return_dtype=pl.Int64, default=len(rank))
        codes = [kind["kode"] for kind in self.kinds] or [""]
        kind = pl.col("kode").replace_strict(codes, range(len(codes)), return_dtype=pl.Int64, default=len(codes))
        walk = (pl.col("kode_unit").fill_null("~"), "berkas", pl.col("lembar").fill_null(""))
        there = pl.col("milik").is_not_null() & ~pl.col("lewat")
        found = (
            told_by(raw, self._run / "data")
            .with_columns(lewat=~current(raw, self.raw("berkas")), jangkar=place.hash(seed=SEED))
            .with_columns(self._owner())
            .sort(level, kind, "kode", *walk, maintain_order=True)
            .with_columns(urut=pl.when(there).then(pl.int_range(pl.len()).over("milik", "lewat")))
        )  # fmt: skip
        begins = pl.col("jangkar") // ANCHOR
        twins = found.select("milik", "lewat", begins, nomor=pl.int_range(pl.len())).filter(begins.is_duplicated())
        counts = twins.select(pl.int_range(pl.len()).over("milik", "lewat", "jangkar")).to_series()
        return found.with_columns(
            kembar=pl.repeat(0, found.height, dtype=pl.Int64, eager=True).scatter(twins["nomor"], counts)
        )

    @staticmethod
    def anchored(findings: pl.DataFrame) -> pl.DataFrame:
        """``findings`` with the place of each on its unit's page (``id``), where it is shown there."""
        places: list[int] = findings["jangkar"].to_list()
        short = pl.Series("id", [f"t-{place:016x}"[:12] for place in places], pl.String)
        again = (
            pl.when(pl.col("kembar") > 0).then(pl.concat_str(pl.lit("-"), pl.col("kembar") + 1)).otherwise(pl.lit(""))
        )
        shown = pl.when(pl.col("urut") < UNIT_FINDINGS).then(pl.concat_str(pl.lit(short), again))
        return findings.with_columns(id=shown)

    @cached_property
    def about(self) -> pl.DataFrame:
        """Which innovation of its unit each finding is about that stands on a unit's page: the row of ``findings`` (``nomor``),
        in that order, and whether there is something to mend (``perbaiki``)."""
        now = self.findings.with_row_index("nomor").filter(pl.col("urut").is_not_null())
        told = now.select("nomor", "milik", KEY, perbaiki=pl.col("tingkat") != NOTE).explode(KEY)
        return told.join(self.owners, left_on=(KEY, "milik"), right_on=(KEY, "kode_unit"), maintain_order="left")

    @cached_property
    def pairs(self) -> pl.DataFrame:
        """Pairs that somebody must decide, the likeliest first, with their unit (``milik``), the page of each (``halaman``) and
        its place there (``jangkar``)."""
        known = pl.all_horizontal(pl.col("kiri", "kanan").is_in(self.owners[KEY].implode()))
        order = (-pl.col("kemiripan"), pl.col("nama_kiri"), pl.col("nama_kanan"))
        found, slugs = self("tinjauan").filter(known).sort(*order, maintain_order=True), Slugs()
        places = [slugs(f"p-{left}-{right}") for left, right in found.select("kiri", "kanan").iter_rows()]
        paths = [page_path("tinjauan", at // PAGE_PAIRS) for at in range(found.height)]
        owners = self.owners.rename({KEY: "kiri", "kode_unit": "milik"})
        return found.join(owners, on="kiri", how="left", maintain_order="left").with_columns(
            pl.Series("jangkar", places, pl.String), pl.Series("halaman", paths, pl.String)
        )

    @cached_property
    def groups(self) -> pl.DataFrame:
        """Names that several units' innovations have, those of most units first, with how many and their places (``jangkar``)."""
        found = (
            self._alike.group_by("kelompok").agg(anggota=pl.len()).sort(-pl.col("anggota").cast(pl.Int64), "kelompok")
        )
        slugs = Slugs()
        return found.with_columns(pl.Series("jangkar", [slugs(f"b-{name}") for name in found["kelompok"]], pl.String))

    @cached_property
    def shared(self) -> pl.DataFrame:
        """The innovations of each of these ``groups``."""
        return self.groups.join(self._alike, on="kelompok", maintain_order="left_right")

    @cached_property
    def _alike(self) -> pl.DataFrame:
        """The innovations that there are of names that several units' have."""
        return self("bersama").filter(pl.col(KEY).is_in(self.owners[KEY].implode())).select("kelompok", KEY)

    def _owner(self) -> pl.Expr:
        """Whose finding it is: the unit it names, else that of its innovations where they have one."""
        units = self.owners
        unit = pl.element().replace_strict(units[KEY], units["kode_unit"], default=None)
        named = pl.when(pl.col("kode_unit").is_in(self.codes.implode())).then("kode_unit")
        of = pl.when(named.is_null()).then(KEY).list.eval(unit).list.drop_nulls().list.unique()
        return pl.coalesce(named, pl.when(of.list.len() == 1).then(of.list.first())).alias("milik")

    @cached_property
    def units(self) -> dict[str, "Unit"]:
        """The units, each still without what pages hang on it."""
        return register(self._run, self)

    @cached_property
    def kinds(self) -> list[Row]:
        """The kinds of finding, worst and most frequent first."""
        rank = {level: position for position, level in enumerate(self._labels["tingkat"])}
        rows = self("katalog").to_dicts()
        kinds = sorted(rows, key=lambda kind: (rank[kind["tingkat"]], -kind["jumlah"], kind["judul"]))
        slugs = Slugs()
        for kind in sorted(kinds, key=lambda kind: kind["kode"]):
            kind["jangkar"] = slugs(f"kode-{kind['kode']}")
        return kinds

    @cached_property
    def fed(self) -> pl.DataFrame:
        """Which file (its row in ``berkas``: ``nomor``) gave something of which innovation, each pair once."""
        files = self.raw("berkas").select("berkas").with_row_index("nomor")
        return self.raw("sumber").join(files, on="berkas").join(self.owners, on=KEY).sort("nomor", KEY)

    @cached_property
    def files(self) -> pl.DataFrame:
        """Files, those to act on first, each with its row in ``berkas`` (``nomor``)."""
        rank = pl.col("status").replace_strict(OUTCOMES, range(len(OUTCOMES)), return_dtype=pl.Int64)
        return self("berkas").with_row_index("nomor").sort(rank, "berkas", maintain_order=True)

    @cached_property
    def returns(self) -> pl.DataFrame:
        """What was reported of innovations that there are, period after period."""
        known, periods = (
            self("monev").filter(pl.col(KEY).is_in(self.owners[KEY].implode())),
            self.raw("monev")["periode"],
        )
        order = sorted(periods.unique(), key=period_order)
        rank = pl.col("periode").replace_strict(order, range(len(order)), return_dtype=pl.Int64)
        return known.sort(rank, maintain_order=True)

    @cached_property
    def senders(self) -> pl.DataFrame:
        """Of which units each file is: whose it is, or of whose innovations it gave something."""
        both = (frame.select("nomor", "kode_unit") for frame in (self.fed, self.files))
        return pl.concat(both).drop_nulls().filter(pl.col("kode_unit").is_in(self.codes.implode())).unique()

    @cached_property
    def codes(self) -> pl.Series:
        """The units: those of the register, and after them any that has innovations without being in it."""
        unlisted = self._scan("inovasi").select("kode_unit").collect().to_series()
        return pl.concat([self.raw("unit")["kode_unit"], unlisted]).unique(maintain_order=True)

    @cached_property
    def innovations(self) -> pl.DataFrame:
        """What lists and sums say of each innovation, unit by unit: where its page is (``url``) and how many findings of its
        are to be mended (``temuan``)."""
        mend = self.about.filter("perbaiki").group_by(KEY).agg(temuan=pl.len())
        return self.named.join(mend, on=KEY, how="left", maintain_order="left").with_columns(
            pl.col("temuan").fill_null(0)
        )

    @property
    def owners(self) -> pl.DataFrame:
        """Of which unit each innovation is."""
        return self.named.select(KEY, "kode_unit")

    @cached_property
    def named(self) -> pl.DataFrame:
        """The same without the findings, which are told of it."""
        shown = self.show(self._scan("inovasi").select(*SHOWN, *self._labels["jenis_tujuan"]).collect())
        place = pl.col("kode_unit").replace_strict(self.codes, range(len(self.codes)), return_dtype=pl.Int64)
        ordered = shown.sort(place, "nama_inovasi", maintain_order=True)
        return ordered.with_columns(url="inovasi/" + pl.lit(self._slugs(ordered[KEY])) + ".html")

    def _slugs(self, keys: pl.Series) -> pl.Series:
        """A name for the page of each of ``keys``."""
        plain = slugs_of(keys)
        if keys.str.contains(SUSPECT).any() or plain.is_duplicated().any() or self._in_keys(keys):
            slugs, persons = Slugs(), self._in_keys(keys)
            return pl.Series([slugs(public(key, persons)) for key in keys], dtype=pl.String)
        return plain

    @cached_property
    def persons(self) -> list[str]:
        """Names of persons that appear in the run's own columns for them, hidden wherever else they stand."""
        inisiator = self._scan("inovasi").select("nama_inisiator").unique().collect().to_series()
        return people(
            pl.concat([inisiator, self.raw("komitmen")["penanda_tangan"]]).unique().sort().to_list(),
            self._labels["bukan_orang"],
        )

    def _in_keys(self, keys: pl.Series) -> list[str]:
        """The persons' names as identifiers spell them, when any of ``keys`` holds one."""
        spelt = [re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") for name in self.persons]
        long = [name for name in dict.fromkeys(spelt) if len(name) > 6]
        found = long and keys.str.contains_any(long).any()
        return [name for name in long if keys.str.contains(name, literal=True).any()] if found else []


def _among(keys: pl.Series) -> pl.Expr:
    """Which rows are of these innovations. Tables are sorted by them: with their range all else need not be read."""
    first, last = (pl.lit(key, pl.String) for key in (keys.min(), keys.max()))
    return pl.col(KEY).is_between(first, last) & pl.col(KEY).is_in(keys.implode())


def public(key: str, persons: Sequence[str]) -> str:
    """``key``, an identifier that was made of a name, without what is private in it: fit for an address."""
    plain = str(mask(key))
    for name in persons:
        plain = plain.replace(name, "orang")
    return plain


@dataclass(repr=False, eq=False)  # rows and units name each other
class Unit:
    """One unit: what lists say of it, and what only its own page shows, where that is asked for."""

    row: Row
    slug: Markup
    listed: bool
    count: int  # of its innovations, and
    levels: Counter[str]  # how many findings it has of each severity
    corrections: tuple[Markup, ...] = ()
    cover: Markup | None = None
    files: list[Row] = field(default_factory=list)
    commitments: list[Row] = field(default_factory=list)
    history: list[Row] = field(default_factory=list)
    pairs: list[Row] = field(default_factory=list)

    def forget(self) -> None:
        """What its own page shows hangs on it no more."""
        for hung in (self.files, self.commitments, self.history, self.pairs):
            hung.clear()

    @cached_property
    def url(self) -> Markup:
        """Its page, from the root of the report."""
        return Markup(f"unit/{self.slug}.html")

    @property
    def name(self) -> str:
        """What it is called where there is little room."""
        short: str = self.row["singkatan"] or self.row["nama_unit"]
        return short

    @property
    def state(self) -> str:
        """``diam`` (nothing of it was read), ``perbaiki`` (sent, something to mend) or ``bersih``."""
        if not self.row["berkas"] and not self.count:
            return "diam"
        return "perbaiki" if self.levels["kesalahan"] + self.levels["peringatan"] else "bersih"


class Report:
    """A run as its pages need it: figures are counted from whole columns, and only what stands on a page is made rows of."""

    def __init__(self, tables: Tables, labels: Mapping[str, Any]) -> None:
        self.tables, self.labels, self.manifest = tables, labels, tables.manifest

    @property
    def units(self) -> dict[str, Unit]:
        """The units by their codes."""
        return self.tables.units

    @property
    def kinds(self) -> list[Row]:
        """The kinds of finding."""
        return self.tables.kinds

    @cached_property
    def levels(self) -> Counter[str]:
        """How many findings there are of each severity."""
        return Counter(dict(self.tables.findings.group_by("tingkat").len().iter_rows()))

    @cached_property
    def indicators(self) -> list[Row]:
        """The indicators 16-35 of the year: number, name, weight and what each parameter asks for."""
        return self.tables("daftar_indikator").to_dicts()

    def rows(self, innovations: pl.DataFrame) -> list[Row]:
        """These rows of the table ``innovations``, each with its unit."""
        return [
            row | {"url": Markup(row["url"]), "unit": self.units[row["kode_unit"]]}
            for row in innovations.iter_rows(named=True)
        ]

    def by_id(self, keys: pl.Series) -> dict[str, Row]:
        """The rows of the innovations ``keys`` that there are, by identifier."""
        return {row[KEY]: row for row in self.rows(self.tables.innovations.filter(pl.col(KEY).is_in(keys.implode())))}


def register(run: Path, tables: Tables) -> dict[str, Unit]:
    """The register, and after it any unit that has innovations without being in it."""
    slugs = Slugs()
    listed = tables("unit")
    covers = {path.stem for path in (run / "pengantar").glob("*.txt")}
    books = sorted((run / "koreksi").glob("*.xls[xm]"), key=lambda path: (len(path.stem), path.stem))
    named = tables.named.select("kode_unit", "jenis_unit", "nama_unit").unique("kode_unit", maintain_order=True)
    unlisted = named.join(listed, on="kode_unit", how="anti", maintain_order="left")
    blank = dict.fromkeys(listed.columns) | {"berkas": 0, "keyakinan": "di luar daftar"}
    counts = dict(tables.owners.group_by("kode_unit").len().iter_rows())
    levels: defaultdict[str, Counter[str]] = defaultdict(Counter)
    current = tables.findings.filter(pl.col("urut").is_not_null())
    for code, level, count in current.group_by("milik", "tingkat").len().iter_rows():
        levels[code][level] = count
    units: dict[str, Unit] = {}
    for known, rows in ((True, listed), (False, unlisted)):
        for row in rows.iter_rows(named=True):
            code = row["kode_unit"]
            units[code] = Unit(blank | row, slugs(code), known, counts.get(code, 0), levels[code])
    numbered: defaultdict[str, list[Path]] = defaultdict(list)
    for path in books:
        numbered[path.stem if path.stem in units else re.sub(r"-\d+$", "", path.stem)].append(path)
    for code, unit in units.items():
        unit.corrections = tuple(Markup("koreksi/" + quote(path.name)) for path in numbered[code])
        unit.cover = Markup("pengantar/" + quote(f"{code}.txt")) if code in covers else None
    return units


def gather(report: Report, only: Collection[str]) -> list[Row]:
    """Hangs on the units ``only`` what just their own pages show; the innovations of these units, with what just theirs do."""
    tables, units = report.tables, report.units
    theirs = pl.col("kode_unit").is_in(list(only))
    promises = tables("komitmen")
    beside = promises.filter(theirs)[KEY].implode()  # an agreement may name the innovation of another unit
    rows = report.rows(tables.innovations.filter(theirs | pl.col(KEY).is_in(beside)))
    by_id = {row[KEY]: row for row in rows}
    for row in rows:
        row |= {"perjanjian": [], "laporan": [], "kelompok": None}
    own = pl.col(KEY).is_in(list(by_id))
    _history(tables("riwayat_isian").filter(own), by_id)
    _promised(promises.filter(theirs | own), units, by_id)
    for key, reports in by_innovation(tables.returns.filter(own)).items():
        by_id[key]["laporan"] = reports
    for group in tables.shared.filter(own).iter_rows(named=True):
        by_id[group[KEY]]["kelompok"] = group
    _pairs(tables, units, only)
    _files(tables, units, only)
    return [row for row in rows if row["kode_unit"] in only]


def _history(table: pl.DataFrame, by_id: Mapping[str, Row]) -> None:
    """What later submissions changed, on the page of the unit, the newest change of an innovation first."""
    shown = table.filter(~pl.col("kolom").is_in(PRIVATE)).sort(-pl.col("versi"), maintain_order=True)
    for row in shown.iter_rows(named=True):
        innovation = by_id[row[KEY]]
        innovation["unit"].history.append(row | {"inovasi": innovation})


def _promised(lines: pl.DataFrame, units: Mapping[str, Unit], by_id: Mapping[str, Row]) -> None:
    """The lines of the agreement, each on its innovation, and on the page of its unit."""
    for line in lines.sort("nama_inovasi", maintain_order=True).iter_rows(named=True):
        innovation = by_id.get(line[KEY])
        unit = units.get(line["kode_unit"]) or (innovation and innovation["unit"])
        if unit and not (innovation and innovation["perjanjian"]):  # once, however many lines name it
            unit.commitments.append(line | {"inovasi": innovation})
        if innovation:
            innovation["perjanjian"].append(line)


def _pairs(tables: Tables, units: Mapping[str, Unit], only: Collection[str]) -> None:
    """Pairs to decide on the pages of their units."""
    for row in tables.pairs.filter(pl.col("milik").is_in(list(only))).iter_rows(named=True):
        units[row["milik"]].pairs.append(row)


def _files(tables: Tables, units: Mapping[str, Unit], only: Collection[str]) -> None:
    """Files, those to act on first, on the pages of the units whose they are or whose innovations they fed."""
    asked = tables.senders.filter(pl.col("kode_unit").is_in(list(only))).rename({"kode_unit": "milik"})
    for row in tables.files.join(asked, on="nomor", maintain_order="left").iter_rows(named=True):
        units[row["milik"]].files.append(row)


def long_texts(tables: Tables, rows: Sequence[Row]) -> None:
    """The long texts of ``rows``, which most pages do without, and the files that they came from."""
    wanted = pl.DataFrame({KEY: [row[KEY] for row in rows]}, schema={KEY: pl.String})
    texts = {row.pop(KEY): row for row in tables.of("inovasi", wanted, *LONG).to_dicts()}
    fed = tables.fed.join(wanted.unique(), on=KEY, how="semi").join(
        tables.files.select("nomor", asal="berkas"), on="nomor", maintain_order="left"
    )
    files = dict(fed.group_by(KEY, maintain_order=True).agg("asal").iter_rows())
    for row in rows:
        row.update(texts[row[KEY]], asal=files.get(row[KEY], []))


def by_innovation(rows: pl.DataFrame) -> dict[str, list[Row]]:
    """The rows of a table, innovation by innovation."""
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows.iter_rows(named=True):
        found[row[KEY]].append(row)
    return found


def page_path(name: str, position: int) -> str:
    """The page at ``position`` (from 0) of the list ``name``."""
    return f"{name}-{position + 1}.html" if position else f"{name}.html"


def advice(kind: Row | None) -> str:
    """What a kind of finding means and how to mend it, without the particulars of one finding."""
    return "" if kind is None else f"{kind['judul']}. {kind['cara_memperbaiki']}"
