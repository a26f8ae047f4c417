"""Files of other systems read as texts: whatever their encoding, with front matter in YAML or TOML, whole or broken."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from onrecord.importing.records import Remark
from onrecord.yamlio.nodes import compose

_MARKS = {"---": "yaml", "+++": "toml"}
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_KEY = re.compile(r"([A-Za-z][\w-]*)\s*:(?:\s+(.*))?$")
_ENTRY = re.compile(r"\s*-\s+(.*)$")


class Unusable(Exception):
    """An item that cannot be read at all; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page's fields, with keys in lower case and values as texts, lists and mappings; and its body."""

    fields: Mapping[str, Any]
    body: str
    remarks: tuple[Remark, ...] = field(default=())


def text_of(data: bytes) -> tuple[str, tuple[Remark, ...]]:
    """The text of a file, with line ends as `\\n`.

    Raises:
        Unusable: it is no text.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            try:
                return _lines(data.decode(encoding)), (Remark("repaired", f"a {encoding.upper()} byte order mark at the beginning"),)
            except UnicodeDecodeError:
                raise Unusable("it is no text") from None
    if b"\0" in data:
        raise Unusable("it is no text")
    try:
        return _lines(data.decode()), ()
    except UnicodeDecodeError:
        return _lines(data.decode("cp1252", "replace")), (Remark("repaired", "it is no UTF-8; read as Windows-1252"),)


def page_of(text: str, path: str) -> Page:
    """A page with front matter, also where its first line is missing or its YAML is broken.

    Raises:
        Unusable: no fields can be found in it.
    """
    lines = text.split("\n")
    first = next((n for n, line in enumerate(lines) if line.strip()), None)
    if first is None:
        raise Unusable("it is empty")
    kind = _MARKS.get(lines[first].strip())
    start = first + 1 if kind else first
    mark = lines[first].strip() if kind else "---"
    end = next((n for n in range(start, len(lines)) if lines[n].rstrip() == mark), None)
    if end is None:
        raise Unusable("its front matter is never closed" if kind else "it has no front matter")
    head, body = "\n".join(lines[start:end]), "\n".join(lines[end + 1 :])
    fields, remarks = mapping_of(head, path, kind or "yaml")
    if not kind:
        if not {"title", "date"} & set(fields):
            raise Unusable("it has no front matter")
        remarks = (*remarks, Remark("repaired", "the line `---` before the front matter is missing; its fields are read all the same"))
    return Page(fields=fields, body=body, remarks=remarks)


def mapping_of(text: str, path: str, kind: str) -> tuple[dict[str, Any], tuple[Remark, ...]]:
    """Fields in YAML, TOML or JSON. Broken YAML is read line by line, and that is said.

    Raises:
        Unusable: nothing can be read.
    """
    try:
        if kind == "toml":
            return _texts(tomllib.loads(text)), ()
        if kind == "json":
            return _texts(dict(json.loads(text))), ()
    except (ValueError, TypeError) as error:
        raise Unusable(f"its {kind.upper()} cannot be read: {error}") from None
    node, problems = compose(text, path)
    value = node.plain() if node else None
    if isinstance(value, dict) and not problems:
        return _lowered(value), ()
    fields = _line_by_line(text)
    if not fields:
        raise Unusable(f"its fields cannot be read: {problems[0].message}" if problems else "it has no fields")
    reason = problems[0].message if problems else "it is no mapping"
    return (_lowered(value) if isinstance(value, dict) else fields), (Remark("repaired", f"its YAML is broken ({reason}); read as far as it goes"),)


def _line_by_line(text: str) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    key = ""
    for line in text.split("\n"):
        if found := _KEY.match(line):
            key = found[1].lower()
            fields[key] = _unquoted(found[2] or "") or None
        elif key and (entry := _ENTRY.match(line)):
            before = fields[key] if isinstance(fields[key], list) else []
            fields[key] = [*before, _unquoted(entry[1])]
    return fields


def _unquoted(text: str) -> str:
    text = re.sub(r"\s+#.*$", "", text.strip())
    if text.startswith("[") and text.endswith("]"):
        text = text[1:-1]
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text


def _texts(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key).lower(): _texts(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_texts(inner) for inner in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    return value if value is None else str(value)


def _lowered(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key).lower(): _lowered(inner) for key, inner in value.items()}
    return [_lowered(inner) for inner in value] if isinstance(value, list) else value


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
