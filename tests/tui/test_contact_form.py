"""Stories at the contact form: adding somebody while the telephone rings."""

import pytest
from contacts_kept import MUSTER, ROTH, SCHULZ, contact_door
from fake_door import a_call, picture
from pictures import assert_looks_as_kept
from story import a_console, text_of
from test_contacts import press, toasts
from textual.widgets import Input, TextArea

from console.desk.commands import Refused, SaveContact
from console.people.values import Contact
from console.tui.screens.contact_form import ContactForm
from console.tui.screens.contacts import ContactsScreen
from console.tui.screens.quit import QuitDialog


async def test_a_contact_is_added_without_a_mouse():
    door = contact_door()
    async with a_console(door) as (app, pilot):
        await press(app, pilot, "4", "a")
        assert "NEW CONTACT" in text_of(app)
        # Enter goes from field to field.
        await press(app, pilot, *"Zoe Winter", "enter", "enter", "enter", *"Winter AG")
        await press(app, pilot, "enter", "enter", "enter", *"0170 9876543", "enter", *"mobile")
        await press(app, pilot, "ctrl+s")
        assert door.commands == [
            SaveContact(Contact("Zoe Winter", (("+491709876543", "mobile"),), company="Winter AG"))
        ]
        assert toasts(app) == ["done"]
        assert isinstance(app.screen, ContactsScreen)


async def test_letters_and_digits_are_typed_and_do_nothing_else():
    door = contact_door()
    async with a_console(door) as (app, pilot):
        await press(app, pilot, "4", "a", *"1qpc?/")
        assert isinstance(app.screen, ContactForm)
        assert app.focused.value == "1qpc?/"


async def test_how_a_number_is_understood_is_said_while_it_is_typed():
    async with a_console(contact_door()) as (app, pilot):
        await press(app, pilot, "4", "a", *["enter"] * 6, *"2345678")
        assert "= +49 30 2345678" in text_of(app)


async def test_the_last_row_used_brings_another():
    async with a_console(contact_door()) as (app, pilot):
        await press(app, pilot, "4", "a")
        form = app.screen
        assert len(form._numbers) == 1
        await press(app, pilot, *["enter"] * 6, *"030", "enter", *"work", "enter", *"040")
        assert len(form._numbers) == 3
        await press(app, pilot, "enter", "enter", "enter", "enter", *"a@b.example", "enter")
        assert [field.value for field in form._emails] == ["a@b.example", ""]


async def test_the_right_arrow_completes_a_kind():
    async with a_console(contact_door()) as (app, pilot):
        await press(app, pilot, "4", "a", *["enter"] * 7, *"mo")
        await pilot.pause(0.1)
        await press(app, pilot, "right")
        assert app.focused.value == "mobile"


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ((), "A name, or a company, is needed."),
        ((*"Anna", *["enter"] * 6, *"no"), "This is no telephone number."),
        ((*"Anna", *["enter"] * 8, *"anna"), "This is no e-mail address."),
    ],
)
async def test_what_is_wrong_is_said_beside_the_field_which_gets_the_keys(keys, words):
    door = contact_door()
    async with a_console(door, (80, 24)) as (app, pilot):
        await press(app, pilot, "4", "a", *keys)
        typed = app.focused
        await press(app, pilot, "tab", "ctrl+s")
        assert words in text_of(app)
        assert app.focused is typed
        assert door.commands == []


async def test_what_the_desk_refuses_is_said_and_nothing_is_lost():
    door = contact_door()
    door.answer = Refused("Customers [2] is read just now.")
    async with a_console(door, (80, 24)) as (app, pilot):
        await press(app, pilot, "4", "a", *"Anna", "ctrl+s")
        assert isinstance(app.screen, ContactForm)
        assert "Customers [2] is read just now." in text_of(app)
        assert app.focused.value == "Anna"


