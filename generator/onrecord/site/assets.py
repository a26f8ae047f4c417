"""Style and script: many small files put together into few, each named by its content so that browsers may keep it forever."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from rcssmin import cssmin
from rjsmin import jsmin

from onrecord.render.artifacts import PageKind

THEME = Path(__file__).resolve().parent.parent / "theme"
"""The packaged theme, which lies between the owner's overrides and Material."""
FOLDER = "assets/onrecord"
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
_FIRST = ("tokens.css", "chrome.css")
CARRIED: dict[PageKind, frozenset[str]] = {
    "home": frozenset({"article", "changes", "effects", "place", "record", "works"}),
    "incident": frozenset({"article", "home", "parts", "place", "works"}),
}
"""What a page that brings its style along does without; it takes all the rest, and so whatever an owner adds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """One file that pages load. `name` is how templates ask for it; `path` is relative to the site's root."""

    name: str
    path: str
    data: bytes


def bundles(theme_folders: Sequence[Path]) -> Iterator[Bundle]:
    """The style and script of every page, the style that only people's pages need, and what only the search does.

    A file of the same name in an earlier theme folder replaces a later one's.
    """
    for name, (folder, ending) in _SOURCES.items():
        data = "".join(_texts(folder, ending, theme_folders)).encode()
        yield Bundle(name=name, path=f"{folder}/onrecord.{sha256(data).hexdigest()[:8]}.{ending}", data=data)


def carried(theme_folders: Sequence[Path]) -> dict[PageKind, str]:
    """The style that a page of each kind needs, for those kinds that can bring it along in their own HTML."""
    files = tuple(_sources(FOLDER, "css", theme_folders))
    return {
        kind: "".join(cssmin(text) for name, text in files if name.removesuffix(".css") not in without).replace("</", r"<\/")
        for kind, without in CARRIED.items()
    }


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
