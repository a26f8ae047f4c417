"""Fixtures that all tests share: repositories, golden files, and a real browser."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import golden as golden_files
import repositories
import serving
import tools

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds the flag that writes golden files anew."""
    parser.addoption("--refresh-golden", action="store_true", help="write tests/golden/ anew from what the code makes now")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Gives a test in a browser two more tries, each of which is reported: a loaded machine can stall a browser."""
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=2))


@pytest.fixture(autouse=True)
def _own_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keeps a clock set in the environment from reaching the tests."""
    for name in ("ONRECORD_NOW", "SOURCE_DATE_EPOCH"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def _no_host(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keeps what a host says of its own repository from being said of those that tests lay out."""
    for name in ("CI_PROJECT_VISIBILITY", "BITBUCKET_REPO_IS_PRIVATE", "GITHUB_EVENT_PATH"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def repository(tmp_path: Path) -> Callable[[Mapping[str, str | bytes]], Path]:
    """Lays out files, dedented, in a fresh folder without git, and returns the folder."""
    return partial(repositories.lay_out, tmp_path / "repository")


@pytest.fixture
def committed(tmp_path: Path) -> Callable[..., Path]:
    """Lays out files in a fresh repository with one commit of a fixed author and date, and returns the folder."""

    def make(files: Mapping[str, str | bytes], *, at: str = repositories.FIRST_COMMIT) -> Path:
        root = tmp_path / "repository"
        repositories.commit(root, files, at=at, message="First commit")
        return root

    return make


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> golden_files.Golden:
    """Compares a text or bytes with the file of that name under `tests/golden/`."""
    return partial(golden_files.compare, refresh=request.config.getoption("--refresh-golden"))


@pytest.fixture
def served() -> Iterator[Callable[[Path], str]]:
    """Serves folders while the test runs, and returns the address of each."""
    with ExitStack() as open_servers:
        yield lambda folder: open_servers.enter_context(serving.serving(folder))


def chromium() -> str | None:
    """Where this machine's Chromium is, None where it has none."""
    return next((path for name in CHROMIUM_NAMES if (path := shutil.which(name))), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The machine's own Chromium without a window. Without one the tests are skipped, and with CI set they fail."""
    program = chromium()
    if program is None:
        tools.absent("no Chromium on this machine, so pages were NOT tried in a browser; on Debian: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=program, args=list(CHROMIUM_FLAGS))
        yield launched
        launched.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh page of a fresh context, closed after the test."""
    context = browser.new_context(locale="en-GB", timezone_id="Europe/Berlin")
    yield context.new_page()
    context.close()
