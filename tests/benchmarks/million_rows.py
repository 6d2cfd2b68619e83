"""A million stored calls: how long it takes to open, page, jump and search among them.

    python -m tests.benchmarks.million_rows [ROWS]

The database is built once and kept in the temporary folder. It prints; it never fails.
"""

import asyncio
import random
import resource
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from console.calls.call import Call, Leg, Moment
from console.calls.events import Caller
from console.calls.words import Direction, MomentKind, Outcome, Phase, RangResult
from console.desk.changes import SaveCall, SetProcessed
from console.desk.queries import CallPage, CountCalls, Filter, Key
from console.desk.records import CallRecord, Processed
from console.store.database import SqlStore, open_store

START = datetime(2024, 1, 1, tzinfo=UTC)
COMPANIES = [
    f"{name} {kind}"
    for name in (
        "Meyer & Söhne",
        "Zahnarzt Lind",
        "Kanzlei Berg",
        "Bäckerei Groß",
        "Autohaus Krüger",
        "Praxis Weiß",
        "Hotel Seeblick",
        "Gärtnerei Löwe",
        "Elektro Jäger",
        "Möbel Roth",
    )
    for kind in ("GmbH", "AG", "KG", "OHG")
]
FIRST = ("Anna", "Hans", "Jürgen", "Günter", "Söhnke", "Lena", "Eva", "Uwe", "Zoë", "Kurt", "Ida")
LAST = (
    "Schulz",
    "Müller",
    "Weiß",
    "Krämer",
    "Brandt",
    "Roth",
    "Özdemir",
    "Nowak",
    "Lindgren",
    "Großmann",
    "Köhler",
    "Bauer",
    "Vogel",
    "Zimmermann",
    "Huber",
    "Ebert",
)
DEVICES = ("101", "102", "103")


def people(dice: random.Random, count: int) -> list[tuple[str, str]]:
    """(number, name) of those who call; every third is in the directory."""
    return [
        (
            f"+49{dice.choice((30, 40, 170, 171, 89, 221))}{dice.randrange(10**6, 10**8)}",
            f"{dice.choice(FIRST)} {dice.choice(LAST)}" if dice.random() < 0.33 else "",
        )
        for _ in range(count)
    ]


