"""channels.yml: what is wrong with it, where, what to do; and that no finding repeats a secret."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import get_args

import pytest

from onrecord.channels import Phase, Text
from onrecord.cli import main
from onrecord.render.messages import CHANNELS, PHASES

PARTS = "groups: [{id: money, name: Money}]\ncomponents:\n  - {id: checkout, name: Checkout, group: money}\n"
BROKEN = {
    "an address": ("channels:\n  - id: ops\n    apprise: slack://xoxb-geheim-12345/ops\n", "secret-in-file", "3:14"),
    "a key": ("channels:\n  - id: ops\n    webhook: ANNOUNCE_HOOK\n    secret: geheim-geheim-geheim\n", "secret-in-file", "4:13"),
    "a key that looks like a name": ("channels:\n  - id: ops\n    webhook: ANNOUNCE_HOOK\n    secret: AKIAGEHEIMGEHEIM1234\n", "secret-in-file", "4:13"),
    "a name in small letters": ("channels:\n  - id: ops\n    apprise: announce_ops\n", "secret-in-file", "3:14"),
    "an address in a comment": ("channels:\n  # https://robin:geheimgeheim@hooks.a.example\n  - {id: ops, apprise: ANNOUNCE_OPS}\n", "secret-in-file", "2:10"),
    "an unknown key": ("channels:\n  - {id: ops, apprise: ANNOUNCE_OPS, fases: [resolved]}\n", "unknown-key", "2:38"),
    "an unknown phase": ("channels:\n  - {id: ops, apprise: ANNOUNCE_OPS, phases: [resolvd]}\n", "unknown-word", "2:47"),
    "an unknown component": ("channels:\n  - {id: ops, apprise: ANNOUNCE_OPS, components: [chekout]}\n", "bad-channel", "2:51"),
    "an unknown group": ("channels:\n  - {id: ops, apprise: ANNOUNCE_OPS, groups: [monye]}\n", "bad-channel", "2:47"),
    "notices": ("channels:\n  - {id: ops, apprise: ANNOUNCE_OPS, kinds: [notice]}\n", "bad-channel", "2:46"),
    "neither way": ("channels:\n  - {id: ops}\n", "bad-channel", "2:10"),
    "both ways": ("channels:\n  - {id: ops, apprise: ANNOUNCE_OPS, webhook: ANNOUNCE_HOOK, secret: ANNOUNCE_KEY}\n", "bad-channel", "2:10"),
    "a webhook without a key": ("channels:\n  - {id: ops, webhook: ANNOUNCE_HOOK}\n", "bad-channel", "2:24"),
    "a webhook with a text": ("channels:\n  - {id: ops, webhook: ANNOUNCE_HOOK, secret: ANNOUNCE_KEY, text: chat}\n", "bad-channel", "2:67"),
    "a chat with a key": ("channels:\n  - {id: ops, apprise: ANNOUNCE_OPS, secret: ANNOUNCE_KEY}\n", "bad-channel", "2:46"),
    "one id twice": ("channels:\n  - {id: ops, apprise: ANNOUNCE_OPS}\n  - {id: ops, apprise: ANNOUNCE_OPS}\n", "bad-channel", "2:10"),
    "no list": ("channels: ops\n", "wrong-kind-of-value", "1:11"),
    "broken YAML": ("channels: [\n", "bad-yaml", "2:1"),
}


@pytest.mark.parametrize(("text", "slug", "place"), BROKEN.values(), ids=BROKEN)
def test_what_is_wrong(repository: Callable[[Mapping[str, str]], Path], capsys: pytest.CaptureFixture[str], text: str, slug: str, place: str) -> None:
    """`check` names the line and the column, says what to do, and repeats nothing that could be secret, in any of its forms."""
    root = repository({"site_src/components.yml": PARTS, "site_src/channels.yml": text})
    assert main(["-C", str(root), "check", "--format", "json"]) == 1
    found = {(row["slug"], f"{row['line']}:{row['column']}"): row for row in json.loads(capsys.readouterr().out) if row["path"] == "site_src/channels.yml"}
    assert (slug, place) in found
    assert found[slug, place]["hint"]
    for form in ("text", "json", "github", "sarif"):
        main(["-C", str(root), "check", "--format", form])
        assert "geheim" not in capsys.readouterr().out.lower()


@pytest.mark.parametrize("text", ["", "# none yet\n", "channels: []\n", "channels:\n  - {id: ops, apprise: ANNOUNCE_OPS, components: [checkout], groups: [money]}\n"])
def test_what_is_right(repository: Callable[[Mapping[str, str]], Path], capsys: pytest.CaptureFixture[str], text: str) -> None:
    """An empty file is one without channels."""
    root = repository({"site_src/components.yml": PARTS, "site_src/channels.yml": text})
    assert main(["-C", str(root), "check", "--only", "files", "site_src/channels.yml"]) == 0, capsys.readouterr().out


def test_the_words_are_those_of_the_messages() -> None:
    """Phases and texts stand in a module that imports neither."""
    assert get_args(Phase) == tuple(PHASES)
    assert get_args(Text) == tuple(CHANNELS)
