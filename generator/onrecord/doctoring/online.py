"""What the published page itself shows: that it is there, fresh, and made of what is here."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from onrecord import gitio
from onrecord.doctoring.findings import Finding, Patient
from onrecord.fetching import Missing, Unreachable
from onrecord.fetching import Site as Live
from onrecord.times import BadTime, in_words, parse_instant

_PATIENCE = timedelta(hours=2)
"""The host's timer runs late, sometimes by half an hour."""


def page(patient: Patient) -> Iterator[Finding]:
    """A page that is past its time shows that its timer stands still."""
    if patient.live is None:
        return
    try:
        now, build = (_read(patient.live, name) for name in ("now.json", "build.json"))
    except Missing:
        yield Finding(about="live", level="warning", message=f"there is no page at {patient.site.url} yet, or none of onrecord's", hint="push to the host, and look at the run of its workflow")
        return
    except Unreachable as error:
        yield Finding(about="live", level="warning", message=f"the page cannot be reached from here: {error}", hint=error.hint)
        return
    until = _instant(now.get("valid_until"))
    if until is not None and patient.now - until > _PATIENCE:
        late = in_words(patient.now - until)
        yield Finding(
            about="timer",
            level="error",
            message=f"the page was due to be made anew {late} ago: the timer of the host does not run, or its runs fail",
            hint="switch it on again there (GitHub switches schedules off after 60 quiet days), and let something else ask too: the manual, under hosting",
        )
    live, here = build.get("commit"), gitio.head(patient.root)
    if here is not None and isinstance(live, str) and live != here.commit:
        yield Finding(about="behind", level="note", message=f"online is commit {live[:10]}, and here is {here.commit[:10]}", hint="git push, or git pull; if both are done, look at the last run of the workflow")


def _read(live: Live, name: str) -> dict[str, Any]:
    try:
        said = json.loads(live.read(name, 1_000_000))
    except ValueError:
        raise Missing(name) from None
    if not isinstance(said, dict):
        raise Missing(name)
    return said


def _instant(text: object) -> Any:
    try:
        return parse_instant(text) if isinstance(text, str) else None
    except BadTime:
        return None
