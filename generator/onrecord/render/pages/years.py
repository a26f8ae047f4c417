"""The older months of a component: a page for each year, where one page for all would grow without bound."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from onrecord.render.artifacts import DEPTH, PageContent
from onrecord.render.pages.component import UNFOLDED, Owner, address, month_of, shown
from onrecord.render.pages.setting import Setting, feed_links
from onrecord.snapshot.records import ComponentView, MonthUptime

__all__ = ["UNFOLDED", "year", "years"]

_ROOT = "../" * DEPTH["year"]


def years(view: ComponentView) -> list[tuple[int, tuple[MonthUptime, ...]]]:
    """The years of which the component's own page does not unfold every month, newest first, each with all its months."""
    folded = {month.year for month in view.months[shown(view.months) :]}
    by_year = groupby(view.months, key=lambda month: month.year)
    return [(number, tuple(months)) for number, months in by_year if number in folded]


def year(number: int, months: Sequence[MonthUptime], part: tuple[str, str], group: Owner | None, setting: Setting, *, over: bool) -> PageContent:
    """The page of one year of a component, and whether the year is `over`; `part` is its id and its name, `group` the one that it belongs to."""
    id, name = part
    _ = setting.language.gettext
    content = setting.render(
        "year",
        _ROOT,
        year=number,
        id=id,
        part=name,
        group=group,
        months=[month_of(month, setting, over) for month in months],
        weights=setting.snapshot.policy.uptime.weights,
    )
    return PageContent(
        address=f"{address(id)}{number}/",
        kind="year",
        title=_("%(part)s in %(year)d") % {"part": name, "year": number},
        description=_("Uptime of %(part)s in each month of %(year)d, with the sum behind it.") % {"part": name, "year": number},
        content=content,
        feeds=feed_links(setting.site, setting.language, address(id), name),
    )
