"""The pages of records, post-mortems, months and the history."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest

import days
from golden import Golden
from onrecord.files import WorkTree
from onrecord.model import Dataset, Incident, Postmortem, PostmortemFile
from onrecord.render.artifacts import DEPTH, PageContent
from onrecord.render.badges import badges
from onrecord.render.calendar import calendars
from onrecord.render.feeds import feeds as all_feeds
from onrecord.render.pages import pages, pictures
from onrecord.snapshot import derive
from onrecord.templating import environment
from onrecord.times import parse_instant

GOLDEN = [
    ("worst", "incidents/2026-11-21-card-payments-fail/", "incident-open"),
    ("worst", "incidents/2026-11-21-reports-late/", "incident-late"),
    ("worst", "incidents/2026-11-04-sign-in-fails/", "incident-over"),
    ("worst", "incidents/2026-11-04-sign-in-fails/postmortem/", "postmortem"),
    ("worst", "incidents/2026-11-21-search-index-second-half/", "maintenance"),
    ("worst", "history/", "history"),
    ("worst", "history/2026-11/", "month"),
    ("worst", "404.html", "missing"),
]


def site(dataset: Dataset, at: datetime) -> dict[str, PageContent]:
    """Every page by its address."""
    return {page.address: page for page in pages(derive(dataset, at), days.SITE, environment())}


@pytest.fixture(scope="module")
def worst() -> dict[str, PageContent]:
    """The pages of the worst day."""
    return site(*days.worst_day())


@pytest.mark.parametrize(("address", "name"), [row[1:] for row in GOLDEN], ids=[row[2] for row in GOLDEN])
def test_the_whole_page(worst: dict[str, PageContent], address: str, name: str, golden: Golden) -> None:
    """The page as it was looked at last."""
    golden(f"pages/{name}.html", worst[address].content)


class _Outline(HTMLParser):
    """Headings, ids and links of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.levels: list[int] = []
        self.ids: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if re.fullmatch(r"h[1-6]", tag):
            self.levels.append(int(tag[1]))
        if found.get("id"):
            self.ids.append(str(found["id"]))
        if tag == "a" and found.get("href"):
            self.links.append(str(found["href"]))


def outline(page: PageContent) -> _Outline:
    """What the page is made of."""
    parser = _Outline()
    parser.feed(page.content)
    return parser


def test_headings_are_in_order_and_ids_unique(worst: dict[str, PageContent]) -> None:
    """Each page has one h1, which comes first, skips no level below it, and no id twice."""
    for address, page in worst.items():
        found = outline(page)
        assert found.levels[0] == 1, address
        assert found.levels.count(1) == 1, address
        assert all(after - before <= 1 for before, after in zip(found.levels, found.levels[1:], strict=False)), address
        assert len(found.ids) == len(set(found.ids)), address


def test_links_lead_to_pages_that_exist(worst: dict[str, PageContent]) -> None:
    """Every relative link, resolved from its page's depth, is a page, a feed or an anchor that is there."""
    feeds = {feed.path for page in worst.values() for feed in page.feeds}
    snapshot, templates = derive(*days.worst_day()), environment()
    makers = (calendars, all_feeds, badges)
    feeds |= {"embed/", *(artifact.path for make in makers for artifact in make(snapshot, days.SITE, templates))}
    for address, page in worst.items():
        found = outline(page)
        for link in found.links:
            if re.match(r"https?:|mailto:|/|(?:\.\./)*api/", link):
                continue
            path, _, anchor = link.partition("#")
            base = [] if page.kind == "missing" else address.split("/")[:-1]
            for step in path.split("/"):
                base = base[:-1] if step == ".." else [*base, step] if step else base
            target = "/".join(base) + ("/" if base and not path.endswith((".atom", ".rss", ".json", ".ics", ".svg")) else "")
            assert target in worst or target in feeds, f"{address}: {link}"
            if anchor:
                assert anchor in outline(worst[target]).ids, f"{address}: {link}"


def test_depth_and_neighbours(worst: dict[str, PageContent]) -> None:
    """The address of each page is as deep as its shell, and its neighbours exist."""
    for address, page in worst.items():
        assert page.kind == "missing" or address.count("/") == DEPTH[page.kind]
        assert all(near is None or near in worst for near in (page.previous, page.following))


def test_a_page_of_the_past_does_not_change_with_the_clock() -> None:
    """Days later, the page of an incident that is over has the same bytes."""
    dataset, at = days.worst_day()
    address = "incidents/2026-11-04-sign-in-fails/"
    later = site(dataset, at + timedelta(days=3))[address]
    assert site(dataset, at)[address].content == later.content