def some_calls(count: int) -> Iterator[CallRecord]:
    """Calls of a busy answering service, one every minute, a quarter unanswered."""
    dice = random.Random(7)
    callers = people(dice, max(10, count // 6))
    sad = [outcome for outcome in Outcome if outcome is not Outcome.ANSWERED]
    for i in range(count):
        at = START + timedelta(seconds=60 * i + dice.random() * 50)
        outcome = dice.choice(sad) if dice.random() < 0.25 else Outcome.ANSWERED
        answered = outcome is Outcome.ANSWERED
        rang = at + timedelta(seconds=0.3)
        up = rang + timedelta(seconds=dice.random() * 30)
        end = up + timedelta(seconds=dice.random() * 200) if answered else up
        number, name = callers[int(len(callers) * dice.random() ** 2)]
        hidden = dice.random() < 0.08
        company = dice.randrange(len(COMPANIES))
        yield CallRecord(
            Call(
                id=f"asterisk-{at.timestamp():.3f}.{i}",
                feed="asterisk",
                direction=Direction.INBOUND,
                caller=Caller(hidden=True) if hidden else Caller(number, name or None),
                called=f"+4930111{company:03d}",
                started_at=at,
                phase=Phase.ENDED,
                phase_since=end,
                answered_at=up if answered else None,
                answered_by="101" if answered else None,
                ended_at=end,
                outcome=outcome,
                legs=tuple(
                    Leg(f"{i}-{d}", d, rang, rang, up, RangResult.ELSEWHERE) for d in DEVICES
                ),
                moments=(
                    Moment(at, MomentKind.ARRIVED, number),
                    *(Moment(rang, MomentKind.RANG, d) for d in DEVICES),
                    Moment(end, MomentKind.HUNG_UP),
                ),
            ),
            company_id=company,
            company_name=COMPANIES[company],
            company_colour="#336699",
            caller_name="" if hidden else name,
        )


async def build(path: Path, rows: int) -> None:
    """Through the store's own door, a few thousand calls a transaction."""
    store = await open_store(str(path))
    begun = time.perf_counter()
    chunk: list[CallRecord] = []
    for n, record in enumerate(some_calls(rows), 1):
        chunk.append(record)
        if len(chunk) == 5_000 or n == rows:
            await store.write([SaveCall(each) for each in chunk])
            sad = tuple(r.call.id for i, r in enumerate(chunk) if r.open and i % 40)
            await store.write([SetProcessed(sad, Processed("eva", START), "eva", START)])
            chunk.clear()
    await store.close()
    took = time.perf_counter() - begun
    size = path.stat().st_size / 2**20  # noqa: ASYNC240
    print(f"built {rows:,} calls in {took:.0f} s, {rows / took:,.0f}/s, {size:.0f} MB")


async def timed(run: Callable[[int], Awaitable[object]], times: int = 50) -> str:
    """Median and 99th percentile of some runs, in ms."""
    took = []
    for i in range(times):
        begun = time.perf_counter()
        await run(i)
        took.append((time.perf_counter() - begun) * 1000)
    first, took = took[0], sorted(took)
    p99 = took[min(len(took) - 1, int(len(took) * 0.99))]
    return f"first {first:7.1f}   p50 {took[len(took) // 2]:6.1f}   p99 {p99:6.1f} ms"


def memory() -> float:
    """MB in use now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


FILTERS = {
    "all": Filter(),
    "unanswered": Filter(unanswered=True),
    "open": Filter(open=True),
    "company": Filter(company=COMPANIES[3]),
    "company, open": Filter(company=COMPANIES[3], open=True),
    "outcome": Filter(outcome=Outcome.BUSY),
    "company, outcome": Filter(company=COMPANIES[3], outcome=Outcome.BUSY),
    "one day": Filter(since=START + timedelta(days=99), until=START + timedelta(days=100)),
}
TYPED = (
    "m",
    "mü",
    "müll",
    "müller",
    "krüger",
    "zoë öz",
    "0170",
    "0170 12",
    "0170 12345",
    "0170 123456",
    "+49 30 1234567",
    "nobody has this",
    "xyz",
)


async def measure(path: Path, rows: int) -> None:
    """Print the figures."""
    before = memory()
    begun = time.perf_counter()
    store: SqlStore = await open_store(str(path))
    print(f"open {(time.perf_counter() - begun) * 1000:.0f} ms")
    top = await store.ask(CallPage())
    print(f"first page: memory +{memory() - before:.1f} MB")
    dice = random.Random(1)
    number = next(row.call.caller.number for row in top.rows if row.call.caller.number)
    print("\na page of 100 (first: builds the anchors of the filter where it jumps)")
    for name, wanted in {**FILTERS, "number": Filter(number=number)}.items():
        total = (await store.ask(CountCalls(wanted))).count

        async def at_top(_: int, wanted: Filter = wanted) -> object:
            return await store.ask(CallPage(wanted))

        async def jump(_: int, wanted: Filter = wanted, total: int = total) -> object:
            return await store.ask(CallPage(wanted, at_row=dice.randrange(max(1, total))))

        half = (await store.ask(CallPage(wanted, at_row=max(1, total // 2), limit=1))).rows
        key = Key(half[0].call.started_at, half[0].call.id) if half else None

        async def middle(_: int, wanted: Filter = wanted, key: Key | None = key) -> object:
            return await store.ask(CallPage(wanted, before=key))

        async def count(_: int, wanted: Filter = wanted) -> object:
            return await store.ask(CountCalls(wanted))

        print(f"  {name:17} {total:9,} rows")
        for what, run in (("count", count), ("top", at_top), ("jump", jump), ("middle", middle)):
            print(f"    {what:8} {await timed(run)}")
    print(f"memory +{memory() - before:.1f} MB")

    print("\nsearch as one types: first page of 100, and the count")
    for typed in TYPED:
        wanted = Filter(text=typed)
        found = len((await store.ask(CallPage(wanted))).rows)

        async def search(_: int, wanted: Filter = wanted) -> object:
            return await store.ask(CallPage(wanted))

        begun = time.perf_counter()
        total = (await store.ask(CountCalls(wanted))).count
        counted = (time.perf_counter() - begun) * 1000
        figures = await timed(search, 5)
        print(f"  {typed!r:18} {found:4} of {total:9,}   {figures}   count {counted:6.0f} ms")
    print(f"memory +{memory() - before:.1f} MB")
    await store.close()


def main() -> None:
    """Build if need be, then measure."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    path = Path(tempfile.gettempdir()) / f"hotline-benchmark-{rows}.db"
    if not path.exists():
        part = path.with_suffix(".part")
        for old in path.parent.glob(f"{part.name}*"):
            old.unlink()
        asyncio.run(build(part, rows))
        part.rename(path)
    asyncio.run(measure(path, rows))


if __name__ == "__main__":
    main()
