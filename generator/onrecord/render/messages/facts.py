"""The facts that a message may hold, in words: what templates read, by name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from babel.dates import format_date

from onrecord.blanks import without_comments
from onrecord.model import FINAL_STATUSES, Effect, Kind, Severity
from onrecord.render.messages.fitting import AS_ROOM_ALLOWS
from onrecord.render.messages.plain import plain
from onrecord.render.pages.words import Words
from onrecord.settings import Site
from onrecord.snapshot.records import IncidentView, Snapshot
from onrecord.templating import Language
from onrecord.times import MINUTE, Span, in_words

MEANINGS = {
    "title": "What the record is called: what customers see, not the cause.",
    "kind": "`incident`, `maintenance` or `notice`.",
    "phase": "The phase that the message is for, such as `identified`.",
    "status": "The state of the record, such as `identified`.",
    "severity": "`none`, `minor`, `major` or `critical`; nothing of a maintenance.",
    "words": "What was said on the page, in the form of the channel; in a message for a phase of which nothing was said yet, its text for the page.",
    "news": "The same, as one line.",
    "effects": "What is felt, the worst first; each has `effect`, `word`, `names` and `few`.",
    "parts": "The parts that it names, such as `Checkout and API`; nothing where it names none.",
    "varied": "Whether its parts felt different things, at one time or one after the other.",
    "over": "Whether it is over.",
    "began": "When it began to be felt.",
    "ended": "When it was over; nothing while it lasts.",
    "lasted": "How long it was felt, such as `49 minutes`.",
    "scope": "Who is affected, where, how many; nothing where nobody said so.",
    "workaround": "What customers can do meanwhile, in the form of the channel; nothing where there is no way round.",
    "expected": "When it is expected to end; nothing where nobody said so, or that time is over.",
    "plan": "The steps of the plan; each has `step` and `done`.",
    "amends": "What customers are given in return; nothing where nobody said so.",
    "next": "When the next word comes; nothing where none is due, or the time for which it was promised is over.",
    "missed": "When the next word was promised for, where that time is over and no word has come; else nothing.",
    "sentences": "A post: as many sentences of what was said as fit.",
    "window": "Maintenance: its window, such as `Thursday, 3 December, 03:30 to 05:00 UTC`.",
    "window_before": "Maintenance: the window that was announced before, where it moved.",
    "window_until": "Maintenance: when the window ends.",
    "overrun": "Maintenance: whether its window is past, and it is not over.",
    "window_when": "Maintenance: `on` its day.",
    "postmortem_due": "The day by which policy.yml promises the post-mortem; nothing where it promises none, the words speak of it, or it is out.",
    "postmortem_link": "The address of the post-mortem; nothing until it is out.",
    "postmortem_summary": "The first paragraph of the post-mortem, in the form of the channel.",
    "link": "The address of the record's page.",
    "page": "What the status page is called.",
    "page_link": "The address of the status page.",
    "contact": "Where customers reach people; nothing where policy.yml does not say it.",
    "now": "The time for which the message was written.",
}
"""Every fact by its name, with what it means. The manual prints them."""

_STORY_PROMISED = re.compile(r"\b(post-?mortem|publish|(whole|full|rest of the) story|report|what happened)\b", re.IGNORECASE)
"""How words say that the story comes, and often when: then no other day is promised beside theirs. Only English is known."""
_FEW = 6
"""How many parts a sentence names."""
_UNITS = {"d": "day", "h": "hour", "min": "minute"}


@dataclass(frozen=True, slots=True, kw_only=True)
class FeltFact:
    """Parts that feel the same: the effect, its word, all names, and the first of them."""

    effect: str
    word: str
    names: str
    few: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepFact:
    """A step of the plan, and whether it is done."""

    step: str
    done: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """How messages write times: in UTC, which everybody can reckon from, and by the clock of the page's zone behind it."""

    snapshot: Snapshot

    def time(self, moment: datetime | None) -> str | None:
        """`14:50 UTC (15:50 BST)`, with its day where that is not today."""
        if moment is None:
            return None
        local = moment.astimezone(self.snapshot.zone)
        name = local.tzname() or ""
        beside = f" ({local:%H:%M} {name})" if local.utcoffset() and name.isalpha() else ""
        clock = f"{moment:%H:%M} UTC{beside}"
        return clock if moment.date() == self.snapshot.at.date() else f"{clock} on {self.day(moment)}"

    def window(self, window: Span) -> str:
        """`Thursday, 3 December, 03:30 to 05:00 UTC`, with the page's own clock behind it where that differs."""
        start, end = (moment.astimezone(self.snapshot.zone) for moment in (window.start, window.end))
        until = "" if window.start.date() == window.end.date() else f"{self.day(window.end)}, "
        name = start.tzname() or ""
        shown = f"{self.day(window.start)}, {window.start:%H:%M} to {until}{window.end:%H:%M} UTC"
        return f"{shown} ({start:%H:%M} to {end:%H:%M} {name})" if start.utcoffset() and name.isalpha() and name == end.tzname() else shown

    def day(self, moment: datetime) -> str:
        """`Tuesday, 18 August`, with the year where it is another."""
        year = "" if moment.year == self.snapshot.at.year else " y"
        return format_date(moment.date(), f"EEEE, d MMMM{year}", locale="en")


