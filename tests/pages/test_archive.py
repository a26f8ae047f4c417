"""Long months on several pages, and months that are archived: nothing is lost, and no address leads nowhere."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import html5lib
import pytest

import days
import scripted
from onrecord.files import WorkTree
from onrecord.loading import load
from onrecord.model import Component, Dataset, PolicyFile
from onrecord.render.artifacts import Artifact, PageContent
from onrecord.render.pages import Setting, page_pieces
from onrecord.render.pages.sheets import LISTED, WHOLE
from onrecord.revisions import read_history
from onrecord.snapshot import Snapshot, derive
from onrecord.snapshot.records import Built
from onrecord.templating import environment
from onrecord.times import parse_instant

NOW = parse_instant("2026-11-21T12:00:00Z")
OVER = {"status": "resolved"}


def record(number: int, at: datetime, *, still: bool = False) -> Any:
    """An incident of a minute, or one that lasts."""
    said = [(f"{at:%Y-%m-%dT%H:%M:%SZ}", {"status": "investigating"}, f"Words **{number}** begin.")]
    if not still:
        said.append((f"{at + timedelta(minutes=1):%Y-%m-%dT%H:%M:%SZ}", OVER, f"Words {number} end."))
    return days.incident(f"{at:%Y-%m-%d}-no-{number}", said, title=f"Number {number}", started=f"{at:%Y-%m-%dT%H:%M:%SZ}")


def history(count: int, last: datetime, *, still: bool = False, long: bool = False, **page: Any) -> Dataset:
    """So many records, one an hour, the newest first; with `still` the oldest is not over, with `long` none is."""
    records = [record(n, last - n * timedelta(hours=1), still=long or (still and n == count - 1)) for n in range(count)]
    return Dataset(incidents=tuple(records), policy=PolicyFile.model_validate({"page": page}))


def site(found: Snapshot) -> dict[str, PageContent]:
    """Every page by its address."""
    return {page.address: page for page in made(found) if isinstance(page, PageContent)}


def leading(found: Snapshot) -> dict[str, str]:
    """The small pages that lead elsewhere."""
    return {file.path: file.data.decode() for file in made(found) if isinstance(file, Artifact)}


def made(found: Snapshot) -> list[PageContent | Artifact]:
    """All that stands for records and months."""
    return [thing for piece in page_pieces(Setting.of(found, days.SITE, environment())) for thing in piece.make(found)]


def test_a_long_month_stands_on_several_pages() -> None:
    """Each record stands on one of them, newest first, and one leads to the next."""
    count = 2 * LISTED + 30
    pages = site(derive(history(count, parse_instant("2026-10-30T00:00:00Z")), NOW))
    months = [pages[address] for address in ("history/2026-10/", "history/2026-10-page-2/", "history/2026-10-page-3/")]
    titles = [re.findall(r'<p class="title"><a href="[^"]*">(.*?)</a>', page.content) for page in months]
    assert [len(part) for part in titles] == [LISTED, LISTED, 30]
    assert [title for part in titles for title in part] == [f"Number {n}" for n in range(count)]
    assert [page.previous for page in months] == ["history/2026-10-page-2/", "history/2026-10-page-3/", None]
    assert [page.following for page in months] == [None, "history/2026-10/", "history/2026-10-page-2/"]
    assert '<a href="../2026-10-page-2/" aria-current="page">' in months[1].content
    listed = pages["history/"].content
    assert listed.count('class="entry"') == LISTED
    assert f'<a href="2026-10/">{count - LISTED} more in October 2026</a>' in listed


def test_a_busy_day_does_not_make_the_home_page_long() -> None:
    """The day names some of its records, and leads to all."""
    records = [record(n, NOW - timedelta(hours=1, minutes=n)) for n in range(30)]
    content = site(derive(Dataset(incidents=tuple(records)), NOW))[""].content
    assert content.count('class="entry"') == 20
    assert '<a href="history/2026-11/">10 more on this day</a>' in content


def test_a_busy_day_of_a_month_in_which_nothing_began_leads_to_all_months() -> None:
    """What lasts since another month stands on that month's page, and a month of its own there is none."""
    pages = site(derive(history(30, parse_instant("2026-10-30T00:00:00Z"), long=True), NOW))
    assert "history/2026-11/" not in pages
    assert '<a href="history/">10 more on this day</a>' in pages[""].content


def test_older_months_of_a_component_unfold_on_pages_of_their_years() -> None:
    """What was felt often stands by year: every month leads to its sum, and no sum is lost."""
    at = parse_instant("2026-11-20T00:00:00Z")
    felt = []
    for n in range(260):
        began = at - n * timedelta(days=4)
        over = [(f"{began + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}", OVER, "Over.")]
        head = {"title": f"Number {n}", "started": f"{began:%Y-%m-%dT%H:%M:%SZ}", "components": {"api": "major_outage"}}
        felt.append(days.incident(f"{began:%Y-%m-%d}-no", over, **head))
    parts = (Component.model_validate({"id": "api", "name": "API"}),)
    pages = site(derive(Dataset(incidents=tuple(felt), components=parts), NOW))
    addresses = [address for address in pages if address.startswith("components/api/")]
    assert addresses == ["components/api/", "components/api/2024/"]
    whole = "".join(pages[address].content for address in addresses)
    assert all(f">Number {n}</a>" in whole for n in range(260))
    unfolded = re.findall(r'<details id="(\d{4}-\d{2})"', pages["components/api/"].content)
    leading = re.findall(r'<li id="(\d{4}-\d{2})"><a href="(\d{4})/#(\d{4}-\d{2})">', pages["components/api/"].content)
    assert unfolded + [key for key, _, _ in leading] == sorted({f"{incident.head.started:%Y-%m}" for incident in felt}, reverse=True)
    for key, year, anchor in leading:
        assert key == anchor
        assert f'id="{anchor}"' in pages[f"components/api/{year}/"].content
        assert '<a href="../../../components/api/">' in pages[f"components/api/{year}/"].content


