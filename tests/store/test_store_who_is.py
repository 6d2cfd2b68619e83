"""Who has a number."""

import sqlite3
from contextlib import closing

import pytest
from staged import add_source, take_in
from store_samples import NOON

from console.desk.changes import DropContact, ForgetNumber, PutContact, PutSource, SetChoice
from console.desk.contacts import Certainty, GetContact, WhoIs
from console.people.values import Contact
from console.settings.sources import OWN, ContactSource, OwnContacts
from console.store.who_has import MOST, who_has

EXACT, EXTENSION, MAYBE = Certainty


def contact(name: str, *numbers: str, **more: str) -> Contact:
    return Contact(name, tuple((number, "work") for number in numbers), key=name, **more)


async def who(store, number: str, company: int | None = None) -> list[tuple[str, Certainty]]:
    return [(match.contact.name, match.certainty) for match in await store.who_is(number, company)]


async def put(store, contact: Contact) -> int:
    (written,) = await store.write([PutContact(contact, "eva", NOON)])
    assert written.count == 1
    return written.id


async def choose(store, number: str, ref: str, company: int | None = None) -> str:
    (written,) = await store.write([SetChoice(number, company, ref, "eva", NOON)])
    return written.ref


@pytest.fixture
async def office(store, tmp_path):
    """A switchboard and people behind it; its id."""
    source = await add_source(store)
    people = [
        contact("Switchboard", "+49301110"),
        contact("Long board", "+4930111000"),
        contact("Anna", "+493011100023", "+49170123456"),
        contact("Abroad", "+4330111000"),
        contact("Police", "110"),
        contact("Extension", "101"),
        contact("Nobody", "", "+"),
    ]
    await take_in(store, source, tmp_path / "s", people)
    return source


@pytest.mark.parametrize(
    ("number", "found"),
    [
        ("+493011100023", [("Anna", EXACT), ("Long board", EXTENSION), ("Switchboard", EXTENSION)]),
        ("+493011100024", [("Long board", EXTENSION), ("Switchboard", EXTENSION)]),
        # At most five more digits, and a number is not the end of a shorter one.
        ("+493011100012345", [("Long board", EXTENSION)]),
        ("+4930111000123456", []),
        ("+4930111", []),
        # The last eight digits agree.
        ("+4930111000", [("Long board", EXACT), ("Switchboard", EXTENSION), ("Abroad", MAYBE)]),
        ("+4130111000", [("Abroad", MAYBE), ("Long board", MAYBE)]),
        ("49170123456", [("Anna", MAYBE)]),
        # Seven are too few, and short numbers are only themselves.
        ("+480123456", []),
        ("110", [("Police", EXACT)]),
        ("1101", []),
        ("0110", []),
        ("101", [("Extension", EXACT)]),
        ("", []),
        ("+", []),
        ("anonymous", []),
    ],
)
async def test_exact_before_extension_before_maybe(store, office, number, found):
    if number == "+":
        found = [("Nobody", EXACT)]
    assert await who(store, number) == found


async def test_sources_stand_in_their_order_and_names_within(store, tmp_path):
    for name, position in (("late", 200), ("early", 50), ("middle", 100)):
        source = await add_source(store, name, position=position)
        people = [contact(f"{name} {n}", "+4930111000") for n in "ba"]
        await take_in(store, source, tmp_path / "s", people)
    assert [name for name, _ in await who(store, "+4930111000")] == [
        *("early a", "early b", "middle a", "middle b", "late a", "late b"),
    ]


@pytest.mark.parametrize(
    "more", [{"enabled": False}, {"on_ring": False}, {"owner": "otto"}], ids=str
)
async def test_a_ring_asks_only_sources_for_everybody_that_are_on_and_searched(
    store, tmp_path, more
):
    source = await add_source(store, **more)
    await take_in(store, source, tmp_path / "s", [contact("Anna", "+4930111000")])
    assert await who(store, "+4930111000") == []
    await choose(store, "+4930111000", f"{source}:Anna")
    assert await who(store, "+4930111000") == []
    asked = {
        viewer: [m.contact.name for m in await store.ask(WhoIs("+4930111000", viewer=viewer))]
        for viewer in ("", "otto")
    }
    # A person who asks sees what is not searched on a ring, and what is one's own.
    assert asked == {
        "": ["Anna"] if more == {"on_ring": False} else [],
        "otto": [] if more == {"enabled": False} else ["Anna"],
    }


