"""Feeds: valid, stable, in order, and safe with whatever people or attackers write."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import feedparser
import html5lib
import pytest
from lxml import etree

import days
from golden import Golden
from onrecord.model import Component, Dataset, Group, Incident, Postmortem, PostmortemFile, UpdateFile
from onrecord.render.feeds import feeds
from onrecord.settings import FEED_LENGTH, Site
from onrecord.snapshot import derive
from onrecord.templating import environment
from onrecord.times import HOUR, parse_instant

NAMES = ("history.atom", "history.rss", "updates.atom", "updates.rss", "feed.json")
RELAX_NG = etree.RelaxNG(etree.parse(str(Path(__file__).parent / "schemas" / "atom.rng")))
NOON = parse_instant("2026-11-21T12:00:00Z")
HOSTILE = '</title>]]><script>alert(1)</script>&amp; "<img src=x onerror=alert(1)> \x00\x0b\x1b\ud800\ufffe {{ 7*7 }}'


def written(dataset: Dataset, at: Any = NOON, site: Site = days.SITE) -> dict[str, bytes]:
    """The feeds of that dataset, by name."""
    return {artifact.path: artifact.data for artifact in feeds(derive(dataset, at), site, environment())}


def entries(data: bytes) -> list[Any]:
    """What a reader makes of the entries; a feed that it cannot read fails."""
    if data.startswith(b"{"):
        return [_item(item) for item in json.loads(data)["items"]]
    parsed = feedparser.parse(data)
    assert not parsed.bozo, parsed.get("bozo_exception")
    return list(parsed.entries)


def _item(item: dict[str, Any]) -> Any:
    """An item of a JSON Feed, as feedparser would show it."""
    assert set(item) == {"id", "url", "title", "content_html", "date_published", "date_modified", "tags"}
    when = {f"{name}_parsed": datetime.fromisoformat(item[f"date_{key}"]).timetuple() for name, key in (("published", "published"), ("updated", "modified"))}
    content = [feedparser.FeedParserDict(value=item["content_html"])]
    return feedparser.FeedParserDict(id=item["id"], link=item["url"], title=item["title"], content=content, tags=item["tags"], **when)


def one(*updates: tuple[str, dict[str, Any], str], **head: Any) -> Dataset:
    """A dataset with one record."""
    record = days.incident("2026-11-21-errors", updates, **{"title": "Errors", "started": "2026-11-21T09:00:00Z", **head})
    return Dataset(incidents=(record,))


def words(entry: Any) -> str:
    """What a reader sees of an entry, without markup."""
    return re.sub(r"<[^>]*>", "", entry.content[0].value)


TWO = (
    ("2026-11-21T09:10:00Z", {"status": "investigating", "next_update_by": "2026-11-21T10:00:00Z"}, "We look into it."),
    ("2026-11-21T10:30:00Z", {"status": "resolved"}, "It is over."),
)


@pytest.mark.parametrize("day", [days.worst_day, days.quiet_day], ids=["worst day", "quiet day"])
def test_feeds_are_valid(day: Callable[[], tuple[Dataset, Any]]) -> None:
    """Atom feeds hold to the grammar of RFC 4287, and a reader finds ids and times in all of them."""
    for name, data in written(*day()).items():
        if name.endswith(".atom"):
            assert RELAX_NG.validate(etree.fromstring(data)), f"{name}: {RELAX_NG.error_log}"
        found = entries(data)
        assert found or name.startswith(("components/", "groups/", "severity/")), name
        assert len({entry.id for entry in found}) == len(found)
        assert all(entry.get("published_parsed") and entry.link and entry.title for entry in found)


@pytest.mark.parametrize("name", NAMES)
def test_worst_day_is_as_it_was_looked_at(name: str, golden: Golden) -> None:
    """The feeds of the worst day, byte for byte."""
    golden(f"feeds/{name}", written(*days.worst_day())[name])


def test_bytes_do_not_depend_on_the_clock() -> None:
    """Two builds differ in no byte, and neither does one an hour later when nothing was said."""
    dataset, at = days.worst_day()
    assert written(dataset, at) == written(dataset, at) == written(dataset, at + HOUR)


def test_json_feed_has_what_its_version_asks_for() -> None:
    """The keys of version 1.1, with the address of the feed itself and of the page that it belongs to."""
    found = json.loads(written(*days.worst_day())["components/checkout/feed.json"])
    assert list(found) == ["version", "title", "home_page_url", "feed_url", "description", "language", "authors", "items"]
    assert found["version"] == "https://jsonfeed.org/version/1.1"
    assert found["feed_url"] == f"{days.SITE.url}components/checkout/feed.json"
    assert found["home_page_url"] == f"{days.SITE.url}components/checkout/"


@pytest.mark.parametrize("name", NAMES)
def test_newest_come_first(name: str) -> None:
    """Entries are in order of time, the newest first, and the feed's own time is the newest one's."""
    data = written(*days.worst_day())[name]
    key = "updated_parsed" if name.endswith(".atom") else "published_parsed"
    times = [entry[key] for entry in entries(data)]
    assert times == sorted(times, reverse=True)
    if not name.endswith(".json"):
        assert feedparser.parse(data).feed.updated_parsed == times[0]


def test_only_the_newest_are_kept() -> None:
    """A feed holds fifty entries, however long the history is."""
    records = tuple(
        days.incident(
            f"2026-10-{day:02d}-errors-{n}",
            [(f"2026-10-{day:02d}T{n:02d}:10:00Z", {"status": "resolved"}, "Over.")],
            title="Errors",
            started=f"2026-10-{day:02d}T{n:02d}:00:00Z",
        )
        for day in range(1, 21)
        for n in range(4)
    )
    made = written(Dataset(incidents=records))
    for name in NAMES:
        found = entries(made[name])
        assert len(found) == FEED_LENGTH
        assert found[0].link.startswith("https://status.larkfield.example/incidents/2026-10-20-errors-3/")


def test_history_entry_moves_and_keeps_its_id() -> None:
    """A record has one entry; a new update moves its time and changes nothing that names it."""
    before, after = (entries(written(one(*TWO[:n]))["history.atom"])[0] for n in (1, 2))
    assert (before.id, before.link, before.published) == (after.id, after.link, after.published)
    assert (before.updated, after.updated) == ("2026-11-21T09:10:00+00:00", "2026-11-21T10:30:00+00:00")
    assert after.content[0].value.index("It is over.") < after.content[0].value.index("We look into it.")


def test_history_item_moves_in_rss() -> None:
    """RSS knows one date, so it is that of the newest update."""
    item = entries(written(one(*TWO))["history.rss"])[0]
    assert item.published == "Sat, 21 Nov 2026 10:30:00 +0000"


def test_postmortem_moves_the_history_entry() -> None:
    """A published post-mortem is news about its record, with an absolute link; a draft is not."""
    for status, updated in (("published", "2026-11-21T11:30:00+00:00"), ("draft", "2026-11-21T10:30:00+00:00")):
        head = PostmortemFile.model_validate({"status": status, "published": "2026-11-21T11:30:00Z"})
        paper = Postmortem(path="incidents/2026/2026-11-21-errors/postmortem.md", head=head, body="## Summary")
        record = replace(one(*TWO).incidents[0], postmortem=paper)
        entry = entries(written(Dataset(incidents=(record,)))["history.atom"])[0]
        assert entry.updated == updated
        address = "https://status.larkfield.example/incidents/2026-11-21-errors/postmortem/"
        assert (address in entry.content[0].value) == (status == "published")


def test_update_entries_never_change() -> None:
    """What comes later, a correction included, changes no byte of an entry that is already out."""
    corrected = ("2026-11-21T11:00:00Z", {"corrects": "20261121T091000Z-investigating-0000"}, "Only a few were affected.")
    said = (*TWO, corrected)
    for name, path in (("updates.atom", "{*}entry"), ("updates.rss", "channel/item")):
        seen: dict[int, set[bytes]] = {}
        for count in range(1, len(said) + 1):
            data = written(one(*said[:count], components={"checkout": "major_outage"}))[name]
            for n, element in enumerate(reversed(etree.fromstring(data).findall(path))):
                seen.setdefault(n, set()).add(etree.tostring(element, with_tail=False))
        assert {n: len(texts) for n, texts in seen.items()} == {0: 1, 1: 1, 2: 1}


def test_the_end_is_told() -> None:
    """The end has an entry of its own that names it."""
    assert entries(written(one(*TWO))["updates.atom"])[0].title == "Resolved: Errors"


def test_update_entry_says_what_it_changes() -> None:
    """Effects as they were then known, the promise, the scope and the links stand in the entry."""
    dataset, at = days.worst_day()
    entry = next(e for e in entries(written(dataset, at)["updates.atom"]) if e.title == "Identified: Card payments fail at checkout")
    for line in (
        "Checkout: Major outage",
        "API: Degraded performance",
        "Next update by 21 Nov 2026, 14:58 UTC",
        "Who is affected: About a third of card payments in the EU",
    ):
        assert line in words(entry).splitlines()
    assert 'href="https://help.larkfield.example/invoice"' in entry.content[0].value


def test_corrected_update_is_marked_in_the_history() -> None:
    """Both stand there, and each names the other."""
    dataset, at = days.worst_day()
    entry = next(e for e in entries(written(dataset, at)["history.atom"]) if e.title == "Reports arrive late")
    assert "This corrects what was said on 21 Nov 2026, 11:52 UTC." in words(entry)
    assert "This was corrected on 21 Nov 2026, 13:10 UTC." in words(entry)


def test_unread_update_shows_its_words() -> None:
    """An update whose file cannot be read is published as its words, and says so."""
    record = one(*TWO).incidents[0]
    broken = replace(record.updates[1], unread=True, head=UpdateFile.model_validate({"at": "2026-11-21T10:30:00Z"}))
    found = entries(written(Dataset(incidents=(replace(record, updates=(record.updates[0], broken)),)))["updates.atom"])
    assert found[0].title == "Update: Errors"
    assert "It is over." in found[0].content[0].value
    assert "could not be read in full" in found[0].content[0].value


@pytest.mark.parametrize("name", NAMES)
def test_hostile_text_does_nothing(name: str) -> None:
    """Whatever stands in titles, names and words, the feed stays readable and carries nothing that runs."""
    link = {"text": "<b onclick=alert(3)>", "url": "https://x.example/?a=1&b='\""}
    said = {"status": "investigating", "scope": "<script>alert(2)</script>", "links": [link]}
    record = one(("2026-11-21T09:10:00Z", said, HOSTILE), title=HOSTILE, workaround=HOSTILE, components={"checkout": "major_outage"})
    component = days.worst_day()[0].components[0].model_copy(update={"id": "checkout", "name": HOSTILE})
    site = replace(days.SITE, name=HOSTILE, description=HOSTILE)
    data = written(replace(record, components=(component,)), site=site)[name]
    if name.endswith(".json"):
        [item] = json.loads(data)["items"]
        title, body = item["title"], item["content_html"]
    else:
        [entry] = etree.fromstring(data).findall("{*}entry") or etree.fromstring(data).findall("channel/item")
        title, body = entry.findtext("{*}title") or entry.findtext("title"), entry.findtext("{*}content") or entry.findtext("description")
    tree = html5lib.parseFragment(body, treebuilder="lxml", namespaceHTMLElements=False)
    elements = [element for part in tree if not isinstance(part, str) for element in part.iter()]
    assert {element.tag for element in elements} <= {"p", "small", "time", "br", "strong", "em", "ul", "li", "a"}
    assert {key for element in elements for key in element.attrib} <= {"href", "datetime", "rel"}
    assert "<script>alert(1)</script>" in title
    assert "{{ 7*7 }}" in body


@pytest.mark.parametrize("name", NAMES)
def test_links_are_absolute(name: str) -> None:
    """No address in a feed depends on where it is read."""
    dataset, at = days.worst_day()
    for entry in entries(written(dataset, at)[name]):
        body = entry.content[0].value if "content" in entry else entry.description
        links = html5lib.parseFragment(body, treebuilder="lxml", namespaceHTMLElements=False)
        found = [a.get("href") for part in links if not isinstance(part, str) for a in part.iter("a")]
        assert all(address.startswith(("https://", "http://", "mailto:")) for address in [entry.link, *found])


@pytest.mark.parametrize(
    ("url", "begins"),
    [
        ("https://status.example.com/", "tag:status.example.com,2026:/"),
        ("https://example.com/status/", "tag:example.com,2026:/status/"),
        ("http://127.0.0.1:8000/", "tag:127.0.0.1,2026:/"),
        ("https://zustände.example/", "tag:xn--zustnde-8wa.example,2026:/"),
    ],
    ids=["a host of its own", "below a path", "this machine", "letters beyond ASCII"],
)
def test_ids_are_tag_uris(url: str, begins: str) -> None:
    """An id is made of the host, the site's path and the record's own id, and of nothing that may change."""
    found = written(one(*TWO), site=replace(days.SITE, url=url))
    assert [e.id for e in entries(found["history.atom"])] == [f"{begins}incidents/2026-11-21-errors"]
    assert [e.id for e in entries(found["updates.rss"])] == [
        f"{begins}incidents/2026-11-21-errors/updates/20261121T103000Z-resolved-0001",
        f"{begins}incidents/2026-11-21-errors/updates/20261121T091000Z-investigating-0000",
    ]


@pytest.mark.parametrize("form", ["atom", "rss"])
def test_feed_names_itself_and_the_page(form: str) -> None:
    """The self link is the feed's own address, the alternate is the page."""
    root = etree.fromstring(written(one(*TWO))[f"history.{form}"])
    links = root.findall(".//{http://www.w3.org/2005/Atom}link[@rel='self']")
    assert [link.get("href") for link in links] == [f"https://status.larkfield.example/history.{form}"]
    page = root.findtext("channel/link") or root.find("{*}link[@rel='alternate']").get("href")
    assert page == "https://status.larkfield.example/"


