"""What the pages need, read from a run's saved tables once: rows as plain dicts, each hung on its unit and its innovation."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from sys import intern
from typing import Any
from urllib.parse import quote

import orjson
import polars as pl
from markupsafe import Markup

from schemas.tables import TRACES, empty
from tasks.about import told_by
from tasks.compare import TRACE, current
from tasks.render import follow
from tasks.render.text import SUSPECT, Slugs, mask, masked, people, slugs_of

KEY = "id_inovasi"
PRIVATE = frozenset({"nama_inisiator", "penanda_tangan"})
ZONE = "Asia/Makassar"  # of runs whose manifest does not name one yet
PART = 25_000  # rows of a large table that are read at once
SHOWN = (
    "id_inovasi", "kode_unit", "nama_unit", "jenis_unit", "nama_inovasi", "tahapan", "urusan_utama", "status_komitmen",
    "kematangan", "waktu_uji_coba", "waktu_penerapan", "waktu_pengembangan",
)  # what lists and sums say of an innovation; its own page reads the rest  # fmt: skip
LONG = ("rancang_bangun", "tujuan", "manfaat", "hasil")  # texts that only an innovation's own page shows
FEW = (
    "kode_unit",
    "nama_unit",
    "jenis_unit",
    "tahapan",
    "urusan_utama",
    "status_komitmen",
)  # columns of few different texts
UNIT_FINDINGS = 500  # findings shown on one unit's page: those that have an anchor
FINDINGS = 10_000  # findings in the list of all: the gravest; each unit's page has its own
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
        (``milik``), whether its file is past (``lewat``), and a number made of its place (``jangkar``).

        In a sheet they stay as they were saved: in the order in which one walks through it.
        """
        raw, rank = self.raw("temuan"), list(self._labels["tingkat"])
        place = pl.concat_str("kode", "berkas", "lembar", "sel", "kolom", separator="\0", ignore_nulls=True)
        level = pl.col("tingkat").replace_strict(rank, range(len(rank)), return_dtype=pl.Int64, default=len(rank))
        codes = [kind["kode"] for kind in self.kinds] or [""]
        kind = pl.col("kode").replace_strict(codes, range(len(codes)), return_dtype=pl.Int64, default=len(codes))
        walk = (pl.col("kode_unit").fill_null("~"), "berkas", pl.col("lembar").fill_null(""))
        return (
            told_by(raw, self._run / "data")
            .with_columns(lewat=~current(raw, self.raw("berkas")), jangkar=place.hash(seed=6303))
            .with_columns(self._owner())
            .sort(level, kind, "kode", *walk, maintain_order=True)
        )  # fmt: skip

    @cached_property
    def pairs(self) -> pl.DataFrame:
        """Pairs that somebody must decide, the likeliest first, with the place of each on its page (``jangkar``)."""
        known = pl.all_horizontal(pl.col("kiri", "kanan").is_in(self.innovations[KEY].implode()))
        order = (-pl.col("kemiripan"), pl.col("nama_kiri"), pl.col("nama_kanan"))
        found, slugs = self("tinjauan").filter(known).sort(*order, maintain_order=True), Slugs()
        places = [slugs(f"p-{left}-{right}") for left, right in found.select("kiri", "kanan").iter_rows()]
        return found.with_columns(pl.Series("jangkar", places, pl.String))

    @cached_property
    def groups(self) -> pl.DataFrame:
        """Names that several units' innovations have, those of most units first, with how many and their places (``jangkar``)."""
        known = self("bersama").filter(pl.col(KEY).is_in(self.innovations[KEY].implode()))
        found = known.group_by("kelompok").agg(anggota=pl.len()).sort(-pl.col("anggota").cast(pl.Int64), "kelompok")
        slugs = Slugs()
        return found.with_columns(pl.Series("jangkar", [slugs(f"b-{name}") for name in found["kelompok"]], pl.String))

    def let_go(self) -> None:
        """Forgets what rows were made of: findings of a nation fill memory that its pages need. It is read again when asked for."""
        self._raw.clear()
        self.__dict__.pop("findings", None)

    def _owner(self) -> pl.Expr:
        """Whose finding it is: the unit it names, else that of its innovations where they have one."""
        units = self.innovations.select(KEY, "kode_unit")
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
        owners = self.innovations.select(KEY, "kode_unit")
        return self.raw("sumber").join(files, on="berkas").join(owners, on=KEY).sort("nomor", KEY)

    @cached_property
    def codes(self) -> pl.Series:
        """The units: those of the register, and after them any that has innovations without being in it."""
        unlisted = self._scan("inovasi").select("kode_unit").collect().to_series()
        return pl.concat([self.raw("unit")["kode_unit"], unlisted]).unique(maintain_order=True)

    @cached_property
    def innovations(self) -> pl.DataFrame:
        """What lists and sums say of each innovation, unit by unit, and where its page is."""
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
    """One unit with everything its page shows."""

    row: Row
    slug: Markup
    listed: bool
    innovations: list[Row] = field(default_factory=list)
    findings: list[Row] = field(default_factory=list)  # the gravest, and how many there are of each severity:
    files: list[Row] = field(default_factory=list)
    corrections: tuple[Markup, ...] = ()
    cover: Markup | None = None
    levels: Counter[str] = field(default_factory=Counter)
    commitments: list[Row] = field(default_factory=list)
    monitoring: Row | None = None
    history: list[Row] = field(default_factory=list)
    pairs: list[Row] = field(default_factory=list)
    steps: list[Row] = field(default_factory=list)

    @cached_property
    def url(self) -> Markup:
        """Its page, from the root of the report."""
        return Markup(f"unit/{self.slug}.html")

    @property
    def state(self) -> str:
        """``diam`` (nothing of it was read), ``perbaiki`` (sent, something to mend) or ``bersih``."""
        if not self.row["berkas"] and not self.innovations:
            return "diam"
        return "perbaiki" if self.levels["kesalahan"] + self.levels["peringatan"] else "bersih"


