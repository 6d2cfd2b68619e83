"""Readings take turns: imports first, then what somebody asked for, then what is due."""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from console.desk.commands import Answer, Refused
from console.desk.contacts import SourceState
from console.desk.ports import Clock, ContactTables
from console.directory.progress import Show, Shown
from console.directory.readings import Outcome, Readings
from console.directory.schedule import Schedule
from console.directory.watching import FileWatch
from console.settings.sources import ContactSource, Imported

log = logging.getLogger(__name__)

# Shown as the source of an import whose source is not stored yet.
NEW = 0


@dataclass(frozen=True, slots=True)
class Import:
    """Files to be read once into a source, and who stores that where it is new."""

    source: ContactSource
    paths: tuple[str, ...]
    put_source: Callable[[ContactSource], Awaitable[Answer]]
    answer: asyncio.Future[Answer]

    @property
    def id(self) -> int:
        """What it is shown as."""
        return NEW if self.source.id is None else self.source.id

    def tell(self, answer: Answer) -> None:
        """Say what became of it, once."""
        if not self.answer.done():
            self.answer.set_result(answer)


@dataclass(frozen=True, slots=True)
class Running:
    """What is being read."""

    id: int
    name: str
    task: asyncio.Task[None]


class Turns:
    """One reading at a time, and all that begins one."""

    def __init__(
        self,
        readings: Readings,
        tables: ContactTables,
        clock: Clock,
        show: Show,
        jitter: Callable[[], float],
    ) -> None:
        self._readings = readings
        self._tables = tables
        self._clock = clock
        self._show = show
        self._schedule = Schedule(jitter)
        self._watch = FileWatch(self._touched)
        self._imports: deque[Import] = deque()
        self._waiting: dict[int, Shown] = {}
        self._tasks: asyncio.TaskGroup | None = None
        self._work_to_do = asyncio.Event()
        self._other_sources = asyncio.Event()
        self._looking = asyncio.Lock()
        self.running: Running | None = None

    async def run(self, begun: Callable[[], None], *, by_itself: bool) -> None:
        """Work until cancelled; `begun` is called when something can be asked for."""
        try:
            async with asyncio.TaskGroup() as tasks:
                self._tasks = tasks
                begun()
                if by_itself:
                    await self.look_at_sources()
                    tasks.create_task(self._follow(), name="contact sources")
                    tasks.create_task(self._watch.run(), name="contact files")
                await self._work(only_asked=not by_itself)
        finally:
            self._tasks = None
            for wanted in self._imports:
                wanted.tell(Refused("The console is closing; nothing was imported."))
            self._imports.clear()
            for shown in self._waiting.values():
                shown.end()
            self._waiting.clear()

    # -- what somebody wants ----------------------------------------------------------------

    def sources_changed(self) -> None:
        """Sources, or what is in them, may have changed."""
        self._other_sources.set()

    def ask(self, id: int, name: str) -> None:
        """Read a source as soon as it is its turn."""
        self._schedule.ask(id, self._now)
        self._work_to_do.set()
        self._wait(id, name)

    def add(self, wanted: Import) -> None:
        """Import as soon as it is its turn."""
        self._imports.append(wanted)
        self._work_to_do.set()
        self._wait(wanted.id, wanted.source.name)

    async def stop(self, id: int) -> str:
        """Stop reading a source, or its waiting; the sentence what has ended, "" if nothing."""
        if (running := self.running) and running.id == id:
            await _ended(running.task)
            self._schedule.unask(id, self._now)
            return f"{running.name} is no longer read; what was there before stays"
        if (shown := self._waiting.pop(id, None)) is None:
            return ""
        shown.end()
        self._schedule.unask(id, self._now)
        for wanted in [each for each in self._imports if each.id == id]:
            self._imports.remove(wanted)
            wanted.tell(Refused("The import was stopped."))
        return "It waits no longer"

    async def imported_source(self, name: str) -> ContactSource:
        """The source of this name, whatever it is, or a new one for imported files."""
        for state in await self._tables.sources():
            if state.source.name.casefold() == name.casefold():
                return state.source
        return ContactSource(name=name[:60], options=Imported())

    async def look_at_sources(self) -> None:
        """Take over what sources there are now; what is no longer wanted is not read further."""
        async with self._looking:
            self._other_sources.clear()
            states = await self._tables.sources()
            worthless = self._schedule.follow(states, self._now, self._clock.now())
            if self.running and self.running.id in worthless:
                await _ended(self.running.task)
            for id in worthless & self._waiting.keys():
                self._waiting.pop(id).end()
            self._watch.watch(self._schedule.files())
            self._work_to_do.set()

    # -- the work ---------------------------------------------------------------------------

    async def _work(self, *, only_asked: bool) -> None:
        while True:
            self._work_to_do.clear()
            if self._imports:
                wanted = self._imports.popleft()
                await self._alone(wanted.id, wanted.source.name, self._import(wanted))
            elif (due := self._schedule.next(only_asked=only_asked)) and due[1] <= self._now:
                asked = self._schedule.asked(due[0])
                self._schedule.begin(due[0])
                states = await self._tables.sources()
                if state := next((each for each in states if each.source.id == due[0]), None):
                    await self._alone(due[0], state.source.name, self._sync(state, anew=asked))
            else:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout_at(due[1] if due else None):
                        await self._work_to_do.wait()

    async def _alone(self, id: int, name: str, work: Coroutine[Any, Any, None]) -> None:
        """Do it in a task of its own, so that it can be stopped."""
        assert self._tasks is not None
        task = self._tasks.create_task(work, name=f"reading {name}")
        self.running = Running(id, name, task)
        try:
            await asyncio.wait({task})
        finally:
            self.running = None

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

    async def _import(self, wanted: Import) -> None:
        shown = self._waiting.pop(wanted.id, None)
        shown = shown or Shown(self._show, wanted.id, wanted.source.name)
        answer: Answer = Refused("The import was stopped; nothing of it was stored.")
        try:
            # An import before this one may have stored it.
            source = await self.imported_source(wanted.source.name)
            answer = await self._readings.add(source, wanted.paths, shown, wanted.put_source)
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
            await self.look_at_sources()

    def _touched(self, ids: set[int]) -> None:
        for id in ids:
            self._schedule.touch(id, self._now)
        self._work_to_do.set()

    def _wait(self, id: int, name: str) -> None:
        """Show that it waits, if others are before it."""
        if self.running is not None and id not in self._waiting:
            self._waiting[id] = Shown(self._show, id, name)
            self._waiting[id].wait()

    @property
    def _now(self) -> float:
        return asyncio.get_running_loop().time()


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait({task})
