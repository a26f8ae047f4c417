"""What has been said up to an instant: the updates of a record with their times reckoned, and the look back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING

from onrecord.model import FINAL_STATUSES, Dataset, Effect, Incident, IncidentFile, Postmortem, Status, Update
from onrecord.settings import PUBLISHED_WITHIN
from onrecord.snapshot.records import Clock

if TYPE_CHECKING:
    from onrecord.revisions.records import History
    from onrecord.revisions.records import Publication as Published


@dataclass(slots=True, kw_only=True)
class Said:
    """One update of a record, read against the clock. Times ahead of the clock count as the clock's."""

    update: Update
    at: datetime
    effective: datetime
    status: Status | None
    """The state of the record from here on."""
    told: datetime
    """When readers had it."""
    clock: Clock
    """By which clock that is known."""
    target: str | None = None
    """The id of the earlier update that it sets right."""
    closes: datetime | None = None
    """When the record was over, where this update ended it."""

    @property
    def since(self) -> datetime:
        """Since when its status holds: a correction sets effects right at their old time, and speaks of the state now."""
        return self.effective if self.update.head.effective is not None else self.at

    @property
    def final(self) -> bool:
        return self.status in FINAL_STATUSES


def said(incident: Incident, at: datetime, history: History | None = None) -> list[Said]:
    """The updates in the order in which they were said, with what each means at the instant `at`.

    An update that sets an earlier one right takes effect when that one did, unless it says otherwise.
    `history` says when readers had each; a word that git does not know counts from its own time.
    """
    published = _published(incident.id, history)
    found: list[Said] = []
    by_id: dict[str, Said] = {}
    status: Status | None = None
    for update in incident.updates:
        head = update.head
        when = min(head.at, at)
        if not update.unread:
            status = head.status or status
        target = by_id.get(head.corrects) if head.corrects else None
        if head.effective is not None:
            effective = min(head.effective, when)
        else:
            effective = target.effective if target is not None else when
        told, clock = _told(published.get(update.id), when, at)
        one = Said(update=update, at=when, effective=effective, status=status, told=told, clock=clock, target=head.corrects if target else None)
        found.append(one)
        by_id[update.id] = one
    _close(found)
    return found


def _published(id: str, history: History | None) -> Mapping[str, Published]:
    """The publication of each update that stands, by its id."""
    return history.published.get(id, {}) if history is not None else {}


def _told(published: Published | None, said: datetime, at: datetime) -> tuple[datetime, Clock]:
    """When readers had a word, T at the latest. One that came out as fast as a commit takes counts from its own time."""
    if published is None or published.time is None or published.clock == "unknown":
        return said, "said"
    prompt = published.time - said <= PUBLISHED_WITHIN
    return said if prompt else min(published.time, at), published.clock


def _close(found: list[Said]) -> None:
    """Marks the updates that end the record; a later word on an ended record may set its end right."""
    standing: Said | None = None
    for one in found:
        if not one.final:
            standing = None
        elif standing is None:
            standing = one
            one.closes = one.since
        elif _restates_the_end(one, standing):
            standing.closes = one.effective


def _restates_the_end(one: Said, standing: Said) -> bool:
    head = one.update.head
    about_the_end = head.status in FINAL_STATUSES or one.target == standing.update.id
    return head.effective is not None and about_the_end and all(e is Effect.operational for e in head.components.values())


def up_to(dataset: Dataset, moment: datetime) -> Dataset:
    """The dataset without what was said after that instant: updates, records, post-mortems, ticks of a plan.

    A record without any update counts as said when it began.
    """
    kept = (_incident_up_to(incident, moment) for incident in dataset.incidents)
    return replace(dataset, incidents=tuple(incident for incident in kept if incident is not None))


def _incident_up_to(incident: Incident, moment: datetime) -> Incident | None:
    updates = tuple(update for update in incident.updates if update.head.at <= moment)
    if not updates and (incident.updates or _began_after(incident.head, moment)):
        return None
    head = incident.head
    if any(step.done is not None and step.done > moment for step in head.plan):
        steps = (s.model_copy(update={"done": None}) if s.done and s.done > moment else s for s in head.plan)
        head = head.model_copy(update={"plan": tuple(steps)})
    return replace(incident, head=head, updates=updates, postmortem=_postmortem_up_to(incident.postmortem, moment))


def _began_after(head: IncidentFile, moment: datetime) -> bool:
    began = head.started or head.from_ or (head.scheduled.from_ if head.scheduled else None)
    return began is not None and began > moment


def _postmortem_up_to(postmortem: Postmortem | None, moment: datetime) -> Postmortem | None:
    if postmortem is None or postmortem.head.published is None or postmortem.head.published > moment:
        return None
    head = postmortem.head
    actions = tuple(
        action.model_copy(update={"done": None})
        if action.done is not None and datetime.combine(action.done, time(), tzinfo=UTC) > moment
        else action
        for action in head.actions
    )
    return replace(postmortem, head=head.model_copy(update={"actions": actions}))
