"""Files of a published site, from its folder or over HTTP, with bounds on time and size."""

from __future__ import annotations

import time
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import quote, urljoin, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

MOST_BYTES = 50_000_000
"""No single file of a site is larger."""
TIMEOUT = 20.0
_TRIES, _PAUSE = 3, 1.0
_GONE = frozenset({404, 410})


class Missing(Exception):
    """There is no such file; whoever would have it was reached."""


class Unreachable(Exception):
    """Nobody can say whether there is such a file. The text says why, the hint what to do."""

    def __init__(self, message: str, hint: str = "are you online, and is the address right?") -> None:
        super().__init__(message)
        self.hint = hint


class Site:
    """A published site: a folder, or an address that begins with http:// or https://."""

    def __init__(self, where: str, *, root: Path | None = None, timeout: float = TIMEOUT) -> None:
        self.is_remote = is_address(where)
        self.where = where.rstrip("/") + "/" if self.is_remote else where
        self._folder = (root or Path()) / where
        self._timeout = timeout
        self._opener = build_opener(OnlyWeb)

    def read(self, path: str, limit: int = MOST_BYTES) -> bytes:
        """The bytes of the file of that path.

        Raises:
            Missing: there is none.
            Unreachable: it cannot be read, or is larger than `limit` bytes.
        """
        return self._fetched(path, limit) if self.is_remote else _bytes(self._folder / path, limit)

    def _fetched(self, path: str, limit: int) -> bytes:
        # A question of its own each time: what a cache on the way still holds would be the site before this one.
        asked = f"?{time.time_ns()}"
        address = urljoin(self.where, quote(path.removesuffix("index.html") if path.endswith("/index.html") or path == "index.html" else path))
        for turn in range(_TRIES):
            if turn:
                time.sleep(_PAUSE)
            try:
                return self._answer(address + asked, limit)
            except HTTPError as error:
                if error.code in _GONE:
                    raise Missing(address) from None
                reason = f"{address} answers {error.code} {error.reason}"
            except (OSError, HTTPException, ValueError) as error:
                reason = f"{address} cannot be reached: {getattr(error, 'reason', None) or error or type(error).__name__}"
        raise Unreachable(reason)

    def _answer(self, address: str, limit: int) -> bytes:
        request = Request(address, headers={"User-Agent": "onrecord", "Cache-Control": "no-cache", "Accept-Encoding": "identity"})  # noqa: S310  the address begins with http
        with self._opener.open(request, timeout=self._timeout) as answer:
            data: bytes = answer.read(limit + 1)
        if len(data) > limit:
            raise Unreachable(f"{address} is larger than {limit / 1_000_000:.0f} MB", "is this the address of a site of onrecord?")
        return data


def is_address(where: str) -> bool:
    """Whether that is an address on the web and no path."""
    return urlsplit(where).scheme in ("http", "https")


def read_from(where: str, root: Path) -> bytes:
    """The bytes of one file, named by its path (from `root`) or its address.

    Raises:
        Missing: there is none.
        Unreachable: it cannot be read.
    """
    if not is_address(where):
        return _bytes(root / where, MOST_BYTES)
    folder, _, name = where.rpartition("/")
    return Site(folder).read(name)


def _bytes(path: Path, limit: int) -> bytes:
    try:
        if path.stat().st_size > limit:
            raise Unreachable(f"{path} is larger than {limit / 1_000_000:.0f} MB", "is this the right file?")
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise Missing(str(path)) from None
    except OSError as error:
        raise Unreachable(f"{path} cannot be read: {error.strerror or error}", "check the path and its permissions") from None


class OnlyWeb(HTTPRedirectHandler):
    """Follows a redirect only to another web address."""

    def redirect_request(self, req: Request, fp: object, code: int, msg: str, headers: object, newurl: str) -> Request | None:  # noqa: PLR0917  the library asks so
        if not is_address(newurl):
            raise HTTPException(f"it leads to {newurl}")
        return super().redirect_request(req, fp, code, msg, headers, newurl)  # type: ignore[arg-type]
