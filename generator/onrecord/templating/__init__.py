"""Templates in the language of the site: the only user of Jinja2 and of the message catalogues."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onrecord.lately import lately

if TYPE_CHECKING:
    from onrecord.templating.language import Language
    from onrecord.templating.templates import Templates, environment

__all__ = ["Language", "Templates", "environment"]
__getattr__ = lately(globals(), {"Language": "language", "Templates": "templates", "environment": "templates"})
