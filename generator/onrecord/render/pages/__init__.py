"""The contents of all generated pages: one function a kind of page, each from the snapshot to HTML."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from onrecord.render.artifacts import OwnPage, PageContent, Piece
from onrecord.render.pages.component import component
from onrecord.render.pages.gallery import gallery
from onrecord.render.pages.group import group
from onrecord.render.pages.history import history, month
from onrecord.render.pages.home import home
from onrecord.render.pages.incident import incident
from onrecord.render.pages.maintenance import maintenance
from onrecord.render.pages.missing import missing
from onrecord.render.pages.postmortem import pictures, postmortem, postmortems
from onrecord.render.pages.record import record, redirects, tombstones
from onrecord.render.pages.reliability import reliability
from onrecord.render.pages.search import search
from onrecord.render.pages.setting import Setting
from onrecord.render.pages.subscribe import subscribe
from onrecord.settings import PUBLISHED_WITHIN, Site
from onrecord.snapshot.record import record_view
from onrecord.snapshot.records import IncidentView, Snapshot
from onrecord.templating import Templates

__all__ = ["Setting", "own_pages", "page_pieces", "pages", "pictures", "redirects"]


def own_pages(pages: Sequence[OwnPage], site: Site) -> tuple[OwnPage, ...]:
    """The pages that people wrote for a reader of that language: its translations, and of the others the first language's.

    Addresses are relative to the language's root.
    """
    others = tuple(f"{code}/" for code in site.languages[1:])
    first = {page.address: page for page in pages if not page.address.startswith(others)}
    if not site.folder:
        return tuple(first.values())
    spoken = {page.address.removeprefix(site.folder): page for page in pages if page.address.startswith(site.folder)}
    found = [replace(page, address=f"../{address}") for address, page in first.items() if address not in spoken]
    return tuple(sorted([*(replace(page, address=address) for address, page in spoken.items()), *found], key=lambda page: page.address))


def pages(
    snapshot: Snapshot, site: Site, templates: Templates, own: Sequence[OwnPage] = (), *, with_gallery: bool = False
) -> Iterator[PageContent]:
    """Every generated page, the home page first; one at a time, so that memory stays flat. `own` are people's pages."""
    for piece in page_pieces(Setting.of(snapshot, site, templates), own, with_gallery=with_gallery):
        yield from (page for page in piece.make(snapshot) if isinstance(page, PageContent))


def page_pieces(setting: Setting, own: Sequence[OwnPage] = (), *, with_gallery: bool = False) -> Iterator[Piece]:
    """The same pages in pieces: each record, each month by itself."""
    yield _always("home", home, setting)
    yield from _parts(setting)
    yield _always("history", history, setting)
    yield from _months(setting)
    for view in setting.snapshot.incidents:
        yield Piece(name=f"incident {view.id}", kind="incident", of=(view,), make=partial(_record, view, setting))
    yield Piece(name="removed", kind="incident", of=None, make=lambda seen: tombstones(setting.reading(seen)))
    for story in setting.snapshot.postmortems:
        yield Piece(name=f"postmortem {story.incident.id}", kind="postmortem", of=(story,), make=partial(_one, partial(postmortem, story), setting))
    for name, page in (("maintenance", maintenance), ("postmortems", postmortems), ("reliability", reliability), ("subscribe", subscribe)):
        yield _always(name, page, setting)
    yield _always("search", partial(search, own), setting)
    if with_gallery:
        yield _always("gallery", gallery, setting)
    yield _always("missing", missing, setting)


def _always(name: str, page: Callable[[Setting], PageContent], setting: Setting) -> Piece:
    """A page that is one of its kind, and tells of nearly everything."""
    return Piece(name=name, kind=name, of=None, make=partial(_one, page, setting))


def _one(page: Callable[[Setting], PageContent], setting: Setting, seen: Snapshot) -> Iterator[PageContent]:
    yield page(setting.reading(seen))


def _record(view: IncidentView, setting: Setting, seen: Snapshot) -> Iterator[PageContent]:
    """The page of a record, and what git knows of it."""
    here = setting.reading(seen)
    past = record_view(here.history, view, PUBLISHED_WITHIN)
    yield incident(view, here, past)
    if past is not None:
        yield record(view, past, here)


def _months(setting: Setting) -> Iterator[Piece]:
    """A page for each month, which leads to its neighbours."""
    views = setting.snapshot.months
    for i, view in enumerate(views):
        newer = views[i - 1] if i else None
        older = views[i + 1] if i + 1 < len(views) else None
        beside = tuple(near.key if near else "" for near in (older, newer))
        yield Piece(name=f"month {view.key}", kind="month", of=(view, *beside), make=partial(_one, partial(month, view, older, newer), setting))


def _parts(setting: Setting) -> Iterator[Piece]:
    """A page for each component and each group, also of those that are not on show any more."""
    groups = {view.id: view for view in (*setting.snapshot.groups, *setting.snapshot.past_groups) if view.id is not None}
    for view in setting.snapshot.components:
        owner = groups.get(view.group or "")
        yield Piece(name=f"component {view.id}", kind="component", of=(view, owner), make=partial(_one, partial(component, view, owner), setting))
    for id, group_view in groups.items():
        yield Piece(name=f"group {id}", kind="group", of=(group_view,), make=partial(_one, partial(group, id, group_view), setting))
