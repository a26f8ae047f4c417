"""Statuspage's API: every key in its order, its words and its limits, the ids that were imported, and what is left out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

import days
from golden import Golden
from onrecord.model import Component, Dataset, Group, Source
from onrecord.render.statuspage import statuspage
from onrecord.snapshot import derive
from onrecord.times import parse_instant

PAGE = ["id", "name", "url", "time_zone", "updated_at"]
COMPONENT = [
    "id", "name", "status", "created_at", "updated_at", "position", "description", "showcase", "start_date", "group_id", "page_id", "group",
    "only_show_if_degraded",
]  # fmt: skip
INCIDENT = [
    "id", "name", "status", "created_at", "updated_at", "monitoring_at", "resolved_at", "impact", "shortlink", "started_at", "page_id",
    "incident_updates", "components",
]  # fmt: skip
UPDATE = [
    "id", "status", "body", "incident_id", "created_at", "updated_at", "display_at", "affected_components", "deliver_notifications",
    "custom_tweet", "tweet_id",
]  # fmt: skip
ANSWERS = {
    "summary": ["page", "components", "incidents", "scheduled_maintenances", "status"],
    "status": ["page", "status"],
    "components": ["page", "components"],
    "incidents": ["page", "incidents"],
    "incidents/unresolved": ["page", "incidents"],
    "scheduled-maintenances": ["page", "scheduled_maintenances"],
    "scheduled-maintenances/upcoming": ["page", "scheduled_maintenances"],
    "scheduled-maintenances/active": ["page", "scheduled_maintenances"],
}
ID = re.compile(r"[0-9a-z]{12}")
STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}(Z|[+-]\d\d:\d\d)")
EFFECTS = {"operational", "degraded_performance", "partial_outage", "major_outage", "under_maintenance"}
Answers = dict[str, Any]


def _answers(dataset: Dataset, at: datetime) -> Answers:
    made = statuspage(derive(dataset, at), days.SITE)
    return {artifact.path.removeprefix("api/v2/").removesuffix(".json"): json.loads(artifact.data) for artifact in made}


@pytest.fixture(scope="module")
def worst() -> Answers:
    """The answers of the worst day."""
    return _answers(*days.worst_day())


def _events(answers: Answers) -> Iterator[dict[str, Any]]:
    for answer in answers.values():
        yield from answer.get("incidents", [])
        yield from answer.get("scheduled_maintenances", [])


@pytest.mark.parametrize(("name", "keys"), ANSWERS.items(), ids=ANSWERS)
def test_every_answer_is_there(worst: Answers, name: str, keys: list[str]) -> None:
    """With its keys in their order."""
    assert list(worst[name]) == keys
    assert list(worst[name]["page"]) == PAGE
    assert ID.fullmatch(worst[name]["page"]["id"])
    assert STAMP.fullmatch(worst[name]["page"]["updated_at"])


def test_components_have_their_thirteen_keys(worst: Answers) -> None:
    """Groups one more; a group comes before its own, which name it."""
    parts = worst["components"]["components"]
    groups = {part["id"]: part for part in parts if part["group"]}
    assert len(groups) == 8
    for part in parts:
        assert list(part) == (COMPONENT if not part["group"] else [*COMPONENT, "components"])
        assert part["status"] in EFFECTS
        assert ID.fullmatch(part["id"])
        assert STAMP.fullmatch(part["created_at"])
        assert part["created_at"] <= part["updated_at"]
    for id, group in groups.items():
        children = [part for part in parts if part["group_id"] == id]
        assert [child["id"] for child in children] == group["components"]
        assert [child["position"] for child in children] == list(range(1, len(children) + 1))


def test_events_have_their_keys(worst: Answers) -> None:
    """Thirteen, and of a maintenance the window after them; updates newest first."""
    for event in _events(worst):
        planned = event["impact"] == "maintenance"
        assert list(event) == (INCIDENT if not planned else [*INCIDENT, "scheduled_for", "scheduled_until"])
        assert event["status"] in ("scheduled", "in_progress", "verifying", "completed", "investigating", "identified", "monitoring", "resolved", "postmortem")
        shown = [update["display_at"] for update in event["incident_updates"]]
        assert shown == sorted(shown, reverse=True)
        for update in event["incident_updates"]:
            assert list(update) == UPDATE
            assert ID.fullmatch(update["id"])
            assert update["affected_components"] is None or all(
                list(row) == ["code", "name", "old_status", "new_status"] for row in update["affected_components"]
            )
        assert all(list(part) == COMPONENT for part in event["components"])


def test_summary_holds_what_is_not_over(worst: Answers) -> None:
    """Unresolved incidents; maintenance ahead and under way; no notice anywhere."""
    summary = worst["summary"]
    assert summary["incidents"] == worst["incidents/unresolved"]["incidents"]
    assert len(summary["incidents"]) == 3
    active, ahead = (worst[f"scheduled-maintenances/{name}"]["scheduled_maintenances"] for name in ("active", "upcoming"))
    assert summary["scheduled_maintenances"] == active + ahead
    assert {event["status"] for event in active} <= {"in_progress", "verifying"}
    assert {event["status"] for event in ahead} <= {"scheduled"}
    assert summary["status"] == worst["status"]["status"]


def test_the_history_has_every_month_once(worst: Answers) -> None:
    """Without a limit: all incidents and maintenances together."""
    months = [answer for name, answer in worst.items() if name.startswith("history/")]
    told = [event["id"] for month in months for event in (*month["incidents"], *month["scheduled_maintenances"])]
    assert len(told) == len(set(told))
    listed = [event["id"] for name in ("incidents", "scheduled-maintenances") for event in worst[name][name.replace("-", "_")]]
    assert set(listed) <= set(told)


def test_the_newest_fifty() -> None:
    """As many as Statuspage answers with; the month has them all."""
    many = tuple(days.incident(f"2026-11-{1 + n % 20:02d}-n{n}", [(f"2026-11-{1 + n % 20:02d}T10:{n // 20:02d}:00Z", {"status": "resolved"}, "Done.")], title=f"Trouble {n}") for n in range(60))
    answers = _answers(Dataset(incidents=many), days.WORST)
    created = [event["created_at"] for event in answers["incidents"]["incidents"]]
    assert len(created) == 50
    assert created == sorted(created, reverse=True)
    assert len(answers["history/2026-11"]["incidents"]) == 60


def test_a_life_in_affected_components() -> None:
    """Old and new effect with each word; what does not change is named too; the end makes all operational."""
    one = days.incident(
        "2026-11-20-slow",
        [
            ("2026-11-20T10:00:00Z", {"status": "investigating"}, "One."),
            ("2026-11-20T10:30:00Z", {"status": "identified", "components": {"api": "major_outage"}}, "Two."),
            ("2026-11-20T10:40:00Z", {"status": "monitoring"}, "Three."),
            ("2026-11-20T10:50:00Z", {"status": "monitoring"}, "Four."),
            ("2026-11-20T11:00:00Z", {"status": "resolved"}, "Five."),
        ],
        title="Slow",
        severity="major",
        started="2026-11-20T09:50:00Z",
        components={"api": "degraded_performance"},
    )
    data = Dataset(incidents=(one,), components=(Component(id="api", name="API", group="p"),), groups=(Group(id="p", name="Platform"),))
    (event,) = _answers(data, days.WORST)["incidents"]["incidents"]
    rows = [update["affected_components"] for update in reversed(event["incident_updates"])]
    assert [(row["old_status"], row["new_status"]) for (row,) in rows] == [
        ("operational", "degraded_performance"),
        ("degraded_performance", "major_outage"),
        ("major_outage", "major_outage"),
        ("major_outage", "major_outage"),
        ("major_outage", "operational"),
    ]
    assert rows[0][0]["name"] == "Platform - API"
    assert (event["started_at"], event["created_at"]) == ("2026-11-20T09:50:00.000Z", "2026-11-20T10:00:00.000Z")
    assert (event["monitoring_at"], event["resolved_at"]) == ("2026-11-20T10:40:00.000Z", "2026-11-20T11:00:00.000Z")
    assert event["impact"] == "major"


def test_a_cancelled_maintenance_is_completed() -> None:
    """Statuspage has no word for it; the last update says what happened. Nothing is felt before it begins."""
    works = days.incident(
        "2026-11-25-works",
        [
            ("2026-11-18T10:00:00Z", {"status": "scheduled"}, "We plan it."),
            ("2026-11-20T10:00:00Z", {"status": "cancelled"}, "We do not do it."),
        ],
        title="Works",
        kind="maintenance",
        components={"api": "under_maintenance"},
        scheduled={"from": "2026-11-25T01:00:00Z", "until": "2026-11-25T02:00:00Z"},
    )
    answers = _answers(Dataset(incidents=(works,), components=(Component(id="api", name="API"),)), days.WORST)
    (event,) = answers["scheduled-maintenances"]["scheduled_maintenances"]
    assert (event["status"], event["impact"]) == ("completed", "maintenance")
    assert [(u["status"], u["body"]) for u in event["incident_updates"]] == [("completed", "We do not do it."), ("scheduled", "We plan it.")]
    assert {row["new_status"] for u in event["incident_updates"] for row in u["affected_components"]} == {"operational"}
    assert answers["summary"]["scheduled_maintenances"] == []


def test_a_postmortem_is_the_newest_word(worst: Answers) -> None:
    """The incident's state says so, and the text is an update."""
    event = next(event for event in worst["incidents"]["incidents"] if event["status"] == "postmortem")
    newest = event["incident_updates"][0]
    assert newest["status"] == "postmortem"
    assert newest["body"]
    assert newest["display_at"] == event["updated_at"]
    assert event["resolved_at"] is not None


