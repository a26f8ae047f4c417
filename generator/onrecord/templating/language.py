"""How one language writes: the strings of the interface, its numbers, and the look of times."""

from __future__ import annotations

import gettext
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files

from babel import Locale
from markupsafe import Markup, escape

from onrecord import __version__
from onrecord.times import iso

DOMAIN = "onrecord"


class Language:
    """The interface in one language: its strings, its names of months, and how it writes times.

    Times in pages are always UTC, and say so; the script adds the reader's own.
    """

    def __init__(self, code: str = "en") -> None:
        self.code = code
        folder = files("onrecord").joinpath("locale")
        self._catalogue = gettext.translation(DOMAIN, str(folder), [code.replace("-", "_")], fallback=True)
        self.gettext: Callable[[str], str] = self._catalogue.gettext
        self.ngettext: Callable[[str, str, int], str] = self._catalogue.ngettext
        locale = Locale.parse(code, sep="-")
        self._plural_form = locale.plural_form
        self._months: Mapping[int, str] = locale.months["stand-alone"]["wide"]
        self._months_in_dates: Mapping[int, str] = locale.months["format"]["wide"]
        self._short_months: Mapping[int, str] = locale.months["format"]["abbreviated"]
        _ = self.gettext
        self._day, self._short_day, self._month = _("%(day)d %(month)s %(year)d"), _("%(day)d %(month)s"), _("%(month)s %(year)d")
        self._clock, self._zoned = _("%(day)s, %(time)s"), _("%(time)s UTC")
        self._percent = _("%(number)s%%")
        signs = locale.number_symbols["latn"]
        self._signs = str.maketrans({",": signs["group"], ".": signs["decimal"]})
        # The same instants come back on many pages.
        self.time: Callable[[datetime], Markup] = lru_cache(maxsize=50_000)(self._time)
        self.short_time: Callable[[datetime], Markup] = lru_cache(maxsize=1_000)(self._short_time)

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
        return _element(str(first), self.short_day(first) if first == last else f"{begin} – {self.short_day(last)}")

    def stretch(self, start: datetime, end: datetime, short: bool = False) -> Markup:
        """`21 Nov 2026, 14:00–15:30 UTC`, the year left out if `short`: two elements that the script reads as one stretch."""
        if start.date() != end.date():
            write = self.short_time if short else self.time
            return _stretch(write(start), " – ", write(end))
        first = self._with_clock(self._short_day if short else self._day, start)
        return _stretch(_element(iso(start), first), "–", _element(iso(end), self._zoned % {"time": _clock(end)}))

    def moment(self, moment: datetime) -> str:
        """`21 Nov 2026, 14:58 UTC`, as plain text."""
        return self._zoned % {"time": self._with_clock(self._day, moment)}

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

    def number(self, value: float, decimals: int = 2) -> str:
        """`43,200` or `15.9`: up to so many decimals, without zeros at the end."""
        text = f"{value:,.{decimals}f}"
        return (text.rstrip("0").rstrip(".") if decimals else text).translate(self._signs)

    def minutes(self, length: timedelta) -> str:
        """The length in minutes, such as `75.4`."""
        return self.number(length.total_seconds() / 60)

    def _time(self, moment: datetime) -> Markup:
        return _element(iso(moment), self.moment(moment))

    def _short_time(self, moment: datetime) -> Markup:
        return _element(iso(moment), self._zoned % {"time": self._with_clock(self._short_day, moment)})

    def _with_clock(self, form: str, moment: datetime) -> str:
        return self._clock % {"day": form % self._parts(moment, self._short_months), "time": _clock(moment)}

    def _parts(self, day: date, names: Mapping[int, str]) -> dict[str, object]:
        return {"day": day.day, "month": names[day.month], "year": day.year}


def _clock(moment: datetime) -> str:
    return f"{moment.hour:02}:{moment.minute:02}"


def _element(datetime: str, text: str) -> Markup:
    return Markup(f'<time datetime="{datetime}">{escape(text)}</time>')  # noqa: S704  the first is ours


def _stretch(first: Markup, between: str, last: Markup) -> Markup:
    return Markup(f'<span class="stretch">{first}{between}{last}</span>')  # noqa: S704  made of elements
