"""The rules about words: what each finds, and the near misses that it must let pass, since nobody is to be nagged at night."""

from __future__ import annotations

from datetime import timedelta

import pytest

from explaining import EXAMPLES
from judging import judged
from onrecord.policy import RULES
from onrecord.policy.rules import Rule
from records import FIRST, HEAD, HEALTHY, LAST, NOW, POLICY, POSTMORTEM, update

TITLES = (
    ("Checkout errors", False),
    ("Card payments fail at the till", False),
    ("Delayed e-mails after 14:00 UTC", False),
    ("Slow pages following the sale of pantomime tickets", False),
    ("Database upgrade page shows an error", False),
    ("Certificates cannot be downloaded", False),
    ("Publishing delay due to delta regeneration", True),
    ("API errors caused by a memory leak", True),
    ("Login fails because of an expired certificate", True),
    ("Errors after the deployment", True),
    ("Errors following a failed rollout", True),
    ("Checkout down: bad deploy", True),
)
BLAME = (
    ("We made a mistake: a setting was wrong.", False),
    ("This is our fault, and we are sorry.", False),
    ("Our engineers are working on a fix.", False),
    ("The person who mended it also had to write, and that is a gap in how we work, not in that person.", False),
    ("We find the rule that is at fault.", False),
    ("A colleague found the cause and put it right.", False),
    ("The supplier sees the fault too and is switching to another site.", False),
    ("An operator failed over to the second site by hand.", False),
    ("This was caused by human error.", True),
    ("An engineer accidentally deleted a table.", True),
    ("One of our admins forgot to renew it.", True),
    ("Our provider is to blame.", True),
    ("It was the vendor's fault.", True),
    ("The customers were at fault.", True),
    ("Carelessness on the night shift.", True),
)
TIMES = (
    ("Since 13:58 UTC payments fail.", False),
    ("From 08:00 until 10:00 (UK) the desk answers by e-mail only.", False),
    ("It began at 13:58 and ended at 14:51, all times UTC.", False),
    ("From 15:00 your time on.", False),
    ("From 9am London time.", False),
    ("At 14:20 +02:00 it was over.", False),
    ("At 2026-11-21T14:20:00Z it was over.", False),
    ("It took 2:30 hours.", False),
    ("The picture is shown in 16:9, the odds are 1:10.", False),
    ("Version 2.14 and build 10:2 are fine.", False),
    ("Paying takes 30 seconds, and 4 am I right?", True),
    ("See `cron 10:30` in the log, [here](https://a.example/10:30).", False),
    ("Since 13:58 payments fail.", True),
    ("We write again by 9:30.", True),
    ("We write again at 3pm.", True),
    ("Fixed as of July 26th 10am.", True),
)
PLENTY = "words: {banned: [inconvenience, rest assured], jargon: {rollback: going back, p95: nineteen in twenty, 5xx: errors}}\n"
LISTED = (
    ("We are sorry.", []),
    ("Sorry for the Inconvenience!", ["OR305"]),
    ("It is an inconvenient truth.", []),
    ("Rest  assured\nthat we care.", ["OR305"]),
    ("The rest, assured or not.", ["OR305"]),
    ("Two rollbacks, one p95 and a `rollback`.", ["OR304", "OR304"]),
    ("A roll back of carpet.", []),
    ("5xx rose.", ["OR304"]),
)


@pytest.mark.parametrize(("title", "found"), TITLES)
def test_causes_in_titles(title: str, found: bool) -> None:
    assert bool(judged({HEAD: f"title: '{title}'\nstarted: 2026-11-21T13:58:00Z\n"}, "OR301")) is found


@pytest.mark.parametrize(("words", "found"), BLAME)
def test_blame(words: str, found: bool) -> None:
    assert bool(judged({FIRST: update(body=f"{words}\n")}, "OR302")) is found


@pytest.mark.parametrize(("words", "found"), TIMES)
def test_times_without_a_zone(words: str, found: bool) -> None:
    assert bool(judged({FIRST: update(body=f"{words}\n")}, "OR303")) is found


@pytest.mark.parametrize(("words", "codes"), LISTED)
def test_lists_of_the_policy(words: str, codes: list[str]) -> None:
    """Whole words, in any case, in the plural, across lines; not in code."""
    assert [p.code for p in judged({POLICY: PLENTY, FIRST: update(body=f"{words}\n")}, ("OR304", "OR305"))] == codes


def test_the_place_is_that_of_the_word() -> None:
    """Line and column in the update's file, and what to write instead."""
    (problem,) = judged({POLICY: PLENTY, FIRST: update(body="Payments fail.\n\nWe begin a rollback now.\n")}, "OR304")
    assert f"{problem}" == f"{FIRST}:8:12: warning: OR304 jargon: “rollback” is a word of ours\n    hint: write “going back”"


KNOWN = "We have found it: {}"
ANSWERS = (
    ("scope: All of France\n", "A certificate has run out.", ["OR312"]),
    ("", "About a third of payments fail. Invoices still work.", []),
    ("", "Payments fail for customers in the EU; there is no way round it.", []),
    ("workaround: Pay by invoice.\n", "A certificate has run out.", ["OR311"]),
    ("", "A certificate has run out; we put in a new one.", ["OR311", "OR312"]),
    ("", "12 % of requests fail. Please try again later.", []),
)


