"""Where the templates of messages lie: the owner's before those of the package, and whose page they speak for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files

from onrecord.files import Tree, Unreadable
from onrecord.problems import Place
from onrecord.render.messages.channels import CHANNELS
from onrecord.render.messages.phases import PHASES
from onrecord.settings import MESSAGES_FOLDER, Site
from onrecord.templating.sandbox import Source, TemplateFault

FRAMES, PHRASES = "frames", "phrases.txt"
"""What surrounds each message of a channel, and the sentences that many messages share."""
_NOWHERE = Site(name="", url="/")
_SHIPPED = "onrecord/messages"


def known_names() -> tuple[str, ...]:
    """Every template that there can be, by its path below the folder: one a phase and channel, a frame a channel, the phrases."""
    texts = (f"{phase}/{channel.file}" for phase in PHASES for channel in CHANNELS.values())
    return (*texts, *(f"{FRAMES}/{channel.file}" for channel in CHANNELS.values()), PHRASES)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Letters:
    """The templates of one page. `own` holds the owner's by path below `site_src/messages/`."""

    site: Site = _NOWHERE
    own: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, tree: Tree, site: Site) -> Letters:
        """The owner's templates as they lie in that tree.

        Raises:
            TemplateFault: one cannot be read.
        """
        known = {f"{MESSAGES_FOLDER}/{name}": name for name in known_names()}
        return cls(site=site, own={known[path]: _read(tree, path) for path in tree.paths(MESSAGES_FOLDER) if path in known})

    def find(self, name: str) -> Source | None:
        """The template of that path below the folder, None where there is none."""
        if name in self.own:
            return Source(self.own[name], f"{MESSAGES_FOLDER}/{name}")
        text = _shipped(name)
        return Source(text, f"{_SHIPPED}/{name}") if text is not None else None


def strays(tree: Tree) -> list[str]:
    """Files below `site_src/messages/` that no message is made from."""
    known = {f"{MESSAGES_FOLDER}/{name}" for name in known_names()}
    return [path for path in tree.paths(MESSAGES_FOLDER) if path not in known and not path.endswith("/README.md")]


def _read(tree: Tree, path: str) -> str:
    try:
        return tree.read(path).decode("utf-8")
    except Unreadable as error:
        raise TemplateFault(Place(path), error.message, error.hint or "mend the file, or take it away") from None
    except UnicodeDecodeError:
        raise TemplateFault(Place(path), "this is no UTF-8", "save it as UTF-8") from None


@lru_cache(maxsize=256)
def _shipped(name: str) -> str | None:
    if name not in known_names():
        return None
    found = files("onrecord").joinpath("messages").joinpath(*name.split("/"))
    return found.read_text(encoding="utf-8") if found.is_file() else None
