"""Google Cloud: the `incidents.json` of its status page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from onrecord.importing.answers import Raw, entries, moment, text, values
from onrecord.importing.bodies import to_article
from onrecord.importing.catalogue import Catalogue
from onrecord.importing.foreign import Unusable
from onrecord.importing.records import Harvest, Item, NotThere, Page, Remark, Words
from onrecord.importing.told import Sheaf, Told
from onrecord.markup import to_text
from onrecord.model import Effect, Severity, Status

SYSTEM = "gcp"
SITE = "https://status.cloud.google.com/"
SEVERITIES = {"low": Severity.minor, "medium": Severity.major, "high": Severity.critical}
EFFECTS = {
    "SERVICE_OUTAGE": Effect.major_outage,
    "SERVICE_DISRUPTION": Effect.partial_outage,
    "SERVICE_INFORMATION": Effect.degraded_performance,
    "AVAILABLE": Effect.operational,
}
"""Google's words in ours; each has its own, so that the way back is open."""
_REPORT = re.compile(r"\s*(?:#{1,6}\s*|\*\*\s*)?(?:mini\s+)?(?:incident report|post-?mortem)\b", re.IGNORECASE)
_MOST_PLACES = 6


def harvest(path: Path) -> Harvest:
    """Every incident in a file, or in the files of a folder.

    Raises:
        NotThere: there is none.
    """
    sheaf, catalogue = Sheaf(system=SYSTEM), Catalogue(system=SYSTEM)
    refused: list[Item] = []
    for name, value in values(path, refused):
        for number, raw in enumerate(_incidents(value)):
            id = text(raw, "id", "number") or f"{name}#{number}"
            sheaf.add(f"{name}#{id}", id, lambda raw=raw, name=name, id=id: _told(raw, f"{name}#{id}", id, catalogue))  # type: ignore[misc]
    if not (sheaf.told or sheaf.others or refused):
        raise NotThere(f"there are no incidents of Google Cloud in {path}: its list is {SITE}incidents.json")
    records = sheaf.records()
    _, components, names = catalogue.whole([record for _, record, _ in records])
    remarks = (Remark("lost", "the priority and the number of each incident, and the places that were affected before"),) if records else ()
    return Harvest(system=SYSTEM, page=Page(), components=components, names=names, records=records, others=(*refused, *sheaf.others), remarks=remarks)


def _incidents(value: object) -> Iterator[Raw]:
    return (raw for raw in entries(value) if "external_desc" in raw or {"begin", "updates"} <= raw.keys())


def _told(raw: Raw, path: str, id: str, catalogue: Catalogue) -> Told:
    started = moment(text(raw, "begin", "created"))
    if started is None:
        raise Unusable("it has no `begin`")
    ended = moment(text(raw, "end"))
    address = text(raw, "uri")
    made = Told(
        path=path, id=id, title=to_text(text(raw, "external_desc").partition("\n")[0]) or text(raw, "service_name"), started=started, over=ended is not None,
        ended=ended, url=f"{SITE}{address}" if re.fullmatch(r"[\w/-]+", address) else None, severity=SEVERITIES.get(text(raw, "severity").lower()),
    )  # fmt: skip
    if made.severity is None:
        made.note("odd", f"its severity `{text(raw, 'severity')}` is none of Google's; it has none here")
    keys = list(_products(raw, catalogue))
    made.components = tuple((key, _effect(text(raw, "status_impact"), made)) for key in keys)
    _tell(made, entries(raw.get("updates") or ()), keys)
    return made


def _products(raw: Raw, catalogue: Catalogue) -> Iterator[str]:
    listed = [(text(one, "id", "title"), text(one, "title", "id")) for one in entries(raw.get("affected_products") or ())]
    for key, title in listed or [(text(raw, "service_key", "service_name"), text(raw, "service_name"))]:
        if key and key != "zall":
            catalogue.labels.setdefault(key, title or key)
            yield key


def _effect(word: str, made: Told) -> Effect:
    if word not in EFFECTS:
        made.note("odd", f"the state `{word}` is none of Google's; it has no effect here")
    return EFFECTS.get(word, Effect.operational)


def _tell(made: Told, updates: Sequence[Raw], keys: Sequence[str]) -> None:
    """The updates, oldest first; a last one that is a report of the incident becomes the post-mortem."""
    words = sorted((_words(raw, made) for raw in reversed(updates)), key=lambda pair: pair[0].at)
    reports = [one for one, _ in words if _REPORT.match(one.body)] if made.over else []
    if reports and len(words) > len(reports):
        made.postmortem, made.published = reports[-1].body, reports[-1].at
        words = [pair for pair in words if pair[0] is not reports[-1]]
    felt = made.components[0][1] if made.components else Effect.operational
    at_start = True
    for one, effect in words:
        changed: dict[str, Any] = {}
        if effect is Effect.operational:
            changed = {"status": Status.resolved if made.over else Status.monitoring}
        elif effect is not None and effect is not felt:
            felt = effect
            if at_start:
                made.components = tuple((key, effect) for key in keys)
            else:
                changed = {"components": tuple((key, effect) for key in keys)}
        at_start = False
        made.words.append(replace(one, **changed))
    _one_end(made)


def _one_end(made: Told) -> None:
    """Only the first update that says so is the end: what follows it, Google says to what is over."""
    ends = [number for number, one in enumerate(made.words) if one.status is Status.resolved]
    for number in ends[1:]:
        made.words[number] = replace(made.words[number], status=None)
    if ends:
        for number, one in enumerate(made.words[ends[0] + 1 :], ends[0] + 1):
            if one.components:
                made.words[number] = replace(one, components=())
                made.note("odd", "an update after its end names an effect again; its words are kept without it")


def _words(raw: Raw, made: Told) -> tuple[Words, Effect | None]:
    at = moment(text(raw, "when", "created"))
    if at is None:
        raise Unusable("one of its updates has no time")
    body, remarks = to_article(text(raw, "text"), SITE)
    made.remarks += remarks
    places = [text(one, "title", "id") for one in entries(raw.get("affected_locations") or ())]
    shown = ", ".join(places[:_MOST_PLACES]) + (f" and {len(places) - _MOST_PLACES} more" if len(places) > _MOST_PLACES else "")
    word = text(raw, "status")
    return Words(at=at, body=body, scope=" ".join(shown.split())), _effect(word, made) if word else None
