"""The chain of publications: continued from what is live, honest where it cannot be, loud where history was rewritten."""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import sha256
from http.client import HTTPException
from pathlib import Path
from urllib.request import Request

import pytest

import repositories
from onrecord import cli, gitio
from onrecord.fetching import OnlyWeb
from onrecord.publications import PUBLICATIONS, Chain, parse_chain
from onrecord.site import lineage
from onrecord.site.holding import CannotPublish
from onrecord.site.lineage import continued
from onrecord.times import parse_instant
from records import HEALTHY, LAST, POLICY

CONFIG = "site_name: A\nsite_url: {}\ntheme: {{name: material, font: false}}\nplugins: [onrecord]\n"
FILES = HEALTHY | {"mkdocs.yml": CONFIG.format("http://127.0.0.1:9/")}
FIRST, SECOND, THIRD = (f"2026-11-21T1{hour}:00:00Z" for hour in (6, 7, 8))
AT = parse_instant(FIRST)


def build(root: Path, now: str, out: str = "../live", *arguments: str, chain: str = "../live") -> int:
    """A deployment: continues the chain of the folder that it publishes to."""
    return cli.main(["-C", str(root), "build", "--now", now, "--out", out, "--publications", chain, *arguments])


def chain_of(folder: Path) -> Chain:
    return parse_chain((folder / PUBLICATIONS).read_bytes())


def home(folder: Path) -> str:
    return (folder / "index.html").read_text()


