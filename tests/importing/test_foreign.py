"""What becomes what: the records that the samples of each system make, and the odd things that people write there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import foreign
from foreign import AHEAD, FEED, atom, atom_entry, bring, comment, dataset, issue, line, told
from onrecord.model import Effect, Incident, Kind, Severity

BACK = "Shop is back up in [`db7098c`](https://github.com/x) after 45 minutes."


def facts(incident: Incident) -> tuple[Any, ...]:
    """Title, severity, components, beginning."""
    head = incident.head
    return head.title, str(head.severity), {key: str(effect) for key, effect in head.components.items()}, f"{head.started:%d %H:%M}"


def test_upptime(tmp_path: Path) -> None:
    """An outage that it noticed, with the comments of its people; a window from a comment; what is no incident is left out."""
    done = bring("upptime", foreign.UPPTIME, tmp_path)
    slow, down, move = dataset(tmp_path).incidents
    assert facts(down) == ("Shop is down", "major", {"shop": "major_outage"}, "20 10:00")
    assert [(at, status) for at, status, _ in told(down)] == [("20 10:00", "investigating"), ("20 10:20", ""), ("20 10:45", "resolved")]
    assert told(down)[-1][2] == BACK
    assert facts(slow) == ("API has degraded performance", "minor", {"api": "degraded_performance"}, "20 10:00")
    assert (move.head.kind, move.head.components) == (Kind.maintenance, {"shop": Effect.under_maintenance, "api": Effect.degraded_performance})
    assert told(move) == [("20 10:00", "scheduled", "We move the database.")]
    assert [(item.id, item.outcome) for item in done.items if item.outcome != "imported"] == [("10", "left out")]
    assert any("1 comment of people who do not belong" in remark.text for item in done.items for remark in item.remarks)
    assert [(part.id, str(part.since)) for part in dataset(tmp_path).components] == [("shop", "2020-08-10"), ("api", "2026-11-20")]
    assert dataset(tmp_path).policy.page.name == "Tallerie"
    assert any("2 days of a site with minutes down; 1 of them have no issue" in remark.text for remark in done.remarks)


GH = {
    "number": 7, "title": "🛑 Shop is down", "body": "Down.", "state": "CLOSED", "createdAt": "2026-11-20T10:00:00Z", "closedAt": "2026-11-20T10:45:00Z",
    "labels": [{"name": "status"}, {"name": "shop"}], "url": "https://github.com/tallerie/upptime/issues/7",
    "comments": [{"author": {"login": "tallerie"}, "authorAssociation": "OWNER", "body": f"**Resolved:** {BACK}", "createdAt": "2026-11-20T10:45:00Z"}],
}  # fmt: skip
ISSUES = [
    ("as `gh issue list` writes it", [GH], ["investigating", "resolved"], ""),
    ("closed without a word", [foreign.DOWN], ["investigating", "resolved"], "no update says so"),
    ("open", [{**foreign.DOWN, "state": "open", "closed_at": None}], ["investigating"], ""),
    ("a maintenance without a window", [issue(1, "Soon", "We work.", "maintenance")], [], "has no `start:` and `end:`"),
    ("a window outside a comment", [issue(1, "Soon", "We work.\nstart: 2026-11-25T08:00:00Z\nend: 2026-11-25T09:00:00Z", "maintenance", state="open")], ["scheduled"], "outside a comment"),
    ("a maintenance that nobody closed", [issue(1, "Then", "<!--\nstart: 2026-11-20T10:30:00Z\nend: 2026-11-20T11:30:00Z\n-->\nWork.", "maintenance", state="open")], ["scheduled", "completed"], "no update says so"),
    ("written by hand", [issue(1, "Slow", "All is slow.", "degraded performance")], ["investigating", "resolved"], ""),
    ("a pull request", [{**foreign.DOWN, "pull_request": {}}, foreign.DOWN], ["investigating", "resolved"], ""),
]  # fmt: skip


@pytest.mark.parametrize(("issues", "states", "remark"), [case[1:] for case in ISSUES], ids=[case[0] for case in ISSUES])
def test_issues(tmp_path: Path, issues: list[Any], states: list[str], remark: str) -> None:
    """The states of the one record that the issues make, and what the report says of it."""
    done = bring("upptime", {"issues.json": issues}, tmp_path)
    assert [status for incident in dataset(tmp_path).incidents for _, status, _ in told(incident)] == states
    assert remark in " ".join([*(r.text for item in done.items for r in item.remarks), *(item.reason for item in done.items)])


PAGED = {
    "one after another": f"{json.dumps([foreign.DOWN])}{json.dumps([foreign.issue(8, 'Slow', 'Hm.', 'status')])}\n",
    "in a list": json.dumps([[foreign.DOWN], [foreign.issue(8, "Slow", "Hm.", "status")]]),
}


@pytest.mark.parametrize("text", PAGED.values(), ids=PAGED)
def test_pages_of_an_answer(tmp_path: Path, text: str) -> None:
    """Tools write the pages of a long list in one of two ways; both are the whole list."""
    done = bring("upptime", {"issues.json": text}, tmp_path)
    assert [(item.id, item.outcome) for item in done.items] == [("7", "imported"), ("8", "imported")]


def test_the_words_of_issues(tmp_path: Path) -> None:
    """A link that is broken before its bracket, as Upptime writes it, is whole; of a commented window in a code block nothing is left."""
    fenced = issue(1, "Soon", "We work.\n\n```html\n<!--\nstart: 2026-11-25T08:00:00Z\nend: 2026-11-25T09:00:00Z\n-->\n```", "maintenance", state="open")
    bring("upptime", {"issues.json": [foreign.DOWN, fenced]}, tmp_path)
    down, soon = dataset(tmp_path).incidents
    assert told(down)[0][2].startswith("In [`7642467`](https://github.com/tallerie/upptime/commit/7642467), Shop")
    assert told(soon)[0][2] == "We work."


def test_thanks_come_after_the_end(tmp_path: Path) -> None:
    """A comment long after the closing does not move the end, which is there without a word."""
    bring("upptime", {"issues.json": [foreign.DOWN], "comments.json": [comment(7, "22:00", "Thanks.")]}, tmp_path)
    assert [(at, status) for at, status, _ in told(dataset(tmp_path).incidents[0])] == [("20 10:00", "investigating"), ("20 10:45", "resolved"), ("20 22:00", "")]


def test_words_that_are_made_to_hang(tmp_path: Path) -> None:
    """Openings without an end, by the thousand: read in no time."""
    nasty = "<!--" * 10_000 + "```\n" * 5_000
    issues = [issue(1, " " * 60_000 + "is up", nasty, "status"), issue(2, "Soon", f"{nasty}\nstart: 2026-11-25T08:00:00Z\nend: 2026-11-25T09:00:00Z", "maintenance", state="open")]
    bring("upptime", {"issues.json": issues}, tmp_path / "upptime")
    page = "---\ntitle: x\ndate: 2026-11-20T10:00:00Z\nseverity: major-outage\n---\n" + "::: update " * 40_000
    bring("statusfy", {"content/a.md": page, "content/b.md": page + "|" * 99_000}, tmp_path / "statusfy")
    bring("feed", {"a.atom": atom(atom_entry("1nc000000001", "x", "2026-11-20T10:00:00Z", "<p> <small>" * 40_000 + "[" * 40_000))}, tmp_path / "feed")
    assert len(dataset(tmp_path / "upptime").incidents) == 2


def test_a_comment_that_comes_later_is_added(tmp_path: Path) -> None:
    """The record goes on; the files that are there stay as they are."""
    opened = {**foreign.DOWN, "state": "open", "closed_at": None}
    bring("upptime", {"issues.json": [opened], "comments.json": [comment(7, "10:20", "We restart it.")]}, tmp_path)
    done = bring("upptime", {"issues.json": [foreign.DOWN], "comments.json": [comment(7, "10:20", "We restart it."), comment(7, "10:45", f"**Resolved:** {BACK}")]}, tmp_path)
    assert [item.outcome for item in done.items] == ["updated"]
    assert [status for _, status, _ in told(dataset(tmp_path).incidents[0])] == ["investigating", "", "resolved"]


def test_gcp(tmp_path: Path) -> None:
    """Products, effects that change, places, the end before its words, and a report that becomes the post-mortem."""
    bring("gcp", foreign.GCP, tmp_path)
    (incident,) = dataset(tmp_path).incidents
    assert facts(incident) == ("Elevated errors in Tall Storage", "major", {"tall-storage": "major_outage", "tall-queue": "major_outage"}, "20 09:50")
    assert [(at, status) for at, status, _ in told(incident)] == [("20 10:05", "investigating"), ("20 10:30", ""), ("20 11:40", "resolved")]
    first, second, last = (update.head for update in incident.updates)
    assert (first.scope, second.scope) == ("Frankfurt (europe-west3), Zurich (europe-west6)", "Frankfurt (europe-west3)")
    assert second.components == {"tall-storage": Effect.partial_outage, "tall-queue": Effect.partial_outage}
    assert last.effective == foreign.parse_instant("2026-11-20T11:30:00Z")
    assert incident.postmortem is not None
    assert incident.postmortem.body.startswith("# Incident Report")
    assert incident.head.source is not None
    assert incident.head.source.url == "https://status.cloud.google.com/incidents/xK3"


def test_statusfy(tmp_path: Path) -> None:
    """Updates in blocks, words around them, titles that are no states, JSON in the front matter, names from the locale."""
    bring("statusfy", foreign.STATUSFY, tmp_path)
    errors, move = dataset(tmp_path).incidents
    assert facts(errors) == ("Errors in the shop", "minor", {"the-shop": "partial_outage"}, "20 10:00")
    assert told(errors) == [
        ("20 10:00", "investigating", "Some pages fail\n\nSince this morning some pages fail.\n\nWe look into it."),
        ("20 10:30", "", "**Ongoing:** Still at it."), ("20 11:00", "resolved", "All is well."),
    ]  # fmt: skip
    assert move.head.scheduled is not None
    assert (f"{move.head.scheduled.from_:%d %H:%M}", f"{move.head.scheduled.until:%d %H:%M}") == ("25 08:00", "25 09:30")
    assert told(move) == [("18 10:00", "scheduled", "We move.")]
    assert errors.head.source is not None
    assert errors.head.source.url == "https://status.tallerie.example/incidents/382ee1ab"
    assert [(part.name, part.description) for part in dataset(tmp_path).components] == [("The shop", "Buying"), ("API", None)]


@pytest.mark.parametrize(("files", "severity"), [(foreign.CACHET_2, Severity.none), (foreign.CACHET_3, Severity.minor)], ids=["version 2", "version 3"])
def test_cachet(tmp_path: Path, files: dict[str, Any], severity: Severity) -> None:
    """Both versions make the same record; only version 3 says what its components felt."""
    bring("cachet", files, tmp_path)
    incident = dataset(tmp_path).incidents[-1]
    assert told(incident) == [("20 10:00", "investigating", "We look **into** it."), ("20 10:30", "identified", "A disk is full."), ("20 11:00", "resolved", "All is well.")]
    assert (incident.head.severity, list(incident.head.components)) == (severity, ["shop"])


def test_cachets_schedules_groups_and_zone(tmp_path: Path) -> None:
    """A schedule with its window in the zone that was asked for; who could not see an incident does not get it."""
    done = bring("cachet", foreign.CACHET_2, tmp_path, time_zone="Europe/Berlin")
    move, _ = dataset(tmp_path).incidents
    assert [(at, status) for at, status, _ in told(move)] == [("15 07:00", "scheduled"), ("18 08:30", "completed")]
    assert [(group.id, part.id) for group in dataset(tmp_path).groups for part in dataset(tmp_path).components if part.group == group.id] == [("public", "shop")]
    assert [(item.id, item.reason) for item in done.items if item.outcome == "left out"] == [("2", "not everybody could see it")]


def test_instatus(tmp_path: Path) -> None:
    """States in capitals, HTML to Markdown, the impact as effect, the group of a component, the window of a maintenance."""
    bring("instatus", foreign.INSTATUS, tmp_path)
    errors, move = dataset(tmp_path).incidents
    assert facts(errors) == ("Errors", "minor", {"shop": "partial_outage"}, "20 10:00")
    assert told(errors) == [("20 10:00", "investigating", "We look **into** it."), ("20 11:05", "resolved", "All is well.")]
    assert errors.updates[-1].head.effective == foreign.parse_instant("2026-11-20T11:00:00Z")
    assert told(move) == [("18 08:00", "scheduled", "We move.")]
    assert [(part.id, part.group, str(part.since)) for part in dataset(tmp_path).components] == [("shop", None, "2026-01-01"), ("api", "public", "2026-11-20")]
    page = dataset(tmp_path).policy.page
    assert (page.name, page.source and page.source.id) == ("Tallerie", "pg1")


def test_cachets_updates_in_a_file_of_their_own(tmp_path: Path) -> None:
    """Version 2.3 answers with them on their own."""
    plain = {"id": 3, "name": "Errors", "status": 4, "visible": 1, "message": "Hm.", "created_at": "2026-11-20 10:00:00", "updated_at": "2026-11-20 11:00:00"}
    said = [{"id": 9, "incident_id": 3, "status": 4, "message": "Over.", "created_at": "2026-11-20 11:00:00"}]
    bring("cachet", {"incidents.json": {"data": [plain]}, "updates-3.json": {"data": said}}, tmp_path)
    assert [(at, status) for at, status, _ in told(dataset(tmp_path).incidents[0])] == [("20 10:00", "investigating"), ("20 11:00", "resolved")]


def test_odd_components(tmp_path: Path) -> None:
    """A day that is none and a name that is empty do not stop an import."""
    parts = [{"id": "c1", "name": "", "status": "OPERATIONAL", "startDate": "soon"}, {"id": "", "name": "", "status": "OPERATIONAL"}]
    bring("instatus", {"components.json": parts, "incidents.json": foreign.INSTATUS["incidents.json"]}, tmp_path)
    assert [part.name for part in dataset(tmp_path).components] == ["c1"]


def test_instatus_public_summary(tmp_path: Path) -> None:
    """What anybody can ask for: what is open, without words, with its impact."""
    summary = {
        "page": {"name": "Tallerie", "url": "https://status.tallerie.example", "status": "HASISSUES"},
        "activeIncidents": [{"id": "in9", "name": "Errors", "started": "2026-11-20T10:00:00.000Z", "status": "IDENTIFIED", "impact": "MAJOROUTAGE", "url": "https://status.tallerie.example/in9"}],
        "activeMaintenances": [{"id": "ma9", "name": "Move", "start": "2026-11-25T08:00:00Z", "status": "NOTSTARTEDYET", "duration": "15"}],
    }
    done = bring("instatus", {"summary.json": summary}, tmp_path)
    assert [(incident.head.title, incident.head.kind) for incident in dataset(tmp_path).incidents] == [("Errors", Kind.incident), ("Move", Kind.maintenance)]
    assert {item.outcome for item in done.items} == {"imported"}
    assert dataset(tmp_path).incidents[0].head.severity is Severity.major


# ---------------------------------------------------------------- feeds


def test_statuspages_feed(tmp_path: Path) -> None:
    """Days without a year, entities, the window of what lies ahead; the id of the address is kept as Statuspage's."""
    bring("feed", FEED, tmp_path)
    errors, move = dataset(tmp_path).incidents
    assert (errors.id, errors.head.title) == ("2025-12-31-errors-more", "Errors & more")
    assert told(errors) == [("31 23:40", "investigating", "We look & see."), ("31 23:50", "", "Still at it."), ("01 00:20", "resolved", "All is well.")]
    assert errors.head.source is not None
    assert (errors.head.source.system, errors.head.source.id) == ("statuspage", "1nc000000001")
    assert move.head.scheduled is not None
    assert (f"{move.head.scheduled.from_:%d %H:%M}", f"{move.head.scheduled.until:%d %H:%M}") == ("25 22:00", "26 02:00")


