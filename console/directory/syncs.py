"""Contact sources are read while it runs: by themselves, and when an operator wants it."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from console.calls.numbers import NumberPlan
from console.desk.commands import Answer, Done, ImportFiles, Refused, StopSync, SyncSource
from console.desk.contacts import SourceState, Tried, TrySource
from console.desk.operators import Operator
from console.desk.ports import Clock, ContactTables
from console.desk.rights import supervises
from console.directory.progress import Show
from console.directory.readings import Readings
from console.directory.schedule import FILES, SERVERS
from console.directory.turns import Turns
from console.settings.moved_secrets import SOURCE, moved_secret
from console.settings.sources import ContactSource, stored_options

STARTING_SECONDS = 10.0
LONGEST_NAME = 60  # of a source, in characters
_STARTING = "The console is starting; try again in a moment."
_GONE = "This source is not there any more."


class Syncs:
    """Reads contact sources while it runs; what operators want of that is entrusted to it."""

    def __init__(
        self,
        tables: ContactTables,
        clock: Clock,
        plan: NumberPlan,
        folder: Path,
        *,
        secret: Callable[[str], str],
        show: Show,
        changed: Callable[[], None],
        put_source: Callable[[ContactSource, Operator, str], Awaitable[Answer]],
        jitter: Callable[[], float] = random.random,
    ) -> None:
        """`folder` is ours alone: made when it begins, and gone when it ends.

        `secret` gives what a password means (env:, file:) and raises ValueError with a sentence.
        `show` and `changed` are the desk's `syncing` and `directory_changed`; `put_source` stores
        a new source for somebody at an origin.
        """
        self._tables = tables
        self._readings = Readings(tables, clock, plan, folder, secret, changed)
        self._turns = Turns(self._readings, tables, clock, show, jitter)
        self._put_source = put_source
        self._begun = asyncio.Event()
        self._tries = asyncio.Semaphore(1)

    async def run(self, *, by_itself: bool = True) -> None:
        """Work until cancelled; not `by_itself`: read only what somebody wants."""
        async with self._readings.ready():
            try:
                await self._turns.run(self._begun.set, by_itself=by_itself)
            finally:
                self._begun.clear()

    def sources_changed(self) -> None:
        """Sources, or what is in them, may have changed; never blocks."""
        self._turns.sources_changed()

    async def sync_source(self, command: SyncSource, operator: Operator) -> Answer:
        """Read a source as soon as it is its turn."""
        state = await self._state(command.id)
        if state is None:
            return Refused(_GONE)
        source = state.source
        if why := _why_not(source, operator):
            return Refused(why)
        if source.kind not in (*FILES, *SERVERS):
            return Refused(f"{source.name} is not read from anywhere: there is nothing to sync.")
        if not source.enabled:
            return Refused(f"{source.name} is off. Turn it on first.")
        if not await self._has_begun():
            return Refused(_STARTING)
        running = self._turns.running(source.kind)
        if running and running.id == command.id:
            return Done(f"{source.name} is being read already", id=source.id)
        # It may be so new that nobody has told.
        await self._turns.look_at_sources()
        self._turns.ask(source)
        said = f"after {running.name}" if running else "now"
        return Done(f"{source.name} is read {said}", id=source.id)

    async def stop_sync(self, command: StopSync, operator: Operator) -> Answer:
        """Stop reading a source, or an import (a negative id); what was there before stays."""
        if command.id >= 0:
            state = await self._state(command.id)
            if state is None:
                return Refused(_GONE)
            if why := _why_not(state.source, operator):
                return Refused(why)
        elif not supervises(operator):
            return Refused("Only a supervisor can stop an import.")
        ended = await self._turns.stop(command.id)
        return Done(ended) if ended else Refused("It is not being read.")

    async def import_files(self, command: ImportFiles, operator: Operator) -> Answer:
        """Read files once into an imported source of that name; Done has the report.

        Cancelled, it is stopped: Done if it was too late for that.
        """
        if not command.paths:
            return Refused("Name at least one file or folder.")
        if not (name := command.source.strip()[:LONGEST_NAME].rstrip()):
            return Refused("Give the source that the contacts are imported into a name.")
        if command.owner not in ("", operator.login):
            return Refused("A source is everybody's or your own, never somebody else's.")
        if not await self._has_begun():
            return Refused(_STARTING)
        source = await self._turns.imported_source(name, command.owner)
        if source.kind != "imported":
            return Refused(
                f"There is another source called {source.name}, which is not one of imported "
                "files. Give this one another name."
            )

        def put_source(new: ContactSource) -> Awaitable[Answer]:
            return self._put_source(new, operator, command.origin)

        answer = self._turns.add(source, command.paths, put_source)
        try:
            return await asyncio.shield(answer)
        except asyncio.CancelledError:
            await self._turns.give_up(answer)
            if answer.done() and isinstance(answer.result(), Done):
                return answer.result()
            raise

    async def try_source(self, query: TrySource, operator: Operator) -> Tried:
        """What a source would bring; nothing is stored."""
        async with self._tries:
            if not await self._has_begun():
                return Tried(False, _STARTING)
            if why := await self._moved(query.source):
                return Tried(False, why)
            return await self._readings.attempt(query.source)

    async def _moved(self, source: ContactSource) -> str:
        """Why it can't be tried: a form sends the password that it keeps, which is another's."""
        stored = None if source.id is None else await self._state(source.id)
        return "" if stored is None else moved_secret(SOURCE, _said(source), _said(stored.source))

    async def _has_begun(self) -> bool:
        """Wait for the begin, if it is near: a script may come before."""
        try:
            async with asyncio.timeout(STARTING_SECONDS):
                return await self._begun.wait()
        except TimeoutError:
            return False

    async def _state(self, id: int) -> SourceState | None:
        states = await self._tables.sources()
        return next((each for each in states if each.source.id == id), None)


def _said(source: ContactSource) -> dict[str, Any]:
    return {"name": source.name, "options": stored_options(source)}


def _why_not(source: ContactSource, operator: Operator) -> str:
    """Why somebody may not have it read or stopped; another's own source is nobody else's news."""
    if source.owner not in ("", operator.login):
        return _GONE
    if source.owner or supervises(operator):
        return ""
    return f"{source.name} is everybody's: ask a supervisor."
