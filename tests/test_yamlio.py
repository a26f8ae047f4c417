"""Reading YAML on both paths, and writing it so that it reads back the same."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import Field
from ruamel.yaml import YAML

from onrecord import yamlio
from onrecord.model import Free, IncidentFile, Number, PolicyFile, Shape, Switch, UpdateFile
from onrecord.problems import Place
from onrecord.yamlio.explain import explain


class Anything(Shape):
    """A shape with a field of every kind."""

    text: str | None = Field(None)
    texts: tuple[str, ...] = Field(())
    number: Number = Field(0.0)
    switch: Switch = Field(False)
    by_key: dict[str, str] = Field(default_factory=dict)
    free: dict[str, Free] = Field(default_factory=dict)


SCALARS = (
    *("no", "on", "012", "12:30", "1e3", "0x1F", "0o17", "0b11", "1_000", "1.50", ".5", "5.", "+1", "-0", "~", "null", "", "true", "TRUE", "False", "yes"),
    *(".inf", "-.inf", ".nan", "2026-11-21", "2026-11-21T10:00:00Z", "190:20:30", "=", "<<", "0.3", "1", "99.95", "a b", "a#b", "a: b", "a - b", "it's"),
    *("'no'", '"12"', "'it''s'", '"a\\tb"', '"\\x41"', '"\\u00e4"', "'a\n\n  b'", '"a\n  b"', '"a \\\n  b"', "|\n  x\n  y", "|-\n  x\n\n  y\n", ">\n  a\n  b\n\n  c", ">-\n  a\n    b\n  c"),
    *("|+\n  x\n\n", "|2\n    x\n", "[a, b]", "[]", "{}", "{a: b}", "[1, 'x', ~]", "{a: 1, b: [c]}", "- x", "a\n  b\n  c", "&x y", "*x", "!!str 12", "! 12", "@x", "`x", "%x"),
    *("a # c", "'a' # c", "ä", "😀", "a\u00a0b", "a\u2028b", "x\ty", "[a,b]", "{a: ~}", '{"a":b}', "[a: b]", "{a}", "---", "...", "- - a", "? a"),
)
KEYS = ("text", "texts", "number", "switch", "by_key", "free", "by_key:\n  k", "free:\n  k", "texts:\n  - x\n  -", '"text"', "'number'", "<<", "other", "text ", "? text\n")
LINES = st.builds(lambda key, gap, value: f"{key}:{gap}{value}", st.sampled_from(KEYS), st.sampled_from((" ", "", "  ", "\n  ")), st.sampled_from(SCALARS))
TEXTS = st.builds(
    lambda before, lines, after: before + "\n".join(lines) + after,
    st.sampled_from(("", "", "", "---\n", "# c\n", "\n\n", "%YAML 1.2\n---\n")),
    st.lists(LINES, min_size=1, max_size=4),
    st.sampled_from(("\n", "", "\n\n", "\n# c\n", "\n...\n", "\n---\n")),
)


@settings(max_examples=1500, deadline=None)
@given(text=TEXTS)
@example(text="number: 0x1F\nswitch: yes\n")
@example(text="free: {a: [no, '012', {b: ~}]}\n")
def test_both_paths_read_the_same(text: str) -> None:
    """What the fast path accepts, the explaining path reads to the same record."""
    record = yamlio._quickly(text, Anything)
    if record is not None:
        explained, _, problems = explain(text, "x.yml", Anything)
        assert problems == []
        assert explained == record


@settings(max_examples=400, deadline=None)
@given(text=st.text(alphabet="abtex: -?[]{}&*!|>'\"#\n,~=<.0159TZ\\", max_size=60))
def test_both_paths_read_any_text_the_same(text: str) -> None:
    """The same for texts that happen to be YAML."""
    text = f"text: {text}\n"
    record = yamlio._quickly(text, Anything)
    if record is not None:
        explained, _, problems = explain(text, "x.yml", Anything)
        assert (explained, problems) == (record, [])


def test_words_keep_their_spelling() -> None:
    """Nothing that YAML would make a number, a switch, a time or nothing of changes its spelling."""
    for word in ("no", "012", "12:30", "1e3", "0x1F", "1_000", "true", "2026-11-21", ".5"):
        record, problems = yamlio.parse(f"texts: [x, {word}]\ntext: {word}\nfree: {{k: {word}}}\n".encode(), "x.yml", Anything)
        assert problems == []
        assert record is not None
        assert (record.text, record.texts[1], record.free["k"]) == (word, word, word)


def test_all_problems_of_a_file_come_at_once() -> None:
    """Six mistakes in one head are six findings."""
    text = b"titel: x\nkind: incdent\nseverity: majr\nstarted: yesterday\ncomponents: {api: down}\ncauses: deploy\n"
    _, problems = yamlio.parse(text, "incident.yml", IncidentFile)
    assert sorted(p.slug for p in problems) == ["bad-time", "missing-key", "unknown-key", "unknown-word", "unknown-word", "unknown-word", "wrong-kind-of-value"]


FRONT = (
    ("plain", "---\nat: x\n---\nWords\n", ("at: x\n", "Words", 4)),
    ("blank lines around the words", "---\nat: x\n---\n\n\nWords\n\n", ("at: x\n", "Words", 6)),
    ("nothing in it", "---\n---\nWords\n", ("", "Words", 3)),
    ("no words", "---\nat: x\n---\n", ("at: x\n", "", 4)),
    ("no line end at all", "---\nat: x\n---", ("at: x\n", "", 3)),
    ("spaces behind the marks", "---\nat: x\n---  \nWords\n", ("at: x\n", "Words", 4)),
    ("closed by dots", "---\nat: x\n...\nWords\n", ("at: x\n", "Words", 4)),
    ("a rule in the words", "---\nat: x\n---\nA\n\n---\nB\n", ("at: x\n", "A\n\n---\nB", 4)),
    ("never closed", "---\nat: x\nWords\n", None),
    ("none", "Words\n", None),
)


@pytest.mark.parametrize(("name", "text", "expected"), FRONT, ids=[row[0] for row in FRONT])
def test_split(name: str, text: str, expected: tuple[str, str, int] | None) -> None:
    """Front matter, words, and the line where the words begin."""
    assert yamlio.split(text) == expected


def test_quick_places_are_the_true_ones() -> None:
    """The shortcut for outermost keys agrees with the whole reading, wherever it answers."""
    text = b"# title: no\ntitle:   x\ncauses:\n  - a\nworkaround: |\n  title: y\n  started: z\nstarted: 2026-11-21T14:00:00Z\nplan: []\n"
    slow = yamlio.places(text, "x.yml")
    for key in ("title", "title:", "workaround:", "started", "started:", "plan:", "plan"):
        assert yamlio.quick_place(text, "x.yml", key) in (slow[key], None)
    assert yamlio.quick_place(text, "x.yml", "title") == Place("x.yml", 2, 10)
    assert yamlio.quick_place(text, "x.yml", "severity") is None


TREES = st.recursive(
    st.one_of(st.text(max_size=20), st.sampled_from(SCALARS), st.sampled_from(("a\nb", "a\n\nb\n", " a\nb", "a \nb", "a\n b\n", "x: y\nz", "\na"))),
    lambda inner: st.one_of(st.lists(inner, min_size=1, max_size=3), st.dictionaries(st.text(min_size=1, max_size=8), inner, min_size=1, max_size=3)),
    max_leaves=8,
)


def _without_what_no_file_may_hold(tree: Any) -> Any:
    if isinstance(tree, dict):
        return {str(_without_what_no_file_may_hold(key)) or "k": _without_what_no_file_may_hold(value) for key, value in tree.items()}
    if isinstance(tree, list):
        return [_without_what_no_file_may_hold(item) for item in tree]
    return "".join(c for c in tree if c >= " " or c == "\n").translate({127: None, 0xFEFF: None, 0xFFFE: None, 0xFFFF: None, **_UNSEEN})


_UNSEEN = dict.fromkeys((*range(128, 160), 0x180E, *range(0x200B, 0x200E), *range(0x202A, 0x202F), *range(0x2060, 0x2070), *range(0xFFF9, 0xFFFC), *range(0xE0000, 0xE0080)))
"""What is forbidden, or read as its code."""


@settings(max_examples=250, deadline=None)
@given(tree=st.dictionaries(st.text(min_size=1, max_size=8), TREES, min_size=1, max_size=4))
def test_dump_reads_back(tree: dict[str, Any]) -> None:
    """Whatever texts, lists and keys are written, we and any YAML 1.2 reader (which makes dates of days) find them again."""
    tree = _without_what_no_file_may_hold(tree)
    text = yamlio.dump({"free": tree})
    record, problems = yamlio.parse(text.encode(), "x.yml", Anything)
    assert problems == [], text
    assert record is not None
    assert record.free == tree, text
    if not re.search(r"\d{4}-\d{2}-\d{2}", text):
        assert YAML(typ="safe", pure=True).load(text)["free"] == tree, text


def test_dump_is_what_a_careful_person_writes() -> None:
    """Plain where that is safe, quoted where not, blocks for several lines, nothing for nothing."""
    text = yamlio.dump(
        {
            "title": "Checkout: errors",
            "kind": "incident",
            "started": "2026-11-21T13:58:00Z",
            "answer": "no",
            "figure": "1,204",
            "detected": None,
            "related": [],
            "causes": ["deploy", "a, b"],
            "workaround": "Pay by invoice.\n\n- one\n- two\n",
            "plan": [{"step": "Isolate", "done": "2026-11-21T14:20:00Z"}, {"step": "Say \"hi\""}],
            "drill": True,
            "share": 0.3,
        },
        "Written by a tool.\nRead by people.",
    )
    assert text == (
        "# Written by a tool.\n"
        "# Read by people.\n"
        'title: "Checkout: errors"\n'
        "kind: incident\n"
        "started: 2026-11-21T13:58:00Z\n"
        'answer: "no"\n'
        'figure: "1,204"\n'
        'causes: [deploy, "a, b"]\n'
        "workaround: |\n"
        "  Pay by invoice.\n"
        "\n"
        "  - one\n"
        "  - two\n"
        "plan:\n"
        "  - step: Isolate\n"
        "    done: 2026-11-21T14:20:00Z\n"
        "  - step: Say \"hi\"\n"
        "drill: true\n"
        "share: 0.3\n"
    )


@pytest.mark.parametrize("shape", [IncidentFile, UpdateFile, PolicyFile])
def test_nothing_raises(shape: type[Shape]) -> None:
    """Nests that broke the fast parser's stack, and numbers that are none."""
    for text in ("- " * 100_000, "? " * 100_000, "[" * 100_000, "{a: " * 100_000, "a: " + "-\t" * 100_000, "a: &a [*a]", "kind: 1e999999", "!" * 5000):
        record, problems = yamlio.parse(text.encode(), "x.yml", shape)
        assert record is None
        assert problems


def test_a_file_of_mistakes_is_cut_short() -> None:
    """A file that says one key ten thousand times is named often enough to be mended, and no more."""
    _, problems = yamlio.parse(b"title: x\n" * 10_000, "x.yml", IncidentFile)
    assert len(problems) == 50
