"""The derived facts, as frozen records: what every page, feed and file reads, and none works out again."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import chain
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from onrecord.foreign import Foreign
from onrecord.model import (
    Action,
    Effect,
    Freeze,
    Incident,
    Kind,
    LastGood,
    PolicyFile,
    Postmortem,
    Redaction,
    Severity,
    Source,
    Status,
    Unreadable,
    Update,
)
from onrecord.times import Span

if TYPE_CHECKING:
    from onrecord.publications import Publication
    from onrecord.revisions.records import History
    from onrecord.snapshot.reliability import LevelView, Reliability

Indicator = Literal["none", "maintenance", "minor", "major", "critical"]
Phase = Literal["upcoming", "active", "overrun", "ended", "cancelled"]
Clock = Literal["proven", "claimed", "said"]
"""By which clock readers had a word: the chain of publications, the committer of its commit, or the word itself where git does not know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewrite:
    """Publications in a row whose commits the history does not hold any more, and why, where policy.yml says so."""

    first: Publication
    last: Publication
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What a build was made from, and with what."""

    commit: str | None = None
    """The full id of the commit, None outside git."""
    committed: datetime | None = None
    """That commit's committer time."""
    dirty: bool = False
    """Whether the work tree differs from the commit."""
    as_of: datetime | None = None
    """The instant up to which words are shown, where one was asked for."""
    version: str = ""
    rewrites: tuple[Rewrite, ...] = ()
    """Where history was rewritten after it had been published, oldest first; known only from the chain of publications."""

    @property
    def unexplained(self) -> tuple[Rewrite, ...]:
        return tuple(rewrite for rewrite in self.rewrites if rewrite.reason is None)

    @property
    def explained(self) -> tuple[Rewrite, ...]:
        return tuple(rewrite for rewrite in self.rewrites if rewrite.reason is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectSpan:
    """One stretch of one effect on one component, by one record, up to T.

    `span.end` is T where the effect lasts; then `lasting` is true. `planned` marks the minutes
    inside the announced window of a maintenance. Operational stretches are not listed.
    """

    component: str
    effect: Effect
    span: Span
    incident: str
    planned: bool = False
    lasting: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """The promise of a next update: who made it, for when, and what became of it by T.

    `open` at T means neither kept nor due yet. `late` is how long after `due` the word came, or T if none came.
    """

    update: str
    due: datetime
    state: Literal["kept", "missed", "open"]
    met_by: str | None = None
    met_at: datetime | None = None
    """When readers had that word."""
    late: timedelta = timedelta()
    clock: Clock = "said"
    """By which clock `met_at` is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A window that a maintenance was announced for, and the update that put another in its place."""

    window: Span
    update: str
    at: datetime
    kind: Literal["moved", "extended", "shortened"]
    """Extended and shortened are those that still begin when they did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateView:
    """One update with what it means at T."""

    source: Update
    status: Status | None
    """The state it put the record in; of an update without one, the state before it."""
    at: datetime
    effective: datetime
    changes: tuple[tuple[str, Effect], ...]
    """The effects that it set, by component id, `resolved` and `completed` included."""
    promise: Promise | None
    corrected_by: str | None
    ahead: bool
    """Its `at` lies more than five minutes after T."""
    told: datetime
    """When readers had it, as far as is known; T at the latest."""
    clock: Clock
    """By which clock `told` is known."""
    withdrawn: tuple[tuple[str, Effect], ...] = ()
    """The effects that it claimed and that a later update set right."""
    instead_of: tuple[tuple[str, Effect], ...] = ()
    """The effects claimed by the update that it corrects, where its own take their place."""

    @property
    def id(self) -> str:
        return self.source.id

    @property
    def body(self) -> str:
        return self.source.body

    @property
    def unread(self) -> bool:
        return self.source.unread


@dataclass(frozen=True, slots=True, kw_only=True)
class Lag:
    """How far the updates of a record are translated: all up to that number in a row, and how many of how many; the others are in `language`."""

    upto: int
    translated: int
    total: int
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentView:
    """One record with what it means at T. `updates` are newest first."""

    source: Incident
    status: Status | None
    """The state at T, the clock included: a scheduled maintenance whose window has begun is in progress. None of a notice."""
    phase: Phase
    """Incidents are active or ended; maintenance and notices run through the others too."""
    severity: Severity | None
    started: datetime
    """When it began to be felt; of a maintenance its actual or planned beginning, of a notice its `from`."""
    ended: datetime | None
    """When it was over, None while it lasts or lies ahead, and of a maintenance that was cancelled before it began."""
    felt_until: datetime | None
    """When the last effect of an incident ended, or, where it had none on a component, when it was over; of others their end."""
    window: Span | None
    """The announced window of a maintenance, after any move."""
    updates: tuple[UpdateView, ...]
    spans: tuple[EffectSpan, ...]
    """Effects over time, by component in display order, then by start."""
    now: tuple[tuple[str, Effect], ...]
    """The effect at T on each component that it names, in display order, operational ones included."""
    worst: tuple[tuple[str, Effect], ...]
    """The worst effect it ever had on each component that it names, in display order."""
    promise: Promise | None
    """The promise that counts at T: the newest update's, None when over or none was made."""
    promises: tuple[Promise, ...]
    expected_resolution: datetime | None
    workaround: str | None
    announced: tuple[tuple[str, Effect], ...] = ()
    """What a maintenance has for each component while it runs, in display order; the only effects of one that lies ahead."""
    moves: tuple[Move, ...] = ()
    """The windows of a maintenance before the one that stands, oldest first."""
    notice: timedelta | None = None
    """How long before its window a maintenance was announced, None where it was not, or later."""
    soon: bool = False
    """Whether a maintenance lies ahead and begins within two days."""
    overrun: timedelta = timedelta()
    """How long a maintenance went on after the window that stood then, up to T."""
    previous: str | None = None
    """The id of the record that began before it."""
    following: str | None = None
    """The id of the record that began after it."""
    is_news: bool = False
    """Whether it has a feed of its own: while it is not over, and for thirty days after."""

    @property
    def id(self) -> str:
        return self.source.id

    @property
    def title(self) -> str:
        return self.source.head.title

    @property
    def kind(self) -> Kind:
        return self.source.head.kind

    @property
    def named(self) -> Collection[str]:
        """The components that its head or any update names."""
        said = [update.source.head.components for update in self.updates if update.source.head.components]
        return {*self.source.head.components, *chain.from_iterable(said)} if said else self.source.head.components

    @property
    def words(self) -> int:
        """How many updates it has."""
        return len(self.updates)

    @property
    def oldest(self) -> datetime | None:
        """When something was first said about it."""
        return min((update.at for update in self.updates), default=None)

    @property
    def newest(self) -> tuple[datetime, str] | None:
        """When something was last said about it, and the id of that update, empty where it is the post-mortem."""
        said = [(update.at, update.id) for update in self.updates]
        published = self.postmortem.head.published if self.postmortem is not None else None
        return max([*said, (published, "")] if published is not None else said, default=None)

    @property
    def written(self) -> int:
        """How many characters were written about it, the post-mortem included."""
        return sum(len(update.body) for update in self.updates) + (len(self.postmortem.body) if self.postmortem is not None else 0)

    @property
    def causes(self) -> Sequence[str]:
        """What was found to have caused it."""
        return self.source.head.causes

    @property
    def detected(self) -> datetime | None:
        """When somebody of ours, or an alert, noticed it."""
        return self.source.head.detected

    @property
    def is_open(self) -> bool:
        """Begun and not over: an incident under way, a maintenance under way or overrun, a notice on show."""
        return self.phase in ("active", "overrun")

    @property
    def postmortem(self) -> Postmortem | None:
        """The published post-mortem; a draft is None."""
        found = self.source.postmortem
        return found if found is not None and found.head.status == "published" else None

    @property
    def lasted(self) -> timedelta | None:
        """How long it was felt, None while it lasts."""
        return self.felt_until - self.started if self.felt_until is not None else None

    @property
    def lag(self) -> Lag | None:
        """How far its words are translated, where not all of them are; None in the language that they were written in."""
        told = [not isinstance(update.body, Foreign) for update in reversed(self.updates)]
        missing = next((update.body for update in self.updates if isinstance(update.body, Foreign)), None)
        if missing is None:
            return None
        return Lag(upto=told.index(False), translated=sum(told), total=len(told), language=missing.language)

    @property
    def closed(self) -> datetime | None:
        """When it was called over, where that was later than the last that was felt of it."""
        return self.ended if self.ended != self.felt_until else None

    @property
    def varied(self) -> bool:
        """Whether its parts felt more than one effect, at one time or one after the other."""
        return len({span.effect for span in self.spans}) > 1

    @property
    def promises_kept(self) -> int:
        return sum(p.state == "kept" for p in self.promises)

    @property
    def promises_due(self) -> int:
        """Promises whose fate is known: kept or missed."""
        return sum(p.state != "open" for p in self.promises)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayBar:
    """One component's day. `worst` is None where the state is unknown (before `since`, after T)."""

    day: date
    worst: Effect | None
    down: timedelta
    """Weighted downtime."""
    known: timedelta
    """Time that counts: the day up to T, without planned minutes and unknown time."""
    incidents: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Uptime:
    """Uptime over a stretch. `percent` is None where nothing is known; it never rounds up to 100."""

    span: Span
    percent: float | None
    down: timedelta
    known: timedelta
    planned: timedelta
    incidents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A stretch of a month in which one effect counted, cut to the month and to what is known: a row of a sum.

    `weight` is the share that counts as down, None where planned minutes are left out. `lasting` says that it goes on at T.
    """

    span: Span
    effect: Effect
    weight: float | None
    minutes: float
    down: float
    incidents: tuple[str, ...]
    lasting: bool
    components: tuple[str, ...] = ()
    """Those that felt the effect, in the working of several components together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Working:
    """How a figure comes about, in minutes: whole - unknown - planned = known, and the intervals' `down` adds up to `down`.

    Minutes are rounded to hundredths in such a way that both sums hold to the last digit. `whole` ends at T.
    """

    whole: float
    unknown: float
    planned: float
    known: float
    down: float
    intervals: tuple[Interval, ...]
    """Oldest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthUptime:
    """One component's month in the page's zone."""

    year: int
    month: int
    uptime: Uptime
    working: Working

    @property
    def key(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentView:
    """One component at T, with its days and months. `months` are newest first, from its first to its last known month."""

    id: str
    name: str
    description: str | None
    group: str | None
    since: date | None
    retired: bool
    retired_on: date | None
    """Its last day is the one before; a day ahead is known too."""
    ahead: bool
    """Its first day is still to come, and nothing is known of it."""
    effect: Effect
    """What its users feel at T: the worst of all records under way."""
    effect_since: datetime | None
    """Since when they feel that. None where nothing was ever felt."""
    days: tuple[DayBar, ...]
    uptime: Uptime
    """Over the days of `days`."""
    months: tuple[MonthUptime, ...]
    incidents: tuple[IncidentView, ...] = ()
    """Every record that names it, newest first."""
    source: Source | None = None
    """Where it was imported from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupDay:
    """One day of a group: the worst that any of its components felt, None where nothing is known of any."""

    day: date
    worst: Effect | None
    incidents: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupView:
    """A group (or, with `id` None, the components outside any) with its components on show, and the worst of them."""

    id: str | None
    name: str
    description: str | None
    effect: Effect
    components: tuple[ComponentView, ...]
    days: tuple[GroupDay, ...] = ()
    retired: tuple[ComponentView, ...] = ()
    """Those of its components that are not on show any more."""
    incidents: tuple[IncidentView, ...] = ()
    """Every record that names one of its components, retired ones included, newest first."""
    source: Source | None = None
    """Where it was imported from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overall:
    """The state of the whole page, in Statuspage's words."""

    indicator: Indicator
    description: str
    headline: IncidentView | None
    """The record under way that says most about this state, None on a quiet day. The state is as old as it is."""
    quiet_since: datetime | None
    """When the last incident ended, None while one is open or where there never was one."""
    unknown: int = 0
    """Recent records that cannot be read: each may be an outage, so the page does not say that all is well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayView:
    """One day of the page, with the records that touched it, newest first."""

    day: date
    incidents: tuple[IncidentView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthView:
    """One month of the page, with the records that began in it, newest first."""

    year: int
    month: int
    incidents: tuple[IncidentView, ...]
    archived: bool = False
    """Long over: its records stand in it whole, and have no page of their own."""

    @property
    def key(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceYear:
    """The maintenance of one year of the page that is over or was called off, newest first."""

    year: int
    incidents: tuple[IncidentView, ...]
    overran: int
    """How many went on after their window."""
    cancelled: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionView:
    """A remedial action on the day of T, and the incident that it came from."""

    action: Action
    incident: IncidentView
    state: Literal["overdue", "open", "done"]
    late: int
    """Days between the day that was promised and the day on which it was done, or today; 0 in time or without a promise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostmortemView:
    """A published post-mortem with what became of its actions. `actions` are in the order in which they were written."""

    incident: IncidentView
    source: Postmortem
    actions: tuple[ActionView, ...]
    after: timedelta | None
    """How long after the end it was published, None where either is not known."""
    done: int
    overdue: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """A cause that an incident has again."""

    cause: str
    earlier: tuple[IncidentView, ...]
    """Those that had it before, newest first, at most five …"""
    more: int
    """… and how many older ones there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """All actions of all published post-mortems."""

    overdue: tuple[ActionView, ...] = ()
    """Longest overdue first."""
    open: tuple[ActionView, ...] = ()
    """Due next first, those without a day last."""
    done: tuple[ActionView, ...] = ()
    """Done last first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Every derived fact at one instant T (`at`). Drills are not in it."""

    at: datetime
    zone: ZoneInfo
    policy: PolicyFile
    built: Built
    overall: Overall
    incidents: tuple[IncidentView, ...]
    """Every record, newest first by `started`."""
    open_incidents: tuple[IncidentView, ...]
    """Incidents under way, worst severity first, then newest."""
    active_maintenance: tuple[IncidentView, ...]
    """Under way or overrun, oldest first."""
    upcoming_maintenance: tuple[IncidentView, ...]
    """Ahead, next first."""
    past_maintenance: tuple[MaintenanceYear, ...]
    """Over or called off, by year, newest first."""
    freezes: tuple[Freeze, ...]
    """Stretches without planned work that are not over, next first."""
    postmortems: tuple[PostmortemView, ...]
    """Every published post-mortem, that of the newest incident first."""
    register: Register
    repeats: Mapping[str, tuple[Repeat, ...]]
    """By incident, the causes that it shares with earlier ones."""
    notices: tuple[IncidentView, ...]
    """On show at T, newest first."""
    unreadable: tuple[Unreadable, ...]
    last_good: tuple[LastGood, ...]
    """Versions of components.yml, policy.yml and redactions.yml that are used because the newest cannot be read."""
    withheld: tuple[Redaction, ...]
    """Redactions that belong to no record that is there."""
    components: tuple[ComponentView, ...]
    """Every component, retired ones included, in display order: groups as listed, then those without a group."""
    groups: tuple[GroupView, ...]
    """Those with a component on show."""
    past_groups: tuple[GroupView, ...]
    """Those with none: their pages and feeds stay."""
    days: tuple[DayView, ...]
    """The last 14 days, today first."""
    months: tuple[MonthView, ...]
    """Every month with a record, newest first."""
    promises_kept: int
    """Promises kept in the last 90 days, of …"""
    promises_due: int
    """… those whose fate is known."""
    reliability: Reliability
    """How well readers were told."""
    levels: tuple[LevelView, ...]
    """The service levels of the policy, with what came of them."""
    next_event: datetime | None
    """The next moment after T at which the clock alone changes a fact."""
    valid_until: datetime
    history: History | None = None
    """What git knows of the records, None without git or where the clone does not hold it all; `record_view` reads it."""
    removed: tuple[IncidentView, ...] = ()
    """Records that were removed, as they stood last, where the policy wants their words shown. Nothing else counts them."""

    titles: Mapping[str, str] = field(default_factory=dict)
    """The title of every record by id, so that no link leads nowhere."""

    def component(self, id: str) -> ComponentView | None:
        return next((c for c in self.components if c.id == id), None)
