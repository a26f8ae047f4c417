"""Zensical draws the house from what is laid out for it; shells and people's pages are finished here, since it runs no plugin."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from onrecord.render.artifacts import OwnPage, PageKind
from onrecord.settings import CONFIG_FILE, Site
from onrecord.site import people
from onrecord.site.assets import carried
from onrecord.site.engine import LOCAL_ADDRESS, OWN_PLUGINS, Drawn, EngineFailed, dated, uncacheable
from onrecord.site.guarding import guarded, shell_of
from onrecord.site.links import GeneratedLinks
from onrecord.site.shell import PATTERN, Shell, ShellBroken, mark
from onrecord.site.staging import CONTENT, FACTS, Staged, copy, drawn_kinds, stage

_LINK = re.compile(r'(<a\b[^>]*?\shref=")([^"]*)"')
_SAID = re.compile(r"^(?:Warning|Error): (.+)\n\s*╭─\[ (.+?):(\d+):(\d+) \]", re.MULTILINE)
_ERROR = re.compile(r"^(?:\w*(?:Error|Exception): )+")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_NEVER = ("search.json", "sitemap.xml", "sitemap.xml.gz", "objects.inv")
_SECONDS = 600


def draw(
    root: Path,
    work: Path,
    files: tuple[Path, ...],
    *,
    at: datetime | None,
    name: str | None,
    drill: bool,
    serve: bool,
    languages: Sequence[str],
    names: Mapping[str, str],
    why: str,
) -> tuple[Drawn, dict[str, Any]]:
    """The house as Zensical draws it, and what it depends on; `files` are mkdocs.yml and what that inherits.

    Raises:
        EngineFailed: Zensical is missing, or mkdocs.yml, a page or a template is wrong.
    """
    package = find_spec("zensical")
    if package is None or not package.submodule_search_locations:
        raise EngineFailed("Zensical is not installed", "pip install 'onrecord[zensical]', or build with --engine mkdocs")
    theirs = Path(package.submodule_search_locations[0], "templates")
    shells: dict[str, dict[PageKind, Shell]] = {}
    pages: list[OwnPage] = []
    warnings: dict[str, None] = {}
    called = ""
    for code in languages or ("",):
        staged = stage(root, work / f"zensical{code}", files, code=code, languages=languages, name=names.get(code, name), drill=drill, serve=serve)
        _run(staged, at)
        out = staged.folder / "out"
        facts = json.loads((out / FACTS / "index.html").read_text("utf-8"))
        url = staged.url or str(facts["url"] or LOCAL_ADDRESS).rstrip("/") + "/"
        shells[staged.language.code] = _shells(staged, out, url)
        pages += _pages(staged, out)
        _publish(staged, out, theirs, work / "drawn")
        _tell_of_plugins(staged, facts)
        warnings |= dict.fromkeys(staged.warnings)
        called = called or str(facts["name"] or "")
    first, *others = staged.codes
    site = Site(
        name=called,
        description=facts["description"] or "",
        language=first,
        url=url,
        repo_url=facts["repo_url"],
        languages=staged.codes if others else (),
    )
    plan = {
        "folders": [str(folder) for folder in (staged.docs, staged.overrides) if folder is not None],
        "reason": uncacheable(
            b"\n".join(path.read_bytes() for path in files),
            plugins=_names(staged.settings.get("plugins")),
            extensions=_names(staged.settings.get("markdown_extensions")),
            overrides=staged.overrides,
        ),
    }
    drawn = Drawn(
        folder=work / "drawn",
        shells=shells[first],
        site=site,
        pages=tuple(sorted(pages, key=lambda page: page.address)),
        warnings=tuple(warnings),
        why=why,
        others={code: shells[code] for code in others},
    )
    return drawn, plan


def _run(staged: Staged, at: datetime | None) -> None:
    """Zensical in a process of its own, since it keeps its configuration for as long as it lives."""
    command = [sys.executable, "-P", "-m", "zensical", "build", "--config-file", CONFIG_FILE]
    try:
        with dated(at):
            done = subprocess.run(
                command, cwd=staged.folder, env=os.environ | {"NO_COLOR": "1"}, capture_output=True, text=True, encoding="utf-8", errors="replace",
                check=False, timeout=_SECONDS, stdin=subprocess.DEVNULL,
            )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise EngineFailed(f"Zensical was still drawing after {_SECONDS // 60} minutes", "build with --engine mkdocs, and compare") from None
    said = _COLOUR.sub("", done.stderr + done.stdout)
    if done.returncode or not (staged.folder / "out" / FACTS / "index.html").exists():
        lines = [line.strip() for line in said.splitlines() if line.strip()]
        named = [line for line in lines if _ERROR.match(line)]
        reason = _ERROR.sub("", (named or lines or ["it ended without a word"])[-1])
        raise EngineFailed(f"Zensical could not draw the pages: {reason}", "mend mkdocs.yml, the page or the template that it names")
    staged.warnings.extend(_warnings(staged, said))


def _warnings(staged: Staged, said: str) -> Iterator[str]:
    """What Zensical warns of, without links to pages that the generator writes."""
    for message, source, line, column in _SAID.findall(said):
        path = staged.folder / "docs" / source
        lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
        rest = lines[int(line) - 1][int(column) - 1 :] if len(lines) >= int(line) else ""
        link = re.match(r"[^\s)>\"']*", rest)
        if link is None or _links(staged, source).target(link[0]) is None:
            yield f"{source}:{line}:{column}: {message}"


# ---------------------------------------------------------------- after


def _shells(staged: Staged, out: Path, url: str) -> dict[PageKind, Shell]:
    styles = carried(staged.themes)
    lies = staged.folder_of(staged.language.code)
    shells: dict[PageKind, Shell] = {}
    for kind in drawn_kinds(first=not lies):
        pattern = lies + PATTERN[kind].format(slug=mark("slug"))
        path = out / ("404.html" if kind == "missing" else f"{pattern}index.html")
        html = CONTENT.sub(mark("content"), path.read_text(encoding="utf-8"))
        html = _tidy(html).replace(f'"{url}{pattern}"', f'"{mark("canonical")}"')
        try:
            shells[kind] = shell_of(kind, html, styles.get(kind))
        except ShellBroken as error:
            raise EngineFailed(f"Zensical could not draw the pages: {error.message}; {error.hint}", "mend the template that it names") from None
    return shells


def _pages(staged: Staged, out: Path) -> list[OwnPage]:
    """People's pages in the language, finished where they lie. Drafts and excluded pages are not there."""
    found = []
    for address, source in staged.sources.items():
        path = out / address / "index.html"
        if path.is_file() and staged.language_of(address) == staged.language.code:
            staged.own.add(f"{address}index.html")
            found.append(_finish(staged, path, address, source))
    return found


