"""Pages -> files: each page's content inside the frame that all share, and nothing rendered or written that is already there.

A page is the frame (head, navigation, foot) around its content. When its fingerprint is that of the run before, it is that run's
page, one file for both. So only restless pages say when the report was made and as of when the data are; on the others the script
says it. What comes out is byte for byte what a full rendering gives.
"""

import gc
import os
import shutil
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import polars as pl
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tasks.render import pages
from tasks.render.frame import Frames, exchanged, parts
from tasks.render.gather import ZONE, Report, Tables
from tasks.render.keys import Keys, Prints, of_code
from tasks.render.pages import Page, Sections
from tasks.render.periods import period_label
from tasks.render.pictures import SECTIONS, Pictures
from tasks.render.sections import fingerprints
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
from tasks.wording import LOCALE, compiled_templates, day, labels, number

TEMPLATES = Path(__file__).parents[2] / "templates"
INDEX = "halaman.json"  # the fingerprints of a run's pages
TOLD = b'"TERBIT"'  # where the script is told of the run


def environment(zone: ZoneInfo, known: Mapping[str, Any]) -> Environment:
    """Jinja as every page uses it: autoescaped, nothing for null, with Indonesian numbers and dates."""
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        finalize=lambda value: "" if value is None else value,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        bytecode_cache=compiled_templates(),
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
        "periode": lambda code: period_label(code, known["periode"], LOCALE),
        "periode_singkat": lambda code: period_label(code, known["periode_singkat"], LOCALE),
        "nilai": lambda text, column: stored(text, column, known),
        "umum": lambda text: general(text, known),
    }
    env.globals |= {"bdi": foreign, "ke_inovasi": innovation_link, "ke_unit": unit_link, "nihil": quiet_zero}
    env.globals |= {"label": known, "akar": ""}
    env.globals |= pages.LIMITS
    env.globals["bergerak"] = frozenset(path.removesuffix(".html") for path in pages.RESTLESS)
    return env


class Earlier:
    """The report of the run before, whose pages are part of this one where they would come out the same.

    Nobody changes a published page: both runs have it, one file. One that was changed all the same, after its run, is not used.
    """

    def __init__(self, run: Path | None, into: Path, code: str) -> None:
        self._run, self._into = run and os.fspath(run), os.fspath(into)
        known = _read(run / INDEX) if run else None
        index: dict[str, Any] = orjson.loads(known) if known else {}
        ours = run is not None and index.get("kode") == code
        self._written = (run / INDEX).stat().st_mtime_ns if run and ours else 0
        self.steady: str | None = index.get("tetap") if ours else None
        self.prints = Prints(**index["sidik"]) if ours else Prints()

    def carry(self, path: str, key: str) -> bool:
        """Makes the page at ``path`` part of this report if it would come out the same, one that tells of its run as it is;
        whether it could."""
        if self.prints.pages.get(path) != key:
            return False
        return self.content(path) is not None if path in pages.RESTLESS else self._carry(path)

    def _carry(self, path: str) -> bool:
        source, target = f"{self._run}/{path}", f"{self._into}/{path}"
        try:
            if os.stat(source).st_mtime_ns > self._written:  # noqa: PTH116 - a Path costs more than the look
                return False
            os.link(source, target)
        except FileExistsError:
            Path(target).unlink()
            return self._carry(path)
        except FileNotFoundError:
            if not Path(source).exists():
                return False
            Path(target).parent.mkdir(parents=True)
            return self._carry(path)
        except OSError:  # no links here
            shutil.copy2(source, target)
        return True

    def content(self, path: str) -> tuple[str, str] | None:
        """Title and content of the page at ``path``."""
        written = _read(f"{self._run}/{path}")
        return parts(written) if written else None


def render(run: Path, previous: Path | None = None, units: pl.Series | None = None) -> int:
    """Write the report of the ``run`` folder into it, from its saved tables alone; how many pages it has.

    Pages that did not change since the ``previous`` run are taken from there. A file that stands there already as it should be
    is left alone, and pages that are no longer part of the report are removed. ``units``: those of which tables may say something
    else than the tables of the ``previous`` run do, where that is known.
    """
    there = {path.relative_to(run).as_posix() for path in run.rglob("*.html")}
    code, tables = of_code(TEMPLATES), Tables(run, labels())
    zone = tables.manifest.get("zona_waktu", ZONE)
    env = environment(ZoneInfo(zone), labels())
    env.globals["rilis"] = {name: mask(value) for name, value in tables.manifest.items()}
    frames, earlier = Frames(env), Earlier(previous, run, code)
    keys = Keys(run, tables, code, {"zona": zone}, earlier.prints, units)
    _assets(run, frames.told)
    report, pictures = Report(tables, labels()), Pictures(run, previous)
    sections = Sections(report, env, pictures)
    now = earlier.prints if earlier.steady == keys.steady else keys.prints(fingerprints(sections, keys))
    missing = {path for path, key in now.pages.items() if not earlier.carry(path, key)}
    pictures.keep(section for section in SECTIONS if f"{section}.html" not in missing)
    with _nothing_thrown_away():
        for page in pages.pages(sections, missing, env, frames):
            _put(f"{os.fspath(run)}/{page.path}", made(page))
    _renew(sections, frames, earlier, run, missing)
    known = {"kode": code, "tetap": keys.steady, "sidik": vars(now)}
    _put(run / INDEX, orjson.dumps(known, option=orjson.OPT_SORT_KEYS))
    pictures.tidy()
    for path in there - now.pages.keys():
        (run / path).unlink()
    return len(now.pages)


def _renew(sections: Sections, frames: Frames, earlier: Earlier, run: Path, missing: Collection[str]) -> None:
    """Renews what pages that are carried over, all but ``missing``, tell of the run."""
    for path, pieces in pages.RESTLESS.items():
        section, known = path.removesuffix(".html"), earlier.content(path)
        if path not in missing and known:
            title, content = known
            for name in pieces:
                told = {"ubah": sections.changes, "bagian": section}
                content = exchanged(content, name, frames.piece(name, told))
            _put(run / path, frames(section, path).around(title, content))


@contextmanager
def _nothing_thrown_away() -> Iterator[None]:
    """Spares the search for garbage among rows and units, which name each other as long as they are needed."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def made(page: Page) -> bytes:
    """``page``, rendered."""
    return page.make()


def _assets(run: Path, told: Mapping[str, str]) -> None:
    """Style and script; the script knows what is to be ``told`` of the run."""
    for path in sorted((TEMPLATES / "aset").iterdir()):
        content = path.read_bytes()
        _put(run / "aset" / path.name, content.replace(TOLD, orjson.dumps(told)) if path.suffix == ".js" else content)


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
        Path(name).unlink()  # another run may have the same file
        target = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    except FileNotFoundError:
        Path(name).parent.mkdir(parents=True)
        target = os.open(name, os.O_WRONLY | os.O_CREAT, 0o644)
    try:
        view = memoryview(content)
        while view:
            view = view[os.write(target, view) :]
    finally:
        os.close(target)
