"""Sources, settings and failures of actions; and that no secret gets into the audit lines."""

import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest
from staged import add_source, names, take_in
from store_samples import NOON

from console.desk.changes import (
    AddActionFailure,
    DropSource,
    PutContact,
    PutSettings,
    PutSource,
    SetChoice,
)
from console.desk.contacts import ActionFailure, ActionFailures, Sources
from console.people.values import Contact
from console.settings.live import Live, changed, stored
from console.settings.sources import (
    OWN,
    CardDav,
    ContactSource,
    CsvFile,
    Ldap,
    OwnContacts,
    VcardFolder,
    stored_options,
)
from console.store import writing_sources

LDAP = ContactSource(
    name="Staff",
    options=Ldap(url="ldaps://x", base="dc=x", password="hunter2", attributes={"name": "cn"}),
    position=7,
    on_ring=False,
    for_called=True,
)
ACTIONS = {
    "actions": [
        {
            "id": "a",
            "name": "Tell",
            "deed": {"kind": "webhook", "url": "https://x.example", "secret": "hunter2"},
        }
    ]
}


async def put(store, source: ContactSource, only_of: str = ""):
    return (await store.write([PutSource(source, "eva", NOON, only_of)]))[0]


def audit(store) -> list[tuple[str, str, str]]:
    with closing(sqlite3.connect(store.path)) as sql:
        return sql.execute("SELECT what, old, new FROM audit ORDER BY id").fetchall()


@pytest.mark.parametrize(
    "options",
    [
        VcardFolder(path="/srv"),
        CsvFile(path="/srv/x.csv", columns={"Name": "name"}),
        LDAP.options,
        CardDav(url="https://dav.example", user="eva", password="env:SECRET"),
    ],
    ids=lambda options: options.kind,
)
async def test_a_source_comes_back_whole(store, options):
    source = LDAP.model_copy(update={"options": options, "for_called": False})
    written = await put(store, source)
    _, state = await store.sources()
    assert state.source == source.model_copy(update={"id": written.id})
    assert stored_options(state.source) == stored_options(source)
    assert (state.count, state.synced_at, state.error, state.token) == (0, None, "", "")


async def test_a_new_database_has_own_contacts_first(store):
    await add_source(store, "A", position=0)
    own, other = await store.sources()
    assert (own.source.id, own.source.name) == (OWN, "Own contacts")
    assert own.source.options == OwnContacts()
    assert other.source.position == own.source.position == 0


async def test_a_changed_source_keeps_its_contacts_and_begins_anew_only_if_it_reads_elsewhere(
    store, tmp_path
):
    source = await add_source(store)
    await take_in(store, source, tmp_path / "s", [Contact("Anna", key="1")], token="t1")

    async def change(**more) -> tuple[str, int]:
        state = (await store.sources())[1]
        await put(store, state.source.model_copy(update=more))
        state = (await store.sources())[1]
        return state.token, state.count

    assert await change(name="Renamed", position=3, owner="") == ("t1", 1)
    assert await names(store) == ["Anna"]
    assert await change(options=VcardFolder(path="/elsewhere")) == ("", 1)
    assert await names(store) == ["Anna"]
    gone = ContactSource(id=99, name="Gone", options=VcardFolder(path="/"))
    assert (await put(store, gone)).count == 0


async def test_a_name_is_one_sources(store):
    id = await add_source(store, "Customers")
    refused = await put(store, ContactSource(name="CUSTOMERS", options=VcardFolder(path="/")))
    assert "another name" in refused.refused
    same = ContactSource(id=id, name="customers", options=VcardFolder(path="/"))
    assert (await put(store, same)).count == 1


async def test_an_operator_changes_only_ones_own_sources(store):
    everybodys = await add_source(store, "All")
    ottos = await add_source(store, "Otto's", owner="otto")

    def source(id, name, owner):
        return ContactSource(id=id, name=name, options=VcardFolder(path="/"), owner=owner)

    for wrong in (
        source(everybodys, "All", "eva"),
        source(None, "New", ""),
        source(None, "New", "otto"),
    ):
        assert (await put(store, wrong, only_of="eva")).refused
    assert not (await put(store, source(ottos, "Otto's", "eva"), only_of="eva")).count
    (written,) = await store.write([DropSource(everybodys, "eva", NOON, only_of="eva")])
    assert written.refused
    mine = await put(store, source(None, "Mine", "eva"), only_of="eva")
    assert (await put(store, source(mine.id, "Mine too", "eva"), only_of="eva")).count == 1
    seen = [state.source.name for state in await store.ask(Sources(viewer="eva"))]
    assert seen == ["Own contacts", "All", "Mine too"]
    (written,) = await store.write([DropSource(mine.id, "eva", NOON, only_of="eva")])
    assert written.count == 1


