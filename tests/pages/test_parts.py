"""The pages of components and groups, and the chart of what a record did to them."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from markupsafe import escape

import days
from golden import Golden
from onrecord.model import Component, Dataset, Group
from onrecord.render.artifacts import PageContent
from onrecord.render.pages import pages
from onrecord.render.pages.effects import Chart, chart
from onrecord.snapshot import derive
from onrecord.templating import environment

HOSTILE = '<script>alert(1)</script>" onload="x" & {{ 7 * 7 }}'


def site(dataset: Dataset, at: Any = days.WORST) -> dict[str, PageContent]:
    """Every page by its address."""
    return {page.address: page for page in pages(derive(dataset, at), days.SITE, environment())}


@pytest.fixture(scope="module")
def worst() -> dict[str, PageContent]:
    """The pages of the worst day."""
    return site(*days.worst_day())


def text(html: str) -> str:
    """The words on one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.mark.parametrize("address", ["components/checkout/", "components/webhooks/", "groups/payments/"])
def test_the_whole_page(worst: dict[str, PageContent], address: str, golden: Golden) -> None:
    """The page as it was looked at last."""
    golden(f"pages/{address.strip('/').replace('/', '-')}.html", worst[address].content)


def test_the_page_answers_first(worst: dict[str, PageContent]) -> None:
    """State, since when, and what is open, before anything else."""
    words = text(worst["components/checkout/"].content)
    places = [words.index(part) for part in ("Checkout", "Major outage", "Since 21 Nov 2026, 14:10 UTC", "Card payments fail at checkout", "90 days", "Uptime by month")]
    assert places == sorted(places)


def test_bars_are_also_a_table(worst: dict[str, PageContent]) -> None:
    """The days on which something was felt are rows with words; the drawing is hidden from screen readers."""
    content = worst["components/checkout/"].content
    table = content[content.index('<table class="working"') :].split("</table>")[0]
    rows = [text(row).split()[:5] for row in re.findall(r"<tr><th scope=\"row\">(.*?)</tr>", table)]
    assert rows == [["21", "Nov", "Major", "outage", "14.6"], ["2", "Oct", "Major", "outage", "47"]]
    assert re.search(r'<svg class="bars"[^>]* aria-hidden="true"', content)


def test_an_account_manager_can_do_the_sum(worst: dict[str, PageContent]) -> None:
    """Each row is minutes × weight = minutes down; they add up, and the formula leads to the figure."""
    content = worst["components/checkout/"].content
    november = content[content.index('id="2026-11"') :].split("</details>")[0]
    rows = re.findall(r'<td data-unit="min">([\d.,]+)</td><td>([\d.]+)</td><td>([\d.]+)</td>', november)
    assert [tuple(map(float, row)) for row in rows] == [(12, 0.3, 3.6), (11, 1, 11)]
    assert all(float(minutes) * float(weight) == pytest.approx(float(down)) for minutes, weight, down in rows)
    assert "Minutes that count as down 14.6" in text(november)
    assert "29,721 minutes; 1 − 14.6 ∕ 29,721 = 99.9508%" in text(november)


def test_planned_minutes_are_left_out_of_the_sum(worst: dict[str, PageContent]) -> None:
    """They stand there with why they do not count."""
    november = worst["components/search/"].content.split('id="2026-11"')[1].split("</details>")[0]
    assert "since 21 Nov 2026, 14:00 UTC Move of the search index, second half" in text(november)
    assert "21 planned left out" in text(november)
    assert "29,721 minutes − 21 planned = 29,700 known; 1 − 0 ∕ 29,700 = 100%" in text(november)


def test_unknown_days_are_said_to_be_unknown(worst: dict[str, PageContent]) -> None:
    """Days before a part existed are drawn low, named in words, and left out of the sum."""
    content = worst["components/webhooks/"].content
    assert 'class="unknown"' in content
    assert "Before 5 October 2026 its state is unknown." in content
    assert "44,700 minutes − 5,760 unknown = 38,940 known; 1 − 0 ∕ 38,940 = 100%" in text(content)


def dataset(*records: Any, **component: Any) -> Dataset:
    """A page with one component in one group."""
    part = Component.model_validate({"id": "fax", "name": "Fax", "group": "old", **component})
    return Dataset(incidents=records, components=(part,), groups=(Group.model_validate({"id": "old", "name": "Old things"}),))


def test_a_retired_part_keeps_its_past() -> None:
    """Its page says since when it is gone; the group has no state, and both keep their feeds."""
    past = days.incident("2026-01-05-x", [("2026-01-05T11:00:00Z", {"status": "resolved"}, "Over.")], title="Paper was out", components={"fax": "major_outage"}, started="2026-01-05T10:00:00Z")
    found = site(dataset(past, retired="2026-02-01"))
    part, group = (found[address] for address in ("components/fax/", "groups/old/"))
    assert "Retired on 1 February 2026. Its past stays here." in text(part.content)
    assert "Operational" not in text(part.content)
    assert "January 2026 60 min down 99.86%" in text(part.content)
    assert "No part of this group is in use any more." in text(group.content)
    assert "Paper was out" in text(group.content)
    assert "Operational" not in text(group.content)
    assert [feed.path for feed in group.feeds] == [f"groups/old/{name}" for name in ("updates.atom", "updates.rss", "feed.json", "history.atom", "history.rss")]
    assert "fax" not in found[""].content


def test_a_part_that_is_still_to_come_is_not_called_operational() -> None:
    """Neither its page nor its row says more than is known."""
    found = site(dataset(since="2026-11-22"))
    assert "It opens on 22 November 2026. Nothing is known of it yet." in text(found["components/fax/"].content)
    assert 'Fax</a> <span class="quiet">from 22 Nov</span>' in found[""].content


