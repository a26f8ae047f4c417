"""Everything that the files of one page hold, as records, components and a report."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from onrecord.importing.bodies import to_line
from onrecord.importing.foreign import Unusable
from onrecord.importing.records import Harvest, Item, Origin, Page, Record, Remark, Words
from onrecord.importing.statuspage.entries import Draft, draft
from onrecord.importing.statuspage.files import Raw, Sheet, gather
from onrecord.importing.statuspage.merging import Merged, merged
from onrecord.importing.statuspage.parts import SYSTEM, Listing, listing, parts_of
from onrecord.importing.statuspage.standing import lists, settle
from onrecord.model import EFFECT_RANK, Effect, Severity, Status
from onrecord.times import BadTime, zone

_CARRIED = {
    "": {"id", "name", "status", "impact", "started_at", "monitoring_at", "resolved_at", "scheduled_for", "scheduled_until", "page_id"}
    | {"incident_updates", "components", "postmortem_body", "postmortem_published_at"},
    "of updates: ": {"id", "status", "body", "display_at", "affected_components", "incident_id"},
}
_WORST = {Effect.major_outage: Severity.major, Effect.under_maintenance: Severity.none}


def harvest(path: Path, now: datetime, *, end_unfinished: bool = False) -> Harvest:
    """Everything in a file, or in a folder and below.

    With `end_unfinished`, records that were last seen open and that the newest files no longer
    have so end with their last word; otherwise they stay open.

    Raises:
        NotThere: there is nothing of the API, or it is of several pages.
    """
    pile = gather(path)
    page, remarks = _page(pile.sheets)
    found = merged(pile.sheets)
    drafts, others = _drafts(found, page.url)
    components = listing(pile.sheets)
    unexplained = settle(drafts, lists(pile.sheets, components, now), end=end_unfinished)
    parts = parts_of(components, drafts, _zone(page), now)
    records = [(one.path, _record(one, page), tuple(one.remarks)) for one in sorted(drafts, key=lambda one: (one.started, one.path))]
    if unexplained:
        more, text = _of_states(unexplained, components, page, now, end=end_unfinished)
        records += more
        remarks.append(Remark("moved", text))
    return Harvest(
        system=SYSTEM, page=page, groups=tuple(parts.groups), components=tuple(parts.components), names=parts.names,
        records=tuple(records), others=(*pile.refused, *others), remarks=(*pile.remarks, *remarks, *parts.remarks, *_lost(found)),
    )  # fmt: skip


def _drafts(found: Iterable[Merged], base: str | None) -> tuple[list[Draft], list[Item]]:
    drafts, others = [], []
    for one in found:
        try:
            drafts.append(draft(one, base))
        except Unusable as error:
            others.append(Item(path=one.path, id=str(one.raw.get("id") or ""), outcome="refused", reason=str(error)))
    return drafts, others


def _page(sheets: Sequence[Sheet]) -> tuple[Page, list[Remark]]:
    raw: Raw = next((sheet.page for sheet in sorted(sheets, key=lambda s: s.seen, reverse=True) if sheet.page.get("name")), {})
    raw = raw or next((sheet.page for sheet in sheets if sheet.page), {})
    url = str(raw.get("url") or "").strip()
    address = url.rstrip("/") + "/" if url.startswith(("http://", "https://")) else None
    page = Page(id=str(raw.get("id") or ""), name=to_line(str(raw.get("name") or "")) or None, url=address, time_zone=str(raw.get("time_zone") or "") or None)
    try:
        zone(page.time_zone or "UTC")
    except BadTime:
        remark = Remark("odd", f"the time zone `{page.time_zone}` is not known here; the page's days are those of UTC")
        return Page(id=page.id, name=page.name, url=page.url), [remark]
    return page, []


def _zone(page: Page) -> ZoneInfo:
    return zone(page.time_zone or "UTC")


def _record(one: Draft, page: Page) -> Record:
    entry = one.entry
    url = f"{page.url}incidents/{entry.id}" if page.url else entry.shortlink or None
    return Record(
        origin=Origin(system=SYSTEM, id=entry.id, sha256=_digest(one), url=url), slug=one.slug, title=one.title, kind=one.kind,
        severity=one.severity, components=tuple(one.head.items()), started=one.started, ended=one.ended, words=tuple(one.words),
        postmortem=one.postmortem, published=one.published, postmortem_id=one.postmortem_id, waivers=tuple(one.waivers),
    )  # fmt: skip


def _digest(one: Draft) -> str:
    """Of what the import reads: the states of components that an answer repeats with each record change without it."""
    entry = one.entry.model_dump(mode="json", exclude={"updated_at", "created_at", "shortlink", "components"})
    entry["components"] = sorted(part.id for part in one.entry.components)
    return hashlib.sha256(json.dumps(entry, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


# ---------------------------------------------------------------- states that no record explains


def _of_states(
    states: Mapping[str, Effect], components: Listing, page: Page, now: datetime, *, end: bool
) -> tuple[list[tuple[str, Record, tuple[Remark, ...]]], str]:
    """One record of ours for them, since here a state comes from a record; none where unfinished things are to end."""
    names = [components.parts[code].name for code in states]
    shown = ", ".join(f"`{name}`" for name in names[:8]) + (" …" if len(names) > 8 else "")
    if end:
        return [], f"states of components that no incident explains are left out: {shown}"
    at = min(components.seen, now)
    worst = max(states.values(), key=EFFECT_RANK.__getitem__)
    first = list(dict.fromkeys(components.parts[code].name for code, effect in states.items() if effect is worst))
    title = f"{worst.replace('_', ' ').capitalize()}: {', '.join(first[:3])}{f' and {len(first) - 3} more' if len(first) > 3 else ''}"
    body = "The page listed these states of components without an incident, so since when and why is not known. This line comes from the import."
    record = Record(
        origin=Origin(system=SYSTEM, id=f"states of {page.id or 'the page'}", sha256=hashlib.sha256(repr(sorted(states.items())).encode()).hexdigest(), url=page.url),
        slug="states-of-components", title=to_line(title), severity=_WORST.get(worst, Severity.minor), components=tuple(states.items()), started=at,
        words=(Words(at=at, body=body, status=Status.investigating, ours=True, key="states"),),
    )  # fmt: skip
    text = f"states of components that no incident explains: {shown}; one incident of the import holds them, open until you resolve it"
    return [(f"{components.name}#states", record, ())], text


# ---------------------------------------------------------------- what has no place


def _lost(found: Sequence[Merged]) -> Iterator[Remark]:
    """The fields that are not carried over, with how many records or updates have them."""
    updates = [raw for one in found for raw in one.raw.get("incident_updates") or () if isinstance(raw, dict)]
    texts = []
    for about, raws in (("", [one.raw for one in found]), ("of updates: ", updates)):
        counts = Counter(key for raw in raws for key, value in raw.items() if key not in _CARRIED[about] and _says_something(value))
        if counts:
            texts.append(about + ", ".join(f"`{key}` ({number:,})" for key, number in sorted(counts.items())))
    if texts:
        yield Remark("lost", f"fields that have no place here: {'; '.join(texts)}")


def _says_something(value: Any) -> bool:
    return value not in (None, "", [], {}, "[]")