def test_each_deployment_adds_an_entry(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Who has the digest of the newest entry can prove every publication before it."""
    root, live = tmp_path / "r", tmp_path / "live"
    first = repositories.commit(root, FILES)
    assert build(root, FIRST) == 0
    assert "This is the first publication" in capsys.readouterr().out
    second = repositories.commit(root, {"note.txt": "1"})
    assert build(root, SECOND) == 0
    assert "1 publications before this one, the last of 2026-11-21T16:00:00Z" in capsys.readouterr().out
    chain = chain_of(live)
    assert [(entry.commit, entry.note) for entry in chain.entries] == [(first, ""), (second, "")]
    assert chain.entries[1].previous == chain.entries[0].digest
    facts = json.loads((live / "build.json").read_bytes())
    assert chain.entries[1].build == sha256((live / "build.json").read_bytes()).hexdigest()
    assert facts["files"] == sum(path.is_file() for path in live.rglob("*"))
    assert PUBLICATIONS not in json.loads((live / "manifest.json").read_bytes())["files"]
    assert "rewritten" not in home(live)


def test_without_being_asked_there_is_no_chain(tmp_path: Path) -> None:
    """A preview is no publication."""
    repositories.commit(tmp_path / "r", FILES)
    assert cli.main(["-C", str(tmp_path / "r"), "build", "--now", FIRST]) == 0
    assert not (tmp_path / "r/site" / PUBLICATIONS).exists()


def test_the_live_one_is_found_by_the_address(tmp_path: Path, served: Callable[[Path], str]) -> None:
    """`live` asks at site_url, past any cache; the address of the file or of its folder does the same."""
    (tmp_path / "live").mkdir()
    address = served(tmp_path / "live")
    root = tmp_path / "r"
    repositories.commit(root, {**FILES, "mkdocs.yml": CONFIG.format(address)})
    (tmp_path / "live" / PUBLICATIONS).write_bytes(Chain().followed_by(commit="a" * 40, at=AT, build="b").written())
    for where in ("live", address, f"{address}{PUBLICATIONS}", "../live", f"../live/{PUBLICATIONS}"):
        assert len(continued(where, root, gitio.head(root)).chain.entries) == 1, where


BEGINNINGS: tuple[tuple[str, dict[str, bytes] | None, str, bool], ...] = (
    ("nothing is live", {}, "this is the first publication", False),
    ("a site without a chain", {"build.json": b"{}"}, "the live site has no publications.json", False),
    ("no chain at all", {PUBLICATIONS: b"<html>"}, "cannot be continued: this is no publications.json", True),
    ("a chain that somebody changed", {PUBLICATIONS: Chain().followed_by(commit="a", at=AT, build="b").followed_by(commit="c", at=AT, build="d").written().replace(b'"b"', b'"x"')}, "does not follow", True),
    ("nobody answers", None, "cannot be reached", True),
)


@pytest.mark.parametrize(("files", "said", "failed"), [case[1:] for case in BEGINNINGS], ids=[case[0] for case in BEGINNINGS])
def test_how_a_chain_begins(
    tmp_path: Path, served: Callable[[Path], str], monkeypatch: pytest.MonkeyPatch, files: dict[str, bytes] | None, said: str, failed: bool
) -> None:
    """For the first time, or anew because the old one cannot be read: then that is an error, and stands in the new entry."""
    monkeypatch.setattr("onrecord.fetching._PAUSE", 0)
    root = tmp_path / "r"
    repositories.commit(root, FILES)
    address = "http://127.0.0.1:9/" if files is None else served(repositories.lay_out(tmp_path / "live", files) if files else _empty(tmp_path / "live"))
    found = continued(address, root, gitio.head(root))
    assert said in found.told
    assert (found.failed, bool(found.note), found.chain) == (failed, failed, Chain())


def _empty(folder: Path) -> Path:
    folder.mkdir()
    return folder


def test_an_unreachable_chain_makes_the_run_red(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The site is written, and says in its chain that an older one was there."""
    monkeypatch.setattr("onrecord.fetching._PAUSE", 0)
    repositories.commit(tmp_path / "r", FILES)
    assert build(tmp_path / "r", FIRST, chain="live") == 1
    assert "error: The chain of publications at http://127.0.0.1:9/publications.json cannot be continued" in capsys.readouterr().out
    assert "could not be read" in chain_of(tmp_path / "live").entries[0].note


# ---------------------------------------------------------------- rewritten history


def rewritten(tmp_path: Path, policy: str = "") -> tuple[Path, str]:
    """A repository whose live site comes from a commit that was replaced since."""
    root = tmp_path / "r"
    repositories.commit(root, FILES)
    assert build(root, FIRST) == 0
    lost = repositories.commit(root, {"note.txt": "1"})
    assert build(root, SECOND) == 0
    repositories.git(root, "reset", "--quiet", "--hard", "HEAD~1")
    repositories.commit(root, {LAST: str(HEALTHY[LAST]).replace("We are sorry", "All is well"), POLICY: policy.replace("LOST", lost[:10])})
    return root, lost


def test_rewritten_history_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """On the home page and in the run, until somebody accounts for it, however often the page is published since."""
    root, lost = rewritten(tmp_path)
    summary = tmp_path / "summary.md"
    for _ in range(2):
        assert build(root, THIRD, "../live", "--summary", str(summary)) == 1
        said = f"history was rewritten: what was published on 2026-11-21T17:00:00Z from commit {lost[:10]} is not part of it any more"
        assert f"error: {said}" in capsys.readouterr().err
        assert "The history behind this page was rewritten" in home(tmp_path / "live")
        assert "Nobody has said why." in (tmp_path / "live/history/index.html").read_text()
    assert "history was rewritten" in summary.read_text()
    assert [entry.commit == lost for entry in chain_of(tmp_path / "live").entries] == [False, True, False, False]


def test_an_account_of_it_is_shown(tmp_path: Path) -> None:
    """The home page is calm again, and the history says why."""
    root, _ = rewritten(tmp_path, "record:\n  rewritten: [{commit: LOST, reason: The name of a customer had to go.}]\n")
    assert build(root, THIRD) == 0
    assert "was rewritten" not in home(tmp_path / "live")
    assert "Reason: The name of a customer had to go." in (tmp_path / "live/history/index.html").read_text()


def test_it_can_stop_the_deployment(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With `on_rewritten_history: stop` what is live stays."""
    root, lost = rewritten(tmp_path, "record: {on_rewritten_history: stop}\n")
    before = {path: path.read_bytes() for path in (tmp_path / "live").rglob("*") if path.is_file()}
    assert build(root, THIRD) == 1
    assert lost[:10] in capsys.readouterr().err
    assert {path: path.read_bytes() for path in (tmp_path / "live").rglob("*") if path.is_file()} == before


def test_a_page_that_was_set_back(tmp_path: Path) -> None:
    """Main was forced back to what was published before: what was said since is gone, and that is told."""
    root = tmp_path / "r"
    repositories.commit(root, FILES)
    assert build(root, FIRST) == 0
    repositories.commit(root, {"note.txt": "1"})
    assert build(root, SECOND) == 0
    repositories.git(root, "reset", "--quiet", "--hard", "HEAD~1")
    assert build(root, THIRD) == 1
    assert "The history behind this page was rewritten" in home(tmp_path / "live")


def test_a_merge_is_no_rewriting(tmp_path: Path) -> None:
    """What was published stays part of the history, also on a side of it."""
    root = tmp_path / "r"
    repositories.commit(root, FILES)
    repositories.git(root, "switch", "--quiet", "--create", "side")
    repositories.commit(root, {"side.txt": "1"})
    assert build(root, FIRST) == 0
    repositories.git(root, "switch", "--quiet", "main")
    repositories.commit(root, {"note.txt": "1"})
    repositories.git(root, "merge", "--quiet", "--no-edit", "side")
    assert build(root, SECOND) == 0


def test_a_shallow_clone_accuses_nobody(tmp_path: Path) -> None:
    """What is not there may be part of the history all the same."""
    root, live = tmp_path / "r", tmp_path / "live"
    repositories.commit(root, FILES)
    assert build(root, FIRST) == 0
    repositories.commit(root, {"note.txt": "1"})
    repositories.git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{root}", "shallow")
    assert build(tmp_path / "shallow", SECOND) == 0
    assert len(chain_of(live).entries) == 2


@pytest.mark.parametrize("files", [None, {"note.txt": "", LAST: "changed"}], ids=["no commit", "changes that are not committed"])
def test_only_commits_are_published(tmp_path: Path, files: dict[str, str] | None, capsys: pytest.CaptureFixture[str]) -> None:
    """An entry names a commit, so the bytes must come from one."""
    root = tmp_path / "r"
    if files is None:
        repositories.lay_out(root, FILES)
    else:
        repositories.commit(root, FILES)
        repositories.lay_out(root, files)
    assert build(root, FIRST) == 1
    assert "only a commit can be entered" in capsys.readouterr().err


def test_without_an_address_there_is_no_live_one(tmp_path: Path) -> None:
    """`live` needs `site_url`."""
    repositories.commit(tmp_path, {"mkdocs.yml": "site_name: A\n"})
    with pytest.raises(CannotPublish, match="nobody knows where"):
        continued(lineage.LIVE, tmp_path, gitio.head(tmp_path))


def test_no_redirect_leads_off_the_web() -> None:
    """A site that sends us to a file of this machine is refused."""
    asked = Request("https://a.example/build.json")
    assert OnlyWeb().redirect_request(asked, None, 302, "Found", {}, "https://b.example/") is not None
    with pytest.raises(HTTPException, match="file:///etc/passwd"):
        OnlyWeb().redirect_request(asked, None, 302, "Found", {}, "file:///etc/passwd")
