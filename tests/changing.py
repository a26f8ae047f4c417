"""A repository that changes at random: each change is one that people, machines or bad luck make."""

from __future__ import annotations

import json
import os
import shutil
import signal
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest

import repositories
from onrecord import cli
from onrecord.render import proof
from onrecord.times import iso, parse_instant

BEGUN = parse_instant("2026-11-21T16:00:00Z")
PARTS = ("checkout", "search", "sign-in", "reports")
BASE: dict[str, str] = {
    "mkdocs.yml": "site_name: Larkfield Status\nsite_url: https://status.larkfield.example/\ndocs_dir: site_src/pages\n"
    "theme: {name: material, font: false, custom_dir: site_src/theme}\nplugins: [onrecord]\n",
    "site_src/pages/about.md": "# About\n\nWho we are.\n",
    "site_src/theme/.keep": "",
    "site_src/components.yml": "groups:\n  - {id: shop, name: Shop}\ncomponents:\n"
    + "".join(f"  - {{id: {part}, name: {part.title()}{', group: shop' if n < 2 else ''}}}\n" for n, part in enumerate(PARTS)),
    "site_src/policy.yml": "page: {name: Larkfield Status, time_zone: Europe/Berlin}\n",
    ".gitignore": "/.cache/\n/site/\n/.site.onrecord/\n",
}
STORY = "---\nstatus: published\npublished: {at}\nactions:\n  - {{what: Try it once a month, due: 2026-12-24}}\n---\n## Summary\n\n{words}\n"


class Quiet:
    """Watches a build without a word."""

    def step(self, _text: str) -> None:
        return None

    def wrote(self, _kind: str, _path: str) -> None:
        return None


class Page:
    """One repository with its clock, and the random changes to it."""

    def __init__(self, root: Path, chance: Random) -> None:
        self.root = root
        self.chance = chance
        self.at = BEGUN
        self.told: list[str] = []
        self._number = 0
        self.version = 0
        for entry in root.iterdir() if root.exists() else ():
            if entry.name != ".cache":
                shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
        repositories.lay_out(root, dict(BASE))
        for months in (9, 5, 1, 0):
            self.open(BEGUN - timedelta(days=30 * months + 1), over=months > 0)
        repositories.commit(root, at=iso(BEGUN))

    # ------------------------------------------------------------ pieces of it

    def write(self, path: str, text: str) -> None:
        """Writes one file."""
        repositories.lay_out(self.root, {path: text})

    def words(self) -> str:
        """Some words that were never said before."""
        self._number += 1
        return f"Word {self._number} of *{self.chance.choice(PARTS)}*, said <b>now</b> & then."

    def update(self, folder: str, at: datetime, status: str) -> None:
        """One more update of a record."""
        self._number += 1
        due = "" if status in ("resolved", "completed") else f"next_update_by: {iso(at + timedelta(minutes=self.chance.choice((5, 30, 300))))}\n"
        effect = f"components: {{{self.chance.choice(PARTS)}: degraded_performance}}\n" if self.chance.random() < 0.3 and due else ""
        self.write(f"{folder}/updates/{at:%Y%m%dT%H%M%SZ}-{status}-a{self._number:03}.md", f"---\nat: {iso(at)}\nstatus: {status}\n{due}{effect}---\n{self.words()}\n")

    def open(self, at: datetime, *, over: bool) -> None:
        """A record with an update, or two where it is over."""
        self._number += 1
        folder = f"incidents/{at:%Y}/{at:%Y-%m-%d}-case-{self._number}"
        part, severity = self.chance.choice(PARTS), self.chance.choice(("minor", "major", "critical"))
        self.write(f"{folder}/incident.yml", f"title: Case {self._number}\nseverity: {severity}\ncomponents: {{{part}: partial_outage}}\nstarted: {iso(at)}\ncauses: [deploy]\n")
        self.update(folder, at + timedelta(minutes=4), "investigating")
        if over:
            self.update(folder, at + timedelta(hours=1), "resolved")

    @property
    def folders(self) -> list[str]:
        """Every record's folder."""
        return sorted(path.parent.relative_to(self.root).as_posix() for path in self.root.glob("incidents/*/*/incident.yml"))

    @property
    def updates(self) -> list[Path]:
        """Every update's file."""
        return sorted(self.root.glob("incidents/*/*/updates/*.md"))

    def a_record(self) -> str:
        if not self.folders:
            self.open(self.at - timedelta(hours=2), over=False)
        return self.chance.choice(self.folders)

    # ------------------------------------------------------------ changes

    def step(self) -> None:
        """One change, and most times a commit."""
        change = self.chance.choice(CHANGES)
        self.told.append(change.__name__)
        change(self)
        if self.chance.random() < 0.7:
            self.told[-1] += "+commit"
            repositories.commit(self.root, at=iso(self.at))

    def build(self, *arguments: str) -> int:
        """A build of it, at its own time."""
        return cli.main(["-C", str(self.root), "build", "--now", iso(self.at), *arguments])

    def forked_build(self) -> int:
        """A build in a process of its own, which says nothing; its number."""
        child = os.fork()
        if child == 0:
            try:
                null = os.open(os.devnull, os.O_WRONLY)
                os.dup2(null, 1)
                os.dup2(null, 2)
                self.build()
            finally:
                os._exit(0)
        return child

    def killed_build(self) -> None:
        """A build that is killed at some moment."""
        child = self.forked_build()
        time.sleep(self.chance.random() * 0.6)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def say_more(page: Page) -> None:
    page.update(page.a_record(), page.at - timedelta(seconds=page.chance.randrange(1, 9000)), page.chance.choice(("identified", "monitoring", "resolved")))


