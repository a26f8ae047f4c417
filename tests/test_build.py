"""`onrecord build` as people meet it: always a site, plain words on what happened, the same bytes anywhere."""

from __future__ import annotations

import errno
import json
import os
import shutil
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

import faults
import repositories
from onrecord import cli, times
from onrecord.commands.build import Progress
from onrecord.site import pipeline

NOW = "2026-11-21T15:00:00Z"
ID = "2026-11-21-checkout-errors"
FOLDER = f"incidents/2026/{ID}"
FIRST = f"{FOLDER}/updates/20261121T140512Z-investigating-k3f9.md"
SECOND = f"{FOLDER}/updates/20261121T142803Z-identified-p0qa.md"
OTHER = "incidents/2026/2026-10-02-slow-search"
PAGE = {
    "mkdocs.yml": """
        site_name: Larkfield Status
        site_url: https://status.larkfield.example/
        docs_dir: site_src/pages
        theme: {name: material, font: false}
        plugins: [onrecord]
    """,
    "site_src/pages/about.md": "# About\n\nWho we are.\n",
    "site_src/components.yml": """
        components:
          - {id: checkout, name: Checkout}
          - {id: search, name: Search}
    """,
    "site_src/policy.yml": "page: {name: Larkfield Status, time_zone: Europe/Berlin}\n",
    f"{FOLDER}/incident.yml": """
        title: Checkout errors
        severity: major
        components: {checkout: partial_outage}
        started: 2026-11-21T13:58:00Z
    """,
    FIRST: """\
        ---
        at: 2026-11-21T14:05:12Z
        status: investigating
        next_update_by: 2026-11-21T14:35:00Z
        ---
        Some payments fail. We are looking into it.
    """,
    SECOND: """\
        ---
        at: 2026-11-21T14:28:03Z
        status: identified
        next_update_by: 2026-11-21T15:30:00Z
        scope: About a third of card payments
        ---
        A configuration change is the cause, and we are rolling it back.
    """,
    f"{OTHER}/incident.yml": """
        title: Search is slow
        severity: minor
        components: {search: degraded_performance}
        started: 2026-10-02T08:00:00Z
    """,
    f"{OTHER}/updates/20261002T080500Z-resolved-aaaa.md": """\
        ---
        at: 2026-10-02T08:05:00Z
        status: resolved
        ---
        An index was rebuilt. Search is fast again.
    """,
}
Laid = Callable[[Mapping[str, str | bytes]], Path]


def _build(root: Path, *arguments: str, now: str | None = NOW) -> int:
    return cli.main(["-C", str(root), "build", *(["--now", now] if now else []), *arguments])


def _text(root: Path, path: str) -> str:
    return (root / "site" / path).read_text(encoding="utf-8")


def _files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_site_and_summary(committed: Callable[..., Path], capsys: pytest.CaptureFixture[str]) -> None:
    """A sound repository: exit 0, the pages of the contract, what it says, and what to type next; nothing on stderr."""
    root = committed(PAGE)
    assert _build(root) == 0
    site = _files(root / "site")
    expected = {
        "index.html",
        "404.html",
        "history/index.html",
        "history/2026-11/index.html",
        f"incidents/{ID}/index.html",
    }
    expected |= {"about/index.html", "history.atom", "updates.rss", "sitemap.xml", "robots.txt", "_headers", "now.json"}
    assert expected <= site.keys()
    said = capsys.readouterr()
    assert "2 incident pages" in said.out
    assert "1 open incident" in said.out
    assert "onrecord serve" in said.out
    assert said.err == ""
    facts = json.loads(site["build.json"])
    assert facts["commit"] == repositories.git(root, "rev-parse", "HEAD").strip()
    assert (facts["at"], facts["dirty"]) == (NOW, False)


