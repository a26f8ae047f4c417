"""The cache is never the cause of a different byte: whatever happened before, a build gives what a clean one gives."""

from __future__ import annotations

import os
from pathlib import Path
from random import Random

import pytest

import changing
from onrecord import cli
from onrecord.site import publish, settled
from onrecord.times import iso

SEQUENCES = int(os.environ.get("ONRECORD_SEQUENCES", "12"))
FIRST = int(os.environ.get("ONRECORD_FIRST_SEQUENCE", "0"))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where all sequences are played, one after the other, so that MkDocs draws the same house only once."""
    return tmp_path_factory.mktemp("incremental")


@pytest.mark.parametrize("number", range(FIRST, FIRST + SEQUENCES))
def test_whatever_happened_the_site_is_what_a_clean_build_makes(place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], number: int) -> None:
    """A few random changes in a row, a build after each: all of it as in a copy that has neither cache nor site."""
    chance = Random(number)
    monkeypatch.setattr(publish, "LARGE", chance.choice((0, 10_000)))
    monkeypatch.setattr(settled, "RACY_NS", 0)  # else all files are too young to be known by their times: nobody writes while we build
    page = changing.Page(place / "page", chance)
    page.build()
    for _ in range(2):
        for _ in range(chance.choice((1, 1, 2))):
            page.step()
        changing.installed(page, monkeypatch)
        code = page.build()
        capsys.readouterr()
        assert code in (0, 1), page.told
        fresh = changing.clean_copy(page, place / "fresh")
        assert cli.main(["-C", str(fresh), "build", "--now", iso(page.at)]) == code, page.told
        capsys.readouterr()
        differing = changing.differing(changing.published(page.root), changing.published(fresh))
        assert not differing, (page.told, differing)
