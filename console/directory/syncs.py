"""Contact sources are read one at a time: by themselves, and when somebody wants it."""

import asyncio
import contextlib
import logging
import random
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from console.calls.numbers import NumberPlan
from console.desk.commands import Answer, Done, ImportFiles, Refused, StopSync, SyncSource
from console.desk.contacts import SourceState, Tried, TrySource
from console.desk.operators import Operator
from console.desk.ports import Clock, ContactTables
from console.desk.rights import supervises
from console.directory.progress import Show, Shown
from console.directory.readings import Outcome, Readings
from console.directory.schedule import FILES, SERVERS, Schedule
from console.directory.watching import FileWatch
from console.settings.sources import ContactSource, Imported

log = logging.getLogger(__name__)

# Shown as the source of an import whose source is not stored yet.
NEW = 0
STARTING_SECONDS = 10.0
_STARTING = "The console is starting; try again in a moment."
_GONE = "This source is not there any more."


@dataclass(frozen=True, slots=True)
class _Import:
    source: ContactSource
    paths: tuple[str, ...]
    operator: Operator
    answer: asyncio.Future[Answer]

    @property
    def id(self) -> int:
        return NEW if self.source.id is None else self.source.id

    def tell(self, answer: Answer) -> None:
        if not self.answer.done():
            self.answer.set_result(answer)