def test_empty_feeds_are_valid() -> None:
    """A page without a history has feeds to subscribe to, and their time is that of the commit or build."""
    for name, data in written(Dataset()).items():
        assert entries(data) == []
        assert name.endswith(".json") or b"2026" in data
        if name.endswith(".atom"):
            assert RELAX_NG.validate(etree.fromstring(data))


def test_record_without_updates_has_an_entry() -> None:
    """A head that nobody has said anything about yet is in the history, at its start."""
    entry = entries(written(one())["history.atom"])[0]
    assert (entry.title, entry.updated) == ("Errors", "2026-11-21T09:00:00+00:00")
    assert "Nothing has been said about this yet." in entry.content[0].value


def test_notice_ahead_is_kept_back() -> None:
    """A notice is in the feeds from the moment it is shown, and not before."""
    notice: Incident = days.incident(
        "2026-11-21-hours", title="Shorter hours", kind="notice", **{"from": "2026-11-21T11:00:00Z", "until": "2026-11-22T11:00:00Z"}
    )
    dataset = Dataset(incidents=(notice,))
    assert [len(entries(written(dataset, NOON - timedelta(hours=h))["history.rss"])) for h in (2, 0)] == [0, 1]


# ---------------------------------------------------------------- feeds of components and groups


def test_a_part_has_the_same_feeds() -> None:
    """Every component and group, retired ones and empty groups too, so that no reader ever meets a feed that is gone."""
    gone = Component.model_validate({"id": "fax", "name": "Fax", "group": "old", "retired": "2025-01-01"})
    empty = Group.model_validate({"id": "old", "name": "Old"})
    dataset = replace(one(*TWO, components={"fax": "major_outage"}), components=(gone,), groups=(empty,))
    folders = ("", "components/fax/", "groups/old/", "severity/minor/", "severity/major/", "severity/critical/")
    own = "incidents/2026-11-21-errors/updates.atom"
    assert set(written(dataset)) == {own, *(f"{folder}{name}" for folder in folders for name in NAMES)}


