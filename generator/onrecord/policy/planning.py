"""Rules about planned work: how early it is announced, when none may be, and what falls together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from onrecord.model import Incident, Kind, Status, Window
from onrecord.policy.rules import Context, Finding, Rule, is_over, said
from onrecord.times import in_words, iso


def short_notice(incident: Incident, context: Context) -> Iterator[Finding]:
    """A maintenance is announced later before it begins than `maintenance.minimum_notice` of the policy says."""
    window, first = _window(incident), next(iter(said(incident)), None)
    least = context.dataset.policy.maintenance.minimum_notice
    if window is None or first is None or incident.head.source or window.from_ - first.head.at >= least:
        return
    notice = window.from_ - first.head.at
    given = f"{in_words(notice)} before it begins" if notice.total_seconds() > 0 else "when it had begun"
    hint = "move the window, or waive this and say why it cannot wait"
    yield Finding("scheduled.from", f"announced {given}, and policy.yml promises {in_words(least)}", hint, past=window.from_ <= context.at)


def in_a_freeze(incident: Incident, context: Context) -> Iterator[Finding]:
    """A maintenance lies in a stretch in which the policy wants none (`maintenance.freezes`)."""
    window = _window(incident)
    for freeze in context.dataset.policy.maintenance.freezes if window and not incident.head.source else ():
        if window and window.from_ < freeze.until and freeze.from_ < window.until:
            reason = f" ({freeze.reason})" if freeze.reason else ""
            message = f"nothing may be planned from {iso(freeze.from_)} until {iso(freeze.until)}{reason}"
            yield Finding("scheduled.from", message, "move the window, or waive this and say why it cannot wait", past=window.until <= context.at)


def maintenance_clash(incident: Incident, context: Context) -> Iterator[Finding]:
    """Two maintenances that are not over fall together and are about one part. The one that was announced later is named."""
    window, parts = _window(incident), set(incident.head.components)
    for other in context.planned if window and not is_over(incident) else ():
        theirs = _window(other)
        if other.id == incident.id or not window or not theirs or not (window.from_ < theirs.until and theirs.from_ < window.until):
            continue
        shared = sorted(parts & set(other.head.components))
        if shared and _announced(other) < _announced(incident):
            message = f"it falls together with {other.id}, which is about {', '.join(f'`{id}`' for id in shared)} too"
            yield Finding("scheduled.from", message, "move one of the two, or waive this and say why they may meet")


def planned(incidents: Iterable[Incident], context: Context) -> tuple[Incident, ...]:
    """The maintenances of which the window is not over, for what falls together."""
    return tuple(i for i in incidents if i.head.kind is Kind.maintenance and (w := _window(i)) and w.until > context.at and not is_over(i))


def _window(incident: Incident) -> Window | None:
    """The window that stands, of a maintenance that was not called off."""
    if incident.head.kind is not Kind.maintenance or any(u.head.status is Status.cancelled for u in said(incident)):
        return None
    return next((u.head.scheduled for u in reversed(incident.updates) if u.head.scheduled), incident.head.scheduled)


def _announced(incident: Incident) -> tuple[str, str]:
    return (iso(incident.updates[0].head.at) if incident.updates else "9999", incident.id)


RULES = (
    Rule(code="OR401", slug="short-notice", level="warning", title="A maintenance is announced later than the policy promises.", look=short_notice),
    Rule(code="OR402", slug="in-a-freeze", level="warning", title="A maintenance lies in a stretch without planned work.", look=in_a_freeze),
    Rule(code="OR403", slug="maintenance-clash", level="warning", title="Two maintenances of one part fall together.", look=maintenance_clash),
)
