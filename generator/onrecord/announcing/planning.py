"""Which channel is told what: every piece of news against every channel's filters, what it was told before, and the bounds of a run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from onrecord.announcing.choosing import News
from onrecord.announcing.hooks import bodies
from onrecord.announcing.ledger import Ledger
from onrecord.announcing.sending import Parcel
from onrecord.announcing.wording import Told, is_brief, told
from onrecord.channels import AnnouncedChannel
from onrecord.model import Dataset
from onrecord.problems import Place
from onrecord.render.messages import BadMessage, Letters, message
from onrecord.settings import ANNOUNCED_AT_ONCE, ANNOUNCED_WITHIN
from onrecord.snapshot.records import Snapshot
from onrecord.times import in_words

Fate = Literal["send", "sent", "unsure", "brief", "old", "many", "broken"]
"""What becomes of a message: it goes out, it went out before, nobody knows whether it did; or why it does not."""
BAD: frozenset[Fate] = frozenset({"unsure", "many", "broken"})
"""Fates that somebody should look at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One message for one channel, and what becomes of it; `why` says so in words."""

    channel: AnnouncedChannel
    news: News
    key: str
    fate: Fate
    why: str = ""
    parcel: Parcel | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What this run knows, and how far it goes. `whole` is the page now, for webhooks."""

    data: Dataset
    ledger: Ledger
    letters: Letters
    whole: Snapshot
    now: datetime
    force: bool = False


def plan(news: Sequence[News], channels: Sequence[AnnouncedChannel], bounds: Bounds) -> list[Delivery]:
    """Every message that a channel wants, by news and then by channel. Of too many pieces of news only the newest go out."""
    found = [delivery for one in news for delivery in _about(one, channels, bounds)]
    fresh = [one.key for one in news if any(delivery.news is one and delivery.fate == "send" for delivery in found)]
    late = frozenset(fresh[: max(len(fresh) - ANNOUNCED_AT_ONCE, 0)]) if not bounds.force else frozenset()
    why = f"more than {ANNOUNCED_AT_ONCE} updates are new at once, as in an import, and this is not one of the newest"
    return [_withheld(delivery, why) if delivery.news.key in late and delivery.fate == "send" else delivery for delivery in found]


def _withheld(delivery: Delivery, why: str) -> Delivery:
    return Delivery(channel=delivery.channel, news=delivery.news, key=delivery.key, fate="many", why=why)


def _about(news: News, channels: Sequence[AnnouncedChannel], bounds: Bounds) -> Iterator[Delivery]:
    it = told(bounds.data, news, bounds.now)
    for channel in channels:
        if it.wanted_by(channel):
            reason = _reason(it, channel, bounds)
            for suffix, parcel in _parcels(it, channel, bounds):
                key = f"{news.key}{suffix}"
                fate, why = _fate(bounds.ledger.state(key, channel.id), parcel, reason, force=bounds.force)
                wanted = parcel if fate == "send" and isinstance(parcel, Parcel) else None
                yield Delivery(channel=channel, news=news, key=key, fate=fate, why=why, parcel=wanted)


def _fate(state: str | None, parcel: Parcel | BadMessage, reason: tuple[Fate, str] | None, *, force: bool) -> tuple[Fate, str]:
    """What becomes of a message: what happened before comes first, then what speaks against it."""
    if state == "sent":
        return "sent", "it was sent before"
    if state == "sending" and not force:
        return "unsure", "an earlier run ended while it was going out, so it may have arrived; look there, and if it did not, --force sends it"
    if reason is not None:
        return reason
    return ("broken", str(parcel)) if isinstance(parcel, BadMessage) else ("send", "")


def _reason(it: Told, channel: AnnouncedChannel, bounds: Bounds) -> tuple[Fate, str] | None:
    """What speaks against telling that channel of it."""
    if it.news.update is not None and it.news.update.unread:
        return "broken", "its file cannot be read; it goes out once that is mended"
    if bounds.now - it.news.at > ANNOUNCED_WITHIN and not bounds.force:
        return "old", f"it is {in_words(bounds.now - it.news.at)} old, and would be taken for news"
    if is_brief(bounds.data, it.news, bounds.now) and not bounds.ledger.told(it.view.id, channel.id) and not bounds.force:
        return "brief", "it was over sooner than `brief_outage` of policy.yml, before anything was said here"
    return None


def _parcels(it: Told, channel: AnnouncedChannel, bounds: Bounds) -> Iterable[tuple[str, Parcel | BadMessage]]:
    """What that channel gets of it: the end of each one's key, and the parcel, or why there is none."""
    link = f"{bounds.letters.site.url}incidents/{it.view.id}/"
    if channel.webhook is not None:
        calls = bodies(it, bounds.whole, bounds.letters.site)
        return [(suffix, Parcel(id=f"{it.news.key}{suffix}", body=body)) for suffix, body in calls if channel.component_updates or not suffix]
    try:
        made = message(it.snapshot, it.view, channel.text or "chat", it.phase, bounds.letters)
    except BadMessage as error:
        return [("", error)]
    if made.blanks:
        return [("", BadMessage(Place(made.template), f"a blank is left: `[[{made.blanks[0]}]]`", "say it in its place"))]
    correction = it.news.update is not None and it.news.update.head.corrects is not None
    subject = f"Correction: {made.subject}" if correction and made.subject else made.subject
    text = f"Correction: {made.text}" if correction and not made.subject else made.text
    return [("", Parcel(id=it.news.key, title=it.view.title, subject=subject, text=text, link=link))]
