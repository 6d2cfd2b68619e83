"""The time line says what happened in the order it happened, as a person would tell it."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.calls import events as ev
from console.calls.board import Board
from console.calls.call import Call, Leg, Moment
from console.calls.events import Caller
from console.calls.numbers import NumberPlan
from console.calls.words import Direction, MomentKind, Outcome, Phase, RangResult
from console.desk.records import CallRecord
from console.tui.time_line import lines

AT = datetime(2026, 11, 23, 12, 40, 2, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
PLAN = NumberPlan("DE", "30")
ANNA = Caller("+493023456", "ANNA")


def story(*told: tuple[float, ev.AboutCall], caller: Caller = ANNA, **names: str) -> list[str]:
    """What is said of call "c" after these events, each at some seconds after it arrived."""
    arrived = ev.Arrived("c", "asterisk", Direction.INBOUND, caller, "+4930222000")
    board, call = Board(), None
    for seconds, event in ((0.0, arrived), *told):
        heard = board.hear(event, AT + timedelta(seconds=seconds))
        board = heard.board
        call = next((one for one in heard.changed if one.id == "c"), call)
    if board.wake_at:
        call = board.tick(board.wake_at).changed[0]
    assert call is not None
    record = CallRecord(
        call, company_name=names.get("company", ""), caller_name=names.get("name", "")
    )
    return [f"{line.clock} {line.text}" for line in lines(record, BERLIN, PLAN)]


def rang(seconds: float, *devices: str) -> list[tuple[float, ev.AboutCall]]:
    return [(seconds + place / 10, ev.Rang("c", d, d)) for place, d in enumerate(devices)]


def over(seconds: float, device: str, result: RangResult) -> tuple[float, ev.AboutCall]:
    return seconds, ev.PhoneEnded("c", device, device, result)


def test_phones_that_ring_at_once_are_told_in_one_line_and_the_end_says_why() -> None:
    told = story(
        *rang(0.1, "101", "102", "103"),
        over(20, "102", RangResult.DECLINED),
        (40, ev.HungUp("c")),
        name="Anna Muster",
        company="Zahnarzt Dr. Lind",
    )
    assert told == [
        "13:40:02 call from +49 30 23456 (Anna Muster) to +49 30 222000 (Zahnarzt Dr. Lind)",
        "13:40:02 rings 101, 102, 103",
        "13:40:22 102 rang for 20 s: declined",
        "13:40:42 101, 103 rang for 40 s: caller gave up",
        "13:40:42 nobody had answered; the caller hung up",
    ]


def test_an_answer_stops_the_other_phones() -> None:
    told = story(
        *rang(1, "101", "102"),
        (7, ev.Answered("c", "102", "102")),
        (67, ev.HungUp("c")),
    )
    assert told[2:] == [
        "13:40:09 answered by 102",
        "13:40:09 101 rang for 6 s: answered elsewhere",
        "13:41:09 the call ended",
    ]


def test_a_queue_and_a_transfer_and_a_parking_are_told_by_name() -> None:
    told = story(
        (1, ev.PbxAnswered("c")),
        (2, ev.Queued("c", "sales")),
        *rang(3, "101"),
        (9, ev.Answered("c", "101", "101")),
        (9, ev.LeftQueue("c", "sales", abandoned=False)),
        (20, ev.Parked("c", "701")),
        (30, ev.Unparked("c")),
        (30, ev.Answered("c", "103", None)),
        (40, ev.HungUp("c")),
    )
    text = "\n".join(told)
    for words in ("queue sales", "left queue sales", "parked on 701", "no longer parked on 701"):
        assert words in text
    assert told[-2:] == ["13:40:32 answered by 103", "13:40:42 the call ended"]


def test_a_caller_who_gives_up_in_a_queue() -> None:
    told = story(
        (1, ev.Queued("c", "sales")), (31, ev.LeftQueue("c", "sales", True)), (31, ev.HungUp("c"))
    )
    assert told[-1] == "13:40:33 the caller gave up in the queue"


def test_phones_that_never_rang_say_why() -> None:
    told = story(
        (0, ev.Offered("c", "l1", "101")),
        over(1, "104", RangResult.BUSY),
        over(1, "105", RangResult.UNREACHABLE),
        (2, ev.HungUp("c")),
    )
    assert "13:40:03 104 did not ring: busy" in told
    assert "13:40:03 105 did not ring: unreachable" in told


def test_a_phone_that_rings_in_two_rounds_is_told_twice() -> None:
    told = story(
        (1, ev.Rang("c", "a", "101")),
        (11, ev.PhoneEnded("c", "a", "101", RangResult.NO_ANSWER)),
        (15, ev.Rang("c", "b", "101")),
        (25, ev.PhoneEnded("c", "b", "101", RangResult.NO_ANSWER)),
        (26, ev.HungUp("c")),
    )
    assert [line for line in told if "rang for 10 s: not answered" in line] == [
        "13:40:13 101 rang for 10 s: not answered",
        "13:40:27 101 rang for 10 s: not answered",
    ]


def test_a_hidden_caller_stays_hidden() -> None:
    told = story((5, ev.HungUp("c")), caller=Caller("+493023456", "ANNA", hidden=True))
    assert told[0] == "13:40:02 call from hidden number to +49 30 222000"


def test_a_voicemail_and_a_forward_outside() -> None:
    assert "the mailbox took the call" in "".join(story((9, ev.TookVoicemail("c"))))
    told = story((9, ev.Answered("c", "+491701234567", None)), (20, ev.HungUp("c")))
    assert "13:40:11 answered by +49 170 1234567" in told


def test_a_silent_pbx_is_part_of_the_story() -> None:
    call = Call(
        "c",
        "asterisk",
        Direction.INTERNAL,
        Caller("101"),
        "102",
        AT,
        Phase.ENDED,
        ended_at=AT,
        outcome=Outcome.LOST,
        reconstructed=True,
        moments=(
            Moment(AT, MomentKind.ARRIVED, "102"),
            Moment(AT, MomentKind.FEED_LOST),
            Moment(AT, MomentKind.FEED_BACK),
            Moment(AT, MomentKind.HUNG_UP),
        ),
    )
    told = [line.text for line in lines(CallRecord(call), BERLIN, PLAN)]
    assert told[0] == "internal call from 101 to 102"
    assert "fell silent" in told[1]
    assert "how it ended was not seen" in told[3]
    assert "not heard" in told[4]


@pytest.mark.parametrize("kind", MomentKind)
def test_every_kind_of_moment_has_a_sentence(kind: MomentKind) -> None:
    call = Call("c", "f", Direction.INBOUND, Caller(), None, AT, moments=(Moment(AT, kind, "x"),))
    assert lines(CallRecord(call), BERLIN, PLAN)[0].text


@given(st.lists(st.tuples(st.integers(0, 90), st.sampled_from(RangResult)), max_size=8))
def test_every_phone_that_stopped_is_told_once_and_time_goes_forward(
    phones: list[tuple[int, RangResult]],
) -> None:
    legs = tuple(
        Leg(f"l{n}", f"{100 + n}", AT, AT, AT + timedelta(seconds=seconds), result)
        for n, (seconds, result) in enumerate(phones)
    )
    call = Call("c", "f", Direction.INBOUND, Caller(), None, AT, legs=legs)
    told = lines(CallRecord(call), BERLIN, PLAN)
    assert [line.clock for line in told] == sorted(line.clock for line in told)
    text = "\n".join(line.text for line in told)
    assert all(text.count(leg.device) == 1 for leg in legs)


def test_phones_outside_are_told_as_numbers_for_people() -> None:
    leg = Leg("l", "+43123125714", AT, AT, AT + timedelta(seconds=9), RangResult.NO_ANSWER)
    moments = (Moment(AT, MomentKind.RANG, "+43123125714"),)
    call = Call("c", "f", Direction.INBOUND, Caller(), None, AT, legs=(leg,), moments=moments)
    told = [line.text for line in lines(CallRecord(call), BERLIN, PLAN)]
    assert told == ["rings +43 1 23125714", "+43 1 23125714 rang for 9 s: not answered"]
