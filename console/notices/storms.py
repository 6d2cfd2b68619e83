"""When so many calls are told to somebody that one summary says more than all of them. Pure.

All is derived from what is stored, of decided calls and of those that still wait for their time: a
storm is known before its first call is told, and a restart in its middle changes nothing.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from console.desk.notices import Rush
from console.desk.recipients import same
from console.notices.deciding import Recipient

# It begins with more calls than this, told in the last minutes or to be told in the next one.
MANY = 50
BEHIND = timedelta(minutes=5)
AHEAD = timedelta(minutes=1)
# It is over when no more than this were told just now or are to be told in the next minute. At a
# rate between the two a storm neither begins nor goes on, so that summaries do not flutter.
CALM = 5
JUST_NOW = timedelta(seconds=30)
# A summary waits until the storm is over, but no longer than this; where the storm goes on after
# it, the next one waits twice as long as the last one took in calls.
FIRST_WAIT = timedelta(minutes=5)
LONGEST_WAIT = timedelta(hours=1)


@dataclass(slots=True)
class Count:
    """Notices of one recipient: `around` the storm's whole span, and `near` to now."""

    around: int = 0
    near: int = 0

    @property
    def storm(self) -> bool:
        """Whether a storm begins, or goes on after a summary."""
        return self.around > MANY and not self.calm

    @property
    def calm(self) -> bool:
        """Whether a storm is over."""
        return self.near <= CALM


def counts(
    rush: Rush, recipients_of: Callable[[int | None], Iterable[Recipient]]
) -> dict[Recipient, Count]:
    """What each recipient is told at present; undecided calls count for all of their company's.

    Whether the rules will say no to them is not known before their time.
    """
    found: dict[Recipient, Count] = {}
    for (channel, person), (around, near) in rush.told.items():
        count = found.setdefault((channel, same(person)), Count())
        count.around += around
        count.near += near
    for company, calls in rush.coming.items():
        for channel, person in recipients_of(company):
            count = found.setdefault((channel, same(person)), Count())
            count.around += calls
            count.near += calls
    return found


def latest(now: datetime, before: timedelta | None) -> datetime:
    """When a summary is sent at the latest; the one `before` took in calls for so long."""
    wait = FIRST_WAIT if before is None else max(FIRST_WAIT, 2 * before)
    return now + min(wait, LONGEST_WAIT)
