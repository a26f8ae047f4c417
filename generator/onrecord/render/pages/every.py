"""Every generated page, in pieces: each record, each month by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from onrecord.render.artifacts import Artifact, OwnPage, PageContent, Piece
from onrecord.render.pages.archive import archived, has_record_page
from onrecord.render.pages.component import Owner, component
from onrecord.render.pages.gallery import gallery
from onrecord.render.pages.group import group
from onrecord.render.pages.history import history, month
from onrecord.render.pages.home import home
from onrecord.render.pages.incident import incident
from onrecord.render.pages.maintenance import maintenance
from onrecord.render.pages.missing import missing
from onrecord.render.pages.postmortem import postmortem, postmortems
from onrecord.render.pages.record import record, tombstones
from onrecord.render.pages.reliability import reliability
from onrecord.render.pages.search import search
from onrecord.render.pages.setting import Setting
from onrecord.render.pages.sheets import Sheet, sheets
from onrecord.render.pages.subscribe import subscribe
from onrecord.render.pages.years import year, years
from onrecord.settings import PUBLISHED_WITHIN, Site
from onrecord.snapshot.record import record_view
from onrecord.snapshot.records import IncidentView, Snapshot
from onrecord.templating import Templates


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
    yield from _records(setting)
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


def _records(setting: Setting) -> Iterator[Piece]:
    """The page of each record, or what is left of it where its month is archived."""
    away = {view.id: sheet for month in setting.snapshot.months if month.archived for sheet in sheets(month) for view in sheet.records}
    for view in setting.snapshot.incidents:
        sheet = away.get(view.id)
        if sheet is None:
            yield Piece(name=f"incident {view.id}", kind="incident", of=(view,), make=partial(_record, view, setting))
        else:
            yield Piece(name=f"archived {view.id}", kind="redirect", of=(view, sheet.key), make=partial(_archived, view, sheet, setting))


def _archived(view: IncidentView, sheet: Sheet, setting: Setting, seen: Snapshot) -> Iterator[PageContent | Artifact]:
    """What leads to the place of an archived record, and what git knows of it where something was changed."""
    here = setting.reading(seen)
    past = record_view(here.history, view, PUBLISHED_WITHIN)
    yield from archived(view, past, sheet)
    if has_record_page(past):
        yield record(view, past, here)


def _record(view: IncidentView, setting: Setting, seen: Snapshot) -> Iterator[PageContent]:
    """The page of a record, and what git knows of it."""
    here = setting.reading(seen)
    past = record_view(here.history, view, PUBLISHED_WITHIN)
    yield incident(view, here, past)
    if past is not None:
        yield record(view, past, here)


def _months(setting: Setting) -> Iterator[Piece]:
    """A page for each month, several for a long one, each of which leads to its neighbours."""
    every = [sheet for view in setting.snapshot.months for sheet in sheets(view)]
    for newer, sheet, older in zip([None, *every], every, [*every[1:], None], strict=False):
        beside = tuple(near.key if near else "" for near in (older, newer))
        make = partial(_one, partial(month, sheet, older, newer), setting)
        yield Piece(name=f"month {sheet.key}", kind="month", of=(sheet.view, sheet.number, *beside), make=make)


def _parts(setting: Setting) -> Iterator[Piece]:
    """A page for each component, for its older years where it has many, and for each group, also of those that are not on show any more."""
    groups = {view.id: view for view in (*setting.snapshot.groups, *setting.snapshot.past_groups) if view.id is not None}
    for view in setting.snapshot.components:
        owner = Owner.of(groups.get(view.group or ""))
        yield Piece(name=f"component {view.id}", kind="component", of=(view, owner), make=partial(_one, partial(component, view, owner), setting))
        for number, months in years(view):
            over = months[0].uptime.span.end <= setting.snapshot.at
            make = partial(_one, partial(year, number, months, (view.id, view.name), owner, over=over), setting)
            yield Piece(name=f"year {number} of {view.id}", kind="year", of=(months, over, view.id, view.name, owner), make=make)
    for id, group_view in groups.items():
        yield Piece(name=f"group {id}", kind="group", of=(group_view,), make=partial(_one, partial(group, id, group_view), setting))
