"""Every rule over everything that was read: levels from the policy, waivers from the records and the policy."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from onrecord.loading.kept import facts_of
from onrecord.memory import collector_paused
from onrecord.model import Dataset, Incident, Kind, PolicyFile, RuleSetting, Severity
from onrecord.policy import (
    blanks,
    heads,
    leaks,
    parts,
    planning,
    postmortems,
    privacy,
    redactions,
    substance,
    timing,
    translations,
    updates,
    wording,
)
from onrecord.policy.passages import has_fresh_words, passages
from onrecord.policy.questions import CHANGE_RULES
from onrecord.policy.readers import ALONE, Readers
from onrecord.policy.rules import ChangeRule, Context, FileRule, Finding, Rule, TextRule, is_over, place_of
from onrecord.problems import Level, Place, Problem, in_order
from onrecord.settings import COMPONENTS_FILE, LATER_DAYS, POLICY_FILE, REDACTIONS_FILE

_ALL = (*heads.RULES, *updates.RULES, *blanks.RULES, *translations.RULES, *postmortems.RULES, *timing.RULES, *wording.RULES, *substance.RULES, *planning.RULES, *leaks.RULES, *privacy.RULES)
RULES: tuple[Rule | TextRule, ...] = tuple(sorted(_ALL, key=lambda rule: rule.code))
FILE_RULES: tuple[FileRule, ...] = (*parts.FILE_RULES, *leaks.FILE_RULES, *privacy.FILE_RULES, *redactions.FILE_RULES)
_FILES = {"components": COMPONENTS_FILE, "policy": POLICY_FILE, "redactions": REDACTIONS_FILE}
_LATER = timedelta(days=LATER_DAYS)
AnyRule = Rule | TextRule | FileRule | ChangeRule


@dataclass(frozen=True, slots=True)
class _Active:
    """The rules that are not off, with their levels, and apart those that need not look again at what is old or over."""

    records: Sequence[tuple[Rule, Level]]
    lasting: Sequence[tuple[Rule, Level]]
    words: Sequence[tuple[Rule, Level]]
    texts: Mapping[Kind, Sequence[tuple[TextRule, Level]]]
    leaks: Mapping[Kind, Sequence[tuple[TextRule, Level]]]


@collector_paused()
def review(
    dataset: Dataset,
    *,
    at: datetime,
    only: Collection[str] | None = None,
    elsewhere: Collection[str] = (),
    past: bool = True,
    readers: Readers = ALONE,
) -> list[Problem]:
    """What the rules find at that instant, by file and line.

    `only` limits it to those records and files, by id or path. `elsewhere` are ids of records
    that exist and were not loaded. `readers` are those who can read the repository. Without `past`, as a build wants it, what nobody can mend any
    more is left out, and of the words only those that must not go out are found, where something was said within the last day.
    """
    context = _context(dataset, at, elsewhere, readers)
    problems: list[Problem] = []
    for file_rule in FILE_RULES:
        if only is None or _FILES[file_rule.file] in only:
            problems += _of_file(file_rule, context)
    active = _active(dataset.policy)
    for incident in dataset.incidents if past else fresh(dataset.incidents):
        if only is None or incident.id in only:
            problems += _of_rules(incident, active.records, context, past)
            if past or not is_over(incident):
                problems += _of_rules(incident, active.lasting, context, past)
            if past:
                problems += _of_rules(incident, active.words, context, past)
                problems += _of_texts(incident, active.texts[incident.head.kind], context)
            elif has_fresh_words(incident, context):
                problems += _of_texts(incident, active.leaks[incident.head.kind], context)
    return in_order(problems)


def fresh(incidents: Iterable[Incident]) -> Iterator[Incident]:
    """The records of which it is not known from before that there is nothing to say."""
    return (incident for incident in incidents if facts_of(incident) is None)


def silent(dataset: Dataset, problems: Iterable[Problem], *, at: datetime, readers: Readers = ALONE) -> Iterator[Incident]:
    """The records that are over and of which a build has nothing to say, now or ever, while neither they nor the settings change.

    `problems` are those of a build at that instant. What hangs on other records is left out.
    """
    spoken_of = {"/".join(problem.place.path.split("/")[:3]) for problem in problems}
    now = _context(dataset, at, (), readers)
    later = replace(now, at=at + _LATER)
    rules = _active(dataset.policy).records
    for incident in fresh(dataset.incidents):
        hangs = incident.path in spoken_of or incident.head.related or has_fresh_words(incident, now) or not is_over(incident)
        if not hangs and next(_of_rules(incident, rules, later, past=False), None) is None:
            yield incident


def _context(dataset: Dataset, at: datetime, elsewhere: Collection[str], readers: Readers) -> Context:
    context = Context(
        dataset=dataset,
        at=at,
        components={component.id: component for component in dataset.components},
        ids={*(i.id for i in dataset.incidents), *(u.id for u in dataset.unreadable), *elsewhere},
        severities={level: dataset.policy.severity(level) for level in (None, *Severity)},
        readers=readers,
        rules={rule.slug: rule.code for rule in (*RULES, *FILE_RULES, *CHANGE_RULES)},
    )
    return replace(context, planned=planning.planned(fresh(dataset.incidents), context))


def _active(policy: PolicyFile) -> _Active:
    english = policy.page.languages[:1] == () or policy.page.languages[0].lower().startswith("en")
    found = [(rule, level) for rule in RULES if (english or not rule.english) and (level := level_of(rule, policy.rules)) is not None]
    texts = [(rule, level) for rule, level in found if isinstance(rule, TextRule)]
    looking = [(rule, level) for rule, level in found if isinstance(rule, Rule)]
    return _Active(
        records=[(rule, level) for rule, level in looking if not (rule.of_words or rule.until_end)],
        lasting=[(rule, level) for rule, level in looking if rule.until_end],
        words=[(rule, level) for rule, level in looking if rule.of_words],
        texts={kind: [(rule, level) for rule, level in texts if kind in rule.kinds] for kind in Kind},
        leaks={kind: [(rule, level) for rule, level in texts if kind in rule.kinds and rule.family == "leaks"] for kind in Kind},
    )


def _of_file(rule: FileRule, context: Context) -> Iterator[Problem]:
    level = level_of(rule, context.dataset.policy.rules)
    if level is not None:
        lines = context.dataset.lines.get(rule.file, {})
        for finding in rule.look(context):
            yield _problem(rule, _at_most(level, finding), finding, place_of(lines, finding.key, _FILES[rule.file]))


def _of_rules(incident: Incident, rules: Sequence[tuple[Rule, Level]], context: Context, past: bool) -> Iterator[Problem]:
    for rule, level in rules:
        for finding in rule.look(incident, context):
            if past or not finding.past:
                yield _of_record(incident, rule, level, finding, context)


def _of_texts(incident: Incident, rules: Sequence[tuple[TextRule, Level]], context: Context) -> Iterator[Problem]:
    imported = incident.head.source is not None
    for passage in passages(incident):
        for rule, level in rules:
            looks = rule.family == "leaks" or not (imported or passage.foreign)
            for finding in rule.read(passage, context) if looks else ():
                yield _of_record(incident, rule, level, finding, context)


def _of_record(incident: Incident, rule: Rule | TextRule, level: Level, finding: Finding, context: Context) -> Problem:
    place = place_of(incident.lines, finding.key, f"{incident.path}/incident.yml")
    if finding.below or finding.column:
        place = Place(place.path, place.line + finding.below, finding.column + (1 if finding.below else place.column))
    reason = waived(incident, rule, context.dataset.policy.rules)
    if reason is not None:
        finding = replace(finding, message=f"{finding.message} (waived: {reason})", hint="")
    found = _problem(rule, "note" if reason is not None else _at_most(level, finding), finding, place)
    return replace(found, waived=reason) if reason is not None else found


def _at_most(level: Level, finding: Finding) -> Level:
    """What has passed is a note, what has not happened yet no more than a warning."""
    if finding.past:
        return "note"
    return "warning" if finding.ahead and level == "error" else level


def _problem(rule: Rule | TextRule | FileRule, level: Level, finding: Finding, place: Place) -> Problem:
    return Problem(code=rule.code, slug=rule.slug, level=level, place=place, message=finding.message, hint=finding.hint, past=finding.past)


def level_of(rule: AnyRule, settings: Mapping[str, RuleSetting]) -> Level | None:
    """The level that the policy gives the rule, its own where it gives none, None where it is off. Rules of style stay below an error."""
    given = settings.get(rule.slug) or settings.get(rule.code)
    if given is None or given.level is None:
        return rule.level
    if given.level == "error" and isinstance(rule, (Rule, TextRule)) and rule.english:
        return "warning"
    return None if given.level == "off" else given.level


def waived(incident: Incident | None, rule: AnyRule, settings: Mapping[str, RuleSetting], id: str = "") -> str | None:
    """The reason why the rule does not apply to that record, from its own head, else from the policy; `id` is that of one that is gone."""
    waivers = incident.head.waivers if incident is not None else ()
    own = next((waiver.reason for waiver in waivers if waiver.rule in (rule.slug, rule.code)), None)
    given = settings.get(rule.slug) or settings.get(rule.code)
    if own is not None or given is None:
        return own
    return next((w.reason for w in given.waivers if not w.records or (incident.id if incident is not None else id).startswith(w.records)), None)
