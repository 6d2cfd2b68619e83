from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise, takewhile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.calls import events as ev
from console.calls.board import Board
from console.calls.call import Call
from console.calls.numbers import NumberPlan
from console.calls.words import Direction, Outcome, Phase, RangResult
from console.feeds.demo_world import demo_companies, demo_contacts, demo_operators
from console.feeds.simulator import At, Simulator

START = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
PLAN = NumberPlan("DE", "030")
seeds = st.integers(0, 10_000)


def told_by(kind: str, seed: int) -> list[At]:
    simulator = Simulator(seed, PLAN)
    if kind == "day":
        return list(simulator.day(START, hours=2))
    if kind == "storm":
        return list(simulator.storm(150, START))
    until = START + timedelta(minutes=10)
    return list(takewhile(lambda told: told[0] < until, simulator.live(START)))


def settled(told: Iterable[At]) -> list[Call]:
    """What the board makes of it, as in the desk: it is told the time when it wants to be."""
    board, over, at = Board(), [], START
    for at, event in told:
        while board.wake_at is not None and board.wake_at <= at:
            heard = board.tick(board.wake_at)
            board, over = heard.board, over + [call for call in heard.changed if call.settled]
        board = board.hear(event, at).board
    heard = board.tick(at + timedelta(seconds=5))
    assert not heard.board.calls, "a call never ended"
    return over + [call for call in heard.changed if call.settled]


def grouped(told: Iterable[At]) -> dict[str, list[At]]:
    calls: dict[str, list[At]] = {}
    for at, event in told:
        calls.setdefault(event.call, []).append((at, event))
    return calls


@given(st.sampled_from(["day", "live", "storm"]), seeds)
@settings(max_examples=12, deadline=None)
def test_two_runs_with_one_seed_are_equal_and_time_never_goes_back(kind: str, seed: int) -> None:
    told = told_by(kind, seed)
    assert told == told_by(kind, seed)
    times = [at for at, _ in told]
    assert times == sorted(times)


def test_another_seed_is_another_day() -> None:
    assert told_by("day", 1) != told_by("day", 2)


@given(st.sampled_from(["day", "storm"]), seeds)
@settings(max_examples=15, deadline=None)
def test_every_call_begins_once_ends_once_and_so_does_each_of_its_phones(
    kind: str, seed: int
) -> None:
    legs_seen: set[str] = set()
    for call, told in grouped(told_by(kind, seed)).items():
        events = [event for _, event in told]
        assert isinstance(events[0], ev.Arrived)
        assert isinstance(events[-1], ev.HungUp | ev.Merged)
        kinds = Counter(type(event) for event in events)
        assert kinds[ev.Arrived] == kinds[ev.HungUp] + kinds[ev.Merged] == 1
        legs: dict[str, list[type]] = {}
        for event in events:
            if isinstance(event, ev.Offered | ev.Rang | ev.PhoneEnded):
                legs.setdefault(event.leg, []).append(type(event))
        for leg, life in legs.items():
            assert life in ([ev.Offered, ev.Rang, ev.PhoneEnded], [ev.Offered, ev.PhoneEnded]), call
            assert leg not in legs_seen
            legs_seen.add(leg)


@given(seeds)
@settings(max_examples=10, deadline=None)
def test_the_board_settles_every_call_without_mending_anything(seed: int) -> None:
    told = told_by("day", seed)
    calls = settled(told)
    merged = sum(isinstance(event, ev.Merged) for _, event in told)
    assert len(calls) == len(grouped(told)) - merged
    for call in calls:
        assert call.outcome is not Outcome.LOST
        assert not call.reconstructed
        assert all(leg.ended_at and leg.result for leg in call.legs)
        losers = [leg for leg in call.legs if leg.result is RangResult.ELSEWHERE]
        assert not losers or call.answered_at


def test_nobody_speaks_with_two_callers_at_once() -> None:
    for seed in range(5):
        talks: dict[str, list[tuple[datetime, datetime]]] = {}
        for call in settled(Simulator(seed, PLAN).day(START, hours=9)):
            if call.direction is Direction.INBOUND and call.answered_by in phones():
                # A transfer or a park frees the phone early, so only plain talks are compared.
                kinds = [moment.kind.value for moment in call.moments]
                if kinds.count("answered") == 1 and "parked" not in kinds and call.ended_at:
                    assert call.answered_at
                    until = next(
                        (m.at for m in call.moments if m.kind.value == "left_alone"), call.ended_at
                    )
                    talks.setdefault(call.answered_by, []).append((call.answered_at, until))
        assert talks
        for times in talks.values():
            times.sort()
            for (_, end), (begin, _) in pairwise(times):
                assert end <= begin + timedelta(seconds=1)


