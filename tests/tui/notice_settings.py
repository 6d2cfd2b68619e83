"""Stories about the settings of notices, at a door of their own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from unittest.mock import patch

from fake_door import SITE
from settings_door import SettingsDoor
from settings_story import SettingsStory, quick_hands

from console.desk.commands import ChangeSettings
from console.tui.app import HotlineApp
from console.tui.screens.settings import dry_run_line


class NoticeStory(SettingsStory):
    """What such a story holds in its hands."""

    door: SettingsDoor

    async def scope(self, words: str) -> None:
        """Choose for whom."""
        await self.press("f4")
        await self.type(words)
        await self.press("enter")

    async def other(self, section: str, company_id: int | None = None, **values: Any) -> None:
        """Somebody else changes something at another console."""
        self.door.change(ChangeSettings(section, values, company_id))
        await self.settle()

    @property
    def told(self) -> ChangeSettings:
        """The last that was asked of the desk."""
        command = self.door.commands[-1]
        assert isinstance(command, ChangeSettings)
        return command


@asynccontextmanager
async def notice_settings(
    section: str, *keys: str, door: SettingsDoor | None = None, size: tuple[int, int] = (120, 40)
) -> AsyncIterator[NoticeStory]:
    """A section of the settings, after `keys` in it."""
    door = door or SettingsDoor()
    app = HotlineApp(door, SITE)
    with quick_hands(), patch.object(dry_run_line, "PAUSE", 0.01):
        async with app.run_test(size=size, notifications=True) as pilot:
            story = NoticeStory(app, pilot, door, None, None)
            story.door = door
            await story.press("5")
            await story.open(section, *keys)
            yield story
