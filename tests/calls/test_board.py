"""The board: what events make of calls, whatever order, repetition and loss do to them."""

import contextlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.calls import events as ev
from console.calls.board import GRACE, Board
from console.calls.call import Call
from console.calls.words import Direction, Outcome, Phase, RangResult

T0 = datetime(2026, 11, 22, 13, 40, tzinfo=UTC)
ANNA = ev.Caller("+49301110000", "Anna")


def at(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


class Told:
    """A board that is told things, and every call it ever had."""

    def __init__(self) -> None:
        self.board = Board()
        self.calls: dict[str, Call] = {}

    def __call__(self, seconds: float, *events: ev.CallEvent) -> Call:
        while self.board.wake_at and self.board.wake_at <= at(seconds):
            self._take(self.board.tick(self.board.wake_at))
        for event in events:
            self._take(self.board.hear(event, at(seconds)))
        return next(iter(self.calls.values()))

    def _take(self, heard) -> None:
        self.board = heard.board
        self.calls.update({call.id: call for call in heard.changed})
        for gone, _ in heard.absorbed:
            del self.calls[gone]


def arrived(call: str = "1", feed: str = "pbx") -> ev.Arrived:
    return ev.Arrived(call, feed, Direction.INBOUND, ANNA, "+4930222000")


def test_a_ringing_call_that_nobody_answers_is_unanswered_after_the_grace() -> None:
    tell = Told()
    tell(0, arrived())
    assert tell(1, ev.Rang("1", "a", "101")).ringing_devices == ("101",)
    call = tell(5, ev.HungUp("1"))
    assert call.phase is Phase.ENDED
    assert call.outcome is None
    call = tell(5 + GRACE.total_seconds())
    assert call.outcome is Outcome.ABANDONED
    assert call.ring_seconds(at(99)) == 4
    assert call.waited_seconds(at(99)) == 5


def test_an_answer_that_comes_after_the_hang_up_still_counts() -> None:
    tell = Told()
    tell(0, arrived(), ev.Rang("1", "a", "101"))
    tell(2, ev.HungUp("1"), ev.Answered("1", "101", "a"))
    call = tell(9)
    assert call.outcome is Outcome.ANSWERED
    assert call.answered_by == "101"


def test_losers_of_a_fork_are_answered_elsewhere() -> None:
    tell = Told()
    tell(0, arrived(), ev.Rang("1", "a", "101"), ev.Rang("1", "b", "102"), ev.Rang("1", "c", "103"))
    # Dial cancels before it says who won, a queue says who won and then cancels.
    tell(3, ev.PhoneEnded("1", "a", "101", RangResult.CANCELLED), ev.Answered("1", "102", "b"))
    call = tell(3, ev.PhoneEnded("1", "c", "103", RangResult.CANCELLED))
    assert {leg.device: leg.result for leg in call.legs} == {
        "101": RangResult.ELSEWHERE,
        "102": RangResult.ANSWERED,
        "103": RangResult.ELSEWHERE,
    }


def test_a_caller_who_was_sent_on_was_not_answered_elsewhere_by_the_first_phone() -> None:
    tell = Told()
    tell(0, arrived(), ev.Rang("1", "a", "101"))
    tell(2, ev.PhoneEnded("1", "a", "101", RangResult.CANCELLED))
    call = tell(4, ev.Rang("1", "b", "102"), ev.Answered("1", "102", "b"))
    assert call.legs[0].result is RangResult.CANCELLED


def test_a_transfer_to_a_silent_phone_stays_answered() -> None:
    tell = Told()
    tell(0, arrived(), ev.Rang("1", "a", "101"), ev.Answered("1", "101", "a"))
    call = tell(5, ev.LeftAlone("1"), ev.Rang("1", "b", "102"))
    assert call.phase is Phase.RINGING
    tell(9, ev.HungUp("1"))
    assert tell(20).outcome is Outcome.ANSWERED


def test_why_a_phone_did_not_ring_on_may_be_told_late() -> None:
    tell = Told()
    tell(0, arrived(), ev.Rang("1", "a", "101"))
    tell(1, ev.PhoneEnded("1", "a", "101", RangResult.NO_ANSWER))
    tell(1, ev.PhoneEnded("1", "a", "101", RangResult.DECLINED), ev.HungUp("1"))
    assert tell(9).outcome is Outcome.DECLINED


def test_who_waits_only_in_a_queue_gave_up_there() -> None:
    tell = Told()
    tell(0, arrived(), ev.PbxAnswered("1"))
    assert tell(1, ev.Queued("1", "sales")).phase is Phase.WAITING
    tell(60, ev.LeftQueue("1", "sales", abandoned=True), ev.HungUp("1"))
    call = tell(70)
    assert call.outcome is Outcome.ABANDONED_QUEUE
    assert call.ring_seconds(at(70)) == 0
    assert call.waited_seconds(at(70)) == 60


def test_a_caller_known_as_hidden_loses_the_number() -> None:
    tell = Told()
    tell(0, arrived())
    call = tell(0, replace(arrived(), caller=ev.Caller(hidden=True)))
    assert call.caller == ev.Caller(hidden=True)


def test_a_call_that_the_pbx_no_longer_knows_is_lost() -> None:
    tell = Told()
    tell(0, arrived(), ev.Rang("1", "a", "101"), ev.FeedLost("pbx", "cut"))
    call = tell(30, ev.Roster("pbx", ()))
    assert call.outcome is Outcome.LOST
    assert call.reconstructed


def test_the_roster_of_one_pbx_says_nothing_of_another() -> None:
    tell = Told()
    assert tell(0, arrived(), ev.Roster("other", ())).phase is Phase.RINGING


def test_a_roster_that_says_what_is_known_changes_nothing() -> None:
    tell = Told()
    tell(0, arrived(), ev.Rang("1", "a", "101"))
    same = ev.RosterCall(
        "1", Direction.INBOUND, ANNA, "+4930222000", 7.0, (ev.RosterPhone("a", "101", True),)
    )
    assert tell.board.hear(ev.Roster("pbx", (same,)), at(7)).changed == ()


def test_a_call_answered_while_nobody_listened_is_answered() -> None:
    tell = Told()
    tell(0, arrived(), ev.Rang("1", "a", "101"))
    phone = ev.RosterPhone("a", "101", False)
    now = ev.RosterCall("1", Direction.INBOUND, ANNA, None, 7.0, (phone,), talking_to="101")
    call = tell(7, ev.Roster("pbx", (now,)))
    assert call.phase is Phase.TALKING
    assert call.reconstructed
    assert call.legs[0].result is RangResult.ANSWERED
    assert call.called == "+4930222000"


def test_a_consultation_becomes_part_of_the_call_it_was_about() -> None:
    tell = Told()
    tell(0, arrived(), ev.Rang("1", "a", "101"), ev.Answered("1", "101", "a"))
    inner = ev.Arrived("2", "pbx", Direction.INTERNAL, ev.Caller("101"), "102")
    tell(5, inner, ev.Rang("2", "b", "102"), ev.Answered("2", "102", "b"))
    tell(9, ev.Merged("2", "1"), ev.Answered("1", "102", "b"))
    assert list(tell.calls) == ["1"]
    assert [leg.device for leg in tell.calls["1"].legs] == ["101", "102"]


IDS, LEGS = st.sampled_from(["1", "2", "3"]), st.sampled_from(["a", "b", "c"])
DEVICES = st.sampled_from(["101", "102"])
EVENTS = st.one_of(
    st.builds(arrived, IDS),
    st.builds(ev.Offered, IDS, LEGS, DEVICES),
    st.builds(ev.Rang, IDS, LEGS, DEVICES),
    st.builds(ev.PhoneEnded, IDS, LEGS, DEVICES, st.sampled_from(RangResult)),
    st.builds(ev.Queued, IDS, st.just("sales")),
    st.builds(ev.LeftQueue, IDS, st.just("sales"), st.booleans()),
    st.builds(ev.PbxAnswered, IDS),
    st.builds(ev.Answered, IDS, DEVICES, st.none() | LEGS),
    st.builds(ev.LeftAlone, IDS),
    st.builds(ev.Parked, IDS, st.just("701")),
    st.builds(ev.Unparked, IDS),
    st.builds(ev.TookVoicemail, IDS),
    st.builds(ev.Merged, IDS, IDS),
    st.builds(ev.HungUp, IDS),
    st.builds(ev.FeedLost, st.just("pbx"), st.just("cut")),
    st.builds(
        ev.Roster,
        st.just("pbx"),
        st.lists(
            st.builds(
                ev.RosterCall,
                IDS,
                st.just(Direction.INBOUND),
                st.just(ANNA),
                st.none(),
                st.none() | st.floats(0, 1e6),
                st.lists(st.builds(ev.RosterPhone, LEGS, DEVICES, st.booleans())).map(tuple),
                st.none() | DEVICES,
                st.none() | st.just("sales"),
            ),
            max_size=3,
        ).map(tuple),
    ),
)


def test_a_phone_lost_to_nobody_if_the_next_one_was_tried_in_the_same_breath() -> None:
    tell = Told()
    tell(0, arrived(), ev.Rang("1", "a", "101"))
    tell(1, ev.PhoneEnded("1", "a", "101", RangResult.CANCELLED), ev.Rang("1", "b", "102"))
    call = tell(2, ev.Answered("1", "102", "b"))
    assert [leg.result for leg in call.legs] == [RangResult.CANCELLED, RangResult.ANSWERED]


def test_a_phone_tried_in_one_breath_with_the_winner_lost_to_it() -> None:
    gone = ev.PhoneEnded("1", "a", "101", RangResult.CANCELLED)
    call = Told()(
        0, arrived(), ev.Rang("1", "a", "101"), ev.Rang("1", "b", "102"), gone,
        ev.Answered("1", "102", "b"),
    )  # fmt: skip
    assert [leg.result for leg in call.legs] == [RangResult.ELSEWHERE, RangResult.ANSWERED]


@pytest.mark.parametrize("machine", [ev.Queued("1", "sales"), ev.TookVoicemail("1")])
def test_who_spoke_with_a_caller_does_so_no_more_once_a_machine_has_them(machine) -> None:
    call = Told()(0, arrived("1"), ev.Answered("1", "101"), machine)
    assert (call.phase, call.talking_to, call.answered_by) == (Phase.WAITING, None, "101")


def test_what_a_call_was_told_of_another_that_it_becomes_one_with() -> None:
    tell = Told()
    tell(0, arrived("1"), arrived("2"))
    tell(1, ev.Rang("1", "a", "101"), ev.Rang("2", "a", "101"), ev.Answered("1", "101", "a"))
    call = tell(2, ev.Merged("1", "2"))
    assert [leg.id for leg in call.legs] == ["a"]
    assert (call.phase, call.talking_to, call.answered_by) == (Phase.TALKING, "101", "101")
    assert call.answered_at == at(1)


def test_what_still_rang_of_a_call_that_is_merged_into_one_that_is_over_is_over() -> None:
    tell = Told()
    tell(0, arrived("1"), arrived("2"), ev.Rang("1", "a", "101"))
    tell(1, ev.HungUp("2"))
    call = tell(1.1, ev.Merged("1", "2"))
    assert [(leg.ended_at, leg.result) for leg in call.legs] == [(at(1), RangResult.CANCELLED)]


@given(st.lists(st.tuples(st.floats(0, 3), EVENTS), max_size=60))
@settings(max_examples=400, deadline=None)
def test_any_order_repetition_and_loss_leaves_whole_calls(story) -> None:
    tell, seconds, settled = Told(), 0.0, {}
    for wait, event in story:
        seconds += wait
        if tell.calls or isinstance(event, ev.Arrived):
            tell_if_any(tell, seconds, event)
        for call in tell.calls.values():
            assert_whole(call)
            # A settled call never changes again.
            if call.settled:
                assert settled.setdefault(call.id, call) == call
    tell_if_any(tell, seconds + 5, ev.Roster("pbx", ()))
    tell_if_any(tell, seconds + 10, ev.Suspicious("pbx", "the end"))
    assert tell.board.calls == {}
    assert all(call.settled for call in tell.calls.values())


def tell_if_any(tell: Told, seconds: float, event: ev.CallEvent) -> None:
    with contextlib.suppress(StopIteration):
        tell(seconds, event)


def assert_whole(call: Call) -> None:
    assert (call.phase is Phase.ENDED) == (call.ended_at is not None)
    assert (call.talking_to is not None) <= (call.phase is Phase.TALKING)
    assert (call.answered_at is None) == (call.answered_by is None)
    assert (call.slot is not None) <= (call.phase in (Phase.PARKED, Phase.RINGING, Phase.TALKING))
    assert len({leg.id for leg in call.legs}) == len(call.legs)
    for leg in call.legs:
        assert (leg.ended_at is None) == (leg.result is None)
        assert not (call.ended_at and leg.ended_at is None)
    if call.ringing_devices:
        assert call.phase is not Phase.WAITING
    assert [moment.at for moment in call.moments] == sorted(m.at for m in call.moments)