@pytest.mark.parametrize("name", NAMES)
def test_a_part_is_told_of_itself_only(name: str) -> None:
    """Only records that name the component, in the head or in any update; each once, with the id and the bytes of the page's feed."""
    dataset, at = days.worst_day()
    found = written(dataset, at)
    whole = {entry.id: entry for entry in entries(found[name])}
    part = entries(found[f"components/api/{name}"])
    assert {entry.link.split("/")[4] for entry in part} == {"2026-11-21-card-payments-fail", "2026-10-02-checkout-down"}
    assert all(entry == whole[entry.id] for entry in part)


@pytest.mark.parametrize("name", NAMES)
def test_a_group_has_no_doubles(name: str) -> None:
    """A record that names three components of a group is there once."""
    dataset, at = days.worst_day()
    found = entries(written(dataset, at)[f"groups/payments/{name}"])
    assert len({entry.id for entry in found}) == len(found)
    assert len([entry for entry in found if "card-payments-fail" in entry.id]) == (1 if name.startswith("history") else 2)


def test_an_update_can_bring_a_record_into_a_feed() -> None:
    """What is named only later has all that was said from the beginning."""
    component = Component.model_validate({"id": "api", "name": "API"})
    said = (TWO[0], ("2026-11-21T10:00:00Z", {"status": "identified", "components": {"api": "major_outage"}}, "The API too."), TWO[1])
    found = written(replace(one(*said), components=(component,)))
    assert len(entries(found["components/api/updates.atom"])) == 3
    assert [entry.title for entry in entries(found["components/api/history.rss"])] == ["Errors"]


