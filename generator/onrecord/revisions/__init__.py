"""From commits to the versions of each record: what was said when, and what was changed afterwards."""

from onrecord.gitio.history import Author
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
    "read_history",
]
