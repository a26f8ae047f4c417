"""Publication: the published folder is the whole old site or the whole new one, whatever happens on the way."""

from __future__ import annotations

import errno
import json
import os
import signal
import threading
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pytest

import faults
from onrecord.render.artifacts import Artifact
from onrecord.site import disk, holding, publish
from onrecord.site.holding import CannotPublish
from onrecord.site.publish import Published, publishing

OLD = {
    "index.html": "old home",
    "same.html": "same",
    "gone/page.html": "gone",
    "a/b/deep.html": "old deep",
    "turns": "file",
}
NEW = {
    "index.html": "new home",
    "same.html": "same",
    "fresh/page.html": "fresh",
    "a/b/deep.html": "new",
    "turns/in.html": "x",
}


def _artifacts(files: Mapping[str, str]) -> Iterator[Artifact]:
    for path, text in files.items():
        yield Artifact(path=path, data=text.encode())
    manifest = {"generator": "onrecord", "files": dict.fromkeys(files, "")}
    yield Artifact(path="manifest.json", data=json.dumps(manifest).encode())


def _publish(target: Path, files: Mapping[str, str], *, clean: bool = False) -> Published:
    with publishing(target, clean=clean) as write:
        return write(_artifacts(files))


def _held(folder: Path) -> dict[str, str]:
    """What a reader finds there, without the manifest."""
    found = {path: (folder / path).read_text() for path in disk.files_below(os.fspath(folder))}
    found.pop("manifest.json", None)
    return found


