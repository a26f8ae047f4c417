"""What of a repository would run while its site is drawn, beside onrecord itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from onrecord import yamlio
from onrecord.settings import CONFIG_FILE, THEME_FOLDER
from onrecord.site.engine import KNOWN_EXTENSIONS, OWN_PLUGINS

_TAG = re.compile(r"(?:^|[\s\[{,])(!(?:ENV|relative|!?python)[^\s,\]}]*)", re.MULTILINE)
_OURS = re.compile(r"!!python/\w+(?:/\w+)*:(?:material|pymdownx)\.[\w.]+")
_PLAIN = frozenset({".md", ".css", ".svg", ".png", ".jpg", ".jpeg", ".webp", ".avif", ".gif", ".ico", ".woff", ".woff2"})
"""Files of a theme that are copied and never run."""


def runs(root: Path) -> list[str]:
    """Everything that would run, in words; empty where only onrecord does."""
    config = root / CONFIG_FILE
    text = config.read_text(encoding="utf-8", errors="replace") if config.exists() else ""
    found = yamlio.outline(text, CONFIG_FILE)
    if text.strip() and (not isinstance(found, dict) or "<<" in text):
        return [f"{CONFIG_FILE} cannot be read with certainty"]
    settings = found if isinstance(found, dict) else {}
    return [*_configured(settings, text), *_overrides(root, settings)]


def _configured(settings: dict[str, Any], text: str) -> Iterator[str]:
    if settings.get("hooks"):
        yield f"{CONFIG_FILE} runs hooks: {', '.join(_names(settings['hooks']))}"
    if "INHERIT" in settings:
        yield f"{CONFIG_FILE} inherits from {settings['INHERIT']}"
    for plugin in _names(settings.get("plugins")):
        if plugin not in OWN_PLUGINS:
            yield f"{CONFIG_FILE} uses the plugin {plugin}"
    for extension in _names(settings.get("markdown_extensions")):
        if not KNOWN_EXTENSIONS.fullmatch(extension):
            yield f"{CONFIG_FILE} uses the Markdown extension {extension}"
    for tag in _TAG.findall(text):
        if not _OURS.fullmatch(tag):
            yield f"{CONFIG_FILE} holds {tag}"


def _overrides(root: Path, settings: dict[str, Any]) -> Iterator[str]:
    theme = settings.get("theme")
    named = theme.get("custom_dir") if isinstance(theme, dict) else None
    for folder in sorted({THEME_FOLDER, *([named] if isinstance(named, str) else [])}):
        place = root / folder
        if not place.resolve().is_relative_to(root.resolve()):
            yield f"the theme lies outside the repository: {folder}"
            continue
        yield from (f"the theme is overridden: {path.relative_to(root)}" for path in sorted(place.rglob("*")) if path.is_file() and path.suffix not in _PLAIN)


def _names(listed: Any) -> list[str]:
    """The names of plugins, extensions or hooks, given as a list of names and of single keys, or as keys."""
    items = listed if isinstance(listed, list) else list(listed) if isinstance(listed, dict) else [listed] if isinstance(listed, str) else []
    return [name for item in items for name in ([item] if isinstance(item, str) else list(item) if isinstance(item, dict) else [])]
