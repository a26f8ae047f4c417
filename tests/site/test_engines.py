"""Both engines make the same site: every file of the example is compared, on its worst day and on a quiet one."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path

import pytest

import example
from onrecord.model import Engine
from onrecord.site.engine import ENGINES
from tools import absent

MADE_BY = re.compile(rb"drawn with <a [^>]+>(?:Material for MkDocs|Zensical)</a>")
SAME_FOLDER = re.compile(rb'(href|src)="\./(?=[^"])')
PROOF = ("build.json", "manifest.json", "publications.json")
"""What names the engine, or is a digest of what does."""


def files(folder: Path) -> dict[str, bytes]:
    """Every file of the site, with what may differ taken out: which engine drew it, and `./about/` for `about/`."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name not in PROOF:
            data = path.read_bytes()
            found[name] = SAME_FOLDER.sub(rb'\1="', MADE_BY.sub(b"", data)) if name.endswith(".html") else data
    return found


@pytest.mark.parametrize("day", example.DAYS)
def test_both_engines_write_the_same_site(tmp_path: Path, day: str) -> None:
    """Not only by their text: byte for byte, chrome, people's pages, style and all."""
    if find_spec("zensical") is None:
        absent("needs Zensical: pip install 'onrecord[zensical]'")
    sites = {}
    for engine in ENGINES:
        outcome = example.built(tmp_path / engine, example.DAYS[day], engine=engine, gallery=True)
        assert outcome.drawn.warnings == ()
        sites[engine] = files(tmp_path / engine)
    mkdocs, zensical = sites["mkdocs"], sites["zensical"]
    assert mkdocs.keys() == zensical.keys()
    assert len(mkdocs) > 300
    assert [name for name in mkdocs if mkdocs[name] != zensical[name]] == []


def test_the_setting_names_the_engines_that_there_are() -> None:
    """`page.engine` of policy.yml and `--engine` take the same words."""
    assert Engine.__args__ == ENGINES  # type: ignore[attr-defined]
