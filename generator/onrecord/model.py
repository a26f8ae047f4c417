"""The records: the shape of each file that people write, and the Dataset that they make together.

The shapes are pydantic models, so that all errors of a file come at once and editors get a
JSON Schema. Every field has a description, which is also what the docs print.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache
from math import inf, isinf
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from onrecord.addresses import fitted, leads_out
from onrecord.problems import Place
from onrecord.settings import MAX_NAME
from onrecord.times import BadTime, parse_duration, parse_instant, within_reason, zone

# ---------------------------------------------------------------- words that the field uses


class Effect(StrEnum):
    """What a component's users feel, in Statuspage's words; ordered by `EFFECT_RANK`."""

    operational = "operational"
    under_maintenance = "under_maintenance"
    degraded_performance = "degraded_performance"
    partial_outage = "partial_outage"
    major_outage = "major_outage"


EFFECT_RANK: dict[Effect, int] = {effect: rank for rank, effect in enumerate(Effect)}


class Severity(StrEnum):
    """How bad an incident is as a whole; the thresholds are text in policy.yml."""

    none = "none"
    minor = "minor"
    major = "major"
    critical = "critical"


SEVERITY_RANK: dict[Severity, int] = {severity: rank for rank, severity in enumerate(Severity)}


class Kind(StrEnum):
    incident = "incident"
    maintenance = "maintenance"
    notice = "notice"


class Status(StrEnum):
    """The state that an update puts its record in: four of an incident, five of a maintenance."""

    investigating = "investigating"
    identified = "identified"
    monitoring = "monitoring"
    resolved = "resolved"
    scheduled = "scheduled"
    in_progress = "in_progress"
    verifying = "verifying"
    completed = "completed"
    cancelled = "cancelled"


INCIDENT_STATUSES = (Status.investigating, Status.identified, Status.monitoring, Status.resolved)
MAINTENANCE_STATUSES = (Status.scheduled, Status.in_progress, Status.verifying, Status.completed, Status.cancelled)
FINAL_STATUSES = frozenset({Status.resolved, Status.completed, Status.cancelled})

T = TypeVar("T")

# ---------------------------------------------------------------- field types

_ID = re.compile(r"[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?")
SAFE_ID_HINT = "use lower-case letters, digits, `-` and `_`, at most 64, beginning and ending with a letter or digit"
INCIDENT_ID = re.compile(r"(\d{4})-(\d{2})-(\d{2})-[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
"""The code of a language, as folders and keys of translations are called: `de`, `pt-BR`."""
RESERVED_COMPONENTS = frozenset({"status"})


def _refuse(code: str, message: str, hint: str = "") -> PydanticCustomError:
    return PydanticCustomError(code, "{message}", {"message": message, "hint": hint})


def _instant(value: object) -> datetime:
    if not isinstance(value, str):
        if isinstance(value, datetime) and value.tzinfo is not None:
            return value
        raise _refuse("bad_time", f"`{value}` is no date and time", "write it like 2026-11-21T14:28:00Z")
    try:
        return within_reason(parse_instant(value))
    except BadTime as error:
        raise _refuse("naive_time" if error.naive else "bad_time", str(error), error.hint) from None


def _duration(value: object) -> timedelta:
    if isinstance(value, timedelta):
        return value
    try:
        return parse_duration(str(value))
    except BadTime as error:
        raise _refuse("bad_duration", str(error), error.hint) from None


def _day(value: object) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(str(value)) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", str(value)) else _no_day(value)
    except ValueError:
        return _no_day(value)


def _no_day(value: object) -> date:
    raise _refuse("bad_day", f"`{value}` is no day that exists", "write it like 2026-11-21")


def _line(value: str) -> str:
    if not value.strip():
        raise _refuse("empty_text", "this text is empty", "say it in a few words")
    if "\n" in value.strip() or "\r" in value.strip():
        raise _refuse("several_lines", "this must be one line", "move the rest into an update")
    return value.strip()


def _name(value: str) -> str:
    name = _line(value)
    if len(name) > MAX_NAME:
        raise _refuse("long_name", f"a name of {len(name):,} letters fits on no page", f"say it in {MAX_NAME} letters at most, and the rest in `description`")
    return name


def _identifier(value: str) -> str:
    if not _ID.fullmatch(value):
        raise _refuse("unsafe_name", f"`{value}` cannot be an id", SAFE_ID_HINT)
    return value


def _zone(value: str) -> str:
    try:
        zone(value)
    except BadTime as error:
        raise _refuse("bad_zone", str(error), error.hint) from None
    return value


def _web_address(value: str) -> str:
    if not leads_out(value):
        raise _refuse("bad_address", f"`{value}` is no web address", "begin it with https://, http:// or mailto:, and name a place there")
    return fitted(value) or value


def _quote(value: str) -> str:
    if not re.fullmatch(r"[1-9]\d{0,4}:[0-9a-f]{64}", value):
        raise _refuse("bad_quote", "this is no length and SHA-256", "write the number of characters, `:` and 64 hex digits; never the words themselves")
    return value


def _number(value: object) -> float:
    text = str(value)
    try:
        found = float(text) if re.fullmatch(r"[-+]?[\d.]+(?:[eE][-+]?\d+)?", text) else float(int(text, 0))
    except (ValueError, OverflowError):
        found = inf
    if isinstance(value, bool) or isinf(found):
        raise _refuse("bad_number", f"`{value}` is no number", "write it like 0.3 or 99.95")
    return found


def _switch(value: object) -> bool:
    found = value if isinstance(value, bool) else _SWITCHES.get(str(value).lower())
    if found is None or not isinstance(value, (bool, str)):
        raise _refuse("bad_switch", f"`{value}` is neither true nor false", "write `true` or `false`")
    return found


def _tongue(value: str) -> str:
    if value != "en":  # most pages have no other, and need not wait for Babel
        from babel import Locale, UnknownLocaleError

        try:
            Locale.parse(value if LANGUAGE.fullmatch(value) else "", sep="-")
        except (ValueError, UnknownLocaleError):
            raise _refuse("bad_language", f"`{value}` is no language", "use a code like en, de, ar or pt-BR") from None
    return value


def _free(value: object) -> object:
    """Texts, and lists and keys of them: what both ways of reading see alike."""
    if isinstance(value, list):
        return [_free(item) for item in value]
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return {key: _free(item) for key, item in value.items()}
    if value is None or isinstance(value, str):
        return value
    raise _refuse("not_text", "only texts, and lists and keys of them, may stand here")


_SWITCHES = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


def advised(pattern: str, advice: str) -> WithJsonSchema:
    """What editors hold a text against, in the regular expressions that JavaScript knows too, and what they say where it does not fit."""
    return WithJsonSchema({"type": "string", "pattern": f"^{pattern}$", "patternErrorMessage": advice})


_DATE = r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
_CLOCK = r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?"
Instant = Annotated[
    datetime,
    BeforeValidator(_instant),
    advised(f"{_DATE}[Tt ]{_CLOCK}([Zz]|[+-]([01]\\d|2[0-3]):?[0-5]\\d)", "write it with its offset, like 2026-11-21T14:28:00Z or 2026-11-21T15:28:00+01:00"),
]
Duration = Annotated[
    timedelta,
    BeforeValidator(_duration),
    advised(r"(?=.*\d)\s*(\d+\s*[dD])?\s*(\d+\s*[hH])?\s*(\d+\s*[mM]([iI][nN])?)?\s*", "write it like 30m, 2h, 1h30m or 3d"),
    PlainSerializer(lambda v: f"{int(v.total_seconds() // 60)}m"),
]
Day = Annotated[date, BeforeValidator(_day), advised(_DATE, "write it like 2026-11-21")]
Line = Annotated[str, AfterValidator(_line), WithJsonSchema({"type": ["string", "number"], "pattern": r"^\s*\S[^\r\n]*\s*$", "patternErrorMessage": "write one line"})]
Name = Annotated[str, AfterValidator(_name), WithJsonSchema({"type": ["string", "number"], "pattern": rf"^\s*\S[^\r\n]{{0,{MAX_NAME - 1}}}\s*$", "patternErrorMessage": f"write one line of {MAX_NAME} letters at most"})]
Identifier = Annotated[str, AfterValidator(_identifier), advised(_ID.pattern, SAFE_ID_HINT)]
Zone = Annotated[str, AfterValidator(_zone), advised(r"[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*", "use a name like Europe/Berlin or UTC")]
WebAddress = Annotated[
    str,
    AfterValidator(_web_address),
    advised(r"([hH][tT][tT][pP][sS]?://[^\s/]|[mM][aA][iI][lL][tT][oO]:\S)[\s\S]*", "begin it with https://, http:// or mailto:"),
]
Quote = Annotated[str, AfterValidator(_quote), advised(r"[1-9][0-9]{0,4}:[0-9a-f]{64}", "write the number of characters, `:` and 64 hex digits")]
Tongue = Annotated[str, AfterValidator(_tongue), advised(LANGUAGE.pattern, "use a code like en, de, ar or pt-BR")]
Number = Annotated[float, BeforeValidator(_number)]
Switch = Annotated[bool, BeforeValidator(_switch)]
Free = Annotated[Any, AfterValidator(_free)]


class Shape(BaseModel):
    """The base of every shape: unknown keys are errors, and nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, defer_build=True)  # a verb reads few of the shapes