def open_one(page: Page) -> None:
    page.open(page.at - timedelta(days=page.chance.choice((0, 0, 3, 40, 400)), hours=2), over=page.chance.random() < 0.5)


def plan_one(page: Page) -> None:
    begins = page.at + timedelta(hours=page.chance.choice((-3, 5, 200)))
    page._number += 1
    folder = f"incidents/{begins:%Y}/{begins:%Y-%m-%d}-works-{page._number}"
    page.write(f"{folder}/incident.yml", f"title: Works {page._number}\nkind: maintenance\ncomponents: {{reports: under_maintenance}}\nscheduled: {{from: {iso(begins)}, until: {iso(begins + timedelta(hours=2))}}}\n")
    page.write(f"{folder}/updates/first.md", f"---\nat: {iso(page.at - timedelta(days=9))}\nstatus: scheduled\n---\n{page.words()}\n")


def edit_words(page: Page) -> None:
    if page.updates:
        path = page.chance.choice(page.updates)
        path.write_text(path.read_text(encoding="utf-8", errors="replace") + f"\n{page.words()}\n", encoding="utf-8")


def edit_in_place(page: Page) -> None:
    """An edit that changes neither length nor time of the file."""
    if page.updates:
        path = page.chance.choice(page.updates)
        found = path.stat()
        path.write_bytes(path.read_bytes().replace(b"Word", page.chance.choice((b"Term", b"Wort"))))
        os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns))


def retitle(page: Page) -> None:
    path = page.root / page.a_record() / "incident.yml"
    path.write_text(f"title: Retitled {page.chance.randrange(99)}\n" + "".join(path.read_text(encoding="utf-8").splitlines(keepends=True)[1:]), encoding="utf-8")


def relate(page: Page) -> None:
    path, other = page.root / page.a_record() / "incident.yml", page.a_record().rpartition("/")[2]
    text = path.read_text(encoding="utf-8")
    if "related:" not in text:
        path.write_text(f"{text}related: [{other}]\n", encoding="utf-8")


def drop_record(page: Page) -> None:
    shutil.rmtree(page.root / page.a_record())


def drop_update(page: Page) -> None:
    if page.updates:
        page.chance.choice(page.updates).unlink()


def rename_record(page: Page) -> None:
    folder = page.root / page.a_record()
    folder.rename(folder.with_name(f"{folder.name[:10]}-renamed-{page.chance.randrange(999)}"))


def break_file(page: Page) -> None:
    path = page.root / page.a_record() / "incident.yml" if page.chance.random() < 0.5 or not page.updates else page.chance.choice(page.updates)
    path.write_bytes(b"---\nat: [\n---\n" + path.read_bytes())


