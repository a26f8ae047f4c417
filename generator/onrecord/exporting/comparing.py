"""Two Datasets compared fact by fact: what one says and the other does not, in words for a report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from onrecord.exporting.words import seen
from onrecord.model import FINAL_STATUSES, Component, Dataset, Effect, Group, Incident, Kind, Postmortem, Status, Update

_EXTRAS = {
    "detected": "when it was noticed", "expected_resolution": "the expected end", "workaround": "the workaround", "plan": "the plan",
    "impact": "the impact in figures", "causes": "the causes", "related": "related records", "drill": "that it is a drill",
}  # fmt: skip
_UPDATE_EXTRAS = {
    "next_update_by": "the promise of a next update", "expected_resolution": "a new expected end", "workaround": "a new workaround",
    "scope": "the scope", "links": "links beside the words", "amends": "what customers are given", "corrects": "which update another one corrects",
}  # fmt: skip
_RUNNING = frozenset({Status.in_progress, Status.verifying})
_POSTMORTEM_EXTRAS = {"actions": "the actions of post-mortems", "approved_by_role": "who approved a post-mortem"}


@dataclass(frozen=True, slots=True, order=True)
class Loss:
    """One fact that does not come back, and the record, component or group that it belongs to."""

    text: str
    about: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Our ids by those of the other Dataset, where they differ."""

    records: Mapping[str, str]
    components: Mapping[str, str]


def losses(ours: Dataset, theirs: Dataset, names: Names) -> Iterator[Loss]:
    """What `ours` says and `theirs` does not. Words are compared as readers see them, effects by what was felt when."""
    yield from _parts(ours, theirs, names)
    found = {names.records.get(incident.id, incident.id): incident for incident in theirs.incidents}
    for incident in ours.incidents:
        other = found.get(incident.id)
        if other is None:
            yield Loss("the whole record", incident.id)
            continue
        for text in _record(incident, other, names):
            yield Loss(text, incident.id)


# ---------------------------------------------------------------- components


def _parts(ours: Dataset, theirs: Dataset, names: Names) -> Iterator[Loss]:
    found = {names.components.get(part.id, part.id): part for part in theirs.components}
    groups = {group.id: group for group in ours.groups}, {group.id: group for group in theirs.groups}
    for part in ours.components:
        other = found.get(part.id)
        if other is None:
            yield Loss("the component", part.id)
            continue
        yield from (Loss(text, part.id) for text in _component(part, other, *groups))
    by_name = {group.name: group for group in theirs.groups}
    for group in ours.groups:
        if group.name not in by_name:
            yield Loss("the group", group.id)
        elif by_name[group.name].id != group.id:
            yield Loss("the id of a group: it comes from the name", group.id)
    left = [part.id for part in ours.components if part.id in found]
    if left != [id for id in (names.components.get(part.id, part.id) for part in theirs.components) if id in left]:
        yield Loss("the order of components: groups come first, retired ones last", "components.yml")


def _component(part: Component, other: Component, groups: Mapping[str, Group], others: Mapping[str, Group]) -> Iterator[str]:
    if part.id != other.id:
        yield "the id of a component: it comes from the name"
    if part.name != other.name:
        yield "the name of a component"
    if (part.description or "") != (other.description or ""):
        yield "the description of a component"
    mine, its = groups.get(part.group or ""), others.get(other.group or "")
    if (mine.name if mine else None) != (its.name if its else None):
        yield "the group of a component"
    if part.since != other.since:
        yield "`since` of a component: it comes from the first record" if part.since is None else "`since` of a component"
    if part.retired != other.retired:
        yield "the day on which a component was retired"
    if part.alerts:
        yield "which alerts are about a component"


# ---------------------------------------------------------------- records


def _record(ours: Incident, theirs: Incident, names: Names) -> Iterator[str]:
    mine, its = ours.head, theirs.head
    if ours.id != theirs.id:
        yield "the id of a record: it comes from the day and the title"
    if mine.title != its.title:
        yield "the title"
    if mine.kind is not its.kind:
        yield f"a {mine.kind} becomes {'an' if its.kind is Kind.incident else 'a'} {its.kind}"
    if mine.severity is not its.severity:
        yield f"the severity `{mine.severity or 'none given'}` becomes `{its.severity or 'none given'}`"
    if _times(ours) != _times(theirs):
        yield "when it began and ended"
    if mine.kind is its.kind and _windows(ours) != _windows(theirs):
        yield "the window, or when it was moved"
    if mine.kind is not Kind.notice and (felt := _felt(theirs, names.components)) != _felt(ours, {}):
        yield "that an effect changed before the word about it" if felt == _felt(ours, {}, as_said=True) else "which effect was felt when, on which component"
    if any(update.head.severity for update in ours.updates) and _severities(ours) != _severities(theirs):
        yield "a severity that changed"
    yield from _said(ours.updates, theirs.updates)
    yield from _extras(_EXTRAS, mine, its)
    yield from (text for key, text in _UPDATE_EXTRAS.items() if _values(ours.updates, key) != _values(theirs.updates, key))
    yield from _postmortem(ours.postmortem, theirs.postmortem)
    if mine.internal:
        yield "internal notes, which never leave the repository"


