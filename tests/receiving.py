"""Receivers on this machine, for tests that send: a mail server and a web server that count what they take, and can be down."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesParser
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class Letters:
    """What a mail server took; `down` makes it refuse."""

    address: str = ""
    taken: list[Message] = field(default_factory=list)
    refused: int = 0
    down: bool = False

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Takes one letter, or says that it is busy."""
        if self.down:
            self.refused += 1
            return "451 Try again later"
        assert isinstance(envelope.content, bytes)
        self.taken.append(BytesParser(policy=default).parsebytes(envelope.content))  # type: ignore[arg-type]
        return "250 OK"

    @property
    def subjects(self) -> list[str]:
        return [str(letter["Subject"]) for letter in self.taken]

    def text(self, number: int = -1) -> str:
        """The words of one letter."""
        return str(self.taken[number].get_content())  # type: ignore[attr-defined]


@dataclass
class Calls:
    """What a web server was asked: path, headers and body of each call that it took; `answers` come first, one a call."""

    address: str = ""
    taken: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    refused: int = 0
    down: bool = False

    @property
    def bodies(self) -> list[Any]:
        return [json.loads(body) for _, _, body in self.taken]


@contextmanager
def mail_server() -> Iterator[Letters]:
    """A mail server, while the block runs."""
    letters = Letters()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(letters, hostname="127.0.0.1", port=port)
    controller.start()
    letters.address = f"mailto://127.0.0.1:{port}?from=status@a.example&to=all@lists.a.example&mode=insecure"
    try:
        yield letters
    finally:
        controller.stop()


@contextmanager
def web_server() -> Iterator[Calls]:
    """A web server that takes calls, while the block runs."""
    calls = Calls()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            answer = calls.answers.pop(0) if calls.answers else 503 if calls.down else 204
            if answer < 300:
                calls.taken.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
            else:
                calls.refused += 1
            self.send_response(answer)
            if answer in (301, 302, 307):
                self.send_header("Location", f"{calls.address}elsewhere")
            if answer == 429:
                self.send_header("Retry-After", "7")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing: the tests' own output is what counts."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        calls.address = f"http://127.0.0.1:{server.server_address[1]}/"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield calls
        finally:
            server.shutdown()
            thread.join()
