"""The settings as pictures, at three sizes."""

import pytest
from pictures import assert_looks_as_kept
from settings_day import ENTRUSTED, furnish, unowned_calls
from settings_story import settings_story

from console.tui import theme


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_the_settings_look_as_kept(size):
    calls = tuple(unowned_calls())
    async with settings_story(size=size, calls=calls, entrusted=ENTRUSTED) as story:
        await furnish(story)

        async def look(name, *keys):
            await story.press(*keys)
            # What is previewed comes when the hand has paused.
            await story.pilot.pause(0.05)
            await story.settle()
            assert_looks_as_kept(story.app, f"settings_{name}_{size[0]}x{size[1]}")

        await look("companies", "enter", "v", "home", "down")
        await look("company", "enter")
        await story.press("escape")
        await look("no_company", "n")
        await story.press("escape", "escape", "down")
        await look("hotline", "enter")
        await story.press("escape")
        await story.open("Data sources")
        await look("sources", "down")
        await look("source", "enter", "ctrl+t")
        await story.press("escape", "escape")
        await story.open("Actions")
        await look("actions", "down")
        await look("action", "enter")


@pytest.mark.parametrize("look", theme.NAMES[1:])
async def test_a_form_looks_as_kept_in_every_theme(look):
    async with settings_story(size=(80, 24)) as story:
        story.app.theme = look
        await story.press("enter", "down", "enter")
        await story.retype("numbers", "030 222002")
        await story.go_to("colour")
        await story.press("tab", "right")
        await story.pilot.pause(0.05)
        await story.settle()
        assert_looks_as_kept(story.app, f"settings_form_{look.replace(' ', '_')}")
