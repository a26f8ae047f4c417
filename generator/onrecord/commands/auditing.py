"""The evidence that an audit judges: history, policy, redactions, publications and signatures, and the proof of a published build."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import click

from onrecord import gitio, yamlio
from onrecord.audit import Context, Finding, Kept, Lost, audit, rewriting_reason
from onrecord.audit.keeping import key_of
from onrecord.cache import digest
from onrecord.files import WorkTree
from onrecord.gitio import history as git
from onrecord.gitio.signatures import CannotCheck, State, keys_of, states
from onrecord.model import PolicyFile
from onrecord.publications import LIVE, PUBLICATIONS, BrokenChain, Chain, parse_chain
from onrecord.revisions.against import Comparison, compare
from onrecord.revisions.ledger import Ledger
from onrecord.revisions.reading import read_ledger
from onrecord.revisions.retelling import tell
from onrecord.settings import CACHE_FOLDER, KEYS_FOLDER, POLICY_FILE, REDACTIONS_FILE
from onrecord.times import BadTime, parse_instant
from onrecord.withholding import Withholding, parse_redactions, read_redactions

_OF_WORDS = frozenset({"words-changed", "update-removed", "incident-deleted", "time-moved", "effect-changed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What there is to judge by, and what readers of the audit must know about it."""

    context: Context
    head: gitio.Head
    kept: Kept
    clocks: Mapping[str, int]
    """How many updates came out by which clock."""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """Whether a published build is part of the history and its words are there or accounted for, told in sentences."""

    evidence: Evidence
    holds: bool
    told: tuple[str, ...]
    unaccounted: tuple[Finding, ...] = ()
    """What readers had with that build and the branch does not hold any more, without a commit that says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """What a build.json says of itself."""

    commit: str
    at: datetime | None
    where: str


def evidence(root: Path, at: datetime, *, chain: str | None, build: str | None, fresh: bool) -> Evidence:
    """Everything that an audit of that repository needs.

    Raises:
        click.ClickException: there is no history, or not all of it; says why, and what to do.
    """
    head = _head(root)
    policy, withholding = _settings(root, head.commit)
    found, notes = _chain(root, chain, build)
    published = found.first_published() if found is not None else {}
    try:
        ledger = read_ledger(root, None if fresh else root / CACHE_FOLDER, head.commit, withholding)
        history, out = tell(ledger, root, published, policy.record.since)
    except git.Incomplete as error:
        raise click.ClickException(f"{error}\n    hint: {error.hint}") from error
    except gitio.GitFailed as error:
        raise click.ClickException(f"git cannot read the history: {error}") from error
    signatures, more = _signatures(root, head.commit, ledger, policy)
    context = Context(
        history=history,
        policy=policy,
        at=at,
        withholding=withholding,
        redacted_by=git.last_change(root, head.commit, REDACTIONS_FILE) if withholding else "",
        signatures=signatures,
        lost=tuple(_lost(found, history.astray)),
    )
    kept = Kept(rows=ledger.rows, key=key_of(context, published), at=at)
    return Evidence(context=context, head=head, kept=kept, clocks=out.counts, notes=(*notes, *more))


def _head(root: Path) -> gitio.Head:
    try:
        return gitio.commit(root, "HEAD")
    except gitio.GitFailed as error:
        what = f"there is no commit of {root}: an audit reads the history of git. Is this the root of a status repository?"
        raise click.UsageError(what) from error


def _signatures(root: Path, commit: str, ledger: Ledger, policy: PolicyFile) -> tuple[Mapping[str, State] | None, list[str]]:
    """What the signatures of all records are worth, by the keys that the repository names; None where it names none.

    What was checked with the same keys is not checked again.
    """
    keys = keys_of(root, commit, KEYS_FOLDER)
    if not keys:
        unnamed = f"{KEYS_FOLDER}/ names no keys, so a signature that is there counts, whoever made it."
        return None, [unnamed] if policy.record.require_signatures else []
    ring = digest(part for name in sorted(keys) for part in (name.encode(), keys[name]))
    checked: dict[str, State] = ledger.rows.get("signatures", ring) or {}
    unchecked = [commit for commit in ledger.state["signed"] if commit not in checked]
    try:
        checked |= states(root, unchecked, keys) if unchecked else {}
    except CannotCheck as error:
        return None, [f"Signatures are not checked: {error}."]
    if unchecked:
        ledger.rows.put("signatures", [(ring, checked)])
    return checked, []


def _settings(root: Path, commit: str) -> tuple[PolicyFile, Withholding]:
    """Policy and redactions as they are committed; redactions that are not committed yet hold, too."""
    data = git.file_of(root, commit, POLICY_FILE)
    policy = yamlio.parse(data, POLICY_FILE, PolicyFile, may_be_empty=True)[0] if data is not None else None
    committed = git.file_of(root, commit, REDACTIONS_FILE)
    found = parse_redactions(committed)[0] if committed is not None else None
    today = read_redactions(WorkTree(root))[0]
    both = (*(found.redactions if found else ()), *(today.redactions if today else ()))
    return policy or PolicyFile(), Withholding(tuple(dict.fromkeys(both)))


def _chain(root: Path, where: str | None, build: str | None) -> tuple[Chain | None, list[str]]:
    """The chain of publications: the one that was named, else the one beside the published build.json."""
    if where is not None:
        return chain_at(root, where), []
    if build is None:
        return None, []
    from onrecord.fetching import Missing, Unreachable, read_from  # the web is slow to load, and most audits do without

    try:
        return parse_chain(read_from(f"{build.rpartition('/')[0] or '.'}/{PUBLICATIONS}", root)), []
    except Missing:
        return None, []
    except (Unreachable, BrokenChain) as error:
        return None, [f"The chain of publications beside the build cannot be read, so publication times are claimed ones: {error}"]


def chain_at(root: Path, where: str) -> Chain:
    """The chain of publications at that path or address; `live` is the site's own.

    Raises:
        click.ClickException: there is none, or it cannot be read.
    """
    from onrecord.fetching import Missing, Unreachable, read_from
    from onrecord.site.holding import CannotPublish
    from onrecord.site.lineage import place_of

    try:
        return parse_chain(read_from(place_of(where, root), root))
    except CannotPublish as error:
        raise click.UsageError(f"{error}; {error.hint}") from error
    except Missing as error:
        raise click.UsageError(f"there is no {error}") from error
    except (Unreachable, BrokenChain) as error:
        raise click.ClickException(str(error)) from error


def _lost(chain: Chain | None, astray: Sequence[str]) -> list[Lost]:
    times = chain.first_published() if chain is not None else {}
    return [Lost(commit=commit, at=times.get(commit), where=PUBLICATIONS) for commit in astray]


# ---------------------------------------------------------------- the proof


def live_build(root: Path) -> str | None:
    """The address of the build.json that is live; None where nothing is live yet, which is said, and proves itself.

    Raises:
        click.UsageError: nobody knows where the site is live.
    """
    from onrecord.fetching import Missing, Unreachable, read_from
    from onrecord.site.holding import CannotPublish
    from onrecord.site.lineage import place_of

    try:
        place = f"{place_of(LIVE, root).removesuffix(PUBLICATIONS)}build.json"
    except CannotPublish as error:
        raise click.UsageError(f"{error}; {error.hint}") from error
    try:
        read_from(place, root)
    except Missing:
        click.echo(f"There is no {place}: nothing is live yet, so there is nothing to prove.", err=True)
        return None
    except Unreachable:
        pass  # whoever reads it says so
    return place


def prove(root: Path, known: Evidence, where: str) -> Proof:
    """Sets what was published against what the branch holds now. What is lost becomes a finding.

    Raises:
        click.ClickException: there is no such build.json, or it is none.
    """
    build = _build(root, where)
    head = known.head.commit
    if git.is_ancestor(root, build.commit, head):
        comparison = compare(root, build.commit, head, known.context.withholding)
        later = set(git.line(root, head, after=build.commit))
        accounted = [f for f in audit(known.context, kept=known.kept) if f.slug in _OF_WORDS and f.commit in later]
        open_ones = [f for f in _differences(comparison, known.context) if not _is_accounted(f, accounted, known.context)]
        told = f"Proven: the commit {build.commit[:10]}{_when(build)} is part of the history. {_counted(comparison, known.context)}"
        lines = (f"Not accounted for: {f.incident}: {f.message}" for f in open_ones)
        return Proof(evidence=known, holds=not open_ones, told=(told, *lines), unaccounted=_against(build, open_ones))
    lost = Lost(commit=build.commit, at=build.at, where=build.where)
    context = replace(known.context, lost=tuple({one.commit: one for one in (lost, *known.context.lost)}.values()))
    reason = rewriting_reason(build.commit, context)
    gone = f"the commit {build.commit[:10]}{_when(build)} is not part of the history of {head[:10]}"
    told = f"Accounted for: {gone}; the policy says why: {reason}" if reason else f"NOT proven: {gone}. History was rewritten after it had been published."
    more, differences = _still_there(root, build, known)
    return Proof(evidence=replace(known, context=context), holds=bool(reason), told=(told, *more), unaccounted=_against(build, differences))


def _against(build: Build, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    return tuple(replace(finding, against=build.where) for finding in findings)


def _build(root: Path, where: str) -> Build:
    from onrecord.fetching import Missing, Unreachable, read_from

    try:
        said = json.loads(read_from(where, root))
        commit = said["commit"]
        if not isinstance(commit, str) or not commit.isalnum():
            raise click.ClickException(f"{where} names no commit: it was built outside git, and proves nothing")
        return Build(commit=commit, at=parse_instant(said["at"]) if "at" in said else None, where=where)
    except Missing as error:
        raise click.UsageError(f"there is no {error}") from error
    except Unreachable as error:
        raise click.ClickException(f"{error}; {error.hint}") from error
    except (ValueError, KeyError, TypeError, BadTime) as error:
        raise click.ClickException(f"{where} is no build.json of onrecord: {error}") from error


def _differences(comparison: Comparison, context: Context) -> list[Finding]:
    found = audit(replace(context, history=comparison.history, lost=()))
    return [finding for finding in found if finding.slug in _OF_WORDS]


def _is_accounted(finding: Finding, accounted: Sequence[Finding], context: Context) -> bool:
    """Whether a commit since then is known to have done that to the record, or to have taken it away as a whole."""
    now = context.history.redirects.get(finding.incident, finding.incident)
    return any(f.incident == now and f.slug in (finding.slug, "incident-deleted", "update-removed") for f in accounted)


def _still_there(root: Path, build: Build, known: Evidence) -> tuple[list[str], list[Finding]]:
    """What can be said of the words of a commit that was lost, and which of them are lost with it."""
    if not git.exists(root, build.commit):
        return ["This clone does not hold that commit, so its words cannot be compared. A clone from before the rewriting still has it: fetch from there, and audit again."], []
    comparison = compare(root, build.commit, known.head.commit, known.context.withholding)
    found = _differences(comparison, known.context)
    return [_counted(comparison, known.context), *(f"No commit accounts for this: {f.incident}: {f.message}" for f in found)], found


def _counted(comparison: Comparison, context: Context) -> str:
    """How many updates stand, how many were merely set differently, and how many say something else or are gone."""
    if not comparison.changed:
        return f"All {comparison.updates:,} updates that were published with it stand byte for byte."
    said = {f.path for f in _differences(comparison, context)}
    changed = sum(path in said for path in comparison.changed)
    gone = sum(any(path.startswith(f"{folder}/") for folder in said) for path in comparison.changed)
    formatted = len(comparison.changed) - changed - gone
    stand = comparison.updates - len(comparison.changed)
    parts = [(stand, "byte for byte as they were"), (formatted, "the same but for their formatting"), (changed, "changed or removed"), (gone, "deleted with their records")]
    return f"Of {comparison.updates:,} updates that were published with it: {', '.join(f'{n:,} {what}' for n, what in parts if n)}."


def _when(build: Build) -> str:
    return f", built at {build.at:%Y-%m-%d %H:%M} UTC," if build.at is not None else ""


