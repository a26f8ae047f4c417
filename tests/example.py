"""The example of this repository, built as a person would build it: on its worst day and on a quiet one."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from onrecord.settings import BuildOptions
from onrecord.site.pipeline import Outcome, build
from onrecord.times import parse_instant

ROOT = Path(__file__).parent.parent
DAYS = {"worst": parse_instant("2026-08-18T14:21:00Z"), "quiet": parse_instant("2026-11-20T10:00:00Z")}
"""What `make site AS_OF=…` shows: three open incidents with a promise missed, and nothing."""


class Silent:
    """Whoever watches a build and says nothing."""

    def step(self, text: str) -> None:
        """A stage begins."""

    def wrote(self, kind: str, path: str) -> None:
        """A file was made."""


def built(out: Path, day: datetime | None = None, *, root: Path = ROOT, engine: str | None = None, gallery: bool = False, back: bool = True) -> Outcome:
    """Builds the page of `root` into `out` as it stood at `day`; without `back` with the clock of that day and all that there is."""
    return build(BuildOptions(root=root, out=out, now=day, as_of=day if back else None, engine=engine, gallery=gallery), Silent())
