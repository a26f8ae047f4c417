"""The style and the script of the chrome and the pages: many small files put together into one each, named by their content."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

THEME = Path(__file__).resolve().parent.parent / "theme"
"""The packaged theme, which lies between the owner's overrides and Material."""
FOLDER = "assets/onrecord"
_FIRST = ("tokens.css", "chrome.css")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """One file that pages load. `path` is relative to the site's root and changes with every byte."""

    path: str
    data: bytes


def bundle(ending: str, theme_folders: Iterable[Path]) -> Bundle:
    """The style (`css`) or the script (`js`). A file of the same name in an earlier theme folder replaces a later one's."""
    found: dict[str, Path] = {}
    for folder in theme_folders:
        for path in sorted((folder / FOLDER).glob(f"*.{ending}")):
            found.setdefault(path.name, path)
    texts = [found[name].read_text(encoding="utf-8") for name in _in_order(found)]
    data = "".join(_slim(text) if ending == "css" else text for text in texts).encode()
    return Bundle(path=f"{FOLDER}/onrecord.{sha256(data).hexdigest()[:8]}.{ending}", data=data)


def _in_order(names: Iterable[str]) -> Sequence[str]:
    return sorted(names, key=lambda name: (_FIRST.index(name) if name in _FIRST else len(_FIRST), name))


def _slim(css: str) -> str:
    """The style without comments and indentation; nothing else is touched."""
    without = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    return "\n".join(line for raw in without.splitlines() if (line := raw.strip())) + "\n"
