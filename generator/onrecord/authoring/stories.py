"""The text of a post-mortem: values of its front matter set in their own lines, and its sections."""

from __future__ import annotations

import re
from collections.abc import Sequence

from onrecord.authoring.edits import EditRefused, Key, put

_FRONT = re.compile(rb"(?P<before>\A(?:\xef\xbb\xbf)?---[ \t]*(?:\r\n|\n))(?P<yaml>.*?)(?P<after>^(?:---|\.\.\.)[ \t]*\r?$.*)\Z", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"^#{1,6}[ \t]+(?P<title>[^\n]*?)[ \t#]*$", re.MULTILINE)


def put_in_front(data: bytes, keys: Sequence[Key], value: str) -> bytes:
    """The Markdown file with one value of its front matter set; every other byte stays.

    Raises:
        EditRefused: there is no front matter, or the value cannot be set in a line of its own.
    """
    found = _FRONT.match(data)
    if found is None:
        raise EditRefused("the file does not begin with front matter", "begin it with a line `---`, then `status: draft`, then `---`")
    return found["before"] + put(found["yaml"], keys, value) + found["after"]


def section(body: str, title: str) -> str:
    """The words below the heading of that name, up to the next one; empty where there is none."""
    headings = list(_HEADING.finditer(body))
    for place, heading in enumerate(headings):
        if heading["title"].strip().casefold() == title.casefold():
            end = headings[place + 1].start() if place + 1 < len(headings) else len(body)
            return body[heading.end() : end].strip()
    return ""
