"""The shell around the screens: going places, being interrupted, leaving."""

import asyncio

import pytest
from a_day import at_the_desk
from fake_door import FakeDoor, a_call, picture
from story import a_console, rows_of, text_of
from textual.widgets import Input

from console.calls.words import Role
from console.desk.operators import Operator
from console.tui import theme
from console.tui.screens.desk_screen import DeskScreen
from console.tui.screens.quit import QuitDialog
from console.tui.widgets.footer import KeyBar
from console.tui.widgets.header import Header


class Form(DeskScreen):
    """A screen with a text field."""

    def compose_body(self):
        yield Input()


async def test_who_types_is_not_interrupted_by_a_ring():
    door = FakeDoor()
    async with a_console(door) as (app, pilot):
        app.push_screen(Form(door, app.site))
        await pilot.pause()
        field = app.screen.query_one(Input)
        field.focus()
        await pilot.press("1", "p")
        door.publish(picture(a_call(name="Hans Schulz")))
        await pilot.press("q", "t", "question_mark", "5")
        await pilot.pause()
        assert field.has_focus
        assert field.value == "1pqt?5"
        assert door.commands == []
        assert "Meyer & Söhne  ←  Hans Schulz" in rows_of(app)[1]


async def test_the_desk_knows_that_somebody_is_there_and_does_not_hear_of_each_key(monkeypatch):
    door = FakeDoor()
    async with a_console(door) as (app, pilot):
        app.push_screen(Form(door, app.site))
        await pilot.pause()
        assert door.keys == 0
        await pilot.press(*"abcdef")
        assert door.keys == 1
        monkeypatch.setattr("console.tui.app.KEYED_EVERY", 0.0)
        await pilot.press("a")
        assert door.keys > 1


async def test_a_desk_that_changes_while_the_console_is_left_breaks_nothing(monkeypatch):
    door = FakeDoor()

    async def change(header):
        door.publish(picture(a_call(name="Hans Schulz")))
        for _ in range(20):  # turns of the loop in which the app hears of it
            await asyncio.sleep(0)

    monkeypatch.setattr(Header, "on_unmount", change, raising=False)
    async with a_console(door) as (_, pilot):
        await pilot.pause()


async def test_words_about_what_was_done_take_one_row_however_many_there_are():
    door = at_the_desk()
    async with a_console(door, size=(80, 24)) as (app, pilot):
        await pilot.press("4")
        await pilot.pause()
        before = rows_of(app)
        for count in range(5):
            app.notify(f"{count} calls processed")
        await pilot.pause()
        changed = [row for old, row in zip(before, rows_of(app), strict=True) if old != row]
        assert len(changed) == 1
        assert changed[0].strip().endswith("4 calls processed")


async def test_ctrl_c_says_how_to_leave():
    async with a_console(FakeDoor()) as (app, pilot):
        await pilot.press("ctrl+c")
        await pilot.pause()
        assert "q leaves the console" in text_of(app)


async def test_no_cursor_blinks():
    door = FakeDoor()
    async with a_console(door) as (app, pilot):
        app.push_screen(Form(door, app.site))
        await pilot.pause()
        app.screen.query_one(Input).focus()
        await pilot.pause()
        assert not app.screen.query_one(Input).cursor_blink


async def test_on_another_screen_what_rings_is_a_strip_that_leads_back():
    door = at_the_desk()
    async with a_console(door) as (app, pilot):
        await pilot.press("4")
        await pilot.pause()
        assert "No contact yet." in text_of(app)
        assert "0:14  Meyer & Söhne  ←  Hans Schulz  rings you" in rows_of(app)[1]
        assert "and 2 more" in rows_of(app)[1]
        await pilot.click("RingStrip")
        await pilot.pause()
        assert app.current_mode == "calls"


async def test_the_strip_keeps_its_row_so_nothing_jumps_when_it_rings():
    door = FakeDoor()
    async with a_console(door) as (app, pilot):
        await pilot.press("4")
        await pilot.pause()
        before = rows_of(app)[2:]
        assert not rows_of(app)[1].strip()
        door.publish(picture(a_call()))
        await pilot.pause()
        assert rows_of(app)[1].strip()
        assert rows_of(app)[2:] == before


async def test_a_screen_that_was_behind_another_shows_the_latest_when_it_comes_back():
    door = FakeDoor()
    async with a_console(door) as (app, pilot):
        await pilot.press("4")
        door.publish(picture(a_call(name="Hans Schulz")))
        await pilot.press("1")
        await pilot.pause()
        assert "Hans Schulz" in text_of(app)


async def test_q_leaves_when_nothing_rings():
    async with a_console(FakeDoor()) as (app, pilot):
        await pilot.press("q")
        await pilot.pause()
        assert app._exit


async def test_q_asks_while_a_call_rings_and_leaves_only_for_y():
    async with a_console(FakeDoor(picture(a_call()))) as (app, pilot):
        await pilot.press("q")
        await pilot.pause()
        assert "A caller waits. Quit all the same?" in text_of(app)
        await pilot.press("n")
        await pilot.pause()
        assert not isinstance(app.screen, QuitDialog)
        assert not app._exit
        await pilot.press("q", "y")
        await pilot.pause()
        assert app._exit


