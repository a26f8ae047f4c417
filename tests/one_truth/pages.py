"""What the pages claim, as an HTML parser of browsers' rules reads them: home, records, months, parts and the frame."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from bs4 import BeautifulSoup, Tag

from one_truth.claims import EFFECTS, STATUSES, Claim, Text, letters, second

_UPTIME = re.compile(r"([\d.]+)%")


class Page:
    """One page: its content only, without the chrome."""

    def __init__(self, path: Path) -> None:
        main = BeautifulSoup(path.read_text(encoding="utf-8"), "html5lib").main
        assert main is not None, f"{path} has no content"
        self.main = main

    def one(self, selector: str, within: Tag | None = None) -> Tag | None:
        """The first element of that selector."""
        return (within or self.main).select_one(selector)

    def all(self, selector: str, within: Tag | None = None) -> list[Tag]:
        """Every element of that selector."""
        return list((within or self.main).select(selector))


def said(element: Tag | None) -> str:
    """What an element shows, in one line."""
    return " ".join(element.get_text(" ").split()) if element is not None else ""


def times(element: Tag | None) -> list[datetime]:
    """Every time in an element, as machines read it."""
    return [second(str(time["datetime"])) for time in element.select("time[datetime]")] if element is not None else []


def effects(element: Tag | None) -> frozenset[tuple[str, str]]:
    """Which part feels what, in a list that is headed by states; what is well again is left out."""
    if element is None:
        return frozenset()
    found = {(part, EFFECTS[said(row.select_one(".state"))]) for row in element.select("li[data-parts]") for part in str(row["data-parts"]).split()}
    return frozenset((part, effect) for part, effect in found if effect != "operational")


def record_of(link: Tag | None) -> str:
    """The id of the record to which a link leads."""
    found = re.search(r"incidents/([^/]+)/", str(link["href"])) if link is not None else None
    assert found is not None, f"{link} leads to no record"
    return found[1]


def home(site: Path) -> Iterator[Claim | Text]:
    """The answer, every card, every part."""
    page = Page(site / "index.html")
    yield Claim("home", "page", "says", said(page.one("h1")))
    cards = page.all("article.card")
    yield Claim("home", "page", "open", frozenset(str(card["id"]) for card in cards if said(page.one(".chip", card)) != "Scheduled"))
    for card in cards:
        yield from _card(page, "home", card)
    for part in page.all("li.part"):
        about = f"component {str(part['id']).removeprefix('part-')}"
        yield Claim("home", about, "name", said(page.one(".name", part)))
        yield Claim("home", about, "state", EFFECTS[said(page.one(".state", part))])
        if found := _UPTIME.search(said(page.one(".percent", part))):
            yield Claim("home", about, "uptime", float(found[1]))
    for entry in page.all(".days .entry"):
        yield from _entry(page, "home, last days", entry)


def _card(page: Page, surface: str, card: Tag) -> Iterator[Claim | Text]:
    id = record_of(page.one("h3 a", card))
    about = f"record {id}"
    yield Claim(surface, about, "title", said(page.one("h3", card)))
    yield from _chip(surface, about, page.one(".chip", card))
    yield Claim(surface, about, "effects", effects(page.one(":scope > ul.felt", card)))
    yield Claim(surface, about, "begun", times(page.one(".facts", card))[0])
    yield from _promise(page, surface, about, page.one(".foot .promise", card))
    for age, update in enumerate(page.all(".newest, .older", card)):
        if status := STATUSES.get(said(page.one(".said-at b", update))):  # one that changes none has no status
            yield Claim(surface, f"update {id} -{age}", "status", status)
        yield Claim(surface, f"update {id} -{age}", "at", times(page.one(".said-at", update))[0])
        yield Text(surface, f"update {id} -{age}", said(page.one(".words", update)))


def _chip(surface: str, about: str, chip: Tag | None) -> Iterator[Claim]:
    """The status in the small box of a record; an overrun is called so there, whatever was said last."""
    if chip is not None and said(chip) != "Overrun":
        yield Claim(surface, about, "status", STATUSES[said(chip)])


def _promise(page: Page, surface: str, about: str, promise: Tag | None) -> Iterator[Claim]:
    if promise is not None:
        yield Claim(surface, about, "next", second(str(promise["data-due"])))
        yield Claim(surface, about, "late", "late" in promise.get_attribute_list("class"))


def _entry(page: Page, surface: str, entry: Tag) -> Iterator[Claim]:
    about = f"record {record_of(page.one('.title a', entry))}"
    yield Claim(surface, about, "title", said(page.one(".title", entry)))
    yield from _chip(surface, about, page.one(".chip", entry))
    yield from _span(page, surface, about, page.one(".facts", entry))


def _span(page: Page, surface: str, about: str, facts: Tag | None) -> Iterator[Claim]:
    """From when to when, or since when."""
    found = times(facts)
    if found:
        yield Claim(surface, about, "begun", found[0])
    if (stretch := page.one(".stretch", facts)) is not None:
        yield Claim(surface, about, "ended", times(stretch)[-1])


def records(site: Path) -> Iterator[Claim | Text]:
    """Every page of an incident, a maintenance or a notice."""
    for folder in sorted(path for path in (site / "incidents").iterdir() if (path / "index.html").exists()):
        page = Page(folder / "index.html")
        if page.one("header.top .facts") is None:
            continue  # the page of what was removed has no facts
        about = f"record {folder.name}"
        kind, _, severity = said(page.one(".kind")).partition(" · ")
        yield Claim("its page", about, "kind", kind.lower())
        if severity:
            yield Claim("its page", about, "severity", severity.lower())
        yield Claim("its page", about, "title", said(page.one("h1")))
        for claim in _chip("its page", about, page.one("header .chip")):
            yield from _status("its page", about, claim.value)
        facts = page.one("header .facts")
        yield from _span(page, "its page", about, facts)
        if page.one(".stretch", facts) is not None and kind == "Incident":
            yield Claim("its page", about, "closed", times(facts)[-1])
        if said(page.one("header .label")) != "At its worst" and kind != "Notice":
            yield Claim("its page", about, "effects", effects(page.one("header ul.felt")))
        yield from _promise(page, "its page", about, page.one("header .promise"))
        for state in ("kept", "missed"):
            yield Claim("its page", about, f"promises {state}", len(page.all(f".update .outcome.{state}")))
        yield from _updates(page, folder.name)


def _status(surface: str, about: str, status: str) -> Iterator[Claim]:
    """A status, and Statuspage's word for it: there is none for what was called off."""
    yield Claim(surface, about, "status", status)
    yield Claim(surface, about, "API's status", "completed" if status == "cancelled" else status)


