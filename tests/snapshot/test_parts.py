"""Components and groups at T: since when, which records, which days, and what stays of those that are gone."""

from __future__ import annotations

from typing import Any

import days
from onrecord.model import Component, Dataset, Effect, Group
from onrecord.snapshot import derive
from onrecord.snapshot.records import Snapshot
from onrecord.times import iso, parse_instant

AT = parse_instant("2026-11-21T12:00:00Z")
GROUPS = tuple(Group.model_validate({"id": id, "name": id.title()}) for id in ("money", "old"))
MAJOR = "major_outage"


def component(id: str, group: str | None = "money", **more: Any) -> Component:
    """A component of a group."""
    return Component.model_validate({"id": id, "name": id.title(), "group": group, **more})


def snapshot(*records: Any, components: tuple[Component, ...] = (component("checkout"), component("cards"))) -> Snapshot:
    """The facts at noon."""
    return derive(Dataset(incidents=records, components=components, groups=GROUPS), AT)


def incident(start: str, *said: tuple[str, dict[str, Any]], **components: str) -> Any:
    """An incident with its updates."""
    return days.incident(f"{start[:10]}-x", [(at, front, "Words.") for at, front in said], title="X", components=components, started=start)


OVER = incident("2026-11-20T10:00:00Z", ("2026-11-20T11:00:00Z", {"status": "resolved"}), checkout=MAJOR)
OPEN = incident("2026-11-21T10:00:00Z", ("2026-11-21T10:05:00Z", {"status": "investigating", "components": {"cards": MAJOR}}), checkout="degraded_performance")


def test_since_when_it_works() -> None:
    """Since the last effect ended; unknown where there never was one."""
    checkout, cards = snapshot(OVER).components
    assert (checkout.effect, checkout.effect_since) == (Effect.operational, parse_instant("2026-11-20T11:00:00Z"))
    assert (cards.effect, cards.effect_since) == (Effect.operational, None)


def test_since_when_it_does_not() -> None:
    """Since the worst effect that lasts began, not since anything was wrong."""
    worse = incident("2026-11-21T11:00:00Z", ("2026-11-21T11:05:00Z", {"status": "investigating"}), checkout=MAJOR)
    checkout = snapshot(OPEN, worse).components[0]
    assert checkout.effect_since is not None
    assert (checkout.effect, iso(checkout.effect_since)) == (Effect.major_outage, "2026-11-21T11:00:00Z")


def test_records_by_part() -> None:
    """A part has the records that name it, in the head or in an update, newest first; a group each of its parts' once."""
    found = snapshot(OVER, OPEN)
    ids = {part.id: [view.id for view in part.incidents] for part in found.components}
    assert ids == {"checkout": [OPEN.id, OVER.id], "cards": [OPEN.id]}
    assert [view.id for view in found.groups[0].incidents] == [OPEN.id, OVER.id]


def test_days_of_a_group() -> None:
    """The worst of its parts each day with all records, and unknown only where nothing is known of any."""
    parts = (component("checkout", since="2026-11-20"), component("cards", since="2026-11-21"))
    found = snapshot(OVER, OPEN, components=parts).groups[0].days[-3:]
    assert [(day.worst, day.incidents) for day in found] == [
        (None, ()),
        (Effect.major_outage, (OVER.id,)),
        (Effect.major_outage, (OPEN.id,)),
    ]


def test_what_is_gone_keeps_its_place() -> None:
    """A retired part stays in its group's list of such; a group without any on show is a past one, and not shown."""
    parts = (component("checkout"), component("fax", retired="2026-01-01"), component("telex", "old", retired="2026-01-01"))
    found = snapshot(components=parts)
    assert [(group.id, [part.id for part in group.components], [part.id for part in group.retired]) for group in found.groups] == [("money", ["checkout"], ["fax"])]
    assert [(group.id, [part.id for part in group.retired]) for group in found.past_groups] == [("old", ["telex"])]


def test_a_part_that_is_still_to_come_says_so() -> None:
    """Nothing is known of it, and its first day is known."""
    here, ahead = snapshot(components=(component("checkout", since="2026-11-21"), component("cards", since="2026-11-22"))).components
    assert (here.ahead, ahead.ahead) == (False, True)
    assert ahead.uptime.percent is None
