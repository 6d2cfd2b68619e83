"""Which later call has dealt with an earlier one."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from console.calls.call import Call
from console.calls.events import Caller
from console.calls.processing import LaterCall, kinds_of, other_end, our_end, processes
from console.calls.words import Direction, Outcome

AT = datetime(2026, 11, 24, 13, 58, tzinfo=UTC)
ANNA, MOBILE = "+49301110000", "+491711234567"
WEEK = timedelta(days=7)
EARLIER = Call(
    "1", "pbx", Direction.INBOUND, Caller(ANNA), "+4930222000", AT, outcome=Outcome.ABANDONED
)
BACK = Call(
    "2",
    "pbx",
    Direction.OUTBOUND,
    Caller("102"),
    ANNA,
    AT + timedelta(minutes=4),
    outcome=Outcome.ANSWERED,
)
AGAIN = replace(
    EARLIER,
    id="3",
    started_at=AT + timedelta(minutes=4),
    outcome=Outcome.ANSWERED,
    answered_by="101",
)


@pytest.mark.parametrize(
    ("later", "kinds", "does"),
    [
        (BACK, {LaterCall.OUTGOING_ANSWERED}, True),
        (BACK, {LaterCall.OUTGOING}, True),
        (BACK, {LaterCall.INCOMING_ANSWERED}, False),
        (BACK, set(), False),
        (replace(BACK, outcome=Outcome.NO_ANSWER), {LaterCall.OUTGOING_ANSWERED}, False),
        (replace(BACK, outcome=Outcome.NO_ANSWER), {LaterCall.OUTGOING}, True),
        (replace(BACK, outcome=None), {LaterCall.OUTGOING}, False),
        (replace(BACK, direction=Direction.INTERNAL), set(LaterCall), False),
        (replace(BACK, started_at=AT), {LaterCall.OUTGOING}, False),
        (replace(BACK, started_at=AT + WEEK), {LaterCall.OUTGOING}, True),
        (replace(BACK, started_at=AT + WEEK * 1.01), {LaterCall.OUTGOING}, False),
        (AGAIN, {LaterCall.INCOMING_ANSWERED}, True),
        (AGAIN, {LaterCall.OUTGOING}, False),
        (replace(AGAIN, called="+4930333000"), {LaterCall.INCOMING_ANSWERED}, False),
        (replace(AGAIN, outcome=Outcome.BUSY), {LaterCall.INCOMING_ANSWERED}, False),
    ],
)
def test_which_calls_count(later: Call, kinds: set[LaterCall], does: bool) -> None:
    assert processes(later, EARLIER, {ANNA}, kinds, WEEK) is does


def test_all_numbers_of_the_contact_are_the_same_person() -> None:
    from_mobile = replace(EARLIER, caller=Caller(MOBILE))
    assert not processes(BACK, from_mobile, {ANNA}, set(LaterCall), WEEK)
    assert processes(BACK, from_mobile, {ANNA, MOBILE}, set(LaterCall), WEEK)


def test_another_number_of_the_same_company_is_the_same_company() -> None:
    later = replace(AGAIN, called="+4930222001")
    kinds = {LaterCall.INCOMING_ANSWERED}
    assert processes(later, EARLIER, {ANNA}, kinds, WEEK, one_company=True)


def test_only_unanswered_calls_of_people_outside_are_processed() -> None:
    for other in (
        replace(EARLIER, outcome=Outcome.ANSWERED),
        replace(EARLIER, outcome=None),
        replace(EARLIER, direction=Direction.OUTBOUND),
        replace(EARLIER, caller=Caller(hidden=True)),
        replace(EARLIER, caller=Caller(None)),
    ):
        assert not processes(BACK, other, {ANNA}, set(LaterCall), WEEK)


def test_both_ends() -> None:
    assert (other_end(BACK), our_end(BACK)) == (ANNA, "102")
    assert (other_end(AGAIN), our_end(AGAIN)) == (ANNA, "101")
    assert other_end(replace(AGAIN, caller=Caller(hidden=True))) is None
    assert kinds_of(EARLIER) == frozenset()
