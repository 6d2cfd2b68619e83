"""The database: one connection that writes, a few that read, and whoever asks waits on the loop."""

import asyncio
import shutil
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar, cast, overload

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from console.desk.changes import Change, ForgetNumber, Written
from console.desk.contacts import (
    ActionFailure,
    ActionFailures,
    Companies,
    FindContacts,
    Found,
    GetContact,
    Match,
    Previewed,
    PreviewText,
    Sources,
    SourceState,
    SyncReport,
    Tried,
    TrySource,
    Unowned,
    UnownedNumbers,
    WhoIs,
)
from console.desk.operators import Operator
from console.desk.ports import StoreFailed
from console.desk.queries import (
    CallDetails,
    CallPage,
    CompanyNames,
    CountCalls,
    Details,
    Filter,
    Gap,
    Gaps,
    Key,
    Page,
    Query,
    Total,
)
from console.desk.records import CallRecord, LastCall
from console.people.values import Company, Contact
from console.settings.live import Live
from console.store import answers, company_rows, contact_queries, reading, trigrams
from console.store.anchors import AnchorBook
from console.store.opening import BUSY_SECONDS, database_file, prepare, trouble
from console.store.settings_rows import read_settings
from console.store.source_rows import list_sources, note_failure
from console.store.who_has import called_contact, who_has
from console.store.writing import Writing

READERS = 3
EXPORT_CHUNK = 500
ALL_CALLS = Filter()
_T = TypeVar("_T")


async def open_store(url: str, read_only: bool = False) -> "SqlStore":
    """Open the database at a file or sqlite:/// address, made or brought up to date if need be.

    `sqlite:///:memory:` is a temporary one that goes when it is closed. Raises StoreFailed.
    """
    path, temporary = database_file(url), None
    if path is None:
        # A file all the same: one writer and several readers can't share a database in memory.
        temporary = Path(tempfile.mkdtemp(prefix="hotline-"))
        path = temporary / "hotline.db"
    try:
        await asyncio.to_thread(prepare, path, read_only=read_only)
        store = SqlStore(path, read_only=read_only, temporary=temporary)
        await store.last_heard()
    except BaseException:
        if temporary is not None:
            shutil.rmtree(temporary, ignore_errors=True)
        raise
    return store


