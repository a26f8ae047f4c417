"""The page of one component: its state now, its days, and each month's figure with the sum behind it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from markupsafe import Markup

from onrecord.model import Kind
from onrecord.render.artifacts import DEPTH, PageContent
from onrecord.render.pages import bars
from onrecord.render.pages.setting import Setting, feed_links
from onrecord.snapshot.records import ComponentView, GroupView, IncidentView, MonthUptime

_ROOT = "../" * DEPTH["component"]
UNFOLDED = 200
"""The months of a component unfold on its page up to about so many intervals; the older ones do on pages of their years."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """A month with its name, and whether it is still running."""

    view: MonthUptime
    key: str
    name: str
    running: bool


def address(id: str) -> str:
    """Where the page of that component lies."""
    return f"components/{id}/"


class Owner(NamedTuple):
    """The group that a component belongs to, as far as its page names it: what else is true of the group changes with every minute."""

    id: str
    name: str

    @classmethod
    def of(cls, group: GroupView | None) -> Owner | None:
        """The owner of the group's components."""
        return cls(group.id, group.name) if group is not None and group.id is not None else None


def component(view: ComponentView, group: Owner | None, setting: Setting) -> PageContent:
    """The page of a component; `group` is the one that it belongs to."""
    worst = [day.worst for day in view.days]
    content = setting.render(
        "component",
        _ROOT,
        c=view,
        group=group,
        current=current(view.incidents),
        picture=bars.draw(worst) if any(worst) else Markup(),
        days=bars.affected(view.days),
        unknown=None in worst,
        months=[month_of(month, setting) for month in view.months[: shown(view.months)]],
        older=[month_of(month, setting) for month in view.months[shown(view.months) :]],
        weights=setting.snapshot.policy.uptime.weights,
    )
    return PageContent(
        address=address(view.id),
        kind="component",
        title=view.name,
        description=_description(view, setting),
        content=content,
        feeds=feed_links(setting.site, setting.language, address(view.id), view.name),
    )


def current(incidents: Iterable[IncidentView]) -> list[IncidentView]:
    """The records that are not over, newest first. Notices are not about a part."""
    return [i for i in incidents if i.phase in ("active", "overrun", "upcoming") and i.kind is not Kind.notice]


def shown(months: Sequence[MonthUptime]) -> int:
    """How many of the newest months unfold on the component's page: at least one."""
    total = 0
    for count, month in enumerate(months):
        total += len(month.working.intervals)
        if total > UNFOLDED:
            return max(count, 1)
    return len(months)


def month_of(view: MonthUptime, setting: Setting, over: bool = False) -> Month:
    """The month with its name. Of one that is known to be `over` the clock is not asked."""
    return Month(
        view=view,
        key=f"{view.year:04d}-{view.month:02d}",
        name=setting.language.month(view.year, view.month),
        running=not over and view.uptime.span.end > setting.snapshot.at,
    )


def _description(view: ComponentView, setting: Setting) -> str:
    _ = setting.language.gettext
    lines = [_("Retired") if view.retired else "" if view.ahead else setting.words.effects[view.effect]]
    if view.uptime.percent is not None:
        lines.append(_("%(percent)s uptime over 90 days") % {"percent": setting.language.percent(view.uptime.percent)})
    return ". ".join(filter(None, [*lines, view.description]))
