"""An Atom or RSS history: files of it, read as one, Statuspage's own form first."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from onrecord.importing.bodies import to_line
from onrecord.importing.feed_entry import alone, together
from onrecord.importing.feed_files import Entry, Feed, gather
from onrecord.importing.feed_statuspage import is_statuspage, statuspage_id
from onrecord.importing.feed_statuspage import told as statuspage_told
from onrecord.importing.records import END, Harvest, NotThere, Page, Remark, Words
from onrecord.importing.told import Sheaf, Told
from onrecord.model import FINAL_STATUSES, Kind, Status

SYSTEM, STATUSPAGE = "feed", "statuspage"
_STORY = "postmortem/"
"""How the address of a post-mortem ends, below that of its record; our own feeds of updates have an entry for each."""
_NEVER = datetime.min.replace(tzinfo=UTC)
SILENT = timedelta(days=7)
"""One that is open in the feed and of which nothing was said for so long is taken for forgotten."""


def harvest(path: Path, now: datetime, end_unfinished: bool = False) -> Harvest:
    """Every entry of a feed's file, or of the files in a folder, whose newest version counts.

    With `end_unfinished`, records without a word about their end, and without any word for a week, end with their last one.

    Raises:
        NotThere: there is no feed, or there are several pages' feeds.
    """
    feeds, refused = gather(path)
    pages = {feed.page for feed in feeds if feed.page}
    if len(pages) > 1:
        raise NotThere(f"the feeds are of {len(pages)} pages: {', '.join(sorted(pages)[:5])}; import one page at a time")
    entries, stories = _parted(_newest(feeds))
    if not feeds and not refused:
        raise NotThere(f"there is no Atom or RSS feed in {path}")
    ours = bool(entries) and all(is_statuspage(entry) for entry in entries)
    sheaf = Sheaf(system=STATUSPAGE if ours else SYSTEM)
    base = f"{next(iter(pages))}/" if pages else None
    for id, entry, read in _items(entries, base, ours=ours):
        sheaf.add(f"{entry.file}#{id}", id, read)
    newest = min(max((words.at for one in sheaf.told.values() for words in one.words), default=now), now)
    for one in sheaf.told.values():
        _unfinished(one, newest, end=end_unfinished)
    name = next((feed.title for feed in feeds if feed.title), "")
    lost = Remark("odd", "feeds do not say which components were affected, nor how badly: no record has an effect, so none counts for uptime, and none has a severity")
    return Harvest(system=sheaf.system, page=Page(name=_name(name), url=base), records=sheaf.records(), others=(*refused, *sheaf.others), remarks=(*((lost,) if entries else ()), *stories))


def _newest(feeds: Iterable[Feed]) -> list[Entry]:
    """Each entry as it was last seen; one without an id is its own."""
    found: dict[str, Entry] = {}
    for feed in feeds:
        for entry in feed.entries:
            before = found.get(entry.id)
            if before is None or (before.updated or before.published or _NEVER) <= (entry.updated or entry.published or _NEVER):
                found[entry.id] = entry
    return list(found.values())


def _parted(entries: list[Entry]) -> tuple[list[Entry], tuple[Remark, ...]]:
    """The entries without those that only lead to the post-mortem of another one's record, and what is to say of these."""
    addresses = {_address(entry) for entry in entries}
    kept = [entry for entry in entries if not (_address(entry).endswith(_STORY) and _address(entry).removesuffix(_STORY) in addresses)]
    left = len(entries) - len(kept)
    return kept, (Remark("lost", f"post-mortems, {left} of them: the feed has their addresses and not their words"),) if left else ()


def _items(entries: list[Entry], base: str | None, *, ours: bool) -> Iterable[tuple[str, Entry, Callable[[], Told]]]:
    """Each record to be: entries that share the address of one page are the updates of one record."""
    if ours:
        yield from ((statuspage_id(entry), entry, partial(statuspage_told, entry, base)) for entry in entries)
        return
    shared: dict[str, list[Entry]] = {}
    for entry in entries:
        shared.setdefault(_address(entry) or entry.id, []).append(entry)
    for found in shared.values():
        for group in [found] if _address(found[0]) else [[entry] for entry in found]:
            first = group[-1]
            read = partial(alone, first, base) if len(group) == 1 else partial(together, tuple(group), base)
            if len(group) == 1 and is_statuspage(first, strict=False):
                read = partial(statuspage_told, first, base)
            yield first.id if len(group) == 1 else _address(first), first, read


def _address(entry: Entry) -> str:
    """The page that an entry leads to; nothing where that is the page of all."""
    parts = urlsplit(entry.link)
    return f"{parts.scheme}://{parts.netloc}{parts.path}" if parts.path.strip("/") else ""


def _name(title: str) -> str | None:
    """The page's name, without the words for its history."""
    return to_line(title).removesuffix(" - Incident History").removesuffix(" Incident History").strip(" -–—|") or None


def _unfinished(one: Told, newest: datetime, *, end: bool) -> None:
    if one.over or not one.words or any(words.status in FINAL_STATUSES for words in one.words) or one.kind is Kind.notice:
        return
    last = max(words.at for words in one.words)
    if newest - max(last, one.until or last) <= SILENT:
        return
    if not end:
        one.note("odd", "it has no word about its end, and none at all in the last week of the feed; it stays open. `--unfinished end` ends it with its last word")
        return
    status = Status.completed if one.kind is Kind.maintenance else Status.resolved
    body = "There is no update about the end in the feed, so when that was is not known; it counts up to the last word. This line comes from the import."
    one.words.append(Words(at=last + timedelta(seconds=1), body=body, status=status, ours=True, key=END))
    one.note("repaired", "it has no word about its end; an update of the import ends it, with its last word")
