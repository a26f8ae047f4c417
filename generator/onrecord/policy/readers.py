"""Who can read the repository: what its owner says, what the host says where it runs us, and whether it was sent anywhere."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Literal

from onrecord.settings import INCIDENTS, POLICY_FILE

Circle = Literal["own", "public", "unknown"]
"""Your own people, anybody, or nobody knows who."""
_BITBUCKET = {"true": "private", "false": "public"}


class Readers:
    """Those who can read one repository. Git is asked only where a rule asks."""

    def __init__(self, root: Path | None, stated: str = "unknown", environment: Mapping[str, str] | None = None) -> None:
        self._root = root
        self._stated = stated
        self._environment = os.environ if environment is None else environment

    @cached_property
    def circle(self) -> Circle:
        """Who they are. Of what the owner and the host say, the more open counts; where both are silent, an unsent repository is one's own."""
        if self._root is None:
            return "own"
        from onrecord import gitio

        said = {self._stated, self.host}
        if "public" in said:
            return "public"
        return "own" if "private" in said or not gitio.remotes(self._root) else "unknown"

    @cached_property
    def host(self) -> str:
        """What the host that runs us says of the repository: `private`, `public` or `unknown`."""
        given = self._environment
        if visibility := given.get("CI_PROJECT_VISIBILITY"):  # GitLab; `internal` is for its own users alone
            return "public" if visibility == "public" else "private"
        if "BITBUCKET_REPO_IS_PRIVATE" in given:
            return _BITBUCKET.get(given["BITBUCKET_REPO_IS_PRIVATE"].lower(), "unknown")
        return _from_event(given.get("GITHUB_EVENT_PATH"))

    def has(self, path: str) -> bool:
        """Whether the file is in git's index, so that the next push takes it along if it has not gone already."""
        return path in self._tracked

    @cached_property
    def _tracked(self) -> frozenset[str]:
        from onrecord import gitio

        return gitio.tracked(self._root, INCIDENTS, POLICY_FILE) if self._root is not None else frozenset()


def _from_event(path: str | None) -> str:
    """What the event says that started a run of GitHub Actions, or of Forgejo's or Gitea's."""
    try:
        event = json.loads(Path(path).read_bytes()) if path else {}
    except (OSError, ValueError):
        return "unknown"
    repository = event.get("repository") if isinstance(event, dict) else None
    private = repository.get("private") if isinstance(repository, dict) else None
    return {True: "private", False: "public"}.get(private, "unknown") if isinstance(private, bool) else "unknown"


ALONE = Readers(None)
"""Nobody but ourselves: nothing that stands in the repository can be read by others."""
