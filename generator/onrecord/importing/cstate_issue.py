"""One cState issue: its front matter and body to a record, with everything that had to be mended on the way."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from onrecord.importing.foreign import Unusable, page_of, text_of
from onrecord.importing.moments import read
from onrecord.importing.naming import slug, without_date
from onrecord.importing.plain import to_markdown
from onrecord.importing.records import Origin, Record, Remark, Sort, Words
from onrecord.importing.telling import NO_WORDS, Frame, Story, in_words, tell
from onrecord.model import Effect, Kind, Severity, Status
from onrecord.settings import AHEAD_MINUTES
from onrecord.times import DAY, BadTime, iso
from onrecord.times import in_words as length_in_words

SEVERITIES = {
    "down": (Severity.major, Effect.major_outage),
    "disrupted": (Severity.minor, Effect.partial_outage),
    "notice": (Severity.none, Effect.degraded_performance),
}
"""cState's words in ours; each has its own, so that the way back is open.

`notice` shows a system as neither fine nor disrupted: the mildest effect there is, which costs no uptime by default.
"""
_KNOWN = frozenset({
    "title", "date", "resolved", "resolvedwhen", "severity", "affected", "section", "informational", "pin", "draft",
    "automated", "id", "slug", "url", "lastmod", "aliases", "publishdate", "type", "layout", "weight", "tags", "author",
})  # fmt: skip
_TRUE, _FALSE = frozenset({"true", "yes", "on", "1", "y", "t"}), frozenset({"false", "no", "off", "0", "n", "f"})
_PLANNED = re.compile(r"\b(?:scheduled|planned|maintenance|upgrade)\b", re.IGNORECASE)
_DAY_IN_NAME = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_LONG = timedelta(days=60)
PINNED = timedelta(days=30)
"""How long a pinned notice without an end stays after the import."""


class LeftOut(Exception):
    """An item that was never public; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What the site says for all its issues."""

    url: str | None
    holds: Callable[[str, str], bool]
    """Whether it has the file at a relative address that an issue, by its name, speaks of."""
    zone: tzinfo
    now: datetime
    systems: tuple[str, ...]
    settings: Mapping[str, Any]


def yes(value: object) -> bool:
    """Whether a switch is on, as Hugo's users write it."""
    return str(value or "").strip().lower() in _TRUE


def slug_of(name: str) -> str:
    """The last part of an issue's address, from its file: Hugo writes it in lower case."""
    stem = re.sub(r"(?:/index)?\.(?:md|markdown|html)$", "", name, flags=re.IGNORECASE)
    return re.sub(r"[^\w.~/+-]+", "-", stem.lower()).strip("-")


def record(name: str, data: bytes, sha256: str, context: Context) -> tuple[Record, tuple[Remark, ...]]:
    """The record of one file.

    Raises:
        Unusable: it has no fields, or no beginning that can be told.
        LeftOut: it was never public.
    """
    text, remarks = text_of(data)
    page = page_of(text, name)
    reader = _Reader(name, page.fields, context, [*remarks, *page.remarks])
    return reader.record(page.body, sha256), tuple(reader.remarks)


