"""What the console's memory grows by over 100,000 calls, real database included; it prints a row.

    python -m tests.benchmarks.memory [CALLS]

Storms of the simulator go through the desk, with their own times as the clock. RSS after all of
them is compared with RSS after the first thousand: a front desk runs for months.
"""

import asyncio
import gc
import logging
import sys
import tempfile
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path
from time import perf_counter

from console.calls.call import Call
from console.calls.numbers import NumberPlan
from console.clock import ReplayClock
from console.desk.desk import Desk
from console.desk.queries import CountCalls
from console.desk.records import Identity
from console.directory.lookup import Directory
from console.feeds.simulator import Simulator
from console.settings.live import Live
from console.settings.site import Site
from console.store.database import open_store

CALLS, FIRST = 100_000, 1_000
STORM = 100  # calls, within a minute
START = datetime(2026, 3, 2, 8, tzinfo=UTC)
AT_ONCE = 40  # events between two looks whether all is stored


class SomeAsk:
    """The real directory for one call in ten: its queries take most of the time."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._asked = 0

    async def identify(self, call: Call, settings: Live) -> AsyncIterator[Identity]:
        self._asked += 1
        if self._asked % 10 == 0:
            async for identity in self._directory.identify(call, settings):
                yield identity


def resident() -> float:
    """Megabytes of this process that are in memory."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6


async def measure(calls: int) -> tuple[int, float, float, float]:
    """Calls stored, RSS after the first thousand and after all in MB, calls a second."""
    plan = NumberPlan("DE", "30")
    clock = ReplayClock(START)
    simulator = Simulator(7, plan, "storm")
    early = 0.0
    with tempfile.TemporaryDirectory(prefix="hotline-bench-") as folder:
        store = await open_store(f"sqlite:///{folder}/calls.db")
        directory = SomeAsk(Directory(store, Site(area_code="30"), clock))
        desk = Desk(store, directory, clock, "Bench", 0, feeds=("storm",))
        await desk.start()
        running = asyncio.ensure_future(desk.run())
        begun, told = perf_counter(), 0
        for storm in range(calls // STORM):
            at = START + timedelta(minutes=5 * storm)
            after = ((at + timedelta(minutes=4), None),)
            for when, event in chain(simulator.storm(STORM, at, 60.0), after):
                await clock.reach(when)
                desk.hear([event] if event else [], when)
                told += 1
                if told % AT_ONCE == 0:
                    await desk.quiet()
            await desk.quiet()
            if (storm + 1) * STORM == FIRST:
                early = resident()
        late, took = resident(), perf_counter() - begun
        stored = (await store.ask(CountCalls())).count
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await desk.stop()
        await store.close()
    return stored, early, late, calls / took


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else CALLS
    stored, early, late, rate = asyncio.run(measure(wanted))
    print(
        f"memory after {wanted:,} calls   {late:.0f} MB, {late - early:+.1f} MB since the first "
        f"{FIRST:,} ({stored:,} stored, {rate:.0f} calls/s)"
    )
