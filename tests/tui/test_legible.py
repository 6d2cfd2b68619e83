"""Times and outcomes as one says them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from fake_door import NOW, SITE, a_call

from console.calls.words import Direction, Outcome, Phase
from console.tui import legible

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("ago", "said"),
    [
        (timedelta(minutes=1), "14:01"),
        (timedelta(hours=14), "00:02"),
        (timedelta(hours=15), "yesterday 23:02"),
        (timedelta(hours=38, minutes=3), "Sat 23:59"),
        (timedelta(days=6), "Tue 14:02"),
        (timedelta(days=7), "23 Feb 14:02"),
        (timedelta(days=365), "2 Mar 2025"),
        (-timedelta(days=1), "3 Mar 14:02"),
    ],
)
def test_a_time_is_told_from_today(ago, said):
    assert legible.when(NOW - ago, NOW, BERLIN) == said


def test_yesterday_is_the_day_there_even_when_the_clocks_change():
    # 29 March 2026 has 23 hours in Berlin, 25 October has 25.
    monday = datetime(2026, 3, 30, 0, 30, tzinfo=BERLIN).astimezone(UTC)
    saturday = datetime(2026, 3, 28, 23, 45, tzinfo=BERLIN).astimezone(UTC)
    assert legible.when(saturday, monday, BERLIN) == "Sat 23:45"
    after = datetime(2026, 10, 26, 0, 15, tzinfo=BERLIN).astimezone(UTC)
    before = datetime(2026, 10, 25, 0, 15, tzinfo=BERLIN).astimezone(UTC)
    assert legible.when(before, after, BERLIN) == "yesterday 00:15"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0:00"), (14.9, "0:14"), (723, "12:03"), (3723, "1:02:03"), (-5, "0:00")],
)
def test_a_duration_is_told_in_minutes_and_seconds(seconds, said):
    assert legible.duration(seconds) == said


def test_an_outcome_says_who_or_why_and_after_how_long():
    ended = a_call(phase=Phase.ENDED, seconds=21, outcome=Outcome.ABANDONED)
    assert legible.outcome(ended, SITE.plan) == "gave up after 0:21"
    answered = a_call(phase=Phase.ENDED, outcome=Outcome.ANSWERED, talking_to="102")
    assert legible.outcome(answered, SITE.plan) == "answered by 102 after 0:00"
    outside = a_call(phase=Phase.ENDED, outcome=Outcome.ANSWERED, talking_to="+43123125714")
    assert legible.outcome(outside, SITE.plan) == "answered by +43 1 23125714 after 0:00"


def test_who_answered_what_we_dialled_is_said_by_the_number_called():
    dialled = a_call(
        phase=Phase.ENDED,
        outcome=Outcome.ANSWERED,
        called="+43123125714",
        talking_to="+43123125714",
        direction=Direction.OUTBOUND,
    )
    assert legible.outcome(dialled, SITE.plan) == "answered after 0:00"


def test_a_caller_is_a_name_else_a_number_else_hidden():
    assert legible.caller(a_call(name="Anna"), SITE.plan) == "Anna"
    assert legible.caller(a_call(display="PRAXIS"), SITE.plan) == "PRAXIS"
    assert legible.caller(a_call(), SITE.plan) == "+49 170 1234567"
    assert legible.caller(a_call(hidden=True), SITE.plan) == "hidden number"
    assert legible.caller(a_call(number=None), SITE.plan) == "unknown caller"
