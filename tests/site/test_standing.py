"""Uptime as first published: what the records said when a month ended, beside what they say now."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

import scripted
from onrecord.files import WorkTree
from onrecord.loading import load
from onrecord.revisions import read_history
from onrecord.site.standing import stood
from onrecord.snapshot import derive
from onrecord.snapshot.reliability import LevelMonth
from onrecord.times import parse_instant

ID = "2026-11-21-checkout-errors"
NOW = parse_instant("2026-12-20T09:00:00Z")
POLICY = "service_levels:\n  - {name: Plan, target: 99.9, credits: [{below: 99.99, credit: 5 %}, {below: 99.95, credit: 10 %}]}\n"
PARTS = "components:\n  - {id: checkout, name: Checkout, since: 2026-10-01}\n"
OPENED = {"at": "2026-11-21T14:06:00Z", "write": {"~/incident.yml": "HEAD", "~/updates/a.md": "FIRST", "site_src/components.yml": PARTS, "site_src/policy.yml": POLICY}}
RESOLVED = {"at": "2026-11-21T14:32:00Z", "write": {"~/updates/b.md": "LAST"}}
PARTIAL, MAJOR = 33 * 0.3, 33.0
"""Minutes down of the 33 that it took."""


def november(root: Path, *steps: dict[str, Any]) -> LevelMonth:
    """November of the only service level."""
    scripted.play(root, list(steps))
    dataset = load(WorkTree(root), now=NOW).dataset
    history = read_history(root, None)
    found = derive(dataset, NOW, history=history, stood=stood(root, dataset, history, NOW)).levels[0].months
    return next(month for month in found if month.key == "2026-11")


def down(month: LevelMonth) -> tuple[float, float | None]:
    """Minutes down, now and as first published."""
    return round(month.working.down, 2), round(month.first.down.total_seconds() / 60, 2) if month.first else None


LATER = "2026-12-03T09:00:00Z"
REMOVED = ["~/incident.yml", "~/updates/a.md", "~/updates/b.md"]
CASES: list[tuple[str, Sequence[dict[str, Any]], tuple[float, float | None]]] = [
    ("nothing was changed", (OPENED, RESOLVED), (PARTIAL, None)),
    ("changed before the month ended", (OPENED, RESOLVED, {"at": "2026-11-30T09:00:00Z", "replace": {"~/incident.yml": ["partial", "major"]}}), (MAJOR, None)),
    ("only words were changed", (OPENED, RESOLVED, {"at": LATER, "replace": {"~/updates/a.md": ["a third", "a tenth"]}}), (PARTIAL, None)),
    ("an effect was made worse", (OPENED, RESOLVED, {"at": LATER, "replace": {"~/incident.yml": ["partial", "major"]}}), (MAJOR, PARTIAL)),
    ("it began later than was said", (OPENED, RESOLVED, {"at": LATER, "replace": {"~/incident.yml": ["13:58", "14:21"]}}), (3.0, PARTIAL)),
    ("it was removed", (OPENED, RESOLVED, {"at": LATER, "write": {"site_src/pages/x.md": "X"}, "remove": REMOVED}), (0, PARTIAL)),
    ("it was reported after the month", ({**OPENED, "at": "2026-12-01T14:06:00Z"}, {**RESOLVED, "at": "2026-12-01T14:06:10Z"}), (PARTIAL, 0)),
    ("it got another id, and another effect", (OPENED, RESOLVED, {"at": "2026-12-02T09:00:00Z", "move": {f"incidents/2026/{ID}": "incidents/2026/2026-11-21-cards"}}, {"at": LATER, "replace": {"incidents/2026/2026-11-21-cards/incident.yml": ["partial", "major"]}}), (MAJOR, PARTIAL)),
]


@pytest.mark.parametrize(("steps", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_as_first_published(tmp_path: Path, steps: Sequence[dict[str, Any]], expected: tuple[float, float | None]) -> None:
    """Told only where the figure differs."""
    assert down(november(tmp_path, *steps)) == expected


def test_what_was_owed_by_it(tmp_path: Path) -> None:
    """Both credits are told; the one of today is owed."""
    found = november(tmp_path, OPENED, RESOLVED, {"at": LATER, "replace": {"~/incident.yml": ["partial", "major"]}})
    assert (found.first_credit and found.first_credit.credit, found.owed and found.owed.credit) == ("5 %", "10 %")


def test_what_was_imported_has_no_earlier_figure(tmp_path: Path) -> None:
    """Git knows the day of the import, which says nothing."""
    head = scripted.HEAD + "source: {system: cstate, id: x}\n"
    late = {"at": "2026-12-01T14:06:00Z", "write": {**OPENED["write"], "~/incident.yml": head, "~/updates/b.md": "LAST"}}
    assert down(november(tmp_path, late)) == (PARTIAL, None)


def test_nobody_asks_without_service_levels(tmp_path: Path) -> None:
    """Then nothing is read."""
    scripted.play(tmp_path, [{**OPENED, "write": {k: v for k, v in OPENED["write"].items() if "policy" not in k}}])
    dataset = load(WorkTree(tmp_path), now=NOW).dataset
    assert stood(tmp_path, dataset, read_history(tmp_path, None), NOW) == {}
