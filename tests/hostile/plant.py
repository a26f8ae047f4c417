"""Builds a site made of attacks, and walks it: `python -m hostile.plant FOLDER` in `tests/`, or `make hostile`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

import conftest
from hostile import planting, reading, walking
from onrecord.cli import main as onrecord

WIDTHS = (320, 1280)


def main() -> int:
    """Plants, builds, reads and walks every page; says what it found, and fails if that is anything."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("folder", type=Path, help="a folder that is not there yet; the site is in `site/` below it")
    asked.add_argument("--only-build", action="store_true", help="neither read nor walk it")
    options = asked.parse_args()
    root: Path = planting.planted(options.folder)
    onrecord(["-C", str(root), "build", "--now", planting.NOW])
    if options.only_build:
        return 0
    site = root / "site"
    found = [*reading.found(site), *_walked(site)]
    print(*found, sep="\n")
    pages = sum(map(len, walking.kinds(site)))
    print(f"{pages:,} pages with attacks, each at {' and '.join(map(str, WIDTHS))} pixels: {len(found)} things found.")
    return 1 if found else 0


def _walked(site: Path) -> list[str]:
    pages = [page for kind in walking.kinds(site) for page in kind]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=conftest.chromium(), args=list(conftest.CHROMIUM_FLAGS))
        found = [what for width in WIDTHS for what in walking.walk(browser, site, [*pages, *site.rglob("*.svg")], width)]
        browser.close()
    return found


if __name__ == "__main__":
    sys.exit(main())
