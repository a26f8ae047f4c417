"""Assembly: every renderer in turn, from the snapshot and the drawn house to the finished files of the site."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from onrecord.files import Tree
from onrecord.render import api, hosting
from onrecord.render.accounts.published import accounts
from onrecord.render.artifacts import UNLISTED, Artifact, OwnPage, PageContent, PageKind, Piece
from onrecord.render.badges import badges
from onrecord.render.calendar import calendar_pieces
from onrecord.render.feeds import feed_pieces
from onrecord.render.hosting import Listed
from onrecord.render.openapi import openapi
from onrecord.render.pages import Setting, own_pages, page_pieces, pictures, redirects
from onrecord.render.proof import Made, proof
from onrecord.render.search import search_pieces
from onrecord.render.statuspage import statuspage_pieces
from onrecord.render.widget import frame, widget
from onrecord.site import csp
from onrecord.site.beside import beside, two_can
from onrecord.site.disk import files_below
from onrecord.site.engine import Drawn
from onrecord.site.shell import Shell
from onrecord.snapshot.records import Snapshot
from onrecord.templating import Templates

_BESIDE = frozenset({"feed", "search", "calendar", "api"})
"""The kinds that a second process makes."""
_MANY = 300
"""From so many records on it is worth a second process."""
Note = Callable[[str, str], None]
"""Told of each file: what it is (a kind of page, `feed`, `calendar`, `picture`, `search`, `api`, `badge`, `widget`, `own`, `hosting`, `proof`) and its path."""


def silent(_kind: str, _path: str) -> None:
    """Notes nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file of the site: what it is, its digest, and its bytes; None for the bytes says that the published ones are the same."""

    path: str
    kind: str
    sha256: str
    size: int
    data: bytes | None
    address: str | None = None
    """The address of a page that search engines may list …"""
    modified: str | None = None
    """… and when it last changed, where the page says so."""


class Keeper(Protocol):
    """Who knows which files of the last build are still good."""

    def kept(self, piece: Piece, snapshot: Snapshot) -> Sequence[File] | None:
        """The files of that piece as they were published, where all that they were made of is the same; else None."""

    def reading(self, snapshot: Snapshot) -> Snapshot:
        """The snapshot for the piece that is made next."""

    def made(self, piece: Piece, snapshot: Snapshot, files: Sequence[File]) -> None:
        """Told of the files that were made of the piece."""


class Forgetful:
    """Keeps nothing: every file is made."""

    def kept(self, _piece: Piece, _snapshot: Snapshot) -> None:
        return None

    def reading(self, snapshot: Snapshot) -> Snapshot:
        return snapshot

    def made(self, _piece: Piece, _snapshot: Snapshot, _files: Sequence[File]) -> None:
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """The site in one language: what its pages are made with, their shells, and the pages of people by addresses relative to the language's root."""

    setting: Setting
    shells: Mapping[PageKind, Shell]
    own: tuple[OwnPage, ...]

    @property
    def folder(self) -> str:
        """Where its files lie: `de/`, and nothing for the first language."""
        return self.setting.site.folder


def editions(
    snapshot: Snapshot, drawn: Drawn, templates: Callable[[str], Templates], spoken: Callable[[str], Snapshot] | None = None
) -> tuple[Edition, ...]:
    """The site in each of its languages, the first one at its root. `templates` are those of a language, `spoken` is the snapshot in another than the first."""
    found: list[Edition] = []
    for language in drawn.site.languages or (drawn.site.language,):
        site = drawn.site.spoken(language)
        shells = drawn.others[language] if site.folder else drawn.shells
        seen = spoken(language) if spoken is not None and site.folder else snapshot
        site = replace(site, name=seen.policy.page.name or site.name) if site.folder else site
        found.append(Edition(setting=Setting.of(seen, site, templates(language)), shells=shells, own=own_pages(drawn.pages, site)))
    return tuple(found)


