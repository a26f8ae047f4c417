"""Incidents, maintenances and their updates as Statuspage's API tells them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from onrecord.blanks import without_comments
from onrecord.model import FINAL_STATUSES, Effect, Kind, Severity, Status
from onrecord.render.entries import changed
from onrecord.render.statuspage.parts import Page, kept, opaque
from onrecord.snapshot.records import IncidentView, UpdateView

_RUNNING = frozenset({Status.in_progress, Status.verifying})
_WORDS = {status: status.value for status in Status} | {Status.cancelled: Status.completed.value}
_Effects = dict[str, Effect]


def created(view: IncidentView) -> datetime:
    """When it was first spoken of."""
    return view.oldest or view.started


class Event:
    """One incident or maintenance with all that was said about it."""

    def __init__(self, view: IncidentView, page: Page) -> None:
        self._view = view
        self._page = page
        self.created = created(view)
        self.updated = changed(view)

    @property
    def id(self) -> str:
        """Its own id, or that of the system that it was imported from."""
        return kept(self._view.source.head.source, "incident", self._view.id)

    def told(self) -> dict[str, Any]:
        """The thirteen keys of an incident, in Statuspage's order, and the window of a maintenance after them."""
        view, page = self._view, self._page
        planned = view.kind is Kind.maintenance
        found = {
            "id": self.id,
            "name": view.title,
            "status": self._status(),
            "created_at": page.stamp(self.created),
            "updated_at": page.stamp(self.updated),
            "monitoring_at": self._when(Status.monitoring),
            "resolved_at": self._over(),
            "impact": "maintenance" if planned else (view.severity or Severity.none).value,
            "shortlink": f"{page.root}incidents/{view.id}/",
            "started_at": page.stamp(self.created if planned else view.started),
            "page_id": page.id,
            "incident_updates": list(self._updates()),
            "components": [page.objects[id] for id, _ in view.worst or view.announced if id in page.objects],
        }
        if planned and view.window is not None:
            found |= {"scheduled_for": page.stamp(view.window.start), "scheduled_until": page.stamp(view.window.end)}
        return found

    def _over(self) -> str | None:
        """When an incident was over, as its page has it; of planned work, when it was said to be."""
        if self._view.kind is not Kind.incident:
            return self._when(Status.resolved, Status.completed, Status.cancelled)
        return self._page.stamp(self._view.ended) if self._view.ended is not None else None

    def _status(self) -> str:
        return "postmortem" if self._postmortem() is not None else _word(self._view.status, self._view.kind)

    def _postmortem(self) -> datetime | None:
        found = self._view.postmortem
        return found.head.published if found is not None else None

    def _when(self, *statuses: Status) -> str | None:
        """When it came into that state for the last time, None where it left it again for one before. An end counts from when it was so."""
        found: datetime | None = None
        for update in reversed(self._view.updates):
            if update.status in statuses:
                found = found or (update.effective if update.status in FINAL_STATUSES else update.at)
            elif update.status is not Status.resolved:
                found = None
        return self._page.stamp(found) if found is not None else None

    def _updates(self) -> Iterator[dict[str, Any]]:
        """Newest first; a published post-mortem is the newest word of all."""
        published = self._postmortem()
        if published is not None and self._view.postmortem is not None:
            yield self._update(opaque("postmortem", self._view.id), "postmortem", self._view.postmortem.body, published, None)
        affected, record, kind = self._affected(), self._view.id, self._view.kind
        for update in self._view.updates:
            source = update.source
            id = kept(source.head.source, "update", record, source.id)
            yield self._update(id, _word(update.status, kind), source.body, update.at, affected[source.id])

    def _update(self, id: str, status: str, body: str, at: datetime, affected: list[dict[str, str]] | None) -> dict[str, Any]:
        stamp = self._page.stamp(at)
        return {
            "id": id,
            "status": status,
            "body": without_comments(body).strip(),
            "incident_id": self.id,
            "created_at": stamp,
            "updated_at": stamp,
            "display_at": stamp,
            "affected_components": affected,
            "deliver_notifications": True,
            "custom_tweet": None,
            "tweet_id": None,
        }

    def _affected(self) -> dict[str, list[dict[str, str]] | None]:
        """For each update the components named so far, with their effect before and after it."""
        found: dict[str, list[dict[str, str]] | None] = {}
        before: _Effects = {}
        said: _Effects = dict(self._view.source.head.components)
        page, objects = self._page, self._page.objects
        if self._view.kind is Kind.maintenance:
            # Named without an effect, they are worked on; that one is back already is for an update to say.
            said = {id: Effect.under_maintenance if effect is Effect.operational else effect for id, effect in said.items()}
        for update in reversed(self._view.updates):
            said |= dict(update.changes)
            after = self._felt(said, update)
            rows = [page.row(id, before.get(id, Effect.operational), effect) for id, effect in after.items() if id in objects]
            found[update.id] = rows or None
            before = after
        return found

    def _felt(self, said: _Effects, update: UpdateView) -> _Effects:
        """What was felt after that update: of a maintenance nothing before it begins, and of both nothing after the end."""
        if self._view.kind is Kind.maintenance and update.status not in _RUNNING:
            return dict.fromkeys(said, Effect.operational)
        return dict(said)


def _word(status: Status | None, kind: Kind) -> str:
    """Statuspage's word for that state: a maintenance that was called off is completed there, as its last update says."""
    return _WORDS[status or (Status.scheduled if kind is Kind.maintenance else Status.investigating)]
