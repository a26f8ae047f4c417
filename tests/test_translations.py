"""The interface in other languages: catalogues that are complete and lose no value, and how each language writes numbers and times."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup, escape

from onrecord.foreign import Foreign
from onrecord.model import (
    Dataset,
    Incident,
    IncidentFile,
    PolicyFile,
    Status,
    Translation,
    Update,
    UpdateFile,
    UpdateTranslation,
)
from onrecord.snapshot import derive
from onrecord.snapshot.spoken import in_language
from onrecord.templating import Language, environment
from onrecord.templating.catalogues import Report, main, report, reports
from onrecord.templating.language import CATALOGUES, catalogue

SHIPPED = ("ar", "de")
NOON = datetime(2026, 11, 21, 14, 5, tzinfo=UTC)
HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'


class Anything(dict[str, int]):
    """A value for whatever a string asks for."""

    def __missing__(self, key: str) -> int:
        return 7


@pytest.mark.parametrize("found", list(reports()), ids=lambda found: found.language)
def test_shipped_catalogues_are_complete(found: Report) -> None:
    """Every string is translated, none is left over, and each keeps the values of its original."""
    assert (found.missing, found.unknown, found.faults) == ((), (), ())


def test_the_report_can_be_run(capsys: pytest.CaptureFixture[str]) -> None:
    """It has a line for each catalogue."""
    assert main() == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(":")[0] for line in lines] == list(SHIPPED)
    assert all(re.fullmatch(r"\w+: (\d+) of \1 strings \(100 %\)", line) for line in lines)


@pytest.mark.parametrize(
    ("name", "entries", "missing", "unknown", "faults"),
    [
        ("whole", 'msgid "Since %(time)s"\nmsgstr "Seit %(time)s"\n', 1, 0, 0),
        ("a value is lost", 'msgid "Since %(time)s"\nmsgstr "Seit gestern"\n', 1, 0, 1),
        ("a value is misspelt", 'msgid "Since %(time)s"\nmsgstr "Seit %(zeit)s"\n', 1, 0, 1),
        ("nothing is said", 'msgid "Since %(time)s"\nmsgstr ""\n', 2, 0, 0),
        ("a guess that nobody has looked at", '#, fuzzy\nmsgid "Since %(time)s"\nmsgstr "Seit %(time)s"\n', 2, 0, 0),
        ("a string of an older version", 'msgid "Once"\nmsgstr "Einst"\n', 2, 1, 0),
        ("one says its number in a word", 'msgid "%(num)d day"\nmsgid_plural "%(num)d days"\nmsgstr[0] "ein Tag"\nmsgstr[1] "%(num)d Tage"\n', 1, 0, 0),
        ("a form is missing", 'msgid "%(num)d day"\nmsgid_plural "%(num)d days"\nmsgstr[0] "%(num)d Tag"\nmsgstr[1] ""\n', 2, 0, 0),
    ],
)
def test_what_the_report_finds(tmp_path: Path, name: str, entries: str, missing: int, unknown: int, faults: int) -> None:
    """What is missing, what is too much, and what would lose a value."""
    strings = 'msgid "Since %(time)s"\nmsgstr ""\n\nmsgid "%(num)d day"\nmsgid_plural "%(num)d days"\nmsgstr[0] ""\nmsgstr[1] ""\n'
    (tmp_path / "onrecord.pot").write_text(strings, encoding="utf-8")
    (tmp_path / "de.po").write_text(HEADER + entries, encoding="utf-8")
    with (tmp_path / "onrecord.pot").open("rb") as text:
        found = report(tmp_path / "de.po", read_po(text))
    assert (len(found.missing), len(found.unknown), len(found.faults)) == (missing, unknown, faults), name


@pytest.mark.parametrize("code", SHIPPED)
def test_every_form_of_every_number_can_be_written(code: str) -> None:
    """No number from none to a thousand breaks a sentence, and every one of Arabic's six forms is used."""
    language = Language(code)
    with files("onrecord").joinpath(CATALOGUES, "onrecord.pot").open("rb") as text:
        plurals = [message.id for message in read_po(text) if isinstance(message.id, (tuple, list))]
    for one, many in plurals:
        written = {language.ngettext(one, many, number) for number in (*range(130), 1000)}
        assert len(written) >= 2 or one == many or code == "de"
        for number in range(130):
            language.ngettext(one, many, number) % Anything(num=number)


