"""What MkDocs is given and what is taken from it: our theme, a shell for each kind of page, and the owner's pages made safe."""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.pages import Page

from onrecord import markup
from onrecord.render.artifacts import OwnPage, PageKind
from onrecord.settings import Site
from onrecord.site import csp
from onrecord.site.assets import FOLDER, THEME, bundled, bundles, carried
from onrecord.site.links import GeneratedLinks, generated, settle
from onrecord.site.shell import KINDS, PATTERN, Shell, ShellBroken, mark
from onrecord.templating import Language

log = logging.getLogger("mkdocs.plugins.onrecord")

LOCAL_ADDRESS = "http://127.0.0.1:8000/"
"""The site's address where mkdocs.yml names none."""
_CSP = mark("csp")
_STYLE = re.compile(rf'<link rel="stylesheet" href="[^"]*{FOLDER}/onrecord\.[0-9a-f]{{8}}\.css">')
_BOX = re.compile(r'<input type="checkbox" disabled( checked)?')
_ALIGNED = re.compile(r'(<t[hd][^>]*?) style="text-align: (left|center|right);?"')


class Drawing:
    """One run of MkDocs. `shells` and `pages` are filled while it runs.

    With `reloads` the pages let MkDocs' own server add its script.
    """

    def __init__(self, *, reloads: bool = False) -> None:
        self._reloads = reloads
        self.shells: dict[PageKind, Shell] = {}
        self.pages: list[OwnPage] = []
        self._carried: dict[PageKind, str] = {}
        self._links = GeneratedLinks(())
        self._language = Language()

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
        self._language = Language(str(config.theme["language"]))
        config.theme.dirs.insert(1 if config.theme.custom_dir else 0, str(THEME))
        config.theme.static_templates.discard("sitemap.xml")

    def site(self, config: MkDocsConfig) -> Site:
        """What mkdocs.yml says about the site."""
        return Site(
            name=config.site_name,
            url=config.site_url or LOCAL_ADDRESS,
            description=config.site_description or "",
            language=str(config.theme["language"]),
            repo_url=config.repo_url,
        )

    def files(self, files: Files, config: MkDocsConfig) -> None:
        """Takes away what is not published, and adds the style, the script and a page for each shell."""
        for file in [file for file in files if self._left_out(file, config)]:
            files.remove(file)
        self._links = GeneratedLinks({file.src_uri for file in files})
        config.markdown_extensions = [*config.markdown_extensions, self._links]  # type: ignore[list-item]
        folders = [Path(folder) for folder in config.theme.dirs]
        self._carried = carried(folders)
        for made in bundles(folders):
            if made.name == "drill_css" and not config.extra.get("onrecord_drill"):
                continue
            files.append(File.generated(config, made.path, content=made.data))
            config.extra[f"onrecord_{made.name}"] = made.path
        for kind in KINDS:
            if kind != "missing":
                files.append(_shell_page(kind, config))

    def _left_out(self, file: File, config: MkDocsConfig) -> bool:
        """Material's own files are for its bundle, which our pages do not load; ours are bundled; ours stand in nobody's way."""
        if file.src_dir == config.docs_dir:
            return self._taken(file)
        return file.src_dir not in (str(THEME), config.theme.custom_dir) or bundled(file.src_uri)

    def _taken(self, file: File) -> bool:
        if not generated(file.url) and file.url not in ("./", "."):
            return False
        log.warning(
            f"{file.src_uri} is left out: the status page itself stands at /{file.url.lstrip('./')}. Rename the file."
        )
        return True

    def environment(self, env: Any) -> None:
        """Gives MkDocs' templates the marks and the interface's words in the site's language."""
        env.add_extension("jinja2.ext.i18n")
        env.install_gettext_callables(self._language.gettext, self._language.ngettext, newstyle=True)
        env.globals["mark"] = mark

    def before(self, page: Page) -> None:
        """Tells the treatment of links which page comes next."""
        self._links.source = page.file.src_uri

    def content(self, html: str, page: Page) -> str:
        """The content of a page: a shell's is a mark; an owner's has its links set right and nothing that the policy blocks."""
        if _kind(page):
            return mark("content")
        html = _BOX.sub(self._named_box, _ALIGNED.sub(r'\1 class="align-\2"', html))
        html = settle(html, "../" * page.url.count("/"))
        if inline := csp.blocked(html):
            log.warning(
                f"{page.file.src_uri} holds {inline}, which the page's security policy blocks; put it into a file (extra_css, extra_javascript)"
            )
        return html

    def _named_box(self, box: re.Match[str]) -> str:
        name = self._language.gettext("done") if box[1] else self._language.gettext("not done")
        return f'<input aria-label="{escape(name)}" type="checkbox" disabled{box[1] or ""}'

    def context(self, page: Page) -> None:
        """Gives a shell its canonical address."""
        if _kind(page):
            page.canonical_url, page.edit_url = mark("canonical"), None

    def finished(self, html: str, page: Page) -> str:
        """The page with its policy; a shell is kept and nothing is written."""
        if kind := _kind(page):
            self._keep(kind, html)
            return ""
        self.pages.append(_own(page))
        return self._guarded(html, html.replace(page.content or "", ""))

    def finished_template(self, html: str, name: str) -> str:
        """The same for 404.html, the shell that MkDocs draws as a template."""
        if not name.endswith(".html"):
            return html
        if name != "404.html":
            return self._guarded(html, html)
        self._keep("missing", html)
        return ""

    def tidy(self, config: MkDocsConfig) -> None:
        """Takes away the index that a search plugin wrote for Material's own script, which our pages do not load."""
        Path(config.site_dir, "search", "search_index.json").unlink(missing_ok=True)

    def _guarded(self, html: str, chrome: str) -> str:
        return html.replace(_CSP, csp.policy(chrome, reloads=self._reloads))

    def _keep(self, kind: PageKind, html: str) -> None:
        try:
            shell = Shell.split(kind, self._guarded(html, html))
            if style := self._carried.get(kind):
                html = _STYLE.sub(lambda _: f"<style>{style}</style>", html)
                shell = replace(shell, carrying=Shell.split(kind, self._guarded(html, html)))
            self.shells[kind] = shell
        except ShellBroken as error:
            raise PluginError(f"{error.message}; {error.hint}") from None


def _shell_page(kind: PageKind, config: MkDocsConfig) -> File:
    """A page that MkDocs draws like any other, in the right depth and in no navigation."""
    meta = {
        "title": mark("title"),
        "description": mark("description"),
        "onrecord": kind,
        "hide": "[navigation, toc, footer]",
    }
    text = "---\n" + "".join(f"{key}: {value}\n" for key, value in meta.items()) + "---\n"
    file = File.generated(config, f"onrecord-{kind}.md", content=text, inclusion=InclusionLevel.NOT_IN_NAV)
    file.dest_uri = PATTERN[kind].format(slug=mark("slug")) + "index.html"
    if kind == "home":
        file.name = "index"
    return file


def _own(page: Page) -> OwnPage:
    """The page as the search knows it; `search: {exclude: true}` in its front matter keeps its words to itself, as in Material."""
    wish = page.meta.get("search")
    hidden = isinstance(wish, dict) and wish.get("exclude")
    content = re.sub(r"<h1\b.*?</h1>", "", page.content or "", count=1, flags=re.DOTALL)
    return OwnPage(address=page.url, title=str(page.title or page.url), text=None if hidden else markup.shown_text(content))


def _kind(page: Page) -> Any:
    return page.meta.get("onrecord") if page.file.generated_by == "onrecord" else None