def test_manifest_is_the_truth(repository: Laid) -> None:
    """Every file but the last two is in the manifest with its digest, and build.json vouches for the manifest."""
    root = repository(PAGE)
    assert _build(root) == 0
    site = _files(root / "site")
    listed = json.loads(site["manifest.json"])["files"]
    assert listed == {
        path: sha256(data).hexdigest() for path, data in site.items() if path not in ("manifest.json", "build.json")
    }
    facts = json.loads(site["build.json"])
    assert facts["manifest"]["sha256"] == sha256(site["manifest.json"]).hexdigest()
    assert facts["files"] == len(site)
    assert facts["commit"] is None


def test_every_page_is_in_the_sitemap(repository: Laid) -> None:
    """Each index.html has its address in the sitemap, once, and nothing else has; the search and the frame are no pages to be found."""
    root = repository(PAGE)
    assert _build(root) == 0
    base = "https://status.larkfield.example/"
    addresses = [part.split("<")[0] for part in _text(root, "sitemap.xml").split("<loc>")[1:]]
    assert sorted(addresses) == sorted(
        base + path.removesuffix("index.html")
        for path in _files(root / "site")
        if path.endswith("index.html") and path not in ("search/index.html", "embed/index.html")
    )


# ---------------------------------------------------------------- broken records


@pytest.mark.parametrize(
    ("path", "data", "code"),
    [
        (f"{FOLDER}/incident.yml", "title: [", "OR010"),
        (f"{FOLDER}/incident.yml", b"\xff\xfe\x00", "OR00"),
        (SECOND, "---\nat: yesterday\nstatus: identified\n---\nWe found it.\n", "OR023"),
        (SECOND, "no front matter at all", "OR040"),
        ("site_src/components.yml", "components: 7\n", "OR034"),
        ("site_src/policy.yml", "page: {time_zone: Mars/Olympus}\n", "OR031"),
        ("incidents/2026/Not An Id/incident.yml", "title: Odd\n", "OR042"),
        (f"{FOLDER}/postmortem.md", "---\nstatus: [\n---\nText\n", "OR010"),
    ],
)
def test_broken_record_never_stops_the_site(
    repository: Laid, capsys: pytest.CaptureFixture[str], path: str, data: str | bytes, code: str
) -> None:
    """The site is written with all the rest, the finding is printed with its place, and the exit code is 1."""
    root = repository({**PAGE, path: data})
    assert _build(root) == 1
    assert "Search is slow" in _text(root, "history/index.html")
    said = capsys.readouterr()
    assert f"{path.removesuffix('/incident.yml') if code == 'OR042' else path}:" in said.err
    assert code in said.err
    assert "The site is written all the same" in said.out


def test_words_of_a_broken_update_are_published(committed: Callable[..., Path]) -> None:
    """An update whose front matter breaks is shown, sanitised, at the time of its commit; the state stays."""
    broken = "---\nat: [\n---\nThe rollback <script>alert(1)</script> is **under way**.\n"
    root = committed(PAGE)
    repositories.commit(
        root, {f"{FOLDER}/updates/20261121T145000Z-monitoring-zzzz.md": broken}, at="2026-11-21T14:51:00Z"
    )
    assert _build(root) == 1
    page = _text(root, f"incidents/{ID}/index.html")
    assert "<strong>under way</strong>" in page
    assert "alert(1)" not in page
    assert "14:51 UTC" in page
    assert "Identified" in _text(root, "index.html")


def test_mending_it_makes_the_site_as_if_nothing_had_been(repository: Laid) -> None:
    """After broken, mended: byte for byte the site of the sound repository."""
    root = repository(PAGE)
    assert _build(root) == 0
    sound = _files(root / "site")
    (root / FOLDER / "incident.yml").write_text("title: [")
    assert _build(root) == 1
    repositories.lay_out(root, PAGE)
    assert _build(root) == 0
    assert _files(root / "site") == sound


