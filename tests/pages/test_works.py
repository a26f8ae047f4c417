"""The pages of maintenance, of post-mortems and their actions, and of the ways to follow."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from itertools import chain

import pytest
from markupsafe import escape

import days
from golden import Golden
from onrecord.model import Dataset, Incident, PolicyFile, Postmortem, PostmortemFile
from onrecord.render.artifacts import PageContent
from onrecord.render.calendar import calendars
from onrecord.render.feeds import feeds
from onrecord.render.pages import pages
from onrecord.render.statuspage import statuspage
from onrecord.snapshot import derive
from onrecord.templating import environment
from onrecord.times import parse_instant

HOSTILE = '<script>alert(1)</script>" onload="x" & {{ 7 * 7 }}'


def site(dataset: Dataset, at: datetime = days.WORST) -> dict[str, PageContent]:
    """Every page by its address."""
    return {page.address: page for page in pages(derive(dataset, at), days.SITE, environment())}


def text(page: PageContent) -> str:
    """The words of the page on one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", page.content).split())


@pytest.fixture(scope="module")
def worst() -> dict[str, PageContent]:
    """The pages of the worst day."""
    return site(days.worst_day()[0])


@pytest.mark.parametrize("name", ["maintenance", "postmortems", "subscribe"])
def test_the_whole_page(worst: dict[str, PageContent], name: str, golden: Golden) -> None:
    """The page as it was looked at last."""
    golden(f"pages/{name}-page.html", worst[f"{name}/"].content)


# ---------------------------------------------------------------- maintenance


def work(id: str, *updates: tuple[str, dict[str, object], str], start: str, end: str, **head: object) -> Incident:
    """A maintenance with that window."""
    return days.incident(id, updates, **{"title": id, "kind": "maintenance", "scheduled": {"from": start, "until": end}, "components": {"search": "under_maintenance"}, **head})


def test_what_comes_stands_before_what_was(worst: dict[str, PageContent]) -> None:
    """Under way, coming, past."""
    words = text(worst["maintenance/"])
    order = ["Under way", "Move of the search index, second half", "Coming", "Upgrade of the sign-in servers", "Past 2026 1 maintenance", "Move of the search index, first half"]
    assert [words.index(part) for part in order] == sorted(words.index(part) for part in order)


def test_nothing_planned_is_said() -> None:
    """An empty page is no blank page."""
    words = text(site(Dataset())["maintenance/"])
    assert words == "Maintenance Coming Nothing is planned at the moment."


COURSES = [
    ("in time", [("2026-11-20T11:00:00Z", {"status": "completed"}, "Done.")], "Within the announced time"),
    ("late", [("2026-11-20T12:24:00Z", {"status": "completed"}, "Done.")], "24 min past its announced end"),
    ("called off", [("2026-11-19T12:00:00Z", {"status": "cancelled"}, "Not now.")], "1 called off"),
    (
        "moved",
        [
            ("2026-11-18T12:00:00Z", {"status": "scheduled", "scheduled": {"from": "2026-11-20T14:00:00Z", "until": "2026-11-20T15:00:00Z"}}, "Later."),
            ("2026-11-20T14:30:00Z", {"status": "completed"}, "Done."),
        ],
        "Moved on 18 Nov, 12:00 UTC ; it was planned for 20 Nov, 10:00 – 12:00 UTC",
    ),
    (
        "made longer",
        [
            ("2026-11-20T11:50:00Z", {"status": "in_progress", "scheduled": {"from": "2026-11-20T10:00:00Z", "until": "2026-11-20T13:00:00Z"}}, "Longer."),
            ("2026-11-20T12:50:00Z", {"status": "completed"}, "Done."),
        ],
        "Made longer on 20 Nov, 11:50 UTC ; it was to end at 20 Nov, 12:00 UTC",
    ),
]


@pytest.mark.parametrize(("updates", "words"), [row[1:] for row in COURSES], ids=[row[0] for row in COURSES])
def test_how_it_went_is_told(updates: list[tuple[str, dict[str, object], str]], words: str) -> None:
    """Whether it kept its window, and where that had stood before; on its own page and on the page of all."""
    found = site(Dataset(incidents=(work("2026-11-20-x", *updates, start="2026-11-20T10:00:00Z", end="2026-11-20T12:00:00Z"),)))
    assert words in text(found["maintenance/"])
    if words != "1 called off":
        assert words in text(found["incidents/2026-11-20-x/"])


