"""The wheel alone, away from this repository: it carries theme, messages and scaffold, and begins a page that builds."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from workflows import ROOT


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder into which the built wheel was unpacked, as pip does."""
    folder = tmp_path_factory.mktemp("wheel")
    done = subprocess.run([sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "packages")
    return folder / "packages"


def test_a_page_from_the_wheel_alone(unpacked: Path, tmp_path: Path) -> None:
    """`init`, `check` and `build` with nothing of this repository at hand."""

    def onrecord(*arguments: str) -> str:
        own = {**os.environ, "PYTHONPATH": str(unpacked), "HOME": str(tmp_path)}
        code = "import sys, onrecord.cli as cli; assert cli.__file__.startswith(sys.argv[1]), cli.__file__; sys.exit(cli.main(sys.argv[2:]))"
        done = subprocess.run([sys.executable, "-P", "-c", code, str(unpacked), *arguments], cwd=tmp_path, env=own, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    onrecord("init", "page", "--name", "Acme", "--url", "https://acme.example/", "--component", "shop", "--yes", "--no-git")
    assert "no problems" in onrecord("-C", "page", "check", "--strict")
    onrecord("-C", "page", "open", "Shop errors", "--component", "shop=partial_outage", "--next", "30m", "--yes", "-m", "Some orders fail. We are looking into it now.")
    assert "no problems" in onrecord("-C", "page", "check")
    onrecord("-C", "page", "build")
    assert "Shop errors" in (tmp_path / "page/site/index.html").read_text(encoding="utf-8")
    assert (tmp_path / "page/site/index.html").is_file()
    assert "Everything is as" in onrecord("-C", "page", "upgrade")
    assert {path.name for path in (tmp_path / "page/.github/workflows").iterdir()} == {path.name for path in (ROOT / ".github/workflows").iterdir()}
