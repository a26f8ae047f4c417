"""YAML for new files, as a careful person would write it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any

from onrecord.times import iso
from onrecord.yamlio.text import forbidden

_PLAIN = re.compile(r"[^\s\-?:,\[\]{}#&*!|>'\"%@`~=<][^\n\t]*|-[^\s\-:,\[\]{}][^\n\t]*")
_NOT_PLAIN = re.compile(r": |:$| #|[\s]$|^\s|[\t\u0085\u2028\u2029\ufeff]|^---|^\.\.\.")
_LOOKS_TYPED = re.compile(
    r"[-+.\d][\d_,.:eExXoObBa-fA-F+-]*|\.(inf|nan)|[-+]\.inf|~|null|true|false|yes|no|on|off|y|n", re.IGNORECASE
)
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}Z)?")
_FLOW_SIGNS = re.compile(r"[\[\]{},]")


def dump(data: Mapping[str, Any], comment: str = "") -> str:
    """The mapping as YAML: keys in their order, texts of several lines as `|` blocks, nothing quoted without need.

    Values are texts, numbers, switches, instants, days, mappings and sequences; keys whose
    value is None or empty are left out. Each line of `comment` comes first, behind `#`.
    """
    lines = [f"# {line}".rstrip() for line in comment.splitlines()]
    lines.extend(_mapping(data, ""))
    return "\n".join(lines) + "\n" if lines else "{}\n"


def _mapping(data: Mapping[str, Any], indent: str) -> Iterator[str]:
    for key, value in data.items():
        if value is None or (isinstance(value, (Mapping, Sequence)) and not isinstance(value, str) and not value):
            continue
        yield from _entry(f"{indent}{scalar(str(key))}:", value, indent)


def _entry(before: str, value: Any, indent: str) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield before
        yield from _mapping(value, indent + "  ")
    elif isinstance(value, Sequence) and not isinstance(value, str):
        if all(isinstance(item, str) and "\n" not in item for item in value) and sum(map(len, value)) < 80:
            yield f"{before} [{', '.join(scalar(item, flow=True) for item in value)}]"
            return
        yield before
        for item in value:
            yield from _item(item, indent + "  ")
    elif isinstance(value, str) and _fits_block(value):
        yield f"{before} {_block_sign(value)}"
        yield from (f"{indent}  {line}" if line else "" for line in value.rstrip("\n").split("\n"))
    else:
        yield f"{before} {scalar(value)}"


def _item(item: Any, indent: str) -> Iterator[str]:
    if isinstance(item, Mapping):
        lines = list(_mapping(item, indent + "  "))
        if lines:
            yield f"{indent}- {lines[0].lstrip()}"
            yield from lines[1:]
    elif _fits_block(item) if isinstance(item, str) else isinstance(item, Sequence):
        yield from _entry(f"{indent}-", item, indent)
    else:
        yield f"{indent}- {scalar(item)}"


def _fits_block(text: str) -> bool:
    """Whether a `|` block holds exactly this text: several lines, no indent at its start, no odd characters or ends."""
    if "\n" not in text.rstrip("\n") or text.endswith("\n\n") or text[0] in " \n\t" or "\r" in text:
        return False
    return forbidden(text) is None and not re.search(r"[\t\u2028\u2029]|[ ]$", text, re.MULTILINE)


def _block_sign(text: str) -> str:
    return "|" if text.endswith("\n") else "|-"


def scalar(value: Any, *, flow: bool = False) -> str:
    """One value on one line: plain where that is safe, else in quotes. Instants are in UTC, with Z."""
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, timedelta):
        return _length(value)
    if isinstance(value, (int, float, date)):
        return str(value)
    text = str(value)
    if _is_plain(text) and not (flow and _FLOW_SIGNS.search(text)):
        return text
    return _quoted(text)


def _length(value: timedelta) -> str:
    """A duration as files have it, to the minute: `1d12h`, `30m`."""
    hours, minutes = divmod(value // timedelta(minutes=1), 60)
    days, hours = divmod(hours, 24)
    return "".join(f"{number}{unit}" for number, unit in ((days, "d"), (hours, "h"), (minutes, "m")) if number) or "0m"


def _is_plain(text: str) -> bool:
    if _INSTANT.fullmatch(text):
        return True
    if not _PLAIN.fullmatch(text) or _NOT_PLAIN.search(text) or _LOOKS_TYPED.fullmatch(text):
        return False
    return forbidden(text) is None and text.isprintable()


def _quoted(text: str) -> str:
    if text.isprintable() and ('"' in text or "\\" in text):
        return "'" + text.replace("'", "''") + "'"
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")
    return '"' + "".join(c if c.isprintable() else _escape(c) for c in escaped) + '"'


def _escape(character: str) -> str:
    return f"\\u{ord(character):04X}" if ord(character) < 0x10000 else f"\\U{ord(character):08X}"
