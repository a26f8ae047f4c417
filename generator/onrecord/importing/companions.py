"""The files beside the records: components that are still missing, and a policy and configuration where there are none."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from onrecord.importing.matching import newcomers
from onrecord.importing.records import Harvest, Page, Remark
from onrecord.model import Component, ComponentsFile, Group
from onrecord.settings import COMPONENTS_FILE, CONFIG_FILE, PAGES_FOLDER, POLICY_FILE
from onrecord.yamlio import dump, parse

_TOP_KEY = re.compile(r"\w+:")
_FIRST_ITEM = re.compile(r"([ ]*)-\s")


class CannotMerge(Exception):
    """The repository's own files do not allow the import; the text says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Companions:
    """Files to write, the id here of each component by its name there, and what is worth knowing."""

    files: Mapping[str, bytes]
    ids: Mapping[str, str]
    added: tuple[int, int] = (0, 0)
    """How many components and groups are new."""
    remarks: tuple[Remark, ...] = field(default=())


def companions(root: Path, harvest: Harvest) -> Companions:
    """What has to be beside the records. Files that are there keep every byte; missing components are added at the end of theirs.

    Raises:
        CannotMerge: components.yml cannot be read, or nothing can be added to it safely.
    """
    path = root / COMPONENTS_FILE
    data = path.read_bytes() if path.exists() else b""
    there = _there(data)
    ids, components, groups = newcomers(harvest, there)
    files: dict[str, bytes] = {}
    if not data.strip():
        files[COMPONENTS_FILE] = _components_file(harvest.system, groups, components).encode()
    elif components or groups:
        files[COMPONENTS_FILE] = _added(data, there, groups, components)
    remarks = tuple(_retired_again(harvest, there, ids))
    files |= _settings(root, harvest.system, harvest.page)
    return Companions(files=files, ids=ids, added=(len(components), len(groups)), remarks=remarks)


def _there(data: bytes) -> ComponentsFile:
    found, problems = parse(data, COMPONENTS_FILE, ComponentsFile, may_be_empty=True)
    if found is None:
        raise CannotMerge(f"{problems[0].place}: {problems[0].message}; mend it first (`onrecord check` shows more)")
    return found


def _components_file(system: str, groups: Sequence[Group], components: Sequence[Component]) -> str:
    comment = f"Imported from {system}. Names and order are yours to change; ids are in the records."
    return dump({"groups": [_plain(g) for g in groups], "components": [_plain(c) for c in components]}, comment)


def _plain(entry: Group | Component) -> dict[str, Any]:
    return entry.model_dump(exclude_none=True, exclude_defaults=True)


def _added(data: bytes, there: ComponentsFile, groups: Sequence[Group], components: Sequence[Component]) -> bytes:
    """The file with entries added to its lists, every other byte as it was; read again to make sure."""
    text = data.decode()
    for key, entries in (("groups", groups), ("components", components)):
        if entries:
            text = _append(text, key, dump({key: [_plain(e) for e in entries]}))
    block = dump({"groups": [_plain(g) for g in groups], "components": [_plain(c) for c in components]})
    made, _ = parse(text.encode(), COMPONENTS_FILE, ComponentsFile)
    new, _ = parse(block.encode(), COMPONENTS_FILE, ComponentsFile)  # as it is read: with the codes of characters that nobody sees
    if made is None or new is None or (made.groups, made.components) != ((*there.groups, *new.groups), (*there.components, *new.components)):
        raise CannotMerge(f"{COMPONENTS_FILE} cannot be added to safely; add these by hand and import again:\n{block}")
    return text.encode()


def _append(text: str, key: str, block: str) -> str:
    """Puts the entries of a block behind the last entry of that key's list, with the indent that the list has."""
    lines = text.splitlines(keepends=True)
    start = next((n for n, line in enumerate(lines) if re.match(rf"{key}:\s*(?:\[\]\s*)?(?:#.*)?$", line)), None)
    if start is None:
        return block + text if key == "groups" else text.rstrip("\n") + "\n" + block
    end = next((n for n in range(start + 1, len(lines)) if _TOP_KEY.match(lines[n])), len(lines))
    while end > start + 1 and (not lines[end - 1].strip() or lines[end - 1].startswith("#")):
        end -= 1
    entries = block.partition("\n")[2]
    first = next((found for line in lines[start + 1 : end] if (found := _FIRST_ITEM.match(line))), None)
    if first:
        entries = re.sub(r"^ {2}", first[1], entries, flags=re.MULTILINE)
    before = "".join(lines[:start]) + lines[start].replace("[]", "").rstrip() + "\n" + "".join(lines[start + 1 : end])
    return before.rstrip("\n") + "\n" + entries + "".join(lines[end:])


def _retired_again(harvest: Harvest, there: ComponentsFile, ids: Mapping[str, str]) -> list[Remark]:
    """Components that were retired here, and that later records name again."""
    retired = {component.id: component.retired for component in there.components if component.retired}
    wanted = {ids[name]: next(c for c in harvest.components if c.id == key).retired for name, key in harvest.names.items()}
    return [
        Remark("odd", f"`{key}` is retired from {day} on in {COMPONENTS_FILE}, and named later: mend its `retired`")
        for key, day in retired.items()
        if key in wanted and ((last := wanted[key]) is None or last > day)
    ]


def _settings(root: Path, system: str, page: Page) -> dict[str, bytes]:
    """Just enough to build, only where nothing stands: name, address and zone from the foreign site."""
    files = {}
    if not (root / POLICY_FILE).exists():
        source = {"system": system, "id": page.id, "url": page.url} if page.id else None
        policy = {"page": {"name": page.name, "time_zone": page.time_zone or "UTC", "source": source}}
        files[POLICY_FILE] = dump(policy, "Every key has a default: see docs/files.md.").encode()
    if not (root / CONFIG_FILE).exists():
        config: dict[str, Any] = {"site_name": page.name or "Status", "site_url": page.url, "docs_dir": PAGES_FOLDER}
        config |= {"theme": {"name": "material", "font": False}, "plugins": ["onrecord"]}
        files[CONFIG_FILE] = dump(config).encode()
    return files
