"""What was confirmed is there again, and nobody waits for somebody else's long question."""

import asyncio
import os
import signal
import sqlite3
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.util import await_only
from store_samples import NOON, call, ids, save

from console.desk.changes import SetProcessed
from console.desk.ports import StoreFailed
from console.desk.queries import CallPage, CountCalls
from console.desk.records import Processed
from console.store.connections import READERS
from console.store.database import open_store

WRITER = """
import asyncio, sys
sys.path.insert(0, sys.argv[2])
from store_samples import call, save
from console.store.database import open_store

async def run():
    store = await open_store(sys.argv[1])
    for batch in range(100_000):
        await save(store, *(call(f"{batch}-{n}", batch) for n in range(3)))
        print(batch, flush=True)

asyncio.run(run())
"""


async def test_a_writer_that_is_killed_loses_nothing_it_confirmed(tmp_path):
    path = str(tmp_path / "hotline.db")
    writer = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        WRITER,
        path,
        str(Path(__file__).parent),
        stdout=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(30):
        for _ in range(20):
            await writer.stdout.readline()
        os.kill(writer.pid, signal.SIGKILL)
        rest = await writer.stdout.read()
        await writer.wait()
    confirmed = 20 + rest.count(b"\n")
    store = await open_store(path)
    exported = [row.call.id async for row in store.calls_for_export()]
    await store.close()
    wanted = [f"{batch}-{n}" for batch in range(confirmed) for n in range(3)]
    assert exported[: len(wanted)] == wanted
    # At most the one batch that was on its way, and that as a whole.
    assert len(exported) - len(wanted) in (0, 3)
    with closing(sqlite3.connect(path)) as sql:
        assert sql.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


async def test_two_readers_in_another_program_while_the_desk_writes(tmp_path):
    path = str(tmp_path / "hotline.db")
    desk = await open_store(path)
    readers = [await open_store(path, read_only=True) for _ in range(2)]
    await save(desk, call("first"))
    done = asyncio.Event()

    async def write():
        for n in range(60):
            await save(desk, *(call(f"c{n}-{i}", n) for i in range(10)))
        done.set()

    async def read(reader):
        seen = 0
        while not done.is_set():
            count = (await reader.ask(CountCalls())).count
            # Whole batches only, and never fewer than before.
            assert count % 10 == 1
            assert count >= seen
            seen = count

    await asyncio.gather(write(), *(read(reader) for reader in readers))
    assert (await readers[0].ask(CountCalls())).count == 601
    for store in (desk, *readers):
        await store.close()


async def test_a_write_does_not_wait_for_a_reader_in_the_middle_of_its_list(store):
    await save(store, *(call(f"c{n:04}", n) for n in range(1_200)))
    rows = store.calls_for_export()
    first = await anext(rows)
    async with asyncio.timeout(5):
        await save(store, call("new", 9_999))
    exported = [first, *[row async for row in rows]]
    assert [row.call.id for row in exported] == [*(f"c{n:04}" for n in range(1_200)), "new"]


async def test_a_write_that_is_cancelled_happens_as_a_whole(store):
    writing = asyncio.ensure_future(save(store, *(call(f"c{n}", n) for n in range(2_000))))
    await asyncio.sleep(0.001)
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    assert (await store.ask(CountCalls())).count in (0, 2_000)
    await store.write([SetProcessed(("c1",), Processed("e", NOON), "e", NOON)])
    assert len(await ids(store)) in (0, 100)


async def test_who_waits_for_a_connection_and_is_cancelled_leaves_the_queue_at_once(store):
    let_go = threading.Event()
    busy = [
        asyncio.ensure_future(store._connections.read(lambda sql: _hold(sql, let_go)))
        for _ in range(READERS)
    ]
    try:
        await asyncio.sleep(0.1)
        waiting = [asyncio.ensure_future(store.ask(CountCalls())) for _ in range(20)]
        await asyncio.sleep(0.05)
        for one in waiting:
            one.cancel()
        ended, _ = await asyncio.wait(waiting, timeout=1.0)
        assert len(ended) == len(waiting)
    finally:
        let_go.set()
        await asyncio.gather(*busy)
    assert (await store.ask(CountCalls())).count == 0


def _hold(sql, let_go):
    """Keep a connection until told, as a long search does."""
    driver = sql.connection.driver_connection
    await_only(driver.create_function("hold", 0, lambda: let_go.wait(10) and None))
    sql.exec_driver_sql("SELECT hold()").all()


async def test_a_database_that_is_damaged_while_open_says_what_to_do(tmp_path):
    path = tmp_path / "hotline.db"
    store = await open_store(str(path))
    await save(store, *(call(f"c{n}", n) for n in range(2_000)))
    await store.close()
    whole = bytearray(path.read_bytes())
    whole[40_960:] = b"\xff" * (len(whole) - 40_960)
    path.write_bytes(whole)

    async def read():
        store = await open_store(str(path))
        try:
            await store.ask(CallPage(limit=5_000))
        finally:
            await store.close()

    with pytest.raises(StoreFailed) as failed:
        await read()
    assert str(path) in str(failed.value)
    assert "hotline restore" in str(failed.value)
