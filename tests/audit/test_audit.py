"""`onrecord audit`: what it prints for whom, its exit codes, and the proof of a published build."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

import repositories
import scripted
import tools
from onrecord.cli import main

ID = "2026-11-21-checkout-errors"
OPENED = {"at": "2026-11-21T14:06:00Z", "write": {"~/incident.yml": "HEAD", "~/updates/a.md": "FIRST"}}
RESOLVED = {"at": "2026-11-21T14:32:00Z", "write": {"~/updates/b.md": "LAST"}}
EDITED = {"at": "2026-11-22T09:00:00Z", "message": "Fix a typo", "replace": {"~/updates/a.md": ["a third", "a tenth"]}}
REMOVED = {"at": "2026-11-22T09:30:00Z", "remove": ["~/updates/a.md"]}
NOW = ("--now", "2026-11-22T12:00:00Z")


@pytest.fixture
def tampered(tmp_path: Path) -> Path:
    """A repository whose words were changed after they had been published."""
    scripted.play(tmp_path / "page", [OPENED, RESOLVED, EDITED])
    return tmp_path / "page"


def audit(root: Path, *options: str) -> int:
    """Runs the verb there, at noon of the next day."""
    return main(["-C", str(root), "audit", *NOW, *options])


def build_of(root: Path, commit: str, at: str = "2026-11-21T14:35:00Z") -> Path:
    """A build.json of that commit, in a folder beside the repository."""
    path = root.parent / "live" / "build.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({"generator": "onrecord", "commit": commit, "at": at}), encoding="utf-8")
    return path


def test_text_shows_the_words_and_the_commit(tampered: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Which record, what, when, which commit, what it says why, and the difference."""
    assert audit(tampered) == 0
    out = capsys.readouterr().out
    commit = repositories.git(tampered, "rev-parse", "HEAD")[:10]
    assert f"words-changed        OR702  2026-11-22 09:00 UTC  {commit}" in out
    assert "18 h 54 min after it was published; the commit says: Fix a typo" in " ".join(out.split())
    assert "About a [-third-] {+tenth+} of card payments fail." in out
    assert "1 finding in 1 of 1 record: 1 words-changed." in out


def test_one_record_is_told_whole(tampered: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every commit that touched it, found by the end of its id."""
    audit(tampered, "checkout-errors")
    out = capsys.readouterr().out
    assert out.count("not signed") == 3
    assert "update b: said 2026-11-21T14:31:00Z resolved" in out
    assert "update a: body changed" in out


def test_json_has_the_keys_that_programs_read(tampered: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A list of objects; changed words are data."""
    audit(tampered, "--format", "json")
    (finding,) = json.loads(capsys.readouterr().out)
    assert {key: finding[key] for key in ("slug", "code", "level", "incident", "at", "waived")} == {
        **{"slug": "words-changed", "code": "OR702", "level": "warning", "incident": ID, "at": "2026-11-22T09:00:00Z", "waived": ""},
    }
    assert finding["commit"] == repositories.git(tampered, "rev-parse", "HEAD").strip()
    assert [run["kind"] for run in finding["words"]] == ["kept", "removed", "added", "kept"]


def test_csv_and_annotations(tampered: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A table with named columns, and workflow commands on the file."""
    audit(tampered, "--format", "csv")
    (row,) = csv.DictReader(io.StringIO(capsys.readouterr().out))
    assert (row["slug"], row["incident"]) == ("words-changed", ID)
    audit(tampered, "--format", "github")
    assert capsys.readouterr().out.startswith(f"::warning file={scripted.RECORD}/updates/a.md,line=1,col=1,title=OR702 words-changed::{ID}: ")


def test_hostile_words_steer_neither_a_terminal_nor_a_spreadsheet(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What a commit, its author or a waiver says is shown as text, whoever reads it."""
    steering = "\x1b]0;mine\x07\x1b[2J\u202edesrever\n::error::forged"
    waiver = {"at": "2026-11-22T09:10:00Z", "replace": {"~/incident.yml": ["severity: major\n", "severity: major\nwaivers: [{rule: OR702, reason: '=HYPERLINK(1)'}]\n"]}}
    scripted.play(tmp_path, [OPENED, RESOLVED, {**EDITED, "message": f"Typo {steering}", "by": "Robin \x1b[31m"}, waiver])
    for form in ("text", "csv", "github", "json"):
        audit(tmp_path, "--format", form)
        out = capsys.readouterr().out
        assert not {"\x1b", "\x07", "\x9b"} & set(out)
        assert "\n::error::forged" not in out
        assert form in ("json", "csv") or "\u202e" not in out
        if form == "csv":
            assert [row["waived"] for row in csv.DictReader(io.StringIO(out))] == ["'=HYPERLINK(1)"]
    audit(tmp_path, ID)
    assert "Robin  [31m" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "code"),
    [((), 0), (("--fail-on", "words-changed"), 1), (("--fail-on", "update-removed"), 0), (("--fail-on", "update-removed", "--fail-on", "any"), 1)],
)
def test_fail_on_decides_the_exit_code(tampered: Path, options: tuple[str, ...], code: int) -> None:
    """Only what was named fails a run."""
    assert audit(tampered, *options) == code