@pytest.mark.parametrize(("more", "words", "codes"), ANSWERS)
def test_scope_and_workaround(more: str, words: str, codes: list[str]) -> None:
    """Either a field or plain words say it."""
    assert [p.code for p in judged({FIRST: update(more, status="identified", body=f"{words}\n")}, "OR31")] == codes


@pytest.mark.parametrize("kept", ["workaround: Pay by invoice.\n", "severity: major\nworkaround: Pay by invoice.\n"])
def test_a_workaround_in_the_head_is_enough(kept: str) -> None:
    assert judged({HEAD: f"title: Checkout errors\n{kept}", FIRST: update("scope: All\n", status="identified", body="A certificate.\n")}, "OR31") == []


LONG = "severity: major\nstarted: 2026-11-21T13:58:00Z\n"
ENDS = (
    ("minor", "It works again. We are sorry.", []),
    ("minor", "It works again. Apologies to all of you.", []),
    ("minor", "It works again.", ["OR321"]),
    ("none", "It works again.", []),
    ("major", "It works again. Sorry, and thanks. You can read all about it here by Friday.", []),
    ("major", "It works again. Sorry, and thank you. We will publish what happened within three days.", []),
    ("major", "It works again. Sorry. It worked on Friday. The post-mortem comes.", ["OR322", "OR323"]),
    ("critical", "Over.", ["OR321", "OR322", "OR323"]),
)


@pytest.mark.parametrize(("severity", "words", "codes"), ENDS)
def test_endings(severity: str, words: str, codes: list[str]) -> None:
    """An apology, thanks, and a day for the post-mortem, as the severity asks."""
    files = {HEAD: f"title: Checkout errors\nseverity: {severity}\nstarted: 2026-11-21T13:58:00Z\n", LAST: update(at="2026-11-21T15:10:44Z", status="resolved", body=f"{words}\n")}
    assert sorted(p.code for p in judged(files, "OR32")) == codes
    assert judged({**files, POLICY: "brief_outage: 2h\n"}, "OR32") == []


def test_a_post_mortem_that_is_out_needs_no_date() -> None:
    files = {HEAD: f"title: Checkout errors\n{LONG}", POSTMORTEM: "---\nstatus: published\npublished: 2026-11-21T15:30:00Z\n---\nWords.\n"}
    assert judged(files, "OR323") == []


@pytest.mark.parametrize(("other", "found"), [("Payments fail.\n", True), ("  payments\nFAIL.\n", True), ("Payments fail, still.\n", False)])
def test_the_same_update_twice(other: str, found: bool) -> None:
    files = {FIRST: update(), LAST: update(at="2026-11-21T14:20:00Z", body=other)}
    assert bool(judged(files, "OR308")) is found


def test_the_same_words_at_another_state_are_something_new() -> None:
    assert judged({FIRST: update(), LAST: update(at="2026-11-21T14:20:00Z", status="monitoring")}, "OR308") == []


ENGLISH = [rule for rule in RULES if rule.english]


def test_words_of_yesterday_are_only_noted() -> None:
    """After a day nobody is to rewrite them."""
    bad = EXAMPLES["clock-without-zone"].bad
    fresh, old = (judged(bad, "OR303", at=NOW + timedelta(hours=hours)) for hours in (1, 25))
    assert [(p.level, p.past) for p in fresh + old] == [("warning", False), ("note", True)]


@pytest.mark.parametrize("rule", ENGLISH, ids=lambda rule: rule.slug)
def test_style_is_never_an_error_and_only_for_english(rule: Rule) -> None:
    """Whatever level is set, and silent where the page speaks another language first."""
    example = EXAMPLES[rule.slug]
    files = {**HEALTHY, **example.unseen, **example.bad}
    policy = f"{files.get(POLICY) or ''}\nrules: {{{rule.slug}: {{level: error}}}}\n"
    assert {p.level for p in judged({**files, POLICY: policy}, rule.code)} == {"warning"}
    assert judged({**files, POLICY: f"{policy}page: {{languages: [de, en]}}\n"}, rule.code) == []


def test_imports_are_not_judged_for_style() -> None:
    """Others wrote them, long ago; what must not go out is found there, too."""
    body = "Since 13:58 an engineer forgot 10.1.2.3.\n"
    head = "title: Errors due to a bug\nsource: {system: cstate, id: x}\n"
    assert {p.code for p in judged({HEAD: head, FIRST: update(body=body)}, ("OR3", "OR5"))} == {"OR502"}


WAIVED = "rules: {no-apology: {waivers: [{records: [2026-11-21], reason: said by letter}]}}\n"


def test_the_policy_waives_for_many() -> None:
    """By the beginning of an id, or for all, with the reason."""
    files = {LAST: update(at="2026-11-21T15:10:44Z", status="resolved", body="Over.\n")}
    (problem,) = judged({**files, POLICY: WAIVED}, "OR321")
    assert (problem.level, problem.message) == ("note", "it is over, and the words do not say that we are sorry (waived: said by letter)")
    assert [p.level for p in judged({**files, POLICY: WAIVED.replace("records: [2026-11-21], ", "")}, "OR321")] == ["note"]
    assert [p.level for p in judged({**files, POLICY: WAIVED.replace("11-21", "11-22")}, "OR321")] == ["warning"]
