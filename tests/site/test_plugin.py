"""`mkdocs build` and `mkdocs serve`: the same site as `onrecord build`, for those who know MkDocs."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from onrecord.cli import main

Committed = Callable[[Mapping[str, str | bytes]], Path]

NOW = "2026-11-21T15:00:00Z"
INCIDENT = "incidents/2026/2026-11-21-checkout-errors"
FILES = {
    "mkdocs.yml": """\
        site_name: Ours
        site_url: https://status.example.com/
        docs_dir: site_src/pages
        theme: {name: material, custom_dir: site_src/theme}
        plugins: [onrecord]
        """,
    ".gitignore": "/site/\n/.cache/\n",
    "site_src/pages/about.md": "# About\n\nSee [it](incidents/2026-11-21-checkout-errors/).\n",
    "site_src/theme/README.md": "Overrides",
    "site_src/policy.yml": "page: {name: 'Ours, as the policy calls it'}\n",
    "site_src/components.yml": "components:\n  - {id: checkout, name: Checkout}\n",
    f"{INCIDENT}/incident.yml": "title: Checkout </title> errors\nseverity: major\ncomponents: {checkout: partial_outage}\n",
    f"{INCIDENT}/updates/20261121T140512Z-investigating-k3f9.md": """\
        ---
        at: 2026-11-21T14:05:12Z
        status: investigating
        next_update_by: 2026-11-21T14:35:00Z
        ---
        Paying fails for some. We are looking.
        """,
}


def mkdocs(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs MkDocs there, as its users do."""
    environment = os.environ | {"ONRECORD_NOW": NOW, "NO_MKDOCS_2_WARNING": "1"}
    command = [sys.executable, "-m", "mkdocs", *arguments]
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)


def written(folder: Path) -> dict[str, bytes]:
    """Every file below the folder, by its path."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_mkdocs_build_equals_onrecord_build(committed: Committed, tmp_path: Path) -> None:
    """Byte for byte, every file, and without a warning."""
    root = committed(FILES)
    done = mkdocs(root, "build", "--strict", "--quiet", "--site-dir", str(tmp_path / "theirs"))
    assert (done.returncode, done.stderr) == (0, "")
    assert main(["-C", str(root), "build", "--now", NOW, "--out", str(tmp_path / "ours")]) == 0
    ours, theirs = written(tmp_path / "ours"), written(tmp_path / "theirs")
    assert sorted(ours) == sorted(theirs)
    assert [name for name in ours if ours[name] != theirs[name]] == []
    assert b"Ours, as the policy calls it" in ours["incidents/2026-11-21-checkout-errors/index.html"]


def test_problems_of_the_records_are_warnings(committed: Committed) -> None:
    """They are shown with their place; only `--strict` makes them stop."""
    root = committed(FILES | {f"{INCIDENT}/incident.yml": "title: Errors\nseverity: bad\n"})
    done = mkdocs(root, "build")
    assert done.returncode == 0
    assert f"{INCIDENT}/incident.yml:2:" in done.stderr
    assert mkdocs(root, "build", "--strict").returncode == 1


def test_a_fill_that_fails_is_one_clear_error(committed: Committed) -> None:
    """An owner's template with a mistake ends the build, and says what it was."""
    root = committed(FILES | {"site_src/theme/onrecord/incident.html": "{{ no_such_name }}"})
    done = mkdocs(root, "build")
    assert done.returncode == 1
    assert "onrecord could not fill the pages: 'no_such_name' is undefined" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "Checkout &lt;/title&gt; errors"),
        ({"site_src/theme/onrecord/home.html": "{{ no_such_name }}"}, "The pages could not be filled."),
    ],
    ids=["healthy", "a template with a mistake"],
)
def test_mkdocs_serve_answers(committed: Committed, changes: dict[str, str], expected: str) -> None:
    """The home page is there, or says that it could not be filled; a browser never waits for nothing."""
    root = committed(FILES | changes)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    environment = os.environ | {"ONRECORD_NOW": NOW, "NO_MKDOCS_2_WARNING": "1"}
    command = [sys.executable, "-m", "mkdocs", "serve", "--dev-addr", address]
    with subprocess.Popen(
        command, cwd=root, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            html = answer(f"http://{address}/")
        finally:
            server.terminate()
    assert expected in html


def answer(url: str) -> str:
    """What the server says, as soon as it listens."""
    for _ in range(300):
        try:
            with urllib.request.urlopen(url, timeout=30) as response:
                return response.read().decode()
        except ConnectionError:
            time.sleep(0.1)
        except urllib.error.URLError as error:
            if not isinstance(error.reason, ConnectionError):
                raise
            time.sleep(0.1)
    raise AssertionError("the server does not listen")
