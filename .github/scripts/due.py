"""Says whether the live page must be made anew, from what the page itself says; for the workflow `due.yml`.

It needs nothing but Python and git, so that asking costs seconds. Run it in the root of the repository.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

GRACE = timedelta(minutes=30)
"""`valid_until` lies this long after the moment at which the clock alone changes the page."""
UNDER_WAY = timedelta(minutes=10)
"""A commit that is younger is most likely being published."""
TRIES, PAUSE, TIMEOUT, MOST_BYTES = 3, 1, 20, 100_000
BY_CLOCK = ("its next event", "the live one is a day old")
"""How the reasons begin that come once for each event: a promise that fell due, a window that ended, a new day."""
UNREACHABLE = (OSError, HTTPException)
_ADDRESS = re.compile(r"""^site_url:[ \t]*["']?(https?://[^\s"'#]+)""", re.MULTILINE)


def main() -> int:
    """Writes for the next jobs whether the page is due, and whether the clock alone made it so; and why, for people."""
    found = _ADDRESS.search(Path("mkdocs.yml").read_text(encoding="utf-8"))
    if found is None:
        print("::error file=mkdocs.yml::There is no live page to ask: set `site_url` to its address.")
        return 1
    why = reason(found[1].rstrip("/") + "/", datetime.now(UTC))
    said = f"The page is made anew: {why}." if why else "Nothing is due."
    print(said)
    _append("GITHUB_OUTPUT", f"due={'true' if why else 'false'}")
    _append("GITHUB_OUTPUT", f"clock={'true' if why and why.startswith(BY_CLOCK) else 'false'}")
    _append("GITHUB_STEP_SUMMARY", said)
    return 0


def reason(site: str, now: datetime) -> str | None:
    """Why the page must be made anew, None where it need not be."""
    try:
        page, build = _read(f"{site}now.json"), _read(f"{site}build.json")
        due, made = _instant(page["valid_until"]) - GRACE, _instant(page["at"])
        commit = str(build["commit"])
    except (*UNREACHABLE, ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        return f"the live one cannot be read ({type(error).__name__})"
    if due <= now:
        return f"its next event was at {due:%Y-%m-%d %H:%M} UTC"
    if made <= now - timedelta(days=1):
        return "the live one is a day old"
    newest, committed = _newest_commit()
    if commit != newest and committed <= now - UNDER_WAY:
        return f"commit {newest[:10]} is not live"
    return None


def _read(address: str) -> dict[str, Any]:
    """The JSON object there, asked for past any cache on the way."""
    request = Request(f"{address}?{time.time_ns()}", headers={"User-Agent": "onrecord timer", "Cache-Control": "no-cache"})  # noqa: S310  the address begins with http
    for _ in range(TRIES - 1):
        try:
            return _answer(request)
        except UNREACHABLE:
            time.sleep(PAUSE)
    return _answer(request)


def _answer(request: Request) -> dict[str, Any]:
    with urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310
        return dict(json.loads(answer.read(MOST_BYTES)))


def _instant(text: str) -> datetime:
    """The instant in UTC.

    Raises:
        ValueError: no such form, or no offset.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment.astimezone(UTC)


def _newest_commit() -> tuple[str, datetime]:
    """The id and the time of the commit that is checked out."""
    shown = subprocess.run(["git", "show", "--no-patch", "--format=%H %ct", "HEAD"], capture_output=True, text=True, check=True)
    commit, seconds = shown.stdout.split()
    return commit, datetime.fromtimestamp(int(seconds), UTC)


def _append(variable: str, line: str) -> None:
    if variable in os.environ:
        with Path(os.environ[variable]).open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main())
