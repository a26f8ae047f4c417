"""Rules about the head of a record: its id, its times, its components, what its kind allows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from onrecord.model import Effect, Incident, Kind
from onrecord.policy.rules import Context, Finding, Rule, began, clock
from onrecord.problems import did_you_mean
from onrecord.settings import AHEAD_MINUTES
from onrecord.times import day_of, iso, zone

_UTC = zone("UTC")
AHEAD = timedelta(minutes=AHEAD_MINUTES)


def unknown_component(incident: Incident, context: Context) -> Iterator[Finding]:
    """An effect on a part that nobody knows is shown on no part, and counts in no uptime."""
    known = context.components
    if not known:
        return
    for key, named in _namings(incident):
        for id in named:
            if id not in known:
                hint = did_you_mean(id, known) or "add it to site_src/components.yml"
                yield Finding(f"{key}components.{id}:", f"unknown component `{id}`", hint)


def retired_component(incident: Incident, context: Context) -> Iterator[Finding]:
    """A part that was retired before it began cannot have failed: another one has taken its place."""
    start = began(incident)
    for key, named in _namings(incident):
        for id in named:
            retired = context.components[id].retired if id in context.components else None
            if retired and start and day_of(start, _UTC) >= retired:
                hint = "name what took its place, or mend `retired` in site_src/components.yml"
                yield Finding(f"{key}components.{id}:", f"`{id}` is retired since {retired}, before this began", hint)


def id_date(incident: Incident, _: Context) -> Iterator[Finding]:
    """The id begins with the UTC day on which it began, so that folders, addresses and history agree."""
    start = began(incident)
    if start is not None and incident.id[:10] != f"{day_of(start, _UTC)}":
        key = {Kind.maintenance: "scheduled.from", Kind.notice: "from"}.get(incident.head.kind, "started")
        hint = f"name the folder {day_of(start, _UTC)}{incident.id[10:]}, or mend `{key}`"
        yield Finding(key, f"the id says {incident.id[:10]}, and it began on {day_of(start, _UTC)} (UTC)", hint)


def end_before_start(incident: Incident, _: Context) -> Iterator[Finding]:
    """A window, a notice or an expected end that lies before its own beginning is a slip of the pen, most often in the day or the offset."""
    head = incident.head
    windows = [("scheduled.until", head.scheduled)]
    windows += [(f"updates/{u.id}.scheduled.until", u.head.scheduled) for u in incident.updates]
    for key, window in windows:
        if window and window.until <= window.from_:
            yield Finding(key, f"the window ends {clock(window.until, window.from_)}, before it begins {iso(window.from_)}", "mend one of the two")
    if head.from_ and head.until and head.until <= head.from_:
        yield Finding("until", f"it ends {clock(head.until, head.from_)}, before it begins {iso(head.from_)}", "mend one of the two")
    if head.started and head.expected_resolution and head.expected_resolution <= head.started:
        message = f"the expected end {clock(head.expected_resolution, head.started)} lies before the start {iso(head.started)}"
        yield Finding("expected_resolution", message, "mend one of the two")


def no_updates(incident: Incident, _: Context) -> Iterator[Finding]:
    """Without an update nothing is said, and readers see a title alone. A notice may do with its title."""
    if not incident.updates and incident.head.kind is not Kind.notice:
        hint = f"add one: {incident.path}/updates/<time>-<status>.md, with `at`, `status` and the words"
        yield Finding("", "nothing was said yet: there is no update", hint)


def window_of_kind(incident: Incident, _: Context) -> Iterator[Finding]:
    """A maintenance has a window, a notice has `from` and `until`, and an incident has neither: it has `started`."""
    head = incident.head
    if head.kind is Kind.maintenance and head.scheduled is None:
        yield Finding("kind", "a maintenance without a window", "add `scheduled: {from: …, until: …}`")
    if head.kind is Kind.notice and not (head.from_ and head.until):
        yield Finding("kind", "a notice that does not say from when until when it is shown", "add `from: …` and `until: …`")
    if head.kind is not Kind.maintenance and head.scheduled:
        yield Finding("scheduled:", f"`scheduled` has no meaning for {_a(head.kind)}", "write `kind: maintenance`, or take it away")
    if head.kind is not Kind.notice:
        for key, value in (("from", head.from_), ("until", head.until)):
            if value:
                hint = "write `started`" if head.kind is Kind.incident else "write `scheduled: {from: …, until: …}`"
                yield Finding(f"{key}:", f"`{key}` has no meaning for {_a(head.kind)}", hint)


def notice_with_effect(incident: Incident, _: Context) -> Iterator[Finding]:
    """A notice only tells something. What hurts is an incident, and what is planned is a maintenance."""
    head = incident.head
    if head.kind is Kind.notice:
        for key in ("severity", "components", "expected_resolution"):
            if getattr(head, key):
                yield Finding(f"{key}:", f"a notice has no `{key}`", "take it away, or write `kind: incident`")


def head_ahead(incident: Incident, context: Context) -> Iterator[Finding]:
    """What began, was noticed or was done cannot lie ahead of the clock. Five minutes are let pass, since clocks differ."""
    head = incident.head
    steps = [(f"plan.{number}.done", step.done) for number, step in enumerate(head.plan)]
    for key, moment in [("started", head.started), ("detected", head.detected), *steps]:
        if moment and moment > context.at + AHEAD:
            yield Finding(key, *ahead(key.rpartition(".")[2], moment, context))


def related_to_nothing(incident: Incident, context: Context) -> Iterator[Finding]:
    """A link to a record that is not there leads readers nowhere."""
    for number, id in enumerate(incident.head.related):
        if id not in context.ids or id == incident.id:
            hint = "name another record" if id == incident.id else did_you_mean(id, set(context.ids) - {incident.id})
            yield Finding(f"related.{number}", f"there is no other record `{id}`", hint)


def unknown_waiver(incident: Incident, context: Context) -> Iterator[Finding]:
    """A waiver for a rule that does not exist waives nothing, and hides that from whoever wrote it."""
    for number, waiver in enumerate(incident.head.waivers):
        if waiver.rule not in context.rules and waiver.rule not in context.rules.values() and not _of_the_audit(waiver.rule):
            yield Finding(f"waivers.{number}.rule", f"there is no rule `{waiver.rule}`", did_you_mean(waiver.rule, context.rules))


def _of_the_audit(name: str) -> bool:
    """Whether it is a finding that only the audit has; loaded where somebody waives one, since git comes along."""
    from onrecord.audit import RULES as FINDINGS

    return any(name in (finding.slug, finding.code) for finding in FINDINGS)


def ahead(key: str, moment: datetime, context: Context) -> tuple[str, str]:
    """Message and hint for a time that lies ahead of the clock."""
    return f"`{key}` {iso(moment)} lies ahead of the clock ({iso(context.at)})", "is the offset right, and the day?"


def _namings(incident: Incident) -> Iterator[tuple[str, Mapping[str, Effect]]]:
    yield "", incident.head.components
    for update in incident.updates:
        if update.head.components:
            yield f"updates/{update.id}.", update.head.components


def _a(kind: Kind) -> str:
    return {Kind.incident: "an incident", Kind.maintenance: "a maintenance", Kind.notice: "a notice"}[kind]


RULES = (
    Rule(code="OR101", slug="unknown-component", level="error", title="A component is named that components.yml does not list.", look=unknown_component),
    Rule(code="OR102", slug="retired-component", level="error", title="A component is named that was retired before.", look=retired_component),
    Rule(code="OR110", slug="id-date", level="error", title="The date in the id is not the UTC day on which the record began.", look=id_date),
    Rule(code="OR111", slug="end-before-start", level="error", title="Something ends before it begins.", look=end_before_start),
    Rule(code="OR116", slug="no-updates", level="error", title="A record has no update, so nothing is said about it.", look=no_updates),
    Rule(code="OR119", slug="window-of-kind", level="error", title="A maintenance or notice lacks its window, or another record has one.", look=window_of_kind),
    Rule(code="OR122", slug="notice-with-effect", level="error", title="A notice claims a severity or an effect.", look=notice_with_effect),
    Rule(code="OR125", slug="ahead-of-clock", level="error", title="A time of the head lies more than five minutes ahead of the clock.", look=head_ahead),
    Rule(code="OR128", slug="related-to-nothing", level="warning", title="A related record does not exist.", look=related_to_nothing),
    Rule(code="OR134", slug="unknown-waiver", level="warning", title="A waiver names no rule.", look=unknown_waiver),
)
