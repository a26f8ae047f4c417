"""Handing one message to one receiver: through Apprise, or as a signed call; what went wrong is said without a word of what is secret."""

from __future__ import annotations

import html
import logging
import random
import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol
from urllib.error import HTTPError
from urllib.parse import unquote, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from onrecord.announcing.hooks import LEAST_KEY, signed
from onrecord.render.messages.fitting import shortened
from onrecord.settings import Site
from onrecord.times import real_now

if TYPE_CHECKING:
    from apprise import NotifyBase

TRIES = 4
"""How often a receiver is asked to take a message, in one run."""
_TIMEOUT = 15.0
_LONGEST = 30.0
"""Seconds: no pause is longer, whatever a receiver asks for."""
_BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})
_MENTION = re.compile(r"@(?=(?:everyone|here|channel|all|room)\b)|(?<=<)(?=[!@#&])", re.IGNORECASE)
_NO_BREAK = "\u2060"
_ADDRESS = re.compile(r"(https?://[^\s<>]+)")
_SIGNS = re.compile(r"([\\`*_~|\[\]#>])")
_PIECES = re.compile(r"[/:@?&=,#\s]+")
_MASK = "•••"


class NotTaken(Exception):
    """A receiver did not take a message. `again` says that it may do so later, `after` how many seconds it asks to wait."""

    def __init__(self, reason: str, *, again: bool = True, after: float = 0.0) -> None:
        super().__init__(reason)
        self.again = again
        self.after = after


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """What goes to one receiver: a subject and a text, or the body of a call. `id` is the same however often it is tried."""

    id: str
    title: str = ""
    subject: str = ""
    text: str = ""
    link: str = ""
    body: bytes = b""


class Outlet(Protocol):
    """A receiver."""

    def take(self, parcel: Parcel) -> None:
        """Takes the parcel.

        Raises:
            NotTaken: it does not.
        """


def deliver(outlet: Outlet, parcel: Parcel) -> None:
    """Hands the parcel over, with growing pauses between the tries, each a little by chance so that not everybody asks at once.

    Raises:
        NotTaken: the receiver took it in none of the tries.
    """
    for turn in range(TRIES):
        try:
            outlet.take(parcel)
        except NotTaken as error:
            if not error.again or turn == TRIES - 1:
                raise
            pause(min(_LONGEST, max(error.after, 2.0**turn * random.uniform(0.5, 1.0))))  # noqa: S311  chance, no secret
        else:
            return


def pause(seconds: float) -> None:
    """Waits; the one place that does."""
    time.sleep(seconds)


def masked(text: str, secrets: Iterable[str]) -> str:
    """The text on one line, without those secrets and without any part of them."""
    parts = {part for secret in secrets for part in (secret, *_PIECES.split(secret))}
    pieces = {piece for part in parts for whole in (part, unquote(part)) for piece in (whole, *_PIECES.split(whole)) if len(piece) > 3}
    for piece in sorted(pieces, key=len, reverse=True):
        text = text.replace(piece, _MASK)
    return " ".join(text.split())


class Hook:
    """A webhook. It is asked with POST, and a redirect is no answer: what it was sent to would get it unseen.

    Raises:
        NotTaken: the address or the key cannot be used.
    """

    def __init__(self, address: str, key: str) -> None:
        self._address, self._key = address.strip(), key.strip()
        if urlsplit(self._address).scheme not in ("http", "https") or not urlsplit(self._address).hostname:
            raise NotTaken("its variable holds no web address", again=False)
        if len(self._key) < LEAST_KEY:
            raise NotTaken(f"its key is shorter than {LEAST_KEY} letters; make one with `openssl rand -base64 32`", again=False)
        self._opener = build_opener(_NoRedirect)
        self._headers("-", b"")

    def take(self, parcel: Parcel) -> None:
        request = Request(self._address, data=parcel.body, headers=self._headers(parcel.id, parcel.body), method="POST")  # noqa: S310  the address begins with http
        try:
            with self._opener.open(request, timeout=_TIMEOUT):
                return
        except HTTPError as error:
            raise NotTaken(f"it answers {error.code}", again=error.code in _BUSY, after=_seconds(error.headers.get("Retry-After"))) from None
        except (OSError, ValueError) as error:
            raise NotTaken(f"it cannot be reached: {masked(str(getattr(error, 'reason', error)) or type(error).__name__, self._secrets)}") from None

    @property
    def _secrets(self) -> tuple[str, ...]:
        return self._address, self._key

    def _headers(self, id: str, body: bytes) -> Mapping[str, str]:
        try:
            return {"Content-Type": "application/json; charset=utf-8", "User-Agent": "onrecord", **signed(id, real_now(), body, self._key)}
        except ValueError:
            raise NotTaken("its key begins with `whsec_` and is no base64", again=False) from None