@dataclass(slots=True)
class _Reader:
    name: str
    fields: Mapping[str, Any]
    context: Context
    remarks: list[Remark] = field(default_factory=list)

    def note(self, sort: Sort, text: str) -> None:
        self.remarks.append(Remark(sort, text))

    def text(self, key: str) -> str:
        value = self.fields.get(key)
        return "" if value is None or isinstance(value, (list, dict)) else str(value).strip()

    def record(self, body: str, sha256: str) -> Record:
        self.refuse_hidden()
        identity = slug_of(self.name) if not self.text("slug") else self.text("slug").lower()
        address = self.address(identity)
        markdown, remarks = to_markdown(body, address or self.context.url, lambda file: self.context.holds(self.name, file))
        self.remarks += remarks
        started = self.started()
        over, ended = self.over(started)
        kind = self.kind(started, ended)
        frame = Frame(started=started, ended=ended, over=over, zone=self.context.zone)
        story = tell(markdown, frame) if kind is Kind.incident else self.announced(markdown, frame, kind)
        self.remarks += story.remarks
        severity, effect = self.severity(kind)
        self.look_twice(story, started)
        return Record(
            origin=Origin(system="cstate", id=identity, sha256=sha256, url=address),
            slug=slug(without_date(identity.rpartition("/")[2])),
            title=self.title(), kind=kind, severity=severity, components=self.affected(kind, effect), started=started,
            ended=story.ended, words=story.words, postmortem=story.postmortem, waivers=self.waivers(story, started, kind),
        )  # fmt: skip

    def refuse_hidden(self) -> None:
        if yes(self.fields.get("draft")):
            raise LeftOut("a draft")
        section = self.text("section")
        if section and section != "issue":
            raise LeftOut(f"its section is `{section}`, not `issue`")
        for key in sorted(set(self.fields) - _KNOWN - ({"section"} if section else set())):
            self.note("lost", f"the field `{key}`: {self.fields[key]}")

    def address(self, identity: str) -> str | None:
        """Where the issue stood: the folder of the issues, and its name in lower case."""
        if self.context.url is None or "permalinks" in self.context.settings:
            return None
        if own := self.text("url"):
            return self.context.url + own.lstrip("/")
        return f"{self.context.url}issues/{identity}" + (".html" if yes(self.context.settings.get("uglyurls")) else "/")

    def title(self) -> str:
        title = " ".join(self.text("title").split())
        if title:
            return title
        made = without_date(slug_of(self.name).rpartition("/")[2]).replace("-", " ").strip().capitalize()
        self.note("repaired", f"it has no title; `{made}` is from its file's name")
        return made

    # ------------------------------------------------------------ times

    def started(self) -> datetime:
        written, named = self.text("date"), _day_in(self.name)
        if named is None and _DAY_IN_NAME.search(self.name):
            self.note("repaired", "the date in its file's name does not exist; the day comes from `date`")
        try:
            if written:
                return self.mended("date", written)
            reason = "it has no `date`"
        except BadTime as error:
            reason = f"`date` cannot be read ({error})"
        if named is None:
            raise Unusable(f"{reason}, and its file's name has no day either")
        self.note("repaired", f"{reason}; it begins with the day in its file's name, {named}")
        return datetime.combine(named, time(), tzinfo=self.context.zone).astimezone(UTC)

    def mended(self, key: str, written: str) -> datetime:
        moment, mended = read(written, self.context.zone)
        if mended:
            self.note("repaired", f"`{key}`: {mended}")
        return moment

    def over(self, started: datetime) -> tuple[bool, datetime | None]:
        """Whether it is over, and since when."""
        written = self.text("resolvedwhen")
        ended = None
        try:
            ended = self.mended("resolvedWhen", written) if written else None
        except BadTime as error:
            self.note("repaired", f"`resolvedWhen` cannot be read ({error}) and is left out")
        if ended is not None and ended < started:
            ended = self.after_start(started, ended)
        over = self.resolved()
        if not over and ended is not None and not self.informational and ended <= self.context.now:
            self.note("odd", f"it names an end, {iso(ended)}, but is not marked resolved; it stays open, as cState showed it")
        if over and ended is not None and ended > self.context.now:
            self.note("repaired", f"it is marked resolved, yet its end, {iso(ended)}, lies ahead; it ends with this import")
            ended = max(started, self.context.now)
        return over, ended

    def resolved(self) -> bool:
        written = self.text("resolved")
        if written.lower() in _TRUE:
            if written != "true":
                self.note("repaired", f"`resolved: {written}` is read as true")
            return True
        if written and written.lower() not in _FALSE:
            self.note("odd", f"`resolved: {written}` is neither true nor false; read as false")
        return False

    def after_start(self, started: datetime, ended: datetime) -> datetime | None:
        """An end before the start with the one part mended that was most likely mistyped."""
        what = f"it ends ({iso(ended)}) before it starts ({iso(started)})"
        for part in ("month", "year", "day"):
            try:
                mended = ended.replace(**{part: getattr(started, part)})
            except ValueError:
                continue
            if started <= mended <= started + timedelta(days=31):
                self.note("repaired", f"{what}; with the {part} of the start the end is {iso(mended)}")
                return mended
        self.note("repaired", f"{what}; the end is taken as not known")
        return None

    # ------------------------------------------------------------ what it is

    @property
    def informational(self) -> bool:
        return yes(self.fields.get("informational")) or (self.fields.get("resolved") is None and not self.text("resolvedwhen"))

    def kind(self, started: datetime, ended: datetime | None) -> Kind:
        ahead = started > self.context.now + timedelta(minutes=AHEAD_MINUTES)
        if self.informational:
            if not yes(self.fields.get("informational")):
                self.note("moved", "it is not said to be resolved or not, so cState never counted it as open: a notice")
            return Kind.notice
        if ahead and ended is not None and ended > started:
            self.note("moved", "it lies ahead: a maintenance with the window from `date` to `resolvedWhen`")
            return Kind.maintenance
        if ahead:
            self.note("moved", "it lies ahead and has no end: a notice until the day after")
            return Kind.notice
        return Kind.incident

    def announced(self, markdown: str, frame: Frame, kind: Kind) -> Story:
        """A notice or a maintenance ahead has its words whole, as they were."""
        body = in_words(markdown, frame.zone)
        at = min(frame.started, self.context.now)
        status = Status.scheduled if kind is Kind.maintenance else None
        ended = frame.ended
        if kind is Kind.notice and ended is None:
            if yes(self.fields.get("pin")):
                ended = self.context.now + PINNED
                self.note("odd", f"it is pinned and has no end: it stays on the home page until {iso(ended)}; set `until` as you like")
            else:
                ended = frame.started + DAY
                self.note("moved", "a notice without an end: cState had it in the history only; here it is one day long")
        return Story(words=(Words(at=at, body=body or NO_WORDS, status=status, ours=not body),), ended=ended, postmortem=None, remarks=())

    def severity(self, kind: Kind) -> tuple[Severity | None, Effect]:
        word = self.text("severity").lower()
        if kind is Kind.notice:
            return None, Effect.operational
        if kind is Kind.maintenance:
            return None, Effect.under_maintenance
        if word in SEVERITIES:
            return SEVERITIES[word]
        said = f"its severity `{word}` is none of cState's" if word else "it has no severity"
        self.note("odd", f"{said}; taken as none, without an effect on what it names")
        return Severity.none, Effect.operational

    def affected(self, kind: Kind, effect: Effect) -> tuple[tuple[str, Effect], ...]:
        listed = self.fields.get("affected")
        entries = listed if isinstance(listed, list) else [listed]
        names = dict.fromkeys(self.system(str(entry).strip()) for entry in entries if entry is not None and str(entry).strip())
        if kind is Kind.notice and names:
            self.note("lost", f"a notice has no effect, so it no longer names {', '.join(f'`{name}`' for name in names)}")
            return ()
        return tuple((name, effect) for name in names)

    def system(self, name: str) -> str:
        if name in self.context.systems:
            return name
        same = next((known for known in self.context.systems if known.casefold() == name.casefold()), None)
        if same is None:
            return name
        self.note("repaired", f"`{name}` in `affected` is `{same}` of the configuration")
        return same

    # ------------------------------------------------------------ worth a look

    def waivers(self, story: Story, started: datetime, kind: Kind) -> tuple[tuple[str, str], ...]:
        if kind is not Kind.incident or all(words.at >= started for words in story.words):
            return ()
        return (("update-before-start", "The times are those of the original."),)

    def look_twice(self, story: Story, started: datetime) -> None:
        early = [w.at for w in story.words if w.at < started]
        if early and not self.informational:
            self.note("odd", f"an update of {iso(early[0])} is older than its start, {iso(started)}")
        if story.ended and story.words[-1].at > story.ended + DAY and not self.informational:
            self.note("odd", f"its last update, {iso(story.words[-1].at)}, comes long after its end, {iso(story.ended)}")
        if story.ended and story.ended - started > _LONG and not self.informational:
            self.note("odd", f"it lasted {length_in_words(story.ended - started)}; a mistyped month would look like this")
        if _PLANNED.search(self.text("title")) and not self.informational:
            self.note("odd", "its title sounds like planned work; cState has no such kind, so it is an incident")
        if len(story.words) > 1 + any(w.ours for w in story.words):
            self.note("split", f"its text holds {sum(not w.ours for w in story.words)} updates")


def _day_in(name: str) -> date | None:
    found = _DAY_IN_NAME.search(name)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None
