"""What must not go out: secrets, addresses, names; what looks like it and is not; and texts and policies made to hang the check."""

from __future__ import annotations

import pytest

from judging import judged
from onrecord.policy.patterns import BadPattern, Pattern, Phrases
from onrecord.settings import MAX_FILE_BYTES
from records import FIRST, HEAD, NOW, POLICY, POSTMORTEM, head, update

A, B = "A" * 16, "b7" * 20
"""Pieces of keys: whole ones would look like keys to those who scan this repository."""
WORDS = (
    ("Payments fail.", []),
    # secrets
    (f"key AKIA{A}", ["OR501"]),
    (f"ghp_{'a1' * 18}", ["OR501"]),
    (f"xoxb-{B}", ["OR501"]),
    (f"sk_live_{B}", ["OR501"]),
    (f"-----BEGIN {'RSA '}PRIVATE KEY-----", ["OR501"]),
    ("postgres://shop:s3cr3t@db.example.com/shop", ["OR501"]),
    ("password: Tr0ub4dor", ["OR501"]),
    ("The api key is `ab12cd34ef`.", ["OR501"]),
    ("Reset your password: https://a.example/reset1", []),
    ("Your password is safe and never left our servers.", []),
    ("The new api key is version2-only, and the token is v2.0.13-beta.", []),
    ("The token is refused, and the password is not accepted.", []),
    ("Commit 4c1f0a9be51b4e0da3c55c4be0a7ab1b5c1f0a9b is live.", []),
    ("Update 20261121T140512Z-investigating-k3f9 was wrong.", []),
    ("Skirts (SK-1234567890123456789012345678901234) are out.", []),
    # machines
    ("10.20.30.40 is slow", ["OR502"]),
    ("from 8.8.8.8:443", ["OR502"]),
    ("fd00:1:2::7 is down", ["OR502"]),
    ("Version 10.2.30.4000 and 1.2.3 are out, at 10:20:30.", []),
    ("v1.2.3.4 of the app", []),
    ("Firmware 4.1.2.10 and version 8.8.8.8 are out.", []),
    ("Use 192.0.2.1 or 2001:DB8:1::1, as in the manual.", []),
    ("Section 4.1.2.300.", []),
    ("127.0.0.1 and 999.1.1.1", []),
    # people
    ("Write to robin.miller@example.com.", ["OR503"]),
    ("Write to support@example.com or billing.eu@example.com.", []),
    ("See https://lists.example.org/a@b.example.com/thread and list@lists.example.org.", []),
    ("[Write](mailto:robin@example.com)", ["OR503"]),
    ("Follow @fenrow on the network.", []),
    # names from inside
    ("db-07 is down", ["OR504"]),
    ("DB-07 and db-08 are down", ["OR504"]),
    ("The feedback-07 form works.", []),
    ("cache.prod.internal is down", ["OR504"]),
    ("ip-10-0-0-7 is down", ["OR504"]),
    ("Internal checks pass. Local shops are open.", []),
    ("https://www.example.com/db works", []),
    # customers
    ("Larkfield theatre cannot sell.", ["OR505"]),
    ("The theatre in Larkfield sells.", []),
)
LISTS = "words: {internal: ['\\bdb-?\\d{2}\\b'], customers: [Larkfield Theatre]}\n"


@pytest.mark.parametrize(("words", "codes"), WORDS)
def test_words(words: str, codes: list[str]) -> None:
    """Each finding once, in an update as well as in any other text that goes out."""
    assert [p.code for p in judged({POLICY: LISTS, FIRST: update(body=f"{words}\n")}, "OR5")] == codes
    story = "---\nstatus: published\npublished: 2026-11-21T15:30:00Z\n---\n"
    assert [p.code for p in judged({POLICY: LISTS, POSTMORTEM: f"{story}{words}\n"}, "OR5")] == codes


@pytest.mark.parametrize("line", ["workaround: Use 10.1.2.3.\n", "plan: [{step: Restart 10.1.2.3}]\n", "impact: [{label: Failed on 10.1.2.3, value: '7'}]\n"])
def test_every_text_of_the_head(line: str) -> None:
    assert [p.code for p in judged({HEAD: head(line)}, "OR5")] == ["OR502"]


