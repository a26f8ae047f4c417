"""Rules about redactions.yml: words that are to be withheld are found, and a page is left."""

from __future__ import annotations

from collections.abc import Iterator

from onrecord.policy.rules import Context, FileRule, Finding
from onrecord.withholding import too_wide


def hits_nothing(context: Context) -> Iterator[Finding]:
    for number in context.dataset.idle:
        path = context.dataset.redactions[number].path
        hint = "are the path and the words right? If the words are out of git's history, too, add `removed: true`"
        yield Finding(f"redactions.{number}.path", f"nothing is withheld by this: neither the files now nor any commit have these words at `{path}`", hint)


def withholds_too_much(context: Context) -> Iterator[Finding]:
    for number, redaction in enumerate(context.dataset.redactions):
        if too_wide(redaction):
            hint = "name the words by their length and SHA-256 (`words`), or a narrower path"
            yield Finding(f"redactions.{number}.path", "a page cannot do without all of components.yml and policy.yml: of these two nothing is withheld", hint)


FILE_RULES = (
    FileRule(code="OR161", slug="redaction-hits-nothing", level="error", title="A redaction finds nothing to withhold, neither now nor in any commit.", file="redactions", look=hits_nothing),
    FileRule(code="OR162", slug="redaction-too-wide", level="error", title="A redaction would withhold the components or the policy as a whole.", file="redactions", look=withholds_too_much),
)
