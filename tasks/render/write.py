"""Pages -> files: each page's content inside the frame that all share, and nothing rendered or written that is already there.

A page is the frame (head, navigation, foot: with when the report was made and as of when the data are) around its content.
Only the content is fingerprinted: when it is that of the run before, it is taken from there and put into today's frame. What
comes out is byte for byte what a full rendering gives.
"""

import os
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tasks.render import follow, pages
from tasks.render.frame import Frames, parts
from tasks.render.gather import UNIT_FINDINGS, gather
from tasks.render.keys import Keys, of_code
from tasks.render.pages import Page
from tasks.render.pictures import Pictures
from tasks.render.text import (
    cut,
    excerpt,
    foreign,
    general,
    innovation_link,
    mask,
    moment,
    quiet_zero,
    stored,
    strung,
    unit_link,
    web_link,
)
from tasks.wording import LOCALE, day, number

TEMPLATES = Path(__file__).parents[2] / "templates"
ZONE = "Asia/Makassar"  # of runs whose manifest does not name one yet
INDEX = "halaman.json"  # the fingerprints of a run's pages


def environment(zone: ZoneInfo, labels: Mapping[str, Any]) -> Environment:
    """Jinja as every page uses it: autoescaped, nothing for null, with Indonesian numbers and dates."""
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        finalize=lambda value: "" if value is None else value,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    env.filters |= {
        "angka": number,
        "tanggal": day,
        "hari": lambda text: day(date.fromisoformat(text)),
        "waktu": lambda value: moment(value, zone),
        "deret": strung,
        "potong": cut,
        "tautan": web_link,
        "beda": excerpt,
        "periode": lambda code: follow.period_label(code, labels["periode"], LOCALE),
        "periode_singkat": lambda code: follow.period_label(code, labels["periode_singkat"], LOCALE),
        "nilai": lambda text, column: stored(text, column, labels),
        "umum": lambda text: general(text, labels),
    }
    env.globals |= {"bdi": foreign, "ke_inovasi": innovation_link, "ke_unit": unit_link, "nihil": quiet_zero}
    env.globals |= {"label": labels, "batas_temuan": UNIT_FINDINGS, "akar": ""} | pages.LIMITS
    return env


class Earlier:
    """The report of the run before, whose contents may be used again."""

    def __init__(self, run: Path | None, code: str) -> None:
        self._run = run
        known = _read(run / INDEX) if run else None
        index: dict[str, Any] = orjson.loads(known) if known else {}
        self._keys: dict[str, str] = index.get("halaman", {}) if index.get("kode") == code else {}

    def has(self, path: str, key: str) -> bool:
        """Whether the page at ``path`` would come out the same."""
        return self._keys.get(path) == key

    def __call__(self, page: Page) -> tuple[str, str] | None:
        """Title and content of ``page`` when they would come out the same."""
        if not self.has(page.path, page.key):
            return None
        written = _read(f"{self._run}/{page.path}")
        return parts(written) if written else None


def render(run: Path, previous: Path | None = None) -> int:
    """Write the report of the ``run`` folder into it, from its saved tables alone; how many pages it has.

    Contents that did not change since the ``previous`` run are taken from there. A file that stands there already as it should be
    is left alone, and pages that are no longer part of the report are removed.
    """
    labels = tomllib.loads((TEMPLATES / "label.toml").read_text("utf-8"))
    code = of_code(TEMPLATES)
    report = gather(run, labels)
    zone = report.manifest.get("zona_waktu", ZONE)
    env = environment(ZoneInfo(zone), labels)
    env.globals["rilis"] = {name: mask(value) for name, value in report.manifest.items()}
    frames, earlier = Frames(env), Earlier(previous, code)
    keys = Keys(run, report, code, {"zona": zone})
    _assets(run)
    index: dict[str, str] = {}
    folder = os.fspath(run)
    pictures = Pictures(run, previous)
    for page in pages.pages(report, labels, keys, pictures, env, frames, earlier.has):
        known = earlier(page)
        if known:
            pictures.keep(page.section)
        _put(f"{folder}/{page.path}", frames(page.section, page.path).around(*known) if known else made(page))
        index[page.path] = page.key
    _put(run / INDEX, orjson.dumps({"kode": code, "halaman": index}, option=orjson.OPT_SORT_KEYS))
    pictures.tidy()
    _remove_others(run, index)
    return len(index)


def made(page: Page) -> bytes:
    """``page``, rendered."""
    return page.make()


def _assets(run: Path) -> None:
    """Style and script."""
    for path in sorted((TEMPLATES / "aset").iterdir()):
        _put(run / "aset" / path.name, path.read_bytes())


def _read(path: Path | str) -> bytes | None:
    try:
        with open(path, "rb", buffering=0) as file:  # noqa: PTH123 - a Path costs more than the reading
            return file.read()
    except FileNotFoundError:
        return None


def _put(path: Path | str, content: bytes) -> None:
    """Write ``content`` unless it stands there already."""
    name = os.fspath(path)
    try:
        target = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)  # most are new: one call, not three
    except FileExistsError:
        if _read(name) == content:
            return
        target = os.open(name, os.O_WRONLY | os.O_TRUNC)
    except FileNotFoundError:
        Path(name).parent.mkdir(parents=True)
        target = os.open(name, os.O_WRONLY | os.O_CREAT, 0o644)
    try:
        view = memoryview(content)
        while view:
            view = view[os.write(target, view) :]
    finally:
        os.close(target)


def _remove_others(run: Path, known: Mapping[str, str]) -> None:
    """Remove pages that are no longer part of the report."""
    for folder in ("", *{path.rpartition("/")[0] + "/" for path in known if "/" in path}):
        with os.scandir(run / folder) as found:
            gone = [entry.path for entry in found if entry.name.endswith(".html") and folder + entry.name not in known]
        for path in gone:
            Path(path).unlink()
