"""The MkDocs adapter: `mkdocs build` and `mkdocs serve` write the same site as `onrecord build`, for preview."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mkdocs.config.base import Config
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin, event_priority

from onrecord import gitio
from onrecord.files import WorkTree
from onrecord.settings import COMPONENTS_FILE, INCIDENTS, POLICY_FILE, REDACTIONS_FILE, BuildOptions
from onrecord.site.assemble import assemble
from onrecord.site.drawing import Drawing, log
from onrecord.site.engine import house
from onrecord.site.pipeline import Reading, Source, read, templates_of
from onrecord.times import parse_instant

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.livereload import LiveReloadServer
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page


class Settings(Config):  # type: ignore[no-untyped-call]
    """No settings of its own: what the generator needs stands in `site_src/*.yml`."""


class OnrecordPlugin(BasePlugin[Settings]):  # type: ignore[no-untyped-call]
    """Hands MkDocs the shells and lets the generator fill them."""

    def __init__(self) -> None:
        self.drawing = Drawing()
        self.draws_only = False
        """Set by the engine, which fills the shells itself."""
        self._serves = False
        self._env: Any = None
        self._reading: Reading | None = None

    def on_startup(self, *, command: str, **_: Any) -> None:
        """Called once; that it is here makes MkDocs keep this instance between the rebuilds of `mkdocs serve`."""
        self._serves = command == "serve"

    def on_config(self, config: MkDocsConfig) -> None:
        """A fresh drawing for each build, and the records, since they say what the page is called."""
        if not self.draws_only:
            self._reading = read(_source(config), _options(config))
            page = self._reading.snapshot.policy.page
            config.site_name = page.name or config.site_name
            config.extra["onrecord_drill"] = page.drill
            config.extra["onrecord_languages"] = page.chosen_languages
            config.extra["onrecord_names"] = page.names
        self.drawing = Drawing(reloads=self._serves)
        self.drawing.configure(config)

    @event_priority(-100)
    def on_files(self, files: Files, *, config: MkDocsConfig) -> None:
        """After all other plugins: adds the shells."""
        self.drawing.files(files, config)

    def on_env(self, env: Any, **_: Any) -> None:
        """Before the first template is compiled: gives the templates their marks and their language."""
        self.drawing.environment(env)
        self._env = env

    def on_template_context(self, context: Any, *, template_name: str, config: MkDocsConfig, **_: Any) -> None:
        """Before the 404 page is drawn, which is a template and no page."""
        if template_name == "404.html":
            self.drawing.missing(context, self._env, config)

    def on_page_markdown(self, _markdown: str, *, page: Page, config: MkDocsConfig, **_: Any) -> None:
        """Before a page is rendered."""
        self.drawing.before(page, config)

    @event_priority(-100)
    def on_page_content(self, html: str, *, page: Page, **_: Any) -> str:
        """After a page is rendered, before the theme surrounds it."""
        return self.drawing.content(html, page)

    def on_page_context(self, _context: Any, *, page: Page, config: MkDocsConfig, **_: Any) -> None:
        """Before the theme surrounds a page."""
        self.drawing.context(page, config)

    @event_priority(-100)
    def on_post_page(self, output: str, *, page: Page, **_: Any) -> str:
        """The whole page."""
        return self.drawing.finished(output, page)

    @event_priority(-100)
    def on_post_template(self, output: str, *, template_name: str, **_: Any) -> str:
        """The whole 404 page."""
        return self.drawing.finished_template(output, template_name)

    @event_priority(-100)
    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Fills the shells. Under `mkdocs serve` a failure is shown in the browser, since an exception would leave it waiting."""
        self.drawing.tidy(config)
        if self._reading is None:
            return
        try:
            self._fill(self._reading, config)
        except Exception as error:
            said = f"onrecord could not fill the pages: {error or type(error).__name__}"
            if not self._serves:
                raise PluginError(said) from error
            log.exception(said)
            Path(config.site_dir, "index.html").write_text(_FAILED, encoding="utf-8")

    def on_serve(self, server: LiveReloadServer, *, config: MkDocsConfig, **_: Any) -> None:
        """Watches the records too. MkDocs looks at every file again and again: `onrecord serve` is the one for long histories."""
        root = Path(config.config_file_path).parent
        for folder in (root / INCIDENTS, root / COMPONENTS_FILE, root / POLICY_FILE, root / REDACTIONS_FILE):
            if folder.exists():
                server.watch(str(folder))

    def _fill(self, reading: Reading, config: MkDocsConfig) -> None:
        for problem in reading.problems:
            if problem.level != "note":
                log.warning(str(problem))
        source, drawn = _source(config), house(self.drawing, config)
        templates = templates_of(source.root, source.root)
        for artifact in assemble(reading.snapshot, drawn, reading.tree, templates, spoken=reading.spoken):
            target = drawn.folder / artifact.path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(artifact.data)


def _source(config: MkDocsConfig) -> Source:
    root = Path(config.config_file_path).parent
    return Source(tree=WorkTree(root), root=root, head=gitio.head(root))


def _options(config: MkDocsConfig) -> BuildOptions:
    clock = os.environ.get("ONRECORD_NOW")
    root, out = Path(config.config_file_path).parent, Path(config.site_dir)
    return BuildOptions(root=root, out=out, now=parse_instant(clock) if clock else None)


_FAILED = "<!doctype html><title>onrecord</title><p>The pages could not be filled. The terminal says why.</p>"
