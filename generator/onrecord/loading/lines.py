"""Where the words of a record stand, found only when somebody asks."""

from __future__ import annotations

from onrecord import yamlio
from onrecord.files import Tree, Unreadable
from onrecord.loading.postmortems import places_of
from onrecord.model import PostmortemFile
from onrecord.problems import Place


class Lines(dict[str, Place]):
    """Places in the files of one folder, by key: `started` is that of the value, `started:` of the key.

    Below `updates/<stem>.` and `postmortem.` stand the same for the updates and the post-mortem,
    with `body` for the words, and `picture.<path>` and `diagram.<number>` for what a post-mortem shows. What is not there has the place of what it would be part of.
    """

    __slots__ = ("_files", "_tree")

    def __init__(self, tree: Tree, files: dict[str, str]) -> None:
        super().__init__()
        self._tree = tree
        self._files = files
        """The path of each file by its prefix: `""` for the head, `updates/<stem>.`, `postmortem.`."""

    def __missing__(self, key: str) -> Place:
        prefix = self._prefix(key)
        if prefix not in self:
            path = self._files[prefix]
            data = self._read(path)
            inner = key.removeprefix(prefix)
            markdown = path.endswith(".md")
            if data and "." not in inner and (place := yamlio.quick_place(data, path, inner, front_matter=markdown)):
                self[key] = place
                return place
            self[prefix] = Place(path)
            found = yamlio.places(data, path, front_matter=markdown)
            if prefix == "postmortem.":
                words = yamlio.document(data, path, PostmortemFile)
                found |= places_of(words.body, path, words.body_line)
            self.update({prefix + name: place for name, place in found.items()})
        return self.get(key) or self._nearest(key, prefix)

    def _prefix(self, key: str) -> str:
        if key.startswith("updates/"):
            prefix = key.partition(".")[0] + "."
            return prefix if prefix in self._files else ""
        return "postmortem." if key.startswith("postmortem.") and "postmortem." in self._files else ""

    def _read(self, path: str) -> bytes:
        try:
            return self._tree.read(path)
        except Unreadable:
            return b""

    def _nearest(self, key: str, prefix: str) -> Place:
        inner = key.removeprefix(prefix).rstrip(":")
        while "." in inner:
            inner = inner.rpartition(".")[0]
            if prefix + inner in self:
                return self[prefix + inner]
        return self[prefix]
