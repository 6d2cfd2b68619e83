"""The database: one connection that writes, a few that read, and whoever asks waits on the loop."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import cast

import sqlalchemy as sa

from console.desk.accounts import Account, Block, Credentials
from console.desk.changes import (
    Change,
    DropSource,
    ForgetNumber,
    PutCompanies,
    PutCompany,
    RemoveCompany,
    Written,
    unsent,
)
from console.desk.contacts import (
    Match,
    SourceState,
    SyncReport,
)
from console.desk.notices import LostSecrets
from console.desk.operators import Operator
from console.desk.queries import (
    Filter,
    Key,
)
from console.desk.records import CallRecord, LastCall
from console.people.values import Company, Contact
from console.settings.live import Live
from console.store import account_rows, reading, trigrams
from console.store.asking import Asking
from console.store.connections import Connections, as_a_whole
from console.store.filling import Filling
from console.store.opening import database_file, prepare
from console.store.outbox import Outbox
from console.store.sealing_rows import has_plain_secrets, seal_plain_secrets
from console.store.settings_history import latest_change
from console.store.settings_rows import read_settings
from console.store.source_rows import list_sources, note_failure
from console.store.storable import only_storable
from console.store.sweeping import drop_never_filled
from console.store.who_has import called_contact, who_has
from console.store.writing import Writing
from console.store.writing_calls import CallWriting

_COMPANY_CHANGES = (PutCompanies, PutCompany, RemoveCompany)
EXPORT_CHUNK = 500
ALL_CALLS = Filter()


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
        if not read_only:
            await store.seal_plain_secrets()
    except BaseException:
        if temporary is not None:
            shutil.rmtree(temporary, ignore_errors=True)
        raise
    return store


class SqlStore(Asking, Outbox):
    """Implements the desk's Store, DirectoryTables, ContactTables and NoticeTables.

    Every method raises StoreFailed.
    """

    def __init__(self, path: Path, *, read_only: bool, temporary: Path | None = None) -> None:
        super().__init__(Connections(path, read_only=read_only, durable=temporary is None))
        self.path = path
        self._temporary = temporary
        self._filling = Filling(self._connections)

    async def close(self) -> None:
        """Close the files; a temporary database goes."""
        await self._ringing.close()
        await self._searching.close()
        await self._connections.close()
        if self._temporary is not None:
            shutil.rmtree(self._temporary, ignore_errors=True)

    # Store

    async def write(self, changes: Sequence[Change]) -> list[Written]:
        """Make all changes in one transaction, durable on return; one Written for each.

        A write that is cancelled still happens as a whole. Raises StoreFailed, or NotStorable for
        a value that no database could take.
        """
        if not changes:
            return []
        return await as_a_whole(self._write(changes))

    async def _write(self, changes: Sequence[Change]) -> list[Written]:
        def work(sql: sa.Connection) -> tuple[list[Written], CallWriting]:
            writing = Writing(sql, self._sealing)
            with only_storable():
                return writing.apply(changes), writing.calls

        written, done = await self._connections.write(work)
        if done.since is not None:
            self._anchors.cut(done.since, only_open=False)
        if done.processed_since is not None:
            self._anchors.cut(done.processed_since, only_open=True)
        if any(isinstance(unsent(change), _COMPANY_CHANGES) for change in changes):
            self._known.changed()
        if any(isinstance(change, DropSource) for change in changes):
            self._filling.dropped()
        if any(isinstance(change, ForgetNumber) for change in changes):
            await self._leave_nothing()
        return written

    async def live_calls(self) -> tuple[CallRecord, ...]:
        """Calls that were stored while live and never settled, oldest first."""
        return await self._connections.read(reading.live_calls)

    async def open_count(self) -> int:
        """How many calls are unanswered and unprocessed."""
        return await self._count(Filter(open=True))

    async def last_heard(self) -> datetime | None:
        """The latest time that any change spoke of, None in a new database."""
        return cast("datetime | None", await self._connections.read(reading.last_heard))

    async def calls_for_export(self, filter: Filter = ALL_CALLS) -> AsyncIterator[CallRecord]:
        """The calls of a filter, oldest first, a few hundred in memory at a time."""
        after: Key | None = None
        while True:
            chunk = await self._connections.read(
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
        return await self._known.all()

    async def who_is(self, number: str, company_id: int | None) -> tuple[Match, ...]:
        """Contacts that have a number, of everybody's sources that are searched on a ring."""
        return await self._ringing.ask(lambda run: who_has(run, number, company_id, ringing=True))

    async def called_contact(self, number: str) -> Contact | None:
        """The contact of a called number in a source for that."""
        return await self._ringing.ask(lambda run: called_contact(run, number))

    async def last_calls(
        self, numbers: Sequence[str], before: str, limit: int
    ) -> tuple[LastCall, ...]:
        """The latest ended calls from numbers or to them, newest first, without `before`."""
        return await self._connections.read(
            lambda sql: reading.last_calls(sql, numbers, before, limit)
        )

    # ContactTables

    async def sources(self) -> tuple[SourceState, ...]:
        """All sources, everybody's, in order."""
        return await self._connections.read(lambda sql: list_sources(sql, None, self._sealing))

    async def take_in(
        self, source_id: int, staging: str, at: datetime, progress: Callable[[int, int], None]
    ) -> SyncReport:
        """Make a staging file what a source has, all or nothing; the file is worked in.

        In small transactions between which calls are stored. Cancelled or killed in the middle,
        the source is what it was.
        """
        return await self._filling.take_in(source_id, Path(staging), at, progress)

    async def drop_never_filled(self, source_id: int) -> None:
        """Forget a source that an import made, if nothing has come in."""
        await self._connections.write(lambda sql: drop_never_filled(sql, [source_id]))

    async def sync_failed(self, source_id: int, at: datetime, why: str) -> None:
        """Remember why a source could not be read; its contacts stay."""
        await self._connections.write(lambda sql: note_failure(sql, source_id, at, why))

    async def sweep(self) -> int:
        """Delete contacts that nobody sees any more, in small transactions; how many."""
        return await self._filling.sweep()

    async def keep_swept(self) -> None:
        """Sweep whenever there may be something to, for ever; a task of its own runs it."""
        await self._filling.keep_swept()

    async def settings(self) -> Live:
        """The live settings; a section that can't be read any more is as in a new database."""
        return await self._connections.read(lambda sql: read_settings(sql, self._sealing))

    async def lost_secrets(self) -> tuple[str, ...]:
        """Which secrets were stored with a key that is not here: to be entered again."""
        return await self.ask(LostSecrets())

    async def seal_plain_secrets(self) -> None:
        """Seal what an earlier version stored as it was, and leave nothing of that."""
        if await self._connections.read(has_plain_secrets):
            await self._connections.write(lambda sql: seal_plain_secrets(sql, self._sealing))
            await self._empty_journal()

    async def settings_version(self) -> int:
        """Grows with every change of the settings; 0 before the first."""
        return await self._connections.read(latest_change)

    # Who sits at the console

    async def operators(self) -> tuple[Operator, ...]:
        """Everybody who may come in, by login."""
        return await self._connections.read(lambda sql: tuple(account_rows.list_operators(sql)))

    async def operator(self, login: str) -> Operator | None:
        """Who may come in with this login; None for who is unknown or disabled."""
        found = await self.credentials(login)
        return None if found is None or found.disabled else found.operator

    async def credentials(self, login: str) -> Credentials | None:
        """What a log-in is checked against, None for nobody."""
        return await self._connections.read(partial(account_rows.credentials, login=login))

    async def accounts(self) -> tuple[Account, ...]:
        """Everybody, by login, also who is disabled."""
        return await self._connections.read(account_rows.list_accounts)

    async def blocks(self) -> tuple[Block, ...]:
        """Addresses whose log-ins failed, the latest first."""
        return await self._connections.read(account_rows.list_blocks)

    async def _leave_nothing(self) -> None:
        """Leave nothing of what was deleted in the search index or the journal."""
        await self._connections.write(trigrams.tidy)
        await self._empty_journal()

    async def _empty_journal(self) -> None:
        async with self._connections.writer() as sql:
            await sql.execute("PRAGMA wal_checkpoint(TRUNCATE)")
