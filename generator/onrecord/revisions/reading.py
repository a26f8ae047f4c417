"""The one pass over the branch: commits in first-parent order into the ledger, only those that it does not know yet."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path

from onrecord import gitio
from onrecord.cache import digest
from onrecord.cache.rows import Busy, Rows, Torn
from onrecord.files import Unreadable
from onrecord.gitio import history as git
from onrecord.gitio.history import Author, Blobs, FileChange
from onrecord.memory import collector_paused
from onrecord.revisions.ledger import Arrival, Ledger, State, new_state
from onrecord.settings import COMPONENTS_FILE, CONFIG_FILE, INCIDENTS, POLICY_FILE
from onrecord.withholding import Withholding

FILE = "history-8.sqlite"
"""The number changes whenever the dossiers do: what another version wrote is never read."""
_ILL_FORMED = (KeyError, TypeError, ValueError, IndexError)
_AT_ONCE = 2_000
_MOST_TEXTS = 20_000
_PULLED = re.compile(
    r"Merge (?:branch '(?P<branch>[^']+)' of (?P<address>\S+)|remote-tracking branch '(?P<remote>[^/']+)/(?P<tracked>[^']+)'|branch '(?P<into>[^']+)' into \S+)"
)
_REPOSITORY = re.compile(rb"""^repo_url:[ \t]*["']?([^\s"'#]+)""", re.MULTILINE)
_MAIN = frozenset({"main", "master", "trunk"})

NOTHING_WITHHELD = Withholding()
Commit = tuple[Author, list[FileChange]]


def read_ledger(root: Path, cache_folder: Path | None, revision: str = "HEAD", withholding: Withholding = NOTHING_WITHHELD) -> Ledger:
    """The ledger up to that commit; what the cache holds is not read again, unless other words are withheld now.

    Raises:
        Incomplete: the clone does not hold the whole history.
        GitFailed: no git, no repository, no such commit.
    """
    git.demand_whole(root)
    tip = gitio.commit(root, revision).commit
    with suppress(Torn):
        return _with(Rows(cache_folder / FILE if cache_folder is not None else None), root, tip, withholding)
    return _with(Rows(None), root, tip, withholding)


def _with(rows: Rows, root: Path, tip: str, withholding: Withholding) -> Ledger:
    """The ledger in those rows. What somebody else wrote there, or half of it, is forgotten and made again.

    Raises:
        Torn: another run is writing to them just now, or they cannot be mended.
    """
    try:
        return _brought_up(root, rows, tip, withholding)
    except Busy:
        rows.close()
        raise
    except (Torn, *_ILL_FORMED):
        rows.clear()
        return _brought_up(root, rows, tip, withholding)
    except BaseException:
        rows.close()
        raise


def _brought_up(root: Path, rows: Rows, tip: str, withholding: Withholding) -> Ledger:
    withheld = digest(redaction.model_dump_json().encode() for redaction in withholding.redactions)
    state: State | None = rows.get("state", "state")
    if state is not None and state["withheld"] != withheld:
        state = None
    if state is not None and state["tip"] == tip:
        return Ledger(rows=rows, state=state)
    line = _since(root, state["tip"], tip) if state is not None else None
    if state is None or line is None:
        rows.clear()
        state, line = new_state(withheld), git.line(root, tip)
    ledger = Ledger(rows=rows, state=state, message=withholding.message)
    with collector_paused(), Blobs(root) as blobs:
        _enter(root, ledger, line, tip, Texts(blobs, withholding))
    return ledger


def _since(root: Path, known: str, tip: str) -> list[str] | None:
    """The commits of the line since one that was on it; None where it is not on it any more."""
    if not git.is_ancestor(root, known, tip):
        return None
    line = git.line(root, tip, after=known)
    return line if line and known in git.parents(root, line[0])[:1] else None


def _enter(root: Path, ledger: Ledger, line: Sequence[str], tip: str, texts: Texts) -> None:
    first = ledger.state["length"]
    numbers = {commit: first + index for index, commit in enumerate(line)}
    merges = _Merges(numbers, ledger, root)
    times: list[int] = (ledger.rows.get("state", "times") or []) if first else []
    commits = git.log(root, tip, after=ledger.state["tip"] or None)
    while some := list(islice(commits, _AT_ONCE)):
        texts.fetch(_blobs(some))
        for commit, files in some:
            if commit.commit in numbers:
                times.append(int(commit.committed.timestamp()))
                ledger.enter(merges.arrival(commit, files), texts)
            else:
                merges.wait(commit, files)
    ids = ledger.rows.get("state", "ids") if first else ""
    ledger.rows.put("state", [("times", times), ("ids", ids + "".join(line))])
    ledger.save(tip, first + len(line))


class Texts:
    """The bytes of blobs, fetched many at a time, without what is withheld of them."""

    def __init__(self, blobs: Blobs, withholding: Withholding) -> None:
        self._blobs = blobs
        self._withholding = withholding
        self._known: dict[str, bytes | Unreadable] = {}

    def fetch(self, blobs: Iterable[str]) -> None:
        if len(self._known) > _MOST_TEXTS:
            self._known.clear()
        wanted = [blob for blob in blobs if blob not in self._known]
        self._known.update(zip(wanted, self._blobs.read(wanted), strict=True))

    def __call__(self, path: str, blob: str) -> bytes | Unreadable:
        if blob not in self._known:
            self.fetch([blob])
        data = self._known[blob]
        return data if isinstance(data, Unreadable) or not self._withholding else self._withholding.of(path, data)


def _blobs(commits: Iterable[Commit]) -> list[str]:
    """The blobs that will be read: records, components and policy, each once."""
    paths = (f"{INCIDENTS}/", COMPONENTS_FILE, POLICY_FILE)
    ends = (".md", ".yml")
    found = (c for _, files in commits for c in files if c.path.startswith(paths) and c.path.endswith(ends))
    return list(dict.fromkeys(blob for change in found for blob in (change.before, change.after) if blob))


# ---------------------------------------------------------------- merges


class _Merges:
    """Commits beside the line wait here for the merge that brings them."""

    def __init__(self, numbers: Mapping[str, int], ledger: Ledger, root: Path) -> None:
        self._numbers = numbers
        self._ledger = ledger
        self._waiting: dict[str, Commit] = {}
        self._root = root

    def wait(self, commit: Author, files: list[FileChange]) -> None:
        self._waiting[commit.commit] = (commit, files)

    def arrival(self, commit: Author, files: Sequence[FileChange]) -> Arrival:
        """A commit of the line, with what it merged."""
        number = self._numbers[commit.commit]
        if len(commit.parents) < 2:
            return Arrival(number=number, commit=commit, files=files)
        merged, fork = self._merged(commit)
        pulled = bool(merged) and is_pull(commit.message, self._address_at(commit))
        if pulled:
            self._ledger.state["pulled"].append([number, commit.commit, fork, [c.commit for c, _ in merged]])
        return Arrival(number=number, commit=commit, files=files, merged=merged, pulled=pulled)

    def _address_at(self, commit: Author) -> str:
        """Where that commit says that the repository lies. How this clone is configured says nothing: every clone must tell the same."""
        config = git.file_of(self._root, commit.commit, CONFIG_FILE) if _PULLED.match(commit.message) else None
        found = _REPOSITORY.search(config or b"")
        return found[1].decode("utf-8", "replace") if found else ""

    def _merged(self, commit: Author) -> tuple[list[Commit], int]:
        """The commits that a merge brought, oldest first, and the number of the commit on the line at which they left it."""
        asked, fork = list(commit.parents[1:]), -1
        found: set[str] = set()
        while asked:
            id = asked.pop()
            if id in found:
                continue
            if id in self._waiting:
                found.add(id)
                asked += self._waiting[id][0].parents
            else:
                fork = max(fork, self._number(id))
        return [self._waiting.pop(id) for id in list(self._waiting) if id in found], fork

    def _number(self, commit: str) -> int:
        """The place of a commit on the line, -1 of one that is not on it."""
        known = self._numbers.get(commit)
        return self._ledger.number(commit) if known is None else known


def is_pull(message: str, own: str) -> bool:
    """Whether a merge is one that `git pull` makes of its own, with the published branch on its second parent.

    A pull from another repository than `own` is not: it brings what was not published before. Where `own` is empty, every address may be it.
    """
    found = _PULLED.match(message)
    if found is None:
        return False
    if found["tracked"]:
        return found["tracked"] in _MAIN or found["remote"] in ("origin", "upstream")
    if found["into"]:
        return found["into"] in _MAIN
    return found["branch"] in _MAIN and (not own or _place(found["address"]) == _place(own))


def _place(address: str) -> str:
    """The last two parts of an address, however it is spelled: `host:owner/page.git` and `https://host/owner/page` are one."""
    return "/".join(re.split(r"[/:]", address.rstrip("/").removesuffix(".git").rstrip("/"))[-2:])

