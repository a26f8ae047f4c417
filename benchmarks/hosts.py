"""A plain host on this machine that compresses as hosts do, counts what it sends, and visitors with a line of a given speed."""

from __future__ import annotations

import gzip
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

LEVEL = 6
"""How hard hosts compress what they send."""


PACKET = 1448
"""Bytes of an answer that a packet of the internet carries."""


@dataclass(slots=True, kw_only=True)
class Road:
    """A line that passes packet by packet: `wait` seconds from a question to its answer, `speed` in bytes a second for all answers together."""

    wait: float
    speed: int
    _free: float = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def send(self, data: bytes, write: Callable[[bytes], object]) -> None:
        """Gives each packet to `write` when it would have come."""
        time.sleep(self.wait)
        for start in range(0, len(data), PACKET):
            packet = data[start : start + PACKET]
            with self._lock:
                self._free = due = max(time.monotonic(), self._free) + len(packet) / self.speed
            time.sleep(max(0.0, due - time.monotonic()))
            write(packet)


class Host(SimpleHTTPRequestHandler):
    """Gives out the files of a folder, compressed once and kept."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    sent: dict[str, int] = {}  # noqa: RUF012
    """The bytes of each answer since it was last cleared, headers left out."""
    road: Road | None = None
    """The line to the visitors; as fast as it goes without."""
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
        # Headers and content leave together, as servers send them.
        answer = b"".join(self._headers_buffer) + b"\r\n" + data
        self._headers_buffer.clear()
        with suppress(ConnectionError):  # a visitor who has seen enough leaves
            if Host.road:
                Host.road.send(answer, self.wfile.write)
            else:
                self.wfile.write(answer)

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
