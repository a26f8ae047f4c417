"""The scaffold of a post-mortem: what the record knows already, and a blank wherever a person must write."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from onrecord.model import PolicyFile
from onrecord.render.debrief.course import clock, course, in_lines, listed, long_day
from onrecord.render.debrief.impact import table, tolls
from onrecord.snapshot.records import IncidentView, Repeat
from onrecord.times import in_words

_FRONT = """\
---
status: draft
# approved_by_role: the role that reads it before it is published
actions:
  - what: "[[what will be done, so that this cannot happen again in this way]]"
    owner_role: "[[which role does it; never a name]]"
    # due: the day by which it is promised, such as {due}
---
"""
SECTIONS = ("Summary", "Impact", "Timeline", "Root cause", "What we are doing about it")
"""The headings, in their order."""


def story(
    view: IncidentView, earlier: Sequence[Repeat], names: Callable[[str], str], policy: PolicyFile, due: datetime
) -> str:
    """The text of `postmortem.md`, front matter included. `due` is the example of a day in it."""
    parts = (_summary(view, names), _impact(view, names, policy), _timeline(view, names, policy), _cause(view, earlier), _deeds(view))
    sections = (f"## {title}\n\n" + "\n\n".join(part) for title, part in zip(SECTIONS, parts, strict=True))
    return _FRONT.format(due=f"{due:%Y-%m-%d}") + "\n\n".join(sections) + "\n"


def _summary(view: IncidentView, names: Callable[[str], str]) -> Iterator[str]:
    end = view.felt_until or view.started
    parts = listed([names(span) for span in dict.fromkeys(span.component for span in view.spans)])
    day = long_day(view.started)
    stretch = f"from {view.started:%H:%M} to {clock(end, view.started)}"
    about = f"This was about {parts}." if parts else ""
    yield " ".join(filter(None, (f"On {day}, {stretch}, [[what customers could not do, in one sentence]].", about)))
    yield "[[Why, in one sentence that needs no engineer to understand it. What we say to those who were affected.]]"


def _impact(view: IncidentView, names: Callable[[str], str], policy: PolicyFile) -> Iterator[str]:
    scopes = list(dict.fromkeys(u.source.head.scope for u in view.updates if u.source.head.scope))
    affected = f" Affected: {scopes[0].rstrip('.')}." if scopes else " [[Who was affected, where, and how many?]]"
    yield f"It lasted {in_words(view.lasted) if view.lasted else '[[how long?]]'}.{affected}"
    found = tolls(view, names, policy)
    if found:
        yield "\n".join(table(found))
    if view.source.head.impact:
        yield "\n".join(f"- {figure.label}: {figure.value}" for figure in view.source.head.impact)
    yield "[[What it meant for customers, and what it did not touch: data, money, security.]]"
    amends = next((u.source.head.amends for u in view.updates if u.source.head.amends), None)
    if amends:
        yield f"In return: {amends.rstrip('.')}."


def _timeline(view: IncidentView, names: Callable[[str], str], policy: PolicyFile) -> Iterator[str]:
    yield "All times are in UTC."
    yield in_lines(course(view, names, policy))
    if view.source.head.detected is None:
        yield "[[When and how did we notice it ourselves? If customers told us, say so.]]"
    if view.promises_due:
        yield f"We promised a next word {_times(view.promises_due)}, and kept {_share(view.promises_kept, view.promises_due)}."


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def _share(kept: int, due: int) -> str:
    if kept == due:
        return "that promise" if due == 1 else "each of these promises"
    return f"{kept} of these promises" if kept else ("not even that one" if due == 1 else "none of these promises")


def _cause(view: IncidentView, earlier: Sequence[Repeat]) -> Iterator[str]:
    yield "[[What happened, step by step, for a reader who is no engineer. Not who: what made it possible, and why nothing stopped it.]]"
    for repeat in earlier:
        cause = repeat.cause.replace("-", " ").replace("_", " ")
        rows = "\n".join(_before(view, one) for one in repeat.earlier)
        more = f"\n- and {repeat.more} older ones" if repeat.more else ""
        yield f"This is not the first incident with this cause ({cause}):\n\n{rows}{more}"
        yield "[[What did we change after the last one, and why was that not enough?]]"


def _before(view: IncidentView, one: IncidentView) -> str:
    """A link from the page of this post-mortem to that of the earlier incident."""
    title = one.title.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")
    story = one.postmortem
    actions = story.head.actions if story else ()
    open_ones = sum(action.done is None or action.done > view.started.date() for action in actions)
    promised = f"; of the {len(actions)} actions promised then, {open_ones} {'was' if open_ones == 1 else 'were'} not done when this began" if open_ones else ""
    return f"- [{title}](../../{one.id}/), {long_day(one.started)}{promised}"


def _deeds(view: IncidentView) -> Iterator[str]:
    yield "[[What we change, and until it is changed, what we do instead. The single actions stand above, in `actions`, each with its role and its day.]]"
    credit = "" if any(u.source.head.amends for u in view.updates) else " [[What customers are given in return, or why nothing.]]"
    yield f"We are sorry.{credit}"
