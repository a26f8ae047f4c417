"""The examples that the docs show: the bad one is found, the good one is not, and every rule has both."""

from __future__ import annotations

import pytest

from explaining import EXAMPLES, Example
from judging import Anybody, judged
from onrecord.policy import FILE_RULES, RULES


@pytest.mark.parametrize(("slug", "example"), EXAMPLES.items(), ids=list(EXAMPLES))
def test_examples(slug: str, example: Example) -> None:
    """What the docs call bad is found, and what they call good is left alone."""
    bad, good = ({p.slug for p in judged({**example.unseen, **files}, readers=Anybody())} for files in (example.bad, example.good))
    assert (slug in bad, slug in good) == (True, False), (bad, good)


def test_every_rule_has_an_example() -> None:
    """A rule without one cannot be understood by reading."""
    assert {rule.slug for rule in (*RULES, *FILE_RULES)} - set(EXAMPLES) == set()
