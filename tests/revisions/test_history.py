"""What git knows of a record: each version, what changed in terms of the model, and when it came out."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import repositories
import scripted
from onrecord.cache import rows
from onrecord.gitio import CommitTree
from onrecord.gitio.history import Incomplete
from onrecord.revisions import History, RecordHistory, read_history
from onrecord.revisions.reading import FILE, is_pull

ID = "2026-11-21-checkout-errors"
OPENED = {"at": "2026-11-21T14:06:00Z", "write": {"~/incident.yml": "HEAD", "~/updates/a.md": "FIRST", "site_src/components.yml": "COMPONENTS"}}
RESOLVED = {"at": "2026-11-21T14:32:00Z", "write": {"~/updates/b.md": "LAST"}}
LATER = "2026-11-22T09:00:00Z"


def history(root: Path, *steps: dict[str, Any], **options: Any) -> History:
    """The history of a repository with those commits."""
    scripted.play(root, list(steps))
    return read_history(root, None, **options)


def told(record: RecordHistory, index: int = -1) -> list[str]:
    """The changes of one revision, a line each."""
    return [" ".join(filter(None, (c.kind.value, c.update, c.key))) for c in record.revisions[index].changes]


def test_a_record_is_told_from_its_first_publication_on(tmp_path: Path) -> None:
    """Head and updates come out with the commit that first has them; its time is what the committer claims."""
    record = history(tmp_path, OPENED, RESOLVED).records[ID]
    assert record.published.clock == "claimed"
    assert record.published.time == datetime(2026, 11, 21, 14, 6, tzinfo=UTC)
    assert [(u.id, u.published.time.minute) for u in record.updates if u.published.time] == [("a", 6), ("b", 32)]
    assert [told(record, i) for i in range(2)] == [["record_published", "update_added a"], ["update_added b"]]
    assert record.is_untouched


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("a third", "a tenth", ["words_changed a body"]),
        ("at: 2026-11-21T14:05:12Z", "at: 2026-11-21T14:01:00Z", ["time_moved a at"]),
        ("investigating", "identified", ["status_changed a status"]),
        ("14:35:00Z", "15:35:00Z", ["promise_changed a next_update_by"]),
        ("status: investigating\n", "status: investigating\ncomponents: {api: major_outage}\n", ["effect_changed a components.api"]),
        ("status: investigating\n", "status: investigating\nscope: Everybody\n", ["words_changed a scope"]),
        ("---\nat: 2026-11-21T14:05:12Z\n", "---\n# a comment\nat: '2026-11-21T15:05:12+01:00'\n", []),
        ("About a third of card payments fail. We", "About a *third* of card\npayments  fail.\nWe", []),
        ("fail. We are", "fail.\n\n- We are", []),
        ("status: investigating", "status: [", ["became_unreadable a"]),
    ],
)
def test_a_change_of_an_update_is_named_in_terms_of_the_model(tmp_path: Path, old: str, new: str, expected: list[str]) -> None:
    """Words, times, effects, states and promises are told apart; mere formatting is no change."""
    record = history(tmp_path, OPENED, {"at": LATER, "replace": {"~/updates/a.md": [old, new]}}).records[ID]
    assert told(record) == expected
    assert len(record.updates[0].edits) == (1 if expected and "unreadable" not in expected[0] else 0)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("Checkout errors", "Slow checkout", ["words_changed title"]),
        ("13:58", "14:02", ["time_moved started"]),
        ("partial_outage", "degraded_performance", ["effect_changed components.checkout"]),
        ("severity: major", "severity: minor", ["effect_changed severity"]),
        ("severity: major\n", "severity: major\ncauses: [deploy]\n", ["living_changed causes"]),
        ("title: Checkout errors", "title: 'Checkout errors'   # as said", []),
    ],
)
def test_a_change_of_the_head_is_living_or_frozen(tmp_path: Path, old: str, new: str, expected: list[str]) -> None:
    """What may still change after publication is told, and is no edit."""
    record = history(tmp_path, OPENED, {"at": LATER, "replace": {"~/incident.yml": [old, new]}}).records[ID]
    assert told(record) == expected
    assert bool(record.head) == (bool(expected) and "living" not in expected[0])


def test_words_are_compared_as_data(tmp_path: Path) -> None:
    """The runs of a difference say what was kept, removed and added, in order."""
    record = history(tmp_path, OPENED, {"at": LATER, "replace": {"~/updates/a.md": ["a third", "a tenth"]}}).records[ID]
    (change,) = record.updates[0].edits[0].changes
    assert [(run.kind, run.text) for run in change.diff] == [
        ("kept", "About a "),
        ("removed", "third "),
        ("added", "tenth "),
        ("kept", "of card payments fail. We are looking into it."),
    ]


def test_a_deleted_record_leaves_a_tombstone(tmp_path: Path) -> None:
    """Title and dates stay, with who removed it, when and why; the commit before still holds the words."""
    deletion = {"at": LATER, "remove": ["~"], "by": "Sam Sweeper", "message": "Remove it\n\nLegal asked us to.\n\nSigned-off-by: Sam"}
    found = history(tmp_path, OPENED, RESOLVED, deletion)
    stone = found.records[ID].tombstone
    assert found.deleted == (ID,)
    assert stone is not None
    assert (stone.title, stone.removed.commit.name, stone.removed.commit.reason) == ("Checkout errors", "Sam Sweeper", "Legal asked us to.")
    assert (stone.started, stone.ended) == (datetime(2026, 11, 21, 13, 58, tzinfo=UTC), datetime(2026, 11, 21, 14, 31, tzinfo=UTC))
    with CommitTree(tmp_path, stone.last) as tree:
        assert tree.exists(f"{stone.path}/updates/a.md")


def test_a_record_that_comes_back_is_compared_with_what_it_was(tmp_path: Path) -> None:
    """A deletion that is reverted leaves the words as they were published."""
    found = history(tmp_path, OPENED, {"at": LATER, "remove": ["~"]}, {"at": LATER, "git": ["revert", "--no-edit", "HEAD"], "commit": "false"})
    assert found.deleted == ()
    assert told(found.records[ID]) == ["record_restored"]
    assert found.records[ID].is_untouched


def test_a_folder_that_moves_is_the_same_record(tmp_path: Path) -> None:
    """The same id in another folder; nothing was removed, and nothing is new."""
    record = history(tmp_path, OPENED, {"at": LATER, "move": {"~": f"incidents/2025/{ID}"}}).records[ID]
    assert told(record) == ["record_moved"]
    assert record.is_untouched


def test_a_new_id_keeps_the_old_one_as_a_redirect(tmp_path: Path) -> None:
    """A renamed record keeps its history, over several names, and what was changed on the way is seen."""
    second, third = "2026-11-21-card-payments", "2026-11-21-cards"
    found = history(
        tmp_path,
        OPENED,
        {"at": LATER, "move": {"~": f"incidents/2026/{second}"}, "replace": {}},
        {"at": LATER, "move": {f"incidents/2026/{second}": f"incidents/2026/{third}"}},
        {"at": LATER, "replace": {f"incidents/2026/{third}/updates/a.md": ["third", "tenth"]}},
    )
    assert list(found.records) == [third]
    assert found.redirects == {ID: third, second: third}
    record = found.records[third]
    assert record.former == (ID, second)
    assert record.published.time == datetime(2026, 11, 21, 14, 6, tzinfo=UTC)
    assert len(record.updates[0].edits) == 1


def test_a_copied_folder_is_a_record_of_its_own(tmp_path: Path) -> None:
    """A copy does not inherit when the other was published."""
    found = history(tmp_path, OPENED, {"at": LATER, "copy": {"~": "incidents/2026/2026-11-22-again"}})
    assert found.records["2026-11-22-again"].published.time == datetime(2026, 11, 22, 9, tzinfo=UTC)
    assert found.records[ID].is_untouched
    assert found.redirects == {}


def test_a_renamed_update_keeps_its_history(tmp_path: Path) -> None:
    """The same bytes under another name were not removed."""
    record = history(tmp_path, OPENED, {"at": LATER, "move": {"~/updates/a.md": "~/updates/z.md"}}).records[ID]
    assert told(record) == ["update_renamed z id"]
    assert [(u.id, u.removed) for u in record.updates] == [("z", None)]


def test_a_broken_version_is_compared_over(tmp_path: Path) -> None:
    """After a broken commit the words are compared with the last ones that could be read."""
    broken = {"at": LATER, "replace": {"~/updates/a.md": ["status: investigating", "status: ["]}}
    mended = {"at": LATER, "replace": {"~/updates/a.md": ["status: [", "status: investigating"]}}
    rewritten = {"at": LATER, "replace": {"~/updates/a.md": ["status: [", "status: identified"]}}
    assert told(history(tmp_path / "1", OPENED, broken, mended).records[ID]) == ["became_readable a"] or told(read_history(tmp_path / "1", None).records[ID]) == []
    assert "status_changed a status" in told(history(tmp_path / "2", OPENED, broken, rewritten).records[ID])


def test_a_merge_is_seen_when_it_is_merged(tmp_path: Path) -> None:
    """What a branch said was not published before the merge, whose commits are named."""
    branch = {"at": "2026-11-21T14:31:00Z", "git": ["switch", "-qc", "topic"], **{"write": {"~/updates/b.md": "LAST"}}}
    merge = {"at": "2026-11-21T15:00:00Z", "git": ["merge", "-q", "--no-ff", "-m", "Merge pull request #1 from a/topic", "topic"], "commit": "false"}
    back = {"at": "2026-11-21T14:40:00Z", "git": ["switch", "-q", "main"], "commit": "false"}
    record = history(tmp_path, OPENED, branch, back, merge).records[ID]
    assert record.updates[1].published.time == datetime(2026, 11, 21, 15, tzinfo=UTC)
    assert [len(revision.merged) for revision in record.revisions] == [0, 1]


@pytest.mark.parametrize(
    ("message", "own", "expected"),
    [
        ("Merge branch 'main' of github.com:acme/status", "https://github.com/acme/status", True),
        ("Merge branch 'main' of https://github.com/acme/status", "https://github.com/acme/status", True),
        ("Merge branch 'main' of https://github.com/stranger/status", "https://github.com/acme/status", False),
        ("Merge branch 'main' of /tmp/page", "", True),
        ("Merge remote-tracking branch 'origin/main'", "", True),
        ("Merge branch 'main' into topic", "", True),
        ("Merge branch 'topic'", "", False),
        ("Merge branch 'topic' into main", "", False),
        ("Merge pull request #7 from acme/topic", "", False),
    ],
)
def test_merges_that_a_pull_makes_are_known(message: str, own: str, expected: bool) -> None:
    """They put the published branch aside; a merge of a topic or of a stranger's branch does not."""
    assert is_pull(message, own) is expected


