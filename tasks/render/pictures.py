"""Pictures for people who look rather than read: Altair's charts as SVG, in one style, drawn only when their figures changed.

What a chart looks like does not depend on what it shows: rows and bounds are named in it. So Altair, which takes long to load,
says it once for each version of this module and of itself; from then on it is kept where Python keeps what it compiled.

The files under ``gambar/`` have fixed colours, to paste into a document; in the pages the same drawing takes the colours of the
page, light or dark. A file's name holds the digest of what it shows, so that an unchanged picture is not drawn.
"""

import os
import re
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import orjson
from markupsafe import Markup

from tasks.render.gather import Row
from tasks.render.keys import digest
from tasks.wording import compiled

FOLDER = "gambar"
ALL = "semua"  # rows of which there is one kind only
SECTIONS = frozenset({"index", "indeks", "riwayat"})  # of the pages with pictures
INK, FAINT, LINE, PAPER, ACCENT, WARN = "#1c1b19", "#5f5b54", "#dcd8cf", "#fcfbf8", "#0b5a63", "#a5370a"
NAMES = {INK: "tinta", FAINT: "redup", LINE: "garis", PAPER: "kertas", ACCENT: "aksen", WARN: "awas"}
NUMBERS = {"decimal": ",", "thousands": ".", "grouping": [3], "currency": ["Rp ", ""]}
CODE = digest(Path(__file__).read_bytes())


class Pictures:
    """The pictures of a run: those of an earlier run that show the same are taken over."""

    def __init__(self, run: Path, previous: Path | None) -> None:
        self._folder = run / FOLDER
        self._earlier = previous / FOLDER if previous else None
        self.kept: set[str] = set()

    def keep(self, sections: Iterable[str]) -> None:
        """Take over the pictures of pages that are not rendered again."""
        if self._earlier:
            for section in sections:
                for path in sorted(self._earlier.glob(f"{section}-*.svg")):
                    self._put(path.name, path.read_bytes())

    def __call__(
        self, section: str, name: str, rows: Sequence[Row], alt_text: str, chart: Callable[[], Any], **bounds: float
    ) -> Markup:
        """The picture ``name`` of a page, a ``chart`` of ``rows`` within ``bounds``; nothing when there is nothing to draw."""
        if not rows:
            return Markup()
        shown = digest(CODE, orjson.dumps(rows, default=str), alt_text)
        file = f"{section}-{name}-{shown[:12]}.svg"
        made = self._found(file) or _svg(chart, rows, bounds)
        self._put(file, made)
        return _inline(made.decode(), alt_text)

    def _found(self, file: str) -> bytes | None:
        for folder in (self._folder, self._earlier):
            if folder and (folder / file).is_file():
                return (folder / file).read_bytes()
        return None

    def _put(self, file: str, content: bytes) -> None:
        self._folder.mkdir(exist_ok=True)
        if not (self._folder / file).is_file():
            (self._folder / file).write_bytes(content)
        self.kept.add(file)

    def tidy(self) -> None:
        """Remove the pictures that no page shows any more."""
        for path in self._folder.glob("*.svg"):
            if path.name not in self.kept:
                path.unlink()


def prepare() -> None:
    """Begins to load what draws, beside whatever else is to be done before the report is."""
    threading.Thread(target=load, daemon=True).start()


def load() -> None:
    """Starts what draws: a third of a second that only a report with a new picture needs."""
    import vl_convert  # noqa: PLC0415

    for chart in CHARTS:
        _chart(chart)
    vl_convert.vegalite_to_svg({"mark": "point", "data": {"values": [{}]}})  # starts its JavaScript


def _svg(chart: Callable[[], Any], rows: Sequence[Row], bounds: Mapping[str, float]) -> bytes:
    import vl_convert  # noqa: PLC0415 - most nights draw nothing

    kinds: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        kinds[row.get("jenis", ALL)].append(row)
    known = {"datasets": kinds, "params": [{"name": name, "value": value} for name, value in bounds.items()]}
    drawn: str = vl_convert.vegalite_to_svg(_chart(chart) | known, format_locale=NUMBERS)
    return drawn.encode()


