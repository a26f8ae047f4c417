"""Histories told as small YAML scripts, which become real commits with fixed authors and dates.

A script has `about` (what happens), `now` (the clock of the audit), `commits`, and `findings`: each one that the
audit must make, as `<slug> <record>`, and no other. A commit has `at`, and any of

- `write: {path: text}`, `replace: {path: [old, new]}`, `remove: [path]`, `move: {from: to}`, `copy: {from: to}`;
- `by` (who, else Robin Responder), `authored` (when, else `at`), `message`;
- `git: [words of a command]`, run after the files were changed; with `commit: false` nothing else is committed.

Paths below the record that the script is about begin with `~/`.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

import repositories

FOLDER = Path(__file__).parent / "histories"
RECORD = "incidents/2026/2026-11-21-checkout-errors"
COMPONENTS = "components:\n  - {id: checkout, name: Checkout}\n  - {id: api, name: API}\n"
HEAD = "title: Checkout errors\nseverity: major\nstarted: 2026-11-21T13:58:00Z\ncomponents: {checkout: partial_outage}\n"
FIRST = "---\nat: 2026-11-21T14:05:12Z\nstatus: investigating\nnext_update_by: 2026-11-21T14:35:00Z\n---\nAbout a third of card payments fail. We are looking into it.\n"
LAST = "---\nat: 2026-11-21T14:31:00Z\nstatus: resolved\n---\nCard payments work again since 14:29 UTC. We are sorry.\n"
STORY = "---\nstatus: published\npublished: 2026-11-23T09:00:00Z\n---\n## Summary\n\nA setting was wrong for half an hour.\n"
TEXTS = {"HEAD": HEAD, "FIRST": FIRST, "LAST": LAST, "STORY": STORY, "COMPONENTS": COMPONENTS}
"""Texts that scripts name in capitals: the head of a record, its first and its last word, and its post-mortem."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A script as it was read."""

    name: str
    now: str
    commits: list[dict[str, Any]]
    findings: list[str]
    audit: dict[str, Any]


def script(name: str) -> Script:
    """The script of that name."""
    said = yaml.load((FOLDER / f"{name}.yml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    return Script(name=name, now=said["now"], commits=said["commits"], findings=said.get("findings") or [], audit=said.get("audit") or {})


def names() -> list[str]:
    """All scripts there are."""
    return sorted(path.stem for path in FOLDER.glob("*.yml"))


def play(root: Path, commits: list[dict[str, Any]]) -> list[str]:
    """Makes the repository, and returns the commit that stood at the top after each step."""
    root.mkdir(parents=True, exist_ok=True)
    repositories.git(root, "init", "--quiet", "--initial-branch=main")
    return [take(root, step) for step in commits]


def take(root: Path, step: dict[str, Any]) -> str:
    """One step of a script; returns the commit that stands at the top after it."""
    for path, text in step.get("write", {}).items():
        repositories.lay_out(root, {_path(path): TEXTS.get(text, text)})
    for path, (old, new) in step.get("replace", {}).items():
        file = root / _path(path)
        before = file.read_text(encoding="utf-8")
        assert old in before, f"{path} has no `{old}`"
        file.write_text(before.replace(old, new), encoding="utf-8")
    for path in step.get("remove", ()):
        _remove(root / _path(path))
    for old, new in step.get("move", {}).items():
        (root / _path(new)).parent.mkdir(parents=True, exist_ok=True)
        (root / _path(old)).rename(root / _path(new))
    for old, new in step.get("copy", {}).items():
        shutil.copytree(root / _path(old), root / _path(new))
    who = {"name": step["by"]} if "by" in step else {}
    if "git" in step:
        repositories.git(root, *step["git"], at=step["at"], **who)
    if step.get("commit") != "false":
        repositories.git(root, "add", "--all", at=step["at"])
        message = step.get("message", "Say so")
        repositories.git(root, "commit", "--quiet", "--allow-empty", "--message", message, at=step["at"], authored=step.get("authored"), **who)
    return repositories.git(root, "rev-parse", "HEAD").strip()


def _path(path: str) -> str:
    return f"{RECORD}{path[1:]}" if path.startswith("~") else path


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()
