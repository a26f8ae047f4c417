"""Files that nobody would think of: for every shape that is read from a file, a strategy that fills any of its keys with anything that may stand there."""

from __future__ import annotations

import types
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st
from pydantic import BaseModel

from onrecord import channels, model

TEXTS = st.text(alphabet="aZ0 \n:-#'\"{}[]&*!|>%@`,?~=<\\é\u05d0😀", min_size=1, max_size=24)
"""Letters of several scripts, and every sign that means something to YAML."""
LINES = (TEXTS | st.sampled_from(["no", "12:30", "012", "1e3", "null", "~", "2026-11-21", "- a", "a: b", "# a", "<<", "=", "true"])).map(lambda text: " ".join(text.split())).filter(bool)
MOMENTS = st.datetimes(datetime(1980, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)).map(lambda at: at.replace(microsecond=0))
IDS = st.from_regex(r"[a-z0-9](?:[a-z0-9_-]{0,8}[a-z0-9])?", fullmatch=True)
_FREE: st.SearchStrategy[Any] = st.recursive(LINES, lambda inner: st.lists(inner, min_size=1, max_size=2) | st.dictionaries(IDS, inner, min_size=1, max_size=2), max_leaves=3)
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe")
_KINDS: list[tuple[Any, st.SearchStrategy[Any]]] = [
    (model.Instant, MOMENTS),
    (model.Duration, st.integers(1, 10_000).map(lambda minutes: timedelta(minutes=minutes))),
    (model.Day, st.dates(date(1980, 1, 1), date(2100, 1, 1))),
    (model.Line, LINES),
    (model.Name, LINES),
    (model.Identifier, IDS),
    (model.Zone, st.sampled_from(ZONES)),
    (model.WebAddress, st.sampled_from(["https://a.example/b?c=d#e", "http://a.example", "mailto:a@b.example"])),
    (model.Quote, st.just(f"12:{'0a' * 32}")),
    (model.Tongue, st.sampled_from(["en", "de", "ar", "pt-BR"])),
    (model.Number, st.floats(0.01, 1).map(lambda number: round(number, 4))),
    (model.Switch, st.booleans()),
    (model.Free, _FREE),
    (channels.Variable, st.sampled_from(["ANNOUNCE_MAIL", "ANNOUNCE_HOOK_2"])),
]


def said(shape: type[BaseModel]) -> st.SearchStrategy[dict[str, Any]]:
    """What may stand in such a file: its keys, as they are written, with any values; keys that may be left out sometimes are."""
    hints = get_type_hints(shape, include_extras=True)
    keys = {field.alias or name: (_value(hints[name]), field.is_required()) for name, field in shape.model_fields.items()}
    needed = {key: value for key, (value, required) in keys.items() if required}
    return st.fixed_dictionaries(needed, optional={key: value for key, (value, required) in keys.items() if not required})


def _value(kind: Any) -> st.SearchStrategy[Any]:
    for known, values in _KINDS:
        if kind == known:
            return values
    origin, inner = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _value(inner[0])
    if origin in (Union, types.UnionType):
        return st.one_of(*(_value(one) for one in inner if one is not type(None)))
    if origin is Literal:
        return st.sampled_from(inner)
    if origin is tuple:
        return st.lists(_value(inner[0]), max_size=2)
    if origin is dict:
        return st.dictionaries(_value(inner[0]) if inner[0] is not str else IDS, _value(inner[1]), max_size=2)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return st.sampled_from([one.value for one in kind])
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return st.deferred(lambda: said(kind))
    assert kind is str, f"no values are known for {kind}"
    return TEXTS.map(str.strip).filter(bool)


def pruned(value: Any) -> Any:
    """The same without keys that say nothing, which nobody writes."""
    if isinstance(value, dict):
        return {key: kept for key, one in value.items() if (kept := pruned(one)) not in ({}, [])}
    return [kept for one in value if (kept := pruned(one)) != {}] if isinstance(value, list) else value