async def test_own_contacts_stay(store):
    (written,) = await store.write([DropSource(OWN, "eva", NOON)])
    assert written.refused
    (written,) = await store.write([DropSource(99, "eva", NOON)])
    assert not written.count
    assert len(await store.sources()) == 1


async def test_settings_are_kept_by_section_and_the_former_ones_told(store):
    assert await store.settings() == Live()
    (written,) = await store.write([PutSettings("actions", ACTIONS, "eva", NOON)])
    assert written.settings == stored(Live(), "actions")
    live = changed(Live(), "actions", ACTIONS)
    assert await store.settings() == live
    assert (await store.settings()).actions.actions[0].deed.secret.get_secret_value() == "hunter2"
    (written,) = await store.write([PutSettings("hotline", {"template": "x"}, "eva", NOON)])
    (back,) = await store.write([PutSettings("hotline", written.settings, "eva", NOON)])
    assert back.settings == {"template": "x"}
    assert await store.settings() == live
    (written,) = await store.write([PutSettings("weather", {}, "eva", NOON)])
    assert "weather" in written.refused


async def test_a_section_that_can_not_be_read_is_as_in_a_new_database(store, caplog):
    await store.write(
        [
            PutSettings("actions", {"actions": [{"secret": "hunter2"}]}, "eva", NOON),
            PutSettings("hotline", {"template": "x"}, "eva", NOON),
        ]
    )
    live = await store.settings()
    assert (live.actions, live.hotline.template) == (Live().actions, "x")
    assert "actions" in caplog.text
    assert "hunter2" not in caplog.text


@pytest.mark.parametrize("options", ['{"kind": "ldap", "password": "hunter2"}', "{", "[1]", "null"])
async def test_a_source_that_can_not_be_read_is_off_and_says_so_and_the_others_are_there(
    store, options
):
    ids = [await add_source(store, name) for name in ("A", "B")]
    with closing(sqlite3.connect(store.path)) as sql:
        sql.execute("UPDATE sources SET options = ?, report = '[' WHERE id = ?", (options, ids[0]))
        sql.commit()
    _, a, b = await store.ask(Sources())
    assert (a.source.id, a.source.name, a.source.enabled) == (ids[0], "A", False)
    assert "can't be read" in a.error
    assert "hunter2" not in a.error
    assert (b.source.name, b.source.enabled, b.error) == ("B", True, "")
    # Set up anew it is as any other.
    again = ContactSource(id=ids[0], name="A", options=VcardFolder(path="/"))
    assert (await put(store, again)).count == 1
    assert (await store.sources())[1].source == again


async def test_only_the_latest_failures_of_actions_are_kept(store, monkeypatch):
    monkeypatch.setattr(writing_sources, "KEPT_FAILURES", 3)
    failures = [
        ActionFailure("a", NOON + timedelta(seconds=n), f"c{n}", "It answered 500.")
        for n in range(5)
    ]
    await store.write([AddActionFailure(failure) for failure in failures])
    assert await store.ask(ActionFailures()) == tuple(failures[:1:-1])
    assert await store.ask(ActionFailures(limit=1)) == (failures[4],)


async def test_each_change_leaves_a_line_and_no_line_a_secret_or_a_number(store):
    source = (await put(store, LDAP)).id
    changes = [
        PutSettings("actions", ACTIONS, "eva", NOON),
        SetChoice("+49170123", None, f"{source}:k", "eva", NOON),
        PutContact(Contact("Anna", (("+49170123", ""),)), "eva", NOON),
        DropSource(source, "eva", NOON),
    ]
    await store.write(changes)
    lines = audit(store)
    assert lines == [
        ("source", "", "Staff (ldap)"),
        ("settings", "", "actions: actions"),
        ("choice", "", f"{source}:k"),
        ("contact", "", "Anna"),
        ("source removed", "Staff", ""),
    ]
    with closing(sqlite3.connect(store.path)) as sql:
        everything = "\n".join(map(str, sql.execute("SELECT * FROM audit")))
    assert "hunter2" not in everything
    assert "+49170123" not in everything
