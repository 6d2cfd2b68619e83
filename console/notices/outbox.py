"""The outbox at work: decides of calls when they are due, and sends by each channel, for ever.

Deciding and each channel have a loop of their own: one that hangs holds up none of the others.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from console.desk.ports import Clock, NoticeTables, StoreFailed
from console.notices.decider import Decider
from console.notices.sender import Sender

log = logging.getLogger(__name__)

# Where another loop has not come to what is due, or nothing is known to be: look again after.
AGAIN = timedelta(seconds=1)
LONGEST = timedelta(minutes=1)
# After the database could not answer (seconds).
STORE_PAUSE = 5.0


class Outbox:
    """Runs until cancelled; what is being sent then is found by `recover` at the next start."""

    def __init__(
        self,
        tables: NoticeTables,
        decider: Decider,
        senders: Sequence[Sender],
        clock: Clock,
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        """`changed` is told after notices have changed; it must not block."""
        self._tables = tables
        self._decider = decider
        self._senders = senders
        self._clock = clock
        self._changed = changed
        self._news: list[asyncio.Event] = []

    def poke(self) -> None:
        """Something may be due earlier than was known; never blocks."""
        for news in self._news:
            news.set()

    async def run(self) -> None:
        """Decide and send until cancelled; raises StoreFailed if nothing can be read at first."""
        if await self._tables.recover(self._clock.now()):
            self._changed()
        try:
            async with asyncio.TaskGroup() as tasks:
                deciding = self._loop(self._decide, lambda: self._decider.pause)
                tasks.create_task(deciding, name="notices: deciding")
                for sender in self._senders:
                    name = f"notices: {sender.channel}"
                    tasks.create_task(self._loop(sender.send), name=name)
        finally:
            self._news.clear()
            for sender in self._senders:
                with contextlib.suppress(Exception):
                    await sender.close()

    async def _decide(self) -> int:
        count = await self._decider.decide(self._clock.now())
        if count:
            self._changed()
            self.poke()
        return count

    async def _loop(
        self,
        step: Callable[[], Awaitable[int]],
        longest: Callable[[], timedelta] = lambda: LONGEST,
    ) -> None:
        news = asyncio.Event()
        self._news.append(news)
        while True:
            news.clear()
            try:
                if await step():
                    continue
                next_at = await self._tables.next_at()
            except StoreFailed as failed:
                # If it can't be written at all, the desk ends the program.
                log.error("notices wait for the database: %s", failed)
                await asyncio.sleep(STORE_PAUSE)
                continue
            now = self._clock.now()
            last = now + min(longest(), LONGEST)
            until = last if next_at is None else min(next_at, last)
            await self._sleep(until if until > now else now + AGAIN, news)

    async def _sleep(self, until: datetime, news: asyncio.Event) -> None:
        alarm = asyncio.ensure_future(self._clock.sleep_until(until))
        poked = asyncio.ensure_future(news.wait())
        try:
            await asyncio.wait((alarm, poked), return_when=asyncio.FIRST_COMPLETED)
        finally:
            alarm.cancel()
            poked.cancel()
