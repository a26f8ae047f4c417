"""YAML as a tree of texts with places: every scalar stays the text that was written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from onrecord.hidden import name_of, written_out
from onrecord.problems import Place, Problem, unread
from onrecord.yamlio.grammar import in_plain_words
from onrecord.yamlio.text import forbidden

MAX_DEPTH = 32
MAX_NODES = 20_000
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})


class Broken(Exception):
    """The YAML cannot be read on; carries the reason."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


@dataclass(slots=True)
class Node:
    """A text, a list (`items`) or keys (`pairs`), and where it begins. An empty value is a text of None."""

    place: Place
    text: str | None = None
    items: list[Node] | None = None
    pairs: list[tuple[Node, Node]] | None = None
    size: int = 1

    def plain(self) -> Any:
        """The value in plain Python: None, str, list or dict. Keys that are no text are written out."""
        if self.items is not None:
            return [item.plain() for item in self.items]
        if self.pairs is not None:
            return {key.name: value.plain() for key, value in self.pairs}
        return self.text

    @property
    def name(self) -> str:
        """The node as a key."""
        return self.text if self.text is not None else "null" if self.items is None and self.pairs is None else "?"

    def child(self, part: str | int) -> tuple[Node, Node] | None:
        """The key (for a list: the item) and the value below it."""
        if isinstance(part, int) and self.items is not None and part < len(self.items):
            return self.items[part], self.items[part]
        found = (pair for pair in self.pairs or () if pair[0].name == part)
        return next(found, None)


@dataclass(slots=True)
class _Composer:
    """Builds nodes from ruamel's events, and refuses what no file here needs."""

    path: str
    events: Iterator[Any]
    shift: int
    problems: list[Problem] = field(default_factory=list)
    anchors: dict[str, Node] = field(default_factory=dict)
    made: int = 0

    def place(self, mark: Any) -> Place:
        return Place(self.path, mark.line + self.shift, mark.column + 1)

    def complain(self, slug: str, event: Any, message: str, hint: str = "") -> None:
        self.problems.append(unread(slug, self.place(event.start_mark), message, hint))

    def node(self, event: Any, depth: int) -> Node:
        place = self.place(event.start_mark)
        if depth > MAX_DEPTH:
            raise Broken(unread("nested-too-deep", place, f"nested more than {MAX_DEPTH} deep", "no file here needs that"))
        if isinstance(event, AliasEvent):
            return self.alias(event, place)
        self.count(1, place)
        self.refuse_tag(event)
        node = Node(place)
        if isinstance(event, ScalarEvent):
            node.text = self.scalar(event)
        elif isinstance(event, SequenceStartEvent):
            node.items = list(self.items(depth))
        elif isinstance(event, MappingStartEvent):
            node.pairs = list(self.pairs(depth))
        node.size += sum(n.size for n in node.items or ()) + sum(k.size + v.size for k, v in node.pairs or ())
        if event.anchor:
            self.anchors[event.anchor] = node
        return node

    def items(self, depth: int) -> Iterator[Node]:
        while not isinstance(event := next(self.events), SequenceEndEvent):
            yield self.node(event, depth + 1)

    def pairs(self, depth: int) -> Iterator[tuple[Node, Node]]:
        seen: dict[str, Node] = {}
        while not isinstance(event := next(self.events), MappingEndEvent):
            key = self.node(event, depth + 1)
            value = self.node(next(self.events), depth + 1)
            if key.text is None and key.name == "?":
                self.complain("wrong-kind-of-value", event, "a list or keys stand where a key belongs", "a key is one word")
            elif key.name in seen:
                first = seen[key.name].place.line
                self.complain("duplicate-key", event, f"`{key.name}` is here twice, first in line {first}", "keep one of them")
                continue
            seen[key.name] = key
            yield key, value

    def alias(self, event: AliasEvent, place: Place) -> Node:
        known = self.anchors.get(event.anchor)
        if known is None:
            raise Broken(unread("bad-yaml", place, f"`*{event.anchor}` names an anchor that is not there", "write the value out"))
        self.count(known.size, place)
        return known

    def count(self, more: int, place: Place) -> None:
        self.made += more
        if self.made > MAX_NODES:
            slug, message = ("alias-bomb", "aliases multiply to") if self.anchors else ("file-too-large", "these are")
            raise Broken(unread(slug, place, f"{message} more than {MAX_NODES:,} values", "no file here needs so many; write out what is meant"))

    def refuse_tag(self, event: NodeEvent) -> None:
        tag = getattr(event, "tag", None)
        if tag is not None:
            self.complain("yaml-tag", event, f"the tag `{tag}` has no meaning here", "take it away; put a text that begins with `!` in quotes")

    def scalar(self, event: ScalarEvent) -> str | None:
        text: str = event.value if event.style != ">" else event.value.replace("\a", "")  # ruamel's own mark of a fold
        if event.style is None and text in _NULLS:
            return None
        if any("\ud800" <= c <= "\udfff" for c in text) and not _is_whole(text):
            self.complain("lone-surrogate", event, "an escape such as `\\ud83d` is half a character", "write the character itself")
            return text.encode("utf-16", "replace").decode("utf-16")
        if bad := forbidden(text):
            self.complain("control-character", event, f"an escape makes the invisible character {name_of(bad.group())}", "take the escape away")
        return written_out(text.encode("utf-16", "surrogatepass").decode("utf-16")) if not text.isascii() else text


def compose(text: str, path: str, first_line: int = 1) -> tuple[Node | None, list[Problem]]:
    """The text as a tree of nodes, and every problem on the way; None where it breaks YAML's grammar or is empty."""
    composer = _Composer(path, iter(_events(text)), first_line)
    try:
        node = _document(composer)
    except Broken as stop:
        return None, [*composer.problems, stop.problem]
    except MarkedYAMLError as error:
        return None, [*composer.problems, in_plain_words(error, text, path, first_line)]
    except (YAMLError, ValueError, OverflowError, RecursionError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        return None, [*composer.problems, unread("bad-yaml", Place(path, first_line), f"this is no YAML: {reason}")]
    return node, composer.problems


def _events(text: str) -> Iterator[Any]:
    yaml = YAML(typ="rt", pure=True)
    yield from yaml.parse(text)


def _document(composer: _Composer) -> Node | None:
    node = None
    for event in composer.events:
        if isinstance(event, DocumentStartEvent):
            if node is not None:
                composer.complain("several-documents", event, "a second document begins here", "take the `---` away, or make two files")
                return node
            if event.version or event.tags:
                composer.complain("yaml-tag", event, "the `%` directive above has no meaning here", "take it away")
        elif isinstance(event, NodeEvent):
            node = composer.node(event, 0)
    return node


def _is_whole(text: str) -> bool:
    try:
        text.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError:
        return False
    return True
