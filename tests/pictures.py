"""Takes the pictures of README.md from real pages: `make pictures`."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import sync_playwright

import days
import repositories
from conftest import CHROMIUM_FLAGS, chromium
from onrecord.files import WorkTree
from onrecord.model import Dataset
from onrecord.site.assemble import assemble
from onrecord.site.engine import draw
from onrecord.snapshot import derive
from onrecord.templating import environment
from onrecord.times import iso
from serving import serving

FOLDER = Path(__file__).parent.parent / "docs" / "pictures"
CONFIG = f"""
site_name: {days.SITE.name}
site_url: {days.SITE.url}
site_description: {days.SITE.description}
plugins: [onrecord]
theme: {{name: material, font: false}}
"""


def write_site(out: Path, dataset: Dataset, at: object) -> None:
    """The whole site of that dataset at that instant, as files below `out`."""
    with TemporaryDirectory() as folder:
        root = repositories.lay_out(Path(folder) / "root", {"mkdocs.yml": CONFIG, "site_src/pages/about.md": "# About\n"})
        drawn = draw(root, Path(folder))
        for artifact in assemble(derive(dataset, at), drawn, WorkTree(root), environment()):
            target = out / artifact.path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(artifact.data)


def main() -> None:
    """Takes the worst day as a laptop shows it, with the clock of that day."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    dataset, at = days.worst_day()
    with TemporaryDirectory() as out, sync_playwright() as playwright:
        write_site(Path(out), dataset, at)
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(CHROMIUM_FLAGS))
        page = browser.new_page(viewport={"width": 960, "height": 1180}, locale="en-GB", timezone_id="UTC")
        page.clock.set_fixed_time(iso(at))
        with serving(Path(out)) as address:
            page.goto(address)
            page.screenshot(path=FOLDER / "worst-day.png")
        browser.close()


if __name__ == "__main__":
    main()
