"""The contents of all generated pages: one function a kind of page, each from the snapshot to HTML."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from onrecord.render.artifacts import OwnPage, PageContent
from onrecord.render.pages.component import component
from onrecord.render.pages.gallery import gallery
from onrecord.render.pages.group import group
from onrecord.render.pages.history import history, months
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
from onrecord.snapshot.records import Snapshot
from onrecord.templating import Templates

__all__ = ["pages", "pictures", "redirects"]


def pages(
    snapshot: Snapshot, site: Site, templates: Templates, own: Sequence[OwnPage] = (), *, with_gallery: bool = False
) -> Iterator[PageContent]:
    """Every generated page, the home page first; one at a time, so that memory stays flat. `own` are people's pages."""
    setting = Setting.of(snapshot, site, templates)
    yield home(setting)
    yield from _parts(setting)
    yield history(setting)
    yield from months(setting)
    for view in snapshot.incidents:
        past = record_view(setting.history, view, PUBLISHED_WITHIN)
        yield incident(view, setting, past)
        if past is not None:
            yield record(view, past, setting)
    yield from tombstones(setting)
    for story in snapshot.postmortems:
        yield postmortem(story, setting)
    yield maintenance(setting)
    yield postmortems(setting)
    yield reliability(setting)
    yield subscribe(setting)
    yield search(own, setting)
    if with_gallery:
        yield gallery(setting)
    yield missing(setting)


def _parts(setting: Setting) -> Iterator[PageContent]:
    """A page for each component and each group, also of those that are not on show any more."""
    groups = {view.id: view for view in (*setting.snapshot.groups, *setting.snapshot.past_groups) if view.id is not None}
    for view in setting.snapshot.components:
        yield component(view, groups.get(view.group or ""), setting)
    for id, group_view in groups.items():
        yield group(id, group_view, setting)
