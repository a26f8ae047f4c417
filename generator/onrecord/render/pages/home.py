"""The home page: whether it is broken, which part, since when, what to do, and when the next word comes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from markupsafe import Markup

from onrecord.model import Effect, Kind
from onrecord.render import versions
from onrecord.render.artifacts import PageContent
from onrecord.render.pages import bars
from onrecord.render.pages.part import Part
from onrecord.render.pages.setting import Setting
from onrecord.render.pages.words import Felt
from onrecord.snapshot.records import (
    DayView,
    GroupView,
    IncidentView,
    Indicator,
    MonthView,
    Promise,
    Snapshot,
)
from onrecord.times import iso

_SHAPES: dict[Indicator, str] = {
    "none": "ok",
    "maintenance": "planned",
    "minor": "degraded",
    "major": "major",
    "critical": "major",
}
_UNFOLDED = 12
"""Up to so many parts every group stands open; beyond, only those where something is felt."""
_A_DAY = 20
"""Up to so many records of a day are listed; the day's month has the others."""
_LINES = 2
"""So many lines of the banner say what is felt; the parts stand below in full."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Banner:
    """The answer in one glance."""

    shape: str
    felt: list[Felt]
    """The worst of what is felt."""
    unnamed: tuple[IncidentView, ...]
    """Other open incidents that name no part, or none that still feels anything, if there is room for a line of theirs."""
    more: int
    """How many parts feel something else."""
    well: int
    """How many parts are operational."""
    promise: Promise | None
    waiting: tuple[IncidentView, ...]
    """The other records under way that promised a word: a late one is named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartGroup:
    """One group with its parts."""

    view: GroupView
    picture: Markup
    parts: list[Part]
    felt: int
    """How many of its parts are not operational."""
    unfolded: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Days in a row: one with records, or several without any."""

    first: date
    last: date
    incidents: tuple[IncidentView, ...]
    more: int = 0
    """How many of that day are not listed."""
    rest: str = "history/"
    """Where they are: the page of the month, or of all months where nothing began in that one."""


def home(setting: Setting) -> PageContent:
    """The home page. Only it changes with every build, and carries until when it is valid."""
    snapshot = setting.snapshot
    banner = banner_of(setting)
    content = setting.render(
        "home",
        "",
        banner=banner,
        groups=[group_of(view, setting) for view in snapshot.groups],
        recent=list(_stretches(snapshot.days, snapshot.months)),
        weights=snapshot.policy.uptime.weights,
        version=_version(snapshot),
    )
    return PageContent(
        address="",
        kind="home",
        title=setting.words.states[snapshot.overall.description],
        description=_description(setting, banner),
        content=content,
        state=snapshot.overall.indicator,
        feeds=setting.feeds,
        modified=iso(snapshot.at),
        sought=True,
    )


def _version(snapshot: Snapshot) -> str:
    """What an open page compares; none where nothing is open, or on a look back."""
    waits = snapshot.built.as_of is None and (snapshot.open_incidents or snapshot.active_maintenance)
    return versions.of_page(snapshot) if waits else ""


def banner_of(setting: Setting) -> Banner:
    """The answer at the top of the page."""
    snapshot = setting.snapshot
    shown = [part for group in snapshot.groups for part in group.components]
    felt = setting.words.felt((part.id, part.effect) for part in shown if part.effect is not Effect.operational)
    unnamed = [i for i in snapshot.open_incidents if i is not snapshot.overall.headline and not _felt(i)]
    waiting = sorted((*snapshot.open_incidents, *snapshot.active_maintenance), key=lambda i: i is not snapshot.overall.headline)
    promised = [i for i in waiting if i.promise]
    return Banner(
        shape=_shape(snapshot.overall.indicator, felt),
        felt=felt[:_LINES],
        unnamed=tuple(unnamed[: max(_LINES - len(felt), 0)]),
        more=sum(len(line.ids) for line in felt[_LINES:]),
        well=sum(part.effect is Effect.operational for part in shown),
        promise=promised[0].promise if promised else None,
        waiting=tuple(promised[1:]),
    )


def _felt(incident: IncidentView) -> bool:
    return any(effect is not Effect.operational for _, effect in incident.now)


def _shape(indicator: Indicator, felt: list[Felt]) -> str:
    """The shape of the whole page. Statuspage's `minor` is two things; a partial outage keeps its own shape."""
    if indicator == "minor" and felt and felt[0].effect is Effect.partial_outage:
        return felt[0].shape
    return _SHAPES[indicator]


def group_of(view: GroupView, setting: Setting) -> PartGroup:
    """A group with its parts; folded where nothing is felt and there are many parts."""
    felt = sum(part.effect is not Effect.operational for part in view.components)
    total = sum(len(group.components) for group in setting.snapshot.groups)
    return PartGroup(
        view=view,
        picture=bars.draw([day.worst for day in view.days]),
        parts=[Part.of(part) for part in view.components],
        felt=felt,
        unfolded=felt > 0 or total <= _UNFOLDED,
    )


def _stretches(days: tuple[DayView, ...], months: tuple[MonthView, ...]) -> Iterator[Stretch]:
    """The days, with those in a row on which nothing happened put together. Notices are no events."""
    pages = {month.key for month in months}
    told = ((day.day, tuple(i for i in day.incidents if i.kind is not Kind.notice)) for day in days)
    for eventful, run in groupby(told, key=lambda row: bool(row[1])):
        found = list(run)
        if eventful:
            for day, incidents in found:
                month = f"{day:%Y-%m}"
                rest = f"history/{month}/" if month in pages else "history/"
                yield Stretch(first=day, last=day, incidents=incidents[:_A_DAY], more=max(0, len(incidents) - _A_DAY), rest=rest)
        else:
            yield Stretch(first=found[-1][0], last=found[0][0], incidents=())


def _description(setting: Setting, banner: Banner) -> str:
    state = setting.words.states[setting.snapshot.overall.description]
    headline = setting.snapshot.overall.headline
    titles = [headline.title] if headline is not None else []
    lines = [f"{felt.word}: {felt.few}" for felt in banner.felt]
    return " ".join(f"{said.rstrip('.')}." for said in [state, *titles, *lines, *(i.title for i in banner.unnamed)])
