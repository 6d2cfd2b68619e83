"""Garbage is collected when nobody notices."""

import asyncio
import gc

import pytest

from console import garbage
from console.garbage import ALWAYS, ANYWHEN, NEVER, Garbage


class Cycle:
    """Garbage that only a collection finds."""

    def __init__(self):
        self.me = self


@pytest.fixture(autouse=True)
def soon(monkeypatch):
    monkeypatch.setattr(garbage, "LOOK_EVERY", 0.01)


async def test_it_waits_until_nothing_rings_and_nobody_types():
    rings = types = True
    full = []
    tidy = Garbage(lambda: rings, lambda: types)
    before = gc.get_threshold()
    running = asyncio.ensure_future(tidy.run())
    await asyncio.sleep(0)
    assert gc.get_threshold()[2] == NEVER

    def collected(phase, info):
        if phase == "stop" and info["generation"] == 2:
            full.append(1)

    gc.callbacks.append(collected)
    try:
        tidy.session_ended()
        await asyncio.sleep(0.1)
        assert not full
        rings = False
        await asyncio.sleep(0.1)
        assert not full
        types = False
        await asyncio.sleep(0.1)
        assert len(full) == 1
        await asyncio.sleep(0.1)
        assert len(full) == 1
    finally:
        gc.callbacks.remove(collected)
        running.cancel()
        await asyncio.wait((running,))
    assert gc.get_threshold() == before


@pytest.mark.parametrize(
    ("ended", "rings", "types", "now"),
    [
        (1, False, True, False),
        (ANYWHEN, False, True, True),
        (ANYWHEN, True, True, False),
        (ALWAYS, True, True, True),
    ],
)
async def test_it_does_not_wait_for_ever(ended, rings, types, now):
    tidy = Garbage(lambda: rings, lambda: types)
    for _ in range(ended):
        tidy.session_ended()
    assert tidy.is_time() is now
