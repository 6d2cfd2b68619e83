"""The home screen as pictures, at three sizes and in every theme."""

import pytest
from a_day import at_the_desk
from pictures import assert_looks_as_kept
from story import a_console

from console.tui import theme


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_calls_look_as_kept(size):
    async with a_console(at_the_desk(), size) as (app, _pilot):
        assert_looks_as_kept(app, f"calls_{size[0]}x{size[1]}")


@pytest.mark.parametrize("look", theme.NAMES[1:])
async def test_calls_look_as_kept_in_every_theme(look):
    async with a_console(at_the_desk()) as (app, pilot):
        app.theme = look
        await pilot.pause()
        assert_looks_as_kept(app, f"calls_{look.replace(' ', '_')}")
