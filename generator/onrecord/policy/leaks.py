"""Rules about what must never go out: credentials, internal names, addresses of machines and people, names of customers.

Words that are out already are found as well: `redactions.yml` takes them back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from ipaddress import IPv4Network, ip_address

from onrecord.model import Kind
from onrecord.policy.passages import Passage
from onrecord.policy.patterns import MOST_PATTERNS, BadPattern, pattern, phrases
from onrecord.policy.rules import Context, FileRule, Finding, TextRule

_MARKS = ("PRIVATE KEY", "AKIA", "ASIA", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "xox", "hooks.slack", "_live_", "AIza", "sk-", "npm_", "pypi-", "SG.", "eyJ", "AccountKey=", "://")
_KEYS = re.compile(
    r"-----BEGIN (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{36}|\bgithub_pat_[A-Za-z0-9_]{22,90}|\bglpat-[\w-]{20,60}"
    r"|\bxox[abeoprs]-[A-Za-z0-9-]{10,90}|hooks\.slack\.com/services/T\w{1,20}/B\w{1,20}/\w{1,40}|\b[rs]k_live_[0-9a-zA-Z]{20,99}|\bAIza[\w-]{35}|\bsk-(?:ant-|proj-)?[\w-]{32,200}"
    r"|\bnpm_[A-Za-z0-9]{36}|\bpypi-AgE[\w-]{50,200}|\bSG\.[\w-]{22}\.[\w-]{43}|\beyJ[\w-]{10,400}\.eyJ[\w-]{10,400}\.|AccountKey=[A-Za-z0-9+/=]{80,88}|://[^\s/:@]{1,60}:[^\s/:@]{3,60}@"
)
"""Keys and tokens by the beginnings that their makers gave them. Every repetition is bounded, so that no text is slow."""
_NAMED = re.compile(
    r"\b(?:password|passwd|passphrase|pwd|secret|api[ _-]?key|access[ _-]?key|auth[ _-]?token|token|bearer)\b[\"'`*]{0,3}\s{0,3}(?:[:=]\s{0,3}[\"'`*]{0,3}|is\s{1,3}[\"'`]{1,3})([^\s\"'`<>*]{8,200})",
    re.IGNORECASE,
)
_IPV4 = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w]|\.\d)")
_VERSION = re.compile(r"(?:version|firmware|release|build|app|software|driver|kernel)\s{1,3}$", re.IGNORECASE)
_IPV6 = re.compile(r"(?<![\w:])[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){2,7}(?![\w:])")
_SHOWN = tuple(map(IPv4Network, ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")))
"""Addresses that are kept for examples, so nobody's."""
_MAIL = re.compile(r"(?<![\w.+-])([\w.+-]{1,64})@([\w-]{1,63}(?:\.[\w-]{1,63}){1,4})", re.ASCII)
_ROLES = re.compile(
    r"(?:support|help|helpdesk|info|contact|hello|security|abuse|status|noc|ops|operations|service|services|sales|billing|accounts?|accounting|finance|press|media|privacy|legal|dpo|gdpr|team|office"
    r"|admin|administration|postmaster|webmaster|hostmaster|no-?reply|notifications?|alerts?|news|newsletter|feedback|success|customers?|care|tickets?|orders?|booking|bookings|api|developers?|dev|partners?"
    r"|incidents?|onboarding|jobs|hr|it|hq)(?:[.+_-]\w{1,20}){0,3}",
    re.IGNORECASE,
)
_HOSTS = re.compile(
    r"(?<![\w.@/-])(?:[a-z0-9][a-z0-9-]{0,62}\.){1,6}(?:internal|intranet|corp|lan|localdomain|cluster\.local|local|consul)(?![\w-]|\.\w)|\bip-\d{1,3}-\d{1,3}-\d{1,3}-\d{1,3}\b|\blocalhost(?::\d{2,5})\b",
    re.IGNORECASE,
)

_INNER = (".internal", ".intranet", ".corp", ".lan", ".local", ".consul", "ip-", "localhost:")


def credential(passage: Passage, context: Context) -> Iterator[Finding]:
    """A key, a token or a password stands in the text. It is worth nothing from now on: change it first, then take it out."""
    text = passage.text
    match = _KEYS.search(text) if any(mark in text for mark in _MARKS) else None
    start = match.start() if match else _after_a_name(passage)
    if start is not None:
        hint = "change it where it is used, now; then take it out here, and name it in redactions.yml if it was published"
        yield passage.found(start, f"this looks like a secret (“{text[start : start + 4]}…”)", hint, context, mends=True)


