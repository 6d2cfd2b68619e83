"""The time: of this machine, or of a recording. Nobody else asks the machine for it."""

import asyncio
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

log = logging.getLogger(__name__)

# A laptop that slept, or a wall clock that was set, is noticed within this time.
LONGEST_SLEEP = 30.0
STEP = timedelta(seconds=1)


def utc_now() -> datetime:
    """The wall clock, in UTC; it may jump."""
    return datetime.now(UTC)


class SystemClock:
    """The machine's time in UTC that never goes back, so that no call lasts less than nothing.

    It runs by the monotonic clock. Where the wall clock has jumped ahead, so does this one; where
    it has been put back, this one runs at half speed until it is caught up, or until `settle` is
    called while nothing is timed.
    """

    def __init__(
        self,
        wall: Callable[[], datetime] = utc_now,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._wall = wall
        self._monotonic = monotonic
        self._time = wall()
        self._read_at = monotonic()
        self._put_back = False

    def now(self) -> datetime:
        """Now, in UTC; never earlier than what was answered before."""
        reading, wall = self._monotonic(), self._wall()
        passed = timedelta(seconds=reading - self._read_at)
        self._read_at = reading
        due = self._time + passed
        if wall - due > STEP:
            log.info("the clock jumped %s ahead", wall - due)
            self._time = wall
        elif due - wall > STEP:
            if not self._put_back:
                log.warning("the clock was put back by %s; ours waits for it", due - wall)
                self._put_back = True
            self._time += passed / 2
        else:
            self._put_back = False
            self._time = due
        return self._time

    def settle(self) -> None:
        """Take over the wall clock at once, even backwards: nothing is being timed now."""
        self._time, self._read_at, self._put_back = self._wall(), self._monotonic(), False

    async def sleep_until(self, when: datetime) -> None:
        """Return when it is `when`."""
        # It is time itself that is waited for.
        while (left := (when - self.now()).total_seconds()) > 0:  # noqa: ASYNC110
            await asyncio.sleep(min(left, LONGEST_SLEEP))


class ReplayClock:
    """The time of a recording: it is what the player says, `speed` times as fast as real time.

    At speed 0 time only jumps, from one recorded moment to the next.
    """

    def __init__(
        self,
        start: datetime,
        speed: float = 0.0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.speed = speed
        self._monotonic = monotonic
        self._time = start
        self._until = start
        self._read_at = monotonic()
        self._moved = asyncio.Event()

    def now(self) -> datetime:
        """The recording's time, in UTC; at most the moment that is being waited for."""
        reading = self._monotonic()
        passed = timedelta(seconds=(reading - self._read_at) * self.speed)
        self._read_at = reading
        self._time = max(self._time, min(self._time + passed, self._until))
        return self._time

    async def reach(self, when: datetime) -> None:
        """Let time pass until `when`: slowly by the speed, at once at speed 0."""
        self.now()
        self._until = max(self._until, when)
        self._tell()
        if self.speed:
            while (left := (when - self.now()).total_seconds()) > 0:  # noqa: ASYNC110
                await asyncio.sleep(min(left / self.speed, LONGEST_SLEEP))
        self._time = max(self._time, when)
        self._tell()

    async def sleep_until(self, when: datetime) -> None:
        """Return when the recording has come to `when`."""
        while (now := self.now()) < when:
            moved = self._moved
            runs = self.speed and now < self._until
            left = (when - now).total_seconds() / self.speed if runs else None
            try:
                async with asyncio.timeout(left):
                    await moved.wait()
            except TimeoutError:
                pass

    def _tell(self) -> None:
        self._moved.set()
        self._moved = asyncio.Event()
