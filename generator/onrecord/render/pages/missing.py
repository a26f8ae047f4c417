"""The page for an address that does not exist."""

from __future__ import annotations

import re

from onrecord.render.artifacts import PageContent
from onrecord.render.pages.setting import Setting


def missing(setting: Setting) -> PageContent:
    """404.html. It may be shown at any depth, so its links begin with the site's base path."""
    _ = setting.language.gettext
    base = re.sub(r"^[a-z]+://[^/]*", "", setting.site.url) or "/"
    return PageContent(
        address="404.html",
        kind="missing",
        title=_("Page not found"),
        description=_("This address leads nowhere."),
        content=setting.render("missing", base),
        feeds=setting.feeds,
    )
