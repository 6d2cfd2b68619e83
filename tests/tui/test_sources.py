"""Data sources in the settings: how each is, reading and stopping, order, test, columns."""

from dataclasses import replace
from datetime import timedelta

from call_lists import NOON
from settings_story import LENA, SUE, settings_story

from console.calls.words import Role
from console.desk.changes import PutContact, PutContacts, PutSource
from console.desk.commands import (
    ChangeOperator,
    Done,
    Refused,
    RemoveSource,
    SaveSource,
    StopSync,
    SyncSource,
)
from console.desk.contacts import FindContacts, SyncProgress, Tried, TrySource
from console.desk.operators import Operator
from console.people.skipped import Skipped
from console.people.values import Contact
from console.settings.sources import CardDav, ContactSource, CsvFile, Ldap, VcardFolder
from console.tui.screens.settings.screen import SettingsScreen
from console.tui.screens.settings.source_form import SourceForm

CUSTOMERS = ContactSource(name="Customers", options=CsvFile(path="/srv/customers.csv"))
LDAP = ContactSource(
    name="Office",
    options=Ldap(url="ldap://ldap.example.org", base="ou=people", password="very secret"),
)
DAV = ContactSource(
    name="Cloud", options=CardDav(url="https://dav.example.org", password="env:HOTLINE_DAV")
)
LENAS = ContactSource(name="Lena's", options=VcardFolder(path="/home/lena"), owner="lena")


class SourcesRoom:
    """Stands in for the directory: takes orders to read, answers tries."""

    def __init__(self, tried=None):
        self.orders = []
        self.tries = []
        self.tried = tried or Tried(True, "It can be read: 3 contacts.")

    async def order(self, command, operator):
        self.orders.append(command)
        return Done("it is read")

    async def try_source(self, query, operator):
        self.tries.append(query.source)
        return self.tried

    @property
    def entrusted(self):
        return {SyncSource: self.order, StopSync: self.order, TrySource: self.try_source}


async def add(story, *sources):
    for source in sources:
        await story.store.write([PutSource(source, "olga", NOON)])
    story.desk.directory_changed()
    await story.settle()


async def stored(story):
    return {state.source.name: state for state in await story.store.sources()}


def names(story):
    return [listed.state.source.name for listed in story.rows.things]


def open_sources(*keys, **more):
    return settings_story(*keys, section="Data sources", **more)


async def test_a_source_says_what_it_is_for_and_what_is_wrong_with_it():
    async with open_sources() as story:
        await add(story, CUSTOMERS, LDAP.model_copy(update={"on_ring": False}))
        office = (await stored(story))["Office"].source.id
        why = "ldap.example.org does not answer. What was read before stays."
        await story.store.sync_failed(office, NOON - timedelta(hours=2), why)
        story.desk.directory_changed()
        await story.settle()
        text = story.text()
        assert "Customers   table (CSV)" in text
        assert "when a call rings" in text
        assert "only by searching" in text
        assert f"11:00  {why}" in text
        assert "▲ 1 source can't be read" in text


async def test_a_corrected_contact_counts_once_and_the_source_says_so():
    async with open_sources() as story:
        people = (Contact("Anna", key="k"), Contact("Bert", key="l"))
        await story.store.write([PutContacts(people, "Old phone", "olga", NOON)])
        (wrong,) = (await story.store.ask(FindContacts("bert"))).contacts
        await story.store.write([PutContact(replace(wrong, name="Berta"), "olga", NOON)])
        story.desk.directory_changed()
        await story.settle()
        listed = (await story.store.ask(FindContacts())).total
        assert f"DATA SOURCES {listed} contacts" in " ".join(story.text().split())
        assert "2 contacts (1 corrected)" in story.text()


async def test_how_far_the_reading_is_moves_and_s_stops_it():
    room = SourcesRoom()
    async with open_sources(entrusted=room.entrusted) as story:
        await add(story, CUSTOMERS)
        id = (await stored(story))["Customers"].source.id
        story.rows.go_to(id)
        await story.press("y")
        assert room.orders == [SyncSource(id)]
        for done, words in ((1234, "1,234 of 12,345"), (12345, "12,345 of 12,345")):
            progress = SyncProgress(id, "Customers", "reading", done, 12345)
            story.desk.syncing(id, progress)
            await story.settle()
            assert words in story.text()
        assert story.rows.chosen.state.source.id == id
        await story.press("y", "s")
        assert room.orders[1:] == [StopSync(id)]
        story.desk.syncing(id, None)
        await story.settle()
        assert "of 12,345" not in story.text()


