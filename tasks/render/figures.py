"""The figures of the pages about the whole regency: index, steps, rewards, kecamatan, what changed, and when what arrived."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

import polars as pl

from tasks.render.gather import KEY, Report, Row
from tasks.render.text import shorten
from tasks.wording import number

BAND = 10  # points of maturity in one band of the distribution
HEAT_UNITS = 40  # units in the heat map: those with most innovations
CHANGES = 200  # changes of one unit, or steps of one plan, on one page
CHANGED = 60  # changes of one kind on one page
BEST = 5  # steps on the front page
RANKS = 100  # ranks of one list of rewards


def index_of(report: Report) -> Row | None:
    """The index of the run's own year."""
    return next((row for row in report.tables("indeks").to_dicts() if row["tahun"] == report.manifest["tahun"]), None)


def sentence(index: Row | None) -> tuple[str, str] | None:
    """The answer in one sentence, in two parts: the index, and how far it is to the target and the next predikat."""
    if index is None or not index["n"]:
        return None
    target, following = index["target"], index["predikat_berikut"]
    if index["iid"] is not None:
        said = f"Perkiraan indeks {number(index['iid'], 1)}"
        gap = index["selisih"]
        if gap is None:
            return said, index["predikat"] or ""
        if gap <= 0:
            return said, f"target {number(target)} tercapai, {index['predikat']}"
        return said, f"kurang {number(gap, 1)} poin menuju target {number(target)}"
    said = f"Perkiraan indeks antara {number(index['iid_bawah'], 1)} dan {number(index['iid_atas'], 1)}"
    if target is None:
        return said, f"predikat berikutnya {following}" if following else ""
    short, near = target - index["iid_atas"], target - index["iid_bawah"]
    if short > 0:
        return said, f"kurang sedikitnya {number(short, 1)} poin menuju target {number(target)}"
    if near > 0:
        return said, f"target {number(target)} di dalam rentang"
    return said, f"target {number(target)} tercapai"


def year_marks(report: Report, index: Row | None) -> list[Row]:
    """What the picture of the years shows: official figures, our own estimate, the target and the floors of the predikat.

    It shows what is written beside it, so that it is drawn anew when that changes, not when a hundredth of a point does.
    """
    marks: list[Row] = []
    for row in report.tables("sejarah").sort("tahun").to_dicts():
        if row["sumber"] == "resmi" and row["indeks"] is not None and row["tahun"] not in {m["tahun"] for m in marks}:
            marks.append(
                {"jenis": "resmi", "tahun": row["tahun"], "nilai": row["indeks"], "teks": number(row["indeks"], 2)}
            )
    if not marks and index is None:
        return []
    if index is not None and index["iid"] is not None:
        marks.append(
            {
                "jenis": "taksiran",
                "tahun": index["tahun"],
                "nilai": round(index["iid"], 1),
                "teks": f"{number(index['iid'], 1)} (perkiraan)",
            }
        )
    elif index is not None:
        low, high = round(index["iid_bawah"], 1), round(index["iid_atas"], 1)
        said = f"{number(low, 1)}–{number(high, 1)}"
        marks.append(
            {
                "jenis": "rentang",
                "tahun": index["tahun"],
                "nilai": low,
                "sampai": high,
                "tengah": round((low + high) / 2, 2),
                "teks": said,
            }
        )
    if index is not None and index["target"] is not None:
        marks.append(
            {
                "jenis": "target",
                "tahun": index["tahun"],
                "nilai": index["target"],
                "teks": f"target {number(index['target'])}",
            }
        )
    year = index["tahun"] if index else marks[-1]["tahun"]
    return marks + [
        {"jenis": "batas", "tahun": year, "nilai": floor, "teks": name} for name, floor in _floors(report, year)
    ]


def _floors(report: Report, year: int) -> list[tuple[str, float]]:
    """Names of the predikat with their floors, as the rules of the year have them."""
    rules = report.tables("aturan").filter((pl.col("tahun") == year) & (pl.col("kunci") == "predikat"))
    found = re.findall(r"([A-Z][A-Za-z ]+?) (\d+,\d+)–", rules["nilai"][0]) if rules.height else []
    return [(name, float(floor.replace(",", "."))) for name, floor in found if float(floor.replace(",", ".")) > 1]


def years_text(marks: Sequence[Row]) -> str:
    """The picture of the years in words."""
    told = [f"{row['tahun']}: {row['teks']}" for row in marks if row["jenis"] != "batas"]
    return "Indeks menurut tahun. " + "; ".join(told) + "."