async def test_escape_leaves_at_once_or_asks_first_if_something_was_typed():
    async with a_console(contact_door()) as (app, pilot):
        await press(app, pilot, "4", "a", "escape")
        assert isinstance(app.screen, ContactsScreen)
        await press(app, pilot, "a", *"x", "escape")
        assert "1 change not saved" in text_of(app)
        await press(app, pilot, "escape")  # as in every form: back to it
        assert isinstance(app.screen, ContactForm)
        assert app.focused.value == "x"
        await press(app, pilot, "escape", "t")
        assert isinstance(app.screen, ContactsScreen)


async def test_the_question_before_leaving_saves_too():
    door = contact_door()
    async with a_console(door) as (app, pilot):
        await press(app, pilot, "4", "a", *"Zoe", "escape", "s")
        assert door.commands == [SaveContact(Contact("Zoe"))]
        assert isinstance(app.screen, ContactsScreen)


async def test_f1_says_what_the_fields_take_and_a_question_mark_is_typed():
    async with a_console(contact_door()) as (app, pilot):
        await press(app, pilot, "4", "a", *"?")
        assert app.focused.value == "?"
        assert "F1 help" in text_of(app)
        await press(app, pilot, "f1")
        assert "WHAT THE FIELDS TAKE" in text_of(app)
        assert "What is understood stands beside." in text_of(app)
        await press(app, pilot, "f1")
        assert isinstance(app.screen, ContactForm)


async def test_what_was_typed_is_still_there_after_a_look_at_another_screen():
    async with a_console(contact_door()) as (app, pilot):
        await press(app, pilot, "4", "a", *"Anna")
        await app.action_go("calls")
        await app.action_go("contacts")
        await press(app, pilot)
        assert isinstance(app.screen, ContactForm)
        assert app.screen.query(Input).first().value == "Anna"
        await app.run_action("quit")
        await press(app, pilot)
        assert isinstance(app.screen, QuitDialog)


async def test_an_edited_contact_keeps_what_the_form_does_not_show():
    door = contact_door()
    async with a_console(door) as (app, pilot):
        await press(app, pilot, "4", "e", *" X", "ctrl+s")
        (command,) = door.commands
        assert command.contact.name == "Anna Muster X"
        assert command.contact.ref == MUSTER.ref
        assert command.contact.id == MUSTER.id


async def test_another_sources_contact_is_corrected_under_its_own_key():
    door = contact_door()
    async with a_console(door) as (app, pilot):
        await press(app, pilot, "4", "down", "e", *"!", "ctrl+s")
        (command,) = door.commands
        assert command.contact.name == "Dr. Roth!"
        assert command.contact.ref == ROTH.ref


async def test_the_note_is_broken_by_enter_and_left_by_tab():
    door = contact_door()
    async with a_console(door) as (app, pilot):
        await press(app, pilot, "4", "a", *"Anna")
        app.screen.query_one(TextArea).focus()
        await press(app, pilot, *"one", "enter", *"two", "ctrl+s")
        assert door.commands[0].contact.note == "one\ntwo"


async def test_in_80_columns_every_field_can_be_reached_and_is_seen():
    async with a_console(contact_door(), (80, 24)) as (app, pilot):
        await press(app, pilot, "4", "down", "down", "e")
        seen = set()
        for _ in range(40):
            field = app.focused
            assert app.screen.region.contains_region(field.region)
            seen.add(field)
            await press(app, pilot, "tab")
        assert len(seen) == len(app.screen.query(Input)) + 1


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_the_form_looks_as_kept(size):
    door = contact_door(snapshot=picture(a_call(name="Hans Schulz")))
    async with a_console(door, size) as (app, pilot):
        await press(app, pilot, "4", "down", "down", "e")
        assert_looks_as_kept(app, f"contact_form_{size[0]}x{size[1]}")


async def test_what_rings_meanwhile_is_seen_above_the_form():
    door = contact_door()
    async with a_console(door) as (app, pilot):
        await press(app, pilot, "4", "a", *"An")
        door.publish(picture(a_call(name=SCHULZ.name)))
        await press(app, pilot, *"na")
        assert app.focused.value == "Anna"
        assert "Meyer & Söhne  ←  Hans Schulz" in text_of(app)
