"""The maker of histories: always the same bytes, and nothing in them that `check` would mind."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from onrecord.files import WorkTree
from onrecord.loading import load
from onrecord.policy import review
from onrecord.snapshot import derive

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"


@pytest.fixture
def maker(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The maker as a module; its folder is importable meanwhile."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    import make_incidents

    yield make_incidents
    for name in ("make_incidents", "words", "compare_build"):
        sys.modules.pop(name, None)


def files(folder: Path) -> dict[str, bytes]:
    """Every file below, by its path."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_same_arguments_make_the_same_bytes(maker: ModuleType, tmp_path: Path) -> None:
    """Figures of two machines can be compared because the texts are the same."""
    for name in ("one", "two"):
        maker.write(tmp_path / name, list(maker.stories(60)))
    assert files(tmp_path / "one") == files(tmp_path / "two")
    assert len(files(tmp_path / "one")) == 60 * 5 + 4


def test_what_it_makes_is_in_order(maker: ModuleType, tmp_path: Path) -> None:
    """A benchmark of wrong files would measure how errors are explained."""
    maker.write(tmp_path / "made", list(maker.stories(300)))
    loaded = load(WorkTree(tmp_path / "made"), now=maker.END)
    assert [problem for problem in (*loaded.problems, *review(loaded.dataset, at=maker.END)) if problem.level == "error"] == []
    found = derive(loaded.dataset, maker.END)
    assert len(found.incidents) == 300
    assert [len(view.updates) for view in found.incidents] == [4] * 300
    assert len(found.open_incidents) == 1


def test_plain_mkdocs_gets_the_same_texts(maker: ModuleType, tmp_path: Path) -> None:
    """The comparison is fair only if every word is on both sides."""
    import compare_build

    told = list(maker.stories(20))
    compare_build.write_plain(tmp_path, told, search=True)
    for story in told:
        page = (tmp_path / "docs" / "incidents" / story.id[:4] / f"{story.id}.md").read_text(encoding="utf-8")
        assert all(update.body in page for update in story.updates)


def test_hugo_gets_the_same_texts(maker: ModuleType, tmp_path: Path) -> None:
    """A page a record, with the title in its front matter and every word of its updates."""
    import compare_build
    import plain_hugo

    told = list(maker.stories(20))
    plain_hugo.write(tmp_path, told, compare_build._page)
    pages = {path.stem: path.read_text(encoding="utf-8") for path in tmp_path.glob("content/incidents/*/*.md")}
    assert sorted(pages) == sorted(story.id for story in told)
    for story in told:
        assert pages[story.id].startswith(f"---\ntitle: '{story.title}'\n")
        assert all(update.body in pages[story.id] for update in story.updates)
    plain_hugo.write_apart(tmp_path / "apart", told)
    assert len(list((tmp_path / "apart").glob("content/incidents/*/*/*.md"))) == 20 * 5
