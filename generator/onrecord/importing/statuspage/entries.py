"""One incident or maintenance of Statuspage to a record, still open to what other answers say of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from onrecord.importing.bodies import to_article, to_words
from onrecord.importing.foreign import Unusable
from onrecord.importing.naming import slug
from onrecord.importing.records import END, Remark, Sort, Words
from onrecord.importing.statuspage.effects import Felt, felt, felt_at_work
from onrecord.importing.statuspage.merging import Merged
from onrecord.importing.statuspage.shapes import Entry, Said
from onrecord.importing.waiving import waived
from onrecord.model import (
    FINAL_STATUSES,
    INCIDENT_ID,
    INCIDENT_STATUSES,
    MAINTENANCE_STATUSES,
    Effect,
    Kind,
    Severity,
    Status,
)
from onrecord.times import HOUR, MINUTE, iso

NO_WORDS = "The original has no words here. This line comes from the import."
NO_END_WORDS = "Recorded as over at this time. The original has no words about the end; this line comes from the import."


@dataclass(slots=True, kw_only=True)
class Draft:
    """A record in the making. Components are by their id there; `now` are the effects after its last word."""

    path: str
    entry: Entry
    seen: datetime
    kind: Kind
    title: str
    started: datetime
    ended: datetime | None = None
    """The end of a maintenance's window."""
    severity: Severity | None = None
    head: dict[str, Effect] = field(default_factory=dict)
    words: list[Words] = field(default_factory=list)
    now: dict[str, Effect] = field(default_factory=dict)
    postmortem: str | None = None
    published: datetime | None = None
    postmortem_id: str = ""
    waivers: list[tuple[str, str]] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)

    @property
    def slug(self) -> str:
        """From the title; an address of ours, as our own API gives it, keeps its words."""
        own = self.entry.shortlink.rstrip("/").rpartition("/")[2]
        return own[11:] if INCIDENT_ID.fullmatch(own) else slug(self.title)

    @property
    def over(self) -> bool:
        return any(words.status in FINAL_STATUSES for words in self.words)

    @property
    def names(self) -> dict[str, str]:
        """Every component that it names, by its id there."""
        touched = ((t.code, t.name) for said in self.entry.incident_updates for t in said.affected_components)
        return {**dict(touched), **{part.id: part.name for part in self.entry.components}}

    def note(self, sort: Sort, text: str) -> None:
        self.remarks.append(Remark(sort, text))


def draft(found: Merged, base: str | None) -> Draft:
    """The record of one incident or maintenance. `base` is the page's address.

    Raises:
        Unusable: it has no id or no time, or a field cannot be read.
    """
    try:
        entry = Entry.model_validate(dict(found.raw))
    except ValidationError as error:
        raise Unusable("; ".join(_in_words(problem) for problem in error.errors()[:3])) from None
    said = list(reversed(entry.incident_updates))
    said.sort(key=lambda update: _at(update, entry))
    started = entry.started_at or entry.created_at or (said[0].display_at if said else None) or (said[0].created_at if said else None)
    if started is None:
        raise Unusable("it has no time")
    kind = Kind.maintenance if entry.is_maintenance else Kind.incident
    made = Draft(path=found.path, entry=entry, seen=found.seen, kind=kind, title=" ".join(entry.name.split()), started=started, remarks=list(found.remarks))
    _Reader(made, base).read(said)
    return made


def _in_words(problem: Any) -> str:
    place = ".".join(str(part) for part in problem["loc"])
    return f"`{place}`: {problem['msg'] if problem['type'] == 'bad_time' else 'missing, or no such value'}"


def _at(said: Said, entry: Entry) -> datetime:
    found = said.display_at or said.created_at or entry.started_at or entry.created_at
    if found is None:
        raise Unusable(f"its update `{said.id}` has no time")
    return found


