"""Programs that others wrote, run as their users run them: an exporter for Prometheus, a feed reader that writes e-mails, a calendar, a reader of JSON Feed."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import jsonfeed

import days
import life
from onrecord.model import Dataset
from onrecord.render.artifacts import Artifact
from onrecord.render.calendar import calendars
from onrecord.render.feeds import feeds
from onrecord.render.statuspage import statuspage
from onrecord.snapshot import Snapshot, derive
from onrecord.templating import environment

BIN = Path(sys.executable).parent
ASK = """
import json, sys
from statuspage_prometheus_exporter.service_checker import check_status_page_service
print("\\n" + json.dumps(check_status_page_service("page", {"name": "Page", "url": sys.argv[1]})))
"""


def publish(folder: Path, *made: Iterable[Artifact]) -> Path:
    """Writes those files, over the ones before."""
    for artifact in (one for several in made for one in several):
        target = folder / artifact.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(artifact.data)
    return folder


def run(*command: str | Path, home: Path, **environment: str) -> str:
    """What the program prints; it must end well."""
    own = {"PATH": os.environ["PATH"], "HOME": str(home), "LC_ALL": "C.UTF-8", **environment}
    done = subprocess.run(command, cwd=home, env=own, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


# ---------------------------------------------------------------- Prometheus


def exported(snapshot: Snapshot, folder: Path, served: Callable[[Path], str]) -> dict[str, Any]:
    """What the exporter makes of the page."""
    (folder / "services.json").write_text("{}")
    address = served(publish(folder / "site", statuspage(snapshot, days.SITE)))
    told: dict[str, Any] = json.loads(run(sys.executable, "-c", ASK, f"{address}api/v2/summary.json", home=folder).splitlines()[-1])
    return told


def test_an_exporter_reads_the_worst_day(tmp_path: Path, served: Callable[[Path], str]) -> None:
    """Each component with its state, each open incident with its severity and parts, and the maintenance under way and ahead."""
    snapshot = derive(*days.worst_day())
    told = exported(snapshot, tmp_path, served)
    assert (told["success"], told["status"], told["raw_status"]) == (True, 0, snapshot.overall.indicator)
    parts = {part["name"]: part["status"] for part in told["component_metadata"]}
    assert {part.name: part.effect.value for part in snapshot.components}.items() <= parts.items()
    assert {one["name"]: one["impact"] for one in told["incident_metadata"]} == {
        view.title: view.severity.value for view in snapshot.open_incidents if view.severity
    }
    assert {one["name"] for one in told["maintenance_metadata"]} == {view.title for view in (*snapshot.active_maintenance, *snapshot.upcoming_maintenance)}


def test_an_exporter_reads_a_quiet_day(tmp_path: Path, served: Callable[[Path], str]) -> None:
    """All is well, and nothing is open."""
    told = exported(derive(*days.quiet_day()), tmp_path, served)
    assert (told["success"], told["status"], told["status_text"], told["incident_metadata"]) == (True, 1, "Operational", [])


# ---------------------------------------------------------------- rss2email


def written(snapshot: Snapshot) -> list[Artifact]:
    """The feeds of that page."""
    return list(feeds(snapshot, days.SITE, environment()))


class Mailbox:
    """Somebody who has rss2email deliver a feed into a folder."""

    def __init__(self, folder: Path, address: str) -> None:
        self._folder, self._seen = folder, set[Path]()
        self._r2e("new", "reader@example.org")
        config = folder / "config"
        text = config.read_text().replace("email-protocol = sendmail", "email-protocol = maildir")
        config.write_text(re.sub(r"(?m)^maildir-path = .*$", f"maildir-path = {folder}/mail", text))
        (folder / "mail").mkdir()
        self._r2e("add", "status", address)

    def arrived(self) -> list[tuple[str, str]]:
        """Subject and sender of what came since it was asked for last."""
        self._r2e("run")
        new = {path for path in (self._folder / "mail").rglob("*") if path.is_file()} - self._seen
        self._seen |= new
        mails = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in new]
        return sorted((str(mail["Subject"]), str(mail["From"].addresses[0].display_name)) for mail in mails)

    def _r2e(self, *words: str) -> None:
        run(BIN / "r2e", "-c", self._folder / "config", "-d", self._folder / "data.json", *words, home=self._folder)


def test_each_word_is_one_mail(tmp_path: Path, served: Callable[[Path], str]) -> None:
    """From the first one to the end, each once; nothing new brings nothing. The page is named as the sender."""
    site = tmp_path / "site"
    site.mkdir()
    (tmp_path / "home").mkdir()
    mailbox = Mailbox(tmp_path / "home", served(site) + "updates.rss")
    name = f"{days.SITE.name}: every update: {days.SITE.name}"
    for phase, subject in (("acknowledgement", "Investigating"), ("diagnosis", "Investigating"), ("no-news", "Investigating"), ("identified", "Identified"), ("resolved", "Resolved")):
        snapshot = life.at(phase)[0]
        publish(site, written(snapshot))
        # A host tells whole seconds of a file's age, and this month passes within some of them.
        os.utime(site / "updates.rss", (snapshot.at.timestamp(), snapshot.at.timestamp()))
        arrived = mailbox.arrived()
        assert (f"{subject}: Card payments fail", name) in arrived, phase
        assert len(arrived) == (3 if phase == "resolved" else 1), "two words more came between the last two looks"
    assert mailbox.arrived() == []


# ---------------------------------------------------------------- khal

KHAL = """
[calendars]
[[status]]
path = {folder}/calendar
[locale]
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
local_timezone = UTC
default_timezone = UTC
[sqlite]
path = {folder}/database
[default]
default_calendar = status
"""
LATER = {"from": "2026-11-26T01:00:00Z", "until": "2026-11-26T03:00:00Z"}


def works(*updates: tuple[str, dict[str, Any], str]) -> Dataset:
    """A page with one maintenance, announced and then what else is said."""
    announced = ("2026-11-18T10:00:00Z", {"status": "scheduled"}, "We plan it.")
    window = {"from": "2026-11-25T01:00:00Z", "until": "2026-11-25T02:00:00Z"}
    record = days.incident("2026-11-25-works", (announced, *updates), kind="maintenance", title="Works", scheduled=window)
    return Dataset(incidents=(record,))


def test_a_calendar_program_has_each_event_once(tmp_path: Path) -> None:
    """However often it is imported; a window that moves is moved, and what is called off says so."""
    (tmp_path / "calendar").mkdir()
    (tmp_path / "config").write_text(KHAL.format(folder=tmp_path))
    moved = ("2026-11-20T10:00:00Z", {"status": "scheduled", "scheduled": LATER}, "A day later.")
    cancelled = ("2026-11-21T10:00:00Z", {"status": "cancelled"}, "Not now.")

    khal: tuple[str | Path, ...] = (BIN / "khal", "-c", tmp_path / "config")

    def brought_in(dataset: Dataset) -> None:
        files = publish(tmp_path / "site", calendars(derive(dataset, days.WORST + timedelta(hours=1)), days.SITE, environment()))
        run(*khal, "import", "--batch", "-a", "status", files / "maintenance.ics", home=tmp_path)

    def listed() -> list[str]:
        told = run(*khal, "list", "--day-format", "", "--format", "{start-long} {end-long} {title}", "2026-11-20", "30d", home=tmp_path)
        return [line for line in told.splitlines() if line.strip()]

    brought_in(works())
    brought_in(works())
    assert listed() == ["2026-11-25 01:00 2026-11-25 02:00 Works"]
    brought_in(works(moved))
    brought_in(works(moved, cancelled))
    assert listed() == ["2026-11-26 01:00 2026-11-26 03:00 Cancelled: Works"]


# ---------------------------------------------------------------- JSON Feed


def test_a_reader_of_json_feed() -> None:
    """Every item with an id of its own, an address, a time and words; what the reader writes again is the same."""
    data = next(artifact.data for artifact in written(derive(*days.worst_day())) if artifact.path == "feed.json")
    feed = jsonfeed.Feed.parse(json.loads(data))
    assert (feed.version, feed.title) == ("https://jsonfeed.org/version/1.1", "Larkfield Status: every update")
    assert len({item.id for item in feed.items}) == len(feed.items) > 20
    assert all(item.url and item.title and item.content_html and item.date_published for item in feed.items)
    assert [item["id"] for item in json.loads(feed.to_json())["items"]] == [item.id for item in feed.items]
