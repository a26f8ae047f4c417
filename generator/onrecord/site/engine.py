"""The engine draws the house: people's pages, the assets, and a shell for each kind of page that the generator fills."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from onrecord.cache import Cache, changed_last, contents, digest
from onrecord.cache.generator import code
from onrecord.problems import did_you_mean
from onrecord.render.artifacts import OwnPage, PageKind
from onrecord.settings import CACHE_FOLDER, CONFIG_FILE, PAGES_FOLDER, THEME_FOLDER, Site
from onrecord.site.assets import THEME
from onrecord.site.shell import KINDS, Shell

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig

    from onrecord.site.drawing import Drawing

SCAFFOLD = Path(__file__).resolve().parent.parent / "scaffold" / CONFIG_FILE
"""The configuration of a repository that has none."""
ENGINES = ("mkdocs", "zensical")
LOCAL_ADDRESS = "http://127.0.0.1:8000/"
"""The site's address where mkdocs.yml names none."""
_NAMES = {"mkdocs": "MkDocs", "zensical": "Zensical"}
_MADE_WITH = ("mkdocs", "mkdocs-material", "markdown", "pymdown-extensions", "pygments", "jinja2", "babel", "rcssmin", "rjsmin")
OWN_PLUGINS = frozenset({"onrecord", "search", "material/search"})
KNOWN_EXTENSIONS = re.compile(
    r"abbr|admonition|attr_list|codehilite|def_list|extra|fenced_code|footnotes|legacy_em|md_in_html|meta|nl2br|sane_lists"
    r"|smarty|tables|toc|wikilinks|markdown\.extensions\.\w+|pymdownx\.(?!snippets|b64|pathconverter)\w+"
)
_INHERITED = re.compile(rb"^INHERIT:[ \t]*[\"']?([^\"'#\r\n]+?)[\"']?[ \t]*(?:#.*)?\r?$", re.MULTILINE)
_EPOCH = "SOURCE_DATE_EPOCH"
_READS_DATE = re.compile(rb"build_date_utc|update_date")


