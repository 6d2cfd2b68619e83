"""Stories at the contacts: finding somebody while the telephone rings."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from contacts_kept import (
    CUSTOMERS,
    MUSTER,
    PEOPLE,
    ROTH,
    SCHULZ,
    ContactDoor,
    contact_door,
    history,
)
from fake_door import NOW, a_call, picture
from pictures import assert_looks_as_kept
from rich.cells import cell_len
from story import a_console, rows_of, text_of
from textual.widgets import Input

from console.desk.commands import CallNumber, Refused, RemoveContact, Undo
from console.desk.contacts import (
    FindContacts,
    Found,
    GetContact,
    NumberPlace,
    NumberPlaces,
    SyncProgress,
)
from console.desk.ports import StoreFailed
from console.desk.queries import CallPage
from console.people.values import Contact
from console.settings.sources import OWN
from console.tui.screens.contact_form import ContactForm
from console.tui.screens.contacts import MOST, NEAR, PAGE
from console.tui.screens.details import DetailsScreen
from console.tui.screens.export_dialog import ExportDialog
from console.tui.screens.question import Question
from console.tui.widgets.contact_card import ContactCard
from console.tui.widgets.contact_list import ContactList
from console.tui.widgets.footer import KeyBar
from console.tui.widgets.search_field import SearchField


async def settled(app, pilot):
    """Everything that was asked for is answered and drawn."""
    for _ in range(3):
        await pilot.pause(0.05)
        for worker in list(app.workers):
            if worker.group != "dialog":
                await app.workers.wait_for_complete([worker])
    await pilot.pause()


async def press(app, pilot, *keys):
    for key in keys:
        await pilot.press(key)
    await settled(app, pilot)


async def typed(app, pilot, text):
    """Type, and pause as a hand does."""
    await pilot.press(*("space" if letter == " " else letter for letter in text))
    await pilot.pause(0.2)
    await settled(app, pilot)


def toasts(app):
    return [note.message for note in app._notifications]


def named(app):
    """Who is under the cursor."""
    chosen = app.screen.query_one(ContactList).selected
    return chosen.name if chosen else ""


async def test_contacts_are_listed_by_name_beside_the_card_of_the_first():
    async with a_console(contact_door()) as (app, pilot):
        await press(app, pilot, "4")
        rows = rows_of(app)
        names = [row[2:24].strip() for row in rows[5:9]]
        assert names == ["Anna Muster", "Dr. Roth", "Hans Schulz", "Schulz Immobilien Gm…"]
        assert "CONTACTS  4" in rows[2]
        assert "Anna Muster   Praxis am Markt" in rows[5][64:]
        assert any("work" in row and "+49 30 2345678" in row for row in rows)


async def test_the_card_says_all_there_is_to_know():
    async with a_console(contact_door(), (200, 60)) as (app, pilot):
        await press(app, pilot, "4", "down", "down")
        screen = text_of(app)
        for words in (
            "Hans Schulz   Schulz Immobilien GmbH",
            "Geschäftsführer, Verkauf",
            "prefers to be called back after 16:00",
            "+49 170 1234567  Germany",
            "+49 30 23456712",
            "fax        +49 30 23456799  landline, Germany",
            "hans@schulz.example, office@schulz.example",
            "Lindenstraße 4, 10969 Berlin, Germany (work)",
            "www.schulz.example",
            "Customers · has a photo",
        ):
            assert words in screen
        # Both numbers' calls, and the open one is marked.
        assert "▲ yesterday 14:01 Meyer & Söhne" in screen
        assert "Sat 13:58       Zahnarzt Dr. Lind" in screen


async def test_the_history_is_asked_for_by_all_numbers_of_the_contact():
    door = contact_door()
    async with a_console(door) as (app, pilot):
        await press(app, pilot, "4", "down", "down")
        asked = door.asked_for(CallPage)[-1].filter.numbers
        assert asked == tuple(number for number, _ in SCHULZ.numbers)


async def test_typing_searches_and_letters_do_not_act():
    door = contact_door()
    async with a_console(door) as (app, pilot):
        await press(app, pilot, "4", "slash")
        await typed(app, pilot, "schulz i")
        assert app.screen.query_one(SearchField).value == "schulz i"
        assert door.commands == []
        assert "2 found" in text_of(app)
        assert named(app) == "Hans Schulz"
        assert door.asked_for(FindContacts)[-1] == FindContacts("schulz i", limit=PAGE)


async def test_enter_in_the_search_goes_to_the_list_and_escape_clears_then_goes_home():
    async with a_console(contact_door()) as (app, pilot):
        await press(app, pilot, "4", "slash")
        await typed(app, pilot, "roth")
        await press(app, pilot, "enter")
        assert isinstance(app.focused, ContactList)
        assert named(app) == "Dr. Roth"
        await press(app, pilot, "escape")
        assert "CONTACTS  4" in text_of(app)
        await press(app, pilot, "escape")
        assert app.current_mode == "calls"


async def test_the_answer_to_an_older_question_never_takes_the_place_of_a_newer_one():
    door = contact_door()
    slow = asyncio.Event()
    find = door.answers[FindContacts]

    async def ask(query):
        if isinstance(query, FindContacts) and query.text == "a":
            await asyncio.shield(slow.wait())
        return find(query) if isinstance(query, FindContacts) else await known(query)

    known, door.ask = door.ask, ask
    async with a_console(door) as (app, pilot):
        await press(app, pilot, "4", "slash")
        await pilot.press("a")
        await pilot.pause(0.2)
        await pilot.press("backspace", *"roth")
        await pilot.pause(0.2)
        await settled(app, pilot)
        assert "1 found" in text_of(app)
        slow.set()
        await settled(app, pilot)
        assert "1 found" in text_of(app)
        assert named(app) == "Dr. Roth"


async def test_a_directory_that_changes_leaves_the_cursor_on_its_contact():
    door = contact_door()
    async with a_console(door) as (app, pilot):
        await press(app, pilot, "4", "down")
        assert named(app) == "Dr. Roth"
        door.learn(*PEOPLE, Contact("Aaron", id=8, key="8", source_id=CUSTOMERS))
        await settled(app, pilot)
        assert named(app) == "Dr. Roth"
        assert "CONTACTS  5" in text_of(app)


async def test_a_correction_takes_the_place_of_what_it_corrects_and_says_so():
    door = contact_door()
    async with a_console(door, (200, 60)) as (app, pilot):
        await press(app, pilot, "4", "down")
        mine = replace(
            ROTH, name="Prof. Roth", id=9, key="k", source_id=OWN, source="Own contacts",
            corrects=ROTH.ref,
        )  # fmt: skip
        door.learn(MUSTER, SCHULZ, mine)
        await settled(app, pilot)
        assert named(app) == "Prof. Roth"
        assert "Own contacts · corrects the one of Customers" in text_of(app)
        door.learn(MUSTER, SCHULZ, ROTH)  # undone
        await settled(app, pilot)
        assert named(app) == "Dr. Roth"


async def test_an_empty_directory_says_how_to_fill_it():
    async with a_console(ContactDoor(()), (80, 24)) as (app, pilot):
        await press(app, pilot, "4")
        screen = text_of(app)
        assert "No contact yet." in screen
        assert "hotline contacts import FILE.vcf" in screen
        assert "or 5 Settings, Data sources." in screen
        await press(app, pilot, "e", "d", "k", "y", "x", "enter")  # there is nothing to do it to
        assert app.screen.query(ContactList)


async def test_a_search_that_finds_nobody_says_what_it_looked_for():
    async with a_console(contact_door()) as (app, pilot):
        await press(app, pilot, "4", "slash")
        await typed(app, pilot, "[b]x")
        assert "Nothing matches “[b]x”." in text_of(app)
        assert "nothing found" in text_of(app)


async def test_a_database_that_can_not_be_read_is_told_and_breaks_nothing():
    door = contact_door()

    def broken(_query):
        raise StoreFailed("The disk [/] is full.")

    door.answers[FindContacts] = broken
    async with a_console(door) as (app, pilot):
        await press(app, pilot, "4")
        assert toasts(app) == ["The disk [/] is full."]


def crowd(count):
    return [
        Contact(f"Person {n:05}", (("+4930" + f"{n:07}", "work"),), n, key=str(n), source_id=2)
        for n in range(1, count + 1)
    ]


async def test_the_card_says_where_each_number_is_and_what_time_it_is_there():
    numbers = (("+12125550100", "landline"), ("+493023456712", "work"), ("+491701234567", ""))
    door = ContactDoor([Contact("Hans Schulz", numbers, 1, key="schulz")])
    door.answers[NumberPlaces] = lambda query: tuple(
        {
            "+12125550100": NumberPlace("+12125550100", "New York, NY", "America/New_York"),
            "+493023456712": NumberPlace("+493023456712", "Berlin"),
        }.get(number, NumberPlace(number))
        for number in query.numbers
    )
    async with a_console(door) as (app, pilot):
        await press(app, pilot, "4")
        rows = [" ".join(row[64:].split()) for row in rows_of(app)]
        # The source's label is not contradicted by what numbers like that may be; nothing is cut.
        place = rows.index("landline +1 212-555-0100")
        assert rows[place + 1] == "New York, NY, United States 08:02 there"
        assert rows[place + 2] == "work +49 30 23456712 landline, Berlin, Germany"
        assert rows[place + 3] == "mobile +49 170 1234567 Germany"


async def test_a_contact_without_a_name_has_its_number_as_people_read_it():
    nameless = Contact("", (("+49304444444", "work"),), 9, key="nameless")
    async with a_console(ContactDoor([nameless])) as (app, pilot):
        await press(app, pilot, "4")
        assert "+49304444444" not in text_of(app)
        assert text_of(app).count("+49 30 4444444") >= 3
        await press(app, pilot, "e")
        assert "CONTACT  +49 30 4444444" in text_of(app)


async def test_a_long_list_is_read_page_by_page_and_has_an_end():
    door = ContactDoor(crowd(MOST + 3 * PAGE))
    async with a_console(door) as (app, pilot):
        await press(app, pilot, "4")
        assert f"the first {PAGE}" in text_of(app)
        for _ in range(MOST // PAGE + 3):
            app.screen.query_one(ContactList).go_to_end(last=True)
            await settled(app, pilot)
        assert named(app) == f"Person {MOST:05}"
        assert "There are more: / searches." in text_of(app)
        assert f"the first {MOST:,}" in text_of(app)


def chosen_row(app):
    return next(y for y, row in enumerate(rows_of(app)) if "▸" in row)


async def test_end_goes_to_the_last_contact_of_all_and_home_to_the_first():
    many = MOST + 3 * PAGE
    door = ContactDoor(crowd(many))
    async with a_console(door) as (app, pilot):
        await press(app, pilot, "4", "end")
        assert named(app) == f"Person {many:05}"
        assert f"the last {PAGE}" in text_of(app)
        assert "There are more" not in text_of(app)
        # Upwards it goes on page by page, and the lines stay where they are.
        app.screen.query_one(ContactList)._put(NEAR)
        await settled(app, pilot)
        assert f"the last {PAGE}" in text_of(app)
        row = chosen_row(app)
        await press(app, pilot, "up")
        assert f"the last {2 * PAGE}" in text_of(app)
        assert chosen_row(app) == row
        assert named(app) == f"Person {many - PAGE + NEAR:05}"
        door.learn(*door.contacts)
        await settled(app, pilot)
        assert named(app) == f"Person {many - PAGE + NEAR:05}"
        await press(app, pilot, "end")
        assert named(app) == f"Person {many:05}"
        await press(app, pilot, "home")
        assert named(app) == "Person 00001"
        assert f"the first {PAGE}" in text_of(app)
        await press(app, pilot, "end", "slash")
        await typed(app, pilot, "0000")
        assert named(app) == "Person 00001"


async def test_the_cursor_is_found_again_on_a_later_page():
    door = ContactDoor(crowd(3 * PAGE))
    async with a_console(door) as (app, pilot):
        await press(app, pilot, "4")
        for _ in range(2):
            app.screen.query_one(ContactList).go_to_end(last=True)
            await settled(app, pilot)
        assert named(app) == f"Person {2 * PAGE:05}"
        door.learn(*door.contacts[1:])
        await settled(app, pilot)
        assert named(app) == f"Person {2 * PAGE:05}"


async def test_enter_leads_to_the_calls_and_again_to_the_details():
    async with a_console(contact_door()) as (app, pilot):
        await press(app, pilot, "4", "down", "down", "enter")
        assert isinstance(app.focused, ContactCard)
        await press(app, pilot, "down", "enter")
        assert isinstance(app.screen, DetailsScreen)
        assert app.screen._call == "h2"
        await press(app, pilot, "escape", "escape")
        assert isinstance(app.focused, ContactList)


async def test_a_long_card_scrolls_row_by_row_to_its_calls():
    chatty = replace(SCHULZ, note="\n".join(f"line {n}" for n in range(40)))
    door = ContactDoor((chatty,), calls=history())
    async with a_console(door, (80, 24)) as (app, pilot):
        await press(app, pilot, "4", "enter")
        card = app.screen.query_one(ContactCard)
        await press(app, pilot, "home")
        assert "line 0" in text_of(app)
        await press(app, pilot, *["down"] * 60)
        assert "▲ yesterday" in text_of(app)
        await press(app, pilot, "pageup", "pageup", "pageup", "pageup", "pageup", "pageup")
        assert card.scroll_offset.y == 0


async def test_a_contact_of_another_source_is_not_deleted_but_that_is_explained():
    door = contact_door()
    async with a_console(door) as (app, pilot):
        await press(app, pilot, "4", "down", "d")
        assert toasts(app) == [
            "It comes from Customers; only own contacts are deleted here. e corrects it."
        ]
        assert door.commands == []


async def test_an_own_contact_is_deleted_after_asking_and_u_brings_it_back():
    door = contact_door()
    async with a_console(door) as (app, pilot):
        await press(app, pilot, "4", "d")
        assert isinstance(app.screen, Question)
        assert "Delete Anna Muster?" in text_of(app)
        await press(app, pilot, "enter")  # a hand in a hurry
        assert door.commands == []
        await press(app, pilot, "d", "y")
        assert door.commands == [RemoveContact(2)]
        await press(app, pilot, "u")
        assert door.commands[-1] == Undo()


async def test_k_calls_the_only_number_at_once_and_of_several_the_chosen_one():
    door = contact_door()
    async with a_console(door) as (app, pilot):
        await press(app, pilot, "4", "k")
        assert door.commands == [CallNumber("+49302345678")]
        await press(app, pilot, "down", "down", "k")
        assert "Call which number of Hans Schulz?" in text_of(app)
        await press(app, pilot, "2")
        assert door.commands[-1] == CallNumber("+493023456712")
        await press(app, pilot, "k", "escape")
        assert len(door.commands) == 2


async def test_a_call_that_the_pbx_refuses_says_why_and_what_else_there_is():
    door = contact_door()
    door.answer = Refused("The PBX does not let us call.")
    async with a_console(door) as (app, pilot):
        await press(app, pilot, "4", "k")
        assert toasts(app) == ["The PBX does not let us call. y copies the number."]


async def test_y_copies_the_number_as_it_can_be_dialled():
    async with a_console(contact_door()) as (app, pilot):
        await press(app, pilot, "4", "y")
        assert app.clipboard == "+49302345678"
        assert toasts(app) == ["+49302345678 copied"]


async def test_e_on_another_sources_contact_says_that_it_is_a_correction():
    async with a_console(contact_door()) as (app, pilot):
        await press(app, pilot, "4", "down", "e")
        assert isinstance(app.screen, ContactForm)
        assert "Dr. Roth: your correction; Customers stays as it is" in text_of(app)


async def test_the_form_opens_with_all_that_the_contact_has_not_with_what_the_list_knows():
    door = contact_door()
    whole = replace(ROTH, title="Rechtsanwältin")
    door.answers[GetContact] = lambda query: whole
    async with a_console(door) as (app, pilot):
        await press(app, pilot, "4", "down", "e")
        assert "Rechtsanwältin" in text_of(app)


async def test_what_was_added_is_under_the_cursor():
    door = contact_door()
    async with a_console(door) as (app, pilot):
        await press(app, pilot, "4", "a", *"Zoe", "ctrl+s")
        door.learn(*PEOPLE, Contact("Zoe", id=7, key="7", source_id=OWN))
        await settled(app, pilot)
        assert named(app) == "Zoe"


async def test_a_source_that_is_read_now_says_how_far_it_is():
    sync = SyncProgress(CUSTOMERS, "Customers", "reading", 4000, 12000)
    door = contact_door(snapshot=replace(picture(), syncs=(sync,)))
    async with a_console(door) as (app, pilot):
        await press(app, pilot, "4")
        assert "◌ Customers is read: 4,000 of 12,000" in rows_of(app)[2]


async def test_what_rings_stays_in_sight_and_the_keyboard_stays_where_it_is():
    door = contact_door()
    async with a_console(door) as (app, pilot):
        await press(app, pilot, "4", "slash", *"ro")
        door.publish(picture(a_call(name="Hans Schulz")))
        await settled(app, pilot)
        assert app.focused.value == "ro"
        assert isinstance(app.focused, Input)
        assert "Meyer & Söhne  ←  Hans Schulz  rings you" in rows_of(app)[1]


async def test_the_calls_on_the_card_follow_what_is_stored():
    door = contact_door()
    door.calls = []
    async with a_console(door) as (app, pilot):
        await press(app, pilot, "4", "down", "down")
        assert "No calls yet." in text_of(app)
        door.calls = history()
        door.publish(replace(door.snapshot, stored=door.snapshot.stored + 1))
        await pilot.pause(0.6)
        await settled(app, pilot)
        assert "▲ yesterday 14:01" in text_of(app)


@pytest.mark.parametrize("width", [80, 100, 120, 200])
async def test_every_key_stands_in_the_key_bar(width):
    async with a_console(contact_door(), (width, 24)) as (app, pilot):
        await press(app, pilot, "4")
        bar = app.screen.query_one(KeyBar).render_line(0).text.split()
        assert [sign for sign in bar if len(sign) == 1 and sign in "/aekydx?"] == list("/aekydx?")


async def test_the_help_tells_the_keys_and_none_that_do_nothing():
    async with a_console(contact_door(), (80, 24)) as (app, pilot):
        await press(app, pilot, "4", "question_mark")
        screen = text_of(app)
        for words in ("k  call its number", "edit; of another source", "x  export as vCard"):
            assert words in screen
        assert "I am on it" not in screen


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_contacts_look_as_kept(size):
    async with a_console(contact_door(), size) as (app, pilot):
        await press(app, pilot, "4", "down", "down")
        assert_looks_as_kept(app, f"contacts_{size[0]}x{size[1]}")


HOSTILE = "[b]Ö[/b] \x1b[31m\x07日本語株式会社 👩‍👩‍👧🇩🇪 עולם \u202eevil\u2028 " + "x" * 9000


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
@pytest.mark.parametrize("key", ["enter", "e", "k", "d", "x"])
async def test_hostile_names_are_cut_and_never_obeyed(size, key):
    nasty = replace(
        SCHULZ, name=HOSTILE, company=HOSTILE, note=HOSTILE, title=HOSTILE, web=HOSTILE,
        numbers=((HOSTILE, HOSTILE), ("+491701234567", HOSTILE)), emails=(HOSTILE,), source=HOSTILE,
        addresses=tuple(replace(SCHULZ.addresses[0], street=HOSTILE) for _ in range(3)),
        source_id=OWN,
    )  # fmt: skip
    door = ContactDoor((nasty,), calls=history())
    async with a_console(door, size) as (app, pilot):
        await press(app, pilot, "4", key)
        rows = rows_of(app)
        assert {cell_len(row) for row in rows} == {size[0]}
        assert "[b]Ö[/b]" in "".join(rows)
        assert all(row.isprintable() for row in rows)


async def test_the_contacts_are_exported_whole_or_one_alone(tmp_path: Path):
    pytest.importorskip("console.people.vcard_writing")
    door = ContactDoor(crowd(PAGE + 5))
    async with a_console(door) as (app, pilot):
        await press(app, pilot, "4", "x", "2")
        assert isinstance(app.screen, ExportDialog)
        field = app.screen.query_one(Input)
        assert field.value.endswith(f"hotline-contacts-{NOW:%Y-%m-%d}.vcf")
        field.value = str(tmp_path / "all.vcf")
        await press(app, pilot, "enter")
        await pilot.pause(0.2)
        await app.workers.wait_for_complete()
        assert (tmp_path / "all.vcf").read_text("utf-8").count("BEGIN:VCARD") == PAGE + 5
        await press(app, pilot, "x", "1")
        app.screen.query_one(Input).value = str(tmp_path / "one.vcf")
        await press(app, pilot, "enter")
        await pilot.pause(0.2)
        await app.workers.wait_for_complete()
        assert "FN:Person 00001" in (tmp_path / "one.vcf").read_text("utf-8")
        assert (
            f"205 contacts written to {tmp_path / 'all.vcf'}" in toasts(app)
            or "1 contact" in (toasts(app)[-1])
        )


async def test_a_found_page_without_contacts_ends_the_list():
    door = contact_door()
    door.answers[FindContacts] = lambda query: Found((), more=True)
    async with a_console(door) as (app, pilot):
        await press(app, pilot, "4", "end")
        assert named(app) == ""


async def test_end_and_home_on_a_card_go_to_its_oldest_call_and_to_its_top():
    door = contact_door()
    async with a_console(door, (80, 24)) as (app, pilot):
        await press(app, pilot, "4", "down", "down", "enter")
        card = app.screen.query_one(ContactCard)
        calls = [told.call for told in card._told if told.call]
        await press(app, pilot, "end")
        assert card._told[card._cursor].call == calls[-1]
        await press(app, pilot, "home")
        assert card._cursor is None
        assert card.scroll_offset.y == 0