@pytest.fixture(params=["few files", "raw material kept", "no exchange"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The ways in which a site is replaced: small, so large that the old one is kept, on a system without exchange."""
    if request.param == "raw material kept":
        monkeypatch.setattr(publish, "LARGE", 0)
    if request.param == "no exchange":
        monkeypatch.setattr(disk, "exchange", lambda one, other: False)
    return str(request.param)


def test_first_site_appears_whole(tmp_path: Path, way: str) -> None:
    """A folder that was not there, with folders above it, is made."""
    target = tmp_path / "deep" / "site"
    result = _publish(target, OLD)
    assert _held(target) == OLD
    assert (result.files, len(result.written), result.kept, result.removed) == (len(OLD) + 1, len(OLD) + 1, 0, ())


def test_second_site_replaces_the_first(tmp_path: Path, way: str) -> None:
    """What changed is written, what is the same keeps its time, what is gone goes."""
    target = tmp_path / "site"
    _publish(target, OLD)
    os.utime(target / "same.html", (1, 1))
    result = _publish(target, NEW)
    assert _held(target) == NEW
    assert (target / "same.html").stat().st_mtime == 1
    assert result.removed == ("gone/page.html", "turns")
    assert set(result.written) == {"index.html", "fresh/page.html", "a/b/deep.html", "turns/in.html", "manifest.json"}


def test_same_site_touches_nothing(tmp_path: Path, way: str) -> None:
    """A build that changes nothing leaves even the folder as it is."""
    target = tmp_path / "site"
    _publish(target, OLD)
    before = (target.stat().st_ino, target.stat().st_mtime_ns)
    assert _publish(target, OLD).written == ()
    assert (target.stat().st_ino, target.stat().st_mtime_ns) == before


def test_many_sites_in_turn(tmp_path: Path, way: str) -> None:
    """To and fro, each site is whole, and no site shares a file with what was staged before."""
    target = tmp_path / "site"
    for files in (OLD, NEW, OLD, OLD, NEW, {"index.html": "alone"}, NEW):
        _publish(target, files)
        assert _held(target) == files


def test_clean_writes_all_anew(tmp_path: Path) -> None:
    """With `clean` no file is carried over."""
    target = tmp_path / "site"
    _publish(target, OLD)
    before = (target / "same.html").stat().st_ino
    _publish(target, OLD | {"index.html": "new"}, clean=True)
    assert (target / "same.html").stat().st_ino != before


def test_tampered_files_are_mended(tmp_path: Path) -> None:
    """A published file that somebody changed by hand, even to the same length, is set right."""
    target = tmp_path / "site"
    _publish(target, OLD)
    (target / "same.html").write_text("SAME")
    assert _publish(target, OLD).written == ("same.html",)
    assert _held(target) == OLD


def test_nothing_is_left_beside_a_small_site(tmp_path: Path) -> None:
    """The work folder goes when it is not needed; where it stays, git does not see it."""
    _publish(tmp_path / "site", OLD)
    _publish(tmp_path / "site", NEW)
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["site"]


def test_kept_raw_material_is_hidden_from_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The work folder of a large site ignores itself."""
    monkeypatch.setattr(publish, "LARGE", 0)
    _publish(tmp_path / "site", OLD)
    _publish(tmp_path / "site", NEW)
    assert (tmp_path / ".site.onrecord" / ".gitignore").read_text() == "*\n"


# ---------------------------------------------------------------- whose folder it is


def test_foreign_folder_is_refused(tmp_path: Path) -> None:
    """A folder that holds something else is named, and stays."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "thesis.txt").write_text("years of work")
    with pytest.raises(CannotPublish, match=r"thesis\.txt"):
        _publish(tmp_path / "site", OLD)
    assert _held(tmp_path / "site") == {"thesis.txt": "years of work"}


@pytest.mark.parametrize(
    "manifest", ["", "{}", "[]", '{"generator": "hugo", "files": {}}', '{"generator": "onrecord"}']
)
def test_foreign_manifest_is_no_mark(tmp_path: Path, manifest: str) -> None:
    """A manifest.json of something else does not make the folder ours."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "manifest.json").write_text(manifest)
    with pytest.raises(CannotPublish, match="did not write it"):
        _publish(tmp_path / "site", OLD)


def test_file_instead_of_folder_is_refused(tmp_path: Path) -> None:
    """A file of that name is not replaced."""
    (tmp_path / "site").write_text("a file")
    with pytest.raises(CannotPublish, match="is a file"):
        _publish(tmp_path / "site", OLD)


def test_owners_dot_entries_stay(tmp_path: Path, way: str) -> None:
    """A `.git` folder with its empty folders, and a `.well-known` that both write to, survive each publication."""
    target = tmp_path / "site"
    (target / ".git" / "refs").mkdir(parents=True)
    (target / ".git" / "HEAD").write_text("ref")
    (target / ".nojekyll").write_text("")
    for files in (OLD | {".well-known/security.txt": "ours"}, NEW | {".well-known/security.txt": "ours"}, NEW, OLD):
        _publish(target, files)
        assert (target / ".git" / "HEAD").read_text() == "ref"
        assert (target / ".git" / "refs").is_dir()
        assert (target / ".nojekyll").exists()
        assert (target / ".well-known" / "security.txt").exists() == (".well-known/security.txt" in files)
        (target / ".well-known").mkdir(exist_ok=True)
        (target / ".well-known" / "acme").write_text("theirs")
    assert (target / ".well-known" / "acme").read_text() == "theirs"


def test_link_to_the_folder_stays_a_link(tmp_path: Path) -> None:
    """Where `site` is a symbolic link, what it leads to is replaced."""
    (tmp_path / "real").mkdir()
    (tmp_path / "site").symlink_to(tmp_path / "real")
    _publish(tmp_path / "site", OLD)
    assert (tmp_path / "site").is_symlink()
    assert _held(tmp_path / "real") == OLD


def test_links_inside_lead_nothing_out(tmp_path: Path, way: str) -> None:
    """A symbolic link that somebody put into the published folder is never written through."""
    target, outside = tmp_path / "site", tmp_path / "outside"
    outside.mkdir()
    _publish(target, OLD)
    (target / "fresh").symlink_to(outside)
    _publish(target, NEW)
    _publish(target, NEW | {"fresh/page.html": "again"})
    assert list(outside.iterdir()) == []
    assert _held(target) == NEW | {"fresh/page.html": "again"}


@pytest.mark.parametrize("path", ["../out", "/etc/passwd", "a/../../b", "", "a//b", "./a", "nul\0"])
def test_paths_never_leave_the_folder(tmp_path: Path, path: str) -> None:
    """A path that leaves the folder is a bug of ours, and stops the publication."""
    with pytest.raises(ValueError, match="cannot be published"), publishing(tmp_path / "site") as write:
        write([Artifact(path=path, data=b"")])
    assert list(tmp_path.iterdir()) == []


def test_one_path_twice_is_refused(tmp_path: Path) -> None:
    """Two files of one name would hide each other."""
    with pytest.raises(ValueError, match="twice"), publishing(tmp_path / "site") as write:
        write([Artifact(path="a", data=b"1"), Artifact(path="a", data=b"2")])


def test_failing_renderer_leaves_the_old_site(tmp_path: Path, way: str) -> None:
    """An exception while files are made goes through, and nothing was published."""
    target = tmp_path / "site"
    _publish(target, OLD)

    def broken() -> Iterable[Artifact]:
        yield Artifact(path="index.html", data=b"new home")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), publishing(target) as write:
        write(broken())
    assert _held(target) == OLD


# ---------------------------------------------------------------- the fault walk


@pytest.mark.parametrize(
    ("start", "fault"),
    [
        ("nothing", "killed"),
        ("old site", "killed"),
        ("old site and leftovers", "killed"),
        ("old site", "full"),
        ("old site and leftovers", "full once"),
    ],
)
def test_every_fault_leaves_the_old_or_the_new_site(
    tmp_path: Path, way: str, start: str, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At each step on the disk in turn: the run is killed, or the disk is full from then on, or once; then the next build succeeds."""
    monkeypatch.setattr(disk, "settle", lambda folder: None)
    before = {} if start == "nothing" else OLD
    outcomes: list[int] = []
    while 0 not in outcomes:
        target = tmp_path / str(len(outcomes)) / "site"
        if before:
            _publish(target, before)
        if start == "old site and leftovers":
            faults.run(lambda target=target: _publish(target, NEW | {"left": "over"}), 25, "killed")  # type: ignore[misc]
        outcomes.append(faults.run(lambda target=target: _publish(target, NEW), len(outcomes) + 1, fault))  # type: ignore[misc]
        held = _held(target)
        between_renames = way == "no exchange" and outcomes[-1] == faults.KILLED and not target.exists()
        assert held in (before, NEW) or between_renames, f"step {len(outcomes)}: {held}"
        _publish(target, NEW)
        assert _held(target) == NEW
        if fault != "killed" and outcomes[-1] == 1:
            assert held == before
        assert outcomes[-1] in ((0, faults.KILLED) if fault == "killed" else (0, 1, 2))
        assert held == NEW or outcomes[-1] not in (0, 2)
        assert len(outcomes) < 200
    assert len(outcomes) > 15


def test_lost_between_two_renames_comes_back(tmp_path: Path) -> None:
    """Killed between the two renames of a system without exchange, the next run first puts the old site back."""
    _publish(tmp_path / "site", OLD)
    (tmp_path / ".site.onrecord").mkdir()
    (tmp_path / "site").rename(tmp_path / ".site.onrecord" / "last")
    with pytest.raises(ZeroDivisionError), publishing(tmp_path / "site"):
        raise ZeroDivisionError
    assert _held(tmp_path / "site") == OLD


def test_nothing_is_shown_before_it_is_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even a power cut after the exchange finds the new site's bytes on the disk: they are waited for first."""
    _publish(tmp_path / "site", OLD)
    steps: list[str] = []
    exchange = disk.exchange
    monkeypatch.setattr(disk, "settle", lambda folder: steps.append("settle"))
    monkeypatch.setattr(disk, "write", lambda path, data: (steps.append("write"), Path(path).write_bytes(data)))
    monkeypatch.setattr(disk, "exchange", lambda one, other: steps.append("exchange") or exchange(one, other))
    _publish(tmp_path / "site", NEW)
    assert steps[-3:] == ["settle", "exchange", "settle"]
    assert set(steps[:-3]) == {"write"}


# ---------------------------------------------------------------- two at once


def test_second_build_waits_for_the_first(tmp_path: Path) -> None:
    """A build that finds another at work says so, waits, and then publishes what it has."""
    target, order, held, waiting = tmp_path / "site", [], threading.Event(), threading.Event()

    def first() -> None:
        with publishing(target) as write:
            held.set()
            assert waiting.wait(30)
            order.append("first")
            write(_artifacts(OLD))

    thread = threading.Thread(target=first)
    thread.start()
    assert held.wait(30)
    with publishing(target, waiting=waiting.set) as write:
        order.append("second")
        write(_artifacts(NEW))
    thread.join()
    assert order == ["first", "second"]
    assert _held(target) == NEW


def test_many_builds_at_once_leave_one_whole_site(tmp_path: Path) -> None:
    """Eight processes publish to one folder; a reader who looks all the while sees only whole sites."""
    target = tmp_path / "site"
    sites = [{f"{n}/index.html": f"{n}", "index.html": f"home {n}"} for n in range(8)]
    _publish(target, sites[0])
    children = []
    for files in sites:
        if not (child := os.fork()):
            try:
                for _ in range(3):
                    _publish(target, files)
                os._exit(0)
            finally:
                os._exit(1)
        children.append(child)
    homes = {f"home {n}" for n in range(8)}
    for child in children:
        while os.waitpid(child, os.WNOHANG) == (0, 0):
            assert (target / "index.html").read_text() in homes
        children = [c for c in children if c != child]
    assert _held(target) in sites
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["site"]


def test_endless_build_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A build that never ends does not make others wait for ever."""
    monkeypatch.setattr(holding, "WAIT_SECONDS", 0.1)
    target = tmp_path / "site"
    child = os.fork()
    if not child:
        with publishing(target):
            signal.pause()
    while not (tmp_path / ".site.onrecord" / ".gitignore").exists():
        pass
    try:
        with pytest.raises(CannotPublish, match="another build"):
            _publish(target, OLD)
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    _publish(target, OLD)
    assert _held(target) == OLD


# ---------------------------------------------------------------- what the system refuses


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        (errno.ENOSPC, "make room"),
        (errno.EBUSY, "mount point"),
        (errno.EXDEV, "mount point"),
        (errno.EROFS, "writable"),
        (errno.EIO, "untouched"),
    ],
)
def test_refusals_say_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, advice: str) -> None:
    """Disk full, read-only, mount point: the message says what to do, and the old site stays."""
    _publish(tmp_path / "site", OLD)

    def refuse(one: Path, other: Path) -> bool:
        raise OSError(code, os.strerror(code), str(other))

    monkeypatch.setattr(disk, "exchange", refuse)
    with pytest.raises(CannotPublish) as refused:
        _publish(tmp_path / "site", NEW)
    assert advice in refused.value.hint
    assert _held(tmp_path / "site") == OLD


def test_file_system_without_links_gets_copies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where hard links are not allowed, unchanged files are copied with their times."""

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EPERM, "no links here")

    target = tmp_path / "site"
    _publish(target, OLD)
    os.utime(target / "same.html", (1, 1))
    monkeypatch.setattr(os, "link", refuse)
    _publish(target, NEW)
    assert _held(target) == NEW
    assert (target / "same.html").stat().st_mtime == 1
