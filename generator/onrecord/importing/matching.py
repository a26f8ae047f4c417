"""Which components and groups there are ones that stand here already: the same source, else the same name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TypeVar

from onrecord.importing.naming import unlike
from onrecord.importing.records import Harvest
from onrecord.model import Component, ComponentsFile, Group

E = TypeVar("E", Component, Group)


def newcomers(harvest: Harvest, there: ComponentsFile) -> tuple[dict[str, str], list[Component], list[Group]]:
    """The id here of each component by its name there, and the components and groups that are not here yet."""
    name_of = {key: name for name, key in harvest.names.items()}
    known_groups = _known(harvest.groups, there.groups, {})
    group_ids = _ids(harvest.groups, known_groups, {group.id for group in there.groups})
    known = _known(harvest.components, there.components, name_of)
    ids = _ids(harvest.components, known, {component.id for component in there.components})
    fresh = [
        component.model_copy(update={"id": ids[component.id], "group": group_ids.get(component.group or "")})
        for component in harvest.components
        if component.id not in known
    ]
    used = {component.group for component in fresh}
    groups = [g.model_copy(update={"id": group_ids[g.id]}) for g in harvest.groups if g.id not in known_groups and group_ids[g.id] in used]
    return {name_of[key]: id for key, id in ids.items()}, fresh, groups


def _known(entries: Sequence[E], there: Sequence[E], name_of: dict[str, str]) -> dict[str, str]:
    """The ids here of the entries that stand here, by their own. A name that several have there is no sign."""
    by_source = {(e.source.system, e.source.id): e.id for e in there if e.source}
    by_name: dict[str, str] = {}
    systems = {entry.source.system for entry in entries if entry.source}
    for entry in there:
        if entry.source is None or entry.source.system not in systems:
            by_name.setdefault(entry.name.casefold(), entry.id)
    common = Counter(entry.name.casefold() for entry in entries)
    found: dict[str, str] = {}
    for entry in entries:
        key = by_source.get((entry.source.system, entry.source.id)) if entry.source else None
        if key is None and common[entry.name.casefold()] == 1:
            key = by_name.get(entry.name.casefold()) or by_name.get(name_of.get(entry.id, "").casefold())
        if key is not None:
            found[entry.id] = key
    return found


def _ids(entries: Sequence[E], known: dict[str, str], taken: set[str]) -> dict[str, str]:
    found = {}
    for entry in entries:
        found[entry.id] = known.get(entry.id) or unlike(entry.id, taken)
        taken.add(found[entry.id])
    return found
