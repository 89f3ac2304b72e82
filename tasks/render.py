"""Saved tables -> the HTML report. Reads a run folder's ``data/*.parquet`` and ``manifest.json`` and nothing else.

Counting and grouping happen here, once, over whole tables; what things are called and how pages look lives in
``templates/``. Everything that came out of a submission passes through :func:`mask` on its way to a page, so that no
page can show a civil servant's number, a telephone number or an e-mail address.
"""

import re
import shutil
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from itertools import takewhile
from pathlib import Path
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import orjson
import polars as pl
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from tasks import follow

TEMPLATES = Path(__file__).parents[1] / "templates"
LOCALE = "id"
PAGE_ROWS = 1_000  # rows of a list on one page
PAGE_LINES = 250  # innovations with their time lines, and
PAGE_PAIRS = 50  # pairs to decide, on one page
NAMES = 60  # names of innovations in one cell
UNIT_INNOVATIONS = 200  # innovations, and
UNIT_FINDINGS = 500  # findings, shown in full on one unit's page
SQUARES = 200  # squares or tiles of one group on the front page
TOP_KINDS = 8  # kinds of finding on the front page
UNIT_CHANGES = 200  # changes shown on one unit's page
SUPERSEDED = frozenset({"digantikan", "duplikat"})  # files whose findings nobody has to mend any more
FIGURES = {"anggaran": "Rp ", "lintang": "", "bujur": ""}  # columns whose values are figures, and what precedes them
CODED = frozenset({"tahapan", "inisiator", "jenis", "bentuk"})  # columns whose values are codes
PRIVATE = frozenset({"nama_inisiator", "penanda_tangan"})
STATES = ("perbaiki", "diam", "bersih")  # of units, and
OUTCOMES = ("ditolak", "sebagian", "diterima", "digantikan", "duplikat", "diabaikan")  # of files: those to act on first

Row = dict[str, Any]


# --- text on its way to a page ------------------------------------------------------------------------------------

