"""Who is on: colleagues, what they look at, messages to all, sessions that are ended."""

from dataclasses import replace

import pytest
from call_lists import record
from fake_door import NOW, FakeDoor, a_call, picture
from front_desk import today
from people_story import EVA, LENA, SUE, floor, until
from pictures import assert_looks_as_kept
from story import a_console, text_of

from console.calls.words import Outcome
from console.desk.commands import DisableOperator, TellAll
from console.desk.snapshot import Present
from console.tui import announcing, app
from console.tui.screens.calls import CallsScreen
from console.tui.screens.dialog import Dialog
from console.tui.screens.help import HelpScreen
from console.tui.screens.note_dialog import NoteField
from console.tui.screens.who_dialog import WhoDialog
from console.tui.widgets.header import Header


@pytest.fixture(autouse=True)
def eyes_rest_at_once(monkeypatch):
    monkeypatch.setattr(app, "LOOKS_FOR", 0.01)
    monkeypatch.setattr("console.desk.desk.MOVES_SHOWN", 0.01)
    monkeypatch.setattr(announcing, "UNMISSABLE", 0.0)


def unanswered(count):
    return [today(record(3 * n, Outcome.NO_ANSWER), 10 * n + 5) for n in range(1, count + 1)]


async def test_an_operator_sees_colleagues_and_what_they_look_at():
    async with floor(unanswered(3)) as here:
        eva = await here.sits_down(EVA, "2", "down")
        lena = await here.sits_down(LENA)
        await until(lambda: any(one.call for one in here.desk.snapshot.present))
        await lena.press("w")
        assert isinstance(lena.app.screen, WhoDialog)
        await lena.sees("Eva Brandt")
        chosen = eva.app.screen.chosen()
        await lena.sees(f"Unanswered  ◎ {chosen.company_name}, ")
        assert "Lena Kraft (you)" in lena.text()
        assert "10.0.0.7" not in lena.text()
        assert "tells all" not in lena.text()
        await lena.press("m", "x")
        assert isinstance(lena.app.screen, WhoDialog)


async def test_a_click_on_the_name_in_the_header_shows_who_is_on():
    async with a_console(FakeDoor()) as (console, pilot):
        row = text_of(console).split("\n")[0]
        await pilot.click(Header, offset=(row.index("Eva Brandt") + 1, 0))
        await pilot.pause()
        assert isinstance(console.screen, WhoDialog)
        await pilot.press("escape")
        assert isinstance(console.screen, CallsScreen)


async def test_the_list_and_the_details_name_who_looks_at_a_call_until_that_one_looks_away():
    async with floor(unanswered(3)) as here:
        eva = await here.sits_down(EVA, "2", "down")
        lena = await here.sits_down(LENA, "2")
        await lena.sees("◎ Eva Brandt")
        line = next(line for line in lena.lines() if "◎ Eva Brandt" in line)
        assert "12:35" in line
        assert "◎" not in "\n".join(line for line in eva.lines() if "12:35" in line)
        await lena.press("down", "enter")
        await lena.sees("◎ Eva Brandt looks at it, too")
        await eva.press("1")
        await lena.until(lambda: "◎" not in lena.text())


async def test_who_has_pressed_no_key_for_minutes_looks_at_nothing():
    async with floor(unanswered(2)) as here:
        await here.sits_down(EVA, "2")
        lena = await here.sits_down(LENA, "2", "down")
        await lena.sees("◎ Eva Brandt")
        here.later(minutes=6)
        await lena.until(lambda: "◎" not in lena.text())
        await lena.press("w")
        await lena.sees("idle since")


async def test_a_live_call_that_a_colleague_chose_is_marked_on_the_home_screen():
    async with a_console(FakeDoor(picture(a_call("1"), a_call("2", name="Anna")))) as (_, pilot):
        door, screen = pilot.app.door, pilot.app.screen
        assert screen.looked_at is None
        await pilot.press("down")
        await pilot.pause(0.05)
        assert door.looks[-1] == ("Calls", "2")


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_a_live_call_that_a_colleague_looks_at_looks_as_kept(size):
    lena = Present("lena", "Lena Kraft", 2, NOW, "", NOW, "Calls", "2")
    mine = Present("eva", "Eva Brandt", 1, NOW, "", NOW, "Calls", "1")
    calls = (a_call("1"), a_call("2", name="Anna Muster", company="Kanzlei Berg"))
    door = FakeDoor(replace(picture(*calls), present=(mine, lena)))
    async with a_console(door, size) as (console, _):
        assert text_of(console).count("◎") == 1
        assert_looks_as_kept(console, f"calls_looked_at_{size[0]}x{size[1]}")


async def test_only_the_rows_that_change_are_drawn_anew(monkeypatch):
    async with floor(unanswered(12)) as here:
        eva = await here.sits_down(EVA, "2")
        lena = await here.sits_down(LENA, "2", "end")
        await lena.sees("◎ Eva Brandt")
        drawn = []
        table = lena.app.screen.table
        draw = table._pen._draw
        monkeypatch.setattr(
            table._pen, "_draw", lambda call, chosen: drawn.append(call) or draw(call, chosen)
        )
        await eva.press("down")
        await lena.until(lambda: len(drawn) >= 2)
        assert len({one.call.id for one in drawn}) == 2


