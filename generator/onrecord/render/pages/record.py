"""The record of a record: every commit that touched it, what stands where one was removed, and where one went that has another id."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from onrecord.model import Redaction
from onrecord.render.artifacts import DEPTH, Artifact, PageContent
from onrecord.render.pages.deeds import step, unknown
from onrecord.render.pages.incident import address
from onrecord.render.pages.setting import Setting
from onrecord.revisions.records import RecordHistory, Tombstone
from onrecord.snapshot.record import RecordView
from onrecord.snapshot.records import IncidentView, Snapshot
from onrecord.times import day_of, iso

_ROOT = "../" * DEPTH["record"]


def record(view: IncidentView, past: RecordView, setting: Setting) -> PageContent:
    """The page of all that git knows of one record."""
    began = day_of(view.started, setting.snapshot.zone)
    content = setting.render(
        "record",
        _ROOT,
        title=view.title,
        past=past,
        month=setting.language.month(began.year, began.month),
        month_key=f"{began:%Y-%m}",
        stands={update.id: update for update in view.updates},
        withheld=_withheld(view),
        **_steps(past.history, setting),
    )
    return _page(view.id, view.title, content, setting, iso(past.history.revisions[-1].commit.committed))


def tombstones(setting: Setting) -> Iterator[PageContent]:
    """For each record that was removed a page in its place, and its record."""
    for past, stone in removed(setting):
        yield _tombstone(past, stone, setting)
        content = setting.render("record", _ROOT, title=stone.title, past=None, month=None, month_key="", stands={}, withheld=_lost(past.id, setting), **_steps(past, setting))
        yield _page(past.id, stone.title, content, setting, iso(stone.removed.commit.committed))


def removed(setting: Setting) -> Iterator[tuple[RecordHistory, Tombstone]]:
    """The records that were removed and not brought back."""
    history = setting.history
    for past in (history.records[id] for id in history.deleted if id not in setting.titles) if history is not None else ():
        if past.tombstone is not None:
            yield past, past.tombstone


def _withheld(view: IncidentView) -> tuple[Redaction, ...]:
    """What is withheld of any file of the record, each decision once."""
    files = (view.source, *view.source.updates, *((view.source.postmortem,) if view.source.postmortem else ()))
    return tuple({(r.when, r.who, r.reason): r for file in files for r in file.withheld}.values())


def _lost(id: str, setting: Setting) -> tuple[Redaction, ...]:
    """The same of a record that is gone."""
    return tuple({(r.when, r.who, r.reason): r for r in setting.snapshot.withheld if f"/{id}/" in r.path}.values())


def _tombstone(past: RecordHistory, stone: Tombstone, setting: Setting) -> PageContent:
    _ = setting.language.gettext
    view = next((view for view in setting.snapshot.removed if view.id == past.id), None)
    content = setting.render("tombstone", "../" * DEPTH["incident"], stone=stone, past=past, removed=step(stone.removed, setting), view=view)
    return PageContent(
        address=address(past.id),
        kind="incident",
        title=_("Removed: %(title)s") % {"title": stone.title},
        description=_("This record was published, and removed later."),
        content=content,
        feeds=setting.feeds,
    )


def _steps(past: RecordHistory, setting: Setting) -> dict[str, object]:
    return {
        "history": past,
        "untouched": past.published.time is not None and past.is_untouched and not (past.postmortem is not None and past.postmortem.edits),
        "steps": [step(revision, setting) for revision in past.revisions],
        "unknown": unknown(past.published, setting.language),
        "commits": commits(setting),
        "misdated": {odd.commit.commit: odd for odd in (setting.history.misdated if setting.history else ()) if past.id in odd.records},
    }


def commits(setting: Setting) -> str:
    """What the addresses of commits begin with, empty where the repository has none."""
    return f"{setting.site.repo_url.rstrip('/')}/commit/" if setting.site.repo_url else ""


def _page(id: str, title: str, content: str, setting: Setting, modified: str) -> PageContent:
    _ = setting.language.gettext
    return PageContent(
        address=f"{address(id)}record/",
        kind="record",
        title=_("Record: %(title)s") % {"title": title},
        description=_("Every change of this record since it was published, from git."),
        content=content,
        feeds=setting.feeds,
        modified=modified,
    )


def redirects(snapshot: Snapshot) -> Iterator[Artifact]:
    """A small page at the address of each id that a record had before, leading to the one that it has now."""
    if snapshot.history is None or snapshot.built.as_of is not None or not snapshot.history.redirects:
        return
    titles = {view.id: view.title for view in snapshot.incidents}
    for old, new in sorted(snapshot.history.redirects.items()):
        if old not in titles and new in titles:
            yield Artifact(path=f"{address(old)}index.html", data=leading_to(f"../{new}/", titles[new]))


def leading_to(address: str, title: str) -> bytes:
    """A small page that leads to that address, for who comes by an old one."""
    there = escape(address)
    return (
        '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'">\n'
        f'<meta http-equiv="refresh" content="0; url={there}">\n<meta name="robots" content="noindex">\n'
        f'<link rel="canonical" href="{there}">\n<title>{escape(title)}</title>\n<p><a href="{there}">{escape(title)}</a></p>\n</html>\n'
    ).encode()
