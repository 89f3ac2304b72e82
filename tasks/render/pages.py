"""Which pages the report has, and what each shows: counted and grouped once, over whole tables."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import takewhile
from operator import itemgetter
from typing import Any, NamedTuple

import polars as pl
from jinja2 import Environment
from markupsafe import Markup

from tasks.render import figures, pictures
from tasks.render.follow import PAGE_PAIRS, page_path
from tasks.render.frame import Frames
from tasks.render.gather import FINDINGS, STATES, Report, Row, Tables, Unit, long_texts
from tasks.render.lists import UNIT_INNOVATIONS, Lists
from tasks.render.pictures import Pictures
from tasks.render.profile import Profiles

PAGE_ROWS = 1_000  # rows of a list on one page
PAGES_WOVEN = 10  # pages of a list whose rows are made at once
PAGE_LINES = 250  # innovations with their time lines on one page
NAMES = 60  # names of innovations in one cell
SQUARES = 200  # squares or tiles of one group on the front page
TOP_KINDS = 8  # kinds of finding on the front page
UNIT_CHANGES = 200  # changes shown on one unit's page
RESTLESS = {
    "index.html": ("sejak",),
    "riwayat.html": ("perubahan", "rilis"),
}  # pages of which these pieces tell of the run
LIMITS = {
    "batas_inovasi": UNIT_INNOVATIONS, "batas_ubah": UNIT_CHANGES, "batas_nama": NAMES, "batas_baris": PAGE_ROWS,
    "batas_kotak": SQUARES,
}  # fmt: skip

# --- the front page's figures -------------------------------------------------------------------------------------


def front(report: Report, labels: Mapping[str, Any]) -> Row:
    """The figures of the front page, each counted from the saved tables."""
    units = list(report.units.values())
    states = Counter(unit.state for unit in units if unit.listed)
    files = Counter(row["status"] for row in report.files)
    return {
        "bagian_jumlah": [_part(group, report.innovations) for group in labels["kelompok"]],
        "tahapan": _stages(report.innovations, labels),
        "perbaiki": sum(bool(row["temuan"]) for row in report.innovations),
        "ditandatangani": sum(row["status_komitmen"] == "ditandatangani" for row in report.innovations),
        "unit_berinovasi": sum(bool(unit.innovations) for unit in units),
        "keadaan": states,
        "daftar": [_register(kind, units) for kind in labels["jenis_unit"]],
        "berkas": files,
        "baris_ditolak": sum(row["baris_ditolak"] for row in report.files),
        "tingkat": report.levels,
        "utama": _most_frequent(report.kinds),
        "selisih": list(_discrepancies(report, states, files)),
        "janji": report.promises,
        "monev": report.monitoring,
        "arah": report.alignment,
        "pasangan": report.pairs,
    }


def _most_frequent(kinds: Iterable[Row]) -> list[Row]:
    """The kinds of finding to mend that occur most, the graver first among equals."""
    found = [kind for kind in kinds if kind["jumlah"] and kind["tingkat"] != "catatan"]
    return sorted(found, key=lambda kind: -kind["jumlah"])[:TOP_KINDS]


def _part(group: Mapping[str, Any], innovations: Iterable[Row]) -> Row:
    """One part of the sum: how many, how many signed, and one square each, signed ones first."""
    rows = [row for row in innovations if row["jenis_unit"] in group["jenis"]]
    rows.sort(key=lambda row: (row["status_komitmen"] != "ditandatangani", not row["temuan"]))
    signed = sum(row["status_komitmen"] == "ditandatangani" for row in rows)
    return {"nama": group["nama"], "jumlah": len(rows), "ditandatangani": signed, "kotak": rows[:SQUARES]}


def _stages(innovations: Iterable[Row], labels: Mapping[str, Any]) -> Row:
    """Kind of unit by stage, with the sums of rows and columns."""
    cells = Counter((row["jenis_unit"], row["tahapan"]) for row in innovations)
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
    kinds = Counter(row["jenis_unit"] for row in report.innovations)
    levels = {**report.levels, "total": report.levels.total()}
    counted = {
        "berkas": {**files, "total": len(report.files)},
        "inovasi": {**kinds, "total": len(report.innovations)},
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


def pages(
    report: Report, labels: Mapping[str, Any], sections: Collection[str], own: Collection[str], draw: Pictures,
    env: Environment, frames: Frames,
) -> Iterator[Page]:  # fmt: skip
    """The pages of ``sections``, and those at the paths ``own``, each of one unit or one innovation."""

    def page(name: str, context: Callable[[], Row]) -> list[Page]:
        path = f"{name}.html"
        return [Page(path, name, partial(frames.page, name, path, path, context))]

    listed, lists, units = partial(_paged, frames), Lists(report, labels, env), report.units
    index = figures.index_of(report)
    shown = report.findings[:FINDINGS]
    made: dict[str, Callable[[], Iterable[Page]]] = {
        "index": lambda: page("index", lambda: front(report, labels) | opening(report, index, draw, lists)),
        "indeks": lambda: page("indeks", lambda: index_page(report, index, draw)),
        "langkah": lambda: listed(
            "langkah", report.tables("langkah").sort("urutan"), {"rencana": figures.plans(report), "indeks": index},
            woven=lists.steps,
        ),
        "penghargaan": lambda: page("penghargaan", lambda: {"daftar": figures.rewards(report)}),
        "kecamatan": lambda: page(
            "kecamatan", lambda: {"peta": figures.districts(report), "total": len(report.innovations)}
        ),
        "riwayat": lambda: page("riwayat", lambda: history_page(report, lists, draw)),
        "unit": lambda: listed(
            "unit", sorted(units.values(), key=lambda unit: STATES.index(unit.state)),
            {"keadaan": Counter(unit.state for unit in units.values())},
        ),
        "inovasi": lambda: listed("inovasi", report.innovations, {}, woven=lists.innovations),
        "komitmen": lambda: listed("komitmen", report.promises["baris"], {"janji": report.promises}),
        "monev": lambda: listed("monev", report.monitoring["baris"], {"monev": report.monitoring}, PAGE_LINES),
        "keselarasan": lambda: page(
            "keselarasan", lambda: {"arah": report.alignment, "total": len(report.innovations)}
        ),
        "tinjauan": lambda: listed("tinjauan", *_review(report), PAGE_PAIRS),
        "temuan": lambda: listed(
            "temuan", shown, _kinds(report, shown) | {"semua": report.levels.total()}, woven=lists.findings
        ),
        "berkas": lambda: listed("berkas", report.files, _file_sums(report.files), woven=lists.files),
        "panduan": lambda: page("panduan", dict),
    }  # fmt: skip
    for section, of_section in made.items():
        if section in sections:
            yield from of_section()
    for unit in units.values():
        if (path := str(unit.url)) in own:
            yield Page(path, "unit", partial(frames.page, "unit", path, "satu_unit.html", partial(_unit, unit, lists)))
    rows = [row for row in report.innovations if row["url"] in own]
    rows.sort(key=itemgetter("id_inovasi"))  # as the tables are sorted, which are read part by part
    profile = Profiles(report, labels, rows, env, frames("inovasi", "inovasi/-.html"))
    for row in rows:
        yield Page(str(row["url"]), "inovasi", partial(profile, row))


def changes(report: Report, lists: Lists) -> Row:
    """What differs from the run before, each finding with its place in words."""
    changed = figures.changes(report.tables, report.by_id, report.units, report.kinds)
    for findings in (changed["baris"]["temuan_baru"], changed["baris"]["temuan_selesai"]):
        for finding, place in zip(findings, lists.places(findings), strict=True):
            finding["alamat"] = place
    return changed


def unchanged(tables: Tables) -> Row | None:
    """The same, told without looking at anything else; null when something did change."""
    changed = figures.changes(tables, {}, {}, [])
    return None if any(changed["baris"].values()) else changed


def opening(report: Report, index: Row | None, draw: Pictures, lists: Lists) -> Row:
    """The answer that the front page begins with, the line of years, what changed, and the steps that help most."""
    marks = figures.year_marks(report, index)
    return {
        "jawaban": figures.sentence(index),
        "indeks": index,
        "gambar_tahun": draw("index", "tahun", marks, figures.years_text(marks), pictures.small_years),
        "ubah": changes(report, lists),
        "langkah": figures.best_steps(report),
    }


def index_page(report: Report, index: Row | None, draw: Pictures) -> Row:
    """The index: over the years, how it is made up, by the rules of other years, and the maturity it rests on."""
    marks, bands = figures.year_marks(report, index), figures.maturity_bands(report)
    cells, heat = figures.heat_rows(report)
    rules = report.tables("aturan").to_dicts()
    told = "; ".join(f"{band['pita']}: {band['n']}" for band in bands)
    return {
        "jawaban": figures.sentence(index),
        "indeks": index,
        "lain": [row for row in report.tables("indeks").to_dicts() if row != index],
        "sejarah": report.tables("sejarah").to_dicts(),
        "aturan": [row for row in rules if index and row["tahun"] == index["tahun"]],
        "pita": bands,
        "panas": heat,
        "tanpa": sum(row["kematangan"] is None for row in report.innovations),
        "gambar_tahun": draw("indeks", "tahun", marks, figures.years_text(marks), pictures.years),
        "gambar_pita": draw("indeks", "kematangan", bands, f"Inovasi menurut kematangan. {told}.", pictures.maturity),
        "gambar_panas": draw(
            "indeks",
            "panas",
            cells,
            "Parameter rata-rata menurut unit dan indikator; angkanya di tabel.",
            pictures.heat,
        ),
    }


def history_page(report: Report, lists: Lists, draw: Pictures) -> Row:
    """What changed since the run before, all runs, and when submissions came."""
    changed, rows = changes(report, lists), figures.arrivals(report)
    days = [row for row in rows if row["jenis"] == "unit"]
    last = max((row["n"] for row in rows), default=0)
    said = f"Unit yang sudah mengirim menurut waktu berkasnya, sampai {last} unit."
    return {
        "ubah": changed,
        "tiba": days,
        "batas_kirim": report.manifest.get("batas_kirim"),
        "gambar_tiba": draw("riwayat", "tiba", rows if len(days) > 1 else [], said, pictures.arrivals),
    }


def _unit(unit: Unit, lists: Lists) -> Row:
    return {"unit": unit, "milik": lists.of_unit(unit), "temuan_unit": lists.findings_of(unit)}


def _paged(
    frames: Frames, name: str, rows: Sequence[Any] | pl.DataFrame, context: Row, size: int = PAGE_ROWS,
    woven: Callable[[Any], list[str]] | None = None,
) -> Iterator[Page]:  # fmt: skip
    """A long list in pages of ``size`` rows, which ``woven`` makes HTML of: ``name.html``, ``name-2.html`` and so on."""
    starts = range(0, max(len(rows), 1), size)
    paths = [Markup(page_path(name, position)) for position in range(len(starts))]
    for position, start in enumerate(starts):
        stop, ahead = min(start + size, len(rows)), position % PAGES_WOVEN * size
        if woven and not ahead:
            ready = woven(rows[start : start + PAGES_WOVEN * size])
        shown = Markup("".join(ready[ahead : ahead + size])) if woven else rows[start:stop]
        place = {"nomor": position, "dari": start + 1, "sampai": stop, "total": len(rows), "semua": paths}
        path, told = str(paths[position]), context | {"halaman": place, "baris": shown}
        yield Page(path, name, partial(frames.page, name, path, f"{name}.html", told.copy))


def _review(report: Report) -> tuple[list[Row], Row]:
    """The pairs to decide with the texts in which they may differ, and what else their pages show."""
    long_texts(report.tables, [row for pair in report.pairs for row in (pair["kiri"], pair["kanan"])])
    return report.pairs, {"bersama": report.shared, "berkas_tinjauan": report.review_file}


def _kinds(report: Report, shown: Sequence[Row]) -> Row:
    """The catalogue for the page of findings, each kind with the page on which its findings begin."""
    first: dict[str, int] = {}
    for position, row in enumerate(shown):
        if row["kode"] not in first:
            first[row["kode"]] = position
            row["pertama"] = True
    for kind in report.kinds:
        start = first.get(kind["kode"])
        page = None if start is None else page_path("temuan", start // PAGE_ROWS)
        kind["url"] = page and Markup(f"{page}#daftar-") + kind["jangkar"]
    by_level: defaultdict[str, list[Row]] = defaultdict(list)
    for kind in report.kinds:
        by_level[kind["tingkat"]].append(kind)
    return {"jenis_temuan": by_level, "tingkat": report.levels}


def _file_sums(files: Sequence[Row]) -> Row:
    sums = {name: sum(row[name] for row in files) for name in ("baris_dibaca", "baris_diterima", "baris_ditolak")}
    return {"keadaan": Counter(row["status"] for row in files), "jumlah": sums}
