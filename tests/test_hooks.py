"""The hooks for pre-commit: which files start them, and what they say about those."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from onrecord import cli
from onrecord.settings import SCHEMAS_FOLDER
from records import COMPONENTS, FIRST, FOLDER, HEAD, HEALTHY, POLICY, POSTMORTEM, update

ROOT = Path(__file__).parent.parent
HOOKS: dict[str, Any] = {hook["id"]: hook for hook in YAML(typ="safe", pure=True).load(ROOT / ".pre-commit-hooks.yaml")}
Repository = Callable[[Mapping[str, str | bytes]], Path]


def run(root: Path, hook: str, *changed: str) -> int | None:
    """What pre-commit would run for a commit of these files; None where it would run nothing."""
    files = [path for path in changed if re.search(HOOKS[hook]["files"], path)]
    program, *arguments = HOOKS[hook]["entry"].split()
    assert program == "onrecord"
    if not files:
        return None
    return cli.main(["-C", str(root), *arguments, *(files if HOOKS[hook].get("pass_filenames", True) else ())])


@pytest.mark.parametrize(
    ("hook", "path", "starts"),
    [
        ("onrecord-check", HEAD, True),
        ("onrecord-check", FIRST, True),
        ("onrecord-check", POSTMORTEM, True),
        ("onrecord-check", COMPONENTS, False),
        ("onrecord-check-all", COMPONENTS, True),
        ("onrecord-check-all", POLICY, True),
        ("onrecord-check-all", HEAD, False),
        ("onrecord-check-all", "site_src/pages/about.md", False),
        ("onrecord-schema", POLICY, True),
        ("onrecord-schema", f"{SCHEMAS_FOLDER}/policy.json", True),
        ("onrecord-schema", FIRST, False),
    ],
)
def test_what_starts_a_hook(hook: str, path: str, starts: bool) -> None:
    """Only the files that it is about."""
    assert bool(re.search(HOOKS[hook]["files"], path)) is starts


def test_each_hook_is_a_verb_of_its_own_environment() -> None:
    """Installed by pre-commit itself, with the version that the owner pins."""
    assert {hook["language"] for hook in HOOKS.values()} == {"python"}
    assert {hook["entry"].split()[1] for hook in HOOKS.values()} <= set(cli.VERBS)


def test_check_is_about_what_the_commit_changes(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    """A broken update stops the commit that brings it, and no other."""
    root = repository({**HEALTHY, FIRST: update(at="yesterday")})
    assert run(root, "onrecord-check", FIRST) == 1
    assert f"{FIRST}:2:5" in capsys.readouterr().out
    assert run(root, "onrecord-check", HEAD) == 0
    assert run(root, "onrecord-check", "README.md") is None


def test_an_update_without_a_record_is_noticed(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    """Also when only its own file is given."""
    root = repository({path: text for path, text in HEALTHY.items() if path != HEAD})
    assert run(root, "onrecord-check", FIRST) == 1
    assert f"{FOLDER}:1:1: error: OR044" in capsys.readouterr().out


def test_a_component_that_is_gone_is_noticed(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    """In old records, which the commit does not touch."""
    root = repository({**HEALTHY, COMPONENTS: "components:\n  - {id: api, name: API}\n"})
    assert run(root, "onrecord-check-all", COMPONENTS) == 1
    assert "unknown component `checkout`" in capsys.readouterr().out


def test_schemas_follow_the_components(repository: Repository) -> None:
    """A changed file is what makes pre-commit stop; a second run changes none."""
    root = repository(HEALTHY)
    assert run(root, "onrecord-schema", COMPONENTS) == 0
    before = (root / SCHEMAS_FOLDER / "update.json").read_bytes()
    (root / COMPONENTS).write_text("components:\n  - {id: api, name: API}\n")
    assert run(root, "onrecord-schema", COMPONENTS) == 0
    assert (root / SCHEMAS_FOLDER / "update.json").read_bytes() != before