def test_an_overrun_goes_on_counting() -> None:
    """Past its window the page says for how long, and the script goes on from there."""
    late = work("2026-11-21-x", start="2026-11-21T13:00:00Z", end="2026-11-21T14:00:00Z")
    content = site(Dataset(incidents=(late,)))["maintenance/"].content
    assert 'Past its announced end <span class="for" data-since="2026-11-21T14:00:00Z">for 21 min</span>' in content
    assert "data-words=" in content


def test_what_the_policy_promises_is_told_only_if_somebody_chose_it() -> None:
    """A default is no promise; freezes are told until they are over."""
    assert "announced at least" not in text(site(Dataset())["maintenance/"])
    freezes = [{"from": f"2026-{month}-01T00:00:00Z", "until": f"2026-{month}-10T00:00:00Z", "reason": f"Busy {month}"} for month in ("11", "12")]
    policy = PolicyFile.model_validate({"maintenance": {"minimum_notice": "5d", "freezes": freezes}})
    words = text(site(Dataset(policy=policy))["maintenance/"])
    assert "Planned work is announced at least 5 days ahead." in words
    assert "Busy 12" in words
    assert "Busy 11" not in words


def test_a_long_past_leads_into_the_history() -> None:
    """The newest are listed; of the others each month is named once."""
    works = [
        work(f"2025-{month:02}-{day:02}-x", (f"2025-{month:02}-{day:02}T11:00:00Z", {"status": "completed"}, "Done."), start=f"2025-{month:02}-{day:02}T10:00:00Z", end=f"2025-{month:02}-{day:02}T12:00:00Z")
        for month in range(1, 13)
        for day in range(1, 16)
    ]
    page = site(Dataset(incidents=tuple(works)))["maintenance/"]
    assert page.content.count('class="entry"') == 150
    assert text(page).endswith("The others stand in the history: February 2025 , January 2025")
    assert '<a href="../history/2025-02/">' in page.content


# ---------------------------------------------------------------- post-mortems


def test_counts_come_first(worst: dict[str, PageContent]) -> None:
    """How many, how many actions are overdue, open and done; each leads to its list."""
    words = text(worst["postmortems/"])
    assert "until it is done. post-mortem 1 action overdue 1 action open 1 action done 1 Overdue" in words
    content = worst["postmortems/"].content
    for anchor in re.findall(r'href="#(\w+)"', content):
        assert f'id="{anchor}"' in content


def test_each_action_names_its_state_its_owner_and_where_it_came_from(worst: dict[str, PageContent]) -> None:
    """By how many days it is overdue, who owns it, and the incident."""
    content = worst["postmortems/"].content
    row = content[content.index("The alarm looks at five minutes") :].partition("</tr>")[0]
    assert 'href="../incidents/2026-11-04-sign-in-fails/postmortem/#register">Signing in fails for some customers<' in row
    assert "Overdue by 6 days" in row
    assert "due 15 November 2026" in row
    assert "On-call" in row


def test_what_was_done_late_says_so() -> None:
    """A promise that was kept late stays one that was kept late."""
    assert "Done on 14 November 2026, 4 days late" in text(site(Dataset(incidents=(told([{"what": "A", "due": "2026-11-10", "done": "2026-11-14"}]),)))["postmortems/"])


def told(actions: list[dict[str, str]], id: str = "2026-11-04-x", title: str = "X") -> Incident:
    """An incident with a published post-mortem of those actions."""
    head = PostmortemFile.model_validate({"status": "published", "published": "2026-11-06T10:00:00Z", "actions": actions})
    story = Postmortem(path="p/postmortem.md", head=head, body=f"## Summary\n\n{title} happened.")
    return days.incident(id, [("2026-11-04T14:00:00Z", {"status": "resolved"}, "Over.")], story, title=title)


def test_many_done_actions_are_folded() -> None:
    """The newest stand there, the others unfold."""
    actions = [{"what": f"Step {day}", "done": f"2026-11-{day:02}"} for day in range(5, 20)]
    content = site(Dataset(incidents=(told(actions),)))["postmortems/"].content
    assert '<summary id="done-before">7 done before</summary>' in content
    assert content.index("Step 19") < content.index("Step 12") < content.index('<summary id="done-before">7') < content.index("Step 11")


