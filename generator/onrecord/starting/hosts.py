"""What differs from host to host: the workflows, and what the owner must set there."""

from __future__ import annotations

import re
from collections.abc import Mapping

from onrecord.starting.answers import Host
from onrecord.starting.sources import text

_INSTALLED = "--no-deps --no-build-isolation ."
"""How this project's own workflows install the package: from the checkout. Owners install what requirements.txt names."""
_HAND_OVER = re.compile(r"      - name: Hand the site to Pages\n(?:(?!\n\n).)*?\n(?=\n)", re.DOTALL)
_DEPLOY = re.compile(r"  deploy:\n.*?(?=\n  \w+:\n)", re.DOTALL)
_PAGES_RIGHT = "      pages: write # to deploy\n"


class Drifted(Exception):
    """The workflows of this project are not what the scaffold takes them for: a bug, which a test finds."""


def pipeline(host: Host, shared: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files that check, build and deploy on that host, by their path."""
    if host == "gitlab":
        return {".gitlab-ci.yml": text("hosts/gitlab-ci.yml").encode()}
    found = {path: data for path, data in shared.items() if path.startswith(".github/")}
    return {path: _fitted(path, data, host) for path, data in found.items()}


def setting_up(host: Host) -> str:
    """What the owner must set at the host, as Markdown."""
    return text(f"hosts/{host}.md").strip()


def _fitted(path: str, data: bytes, host: Host) -> bytes:
    if not path.endswith((".yml", ".yaml")):
        return data
    workflow = data.decode().replace(_INSTALLED, "--no-deps --requirement requirements.txt")
    if host != "github":
        if path.endswith("/publish.yml"):
            workflow = _once(_HAND_OVER, text("hosts/hand-over.yml"), workflow)
            workflow = _once(_DEPLOY, text(f"hosts/{host}.yml"), workflow)
        workflow = _granted(workflow.replace(_PAGES_RIGHT, ""), host)
    return workflow.encode()


def _granted(workflow: str, host: Host) -> str:
    """The callers of publish.yml grant what its jobs ask for there."""
    return workflow.replace("      id-token: write # to prove to Pages which run deploys\n", _GRANTS[host])


_RUN = "      actions: read # to take over the site\n"
_GRANTS: Mapping[Host, str] = dict.fromkeys(("cloudflare", "netlify", "s3", "rsync"), f"{_RUN}      id-token: write # to sign which run made the site\n")


def _once(pattern: re.Pattern[str], replacement: str, workflow: str) -> str:
    changed, times = pattern.subn(lambda _: replacement, workflow)
    if times != 1:
        raise Drifted(f"{pattern.pattern!r} stands {times} times in publish.yml")
    return changed
