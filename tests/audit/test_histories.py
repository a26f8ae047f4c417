"""Every scripted history gives the findings that it expects, and no other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import repositories
import scripted
from onrecord.audit import RULES
from onrecord.cli import main
from onrecord.publications import Chain
from onrecord.times import parse_instant


def audited(capsys: pytest.CaptureFixture[str], root: Path, *options: str) -> list[dict[str, Any]]:
    """What `onrecord audit --format json` says there."""
    main(["-C", str(root), "audit", "--format", "json", *options])
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return found


def published(root: Path, steps: list[str], said: dict[str, str]) -> Path:
    """The chain of publications of those steps, as a file beside the repository."""
    chain = Chain()
    for step, at in said.items():
        chain = chain.followed_by(commit=steps[int(step)], at=parse_instant(at), build="0" * 64)
    path = root.parent / "publications.json"
    path.write_bytes(chain.written())
    return path


@pytest.mark.parametrize("name", scripted.names())
def test_each_history_has_the_findings_that_it_expects(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    """Each finding that the script names, and no other."""
    script, root = scripted.script(name), tmp_path / "page"
    steps = scripted.play(root, script.commits)
    options = ["--now", script.now]
    if "published" in script.audit:
        options += ["--publications", str(published(root, steps, script.audit["published"]))]
    if "explained" in script.audit:
        lost = steps[int(script.audit["explained"])]
        policy = f"record: {{rewritten: [{{commit: {lost[:10]}, reason: A secret had to go.}}]}}\n"
        repositories.commit(root, {"site_src/policy.yml": policy}, at="2026-11-21T14:40:00Z")
    found = audited(capsys, root, *options)
    told = [" ".join(filter(None, (f["slug"], f["incident"], "waived" if f["waived"] else ""))) for f in found]
    assert sorted(told) == sorted(script.findings), "\n".join(f["message"] for f in found)


def test_the_scripts_show_every_kind_of_finding() -> None:
    """No rule is without a history that breaks it."""
    shown = {finding.split(" ")[0] for name in scripted.names() for finding in scripted.script(name).findings}
    assert {rule.slug for rule in RULES} == shown
