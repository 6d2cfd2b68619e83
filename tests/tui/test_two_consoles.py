"""Two consoles on one desk: what one supervisor saves, the other sees in an open form at once."""

import time

from fake_door import SITE
from settings_story import SettingsStory, settings_story

from console.calls.words import Role
from console.desk.operators import Operator
from console.tui.app import HotlineApp

OLGA = Operator("olga", "Olga", Role.SUPERVISOR)


async def test_what_one_console_saves_the_other_shows_within_a_second():
    async with settings_story(section="Exceptions") as sue:
        app = HotlineApp(sue.desk.door(OLGA), SITE)
        async with app.run_test(size=(80, 24)) as pilot:
            olga = SettingsStory(app, pilot, sue.desk, sue.store, sue.clock)
            await olga.press("5")
            await olga.open("Exceptions")
            await olga.retype("grace_seconds", "90")
            await sue.retype("seconds", "7")
            before = time.monotonic()
            await sue.press("ctrl+s")
            await olga.until(lambda: olga.field("seconds").raw == "7")
            assert time.monotonic() - before < 1
            assert olga.field("grace_seconds").raw == "90"
            await olga.press("ctrl+s")
            await sue.until(lambda: sue.field("grace_seconds").raw == "90")
            settings = sue.desk.snapshot.settings.exceptions
            assert (settings.seconds, settings.grace_seconds) == (7, 90)


async def test_what_one_console_gives_a_company_the_other_shows():
    async with settings_story(section="Exceptions") as sue:
        app = HotlineApp(sue.desk.door(OLGA), SITE)
        async with app.run_test(size=(120, 40)) as pilot:
            olga = SettingsStory(app, pilot, sue.desk, sue.store, sue.clock)
            await olga.press("5")
            await olga.open("Exceptions")
            for story in (olga, sue):
                await story.press("f4")
                await story.type("lind")
                await story.press("enter")
            await sue.go_to("seconds")
            await sue.press("enter")
            await sue.retype("seconds", "7")
            await sue.press("ctrl+s")
            await olga.until(lambda: olga.field("seconds").own)
            assert olga.field("seconds").raw == "7"
            (own,) = sue.desk.snapshot.settings.overrides.overrides
            assert own.values == {"seconds": 7}
