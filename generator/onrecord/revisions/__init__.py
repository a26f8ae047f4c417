"""From commits to the versions of each record: what was said when, and what was changed afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onrecord.lately import lately

if TYPE_CHECKING:
    from onrecord.revisions.records import (
        Change,
        ChangeKind,
        Edit,
        History,
        Publication,
        RecordHistory,
        Revision,
        Run,
        Tombstone,
        UpdateHistory,
    )
    from onrecord.revisions.retelling import read_history

__all__ = [
    "Change",
    "ChangeKind",
    "Edit",
    "History",
    "Publication",
    "RecordHistory",
    "Revision",
    "Run",
    "Tombstone",
    "UpdateHistory",
    "read_history",
]
__getattr__ = lately(globals(), dict.fromkeys(__all__, "records") | {"read_history": "retelling"})