def test_the_cache_is_read_on_and_gives_the_same(tmp_path: Path) -> None:
    """One more commit is read alone; the history is that of a reading from scratch, also after it was torn."""
    root, cache = tmp_path / "page", tmp_path / "cache"
    scripted.play(root, [OPENED])
    read_history(root, cache)
    (root / scripted.RECORD / "updates" / "b.md").write_text(scripted.LAST, encoding="utf-8")
    repositories.commit(root, at=LATER)
    fresh, kept = read_history(root, None), read_history(root, cache)
    assert [fresh.records[id] for id in fresh.records] == [kept.records[id] for id in kept.records]
    (cache / FILE).write_bytes(b"SQLite format 3\0 and then nonsense")
    assert read_history(root, cache).records[ID] == fresh.records[ID]


def test_rewritten_history_is_read_anew(tmp_path: Path) -> None:
    """What the cache knows of commits that are gone is forgotten."""
    root, cache = tmp_path / "page", tmp_path / "cache"
    scripted.play(root, [OPENED, RESOLVED])
    read_history(root, cache)
    repositories.git(root, "reset", "-q", "--hard", "HEAD~1")
    repositories.commit(root, {"note.txt": "x"}, at=LATER)
    assert [u.id for u in read_history(root, cache).records[ID].updates] == ["a"]


