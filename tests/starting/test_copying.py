"""`onrecord publish`: the site on a second host by one command, here to a folder by real rsync."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from onrecord.cli import main
from onrecord.site.copying import copy
from records import HEALTHY
from tools import absent

Repository = Callable[[Mapping[str, str | bytes]], Path]


@pytest.fixture(autouse=True)
def _rsync() -> None:
    if shutil.which("rsync") is None:
        absent("rsync is not installed")


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def publish(root: Path, *arguments: str) -> int:
    return main(["-C", str(root), "publish", *arguments])


def test_one_command(committed: Callable[..., Path], capsys: pytest.CaptureFixture[str]) -> None:
    """Built, copied, and the same byte for byte; a second time nothing is sent."""
    root = committed({**HEALTHY, ".gitignore": "/site/\n/.cache/\n"})
    target = root.parent / "srv" / "status"
    target.parent.mkdir()
    assert publish(root, str(target), "--publications", str(target)) == 0
    assert files(target) == files(root / "site")
    assert (target / "index.html").stat().st_mode & 0o777 == 0o644
    capsys.readouterr()
    assert publish(root, str(target), "--as-it-is") == 0
    assert "Sent 0 files" in capsys.readouterr().out


def test_what_is_old_goes_and_what_is_not_ours_stays(tmp_path: Path) -> None:
    """The folder comes to hold exactly the site, but for what certificates need."""
    site, target = tmp_path / "site", tmp_path / "srv"
    for folder in (site / "assets", target / ".well-known"):
        folder.mkdir(parents=True)
    (site / "index.html").write_text("new")
    (site / "assets/a.css").write_text("style")
    (target / "old.html").write_text("old")
    (target / ".well-known/proof").write_text("kept")
    done = copy(site, str(target))
    assert (done.sent, done.removed) == (("assets/a.css", "index.html"), ("old.html",))
    assert files(target) == {"index.html": b"new", "assets/a.css": b"style", ".well-known/proof": b"kept"}


def test_dry_run(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    """It is shown what would be sent, and nothing is."""
    root = repository(HEALTHY)
    assert main(["-C", str(root), "build"]) == 0
    target = root.parent / "srv"
    assert publish(root, str(target), "--as-it-is", "--dry-run") == 0
    assert not target.exists()
    assert "Would send" in capsys.readouterr().out


@pytest.mark.parametrize("target", ["--delete", " ", "a\nb", "..", ".", "full"])
def test_targets_that_are_refused(target: str, repository: Repository) -> None:
    """An option for rsync, the repository itself, a folder with somebody's files: wrong usage, and nothing is lost."""
    root = repository({**HEALTHY, "full/letter.txt": "Dear all\n"})
    before = files(root)
    assert publish(root, "--as-it-is", "--", target) == 2
    assert files(root) == before


def test_a_host_that_does_not_answer(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    """What rsync said is passed on, with what to do."""
    root = repository(HEALTHY)
    assert main(["-C", str(root), "build"]) == 0
    assert publish(root, "nobody@127.0.0.1:/srv/nowhere", "--as-it-is") == 1
    assert "hint:" in capsys.readouterr().err