@dataclass(slots=True)
class _Reader:
    made: Draft
    base: str | None

    def read(self, said: Sequence[Said]) -> None:
        made, entry = self.made, self.made.entry
        if not made.title:
            made.title = f"Untitled {made.kind}"
            made.note("repaired", f"it has no name; it is called `{made.title}`")
        if made.kind is Kind.maintenance:
            self.window(said)
        else:
            made.severity = self.severity()
        self.postmortem([update for update in said if update.status == "postmortem"])
        updates = [update for update in said if update.status != "postmortem"]
        ats = self.times(updates)
        effects = felt_at_work(entry, updates) if made.kind is Kind.maintenance else felt(entry, updates, ats, made.started)
        made.head, made.now = effects.head, effects.now
        made.remarks += effects.remarks
        made.words = list(self.words(updates, ats, effects))
        self.end()
        if entry.monitoring_at and not any(w.status is Status.monitoring and abs(w.at - entry.monitoring_at) <= MINUTE for w in made.words):
            made.note("lost", f"`monitoring_at` names {iso(entry.monitoring_at)}, a time that no update has")
        if not made.words:
            made.words = [Words(at=made.started, body=NO_WORDS, status=self.status(entry.status), ours=True)]
        self.waive()

    # ------------------------------------------------------------ what it is

    def window(self, said: Sequence[Said]) -> None:
        made, entry = self.made, self.made.entry
        if entry.impact not in ("maintenance", "none", ""):
            made.note("lost", f"the impact `{entry.impact}` of a maintenance")
        last = max((_at(update, entry) for update in said), default=made.started)
        start = entry.scheduled_for or made.started
        end = entry.scheduled_until or entry.resolved_at or last
        if entry.scheduled_for is None or entry.scheduled_until is None:
            made.note("repaired", f"its window is not whole there; it is taken from {iso(start)}")
        if end <= start:
            made.note("repaired", f"its window ends {iso(end)}, not after it begins; it is taken as one hour")
            end = start + HOUR
        made.started, made.ended = start, end

    def severity(self) -> Severity | None:
        word = self.made.entry.impact
        if word in Severity.__members__:
            return Severity(word)
        if word != "maintenance":
            self.made.note("odd", f"its impact `{word}` is none of Statuspage's; it has no severity here" if word else "it has no impact, so no severity here")
        return None

    def status(self, word: str) -> Status | None:
        allowed = MAINTENANCE_STATUSES if self.made.kind is Kind.maintenance else INCIDENT_STATUSES
        return next((status for status in allowed if status == word), None)

    def postmortem(self, said: Sequence[Said]) -> None:
        made, entry = self.made, self.made.entry
        body = entry.postmortem_body.strip() or "\n\n".join(update.body for update in said)
        if not body.strip():
            return
        made.postmortem, remarks = to_article(body, self.base)
        made.remarks += remarks
        made.published = entry.postmortem_published_at or (_at(said[-1], entry) if said else entry.resolved_at or entry.updated_at)
        made.postmortem_id = said[-1].id if said else ""

    # ------------------------------------------------------------ what was said

    def times(self, said: Sequence[Said]) -> list[datetime]:
        """When each update was said. Two of one second keep their order: the later one moves by a second where its name would not tell."""
        found: list[datetime] = []
        for number, update in enumerate(said):
            at = _at(update, self.made.entry)
            if update.created_at and update.created_at - at >= MINUTE:
                self.made.note("odd", "an update was written later than the time that it shows; the time shown counts")
            before = said[number - 1] if number else None
            if before is not None and (at < found[-1] or (at == found[-1] and (update.status, update.id) < (before.status, before.id))):
                at = found[-1] + MINUTE / 60
                self.made.note("moved", "two updates of one second: the later one is put a second later")
            found.append(at)
        return found

    def words(self, said: Sequence[Said], ats: Sequence[datetime], effects: Felt) -> Iterator[Words]:
        for update, at, changes in zip(said, ats, effects.changes, strict=True):
            status = self.status(update.status)
            body, remarks = to_words(update.body, self.base)
            self.made.remarks += remarks
            if status is None and update.status:
                self.made.note("odd", f"the state `{update.status}` of an update is none that this kind of record has here; it stands in the words")
                body = f"**{update.status.replace('_', ' ').capitalize()}:** {body}"
            yield Words(at=at, body=body or NO_WORDS, status=status, effective=self.effective(status, at), components=tuple(changes.items()), id=update.id)

    def effective(self, status: Status | None, at: datetime) -> datetime | None:
        """The end that the fields name, where the words about it came later."""
        ended = self.made.entry.resolved_at
        if status not in FINAL_STATUSES or ended is None or at - ended < MINUTE or ended < self.made.started:
            return None
        self.made.note("moved", "its end is earlier than the update about it: `effective`")
        return ended

    def end(self) -> None:
        made, entry = self.made, self.made.entry
        if entry.status not in ("resolved", "completed", "postmortem") or made.over:
            return
        last = made.words[-1].at if made.words else made.started
        at = max(entry.resolved_at or entry.updated_at or last, last)
        status = Status.completed if made.kind is Kind.maintenance else Status.resolved
        made.words.append(Words(at=at, body=NO_END_WORDS, status=status, ours=True, key=END))
        made.note("repaired", f"it is {status}, and no update says so; one of the import does, at {iso(at)}")

    def waive(self) -> None:
        """Rules of ours that the original need not keep."""
        for rule, reason, text in waived(self.made.kind, self.made.started, self.made.words):
            self.made.waivers.append((rule, reason))
            self.made.note("odd", text)
