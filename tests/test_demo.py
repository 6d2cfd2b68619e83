"""The demo's past: full lists at once, the same for a seed, nothing of it in the future."""

from datetime import UTC, datetime, timedelta

import pytest

from console import demo
from console.calls.words import Outcome
from console.desk.changes import AddNote, SaveCall, SetProcessed
from console.feeds.demo_history import demo_history
from console.feeds.demo_world import demo_operators
from console.feeds.simulator import Simulator

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def history(seed=1, now=NOON):
    simulator = Simulator(seed, demo.SITE.plan, demo.FEED)
    return list(demo_history(simulator, demo_operators(), seed, now, demo.SITE.zone))


@pytest.mark.parametrize("hour", [0, 5, 9, 23])
def test_every_call_of_the_past_is_over_by_now_at_any_hour(hour):
    now = NOON.replace(hour=hour)
    calls = [change.record.call for change in history(now=now) if isinstance(change, SaveCall)]
    assert len(calls) > 300
    assert all(call.settled and call.ended_at <= now for call in calls)
    assert min(call.started_at for call in calls) < now - timedelta(days=2)


def test_the_past_has_names_outcomes_marks_and_notes_and_leaves_some_calls_open():
    changes = history()
    records = {c.record.call.id: c.record for c in changes if isinstance(c, SaveCall)}
    outcomes = {record.call.outcome for record in records.values()}
    assert {Outcome.ANSWERED, Outcome.ABANDONED, Outcome.BUSY} <= outcomes
    unanswered = {id for id, r in records.items() if r.call.outcome is not Outcome.ANSWERED}
    done = {id for change in changes if isinstance(change, SetProcessed) for id in change.calls}
    assert done < unanswered
    assert len([change for change in changes if isinstance(change, AddNote)]) > 10
    inbound = [r for r in records.values() if r.call.direction == "inbound"]
    named = [record for record in inbound if record.company_name]
    assert len(named) > len(inbound) * 0.9


def test_a_seed_is_always_the_same_days():
    assert history(3) == history(3)
    assert history(3) != history(4)