def machine_address(passage: Passage, context: Context) -> Iterator[Finding]:
    """The address of a machine stands in the text: of ours, or of a customer's. Planned work may announce addresses; examples are let pass."""
    fours = _IPV4.finditer(passage.text) if passage.text.count(".") > 2 else ()
    for match in (*fours, *(_IPV6.finditer(passage.text) if passage.text.count(":") > 2 else ())):
        numbers_a_version = _VERSION.search(passage.text[max(0, match.start() - 20) : match.start()])
        if not numbers_a_version and _is_somebodys(match[0]) and not (passage.of is not Kind.incident and ip_address(match[0]).is_global):
            yield passage.found(match.start(), f"`{match[0]}` is the address of a machine", "say which part it is, in customers' words", context, mends=True)


def person_address(passage: Passage, context: Context) -> Iterator[Finding]:
    """The e-mail address of a person stands in the text. Those of a desk, such as support@, are let pass, and so is the page's contact."""
    if "@" not in passage.text:
        return
    contact = context.dataset.policy.page.contact or ""
    for match in _MAIL.finditer(passage.text):
        listed = match[2].startswith(("lists.", "groups.")) or _in_address(passage.text, match.start())
        if not listed and not _ROLES.fullmatch(match[1]) and match[0] not in contact:
            yield passage.found(match.start(), f"`{match[0]}` is the address of a person", "name a desk, such as support@…, never a person", context, mends=True)


def internal_name(passage: Passage, context: Context) -> Iterator[Finding]:
    """The name of a machine stands in the text: one that matches `words.internal` of the policy, or that only an inner network knows."""
    found = [(match.start(), match[0]) for match in _HOSTS.finditer(passage.text)] if passage.has(*_INNER) else []
    for source in context.dataset.policy.words.internal[:MOST_PATTERNS]:
        with suppress(BadPattern):  # the policy's own finding
            found += pattern(source).find(passage.text)
    for start, name in dict.fromkeys(found):
        yield passage.found(start, f"`{name}` is a name from inside", "say which part it is, in customers' words", context, mends=True)


def customer_named(passage: Passage, context: Context) -> Iterator[Finding]:
    """A customer from `words.customers` of the policy is named."""
    for start, name in phrases(context.dataset.policy.words.customers).find(passage.text):
        yield passage.found(start, f"“{name}” is a customer", "say “one customer”, or “some customers in …”", context, mends=True)


def bad_pattern(context: Context) -> Iterator[Finding]:
    """A pattern of `words.internal` is no regular expression, or one that could take for ever: without look-around, references back and huge counts none does."""
    listed = context.dataset.policy.words.internal
    if len(listed) > MOST_PATTERNS:
        hint = f"write some as one, such as `(?:db|web)-\\d+`; only the first {MOST_PATTERNS} are looked for"
        yield Finding(f"words.internal.{MOST_PATTERNS}", f"there are more than {MOST_PATTERNS} patterns", hint)
    for number, source in enumerate(listed[:MOST_PATTERNS]):
        try:
            pattern(source)
        except BadPattern as error:
            yield Finding(f"words.internal.{number}", f"this pattern cannot be looked for: {error}", "nothing is looked for with it until it is mended")


def looks_secret(text: str) -> int | None:
    """Where a key or a token begins, by what its maker gave it; None where none does."""
    found = _KEYS.search(text)
    return found.start() if found else None


def _after_a_name(passage: Passage) -> int | None:
    """Where a secret stands behind a word such as `password:`."""
    if not passage.has("pass", "pwd", "secret", "key", "token", "bearer"):
        return None
    return next((m.start(1) for m in _NAMED.finditer(passage.text) if _is_secret(m[1])), None)


def _is_secret(value: str) -> bool:
    """Whether a value after `password:` is one: letters and figures mixed, and no address, time or placeholder."""
    return any(c.isdigit() for c in value) and any(c.isalpha() for c in value) and "://" not in value and not value.startswith(("http", "www.", "[[", "{", "<"))


def _in_address(text: str, start: int) -> bool:
    """Whether that letter stands inside a web address."""
    before = text[max(0, start - 300) : start]
    return "://" in before[max(before.rfind(mark) for mark in " \n\t<>\"'") + 1 :]


def _is_somebodys(address: str) -> bool:
    with suppress(ValueError):
        found = ip_address(address)
        return not (found.is_unspecified or found.is_loopback or (found.version == 4 and any(found in net for net in _SHOWN)) or f"{found}".startswith("2001:db8:"))
    return False


RULES = (
    TextRule(code="OR501", slug="credential", level="error", title="A key, a token or a password stands in the text.", read=credential),
    TextRule(code="OR502", slug="machine-address", level="warning", title="The address of a machine stands in the text.", read=machine_address),
    TextRule(code="OR503", slug="person-address", level="warning", title="The e-mail address of a person stands in the text.", read=person_address),
    TextRule(code="OR504", slug="internal-name", level="warning", title="A name from inside stands in the text.", read=internal_name),
    TextRule(code="OR505", slug="customer-named", level="warning", title="A customer is named.", read=customer_named),
)
FILE_RULES = (FileRule(code="OR154", slug="bad-pattern", level="error", title="A pattern of the policy cannot be looked for in bounded time.", file="policy", look=bad_pattern),)
