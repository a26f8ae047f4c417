"""Takes the picture of README.md from the example's worst day: `make pictures`."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import sync_playwright

from conftest import CHROMIUM_FLAGS, chromium
from onrecord.cli import main as onrecord
from serving import serving

ROOT = Path(__file__).parent.parent
WORST_DAY = "2026-08-18T14:24:00Z"


def main() -> None:
    """Builds the example as it stood then, and shows it to a browser whose clock stands there too."""
    target = ROOT / "docs" / "pictures" / "worst-day.png"
    target.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        onrecord(["-C", str(ROOT), "build", "--as-of", WORST_DAY, "--out", f"{folder}/site"])
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(CHROMIUM_FLAGS))
        page = browser.new_page(viewport={"width": 860, "height": 1000}, locale="en-GB", timezone_id="UTC")
        page.clock.set_fixed_time(WORST_DAY)
        with serving(Path(folder) / "site") as address:
            page.goto(address)
            page.screenshot(path=target)
        browser.close()


if __name__ == "__main__":
    main()
