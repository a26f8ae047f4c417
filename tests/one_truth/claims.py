"""What a surface claims: one value of one fact about one thing, and who says so; and the words that it repeats.

Each surface is read by a library of its own (html5lib, feedparser, icalendar, json) and by nothing of the generator's.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

STATUSES = {
    label: label.lower().replace(" ", "_")
    for label in ("Investigating", "Identified", "Monitoring", "Resolved", "Scheduled", "In progress", "Verifying", "Completed", "Cancelled", "Notice")
}
EFFECTS = {
    "Operational": "operational",
    "Under maintenance": "under_maintenance",
    "Degraded performance": "degraded_performance",
    "Partial outage": "partial_outage",
    "Major outage": "major_outage",
}


@dataclass(frozen=True, slots=True)
class Claim:
    """`surface` says that `fact` of `about` is `value`."""

    surface: str
    about: str
    fact: str
    value: Any


@dataclass(frozen=True, slots=True)
class Text:
    """`surface` repeats the words of `about` somewhere in `text`."""

    surface: str
    about: str
    text: str


def letters(text: str) -> str:
    """The text without spaces, signs and case: what remains when markup is written in another way."""
    return re.sub(r"[\W_]+", "", text).casefold()


def second(text: str) -> datetime:
    """A time in any zone, at its second in UTC."""
    return datetime.fromisoformat(text).astimezone(UTC).replace(microsecond=0)


def disagreements(claims: Iterable[Claim]) -> Iterator[str]:
    """Each fact of which two surfaces claim different values, with all that claim it."""
    facts: dict[tuple[str, str], dict[Any, list[str]]] = defaultdict(lambda: defaultdict(list))
    for claim in claims:
        facts[claim.about, claim.fact][claim.value].append(claim.surface)
    for (about, fact), values in sorted(facts.items()):
        if len(values) > 1:
            said = "; ".join(f"{value!r} by {', '.join(sorted(set(surfaces)))}" for value, surfaces in values.items())
            yield f"{fact} of {about}: {said}"


def unsaid(words: dict[str, str], texts: Iterable[Text]) -> Iterator[str]:
    """Each text that leaves out words which the page of their record has."""
    for text in texts:
        said = words.get(text.about)
        if said is None:
            yield f"{text.surface} speaks of {text.about}, of which no page knows"
        elif said not in letters(text.text):
            yield f"{text.surface} does not say of {text.about}: {said[:80]}…"


def witnesses(claims: Iterable[Claim], fact: str) -> dict[str, set[str]]:
    """The surfaces that claim a fact, by what they claim it of."""
    found: dict[str, set[str]] = defaultdict(set)
    for claim in claims:
        if claim.fact == fact:
            found[claim.about].add(claim.surface)
    return found
