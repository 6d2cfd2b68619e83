"""When Python looks for garbage: never while a call rings or somebody types.

A full collection looks at every object of every session, 4 ms for each (84 ms with ten, 0.9 s with
a hundred): it waits for a quiet moment. What is young is collected all the time, as usual.
"""

import asyncio
import gc
from collections.abc import Callable

# Collections of the middle generation before Python would look at everything by itself: never.
NEVER = 1_000_000
LOOK_EVERY = 5.0  # seconds
ANYWHEN, ALWAYS = 50, 300  # ended sessions: then it need not be quiet but for calls; not at all


class Garbage:
    """Collects what ended sessions leave behind; `ringing` and `typing` say whether it may wait."""

    def __init__(self, ringing: Callable[[], bool], typing: Callable[[], bool]) -> None:
        self._ringing = ringing
        self._typing = typing
        self._ended = 0
        self._due = asyncio.Event()

    def session_ended(self) -> None:
        """There is something to collect."""
        self._ended += 1
        self._due.set()

    def is_time(self) -> bool:
        """Whether to collect now."""
        if self._ended >= ALWAYS:
            return True
        if self._ringing():
            return False
        return self._ended >= ANYWHEN or not self._typing()

    async def run(self) -> None:
        """Collect until cancelled; then Python does it by itself again."""
        young, middle, old = gc.get_threshold()
        gc.set_threshold(young, middle, NEVER)
        # What is here now stays: it need not be looked at each time.
        gc.collect()
        gc.freeze()
        try:
            while True:
                await self._due.wait()
                await asyncio.sleep(LOOK_EVERY)
                if self.is_time():
                    self._due.clear()
                    self._ended = 0
                    gc.collect()
        finally:
            gc.set_threshold(young, middle, old)
            gc.unfreeze()