# ---------------------------------------------------------------- incident.yml


class Window(Shape):
    """A planned stretch of time."""

    from_: Instant = Field(alias="from", description="When it begins.")
    until: Instant = Field(description="When it ends.")


class PlanStep(Shape):
    """One step of the plan, ticked off when it is done."""

    step: Line = Field(description="What is to be done, in words that customers understand.")
    done: Instant | None = Field(None, description="When it was done; left out until then.")


class Figure(Shape):
    """One figure of the impact, for the post-mortem and the record."""

    label: Line = Field(description="What is counted.")
    value: Line = Field(description="The figure, as it should be read.")


class Waiver(Shape):
    """Lets one rule pass for this record, with a reason that every report shows."""

    rule: Line = Field(description="The rule's slug or code.")
    reason: Line = Field(description="Why the rule does not apply here.")


class HeadTranslation(Shape):
    """A head in another language. What is left out stays as it was written."""

    title: Line | None = Field(None, description="The title.")
    workaround: str | None = Field(None, description="What customers can do meanwhile, in Markdown.")
    plan: tuple[Line, ...] = Field((), description="The steps of the plan, in its order.")
    impact: tuple[Figure, ...] = Field((), description="The figures of the impact, in their order.")


class UpdateTranslation(Shape):
    """The front matter of a translated update, which may be left out: the texts of the update's own front matter."""

    scope: Line | None = Field(None, description="Who is affected, where, how many.")
    workaround: str | None = Field(None, description="The new workaround, in Markdown.")
    amends: Line | None = Field(None, description="What customers are given in return.")
    links: tuple[Line, ...] = Field((), description="What each link leads to, in their order.")


