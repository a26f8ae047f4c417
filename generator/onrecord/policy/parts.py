"""Rules about components.yml and policy.yml."""

from __future__ import annotations

from collections.abc import Iterator

from onrecord.model import RESERVED_COMPONENTS
from onrecord.policy.rules import Context, FileRule, Finding
from onrecord.problems import did_you_mean
from onrecord.times import iso


def listed_twice(context: Context) -> Iterator[Finding]:
    """An id is an address. Two parts with one id would share page, feed and past."""
    listed = {
        "groups": [group.id for group in context.dataset.groups],
        "components": [component.id for component in context.dataset.components],
    }
    for key, ids in listed.items():
        for number, id in enumerate(ids):
            if id in ids[:number]:
                yield Finding(f"{key}.{number}.id", f"`{id}` is listed twice", "an id belongs to one of them, and is never used again")


def unknown_group(context: Context) -> Iterator[Finding]:
    """A part of a group that is not listed would stand nowhere on the home page."""
    known = [group.id for group in context.dataset.groups]
    for number, component in enumerate(context.dataset.components):
        if component.group is not None and component.group not in known:
            hint = did_you_mean(component.group, known) or "list it under `groups`"
            yield Finding(f"components.{number}.group", f"unknown group `{component.group}`", hint)


def reserved_id(context: Context) -> Iterator[Finding]:
    """`badges/status.svg` is the badge of the whole page."""
    for number, component in enumerate(context.dataset.components):
        if component.id in RESERVED_COMPONENTS:
            yield Finding(f"components.{number}.id", f"`{component.id}` is kept for the whole page's badge", "choose another id")


def retired_before_since(context: Context) -> Iterator[Finding]:
    """A part that was retired before it was there has no past that could be shown."""
    for number, component in enumerate(context.dataset.components):
        if component.since and component.retired and component.retired <= component.since:
            yield Finding(f"components.{number}.retired", f"retired {component.retired}, before it was there ({component.since})", "mend one of the two")


def nothing_listed(context: Context) -> Iterator[Finding]:
    """Incidents name parts, and without a list nobody knows how they are called."""
    naming = next((i for i in context.dataset.incidents if i.head.components), None)
    if naming is not None and not context.dataset.components:
        hint = f"list each with `id` and `name`; `{naming.id}` names `{next(iter(naming.head.components))}`, for one"
        yield Finding("", "no components are listed here, and incidents name some", hint)


def unknown_rule(context: Context) -> Iterator[Finding]:
    """A level for a rule that does not exist changes nothing, and hides that from whoever wrote it."""
    for name in context.dataset.policy.rules:
        if name not in context.rules and name not in context.rules.values():
            yield Finding(f"rules.{name}:", f"there is no rule `{name}`", did_you_mean(name, context.rules))


def policy_names_unknown(context: Context) -> Iterator[Finding]:
    """A service level that covers a part which is not listed promises uptime of nothing."""
    if not context.components:
        return
    for number, level in enumerate(context.dataset.policy.service_levels):
        for inner, id in enumerate(level.components):
            if id not in context.components:
                yield Finding(f"service_levels.{number}.components.{inner}", f"unknown component `{id}`", did_you_mean(id, context.components))


def freeze_backwards(context: Context) -> Iterator[Finding]:
    """A freeze that ends before it begins forbids nothing."""
    for number, freeze in enumerate(context.dataset.policy.maintenance.freezes):
        if freeze.until <= freeze.from_:
            yield Finding(f"maintenance.freezes.{number}.until", f"the freeze ends before it begins {iso(freeze.from_)}", "mend one of the two")


FILE_RULES = (
    FileRule(code="OR103", slug="unknown-group", level="error", title="A component belongs to a group that is not listed.", file="components", look=unknown_group),
    FileRule(code="OR104", slug="listed-twice", level="error", title="Two components, or two groups, have one id.", file="components", look=listed_twice),
    FileRule(code="OR105", slug="reserved-id", level="error", title="A component has an id that addresses need for something else.", file="components", look=reserved_id),
    FileRule(code="OR106", slug="retired-before-since", level="error", title="A component was retired before it was there.", file="components", look=retired_before_since),
    FileRule(code="OR107", slug="nothing-listed", level="error", title="Incidents name components, and components.yml lists none.", file="components", look=nothing_listed),
    FileRule(code="OR151", slug="unknown-rule", level="error", title="The policy sets the level of a rule that does not exist.", file="policy", look=unknown_rule),
    FileRule(code="OR152", slug="policy-component", level="error", title="A service level covers a component that is not listed.", file="policy", look=policy_names_unknown),
    FileRule(code="OR153", slug="freeze-backwards", level="error", title="A freeze ends before it begins.", file="policy", look=freeze_backwards),
)
