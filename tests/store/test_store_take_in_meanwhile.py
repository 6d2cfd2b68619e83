"""A large source is taken in: what is stored meanwhile, and what is left when it is killed."""

import asyncio
import os
import signal
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from statistics import median

import pytest
from staged import add_source, names, stage, take_in
from store_samples import NOON, call, ids, save

from console.desk.changes import PutContact
from console.desk.contacts import FindContacts
from console.desk.queries import CallPage
from console.people.values import Contact
from console.settings.sources import OWN, Imported
from console.store.database import open_store

TAKER = """
import asyncio, sys
sys.path.insert(0, sys.argv[4])
from store_samples import NOON, call, save
from console.store.database import open_store

async def run():
    store = await open_store(sys.argv[1])

    def progress(done, total):
        print(done, total, flush=True)

    await store.take_in(int(sys.argv[2]), sys.argv[3], NOON, progress)
    print("end", flush=True)

asyncio.run(run())
"""


def people(count: int, note: str = "") -> Iterator[Contact]:
    """Many, in no order."""
    for n in range(count):
        place = n * 7919 % count
        numbers = ((f"+4930{place:08}", "work"), (f"+491709{n:06}", "mobile"))
        name = f"Person {place:07} {chr(97 + n % 26)}name"
        yield Contact(name, numbers, company=f"Firm {n % 100}", note=note, key=f"key-{place}")


async def test_what_is_killed_in_the_middle_was_never_there(tmp_path):
    path, file = str(tmp_path / "hotline.db"), tmp_path / "s"
    store = await open_store(path)
    source = await add_source(store)
    await take_in(store, source, file, people(300))
    await save(store, call("c1"))
    before = (await store.ask(FindContacts(limit=1_000)), await store.sources())
    await store.close()

    stage(file, people(20_000, "new"))
    for after in (1, 3, 10):
        assert await killed(path, source, file, after)
        store = await open_store(path)
        assert (await store.ask(FindContacts(limit=1_000)), await store.sources()) == before
        assert await names(store, "new") == []
        assert len(await store.who_is("+493000000007", None)) == 1
        assert await ids(store) == ["c1"]
        await store.close()

    store = await open_store(path)
    report = await store.take_in(source, str(file), NOON, lambda *_: None)
    assert (report.read, report.added, report.changed) == (20_000, 19_700, 300)
    assert (await store.ask(FindContacts("new", limit=1))).more
    await store.sweep()
    await store.close()
    with closing(sqlite3.connect(path)) as sql:
        for table, rows in (("contacts", 20_000), ("contact_keys", 20_000), ("taking_in", 0)):
            assert sql.execute(f"SELECT count(*) FROM {table}").fetchone() == (rows,), table
        for table in ("contact_numbers", "contact_tails"):
            assert sql.execute(f"SELECT count(*) FROM {table}").fetchone() == (40_000,), table
        assert sql.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


async def test_of_an_import_that_is_killed_no_new_source_stays(tmp_path):
    path, file = str(tmp_path / "hotline.db"), tmp_path / "s"
    store = await open_store(path)
    kept, new = [await add_source(store, name, options=Imported()) for name in ("Kept", "New")]
    await take_in(store, kept, file, people(300))
    await store.close()
    stage(file, people(20_000, "new"))
    for source in (new, kept):
        assert await killed(path, source, file, 3)
        store = await open_store(path)
        await store.sweep()
        assert [state.source.id for state in await store.sources()] == [OWN, kept]
        assert await names(store, "new") == []
        await store.close()


async def killed(path: str, source: int, file: Path, after: int) -> bool:
    """Take a source in by another program and kill it after so many transactions."""
    taker = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", TAKER, path, str(source), str(file), str(Path(__file__).parent)),
        stdout=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(60):
        for _ in range(after):
            assert await taker.stdout.readline()
        os.kill(taker.pid, signal.SIGKILL)
        rest = await taker.stdout.read()
        await taker.wait()
    return b"end" not in rest


@pytest.mark.parametrize("count", [20_000, pytest.param(200_000, marks=pytest.mark.slow)])
async def test_calls_are_stored_and_callers_looked_up_while_many_are_taken_in(tmp_path, count):
    store = await open_store(str(tmp_path / "hotline.db"))
    source = await add_source(store)
    await take_in(store, source, tmp_path / "s", people(200))
    file = stage(tmp_path / "s", people(count, "new"))
    taking = asyncio.ensure_future(store.take_in(source, file, NOON, lambda *_: None))
    writes, looks, lists = [], [], []
    n = 0
    while not taking.done():
        n += 1
        writes.append(await timed(save(store, call(f"c{n:05}", n))))
        looks.append(await timed(store.who_is("+493000000007", None)))
        lists.append(await timed(store.ask(CallPage(limit=20))))
        if n == 5:
            own = Contact("Otto", (("+4977", ""),))
            await store.write([PutContact(own, "eva", NOON)])
        await asyncio.sleep(0.01)
    assert (await taking).added == count - 200
    # A busy machine lets fewer come in between, but never none until the end.
    assert len(writes) > 5
    assert median(writes) < 0.05
    assert median(looks) < 0.05
    assert median(lists) < 0.1
    assert len(await ids(store, limit=100_000)) == n
    assert await names(store, "otto") == ["Otto"]
    # The journal does not grow with what is taken in.
    assert os.path.getsize(f"{store.path}-wal") < 100 * 2**20  # noqa: ASYNC240
    await store.close()


async def timed(work) -> float:
    begun = time.perf_counter()
    await work
    return time.perf_counter() - begun
