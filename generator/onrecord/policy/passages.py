"""What customers read of a record, passage by passage, each with its place and when it was said."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Literal

from onrecord.model import Incident, Kind
from onrecord.policy.rules import Context, Finding
from onrecord.settings import FRESH_HOURS, REVIEWED_CHARACTERS

_NO_PROSE = re.compile(r"https?://\S{1,2000}|`[^`\n]{0,500}`|\]\([^)\n]{0,2000}\)|<[^<>\n]{0,500}>|^(?:```|~~~)[^\n]*", re.MULTILINE)
"""Addresses, code and tags: nothing that style has a say in. Bounded, so that no text is slow."""
Sort = Literal["title", "words", "field", "article"]


@dataclass(frozen=True, kw_only=True)
class Passage:
    """One stretch of what customers read: a title, the words of an update, another field, or a post-mortem.

    `said` is when it was said, None where nothing says when.
    """

    kind: Sort
    key: str
    text: str
    said: datetime | None
    of: Kind
    """The kind of the record."""
    foreign: bool = False
    """It is a translation: only what must not leak has a say in it."""

    @cached_property
    def prose(self) -> str:
        """The text with blanks where it is an address, code or a tag; every word stands where it stood."""
        text = self.text[:REVIEWED_CHARACTERS]
        return _NO_PROSE.sub(_blank, text) if "`" in text or "<" in text or "http" in text or "](" in text else text

    @cached_property
    def low(self) -> str:
        """The text in small letters, to tell at once that a word is nowhere in it."""
        return self.text.lower()

    def has(self, *stems: str) -> bool:
        """Whether any of these, in small letters, stands in the text; most texts have none, and are not searched further."""
        low = self.low
        return any(stem in low for stem in stems)

    def found(self, start: int, message: str, hint: str, context: Context, *, mends: bool = False) -> Finding:
        """A finding at that letter. Words that were said a day ago stay as they are, unless it `mends` more than style to take them out."""
        past = not mends and not is_fresh(self.said, context)
        if not self.key.endswith("body"):
            return Finding(self.key, message, hint, past=past)
        before = self.text[:start]
        line = before.count("\n")
        return Finding(self.key, message, hint, past=past, below=line, column=start - (before.rfind("\n") + 1))


def passages(incident: Incident) -> Iterator[Passage]:
    """Everything of a record that customers read, in the order in which it was said."""
    head, kind = incident.head, incident.head.kind
    first = incident.updates[0].head.at if incident.updates else None
    yield Passage(kind="title", key="title", text=head.title, said=first, of=kind)
    fields = [("workaround", head.workaround)]
    fields += [(f"plan.{number}.step", step.step) for number, step in enumerate(head.plan)]
    fields += [(f"impact.{number}.value", f"{figure.label}: {figure.value}") for number, figure in enumerate(head.impact)]
    yield from _fields(fields, first, kind)
    for update in incident.updates:
        if not update.unread:
            stem, said = f"updates/{update.id}.", update.head
            yield Passage(kind="words", key=f"{stem}body", text=update.body, said=said.at, of=kind)
            yield from _fields(((f"{stem}scope", said.scope), (f"{stem}workaround", said.workaround), (f"{stem}amends", said.amends)), said.at, kind)
    story = incident.postmortem
    if story is not None:
        yield Passage(kind="article", key="postmortem.body", text=story.body, said=story.head.published, of=kind)
        yield from _fields(((f"postmortem.actions.{n}.what", a.what) for n, a in enumerate(story.head.actions)), story.head.published, kind)
    yield from _translated(incident, first)


def _translated(incident: Incident, first: datetime | None) -> Iterator[Passage]:
    """The same words in other languages."""
    kind = incident.head.kind
    for code, own in incident.head.translations.items():
        texts = (own.title, own.workaround, *own.plan, *(f"{figure.label}: {figure.value}" for figure in own.impact))
        yield Passage(kind="field", key=f"translations.{code}:", text="\n".join(filter(None, texts)), said=first, of=kind, foreign=True)
    for update in incident.updates:
        for found in update.translations:
            text = "\n".join(filter(None, (found.head.scope, found.head.workaround, found.head.amends, *found.head.links, found.body)))
            yield Passage(kind="field", key=f"file:{found.path}", text=text, said=update.head.at, of=kind, foreign=True)
    for told in incident.postmortem.translations if incident.postmortem is not None else ():
        yield Passage(kind="field", key=f"file:{told.path}", text="\n".join((told.body, *told.head.actions)), said=first, of=kind, foreign=True)


def _fields(fields: Iterable[tuple[str, str | None]], said: datetime | None, kind: Kind) -> Iterator[Passage]:
    return (Passage(kind="field", key=key, text=text, said=said, of=kind) for key, text in fields if text)


def is_fresh(said: datetime | None, context: Context) -> bool:
    """Whether words may still be mended: they are not out yet, or have been out for less than a day."""
    return said is None or said > context.at - timedelta(hours=FRESH_HOURS)


def has_fresh_words(incident: Incident, context: Context) -> bool:
    """Whether any words of the record may still be mended."""
    story = incident.postmortem
    last = incident.updates[-1].head.at if incident.updates else None
    return is_fresh(last, context) or (story is not None and is_fresh(story.head.published, context))


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match[0])
