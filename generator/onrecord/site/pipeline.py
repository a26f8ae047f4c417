"""One build from files to published folder: choose the tree and the instant, read, derive, draw, assemble, publish."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from onrecord import __version__, gitio, times
from onrecord.files import Tree, WorkTree
from onrecord.gitio import past as gitio_past
from onrecord.gitio.history import Incomplete
from onrecord.gitio.past import Version
from onrecord.loading import load
from onrecord.loading.kept import Changed
from onrecord.memory import collector_paused
from onrecord.model import Dataset
from onrecord.policy import Readers, review
from onrecord.problems import Problem, in_order
from onrecord.render.proof import Made
from onrecord.revisions import History, read_history
from onrecord.settings import CACHE_FOLDER, INCIDENTS, THEME_FOLDER, BuildOptions
from onrecord.site import settled
from onrecord.site.assemble import assembled, editions
from onrecord.site.engine import Drawn, draw
from onrecord.site.lineage import Lineage, continued, rewrites
from onrecord.site.memory import forget, ground_of, remembered
from onrecord.site.publish import Published, publishing
from onrecord.site.standing import removed, stood
from onrecord.snapshot import Built, IncidentView, Snapshot, derive
from onrecord.snapshot.said import up_to
from onrecord.snapshot.spoken import in_language
from onrecord.templating import Templates, environment
from onrecord.withholding import Withholding, read_redactions
from onrecord.witness import Witness


class Watcher(Protocol):
    """Who is told how a build goes on."""

    def step(self, text: str) -> None:
        """A new stage begins, such as `Reading the records`."""

    def wrote(self, kind: str, path: str) -> None:
        """A file was made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What a build is made from: the records' tree, the folder that the engine reads, and the commit."""

    tree: Tree
    root: Path
    head: gitio.Head | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The records at one instant, and what is wrong with them."""

    snapshot: Snapshot
    problems: tuple[Problem, ...]
    tree: Tree
    """The tree without what is withheld, for what is read of it later."""
    sources: Mapping[str, str]
    """A digest of all that each record was read from, by the path of its folder."""
    settings: object
    """What the files say that concerns every page."""
    lineage: Lineage | None = None
    """The publications before this one, where they were asked for."""
    spoken: Callable[[str], Snapshot]
    """The same snapshot in another language of the page."""
    settle: Callable[[Callable[[IncidentView], str]], None]
    """Remembers the records that are over. To be called when the site is published, with what gives the digest of a view."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a build did. `counts` says how many files of each kind there are."""

    snapshot: Snapshot
    problems: tuple[Problem, ...]
    drawn: Drawn
    published: Published
    counts: Counter[str]
    lineage: Lineage | None = None
    why: Mapping[str, str]
    """Of each file that was made of a piece, and not left as it was, the reason; empty for a look back and for a clean build, which remember nothing."""


def build(options: BuildOptions, watcher: Watcher, *, serve: bool = False) -> Outcome:
    """Builds the site and publishes it, whatever the records are like; their problems are in the outcome.

    With `serve`, drafts of people's pages are drawn too.

    Raises:
        CannotPublish: the folder cannot be published to.
        EngineFailed: mkdocs.yml, a page or a template is wrong.
        GitFailed: the commit that was asked for cannot be read.
    """
    try:
        return _build(options, watcher, serve=serve, remembers=not (options.clean or options.as_of or options.commit))
    except Changed:  # somebody saves files while we build: then nothing is taken from memory
        return _build(options, watcher, serve=serve, remembers=False)


def _build(options: BuildOptions, watcher: Watcher, *, serve: bool, remembers: bool) -> Outcome:
    waiting = partial(watcher.step, "Waiting for another build of the same folder")
    with (
        publishing(options.out, clean=options.clean, waiting=waiting) as write,
        TemporaryDirectory(prefix="onrecord-", ignore_cleanup_errors=True) as work,
        _few_collections(),
        _source(options, Path(work)) as source,
    ):
        watcher.step("Reading the records")
        with collector_paused():
            reading = read(source, options, remembers=remembers)
            gc.freeze()
        watcher.step("Drawing the theme and your own pages")
        snapshot = reading.snapshot
        page = snapshot.policy.page
        drawn = draw(
            source.root,
            Path(work),
            at=snapshot.at,
            name=page.name,
            drill=page.drill,
            engine=options.engine or page.engine,
            serve=serve,
            languages=page.chosen_languages,
            names=page.names,
        )
        watcher.step("Writing the site")
        counts: Counter[str] = Counter()

        def note(kind: str, path: str) -> None:
            counts[kind] += 1
            watcher.wrote(kind, path)

        spoken = editions(snapshot, drawn, templates_of(source.root, options.root), reading.spoken)
        made = _made_of(reading, options)
        if options.clean:
            forget(options.root, options.out)
            settled.forget(options.root)
        if options.as_of is not None or options.commit is not None or options.clean:
            published = write(assembled(drawn, reading.tree, spoken, note=note, made=made))
            why: Mapping[str, str] = {}
        else:
            ground = ground_of(source.root, drawn, spoken, reading.settings, engine=made.engine)
            with remembered(options.root, options.out, reading.sources, ground) as memory:
                published = write(memory.noting(assembled(drawn, reading.tree, spoken, keeper=memory.keeping, note=note, made=made)), memory.shelf)
                memory.save()
                reading.settle(memory.keeping.digests_of(snapshot).core)
                why = memory.keeping.why
    return Outcome(
        snapshot=snapshot, problems=reading.problems, drawn=drawn, published=published, counts=counts, lineage=reading.lineage, why=why
    )


