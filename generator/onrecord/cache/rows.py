"""Many small facts in one file of the cache folder, some of which are read or changed at a time."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from onrecord.cache.vouching import forget, is_whole, vouch

Key = str | int
_WAIT_SECONDS = 5.0


class Torn(Exception):
    """The file is no such file, or was damaged: what was kept in it must be made again."""


class Busy(Torn):
    """Another run is writing to the file just now; nothing is wrong with it."""


class Rows:
    """Facts by table and key. What is put becomes whole with `save`, or not at all.

    Facts are JSON, so nothing that somebody else wrote into the file can run. A file that is not byte for byte
    what was saved is made anew, so that no fact in it is found to be wrong later. Without a folder
    that can be written to, everything is kept in memory, and forgotten.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._changed = False
        self._base = _opened(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the file; what was put and not saved is forgotten."""
        self._base.close()

    def get(self, table: str, key: Key) -> Any:
        """The fact kept under that key, None where there is none.

        Raises:
            Torn: the file is damaged.
        """
        try:
            found = self._base.execute("SELECT fact FROM rows WHERE part = ? AND name = ?", (table, key)).fetchone()
        except sqlite3.Error as error:
            raise _torn(error) from error
        return None if found is None else _read(found[0])

    def all(self, table: str) -> Iterator[tuple[Key, Any]]:
        """Every key and fact of a table, in order of the keys.

        Raises:
            Torn: the file is damaged.
        """
        found = list(self._ask("SELECT name, fact FROM rows WHERE part = ? ORDER BY name", table))
        facts = _read(f"[{','.join(fact for _, fact in found)}]")  # one long text is read several times as fast as many short ones
        if len(facts) != len(found):
            raise Torn(f"a fact of `{table}` is more than one")
        return zip((key for key, _ in found), facts, strict=True)

    def whole(self, table: str) -> Callable[[Key], Any]:
        """A table read at once, for whoever asks for most of it: gives each fact by its key, None where there is none.

        Raises:
            Torn: the file is damaged.
        """
        facts = dict(self._ask("SELECT name, fact FROM rows WHERE part = ?", table))
        return lambda key: _read(facts[key]) if key in facts else None

    def keys(self, table: str) -> list[Key]:
        """Every key of a table, in order."""
        return [row[0] for row in self._ask("SELECT name FROM rows WHERE part = ? ORDER BY name", table)]

    def put(self, table: str, facts: Iterable[tuple[Key, Any]]) -> None:
        """Keeps facts, in place of those that were kept under their keys."""
        rows = ((table, key, json.dumps(fact, separators=(",", ":"))) for key, fact in facts)
        self._change("INSERT OR REPLACE INTO rows VALUES (?, ?, ?)", rows)

    def drop(self, table: str, keys: Iterable[Key]) -> None:
        """Forgets the facts under those keys."""
        self._change("DELETE FROM rows WHERE part = ? AND name = ?", ((table, key) for key in keys))

    def clear(self) -> None:
        """Forgets everything."""
        self._change("DELETE FROM rows", [()])

    def save(self) -> None:
        """Makes what was put whole. Where another run holds the file, what was put is forgotten when we are done.

        Raises:
            Torn: it cannot be written, and what was put is forgotten already.
        """
        if not self._changed:
            return
        self._changed = False
        try:
            self._base.commit()
        except sqlite3.Error as error:
            if not self._base.in_transaction:
                raise _torn(error) from error
            return
        if self._path is not None:
            vouch(self._path)

    def _ask(self, question: str, *values: Key) -> Iterator[tuple[Any, ...]]:
        try:
            yield from self._base.execute(question, values)
        except sqlite3.Error as error:
            raise _torn(error) from error

    def _change(self, command: str, rows: Iterable[tuple[Any, ...]]) -> None:
        self._changed = True
        try:
            self._base.executemany(command, rows)
        except sqlite3.Error as error:
            raise _torn(error) from error


def _opened(path: Path | None) -> sqlite3.Connection:
    """The file, made anew where it is no such file; else a place in memory."""
    if path is not None and path.exists() and not is_whole(path):
        forget(path)
    for _ in range(2):
        try:
            return _base(path)
        except sqlite3.DatabaseError:
            if path is None or _is_busy(path):
                break
            with suppress(OSError):
                path.unlink()
        except OSError:
            break
    return _base(None)


def _torn(error: sqlite3.Error) -> Torn:
    return (Busy if getattr(error, "sqlite_errorcode", None) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) else Torn)(str(error))


def _is_busy(path: Path) -> bool:
    """Whether another build is writing to it just now."""
    try:
        return path.read_bytes()[:15] == b"SQLite format 3"
    except OSError:
        return True


def _base(path: Path | None) -> sqlite3.Connection:
    if path is not None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    base = sqlite3.connect(":memory:" if path is None else path, timeout=_WAIT_SECONDS)
    base.execute("PRAGMA trusted_schema = OFF")
    base.execute("CREATE TABLE IF NOT EXISTS rows (part TEXT, name, fact TEXT, PRIMARY KEY (part, name)) WITHOUT ROWID")
    return base


def _read(fact: str) -> Any:
    try:
        return json.loads(fact)
    except ValueError as error:
        raise Torn(str(error)) from error
