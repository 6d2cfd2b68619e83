"""How far the reading of a source is, told to the screens not too often."""

import asyncio
from collections.abc import Callable

from console.desk.contacts import SyncProgress
from console.directory.job import Progress

# Seconds between two pictures.
EVERY = 0.2

Show = Callable[[int, SyncProgress | None], None]


class Shown:
    """The progress of one source on all screens, from its beginning until `end`."""

    def __init__(self, show: Show, source_id: int, name: str, owner: str = "") -> None:
        self._show = show
        self._id = source_id
        self._name = name
        self._owner = owner
        self._loop = asyncio.get_running_loop()
        self._stage = ""
        self._next_at = 0.0
        self._held: SyncProgress | None = None
        self._later: asyncio.TimerHandle | None = None
        self._ended = False

    def wait(self) -> None:
        """Others are read before it."""
        self._tell("waiting", 0, None)

    def begin(self) -> None:
        """It is its turn: nothing has come yet, and perhaps never will."""
        self._tell("reading", 0, None)

    def read(self, progress: Progress) -> None:
        """So many contacts were read."""
        self._tell("reading", progress.done, progress.total)

    def store(self, done: int, total: int) -> None:
        """So many were stored; may be called by any thread."""
        self._loop.call_soon_threadsafe(self._tell, "storing", done, total)

    def end(self) -> None:
        """It is over, or was stopped."""
        self._ended = True
        if self._later is not None:
            self._later.cancel()
        self._show(self._id, None)

    def _tell(self, stage: str, done: int, total: int | None) -> None:
        if self._ended:
            return
        told = SyncProgress(self._id, self._name, stage, done, total, self._owner)
        if stage != self._stage or self._loop.time() >= self._next_at:
            self._put(told)
            return
        # Not lost: what comes next may take long.
        self._held = told
        if self._later is None:
            self._later = self._loop.call_at(self._next_at, self._put_held)

    def _put(self, told: SyncProgress) -> None:
        self._stage, self._next_at, self._held = told.stage, self._loop.time() + EVERY, None
        self._show(self._id, told)

    def _put_held(self) -> None:
        self._later = None
        if self._held is not None and not self._ended:
            self._put(self._held)