def _chart(chart: Callable[[], Any]) -> dict[str, Any]:
    """What ``chart`` looks like, whatever it shows."""
    place, name = compiled(), f"bagan-{chart.__name__}-{digest(CODE, version('altair'))[:12]}.json"
    if place and (place / name).is_file():
        kept: dict[str, Any] = orjson.loads((place / name).read_bytes())
        return kept
    from altair.utils.schemapi import debug_mode  # noqa: PLC0415 - a quarter of a second to load

    with debug_mode(False):  # the charts are our own, and always the same: nothing to validate
        made: dict[str, Any] = chart().to_dict(validate=False) | {"config": _style()}
    if place:
        for old in place.glob(f"bagan-{chart.__name__}-*.json"):
            old.unlink(missing_ok=True)
        with NamedTemporaryFile(dir=place, delete=False) as file:  # another process may be doing the same
            file.write(orjson.dumps(made))
            file.flush()
            os.fsync(file.fileno())
        Path(file.name).replace(place / name)
    return made


def _of(kind: str) -> Any:
    """A chart of the rows of one kind. They are named: what charts hold they copy each time that something is added to them."""
    import altair as alt  # noqa: PLC0415

    return alt.Chart(alt.NamedData(kind))


def _inline(svg: str, alt_text: str) -> Markup:
    """The drawing for a page: as wide as there is room, in the page's colours, with its text alternative."""
    for colour, name in NAMES.items():
        svg = svg.replace(f'"{colour}"', f'"var(--{name})"')
    width = re.search(r'width="(\d+)"', svg)
    svg = re.sub(r' (?:aria-[a-z]+|role|class)="[^"]*"', "", svg)
    svg = re.sub(r'<rect width="\d+" height="\d+" fill="[^"]+"/>', "", svg, count=1)
    head = Markup('<svg class="lukisan" role="img" aria-label="{}" style="max-width:{}px" ').format(
        alt_text, width[1] if width else 640
    )
    body = re.sub(r"^<svg[^>]*?viewBox", "viewBox", svg, count=1)
    return Markup('<div class="gambar">') + head + Markup(body.replace("\n", "")) + Markup("</div>")


def _style() -> dict[str, Any]:
    quiet = {
        "labelColor": FAINT,
        "titleColor": FAINT,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
    }
    font = "Segoe UI, Roboto, Helvetica Neue, Arial, Liberation Sans, DejaVu Sans Condensed, sans-serif"
    return {
        "background": PAPER,
        "font": font,
        "view": {"stroke": None},
        "axis": quiet | {"domainColor": INK, "tickColor": LINE, "gridColor": LINE},
        "legend": quiet,
        "text": {"color": INK, "fontSize": 12},
        "rect": {"color": ACCENT},
    }