def test_what_is_waived_fails_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The finding is listed with its reason, and does not count."""
    waiver = {"at": "2026-11-22T09:10:00Z", "replace": {"~/incident.yml": ["severity: major\n", "severity: major\nwaivers: [{rule: OR702, reason: A slip of the pen.}]\n"]}}
    scripted.play(tmp_path, [OPENED, RESOLVED, EDITED, waiver])
    assert audit(tmp_path, "--fail-on", "words-changed") == 0
    assert "waived: A slip of the pen." in capsys.readouterr().out


def test_an_unknown_record_is_wrong_usage(tampered: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The nearest id is named."""
    assert audit(tampered, "2026-11-21-chekout-errors") == 2
    assert f"did you mean `{ID}`?" in capsys.readouterr().err


def test_no_repository_and_a_shallow_one_are_said_plainly(tampered: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With what to do."""
    (tmp_path / "empty").mkdir()
    assert audit(tmp_path / "empty") == 2
    assert "there is no commit" in capsys.readouterr().err
    repositories.git(tmp_path, "clone", "-q", "--depth=1", f"file://{tampered}", "shallow")
    assert audit(tmp_path / "shallow") == 1
    assert "git fetch --unshallow" in capsys.readouterr().err


def test_a_build_that_is_part_of_the_history_is_proven(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each word that was published with it stands, or a finding since then accounts for it."""
    root = tmp_path / "page"
    _, resolved, _, _ = scripted.play(root, [OPENED, RESOLVED, EDITED, REMOVED])
    assert audit(root, "--since", str(build_of(root, resolved))) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert f"Proven: the commit {resolved[:10]}, built at 2026-11-21 14:35 UTC, is part of the history." in out
    assert "Of 2 updates that were published with it: 1 byte for byte as they were, 1 changed or removed." in out


def test_a_rewritten_history_is_not_proven(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The lost commit is a finding, and where the clone still holds it, so is each difference."""
    root = tmp_path / "page"
    rewriting = {"at": "2026-11-22T09:00:00Z", "git": ["reset", "-q", "--hard", "HEAD~1"], "commit": "false"}
    other = {"at": "2026-11-22T09:01:00Z", "replace": {"~/updates/a.md": ["a third", "a tenth"]}}
    _, lost, _, _ = scripted.play(root, [OPENED, RESOLVED, rewriting, other])
    assert audit(root, "--format", "json", "--since", str(build_of(root, lost))) == 1
    told = capsys.readouterr()
    found = json.loads(told.out)
    assert "history-rewritten" in [finding["slug"] for finding in found]
    unaccounted = [(finding["slug"], finding["incident"], finding["path"].rpartition("/")[2]) for finding in found if finding["against"]]
    assert sorted(unaccounted) == [("update-removed", ID, "b.md"), ("words-changed", ID, "a.md")]
    assert f"NOT proven: the commit {lost[:10]}" in told.err
    assert "the update `b` (2026-11-21T14:31:00Z resolved) was removed" in told.err
    assert "the commit says" not in told.err
    repositories.git(tmp_path, "clone", "-q", f"file://{root}", "fresh")
    assert audit(tmp_path / "fresh", "--since", str(build_of(root, lost))) == 1
    assert "does not hold that commit" in capsys.readouterr().out


@pytest.mark.parametrize(("text", "code", "said"), [("{}", 1, "no build.json"), ('{"commit": null}', 1, "names no commit"), (None, 2, "there is no")])
def test_what_is_no_build_is_said(tampered: Path, capsys: pytest.CaptureFixture[str], text: str | None, code: int, said: str) -> None:
    """A wrong file, a build outside git, no file."""
    path = tampered.parent / "build.json"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    assert audit(tampered, "--since", str(path)) == code
    assert said in capsys.readouterr().err


def test_signatures_count_by_the_keys_that_the_repository_names(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A commit signed with a named key is good; one with another key, or none, is a finding where the policy requires it."""
    if shutil.which("ssh-keygen") is None:
        tools.absent("no ssh-keygen on this machine, so signatures were NOT tried; on Debian: apt-get install openssh-client")
    root = tmp_path / "page"
    for name in ("ours", "other"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / name)], check=True)
    key = (tmp_path / "ours.pub").read_text(encoding="utf-8")
    signers = {"site_src/keys/allowed_signers": f"robin@example.com {key}", "site_src/policy.yml": "record: {require_signatures: true, since: 2026-11-21T14:00:00Z}\n"}
    scripted.play(root, [{"at": "2026-11-21T13:00:00Z", "write": signers}, OPENED])
    for name, step in (("ours", RESOLVED), ("other", EDITED)):
        for setting, value in (("gpg.format", "ssh"), ("user.signingKey", str(tmp_path / name)), ("commit.gpgSign", "true")):
            repositories.git(root, "config", setting, value)
        scripted.take(root, step)
    found = _found(capsys, root)
    whys = [message.partition("” ")[2] for message in (f["message"] for f in found if f["slug"] == "unsigned")]
    assert whys == ["is not signed, and the policy requires it", "is signed with a key that the repository does not name"]


def _found(capsys: pytest.CaptureFixture[str], root: Path) -> list[dict[str, Any]]:
    audit(root, "--format", "json")
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return found
