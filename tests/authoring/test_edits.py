"""An edit of an existing file touches its own line and nothing else, or is refused."""

from __future__ import annotations

import os
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from onrecord.authoring import EditRefused, put

DONE = "2026-11-21T15:00:00Z"
CASES = {
    "a step in braces": ("plan:\n  - {step: A}\n  - {step: B} # x\n", ("plan", 1, "done"), "plan:\n  - {step: A}\n  - {step: B, done: 2026-11-21T15:00:00Z} # x\n"),
    "a step in lines": ("plan:\n- step: A # x\n- step: B\n", ("plan", 0, "done"), "plan:\n- step: A # x\n  done: 2026-11-21T15:00:00Z\n- step: B\n"),
    "Windows line ends": ("plan:\r\n  - step: A\r\n  - step: B\r\n", ("plan", 0, "done"), "plan:\r\n  - step: A\r\n    done: 2026-11-21T15:00:00Z\r\n  - step: B\r\n"),
    "no last line end": ("plan:\n  - step: 'B'", ("plan", 0, "done"), "plan:\n  - step: 'B'\n    done: 2026-11-21T15:00:00Z"),
    "no line end at all": ("title: A", ("detected",), "title: A\ndetected: 2026-11-21T15:00:00Z"),
    "an empty value": ("plan:\n  - step: A\n    done:   # soon\n", ("plan", 0, "done"), "plan:\n  - step: A\n    done: 2026-11-21T15:00:00Z   # soon\n"),
    "a value in quotes": ("detected:  \"x\"  # y\n", ("detected",), "detected:  \"2026-11-21T15:00:00Z\"  # y\n"),
    "a value of several lines beside it": ("a: |\n  x\nb: c\n\n# end\n", ("detected",), "a: |\n  x\nb: c\ndetected: 2026-11-21T15:00:00Z\n\n# end\n"),
    "a character beyond the basic plane": ("t: {a: 😀 x, b: c}\n", ("t", "b"), "t: {a: 😀 x, b: 2026-11-21T15:00:00Z}\n"),
}
REFUSED = {
    "an alias says it elsewhere too": ("a: &x {b: c}\nd: *x\n", ("a", "b")),
    "a text of several lines": ("a: |\n  x\n  y\n", ("a",)),
    "a text folded over lines": ("a: x\n  y\nb: c\n", ("a",)),
    "a list stands there": ("a: [b]\n", ("a",)),
    "no such list": ("title: A\n", ("plan", 0, "done")),
    "a broken file": ("title: [A\n", ("title",)),
    "a key twice": ("title: A\ntitle: B\n", ("title",)),
    "no neighbour in one line": ("a: |\n  x\n", ("b",)),
    "an empty file": ("", ("b",)),
}


@pytest.mark.parametrize(("before", "keys", "after"), CASES.values(), ids=CASES)
def test_only_its_own_line_changes(before: str, keys: tuple[str | int, ...], after: str) -> None:
    """Comments, quotes, order, line ends and a missing last one stay."""
    assert put(before.encode(), keys, DONE).decode() == after


@pytest.mark.parametrize(("before", "keys"), REFUSED.values(), ids=REFUSED)
def test_what_needs_more_is_refused(before: str, keys: tuple[str | int, ...]) -> None:
    """No edit rather than a wrong one; the hint says what to do."""
    with pytest.raises(EditRefused) as refusal:
        put(before.encode(), keys, DONE)
    assert refusal.value.hint


# ---------------------------------------------------------------- files as people lay them out

WORDS = st.text("abzäß😀 '#:-", min_size=1, max_size=8).map(str.strip).filter(bool)
COMMENTS = st.sampled_from(["", "", " # note", "   # it's \"here\": {x}"])
SPACE = st.sampled_from(["", "", "\n", "# between\n", "\n\n"])


@st.composite
def scalars(draw: st.DrawFn, *, flow: bool = False) -> str:
    word = draw(WORDS)
    forms = ["'" + word.replace("'", "''") + "'", '"' + word + '"', word.replace("#", "").replace(":", "").strip(" '-") or "x"]
    return draw(st.sampled_from([*forms, "012", "no", "2026-11-21T14:00:00Z"] + ([] if flow else ["|\n        x\n        y", ">-\n        folded\n        text", "&a x", "*a", "", "one\n        two"])))


