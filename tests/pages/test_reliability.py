"""The page of promises, its pictures, and the same for programs."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import html5lib
import pytest
from markupsafe import escape

import days
import onrecord
from golden import Golden
from onrecord.model import Dataset, Incident, PolicyFile
from onrecord.render.accounts import published
from onrecord.render.accounts.published import accounts
from onrecord.render.artifacts import PageContent
from onrecord.render.pages import pages, plots
from onrecord.snapshot import derive
from onrecord.snapshot.reliability import Kept
from onrecord.snapshot.timing import spread
from onrecord.templating import environment
from onrecord.times import DAY, HOUR, MINUTE, parse_instant

HOSTILE = '<script>alert(1)</script>" onload="x" & {{ 7 * 7 }}'
POLICY = {
    "page": {"time_zone": "Europe/Berlin"},
    "severities": {
        "major": {"acknowledge_within": "15m", "postmortem_within": "3d"},
        "minor": {"acknowledge_within": "30m"},
    },
    "service_levels": [
        {"name": "Shop", "target": 99.9, "components": ["checkout", "card-payments"], "credits": [{"below": 99.9, "credit": "5 %"}, {"below": 99.5, "credit": "10 %"}]},
        {"name": "All", "target": 99.99},
    ],
}


def quiet() -> Dataset:
    """The records of the quiet day, with promises of every sort."""
    return replace(days.quiet_day()[0], policy=PolicyFile.model_validate(POLICY))


def page(dataset: Dataset, at: str = "2026-12-05T09:30:00Z") -> PageContent:
    """The page of those records."""
    return next(p for p in pages(derive(dataset, parse_instant(at)), days.SITE, environment()) if p.kind == "reliability")


def text(found: PageContent) -> str:
    """The words of the page on one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", found.content).split())


def test_the_whole_page(golden: Golden) -> None:
    """The page as it was looked at last."""
    golden("pages/reliability-page.html", page(quiet()).content)


def test_it_is_sound() -> None:
    """The HTML parses without an error, no id stands twice, and each anchor leads somewhere."""
    content = page(quiet()).content
    parser = html5lib.HTMLParser(strict=False)
    parser.parse(f"<!doctype html><html lang=en><title>x</title><body>{content}")
    assert [error for error in parser.errors if error[1] != "unknown"] == []
    ids = re.findall(r'\sid="([^"]*)"', content)
    assert sorted(ids) == sorted(set(ids))
    assert set(re.findall(r'href="#([\w-]+)"', content)) <= set(ids)
    assert "style=" not in content


def test_nothing_promised_and_nothing_happened() -> None:
    """Such a page says so, and invents no figure."""
    words = text(page(Dataset()))
    assert "– promises of a next update kept" in words or "promises of a next update kept –" in words
    assert words.count("nothing happened") == 12
    assert "Uptime that was promised" not in words
    assert "How fast readers were told" not in words


def test_words_of_records_stay_words() -> None:
    """A title, a plan, a credit and a part cannot become markup."""
    record = days.incident(
        "2026-11-21-x",
        [("2026-11-21T14:00:00Z", {"status": "investigating", "next_update_by": "2026-11-21T14:10:00Z"}, HOSTILE), ("2026-11-21T15:00:00Z", {"status": "resolved"}, "Over.")],
        title=HOSTILE,
        severity="major",
        started="2026-11-21T13:00:00Z",
        components={"checkout": "major_outage"},
    )
    policy = PolicyFile.model_validate({"service_levels": [{"name": HOSTILE, "target": 99.9, "credits": [{"below": 99.9, "credit": HOSTILE}]}]})
    parts = tuple(c.model_copy(update={"name": HOSTILE}) for c in days.worst_day()[0].components[:1])
    content = page(Dataset(incidents=(record,), components=parts, policy=policy)).content
    assert "<script" not in content
    assert not re.search(r"<[^>]*\sonload=", content)
    assert content.count(str(escape(HOSTILE))) >= 6


def missed(number: int) -> Incident:
    """An incident whose promise was missed by ten minutes."""
    day = f"2026-11-{number:02d}"
    said = [(f"{day}T10:00:00Z", {"status": "investigating", "next_update_by": f"{day}T10:30:00Z"}, "We look."), (f"{day}T10:40:00Z", {"status": "resolved"}, "Over.")]
    return days.incident(f"{day}-x", said, title=f"Number {number}", severity="minor", started=f"{day}T09:55:00Z")


