"""From the Dataset to the Snapshot: every derived fact at one instant."""

from __future__ import annotations

from onrecord.snapshot.deriving import derive
from onrecord.snapshot.records import (
    Built,
    ComponentView,
    DayBar,
    DayView,
    EffectSpan,
    GroupView,
    IncidentView,
    Indicator,
    MonthUptime,
    MonthView,
    Overall,
    Phase,
    Promise,
    Snapshot,
    UpdateView,
    Uptime,
)

__all__ = [
    "Built",
    "ComponentView",
    "DayBar",
    "DayView",
    "EffectSpan",
    "GroupView",
    "IncidentView",
    "Indicator",
    "MonthUptime",
    "MonthView",
    "Overall",
    "Phase",
    "Promise",
    "Snapshot",
    "UpdateView",
    "Uptime",
    "derive",
]
