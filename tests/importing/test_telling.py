"""Free text to updates: what is split, which time and status each piece has, and that no word is lost."""

from __future__ import annotations

import re
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord.importing.pieces import STAMP
from onrecord.importing.telling import NO_END_TIME, NO_END_WORDS, NO_WORDS, Frame, Story, says_end, tell
from onrecord.times import iso, parse_instant

DAY = "2026-03-05"


def at(clock: str) -> str:
    """`10:00` on the day of the tests, or a whole time."""
    return f"{DAY}T{clock}:00Z" if len(clock) == 5 else clock


def told(text: str, started: str = "10:00", ended: str | None = "12:00", *, over: bool = True) -> Story:
    """The story of a dedented text; `<track 10:30>` is a time stamp as a foreign system marks it."""
    stamped = re.sub(r"<track ([^>]*)>", lambda m: f"\x02{m[1] if len(m[1]) > 5 else f'{DAY} {m[1]}:00'}\x03", dedent(text).strip("\n"))
    return tell(stamped, Frame(started=parse_instant(at(started)), ended=parse_instant(at(ended)) if ended else None, over=over))


def lines(story: Story) -> list[str]:
    """Each update in short: time on the day, status, `effective` where there is one, and its words."""
    rows = []
    for words in story.words:
        effective = f" ({iso(words.effective)[11:16]})" if words.effective else ""
        day = "" if iso(words.at).startswith(DAY) else iso(words.at)[5:10] + " "
        rows.append(f"{day}{iso(words.at)[11:16]} {words.status or '-'}{effective}: {words.body}")
    return rows


CASES = {
    "kept whole, with an end that says where it comes from": (
        "All is slow.\n\nWe look.",
        ["10:00 investigating: All is slow.\n\nWe look.", f"12:00 resolved: {NO_END_WORDS}"],
    ),
    "labels and stamps, newest first": (
        "*Resolved* - It is over. <track 12:00>\n\n*Monitoring* - A fix is in. <track 11:30>\n\n*Investigating* - All is slow. <track 10:05>",
        ["10:05 investigating: All is slow.", "11:30 monitoring: A fix is in.", "12:00 resolved: It is over."],
    ),
    "stamps alone, oldest first": (
        "All is slow.\nVery slow. <track 10:00>\n\nStill slow. <track 11:00>\n\nFast again. <track 12:00>",
        ["10:00 investigating: All is slow.\nVery slow.", "11:00 -: Still slow.", "12:00 resolved: Fast again."],
    ),
    "a stamp on its own line ends all that stands before it": (
        "All was down.\n\n- one\n- two\n\n<track 12:00>",
        ["12:00 resolved: All was down.\n\n- one\n- two"],
    ),
    "code behind a stamp belongs to the words before it": (
        "Run this. <track 10:30>\n\n```\nfix --now\n```\n\nThat helped all. <track 12:00>",
        ["10:30 investigating: Run this.\n\n```\nfix --now\n```", "12:00 resolved: That helped all."],
    ),
    "said after the end: effective": (
        "All is slow. <track 10:00>\n\n**Resolved:** It is over. <track 12:20>",
        ["10:00 investigating: All is slow.", "12:20 resolved (12:00): It is over."],
    ),
    "words after the end change nothing": (
        "All is slow. <track 10:00>\n\n**Resolved:** It is over. <track 12:00>\n\nWe found the cause. <track 15:00>",
        ["10:00 investigating: All is slow.", "12:00 resolved: It is over.", "15:00 -: We found the cause."],
    ),
    "resolved before the end that the fields name": (
        "All is slow. <track 10:00>\n\n**Resolved:** It is over. <track 11:00>",
        ["10:00 investigating: All is slow.", "11:00 -: **Resolved:** It is over.", f"12:00 resolved: {NO_END_WORDS}"],
    ),
    "a label without a time, at the end": (
        "All is slow.\n\nUpdate: the queue is empty, and all is back to normal.",
        ["10:00 investigating: All is slow.", "12:00 resolved: the queue is empty, and all is back to normal."],
    ),
    "a label without a time that does not speak of the end": (
        "All is slow.\n\nEDIT: [their report](https://example.com)",
        ["10:00 investigating: All is slow.\n\nEDIT: [their report](https://example.com)", f"12:00 resolved: {NO_END_WORDS}"],
    ),
    "brackets, newest first, without times": (
        "[Final message]\nDone.\n\n[Initial message]\nWe upgrade the hosts.",
        ["10:00 investigating: We upgrade the hosts.", "12:00 resolved: Done."],
    ),
    "words between that have no time join the next that have one": (
        "[Final message]\nDone.\n\n[Update]\nHalf done.\n\n[Initial message]\nWe upgrade the hosts.",
        ["10:00 investigating: We upgrade the hosts.", "12:00 resolved: [Update]\nHalf done.\n\n[Final message]\nDone."],
    ),
    "a list of updates with times": (
        "All is slow.\n\nUpdates:\n\n- Thu Mar 5 11:10:00 UTC: Be patient.\n  It goes on.\n- `2026-03-05T13:00:00+01:00`: Over.",
        ["10:00 investigating: All is slow.", "11:10 -: Be patient.\nIt goes on.", "12:00 resolved: Over."],
    ),
    "a timeline that was written afterwards is no list of updates": (
        "All was slow.\n\n## Timeline\n\n* 2026-03-05T10:10 - alarm\n* 2026-03-05T11:10 - fix",
        ["10:00 investigating: All was slow.\n\n## Timeline\n\n* 2026-03-05T10:10 - alarm\n* 2026-03-05T11:10 - fix", f"12:00 resolved: {NO_END_WORDS}"],
    ),
    "clocks alone take the day from what stands before": (
        "Update 10:30 UTC: looking.\n\nUpdate 11:40 UTC: all is fixed.",
        ["10:30 investigating: looking.", "11:40 -: all is fixed.", f"12:00 resolved: {NO_END_WORDS}"],
    ),
    "a heading with a day and no hour": (
        "All is slow.\n\n### Update - 5th March\nMost is up again.",
        ["10:00 investigating: All is slow.", "12:00 resolved: Most is up again."],
    ),
    "a divider, and words of return": (
        "We are away.\n\n--\n\nHappy new year! We're back.",
        ["10:00 investigating: We are away.", "12:00 resolved: Happy new year! We're back."],
    ),
    "a divider between words that tell no time": (
        "We look.\n\n---\n\nIt is slow until this is fixed.",
        ["10:00 investigating: We look.\n\n---\n\nIt is slow until this is fixed.", f"12:00 resolved: {NO_END_WORDS}"],
    ),
    "a stamp whose day is mistyped": (
        "**Resolved**: Over. <track 12:00>\n\nStill slow. <track 2026-03-04 11:00>\n\nAll is slow. <track 10:10>",
        ["10:10 investigating: All is slow.", "11:00 -: Still slow.", "12:00 resolved: Over."],
    ),
    "stamps within a sentence are written out": (
        "It was down from <track 10:00> to <track 11:00>.",
        ["10:00 investigating: It was down from (10:00 UTC, 5 March 2026) to (11:00 UTC, 5 March 2026).", f"12:00 resolved: {NO_END_WORDS}"],
    ),
    "no words at all": ("", [f"10:00 investigating: {NO_WORDS}", f"12:00 resolved: {NO_END_WORDS}"]),
}