def years_shown(marks: Sequence[Row]) -> dict[str, float]:
    """From which year (``awal``) to which (``akhir``) the picture reaches, with room for words at its ends."""
    years = [row["tahun"] for row in marks]
    return {"awal": min(years) - 0.4, "akhir": max(years) + 1.6} if years else {}


def maturity_bands(report: Report) -> list[Row]:
    """How many innovations lie in each band of ten points; those without indicators stand apart."""
    known = report.tables.innovations["kematangan"].drop_nulls()
    if known.is_empty():
        return []
    counts = Counter(dict((known // BAND).cast(pl.Int64).value_counts().iter_rows()))
    bands = [
        {"pita": f"{band * BAND}–{band * BAND + BAND - 1}", "n": counts[band], "dari": band * BAND}
        for band in range(12)
    ]
    return bands[: max(counts) + 1] if max(counts) < 11 else bands


def heat_rows(report: Report) -> tuple[list[Row], list[Row]]:
    """The mean parameter by unit and indicator: cells for the picture, lines for the table."""
    owners, parameter = report.tables.owners, pl.col("parameter")
    parts = [
        part.join(owners, on=KEY).group_by("kode_unit", "nomor").agg(parameter.sum(), n=parameter.count())
        for part in report.tables.parts("indikator", KEY, "nomor", "parameter")
    ]
    if not parts:
        return [], []
    sums = pl.concat(parts).group_by("kode_unit", "nomor").sum()
    means = sums.select("kode_unit", "nomor", pl.when(pl.col("n") > 0).then(parameter / pl.col("n")))
    chosen = sorted(
        means["kode_unit"].unique(),
        key=lambda code: (-report.units[code].count, report.units[code].row["nama_unit"]),
    )[:HEAT_UNITS]
    value = {(code, nomor): mean for code, nomor, mean in means.iter_rows()}
    numbers = sorted({nomor for _, nomor in value})
    cells, lines = [], []
    for code in chosen:
        unit = report.units[code]
        cells += [
            {"unit": shorten(unit.name, 34), "nomor": nomor, "rata": round(mean, 1)}
            for nomor in numbers
            if (mean := value.get((code, nomor))) is not None
        ]
        lines.append({"unit": unit, "nilai": [value.get((code, nomor)) for nomor in numbers]})
    return cells, [{"nomor": numbers, "baris": lines}] if lines else []


def plans(report: Report) -> list[Row]:
    """The plans that would raise the index, each with its first steps, and how many there are."""
    steps = report.tables.raw("langkah_rencana").sort("rencana", "urutan")
    counts = dict(steps.group_by("rencana").len().iter_rows())
    taken: defaultdict[int, list[Row]] = defaultdict(list)
    for row in _steps(steps.filter(pl.int_range(pl.len()).over("rencana") < CHANGES), report):
        taken[row["rencana"]].append(row)
    return [
        plan | {"langkah": taken[plan["rencana"]], "baris_langkah": counts.get(plan["rencana"], 0)}
        for plan in report.tables("rencana").to_dicts()
    ]


def _steps(steps: pl.DataFrame, report: Report) -> list[Row]:
    """Steps as pages may show them, each with its innovation and unit."""
    by_id = report.by_id(steps[KEY])
    return [
        row | {"inovasi": by_id.get(row[KEY]), "unit": report.units.get(row["kode_unit"])}
        for row in report.tables.show(steps).iter_rows(named=True)
    ]


def best_steps(report: Report, count: int = BEST) -> list[Row]:
    """The steps that help most, one an innovation: five times the same name would help nobody."""
    steps, whose = report.tables.raw("langkah").sort("urutan"), pl.coalesce(KEY, pl.col("urutan").cast(pl.String))
    return _steps(steps.filter(whose.is_first_distinct()).head(count), report)


def rewards(report: Report) -> list[Row]:
    """The two rankings, of innovations and of units: each place with what each criterion adds."""
    table = report.tables.raw("penghargaan")
    rankings: list[Row] = []
    for target in table["sasaran"].unique(maintain_order=True):
        lines: dict[Any, Row] = {}
        names: dict[str, Row] = {}
        for row in _steps(table.filter((pl.col("sasaran") == target) & (pl.col("urutan") <= RANKS)), report):
            names.setdefault(row["kriteria"], row)
            line = lines.setdefault(row["id_inovasi"] or row["kode_unit"], row | {"bagian_bagian": {}})
            line["bagian_bagian"][row["kriteria"]] = row
        total = table.filter(pl.col("sasaran") == target).select("id_inovasi", "kode_unit").n_unique()
        rankings.append(
            {"sasaran": target, "kriteria": list(names.values()), "baris": list(lines.values()), "jumlah": total}
        )
    return rankings


def districts(report: Report) -> Row:
    """The kecamatan: innovations of the units that lie in each, by kind of unit; units that lie in none stand apart."""
    tiles = {row["kode_kecamatan"]: row for row in report.tables("peta").to_dicts()}
    groups: defaultdict[str | None, list[Any]] = defaultdict(list)
    for unit in report.units.values():
        groups[unit.row["kode_kecamatan"]].append(unit)
    rows = []
    for code, units in groups.items():
        host = report.units.get(code) if code else None
        name = (
            tiles[code]["nama"]
            if code in tiles
            else (host.row["nama_unit"].removeprefix("Kecamatan ") if host else None)
        )
        kinds = Counter[str]()
        for unit in units:
            kinds[unit.row["jenis_unit"]] += unit.count
        rows.append(
            {"kode": code, "nama": name, "host": host, "unit": units, "jenis": kinds, "jumlah": sum(kinds.values())}
            | {"mengirim": sum(unit.state != "diam" for unit in units)}
            | {"perbaiki": sum(unit.levels["kesalahan"] + unit.levels["peringatan"] for unit in units)}
            | {"ubin": tiles.get(code or "")}
        )
    inside = sorted((row for row in rows if row["kode"]), key=lambda row: row["nama"] or row["kode"])
    most = max((row["jumlah"] for row in inside), default=0)
    for row in inside:
        row["tingkat"] = 0 if not row["jumlah"] else 1 + min(3, int(4 * (row["jumlah"] - 1) / max(most, 4)))
    kinds_shown = [kind for kind in ("kecamatan", "kelurahan", "puskesmas") if any(row["jenis"][kind] for row in rows)]
    return {"baris": inside, "luar": [row for row in rows if not row["kode"]], "jenis": kinds_shown, "terbanyak": most}


def changes(report: Report) -> Row:
    """What differs from the run before: counts, and the rows behind them, each with its innovation, unit and kind."""
    tables = report.tables
    table = tables("perubahan")
    counts = {(about, what): n for about, what, n in table.group_by("perihal", "perubahan").len().iter_rows()}
    shown = {
        (about, what): table.filter((pl.col("perihal") == about) & (pl.col("perubahan") == what)).head(CHANGED)
        for about, whats in (("inovasi", ("baru", "diubah", "ditarik")), ("temuan", ("baru", "selesai"))) for what in whats
    }  # fmt: skip
    named = pl.concat(shown.values())
    by_id = report.by_id(named[KEY]) if named.height else {}
    by_code = {kind["kode"]: kind for kind in report.kinds} if named.height else {}

    def rows(about: str, what: str) -> list[Row]:
        return [
            row
            | {"inovasi": by_id.get(row[KEY]), "unit": row["kode_unit"] and report.units.get(row["kode_unit"])}
            | {"jenis": by_code.get(row["kode"])}
            for row in shown[about, what].iter_rows(named=True)
        ]

    releases = tables("rilis").to_dicts()
    before = table["run_id_sebelum"][0] if table.height else (releases[-2]["run_id"] if len(releases) > 1 else None)
    return {
        "jumlah": {"temuan": {w: counts.get(("temuan", w), 0) for w in ("baru", "selesai", "masih")}}
        | {"inovasi": {w: counts.get(("inovasi", w), 0) for w in ("baru", "diubah", "ditarik")}},
        "baris": {what: rows("inovasi", what) for what in ("baru", "diubah", "ditarik")}
        | {f"temuan_{what}": rows("temuan", what) for what in ("baru", "selesai")},
        "sebelum": next((row for row in releases if row["run_id"] == before), None),
        "rilis": releases,
    }


def arrivals(report: Report) -> list[Row]:
    """On which day how many units had sent at least one file, by the time of their files; and the day it was due."""
    sent = report.tables.files.filter(pl.col("status") != "diabaikan").select("nomor", "waktu_berkas")
    first = report.tables.senders.join(sent, on="nomor").group_by("kode_unit").agg(pl.col("waktu_berkas").min())
    by_day = Counter(moment.date().isoformat() for moment in first["waktu_berkas"])
    total, rows = 0, []
    for day in sorted(by_day):
        total += by_day[day]
        rows.append({"jenis": "unit", "hari": day, "n": total, "teks": ""})
    rows += [row | {"jenis": "terakhir"} for row in rows[-1:]]
    due = report.manifest.get("batas_kirim")
    if rows and due:
        rows.append({"jenis": "tenggat", "hari": due, "n": total, "teks": "batas kirim"})
    return rows
