"""What every importer makes of a foreign item, and what it says about each: the one form that is written and reported."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from onrecord.model import Component, Effect, Group, Kind, Severity, Status, Window

Sort = Literal["repaired", "split", "moved", "lost", "odd", "kept"]
"""repaired: was wrong and is mended. split: words taken apart. moved: kept in another form. lost: has no place here.
odd: taken as it is, and worth a look. kept: ours differs from theirs, and ours stays."""

Outcome = Literal["imported", "updated", "unchanged", "changed", "refused", "left out"]
"""changed: the source has other words than ours now, and nothing was written. left out: was never public."""


END = "end"
"""The key of words of ours that end a record."""


class NotThere(Exception):
    """A path holds nothing of that system; the text says what was looked for."""


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing worth knowing about an item or the whole site."""

    sort: Sort
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One update: what was said when. `ours` marks the words that the import had to add."""

    at: datetime
    body: str
    status: Status | None = None
    effective: datetime | None = None
    label: str = ""
    """The original's own word for the status."""
    ours: bool = False
    components: tuple[tuple[str, Effect], ...] = ()
    """Effects that change, as (name there, effect)."""
    severity: Severity | None = None
    scheduled: Window | None = None
    scope: str = ""
    """Who is affected, or where, on one line."""
    id: str = ""
    """Its id there, where it has one."""
    key: str = ""
    """What words of ours are about: a record has them once, whatever time a later import would give them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where an item came from: what the `source` of a head says."""

    system: str
    id: str
    sha256: str
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One incident, maintenance or notice, ready to be written. Components are (name there, effect)."""

    origin: Origin
    slug: str
    title: str
    kind: Kind = Kind.incident
    severity: Severity | None = None
    components: tuple[tuple[str, Effect], ...] = ()
    started: datetime
    ended: datetime | None = None
    words: tuple[Words, ...] = ()
    postmortem: str | None = None
    published: datetime | None = None
    """When the post-mortem was published; left out, at the end."""
    postmortem_id: str = ""
    waivers: tuple[tuple[str, str], ...] = ()

    @property
    def said(self) -> int:
        """How many updates are in the original's own words."""
        return sum(not words.ours for words in self.words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What became of one foreign item. `path` is where it lies there; `folder` where it lies here."""

    path: str
    id: str
    outcome: Outcome
    reason: str = ""
    folder: str | None = None
    updates: int = 0
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What the foreign site says of itself."""

    id: str = ""
    name: str | None = None
    url: str | None = None
    time_zone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Harvest:
    """All that was read from a foreign site: records with their items' remarks, and the items that made none."""

    system: str
    page: Page = field(default_factory=Page)
    groups: tuple[Group, ...] = ()
    components: tuple[Component, ...] = ()
    names: dict[str, str] = field(default_factory=dict)
    """The id of each component by its name there, or by its id there where it has one."""
    records: tuple[tuple[str, Record, tuple[Remark, ...]], ...] = ()
    """Path there, record, remarks."""
    others: tuple[Item, ...] = ()
    remarks: tuple[Remark, ...] = ()