def test_strict_counts_warnings(repository: Laid) -> None:
    """A warning ends `--strict` with 1, after the site is written; without, it does not."""
    back = (
        f"{OTHER}/updates/20261002T080100Z-monitoring-aaaa.md",
        f"{OTHER}/updates/20261002T080200Z-identified-aaaa.md",
    )
    states = {
        path: f"---\nat: 2026-10-02T08:0{n}:00Z\nstatus: {s}\nnext_update_by: 2026-10-02T09:00:00Z\n---\nOn it.\n"
        for n, (path, s) in enumerate(zip(back, ("monitoring", "identified"), strict=True), 1)
    }
    root = repository({**PAGE, **states})
    assert _build(root) == 0
    assert _build(root, "--strict", "--out", "other") == 1
    assert (root / "other" / "index.html").exists()


# ---------------------------------------------------------------- clocks and commits


def test_now_hides_nothing(repository: Laid) -> None:
    """A clock set before the last update still shows it: published words are never held back in silence."""
    root = repository(PAGE)
    _build(root, now="2026-11-21T14:10:00Z")
    assert "rolling it back" in _text(root, f"incidents/{ID}/index.html")


def test_as_of_time_shows_what_was_said(repository: Laid) -> None:
    """Only what was said up to then is there, and the clock stands there too."""
    root = repository(PAGE)
    assert _build(root, "--as-of", "2026-11-21T14:10:00Z", now=None) == 0
    assert "rolling it back" not in _text(root, f"incidents/{ID}/index.html")
    facts = json.loads(_text(root, "build.json"))
    assert (facts["at"], facts["as_of"]) == ("2026-11-21T14:10:00Z", "2026-11-21T14:10:00Z")
    assert _build(root, "--as-of", "2026-11-01T00:00:00Z", now=None) == 0
    assert not (root / "site" / "incidents" / ID).exists()
    assert json.loads(_text(root, "now.json"))["state"] == "none"


def test_as_of_commit_shows_what_that_tree_held(committed: Callable[..., Path]) -> None:
    """Records, pages and configuration of that commit, at its time; nothing in the work tree counts or changes."""
    root = committed({path: data for path, data in PAGE.items() if path != SECOND})
    first = repositories.git(root, "rev-parse", "HEAD").strip()
    later = {
        **PAGE,
        "mkdocs.yml": str(PAGE["mkdocs.yml"]).replace("Larkfield Status", "Renamed"),
        "site_src/pages/new.md": "# New\n",
    }
    repositories.commit(root, later, at="2026-11-21T14:30:00Z")
    (root / "site_src/components.yml").write_text("components: [")
    before = _files(root)
    assert _build(root, "--as-of", "HEAD~1", "--out", str(root.parent / "then"), now=None) == 0
    assert {path: data for path, data in _files(root).items() if not path.startswith((".cache/", ".git/"))} == {
        path: data for path, data in before.items() if not path.startswith(".git/")
    }
    then = _files(root.parent / "then")
    assert b"rolling it back" not in then[f"incidents/{ID}/index.html"]
    assert b"Renamed" not in then["index.html"]
    assert "new/index.html" not in then
    facts = json.loads(then["build.json"])
    assert (facts["commit"], facts["at"], facts["dirty"]) == (first, repositories.FIRST_COMMIT, False)


def test_commit_and_its_clean_checkout_give_the_same_bytes(committed: Callable[..., Path]) -> None:
    """Reading a commit from git's store or from its work tree makes no difference."""
    root = committed(PAGE)
    assert _build(root, "--out", "../one") == 0
    assert _build(root, "--as-of", "HEAD", "--out", "../two") == 0
    assert _files(root.parent / "one") == _files(root.parent / "two")


@pytest.mark.parametrize(
    "arguments",
    [
        ["--as-of", "nowhere"],
        ["--as-of", "2026-11-21"],
        ["--as-of", "--all"],
        ["--now", "2026-11-21T14:00"],
        ["--engine", "jekyll"],
        ["--wrong"],
    ],
)
def test_wrong_usage_is_exit_2(committed: Callable[..., Path], arguments: list[str]) -> None:
    """Times without offset, commits that are none, engines and options that there are not; nothing is written."""
    root = committed(PAGE)
    assert _build(root, *arguments, now=None) == 2
    assert not (root / "site").exists()


