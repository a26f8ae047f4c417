"""From commits to the versions of each record: what was said when, and what was changed afterwards."""

from onrecord.revisions.records import (
    Author,
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

__all__ = [
    "Author",
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
]
