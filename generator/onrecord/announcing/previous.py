"""The page as it was before this one: which commit it was made of, from the build.json that it published."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from onrecord import gitio
from onrecord.fetching import Missing, Site, Unreachable, is_address
from onrecord.gitio import GitFailed
from onrecord.publications import LIVE, PUBLICATIONS, BrokenChain, parse_chain

BUILD = "build.json"
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


class NothingKnown(Exception):
    """Nobody can say what the page before this one said. The text says why, the hint what to do. `first` says that there was none."""

    def __init__(self, message: str, hint: str, *, first: bool = False) -> None:
        super().__init__(message)
        self.hint = hint
        self.first = first


@dataclass(frozen=True, slots=True, kw_only=True)
class Previous:
    """The commit of the page before this one, and where that is known from."""

    commit: str
    where: str


def previous(where: str, root: Path, head: str, address: str) -> Previous:
    """The page before this one, as the site there published it; `address` is that of the live site.

    A site that shows this very commit already names the one before in its chain of publications. A commit may be named, too.

    Raises:
        NothingKnown: there is no build.json, it names no commit, or the clone does not hold it.
    """
    if where != LIVE and not is_address(where) and not (root / where).exists():
        return Previous(commit=_named(where, root), where=where)
    place = _place(where, address)
    site = Site(place, root=root)
    shown = f"{site.where.rstrip('/')}/{BUILD}"
    commit = _commit(_read(site, BUILD), shown)
    if commit == head:
        shown = f"{site.where.rstrip('/')}/{PUBLICATIONS}"
        commit = _before(_read(site, PUBLICATIONS), head, shown)
    try:
        gitio.commit(root, commit)
    except GitFailed:
        raise NothingKnown(
            f"{shown} names commit {commit[:10]}, and this clone does not hold it", "fetch the whole history: `git fetch --unshallow`, or `fetch-depth: 0` in a workflow"
        ) from None
    return Previous(commit=commit, where=shown)


def _named(revision: str, root: Path) -> str:
    try:
        return gitio.commit(root, revision).commit
    except GitFailed:
        raise NothingKnown(f"there is no folder and no commit `{revision}` here", "name the folder or the address of the published site, or a commit") from None


def _place(where: str, address: str) -> str:
    """The folder or the address of the site, whatever part of it was named."""
    if where == LIVE:
        if not is_address(address):
            raise NothingKnown("nobody knows where the site is live", "set `site_url` in mkdocs.yml, or name the site with --previous")
        return address
    named = where.removesuffix(BUILD) if where.endswith(BUILD) else where
    return named or "."


def _read(site: Site, name: str) -> Any:
    where = f"{site.where.rstrip('/')}/{name}"
    try:
        return json.loads(site.read(name)) if name == BUILD else parse_chain(site.read(name))
    except Missing:
        hint = "is this the address of a site of onrecord, and was it ever published?"
        raise NothingKnown(f"there is no {where}", hint if name == BUILD else "build with `--publications live`, so that the site knows what was published before it") from None
    except Unreachable as error:
        raise NothingKnown(str(error), error.hint) from None
    except (ValueError, RecursionError, BrokenChain) as error:
        raise NothingKnown(f"{where} cannot be read: {error}", "publish the site anew, then run this again") from None


def _commit(facts: Any, shown: str) -> str:
    found = facts.get("commit") if isinstance(facts, dict) else None
    if not isinstance(found, str) or not _COMMIT.fullmatch(found):
        raise NothingKnown(f"{shown} names no commit", "what is published must be built from a commit")
    return found


def _before(chain: Any, head: str, shown: str) -> str:
    """The newest publication of another commit."""
    for entry in reversed(chain.entries):
        if entry.commit != head and _COMMIT.fullmatch(entry.commit):
            return str(entry.commit)
    raise NothingKnown(f"{shown} knows no publication before this one", "the next publication has something to compare with", first=True)
