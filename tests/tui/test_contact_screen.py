"""Stories over a real desk and a real database: from a call to its contact, and back."""

from dataclasses import replace

from call_lists import record
from fake_door import EVA
from front_desk import FrontDesk, front_desk, today
from story import rows_of, text_of

from console.calls.events import Caller
from console.calls.words import Direction, Outcome
from console.desk.changes import PutContacts
from console.desk.commands import SaveContact
from console.desk.contacts import WhoIs
from console.people.values import Contact
from console.settings.sources import OWN
from console.tui.screens.contact_choice import ContactChoice
from console.tui.screens.contact_form import ContactForm
from console.tui.screens.contact_screen import ContactScreen
from console.tui.screens.contacts import ContactsScreen
from console.tui.screens.details import DetailsScreen
from console.tui.screens.unanswered import UnansweredScreen
from console.tui.widgets.contact_card import ContactCard
from console.tui.widgets.contact_list import ContactList

HANS = Contact("Hans Schulz", (("+491701234567", "mobile"), ("+493023456712", "work")),
               company="Schulz Immobilien GmbH", key="hans")  # fmt: skip


def from_number(number: str | None, n: int = 1, minutes: float = 10, **more: object):
    """An unanswered call of today."""
    made = today(record(n, Outcome.NO_ANSWER), minutes)
    caller = Caller(number, hidden=number is None)
    return replace(made, caller_name="", call=replace(made.call, id=f"c{n}", caller=caller, **more))


async def import_contacts(desk: FrontDesk, *contacts: Contact, source: str = "Customers") -> None:
    now = desk.clock.now()
    await desk.store.write([PutContacts(contacts, source, "test", now)])
    desk.desk.directory_changed()
    await desk.settle()


async def who(desk: FrontDesk, number: str) -> list[str]:
    return [match.contact.name for match in await desk.desk.door(EVA).ask(WhoIs(number))]


async def test_c_in_a_list_shows_who_it_was_with_all_calls_and_back() -> None:
    calls = [from_number("+491701234567"), from_number("+493023456712", 2, 20)]
    async with front_desk(calls, "2") as desk:
        await import_contacts(desk, HANS)
        await desk.press("c")
        assert isinstance(desk.app.screen, ContactScreen)
        screen = text_of(desk.app)
        assert "CONTACT  +49 170 1234567" in screen
        assert "Hans Schulz   Schulz Immobilien GmbH" in screen
        assert screen.count("nobody answered") == 2
        await desk.press("c")
        assert isinstance(desk.app.screen, UnansweredScreen)


async def test_c_in_the_details_leads_on_and_a_call_of_the_card_to_its_details() -> None:
    calls = [from_number("+491701234567"), from_number("+493023456712", 2, 20)]
    async with front_desk(calls, "2") as desk:
        await import_contacts(desk, HANS)
        await desk.press("enter", "c", "down", "down", "enter")
        assert isinstance(desk.app.screen, DetailsScreen)
        assert desk.app.screen._call == "c2"
        await desk.press("escape", "escape", "escape")
        assert isinstance(desk.app.screen, UnansweredScreen)


async def test_c_on_a_stranger_in_a_list_adds_a_contact_who_is_known_from_then_on() -> None:
    async with front_desk([from_number("+491701234567")], "2", "c") as desk:
        assert isinstance(desk.app.screen, ContactForm)
        await desk.type("Hans Schulz")
        await desk.press("ctrl+s")
        assert desk.toasts() == ["Hans Schulz saved"]
        assert await who(desk, "+491701234567") == ["Hans Schulz"]
        await desk.press("c")
        assert "Hans Schulz" in text_of(desk.app)


async def test_c_on_a_hidden_number_says_so_and_on_an_outgoing_call_asks_whom_we_called() -> None:
    out = from_number(
        "101", 2, 5, direction=Direction.OUTBOUND, called="+491701234567", outcome=Outcome.ANSWERED
    )
    async with front_desk([from_number(None), out], "3") as desk:
        await import_contacts(desk, HANS)
        await desk.press("c")
        assert "Hans Schulz" in text_of(desk.app)
        await desk.press("escape", "down", "c")
        assert desk.toasts() == ["The caller does not show a number."]


async def test_which_of_several_it_is_is_said_once_and_shown_from_then_on() -> None:
    office = Contact("Office", (("+491701234567", "work"),), key="office")
    async with front_desk([from_number("+491701234567")], "2") as desk:
        await import_contacts(desk, HANS, office)
        first, second = await who(desk, "+491701234567")
        await desk.press("c")
        assert first in text_of(desk.app)
        await desk.press("o")
        assert isinstance(desk.app.screen, ContactChoice)
        await desk.press("down", "enter")
        assert (await who(desk, "+491701234567"))[0] == second
        card = desk.app.screen.query_one(ContactCard).card
        assert card.contact.name == second
        await desk.press("o", "f")
        assert (await who(desk, "+491701234567"))[0] == first
        await desk.press("u")  # the forgetting
        assert (await who(desk, "+491701234567"))[0] == second


