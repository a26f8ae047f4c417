"""Measures the search in a long history: the bytes of its index, what making it costs, and how long a searcher waits.

    python benchmarks/search.py

The browser is Chromium on this machine; the host compresses as hosts do, once as fast as it can and once as over a
mobile network. Nothing is left behind.
"""

from __future__ import annotations

import argparse
import gzip
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from time import process_time
from typing import TYPE_CHECKING

from compare_build import MEMORY_DISK
from hosts import Host, chromium, hosted, visitor
from make_incidents import END, stories, write

from onrecord.files import WorkTree
from onrecord.loading import load
from onrecord.render.search import search
from onrecord.snapshot import derive
from onrecord.templating import environment

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

NETWORKS = {"this machine": None, "mobile, 10 Mbit/s, 60 ms": {"offline": False, "latency": 60, "downloadThroughput": 1.25e6, "uploadThroughput": 6e5}}
QUERIES = {"words of a title": "checkout", "words of the newest texts": "rehearsed twice", "a word that is nowhere": "xyzzy"}
OBSERVE = """
Object.assign(window, { began: 0, first: 0, settled: 0 });
new MutationObserver(() => {
  const now = performance.now() - window.began;
  if (document.querySelector(".results li")) window.first ||= now;
  if (/result|Nothing/.test(document.querySelector(".found")?.textContent)) window.settled ||= now;
}).observe(document, { childList: true, subtree: true });
"""
TYPE = """
field = document.querySelector("#q");
Object.assign(window, { began: performance.now(), first: 0, settled: 0 });
field.value = "checkout";
field.dispatchEvent(new Event("input"));
"""
SETTLED = re.compile("result|Nothing")


def index_bytes(folder: Path) -> list[tuple[str, int, int]]:
    """Each file of the index with its size, plain and compressed."""
    files = sorted(folder.glob("*.json"))
    return [(path.name, path.stat().st_size, len(gzip.compress(path.read_bytes(), 6))) for path in files]


def seconds_to_make(repository: Path, rounds: int) -> float:
    """CPU seconds that the index costs a build, the median of several."""
    snapshot, templates = derive(load(WorkTree(repository), now=END).dataset, END), environment()
    found = []
    for _ in range(rounds):
        began = process_time()
        for _file in search(snapshot, (), templates):
            pass
        found.append(process_time() - began)
    return median(found)


# ---------------------------------------------------------------- a host and a searcher


def searched(browser: Browser, address: str, query: str, network: dict[str, object] | None) -> tuple[float, float, int]:
    """Milliseconds from opening the page to the first result and to the last word, and the bytes that it took, all told."""
    with _opened(browser, f"{address}search/?q={query.replace(' ', '+')}", network) as page:
        return float(page.evaluate("window.first")), float(page.evaluate("window.settled")), sum(Host.sent.values())


def typed(browser: Browser, address: str) -> float:
    """Milliseconds from a letter to its results where all words are loaded."""
    with _opened(browser, f"{address}search/?q=xyzzy") as page:
        page.evaluate(TYPE)
        page.locator(".results li").first.wait_for()
        return float(page.evaluate("window.first"))


@contextmanager
def _opened(browser: Browser, address: str, network: dict[str, object] | None = None) -> Iterator[Page]:
    """The page of a fresh visitor, once the search has said what it found."""
    Host.sent.clear()
    with visitor(browser, network) as page:
        page.add_init_script(OBSERVE)
        page.goto(address)
        page.locator(".found", has_text=SETTLED).wait_for()
        yield page


def report(browser: Browser, address: str, rounds: int, tell: Callable[[str], None]) -> None:
    """A line for each query and network, medians of several visits with nothing kept from the last."""
    tell(f"{'':28}{'':28}{'first ms':>10}{'all ms':>9}{'KB':>7}")
    for name, network in NETWORKS.items():
        for what, query in QUERIES.items():
            first, last, sent = (median(values) for values in zip(*(searched(browser, address, query, network) for _ in range(rounds)), strict=True))
            tell(f"{name:28}{what:28}{first or float('nan'):10.0f}{last:9.0f}{sent / 1000:7.0f}")
    tell(f"\nfrom a letter to its results, all words loaded: {median(typed(browser, address) for _ in range(rounds)):.0f} ms")


def main() -> None:
    """Reads the arguments, builds, measures, and prints."""
    parser = argparse.ArgumentParser(description="Measure the search in a long history.")
    parser.add_argument("--incidents", type=int, default=10_000, metavar="N", help="how many incidents (default: 10000)")
    parser.add_argument("--rounds", type=int, default=3, metavar="R", help="how many visits of each kind (default: 3)")
    parser.add_argument("--site", type=Path, help="measure this built site instead of an invented one")
    arguments = parser.parse_args()
    place = MEMORY_DISK if os.access(MEMORY_DISK, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="onrecord-search-", dir=place) as name:
        site = arguments.site
        if site is None:
            repository, site = Path(name) / "repository", Path(name) / "site"
            write(repository, stories(arguments.incidents))
            run = "import sys; from onrecord.cli import main; sys.exit(main(sys.argv[1:]))"
            clock = f"{END:%Y-%m-%dT%H:%M:%SZ}"
            subprocess.run([sys.executable, "-c", run, "build", "--now", clock, "--out", str(site)], cwd=repository, check=True, stdout=subprocess.DEVNULL)
            print(f"{arguments.incidents:,} incidents; making the index: {seconds_to_make(repository, arguments.rounds):.2f} s CPU\n")
        _tell_of_bytes(index_bytes(site / "search"))
        with hosted(site) as address, chromium() as browser:
            report(browser, address, arguments.rounds, print)


def _tell_of_bytes(files: list[tuple[str, int, int]]) -> None:
    print(f"{'':28}{'KB':>10}{'gzip KB':>9}")
    texts = [file for file in files if file[0] != "titles.json"]
    rows = [
        ("titles.json", [file for file in files if file[0] == "titles.json"]),
        (f"largest of {len(texts)} files of words", [max(texts, key=lambda file: file[1])]),
        ("all", files),
    ]
    for name, some in rows:
        print(f"{name:28}{sum(f[1] for f in some) / 1000:10.1f}{sum(f[2] for f in some) / 1000:9.1f}")
    print()


if __name__ == "__main__":
    main()
