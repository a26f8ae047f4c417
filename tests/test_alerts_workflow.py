"""The workflow that takes alerts, run step by step against a real repository: a draft on a branch, and never a word on main."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

import repositories
from repositories import clone, git
from test_intake import NOW, PARTS, fires, group
from workflows import WORKFLOWS, events, run


@pytest.fixture
def origin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A bare repository with a page, as it lies at the host; commits are of the day of the tests."""
    for who in ("AUTHOR", "COMMITTER"):
        for what, value in (("NAME", "onrecord intake"), ("EMAIL", "intake@example.com"), ("DATE", NOW)):
            monkeypatch.setenv(f"GIT_{who}_{what}", value)
    files = {path: text.replace("        ", "") for path, text in PARTS.items()}
    repositories.commit(tmp_path / "first", {**files, "site_src/policy.yml": "record: {visibility: private}\n"})
    git(tmp_path, "clone", "--quiet", "--bare", str(tmp_path / "first"), str(tmp_path / "origin.git"))
    return tmp_path / "origin.git"


def drafted(root: Path, sent: Any, *, private: str = "true", now: str = NOW) -> tuple[int, dict[str, str], str]:
    """Runs the job that drafts: its exit code, its outputs, and all that people can read of it."""
    event = root.parent / "event.json"
    event.write_text(json.dumps({"action": "alert", "client_payload": sent}))
    code, outputs, log = run(root, "intake.yml", "draft", "Draft it", GITHUB_EVENT_PATH=str(event), PRIVATE=private, ONRECORD_NOW=now)
    return code, outputs, log + (root.parent / "summary.md").read_text(encoding="utf-8")


def sent(root: Path, said: dict[str, str], gh: str = "echo https://git.example/pull/7") -> tuple[int, str]:
    """Runs the job that sends, with a `gh` that does as told: its exit code, and the summary."""
    program = root.parent / "gh"
    program.write_text(f'#!/bin/sh\necho "$@" >> "{root.parent}/gh.txt"\n{gh}\n')
    program.chmod(0o755)
    handed = {name.upper(): value for name, value in said.items()}
    fixed = {"PAGE": "https://git.example/page", "GH_TOKEN": "secret", "PATH": f"{root.parent}{os.pathsep}{os.environ['PATH']}"}
    code, outputs, log = run(root, "intake.yml", "send", "Send the draft", **fixed, **handed)
    assert outputs == {}
    summary = root.parent / "summary.md"
    return code, log + (summary.read_text(encoding="utf-8") if summary.exists() else "")


def test_from_an_alert_to_a_pull_request(origin: Path) -> None:
    """On a branch of its own, with what there is to do; main stays as it is."""
    before = git(origin, "rev-parse", "main")
    code, said, shown = drafted(clone(origin, "draft"), group(fires()))
    assert code == 0, shown
    assert said["folder"] == "incidents/2026/2026-11-21-checkout"
    code, shown = sent(root := clone(origin, "send"), said)
    assert code == 0, shown
    assert git(origin, "rev-parse", "main") == before
    assert "--head intake/" in (root.parent / "gh.txt").read_text()
    assert "[The draft](https://git.example/pull/7) waits" in shown
    changed = git(origin, "diff", "--name-status", "main", said["branch"]).split()
    assert set(changed[::2]) == {"A"}
    assert [path for path in changed[1::2] if not path.startswith("incidents/2026/2026-11-21-checkout/")] == []


def test_again_and_more_of_it(origin: Path) -> None:
    """The same alert sends nothing; a further part goes to the same branch."""
    said = drafted(clone(origin, "draft1"), group(fires()))[1]
    assert sent(clone(origin, "send1"), said)[0] == 0
    code, again, shown = drafted(clone(origin, "draft2"), group(fires()), now="2026-11-21T14:05:00Z")
    assert (code, again) == (0, {})
    assert "There was nothing to draft." in shown
    more = drafted(clone(origin, "draft3"), group(fires(), fires("payments")), now="2026-11-21T14:06:00Z")[1]
    code, shown = sent(clone(origin, "send3"), more, gh='[ "$2" = list ] && echo 7')
    assert code == 0, shown
    assert more["branch"] == said["branch"]
    assert "Added to the pull request" in shown
    assert git(origin, "rev-list", "--count", f"main..{said['branch']}").strip() == "2"


@pytest.mark.parametrize("private", ["true", "false", ""])
def test_what_an_alert_says_stays_inside(origin: Path, private: str) -> None:
    """Where anybody can read the repository, it stands in no file, no log and no summary."""
    code, said, shown = drafted(root := clone(origin, "draft"), group(fires(), fires("unknown-service")), private=private)
    assert code == 0, shown
    kept = "".join(path.read_text() for path in (root / "incidents").rglob("*") if path.is_file())
    inside = private == "true"
    assert ("db7.prod.internal" in kept) is inside
    assert ("unknown-service" in shown) is inside
    assert ("Anybody can read this run" in shown) is not inside
    assert said["branch"].startswith("intake/")


@pytest.mark.parametrize("text", ["$(touch pwned)", "`touch pwned`", "\n::set-output name=branch::main\n::error::x", "~~~~\n# Heading", '"; touch pwned; "'])
def test_hostile_alerts_do_no_harm(origin: Path, text: str) -> None:
    """In any place of a delivery: nothing is run, no output is forged, and a refusal is told."""
    alert = fires(odd=text)
    alert["annotations"]["summary"] = text
    code, said, shown = drafted(clone(origin, "draft"), group(alert, key=text))
    assert code == 0, shown
    assert said["branch"].startswith("intake/")
    code, said, shown = drafted(clone(origin, "bad"), {text: text})
    assert (code, said) == (1, {})
    assert "::error::No draft was made" in shown
    assert not list(origin.parent.rglob("pwned"))


def test_main_is_out_of_reach(origin: Path) -> None:
    """Whatever the first job hands on, the second pushes to no branch but one of drafts, and nothing but new records."""
    said = drafted(clone(origin, "draft"), group(fires()))[1]
    before = git(origin, "rev-parse", "main")
    assert sent(clone(origin, "send"), {**said, "branch": "main"})[0] == 1
    assert sent(clone(origin, "send2"), {**said, "branch": "incident/x"})[0] == 1
    assert git(origin, "rev-parse", "main") == before
    assert git(origin, "branch", "--list").split() == ["*", "main"]


def test_no_pull_request_was_allowed(origin: Path) -> None:
    """The branch is there, and the run is red with the way to go on."""
    said = drafted(clone(origin, "draft"), group(fires()))[1]
    code, shown = sent(clone(origin, "send"), said, gh="exit 1")
    assert code == 1
    assert f"compare/main...{said['branch']}?expand=1" in shown


def test_only_alerts_start_it() -> None:
    """From outside, by a token with the right to write; nothing is sent where there is no draft."""
    workflow = WORKFLOWS["intake.yml"]
    assert events(workflow) == {"repository_dispatch": {"types": ["alert"]}}
    assert workflow["jobs"]["send"]["if"] == "needs.draft.outputs.files != ''"
    assert "client_payload" not in str(workflow["jobs"])
