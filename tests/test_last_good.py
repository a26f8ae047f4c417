"""A broken commit never takes a word off the page: what cannot be read is published as it last could be, and says so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

import repositories
from onrecord import cli, gitio
from onrecord.files import WorkTree
from onrecord.settings import BuildOptions
from onrecord.site.pipeline import Reading, Source, read
from records import COMPONENTS, FIRST, FOLDER, HEAD, HEALTHY, LAST, POLICY, POSTMORTEM

ID = "2026-11-21-checkout-errors"
GOOD_AT = datetime(2026, 11, 21, 14, 6, tzinfo=UTC)
LATER = "2026-11-21T14:30:00Z"
NOW = datetime(2026, 11, 21, 16, 0, tzinfo=UTC)
STORY = "---\nstatus: published\npublished: 2026-11-21T15:30:00Z\n---\nA certificate ran out.\n"
SETTINGS = "page: {time_zone: Europe/Berlin}\n"
GOOD = {**HEALTHY, POSTMORTEM: STORY, POLICY: SETTINGS, "mkdocs.yml": "site_name: A\nsite_url: https://a.example/\ntheme: {name: material, font: false}\nplugins: [onrecord]\n"}
CONFLICT = "<<<<<<< HEAD\ntitle: a\n=======\ntitle: b\n>>>>>>> b\n"


def reading(root: Path) -> Reading:
    """The records as a build reads them."""
    source = Source(tree=WorkTree(root), root=root, head=gitio.head(root))
    return read(source, BuildOptions(root=root, out=root / "site", now=NOW))


def older(found: Reading) -> list[str]:
    """The files of which an older version stands there."""
    snapshot = found.snapshot
    views = [view.source for view in snapshot.incidents]
    files = [*views, *(u for view in views for u in view.updates), *(view.postmortem for view in views if view.postmortem)]
    versions = [*snapshot.last_good, *(file.last_good for file in files if file.last_good)]
    assert {version.committed for version in versions} <= {GOOD_AT}
    return sorted(version.path for version in versions)


def title(found: Reading) -> str:
    return next(view.title for view in found.snapshot.incidents if view.id == ID)


CASES: tuple[tuple[str, dict[str, str], Callable[[Reading], object], object], ...] = (
    ("a head", {HEAD: CONFLICT}, title, "Checkout errors"),
    ("an update", {LAST: "---\nat: [\n---\nIt is over.\n"}, lambda r: r.snapshot.overall.indicator, "none"),
    ("the words of an update", {FIRST: "---\nat: tomorrow\n---\nNobody said this.\n"}, lambda r: r.snapshot.incidents[0].updates[-1].body, "Payments fail."),
    ("a post-mortem", {POSTMORTEM: "---\nstatus: done\n---\nWords.\n"}, lambda r: r.snapshot.postmortems[0].source.body, "A certificate ran out."),
    ("the parts", {COMPONENTS: "components: 7\n"}, lambda r: [c.id for c in r.snapshot.components], ["checkout", "api"]),
    ("the policy", {POLICY: "page: {time_zone: Mars/Olympus}\n"}, lambda r: r.snapshot.policy.page.time_zone, "Europe/Berlin"),
)


@pytest.mark.parametrize("committed_too", [True, False], ids=["committed", "not committed"])
@pytest.mark.parametrize(("broken", "look", "seen"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_last_good_version(tmp_path: Path, broken: dict[str, str], look: Callable[[Reading], object], seen: object, committed_too: bool) -> None:
    """Each kind of file, broken by a commit or only in the work tree: the last good one counts, and the mistake is an error."""
    repositories.commit(tmp_path, GOOD)
    if committed_too:
        repositories.commit(tmp_path, broken, at=LATER)
        repositories.commit(tmp_path, {"note.txt": "another commit"}, at=LATER)
    else:
        repositories.lay_out(tmp_path, broken)
    found = reading(tmp_path)
    assert look(found) == seen
    assert older(found) == [*broken]
    assert {problem.place.path for problem in found.problems if problem.level == "error"} == {*broken}


def test_a_head_that_is_gone(tmp_path: Path) -> None:
    """Its updates are still there, and so the record is."""
    repositories.commit(tmp_path, GOOD)
    (tmp_path / HEAD).unlink()
    repositories.commit(tmp_path, at=LATER)
    found = reading(tmp_path)
    assert (title(found), older(found)) == ("Checkout errors", [HEAD])
    assert [problem.slug for problem in found.problems] == ["missing-head"]


def test_what_was_never_good(tmp_path: Path) -> None:
    """A new update is its words at the time of its commit, a new head is named as unreadable."""
    repositories.commit(tmp_path, GOOD)
    new = f"{FOLDER}/updates/new.md"
    repositories.commit(tmp_path, {new: "---\nat: [\n---\nWords.\n", "incidents/2026/2026-11-21-b/incident.yml": "title: ["}, at=LATER)
    found = reading(tmp_path)
    assert [record.id for record in found.snapshot.unreadable] == ["2026-11-21-b"]
    update = next(u for u in found.snapshot.incidents[0].updates if u.id == "new")
    assert (update.unread, update.body, f"{update.at:%H:%M}") == (True, "Words.", "14:30")
    assert older(found) == []


def test_the_newest_good_one_counts(tmp_path: Path) -> None:
    """Of several versions, whatever lies between."""
    for number, (text, at) in enumerate([("title: First\n", LATER), ("title: Second\n", "2026-11-21T14:06:00Z"), ("title: [", LATER), ("title: {", LATER)]):
        repositories.commit(tmp_path, {**GOOD, HEAD: text, "n": str(number)}, at=at)
    assert title(reading(tmp_path)) == "Second"


def test_an_older_version_brings_no_withheld_word_back(tmp_path: Path) -> None:
    """The last good version is read through the redactions of today."""
    repositories.commit(tmp_path, GOOD)
    rows = f"redactions:\n  - {{path: {LAST}, part: body, reason: A name., who: The DPO, when: 2026-11-21T15:00:00Z}}\n"
    repositories.commit(tmp_path, {LAST: "---\nat: [\n---\nIt is over. We are sorry.\n", "redactions.yml": rows}, at=LATER)
    found = reading(tmp_path)
    newest = found.snapshot.incidents[0].updates[0]
    assert (newest.body, len(newest.source.withheld)) == ("(words withheld)", 1)


def test_nothing_broken_asks_git_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sound repository costs no look into the past."""
    repositories.commit(tmp_path, GOOD)
    monkeypatch.setattr(gitio.past, "versions", lambda *_: pytest.fail("looked into the past"))
    assert reading(tmp_path).problems == ()


def test_readers_and_the_run_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The page carries a note, the summary names the version, and the build ends with 1 after it has written the site."""
    repositories.commit(tmp_path / "r", GOOD)
    repositories.commit(tmp_path / "r", {HEAD: CONFLICT, LAST: "---\nat: [\n---\nOver.\n", COMPONENTS: "components: 7\n"}, at=LATER)
    summary = tmp_path / "summary.md"
    assert cli.main(["-C", str(tmp_path / "r"), "build", "--now", "2026-11-21T16:00:00Z", "--summary", str(summary)]) == 1
    page = (tmp_path / "r/site/incidents" / ID / "index.html").read_text()
    assert "Checkout errors</h1>" in page
    assert page.count("cannot be read") == 2
    assert "14:06 UTC" in page
    assert "The newest list of our parts cannot be read" in (tmp_path / "r/site/index.html").read_text()
    assert "cannot be read" in (tmp_path / "r/site/updates.atom").read_text()
    assert "Shown in an older version" in summary.read_text()
    assert "OR035 merge-conflict" in capsys.readouterr().err