def test_a_shallow_clone_is_not_enough(tmp_path: Path) -> None:
    """Nothing is claimed from history that is not there, and the command that brings it is named."""
    scripted.play(tmp_path / "page", [OPENED, RESOLVED])
    repositories.git(tmp_path, "clone", "-q", "--depth=1", f"file://{tmp_path}/page", "shallow")
    with pytest.raises(Incomplete, match="shallow") as refused:
        read_history(tmp_path / "shallow", None)
    assert "git fetch --unshallow" in refused.value.hint


def test_a_partial_clone_is_not_enough(tmp_path: Path) -> None:
    """Texts of old commits are not fetched one by one behind the owner's back."""
    edit = {"at": LATER, "replace": {"~/updates/a.md": ["a third", "a tenth"]}}
    scripted.play(tmp_path / "page", [OPENED, RESOLVED, edit])
    repositories.git(tmp_path / "page", "config", "uploadpack.allowFilter", "true")
    repositories.git(tmp_path, "clone", "-q", "--filter=blob:none", f"file://{tmp_path}/page", "partial")
    with pytest.raises(Incomplete, match="partial") as refused:
        read_history(tmp_path / "partial", None)
    assert "git fetch --refetch" in refused.value.hint
    repositories.git(tmp_path / "partial", "fetch", "-q", "--refetch", "--no-filter")
    assert len(read_history(tmp_path / "partial", None).records[ID].updates[0].edits) == 1