@st.composite
def mappings(draw: st.DrawFn, keys: list[str], indent: str) -> str:
    """`{…}` or lines, with comments."""
    chosen = draw(st.lists(st.sampled_from(keys), min_size=1, max_size=3, unique=True))
    if draw(st.booleans()):
        gap = draw(st.sampled_from([", ", ",", " , "]))
        return " {" + gap.join(f"{key}: {draw(scalars(flow=True))}" for key in chosen) + "}" + draw(COMMENTS) + "\n"
    return "\n" + "".join(f"{indent}{key}: {draw(scalars())}{draw(COMMENTS)}\n{draw(SPACE)}" for key in chosen)


@st.composite
def steps(draw: st.DrawFn, indent: str) -> str:
    text = "\n"
    for number in range(draw(st.integers(1, 3))):
        if draw(st.booleans()):
            text += f"{indent}- {{step: S{number}}}{draw(COMMENTS)}\n"
        else:
            gap = draw(st.sampled_from([" ", "   "]))
            done = draw(st.sampled_from(["", f"{indent} {gap}done:\n", f"{indent} {gap}done: ~ # x\n"]))
            text += f"{indent}-{gap}step: {draw(scalars())}{draw(COMMENTS)}\n{done}"
        text += draw(SPACE)
    return text


@st.composite
def heads(draw: st.DrawFn) -> bytes:
    """An incident.yml as somebody may have laid it out by hand."""
    indent = " " * draw(st.integers(1, 6))
    text = draw(SPACE) + f"title: {draw(scalars())}{draw(COMMENTS)}\n" + draw(SPACE)
    text += f"components:{draw(mappings(['api', 'checkout', 'till'], indent))}" + draw(SPACE)
    if draw(st.booleans()):
        text += f"plan:{draw(steps(draw(st.sampled_from(['', indent]))))}" + draw(SPACE)
    if draw(st.booleans()):
        text = text.rstrip("\n")
    return text.replace("\n", draw(st.sampled_from(["\n", "\n", "\r\n"]))).encode()


EDITS = st.sampled_from([("components", "api"), ("components", "till"), ("plan", 0, "done"), ("plan", 1, "done"), ("detected",), ("title",)])


@settings(max_examples=int(os.environ.get("EDITS", "300")), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=heads(), keys=EDITS, value=st.sampled_from([DONE, "major_outage", "it's: # odd", "no", "12:30"]))
def test_every_other_byte_stays(data: bytes, keys: tuple[Any, ...], value: str) -> None:
    """Whatever the file looks like: one stretch inside one line changes, or one line is added, and nothing else is said."""
    assume(data.count(b"&a") < 2)  # the library that reads it again takes an anchor only once
    try:
        after = put(data, keys, value)
    except EditRefused:
        return
    start = _alike(data, after)
    end = _alike(data[start:][::-1], after[start:][::-1])
    removed, added = data[start : len(data) - end], after[start : len(after) - end]
    assert b"\n" not in removed
    assert added.count(b"\n") <= 1
    assert not removed or b"\n" not in added
    assert yaml.load(after, yaml.BaseLoader) == _with(yaml.load(data, yaml.BaseLoader), keys, value)


def _alike(one: bytes, other: bytes) -> int:
    """How many bytes both begin with."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _with(data: Any, keys: tuple[Any, ...], value: str) -> Any:
    home = data
    for key in keys[:-1]:
        home = home[key]
    home[keys[-1]] = value
    return data


def test_what_people_write_is_rarely_refused() -> None:
    """A file of one-line values, in whatever layout, is always edited."""
    for end in ("\n", "\r\n"):
        for text in ("components:\n    api: no # x\n    till: 'y'\n", "components: {api: x,till: \"y\"}\n", "# a\ncomponents:\n api:\n\n\n"):
            assert put(text.replace("\n", end).encode(), ("components", "api"), DONE)
            assert put(text.replace("\n", end).encode(), ("components", "checkout"), DONE)
