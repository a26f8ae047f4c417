"""A small server for the preview: the site as it lies in a folder, on this machine only, with pages that reload themselves."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Condition
from urllib.parse import unquote, urlsplit

from onrecord.settings import Site

SCRIPT, CHANGES = "/_onrecord/reload.js", "/_onrecord/changes"
_RELOAD = b"""\
let source;
const listen = () => {
  source?.close();
  if (document.visibilityState !== "visible") return;
  source = new EventSource("%s?" + loaded);
  source.onmessage = () => location.reload();
};
const loaded = document.currentScript.dataset.version;
document.addEventListener("visibilitychange", listen);
listen();
""" % CHANGES.encode()
_NOTHING = b"""<!doctype html><html lang="en"><meta charset="utf-8"><title>Nothing to show yet</title>
<body><h1>Nothing to show yet</h1><p>The site is being built; if it cannot be, the terminal says why. This page reloads by itself.</p></body></html>"""
_TYPES = {".atom": "application/atom+xml", ".rss": "application/rss+xml", ".webmanifest": "application/manifest+json"}
_HEARTBEAT = 15.0


class Changes:
    """How often the site has changed, for all pages that wait to hear of it."""

    def __init__(self) -> None:
        self._turn = Condition()
        self.version = 0

    def tell(self) -> None:
        """Lets every open page reload."""
        with self._turn:
            self.version += 1
            self._turn.notify_all()

    def wait(self, seen: int, seconds: float) -> int:
        """The version, as soon as it is another than `seen`, or after so many seconds."""
        with self._turn:
            self._turn.wait_for(lambda: self.version != seen, timeout=seconds)
            return self.version


class Preview(ThreadingHTTPServer):
    """Serves the folder under the path that the site has on its own host."""

    daemon_threads = True

    def __init__(self, folder: Path, changes: Changes, address: tuple[str, int]) -> None:
        self.folder = folder
        self.changes = changes
        self.base = "/"
        super().__init__(address, _Handler)

    def at(self, site: Site) -> None:
        """Takes the path from the site's address, as far as it has one."""
        self.base = urlsplit(site.url).path or "/"

    @property
    def url(self) -> str:
        """Where a browser on this machine finds it."""
        host, port = self.server_address[:2]
        name = host.decode() if isinstance(host, bytes | bytearray) else host
        return f"http://{f'[{name}]' if ':' in name else name}:{port}{self.base}"


class _Handler(BaseHTTPRequestHandler):
    server: Preview
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = unquote(urlsplit(self.path).path)
        if path == SCRIPT:
            self._answer(HTTPStatus.OK, "text/javascript", _RELOAD)
        elif path == CHANGES:
            self._changes()
        elif not path.startswith(self.server.base):
            self._redirect(self.server.base)
        else:
            self._file(path.removeprefix(self.server.base))

    do_HEAD = do_GET  # noqa: N815 - the library's name

    def log_message(self, format: str, *arguments: object) -> None:
        """Says nothing: the terminal belongs to the builds."""

    def _file(self, path: str) -> None:
        folder = self.server.folder.resolve()
        found = (folder / path).resolve()
        if found.is_dir() and path and not path.endswith("/"):
            self._redirect(f"{self.server.base}{path}/")
            return
        if found.is_dir():
            found /= "index.html"
        if found.is_relative_to(folder) and found.is_file():
            self._answer(HTTPStatus.OK, _type(found), found.read_bytes())
        elif (missing := folder / "404.html").is_file():
            self._answer(HTTPStatus.NOT_FOUND, "text/html", missing.read_bytes())
        else:
            self._answer(HTTPStatus.SERVICE_UNAVAILABLE, "text/html", _NOTHING)

    def _redirect(self, to: str) -> None:
        self.send_response(HTTPStatus.FOUND)
        self.send_header("Location", to)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _answer(self, status: HTTPStatus, kind: str, data: bytes) -> None:
        if kind == "text/html":
            before, end, after = data.rpartition(b"</body>")
            version = str(self.server.changes.version).encode()
            script = b'<script src="%s" data-version="%s"></script>' % (SCRIPT.encode(), version)
            data = before + script + end + after
        self.send_response(status)
        charset = "; charset=utf-8" if kind.startswith("text/") else ""
        self.send_header("Content-Type", kind + charset)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        if self.command != "HEAD":
            self._send(lambda: self.wfile.write(data))

    def _changes(self) -> None:
        """Holds the line open until the site changes; a comment now and then finds out who has hung up."""
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        query = urlsplit(self.path).query
        seen = int(query) if query.isdecimal() else self.server.changes.version
        while self._send(partial(self.wfile.write, b": still here\n\n")):
            if self.server.changes.wait(seen, _HEARTBEAT) != seen:
                self._send(partial(self.wfile.write, b"data: changed\n\n"))
                return

    def _send(self, write: Callable[[], object]) -> bool:
        try:
            write()
            self.wfile.flush()
        except OSError:
            self.close_connection = True
            return False
        return True


def _type(path: Path) -> str:
    return _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