async def test_who_was_chosen_for_the_company_then_for_all_comes_first(store, office):
    number = "+493011100023"
    assert await choose(store, number, f"{office}:Switchboard") == ""
    assert await choose(store, number, f"{office}:Long board", 7) == ""
    for company, first in ((None, "Switchboard"), (8, "Switchboard"), (7, "Long board")):
        matches = await store.who_is(number, company)
        assert [match.chosen for match in matches] == [True, False, False]
        assert matches[0].contact.name == first
        assert {match.certainty for match in matches} == {EXACT, EXTENSION}
    # Somebody who does not even have the number.
    await choose(store, number, f"{office}:Police")
    assert await who(store, number) == [
        ("Police", EXACT),
        ("Anna", EXACT),
        ("Long board", EXTENSION),
        ("Switchboard", EXTENSION),
    ]
    assert await choose(store, number, "", 7) == f"{office}:Long board"
    assert (await who(store, number, 7))[0] == ("Police", EXACT)


async def test_a_choice_outlives_a_new_sync_and_gives_way_when_its_contact_is_gone(
    store, office, tmp_path
):
    number = "+49301110"
    await choose(store, number, f"{office}:Anna")
    await take_in(store, office, tmp_path / "s", [contact("Anna", "+4977", note="new")])
    (match,) = await store.who_is(number, None)
    assert (match.contact.note, match.chosen) == ("new", True)
    await take_in(store, office, tmp_path / "s", [contact("Bert", number)])
    (match,) = await store.who_is(number, None)
    assert (match.contact.name, match.chosen) == ("Bert", False)


class TestACorrection:
    """An own contact that stands in another source's place."""

    async def test_hides_what_it_corrects_until_it_is_deleted(self, store, office, tmp_path):
        (wrong,) = [m.contact for m in await store.who_is("110", None)]
        id = await put(
            store,
            Contact(
                "Police station",
                (("110", "work"),),
                id=wrong.id,
                key=wrong.key,
                source_id=wrong.source_id,
            ),
        )
        assert await who(store, "110") == [("Police station", EXACT)]
        (right,) = [m.contact for m in await store.who_is("110", None)]
        assert (right.id, right.source_id, right.source) == (id, OWN, "Own contacts")
        assert right.corrects == wrong.ref
        # A new sync does not bring it back.
        await take_in(store, office, tmp_path / "s", [contact("Police", "110", note="new")])
        assert await who(store, "110") == [("Police station", EXACT)]
        (written,) = await store.write([DropContact(id, "eva", NOON)])
        assert written.contact == right
        assert await who(store, "110") == [("Police", EXACT)]
        # Undone: it corrects again.
        await put(store, Contact(right.name, right.numbers, key=right.key, source_id=OWN))
        assert await who(store, "110") == [("Police station", EXACT)]

    async def test_is_one_however_often_it_is_corrected(self, store, office):
        wrong = contact("Police", "110")
        for name in ("One", "Two"):
            await put(store, Contact(name, wrong.numbers, key="Police", source_id=office))
        assert await who(store, "110") == [("Two", EXACT)]

    async def test_takes_over_what_was_chosen_before_and_gives_it_back(self, store, office):
        await choose(store, "+4977", f"{office}:Police")
        id = await put(store, Contact("Right", (("110", ""),), key="Police", source_id=office))
        assert await who(store, "+4977") == [("Right", EXACT)]
        (match,) = await store.who_is("+4977", None)
        await choose(store, "+4977", match.contact.ref)
        await store.write([DropContact(id, "eva", NOON)])
        assert await who(store, "+4977") == [("Police", EXACT)]

    async def test_hides_nothing_while_own_contacts_are_off(self, store, office):
        await put(store, Contact("Right", (("110", ""),), key="Police", source_id=office))
        off = ContactSource(id=OWN, name="Mine", options=OwnContacts(), position=0, enabled=False)
        await store.write([PutSource(off, "eva", NOON)])
        assert await who(store, "110") == [("Police", EXACT)]


