"""Drafts of credit notices: for each month in which a service level was missed, the message that customers of that plan get."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from onrecord.authoring.blanks import blanks, fill
from onrecord.render.accounts.facts import Facts
from onrecord.render.accounts.period import Period
from onrecord.render.messages import Letters, Message, message
from onrecord.snapshot.records import IncidentView, Snapshot
from onrecord.snapshot.reliability import LevelMonth, LevelView
from onrecord.templating import Language

CHANNEL, PHASE = "email", "amends"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """The draft for one plan and month. `incident` is the record that cost most of the month's minutes."""

    plan: str
    month: str
    credit: str
    incident: str
    message: Message

    def facts(self) -> Facts:
        """The same as plain facts."""
        return {
            "plan": self.plan,
            "month": self.month,
            "owed": self.credit,
            "incident": self.incident,
            "subject": self.message.subject,
            "text": self.message.text,
            "blanks": list(self.message.blanks),
        }


def notices(snapshot: Snapshot, period: Period, letters: Letters) -> Iterator[Notice]:
    """A draft for each month in which something is owed, in the words of the owner's templates for amends.

    Raises:
        BadMessage: a template breaks the language.
    """
    views = {view.id: view for view in snapshot.incidents}
    for level in snapshot.levels:
        for month in reversed(level.months):
            if month.owed is None or not period.holds(month.year, month.month):
                continue
            worst = _costliest(month, views)
            if worst is not None:
                made = message(snapshot, worst, CHANNEL, PHASE, letters, fill=_filler(level, month))
                yield Notice(plan=level.name, month=month.key, credit=month.owed.credit, incident=worst.id, message=made)


def _costliest(month: LevelMonth, views: dict[str, IncidentView]) -> IncidentView | None:
    """The record with most minutes down in that month; of several the first."""
    cost: dict[str, float] = {}
    for interval in month.working.intervals:
        for id in interval.incidents:
            cost[id] = cost.get(id, 0) + interval.down
    known = [id for id in cost if id in views]
    return views[max(known, key=lambda id: cost[id])] if known else None


def _filler(level: LevelView, month: LevelMonth) -> Callable[[str], str]:
    """Puts the figures before the words, once, and fills the blanks that they answer; the others stay for people."""
    language = Language()
    credit = month.owed.credit if month.owed else ""
    name, up = language.month(month.year, month.month), language.percent(month.uptime.percent or 0)
    promised = language.whole_percent(level.target)
    figures = f"{level.name}, {name}: up {up} of the time, and {promised} was promised. You get {credit}."

    def filled(text: str) -> str:
        answers = {blank: credit for blank in blanks(text) if blank.startswith("what,")}
        answers |= {blank: f"Everybody on the {level.name} gets it." for blank in blanks(text) if blank.startswith("who gets it")}
        done = fill(text, answers)
        return done if figures in done else f"{figures}\n\n{done}"

    return filled
