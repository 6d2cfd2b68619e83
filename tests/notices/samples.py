"""Unanswered calls, and what is known of them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from console.calls.call import Call, Leg
from console.calls.events import Caller
from console.calls.numbers import NumberPlan
from console.calls.words import Direction, Outcome, Phase
from console.desk.records import CallRecord
from console.notices.rules import Facts
from console.people.values import Company, Contact
from console.settings.live import Live, changed

PLAN = NumberPlan("DE", "30", "0")
T0 = datetime(2026, 11, 24, 13, 58, tzinfo=UTC)
NUMBER, MOBILE = "+49301110000", "+491711234567"
ANNA = Contact(
    "Anna Muster",
    ((NUMBER, "work"), (MOBILE, "mobile")),
    id=7,
    company="Muster GmbH",
    emails=("anna@muster.example",),
    source_id=1,
    key="anna",
)
BERG = Company(
    "Kanzlei Berg",
    ("+4930222000",),
    id=3,
    hours=("Mon-Fri 09:00-17:00",),
    time_zone="Europe/Berlin",
)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def unanswered(
    id: str = "1",
    at: datetime = T0,
    *,
    rang: float = 12.0,
    waited: float | None = None,
    number: str | None = NUMBER,
    company: Company | None = BERG,
    **more: Any,
) -> CallRecord:
    """A call that rang so long (0: not at all) and was given up after `waited`."""
    end = at + timedelta(seconds=rang if waited is None else waited)
    legs = (Leg("a", "101", at, at, at + timedelta(seconds=rang)),) if rang else ()
    call = Call(
        id,
        "pbx",
        more.pop("direction", Direction.INBOUND),
        Caller(number, hidden=number is None),
        more.pop("called", "+4930222000"),
        at,
        phase=Phase.ENDED,
        ended_at=end,
        outcome=more.pop("outcome", Outcome.ABANDONED),
        legs=legs,
    )
    record = CallRecord(call, caller_name=more.pop("name", ""))
    if company is not None:
        record = replace(record, company_id=company.id, company_name=company.name)
    return replace(record, **more)


def facts(now: datetime | None = None, **more: Any) -> Facts:
    return Facts(now or T0 + minutes(1), **more)


def settings(live: Live | None = None, **sections: dict[str, Any]) -> Live:
    """The settings that every site begins with, but for these fields."""
    made = live or Live()
    for section, values in sections.items():
        before = getattr(made, section).model_dump(mode="json")
        made = changed(made, section, before | values)
    return made


BOTH = settings(
    mail={"send": True, "to": ["front@desk.example"]},
    text_messages={"send": True, "to": ["0171 1234567"]},
    mail_server={"host": "mail.desk.example", "sender": "calls@desk.example"},
    providers={"providers": [{"name": "seven", "kind": "seven.io", "sender": "+4930111"}]},
)
MAIL = settings(BOTH, text_messages={"send": False})
