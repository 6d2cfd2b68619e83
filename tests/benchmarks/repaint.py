"""What one update costs one session: CPU and bytes, with Textual's whole way to the terminal.

    python -m tests.benchmarks.repaint

120 x 40, five live calls. "tick": a second passes, five rows change. "ring": a call begins or ends,
panels included. "burst": a hundred snapshots at once.
"""

import asyncio
import statistics
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from time import perf_counter, process_time

sys.path.insert(0, str(Path(__file__).parents[1] / "tui"))

from a_day import LIND, busy
from fake_door import NOW, SITE, FakeDoor, a_call
from textual.driver import Driver

from console.tui.app import HotlineApp

UPDATES = 200
RUNS = 5


class CountingDriver(Driver):
    """A terminal that only counts what is written to it."""

    written = 0
    wrote = asyncio.Event()

    def write(self, data: str) -> None:
        CountingDriver.written += len(data.encode())
        CountingDriver.wrote.set()

    def start_application_mode(self) -> None: ...

    def disable_input(self) -> None: ...

    def stop_application_mode(self) -> None: ...


async def updates(door: FakeDoor, make: Callable[[int], None], count: int) -> tuple[float, ...]:
    """CPU ms, bytes and p50 ms until written, of one update."""
    waits = []
    cpu, written = process_time(), CountingDriver.written
    for n in range(count):
        CountingDriver.wrote.clear()
        begun = perf_counter()
        make(n)
        await CountingDriver.wrote.wait()
        waits.append(perf_counter() - begun)
        await asyncio.sleep(0.01)  # the next one comes when this one is on the screen
    cpu = process_time() - cpu
    return cpu / count * 1000, (CountingDriver.written - written) / count, middle(waits) * 1000


def middle(values: list[float]) -> float:
    """The median."""
    return statistics.median(values)


async def measure() -> list[str]:
    """Run the console at a counting terminal; a line for each kind of update."""
    door = FakeDoor(busy())
    quiet, ringing = busy(), a_call("new", company=LIND, name="Anna Muster", seconds=600)
    app = HotlineApp(door, SITE, bell=False, window_title=False)
    app.driver_class = CountingDriver
    task = asyncio.ensure_future(app.run_async(size=(120, 40)))
    await asyncio.sleep(1.0)

    def tick(n: int) -> None:
        door.publish(replace(quiet, now=NOW + timedelta(seconds=n + 1)))

    def ring(n: int) -> None:
        live = (ringing, *quiet.live) if n % 2 == 0 else quiet.live
        door.publish(replace(quiet, live=live))

    def burst(n: int) -> None:
        for i in range(100):
            door.publish(replace(quiet, now=NOW + timedelta(seconds=100 * n + i)))

    lines = []
    for name, make, count in (
        ("tick", tick, UPDATES),
        ("ring", ring, UPDATES),
        ("burst", burst, 20),
    ):
        runs = [await updates(door, make, count) for _ in range(RUNS)]
        cpu, size, wait = (middle([run[part] for run in runs]) for part in range(3))
        lines.append(f"{name:6} {cpu:6.2f} ms CPU  {size:8.0f} bytes  {wait:6.2f} ms until written")
    app.exit()
    await task
    return lines


if __name__ == "__main__":
    print(*asyncio.run(measure()), sep="\n")
