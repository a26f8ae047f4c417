"""The summary of a build in CI: it says what customers will see, and no word of a record can do anything there."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pyromark
import pytest

import days
import repositories
import saying
from onrecord import cli
from onrecord.model import Incident, Postmortem, PostmortemFile
from onrecord.problems import Place, Problem
from onrecord.render.changes import Change, told
from onrecord.render.messages import CHANNELS, Letters
from onrecord.render.summary import in_markdown
from onrecord.snapshot import derive

SITE = {
    "mkdocs.yml": "site_name: Larkfield\nsite_url: https://status.larkfield.example/\ntheme: {name: material, font: false}\nplugins: [onrecord]\n",
    "incidents/2026/2026-11-21-errors/incident.yml": "title: Checkout errors\nseverity: major\nstarted: 2026-11-21T13:58:00Z\n",
    "incidents/2026/2026-11-21-errors/updates/a.md": (
        "---\nat: 2026-11-21T14:05:00Z\nstatus: identified\nnext_update_by: 2026-11-21T14:35:00Z\n---\nWe found it.\n"
    ),
}
HOSTILE = (
    "<script>alert(1)</script>",
    "<!-- hidden",
    "</details></blockquote><h1>All well</h1>",
    "![x](https://evil.example/x.png)",
    "[click](javascript:alert(1))",
    "<img src=x onerror=alert(1)>",
    "https://evil.example/ and www.evil.example",
    "# A heading",
    "- an item",
    "1. an item",
    "> a quotation",
    "`code` **bold** _slanted_ ~~gone~~",
    "| a | b |",
    "```",
    "&lt;b&gt; &#60;b&#62;",
    "[ref]: https://evil.example",
    "::error::forged",
    "$x$ and \\(y\\)",
    "- [x] ticked",
    "@everyone #1 :boom:",
    "---",
    "    four spaces",
    "\\",
)
ALLOWED = {"details", "summary", "h2", "h3", "h4", "p", "ul", "li", "strong", "code", "blockquote", "br"}


class _Tags(HTMLParser):
    """Every element and all text of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append(f"{tag} with {attrs}" if attrs else tag)

    def handle_comment(self, data: str) -> None:
        self.found.append("comment")

    def handle_data(self, data: str) -> None:
        self.text += data


def _shown(markdown: str) -> _Tags:
    """The summary as a host shows it, with every extension of Markdown turned on."""
    options = pyromark.Options.ENABLE_TABLES | pyromark.Options.ENABLE_GFM | pyromark.Options.ENABLE_TASKLISTS
    options |= pyromark.Options.ENABLE_STRIKETHROUGH | pyromark.Options.ENABLE_FOOTNOTES | pyromark.Options.ENABLE_MATH
    return _Tags(pyromark.html(markdown, options=options))


def _problem(message: str, path: str = "incidents/a.yml", level: Any = "error") -> Problem:
    return Problem(code="OR101", slug="some-rule", level=level, place=Place(path, 3, 5), message=message)


def test_worst_day() -> None:
    """The state, each open incident with its newest words and its promise, kept or late, and the maintenance."""
    snapshot = derive(*days.worst_day())
    shown = _shown(in_markdown(snapshot, [])).text
    assert snapshot.overall.description in shown
    for view in (*snapshot.open_incidents, *snapshot.active_maintenance):
        assert view.title in shown
    assert "min late" in shown
    assert "The next update is promised by 21 Nov 2026" in shown
    assert "In the records" not in shown


def test_quiet_day() -> None:
    """One calm line where nothing is open, and the commit."""
    shown = _shown(in_markdown(saying.snapshot(at="12:00"), [])).text
    assert "All Systems Operational" in shown
    assert "Nothing is open, and nothing is planned." in shown
    assert "from no commit" in shown


def test_findings_that_count() -> None:
    """Errors come first, notes are left out, and the count says how many there are."""
    found = [_problem("soft", level="warning"), _problem("hard"), _problem("a remark", level="note")]
    shown = _shown(in_markdown(saying.snapshot(at="12:00"), found)).text
    assert "In the records: 1 error, 1 warning" in shown
    assert shown.index("hard") < shown.index("soft")
    assert "incidents/a.yml:3:5" in shown
    assert "a remark" not in shown


@pytest.mark.parametrize("text", HOSTILE)
def test_text_can_say_anything_and_do_nothing(text: str) -> None:
    """Whatever a title, a component, an update, a path or a finding holds is shown as it is."""
    said = saying.update("u", "14:05", status="identified", next_update_by="14:30")
    words = replace(said, body=f"Before\n\n~~~~~~\n{text}\n~~~~~~\n")
    incident = saying.record(words, title=text, components={"api": "partial_outage"}, started="13:58")
    parts = {"api": {"name": text}}
    markdown = in_markdown(saying.snapshot(incident, at="14:10", components=parts), [_problem(text, path=text)])
    shown = _shown(markdown)
    assert set(shown.found) <= ALLOWED
    assert shown.text.count(" ".join(text.split())) == 5


