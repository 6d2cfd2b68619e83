"""Stories at the home screen: who calls, how sure that is, and the whole card by one key."""

from dataclasses import replace

import pytest
from a_day import LIND, MEYER, last_calls
from contacts_kept import FIRM, MINE, MUSTER, ROTH, SCHULZ, contact_door
from fake_door import EVA, NOW, a_call, picture
from pictures import assert_looks_as_kept
from rich.cells import cell_len
from story import a_console, rows_of, text_of
from test_contacts import HOSTILE, press, settled, toasts

from console.calls.words import Direction, Phase
from console.desk.commands import ChooseContact, Done
from console.desk.contacts import Certainty, Match, WhoIs
from console.desk.records import Note, Offer
from console.tui.screens.contact_choice import ContactChoice
from console.tui.screens.contact_form import ContactForm
from console.tui.screens.details import DetailsScreen
from console.tui.widgets.contact_card import ContactCard

OPENS = Offer("Open contact", "contact")


def known(id="1", contact=SCHULZ, certainty=Certainty.EXACT, offers=(), **more):
    """A call of somebody the directory knows."""
    record = a_call(
        id,
        company=more.pop("company", MEYER),
        name=f"maybe {contact.name}" if certainty is Certainty.MAYBE else contact.name,
        caller_company=contact.company,
        contact=contact,
        certainty=certainty,
        maybe=certainty is Certainty.MAYBE,
        number_kind="mobile",
        country="Germany",
        **more,
    )
    return replace(record, offers=offers, company_id=1)


def door_with(*records, **more):
    return contact_door(snapshot=picture(*records), **more)


def shows_card(app):
    return app.screen.query_one(ContactCard).is_on_screen


def panel(app):
    """The right half, without repeated blanks."""
    return [" ".join(row[47:].split()) for row in rows_of(app)]


async def test_the_panel_names_the_source_the_others_and_the_time_there():
    call = known(others=2, there="Europe/London", note="n", last_calls=last_calls())
    async with a_console(door_with(call)) as (app, _pilot):
        rows = panel(app)
        assert "Hans Schulz Schulz Immobilien GmbH" in rows
        assert "+49 170 1234567 mobile, Germany 13:02 there" in rows
        assert "from Customers o 2 others c contact" in rows
        assert "prefers to be called back after 16:00" in rows


@pytest.mark.parametrize(
    ("certainty", "words"),
    [(Certainty.MAYBE, "maybe Hans Schulz"), (Certainty.EXTENSION, "extension of Hans Schulz")],
)
async def test_what_is_not_sure_is_said_in_words(certainty, words):
    lena = replace(EVA, login="lena")  # who has no source that knows better
    async with a_console(door_with(known(certainty=certainty), operator=lena)) as (app, pilot):
        await settled(app, pilot)
        assert any(row.startswith(words) for row in panel(app))
        live = "\n".join(row[:46] for row in rows_of(app))
        assert ("maybe Hans Schulz" in live) == (certainty is Certainty.MAYBE)


async def test_a_zone_that_nobody_knows_breaks_nothing():
    async with a_console(door_with(known(there="Mars/Olympus"))) as (app, _pilot):
        assert "there" not in text_of(app)


async def test_nothing_moves_when_the_directory_answers():
    bare = a_call("1", company=MEYER, last_calls=last_calls())
    door = door_with(bare)
    async with a_console(door) as (app, pilot):
        before = [y for y, row in enumerate(rows_of(app)) if "yesterday 16:20" in row]
        named = known(last_calls=last_calls(), contact=replace(SCHULZ, note=""))
        door.publish(picture(named))
        await settled(app, pilot)
        assert "Hans Schulz" in text_of(app)
        assert [y for y, row in enumerate(rows_of(app)) if "yesterday 16:20" in row] == before


async def test_c_opens_the_whole_card_and_again_closes_it():
    async with a_console(door_with(known(last_calls=last_calls()))) as (app, pilot):
        assert not shows_card(app)
        await press(app, pilot, "c")
        assert shows_card(app)
        assert "fax        +49 30 23456799" in text_of(app)
        assert "▲ yesterday 14:01" in text_of(app)  # from the whole contact's calls
        await press(app, pilot, "c")
        assert not shows_card(app)
        await press(app, pilot, "c", "escape")
        assert not shows_card(app)


async def test_the_card_tells_of_its_call_too():
    call = replace(
        known(offers=LINKS, there="Europe/London"), notes=(Note("Lena", NOW, "wants an offer"),)
    )
    async with a_console(door_with(call)) as (app, pilot):
        await press(app, pilot, "c")
        rows = panel(app)
        assert "✎ 14:02 Lena: wants an offer" in rows
        assert "l CRM: https://crm.example/?q=1" in rows
        assert "mobile +49 170 1234567 Germany 13:02 there ← this call" in rows
        assert "work +49 30 23456712 landline, Germany" in rows