def years(width: int = 620, height: int = 230) -> Any:
    """The index over the years: official points in a line, our estimate (or its range), target and floors as rules.

    Bounds: the years from which (``awal``) and to which (``akhir``) it reaches.
    """
    import altair as alt  # noqa: PLC0415

    x = alt.X(
        "tahun:Q",
        title=None,
        axis=alt.Axis(format="d", tickMinStep=1, grid=False),
        scale=alt.Scale(domain=[alt.ExprRef("awal"), alt.ExprRef("akhir")]),
    )
    y = alt.Y("nilai:Q", title=None, scale=alt.Scale(domain=[0, 100]), axis=alt.Axis(tickCount=5, domain=False))
    said, right = alt.Text("teks:N"), alt.XValue(width)  # type: ignore[no-untyped-call]
    layers = [
        _of("batas").mark_rule(color=FAINT, strokeDash=[3, 3]).encode(y=y),
        _of("batas").mark_text(align="right", dx=-2, dy=11, color=FAINT).encode(y=y, x=right, text=said),
        _of("target").mark_tick(color=WARN, orient="horizontal", thickness=3, size=34).encode(x=x, y=y),
        _of("target").mark_text(align="left", dx=-17, dy=-10, color=WARN).encode(x=x, y=y, text=said),
        _of("rentang").mark_bar(color=ACCENT, opacity=0.3, width=18).encode(x=x, y=y, y2=alt.Y2("sampai:Q")),
        _of("rentang").mark_text(align="left", dx=14, color=INK).encode(x=x, y=alt.Y("tengah:Q"), text=said),
        _of("resmi").mark_line(color=ACCENT, strokeWidth=2.5).encode(x=x, y=y),
        _of("resmi").mark_circle(color=ACCENT, size=70, opacity=1).encode(x=x, y=y),
        _of("resmi").mark_text(dy=17, color=INK).encode(x=x, y=y, text=said),
        _of("taksiran").mark_point(color=ACCENT, size=90, strokeWidth=2.5).encode(x=x, y=y),
        _of("taksiran").mark_text(align="left", dx=12, color=INK).encode(x=x, y=y, text=said),
    ]
    return alt.layer(*layers).properties(width=width, height=height)


def small_years() -> Any:
    """The same beside the headline."""
    return years(360, 190)


def maturity() -> Any:
    """How many innovations lie in each band of maturity."""
    import altair as alt  # noqa: PLC0415

    base = _of(ALL)
    x = alt.X("pita:N", title="Kematangan (0–111)", sort=None, axis=alt.Axis(labelAngle=0, ticks=False))
    y = alt.Y("n:Q", title=None, axis=None)
    bars = base.mark_bar(color=ACCENT).encode(x=x, y=y)
    counts = base.mark_text(dy=-8).encode(x=x, y=y, text=alt.Text("n:Q", format=",d"))
    return alt.layer(bars, counts).properties(width=alt.Step(52), height=180)


def heat() -> Any:
    """The mean parameter of each unit's innovations in each indicator."""
    import altair as alt  # noqa: PLC0415

    base = _of(ALL)
    x = alt.X("nomor:O", title="Indikator", axis=alt.Axis(labelAngle=0, orient="top", ticks=False, domain=False))
    y = alt.Y("unit:N", title=None, sort=None, axis=alt.Axis(labelLimit=220, ticks=False, domain=False))
    depth = alt.Opacity(
        "rata:Q",
        scale=alt.Scale(domain=[0, 3], range=[0.04, 1]),
        legend=alt.Legend(title="Parameter rata-rata", orient="bottom", tickCount=3),
    )
    cells = base.mark_rect(color=ACCENT, stroke=PAPER, strokeWidth=2).encode(x=x, y=y, opacity=depth)
    return alt.layer(cells).properties(width=alt.Step(27), height=alt.Step(21))


def arrivals() -> Any:
    """How many units had sent something by each day, and the day it was due."""
    import altair as alt  # noqa: PLC0415

    x = alt.X("hari:T", title=None, axis=alt.Axis(format="%d/%m/%y", grid=False, tickCount=6, labelOverlap=True))
    y = alt.Y(
        "n:Q", title="Unit yang sudah mengirim", axis=alt.Axis(tickMinStep=1, tickCount=4, domain=False, format=",d")
    )
    top = alt.YValue(8)  # type: ignore[no-untyped-call]
    layers = [
        _of("unit").mark_line(interpolate="step-after", color=ACCENT, strokeWidth=2.5).encode(x=x, y=y),
        _of("terakhir").mark_text(align="right", dx=-4, dy=-10).encode(x=x, y=y, text=alt.Text("n:Q", format=",d")),
        _of("tenggat").mark_rule(color=WARN, strokeWidth=2).encode(x=x),
        _of("tenggat").mark_text(align="left", dx=5, color=WARN).encode(x=x, y=top, text=alt.Text("teks:N")),
    ]
    return alt.layer(*layers).properties(width=620, height=190)


CHARTS = (years, small_years, maturity, heat, arrivals)
