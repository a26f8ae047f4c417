"""The examples that the docs show: the bad one is found, the good one is not, and every rule has both."""

from __future__ import annotations

import pytest

from explaining import EXAMPLES, Example
from explaining_files import READING as FILES
from explaining_files import WITHOUT_TEXT
from judging import Anybody, Files, judged
from onrecord.announcing.looking import channels_of
from onrecord.loading import load
from onrecord.policy import FILE_RULES, RULES
from onrecord.problems import READING
from onrecord.render.messages.looking import problems_of
from records import HEALTHY, NOW, Memory


@pytest.mark.parametrize(("slug", "example"), EXAMPLES.items(), ids=list(EXAMPLES))
def test_examples(slug: str, example: Example) -> None:
    """What the docs call bad is found, and what they call good is left alone."""
    bad, good = ({p.slug for p in judged({**example.unseen, **files}, readers=Anybody())} for files in (example.bad, example.good))
    assert (slug in bad, slug in good) == (True, False), (bad, good)


def test_every_rule_has_an_example() -> None:
    """A rule without one cannot be understood by reading."""
    assert {rule.slug for rule in (*RULES, *FILE_RULES)} - set(EXAMPLES) == set()


def _unread(files: Files) -> set[str]:
    merged = {path: content for path, content in {**HEALTHY, **files}.items() if content is not None}
    tree = Memory(merged)
    loaded = load(tree, now=NOW)
    return {problem.slug for problem in (*loaded.problems, *problems_of(tree), *channels_of(tree, loaded.dataset)[1])}


@pytest.mark.parametrize(("slug", "example"), FILES.items(), ids=list(FILES))
def test_examples_of_files(slug: str, example: Example) -> None:
    """What the docs call bad cannot be read, and what they call good can."""
    bad, good = (_unread({**example.unseen, **files}) for files in (example.bad, example.good))
    assert slug in bad
    assert good == set()


def test_every_rule_of_files_has_an_example() -> None:
    """But for those that no text can show."""
    assert set(READING) == set(FILES) | set(WITHOUT_TEXT)
