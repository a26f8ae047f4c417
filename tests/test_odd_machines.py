"""Machines on which something is odd: the clock, git, the network, the number of open files, the names of files, the disk."""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import time
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from onrecord.cli import main
from test_build import FOLDER, ID, NOW, PAGE, SECOND

Laid = Callable[[Mapping[str, str | bytes]], Path]
RUN = "import sys; from onrecord.cli import main; sys.exit(main(sys.argv[1:]))"


def _build(root: Path, now: str = NOW, **more: object) -> subprocess.CompletedProcess[str]:
    """A build in a process of its own, and what it said."""
    command = [sys.executable, "-c", RUN, "-C", str(root), "build", "--now", now]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300, **more)  # type: ignore[call-overload,no-any-return]


def _home(root: Path) -> str:
    return (root / "site" / "index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("now", ["1970-01-02T00:00:00Z", "2038-01-19T03:14:08Z", "2999-12-31T23:59:59Z"])
def test_any_clock_builds_a_page(committed: Callable[..., Path], now: str) -> None:
    """Set back behind all records, or ahead by centuries: there is a page, and no traceback."""
    done = _build(committed(PAGE), now)
    assert done.returncode in (0, 1), done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("back", ["2026-11-21T14:20:00Z", "2025-01-01T00:00:00Z"])
def test_a_clock_that_goes_backwards_hides_no_word(committed: Callable[..., Path], tmp_path: Path, back: str) -> None:
    """Set back behind what was said and published already: every word stays, and the site is what the same clock makes of a fresh clone."""
    root = committed(PAGE)
    assert main(["-C", str(root), "build", "--now", "2026-11-22T15:00:00Z"]) == 0
    done = _build(root, back)
    assert (done.returncode in (0, 1), "Traceback" in done.stderr) == (True, False), done.stderr
    page = (root / "site" / "incidents" / ID / "index.html").read_text(encoding="utf-8")
    assert all(words in page for words in ("Some payments fail.", "A configuration change is the cause"))
    shutil.rmtree(root / ".cache")
    main(["-C", str(root), "build", "--now", back, "--out", str(tmp_path / "fresh")])
    assert (tmp_path / "fresh/manifest.json").read_bytes() == (root / "site/manifest.json").read_bytes()


def test_a_clock_that_cannot_be_true_is_named(repository: Laid, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """In the year 9999, and before there was anything to report on: nothing is published, and what to do stands there."""
    root = repository(PAGE)
    assert main(["-C", str(root), "build", "--now", "9999-12-31T23:59:59Z"]) == 2
    assert "outside the years 1970 to 2999" in capsys.readouterr().err
    monkeypatch.setattr("onrecord.times.real_now", lambda: datetime(9999, 12, 31, tzinfo=UTC))
    assert main(["-C", str(root), "build"]) == 2
    assert "the clock of this machine says 9999-12-31" in capsys.readouterr().err
    assert not (root / "site").exists()


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "1970-01-01T00:00:00Z", "2999-12-31T23:59:59Z"])
def test_any_time_in_a_record_is_read_or_named(repository: Laid, at: str) -> None:
    """The ends of the calendar in every field that takes a time."""
    head = f"title: Odd\ncomponents: {{checkout: major_outage}}\nstarted: {at}\ndetected: {at}\nexpected_resolution: {at}\n"
    update = f"---\nat: {at}\nstatus: investigating\nnext_update_by: {at}\neffective: {at}\n---\nWords.\n"
    root = repository({**PAGE, f"{FOLDER}/incident.yml": head, SECOND: update})
    done = _build(root)
    assert done.returncode in (0, 1), done.stderr[-2000:]
    assert "Traceback" not in done.stderr


def test_without_git(committed: Callable[..., Path], tmp_path: Path) -> None:
    """The page is there, and claims nothing that only git knows."""
    root = committed(PAGE)
    done = _build(root, env={**os.environ, "PATH": str(tmp_path)})
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads((root / "site" / "build.json").read_text())["commit"] is None


def test_few_open_files_and_the_zones_of_no_machine(committed: Callable[..., Path]) -> None:
    """Sixty-four at once are enough, and no zone is asked of the system."""
    done = _build(
        committed({**PAGE, "site_src/policy.yml": "page: {time_zone: America/Argentina/Buenos_Aires}\n"}),
        env={**os.environ, "PYTHONTZPATH": "", "TZDIR": "/nonexistent", "TZ": "Nowhere/Land"},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64)),
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_missing_zone_data_is_named(committed: Callable[..., Path]) -> None:
    """The zones of the machine are not asked; where the package that has them is gone, a sentence says so."""
    hidden = "import sys; sys.modules['tzdata'] = None; "
    done = subprocess.run([sys.executable, "-c", hidden + RUN, "-C", str(committed(PAGE)), "build", "--now", NOW], capture_output=True, text=True, check=False)
    assert (done.returncode, "Traceback" in done.stderr) == (2, False), done.stderr
    assert "tzdata" in done.stderr
    assert "pip install" in done.stderr


def test_no_network_is_asked(committed: Callable[..., Path], tmp_path: Path) -> None:
    """A build, a check and an audit open no connection at all."""
    trap = "import sys\ndef hook(event, args):\n    if event.startswith('socket.') and event != 'socket.__new__' or event == 'socket.getaddrinfo':\n        raise SystemExit(f'network: {event} {args}')\nsys.addaudithook(hook)\n"
    root = committed(PAGE)
    for verb in ("build", "check", "audit"):
        done = subprocess.run([sys.executable, "-c", trap + RUN, "-C", str(root), verb, "--now", NOW], capture_output=True, text=True, check=False)
        assert done.returncode in (0, 1), done.stderr
        assert "network" not in done.stderr