def test_imported_ids_are_kept() -> None:
    """Of components, incidents and updates that come from Statuspage, and of no others."""
    there = Source(system="statuspage", id="abcdefghijkl")
    data, at = days.worst_day()
    first = data.components[0].model_copy(update={"source": there})
    other = data.components[1].model_copy(update={"source": Source(system="cstate", id="API")})
    parts = _answers(replace(data, components=(first, other)), at)["components"]["components"]
    ids = {part["name"]: part["id"] for part in parts}
    assert ids[first.name] == "abcdefghijkl"
    assert ID.fullmatch(ids[other.name])


def test_stamps_are_in_the_zone_of_the_page() -> None:
    """All of them, with milliseconds."""
    data, at = days.worst_day()
    page = data.policy.page.model_copy(update={"time_zone": "America/New_York"})
    text = json.dumps(_answers(replace(data, policy=data.policy.model_copy(update={"page": page})), at))
    stamps = STAMP.findall(text)
    assert stamps
    assert set(stamps) <= {"-05:00", "-04:00"}


def test_time_alone_changes_nothing_on_a_quiet_day() -> None:
    """Two builds of the same records, an hour apart, answer with the same bytes."""
    data, at = days.quiet_day()
    assert _answers(data, at) == _answers(data, at + timedelta(hours=1))


def test_an_empty_page_answers() -> None:
    """Lists are empty and never absent."""
    answers = _answers(Dataset(), parse_instant("2026-11-21T00:00:00Z"))
    assert list(answers) == list(ANSWERS)
    assert (answers["summary"]["components"], answers["summary"]["incidents"]) == ([], [])
    assert answers["status"]["status"] == {"indicator": "none", "description": "All Systems Operational"}


def test_the_unresolved_of_the_worst_day(worst: Answers, golden: Golden) -> None:
    """Word by word."""
    golden("api/unresolved.json", json.dumps(worst["incidents/unresolved"], indent=1) + "\n")
