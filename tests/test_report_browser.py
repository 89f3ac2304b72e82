"""The report in a real browser: quiet, self-contained, accessible, usable by keyboard, fit for phone and paper."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tasks.render import render
from tests.builder import tables

CHROMIUM = Path("/usr/bin/chromium")
ARGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
KINDS = (
    "index",
    "indeks",
    "langkah",
    "penghargaan",
    "kecamatan",
    "riwayat",
    "unit",
    "unit/etc-passwd",
    "unit/63.03.02",
    "unit/63.03.05.1012",
    "inovasi",
    "inovasi/63.03.02-0",
    "inovasi/etc-passwd-70",
    "komitmen",
    "monev",
    "keselarasan",
    "tinjauan",
    "temuan",
    "berkas",
    "panduan",
)
WCAG = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "resultTypes": ["violations"],
    "preload": False,  # axe would fetch the style sheet again, which a file: page may not
}
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast"]}, "resultTypes": ["violations"], "preload": False}
MANY = {"exclude": [["tbody tr:nth-child(n+15)"], ["li:nth-child(n+25)"]]}  # rows that repeat what others show, and
ALIKE = {"exclude": [["tbody tr:nth-child(n+8)"], ["li:nth-child(n+12)"]]}  # those that repeat only their colours

pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason="needs chromium")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tables.build(tmp_path_factory.mktemp("rilis") / "run")
    render(folder)
    return folder


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        yield browser
        browser.close()


@pytest.fixture
def complaints() -> list[str]:
    return []


def open_context(browser: Browser, run: Path, complaints: list[str], **options: Any) -> BrowserContext:
    """A browser context that writes down console errors and requests that leave the folder."""
    context = browser.new_context(**options)
    root = run.as_uri()
    context.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    context.on("request", lambda asked: None if asked.url.startswith((root, "data:")) else complaints.append(asked.url))
    return context


def address(run: Path, name: str) -> str:
    return (run / f"{name}.html").as_uri()


def test_quiet_self_contained_and_accessible(browser: Browser, run: Path, complaints: list[str]) -> None:
    context = open_context(browser, run, complaints, viewport={"width": 1280, "height": 900})
    page, axe = context.new_page(), Axe()
    for name in KINDS:
        page.emulate_media(color_scheme="light")
        page.goto(address(run, name))
        complaints += violations(name, axe.run(page, context=MANY, options=WCAG).response)
        page.emulate_media(color_scheme="dark")  # where only the colours differ
        complaints += violations(f"{name}, dark", axe.run(page, context=ALIKE, options=COLOURS).response)
    context.close()
    assert complaints == []


def violations(name: str, response: dict[str, Any]) -> list[str]:
    """What axe found on the page ``name``."""
    rules = response["violations"]
    return [f"{name}: {rule['id']}: {[node['target'] for node in rule['nodes']][:3]}" for rule in rules]


@pytest.mark.parametrize("scripts", [True, False])
def test_fits_a_phone(browser: Browser, run: Path, complaints: list[str], scripts: bool) -> None:
    context = open_context(
        browser, run, complaints, viewport={"width": 360, "height": 780}, java_script_enabled=scripts, has_touch=True
    )
    page = context.new_page()
    for name in KINDS:
        page.goto(address(run, name))
        if scripts and page.evaluate("document.documentElement.scrollWidth") > 360:
            complaints.append(f"{name}: wider than the screen")
        if page.locator("table[data-alat]").count() and bool(page.locator("form.alat").count()) != scripts:
            complaints.append(f"{name}: tools {'missing' if scripts else 'that do nothing'}")
    context.close()
    assert complaints == []


def visible_rows(page: Page) -> int:
    return page.locator("table[data-alat] > tbody > tr:visible").count()


def test_search_sort_and_filter_by_keyboard(browser: Browser, run: Path, complaints: list[str]) -> None:
    context = open_context(browser, run, complaints, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(address(run, "unit"))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "lompat"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.type") == "search"
    page.keyboard.type("puskesmas  MARTAPURA")
    assert visible_rows(page) == 4
    assert page.get_by_role("status").inner_text() == "4 dari 97 unit"

    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("Belum")
    assert 0 < visible_rows(page) < 4

    page.goto(address(run, "inovasi"))
    page.get_by_role("button", name="Kematangan").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    heads = page.locator("th[aria-sort]")
    assert heads.count() == 1
    assert heads.get_attribute("aria-sort") == "descending"
    assert page.locator("tbody tr").first.locator("td.n").inner_text() == "57,2"
    assert page.locator("tbody tr").last.locator("td.n").inner_text() == ""
    context.close()
    assert complaints == []


def test_front_page_leads_to_a_filtered_list(browser: Browser, run: Path, complaints: list[str]) -> None:
    context = open_context(browser, run, complaints)
    page = context.new_page()
    page.goto(address(run, "index"))
    page.get_by_role("link", name="Puskesmas", exact=True).click()
    assert page.url.endswith("inovasi.html?jenis=Puskesmas")
    assert visible_rows(page) == 22

    page.goto(address(run, "komitmen"))
    row = page.get_by_role("row", name=re.compile("^Puskesmas"))
    row.get_by_role("link", name="22").click()
    assert visible_rows(page) == 22
    assert page.locator("table[data-alat] .janji.belum:visible").count() == 22
    context.close()
    assert complaints == []


def test_a_page_carried_over_says_of_which_report_it_is_part_now(
    browser: Browser, run: Path, tmp_path: Path, complaints: list[str]
) -> None:
    tonight = tables.build(tmp_path / "malam", finished="2026-11-25T03:17:00+08:00")
    render(tonight, run)
    carried = "inovasi/63.03.01-11"
    assert (tonight / f"{carried}.html").samefile(run / f"{carried}.html")
    context = open_context(browser, tonight, complaints)
    page = context.new_page()
    page.goto(address(tonight, carried))
    assert "Dibuat 25 November 2026" in page.locator(".tarikh").inner_text()
    assert "dibuat 25 November 2026" in page.locator(".kaki").inner_text()
    context.close()
    context = open_context(browser, tonight, complaints, java_script_enabled=False)
    page = context.new_page()
    page.goto(address(tonight, carried))
    assert page.locator(".tarikh").inner_text() == "Tanggal dan nomor laporan ini ada di halaman depan."
    page.get_by_role("link", name="halaman depan").click()
    assert "Dibuat 25 November 2026" in page.locator(".tarikh").inner_text()
    context.close()
    assert complaints == []


def test_an_old_report_says_so_and_a_fresh_one_does_not(browser: Browser, run: Path, complaints: list[str]) -> None:
    context = open_context(browser, run, complaints)
    page = context.new_page()
    for now, shown in (("2026-11-24T10:00:00Z", False), ("2026-12-04T10:00:00Z", True)):
        page.clock.set_fixed_time(now)
        page.goto(address(run, "index"))
        assert page.locator(".usia").is_visible() is shown
    assert "10 hari yang lalu" in page.locator(".usia").inner_text()
    context.close()
    assert complaints == []


def test_front_page_prints_on_one_sheet(browser: Browser, run: Path, complaints: list[str]) -> None:
    context = open_context(browser, run, complaints)
    page = context.new_page()
    page.goto(address(run, "index"))
    paper = page.pdf(prefer_css_page_size=True, print_background=False)
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1
    page.emulate_media(media="print")
    assert not page.get_by_role("navigation").first.is_visible()
    context.close()
    assert complaints == []
