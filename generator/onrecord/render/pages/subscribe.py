"""The page of every way to follow: an address built from choices, how each tool takes it, and every feed of each part as a list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from onrecord.render.artifacts import DEPTH, FeedLink, PageContent
from onrecord.render.pages.component import address as component_address
from onrecord.render.pages.group import address as group_address
from onrecord.render.pages.setting import Setting, feed_links
from onrecord.render.subjects import severities

_NAMES = {"application/rss+xml": "RSS", "application/atom+xml": "Atom", "application/feed+json": "JSON Feed"}
_ORDER = tuple(_NAMES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed with its whole address and the name of its format."""

    address: str
    path: str
    form: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrow:
    """The feeds of a group or a component: those of each update, and those of each incident."""

    name: str
    address: str
    updates: tuple[Feed, ...]
    history: tuple[Feed, ...]
    is_group: bool = False

    @property
    def folder(self) -> str:
        """Where they lie, relative to the site's root."""
        return self.updates[0].path.rpartition("/")[0] + "/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fold:
    """A group with what belongs to it, folded away until somebody asks; components outside any group have one together."""

    name: str
    rows: tuple[Narrow, ...]
    parts: int
    """How many components it has."""


def subscribe(setting: Setting) -> PageContent:
    """Every way to follow the page that there is."""
    _ = setting.language.gettext
    updates, history = _split(setting.feeds, setting)
    content = setting.render(
        "subscribe",
        "../" * DEPTH["subscribe"],
        updates=updates,
        history=history,
        rss=next(feed.address for feed in updates if feed.form == "RSS"),
        folds=_folds(setting),
        grave=_grave(setting),
        status=f"{setting.site.home}now.json",
    )
    return PageContent(
        address="subscribe/",
        kind="subscribe",
        title=_("Subscribe"),
        description=_("Every way to hear from %(site)s: in chat, by e-mail, in a feed reader, for everything or for one part.") % {"site": setting.site.name},
        content=content,
        feeds=setting.feeds,
    )


def _folds(setting: Setting) -> list[Fold]:
    """Each group with its components, then the components outside any."""
    _ = setting.language.gettext
    found: list[Fold] = []
    for view in setting.snapshot.groups:
        parts = tuple(_part(part.name, component_address(part.id), setting) for part in view.components)
        if view.id is not None:
            group = _part(view.name, group_address(view.id), setting, is_group=True)
            found.append(Fold(name=view.name, rows=(group, *parts), parts=len(parts)))
        elif parts:
            found.append(Fold(name=_("Other parts") if found else _("Parts"), rows=parts, parts=len(parts)))
    return found


def _grave(setting: Setting) -> list[Narrow]:
    """Incidents of a severity and those above it."""
    return [_part(name, f"severity/{severity}/", setting) for severity, name in severities(setting.language).items()]


def _part(name: str, address: str, setting: Setting, *, is_group: bool = False) -> Narrow:
    updates, history = _split(feed_links(setting.site, setting.language, address, name), setting)
    return Narrow(name=name, address=address, updates=updates, history=history, is_group=is_group)


def _split(links: Iterable[FeedLink], setting: Setting) -> tuple[tuple[Feed, ...], tuple[Feed, ...]]:
    """The feeds of each update, and those of each incident; the format that most tools take comes first."""
    feeds = [Feed(address=setting.site.url + link.path, path=link.path, form=_NAMES[link.type]) for link in _sorted(links)]
    of_history = [feed.path.rpartition("/")[2].startswith("history.") for feed in feeds]
    rows = list(zip(feeds, of_history, strict=True))
    return tuple(feed for feed, old in rows if not old), tuple(feed for feed, old in rows if old)


def _sorted(links: Iterable[FeedLink]) -> Sequence[FeedLink]:
    return sorted(links, key=lambda link: _ORDER.index(link.type))
