"""One innovation's page: its profile with the cell each value came from, its 20 indicators, its time line, what to do next."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Any

from markupsafe import Markup

from tasks.render.follow import period_label, period_order
from tasks.render.gather import LONG, Report, Row
from tasks.render.text import foreign, web_link
from tasks.wording import LOCALE, day, number

COORDINATES = "koordinat"
MOST = 111  # the highest maturity
STEPS = 3  # steps named on an innovation's page

Source = tuple[str, str, str]  # file, sheet, cell


class Profiles:
    """What innovations' own pages show beyond what all pages know; read when the first such page is asked for."""

    def __init__(self, report: Report, labels: Mapping[str, Any]) -> None:
        self._report = report
        self._labels = labels
        self._choices: dict[str, Mapping[str, str]] = {
            name: labels[name] for name in ("tahapan", "inisiator", "jenis", "bentuk")
        }
        self._bars: dict[tuple[int, int], tuple[Markup, ...]] = {}
        self._cells: dict[tuple[int, int | None, float], tuple[Markup, ...]] = {}
        self._months: Mapping[str, str] = labels["periode"]

    @cached_property
    def _texts(self) -> dict[str, Row]:
        tables = self._report.tables
        return {
            row["id_inovasi"]: row for row in tables.show(tables.raw("inovasi").select("id_inovasi", *LONG)).to_dicts()
        }

    @cached_property
    def _sources(self) -> dict[str, dict[str, Source]]:
        tables, sources = self._report.tables, defaultdict[str, dict[str, Source]](dict)
        frame = tables.show(tables.raw("asal").select("id_inovasi", "kolom", "berkas", "lembar", "sel"))
        for key, column, file, sheet, cell in frame.iter_rows():
            sources[key][column] = (file, sheet, cell)
        return sources

    @cached_property
    def _scores(self) -> dict[str, dict[int, Row]]:
        scores = defaultdict[str, dict[int, Row]](dict)
        for row in self._report.tables("indikator").to_dicts():
            scores[row["id_inovasi"]][row["nomor"]] = row
        return scores

    @cached_property
    def _steps(self) -> dict[str, list[Row]]:
        steps = defaultdict[str, list[Row]](list)
        for row in self._report.tables("langkah").to_dicts():
            if row["id_inovasi"] is not None and len(steps[row["id_inovasi"]]) < STEPS:
                steps[row["id_inovasi"]].append(row)
        return steps

    @cached_property
    def _indicators(self) -> list[Row]:
        return self._report.indicators

    def __call__(self, row: Row) -> Row:
        """The context of the page of ``row``."""
        key = row["id_inovasi"]
        sources = self._sources.get(key, {})
        place = Counter(source[:2] for source in sources.values()).most_common(1)
        main = place[0][0] if place else ("", "")
        texts = self._texts[key]
        fields, empty = self._fields(row, sources, main)
        scores = self._scores.get(key, {})
        return {
            "i": row,
            "isian": fields,
            "kosong": empty + [self._labels["kolom"][name] for name in LONG if not texts[name]],
            "panjang": [self._long(name, texts[name], sources.get(name), main) for name in LONG if texts[name]],
            "sumber": main,
            "sel_nama": _cell(sources.get("nama_inovasi"), main),
            "pita": [self._bar(each, scores.get(each["nomor"])) for each in self._indicators] if scores else [],
            "indikator": [self._indicator(each, scores.get(each["nomor"])) for each in self._indicators]
            if scores
            else [],
            "bukti": sum(bool(score["bukti"]) for score in scores.values()),
            "waktu": self._events(row),
            "langkah": self._steps.get(key, []),
            "terbanyak": MOST,
        }

    def _fields(self, row: Row, sources: Mapping[str, Source], main: tuple[str, str]) -> tuple[list[Any], list[str]]:
        """Label, value and cell of each short field that is filled, and the labels of those that are not."""
        filled, empty = [], []
        for name, label in self._labels["kolom"].items():
            if name in LONG or name == "kematangan":
                continue
            value = row[name]
            if value is None or value in ("", []):
                empty.append(label)
                continue
            source = sources.get("lintang" if name == COORDINATES else name)
            filled.append((label, self._shown(name, value), _cell(source, main)))
        return filled, empty

    def _shown(self, name: str, value: Any) -> str:
        if name in self._choices:
            return self._choices[name].get(value, value)
        if isinstance(value, date):
            return day(value)
        if name == "anggaran":
            return f"Rp {number(value)}"
        if name == "urusan_beririsan":
            return "; ".join(value)
        if name == "tautan" and (target := web_link(value)):
            return Markup('<a href="{}" rel="noopener noreferrer">{}</a>').format(target, value[:90])
        return str(value)

    def _long(self, name: str, text: str, source: Source | None, main: tuple[str, str]) -> tuple[str, str, int, str]:
        return self._labels["kolom"][name], text, len(text.split()), _cell(source, main)

    def _bar(self, each: Row, score: Row | None) -> tuple[Markup, ...]:
        """Of an indicator: the parameter reached, its number with its name, and the parameter once more."""
        reached = score["parameter"] if score else 0
        key = each["nomor"], reached
        if key not in self._bars:
            name = Markup.escape(f"{each['nomor']} {each['indikator']}")
            self._bars[key] = (Markup(str(reached)), name, Markup(str(reached)))
        return self._bars[key]

    def _indicator(self, each: Row, score: Row | None) -> tuple[Any, ...]:
        """Of an indicator: name, parameter and score, what the next parameter asks for, and the evidence."""
        reached = score["parameter"] if score else 0
        key = each["nomor"], reached if score else None, score["skor"] if score else 0.0
        if key not in self._cells:
            asked = each[f"parameter_{reached + 1}"] if reached < 3 else None
            cells = (f"{each['nomor']} {each['indikator']}", reached if score else "–", number(key[2], 1), asked or "")
            self._cells[key] = tuple(map(Markup.escape, cells))
        return *self._cells[key], _evidence(score["bukti"], each["nomor"]) if score and score["bukti"] else ""

    def _events(self, row: Row) -> list[tuple[str, str]]:
        """When what happened, in that order: day or period in words, and what."""
        words = self._labels["peristiwa"]
        events = [
            (row[name].isoformat(), day(row[name]), words[name])
            for name in ("waktu_uji_coba", "waktu_penerapan", "waktu_pengembangan")
            if row[name]
        ]
        events += [
            (line["tanggal"].isoformat(), day(line["tanggal"]), words["komitmen"])
            for line in row["perjanjian"][:1]
            if line["tanggal"]
        ]
        for report in row["laporan"]:
            year, month, _ = period_order(report["periode"])
            said = report["progres"] or report["kendala"] or ""
            people = (
                f"{number(report['penerima_manfaat'])} penerima manfaat. "
                if report["penerima_manfaat"] is not None
                else ""
            )
            period = period_label(report["periode"], self._months, LOCALE)
            events.append((f"{year}-{month:02}-99", period, f"{words['monev']}: {people}{said}"[:320]))
        return [event[1:] for event in sorted(events)]


def _cell(source: Source | None, main: tuple[str, str]) -> str:
    """Where a value stood; the file and the sheet only when they are not those of most values."""
    if source is None:
        return ""
    file, sheet, cell = source
    if (file, sheet) == main:
        return cell
    return f"{cell}, lembar {sheet}" if file == main[0] else f"{cell}, lembar {sheet}, {file}"


def _evidence(text: str, number_of: int) -> Markup:
    """Evidence as a link when it is one, else as text."""
    target = web_link(text)
    if target is None:
        return foreign(text, 60)
    link = '<a href="{}" rel="noopener noreferrer">Bukti<span class="sr"> indikator {}</span></a>'
    return Markup(link).format(target, number_of)
