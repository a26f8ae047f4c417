"""What feeds and calendars are about: the whole page, each component, each group, each severity, each incident while it is news."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from onrecord.model import SEVERITY_RANK, Kind, Severity
from onrecord.snapshot.records import IncidentView, Snapshot
from onrecord.templating import Language

_GRAVE = (Severity.minor, Severity.major, Severity.critical)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One subject. `folder` is where its feeds lie, `page` the page that they belong to, `part` its name (empty for the whole page)."""

    folder: str
    page: str
    part: str
    records: Sequence[IncidentView]
    """Newest first."""
    planned: bool = True
    """Whether maintenance can be among them."""


def subjects(snapshot: Snapshot, language: Language) -> Iterator[Subject]:
    """The page, its components (retired ones too), its groups (empty ones too) and its severities."""
    yield Subject(folder="", page="", part="", records=snapshot.incidents)
    for component in snapshot.components:
        folder = f"components/{component.id}/"
        yield Subject(folder=folder, page=folder, part=component.name, records=component.incidents)
    for group in (*snapshot.groups, *snapshot.past_groups):
        if group.id is not None:
            folder = f"groups/{group.id}/"
            yield Subject(folder=folder, page=folder, part=group.name, records=group.incidents)
    for severity, name in severities(language).items():
        records = [view for view in snapshot.incidents if view.kind is Kind.incident and view.severity and SEVERITY_RANK[view.severity] >= SEVERITY_RANK[severity]]
        yield Subject(folder=f"severity/{severity}/", page="", part=name, records=records, planned=False)


def severities(language: Language) -> dict[Severity, str]:
    """The severities that one can follow, each with those above it, by name."""
    _ = language.gettext
    return dict(zip(_GRAVE, (_("minor incidents and worse"), _("major incidents and worse"), _("critical incidents")), strict=True))