def test_promises_are_told_kept_or_missed(worst: dict[str, PageContent]) -> None:
    """Each earlier promise says what became of it."""
    content = worst["incidents/2026-11-04-sign-in-fails/"].content
    assert "08:10 UTC</time>: came 10 min late" in content
    assert "09:00 UTC</time>: kept" in content
    assert "1 of 2 kept" in content


def test_a_correction_points_both_ways(worst: dict[str, PageContent]) -> None:
    """What was set right and what sets it right link to each other."""
    content = worst["incidents/2026-11-21-reports-late/"].content
    assert 'href="#20261121T115200Z-investigating-0000">Sets an earlier update right' in content
    assert 'href="#20261121T131000Z-monitoring-0002">A later update sets this one right' in content


def told(record: Incident, at: str = "2026-11-22T12:00:00Z") -> str:
    """The words of the page of that record alone, on one line."""
    dataset = Dataset(incidents=(record,), components=days.worst_day()[0].components)
    content = site(dataset, parse_instant(at))[f"incidents/{record.id}/"].content
    return " ".join(re.sub(r"<[^>]+>", " ", content).split())


def test_a_correction_shows_what_was_claimed() -> None:
    """A reader can see what was set right, at the update that said it and at the one that mended it."""
    wrong = ("2026-11-21T11:41:00Z", {"status": "investigating", "components": {"checkout": "major_outage"}}, "All.")
    right = ("2026-11-21T11:58:00Z", {"status": "identified", "corrects": "20261121T114100Z-investigating-0000", "components": {"checkout": "partial_outage"}}, "A few.")
    words = told(days.incident("2026-11-21-x", [wrong, right], title="Checkout"))
    assert "Partial outage : Checkout Set right: not Major outage Checkout Counts from 21 Nov 2026, 11:41 UTC" in words
    assert "All. Claimed then: Major outage Checkout" in words


def test_a_moved_maintenance_says_from_when_to_when() -> None:
    """The window that it was moved to stands with the update that moved it, beside the one before."""
    moved = {"status": "scheduled", "scheduled": {"from": "2026-12-09T05:00:00Z", "until": "2026-12-09T07:00:00Z"}}
    said = [("2026-11-20T09:00:00Z", {"status": "scheduled"}, "Soon."), ("2026-11-21T09:00:00Z", moved, "Later.")]
    head = {"title": "Work", "kind": "maintenance", "scheduled": {"from": "2026-12-02T05:00:00Z", "until": "2026-12-02T07:00:00Z"}}
    words = told(days.incident("2026-12-02-x", said, **head))
    assert "Later. New time: 9 Dec 2026, 05:00 – 07:00 UTC (was 2 Dec, 05:00 – 07:00 UTC )" in words


def test_minutes_beyond_the_window_are_called_not_planned() -> None:
    """An overrun can be told from the announced minutes."""
    said = [("2026-11-20T09:00:00Z", {"status": "scheduled"}, "Soon."), ("2026-11-21T06:52:00Z", {"status": "completed"}, "Done.")]
    head = {"title": "Work", "kind": "maintenance", "components": {"checkout": "under_maintenance"}, "scheduled": {"from": "2026-11-21T04:00:00Z", "until": "2026-11-21T06:00:00Z"}}
    words = told(days.incident("2026-11-21-x", said, **head))
    assert "Under maintenance not planned 21 Nov 2026, 06:00 – 06:52 UTC · 52 min" in words


def test_a_workaround_is_told_before_it_is_needed_and_by_whom_it_was_given() -> None:
    """Work that lies ahead shows it as the home page does; each update shows what it advised."""
    said = [("2026-11-20T09:00:00Z", {"status": "scheduled", "workaround": "Sell offline."}, "Soon."), ("2026-11-21T09:00:00Z", {"status": "scheduled", "workaround": ""}, "No need.")]
    head = {"title": "Work", "kind": "maintenance", "scheduled": {"from": "2026-12-02T05:00:00Z", "until": "2026-12-02T07:00:00Z"}}
    assert "Meanwhile Sell offline. Updates" in told(days.incident("2026-12-02-x", said[:1], **head))
    words = told(days.incident("2026-12-02-x", said, **head))
    assert "Soon. Workaround given with this update Sell offline." in words
    assert "No need. The workaround given before does not hold any more." in words