def mend_files(page: Page) -> None:
    for path in (*page.updates, *page.root.glob("incidents/*/*/incident.yml")):
        path.write_bytes(path.read_bytes().replace(b"---\nat: [\n---\n", b""))


def tell_story(page: Page) -> None:
    page.write(f"{page.a_record()}/postmortem.md", STORY.format(at=iso(page.at - timedelta(hours=1)), words=page.words()))


def change_policy(page: Page) -> None:
    zone, scale = page.chance.choice(("UTC", "Europe/Berlin", "America/New_York")), page.chance.randrange(1, 9)
    levels = "service_levels: [{name: All, target: 99.9, components: [checkout, search]}]\n" if page.chance.random() < 0.5 else ""
    tongues = ", languages: [en, de]" if page.chance.random() < 0.2 else ""
    page.write("site_src/policy.yml", f"page: {{name: Larkfield Status, time_zone: {zone}{tongues}}}\nseverities:\n  major: {{meaning: Level {scale}, acknowledge_within: 15m, update_every: 30m}}\n{levels}")


def translate(page: Page) -> None:
    """Some words in another language, whether the page speaks it or not."""
    if page.updates:
        path = page.chance.choice(page.updates)
        page.write(path.with_name("de").joinpath(path.name).relative_to(page.root).as_posix(), f"{page.words()} Auf Deutsch.\n")


def lock_cache(page: Page) -> None:
    """A build that can keep nothing: where the cache should be is a file."""
    kept, aside = page.root / ".cache", page.root.with_name("aside")
    shutil.rmtree(aside, ignore_errors=True)
    if kept.exists():
        kept.rename(aside)
    kept.write_bytes(b"")
    page.build()
    kept.unlink()
    if aside.exists():
        aside.rename(kept)


def two_at_once(page: Page) -> None:
    """Two builds of one folder; the second one waits for the first."""
    child = page.forked_build()
    page.build()
    os.waitpid(child, 0)


def change_parts(page: Page) -> None:
    path = page.root / "site_src/components.yml"
    page._number += 1
    kept = page.chance.choice(("retired: 2026-11-01", "description: More", f"name: Part {page._number}"))
    if kept.startswith("name"):
        path.write_text(f"{path.read_text(encoding='utf-8')}  - {{id: part-{page._number}, {kept}}}\n", encoding="utf-8")
    else:
        text = path.read_text(encoding="utf-8")
        if kept.split(":")[0] not in text:
            path.write_text(text.replace("{id: reports,", f"{{id: reports, {kept},"), encoding="utf-8")


def withhold(page: Page) -> None:
    if page.updates:
        path = page.chance.choice(page.updates).relative_to(page.root).as_posix()
        page.write("redactions.yml", f"redactions:\n  - {{path: {path}, part: body, reason: A name., who: The DPO, when: {iso(page.at)}}}\n")


def withhold_nothing(page: Page) -> None:
    (page.root / "redactions.yml").unlink(missing_ok=True)


def change_template(page: Page) -> None:
    name = page.chance.choice(("incident", "component", "home"))
    page.write(f"site_src/theme/onrecord/{name}.html", (Path(cli.__file__).parent / f"theme/onrecord/{name}.html").read_text(encoding="utf-8") + f"<p>{page.words()}</p>\n")


def change_house(page: Page) -> None:
    if page.chance.random() < 0.5:
        page.write("site_src/pages/about.md", f"# About {page.chance.randrange(9)}\n\n{page.words()}\n")
    else:
        page.write("mkdocs.yml", BASE["mkdocs.yml"] + f"copyright: Year {page.chance.randrange(9)}\n")


def drop_template(page: Page) -> None:
    shutil.rmtree(page.root / "site_src/theme/onrecord", ignore_errors=True)


def wait_a_little(page: Page) -> None:
    page.at += timedelta(minutes=page.chance.choice((1, 20, 60)))


def wait_long(page: Page) -> None:
    page.at += timedelta(days=page.chance.choice((1, 3, 31, 100)))


def turn_back(page: Page) -> None:
    page.at -= timedelta(days=page.chance.choice((1, 40)))


def install_another(page: Page) -> None:
    page.version += 1


