"""How one language writes: the strings of the interface, its numbers, and the look of times."""

from __future__ import annotations

import gettext
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from io import BytesIO

from babel import Locale
from markupsafe import Markup, escape

from onrecord import __version__
from onrecord.times import in_words, iso, roughly

CATALOGUES = "locale"
"""The folder of the package in which the catalogues lie, each a file `<language>.po`."""
_TIME = "\0"
"""Stands for the clock while the words around it are put together."""


@lru_cache(maxsize=64)
def catalogue(code: str) -> gettext.NullTranslations:
    """The strings of that language, read from its catalogue as people write it; the English ones where there is none.

    `pt-BR` is served by `pt.po` where it has no catalogue of its own.
    """
    folder = files("onrecord").joinpath(CATALOGUES)
    for name in (code, code.partition("-")[0]):
        file = folder.joinpath(f"{name}.po")
        if file.is_file():
            from babel.messages.mofile import write_mo
            from babel.messages.pofile import read_po

            compiled = BytesIO()
            with file.open("rb") as text:
                write_mo(compiled, read_po(text, locale=name.replace("-", "_")))
            compiled.seek(0)
            return gettext.GNUTranslations(compiled)
    return gettext.NullTranslations()


class Language:
    """The interface in one language: its strings, its names of months, and how it writes times.

    Times in pages are always UTC, and say so; the script adds the reader's own.
    """

    def __init__(self, code: str = "en") -> None:
        self.code = code
        self._catalogue = catalogue(code)
        self.gettext: Callable[[str], str] = self._catalogue.gettext
        self.ngettext: Callable[[str, str, int], str] = self._catalogue.ngettext
        locale = Locale.parse(code, sep="-")
        self.name = locale.get_display_name() or code
        """What the language calls itself."""
        self.direction = locale.text_direction
        """`ltr` or `rtl`."""
        self._locale = locale
        self._plural_form = locale.plural_form
        self._months: Mapping[int, str] = dict(locale.months["stand-alone"]["wide"])
        self._months_in_dates: Mapping[int, str] = dict(locale.months["format"]["wide"])
        self._short_months: Mapping[int, str] = dict(locale.months["format"]["abbreviated"])
        _ = self.gettext
        self._day, self._short_day, self._month = _("%(day)d %(month)s %(year)d"), _("%(day)d %(month)s"), _("%(month)s %(year)d")
        self._clock, self._zoned = _("%(day)s, %(time)s"), _("%(time)s UTC")
        self._percent = _("%(number)s%%")
        self._units = _("{0} d"), _("{0} h"), _("{0} min")
        signs = locale.number_symbols["latn"]
        self._signs = str.maketrans({",": signs["group"], ".": signs["decimal"]})
        # A record's stretch stands on its page several times, and the same days come back on many pages.
        self.stretch: Callable[..., Markup] = lru_cache(maxsize=1_000)(self._stretch)
        self.number: Callable[..., str] = lru_cache(maxsize=4_000)(self._number)
        self._around: Callable[[date, bool, bool], tuple[str, str]] = lru_cache(maxsize=20_000)(self._words_around)
        self.duration: Callable[[timedelta], str] = lru_cache(maxsize=10_000)(self._in_words)
        self._around_end = self._split(self._zoned % {"time": _TIME})

    def named(self, code: str) -> str:
        """What that language is called in this one: `German`."""
        return Locale.parse(code, sep="-").get_display_name(self._locale) or code

    @property
    def fingerprint(self) -> str:
        """What differs when any string of the language does."""
        catalogue: Mapping[object, object] = getattr(self._catalogue, "_catalog", {})
        strings = repr((__version__, self.code, sorted(map(repr, catalogue.items()))))
        return sha256(strings.encode()).hexdigest()[:12]

    def month(self, year: int, month: int) -> str:
        """`November 2026`."""
        return self._month % {"month": self._months[month], "year": year}

    def day(self, day: date) -> str:
        """`21 November 2026`."""
        return self._day % self._parts(day, self._months_in_dates)

    def short_day(self, day: date) -> str:
        """`21 Nov`."""
        return self._short_day % self._parts(day, self._short_months)

    def days(self, first: date, last: date) -> Markup:
        """`21 Nov`, `19 – 20 Nov` or `30 Oct – 2 Nov`: a day or several in a row."""
        begin = str(first.day) if (first.year, first.month) == (last.year, last.month) else self.short_day(first)
        text = self.short_day(first) if first == last else f"{begin} – {self.short_day(last)}"
        return Markup('<time datetime="{}">{}</time>').format(str(first), text)

    def time(self, moment: datetime) -> Markup:
        """`21 Nov 2026, 14:00 UTC`, as an element."""
        return _element(iso(moment), *self._around(moment.date(), False, True))

    def short_time(self, moment: datetime) -> Markup:
        """`21 Nov, 14:00 UTC`, as an element."""
        return _element(iso(moment), *self._around(moment.date(), True, True))

    def _stretch(self, start: datetime, end: datetime, short: bool = False) -> Markup:
        """`21 Nov 2026, 14:00–15:30 UTC`, the year left out if `short`: two elements that the script reads as one stretch."""
        day = start.date()
        if day != end.date():
            write = self.short_time if short else self.time
            return _both(write(start), " – ", write(end))
        return _both(_element(iso(start), *self._around(day, short, False)), "–", _element(iso(end), *self._around_end))

    def moment(self, moment: datetime) -> str:
        """`21 Nov 2026, 14:58 UTC`, as plain text."""
        return self._zoned % {"time": self._with_clock(moment, moment.strftime("%H:%M"))}

    def percent(self, value: float) -> str:
        """`99.98%`, cut and not rounded, so that only what was never down is 100%."""
        hundredths = int(value * 100 + 1e-9)
        return self._percent % {"number": "100" if hundredths == 10_000 else f"{hundredths / 100:.2f}".translate(self._signs)}

    def plurals(self, write: Callable[[int], str]) -> dict[str, str]:
        """A text for each form that numbers have in the language, by CLDR's name of the form; `{0}` stands for the number."""
        found: dict[str, str] = {}
        for number in range(101):
            found.setdefault(self._plural_form(number), write(number).replace(str(number), "{0}", 1))
        return found

    def whole_percent(self, value: float) -> str:
        """`99.9876%`, with every decimal that is known."""
        return self._percent % {"number": self.number(value, 4)}

    def _number(self, value: float, decimals: int = 2) -> str:
        """`43,200` or `15.9`: up to so many decimals, without zeros at the end."""
        text = f"{value:,.{decimals}f}"
        return (text.rstrip("0").rstrip(".") if decimals else text).translate(self._signs)

    def _in_words(self, length: timedelta) -> str:
        """`12 min`, `1 h 5 min` or `3 d 4 h`, in the language's own units."""
        return self._counted(in_words(length))

    def roughly(self, length: timedelta) -> str:
        """`40 min`, `3 h` or `2 d`."""
        return self._counted(roughly(length))

    def _counted(self, text: str) -> str:
        """A duration with the units of the language in the place of the neutral ones."""
        parts = text.split(" ")
        units = dict(zip(("d", "h", "min"), self._units, strict=True))
        return " ".join(units[unit].replace("{0}", number) for number, unit in zip(parts[::2], parts[1::2], strict=True))

    def minutes(self, length: timedelta) -> str:
        """The length in minutes, such as `75.4`."""
        return self.number(length.total_seconds() / 60)

    def _words_around(self, day: date, short: bool, zoned: bool) -> tuple[str, str]:
        """What stands before and after the clock, as HTML."""
        text = self._with_clock(day, _TIME, short=short)
        return self._split(self._zoned % {"time": text} if zoned else text)

    def _split(self, text: str) -> tuple[str, str]:
        before, _, after = str(escape(text)).partition(_TIME)
        return before, after

    def _with_clock(self, day: date, clock: str, *, short: bool = False) -> str:
        form = self._short_day if short else self._day
        return self._clock % {"day": form % self._parts(day, self._short_months), "time": clock}

    def _parts(self, day: date, names: Mapping[int, str]) -> dict[str, object]:
        return {"day": day.day, "month": names[day.month], "year": day.year}


def _element(instant: str, before: str, after: str) -> Markup:
    """The instant with its clock between the words around it, which are HTML."""
    return str.__new__(Markup, f'<time datetime="{instant}">{before}{instant[11:16]}{after}</time>')


def _both(first: Markup, between: str, last: Markup) -> Markup:
    return str.__new__(Markup, f'<span class="stretch">{first}{between}{last}</span>')