@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES)
def test_a_text_becomes_updates(text: str, expected: list[str]) -> None:
    """An incident from 10:00 to 12:00 whose text is taken apart as far as its words allow."""
    assert lines(told(text)) == expected


def test_a_post_mortem_in_the_text_is_set_apart() -> None:
    """Its words are no update; the others are."""
    story = told("*Post-mortem*\n\nA disk was full.\n\n---\n\n*Investigating* - All is slow. <track 10:00>")
    assert story.postmortem == "A disk was full."
    assert lines(story) == ["10:00 investigating: All is slow.", f"12:00 resolved: {NO_END_WORDS}"]


def test_an_open_incident_stays_open_whatever_its_words_say() -> None:
    """The field decides; the words keep their label, and the contradiction is pointed out."""
    story = told("All is slow. <track 10:00>\n\n**Resolved:** It is over. <track 11:00>", ended=None, over=False)
    assert lines(story) == ["10:00 investigating: All is slow.", "11:00 -: **Resolved:** It is over."]
    assert [remark.sort for remark in story.remarks] == ["odd"]


def test_an_end_without_a_time_comes_from_the_words_or_is_said_to_be_unknown() -> None:
    """Where the words name it, they count; else it stands at the last time that is known, and says so."""
    assert lines(told("All is slow.\n\n**Resolved:** Over. <track 11:00>", ended=None))[-1] == "11:00 resolved: Over."
    unknown = told("All is slow.", ended=None)
    assert lines(unknown)[-1] == f"10:00 resolved: {NO_END_TIME}"
    assert unknown.ended == parse_instant(at("10:00"))


def test_what_comes_after_the_end_cannot_reopen_it() -> None:
    """A label after the end loses its status, not its word."""
    story = told("**Resolved:** Over. <track 12:00>\n\n**Investigating:** Again. <track 13:00>\n\nAll is slow. <track 10:00>")
    assert [words.status for words in story.words].count("resolved") == 1
    assert lines(story)[-1] == "13:00 -: **Investigating:** Again."


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("The issue has been resolved.", True),
        ("Operation successfull", True),
        ("It is working again.", True),
        ("We wait until this is fixed.", False),
        ("This is not resolved yet.", False),
        ("We restart them.", False),
    ],
)
def test_words_that_say_it_is_over(words: str, expected: bool) -> None:
    """Hopes, conditions and denials are no end."""
    assert says_end(words) is expected


FRAGMENTS = st.sampled_from(
    (
        "Alpha is slow.", "Bravo waits.", "*Investigating* - Charlie looks. <track 10:10>", "**Resolved:** Delta is over.", "Update: Echo is fixed.",
        "[Initial message]\nFoxtrot begins.", "[Final message]\nGolf is done.", "---", "--", "Update 11:10 UTC: Hotel works.", "India was told. <track 2026-03-04 09:00>",
        "Updates:\n\n- 10:50 UTC: Juliett counts.", "```\nkilo --run\n```", "*Post-mortem*\n\nLima explains.", "### Update - 4th March\nMike returns.", "November <track soon>",
        "_UPDATE #2_: Oscar fits.", "Papa <track 11:11> within.", "",
    )
)  # fmt: skip


@given(st.lists(FRAGMENTS, max_size=7), st.booleans(), st.booleans())
def test_no_word_is_ever_lost(fragments: list[str], over: bool, known_end: bool) -> None:
    """Whatever is put together, every word is in an update or the post-mortem, times rise, and an end comes exactly once."""
    text = "\n\n".join(fragments)
    story = told(text, ended="12:00" if known_end else None, over=over)
    everything = "\n".join([*(words.body for words in story.words), story.postmortem or ""])
    for word in re.findall(r"\b(?:[A-Z][a-z]+ (?:is|waits|looks|begins|works|was|explains|returns|counts|fits|within)|kilo|November|Papa)", text):
        assert word.split()[0] in everything
    assert [words.at for words in story.words] == sorted(words.at for words in story.words)
    assert [words.status for words in story.words].count("resolved") == int(over)
    assert story.words[0].status is not None
    assert not STAMP.search(everything)
