"""A long change made in small transactions, so that calls are stored in between."""

import asyncio
import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from console.desk.ports import StoreFailed
from console.store import contact_words
from console.store.connections import Connections, as_a_whole
from console.store.opening import BUSY_SECONDS

# Seconds that one transaction is to take; the next has as many rows as that makes.
_SHORT = 0.010
_ROWS_AT_FIRST = 200
_MOST_ROWS = 50_000
# After so many transactions what was written moves from the journal to its place: seldom enough
# for pages that many of them wrote to, and before the journal grows large.
_MOVE_EVERY = 24
# After so many the parts of the index that they made are merged.
_MERGE_EVERY = 8
_PAGES_AT_FIRST = 64
# KiB of memory for pages that are written to.
_CACHE = 16 * 1024
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Step:
    """Statements for the rows n of a table in the plan with ?1 < n <= ?2, and how many there are.

    The plan's tables are in the schema `plan`. `words`: the index of words is written to.
    """

    rows: int
    statements: tuple[str, ...]
    words: bool = False


class Chunks:
    """Carries out a plan, on a connection of its own that writes while the store's does not.

    An asynchronous context; only one at a time.
    """

    def __init__(self, connections: Connections, plan: Path) -> None:
        self._connections = connections
        self._plan = plan
        self._made = 0
        self._held = ExitStack()

    async def __aenter__(self) -> "Chunks":
        try:
            with self._connections.troubles():
                await as_a_whole(asyncio.to_thread(self._open))
            # Whoever stores a call would now and then have to move our pages to their place.
            await as_a_whole(self._connections.move_journal(every_pages=0))
        except BaseException:
            # Also when cancelled: nobody else would undo it.
            with suppress(StoreFailed):
                await self._release()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._release()

    async def _release(self) -> None:
        self._held.close()
        await as_a_whole(self._connections.move_journal())

    async def make(
        self, steps: Sequence[Step], progress: Callable[[int, int], None] | None = None
    ) -> None:
        """Carry the steps out, one after the other; raises StoreFailed."""
        total, before = sum(step.rows for step in steps), 0
        for step in steps:
            done, size = 0, _ROWS_AT_FIRST
            while done < step.rows:
                until = min(done + size, step.rows)
                took = await self._alone(self._transaction, step.statements, done, until)
                done = until
                size = _next_size(size, took)
                if progress is not None:
                    progress(before + done, total)
                await self._made_one()
                if step.words and self._made % _MERGE_EVERY == 0:
                    await self.merge_words()
            before += done

    async def merge_words(self) -> None:
        """Merge the index of words as far as it goes."""
        pages = _PAGES_AT_FIRST
        while took := await self._alone(self._merge, pages):
            pages = _next_size(pages, took)
            await self._made_one()

    async def _made_one(self) -> None:
        self._made += 1
        if self._made % _MOVE_EVERY == 0:
            with self._connections.troubles():
                await asyncio.to_thread(self._move_journal)
            # And what was stored meanwhile, with nobody writing: only a journal that is moved to
            # its end begins anew, and does not grow.
            await self._alone(self._move_journal)

    async def _alone(self, work: Callable[..., _T], *arguments: object) -> _T:
        """Run `work` in a thread while nobody else writes, as a whole also when cancelled."""

        async def run() -> _T:
            self._connections.check_open()
            async with self._connections.turn:
                with self._connections.troubles():
                    return await asyncio.to_thread(work, *arguments)

        return await as_a_whole(run())

    def _open(self) -> None:
        self._sql = sqlite3.connect(
            self._connections.path,
            timeout=BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
        )
        sql = self._held.enter_context(closing(self._sql))
        # Durable together with the transaction that makes it count, which is the store's own.
        sql.execute(f"PRAGMA synchronous = {'NORMAL' if self._connections.durable else 'OFF'}")
        sql.execute("PRAGMA wal_autocheckpoint = 0")
        sql.execute(f"PRAGMA cache_size = -{_CACHE}")
        sql.execute("PRAGMA foreign_keys = ON")
        sql.execute("PRAGMA secure_delete = ON")
        sql.execute("ATTACH ? AS plan", (str(self._plan),))

    def _transaction(self, statements: Sequence[str], after: int, until: int) -> float:
        """Seconds that it took."""
        begun = time.perf_counter()
        self._sql.execute("BEGIN IMMEDIATE")
        try:
            for statement in statements:
                self._sql.execute(statement, (after, until))
            self._sql.execute("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):
                self._sql.execute("ROLLBACK")
            raise
        return time.perf_counter() - begun

    def _merge(self, pages: int) -> float:
        """Seconds that it took, 0 if there was nothing to merge."""
        begun = time.perf_counter()
        merged = contact_words.merge(self._sql, pages)
        return time.perf_counter() - begun if merged else 0.0

    def _move_journal(self) -> None:
        with closing(sqlite3.connect(self._connections.path)) as sql:
            sql.execute("PRAGMA wal_checkpoint(PASSIVE)")


def _next_size(size: int, took: float) -> int:
    fit = int(size * _SHORT / max(took, 0.0005))
    # Slowly up: what the next rows need is not known. Quickly down: others wait.
    return max(20, min(fit, size + size // 2 + 1, _MOST_ROWS))
