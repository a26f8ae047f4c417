"""The page of the search: a form that its own script brings to life, and without that the ways to walk."""

from __future__ import annotations

from collections.abc import Sequence

from onrecord.model import Kind, Status
from onrecord.render.artifacts import DEPTH, OwnPage, PageContent
from onrecord.render.pages.history import by_year
from onrecord.render.pages.setting import Setting
from onrecord.snapshot.records import IncidentView
from onrecord.templating import Language


def search(own: Sequence[OwnPage], setting: Setting) -> PageContent:
    """The page of the search. `own` are the pages that people wrote.

    It says what is open, so that the index need not change when an incident takes its course.
    """
    _ = setting.language.gettext
    content = setting.render(
        "search",
        "../" * DEPTH["search"],
        years=by_year(setting.snapshot.months, setting),
        sections=sections(setting.language),
        own=[page for page in own if page.text is not None],
        said=_said(setting),
        states={view.id: _state(view, setting) for view in setting.snapshot.incidents if view.is_open or view.phase == "upcoming"},
    )
    return PageContent(
        address="search/",
        kind="search",
        title=_("Search"),
        description=_("Find an incident, a maintenance, a post-mortem or a page of %(site)s by its words.") % {"site": setting.site.name},
        content=content,
        feeds=setting.feeds,
    )


def sections(language: Language) -> tuple[tuple[str, str], ...]:
    """The pages that every site has: their names and addresses."""
    _ = language.gettext
    return (
        (_("Status"), ""),
        (_("History"), "history/"),
        (_("Maintenance"), "maintenance/"),
        (_("Post-mortems"), "postmortems/"),
        (_("Reliability"), "reliability/"),
        (_("Subscribe"), "subscribe/"),
    )


def _state(view: IncidentView, setting: Setting) -> str:
    """How far a record is that is not over, in a word."""
    _ = setting.language.gettext
    if view.phase == "overrun":
        return _("Overrun")
    if view.kind is Kind.notice:
        return _("On show") if view.is_open else _("Upcoming")
    return setting.words.statuses[view.status]


def _said(setting: Setting) -> dict[str, object]:
    """What the script writes. The kinds and states are by the letters of the index."""
    _ = setting.language.gettext
    language, words, statuses = setting.language, setting.words, setting.words.statuses
    return {
        "kinds": {
            "": words.kinds[Kind.incident],
            "m": words.kinds[Kind.maintenance],
            "c": words.kinds[Kind.maintenance],
            "n": words.kinds[Kind.notice],
            "p": _("Post-mortem"),
            "o": _("Page"),
            "k": _("Part"),
            "g": _("Group"),
        },
        "over": {
            "": statuses[Status.resolved],
            "m": statuses[Status.completed],
            "c": statuses[Status.cancelled],
            "n": _("Over"),
        },
        "found": language.plurals(lambda n: language.ngettext("%(num)d result", "%(num)d results", n) % {"num": n}),
        "least": _("At least {0} results, the newest first"),
        "none": _("Nothing was found. Try fewer words, or only the beginning of one."),
        "busy": _("Searching…"),
        "failed": _("Not everything could be loaded, so there may be more. Check your connection and search again."),
    }
