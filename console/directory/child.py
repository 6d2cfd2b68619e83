"""Our own processes for what would stop the loop: started, listened to, and always ended."""

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import console

# The longest line that is believed, in bytes; a try tells a few contacts in one.
LONGEST_LINE = 16_000_000
_ROOT = str(Path(console.__file__).parent.parent)


@contextlib.asynccontextmanager
async def child(module: str, told: bytes) -> AsyncIterator[asyncio.subprocess.Process]:
    """A process that runs a module, was told a line, and is killed at the end of the block.

    Its standard input stays open until then: it ends by itself when we are gone. Raises OSError.
    """
    known = os.environ.get("PYTHONPATH")
    path = os.pathsep.join([_ROOT, known] if known else [_ROOT])
    # A session of its own: Ctrl-C at the terminal is not for it.
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", module),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": path},
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
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        process.stdin.close()
        # A full pipe that nobody reads any more would make the wait endless.
        with contextlib.suppress(ConnectionError):
            await process.stdout.read()
        await process.wait()
