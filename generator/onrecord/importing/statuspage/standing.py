"""Records that were last seen open, held against what the page's newest lists say.

A page's answers hold an incident only while it is open or among the newest. So what was
collected over time ends with words such as "monitoring", although the page went on; its
lists of components and of open incidents show how far.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from onrecord.importing.records import END, Words
from onrecord.importing.statuspage.entries import Draft
from onrecord.importing.statuspage.files import Sheet
from onrecord.importing.statuspage.parts import Listing
from onrecord.model import EFFECT_RANK, Effect, Kind, Status

SECOND = timedelta(seconds=1)
SILENT = timedelta(days=7)
"""Without a list of open incidents, one of which nothing was said for so long is taken for forgotten."""
_LINE = "This line comes from the import."


@dataclass(frozen=True, slots=True, kw_only=True)
class Lists:
    """What the page's newest lists say: the components, and which records were open."""

    components: Listing
    open_ids: Mapping[str, tuple[frozenset[str], datetime]]
    """For `incident` and `maintenance` the ids of those that were open, and when."""
    newest: datetime
    """The newest time in any of the files."""


def lists(sheets: Sequence[Sheet], components: Listing, now: datetime) -> Lists:
    """The newest list of each kind. None lies ahead of the clock."""
    found: dict[str, tuple[frozenset[str], datetime]] = {}
    for sheet in sorted(sheets, key=lambda sheet: sheet.seen):
        for kind in sheet.lists_open:
            found[kind] = frozenset(str(raw.get("id")) for raw in sheet.entries), min(sheet.seen, now)
    newest = min(max((sheet.seen for sheet in sheets), default=now), now)
    return Lists(components=components, open_ids=found, newest=newest)


def settle(drafts: Sequence[Draft], known: Lists, *, end: bool) -> dict[str, Effect]:
    """Brings the records that are open into line with the lists; returns the states of components that none of them explains."""
    still_open: list[Draft] = []
    for draft in drafts:
        if draft.over:
            continue
        since = _forgotten(draft, known)
        if since is not None and end:
            _end(draft, since)
            continue
        if since is not None:
            draft.note("odd", "it was last seen open, and the newest files no longer have it so; it stays open. `--unfinished end` ends it with its last word")
        still_open.append(draft)
    if not known.components.parts:
        return {}
    seen = min(known.components.seen, known.newest)
    explained = _in_line(still_open, known.components, seen)
    explained |= {code for draft in drafts for code in draft.now if any(words.at > seen and not words.ours for words in draft.words)}
    return {code: effect for code, effect in known.components.effects.items() if effect is not Effect.operational and code not in explained}


# ---------------------------------------------------------------- records that nobody ended


def _forgotten(draft: Draft, known: Lists) -> datetime | None:
    """Since when the page no longer had it open: it is missing in a later list, or nothing was said of it for long."""
    ids, seen = known.open_ids.get(str(draft.kind), (None, known.newest))
    last = _last(draft)
    if ids is not None:
        return seen if draft.entry.id not in ids and last <= seen else None
    return known.newest if known.newest - max(last, draft.ended or last) > SILENT else None


def _end(draft: Draft, seen: datetime) -> None:
    at = max(seen, draft.words[-1].at + SECOND)
    status = Status.completed if draft.kind is Kind.maintenance else Status.resolved
    effective = _known_until(draft, at)
    body = f"On {_day(seen)} the page no longer listed this as open. There is no update about the end, so when that was is not known; it counts up to {_day(effective)}. {_LINE}"
    draft.words.append(Words(at=at, body=body, status=status, effective=effective, ours=True, key=END))
    draft.now = dict.fromkeys(draft.now, Effect.operational)
    draft.note("repaired", "it was last seen open, and the newest files no longer have it so; an update of the import ends it, with its last word")


def _known_until(draft: Draft, at: datetime) -> datetime:
    """Up to when anything is known of it, at least a second after its last word, so that what that says is not lost."""
    last = _last(draft) + SECOND
    if draft.kind is Kind.maintenance and draft.ended:
        last = max(last, draft.ended)
    return min(last, at)


def _last(draft: Draft) -> datetime:
    return max(draft.words[-1].at, draft.entry.updated_at or draft.words[-1].at)


# ---------------------------------------------------------------- components


def _in_line(drafts: Sequence[Draft], listed: Listing, seen: datetime) -> set[str]:
    """Adds an update of ours to each open record whose effects the list of components contradicts; returns the components of all."""
    shown = listed.effects
    felt = [(draft, _felt(draft, seen)) for draft in sorted(drafts, key=_last, reverse=True) if draft.words[-1].at <= seen]
    codes = {code for _, effects in felt for code in effects}
    changes: dict[str, dict[str, Effect]] = {}
    for code in sorted(codes):
        wanted = shown.get(code, Effect.operational)
        holders = [(draft, effects[code]) for draft, effects in felt if code in effects]
        for draft, effect in holders:
            if EFFECT_RANK[effect] > EFFECT_RANK[wanted]:
                changes.setdefault(draft.entry.id, {})[code] = wanted
        if all(EFFECT_RANK[effect] < EFFECT_RANK[wanted] for _, effect in holders):
            changes.setdefault(holders[0][0].entry.id, {})[code] = wanted
    for draft, _ in felt:
        if changed := changes.get(draft.entry.id):
            _follow(draft, changed, seen, {key: listed.parts[key].name if key in listed.parts else draft.names.get(key, key) for key in changed})
    return codes


def _felt(draft: Draft, seen: datetime) -> dict[str, Effect]:
    """What an open record says of its components then: a maintenance nothing before its window."""
    if draft.kind is Kind.maintenance and draft.started > seen and not any(w.status in (Status.in_progress, Status.verifying) for w in draft.words):
        return {}
    return draft.now


def _follow(draft: Draft, changed: Mapping[str, Effect], seen: datetime, names: Mapping[str, str]) -> None:
    worse = any(EFFECT_RANK[effect] > EFFECT_RANK[draft.now[code]] for code, effect in changed.items())
    effective = None if worse else _known_until(draft, seen)
    states = [f"{_listed([names[c] for c in changed if changed[c] is effect])} as {effect.replace('_', ' ')}" for effect in dict.fromkeys(changed.values())]
    until = "" if effective is None else f" When that came about is not known; what was said before counts up to {_day(effective)}."
    body = f"On {_day(seen)} the page listed {_listed(states)}, without an update that says so.{until} {_LINE}"
    key = f"shown {sorted(changed.items())}"
    draft.words.append(Words(at=max(seen, draft.words[-1].at), body=body, effective=effective, components=tuple(changed.items()), ours=True, key=key))
    draft.now = {**draft.now, **changed}
    draft.note("odd", "the page's list of components shows another state than its last word; an update of the import says so")


def _day(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y at %H:%M} UTC"


def _listed(items: Sequence[str]) -> str:
    return ", ".join(items[:-1]) + f" and {items[-1]}" if len(items) > 1 else items[0]
