"""What a database of the first version had is there after the update."""

import json
import sqlite3
from contextlib import closing

from staged import names, take_in
from store_samples import NOON, call, ids

from console.desk.changes import PutContact, PutContacts
from console.desk.contacts import FindContacts
from console.desk.queries import CallPage, Filter
from console.people.values import Company, Contact
from console.store.database import open_store
from console.store.opening import migrate
from console.store.rows import SAVED, save_values

CONTACTS = [
    (3, "Anna Müller", "Muster", '["a@b.example"]', "VIP", "u1", "demo"),
    (4, "Bert", "", "[]", "", "", "demo"),
    (7, "Bert", "", "[]", "a namesake", "", "demo"),
    (9, "Cleo", "", "[]", "", "", "Own contacts"),
    (10, "Dora", "", "[]", "", "", ""),
]


async def old_database(path) -> None:
    migrate(path, "0001")
    with closing(sqlite3.connect(path)) as sql:
        marks = ", ".join("?" * len(SAVED))
        sql.execute(
            f"INSERT INTO calls ({', '.join(SAVED)}) VALUES ({marks})",
            save_values(call("c1", company="Meyer")),
        )
        sql.execute(
            "INSERT INTO companies VALUES (5, 'Meyer', 'meyer', '#fff', 'Hello', 'MY', ?)",
            (json.dumps(["fact"]),),
        )
        sql.execute("INSERT INTO company_numbers VALUES (5, 0, '+49301110'), (5, 1, 'queue')")
        sql.executemany("INSERT INTO contacts VALUES (?, ?, ?, ?, ?, ?, ?)", CONTACTS)
        sql.execute(
            "INSERT INTO contact_numbers VALUES "
            "(3, 0, '+493011100023', 'work'), (3, 1, '112', ''), (4, 0, '', 'home')"
        )
        sql.commit()


async def test_calls_companies_and_contacts_move(tmp_path):
    path = tmp_path / "hotline.db"
    await old_database(path)
    store = await open_store(str(path))
    assert await ids(store) == ["c1"]
    assert await store.companies() == (
        Company("Meyer", ("+49301110", "queue"), 5, "#fff", "Hello", "MY", ("fact",)),
    )
    states = {state.source.name: state for state in await store.sources()}
    assert [(name, s.source.kind, s.count) for name, s in states.items()] == [
        ("Own contacts", "own", 0),
        ("demo", "imported", 3),
        ("Imported", "imported", 1),
        ("Own contacts (imported)", "imported", 1),
    ]
    (match,) = await store.who_is("+493011100023", None)
    demo = states["demo"].source.id
    assert match.contact == Contact(
        "Anna Müller",
        (("+493011100023", "work"), ("112", "")),
        3,
        "Muster",
        ("a@b.example",),
        "VIP",
        "u1",
        "demo",
        key="u1",
        source_id=demo,
    )
    assert [match.contact.name for match in await store.who_is("112", None)] == ["Anna Müller"]
    assert [match.certainty for match in await store.who_is("+4330 111000 23", None)] == []
    assert await names(store, "mull vip") == ["Anna Müller"]
    assert await names(store, "11100023") == []
    assert await names(store, "4930") == ["Anna Müller"]
    assert (await store.ask(FindContacts())).total == 5
    await store.close()


async def test_what_is_imported_again_replaces_what_moved(tmp_path):
    path = tmp_path / "hotline.db"
    await old_database(path)
    store = await open_store(str(path))
    again = [Contact("Anna Neu", (("+4977777777", ""),), uid="u1"), Contact("Bert", note="new")]
    await store.write([PutContacts(again, "DEMO", "eva", NOON)])
    assert await store.who_is("+493011100023", None) == ()
    found = (await store.ask(FindContacts(source_id=2))).contacts
    assert [(each.id, each.name, each.note) for each in found] == [
        (3, "Anna Neu", ""),
        (4, "Bert", "new"),
        (7, "Bert", "a namesake"),
    ]
    report = await take_in(store, 2, tmp_path / "s", [Contact("Anna", key="u1")])
    assert (report.changed, report.removed) == (1, 2)
    assert await names(store, source_id=2) == ["Anna"]
    assert await store.sweep() == 3
    # New contacts never get the ids of old ones.
    ids = [each.id for each in (await store.ask(FindContacts())).contacts]
    assert min(set(ids) - {9, 10}) > 10
    await store.close()


async def test_names_of_sources_are_cut_to_what_a_sources_name_may_be_and_differ(tmp_path):
    path = tmp_path / "hotline.db"
    migrate(path, "0001")
    long = "Contacts exported from the old telephone system of the office in Berlin "
    sources = [f"{long}1.vcf", f"{long}2.vcf", f"{long}3.vcf", "Imported", "imported", "", "  "]
    with closing(sqlite3.connect(path)) as sql:
        sql.executemany(
            "INSERT INTO contacts VALUES (?, ?, '', '[]', '', '', ?)",
            [(n, f"Person {n}", source) for n, source in enumerate(sources, 1)],
        )
        sql.commit()
    store = await open_store(str(path))
    states = {state.source.name: state.count for state in (await store.sources())[1:]}
    assert all(0 < len(name.strip()) <= 60 for name in states)
    assert sorted(states.values()) == [1, 1, 1, 1, 1, 2]
    assert max(map(len, states)) == 60
    assert len(await names(store)) == len(sources)
    await store.close()


def insert(sql, table, row) -> None:
    marks = ", ".join("?" * len(row))
    sql.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", [*row.values()])


async def test_letters_that_are_others_with_a_mark_are_found_as_these(tmp_path):
    path = tmp_path / "hotline.db"
    migrate(path, "0002")
    stored = sqlite3.connect(path)
    with closing(stored), stored:
        values = save_values(call("c1", company="Łódź"))
        insert(stored, "calls", dict(zip(SAVED, values, strict=True)) | {"words": "łodz\n49301"})
        columns = {name for _, name, *_ in stored.execute("PRAGMA table_info(contacts)")}
        row = dict.fromkeys(columns - {"id"}, "") | {
            "source_id": 1,
            "born": 0,
            "died": 2147483647,
            "photo": 0,
            "key": "k",
            "emails": "[]",
            "addresses": "[]",
            "extra": "[]",
            "name": "Łucja Øst",
            "name_folded": "łucja øst",
            "words": " łucja øst",
        }
        insert(stored, "contacts", row)
    store = await open_store(str(path))
    for text in ("lucja", "Łucja", "ost", "ØST"):
        assert await names(store, text) == ["Łucja Øst"]
    for name in ("Lz", "La"):
        await store.write([PutContact(Contact(name), "eva", NOON)])
    assert await names(store) == ["La", "Łucja Øst", "Lz"]
    for text in ("lodz", "łódź"):
        page = await store.ask(CallPage(Filter(text=text)))
        assert [each.call.id for each in page.rows] == ["c1"]
    await store.close()