def test_names_are_text() -> None:
    """The name and description of a part or a group, and the title of a record, cannot become markup."""
    record = days.incident("2026-11-21-x", [("2026-11-21T14:00:00Z", {"status": "resolved"}, "Over.")], title=HOSTILE, components={"fax": "major_outage"}, started="2026-11-21T10:00:00Z")
    part = Component.model_validate({"id": "fax", "name": HOSTILE, "group": "old", "description": HOSTILE})
    found = site(Dataset(incidents=(record,), components=(part,), groups=(Group.model_validate({"id": "old", "name": HOSTILE, "description": HOSTILE}),)))
    for address in ("", "components/fax/", "groups/old/", "incidents/2026-11-21-x/"):
        content = found[address].content
        assert "<script" not in content
        assert not re.search(r"<[^>]*\sonload=", content)
        assert content.count(str(escape(HOSTILE))) >= 2


def test_a_long_group_lists_the_newest_records() -> None:
    """The others are counted, with a link to the history."""
    records = [days.incident(f"2026-10-{day:02}-x", [(f"2026-10-{day:02}T11:00:00Z", {"status": "resolved"}, "Over.")], title="X", components={"fax": "major_outage"}) for day in range(1, 31)]
    content = site(dataset(*records))["groups/old/"].content
    assert content.count('class="entry"') == 25
    assert "5 earlier ones stand in the history" in content


# ---------------------------------------------------------------- the chart on a record's page


def charted(*said: tuple[str, dict[str, Any]], at: Any = days.WORST, **head: Any) -> Chart | None:
    """The chart of one record that began at ten o'clock."""
    record = days.incident("2026-11-21-x", [(f"2026-11-21T{time}:00Z", front, "Words.") for time, front in said], **{"title": "X", "started": "2026-11-21T10:00:00Z", **head})
    return chart(derive(Dataset(incidents=(record,)), at).incidents[0])


def test_strips_are_to_scale() -> None:
    """Each stretch has its place and its width in percent, its shape and its height; what works is drawn below."""
    found = charted(("10:30", {"status": "identified", "components": {"a": "partial_outage"}}), ("12:00", {"status": "resolved"}), components={"a": "major_outage"})
    assert found is not None
    assert re.findall(r"<rect ([^>]*)/>", found.rows[0].strip) == [
        'class="ok" y="60%" width="100%" height="40%"',
        'class="major" x="0%" y="0%" width="25%" height="100%"',
        'class="partial" x="25%" y="15%" width="75%" height="85%"',
    ]


def test_the_shortest_stretch_is_seen() -> None:
    """A minute of a day has a width, and stays within the strip."""
    said = (("00:01", {"status": "identified", "components": {"a": "degraded_performance"}}), ("23:59", {"status": "monitoring", "components": {"a": "major_outage"}}))
    found = charted(*said, at=days.WORST + timedelta(hours=9, minutes=39), started="2026-11-21T00:00:00Z", components={"a": "major_outage"})
    assert found is not None
    assert re.findall(r'x="([\d.]+)%"[^>]* width="([\d.]+)%"', found.rows[0].strip)[::2] == [("0", "0.6"), ("99.4", "0.6")]


def test_parts_that_went_through_the_same_share_a_row() -> None:
    """Six parts that were down together are one row."""
    components = {"a": "major_outage", "b": "partial_outage", "c": "major_outage"}
    found = charted(("12:00", {"status": "resolved"}), components=components)
    assert found is not None
    assert [row.components for row in found.rows] == [("a", "c"), ("b",)]


def test_announced_minutes_are_hatched() -> None:
    """And minutes past the window are not; both say so in words."""
    window = {"from": "2026-11-21T10:00:00Z", "until": "2026-11-21T11:00:00Z"}
    work = days.incident("2026-11-21-x", [("2026-11-21T12:00:00Z", {"status": "completed"}, "Done.")], title="X", kind="maintenance", scheduled=window, components={"fax": "under_maintenance"})
    content = site(dataset(work))["incidents/2026-11-21-x/"].content
    assert '<rect fill="url(#hatch-2026-11-21-x-planned)" x="0%" y="40%" width="50%" height="60%"/>' in content
    assert '<pattern id="hatch-2026-11-21-x-planned"' in content
    assert "Under maintenance planned 21 Nov 2026, 10:00 – 11:00 UTC · 1 h" in text(content)
    assert "Under maintenance not planned 21 Nov 2026, 11:00 – 12:00 UTC · 1 h" in text(content)


def test_updates_are_marked_where_they_were_said() -> None:
    """Those outside of the time in which something was felt have no mark."""
    found = charted(("09:00", {"status": "investigating"}), ("11:00", {"status": "resolved"}), components={"a": "major_outage"})
    assert found is not None
    assert re.findall(r'x="([\d.]+)%"', found.marks) == ["99.7"]


def test_what_did_nothing_has_no_chart() -> None:
    """An incident that names no part."""
    assert charted(("11:00", {"status": "resolved"})) is None


def test_only_known_parts_are_links() -> None:
    """A part that components.yml does not know has no page."""
    record = days.incident("2026-11-21-x", [("2026-11-21T11:00:00Z", {"status": "resolved"}, "Over.")], title="X", components={"fax": "major_outage", "gone": "partial_outage"}, started="2026-11-21T10:00:00Z")
    content = site(dataset(record))["incidents/2026-11-21-x/"].content
    assert '<a href="../../components/fax/">Fax</a>' in content
    assert '<th scope="row">gone</th>' in content
