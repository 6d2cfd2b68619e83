"""Fills contact sources and empties them, one after the other."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from console.desk.contacts import SyncReport
from console.desk.ports import StoreFailed
from console.store.connections import Connections
from console.store.sweeping import half_taken_in, sweep
from console.store.take_in import take_in

log = logging.getLogger(__name__)

# Seconds after which what could not be swept is tried again.
SWEEP_AGAIN = 60.0


class Filling:
    """Takes in and sweeps; every method but keep_swept raises StoreFailed."""

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
            try:
                return await sweep(self._connections)
            except BaseException:
                self._to_sweep.set()
                raise

    async def keep_swept(self) -> None:
        """Sweep whenever there may be something to, until cancelled; what fails is tried again."""
        while True:
            await self._to_sweep.wait()
            try:
                await self.sweep()
            except StoreFailed as failed:
                # Nobody sees what stays: no reason to end anything.
                log.warning("contacts that are gone could not be deleted yet: %s", failed)
                await asyncio.sleep(SWEEP_AGAIN)
