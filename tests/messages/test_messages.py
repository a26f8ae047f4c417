"""The same facts in the words of each channel: every phase on every channel, as somebody has read them, and what must never be in them."""

from __future__ import annotations

import re
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest

import life
from golden import Golden
from onrecord.policy.blanks import is_robot
from onrecord.render.messages import CHANNELS, PHASES, BadMessage, Letters, message, phase_of, starter
from onrecord.render.messages.facts import MEANINGS, facts
from onrecord.render.messages.lengths import NETWORKS, count
from onrecord.render.messages.letters import known_names
from onrecord.settings import Site

SHIPPED = Path(str(files("onrecord").joinpath("messages")))
DERIVED = {"handover": "fix-under-way"}
"""Phases that somebody must name, since no update says of itself that it is one."""


@pytest.mark.parametrize("phase", PHASES)
def test_every_phase_on_every_channel(phase: str, golden: Golden) -> None:
    """What was said, in each channel's form, without a blank; and the phase follows from the newest update."""
    snapshot, view = life.at(phase)
    assert phase_of(view) == DERIVED.get(phase, phase)
    if phase in DERIVED:
        view = replace(view, updates=view.updates)
    made = [message(snapshot, view, channel, phase if phase not in DERIVED else None, life.LETTERS) for channel in CHANNELS]
    assert [one.blanks for one in made] == [()] * len(CHANNELS)
    golden(f"messages/{phase}.txt", "\n".join(f"---- {one.channel} ----\n{one.whole}\n" for one in made))


@pytest.mark.parametrize("kind", ["incident", "maintenance"])
def test_what_the_templates_ask(kind: str, golden: Golden) -> None:
    """The text that each phase proposes for the status page, with its blanks."""
    snapshot, view = life.at("acknowledgement" if kind == "incident" else "maintenance-announced")
    texts = [f"---- {name} ----\n{starter(snapshot, view, name, life.LETTERS)}\n" for name, phase in PHASES.items() if phase.kind == kind]
    golden(f"messages/asked-{kind}.txt", "\n".join(texts))


def test_there_is_a_template_for_each() -> None:
    """One file a phase and channel, and nothing else, each small."""
    found = {path.relative_to(SHIPPED).as_posix(): path.read_text() for path in SHIPPED.rglob("*") if path.is_file()}
    assert set(found) == {*known_names(), "robot.txt"}
    assert max(text.count("\n") for name, text in found.items() if "/" in name) < 30


def test_what_templates_say_alone_is_stock() -> None:
    """A template's sentences without its blanks and facts are robot text: left alone they say nothing."""
    for phase in PHASES:
        text = re.sub(r"\{#.*?#\}|\{%.*?%\}", "\n", (SHIPPED / phase / "status-page.md").read_text(), flags=re.DOTALL)
        pieces = re.split(r"(?<=[.!?])\s+|\]\]|\n|(?=\[\[)", text)
        alone = [piece for piece in map(str.strip, pieces) if piece.strip(". ") and not re.search(r"\{\{|\[\[|\}\}", piece)]
        assert [piece for piece in alone if not is_robot(piece)] == []


def test_stock_is_found_whole() -> None:
    """Each sentence of the list counts as it stands there, alone and after another."""
    lines = [line for line in (SHIPPED / "robot.txt").read_text().splitlines() if not line.startswith("#")]
    assert len(lines) == len(set(lines))
    assert [line for line in lines if not is_robot(line) or not is_robot(f"We're sorry. {line}")] == []


def test_every_fact_is_explained() -> None:
    """The manual lists what a template may say, and nothing that there is not."""
    snapshot, view = life.at("identified")
    assert set(MEANINGS) == set(facts(snapshot, view, life.LETTERS.site, phase="identified", markdown=False, words="x"))


