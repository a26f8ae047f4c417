"""What pages call things: the names of states and parts, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from onrecord.model import EFFECT_RANK, Dataset, Effect, Kind, Severity, Status
from onrecord.snapshot.records import IncidentView, Snapshot
from onrecord.times import iso

SHAPES: dict[Effect, str] = {
    Effect.operational: "ok",
    Effect.under_maintenance: "planned",
    Effect.degraded_performance: "degraded",
    Effect.partial_outage: "partial",
    Effect.major_outage: "major",
}
"""The class that gives each effect its shape and colour."""


SEVERITY_SHAPES: dict[Severity | None, str] = {
    None: "degraded",
    Severity.none: "degraded",
    Severity.minor: "degraded",
    Severity.major: "partial",
    Severity.critical: "major",
}
"""The same for an incident that names no part."""
_FEW = 6
"""How many parts a line in a list names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Felt:
    """Parts that feel the same effect: the effect's shape and word, and the parts on one line."""

    effect: Effect
    shape: str
    word: str
    ids: tuple[str, ...]
    each: tuple[str, ...]
    first: tuple[str, ...]
    """The first six of them, and …"""
    more: int
    """… how many more there are."""
    names: str
    """All names as text."""
    few: str
    """The first names as text, and how many more there are."""


class Strings(Protocol):
    """What a language has for each string of the interface; a catalogue alone is enough."""

    @property
    def gettext(self) -> Callable[[str], str]: ...
    @property
    def ngettext(self) -> Callable[[str, str, int], str]: ...


class Words:
    """The words of one snapshot, or of the files that it would be made of, in one language. Templates look words up here and choose none themselves."""

    def __init__(self, snapshot: Snapshot | Dataset, language: Strings) -> None:
        _ = language.gettext
        self.ngettext = language.ngettext
        self._comma = _(", ")
        self.shapes = SHAPES
        self.effects = {
            Effect.operational: _("Operational"),
            Effect.under_maintenance: _("Under maintenance"),
            Effect.degraded_performance: _("Degraded performance"),
            Effect.partial_outage: _("Partial outage"),
            Effect.major_outage: _("Major outage"),
        }
        self.statuses: dict[Status | None, str] = {
            None: _("Update"),
            Status.investigating: _("Investigating"),
            Status.identified: _("Identified"),
            Status.monitoring: _("Monitoring"),
            Status.resolved: _("Resolved"),
            Status.scheduled: _("Scheduled"),
            Status.in_progress: _("In progress"),
            Status.verifying: _("Verifying"),
            Status.completed: _("Completed"),
            Status.cancelled: _("Cancelled"),
        }
        self.severities = {
            Severity.none: _("No severity"),
            Severity.minor: _("Minor"),
            Severity.major: _("Major"),
            Severity.critical: _("Critical"),
        }
        self.states = {
            "All Systems Operational": _("All Systems Operational"),
            "Service Under Maintenance": _("Service Under Maintenance"),
            "Partially Degraded Service": _("Partially Degraded Service"),
            "Minor Service Outage": _("Minor Service Outage"),
            "Partial System Outage": _("Partial System Outage"),
            "Major Service Outage": _("Major Service Outage"),
        }
        """The state of the whole page, which the snapshot says in Statuspage's words, as programs know them."""
        self.open: dict[Severity | None, str] = {
            None: _("Incident"),
            Severity.none: _("Incident"),
            Severity.minor: _("Minor incident"),
            Severity.major: _("Major incident"),
            Severity.critical: _("Critical incident"),
        }
        self.grave = {severity: self.open[severity] for severity in (Severity.major, Severity.critical)}
        """What a list calls those incidents that are to be told from all others."""
        self.severity_shapes = SEVERITY_SHAPES
        self.kinds = {
            Kind.incident: _("Incident"),
            Kind.maintenance: _("Maintenance"),
            Kind.notice: _("Notice"),
        }
        self.meanings = {severity: snapshot.policy.severity(severity).meaning for severity in Severity}
        self.live = {
            "in": _("in {0}"),
            "late": _("no word yet, {0} late"),
            "over": _("{0} late"),
            "for": _("for {0}"),
            "ago": _("{0} ago"),
            "promised": _("Promised for"),
            "days": _("{0} d"),
            "hours": _("{0} h"),
            "minutes": _("{0} min"),
            "begun": self.statuses[Status.in_progress],
            "overrun": _("Overrun"),
            "maintenance": self.states["Service Under Maintenance"],
            "stale": _("This page was made {0} ago and may be out of date."),
            "news": _("There is news: {0}"),
        }
        """What the script writes; of a look back and of a drill, also the instant at which its clock stands."""
        if isinstance(snapshot, Snapshot) and (snapshot.built.as_of is not None or snapshot.policy.page.drill):
            self.live["clock"] = iso(snapshot.at)
        self._names = {component.id: component.name for component in snapshot.components}
        # One record's effects are written several times, on its own page and in lists.
        self._sorted: Callable[[tuple[tuple[str, Effect], ...]], tuple[Felt, ...]] = lru_cache(maxsize=2_000)(self._by_effect)

    @property
    def components(self) -> Iterable[str]:
        """Every component, in display order."""
        return self._names

    def name(self, component: str) -> str:
        """The component's name; its id where components.yml does not know it."""
        return self._names.get(component, component)

    def knows(self, component: str) -> bool:
        """Whether the component has a page."""
        return component in self._names

    def felt(self, effects: Iterable[tuple[str, Effect]]) -> list[Felt]:
        """Parts by what they feel, the worst first."""
        return list(self._sorted(tuple(effects)))

    def listed(self, incident: IncidentView) -> Felt | None:
        """What a list says of a record: what is felt now or will be, or of one that is over the worst; None where that is nothing."""
        effects = incident.now if incident.is_open else incident.worst
        found = self.felt(incident.announced if incident.phase == "upcoming" else effects)
        return found[0] if found and found[0].effect is not Effect.operational else None

    def _by_effect(self, effects: tuple[tuple[str, Effect], ...]) -> tuple[Felt, ...]:
        found: dict[Effect, list[str]] = {}
        for component, effect in effects:
            found.setdefault(effect, []).append(component)
        return tuple(self._felt(e, found[e]) for e in sorted(found, key=EFFECT_RANK.__getitem__, reverse=True))

    def _felt(self, effect: Effect, components: list[str]) -> Felt:
        names = tuple(self.name(component) for component in components)
        more = max(len(names) - _FEW, 0)
        few = self._comma.join(names[:_FEW])
        return Felt(
            effect=effect,
            shape=self.shapes[effect],
            word=self.effects[effect],
            ids=tuple(components),
            each=names,
            first=names[:_FEW],
            more=more,
            names=self._comma.join(names),
            few=self.ngettext("%(names)s and %(num)d more", "%(names)s and %(num)d more", more) % {"names": few, "num": more} if more else few,
        )