class EngineFailed(Exception):
    """The house could not be drawn. `hint` says what to do."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """The house. `folder` holds what is published as it is: assets and people's pages, no shell, no sitemap.

    `pages` are people's pages, by address. `warnings` are the engine's,
    also those of the run that the cache remembers. `why` says whether it was drawn or remembered, for `--explain`.
    """

    folder: Path
    shells: Mapping[PageKind, Shell]
    """Those of the first language."""
    site: Site
    pages: tuple[OwnPage, ...]
    warnings: tuple[str, ...] = ()
    why: str = ""
    others: Mapping[str, Mapping[PageKind, Shell]] = field(default_factory=dict)
    """The shells of the other languages, by language."""


def draw(
    root: Path,
    work: Path,
    *,
    at: datetime | None = None,
    name: str | None = None,
    drill: bool = False,
    engine: str = "mkdocs",
    serve: bool = False,
    languages: Sequence[str] = (),
    names: Mapping[str, str] = {},
) -> Drawn:
    """Draws the house of the repository at `root`; `work` is a folder that may be written to and that outlives the result.

    `at` is the date of the build, for templates that show it. `name` is what policy.yml calls the page; it goes before mkdocs.yml's site_name. With `drill`, each page says that it is one. With `serve`, drafts are drawn too. `languages` are those of the site, that of mkdocs.yml where there are none; `names` what the page is called in some of them. While nothing that it depends on has changed, the house comes from the
    cache and the engine is not even imported.

    Raises:
        EngineFailed: mkdocs.yml, a page or a template is wrong.
    """
    if engine not in ENGINES:
        raise EngineFailed(f"there is no engine `{engine}`", did_you_mean(engine, ENGINES))
    cache = Cache(root / CACHE_FOLDER / "engine")
    files = _configuration(root)
    first = digest(
        [
            *_made_with(engine, serve),
            repr((name, drill, *languages, *names.items())).encode(),
            *(part for path in files for part in (str(path).encode(), _bytes(path))),
        ]
    )
    plan = cache.note(first)
    why = f"{_NAMES[engine]} has not drawn this configuration yet"
    if plan is not None:
        why = plan.get("reason", "")
        key = _key(first, plan)
        if not why and (found := cache.entry(key)) is not None:
            return _remembered(found.folder, found.facts)
        why = why or "a page, the theme or the engine has changed"
    work.mkdir(parents=True, exist_ok=True)
    begun = work / "begun"
    begun.touch()
    if engine == "zensical":
        from onrecord.site.zensical import draw as draw_with
    else:
        draw_with = _draw_with_mkdocs
    drawn, plan = draw_with(root, work, files, at=at, name=name, drill=drill, serve=serve, languages=languages, names=names, why=why)
    cache.keep_note(first, plan)
    # What was written to while the engine read it may have been drawn as it was before: the key would say the new bytes.
    if not plan["reason"] and changed_last(_folders(plan)) <= begun.stat().st_mtime_ns:
        cache.keep(_key(first, plan), drawn.folder, _facts(drawn))
    return drawn


def _configuration(root: Path) -> tuple[Path, ...]:
    """mkdocs.yml and what it inherits, or the packaged one."""
    path = root / CONFIG_FILE
    if not path.exists():
        return (SCAFFOLD,)
    files = [path]
    while (found := _INHERITED.search(_bytes(files[-1]))) is not None:
        parent = files[-1].parent / found[1].decode(errors="replace")
        if parent in files or not parent.exists():
            break
        files.append(parent)
    return tuple(files)


def _made_with(engine: str, serve: bool) -> Iterator[bytes]:
    yield f"{code()} {engine} {serve} {os.environ.get(_EPOCH)}".encode()
    for name in (*_MADE_WITH, *(() if engine == "mkdocs" else (engine,))):
        try:
            yield f"{name} {version(name)}".encode()
        except PackageNotFoundError:
            yield name.encode()


def _key(first: str, plan: Mapping[str, Any]) -> str:
    return digest([first.encode(), *(f"{folder} {sorted(contents(folder).items())}".encode() for folder in _folders(plan))])


def _folders(plan: Mapping[str, Any]) -> list[Path]:
    """The folders whose files the drawing depends on."""
    return [THEME, *(Path(folder) for folder in plan["folders"])]


def _facts(drawn: Drawn) -> dict[str, Any]:
    shells = {kind: shell.for_cache() for kind, shell in drawn.shells.items()}
    others = {code: {kind: shell.for_cache() for kind, shell in found.items()} for code, found in drawn.others.items()}
    return {"site": asdict(drawn.site), "pages": [asdict(page) for page in drawn.pages], "warnings": drawn.warnings, "shells": shells, "others": others}


def _remembered(folder: Path, facts: Mapping[str, Any]) -> Drawn:
    return Drawn(
        folder=folder,
        shells={kind: Shell.of_cache(kind, facts["shells"][kind]) for kind in KINDS},
        site=Site(**facts["site"] | {"languages": tuple(facts["site"]["languages"])}),
        pages=tuple(OwnPage(**page) for page in facts["pages"]),
        warnings=tuple(facts["warnings"]),
        why="nothing that the shells depend on has changed",
        others={code: {kind: Shell.of_cache(kind, kept) for kind, kept in found.items()} for code, found in facts["others"].items()},
    )


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise EngineFailed(
            f"{path.name} cannot be read: {error.strerror}", "check the file and its permissions"
        ) from None


# ---------------------------------------------------------------- MkDocs


def _draw_with_mkdocs(
    root: Path, work: Path, files: tuple[Path, ...], *, at: datetime | None, name: str | None, drill: bool, serve: bool, languages: Sequence[str], names: Mapping[str, str], why: str
) -> tuple[Drawn, dict[str, Any]]:
    os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")
    from mkdocs.commands.build import build

    from onrecord.site.plugin import OnrecordPlugin

    with _warnings() as warnings:
        try:
            config = _load(root, work)
            plugin = config.plugins.get("onrecord")
            if not isinstance(plugin, OnrecordPlugin):
                plugin = OnrecordPlugin()
                plugin.load_config({})
                config.plugins["onrecord"] = plugin
            plugin.draws_only = True
            config.site_name = name or config.site_name
            config.extra["onrecord_drill"] = drill
            config.extra["onrecord_languages"] = languages
            config.extra["onrecord_names"] = names
            plan = _plan(config, files)
            with dated(at):
                build(config, serve_url=config.site_url if serve else None)
        except (Exception, SystemExit) as error:
            raise EngineFailed(
                _said(error, warnings), "mend mkdocs.yml, the page or the template that it names"
            ) from error
    return house(plugin.drawing, config, warnings=warnings, why=why), plan


@contextmanager
def dated(at: datetime | None) -> Iterator[None]:
    """Lets the engine take that instant for the date of the build, unless the environment names another."""
    if at is None or _EPOCH in os.environ:
        yield
        return
    os.environ[_EPOCH] = str(int(at.timestamp()))
    try:
        yield
    finally:
        del os.environ[_EPOCH]


def _load(root: Path, work: Path) -> MkDocsConfig:
    from mkdocs.config import load_config

    path = root / CONFIG_FILE
    given: dict[str, Any] = {"site_dir": str(work / "drawn"), "strict": False}
    if not path.exists():
        path = SCAFFOLD
        given["docs_dir"] = str(root / PAGES_FOLDER)
        if (root / THEME_FOLDER).is_dir():
            given["theme"] = {"name": "material", "custom_dir": str(root / THEME_FOLDER)}
    docs = Path(given.get("docs_dir", root / _docs_folder(path)))
    if not docs.is_dir():  # git keeps no empty folder, so a site without pages has none
        docs = work / "no-pages"
        docs.mkdir(parents=True, exist_ok=True)
        given["docs_dir"] = str(docs)
    return load_config(str(path), **given)


def _docs_folder(path: Path) -> str:
    found = re.search(
        r"^docs_dir:[ \t]*[\"']?([^\"'#\n]+?)[\"']?[ \t]*(?:#.*)?$", path.read_text(encoding="utf-8"), re.MULTILINE
    )
    return found[1] if found else PAGES_FOLDER if path == SCAFFOLD else "docs"


def house(drawing: Drawing, config: MkDocsConfig, *, warnings: Iterable[str] = (), why: str = "") -> Drawn:
    """What one run of MkDocs made, of which the files lie in its site_dir."""
    site = drawing.site(config)
    return Drawn(
        folder=Path(config.site_dir),
        shells=dict(drawing.shells[site.language]),
        site=site,
        pages=tuple(sorted(drawing.pages, key=lambda page: page.address)),
        warnings=tuple(warnings),
        why=why,
        others={code: drawing.shells[code] for code in site.languages[1:]},
    )


def _plan(config: MkDocsConfig, files: tuple[Path, ...]) -> dict[str, Any]:
    folders = [config.docs_dir, *([config.theme.custom_dir] if config.theme.custom_dir else [])]
    if config.hooks:
        return {"folders": folders, "reason": "mkdocs.yml runs hooks"}
    overrides = Path(config.theme.custom_dir) if config.theme.custom_dir else None
    text = b"\n".join(_bytes(path) for path in files)
    reason = uncacheable(text, plugins=list(config.plugins), extensions=map(str, config.markdown_extensions), overrides=overrides)
    return {"folders": folders, "reason": reason}


def uncacheable(text: bytes, *, plugins: Iterable[str], extensions: Iterable[str], overrides: Path | None) -> str:
    """Why the result may depend on something that the key does not know; empty where it does not. `text` is mkdocs.yml and what it inherits."""
    if b"!ENV" in text:
        return "mkdocs.yml reads the environment (!ENV)"
    if text.count(b"INHERIT") > len(_INHERITED.findall(text)):
        return "mkdocs.yml inherits in a way that is not followed"
    if code := re.search(rb"!!python/\w+(?:/\w+)*:(?!material\.|pymdownx\.)([\w.]+)", text):
        return f"mkdocs.yml calls {code[1].decode()}"
    for plugin in plugins:
        if plugin not in OWN_PLUGINS:
            return f"mkdocs.yml uses the plugin {plugin}"
    for extension in extensions:
        if not KNOWN_EXTENSIONS.fullmatch(extension):
            return f"mkdocs.yml uses the Markdown extension {extension}"
    if _EPOCH not in os.environ and overrides is not None and _reads_date(overrides):
        return "a template reads the date of the build"
    return ""


def _reads_date(folder: Path) -> bool:
    return any(_READS_DATE.search(_bytes(path)) for path in folder.rglob("*.html"))


@contextmanager
def _warnings() -> Iterator[list[str]]:
    """Collects what MkDocs warns of, instead of printing it."""
    said: list[str] = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: said.append(record.getMessage())  # type: ignore[method-assign]
    log = logging.getLogger("mkdocs")
    log.addHandler(handler)
    try:
        yield said
    finally:
        log.removeHandler(handler)


def _said(error: BaseException, warnings: list[str]) -> str:
    lines = [*warnings, str(error)]
    return "MkDocs could not draw the pages: " + "; ".join(
        dict.fromkeys(line.strip() for line in lines if line.strip())
    )