def phones() -> set[str]:
    return {phone for operator in demo_operators() for phone in operator.extensions}


def test_a_week_has_every_outcome_every_direction_and_every_kind_of_event() -> None:
    told: list[At] = []
    for day in range(5):
        told += Simulator(day, PLAN).day(START + timedelta(days=day))
    seen = {type(event) for _, event in told}
    assert seen >= {
        *(ev.Arrived, ev.Offered, ev.Rang, ev.PhoneEnded, ev.Queued, ev.LeftQueue, ev.PbxAnswered),
        *(ev.Answered, ev.LeftAlone, ev.Parked, ev.Unparked, ev.TookVoicemail, ev.Merged),
        ev.HungUp,
    }
    results = {event.result for _, event in told if isinstance(event, ev.PhoneEnded)}
    assert results == set(RangResult)
    calls = settled(told)
    assert {call.outcome for call in calls} == set(Outcome) - {Outcome.LOST}
    assert {call.direction for call in calls} == set(Direction)
    answered = sum(call.outcome is Outcome.ANSWERED for call in calls)
    assert 0.6 < answered / len(calls) < 0.9
    assert any(call.caller.hidden for call in calls)
    assert Counter(call.caller.number for call in calls).most_common(3)[2][1] > 5


def test_a_hidden_caller_has_neither_number_nor_name() -> None:
    for _, event in told_by("day", 3):
        if isinstance(event, ev.Arrived) and event.caller.hidden:
            assert event.caller == ev.Caller(hidden=True)


@given(seeds)
@settings(max_examples=20, deadline=None)
def test_the_demo_rings_at_once_and_is_never_empty_nor_crowded(seed: int) -> None:
    told = told_by("live", seed)
    first = next(at for at, event in told if isinstance(event, ev.Rang))
    assert first <= START + timedelta(seconds=2)
    board, live, ringing, looked = Board(), [], 0, 0
    moments = iter(told)
    at, event = next(moments)
    for second in range(1, 590):
        now = START + timedelta(seconds=second)
        while at <= now:
            board = board.hear(event, at).board
            at, event = next(moments, (now + timedelta(days=1), event))
        board = board.tick(now).board
        phases = [call.phase for call in board.calls.values()]
        live.append(sum(phase is not Phase.ENDED for phase in phases))
        ringing += Phase.RINGING in phases or Phase.WAITING in phases
        looked += 1
    assert 2 <= sum(live) / looked <= 5
    assert max(live) <= 9
    assert ringing / looked > 0.4


def test_the_demo_does_not_end_nor_grow() -> None:
    simulator = Simulator(1, PLAN)
    at, _ = next(islice(simulator.live(START), 50_000, None))
    assert at > START + timedelta(hours=3)


def test_a_storm_has_as_many_calls_as_asked_for_and_they_come_at_once() -> None:
    arrivals = [at for at, e in Simulator(1, PLAN).storm(500, START) if isinstance(e, ev.Arrived)]
    inbound = [at for at in arrivals if at <= START + timedelta(seconds=10)]
    assert len(inbound) >= 500


def test_one_simulator_never_uses_an_id_twice() -> None:
    simulator = Simulator(4, PLAN)
    first = set(grouped(simulator.day(START, hours=1)))
    second = set(grouped(simulator.day(START, hours=1)))
    assert not first & second


def test_the_demo_world_is_a_dozen_companies_and_two_hundred_contacts_with_proper_numbers() -> None:
    companies, contacts = demo_companies(), demo_contacts()
    assert (len(companies), len(contacts)) == (12, 200)
    numbers = [number for one in contacts for number, kind in one.numbers if kind != "main"]
    assert len(set(numbers)) == len(numbers)
    assert any(kind == "main" for one in contacts for _, kind in one.numbers)
    called = [number for company in companies for number in company.numbers]
    assert len(set(called)) == len(called)
    for number in numbers + called:
        assert PLAN.normal(number) == number
    for company in companies:
        assert company.greeting
        assert company.pronunciation
        assert company.facts
        assert company.colour.startswith("#")


@pytest.mark.parametrize("company", demo_companies(), ids=lambda company: company.name)
def test_every_company_is_called(company: object) -> None:
    assert company in {
        one
        for _, event in told_by("day", 5) + told_by("day", 6)
        if isinstance(event, ev.Arrived)
        for one in demo_companies()
        if event.called in one.numbers
    }