RSS = """\
<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY secret SYSTEM "file:///etc/passwd">]>
<rss version="2.0"><channel><title>Tallerie</title><link>https://status.tallerie.example/</link>
<item><title>[RESOLVED] Slow mail</title><link>https://status.tallerie.example/</link><guid>a1</guid><pubDate>Fri, 20 Nov 2026 10:00:00 +0000</pubDate>
<description>&lt;p&gt;&lt;b&gt;Investigating&lt;/b&gt; - Mail is slow.&lt;/p&gt;&lt;p&gt;The queue is empty &amp;amp; all is well: resolved. &secret;&lt;/p&gt;</description></item>
</channel></rss>
"""
TWO = atom(
    atom_entry("u2", "RESOLVED: Errors", "2026-11-20T11:00:00Z", "<p>All is well.</p>", "https://status.tallerie.example/incidents/e1#2"),
    atom_entry("u1", "Errors", "2026-11-20T10:00:00Z", "<p>We look into it.</p>", "https://status.tallerie.example/incidents/e1#1"),
)
TOKYO = atom(atom_entry("1nc000000002", "Late", "2026-11-20T01:00:20Z", line("Nov 20", "10:00", "Resolved", "Over.", "JST") + line("Nov 20", "09:30", "Investigating", "Hm.", "JST")))
FEEDS = [
    ("a zone that is no word here", TOKYO, "statuspage", [("20 00:30", "investigating"), ("20 01:00", "resolved")]),
    ("one entry for each update", TWO, "feed", [("20 10:00", "investigating"), ("20 11:00", "resolved")]),
    ("RSS, words of any form, and an entity", RSS, "feed", [("20 10:00", "investigating"), ("20 10:00", "resolved")]),
    ("broken XML", TWO.replace("</entry></feed>", ""), "feed", [("20 10:00", "investigating"), ("20 11:00", "resolved")]),
    ("planned, and nothing said yet", atom(atom_entry("ma1nt0000002", "Move", "2026-11-18T08:00:00Z", AHEAD.partition("</p>")[0] + "</p>")), "statuspage", [("25 22:00", "scheduled")]),
    ("a broken tag", TWO.replace("<feed ", "<feed x:9=\"1\" ").replace("</feed>", "<ent9:9 /></feed>"), "feed", [("20 10:00", "investigating"), ("20 11:00", "resolved")]),
    ("the same update twice", atom(atom_entry("1nc000000003", "Double", "2026-11-20T10:00:00Z", line("Nov 20", "10:00", "Update", "Hm.") * 2)), "statuspage", [("20 10:00", "investigating")]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "system", "states"), [case[1:] for case in FEEDS], ids=[case[0] for case in FEEDS])