class PostmortemTranslation(Shape):
    """The front matter of a translated post-mortem, which may be left out."""

    actions: tuple[Line, ...] = Field((), description="What will be done, for each action in their order.")


class NameTranslation(Shape):
    """A component or a group in another language."""

    name: Line | None = Field(None, description="The name for readers.")
    description: str | None = Field(None, description="The description.")


class PageTranslation(Shape):
    """What the page is called in another language."""

    name: Line | None = Field(None, description="The page's name.")


class MeaningTranslation(Shape):
    """A severity in another language."""

    meaning: str | None = Field(None, description="What it means, in a customer's words.")


class LevelTranslation(Shape):
    """A service level in another language."""

    name: Line | None = Field(None, description="The plan or service that it covers.")
    credits: tuple[Line, ...] = Field((), description="What is owed, for each tier in their order.")


class FreezeTranslation(Shape):
    """A freeze in another language."""

    reason: Line | None = Field(None, description="Why.")


class Source(Shape):
    """Where something imported came from: a record, an update, a post-mortem, a component, a group or the page."""

    system: Line = Field(description="The system it was imported from, such as `cstate` or `statuspage`.")
    id: str = Field(description="Its identifier there.")
    url: str | None = Field(None, description="Its address there.")
    sha256: str | None = Field(None, description="SHA-256 of the imported item, in hex, so that a second import knows it.")
    imported: Instant | None = Field(None, description="When it was imported.")


