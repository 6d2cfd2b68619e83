"""A desk on a real store, a clock that a test sets, and people at it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from console.calls import events as ev
from console.calls.call import Call
from console.calls.words import Direction, Role
from console.clock import ReplayClock
from console.desk.desk import Desk
from console.desk.door import DeskDoor
from console.desk.operators import Operator
from console.desk.ports import Reflexes
from console.desk.queries import CallPage, Filter
from console.desk.records import CallRecord, Identity
from console.settings.live import Live
from console.store.database import SqlStore, open_store

T0 = datetime(2026, 11, 22, 13, 40, tzinfo=UTC)
EVA = Operator("eva", "Eva", Role.ADMIN, ("101",))
LENA = Operator("lena", "Lena", Role.OPERATOR, ("102",))
ANNA = ev.Caller("+49301110000", "Anna")


class Nobody:
    """A directory that knows nobody; a test may make it slow or broken."""

    identity = Identity()
    identities: Sequence[Identity] = ()  # instead of one: one after the other
    broken = False
    gate: asyncio.Event | None = None
    between: asyncio.Event | None = None
    asked = 0
    settings = Live()

    async def identify(self, call: Call, settings: Live) -> AsyncIterator[Identity]:
        self.asked, self.settings = self.asked + 1, settings
        found, gate, between = self.identities or [self.identity], self.gate, self.between
        if gate:
            await gate.wait()
        if self.broken:
            raise RuntimeError("the directory is on fire")
        for number, identity in enumerate(found):
            if number and between:
                await between.wait()
            yield identity


class Front:
    """The desk, and short words for what tests do with it."""

    reflexes: Reflexes | None = None

    def __init__(self, desk: Desk, store: SqlStore, clock: ReplayClock, lookup: Nobody) -> None:
        self.desk, self.store, self.clock, self.lookup = desk, store, clock, lookup
        self.eva: DeskDoor = desk.door(EVA)
        self.lena: DeskDoor = desk.door(LENA)
        self.now = T0

    async def hear(self, seconds: float, *events: ev.CallEvent) -> None:
        """So many seconds later these events come; return when their traces are stored."""
        self.now += timedelta(seconds=seconds)
        await self.clock.reach(self.now)
        self.desk.hear(events, self.now)
        await self.desk.quiet()

    async def abandoned(self, call: str, caller: ev.Caller = ANNA) -> None:
        """A call that rings for three seconds and is given up."""
        await self.hear(1, arrived(call, caller), ev.Rang(call, call + "a", "101"))
        await self.hear(3, ev.HungUp(call))
        await self.hear(2)

    async def stored(self, **narrow: object) -> list[CallRecord]:
        """Calls as the store has them, newest first."""
        return list((await self.store.ask(CallPage(Filter(**narrow)))).rows)  # type: ignore[arg-type]

    async def one(self, call: str) -> CallRecord:
        return next(record for record in await self.stored() if record.call.id == call)


def arrived(call: str, caller: ev.Caller = ANNA, feed: str = "pbx") -> ev.Arrived:
    return ev.Arrived(call, feed, Direction.INBOUND, caller, "+4930222000")


@contextlib.asynccontextmanager
async def front(
    database: Path, at: datetime = T0, reflexes: Reflexes | None = None, owes: bool = False
) -> AsyncIterator[Front]:
    """A desk that runs; leaving the block ends it as quitting the console does."""
    clock, lookup = ReplayClock(at), Nobody()
    store = await open_store(f"sqlite:///{database}")
    desk = Desk(store, lookup, clock, "Front desk", feeds=("pbx",), reflexes=reflexes, owes=owes)
    await desk.start()
    running = asyncio.ensure_future(desk.run())
    try:
        one = Front(desk, store, clock, lookup)
        one.now, one.reflexes = at, reflexes
        yield one
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await desk.stop()
        await store.close()
