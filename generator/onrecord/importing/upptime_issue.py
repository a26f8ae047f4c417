"""One issue of Upptime and its comments to a record: an outage that it noticed, one that people wrote, or a maintenance."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from onrecord.importing.answers import Raw, entries, moment, text
from onrecord.importing.bodies import to_words
from onrecord.importing.catalogue import Catalogue
from onrecord.importing.foreign import Unusable
from onrecord.importing.naming import slug
from onrecord.importing.openings import opening
from onrecord.importing.records import Words
from onrecord.importing.told import WORST, LeftOut, Told
from onrecord.model import Effect, Kind, Status

_NOTICED = re.compile(r"\W*(?P<name>.+?)\s+(?P<what>is down|has degraded performance)\s*", re.DOTALL)
_EFFECTS = {"is down": Effect.major_outage, "has degraded performance": Effect.degraded_performance}
_LABELS = {"major outage": Effect.major_outage, "partial outage": Effect.partial_outage, "degraded performance": Effect.degraded_performance}
_MAINTENANCE, _SHOWN = "maintenance", "status"
_STATES = {status.value: status for status in (Status.investigating, Status.identified, Status.monitoring)}
_BLOCK = re.compile(r"(?:^ {0,3}```[ \t]*(?:html|yaml|yml)?[ \t]*\n)?<!--([^<]{0,9999})-->(?:[ \t]*\n {0,3}```[ \t]*$)?", re.MULTILINE)
_SETTING = re.compile(r"^[ \t]*(start|end|expectedDown|expectedDegraded):[ \t]*([^\n]*)$", re.MULTILINE)
_SPLIT_LINK = re.compile(r"(\]\([^\s()]{1,999})\n\)")
"""A link as Upptime writes it, with the line end of a command's output before its bracket."""
_STRANGERS = frozenset({"NONE", "FIRST_TIMER", "FIRST_TIME_CONTRIBUTOR", "MANNEQUIN"})
_LONGEST = 70_000
"""More than GitHub lets anybody write into one issue."""
_EMOJI = re.compile(r"^[^\w\[(\"'«“]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """An issue as the API gave it, with the comments that came in files of their own."""

    path: str
    raw: Raw
    comments: tuple[Raw, ...]
    now: datetime

    @property
    def id(self) -> str:
        return text(self.raw, "number") or self.url.rpartition("/")[2] or self.path

    @property
    def url(self) -> str:
        found = text(self.raw, "html_url", "url")
        return found.replace("https://api.github.com/repos/", "https://github.com/") if found.startswith(("http://", "https://")) else ""

    @property
    def labels(self) -> list[str]:
        listed = self.raw.get("labels")
        return [text(one, "name") if isinstance(one, dict) else str(one) for one in listed] if isinstance(listed, list) else []

    @property
    def opened(self) -> datetime:
        found = moment(text(self.raw, "created_at", "createdAt", "opened"))
        if found is None:
            raise Unusable("it has no time")
        return found

    @property
    def closed(self) -> datetime | None:
        return moment(text(self.raw, "closed_at", "closedAt"))

    @property
    def over(self) -> bool | None:
        state = text(self.raw, "state").lower()
        return state == "closed" if state else None


def told(issue: Issue, catalogue: Catalogue) -> Told:
    """The record of an issue.

    Raises:
        LeftOut: the page does not show it.
        Unusable: it has no time, or a maintenance has no window.
    """
    labels = [label.casefold() for label in issue.labels]
    if not {_MAINTENANCE, _SHOWN, *_LABELS, *_STATES} & set(labels):
        raise LeftOut("none of its labels is one that the page shows: `status` or `maintenance`")
    body = text(issue.raw, "body").replace("\r\n", "\n")[:_LONGEST]
    if _MAINTENANCE in labels:
        return _maintenance(issue, body, catalogue)
    noticed = _NOTICED.fullmatch(" ".join(text(issue.raw, "title")[:1000].split()))
    effect = _EFFECTS[noticed["what"]] if noticed else next((_LABELS[label] for label in labels if label in _LABELS), Effect.operational)
    made = Told(
        path=issue.path, id=issue.id, title=_EMOJI.sub("", text(issue.raw, "title")), started=issue.opened, url=issue.url or None,
        over=issue.over, ended=issue.closed, severity=WORST[effect],
    )  # fmt: skip
    made.components = tuple((key, effect) for key in _parts(issue, noticed["name"] if noticed else "", catalogue))
    if effect is Effect.operational:
        made.note("odd", "neither its title nor its labels say what its sites felt; they have no effect here")
    first = next((_STATES[label] for label in labels if label in _STATES and made.over is not True), Status.investigating)
    made.words = [_words(issue.opened, body, made, first), *_said(issue, made)]
    return made


def _parts(issue: Issue, name: str, catalogue: Catalogue) -> list[str]:
    """The sites that it is about: by its labels, else by its title."""
    labelled = [label for label in issue.labels if label in catalogue.parts]
    if labelled or not name:
        return labelled
    found = catalogue.key_of(name)
    if found in catalogue.parts:
        return [found]
    key = next((label for label in issue.labels if label == slug(name)), slug(name))
    catalogue.labels.setdefault(key, name)
    return [key]


# ---------------------------------------------------------------- what was said


def _said(issue: Issue, made: Told) -> Iterator[Words]:
    """The comments of those who belong to the repository; what strangers wrote is counted."""
    listed = entries(issue.raw.get("comments") or ()) if isinstance(issue.raw.get("comments"), list) else []
    strangers = 0
    for raw in {text(raw, "id", "url") or str(number): raw for number, raw in enumerate([*listed, *issue.comments])}.values():
        at = moment(text(raw, "created_at", "createdAt", "at"))
        if at is None:
            raise Unusable("one of its comments has no time")
        if _is_stranger(raw):
            strangers += 1
        else:
            yield _words(at, text(raw, "body").replace("\r\n", "\n"), made, None)
    if strangers:
        made.note("lost", f"{strangers} comment{'s' if strangers > 1 else ''} of people who do not belong to the repository")


def _is_stranger(raw: Raw) -> bool:
    user = raw.get("user") or raw.get("author")
    user = user if isinstance(user, dict) else {}
    is_bot = text(user, "type").lower() == "bot" or text(user, "login").endswith("[bot]") or text(user, "login") == "github-actions"
    return not is_bot and text(raw, "author_association", "authorAssociation").upper() in _STRANGERS


def _words(at: datetime, body: str, made: Told, status: Status | None) -> Words:
    """A comment; a label in front, such as `**Resolved:**`, is its state."""
    found = opening(body.partition("\n")[0])
    if found and found.status and not found.moment:
        status, body = found.status, "\n".join([found.words, *body.split("\n")[1:]])
    markdown, remarks = to_words(_SPLIT_LINK.sub(r"\1)", body), "https://github.com/")
    made.remarks += remarks
    return Words(at=at, body=markdown, status=status, label=found.label if found and found.status else "")


# ---------------------------------------------------------------- maintenance


def _maintenance(issue: Issue, body: str, catalogue: Catalogue) -> Told:
    settings = {key: value.strip() for key, value in _SETTING.findall(body)}
    start, end = moment(settings.get("start", "")), moment(settings.get("end", ""))
    if start is None or end is None:
        raise Unusable("it is labelled `maintenance` and has no `start:` and `end:`; add them there, or write it by hand")
    made = Told(path=issue.path, id=issue.id, title=_EMOJI.sub("", text(issue.raw, "title")), started=start, until=end, url=issue.url or None, kind=Kind.maintenance)
    effects: dict[str, Effect] = {}
    for word, effect in (("expectedDown", Effect.under_maintenance), ("expectedDegraded", Effect.degraded_performance)):
        for name in filter(None, (part.strip() for part in settings.get(word, "").split(","))):
            effects.setdefault(catalogue.key_of(name), effect)
    made.components = tuple(effects.items())
    made.over, made.ended = end <= issue.now or issue.over is True, min(end, issue.closed or end)
    words = _BLOCK.sub(lambda block: "" if _SETTING.search(block[1]) else block[0], body)
    if words == body:
        words = _SETTING.sub("", body)
        made.note("repaired", "its window stands outside a comment; it is read all the same, and taken out of the words")
    made.words = [_words(issue.opened, words.strip(), made, Status.scheduled), *_said(issue, made)]
    return made
