"""Rules about words that nobody has finished: blanks that were left, and robots' sentences that say nothing of this record."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from onrecord.blanks import left_blank
from onrecord.model import Incident, Kind
from onrecord.policy.rules import Context, Finding, Rule, said

_PUNCTUATION = re.compile(r"[^\w\s]+")
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+")
_LONGEST = 400
_LONGEST_SENTENCE = 110
"""Words and sentences of more letters than these are nobody's stock."""


def leftover_blank(incident: Incident, _: Context) -> Iterator[Finding]:
    """Every text of a record that customers read, but for its post-mortem: the first blank of each."""
    if not _may_have_blanks(incident):
        return
    for key, text in _texts(incident):
        found = list(left_blank(text)) if "[[" in text else []
        if found:
            beside = f", and {len(found) - 1} more" if len(found) > 1 else ""
            below = found[0].line - 1 if key.endswith("body") else 0
            yield Finding(key, f"a blank is left: `[[{found[0].question}]]`{beside}", "say it in its place, or take the sentence away", below=below)


def robot_text(incident: Incident, _: Context) -> Iterator[Finding]:
    """Words of which every sentence is one that fits any incident of anybody. Only English stock is known."""
    if incident.head.source is not None or incident.head.kind is Kind.notice:
        return
    for update in said(incident):
        if update.head.source is None and is_robot(update.body):
            yield Finding(
                f"updates/{update.id}.body",
                "these words fit any incident: nothing in them is about this one",
                "say what customers notice, who, since when, or what they can do meanwhile",
            )


def is_robot(words: str) -> bool:
    """Whether the words are nothing but stock sentences."""
    text = words.strip()
    if not text or len(text) > _LONGEST:
        return False
    stock = _stock()
    first, *rest = _SENTENCE_END.split(text, maxsplit=1)
    if len(first) > _LONGEST_SENTENCE or _plain(first) not in stock:  # as nearly always; the rest is not looked at
        return False
    return all(_plain(sentence) in stock for text in rest for sentence in _SENTENCE_END.split(text))


def _may_have_blanks(incident: Incident) -> bool:
    """Whether any text holds what a blank begins with: a few long searches are faster than many short ones."""
    head = incident.head
    texts = [head.title, head.workaround or "", *[step.step for step in head.plan]]
    for update in incident.updates:
        said = update.head
        texts += (update.body, said.scope or "", said.workaround or "", said.amends or "")
    return "[[" in "\n".join(texts)


def _texts(incident: Incident) -> Iterator[tuple[str, str]]:
    head = incident.head
    yield "title", head.title
    yield "workaround", head.workaround or ""
    for number, step in enumerate(head.plan):
        yield f"plan.{number}.step", step.step
    for update in said(incident):
        at = f"updates/{update.id}"
        for name in ("scope", "workaround", "amends"):
            yield f"{at}.{name}", getattr(update.head, name) or ""
        yield f"{at}.body", update.body


@cache
def _stock() -> frozenset[str]:
    lines = files("onrecord").joinpath("messages", "robot.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(_plain(line) for line in lines if line and not line.startswith("#")) | {""}


def _plain(sentence: str) -> str:
    """In small letters, without signs and short forms, so that one sentence is written in one way."""
    text = sentence.lower().replace("’", "'").replace("'re ", " are ").replace("'ve ", " have ").replace("'s ", " is ")
    return " ".join(_PUNCTUATION.sub(" ", text).split())


RULES = (
    Rule(code="OR141", slug="leftover-blank", level="error", title="A blank of a template was never filled.", look=leftover_blank),
    Rule(code="OR142", slug="robot-text", level="error", title="The words of an update fit any incident, and say nothing about this one.", look=robot_text, of_words=True),
)