def test_a_secret_is_an_error_also_in_old_words_and_never_shown_whole() -> None:
    """It stands in no log of the check."""
    (problem,) = judged({FIRST: update(body=f"Key: AKIA{A}\n")}, "OR501", at=NOW.replace(year=2028))
    assert (problem.level, problem.past) == ("error", False)
    assert A not in f"{problem}"


def test_planned_work_may_announce_addresses() -> None:
    window = "kind: maintenance\nscheduled: {from: 2026-12-03T03:30:00Z, until: 2026-12-03T05:00:00Z}\n"
    files = {HEAD: f"title: New addresses\n{window}", FIRST: update(status="scheduled", body="From then on we send from 8.8.8.8, not from 10.0.0.1.\n")}
    assert [p.message[:10] for p in judged(files, "OR502")] == ["`10.0.0.1`"]


def test_the_contact_of_the_page_is_no_secret() -> None:
    assert judged({POLICY: "page: {contact: 'mailto:robin@example.com'}\n", FIRST: update(body="Write to robin@example.com.\n")}, "OR503") == []


# ---------------------------------------------------------------- nothing hangs

REFUSED = ("(?=x)y", r"(a)\1", "(x", "a{1000}", "(?:a{50}){50}", "x" * 301, "(?:(?:a{14}){14}){14}", "(?:a?){60}a{60}")


@pytest.mark.parametrize("source", REFUSED)
def test_patterns_that_cannot_be_bounded_are_refused(source: str) -> None:
    """In the policy, with the place and the reason; the check goes on without them."""
    with pytest.raises(BadPattern):
        Pattern(source)
    (problem,) = judged({POLICY: f"words:\n  internal:\n    - '{source}'\n"}, "OR154")
    assert f"{problem.place}" == f"{POLICY}:3:7"


@pytest.mark.parametrize("source", [r"\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\b", "[0-9a-f]{64}", r"(?:[a-z]{1,9}-){3}\d+", "(?P<host>web|db)[0-9]{2}"])
def test_patterns_that_people_write_are_taken(source: str) -> None:
    """Addresses, digests, names of machines."""
    Pattern(source)


HOSTILE = ("(a+)+$", "(a|a)*b", "(.*a){20}", r"(\w+\s?)+!", ".*.*.*.*.*=.*")


@pytest.mark.parametrize("source", HOSTILE)
def test_no_pattern_hangs(source: str) -> None:
    """What would take Python's own engine for ever is over at once, on as much text as a file may hold."""
    list(Pattern(source).find("a" * MAX_FILE_BYTES))


def test_no_more_patterns_than_can_be_looked_for() -> None:
    """The first hundred are, and the policy is told."""
    listed = "".join(f"    - 'x{number}'\n" for number in range(101))
    told = judged({POLICY: f"words:\n  internal:\n{listed}", FIRST: update(body="x99 and x100\n")}, ("OR154", "OR504"))
    assert [(p.code, p.place.line) for p in told] == [("OR504", 6), ("OR504", 6), ("OR154", 103)]


MARKS = ("`", "[", "](", "<", "eyJa-", "a@", "1.", ":", "0:", "ip-1-", "password: ", "a.", "\n", "sorry ", "http://", "10:10 ", "post-mortem ")


@pytest.mark.parametrize("mark", MARKS)
def test_no_text_hangs(mark: str) -> None:
    """A file of what rules look for and nothing else: time that grows with the square would show."""
    body = (mark * MAX_FILE_BYTES)[: MAX_FILE_BYTES // 8]
    judged({POLICY: "words: {jargon: {a: b, a a: c}, banned: [a a a a]}\n", FIRST: update(status="identified", body=f"{body}\n")})


def test_no_list_hangs() -> None:
    """As many phrases as a policy holds, all of which begin alike."""
    listed = [f"a a a a a {number}" for number in range(50_000)]
    assert list(Phrases(listed).find("a " * 20_000)) == []


@pytest.mark.parametrize(("source", "text", "found"), [(r"\bdb\d+\b", "see DB12 here", (4, "DB12")), ("b+", "a\n bbb c", (3, "bbb")), (r"x.*y", "1 x2y3", (2, "x2y3"))])
def test_the_place_of_a_match(source: str, text: str, found: tuple[int, str]) -> None:
    """Where it begins, and the whole word that it is in."""
    assert next(Pattern(source).find(text)) == found