def test_many_missed_promises_are_cut() -> None:
    """The newest are named, and the words say that there are more."""
    found = page(Dataset(incidents=tuple(missed(n) for n in range(1, 21))))
    assert "The 12 newest that were missed" in text(found)
    assert "Number 20" in found.content[: found.content.index("</details>")]
    assert "Number 8<" not in found.content[: found.content.index("</details>")]
    assert "came 10 min late" in text(found)


def test_few_values_have_no_median() -> None:
    """Four incidents reach from here to there; five have one in the middle."""
    few = tuple(days.incident(f"2026-11-0{n}-x", [(f"2026-11-0{n}T10:0{n}:00Z", {"status": "resolved"}, "Over.")], title="X", severity="minor", started=f"2026-11-0{n}T10:00:00Z") for n in range(1, 6))
    assert "4 incidents" in text(page(Dataset(incidents=few[:4])))
    assert "1 min to 4 min" in text(page(Dataset(incidents=few[:4])))
    assert "3 min 1 min to 5 min" in text(page(Dataset(incidents=few)))


# ---------------------------------------------------------------- pictures


def test_strips_are_to_scale() -> None:
    """Three of four kept, of at most eight: half of the strip, a quarter of it red."""
    picture = str(plots.kept(Kept(kept=3, missed=1, open=0, late=spread([MINUTE])), 8))
    assert '<rect class="kept" x="0%" width="37.5%" height="100%"/><rect class="missed" x="37.5%" width="12.5%" height="100%"/>' in picture


PLACES = [("a second", timedelta(seconds=1), 3), ("a minute", MINUTE, 3), ("four days", 4 * DAY, 97), ("a year", 365 * DAY, 97)]


@pytest.mark.parametrize(("length", "expected"), [case[1:] for case in PLACES], ids=[case[0] for case in PLACES])
def test_the_scale_ends(length: timedelta, expected: float) -> None:
    """What is shorter or longer lies at an end of the scale."""
    assert plots.place(length) == pytest.approx(expected)


def test_names_of_the_scale_stand_where_dots_would() -> None:
    """The style puts each name where the picture has that time."""
    style = (Path(onrecord.__file__).parent / "theme/assets/onrecord/reliability/reliability.css").read_text()
    named = re.findall(r"\.ticks > [^{]*{ [^}]*inset-inline-start: ([\d.]+)%", style)
    assert [float(at) for at in named] == [round(plots.place(tick), 2) for tick in plots.TICKS]


def test_dots_are_filled_up_to_the_target() -> None:
    """Hollow beyond it; the same place is drawn once; without a target all are filled."""
    picture = str(plots.dots([MINUTE, MINUTE, HOUR], 10 * MINUTE))
    assert (picture.count('class="kept"'), picture.count('class="missed"'), picture.count('class="mark"')) == (1, 1, 1)
    assert str(plots.dots([HOUR], None)).count('class="kept"') == 1


# ---------------------------------------------------------------- for programs


def test_programs_read_the_same() -> None:
    """Three files; their sums are those of the page."""
    snapshot = derive(quiet(), parse_instant("2026-12-05T09:30:00Z"))
    found = {a.path: json.loads(a.data) for a in accounts(snapshot)}
    assert sorted(found) == ["api/v2/promises.json", "api/v2/reliability.json", "api/v2/uptime.json"]
    promises, uptime = found["api/v2/promises.json"], found["api/v2/uptime.json"]
    assert promises["total"]["promises"]["kept"] == snapshot.reliability.year.promises.kept
    assert sum(row["promises_missed"] for row in promises["incidents"]) == snapshot.reliability.year.promises.missed
    assert [level["name"] for level in uptime["service_levels"]] == ["Shop", "All"]
    assert all(abs(m["whole_minutes"] - m["unknown_minutes"] - m["planned_minutes"] - m["known_minutes"]) < 0.01 for level in uptime["service_levels"] for m in level["months"])
    assert uptime["components"][0]["months"][0]["month"] == "2026-12"


