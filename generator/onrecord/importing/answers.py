"""JSON files that a foreign API answered with: each read whole, and free of what no file of ours may hold."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from onrecord.importing.foreign import Unusable, text_of
from onrecord.importing.moments import read
from onrecord.importing.records import Item
from onrecord.markup import clean
from onrecord.times import BadTime, parse_instant, zone

Raw = Mapping[str, Any]
MOST_BYTES = 100_000_000
"""More than a page's answers ever hold; a larger file is refused unread."""
_LATEST_YEAR = 9000
_PASSED_OVER = frozenset({"node_modules", "api", "graphs", "assets"})
"""Folders of a repository that hold no issue, and often thousands of files."""


def value_of(file: Path) -> Any:
    """What a JSON file holds.

    Raises:
        Unusable: it is too large, no text, or no JSON.
    """
    if file.stat().st_size > MOST_BYTES:
        raise Unusable(f"it is larger than {MOST_BYTES:,} bytes")
    text, _ = text_of(file.read_bytes())
    try:
        return _cleaned(_documents(text))
    except (ValueError, RecursionError) as error:
        raise Unusable(f"its JSON cannot be read: {error}") from None


def _documents(text: str) -> Any:
    """One JSON document; several lists after one another, as tools write the pages of an answer, are one list."""
    decoder = json.JSONDecoder()
    found: list[Any] = []
    rest = text.strip()
    position = 0
    while not found or position < len(rest):
        value, position = decoder.raw_decode(rest, position)
        found.append(value)
        if len(found) > 1 and not (isinstance(value, list) and isinstance(found[0], list)):
            raise ValueError("it goes on after its end")
        while position < len(rest) and rest[position].isspace():
            position += 1
    return found[0] if len(found) == 1 else [entry for page in found for entry in page]


def values(path: Path, refused: list[Item]) -> Iterator[tuple[str, Any]]:
    """The name and content of a JSON file, or of each one in a folder and below; what cannot be read is added to `refused`."""
    for file in [path] if path.is_file() else sorted(path.rglob("*.json")):
        name = file.name if path.is_file() else file.relative_to(path).as_posix()
        if any(part.startswith(".") or part in _PASSED_OVER for part in Path(name).parts[:-1]):
            continue
        try:
            yield name, value_of(file)
        except (Unusable, OSError) as error:
            refused.append(Item(path=name, id=name, outcome="refused", reason=str(error)))


def entries(value: Any, *keys: str) -> list[Raw]:
    """The objects in a list, or in the lists and objects that stand under one of the keys; pages of a list are one."""
    held = [value.get(key) for key in keys] if isinstance(value, dict) else [value]
    lists = [one if isinstance(one, list) else [one] for one in held]
    flat = [entry for one in lists for held in one for entry in (held if isinstance(held, list) else [held])]
    return [entry for entry in flat if isinstance(entry, dict)]


def text(raw: Raw, *keys: str) -> str:
    """The first of these values that says anything, as text."""
    found = next((raw[key] for key in keys if raw.get(key) not in (None, "") and not isinstance(raw[key], (dict, list))), "")
    return str(found).strip()


def moment(written: str, name: str = "UTC") -> datetime | None:
    """The instant that a stamp names, None where it is empty; one without an offset is in that zone.

    Raises:
        Unusable: it names no moment that can be meant.
    """
    if not written:
        return None
    try:
        found = parse_instant(written)
    except BadTime:
        try:
            found = read(written, zone(name))[0]
        except BadTime as error:
            raise Unusable(str(error)) from None
    if not 1990 <= found.year <= _LATEST_YEAR:
        raise Unusable(f"`{written}` lies in a year that cannot be meant")
    return found


def _cleaned(value: Any) -> Any:
    """The value with every text in it free of what no file of ours may hold."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {key: _cleaned(inner) for key, inner in value.items()}
    return [_cleaned(inner) for inner in value] if isinstance(value, list) else value
