"""Where a build comes from: the publications before it, and whether each of them is still part of the history."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from onrecord import gitio
from onrecord.fetching import Missing, Site, Unreachable, is_address, read_from
from onrecord.gitio import past
from onrecord.model import RecordPolicy
from onrecord.publications import LIVE, PUBLICATIONS, BrokenChain, Chain, Publication, parse_chain
from onrecord.settings import CONFIG_FILE
from onrecord.site.holding import CannotPublish
from onrecord.snapshot.records import Rewrite
from onrecord.times import iso

_ADDRESS = re.compile(r"""^site_url:[ \t]*["']?(https?://[^\s"'#]+)""", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lineage:
    """The chain that a build continues. `told` says in plain words what was found, `note` what the next entry says of it.

    `failed` means that there was a chain, or may have been, and it could not be read.
    """

    chain: Chain
    told: str = ""
    note: str = ""
    failed: bool = False


def continued(where: str, root: Path, head: gitio.Head | None) -> Lineage:
    """The chain at that path or address.

    Raises:
        CannotPublish: what is built is no commit, or nobody knows where the live chain is.
    """
    if head is None or head.dirty:
        what = "there is no commit here" if head is None else "the work tree differs from its commit"
        raise CannotPublish(f"only a commit can be entered in {PUBLICATIONS}, and {what}", "commit first, or build without --publications")
    place = place_of(where, root)
    try:
        chain = parse_chain(read_from(place, root))
    except Missing:
        return Lineage(chain=Chain(), told=_beginning(place, root))
    except (Unreachable, BrokenChain) as error:
        told = f"the chain of publications at {place} cannot be continued: {error}. A new chain begins: when earlier words were published is not proven by it"
        return Lineage(chain=Chain(), told=told, note=f"A new chain, because the one before could not be read: {error}", failed=True)
    newest = chain.newest
    said = f"{len(chain.entries):,} publications before this one, the last of {iso(newest.at)} from commit {newest.commit[:10]}" if newest else "the chain is empty"
    return Lineage(chain=chain, told=said)


def rewrites(chain: Chain, root: Path, head: gitio.Head, policy: RecordPolicy) -> tuple[Rewrite, ...]:
    """Each stretch of publications whose commits are not part of the history any more.

    Raises:
        CannotPublish: there is one that nobody accounts for, and policy.yml says that this stops a deployment.
    """
    lost = past.not_in_history(root, {entry.commit for entry in chain.entries}, head.commit)
    found = tuple(_stretches(chain.entries, lost, policy)) if lost else ()
    open_ones = [rewrite for rewrite in found if rewrite.reason is None]
    if open_ones and policy.on_rewritten_history == "stop":
        raise CannotPublish(
            rewritten(open_ones[-1]), "bring the commit back, or account for it: `record.rewritten` in site_src/policy.yml; docs/record.md says how"
        )
    return found


def rewritten(rewrite: Rewrite) -> str:
    """The loud sentence for the run."""
    last = rewrite.last
    return f"history was rewritten: what was published on {iso(last.at)} from commit {last.commit[:10]} is not part of it any more"


def _stretches(entries: Iterable[Publication], lost: frozenset[str], policy: RecordPolicy) -> Iterator[Rewrite]:
    for is_lost, run in groupby(entries, key=lambda entry: entry.commit in lost):
        if is_lost:
            gone = list(run)
            reasons = (r.reason for r in policy.rewritten if len(r.commit) >= 7 and any(entry.commit.startswith(r.commit.lower()) for entry in gone))
            yield Rewrite(first=gone[0], last=gone[-1], reason=next(reasons, None))


def place_of(where: str, root: Path) -> str:
    """The file itself, whatever part of its address or path was named."""
    if where == LIVE:
        config = root / CONFIG_FILE
        found = _ADDRESS.search(config.read_text(encoding="utf-8")) if config.exists() else None
        if found is None:
            raise CannotPublish("nobody knows where the site is live", f"set `site_url` in {CONFIG_FILE}, or name the file with --publications")
        where = found[1].rstrip("/") + "/"
    if where.endswith(".json"):
        return where
    return f"{where.rstrip('/')}/{PUBLICATIONS}" if is_address(where) else str(Path(where) / PUBLICATIONS)


def _beginning(place: str, root: Path) -> str:
    """Why there is no chain yet."""
    try:
        Site(place.removesuffix(PUBLICATIONS), root=root).read("build.json")
    except (Missing, Unreachable):
        return f"this is the first publication: there is no {place}, and the chain begins now"
    return f"the live site has no {PUBLICATIONS}: the chain begins now, and when earlier words were published is not proven by it"
