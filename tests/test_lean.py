"""Each verb imports what it needs and no more: the libraries that take long to import, by verb."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import changing
import repositories
from records import FOLDER, HEALTHY, LAST

HEAVY = frozenset({
    "babel", "feedgen", "icalendar", "jinja2", "lxml", "markdown", "material", "mkdocs", "mmdr", "nh3", "pydantic",
    "pymdownx", "pygments", "pyromark", "requests", "rjsmin", "ruamel", "urllib3", "watchdog", "yaml_rs",
})  # fmt: skip
"""Libraries that each take longer to import than Python takes to start, or nearly so."""
_READING = frozenset({"pydantic", "yaml_rs"})
_SPEAKING = _READING | {"babel", "jinja2", "nh3", "pyromark", "ruamel"}
"""Edits keep what people wrote (ruamel), and the words for the channels come from templates."""
NOW = ("--now", "2026-11-21T16:00:00Z")
ALLOWED = {
    ("--help",): frozenset[str](),
    ("--version",): frozenset[str](),
    ("check", f"{FOLDER}/incident.yml", *NOW): _READING,
    ("update", FOLDER.rpartition("/")[2], "--status", "monitoring", "--next", "30m", "-m", "We watch it.", "--yes", *NOW): _SPEAKING,
    ("open", "Checkout fails", "--component", "checkout=partial_outage", "--severity", "minor", "--next", "30m", "-m", "Payments fail.", "--yes", *NOW): _SPEAKING,
}
_RUN = """
import json, sys
from onrecord import cli
code = cli.main(sys.argv[1:])
print(json.dumps([code, sorted({name.partition(".")[0] for name in sys.modules})]), file=sys.stderr)
"""


@pytest.mark.parametrize("arguments", ALLOWED, ids=lambda arguments: arguments[0])
def test_a_verb_imports_what_it_needs(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """Nothing heavy beside what stands in the list, and what stands there is used by one verb at least."""
    root = tmp_path / "page"
    repositories.commit(root, {path: text for path, text in HEALTHY.items() if path != LAST})
    done = subprocess.run([sys.executable, "-c", _RUN, *arguments], cwd=root, capture_output=True, text=True, check=False)
    code, modules = json.loads(done.stderr.splitlines()[-1])
    assert code in (0, 1), done.stderr
    assert HEAVY & set(modules) <= ALLOWED[arguments], done.stderr


def test_an_incremental_build_draws_nothing(tmp_path: Path) -> None:
    """With the cache, MkDocs and what it brings along are not imported."""
    root = tmp_path / "page"
    repositories.commit(root, {**HEALTHY, **changing.BASE})
    command = [sys.executable, "-c", _RUN, "build", *NOW]
    subprocess.run(command, cwd=root, capture_output=True, check=False)
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    code, modules = json.loads(done.stderr.splitlines()[-1])
    assert code in (0, 1), done.stderr
    assert not {"mkdocs", "material", "markdown", "pymdownx", "pygments", "watchdog"} & set(modules)
