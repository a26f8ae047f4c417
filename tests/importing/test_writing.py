"""Records written to incident folders: new ones whole, known ones never rewritten, and the files beside them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from onrecord.files import WorkTree
from onrecord.importing import cstate
from onrecord.importing.companions import CannotMerge
from onrecord.importing.naming import component_id, slug, unlike, without_date
from onrecord.importing.writing import Done, bring_in
from onrecord.loading import load
from onrecord.policy import review
from onrecord.times import parse_instant

NOW = parse_instant("2026-11-21T14:00:00Z")
CONFIG = "title: Example Status\nbaseURL: https://status.example.com/\nparams:\n  systems:\n    - name: API\n    - name: Website\n"
SLOW = """\
---
title: Slow answers
date: 2026-03-05 10:00:00
resolved: false
severity: disrupted
affected: [API]
section: issue
---
All is slow. {{< track "2026-03-05 10:05:00" >}}
"""
OVER = SLOW.replace("resolved: false", "resolved: true\nresolvedWhen: 2026-03-05 12:00:00") + '\n**Resolved:** All is fast. {{< track "2026-03-05 12:00:00" >}}\n'
FOLDER = "incidents/2026/2026-03-05-slow"


@pytest.fixture
def bring(tmp_path: Path) -> Callable[..., Done]:
    """Writes a site with these issues and imports it into `here`."""

    def run(issues: Mapping[str, str], *, now: str = "2026-11-21T14:00:00Z", dry_run: bool = False, config: str = CONFIG) -> Done:
        site = tmp_path / "there"
        for name, text in {"config.yml": config, **{f"content/issues/{name}": text for name, text in issues.items()}}.items():
            (site / name).parent.mkdir(parents=True, exist_ok=True)
            (site / name).write_text(text, encoding="utf-8")
        return bring_in(cstate.harvest(site, parse_instant(now)), tmp_path / "here", parse_instant(now), dry_run=dry_run)

    return run


def snapshot(root: Path) -> dict[str, bytes]:
    """Every file below, by its path."""
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def outcomes(done: Done) -> list[tuple[str, str]]:
    """What became of each item."""
    return [(item.path, item.outcome) for item in done.items]


def test_a_record_is_written_whole(bring: Callable[..., Done], tmp_path: Path) -> None:
    """Head, updates and the files beside, as a careful person would write them; `check` finds nothing in them."""
    done = bring({"2026-03-05-slow.md": OVER})
    files = snapshot(tmp_path / "here")
    assert sorted(done.files) == sorted(files)
    head = files[f"{FOLDER}/incident.yml"].decode()
    assert head.startswith("title: Slow answers\nseverity: minor\ncomponents:\n  api: partial_outage\nstarted: 2026-03-05T10:00:00Z\nsource:\n  system: cstate\n")
    assert "  url: https://status.example.com/issues/2026-03-05-slow/\n" in head
    assert head.endswith("  imported: 2026-11-21T14:00:00Z\n")
    first, last = (name for name in files if "/updates/" in name)
    assert files[first].decode() == "---\nat: 2026-03-05T10:05:00Z\nstatus: investigating\n---\nAll is slow.\n"
    assert last.startswith(f"{FOLDER}/updates/20260305T120000Z-resolved-")
    assert "site_url: https://status.example.com/" in files["mkdocs.yml"].decode()
    loaded = load(WorkTree(tmp_path / "here"), now=NOW)
    assert [*loaded.problems, *review(loaded.dataset, at=NOW)] == []


def test_a_second_run_changes_nothing(bring: Callable[..., Done], tmp_path: Path) -> None:
    """Not a byte, at whatever time it runs."""
    bring({"2026-03-05-slow.md": OVER})
    before = snapshot(tmp_path / "here")
    done = bring({"2026-03-05-slow.md": OVER}, now="2026-12-01T00:00:00Z")
    assert outcomes(done) == [("2026-03-05-slow.md", "unchanged")]
    assert done.files == ()
    assert snapshot(tmp_path / "here") == before


def test_a_dry_run_writes_nothing(bring: Callable[..., Done], tmp_path: Path) -> None:
    """It names what it would write."""
    done = bring({"2026-03-05-slow.md": OVER}, dry_run=True)
    assert f"{FOLDER}/incident.yml" in done.files
    assert not (tmp_path / "here").exists()


def test_what_a_person_edited_is_unchanged_by_a_second_run(bring: Callable[..., Done], tmp_path: Path) -> None:
    """The source is the same, so nothing of ours is looked at, let alone written; a moved folder is still known."""
    bring({"2026-03-05-slow.md": OVER})
    folder = tmp_path / "here" / FOLDER
    update = next(folder.glob("updates/*investigating*"))
    update.write_text(update.read_text().replace("slow", "very slow"))
    folder.rename(folder.with_name("2026-03-05-slow-answers"))
    before = snapshot(tmp_path / "here")
    assert outcomes(bring({"2026-03-05-slow.md": OVER})) == [("2026-03-05-slow.md", "unchanged")]
    assert snapshot(tmp_path / "here") == before


def test_an_update_that_is_new_there_is_added(bring: Callable[..., Done], tmp_path: Path) -> None:
    """One file more, and one line of the head: the digest of the source."""
    bring({"2026-03-05-slow.md": SLOW})
    before = snapshot(tmp_path / "here")
    done = bring({"2026-03-05-slow.md": OVER})
    after = snapshot(tmp_path / "here")
    assert outcomes(done) == [("2026-03-05-slow.md", "updated")]
    assert [name for name in after if name not in before] == [name for name in after if "resolved" in name]
    old, new = before[f"{FOLDER}/incident.yml"].splitlines(), after[f"{FOLDER}/incident.yml"].splitlines()
    assert [line.split(b":")[0].strip() for line, other in zip(old, new, strict=True) if line != other] == [b"sha256"]
    assert outcomes(bring({"2026-03-05-slow.md": OVER})) == [("2026-03-05-slow.md", "unchanged")]


CHANGES = {
    "other words": (SLOW.replace("All is slow", "Nearly all is slow"), "other words there now"),
    "another title": (SLOW.replace("Slow answers", "No answers"), "`title` differs"),
    "another severity": (SLOW.replace("disrupted", "down"), "`severity` differs"),
    "another begin": (SLOW.replace("10:00:00", "09:00:00"), "`started` differs"),
}


@pytest.mark.parametrize(("text", "said"), CHANGES.values(), ids=CHANGES)
def test_what_differs_there_is_named_and_stays_ours(bring: Callable[..., Done], tmp_path: Path, text: str, said: str) -> None:
    """Nothing is written, run after run, until a person decides."""
    bring({"2026-03-05-slow.md": SLOW})
    before = snapshot(tmp_path / "here")
    for _ in range(2):
        done = bring({"2026-03-05-slow.md": text})
        assert outcomes(done) == [("2026-03-05-slow.md", "changed")]
        assert any(remark.sort == "kept" and said in remark.text for remark in done.items[0].remarks)
        assert snapshot(tmp_path / "here") == before


def test_words_that_a_person_edited_are_kept_when_the_source_goes_on(bring: Callable[..., Done], tmp_path: Path) -> None:
    """The new update is added beside them."""
    bring({"2026-03-05-slow.md": SLOW})
    update = next((tmp_path / "here" / FOLDER).glob("updates/*"))
    update.write_text(update.read_text().replace("slow", "very slow"))
    done = bring({"2026-03-05-slow.md": OVER})
    assert outcomes(done) == [("2026-03-05-slow.md", "updated")]
    assert "very slow" in update.read_text()
    assert any("edited here, and kept" in remark.text for remark in done.items[0].remarks)


def test_ids_never_clash(bring: Callable[..., Done], tmp_path: Path) -> None:
    """Two items of one day and name, and a record of our own that has the name already."""
    own = tmp_path / "here" / FOLDER / "incident.yml"
    own.parent.mkdir(parents=True)
    own.write_text("title: Ours\n")
    done = bring({"2026-03-05-slow.md": OVER, "slow.md": OVER})
    assert [item.folder for item in done.items] == [f"{FOLDER}-2", f"{FOLDER}-3"]
    assert own.read_text() == "title: Ours\n"


COMPONENTS = """\
# ours
groups:
    - {id: core, name: Core}   # first