async def test_o_turns_a_source_off_and_on():
    async with open_sources() as story:
        await add(story, CUSTOMERS)
        await story.press("down", "o")
        assert not (await stored(story))["Customers"].source.enabled
        assert "off: neither read nor found" in story.text()
        await story.press("o")
        assert (await stored(story))["Customers"].source.enabled


async def test_plus_and_minus_change_the_order_and_the_cursor_goes_along():
    async with open_sources() as story:
        await add(story, CUSTOMERS, LDAP, DAV)
        before = names(story)
        await story.press("end", "plus", "plus")
        assert names(story) == [before[0], before[3], before[1], before[2]]
        assert story.rows.chosen.state.source.name == before[3]
        await story.press("minus")
        assert names(story) == [before[0], before[1], before[3], before[2]]
        await story.press("home", "minus")
        assert names(story)[0] == before[0]


async def test_deleting_asks_and_says_how_many_contacts_go():
    async with open_sources() as story:
        contacts = tuple(Contact(f"C {n}", key=str(n)) for n in range(3))
        await story.store.write([PutContacts(contacts, "Old list", "olga", NOON)])
        story.desk.directory_changed()
        await story.settle()
        await story.press("end", "d")
        assert "Delete the source Old list?" in story.text()
        assert "3 contacts of it will not be found any more." in story.text()
        await story.press("escape")
        assert "Old list" in await stored(story)
        await story.press("d", "y")
        assert "Old list" not in await stored(story)


async def test_own_contacts_can_be_neither_deleted_nor_moved_nor_read():
    async with open_sources("d", "plus", "y", "s") as story:
        assert isinstance(story.app.screen, SettingsScreen)
        assert story.toasts() == []


# -- the form -----------------------------------------------------------------------------------


async def test_a_source_is_added_by_kind_and_name():
    async with open_sources("a") as story:
        await story.type("carddav")
        await story.press("enter")
        assert "NEW SOURCE, CardDAV" in story.text()
        await story.retype("name", "Cloud")
        await story.retype("options.url", "https://dav.example.org/eva/")
        await story.retype("options.password", "geheim")
        await story.press("ctrl+s")
        made = (await stored(story))["Cloud"].source
        assert made.options.url == "https://dav.example.org/eva/"
        assert made.options.password.get_secret_value() == "geheim"
        assert story.rows.chosen.state.source.name == "Cloud"


REFUSED = (
    ("name", "", "This is needed."),
    ("name", "own contacts", "There is another source of this name."),
    ("options.url", "ldap.example.org", "It must look like ldap://ldap.example.org"),
    ("options.page_size", "many", "It must be a whole number."),
    ("options.page_size", "0", "At least 1."),
    ("options.attributes", "name cn", "has no colon"),
)


async def test_the_declaration_refuses_in_words():
    async with open_sources() as story:
        await add(story, LDAP)
        await story.press("down", "enter")
        for key, text, words in REFUSED:
            before = story.field(key).raw
            await story.retype(key, text)
            await story.press("ctrl+s")
            assert words in story.field(key).wrong
            assert words[:20] in story.text()
            assert isinstance(story.app.screen, SourceForm)
            await story.retype(key, before)


async def test_a_secret_is_dots_and_kept_when_nobody_touches_it():
    async with open_sources() as story:
        await add(story, LDAP)
        await story.press("down", "enter")
        assert "very secret" not in story.text()
        assert "••••••••" in story.text()
        await story.retype("name", "Building")
        await story.press("ctrl+s")
        options = (await stored(story))["Building"].source.options
        assert options.password.get_secret_value() == "very secret"


async def test_a_secret_is_replaced_by_typing_and_taken_away_by_del():
    async with open_sources() as story:
        await add(story, LDAP)
        await story.press("down", "enter")
        await story.go_to("options.password")
        await story.press("delete")
        assert "1 change not saved" in story.text()
        await story.type("neu")
        assert "neu" not in story.text()
        await story.press("ctrl+s")
        options = (await stored(story))["Office"].source.options
        assert options.password.get_secret_value() == "neu"


