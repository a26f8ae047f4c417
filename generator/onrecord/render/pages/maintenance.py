"""The page of planned work: what comes, what is under way, and how all that is over kept to its windows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from onrecord.render.artifacts import DEPTH, PageContent
from onrecord.render.pages.setting import Setting
from onrecord.snapshot.records import IncidentView, MaintenanceYear
from onrecord.times import day_of

_SHOWN = 150
"""So many of the past are listed, the newest; the months of the history hold the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Year:
    """A year with what is listed of it, each with its day, and the months of the history in which the rest stands."""

    view: MaintenanceYear
    shown: list[tuple[date, IncidentView]]
    months: list[tuple[str, str]]


def maintenance(setting: Setting) -> PageContent:
    """All maintenance, what concerns readers soonest first."""
    _ = setting.language.gettext
    snapshot = setting.snapshot
    content = setting.render("maintenance", "../" * DEPTH["maintenance"], years=list(_years(setting)), notice=_notice(setting))
    return PageContent(
        address="maintenance/",
        kind="maintenance",
        title=_("Maintenance"),
        description=_description([*snapshot.active_maintenance, *snapshot.upcoming_maintenance], setting),
        content=content,
        feeds=setting.feeds,
    )


def _years(setting: Setting) -> Iterator[Year]:
    left, zone = _SHOWN, setting.snapshot.zone
    for view in setting.snapshot.past_maintenance:
        days = [(day_of(incident.started, zone), incident) for incident in view.incidents]
        months = {(day.year, day.month): None for day, _ in days[left:]}
        yield Year(
            view=view,
            shown=days[:left],
            months=[(f"{year:04d}-{month:02d}", setting.language.month(year, month)) for year, month in months],
        )
        left = max(left - len(days), 0)


def _notice(setting: Setting) -> timedelta | None:
    """The notice that the policy promises; a default that nobody chose is no promise."""
    policy = setting.snapshot.policy.maintenance
    return policy.minimum_notice if "minimum_notice" in policy.model_fields_set else None


def _description(ahead: list[IncidentView], setting: Setting) -> str:
    _ = setting.language.gettext
    titles = "; ".join(incident.title for incident in ahead[:3])
    return titles or _("Planned work on %(site)s: what comes, what is under way, and how it went.") % {"site": setting.site.name}