# ---------------------------------------------------------------- the same bytes


def test_incremental_equals_clean(repository: Laid) -> None:
    """After a change, the site is byte for byte what a clean build gives; what is the same keeps its time."""
    root = repository({path: data for path, data in PAGE.items() if path != SECOND})
    _build(root)
    old = root / "site" / OTHER.replace("incidents/2026", "incidents") / "index.html"
    os.utime(old, (1, 1))
    repositories.lay_out(root, {SECOND: PAGE[SECOND]})
    _build(root)
    assert old.stat().st_mtime == 1
    incremental = _files(root / "site")
    _build(root, "--clean")
    assert _files(root / "site") == incremental
    assert old.stat().st_mtime != 1


def test_time_alone_changes_few_files(repository: Laid, capsys: pytest.CaptureFixture[str]) -> None:
    """A minute later, with nothing said, the pages of incidents that are over and the feeds are untouched."""
    root = repository(PAGE)
    _build(root)
    before = _files(root / "site")
    _build(root, "--explain", now="2026-11-21T15:01:00Z")
    changed = {path for path, data in _files(root / "site").items() if before[path] != data}
    assert f"incidents/{OTHER.rpartition('/')[2]}/index.html" not in changed
    assert not {path for path in changed if path.endswith((".atom", ".rss", ".css", ".js"))}
    assert {"index.html", "now.json", "build.json", "manifest.json"} <= changed
    said = capsys.readouterr().out
    assert all(f"written  {path}" in said for path in changed)


