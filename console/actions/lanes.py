"""Errands wait in a lane for each action, so that a slow action holds up no other."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from console.actions.errand import Errand

# Errands of one action under way at once, waiting, and all that may wait.
AT_ONCE = 4
WAITING = 100
ALL_WAITING = 1000


@dataclass(slots=True)
class _Lane:
    waiting: deque[Errand] = field(default_factory=deque)
    working: int = 0
    left_out: int = 0
    first_left_out: Errand | None = None


class Lanes:
    """Does `work` for each errand, a few of each action at once; it must not raise.

    What comes when a lane is full is left out and counted; when the lane is empty again `left_out`
    is told the first of them, and how many they were.
    """

    def __init__(
        self,
        work: Callable[[Errand], Awaitable[None]],
        left_out: Callable[[Errand, int], None],
    ) -> None:
        self._work = work
        self._left_out = left_out
        self._lanes: dict[str, _Lane] = {}
        self._tasks: asyncio.TaskGroup | None = None

    def put(self, errand: Errand) -> None:
        """Let an errand wait for its turn; never blocks."""
        lane = self._lanes.setdefault(errand.action.id, _Lane())
        if len(lane.waiting) >= WAITING or self.waiting >= ALL_WAITING:
            lane.left_out += 1
            lane.first_left_out = lane.first_left_out or errand
        else:
            lane.waiting.append(errand)
        self._begin(errand.action.id, lane)

    @property
    def waiting(self) -> int:
        """How many wait, in all lanes."""
        return sum(len(lane.waiting) for lane in self._lanes.values())

    async def run(self) -> None:
        """Work until cancelled; what waited before is done, too."""
        async with asyncio.TaskGroup() as tasks:
            self._tasks = tasks
            try:
                for id, lane in tuple(self._lanes.items()):
                    self._begin(id, lane)
                await asyncio.Event().wait()
            finally:
                # Inside the group: while it waits for what it cancelled, it takes no new task.
                self._tasks = None

    def _begin(self, id: str, lane: _Lane) -> None:
        if self._tasks is not None and lane.working < AT_ONCE and (lane.waiting or lane.left_out):
            lane.working += 1
            self._tasks.create_task(self._drive(id, lane), name=f"action {id}")

    async def _drive(self, id: str, lane: _Lane) -> None:
        try:
            while lane.waiting:
                await self._work(lane.waiting.popleft())
        finally:
            lane.working -= 1
        if not lane.working and not lane.waiting:
            del self._lanes[id]
            if lane.first_left_out is not None:
                self._left_out(lane.first_left_out, lane.left_out)
