"""A module imports only from the lines above its own; neighbours on one line do not import each other."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "generator" / "onrecord"
LAYERS = (
    ("times", "addresses", "problems", "model", "settings", "memory", "lately", "foreign", "channels"),
    ("files", "hidden", "pictures", "publications", "fetching"),
    ("blanks", "diagrams", "markup"),
    ("yamlio", "gitio", "templating", "cache"),
    ("withholding", "witness"),
    ("loading", "revisions", "authoring", "importing", "schemas", "alerting", "starting"),
    ("snapshot", "audit"),
    ("policy", "render", "drills", "doctoring"),
    ("site", "exporting", "announcing"),
    ("commands",),
    ("cli",),
)
LEVEL = {part: level for level, parts in enumerate(LAYERS) for part in parts}
WORDS = LAYERS[0]
"""The words are the one line whose modules may use each other: a record has a time and a place."""


def _part(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def _imports(tree: ast.Module) -> set[str]:
    """The full names of all that is imported when the code runs: not what only the types need."""
    names: set[str] = set()
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif not (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"):
            waiting += ast.iter_child_nodes(node)
    return names


IMPORTS = {
    path: _imports(ast.parse(path.read_text(encoding="utf-8")))
    for path in sorted(PACKAGE.rglob("*.py"))
    if path != PACKAGE / "__init__.py"
}


@pytest.mark.parametrize("path", IMPORTS, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_go_upwards(path: Path) -> None:
    """A module's line is known, and everything that it imports stands above."""
    own = _part(path)
    assert own in LEVEL, f"`{own}` has no line yet: give it one in LAYERS"
    parts = {name.split(".")[1] for name in IMPORTS[path] if name.startswith("onrecord.")} - {"__version__", own}
    wrong = {part for part in parts if LEVEL[part] >= LEVEL[own] and not {own, part} <= set(WORDS)}
    assert wrong == set()


MKDOCS_MARKDOWN = "site/links.py"
"""An extension of the Markdown that MkDocs itself renders people's pages with."""
RSYNC = "site/copying.py"
"""Rsync is run there."""
ZENSICAL = "site/zensical.py"
"""It runs the other engine, and not git."""
USERS = {
    "git": ("gitio", {"subprocess"}),
    "YAML": ("yamlio", {"yaml_rs", "ruamel", "yaml"}),
    "Markdown and sanitising": ("markup", {"pyromark", "nh3", "markdown"}),
    "Jinja2": ("templating", {"jinja2"}),
    "HTML to Markdown": ("importing", {"bs4", "markdownify"}),
    "drawing diagrams": ("diagrams", {"mmdr"}),
    "syllables": ("policy", {"pyphen"}),
    "sending": ("announcing", {"apprise"}),
}


@pytest.mark.parametrize(("user", "libraries"), USERS.values(), ids=USERS)
def test_each_library_has_one_user(user: str, libraries: set[str]) -> None:
    """What comes from outside comes in at one place."""
    used = {path: {name.split(".")[0] for name in names} & libraries for path, names in IMPORTS.items()}
    others = {path.relative_to(PACKAGE).as_posix() for path, found in used.items() if found and _part(path) != user}
    assert others - {MKDOCS_MARKDOWN, RSYNC, ZENSICAL} == set()
