"""Mutated files for every reader: whatever they hold, a reader takes them or refuses them in its own words, and within a moment.

    cd tests && python -m fuzzing.loop [--seconds 60] [--seed 1] [--reader NAME]

Real files are the seeds: the example's records, and pictures, alerts and chains like those of the tests. Each input is a seed with a few
of its bytes, lines or words changed, doubled, cut, or taken from another. What a reader cannot take is written to a file, with its seed.
Where atheris is installed (`pip install atheris`), `--coverage` lets it choose the mutations by what they reach.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from onrecord.alerting.alerts import BadDelivery
from onrecord.alerting.reading import read as read_alert
from onrecord.markup import article, article_text, to_html, to_text
from onrecord.model import ComponentsFile, IncidentFile, PolicyFile, PostmortemFile, UpdateFile
from onrecord.pictures import Unfit, measure
from onrecord.publications import BrokenChain, parse_chain
from onrecord.times import BadTime, parse_duration, parse_instant
from onrecord.withholding import parse_redactions
from onrecord.yamlio import document, parse

ROOT = Path(__file__).parent.parent.parent
SLOW = 5.0
"""No reader takes so many seconds for a file of this size, however busy the machine is."""
TOKENS = (
    *(b"\n", b"---\n", b": ", b"- ", b"[", b"]", b"{", b"}", b"&a ", b"*a", b"!!python/x ", b"!ENV ", b"<<: ", b"|\n", b">\n", b"\t", b"'", b'"', b"\\u202e", b"\x00", b"\xff\xfe", b"\xe2\x80\xae"),
    *(b"<script>", b"](javascript:", b"![", b"```", b"~~~", b"|---|", b"[^1]", b"!!! note\n    ", b"<!--", b"]]>", b"&#0;", b"&lt;", b"<svg ", b"0001-01-01T00:00:00Z", b"9" * 40, b"%7B", b"null", b"true", b"1e999"),
)


@dataclass(frozen=True, slots=True)
class Reader:
    """A function over bytes, the seeds that it is given, and what it may raise: its own words for what it refuses."""

    read: Callable[[bytes], object]
    seeds: Callable[[], list[bytes]]
    refuses: tuple[type[Exception], ...] = ()


def _files(pattern: str) -> Callable[[], list[bytes]]:
    return lambda: [path.read_bytes() for path in sorted(ROOT.glob(pattern))[:60]]


def _text(read: Callable[[str], object]) -> Callable[[bytes], object]:
    return lambda data: read(data.decode("utf-8", "replace"))


_ALERTS = [
    b'{"version": "4", "status": "firing", "groupKey": "k", "alerts": [{"status": "firing", "labels": {"alertname": "Down"}, "annotations": {}, "startsAt": "2026-11-21T14:55:00Z", "fingerprint": "f1"}]}',
    b'{"event": {"event_type": "incident.triggered", "occurred_at": "2026-11-21T14:55:00Z", "data": {"id": "P1", "type": "incident", "title": "Down", "service": {"summary": "checkout"}}}}',
    b"title=Down\nservice=checkout\nstarted=2026-11-21T14:55:00Z\n",
]
_CHAIN = b'{"publications": [{"commit": "' + b"a" * 40 + b'", "at": "2026-11-21T14:55:00Z", "build": "' + b"0" * 64 + b'", "before": ""}]}'
_PICTURES = [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x10\0\0\0\x10", b"GIF89a\x10\0\x10\0", b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0"/><a href="#x"/></svg>', b"\xff\xd8\xff\xe0\0\x10JFIF\0\xff\xc0\0\x0b\x08\0\x10\0\x10"]

READERS: Mapping[str, Reader] = {
    "incident.yml": Reader(lambda data: parse(data, "incident.yml", IncidentFile), _files("incidents/*/*/incident.yml")),
    "components.yml": Reader(lambda data: parse(data, "components.yml", ComponentsFile), _files("site_src/components.yml")),
    "policy.yml": Reader(lambda data: parse(data, "policy.yml", PolicyFile), _files("site_src/policy.yml")),
    "updates": Reader(lambda data: document(data, "a.md", UpdateFile), _files("incidents/*/*/updates/*.md")),
    "post-mortems": Reader(lambda data: document(data, "postmortem.md", PostmortemFile), _files("incidents/*/*/postmortem.md")),
    "redactions.yml": Reader(parse_redactions, _files("redactions.yml")),
    "words as HTML": Reader(_text(lambda text: (to_html(text), to_text(text))), _files("incidents/*/*/updates/*.md")),
    "articles as HTML": Reader(_text(lambda text: (article(text), article_text(text))), _files("incidents/*/*/postmortem.md")),
    "pictures": Reader(measure, lambda: [*_PICTURES, *_files("incidents/**/*.svg")(), *_files("incidents/**/*.png")()], (Unfit,)),
    "alerts": Reader(read_alert, lambda: _ALERTS, (BadDelivery,)),
    "chains": Reader(parse_chain, lambda: [_CHAIN], (BrokenChain,)),
    "times": Reader(_text(parse_instant), lambda: [b"2026-11-21T14:28:00Z", b"2026-11-21 14:28+01:00"], (BadTime,)),
    "durations": Reader(_text(parse_duration), lambda: [b"30m", b"1d 2h"], (BadTime,)),
}


def mutated(seeds: list[bytes], chance: random.Random) -> bytes:
    """One of the seeds with a few changes."""
    data = bytearray(chance.choice(seeds)[:20_000])
    for _ in range(chance.choice((1, 1, 2, 3, 8))):
        at, length = chance.randrange(len(data) + 1), chance.choice((1, 2, 8, 40, 200))
        change = chance.randrange(7)
        if change == 0 and data:
            data[at % len(data)] = chance.randrange(256)
        elif change == 1:
            del data[at : at + length]
        elif change == 2:
            data[at:at] = chance.choice(TOKENS) * chance.choice((1, 1, 1, 3, 500))
        elif change == 3:
            data[at:at] = data[at : at + length] * chance.choice((1, 2, 50))
        elif change == 4:
            other = chance.choice(seeds)
            start = chance.randrange(len(other) + 1)
            data[at : at + length] = other[start : start + length]
        elif change == 5:
            data[at : at + length] = bytes(chance.randrange(256) for _ in range(min(length, 8)))
        else:
            lines = bytes(data).split(b"\n")
            chance.shuffle(lines) if chance.random() < 0.2 else lines.insert(chance.randrange(len(lines) + 1), chance.choice(lines))
            data = bytearray(b"\n".join(lines))
    return bytes(data[:200_000])


def failing(reader: Reader, data: bytes) -> str | None:
    """What went wrong with that input, None where it was taken or refused as it should be."""
    began = time.process_time()
    try:
        reader.read(data)
    except reader.refuses:
        pass
    except Exception:
        return traceback.format_exc(limit=-3)
    took = time.process_time() - began
    return f"it took {took:.1f} s" if took > SLOW else None


def fuzzed(names: list[str], chance: random.Random, inputs: Callable[[int], bool]) -> Iterator[tuple[str, bytes, str | None]]:
    """Inputs for each reader in turn as long as `inputs` says so, with what went wrong."""
    seeds = {name: READERS[name].seeds() for name in names}
    number = 0
    while inputs(number):
        name = names[number % len(names)]
        data = mutated(seeds[name], chance)
        yield name, data, failing(READERS[name], data)
        number += 1


def _covered(name: str) -> int:
    """Lets atheris choose the inputs, for ever or until it finds one that fails."""
    try:
        import atheris
    except ImportError:
        print("atheris is not installed: pip install atheris", file=sys.stderr)
        return 2

    def one(data: bytes) -> None:
        if (wrong := failing(READERS[name], data)) is not None:
            raise AssertionError(wrong)

    atheris.instrument_all()
    atheris.Setup([sys.argv[0]], one)
    atheris.Fuzz()
    return 0


def main() -> int:
    """Fuzzes, and prints how many inputs each reader was given; exit code 1 where one could not be taken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--reader", choices=READERS)
    parser.add_argument("--coverage", action="store_true", help="let atheris choose; needs --reader")
    asked = parser.parse_args()
    if asked.coverage:
        return _covered(asked.reader) if asked.reader else parser.error("--coverage needs --reader")
    end, tried, wrong = time.monotonic() + asked.seconds, Counter[str](), 0
    for name, data, found in fuzzed([asked.reader] if asked.reader else list(READERS), random.Random(asked.seed), lambda _: time.monotonic() < end):
        tried[name] += 1
        if found is not None:
            wrong += 1
            path = Path(f"fuzz-{name.replace(' ', '-')}-{wrong}.bin")
            path.write_bytes(data)
            print(f"{name}: {path}: {found}")
    print(f"{sum(tried.values()):,} inputs ({', '.join(f'{number:,} {name}' for name, number in tried.items())}), {wrong} not taken")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