def _finish(staged: Staged, path: Path, address: str, source: str) -> OwnPage:
    html = path.read_text(encoding="utf-8")
    begin, info, content, end = html, {}, "", ""
    if found := CONTENT.search(html):
        begin, info, content, end = html[: found.start()], json.loads(found[1]), found[2], html[found.end() :]
    links, within = _links(staged, f"{address}index.md"), staged.within(address)

    def linked(link: re.Match[str]) -> str:
        target = links.target(link[2])
        return link[0] if target is None else f'{link[1]}{"../" * within.count("/")}{target}"'

    content, wrong = people.treated(_LINK.sub(linked, content), source, within, staged.language)
    if wrong:
        staged.warnings.append(wrong)
    begin, end = _tidy(begin), _tidy(end)
    path.write_text(guarded(begin + content + end, begin + end), encoding="utf-8")
    meta = info.get("meta") or {}
    return people.found_by_search(address, str(info.get("title") or address), meta, content)


def _links(staged: Staged, source: str) -> GeneratedLinks:
    links = GeneratedLinks({*staged.sources.values(), *staged.own})
    links.source = source
    return links


def _tidy(html: str) -> str:
    """The chrome as MkDocs writes it: Zensical's templates escape slashes too, and name the folder they stand in twice."""
    return html.replace("&#x2f;", "/").replace('"././"', '"./"')


def _publish(staged: Staged, out: Path, theirs: Path, target: Path) -> None:
    """What is published as it is: people's pages and files, and our style and script; nothing of Zensical's own."""
    for path in sorted(out.rglob("*")):
        name = path.relative_to(out).as_posix()
        ours = name in staged.own or not ((theirs / name).exists() or name in _NEVER or name.endswith(".html"))
        if path.is_file() and ours:
            copy(path, target / name)
    for made in staged.styles:
        (target / made.path).parent.mkdir(parents=True, exist_ok=True)
        (target / made.path).write_bytes(made.data)
    target.mkdir(parents=True, exist_ok=True)


def _tell_of_plugins(staged: Staged, facts: Mapping[str, Any]) -> None:
    """Names what MkDocs would run and Zensical leaves out without a word."""
    if staged.settings.get("hooks"):
        staged.warnings.append("mkdocs.yml names hooks, which Zensical does not run")
    for plugin in _names(staged.settings.get("plugins")):
        if plugin not in OWN_PLUGINS and plugin.rpartition("/")[2].replace("-", "_") not in facts["plugins"]:
            staged.warnings.append(f"Zensical may not know the plugin {plugin} of mkdocs.yml; look at the pages that need it")


def _names(listed: Any) -> list[str]:
    """The names of plugins or extensions, given as a list of names and of single keys, or as keys."""
    return [str(next(iter(item))) if isinstance(item, dict) else str(item) for item in listed or []]


