"""From the Dataset to the Snapshot: every derived fact at one instant."""

from __future__ import annotations

from onrecord.snapshot.deriving import derive
from onrecord.snapshot.records import (
    ActionView,
    Built,
    ComponentView,
    DayBar,
    DayView,
    EffectSpan,
    GroupView,
    IncidentView,
    Indicator,
    MaintenanceYear,
    MonthUptime,
    MonthView,
    Move,
    Overall,
    Phase,
    PostmortemView,
    Promise,
    Register,
    Snapshot,
    UpdateView,
    Uptime,
)

__all__ = [
    "ActionView",
    "Built",
    "ComponentView",
    "DayBar",
    "DayView",
    "EffectSpan",
    "GroupView",
    "IncidentView",
    "Indicator",
    "MaintenanceYear",
    "MonthUptime",
    "MonthView",
    "Move",
    "Overall",
    "Phase",
    "PostmortemView",
    "Promise",
    "Register",
    "Snapshot",
    "UpdateView",
    "Uptime",
    "derive",
]