def test_grafts_and_replacements_hide_nothing(tmp_path: Path) -> None:
    """What somebody's own clone pretends is not what was published."""
    first, _ = scripted.play(tmp_path, [OPENED, RESOLVED])
    (tmp_path / ".git" / "info").mkdir(exist_ok=True)
    (tmp_path / ".git" / "info" / "grafts").write_text(f"{repositories.git(tmp_path, 'rev-parse', 'HEAD').strip()}\n", encoding="utf-8")
    assert read_history(tmp_path, None).records[ID].revisions[0].commit.commit == first


def test_the_chain_of_publications_is_the_clock(tmp_path: Path) -> None:
    """A commit came out with the first deployment that held it; what was mended before then was never out."""
    edit = {"at": "2026-11-21T14:08:00Z", "replace": {"~/updates/a.md": ["a third", "a tenth"]}}
    first, _, edited, resolved = scripted.play(tmp_path, [{"at": "2026-11-20T10:00:00Z"}, OPENED, edit, RESOLVED])
    chain = {edited: datetime(2026, 11, 21, 14, 10, tzinfo=UTC), resolved: datetime(2026, 11, 21, 14, 34, tzinfo=UTC)}
    begun = {first: datetime(2026, 11, 20, 10, 2, tzinfo=UTC)}
    record = read_history(tmp_path, None, published=begun | chain).records[ID]
    assert [(u.published.clock, u.published.time) for u in record.updates] == [("proven", time) for time in chain.values()]
    assert record.updates[0].edits == ()


def test_what_is_older_than_the_chain_is_not_proven_by_it(tmp_path: Path) -> None:
    """A chain that begins late makes no old word late."""
    _, resolved = scripted.play(tmp_path, [OPENED, RESOLVED])
    record = read_history(tmp_path, None, published={resolved: datetime(2027, 1, 1, tzinfo=UTC)}).records[ID]
    assert [u.published.clock for u in record.updates] == ["claimed", "claimed"]


def test_before_the_record_began_nothing_is_known(tmp_path: Path) -> None:
    """Publication times count from the commit, or the moment, that the policy names."""
    _, second = scripted.play(tmp_path, [OPENED, RESOLVED])
    for since in (second, "2026-11-21T14:30:00Z"):
        record = read_history(tmp_path, None, since=since).records[ID]
        assert [u.published.clock for u in record.updates] == ["unknown", "claimed"]


