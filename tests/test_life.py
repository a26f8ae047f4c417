"""One incident from the first word to the post-mortem by commands alone, each committed: nothing that was said is ever changed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import repositories
from onrecord.cli import main
from repositories import git

PAGE = {
    "mkdocs.yml": "site_name: Larkfield\nsite_url: https://status.larkfield.example\n",
    "site_src/components.yml": "components: [{id: checkout, name: Checkout}, {id: api, name: API}]\n",
    "site_src/policy.yml": "severities: {major: {acknowledge_within: 15m, update_every: 1h, postmortem_within: 5d}}\n",
}
ID = "2026-11-21-checkout-errors"
FOLDER = f"incidents/2026/{ID}"
STEPS = (
    ("open", "14:05", ("Checkout errors", "-c", "checkout=partial_outage", "--started", "2026-11-21T13:58:00Z", "-m", "Since two o'clock UTC, paying by card ends in an error for some of you. Invoices work. We look for the cause."), "investigating", 2),
    ("update", "14:30", ("--template", "no-news", "--set", "tried now=we compare the failing cards", "--next", "40m"), "investigating", 1),
    ("update", "15:00", ("--status", "identified", "-c", "checkout=major_outage", "--scope", "Cards from the EU", "--workaround", "Paying by invoice works.", "-m", "A change of ours is the cause. While we take it back, no card works; invoices do."), "identified", 1),
    ("update", "15:20", ("--status", "monitoring", "-c", "checkout=operational", "--template", "monitoring", "--set", "what was done=The change is taken back", "--set", "should customers do="), "monitoring", 1),
    ("resolve", "16:00", ("--template", "resolved", "--effective", "2026-11-21T15:18:00Z", "--amends", "No fee on card payments of 21 November", "--set", "what it was=A change of ours refused cards from the EU"), "resolved", 1),
    ("postmortem", "17:00", (), "post-mortem begun", 1),
)  # fmt: skip


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A page in git, whose history is private."""
    for name, value in {"NAME": repositories.AUTHOR, "EMAIL": repositories.EMAIL}.items():
        monkeypatch.setenv(f"GIT_AUTHOR_{name}", value)
        monkeypatch.setenv(f"GIT_COMMITTER_{name}", value)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    found = tmp_path / "page"
    repositories.commit(found, PAGE)
    return found


def run(root: Path, verb: str, clock: str, *arguments: str) -> int:
    return main(["-C", str(root), verb, f"--now=2026-11-21T{clock}:00Z", *arguments])


def test_the_life_of_an_incident_only_adds(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every step is one commit of new files, `check` stays clean, and messages follow from each word without a blank."""
    for verb, clock, arguments, _, _ in STEPS[:-1]:
        assert run(root, verb, clock, *arguments, "--commit") == 0
        files = git(root, "show", "--numstat", "--format=", "HEAD").splitlines()
        assert [line.split("\t")[1] for line in files] == ["0"] * len(files)
        assert git(root, "show", "--diff-filter=a", "--name-only", "--format=", "HEAD") == ""
        assert run(root, "check", clock, "--strict") == 0
        assert run(root, "messages", clock, ID) == 0
    capsys.readouterr()
    said = git(root, "log", "--format=%s", "--reverse").splitlines()[1:]
    assert said == [f"incident({ID}): {state}" for _, _, _, state, _ in STEPS[:-1]]
    assert git(root, "status", "--porcelain") == ""


def test_after_the_end_only_the_post_mortem_is_added(root: Path) -> None:
    """Its draft is new files, too, and publishing it touches that draft alone."""
    for verb, clock, arguments, _, _ in STEPS[:-1]:
        assert run(root, verb, clock, *arguments, "--commit") == 0
    before = {path: path.read_bytes() for path in (root / FOLDER).rglob("*") if path.is_file()}
    assert run(root, "postmortem", "17:00") == 0
    assert all(path.read_bytes() == data for path, data in before.items())
    story = root / FOLDER / "postmortem.md"
    assert "[[" in story.read_text()
    assert run(root, "postmortem", "17:05", ID, "--publish") != 0
    story.write_text(re.sub(r"\[\[[^]]*\]\]", "A change of ours refused cards from the EU", story.read_text()))
    assert run(root, "postmortem", "17:10", ID, "--publish") == 0
    assert all(path.read_bytes() == data for path, data in before.items())
    assert run(root, "messages", "17:10", ID, "--channel", "email") == 0