def test_without_any_the_page_says_so() -> None:
    """And asks for no table."""
    page = site(Dataset())["postmortems/"]
    assert "None has been published yet." in text(page)
    assert "<table" not in page.content


# ---------------------------------------------------------------- subscribe


def test_every_address_is_a_file_that_the_build_writes(worst: dict[str, PageContent]) -> None:
    """In full and linked; nothing is offered that is not there."""
    dataset, at = days.worst_day()
    snapshot, templates = derive(dataset, at), environment()
    made = (feeds(snapshot, days.SITE, templates), calendars(snapshot, days.SITE, templates), statuspage(snapshot, days.SITE))
    written = {artifact.path for artifact in chain(*made)} | {"now.json", "widget.js"}
    content = worst["subscribe/"].content
    codes = [re.sub(r"^.* (?=https:)", "", found.replace("<wbr>", "")) for found in re.findall(r"<code[^>]*>([^{]*?)</code>", content) if found]
    whole = {found.removeprefix(days.SITE.url) for found in codes}
    linked = {link.removeprefix("../") for link in re.findall(r'href="(\.\./[^"]*\.(?:atom|rss|json|ics))"', content)}
    assert {"updates.rss", "updates.atom", "history.rss", "history.atom", "now.json"} <= whole
    assert whole | linked <= written


def test_each_part_and_group_has_its_row(worst: dict[str, PageContent]) -> None:
    """Forty parts in eight groups, each with feeds of its own; and three severities."""
    content = worst["subscribe/"].content
    assert content.count('<th scope="row">') == 51
    assert 'href="../components/checkout/updates.rss"' in content
    assert 'href="../groups/payments/history.atom"' in content


def test_whoever_has_a_repository_and_people_names_them() -> None:
    """Git and contact are there where they exist, and only there."""
    dataset = replace(days.worst_day()[0], policy=PolicyFile.model_validate({"page": {"contact": "mailto:help@a.example"}}))
    assert 'href="mailto:help@a.example"' in site(dataset)["subscribe/"].content
    bare = next(p for p in pages(derive(Dataset(), days.WORST), replace(days.SITE, repo_url=None), environment()) if p.kind == "subscribe")
    assert "Git" not in text(bare)
    assert "Contact" not in text(bare)


# ---------------------------------------------------------------- all three


def test_titles_are_text() -> None:
    """A title, a role, an action, a reason and a name cannot become markup."""
    policy = PolicyFile.model_validate({"maintenance": {"freezes": [{"from": "2026-12-01T00:00:00Z", "until": "2026-12-02T00:00:00Z", "reason": HOSTILE}]}})
    records = (
        work("2026-11-22-x", start="2026-11-22T10:00:00Z", end="2026-11-22T12:00:00Z", title=HOSTILE),
        work("2026-11-20-x", ("2026-11-20T11:00:00Z", {"status": "completed"}, HOSTILE), start="2026-11-20T10:00:00Z", end="2026-11-20T12:00:00Z", title=HOSTILE),
        told([{"what": HOSTILE, "owner_role": HOSTILE}], title=HOSTILE),
    )
    components = tuple(c.model_copy(update={"name": HOSTILE}) for c in days.worst_day()[0].components[:2])
    found = site(Dataset(incidents=records, components=components, policy=policy))
    for address, count in (("maintenance/", 3), ("postmortems/", 4), ("subscribe/", 2)):
        content = found[address].content
        assert "<script" not in content, address
        assert not re.search(r"<[^>]*\sonload=", content), address
        assert content.count(str(escape(HOSTILE))) >= count, address


def test_times_of_the_pages_do_not_depend_on_more_than_the_day() -> None:
    """An hour later, with nothing due in between, not a byte is different."""
    dataset, _ = days.quiet_day()
    first, second = (site(dataset, parse_instant(f"2026-12-05T{hour}:00:00Z")) for hour in ("09", "10"))
    for address in ("maintenance/", "postmortems/", "subscribe/"):
        assert first[address].content == second[address].content
