"""What comes from Statuspage leaves as it came: our API of an imported page, key by key beside the answers that were read."""

from __future__ import annotations

from pathlib import Path

import pytest

from answers import answer, entry, lay_out, maintenance, part, said, touched
from api_oracle import Row, again, report
from golden import Golden

SHOP, CARDS, WEB = "c0mpshop0001", "c0mpcard0001", "c0mpweb00001"
PARTS = [
    part("gr0upshop001", "Shop", group=True, components=[SHOP, CARDS]),
    part(SHOP, "Basket", group_id="gr0upshop001"),
    part(CARDS, "Cards", group_id="gr0upshop001", position=2, description="Paying by card"),
    part(WEB, "Website", "partial_outage", position=2, start_date="2024-03-01", updated_at="2026-11-21T09:00:00.250Z"),
]
OVER = entry(
    "1nc000000001", "Cards are refused",
    said("u00000000001", "10:05", "investigating", "We look into it.", touched(CARDS, "operational", "major_outage", "Shop - Cards")),
    said("u00000000002", "10:20", "monitoring", "It is **mended**.\n\nWe watch it.", touched(CARDS, "major_outage", "operational", "Shop - Cards")),
    said("u00000000003", "10:40", "resolved", "Over.", touched(CARDS, "operational", "operational", "Shop - Cards"), deliver_notifications=False),
    impact="major", monitoring_at="10:20", resolved_at="10:40", components=[PARTS[2]],
)  # fmt: skip
OPEN = entry(
    "1nc000000002", "Pages load slowly",
    said("u00000000004", "21T09:00", "identified", "Half of them.<br /><br />We work on it.", touched(WEB, "operational", "partial_outage", "Website")),
    components=[PARTS[3]],
)  # fmt: skip
WORKS = maintenance(
    "ma1nt0000001", "New machines", "25T01:00", "25T02:00", said("u00000000005", "18T10:00", "scheduled", "We plan it.", touched(SHOP, "operational", "operational", "Shop - Basket")), components=[PARTS[1]],
)  # fmt: skip


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Row], dict[str, int]]:
    """The differences after an import, and how often each key was equal."""
    root = tmp_path_factory.mktemp("again")
    there = lay_out(
        root / "there",
        {
            "components.json": answer(components=PARTS),
            "incidents.json": answer(incidents=[OPEN, OVER]),
            "scheduled-maintenances.json": answer(scheduled_maintenances=[WORKS]),
        },
    )
    found, equal = again(there, root / "here")
    return found, dict(equal)


def test_every_difference_has_a_reason(rows: tuple[list[Row], dict[str, int]], golden: Golden) -> None:
    """As they were looked at, key by key."""
    assert [row for row in rows[0] if not row.reason] == []
    golden("api/again.txt", "".join(f"{line}\n" for line in report(*rows)))


@pytest.mark.parametrize(
    "key",
    [
        "component.id", "component.name", "component.status", "component.group", "component.group_id", "component.components", "component.description", "component.page_id",
        "event.id", "event.name", "event.status", "event.impact", "event.components", "event.started_at", "event.monitoring_at", "event.resolved_at", "event.scheduled_for",
        "event.scheduled_until", "event.updates", "update.id", "update.status", "update.display_at", "update.incident_id", "update.affected_components", "page.id",
        "page.name", "page.url", "page.time_zone",
    ],
)  # fmt: skip
def test_what_customers_were_told_is_the_same(rows: tuple[list[Row], dict[str, int]], key: str) -> None:
    """Ids, names, states, times, windows and parts differ nowhere."""
    found, equal = rows
    assert [row for row in found if row.key == key] == []
    assert equal[key] > 0


def test_the_oracle_sees_a_difference(tmp_path: Path) -> None:
    """Else it would prove nothing: a name that another answer tells otherwise is one."""
    renamed = {**OVER, "name": "Cards are refused again"}
    there = lay_out(tmp_path / "there", {"a.json": answer(components=PARTS, incidents=[OVER])})
    again(there, tmp_path / "here")
    lay_out(tmp_path / "there", {"a.json": answer(components=PARTS, incidents=[renamed])})
    found, _ = again(there, tmp_path / "here")
    assert "event.name" in {row.key for row in found if not row.reason}
