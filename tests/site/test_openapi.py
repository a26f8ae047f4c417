"""The description of the API is valid, and every file of a build is what it says."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

import days
from onrecord.files import WorkTree
from onrecord.model import Dataset
from onrecord.render.accounts import published
from onrecord.render.openapi import PATH
from onrecord.site.assemble import assemble
from onrecord.site.engine import Drawn, draw
from onrecord.snapshot import derive
from onrecord.templating import environment
from repositories import lay_out

CONFIG = "site_name: Larkfield Status\nsite_url: https://status.larkfield.example/\ndocs_dir: pages\ntheme: {name: material}\nplugins: [onrecord]\n"
DAYS: dict[str, Callable[[], tuple[Dataset, datetime]]] = {"worst": days.worst_day, "quiet": days.quiet_day, "empty": lambda: (Dataset(), days.WORST)}


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Drawn:
    """The house."""
    root = lay_out(tmp_path_factory.mktemp("openapi") / "repository", {"mkdocs.yml": CONFIG, "pages/about.md": "# About\n"})
    return draw(root, root.parent / "work")


@pytest.mark.parametrize("day", [*DAYS, "large"])
def test_every_file_is_as_described(tmp_path: Path, drawn: Drawn, monkeypatch: pytest.MonkeyPatch, day: str) -> None:
    """Each path is a file, each file has its shape, and no file of the API is left out."""
    if day == "large":
        monkeypatch.setattr(published, "MOST_TIMINGS", 1)
        monkeypatch.setattr(published, "MOST_NAMED", 1)
    data, at = DAYS.get(day, days.quiet_day)()
    files = {a.path: a.data for a in assemble(derive(data, at), drawn, WorkTree(tmp_path), lambda _: environment()) if a.path.endswith(".json")}
    document = json.loads(files[PATH])
    validate(document)
    described: set[str] = set()
    for path, item in document["paths"].items():
        pattern = re.compile(re.escape(path.lstrip("/")).replace(r"\{month\}", r"\d{4}-\d{2}"))
        found = [name for name in files if pattern.fullmatch(name)]
        assert found or "{month}" in path, path
        described |= set(found)
        for name in found:
            _check(json.loads(files[name]), item, document, name)
    assert {name for name in files if name.startswith("api/v2/")} <= described


def _check(answer: Any, item: Any, document: Any, name: str) -> None:
    (content,) = item["get"]["responses"]["200"]["content"].values()
    schema = {**content["schema"], "components": document["components"]}
    problems = [f"{name}: {error.json_path}: {error.message}" for error in Draft202012Validator(schema).iter_errors(answer)]
    assert problems == []
