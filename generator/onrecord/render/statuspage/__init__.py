"""Statuspage's public API v2 as static files, so that programs written for it read this page unchanged.

Keys, their order, types and words are those of real answers; where the records know no such
fact, the nearest one that they know stands there (docs/api.md says which).
"""

from onrecord.render.statuspage.answers import statuspage, statuspage_pieces
from onrecord.render.statuspage.events import Event
from onrecord.render.statuspage.parts import Page, opaque

__all__ = ["Event", "Page", "opaque", "statuspage", "statuspage_pieces"]