def test_nothing_internal_gets_out() -> None:
    """Neither notes nor people, nor a draft, on any channel in any phase."""
    for phase in PHASES:
        snapshot, view = life.at(phase)
        text = "".join(message(snapshot, view, channel, phase, life.LETTERS).whole for channel in CHANNELS)
        assert not re.search(r"Internalia|db-17|1234567", text)


LATE = {
    "identified": ("15:40", {"status-page": "promised for 15:30 UTC (16:30 CET), and is late", "email": "We promised to write by 15:30 UTC (16:30 CET), and are late", "questions": "promised for 15:30 UTC (16:30 CET) and is late"}),
    "maintenance-begun": ("23:50", {"email": "takes longer than planned", "live-chat": "Planned work takes longer", "social": "takes longer than planned", "ticket": "and takes longer.", "agent-reply": "takes longer; I am sorry", "questions": "It should be over by now"}),
}  # fmt: skip


@pytest.mark.parametrize("phase", LATE)
def test_a_time_that_is_over_is_no_promise(phase: str) -> None:
    """Where the word or the end did not come in time, every channel that names that time says that it is late."""
    moment, expected = LATE[phase]
    found = life.snapshot(life.MOMENTS[phase][0], at=moment, components=life.PARTS, policy=life.POLICY)
    made = {channel: message(found, found.incidents[0], channel, None, life.LETTERS).whole for channel in CHANNELS}
    assert [channel for channel, words in expected.items() if words not in made[channel]] == []
    assert not re.search(r"(?i)next (word|update)( comes)? by|is under way until|the work has begun", "".join(made.values()))


def test_work_that_is_being_checked_has_not_begun() -> None:
    """It is done: no channel says that it begins, or is under way."""
    words = (*life.MAINTENANCE[:3], ("maintenance-begun", "22:50", {"status": "verifying"}, "Every list of invoices opens. We compare the last copy."))
    for moment in ("22:50", "23:50"):
        found = life.snapshot(life.maintenance(words), at=moment, components=life.PARTS, policy=life.POLICY)
        made = {channel: message(found, found.incidents[0], channel, None, life.LETTERS).whole for channel in CHANNELS}
        assert not re.search(r"(?i)has begun|have begun|is under way", "".join(made.values()))
        assert "is done, and is being checked" in made["email"]


def test_what_is_still_felt_is_not_called_over() -> None:
    """While it is watched and a part still suffers, nobody is told to try again: it is getting better, and no more."""
    words = (*life.INCIDENT[:5], ("monitoring", "15:25", {"status": "monitoring", "next_update_by": "16:00", "components": {"checkout": "degraded_performance"}}, "Half of all cards work again."))
    found = life.snapshot(life.incident(words), at="15:25", components=life.PARTS, policy=life.POLICY)
    for channel in CHANNELS:
        said = message(found, found.incidents[0], channel, None, life.LETTERS).whole
        assert not re.search(r"(?i)it should work|should be over|works again as far", said)
        assert channel == "status-page" or "is getting better" in said


def test_no_second_day_is_promised() -> None:
    """Where the words say when the story comes, the policy's day does not stand beside it."""
    record, moment = life.MOMENTS["resolved"]
    for body, expected in (("It is over. We are sorry.", True), ("It is over. You will read the whole story here by Monday.", False)):
        words = (*record.updates[:-1], replace(record.updates[-1], body=body))
        found = life.snapshot(replace(record, updates=words), at=moment, components=life.PARTS, policy=life.POLICY)
        assert ("By Thursday, 26 November" in message(found, found.incidents[0], "email", None, life.LETTERS).text) is expected


def test_a_drill_says_so_first() -> None:
    """Subject and text of a rehearsal cannot be taken for real."""
    snapshot, view = life.at("identified")
    for channel in CHANNELS:
        made = message(snapshot, life.as_drill(view), channel, None, life.LETTERS)
        assert made.drill
        assert made.text.startswith("EXERCISE: ")
        assert made.subject.startswith("EXERCISE: ") or channel != "email"


