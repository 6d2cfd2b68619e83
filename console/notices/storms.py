"""When so many calls are told to somebody at once that one summary says more than all of them."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from console.notices.deciding import Recipient, Summary
from console.notices.recipients import same

# More calls than this within the window, and the rest becomes one summary.
MANY = 50
WINDOW = timedelta(minutes=5)
# A summary waits so long for the calls that come with the first; while the storm goes on, the next
# ones wait longer.
FIRST_WAIT = timedelta(seconds=30)
LATER_WAIT = timedelta(minutes=5)
# Recipients that are counted; more than a site has.
MOST = 2_000


@dataclass
class _Gust:
    """What one recipient is told at present."""

    times: deque[datetime] = field(default_factory=lambda: deque(maxlen=MANY + 1))
    summary: int | None = None
    due: datetime | None = None
    sent: bool = False


class Storms:
    """Counts what is told to whom; forgets it with the process, which costs a few notices."""

    def __init__(self) -> None:
        self._gusts: dict[Recipient, _Gust] = {}

    def count(self, wanted: Iterable[Recipient], now: datetime) -> None:
        """So many calls are about to be told, each to those that want it."""
        if len(self._gusts) > MOST:
            self._forget(now)
        for channel, person in wanted:
            self._gusts.setdefault((channel, same(person)), _Gust()).times.append(now)

    def raging(self, now: datetime) -> dict[Recipient, Summary]:
        """Those who are told of all in one, and with which notice."""
        found = {}
        for recipient, gust in self._gusts.items():
            if gust.summary is not None:
                found[recipient] = Summary(gust.summary, gust.due or now)
            elif len(gust.times) > MANY and now - gust.times[0] < WINDOW:
                wait = LATER_WAIT if gust.sent else FIRST_WAIT
                found[recipient] = Summary(None, now + wait)
            else:
                gust.sent = False
        return found

    @property
    def summaries(self) -> tuple[int, ...]:
        """The summaries that wait."""
        return tuple(each.summary for each in self._gusts.values() if each.summary is not None)

    def opened(self, recipient: Recipient, notice: int, due: datetime) -> None:
        """A summary is queued, and takes in what comes."""
        gust = self._gusts.setdefault(recipient, _Gust())
        gust.summary, gust.due = notice, due

    def closed(self, notice: int) -> None:
        """This notice is being sent, and takes nothing in any more."""
        for gust in self._gusts.values():
            if gust.summary == notice:
                gust.summary, gust.due, gust.sent = None, None, True

    def _forget(self, now: datetime) -> None:
        self._gusts = {
            recipient: gust
            for recipient, gust in self._gusts.items()
            if gust.summary is not None or now - gust.times[-1] < WINDOW
        }