def assemble(
    snapshot: Snapshot,
    drawn: Drawn,
    tree: Tree,
    templates: Callable[[str], Templates],
    *,
    note: Note = silent,
    made: Made = Made(),  # noqa: B008
    spoken: Callable[[str], Snapshot] | None = None,
) -> Iterator[Artifact]:
    """Every file of the site, each made anew; see `assembled` and `editions`."""
    for file in assembled(drawn, tree, editions(snapshot, drawn, templates, spoken), note=note, made=made):
        if file.data is not None:
            yield Artifact(path=file.path, data=file.data)


def assembled(
    drawn: Drawn, tree: Tree, spoken: Sequence[Edition], *, keeper: Keeper = Forgetful(), note: Note = silent, made: Made = Made()  # noqa: B008
) -> Iterator[File]:
    """Every file of the site in each of its editions, one at a time, so that memory stays flat; the proof of all others comes last.

    Where two renderers write one path, the first one's file counts: so an owner's own robots.txt
    stands, and an owner's page never hides an incident.
    """
    digests: dict[str, str] = {}
    listed: list[Listed] = []
    policy = csp.of_all(_drawn_pages(drawn))  # before MkDocs' own folder holds what is made here, the frame above all
    for file in _files(drawn, tree, spoken, keeper, gallery=made.gallery):
        if file.path in digests:
            continue
        digests[file.path] = file.sha256
        if file.address is not None:
            listed.append(Listed(address=file.address, modified=file.modified))
        note(file.kind, file.path)
        yield file
    listed += [Listed(address=page.address, own=True) for page in drawn.pages]
    for file in _closing(spoken[0].setting.snapshot, drawn, listed, digests, made, policy=policy):
        note(file.kind, file.path)
        yield file


def _files(drawn: Drawn, tree: Tree, spoken: Sequence[Edition], keeper: Keeper, *, gallery: bool) -> Iterator[File]:
    """Every language's own files, then those that have no language."""
    if isinstance(keeper, Forgetful) and len(spoken[0].setting.snapshot.incidents) >= _MANY and two_can():
        pieces = [(edition, piece) for edition in spoken for piece in _spoken(edition, gallery=gallery and not edition.folder)]
        yield from _by_two([*pieces, *((spoken[0], piece) for piece in _common(drawn, tree, spoken))])
        return
    for edition in spoken:
        yield from _made(edition, _spoken(edition, gallery=gallery and not edition.folder), keeper)
    yield from _made(spoken[0], _common(drawn, tree, spoken), keeper)


def _made(edition: Edition, pieces: Iterable[Piece], keeper: Keeper) -> Iterator[File]:
    """The files of each piece: the published ones where they are still good, else new ones."""
    snapshot = edition.setting.snapshot
    for piece in pieces:
        files = keeper.kept(piece, snapshot)
        if files is None:
            files = [_finished(thing, piece.kind, edition) for thing in piece.make(keeper.reading(snapshot))]
            keeper.made(piece, snapshot, files)
        yield from files


def _by_two(pieces: Sequence[tuple[Edition, Piece]]) -> Iterator[File]:
    """The same, all made anew: those kinds that need nothing of git by a second process, while this one makes and publishes the others."""

    def every(edition: Edition, piece: Piece) -> list[File]:
        return [_finished(thing, piece.kind, edition) for thing in piece.make(edition.setting.snapshot)]

    def told(edition: Edition, piece: Piece) -> list[tuple[object, ...]]:
        return [(f.path, f.kind, f.sha256, f.size, f.data, f.address, f.modified) for f in every(edition, piece)]

    with beside([partial(told, edition, piece) for edition, piece in pieces if piece.kind in _BESIDE]) as answer:
        for edition, piece in pieces:
            rows = answer() if piece.kind in _BESIDE else None
            if rows is None:
                yield from every(edition, piece)
                continue
            for path, kind, digest, size, data, address, modified in rows:
                yield File(path=path, kind=kind, sha256=digest, size=size, data=data, address=address, modified=modified)