class SqlStore:
    """Implements the desk's Store and DirectoryTables; every method raises StoreFailed."""

    def __init__(self, path: Path, *, read_only: bool, temporary: Path | None = None) -> None:
        self.path = path
        self._temporary = temporary
        self._closed = False
        self._anchors = AnchorBook()
        self._companies: tuple[Company, ...] = ()
        self._writer = (
            None if read_only else _engine(path, 1, "BEGIN IMMEDIATE", durable=temporary is None)
        )
        self._reader = _engine(path, READERS, "BEGIN", query_only=True)

    async def close(self) -> None:
        """Close the files; a temporary database goes."""
        self._closed = True
        # The writer last: it folds the journal into the file when it is the last to leave.
        await self._reader.dispose()
        if self._writer is not None:
            await self._writer.dispose()
        if self._temporary is not None:
            shutil.rmtree(self._temporary, ignore_errors=True)

    # Store

    async def write(self, changes: Sequence[Change]) -> list[Written]:
        """Make all changes in one transaction, durable on return; one Written for each.

        A write that is cancelled still happens as a whole.
        """
        if self._writer is None:
            raise StoreFailed(f"The database {self.path} was opened to be read only.")
        if not changes:
            return []

        def work(sql: sa.Connection) -> tuple[list[Written], Writing]:
            writing = Writing(sql)
            return writing.apply(changes), writing

        written, done = await self._run(self._writer, work, stop=False)
        if done.since is not None:
            self._anchors.cut(done.since, only_open=False)
        if done.processed_since is not None:
            self._anchors.cut(done.processed_since, only_open=True)
        if any(isinstance(change, ForgetNumber) for change in changes):
            await self._sweep()
        return written

    @overload
    async def ask(self, query: CallPage) -> Page: ...
    @overload
    async def ask(self, query: CountCalls) -> Total: ...
    @overload
    async def ask(self, query: CallDetails) -> Details | None: ...
    @overload
    async def ask(self, query: CompanyNames) -> tuple[str, ...]: ...
    @overload
    async def ask(self, query: Gaps) -> tuple[Gap, ...]: ...
    @overload
    async def ask(self, query: WhoIs) -> tuple[Match, ...]: ...
    @overload
    async def ask(self, query: FindContacts) -> Found: ...
    @overload
    async def ask(self, query: GetContact) -> Contact | None: ...
    @overload
    async def ask(self, query: Companies) -> tuple[Company, ...]: ...
    @overload
    async def ask(self, query: UnownedNumbers) -> tuple[Unowned, ...]: ...
    @overload
    async def ask(self, query: Sources) -> tuple[SourceState, ...]: ...
    @overload
    async def ask(self, query: TrySource) -> Tried: ...
    @overload
    async def ask(self, query: PreviewText) -> Previewed: ...
    @overload
    async def ask(self, query: ActionFailures) -> tuple[ActionFailure, ...]: ...
    async def ask(self, query: Query) -> Any:
        """The answer to a query; asking is cancelled at once, also in the middle of a search."""
        match query:
            case CallPage():
                return await self._page(query)
            case CountCalls(filter):
                return Total(await self._count(filter))
            case TrySource() | PreviewText():
                raise StoreFailed(f"The database can't answer {type(query).__name__}.")
            case _:
                return await self._read(lambda sql: answers.answer(sql, query))

    async def live_calls(self) -> tuple[CallRecord, ...]:
        """Calls that were stored while live and never settled, oldest first."""
        return await self._read(reading.live_calls)

    async def open_count(self) -> int:
        """How many calls are unanswered and unprocessed."""
        return await self._count(Filter(open=True))

    async def last_heard(self) -> datetime | None:
        """The latest time that any change spoke of, None in a new database."""
        return cast("datetime | None", await self._read(reading.last_heard))

    async def calls_for_export(self, filter: Filter = ALL_CALLS) -> AsyncIterator[CallRecord]:
        """The calls of a filter, oldest first, a few hundred in memory at a time."""
        after: Key | None = None
        while True:
            chunk = await self._read(
                partial(reading.next_chunk, filter=filter, after=after, limit=EXPORT_CHUNK)
            )
            for record in chunk:
                yield record
            if len(chunk) < EXPORT_CHUNK:
                return
            after = Key(chunk[-1].call.started_at, chunk[-1].call.id)

    # DirectoryTables

    async def companies(self) -> tuple[Company, ...]:
        """All companies that are not archived, by name; the same tuple until one changes."""
        found = await self._read(lambda sql: company_rows.find_companies(sql, "", False))
        if found != self._companies:
            self._companies = found
        return self._companies

    async def who_is(self, number: str, company_id: int | None) -> tuple[Match, ...]:
        """Contacts that have a number, of everybody's sources that are searched on a ring."""
        return await self._read(
            lambda sql: who_has(contact_queries.runner(sql), number, company_id, ringing=True)
        )

    async def called_contact(self, number: str) -> Contact | None:
        """The contact of a called number in a source for that."""
        return await self._read(lambda sql: called_contact(contact_queries.runner(sql), number))

    async def last_calls(
        self, numbers: Sequence[str], before: str, limit: int
    ) -> tuple[LastCall, ...]:
        """The latest ended calls from numbers or to them, newest first, without `before`."""
        return await self._read(lambda sql: reading.last_calls(sql, numbers, before, limit))

    # ContactTables

    async def sources(self) -> tuple[SourceState, ...]:
        """All sources, everybody's, in order."""
        return await self._read(lambda sql: list_sources(sql, None))

    async def take_in(
        self, source_id: int, staging: str, at: datetime, progress: Callable[[int, int], None]
    ) -> SyncReport:
        """Make a staging file what a source has, all or nothing."""
        raise StoreFailed("Contacts can't be taken in yet.")

    async def sync_failed(self, source_id: int, at: datetime, why: str) -> None:
        """Remember why a source could not be read; its contacts stay."""
        assert self._writer is not None
        await self._run(self._writer, lambda sql: note_failure(sql, source_id, at, why), stop=False)

    async def settings(self) -> Live:
        """The live settings; a section that can't be read any more is as in a new database."""
        return await self._read(read_settings)

    # Who sits at the console

    async def operators(self) -> tuple[Operator, ...]:
        """Everybody who may sit at the console, by login."""
        return await self._read(lambda sql: tuple(reading.list_operators(sql)))

    async def operator(self, login: str) -> Operator | None:
        """The person with this login, None if there is none."""
        return next((each for each in await self.operators() if each.login == login), None)

    # Lists by row

    async def _page(self, query: CallPage) -> Page:
        if query.at_row is not None and query.at_row > 0:
            return await self._page_at(query, query.at_row)
        rows = await self._read(lambda sql: reading.page(sql, query))
        from_top = query.before is None and (query.after is None or len(rows) < query.limit)
        return Page(rows, 0 if from_top else None)

    async def _page_at(self, query: CallPage, row: int) -> Page:
        anchors = self._anchors.borrow(query.filter)

        def work(sql: sa.Connection) -> Page:
            key, at = anchors.row(sql, row)
            if key is None:
                return Page((), 0)
            return Page(reading.page_from(sql, query.filter, key, query.limit), at)

        try:
            return await self._read(work)
        finally:
            self._anchors.give_back(anchors)

    async def _count(self, filter: Filter) -> int:
        anchors = self._anchors.borrow(filter)
        try:
            return await self._read(anchors.count)
        finally:
            self._anchors.give_back(anchors)

    async def _sweep(self) -> None:
        """Leave nothing of what was deleted in the search index or the journal."""
        assert self._writer is not None
        await self._run(self._writer, trigrams.tidy, stop=False)
        with self._troubles():
            async with self._writer.connect() as connection:
                raw = await connection.get_raw_connection()
                await cast("Any", raw.driver_connection).execute("PRAGMA wal_checkpoint(TRUNCATE)")

    # Connections

    async def _read(self, work: Callable[[sa.Connection], _T]) -> _T:
        return await self._run(self._reader, work, stop=True)

    async def _run(
        self, engine: AsyncEngine, work: Callable[[sa.Connection], _T], *, stop: bool
    ) -> _T:
        """Run `work` in one transaction; when cancelled, `stop` what runs or wait until it is done.

        The driver goes on with a statement whose caller has gone, and whoever comes next would
        wait for it.
        """
        if self._closed:
            raise StoreFailed(f"The database {self.path} has been closed.")
        used: list[AsyncConnection] = []
        task = asyncio.ensure_future(_transaction(engine, work, used))
        with self._troubles():
            try:
                return await asyncio.shield(task)
            except asyncio.CancelledError:
                if stop and not used:
                    # It still waits for a connection: it must not keep its place in the queue.
                    task.cancel()
                while not task.done():
                    if stop:
                        await _interrupt(used)
                    await asyncio.wait([task], timeout=0.005 if stop else None)
                if not task.cancelled():
                    task.exception()
                raise

    @contextmanager
    def _troubles(self) -> Iterator[None]:
        try:
            yield
        except sa.exc.DBAPIError as error:
            raise StoreFailed(trouble(self.path, error.orig or error)) from error
        except (sa.exc.SQLAlchemyError, sqlite3.Error, OSError) as error:
            raise StoreFailed(trouble(self.path, error)) from error


async def _transaction(
    engine: AsyncEngine, work: Callable[[sa.Connection], _T], used: list[AsyncConnection]
) -> _T:
    async with engine.connect() as connection:
        used.append(connection)
        async with connection.begin():
            return await connection.run_sync(work)


async def _interrupt(used: list[AsyncConnection]) -> None:
    if used and not used[0].closed:
        raw = await used[0].get_raw_connection()
        await cast("Any", raw.driver_connection).interrupt()


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
