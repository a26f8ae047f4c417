"""New records and new updates as files: what a responder says becomes a head and one Markdown file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from onrecord.authoring.edits import put
from onrecord.model import IncidentFile, Kind, Shape, Status, UpdateFile
from onrecord.settings import INCIDENTS, SCHEMAS_FOLDER
from onrecord.times import stamp
from onrecord.yamlio import dump

HEAD, UPDATES = "incident.yml", "updates"
EDITORS = f"yaml-language-server: $schema=../../../{SCHEMAS_FOLDER}/incident.json"
"""The first line of each new head: where editors find its schema. A path in the repository works offline, in a private one, and fits its version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is needed to name files: the record's id and kind, and four random letters for each new update."""

    id: str
    kind: Kind
    tail: Callable[[], str]

    @property
    def folder(self) -> str:
        return f"{INCIDENTS}/{self.id[:4]}/{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Files that are to be written: by path, new ones and (with their former bytes in `before`) edited ones."""

    id: str
    kind: Kind
    status: Status | None
    files: Mapping[str, bytes]
    before: Mapping[str, bytes] = field(default_factory=dict)
    about: str = ""
    """What its commit says of it, where that is no status."""
    onto: str = ""
    """The branch on which it waits for somebody to read it, where that is not the record's own."""
    request: str = ""
    """What its pull request asks for, in Markdown, where that is more than to read it."""

    @property
    def folder(self) -> str:
        return f"{INCIDENTS}/{self.id[:4]}/{self.id}"

    @property
    def subject(self) -> str:
        """The first line of its commit: `incident(2026-11-21-checkout): identified`."""
        return f"{self.kind}({self.id}): {self.about or self.status or 'mended'}"

    @property
    def branch(self) -> str:
        """The branch of its pull request: `incident/2026-11-21-checkout`."""
        return self.onto or f"{self.kind}/{self.id}"


def new_record(facts: Facts, head: IncidentFile, first: UpdateFile, words: str) -> Draft:
    """A head and its first update.

    Raises:
        UnicodeEncodeError: a text holds half a character.
    """
    update = add_update(facts, first, words)
    files = {f"{facts.folder}/{HEAD}": dump(_said(head), EDITORS).encode(), **update.files}
    return Draft(id=facts.id, kind=facts.kind, status=first.status, files=files)


def add_update(facts: Facts, update: UpdateFile, words: str) -> Draft:
    """One more file; nothing that was said before is touched.

    Raises:
        UnicodeEncodeError: a text holds half a character.
    """
    body = words.replace("\r\n", "\n").replace("\r", "\n").strip()
    text = f"---\n{dump(_said(update))}---\n{body}\n"
    name = f"{stamp(update.at)}-{update.status or 'update'}-{facts.tail()}.md"
    return Draft(id=facts.id, kind=facts.kind, status=update.status, files={f"{facts.folder}/{UPDATES}/{name}": text.encode()})


def edit_head(draft: Draft, head: bytes, values: Mapping[tuple[str | int, ...], str]) -> Draft:
    """The draft with single values of its record's `incident.yml` set as well.

    Raises:
        EditRefused: a value cannot be set without touching other lines.
    """
    path, edited = f"{draft.folder}/{HEAD}", head
    for keys, value in values.items():
        edited = put(edited, keys, value)
    files = {**draft.files, path: edited}
    return Draft(id=draft.id, kind=draft.kind, status=draft.status, files=files, before={path: head})


def _said(shape: Shape) -> dict[str, Any]:
    return shape.model_dump(by_alias=True, exclude_defaults=True)
