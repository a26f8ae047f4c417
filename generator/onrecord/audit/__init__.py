"""The audit: what the history of git says against the record, or for it, each kind of finding in an explicit list."""

from __future__ import annotations

from collections.abc import Iterable

from onrecord.audit import commits, times, words
from onrecord.audit.findings import Context, Finding, Found, Lost, Rule
from onrecord.audit.keeping import Kept
from onrecord.revisions.publishing import DRAFT
from onrecord.revisions.records import RecordHistory

__all__ = ["RULES", "Context", "Finding", "Kept", "Lost", "Rule", "audit", "audit_record", "in_order_of_time", "rewriting_reason"]

RULES: tuple[Rule, ...] = (
    Rule(code="OR202", slug="late-first-word", level="warning", title="The first word reached readers later after the start than the policy says.", look=times.late_first_word),
    Rule(code="OR205", slug="promise-missed", level="warning", title="A promised update did not reach readers in time.", look=times.promise_missed),
    Rule(code="OR701", slug="backdated-update", level="warning", title="An update claims to have been said well before it came out.", look=times.backdated_update),
    Rule(code="OR702", slug="words-changed", level="warning", title="Published words were changed.", look=words.words_changed),
    Rule(code="OR703", slug="update-removed", level="error", title="A published update was removed.", look=words.update_removed),
    Rule(code="OR704", slug="incident-deleted", level="error", title="A published record was deleted, or turned into a drill.", look=words.incident_deleted),
    Rule(code="OR705", slug="time-moved", level="warning", title="A published time was changed: of an update, of the start, of a promise.", look=words.time_moved),
    Rule(code="OR706", slug="effect-changed", level="warning", title="A published effect, state or severity was changed.", look=words.effect_changed),
    Rule(code="OR707", slug="postmortem-late", level="warning", title="The post-mortem that the policy promises was not out in time.", look=times.postmortem_late),
    Rule(code="OR708", slug="reported-afterwards", level="warning", title="An incident was over before readers were told of it.", look=times.reported_afterwards),
    Rule(code="OR709", slug="unsigned", level="warning", title="A commit has no signature that can be trusted, and the policy requires one; or its signature is broken.", look=commits.unsigned, whole=commits.unsigned_settings),
    Rule(code="OR710", slug="history-rewritten", level="error", title="A commit that was published is not part of the history any more.", whole=commits.history_rewritten),
    Rule(code="OR711", slug="backdated-commit", level="warning", title="A commit's clock contradicts its neighbours, or its own author's.", whole=commits.backdated_commit),
    Rule(code="OR712", slug="merge-demoted", level="note", title="A merge put commits beside the line that had been published on it.", whole=commits.merge_demoted),
    Rule(code="OR713", slug="redacted", level="note", title="Words are withheld by redactions.yml.", look=words.redacted),
)
"""Every kind of finding. Two have the code of the rule of `check` that asks the same of the claimed times."""

_SHORTEST = 7
"""So many digits name a commit."""
_SAME = {"postmortem-late": ("postmortem-overdue", "OR201")}
"""Names of rules of `check` whose waiver counts here, too."""


def audit(context: Context, only: str | None = None, kept: Kept | None = None) -> list[Finding]:
    """Every finding about all records, or about one; by record, oldest finding first, those about no record at the end.

    What is `kept` of records that nobody touched is not worked out again.
    """
    ids = list(context.history.records) if only is None else [only]
    found = [finding for id in ids for finding in _of_record(id, context, kept)]
    if kept is not None:
        kept.save()
    for rule in RULES:
        for record, one in rule.whole(context) if rule.whole is not None else ():
            record = context.history.redirects.get(record, record)  # noqa: PLW2901
            if only is None or record == only or (not record and rule.slug == "history-rewritten"):
                found.append(_finding(rule, record, one, rewriting_reason(one.commit, context) if rule.slug == "history-rewritten" else ""))
    return in_order_of_time(found)


def _of_record(id: str, context: Context, kept: Kept | None) -> list[Finding]:
    known = kept.of(id) if kept is not None else None
    if known is not None:
        return known
    record = context.history.records[id]
    found = audit_record(record, context)
    if kept is not None:
        kept.keep(record, context, found)
    return found


def audit_record(record: RecordHistory, context: Context) -> list[Finding]:
    """Every finding about one record, but for those about the branch. A drill that stayed one has none."""
    if record.published is DRAFT:
        return []
    return [
        _finding(rule, record.id, found, _waiver(rule, record)) for rule in RULES if rule.look is not None for found in rule.look(record, context)
    ]


def rewriting_reason(commit: str, context: Context) -> str:
    """Why the policy says that a published commit is not part of the history any more; empty where it does not."""
    known = context.policy.record.rewritten
    return next((r.reason for r in known if len(r.commit) >= _SHORTEST and commit.startswith(r.commit.lower())), "")


def in_order_of_time(findings: Iterable[Finding]) -> list[Finding]:
    """By record, then by the moment that each is about; those about no record come last."""
    return sorted(findings, key=lambda f: (not f.incident, f.incident, f.at.timestamp() if f.at is not None else 0.0, f.code, f.message))


def _finding(rule: Rule, record: str, found: Found, waived: str) -> Finding:
    return Finding(
        code=rule.code,
        slug=rule.slug,
        level=rule.level,
        incident=record,
        commit=found.commit,
        at=found.at,
        message=found.message,
        path=found.path,
        words=found.words,
        waived=waived,
    )


def _waiver(rule: Rule, record: RecordHistory) -> str:
    names = (rule.slug, rule.code, *_SAME.get(rule.slug, ()))
    return next((record.waivers[name] for name in names if name in record.waivers), "")
