"""Has a source read by a process of its own (reader_process.py), and says what became of it."""

import asyncio
import logging
import signal
from collections.abc import Callable

from console.directory.child import DYING_SECONDS, child
from console.directory.job import Ended, Failed, Job, Progress, told_of
from console.directory.reading import CannotRead

log = logging.getLogger(__name__)

# Seconds without any news after which nobody waits for it any longer.
SILENCE = 300.0
_MODULE = "console.directory.reader_process"


async def read_elsewhere(job: Job, progress: Callable[[Progress], None]) -> Ended:
    """Do a job; cancelled, the process is killed. Raises CannotRead."""
    try:
        async with child(_MODULE, job.line()) as process:
            assert process.stdout is not None
            while line := await _next_line(process.stdout):
                try:
                    told = told_of(line)
                except (ValueError, TypeError, KeyError):
                    break
                match told:
                    case Progress():
                        progress(told)
                    case Failed(why, trace):
                        if trace:
                            log.error("reading a source failed: %s\n%s", why, trace)
                        raise CannotRead(why)
                    case Ended():
                        return told
            async with asyncio.timeout(DYING_SECONDS):
                code = await process.wait()
    except TimeoutError:
        raise CannotRead(
            f"Nothing came for {SILENCE / 60:.0f} minutes: does the disk, share or server hang? "
            "What was there before stays."
        ) from None
    except OSError as error:
        why = error.strerror or str(error)
        raise CannotRead(f"No process that reads it can be started: {why}.") from None
    except ValueError:
        raise CannotRead("The process that reads it told more than it should.") from None
    raise CannotRead(_died(code))


async def _next_line(stream: asyncio.StreamReader) -> bytes:
    async with asyncio.timeout(SILENCE):
        return await stream.readline()


def _died(code: int) -> str:
    if code == -signal.SIGKILL:
        return (
            "The process that read it was killed, perhaps because the machine had no memory left. "
            "What was there before stays."
        )
    how = f"signal {-code}" if code < 0 else f"status {code}"
    return f"The process that read it ended too early ({how}). What was there before stays."
