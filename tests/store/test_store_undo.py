"""A change that expects to find something writes nothing where somebody has changed it since."""

from dataclasses import replace

from staged import names
from store_samples import NOON

from console.desk.changes import (
    DropContact,
    PutCompany,
    PutContact,
    PutSettings,
    RemoveCompany,
    SetChoice,
)
from console.desk.contacts import GetContact
from console.people.values import Company, Contact
from console.settings.live import Live, stored

BY = ("eva", NOON)
MEYER = Company("Meyer", ("+49301110", "support"), facts=("fact",))
ANNA = Contact("Anna", (("+4930222", "work"),), emails=("a@b.example",), key="k")


async def write(store, change):
    (written,) = await store.write([change])
    return written


async def test_a_company(store):
    id = (await write(store, PutCompany(MEYER, *BY))).id
    mine = replace(MEYER, id=id)
    theirs = replace(mine, facts=("fact", "news"))
    assert (await write(store, PutCompany(theirs, *BY, expects=mine))).company == mine
    other = replace(mine, name="Other")
    for expects in (mine, None, replace(theirs, numbers=())):
        assert not (await write(store, PutCompany(other, *BY, expects=expects))).count
        assert not (await write(store, RemoveCompany(id, *BY, expects=expects))).count
    assert await store.companies() == (theirs,)
    assert (await write(store, RemoveCompany(id, *BY, expects=theirs))).count == 1


async def test_a_contact(store):
    id = (await write(store, PutContact(ANNA, *BY, expects=None))).id
    mine = await store.ask(GetContact(id))
    theirs = replace(mine, note="VIP")
    assert (await write(store, PutContact(theirs, *BY, expects=ANNA))).count == 1
    for expects in (ANNA, mine, None):
        change = PutContact(replace(mine, name="Other"), *BY, expects=expects)
        assert not (await write(store, change)).count
        assert not (await write(store, DropContact(id, *BY, expects=expects))).count
    assert (await store.ask(GetContact(id))).note == "VIP"
    assert (await write(store, DropContact(id, *BY, expects=theirs))).count == 1
    assert not (await write(store, PutContact(ANNA, *BY, expects=theirs))).count
    assert await names(store) == []
    assert (await write(store, PutContact(ANNA, *BY, expects=None))).count == 1


async def test_a_choice(store):
    async def choose(ref: str, expects: str | None) -> int:
        return (await write(store, SetChoice("+49170", None, ref, *BY, expects=expects))).count

    assert await choose("1:a", None) == 1
    assert await choose("1:b", "1:a") == 1
    assert await choose("", "1:a") == await choose("1:c", None) == await choose("1:c", "") == 0
    assert await choose("", "1:b") == 1


async def test_settings(store):
    new, mine, theirs = stored(Live(), "hotline"), {"template": "x"}, {"template": "y"}

    async def put(values: dict, expects: dict | None) -> int:
        return (await write(store, PutSettings("hotline", values, *BY, expects=expects))).count

    assert await put(mine, None) == 1
    assert await put(theirs, mine) == 1
    assert await put(new, mine) == await put(new, None) == await put(new, new) == 0
    assert (await store.settings()).hotline.template == "y"
    assert await put(new, theirs) == 1
    assert await put(mine, new) == 1
