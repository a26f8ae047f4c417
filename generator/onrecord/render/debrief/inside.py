"""`internal.md`: the debrief on how we told it. It never leaves the repository."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from onrecord.model import FINAL_STATUSES, PolicyFile
from onrecord.render.debrief.course import clock, silences
from onrecord.snapshot.records import IncidentView
from onrecord.times import in_words

_CHANNELS = ("This page", "E-mail", "Support tickets and calls", "Chat", "Social networks", "Account managers")


def inside(view: IncidentView, policy: PolicyFile) -> str:
    """The text of `internal.md`."""
    blocks = (
        f"# Internal: {view.title}",
        "No page, feed, file of the API or message ever holds a word of this file. Keep it where only your own people can read.",
        "## How fast, in figures",
        "\n".join(("| | this time | we want |", "|---|---|---|", *(f"| {what} | {was} | {want} |" for what, was, want in _figures(view, policy)))),
        *_late(view),
        "## What customers said",
        "What did they ask that our words had not answered? Which sentence did they quote back, and which did they not believe?",
        "## Which channels",
        "\n".join(("| Channel | Used? First when? | What came back, and how much |", "|---|---|---|", *(f"| {c} | | |" for c in _CHANNELS))),
        "## Who did what",
        "\n".join(_roles(policy)),
        "## What went well",
        "- ",
        "## What we change in how we tell it",
        "- What, who, by when:",
    )
    return "\n\n".join(blocks) + "\n"


def _figures(view: IncidentView, policy: PolicyFile) -> Iterator[tuple[str, str, str]]:
    rules = policy.severity(view.severity)
    first, detected = view.updates[-1].told if view.updates else None, view.source.head.detected
    yield "Noticed, after it began", _after(view.started, detected), ""
    yield "First word, after it began", _after(view.started, first), _wanted(rules.acknowledge_within)
    if detected and first and first > detected:
        yield "First word, after we noticed", _after(detected, first), ""
    gaps = silences(view) if view.updates else ()
    yield "Longest silence", in_words(gaps[0]) if gaps else "none", _wanted(rules.update_every)
    yield "Updates", str(len(view.updates)), ""
    yield "Promises of a next word", f"{view.promises_kept} of {view.promises_due} kept" if view.promises_due else "none made", "all kept"
    yield "Corrections", str(sum(update.source.head.corrects is not None for update in view.updates)), ""
    if view.felt_until:
        over = next((update for update in reversed(view.updates) if update.status in FINAL_STATUSES), None)
        yield "Said that it was over, after it was", _after(view.felt_until, over.told if over else None), ""


def _late(view: IncidentView) -> Iterator[str]:
    missed = [promise for promise in view.promises if promise.state == "missed"]
    rows = (
        f"- The word promised for {clock(p.due, view.started)} {f'came {in_words(p.late)} late' if p.met_by else 'never came'}. Why?" for p in missed
    )
    if missed:
        yield "\n".join(rows)


def _roles(policy: PolicyFile) -> Iterator[str]:
    roles = policy.roles.roles
    if not roles:
        yield "Who led, who wrote, who told support, and who was told too late?"
    for name, role in roles.items():
        escalate = f" (after {in_words(role.escalate.after)}: {role.escalate.to})" if role.escalate else ""
        yield f"- {name}: {role.does}{escalate}. Who was it, and did it work?"


def _after(start: datetime, end: datetime | None) -> str:
    if end is None:
        return "not known"
    return in_words(end - start) if end > start else "at once"


def _wanted(length: timedelta | None) -> str:
    return f"within {in_words(length)}" if length else ""
