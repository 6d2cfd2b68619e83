"""Readings take turns: imports first, then what somebody asked for, then what is due.

Files and servers have a lane each, so that nobody waits for a slow server to have files read.
"""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from enum import Enum
from itertools import count
from typing import Any

from console.desk.commands import Answer, Refused
from console.desk.ports import Clock, ContactTables
from console.directory.progress import Show, Shown
from console.directory.readings import Outcome, Readings
from console.directory.schedule import FILES, SERVERS, Schedule
from console.directory.watching import FileWatch
from console.settings.sources import ContactSource, Imported

log = logging.getLogger(__name__)

_CLOSING = Refused("The console is closing; nothing was imported.")
_STOPPED = Refused("The import was stopped; nothing of it was stored.")


class Lane(Enum):
    """What is read one after the other, beside the other lane."""

    FILES = FILES
    SERVERS = SERVERS


@dataclass(frozen=True, slots=True)
class Import:
    """Files to be read once into a source, and who stores that where it is new.

    `id` is what it is shown as: the source's, or a negative one of its own where that is new.
    """

    id: int
    source: ContactSource
    paths: tuple[str, ...]
    put_source: Callable[[ContactSource], Awaitable[Answer]]
    answer: asyncio.Future[Answer]

    def tell(self, answer: Answer) -> None:
        """Say what became of it, once."""
        if not self.answer.done():
            self.answer.set_result(answer)


@dataclass(frozen=True, slots=True)
class Running:
    """What is being read; the task says whether it has come in. `wanted` if it is an import."""

    id: int
    name: str
    task: asyncio.Task[bool]
    wanted: Import | None = None