class _NoRedirect(HTTPRedirectHandler):
    """Takes a redirect for the answer that it is."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


class Apprise:
    """A receiver of any kind that Apprise knows, named by its address.

    Raises:
        NotTaken: Apprise does not know such an address, or it names several receivers.
    """

    def __init__(self, address: str, site: Site) -> None:
        self._address = address.strip()
        self._kind = urlsplit(self._address).scheme.lower()
        with _Overheard() as heard:
            found = _instance(self._address, site)
        if found is None:
            raise NotTaken(f"its variable holds no address that Apprise knows{_because(heard.lines, self._address)}", again=False)
        if len(found) != 1:
            raise NotTaken(f"its address names {len(found)} receivers; make a channel of each, or when one fails the others hear it twice", again=False)
        self._found = found

    def take(self, parcel: Parcel) -> None:
        from apprise import NotifyFormat

        text, form = _dressed(_cut(parcel.text, self._found.body_maxlen, parcel.link), self._kind)
        # A letter without a subject is one that nobody opens.
        subject = parcel.subject or (parcel.title if self._kind.startswith("mailto") else "")
        with _Overheard() as heard:
            try:
                taken = self._found.notify(title=subject, body=text, body_format=NotifyFormat(form))
            except Exception as error:  # a hundred services, each with errors of its own
                raise NotTaken(masked(f"{type(error).__name__}: {error}", (self._address,))) from None
        if not taken:
            raise NotTaken(f"it was not taken{_because(heard.lines, self._address)}")


def _instance(address: str, site: Site) -> NotifyBase | None:
    """Apprise's own object for that address: no picture and no name but the page's, and plain text in letters."""
    from apprise import Apprise as Library
    from apprise import AppriseAsset, NotifyFormat

    asset = AppriseAsset(app_id=site.name, app_desc=site.name, app_url=site.url, image_url_mask="", image_url_logo="", secure_logging=True, async_mode=False)
    found: NotifyBase | None = Library.instantiate(address, asset=asset)
    if found is not None and address.lower().startswith("mailto"):
        found.notify_format = NotifyFormat.TEXT
    return found


def _dressed(text: str, kind: str) -> tuple[str, str]:
    """The text so that the service shows it as it stands: nobody is called by a name in it, and no sign of it steers the layout."""
    calm = _MENTION.sub(lambda found: f"{found[0]}{_NO_BREAK}", text)
    if kind == "tgram":
        return html.escape(calm, quote=False), "html"
    if kind == "discord":
        parts = _ADDRESS.split(calm)
        return "".join(part if at % 2 else _SIGNS.sub(r"\\\1", part) for at, part in enumerate(parts)), "text"
    return calm if not kind.startswith("mailto") else text, "text"


def _cut(text: str, most: int, link: str) -> str:
    """The text, cut where the service takes less, with the address where the rest stands at its end."""
    room = most * 4 // 5  # signs that are escaped are longer
    return text if len(text) <= room else f"{shortened(text, room - len(link) - 2)}\n{link}"


def _because(lines: Iterable[str], address: str) -> str:
    """What Apprise said of it, without what is secret."""
    said = masked(next(iter(lines), ""), (address,)).rstrip(".")
    return f": {said}" if said else ""


def _seconds(said: str | None) -> float:
    return float(said) if said is not None and re.fullmatch(r"\d{1,4}", said) else 0.0


class _Overheard(logging.Handler):
    """What Apprise logs meanwhile, kept from every other log, since addresses with their keys can stand in it."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []
        self._before: list[tuple[logging.Logger, list[logging.Handler], bool, int]] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.startswith("apprise"):
            self.lines.append(record.getMessage())

    def __enter__(self) -> _Overheard:
        for name in ("apprise", "urllib3"):
            logger = logging.getLogger(name)
            self._before.append((logger, logger.handlers, logger.propagate, logger.level))
            logger.handlers, logger.propagate = [self], False
            logger.setLevel(logging.WARNING)
        return self

    def __exit__(self, *_: object) -> None:
        for logger, handlers, propagate, level in self._before:
            logger.handlers, logger.propagate = handlers, propagate
            logger.setLevel(level)