@dataclass(repr=False)  # rows and units name each other
class Report:
    """Everything of a run that appears on a page."""

    tables: Tables
    manifest: Row
    units: dict[str, Unit]
    innovations: list[Row]
    findings: list[Row]  # those that some page shows, and
    levels: Counter[str]  # how many there are of each severity
    files: list[Row]
    kinds: list[Row]
    promises: Row
    monitoring: Row
    pairs: list[Row]
    shared: list[Row]
    alignment: Row
    review_file: Markup | None

    @cached_property
    def indicators(self) -> list[Row]:
        """The indicators 16-35 of the year: number, name, weight and what each parameter asks for."""
        return self.tables("daftar_indikator").to_dicts()

    @cached_property
    def by_id(self) -> dict[str, Row]:
        """Innovations by identifier."""
        return {row["id_inovasi"]: row for row in self.innovations}


def gather(tables: Tables, labels: Mapping[str, Any], only: Collection[str] | None = None) -> Report:
    """Hang each row of the saved ``tables`` on its unit and its kind.

    ``only``: the codes of units whose pages are asked for; the report then holds what these pages, the lists of files and kinds
    and the tale of what changed need, and no more.
    """
    units = tables.units
    rows = _innovations(tables, units, only)
    by_id = {row["id_inovasi"]: row for row in rows}
    follow.history(tables("riwayat_isian"), by_id, PRIVATE)
    report = Report(
        tables=tables,
        manifest=tables.manifest,
        units=units,
        innovations=rows,
        findings=_findings(tables, units, by_id, only),
        levels=Counter(dict(tables.findings.group_by("tingkat").len().iter_rows())),
        files=_files(tables, units, by_id),
        kinds=tables.kinds,
        promises=follow.reconciliation(follow.promises(tables("komitmen"), units, by_id), rows, labels),
        monitoring=follow.monitoring(tables("monev"), rows, by_id, tuple(labels["jenis_unit"])),
        pairs=follow.pairs(tables.pairs, by_id),
        shared=follow.shared(tables("bersama"), tables.groups, by_id),
        alignment=follow.alignment(tables("keselarasan"), rows, by_id, tuple(labels["jenis_tujuan"])),
        review_file=tables.review_file,
    )
    tables.let_go()
    return report


def register(run: Path, tables: Tables) -> dict[str, Unit]:
    """The register, and after it any unit that has innovations without being in it."""
    slugs = Slugs()
    listed = tables("unit")
    covers = {path.stem for path in (run / "pengantar").glob("*.txt")}
    books = sorted((run / "koreksi").glob("*.xls[xm]"), key=lambda path: (len(path.stem), path.stem))
    named = tables.innovations.select("kode_unit", "jenis_unit", "nama_unit").unique("kode_unit", maintain_order=True)
    unlisted = named.join(listed, on="kode_unit", how="anti", maintain_order="left")
    blank = dict.fromkeys(listed.columns) | {"berkas": 0, "keyakinan": "di luar daftar"}
    units = [Unit(row, slugs(row["kode_unit"]), listed=True) for row in listed.to_dicts()]
    units += [Unit(blank | row, slugs(row["kode_unit"]), listed=False) for row in unlisted.to_dicts()]
    codes = {unit.row["kode_unit"] for unit in units}
    numbered: defaultdict[str, list[Path]] = defaultdict(list)
    for path in books:
        numbered[path.stem if path.stem in codes else re.sub(r"-\d+$", "", path.stem)].append(path)
    for unit in units:
        kode = unit.row["kode_unit"]
        unit.corrections = tuple(Markup("koreksi/" + quote(path.name)) for path in numbered[kode])
        unit.cover = Markup("pengantar/" + quote(f"{kode}.txt")) if kode in covers else None
    return {unit.row["kode_unit"]: unit for unit in units}


