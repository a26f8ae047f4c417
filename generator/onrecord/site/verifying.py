"""A published site against the commit that it names: made again with the same versions, and compared file by file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from onrecord.cache.generator import code
from onrecord.fetching import Missing, Site
from onrecord.gitio.cloning import clone
from onrecord.publications import PUBLICATIONS, BrokenChain, Chain, parse_chain
from onrecord.render.proof import BUILD, MANIFEST, versions
from onrecord.settings import BuildOptions
from onrecord.site import disk
from onrecord.site.pipeline import Watcher, build
from onrecord.site.precompress import original, unpacked
from onrecord.site.trust import runs
from onrecord.times import BadTime, parse_instant

MOST_FILES, MOST_BYTES = 500_000, 4_000_000_000
"""A site of more is not asked for: whoever names an address may not make us load without end."""
_CARD_BYTES = 1_000_000
_AT_ONCE = 8
_FOR_THE_HOST = frozenset({"_headers", "_redirects"})
"""Files that a host reads and does not give out."""
Kind = Literal["changed", "missing", "extra", "differs", "unexpected", "absent"]


class CannotVerify(Exception):
    """Nothing can be compared. `hint` says what to do."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What a site says of itself in `build.json`."""

    commit: str
    at: datetime
    as_of: datetime | None
    engine: str
    gallery: bool
    versions: Mapping[str, str]
    code: str
    digest: str
    manifest: str
    """The SHA-256 of the manifest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One file that is not as it should be, and in what way."""

    path: str
    kind: Kind
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What came out. `unseen` are files that the host keeps to itself, so that nobody can compare them from outside."""

    card: Card
    files: int
    differences: tuple[Difference, ...]
    unseen: tuple[str, ...] = ()


def verify(where: str, root: Path, watcher: Watcher, *, trust: bool = False) -> Verdict:
    """Compares the site with what the repository at `root` makes of its commit.

    Raises:
        CannotVerify: it is no site of ours, other versions are installed, or foreign code would run.
        GitFailed: the commit is not in the repository.
        Incomplete: the clone does not hold the history.
        Missing, Unreachable: the site cannot be read.
    """
    site = Site(where)
    card = read_card(site)
    _demand_versions(card)
    watcher.step("Reading the site")
    manifest = site.read(MANIFEST)
    found = list(_own_claims(card, manifest))
    listed = _listed(manifest)
    chain_bytes, chain = _chain(site, card, found)
    with TemporaryDirectory(prefix="onrecord-", ignore_cleanup_errors=True) as work:
        made = _made_again(card, chain, root, Path(work), watcher, trust=trust)
        found += _against(listed, made)
        if chain is not None and (made / PUBLICATIONS).read_bytes() != chain_bytes:
            found.append(Difference(path=PUBLICATIONS, kind="differs", message="its newest entry is not the one of this build"))
    watcher.step("Comparing every file")
    unseen = [path for path in listed if site.is_remote and path in _FOR_THE_HOST]
    found += _bytes_of(site, {path: digest for path, digest in listed.items() if path not in unseen})
    if not site.is_remote:
        found += _extras(Path(where), listed)
    return Verdict(card=card, files=len(listed), differences=tuple(sorted(found, key=lambda d: (d.path, d.kind))), unseen=tuple(unseen))


def read_card(site: Site) -> Card:
    """What the site says of itself.

    Raises:
        CannotVerify: it is no site of ours, or was made of what no commit holds.
        Missing, Unreachable: it cannot be read.
    """
    data = site.read(BUILD, _CARD_BYTES)
    try:
        facts = json.loads(data)
        if facts["generator"] != "onrecord":
            raise ValueError(facts["generator"])
        card = Card(
            commit=str(facts["commit"]),
            at=parse_instant(facts["at"]),
            as_of=parse_instant(facts["as_of"]) if facts["as_of"] else None,
            engine=str(facts["engine"]),
            gallery=bool(facts["gallery"]),
            versions={str(name): str(version) for name, version in facts["versions"].items()},
            code=str(facts["code"]),
            digest=sha256(data).hexdigest(),
            manifest=str(facts["manifest"]["sha256"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError, BadTime, RecursionError) as error:
        raise CannotVerify(f"{BUILD} is not one of onrecord's ({error})", "name the folder or the address of a published site") from None
    if facts["commit"] is None or facts["dirty"]:
        raise CannotVerify("this site was made of files that no commit holds", "only what was built from a commit can be made again")
    return card


def _demand_versions(card: Card) -> None:
    """Refuses to compare with other versions: differences would say nothing."""
    here = versions(card.engine)
    other = {name: (card.versions.get(name), here.get(name)) for name in sorted({*card.versions, *here})}
    wrong = {name: pair for name, pair in other.items() if pair[0] != pair[1]}
    if wrong:
        rows = ", ".join(f"{name} {there or 'not at all'} (here {mine or 'not at all'})" for name, (there, mine) in wrong.items())
        packages = " ".join(f"'{name}=={there}'" for name, (there, _) in wrong.items() if there and name != "python")
        python = f"Python {wrong['python'][0]} and " if "python" in wrong else ""
        raise CannotVerify(f"the site was made with other versions: {rows}", f"use {python}python -m pip install {packages}" if packages else f"use {python}nothing else")
    if card.code != code():
        version = card.versions.get("onrecord", "")
        raise CannotVerify(
            f"the site was made with other code of onrecord, though its version is {version}, too",
            f"install the one that made it: the generator of commit {card.commit[:10]} where the repository holds it, else onrecord=={version} anew",
        )


def _own_claims(card: Card, manifest: bytes) -> Iterator[Difference]:
    if sha256(manifest).hexdigest() != card.manifest:
        yield Difference(path=MANIFEST, kind="changed", message=f"it is not the one that {BUILD} names")


def _listed(manifest: bytes) -> dict[str, str]:
    """The digest of each file by its path."""
    try:
        listed = {str(path): str(digest) for path, digest in json.loads(manifest)["files"].items()}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise CannotVerify(f"{MANIFEST} is not one of onrecord's") from None
    if len(listed) > MOST_FILES or any({"", ".", ".."} & set(path.split("/")) or "\\" in path for path in listed):
        raise CannotVerify(f"{MANIFEST} names files that no site has")
    return listed


def _chain(site: Site, card: Card, found: list[Difference]) -> tuple[bytes, Chain | None]:
    """The chain that the site continued, and the bytes of the one that it published; None where it has none."""
    try:
        data = site.read(PUBLICATIONS)
        chain = parse_chain(data)
    except Missing:
        return b"", None
    except BrokenChain as error:
        found.append(Difference(path=PUBLICATIONS, kind="changed", message=str(error)))
        return b"", None
    newest = chain.newest
    if newest is None or newest.build != card.digest:
        found.append(Difference(path=PUBLICATIONS, kind="changed", message=f"its newest entry is not of this {BUILD}"))
    return data, Chain(entries=chain.entries[:-1])


def _made_again(card: Card, chain: Chain | None, root: Path, work: Path, watcher: Watcher, *, trust: bool) -> Path:
    """The folder with the site as this machine makes it of that commit."""
    watcher.step(f"Laying out commit {card.commit[:10]}")
    home = clone(root, card.commit, work / "tree")
    foreign = runs(home)
    if foreign and not trust:
        raise CannotVerify(
            "to make this site again, code of the repository would run here:\n      " + "\n      ".join(foreign), "read it, and say --trust if you trust it"
        )
    earlier = None
    if chain is not None:
        earlier = work / PUBLICATIONS
        earlier.write_bytes(chain.written())
    build(
        BuildOptions(
            root=home,
            out=work / "site",
            now=card.at,
            as_of=card.as_of,
            gallery=card.gallery,
            engine=card.engine,
            publications=str(earlier) if earlier else None,
        ),
        watcher,
    )
    return work / "site"


def _against(listed: Mapping[str, str], made: Path) -> Iterator[Difference]:
    """Where the manifest of the site and that of the new build differ."""
    again: dict[str, str] = json.loads((made / MANIFEST).read_bytes())["files"]
    for path in sorted(listed.keys() | again.keys()):
        if path not in again:
            yield Difference(path=path, kind="unexpected", message="the commit makes no such file")
        elif path not in listed:
            yield Difference(path=path, kind="absent", message="the commit makes this file, and the site does not list it")
        elif listed[path] != again[path]:
            yield Difference(path=path, kind="differs", message="the commit makes other bytes")


def _bytes_of(site: Site, listed: Mapping[str, str]) -> Iterator[Difference]:
    """Files that are missing, or that are not what the site's own manifest says."""
    loaded = 0
    with ThreadPoolExecutor(_AT_ONCE if site.is_remote else 1) as pool:
        for path, answer in zip(listed, pool.map(partial(_digest, site), listed), strict=True):
            loaded += answer[1]
            if loaded > MOST_BYTES:
                raise CannotVerify(f"the site is larger than {MOST_BYTES / 1e9:.0f} GB")
            if not answer[0]:
                yield Difference(path=path, kind="missing", message="the site lists this file, and it is not there")
            elif answer[0] != listed[path]:
                yield Difference(path=path, kind="changed", message="it was changed after the build: its bytes are not those of the manifest")


def _digest(site: Site, path: str) -> tuple[str, int]:
    try:
        data = site.read(path)
    except Missing:
        return "", 0
    return sha256(data).hexdigest(), len(data)


def _extras(folder: Path, listed: Mapping[str, str]) -> Iterator[Difference]:
    known = {*listed, BUILD, MANIFEST, PUBLICATIONS}
    for path in disk.files_below(str(folder)):
        if path in known or path.startswith("."):
            continue
        base = original(path)
        if base is not None and base in known:
            if unpacked(folder / path) != (folder / base).read_bytes():
                yield Difference(path=path, kind="changed", message=f"a server would give it out in place of {base}, and it is no compressed copy of that (to read `.br`, install brotli)")
        else:
            yield Difference(path=path, kind="extra", message="the site does not list this file")
