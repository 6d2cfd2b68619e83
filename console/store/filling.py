"""Fills contact sources and empties them, one after the other."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from console.desk.contacts import SyncReport
from console.store.connections import Connections
from console.store.sweeping import half_taken_in, sweep
from console.store.take_in import take_in


class Filling:
    """Takes in and sweeps; every method raises StoreFailed."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._turn = asyncio.Lock()
        self._to_sweep = asyncio.Event()
        # The program may have been killed before it had swept.
        self._to_sweep.set()

    async def take_in(
        self, source_id: int, staging: Path, at: datetime, progress: Callable[[int, int], None]
    ) -> SyncReport:
        """Make a staging file what a source has, all or nothing; the file is worked in."""
        async with self._turn:
            if await self._connections.read(half_taken_in):
                await sweep(self._connections)
            try:
                return await take_in(self._connections, source_id, staging, at, progress)
            finally:
                self._to_sweep.set()

    def dropped(self) -> None:
        """A source was forgotten: its contacts are to be swept."""
        self._to_sweep.set()

    async def sweep(self) -> int:
        """Delete contacts that nobody sees any more, in small transactions; how many."""
        async with self._turn:
            self._to_sweep.clear()
            return await sweep(self._connections)

    async def keep_swept(self) -> None:
        """Sweep whenever there may be something to, for ever."""
        while True:
            await self._to_sweep.wait()
            await self.sweep()
