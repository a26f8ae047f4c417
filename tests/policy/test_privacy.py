"""What stays inside: when internal words, drafts and drills are refused, warned of, and let be."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

import repositories
from onrecord.cli import main
from onrecord.policy import Readers
from records import FIRST, FOLDER, HEAD, HEALTHY, POLICY, head
from repositories import git

Repository = Callable[[Mapping[str, str | bytes]], Path]
INSIDE, STORY = f"{FOLDER}/internal.md", f"{FOLDER}/postmortem.md"
NOTES = {HEAD: head("internal: {commander: R}\n"), INSIDE: "Words.\n", f"{FOLDER}/legal.internal.md": "Words.\n"}
DRAFT = {STORY: "---\nstatus: draft\n---\nWords.\n"}
DRILL = {HEAD: head("drill: true\n")}
PRIVATE = {POLICY: "record: {visibility: private}\n"}
PUBLIC = {POLICY: "record: {visibility: public}\n"}
CASES = {
    "nothing inside": ({}, True, True, []),
    "notes": (NOTES, True, True, [f"error OR601 {HEAD}", f"error OR601 {INSIDE}", f"error OR601 {FOLDER}/legal.internal.md"]),
    "a draft": (DRAFT, True, True, [f"error OR602 {STORY}"]),
    "a drill": (DRILL, True, True, [f"error OR603 {HEAD}"]),
    "public, as its owner says": (DRAFT | PUBLIC, True, True, [f"error OR602 {STORY}"]),
    "private, as its owner says": (NOTES | PRIVATE, True, True, []),
    "sent nowhere": (NOTES, False, True, []),
    "sent nowhere yet, and to be public": (DRAFT | PUBLIC, False, True, [f"error OR602 {STORY}"]),
    "in no commit yet": (DRAFT | {INSIDE: "Words.\n"}, True, False, [f"warning OR601 {INSIDE}", f"warning OR602 {STORY}"]),
    "waived": ({HEAD: head("internal: {a: b}\nwaivers: [{rule: internal-exposed, reason: agreed}]\n")}, True, True, [f"note OR601 {HEAD}"]),
    "customers": ({POLICY: "words: {customers: [Northgate]}\n"}, True, True, [f"error OR604 {POLICY}"]),
    "customers, in a private one": ({POLICY: "words: {customers: [Northgate]}\nrecord: {visibility: private}\n"}, True, True, []),
    "turned off": (DRAFT | {POLICY: "rules: {draft-exposed: {level: 'off'}}\n"}, True, True, []),
}


def found(root: Path, capsys: pytest.CaptureFixture[str]) -> list[str]:
    capsys.readouterr()
    main(["-C", str(root), "check", "--now=2026-11-21T16:00:00Z", "--format", "json", "--only", "privacy"])
    return sorted(f"{row['level']} {row['code']} {row['path']}" for row in json.loads(capsys.readouterr().out))


@pytest.mark.parametrize(("files", "sent", "added", "expected"), CASES.values(), ids=CASES)
def test_what_is_refused(
    files: dict[str, str], sent: bool, added: bool, expected: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An error where others may read it, a warning where they could after the next commit, else nothing."""
    root = tmp_path / "page"
    repositories.commit(root, HEALTHY)
    if sent:
        git(root, "remote", "add", "origin", "https://git.example/page.git")
    repositories.lay_out(root, files)
    if added:
        git(root, "add", "--all")
    assert found(root, capsys) == sorted(expected)


def test_the_three_ways_out_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever is refused reads what to do, with the name of the private repository where there is one."""
    root = tmp_path / "page"
    repositories.commit(root, {**HEALTHY, **DRAFT, POLICY: "record: {private_repository: git.example/inside}\n"})
    git(root, "remote", "add", "origin", "https://git.example/page.git")
    assert main(["-C", str(root), "check", "--now=2026-11-21T16:00:00Z"]) == 1
    out = capsys.readouterr().out
    assert "OR602 draft-exposed: a draft, and nobody has said who can read this repository" in out
    assert "keep it in git.example/inside and take it out" in out
    assert "say `record: {visibility: private}` in site_src/policy.yml" in out
    assert "waive this in its incident.yml, with the reason" in out


def _event(folder: Path, text: str) -> str:
    path = folder / "event.json"
    path.write_text(text, encoding="utf-8")
    return str(path)


HOST_SAYS = {
    "a public project of GitLab": ("CI_PROJECT_VISIBILITY", "public", "public"),
    "one for the users of its GitLab": ("CI_PROJECT_VISIBILITY", "internal", "private"),
    "a private one of Bitbucket": ("BITBUCKET_REPO_IS_PRIVATE", "true", "private"),
    "a public one of Bitbucket": ("BITBUCKET_REPO_IS_PRIVATE", "false", "public"),
    "a private one of GitHub": ("GITHUB_EVENT_PATH", '{"repository": {"private": true}}', "private"),
    "a public one of GitHub": ("GITHUB_EVENT_PATH", '{"repository": {"private": false}}', "public"),
    "an event without a repository": ("GITHUB_EVENT_PATH", '{"schedule": "*"}', "unknown"),
    "an event that says nothing clear": ("GITHUB_EVENT_PATH", '{"repository": {"private": "no"}}', "unknown"),
    "an event that is none": ("GITHUB_EVENT_PATH", "[", "unknown"),
}


@pytest.mark.parametrize(("name", "value", "expected"), HOST_SAYS.values(), ids=HOST_SAYS)
def test_what_the_host_says(name: str, value: str, expected: str, tmp_path: Path) -> None:
    """Hosts say it in the environment of a run."""
    given = {name: _event(tmp_path, value) if name == "GITHUB_EVENT_PATH" else value}
    assert Readers(tmp_path, environment=given).host == expected


OPENNESS = {
    "both private": ("private", "private", "own"),
    "private, and the host knows better": ("private", "public", "public"),
    "public, and mirrored from a private one": ("public", "private", "public"),
    "the owner says nothing": ("unknown", "private", "own"),
    "neither says anything, and it is sent nowhere": ("unknown", "unknown", "own"),
}


@pytest.mark.parametrize(("stated", "host", "expected"), OPENNESS.values(), ids=OPENNESS)
def test_the_more_open_counts(stated: str, host: str, expected: str, tmp_path: Path) -> None:
    """A wrong statement must not let anything out."""
    assert Readers(tmp_path, stated, {"CI_PROJECT_VISIBILITY": host} if host != "unknown" else {}).circle == expected


def test_a_commit_does_not_let_it_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is only a warning in the work tree is refused to be committed; without --commit it is written here."""
    root = tmp_path / "page"
    repositories.commit(root, {**HEALTHY, HEAD: head("severity: major\n"), FIRST: HEALTHY[FIRST]})
    git(root, "remote", "add", "origin", "https://git.example/page.git")
    begin = ("-C", str(root), "postmortem", "checkout-errors", "--now=2026-11-21T16:00:00Z")
    assert main([*begin, "--commit"]) == 1
    err = capsys.readouterr().err
    assert "OR602 draft-exposed: a draft that no commit has yet" in err
    assert "leave --commit, --push and --pr out" in err
    assert not (root / STORY).exists()
    assert main([*begin]) == 0
    out = capsys.readouterr().out
    assert "Keep this on this machine for now:\n" in out
    assert "an internal file that no commit has yet, and nobody has said who can read" in " ".join(out.split())
    assert "git add" not in out
