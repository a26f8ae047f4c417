"""An item as its system tells it, made into a record: words in order, a first state, and at most one end."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from onrecord.importing.bodies import to_line
from onrecord.importing.foreign import Unusable
from onrecord.importing.naming import slug
from onrecord.importing.records import END, Item, Origin, Record, Remark, Sort, Words
from onrecord.importing.waiving import waived
from onrecord.model import FINAL_STATUSES, INCIDENT_STATUSES, MAINTENANCE_STATUSES, Effect, Kind, Severity, Status
from onrecord.times import HOUR, MINUTE, iso

NO_WORDS = "The original has no words here. This line comes from the import."
NO_END_WORDS = "Recorded as over at this time. The original has no words about the end; this line comes from the import."
_ALLOWED = {Kind.incident: INCIDENT_STATUSES, Kind.maintenance: MAINTENANCE_STATUSES, Kind.notice: ()}
_FIRST = {Kind.incident: Status.investigating, Kind.maintenance: Status.scheduled}
_LAST = {Kind.incident: Status.resolved, Kind.maintenance: Status.completed}
_LONGEST_TITLE = 200
WORST: Mapping[Effect, Severity] = {
    Effect.major_outage: Severity.major,
    Effect.partial_outage: Severity.minor,
    Effect.degraded_performance: Severity.minor,
    Effect.operational: Severity.none,
    Effect.under_maintenance: Severity.none,
}
"""The severity of an incident whose system has none, by the worst effect; `critical` is nothing that an import could know."""


class LeftOut(Exception):
    """An item that was never public; the text says why."""


@dataclass(slots=True, kw_only=True)
class Told:
    """What one item says. Components are (key there, effect); words may come in any order."""

    path: str
    id: str
    title: str
    started: datetime
    """When it began; of a maintenance, its window does."""
    until: datetime | None = None
    """The end of a maintenance's window."""
    over: bool | None = None
    """Whether its fields say that it is over; None where only the words can."""
    ended: datetime | None = None
    """When its fields say that it was over."""
    url: str | None = None
    kind: Kind = Kind.incident
    severity: Severity | None = None
    components: tuple[tuple[str, Effect], ...] = ()
    words: list[Words] = field(default_factory=list)
    postmortem: str | None = None
    published: datetime | None = None
    sha256: str = ""
    """The digest of what was read; left out, that of what it says here."""
    remarks: list[Remark] = field(default_factory=list)

    def note(self, sort: Sort, text: str) -> None:
        self.remarks.append(Remark(sort, text))


@dataclass(slots=True, kw_only=True)
class Sheaf:
    """The records of one system as they are read, each once, and the items that made none."""

    system: str
    told: dict[str, Told] = field(default_factory=dict)
    others: list[Item] = field(default_factory=list)

    def add(self, path: str, id: str, read: Callable[[], Told]) -> None:
        """Reads one item. Of two with one id, the one with more to say counts."""
        try:
            found = read()
        except LeftOut as reason:
            self.others.append(Item(path=path, id=id, outcome="left out", reason=str(reason)))
        except Unusable as error:
            self.others.append(Item(path=path, id=id, outcome="refused", reason=str(error)))
        else:
            before = self.told.get(id)
            if before is None or len(before.words) <= len(found.words):
                self.told[id] = found

    def records(self) -> tuple[tuple[str, Record, tuple[Remark, ...]], ...]:
        """Every record with its path there and its remarks, in order of their beginning."""
        inorder = sorted(self.told.values(), key=lambda one: (one.started, one.path))
        return tuple((one.path, record(one, self.system), tuple(one.remarks)) for one in inorder)


def record(told: Told, system: str) -> Record:
    """The record that an item makes; what had to be mended is added to its remarks."""
    _name(told)
    if told.kind is Kind.maintenance:
        _window(told)
    words = _in_order(told)
    words[0] = replace(words[0], status=words[0].status or _FIRST.get(told.kind))
    _end(told, words)
    waivers = []
    for rule, reason, odd in waived(told.kind, told.started, words):
        waivers.append((rule, reason))
        told.note("odd", odd)
    return Record(
        origin=Origin(system=system, id=told.id, sha256=told.sha256 or _digest(told), url=told.url), slug=slug(told.title), title=told.title,
        kind=told.kind, severity=told.severity, components=told.components, started=told.started, ended=told.until, words=tuple(words),
        postmortem=told.postmortem, published=told.published, waivers=tuple(waivers),
    )  # fmt: skip


