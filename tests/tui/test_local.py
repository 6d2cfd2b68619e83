"""The console on its own terminal: a crash is for the log; who sits there is drawn when known."""

import logging
from dataclasses import replace

import pytest

from console.desk.snapshot import Present
from console.tui import theme
from console.tui.app import HotlineApp
from console.tui.local import LocalConsole
from tests.tui.fake_door import EVA, SITE, FakeDoor, picture


class Broken(LocalConsole):
    """Crashes as soon as it is up."""

    def on_mount(self):
        caller = "+49 170 1234567"
        raise RuntimeError(f"a bug, near {caller}")


@pytest.fixture
def nowhere(tmp_path):
    return tmp_path / "state" / "look"


async def test_a_crash_is_logged_and_nothing_of_it_is_printed(capfd, caplog, nowhere):
    app = Broken(FakeDoor(), SITE, look_file=nowhere)
    with caplog.at_level(logging.ERROR):
        await app.run_async(headless=True)
    assert app.return_code == 1
    out, err = capfd.readouterr()
    assert "1234567" not in out + err
    assert "Traceback" not in out + err
    assert "RuntimeError: a bug" in caplog.text


async def test_the_operator_is_named_as_soon_as_the_database_knows_the_name(nowhere):
    door = FakeDoor(operator=replace(EVA, name="eva", extensions=()))
    app = LocalConsole(door, SITE, look_file=nowhere)
    async with app.run_test(size=(140, 40)) as pilot:
        await pilot.pause()
        before = app.export_screenshot()
        door.operator = EVA
        app.call_later(app.name_operator)
        await pilot.pause()
        after = app.export_screenshot()
    assert "Eva&#160;Brandt" not in before
    assert "Eva&#160;Brandt" in after


async def test_the_theme_that_was_chosen_is_worn_the_next_time(nowhere):
    app = LocalConsole(FakeDoor(), SITE, look_file=nowhere)
    assert app.theme == "dark"
    async with app.run_test() as pilot:
        await pilot.press("ctrl+p")
        await pilot.press(*"theme", "space", *"light")
        await pilot.pause(0.5)
        await pilot.press("down", "enter")
        await pilot.pause()
        assert app.theme == "light"
    assert LocalConsole(FakeDoor(), SITE, look_file=nowhere).theme == "light"


@pytest.mark.parametrize("kept", [b"", b"no such theme\n", b"\xff\xfe\x00", b"textual-dark"])
async def test_a_look_file_that_says_nothing_hurts_nobody(nowhere, kept):
    nowhere.parent.mkdir()
    nowhere.write_bytes(kept)
    assert LocalConsole(FakeDoor(), SITE, look_file=nowhere).theme == "dark"


async def test_a_theme_that_cannot_be_kept_is_worn_all_the_same(tmp_path, caplog):
    (tmp_path / "state").write_text("not a folder")
    app = LocalConsole(FakeDoor(), SITE, look_file=tmp_path / "state" / "look")
    async with app.run_test():
        app.wear("light")
    assert app.theme == "light"
    assert "the theme will be forgotten" in caplog.text


async def test_with_sixteen_colours_the_terminals_own_are_worn_whatever_was_chosen(
    nowhere, monkeypatch
):
    nowhere.parent.mkdir()
    nowhere.write_text("light")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLORTERM", "")
    app = LocalConsole(FakeDoor(), SITE, look_file=nowhere)
    assert app.theme == theme.TERMINAL
    async with app.run_test():
        app.wear("dark")
    assert nowhere.read_text() == "light"


@pytest.mark.parametrize(
    ("others", "said"),
    [(1, "1 other console is on: the desk ends"), (2, "2 others are on: the desk ends")],
)
async def test_q_on_the_desks_own_screen_says_how_many_others_it_would_send_out(
    nowhere, others, said
):
    here = tuple(Present(f"who{number}", "", number) for number in range(others + 1))
    door = FakeDoor(replace(picture(), present=here))
    app = LocalConsole(door, SITE, look_file=nowhere)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("q")
        await pilot.pause()
        words = " ".join(strip.text for strip in app.screen._compositor.render_strips())
        assert said in " ".join(words.replace("│", " ").split())
        assert not app._exit
        await pilot.press("y")
        await pilot.pause()
        assert app._exit
    guest = HotlineApp(door, SITE)
    async with guest.run_test() as pilot:
        await pilot.press("q")
        await pilot.pause()
        assert guest._exit
