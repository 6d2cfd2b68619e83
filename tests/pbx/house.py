"""The product from socket to database, around a bench: link, dialect, board, desk, store."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from console.clock import SystemClock
from console.desk.commands import CallNumber
from console.desk.desk import Desk
from console.desk.export import as_json
from console.desk.operators import Operator
from console.desk.ports import Door
from console.desk.queries import CallPage
from console.desk.snapshot import Lamp
from console.directory.lookup import Directory
from console.feeds.link import Link
from console.feeds.originate import call_number
from console.settings.site import Feed, Site
from console.store.database import SqlStore, open_store
from console.wiring import dialect
from tests.pbx.bench import Bench

SITE = Site(name="Bench", region="DE", area_code="30", time_zone="Europe/Berlin")
EVA = Operator("eva", "Eva", extensions=("101",))


class House:
    """A running desk that listens to a bench."""

    def __init__(self, desk: Desk, store: SqlStore) -> None:
        self.desk = desk
        self.store = store
        self.door: Door = desk.door(EVA)

    async def calls(self) -> list[dict[str, Any]]:
        """Every stored call as `hotline calls --json` prints it, oldest first."""
        page = await self.store.ask(CallPage(limit=500))
        return [as_json(record) for record in reversed(page.rows)]

    async def settled(self, seconds: float = 15.0) -> None:
        """Return when no call lives and all is stored."""
        async with asyncio.timeout(seconds):
            while self.desk.snapshot.live:
                await self.changed()
            await self.desk.quiet()

    async def changed(self) -> None:
        """Return at the next snapshot."""
        news = asyncio.Event()
        stop = self.desk.watch(news.set)
        try:
            await news.wait()
        finally:
            stop()

    async def connected(self, seconds: float = 10.0) -> None:
        """Return when the lamp says that the PBX is heard."""
        async with asyncio.timeout(seconds):
            while self.desk.snapshot.feeds[0].lamp not in (Lamp.CONNECTED, Lamp.RESTARTED):
                await self.changed()


def feed_of(pbx: Bench) -> Feed:
    """The bench as a configuration would name it."""
    return Feed(
        name="Asterisk",
        host="127.0.0.1",
        port=pbx.port,
        user=pbx.user,
        secret=pbx.secret,
        trunk_contexts=("from-trunk",),
        internal_contexts=("from-internal",),
    )


@contextlib.asynccontextmanager
async def house(
    pbx: Bench, database: Path, feed: Feed | None = None, site: Site = SITE
) -> AsyncIterator[House]:
    """Everything but the screen, connected."""
    clock, feed = SystemClock(), feed or feed_of(pbx)
    store = await open_store(f"sqlite:///{database}")
    desk = Desk(store, Directory(store, site, clock), clock, site.name, feeds=(feed.name,))
    await desk.start()
    link = Link(feed, lambda: dialect(feed, site), desk.hear, clock, check_every=0.5)
    desk.entrust(CallNumber, call_number(feed, link, site.plan))
    tasks = [asyncio.ensure_future(desk.run()), asyncio.ensure_future(link.run())]
    try:
        home = House(desk, store)
        await home.connected()
        yield home
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await desk.stop()
        await store.close()
