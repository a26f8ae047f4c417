"""Templates, languages and the look of times: the only user of Jinja2 and of the message catalogues."""

from __future__ import annotations

import gettext
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from babel import Locale
from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    FileSystemBytecodeCache,
    FileSystemLoader,
    PackageLoader,
    StrictUndefined,
)
from markupsafe import Markup

from onrecord import markup
from onrecord.times import in_words, iso

THEME = "theme"
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
        self._months: Mapping[int, str] = locale.months["stand-alone"]["wide"]
        self._months_in_dates: Mapping[int, str] = locale.months["format"]["wide"]
        self._short_months: Mapping[int, str] = locale.months["format"]["abbreviated"]
        self._weekdays: Mapping[int, str] = locale.days["format"]["wide"]
        # The same instants come back on many pages.
        self.time: Callable[[datetime], Markup] = lru_cache(maxsize=50_000)(self._time)
        self.short_time: Callable[[datetime], Markup] = lru_cache(maxsize=1_000)(self._short_time)

    def month(self, year: int, month: int) -> str:
        """`November 2026`."""
        return self.gettext("%(month)s %(year)d") % {"month": self._months[month], "year": year}

    def month_name(self, month: int) -> str:
        """`November`."""
        return self._months[month]

    def day(self, day: date) -> str:
        """`21 November 2026`."""
        return self.gettext("%(day)d %(month)s %(year)d") % self._parts(day, self._months_in_dates)

    def short_day(self, day: date) -> str:
        """`21 Nov`."""
        return self.gettext("%(day)d %(month)s") % self._parts(day, self._short_months)

    def weekday(self, day: date) -> str:
        """`Saturday`."""
        return self._weekdays[day.weekday()]

    def moment(self, moment: datetime) -> str:
        """`21 Nov 2026, 14:58 UTC`, as plain text."""
        return self._with_clock(self.gettext("%(day)d %(month)s %(year)d"), moment)

    def days(self, first: date, last: date) -> Markup:
        """`21 Nov`, `19 – 20 Nov` or `30 Oct – 2 Nov`: a day or several in a row."""
        begin = str(first.day) if (first.year, first.month) == (last.year, last.month) else self.short_day(first)
        text = self.short_day(first) if first == last else f"{begin} – {self.short_day(last)}"
        return Markup('<time datetime="%s">%s</time>') % (first, text)

    def stretch(self, start: datetime, end: datetime, short: bool = False) -> Markup:
        """`21 Nov 2026, 14:00–15:30 UTC`, the year left out if `short`: two elements that the script reads as one stretch."""
        write = self._short_time if short else self._time
        if start.date() != end.date():
            return Markup('<span class="stretch">%s – %s</span>') % (write(start), write(end))
        form = self.gettext("%(day)d %(month)s") if short else self.gettext("%(day)d %(month)s %(year)d")
        first = self._with_clock(form, start).removesuffix(" UTC")
        return Markup('<span class="stretch">%s–%s</span>') % (
            _element(start, first),
            _element(end, f"{end:%H:%M} UTC"),
        )

    def percent(self, value: float) -> str:
        """`99.98%`, cut and not rounded, so that only what was never down is 100%."""
        hundredths = int(value * 100 + 1e-9)
        text = "100" if hundredths == 10_000 else f"{hundredths / 100:.2f}"
        return self.gettext("%(number)s%%") % {"number": text}

    def _time(self, moment: datetime) -> Markup:
        return _element(moment, self.moment(moment))

    def _short_time(self, moment: datetime) -> Markup:
        return _element(moment, self._with_clock(self.gettext("%(day)d %(month)s"), moment))

    def _with_clock(self, form: str, moment: datetime) -> str:
        day = form % self._parts(moment, self._short_months)
        return self.gettext("%(day)s, %(time)s UTC") % {"day": day, "time": f"{moment:%H:%M}"}

    def _parts(self, day: date, names: Mapping[int, str]) -> dict[str, object]:
        return {"day": day.day, "month": names[day.month], "year": day.year}


class Templates:
    """The content templates in one language. Names are relative to the theme: `onrecord/home.html`."""

    def __init__(self, environment: Environment, language: Language) -> None:
        self._environment = environment
        self.language = language

    def render(self, name: str, **context: object) -> str:
        """The template with that context. A name that the context lacks is an error, never an empty text."""
        return self._environment.get_template(name).render(context)


def environment(overrides: Path | None = None, *, language: str = "en", cache_folder: Path | None = None) -> Templates:
    """The templates of the package, those of `overrides` (the owner's theme folder) before them.

    `cache_folder` keeps the compiled templates; it holds code, so only the owner may be able to write there.
    """
    speaks = Language(language)
    found = Environment(
        loader=_loader(overrides),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        bytecode_cache=_bytecode(cache_folder),
        extensions=["jinja2.ext.i18n"],
    )
    found.install_gettext_callables(speaks.gettext, speaks.ngettext, newstyle=True)  # type: ignore[attr-defined]
    found.filters.update(_filters(speaks))
    return Templates(found, speaks)


def _loader(overrides: Path | None) -> BaseLoader:
    ours = PackageLoader("onrecord", THEME)
    return ChoiceLoader([FileSystemLoader(overrides), ours]) if overrides is not None else ours


def _bytecode(folder: Path | None) -> FileSystemBytecodeCache | None:
    if folder is None:
        return None
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return FileSystemBytecodeCache(str(folder))


def _filters(language: Language) -> dict[str, Callable[..., object]]:
    return {
        "time": language.time,
        "short_time": language.short_time,
        "moment": language.moment,
        "stretch": language.stretch,
        "iso": iso,
        "day": language.day,
        "days": language.days,
        "short_day": language.short_day,
        "weekday": language.weekday,
        "percent": language.percent,
        "duration": _duration,
        "markdown": _markdown,
    }


def _element(moment: datetime, text: str) -> Markup:
    return Markup('<time datetime="%s">%s</time>') % (iso(moment), text)


@lru_cache(maxsize=10_000)
def _duration(length: timedelta) -> str:
    return in_words(length)


def _markdown(text: str) -> Markup:
    return Markup(markup.to_html(text))  # noqa: S704  sanitised there
