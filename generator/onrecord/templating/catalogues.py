"""How complete each catalogue is: what it lacks, what it has too much of, and where a translation would lose a value.

`make translations` prints it. What is not translated is shown in English.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, read_po

from onrecord.templating.language import CATALOGUES

_PLACE = re.compile(r"%\(\w+\)[sd]|%%|\{\d\}")
_NUMBER = "%(num)d"
"""Some forms of some languages say the number in a word: one, two, none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One catalogue against the strings of the interface. `faults` are translations that cannot be used as they are, each with the reason."""

    language: str
    total: int
    missing: tuple[str, ...]
    unknown: tuple[str, ...]
    faults: tuple[tuple[str, str], ...]

    @property
    def complete(self) -> bool:
        return not (self.missing or self.unknown or self.faults)

    @property
    def share(self) -> int:
        """How much is translated, in whole percent, cut and not rounded."""
        return (self.total - len(self.missing)) * 100 // self.total if self.total else 100


def reports(folder: Traversable | None = None) -> Iterator[Report]:
    """A report for each catalogue in that folder, the shipped ones where none is named."""
    shipped = files("onrecord").joinpath(CATALOGUES)
    with shipped.joinpath("onrecord.pot").open("rb") as text:
        template = read_po(text)
    for file in sorted((folder or shipped).iterdir(), key=lambda file: file.name):
        if file.name.endswith(".po"):
            yield report(file, template)


def report(file: Traversable, template: Catalog) -> Report:
    """One catalogue against the strings of `template`."""
    language = file.name.removesuffix(".po")
    with file.open("rb") as text:
        try:
            found = read_po(text, locale=language.replace("-", "_"), abort_invalid=True)
        except PoFileError as error:
            return Report(language=language, total=len(template), missing=(), unknown=(), faults=((file.name, str(error)),))
    strings = [message for message in template if message.id]
    said = {_key(message): message for message in found if message.id}
    missing = [_key(message) for message in strings if not _is_said(said.get(_key(message)))]
    known = {_key(message) for message in strings}
    faults = [(_key(message), fault) for message in strings if (own := said.get(_key(message))) and _is_said(own) for fault in _faults(message, own)]
    return Report(
        language=language,
        total=len(strings),
        missing=tuple(missing),
        unknown=tuple(key for key in said if key not in known),
        faults=tuple(faults),
    )


def _key(message: Message) -> str:
    return message.id[0] if isinstance(message.id, (tuple, list)) else str(message.id)


def _forms(message: Message) -> tuple[str, ...]:
    return tuple(message.string) if isinstance(message.string, (tuple, list)) else (str(message.string or ""),)


def _is_said(message: Message | None) -> bool:
    """Whether every form of it is there, and no machine's guess (`fuzzy`) that nobody has looked at."""
    return message is not None and all(_forms(message)) and not message.fuzzy


def _faults(original: Message, own: Message) -> Iterator[str]:
    texts = tuple(original.id) if isinstance(original.id, (tuple, list)) else (str(original.id),)
    wanted = sorted(_PLACE.findall(texts[-1]))
    for form in _forms(own):
        places = sorted(_PLACE.findall(form))
        spelled = sorted([*places, _NUMBER]) if len(texts) > 1 and _NUMBER in wanted and _NUMBER not in places else places
        if spelled != wanted:
            less = [place for place in wanted if place not in places]
            more = [place for place in places if place not in wanted]
            if len(texts) > 1 and not more and set(less) <= {*wanted} and form == _forms(own)[0] and len(_forms(own)) == 6:
                continue  # the form for none need not name what there is none of
            yield f"`{form}`" + (f" lacks {', '.join(less)}" if less else "") + (f" has {', '.join(more)} in excess" if more else "")


def main() -> int:
    """Prints a line for each catalogue, and what is wrong below it; 1 where one is not complete."""
    found = list(reports())
    for one in found:
        print(f"{one.language}: {one.total - len(one.missing)} of {one.total} strings ({one.share} %)")
        for text in one.missing:
            print(f"  missing: {text}")
        for text in one.unknown:
            print(f"  not asked for any more: {text}")
        for text, fault in one.faults:
            print(f"  {text}: {fault}")
    return 0 if all(one.complete for one in found) else 1


if __name__ == "__main__":
    sys.exit(main())
