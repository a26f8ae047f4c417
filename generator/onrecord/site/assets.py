"""Style and script: many small files put together into few, each named by its content so that browsers may keep it forever."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from rjsmin import jsmin

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


def bundled(path: str) -> bool:
    """Whether the file at that path of the theme goes into a bundle, and is not published by itself."""
    return any(
        path.rpartition("/")[0] == folder and path.endswith(f".{ending}") for folder, ending in _SOURCES.values()
    )


def _texts(folder: str, ending: str, theme_folders: Iterable[Path]) -> Iterator[str]:
    found: dict[str, Path] = {}
    for theme in theme_folders:
        for path in (theme / folder).glob(f"*.{ending}"):
            found.setdefault(path.name, path)
    for name in sorted(found, key=lambda name: (_FIRST.index(name) if name in _FIRST else len(_FIRST), name)):
        text = found[name].read_text(encoding="utf-8")
        yield _slim(text) if ending == "css" else f"{jsmin(text)}\n"


def _slim(css: str) -> str:
    """The style without comments and indentation; nothing else is touched."""
    without = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    return "\n".join(line for raw in without.splitlines() if (line := raw.strip())) + "\n"
