"""How well readers were served, as frozen records: how fast words came, what was promised and kept, what is owed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from onrecord.model import CreditTier, Incident, Severity
from onrecord.snapshot.records import Clock, IncidentView, Promise, Uptime, Working

Month = tuple[int, int]
"""A year and a month."""
Stood = Mapping[str, Incident | None]
"""Records by id as they stood at an earlier time, None those that were not there then."""
FEW = 5
"""With fewer values than this a median says nothing; the least and the most are told instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """Something that the policy wants after an incident, and what became of it by T.

    `late` is how long after `at` it came, or T if it has not come; zero in time.
    """

    at: datetime
    state: Literal["kept", "missed", "open"]
    met_at: datetime | None = None
    late: timedelta = timedelta()


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """One record and how it was told. Of a maintenance only the promises are known."""

    incident: IncidentView
    year: int
    month: int
    """The month of the page in which it began."""
    clock: Clock
    """By which its first word is dated; the least sure one of all its words counts."""
    promises: tuple[Promise, ...]
    from_start: timedelta | None = None
    """From when it was felt to the first word; zero where it was told ahead."""
    from_detection: timedelta | None = None
    """The same from when it was noticed, where that is known."""
    first: Due | None = None
    """The first word, by when the policy wants it."""
    between: tuple[timedelta, ...] = ()
    """From word to word until it was over, oldest first; while it is open, also from the last one to T."""
    to_resolve: timedelta | None = None
    """From when it was felt until it was not; None while it lasts."""
    told_after: timedelta | None = None
    """From its end to the word that said so."""
    postmortem: Due | None = None

    @property
    def key(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"

    @property
    def silence(self) -> timedelta | None:
        """The longest wait for a word while it was open."""
        return max(self.between, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Several durations: how many, the one in the middle, the least and the most. All None where there is none."""

    count: int
    median: timedelta | None = None
    least: timedelta | None = None
    most: timedelta | None = None

    @property
    def few(self) -> bool:
        """Whether there are too few of them for a median to mean anything."""
        return self.count < FEW


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Promises of one sort by what became of them, and how late the missed ones were."""

    kept: int
    missed: int
    open: int
    late: Spread

    @property
    def due(self) -> int:
        """Those whose fate is known."""
        return self.kept + self.missed


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """Some records together. `incidents` counts those that are no maintenance."""

    incidents: int
    clocks: tuple[tuple[Clock, int], ...]
    """How many are dated by which clock, those that are there."""
    promises: Kept
    """The promises of a next update."""
    first: Kept
    """First words within the time that the policy gives."""
    postmortems: Kept
    from_start: Spread
    from_detection: Spread
    between: Spread
    to_resolve: Spread
    told_after: Spread


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthSum:
    """The records that began in one month of the page."""

    year: int
    month: int
    sum: Sum

    @property
    def key(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reliability:
    """How all records were told."""

    timings: tuple[Timing, ...]
    """Each incident, and each maintenance with a promise, newest first."""
    since: tuple[int, int]
    """The year and month with which the last twelve months begin; the running one is the twelfth."""
    year: Sum
    """Over the last twelve months."""
    severities: tuple[tuple[Severity, Sum], ...]
    """The same by severity, the worst first, those with an incident."""
    months: tuple[MonthSum, ...]
    """Every month with a record, newest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelMonth:
    """What a service level promised for one month, and what came of it.

    `credit` is the tier that applies, None where the target was reached or none was named. While
    the month is `running`, nothing is owed yet.
    """

    year: int
    month: int
    running: bool
    uptime: Uptime
    working: Working
    met: bool | None
    """None where nothing is known."""
    credit: CreditTier | None
    allowed: float
    """The minutes that may be down without missing the target."""
    first: Uptime | None = None
    """The figure as the records stood when the month ended, where it differs."""
    first_credit: CreditTier | None = None
    """What was owed by that figure."""

    @property
    def key(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"

    @property
    def owed(self) -> CreditTier | None:
        """What is owed now that the month is over."""
        return None if self.running else self.credit


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelView:
    """One service level with its months, newest first, and the components that it covers, in display order."""

    name: str
    target: float
    components: tuple[str, ...]
    everything: bool
    """Whether it names no component and so covers all."""
    tiers: tuple[CreditTier, ...]
    """The highest bound first."""
    months: tuple[LevelMonth, ...]
