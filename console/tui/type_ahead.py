"""Keys are taken one after the other: what a key opens gets the keys behind it."""

import asyncio
from collections import deque
from collections.abc import Iterable
from typing import Any, TypeVar

from textual import events
from textual.app import App
from textual.message_pump import MessagePump
from textual.notifications import SeverityLevel
from textual.screen import Screen
from textual.worker import Worker

Result = TypeVar("Result")

# Groups of workers that open something, or say why not. What takes its time without opening
# anything belongs in another group: the keys would wait for it.
OPENING = frozenset({"dialog", "contact"})
# Workers that put what is stored into a form, over what was typed before, or store it and close it.
FILLING = "form"
# Seconds, so that a database that hangs does not take the keys with it.
PATIENCE = 3.0


class TypeAheadApp(App[Result]):
    """An app that can be typed at faster than it opens its screens.

    A terminal delivers many keys at once, and Textual sends each to whatever has the focus just
    then. Here a key waits until the one before it has done all that it does: until the screen that
    it opens is composed, filled and has its focus.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._held: deque[events.Key | events.Paste] = deque()
        self._handed: events.Event | None = None
        self._following = False
        self._settled: Screen[Any] | None = None
        self._refused = False

    async def on_event(self, event: events.Event) -> None:
        """Hold a key back while another is under way."""
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            if event is not self._handed and (self._following or not self._is_text(event)):
                self._held.append(event)
                if not self._following:
                    self._following = True
                    self.run_worker(self._hand_over(), group="keys")
                return
            self._handed = None
        await super().on_event(event)

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = True,
    ) -> None:
        """A warning is also the answer to the key that is under way."""
        self._refused |= severity != "information"
        super().notify(message, title=title, severity=severity, timeout=timeout, markup=markup)

    def _is_text(self, event: events.Key | events.Paste) -> bool:
        """Whether it only becomes text in a field: that opens nothing, and is not waited for."""
        focused = self.focused
        if focused is None or self.screen is not self._settled:
            return False
        return isinstance(event, events.Paste) or focused.check_consume_key(
            event.key, event.character
        )

    async def _hand_over(self) -> None:
        try:
            # The screen may have been opened by a click.
            await self._settle(self.screen, tuple(self.workers))
            while self._held:
                event = self._handed = self._held.popleft()
                text, self._refused = self._is_text(event), False
                screen, workers = self.screen, tuple(self.workers)
                self.post_message(event)
                if text:
                    await _passed((self,))
                elif not await self._settle(screen, workers):
                    self._held.clear()
        finally:
            self._following = False

    async def _settle(self, screen: Screen[Any], workers: Iterable[Worker[Any]]) -> bool:
        """Wait until the key that was pressed on this screen has done what it does.

        Whether the keys behind it are still wanted. They were meant for what it should have opened,
        so after a refusal they are dropped, as commands of this screen they could do anything. If
        it just opened nothing, they were meant for this screen.
        """
        try:
            async with asyncio.timeout(PATIENCE):
                await self._quiet()
                while under_way := [*self._opening(screen, workers), *self._filling()]:
                    await self._change(under_way)
                    await self._quiet()
        except TimeoutError:
            if self._held and self._opening(screen, workers):
                self.notify("It takes too long: what you typed is dropped.", severity="warning")
        self._settled = self.screen
        return self.screen is not screen or not self._refused

    def _opening(self, screen: Screen[Any], before: Iterable[Worker[Any]]) -> Iterable[Worker[Any]]:
        """Those begun since, while nothing has been opened."""
        if self.screen is not screen:
            return []
        return [one for one in self.workers if one.group in OPENING and one not in before]

    def _filling(self) -> Iterable[Worker[Any]]:
        return [
            one
            for one in self.workers
            if one.group == FILLING and self.screen in one.node.ancestors_with_self
        ]

    async def _change(self, workers: Iterable[Worker[Any]]) -> None:
        """Return when one of them has ended, or another screen has come to the front."""
        changed = asyncio.Event()
        for worker in workers:
            if worker._task is not None:
                worker._task.add_done_callback(lambda _task: changed.set())
        self.screen_change_signal.subscribe(self, lambda _screen: changed.set(), immediate=True)
        try:
            await changed.wait()
        finally:
            self.screen_change_signal.unsubscribe(self)

    async def _quiet(self) -> None:
        """Return when nothing is under way between the focus and the app.

        A screen's queue is first looked at when all of it is composed, and a key comes back to the
        app for its binding, so this waits for both.
        """
        while True:
            screen, focused = self.screen, self.focused
            line = (self, *(focused or screen).ancestors_with_self)
            busy = any(pump.message_queue_size for pump in line)
            await _passed(line)
            busy = busy or any(pump.message_queue_size for pump in line)
            if not busy and self.screen is screen and self.focused is focused:
                return


async def _passed(pumps: Iterable[MessagePump]) -> None:
    """Go through their queues, one after the other."""
    for pump in pumps:
        passed = asyncio.Event()
        if pump.call_later(passed.set):
            await passed.wait()
