"""A console over a real desk and a real database, for stories about stored calls."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from call_lists import NOON
from fake_door import EVA, SITE
from textual.pilot import Pilot

from console.calls.call import Call
from console.desk.changes import OweNotice, SaveCall
from console.desk.desk import Desk
from console.desk.notice import Notice
from console.desk.operators import Operator
from console.desk.queries import CallDetails
from console.desk.records import CallRecord, Identity
from console.settings.live import Live
from console.store.database import SqlStore, open_store
from console.tui.app import HotlineApp
from console.tui.screens.call_list import CallList
from console.tui.widgets.call_table import CallTable


class StoppedClock:
    """Always the same time, until it is moved."""

    def __init__(self, now: datetime) -> None:
        self.time = now

    def now(self) -> datetime:
        return self.time

    async def sleep_until(self, when: datetime) -> None:
        await asyncio.Event().wait()


class NobodyKnown:
    """A directory without entries."""

    async def identify(self, call: Call, settings: Live) -> AsyncIterator[Identity]:
        yield Identity()


@dataclass
class FrontDesk:
    """What a story holds in its hands."""

    app: HotlineApp
    pilot: Pilot[None]
    desk: Desk
    store: SqlStore
    clock: StoppedClock

    @property
    def screen(self) -> CallList:
        screen = self.app.screen
        assert isinstance(screen, CallList)
        return screen

    @property
    def table(self) -> CallTable:
        return self.screen.table

    @property
    def chosen(self) -> str:
        selected = self.table.selected
        return selected.call.id if selected else ""

    def lines(self) -> list[str]:
        """What the table shows, without its heading and trailing blanks."""
        table = self.table
        shown = [table.render_line(y).text.rstrip() for y in range(1, table.size.height)]
        return [line for line in shown if line]

    def toasts(self) -> list[str]:
        return [note.message for note in self.app._notifications]

    async def settle(self) -> None:
        for _ in range(2):
            await self.desk.quiet()
            await self.pilot.pause()
            for worker in list(self.app.workers):
                if worker.group != "dialog":
                    await self.app.workers.wait_for_complete([worker])
        await self.pilot.pause()

    async def press(self, *keys: str) -> None:
        for key in keys:
            await self.pilot.press(key)
            await self.settle()

    async def type(self, text: str) -> None:
        """Type, and pause as a hand does."""
        for letter in text:
            await self.pilot.press("space" if letter == " " else letter)
        await self.pilot.pause(0.2)
        await self.settle()

    async def arrives(self, *records: CallRecord) -> None:
        """These calls happen and are stored; the screen is told."""
        await self.store.write([SaveCall(record) for record in records])
        self.desk._stored += 1
        self.desk._open = await self.store.open_count()
        self.desk._publish(self.clock.now())
        self.table._resting = False
        await self.settle()

    async def told(self, *notices: Notice) -> None:
        """These are decided of their calls and stored; the screen is told."""
        for call in dict.fromkeys(notice.call for notice in notices):
            await self.store.write([OweNotice(call, self.clock.now())])
            await self.store.decide(call, [one for one in notices if one.call == call])
        self.desk._undelivered = await self.store.undelivered()
        await self.arrives()

    async def stored(self, call: str) -> CallRecord:
        details = await self.store.ask(CallDetails(call))
        assert details is not None
        return details.record


@asynccontextmanager
async def front_desk(
    records: Iterable[CallRecord],
    *keys: str,
    size: tuple[int, int] = (120, 40),
    operator: Operator = EVA,
) -> AsyncIterator[FrontDesk]:
    """The console after `keys`, over a database with these calls."""
    store = await open_store("sqlite:///:memory:")
    await store.write([SaveCall(record) for record in records])
    clock = StoppedClock(NOON)
    desk = Desk(store, NobodyKnown(), clock, SITE.name, feeds=("asterisk",))
    await desk.start()
    running = asyncio.ensure_future(desk.run())
    try:
        app = HotlineApp(desk.door(operator), SITE)
        async with app.run_test(size=size, notifications=True) as pilot:
            story = FrontDesk(app, pilot, desk, store, clock)
            await story.press(*keys)
            yield story
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        await store.close()


def today(record: CallRecord, minutes: float) -> CallRecord:
    """The same call, begun so many minutes before noon."""
    call = record.call
    shift = NOON - timedelta(minutes=minutes) - call.started_at

    def later(at: datetime | None) -> datetime | None:
        return at + shift if at else None

    legs = tuple(
        replace(
            leg,
            offered_at=leg.offered_at + shift,
            rang_at=later(leg.rang_at),
            ended_at=later(leg.ended_at),
        )
        for leg in call.legs
    )
    moments = tuple(replace(moment, at=moment.at + shift) for moment in call.moments)
    moved = replace(
        call,
        started_at=call.started_at + shift,
        ended_at=later(call.ended_at),
        answered_at=later(call.answered_at),
        legs=legs,
        moments=moments,
    )
    return replace(record, call=moved)
