"""What one build remembers for the next: opened for a published folder, asked while the site is made, and written when it is published."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import astuple
from pathlib import Path

from onrecord.cache import contents
from onrecord.cache.generator import code
from onrecord.cache.rows import Rows, Torn
from onrecord.render.pages.words import Words
from onrecord.render.proof import versions
from onrecord.settings import CACHE_FOLDER, THEME_FOLDER
from onrecord.site.assemble import Edition, File
from onrecord.site.engine import Drawn
from onrecord.site.keeping import Keeping
from onrecord.site.shelf import Shelf
from onrecord.snapshot.digests import Digests, digest

_FOLDER = "site-1"
"""The number changes whenever the rows do: what another version wrote is never read."""


class Memory:
    """What is known of one published folder, and of the pieces in it."""

    def __init__(self, rows: Rows, shelf: Shelf, keeping: Keeping) -> None:
        self._rows = rows
        self.shelf = shelf
        self.keeping = keeping
        self._digests: dict[str, str] = {}

    def noting(self, files: Iterable[File]) -> Iterator[File]:
        """The same files, each noted as it goes by."""
        for file in files:
            self._digests[file.path] = file.sha256
            yield file

    def save(self) -> None:
        """Puts all of it down, where it can. To be called when those files are published: they are, whatever becomes of this."""
        with suppress(Torn):
            self.keeping.save()
            self.shelf.learn(self._digests)
            self._rows.save()


@contextmanager
def remembered(home: Path, target: Path, sources: Mapping[str, str], ground: dict[str, str]) -> Iterator[Memory]:
    """What the cache of the repository at `home` knows of the folder `target`.

    `sources` has a digest of all that each record was read from, by the path of its folder.
    """
    target = target.resolve()
    with Rows(_path(home, target)) as rows:
        shelf = Shelf(target, rows)
        yield Memory(rows, shelf, Keeping(rows, shelf, sources, ground))


def forget(home: Path, target: Path) -> None:
    """Forgets what is known of the folder: whoever asks for a clean build trusts no memory, and what it would note costs a fifth of it."""
    with Rows(_path(home, target.resolve())) as rows, suppress(Torn):
        rows.clear()
        rows.save()


def _path(home: Path, target: Path) -> Path:
    return home / CACHE_FOLDER / _FOLDER / f"{digest(str(target).encode('utf-8', 'surrogateescape'))}.sqlite"


def ground_of(root: Path, drawn: Drawn, spoken: Sequence[Edition], settings: object, *, engine: str) -> dict[str, str]:
    """What every page of the site stands on, by its name in words. `settings` are those that are read from files."""
    first = spoken[0].setting
    digests = Digests(first.snapshot, {})
    shells = [(kind, shell.html) for edition in spoken for kind, shell in sorted(edition.shells.items())]
    languages = [(edition.setting.language.code, edition.setting.language.fingerprint) for edition in spoken]
    return {
        "the generator": digest(f"{code()} {sorted(versions(engine).items())} {languages}".encode()),
        "the policy, the components or a redaction": digests.of(settings),
        "a template of yours": digest(repr(sorted(contents(root / THEME_FOLDER).items())).encode()),
        "mkdocs.yml, a page or the theme": digests.of((shells, astuple(drawn.site), [(astuple(e.setting.site), e.setting.feeds) for e in spoken])),
        "a word of the interface": digests.of([_plain(edition.setting.words) for edition in spoken]),
    }


def _plain(words: Words) -> dict[str, object]:
    """Everything that is looked up in them."""
    return {name: value for name, value in vars(words).items() if not callable(value)}