def test_german_as_it_is_written() -> None:
    """A comma in numbers, a point after the day, a space before the percent sign; the clock stays UTC."""
    german = Language("de")
    assert german.day(date(2026, 11, 21)) == "21. November 2026"
    assert german.time(NOON) == '<time datetime="2026-11-21T14:05:00Z">21. Nov. 2026, 14:05 UTC</time>'
    assert german.percent(99.98) == "99,98\u00a0%"
    assert german.number(43200) == "43.200"
    assert german.duration(timedelta(hours=1, minutes=5)) == "1 Std. 5 Min."
    assert german.roughly(timedelta(days=3)) == "3 Tg."
    assert (german.name, german.direction) == ("Deutsch", "ltr")


def test_arabic_as_it_is_written() -> None:
    """Digits are those that Babel gives for `ar`, its own comma stands in dates, and it is written from right to left."""
    arabic = Language("ar")
    assert arabic.day(date(2026, 11, 21)) == "21 نوفمبر 2026"
    assert arabic.time(NOON) == '<time datetime="2026-11-21T14:05:00Z">21 نوفمبر 2026، 14:05 UTC</time>'
    assert arabic.duration(timedelta(days=3, hours=4)) == "3 ي 4 س"
    assert (arabic.name, arabic.direction) == ("العربية", "rtl")
    counted = [arabic.ngettext("%(num)d incident", "%(num)d incidents", number) % {"num": number} for number in (0, 1, 2, 3, 11, 100)]
    assert counted == ["لا أعطال", "عطل واحد", "عطلان", "3 أعطال", "11 عطلًا", "100 عطل"]


def test_a_variety_takes_the_catalogue_of_its_language() -> None:
    """`de-AT` speaks German; a language without a catalogue speaks English."""
    assert Language("de-AT").gettext("Subscribe") == "Abonnieren"
    assert Language("fr").gettext("Subscribe") == "Subscribe"
    assert catalogue("fr").gettext("Open now") == "Open now"


def test_templates_speak_the_language() -> None:
    """Strings are put in where a template is compiled, values where it is rendered."""
    said = environment(language="de").render("onrecord/feed.html", said=[], postmortem=None)
    assert "Hierzu wurde noch nichts gesagt." in said


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\r"), min_size=1, max_size=20).filter(str.strip)


@settings(deadline=None)
@given(texts=st.lists(TEXTS, min_size=1, max_size=5), data=st.data())
def test_every_word_is_said_in_one_language_or_the_other(texts: list[str], data: st.DataObject) -> None:
    """Whichever updates are translated: none is lost, the others bear their own language, and the record says how far it got."""
    told = [data.draw(st.booleans()) for _ in texts]
    updates = tuple(
        Update(
            id=f"u{number}",
            path=f"updates/u{number}.md",
            head=UpdateFile(at=NOON + timedelta(minutes=number), status=Status.investigating),
            body=text,
            translations=(Translation(language="de", path="", head=UpdateTranslation(), body=f"DE {text}"),) if is_told else (),
        )
        for number, (text, is_told) in enumerate(zip(texts, told, strict=True))
    )
    record = Incident(id="2026-11-21-x", path="", head=IncidentFile(title="X"), updates=updates)
    dataset = Dataset(incidents=(record,), policy=PolicyFile.model_validate({"page": {"languages": ["en", "de"]}}))
    assert in_language(dataset, "en", "en") is dataset
    (view,) = derive(in_language(dataset, "de", "en"), NOON + timedelta(hours=1)).incidents
    for update, text, is_told in zip(reversed(view.updates), texts, told, strict=True):
        assert update.body == (f"DE {text}" if is_told else text)
        assert isinstance(update.body, Foreign) is not is_told
    assert isinstance(view.title, Foreign)
    if all(told):
        assert view.lag is None
    else:
        assert view.lag is not None
        assert (view.lag.upto, view.lag.translated, view.lag.total, view.lag.language) == (told.index(False), sum(told), len(told), "en")


@given(TEXTS)
def test_foreign_words_are_escaped(text: str) -> None:
    """As HTML they are an element of their own; as text they are what they were."""
    found = Foreign.of(text, "en", "ltr")
    assert Markup("{}").format(found) == f'<bdi lang="en" dir="ltr">{escape(text)}</bdi>'
    assert found == text
    assert type(str(found)) is str