def test_an_archived_month_has_every_word() -> None:
    """Its pages hold what was said, each old address leads to its place there, and the younger months are as before."""
    old, young = history(WHOLE + 5, parse_instant("2025-03-20T12:00:00Z"), archive_after="365d"), record(900, parse_instant("2026-10-01T12:00:00Z"))
    found = derive(Dataset(incidents=(young, *old.incidents), policy=old.policy), NOW)
    pages, old_pages = site(found), leading(found)
    assert [address for address in pages if address.startswith("incidents/")] == [f"incidents/{young.id}/"]
    whole = pages["history/2025-03/"].content + pages["history/2025-03-page-2/"].content
    for n in range(WHOLE + 5):
        assert f"<p>Words <strong>{n}</strong> begin.</p>" in whole
        assert f"<p>Words {n} end.</p>" in whole
    assert sorted(old_pages) == sorted(f"incidents/{incident.id}/index.html" for incident in old.incidents)
    for path, html in old_pages.items():
        (target,) = re.findall(r'content="0; url=\.\./\.\./(history/[^"]*)"', html)
        address, _, anchor = target.partition("#")
        assert f'id="{anchor}"' in pages[address].content
        assert path == f"incidents/{anchor}/index.html"


def test_an_archived_page_is_sound() -> None:
    """Its headings skip no level, and updates with one name in two records have an id each."""
    month = site(derive(history(3, parse_instant("2025-03-20T12:00:00Z"), archive_after="365d"), NOW))["history/2025-03/"].content
    parser = html5lib.HTMLParser(strict=False)
    parser.parse(f"<!doctype html><html lang=en><title>x</title><body>{month}")
    assert [error for error in parser.errors if error[1] != "unknown"] == []
    ids = re.findall(r'\bid="([^"]*)"', month)
    assert len(ids) == len(set(ids))
    levels = [int(level) for level in re.findall(r"<h([1-6])\b", month)]
    assert all(after - before <= 1 for before, after in pairwise(levels))


@pytest.mark.parametrize(
    ("name", "after", "still", "archived"),
    [
        ("not asked for", None, False, False),
        ("ended a day less ago", "235d", False, False),  # March ended 234 days and 12 hours before
        ("ended longer ago", "234d", False, True),
        ("something of it is not over", "234d", True, False),
        ("longer than calendars reach", "900000d", False, False),
    ],
)
def test_what_is_archived(name: str, after: str | None, still: bool, archived: bool) -> None:
    """Whole months, once all that began in them is over."""
    page = {"archive_after": after} if after else {}
    found = derive(history(3, parse_instant("2026-03-20T12:00:00Z"), still=still, **page), NOW)
    assert [month.archived for month in found.months] == [archived], name


def test_what_was_changed_keeps_its_record(tmp_path: Path) -> None:
    """An archived record that was edited after publication keeps the page that proves it; the other one's address leads to the month."""
    first = {"at": "2025-03-01T12:00:00Z", "write": {"site_src/policy.yml": "page: {archive_after: 365d}\n"}}
    for name in ("kept", "edited"):
        home = f"incidents/2025/2025-03-01-{name}"
        first["write"] |= {
            f"{home}/incident.yml": f"title: The {name} one\nseverity: minor\nstarted: 2025-03-01T11:00:00Z\n",
            f"{home}/updates/a.md": "---\nat: 2025-03-01T11:30:00Z\nstatus: resolved\n---\nIt is over.\n",
        }
    edit = {"at": "2025-03-02T12:00:00Z", "replace": {"incidents/2025/2025-03-01-edited/updates/a.md": ["It is over", "It was nothing"]}}
    scripted.play(tmp_path, [first, edit])
    dataset = load(WorkTree(tmp_path), now=NOW).dataset
    found = derive(dataset, NOW, history=read_history(tmp_path, None), built=Built(commit="c" * 40))
    pages = site(found)
    assert [address for address in pages if address.startswith("incidents/")] == ["incidents/2025-03-01-edited/record/"]
    month = pages["history/2025-03/"].content
    assert '<details class="edit">' in month
    assert month.count('href="../../incidents/2025-03-01-edited/record/"') == 1
    assert list(leading(found)) == [
        "incidents/2025-03-01-kept/index.html",
        "incidents/2025-03-01-kept/record/index.html",
        "incidents/2025-03-01-edited/index.html",
    ]