class IncidentFile(Shape):
    """`incident.yml`: the head of an incident, a maintenance or a notice."""

    title: Line = Field(description="One line: what the customer sees, not the cause.")
    kind: Kind = Field(Kind.incident, description="`incident`, `maintenance` or `notice`.")
    severity: Severity | None = Field(None, description="`none`, `minor`, `major` or `critical`; what each means stands in policy.yml.")
    components: dict[str, Effect] = Field(default_factory=dict, description="The effect on each component at the start; ids from components.yml.")
    started: Instant | None = Field(None, description="When customers began to feel it; left out, the first update counts.")
    detected: Instant | None = Field(None, description="When it was noticed.")
    scheduled: Window | None = Field(None, description="Maintenance only: the window, `from` and `until`.")
    from_: Instant | None = Field(None, alias="from", description="Notice only: shown from then on.")
    until: Instant | None = Field(None, description="Notice only: shown up to then.")
    expected_resolution: Instant | None = Field(None, description="When it is expected to end.")
    workaround: str | None = Field(None, description="What customers can do meanwhile, in Markdown.")
    plan: tuple[PlanStep, ...] = Field((), description="The steps towards the end, ticked off as they are done.")
    impact: tuple[Figure, ...] = Field((), description="The impact in figures.")
    causes: tuple[Identifier, ...] = Field((), description="Tags of causes; repeats of one cause are found by them.")
    related: tuple[str, ...] = Field((), description="Ids of related incidents.")
    waivers: tuple[Waiver, ...] = Field((), description="Rules that do not apply to this record, each with its reason.")
    drill: Switch = Field(False, description="A rehearsal: never on the public site, in feeds, API, calendar or uptime.")
    alerts: tuple[Line, ...] = Field((), description="Keys of the alerts that it is about, so that `onrecord intake` knows them again; never on the site.")
    internal: dict[str, Free] = Field(default_factory=dict, description="Notes that never leave the repository.")
    source: Source | None = Field(None, description="Where the record was imported from.")
    translations: dict[Tongue, HeadTranslation] = Field(default_factory=dict, description="The same words in other languages of the page, by language.")


LIVING_KEYS = frozenset({"plan", "impact", "causes", "related", "waivers", "alerts", "internal", "detected", "source", "translations"})
"""The keys of a head that may still change after publication; everything else changes by an update."""


# ---------------------------------------------------------------- updates/*.md


class Link(Shape):
    """An address to learn more."""

    text: Line = Field(description="What the link leads to.")
    url: WebAddress = Field(description="The address: http, https or mailto.")


class UpdateFile(Shape):
    """The front matter of an update: what was said when, and what it changes."""

    at: Instant = Field(description="When it was said.")
    status: Status | None = Field(None, description="The state from here on. Incidents: investigating, identified, monitoring, resolved. Maintenance: scheduled, in_progress, verifying, completed, cancelled.")
    next_update_by: Instant | None = Field(None, description="The promise: the next update comes by then. Required while open.")
    effective: Instant | None = Field(None, description="When it became true, if that was before it was said; never later than `at`.")
    components: dict[str, Effect] = Field(default_factory=dict, description="Effects that change, from `effective` on.")
    severity: Severity | None = Field(None, description="A new severity, from here on.")
    expected_resolution: Instant | None = Field(None, description="A new expected end.")
    workaround: str | None = Field(None, description="A new workaround, in Markdown.")
    scheduled: Window | None = Field(None, description="Maintenance only: the window has moved.")
    scope: Line | None = Field(None, description="Who is affected, where, how many.")
    links: tuple[Link, ...] = Field((), description="Addresses to learn more.")
    amends: Line | None = Field(None, description="At the end: what customers are given in return.")
    corrects: str | None = Field(None, description="The id of an earlier update that this one sets right; both are kept and shown.")
    alerts: tuple[Line, ...] = Field((), description="Keys of further alerts that the record is about; never on the site.")
    source: Source | None = Field(None, description="Where the update was imported from.")


# ---------------------------------------------------------------- postmortem.md


class Action(Shape):
    """A remedial action, tracked until it is done."""

    what: Line = Field(description="What will be done.")
    owner_role: Line | None = Field(None, description="The role that owns it, never a person's name.")
    due: Day | None = Field(None, description="The day by which it is promised.")
    done: Day | None = Field(None, description="The day on which it was done; left out until then.")


class PostmortemFile(Shape):
    """The front matter of a post-mortem."""

    status: Literal["draft", "published"] = Field("draft", description="`draft` stays private, `published` is on the site.")
    published: Instant | None = Field(None, description="When it was published; required with `status: published`.")
    approved_by_role: Line | None = Field(None, description="The role that approved it.")
    actions: tuple[Action, ...] = Field((), description="What is being done about it.")
    source: Source | None = Field(None, description="Where the post-mortem was imported from.")


