"""Words that are not in the language of the page on which they stand: they bear their own, so that they are read out and set as what they are."""

from __future__ import annotations

from markupsafe import Markup


class Foreign(str):
    """A text in another language than the page's. As HTML it says which one it is, and in which direction it is written."""

    language: str
    direction: str

    @classmethod
    def of(cls, text: str, language: str, direction: str) -> Foreign:
        """The text as words of that language; `direction` is `ltr` or `rtl`."""
        made = cls(text)
        made.language, made.direction = language, direction
        return made

    @property
    def attributes(self) -> Markup:
        """What an element says that holds nothing but these words."""
        return Markup(' lang="{}" dir="{}"').format(self.language, self.direction)

    def __html__(self) -> Markup:
        return Markup("<bdi{}>{}</bdi>").format(self.attributes, str(self))


class Translated(str):
    """A translation that knows what it translates."""

    original: str

    @classmethod
    def of(cls, text: str, original: str) -> Translated:
        made = cls(text)
        made.original = original
        return made


def original(text: str | None) -> str | None:
    """The text as it was said first, whatever the language of the page."""
    return text.original if isinstance(text, Translated) else text
