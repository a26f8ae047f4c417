"""What the page leans on: it must not go down together with what it reports on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from onrecord.doctoring.findings import Finding, Patient
from onrecord.model import Component
from onrecord.starting.answers import Host

_NAMES = re.compile(r"\b(dns|name ?servers?|domain names?|registrar)\b", re.IGNORECASE)
_LOGIN = re.compile(r"\b(log-?in|sign-?in|sso|single sign-on|identity|authentication)\b", re.IGNORECASE)
_EDGE = re.compile(r"\b(cdn|content delivery|load balancers?|static sites?)\b", re.IGNORECASE)
_HOSTS: dict[Host, str] = {
    "github": r"\bgithub\b",
    "gitlab": r"\bgitlab\b",
    "cloudflare": r"\bcloudflare\b",
    "netlify": r"\bnetlify\b",
    "s3": r"\b(aws|amazon|s3|cloudfront)\b",
    "rsync": r"\b(web ?servers?|nginx)\b",
}


def shared_fate(patient: Patient) -> Iterator[Finding]:
    """Components that sound like what the page itself needs. Names are all that can be read from here, so these are questions."""
    for part in (part for part in patient.dataset.components if part.retired is None):
        words = f"{part.name}. {part.description or ''}"
        if patient.kept is not None and re.search(_HOSTS[patient.kept.host], words, re.IGNORECASE):
            yield _asked("host", part, "the page is put online by the same host", "keep a second copy elsewhere: `onrecord publish user@host:/path/`")
        elif _EDGE.search(words):
            yield _asked("host", part, "does the page go through it?", "serve the page from another host, or keep a second copy: `onrecord publish`")
        if _NAMES.search(words):
            yield _asked("dns", part, "is the page's name served by it?", "give the page a name of its own, at another DNS provider and registrar")
        if _LOGIN.search(words):
            yield _asked("login", part, "do your responders need it to get at this repository?", "let two people log in to the host without it, by a key or a code")


def domain(patient: Patient) -> Iterator[Finding]:
    """A page below the product's own domain goes with its DNS."""
    page, contact = urlsplit(patient.site.url).hostname or "", patient.dataset.policy.page.contact or ""
    home = contact.rpartition("@")[2] if contact.startswith("mailto:") else urlsplit(contact).hostname or ""
    if page and home and _domain(page) == _domain(home):
        yield Finding(
            about="dns",
            level="note",
            message=f"the page's name ends like that of your own addresses, {_domain(page)}: whoever loses that domain or its DNS loses the page too",
            hint="register a second name elsewhere that leads to the same host, and tell customers of it on a quiet day",
        )


def _asked(about: str, part: Component, message: str, hint: str) -> Finding:
    return Finding(about=about, level="warning", message=f"the page reports on `{part.id}` ({part.name}): {message}", hint=hint)


def _domain(host: str) -> str:
    return ".".join(host.split(".")[-2:])
