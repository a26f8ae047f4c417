"""Two commits set against each other, whatever lies between them: what became of everything that the older one published."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from onrecord.cache.rows import Rows
from onrecord.gitio import history as git
from onrecord.gitio.history import Blobs, FileChange
from onrecord.revisions.dossier import update_id
from onrecord.revisions.ledger import IN_A_RECORD, Arrival, Ledger, new_state
from onrecord.revisions.reading import Texts
from onrecord.revisions.records import History
from onrecord.revisions.retelling import tell
from onrecord.withholding import Withholding


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """`history` has the records that differ, as if the newer commit had come right after the older one.

    `updates` counts those that the older one has, `changed` the paths of those that are not byte for byte the same.
    """

    history: History
    updates: int
    changed: tuple[str, ...]


def compare(root: Path, old: str, new: str, withholding: Withholding) -> Comparison:
    """What became of the records of one commit in another.

    Raises:
        GitFailed: the clone does not hold one of them.
        Incomplete: it does not hold all of their files.
    """
    before, after = git.blobs_of(root, old), git.blobs_of(root, new)
    differing = [path for path in before | after if before.get(path) != after.get(path)]
    ids = {found["id"] for path in differing if (found := IN_A_RECORD.fullmatch(path))}
    ours = {path: blob for path, blob in before.items() if (found := IN_A_RECORD.fullmatch(path)) and found["id"] in ids}
    ledger = Ledger(rows=Rows(None), state=new_state(""), message=withholding.message)
    with Blobs(root) as blobs:
        texts = Texts(blobs, withholding)
        first = [FileChange(path, "", blob) for path, blob in ours.items()]
        then = [FileChange(path, before.get(path, ""), after.get(path, "")) for path in differing]
        ledger.enter(Arrival(number=0, commit=git.one(root, old), files=first), texts)
        # Nobody knows which commit did it, so what the newest one says is no reason for it.
        ledger.enter(Arrival(number=1, commit=replace(git.one(root, new), message=""), files=then), texts)
    ledger.rows.put("state", [("times", [int(git.one(root, commit).committed.timestamp()) for commit in (old, new)]), ("ids", old + new)])
    ledger.save(new, 2)
    return Comparison(
        history=tell(ledger, root, {}, None)[0],
        updates=sum(_is_update(path) for path in before),
        changed=tuple(path for path in differing if path in before and _is_update(path)),
    )


def _is_update(path: str) -> bool:
    found = IN_A_RECORD.fullmatch(path)
    return found is not None and update_id(found["inner"]) is not None