class TestAnOwnContact:
    async def test_is_added_changed_and_deleted(self, store):
        id = await put(store, Contact("Eva", (("+4930111000", "work"),)))
        eva = await store.ask(GetContact(id))
        assert (eva.source_id, eva.source, bool(eva.key)) == (OWN, "Own contacts", True)
        changed = Contact("Eva B", (("+4977777777", ""),), id=id, key=eva.key, source_id=OWN)
        (written,) = await store.write([PutContact(changed, "eva", NOON)])
        assert (written.id, written.contact) == (id, eva)
        assert await who(store, "+4930111000") == []
        assert await who(store, "+4977777777") == [("Eva B", EXACT)]
        own = (await store.sources())[0]
        assert own.count == 1
        (written,) = await store.write([DropContact(id, "eva", NOON)])
        assert (written.count, written.contact.name) == (1, "Eva B")
        assert await who(store, "+4977777777") == []
        assert await store.ask(GetContact(id)) is None
        assert (await store.sources())[0].count == 0

    async def test_that_is_gone_is_not_changed_and_no_id_is_given_twice(self, store):
        id = await put(store, Contact("Eva"))
        await store.write([DropContact(id, "eva", NOON)])
        gone = Contact("Eva", id=id, key="k", source_id=OWN)
        written = await store.write([PutContact(gone, "e", NOON), DropContact(id, "e", NOON)])
        assert [each.count for each in written] == [0, 0]
        assert await put(store, Contact("Otto")) > id

    async def test_of_another_source_is_not_deleted(self, store, office):
        (police,) = [m.contact for m in await store.who_is("110", None)]
        (written,) = await store.write([DropContact(police.id, "eva", NOON)])
        assert not written.count
        assert "Customers" in written.refused
        assert await who(store, "110") == [("Police", EXACT)]


async def test_a_called_contact_comes_from_a_source_for_that_only(store, tmp_path):
    for name, position, for_called in (("b", 2, True), ("a", 1, False), ("c", 3, True)):
        source = await add_source(store, name, position=position, for_called=for_called)
        await take_in(store, source, tmp_path / "s", [contact(name, "+4930111000")])
    assert (await store.called_contact("+4930111000")).name == "b"
    assert await store.called_contact("+49301110001") is None
    assert await store.called_contact("") is None


async def test_a_forgotten_number_is_nobodys_choice_any_more(store, office):
    await choose(store, "+4930111000", f"{office}:Anna")
    await choose(store, "+4930111001", f"{office}:Anna")
    await store.write([ForgetNumber("+4930111000", "eva", NOON)])
    assert await choose(store, "+4930111000", "") == ""
    assert await choose(store, "+4930111001", "") == f"{office}:Anna"


@pytest.mark.parametrize("ref", [f"1:{'of 1:' * 2_000}x", f"{'9' * 30}:x", "²:x", ":", ""])
async def test_a_choice_that_makes_no_sense_is_nobody(store, ref):
    await store.write([SetChoice("+49301", None, ref, "eva", NOON)])
    assert await store.who_is("+49301", None) == ()


async def test_a_number_of_very_many_takes_no_longer_than_one_of_a_few_hundred(store, tmp_path):
    source = await add_source(store)
    board = "+49301110000"
    people = (contact(f"P{n:05}", board, f"+49302{n:07}") for n in range(20_000))
    await take_in(store, source, tmp_path / "s", people)
    await put(store, contact("Switchboard", board))
    with closing(sqlite3.connect(store.path)) as sql:
        ticks = []
        sql.set_progress_handler(lambda: ticks.append(1), 1_000)
        run = lambda statement, values: sql.execute(statement, values).fetchall()  # noqa: E731
        found = who_has(run, board, None, ringing=True)
        # Thousands of SQLite's steps; all 20,000 sorted take many times as many.
        assert len(ticks) < 200
    assert (len(found), found[0].contact.name) == (MOST, "Switchboard")
    assert {match.certainty for match in found} == {EXACT}
