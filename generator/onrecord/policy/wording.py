"""Rules about words: causes in titles, blame, times without a zone, jargon, hard sentences, what a short post would cut.

They are for pages in English, and never more than a warning: a machine may doubt words, people decide about them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from onrecord.model import Incident, Kind
from onrecord.policy.passages import Passage, is_fresh
from onrecord.policy.patterns import phrases
from onrecord.policy.reading import ease
from onrecord.policy.rules import Context, Finding, Rule, TextRule, said
from onrecord.settings import READING_EASE, SOCIAL_LENGTH, SOCIAL_LINK

_CAUSE = re.compile(
    r"\b(?:due to|because|caused by|as a result of|owing to|resulting from|root cause|misconfigur\w{0,10}|memory leaks?|race condition|deadlocks?"
    r"|out of memory|human error|expired certificates?|certificate (?:expired|expiry)|disk (?:failure|full)|hardware failure"
    r"|(?:failed|faulty|bad|broken|buggy) (?:deploy\w{0,6}|release|rollout|config\w{0,10}|update|upgrade|migration)"
    r"|(?:after|following) (?:an? |the |our )?(?:\w{1,20} )?(?:deploy\w{0,6}|release|rollout|upgrade|migration|config\w{0,10} change))\b",
    re.IGNORECASE,
)
_PERSON = r"(?:engineers?|employees?|technicians?|operators?|colleagues?|developers?|administrators?|admins?|team members?|contractors?|interns?|someone|somebody|a person|staff)"
_BLAME = re.compile(
    r"\b(?:(?:human|operator|user|pilot) error|(?:who|they|he|she|you|providers?|vendors?|suppliers?|carriers?|partners?|customers?|operators?|engineers?|bank|host) (?:is|are|was|were) (?:to blame|at fault)|we blame|blam(?:ed|ing)"
    r"|(?:their|his|her|provider['’]s|vendor['’]s|supplier['’]s|partner['’]s|customer['’]s) (?:fault|mistake|negligence)"
    r"|careless(?:ness)?|negligen(?:t|ce)|incompeten(?:t|ce)"
    rf"|{_PERSON}\b[^.\n]{{0,60}}?\b(?:accidentally|mistakenly|inadvertently|erroneously|by mistake|forgot|neglected|failed to|should have known))\b",
    re.IGNORECASE,
)
_BLAMING = ("error", "blam", "fault", "mistake", "careless", "neglig", "neglect", "incompet", "accident", "inadvert", "erroneous", "forgot", "failed to", "should have")
_NO_LENGTH = r"(?!\d|:|\s?(?:hours|h\b|minutes|min\b|ratio))"
_TIME = re.compile(
    rf"(?<![\w:.,/+-])(?:(?:0?[1-9]|1[0-2])(?::[0-5]\d)?\s?[ap]\.?m\b|(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d)?{_NO_LENGTH})"
    rf"|(?<![\w:.,/+-])(?:at|by|until|till|since|from|around|about|before|after|between|and|to) (?P<early>\d:[0-5]\d){_NO_LENGTH}",
    re.IGNORECASE,
)
"""Times of day. One figure before the colon is a time only after a word such as “by”: odds and scores are written so, too."""
_ZONE = re.compile(
    r"\b(?:UTC|GMT|BST|IST|CES?T|EES?T|WES?T|[ECMP][SD]T|[ECMP]T|A[CEW]S?[DS]?T|JST|KST|SGT|HKT|NZ[SD]?T|MSK|BRT|WIB)\b|\dZ\b|\d ?[+-]\d\d:?\d\d\b"
    r"|\b(?:your|local|UK|US|[A-Z][a-z]{1,20}) (?:(?:[Ss]ummer|[Ss]tandard|[Dd]aylight) )?time\b|\((?:UK|US|EU|[A-Z][a-z]{2,20})\)"
)
_SENTENCE_END = re.compile(r"[.!?](?=\s|$)|\n\s*\n")
_SPACES = re.compile(r"\s+")


def cause_in_title(passage: Passage, context: Context) -> Iterator[Finding]:
    """The title names a cause. On the first day causes are guesses, and customers look for what they notice."""
    match = _CAUSE.search(passage.text) if passage.kind == "title" else None
    if match:
        hint = "say what customers notice, such as “Card payments fail”; the cause belongs in an update"
        yield passage.found(0, f"the title names a cause (“{match[0]}”)", hint, context)


def blame(passage: Passage, context: Context) -> Iterator[Finding]:
    """Somebody is blamed: a colleague, a customer or a supplier. We own what our customers feel, whoever slipped."""
    match = _BLAME.search(passage.prose) if passage.has(*_BLAMING) else None
    if match:
        hint = "say what happened and what we change, and leave out who slipped"
        yield passage.found(match.start(), f"“{_short(match[0])}” blames somebody", hint, context)


def clock_without_zone(passage: Passage, context: Context) -> Iterator[Finding]:
    """A time of day stands in the words, and no zone anywhere in them. Readers sit in many zones. One zone in a text is enough."""
    match = _TIME.search(passage.prose) if (passage.kind in ("words", "field") and ":" in passage.prose) or "m" in passage.prose else None
    if match and not _ZONE.search(passage.prose):
        group = "early" if match["early"] else 0
        message = f"“{match[group]}” does not say in which time zone"
        yield passage.found(match.start(group), message, f"write “{match[group]} UTC”, or your customers' zone", context)


def jargon(passage: Passage, context: Context) -> Iterator[Finding]:
    """A word that customers do not know, from `words.jargon` of the policy, which has a plainer one for each."""
    listed = context.dataset.policy.words.jargon
    if listed and passage.kind != "article":
        for start, word in phrases(tuple(listed)).find(passage.prose):
            yield passage.found(start, f"“{word}” is a word of ours", f"write “{listed[word]}”", context)


def banned_words(passage: Passage, context: Context) -> Iterator[Finding]:
    """A word or phrase from `words.banned` of the policy: what sounds hollow after an outage."""
    for start, phrase in phrases(context.dataset.policy.words.banned).find(passage.prose):
        yield passage.found(start, f"“{phrase}” is on your list of words not to use", "say it as you would to a customer who stands before you", context)


def hard_to_read(passage: Passage, context: Context) -> Iterator[Finding]:
    """The words of an update are for scholars: Flesch's reading ease lies below 30. Texts of fewer than 40 words are not judged."""
    found = ease(passage.prose) if passage.kind == "words" else None
    if found is not None and found < READING_EASE:
        yield passage.found(0, f"this is hard to read (reading ease {found:.0f} of 100)", "shorter sentences, shorter words, one thought each", context)


