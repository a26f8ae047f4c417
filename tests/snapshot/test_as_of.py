"""The look back: only what had been said by then."""

from __future__ import annotations

from datetime import date

from onrecord.model import Action, Incident, PlanStep, Postmortem, PostmortemFile
from onrecord.snapshot import Snapshot, derive
from saying import clock, page, record, update, window

TOLD = record(
    update("a", "14:05", status="investigating", next_update_by="14:30"),
    update("b", "14:28", status="identified", effective="14:10", components={"checkout": "major_outage"}),
    update("c", "15:10", status="resolved"),
    started="13:58",
    components={"checkout": "partial_outage"},
)


def seen(*incidents: Incident, as_of: str, at: str = "16:00") -> Snapshot:
    """The Snapshot at `at` of what had been said by `as_of`."""
    return derive(page(*incidents), clock(at), as_of=clock(as_of))


def test_updates_said_later_are_not_there() -> None:
    """Nor their effects, though these were true before."""
    found = seen(TOLD, as_of="14:27")
    assert [u.id for u in found.incidents[0].updates] == ["a"]
    assert [u.id for u in found.incidents[0].source.updates] == ["a"]
    assert found.components[0].effect == "partial_outage"
    assert found.built.as_of == clock("14:27")


def test_the_very_second_counts() -> None:
    """What was said at that instant had been said by then."""
    assert [u.id for u in seen(TOLD, as_of="14:28").incidents[0].updates] == ["b", "a"]


def test_records_said_later_are_not_there() -> None:
    """Whatever their start: nobody had spoken."""
    assert seen(TOLD, as_of="14:04").incidents == ()


def test_a_record_without_updates_counts_as_said_when_it_began() -> None:
    """It has no other time."""
    silent = record(kind="maintenance", scheduled=window("10:00", "12:00"))
    assert (len(seen(silent, as_of="09:59").incidents), len(seen(silent, as_of="10:00").incidents)) == (0, 1)
    assert len(seen(record(), as_of="09:00").incidents) == 1


def test_post_mortems_and_ticks_said_later_are_not_there() -> None:
    """A step done later stands as not done; so does an action."""
    base = record(update("a", "14:05"), plan=[PlanStep(step="Find it", done=clock("14:20")), PlanStep(step="Mend it", done=clock("15:00"))])
    head = PostmortemFile(status="published", published=clock("22T10:00"), actions=(Action(what="Watch it", done=date(2026, 11, 25)),))
    told = Incident(id=base.id, path=base.path, head=base.head, updates=base.updates, postmortem=Postmortem(path="p", head=head, body=""))
    before, after = (seen(told, as_of=as_of).incidents[0] for as_of in ("14:30", "23T10:00"))
    assert [step.done for step in before.source.head.plan] == [clock("14:20"), None]
    assert before.postmortem is None
    assert after.postmortem is not None
    assert after.postmortem.head.actions[0].done is None
    assert [step.done for step in after.source.head.plan] == [clock("14:20"), clock("15:00")]


def test_the_clock_alone_hides_nothing() -> None:
    """`--now` in the past shows words that lie ahead of it, and says so."""
    found = derive(page(TOLD), clock("14:10")).incidents[0]
    assert [(u.id, u.ahead) for u in found.updates] == [("c", True), ("b", True), ("a", False)]
