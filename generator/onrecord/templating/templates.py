"""Templates: how they are found, what they may call, and the ways in which they are compiled."""

from __future__ import annotations

import re
from collections.abc import Callable, MutableMapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    FileSystemBytecodeCache,
    FileSystemLoader,
    PackageLoader,
    PrefixLoader,
    StrictUndefined,
    Template,
    nodes,
)
from jinja2.bccache import Bucket
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

from onrecord import markup
from onrecord.files import write_atomically
from onrecord.foreign import Foreign
from onrecord.templating.compiling import (
    FINGERPRINT,
    NO_SHORT_WAY,
    DirectCode,
    by_name,
    direct_macro,
    escaped,
    new_markup,
)
from onrecord.templating.language import Language
from onrecord.times import iso

THEME = "theme"
OURS = "ours"
"""Below this name an owner's template finds the one of the package that it goes before, to change a single block of it."""
_DIGEST = 32
_PLACE = re.compile(r"%\((\w+)\)[sd]")


class Templates:
    """The content templates in one language. Names are relative to the theme: `onrecord/home.html`."""

    def __init__(self, direct: Environment, plain: Environment, language: Language) -> None:
        self._direct = direct
        self._plain = plain
        self._roundabout: set[str] = set()
        self.language = language

    def render(self, name: str, **context: object) -> str:
        """The template with that context. A name that the context lacks is an error, never an empty text."""
        if name not in self._roundabout:
            try:
                return self._direct.get_template(name).render(context)
            except NO_SHORT_WAY:
                self._roundabout.add(name)
        return self._plain.get_template(name).render(context)


def environment(overrides: Path | None = None, *, language: str = "en", cache_folder: Path | None = None) -> Templates:
    """The templates of the package, those of `overrides` (the owner's theme folder) before them.

    `cache_folder` keeps the compiled templates; it holds code, so only the owner may be able to write there.
    """
    speaks = Language(language)
    folder = cache_folder / speaks.fingerprint / FINGERPRINT if cache_folder is not None else None
    return Templates(_environment(_Direct, overrides, speaks, folder), _environment(_Spoken, overrides, speaks), speaks)


def _environment(kind: type[_Spoken], overrides: Path | None, language: Language, cache: Path | None = None) -> Environment:
    found = kind(
        loader=_loader(overrides),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        bytecode_cache=_bytecode(cache),
        extensions=["jinja2.ext.i18n"],
    )
    found.gettext = language.gettext
    found.install_gettext_callables(language.gettext, language.ngettext, newstyle=True)  # type: ignore[attr-defined]
    found.filters.update(_filters(language))
    return found


class _Spoken(Environment):
    """An environment of one language, which puts its strings in when it compiles and not on each of 10,000 pages."""

    gettext: Callable[[str], str]

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        _Translate(self.gettext).visit(tree)
        return tree


class _Direct(_Spoken):
    """The same, compiled to more direct Python, and with each template at hand once it was loaded."""

    code_generator_class = DirectCode
    direct = (escaped, direct_macro, by_name, new_markup)
    """What compiled templates call."""
    marked = frozenset({"time", "short_time", "stretch", "days", "markdown"})
    """The filters that return markup, and nothing else ever."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._held: dict[str | Template, Template] = {}

    def get_template(
        self, name: str | Template, parent: str | None = None, globals: MutableMapping[str, Any] | None = None
    ) -> Template:
        held = self._held.get(name) if not globals else None
        if held is None:
            held = self._held[name] = super().get_template(name, parent, globals)
        return held

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """One plain mapping: each page begins with a copy of it."""
        return {**self.globals, **(d or {})}


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
    return ChoiceLoader([FileSystemLoader(overrides), ours, PrefixLoader({OURS: ours})]) if overrides is not None else ours


def _bytecode(folder: Path | None) -> FileSystemBytecodeCache | None:
    if folder is None:
        return None
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return _Bytecode(str(folder))


class _Bytecode(FileSystemBytecodeCache):
    """Compiled templates, each file with its digest before it: what is torn is never run, but compiled anew."""

    def load_bytecode(self, bucket: Bucket) -> None:
        try:
            data = Path(self._get_cache_filename(bucket)).read_bytes()
        except OSError:
            return
        if sha256(data[_DIGEST:]).digest() == data[:_DIGEST]:
            bucket.bytecode_from_string(data[_DIGEST:])

    def dump_bytecode(self, bucket: Bucket) -> None:
        data = bucket.bytecode_to_string()
        with suppress(OSError):
            write_atomically(Path(self._get_cache_filename(bucket)), sha256(data).digest() + data)


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
        "duration": language.duration,
        "later": language.roughly,
        "markdown": _markdown,
        "plain": str,
        "said_in": _said_in,
        "tongue": language.named,
    }


def _said_in(text: object) -> Markup:
    """The attributes of an element that holds nothing but that text; none where it is in the language of the page."""
    return str.__new__(Markup, text.attributes if isinstance(text, Foreign) else "")


def _markdown(text: str) -> Markup:
    return new_markup(markup.to_html(text))  # sanitised there
