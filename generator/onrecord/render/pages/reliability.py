"""The page of promises: what was promised and kept, how fast words came, what uptime was promised, what is owed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from markupsafe import Markup

from onrecord.model import Kind, Severity
from onrecord.render.artifacts import DEPTH, PageContent
from onrecord.render.pages import plots
from onrecord.render.pages.setting import Setting
from onrecord.snapshot.records import Clock, IncidentView, Promise
from onrecord.snapshot.reliability import LevelMonth, LevelView, Sum, Timing
from onrecord.snapshot.timing import wanted
from onrecord.times import day_of

_MONTHS = 12
_MISSED = 12
"""So many missed promises are listed, the newest; the others stand in the file for programs."""
_RECORDS = 60
"""So many incidents are listed with their times, the newest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """One of the last twelve months; `sum` is None where nothing began in it."""

    name: str
    sum: Sum | None
    picture: Markup
    running: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The incidents of one severity, with the first word that the policy wants and a dot for each."""

    severity: Severity
    sum: Sum
    target: timedelta | None
    picture: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """A service level with its last months, each with its name and picture, and how many of those that are over reached it."""

    view: LevelView
    months: list[tuple[LevelMonth, str, Markup]]
    reached: int
    over: int


def reliability(setting: Setting) -> PageContent:
    """The page of promises, for the last twelve months."""
    _ = setting.language.gettext
    found = setting.snapshot.reliability
    content = setting.render(
        "reliability",
        "../" * DEPTH["reliability"],
        year=found.year,
        period=(setting.language.month(*found.since), _month_of(setting, 0)),
        clocks=_clocks(setting),
        months=list(months(setting)),
        missed=missed(setting),
        rows=list(rows(setting)),
        ticks=ticks(setting),
        told=_told(setting)[:_RECORDS],
        levels=list(levels(setting)),
    )
    return PageContent(
        address="reliability/",
        kind="reliability",
        title=_("Reliability"),
        description=_("What %(site)s promised, how much of it was kept, how fast readers were told, and what is owed.") % {"site": setting.site.name},
        content=content,
        feeds=setting.feeds,
    )


def missed(setting: Setting) -> list[tuple[IncidentView, Promise]]:
    """The newest promises of the last twelve months that were missed, each with its record."""
    found = [(t.incident, p) for t in _recent(setting) for p in t.promises if p.state == "missed"]
    return sorted(found, key=lambda row: row[1].due, reverse=True)[:_MISSED]


def ticks(setting: Setting) -> Markup:
    """The scale of times."""
    return plots.scale([setting.language.duration(tick) for tick in plots.TICKS])


def _recent(setting: Setting) -> list[Timing]:
    found = setting.snapshot.reliability
    return [t for t in found.timings if (t.year, t.month) >= found.since]


def _told(setting: Setting) -> list[Timing]:
    return [t for t in _recent(setting) if t.incident.kind is Kind.incident]


def _clocks(setting: Setting) -> dict[Clock, str]:
    _ = setting.language.gettext
    return {
        "proven": _("by when they were deployed"),
        "claimed": _("by the time of their commit"),
        "said": _("by the time that they give themselves, which git does not confirm"),
    }


def _month_of(setting: Setting, back: int) -> str:
    year, month = _back(setting, back)
    return setting.language.month(year, month)


def _back(setting: Setting, back: int) -> tuple[int, int]:
    today = day_of(setting.snapshot.at, setting.snapshot.zone)
    number = today.year * 12 + today.month - 1 - back
    return number // 12, number % 12 + 1


def months(setting: Setting) -> Iterator[Month]:
    """The last twelve months, the running one first."""
    sums = {(m.year, m.month): m.sum for m in setting.snapshot.reliability.months}
    keys = [_back(setting, back) for back in range(_MONTHS)]
    shown = [sums[key] for key in keys if key in sums]
    most = max((one.promises.due + one.promises.open for one in shown), default=0)
    for back, key in enumerate(keys):
        one = sums.get(key)
        picture = plots.kept(one.promises, most) if one is not None else Markup()
        yield Month(name=_month_of(setting, back), sum=one, picture=picture, running=not back)


def rows(setting: Setting) -> Iterator[Row]:
    """The severities that occurred in the last twelve months, the worst first."""
    told = _told(setting)
    for severity, one in setting.snapshot.reliability.severities:
        lengths = [t.from_start for t in told if (t.incident.severity or Severity.none) is severity and t.from_start is not None]
        target = wanted(setting.snapshot.policy, severity)[0]
        yield Row(severity=severity, sum=one, target=target, picture=plots.dots(lengths, target))


def levels(setting: Setting) -> Iterator[Level]:
    """The service levels of which something is known."""
    return (_level(view, setting) for view in setting.snapshot.levels if view.months)


def _level(view: LevelView, setting: Setting) -> Level:
    shown = view.months[:_MONTHS]
    judged = [month for month in shown if not month.running and month.met is not None]
    return Level(
        view=view,
        months=[(month, setting.language.month(month.year, month.month), plots.allowance(month)) for month in shown],
        reached=sum(month.met is True for month in judged),
        over=len(judged),
    )
