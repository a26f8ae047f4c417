"""What a rule is: a stable code, a level, and one function that looks at one record."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from onrecord.model import FINAL_STATUSES, Component, Dataset, Incident, Kind, Severity, SeverityPolicy, Status, Update
from onrecord.policy.readers import ALONE, Readers
from onrecord.problems import Level, Place
from onrecord.times import iso

if TYPE_CHECKING:
    from onrecord.policy.passages import Passage

Family = Literal["records", "timing", "wording", "planning", "leaks", "privacy"]
FAMILIES: Mapping[str, Family] = {"OR1": "records", "OR2": "timing", "OR3": "wording", "OR4": "planning", "OR5": "leaks", "OR6": "privacy"}
"""The family of each rule, by how its code begins."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found. `key` says where in the record, as in `Incident.lines`; `below` how many lines below that."""

    key: str
    message: str
    hint: str = ""
    below: int = 0
    past: bool = False
    """It lies in the past, and nothing that anybody writes now can mend it: a note at most."""
    ahead: bool = False
    """It has done no harm yet, and would with the next commit: a warning at most."""
    column: int = 0
    """How many letters into that line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What rules may know besides the record: all that was read, and the instant."""

    dataset: Dataset
    at: datetime
    components: Mapping[str, Component]
    ids: Collection[str]
    """Every record that there is, unreadable ones included."""
    rules: Mapping[str, str] = field(default_factory=dict)
    """The code of each rule by its slug."""
    severities: Mapping[Severity | None, SeverityPolicy] = field(default_factory=dict)
    """What each severity obliges to; None is that of a record without one."""
    readers: Readers = ALONE
    """Who can read the repository."""
    planned: Sequence[Incident] = ()
    """The maintenances that are not over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule about one record. `title` says in one line what it finds."""

    code: str
    slug: str
    level: Level
    title: str
    look: Callable[[Incident, Context], Iterator[Finding]]
    english: bool = False
    """It looks at English words: never more than a warning, and silent on a page in another language."""
    until_end: bool = False
    """What it finds of a record that is over lies in the past."""
    of_words: bool = False
    """It reads what was said, and of words that are a day old it says what it said then."""

    @property
    def family(self) -> Family:
        return FAMILIES[self.code[:3]]


@dataclass(frozen=True, slots=True, kw_only=True)
class TextRule:
    """One rule about one passage of what customers read, of records of these kinds."""

    code: str
    slug: str
    level: Level
    title: str
    read: Callable[[Passage, Context], Iterator[Finding]]
    english: bool = False
    kinds: Collection[Kind] = tuple(Kind)

    @property
    def family(self) -> Family:
        return FAMILIES[self.code[:3]]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRule:
    """One rule about `components.yml`, `policy.yml` or `redactions.yml` (`file` is the name without its ending)."""

    code: str
    slug: str
    level: Level
    title: str
    file: str
    look: Callable[[Context], Iterator[Finding]]

    @property
    def family(self) -> Family:
        return FAMILIES[self.code[:3]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRule:
    """One question about a change to what is published; `check --base` asks it. All of them are the family `changes`."""

    code: str
    slug: str
    level: Level
    title: str
    family: Literal["changes"] = "changes"


def place_of(lines: Mapping[str, Place], key: str, path: str) -> Place:
    """The place of that key (of `file:<path>`, the file's beginning), or the file's beginning where places are not known."""
    if key.startswith("file:"):
        return Place(key.removeprefix("file:"))
    try:
        return lines[key]
    except KeyError:
        return Place(path)


def said(incident: Incident) -> Sequence[Update]:
    """The updates that could be read, in order."""
    return [update for update in incident.updates if not update.unread]


def began(incident: Incident) -> datetime | None:
    """When the record began: `started`, the window's or the notice's beginning, or the first update."""
    head = incident.head
    if head.kind is Kind.maintenance and head.scheduled:
        return head.scheduled.from_
    if head.kind is Kind.notice:
        return head.from_
    if head.started or not incident.updates:
        return head.started
    first = incident.updates[0].head
    return first.effective or first.at


def last_status(incident: Incident) -> Status | None:
    """The newest state that an update named."""
    return next((u.head.status for u in reversed(incident.updates) if u.head.status and not u.unread), None)


def is_over(incident: Incident) -> bool:
    """Whether its newest state is a final one."""
    return last_status(incident) in FINAL_STATUSES


def severity_of(incident: Incident, update: Update | None = None) -> Severity | None:
    """The severity that stood when that update had been said; without one, the newest."""
    found = incident.head.severity
    for one in incident.updates:
        found = one.head.severity or found
        if one is update:
            break
    return found


def lasted(incident: Incident) -> timedelta | None:
    """How long an incident that is over lasted, from when it was felt to when it had ended; None while it lasts."""
    start = began(incident)
    last = next((u.head for u in incident.updates if u.head.status in FINAL_STATUSES and not u.unread), None)
    return (last.effective or last.at) - start if start and last and is_over(incident) else None


def clock(moment: datetime, beside: datetime | None = None) -> str:
    """`14:58Z`, with its day where that differs from the day of the instant beside it."""
    return iso(moment) if beside is None or moment.date() != beside.date() else f"{moment:%H:%M}Z"