def test_actions_have_a_state(worst: dict[str, PageContent]) -> None:
    """Done, open and overdue are words."""
    content = worst["incidents/2026-11-04-sign-in-fails/postmortem/"].content
    assert [state for state in ("Done on 5 November 2026", "Overdue by 6 days", "Open") if f">{state}<" in content] == ["Done on 5 November 2026", "Overdue by 6 days", "Open"]


def test_an_update_that_cannot_be_read_is_marked() -> None:
    """Its words stand in the page, and the page says what is wrong with it."""
    record = days.incident("2026-11-21-x", [("2026-11-21T14:00:00Z", {"status": "investigating"}, "Words <script>x</script> here.")], title="X")
    broken = type(record.updates[0])(id="broken", path="p", head=record.updates[0].head, body="Words <script>x</script> here.", unread=True)
    dataset = Dataset(incidents=(type(record)(id=record.id, path=record.path, head=record.head, updates=(broken,)),))
    content = site(dataset, days.WORST)["incidents/2026-11-21-x/"].content
    assert "has a mistake in its form" in content
    assert "Words  here." in content


def test_a_draft_is_not_published() -> None:
    """Neither its page nor a link to it nor its pictures exist."""
    draft = Postmortem(path="p/postmortem.md", head=PostmortemFile(), body="secret", pictures=("a.png",))
    record = days.incident("2026-11-04-x", [("2026-11-04T14:00:00Z", {"status": "resolved"}, "Over.")], draft, title="X")
    found = site(Dataset(incidents=(record,)), days.WORST)
    assert not [address for address, page in found.items() if address.endswith("/postmortem/") or "secret" in page.content]


@pytest.mark.parametrize(
    ("body", "description"),
    [
        ("It broke.", "It broke."),
        ("## What happened\n\nA certificate expired.", "A certificate expired."),
        ("# Post-mortem\n\n## Summary\nIt broke.\n\n## Impact\nAll.", "It broke. Impact All."),
        ("## Summary", "Summary"),
    ],
    ids=["plain words", "one heading", "two headings", "nothing but a heading"],
)
def test_a_postmortem_is_described_by_its_first_words(body: str, description: str) -> None:
    """Not by its headings, however many there are."""
    head = PostmortemFile.model_validate({"status": "published", "published": "2026-11-05T00:00:00Z"})
    story = Postmortem(path="incidents/2026/2026-11-04-x/postmortem.md", head=head, body=body)
    record = days.incident("2026-11-04-x", [("2026-11-04T14:00:00Z", {"status": "resolved"}, "Over.")], story, title="X")
    assert site(Dataset(incidents=(record,)), days.WORST)["incidents/2026-11-04-x/postmortem/"].description == description


def test_pictures_lie_where_the_page_looks(tmp_path: Path) -> None:
    """A picture beside the post-mortem is published beside its page; one that is gone or could run something is left out."""
    folder = tmp_path / "incidents/2026/2026-11-04-x"
    folder.mkdir(parents=True)
    png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x1e\0\0\0\x14"
    (folder / "errors.png").write_bytes(png)
    (folder / "alive.svg").write_bytes(b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>")
    head = PostmortemFile.model_validate({"status": "published", "published": "2026-11-05T00:00:00Z"})
    story = Postmortem(path="incidents/2026/2026-11-04-x/postmortem.md", head=head, body="![x](errors.png)", pictures=("errors.png", "gone.png", "alive.svg"))
    record = days.incident("2026-11-04-x", [("2026-11-04T14:00:00Z", {"status": "resolved"}, "Over.")], story, title="X")
    snapshot = derive(Dataset(incidents=(record,)), days.WORST)
    assert [(a.path, a.data) for a in pictures(snapshot, WorkTree(tmp_path))] == [("incidents/2026-11-04-x/postmortem/errors.png", png)]


def test_a_long_history_lists_its_old_months_by_name() -> None:
    """The newest months are listed in full, all others by name and count."""
    records = tuple(
        days.incident(f"20{year}-{month:02}-{day:02}-x", [(f"20{year}-{month:02}-{day:02}T10:00:00Z", {"status": "resolved"}, "Over.")], title="X")
        for year in (25, 26)
        for month in range(1, 10)
        for day in range(1, 11)
    )
    content = site(Dataset(incidents=records), days.WORST)["history/"].content
    assert content.count('class="entry"') == 40
    assert '<a href="2025-09/">September 2025</a> <span class="quiet">10 incidents</span>' in content
