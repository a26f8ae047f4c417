"""The accounts for people at a terminal: every figure with the sum that it comes from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from onrecord.model import Kind, Severity
from onrecord.problems import quantity
from onrecord.render.accounts import facts
from onrecord.render.accounts.period import Period, What, ended, timings
from onrecord.render.pages.words import Words
from onrecord.snapshot.records import Clock, Interval, Promise, Snapshot, Working
from onrecord.snapshot.reliability import Due, Kept, LevelMonth, LevelView, Spread, Sum, Timing
from onrecord.snapshot.timing import sum_of
from onrecord.templating import Language
from onrecord.times import in_words

if TYPE_CHECKING:
    from onrecord.render.accounts.notices import Notice

CLOCKS: Mapping[Clock, str] = {
    "proven": "by the chain of publications",
    "claimed": "by the committer's clock",
    "said": "by the time that each word gives itself, which git does not confirm",
}
Lines = Iterator[str]


def to_text(snapshot: Snapshot, period: Period, whats: Iterable[What], drafts: Sequence[Notice] = ()) -> str:
    """The report, a part for each table that was asked for; `drafts` are the notices."""
    return "\n".join(_Writer(snapshot, period, drafts).lines(whats)) + "\n"


class _Writer:
    def __init__(self, snapshot: Snapshot, period: Period, drafts: Sequence[Notice]) -> None:
        self._drafts = drafts
        self._snapshot = snapshot
        self._period = period
        self._language = Language()
        self._words = Words(snapshot, self._language)
        self._parts: Mapping[What, Callable[[], Lines]] = {
            "levels": self._levels,
            "uptime": self._uptime,
            "promises": self._promises,
            "times": self._times,
            "amends": self._amends,
            "notices": self._notices,
        }

    def lines(self, whats: Iterable[What]) -> Lines:
        snapshot, first, last = self._snapshot, self._period.first, self._period.last
        months = self._language.month(*first) + (f" to {self._language.month(*last)}" if first != last else "")
        source = f", from commit {snapshot.built.commit[:10]}" if snapshot.built.commit else ""
        yield f"Report for {months}"
        yield f"Reckoned at {self._language.moment(snapshot.at)}{source}; months begin at midnight in {snapshot.zone.key}."
        for what in whats:
            yield from self._parts[what]()

    # ------------------------------------------------------------ service levels and uptime

    def _levels(self) -> Lines:
        yield from _title("Service levels and credits")
        if not self._snapshot.levels:
            yield "None is promised. Write targets and credits under `service_levels` in site_src/policy.yml."
        for view in self._snapshot.levels:
            for month in reversed(view.months):
                if self._period.holds(month.year, month.month):
                    yield from self._level(view, month)

    def _level(self, view: LevelView, month: LevelMonth) -> Lines:
        name = f"{view.name}, {self._language.month(month.year, month.month)}"
        if month.uptime.percent is None:
            yield f"{name}: nothing is known"
            return
        reached = "reached" if month.met else "not reached"
        yield f"{name}: {self._language.whole_percent(month.uptime.percent)}, promised {view.target:g}%: {reached}; {self._owed(month)}"
        yield from self._sum(month.working, month.uptime.percent)
        if month.first is not None and month.first.percent is not None:
            credit = month.first_credit.credit if month.first_credit else "nothing"
            yield f"  As first published: {self._language.whole_percent(month.first.percent)}, owed by that: {credit}"

    def _owed(self, month: LevelMonth) -> str:
        if month.credit is None:
            return "nothing is owed" if not month.running else "nothing would be owed so far"
        why = f"below {month.credit.below:g}%"
        return f"owed: {month.credit.credit} ({why})" if month.owed else f"so far {month.credit.credit} would be owed ({why})"

    def _sum(self, working: Working, percent: float) -> Lines:
        number = self._language.number
        parts = [f"{number(working.whole)} minutes"]
        parts += [f"{number(m)} {word}" for m, word in ((working.unknown, "unknown"), (working.planned, "planned")) if m]
        known = f" = {number(working.known)} known" if len(parts) > 1 else ""
        yield f"  {' − '.join(parts)}{known}; 1 − {number(working.down)} ∕ {number(working.known)} = {self._language.whole_percent(percent)}"
        for interval in working.intervals:
            yield f"    {self._interval(interval)}"

    def _interval(self, interval: Interval) -> str:
        number = self._language.number
        end = "now" if interval.lasting else f"{interval.span.end:%H:%M} UTC"
        if not interval.lasting and interval.span.end.date() != interval.span.start.date():
            end = self._language.moment(interval.span.end)
        began = self._language.moment(interval.span.start).removesuffix(" UTC")
        counts = "planned, left out" if interval.weight is None else f"× {number(interval.weight)} = {number(interval.down)}"
        where = f"; {', '.join(map(self._words.name, interval.components))}" if interval.components else ""
        effect = self._words.effects[interval.effect].lower()
        return f"{began} – {end}: {effect}, {number(interval.minutes)} min {counts}{where} ({', '.join(interval.incidents)})"

    def _uptime(self) -> Lines:
        yield from _title("Uptime of each part")
        for part in self._snapshot.components:
            for month in reversed(part.months):
                if self._period.holds(month.year, month.month) and month.uptime.percent is not None:
                    yield f"{part.name}, {self._language.month(month.year, month.month)}: {self._language.whole_percent(month.uptime.percent)}"
                    if month.working.intervals:
                        yield from self._sum(month.working, month.uptime.percent)

    # ------------------------------------------------------------ promises and times

    def _promises(self) -> Lines:
        yield from _title("Promises of a next update")
        found = timings(self._snapshot, self._period)
        yield _kept(sum_of(found).promises)
        for timing in found:
            for promise in timing.promises:
                if promise.state != "kept":
                    yield f"  {timing.incident.id}, {self._language.moment(promise.due)}: {_fate(promise)}"

    def _times(self) -> Lines:
        yield from _title("Times")
        found = timings(self._snapshot, self._period)
        whole = sum_of(found)
        yield f"{quantity(whole.incidents, 'incident')} began. Words are dated " + "; ".join(f"{CLOCKS[c]}: {n}" for c, n in whole.clocks) + "."
        yield from _spreads(whole)
        for name, kept in (("First word in the time of the policy", whole.first), ("Post-mortem in time", whole.postmortems)):
            if kept.due or kept.open:
                yield f"{name}: {_kept(kept)}"
        for severity in reversed(Severity):
            rows = [t for t in found if t.incident.kind is Kind.incident and (t.incident.severity or Severity.none) is severity]
            if rows:
                yield f"{self._words.severities[severity]}:"
                for timing in rows:
                    yield f"  {timing.incident.id}: {_told(timing)}"

    def _amends(self) -> Lines:
        yield from _title("Given in return")
        found = [f"{row['incident']}: {row['amends']}" for row in facts.amends(ended(self._snapshot, self._period))]
        yield from found or ["Nothing beside credits."]

    def _notices(self) -> Lines:
        yield from _title("Drafts of credit notices")
        for draft in self._drafts:
            yield from ("", f"To everybody on the {draft.plan} ({draft.month}, {draft.credit}); most of it by {draft.incident}", "", draft.message.whole)
            if draft.message.blanks:
                yield f"Still to be said: {'; '.join(draft.message.blanks)}"
        if not self._drafts:
            yield "Nothing is owed."


def _title(text: str) -> Lines:
    yield from ("", text, "─" * len(text))



def _kept(found: Kept) -> str:
    if not found.due:
        return "none was due" + (f", {found.open} open" if found.open else "")
    late = f"; late by {_spread(found.late)}" if found.missed else ""
    return f"{found.kept} of {found.due} kept{late}" + (f"; {found.open} open" if found.open else "")


def _spread(found: Spread) -> str:
    """A median only where there are enough values for one; else how far they reach."""
    if found.median is None or found.least is None or found.most is None:
        return "nothing known"
    if found.least == found.most:
        return in_words(found.most) + (f" ({found.count})" if found.count > 1 else "")
    reach = f"{in_words(found.least)} to {in_words(found.most)}"
    return f"{reach} ({found.count}, too few for a median)" if found.few else f"median {in_words(found.median)} ({reach}, {found.count})"


def _spreads(found: Sum) -> Lines:
    yield f"First word after the start: {_spread(found.from_start)}"
    yield f"First word after it was noticed: {_spread(found.from_detection)}"
    yield f"From word to word: {_spread(found.between)}"
    yield f"Until it was over: {_spread(found.to_resolve)}"
    yield f"End told after: {_spread(found.told_after)}"


def _fate(promise: Promise) -> str:
    if promise.state == "open":
        return "open"
    return f"came {in_words(promise.late)} late" if promise.met_by else f"has not come, {in_words(promise.late)} late"


def _told(timing: Timing) -> str:
    parts = [f"first word after {in_words(timing.from_start)}" if timing.from_start is not None else "no word yet"]
    if timing.first is not None and timing.first.state == "missed":
        parts.append(f"{in_words(timing.first.late)} later than the policy allows")
    if timing.silence is not None:
        parts.append(f"longest wait {in_words(timing.silence)}")
    parts.append(f"over after {in_words(timing.to_resolve)}" if timing.to_resolve is not None else "not over")
    if timing.told_after:
        parts.append(f"end told {in_words(timing.told_after)} later")
    if timing.postmortem is not None:
        parts.append(f"post-mortem {_state(timing.postmortem)}")
    return ", ".join(parts)


def _state(due: Due) -> str:
    if due.state == "missed":
        return f"{in_words(due.late)} late" if due.met_at else f"overdue by {in_words(due.late)}"
    return "in time" if due.met_at else "not yet due"
