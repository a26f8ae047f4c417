"""The phases of a record that there are messages for, and which of them its newest word belongs to."""

from __future__ import annotations

import re
from dataclasses import dataclass

from onrecord.model import FINAL_STATUSES, Kind, Status
from onrecord.snapshot.records import IncidentView, UpdateView


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """One phase: what it is called, the kind of record that has it, and the state that an update of it sets, if any."""

    title: str
    kind: Kind
    status: Status | None = None


_I, _M = Kind.incident, Kind.maintenance
PHASES: dict[str, Phase] = {
    "acknowledgement": Phase(title="We know about it", kind=_I, status=Status.investigating),
    "diagnosis": Phase(title="An update with what was found", kind=_I),
    "no-news": Phase(title="An update without news", kind=_I),
    "identified": Phase(title="The cause is known", kind=_I, status=Status.identified),
    "fix-under-way": Phase(title="It is being put right", kind=_I, status=Status.identified),
    "monitoring": Phase(title="What was done is being watched", kind=_I, status=Status.monitoring),
    "resolved": Phase(title="It is over", kind=_I, status=Status.resolved),
    "handover": Phase(title="The next shift takes over", kind=_I),
    "maintenance-announced": Phase(title="Work is planned", kind=_M, status=Status.scheduled),
    "maintenance-begun": Phase(title="The work has begun", kind=_M, status=Status.in_progress),
    "maintenance-extended": Phase(title="The work takes longer, or at another time", kind=_M),
    "maintenance-done": Phase(title="The work is done", kind=_M, status=Status.completed),
    "maintenance-cancelled": Phase(title="The work will not take place", kind=_M, status=Status.cancelled),
    "postmortem": Phase(title="The post-mortem is out", kind=_I),
    "amends": Phase(title="What customers are given in return", kind=_I),
}
"""Every phase by its name, in the order of a record's life. The name is also the folder of its templates."""

_MAINTENANCE = {
    Status.scheduled: "maintenance-announced",
    Status.in_progress: "maintenance-begun",
    Status.verifying: "maintenance-begun",
    Status.completed: "maintenance-done",
    Status.cancelled: "maintenance-cancelled",
}
_NO_NEWS = re.compile(r"\b(nothing new|no news|nothing to add|no change|not changed|unchanged)\b", re.IGNORECASE)


def phase_of(view: IncidentView) -> str:
    """The phase of the newest word about the record; of a record without words, its first one."""
    if view.kind is Kind.maintenance:
        return _of_maintenance(view)
    newest = view.updates[0] if view.updates else None
    if view.postmortem is not None and (newest is None or (view.postmortem.head.published or newest.at) >= newest.at):
        return "postmortem"
    return _of_update(view, newest) if newest is not None else "acknowledgement"


def _of_update(view: IncidentView, newest: UpdateView) -> str:
    before = view.updates[1].status if len(view.updates) > 1 else None
    status = newest.status or Status.investigating
    if status in FINAL_STATUSES:
        return "amends" if before in FINAL_STATUSES and newest.source.head.amends else "resolved"
    if status is before and says_nothing_new(newest):
        return "no-news"
    if status is Status.monitoring:
        return "monitoring"
    if status is Status.identified:
        return "fix-under-way" if before is Status.identified else "identified"
    return "acknowledgement" if len(view.updates) == 1 else "diagnosis"


def says_nothing_new(update: UpdateView) -> bool:
    """Whether the update changes nothing and says so. Only English words are known; others count as news."""
    head = update.source.head
    changes = head.components or head.severity or head.scope or head.workaround or head.expected_resolution or head.corrects
    return not changes and bool(_NO_NEWS.search(update.body))


def _of_maintenance(view: IncidentView) -> str:
    newest = view.updates[0] if view.updates else None
    over = view.phase in ("ended", "cancelled")
    if newest is not None and not over and view.moves and view.moves[-1].update == newest.id:
        return "maintenance-extended"
    return _MAINTENANCE[view.status or Status.scheduled]