def test_text_that_runs_backwards_is_shown() -> None:
    """A character that would turn a line around is named instead."""
    incident = saying.record(title="Checkout \u202eko", started="13:58")
    markdown = in_markdown(saying.snapshot(incident, at="14:10"), [])
    assert "\u202e" not in markdown
    assert "Checkout (U+202E)ko" in _shown(markdown).text


def test_length_is_bounded() -> None:
    """A host refuses a summary of a megabyte, so long words and long lists are cut, and it is said how many are left out."""
    words = replace(saying.update("u", "14:05", status="identified"), body="&<>" * 100_000)
    incidents = [saying.record(words, id=f"2026-11-21-n{n:03}", title="!" * 5_000, started="13:58") for n in range(200)]
    markdown = in_markdown(saying.snapshot(*incidents, at="14:10"), [_problem("*" * 9_000)] * 500)
    assert len(markdown.encode()) < 500_000
    assert "… and 180 more." in markdown
    assert "… and 480 more: `onrecord check`" in markdown


def test_build_appends_it(repository: Any, tmp_path: Path) -> None:
    """`--summary` adds to what earlier steps wrote, also when a record is broken."""
    file = tmp_path / "summary.md"
    file.write_text("before\n")
    root = repository({**SITE, "incidents/2026/2026-11-20-bad/incident.yml": "title: [\n"})
    arguments = ["-C", str(root), "build", "--now", "2026-11-21T14:10:00Z", "--summary", str(file)]
    assert cli.main(arguments) == 1
    written = file.read_text(encoding="utf-8")
    assert written.startswith("before\n## ")
    shown = _shown(written).text
    assert "Checkout errors" in shown
    assert "We found it." in shown
    assert "2026-11-20-bad" in shown
    assert "In the records: 1 error" in shown


def test_unwritable_summary_is_wrong_usage(repository: Any) -> None:
    """It is told before anything is built."""
    root = repository(SITE)
    assert cli.main(["-C", str(root), "build", "--summary", str(root / "missing" / "summary.md")]) == 2
    assert not (root / "site").exists()


# ---------------------------------------------------------------- what a change does


def _told(before: tuple[Incident, ...], after: tuple[Incident, ...], at: str = "14:30", **options: Any) -> str:
    """The lines on that change, as a host shows them; every element is one that we write ourselves."""
    change = Change(before=saying.snapshot(*before, at=at, **options), after=saying.snapshot(*after, at=at, **options), letters=Letters())
    shown = _shown("\n".join(told(change)))
    assert set(shown.found) <= ALLOWED
    return shown.text


def _record(*said: tuple[str, dict[str, Any], str], **head: Any) -> Incident:
    updates = tuple(replace(saying.update(f"u{n}", at, **front), body=body) for n, (at, front, body) in enumerate(said))
    return saying.record(*updates, **{"title": "Checkout errors", "components": {"checkout": "partial_outage"}, "started": "13:58", "severity": "major", **head})


FIRST = ("14:05", {"status": "investigating", "next_update_by": "14:20"}, "Payments fail for a third.")
SECOND = ("14:28", {"status": "identified", "next_update_by": "15:00", "components": {"checkout": "major_outage"}}, "A change of ours is the cause.")


def test_a_new_record() -> None:
    """The banner before and after, its promise, and the message of each channel."""
    shown = _told((), (_record(FIRST),), at="14:10")
    assert "The banner before: All Systems Operational" in shown
    assert "The banner after: Minor Service Outage, Checkout errors" in shown
    assert "A new record, Investigating: 2026-11-21-checkout-errors" in shown
    assert "It promises the next update by 21 Nov 2026, 14:20 UTC, in 10 min" in shown
    for channel in CHANNELS.values():
        assert f"{channel.title}: " in shown
    assert shown.count("Payments fail for a third.") >= 5


@pytest.mark.parametrize(("at", "how"), [("14:18", "kept"), ("14:28", "missed: 8 min late")])
def test_a_further_update(at: str, how: str) -> None:
    """The new state and promise, what it does to each part, and what became of the promise before."""
    second = (at, *SECOND[1:])
    shown = _told((_record(FIRST),), (_record(FIRST, second),))
    assert "From Investigating to Identified" in shown
    assert "The banner after: Partial System Outage" in shown
    assert "It promises the next update by 21 Nov 2026, 15:00 UTC, in 30 min" in shown
    assert f"The promise before, for 21 Nov 2026, 14:20 UTC, is {how}" in shown


def test_a_last_update() -> None:
    """Nothing more is promised, and the banner is calm again."""
    over = ("14:29", {"status": "resolved"}, "Payments work again. We are sorry.")
    shown = _told((_record(FIRST),), (_record(FIRST, over),))
    assert "From Investigating to Resolved" in shown
    assert "The banner after: All Systems Operational" in shown
    assert "promises" not in shown