class Turns:
    """One reading at a time in each lane, and all that begins one."""

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
        self._running: dict[Lane, Running] = {}
        self._new_ids = count(-1, -1)

    async def run(self, begun: Callable[[], None], *, by_itself: bool) -> None:
        """Work until cancelled; `begun` is called when something can be asked for."""
        try:
            async with asyncio.TaskGroup() as tasks:
                self._tasks = tasks
                begun()
                try:
                    if by_itself:
                        await self.look_at_sources()
                        tasks.create_task(self._follow(), name="contact sources")
                        tasks.create_task(self._watch.run(), name="contact files")
                    for lane in Lane:
                        work = self._work(lane, only_asked=not by_itself)
                        tasks.create_task(work, name=f"readings of {lane.name.lower()}")
                    await asyncio.Event().wait()
                finally:
                    # Inside the group: while it waits for what it cancelled, it takes no new task.
                    self._tasks = None
        finally:
            for wanted in self._imports:
                wanted.tell(_CLOSING)
            self._imports.clear()
            for shown in self._waiting.values():
                shown.end()
            self._waiting.clear()

    # -- what somebody wants ----------------------------------------------------------------

    def sources_changed(self) -> None:
        """Sources, or what is in them, may have changed."""
        self._other_sources.set()

    def running(self, kind: str) -> Running | None:
        """What is being read in the lane of a kind of sources."""
        return self._running.get(_lane(kind))

    def ask(self, source: ContactSource) -> None:
        """Read a source as soon as it is its turn."""
        assert source.id is not None
        self._schedule.ask(source.id, self._now)
        self._work_to_do.set()
        self._wait(source.id, source)

    def add(
        self,
        source: ContactSource,
        paths: tuple[str, ...],
        put_source: Callable[[ContactSource], Awaitable[Answer]],
    ) -> asyncio.Future[Answer]:
        """Import as soon as it is its turn; the answer comes whatever happens."""
        id = next(self._new_ids) if source.id is None else source.id
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        wanted = Import(id, source, paths, put_source, answer)
        if self._tasks is None:
            wanted.tell(_CLOSING)
            return answer
        self._wait(id, source)
        self._imports.append(wanted)
        self._work_to_do.set()
        return answer

    async def stop(self, id: int) -> str:
        """Stop reading a source, or its waiting; the sentence what has ended, "" if nothing."""
        said = ""
        if shown := self._waiting.pop(id, None):
            shown.end()
            self._schedule.unask(id, self._now)
            said = "It waits no longer"
        for wanted in [each for each in self._imports if each.id == id]:
            self._imports.remove(wanted)
            wanted.tell(_STOPPED)
            said = "It waits no longer"
        for running in [each for each in self._running.values() if each.id == id]:
            await _ended(running.task)
            self._schedule.unask(id, self._now)
            if _came_in(running.task):
                said = f"{running.name} had come in already: it was too late to stop it"
            else:
                said = f"{running.name} is no longer read; what was there before stays"
        return said

    async def give_up(self, answer: asyncio.Future[Answer]) -> None:
        """Stop the import that would give this answer; it says what became of it."""
        for wanted in [each for each in self._imports if each.answer is answer]:
            self._imports.remove(wanted)
            wanted.tell(_STOPPED)
            alone = not any(other.id == wanted.id for other in self._imports)
            if alone and (shown := self._waiting.pop(wanted.id, None)):
                shown.end()
        for running in list(self._running.values()):
            if running.wanted and running.wanted.answer is answer:
                await _ended(running.task)

    async def imported_source(self, name: str, owner: str = "") -> ContactSource:
        """The source of this name, whatever it is, or a new one for imported files.

        Everybody's, or the owner's.
        """
        for state in await self._tables.sources():
            source = state.source
            if source.owner == owner and source.name.casefold() == name.casefold():
                return source
        return ContactSource(name=name, options=Imported(), owner=owner)

    async def look_at_sources(self) -> None:
        """Take over what sources there are now; what is no longer wanted is not read further."""
        async with self._looking:
            self._other_sources.clear()
            states = await self._tables.sources()
            worthless = self._schedule.follow(states, self._now, self._clock.now())
            for running in [each for each in self._running.values() if each.id in worthless]:
                await _ended(running.task)
            for id in worthless & self._waiting.keys():
                self._waiting.pop(id).end()
            self._watch.watch(self._schedule.files())
            self._work_to_do.set()

    # -- the work ---------------------------------------------------------------------------

    async def _work(self, lane: Lane, *, only_asked: bool) -> None:
        while True:
            self._work_to_do.clear()
            due = self._schedule.next(lane.value, only_asked=only_asked)
            if lane is Lane.FILES and self._imports:
                await self._import(self._imports.popleft())
            elif due and due[1] <= self._now:
                await self._sync(due[0], lane)
            else:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout_at(due[1] if due else None):
                        await self._work_to_do.wait()

    async def _sync(self, id: int, lane: Lane) -> None:
        asked, insist = self._schedule.asked(id), self._schedule.insists(id)
        self._schedule.begin(id)
        outcome = Outcome.READ  # also when it is stopped: not again at once
        try:
            states = await self._tables.sources()
            state = next((each for each in states if each.source.id == id), None)
            if state is None:
                return
            shown = self._shown(id, state.source)

            async def sync() -> bool:
                nonlocal outcome
                outcome = await self._readings.sync(state, shown, anew=asked, insist=insist)
                return outcome is Outcome.READ

            await self._alone(lane, id, state.source.name, sync(), shown)
        finally:
            match outcome:
                case Outcome.READ:
                    self._schedule.done(id, self._now)
                case Outcome.CHANGING:
                    self._schedule.changing(id, self._now)
                case Outcome.FAILED:
                    self._schedule.failed(id, self._now)

    async def _import(self, wanted: Import) -> None:
        name, shown = wanted.source.name, self._shown(wanted.id, wanted.source)

        async def add() -> bool:
            try:
                # An import before this one may have stored it.
                source = await self.imported_source(name, wanted.source.owner)
                answer = await self._readings.add(source, wanted.paths, shown, wanted.put_source)
            except Exception as broken:
                log.exception("importing into %s failed", name)
                answer = Refused(f"The import failed ({type(broken).__name__}); the log says why.")
            wanted.tell(answer)
            return not isinstance(answer, Refused)

        await self._alone(Lane.FILES, wanted.id, name, add(), shown, wanted)

    async def _alone(
        self,
        lane: Lane,
        id: int,
        name: str,
        work: Coroutine[Any, Any, bool],
        shown: Shown,
        wanted: Import | None = None,
    ) -> None:
        """Do it in a task of its own, so that it can be stopped."""

        def over() -> None:
            shown.end()
            # Here: cancelled before its first step the work would tell nobody anything.
            if wanted is not None:
                wanted.tell(_STOPPED)

        if self._tasks is None:
            work.close()
            over()
            return
        # At once: a server may hang, and who looks must be able to stop it.
        shown.begin()
        task = self._tasks.create_task(work, name=f"reading {name}")
        task.add_done_callback(lambda _: over())
        self._running[lane] = Running(id, name, task, wanted)
        try:
            await asyncio.wait({task})
        finally:
            del self._running[lane]

    # -- what is around ---------------------------------------------------------------------

    async def _follow(self) -> None:
        while True:
            await self._other_sources.wait()
            await self.look_at_sources()

    def _touched(self, ids: set[int]) -> None:
        for id in ids:
            self._schedule.touch(id, self._now)
        self._work_to_do.set()

    def _wait(self, id: int, source: ContactSource) -> None:
        """Show that it waits, if others are before it."""
        lane = _lane(source.kind)
        busy = lane in self._running or (lane is Lane.FILES and self._imports)
        if busy and id not in self._waiting:
            self._waiting[id] = Shown(self._show, id, source.name, source.owner)
            self._waiting[id].wait()

    def _shown(self, id: int, source: ContactSource) -> Shown:
        return self._waiting.pop(id, None) or Shown(self._show, id, source.name, source.owner)

    @property
    def _now(self) -> float:
        return asyncio.get_running_loop().time()


def _lane(kind: str) -> Lane:
    return Lane.SERVERS if kind in SERVERS else Lane.FILES


async def _ended(task: asyncio.Task[bool]) -> None:
    task.cancel()
    await asyncio.wait({task})


def _came_in(task: asyncio.Task[bool]) -> bool:
    return not task.cancelled() and task.exception() is None and task.result()