async def test_o_says_who_else_has_the_number_in_lists_and_details_too() -> None:
    office = Contact("Office", (("+491701234567", "work"),), key="office")
    calls = [from_number("+491701234567"), from_number("+493023456712", 2, 20)]
    async with front_desk(calls, "2") as desk:
        await import_contacts(desk, HANS, office)
        first, second = await who(desk, "+491701234567")
        for way in (("o",), ("enter", "o"), ("escape", "3", "o")):
            await desk.press(*way)
            assert isinstance(desk.app.screen, ContactChoice)
            assert f"● {first}" in text_of(desk.app)
            assert f"○ {second}" in text_of(desk.app)
            await desk.press("escape")
        await desk.press("o", "down", "enter")
        assert (await who(desk, "+491701234567"))[0] == second
        # Of whom there is only one, nobody is asked.
        await desk.press("down", "o")
        assert desk.toasts() == ["Hans Schulz: nobody else known has this number."]
        await desk.press("c")
        assert "o others" not in rows_of(desk.app)[-1]
        await desk.press("escape", "up", "c")
        assert "o others" in rows_of(desk.app)[-1]


async def test_a_contact_of_another_source_is_corrected_deleted_and_comes_back() -> None:
    async with front_desk([], "4") as desk:
        await import_contacts(desk, HANS)
        assert "CONTACTS  1" in rows_of(desk.app)[2]
        await desk.press("e")
        assert "your correction; Customers stays as it is" in text_of(desk.app)
        await desk.type(" sen.")
        await desk.press("ctrl+s")
        listed = desk.app.screen.query_one(ContactList)
        assert listed.selected.name == "Hans Schulz sen."
        assert listed.selected.source_id == OWN
        assert "CONTACTS  1" in rows_of(desk.app)[2]
        assert await who(desk, "+493023456712") == ["Hans Schulz sen."]
        await desk.press("d", "y")
        assert listed.selected.name == "Hans Schulz"
        await desk.press("u")
        assert listed.selected.name == "Hans Schulz sen."


async def test_a_correction_names_the_source_it_corrects() -> None:
    async with front_desk([], "4", size=(200, 60)) as desk:
        await import_contacts(desk, HANS)
        await desk.press("e")
        await desk.type("!")
        await desk.press("ctrl+s")
        for _ in range(100):
            if "corrects the one of Customers" in text_of(desk.app):
                break
            # The list behind the form is read anew, and the name of the source with it.
            await desk.pilot.pause(0.02)
        assert "corrects the one of Customers" in text_of(desk.app)


async def test_undo_takes_back_an_added_contact_and_the_cursor_stays_near() -> None:
    async with front_desk([], "4") as desk:
        await import_contacts(desk, HANS)
        await desk.press("a")
        await desk.type("Anna")
        await desk.press("ctrl+s")
        assert desk.app.screen.query_one(ContactList).selected.name == "Anna"
        await desk.press("u")
        assert desk.app.screen.query_one(ContactList).selected.name == "Hans Schulz"


async def test_the_search_finds_words_of_all_fields_and_parts_of_numbers() -> None:
    anna = Contact("Anna Öztürk", (("+493077777777", "work"),), note="hard of hearing", key="a")
    async with front_desk([], "4") as desk:
        await import_contacts(desk, HANS, anna)
        for text, name in (("oztur", "Anna Öztürk"), ("hear", "Anna Öztürk"),
                           ("0170123", "Hans Schulz"), ("immo -anna", "Hans Schulz")):  # fmt: skip
            await desk.press("slash")
            await desk.type(text)
            listed = desk.app.screen.query_one(ContactList)
            assert [listed.selected.name, len(listed._contacts)] == [name, 1], text
            await desk.press("escape")


async def test_what_a_colleague_changes_is_seen_here_too() -> None:
    async with front_desk([], "4") as desk:
        await import_contacts(desk, HANS)
        lena = desk.desk.door(replace(EVA, login="lena", name="Lena"))
        await lena.do(SaveContact(Contact("Aaron")))
        await desk.settle()
        listed = desk.app.screen.query_one(ContactList)
        assert [one.name for one in listed._contacts] == ["Aaron", "Hans Schulz"]
        assert listed.selected.name == "Hans Schulz"
        assert isinstance(desk.app.screen, ContactsScreen)
