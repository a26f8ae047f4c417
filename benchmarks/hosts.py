"""A plain host on this machine that compresses as hosts do, counts what it sends, and visitors with a line of a given speed."""

from __future__ import annotations

import gzip
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

LEVEL = 6
"""How hard hosts compress what they send."""


class Host(SimpleHTTPRequestHandler):
    """Gives out the files of a folder, compressed once and kept."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    sent: dict[str, int] = {}  # noqa: RUF012
    """The bytes of each answer since it was last cleared, headers left out."""
    _kept: dict[str, bytes] = {}  # noqa: RUF012

    def do_GET(self) -> None:
        """The file, or the index of the folder."""
        asked = self.path.partition("?")[0]
        path = Path(self.translate_path(asked))
        path = path / "index.html" if path.is_dir() else path
        if not path.exists():
            Host.sent[asked] = 0
            self.send_error(404)
            return
        name = str(path)
        if name not in Host._kept:
            Host._kept[name] = gzip.compress(path.read_bytes(), LEVEL, mtime=0)
        data = Host._kept[name]
        Host.sent[asked] = len(data)
        self.send_response(200)
        for header, value in (("Content-Type", self.guess_type(name)), ("Content-Encoding", "gzip"), ("Content-Length", str(len(data)))):
            self.send_header(header, value)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


@contextmanager
def hosted(folder: Path) -> Iterator[str]:
    """The address at which the folder is served while the block runs."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Host, directory=str(folder))) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser that readers are played with."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@contextmanager
def visitor(browser: Browser, network: dict[str, object] | None = None) -> Iterator[Page]:
    """A page of somebody who was never here, on that line."""
    context = browser.new_context()
    page = context.new_page()
    page.set_default_timeout(120_000)
    if network:
        context.new_cdp_session(page).send("Network.emulateNetworkConditions", network)
    yield page
    context.close()