def test_feeds(tmp_path: Path, text: str, system: str, states: list[tuple[str, str]]) -> None:
    """The states of the one record that a feed makes; nothing of another file gets into it."""
    bring("feed", {"history.xml": text}, tmp_path)
    (incident,) = dataset(tmp_path).incidents
    assert [(at, status) for at, status, _ in told(incident)] == states
    assert incident.head.source is not None
    assert incident.head.source.system == system
    assert not any("root:" in words for _, _, words in told(incident))


@pytest.mark.parametrize("name", ["history.atom", "history.rss", "updates.atom", "updates.rss"])
def test_our_own_feeds(tmp_path: Path, name: str) -> None:
    """Every record and every update that they hold comes back, from either form."""
    done = bring("feed", {name: (foreign.GOLDEN / name).read_text(encoding="utf-8")}, tmp_path)
    assert any("post-mortems, 1 of them" in remark.text for remark in done.remarks) == name.startswith("updates")
    found = {incident.head.title: [status for _, status, _ in told(incident)] for incident in dataset(tmp_path).incidents}
    assert (len(found), sum(map(len, found.values()))) == (13, 24)
    assert found["Card payments fail at checkout"] == ["investigating", "identified"]
    assert "**Identified**" not in told(next(i for i in dataset(tmp_path).incidents if i.head.title.startswith("Card payments")))[-1][2]