def _extras(texts: Mapping[str, str], mine: Any, its: Any) -> Iterator[str]:
    return (text for key, text in texts.items() if getattr(mine, key) and getattr(mine, key) != getattr(its, key))


def _values(updates: Sequence[Update], key: str) -> list[Any]:
    return [(update.head.at, value) for update in updates if (value := getattr(update.head, key))]


def _times(incident: Incident) -> tuple[datetime | None, datetime | None]:
    head = incident.head
    if head.kind is Kind.notice:
        return head.from_, head.until
    started = head.started or (incident.updates[0].head.at if incident.updates else None)
    ended = next((u.head.effective or u.head.at for u in reversed(incident.updates) if u.head.status in FINAL_STATUSES), None)
    return (head.scheduled.from_ if head.scheduled else started), ended


def _windows(incident: Incident) -> list[tuple[datetime, datetime]]:
    said = [incident.head.scheduled, *(update.head.scheduled for update in incident.updates)]
    return [(window.from_, window.until) for window in said if window is not None]


def _severities(incident: Incident) -> list[Any]:
    return [(update.head.at, update.head.severity) for update in incident.updates if update.head.severity]


def _felt(incident: Incident, names: Mapping[str, str], *, as_said: bool = False) -> list[tuple[datetime | None, str, Effect]]:
    """Each change of an effect, with its time; None for what is so from the beginning, which is that of the work where it is planned.

    With `as_said`, changes count from the words about them, except the end.
    """
    felt: dict[str, Effect] = {}
    found: list[tuple[datetime | None, str, Effect]] = []

    def change(at: datetime | None, effects: Mapping[str, Effect]) -> None:
        for id, effect in sorted((names.get(id, id), effect) for id, effect in effects.items()):
            if felt.get(id) is not effect:
                felt[id] = effect
                found.append((at, id, effect))

    planned = incident.head.kind is Kind.maintenance
    begun = not planned
    change(None, incident.head.components)
    for update in incident.updates:
        over = update.head.status in FINAL_STATUSES
        at = update.head.at if as_said and not over else update.head.effective or update.head.at
        change(at, update.head.components)
        if not begun and update.head.status in _RUNNING:
            begun, found = True, [(None, id, effect) for id, effect in sorted(felt.items())]
        if over:
            change(at, dict.fromkeys(felt, Effect.operational))
            break
    return sorted(found, key=lambda one: one[1]) if planned else found


def _said(ours: Sequence[Update], theirs: Sequence[Update]) -> Iterator[str]:
    """The updates by time, state and words; one without a state of its own repeats the one before it."""
    if len(ours) != len(theirs):
        yield "which words are an update of their own"
        return
    if any(mine.head.at != its.head.at for mine, its in zip(ours, theirs, strict=True)):
        yield "when an update was said"
    for mine, its in zip(_states(ours), _states(theirs), strict=True):
        if mine is not its:
            yield f"the state `{mine}` becomes `{its}`"
    if any(seen(mine.body) != seen(its.body) for mine, its in zip(ours, theirs, strict=True)):
        yield "how the words of an update are set"


def _states(updates: Sequence[Update]) -> list[Status | None]:
    states: list[Status | None] = []
    for update in updates:
        states.append(update.head.status or (states[-1] if states else None))
    return states


def _postmortem(ours: Postmortem | None, theirs: Postmortem | None) -> Iterator[str]:
    if ours is None:
        return
    if ours.head.status != "published":
        yield "the draft of a post-mortem, which is not public"
        return
    if theirs is None:
        yield "the post-mortem"
        return
    if ours.head.published != theirs.head.published:
        yield "when a post-mortem was published"
    if seen(ours.body) != seen(theirs.body):
        yield "how a post-mortem is set"
    if ours.pictures:
        yield "the pictures of a post-mortem"
    yield from _extras(_POSTMORTEM_EXTRAS, ours.head, theirs.head)
