"""Who rings and who searches are answered in a thread, one after the other."""

import asyncio
import threading

import pytest

from console.desk.ports import StoreFailed

ENDLESS = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"


async def test_a_question_that_is_cancelled_stops_and_the_next_is_answered(store):
    begun = asyncio.Event()
    loop = asyncio.get_running_loop()

    def endless(run):
        loop.call_soon_threadsafe(begun.set)
        return run(ENDLESS, ())

    asking = asyncio.ensure_future(store._searching.ask(endless))
    waiting = asyncio.ensure_future(store._searching.ask(lambda run: run("SELECT 'waited'", ())))
    async with asyncio.timeout(5):
        await begun.wait()
        # Who rings does not wait for it.
        assert await store.who_is("+493011100023", None) == ()
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        assert await waiting == [("waited",)]


async def test_a_question_that_waits_and_is_cancelled_is_never_asked(store):
    let_go, asked = threading.Event(), []
    busy = asyncio.ensure_future(store._searching.ask(lambda run: let_go.wait(5)))
    waiting = asyncio.ensure_future(store._searching.ask(asked.append))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    let_go.set()
    assert await busy
    assert await store._searching.ask(lambda run: run("SELECT 1", ())) == [(1,)]
    assert asked == []


async def test_it_writes_nothing_and_says_what_failed(store):
    with pytest.raises(StoreFailed, match="readonly"):
        await store._searching.ask(lambda run: run("DELETE FROM contacts", ()))
    await store.close()
    with pytest.raises(StoreFailed, match="closed"):
        await store.who_is("+49", None)
