"""`postmortem`: what it prefills, what it never touches, when it lets a text out, and how actions are ticked off."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

import golden as golden_files
import repositories
from onrecord.cli import main
from repositories import git

Repository = Callable[[Mapping[str, str | bytes]], Path]
NOW = "--now=2026-11-22T10:00:00Z"
ID = "2026-11-21-checkout-errors"
FOLDER = f"incidents/2026/{ID}"
STORY, INSIDE = f"{FOLDER}/postmortem.md", f"{FOLDER}/internal.md"
EARLIER = "incidents/2026/2026-08-02-checkout-down"
FILES = {
    "site_src/components.yml": """\
        components:
          - {id: checkout, name: Checkout}
          - {id: api, name: The | API}
        """,
    "site_src/policy.yml": """\
        severities:
          major: {acknowledge_within: 5m, update_every: 30m, postmortem_within: 3d}
        roles: {roles: {lead: {does: Decides, escalate: {to: head of engineering, after: 30m}}}}
        """,
    f"{EARLIER}/incident.yml": "title: Checkout [down]\nseverity: major\ncomponents: {checkout: major_outage}\ncauses: [deploy]\n",
    f"{EARLIER}/updates/20260802T100000Z-resolved.md": "---\nat: 2026-08-02T10:00:00Z\nstatus: resolved\n---\nOver.\n",
    f"{EARLIER}/postmortem.md": """\
        ---
        status: published
        published: 2026-08-04T10:00:00Z
        actions:
          - {what: Try each change on one server first, due: 2026-09-01, done: 2026-08-30}
          - {what: "Watch payments, not servers", due: 2026-12-01}
        ---
        ## Root cause
        A change.
        """,
    f"{FOLDER}/incident.yml": """\
        title: Checkout errors
        severity: major
        components: {checkout: partial_outage, api: degraded_performance}
        started: 2026-11-21T23:40:00Z
        detected: 2026-11-21T23:47:00Z
        plan:
          - {step: Take the change back., done: 2026-11-22T00:20:00Z}
          - {step: Check failed orders}
        impact: [{label: Failed payments, value: "1,204"}]
        causes: [deploy]
        """,
    f"{FOLDER}/updates/20261121T235000Z-investigating.md": """\
        ---
        at: 2026-11-21T23:50:00Z
        status: investigating
        next_update_by: 2026-11-22T00:10:00Z
        ---
        We know that *many* of you cannot pay. We are looking into it now.
        """,
    f"{FOLDER}/updates/20261122T001800Z-identified.md": """\
        ---
        at: 2026-11-22T00:18:00Z
        status: identified
        effective: 2026-11-22T00:05:00Z
        components: {checkout: major_outage}
        scope: Card payments in the EU.
        expected_resolution: 2026-11-22T00:30:00Z
        next_update_by: 2026-11-22T00:50:00Z
        ---
        A change of ours is the cause. We are taking it back, one server after the other, which takes about half an hour because each of them has to start again and be looked at. It hurts.
        """,
    f"{FOLDER}/updates/20261122T010500Z-monitoring.md": """\
        ---
        at: 2026-11-22T01:05:00Z
        status: monitoring
        effective: 2026-11-22T00:40:00Z
        components: {checkout: operational, api: operational}
        next_update_by: 2026-11-22T01:30:00Z
        ---
        Payments work.
        """,
    f"{FOLDER}/updates/20261122T012000Z-monitoring.md": """\
        ---
        at: 2026-11-22T01:20:00Z
        corrects: 20261122T001800Z-identified
        next_update_by: 2026-11-22T02:00:00Z
        ---
        It was the UK, too.
        """,
    f"{FOLDER}/updates/20261122T015000Z-resolved.md": """\
        ---
        at: 2026-11-22T01:50:00Z
        status: resolved
        amends: A tenth of the monthly fee
        ---
        It is over. We are sorry.
        """,
}


def run(root: Path, *arguments: str, now: str = NOW) -> int:
    return main(["-C", str(root), "postmortem", now, *arguments])


def ready(root: Path) -> Path:
    """Begins the post-mortem and fills every blank, with line ends of Windows and comments of its own."""
    assert run(root) == 0
    path = root / STORY
    text = path.read_text(encoding="utf-8")
    while "[[" in text:
        before, _, rest = text.partition("[[")
        text = before + "Said." + rest.partition("]]")[2]
    text = text.replace("status: draft", "status:  'draft' # as long as we write")
    path.write_bytes(text.replace("\n", "\r\n").rstrip().encode())
    return path


def test_it_is_prefilled(repository: Repository, golden: golden_files.Golden, capsys: pytest.CaptureFixture[str]) -> None:
    """Every fact of the record stands in it, the late and missing words too; people find blanks."""
    root = repository(FILES)
    assert run(root) == 0
    out = capsys.readouterr().out
    assert out.startswith(f"wrote {STORY}\nwrote {INSIDE}\n\nIt is due by 2026-11-25T01:50:00Z, in 2 d 15 h.\n8 blanks left in postmortem.md, on lines 5, 6, ")
    assert out.endswith(f"Next: fill them, then onrecord postmortem {ID} --publish\n")
    golden("postmortem/postmortem.md", (root / STORY).read_text(encoding="utf-8"))
    golden("postmortem/internal.md", (root / INSIDE).read_text(encoding="utf-8"))
    assert main(["-C", str(root), "check", NOW]) == 0


def test_an_incident_of_no_part(repository: Repository) -> None:
    """Where no part is named there is no table, and the timeline begins all the same."""
    root = repository({path: text for path, text in FILES.items() if path.startswith(("site_src", EARLIER)) and "postmortem" not in path})
    (root / EARLIER / "incident.yml").write_text("title: Odd\nseverity: major\nstarted: 2026-08-02T09:30:00Z\n")
    assert run(root) == 0
    text = (root / EARLIER / "postmortem.md").read_text(encoding="utf-8")
    assert "It lasted 30 min. [[Who was affected, where, and how many?]]\n\n[[What it meant" in text
    assert "- At 09:30 UTC it began.\n- At 10:00 UTC we first said" in text


def test_it_writes_over_nothing(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    """A second run leaves both files alone and says what is left; one that was lost is begun again."""
    root = repository(FILES)
    assert run(root) == 0
    (root / STORY).write_text("---\nstatus: draft\n---\n## Summary\n\nMine. [[why?]]\n", encoding="utf-8")
    capsys.readouterr()
    assert run(root, "checkout-errors") == 0
    out = capsys.readouterr().out
    assert f"{STORY} is there already, and stays as it is.\n{INSIDE} is there already" in out
    assert "1 blank left in postmortem.md, on line 6." in out
    assert "Mine." in (root / STORY).read_text(encoding="utf-8")
    (root / INSIDE).unlink()
    assert run(root, ID) == 0
    assert capsys.readouterr().out.startswith(f"{STORY} is there already, and stays as it is.\nwrote {INSIDE}\n")


def test_publishing_changes_two_lines(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    """`status` in place and `published` below it; comments, quotes, line ends and the missing last one stay."""
    root = repository(FILES)
    path = ready(root)
    before = path.read_bytes()
    assert run(root, "--publish") == 0
    after = path.read_bytes()
    assert after == before.replace(b"'draft' #", b"'published' #").replace(b"we write\r\n", b"we write\r\npublished: 2026-11-22T10:00:00Z\r\n")
    assert "--done ACTION, when one is done" in capsys.readouterr().out
    assert main(["-C", str(root), "check", "--strict", "--only", "records", NOW]) == 0
    assert run(root, ID, "--publish") == 2
    assert "is published already, since 2026-11-22T10:00:00Z" in capsys.readouterr().err


UNREADY = {
    "blanks": ("Said.", "[[Why?]]", "[[Why?]] is still blank"),
    "no root cause": ("## Root cause", "## Something else", "there is no section `Root cause`"),
    "no actions": ("actions:\r\n", "# actions:\r\n", "there are no `actions`"),
}


@pytest.mark.parametrize(("old", "new", "said"), UNREADY.values(), ids=UNREADY)
def test_it_is_not_published_before_it_is_ready(old: str, new: str, said: str, repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    """All that is missing is named, and no byte changes."""
    root = repository(FILES)
    path = ready(root)
    text = path.read_bytes().decode()
    if old.startswith("actions"):
        text = text.replace("  - what:", "#").replace("    owner_role:", "#").replace("    # due", "#")
    path.write_bytes(text.replace(old, new, 1).encode())
    before = path.read_bytes()
    assert run(root, "--publish") == 1
    assert said in capsys.readouterr().err
    assert path.read_bytes() == before


def test_an_action_is_ticked_off(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    """By number or by some of its words; one line is added to the file."""
    root = repository(FILES)
    path = root / EARLIER / "postmortem.md"
    assert run(root, "--done", "watch payments") == 0
    assert "{what: \"Watch payments, not servers\", due: 2026-12-01, done: 2026-11-22}" in path.read_text(encoding="utf-8")
    assert run(root, "checkout-down", "--done", "2") == 2
    assert "was done on 2026-11-22 already" in capsys.readouterr().err
    assert run(root, "checkout-down", "--done", "e") == 2
    err = capsys.readouterr().err
    assert "several actions have `e`" in err
    assert "1. Try each change on one server first (done on 2026-08-30)" in err
    assert run(root, "checkout-down", "--done", "3") == 2


REFUSED = {
    "not over": ({f"{FOLDER}/updates/20261122T015000Z-resolved.md": ""}, (ID,), "is not over, and its timeline would have no end"),
    "nothing waits": ({f"{FOLDER}/incident.yml": "title: x\nseverity: minor\n"}, (), "no incident waits for a post-mortem"),
    "several wait": ({f"{EARLIER}/postmortem.md": "---\nstatus: draft\n---\n"}, (), "several incidents wait for their post-mortem"),
    "both at once": ({}, ("--publish", "--done", "1"), "leave one of --publish and --done out"),
    "nothing to publish": ({}, ("--publish",), "no post-mortem is a draft"),
    "nothing to tick": ({}, (ID, "--done", "1"), f"has no post-mortem\n  to begin it: onrecord postmortem {ID}"),
    "no such record": ({}, ("chekout",), "there is no record `chekout`"),
}


@pytest.mark.parametrize(("files", "arguments", "said"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_meant(
    files: dict[str, str], arguments: tuple[str, ...], said: str, repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each refusal says why, and what to type."""
    root = repository({**FILES, **files})
    for path, text in files.items():
        if not text:
            (root / path).unlink()
    assert run(root, *arguments) == 2
    assert said in capsys.readouterr().err


