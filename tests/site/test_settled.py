"""Records that are over: the next build neither reads nor derives them again, and nobody can tell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

import changing
from onrecord.files import WorkTree
from onrecord.loading.kept import KeptIncident
from onrecord.model import Incident
from onrecord.settings import BuildOptions
from onrecord.site import pipeline, settled
from onrecord.snapshot.kept import KeptView
from onrecord.snapshot.records import IncidentView, Snapshot

Reads = list[str]


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> changing.Page:
    """A page with twelve records that are over, two of them of these days, and one that is not; its files count as old."""
    monkeypatch.setattr(settled, "RACY_NS", 0)
    page = changing.Page(tmp_path / "page", Random(7))
    for days in (2, 4, *range(200, 220, 2)):
        page.open(page.at - timedelta(days=days), over=True)
    for head in page.root.glob("incidents/*/*/incident.yml"):  # graver ones would be waited for: they want a post-mortem
        head.write_text(head.read_text().replace("severity: major", "severity: minor").replace("severity: critical", "severity: minor"))
    changing.repositories.commit(page.root, at=changing.iso(page.at))
    return page


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> Reads:
    """The folder of each file of a record that is read."""
    found: Reads = []
    read = WorkTree.read

    def noted(self: WorkTree, path: str, limit: int = 10**9) -> bytes:
        if path.startswith("incidents/"):
            found.append("/".join(path.split("/")[:3]))
        return read(self, path, limit)

    monkeypatch.setattr(WorkTree, "read", noted)
    return found


def built(page: changing.Page) -> Snapshot:
    """Builds the page at its own time."""
    return pipeline.build(BuildOptions(root=page.root, out=page.root / "site", now=page.at), changing.Quiet()).snapshot


def as_if_clean(page: changing.Page, beside: Path) -> dict[str, object]:
    """What differs between the site and that of a copy without cache and site."""
    fresh = changing.clean_copy(page, beside)
    built_there = BuildOptions(root=fresh, out=fresh / "site", now=page.at)
    pipeline.build(built_there, changing.Quiet())
    return changing.differing(changing.published(page.root), changing.published(fresh))  # type: ignore[return-value]


def test_only_what_is_not_over_or_shown_is_read(page: changing.Page, reads: Reads, tmp_path: Path) -> None:
    """After one more update: the record that it is about, and the ones that stand on a page which must be made anew."""
    built(page)
    assert len(set(reads)) == len(page.folders) == 16
    reads.clear()
    open_one = page.folders[-1]
    page.update(open_one, page.at, "identified")
    page.at += timedelta(minutes=2)
    snapshot = built(page)
    kept = [view for view in snapshot.incidents if type(view) is KeptView]
    assert len(kept) == 15
    assert open_one in reads
    assert not {folder for folder in reads if "/2025-" in folder}, "nobody reads the oldest ones"
    assert not as_if_clean(page, tmp_path / "fresh")


def _edited(page: changing.Page) -> None:
    changing.edit_in_place(page)


def _retitled(page: changing.Page) -> None:
    changing.retitle(page)


def _renamed(page: changing.Page) -> None:
    changing.rename_record(page)


def _turned_back(page: changing.Page) -> None:
    page.at -= timedelta(days=40)


def _another_policy(page: changing.Page) -> None:
    page.write("site_src/policy.yml", "page: {name: Another}\nseverities:\n  minor: {acknowledge_within: 1m, postmortem_within: 1h}\n")


def _withheld(page: changing.Page) -> None:
    changing.withhold(page)


def _rehearsed(page: changing.Page) -> None:
    page.write("site_src/policy.yml", "page: {name: Larkfield Status, drill: true}\n")


@pytest.mark.parametrize("change", [_edited, _retitled, _renamed, _turned_back, _another_policy, _withheld, _rehearsed])
def test_what_changed_is_seen(page: changing.Page, tmp_path: Path, change: Callable[[changing.Page], None]) -> None:
    """The site is what a build without any memory makes."""
    built(page)
    change(page)
    built(page)
    assert not as_if_clean(page, tmp_path / "fresh")


def test_an_edit_while_we_build_takes_nothing_from_memory(page: changing.Page, monkeypatch: pytest.MonkeyPatch, reads: Reads, tmp_path: Path) -> None:
    """A record that was recalled and is asked for its words after somebody saved it: the build begins again, and reads all."""
    built(page)
    stand = settled.Settled.stand
    edited: list[str] = []

    def edit_then_stand(self: settled.Settled, *values: object) -> None:
        stand(self, *values)  # type: ignore[arg-type]
        recent = next(path for path in reversed(page.updates) if "resolved" in path.name)
        recent.write_text(recent.read_text() + "\nAnd this.\n")
        edited.append(recent.name)

    monkeypatch.setattr(settled.Settled, "stand", edit_then_stand)
    reads.clear()
    page.at += timedelta(minutes=2)
    built(page)
    assert len(edited) == 1
    assert len(set(reads)) == 16
    monkeypatch.undo()
    assert not as_if_clean(page, tmp_path / "fresh")


def test_a_young_file_is_not_known_by_its_times(tmp_path: Path) -> None:
    """Within the two seconds in which an edit could leave the times as they are, nothing is remembered."""
    page = changing.Page(tmp_path / "page", Random(7))
    built(page)
    page.at += timedelta(minutes=2)
    assert not [view for view in built(page).incidents if type(view) is KeptView]


def test_a_kept_view_is_the_view(page: changing.Page, monkeypatch: pytest.MonkeyPatch) -> None:
    """Field by field and in every property, whether it is at hand or derived anew; a changed copy is an ordinary record."""
    built(page)
    page.at += timedelta(minutes=2)
    kept = {view.id: view for view in built(page).incidents}
    monkeypatch.setattr(settled.Settled, "recall", lambda *_: None)
    names = [field.name for field in fields(IncidentView)] + [name for name, value in vars(IncidentView).items() if isinstance(value, property)]
    compared = 0
    for view in built(page).incidents:
        other = kept[view.id]
        compared += type(other) is KeptView
        for name in names:
            found, wanted = getattr(other, name), getattr(view, name)
            assert found == wanted if name not in ("named", "causes") else sorted(found) == sorted(wanted), name
        assert other == view
        assert isinstance(other, IncidentView)
        assert type(replace(other.source, withheld=())) is Incident
        assert type(replace(other, soon=False)) is IncidentView
    assert compared == 15
    assert any(type(view.source) is KeptIncident for view in kept.values())


@pytest.mark.parametrize("spoiled", [b"", b"SQLite format 3\0 and no more", b"nothing of the kind"])
def test_a_torn_memory_is_made_again(page: changing.Page, tmp_path: Path, spoiled: bytes) -> None:
    """What is no such file, or half of one, is forgotten."""
    built(page)
    (page.root / ".cache/onrecord" / settled.FILE).write_bytes(spoiled)
    page.at += timedelta(minutes=2)
    built(page)
    assert not as_if_clean(page, tmp_path / "fresh")
    page.at += timedelta(minutes=2)
    assert [view for view in built(page).incidents if type(view) is KeptView]