def test_imported_words_have_no_time_of_publication(tmp_path: Path) -> None:
    """Git knows the day of the import only; what was said since is told as always."""
    source = "source: {system: cstate, id: one}\n"
    imported = {"at": LATER, "write": {"~/incident.yml": scripted.HEAD + source, "~/updates/a.md": scripted.FIRST.replace("---\nAbout", f"{source}---\nAbout")}}
    record = history(tmp_path, imported, {"at": LATER, "write": {"~/updates/b.md": "LAST"}}).records[ID]
    assert record.published.clock == "unknown"
    assert [u.published.clock for u in record.updates] == ["unknown", "claimed"]


def test_parts_and_policy_have_their_versions(tmp_path: Path) -> None:
    """What the owner's settings said before is told, too."""
    found = history(
        tmp_path,
        OPENED,
        {"at": LATER, "replace": {"site_src/components.yml": ["name: API", "name: Interface"]}},
        {"at": LATER, "write": {"site_src/policy.yml": "maintenance: {minimum_notice: 1d}\n"}},
    )
    assert [c.key for revision in found.components for c in revision.changes] == ["components.checkout", "components.api", "components.api"]
    assert [c.key for revision in found.policy for c in revision.changes] == ["maintenance"]


def test_nothing_is_written_into_the_repository(tmp_path: Path) -> None:
    """The history is read from git's store alone."""
    scripted.play(tmp_path, [OPENED])
    before = sorted((p, p.stat().st_mtime_ns) for p in tmp_path.rglob("*"))
    read_history(tmp_path, None)
    assert sorted((p, p.stat().st_mtime_ns) for p in tmp_path.rglob("*")) == before


def test_odd_names_and_bytes_are_no_obstacle(tmp_path: Path) -> None:
    """A name that is no UTF-8, a folder that is no id, a link, a file that is no text, an author without a name."""
    scripted.play(tmp_path, [OPENED])
    folder = tmp_path / scripted.RECORD / "updates"
    Path(os.fsdecode(os.fsencode(folder) + b"/b\xff\nc.md")).write_text(scripted.LAST, encoding="utf-8")
    (folder / "binary.md").write_bytes(b"\0\1\2" * 50)
    (folder / "link.md").symlink_to("a.md")
    (tmp_path / "incidents" / "2026" / "No Id").mkdir()
    (tmp_path / "incidents" / "2026" / "No Id" / "incident.yml").write_text("title: x\n", encoding="utf-8")
    repositories.commit(tmp_path, at=LATER, message="Ünï ✓\n\n    indented\n\nlast")
    found = read_history(tmp_path, tmp_path / ".cache")
    assert list(found.records) == [ID]
    assert sorted(u.id for u in found.records[ID].updates) == ["a", "b-c", "binary"]
    assert found.records[ID].revisions[-1].commit.message == "Ünï ✓\n\n    indented\n\nlast"


def test_a_cache_that_another_run_is_writing_to_is_no_obstacle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then everything is read anew, in memory."""
    monkeypatch.setattr(rows, "_WAIT_SECONDS", 0.05)
    root, cache = tmp_path / "page", tmp_path / "cache"
    scripted.play(root, [OPENED])
    with rows.Rows(cache / FILE) as busy:
        busy.put("state", [("x", 1)])
        assert list(read_history(root, cache).records) == [ID]
    assert list(read_history(root, cache).records) == [ID]


def test_a_fact_that_is_torn_is_made_again(tmp_path: Path) -> None:
    """And is whole in the cache from then on."""
    root, cache = tmp_path / "page", tmp_path / "cache"
    scripted.play(root, [OPENED])
    read_history(root, cache)
    with rows.Rows(cache / FILE) as torn:
        torn._base.execute("UPDATE rows SET fact = '{' WHERE part = 'state'")
        torn.save()
    assert list(read_history(root, cache).records) == [ID]
    with rows.Rows(cache / FILE) as mended:
        assert mended.get("state", "state")["length"] == 1