def test_what_is_too_much_for_one_file_stands_in_one_a_month(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same rows in the same order; the first file names the months, and has no `incidents` that could be taken for none."""
    snapshot = derive(quiet(), days.QUIET)
    whole = {a.path: json.loads(a.data) for a in accounts(snapshot)}
    monkeypatch.setattr(published, "MOST_TIMINGS", 1)
    monkeypatch.setattr(published, "MOST_NAMED", 1)
    split = {a.path: json.loads(a.data) for a in accounts(snapshot)}
    promises, uptime = split["api/v2/promises.json"], split["api/v2/uptime.json"]
    found = [split[f"api/v2/promises/{month}.json"] for month in promises.pop("incidents_by_month")]
    assert {**promises, "incidents": [row for one in found for row in one["incidents"]]} == whole["api/v2/promises.json"]
    assert all(row["month"] == one["month"] for one in found for row in one["incidents"])
    assert len(found) > 1
    assert [one["month"] for one in found] == sorted((one["month"] for one in found), reverse=True)
    names = {(row["component"], row["month"]): row for month in uptime.pop("incidents_by_month") for row in split[f"api/v2/uptime/{month}.json"]["components"]}
    rows = [row for part in whole["api/v2/uptime.json"]["components"] for row in part["months"]]
    assert names == {(row["component"], row["month"]): row for row in rows if row["incidents"]}
    for part in whole["api/v2/uptime.json"]["components"]:
        for row in part["months"]:
            del row["incidents"]
    assert uptime == whole["api/v2/uptime.json"]
    assert len(split) == len(whole) + len(found) + len({month for _, month in names})


def test_the_year_in_short_agrees_with_the_whole() -> None:
    """One part of it is reckoned by hand from its months, a share of nothing is unknown, and no miss reads as 100 percent."""
    made = {a.path.rpartition("/")[2]: json.loads(a.data) for a in accounts(derive(quiet(), days.QUIET))}
    short, promises, uptime = (made[f"{name}.json"] for name in ("reliability", "promises", "uptime"))
    assert (short["incidents"], short["promises"]["missed"]) == (promises["total"]["incidents"], promises["total"]["promises"]["missed"])
    assert len(short["missed_promises"]) == short["promises"]["missed"] > 0
    assert short["promises"]["kept_percent"] < 100
    checkout = next(part for part in short["components"] if part["id"] == "checkout")
    months = [m for part in uptime["components"] if part["id"] == "checkout" for m in part["months"] if m["month"] >= short["since"]]
    down, known = (sum(m[key] for m in months) for key in ("down_minutes", "known_minutes"))
    assert (checkout["down_minutes"], checkout["known_minutes"]) == (pytest.approx(down), pytest.approx(known))
    assert checkout["uptime"] == pytest.approx((1 - down / known) * 100, abs=1e-4)
    assert checkout["uptime"] < 100 < checkout["to_resolve_seconds"]["most"]
    nothing = {a.path.rpartition("/")[2]: json.loads(a.data) for a in accounts(derive(Dataset(), days.QUIET))}["reliability.json"]
    assert (nothing["promises"]["kept_percent"], nothing["components"], nothing["service_levels"]) == (None, [], [])


def test_time_well_between_incidents() -> None:
    """From the end of one to the start of the next; two at once leave none."""

    def down(day: str, start: str, end: str) -> Incident:
        said = [(f"2026-11-{day}T{start}:00Z", {"status": "investigating"}, "We look."), (f"2026-11-{day}T{end}:00Z", {"status": "resolved"}, "Over.")]
        return days.incident(f"2026-11-{day}-{start.replace(':', '')}", said, title="Down", severity="minor", components={"checkout": "major_outage"})

    records = (down("01", "10:00", "11:00"), down("02", "11:00", "12:00"), down("02", "11:30", "11:40"))
    data = replace(quiet(), incidents=records)
    short = next(json.loads(a.data) for a in accounts(derive(data, days.QUIET)) if a.path.endswith("reliability.json"))
    checkout = next(part for part in short["components"] if part["id"] == "checkout")
    assert checkout["well_between_seconds"] == {"count": 2, "median": None, "least": 0, "most": 24 * 3600}
