"""Characters that nobody sees and that make a text read as something else: turned round, split, or with more in it than is shown."""

from __future__ import annotations

import re

_ISOLATES = "\u2066\u2067\u2068\u2069"
_HIDING = re.compile(
    f"[\u202a-\u202e{_ISOLATES}\u2060-\u2064\u206a-\u206f\u180e\ufff9-\ufffb]|(?<![\U000e0000-\U000e007f\U0001f3f4])[\U000e0000-\U000e007f]+"
    "|(?<=[A-Za-z0-9])[\u200b-\u200d]|[\u200b-\u200d](?=[A-Za-z0-9])"
)
"""What nobody sees and what turns words round, splits them or carries others; letters of other scripts are joined and flags are made with some of it."""


def hides(text: str) -> bool:
    """Whether there may be such a character in it."""
    return _HIDING.search(text) is not None


def written_out(line: str) -> str:
    """The line with the code of each character that nobody sees and that could make it read as something else."""
    if line.isascii():
        return line
    return _HIDING.sub(lambda m: m[0] if m[0] in _ISOLATES and _is_closed(line) else f"({name_of(m[0][0])})", line)


def name_of(character: str) -> str:
    """The character as people can look it up: `U+0001`."""
    return f"U+{ord(character):04X}"


def _is_closed(line: str) -> bool:
    """Whether all isolated stretches of a line end in it, as those of Arabic and Hebrew texts do."""
    depth = 0
    for letter in line:
        depth += (letter in _ISOLATES[:3]) - (letter == _ISOLATES[3])
        if depth < 0:
            return False
    return depth == 0
