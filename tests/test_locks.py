"""The lock files: complete, within what pyproject.toml allows, with hashes, and tied to no place."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
SITE = (*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["build"])
LOCKS = {
    "requirements.lock": SITE,
    "requirements-ci.lock": tuple(PROJECT["dependency-groups"]["ci"]),
    "requirements-dev.lock": (*SITE, *PROJECT["project"]["optional-dependencies"]["dev"]),
}


def _pins(name: str) -> dict[str, list[str]]:
    """Each package of a lock file with the versions that it pins, one for each kind of machine or Python."""
    pins: dict[str, list[str]] = {}
    for package, version in re.findall(r"^([A-Za-z0-9._-]+)==([^\s;]+)", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE):
        pins.setdefault(canonicalize_name(package), []).append(version)
    return pins


@pytest.mark.parametrize("name", LOCKS)
def test_lock_holds_what_the_project_asks_for(name: str) -> None:
    """Each dependency is pinned, at versions that pyproject.toml allows; `make lock` pins anew."""
    pins = _pins(name)
    wanted = [Requirement(text) for text in LOCKS[name]]
    missing = [
        str(requirement)
        for requirement in wanted
        if not any(requirement.specifier.contains(version, prereleases=True) for version in pins.get(canonicalize_name(requirement.name), []))
    ]
    assert missing == []


def test_both_locks_agree() -> None:
    """What makes the site is the same where it is tested."""
    site, dev = (_pins(name) for name in ("requirements.lock", "requirements-dev.lock"))
    assert {package: dev.get(package) for package in site} == site


@pytest.mark.parametrize("name", LOCKS)
def test_lock_is_tied_to_no_place(name: str) -> None:
    """Every pin has hashes, and nothing names a host, an index or a folder of somebody's machine."""
    text = (ROOT / name).read_text(encoding="utf-8")
    assert text.count("==") - text.count("python_full_version ==") <= text.count("--hash=sha256:")
    assert re.findall(r"https?:|file:|--find-links|--index-url|--extra-index-url|^-|/", text, re.MULTILINE) == []
