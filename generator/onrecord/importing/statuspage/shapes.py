"""The shapes of Statuspage's API v2, as far as they are carried over: lenient, since other systems speak it too."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from onrecord.importing.moments import read
from onrecord.times import BadTime

INCIDENT_WORDS = ("investigating", "identified", "monitoring", "resolved", "postmortem")
MAINTENANCE_WORDS = ("scheduled", "in_progress", "verifying", "completed")
_LATEST_YEAR = 9000
BEGINNING = datetime.min.replace(tzinfo=UTC)


def moment(value: Any) -> datetime | None:
    """The instant that a stamp names, to the second; None where there is none or it cannot be read."""
    try:
        return _read(value)
    except BadTime:
        return None


def _moment(value: Any) -> datetime | None:
    try:
        return _read(value)
    except BadTime as error:
        raise PydanticCustomError("bad_time", "{message}", {"message": str(error)}) from None


def _read(value: Any) -> datetime | None:
    found = read(str(value))[0] if value else None
    if found is not None and found.year > _LATEST_YEAR:
        raise BadTime(f"`{value}` lies in a year that cannot be meant")
    return found


def _list(value: Any) -> Any:
    return value or ()


Stamp = Annotated[datetime | None, BeforeValidator(_moment)]
Id = Annotated[str, BeforeValidator(lambda value: "" if value is None else str(value)), Field(min_length=1)]
Text = Annotated[str, BeforeValidator(lambda value: "" if value is None else str(value))]


class _Foreign(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Touched(_Foreign):
    """One component in an update: `affected_components`."""

    code: Text = ""
    name: Text = ""
    old_status: Text = ""
    new_status: Text = ""


class Said(_Foreign):
    """One update: `incident_updates`."""

    id: Id
    status: Text = ""
    body: Text = ""
    created_at: Stamp = None
    display_at: Stamp = None
    affected_components: Annotated[tuple[Touched, ...], BeforeValidator(_list)] = ()


class Part(_Foreign):
    """One component or group."""

    id: Id
    name: Text = ""
    status: Text = ""
    description: Text = ""
    position: int | None = None
    start_date: Text = ""
    created_at: Stamp = None
    updated_at: Stamp = None
    group: bool | None = None
    group_id: Text = ""
    components: Annotated[tuple[Text, ...], BeforeValidator(_list)] = ()
    only_show_if_degraded: bool | None = None
    showcase: bool | None = None


class Entry(_Foreign):
    """One incident or maintenance. `incident_updates` come newest first."""

    id: Id
    name: Text = ""
    status: Text = ""
    impact: Text = ""
    created_at: Stamp = None
    updated_at: Stamp = None
    started_at: Stamp = None
    monitoring_at: Stamp = None
    resolved_at: Stamp = None
    scheduled_for: Stamp = None
    scheduled_until: Stamp = None
    shortlink: Text = ""
    incident_updates: Annotated[tuple[Said, ...], BeforeValidator(_list)] = ()
    components: Annotated[tuple[Part, ...], BeforeValidator(_list)] = ()
    postmortem_body: Text = ""
    postmortem_published_at: Stamp = None

    @property
    def is_maintenance(self) -> bool:
        """Planned work: by its state, else by its window."""
        words = {self.status, *(said.status for said in self.incident_updates)}
        if words & set(INCIDENT_WORDS):
            return False
        return bool(words & set(MAINTENANCE_WORDS)) or self.scheduled_for is not None
