"""What the owner's own files leave open: the address, the contact, who can read them, who does what."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address
from urllib.parse import urlsplit

from onrecord.doctoring.findings import Finding, Patient
from onrecord.model import Severity
from onrecord.settings import COMPONENTS_FILE, CONFIG_FILE, POLICY_FILE

_INVENTED = (".example", ".invalid", ".test", ".localhost", "example.com", "example.org", "example.net")


def address(patient: Patient) -> Iterator[Finding]:
    """Feeds, calendars and messages carry the page's address to people who cannot correct it."""
    host = urlsplit(patient.site.url).hostname
    where = f"`site_url` in {CONFIG_FILE}"
    if not host:
        yield Finding(about="address", level="error", message="nobody knows where the page is", hint=f"set {where}, such as https://status.example.com/")
    elif host.endswith(_INVENTED) or _is_here(host):
        yield Finding(about="address", level="warning", message=f"the page's address is still {patient.site.url}", hint=f"set {where} to the real one before the first subscriber comes")
    elif patient.site.url.startswith("http:"):
        yield Finding(about="address", level="warning", message="the page's address is not encrypted", hint=f"begin {where} with https://")


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def policy(patient: Patient) -> Iterator[Finding]:
    """What must be agreed on in the calm."""
    said = patient.dataset.policy
    if said.page.contact is None:
        yield _gap("contact", "customers who cannot find their trouble on the page have nowhere to turn", "page: {contact: mailto:…}")
    if said.record.visibility == "unknown":
        yield _gap("visibility", "nobody has said who can read this repository, so drafts and drills are refused", "record: {visibility: private} or public")
    silent = [level.value for level in Severity if level is not Severity.none and not (level in said.severities and said.severities[level].when)]
    if silent:
        yield _gap("severities", f"at 2 am nobody will know when something is {', '.join(silent)}", "severities: {…: {when: …}}")
    if not said.roles.roles:
        yield _gap("roles", "nobody is named who leads and who writes", "roles: {roles: {lead: {does: …}, writer: {does: …}}}")
    if not said.service_levels:
        yield Finding(about="service-levels", level="note", message="no uptime is promised to anybody", hint=f"if contracts promise one, say it under `service_levels` in {POLICY_FILE}: `onrecord report` reckons what is owed")
    if not patient.dataset.components:
        yield Finding(about="components", level="error", message="the page reports on nothing", hint=f"list the parts in {COMPONENTS_FILE}")


def _gap(about: str, message: str, what: str) -> Finding:
    return Finding(about=about, level="warning", message=message, hint=f"say it in {POLICY_FILE}: {what}")
