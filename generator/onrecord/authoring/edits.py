"""One value of an existing YAML file, set in its own line: every other byte stays, or the edit is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from onrecord.problems import Place
from onrecord.yamlio.text import decode
from onrecord.yamlio.writing import scalar

if TYPE_CHECKING:
    from onrecord.yamlio.nodes import Node

Key = str | int
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")
_QUOTED = re.compile(r"""'(?:[^'\r\n]|'')*'|"(?:[^"\\\r\n]|\\[^\r\n])*\"""")
_PLAIN = re.compile(r"(?:[^\s#]|(?<=\S)#|[ \t]+(?![\s#]))+")
_PLAIN_FLOW = re.compile(r"(?:[^\s#,\[\]{}]|(?<=\S)#|[ \t]+(?![\s#,\[\]{}]))+")
_ODD = "&*!|>{[%@`"
"""What begins a value that is more than one plain or quoted text."""


class EditRefused(Exception):
    """The value cannot be set without touching more than its own line; `hint` says what to do by hand."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


def put(data: bytes, keys: Sequence[Key], value: str) -> bytes:
    """The file with that one value set: in place where the key is there, else as one more key beside its neighbours.

    Comments, quotes, order, line ends and a missing last one stay. What comes out is read again, and
    says what the file said before but for this value.

    Raises:
        EditRefused: the file is not healthy, the key has no home, or the value stands in a form that needs more than its line.
    """
    from onrecord.yamlio.nodes import compose

    text, problems = decode(data, "")
    root, found = compose(text, "") if text is not None else (None, [])
    if text is None or root is None or problems or found:
        raise EditRefused("the file has errors, so it is not edited", "mend what `onrecord check` finds first")
    whole = data.decode()
    wanted = root.plain()
    if not _set(wanted, keys, value):
        raise EditRefused(f"there is no place for `{_name(keys)}`", "write the line by hand")
    for edited in _attempts(_Source(whole), root, keys, value):
        if _reads_as(edited, wanted):
            return edited.encode()
    raise EditRefused(f"`{_name(keys)}` cannot be set without touching other lines", f"set it to `{value}` by hand")


def _attempts(source: _Source, root: Node, keys: Sequence[Key], value: str) -> Iterator[str]:
    """Ways to set it, the best first; whether one is right is for whoever reads it again."""
    way = [root]
    for key in keys[:-1]:
        child = way[-1].child(key)
        if child is None:
            return
        way.append(child[1])
    flow = any(source.at(node.place)[:1] in ("{", "[") for node in way)
    present = way[-1].child(keys[-1])
    if present is not None:
        yield from source.replaced(*present, value, flow=flow)
    elif flow:
        yield from source.joined(way[-1], str(keys[-1]), value)
    else:
        yield from source.lined(way[-1], str(keys[-1]), value)


def _set(data: Any, keys: Sequence[Key], value: str) -> bool:
    """Sets it in plain Python; whether its home is there."""
    for key in keys[:-1]:
        if not _holds(data, key):
            return False
        data = data[key]
    if not isinstance(data, dict):
        return False
    data[keys[-1]] = value
    return True


def _holds(data: Any, key: Key) -> bool:
    if isinstance(data, list):
        return isinstance(key, int) and key < len(data)
    return isinstance(data, dict) and key in data


def _reads_as(text: str, wanted: Any) -> bool:
    from onrecord.yamlio.nodes import compose

    read, _ = decode(text.encode(), "")
    root, problems = compose(read or "", "")
    return root is not None and not problems and bool(root.plain() == wanted)


def _name(keys: Sequence[Key]) -> str:
    return ".".join(str(key) for key in keys)


@dataclass(frozen=True, slots=True)
class _Source:
    """The text as it lies in the file, line ends included, and splices at the places of nodes."""

    text: str

    def at(self, place: Place) -> str:
        """The rest of the line from there on, without its end."""
        line = self._lines()[place.line - 1] if place.line <= len(self._lines()) else ""
        return line[place.column - 1 :].rstrip("\r\n")

    def replaced(self, key: Node, node: Node, value: str, *, flow: bool) -> Iterator[str]:
        """The value in place of the one that is there; an empty one gets it behind its colon."""
        token = self._token(node, flow=flow)
        start = self._offset(node.place)
        if token:
            quote = token[0] if token[0] in "'\"" and not set(value) & set("'\"\\\r\n") and value.isprintable() else ""
            yield self._spliced(start, start + len(token), f"{quote}{value}{quote}" if quote else scalar(value, flow=flow))
        elif node.text is None:
            begin = self._offset(key.place)
            name = re.match(r"""(?:"[^"\r\n]*"|'[^'\r\n]*'|[^\s:]+)[ \t]*:""", self.at(key.place))
            if name:
                yield self._spliced(begin + name.end(), begin + name.end(), f" {scalar(value, flow=flow)}")

    def joined(self, home: Node, key: str, value: str) -> Iterator[str]:
        """One more key at the end of `{…}`, behind its last value."""
        last = home.pairs[-1][1] if home.pairs else None
        token = self._token(last, flow=True) if last is not None else ""
        if last is not None and token:
            end = self._offset(last.place) + len(token)
            yield self._spliced(end, end, f", {scalar(key, flow=True)}: {scalar(value, flow=True)}")

    def lined(self, home: Node, key: str, value: str) -> Iterator[str]:
        """One more line below a neighbour that fills one line, the last such neighbour first."""
        for first, node in reversed(home.pairs or ()):
            empty = node.text is None and node.items is None and node.pairs is None
            if empty or (first.place.line == node.place.line and self._token(node, flow=False)):
                yield self._with_line(first.place, f"{scalar(key)}: {scalar(value)}")

    def _with_line(self, neighbour: Place, words: str) -> str:
        lines = self._lines()
        above = lines[neighbour.line - 1]
        indent = " " * (neighbour.column - 1)
        ends = [line[len(line.rstrip("\r\n")) :] for line in (above, *lines)]
        end = next((e for e in ends if e), "\n")
        new = f"{indent}{words}{end}" if ends[0] else f"{end}{indent}{words}"
        return "".join((*lines[: neighbour.line], new, *lines[neighbour.line :]))

    def _token(self, node: Node, *, flow: bool) -> str:
        """The value as it is written, where that is one text in one line."""
        rest = self.at(node.place)
        if node.text is None and rest[:1] not in ("~", "n", "N"):
            return ""
        if node.items is not None or node.pairs is not None or not rest or rest[0] in _ODD:
            return ""
        form = _QUOTED if rest[0] in "'\"" else _PLAIN_FLOW if flow else _PLAIN
        found = form.match(rest)
        return found.group() if found else ""

    def _spliced(self, start: int, end: int, new: str) -> str:
        return f"{self.text[:start]}{new}{self.text[end:]}"

    def _offset(self, place: Place) -> int:
        return sum(map(len, self._lines()[: place.line - 1])) + place.column - 1

    def _lines(self) -> list[str]:
        return _LINE.findall(self.text)
