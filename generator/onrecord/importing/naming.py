"""Ids from foreign names: safe in paths and addresses, readable, and each its own."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Container

from onrecord.hidden import written_out
from onrecord.model import RESERVED_COMPONENTS
from onrecord.settings import MAX_NAME

_DATE = re.compile(r"^\d{4}[-_.]?\d{2}[-_.]?\d{2}(?=[-_. ]|$)[-_. ]?")
_LONGEST = 50
_LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "ø": "o", "đ": "d", "ł": "l", "ı": "i", "œ": "oe"})


def slug(text: str) -> str:
    """Lower-case letters, digits and `-`, at most 50; where nothing is left of a name, a short digest of it."""
    plain = unicodedata.normalize("NFKD", text.lower().translate(_LETTERS)).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    if len(words) > _LONGEST:
        words = words[: _LONGEST + 1].rpartition("-")[0].strip("-") or words[:_LONGEST]
    return words or "x" + hashlib.sha256(text.encode()).hexdigest()[:8]


def without_date(name: str) -> str:
    """A file's name without the date that it begins with, whether that date exists or not."""
    return _DATE.sub("", name) or name


def component_id(name: str) -> str:
    """The id of a component or group."""
    found = slug(name)
    return f"{found}-component" if found in RESERVED_COMPONENTS else found


def short(name: str) -> str:
    """What readers call a part, as it is read back: with the codes of characters that nobody sees, and no longer than a name may be."""
    name = written_out(name)
    return name if len(name) <= MAX_NAME else f"{name[: MAX_NAME - 1].rstrip()}…"


def unlike(wanted: str, taken: Container[str]) -> str:
    """The wanted id, or the first of `-2`, `-3`, … that is not taken."""
    found, number = wanted, 1
    while found in taken:
        number += 1
        found = f"{wanted}-{number}"
    return found
