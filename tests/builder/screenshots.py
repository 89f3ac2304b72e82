"""Pictures of a report for people to look at: front page and one page of each kind, narrow, wide, dark, and in print.

Run as ``python -m tests.builder.screenshots REPORT FOLDER``; ``make pictures`` also writes the picture of the README.
"""

import sys
from pathlib import Path

from playwright.sync_api import Browser, ViewportSize, sync_playwright

CHROMIUM_OPTIONS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
WIDTHS = (360, 1280)
PAPER: ViewportSize = {
    "width": 703,
    "height": 1050,
}  # what the margins of the front page leave of an A4 sheet, at 96 dpi
README_SIZE: ViewportSize = {"width": 1180, "height": 760}


def pages_of(report: Path) -> list[Path]:
    """One page of each kind: those at the top, and the first of each folder."""
    top = sorted(report.glob("*.html"))
    first = [next(iter(sorted(folder.glob("*.html"))), None) for folder in sorted(report.iterdir()) if folder.is_dir()]
    return top + [page for page in first if page is not None]


def take(browser: Browser, report: Path, folder: Path) -> None:
    """All pictures of a report."""
    folder.mkdir(parents=True, exist_ok=True)
    for page_file in pages_of(report):
        name = "-".join(page_file.relative_to(report).with_suffix("").parts)
        for width in WIDTHS:
            page = browser.new_page(viewport={"width": width, "height": 900})
            page.goto(page_file.as_uri())
            page.screenshot(path=folder / f"{name}-{width}.png", full_page=True)
            page.close()
        page = browser.new_page(viewport={"width": 1280, "height": 900}, color_scheme="dark")
        page.goto(page_file.as_uri())
        page.screenshot(path=folder / f"{name}-dark.png")
        page.emulate_media(media="print", color_scheme="light")
        page.set_viewport_size(PAPER)
        page.screenshot(path=folder / f"{name}-print.png")
        page.pdf(path=folder / f"{name}.pdf", prefer_css_page_size=True, print_background=True)
        page.close()


def take_readme(browser: Browser, report: Path, target: Path) -> None:
    """The top of the front page, for the README."""
    page = browser.new_page(viewport=README_SIZE)
    page.goto((report / "index.html").as_uri())
    page.screenshot(path=target)
    page.close()


def main(report: Path, folder: Path, readme: Path) -> None:
    """Takes all pictures with Debian's chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM_OPTIONS)
        take(browser, report, folder)
        take_readme(browser, report, readme)
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]))
