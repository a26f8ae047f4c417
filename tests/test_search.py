"""The index of the search: what is in it, what never is, and how little of it an update changes."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest

import days
from golden import Golden
from onrecord.model import Dataset, Incident, Postmortem, PostmortemFile
from onrecord.render import search as searching
from onrecord.render.artifacts import OwnPage
from onrecord.render.pages import pages
from onrecord.snapshot import derive
from onrecord.templating import environment

OWN = (
    OwnPage(address="about/", title="About this page", text="What the states mean\nIt works."),
    OwnPage(address="secret/", title="Not for the search"),
)


def index(records: Iterable[Incident] | Dataset, own: tuple[OwnPage, ...] = ()) -> dict[str, bytes]:
    """Every file of the index by its path."""
    dataset = records if isinstance(records, Dataset) else Dataset(incidents=tuple(records))
    return {found.path: found.data for found in searching.search(derive(dataset, days.WORST), own, environment())}


def told(files: dict[str, bytes]) -> dict[str, str]:
    """The words of every record and post-mortem, by address."""
    return {address: text for path, data in files.items() if path != searching.TITLES for address, text in json.loads(data).items()}


def one(**head: Any) -> Incident:
    """An incident of one update with that head."""
    said = [("2026-11-20T10:00:00Z", {"status": "investigating"}, "We are looking into it.")]
    return days.incident("2026-11-20-x", said, **{"title": "X", **head})


def test_the_whole_index(golden: Golden) -> None:
    """The files as they were looked at last."""
    for path, data in index(days.worst_day()[0], OWN).items():
        golden(path, data)


def test_no_word_of_the_repository_slips_out() -> None:
    """Drills, drafts, internal notes, waivers and comments stand in no file of the index."""
    draft = Postmortem(path="p.md", head=PostmortemFile.model_validate({"status": "draft"}), body="sesame")
    public = Postmortem(
        path="p.md",
        head=PostmortemFile.model_validate({"status": "published", "published": "2026-11-20T12:00:00Z"}),
        body="# Summary\n\nAll well.\n\n<!-- sesame -->\n\n<script>sesame</script>",
    )
    hidden: dict[str, Any] = {"internal": {"notes": "sesame"}, "waivers": [{"rule": "x", "reason": "sesame"}]}
    for record in (
        one(**hidden, postmortem=draft),
        one(**hidden, postmortem=public),
        one(title="sesame", drill=True),
    ):
        assert b"sesame" not in b"".join(index([record]).values())


def test_an_update_changes_the_words_of_one_file() -> None:
    """Neither the titles nor any other year change, whatever becomes of the incident; only the page says how far it is."""
    old = days.incident("2025-03-01-old", [("2025-03-01T10:00:00Z", {"status": "resolved"}, "Over.")], title="Old")
    first = ("2026-11-20T10:00:00Z", {"status": "investigating"}, "We are looking into it.")
    last = ("2026-11-20T11:00:00Z", {"status": "resolved"}, "It works again.")
    before, after = (index([old, days.incident("2026-11-20-x", said, title="X")]) for said in ([first], [first, last]))
    assert [path for path in before if before[path] != after[path]] == ["search/2026.json"]
    assert before.keys() == after.keys()


def test_a_long_year_is_kept_by_months(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a searcher with a long history loads little; each year is weighed by itself, and every record is found once."""
    dataset = days.worst_day()[0]
    whole = index(dataset)
    monkeypatch.setattr(searching, "YEAR_LENGTH", 500)
    short = index(dataset)
    assert [path for path in short if path.startswith("search/2026")] == [f"search/2026-{month}.json" for month in (12, 11, 10, "09", "08")]
    assert told(short) == told(whole)
    rows = [[row for part in json.loads(files[searching.TITLES])["parts"] for row in part["rows"]] for files in (whole, short)]
    assert rows[0] == rows[1]


def test_words_are_plain_and_the_newest_come_first() -> None:
    """Markdown is gone; what stands around an update on its page is there, too."""
    updates: list[tuple[str, dict[str, Any], str]] = [
        ("2026-11-20T10:00:00Z", {"status": "investigating", "scope": "A third of <all>"}, "**First** words."),
        ("2026-11-20T11:00:00Z", {"status": "identified", "links": [{"text": "By invoice", "url": "https://x.example/"}]}, "- one\n- two &amp; three"),
    ]
    record = days.incident("2026-11-20-x", updates, title="X", plan=[{"step": "Roll back"}], impact=[{"label": "Orders", "value": "12"}], components={"api": "major_outage"})
    dataset = Dataset(incidents=(record,), components=days.worst_day()[0].components)
    assert told(index(dataset))["2026-11-20-x"].split("\n") == [
        *("one", "two & three", "By invoice", "First words.", "A third of <all>"),
        *("Roll back", "Orders: 12", "API"),
    ]


KINDS = [
    ("an incident", {}, "resolved", []),
    ("a maintenance", {"kind": "maintenance"}, "completed", ["m"]),
    ("one called off", {"kind": "maintenance"}, "cancelled", ["c"]),
    ("a day that the address does not tell", {"started": "2026-11-18T10:00:00Z"}, "resolved", ["", "2026-11-18"]),
]


@pytest.mark.parametrize(("head", "status", "rest"), [row[1:] for row in KINDS], ids=[row[0] for row in KINDS])
def test_rows_say_what_the_address_does_not(head: dict[str, Any], status: str, rest: list[str]) -> None:
    """An incident of the day in its address needs neither kind nor day."""
    window = {"scheduled": {"from": "2026-11-20T12:00:00Z", "until": "2026-11-20T13:00:00Z"}} if "kind" in head else {}
    record = days.incident("2026-11-20-x", [("2026-11-20T12:30:00Z", {"status": status}, "Over.")], title="X", **head, **window)
    assert json.loads(index([record])[searching.TITLES])["parts"][0]["rows"] == [["2026-11-20-x", "X", *rest]]


def test_writing_is_composed() -> None:
    """A letter and its accent are one, however they were typed, so that both are found alike."""
    record = one(title="Cafe\u0301")
    assert "Café" in index([record])[searching.TITLES].decode()


def test_pages_may_stay_out() -> None:
    """A page of people without words for the search is in no file of it, and not in the list of its page."""
    files = index(Dataset(), OWN)
    assert b"secret" not in b"".join(files.values())
    site = {page.address: page for page in pages(derive(Dataset(), days.WORST), days.SITE, environment(), OWN)}
    assert "about/" in site["search/"].content
    assert "secret" not in site["search/"].content


def test_the_page_says_what_is_open() -> None:
    """Each record that is not over is named with its state; those that are over are not."""
    dataset, at = days.worst_day()

    def states(later: timedelta) -> dict[str, str]:
        site = {page.address: page for page in pages(derive(dataset, at + later), days.SITE, environment())}
        return json.loads(site["search/"].content.split("data-states='")[1].split("'")[0])

    assert states(timedelta()) == {
        "2026-12-08-sign-in-upgrade": "Scheduled",
        "2026-11-21-search-index-second-half": "In progress",
        "2026-11-21-card-payments-fail": "Identified",
        "2026-11-21-help-articles-missing": "Investigating",
        "2026-11-21-reports-late": "Monitoring",
        "2026-11-18-holiday-hours": "On show",
    }
    assert states(timedelta(hours=2))["2026-11-21-search-index-second-half"] == "Overrun"
