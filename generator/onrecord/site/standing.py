"""How records stood before: when a month ended, where they stand otherwise now, and before they were removed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from onrecord import gitio
from onrecord.loading import load
from onrecord.model import INCIDENT_ID, Dataset, Incident
from onrecord.revisions.records import ChangeKind, History, RecordHistory, Revision
from onrecord.snapshot.reliability import Month, Stood
from onrecord.times import day_of, month_span, zone
from onrecord.withholding import Withholding

_MONTHS = 12
_KIND = ChangeKind
_MATTERS = frozenset({
    *(_KIND.record_published, _KIND.record_deleted, _KIND.record_restored, _KIND.became_readable, _KIND.became_unreadable),
    *(_KIND.update_added, _KIND.update_removed, _KIND.update_restored, _KIND.time_moved, _KIND.effect_changed, _KIND.status_changed),
})
"""The changes that can move an uptime figure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Past:
    """A record with what moved its figures, each with its time, oldest first, and the months that it may touch."""

    history: RecordHistory
    steps: tuple[tuple[datetime, str], ...]
    first: Month
    last: Month

    def at(self, moment: datetime) -> str | None:
        """The commit that it stood at then, None before its first one."""
        return next((commit for time, commit in reversed(self.steps) if time <= moment), None)

    @property
    def newest(self) -> datetime:
        return self.steps[-1][0]


def stood(root: Path, dataset: Dataset, history: History | None, at: datetime) -> Mapping[Month, Stood]:
    """For each of the last months that is over: the records that stood otherwise when it ended, None those that were not there.

    Without service levels nobody asks. What git cannot read any more counts as it stands now.
    """
    if history is None or not dataset.policy.service_levels:
        return {}
    page_zone = zone(dataset.policy.page.time_zone)
    months = _finished(at, page_zone)
    pasts = list(_pasts(dataset, history, months, page_zone))
    found: dict[Month, Stood] = {}
    for month in months:
        end = month_span(*month, page_zone).end
        moved = [past for past in pasts if past.first <= month <= past.last and past.newest > end]
        if moved:
            found[month] = _then(root, moved, end, Withholding(dataset.redactions))
    return found


def removed(root: Path, dataset: Dataset, history: History | None) -> tuple[Incident, ...]:
    """The records that were removed, as they stood last, where the policy wants their words shown; newest first."""
    if history is None or not dataset.policy.record.show_removed:
        return ()
    here = {incident.id for incident in dataset.incidents}
    stones = (stone for id in sorted(history.deleted, reverse=True) if id not in here and (stone := history.records[id].tombstone) is not None)
    withholding = Withholding(dataset.redactions)
    found = (_read(root, stone.last, {stone.id: stone.id}, stone.removed.commit.committed, withholding).get(stone.id) for stone in stones)
    return tuple(record for record in found if record is not None)


def _finished(at: datetime, page_zone: ZoneInfo) -> list[Month]:
    today = day_of(at, page_zone)
    number = today.year * 12 + today.month - 1
    return [((number - back) // 12, (number - back) % 12 + 1) for back in range(1, _MONTHS + 1)]


def _pasts(dataset: Dataset, history: History, months: list[Month], page_zone: ZoneInfo) -> Iterator[_Past]:
    """The records that may touch one of those months, and whose publication git knows."""
    ends = {i.id: max((u.head.at for u in i.updates), default=None) for i in dataset.incidents if not i.head.drill}
    for id in (*ends, *history.deleted):
        began = _month_of(id)
        if began is None or not months[-1] <= began <= months[0]:
            continue
        past = history.records.get(id)
        steps = tuple(_steps(past.revisions)) if past is not None and past.published.time is not None else ()
        if past is not None and steps:
            end = ends.get(id) or (past.tombstone.ended if past.tombstone is not None else None)
            day = day_of(end, page_zone) if end is not None else None
            yield _Past(history=past, steps=steps, first=began, last=max(began, (day.year, day.month)) if day else began)


def _month_of(id: str) -> Month | None:
    match = INCIDENT_ID.fullmatch(id)
    return (int(match[1]), int(match[2])) if match else None


def _steps(revisions: tuple[Revision, ...]) -> Iterator[tuple[datetime, str]]:
    for revision in revisions:
        if revision.publication.time is not None and any(change.kind in _MATTERS for change in revision.changes):
            yield revision.publication.time, revision.commit.commit


def _then(root: Path, moved: list[_Past], end: datetime, withholding: Withholding) -> Stood:
    """Those records as they stood at that instant, all read from the newest commit of any of them before it."""
    there = {past.history.id: commit for past in moved if (commit := past.at(end)) is not None}
    found: dict[str, Incident | None] = {past.history.id: None for past in moved if past.history.id not in there}
    newest = max((time, commit) for past in moved for time, commit in past.steps if time <= end)[1] if there else None
    if newest is not None:
        names = {name: past.history.id for past in moved if past.history.id in there for name in (past.history.id, *past.history.former)}
        found |= _read(root, newest, names, end, withholding)
    return found


def _read(root: Path, commit: str, names: Mapping[str, str], end: datetime, withholding: Withholding) -> dict[str, Incident | None]:
    try:
        with gitio.CommitTree(root, commit) as tree:
            paths = [f"incidents/{name[:4]}/{name}" for name in names]
            records = load(tree, now=end, only=paths, recover=False, withholding=withholding).dataset.incidents
    except gitio.GitFailed:
        return {}
    return {names[record.id]: record for record in records if record.id in names and not record.head.drill}