# ---------------------------------------------------------------- components.yml


class Group(Shape):
    """Components that belong together."""

    id: Identifier = Field(description="The group's name in addresses; never reused.")
    name: Name = Field(description="The group's name for readers.")
    description: str | None = Field(None, description="One sentence on what it holds.")
    source: Source | None = Field(None, description="Where the group was imported from.")
    translations: dict[Tongue, NameTranslation] = Field(default_factory=dict, description="The same in other languages of the page, by language.")


class AlertMatch(Shape):
    """Which alerts are about a component."""

    labels: dict[str, str] = Field(description="Labels that an alert must carry, with these values.")


class Component(Shape):
    """A part of the service that customers know."""

    id: Identifier = Field(description="The component's name in incident.yml and in addresses; never reused.")
    name: Name = Field(description="The component's name for readers.")
    group: str | None = Field(None, description="The id of its group.")
    description: str | None = Field(None, description="One sentence on what it does.")
    since: Day | None = Field(None, description="Before this day its state is unknown, not up.")
    retired: Day | None = Field(None, description="From this day on it is off the home page; its past stays.")
    alerts: tuple[AlertMatch, ...] = Field((), description="Which alerts are about it.")
    source: Source | None = Field(None, description="Where the component was imported from, so that its old id is not lost.")
    translations: dict[Tongue, NameTranslation] = Field(default_factory=dict, description="The same in other languages of the page, by language.")


class ComponentsFile(Shape):
    """`components.yml`: components and groups, in display order."""

    groups: tuple[Group, ...] = Field((), description="The groups, in display order.")
    components: tuple[Component, ...] = Field((), description="The components, in display order.")


# ---------------------------------------------------------------- policy.yml


Engine = Literal["mkdocs", "zensical"]
"""What draws the theme and people's pages."""


class Page(Shape):
    """What the page is called, and where and when it lives."""

    name: Line | None = Field(None, description="The page's name; left out, `site_name` of mkdocs.yml.")
    time_zone: Zone = Field("UTC", description="The zone in which the page's days and months begin.")
    languages: tuple[Tongue, ...] = Field(("en",), description="The languages of the site, the first one at its root, the others under `/de/` and so on.")
    contact: WebAddress | None = Field(None, description="Where customers reach people: https or mailto.")
    engine: Engine = Field("mkdocs", description="What draws the theme and your own pages: `mkdocs` (with Material) or `zensical`.")
    home: tuple[Literal["maintenance", "parts", "recent", "follow"], ...] = Field(("maintenance", "parts", "recent", "follow"), description="The sections of the home page below what is open, in their order; what is left out is not shown there. Below ten parts, say, `[parts, maintenance, recent, follow]` may read better.")
    drill: Switch = Field(False, description="The page of a rehearsal, which `onrecord drill` writes: every record on it is called a drill, and so is every page.")
    archive_after: Duration | None = Field(
        None,
        description="Months that ended longer ago than this, such as `1095d`, keep all their words on one page and have no page for each record; left out, every record has its own for ever.",
    )
    source: Source | None = Field(None, description="The page that this one was imported from.")
    translations: dict[Tongue, PageTranslation] = Field(default_factory=dict, description="The same in other languages of the page, by language.")

    @property
    def chosen_languages(self) -> tuple[str, ...]:
        """The languages where the policy names any, each once; else mkdocs.yml says in which one the theme speaks."""
        return tuple(dict.fromkeys(self.languages)) if "languages" in self.model_fields_set else ()

    @property
    def names(self) -> dict[str, str]:
        """What the page is called in its other languages, where it has another name there."""
        return {code: own.name for code in self.chosen_languages[1:] if (own := self.translations.get(code)) and own.name}


class SeverityPolicy(Shape):
    """What one severity means, and what it obliges us to."""

    meaning: str | None = Field(None, description="What it means, in a customer's words.")
    when: str | None = Field(None, description="The threshold: when it applies.")
    acknowledge_within: Duration | None = Field(None, description="The first update comes within this time after the start.")
    update_every: Duration | None = Field(None, description="No longer silence than this while it is open.")
    postmortem_within: Duration | None = Field(None, description="The post-mortem is out within this time after the end.")
    translations: dict[Tongue, MeaningTranslation] = Field(default_factory=dict, description="The same in other languages of the page, by language.")