def test_a_phase_of_which_nothing_was_said_has_blanks() -> None:
    """They reach every channel that says the words, and answers fill them there."""
    snapshot, view = life.at("acknowledgement")
    made = message(snapshot, view, "email", "diagnosis", life.LETTERS)
    assert made.blanks[0] == "what we have found out since the last update"
    filled = message(snapshot, view, "email", "diagnosis", life.LETTERS, fill=lambda text: re.sub(r"\[\[[^]]*\]\]", "X.", text))
    assert filled.blanks == ()
    assert "X. " in filled.text


# ---------------------------------------------------------------- posts

LONG = "x" * 70 + " " + "y" * 90 + " " + "z" * 140


@pytest.mark.parametrize("phase", PHASES)
def test_posts_fit_whatever_is_said(phase: str) -> None:
    """A title, words and an address of any length: every network takes the post, and only whole sentences are in it."""
    record, moment = life.MOMENTS[phase]
    record = replace(record, head=record.head.model_copy(update={"title": LONG}), updates=tuple(replace(update, body=f"{LONG}. Short one. {LONG}.") for update in record.updates))
    found = life.snapshot(record, at=moment, components=life.PARTS, policy=life.POLICY)
    letters = Letters(site=Site(name="S", url=f"https://{'status-' * 6}page.example/"))
    made = message(found, found.incidents[0], "social", None if phase in DERIVED else phase, letters)
    assert all(count(made.text, network) <= network.limit for network in NETWORKS)
    assert "Short one" not in made.text
    assert message(found, found.incidents[0], "live-chat", None, letters).length <= 250


COUNTED = {
    "letters": ("abc", (3, 3, 3)),
    "a link": ("see https://status.example/incidents/2026-11-21-checkout-errors/", (27, 64, 27)),
    "wide letters": ("停電", (4, 2, 2)),
    "an accent of two code points": ("é", (1, 1, 1)),
    "a sign of the euro": ("€", (2, 1, 1)),
    "a dash and quotes": ("“a” – b", (7, 7, 7)),
}


@pytest.mark.parametrize(("text", "expected"), COUNTED.values(), ids=COUNTED)
def test_letters_are_counted_as_the_networks_do(text: str, expected: tuple[int, ...]) -> None:
    """X counts links as 23 and wide letters twice, Mastodon links as 23, Bluesky all that is there."""
    assert tuple(count(text, network) for network in NETWORKS) == expected


# ---------------------------------------------------------------- the owner's templates


def told(**own: str) -> str:
    """What an owner's template for the e-mail about a known cause makes."""
    snapshot, view = life.at("identified")
    return message(snapshot, view, "email", None, replace(life.LETTERS, own={name.replace("__", "/") + ".txt": text for name, text in own.items()})).whole


def test_the_owners_templates_go_before_ours() -> None:
    """One message, the frame of a channel, or a phrase, each alone."""
    assert told(identified__email="Subject: Known\n{{ title }}!").startswith("Subject: Known\n\nHello,\n\nCard payments fail!\n\nAll that")
    assert told(frames__email="Dear customer,\n{{ text }}").startswith("Subject: Card payments fail: we know what is wrong\n\nDear customer,\n")
    assert "Soon: 15:30 UTC (16:30 CET)." in told(phrases="{% macro next_word() %}Soon: {{ next }}.{% endmacro %}", identified__email="Subject: x\n{{ next_word }}", frames__email="{{ text }}")


