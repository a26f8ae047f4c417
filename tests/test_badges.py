"""Badges: words for every state, safe with any name, legible, and the shape that shields.io asks for."""

from __future__ import annotations

import json
from dataclasses import replace

from lxml import etree

import days
from golden import Golden
from onrecord.model import Component, Dataset
from onrecord.render.badges import _COLOURS, badges
from onrecord.settings import Site
from onrecord.snapshot import derive
from onrecord.templating import environment

HOSTILE = '</title><script>alert(1)</script>" onload="x" & \x00 ünïcödé 状態 {{ 7*7 }}'
SVG = "{http://www.w3.org/2000/svg}"


def made(dataset: Dataset, site: Site = days.SITE) -> dict[str, bytes]:
    """The badges of the worst day's clock, by path."""
    return {artifact.path: artifact.data for artifact in badges(derive(dataset, days.WORST), site, environment())}


def test_every_part_has_a_badge_that_says_its_state(golden: Golden) -> None:
    """And the page has one; each as a picture and as JSON."""
    found = made(days.worst_day()[0])
    snapshot = derive(*days.worst_day())
    assert len(found) == 2 * (1 + sum(not part.retired for part in snapshot.components))
    assert json.loads(found["badges/status.json"])["message"] == snapshot.overall.description
    checkout = json.loads(found["badges/checkout.json"])
    assert (checkout["schemaVersion"], checkout["label"], checkout["message"], checkout["isError"]) == (1, "Checkout", "Major outage", True)
    golden("api/badge-checkout.svg", found["badges/checkout.svg"])


def test_a_badge_is_a_picture_with_a_name() -> None:
    """For a screen reader it is its words; nothing in it runs or leads anywhere."""
    for path, data in made(days.worst_day()[0]).items():
        if path.endswith(".svg"):
            root = etree.fromstring(data)
            facts = json.loads(made(days.worst_day()[0])[path.replace(".svg", ".json")]) if path == "badges/checkout.svg" else None
            assert root.get("role") == "img"
            assert root.get("aria-label") == root.findtext(f"{SVG}title")
            assert facts is None or root.get("aria-label") == f"{facts['label']}: {facts['message']}"
            assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {"svg", "title", "clipPath", "rect", "g", "text"}


def test_hostile_names_stay_names() -> None:
    """In the picture and in the JSON, and the words fit."""
    part = Component(id="evil", name=HOSTILE)
    found = made(replace(days.worst_day()[0], components=(part,)), replace(days.SITE, name=HOSTILE))
    for name in ("evil", "status"):
        root = etree.fromstring(found[f"badges/{name}.svg"])
        assert "<script>alert(1)</script>" in str(root.get("aria-label"))
        assert root.get("onload") is None
        assert float(str(root.get("width"))) > 300
        assert "<script>" in json.loads(found[f"badges/{name}.json"])["label"]


def test_a_part_that_does_not_work_yet_is_not_called_good() -> None:
    """Its state is unknown; a retired one has no badge any more."""
    ahead, gone = Component.model_validate({"id": "a", "name": "A", "since": "2027-01-01"}), Component.model_validate({"id": "b", "name": "B", "retired": "2026-01-01"})
    found = made(Dataset(components=(ahead, gone)))
    assert json.loads(found["badges/a.json"])["message"] == "Unknown"
    assert "badges/b.svg" not in found


def test_white_words_are_legible_on_every_colour() -> None:
    """A contrast of 4.5 to 1 and more (WCAG 2.2, 1.4.3)."""

    def light(colour: str) -> float:
        shares = [int(colour[n : n + 2], 16) / 255 for n in (0, 2, 4)]
        red, green, blue = (share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    assert all(1.05 / (light(colour) + 0.05) >= 4.5 for colour in (*_COLOURS.values(), "3c434d"))
