"""Whoever comes in again is where the hand was: screen, selection, a half-typed note."""

import asyncio
import json

import pytest
import sqlalchemy as sa
from call_lists import NOON, record
from fake_door import SITE
from front_desk import today
from people_story import EVA, LENA, floor, until
from settings_story import SettingsStory

from console.calls.words import Outcome
from console.desk.accounts import KeptPlace
from console.desk.changes import ForgetNumber
from console.desk.commands import KeepPlace
from console.desk.operators import Operator
from console.desk.queries import CallDetails
from console.desk.snapshot import Snapshot
from console.tui import place_keeper
from console.tui.app import HotlineApp
from console.tui.list_filter import ListFilter, Show, read_filter
from console.tui.place import Note, Place, read_place
from console.tui.screens.calls import CallsScreen
from console.tui.screens.contacts import ContactsScreen
from console.tui.screens.details import DetailsScreen
from console.tui.screens.note_dialog import NoteDialog, NoteField
from console.tui.screens.unanswered import UnansweredScreen
from console.waiting_door import WaitingDoor


@pytest.fixture(autouse=True)
def hands_rest_at_once(monkeypatch):
    monkeypatch.setattr(place_keeper, "RESTS", 0.05)


def unanswered(count):
    return [today(record(3 * n, Outcome.NO_ANSWER), 10 * n + 5) for n in range(1, count + 1)]


async def kept(here, login="eva"):
    return await here.store.ask(KeptPlace(login))


async def wait_for(here, true, login="eva"):
    """Return when what is kept of somebody is like that."""
    for _ in range(300):
        if true(await kept(here, login)):
            return
        await here.desk.quiet()
        await asyncio.sleep(0.02)
    raise AssertionError(await kept(here, login))


async def test_after_a_dropped_line_the_note_is_open_with_its_text_over_the_same_call():
    async with floor(unanswered(5)) as here:
        async with here.console(EVA, "2", "down", "down", "n") as eva:
            await eva.type("wants an offer")
            chosen = eva.app.screen_stack[0].chosen().call.id
            await wait_for(here, lambda place: place and place.get("note"))
        async with here.console(EVA) as eva:
            await eva.until(lambda: isinstance(eva.app.screen, NoteDialog))
            assert eva.app.screen.query_one(NoteField).text == "wants an offer"
            assert isinstance(eva.app.screen_stack[0], UnansweredScreen)
            assert eva.app.screen_stack[0].chosen().call.id == chosen
            await eva.type(" by noon")
            await eva.press("enter")
            await wait_for(here, lambda place: "note" not in place)
            details = await here.store.ask(CallDetails(chosen))
            assert details.record.notes[-1].text == "wants an offer by noon"
        async with here.console(EVA) as eva:
            await eva.until(lambda: isinstance(eva.app.screen, UnansweredScreen))
            await eva.settle()
            assert eva.app.screen.chosen().call.id == chosen


async def test_a_note_that_is_given_up_is_not_kept():
    async with floor(unanswered(2)) as here, here.console(EVA, "2", "n") as eva:
        await eva.type("x")
        await wait_for(here, lambda place: place and place.get("note"))
        await eva.press("escape", "t")
        await wait_for(here, lambda place: "note" not in place)


async def test_a_filter_a_search_and_open_details_are_kept_too():
    async with floor(unanswered(6)) as here:
        async with here.console(EVA, "2", "slash") as eva:
            await eva.type("Berg")
            await eva.pilot.pause(0.2)
            await eva.press("enter", "enter")
            await wait_for(here, lambda place: place and place.get("details"))
        async with here.console(EVA) as eva:
            await eva.until(lambda: isinstance(eva.app.screen, DetailsScreen))
            await eva.press("escape")
            await eva.settle()
            assert all("Berg" in one for one in eva.lines() if one.startswith("▌▲"))
            await eva.press("escape")
            assert len([one for one in eva.lines() if "▲" in one and ":" in one]) >= 6


async def test_who_quits_keeps_screen_and_selection_alone():
    async with floor(unanswered(4)) as here:
        async with here.console(EVA, "2", "down") as eva:
            await eva.press("enter")
            await eva.press("q")
            await until(lambda: eva.app._exit)
        place = await kept(here)
        assert place["mode"] == "unanswered"
        assert set(place["told"]) == {"chosen"}
        assert "details" not in place


async def test_a_line_that_breaks_within_the_second_loses_nothing(monkeypatch):
    monkeypatch.setattr(place_keeper, "RESTS", 60.0)
    async with floor(unanswered(2)) as here:
        async with here.console(EVA, "2", "n") as eva:
            await eva.type("half")
            assert await kept(here) is None
            eva.app.exit()
        assert (await kept(here))["note"]["text"] == "half"


async def test_nothing_is_written_while_nothing_changes_and_no_list_asks_again():
    async with floor(unanswered(3)) as here, here.console(EVA, "2") as eva:
        await eva.press("home")
        await wait_for(here, lambda place: place and place["told"])
        at = (await kept(here))["at"]
        here.later(minutes=1)
        await eva.settle()
        stored, revision = here.desk.snapshot.stored, here.desk.snapshot.revision
        await eva.press("up", "up")
        await eva.pilot.pause(0.2)
        assert (await kept(here))["at"] == at
        await eva.press("down")
        await wait_for(here, lambda place: place["at"] != at)
        assert here.desk.snapshot.stored == stored
        assert here.desk.snapshot.revision - revision <= 3


