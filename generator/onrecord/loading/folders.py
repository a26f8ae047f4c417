"""Which file belongs to which record: paths sorted into folders of incidents, and what lies astray."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from unicodedata import normalize

from onrecord.files import printable
from onrecord.model import INCIDENT_ID, LANGUAGE
from onrecord.problems import Place, Problem, unread
from onrecord.settings import INCIDENTS

_STORY = re.compile(rf"postmortem\.({LANGUAGE.pattern})\.md")
_READ_ELSEWHERE = frozenset({"README.md", "redactions.yml"})
_WRITTEN = (".yml", ".yaml", ".md", ".markdown", ".txt", ".json")


@dataclass(slots=True)
class Folder:
    """One incident's files. `path` is that of the folder; the others are file paths."""

    path: str
    year: str
    id: str
    head: str | None = None
    postmortem: str | None = None
    updates: list[str] = field(default_factory=list)
    files: set[str] = field(default_factory=set)
    strays: list[str] = field(default_factory=list)
    inside: list[str] = field(default_factory=list)
    translations: list[tuple[str, str, str]] = field(default_factory=list)
    """Words in other languages: the language, of what (the stem of an update, `postmortem`), and the path."""
    paths: list[str] = field(default_factory=list)
    """All of its files."""


def gather(paths: Iterable[str]) -> tuple[list[Folder], list[str]]:
    """The folders in order of path, and the files that belong to none."""
    folders: dict[str, Folder] = {}
    astray: list[str] = []
    for path in paths:
        parts = path.split("/")
        name = parts[-1]
        if "/." in path or name.endswith("~"):  # also what a verb was writing when it was stopped
            continue
        if len(parts) < 4:
            if name != "README.md":
                astray.append(path)
            continue
        key = f"{INCIDENTS}/{parts[1]}/{parts[2]}"
        folder = folders.get(key)
        if folder is None:
            folder = folders[key] = Folder(key, parts[1], parts[2])
        folder.paths.append(path)
        _file(folder, path, parts[3:])
    return list(folders.values()), astray


def _file(folder: Folder, path: str, inner: list[str]) -> None:
    if len(inner) == 2 and inner[0] == "updates" and inner[1].endswith(".md"):
        folder.updates.append(path)
    elif inner == ["incident.yml"]:
        folder.head = path
    elif inner == ["postmortem.md"]:
        folder.postmortem = path
    elif inner[0] == "updates":
        if len(inner) == 3 and LANGUAGE.fullmatch(inner[1]) and inner[2].endswith(".md"):
            folder.translations.append((inner[1], f"updates/{inner[2][:-3]}", path))
        else:
            folder.strays.append(path)
    elif len(inner) == 1 and (found := _STORY.fullmatch(inner[0])):
        folder.translations.append((found[1], "postmortem", path))
    elif inner == ["internal.md"] or path.endswith(".internal.md"):
        folder.inside.append(path)
    elif len(inner) > 1 or inner[0] not in _READ_ELSEWHERE:
        folder.files.add(path)
        if path.endswith(_WRITTEN):
            folder.strays.append(path)


def name_problems(folder: Folder) -> list[Problem]:
    """What is wrong with the folder's own name and place, and with the files in it that nobody reads."""
    problems = [stray(path) for path in folder.strays]
    if not INCIDENT_ID.fullmatch(folder.id):
        hint = "name the folder like 2026-11-21-checkout-errors, in lower-case letters, digits and `-`"
        problems.append(unread("unsafe-path", Place(printable(folder.path)), f"`{printable(folder.id)}` cannot be an incident's id", hint))
    elif folder.year != folder.id[:4]:
        hint = f"move it to {INCIDENTS}/{folder.id[:4]}/{folder.id}"
        problems.append(unread("wrong-year", Place(printable(folder.path)), f"`{folder.id}` lies under `{printable(folder.year)}`", hint))
    return problems + _alike([*folder.updates, *folder.files])


def _alike(paths: Sequence[str]) -> list[Problem]:
    """Files of one folder whose names differ only in case, or in how an accent is put together: some disks keep one of them."""
    seen: dict[str, str] = {}
    found = []
    for path in paths:
        other = seen.setdefault(normalize("NFC", path).casefold() if not path.isascii() else path.lower(), path)
        if other is not path:
            names = f"`{printable(path.rpartition('/')[2])}` and `{printable(other.rpartition('/')[2])}` are one file on many disks"
            found.append(unread("names-alike", Place(printable(path)), names, "rename one of them, or take it away"))
    return found


def stray(path: str) -> Problem:
    """The finding that nobody reads this file, with the name that it should have."""
    parts = path.split("/")
    name, place = parts[-1], Place(printable(path))
    if len(parts) == 4 and name in ("incident.yaml", "incident.md", "incidents.yml"):
        return unread("stray-file", place, f"`{name}` is not read", "rename it to incident.yml")
    if "updates" in parts[3:-1] or (len(parts) >= 4 and re.match(r"\d{8}T", name)):
        return unread("stray-file", place, "this is not read as an update", f"updates are `.md` files directly in {'/'.join(parts[:3])}/updates")
    if len(parts) < 4:
        hint = f"an incident is a folder {INCIDENTS}/<year>/<year>-<month>-<day>-<words>, with incident.yml and updates/"
        return unread("stray-file", place, "no record is read from here", hint)
    return unread("stray-file", place, "this file is not read", "words belong in updates/, postmortem.md or internal.md")
