"""Reading slowly and saying exactly what is wrong: the tree of nodes, checked against a shape."""

from __future__ import annotations

import types
from collections.abc import Mapping
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from onrecord.model import Shape
from onrecord.problems import Place, Problem, did_you_mean, unread
from onrecord.yamlio.nodes import Node, compose

S = TypeVar("S", bound=Shape)

_SLUGS = {
    "bad_time": "bad-time",
    "naive_time": "time-without-offset",
    "bad_duration": "bad-duration",
    "bad_day": "bad-day",
    "bad_zone": "bad-zone",
    "bad_address": "bad-address",
    "bad_number": "bad-number",
    "bad_switch": "bad-switch",
    "unsafe_name": "unsafe-id",
    "empty_text": "empty-text",
    "several_lines": "several-lines",
    "long_name": "long-name",
    "not_text": "wrong-kind-of-value",
    "bad_quote": "bad-quote",
    "no_variable": "secret-in-file",
}
_NUMBERS = frozenset({"greater_than", "greater_than_equal", "less_than", "less_than_equal", "finite_number"})
_SHOWN = 60


def explain(text: str, path: str, shape: type[S], first_line: int = 1) -> tuple[S | None, Any, list[Problem]]:
    """The record or None, what its keys say in plain Python, and every problem with its place."""
    node, problems = compose(text, path, first_line)
    if node is None or (node.text is None and node.items is None and node.pairs is None):
        empty = unread("empty-file", Place(path, first_line), "there is nothing in it", _first_words(shape))
        return None, None, problems or [empty]
    if node.pairs is None:
        return None, None, [*problems, _not_keys(node, shape)]
    data = node.plain()
    try:
        record = shape.model_validate(data)
    except ValidationError as error:
        found = [_problem(details, node, shape) for details in error.errors(include_url=False)]
        return None, data, [*problems, *found]
    return (None if problems else record), data, problems


def places(text: str, path: str, first_line: int = 1) -> dict[str, Place]:
    """Where things stand: `components.checkout` is the place of that value, `components.checkout:` of its key."""
    node, _ = compose(text, path, first_line)
    found: dict[str, Place] = {}
    if node is not None:
        _note_places(node, "", found)
    return found


def _note_places(node: Node, prefix: str, found: dict[str, Place]) -> None:
    children: list[tuple[str, Node, Node]] = [(key.name, key, value) for key, value in node.pairs or ()]
    children += [(str(number), item, item) for number, item in enumerate(node.items or ())]
    for name, key, value in children:
        found[f"{prefix}{name}"] = value.place if value.text is not None or value.items is not None or value.pairs is not None else key.place
        found[f"{prefix}{name}:"] = key.place
        _note_places(value, f"{prefix}{name}.", found)


def _problem(details: Any, root: Node, shape: type[Shape]) -> Problem:
    location = [part for part in details["loc"] if part != "[key]"]
    key, value = _find(root, location)
    name = ".".join(str(part) for part in location) or "the file"
    kind, context = details["type"], details.get("ctx", {})
    if kind == "extra_forbidden":
        known = _known_keys(shape, location[:-1])
        return unread("unknown-key", key.place, f"unknown key `{_shown(location[-1])}`", did_you_mean(str(location[-1]), known))
    if kind == "missing":
        _, below = _find(root, location[:-1])
        where = below.place if len(location) > 1 else root.place
        return unread("missing-key", where, f"`{location[-1]}` is missing", _describe(shape, location))
    if value.text is None and value.items is None and value.pairs is None:
        return unread("empty-text", key.place, f"`{name}` has no value", "write one after the `:`, or take the line away")
    place = key.place if details["loc"][-1:] == ("[key]",) else value.place
    if kind in ("enum", "literal_error"):
        words = _words(context)
        return unread("unknown-word", place, f"`{_shown(details['input'])}` is no {_last_word(location)}", did_you_mean(str(details["input"]), words))
    if kind in _SLUGS:
        return unread(_SLUGS[kind], place, f"`{name}`: {context['message']}", context.get("hint", ""))
    if kind in _NUMBERS:
        return unread("bad-number", place, f"`{name}` is out of bounds: {details['msg'].removeprefix('Input ').lower()}", _describe(shape, location))
    return unread("wrong-kind-of-value", place, f"`{name}` is {_kind_of(value)}, and should be {_wanted(kind)}", _describe(shape, location))


def _find(root: Node, location: list[str | int]) -> tuple[Node, Node]:
    key = value = root
    for part in location:
        below = value.child(part)
        if below is None:
            break
        key, value = below
    return key, value


def _known_keys(shape: type[Shape], location: list[str | int]) -> list[str]:
    inner = _shape_at(shape, location)
    if not (isinstance(inner, type) and issubclass(inner, BaseModel)):
        return []
    return [field.alias or name for name, field in inner.model_fields.items()]


def _describe(shape: type[Shape], location: list[str | int]) -> str:
    """The description of the field that stands there."""
    parent = _shape_at(shape, location[:-1])
    if location and isinstance(parent, type) and issubclass(parent, BaseModel):
        for name, field in parent.model_fields.items():
            if (field.alias or name) == location[-1]:
                return f"`{location[-1]}`: {field.description}" if field.description else ""
    return _describe(shape, location[:-1]) if location else ""


def _words(context: Mapping[str, Any]) -> list[str]:
    """The words that are allowed, as pydantic lists them: `'a', 'b' or 'c'`."""
    return [word.strip(" '") for word in str(context.get("expected", "")).replace(" or ", ",").split(",")]


def _shape_at(shape: Any, location: list[str | int]) -> Any:
    """The type that the shape has at that place, bare of options."""
    current: Any = _bare(shape)
    for part in location:
        if isinstance(current, type) and issubclass(current, BaseModel):
            fields = {field.alias or name: field for name, field in current.model_fields.items()}
            if part not in fields:
                return None
            current = _bare(fields[str(part)].annotation)
        else:
            arguments = get_args(current)
            if not arguments:
                return None
            current = _bare(arguments[0] if isinstance(part, int) else arguments[-1])
    return current


def _bare(kind: Any) -> Any:
    while get_origin(kind) in (Annotated, Union, types.UnionType):
        kind = get_args(kind)[0]
    return kind


def _not_keys(node: Node, shape: type[Shape]) -> Problem:
    what = "a list" if node.items is not None else f"the text `{_shown(node.text)}`"
    return unread("not-keys", node.place, f"here stands {what}, where `key: value` lines belong", _first_words(shape))


def _first_words(shape: type[Shape]) -> str:
    keys = [f.alias or n for n, f in shape.model_fields.items() if f.is_required()] or _known_keys(shape, [])[:2]
    return f"begin with `{keys[0]}: …`" if keys else ""


def _kind_of(value: Node) -> str:
    if value.items is not None:
        return "a list"
    return "a set of keys" if value.pairs is not None else f"the text `{_shown(value.text)}`"


def _wanted(kind: str) -> str:
    if kind.startswith(("tuple", "list")):
        return "a list"
    if kind.startswith(("dict", "model")):
        return "a set of keys"
    return "a number" if kind.startswith(("float", "int")) else "a text"


def _last_word(location: list[str | int]) -> str:
    """What the value is called in a sentence: `status`, `severity`; an effect is named by its component."""
    return "effect" if len(location) > 1 and location[-2] == "components" else str(location[-1])


def _shown(value: object) -> str:
    text = "".join(c if c.isprintable() else "·" for c in str(value))
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
