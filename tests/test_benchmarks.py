"""The maker of histories: always the same bytes, and nothing in them that `check` would mind."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from onrecord.files import WorkTree
from onrecord.loading import load
from onrecord.policy import review
from onrecord.snapshot import derive
from onrecord.times import parse_instant

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"


@pytest.fixture
def maker(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The maker as a module; its folder is importable meanwhile."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    import make_incidents

    yield make_incidents
    for name in ("make_incidents", "words", "compare_build", "plain_hugo", "figures", "hosts", "weight", "spike", "all"):
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


@pytest.mark.parametrize(("at", "words"), [("2026-08-18T14:21:00Z", "Open now: 3 incidents"), ("2026-09-10T09:00:00Z", "All Systems Operational")], ids=["worst", "quiet"])
def test_the_scenes_are_as_the_days_were(maker: ModuleType, tmp_path: Path, at: str, words: str) -> None:
    """What is weighed is the example company as its repository stood at that instant, without a word of what came later."""
    import weight

    instant = parse_instant(at)
    weight.cut(tmp_path / "scene", instant)
    dataset = load(WorkTree(tmp_path / "scene"), now=instant).dataset
    assert all(update.head.at <= instant for incident in dataset.incidents for update in incident.updates)
    snapshot = derive(dataset, instant)
    told = [snapshot.overall.description, f"Open now: {len(snapshot.open_incidents)} incidents"]
    assert words in told


def test_bare_words_are_ours_without_the_rest(maker: ModuleType) -> None:
    """Links and times stay, classes, pictures and scripts go."""
    import weight

    title, body = weight.bare('<title>T</title><main><div class="onrecord a"><p class="b">One <a class="c" href="x/">two</a><svg></svg></p></div></main>')
    assert (title, body) == ("T", '<div><p>One <a href="x/">two</a></p></div>')


def test_figures_take_the_place_of_older_ones(maker: ModuleType) -> None:
    """Tables stay tables, columns stay columns, and a mark that is missing is an error, so that no figure is lost in silence."""
    everything = importlib.import_module("all")
    page = "A\n<!-- figures of weight -->\nold\n<!-- end of figures -->\nB\n"
    assert everything.placed(page, "weight", "| a |\n|---|\n") == page.replace("old\n", "| a |\n|---|\n")
    assert "```\na  1\nb  2\n```" in everything.placed(page, "weight", "a  1\nb  2\n")
    with pytest.raises(ValueError, match="0 marks for `spike`"):
        everything.placed(page, "spike", "x\n")


def test_every_benchmark_has_its_place_in_the_manual(maker: ModuleType) -> None:
    """And the load is measured with the very configuration that the manual gives."""
    everything = importlib.import_module("all")
    docs = BENCHMARKS.parent / "docs"
    page = (docs / "benchmarks.md").read_text(encoding="utf-8")
    for name in ("machine", *everything.COMMANDS):
        everything.placed(page, name, "x\n")
    assert (docs / "hosting.md").read_text(encoding="utf-8").count("```nginx\n") == 1


def test_a_spread_is_the_middle_and_both_ends(maker: ModuleType) -> None:
    """And a ratio is that of two middles."""
    import figures

    assert figures.spread([3, 1, 2], ".0f") == "2 (1–3)"
    assert figures.ratio([3, 1, 2], [4]) == "0.50"
    assert figures.ratio([1], []) == "–"
