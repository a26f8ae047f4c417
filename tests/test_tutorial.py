"""docs/tutorial.md, typed line by line in an empty folder: what a reader would see is what stands there."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from onrecord.cli import main
from workflows import ROOT

PAGE = ROOT / "docs/tutorial.md"
_STEP = re.compile(r"```console\n\$ (?P<command>.*)\n(?P<output>(?:(?!```).*\n)*)```\n")
CLOCK = {"open": "2026-11-21T14:05:00Z", "update": "2026-11-21T14:31:00Z", "resolve": "2026-11-21T14:58:00Z", "messages": "2026-11-21T14:07:00Z"}
_DIFFERS = (
    (re.compile(r"-[a-z0-9]{4}(?=\.md|\b#|'| *$)", re.MULTILINE), "-…"),
    (re.compile(r"\b[0-9a-f]{7,10}\b"), "…"),
    (re.compile(r"in \d+\.\d s"), "in … s"),
    (re.compile(r"\d[\d,]* files|\d+\.\d MB|\d[\d,]* written|\d+ feeds"), "…"),
)
"""What differs from run to run: the letters at the end of an update's name, commits, seconds, the size of the site."""


def steady(text: str) -> str:
    """The text without what differs."""
    for pattern, same in _DIFFERS:
        text = pattern.sub(same, text)
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def typed(command: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    """What the command prints when it is typed in that folder."""
    program, *arguments = shlex.split(command)
    if program == "cat":
        return (folder / arguments[0]).read_text(encoding="utf-8")
    assert program == "onrecord"
    monkeypatch.chdir(folder)
    monkeypatch.setenv("ONRECORD_NOW", CLOCK.get(arguments[0], "2026-11-21T15:20:00Z"))
    at = monkeypatch.setenv
    for who in ("AUTHOR", "COMMITTER"):
        at(f"GIT_{who}_NAME", "Robin Responder")
        at(f"GIT_{who}_EMAIL", "robin@example.com")
        at(f"GIT_{who}_DATE", CLOCK.get(arguments[0], "2026-11-21T14:00:00Z"))
    capsys.readouterr()
    assert main(arguments) == 0, command
    return capsys.readouterr().out


def test_the_tutorial(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], request: pytest.FixtureRequest) -> None:
    """Each command ends well and prints what the page shows; `--refresh-golden` writes the page anew."""
    text = PAGE.read_text(encoding="utf-8")
    outputs: Iterator[tuple[str, str]] = ((found["command"], found["output"]) for found in _STEP.finditer(text))
    shown: dict[str, str] = {}
    for command, _ in outputs:
        folder = tmp_path if command.startswith("onrecord init") else tmp_path / "status"
        shown[command] = typed(command, folder, monkeypatch, capsys).rstrip().replace(str(tmp_path), "~") + "\n"
    if request.config.getoption("--refresh-golden"):
        text = _STEP.sub(lambda found: f"```console\n$ {found['command']}\n{shown[found['command']]}```\n", text)
        PAGE.write_text(text, encoding="utf-8")
    assert len(shown) == 9
    for found in _STEP.finditer(text):
        assert steady(found["output"]) == steady(shown[found["command"]]), found["command"]
