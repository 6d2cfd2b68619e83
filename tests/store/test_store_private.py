"""An operator's own source is nobody else's business: not its contacts, its name, nor its id."""

from dataclasses import replace

import pytest
from pydantic import ValidationError
from staged import add_source, names, take_in
from store_samples import NOON

from console.desk.changes import DropContact, DropSource, PutContact, PutSource
from console.desk.contacts import FindContacts
from console.people.values import Contact
from console.settings.sources import OWN, ContactSource, OwnContacts, VcardFolder

DOCTOR = Contact("Dr. Otto", (("+49301110", "work"),), key="k")


async def put(store, contact: Contact, viewer: str = "eva"):
    return (await store.write([PutContact(contact, viewer, NOON, viewer=viewer)]))[0]


async def put_source(store, source: ContactSource, **more: str):
    return (await store.write([PutSource(source, "eva", NOON, **more)]))[0]


def source(id: int | None, name: str, owner: str = "") -> ContactSource:
    return ContactSource(id=id, name=name, options=VcardFolder(path="/"), owner=owner)


@pytest.fixture
async def ottos(store, tmp_path):
    """The contact in Otto's own source."""
    id = await add_source(store, "Otto's doctors", owner="otto")
    await take_in(store, id, tmp_path / "s", [DOCTOR])
    return (await store.ask(FindContacts(viewer="otto"))).contacts[0]


def says_nothing(written) -> bool:
    return not (written.count or written.refused or written.contact or written.id)


async def test_a_contact_of_somebody_elses_source_is_as_one_that_is_not_there(store, ottos):
    for id in (ottos.id, 99):
        (written,) = await store.write([DropContact(id, "eva", NOON, viewer="eva")])
        assert says_nothing(written)
    crafted = Contact("Known", key=f"of {ottos.ref}")
    for wanted in (ottos, replace(ottos, source_id=99), crafted, replace(crafted, key="of 99:k")):
        assert says_nothing(await put(store, wanted))
    assert await names(store, viewer="eva") == []
    (written,) = await store.write([DropContact(ottos.id, "otto", NOON, viewer="otto")])
    assert "Otto's doctors" in written.refused


async def test_one_of_a_source_that_only_you_see_is_not_corrected_for_all(store, ottos):
    for wanted in (replace(ottos, name="Dr. O."), Contact("Dr. O.", key=f"of {ottos.ref}")):
        assert "would show it to everybody" in (await put(store, wanted, "otto")).refused
    assert await names(store, viewer="eva") == []


async def test_what_everybody_sees_is_corrected_by_anybody_again_and_again(store, tmp_path):
    id = await add_source(store)
    await take_in(store, id, tmp_path / "s", [DOCTOR])
    (doctor,) = (await store.ask(FindContacts())).contacts
    first = await put(store, replace(doctor, name="Dr. O."))
    (own,) = (await store.ask(FindContacts(viewer="eva"))).contacts
    await store.write([DropSource(id, "eva", NOON)])
    assert (await put(store, replace(own, name="Dr. Otto O."))).id == first.id
    assert await names(store) == ["Dr. Otto O."]


async def test_a_source_of_somebody_else_is_as_one_that_is_not_there(store, ottos):
    # `only_of` is what an operator may; a supervisor comes without.
    for asks in ({"login": "eva", "only_of": "eva"}, {"login": "eva"}, {}):
        for id in (ottos.source_id, 99):
            for owner in ("eva", "", "otto"):
                assert says_nothing(await put_source(store, source(id, "Mine", owner), **asks))
            (written,) = await store.write([DropSource(id, "eva", NOON, **asks)])
            assert says_nothing(written)
    assert await names(store, viewer="otto") == ["Dr. Otto"]
    # Nor is its name taken.
    mine = source(None, "otto's doctors", "eva")
    assert (await put_source(store, mine, only_of="eva", login="eva")).count
    assert (await put_source(store, source(None, "Otto's Doctors"))).count
    assert (await put_source(store, source(None, "otto's DOCTORS"))).refused


async def test_a_source_is_shared_by_its_owner_only(store, ottos):
    assert (await put_source(store, source(ottos.source_id, "Doctors"), login="otto")).count == 1
    assert await names(store, viewer="eva") == ["Dr. Otto"]


async def test_own_contacts_are_one_source_and_everybodys(store):
    own = ContactSource(id=OWN, name="Ours", options=OwnContacts())
    assert (await put_source(store, own)).count == 1
    for wrong in (
        own.model_copy(update={"owner": "eva"}),
        own.model_copy(update={"id": None}),
        source(OWN, "Ours"),
    ):
        assert "one source" in (await put_source(store, wrong, login="eva")).refused


@pytest.mark.parametrize("position", [-(2**31), 10**30])
def test_a_sources_place_is_a_number_that_every_database_takes(position):
    with pytest.raises(ValidationError):
        ContactSource(name="x", options=OwnContacts(), position=position)