@pytest.mark.parametrize("size", [(79, 24), (80, 23), (20, 3)])
async def test_a_terminal_that_is_too_small_is_told_so_with_both_sizes(size):
    async with a_console(at_the_desk(), size) as (app, pilot):
        assert f"Size: {size[0]} x {size[1]}." in text_of(app)
        assert "Needed: 80 x 24." in text_of(app)
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert "CALLED" in text_of(app)


async def test_the_bell_rings_once_for_each_new_ringing_call(monkeypatch):
    door = FakeDoor()
    async with a_console(door) as (app, pilot):
        rung = []
        monkeypatch.setattr(app, "bell", lambda: rung.append(1))
        for calls in ((a_call("1"),), (a_call("1"), a_call("2")), (a_call("2"),), ()):
            door.publish(picture(*calls))
            await pilot.pause()
        assert len(rung) == 2


async def test_the_bell_can_be_turned_off(monkeypatch):
    door = FakeDoor()
    async with a_console(door, bell=False) as (app, pilot):
        monkeypatch.setattr(app, "bell", pytest.fail)
        door.publish(picture(a_call()))
        await pilot.pause()


async def test_help_tells_the_keys_and_the_signs_of_this_screen():
    async with a_console(at_the_desk(), (80, 24)) as (app, pilot):
        await pilot.press("question_mark")
        await pilot.pause()
        screen = text_of(app)
        for words in ("t  I am on it", "of this caller", "♪  talks", "back to the longest ringing"):
            assert words in screen
        await pilot.press("escape")
        await pilot.pause()
        assert "CALLED" in text_of(app)


@pytest.mark.parametrize("screen", "12345")
async def test_at_80_columns_help_stands_there_whole(screen):
    async with a_console(at_the_desk(), (80, 24)) as (app, pilot):
        await pilot.press(screen, "question_mark")
        await pilot.pause()
        for words in ("KEYS", "SCREENS", "5  Settings", "q  quit", "Esc closes this."):
            assert words in text_of(app)


async def test_a_click_on_a_key_does_what_the_key_does():
    door = at_the_desk()
    async with a_console(door) as (app, pilot):
        bar = rows_of(app)[-1]
        await pilot.click(KeyBar, offset=(bar.index("help"), 0))
        await pilot.pause()
        assert "SIGNS" in text_of(app)


async def test_a_click_on_the_open_calls_leads_to_them(monkeypatch):
    async with a_console(at_the_desk()) as (app, pilot):
        went = []

        async def go(mode):
            went.append(mode)

        monkeypatch.setattr(app, "action_go", go)
        await pilot.click(Header, offset=(rows_of(app)[0].index("open"), 0))
        await pilot.pause()
        await pilot.click(Header, offset=(2, 0))
        await pilot.pause()
        assert went == ["unanswered"]


async def test_the_palette_offers_themes_and_keys_but_nothing_that_writes_files():
    async with a_console(at_the_desk()) as (app, _pilot):
        titles = {command.title for command in app.get_system_commands(app.screen)}
        assert {"Take", "Help", "Journal", "Theme: light"} <= titles
        assert not any("creenshot" in title for title in titles)


async def test_every_theme_knows_every_colour_that_the_style_sheets_use():
    async with a_console(at_the_desk(), (80, 24)) as (app, pilot):
        for name in (*theme.NAMES, "nord", "textual-light"):
            app.theme = name
            await pilot.pause()
            assert "Hans Schulz" in text_of(app)


async def test_the_watch_ends_with_the_session():
    door = FakeDoor()
    async with a_console(door):
        assert len(door.watchers) == 1
    assert door.watchers == []


async def test_a_command_from_the_palette_is_done():
    door = at_the_desk()
    async with a_console(door) as (app, pilot):
        await pilot.press("ctrl+p", *"Theme: light")
        await app.workers.wait_for_complete()
        await pilot.press("enter", "enter")
        await pilot.pause()
        assert app.theme == "light"


async def test_what_rings_behind_a_dialog_is_seen_behind_it():
    door = FakeDoor()
    async with a_console(door) as (app, pilot):
        await pilot.press("question_mark")
        await pilot.pause()
        door.publish(picture(a_call(), ringing=7))
        await pilot.pause()
        assert "7 ringing" in rows_of(app)[0]


async def test_the_key_of_a_screen_leads_to_the_screen_itself_not_to_what_was_opened_over_it():
    door = at_the_desk()
    async with a_console(door) as (app, pilot):
        app.push_screen(DeskScreen(door, app.site))
        await pilot.pause()
        assert "LIVE CALLS" not in text_of(app)
        await pilot.press("1")
        await pilot.pause()
        assert "LIVE CALLS" in text_of(app)


async def test_slash_searches_the_journal_from_anywhere():
    async with a_console(at_the_desk()) as (app, pilot):
        await pilot.press("slash")
        await pilot.pause()
        assert app.current_mode == "journal"
        assert isinstance(app.focused, Input)


async def test_a_terminal_of_sixteen_colours_gets_its_own(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLORTERM", "")
    async with a_console(at_the_desk()) as (app, _pilot):
        assert app.theme == "terminal colours"


async def test_who_sits_there_may_become_known_after_the_first_frame():
    door = FakeDoor(picture(a_call(rings=("205",))))
    async with a_console(door) as (app, pilot):
        assert "rings 205" in text_of(app)
        door.operator = Operator("lena", "Lena Roth", Role.OPERATOR, ("205",))
        door.publish(door.snapshot)
        await pilot.pause()
        assert "Lena Roth" in rows_of(app)[0]
        assert "rings you" in text_of(app)
