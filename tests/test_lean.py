"""Each verb imports what it needs and no more: the libraries and the parts of our own that take long to import, by verb."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

import changing
import repositories
from onrecord.cli import VERBS
from records import FOLDER, HEALTHY, LAST

HEAVY = frozenset({
    "apprise", "babel", "bs4", "feedgen", "filelock", "icalendar", "jinja2", "lxml", "markdown", "markdownify", "material", "mkdocs",
    "mmdr", "nh3", "orjson", "pydantic", "pygments", "pymdownx", "pyperclip", "pyphen", "pyromark", "rapidfuzz", "rcssmin", "requests", "rjsmin",
    "ruamel", "sqlite3", "urllib3", "watchdog", "yaml_rs", "zensical",
})  # fmt: skip
"""Libraries that each take long to import for what they are, or are of use to few verbs."""
PARTS = frozenset({
    "alerting", "announcing", "audit", "cache", "doctoring", "drills", "exporting", "fetching", "importing.report", "loading", "policy", "render.accounts",
    "render.debrief", "render.messages.composing", "render.pages.every", "render.statuspage", "revisions.retelling", "schemas", "site", "snapshot.deriving", "starting",
    "templating.templates",
})  # fmt: skip
"""Parts of our own that take long to import, or are of use to few verbs."""
NOW = ("--now", "2026-11-21T16:00:00Z")
DRY = ("--dry-run", *NOW)
_READING = frozenset({"pydantic", "yaml_rs"})
_SAYING = _READING | {"nh3", "pyromark"}
_TEMPLATES = _SAYING | {"babel", "jinja2", "ruamel"}
"""mkdocs.yml is read with its places (ruamel), and the words for a channel come from templates."""
_WRITING = _TEMPLATES - {"ruamel"} | {"feedgen", "filelock", "icalendar", "lxml", "orjson", "rcssmin", "rjsmin", "sqlite3"}
_WORDS = frozenset({"loading", "policy"})
_LETTERS = frozenset({"render.messages.composing", "snapshot.deriving"})
_SITE = frozenset({
    "cache", "fetching", "loading", "policy", "render.accounts", "render.pages.every", "render.statuspage", "revisions.retelling", "site", "snapshot.deriving", "templating.templates",
})  # fmt: skip


class Call(NamedTuple):
    """A call of a verb, with the libraries and the parts that it imports."""

    arguments: tuple[str, ...]
    libraries: frozenset[str] = _READING
    parts: frozenset[str] = frozenset()


CALLS = {
    "help": Call(("--help",), frozenset()),
    "version": Call(("--version",), frozenset()),
    "a verb that there is not": Call(("upate",), frozenset()),
    "check": Call(("check", f"{FOLDER}/incident.yml", *NOW), parts=_WORDS),
    "check of a change": Call(("check", "--base", "HEAD", *NOW), parts=_WORDS),
    "open": Call(("open", "Checkout fails", "-c", "checkout=partial", "-m", "Payments fail.", *DRY), _SAYING, _WORDS),
    "open from a template": Call(("open", "Checkout fails", "-c", "checkout=partial", "--yes", *DRY), _TEMPLATES, _WORDS | _LETTERS),
    "update": Call(("update", "--status", "monitoring", "--next", "30m", "-m", "We watch it.", *DRY), _SAYING, _WORDS),
    "resolve": Call(("resolve", "-m", "Over.", *DRY), _SAYING, _WORDS),
    "schedule": Call(("schedule", "Move", "--from", "2026-12-01T10:00Z", "--until", "2026-12-01T11:00Z", "-m", "We move.", *DRY), _SAYING, _WORDS),
    "messages": Call(("messages", *NOW), _TEMPLATES, _LETTERS | {"loading"}),
    "postmortem": Call(("postmortem", "api-slow", *DRY), _SAYING | {"sqlite3"}, _WORDS | {"cache", "render.debrief", "revisions.retelling"}),
    "intake": Call(("intake", "alert.txt", *DRY), _SAYING, _WORDS | {"alerting"}),
    "audit": Call(("audit", *NOW), _READING | {"sqlite3"}, frozenset({"audit", "cache", "revisions.retelling"})),
    "report": Call(("report", *NOW), _TEMPLATES - {"ruamel"} | {"sqlite3"}, _LETTERS | {"audit", "cache", "loading", "render.accounts", "revisions.retelling", "site"}),
    "announce": Call(("announce", *NOW), _TEMPLATES - {"ruamel"} | {"orjson"}, _WORDS | _LETTERS | {"announcing", "fetching", "render.statuspage", "templating.templates"}),
    "doctor": Call(("doctor", "--offline", *NOW), _READING | {"ruamel"}, _WORDS | {"announcing", "doctoring", "fetching", "starting"}),
    "drill": Call(("drill", "list"), _SAYING | {"ruamel"}, frozenset({"drills", "loading"})),
    "schema": Call(("schema",), parts=_WORDS | {"schemas"}),
    "export": Call(
        ("export", "statuspage", "--out", "../out", *NOW), _TEMPLATES | {"bs4", "lxml", "markdownify", "orjson"},
        frozenset({"exporting", "loading", "render.statuspage", "snapshot.deriving", "templating.templates"}),
    ),
    "import": Call(("import", "cstate", "cstate", *DRY), _READING | {"ruamel"}, frozenset({"importing.report"})),
    "init": Call(("init", "../new", "--name", "X", "--url", "https://x.example/", "--component", "api", "--host", "github", "--yes", "--no-git"), parts=_WORDS | {"schemas", "starting"}),
    "upgrade": Call(("upgrade",), parts=frozenset({"starting"})),
    "publish": Call(("publish", "--as-it-is", "../pub"), _WRITING, _SITE),
    "verify": Call(("verify", "nowhere"), _WRITING, _SITE),
    "serve": Call(("serve", "--help"), _WRITING | {"watchdog"}, _SITE),
    "build": Call(("build", "--help"), _WRITING, _SITE),
}  # fmt: skip
_RUN = """
import json, sys
from onrecord import cli
code = cli.main(sys.argv[1:])
print(json.dumps([code, sorted(sys.modules)]), file=sys.stderr)
"""
_BESIDE = {
    "alert.txt": "name=Down\nstatus=firing\nkey=k\n",
    "cstate/config.yml": "title: X\nparams:\n  systems: []\n",
    "cstate/content/issues/2020-01-01-x.md": "---\ntitle: X\ndate: 2020-01-01 10:00:00\nresolved: true\nsection: issue\n---\nIt broke.\n",
}


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with one record that is open; no verb in the list changes it."""
    root = tmp_path_factory.mktemp("lean") / "page"
    repositories.commit(root, {path: text for path, text in HEALTHY.items() if path != LAST} | _BESIDE)
    return root


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """An environment in which each module is compiled once."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"PYTHONPYCACHEPREFIX": os.fspath(tmp_path_factory.mktemp("compiled"))}


def imported(root: Path, environment: Mapping[str, str], *arguments: str) -> tuple[int, frozenset[str]]:
    """The exit code of a call, and all modules that it imported."""
    done = subprocess.run([sys.executable, "-c", _RUN, *arguments], cwd=root, env=environment, capture_output=True, text=True, check=False)
    code, modules = json.loads(done.stderr.splitlines()[-1])
    return code, frozenset(modules)


def own(modules: frozenset[str]) -> frozenset[str]:
    """Which of our own parts these modules belong to."""
    names = {module.removeprefix("onrecord.") for module in modules if module.startswith("onrecord.")}
    return frozenset(part for part in PARTS for name in names if f"{name}.".startswith(f"{part}."))


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_a_verb_imports_what_it_needs(page: Path, compiled: Mapping[str, str], call: Call) -> None:
    """Nothing heavy beside what stands in the list, and all that stands there."""
    code, modules = imported(page, compiled, *call.arguments)
    assert code in (0, 1, 2)
    assert HEAVY & {name.partition(".")[0] for name in modules} == call.libraries
    assert own(modules) == call.parts


def test_every_verb_is_in_the_list() -> None:
    """A new verb says what it imports."""
    assert {call.arguments[0] for call in CALLS.values()} >= set(VERBS)


def test_an_incremental_build_draws_nothing(tmp_path: Path) -> None:
    """With the cache, MkDocs and what it brings along are not imported."""
    root = tmp_path / "page"
    repositories.commit(root, {**HEALTHY, **changing.BASE})
    command = [sys.executable, "-c", _RUN, "build", *NOW]
    subprocess.run(command, cwd=root, capture_output=True, check=False)
    code, modules = imported(root, os.environ, "build", *NOW)
    assert code in (0, 1)
    assert not {"mkdocs", "material", "markdown", "pymdownx", "pygments", "watchdog"} & {name.partition(".")[0] for name in modules}