async def test_where_a_secret_is_may_be_read():
    async with open_sources() as story:
        await add(story, DAV)
        await story.press("down", "enter")
        assert "env:HOTLINE_DAV" in story.text()


async def test_the_test_shows_a_few_contacts_and_what_would_be_left_out():
    skipped = (Skipped("customers.csv", 17, "The quotes in this line don't match."),)
    sample = (Contact("Anna Muster", (("+49301234567", "work"),), company="Muster GmbH"),)
    room = SourcesRoom(Tried(True, "It can be read: 3 contacts.", sample, skipped))
    async with open_sources(entrusted=room.entrusted) as story:
        await add(story, CUSTOMERS)
        await story.press("down", "enter")
        await story.retype("options.path", "/srv/other.csv")
        await story.press("ctrl+t")
        assert room.tries[0].options.path == "/srv/other.csv"
        assert "Anna Muster   Muster GmbH   +49 30 1234567" in story.text()
        assert "customers.csv, line 17: The quotes" in story.text()
        assert (await stored(story))["Customers"].source.options.path == "/srv/customers.csv"


async def test_a_new_source_can_be_tested_before_it_has_a_name():
    room = SourcesRoom(Tried(False, "The folder /srv/cards is not there."))
    async with open_sources("a", "enter", entrusted=room.entrusted) as story:
        await story.retype("options.path", "/srv/cards")
        await story.press("ctrl+t")
        assert "The folder /srv/cards is not there." in story.text()
        assert len(room.tries) == 1


async def test_what_a_server_said_goes_when_the_form_says_something_else():
    room = SourcesRoom(Tried(False, "The folder /srv/cards is not there."))
    async with open_sources("a", "enter", entrusted=room.entrusted) as story:
        await story.retype("options.path", "/srv/cards")
        await story.press("ctrl+t")
        assert "is not there" in story.text()
        await story.retype("options.path", "")
        assert "is not there" not in story.text()
        await story.press("ctrl+t")
        assert "This is needed." in story.text()
        assert "is not there" not in story.text()


COLUMNS = Tried(
    True,
    "It can be read: 3 contacts.",
    columns=("Name", "Firma", "Tel", "Nonsense"),
    guessed=(("Name", "name"), ("Firma", "company"), ("Tel", "phone:night")),
)


async def test_the_columns_of_a_table_are_guessed_until_one_is_chosen():
    room = SourcesRoom(COLUMNS)
    async with open_sources(entrusted=room.entrusted) as story:
        await add(story, CUSTOMERS)
        await story.press("down", "enter", "ctrl+t")
        rows = [line.split() for line in story.lines()]
        assert ["Firma", "Company"] in [words[:2] for words in rows]
        assert ["Nonsense", "not", "read"] in [words[:3] for words in rows]
        assert story.editor.changes == 0
        await story.go_to("options.columns")
        await story.press("down", "down", "down", "enter")
        assert "The column Nonsense is" in story.text()
        await story.type("mobile")
        await story.press("enter", "ctrl+s")
        assert (await stored(story))["Customers"].source.options.columns == {
            "Name": "name",
            "Firma": "company",
            "Tel": "phone:night",
            "Nonsense": "phone:mobile",
        }


async def test_what_others_change_in_a_source_is_not_overwritten():
    async with open_sources() as story:
        await add(story, CUSTOMERS)
        await story.press("down", "enter")
        await story.retype("name", "Clients")
        now = (await stored(story))["Customers"].source
        await story.somebody_does(SaveSource(now.model_copy(update={"on_ring": False})))
        await story.press("ctrl+s")
        saved = (await stored(story))["Clients"].source
        assert not saved.on_ring


# -- what was left out --------------------------------------------------------------------------


