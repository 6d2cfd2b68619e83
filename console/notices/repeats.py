"""What becomes of another call of a caller of whom a recipient was told before. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from console.desk.notice import NoticeState
from console.desk.notices import Told
from console.settings.notices import Exceptions

HOUR = timedelta(hours=1)
# What was told, or may have been, or will be.
_REACHED = frozenset(
    {NoticeState.QUEUED, NoticeState.SENDING, NoticeState.SENT, NoticeState.UNCERTAIN}
)


@dataclass(frozen=True, slots=True)
class Tell:
    """A notice of its own, at a time."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Fold:
    """Told with a notice that waits already."""

    into: Told


@dataclass(frozen=True, slots=True)
class Enough:
    """Not told: too many; the reason is a sentence."""

    why: str


def since(exceptions: Exceptions, now: datetime) -> datetime:
    """From when on it matters what was told of the caller."""
    return now - max(HOUR, 2 * timedelta(minutes=exceptions.fold_minutes))


def repeat(told: Iterable[Told], exceptions: Exceptions, now: datetime) -> Tell | Fold | Enough:
    """What becomes of a call; `told` are the notices of its caller to one recipient.

    A notice that waits and was never tried takes the call in, whatever else: no notice more. One
    that was tried may have been sent. After one that was sent, the next waits for further calls.
    """
    before = [each for each in told if each.state in _REACHED]
    pause = timedelta(minutes=exceptions.fold_minutes)
    if pause:
        for each in before:
            if each.state is NoticeState.QUEUED and not each.tries:
                return Fold(each)
    if exceptions.most_per_hour:
        lately = sum(now - each.at < HOUR for each in before)
        if lately >= exceptions.most_per_hour:
            many = f"{lately} notice" if lately == 1 else f"{lately} notices"
            limit = exceptions.most_per_hour
            return Enough(f"{many} about this caller in the last hour (limit {limit})")
    gone = max((each.at for each in before), default=None)
    if pause and gone is not None and gone + pause > now:
        return Tell(gone + pause)
    return Tell(now)