def test_present_is_asked_of_one_clock(repository: Laid, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without `--now` the only clock is asked; ONRECORD_NOW sets it."""
    root = repository(PAGE)
    monkeypatch.setattr(times, "now", lambda: datetime(2026, 11, 21, 16, tzinfo=UTC))
    _build(root, now=None)
    assert json.loads(_text(root, "now.json"))["at"] == "2026-11-21T16:00:00Z"
    monkeypatch.setenv("ONRECORD_NOW", "2026-11-21T17:00:00Z")
    _build(root, now=None)
    assert json.loads(_text(root, "now.json"))["at"] == "2026-11-21T17:00:00Z"


# ---------------------------------------------------------------- what stops it


def test_broken_configuration_leaves_the_old_site(repository: Laid, capsys: pytest.CaptureFixture[str]) -> None:
    """mkdocs.yml is no record: where it is broken nothing is published, and the message says what to mend."""
    root = repository(PAGE)
    _build(root)
    before = _files(root / "site")
    (root / "mkdocs.yml").write_text("site_name: [")
    assert _build(root) == 1
    assert _files(root / "site") == before
    assert "hint:" in capsys.readouterr().err


def test_foreign_folder_is_not_touched(repository: Laid, capsys: pytest.CaptureFixture[str]) -> None:
    """`--out` at something else is refused in plain words, without a traceback."""
    root = repository({**PAGE, "thesis/chapter.txt": "words"})
    assert _build(root, "--out", "thesis") == 1
    assert _files(root / "thesis") == {"chapter.txt": b"words"}
    said = capsys.readouterr().err
    assert "did not write it" in said
    assert "Traceback" not in said


@pytest.mark.parametrize("fault", ["killed", "full"])
def test_whole_build_is_all_or_nothing(repository: Laid, tmp_path: Path, fault: str) -> None:
    """Stopped at steps all over the run, caches and temporary files included: the old site or the new; then the next build succeeds."""
    root = repository(PAGE)
    _build(root)
    new = _files(root / "site")
    (root / SECOND).unlink()
    _build(root)
    old, start = _files(root / "site"), tmp_path / "start"
    repositories.lay_out(root, {SECOND: PAGE[SECOND]})
    shutil.copytree(root, start)
    outcomes: list[int] = []
    while 0 not in outcomes:
        outcomes.append(faults.run(lambda: sys.exit(_build(root)), 1 + 23 * len(outcomes), fault))
        assert _files(root / "site") in (old, new)
        assert outcomes[-1] in ((0, faults.KILLED) if fault == "killed" else (0, 1, 2))
        assert _build(root) == 0
        assert _files(root / "site") == new
        shutil.rmtree(root)
        shutil.copytree(start, root)
    assert len(outcomes) > 3


def test_refusal_of_the_system_is_no_bug_of_ours(
    repository: Laid, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """No room for temporary files: exit 1 with the reason, without a traceback."""
    monkeypatch.setattr(pipeline, "TemporaryDirectory", _no_room)
    assert _build(repository(PAGE)) == 1
    said = capsys.readouterr().err
    assert "No space left" in said
    assert "Traceback" not in said


def _no_room(**_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/tmp/onrecord")


def test_owners_files_stand_beside_ours(repository: Laid) -> None:
    """A robots.txt of the owner's stands; a page of theirs never hides one of ours."""
    root = repository(
        {**PAGE, "site_src/pages/robots.txt": "User-agent: *\nDisallow: /\n", "site_src/pages/history.md": "# Mine\n"}
    )
    _build(root)
    assert "Disallow: /" in _text(root, "robots.txt")
    assert "Search is slow" in _text(root, "history/index.html")


def test_empty_repository_has_a_site(repository: Laid) -> None:
    """With nothing but the folder for records, the packaged defaults give a page that says that all is well."""
    root = repository({"incidents/.gitkeep": ""})
    assert _build(root) == 0
    assert "All Systems Operational" in _text(root, "index.html")


def test_a_forged_clock_keeps_no_promise(committed: Callable[..., Path]) -> None:
    """A word whose commit claims to be older than the one that it was built on counts from that one, on every page."""
    root = committed({path: text for path, text in PAGE.items() if path != SECOND})
    repositories.commit(root, {"note.txt": "x"}, at="2026-11-21T14:50:00Z")
    repositories.commit(root, {SECOND: PAGE[SECOND]}, at="2026-11-21T14:29:00Z")
    assert _build(root) == 0
    (sums,) = (row["promises"] for row in json.loads(_text(root, "api/v2/promises.json"))["severities"] if row["severity"] == "major")
    assert (sums["kept"], sums["missed"], sums["late_seconds"]["most"]) == (0, 1, 15 * 60)
    assert "15 min late" in _text(root, f"incidents/{ID}/index.html")


def test_the_wrong_folder_is_refused(committed: Callable[..., Path], capsys: pytest.CaptureFixture[str]) -> None:
    """Where no page is kept none is made: what to type stands there, and nothing was written."""
    root = committed(PAGE)
    below = root / "incidents" / "2026"
    assert _build(below) == 2
    said = capsys.readouterr().err
    assert f"onrecord -C {root}" in said
    assert sorted(below.iterdir()) == sorted(path for path in below.iterdir() if path.name[0] == "2")


# ---------------------------------------------------------------- progress


class _Terminal:
    def __init__(self, *, tty: bool) -> None:
        self.said = ""
        self.isatty = lambda: tty

    def write(self, text: str) -> None:
        self.said += text

    def flush(self) -> None:
        """Nothing is held back."""


@pytest.mark.parametrize("tty", [True, False])
def test_progress_is_for_terminals(monkeypatch: pytest.MonkeyPatch, tty: bool) -> None:
    """On a terminal one line says what goes on, and is wiped at the end; elsewhere nothing is printed."""
    terminal = _Terminal(tty=tty)
    monkeypatch.setattr(sys, "stderr", terminal)
    with Progress() as progress:
        progress.step("Writing the site")
        for _ in range(300):
            progress.wrote("incident", "x")
    assert ("Writing the site … 250 files" in terminal.said) == tty
    assert terminal.said.endswith("\r\033[K") if tty else terminal.said == ""