def test_several_copies_of_a_feed_are_one_history(tmp_path: Path) -> None:
    """Of each record the newest version counts; a later run adds what is new."""
    old = atom(atom_entry("1nc000000001", "Errors", "2026-11-20T10:00:40Z", line("Nov 20", "10:00", "Investigating", "Hm.")))
    new = atom(atom_entry("1nc000000001", "Errors", "2026-11-20T11:00:20Z", line("Nov 20", "11:00", "Resolved", "Over.") + line("Nov 20", "10:00", "Investigating", "Hm.")))
    bring("feed", {"2026-11-20.atom": old}, tmp_path)
    done = bring("feed", {"2026-11-20.atom": old, "2026-11-21.atom": new}, tmp_path)
    assert [item.outcome for item in done.items] == ["updated"]
    assert [status for _, status, _ in told(dataset(tmp_path).incidents[0])] == ["investigating", "resolved"]


@pytest.mark.parametrize(("end", "states"), [(False, ["investigating"]), (True, ["investigating", "resolved"])])
def test_what_nobody_ended(tmp_path: Path, end: bool, states: list[str]) -> None:
    """It stays open, or ends with its last word where that is asked for."""
    text = atom(
        atom_entry("1nc000000009", "Newer", "2026-11-20T10:00:00Z", line("Nov 20", "10:00", "Resolved", "Over.")),
        atom_entry("1nc000000008", "Older", "2026-10-20T10:00:00Z", line("Oct 20", "10:00", "Investigating", "Hm.")),
    )
    done = bring("feed", {"history.atom": text}, tmp_path, end_unfinished=end)
    assert [status for _, status, _ in told(dataset(tmp_path).incidents[0])] == states
    assert any("no word about its end" in remark.text for item in done.items for remark in item.remarks)


def test_feeds_of_two_pages(tmp_path: Path) -> None:
    """One import is one page."""
    with pytest.raises(foreign.NotThere, match="the feeds are of 2 pages"):
        bring("feed", {"a.atom": TWO, "b.atom": TWO.replace("tallerie", "other")}, tmp_path)