async def test_a_number_that_the_contact_does_not_list_is_told_with_the_others():
    call = known(certainty=Certainty.EXTENSION, number="+49302345671288")
    async with a_console(door_with(call, operator=replace(EVA, login="lena"))) as (app, pilot):
        await press(app, pilot, "c")
        rows = panel(app)
        assert "The number continues one of these: a phone behind the switchboard." in rows
        assert any(row.startswith("this call +49 30 2345671288") for row in rows)


async def test_the_card_belongs_to_its_call():
    door = door_with(known("1"), known("2", ROTH, company=LIND, seconds=5))
    async with a_console(door) as (app, pilot):
        await press(app, pilot, "c", "down")
        assert not shows_card(app)
        await press(app, pilot, "c")
        assert "Kanzlei Berg & Partner" in text_of(app)
        door.publish(picture(known("1")))
        await settled(app, pilot)
        assert not shows_card(app)


async def test_a_card_that_is_longer_than_its_place_is_scrolled_without_leaving_the_list():
    long = replace(SCHULZ, note="\n".join(f"line {n}" for n in range(30)))
    door = door_with(known(contact=long))
    door.contacts = [long]
    async with a_console(door, (80, 24)) as (app, pilot):
        await press(app, pilot, "c")
        assert "line 0" in text_of(app)
        await press(app, pilot, *["pagedown"] * 4)
        assert "line 29" in text_of(app)


async def test_a_call_on_the_card_opens_its_details():
    async with a_console(door_with(known())) as (app, pilot):
        await press(app, pilot, "c", "tab", "down", "enter")
        assert isinstance(app.screen, DetailsScreen)
        assert app.screen._call == "h1"


async def test_c_on_a_stranger_opens_the_form_with_the_number_and_what_the_pbx_says():
    stranger = a_call(number="+493099887766", display="Blumen Vogel", country="Germany")
    door = door_with(stranger)
    async with a_console(door) as (app, pilot):
        assert "c adds a contact" in panel(app)
        await press(app, pilot, "c")
        assert isinstance(app.screen, ContactForm)
        assert app.focused.value == "Blumen Vogel"
        await press(app, pilot, "ctrl+s")
        assert door.commands[0].contact.numbers == (("+493099887766", ""),)


async def test_c_on_a_hidden_caller_says_that_there_is_no_number():
    async with a_console(door_with(a_call(hidden=True))) as (app, pilot):
        await press(app, pilot, "c", "o")
        assert toasts(app) == ["The caller does not show a number."]


async def test_without_a_call_the_keys_do_nothing():
    door = door_with()
    async with a_console(door) as (app, pilot):
        await press(app, pilot, "c", "o", "l", "e")
        assert toasts(app) == []
        assert app.screen is app.screen_stack[0]


async def test_c_on_an_outgoing_call_asks_whom_we_called():
    out = a_call(
        company="", number="101", called="+49409980100", direction=Direction.OUTBOUND,
        phase=Phase.TALKING, talking_to="+49409980100", name="Eva Brandt", contact=MUSTER,
    )  # fmt: skip
    door = door_with(out)
    async with a_console(door) as (app, pilot):
        await settled(app, pilot)
        assert any(row.startswith("→ Dr. Roth from Customers") for row in panel(app))
        await press(app, pilot, "c")
        assert "+49 40 9980100" in text_of(app)
        assert "Dr. Roth   Kanzlei Berg & Partner" in text_of(app)


# -- an operator's own sources ------------------------------------------------------------


async def test_whom_only_the_operator_knows_is_shown_as_theirs():
    stranger = a_call(number="+493099887766", country="Germany")
    mine = replace(ROTH, source_id=MINE, source="Eva's folder")
    door = door_with(stranger)
    door.who["+493099887766"] = (Match(mine),)
    async with a_console(door) as (app, pilot):
        await settled(app, pilot)
        rows = panel(app)
        assert "Dr. Roth Kanzlei Berg & Partner" in rows
        assert "from Eva's folder, yours c contact" in rows
        await press(app, pilot, "c")
        assert "yours: nobody else sees it" in text_of(app)


async def test_own_sources_are_asked_once_for_each_caller_that_the_directory_does_not_know():
    stranger = a_call("1", number="+493099887766", country="Germany")
    door = door_with(stranger)
    async with a_console(door) as (app, pilot):
        for second in range(3):
            door.publish(replace(door.snapshot, now=NOW, stored=second))
            await settled(app, pilot)
        assert len(door.asked_for(WhoIs)) == 1
        door.publish(picture(stranger, known("2", seconds=2)))
        await press(app, pilot, "down")
        assert len(door.asked_for(WhoIs)) == 1  # everybody knows that one
        door.learn(*door.contacts)
        await press(app, pilot, "up")
        assert len(door.asked_for(WhoIs)) == 2


