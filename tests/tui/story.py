"""A console in a test: what its screen says, and hands on its keys."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fake_door import SITE, FakeDoor
from textual.pilot import Pilot

from console.tui.app import HotlineApp


@asynccontextmanager
async def a_console(
    door: FakeDoor, size: tuple[int, int] = (120, 40), **options: Any
) -> AsyncIterator[tuple[HotlineApp, Pilot[None]]]:
    """The console at this door, drawn once."""
    app = HotlineApp(door, SITE, **options)
    async with app.run_test(size=size, notifications=True) as pilot:
        await pilot.pause()
        yield app, pilot


def rows_of(app: HotlineApp) -> list[str]:
    """The screen's rows as text."""
    return [strip.text for strip in app.screen._compositor.render_strips()]


def text_of(app: HotlineApp) -> str:
    """The whole screen as text."""
    return "\n".join(rows_of(app))