def spoil_cache(page: Page) -> None:
    """A byte turned, a file cut, a file gone, another's bytes: anywhere in the cache."""
    files = [path for path in sorted((page.root / ".cache").rglob("*")) if path.is_file()]
    for path in page.chance.sample(files, min(len(files), 3)):
        data = bytearray(path.read_bytes())
        way = page.chance.randrange(5)
        if way == 0 or not data:
            path.unlink()
        elif way == 1:
            path.write_bytes(data[: page.chance.randrange(len(data))])
        elif way == 2:
            path.write_bytes(b"{}")
        else:
            data[page.chance.randrange(len(data))] ^= 1 << page.chance.randrange(8)
            path.write_bytes(data)


def lose_cache(page: Page) -> None:
    shutil.rmtree(page.root / ".cache/onrecord" / page.chance.choice(("site-1", "templates")), ignore_errors=True)
    if page.chance.random() < 0.3:
        (page.root / ".cache/onrecord/settled-1.sqlite").unlink(missing_ok=True)


def touch_site(page: Page) -> None:
    """Somebody writes into the published folder, removes from it, adds to it."""
    files = [path for path in sorted((page.root / "site").rglob("*")) if path.is_file() and path.name != "manifest.json"]
    if not files:
        return
    path, way = page.chance.choice(files), page.chance.randrange(4)
    if way == 0:
        path.unlink()
    elif way == 1:
        path.with_name("stranger.txt").write_text("Hello", encoding="utf-8")
    elif way == 2:
        found = path.stat()
        path.write_bytes(path.read_bytes()[::-1])
        os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns))
    else:
        shutil.rmtree(path.parent) if path.parent != page.root / "site" else path.unlink()


def lose_site(page: Page) -> None:
    shutil.rmtree(page.root / "site", ignore_errors=True)


def stop_a_build(page: Page) -> None:
    page.killed_build()


def look_back(page: Page) -> None:
    page.build("--as-of", iso(page.at - timedelta(days=2)))


def rewrite_history(page: Page) -> None:
    repositories.git(page.root, "commit", "--quiet", "--amend", "--allow-empty", "--message", f"Amended {page.chance.randrange(99)}", at=iso(page.at))


CHANGES: tuple[Callable[[Page], None], ...] = (
    say_more, say_more, say_more, open_one, plan_one, edit_words, edit_in_place, retitle, relate, drop_record, drop_update, rename_record,
    break_file, mend_files, tell_story, translate, change_policy, change_parts, lock_cache, two_at_once, withhold, withhold_nothing, change_template, drop_template, change_house,
    wait_a_little, wait_a_little, wait_long, turn_back, install_another, spoil_cache, spoil_cache, spoil_cache, lose_cache, touch_site, lose_site, stop_a_build, stop_a_build,
    look_back, rewrite_history,
)  # fmt: skip


def published(root: Path) -> dict[str, bytes]:
    """Every file of the published site."""
    site = root / "site"
    return {path.relative_to(site).as_posix(): path.read_bytes() for path in site.rglob("*") if path.is_file()}


def clean_copy(page: Page, folder: Path) -> Path:
    """The same repository without a site, and without a cache but for the compiled templates and what MkDocs drew."""
    folder.mkdir(exist_ok=True)
    for entry in folder.iterdir():
        if entry.name != ".cache":
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    for kept in (folder / ".cache/onrecord").glob("*"):
        if kept.name not in ("engine", "templates"):
            shutil.rmtree(kept) if kept.is_dir() else kept.unlink()
    for entry in page.root.iterdir():
        if entry.name not in (".cache", "site", ".site.onrecord"):
            shutil.copytree(entry, folder / entry.name, symlinks=True) if entry.is_dir() else shutil.copy2(entry, folder / entry.name)
    return folder


def installed(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets the generator be of the version that the page uses now."""
    monkeypatch.setattr(proof, "__version__", f"0.1.{page.version}")


def differing(one: dict[str, bytes], other: dict[str, bytes]) -> list[str]:
    """The paths of files that are not the same in both."""
    return sorted(path for path in one.keys() | other.keys() if one.get(path) != other.get(path))


def commit_of(site: dict[str, bytes]) -> object:
    """The commit that the site names."""
    return json.loads(site["build.json"])["commit"]
