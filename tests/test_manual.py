"""The manual as a site, and what its pages say of the code."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from workflows import ROOT

_NAMED = re.compile(r"`(onrecord(?:\.\w+)+)`")
NAMED = sorted(set(_NAMED.findall((ROOT / "docs/architecture.md").read_text(encoding="utf-8"))))


def resolved(name: str) -> object:
    """The module, or what a module holds, of that dotted name."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        try:
            found: object = import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for part in parts[length:]:
            found = getattr(found, part)
        return found
    raise ModuleNotFoundError(name)


@pytest.mark.parametrize("name", NAMED)
def test_the_walk_names_what_there_is(name: str) -> None:
    """A function that moved takes the page about the architecture with it."""
    assert resolved(name) is not None


def test_the_manual_builds(tmp_path: Path) -> None:
    """Every page is in the navigation, every link and anchor leads somewhere, and the search finds words of each."""
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--quiet", "--strict", "--config-file", str(ROOT / "docs.yml"), "--site-dir", str(tmp_path / "manual")],
        capture_output=True, text=True, check=False, env={"PATH": "/usr/bin:/bin", "NO_MKDOCS_2_WARNING": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    index = (tmp_path / "manual/search/search_index.json").read_text(encoding="utf-8")
    pages = {path.relative_to(ROOT / "docs").with_suffix("").as_posix() for path in (ROOT / "docs").rglob("*.md")}
    assert {page for page in pages if not page.endswith("README") and f'"{page}/' not in index} == set()