@contextmanager
def _few_collections() -> Iterator[None]:
    """Keeps Python from searching the records for cycles again and again: they hold none, and there are many of them."""
    thresholds = gc.get_threshold()
    gc.set_threshold(200_000, *thresholds[1:])
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)
        gc.unfreeze()


@contextmanager
def _source(options: BuildOptions, work: Path) -> Iterator[Source]:
    """The work tree, or the tree of a commit with what the engine needs of it laid out in `work`."""
    if options.commit is None:
        yield Source(tree=WorkTree(options.root), root=options.root, head=gitio.head(options.root))
        return
    head = gitio.commit(options.root, options.commit)
    with gitio.CommitTree(options.root, head.commit) as tree:
        root = work / "tree"
        root.mkdir()
        tree.write_to(root, without=INCIDENTS)
        yield Source(tree=tree, root=root, head=head)


def read(source: Source, options: BuildOptions, *, remembers: bool = False) -> Reading:
    """Reads the records and derives every fact at the build's instant.

    The instant is `now`, else the moment that is looked back to, else the present. With `remembers`, records that are over and were not
    touched since the last build are taken as that one found them.

    Raises:
        Changed: later on, where such a record is asked for its words, and its files were changed meanwhile.
    """
    head = source.head
    past = options.as_of or (head.committed if head is not None and options.commit is not None else None)
    at = options.now or past or times.now()

    def first_seen(path: str) -> datetime | None:
        return gitio.first_seen(options.root, path, head.commit) if head is not None else None

    def versions(path: str) -> Iterator[Version]:
        return gitio_past.versions(options.root, path, head.commit) if head is not None else iter(())

    today = read_redactions(WorkTree(options.root))[0] if options.commit is not None else None
    witness = Witness(source.tree)
    memory = settled.Settled(source.root, options.root) if remembers else None
    loaded = load(witness, now=at, first_seen=witness.dating(first_seen), versions=witness.asking(versions), withholding=today, memory=memory)
    readers = Readers(options.root, loaded.dataset.policy.record.visibility)
    if memory is not None:
        memory.stand(loaded.dataset, readers)
    lineage = continued(options.publications, options.root, head) if options.publications is not None else None
    built = Built(
        commit=head.commit if head is not None else None,
        committed=head.committed if head is not None else None,
        dirty=head.dirty if head is not None else False,
        version=__version__,
        rewrites=rewrites(lineage.chain, options.root, head, loaded.dataset.policy.record) if lineage and head else (),
    )
    history = _history(options, head, loaded.dataset, _published(lineage, head, at))
    before = stood(options.root, loaded.dataset, history, at) if options.as_of is None else {}
    gone = removed(options.root, loaded.dataset, history)

    def derived(dataset: Dataset) -> Snapshot:
        return derive(dataset, at, built=built, as_of=options.as_of, history=history, stood=before, removed=gone)

    def spoken(language: str) -> Snapshot:
        return derived(in_language(loaded.dataset, language, (loaded.dataset.policy.page.chosen_languages or (language,))[0]))

    snapshot = derived(loaded.dataset)
    said = loaded.dataset if options.as_of is None else up_to(loaded.dataset, options.as_of)
    found = review(said, at=at, past=False, readers=readers)
    data = loaded.dataset
    problems = tuple(in_order([*loaded.problems, *found]))
    sources = witness.digests | (memory.sources if memory is not None else {})

    def settle(core: Callable[[IncidentView], str]) -> None:
        if memory is not None:
            memory.save(snapshot, problems, sources, core)

    return Reading(
        snapshot=snapshot,
        problems=problems,
        tree=loaded.tree,
        sources=sources,
        settings=(data.policy, data.groups, data.components, data.redactions),
        lineage=lineage,
        spoken=spoken,
        settle=settle,
    )


def _made_of(reading: Reading, options: BuildOptions) -> Made:
    lineage = reading.lineage
    chain, note = (lineage.chain, lineage.note) if lineage else (None, "")
    return Made(engine=options.engine or reading.snapshot.policy.page.engine, gallery=options.gallery, chain=chain, note=note)


def _published(lineage: Lineage | None, head: gitio.Head | None, at: datetime) -> dict[str, datetime]:
    """When each commit that was ever deployed came out, this one included."""
    if lineage is None or head is None:
        return {}
    return {head.commit: at} | lineage.chain.first_published()


def _history(options: BuildOptions, head: gitio.Head | None, dataset: Dataset, published: Mapping[str, datetime]) -> History | None:
    """What git knows of the records up to the commit that is built; None where the clone does not hold it all.

    Looking back at an old commit leaves the cache alone, which knows the newest.
    """
    if head is None:
        return None
    kept = options.root / CACHE_FOLDER if options.commit is None else None
    withholding = Withholding(dataset.redactions)
    try:
        return read_history(
            options.root, kept, revision=head.commit, published=published, since=dataset.policy.record.since, withholding=withholding
        )
    except (Incomplete, gitio.GitFailed):
        return None


def templates_of(root: Path, home: Path) -> Callable[[str], Templates]:
    """The content templates by language, the owner's before ours; compiled ones are kept in the cache folder of `home`."""
    overrides = root / THEME_FOLDER
    cache = _made(home / CACHE_FOLDER / "templates")

    def of(language: str) -> Templates:
        return environment(overrides if overrides.is_dir() else None, language=language, cache_folder=cache)

    return of


def _made(folder: Path) -> Path | None:
    """The folder, or None where it cannot be made: a build does without its cache."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        return None
    return folder
