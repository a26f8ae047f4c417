"""The calendars of the page, of each component, group and severity: maintenance, and what went wrong, as iCalendar (RFC 5545).

Nothing in them depends on T, so that a calendar changes only when there is something new to know.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property, partial
from itertools import islice
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from icalendar import Calendar, Component, Event, Timezone, vCalAddress, vDuration

from onrecord import __version__
from onrecord.markup import clean, to_text
from onrecord.model import Kind
from onrecord.render.artifacts import Artifact, Piece
from onrecord.render.content_lines import lines, local, stamp, text
from onrecord.render.entries import changed
from onrecord.render.pages.words import Words
from onrecord.render.subjects import Subject, subjects
from onrecord.settings import FEED_LENGTH, Site
from onrecord.snapshot.records import IncidentView, Snapshot
from onrecord.templating import Templates
from onrecord.times import HOUR, is_utc

MAINTENANCE, HISTORY = "maintenance.ics", "history.ics"
_REFRESH = HOUR
"""How often a calendar is asked for again, where a program heeds it."""
_TRIGGER = "TRIGGER:-PT1H"
"""When an alarm sounds: an hour before, while the maintenance is not over. Of what is over, some programs would show it as missed."""
_ANY_YEAR = 2026
"""The year for which a calendar without events tells the zone; it never changes, so that the calendar does not."""


def calendars(snapshot: Snapshot, site: Site, templates: Templates) -> Iterator[Artifact]:
    """`maintenance.ics` and `history.ics` of the page, and those of each component, group and severity in its folder."""
    for piece in calendar_pieces(snapshot, site, templates, Words(snapshot, templates.language)):
        yield from (file for file in piece.make(snapshot) if isinstance(file, Artifact))


def calendar_pieces(snapshot: Snapshot, site: Site, templates: Templates, words: Words) -> Iterator[Piece]:
    """The same in pieces: the calendars of each subject."""
    press = _Press(snapshot.zone, site, templates, words)
    for subject in subjects(snapshot, templates.language):
        yield Piece(name=f"calendars {subject.folder}", kind="calendar", of=(subject, snapshot.zone.key), make=partial(press.both, subject))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Written:
    """An event as it stands in every calendar that holds it, and the years in which it begins and ends."""

    data: bytes
    years: tuple[int, int]


class _Press:
    """Writes calendars; an event that several hold is written once."""

    def __init__(self, zone: ZoneInfo, site: Site, templates: Templates, words: Words) -> None:
        self._page_zone = zone
        self._site = site
        self.gettext = templates.language.gettext
        self._words = words
        self._host = urlsplit(site.url).hostname or "localhost"
        self._done: dict[str, _Written] = {}
        self._zones: dict[tuple[int, int], bytes] = {}

    def both(self, subject: Subject, _snapshot: Snapshot) -> Iterator[Artifact]:
        """The two calendars of one subject."""
        _ = self.gettext
        folder, name = subject.folder, f"{self._site.name}, {subject.part}" if subject.part else self._site.name
        for path, kind, title in (
            (MAINTENANCE, Kind.maintenance, _("%(site)s: maintenance") % {"site": name}),
            (HISTORY, Kind.incident, _("%(site)s: incidents") % {"site": name}),
        ):
            if kind is Kind.maintenance and not subject.planned:
                continue
            views = (view for view in subject.records if view.kind is kind and (kind is Kind.incident or view.window))
            chosen = islice(views, FEED_LENGTH)  # the newest, since they come first
            yield Artifact(path=folder + path, data=self._calendar(folder + path, title, chosen))

    def _calendar(self, path: str, title: str, views: Iterable[IncidentView]) -> bytes:
        calendar = Calendar()
        calendar.add("prodid", f"-//onrecord//{__version__}//EN")
        calendar.add("version", "2.0")
        calendar.add("calscale", "GREGORIAN")
        calendar.add("method", "PUBLISH")
        for key in ("name", "x-wr-calname"):
            calendar.add(key, clean(title))
        calendar.add("x-wr-timezone", str(self._page_zone))
        calendar.add("url", self._site.url)
        calendar.add("source", self._site.url + path, parameters={"VALUE": "URI"})
        calendar.add("refresh-interval", vDuration(_REFRESH), parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", vDuration(_REFRESH))
        events = [self._event(view) for view in views]
        head, end, _ = _bytes(calendar).rpartition(b"END:VCALENDAR")
        return b"".join([head, self._zone(events), *(event.data for event in events), end, b"\r\n"])

    def _zone(self, events: Sequence[_Written]) -> bytes:
        """The page's zone with its changes of clock over the years of the events.

        Events in UTC need none; a calendar without events has it all the same, because a calendar must hold something (RFC 5545, 3.6).
        """
        if events and is_utc(self._page_zone):
            return b""
        span = (min((e.years[0] for e in events), default=_ANY_YEAR), max((e.years[1] for e in events), default=_ANY_YEAR))
        if span not in self._zones:
            first, last = date(span[0], 1, 1), date(min(span[1] + 1, 9999), 12, 31)
            zone = Timezone.from_tzinfo(self._page_zone, first_date=first, last_date=last)
            zone.pop("comment", None)  # a zone may hold none (RFC 5545, 3.6.5)
            self._zones[span] = _bytes(zone)
        return self._zones[span]

    def _event(self, view: IncidentView) -> _Written:
        if view.id not in self._done:
            years = tuple(moment.astimezone(self._page_zone).year for moment in _stretch(view))
            self._done[view.id] = _Written(data=self._made(view), years=(years[0], years[1]))
        return self._done[view.id]

    def _made(self, view: IncidentView) -> bytes:
        begins, ends = _stretch(view)
        said = stamp(changed(view))
        zone = self._page_zone
        names = ",".join([text(clean(name)) for name in self._names(view)])
        return lines(
            "BEGIN:VEVENT",
            f"UID:{text(f'{view.id}@{self._host}')}",
            f"DTSTAMP:{said}",
            f"LAST-MODIFIED:{said}",
            f"SEQUENCE:{max(0, len(view.updates) - 1)}",
            local("DTSTART", begins, zone),
            local("DTEND", ends, zone),
            f"SUMMARY:{text(clean(self._summary(view)))}",
            f"DESCRIPTION:{text(clean(self._description(view)))}",
            f"URL:{self._site.url}incidents/{view.id}/",
            self._organizer,
            "STATUS:CANCELLED" if view.phase == "cancelled" else "STATUS:CONFIRMED",
            "TRANSP:TRANSPARENT",
            *([f"CATEGORIES:{names}"] if names else ()),
            *(_alarm(clean(view.title)) if view.kind is Kind.maintenance and view.ended is None and view.phase != "cancelled" else ()),
            "END:VEVENT",
        )

    @cached_property
    def _organizer(self) -> str:
        """The line that says whose events they are, the same in each."""
        event = Event()
        event.add("organizer", vCalAddress(self._site.url), parameters={"CN": clean(self._site.name)})
        return str(event.content_lines(sorted=False)[1])

    def _summary(self, view: IncidentView) -> str:
        return self.gettext("Cancelled: %(title)s") % {"title": view.title} if view.phase == "cancelled" else view.title

    def _description(self, view: IncidentView) -> str:
        """The newest words, the parts, and where more stands."""
        newest = to_text(view.updates[0].body) if view.updates else ""
        names = ", ".join(self._names(view))
        return "\n\n".join(filter(None, (newest, names, f"{self._site.url}incidents/{view.id}/")))

    def _names(self, view: IncidentView) -> list[str]:
        return [self._words.name(id) for id, _ in view.worst or view.announced]


def _bytes(component: Component) -> bytes:
    """The lines of the component, in the order in which its properties were given."""
    data: bytes = component.to_ical(sorted=False)
    return data


def _stretch(view: IncidentView) -> tuple[datetime, datetime]:
    """From when until when: a maintenance as planned until it is over, an incident that lasts up to the newest word about it."""
    if view.window is not None and (view.phase in ("upcoming", "cancelled") or view.ended is None):
        return view.window.start, view.window.end
    ends = view.felt_until or view.ended or changed(view)
    return view.started, max(ends, view.started + timedelta(minutes=1))


def _alarm(title: str) -> tuple[str, ...]:
    return ("BEGIN:VALARM", "ACTION:DISPLAY", f"DESCRIPTION:{text(title)}", _TRIGGER, "END:VALARM")
