"""Stopping a reading whatever the moment: also the one in which it tells how far it is."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest

from console.directory import reading_child
from console.directory.job import Job, Progress, told_line
from tests.directory.contacts_front import PLAN


class Process:
    """As much of a process as is listened to; it never ends by itself."""

    def __init__(self) -> None:
        self.stdout = asyncio.StreamReader()

    async def wait(self) -> int:
        await asyncio.Event().wait()
        return 0


@pytest.mark.parametrize("moments", range(8))
async def test_a_stop_that_comes_together_with_news_is_a_stop(
    monkeypatch: pytest.MonkeyPatch, moments: int
) -> None:
    process = Process()

    @contextlib.asynccontextmanager
    async def child(module: str, told: bytes) -> AsyncIterator[Process]:
        yield process

    monkeypatch.setattr(reading_child, "child", child)
    job = Job({"kind": "own"}, PLAN, "/nowhere")
    reading = asyncio.ensure_future(reading_child.read_elsewhere(job, lambda progress: None))
    await asyncio.sleep(0.01)
    process.stdout.feed_data(told_line(Progress(1)))
    for _ in range(moments):
        await asyncio.sleep(0)
    reading.cancel()
    done, _ = await asyncio.wait({reading}, timeout=5)
    assert done == {reading}
    assert reading.cancelled()
