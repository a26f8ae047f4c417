"""From the Dataset to the Snapshot: every derived fact at one instant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onrecord.lately import lately

if TYPE_CHECKING:
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
        Repeat,
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
    "Repeat",
    "Snapshot",
    "UpdateView",
    "Uptime",
    "derive",
]
__getattr__ = lately(globals(), dict.fromkeys(__all__, "records") | {"derive": "deriving"})
