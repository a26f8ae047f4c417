"""Maintenance by the clock: when it ran, which of its minutes were announced, which window stands, and how it was moved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Literal
from zoneinfo import ZoneInfo

from onrecord.model import FINAL_STATUSES, Effect, Incident, Kind, Status, Window
from onrecord.snapshot.records import IncidentView, MaintenanceYear, Move, Phase
from onrecord.snapshot.said import Said
from onrecord.times import Span, day_of

BEGINNING_OF_TIME = datetime.min.replace(tzinfo=UTC)
_AT_WORK = (Status.in_progress, Status.verifying)


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How a maintenance went up to T. The last run of one under way ends with T and `running` is true."""

    window: Span | None
    planned: tuple[Span, ...]
    """The announced minutes: those inside the window that stood announced when they came."""
    runs: tuple[Span, ...]
    running: bool
    phase: Phase
    status: Status
    moves: tuple[Move, ...]
    notice: timedelta | None
    overrun: timedelta


def course(incident: Incident, words: Sequence[Said], at: datetime) -> Course:
    """Follows the window and the words of a maintenance up to the instant `at`.

    It begins when its window does, or earlier with an update that says so, and lasts until an
    update ends it, however long after the window that is. One cancelled before it began never ran.
    """
    announced = _announcements(incident, words)
    window = announced[-1].window if announced else None
    runs, began = _runs(incident, words, at)
    status = words[-1].status if words else None
    if status not in FINAL_STATUSES and began is not None:
        runs.append(Span(began, at))
        overrun = window is not None and at >= window.end
        phase: Phase = "overrun" if overrun else "active"
        status = status if status in _AT_WORK else Status.in_progress
    elif status is Status.cancelled:
        phase = "cancelled"
    else:
        phase = "ended" if status in FINAL_STATUSES else "upcoming"
    return Course(
        window=window,
        planned=_planned(announced),
        runs=tuple(runs),
        running=phase in ("active", "overrun"),
        phase=phase,
        status=status or Status.scheduled,
        moves=tuple(_moves(announced)),
        notice=_notice(announced, words),
        overrun=_overrun(runs, announced),
    )


def effects_at_work(incident: Incident) -> dict[str, Effect]:
    """What the head says of its components for the time of the work: one called operational is under maintenance."""
    return {
        component: Effect.under_maintenance if effect is Effect.operational else effect
        for component, effect in incident.head.components.items()
    }


@dataclass(frozen=True, slots=True)
class _Announcement:
    """A window, the time from which it counts as known, and the update that said so; None is the head."""

    since: datetime
    window: Span
    said: Said | None = None


def _announcements(incident: Incident, words: Sequence[Said]) -> list[_Announcement]:
    """Each window that was announced; the first counts as known from the beginning."""
    found: list[_Announcement] = []
    if incident.head.scheduled is not None:
        found.append(_Announcement(BEGINNING_OF_TIME, _span(incident.head.scheduled)))
    for one in words:
        moved = one.update.head.scheduled
        if moved is not None and not one.update.unread:
            found.append(_Announcement(one.at if found else BEGINNING_OF_TIME, _span(moved), one))
    return found


def _moves(announced: Sequence[_Announcement]) -> Iterable[Move]:
    for before, after in pairwise(announced):
        if after.said is not None and before.window != after.window:
            yield Move(window=before.window, update=after.said.update.id, at=after.said.at, kind=_kind(before.window, after.window))


def _kind(before: Span, after: Span) -> Literal["moved", "extended", "shortened"]:
    if before.start != after.start:
        return "moved"
    return "extended" if after.end > before.end else "shortened"


def _notice(announced: Sequence[_Announcement], words: Sequence[Said]) -> timedelta | None:
    """From the first word of the window that stands to its beginning; one that was only made longer or shorter counts from before."""
    if not announced or not words:
        return None
    said, window = words[0], announced[-1].window
    for before, after in pairwise(announced):
        if after.said is not None and before.window.start != after.window.start:
            said = after.said
    return window.start - said.at if said.at < window.start else None


