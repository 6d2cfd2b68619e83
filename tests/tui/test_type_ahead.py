"""Keys that arrive in one chunk: each is for what the one before it opened."""

import asyncio
from collections.abc import Callable

import pytest
from call_lists import record
from contacts_kept import ContactDoor, contact_door
from fake_door import FakeDoor, a_call, picture
from front_desk import front_desk, today
from settings_story import COMPANIES, settings_story
from story import a_console, text_of
from textual import events
from textual._xterm_parser import XTermParser
from textual.widgets import Input, TextArea

from console.calls.words import Outcome
from console.desk.commands import CallNumber, Refused, RemoveContact, SaveContact
from console.desk.contacts import GetContact
from console.desk.ports import StoreFailed
from console.tui import type_ahead
from console.tui.app import HotlineApp
from console.tui.screens.contact_form import ContactForm
from console.tui.screens.contacts import ContactsScreen
from console.tui.screens.export_dialog import ExportDialog
from console.tui.screens.filter_dialog import FilterDialog
from console.tui.screens.first_run import FirstRunApp
from console.tui.screens.help import HelpScreen
from console.tui.screens.note_dialog import NoteDialog
from console.tui.screens.pick_dialog import PickDialog
from console.tui.screens.settings.companies import CompaniesPane
from console.tui.screens.settings.company_form import CompanyForm
from console.tui.screens.settings.source_form import SourceForm
from console.tui.screens.unanswered import UnansweredScreen
from console.tui.widgets.search_field import SearchField

ONE_CALL = [today(record(1, Outcome.ABANDONED), 10)]
ENTER, SAVE, DOWN = "\r", "\x13", "\x1b[B"


async def until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(20):
        while not true():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def typed(app: HotlineApp | FirstRunApp, keys: str) -> None:
    """The terminal hands these keys over in one piece, as its driver does; then all is done."""
    driver, arrived = app._driver, asyncio.Event()
    assert driver is not None
    for event in XTermParser().feed(keys):
        driver.process_message(event)
    driver.send_message(events.Callback(callback=arrived.set))
    await arrived.wait()
    await until(lambda: not app._following)


def text(app: HotlineApp | FirstRunApp) -> str:
    """What stands in the field with the focus."""
    field = app.focused
    assert isinstance(field, Input | TextArea), field
    return field.value if isinstance(field, Input) else field.text


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_a_name_behind_a_is_typed_into_the_new_contact(size):
    async with a_console(contact_door(), size) as (app, _):
        await typed(app, "4")
        await typed(app, "aAnna Quast")
        assert isinstance(app.screen, ContactForm)
        assert text(app) == "Anna Quast"


async def test_a_contact_is_added_by_one_chunk_from_the_first_screen_to_the_list():
    door = contact_door()
    async with a_console(door) as (app, _):
        await typed(app, f"4aQuast{DOWN}{DOWN}{DOWN}Quast GmbH{SAVE}/q1")
        assert isinstance(app.screen, ContactsScreen)
        saved = next(one.contact for one in door.commands if isinstance(one, SaveContact))
        assert (saved.name, saved.company) == ("Quast", "Quast GmbH")
        assert isinstance(app.focused, SearchField)
        assert text(app) == "q1"


async def test_a_paste_behind_the_key_is_for_the_form_too():
    async with a_console(contact_door()) as (app, _):
        await typed(app, "4a\x1b[200~Anna Qua\x1b[201~st")
        assert text(app) == "Anna Quast"


async def test_the_search_field_gets_what_is_typed_behind_its_key():
    async with a_console(contact_door()) as (app, _):
        await typed(app, "4/aq1")
        assert isinstance(app.focused, SearchField)
        assert text(app) == "aq1"


async def test_a_search_from_the_home_screen_is_one_in_the_journal():
    async with a_console(FakeDoor()) as (app, _):
        await typed(app, "/q21")
        assert app.current_mode == "journal"
        assert text(app) == "q21"


