"""Programs that the configuration file allows: no shell, little environment, a time limit.

What a program starts is ended with it, except what leaves its session (setsid) on purpose.
"""

import asyncio
import contextlib
import os
import signal
from collections.abc import Mapping, Sequence

from console.actions.errand import ActionFailed
from console.calls.text import clean

# Programs at the same time, of all actions together.
AT_ONCE = 4
# The end of what a program prints is kept for the failure, in bytes; the rest is read and dropped.
KEPT = 2000
# A program that prints without end is read this slowly: bytes, then so many seconds' rest.
CHUNK, REST = 32_000, 0.01
# What a killed process may take to be gone.
DYING_SECONDS = 2.0
_ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8"}


class Programs:
    """Runs programs of the allow list: name to path and time limit in seconds."""

    def __init__(self, allowed: Mapping[str, tuple[str, float]]) -> None:
        self._allowed = allowed
        self._turn = asyncio.Semaphore(AT_ONCE)

    async def run(self, name: str, arguments: Sequence[str], facts: Mapping[str, str]) -> None:
        """Run one to its end; `facts` become its environment. Raises ActionFailed."""
        if name not in self._allowed:
            raise ActionFailed(
                f"The program {name!r} is not allowed: list it under [[programs]] in the "
                "configuration file, or choose one that is."
            )
        path, seconds = self._allowed[name]
        async with self._turn:
            await _run(name, path, seconds, arguments, facts)


async def _run(
    name: str, path: str, seconds: float, arguments: Sequence[str], facts: Mapping[str, str]
) -> None:
    reading, writing = os.pipe()
    printed = _End()
    # A pipe of our own: a grandchild that holds it open must not make us wait.
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: printed, os.fdopen(reading, "rb", 0)
    )
    try:
        try:
            process = await asyncio.create_subprocess_exec(
                path,
                # Bytes, as the machine's language may not have their letters.
                *(argument.encode("utf-8", "replace") for argument in arguments),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=writing,
                stderr=writing,
                env=_environment(facts),
                cwd="/",
                # Without a terminal it can't draw on ours.
                start_new_session=True,
            )
        finally:
            os.close(writing)
        code = await _ended(process, seconds)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(DYING_SECONDS):
                await printed.over.wait()
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise ActionFailed(
            f"The program {name} can't be started: {why} ({path}). Correct its path under "
            "[[programs]] in the configuration file, or its rights."
        ) from None
    finally:
        transport.close()
    if code == 0:
        return
    said = f": {printed.text()}" if printed.text() else "."
    if code is None:
        raise ActionFailed(f"The program {name} took longer than {seconds:g} s and was ended{said}")
    how = f"with status {code}" if code > 0 else f"by signal {-code}"
    raise ActionFailed(f"The program {name} ended {how}{said}")


async def _ended(process: asyncio.subprocess.Process, seconds: float) -> int | None:
    """The exit status; None if it took too long. Its whole process group is gone then."""
    code = None
    try:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                code = await process.wait()
    finally:
        # A program that runs as somebody else (setuid) is not ours to kill, nor waited for.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(DYING_SECONDS):
                await process.wait()
    return code


def _environment(facts: Mapping[str, str]) -> dict[str, bytes]:
    made = {**_ENVIRONMENT, **facts}
    if home := os.environ.get("HOME"):
        made["HOME"] = home
    return {name: clean(text, 1000).encode("utf-8", "replace") for name, text in made.items()}


class _End(asyncio.Protocol):
    """The end of what a pipe brings; `over` is set when it is closed."""

    def __init__(self) -> None:
        self._kept = b""
        self._transport: asyncio.ReadTransport | None = None
        self.over = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.ReadTransport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._kept = (self._kept + data[-KEPT:])[-KEPT:]
        if len(data) >= CHUNK and self._transport is not None:
            self._transport.pause_reading()
            asyncio.get_running_loop().call_later(REST, self._go_on)

    def _go_on(self) -> None:
        if self._transport is not None and not self.over.is_set():
            self._transport.resume_reading()

    def connection_lost(self, failure: Exception | None) -> None:
        self.over.set()

    def text(self) -> str:
        """Its last lines, as one."""
        lines = self._kept.decode("utf-8", "replace").strip().splitlines()
        return clean(" / ".join(clean(line) for line in lines[-3:]), 300)
