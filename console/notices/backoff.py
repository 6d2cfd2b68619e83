"""When a notice is tried again, and when that is enough. Pure."""

from collections.abc import Callable
from datetime import timedelta

from console.notices.letter import Ending, Result

# Seconds after the first, second ... try; then every hour.
FIRST = (30, 60, 120, 300, 600, 1800)
HOURLY = 3600
GIVE_UP = timedelta(hours=24)
# An answer that never came is asked for sooner: most often the letter is there already.
AT_ONCE = 5
JITTER = 0.2


def wait(tries: int, result: Result, random: Callable[[], float]) -> timedelta | None:
    """How long until the next try after so many (from 1), None if it was the last.

    `random` gives 0.0 to 1.0: the seconds vary by a fifth, so that a thousand notices do not come
    back at the same moment. What the server asks for is kept to.
    """
    if _passed(tries) >= GIVE_UP.total_seconds():
        return None
    seconds = float(_after(tries))
    if result.ending is Ending.UNKNOWN and tries == 1:
        seconds = AT_ONCE
    seconds *= 1 - JITTER + 2 * JITTER * random()
    asked = min(max(0.0, result.after), GIVE_UP.total_seconds())
    return timedelta(seconds=max(seconds, asked))


def _after(tries: int) -> int:
    return FIRST[tries - 1] if tries <= len(FIRST) else HOURLY


def _passed(tries: int) -> int:
    """Seconds from the first try to this one, without jitter."""
    return sum(FIRST[: tries - 1]) + max(0, tries - 1 - len(FIRST)) * HOURLY