@pytest.mark.parametrize("form", ["atom", "rss"])
def test_a_part_feed_names_itself_and_its_page(form: str) -> None:
    """The self link is the feed's own address, the alternate is the part's page, and the title says which part."""
    dataset, at = days.worst_day()
    root = etree.fromstring(written(dataset, at)[f"components/checkout/updates.{form}"])
    links = root.findall(".//{http://www.w3.org/2005/Atom}link[@rel='self']")
    assert [link.get("href") for link in links] == [f"https://status.larkfield.example/components/checkout/updates.{form}"]
    page = root.findtext("channel/link") or root.find("{*}link[@rel='alternate']").get("href")
    assert page == "https://status.larkfield.example/components/checkout/"
    assert (root.findtext("channel/title") or root.findtext("{*}title")) == "Larkfield Status, Checkout: every update"


def test_the_newest_of_a_part_are_kept() -> None:
    """Fifty entries, the newest, in order, also where one record has more updates than that."""
    many = [(f"2026-11-20T{n // 60:02d}:{n % 60:02d}:00Z", {"status": "investigating"}, "Still broken.") for n in range(60)]
    late = days.incident("2026-11-21-later", TWO, title="Later", components={"api": "major_outage"})
    first = days.incident("2026-11-20-long", many, title="Long", components={"api": "major_outage"})
    component = Component.model_validate({"id": "api", "name": "API"})
    found = entries(written(Dataset(incidents=(first, late), components=(component,)))["components/api/updates.atom"])
    assert len(found) == FEED_LENGTH
    assert [entry.updated for entry in found] == sorted((entry.updated for entry in found), reverse=True)
    assert [entry.title for entry in found[:3]] == ["Resolved: Later", "Investigating: Later", "Investigating: Long"]


