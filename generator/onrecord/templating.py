"""Templates, languages and the look of times: the only user of Jinja2 and of the message catalogues."""

from __future__ import annotations

import gettext
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
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
    nodes,
)
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

from onrecord import __version__, markup
from onrecord.times import in_words, iso

THEME = "theme"
DOMAIN = "onrecord"
_PLACE = re.compile(r"%\((\w+)\)[sd]")


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
    found = _Spoken(
        loader=_loader(overrides),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        bytecode_cache=_bytecode(cache_folder / speaks.fingerprint if cache_folder is not None else None),
        extensions=["jinja2.ext.i18n"],
    )
    found.gettext = speaks.gettext
    found.install_gettext_callables(speaks.gettext, speaks.ngettext, newstyle=True)  # type: ignore[attr-defined]
    found.filters.update(_filters(speaks))
    return Templates(found, speaks)


class _Spoken(Environment):
    """An environment of one language, which puts its strings in when it compiles and not on each of 10,000 pages."""

    gettext: Callable[[str], str]

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        _Translate(self.gettext).visit(tree)
        return tree


class _Translate(NodeTransformer):
    """Turns `_("Since %(when)s", when=…)` into the translated words around the value."""

    def __init__(self, gettext: Callable[[str], str]) -> None:
        self._gettext = gettext

    def visit_Output(self, node: nodes.Output) -> nodes.Node:  # noqa: N802  the names are Jinja2's
        self.generic_visit(node)
        node.nodes = [part for child in node.nodes for part in (child.nodes if isinstance(child, nodes.Concat) else [child])]
        return node

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        if not (isinstance(node.node, nodes.Name) and node.node.name == "_" and isinstance(node.args[0], nodes.Const)):
            return node
        values = {pair.key: pair.value for pair in node.kwargs}
        pieces = _PLACE.split(self._gettext(node.args[0].value))
        parts = [values[piece] if i % 2 else _safe(piece) for i, piece in enumerate(pieces) if piece]
        return parts[0] if len(parts) == 1 else nodes.Concat(parts, lineno=node.lineno)


def _safe(text: str) -> nodes.Expr:
    return nodes.TemplateData(str(escape(text.replace("%%", "%"))))


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
        "percent": language.percent,
        "whole_percent": language.whole_percent,
        "number": language.number,
        "minutes": language.minutes,
        "duration": _duration,
        "markdown": _markdown,
    }


def _clock(moment: datetime) -> str:
    return f"{moment.hour:02}:{moment.minute:02}"


def _element(datetime: str, text: str) -> Markup:
    return Markup(f'<time datetime="{datetime}">{escape(text)}</time>')  # noqa: S704  the first is ours


def _stretch(first: Markup, between: str, last: Markup) -> Markup:
    return Markup(f'<span class="stretch">{first}{between}{last}</span>')  # noqa: S704  made of elements


@lru_cache(maxsize=10_000)
def _duration(length: timedelta) -> str:
    return in_words(length)


def _markdown(text: str) -> Markup:
    return Markup(markup.to_html(text))  # noqa: S704  sanitised there
