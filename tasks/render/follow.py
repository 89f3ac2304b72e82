"""What was promised, how it fares, what must be decided and what it serves: hung on innovations and units.

The report's pages about commitments, monitoring, review and alignment. Each function takes one saved table and the rows
that :mod:`.gather` made of the others, goes through the table once, and returns what its page shows. Rows of an
innovation get ``perjanjian``, ``laporan``, ``sasaran`` and ``kelompok``; units get ``commitments``, ``monitoring``,
``history`` and ``pairs``.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any

import polars as pl
from babel.dates import format_date
from markupsafe import Markup

PAGE_PAIRS = 50  # pairs to decide on one page
PERIODS = 8  # newest periods side by side; the time lines hold all
SILENT_AFTER = 2  # periods without a return after which an issued innovation is named
MISSING, UNSIGNED, SIGNED = "hilang", "belum", "ditandatangani"  # of promises: those to act on first
SPANS = {"TW": 3, "S": 6}  # months of a period, by how its code begins
ROMAN = ("", "I", "II", "III", "IV")

Row = dict[str, Any]


# --- periods ------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1024)
def _parts(period: str) -> tuple[int, str, int]:
    """Year, kind ("TW", "S", "" for a month, "tahun") and number: 2024-TW2 is (2024, "TW", 2)."""
    year, _, part = period.partition("-")
    kind = part.rstrip("0123456789") if part else "tahun"
    return int(year), kind, int(part.removeprefix(kind) or 0)


def period_order(period: str) -> tuple[int, int, int]:
    """In the order of their ends, the shorter of two that end together first: May, quarter II, semester I, 2024."""
    year, kind, number = _parts(period)
    months = 12 if kind == "tahun" else SPANS.get(kind, 1)
    return year, 12 if kind == "tahun" else number * months, months


def period_label(period: str, words: Mapping[str, str], locale: str = "id") -> str:
    """``period`` for people, with ``words`` for the kinds: 2024-TW2 is Triwulan II 2024, 2024-05 is Mei 2024."""
    year, kind, number = _parts(period)
    if not kind:
        return str(format_date(date(year, number, 1), f"{words['bulan']} yyyy", locale=locale))
    return " ".join(filter(None, (words[kind], ROMAN[number] if kind in SPANS else "", str(year))))


# --- commitments --------------------------------------------------------------------------------------------------


def promises(table: pl.DataFrame, units: Mapping[str, Any], by_id: Mapping[str, Row]) -> list[Row]:
    """The lines of the agreement, each on its unit and its innovation."""
    lines = sorted(table.to_dicts(), key=itemgetter("nama_inovasi"))
    for line in lines:
        innovation = by_id.get(line["id_inovasi"])
        unit = units.get(line["kode_unit"]) or (innovation and innovation["unit"])
        line |= {"inovasi": innovation, "unit": unit}
        if unit and not (innovation and innovation["perjanjian"]):  # once, however many lines name it
            unit.commitments.append(line)
        if innovation:
            innovation["perjanjian"].append(line)
    return lines


def reconciliation(lines: Sequence[Row], innovations: Sequence[Row], labels: Mapping[str, Any]) -> Row:
    """Promises against submissions: what adds up, by kind of unit, and the name behind every number."""
    missing = [line for line in lines if not line["inovasi"]]
    named = [_promise(MISSING, line["unit"], line["nama_inovasi"], lines=[line]) for line in missing]
    named += [_promise(row["status_komitmen"], row["unit"], row["nama_inovasi"], row) for row in innovations]
    states = Counter(row["keadaan"] for row in named)
    return {
        "baris_janji": len(lines),
        "keadaan": states,
        "kotak": _by_state(innovations, labels),
        "menurut_jenis": _by_kind(named, labels),
        "baris": sorted(named, key=lambda row: (MISSING, UNSIGNED, SIGNED).index(row["keadaan"])),
        "perjanjian": _agreements(lines),
        "ganda": len(lines) - len(missing) - len({line["id_inovasi"] for line in lines if line["inovasi"]}),
        "tak_sejalan": sum((row["status_komitmen"] == SIGNED) != bool(row["perjanjian"]) for row in innovations),
    }


def _promise(state: str, unit: Any, name: str, row: Row | None = None, lines: Sequence[Row] | None = None) -> Row:
    kind = unit.row["jenis_unit"] if unit else None
    return {"keadaan": state, "unit": unit, "jenis_unit": kind, "nama": name, "inovasi": row} | {
        "perjanjian": row["perjanjian"] if row else lines or []
    }


def _by_state(innovations: Sequence[Row], labels: Mapping[str, Any]) -> Row:
    """Signed and unsigned innovations, and of how many of each group either consists."""
    both: Row = {}
    for state in (SIGNED, UNSIGNED):
        rows = [row for row in innovations if row["status_komitmen"] == state]
        kinds = Counter(row["jenis_unit"] for row in rows)
        parts = [(group["nama"], sum(kinds[kind] for kind in group["jenis"])) for group in labels["kelompok"]]
        both[state] = {"baris": rows, "suku": [(name, count) for name, count in parts if count]}
    return both


def _by_kind(named: Sequence[Row], labels: Mapping[str, Any]) -> list[Row]:
    cells = Counter((row["jenis_unit"], row["keadaan"]) for row in named)
    rows = [
        {"jenis": kind} | {state: cells[kind, state] for state in (SIGNED, UNSIGNED, MISSING)}
        for kind in (*labels["jenis_unit"], None)
    ]
    return [row for row in rows if row[SIGNED] or row[UNSIGNED] or row[MISSING]]


def _agreements(lines: Sequence[Row]) -> list[Row]:
    """Each date of signing and number with how many lines it has, in that order."""
    counts = Counter((line["tanggal"], line["nomor"]) for line in lines)
    order = sorted(counts, key=lambda key: (key[0] or date.max, key[1] or ""))
    return [{"tanggal": day, "nomor": number, "jumlah": counts[day, number]} for day, number in order]


# --- monitoring ---------------------------------------------------------------------------------------------------


def monitoring(table: pl.DataFrame, innovations: Sequence[Row], by_id: Mapping[str, Row], kinds: Sequence[str]) -> Row:
    """Who reported in which period, how many people each period reached, and which issued innovations are silent."""
    for row in sorted(table.to_dicts(), key=lambda row: period_order(row["periode"])):
        if row["id_inovasi"] in by_id:
            by_id[row["id_inovasi"]]["laporan"].append(row)
    periods = sorted(table["periode"].unique(), key=period_order)
    newest, shown = frozenset(periods[-SILENT_AFTER:]), periods[-PERIODS:]
    watched = [row for row in innovations if row["tahapan"] == "penerapan" or row["laporan"]]
    issued = [row for row in watched if row["tahapan"] == "penerapan"]
    silent = [row for row in issued if newest.isdisjoint(report["periode"] for report in row["laporan"])]
    matrix = [_returns(rows, shown) for rows in _by_unit(watched)]
    for line in matrix:
        line["unit"].monitoring = line
    return {
        "periode": periods,
        "tampil": shown,
        "terakhir": periods[-SILENT_AFTER:],
        "matriks": [(kind, lines) for kind in kinds if (lines := [line for line in matrix if line["jenis"] == kind])],
        "jumlah": [_totals(period, [line["periode"][place] for line in matrix]) for place, period in enumerate(shown)],
        "penerapan": len(issued),
        "diam": _by_unit(silent),
        "jumlah_diam": len(silent),
        "dikembangkan": [row for row in innovations if row["waktu_pengembangan"]],
        "baris": [row for row in watched if row["laporan"]],
    }


def _by_unit(innovations: Iterable[Row]) -> list[list[Row]]:
    """Innovations, which already stand unit by unit, cut where the unit changes."""
    return [list(rows) for _, rows in groupby(innovations, key=itemgetter("kode_unit"))]


def _returns(watched: Sequence[Row], periods: Sequence[str]) -> Row:
    """One unit's line: of each period who reported, who did not, and the beneficiaries reported."""
    reports = {(row["id_inovasi"], report["periode"]): report for row in watched for report in row["laporan"]}
    cells = []
    for period in periods:
        mine = [(row, reports.get((row["id_inovasi"], period))) for row in watched]
        people = [report["penerima_manfaat"] for _, report in mine if report]
        cells.append(
            {"periode": period, "lapor": [row for row, report in mine if report], "penerima": _sum(people)}
            | {"belum": [row for row, report in mine if not report]}
        )
    unit = watched[0]["unit"]
    return {"unit": unit, "jenis": unit.row["jenis_unit"], "dipantau": len(watched), "periode": cells}


