"""How many calls a second the store takes, by the size of a batch; it prints.

python -m tests.benchmarks.store_writes
"""

import asyncio
import resource
import statistics
import tempfile
import time
from dataclasses import replace
from itertools import islice
from pathlib import Path

from console.calls.words import Phase
from console.desk.changes import AddNote, SaveCall, SetProcessed
from console.desk.records import CallRecord, Note, Processed
from console.store.database import open_store
from tests.benchmarks.million_rows import some_calls


def processor() -> float:
    """Seconds of processor time so far, all threads."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def life(record: CallRecord) -> list[CallRecord]:
    """A call as it is saved: it rings, its caller is known, it has ended."""
    call = record.call
    ringing = replace(call, phase=Phase.RINGING, ended_at=None, outcome=None, moments=())
    bare = replace(record, call=ringing, caller_name="", company_name="")
    return [bare, replace(record, call=ringing), record]


async def main() -> None:
    """Median of five runs for each size of a batch."""
    for batch in (1, 5, 20, 50, 200, 1_000):
        total = max(150, min(3_000, batch * 30))
        rates, cores = [], []
        with tempfile.TemporaryDirectory() as folder:
            store = await open_store(str(Path(folder) / "x.db"))
            records = some_calls(200_000)
            for _ in range(5):
                lives = [life(record) for record in islice(records, total // 3)]
                events = [state for states in zip(*lives, strict=True) for state in states]
                used, begun = processor(), time.perf_counter()
                for i in range(0, len(events), batch):
                    await store.write([SaveCall(event) for event in events[i : i + batch]])
                took = time.perf_counter() - begun
                rates.append(len(events) / took)
                cores.append((processor() - used) / len(events) * 1e6)
            await store.close()
        rate, core = statistics.median(rates), statistics.median(cores)
        print(
            f"batches of {batch:5}: {rate:9,.0f} saves/s, {core:6.0f} us of processor each",
            flush=True,
        )
    await commands()


async def commands() -> None:
    """What an operator waits for after a key."""
    with tempfile.TemporaryDirectory() as folder:
        store = await open_store(str(Path(folder) / "x.db"))
        records = list(islice(some_calls(20_000), 20_000))
        await store.write([SaveCall(record) for record in records])
        calls = [record.call.id for record in records if record.open]
        at = records[-1].call.started_at
        for what, changes in (
            ("processed", [SetProcessed((id,), Processed("e", at), "e", at) for id in calls]),
            ("note", [AddNote(id, Note("e", at, "wants an offer")) for id in calls]),
        ):
            took = []
            for change in changes[:200]:
                begun = time.perf_counter()
                await store.write([change])
                took.append((time.perf_counter() - begun) * 1000)
            took.sort()
            print(f"one {what:10} p50 {took[100]:.1f} ms, p99 {took[197]:.1f} ms")
        await store.close()


if __name__ == "__main__":
    asyncio.run(main())
