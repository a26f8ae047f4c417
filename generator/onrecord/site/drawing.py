"""What MkDocs is given and what is taken from it: our theme, a shell for each kind of page, and the owner's pages made safe."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.pages import Page

from onrecord.render.artifacts import OwnPage, PageKind
from onrecord.settings import Site
from onrecord.site import people
from onrecord.site.assets import THEME, Carried, bundled, bundles, carried
from onrecord.site.engine import LOCAL_ADDRESS
from onrecord.site.guarding import guarded, shell_of
from onrecord.site.links import GeneratedLinks
from onrecord.site.shell import KINDS, PATTERN, Shell, ShellBroken, mark
from onrecord.site.tongues import Tongues

log = logging.getLogger("mkdocs.plugins.onrecord")



class Drawing:
    """One run of MkDocs. `shells` and `pages` are filled while it runs.

    With `reloads` the pages let MkDocs' own server add its script.
    """

    def __init__(self, *, reloads: bool = False) -> None:
        self._reloads = reloads
        self.shells: dict[str, dict[PageKind, Shell]] = {}
        """By language."""
        self.pages: list[OwnPage] = []
        self._carried: dict[PageKind, Carried] = {}
        self._links = GeneratedLinks(())
        self._tongues = Tongues(["en"], {})
        self._name = ""
        self._missing: Callable[[str], str] | None = None

    def configure(self, config: MkDocsConfig) -> None:
        """Puts our theme between the owner's overrides and Material, and leaves the sitemap to the generator."""
        if config.theme.name != "material":
            raise PluginError(
                f"onrecord draws its pages with Material: write `theme: {{name: material}}` in mkdocs.yml, not `{config.theme.name}`"
            )
        if not config.site_url:
            log.warning("site_url is missing in mkdocs.yml: feeds and canonical addresses will point to this machine")
            config.site_url = LOCAL_ADDRESS
        config.site_url = config.site_url.rstrip("/") + "/"
        config.use_directory_urls = True
        codes = config.extra.get("onrecord_languages") or [str(config.theme["language"])]
        self._name = config.site_name
        self._tongues = Tongues(codes, dict.fromkeys(codes, self._name) | (config.extra.get("onrecord_names") or {}))
        self._tongues.speak(self._tongues.first, config)
        config.theme.dirs.insert(1 if config.theme.custom_dir else 0, str(THEME))
        config.theme.static_templates.discard("sitemap.xml")

    def site(self, config: MkDocsConfig) -> Site:
        """What mkdocs.yml says about the site."""
        return Site(
            name=self._name,
            url=config.site_url or LOCAL_ADDRESS,
            description=config.site_description or "",
            language=self._tongues.first,
            repo_url=config.repo_url,
            languages=self._tongues.codes if len(self._tongues.codes) > 1 else (),
        )

    def files(self, files: Files, config: MkDocsConfig) -> None:
        """Takes away what is not published, and adds the style, the script and a page for each shell."""
        for file in [file for file in files if self._left_out(file, config)]:
            files.remove(file)
        self._links = GeneratedLinks({file.src_uri for file in files})
        self._tongues.settle(files, config.docs_dir)
        config.markdown_extensions = [*config.markdown_extensions, self._links]  # type: ignore[list-item]
        folders = [Path(folder) for folder in config.theme.dirs]
        self._carried = carried(folders)
        for made in bundles(folders):
            if made.name == "drill_css" and not config.extra.get("onrecord_drill"):
                continue
            files.append(File.generated(config, made.path, content=made.data))
            config.extra[f"onrecord_{made.name}"] = made.path
        for code in self._tongues.codes:
            for kind in KINDS:
                if kind != "missing" and (kind != "gallery" or code == self._tongues.first):
                    files.append(_shell_page(kind, config, self._tongues.folder(code), code))

    def _left_out(self, file: File, config: MkDocsConfig) -> bool:
        """Material's own files are for its bundle, which our pages do not load; ours are bundled; ours stand in nobody's way."""
        if file.src_dir == config.docs_dir:
            return self._taken(file)
        return file.src_dir not in (str(THEME), config.theme.custom_dir) or bundled(file.src_uri)

    def _taken(self, file: File) -> bool:
        wrong = people.in_the_way(file.src_uri, self._tongues.within(file.url))
        if wrong:
            log.warning(wrong)
        return wrong is not None

    def environment(self, env: Any) -> None:
        """Gives MkDocs' templates the marks and the interface's words in the site's language."""
        env.add_extension("jinja2.ext.i18n")
        env.install_gettext_callables(self._tongues.gettext, self._tongues.ngettext, newstyle=True)
        env.globals["mark"] = mark

    def before(self, page: Page, config: MkDocsConfig) -> None:
        """Tells the treatment of links which page comes next, and in which language."""
        self._links.source = page.file.src_uri
        self._tongues.speak(self._tongues.of(page.file.src_uri), config)

    def content(self, html: str, page: Page) -> str:
        """The content of a page: a shell's is a mark; an owner's has its links set right and nothing that the policy blocks."""
        if _kind(page):
            return mark("content")
        language = self._tongues.of(page.file.src_uri)
        html, wrong = people.treated(html, page.file.src_uri, self._tongues.within(page.url), self._tongues.language(language))
        if wrong:
            log.warning(wrong)
        return html

    def context(self, page: Page, config: MkDocsConfig) -> None:
        """Gives a shell its canonical address, and the templates the language of the page."""
        if _kind(page):
            page.canonical_url, page.edit_url = mark("canonical"), None
        self._tongues.speak(page.meta["tongue"] if _kind(page) else self._tongues.of(page.file.src_uri), config)

    def missing(self, context: Any, env: Any, config: MkDocsConfig) -> None:
        """Remembers how 404.html is drawn, since every other language draws one of its own in its folder."""

        def drawn(language: str) -> str:
            self._tongues.speak(language, config)
            html: str = env.get_template("404.html").render(context)
            self._tongues.speak(self._tongues.first, config)
            return html

        self._missing = drawn
        self._tongues.speak(self._tongues.first, config)  # whatever page was read last

    def finished(self, html: str, page: Page) -> str:
        """The page with its policy; a shell is kept and nothing is written."""
        if kind := _kind(page):
            self._keep(page.meta["tongue"], kind, html)
            return ""
        self.pages.append(people.found_by_search(page.url, str(page.title or page.url), page.meta, page.content or ""))
        return guarded(html, html.replace(page.content or "", ""), reloads=self._reloads)

    def finished_template(self, html: str, name: str) -> str:
        """The same for 404.html, the shell that MkDocs draws as a template."""
        if not name.endswith(".html"):
            return html
        if name != "404.html":
            return guarded(html, html, reloads=self._reloads)
        self._keep(self._tongues.first, "missing", html)
        for code in self._tongues.codes[1:]:
            self._keep(code, "missing", self._missing(code) if self._missing else html)
        return ""

    def tidy(self, config: MkDocsConfig) -> None:
        """Takes away the index that a search plugin wrote for Material's own script, which our pages do not load."""
        Path(config.site_dir, "search", "search_index.json").unlink(missing_ok=True)

    def _keep(self, language: str, kind: PageKind, html: str) -> None:
        try:
            self.shells.setdefault(language, {})[kind] = shell_of(kind, html, self._carried.get(kind), reloads=self._reloads)
        except ShellBroken as error:
            raise PluginError(f"{error.message}; {error.hint}") from None


def _shell_page(kind: PageKind, config: MkDocsConfig, folder: str, language: str) -> File:
    """A page that MkDocs draws like any other, in the right depth and in no navigation. `folder` is that of the language."""
    meta = {
        "title": mark("title"),
        "description": mark("description"),
        "onrecord": kind,
        "tongue": f'"{language}"',
        "hide": "[navigation, toc, footer]",
    }
    text = "---\n" + "".join(f"{key}: {value}\n" for key, value in meta.items()) + "---\n"
    file = File.generated(config, f"{folder}onrecord-{kind}.md", content=text, inclusion=InclusionLevel.NOT_IN_NAV)
    file.dest_uri = folder + PATTERN[kind].format(slug=mark("slug")) + "index.html"
    if kind == "home":
        file.name = "index"
    return file


def _kind(page: Page) -> Any:
    return page.meta.get("onrecord") if page.file.generated_by == "onrecord" else None