def _updates(page: Page, id: str) -> Iterator[Claim | Text]:
    for age, update in enumerate(page.all("article.update")):
        link = said(page.one("h3", update)).partition(",")[0]
        for about in (f"update {id} -{age}", f"update {id}/{update['id']}"):
            if status := STATUSES.get(link.strip()):  # a notice has updates without a status
                yield from _status("its page", about, status)
            yield Claim("its page", about, "at", times(page.one("h3", update))[0])
            yield Claim("its page", about, "words", letters(said(page.one(".words", update))))
        yield Claim("its page", f"record {id}", "updates", len(page.all("article.update")))


def months(site: Path) -> Iterator[Claim]:
    """The history, month by month."""
    for path in sorted((site / "history").glob("*/index.html")):
        page = Page(path)
        for entry in page.all(".entry"):
            yield from _entry(page, f"history {path.parent.name}", entry)


def parts(site: Path) -> Iterator[Claim | Text]:
    """The page of every part."""
    for path in sorted((site / "components").glob("*/index.html")):
        page = Page(path)
        about = f"component {path.parent.name}"
        yield Claim("its page", about, "name", said(page.one("h1")))
        if state := page.one(".banner .state"):
            yield Claim("its page", about, "state", EFFECTS[said(state)])
        if found := _UPTIME.search(said(page.one("#days ~ .scale"))):
            yield Claim("its page", about, "uptime", float(found[1]))
        for card in page.all("article.card"):
            yield from _card(page, f"page of {path.parent.name}", card)
        for month in page.all(".ledger > [id]"):
            if found := _UPTIME.search(said(page.one(".percent", month))):
                yield Claim("its page", f"{about} {month['id']}", "uptime", float(found[1]))


def frame(site: Path) -> Iterator[Claim]:
    """The small page for other sites."""
    page = Page(site / "embed/index.html")
    yield Claim("frame", "page", "says", said(page.one("h1")))
    for row in page.all("ul > li"):
        about = f"record {record_of(page.one('a', row))}"
        yield Claim("frame", about, "title", said(page.one("a", row)))
        if found := times(row):
            yield Claim("frame", about, "next", found[0])
            yield Claim("frame", about, "late", "no word yet" in said(row))
