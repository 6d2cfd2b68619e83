"""Gaps in listening are shown with their times."""

from datetime import timedelta

from fake_door import NOW, SITE, FakeDoor, picture
from story import a_console, text_of

from console.desk.queries import Gap, Gaps
from console.tui.screens.gaps_dialog import NONE_YET, GapsDialog, gap_line

CUT = Gap("Asterisk", NOW - timedelta(minutes=42), NOW - timedelta(minutes=40), "[b]cut\x1b[31m")


async def test_a_click_on_the_lamp_tells_when_the_pbx_was_not_heard():
    door = FakeDoor(picture())
    door.answers[Gaps] = (CUT,)
    async with a_console(door, (120, 40)) as (app, pilot):
        lamp = text_of(app).splitlines()[0].index("connected")
        await pilot.click("Header", offset=(lamp, 0))
        await pilot.pause()
        assert isinstance(app.screen, GapsDialog)
        assert "(2:00)  Asterisk: [b]cut" in text_of(app)
        await pilot.press("escape")
        assert not isinstance(app.screen, GapsDialog)


async def test_without_a_gap_it_says_so():
    async with a_console(FakeDoor(picture()), (80, 24)) as (app, pilot):
        await app.run_action("app.gaps")
        await pilot.pause()
        assert NONE_YET in text_of(app)


def test_a_gap_that_lasts_ends_now():
    line = gap_line(Gap("pbx", NOW - timedelta(seconds=5), None, "cut"), NOW, SITE.zone)
    assert "to now  (0:05)  pbx: cut" in line