@dataclass(frozen=True, slots=True)
class _Running:
    id: int
    name: str
    task: asyncio.Task[None]


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
        put_source: Callable[[ContactSource, Operator], Awaitable[Answer]],
        jitter: Callable[[], float] = random.random,
    ) -> None:
        """`folder` is ours alone: made when it begins, and gone when it ends.

        `secret` gives what a password means (env:, file:) and raises ValueError with a sentence.
        `show` and `changed` are the desk's `syncing` and `directory_changed`; `put_source` stores
        a new source for somebody.
        """
        self._tables = tables
        self._clock = clock
        self._readings = Readings(tables, clock, plan, folder, secret, changed)
        self._show = show
        self._put_source = put_source
        self._schedule = Schedule(jitter)
        self._watch = FileWatch(self._touched)
        self._imports: deque[_Import] = deque()
        self._waiting: dict[int, Shown] = {}
        self._running: _Running | None = None
        self._tasks: asyncio.TaskGroup | None = None
        self._begun = asyncio.Event()
        self._by_itself = True
        self._work_to_do = asyncio.Event()
        self._other_sources = asyncio.Event()
        self._tries = asyncio.Semaphore(1)

    async def run(self, *, by_itself: bool = True) -> None:
        """Work until cancelled; not `by_itself`: read only what somebody wants."""
        self._by_itself = by_itself
        async with self._readings.ready():
            try:
                async with asyncio.TaskGroup() as tasks:
                    self._tasks = tasks
                    self._begun.set()
                    if by_itself:
                        await self._look_at_sources()
                        tasks.create_task(self._follow(), name="contact sources")
                        tasks.create_task(self._watch.run(), name="contact files")
                    await self._work()
            finally:
                self._begun.clear()
                self._tasks = None
                for wanted in self._imports:
                    wanted.tell(Refused("The console is closing; nothing was imported."))
                self._imports.clear()
                for shown in self._waiting.values():
                    shown.end()
                self._waiting.clear()

    def sources_changed(self) -> None:
        """Sources, or what is in them, may have changed; never blocks."""
        self._other_sources.set()

    # -- what operators want ----------------------------------------------------------------

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
        running = self._running
        if running and running.id == command.id:
            return Done(f"{source.name} is being read already", id=source.id)
        # It may be so new that nobody has told.
        await self._look_at_sources()
        self._schedule.ask(command.id, self._now)
        self._work_to_do.set()
        if running is None:
            return Done(f"{source.name} is being read", id=source.id)
        self._wait(command.id, source.name)
        return Done(f"{source.name} is read after {running.name}", id=source.id)

    async def stop_sync(self, command: StopSync, operator: Operator) -> Answer:
        """Stop reading a source, or a new import (NEW); what was there before stays."""
        if command.id != NEW:
            state = await self._state(command.id)
            if state is None:
                return Refused(_GONE)
            if why := _why_not(state.source, operator):
                return Refused(why)
        elif not supervises(operator):
            return Refused("Only a supervisor can stop an import.")
        if (running := self._running) and running.id == command.id:
            await _ended(running.task)
            self._schedule.unask(command.id, self._now)
            return Done(f"{running.name} is no longer read; what was there before stays")
        if shown := self._waiting.pop(command.id, None):
            shown.end()
            self._schedule.unask(command.id, self._now)
            for wanted in [each for each in self._imports if each.id == command.id]:
                self._imports.remove(wanted)
                wanted.tell(Refused("The import was stopped."))
            return Done("It waits no longer")
        return Refused("It is not being read.")

    async def import_files(self, command: ImportFiles, operator: Operator) -> Answer:
        """Read files once into an imported source of that name; Done has the report."""
        if not command.paths:
            return Refused("Name at least one file or folder.")
        if not (name := command.source.strip()):
            return Refused("Give the source that the contacts are imported into a name.")
        if not await self._has_begun():
            return Refused(_STARTING)
        source = await self._imported_source(name)
        if source.kind != "imported" or source.owner:
            return Refused(
                f"There is another source called {source.name}, which is not one of imported "
                "files. Give this one another name."
            )
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        wanted = _Import(source, command.paths, operator, answer)
        self._imports.append(wanted)
        if self._running is not None:
            self._wait(wanted.id, source.name)
        self._work_to_do.set()
        return await answer

    async def try_source(self, query: TrySource, operator: Operator) -> Tried:
        """What a source would bring; nothing is stored."""
        async with self._tries:
            if not await self._has_begun():
                return Tried(False, _STARTING)
            return await self._readings.attempt(query.source)

    async def _has_begun(self) -> bool:
        """Wait for the begin, if it is near: a script may come before."""
        try:
            async with asyncio.timeout(STARTING_SECONDS):
                return await self._begun.wait()
        except TimeoutError:
            return False

    # -- the work ---------------------------------------------------------------------------

    async def _work(self) -> None:
        while True:
            self._work_to_do.clear()
            if self._imports:
                wanted = self._imports.popleft()
                await self._alone(wanted.id, wanted.source.name, self._import(wanted))
            elif (due := self._schedule.next(only_asked=not self._by_itself)) and due[
                1
            ] <= self._now:
                asked = self._schedule.asked(due[0])
                self._schedule.begin(due[0])
                if state := await self._state(due[0]):
                    await self._alone(due[0], state.source.name, self._sync(state, anew=asked))
            else:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout_at(due[1] if due else None):
                        await self._work_to_do.wait()

    async def _alone(self, id: int, name: str, work: Coroutine[Any, Any, None]) -> None:
        """Do it in a task of its own, so that it can be stopped."""
        assert self._tasks is not None
        task = self._tasks.create_task(work, name=f"reading {name}")
        self._running = _Running(id, name, task)
        try:
            await asyncio.wait({task})
        finally:
            self._running = None

    async def _sync(self, state: SourceState, *, anew: bool) -> None:
        id = state.source.id
        assert id is not None
        shown = self._waiting.pop(id, None) or Shown(self._show, id, state.source.name)
        insist = self._schedule.insists(id)
        outcome = Outcome.READ  # also when it is stopped: not again at once
        try:
            outcome = await self._readings.sync(state, shown, anew=anew, insist=insist)
        finally:
            shown.end()
            match outcome:
                case Outcome.READ:
                    self._schedule.done(id, self._now)
                case Outcome.CHANGING:
                    self._schedule.changing(id, self._now)
                case Outcome.FAILED:
                    self._schedule.failed(id, self._now)

    async def _import(self, wanted: _Import) -> None:
        shown = self._waiting.pop(wanted.id, None)
        shown = shown or Shown(self._show, wanted.id, wanted.source.name)
        answer: Answer = Refused("The import was stopped; nothing of it was stored.")
        try:
            answer = await self._readings.add(
                # An import before this one may have stored it.
                await self._imported_source(wanted.source.name),
                wanted.paths,
                shown,
                lambda source: self._put_source(source, wanted.operator),
            )
        except Exception as broken:
            log.exception("importing into %s failed", wanted.source.name)
            answer = Refused(f"The import failed ({type(broken).__name__}); the log says why.")
        finally:
            shown.end()
            wanted.tell(answer)

    # -- what is around ---------------------------------------------------------------------

    async def _follow(self) -> None:
        while True:
            await self._other_sources.wait()
            await self._look_at_sources()

    async def _look_at_sources(self) -> None:
        self._other_sources.clear()
        states = await self._tables.sources()
        worthless = self._schedule.follow(states, self._now, self._clock.now())
        if self._running and self._running.id in worthless:
            await _ended(self._running.task)
        for id in worthless & self._waiting.keys():
            self._waiting.pop(id).end()
        self._watch.watch(self._schedule.files())
        self._work_to_do.set()

    def _touched(self, ids: set[int]) -> None:
        for id in ids:
            self._schedule.touch(id, self._now)
        self._work_to_do.set()

    def _wait(self, id: int, name: str) -> None:
        if id not in self._waiting:
            self._waiting[id] = Shown(self._show, id, name)
            self._waiting[id].wait()

    async def _imported_source(self, name: str) -> ContactSource:
        """The source of this name, whatever it is, or a new one for imported files."""
        for state in await self._tables.sources():
            if state.source.name.casefold() == name.casefold():
                return state.source
        return ContactSource(name=name[:60], options=Imported())

    async def _state(self, id: int) -> SourceState | None:
        states = await self._tables.sources()
        return next((each for each in states if each.source.id == id), None)

    @property
    def _now(self) -> float:
        return asyncio.get_running_loop().time()


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait({task})


def _why_not(source: ContactSource, operator: Operator) -> str:
    """Why somebody may not have it read or stopped; another's own source is nobody else's news."""
    if supervises(operator) or source.owner == operator.login:
        return ""
    if source.owner:
        return _GONE
    return f"{source.name} is everybody's: ask a supervisor."
