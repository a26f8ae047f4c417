"""The run itself: a message after the other, each written into the ledger before it goes out and after it went."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from onrecord.announcing.ledger import Line, State
from onrecord.announcing.planning import Delivery
from onrecord.announcing.sending import Apprise, Hook, NotTaken, Outlet, deliver, masked
from onrecord.channels import AnnouncedChannel
from onrecord.settings import Site


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a message that was to go out: empty `why` where it did."""

    delivery: Delivery
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What a run works with: the values of the variables, the page, the clock, and where its lines are kept for good."""

    values: Mapping[str, str]
    site: Site
    clock: Callable[[], datetime]
    keep: Callable[[Sequence[Line]], frozenset[tuple[str, str]]]
    """Keeps those lines where the next run finds them, and says what of them another run has meanwhile sent, by key and channel."""


def run(deliveries: Iterable[Delivery], desk: Desk) -> Iterator[Outcome]:
    """Sends them, one piece of news after the other, to each channel in turn.

    A channel that fails is left alone from then on, so that it hears everything in order once it is back; the others are told all the same.
    """
    outlets: dict[str, Outlet | NotTaken] = {}
    failed: dict[str, str] = {}
    for _, group in groupby(deliveries, key=lambda delivery: delivery.news.key):
        these = [delivery for delivery in group if delivery.parcel is not None]
        if not these:
            continue
        taken = desk.keep([_line(delivery, "sending", desk) for delivery in these if delivery.channel.id not in failed])
        lines: list[Line] = []
        for delivery in these:
            id = delivery.channel.id
            if (delivery.key, id) in taken:
                continue
            why = failed[id] if id in failed else _tried(delivery, outlets, desk)
            if why:
                failed.setdefault(id, "not tried, since what came before it failed")
            lines.append(_line(delivery, "failed" if why else "sent", desk))
            yield Outcome(delivery=delivery, why=why)
        desk.keep(lines)


def secrets_of(channel: AnnouncedChannel, values: Mapping[str, str]) -> tuple[str, ...]:
    """What the channel's variables hold."""
    return tuple(filter(None, (values.get(name, "").strip() for name in channel.variables)))


def _tried(delivery: Delivery, outlets: dict[str, Outlet | NotTaken], desk: Desk) -> str:
    """Why the message was not taken; empty where it was."""
    channel, parcel = delivery.channel, delivery.parcel
    if channel.id not in outlets:
        outlets[channel.id] = _outlet(channel, desk)
    outlet = outlets[channel.id]
    try:
        if isinstance(outlet, NotTaken):
            raise outlet
        if parcel is not None:
            deliver(outlet, parcel)
    except NotTaken as error:
        return masked(str(error), secrets_of(channel, desk.values))
    return ""


def _outlet(channel: AnnouncedChannel, desk: Desk) -> Outlet | NotTaken:
    try:
        if channel.webhook is not None:
            return Hook(desk.values[channel.webhook], desk.values[channel.secret or ""])
        return Apprise(desk.values[channel.apprise or ""], desk.site)
    except NotTaken as error:
        return error


def _line(delivery: Delivery, state: State, desk: Desk) -> Line:
    return Line(at=desk.clock(), state=state, key=delivery.key, channel=delivery.channel.id)
