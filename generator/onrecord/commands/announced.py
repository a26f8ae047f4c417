"""What `onrecord announce` says: every message as it would go out, and what became of those that went."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Sequence
from textwrap import indent
from typing import Any

import click

from onrecord.announcing.planning import BAD, Delivery
from onrecord.announcing.running import Outcome
from onrecord.channels import AnnouncedChannel
from onrecord.problems import quantity
from onrecord.times import iso


def missing(channel: AnnouncedChannel) -> str:
    """Which variables of the channel are empty, in words; empty where none is."""
    empty = [name for name in channel.variables if not os.environ.get(name, "").strip()]
    return f"{' and '.join(empty)} {'is' if len(empty) == 1 else 'are'} not set" if empty else ""


def show(planned: Sequence[Delivery], commit: str, where: str, form: str) -> int:
    """The dry run: each message whole, nothing sent. Returns the exit code."""
    if form == "json":
        click.echo(_json(planned, {}), nl=False)
        return _code(planned, failed=False)
    told = [delivery for delivery in planned if delivery.fate not in ("sent", "old")]
    click.echo(f"Compared with commit {commit[:10]}, from {where}: {quantity(len({delivery.news.key for delivery in told}), 'piece')} of news that a channel wants and has not.")
    shown = ""
    for delivery in told:
        if delivery.news.key != shown:
            shown = delivery.news.key
            click.echo(f"\n==== {shown}, said at {iso(delivery.news.at)} ====")
        click.echo(f"\n{_heading(delivery)}\n{_content(delivery)}", nl=False)
    _count_old(planned)
    click.echo("\nNothing was sent. With --send it goes out." if any(delivery.fate == "send" for delivery in told) else "\nThere is nothing to send.")
    return _code(planned, failed=False)


class Report:
    """What became of each message, said as it happens, or at the end for tools."""

    def __init__(self, form: str) -> None:
        self.broken = ""
        """Why the run stopped, where it did."""
        self._form = form
        self._outcomes: dict[tuple[str, str], Outcome] = {}

    def add(self, outcome: Outcome) -> None:
        """Says what became of one message."""
        delivery = outcome.delivery
        self._outcomes[delivery.key, delivery.channel.id] = outcome
        if self._form == "text":
            click.echo(f"FAILED  {delivery.key} to {delivery.channel.id}: {outcome.why}" if outcome.why else f"sent    {delivery.key} to {delivery.channel.id}")

    def close(self, planned: Sequence[Delivery]) -> int:
        """Says what was not sent and why, counts, and returns the exit code."""
        failed = [outcome for outcome in self._outcomes.values() if outcome.why]
        if self._form == "json":
            click.echo(_json(planned, self._outcomes), nl=False)
        else:
            self._say(planned, len(failed))
        if self.broken:
            click.echo(self.broken, err=True)
        if failed:
            click.echo("Next: mend the channel; the next run within a day sends it what it missed, in order, and nobody else hears it twice", err=True)
        return _code(planned, failed=bool(failed or self.broken))

    def _say(self, planned: Sequence[Delivery], failed: int) -> None:
        for delivery in planned:
            if delivery.fate not in ("send", "sent", "old"):
                click.echo(f"kept    {delivery.key} from {delivery.channel.id}: {delivery.why}")
        _count_old(planned)
        silent = {delivery.channel.id: missing(delivery.channel) for delivery in planned if delivery.fate == "send" and missing(delivery.channel)}
        for name, why in silent.items():
            click.echo(f"silent  {name}: {why}")
        counts = Counter(delivery.fate for delivery in planned)
        click.echo(f"{len(self._outcomes) - failed} sent, {failed} failed, {counts['sent']} sent before.")


def _count_old(planned: Sequence[Delivery]) -> None:
    """How many are too old: after an import that is the whole past, and nobody wants to read it."""
    old = {delivery.news.key for delivery in planned if delivery.fate == "old"}
    if old:
        click.echo(f"kept    {quantity(len(old), 'piece')} of news older than a day, such as {min(old)}: they would be taken for new. --force sends them.")


def _code(planned: Sequence[Delivery], *, failed: bool) -> int:
    return 1 if failed or any(delivery.fate in BAD for delivery in planned) else 0


def _heading(delivery: Delivery) -> str:
    channel = delivery.channel
    how = f"a signed call to ${channel.webhook}" if channel.webhook else f"the words of `{channel.text or 'chat'}` to ${channel.apprise}"
    if delivery.parcel is None:
        return f"-- {channel.id}: nothing; {delivery.why}"
    return f"-- {channel.id}: {how}" + (f"; nothing goes out, as {missing(channel)}" if missing(channel) else "")


def _content(delivery: Delivery) -> str:
    parcel = delivery.parcel
    if parcel is None:
        return ""
    if parcel.body:
        text = json.dumps(json.loads(parcel.body), indent=2, ensure_ascii=False)
    else:
        text = f"Subject: {parcel.subject}\n\n{parcel.text}" if parcel.subject else parcel.text
    calm = "".join(letter if letter.isprintable() or letter == "\n" else " " for letter in text)  # nothing in it steers a terminal
    return indent(calm, "   ", lambda line: bool(line.strip())) + "\n"


def _json(planned: Sequence[Delivery], outcomes: dict[tuple[str, str], Outcome]) -> str:
    """A list with one object a message; the keys are stable."""
    return json.dumps([_row(delivery, outcomes.get((delivery.key, delivery.channel.id))) for delivery in planned], indent=2, ensure_ascii=False) + "\n"


def _row(delivery: Delivery, outcome: Outcome | None) -> dict[str, Any]:
    parcel, fate = delivery.parcel, str(delivery.fate)
    if outcome is not None:
        fate = "failed" if outcome.why else "delivered"
    elif delivery.fate == "send" and missing(delivery.channel):
        fate = "silent"
    return {
        "key": delivery.key,
        "record": delivery.news.record.id,
        "at": iso(delivery.news.at),
        "channel": delivery.channel.id,
        "fate": fate,
        "why": (outcome.why if outcome else "") or delivery.why or (missing(delivery.channel) if fate == "silent" else ""),
        "subject": parcel.subject or None if parcel else None,
        "text": parcel.text or None if parcel else None,
        "body": json.loads(parcel.body) if parcel and parcel.body else None,
    }
