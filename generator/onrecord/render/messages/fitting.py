"""Making words fit where room is short: whole sentences where they fit, and a cut between words where none does."""

from __future__ import annotations

import re

from onrecord.render.messages.lengths import room

AS_ROOM_ALLOWS = "\ufdd1"
"""Stands in a post for as many sentences of the words as fit."""
_SENTENCES = re.compile(r"(?<=[.!?…])\s+(?=\S)")


def shortened(text: str, letters: int = 80) -> str:
    """The text, cut between words with an ellipsis where it is longer than that."""
    if len(text) <= letters:
        return text
    cut = text[: max(letters - 1, 1)]
    return (cut.rsplit(" ", 1)[0] if " " in cut[letters // 2 :] else cut).rstrip(" ,;:.–-") + "…"


def fitted(post: str, news: str) -> str:
    """The post with as many whole sentences of the news as fit on every network in place of its mark.

    Where not even the first fits, nothing stands there: half a sentence can mean the opposite.
    """
    if AS_ROOM_ALLOWS not in post:
        return post
    taken = ""
    for sentence in _SENTENCES.split(news):
        longer = f"{taken} {sentence}".strip()
        if room(post.replace(AS_ROOM_ALLOWS, longer, 1)) < 0:
            break
        taken = longer
    lines = post.replace(AS_ROOM_ALLOWS, taken, 1).replace(AS_ROOM_ALLOWS, "").split("\n")
    return "\n".join(line.rstrip() for line in lines if line.strip() or not taken).strip()
