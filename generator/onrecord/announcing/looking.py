"""channels.yml as it was read, and what is wrong with it, on its line; no finding repeats what could be secret."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from onrecord import yamlio
from onrecord.channels import AnnouncedChannel, ChannelsFile
from onrecord.files import Tree, Unreadable
from onrecord.model import Dataset, Kind
from onrecord.policy.leaks import looks_secret
from onrecord.problems import Place, Problem, did_you_mean, unread
from onrecord.settings import CHANNELS_FILE

_MOVE = "keep it with the host's secrets, change it, as it is in the history now, and write the name of the variable here"


def channels_of(tree: Tree, data: Dataset) -> tuple[tuple[AnnouncedChannel, ...], tuple[Problem, ...]]:
    """The channels, and every problem of the file. None where the file is missing or has problems: half of it would tell half of them."""
    if not tree.exists(CHANNELS_FILE):
        return (), ()
    try:
        content = tree.read(CHANNELS_FILE)
    except Unreadable as error:
        return (), (unread("unreadable-file", Place(CHANNELS_FILE), error.message, error.hint),)
    found, problems = yamlio.parse(content, CHANNELS_FILE, ChannelsFile, may_be_empty=True)
    problems = [*_secrets(content, {problem.place.line for problem in problems}), *problems]
    if found is not None:
        places = yamlio.places(content, CHANNELS_FILE)
        problems += [unread("bad-channel", places.get(key, Place(CHANNELS_FILE)), message, hint) for key, message, hint in _findings(found, data)]
    return (found.channels if found is not None and not problems else ()), tuple(problems)


def _secrets(content: bytes, known: set[int]) -> Iterator[Problem]:
    """Lines that hold an address or a key, in comments too."""
    for number, line in enumerate(content.decode("utf-8", "replace").splitlines(), 1):
        at = looks_secret(line)
        if at is None and "://" in line and not line.lstrip().startswith("#"):
            at = line.index("://")
        if at is not None and number not in known:
            yield unread("secret-in-file", Place(CHANNELS_FILE, number, at + 1), "an address or a key stands here, which everybody who reads this file could use", _MOVE)


def _findings(file: ChannelsFile, data: Dataset) -> Iterator[tuple[str, str, str]]:
    """The place of each thing that does not fit, what is wrong, and what to do."""
    often = Counter(channel.id for channel in file.channels)
    for number, channel in enumerate(file.channels):
        at = f"channels.{number}"
        if often[channel.id] > 1:
            yield f"{at}.id", f"{often[channel.id]} channels are called `{channel.id}`", "give each a name of its own: by it is remembered what it was sent"
        yield from _ways(channel, at)
        yield from _filters(channel, at, data)


def _ways(channel: AnnouncedChannel, at: str) -> Iterator[tuple[str, str, str]]:
    """How the channel is reached: in one way, with all that this way needs."""
    if (channel.apprise is None) == (channel.webhook is None):
        yield f"{at}.id", f"`{channel.id}` needs `apprise` or `webhook`, and not both", "name the variable that holds its address"
    if channel.webhook is not None:
        if channel.secret is None:
            yield f"{at}.webhook", "a webhook needs `secret`: without a signature nobody knows who called", "name the variable that holds its key; `openssl rand -base64 32` makes one"
        if channel.text is not None:
            yield f"{at}.text", "a webhook gets JSON, and no text", "take the line away"
    elif channel.secret is not None or channel.component_updates:
        key = "secret" if channel.secret is not None else "component_updates"
        yield f"{at}.{key}", f"`{key}` is for webhooks", "take the line away"


def _filters(channel: AnnouncedChannel, at: str, data: Dataset) -> Iterator[tuple[str, str, str]]:
    """Filters that name what there is not, and so let nothing pass."""
    parts, groups = [part.id for part in data.components], [group.id for group in data.groups]
    for key, named, known in (("components", channel.components, parts), ("groups", channel.groups, groups)):
        for number, id in enumerate(named):
            if known and id not in known:
                yield f"{at}.{key}.{number}", f"there is no {key.removesuffix('s')} `{id}`", did_you_mean(id, known)
    if Kind.notice in channel.kinds:
        yield f"{at}.kinds.{channel.kinds.index(Kind.notice)}", "notices are announced to nobody", "a notice is a banner for those who come to the page"
