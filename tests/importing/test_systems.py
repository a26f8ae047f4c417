"""What every import has in common: a whole record, a second run that writes nothing, harmless words, and plain errors."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

import pytest

import foreign
import repositories
from onrecord.cli import main
from onrecord.files import WorkTree
from onrecord.importing.systems import SYSTEMS
from onrecord.loading import load
from onrecord.markup import to_html
from onrecord.policy import review
from onrecord.times import iso

SAMPLES = pytest.mark.parametrize(("system", "files"), foreign.SYSTEMS.values(), ids=foreign.SYSTEMS)


def files_below(root: Path) -> dict[str, bytes]:
    """Every file with its bytes."""
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


@SAMPLES
def test_what_is_imported_passes_every_check(tmp_path: Path, system: str, files: dict[str, Any]) -> None:
    """No error, no warning; every record says where it came from."""
    foreign.bring(system, files, tmp_path)
    loaded = load(WorkTree(tmp_path / "here"), now=foreign.NOW)
    problems = [*loaded.problems, *review(loaded.dataset, at=foreign.NOW)]
    assert [str(problem) for problem in problems if problem.level in ("error", "warning")] == []
    assert loaded.dataset.incidents
    for incident in loaded.dataset.incidents:
        source = incident.head.source
        assert source is not None
        assert (source.system in (system, "statuspage"), len(source.sha256 or ""), source.imported) == (True, 64, foreign.NOW)


@SAMPLES
def test_a_second_run_writes_nothing(tmp_path: Path, system: str, files: dict[str, Any]) -> None:
    """Every item is unchanged, and every byte."""
    foreign.bring(system, files, tmp_path)
    before = files_below(tmp_path / "here")
    done = foreign.bring(system, files, tmp_path, now=foreign.parse_instant("2026-11-22T09:00:00Z"))
    assert {item.outcome for item in done.items} <= {"unchanged", "left out"}
    assert files_below(tmp_path / "here") == before


def poisoned(value: Any) -> Any:
    """The same with a hostile text after every text that people write."""
    if isinstance(value, dict):
        return {key: inner + foreign.HOSTILE if key in ("body", "message", "messageHtml", "text", "name", "title") and isinstance(inner, str) else poisoned(inner) for key, inner in value.items()}
    return [poisoned(inner) for inner in value] if isinstance(value, list) else value


@SAMPLES
def test_hostile_words_are_harmless(tmp_path: Path, system: str, files: dict[str, Any]) -> None:
    """Scripts in every text: what is written can be read, and what is shown can run nothing."""
    spoilt = {name: poisoned(value) if not isinstance(value, str) else value.replace("All is well.", f"All is well. {foreign.HOSTILE.translate({0: None, 38: None, 60: '&lt;', 62: '&gt;'})}") for name, value in files.items()}
    foreign.bring(system, spoilt, tmp_path)
    loaded = load(WorkTree(tmp_path / "here"), now=foreign.NOW)
    assert [problem for problem in loaded.problems if problem.level == "error"] == []
    for incident in loaded.dataset.incidents:
        assert "<script" not in incident.head.title
        for update in incident.updates:
            html = to_html(update.body)
            assert not any(sign in html for sign in ("<script", "<img", 'href="javascript'))


@SAMPLES
def test_nothing_is_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, system: str, files: dict[str, Any]) -> None:
    """No socket is opened, whatever addresses the files name."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the import asks the net")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert foreign.bring(system, files, tmp_path).items


@SAMPLES
def test_the_reports(tmp_path: Path, capsys: pytest.CaptureFixture[str], system: str, files: dict[str, Any]) -> None:
    """For people the counts and the next command, for tools each item with its remarks."""
    there = repositories.lay_out(tmp_path / "there", {name: value if isinstance(value, str) else json.dumps(value) for name, value in files.items()})
    here = tmp_path / "here"
    here.mkdir()
    arguments = ["-C", str(here), "import", system, str(there), "--now", iso(foreign.NOW)]
    assert main([*arguments, "--dry-run", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["system"], found["counts"]["refused"]) == (system, 0)
    assert found["counts"]["imported"] + found["counts"]["left out"] == len(found["items"])
    assert main(arguments) == 0
    assert "Next: onrecord check, then git add" in capsys.readouterr().out


@pytest.mark.parametrize("system", sorted(set(SYSTEMS) - {"cstate", "statuspage"}))
def test_a_folder_of_something_else(tmp_path: Path, capsys: pytest.CaptureFixture[str], system: str) -> None:
    """Exit code 2, with what was looked for."""
    there = repositories.lay_out(tmp_path / "there", {"notes.txt": "hello", "package.json": "{}", "list.json": "[1, null, \"x\"]"})
    assert main(["-C", str(tmp_path), "import", system, str(there)]) == 2
    assert "there " in capsys.readouterr().err


BROKEN = {
    "upptime": ("issues.json", "[{"), "gcp": ("incidents.json", '[{"id": "a", "external_desc": "x", "begin": "yesterday"}]'),
    "statusfy": ("content/a.md", "---\ntitle: x\n---\n"), "cachet": ("incidents.json", '{"data": [{"id": 1, "name": "x", "message": "y", "visible": 1}]}'),
    "instatus": ("incidents.json", '[{"id": "a", "name": "x", "started": "2026-13-40", "updates": []}]'), "feed": ("a.xml", "<html/>"),
}  # fmt: skip


@pytest.mark.parametrize("system", BROKEN)
def test_broken_items_are_refused_by_name(tmp_path: Path, system: str) -> None:
    """The item is named with the reason, and nothing else is lost."""
    name, text = BROKEN[system]
    done = foreign.bring(system, {name: text}, tmp_path)
    assert [item.outcome for item in done.items] == ["refused"]
    assert done.items[0].reason


@pytest.mark.parametrize(
    ("system", "arguments", "words"),
    [
        ("gcp", ["--unfinished", "end"], "--unfinished is for feed and statuspage, not for gcp"),
        ("upptime", ["--time-zone", "Europe/Berlin"], "--time-zone is for cachet, not for upptime"),
        ("cachet", ["--time-zone", "Europe/Nowhere"], "Europe/Nowhere"),
    ],
)
def test_options_of_other_systems(tmp_path: Path, capsys: pytest.CaptureFixture[str], system: str, arguments: list[str], words: str) -> None:
    """Exit code 2 rather than an option without effect."""
    assert main(["-C", str(tmp_path), "import", system, str(tmp_path), *arguments]) == 2
    assert words in " ".join(capsys.readouterr().err.split())
