"""Writing records: the text of new files, and edits of existing ones that touch only their own lines. Text in, text out."""

from __future__ import annotations

from onrecord.authoring.edits import EditRefused, put
from onrecord.authoring.records import Draft, Facts, add_update, edit_head, new_record
from onrecord.authoring.stories import put_in_front, section

__all__ = ["Draft", "EditRefused", "Facts", "add_update", "edit_head", "new_record", "put", "put_in_front", "section"]
