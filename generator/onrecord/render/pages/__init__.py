"""The contents of all generated pages: one function a kind of page, each from the snapshot to HTML."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from onrecord.render.artifacts import OwnPage, PageContent
from onrecord.render.pages.history import history, months
from onrecord.render.pages.home import home
from onrecord.render.pages.incident import incident
from onrecord.render.pages.missing import missing
from onrecord.render.pages.postmortem import pictures, postmortem
from onrecord.render.pages.search import search
from onrecord.render.pages.setting import Setting
from onrecord.settings import Site
from onrecord.snapshot.records import Snapshot
from onrecord.templating import Templates

__all__ = ["pages", "pictures"]


def pages(snapshot: Snapshot, site: Site, templates: Templates, own: Sequence[OwnPage] = ()) -> Iterator[PageContent]:
    """Every generated page, the home page first; one at a time, so that memory stays flat. `own` are people's pages."""
    setting = Setting.of(snapshot, site, templates)
    yield home(setting)
    yield history(setting)
    yield from months(setting)
    for view in snapshot.incidents:
        yield incident(view, setting)
        if view.postmortem is not None:
            yield postmortem(view, view.postmortem, setting)
    yield search(own, setting)
    yield missing(setting)
