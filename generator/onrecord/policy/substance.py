"""Rules about what must not be missing: who is affected, a way round, and at the end an apology, thanks and the post-mortem's date.

They look for English words where a field does not say it, so they are for pages in English, and never more than a warning.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from onrecord.model import Incident, Kind, Severity, Status, Update
from onrecord.policy.passages import is_fresh
from onrecord.policy.rules import Context, Finding, Rule, lasted, said, severity_of

_SCOPE = re.compile(
    r"\b(?:all|every|some|most|many|few|half|third|quarters?|fifth|tenth|only|everyone|everybody|nobody|no one|none of|customers|users|venues"
    r"|worldwide|global\w{0,4}|region\w{0,3}|countr\w{1,3}|percent|per cent|(?:one|\d{1,3}) in (?:\d{1,6}|two|three|four|five|six|seven|eight|nine|ten|twenty|every|a hundred|a thousand)|\d out of \d{1,6})\b|\d ?%|\b\d[\d,.]{0,12} (?:\w{1,20} )?(?:customers|users|orders|payments|requests|people)\b",
    re.IGNORECASE,
)
_WAY_ROUND = re.compile(
    r"\b(?:work-?arounds?|ways? (?:a?round|of)|meanwhile|in the meantime|until then|for now|instead|alternativ\w{1,5}|nothing (?:for you )?to do|no action|need not|do not need|don['’]t need"
    r"|still works?|works? (?:as|normally|fine|on)|working (?:as|normally)|keeps? working|unaffected|not affected|as (?:usual|always)|you (?:can|may|could)|visitors (?:can|may)|customers (?:can|may)"
    r"|please|try(?:ing)? (?:again|later)|retr(?:y|ies|ied)|reload|switch to|use the|ring|call us)\b",
    re.IGNORECASE,
)
_SORRY = re.compile(r"\b(?:sorry|apolog\w{1,8}|regret(?:s|ted)?|forgive)\b", re.IGNORECASE)
_THANKS = re.compile(r"\b(?:thanks?|thanked|thank-you|grateful|gratitude|appreciat\w{1,5})\b", re.IGNORECASE)
_DAY = re.compile(
    r"\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|tomorrow|tonight|today|next week|this week|within (?:\w{1,10} )?(?:\w{1,10} )?(?:hours|days|weeks?)|in (?:\w{1,10} )?days"
    r"|\d{1,2}(?:st|nd|rd|th)?(?: of)? (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w{0,6}|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w{0,6} \d{1,2}|\d{4}-\d\d-\d\d)\b",
    re.IGNORECASE,
)
_STORY = re.compile(r"\b(?:post-?mortem|will|we['’]ll|shall|going to|publish|report|story|review|explain|write|read|tell|hear|know|account|follows?)\b", re.IGNORECASE)
_SENTENCES = re.compile(r"(?<=[.!?])\s+|\n\s*\n")


def no_scope(incident: Incident, context: Context) -> Iterator[Finding]:
    """The cause is known, and nothing says who is affected: neither a `scope` nor the words."""
    update = _first(incident, Status.identified)
    if update and not _said_before(incident, update, "scope", _SCOPE):
        hint = "say who, where, how many: `scope: About a third of card payments in the EU`, or in the words"
        yield _finding(update, "status", "this is identified, and nothing says who is affected", hint, context)


def no_workaround(incident: Incident, context: Context) -> Iterator[Finding]:
    """The cause is known, and nothing says what customers can do meanwhile, nor that there is nothing."""
    update = _first(incident, Status.identified)
    if update and not incident.head.workaround and not _said_before(incident, update, "workaround", _WAY_ROUND):
        hint = "say what still works or what to do meanwhile: `workaround: …`; or say that there is no way round"
        yield _finding(update, "status", "this is identified, and nothing says what customers can do meanwhile", hint, context)


def no_apology(incident: Incident, context: Context) -> Iterator[Finding]:
    """It is over, and nobody said sorry in the last words or after them."""
    last = _last_words(incident, context)
    if last and not any(_SORRY.search(update.body) for update in last):
        yield _finding(last[0], "status", "it is over, and the words do not say that we are sorry", "say it in one plain sentence", context)


def no_thanks(incident: Incident, context: Context) -> Iterator[Finding]:
    """It is over, and nobody thanked those who waited. Only where it was major or critical."""
    last = _last_words(incident, context)
    if last and severity_of(incident) in (Severity.major, Severity.critical) and not any(_THANKS.search(update.body) for update in last):
        yield _finding(last[0], "status", "it is over, and nobody is thanked for waiting", "thank those who waited, or who helped to find it", context)


def no_postmortem_date(incident: Incident, context: Context) -> Iterator[Finding]:
    """The policy promises a post-mortem for this severity, and the last words do not say by when."""
    last = _last_words(incident, context)
    within = context.severities[severity_of(incident)].postmortem_within
    published = incident.postmortem is not None and incident.postmortem.head.status == "published"
    if last and within and not published and not any(_names_a_day(update.body) for update in last):
        due = (last[0].head.effective or last[0].head.at) + within
        hint = f"say by when customers can read what happened; policy.yml says by {due:%A}, {due.day} {due:%B}"
        yield _finding(last[0], "status", "it is over, and the words do not say by when the post-mortem comes", hint, context)


def _first(incident: Incident, status: Status) -> Update | None:
    if incident.head.kind is not Kind.incident or incident.head.source:
        return None
    return next((update for update in said(incident) if update.head.status is status), None)


def _said_before(incident: Incident, until: Update, field: str, words: re.Pattern[str]) -> bool:
    """Whether that field or such words were there in an update up to that one."""
    for update in said(incident):
        if getattr(update.head, field) or words.search(update.body):
            return True
        if update is until:
            break
    return False


def _last_words(incident: Incident, context: Context) -> Sequence[Update]:
    """The update that ended an incident of ours, and those after it; none where it was brief or hurt nobody."""
    if incident.head.kind is not Kind.incident or incident.head.source or severity_of(incident) is Severity.none:
        return ()
    brief, length = context.dataset.policy.brief_outage, lasted(incident)
    if brief is not None and length is not None and length < brief:
        return ()
    words = said(incident)
    ends = [index for index, update in enumerate(words) if update.head.status is Status.resolved]
    return words[ends[0] :] if ends else ()


def _names_a_day(text: str) -> bool:
    return any(_DAY.search(sentence) and _STORY.search(sentence) for sentence in _SENTENCES.split(text[:20_000]))


def _finding(update: Update, key: str, message: str, hint: str, context: Context) -> Finding:
    return Finding(f"updates/{update.id}.{key}", message, hint, past=not is_fresh(update.head.at, context))


RULES = (
    Rule(code="OR311", slug="no-scope", level="warning", title="The cause is identified, and nothing says who is affected.", look=no_scope, english=True, of_words=True),
    Rule(code="OR312", slug="no-workaround", level="warning", title="The cause is identified, and nothing says what customers can do meanwhile.", look=no_workaround, english=True, of_words=True),
    Rule(code="OR321", slug="no-apology", level="warning", title="It is resolved without an apology.", look=no_apology, english=True, of_words=True),
    Rule(code="OR322", slug="no-thanks", level="note", title="It is resolved without thanks.", look=no_thanks, english=True, of_words=True),
    Rule(code="OR323", slug="no-postmortem-date", level="warning", title="It is resolved without the date of the post-mortem that the policy promises.", look=no_postmortem_date, english=True, of_words=True),
)