async def test_of_two_sessions_of_one_login_the_last_key_wins():
    async with floor(unanswered(3)) as here:
        first = await here.sits_down(EVA, "2")
        second = await here.sits_down(EVA)
        await second.press("4")
        await wait_for(here, lambda place: place["mode"] == "contacts")
        await first.press("down")
        await wait_for(here, lambda place: place["mode"] == "unanswered")
        first.app.exit()
        await second.press("1")
        await wait_for(here, lambda place: place["mode"] == "calls")


async def test_another_operator_is_not_brought_there():
    async with floor(unanswered(3)) as here:
        async with here.console(EVA, "2"):
            await wait_for(here, lambda place: place)
        async with here.console(LENA) as lena:
            assert isinstance(lena.app.screen, CallsScreen)


async def test_of_a_call_that_is_gone_only_the_screen_comes_back():
    async with floor(unanswered(2)) as here:
        async with here.console(EVA, "2", "down", "n") as eva:
            await eva.type("x")
            await wait_for(here, lambda place: place and place.get("note"))
            number = eva.app.screen_stack[0].chosen().call.caller.number
        await here.store.write([ForgetNumber(number, "olga", NOON)])
        async with here.console(EVA) as eva:
            await eva.until(lambda: isinstance(eva.app.screen, UnansweredScreen))
            await eva.settle()
            assert len(eva.app.screen_stack) == 1


async def test_whoever_has_begun_something_is_left_alone():
    async with floor(unanswered(2)) as here:
        await here.desk.do(KeepPlace(Place("journal").stored(NOON)), EVA)
        async with here.console(EVA, "4") as eva:
            await eva.settle()
            assert isinstance(eva.app.screen, ContactsScreen)


async def test_a_console_that_was_drawn_before_its_desk_opened_comes_back_too():
    async with floor(unanswered(3)) as here:
        async with here.console(EVA, "2", "down"):
            await wait_for(here, lambda place: place and place["mode"] == "unanswered")
            await wait_for(here, lambda place: len(place["told"]) == 1)
        guest = Operator("eva", "eva")
        door = WaitingDoor(guest, Snapshot(0, 0, NOON, SITE.name))
        app = HotlineApp(door, SITE)
        async with app.run_test(size=(120, 40), notifications=True) as pilot:
            await pilot.pause()
            inside = here.desk.door(EVA)
            door.open(inside)
            eva = SettingsStory(app, pilot, here.desk, here.store, here.clock)
            await eva.until(lambda: isinstance(app.screen, UnansweredScreen))
            await eva.settle()
            assert app.screen.chosen().call.id == (await kept(here))["told"]["chosen"]
            assert not eva.toasts()
            inside.close()


HOSTILE = [
    None,
    [],
    "x",
    7,
    {},
    {"at": "yesterday", "mode": "journal"},
    {"at": NOON.isoformat(), "mode": ["calls"]},
    {"at": NOON.isoformat(), "mode": "shell"},
    {"at": NOON.isoformat(), "mode": "calls\x1b[2J"},
    {"at": NOON.replace(tzinfo=None).isoformat(), "mode": "calls"},
    {"at": 10**400, "mode": "calls"},
]


@pytest.mark.parametrize("stored", HOSTILE)
def test_what_makes_no_sense_is_no_place(stored):
    assert read_place(stored, NOON) is None


def test_of_what_makes_half_sense_the_half_comes_back():
    stored = {
        "at": NOON.isoformat(),
        "mode": "unanswered",
        "told": {"chosen": 3, "text": "a\x1b]0;x\x07" + "b" * 999, "show": "never", 5: "x"},
        "details": {"deep": []},
        "note": {"call": "c1", "text": "one\x1b[2J\r\ntwo\u202e" + "x" * 99_999},
    }
    place = read_place(stored, NOON)
    assert place.details == ""
    assert set(place.told) == {"text", "show"}
    assert "\x1b" not in place.told["text"]
    assert len(place.told["text"]) <= 200
    assert read_filter(place.told) is None
    assert place.note.call == "c1"
    assert "\x1b" not in place.note.text
    assert "\n" in place.note.text
    assert len(place.note.text) <= 5000


def test_a_place_and_a_filter_read_back_are_what_they_were():
    chosen = ListFilter(Show.UNANSWERED, True, Outcome.ABANDONED, "Meyer & Söhne", "anna")
    place = Place("unanswered", {**chosen.told(), "chosen": "c1"}, "c2", Note("c2", "a\nb"))
    again = read_place(json.loads(json.dumps(place.stored(NOON))), NOON)
    assert again == place
    assert read_filter(again.told) == chosen


def test_after_a_day_nobody_is_brought_back():
    stored = Place("journal").stored(NOON)
    assert read_place(stored, NOON.replace(hour=23))
    assert read_place(stored, NOON.replace(day=NOON.day + 1)) is None


@pytest.mark.parametrize("text", ["{", "[1]", "null", '"x"', "", "9" * 5000, '{"mode": "calls"}'])
async def test_a_table_with_anything_in_it_keeps_nobody_out(text):
    async with floor() as here:
        await here.desk.do(KeepPlace({"mode": "calls"}), EVA)

        def spoil(sql):
            sql.execute(sa.text("UPDATE places SET place = :text"), {"text": text})

        await here.store._connections.write(spoil)
        async with here.console(EVA) as eva:
            assert isinstance(eva.app.screen, CallsScreen)