_PRIVATE_TEXT = (
    (re.compile(r"(?<![\w.+%-])[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"), "[alamat surel]"),
    (re.compile(r"(?<!\d)\d{8}[ .-]?\d{6}[ .-]?\d[ .-]?\d{3}(?!\d)"), "[NIP]"),
    (re.compile(r"(?<!\d)\d{16}(?!\d)"), "[nomor induk]"),
    (re.compile(r"(?<![\d.,])(?:\+\s?62|62|0)[ .-]?8\d{1,2}(?:[ .-]?\d){6,9}(?!\d)"), "[nomor telepon]"),
    (
        re.compile(r"(?<![\d.,])(?:\(0\d{2,3}\)|\+62[ -]?\d{2,3}|0\d{2,3})[ -]\d{3,4}[ -]?\d{3,4}(?!\d)"),
        "[nomor telepon]",
    ),
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SUSPECT = re.compile(rf"@|\d{{5}}|\d[ .)-]{{1,2}}\d{{3}}|{_CONTROL.pattern}")  # most texts hold none of these


def mask(value: Any) -> Any:
    """``value`` as a page may show it: private numbers and addresses in a text replaced, nothing for null.

    Jinja calls this on every expression of every page (``finalize``). Safe markup, which only our own templates and
    links are, passes unchanged.
    """
    if value is None:
        return ""
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    if not _SUSPECT.search(value):
        return value
    text = _CONTROL.sub("\ufffd", value)
    for pattern, instead in _PRIVATE_TEXT:
        text = pattern.sub(instead, text)
    return text


def shorten(text: str | None, length: int = 140) -> str:
    """``text`` masked and on one line, cut with an ellipsis when longer than ``length``."""
    line = " ".join(str(mask(text)).split())
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"


def excerpt(text: str | None, other: str | None, length: int = 160) -> str:
    """``text`` masked and shortened so that the place where it begins to differ from ``other`` is seen."""
    line, beside = (" ".join(str(mask(part)).split()) for part in (text, other))
    if len(line) <= length or line == beside:
        return shorten(line, length)
    same = next((place for place, (one, two) in enumerate(zip(line, beside, strict=False)) if one != two), None)
    start = (min(len(line), len(beside)) if same is None else same) - length // 3
    if start <= 0:
        return shorten(line, length)
    start = line.rfind(" ", 0, start) + 1 or start
    return "…" + shorten(line[start:], length)


def web_link(text: str | None) -> Markup | None:
    """``text`` as the target of a link, when it is a plain web address without anything private in it."""
    if text is None or not re.fullmatch(r"https?://[^\s<>\"']{3,2000}", text) or mask(text) != text:
        return None
    return Markup.escape(quote(text, safe=":/?#[]@!$&()*+,;=%~"))


@lru_cache(maxsize=4096)
def number(value: float | None, digits: int = 0) -> str:
    """``value`` in Indonesian: 1.250.000 or 57,64."""
    if value is None:
        return ""
    return str(format_decimal(value, format="#,##0." + "0" * digits if digits else "#,##0", locale=LOCALE))


@lru_cache(maxsize=4096)
def day(value: date | None) -> str:
    """``value`` in Indonesian: 6 Februari 2024."""
    return "" if value is None else str(format_date(value, "d MMMM yyyy", locale=LOCALE))


def moment(value: datetime | str | None, zone: ZoneInfo) -> str:
    """``value`` in the zone of the regency: 24 November 2026 pukul 03.17 WITA."""
    if value is None:
        return ""
    instant = datetime.fromisoformat(value) if isinstance(value, str) else value
    return str(format_datetime(instant, "d MMMM yyyy 'pukul' HH.mm zzz", tzinfo=zone, locale=LOCALE))


def stored(text: str | None, column: str, labels: Mapping[str, Any]) -> str | None:
    """A value of ``column`` that was saved as text, as people write it: uji_coba is Uji coba, 2024-02-06 a date."""
    if text is None:
        return None
    if column.startswith("waktu_") and re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return day(date.fromisoformat(text))
    if column in FIGURES and re.fullmatch(r"-?\d{1,15}(\.\d{1,20})?", text):
        return f"{FIGURES[column]}{number(round(float(text), 5), 0 if float(text).is_integer() else 5)}"
    named: Mapping[str, str] = labels[column] if column in CODED else {}
    return named.get(text, text)


class Slugs:
    """Names for files and anchors made from untrusted codes: harmless on every system, and each given once."""

    _reserved = frozenset({"con", "prn", "aux", "nul"})

    def __init__(self) -> None:
        self._given: set[str] = set()

    def __call__(self, code: str) -> Markup:
        """The name for ``code``; a second code that would get the same name gets a number after it."""
        stem = re.sub(r"\.{2,}", ".", re.sub(r"[^a-z0-9._-]+", "-", code.lower()))[:80].strip("-._")
        stem = f"u-{stem}" if not stem or stem.split(".")[0] in self._reserved else stem
        name, count = stem, 1
        while name in self._given:
            count += 1
            name = f"{stem}-{count}"
        self._given.add(name)
        return Markup(name)


# --- what the pages need, gathered once ---------------------------------------------------------------------------


@dataclass
class Unit:
    """One unit with everything its page shows."""

    row: Row
    slug: Markup
    listed: bool
    innovations: list[Row] = field(default_factory=list)
    findings: list[Row] = field(default_factory=list)
    files: list[Row] = field(default_factory=list)
    corrections: tuple[Markup, ...] = ()
    cover: Markup | None = None
    levels: Counter[str] = field(default_factory=Counter)
    commitments: list[Row] = field(default_factory=list)
    monitoring: Row | None = None
    history: list[Row] = field(default_factory=list)
    pairs: list[Row] = field(default_factory=list)

    @property
    def url(self) -> Markup:
        """Its page, from the root of the report."""
        return Markup("unit/") + self.slug + Markup(".html")

    @property
    def state(self) -> str:
        """``diam`` (nothing of it was read), ``perbaiki`` (sent, something to mend) or ``bersih``."""
        if not self.row["berkas"] and not self.innovations:
            return "diam"
        return "perbaiki" if self.levels["kesalahan"] + self.levels["peringatan"] else "bersih"


@dataclass
class Report:
    """Everything of a run that appears on a page."""

    manifest: Row
    units: dict[str, Unit]
    innovations: list[Row]
    findings: list[Row]
    files: list[Row]
    kinds: list[Row]
    promises: Row
    monitoring: Row
    pairs: list[Row]
    shared: list[Row]
    alignment: Row
    review_file: Markup | None


def gather(run: Path, labels: Mapping[str, Any]) -> Report:
    """Read the saved tables of ``run`` and hang each row on its unit and its kind."""

    def table(name: str) -> pl.DataFrame:
        return pl.read_parquet(run / "data" / f"{name}.parquet")

    manifest: Row = orjson.loads((run / "manifest.json").read_bytes())
    innovations, findings, files = table("inovasi"), table("temuan"), table("berkas")
    findings = findings.with_columns(
        attribute(findings, table("asal")),
        lewat=pl.col("berkas").is_in(files.filter(pl.col("status").is_in(SUPERSEDED))["berkas"].implode()),
    )
    rank = {level: position for position, level in enumerate(labels["tingkat"])}
    units = _units(run, table("unit"), innovations)
    kinds = sorted(
        table("katalog").to_dicts(), key=lambda kind: (rank[kind["tingkat"]], -kind["jumlah"], kind["judul"])
    )
    rows = _innovations(innovations.drop(*PRIVATE, strict=False), units)
    by_id = {row["id_inovasi"]: row for row in rows}
    slugs = Slugs()
    follow.history(table("riwayat_isian"), by_id, PRIVATE)
    review = Path("data", "tinjauan.xlsx")
    return Report(
        manifest=manifest,
        units=units,
        innovations=rows,
        findings=_findings(findings, kinds, rank, units, rows),
        files=_files(files, table("asal"), units, rows),
        kinds=kinds,
        promises=follow.reconciliation(follow.promises(table("komitmen"), units, by_id), rows, labels),
        monitoring=follow.monitoring(table("monev"), rows, by_id, tuple(labels["jenis_unit"])),
        pairs=follow.pairs(table("tinjauan"), by_id, slugs),
        shared=follow.shared(table("bersama"), by_id, slugs),
        alignment=follow.alignment(table("keselarasan"), rows, by_id, tuple(labels["jenis_tujuan"])),
        review_file=Markup(review.as_posix()) if (run / review).is_file() else None,
    )


def attribute(findings: pl.DataFrame, origin: pl.DataFrame) -> pl.Series:
    """The innovations each finding is about: that read from its cell, else from its row, else from its sheet.

    Only an unambiguous answer counts: a cell, a row or a sheet that fed several innovations is about none of them.
    A finding about a whole sheet, which names no cell, is about all innovations of the sheet.
    """
    keys = ("berkas", "lembar", "sel")
    cells = origin.lazy().select("id_inovasi", *keys).with_columns(_row_of("sel"), seluruh=pl.lit(False))
    sheets = cells.with_columns(seluruh=pl.lit(True))
    matched = findings.lazy().select(*keys).with_columns(_row_of("sel"), seluruh=pl.col("sel").is_null())
    levels = ((cells, "sel", True), (cells, "baris", True), (sheets, "seluruh", False), (cells, "seluruh", True))
    for position, (known, key, alone) in enumerate(levels):
        owners = known.group_by("berkas", "lembar", key).agg(
            pl.col("id_inovasi").unique().sort().alias(f"milik_{position}")
        )
        owners = owners.filter(pl.col(f"milik_{position}").list.len() == 1) if alone else owners
        matched = matched.join(owners, on=["berkas", "lembar", key], how="left", maintain_order="left")
    return matched.select(pl.coalesce(pl.col(r"^milik_\d$")).alias("id_inovasi")).collect().to_series()


def _row_of(column: str) -> pl.Expr:
    return pl.col(column).str.extract(r"(\d+)$").alias("baris")


def _units(run: Path, register: pl.DataFrame, innovations: pl.DataFrame) -> dict[str, Unit]:
    """The register, and after it any unit that has innovations without being in it."""
    slugs = Slugs()
    covers = {path.stem for path in (run / "pengantar").glob("*.txt")}
    books = sorted((run / "koreksi").glob("*.xlsx"), key=lambda path: (len(path.stem), path.stem))
    unlisted = innovations.select("kode_unit", "jenis_unit", "nama_unit").unique("kode_unit", maintain_order=True)
    unlisted = unlisted.join(register, on="kode_unit", how="anti")
    blank = dict.fromkeys(register.columns) | {"berkas": 0, "keyakinan": "di luar daftar"}
    units = [Unit(row, slugs(row["kode_unit"]), listed=True) for row in register.to_dicts()]
    units += [Unit(blank | row, slugs(row["kode_unit"]), listed=False) for row in unlisted.to_dicts()]
    codes = {unit.row["kode_unit"] for unit in units}
    for unit in units:
        kode = unit.row["kode_unit"]
        own = [path for path in books if path.stem == kode or (_numbered(path.stem, kode) and path.stem not in codes)]
        unit.corrections = tuple(Markup("koreksi/" + quote(path.name)) for path in own)
        unit.cover = Markup("pengantar/" + quote(f"{kode}.txt")) if kode in covers else None
    return {unit.row["kode_unit"]: unit for unit in units}


def _numbered(stem: str, kode: str) -> bool:
    """Whether a correction workbook is a unit's second, third, …: "pkm-astambul-2"."""
    return re.fullmatch(re.escape(kode) + r"-\d+", stem) is not None


def _innovations(table: pl.DataFrame, units: Mapping[str, Unit]) -> list[Row]:
    slugs = Slugs()
    place = {code: position for position, code in enumerate(units)}
    rows = sorted(table.to_dicts(), key=lambda row: (place[row["kode_unit"]], row["nama_inovasi"]))
    for row in rows:
        unit = units[row["kode_unit"]]
        shown = len(unit.innovations) < UNIT_INNOVATIONS
        anchor = slugs(f"i-{row['id_inovasi']}")
        row |= {"unit": unit, "jangkar": anchor, "url": unit.url + (Markup("#") + anchor if shown else "")}
        row |= {"temuan": [], "koordinat": _coordinates(row), "asal": []}
        row |= {"perjanjian": [], "laporan": [], "sasaran": [], "kelompok": None}
        unit.innovations.append(row)
    return rows


def _coordinates(row: Row) -> str | None:
    both = (row["lintang"], row["bujur"])
    return None if None in both else "; ".join(number(value, 5) for value in both)


def _findings(
    table: pl.DataFrame, kinds: Sequence[Row], rank: Row, units: Mapping[str, Unit], innovations: Iterable[Row]
) -> list[Row]:
    """Findings, worst first and kind by kind, each on its unit, its innovation and its kind."""
    slugs = Slugs()
    for kind in kinds:
        kind["jangkar"] = slugs(f"kode-{kind['kode']}")
    known = {kind["kode"]: (position, kind) for position, kind in enumerate(kinds)}
    by_id = {row["id_inovasi"]: row for row in innovations}
    rows = table.to_dicts()
    for row in rows:
        row["urutan"], row["jenis"] = known.get(row["kode"], (len(known), None))
        _own(row, units.get(row["kode_unit"]), [by_id[key] for key in row["id_inovasi"] or () if key in by_id])
        row["rahasia"] = row["kolom"] in PRIVATE
        if row["rahasia"]:
            row["pesan"] = advice(row["jenis"])  # the sentence itself quotes what stood in the cell
    rows.sort(key=lambda row: (rank[row["tingkat"]], row["urutan"], row["kode"], row["kode_unit"] or "~", _place(row)))
    for row in rows:
        _hang(row)
    for unit in units.values():
        unit.findings.sort(key=lambda row: (rank[row["tingkat"]], _place(row)))
        for position, row in enumerate(unit.findings[:UNIT_FINDINGS], start=1):
            row["jangkar"] = Markup(f"t{position}")
    return rows


def _place(finding: Row) -> tuple[str, str, int, int, str]:
    """Where it is, in the order in which one walks through a workbook: file, sheet, row, column."""
    column, row = re.fullmatch(r"([A-Z]*)(\d*)", finding["sel"] or "", re.ASCII).groups()  # type: ignore[union-attr]
    return finding["berkas"], finding["lembar"] or "", int(row or 0), len(column), column


def _own(finding: Row, unit: Unit | None, innovations: Sequence[Row]) -> None:
    """Whose finding it is: the unit it names, else that of its innovations; never two that contradict each other."""
    owners = {row["kode_unit"]: row["unit"] for row in innovations}
    if unit is None and len(owners) == 1:
        (unit,) = owners.values()
    mine = [row for row in innovations if row["unit"] is unit]
    finding |= {"unit": unit, "inovasi": mine, "jangkar": None, "pertama": False}


def _hang(finding: Row) -> None:
    """Put the finding on its unit's page and, when something is to be mended, on its innovations."""
    unit: Unit | None = finding["unit"]
    if finding["lewat"]:
        return
    if unit is not None:
        unit.findings.append(finding)
        unit.levels[finding["tingkat"]] += 1
    if finding["tingkat"] != "catatan":
        for innovation in finding["inovasi"]:
            innovation["temuan"].append(finding)


def advice(kind: Row | None) -> str:
    """What a kind of finding means and how to mend it, without the particulars of one finding."""
    return "" if kind is None else f"{kind['judul']}. {kind['cara_memperbaiki']}"


def _files(
    table: pl.DataFrame, origin: pl.DataFrame, units: Mapping[str, Unit], innovations: Iterable[Row]
) -> list[Row]:
    """Files, those to act on first, each on the pages of the units whose it is or whose innovations it fed."""
    by_id = {row["id_inovasi"]: row for row in innovations}
    fed: defaultdict[str, set[str]] = defaultdict(set)
    for name, key in origin.select("berkas", "id_inovasi").unique().sort("berkas").iter_rows():
        if key in by_id:
            fed[name].add(by_id[key]["kode_unit"])
            by_id[key]["asal"].append(name)
    rows = sorted(table.to_dicts(), key=lambda row: (OUTCOMES.index(row["status"]), row["berkas"]))
    for row in rows:
        row["unit"] = units.get(row["kode_unit"])
        for code in fed[row["berkas"]] | {row["kode_unit"]}:
            if code in units:
                units[code].files.append(row)
    return rows


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
        "tingkat": Counter(row["tingkat"] for row in report.findings),
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
    levels = Counter(row["tingkat"] for row in report.findings)
    levels["total"] = levels.total()
    counted = {
        "berkas": {**files, "total": len(report.files)},
        "inovasi": {**kinds, "total": len(report.innovations)},
        "unit": {"terdaftar": states.total(), "belum": states["diam"], "mengirim": states.total() - states["diam"]},
        "temuan": levels,
    }
    for group, figures in counted.items():
        for name, said in counts.get(group, {}).items():
            found = figures.get(name, 0)
            if said != found:
                yield {"kelompok": group, "nama": name, "tertulis": said, "terhitung": found}


# --- pages --------------------------------------------------------------------------------------------------------

Page = tuple[str, str, Row]  # where it goes, from which template, with what


def pages(report: Report, labels: Mapping[str, Any]) -> Iterator[Page]:
    """Every page of the report."""
    yield "index.html", "index.html", front(report, labels)
    by_urgency = sorted(report.units.values(), key=lambda unit: STATES.index(unit.state))
    yield from _paged("unit", by_urgency, {"keadaan": Counter(unit.state for unit in report.units.values())})
    yield from _paged("inovasi", report.innovations, {})
    yield from _paged("komitmen", report.promises["baris"], {"janji": report.promises})
    yield from _paged("monev", report.monitoring["baris"], {"monev": report.monitoring}, PAGE_LINES)
    yield "keselarasan.html", "keselarasan.html", {"arah": report.alignment, "total": len(report.innovations)}
    for position, pair in enumerate(report.pairs):
        pair["halaman"] = Markup(_page_path("tinjauan", position // PAGE_PAIRS))
    review = {"bersama": report.shared, "berkas_tinjauan": report.review_file}
    yield from _paged("tinjauan", report.pairs, review, PAGE_PAIRS)
    yield from _paged("temuan", report.findings, _kinds(report))
    yield from _paged("berkas", report.files, _file_sums(report.files))
    for unit in report.units.values():
        yield f"{unit.url}", "satu_unit.html", {"unit": unit, "akar": "../"}
    yield "panduan.html", "panduan.html", {}


def _paged(name: str, rows: Sequence[Any], context: Row, size: int = PAGE_ROWS) -> Iterator[Page]:
    """A long list in pages of ``size`` rows: ``name.html``, ``name-2.html`` and so on."""
    starts = range(0, max(len(rows), 1), size)
    paths = [Markup(_page_path(name, position)) for position in range(len(starts))]
    for position, start in enumerate(starts):
        part = rows[start : start + size]
        place = {"nomor": position, "dari": start + 1, "sampai": start + len(part), "total": len(rows), "semua": paths}
        yield str(paths[position]), f"{name}.html", context | {"baris": part, "halaman": place}


def _page_path(name: str, position: int) -> str:
    return f"{name}-{position + 1}.html" if position else f"{name}.html"


def _kinds(report: Report) -> Row:
    """The catalogue for the page of findings, each kind with the page on which its findings begin."""
    first: dict[str, int] = {}
    for position, row in enumerate(report.findings):
        if row["kode"] not in first:
            first[row["kode"]] = position
            row["pertama"] = True
    for kind in report.kinds:
        start = first.get(kind["kode"])
        page = None if start is None else _page_path("temuan", start // PAGE_ROWS)
        kind["url"] = page and Markup(f"{page}#daftar-") + kind["jangkar"]
    by_level: defaultdict[str, list[Row]] = defaultdict(list)
    for kind in report.kinds:
        by_level[kind["tingkat"]].append(kind)
    return {"jenis_temuan": by_level, "tingkat": Counter(row["tingkat"] for row in report.findings)}


def _file_sums(files: Sequence[Row]) -> Row:
    sums = {name: sum(row[name] for row in files) for name in ("baris_dibaca", "baris_diterima", "baris_ditolak")}
    return {"keadaan": Counter(row["status"] for row in files), "jumlah": sums}


def environment(zone: ZoneInfo, labels: Mapping[str, Any]) -> Environment:
    """Jinja as every page uses it: autoescaped, masked, with Indonesian numbers and dates."""
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        finalize=mask,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters |= {
        "angka": number,
        "tanggal": day,
        "waktu": lambda value: moment(value, zone),
        "potong": shorten,
        "tautan": web_link,
        "beda": excerpt,
        "periode": lambda code: follow.period_label(code, labels["periode"], LOCALE),
        "periode_singkat": lambda code: follow.period_label(code, labels["periode_singkat"], LOCALE),
        "nilai": lambda text, column: stored(text, column, labels),
        "umum": lambda text: re.sub(r"\{(\w+)\}", lambda name: labels["penanda"].get(name[1], "…"), text),
    }
    env.globals |= {"label": labels, "batas_inovasi": UNIT_INNOVATIONS, "batas_temuan": UNIT_FINDINGS, "akar": ""}
    env.globals |= {"batas_ubah": UNIT_CHANGES, "batas_nama": NAMES, "batas_baris": PAGE_ROWS, "batas_kotak": SQUARES}
    return env


def render(run: Path, *, zona: str = "Asia/Makassar") -> int:
    """Write the report of the staged ``run`` into it, from its saved tables alone; how many pages were written."""
    labels = tomllib.loads((TEMPLATES / "label.toml").read_text("utf-8"))
    report = gather(run, labels)
    env = environment(ZoneInfo(zona), labels)
    env.globals["rilis"] = report.manifest
    shutil.copytree(TEMPLATES / "aset", run / "aset", dirs_exist_ok=True)
    (run / "unit").mkdir(exist_ok=True)
    written = 0
    for path, template, context in pages(report, labels):
        html = env.get_template(template).render(context)
        (run / path).write_text(html, "utf-8", newline="\n")
        written += 1
    return written
