"""The chain of publications: it only grows, says when a commit went online, and shows every link that was changed."""

from __future__ import annotations

import pytest

from onrecord.publications import BrokenChain, Chain, parse_chain
from onrecord.times import parse_instant

FIRST, SECOND = parse_instant("2026-11-21T14:06:00Z"), parse_instant("2026-11-21T14:30:00Z")
CHAIN = Chain().followed_by(commit="a" * 40, at=FIRST, build="1" * 64).followed_by(commit="a" * 40, at=SECOND, build="2" * 64)


def test_it_is_written_and_read() -> None:
    """One line an entry; a new one changes none of the others."""
    longer = CHAIN.followed_by(commit="b" * 40, at=SECOND, build="3" * 64, note="anew")
    assert parse_chain(longer.written()) == longer
    assert longer.written().startswith(CHAIN.written().removesuffix(b"\n]}\n") + b",\n")
    assert longer.newest is longer.entries[2]


def test_the_first_time_counts() -> None:
    """A commit that was published again went online with its first publication."""
    assert CHAIN.first_published() == {"a" * 40: FIRST}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("14:06", "14:05"),
        ("1" * 64, "4" * 64),
        ('"previous": null', '"previous": "x"'),
        ("{", "["),
        ('"at"', '"on"'),
        ("2026-11-21T14:06:00Z", "yesterday"),
        ('"commit": "' + "a" * 40 + '"', '"commit": 7'),
    ],
)
def test_what_was_changed_is_found(old: str, new: str) -> None:
    """Any byte of an entry but those of the newest."""
    with pytest.raises(BrokenChain):
        parse_chain(CHAIN.written().decode().replace(old, new, 1).encode())


def test_a_missing_entry_is_found() -> None:
    """Nobody can take one out of the middle, or the beginning away."""
    longer = CHAIN.followed_by(commit="b" * 40, at=SECOND, build="3" * 64)
    for kept in ((0, 2), (1, 2)):
        with pytest.raises(BrokenChain, match="does not follow"):
            parse_chain(Chain(entries=tuple(longer.entries[n] for n in kept)).written())
