"""`onrecord serve`: the site is on the screen, follows each saved file, and never dies of what is in one."""

from __future__ import annotations

import http.client
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from onrecord import cli
from onrecord.settings import Site
from onrecord.site.preview import CHANGES, SCRIPT, Changes, Preview

Laid = Callable[[Mapping[str, str | bytes]], Path]
PATIENCE = 60.0
HEAD = "incidents/2026/2026-11-21-slow-search/incident.yml"
PAGE = {
    "mkdocs.yml": "site_name: Larkfield Status\nsite_url: https://example.org/status/\ndocs_dir: site_src/pages\ntheme: {name: material}\n",
    HEAD: "title: Search is slow\nstarted: 2026-11-21T13:58:00Z\n",
    "incidents/2026/2026-11-21-slow-search/updates/1.md": "---\nat: 2026-11-21T14:05:12Z\nstatus: investigating\n---\nWe are looking.\n",
}


# ---------------------------------------------------------------- the small server


@contextmanager
def _preview(folder: Path, url: str = "https://example.org/status/") -> Iterator[tuple[Preview, Changes]]:
    changes = Changes()
    with Preview(folder, changes, ("127.0.0.1", 0)) as server:
        server.at(Site(name="Page", url=url))
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server, changes
        finally:
            server.shutdown()
            thread.join()