def _name(told: Told) -> None:
    title = to_line(told.title)
    if not title:
        title = f"Untitled {told.kind}"
        told.note("repaired", f"it has no name; it is called `{title}`")
    if len(title) > _LONGEST_TITLE:
        title = title[:_LONGEST_TITLE].rpartition(" ")[0].rstrip(" .,;:") + " …"
        told.note("moved", f"its name has more than {_LONGEST_TITLE} characters; the rest of it is left out of the title")
    told.title = title


def _window(told: Told) -> None:
    if told.until is None or told.until <= told.started:
        told.note("repaired", "it names no end of its window; it is taken as one hour" if told.until is None else "its window ends before it begins; it is taken as one hour")
        told.until = told.started + HOUR


def _in_order(told: Told) -> list[Words]:
    """The words by time, each with a state that this kind of record has; where there are none, a line of ours."""
    words: list[Words] = []
    for one in (_allowed(one, told) for one in sorted(told.words, key=lambda one: one.at)):
        before = words[-1] if words else None
        if before and (one.status, one.body) == (before.status, before.body) and one.at <= before.at:
            told.note("odd", "an update stands there twice, word for word; it is here once")
            continue
        if before and one.at <= before.at and not _sorts_after(one, before):
            words.append(replace(one, at=before.at + MINUTE / 60))
            told.note("moved", "updates of one second: each later one is put a second later")
        else:
            words.append(one)
    return words or [Words(at=told.started, body=NO_WORDS, ours=True, key="words")]


def _sorts_after(one: Words, before: Words) -> bool:
    """Whether the names of their files keep two updates of one second in order."""
    first, second = before.status or "update", one.status or "update"
    return one.at == before.at and (second > first or (second == first and bool(before.id) and one.id > before.id))


def _allowed(words: Words, told: Told) -> Words:
    words = replace(words, body=words.body.strip() or NO_WORDS)
    if words.status is None or words.status in _ALLOWED[told.kind]:
        return words
    if words.status in FINAL_STATUSES and told.kind in _LAST:
        return replace(words, status=_LAST[told.kind])
    label = words.label or words.status.replace("_", " ").capitalize()
    told.note("odd", f"the state `{words.status}` of an update is none that a {told.kind} has here; it stands in the words")
    return replace(words, status=None, body=f"**{label}:** {words.body}")


def _end(told: Told, words: list[Words]) -> None:
    """An end that the fields name and no update speaks of gets an update of ours; one that was told later gets its time."""
    last = next((number for number in reversed(range(len(words))) if words[number].status in FINAL_STATUSES), None)
    if last is not None:
        if told.over is False:
            told.note("odd", "its last words say that it is over, and its fields that it is open; the words count")
        if told.ended and told.started <= told.ended and words[last].at - told.ended >= MINUTE:
            words[last] = replace(words[last], effective=told.ended)
            told.note("moved", "its end is earlier than the update about it: `effective`")
        return
    if told.over and told.kind in _LAST:
        added = Words(at=told.ended or words[-1].at, body=NO_END_WORDS, status=_LAST[told.kind], ours=True, key=END)
        after = [one for one in words if one.at >= added.at]
        if any(one.status for one in after) or not told.ended:
            # What names a state comes before the end; words without one may come later, as people thank or ask.
            at = words[-1].at if _sorts_after(replace(added, at=words[-1].at), words[-1]) else words[-1].at + MINUTE / 60
            added = replace(added, at=at, effective=told.ended if told.ended and told.started <= told.ended < at else None)
        words.append(added)
        words.sort(key=lambda one: (one.at, one.status or "update"))
        told.note("repaired", f"it is over, and no update says so; one of the import does, at {iso(added.at)}")


def _digest(told: Told) -> str:
    said = [(w.id, w.at, w.status, w.body, w.components, w.scope) for w in sorted(told.words, key=lambda w: (w.at, w.id, w.body))]
    facts = (told.title, told.kind, told.severity, told.components, told.started, told.until, told.over, told.ended, said, told.postmortem, told.published)
    return hashlib.sha256(repr(_plain(facts)).encode()).hexdigest()


def _plain(value: object) -> object:
    """The facts as texts, so that no digest depends on how Python writes its objects."""
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, (tuple, list)):
        return [_plain(inner) for inner in value]
    return value if value is None or isinstance(value, bool) else str(value)