def cut_by_social(passage: Passage, context: Context) -> Iterator[Finding]:
    """The first sentence is too long for a post on a social network, beside the link: it would be cut in the middle."""
    if passage.kind != "words" or len(passage.text) <= SOCIAL_LENGTH - SOCIAL_LINK:
        return
    text = passage.prose.strip()
    end = _SENTENCE_END.search(text)
    length = len(_SPACES.sub(" ", text[: end.end()] if end else text).strip())
    if length > SOCIAL_LENGTH - SOCIAL_LINK - 1:
        message = f"the first sentence has {length} letters, and a social post has room for {SOCIAL_LENGTH - SOCIAL_LINK - 1} beside the link"
        yield passage.found(0, message, "say the news in a short first sentence, and the rest after it", context)


def said_twice(incident: Incident, context: Context) -> Iterator[Finding]:
    """Two updates of a record have the same words and the same state: sent twice, or copied without a new thought."""
    before: dict[tuple[str, str | None], str] = {}
    for update in said(incident) if incident.head.source is None else ():
        words = (_SPACES.sub(" ", update.body).strip().casefold(), update.head.status)
        earlier = before.setdefault(words, update.id)
        if earlier != update.id and words[0]:
            hint = "take one away if both are new; else say what has changed, or that nothing has and what you try next"
            yield Finding(f"updates/{update.id}.body", f"the same words as in {earlier}", hint, past=not is_fresh(update.head.at, context))


def _short(text: str, most: int = 60) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


RULES: tuple[Rule | TextRule, ...] = (
    TextRule(code="OR301", slug="cause-in-title", level="warning", title="The title names a cause.", read=cause_in_title, english=True, kinds=(Kind.incident,)),
    TextRule(code="OR302", slug="blame", level="warning", title="The words blame somebody.", read=blame, english=True),
    TextRule(code="OR303", slug="clock-without-zone", level="warning", title="A time of day in the words, and no time zone.", read=clock_without_zone, english=True),
    TextRule(code="OR304", slug="jargon", level="warning", title="A word that customers do not know.", read=jargon, english=True),
    TextRule(code="OR305", slug="banned-words", level="warning", title="A phrase that the policy does not want to read.", read=banned_words, english=True),
    TextRule(code="OR306", slug="hard-to-read", level="note", title="An update reads as if it were for scholars.", read=hard_to_read, english=True),
    TextRule(code="OR307", slug="cut-by-social", level="note", title="The first sentence is too long for a social post.", read=cut_by_social, english=True),
    Rule(code="OR308", slug="said-twice", level="warning", title="Two updates have the same words.", look=said_twice, of_words=True),
)