def facts(snapshot: Snapshot, view: IncidentView, site: Site, *, phase: str, markdown: bool, words: str) -> dict[str, object]:
    """Every fact of that record. `words` is Markdown; it stays so for a channel that shows Markdown.

    Nothing internal is among them: neither `internal`, nor a draft, nor a role that is not published.
    """
    form = str.strip if markdown else plain
    clock = Clock(snapshot=snapshot)
    head = view.source.head
    over = view.status in FINAL_STATUSES or (view.kind is Kind.incident and not view.is_open)
    window = view.window
    postmortem = view.postmortem
    promised = None if over else view.promise
    link = f"{site.url}incidents/{view.id}/"
    return {
        "title": view.title,
        "kind": str(view.kind),
        "phase": phase,
        "status": str(view.status or ""),
        "severity": str(view.severity) if view.severity else None,
        "words": form(words),
        "news": " ".join(plain(_first_paragraph(postmortem.body) if postmortem and phase == "postmortem" else words).split()),
        "effects": _effects(snapshot, view, over=over),
        "parts": _parts(snapshot, view),
        "varied": view.varied,
        "over": over,
        "began": clock.time(view.started),
        "ended": clock.time(view.felt_until or view.ended) if over else None,
        "lasted": _length(view.lasted) if over and view.lasted and view.lasted >= MINUTE else None,
        "scope": next((u.source.head.scope for u in view.updates if u.source.head.scope), None),
        "workaround": form(view.workaround) if view.workaround and not over else None,
        "expected": clock.time(view.expected_resolution) if not over and (view.expected_resolution or snapshot.at) > snapshot.at else None,
        "plan": tuple(StepFact(step=step.step, done=step.done is not None) for step in head.plan),
        "amends": next((u.source.head.amends for u in view.updates if u.source.head.amends), None),
        "next": clock.time(promised.due) if promised and promised.due > snapshot.at else None,
        "missed": clock.time(promised.due) if promised and promised.due <= snapshot.at else None,
        "sentences": AS_ROOM_ALLOWS,
        "window": clock.window(window) if window else None,
        "window_before": clock.window(view.moves[-1].window) if view.moves else None,
        "window_until": clock.time(window.end) if window else None,
        "overrun": view.phase == "overrun",
        "window_when": f"on {clock.day(window.start)}" if window else None,
        "postmortem_due": None if _STORY_PROMISED.search(words) else _postmortem_due(snapshot, view, clock),
        "postmortem_link": f"{link}postmortem/" if postmortem else None,
        "postmortem_summary": form(_first_paragraph(postmortem.body)) if postmortem else None,
        "link": link,
        "page": site.name,
        "page_link": site.url,
        "contact": (snapshot.policy.page.contact or "").removeprefix("mailto:") or None,
        "now": clock.time(snapshot.at),
    }


def _effects(snapshot: Snapshot, view: IncidentView, *, over: bool) -> tuple[FeltFact, ...]:
    """What is felt now; of what is over the worst that was felt, and of planned work what it will bring."""
    effects = view.announced if view.kind is Kind.maintenance else view.worst if over else view.now
    found = Words(snapshot, Language()).felt(effects or view.now)
    return tuple(
        FeltFact(effect=str(felt.effect), word=felt.word, names=_joined(felt.each), few=_joined(felt.first, felt.more))
        for felt in found
        if felt.effect is not Effect.operational
    )


def _parts(snapshot: Snapshot, view: IncidentView) -> str | None:
    words = Words(snapshot, Language())
    names = tuple(words.name(id) for id, _ in view.announced or view.worst or view.now)
    return _joined(names[:_FEW], max(len(names) - _FEW, 0)) if names else None


def _joined(names: tuple[str, ...], more: int = 0) -> str:
    shown = (*names, f"{more} more") if more else names
    return " and ".join(filter(None, (", ".join(shown[:-1]), shown[-1])))


def _length(length: timedelta) -> str:
    """`49 minutes`, `1 hour 5 minutes`, `3 days 4 hours`."""
    return re.sub(r"(\d+) (d|h|min)\b", lambda m: f"{m[1]} {_UNITS[m[2]]}{'' if m[1] == '1' else 's'}", in_words(length))


def _postmortem_due(snapshot: Snapshot, view: IncidentView, clock: Clock) -> str | None:
    within = snapshot.policy.severity(view.severity or Severity.none).postmortem_within
    ended = view.ended or (snapshot.at if view.status in FINAL_STATUSES else None)
    if view.kind is not Kind.incident or within is None or ended is None or view.postmortem is not None:
        return None
    return clock.day((ended + within).astimezone(snapshot.zone))


def _first_paragraph(body: str) -> str:
    paragraphs = (paragraph.strip() for paragraph in re.split(r"\n[ \t]*\n", without_comments(body)))
    return next((p for p in paragraphs if p and not p.startswith(("#", "!", "|", "```", "---"))), "")
