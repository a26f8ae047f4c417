"""What the fault walk walks through: each verb that writes, and the repository in which it does."""

from __future__ import annotations

import atexit
import os
import shutil
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import receiving
import repositories
from onrecord.cli import main
from onrecord.commands import desk
from onrecord.starting.keeping import KEPT_FILE, blob_id, read_back, written_down


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A verb and the repository that it is run in. `site` is where it publishes to; all else that it writes is a user's.

    `each` says that files of the site change one by one: stopped between two, each is the old one or the new one, whole, and
    what tells others of the new site comes last. `large` lets the publication take the site for a large one, which is changed so.
    `settles` says that the verb, run again after whatever fault, comes to the very files of a run without any.
    `heard` takes away what receivers were sent since it was last asked, a name for each message: none may come twice.
    """

    verb: tuple[str, ...]
    prepared: Callable[[Path], object]
    site: str = ""
    own: tuple[str, ...] = ()
    """Files that the tool alone writes and can make again, by their first letters: they may be torn."""
    each: bool = False
    large: bool = False
    settles: bool = False
    heard: Callable[[], list[str]] = list


desk.tail = lambda: "aaaa"  # the four letters that are random, so that each run writes the same names
os.environ.update(GIT_AUTHOR_NAME=repositories.AUTHOR, GIT_AUTHOR_EMAIL=repositories.EMAIL)
os.environ.update(GIT_COMMITTER_NAME=repositories.AUTHOR, GIT_COMMITTER_EMAIL=repositories.EMAIL)

NOW = "2026-11-21T15:00:00Z"
ID = "2026-11-21-checkout-errors"
FOLDER = f"incidents/2026/{ID}"
PAGE: Mapping[str, str | bytes] = {
    "mkdocs.yml": "site_name: Larkfield\nsite_url: https://status.larkfield.example/\ndocs_dir: site_src/pages\ntheme: {name: material, font: false}\nplugins: [onrecord]\n",
    "site_src/pages/about.md": "# About\n\nWho we are.\n",
    "site_src/components.yml": "components:\n  - id: checkout\n    name: Checkout\n    alerts: [{labels: {service: checkout}}]\n",
    ".gitignore": "site/\n.cache/\n",
    f"{FOLDER}/incident.yml": "title: Checkout errors\nseverity: major\ncomponents: {checkout: partial_outage}\nplan:\n  - {step: Take it back}\n",
    f"{FOLDER}/updates/a.md": "---\nat: 2026-11-21T14:05:12Z\nstatus: investigating\nnext_update_by: 2026-11-21T15:30:00Z\n---\nSome payments fail. We are looking into it.\n",
}
LATER = {f"{FOLDER}/updates/b.md": "---\nat: 2026-11-21T14:28:03Z\nstatus: identified\nnext_update_by: 2026-11-21T15:30:00Z\n---\nA change is the cause, and we roll it back.\n"}
OVER = {f"{FOLDER}/updates/c.md": "---\nat: 2026-11-21T14:50:00Z\nstatus: resolved\n---\nPayments work again. We are sorry.\n"}
ALERT = '{"version": "4", "status": "firing", "groupKey": "k", "alerts": [{"status": "firing", "labels": {"alertname": "Down", "service": "checkout"}, "annotations": {}, "startsAt": "2026-11-21T14:55:00Z", "fingerprint": "f1"}]}'
ELSEWHERE = {
    "old/config.yml": "params:\n  categories: [{name: API}]\n",
    "old/content/issues/2020-01-01-api.md": "---\ntitle: API down\ndate: 2020-01-01 10:00:00\nresolved: true\nresolvedWhen: 2020-01-01 11:00:00\nseverity: down\naffected: [API]\nsection: issue\n---\nIt was down. {{< track \"2020-01-01 10:30:00\" >}}\n",
}


def laid(*more: Mapping[str, str | bytes]) -> Callable[[Path], object]:
    """A repository without git."""
    return lambda root: [repositories.lay_out(root, files) for files in (PAGE, *more)]


def committed(*more: Mapping[str, str | bytes]) -> Callable[[Path], object]:
    """A repository with a commit for each step."""
    return lambda root: [repositories.commit(root, files) for files in (PAGE, *more)]


def built(root: Path) -> None:
    """A repository whose site stands and whose caches are warm, and where something new was said since."""
    committed()(root)
    main(["-C", str(root), "build", "--now", NOW])
    repositories.commit(root, LATER, at="2026-11-21T14:29:00Z")


def sent_before(root: Path) -> None:
    """A site that was built anew, beside a folder that holds the one before it."""
    built(root)
    shutil.copytree(root / "site", root / "srv")
    main(["-C", str(root), "build", "--now", NOW])


def of_an_older_version(root: Path) -> None:
    """A repository that `init` laid out, in which some files are as an older version would have left them."""
    main(["-C", str(root.parent), "init", root.name, *ANSWERS, "--no-git"])
    before = read_back((root / KEPT_FILE).read_bytes())
    files = dict(before.files)
    for path in sorted(files)[1::3]:
        older = b"# of an older version\n" + (root / path).read_bytes()
        (root / path).write_bytes(older)
        files[path] = blob_id(older)
    missing = sorted(files)[0]
    (root / missing).unlink()
    del files[missing]
    (root / "dropped.txt").write_bytes(b"no longer needed\n")
    files["dropped.txt"] = blob_id(b"no longer needed\n")
    (root / KEPT_FILE).write_bytes(written_down(before.host, "onrecord==0.0.1", files))


_OPEN = ExitStack()
atexit.register(_OPEN.close)


@cache
def _receiver() -> receiving.Calls:
    """A web server that takes calls for as long as the walk lasts."""
    calls = _OPEN.enter_context(receiving.web_server())
    os.environ.update(ANNOUNCE_HOOK=f"{calls.address}hook", ANNOUNCE_KEY="a key that only the two of us know")
    return calls


def heard() -> list[str]:
    """The messages that the receiver took since it was last asked, by their ids."""
    calls = _receiver()
    taken = [headers["webhook-id"] for _, headers, _ in calls.taken]
    calls.taken.clear()
    return taken


def announced(root: Path) -> None:
    """A repository with a channel, in which two words were said since the last publication."""
    _receiver()
    committed({"site_src/channels.yml": "channels:\n  - {id: hook, webhook: ANNOUNCE_HOOK, secret: ANNOUNCE_KEY}\n"})(root)
    repositories.git(root, "tag", "before")
    repositories.commit(root, {**LATER, **OVER}, at="2026-11-21T14:51:00Z")


ANSWERS = ("--name", "Larkfield status", "--url", "https://status.larkfield.example/", "--component", "checkout=Checkout", "--yes")
BUILD, WORDS = ("build", "--now", NOW), ("-m", "We see what it is, and take the change back.", "--now", NOW)
SCENES: Mapping[str, Scene] = {
    "first build": Scene(verb=BUILD, prepared=committed(), site="site"),
    "next build": Scene(verb=BUILD, prepared=built, site="site"),
    "clean build": Scene(verb=(*BUILD, "--clean"), prepared=built, site="site"),
    "large build": Scene(verb=BUILD, prepared=built, site="site", each=True, large=True),
    "publish": Scene(verb=("publish", "srv", "--as-it-is"), prepared=sent_before, site="srv", each=True),
    "open": Scene(verb=("open", "Search is slow", "-c", "checkout=degraded_performance", *WORDS), prepared=laid(OVER)),
    "open --commit": Scene(verb=("open", "Search is slow", "-c", "checkout=degraded_performance", "--commit", *WORDS), prepared=committed(OVER)),
    "update": Scene(verb=("update", "--status", "identified", *WORDS), prepared=laid()),
    "update --commit": Scene(verb=("update", "--status", "identified", "--commit", *WORDS), prepared=committed()),
    "resolve": Scene(verb=("resolve", *WORDS), prepared=laid()),
    "schedule": Scene(verb=("schedule", "A new disk", "--from", "2026-11-28T01:00:00Z", "--until", "2026-11-28T02:00:00Z", "-c", "checkout", *WORDS), prepared=laid(OVER)),
    "postmortem": Scene(verb=("postmortem", ID, "--now", NOW), prepared=laid(LATER, OVER)),
    "intake": Scene(verb=("intake", "alert.json", "--now", NOW), prepared=laid(OVER, {"alert.json": ALERT})),
    "messages": Scene(verb=("messages", ID, "--all", "said", "--now", NOW), prepared=laid(), own=("said/",)),
    "import": Scene(verb=("import", "cstate", "old", "--now", NOW), prepared=laid(ELSEWHERE), settles=True),
    "export": Scene(verb=("export", "cstate", "--out", "out", "--now", NOW), prepared=laid(LATER, OVER), settles=True),
    "schema": Scene(verb=("schema",), prepared=laid(), settles=True),
    "audit": Scene(verb=("audit", "--now", NOW), prepared=committed(LATER, OVER)),
    "init": Scene(verb=("init", "page", *ANSWERS), prepared=lambda root: None, own=("page/.git/", "page/.onrecord.json"), settles=True),
    "upgrade": Scene(verb=("upgrade", "--write"), prepared=of_an_older_version, settles=True),
    "announce": Scene(verb=("announce", "--send", "--previous", "before", "--now", NOW), prepared=announced, heard=heard),
}
