"""What a build need not make again: the pieces of the site of which all that they were made of is the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress

from onrecord.cache.rows import Rows, Torn
from onrecord.render.artifacts import Piece
from onrecord.site.assemble import File
from onrecord.site.shelf import Shelf
from onrecord.snapshot.digests import Digests, digest
from onrecord.snapshot.records import Snapshot
from onrecord.snapshot.watching import Fact, watched

_PIECES, _GROUND = "pieces", "ground"
_AT_ONCE = 500
"""So many pieces wait in memory before they are put down."""
ALWAYS = "it is made in every build"


class Keeping:
    """The pieces of the last build, each with the digests of all that it was made of.

    `ground` has the digest of each thing that every piece stands on, by its name in words: where one of them changed,
    all is made anew. `why` says of each path that was made why that was.
    """

    def __init__(self, rows: Rows, shelf: Shelf, sources: Mapping[str, str], ground: Mapping[str, str]) -> None:
        self._rows = rows
        self._shelf = shelf
        self._sources = sources
        self._digests: dict[int, tuple[Snapshot, Digests]] = {}
        self._ground = dict(ground)
        self._base = digest(repr(sorted(ground.items())).encode())
        self._pieces = _whole(rows)
        self._facts: dict[Fact, None] = {}
        self._new: dict[str, list[object]] = {}
        self._met: set[str] = set()
        self._why: dict[str, str] = {}
        self.why: dict[str, str] = {}
        self.made_of: Counter[str] = Counter()

    def kept(self, piece: Piece, snapshot: Snapshot) -> Sequence[File] | None:
        """Its files as they were published, where all is as it was."""
        if piece.of is None:
            self._why[piece.name] = ALWAYS
            return None
        self._met.add(piece.name)
        row = self._pieces.get(piece.name)
        files, reason = (None, "it is new") if row is None else self._checked(row, piece.of, self.digests_of(snapshot))
        if files is None:
            self._why[piece.name] = reason
        return files

    def digests_of(self, snapshot: Snapshot) -> Digests:
        """The digests of that snapshot; each language has its own."""
        if id(snapshot) not in self._digests:
            self._digests[id(snapshot)] = snapshot, Digests(snapshot, self._sources)
        return self._digests[id(snapshot)][1]

    def _checked(self, row: Sequence[object], of: tuple[object, ...], digests: Digests) -> tuple[list[File] | None, str]:
        """The files of that row; else None, and why they are not good any more."""
        try:
            base, known, facts, files = row
            if base != self._base:
                return None, self._moved()
            if known != digests.of(of):
                return None, "its record has changed" if len(of) == 1 else "what it is made of has changed"
            for where, was in facts:  # type: ignore[attr-defined]
                if digests.at(tuple(where)) != was:
                    return None, f"the snapshot's {' '.join(where)} has changed"
            found = [_file(values) for values in files]  # type: ignore[attr-defined]
        except (TypeError, ValueError, KeyError):
            return None, "what was kept of it cannot be read"
        gone = next((file.path for file in found if not self._shelf.stands(file.path, file.sha256)), None)
        return (found, "") if gone is None else (None, "its file is gone, or somebody changed it")

    def _moved(self) -> str:
        """Which of the things that all pieces stand on changed."""
        try:
            before = self._rows.get(_GROUND, _GROUND) or {}
        except Torn:
            before = {}
        names = [name for name, value in self._ground.items() if before.get(name) != value]
        return f"{' and '.join(names) or 'what all stands on'} changed"

    def reading(self, snapshot: Snapshot) -> Snapshot:
        """The snapshot, with a note of what the next piece reads."""
        self._facts = {}
        return watched(snapshot, self._facts.setdefault)

    def made(self, piece: Piece, snapshot: Snapshot, files: Sequence[File]) -> None:
        """Keeps the piece under all that it was made of."""
        reason = self._why.pop(piece.name)
        self.why.update((file.path, reason) for file in files)
        self.made_of[piece.kind] += 1
        if piece.of is None:
            return
        digests = self.digests_of(snapshot)
        facts = [(where, digests.at(where)) for where in self._facts]
        rows = [[f.path, f.kind, f.sha256, f.size, f.address, f.modified] for f in files]
        self._new[piece.name] = [self._base, digests.of(piece.of), facts, rows]
        if len(self._new) >= _AT_ONCE:
            with suppress(Torn):
                self._put()

    def save(self) -> None:
        """Puts down what was made. To be called when it is published."""
        with suppress(Torn):
            self._rows.drop(_PIECES, [name for name in self._pieces if name not in self._met])
            self._put()
            self._rows.put(_GROUND, [(_GROUND, self._ground)])

    def _put(self) -> None:
        """Puts down what waits; it counts only once all is saved."""
        self._rows.put(_PIECES, self._new.items())
        self._new.clear()


def _file(values: Sequence[object]) -> File:
    path, kind, sha256, size, address, modified = values
    return File(path=path, kind=kind, sha256=sha256, size=size, data=None, address=address, modified=modified)  # type: ignore[arg-type]


def _whole(rows: Rows) -> dict[str, list[object]]:
    try:
        return {str(name): row for name, row in rows.all(_PIECES) if isinstance(row, list)}
    except Torn:
        return {}