def _finished(thing: PageContent | Artifact, kind: str, edition: Edition) -> File:
    if isinstance(thing, Artifact):
        return _file(kind, edition.folder + thing.path, thing.data)
    data = edition.shells[thing.kind].fill(thing, edition.setting.site)
    address = None if thing.kind in UNLISTED else edition.folder + thing.address
    return _file(thing.kind, edition.folder + thing.path, data, address, thing.modified)


def _file(kind: str, path: str, data: bytes, address: str | None = None, modified: str | None = None) -> File:
    return File(path=path, kind=kind, sha256=sha256(data).hexdigest(), size=len(data), data=data, address=address, modified=modified)


def _spoken(edition: Edition, *, gallery: bool) -> Iterator[Piece]:
    """What there is in each language: pages, feeds, the search, the frame. Names tell the languages apart."""
    setting, own = edition.setting, edition.own
    pieces = (
        *page_pieces(setting, own, with_gallery=gallery),
        _whole("redirect", redirects),
        *feed_pieces(setting.snapshot, setting.site, setting.templates, setting.words),
        *search_pieces(setting.snapshot, own, setting.templates.language, setting.words),
        _whole("frame", partial(frame, site=setting.site, templates=setting.templates), kind="widget"),
    )
    return (replace(piece, name=edition.folder + piece.name) for piece in pieces) if edition.folder else iter(pieces)


def _common(drawn: Drawn, tree: Tree, spoken: Sequence[Edition]) -> Iterator[Piece]:
    """What has no language, or all of them: programs read it, and its words are those of the first one."""
    setting, site = spoken[0].setting, drawn.site
    templates = setting.templates
    yield _whole("picture", partial(pictures, tree=tree))
    yield from calendar_pieces(setting.snapshot, site, templates, setting.words)
    yield _whole("now", api.now, kind="api")
    yield from statuspage_pieces(setting.snapshot, site)
    yield _whole("accounts", accounts, kind="api")
    yield _whole("openapi", lambda _: openapi(site), kind="api")
    yield _whole("badge", partial(badges, site=site, templates=templates))
    yield _whole("widget", lambda _: widget([(e.setting.snapshot, e.setting.site, e.setting.language) for e in spoken]))
    yield _whole("own", lambda _: _as_it_is(drawn.folder))


def _whole(name: str, make: Callable[[Snapshot], Iterable[Artifact]], kind: str = "") -> Piece:
    """All that one renderer makes, in every build."""
    return Piece(name=name, kind=kind or name, of=None, make=make)


def _closing(
    snapshot: Snapshot, drawn: Drawn, listed: Sequence[Listed], digests: dict[str, str], made: Made, *, policy: str
) -> Iterator[File]:
    """What is made of the list of all other files."""
    writers: tuple[Callable[[], Iterable[Artifact]], ...] = (
        lambda: hosting.sitemap(drawn.site, listed),
        lambda: hosting.robots(drawn.site),
        lambda: hosting.redirects(digests),
        lambda: hosting.headers(digests, drawn.site, policy),
    )
    for artifact in (artifact for write in writers for artifact in write() if artifact.path not in digests):
        file = _file("hosting", artifact.path, artifact.data)
        digests[file.path] = file.sha256
        yield file
    for artifact in proof(snapshot, digests, made):
        yield _file("proof", artifact.path, artifact.data)


def _drawn_pages(drawn: Drawn) -> Iterator[str]:
    """Every page as the engine drew it: the shells in each language, with and without their style, and people's pages."""
    for shells in (drawn.shells, *drawn.others.values()):
        for shell in shells.values():
            yield shell.html
            yield shell.carrying.html if shell.carrying else ""
    for path in files_below(str(drawn.folder)):
        if path.endswith(".html"):
            yield (drawn.folder / path).read_text(encoding="utf-8", errors="replace")


def _as_it_is(folder: Path) -> Iterator[Artifact]:
    """What the engine drew: people's pages and pictures, the style and the script."""
    for path in sorted(files_below(str(folder))):
        yield Artifact(path=path, data=(folder / path).read_bytes())
