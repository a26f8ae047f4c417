"""Findings about the commits themselves: signatures, clocks, and a history that is not what it was."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from onrecord.audit.findings import Context, Found, Lost, moment, utc
from onrecord.revisions.publishing import TOO_OLD
from onrecord.revisions.records import RecordHistory, Revision
from onrecord.times import in_words

_MOST_NAMES = 3


def unsigned(record: RecordHistory, context: Context) -> Iterator[Found]:
    """The policy requires signatures, and a commit of the record has none that can be trusted."""
    yield from _unsigned(record.revisions, context)


def unsigned_settings(context: Context) -> Iterator[tuple[str, Found]]:
    """The same of the components and of the policy, which weigh as much as any record."""
    for found in _unsigned((*context.history.components, *context.history.policy), context):
        yield "", found


def _unsigned(revisions: Sequence[Revision], context: Context) -> Iterator[Found]:
    for revision in revisions:
        if revision.publication is TOO_OLD:
            continue
        why = _distrust(revision, context)
        if why:
            path = revision.changes[0].path if revision.changes else ""
            yield Found(revision.commit.commit, moment(revision), f"the commit “{revision.commit.subject}” {why}", path)


def _distrust(revision: Revision, context: Context) -> str:
    if context.signatures is None:
        state = "good" if revision.commit.signed else "none"
    else:
        state = context.signatures.get(revision.commit.commit, "none")
    if state == "bad":
        return "has a signature that does not fit it: it was changed after it was signed, or the signature was"
    if not context.policy.record.require_signatures or state == "good":
        return ""
    return "is not signed, and the policy requires it" if state == "none" else "is signed with a key that the repository does not name"


def history_rewritten(context: Context) -> Iterator[tuple[str, Found]]:
    """A commit that was published is not part of the history any more."""
    for lost in context.lost:
        yield "", Found(lost.commit, lost.at, _rewritten(lost))


def _rewritten(lost: Lost) -> str:
    when = f" on {utc(lost.at)}" if lost.at is not None else ""
    return f"the commit {lost.commit[:10]} was published{when}, as {lost.where} says, and is not part of the history any more"


def backdated_commit(context: Context) -> Iterator[tuple[str, Found]]:
    """A commit's clock contradicts its neighbours or its own author's."""
    for odd in context.history.misdated:
        commit = odd.commit
        gap = in_words(odd.against - commit.committed)
        message = {
            "behind": f"the commit “{commit.subject}” says {utc(commit.committed)}, {gap} before the commit that it was built on ({utc(odd.against)})",
            "ahead": f"the commit “{commit.subject}” says {utc(commit.committed)}, {gap} after the one that was built on it ({utc(odd.against)})",
            "authored": f"the commit “{commit.subject}” says {utc(commit.committed)}, {gap} before its own author wrote it ({utc(odd.against)})",
        }[odd.kind]
        for record in odd.records or ("",):
            yield record, Found(commit.commit, commit.committed, message)


def merge_demoted(context: Context) -> Iterator[tuple[str, Found]]:
    """A merge such as `git pull` makes put published commits on its second parent, so that they seem to be younger than they are."""
    for demotion in context.history.demotions:
        names = [f"{commit.commit[:10]} by {commit.name}" for commit in demotion.commits[:_MOST_NAMES]]
        more = len(demotion.commits) - len(names)
        whose = ", ".join(names) + (f" and {more} more" if more > 0 else "")
        how = "as the chain of publications proves" if demotion.proven else f"as its message says (“{demotion.merge.subject}”)"
        message = f"a merge put {whose} beside the line, {how}; their own clocks count. Pull with `--rebase`"
        for record in demotion.records:
            yield record, Found(demotion.merge.commit, demotion.publication.time or demotion.merge.committed, message)
