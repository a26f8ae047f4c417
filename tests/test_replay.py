"""A month of life replayed before everybody who can follow a page: nobody misses an end, and nobody is told anything twice."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

import replaying
from golden import Golden
from replaying import LATE, MONTH, MOVE, OFF, PAY, Follower

WORDS = [step for step in MONTH if step.record]
"""The steps at which something is said."""
ENDS = {PAY: "Resolved", LATE: "Resolved", MOVE: "Completed", OFF: "Cancelled"}
TITLES = {id: str(head["title"]) for id, head in replaying.HEADS.items()}


@pytest.fixture(scope="module")
def everybody() -> dict[str, Follower]:
    """Everybody after the month, by name and habit."""
    return {f"{one.name}, {one.how}": one for one in replaying.replay()}


def test_what_each_hears_at_each_step(everybody: dict[str, Follower], golden: Golden) -> None:
    """The whole table, as it was looked at; the manual shows it."""
    found = replaying.table(list(everybody.values()))
    golden("replay/month.md", found)


@pytest.mark.parametrize("name", ["`updates.atom`, by id", "`updates.rss`, by guid", "`feed.json`, by id"])
def test_readers_of_updates_hear_every_word_once(everybody: dict[str, Follower], name: str) -> None:
    """At its step and at no other, with every end and the post-mortem."""
    heard = everybody[name].heard
    assert [len(news) for news in heard] == [int(bool(step.record)) for step in MONTH]
    told = [title for news in heard for title in news]
    for id, end in ENDS.items():
        assert told.count(f"{end}: {TITLES[id]}") == 1
    assert told.count("Post-mortem: Payments fail") == 1


def test_whoever_reposts_has_the_newest_state(everybody: dict[str, Follower]) -> None:
    """One stable item for each record, posted again with each word and never without one."""
    heard = everybody["`history.atom`, reposts what changed"].heard
    assert heard == [[TITLES[step.record]] if step.record else [] for step in MONTH]
    once = everybody["`history.atom`, new ids only"].heard
    assert sorted(title for news in once for title in news) == sorted(TITLES.values())


@pytest.mark.parametrize(
    ("name", "records"),
    [
        (f"`incidents/{PAY}/updates.atom`, by id", {PAY}),
        ("`components/checkout/updates.atom`, by id", {PAY, MOVE}),
        ("`severity/major/updates.atom`, by id", {PAY}),
    ],
)
def test_whoever_follows_a_part_hears_all_of_it_and_no_more(everybody: dict[str, Follower], name: str, records: set[str]) -> None:
    """Each word about what concerns them, once."""
    assert [len(news) for news in everybody[name].heard] == [int(step.record in records) for step in MONTH]


def test_calendars_change_with_every_word_and_hold_each_event_once(everybody: dict[str, Follower]) -> None:
    """SEQUENCE grows with each update; the last state is the true one."""
    planned, outages = (everybody[f"`{name}.ics`, by UID and SEQUENCE"].heard for name in ("maintenance", "history"))
    assert [len(news) for news in planned] == [int(step.record in (MOVE, OFF)) for step in MONTH]
    assert [len(news) for news in outages] == [int(bool(step.said) and step.record in (PAY, LATE)) for step in MONTH]
    assert "Cancelled: New terminals, 24 Nov 01:00 to 02:00" in [one for news in planned for one in news]
    assert [news for news in planned if news][-1] == ["Database move, 21 Nov 02:00 to 04:30"]
    assert [news for news in outages if news][-1] == ["Search is slow, 14 Nov 08:50 to 09:31"]


def test_programs_see_every_end(everybody: dict[str, Follower]) -> None:
    """Whoever asks for all sees the last state; whoever asks for what is open sees it leave, once."""
    last: dict[str, str] = {}
    for news in everybody["API, all, by id and `updated_at`"].heard:
        assert len(news) <= 1
        last |= dict(one.split(": ") for one in news)
    assert last == {"Payments fail": "postmortem", "Search is slow": "resolved", "Database move": "completed", "New terminals": "completed"}
    gone = [one for news in everybody["API, `summary.json`, by id, and what leaves it"].heard for one in news if one.endswith(": gone")]
    assert sorted(one.partition(":")[0] for one in gone) == sorted(TITLES.values())


def test_the_banner_comes_and_goes_once(everybody: dict[str, Follower]) -> None:
    """For the part that is asked for, while it is concerned."""
    told = [one for news in everybody["Banner for Checkout, shown and gone"].heard for one in news]
    assert told == ["Major incident: Payments fail", "Major incident: Payments fail: gone", "Maintenance: Database move", "Maintenance: Database move: gone"]


def test_time_alone_is_news_to_nobody(everybody: dict[str, Follower]) -> None:
    """Half an hour, and a week."""
    quiet = [n for n, step in enumerate(MONTH) if not step.record]
    assert len(quiet) == 2
    assert [one.name for one in everybody.values() if any(one.heard[n] for n in quiet)] == []


def test_the_month_is_in_order() -> None:
    """Else it would prove little."""
    assert all(before.at < after.at for before, after in pairwise(MONTH))
    assert {step.record for step in WORDS} == set(replaying.HEADS)


def test_the_manual_shows_it(everybody: dict[str, Follower]) -> None:
    """docs/feeds.md says in short what each hears: how much of it was news."""
    text = (Path(__file__).parent.parent / "docs/feeds.md").read_text(encoding="utf-8")
    for one in everybody.values():
        row = f"| {one.name}, {one.how} | {sum(len(news) for news in one.heard)} |"
        assert row in text, row
