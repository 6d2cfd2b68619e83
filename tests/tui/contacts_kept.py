"""Contacts for the stories, kept in memory and found like the store does."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from a_day import LIND, MEYER
from fake_door import EVA, FakeDoor, a_call, picture

from console.calls.words import Outcome, Phase
from console.desk.commands import Command, Done
from console.desk.contacts import (
    FindContacts,
    Found,
    GetContact,
    Match,
    Sources,
    SourceState,
    WhoIs,
)
from console.desk.operators import Operator
from console.desk.queries import CallPage, Page
from console.desk.records import CallRecord
from console.desk.snapshot import Snapshot
from console.people.values import Address, Contact
from console.settings.sources import OWN, ContactSource, OwnContacts, VcardFolder

CUSTOMERS, MINE = 2, 3
SOURCES = (
    ContactSource(id=OWN, name="Own contacts", options=OwnContacts()),
    ContactSource(id=CUSTOMERS, name="Customers", options=VcardFolder(path="/srv/contacts")),
    ContactSource(id=MINE, name="Eva's folder", options=VcardFolder(path="/home/eva"), owner="eva"),
)

SCHULZ = Contact(
    "Hans Schulz",
    (("+491701234567", "mobile"), ("+493023456712", "work"), ("+493023456799", "fax")),
    1,
    "Schulz Immobilien GmbH",
    ("hans@schulz.example", "office@schulz.example"),
    "prefers to be called back after 16:00",
    source="Customers",
    family="Schulz",
    given="Hans",
    department="Verkauf",
    title="Geschäftsführer",
    addresses=(Address("Lindenstraße 4", "Berlin", "10969", country="Germany", kind="work"),),
    web="www.schulz.example",
    photo=True,
    key="schulz",
    source_id=CUSTOMERS,
)
MUSTER = Contact(
    "Anna Muster", (("+49302345678", "work"),), 2, "Praxis am Markt", source="Own contacts",
    key="muster", source_id=OWN,
)  # fmt: skip
ROTH = Contact(
    "Dr. Roth", (("+49409980100", "work"),), 3, "Kanzlei Berg & Partner", source="Customers",
    key="roth", source_id=CUSTOMERS,
)  # fmt: skip
FIRM = Contact(
    "Schulz Immobilien GmbH", (("+4930234567", "main"),), 4, "Schulz Immobilien GmbH",
    source="Customers",
    key="firm", source_id=CUSTOMERS,
)  # fmt: skip
PEOPLE = (MUSTER, ROTH, SCHULZ, FIRM)


class ContactDoor(FakeDoor):
    """A door behind which contacts are kept."""

    def __init__(
        self,
        contacts: Iterable[Contact] = PEOPLE,
        snapshot: Snapshot | None = None,
        operator: Operator = EVA,
        calls: Iterable[CallRecord] = (),
    ) -> None:
        super().__init__(snapshot, operator)
        self.contacts = list(contacts)
        self.calls = list(calls)
        self.who: dict[str, tuple[Match, ...]] = {}
        self.answer = self._done
        self.answers = {
            FindContacts: self._find,
            GetContact: lambda query: next((c for c in self.contacts if c.id == query.id), None),
            WhoIs: self._who_is,
            Sources: tuple(SourceState(source) for source in SOURCES),
            CallPage: self._calls,
        }

    def _find(self, query: FindContacts) -> Found:
        words = query.text.casefold().split()
        found = sorted(
            (
                one
                for one in self.contacts
                if all(
                    word in f"{one.name} {one.company} {one.numbers}".casefold() for word in words
                )
            ),
            key=_place,
        )
        if query.backwards:
            if query.after is not None:
                found = [one for one in found if _place(one) < query.after]
            return Found(tuple(found[-query.limit :]), len(found) > query.limit)
        if query.after is not None:
            found = [one for one in found if _place(one) > query.after]
        return Found(tuple(found[: query.limit]), len(found) > query.limit)

    def _who_is(self, query: WhoIs) -> tuple[Match, ...]:
        if query.number in self.who:
            return self.who[query.number]
        return tuple(
            Match(one)
            for one in self.contacts
            if any(number == query.number for number, _ in one.numbers)
        )

    def _calls(self, query: CallPage) -> Page:
        numbers = query.filter.numbers
        found = [row for row in self.calls if row.call.caller.number in numbers]
        return Page(tuple(found[: query.limit]))

    def _done(self, command: Command) -> Done:
        return Done("done", 1, 7)

    def learn(self, *contacts: Contact, **more: Any) -> None:
        """These are the contacts now; everybody is told."""
        self.contacts = list(contacts)
        self.publish(replace(self.snapshot, directory=self.snapshot.directory + 1, **more))

    def asked_for(self, kind: type) -> list[Any]:
        return [query for query in self.asked if isinstance(query, kind)]


def _place(contact: Contact) -> tuple[str, int]:
    return contact.name, contact.id or 0


def history() -> list[CallRecord]:
    """Some calls of Hans Schulz, from two of his numbers."""
    calls = [
        a_call("h1", company=MEYER, name="Hans Schulz", phase=Phase.ENDED, seconds=21,
               outcome=Outcome.ABANDONED),
        a_call("h2", company=LIND, name="Hans Schulz", number="+493023456712", phase=Phase.ENDED,
               seconds=200, outcome=Outcome.ANSWERED, talking_to="102"),
    ]  # fmt: skip
    aged = []
    for days, record in enumerate(calls, 1):
        call = record.call
        assert call.ended_at is not None
        started = call.started_at - timedelta(days=days)
        ended = call.ended_at - timedelta(days=days)
        moved = replace(call, started_at=started, ended_at=ended)
        if call.answered_at:
            moved = replace(moved, answered_at=started)
        aged.append(replace(record, call=moved))
    return aged


def contact_door(**more: Any) -> ContactDoor:
    """The four, one of whom has called before."""
    return ContactDoor(calls=history(), **more)


def busy_with(*records: CallRecord) -> Snapshot:
    """A snapshot of these live calls."""
    return picture(*records)
