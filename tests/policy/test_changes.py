"""`check --base`: each change to what is published is named on its line, with the question that matters."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

import repositories
from onrecord import cli
from onrecord.policy.mending import is_spelling, manner
from onrecord.revisions.words import difference
from records import COMPONENTS, FIRST, FOLDER, HEAD, HEALTHY, LAST, OTHER, POLICY, POSTMORTEM, update

NOW = "2026-11-21T16:00:00Z"
STORY = "---\nstatus: published\npublished: 2026-11-21T15:30:00Z\nactions:\n  - {what: Test it}\n---\n## Summary\n\nA certificate ran out.\n"
DRAFT = STORY.replace("published\npublished: 2026-11-21T15:30:00Z", "draft")
LONG = "We have received many reports of failing payments.\n\nAbout 30 % of cards are refused.\n"
NOTICE = f"{OTHER.replace('api-slow', 'closed')}/incident.yml"
REDACTIONS = "redactions.yml"
BASE: dict[str, str | bytes] = {
    **HEALTHY,
    FIRST: update(body=LONG),
    POSTMORTEM: STORY,
    f"{OTHER}/postmortem.md": DRAFT,
    POLICY: "uptime: {weights: {partial_outage: 0.3}}\n",
    NOTICE: "title: We are closed\nkind: notice\nfrom: 2026-11-20T10:00:00Z\nuntil: 2026-11-23T10:00:00Z\n",
    "incidents/2026/2026-11-19-rehearsal/incident.yml": "title: Rehearsal\ndrill: true\n",
    REDACTIONS: f"redactions:\n  - {{path: {LAST}, part: scope, reason: A name., who: The DPO, when: 2026-11-21T15:20:00Z, removed: true}}\n",
}


def text(path: str) -> str:
    return str(BASE[path])


Files = Mapping[str, str | None]
CASES: tuple[tuple[str, Files, list[str]], ...] = (
    ("nothing", {}, []),
    ("a new update, a new record", {f"{FOLDER}/updates/z.md": update("corrects: 20261121T140512Z-investigating-k3f9\n", at="2026-11-21T15:30:00Z", status="resolved"), "incidents/2026/2026-11-21-b/incident.yml": "title: B\n"}, []),
    # words
    ("a typo", {FIRST: update(body=LONG.replace("received", "recieved"))}, [f"note words-mended {FIRST}:6"]),
    ("another wrapping", {FIRST: update(body=LONG.replace(" of failing", "\nof *failing*"))}, []),
    ("a figure", {FIRST: update(body=LONG.replace("30 %", "50 %"))}, [f"error words-changed {FIRST}:8"]),
    ("two lines, each with its question", {FIRST: update(body=LONG.replace("received", "recieved").replace("30 %", "50 %"))}, [f"note words-mended {FIRST}:6", f"error words-changed {FIRST}:8"]),
    ("another story", {LAST: text(LAST).replace("It is over. We are sorry.", "All went well the whole day.")}, [f"error words-changed {LAST}:5"]),
    ("words that are gone", {FIRST: update(body=LONG.partition("\n")[0] + "\n")}, [f"error words-changed {FIRST}:6"]),
    ("more words", {LAST: text(LAST) + "\nAnd yet.\n"}, [f"error words-changed {LAST}:6"]),
    # the front matter of an update
    ("a moved time", {FIRST: update(body=LONG, at="2026-11-21T14:01:00Z")}, [f"error time-moved {FIRST}:2"]),
    ("the same time with another offset", {FIRST: update(body=LONG, at="2026-11-21T15:05:12+01:00")}, []),
    ("another promise", {FIRST: update(body=LONG).replace("18:00", "19:00")}, [f"error time-moved {FIRST}:4"]),
    ("another state", {FIRST: update(body=LONG, status="identified")}, [f"error effect-changed {FIRST}:3"]),
    ("an effect", {FIRST: update("components: {api: major_outage}\n", body=LONG)}, [f"error effect-changed {FIRST}:5"]),
    ("where it came from", {FIRST: update("source: {system: cstate, id: a}\n", body=LONG)}, []),
    # heads
    ("living keys", {HEAD: text(HEAD) + "causes: [deploy]\nimpact: [{label: a, value: b}]\ndetected: 2026-11-21T14:00:00Z\n"}, []),
    ("another title", {HEAD: text(HEAD).replace("Checkout errors", "A small delay")}, [f"error words-changed {HEAD}:1"]),
    ("a typo in the title", {HEAD: text(HEAD).replace("Checkout", "Chekcout")}, [f"note words-mended {HEAD}:1"]),
    ("another start", {HEAD: text(HEAD).replace("13:58", "14:04")}, [f"error time-moved {HEAD}:5"]),
    ("a milder severity and effect", {HEAD: text(HEAD).replace("minor", "none").replace("partial_outage", "operational")}, [f"error effect-changed {HEAD}:2", f"error effect-changed {HEAD}:4"]),
    ("turned into a drill", {HEAD: text(HEAD) + "drill: true\n"}, [f"error effect-changed {HEAD}:6"]),
    ("a notice that lasts longer", {NOTICE: text(NOTICE).replace("23T", "24T")}, []),
    ("a notice that began earlier", {NOTICE: text(NOTICE).replace("20T", "19T")}, [f"error time-moved {NOTICE}:3"]),
    ("a rehearsal", {"incidents/2026/2026-11-19-rehearsal/incident.yml": "title: Another\ndrill: true\n"}, []),
    # what is gone
    ("an update", {FIRST: None}, [f"error update-removed {FIRST}:1"]),
    ("an update under another name", {FIRST: None, f"{FOLDER}/updates/other.md": text(FIRST)}, [f"error update-removed {FIRST}:1"]),
    ("a record", {path: None for path in BASE if path.startswith(OTHER)}, [f"error incident-deleted {OTHER}/incident.yml:1"]),
    # post-mortems
    ("a post-mortem that is mended", {POSTMORTEM: STORY.replace("certificate", "certificate of ours")}, [f"note postmortem-changed {POSTMORTEM}:9"]),
    ("an action that is done", {POSTMORTEM: STORY.replace("Test it", "Test it, done: 2026-11-21")}, []),
    ("a post-mortem that is taken back", {POSTMORTEM: DRAFT}, [f"error postmortem-withdrawn {POSTMORTEM}:1"]),
    ("a post-mortem that is gone", {POSTMORTEM: None}, [f"error postmortem-withdrawn {POSTMORTEM}:1"]),
    ("a draft", {f"{OTHER}/postmortem.md": DRAFT.replace("ran out", "was lost")}, []),
    # settings
    ("other weights", {POLICY: "page: {name: A}\nuptime: {weights: {partial_outage: 0.1}}\n"}, [f"warning figures-changed {POLICY}:2"]),
    ("another name of the page", {POLICY: text(POLICY) + "page: {name: A}\n"}, []),
    ("a part that is gone", {COMPONENTS: text(COMPONENTS) + "  - {id: web, name: Web}\n", HEAD: text(HEAD)}, []),
    ("a part that counts from later on", {COMPONENTS: text(COMPONENTS).replace("name: API", "name: API, since: 2026-10-01")}, [f"warning figures-changed {COMPONENTS}:3"]),
    ("a part that retires", {COMPONENTS: text(COMPONENTS) .replace("name: API", "name: API, retired: 2026-12-01")}, []),
    ("words that are not withheld any more", {REDACTIONS: "redactions: []\n"}, [f"warning redaction-lifted {REDACTIONS}:1"]),
    # let pass
    ("a waiver of the record", {HEAD: text(HEAD) + "waivers: [{rule: words-changed, reason: it named the wrong bank}]\n", FIRST: update(body=LONG.replace("30 %", "50 %"))}, [f"note words-changed {FIRST}:8"]),
    ("a waiver of the policy", {POLICY: text(POLICY) + "rules: {incident-deleted: {waivers: [{records: [2026-11-20], reason: it was never ours}]}}\n", **{path: None for path in BASE if path.startswith(OTHER)}}, [f"note incident-deleted {OTHER}/incident.yml:1"]),
    ("a rule that is off", {POLICY: text(POLICY) + "rules: {time-moved: {level: off}}\n", FIRST: update(body=LONG, at="2026-11-21T14:01:00Z")}, []),
    ("words that redactions.yml accounts for from now on", {REDACTIONS: text(REDACTIONS) + text(REDACTIONS).partition("\n")[2].replace("scope", "body"), LAST: text(LAST).replace("We are", "They are"), FIRST: update(body=LONG.replace("30 %", "50 %"))}, [f"error words-changed {FIRST}:8"]),
    # broken files
    ("a file that breaks", {FIRST: "---\nat: [\n---\n" + LONG}, []),
    ("words of a file that breaks", {FIRST: "---\nat: [\n---\n" + LONG.replace("30 %", "50 %")}, [f"error words-changed {FIRST}:6"]),
)  # fmt: skip


def changes(root: Path, files: Files, capsys: pytest.CaptureFixture[str], base: str = "main") -> list[str]:
    """What `check --base` says of the change beside what `check` says anyway: level, name and line."""
    lay(root, files)
    capsys.readouterr()
    cli.main(["-C", str(root), "check", "--base", base, "--now", NOW, "--only", "changes", "--format", "json"])
    return [f"{p['level']} {p['slug']} {p['path']}:{p['line']}" for p in json.loads(capsys.readouterr().out)]


def lay(root: Path, files: Files) -> None:
    repositories.lay_out(root, {path: content for path, content in files.items() if content is not None})
    for path, content in files.items():
        if content is None:
            (root / path).unlink()


@pytest.mark.parametrize(("files", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_changes(tmp_path: Path, files: Files, expected: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """A change of the work tree, not committed yet."""
    repositories.commit(tmp_path, BASE)
    assert changes(tmp_path, files, capsys) == expected


def test_a_branch_is_compared_with_where_it_began(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What main got meanwhile is no change of the branch; a merge of both, as hosts check it out, is compared with its first parent."""
    repositories.commit(tmp_path, BASE)
    repositories.git(tmp_path, "switch", "--quiet", "--create", "side")
    repositories.commit(tmp_path, {FIRST: update(body=LONG.replace("30 %", "50 %"))})
    repositories.git(tmp_path, "switch", "--quiet", "main")
    repositories.commit(tmp_path, {f"{FOLDER}/updates/z.md": update(status="resolved")})
    repositories.git(tmp_path, "switch", "--quiet", "side")
    assert changes(tmp_path, {}, capsys) == [f"error words-changed {FIRST}:8"]
    repositories.git(tmp_path, "switch", "--quiet", "--detach", "main")
    repositories.git(tmp_path, "merge", "--quiet", "--no-edit", "side")
    assert changes(tmp_path, {}, capsys, "HEAD^1") == [f"error words-changed {FIRST}:8"]