def _ask(server: Preview, path: str, method: str = "GET") -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=PATIENCE)
    connection.request(method, path)
    answer = connection.getresponse()
    found = (answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
    connection.close()
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small site."""
    (tmp_path / "site" / "history").mkdir(parents=True)
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "site" / "index.html").write_text("<body>home</body>")
    (tmp_path / "site" / "404.html").write_text("<body>missing</body>")
    (tmp_path / "site" / "history" / "index.html").write_text("<body>history</body>")
    (tmp_path / "site" / "history.atom").write_text("<feed/>")
    return tmp_path / "site"


def test_pages_lie_under_the_sites_own_path(folder: Path) -> None:
    """Addresses work as on the host: folders, redirects, types, a missing page, and nothing outside the folder."""
    with _preview(folder) as (server, _):
        assert _ask(server, "/status/")[2].startswith(b"<body>home")
        assert _ask(server, "/")[:2][1]["location"] == "/status/"
        assert _ask(server, "/status/history")[1]["location"] == "/status/history/"
        assert _ask(server, "/status/history/?a=b")[2].startswith(b"<body>history")
        assert _ask(server, "/status/history.atom")[1]["content-type"] == "application/atom+xml"
        assert _ask(server, "/status/nowhere")[::2] == (404, _ask(server, "/status/404.html")[2])
        for path in ("/status/../secret.txt", "/status/%2e%2e/secret.txt", "/status//etc/passwd"):
            assert _ask(server, path)[0] == 404, path
        status, headers, body = _ask(server, "/status/", "HEAD")
        assert (status, body) == (200, b"")
        assert int(headers["content-length"]) > 0


def test_pages_reload_themselves_by_a_script_of_this_host(folder: Path) -> None:
    """The strict policy of a page allows what is added; files that are no pages are served as they are."""
    with _preview(folder) as (server, _):
        assert f'<script src="{SCRIPT}" data-version="0"></script></body>'.encode() in _ask(server, "/status/")[2]
        assert _ask(server, SCRIPT)[1]["content-type"].startswith("text/javascript")
        assert _ask(server, "/status/history.atom")[2] == b"<feed/>"


def test_waiting_pages_hear_of_a_change(folder: Path) -> None:
    """A page that saw version 0 is told of version 1, at once or when it asks later."""
    with _preview(folder) as (server, changes):
        heard: list[bytes] = []
        waiting = threading.Thread(target=lambda: heard.append(_ask(server, f"{CHANGES}?0")[2]))
        waiting.start()
        changes.tell()
        waiting.join(PATIENCE)
        assert heard[0].endswith(b"data: changed\n\n")
        assert _ask(server, f"{CHANGES}?0")[2].endswith(b"data: changed\n\n")


def test_before_the_first_build_there_is_a_page_too(tmp_path: Path) -> None:
    """Without a site the browser is told to wait, and will reload."""
    with _preview(tmp_path / "none") as (server, _):
        status, _headers, body = _ask(server, "/status/")
        assert status == 503
        assert SCRIPT.encode() in body


# ---------------------------------------------------------------- the verb


class Served:
    """A running `onrecord serve`."""

    def __init__(self, root: Path, *arguments: str) -> None:
        command = [
            sys.executable,
            "-u",
            "-c",
            # Jobs in a shell's background begin with Ctrl-C ignored; this one has to hear it.
            "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); from onrecord.cli import main; main()",
            "-C",
            str(root),
            "serve",
            "--port",
            "0",
        ]
        self.process = subprocess.Popen(
            [*command, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self.said = ""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said += line

    def until(self, pattern: str, after: int = 0) -> re.Match[str]:
        """Waits until that was said."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and self.process.poll() is None:
            if found := re.compile(pattern).search(self.said, after):
                return found
            time.sleep(0.02)
        raise AssertionError(f"`{pattern}` was not said:\n{self.said}")

    def stop(self) -> int:
        """Ends it as Ctrl-C does; returns its exit code."""
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code


@pytest.fixture
def serve(repository: Laid) -> Iterator[tuple[Path, Served]]:
    """The page, served."""
    root = repository(PAGE)
    (root / "site_src").mkdir()
    served = Served(root, "--now", "2026-11-21T15:00:00Z")
    yield root, served
    if served.process.poll() is None:
        served.stop()


def _get(url: str, path: str = "") -> str:
    host, _, base = url.removeprefix("http://").partition("/")
    connection = http.client.HTTPConnection(host, timeout=PATIENCE)
    connection.request("GET", f"/{base}{path}")
    text = connection.getresponse().read().decode()
    connection.close()
    return text


WITHHELD = f"redactions:\n  - {{path: {HEAD}, part: title, reason: A name., who: The DPO, when: 2026-11-21T15:00:00Z}}\n"


def test_saved_files_are_shown_and_broken_ones_survived(serve: tuple[Path, Served]) -> None:
    """A new title is shown; broken records, broken configuration and a vanished folder are named; then it goes on."""
    root, served = serve
    url = served.until(r"Look at (http://127\.0\.0\.1:\d+/status/)")[1]
    assert "Search is slow" in _get(url)
    steps: list[tuple[Callable[[], object], str, str]] = [
        (
            lambda: (root / HEAD).write_text("title: Search is very slow\n"),
            r"● .* files changed",
            "Search is very slow",
        ),
        (lambda: (root / "redactions.yml").write_text(WITHHELD), r"● .* files changed", "(words withheld)"),
        ((root / "redactions.yml").unlink, r"● .* files changed", "Search is very slow"),
        (lambda: (root / HEAD).write_text("title: [\n"), "OR010", "2026-11-21-slow-search"),
        (lambda: (root / "mkdocs.yml").write_text("site_name: [\n"), "Error: ", "Larkfield"),
        (lambda: (root / "mkdocs.yml").write_text(PAGE["mkdocs.yml"]), r"● .* files changed", "Larkfield"),
        (lambda: shutil.rmtree(root / "incidents" / "2026"), r"● .*All Systems Operational", "All Systems Operational"),
    ]
    for change, said, shown in steps:
        before = len(served.said)
        change()
        served.until(said, before)
        assert shown in _get(url)
    assert "Traceback" not in served.said
    assert served.stop() == 0
    assert not (root / "site").exists()


@pytest.mark.browser
def test_open_page_reloads_itself(serve: tuple[Path, Served], page: Page) -> None:
    """In a real browser, under the page's own policy, a saved file is on the screen without a key pressed."""
    root, served = serve
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.goto(served.until(r"Look at (\S+)")[1])
    expect(page.locator("body")).to_contain_text("Search is slow")
    (root / HEAD).write_text("title: Search is very slow\n")
    expect(page.locator("body")).to_contain_text("Search is very slow", timeout=PATIENCE * 1000)
    assert complaints == []


def test_taken_port_is_named(repository: Laid, capsys: pytest.CaptureFixture[str]) -> None:
    """Another program on the port: exit 1, with the command that works."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert cli.main(["-C", str(repository(PAGE)), "serve", "--port", str(port)]) == 1
    assert f"--port {port + 1}" in capsys.readouterr().err
