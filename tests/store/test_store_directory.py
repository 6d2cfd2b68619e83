from datetime import timedelta

import pytest
from store_samples import NOON, call, save

from console.calls.words import Direction, Outcome
from console.desk.changes import AddNote, PutCompanies, PutContacts, SetProcessed
from console.desk.queries import CompanyNames
from console.desk.records import LastCall, Note, Processed
from console.people.values import Company, Contact


async def put_companies(store, *companies: Company) -> int:
    return (await store.write([PutCompanies(companies, "eva", NOON)]))[0].count


async def put_contacts(store, *contacts: Contact, source: str = "file") -> int:
    return (await store.write([PutContacts(contacts, source, "eva", NOON)]))[0].count


async def company(store, name: str) -> Company | None:
    return next((each for each in await store.companies() if each.name == name), None)


async def contact_of(store, number: str) -> Contact | None:
    return next((match.contact for match in await store.who_is(number, None)), None)


MEYER = Company(
    "Meyer & Söhne",
    ("+49301110", "support", "+4930111*"),
    colour="#ff0000",
    greeting="Guten Tag",
    pronunciation="MY-er",
    facts=("open until 17:00", "ask for Herr Meyer"),
)
BERG = Company("Kanzlei Berg", ("+493011155", "+4930*", "berg"))


async def test_a_company_comes_back_whole_and_is_changed_by_name_whatever_its_case(store):
    assert await put_companies(store, MEYER, BERG) == 2
    found = await company(store, "Meyer & Söhne")
    assert found == Company(
        MEYER.name,
        MEYER.numbers,
        found.id,
        MEYER.colour,
        MEYER.greeting,
        MEYER.pronunciation,
        MEYER.facts,
    )
    assert await put_companies(store, Company("MEYER & SÖHNE", ("+4977",))) == 1
    changed = await company(store, "MEYER & SÖHNE")
    assert (changed.id, changed.facts, changed.numbers) == (found.id, MEYER.facts, ("+4977",))
    assert await store.ask(CompanyNames()) == ("Kanzlei Berg", "MEYER & SÖHNE")


ANNA = Contact(
    "Anna Muster",
    (("+49301", "work"), ("+49170", "mobile")),
    company="Muster GmbH",
    emails=("a@example.org",),
    note="patient",
    uid="u1",
)


class TestContacts:
    async def test_is_found_by_exactly_its_number(self, store):
        await put_contacts(store, ANNA, Contact("Nobody", (("", "home"),)))
        found = await contact_of(store, "+49170")
        assert (found.name, found.numbers, found.company, found.emails, found.note) == (
            ANNA.name,
            ANNA.numbers,
            ANNA.company,
            ANNA.emails,
            ANNA.note,
        )
        assert (found.uid, found.source) == ("u1", "file")
        assert await contact_of(store, "+4917") is None
        assert await contact_of(store, "") is None

    async def test_with_a_uid_is_changed_by_it_though_its_name_changed(self, store):
        await put_contacts(store, ANNA)
        former = await contact_of(store, "+49301")
        await put_contacts(store, Contact("Anna Neu", (("+49301", "work"),), uid="u1"))
        found = await contact_of(store, "+49301")
        assert (found.id, found.name) == (former.id, "Anna Neu")
        assert await contact_of(store, "+49170") is None

    async def test_without_a_uid_is_changed_by_name_and_company(self, store):
        await put_contacts(store, Contact("Hans", (("1", ""),), company="A"))
        await put_contacts(store, Contact("Hans", (("2", ""),), company="B"))
        await put_contacts(store, Contact("Hans", (("3", ""),), company="A"))
        assert await contact_of(store, "1") is None
        assert (await contact_of(store, "2")).company == "B"
        assert (await contact_of(store, "3")).company == "A"

    async def test_a_namesake_with_another_uid_is_somebody_else(self, store):
        await put_contacts(store, Contact("Hans", (("1", ""),), uid="u1"))
        await put_contacts(store, Contact("Hans", (("2", ""),), uid="u2"))
        assert (await contact_of(store, "1")).uid == "u1"
        assert (await contact_of(store, "2")).uid == "u2"

    async def test_twice_in_one_import_is_one(self, store):
        assert await put_contacts(store, ANNA, ANNA) == 1

    @pytest.mark.parametrize("source", ["", "n" * 61])
    async def test_of_a_source_without_a_fitting_name_are_refused_with_a_sentence(
        self, store, source
    ):
        (written,) = await store.write([PutContacts([ANNA], source, "eva", NOON)])
        assert "1 to 60" in written.refused


async def test_the_last_calls_of_a_number(store):
    await save(
        store,
        call("c1", 1, Outcome.ANSWERED, company="A", answered_by="102"),
        call("c2", 2, Outcome.ABANDONED, company="B"),
        call("c3", 3, Outcome.BUSY),
        call("c4", 4, Outcome.ANSWERED),
        call("now", 5, None),
        call("live", 6, None),
        call("other", 7, number="+4930"),
    )
    await store.write(
        [
            SetProcessed(("c3",), Processed("eva", NOON), "eva", NOON),
            AddNote("c2", Note("eva", NOON, "first")),
            AddNote("c2", Note("eva", NOON + timedelta(seconds=1), "boiler")),
        ]
    )

    def at(s):
        return NOON + timedelta(seconds=s)

    expected = (
        LastCall("c4", at(4), "", "answered"),
        LastCall("c3", at(3), "", "unanswered, all busy"),
        LastCall("c2", at(2), "B", "unanswered, gave up", open=True, note="boiler"),
        LastCall("c1", at(1), "A", "answered", answered_by="102"),
    )
    assert await store.last_calls(("+491701234567",), "now", 9) == expected
    assert await store.last_calls(("+491701234567",), "c4", 2) == expected[1:3]
    assert await store.last_calls(("",), "now", 9) == ()


async def test_what_we_dialled_ourselves_is_among_a_numbers_last_calls_and_never_open(store):
    await save(
        store,
        call("c1", 1),
        call("c2", 2, Outcome.BUSY, "101", called="+491701234567", direction=Direction.OUTBOUND),
    )
    last = await store.last_calls(("+491701234567",), "now", 9)
    assert [(each.id, each.open) for each in last] == [("c2", False), ("c1", True)]
    assert await store.open_count() == 1