async def test_screens_are_switched_in_the_order_of_the_keys():
    async with a_console(FakeDoor()) as (app, _):
        await typed(app, "23451532")
        assert app.current_mode == "unanswered"
        assert isinstance(app.screen, UnansweredScreen)


async def test_the_help_is_closed_by_the_key_behind_it():
    async with a_console(FakeDoor()) as (app, _):
        await typed(app, f"?{DOWN}q?")
        assert isinstance(app.screen, HelpScreen)


async def test_a_note_is_written_in_one_chunk():
    async with front_desk(ONE_CALL, "3") as story:
        await typed(story.app, "nquite 1 quest")
        assert isinstance(story.app.screen, NoteDialog)
        assert text(story.app) == "quite 1 quest"


async def test_a_filter_is_chosen_by_the_key_behind_the_dialogs():
    async with front_desk(ONE_CALL, "3") as story:
        await typed(story.app, "f")
        assert isinstance(story.app.screen, FilterDialog)
        await typed(story.app, f"{DOWN}{ENTER}/q")
        assert isinstance(story.app.focused, SearchField)
        assert text(story.app) == "q"


async def test_an_exports_file_name_is_typed_behind_its_key():
    async with front_desk(ONE_CALL, "3") as story:
        await typed(story.app, "eq1.csv")
        assert isinstance(story.app.screen, ExportDialog)
        assert text(story.app).endswith("q1.csv")


async def test_a_question_is_answered_by_the_key_behind_the_one_that_asks():
    door = contact_door()
    async with a_console(door) as (app, _):
        await typed(app, "4")
        await until(lambda: app.screen.contact() is not None)
        await typed(app, "dy")
        await until(lambda: any(isinstance(one, RemoveContact) for one in door.commands))
        assert isinstance(app.screen, ContactsScreen)


async def test_an_unknown_callers_form_gets_the_keys_behind_c():
    door = contact_door(snapshot=picture(a_call(number="+49308888888", name="")))
    async with a_console(door) as (app, _):
        await typed(app, "cQuast 1")
        assert isinstance(app.screen, ContactForm)
        assert text(app) == "Quast 1"


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_a_new_companys_name_is_not_swallowed_while_its_form_is_filled(size):
    async with settings_story(size=size) as story:
        await typed(story.app, f"{ENTER}aQuast & Co")
        assert isinstance(story.app.screen, CompanyForm)
        assert text(story.app) == "Quast & Co"
        assert story.field("name").raw == "Quast & Co"


async def test_a_company_is_added_in_one_chunk_and_what_is_behind_it_is_for_the_list():
    async with settings_story() as story:
        await typed(story.app, f"{ENTER}aQuast & Co{SAVE}/q1")
        assert not isinstance(story.app.screen, CompanyForm)
        assert isinstance(story.app.focused, SearchField)
        assert text(story.app) == "q1"
        await story.settle()
        assert set(await story.companies()) == {"Quast & Co", *(one.name for one in COMPANIES)}


async def test_a_new_sources_kind_and_name_are_typed_in_one_chunk():
    async with settings_story() as story:
        await typed(story.app, f"{DOWN * 9}{ENTER}a")
        assert isinstance(story.app.screen, PickDialog)
        await typed(story.app, f"{ENTER}Quast 1")
        assert isinstance(story.app.screen, SourceForm)
        assert text(story.app) == "Quast 1"


async def test_the_first_start_is_typed_through_in_one_chunk():
    async def attempt(_attempt: object) -> str:
        return ""

    app = FirstRunApp(attempt)
    async with app.run_test(size=(80, 24)):
        await typed(app, f"{DOWN}{ENTER}quite.example")
        assert text(app).endswith("quite.example")


# -- what does not open, or late -----------------------------------------------------------------


class SlowDoor(ContactDoor):
    """A door that takes its time over one contact, or over ringing a phone."""

    def __init__(self) -> None:
        super().__init__()
        self.open = asyncio.Event()

    async def ask(self, query):
        if isinstance(query, GetContact):
            await self.open.wait()
        return await super().ask(query)

    async def do(self, command):
        if isinstance(command, CallNumber):
            await self.open.wait()
        return await super().do(command)


