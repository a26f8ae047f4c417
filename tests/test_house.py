"""The fixtures themselves: git that never varies, golden files that fail with a diff, a browser that opens pages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

import golden as golden_files
import repositories


def test_commits_never_vary(tmp_path: Path) -> None:
    """The same files give the same commit ids, whoever runs the tests."""
    files = {"a.txt": "one\n"}
    ids = {repositories.commit(tmp_path / name, files) for name in ("first", "second")}
    assert len(ids) == 1


def test_golden_differences_are_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A changed output fails with a diff, and passes once refreshed."""
    monkeypatch.setattr(golden_files, "FOLDER", tmp_path)
    with pytest.raises(AssertionError, match="--refresh-golden"):
        golden_files.compare("note.txt", "old\n", refresh=False)
    golden_files.compare("note.txt", "old\n", refresh=True)
    with pytest.raises(AssertionError, match=r"-old\n\+new"):
        golden_files.compare("note.txt", "new\n", refresh=False)
    golden_files.compare("note.txt", "old\n", refresh=False)


@pytest.mark.browser
def test_browser_opens_a_served_page(tmp_path: Path, served: Callable[[Path], str], page: Page) -> None:
    """The browser reads a page from a local folder."""
    (tmp_path / "index.html").write_text("<!doctype html><title>It works</title>", encoding="utf-8")
    page.goto(served(tmp_path))
    assert page.title() == "It works"
