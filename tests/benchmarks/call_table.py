"""The table of calls over a million rows: open, turn pages, move, jump, refresh; memory.

    python -m tests.benchmarks.call_table [DATABASE]

Without a database the rows are made up as they are asked for, so that the figures are the table's
own; with one (million_rows.py leaves one in the temporary folder) they are the whole way. It
prints; it never fails.
"""

import asyncio
import gc
import random
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from zoneinfo import ZoneInfo

from textual.app import App, ComposeResult

sys.path.insert(0, str(Path(__file__).parent.parent / "tui"))

from call_lists import NOON, record

from console.calls.numbers import NumberPlan
from console.desk.queries import CallPage, CountCalls, Filter, Key, Page
from console.store.database import open_store
from console.tui import theme
from console.tui.call_columns import Reading
from console.tui.styles import STYLES
from console.tui.widgets.call_table import CallTable, Count, Fetch

ROWS = 1_000_000
READING = Reading(NOON, ZoneInfo("Europe/Berlin"), NumberPlan("DE", "30"))


def made_up(query: CallPage) -> Page:
    """A page of a million calls of which none exists before it is asked for."""
    first = query.at_row or 0
    if query.before is not None:
        first = ROWS - number(query.before)
    elif query.after is not None:
        first = max(0, ROWS - number(query.after) - 1 - query.limit)
    rows = range(ROWS - 1 - first, max(-1, ROWS - 1 - first - query.limit), -1)
    return Page(tuple(record(n) for n in rows), first)


def number(key: Key) -> int:
    return int(key.id[1:]) if key.id else -1


class Stage(App[None]):
    """Nothing but the table."""

    CSS_PATH = STYLES / "call_table.tcss"

    def __init__(self, fetch: Fetch, count: Count) -> None:
        super().__init__()
        self.make = lambda: CallTable(fetch, count, READING, every=True, pause=0)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return theme.defaults(True)

    def compose(self) -> ComposeResult:
        yield from ()


def memory() -> float:
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


async def drawn(table: CallTable) -> None:
    """Return when the rows in view are read and drawn."""
    while table._working or not table._window.began:  # noqa: ASYNC110
        await asyncio.sleep(0)
    lines = [table.render_line(y).text for y in range(table.size.height)]
    assert not any("·····" in line for line in lines)


async def timed(table: CallTable, act: Callable[[], object], times: int) -> str:
    took = []
    for _ in range(times):
        begun = time.perf_counter()
        act()
        await drawn(table)
        took.append((time.perf_counter() - begun) * 1000)
        await asyncio.sleep(0)
    took.sort()
    return f"median {median(took):7.2f} ms   worst {took[-1]:7.2f} ms   ({times} times)"


async def measure(fetch: Fetch, count: Count) -> None:
    dice = random.Random(1)
    app = Stage(fetch, count)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        before = memory()
        begun = time.perf_counter()
        table = app.make()
        await app.mount(table)
        while not table._window.rows:  # noqa: ASYNC110
            await asyncio.sleep(0)
        first = (time.perf_counter() - begun) * 1000
        await drawn(table)
        whole = (time.perf_counter() - begun) * 1000
        table.focus()
        await pilot.pause()
        print(
            f"  open            first rows after {first:.0f} ms, counted and drawn {whole:.0f} ms"
        )
        print(f"  {table._window.count:,} rows")

        def jump() -> None:
            table.scroll_to(y=dice.randrange(table._window.count), animate=False)

        print("  cursor down    ", await timed(table, lambda: table.action_move(1), 200))
        print("  page down      ", await timed(table, lambda: table.action_turn(1), 200))
        print("  end, home      ", await timed(table, table.action_oldest, 1), "|", end=" ")
        print(await timed(table, table.action_newest, 1))
        print("  first jump     ", await timed(table, jump, 1))
        print("  jump           ", await timed(table, jump, 50))
        print("  refresh, deep  ", await timed(table, lambda: table.look_again(at_once=True), 20))
        table.action_newest()
        await drawn(table)
        print("  refresh, top   ", await timed(table, lambda: table.look_again(at_once=True), 20))
        after = memory()
        print(f"  memory          +{after - before:.1f} MB, {len(table._window.rows)} rows held")


async def main() -> None:
    """Both ways, as far as they are there."""

    async def fetch(query: CallPage) -> Page:
        return made_up(query)

    async def count(_: Filter) -> int:
        return ROWS

    async def ten(query: CallPage) -> Page:
        return Page(tuple(record(n) for n in range(10)[::-1]) if query.after is None else (), 0)

    async def few(_: Filter) -> int:
        return 10

    print("ten rows, for comparison; it also pays for what is made once")
    await measure(ten, few)
    print("rows made up as asked for")
    await measure(fetch, count)
    if len(sys.argv) > 1:
        store = await open_store(sys.argv[1])

        async def ask(query: CallPage) -> Page:
            return await store.ask(query)

        async def total(filter: Filter) -> int:
            return (await store.ask(CountCalls(filter))).count

        print(f"rows of {sys.argv[1]}")
        await measure(ask, total)
        await store.close()


if __name__ == "__main__":
    asyncio.run(main())