def test_a_severity_is_told_with_those_above_it() -> None:
    """Who follows major incidents hears of critical ones, and not of minor ones or of maintenance."""
    records = tuple(
        days.incident(f"2026-11-2{n}-{severity}", [(f"2026-11-2{n}T09:10:00Z", {"status": "resolved"}, "Over.")], title=severity, severity=severity)
        for n, severity in enumerate(("none", "minor", "major", "critical"))
    )
    made = written(Dataset(incidents=records), at=parse_instant("2026-11-25T00:00:00Z"))
    told = {name: {entry.title for entry in entries(made[f"severity/{name}/history.atom"])} for name in ("minor", "major", "critical")}
    assert told == {"minor": {"minor", "major", "critical"}, "major": {"major", "critical"}, "critical": {"critical"}}


@pytest.mark.parametrize(("at", "there"), [("2026-11-21T09:20:00Z", True), ("2026-12-21T10:29:00Z", True), ("2026-12-21T10:31:00Z", False)])
def test_an_incident_has_a_feed_while_it_is_news(at: str, there: bool) -> None:
    """Until thirty days after its end, with the same entries as the feed of all."""
    made = written(one(*TWO), at=parse_instant(at))
    own = made.get("incidents/2026-11-21-errors/updates.atom")
    assert (own is not None) == there
    if own is not None:
        assert [entry.id for entry in entries(own)] == [entry.id for entry in entries(made["updates.atom"])]
