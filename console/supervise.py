"""Every long task has an owner: what fails is logged, shown, and begun again after a while."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from console.desk.ports import StoreFailed

log = logging.getLogger(__name__)

FIRST_WAIT = 1.0
LONGEST_WAIT = 60.0


async def supervise(
    name: str,
    work: Callable[[], Awaitable[None]],
    failed: Callable[[str], None] = lambda why: None,
    *,
    first_wait: float | None = None,
    fatal: tuple[type[Exception], ...] = (),
) -> None:
    """Do the work; after an exception tell `failed`, wait (twice as long each time), do it again.

    Only cancellation ends it, the work's own end, what is `fatal`, or a store that can't write:
    without that nothing of the rest makes sense.
    """
    loop = asyncio.get_running_loop()
    first = FIRST_WAIT if first_wait is None else first_wait
    wait = first
    while True:
        began = loop.time()
        try:
            await work()
            return
        except StoreFailed:
            raise
        except Exception as error:
            if isinstance(error, fatal):
                raise
            log.exception("%s failed; it begins again in %.1f s", name, wait)
            failed(f"{name} failed ({type(error).__name__}); the log says why")
        if loop.time() - began > LONGEST_WAIT:
            wait = first
        await asyncio.sleep(wait)
        wait = min(wait * 2, LONGEST_WAIT)
