"""The files of a new repository, from the answers: those that are the owner's from the first day, and those that we keep up to date."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from onrecord.starting.answers import Answers, Host
from onrecord.starting.hosts import pipeline, setting_up
from onrecord.starting.sources import SCAFFOLD, below, shared
from onrecord.yamlio import scalar

_PLACE = re.compile(r"@@\{(\w+)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Laid:
    """One file of the layout. `kept` says that `onrecord upgrade` brings it up to date where its owner has not changed it."""

    path: str
    data: bytes
    kept: bool


def layout(answers: Answers) -> tuple[Laid, ...]:
    """Every file of a new repository, in order."""
    return tuple(sorted((*_owners(answers), *kept(answers.host, answers.package)), key=lambda file: file.path))


def kept(host: Host, package: str) -> Iterator[Laid]:
    """The files that belong to onrecord rather than to the owner. `package` is what pip installs."""
    ours = shared()
    fixed = {path: data for path, data in ours.items() if not path.startswith(".github/")}
    files = {**below(SCAFFOLD / "kept"), **fixed, **pipeline(host, ours)}
    for path, data in files.items():
        yield Laid(path=path, data=_filled(data, {"package": package}) if path == "requirements.txt" else data, kept=True)


def _owners(answers: Answers) -> Iterator[Laid]:
    values = _values(answers)
    for path, data in below(SCAFFOLD / "owner").items():
        yield Laid(path=path, data=_filled(data, values), kept=False)


def _filled(data: bytes, values: Mapping[str, str]) -> bytes:
    return _PLACE.sub(lambda found: values[found[1]], data.decode()).encode()


def _values(answers: Answers) -> dict[str, str]:
    """What stands for each place. What people typed is quoted for YAML where it has to be, and one line everywhere."""
    parts = (f"  - id: {part.id}\n    name: {scalar(part.name)}" for part in answers.components)
    return {
        "name": scalar(answers.name),
        "plain_name": _escaped(answers.name),
        "url": scalar(answers.url),
        "description": scalar(f"Whether {answers.name} works, what we are doing about it if not, and what we said when."),
        "language": answers.languages[0],
        "languages": ", ".join(answers.languages),
        "time_zone": scalar(answers.time_zone),
        "contact": f"  contact: {scalar(answers.contact)}\n" if answers.contact else "",
        "components": "\n".join(parts),
        "first": answers.components[0].id,
        "visibility": answers.visibility,
        "hosting": setting_up(answers.host),
    }


def _escaped(text: str) -> str:
    return re.sub(r"([\\`*_\[\]<>#&|])", r"\\\1", text)