async def test_l_lists_what_was_left_out_with_file_line_and_reason(tmp_path):
    import sqlite3

    from console.people.staging import SCHEMA

    staging = tmp_path / "staging"
    with sqlite3.connect(staging) as sql:
        sql.executescript(SCHEMA)
        sql.executemany(
            "INSERT INTO skipped VALUES (?, ?, ?)",
            [("customers.csv", 17, "The quotes don't match."), ("b.csv", 2, "It has no name.")],
        )
        sql.executemany(
            "INSERT INTO about VALUES (?, ?)",
            [("mode", "full"), ("token", ""), ("read", "0"), ("left_out", "400")],
        )
    async with open_sources() as story:
        await add(story, CUSTOMERS)
        id = (await stored(story))["Customers"].source.id
        await story.store.take_in(id, str(staging), NOON, lambda done, total: None)
        story.desk.directory_changed()
        await story.settle()
        assert "400 entries left out: l" in story.text()
        await story.press("down", "l")
        assert "customers.csv, line 17" in story.text()
        assert "The quotes don't match." in story.text()
        assert "These are the first 2." in story.words()


# -- who may ------------------------------------------------------------------------------------


async def test_an_operator_changes_only_sources_of_their_own():
    room = SourcesRoom()
    async with open_sources(operator=LENA, entrusted=room.entrusted) as story:
        await add(story, CUSTOMERS, LENAS)
        assert "Sources of your own you may change" in story.text()
        story.rows.go_to((await stored(story))["Customers"].source.id)
        await story.press("o", "d", "y", "plus")
        assert (await stored(story))["Customers"].source == CUSTOMERS.model_copy(
            update={"id": (await stored(story))["Customers"].source.id}
        )
        await story.press("enter")
        assert "You can read this; supervisors may change it" in story.text()
        await story.press("escape")
        story.rows.go_to((await stored(story))["Lena's"].source.id)
        await story.press("o")
        assert not (await stored(story))["Lena's"].source.enabled


async def test_an_operator_adds_a_source_that_only_they_see():
    async with open_sources("a", operator=LENA) as story:
        assert "LDAP" not in story.text()
        await story.press("enter")
        await story.retype("name", "My cards")
        await story.retype("options.path", "/home/lena/cards")
        await story.press("ctrl+s")
        assert (await stored(story))["My cards"].source.owner == "lena"


async def test_the_sources_of_others_are_not_seen():
    async with open_sources(operator=SUE) as story:
        await add(story, LENAS)
        assert "Lena's" not in names(story)


async def test_an_admin_sees_that_somebody_who_left_had_a_source_and_removes_it():
    admin = Operator("ada", "Ada", Role.ADMIN)
    gone = LENAS.model_copy(update={"name": "Gone's", "owner": "gone"})
    async with open_sources(operator=admin) as story:
        await story.desk.do(ChangeOperator("lena", "Lena", Role.OPERATOR), admin)
        await add(story, CUSTOMERS, LENAS, gone)
        assert names(story) == ["Own contacts", "Customers", "Gone's"]
        await story.press("end")
        assert "of gone alone, who is no operator any more: d deletes it" in story.text()
        assert "/home/lena" not in story.text()
        await story.press("o", "y", "plus", "enter")
        assert isinstance(story.app.screen, SettingsScreen)
        await story.press("d", "y")
        assert names(story) == ["Own contacts", "Customers"]
        assert set(await stored(story)) == {"Own contacts", "Customers", "Lena's"}


async def test_nobody_else_sees_what_somebody_left():
    boss = Operator("boss", "Boss", Role.SUPERVISOR)
    async with open_sources(operator=boss) as story:
        await add(story, LENAS)
        assert names(story) == ["Own contacts"]
        id = (await stored(story))["Lena's"].source.id
        assert isinstance(await story.desk.do(RemoveSource(id), boss), Refused)


async def test_hostile_names_steer_nothing():
    evil = "[red]\x1b[2J\u202e[/red]"
    tried = Tried(
        True, evil, (Contact(evil),), (Skipped(evil, 1, evil),), (evil,), ((evil, "name"),)
    )
    room = SourcesRoom(tried)
    async with open_sources(entrusted=room.entrusted) as story:
        source = ContactSource(name=evil, options=CsvFile(path=evil))
        await add(story, source)
        await story.store.sync_failed((await stored(story))[evil].source.id, NOON, evil)
        story.desk.directory_changed()
        await story.settle()
        for key in ("end", "enter", "ctrl+t"):
            await story.press(key)
            text = story.text()
            assert "[red]" in text
            assert "\x1b" not in text
            assert "\u202e" not in text