async def test_a_supervisor_sees_since_when_and_from_where_and_tells_all_once():
    async with floor() as here:
        eva = await here.sits_down(EVA)
        lena = await here.sits_down(LENA)
        sue = await here.sits_down(SUE, "w")
        assert "since 13:00, 10.0.0.7 (SHA256:kR5s…)" in sue.words()
        await sue.press("m")
        await sue.type("Lunch is here")
        await sue.press("enter")
        for one in (eva, lena, sue):
            await one.until(lambda one=one: any("Lunch" in said for said in one.toasts()))
            assert len([said for said in one.toasts() if "Lunch" in said]) == 1
        assert "Sue Berger to all, 13:00" in lena.text()
        here.later(seconds=20)
        await lena.settle()
        assert "Lunch is here" in lena.text()
        await lena.press("2")
        assert "Lunch is here" not in lena.text()
        assert "Lunch is here" in eva.text()
        here.later(seconds=1)
        await lena.settle()
        assert not lena.toasts()


async def test_who_comes_soon_is_told_and_who_comes_later_is_not():
    async with floor() as here:
        await here.desk.do(TellAll("Fire drill at three"), SUE)
        here.later(minutes=4)
        soon = await here.sits_down(LENA)
        await soon.sees("Fire drill at three")
        here.later(minutes=2)
        late = await here.sits_down(EVA)
        await late.settle()
        assert "Fire drill" not in late.text()


async def test_a_message_has_at_most_500_characters_and_no_commands_for_the_terminal():
    async with floor() as here:
        sue = await here.sits_down(SUE, "w", "m")
        sue.app.focused.insert("x" * 501)
        await sue.settle()
        assert "too long by 1" in sue.text()
        await sue.press("enter")
        assert "MESSAGE" in sue.text()
        sue.app.focused.load_text("[b]\x1b]0;owned\x07 now")
        await sue.press("enter")
        (said,) = {one for one in sue.toasts() if "owned" in one}
        assert "\x1b" not in said
        assert "[b]" in said


async def test_a_supervisor_ends_a_session_after_a_question():
    async with floor() as here:
        lena = await here.sits_down(LENA)
        sue = await here.sits_down(SUE, "w", "home")
        await sue.press("x")
        assert "End the session of Lena Kraft?" in sue.text()
        await sue.press("escape", "x", "y")
        await until(lambda: lena.app._exit)
        assert lena.app._exit_renderables == ["Sue Berger has ended this session."]


async def test_whoever_is_disabled_is_sent_out_with_a_sentence():
    async with floor() as here:
        lena = await here.sits_down(LENA)
        await here.desk.do(DisableOperator("lena"), EVA)
        await until(lambda: lena.app._exit)


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_who_is_on_looks_as_kept(size):
    async with floor(unanswered(3)) as here:
        await here.sits_down(EVA, "2", "down")
        lena = await here.sits_down(LENA, "2", size=size)
        await lena.sees("◎ Eva Brandt")
        assert_looks_as_kept(lena.app, f"looked_at_{size[0]}x{size[1]}")
        here.later(minutes=3)
        sue = await here.sits_down(SUE, "w", size=size)
        await sue.sees("◎")
        await sue.settle()
        assert_looks_as_kept(sue.app, f"who_{size[0]}x{size[1]}")
        await sue.press("escape")
        await here.desk.do(TellAll("The lift is out of order: send visitors to the stairs."), EVA)
        await sue.sees("The lift")
        assert_looks_as_kept(sue.app, f"told_all_{size[0]}x{size[1]}")


async def test_f1_says_what_can_be_pressed_in_the_dialog_and_nothing_of_the_screen_below():
    async with floor() as here:
        sue = await here.sits_down(SUE, "w")
        # At once, before the desk says anything new.
        assert "m tells all x ends the session esc closes" in sue.words()
        await sue.press("f1")
        assert isinstance(sue.app.screen, HelpScreen)
        await sue.sees("tells all")
        assert "ends the session" in sue.text()
        assert "no key was pressed there" in sue.words()
        assert "Unanswered" not in sue.words().partition("KEYS")[2].partition("Everything")[0]
        await sue.press("escape", "m", "f1")
        await sue.sees("gives up")
        await sue.press("escape", "x")
        assert sue.app.screen.query_one(NoteField).text == "x"


@pytest.mark.parametrize("keys", [("k",), ("b",), ("x",)])
async def test_f1_helps_in_the_dialogs_about_users(keys):
    async with floor() as here:
        eva = await here.sits_down(EVA, "5")
        await eva.open("Users", *keys, "f1")
        assert isinstance(eva.app.screen, HelpScreen)
        await eva.press("f1")
        assert isinstance(eva.app.screen, Dialog)