BROKEN = {
    "an unknown name": ("Subject: x\n\n{{ titel }}", "identified/email.txt:3: nothing is called `titel`; did you mean `title`?"),
    "a broken brace": ("Subject: x\n{% if title %}", "identified/email.txt:2: "),
    "an unknown filter": ("Subject: x\n{{ title | shout }}", "identified/email.txt:2: No filter named 'shout'"),
    "an unknown template": ("Subject: x\n{% include 'phrase.txt' %}", "there is no template `phrase.txt`; did you mean `phrases.txt`?"),
    "a method": ("Subject: x\n{{ title.upper() }}", "`upper` cannot be read in a message"),
    "a way to Python": ("Subject: x\n{{ effects.__class__.__mro__ }}", "`__class__` cannot be read in a message"),
    "a way round": ("Subject: x\n{{ effects[0]['__init__'] }}", "cannot be read in a message"),
    "a power": ("Subject: x\n{{ 9 ** 9 ** 9 }}", "`**` is for numbers"),
    "a multiplied text": ("Subject: x\n{{ 'x' * 999999999 }}", "`*` is for numbers"),
    "a format with a width": ("Subject: x\n{{ '%999999999d' % 1 }}", "`%` is for numbers"),
    "loops in loops": ("Subject: x\n" + "{% for a in title %}" * 4 + "." + "{% endfor %}" * 4, "this takes more than 2,000 steps"),
    "texts that double": ("Subject: x\n" + "{% set x = title %}" + "{% set x = x ~ x %}" * 40, "this writes more than 200,000 letters"),
    "blocks that double": ("Subject: x\n" + "{% set x = title %}" + "{% set x %}{{ x }}{{ x }}{% endset %}" * 40, "this writes more than 200,000 letters"),
    "lists that double": ("Subject: x\n" + "{% set x = title %}" + "{% set x = [x, x] %}" * 40 + "{{ x }}", "identified/email.txt:2: a list may hold nothing but constants"),
    "a list that is written": ("Subject: x\n{{ effects }}", "only texts and numbers can be written"),
    "a fact as a whole": ("Subject: x\n{{ effects[0] | shortened }}", "only texts and numbers can be written"),
    "a circle": ("Subject: x\n{% include 'identified/email.txt' %}", "identified/email.txt"),
    "a macro without end": ("Subject: x\n{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "identified/email.txt:2: "),
    "blocks in blocks": ("Subject: x\n" + "{% for a in title %}" * 30 + "{% endfor %}" * 30, "too many statically nested blocks"),
    "brackets in brackets": ("Subject: x\n{{ " + "(" * 4_000 + " }}", "identified/email.txt:"),
    "a number beyond all": ("Subject: x\n{{ 1e400 * 2 }}", "identified/email.txt:2: "),
    "a division by nothing": ("Subject: x\n{{ 1 / 0 }}", "identified/email.txt:2: division by zero"),
    "no subject": ("Hello", "an e-mail needs a subject; begin it with a line `Subject: …`"),
    "a book": ("Subject: x\n" + "word " * 5_000, "more than 20,000 letters"),
}


@pytest.mark.parametrize(("text", "words"), BROKEN.values(), ids=BROKEN)
def test_a_template_cannot_break_out_or_run_on(text: str, words: str) -> None:
    """Each is refused with its file and line, in no time."""
    with pytest.raises(BadMessage) as caught:
        told(identified__email=text)
    assert words in str(caught.value)
    assert str(caught.value).startswith("site_src/messages/identified/email.txt:")
    assert caught.value.hint


def test_a_template_may_choose() -> None:
    """Conditions, lists of constants, loops with their last turn, and macros of its own."""
    text = 'Subject: x\n{% macro m(f) %}{{ f.word | lower_first }}: {{ f.few }}{% endmacro %}{% if status in ("identified", "monitoring") %}{% for f in effects %}{{ m(f) }}{{ ", " if not loop.last }}{% endfor %}{% endif %}'
    assert "\n\nmajor outage: Checkout, degraded performance: API\n\n" in told(identified__email=text)


def test_a_post_that_is_too_long_is_refused() -> None:
    """With the network, its count and what to do."""
    snapshot, view = life.at("identified")
    letters = replace(life.LETTERS, own={"identified/social.txt": "word " * 60})
    with pytest.raises(BadMessage, match=r"social\.txt:1: this makes \d+ letters on Bluesky, and 300 fit; say less"):
        message(snapshot, view, "social", None, letters)