def _totals(period: str, cells: Sequence[Row]) -> Row:
    return {
        "periode": period,
        "unit": sum(bool(cell["lapor"]) for cell in cells),
        "lapor": sum(len(cell["lapor"]) for cell in cells),
        "penerima": _sum([cell["penerima"] for cell in cells]),
    }


def _sum(figures: Iterable[int | None]) -> int | None:
    """The sum of what is known; null, not zero, when nothing is."""
    known = [figure for figure in figures if figure is not None]
    return sum(known) if known else None


# --- decisions ----------------------------------------------------------------------------------------------------


def pairs(table: pl.DataFrame, by_id: Mapping[str, Row]) -> list[Row]:
    """The pairs of ``table`` that somebody must decide, each with both records."""
    rows = [
        row | {"kiri": by_id[row["kiri"]], "kanan": by_id[row["kanan"]], "halaman": Markup(page_path("tinjauan", at // PAGE_PAIRS))}
        for at, row in enumerate(table.to_dicts())
        if row["kiri"] in by_id and row["kanan"] in by_id
    ]  # fmt: skip
    for row in rows:
        row["unit"], row["jangkar"] = row["kiri"]["unit"], Markup(row["jangkar"])
        row["unit"].pairs.append(row)
    return rows


def shared(table: pl.DataFrame, groups: pl.DataFrame, by_id: Mapping[str, Row]) -> list[Row]:
    """Innovations that several units have under one name: the ``groups``, each with its members in the order of ``table``."""
    members: defaultdict[str, list[Row]] = defaultdict(list)
    for group, key in table.select("kelompok", "id_inovasi").iter_rows():
        if key in by_id:
            members[group].append(by_id[key])
    found: list[Row] = [
        {"nama": name, "anggota": members[name], "jangkar": Markup(place)}
        for name, place in groups.select("kelompok", "jangkar").iter_rows()
    ]
    for group in found:
        for row in group["anggota"]:
            row["kelompok"] = group
    return found


def page_path(name: str, position: int) -> str:
    """The page at ``position`` (from 0) of the list ``name``."""
    return f"{name}-{position + 1}.html" if position else f"{name}.html"


def history(table: pl.DataFrame, by_id: Mapping[str, Row], private: frozenset[str]) -> None:
    """What later submissions changed, on the unit's page, the newest change of an innovation first."""
    rows = table.filter(~pl.col("kolom").is_in(private)).to_dicts()
    for row in sorted(rows, key=lambda row: -row["versi"]):
        innovation = by_id.get(row["id_inovasi"])
        if innovation:
            innovation["unit"].history.append(row | {"inovasi": innovation})


# --- alignment ----------------------------------------------------------------------------------------------------


def alignment(table: pl.DataFrame, innovations: Sequence[Row], by_id: Mapping[str, Row], kinds: Sequence[str]) -> Row:
    """Goals with the innovations that support each, goals without any, and innovations without a goal."""
    goals: dict[tuple[str, str], Row] = {}
    for row in table.to_dicts():
        goal = goals.setdefault((row["jenis"], row["kode"]), row | {"inovasi": []})
        innovation = by_id.get(row["id_inovasi"])
        if innovation:
            goal["inovasi"].append(innovation)
            innovation["sasaran"].append(goal)
    aligned = [row for row in innovations if row["sasaran"]]
    without = [row for row in innovations if not row["sasaran"]]
    return {
        "tujuan": {kind: [goal for goal in goals.values() if goal["jenis"] == kind] for kind in kinds},
        "kosong": [goal for goal in goals.values() if not goal["inovasi"]],
        "selaras": len(aligned),
        "asing": _by_unit(row for row in without if any(row[kind] for kind in kinds)),
        "tanpa": _by_unit(row for row in without if not any(row[kind] for kind in kinds)),
        "perlu_dicek": sum(goal["keyakinan"] != "pasti" for goal in goals.values()),
    }
