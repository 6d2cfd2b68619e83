"""The demo's past: what its desk would have stored on the last days."""

import random
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from console.calls.board import Board, Heard
from console.calls.call import Call
from console.calls.events import CallEvent
from console.calls.words import Outcome
from console.desk.changes import (
    AddNote,
    Change,
    PutCompanies,
    PutContacts,
    PutOperator,
    PutSettings,
    SaveCall,
    SetProcessed,
)
from console.desk.operators import Operator
from console.desk.records import CallRecord, Note, Processed
from console.feeds.demo_world import demo_actions, demo_companies, demo_contacts
from console.feeds.simulator import Simulator

DAYS = 3  # of history, and the last hours
SATURDAY = 5
PER_HOUR = 14.0
NOTES = (
    "boiler, wants an offer",
    "calls again tomorrow",
    "asked for Herr Meyer, said it is urgent",
    "please call back after 16:00",
    "new patient, sent the form",
    "wrong number, was very sorry",
)


def demo_people(people: Iterable[Operator], now: datetime) -> Iterator[Change]:
    """Everybody in the demo, as changes for the store."""
    for one in people:
        yield PutOperator(one, "demo", now)
    yield PutCompanies(demo_companies(), "demo", now)
    yield PutContacts(demo_contacts(), "Customers", "demo", now)
    yield PutSettings("actions", demo_actions(), "demo", now)


def demo_history(
    simulator: Simulator, people: tuple[Operator, ...], seed: int, now: datetime, zone: ZoneInfo
) -> Iterator[Change]:
    """Days that have been, as changes for the store, so that the lists are full at once.

    Made on the board alone: through a desk, with a look-up and a commit each, they would take ten
    times as long.
    """
    known = _Known()
    rng = random.Random(seed)
    for start, hours in _days(now, zone):
        for call in _settled(simulator.day(start, hours, PER_HOUR), now):
            yield SaveCall(known.record(call))
            if call.outcome is not Outcome.ANSWERED and call.ended_at is not None:
                yield from _done_about(call, rng.choice(people).name, rng, now)


def _settled(moments: Iterable[tuple[datetime, CallEvent]], now: datetime) -> Iterator[Call]:
    """The calls of a day that were over by now, as the board sees them."""
    board, calls = Board(), dict[str, Call]()

    def take(heard: Heard) -> Board:
        for gone, _ in heard.absorbed:
            calls.pop(gone, None)
        calls.update((call.id, call) for call in heard.changed)
        return heard.board

    for local, event in moments:
        if (at := local.astimezone(UTC)) >= now:
            break
        while (due := board.wake_at) is not None and due <= at:
            board = take(board.tick(due))
        board = take(board.hear(event, at))
    while (due := board.wake_at) is not None and due <= now:
        board = take(board.tick(due))
    return (call for call in calls.values() if call.settled)


class _Known:
    """Who is who in the demo, without a database."""

    def __init__(self) -> None:
        self._companies = {
            number: (place, company)
            for place, company in enumerate(demo_companies(), 1)
            for number in company.numbers
        }
        # Of those who share a number, the first: it is the firm.
        self._names = {
            number: contact.name
            for contact in reversed(demo_contacts())
            for number, _ in contact.numbers
        }

    def record(self, call: Call) -> CallRecord:
        """The call with its names, as a desk would have stored it."""
        place, company = self._companies.get(
            call.called or "", self._companies.get(call.queue or "", (None, None))
        )
        return CallRecord(
            call,
            company_id=place,
            company_name=company.name if company else "",
            company_colour=company.colour if company else "",
            caller_name=self._names.get(call.caller.number or "", ""),
        )


def _done_about(call: Call, by: str, rng: random.Random, now: datetime) -> Iterator[Change]:
    """What operators do with an unanswered call: most are dealt with, some have a note."""
    assert call.ended_at is not None
    at = min(now, call.ended_at + timedelta(minutes=rng.uniform(2, 90)))
    if rng.random() < 0.3:
        yield AddNote(call.id, Note(by, at, rng.choice(NOTES)))
    if rng.random() < 0.85:
        yield SetProcessed((call.id,), Processed(by, at), by, at)


def _days(now: datetime, zone: ZoneInfo) -> list[tuple[datetime, float]]:
    """(start, hours) of the last working days and of today until now, oldest first."""
    local = now.astimezone(zone)
    eight = local.replace(hour=8, minute=0, second=0, microsecond=0)
    before = (eight - timedelta(days=back) for back in range(1, 2 * DAYS + 3))
    past = [(day, 9.0) for day in before if day.weekday() < SATURDAY][:DAYS][::-1]
    begun = max(min(eight, local - timedelta(hours=2)), local - timedelta(hours=8))
    hours = (local - begun).total_seconds() / 3600 - 0.25
    return [*past, (begun, hours)]
