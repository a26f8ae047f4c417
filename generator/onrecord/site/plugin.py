"""The MkDocs adapter: `mkdocs build` and `mkdocs serve` write the same site as `onrecord build`, for preview."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mkdocs.config.base import Config
from mkdocs.plugins import BasePlugin, event_priority

from onrecord.site.drawing import Drawing

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
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

    def on_startup(self, **_: Any) -> None:
        """Present so that MkDocs keeps this instance between the rebuilds of `mkdocs serve`."""

    def on_config(self, config: MkDocsConfig) -> None:
        """A fresh drawing for each build."""
        self.drawing = Drawing()
        self.drawing.configure(config)

    @event_priority(-100)
    def on_files(self, files: Files, *, config: MkDocsConfig) -> None:
        """After all other plugins: adds the shells."""
        self.drawing.files(files, config)

    def on_env(self, env: Any, *, config: MkDocsConfig, **_: Any) -> None:
        """Before the first template is compiled: gives the templates their marks and their language."""
        self.drawing.environment(env, config)

    def on_page_markdown(self, _markdown: str, *, page: Page, **_: Any) -> None:
        """Before a page is rendered."""
        self.drawing.before(page)

    @event_priority(-100)
    def on_page_content(self, html: str, *, page: Page, **_: Any) -> str:
        """After a page is rendered, before the theme surrounds it."""
        return self.drawing.content(html, page)

    def on_page_context(self, _context: Any, *, page: Page, **_: Any) -> None:
        """Before the theme surrounds a page."""
        self.drawing.context(page)

    @event_priority(-100)
    def on_post_page(self, output: str, *, page: Page, **_: Any) -> str:
        """The whole page."""
        return self.drawing.finished(output, page)

    @event_priority(-100)
    def on_post_template(self, output: str, *, template_name: str, **_: Any) -> str:
        """The whole 404 page."""
        return self.drawing.finished_template(output, template_name)
