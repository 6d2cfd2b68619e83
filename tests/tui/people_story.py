"""Stories about people: several consoles on one real desk and database, in one process."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta

from call_lists import NOON
from fake_door import SITE
from front_desk import NobodyKnown, StoppedClock
from settings_story import SettingsStory, quick_hands

from console.calls.words import Role
from console.desk.accounts import PublicKey
from console.desk.changes import PutOperator, SaveCall
from console.desk.commands import AddKey, SetPassword, StoreKey, StorePassword
from console.desk.desk import Desk
from console.desk.operators import Operator
from console.desk.records import CallRecord
from console.store.database import SqlStore, open_store
from console.tui.app import HotlineApp
from console.tui.idle import NEVER, IdleRules

EVA = Operator("eva", "Eva Brandt", Role.ADMIN, ("101",))
LENA = Operator("lena", "Lena Kraft", Role.OPERATOR, ("102",))
SUE = Operator("sue", "Sue Berger", Role.SUPERVISOR, ("110",))
EVERYBODY = (EVA, LENA, SUE)
FROM = {"eva": "local", "lena": "10.0.0.7 (SHA256:kR5s…)", "sue": "192.0.2.4 (password)"}


@dataclass
class Floor:
    """The desk, its database, and a way to sit down at it."""

    desk: Desk
    store: SqlStore
    clock: StoppedClock
    consoles: AsyncExitStack

    async def sits_down(
        self,
        operator: Operator,
        *keys: str,
        size: tuple[int, int] = (120, 40),
        idle: IdleRules = NEVER,
    ) -> SettingsStory:
        """A console for somebody, after these keys; it is left when the story ends."""
        return await self.consoles.enter_async_context(
            self.console(operator, *keys, size=size, idle=idle)
        )

    @asynccontextmanager
    async def console(
        self,
        operator: Operator,
        *keys: str,
        size: tuple[int, int] = (120, 40),
        idle: IdleRules = NEVER,
    ) -> AsyncIterator[SettingsStory]:
        """A console that is left when the block ends."""
        door = self.desk.door(operator, FROM.get(operator.login, "local"))
        app = HotlineApp(door, SITE, idle=idle)
        try:
            async with app.run_test(size=size, notifications=True) as pilot:
                door.ending(lambda why: app.exit(message=why))
                story = SettingsStory(app, pilot, self.desk, self.store, self.clock)
                await story.settle()
                await story.press(*keys)
                yield story
        finally:
            door.close()

    def later(self, **time: float) -> None:
        """The clock goes on."""
        self.clock.time += timedelta(**time)
        self.desk._publish(self.clock.now())


async def store_key(command: AddKey, _who: Operator) -> StoreKey:
    """Stands in for the reader of keys."""
    kind, data, *comment = command.text.split()
    key = PublicKey(f"SHA256:{data[-12:]}", kind, data, " ".join(comment))
    return StoreKey(command.login, key)


async def store_password(command: SetPassword, _who: Operator) -> StorePassword:
    """Stands in for the hash."""
    return StorePassword(command.login, command.password and f"hash of {command.password}")


@asynccontextmanager
async def floor(
    calls: Iterable[CallRecord] = (), operators: Iterable[Operator] = EVERYBODY
) -> AsyncIterator[Floor]:
    """A desk that knows these people and calls; eyes and hands rest at once."""
    store = await open_store("sqlite:///:memory:")
    await store.write([PutOperator(one, "setup", NOON) for one in operators])
    await store.write([SaveCall(record) for record in calls])
    clock = StoppedClock(NOON)
    desk = Desk(store, NobodyKnown(), clock, SITE.name, feeds=("asterisk",))
    desk.entrust(AddKey, store_key)
    desk.entrust(SetPassword, store_password)
    await desk.start()
    running = asyncio.ensure_future(desk.run())
    try:
        with quick_hands():
            async with AsyncExitStack() as consoles:
                yield Floor(desk, store, clock, consoles)
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        await store.close()


async def until(true: Callable[[], bool], seconds: float = 10) -> None:
    """Return when it is so."""
    for _ in range(int(seconds / 0.02)):
        if true():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it did not come to pass")