def _innovations(tables: Tables, units: Mapping[str, Unit], only: Collection[str] | None) -> list[Row]:
    frame = tables.innovations
    rows = list((frame if only is None else frame.filter(_beside(tables, only))).iter_rows(named=True))
    for row in rows:
        unit = units[row["kode_unit"]]
        row["url"] = Markup(row["url"])
        for name in FEW:
            row[name] = row[name] and intern(row[name])
        row |= {"unit": unit, "temuan": [], "asal": []}
        row |= {"perjanjian": [], "laporan": [], "sasaran": [], "kelompok": None}
        unit.innovations.append(row)
    return rows


def _beside(tables: Tables, only: Collection[str]) -> pl.Expr:
    """Which innovations are of the units ``only``, stand beside one of theirs on a page, or changed since the run before."""
    theirs = pl.col("kode_unit").is_in(list(only))
    own = tables.innovations.filter(theirs)[KEY].implode()
    promised = tables.raw("komitmen").filter(theirs)[KEY]
    pairs, shared = tables.pairs.filter(pl.any_horizontal(pl.col("kiri", "kanan").is_in(own))), tables.raw("bersama")
    groups = shared.filter(pl.col("kelompok").is_in(shared.filter(pl.col(KEY).is_in(own))["kelompok"].implode()))[KEY]
    others = [promised, pairs["kiri"], pairs["kanan"], groups, tables.raw("perubahan")[KEY]]
    return theirs | pl.col(KEY).is_in(pl.concat([keys.alias(KEY) for keys in others]).implode())


def long_texts(tables: Tables, rows: Sequence[Row]) -> None:
    """The long texts of ``rows``, which most pages do without."""
    wanted = pl.DataFrame({KEY: [row[KEY] for row in rows]}, schema={KEY: pl.String})
    texts = {row.pop(KEY): row for row in tables.of("inovasi", wanted, *LONG).to_dicts()}
    for row in rows:
        row.update(texts[row[KEY]])


def _findings(
    tables: Tables, units: Mapping[str, Unit], by_id: Mapping[str, Row], only: Collection[str] | None
) -> list[Row]:
    """The findings that some page shows, each on its unit, its innovations and its kind; units count all of theirs."""
    known = {kind["kode"]: kind for kind in tables.kinds}
    frame = tables.findings if only is None else tables.findings.filter(pl.col("milik").is_in(list(only)))
    now = ~pl.col("lewat")
    for code, level, count in frame.filter(now).group_by("milik", "tingkat").len().iter_rows():
        if code in units:
            units[code].levels[level] += count
    listed = (pl.int_range(pl.len()) < FINDINGS) | (now & (pl.col("tingkat") != NOTE))
    of_units = now & (pl.int_range(pl.len()).over("milik", "lewat") < UNIT_FINDINGS)
    rows = tables.show(frame.filter(listed | of_units)).to_dicts()
    for row in rows:
        row["jenis"], unit = known.get(row["kode"]), units.get(row["milik"])
        about = [by_id[key] for key in row["id_inovasi"] or () if key in by_id]
        row |= {"unit": unit, "inovasi": [of for of in about if of["unit"] is unit], "id": None, "pertama": False}
        row["rahasia"] = row["kolom"] in PRIVATE
        if row["rahasia"]:
            row["pesan"] = advice(row["jenis"])  # the sentence itself quotes what stood in the cell
        _hang(row)
    for unit in units.values():
        given = Slugs()
        for row in unit.findings[:UNIT_FINDINGS]:
            row["id"] = given.once(f"t-{row['jangkar']:016x}"[:12])
    return rows


def _hang(finding: Row) -> None:
    """Put the finding on its unit's page and, when something is to be mended, on its innovations."""
    unit: Unit | None = finding["unit"]
    if finding["lewat"]:
        return
    if unit is not None:
        unit.findings.append(finding)
    if finding["tingkat"] != NOTE:
        for innovation in finding["inovasi"]:
            innovation["temuan"].append(finding)


def advice(kind: Row | None) -> str:
    """What a kind of finding means and how to mend it, without the particulars of one finding."""
    return "" if kind is None else f"{kind['judul']}. {kind['cara_memperbaiki']}"


def _files(tables: Tables, units: Mapping[str, Unit], by_id: Mapping[str, Row]) -> list[Row]:
    """Files, those to act on first, each on the pages of the units whose it is or whose innovations it fed."""
    rows = tables("berkas").to_dicts()
    fed = dict(tables.fed.group_by("nomor").agg("kode_unit").iter_rows())
    for position, key in tables.fed.select("nomor", KEY).iter_rows():
        if key in by_id:
            by_id[key]["asal"].append(rows[position]["berkas"])
    for position, row in enumerate(rows):
        row["unit"] = units.get(row["kode_unit"])
        row["milik"] = {*fed.get(position, ()), row["kode_unit"]}
    rows.sort(key=lambda row: (OUTCOMES.index(row["status"]), row["berkas"]))
    for row in rows:
        for code in row["milik"]:
            if code in units:
                units[code].files.append(row)
    return rows
