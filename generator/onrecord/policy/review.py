"""Every rule over everything that was read: levels from the policy, waivers from the records."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

from onrecord.memory import collector_paused
from onrecord.model import Dataset, Incident, RuleSetting, Severity
from onrecord.policy import blanks, heads, parts, postmortems, privacy, redactions, timing, updates
from onrecord.policy.readers import ALONE, Readers
from onrecord.policy.rules import Context, FileRule, Finding, Rule, place_of
from onrecord.problems import Level, Place, Problem, in_order
from onrecord.settings import COMPONENTS_FILE, POLICY_FILE, REDACTIONS_FILE

RULES: tuple[Rule, ...] = tuple(
    sorted((*heads.RULES, *updates.RULES, *blanks.RULES, *postmortems.RULES, *timing.RULES, *privacy.RULES), key=lambda rule: rule.code)
)
FILE_RULES: tuple[FileRule, ...] = (*parts.FILE_RULES, *redactions.FILE_RULES)
_FILES = {"components": COMPONENTS_FILE, "policy": POLICY_FILE, "redactions": REDACTIONS_FILE}


@collector_paused()
def review(
    dataset: Dataset, *, at: datetime, only: Collection[str] | None = None, elsewhere: Collection[str] = (), readers: Readers = ALONE
) -> list[Problem]:
    """What the rules find at that instant, by file and line.

    `only` limits it to those records and files, by id or path. `elsewhere` are ids of records
    that exist and were not loaded. `readers` are those who can read the repository.
    """
    context = Context(
        dataset=dataset,
        at=at,
        components={component.id: component for component in dataset.components},
        ids={*(i.id for i in dataset.incidents), *(u.id for u in dataset.unreadable), *elsewhere},
        severities={level: dataset.policy.severity(level) for level in (None, *Severity)},
        readers=readers,
        rules={**{rule.slug: rule.code for rule in RULES}, **{rule.slug: rule.code for rule in FILE_RULES}},
    )
    problems: list[Problem] = []
    for file_rule in FILE_RULES:
        if only is None or _FILES[file_rule.file] in only:
            problems += _of_file(file_rule, context)
    settings = dataset.policy.rules
    active = [(rule, level) for rule in RULES if (level := _level(rule, settings)) is not None]
    for incident in dataset.incidents:
        if only is None or incident.id in only:
            problems += _of_record(incident, active, context)
    return in_order(problems)


def _of_file(rule: FileRule, context: Context) -> Iterator[Problem]:
    level = _level(rule, context.dataset.policy.rules)
    if level is not None:
        lines = context.dataset.lines.get(rule.file, {})
        for finding in rule.look(context):
            yield _problem(rule, level, finding, place_of(lines, finding.key, _FILES[rule.file]))


def _of_record(incident: Incident, active: list[tuple[Rule, Level]], context: Context) -> Iterator[Problem]:
    for rule, level in active:
        for finding in rule.look(incident, context):
            place = _lower(place_of(incident.lines, finding.key, f"{incident.path}/incident.yml"), finding.below)
            reason = _waived(incident, rule)
            if reason is None:
                yield _problem(rule, _at_most(level, finding), finding, place)
            else:
                yield _problem(rule, "note", Finding(finding.key, f"{finding.message} (waived: {reason})", past=finding.past), place)


def _lower(place: Place, lines: int) -> Place:
    return Place(place.path, place.line + lines) if lines else place


def _at_most(level: Level, finding: Finding) -> Level:
    """What has passed is a note, what has not happened yet no more than a warning."""
    if finding.past:
        return "note"
    return "warning" if finding.ahead and level == "error" else level


def _problem(rule: Rule | FileRule, level: Level, finding: Finding, place: Place) -> Problem:
    return Problem(code=rule.code, slug=rule.slug, level=level, place=place, message=finding.message, hint=finding.hint, past=finding.past)


def _level(rule: Rule | FileRule, settings: dict[str, RuleSetting]) -> Level | None:
    """The level that the policy gives the rule, its own where it gives none, None where it is off."""
    given = settings.get(rule.slug) or settings.get(rule.code)
    if given is None or given.level is None:
        return rule.level
    return None if given.level == "off" else given.level


def _waived(incident: Incident, rule: Rule) -> str | None:
    return next((waiver.reason for waiver in incident.head.waivers if waiver.rule in (rule.slug, rule.code)), None)
