"""The pages that list records: the history, and each of its months."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from onrecord.model import Kind
from onrecord.render.artifacts import DEPTH, PageContent
from onrecord.render.pages.archive import kept
from onrecord.render.pages.record import removed
from onrecord.render.pages.setting import Setting
from onrecord.render.pages.sheets import Sheet, sheets
from onrecord.snapshot.records import IncidentView, MonthView
from onrecord.times import day_of

_UNFOLDED = 40
"""The history lists the newest months in full, up to about so many records; the others by name and count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """A month as pages show it: its name, its days with records, and how many of each kind there are."""

    view: MonthView
    name: str
    days: list[tuple[date, list[IncidentView]]]
    incidents: int
    maintenances: int
    rest: int = 0
    """How many records more there are on its own pages than are listed here."""


def history(setting: Setting) -> PageContent:
    """The newest months in full, then all others as links."""
    months = setting.snapshot.months
    shown = _shown(months)
    content = setting.render(
        "history",
        "../" * DEPTH["history"],
        newest=[_month(month, setting, sheets(month)[0].records) for month in months[:shown]],
        years=by_year(months[shown:], setting),
        removed=[stone for _, stone in removed(setting)],
    )
    return PageContent(
        address="history/",
        kind="history",
        title=setting.language.gettext("History"),
        description=setting.language.gettext("Every incident and maintenance of %(site)s, by month.") % {"site": setting.site.name},
        content=content,
        feeds=setting.feeds,
    )


def by_year(views: Sequence[MonthView], setting: Setting) -> list[tuple[int, list[Month]]]:
    """The months by year, for a list of links."""
    return [(year, [_month(view, setting) for view in run]) for year, run in groupby(views, key=lambda view: view.year)]


def month(sheet: Sheet, older: Sheet | None, newer: Sheet | None, setting: Setting) -> PageContent:
    """One page of a month, between its neighbours."""
    name = _name(sheet, setting)
    content = setting.render(
        "month",
        "../" * DEPTH["month"],
        month=_month(sheet.view, setting, sheet.records),
        kept=kept(sheet.records, setting) if sheet.view.archived else {},
        sheet=sheet,
        sheets=sheets(sheet.view),
        older=(older.key, _name(older, setting)) if older else None,
        newer=(newer.key, _name(newer, setting)) if newer else None,
    )
    return PageContent(
        address=sheet.address,
        kind="month",
        title=setting.language.gettext("Incidents in %(month)s") % {"month": name},
        description=_list_of_titles(sheet.records, name),
        content=content,
        feeds=setting.feeds,
        previous=older.address if older else None,
        following=newer.address if newer else None,
    )


def _name(sheet: Sheet, setting: Setting) -> str:
    """`November 2026`, or `November 2026, page 2`."""
    name = setting.language.month(sheet.view.year, sheet.view.month)
    return name if sheet.number == 1 else setting.language.gettext("%(month)s, page %(number)d") % {"month": name, "number": sheet.number}


def _month(view: MonthView, setting: Setting, records: Sequence[IncidentView] | None = None) -> Month:
    """The month with those of its records, or with all."""
    zone = setting.snapshot.zone
    listed = view.incidents if records is None else records
    by_day = groupby(listed, key=lambda i: day_of(i.started, zone))
    return Month(
        view=view,
        name=setting.language.month(view.year, view.month),
        days=[(day, list(run)) for day, run in by_day],
        incidents=sum(i.kind is Kind.incident for i in view.incidents),
        maintenances=sum(i.kind is Kind.maintenance for i in view.incidents),
        rest=len(view.incidents) - len(listed),
    )


def _shown(months: Sequence[MonthView]) -> int:
    """How many of the newest months are shown in full: at least one."""
    total = 0
    for count, month in enumerate(months):
        total += len(month.incidents)
        if total > _UNFOLDED:
            return max(count, 1)
    return len(months)


def _list_of_titles(records: Sequence[IncidentView], name: str) -> str:
    titles = "; ".join(i.title for i in records[:3])
    return f"{name}: {titles}{' …' if len(records) > 3 else ''}"
