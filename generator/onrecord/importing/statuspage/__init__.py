"""Statuspage: the answers of a page's API v2, as files."""

from onrecord.importing.statuspage.harvest import harvest

__all__ = ["harvest"]
