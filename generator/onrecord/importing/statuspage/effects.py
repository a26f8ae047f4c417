"""What each update changes, from what the source lists with it: the states before and after of every component."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from onrecord.importing.records import Remark
from onrecord.importing.statuspage.shapes import Entry, Part, Said
from onrecord.model import Effect
from onrecord.times import MINUTE

_AT_WORK = ("in_progress", "verifying")
_ENDS = ("resolved", "completed", "postmortem")
_SOON = timedelta(minutes=2)
"""A state that is set so soon after an update belongs to it: people post first, and then set the state."""

_BETWEEN = Remark("moved", "the state of a component was set just after an update, without one of its own; it stands with that update")


def effect_of(status: str) -> Effect | None:
    """The effect that a state there means; None of a word that is none of theirs."""
    return Effect(status) if status in Effect.__members__ else None


@dataclass(slots=True, kw_only=True)
class Felt:
    """The effects of one record by component: at the start, what each update changes, and after the last word."""

    head: dict[str, Effect] = field(default_factory=dict)
    changes: list[dict[str, Effect]]
    now: dict[str, Effect] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)

    def set(self, number: int, code: str, effect: Effect, *, at_start: bool) -> None:
        """The effect from that update on; what the first one says of the beginning stands in the head."""
        if number == 0 and at_start and code not in self.changes[0]:
            self.head[code] = effect
        else:
            self.changes[number][code] = effect
        self.now[code] = effect

    def name(self, code: str, effect: Effect = Effect.operational) -> None:
        """Names a component that no update has named yet."""
        if code not in self.now:
            self.head[code] = self.now[code] = effect


def felt(entry: Entry, said: Sequence[Said], ats: Sequence[datetime], started: datetime) -> Felt:
    """The effects of an incident. `said` are its updates in order, `ats` when each was said."""
    found = Felt(changes=[{} for _ in said])
    at_start = bool(ats) and ats[0] - started < MINUTE
    for number, update in enumerate(said):
        for touched in update.affected_components:
            before, after = effect_of(touched.old_status), effect_of(touched.new_status)
            if after is None or not touched.code:
                found.remarks.append(Remark("lost", f"the state `{touched.new_status}` of `{touched.name}`: no such effect here"))
                continue
            if number == 0 and not at_start and before not in (None, Effect.operational):
                found.name(touched.code, before or after)  # it was so before the first word
            if number and before is not None and before is not found.now.get(touched.code, before):
                found.set(number - 1, touched.code, before, at_start=at_start)
                found.remarks.append(_BETWEEN)
            if update.status in _ENDS:
                _at_end(found, touched.code, touched.name, after)
            elif after is not found.now.get(touched.code):
                found.set(number, touched.code, after, at_start=at_start)
    for part in entry.components:
        if not part.group:
            found.name(part.id)
            _as_last_seen(found, entry, part, ats, at_start=at_start)
    return found


def felt_at_work(entry: Entry, said: Sequence[Said]) -> Felt:
    """The effects of a maintenance while it runs: what it names is under maintenance, unless an update says otherwise then."""
    found = Felt(changes=[{} for _ in said])
    named = [touched.code for update in said for touched in update.affected_components if touched.code]
    for code in [*named, *(part.id for part in entry.components if not part.group)]:
        found.name(code, Effect.under_maintenance)
    for number, update in enumerate(said):
        for touched in update.affected_components if update.status in _AT_WORK else ():
            after = effect_of(touched.new_status)
            if after is not None and touched.code and after is not found.now[touched.code]:
                found.set(number, touched.code, after, at_start=False)
    return found


def _at_end(found: Felt, code: str, name: str, after: Effect) -> None:
    found.name(code)
    if after is not Effect.operational:
        found.remarks.append(Remark("lost", f"`{name}` was still `{after}` when this was resolved: here the end ends every effect"))


def _as_last_seen(found: Felt, entry: Entry, part: Part, ats: Sequence[datetime], *, at_start: bool) -> None:
    """The state of a component while an open incident was last seen, where its updates say another."""
    effect, since = effect_of(part.status), part.updated_at
    if entry.status in _ENDS or effect is None or since is None or effect is found.now[part.id]:
        return
    number = sum(at <= since for at in ats) - 1
    if number < 0 or since > max(entry.updated_at or ats[-1], ats[-1]) + MINUTE:
        return
    if since - ats[number] <= _SOON:
        found.set(number, part.id, effect, at_start=at_start)
        found.remarks.append(_BETWEEN)
    else:
        found.remarks.append(Remark("odd", f"`{part.name}` was shown as `{effect}` without an update about it"))