@cache
def _default_severities() -> dict[Severity, SeverityPolicy]:
    def row(meaning: str, acknowledge: str, every: str, postmortem: str | None) -> SeverityPolicy:
        return SeverityPolicy.model_validate(
            {"meaning": meaning, "acknowledge_within": acknowledge, "update_every": every, "postmortem_within": postmortem}
        )

    return {
        Severity.none: row("Nothing that customers notice.", "1h", "1d", None),
        Severity.minor: row("Some customers are slowed down, or a small part does not work.", "30m", "4h", None),
        Severity.major: row("Many customers cannot use an important part.", "15m", "1h", "72h"),
        Severity.critical: row("Most customers cannot use the service.", "15m", "30m", "72h"),
    }


class Freeze(Shape):
    """A stretch in which no maintenance may be planned."""

    from_: Instant = Field(alias="from", description="When the freeze begins.")
    until: Instant = Field(description="When it ends.")
    reason: Line | None = Field(None, description="Why.")
    translations: dict[Tongue, FreezeTranslation] = Field(default_factory=dict, description="The same in other languages of the page, by language.")


class MaintenancePolicy(Shape):
    """How maintenance is announced."""

    minimum_notice: Duration = Field(timedelta(days=3), description="A maintenance is announced at least this long before it begins.")
    freezes: tuple[Freeze, ...] = Field((), description="Stretches in which none may be planned.")


class Escalation(Shape):
    """Whom to call when a role is silent."""

    to: Line = Field(description="The role to escalate to.")
    after: Duration = Field(description="After how long.")


class Role(Shape):
    """Who does what in an incident; roles, never names."""

    does: Line = Field(description="What the role does: leads, speaks, is told.")
    contact: str | None = Field(None, description="How the role is reached.")
    escalate: Escalation | None = Field(None, description="Whom to escalate to, and when.")


class Roles(Shape):
    """The roles of an incident."""

    published: Switch = Field(False, description="Whether the site shows the roles.")
    roles: dict[str, Role] = Field(default_factory=dict, description="Each role by its name.")


class Words(Shape):
    """Words that must not go out."""

    banned: tuple[str, ...] = Field((), description="Words and phrases that no update may contain.")
    internal: tuple[str, ...] = Field((), description="Regular expressions of internal names and hosts.")
    customers: tuple[str, ...] = Field((), description="Names of customers, which nothing may mention. Only for a private repository: the list names them.")
    jargon: dict[str, str] = Field(default_factory=dict, description="Words that customers do not know, each with a plainer one.")


class Weights(Shape):
    """The share of time that counts as down, for each effect; from 0 to 1."""

    major_outage: Number = Field(1.0, ge=0, le=1, description="Share of a major outage that counts as down.")
    partial_outage: Number = Field(0.3, ge=0, le=1, description="Share of a partial outage that counts as down.")
    degraded_performance: Number = Field(0.0, ge=0, le=1, description="Share of degraded performance that counts as down.")
    under_maintenance: Number = Field(1.0, ge=0, le=1, description="Share of an overrun that counts as down; planned minutes never count.")


class UptimePolicy(Shape):
    """How uptime is reckoned."""

    weights: Weights = Field(default_factory=Weights, description="What counts as down.")


class CreditTier(Shape):
    """What is owed when a month's uptime is below a bound."""

    below: Number = Field(gt=0, le=100, description="The bound, in percent.")
    credit: Line = Field(description="What is owed, such as `10 %`.")


class ServiceLevel(Shape):
    """A promise of uptime."""

    name: Line = Field(description="The plan or service that it covers.")
    target: Number = Field(gt=0, le=100, description="The monthly uptime that is promised, in percent.")
    components: tuple[str, ...] = Field((), description="The components that it covers; none means all.")
    credits: tuple[CreditTier, ...] = Field((), description="What is owed below the target.")
    translations: dict[Tongue, LevelTranslation] = Field(default_factory=dict, description="The same in other languages of the page, by language.")


class PolicyWaiver(Shape):
    """Lets one rule pass for many records, with a reason that every report shows."""

    records: tuple[str, ...] = Field((), description="Their ids, or beginnings of them, such as `2026-03`; none means all.")
    reason: Line = Field(description="Why the rule does not apply there.")


