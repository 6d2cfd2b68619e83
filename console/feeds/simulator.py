"""An answering service that does not exist: its calls as a PBX dialect would tell them."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count

from console.calls.events import Caller, CallEvent
from console.calls.numbers import NumberPlan
from console.feeds.demo_calls import DAY, DEMO, STORM, Pace, Stories
from console.feeds.demo_world import demo_companies, demo_contacts

At = tuple[datetime, CallEvent]

# How busy each ninth of a working day is, beside its average: mornings are, lunch is not.
_BUSY = (0.8, 1.3, 1.4, 1.1, 0.6, 0.8, 1.2, 1.1, 0.7)
# Seconds until the next call comes, by how many live now: something rings most of the time.
_GAPS = ((0.5, 2.0), (1.0, 4.0), (4.0, 8.0), (8.0, 14.0), (12.0, 20.0))


class Simulator:
    """Invented calls, always the same for a seed: (time in the zone of `start`, event) in order.

    Every call begins with Arrived, each of its phones with Offered or Rang and ends with
    PhoneEnded, and the call itself with HungUp (or Merged, when it becomes part of another).
    """

    def __init__(self, seed: int, plan: NumberPlan | None = None, feed: str = "demo") -> None:
        self._seed = seed
        self._plan = plan or NumberPlan("DE", "030")
        self._feed = feed
        self._numbers = count(1)

    def day(self, start: datetime, hours: float = 9.0, per_hour: float = 40.0) -> Iterator[At]:
        """Calls of a working day that begins at `start`; ends when the last one has ended."""
        stories = self._stories("day", start, DAY)
        at, end = 0.0, hours * 3600.0
        while True:
            busy = _BUSY[min(len(_BUSY) - 1, int(at / end * len(_BUSY)))]
            at += stories.rng.expovariate(per_hour * busy / 3600.0)
            if at >= end:
                break
            yield from _dated(start, stories.until(at))
            stories.any(at)
        yield from _dated(start, stories.until(float("inf")))

    def live(self, start: datetime) -> Iterator[At]:
        """Calls without end: one rings within a second, two to four live most of the time."""
        stories = self._stories("live", start, DEMO)
        companies = demo_companies()
        known = next(
            number
            for contact in demo_contacts()
            for number, _ in contact.numbers
            if contact.company and contact.note and number.startswith("+4917")
        )
        stories.opening(0.4, Caller(known), companies[0])
        stories.inbound(1.6, Caller(hidden=True), companies[2])
        at = 3.5
        while True:
            yield from _dated(start, stories.until(at))
            stories.any(at)
            at += stories.rng.uniform(*_GAPS[min(stories.alive(at), len(_GAPS) - 1)])

    def storm(self, n: int, start: datetime, within: float = 10.0) -> Iterator[At]:
        """A burst of `n` inbound calls that arrive within some seconds, on plenty of phones."""
        phones = tuple(str(200 + index) for index in range(max(6, n // 2)))
        stories = self._stories("storm", start, STORM, phones)
        for at in sorted(stories.rng.uniform(0, within) for _ in range(n)):
            yield from _dated(start, stories.until(at))
            stories.inbound(at)
        yield from _dated(start, stories.until(float("inf")))

    def _stories(
        self, what: str, start: datetime, pace: Pace, phones: tuple[str, ...] | None = None
    ) -> Stories:
        stories = Stories(
            random.Random(f"{self._seed} {what} {start:%F}"), self._plan, self._feed, pace
        )
        stories.numbers = self._numbers
        stories.epoch = int(start.timestamp())
        if phones is not None:
            stories.phones = phones
        return stories


def _dated(start: datetime, told: Iterator[tuple[float, CallEvent]]) -> Iterator[At]:
    for seconds, event in told:
        yield start + timedelta(milliseconds=round(seconds * 1000)), event
