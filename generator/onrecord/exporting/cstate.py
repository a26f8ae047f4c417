"""cState's files: a configuration, and one Markdown file for each record, with its updates newest first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from onrecord.blanks import without_comments
from onrecord.exporting.made import Made
from onrecord.importing.openings import opening
from onrecord.model import EFFECT_RANK, Component, Dataset, Effect, Kind, Severity, Status
from onrecord.settings import Site
from onrecord.snapshot import IncidentView, Snapshot
from onrecord.times import iso
from onrecord.yamlio import dump

_BY_EFFECT = {Effect.major_outage: "down", Effect.partial_outage: "disrupted", Effect.degraded_performance: "notice"}
_BY_SEVERITY = {Severity.critical: "down", Severity.major: "down", Severity.minor: "disrupted", Severity.none: "notice"}
_LABELS = {Status.investigating: "Investigating", Status.identified: "Identified", Status.monitoring: "Monitoring"}
_ENDS = {Status.resolved, Status.completed, Status.cancelled}
_COLOURS = {"brand": "#0a0c0f", "ok": "#008000", "disrupted": "#cc4400", "down": "#e60000", "notice": "#24478f"}
"""cState's theme reckons with them, and draws nothing without."""
_SHOWN = {
    "dateFormat": "January 2, 2006 at 3:04 PM", "shortDateFormat": "15:04 — Jan 2", "incidentPostsPerPage": 10, "incidentHistoryFormat": "yearly",
    "headerTextColor": "white",
    # The theme's word for none; where it is missing, every visit asks another host.
    "googleAnalytics": "UA-00000000-1",
}  # fmt: skip
_OUTPUTS: dict[str, list[str]] = {"page": [], "section": ["rss"], "home": ["rss", "svg"], "term": ["rss", "svg"]}
_RULE = re.compile(r"^( {0,3})([-*_])\2{1,}[ \t]*$")
_STRUCTURE = re.compile(r"\s{0,3}(?:[-*+]\s|[>|]|#{1,6}\s|\d{1,9}[.)]\s|`{3}|~{3}|\[[^\]]+\]:|\s{4})")


def export(snapshot: Snapshot, dataset: Dataset, site: Site) -> Made:
    """`config.yml`, `content/issues/<id>.md` and the page that lists them. cState shows what customers felt; planned work is an issue like any other."""
    names = {part.id: part.name if part.retired else part.id for part in dataset.components}
    files = {"config.yml": dump(_config(snapshot, dataset, site)).encode(), "content/issues/_index.md": b"---\ntitle: Incident History\n---\n"}
    for view in snapshot.incidents:
        files[f"content/issues/{view.id}.md"] = _issue(view, names).encode()
    return Made(files=files, records={view.id: view.id for view in snapshot.incidents}, components={name: id for id, name in names.items()})


def _config(snapshot: Snapshot, dataset: Dataset, site: Site) -> dict[str, Any]:
    """What cState's theme needs to draw the site: names, groups, the zone, its colours and its files. Retired components are on no home page."""
    groups = {group.id: group.name for group in dataset.groups}
    systems = [_system(part, groups) for part in dataset.components if not part.retired]
    categories = [{"name": group.name, "description": group.description} for group in dataset.groups]
    return {
        "title": site.name, "baseURL": site.url, "languageCode": site.language, "timeZone": str(snapshot.zone), "theme": "cstate", "buildFuture": True,
        "params": {"title": site.name, "categories": [*categories, {"name": "Uncategorized", "untitled": True}], "systems": systems, **_COLOURS, **_SHOWN},
        "taxonomies": {"affected": "affected"}, "outputs": {kind: ["html", "json", *feeds] for kind, feeds in _OUTPUTS.items()},
        "outputFormats": {"svg": {"isPlainText": True, "mediaType": "image/svg+xml"}},
    }  # fmt: skip


def _system(part: Component, groups: dict[str, str]) -> dict[str, Any]:
    return {"name": part.id, "displayName": part.name, "description": part.description, "category": groups.get(part.group or "", "Uncategorized")}


def _issue(view: IncidentView, names: dict[str, str]) -> str:
    head = view.source.head
    notice = view.kind is Kind.notice
    over = view.phase in ("ended", "cancelled")
    ended = head.until if notice else view.ended or (view.window.end if view.kind is Kind.maintenance and view.window else None)
    last = next((update.effective for update in view.updates if update.status in _ENDS), None)
    fields = {
        "title": head.title, "date": iso(view.started), "resolved": None if notice else over, "resolvedWhen": iso(at) if (at := ended or last) else None,
        "severity": _severity(view), "affected": [names[id] for id in _named(view) if id in names] or None,
        "section": "issue", "informational": True if notice else None,
    }  # fmt: skip
    return f"---\n{dump(fields)}---\n{_text(view)}"


def _named(view: IncidentView) -> list[str]:
    """What it names, in its own order."""
    return list(dict.fromkeys([*view.source.head.components, *(id for id, _ in view.worst)]))


def _severity(view: IncidentView) -> str:
    """cState's one word for both: the effect at the start, else the severity."""
    effects = list(view.source.head.components.values())
    worst = max(effects, key=EFFECT_RANK.__getitem__, default=Effect.operational)
    return _BY_EFFECT.get(worst) or ("notice" if view.kind is not Kind.incident else _BY_SEVERITY[view.source.head.severity or Severity.none])


def _text(view: IncidentView) -> str:
    if view.kind is Kind.notice or view.phase == "upcoming":
        return "\n\n".join(_quiet(update.body) for update in reversed(view.updates)) + "\n"
    parts = list(_updates(view))
    if view.postmortem is not None:
        parts.append(f"*Post-mortem* -\n\n{_quiet(view.postmortem.body)}")
    return "\n\n".join(parts) + "\n"


def _updates(view: IncidentView) -> Iterator[str]:
    """`*Resolved* - words {{< track "time" >}}`, newest first, as cState's own examples have it."""
    before = {update.id: older.status for update, older in zip(view.updates, view.updates[1:], strict=False)}
    for update in view.updates:
        again = update.source.head.status is None or update.status is before.get(update.id)
        label = "Resolved" if update.status in _ENDS and not again else "Update" if again or update.status is None else _LABELS.get(update.status, "Update")
        words = _quiet(update.body)
        stamp = f'{{{{< track "{iso(update.at)}" >}}}}'
        if "\n" in words or words.lstrip().startswith(("*", "_", "`", "]")) or _STRUCTURE.match(words):
            yield f"*{label}* -\n\n{words}\n\n{stamp}"
        else:
            yield f"*{label}* - {words} {stamp}"


def _quiet(markdown: str) -> str:
    """The words with nothing in them that an import would take for the beginning of another update: a space before does no harm."""
    lines = without_comments(markdown).strip().split("\n")
    return "\n".join(_RULE.sub(r"\1\2 \2 \2", line) if _RULE.match(line) else f" {line}" if opening(line) else line for line in lines)