def test_a_dry_run_and_a_commit(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    """The diff alone; then one commit that holds what was written, under a name of its own."""
    root = repository(FILES)
    repositories.commit(root)
    assert run(root, "--dry-run") == 0
    assert "+status: draft\n" in capsys.readouterr().out
    assert not (root / STORY).exists()
    git(root, "config", "user.name", "R")
    git(root, "config", "user.email", "r@example.com")
    assert run(root, "--commit") == 0
    assert git(root, "show", "--format=%s", "--name-only").split("\n") == [f"incident({ID}): post-mortem begun", "", INSIDE, STORY, ""]


def test_words_count_from_when_readers_had_them(repository: Repository) -> None:
    """What was committed late came late, whatever it says of itself: here as on the page."""
    root = repository({path: text for path, text in FILES.items() if "identified" not in path and path.startswith(("site_src", FOLDER))})
    late = {path: (root / path).read_bytes() for path in FILES if path.startswith(f"{FOLDER}/updates") and (root / path).exists()}
    for path in late:
        (root / path).unlink()
    repositories.commit(root, at="2026-11-21T23:30:00Z")
    repositories.commit(root, late, at="2026-11-22T02:30:00Z")
    assert run(root) == 0
    text = (root / STORY).read_text(encoding="utf-8")
    assert "It reached readers at 02:30 UTC on 22 November. That was 2 h 50 min after it began" in text
    assert "| First word, after it began | 2 h 50 min | within 5 min |" in (root / INSIDE).read_text(encoding="utf-8")
