"""The console on its own terminal: a crash is for the log; who sits there is drawn when known."""

import logging
from dataclasses import replace

from console.tui.local import LocalConsole
from tests.tui.fake_door import EVA, SITE, FakeDoor


class Broken(LocalConsole):
    """Crashes as soon as it is up."""

    def on_mount(self):
        caller = "+49 170 1234567"
        raise RuntimeError(f"a bug, near {caller}")


async def test_a_crash_is_logged_and_nothing_of_it_is_printed(capfd, caplog):
    app = Broken(FakeDoor(), SITE)
    with caplog.at_level(logging.ERROR):
        await app.run_async(headless=True)
    assert app.return_code == 1
    out, err = capfd.readouterr()
    assert "1234567" not in out + err
    assert "Traceback" not in out + err
    assert "RuntimeError: a bug" in caplog.text


async def test_the_operator_is_named_as_soon_as_the_database_knows_the_name():
    door = FakeDoor(operator=replace(EVA, name="eva", extensions=()))
    app = LocalConsole(door, SITE)
    async with app.run_test(size=(140, 40)) as pilot:
        await pilot.pause()
        before = app.export_screenshot()
        door.operator = EVA
        app.call_later(app.name_operator)
        await pilot.pause()
        after = app.export_screenshot()
    assert "Eva&#160;Brandt" not in before
    assert "Eva&#160;Brandt" in after
