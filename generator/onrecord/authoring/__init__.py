"""Writing records: the text of new files, and edits of existing ones that touch only their own lines. Text in, text out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onrecord.lately import lately

if TYPE_CHECKING:
    from onrecord.authoring.edits import EditRefused, put
    from onrecord.authoring.records import Draft, Facts, add_update, edit_head, new_record
    from onrecord.authoring.stories import put_in_front, section

__all__ = ["Draft", "EditRefused", "Facts", "add_update", "edit_head", "new_record", "put", "put_in_front", "section"]
__getattr__ = lately(globals(), {
    "Draft": "records",
    "EditRefused": "edits",
    "Facts": "records",
    "add_update": "records",
    "edit_head": "records",
    "new_record": "records",
    "put": "edits",
    "put_in_front": "stories",
    "section": "stories",
})
