"""The demo: an invented answering service, its people, some days of history, and a live day."""

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from console.calls.events import CallEvent, FeedBack
from console.clock import ReplayClock
from console.settings.site import Site
from console.wiring import Play, Source, timeline

if TYPE_CHECKING:
    from console.desk.changes import Change
    from console.desk.desk import Desk
    from console.feeds.simulator import Simulator
    from console.store.database import SqlStore

FEED = "Demo"
SITE = Site(
    name="Front desk Berlin", time_zone="Europe/Berlin", region="DE", area_code="30", bell=False
)

Moments = Iterator[tuple[datetime, list[CallEvent]]]


@contextmanager
def demo(seed: int, speed: float, now: datetime) -> Iterator[Play]:
    """The demo, beginning now, in a database that goes when the block ends."""
    from console.feeds.demo_world import demo_operators

    folder = Path(tempfile.mkdtemp(prefix="hotline-demo-"))
    try:
        clock = ReplayClock(now, speed)
        people = demo_operators()

        @cache
        def simulator() -> "Simulator":
            # Not before the first frame: it brings the numbers of the whole world.
            from console.feeds.simulator import Simulator

            return Simulator(seed, SITE.plan, FEED)

        def live() -> Moments:
            # By the clock: making the history took a moment.
            start = clock.now()
            yield start, [FeedBack(FEED, "demo", "invented")]
            for at, event in simulator().live(start):
                yield at.astimezone(UTC), [event]

        def past() -> list["Change"]:
            from console.feeds.demo_history import demo_history, demo_people

            history = demo_history(simulator(), people, seed, now, SITE.zone)
            return [*demo_people(people, now), *history]

        async def furnish(store: "SqlStore") -> None:
            # Not on the loop: inventing some days takes longer than a picture may wait.
            await store.write(await asyncio.to_thread(past))

        async def listen(desk: "Desk") -> None:
            from console.desk.commands import CallNumber
            from console.feeds.originate import refusing

            desk.entrust(CallNumber, refusing("In the demo there is nobody to be called."))
            await timeline(FEED, live, clock).listen(desk)

        source = Source(FEED, listen)
        database = f"sqlite+aiosqlite:///{folder / 'demo.db'}"
        yield Play(SITE, database, (source,), clock, people[0], furnish)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
