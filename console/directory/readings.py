"""One reading of a contact source: by the reading process into a staging file, then the tables.

What was there before stays whatever fails, or is stopped in the middle.
"""

import asyncio
import contextlib
import logging
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from console.calls.numbers import NumberPlan
from console.desk.commands import Answer, Done, Refused
from console.desk.contacts import SourceState, SyncReport, Tried
from console.desk.ports import Clock, ContactTables, StoreFailed
from console.directory.job import Ended, Job
from console.directory.progress import Shown
from console.directory.reading import CannotRead
from console.directory.reading_child import read_elsewhere
from console.directory.schedule import FILES
from console.settings.sources import ContactSource, CsvFile, stored_options

log = logging.getLogger(__name__)

# A try: so many contacts at most, in so many seconds.
TRIED = 300
TRY_SECONDS = 20.0


class Outcome(Enum):
    """What became of a reading."""

    READ = auto()
    CHANGING = auto()  # the files changed meanwhile: read them again
    FAILED = auto()


@dataclass(frozen=True, slots=True)
class Readings:
    """Reads sources into tables; `folder` is where staging files are, nobody else's.

    `secret` gives what a password means (env:, file:) and raises ValueError with a sentence.
    `changed` is called when contacts, or what is known of a source, have changed.
    """

    tables: ContactTables
    clock: Clock
    plan: NumberPlan
    folder: Path
    secret: Callable[[str], str]
    changed: Callable[[], None]

    @contextlib.asynccontextmanager
    async def ready(self) -> AsyncIterator[None]:
        """While the block runs there is the folder, empty at first."""
        await asyncio.to_thread(_made_empty, self.folder)
        try:
            yield
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    async def sync(self, state: SourceState, shown: Shown, *, anew: bool, insist: bool) -> Outcome:
        """Read a source; with `anew` all its files, with `insist` even if they keep changing."""
        source, id = state.source, state.source.id
        assert id is not None
        is_files = source.kind in FILES
        # After a failure, too: what was reported of it then is to be replaced.
        token = "" if is_files and (anew or state.error) else state.token
        try:
            async with self._staging(str(id)) as staging:
                ended = await self._read(source, staging, shown, token=token, insist=insist)
                if ended.changing:
                    return Outcome.CHANGING
                if not (ended.unchanged and is_files):
                    await self._take_in(id, staging, shown)
                return Outcome.READ
        except (CannotRead, StoreFailed) as failed:
            await self._failed(state, str(failed))
        except Exception as broken:
            log.exception("reading the contact source %s failed", source.name)
            why = f"Reading it failed ({type(broken).__name__}); the log says why."
            await self._failed(state, why)
        return Outcome.FAILED

    async def add(
        self,
        source: ContactSource,
        paths: tuple[str, ...],
        shown: Shown,
        put_source: Callable[[ContactSource], Awaitable[Answer]],
    ) -> Answer:
        """Add what files have to an imported source, which is stored first if it is new."""
        try:
            async with self._staging("import") as staging:
                await self._read(source, staging, shown, paths=paths)
                id = source.id
                if id is None:
                    # Not before: of files that can't be read no empty source should stay.
                    stored = await put_source(source)
                    if isinstance(stored, Refused):
                        return stored
                    id = stored.id
                assert id is not None
                try:
                    report = await self._take_in(id, staging, shown)
                except BaseException:
                    # All or nothing: an empty source is something.
                    with contextlib.suppress(StoreFailed):
                        await self.tables.drop_never_filled(id)
                    self.changed()
                    raise
        except (CannotRead, StoreFailed) as failed:
            return Refused(str(failed))
        said = f"{source.name}: {report.added:,} added, {report.changed:,} changed"
        if report.left_out:
            said += f", {report.left_out:,} left out"
        return Done(said, report.added + report.changed, id, report)

    async def attempt(self, source: ContactSource) -> Tried:
        """What a source would bring, the beginning of it; nothing is stored."""
        if source.kind in ("own", "imported"):
            return Tried(True, "There is nothing to test: it is not read from anywhere.")
        try:
            async with self._staging("try") as staging, asyncio.timeout(TRY_SECONDS):
                ended = await self._read(source, staging, limit=TRIED)
        except TimeoutError:
            return Tried(False, f"It gave too little within {TRY_SECONDS:.0f} s. Is it reachable?")
        except CannotRead as refused:
            columns, guessed = await self._columns(source)
            return Tried(False, str(refused), columns=columns, guessed=guessed)
        return _tried(ended)

    async def _columns(
        self, source: ContactSource
    ) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
        """A table's columns, where those that were chosen are there no longer: to choose anew."""
        options = source.options
        if not (isinstance(options, CsvFile) and options.columns):
            return (), ()
        guessed = options.model_copy(update={"columns": {}})
        tried = await self.attempt(source.model_copy(update={"options": guessed}))
        return tried.columns, tried.guessed

    # -- the parts of it --------------------------------------------------------------------

    async def _take_in(self, id: int, staging: Path, shown: Shown) -> SyncReport:
        before = await self._state(id)
        try:
            return await self.tables.take_in(id, str(staging), self.clock.now(), shown.store)
        except asyncio.CancelledError:
            # The last transaction happens as a whole: it may have been too late to stop it.
            after = None
            with contextlib.suppress(StoreFailed):
                after = await self._state(id)
            if before is None or after is None or after.report is None:
                raise
            if after.synced_at == before.synced_at:
                raise
            return after.report
        finally:
            self.changed()

    async def _state(self, id: int) -> SourceState | None:
        states = await self.tables.sources()
        return next((each for each in states if each.source.id == id), None)

    async def _read(
        self,
        source: ContactSource,
        staging: Path,
        shown: Shown | None = None,
        *,
        token: str = "",
        paths: tuple[str, ...] = (),
        insist: bool = False,
        limit: int | None = None,
    ) -> Ended:
        try:
            # A password may be in a file on a share.
            options = await asyncio.to_thread(self._with_secrets, source)
        except ValueError as why:
            raise CannotRead(str(why)) from None
        job = Job(options, self.plan, str(staging), token, paths, insist, limit)
        return await read_elsewhere(job, shown.read if shown else lambda progress: None)

    def _with_secrets(self, source: ContactSource) -> dict[str, Any]:
        options = stored_options(source)
        for name in type(source.options).model_fields:
            value = getattr(source.options, name)
            if isinstance(value, SecretStr) and value.get_secret_value():
                options[name] = self.secret(value.get_secret_value())
        return options

    async def _failed(self, state: SourceState, why: str) -> None:
        assert state.source.id is not None
        log.warning("the contact source %s was not read: %s", state.source.name, why)
        try:
            await self.tables.sync_failed(state.source.id, self.clock.now(), why)
        except StoreFailed as failed:
            log.error("that could not be stored: %s", failed)
        if why != state.error:
            self.changed()

    @contextlib.asynccontextmanager
    async def _staging(self, name: str) -> AsyncIterator[Path]:
        file = self.folder / name
        try:
            # Whoever tidies up temporary files may have taken it for one of those.
            await asyncio.to_thread(self.folder.mkdir, 0o700, True, True)
        except OSError as error:
            raise CannotRead(
                f"The folder {self.folder} can't be made: {error.strerror or error}. What is read "
                "is put there first: look at the disk, and at the rights of the console's user."
            ) from None
        try:
            yield file
        finally:
            # A large file takes its time to go.
            await asyncio.to_thread(file.unlink, missing_ok=True)


def _made_empty(folder: Path) -> None:
    if folder.is_symlink():
        folder.unlink()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def _tried(ended: Ended) -> Tried:
    if ended.read + ended.left_out >= TRIED:
        words = f"It can be read; these are the first of more than {TRIED} contacts."
    else:
        words = f"It can be read: {_counted(ended.read, 'contact')}."
    if ended.left_out:
        words += f" {_counted(ended.left_out, 'entry', 'entries')} could not be used."
    return Tried(
        bool(ended.read),
        words if ended.read else f"It can be read, but has no contact. {words}",
        ended.sample,
        ended.skipped,
        ended.columns,
        ended.guessed,
    )


def _counted(count: int, one: str, many: str = "") -> str:
    return f"{count:,} {one if count == 1 else many or one + 's'}"