class RuleSetting(Shape):
    """How strictly one rule is taken."""

    level: Literal["error", "warning", "note", "off"] | None = Field(None, description="`error`, `warning`, `note` or `off`.")
    waivers: tuple[PolicyWaiver, ...] = Field((), description="Records for which it does not apply, each with the reason.")


class Rewritten(Shape):
    """History that was rewritten for a reason, such as words that had to go."""

    commit: Line = Field(description="A commit that was published and that the history does not hold any more; its first seven digits or more.")
    reason: Line = Field(description="Why history was rewritten, as readers may know it.")


class RecordPolicy(Shape):
    """How the record from git is kept and shown."""

    since: str | None = Field(None, description="The commit, or the moment, from which publication times count.")
    show_authors: Switch = Field(False, description="Whether record pages name the authors of commits.")
    show_removed: Switch = Field(False, description="Whether the page in place of a removed record still shows what it said.")
    require_signatures: Switch = Field(False, description="Whether an unsigned commit is a finding.")
    on_rewritten_history: Literal["warn", "stop"] = Field("warn", description="What a deployment does when history was rewritten.")
    rewritten: tuple[Rewritten, ...] = Field((), description="Rewritten history that is accounted for; without an entry here it is called so on the home page, and each deployment ends red.")
    visibility: Literal["private", "public", "unknown"] = Field("unknown", description="Who can read this repository: `private` if only your own people can, `public` if anybody can. Drafts, drills and internal words are refused unless it is private.")
    private_repository: str | None = Field(None, description="Where drafts, drills and internal notes live, if not here.")


class PolicyFile(Shape):
    """`policy.yml`: what the page promises, and how it is run. Every key has a default; an empty file works."""

    page: Page = Field(default_factory=Page, description="What the page is called, and where and when it lives.")
    severities: dict[Severity, SeverityPolicy] = Field(default_factory=lambda: dict(_default_severities()), description="What each severity means and obliges to.")
    brief_outage: Duration | None = Field(None, description="An incident that is over sooner than this needs no alert: its first word may come after the end.")
    maintenance: MaintenancePolicy = Field(default_factory=MaintenancePolicy, description="How maintenance is announced.")
    roles: Roles = Field(default_factory=Roles, description="Who leads, who speaks, who is told.")
    words: Words = Field(default_factory=Words, description="Words that must not go out.")
    uptime: UptimePolicy = Field(default_factory=UptimePolicy, description="How uptime is reckoned.")
    service_levels: tuple[ServiceLevel, ...] = Field((), description="Promises of uptime, with what is owed.")
    rules: dict[str, RuleSetting] = Field(default_factory=dict, description="The level of each rule, by slug or code.")
    record: RecordPolicy = Field(default_factory=RecordPolicy, description="How the record from git is kept and shown.")

    def severity(self, severity: Severity | None) -> SeverityPolicy:
        """What that severity obliges to: the owner's words where given, the defaults elsewhere."""
        level = severity or Severity.none
        default = _default_severities()[level]
        given = self.severities.get(level, default)
        return default.model_copy(update={k: v for k in type(given).model_fields if (v := getattr(given, k)) is not None})


# ---------------------------------------------------------------- redactions.yml


class Redaction(Shape):
    """Words that should never have been published, named without repeating them."""

    path: Line = Field(description="The file, from the repository's root; `*` stands for any characters, also for none.")
    part: Line | None = Field(None, description="One key of the file, or `body` for the Markdown below the front matter; left out, all words of the file.")
    words: Quote | None = Field(None, description="Some words wherever they stand in the file: how many characters they have, `:`, and their SHA-256 in hex. A line break and indents count as one space.")
    reason: Line = Field(description="Why they are withheld, as readers may know it.")
    who: Line = Field(description="The role that decided it, never a person's name.")
    when: Instant = Field(description="When it was decided.")
    removed: Switch = Field(False, description="Whether the words are out of git's history, too; then it is no mistake that they are not found.")


class RedactionsFile(Shape):
    """`redactions.yml`: words that are withheld from everything that is made of this repository."""

    redactions: tuple[Redaction, ...] = Field((), description="What is withheld, and why.")


# ---------------------------------------------------------------- the Dataset