async def test_who_has_no_source_of_their_own_asks_nothing():
    lena = replace(EVA, login="lena", name="Lena")
    door = door_with(a_call(number="+493099887766", country="Germany"), operator=lena)
    async with a_console(door) as (app, pilot):
        await settled(app, pilot)
        assert door.asked_for(WhoIs) == []


async def test_a_call_that_is_being_looked_up_is_not_asked_about_yet():
    door = door_with(a_call(number="+493099887766", seconds=0.1))
    async with a_console(door) as (app, pilot):
        await settled(app, pilot)
        assert door.asked_for(WhoIs) == []


# -- which of them it is ---------------------------------------------------------------------------


def several():
    door = door_with(known(others=2))
    door.who["+491701234567"] = (
        Match(SCHULZ),
        Match(FIRM, Certainty.EXTENSION),
        Match(replace(ROTH, source_id=MINE), Certainty.MAYBE),
    )
    return door


async def test_o_lists_who_else_it_may_be():
    async with a_console(several()) as (app, pilot):
        await press(app, pilot, "o")
        assert isinstance(app.screen, ContactChoice)
        screen = text_of(app)
        assert "WHO IS +49 170 1234567?" in screen
        assert "● Hans Schulz" in screen  # the one that is shown
        assert "extension, Customers" in screen
        assert "maybe, yours, Kanzlei Berg" in screen


@pytest.mark.parametrize(
    ("keys", "command"),
    [
        (("down", "enter"), ChooseContact("+491701234567", FIRM.ref, 1)),
        (("down", "A"), ChooseContact("+491701234567", FIRM.ref)),
        (("escape",), None),
        (("f",), None),  # nothing to forget
    ],
)
async def test_the_choice_is_for_calls_to_this_company_or_for_all(keys, command):
    door = several()
    async with a_console(door) as (app, pilot):
        await press(app, pilot, "o", *keys)
        assert door.commands == ([command] if command else [])


async def test_o_is_offered_only_where_there_are_others():
    door = door_with(known())
    door.who["+491701234567"] = (Match(SCHULZ),)
    async with a_console(door) as (app, pilot):
        assert "o others" not in rows_of(app)[-1]
        await press(app, pilot, "o")
        assert toasts(app) == ["Hans Schulz: nobody else known has this number."]
    async with a_console(several()) as (app, pilot):
        assert "o others" in rows_of(app)[-1]


async def test_what_was_chosen_is_marked_and_can_be_forgotten():
    door = several()
    door.who["+491701234567"] = (Match(FIRM, chosen=True), Match(SCHULZ))
    async with a_console(door) as (app, pilot):
        await press(app, pilot, "o")
        assert "● Schulz Immobilien GmbH     chosen" in text_of(app)
        await press(app, pilot, "f")
        assert door.commands == [ChooseContact("+491701234567", "", 1)]


async def test_what_was_chosen_for_all_calls_is_forgotten_too():
    door = several()
    door.who["+491701234567"] = (Match(FIRM, chosen=True), Match(SCHULZ))
    door.answer = lambda command: Done("forgotten", 0 if command.company_id else 1)
    async with a_console(door) as (app, pilot):
        await press(app, pilot, "o", "f")
        assert door.commands[-1] == ChooseContact("+491701234567", "")


# -- what actions hold out ------------------------------------------------------------


async def test_a_card_opens_by_itself_where_an_action_says_so():
    door = door_with()
    async with a_console(door) as (app, pilot):
        keys = app.focused
        door.publish(picture(known(offers=(OPENS,))))
        await settled(app, pilot)
        assert shows_card(app)
        assert app.focused is keys


async def test_a_card_that_was_closed_stays_closed():
    door = door_with(known(offers=(OPENS,)))
    async with a_console(door) as (app, pilot):
        await press(app, pilot, "c")
        door.publish(replace(door.snapshot, now=NOW))
        await settled(app, pilot)
        assert not shows_card(app)


async def test_no_card_opens_over_what_somebody_has_chosen():
    door = door_with(known("1"), known("2", ROTH, seconds=5))
    async with a_console(door) as (app, pilot):
        await press(app, pilot, "down")
        door.publish(
            picture(known("1", offers=(OPENS,)), known("2", ROTH, seconds=5, offers=(OPENS,)))
        )
        await settled(app, pilot)
        assert not shows_card(app)


