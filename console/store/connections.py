"""One connection that writes and a few that read; whoever asks waits on the loop."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from console.desk.ports import StoreFailed
from console.store import trigrams
from console.store.opening import BUSY_SECONDS, trouble

READERS = 3
# SQLite's own default: some milliseconds for the one whose transaction makes it full.
JOURNAL_PAGES = 1000
_T = TypeVar("_T")


class Connections:
    """The open database; every method raises StoreFailed."""

    def __init__(self, path: Path, *, read_only: bool, durable: bool) -> None:
        self.path = path
        self.read_only = read_only
        self.durable = durable
        # Who writes, one after the other in the order in which they came.
        self.turn = asyncio.Lock()
        self._closed = False
        self._writer = None if read_only else _engine(path, 1, "BEGIN IMMEDIATE", durable=durable)
        self._reader = _engine(path, READERS, "BEGIN", query_only=True)

    async def close(self) -> None:
        """Close the files."""
        self._closed = True
        # The writer last: it folds the journal into the file when it is the last to leave.
        await self._reader.dispose()
        if self._writer is not None:
            await self._writer.dispose()

    async def read(self, work: Callable[[sa.Connection], _T]) -> _T:
        """Run `work` in one reading transaction; when cancelled, stop what runs.

        The driver goes on with a statement whose caller has gone, and whoever comes next would
        wait for it.
        """
        self.check_open()
        used: list[AsyncConnection] = []
        task = asyncio.ensure_future(_transaction(self._reader, work, used))
        with self.troubles():
            try:
                return await asyncio.shield(task)
            except asyncio.CancelledError:
                if not used:
                    # It still waits for a connection: it must not keep its place in the queue.
                    task.cancel()
                while not task.done():
                    await _interrupt(used)
                    await asyncio.wait([task], timeout=0.005)
                if not task.cancelled():
                    task.exception()
                raise

    async def write(self, work: Callable[[sa.Connection], _T]) -> _T:
        """Run `work` in one writing transaction, as a whole also when cancelled."""

        async def in_turn() -> _T:
            self.check_open()
            engine = self._writing()
            async with self.turn:
                with self.troubles():
                    return await _transaction(engine, work, [])

        return await as_a_whole(in_turn())

    @asynccontextmanager
    async def writer(self) -> AsyncIterator[Any]:
        """The driver's writing connection outside any transaction; nobody writes meanwhile."""
        engine = self._writing()
        self.check_open()
        async with self.turn:
            with self.troubles():
                async with engine.connect() as connection:
                    raw = await connection.get_raw_connection()
                    yield raw.driver_connection

    def check_open(self) -> None:
        """Raises StoreFailed after `close`."""
        if self._closed:
            raise StoreFailed(f"The database {self.path} has been closed.")

    async def move_journal(self, every_pages: int = JOURNAL_PAGES) -> None:
        """Let who writes move the journal's pages to their place when it has so many; 0: never."""
        async with self.writer() as sql:
            await sql.execute(f"PRAGMA wal_autocheckpoint = {every_pages}")

    @contextmanager
    def troubles(self) -> Iterator[None]:
        """What goes wrong in the database becomes a StoreFailed with a sentence."""
        try:
            yield
        except sa.exc.DBAPIError as error:
            raise StoreFailed(trouble(self.path, error.orig or error)) from error
        except (sa.exc.SQLAlchemyError, sqlite3.Error, OSError) as error:
            raise StoreFailed(trouble(self.path, error)) from error

    def _writing(self) -> AsyncEngine:
        if self._writer is None:
            raise StoreFailed(f"The database {self.path} was opened to be read only.")
        return self._writer


async def as_a_whole(work: Coroutine[Any, Any, _T]) -> _T:
    """The result of `work`, which goes on to its end also when who waits for it is cancelled."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        if not task.cancelled():
            task.exception()
        raise


async def _transaction(
    engine: AsyncEngine, work: Callable[[sa.Connection], _T], used: list[AsyncConnection]
) -> _T:
    async with engine.connect() as connection:
        used.append(connection)
        async with connection.begin():
            return await connection.run_sync(work)


async def _interrupt(used: list[AsyncConnection]) -> None:
    if used and not used[0].closed:
        raw: Any = await used[0].get_raw_connection()
        await raw.driver_connection.interrupt()


def _engine(
    path: Path, size: int, begin: str, *, durable: bool = True, query_only: bool = False
) -> AsyncEngine:
    engine = create_async_engine(
        sa.URL.create("sqlite+aiosqlite", database=str(path)),
        pool_size=size,
        max_overflow=0,
        connect_args={"timeout": BUSY_SECONDS},
    )

    @sa.event.listens_for(engine.sync_engine, "connect")
    def _set_up(connection: Any, record: sa.pool.ConnectionPoolEntry) -> None:
        # Transactions are ours: the driver would begin them late, and by guessing.
        connection.isolation_level = None
        cursor = connection.cursor()
        # FULL: what was confirmed survives a power cut, not only a crash of the program.
        cursor.execute(f"PRAGMA synchronous = {'FULL' if durable else 'OFF'}")
        cursor.execute("PRAGMA foreign_keys = ON")
        # What was deleted is overwritten: somebody asked to be forgotten.
        cursor.execute("PRAGMA secure_delete = ON")
        if query_only:
            # Pages are read here and there in the file: a large cache would only cost memory.
            cursor.execute("PRAGMA cache_size = -1000")
            cursor.execute("PRAGMA query_only = ON")
        trigrams.look_for(cursor, record.info)
        cursor.close()

    @sa.event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine
