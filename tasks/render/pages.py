"""Which pages the report has, and what each shows: counted and grouped once, over whole tables."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import islice, takewhile
from typing import Any, NamedTuple

import polars as pl
from jinja2 import Environment
from markupsafe import Markup

from tasks.render import figures, pictures
from tasks.render.follow import Alignment, Monitoring, Promises
from tasks.render.frame import Frames
from tasks.render.gather import (
    KEY,
    NAMES,
    NOTE,
    PAGE_PAIRS,
    SQUARES,
    STATES,
    UNIT_FINDINGS,
    Report,
    Row,
    Unit,
    gather,
    long_texts,
    page_path,
)
from tasks.render.lists import UNIT_INNOVATIONS, Lists
from tasks.render.pictures import Pictures
from tasks.render.profile import Profiles

PAGE_ROWS = 1_000  # rows of a list on one page
PAGES_WOVEN = 10  # pages of a list whose rows are made at once
INNOVATIONS_TOGETHER = 5_000  # or a few more, of which rows are held at once for pages of their own
PAGE_LINES = 250  # innovations with their time lines on one page
TOP_KINDS = 8  # kinds of finding on the front page
RESTLESS = {
    "index.html": ("sejak",),
    "riwayat.html": ("perubahan", "rilis"),
}  # pages of which these pieces tell of the run
LIMITS = {
    "batas_inovasi": UNIT_INNOVATIONS, "batas_ubah": figures.CHANGES, "batas_nama": NAMES, "batas_baris": PAGE_ROWS,
    "batas_kotak": SQUARES,
}  # fmt: skip

# --- the front page's figures -------------------------------------------------------------------------------------


def front(report: Report) -> Row:
    """The figures of the front page, each counted from the saved tables."""
    units, innovations, files = list(report.units.values()), report.tables.innovations, report.tables.raw("berkas")
    states = Counter(unit.state for unit in units if unit.listed)
    outcomes = Counter(dict(files.group_by("status").len().iter_rows()))
    return {
        "bagian_jumlah": [_part(group, report) for group in report.labels["kelompok"]],
        "tahapan": _stages(innovations, report.labels),
        "perbaiki": (innovations["temuan"] > 0).sum(),
        "ditandatangani": (innovations["status_komitmen"] == "ditandatangani").sum(),
        "unit_berinovasi": sum(bool(unit.count) for unit in units),
        "keadaan": states,
        "daftar": [_register(kind, units) for kind in report.labels["jenis_unit"]],
        "berkas": outcomes,
        "baris_ditolak": files["baris_ditolak"].sum(),
        "tingkat": report.levels,
        "utama": _most_frequent(report.kinds),
        "selisih": list(_discrepancies(report, states, outcomes)),
        "pasangan": report.tables.pairs.height,
    }


def _most_frequent(kinds: Iterable[Row]) -> list[Row]:
    """The kinds of finding to mend that occur most, the graver first among equals."""
    found = [kind for kind in kinds if kind["jumlah"] and kind["tingkat"] != NOTE]
    return sorted(found, key=lambda kind: -kind["jumlah"])[:TOP_KINDS]


def _part(group: Mapping[str, Any], report: Report) -> Row:
    """One part of the sum: how many, how many signed, and one square each, signed ones first."""
    rows = report.tables.innovations.filter(pl.col("jenis_unit").is_in(list(group["jenis"])))
    unsigned = pl.col("status_komitmen") != "ditandatangani"
    first = rows.sort(unsigned, pl.col("temuan") == 0, maintain_order=True).head(SQUARES)
    signed = rows.height - rows.select(unsigned.sum()).item()
    return {"nama": group["nama"], "jumlah": rows.height, "ditandatangani": signed, "kotak": report.rows(first)}


def _stages(innovations: pl.DataFrame, labels: Mapping[str, Any]) -> Row:
    """Kind of unit by stage, with the sums of rows and columns."""
    counted = innovations.group_by("jenis_unit", "tahapan").len().iter_rows()
    cells = Counter({(kind, stage): count for kind, stage, count in counted})
    stages: list[str | None] = [*labels["tahapan"], *([None] if any(stage is None for _, stage in cells) else [])]
    kinds = [kind for kind in labels["jenis_unit"] if any(cells[kind, stage] for stage in stages)]
    rows = [(kind, [cells[kind, stage] for stage in stages]) for kind in kinds]
    return {
        "kolom": stages,
        "baris": rows,
        "jumlah": [sum(column) for column in zip(*(row for _, row in rows), strict=True)],
    }


def _register(kind: str, units: Iterable[Unit]) -> Row:
    """The units of one kind, those to act on first, by the part of the name that tells them apart."""
    chosen = sorted((unit for unit in units if unit.row["jenis_unit"] == kind), key=lambda unit: unit.row["nama_unit"])
    common = _common_words([unit.row["nama_unit"] for unit in chosen])
    tiles = [(_tile_name(unit, common), unit) for unit in chosen]
    return {
        "jenis": kind,
        "jumlah": len(tiles),
        "ubin": tiles[:SQUARES],
        "keadaan": Counter(unit.state for unit in chosen),
    }


def _tile_name(unit: Unit, common: str) -> str:
    short: str | None = unit.row["singkatan"]
    return short or unit.row["nama_unit"][len(common) :]


def _common_words(names: Sequence[str]) -> str:
    """The words that every name of ``names`` begins with: what a heading above them already says."""
    if len(names) < 3:
        return ""
    shared = takewhile(lambda words: len(set(words)) == 1, zip(*(name.split(" ")[:-1] for name in names), strict=False))
    return "".join(f"{words[0]} " for words in shared)


def _discrepancies(report: Report, states: Counter[str], files: Counter[str]) -> Iterator[Row]:
    """Every figure of the manifest that the saved tables do not bear out. Shown as it is, never adjusted."""
    counts = report.manifest["counts"]
    innovations = report.tables.innovations
    kinds = Counter(dict(innovations.group_by("jenis_unit").len().iter_rows()))
    levels = {**report.levels, "total": report.levels.total()}
    counted = {
        "berkas": {**files, "total": files.total()},
        "inovasi": {**kinds, "total": innovations.height},
        "unit": {"terdaftar": states.total(), "belum": states["diam"], "mengirim": states.total() - states["diam"]},
        "temuan": levels,
    }
    for group, numbers in counted.items():
        for name, said in counts.get(group, {}).items():
            found = numbers.get(name, 0)
            if said != found:
                yield {"kelompok": group, "nama": name, "tertulis": said, "terhitung": found}


# --- pages --------------------------------------------------------------------------------------------------------


class Page(NamedTuple):
    """Where a page goes, in which section it is, and what makes it."""

    path: str
    section: str
    make: Callable[[], bytes]


@dataclass(frozen=True)
class Listing:
    """A long list in pages: what its rows show, and what else stands on its pages."""

    shown: pl.DataFrame
    rows: Callable[[pl.DataFrame], Sequence[Any]]  # of some of what is shown, as the page's template takes them
    figures: Row  # on each page
    first: Callable[[], Row] = dict  # on the first page only
    size: int = PAGE_ROWS

    def starts(self) -> range:
        """Where the rows of each page begin."""
        return range(0, max(self.shown.height, 1), self.size)


class Sections:
    """The pages about all units."""

    def __init__(self, report: Report, env: Environment, draw: Pictures) -> None:
        self.report, self._tables, self._draw = report, report.tables, draw
        self.lists = Lists(report, env)

    @cached_property
    def _promises(self) -> Promises:
        return Promises(self.report, self.lists)

    @cached_property
    def monitoring(self) -> Monitoring:
        """What the page of monitoring shows."""
        return Monitoring(self.report, self.lists)

    @cached_property
    def _alignment(self) -> Alignment:
        return Alignment(self.report, self.lists)

    @cached_property
    def _index(self) -> Row | None:
        return figures.index_of(self.report)

    # --- lists ----------------------------------------------------------------------------------------------------

    @cached_property
    def listings(self) -> dict[str, Listing]:
        """The sections that are long lists."""
        report, lists, tables = self.report, self.lists, self._tables
        promises, monitoring = self._promises, self.monitoring
        states = Counter(unit.state for unit in report.units.values())
        return {
            "langkah": Listing(
                lists.steps, lists.step_rows, {"indeks": self._told_of_steps(), "rencana": []},
                lambda: {"rencana": figures.plans(report)},
            ),
            "unit": Listing(self._units(), self._unit_rows, {"keadaan": states}),
            "inovasi": Listing(lists.innovations, lists.innovation_rows, {}),
            "komitmen": Listing(
                promises.listed, promises.rows, {"janji": promises.figures},
                lambda: {"janji": promises.figures | promises.details()},
            ),
            "monev": Listing(
                monitoring.listed, monitoring.rows, {"monev": monitoring.figures},
                lambda: {"monev": monitoring.figures | monitoring.details()}, PAGE_LINES,
            ),
            "tinjauan": Listing(
                tables.pairs, self._pairs, {},
                lambda: {"bersama": self._shared(), "berkas_tinjauan": tables.review_file}, PAGE_PAIRS,
            ),
            "temuan": Listing(
                lists.findings, lists.finding_rows, {"tingkat": report.levels, "semua": report.levels.total()},
                lambda: {"jenis_temuan": self._kinds()},
            ),
            "berkas": Listing(lists.files, lists.file_rows, self._file_sums()),
        }  # fmt: skip

    def _told_of_steps(self) -> Row | None:
        """What the pages of steps say of the index."""
        names = ("keyakinan", "langkah_ada")
        return self._index and {name: self._index[name] for name in names}

    def _units(self) -> pl.DataFrame:
        """What the list of units shows of them, those to act on first."""
        units = sorted(self.report.units.values(), key=lambda unit: STATES.index(unit.state))
        names = ("kode_unit", "nama_unit", "singkatan", "jenis_unit", "keyakinan", "berkas")
        shown = [
            {name: unit.row[name] for name in names} | unit.levels
            | {"url": str(unit.url), "keadaan": unit.state, "jumlah": unit.count}
            for unit in units
        ]  # fmt: skip
        return pl.DataFrame(shown, infer_schema_length=None) if shown else pl.DataFrame(schema={"kode_unit": pl.String})

    def _unit_rows(self, shown: pl.DataFrame) -> list[Unit]:
        return [self.report.units[code] for code in shown["kode_unit"]]

    def _pairs(self, shown: pl.DataFrame) -> list[Row]:
        """Pairs to decide with both innovations, the texts in which they may differ, and the files that they came from."""
        both = pl.concat([shown["kiri"], shown["kanan"].alias("kiri")])
        by_id = self.report.by_id(both)
        long_texts(self._tables, list(by_id.values()))
        pairs = shown.iter_rows(named=True)
        return [row | {"kiri": by_id[row["kiri"]], "kanan": by_id[row["kanan"]]} for row in pairs]

    def _shared(self) -> Row:
        """Names that several units' innovations have, each with the first of them, and how many such names there are."""
        groups = self._tables.groups
        members = self._tables.shared.join(groups.head(PAGE_ROWS).select("kelompok"), on="kelompok", how="semi")
        members = members.filter(pl.int_range(pl.len()).over("kelompok") < NAMES)
        by_id, of = self.report.by_id(members[KEY]), defaultdict[str, list[Row]](list)
        for name, key in members.select("kelompok", KEY).iter_rows():
            of[name].append(by_id[key])
        rows = [row | {"milik": of[row["kelompok"]]} for row in groups.head(PAGE_ROWS).iter_rows(named=True)]
        return {"jumlah": groups.height, "baris": rows}

    def _kinds(self) -> dict[str, list[Row]]:
        """The catalogue by severity, each kind with the page of the list on which its findings begin."""
        begins = self.lists.findings.with_row_index("urutan").filter("pertama")
        first = dict(begins.select("kode", "urutan").iter_rows())
        by_level: defaultdict[str, list[Row]] = defaultdict(list)
        for kind in self.report.kinds:
            start = first.get(kind["kode"])
            page = None if start is None else page_path("temuan", start // PAGE_ROWS)
            url = page and Markup(f"{page}#daftar-") + kind["jangkar"]
            by_level[kind["tingkat"]].append(kind | {"url": url})
        return by_level

    def _file_sums(self) -> Row:
        files = self._tables.raw("berkas")
        sums = {name: files[name].sum() for name in ("baris_dibaca", "baris_diterima", "baris_ditolak")}
        return {"keadaan": Counter(dict(files.group_by("status").len().iter_rows())), "jumlah": sums}

    # --- other pages ----------------------------------------------------------------------------------------------

    @property
    def single(self) -> dict[str, Callable[[], Row]]:
        """What the sections of one page show."""
        report, total = self.report, self._tables.innovations.height
        return {
            "index": self._opening,
            "indeks": self._index_page,
            "penghargaan": lambda: {"daftar": figures.rewards(report)},
            "kecamatan": lambda: {"peta": figures.districts(report), "total": total},
            "riwayat": self._history,
            "keselarasan": lambda: {"arah": self._alignment.details(), "total": total},
            "panduan": dict,
        }

    def _opening(self) -> Row:
        """The answer that the front page begins with, the line of years, what changed, the steps that help most, and sums."""
        marks = figures.year_marks(self.report, self._index)
        return front(self.report) | {
            "jawaban": figures.sentence(self._index),
            "indeks": self._index,
            "gambar_tahun": self._draw(
                "index", "tahun", marks, figures.years_text(marks), pictures.small_years, **figures.years_shown(marks)
            ),
            "ubah": self.changes,
            "langkah": figures.best_steps(self.report),
            "janji": self._promises.figures,
            "monev": self.monitoring.figures,
            "arah": self._alignment.figures,
        }

    def _index_page(self) -> Row:
        """The index: over the years, how it is made up, by the rules of other years, and the maturity it rests on."""
        report, tables, index = self.report, self._tables, self._index
        marks, bands = figures.year_marks(report, index), figures.maturity_bands(report)
        cells, heat = figures.heat_rows(report)
        rules = tables("aturan").to_dicts()
        told = "; ".join(f"{band['pita']}: {band['n']}" for band in bands)
        return {
            "jawaban": figures.sentence(index),
            "indeks": index,
            "lain": [row for row in tables("indeks").to_dicts() if row != index],
            "sejarah": tables("sejarah").to_dicts(),
            "aturan": [row for row in rules if index and row["tahun"] == index["tahun"]],
            "pita": bands,
            "panas": heat,
            "tanpa": tables.innovations["kematangan"].null_count(),
            "gambar_tahun": self._draw(
                "indeks", "tahun", marks, figures.years_text(marks), pictures.years, **figures.years_shown(marks)
            ),
            "gambar_pita": self._draw(
                "indeks", "kematangan", bands, f"Inovasi menurut kematangan. {told}.", pictures.maturity
            ),
            "gambar_panas": self._draw(
                "indeks",
                "panas",
                cells,
                "Parameter rata-rata menurut unit dan indikator; angkanya di tabel.",
                pictures.heat,
            ),
        }

    def _history(self) -> Row:
        """What changed since the run before, all runs, and when submissions came."""
        rows = figures.arrivals(self.report)
        days = [row for row in rows if row["jenis"] == "unit"]
        last = max((row["n"] for row in rows), default=0)
        said = f"Unit yang sudah mengirim menurut waktu berkasnya, sampai {last} unit."
        return {
            "ubah": self.changes,
            "tiba": days,
            "batas_kirim": self.report.manifest.get("batas_kirim"),
            "gambar_tiba": self._draw("riwayat", "tiba", rows if len(days) > 1 else [], said, pictures.arrivals),
        }

    @cached_property
    def changes(self) -> Row:
        """What differs from the run before, each finding with its place in words."""
        changed = figures.changes(self.report)
        for findings in (changed["baris"]["temuan_baru"], changed["baris"]["temuan_selesai"]):
            if findings:
                places = {name: [row[name] for row in findings] for name in ("lembar", "sel")}
                told = self.lists.places(pl.DataFrame(places, schema=dict.fromkeys(places, pl.String)))
                for finding, place in zip(findings, told, strict=True):
                    finding["alamat"] = place
        return changed

    # --- all of them ----------------------------------------------------------------------------------------------

    def pages(self, frames: Frames, asked: Collection[str]) -> Iterator[Page]:
        """The pages about all units at the paths ``asked``."""
        for name, context in self.single.items():
            if (path := f"{name}.html") in asked:
                yield Page(path, name, partial(frames.page, name, path, path, context))
        for name, listing in self.listings.items():
            yield from _paged(frames, name, listing, asked)


def pages(sections: Sections, asked: Collection[str], env: Environment, frames: Frames) -> Iterator[Page]:
    """The pages at the paths ``asked``: about all units, and each of one unit or one innovation."""
    if not asked:
        return
    yield from sections.pages(frames, asked)
    report = sections.report
    known = pl.DataFrame({"url": list(asked)}, schema={"url": pl.String})
    wanted = report.tables.innovations.join(known, on="url", how="semi").select(KEY, "kode_unit")
    units = {code for code, unit in report.units.items() if str(unit.url) in asked}
    codes = units | set(wanted["kode_unit"])
    for some in _together([unit for code, unit in report.units.items() if code in codes]):
        theirs = wanted.filter(pl.col("kode_unit").is_in(list(some)))
        yield from _own_pages(sections, some, some & units, theirs[KEY], env, frames)


def _together(units: Iterable[Unit]) -> Iterator[set[str]]:
    """The codes of units of which pages are made at once, so many that their innovations fit into memory."""
    some, innovations = set[str](), 0
    for unit in units:
        some.add(unit.row["kode_unit"])
        innovations += unit.count
        if innovations >= INNOVATIONS_TOGETHER:
            yield some
            some, innovations = set(), 0
    if some:
        yield some


def _own_pages(
    sections: Sections, codes: Collection[str], units: Collection[str], innovations: pl.Series, env: Environment, frames: Frames
) -> Iterator[Page]:  # fmt: skip
    """The pages of some ``units`` and of some ``innovations``, all of the units ``codes``."""
    report = sections.report
    by_id = {row[KEY]: row for row in gather(report, codes)}
    if units:
        about = UnitPages(units, sections.lists, sections.monitoring)
        for unit in (unit for code, unit in report.units.items() if code in units):
            path = str(unit.url)
            yield Page(path, "unit", partial(frames.page, "unit", path, "satu_unit.html", partial(about, unit)))
    rows = [by_id[key] for key in innovations.sort()]  # as the tables are sorted, which are read part by part
    profile = Profiles(report, rows, env, frames("inovasi", "inovasi/-.html"))
    for row in rows:
        yield Page(str(row["url"]), "inovasi", partial(profile, row))
    for unit in report.units.values():
        unit.forget()


class UnitPages:
    """What the own pages of some units show."""

    def __init__(self, units: Collection[str], lists: Lists, monitoring: Monitoring) -> None:
        self._units, self._lists, self._monitoring = units, lists, monitoring

    @cached_property
    def _shown(self) -> tuple[Any, ...]:
        units, lists, monitoring = self._units, self._lists, self._monitoring
        return (
            lists.of_units(units), lists.findings_of_units(units), monitoring.of_units(units), monitoring.missing(units),
        )  # fmt: skip

    def __call__(self, unit: Unit) -> Row:
        """What the page of ``unit`` shows."""
        code = unit.row["kode_unit"]
        innovations, findings, monitoring, missing = self._shown
        shown = min(unit.levels.total(), UNIT_FINDINGS)
        mend = unit.levels.total() - unit.levels[NOTE]
        return {
            "unit": unit,
            "milik": innovations.get(code, Markup()),
            "temuan_unit": findings[code],
            "tampil": shown,
            "catatan": shown - min(mend, shown),  # those to mend stand before them
            "monev": monitoring.get(code),
            "belum": missing.get(code, {}),
        }


def _paged(frames: Frames, name: str, listing: Listing, asked: Collection[str]) -> Iterator[Page]:
    """A long list in pages, of which those that are ``asked`` for are made: ``name.html``, ``name-2.html`` and so on."""
    starts, total = listing.starts(), listing.shown.height
    paths = [Markup(page_path(name, position)) for position in range(len(starts))]
    wanted = [position for position, path in enumerate(paths) if path in asked]
    for together in (wanted[at : at + PAGES_WOVEN] for at in range(0, len(wanted), PAGES_WOVEN)):
        parts = [listing.shown[starts[position] : starts[position] + listing.size] for position in together]
        ready = iter(listing.rows(pl.concat(parts)))
        for position, part in zip(together, parts, strict=True):
            shown = list(islice(ready, part.height))
            stop = starts[position] + part.height
            place = {"nomor": position, "dari": starts[position] + 1, "sampai": stop, "total": total, "semua": paths}
            rows = Markup("".join(shown)) if shown and isinstance(shown[0], str) else shown
            told = listing.figures | {"halaman": place, "baris": rows}
            path = str(paths[position])
            context = told.copy if position else partial(_first, listing, told)
            yield Page(path, name, partial(frames.page, name, path, f"{name}.html", context))


def _first(listing: Listing, told: Row) -> Row:
    return told | listing.first()
