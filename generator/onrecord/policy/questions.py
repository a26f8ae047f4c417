"""The questions that are asked of a change to what is published."""

from __future__ import annotations

from onrecord.policy.rules import ChangeRule
from onrecord.problems import Level


def _rule(number: int, slug: str, level: Level, title: str) -> ChangeRule:
    return ChangeRule(code=f"OR7{number:02}", slug=slug, level=level, title=title)


WORDS = _rule(2, "words-changed", "error", "Published words would say something else.")
MENDED = _rule(21, "words-mended", "note", "The spelling of published words is mended.")
TIME = _rule(5, "time-moved", "error", "A published time would be another one: of an update, the start, a promise.")
EFFECT = _rule(6, "effect-changed", "error", "A published effect, state or severity would be another one.")
REMOVED = _rule(3, "update-removed", "error", "A published update would be gone.")
DELETED = _rule(4, "incident-deleted", "error", "A published record would be gone.")
POSTMORTEM = _rule(22, "postmortem-changed", "note", "A published post-mortem is changed; that is allowed, and logged.")
WITHDRAWN = _rule(23, "postmortem-withdrawn", "error", "A published post-mortem would be gone.")
FIGURES = _rule(24, "figures-changed", "warning", "Figures of the past would be reckoned anew: weights, service levels, since when a part counts.")
LIFTED = _rule(25, "redaction-lifted", "warning", "Words that are withheld would be published again.")
CHANGE_RULES = (WORDS, MENDED, TIME, EFFECT, REMOVED, DELETED, POSTMORTEM, WITHDRAWN, FIGURES, LIFTED)
"""What `check --base` asks of a change. Waivers of the first ones count in `audit`, too: names and codes are the same."""
