"""One message: the facts of a record at one instant, in the words of one phase, for one channel."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import lru_cache

from onrecord.authoring.blanks import blanks
from onrecord.blanks import without_comments
from onrecord.problems import Place
from onrecord.render.messages.channels import CHANNELS, Channel
from onrecord.render.messages.facts import facts
from onrecord.render.messages.fitting import fitted, shortened
from onrecord.render.messages.lengths import count, room, tightest
from onrecord.render.messages.letters import FRAMES, PHRASES, Letters
from onrecord.render.messages.phases import phase_of
from onrecord.snapshot.records import IncidentView, Snapshot
from onrecord.templating.sandbox import Sandbox, TemplateFault

BadMessage = TemplateFault
"""A template that cannot become a message; says where, what is wrong, and what to do."""
_LINK = re.compile(r"https?://\S+")
_SUBJECT = re.compile(r"\s*Subject:[ \t]*(.*)\n?")
_SHIPPED = Letters()
_DRILL = "EXERCISE: this is a rehearsal, nothing of it is real, and it must not be sent."
_FILTERS = {
    "shortened": shortened,
    "upper_first": lambda text: text[:1].upper() + text[1:],
    "lower_first": lambda text: text[:1].lower() + text[1:] if text[1:2].islower() else text,
    "quoted": lambda text: "\n".join(f"> {line}".rstrip() for line in text.split("\n")),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What is to be sent. `subject` is empty but for e-mail; `blanks` are what is still to be filled, in order."""

    channel: str
    phase: str
    subject: str
    text: str
    blanks: tuple[str, ...]
    template: str
    """The path of the template that it was made from."""
    length: int
    """Letters, as the channel counts them; of a post, as the network counts that has the least room."""
    limit: int | None
    drill: bool = False

    @property
    def whole(self) -> str:
        """Subject and text, as one text."""
        return f"Subject: {self.subject}\n\n{self.text}" if self.subject else self.text


def message(
    snapshot: Snapshot, view: IncidentView, channel: str, phase: str | None = None, letters: Letters | None = None, *, fill: Callable[[str], str] = str
) -> Message:
    """The message about that record on that channel, for the phase of its newest word or for another one.

    For the phase of the newest word it holds what was said. For another it holds the text that its
    template proposes, with blanks for what nobody knows yet; `fill` may fill them. A drill's is marked in its first line.

    Raises:
        BadMessage: a template breaks the language, or makes a text that the channel does not take.
    """
    letters = letters or _SHIPPED
    real = phase_of(view)
    phase = phase or real
    said = without_comments(view.updates[0].body) if view.updates and phase == real and phase != "postmortem" else ""
    drill = view.source.head.drill
    words = said if said.strip() else fill(starter(snapshot, view, phase, letters))
    kind = CHANNELS[channel]
    sandbox = sandbox_of(letters)
    known = facts(snapshot, view, letters.site, phase=phase, markdown=kind.markdown, words=words)
    name = f"{phase}/{kind.file}"
    known = _with_phrases(sandbox, known)
    text = words if channel == "status-page" else sandbox.render(name, known)
    found = letters.find(name)
    place = Place(found.path if found else name)
    subject, text = _taken_apart(text, kind, place)
    framed = sandbox.render(f"{FRAMES}/{kind.file}", {**known, "text": text})
    if drill:
        subject, framed = f"EXERCISE: {subject}" if subject else "", f"{_DRILL}\n\n{framed}"
    made = fill(_tidy(framed, kind))
    if kind.post:
        made = fitted(made, str(known["news"]))
    length, limit = _measured(made, kind, place)
    return Message(
        channel=channel, phase=phase, subject=subject, text=made, blanks=blanks(f"{subject}\n{made}"), template=place.path, length=length, limit=limit, drill=drill
    )


def starter(snapshot: Snapshot, view: IncidentView, phase: str, letters: Letters | None = None) -> str:
    """The text for the status page that the phase's template proposes, with blanks for what is not known, in Markdown.

    Raises:
        BadMessage: the template breaks the language.
    """
    letters = letters or _SHIPPED
    sandbox = sandbox_of(letters)
    known = _with_phrases(sandbox, facts(snapshot, view, letters.site, phase=phase, markdown=True, words=""))
    return _tidy(sandbox.render(f"{phase}/{CHANNELS['status-page'].file}", known), CHANNELS["status-page"])


@lru_cache(maxsize=4)
def sandbox_of(letters: Letters) -> Sandbox:
    """What renders those templates; made once for each."""
    return Sandbox(letters.find, readable=_readable, filters=_FILTERS)


def _with_phrases(sandbox: Sandbox, known: Mapping[str, object]) -> dict[str, object]:
    """The facts and the phrases; a phrase that was said in the words already is not said again."""
    said = " ".join(str(known["words"]).split())
    phrases = sandbox.phrases(PHRASES, known)
    return {**known, **{name: "" if said and " ".join(text.split()) in said else text for name, text in phrases.items()}}


def _readable(value: object, name: str) -> bool:
    """Whether a template may read that: the fields of our own facts."""
    return is_dataclass(value) and not isinstance(value, type) and name in {field.name for field in fields(value)}


def _taken_apart(text: str, kind: Channel, place: Place) -> tuple[str, str]:
    """Subject and text; a channel without subjects has an empty one."""
    if not kind.subject:
        return "", text
    found = _SUBJECT.match(text)
    if found is None or not found[1].strip():
        raise TemplateFault(place, "an e-mail needs a subject", "begin it with a line `Subject: …`")
    return " ".join(found[1].split()), text[found.end() :]


def _tidy(text: str, kind: Channel) -> str:
    """Without what phrases that say nothing leave behind: spaces around lines, and empty lines in a row; a channel of one line gets one."""
    if kind.one_line:
        return " ".join(text.split())
    lines = "\n".join(line.rstrip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"^ (?=\S)", "", lines, flags=re.MULTILINE)).strip()


def _measured(text: str, kind: Channel, place: Place) -> tuple[int, int | None]:
    if not kind.post:
        limit = kind.limit
        letters = len(_LINK.sub("", text).strip())
        if limit is not None and letters > limit:
            raise TemplateFault(place, f"this makes {letters} letters, and {limit} fit", "say less; `| shortened(80)` cuts a value")
        return letters, limit
    network = tightest(text)
    if room(text) < 0:
        raise TemplateFault(place, f"this makes {count(text, network)} letters on {network.name}, and {network.limit} fit", "say less; `| shortened(80)` cuts a value")
    return count(text, network), network.limit

