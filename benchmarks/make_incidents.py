"""Makes a status repository with N incidents of four updates each: the same bytes for the same arguments, on any machine.

    python benchmarks/make_incidents.py 10000 OUT

One record in twelve is a maintenance. The newest incident is still open at `END`.
"""

from __future__ import annotations

import argparse
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from words import (
    ADVICE,
    CAUSES,
    ENDINGS,
    EXPECTATIONS,
    EXTENTS,
    LESSONS,
    MEASURES,
    PARTS,
    RECOVERIES,
    SEEN,
    STEPS,
    SYMPTOMS,
    WATCHING,
    WORKS,
)

END = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)
"""The instant at which the history ends; build with `--now` set to it."""
SPREAD = timedelta(days=6 * 365)
"""The history goes back so far, however many incidents it has."""
MINUTE = timedelta(minutes=1)

_NAMES = [name for names in PARTS.values() for name in names]
_SEVERITIES = ("none", "minor", "minor", "minor", "major", "major", "critical")
_EFFECTS = {
    "none": "degraded_performance",
    "minor": "degraded_performance",
    "major": "partial_outage",
    "critical": "major_outage",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One update. `promise` is when the next one is promised for."""

    at: datetime
    status: str
    body: str
    promise: datetime | None = None
    effects: tuple[tuple[str, str], ...] = ()
    stem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One record with its four updates."""

    id: str
    title: str
    severity: str | None
    effects: tuple[tuple[str, str], ...]
    started: datetime
    until: datetime | None
    """The end of the window; only of a maintenance."""
    updates: tuple[Told, ...]


def stories(count: int, seed: int = 1) -> Iterator[Story]:
    """`count` records, newest first, each with an id of its own."""
    dice = random.Random(seed)
    used: set[str] = set()
    for number in range(count):
        back = 3 * 60 + number * (SPREAD // MINUTE) // count + dice.randrange(90)
        started = END - back * MINUTE - timedelta(seconds=dice.randrange(60))
        story = _maintenance(dice, started) if number % 12 == 7 else _incident(dice, started, still_open=number == 0)
        yield _with_own_id(story, used)


def _with_own_id(story: Story, used: set[str]) -> Story:
    plain = f"{story.started:%Y-%m-%d}-{slug(story.title)}"
    id, number = plain, 1
    while id in used:
        number += 1
        id = f"{plain}-{number}"
    used.add(id)
    return Story(
        id=id,
        title=story.title,
        severity=story.severity,
        effects=story.effects,
        started=story.started,
        until=story.until,
        updates=story.updates,
    )


def _incident(dice: random.Random, started: datetime, *, still_open: bool) -> Story:
    part, others = dice.choice(_NAMES), dice.sample(_NAMES, dice.randrange(3))
    title, symptom = dice.choice(SYMPTOMS)
    severity = dice.choice(_SEVERITIES)
    times = [started + MINUTE * minutes for minutes in _apart(dice, (4, 25), (10, 45), (15, 90), (20, 120))]
    if still_open:
        times = [END - MINUTE * minutes for minutes in (150, 110, 60, 20)]
    bodies = _incident_words(dice, symptom.format(part=part), still_open=still_open)
    statuses = ("investigating", "identified", "monitoring", "monitoring" if still_open else "resolved")
    told = [
        Told(
            at=at,
            status=status,
            body=body,
            promise=None if status == "resolved" else at + MINUTE * dice.choice((30, 60, 90)),
            effects=((slug(part), "operational"),) if step == 2 else (),
            stem=_stem(dice, at, status),
        )
        for step, (at, status, body) in enumerate(zip(times, statuses, bodies, strict=True))
    ]
    names = dict.fromkeys([part, *others])
    effects = tuple((slug(name), _EFFECTS[severity] if name == part else "degraded_performance") for name in names)
    return Story(
        id="", title=title.format(part=part), severity=severity, effects=effects, started=started, until=None, updates=tuple(told)
    )


def _incident_words(dice: random.Random, symptom: str, *, still_open: bool) -> tuple[str, ...]:
    """What is said at each of the four steps, some sixty words each."""
    cause = dice.choice(CAUSES)
    last = dice.choice(RECOVERIES if still_open else ENDINGS)
    return (
        _text(dice, f"{symptom}. {dice.choice(EXTENTS)}.", dice.sample(SEEN, 2), dice.sample(ADVICE, 1)),
        _text(dice, f"We have found the cause: {cause}. {dice.choice(MEASURES)}", [f"{dice.choice(EXTENTS)}."], dice.sample(ADVICE, 2)),
        _text(dice, f"{dice.choice(RECOVERIES)} The cause was {cause}.", dice.sample(MEASURES, 1), dice.sample(WATCHING, 2)),
        _text(dice, f"{last} It began with {cause}.", dice.sample(LESSONS, 2), dice.sample(SEEN, 1)),
    )


def _maintenance(dice: random.Random, started: datetime) -> Story:
    part = dice.choice(_NAMES)
    title, what = dice.choice(WORKS)
    started = started.replace(minute=0, second=0)
    until = started + MINUTE * dice.choice((60, 120, 180))
    times = [started - timedelta(days=dice.randrange(4, 9)), *(started + MINUTE * m for m in _apart(dice, (0, 4), (20, 30), (15, 25)))]
    bodies = (
        _text(dice, f"{what.format(part=part)}.", dice.sample(EXPECTATIONS, 2), ["We will write here when it begins and when it is done."]),
        _text(dice, f"We have begun. {what.format(part=part)}.", dice.sample(EXPECTATIONS, 1), dice.sample(STEPS, 1)),
        _text(dice, dice.choice(STEPS), ["The work itself is done, and we are looking at it from your side."], dice.sample(WATCHING, 1)),
        _text(dice, "The work is done, and all went as planned.", dice.sample(WATCHING, 1), ["Thank you for your patience."]),
    )
    told = [
        Told(at=at, status=status, body=body, stem=_stem(dice, at, status))
        for at, status, body in zip(times, ("scheduled", "in_progress", "verifying", "completed"), bodies, strict=True)
    ]
    return Story(
        id="",
        title=title.format(part=part),
        severity=None,
        effects=((slug(part), "under_maintenance"),),
        started=started,
        until=until,
        updates=tuple(told),
    )


def _apart(dice: random.Random, *ranges: tuple[int, int]) -> list[int]:
    """Minutes since the start, each a random step after the one before."""
    found, minutes = [], 0
    for low, high in ranges:
        minutes += dice.randint(low, high)
        found.append(minutes)
    return found


def _text(dice: random.Random, first: str, *more: Sequence[str]) -> str:
    """One paragraph, or two; now and then with a word in bold or a list, as people write."""
    opening, sentences = first, [sentence for group in more for sentence in group]
    manner = dice.randrange(8)
    if manner == 0:
        return f"{opening}\n\n" + "\n".join(f"- {sentence}" for sentence in sentences)
    if manner == 1:
        return f"**{opening}** {' '.join(sentences)}"
    return f"{opening} {' '.join(sentences[:-1])}\n\n{sentences[-1]}" if manner < 5 else f"{opening} {' '.join(sentences)}"


def _stem(dice: random.Random, at: datetime, status: str) -> str:
    return f"{at:%Y%m%dT%H%M%SZ}-{status}-" + "".join(dice.choices("0123456789abcdefghijklmnopqrstuvwxyz", k=4))


def slug(name: str) -> str:
    """The name as it stands in ids and addresses."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


# ---------------------------------------------------------------- files


def write(folder: Path, told: Sequence[Story]) -> None:
    """Writes the repository into a folder, which is made where there is none."""
    for files in (settings(), *(files_of(story) for story in told)):
        for path, text in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8")


def files_of(story: Story) -> dict[str, str]:
    """The files of a record, by path: the head, then the updates in the order in which they were told."""
    home = f"incidents/{story.id[:4]}/{story.id}"
    return {f"{home}/incident.yml": _head(story)} | {f"{home}/updates/{update.stem}.md": _update(update) for update in story.updates}


def settings() -> dict[str, str]:
    """The files beside the records."""
    return {
        "site_src/pages/about.md": "# About this page\n\nA history that no one lived through, to measure with.\n",
        "site_src/components.yml": _components(),
        "site_src/policy.yml": _POLICY,
        "mkdocs.yml": _CONFIGURATION,
    }


_POLICY = """\
page:
  name: Larkfield
  time_zone: Europe/Berlin
rules:
  postmortem-overdue: {level: off}
"""
_CONFIGURATION = """\
site_name: Larkfield status
site_url: https://status.larkfield.example/
docs_dir: site_src/pages
theme:
  name: material
  font: false
nav:
  - About this page: about.md
plugins:
  - onrecord
"""


def _head(story: Story) -> str:
    lines = [f"title: {story.title}"]
    if story.until is not None:
        lines += ["kind: maintenance", f"scheduled: {{from: {_iso(story.started)}, until: {_iso(story.until)}}}"]
    else:
        lines += [f"severity: {story.severity}", f"started: {_iso(story.started)}"]
    return "\n".join([*lines, *_effects(story.effects)]) + "\n"


def _update(update: Told) -> str:
    lines = ["---", f"at: {_iso(update.at)}", f"status: {update.status}"]
    if update.promise is not None:
        lines.append(f"next_update_by: {_iso(update.promise)}")
    return "\n".join([*lines, *_effects(update.effects), "---", update.body]) + "\n"


def _effects(effects: Sequence[tuple[str, str]]) -> list[str]:
    return ["components:", *(f"  {component}: {effect}" for component, effect in effects)] if effects else []


def _components() -> str:
    groups = [f"  - {{id: {slug(group)}, name: {group}}}" for group in PARTS]
    parts = [
        f"  - {{id: {slug(name)}, name: {name}, group: {slug(group)}}}" for group, names in PARTS.items() for name in names
    ]
    return "\n".join(["groups:", *groups, "components:", *parts]) + "\n"


def _iso(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def main() -> None:
    """Reads the arguments, and writes the repository."""
    parser = argparse.ArgumentParser(description="Make a status repository with N incidents of four updates each.")
    parser.add_argument("count", metavar="N", type=int, help="how many incidents")
    parser.add_argument("folder", metavar="OUT", type=Path, help="a folder that does not exist yet, or is empty")
    parser.add_argument("--seed", type=int, default=1, help="another number makes another history (default: 1)")
    arguments = parser.parse_args()
    if arguments.count < 1:
        parser.error("N must be 1 or more")
    if arguments.folder.exists() and any(arguments.folder.iterdir()):
        parser.error(f"{arguments.folder} is not empty; name a folder that does not exist yet")
    write(arguments.folder, list(stories(arguments.count, arguments.seed)))
    print(f"Wrote {arguments.count:,} incidents to {arguments.folder}. Next:")
    print(f"  onrecord -C {arguments.folder} build --now {_iso(END)}")


if __name__ == "__main__":
    main()
