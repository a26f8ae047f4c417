"""The score of a drill: what was said when, against the policy's promises and the scenario's facts, and how to do better."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from onrecord.blanks import left_blank
from onrecord.drills.scenario import Fact, FactKind, Scenario
from onrecord.markup import to_text
from onrecord.model import PolicyFile, Status
from onrecord.snapshot.records import IncidentView
from onrecord.times import in_words

_SORRY = re.compile(r"\b(sorry|apologi[sz]e|apolog(y|ies)|regret)\b", re.IGNORECASE)
_THANKS = re.compile(r"\b(thank|thanks|grateful)\b", re.IGNORECASE)
_STORY = re.compile(r"\bpost-?mortem\b|\bwhat (we )?(learn|change)|\b(report|account|write) (on|of|about|down)? ?what (happened|went wrong)|\bwhat happened\b", re.IGNORECASE)
_SLOW = timedelta(minutes=20)
"""A fact that customers waited for longer than this counts half."""
_FIRST, _PROMISES, _RHYTHM, _PART, _FACT, _CARE, _END = 20, 20, 10, 5, 5, 10, 10
"""What each is worth; with five facts they add up to 100."""
_ASKS: dict[FactKind, tuple[str, str]] = {
    "affected": ("Who is affected", "Say who runs into it, and how many: `--scope \"About six in ten, in Europe\"`. \"Some users\" lets everybody think that it is them."),
    "scope": ("Where, and what is not affected", "Say what works, too: whoever is safe can stop looking."),
    "workaround": ("What helps meanwhile", "Say what customers can do, or that there is nothing to do: `--workaround \"…\"`."),
    "plan": ("What you are doing", "Say the steps in words that a customer understands; a plan that is told is half believed."),
    "end": ("When it ends", "Give the end that you expect, with its zone, and set it right when it moves; or say that you do not know yet."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One line of the score: points of so many, what was seen, and how to do better (empty where all is well)."""

    key: str
    title: str
    points: int
    of: int
    seen: str
    better: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """All marks of one drill."""

    marks: tuple[Mark, ...]

    @property
    def points(self) -> int:
        return sum(mark.points for mark in self.marks)

    @property
    def of(self) -> int:
        return sum(mark.of for mark in self.marks)

    def advice(self) -> list[str]:
        """How to do better, each advice once, with what it is about."""
        about: dict[str, list[str]] = {}
        for mark in self.marks:
            if mark.better:
                about.setdefault(mark.better, []).append(mark.title)
        return [f"{'; '.join(titles)}: {better}" for better, titles in about.items()]


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What was said in a drill, and what it is measured against. `now` is the end, or how far it has come."""

    scenario: Scenario
    policy: PolicyFile
    began: datetime
    now: datetime
    records: Sequence[IncidentView]
    """Those that were opened, oldest first."""
    main: str
    """The component that plays the main role, empty where there is none."""
    name: Callable[[str], str]

    def words(self) -> Iterator[tuple[datetime, str]]:
        """Everything that customers could read, with the time at which they could, in order."""
        found: list[tuple[datetime, str]] = []
        for record in self.records:
            head = record.source.head
            first = record.updates[-1].at if record.updates else record.started
            found += [(first, text) for text in (head.title, head.workaround or "", *(step.step for step in head.plan))]
            for update in record.updates:
                front = update.source.head
                found += [(update.at, text) for text in (to_text(update.body), front.scope or "", front.workaround or "", front.amends or "")]
        return iter(sorted(((at, text) for at, text in found if text), key=lambda row: row[0]))


def score(played: Played) -> Score:
    """Every mark, in the order in which a drill goes."""
    facts = (_fact(fact, played) for fact in played.scenario.facts if _known(fact, played) <= played.now)
    return Score(marks=(_first(played), _part(played), *facts, _promises(played), _rhythm(played), _care(played), _end(played)))


# ---------------------------------------------------------------- in time


def _first(played: Played) -> Mark:
    allowed = played.policy.severity(played.scenario.severity).acknowledge_within or timedelta(minutes=15)
    said = min((record.updates[-1].at for record in played.records if record.updates), default=None)
    title, want = "First word", f"your policy wants it within {in_words(allowed)}"
    if said is None:
        return Mark(key="first-word", title=title, points=0, of=_FIRST, seen=f"none came; {want}", better="Say early that you know of it, even if you know no more: onrecord open \"What customers notice\" --yes")
    took = said - played.began
    share = 1.0 if took <= allowed else max(0.0, 1 - (took - allowed) / (2 * allowed))
    better = "" if share == 1 else "Say what customers notice as soon as two of you believe it; the cause can wait, the first word cannot."
    return Mark(key="first-word", title=title, points=round(_FIRST * share), of=_FIRST, seen=f"after {in_words(took)}; {want}", better=better)


def _promises(played: Played) -> Mark:
    due = [promise for record in played.records for promise in record.promises if promise.state != "open"]
    kept = sum(promise.state == "kept" for promise in due)
    title = "Promises of the next word"
    if not due:
        made = any(record.promises for record in played.records)
        seen = "none has come due yet" if made else "none was made"
        return Mark(key="promises", title=title, points=_PROMISES if made else 0, of=_PROMISES, seen=seen, better="" if made else "Say in every word when the next one comes.")
    worst = max((promise.late for promise in due), default=timedelta())
    late = f", the worst by {in_words(worst)}" if kept < len(due) else ""
    better = "" if kept == len(due) else "Promise a time that you can keep, and write then, also when there is no news: `onrecord update --yes` takes ten seconds."
    return Mark(key="promises", title=title, points=round(_PROMISES * kept / len(due)), of=_PROMISES, seen=f"{kept} of {len(due)} kept{late}", better=better)


def _rhythm(played: Played) -> Mark:
    allowed = played.policy.severity(played.scenario.severity).update_every or timedelta(hours=1)
    over = max((record.ended for record in played.records if record.ended), default=played.now)
    moments = sorted({update.at for record in played.records for update in record.updates if update.at <= over})
    gaps = [later - earlier for earlier, later in pairwise([*moments, max(over, moments[-1])])] if moments else [played.now - played.began]
    longest = max(gaps)
    share = 1.0 if longest <= allowed else max(0.0, 1 - (longest - allowed) / allowed)
    better = "" if share == 1 else f"A word at least every {in_words(allowed)}: silence is read as \"they do not know\"."
    points = round(_RHYTHM * share) if moments else 0
    return Mark(key="rhythm", title="Longest silence", points=points, of=_RHYTHM, seen=f"{in_words(longest)}; your policy wants {in_words(allowed)} at most", better=better)


# ---------------------------------------------------------------- what was said


def _part(played: Played) -> Mark:
    named = {component for record in played.records for component in (*record.source.head.components, *(c for u in record.updates for c in u.source.head.components))}
    title, hit = "Which part", not played.main or played.main in named
    seen = f"{played.name(played.main)} was named" if hit and played.main else "there is no part to name" if hit else f"{played.name(played.main)} was not named"
    better = "" if hit else f"Name the part, so that its subscribers hear of it: `--component {played.main}=partial_outage`."
    return Mark(key="part", title=title, points=_PART if hit else 0, of=_PART, seen=seen, better=better)


def _known(fact: Fact, played: Played) -> datetime:
    return played.began + timedelta(minutes=fact.minute)


def _fact(fact: Fact, played: Played) -> Mark:
    title, advice = _ASKS[fact.kind]
    known, said = _known(fact, played), _said(fact, played)
    if said is None:
        return Mark(key=fact.kind, title=title, points=0, of=_FACT, seen=f"not said: {fact.text}", better=advice)
    waited = said - known
    if waited <= _SLOW:
        return Mark(key=fact.kind, title=title, points=_FACT, of=_FACT, seen="said" if waited < timedelta(minutes=1) else f"said {in_words(waited)} after it was known")
    better = f"You knew it for {in_words(waited)} before customers did; say such a thing at once, in a word of its own."
    return Mark(key=fact.kind, title=title, points=_FACT // 2, of=_FACT, seen=f"said {in_words(waited)} after it was known", better=better)


def _said(fact: Fact, played: Played) -> datetime | None:
    """When the fact was said first: in words, or as the key of a file that says just this."""
    patterns = [re.compile(text, re.IGNORECASE | re.DOTALL) for text in fact.said]
    moments = [at for at, text in played.words() if any(pattern.search(text) for pattern in patterns)]
    if fact.kind == "end":
        for record in played.records:
            moments += [update.at for update in record.updates if update.source.head.expected_resolution]
            moments += [record.updates[-1].at] if record.source.head.expected_resolution and record.updates else []
    return min(moments, default=None)


def _care(played: Played) -> Mark:
    """Blanks, and what has no place on the page."""
    found: list[tuple[str, str]] = []
    for _, text in played.words():
        found += [(f"[[{blank.question}]] was left blank", "Fill each blank or take its sentence away before you send it.") for blank in left_blank(text)]
        for trap in played.scenario.traps:
            found += [(f"“{hit.group()}” was said", f"{trap.why[0].upper()}{trap.why[1:]}.") for hit in _hits(trap.said, text)]
        found += [(f"“{hit.group()}” was said", "Your policy bans it.") for hit in _hits(tuple(map(re.escape, played.policy.words.banned)), text)]
        found += [(f"“{hit.group()}” was said", "Your policy calls it internal.") for hit in _hits(played.policy.words.internal, text)]
    rows = list(dict.fromkeys(found))
    seen = "; ".join(row[0] for row in rows) or "no blanks, no blame, nothing internal"
    return Mark(key="care", title="Nothing that has no place", points=max(0, _CARE - 5 * len(rows)), of=_CARE, seen=seen, better=" ".join(dict.fromkeys(row[1] for row in rows)))


def _hits(patterns: Sequence[str], text: str) -> Iterator[re.Match[str]]:
    """The first place of each pattern; one of the owner's that is no pattern finds nothing, and `check` says so."""
    for pattern in patterns:
        try:
            found = re.search(pattern, text, re.IGNORECASE | re.DOTALL)
        except re.error:
            continue
        if found:
            yield found


def _end(played: Played) -> Mark:
    last = [to_text(update.body) for record in played.records for update in record.updates if update.source.head.status is Status.resolved]
    words = " ".join(last)
    asks = (
        (bool(last), 4, "called over", "not called over", "Say that it is over: `onrecord resolve`."),
        (bool(_SORRY.search(words)), 2, "apologised", "no apology", "Say that you are sorry, once, plainly, at the end."),
        (bool(_THANKS.search(words)), 2, "thanked", "no thanks", "Thank those who waited and those who told you."),
        (bool(_STORY.search(words)), 2, "promised to say what happened", "no promise to say what happened", "Promise the post-mortem, with its day."),
    )
    seen = ", ".join(good if well else bad for well, _, good, bad, _ in asks)
    better = " ".join(advice for well, _, _, _, advice in asks if not well)
    return Mark(key="end", title="The end", points=sum(worth for well, worth, *_ in asks if well), of=_END, seen=seen, better=better)
