"""Style and script: many small files put together into few, each named by its content so that browsers may keep it forever."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from string import ascii_lowercase

from rcssmin import cssmin
from rjsmin import jsmin

from onrecord.render.artifacts import PageKind

THEME = Path(__file__).resolve().parent.parent / "theme"
"""The packaged theme, which lies between the owner's overrides and Material."""
FOLDER = "assets/onrecord"
_PROPERTY = re.compile(r"(?<=[{;])(--[\w-]+):([^;{}]*)(?:;|(?=\}))")
_EMPTY = re.compile(r":root\{\}")
_NAME = re.compile(r"(?<![\w-])--[\w-]+")
_LETTERS = ("", *ascii_lowercase)
_NAMED = re.compile(r"var\((--[\w-]+)\)")
_SOURCES = {
    "css": (FOLDER, "css"),
    "js": (FOLDER, "js"),
    "pages_css": (f"{FOLDER}/pages", "css"),
    "drill_css": (f"{FOLDER}/drill", "css"),
    "reliability_css": (f"{FOLDER}/reliability", "css"),
    "subscribe_js": (f"{FOLDER}/subscribe", "js"),
    "search_css": (f"{FOLDER}/search", "css"),
    "search_js": (f"{FOLDER}/search", "js"),
}
_FIRST = ("tokens.css", "header.css", "type.css", "state.css", "banner.css", "top.css", "chrome.css")
_LEADING: dict[PageKind, frozenset[str]] = {
    "home": frozenset({"header", "type", "state", "banner"}),
    "incident": frozenset({"header", "type", "top"}),
}
"""What the first lines of such a page need, down to its state: the head carries it, and all the rest follows those lines."""
CARRIED: dict[PageKind, frozenset[str]] = {
    "home": frozenset({"article", "changes", "effects", "place", "record", "works"}),
    "incident": frozenset({"article", "banner", "home", "parts", "place", "works"}),
}
"""What a page that brings its style along does without; it takes all the rest, and so whatever an owner adds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """One file that pages load. `name` is how templates ask for it; `path` is relative to the site's root."""

    name: str
    path: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """The style that a page brings along: `first` for its first lines and `rest` for what follows them, or all of it as one."""

    first: str
    rest: str
    whole: str

    @classmethod
    def of(cls, tokens: str, first: str, rest: str, *, whole: str) -> Carried:
        """Both parts with the custom properties of `tokens` where each is named first, under short names.

        A property that only passes another on gives way to that.
        """
        said = _PROPERTY.findall(tokens + first + rest)
        often = Counter(name for name, _ in said)
        for name, value in said:
            if often[name] == 1 and _NAMED.fullmatch(value):
                tokens, first, rest = (text.replace(f"var({name})", value) for text in (tokens, first, rest))
        early = _named(first, tokens)
        late = _named(rest, tokens) - early
        named = dict.fromkeys(_NAMED.findall(tokens + first + rest))
        short = {name: f"--{_LETTERS[number // 26]}{_LETTERS[number % 26 + 1]}" for number, name in enumerate(named)}
        parts = (_NAME.sub(lambda found: short.get(found[0], found[0]), _only(names, tokens) + text) for names, text in ((early, first), (late, rest)))
        return cls(first=next(parts), rest=next(parts), whole=whole)


def _named(style: str, tokens: str) -> set[str]:
    """The custom properties that a style names, and those that these are made of."""
    names = set(_NAMED.findall(style))
    while more := {inner for name, value in _PROPERTY.findall(tokens) if name in names for inner in _NAMED.findall(value)} - names:
        names |= more
    return names


def _only(names: set[str], tokens: str) -> str:
    return _EMPTY.sub("", _PROPERTY.sub(lambda found: found[0] if found[1] in names else "", tokens).replace(";}", "}"))


def bundles(theme_folders: Sequence[Path]) -> Iterator[Bundle]:
    """The style and script of every page, the style that only people's pages need, and what only the search does.

    A file of the same name in an earlier theme folder replaces a later one's.
    """
    for name, (folder, ending) in _SOURCES.items():
        data = "".join(_texts(folder, ending, theme_folders)).encode()
        yield Bundle(name=name, path=f"{folder}/onrecord.{sha256(data).hexdigest()[:8]}.{ending}", data=data)


def carried(theme_folders: Sequence[Path]) -> dict[PageKind, Carried]:
    """The style that a page of each kind needs, for those kinds that can bring it along in their own HTML."""
    files = {name.removesuffix(".css"): cssmin(text).replace("</", r"<\/") for name, text in _sources(FOLDER, "css", theme_folders)}
    tokens = files.pop("tokens", "")
    added = files.keys() - {path.stem for path in (THEME / FOLDER).glob("*.css")}
    found: dict[PageKind, Carried] = {}
    for kind, without in CARRIED.items():
        # What an owner adds may be for the header and must come last, so it stands in both.
        first = "".join(text for name, text in files.items() if name in _LEADING[kind] | added)
        rest = "".join(text for name, text in files.items() if name not in _LEADING[kind] | without)
        whole = "".join(text for name, text in files.items() if name not in without)
        found[kind] = Carried.of(tokens, first, rest, whole=tokens + whole)
    return found


def bundled(path: str) -> bool:
    """Whether the file at that path of the theme goes into a bundle, and is not published by itself."""
    return any(
        path.rpartition("/")[0] == folder and path.endswith(f".{ending}") for folder, ending in _SOURCES.values()
    )


def _texts(folder: str, ending: str, theme_folders: Iterable[Path]) -> Iterator[str]:
    for _, text in _sources(folder, ending, theme_folders):
        yield f"{cssmin(text) if ending == 'css' else jsmin(text)}\n"


def _sources(folder: str, ending: str, theme_folders: Iterable[Path]) -> Iterator[tuple[str, str]]:
    """The name and the text of each file, what others build on before them."""
    found: dict[str, Path] = {}
    for theme in theme_folders:
        for path in (theme / folder).glob(f"*.{ending}"):
            found.setdefault(path.name, path)
    for name in sorted(found, key=lambda name: (_FIRST.index(name) if name in _FIRST else len(_FIRST), name)):
        yield name, found[name].read_text(encoding="utf-8")
