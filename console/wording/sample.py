"""A made-up call, for the preview of a template where none has called yet."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from console.calls.call import Call, Leg
from console.calls.events import Caller
from console.calls.words import Direction
from console.people.values import Address, Company, Contact, Greeting, Person
from console.wording.values import values_of

if TYPE_CHECKING:
    # phonenumbers takes a tenth of a second.
    from console.calls.numbers import NumberPlan

SAMPLE_COMPANY = Company(
    "Meyer & Söhne",
    ("+493023125110", "+493023125111"),
    colour="#3a7bd5",
    greeting="Meyer & Söhne, good morning, how can I help you?",
    pronunciation="MY-er oont ZER-neh",
    facts=("Emergency: +49 170 1234567", "Parking: in the yard", "Ask for the customer number"),
    time_zone="Europe/Berlin",
    address="Gartenstr. 5, 10115 Berlin",
    web="https://meyer.example",
    people=(Person("Petra Meyer", "Managing director", "+493023125112", "petra@meyer.example"),),
    notes="Invoices: by e-mail only.",
    hours=("Mon-Fri 09:00-17:00",),
    greetings=(Greeting("closed", "We are closed today."),),
)

SAMPLE_CALLER = Contact(
    "Hans Schulz",
    (("+493023125500", "work"), ("+491701234567", "mobile")),
    id=7,
    company="Schulz GmbH",
    emails=("hans@schulz.example",),
    note="Likes to be called back in the afternoon.",
    source="Customers",
    family="Schulz",
    given="Hans",
    department="Purchasing",
    title="Buyer",
    addresses=(Address("Hafenweg 3", "Hamburg", "20457", country="Germany", kind="work"),),
    web="https://schulz.example",
    key="sample",
    source_id=2,
)

_SAMPLE_CALL = Call(
    "sample",
    "Asterisk",
    Direction.INBOUND,
    Caller("+493023125500", "SCHULZ GMBH"),
    None,
    datetime.min,
)


def sample_values(company: Company | None, plan: "NumberPlan", now: datetime) -> dict[str, Any]:
    """Values of a made-up call to a company, for a preview where none has called yet.

    What the company lacks stays empty, so that the preview shows what a call would.
    """
    company = company or SAMPLE_COMPANY
    number = next((each for each in company.numbers if each.lstrip("+").isdigit()), None)
    call = replace(
        _SAMPLE_CALL,
        called=number,
        started_at=now - timedelta(seconds=4),
        legs=(Leg("sample-1", "101", now, rang_at=now - timedelta(seconds=3)),),
    )
    return values_of(call, company, SAMPLE_CALLER, now, plan)
