"""Which calls are told of, and the reason of those that are not."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.calls.words import Direction, Outcome
from console.desk.records import CallRecord
from console.notices.rules import Facts, why_not
from console.people.hours import opening
from console.people.values import Contact
from console.settings.notices import Exceptions
from tests.notices.samples import ANNA, BERG, MOBILE, NUMBER, PLAN, T0, facts, minutes, unanswered

BERLIN = ZoneInfo("Europe/Berlin")
OPEN = opening(BERG.hours, T0.astimezone(BERLIN))
CLOSED = opening(BERG.hours, datetime(2026, 11, 24, 20, tzinfo=BERLIN))
HOLIDAY = opening(("11-24 closed Christmas", *BERG.hours), T0.astimezone(BERLIN))


def reason(record: CallRecord, known: Facts | None = None, **exceptions: Any) -> str | None:
    return why_not(record, Exceptions(**exceptions), known or facts(), PLAN)


@pytest.mark.parametrize(
    ("record", "why"),
    [
        (unanswered(), None),
        (unanswered(rang=1.4), "rang 1.4 s (limit 2 s)"),
        (unanswered(rang=1.999), "rang 1.9 s (limit 2 s)"),
        (unanswered(rang=2), None),
        # All busy: nothing rang, but the caller was patient.
        (unanswered(rang=0, waited=60, outcome=Outcome.BUSY), None),
        (unanswered(rang=0.5, waited=60), None),
        (unanswered(rang=0, waited=1), "waited 1.0 s (limit 2 s)"),
        (unanswered(direction=Direction.INTERNAL, number="101"), "internal call"),
        (unanswered(number=None), None),
        (unanswered(direction=Direction.OUTBOUND), "it is no unanswered call"),
        (unanswered(outcome=Outcome.ANSWERED), "it is no unanswered call"),
    ],
)
def test_as_every_site_begins(record: CallRecord, why: str | None) -> None:
    assert reason(record) == why


def test_everything_can_be_turned_off() -> None:
    for record in (unanswered(rang=0, waited=0), unanswered(direction=Direction.INTERNAL)):
        assert reason(record, internal=False, seconds=0) is None


def test_hidden_and_unknown_callers() -> None:
    hidden, shown = unanswered(number=None), unanswered()
    assert reason(hidden, hidden=True) == "hidden number"
    assert reason(shown, hidden=True) is None
    assert reason(shown, unknown=True) == "no contact has the number"
    assert reason(shown, facts(contact=ANNA), unknown=True) is None
    assert reason(hidden, unknown=True) is None


@pytest.mark.parametrize(
    ("hours", "then", "why"),
    [
        ("always", OPEN, None),
        ("only while closed", OPEN, "Kanzlei Berg is open until 17:00"),
        ("only while closed", CLOSED, None),
        ("only while closed", HOLIDAY, None),
        ("only while open", OPEN, None),
        ("only while open", CLOSED, "Kanzlei Berg is closed until Wed 09:00"),
        ("only while open", HOLIDAY, "Kanzlei Berg has a holiday: Christmas"),
        ("only while closed", opening((), T0), None),
        ("only while open", opening((), T0), None),
    ],
)
def test_opening_hours(hours: str, then: Any, why: str | None) -> None:
    assert reason(unanswered(), facts(opening=then), hours=hours) == why


def test_somebody_at_the_console() -> None:
    now = facts().now
    eva = facts(last_key=("Eva", now - minutes(3.5)))
    assert reason(unanswered(), eva) is None
    assert reason(unanswered(), eva, at_console=True) == "Eva pressed a key 3 minutes ago"
    assert reason(unanswered(), eva, at_console=True, at_console_minutes=3) is None
    just = facts(last_key=("", now))
    assert reason(unanswered(), just, at_console=True) == "somebody pressed a key a moment ago"
    assert reason(unanswered(), at_console=True) is None


@pytest.mark.parametrize(
    "entry",
    [
        *("+49 30 1110000", "030/1110000", "0049301110000", "+49 30 111*", "030 11100??"),
        *("+49 30 1110000..0099", "anna MUSTER", "muster", "Müster gmbh"),
    ],
)
def test_never_and_always_by_number_and_name(entry: str) -> None:
    anna = facts(contact=Contact("Anna Muster", ANNA.numbers, company="Muster GmbH"))
    assert (reason(unanswered(), anna, never=(entry,)) or "").endswith(" is never reported")
    short = unanswered(rang=1)
    assert reason(short, anna) is not None
    assert reason(short, anna, always=(entry,)) is None
    assert (reason(short, anna, always=(entry,), never=(entry,)) or "").endswith("never reported")


def test_what_is_listed_is_somebody_elses() -> None:
    known = facts(contact=ANNA)
    assert reason(unanswered(), known, never=("+49 30 111000", "Anna", MOBILE)) is None
    assert reason(unanswered(number=None), known, never=(NUMBER,)) is None


def test_who_was_called_back_is_told_to_nobody_also_if_always() -> None:
    known = facts(contact=ANNA, dealt="Lena called back 14:02")
    assert reason(unanswered(), known, always=("Anna Muster",)) == "Lena called back 14:02"


TEXTS = st.text(max_size=30)


@given(
    st.builds(
        unanswered,
        rang=st.floats(0, 1e5),
        waited=st.none() | st.floats(0, 1e5),
        number=st.none() | TEXTS,
        direction=st.sampled_from(Direction),
        outcome=st.sampled_from(Outcome),
    ),
    st.builds(
        Exceptions,
        never=st.lists(TEXTS, max_size=4).map(tuple),
        always=st.lists(TEXTS, max_size=4).map(tuple),
        seconds=st.integers(0, 600),
        at_console=st.booleans(),
        hours=st.sampled_from(["always", "only while closed", "only while open"]),
    ),
    st.timedeltas(timedelta(days=-400), timedelta(days=400)),
    st.builds(Contact, TEXTS, company=TEXTS) | st.none(),
)
def test_rules_have_an_answer_for_everything(
    record: CallRecord, exceptions: Exceptions, ago: timedelta, contact: Contact | None
) -> None:
    known = facts(contact=contact, opening=OPEN, last_key=("Eva", T0 + ago))
    why = why_not(record, exceptions, known, PLAN)
    assert why is None or why.strip()
    assert why_not(record, exceptions, replace(known, dealt="x"), PLAN)
