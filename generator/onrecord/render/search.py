"""What the search looks through: the titles of everything in one file, and the words in files by year."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from unicodedata import normalize
from zoneinfo import ZoneInfo

from onrecord import markup
from onrecord.model import Kind, Postmortem, Status
from onrecord.render.artifacts import Artifact, OwnPage, Piece, compact
from onrecord.render.pages.component import address as component_address
from onrecord.render.pages.group import address as group_address
from onrecord.render.pages.search import sections
from onrecord.render.pages.words import Words
from onrecord.snapshot.records import IncidentView, MonthView, Snapshot
from onrecord.templating import Language, Templates
from onrecord.times import day_of

FOLDER = "search"
TITLES = f"{FOLDER}/titles.json"
PAGES = f"{FOLDER}/pages.json"
YEAR_LENGTH = 250_000
"""A year with more characters than this is kept in a file a month, so that a searcher loads no more than is looked at."""

Row = list[str]
"""A document in the file of titles: its address below `incidents/`, its title, its kind (see `_kind`), and its day
where its address does not begin with it. What is empty at the end is left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """A year or a month with its documents, newest first."""

    name: str
    months: tuple[MonthView, ...]


def search(snapshot: Snapshot, own: Sequence[OwnPage], templates: Templates) -> Iterator[Artifact]:
    """The index: `titles.json`, the words of records and post-mortems by year or month, and those of pages that have no date.

    Whether a record is open stands in none of them but in the page of the search, so that an update
    to a record changes the words of its own year or month and nothing else.
    """
    for piece in search_pieces(snapshot, own, templates.language, Words(snapshot, templates.language)):
        yield from (file for file in piece.make(snapshot) if isinstance(file, Artifact))


def search_pieces(snapshot: Snapshot, own: Sequence[OwnPage], language: Language, words: Words) -> Iterator[Piece]:
    """The same in pieces: the words of each year or month, and all titles."""
    parts = [part for _, months in groupby(snapshot.months, key=lambda month: month.year) for part in _parts(list(months))]
    for part in parts:
        yield Piece(name=f"search {part.name}", kind="search", of=part.months, make=partial(_words, part, words))
    yield Piece(name="search", kind="search", of=None, make=partial(_index, parts, own, language))


def _words(part: _Part, words: Words, _snapshot: Snapshot) -> Iterator[Artifact]:
    """What is said in one part."""
    yield Artifact(path=f"{FOLDER}/{part.name}.json", data=_object(pair for month in part.months for pair in _texts(month, words)))


def _index(parts: Sequence[_Part], own: Sequence[OwnPage], language: Language, snapshot: Snapshot) -> Iterator[Artifact]:
    """What everything is called, and the words that have no date."""
    found = [*_own(own), *_standing(snapshot, language)]
    yield Artifact(path=PAGES, data=_object((row[0], text) for row, text in found if text))
    named = [(part.name, [row for month in part.months for row in _named(month, snapshot.zone)]) for part in parts]
    yield Artifact(path=TITLES, data=_titles([row for row, _ in found], named))


def _own(pages: Iterable[OwnPage]) -> Iterator[tuple[Row, str]]:
    for page in pages:
        if page.text is not None:
            yield [page.address, _line(page.title)], _text([page.text])


def _standing(snapshot: Snapshot, language: Language) -> Iterator[tuple[Row, str]]:
    """The pages that every site has, and those of components (`k`) and groups (`g`): they are found by name."""
    for name, address in sections(language):
        yield [address, name], ""
    for component in snapshot.components:
        yield [component_address(component.id), _line(component.name), "k"], _text([component.description or ""])
    for group in (*snapshot.groups, *snapshot.past_groups):
        if group.id is not None:
            yield [group_address(group.id), _line(group.name), "g"], _text([group.description or ""])


def _parts(months: Sequence[MonthView]) -> Iterator[_Part]:
    """The months of a year by themselves, or put together where they are short."""
    if sum(map(_length, months)) > YEAR_LENGTH:
        yield from (_Part(name=month.key, months=(month,)) for month in months)
        return
    yield _Part(name=months[0].key[:4], months=tuple(months))


def _length(month: MonthView) -> int:
    """How many characters were written in it."""
    return sum(view.written for view in month.incidents)


def _named(month: MonthView, zone: ZoneInfo) -> Iterator[Row]:
    """The rows of its records and post-mortems."""
    for view in month.incidents:
        began = str(day_of(view.started, zone))
        day = began if view.id[:10] != began else ""
        yield _row(view.id, _line(view.title), _kind(view), day)
        if view.postmortem is not None:
            yield _row(f"{view.id}/postmortem", _line(view.title), "p", day)


def _texts(month: MonthView, words: Words) -> Iterator[tuple[str, str]]:
    """The words of its records and post-mortems, by address."""
    for view in month.incidents:
        yield view.id, _text(_said(view, words))
        if view.postmortem is not None:
            yield f"{view.id}/postmortem", _text(_explained(view.postmortem))


def _kind(view: IncidentView) -> str:
    """One letter for what it is: nothing for an incident, `m` for a maintenance, `c` for one called off, `n` for a notice."""
    if view.kind is Kind.maintenance:
        return "c" if view.status is Status.cancelled else "m"
    return "n" if view.kind is Kind.notice else ""


def _said(view: IncidentView, words: Words) -> Iterator[str]:
    """What the record's page says, the newest words first. Each field is named here, so that none slips out."""
    for update in view.updates:
        head = update.source.head
        yield from (markup.to_text(text) for text in (update.body, head.workaround) if text)
        yield from (text for text in (head.scope, head.amends) if text)
        yield from (link.text for link in head.links)
    advice = view.source.head.workaround
    if advice and advice == view.workaround and (view.is_open or view.phase == "upcoming"):
        yield markup.to_text(advice)
    yield from (step.step for step in view.source.head.plan)
    yield from (f"{figure.label}: {figure.value}" for figure in view.source.head.impact)
    yield ", ".join(words.name(component) for component, _ in view.worst)


def _explained(postmortem: Postmortem) -> Iterator[str]:
    yield markup.article_text(postmortem.body)
    yield from (action.what for action in postmortem.head.actions)


def _text(lines: Iterable[str]) -> str:
    return normalize("NFC", markup.clean("\n".join(filter(None, lines))))


def _line(text: str) -> str:
    return normalize("NFC", " ".join(markup.clean(text).split()))


def _row(*cells: str) -> Row:
    row = list(cells)
    while not row[-1]:
        row.pop()
    return row


# ---------------------------------------------------------------- how it is written


def _object(pairs: Iterable[tuple[str, str]]) -> bytes:
    """A JSON object with a line for each pair, so that a change to one is a change to one line."""
    return b"{\n" + b",\n".join([compact(key) + b":" + compact(value) for key, value in pairs]) + b"\n}\n"


def _titles(pages: Sequence[Row], parts: Sequence[tuple[str, Sequence[Row]]]) -> bytes:
    groups = b",\n".join(b'{"name":%b,"rows":%b}' % (compact(name), _rows(rows)) for name, rows in parts)
    return b'{"pages":%b,"parts":[\n%b\n]}\n' % (_rows(pages), groups)


def _rows(rows: Sequence[Row]) -> bytes:
    return b"[\n" + b",\n".join(map(compact, rows)) + b"\n]"
