"""A small healthy repository to spoil: one component, two incidents, and the files of one more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from onrecord.files import Unreadable
from onrecord.settings import MAX_FILE_BYTES

NOW = datetime(2026, 11, 21, 16, 0, tzinfo=UTC)
FOLDER = "incidents/2026/2026-11-21-checkout-errors"
HEAD = f"{FOLDER}/incident.yml"
FIRST = f"{FOLDER}/updates/20261121T140512Z-investigating-k3f9.md"
LAST = f"{FOLDER}/updates/20261121T151044Z-resolved-7mzd.md"
OTHER = "incidents/2026/2026-11-20-api-slow"
COMPONENTS = "site_src/components.yml"
POLICY = "site_src/policy.yml"
POSTMORTEM = f"{FOLDER}/postmortem.md"

HEALTHY: dict[str, str | bytes] = {
    COMPONENTS: "components:\n  - {id: checkout, name: Checkout}\n  - {id: api, name: API}\n",
    HEAD: "title: Checkout errors\nseverity: minor\ncomponents:\n  checkout: partial_outage\nstarted: 2026-11-21T13:58:00Z\n",
    FIRST: "---\nat: 2026-11-21T14:05:12Z\nstatus: investigating\nnext_update_by: 2026-11-21T15:35:00Z\n---\nPayments fail.\n",
    LAST: "---\nat: 2026-11-21T15:10:44Z\nstatus: resolved\n---\nIt is over. We are sorry.\n",
    f"{OTHER}/incident.yml": "title: API slow\ncomponents: {api: degraded_performance}\n",
    f"{OTHER}/updates/20261120T090000Z-resolved-aaaa.md": "---\nat: 2026-11-20T09:00:00Z\nstatus: resolved\n---\nOver. Sorry.\n",
}


def update(extra: str = "", *, at: str = "2026-11-21T14:05:12Z", status: str = "investigating", body: str = "Payments fail.\n") -> str:
    """An update with more lines in its front matter."""
    return f"---\nat: {at}\nstatus: {status}\nnext_update_by: 2026-11-21T18:00:00Z\n{extra}---\n{body}"


def head(extra: str = "", started: str = "2026-11-21T13:58:00Z") -> str:
    """A head with more lines."""
    return f"title: Checkout errors\nstarted: {started}\n{extra}"


class Memory:
    """A tree of files that lies nowhere."""

    def __init__(self, files: Mapping[str, str | bytes]) -> None:
        self._files = {path: content.encode() if isinstance(content, str) else content for path, content in files.items()}

    def paths(self, prefix: str) -> Iterable[str]:
        return sorted(path for path in self._files if path.startswith(f"{prefix}/"))

    def read(self, path: str, limit: int = MAX_FILE_BYTES) -> bytes:
        if path not in self._files:
            raise Unreadable("there is no such file")
        return self._files[path]

    def exists(self, path: str) -> bool:
        return path in self._files
