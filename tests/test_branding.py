"""The examples of docs/branding.md, each laid into a new repository and built as it stands."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest

from onrecord.cli import main
from records import FIRST, HEAD, HEALTHY
from workflows import ROOT

PAGE = (ROOT / "docs/branding.md").read_text(encoding="utf-8")
_BLOCK = re.compile(r"^```\w+ (?P<words>title=[^\n]*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
_WORD = re.compile(r'(\w+)="([^"]*)"')
EXAMPLES = [(dict(_WORD.findall(found["words"])), found["body"]) for found in _BLOCK.finditer(PAGE)]
LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="M2 2h20v20H2z"/></svg>\n'


def put(root: Path, words: dict[str, str], body: str) -> None:
    """The example where a reader would put it: keys of mkdocs.yml in place of those that are there."""
    target = root / words["title"]
    target.parent.mkdir(parents=True, exist_ok=True)
    if words["title"].endswith(".yml"):
        key = body.partition(":")[0]
        old = target.read_text(encoding="utf-8")
        body = re.sub(rf"^{key}:\n(?:[ ].*\n)*", "", old, flags=re.MULTILINE) + body
    target.write_text(body, encoding="utf-8")
    if "adds" in words:
        (root / "site_src/pages" / words["adds"]).parent.mkdir(exist_ok=True)
        (root / "site_src/pages" / words["adds"]).write_text(LOGO, encoding="utf-8")


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """A new repository with one incident in it."""
    assert main(["-C", str(tmp_path), "init", "page", "--name", "Acme", "--url", "https://acme.example/", "--component", "checkout", "--component", "api", "--yes", "--no-git"]) == 0
    for path in (HEAD, FIRST):
        (tmp_path / "page" / path).parent.mkdir(parents=True, exist_ok=True)
        data = HEALTHY[path]
        (tmp_path / "page" / path).write_bytes(data if isinstance(data, bytes) else data.encode())
    return tmp_path / "page"


def test_each_example_builds_and_shows(page: Path) -> None:
    """All of them at once, as an owner would have them: what each one promises is on the pages, and nothing is warned of."""
    for words, body in EXAMPLES:
        put(page, words, body)
    assert main(["-C", str(page), "build", "--now", "2026-11-21T14:10:00Z"]) == 0
    built = {path.relative_to(page / "site").as_posix(): path.read_text(encoding="utf-8") for path in (page / "site").rglob("*.html")}
    home, (incident,) = built["index.html"], [text for path, text in built.items() if re.fullmatch(r"incidents/[^/]+/index\.html", path)]
    for words, _ in EXAMPLES:
        shown = incident if "incident" in words["title"] else home
        assert unescape(words.get("shows", "")) in shown
        assert "hides" not in words or unescape(words["hides"]) not in shown
    assert "assets/logo.svg" in home
    (order,) = (words["order"].split() for words, _ in EXAMPLES if "order" in words)
    assert re.findall(r'<h2 id="(parts|recent|follow|planned)"', home) == order
    assert re.search(r'<link rel="stylesheet" href="[^"]*assets/own\.css">', incident)
    assert (page / "site/assets/own.css").read_text(encoding="utf-8").count("--blue-link: #") == 3


def test_what_is_hidden_was_there(page: Path) -> None:
    """The example that empties a block empties one that says something."""
    assert main(["-C", str(page), "build", "--now", "2026-11-21T14:10:00Z"]) == 0
    (incident,) = (page / "site/incidents").glob("*/index.html")
    (hidden,) = (unescape(words["hides"]) for words, _ in EXAMPLES if "hides" in words)
    assert hidden in incident.read_text(encoding="utf-8")


def test_the_table_of_blocks_is_whole() -> None:
    """Each template that has blocks is listed, with all of them in their order."""
    templates = ROOT / "generator/onrecord/theme/onrecord"
    blocks = {path.name: re.findall(r"\{% block (\w+) %\}", path.read_text(encoding="utf-8")) for path in templates.glob("*.html")}
    listed = {name: re.findall(r"`(\w+)`", cells) for name, cells in re.findall(r"^\| `onrecord/([\w.]+)` \| (.*) \|$", PAGE, re.MULTILINE)}
    assert listed == {name: found for name, found in blocks.items() if found}


def test_a_section_that_is_left_out(page: Path) -> None:
    """What the policy does not name is not on the home page; what is open always is."""
    policy = page / "site_src/policy.yml"
    policy.write_text("page: {home: [recent]}\n", encoding="utf-8")
    assert main(["-C", str(page), "build", "--now", "2026-11-21T14:10:00Z"]) == 0
    home = (page / "site/index.html").read_text(encoding="utf-8")
    assert re.findall(r'<h2 id="(\w+)"', home) == ["open", "recent"]
