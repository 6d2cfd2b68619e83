"""Our own processes for what would stop the loop: started, listened to, and always ended."""

import asyncio
import contextlib
import logging
import os
import signal
from collections.abc import AsyncIterator, Coroutine

from console.directory.own_process import command, environment

log = logging.getLogger(__name__)

DYING_SECONDS = 5.0
# The longest line that is believed, in bytes; a try tells a few contacts in one.
LONGEST_LINE = 16_000_000


@contextlib.asynccontextmanager
async def child(module: str, told: bytes) -> AsyncIterator[asyncio.subprocess.Process]:
    """A process that runs a module, was told a line, and is killed at the end of the block.

    With it those it has started. Its standard input stays open until then: it ends by itself when
    we are gone. Raises OSError.
    """
    # A session of its own: Ctrl-C at the terminal is not for it.
    process = await asyncio.create_subprocess_exec(
        *command(module),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env=environment(),
        start_new_session=True,
        limit=LONGEST_LINE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        with contextlib.suppress(ConnectionError):
            process.stdin.write(told)
            await process.stdin.drain()
        yield process
    finally:
        await _uninterrupted(_end(process))


async def _end(process: asyncio.subprocess.Process) -> None:
    assert process.stdin is not None
    assert process.stdout is not None
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.stdin.close()
    # A full pipe that nobody reads any more would make the wait endless.
    with contextlib.suppress(ConnectionError):
        try:
            async with asyncio.timeout(DYING_SECONDS):
                await process.stdout.read()
                await process.wait()
        except TimeoutError:
            # It waits for a share that hangs, and dies when that has come back.
            log.warning("process %d was killed but does not end yet", process.pid)


async def _uninterrupted(ending: Coroutine[None, None, None]) -> None:
    """Await the end of something that must not be left half done; it is a matter of moments.

    What was stopped may be stopped once more, by the end of the whole.
    """
    task = asyncio.ensure_future(ending)
    interruption: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError as cancelled:
            interruption = cancelled
    if interruption is not None:
        raise interruption
