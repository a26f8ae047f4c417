"""Assembly: every renderer in turn, from the snapshot and the drawn house to the finished files of the site."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

from onrecord.files import Tree
from onrecord.render import api, hosting
from onrecord.render.accounts.published import accounts
from onrecord.render.artifacts import UNLISTED, Artifact
from onrecord.render.badges import badges
from onrecord.render.calendar import calendars
from onrecord.render.feeds import feeds
from onrecord.render.openapi import openapi
from onrecord.render.pages import pages, pictures, redirects
from onrecord.render.proof import Made, proof
from onrecord.render.search import search
from onrecord.render.statuspage import statuspage
from onrecord.render.widget import widget
from onrecord.site.disk import files_below
from onrecord.site.engine import Drawn
from onrecord.snapshot.records import Snapshot
from onrecord.templating import Templates

Note = Callable[[str, str], None]
"""Told of each file: what it is (a kind of page, `feed`, `calendar`, `picture`, `search`, `api`, `badge`, `widget`, `own`, `hosting`, `proof`) and its path."""


def silent(_kind: str, _path: str) -> None:
    """Notes nothing."""


def assemble(
    snapshot: Snapshot, drawn: Drawn, tree: Tree, templates: Templates, *, note: Note = silent, made: Made = Made()  # noqa: B008
) -> Iterator[Artifact]:
    """Every file of the site, one at a time, so that memory stays flat; the proof of all others comes last.

    Where two renderers write one path, the first one's file counts: so an owner's own robots.txt
    stands, and an owner's page never hides an incident.
    """
    digests: dict[str, str] = {}
    for kind, artifact in _rendered(snapshot, drawn, tree, templates, digests, gallery=made.gallery):
        if artifact.path in digests:
            continue
        digests[artifact.path] = sha256(artifact.data).hexdigest()
        note(kind, artifact.path)
        yield artifact
    for artifact in proof(snapshot, digests, made):
        note("proof", artifact.path)
        yield artifact


def _rendered(
    snapshot: Snapshot, drawn: Drawn, tree: Tree, templates: Templates, done: dict[str, str], *, gallery: bool
) -> Iterator[tuple[str, Artifact]]:
    """Each renderer, with what its files are. `done` grows with what was written so far."""
    listed: list[tuple[str, str | None]] = []
    for page in pages(snapshot, drawn.site, templates, drawn.pages, with_gallery=gallery):
        if page.kind not in UNLISTED:
            listed.append((page.address, page.modified))
        yield page.kind, Artifact(path=page.path, data=drawn.shells[page.kind].fill(page, drawn.site))
    yield from _each("redirect", redirects(snapshot))
    yield from _each("picture", pictures(snapshot, tree))
    yield from _each("feed", feeds(snapshot, drawn.site, templates))
    yield from _each("calendar", calendars(snapshot, drawn.site, templates))
    yield from _each("search", search(snapshot, drawn.pages, templates))
    yield from _each("api", api.now(snapshot))
    yield from _each("api", statuspage(snapshot, drawn.site))
    yield from _each("api", accounts(snapshot))
    yield from _each("api", openapi(drawn.site))
    yield from _each("badge", badges(snapshot, drawn.site, templates))
    yield from _each("widget", widget(snapshot, drawn.site, templates))
    yield from _each("own", _as_it_is(drawn.folder))
    listed += [(page.address, None) for page in drawn.pages]
    yield from _each("hosting", hosting.sitemap(drawn.site, listed))
    yield from _each("hosting", hosting.robots(drawn.site))
    yield from _each("hosting", hosting.redirects(done))
    yield from _each("hosting", hosting.headers(done))


def _each(kind: str, artifacts: Iterator[Artifact]) -> Iterator[tuple[str, Artifact]]:
    return ((kind, artifact) for artifact in artifacts)


def _as_it_is(folder: Path) -> Iterator[Artifact]:
    """What the engine drew: people's pages and pictures, the style and the script."""
    for path in sorted(files_below(str(folder))):
        yield Artifact(path=path, data=(folder / path).read_bytes())
