"""What Zensical is given: it runs no plugin, so pages, shells, templates and a configuration are laid out for it as files."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from onrecord.render.artifacts import PageKind
from onrecord.settings import CONFIG_FILE, PAGES_FOLDER, THEME_FOLDER
from onrecord.site import people
from onrecord.site.assets import THEME, Bundle, bundled, bundles
from onrecord.site.engine import LOCAL_ADDRESS, SCAFFOLD, EngineFailed
from onrecord.site.shell import KINDS, PATTERN, mark
from onrecord.site.tongues import tongue
from onrecord.templating import Language
from onrecord.yamlio import outline

FACTS = "onrecord-facts"
"""The page on which Zensical tells what it made of the configuration."""
CONTENT = re.compile(f"{mark('begin')}(.*?){mark('body')}(.*?){mark('end')}", re.DOTALL)
"""What a page holds in a drawn file: what is known of it, and its content."""
_SHOWS_CONTENT = re.compile(r"\{\{-?\s*page\.content\s*-?\}\}")
_MARKED_CONTENT = f'{mark("begin")}{{{{ {{"title": page.title, "meta": page.meta}} | tojson }}}}{mark("body")}{{{{ page.content }}}}{mark("end")}'
_MARK = re.compile(r"""\bmark\((["'])(\w+)\1\)""")
_STRING = re.compile(r"""\b_\((["'])(.*?)\1(?:,\s*(\w+)=(\w+))?\)""")
_TITLE = re.compile(r"\A---\n(?:.*\n)*?title:[ ]*(.+)\n(?:.*\n)*?---|^#[ ]+(.+?)(?:[ ]*\{.*\})?[ ]*#*$", re.MULTILINE)
_FACTS_TEMPLATE = """\
{{ {"name": config.site_name, "url": config.site_url, "description": config.site_description, "language": config.theme.language,
"repo_url": config.repo_url, "plugins": config.plugins | list} | tojson }}"""
_NOT_PUBLISHED = (".*", "*/.*", "*.py", "*.pyc", "*.html", "*readme*", "mkdocs_theme.yml", "*.md", "*.markdown")
"""What a theme folder holds that is no part of the site, as MkDocs has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Staged:
    """A folder in which Zensical finds all that it needs: `docs` and `overrides` are the owner's, `settings` what mkdocs.yml says.

    It is laid out for one `language` of the site, whose languages are `codes`, and its shells lie in the folder of that one.
    `url` is None where only Zensical can tell it, as it comes from the environment. `sources` are people's pages by address, `own` what they and the theme publish, `styles` our style and script; `themes` the folders of templates and style, the owner's first.
    """

    folder: Path
    docs: Path
    overrides: Path | None
    settings: Mapping[str, Any]
    language: Language
    url: str | None
    styles: tuple[Bundle, ...]
    themes: tuple[Path, ...]
    codes: tuple[str, ...]
    sources: dict[str, str] = field(default_factory=dict)
    own: set[str] = field(default_factory=set)
    warnings: list[str] = field(default_factory=list)


    def folder_of(self, code: str) -> str:
        """Where the pages of that language lie: `de/`, and nothing for the first one."""
        return "" if code == self.codes[0] else f"{code}/"

    def language_of(self, address: str) -> str:
        """The language of a file or an address: that of the folder in which it lies."""
        top, slash, _ = address.partition("/")
        return top if slash and top in self.codes[1:] else self.codes[0]

    def within(self, address: str) -> str:
        """The address without the folder of its language."""
        return address.removeprefix(self.folder_of(self.language_of(address)))


def stage(root: Path, folder: Path, files: tuple[Path, ...], *, code: str, languages: Sequence[str], name: str | None, drill: bool, serve: bool) -> Staged:
    """Lays out in `folder` all that Zensical needs to draw the house of the repository at `root` in one of its languages.

    `code` may be empty for the first one, which is that of mkdocs.yml where there are none.

    Raises:
        EngineFailed: mkdocs.yml cannot be read, or asks for another theme.
    """
    staged = _prepare(root, folder, files, code=code, languages=languages, drill=drill)
    _stage_pages(staged)
    _stage_shells(staged)
    _stage_theme(staged)
    _configure(staged, files[0], name=name, serve=serve)
    return staged


def _prepare(root: Path, folder: Path, files: tuple[Path, ...], *, code: str, languages: Sequence[str], drill: bool) -> Staged:
    """What mkdocs.yml says about folders, language and address; names that come from the environment are Zensical's to read."""
    settings: dict[str, Any] = {}
    for path in reversed(files):
        said = outline(path.read_text(encoding="utf-8-sig"), path.name)
        if not isinstance(said, dict):
            raise EngineFailed(f"Zensical could not draw the pages: {path.name} is no YAML that can be read in one way only", f"mend {path.name}")
        settings |= said
    theme = settings.get("theme")
    theme = theme if isinstance(theme, dict) else {"name": theme}
    if theme.get("name") not in (None, "material", "zensical"):
        raise EngineFailed(
            f"onrecord draws its pages with Zensical: write `theme: {{name: material}}` in mkdocs.yml, not `{theme['name']}`", "mend mkdocs.yml"
        )
    plain = files[0] == SCAFFOLD
    custom = THEME_FOLDER if plain else theme.get("custom_dir")
    overrides = root / str(custom) if custom and (root / str(custom)).is_dir() else None
    codes = tuple(languages) or (str(theme.get("language") or "en"),)
    themes = (*([overrides] if overrides else []), THEME)
    staged = Staged(
        folder=folder,
        docs=root / (PAGES_FOLDER if plain else str(settings.get("docs_dir") or "docs")),
        overrides=overrides,
        settings=settings,
        language=Language(code or codes[0]),
        url=_address_of_site(settings.get("site_url")),
        styles=tuple(made for made in bundles(themes) if drill or made.name != "drill_css"),
        themes=themes,
        codes=codes,
    )
    if staged.url == LOCAL_ADDRESS:
        staged.warnings.append("site_url is missing in mkdocs.yml: feeds and canonical addresses will point to this machine")
    folder.mkdir(parents=True, exist_ok=True)
    return staged


def _address_of_site(named: Any) -> str | None:
    if not named:
        return LOCAL_ADDRESS
    return named.rstrip("/") + "/" if isinstance(named, str) and "://" in named else None


def _stage_pages(staged: Staged) -> None:
    """The owner's pages and pictures, but for those that stand where the status page does."""
    (staged.folder / "docs").mkdir()
    for path in sorted(staged.docs.rglob("*")) if staged.docs.is_dir() else ():
        source = path.relative_to(staged.docs).as_posix()
        if not path.is_file():
            continue
        page = path.suffix in (".md", ".markdown")
        address = _address(source) if page else source
        wrong = people.in_the_way(source, staged.within(address))
        if wrong:
            staged.warnings.append(wrong)
            continue
        if page:
            staged.sources[address] = source
        else:
            staged.own.add(source)
        copy(path, staged.folder / "docs" / source)


def _address(source: str) -> str:
    """`about.md` is `about/`, `help/index.md` and `help/README.md` are `help/`."""
    folder, _, name = source.rpartition("/")
    stem = name.rpartition(".")[0]
    parts = [part for part in (folder, "" if stem in ("index", "README") else stem) if part]
    return "/".join(parts) + ("/" if parts else "")


def drawn_kinds(*, first: bool) -> list[PageKind]:
    """The kinds of which a language has a shell; the gallery is in the first one alone."""
    return [kind for kind in KINDS if first or kind != "gallery"]


def _stage_shells(staged: Staged) -> None:
    """A page for each shell, at its depth, and one that tells what Zensical made of the configuration."""
    lies = staged.folder_of(staged.language.code)
    texts = {
        lies + PATTERN[kind].format(slug=mark("slug")): {"title": mark("title"), "description": mark("description"), "onrecord": kind}
        for kind in drawn_kinds(first=not lies)
        if kind != "missing"
    }
    texts[f"{FACTS}/"] = {"template": f"{FACTS}.html", "title": mark("title")}
    for address, meta in texts.items():
        path = staged.folder / "docs" / address / "index.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"---\n{json.dumps(meta)}\n---\n{mark('content')}\n", encoding="utf-8")


def _stage_theme(staged: Staged) -> None:
    """Our templates with the owner's over them; those of content are the generator's own and stay away."""
    target = staged.folder / "theme"
    for folder in reversed(staged.themes):
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(folder).as_posix()
            if not path.is_file() or bundled(name) or (name.startswith("onrecord/") and path.suffix == ".html"):
                continue
            if path.suffix == ".html":
                _write(target / name, _spoken(path.read_text(encoding="utf-8"), staged.language))
            elif name.startswith(".icons/"):
                copy(path, target / name)
            elif not any(fnmatch(name.lower(), pattern) for pattern in _NOT_PUBLISHED):
                staged.own.add(name)
                copy(path, target / name)
    missing = target / "404.html"
    missing.write_text("{%- set page = false -%}" + missing.read_text(encoding="utf-8"), encoding="utf-8")
    _write(target / f"{FACTS}.html", _FACTS_TEMPLATE)


def _spoken(template: str, language: Language) -> str:
    """The template with its strings in the site's language and its marks written out: Zensical's templates know no functions of ours."""

    def string(found: re.Match[str]) -> str:
        text = json.dumps(language.gettext(found[2]), ensure_ascii=False)
        return f'({text} | replace("%({found[3]})s", {found[4]}))' if found[3] else text

    template = _STRING.sub(string, _MARK.sub(lambda found: f'"{mark(found[2])}"', template))
    return _SHOWS_CONTENT.sub(lambda _: _MARKED_CONTENT, template)


def _configure(staged: Staged, config: Path, *, name: str | None, serve: bool) -> None:
    """A configuration that inherits the owner's; YAML reads JSON."""
    drill = any(made.name == "drill_css" for made in staged.styles)
    extra: dict[str, Any] = {"onrecord_engine": "zensical", "onrecord_drill": drill, "onrecord_tongue": _tongue(staged)}
    extra |= {f"onrecord_{made.name}": made.path for made in staged.styles}
    given: dict[str, Any] = {
        "INHERIT": str(config.resolve()),
        "docs_dir": "docs",
        "site_dir": "out",
        "use_directory_urls": True,
        # The other variant brings icons of its own for the menu and the logo.
        "theme": {"custom_dir": "theme", "variant": "classic", "language": staged.language.code},
        "extra": extra,
    }
    if not staged.settings.get("markdown_extensions"):
        given["markdown_extensions"] = ["toc", "tables", "fenced_code"]  # as MkDocs has it; Zensical would bring many more
    if staged.url:
        given["site_url"] = staged.url
    if name:
        given["site_name"] = name
    if serve:
        given["draft_docs"] = ""
    _write(staged.folder / CONFIG_FILE, json.dumps(given, indent=1))


def _tongue(staged: Staged) -> dict[str, Any]:
    """What the templates know of the language; people's pages in several of them are named to each other."""
    several = [Language(code) for code in staged.codes] if len(staged.codes) > 1 else []
    lies = staged.folder_of(staged.language.code)
    versions: dict[str, list[tuple[str, str]]] = {}
    pages: dict[str, dict[str, str]] = {}
    for address in staged.sources if several else ():
        beside = [(code, staged.folder_of(code) + staged.within(address)) for code in staged.codes]
        there = [(code, other) for code, other in beside if other in staged.sources]
        if len(there) > 1:
            versions[address] = there
        if lies and staged.language_of(address) == staged.codes[0] and (lies + address) in staged.sources:
            pages[address] = {"url": lies + address, "title": _title(staged.docs / staged.sources[lies + address])}
    found = tongue(staged.language, several, pages=pages, versions=versions)
    theme = staged.settings.get("theme")
    if not lies and isinstance(theme, dict) and theme.get("direction"):
        found["direction"] = theme["direction"]
    return found


def _title(path: Path) -> str:
    """What a page is called: by its front matter, else by its first heading, else by its file."""
    found = _TITLE.search(path.read_text(encoding="utf-8-sig"))
    return (found[1] or found[2]).strip().strip("\"'") if found else path.stem.replace("-", " ").replace("_", " ").capitalize()


def copy(source: Path, target: Path) -> None:
    """Copies the file, and makes the folders that it needs."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
