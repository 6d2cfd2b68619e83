"""The child process that renders (worker.py), seen from ours: one request at a time.

It is never trusted: its answers have a length, a time, and are JSON.
"""

import asyncio
import contextlib
import json
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

from console.wording.worker import LONGEST

# Starting takes a fifth of a second; a machine that swaps may take its time.
START_SECONDS = 15.0
# The child ends itself long before; one that is stopped or starved is ended by us.
ANSWER_SECONDS = 4.0
# How it dies of its own limits.
TOO_LONG = frozenset({-signal.SIGALRM, -signal.SIGXCPU})

_SCRIPT = Path(__file__).with_name("worker.py")


class NoWorker(Exception):
    """The child does not start; the text is a sentence."""


class Died(Exception):
    """The child is no more; `code` is its exit status, negative for a signal."""

    def __init__(self, code: int) -> None:
        super().__init__(f"the process for templates ended (status {code})")
        self.code = code


class RenderingProcess:
    """One child; `memory_limited` is known after `ready`."""

    memory_limited = False

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._process = process
        self._to, self._from = process.stdin, process.stdout
        self._length: int | None = None
        self._reading = False
        self._greeted = False
        self._owes = 0  # answers to requests that nobody waits for any more

    @classmethod
    async def start(cls) -> "RenderingProcess":
        """Start a child, which warms itself up meanwhile; raises NoWorker."""
        if not sys.executable:
            raise NoWorker("No process for templates can be started: where is Python?")
        places = [str(_SCRIPT.parents[2]), *sys.path]
        absolute = json.dumps([place for place in places if Path(place).is_absolute()])
        try:
            # A session of its own: Ctrl-C at the terminal is not for it.
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-P", str(_SCRIPT), absolute),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                env={},
                cwd="/",
                start_new_session=True,
            )
        except OSError as error:
            why = error.strerror or str(error)
            raise NoWorker(
                f"No process for templates can be started: {why} ({sys.executable})."
            ) from None
        return cls(process)

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it has not ended, as far as the system has told."""
        return self._process.returncode is None and not self._from.at_eof()

    async def ready(self) -> None:
        """Return when it can work; raises NoWorker."""
        if self._greeted:
            return
        try:
            async with asyncio.timeout(START_SECONDS):
                greeting = await self._frame()
        except TimeoutError:
            raise NoWorker(
                f"The process for templates did not start within {START_SECONDS:.0f} s."
            ) from None
        except Died as died:
            raise NoWorker(
                f"The process for templates ended while it started (status {died.code})."
            ) from None
        if why := greeting.get("error"):
            raise NoWorker(f"The process for templates can't work: {why}.")
        self.memory_limited = bool(greeting.get("memory_limited"))
        self._greeted = True

    async def answer(self, request: bytes) -> Mapping[str, Any]:
        """What it makes of a request (JSON); raises Died.

        Cancelled in the middle it stays usable: what it still owes is passed over next time.
        """
        while self._owes:
            try:
                async with self._in_time():
                    await self._frame()
            except Died:
                # Of what nobody waits for any more: this request is not to blame.
                raise Died(0) from None
            self._owes -= 1
        async with self._in_time():
            self._owes += 1
            with contextlib.suppress(ConnectionError):
                self._to.write(len(request).to_bytes(4, "big") + request)
                await self._to.drain()
            answer = await self._frame()
        self._owes -= 1
        return answer

    @contextlib.asynccontextmanager
    async def _in_time(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                yield
        except TimeoutError:
            await self.end()
            raise Died(-signal.SIGALRM) from None

    async def _frame(self) -> dict[str, Any]:
        """The next JSON object; raises Died. Cancelled and called again it goes on where it was."""
        try:
            self._reading = True
            if self._length is None:
                self._length = int.from_bytes(await self._from.readexactly(4), "big")
            if self._length > LONGEST:
                raise ValueError
            body = await self._from.readexactly(self._length)
            self._length = None
            value = json.loads(body)
            if not isinstance(value, dict):
                raise ValueError
            return value
        except asyncio.IncompleteReadError:
            raise Died(await self._process.wait()) from None
        except (ValueError, RecursionError):
            self._reading = False
            await self.end()
            raise Died(-signal.SIGKILL) from None
        finally:
            self._reading = False

    async def end(self) -> None:
        """Kill it, and return when it is gone."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        self._to.close()
        if not self._reading:
            # Its pipe is read to its end, so that nothing stays open.
            with contextlib.suppress(ConnectionError):
                await self._from.read()
        await self._process.wait()
