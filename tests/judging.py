"""What the rules find in the small healthy repository with some of its files spoilt."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from onrecord.loading import load
from onrecord.policy import Readers, review
from onrecord.problems import Problem
from records import HEALTHY, NOW, Memory

Files = Mapping[str, str | bytes | None]


class Anybody(Readers):
    """Of a repository that all the world reads."""

    circle = "public"  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__(None)

    def has(self, path: str) -> bool:
        return True


def judged(files: Files, family: str | tuple[str, ...] = "OR", at: datetime = NOW, readers: Readers | None = None, past: bool = True) -> list[Problem]:
    """Every finding whose code begins so, with these files in it; None takes a file away. The rest is as `review` has it."""
    merged = {path: content for path, content in {**HEALTHY, **files}.items() if content is not None}
    loaded = load(Memory(merged), now=at)
    assert loaded.problems == ()
    return [problem for problem in review(loaded.dataset, at=at, readers=readers or Readers(None), past=past) if problem.code.startswith(family)]


def found(files: Files, family: str | tuple[str, ...] = "OR", at: datetime = NOW) -> list[str]:
    """The same as code and place."""
    return [f"{problem.code} {problem.place}" for problem in judged(files, family, at)]