def test_what_changes_nothing() -> None:
    """A pull request about something else says so in two lines; other records are not told."""
    shown = _told((_record(FIRST),), (_record(FIRST),))
    assert "The banner stays: Minor Service Outage" in shown
    assert "No record says anything else to customers." in shown
    assert "E-mail" not in shown


def test_what_stays_inside_is_no_change() -> None:
    """Notes, waivers and the keys of alerts: no customer sees them."""
    inside = {"internal": {"notes": "db7"}, "waivers": [{"rule": "OR203", "reason": "x"}], "alerts": ["form:1"]}
    assert "No record says anything else to customers." in _told((_record(FIRST),), (_record(FIRST, **inside),))


def test_a_post_mortem() -> None:
    """That it is new, and whether readers will see it."""
    plain = _record(FIRST)
    draft = replace(plain, postmortem=Postmortem(path="p.md", head=PostmortemFile(), body="Words."))
    out = replace(plain, postmortem=Postmortem(path="p.md", head=PostmortemFile(status="published", published=saying.clock("14:00")), body="Words."))
    assert "Its post-mortem is new, as a draft" in _told((plain,), (draft,))
    assert "Its post-mortem is changed, as published" in _told((draft,), (out,))


def test_a_record_that_is_taken_away() -> None:
    """It is named, since what was published should stay."""
    assert "Taken away: 2026-11-21-checkout-errors, “Checkout errors”" in _told((_record(FIRST),), ())


def test_a_notice_and_a_maintenance() -> None:
    """A notice has no messages of its own; a maintenance has those of its phase."""
    notice = saying.record(kind="notice", title="Fair in Leeds", id="2026-11-21-fair", **{"from": "13:00", "until": "18:00"})
    shown = _told((), (notice,))
    assert "A new record, Notice" in shown
    assert "E-mail" not in shown
    plan = saying.record(
        replace(saying.update("m", "10:00", status="scheduled"), body="We upgrade the database."), kind="maintenance", title="Upgrade",
        id="2026-11-22-upgrade", components={"api": "under_maintenance"}, scheduled=saying.window("22T10:00", "22T12:00"),
    )  # fmt: skip
    assert "Under maintenance: Api" in _told((), (plan,))


@pytest.mark.parametrize("text", HOSTILE)
def test_a_change_can_say_anything_and_do_nothing(text: str) -> None:
    """Whatever a title, a part, words or a template hold is shown as it is, in every message."""
    words = (FIRST[0], FIRST[1], f"Before\n\n~~~~~~\n{text}\n~~~~~~\n")
    parts = {"checkout": {"name": text}}
    shown = _told((), (_record(words, title=text),), components=parts)
    assert shown.count(" ".join(text.split())) >= 8
    change = Change(before=saying.snapshot(at="14:30"), after=saying.snapshot(_record(FIRST), at="14:30"), letters=Letters(own={"frames/chat.txt": f"{{{{ nothing }}}} {text}"}))
    assert set(_shown("\n".join(told(change))).found) <= ALLOWED


def test_the_length_of_a_change_is_bounded() -> None:
    """A host refuses a megabyte: four records in full, twenty by name."""
    many = [_record((FIRST[0], FIRST[1], "&<>" * 50_000), id=f"2026-11-21-n{n:03}", title="!" * 5_000) for n in range(100)]
    change = Change(before=saying.snapshot(at="14:30"), after=saying.snapshot(*many, at="14:30"), letters=Letters())
    written = "\n".join(told(change))
    assert len(written.encode()) < 500_000
    assert "96 more records change:" in written


def test_build_compares_with_a_commit(committed: Any, tmp_path: Path) -> None:
    """With `--base` the summary begins with the change; a commit that is not there is wrong usage."""
    file, root = tmp_path / "summary.md", committed(SITE)
    base = repositories.git(root, "rev-parse", "HEAD").strip()
    head = "incidents/2026/2026-11-21-errors/updates/"
    repositories.commit(root, {f"{head}b.md": "---\nat: 2026-11-21T14:20:00Z\nstatus: monitoring\nnext_update_by: 2026-11-21T15:00:00Z\n---\nIt works again.\n"})
    arguments = ["-C", str(root), "build", "--now", "2026-11-21T14:30:00Z", "--summary", str(file)]
    assert cli.main([*arguments, "--base", base]) == 0
    written = file.read_text(encoding="utf-8")
    assert written.startswith("## What this changes\n")
    shown = _shown(written).text
    assert "From Identified to Monitoring" in shown
    assert "The promise before, for 21 Nov 2026, 14:35 UTC, is kept" in shown
    assert cli.main([*arguments, "--base", "nowhere"]) == 2