async def test_keys_wait_for_a_form_whose_contact_is_still_read():
    door = SlowDoor()
    async with a_console(door) as (app, pilot):
        await typed(app, "4")
        await pilot.pause(0.3)
        door.open.clear()
        for event in XTermParser().feed("eq1"):
            app.post_message(event)
        await pilot.pause(0.3)
        assert isinstance(app.screen, ContactsScreen)
        door.open.set()
        await until(lambda: not app._following)
        assert isinstance(app.screen, ContactForm)
        assert text(app).endswith("q1")


async def test_what_is_typed_behind_a_form_that_never_opens_is_dropped_and_it_is_said(monkeypatch):
    monkeypatch.setattr(type_ahead, "PATIENCE", 0.3)
    door = SlowDoor()
    async with a_console(door) as (app, pilot):
        await typed(app, "4")
        await pilot.pause(0.3)
        await typed(app, "eq1")
        assert isinstance(app.screen, ContactsScreen)
        await pilot.pause()
        assert "It takes too long: what you typed is dropped." in text_of(app)
        await typed(app, "1")
        assert app.current_mode == "calls"


async def test_what_is_typed_behind_a_form_that_can_not_be_opened_is_dropped():
    door = contact_door()

    def broken(_query):
        raise StoreFailed("The disk is full.")

    async with a_console(door) as (app, pilot):
        await typed(app, "4")
        await pilot.pause(0.3)
        door.answers[GetContact] = broken
        await typed(app, "e1")
        assert app.current_mode == "contacts"
        await typed(app, "1")
        assert app.current_mode == "calls"


async def test_what_is_typed_behind_a_refused_question_is_dropped():
    async with a_console(contact_door()) as (app, pilot):
        await typed(app, f"4{DOWN}")
        await pilot.pause(0.3)
        await typed(app, "dy1")
        assert app.current_mode == "contacts"
        await pilot.pause()
        assert "only own contacts are deleted here" in text_of(app)


async def test_keys_behind_one_that_asks_nothing_are_for_the_same_screen():
    async with a_console(contact_door()) as (app, pilot):
        await typed(app, "4")
        await pilot.pause(0.3)
        # Anna Muster has one number: nothing is to be chosen.
        await typed(app, "y2")
        assert app.clipboard == "+49302345678"
        assert app.current_mode == "unanswered"


async def test_no_key_waits_until_a_phone_rings():
    async with a_console(SlowDoor()) as (app, pilot):
        await typed(app, "4")
        await pilot.pause(0.3)
        await typed(app, "k1")
        assert app.current_mode == "calls"


async def test_what_is_typed_behind_a_refused_note_is_for_the_list():
    async with front_desk(ONE_CALL, "3") as story:
        door = story.app.door

        async def refuse(_command):
            return Refused("Not now.")

        door.do = refuse
        await typed(story.app, f"nnote{ENTER}/q")
        assert isinstance(story.app.focused, SearchField)


async def test_a_form_that_was_opened_by_a_click_gets_what_is_typed_at_once():
    async with settings_story("enter") as story:
        app = story.app
        app.screen.query_one(CompaniesPane).action_add()
        for event in XTermParser().feed("Quast 1"):
            app.post_message(event)
        await until(lambda: app._following)
        await until(lambda: not app._following)
        assert isinstance(app.screen, CompanyForm)
        assert text(app) == "Quast 1"


@pytest.mark.parametrize("gap", [0.01, 0.05, 0.1])
async def test_how_fast_the_hand_is_does_not_matter(gap):
    async with settings_story("enter") as story:
        for letter in "aQuick":
            story.app.post_message(events.Key(letter, letter))
            await asyncio.sleep(gap)
        await until(lambda: not story.app._following)
        assert text(story.app) == "Quick"
