"""The colours: readable in light and dark, and the same however dark mode was chosen."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import onrecord

TOKENS = (Path(onrecord.__file__).parent / "theme/assets/onrecord/tokens.css").read_text()
BLOCKS = re.split(r"\n(?=:root|@media)", TOKENS)
COLOURS = [dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{3,6})\b", block)) for block in BLOCKS[1:4]]


def luminance(colour: str) -> float:
    """Relative luminance as WCAG defines it."""
    digits = colour.lstrip("#")
    digits = "".join(c * 2 for c in digits) if len(digits) == 3 else digits
    channels = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_dark_is_dark_however_it_was_chosen() -> None:
    """The reader's system and the palette button lead to the same colours."""
    assert COLOURS[1] == COLOURS[2]
    assert COLOURS[0].keys() == COLOURS[1].keys()


@pytest.mark.parametrize("colours", COLOURS[:2], ids=["light", "dark"])
def test_words_have_contrast(colours: dict[str, str]) -> None:
    """Words are at least 4.5:1 on every background on which they stand, marks and borders of controls 3:1."""
    washes = [name for name in colours if name.endswith("wash")]
    for name, colour in colours.items():
        if name in ("ink", "ink-soft", "blue-link"):
            grounds = ["paper", *washes]
        elif name.endswith("-ink"):
            # The banner lists every state on the wash of the worst.
            grounds = ["paper", *washes]
        else:
            continue
        for ground in grounds:
            assert contrast(colour, colours[ground]) >= 4.5, (name, ground)
    for name in (n for n in colours if n.endswith("-full") or n == "rule-strong"):
        assert contrast(colours[name], colours["paper"]) >= 3, name
