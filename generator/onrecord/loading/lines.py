"""Where the words of a record stand, found only when somebody asks."""

from __future__ import annotations

from onrecord import yamlio
from onrecord.files import Tree, Unreadable
from onrecord.problems import Place


class Lines(dict[str, Place]):
    """Places in the files of one folder, by key: `started` is that of the value, `started:` of the key.

    Below `updates/<stem>.` and `postmortem.` stand the same for the updates and the post-mortem,
    with `body` for the words. What is not there has the place of what it would be part of.
    """

    __slots__ = ("_files", "_tree")

    def __init__(self, tree: Tree, files: dict[str, str]) -> None:
        super().__init__()
        self._tree = tree
        self._files = files
        """The path of each file by its prefix: `""` for the head, `updates/<stem>.`, `postmortem.`."""

    def __missing__(self, key: str) -> Place:
        prefix = self._prefix(key)
        path = self._files[prefix]
        if prefix not in self:
            self[prefix] = Place(path)
            self.update({prefix + name: place for name, place in self._read(path).items()})
        return self.get(key) or self._nearest(key, prefix)

    def _prefix(self, key: str) -> str:
        if key.startswith("updates/"):
            prefix = key.partition(".")[0] + "."
            return prefix if prefix in self._files else ""
        return "postmortem." if key.startswith("postmortem.") and "postmortem." in self._files else ""

    def _read(self, path: str) -> dict[str, Place]:
        try:
            return yamlio.places(self._tree.read(path), path, front_matter=path.endswith(".md"))
        except Unreadable:
            return {}

    def _nearest(self, key: str, prefix: str) -> Place:
        inner = key.removeprefix(prefix).rstrip(":")
        while "." in inner:
            inner = inner.rpartition(".")[0]
            if prefix + inner in self:
                return self[prefix + inner]
        return self[prefix]
