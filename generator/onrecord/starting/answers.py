"""What must be known to lay out a status repository, and how it is remembered in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from onrecord import __version__
from onrecord.times import BadTime, zone

Host = Literal["github", "gitlab", "cloudflare", "netlify", "s3", "rsync"]
HOSTS: dict[Host, str] = {
    "github": "GitHub Pages",
    "gitlab": "GitLab Pages",
    "cloudflare": "Cloudflare Pages",
    "netlify": "Netlify",
    "s3": "Amazon S3 and CloudFront",
    "rsync": "a server of yours, by rsync",
}
"""Where a site can be put online, by the word for it on the command line. All but GitLab are fed by GitHub Actions."""
_ID = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")


class BadAnswer(Exception):
    """An answer that cannot stand. The text says why, the hint what to answer."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A component of the new page: its id in files and addresses, and its name for readers."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What a new repository is made from. `package` is what pip installs, such as `onrecord==0.1.0` or a wheel's path."""

    name: str
    url: str
    components: tuple[Part, ...]
    host: Host = "github"
    time_zone: str = "UTC"
    languages: tuple[str, ...] = ("en",)
    contact: str = ""
    visibility: Literal["private", "public", "unknown"] = "unknown"
    package: str = f"onrecord=={__version__}"


def component(text: str) -> Part:
    """The part that `checkout`, `checkout=Checkout` or `Checkout page` names; the id is made from the name where there is none.

    Raises:
        BadAnswer: nothing in it can be an id.
    """
    id, found, name = (piece.strip() for piece in text.partition("="))
    if not found and not _ID.fullmatch(id):
        id, name = re.sub(r"[^a-z0-9]+", "-", id.lower()).strip("-")[:64].strip("-"), id
    if not _ID.fullmatch(id) or id == "status":
        raise BadAnswer(f"`{text}` is no component", "write its id in small letters, such as `checkout`, or with a name: `checkout=Checkout and baskets`")
    return Part(id=id, name=name or id.replace("-", " ").capitalize())


def components(texts: Sequence[str]) -> tuple[Part, ...]:
    """Those parts, each once.

    Raises:
        BadAnswer: one is none, two have one id, or there are none.
    """
    parts = tuple(component(text) for text in texts)
    ids = [part.id for part in parts]
    twice = next((id for id in ids if ids.count(id) > 1), None)
    if twice is not None:
        raise BadAnswer(f"the component `{twice}` is there twice", "give one of them another id: `id=Name`")
    if not parts:
        raise BadAnswer("a status page needs something to report on", "name at least one --component, such as `--component website`")
    return parts


def address(text: str) -> str:
    """The page's address with the slash at its end, https where nothing is said.

    Raises:
        BadAnswer: it is no address of a site.
    """
    whole = text.strip() if "://" in text else f"https://{text.strip()}"
    try:
        parts = urlsplit(whole)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    named = parts.hostname is not None and re.fullmatch(r"[a-z0-9.-]+|\[[0-9a-f:]+\]", parts.hostname)
    if parts.scheme not in {"http", "https"} or not named or parts.query or parts.fragment or parts.username or re.search(r"\s|[\"'<>\\]", whole) or port == 0:
        raise BadAnswer(f"`{text}` is no address of a site", "such as `https://status.example.com/`")
    return whole.rstrip("/") + "/"


def line_of(text: str) -> str:
    """A name: one line of text that can be seen.

    Raises:
        BadAnswer: there is nothing in it, or it is more than a name.
    """
    name = " ".join(text.split())
    if not name or len(name) > 100 or not name.isprintable():
        raise BadAnswer("a name is one line of at most 100 letters", "such as `Example status`")
    return name


def language(text: str) -> str:
    """The code of a language.

    Raises:
        BadAnswer: it is none.
    """
    if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", text):
        raise BadAnswer(f"`{text}` is no code of a language", "such as `en` or `pt-BR`")
    return text


def contact_of(text: str) -> str:
    """Where customers reach people, empty where nothing is said.

    Raises:
        BadAnswer: it is neither an address of the web nor one of mail.
    """
    whole = f"mailto:{text}" if "@" in text and ":" not in text else text
    if whole and not re.fullmatch(r"(https?://[^\s\"'<>]+|mailto:[^\s\"'<>@]+@[^\s\"'<>@]+)", whole):
        raise BadAnswer(f"`{text}` is no address at which people can be reached", "such as `https://example.com/help` or `mailto:help@example.com`")
    return whole


def requirement(text: str) -> str:
    """What pip installs, in one line.

    Raises:
        BadAnswer: it is empty, or more than one line or an option of pip's.
    """
    if not text.strip() or "\n" in text or "\r" in text or text.lstrip().startswith("-"):
        raise BadAnswer(f"`{text}` is nothing that pip installs", "such as `onrecord==0.1.0` or `./onrecord-0.1.0-py3-none-any.whl`")
    return text.strip()


def time_zone(text: str) -> str:
    """The name of a time zone.

    Raises:
        BadAnswer: there is none of that name.
    """
    try:
        return zone(text.strip()).key
    except BadTime:
        raise BadAnswer(f"`{text}` is no time zone", "such as `Europe/London`, `America/New_York` or `UTC`") from None