async def test_no_card_opens_while_somebody_types():
    door = door_with(known("1"))
    async with a_console(door) as (app, pilot):
        await press(app, pilot, "n", *"boiler")
        door.publish(picture(known("1", offers=(OPENS,))))
        await press(app, pilot, *" c")
        assert app.focused.text == "boiler c"
        assert not app.screen_stack[0].query_one(ContactCard).is_on_screen


async def test_on_another_screen_the_strip_holds_the_contact_out_and_c_takes_it():
    door = door_with()
    async with a_console(door) as (app, pilot):
        await press(app, pilot, "4")
        door.publish(picture(known(offers=(OPENS,))))
        await settled(app, pilot)
        assert "c contact   1 Calls" in rows_of(app)[1]
        assert "c contact" in rows_of(app)[-1]
        assert app.current_mode == "contacts"
        await press(app, pilot, "c")
        assert app.current_mode == "calls"
        assert shows_card(app)


async def test_in_a_list_c_takes_what_the_strip_holds_out_before_the_row():
    door = door_with(known(offers=(OPENS,)))
    async with a_console(door) as (app, pilot):
        await press(app, pilot, "3", "c")
        assert app.current_mode == "calls"
        assert shows_card(app)


async def test_while_a_text_field_has_the_keys_c_is_a_letter_and_the_strip_can_be_clicked():
    door = door_with(known(offers=(OPENS,)))
    async with a_console(door) as (app, pilot):
        await press(app, pilot, "4", "slash", "c")
        assert app.focused.value == "c"
        assert app.current_mode == "contacts"
        await pilot.click("RingStrip", offset=(rows_of(app)[1].index("c contact"), 0))
        await settled(app, pilot)
        assert app.current_mode == "calls"
        assert shows_card(app)


async def test_without_an_offer_c_is_free_where_no_call_is_chosen():
    async with a_console(door_with(known())) as (app, pilot):
        await press(app, pilot, "4", "c")
        assert app.current_mode == "contacts"
        assert "c contact" not in text_of(app)


LINKS = (
    Offer("CRM", "url", "https://crm.example/?q=1"),
    Offer("Bad", "url", "javascript:alert(1)"),
)


async def test_a_link_is_shown_and_l_copies_it_where_no_browser_may_be_opened():
    async with a_console(door_with(known(offers=LINKS))) as (app, pilot):
        assert "l CRM: https://crm.example/?q=1" in panel(app)
        assert "javascript" not in text_of(app)
        await press(app, pilot, "l")
        assert app.clipboard == "https://crm.example/?q=1"
        assert toasts(app) == ["https://crm.example/?q=1 copied"]


async def test_of_several_links_one_is_chosen():
    two = (LINKS[0], Offer("Shop", "url", "https://shop.example/"))
    async with a_console(door_with(known(offers=two))) as (app, pilot):
        await press(app, pilot, "l", "2")
        assert app.clipboard == "https://shop.example/"


async def test_the_caller_with_everything_looks_as_kept():
    call = known(others=2, there="Europe/London", last_calls=last_calls(), offers=LINKS)
    async with a_console(door_with(call)) as (app, pilot):
        await settled(app, pilot)
        assert_looks_as_kept(app, "caller_120x40")


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_the_card_looks_as_kept(size):
    lena = replace(EVA, login="lena")
    door = door_with(known(certainty=Certainty.MAYBE), operator=lena)
    async with a_console(door, size) as (app, pilot):
        await press(app, pilot, "c")
        assert_looks_as_kept(app, f"caller_card_{size[0]}x{size[1]}")


async def test_the_choice_looks_as_kept():
    async with a_console(several(), (80, 24)) as (app, pilot):
        await press(app, pilot, "o")
        assert_looks_as_kept(app, "contact_choice_80x24")


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
@pytest.mark.parametrize("key", ["c", "o", "l"])
async def test_hostile_names_are_cut_and_never_obeyed(size, key):
    nasty = replace(SCHULZ, name=HOSTILE, company=HOSTILE, note=HOSTILE, source=HOSTILE)
    offers = (
        Offer(HOSTILE, "url", "https://x.example/" + "y" * 1900),
        Offer(HOSTILE, "url", "https://x.example/\x1b]0;evil\x07"),
        Offer("[b]", "url", "https://x.example/2"),
    )
    call = known(contact=nasty, others=10**9, there=HOSTILE, offers=offers)
    door = door_with(call)
    door.who["+491701234567"] = tuple(Match(nasty) for _ in range(50))
    async with a_console(door, size) as (app, pilot):
        await press(app, pilot, key)
        rows = rows_of(app)
        assert {cell_len(row) for row in rows} == {size[0]}
        assert "[b]Ö[/b]" in "".join(rows)
        assert all(row.isprintable() for row in rows)