components:
    - id: public-api           # renamed by us
      name: api

    - id: shop
      name: Shop
# the end
"""


def test_missing_components_are_added_to_the_file_that_is_there(bring: Callable[..., Done], tmp_path: Path) -> None:
    """The same name is the same component; every line that was there stays."""
    file = tmp_path / "here/site_src/components.yml"
    file.parent.mkdir(parents=True)
    file.write_text(COMPONENTS)
    bring({"2026-03-05-slow.md": OVER})
    text = file.read_text()
    assert [line for line in text.splitlines() if line in COMPONENTS.splitlines()] == COMPONENTS.splitlines()
    assert "    - id: website\n      name: Website\n" in text
    assert "public-api: partial_outage" in (tmp_path / "here" / FOLDER / "incident.yml").read_text()
    before = snapshot(tmp_path / "here")
    bring({"2026-03-05-slow.md": OVER})
    assert snapshot(tmp_path / "here") == before


def test_components_that_cannot_be_read_stop_the_import(bring: Callable[..., Done], tmp_path: Path) -> None:
    """Before anything is written."""
    file = tmp_path / "here/site_src/components.yml"
    file.parent.mkdir(parents=True)
    file.write_text("components: {")
    with pytest.raises(CannotMerge, match=r"components\.yml"):
        bring({"2026-03-05-slow.md": OVER})
    assert list(snapshot(tmp_path / "here")) == ["site_src/components.yml"]


def test_components_in_a_form_that_cannot_be_added_to(bring: Callable[..., Done], tmp_path: Path) -> None:
    """The error holds what to add by hand."""
    file = tmp_path / "here/site_src/components.yml"
    file.parent.mkdir(parents=True)
    file.write_text("components: [{id: shop, name: Shop}]\n")
    with pytest.raises(CannotMerge, match="add these by hand"):
        bring({"2026-03-05-slow.md": OVER})


def test_settings_that_are_there_stay(bring: Callable[..., Done], tmp_path: Path) -> None:
    """A policy and a configuration of our own are not touched."""
    here = tmp_path / "here"
    (here / "site_src").mkdir(parents=True)
    (here / "mkdocs.yml").write_text("site_name: Ours\n")
    (here / "site_src/policy.yml").write_text("page: {name: Ours}\n")
    bring({"2026-03-05-slow.md": OVER})
    assert (here / "mkdocs.yml").read_text() == "site_name: Ours\n"
    assert (here / "site_src/policy.yml").read_text() == "page: {name: Ours}\n"


@pytest.mark.parametrize("name", ["A very long name" * 8, "pay\u202epal", "pay\u200bpal"], ids=["long", "turned round", "split"])
def test_names_that_no_page_can_show_are_made_fit(bring: Callable[..., Done], tmp_path: Path, name: str) -> None:
    """They are cut, or shown by their codes; a second run knows them again, also beside parts that are here."""
    config = CONFIG.replace("API", f'"{name}"')
    assert bring({"2026-03-05-slow.md": OVER.replace("API", f'"{name}"')}, config=config).components == 2
    assert bring({"2026-03-06-other.md": OVER.replace("API", f'"2 {name}"')}, config=config).components == 1
    assert bring({}, config=config).components == 0
    loaded = load(WorkTree(tmp_path / "here"), now=NOW)
    assert not [problem for problem in loaded.problems if problem.level == "error"]
    assert all(len(part.name) <= 80 and "\u202e" not in part.name for part in loaded.dataset.components)


def test_names_become_ids() -> None:
    """Readable, safe, and each its own."""
    assert slug("Anitya (Release Monitoring)") == "anitya-release-monitoring"
    assert slug("Größe — Žluťoučký") == "grosse-zlutoucky"
    assert slug("статус").startswith("x")
    assert len(slug("word " * 40)) <= 50
    assert component_id("Status") == "status-component"
    assert (without_date("2026-07-56-slow"), without_date("20260705_slow"), without_date("2026-03-05")) == ("slow", "slow", "2026-03-05")
    assert unlike("a", {"a", "a-2"}) == "a-3"
