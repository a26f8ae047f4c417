"""The languages of one drawing: which one a page is in, where its pages lie, and what the theme's words are in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from onrecord.templating import Language

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import File


def tongue(language: Language, others: Sequence[Language] = (), **pages: Mapping[str, Any]) -> dict[str, Any]:
    """What templates know of the language that they speak, as `config.extra.onrecord_tongue`. Plain values, which every engine can read.

    `others` are all languages of the site, the first one included, where there is more than one.
    """
    first = others[0].code if others else language.code
    return {
        "code": language.code,
        "direction": language.direction,
        "folder": "" if language.code == first else f"{language.code}/",
        "others": [(other.code, other.name, "" if other.code == first else f"{other.code}/") for other in others],
        "pages": pages.get("pages", {}),
        "versions": pages.get("versions", {}),
        "addresses": {address: dict(found) for address, found in pages.get("versions", {}).items()},
    }


class Tongues:
    """The languages of the site, the first one at its root. `speak` says which one the theme speaks now."""

    def __init__(self, codes: Sequence[str], names: Mapping[str, str]) -> None:
        self.codes = tuple(codes)
        self.first = self.codes[0]
        self._languages = {code: Language(code) for code in self.codes}
        self._now = self._languages[self.first]
        self._own: dict[str, File] = {}
        self._names = names
        """What the page is called in each language."""

    def language(self, code: str) -> Language:
        return self._languages[code]

    def speak(self, code: str, config: MkDocsConfig) -> None:
        """From now on the theme speaks that language."""
        self._now = self._languages[code]
        config.theme["language"] = code
        config.site_name = self._names[code]
        others = tuple(self._languages.values()) if len(self.codes) > 1 else ()
        found = tongue(self._now, others, pages=self._pages(code), versions=self._versions())
        if code == self.first and config.theme.get("direction"):
            found["direction"] = config.theme["direction"]
        config.extra["onrecord_tongue"] = found

    def gettext(self, text: str) -> str:
        return self._now.gettext(text)

    def ngettext(self, one: str, many: str, number: int) -> str:
        return self._now.ngettext(one, many, number)

    def folder(self, code: str) -> str:
        """Where the pages of that language lie: `de/`, and nothing for the first one."""
        return "" if code == self.first else f"{code}/"

    def of(self, path: str) -> str:
        """The language of a file of docs_dir, or of an address: that of the folder in which it lies."""
        top, slash, _ = path.partition("/")
        return top if slash and top in self.codes[1:] else self.first

    def within(self, address: str) -> str:
        """The address without the folder of its language."""
        return address.removeprefix(self.folder(self.of(address)))

    def settle(self, files: Iterable[File], docs_dir: str) -> None:
        """Learns which pages people wrote in which language; a translation stands in no navigation, but in the place of its original."""
        from mkdocs.structure.files import InclusionLevel  # the other engine does without MkDocs

        self._own = {file.src_uri: file for file in files if file.src_dir == docs_dir and file.is_documentation_page()}
        for path, file in self._own.items():
            if self.of(path) != self.first and file.inclusion is InclusionLevel.UNDEFINED:
                file.inclusion = InclusionLevel.NOT_IN_NAV

    def _pages(self, code: str) -> dict[str, dict[str, str]]:
        """What the pages of the first language are called in that one, and where they are, by address; only those that people translated."""
        if code == self.first:
            return {}
        pairs = ((file, self._own.get(self.folder(code) + path)) for path, file in self._own.items() if self.of(path) == self.first)
        return {
            file.url: {"url": other.url, "title": str(other.page.title)} for file, other in pairs if other is not None and other.page is not None
        }

    def _versions(self) -> dict[str, list[tuple[str, str]]]:
        """The languages that a page of people is written in, each with its address, by the page's own; those in one language alone are not listed."""
        found: dict[str, list[tuple[str, str]]] = {}
        for path, file in self._own.items() if len(self.codes) > 1 else ():
            beside = [(code, self._own.get(self.folder(code) + self.within(path))) for code in self.codes]
            there = [(code, other.url) for code, other in beside if other is not None]
            if len(there) > 1:
                found[file.url] = there
        return found