def _overrun(runs: Sequence[Span], announced: Sequence[_Announcement]) -> timedelta:
    """The time that it ran after the end of the window that stood then; one that is made longer too late does not undo it."""
    found = timedelta()
    for index, one in enumerate(announced):
        until = announced[index + 1].since if index + 1 < len(announced) else None
        for run in runs:
            start = max(run.start, one.since, one.window.end)
            end = run.end if until is None else min(run.end, until)
            found += max(end - start, timedelta())
    return found


def past_years(views: Iterable[IncidentView], zone: ZoneInfo) -> tuple[MaintenanceYear, ...]:
    """The maintenance that is over or was called off, by year of the page, newest first. The records must come newest first."""
    found: dict[int, list[IncidentView]] = {}
    for view in views:
        if view.kind is Kind.maintenance and view.phase in ("ended", "cancelled"):
            found.setdefault(day_of(view.started, zone).year, []).append(view)
    return tuple(
        MaintenanceYear(
            year=year,
            incidents=tuple(works),
            overran=sum(bool(work.overrun) for work in works),
            cancelled=sum(work.phase == "cancelled" for work in works),
        )
        for year, works in found.items()
    )


def _span(window: Window) -> Span:
    return Span(window.from_, max(window.from_, window.until))


def _planned(announced: Sequence[_Announcement]) -> tuple[Span, ...]:
    found: list[Span] = []
    for index, one in enumerate(announced):
        until = announced[index + 1].since if index + 1 < len(announced) else one.window.end
        start, end = max(one.since, one.window.start), min(until, one.window.end)
        if start < end:
            found.append(Span(start, end))
    return tuple(found)


def _runs(incident: Incident, words: Sequence[Said], at: datetime) -> tuple[list[Span], datetime | None]:
    """The runs that are over, and when the one under way began.

    After a run, or once it is called off, the clock begins no other until one is scheduled anew.
    """
    runs: list[Span] = []
    began = _at_most(incident.head.started, at)
    by_clock = incident.head.scheduled.from_ if incident.head.scheduled is not None else None
    not_before, idle = BEGINNING_OF_TIME, False
    for one in words:
        head = one.update.head
        if head.scheduled is not None and not one.update.unread:
            by_clock = max(head.scheduled.from_, not_before)
        clock = None if idle else by_clock
        if one.closes is not None:
            start = began or _before(clock, one.closes) or _unannounced(one, runs)
            if start is not None:
                runs.append(Span(min(start, one.closes), one.closes))
            began, idle = None, True
        elif one.status in _AT_WORK and began is None:
            began = _said_to_begin(one, clock)
        elif head.status is Status.scheduled and not one.update.unread:
            if began is not None and began < one.since:
                runs.append(Span(began, one.since))
                began, idle = None, True
            if idle and by_clock is not None:
                not_before, idle = one.since, False
                by_clock = max(by_clock, not_before)
    began = began or (None if idle else _at_most(by_clock, at))
    runs = _apart(runs)
    return runs, max(began, runs[-1].end) if began is not None and runs else began


def _apart(runs: Sequence[Span]) -> list[Span]:
    """The runs in order, none beginning before the one before it has ended."""
    found: list[Span] = []
    for run in runs:
        start = max(run.start, found[-1].end) if found else run.start
        if start < run.end or not found:
            found.append(Span(start, run.end))
    return found


def _before(moment: datetime | None, limit: datetime) -> datetime | None:
    return moment if moment is not None and moment < limit else None


def _unannounced(one: Said, runs: Sequence[Span]) -> datetime | None:
    """Work that is called complete without a word that it began ran for no time; cancelled, it never ran."""
    return None if runs or one.status is Status.cancelled else one.closes


def _said_to_begin(one: Said, by_clock: datetime | None) -> datetime:
    """The time that the update names, else the window's, which the page has shown as begun, if that was before."""
    if one.update.head.effective is not None or by_clock is None:
        return one.since
    return min(one.since, by_clock)


def _at_most(moment: datetime | None, at: datetime) -> datetime | None:
    return moment if moment is not None and moment <= at else None