@dataclass(frozen=True, slots=True, kw_only=True)
class LastGood:
    """The version of a file that is published because the newest one cannot be read: which file, of which commit and when."""

    path: str
    commit: str
    committed: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Translation(Generic[T]):
    """The words of an update or a post-mortem in another language, with the texts of its front matter."""

    language: str
    path: str
    head: T
    body: str
    body_line: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """One update as it was read. `id` is the stem of its file.

    `unread` marks an update whose file could not be read: its words are shown sanitised, its
    `head` says only when (the commit's time), and its status changes nothing.
    """

    id: str
    path: str
    head: UpdateFile
    body: str
    body_line: int = 1
    unread: bool = False
    last_good: LastGood | None = None
    """The older version that this is, where the newest cannot be read."""
    withheld: tuple[Redaction, ...] = ()
    """The redactions that took words out of it."""
    translations: tuple[Translation[UpdateTranslation], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Postmortem:
    """A post-mortem as it was read; `body` is Markdown.

    `pictures` are the paths, from the incident's folder, of the pictures that it shows and that
    can be published; `missing` are those that are not there, `foreign` the addresses of those on other hosts.
    """

    path: str
    head: PostmortemFile
    body: str
    body_line: int = 1
    pictures: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()
    sizes: Mapping[str, tuple[int, int]] = field(default_factory=dict, hash=False)
    """Width and height in CSS pixels of each picture whose file says so."""
    unfit: tuple[tuple[str, str, str], ...] = ()
    """Pictures that cannot be published: the path, why, and what to do."""
    wordless: tuple[str, ...] = ()
    """Pictures without alternative text, by path or address."""
    diagrams: tuple[str, ...] = ()
    """The sources of its Mermaid diagrams, in order."""
    last_good: LastGood | None = None
    """The older version that this is, where the newest cannot be read."""
    withheld: tuple[Redaction, ...] = ()
    """The redactions that took words or pictures out of it."""
    translations: tuple[Translation[PostmortemTranslation], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """A record as it was read: an incident, a maintenance or a notice. `path` is that of its folder.

    Updates are in order of `at`, then id.
    """

    id: str
    path: str
    head: IncidentFile
    updates: tuple[Update, ...] = ()
    postmortem: Postmortem | None = None
    inside: tuple[str, ...] = ()
    """The paths of its files that never leave the repository: `internal.md` and its like. Nobody reads them."""
    last_good: LastGood | None = None
    """The older version of the head that this is, where the newest cannot be read."""
    withheld: tuple[Redaction, ...] = ()
    """The redactions that took words out of its head, and those of files of its folder that are gone."""
    untold: tuple[str, ...] = ()
    """The paths of translations of what there is not: of an update that nobody said, of a post-mortem that nobody wrote."""
    lines: Mapping[str, Place] = field(default_factory=dict, compare=False, repr=False)
    """Where its words stand: `started` is the place of that value, `started:` of the key, `updates/<id>.at` that
    of an update's `at`, `updates/<id>.body` of its words. Loaded records find the places when they are asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """A record whose head could not be read; the site names it, so that it is not missed in silence."""

    id: str
    place: Place
    message: str
    drill: bool = False
    """Whether it looks like a drill, which no public page names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """All that the files say, in order of id, oldest first. Nothing is derived yet."""

    incidents: tuple[Incident, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
    groups: tuple[Group, ...] = ()
    components: tuple[Component, ...] = ()
    policy: PolicyFile = field(default_factory=PolicyFile)
    last_good: tuple[LastGood, ...] = ()
    """The older versions of components.yml, policy.yml and redactions.yml that are used because the newest cannot be read."""
    redactions: tuple[Redaction, ...] = ()
    """Every redaction in force."""
    withheld: tuple[Redaction, ...] = ()
    """Those that belong to no record: of other files, of records that are gone, of words that only older commits hold."""
    idle: tuple[int, ...] = ()
    """The numbers, from 0, of those that found nothing, neither now nor in any older commit."""
    lines: Mapping[str, Mapping[str, Place]] = field(default_factory=dict, compare=False, repr=False)
    """The same for `components` and `policy`: `lines["components"]["components.0.group"]`."""

    @property
    def displayed(self) -> list[Component]:
        """The components by group as the groups are listed, then those without a group that exists."""
        place = {group.id: index for index, group in enumerate(self.groups)}
        return sorted(self.components, key=lambda component: place.get(component.group or "", len(place)))
