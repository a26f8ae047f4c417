"""What the site is called and where it lives, read from mkdocs.yml without MkDocs: what a verb needs to write an address."""

from __future__ import annotations

from onrecord.files import Tree, Unreadable
from onrecord.model import PolicyFile
from onrecord.settings import CONFIG_FILE, Site


def site_of(tree: Tree, policy: PolicyFile) -> Site:
    """Name and address of the page, as policy.yml and mkdocs.yml say them.

    The address is `/` where mkdocs.yml gives none that can be read as it stands: one from the
    environment, say, or from a file that it inherits.
    """
    from onrecord.yamlio.nodes import compose

    try:
        root, _ = compose(tree.read(CONFIG_FILE).decode("utf-8-sig", "replace"), CONFIG_FILE)
    except Unreadable:
        root = None

    def said(key: str) -> str:
        found = root.child(key) if root is not None and root.pairs is not None else None
        return found[1].text or "" if found is not None else ""

    return Site(name=policy.page.name or said("site_name") or "Status", url=f"{said('site_url').rstrip('/')}/", description=said("site_description"))
