"""The contents of all generated pages: one function a kind of page, each from the snapshot to HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onrecord.lately import lately

if TYPE_CHECKING:
    from onrecord.render.pages.every import own_pages, page_pieces, pages
    from onrecord.render.pages.postmortem import pictures
    from onrecord.render.pages.record import redirects
    from onrecord.render.pages.setting import Setting

__all__ = ["Setting", "own_pages", "page_pieces", "pages", "pictures", "redirects"]
__getattr__ = lately(globals(), {
    "Setting": "setting",
    "own_pages": "every",
    "page_pieces": "every",
    "pages": "every",
    "pictures": "postmortem",
    "redirects": "record",
})
