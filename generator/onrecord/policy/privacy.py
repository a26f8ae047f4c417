"""Rules about what stays inside: internal words, drafts and drills have no place in a repository that others can read."""

from __future__ import annotations

from collections.abc import Iterator

from onrecord.model import Incident
from onrecord.policy.rules import Context, FileRule, Finding, Rule
from onrecord.settings import POLICY_FILE

_WHO = {"public": "anybody can read this repository", "unknown": "nobody has said who can read this repository"}


def internal_exposed(incident: Incident, context: Context) -> Iterator[Finding]:
    """Internal words stand in a repository that is public, or of which nobody has said that it is private.

    The key `internal` of incident.yml, and `internal.md` beside it.
    """
    if incident.head.internal:
        yield from _exposed(f"{incident.path}/incident.yml", "internal:", "internal words", context)
    for path in incident.inside:
        yield from _exposed(path, f"file:{path}", "an internal file", context)


def draft_exposed(incident: Incident, context: Context) -> Iterator[Finding]:
    """The draft of a post-mortem stands in a repository that is public, or of which nobody has said that it is private."""
    found = incident.postmortem
    if found is not None and found.head.status == "draft":
        yield from _exposed(found.path, "postmortem.status", "a draft", context)


def drill_exposed(incident: Incident, context: Context) -> Iterator[Finding]:
    """A drill stands in a repository that is public, or of which nobody has said that it is private."""
    if incident.head.drill:
        yield from _exposed(f"{incident.path}/incident.yml", "drill", "a drill", context)


def customers_exposed(context: Context) -> Iterator[Finding]:
    """The list of customers that nothing may mention stands in a repository that is public, or of which nobody has said that it is private.

    Whoever looks for your customers finds them in `words.customers` of policy.yml, one beside the other.
    """
    if context.dataset.policy.words.customers:
        yield from _exposed(POLICY_FILE, "words.customers:", "a list of customers", context)


def _exposed(path: str, key: str, what: str, context: Context) -> Iterator[Finding]:
    """An error once git has the file; before that a warning, since the next commit would take it along."""
    circle = context.readers.circle
    if circle == "own":
        return
    gone = context.readers.has(path)
    elsewhere = context.dataset.policy.record.private_repository
    ways = (
        f"keep it in {elsewhere or 'a private repository'} and take it out of this one",
        f"or, if only your own people can read this one, say `record: {{visibility: private}}` in {POLICY_FILE}",
        "or waive this in its incident.yml, with the reason" if path != POLICY_FILE else "or say in its `rules` that it may be so",
    )
    message = f"{what}, and {_WHO[circle]}" if gone else f"{what} that no commit has yet, and {_WHO[circle]}"
    yield Finding(key, message, "; ".join(ways), ahead=not gone)


RULES = (
    Rule(code="OR601", slug="internal-exposed", level="error", title="Internal words stand where others may read them.", look=internal_exposed),
    Rule(code="OR602", slug="draft-exposed", level="error", title="The draft of a post-mortem stands where others may read it.", look=draft_exposed),
    Rule(code="OR603", slug="drill-exposed", level="error", title="A drill stands where others may read it.", look=drill_exposed),
)
FILE_RULES = (
    FileRule(code="OR604", slug="customers-exposed", level="error", title="The names of customers stand where others may read them.", file="policy", look=customers_exposed),
)