@pytest.mark.parametrize("damage", [b"", b"{", b"\0" * 4096, b"SQLite format 3\0" + b"\xff" * 4080], ids=["empty", "half", "zeros", "torn"])
def test_a_half_written_cache_is_no_obstacle(committed: Callable[..., Path], damage: bytes) -> None:
    """Whatever stands in any file of it, the same site comes out."""
    root = committed(PAGE)
    assert main(["-C", str(root), "build", "--now", NOW]) == 0
    sound = {path.relative_to(root): path.read_bytes() for path in (root / "site").rglob("*") if path.is_file()}
    for path in (root / ".cache").rglob("*"):
        if path.is_file():
            path.write_bytes(damage)
    done = _build(root)
    assert done.returncode == 0, done.stderr
    assert {path.relative_to(root): path.read_bytes() for path in (root / "site").rglob("*") if path.is_file()} == sound


def test_two_builds_at_once(committed: Callable[..., Path]) -> None:
    """Three of the same folder and one of another: all end well, and both sites are whole."""
    root = committed(PAGE)
    command = [sys.executable, "-c", RUN, "-C", str(root), "build", "--now", NOW]
    running = [subprocess.Popen([*command, *more], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for more in ((), (), (), ("--out", "other"))]
    assert [(process.communicate(timeout=300)[1], process.returncode) for process in running] == [("", 0)] * 4
    assert (root / "site" / "manifest.json").read_bytes() == (root / "other" / "manifest.json").read_bytes()


@pytest.mark.parametrize("name", [b"caf\xe9.md", "caf\u00e9.md".encode(), b"\xff\xfe\xfd.md", "\u202e\u0301.md".encode(), b"a\nb.md", b"-rf.md", b"con.md", b"x" * 250 + b".md"])
def test_names_in_any_encoding(committed: Callable[..., Path], name: bytes) -> None:
    """The page is built, and what cannot be an address is named in letters that every terminal shows."""
    root = committed(PAGE)
    Path(os.fsdecode(os.fsencode(root / FOLDER / "updates") + b"/" + name)).write_text("---\nat: 2026-11-21T14:40:00Z\nstatus: monitoring\nnext_update_by: 2026-11-21T15:30:00Z\n---\nBetter.\n")
    done = _build(root)
    assert done.returncode in (0, 1), done.stderr
    assert "Better." in (root / "site" / "incidents" / ID / "index.html").read_text(encoding="utf-8")
    assert done.stderr.isprintable() or all(line.isprintable() for line in done.stderr.splitlines())


def test_names_that_differ_in_case_only(repository: Laid) -> None:
    """Both words are published, and `check` says that another disk keeps one of them."""
    root = repository({**PAGE, SECOND.replace("identified", "IDENTIFIED"): PAGE[SECOND]})
    done = _build(root)
    assert done.returncode == 1
    assert "OR048 names-alike" in done.stderr


def test_a_site_lies_on_a_disk_that_knows_no_case(committed: Callable[..., Path]) -> None:
    """No two addresses are told apart by the case of their letters alone, or by the way in which an accent is written."""
    root = committed(PAGE)
    assert main(["-C", str(root), "build", "--now", NOW]) == 0
    paths = [path.relative_to(root / "site").as_posix() for path in (root / "site").rglob("*")]
    assert len({unicodedata.normalize("NFC", path).casefold() for path in paths}) == len(paths)


def test_a_folder_of_very_many_files(repository: Laid) -> None:
    """A hundred thousand files that are no records (here a tenth) are each looked at, and none is read."""
    root = repository(PAGE)
    heap = root / FOLDER / "attachments"
    heap.mkdir()
    for number in range(int(os.environ.get("ONRECORD_MANY_FILES", "10000"))):
        os.close(os.open(heap / f"{number}.bin", os.O_CREAT | os.O_WRONLY, 0o644))
    began = time.monotonic()
    done = _build(root)
    assert done.returncode in (0, 1), done.stderr[-2000:]
    assert time.monotonic() - began < 120
    shutil.rmtree(heap)


def test_a_folder_that_cannot_be_written_to(committed: Callable[..., Path], tmp_path: Path) -> None:
    """Read-only: the site goes elsewhere, the cache is done without, and a verb that speaks says why it cannot."""
    root = committed(PAGE)
    # Root may write everywhere, unless it gives that right away.
    humble = [] if os.geteuid() else ["setpriv", "--bounding-set=-dac_override"]
    if humble and shutil.which("setpriv") is None:
        pytest.skip("root may write everywhere; the fault walk refuses every write instead")
    for path in (root, *root.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    runs = [
        subprocess.run([*humble, sys.executable, "-c", RUN, "-C", str(root), *verb], capture_output=True, text=True, check=False)
        for verb in (("build", "--now", NOW, "--out", str(tmp_path / "site")), ("resolve", "-m", "Over.", "--now", NOW))
    ]
    for path in (root, *(path for path in root.rglob("*") if path.is_dir())):
        path.chmod(0o755)
    assert (runs[0].returncode, "Traceback" in runs[0].stderr) == (0, False), runs[0].stderr
    assert (tmp_path / "site/index.html").exists()
    assert (runs[1].returncode, "Traceback" in runs[1].stderr) == (1, False), runs[1].stdout
    assert "ermission denied" in runs[1].stderr
    assert not (root / ".cache").exists()
