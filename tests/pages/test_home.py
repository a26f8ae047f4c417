"""The home page on the worst day, on the quiet day, and on days that are neither."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pytest
from markupsafe import escape

import days
from golden import Golden
from onrecord.model import Dataset, Unreadable
from onrecord.problems import Place
from onrecord.render.artifacts import PageContent
from onrecord.render.pages import pages
from onrecord.snapshot import derive
from onrecord.templating import environment


def home(dataset: Dataset, at: datetime = days.WORST) -> PageContent:
    """The home page of that dataset."""
    return next(iter(pages(derive(dataset, at), days.SITE, environment())))


def text(page: PageContent) -> str:
    """The words of the page on one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", page.content).split())


@pytest.mark.parametrize("day", ["worst", "quiet"])
def test_the_whole_page(day: str, golden: Golden) -> None:
    """The page as it was looked at last."""
    dataset, at = days.worst_day() if day == "worst" else days.quiet_day()
    golden(f"pages/{day}-home.html", home(dataset, at).content)


def test_the_banner_answers_in_order() -> None:
    """Is it broken, since when, which parts, and when the next word comes, before anything else."""
    words = text(home(days.worst_day()[0]))
    places = [
        words.index(part)
        for part in (
            "Partial System Outage",
            "Card payments fail at checkout",
            "Since 21 Nov, 13:58 UTC",
            "Major outage : Checkout",
            "Partial outage : Card payments",
            "4 more parts affected, 34 operational",
            "Next update by 21 Nov, 14:58 UTC",
            "No word yet on Reports arrive late , promised for 21 Nov, 14:10 UTC",
            "Open now",
        )
    ]
    assert places == sorted(places)


def test_a_missed_promise_is_said_without_a_script() -> None:
    """What was promised and did not come stands in the page."""
    assert "Promised for 21 Nov, 14:10 UTC : no word yet" in text(home(days.worst_day()[0]))


def test_a_quiet_day_is_one_calm_line() -> None:
    """State, the last incident, and the next planned work."""
    words = text(home(*days.quiet_day()))
    assert words.startswith("All Systems Operational The last incident ended on 28 Nov 2026, 16:46 UTC")
    assert "Next planned work: Upgrade of the sign-in servers , 8 Dec, 04:00 – 04:20 UTC" in words
    assert "Open now" not in words


def test_an_empty_history_is_no_error() -> None:
    """A page without parts and incidents says so."""
    words = text(home(Dataset()))
    assert "All Systems Operational There has been no incident yet." in words


def test_a_record_that_cannot_be_read_is_named() -> None:
    """Nobody must believe that all is told."""
    broken = Unreadable(id="2026-11-21-x", place=Place("incidents/2026/2026-11-21-x/incident.yml"), message="bad")
    assert "There is a record named 2026-11-21-x" in text(home(Dataset(unreadable=(broken,))))


def test_a_part_leads_to_its_page() -> None:
    """Its row names it, its state, its figure and on how many days something was felt; the table stands on its own page."""
    content = home(*days.quiet_day()).content
    part = content[content.index('id="part-checkout"') :].split("</li>")[0]
    assert 'href="components/checkout/"' in part
    assert '<svg class="bars"' in part
    assert 'aria-hidden="true"' in part
    assert "99.95% uptime over 90 days; disrupted on 2 days" in re.sub(r"<[^>]+>", "", part)
    assert 'href="groups/payments/"' in content


def test_unknown_days_are_drawn_as_such() -> None:
    """Days before a part existed are drawn low."""
    content = home(*days.worst_day()).content
    part = content[content.index('id="part-webhooks"') :].split("</li>")[0]
    assert 'class="unknown"' in part


def test_days_without_events_are_put_together() -> None:
    """Twelve quiet days are one line, not twelve."""
    assert text(home(*days.quiet_day())).count("No incidents") == 2


def recent(page: PageContent) -> str:
    """The words of the last days."""
    return text(page).partition("The last 14 days")[2]


def test_the_last_days_agree_with_the_banner() -> None:
    """What is open is listed with what is felt now; what is over, with the worst that it did."""
    worse = {"status": "identified", "components": {"checkout": "major_outage"}}
    better = {"status": "monitoring", "components": {"checkout": "degraded_performance"}}
    said = [("2026-11-21T13:00:00Z", worse, "Worse."), ("2026-11-21T13:30:00Z", better, "Better.")]
    head: dict[str, Any] = {"title": "Checkout", "severity": "critical", "components": {"checkout": "partial_outage"}}
    parts = days.worst_day()[0].components
    still = days.incident("2026-11-21-x", said, **head)
    assert "Critical incident . Monitoring . Degraded performance : Checkout" in recent(home(Dataset(incidents=(still,), components=parts)))
    over = days.incident("2026-11-21-x", [*said, ("2026-11-21T14:00:00Z", {"status": "resolved"}, "Over.")], **head)
    words = recent(home(Dataset(incidents=(over,), components=parts)))
    assert "Critical incident . At worst Major outage : Checkout . 21 Nov, 13:00 – 14:00 UTC" in words


HOSTILE = '<script>alert(1)</script>" onload="x" & {{ 7 * 7 }}'


def test_titles_are_text() -> None:
    """A title, a part, a link and a step cannot become markup."""
    record = days.incident(
        "2026-11-21-x",
        [("2026-11-21T14:00:00Z", {"status": "investigating", "scope": HOSTILE, "links": [{"text": HOSTILE, "url": "https://a.example/\"><script>"}]}, HOSTILE)],
        title=HOSTILE,
        severity="major",
        components={"checkout": "major_outage"},
        workaround=HOSTILE,
        plan=[{"step": HOSTILE}],
    )
    content = home(Dataset(incidents=(record,), components=days.worst_day()[0].components)).content
    assert "<script" not in content
    assert not re.search(r"<[^>]*\sonload=", content)
    assert content.count(str(escape(HOSTILE))) >= 4
