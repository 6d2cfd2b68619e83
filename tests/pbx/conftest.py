"""Fixtures of the PBX tests: one bench for the whole session, cleared after every test."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from .bench import Bench
from .server import why_not

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Lets every test here run in the one process and event loop in which the bench lives."""
    session = pytest.mark.asyncio(loop_scope="session")
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.xdist_group("pbx"))
            if pytest_asyncio.is_async_test(item):
                item.add_marker(session, append=False)


def demand_asterisk() -> None:
    """Skips where there is no Asterisk, but fails in CI: there it must not go unnoticed."""
    if reason := why_not():
        if os.environ.get("CI", "").lower() in ("true", "1"):
            pytest.fail(reason)
        pytest.skip(reason)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def bench() -> AsyncIterator[Bench]:
    """The one Asterisk of this session; ask for `pbx` instead."""
    demand_asterisk()
    bench = Bench()
    try:
        await bench.start()
        yield bench
    finally:
        await bench.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def pbx(bench: Bench) -> AsyncIterator[Bench]:
    """A running PBX without calls; whatever a test leaves is hung up."""
    if bench.server.process is None:
        await bench.restart()
    yield bench
    await bench.clear()