def test_the_host_fetches_two_commits(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A merge and its parents are enough."""
    repositories.commit(tmp_path / "r", BASE)
    repositories.commit(tmp_path / "r", {FIRST: None or update(body=LONG.replace("30 %", "50 %"))})
    repositories.git(tmp_path, "clone", "--quiet", "--depth=2", f"file://{tmp_path / 'r'}", "shallow")
    assert changes(tmp_path / "shallow", {}, capsys, "HEAD^1") == [f"error words-changed {FIRST}:8"]


@pytest.mark.parametrize("base", ["nowhere", "--all", "side"])
def test_no_such_base(tmp_path: Path, base: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A revision that is not there, and one that has nothing in common, are wrong usage."""
    repositories.commit(tmp_path, BASE)
    repositories.git(tmp_path, "checkout", "--quiet", "--orphan", "side")
    repositories.commit(tmp_path, {"a": "b"})
    repositories.git(tmp_path, "switch", "--quiet", "main")
    assert cli.main(["-C", str(tmp_path), "check", "--base", base]) == 2
    assert "cannot be compared with" in capsys.readouterr().err


def test_it_says_what_changed_and_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As annotations on the lines of the pull request, with the old words and the new."""
    repositories.commit(tmp_path, BASE)
    lay(tmp_path, {FIRST: update(body=LONG.replace("30 %", "50 %"))})
    assert cli.main(["-C", str(tmp_path), "check", "--base", "main", "--now", NOW, "--format", "github"]) == 1
    said = capsys.readouterr().out
    assert f"::error file={FIRST},line=8,col=1,title=OR702 words-changed::“30” → “50”" in said
    assert "is it a correction? Put the old words back and say it in a new update with `corrects: 20261121T140512Z-investigating-k3f9`" in said


def test_withheld_words_are_not_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The words that go are not repeated in the finding that they go."""
    repositories.commit(tmp_path, {**BASE, REDACTIONS: "redactions: []\n"})
    rows = f"redactions:\n  - {{path: {FIRST}, part: body, reason: A name., who: The DPO, when: 2026-11-21T15:20:00Z}}\n"
    assert changes(tmp_path, {REDACTIONS: rows, FIRST: update(body="The words are gone.\n")}, capsys) == []


def test_the_first_redactions_account_for_what_goes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file of redactions that is new in the same change."""
    repositories.commit(tmp_path, {path: content for path, content in BASE.items() if path != REDACTIONS})
    base = repositories.git(tmp_path, "rev-parse", "HEAD").strip()
    lay(tmp_path, {REDACTIONS: text(REDACTIONS), LAST: text(LAST).replace("We are", "They are")})
    repositories.commit(tmp_path)
    assert changes(tmp_path, {}, capsys, base) == [f"note words-changed {LAST}:5"]


SPELLING = (
    ("recieved", "received", True),
    ("payment", "payments", True),
    ("Payments", "payments,", True),
    ("form", "from", True),
    ("not", "now", False),
    ("minor", "major", False),
    ("unable", "enable", False),
    ("affected", "unaffected", False),
    ("30", "50", False),
    ("14:05", "14:06", False),
    ("can", "cannot", False),
    ("Tuesday", "Thursday", False),
    ("million", "billion", False),
)


@pytest.mark.parametrize(("old", "new", "same"), SPELLING)
def test_spelling(old: str, new: str, same: bool) -> None:
    """One wrong letter in a long word; never what turns the meaning round."""
    assert is_spelling(old, new) is same
    assert is_spelling(new, old) is same


@pytest.mark.parametrize(
    ("old", "new", "how"),
    [
        ("It is is over.", "It is over.", "typo"),
        ("We recieve teh report.", "We receive the report.", "typo"),
        ("We recieve the reprot.", "We receive the report.", "typo"),
        ("Payments fail for all.", "Payments fail for some.", "correction"),
        ("Payments fail.", "Payments fail for some customers.", "correction"),
        ("Payments fail for all.", "Nothing happened here at all.", "rewrite"),
        ("Payments fail.", "", "rewrite"),
        ("", "Payments fail.", "rewrite"),
    ],
)
def test_manner(old: str, new: str, how: str) -> None:
    """A typo, a correction, or a rewrite."""
    assert manner(difference(old, new)) == how
