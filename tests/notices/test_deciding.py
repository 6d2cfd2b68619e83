"""Who is told of a call: repeats, limits, storms; every call ends with at least one notice."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.desk.notice import Channel, Notice, NoticeState
from console.desk.notices import Told
from console.notices.backoff import FIRST, wait
from console.notices.deciding import (
    NOBODY,
    NOTHING_ON,
    SUMMARY,
    SUMMED_UP,
    Case,
    Summary,
    decided,
    sentence,
)
from console.notices.letter import Ending, Result
from console.notices.message_ids import message_id
from console.notices.repeats import Enough, Fold, Tell, repeat
from console.settings.live import Live
from console.settings.notices import Exceptions
from tests.notices.samples import BOTH, MAIL, PLAN, T0, facts, minutes, settings, unanswered

S = NoticeState
NOW = T0 + minutes(1)


def case(live: Live = BOTH, **more: Any) -> Case:
    return Case(more.pop("record", unanswered()), live, more.pop("facts", facts(NOW)), PLAN, "s", 4)


def told(state: S, ago: float, *, id: int = 5, tries: int = 0, **more: Any) -> Told:
    at = NOW - minutes(ago)
    next_at = at if state is S.QUEUED else None
    channel = more.pop("channel", Channel.MAIL)
    recipient = more.pop("recipient", "front@desk.example")
    return Told(id, "0", recipient, channel, state, at, next_at, tries)


def test_both_channels_are_told_each_recipient_once() -> None:
    live = settings(
        BOTH,
        mail={"to": ["front@desk.example", "Front@desk.example", "boss@desk.example"]},
        text_messages={"to": ["0171 1234567", "+49 171 1234567"]},
    )
    notices = decided(case(live), ())
    assert [(each.channel, each.recipient) for each in notices] == [
        (Channel.MAIL, "front@desk.example"),
        (Channel.MAIL, "boss@desk.example"),
        (Channel.TEXT, "+491711234567"),
    ]
    assert {(each.state, each.next_at, each.version) for each in notices} == {(S.QUEUED, NOW, 4)}
    ids = [each.message_id for each in notices]
    assert ids[2] == ""
    assert len(set(ids)) == 3
    assert ids == [each.message_id for each in decided(case(live), ())]


@pytest.mark.parametrize(
    ("live", "said"),
    [
        (Live(), "not mailed: notifications are off"),
        (settings(mail={"send": True}), "not mailed: no address is entered in E-mail"),
        (MAIL, "mailed to front@desk.example"),
        (BOTH, "mailed to front@desk.example; texted to +491711234567"),
        (
            settings(BOTH, mail={"to": []}),
            "not mailed: no address is entered in E-mail; texted to +491711234567",
        ),
        (
            settings(BOTH, exceptions={"seconds": 30}),
            "not mailed: rang 12.0 s (limit 30 s); not texted: rang 12.0 s (limit 30 s)",
        ),
    ],
)
def test_what_is_said_of_a_call(live: Live, said: str) -> None:
    assert sentence(decided(case(live), ())) == said


@pytest.mark.parametrize(
    ("before", "becomes"),
    [
        ([], Tell(NOW)),
        ([told(S.QUEUED, 3)], Fold(told(S.QUEUED, 3))),
        # It may have been sent: its words are fixed.
        ([told(S.QUEUED, 3, tries=1)], Tell(NOW + minutes(7))),
        ([told(S.SENDING, 1)], Tell(NOW + minutes(9))),
        ([told(S.SENT, 4)], Tell(NOW + minutes(6))),
        ([told(S.SENT, 10)], Tell(NOW)),
        ([told(S.FAILED, 1)], Tell(NOW)),
        ([told(S.FOLDED, 1)], Tell(NOW)),
        ([told(S.SENT, 1), told(S.QUEUED, 0.5, id=6)], Fold(told(S.QUEUED, 0.5, id=6))),
        (
            [told(S.SENT, 50), told(S.SENT, 30), told(S.SENT, 20)],
            Enough("3 notices about this caller in the last hour (limit 3)"),
        ),
        ([told(S.SENT, 70), told(S.SENT, 30), told(S.SENT, 20)], Tell(NOW)),
        # What waits takes the call in although the limit is reached: it is no notice more.
        (
            [told(S.SENT, 50), told(S.SENT, 30), told(S.QUEUED, 1)],
            Fold(told(S.QUEUED, 1)),
        ),
    ],
)
def test_repeats(before: list[Told], becomes: object) -> None:
    assert repeat(before, Exceptions(), NOW) == becomes


def test_without_folding_each_call_is_its_own() -> None:
    exceptions = Exceptions(fold_minutes=0)
    assert repeat([told(S.QUEUED, 1)], exceptions, NOW) == Tell(NOW)
    assert repeat([told(S.SENT, 1)], exceptions, NOW) == Tell(NOW)
    one = Exceptions(fold_minutes=0, most_per_hour=1)
    assert isinstance(repeat([told(S.SENT, 1)], one, NOW), Enough)
    unlimited = Exceptions(most_per_hour=0)
    assert repeat([told(S.SENT, 20, id=id) for id in range(99)], unlimited, NOW) == Tell(NOW)


def test_always_beats_everything_but_the_hours_limit() -> None:
    live = settings(MAIL, exceptions={"always": ["030 1110000"], "most_per_hour": 1})
    short = unanswered(rang=0.1)
    assert decided(case(live, record=short), ())[0].state is S.QUEUED
    (one,) = decided(case(live, record=short), [told(S.SENT, 30)])
    assert (one.state, one.recipient) == (S.SKIPPED, "front@desk.example")


def test_one_recipients_limit_is_not_anothers() -> None:
    live = settings(MAIL, mail={"to": ["front@desk.example", "boss@desk.example"]})
    before = [told(S.QUEUED, 1, recipient="FRONT@desk.example")]
    first, second = decided(case(live), before)
    assert (first.state, first.told_by) == (S.FOLDED, 5)
    assert second.state is S.QUEUED


def test_of_a_storm_the_first_call_is_the_summary_and_the_others_are_in_it() -> None:
    recipient, due = (Channel.MAIL, "front@desk.example"), NOW + minutes(5)
    (first,) = decided(case(MAIL), (), {recipient: Summary(None, due)})
    assert (first.state, first.why, first.next_at) == (S.QUEUED, SUMMARY, due)
    (second,) = decided(case(MAIL), (), {recipient: Summary(77, due)})
    assert (second.state, second.why, second.told_by) == (S.FOLDED, SUMMED_UP, 77)


# -- no call is ever lost ------------------------------------------------------------------------


@given(
    st.lists(
        st.tuples(
            st.integers(0, 1200),
            st.sampled_from(["send", "fail", "nothing", "nothing"]),
        ),
        max_size=60,
    ),
    st.integers(0, 30),
    st.integers(0, 4),
)
def test_every_call_is_told_or_has_a_reason(
    played: list[tuple[int, str]], fold: int, most: int
) -> None:
    """Whatever is sent or fails between them, a call is told by a notice that was not sent yet."""
    live = settings(MAIL, exceptions={"fold_minutes": fold, "most_per_hour": most})
    stored: dict[int, Notice] = {}
    now = T0
    for number, (seconds, then) in enumerate(played):
        now += timedelta(seconds=seconds)
        before = [
            Told(
                *(id, one.call, one.recipient, one.channel, one.state, one.at, one.next_at),
                tries=one.tries,
            )
            for id, one in stored.items()
            if one.state is not S.SKIPPED
        ]
        one_case = case(live, record=unanswered(str(number), now), facts=facts(now))
        notices = decided(one_case, before)
        assert notices
        for one in notices:
            if one.state is S.FOLDED:
                into = stored[one.told_by or 0]
                assert (into.state, into.tries) == (S.QUEUED, 0)
            elif one.state is S.SKIPPED:
                assert one.why
            stored[len(stored) + 1] = one
        for id, one in stored.items():
            if one.state is S.QUEUED and one.next_at and one.next_at <= now and then != "nothing":
                state = S.SENT if then == "send" else S.QUEUED
                stored[id] = replace(one, state=state, at=now, tries=one.tries + 1)


# -- trying again --------------------------------------------------------------------------------


def test_back_off_up_to_a_day() -> None:
    later = Result(Ending.LATER, "421")
    pauses: list[float] = []
    while (pause := wait(len(pauses) + 1, later, lambda: 0.5)) is not None:
        pauses.append(pause.total_seconds())
    assert pauses[:7] == [pytest.approx(each) for each in (*FIRST, 3600)]
    assert 23 * 3600 < sum(pauses) <= 25 * 3600


@given(st.integers(1, 60), st.floats(0, 1), st.floats(0, 1e9), st.sampled_from(Ending))
def test_jitter_is_a_fifth_and_what_the_server_asks_is_kept(
    tries: int, random: float, after: float, ending: Ending
) -> None:
    pause = wait(tries, Result(ending, "", after), lambda: random)
    if pause is not None:
        assert pause.total_seconds() >= min(after, 86400) - 1e-6
        assert pause.total_seconds() <= max(3600 * 1.2, 86400)


def test_an_answer_that_never_came_is_asked_for_soon_and_then_as_ever() -> None:
    unknown = Result(Ending.UNKNOWN, "")
    first, second = wait(1, unknown, lambda: 0.5), wait(2, unknown, lambda: 0.5)
    assert first == timedelta(seconds=5)
    assert second == timedelta(seconds=60)


@pytest.mark.parametrize(
    ("sender", "domain"),
    [
        ("calls@desk.example", "desk.example"),
        ("calls@Bürgeramt.example", "xn--brgeramt-65a.example"),
        ("", "hotline.invalid"),
        ("a@..", "hotline.invalid"),
    ],
)
def test_message_ids(sender: str, domain: str) -> None:
    made = message_id("site", sender, "1", "a@x")
    assert made.endswith(f"@{domain}>")
    assert made.startswith("<")
    assert made != message_id("other", sender, "1", "a@x") != message_id("site", sender, "1a", "@x")


def test_nothing_is_on() -> None:
    assert decided(case(Live()), ())[0].why == NOTHING_ON
    assert NOBODY[Channel.MAIL]
