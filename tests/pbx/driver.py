"""The hand on the PBX: a small AMI client with which scenarios redirect, park and originate."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import Callable

Event = dict[str, str]


class Refused(Exception):
    """Asterisk said no to an action of the bench."""


class Driver:
    """An AMI session with all rights; the product never uses it."""

    def __init__(self, port: int, user: str, secret: str) -> None:
        self._port, self._user, self._secret = port, user, secret
        self.events: list[Event] = []
        self._answers: dict[str, asyncio.Future[Event]] = {}
        self._changed = asyncio.Condition()
        self._task: asyncio.Task[None] | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def start(self) -> None:
        """Logs in."""
        reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        await reader.readline()
        self._task = asyncio.create_task(self._read(reader))
        await self.do("Login", Username=self._user, Secret=self._secret)

    async def stop(self) -> None:
        """Hangs up on the PBX."""
        if self._writer is not None:
            self._writer.close()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def do(self, action: str, **headers: str | tuple[str, ...]) -> Event:
        """Sends an action and returns its response, or raises Refused."""
        action_id = secrets.token_hex(8)
        lines = [f"Action: {action}", f"ActionID: {action_id}"]
        for name, value in headers.items():
            lines += [f"{name}: {v}" for v in ((value,) if isinstance(value, str) else value)]
        answer: asyncio.Future[Event] = asyncio.get_running_loop().create_future()
        self._answers[action_id] = answer
        assert self._writer is not None
        self._writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        try:
            async with asyncio.timeout(10):
                response = await answer
        finally:
            del self._answers[action_id]
        if response.get("Response") == "Error":
            raise Refused(f"{action} {headers}: {response.get('Message')}")
        return response

    async def event(
        self, wanted: Callable[[Event], bool], since: int = 0, seconds: float = 10.0
    ) -> Event:
        """The first event after `since` (an index into events) for which wanted() is true."""
        seen = since
        async with asyncio.timeout(seconds), self._changed:
            while True:
                while seen < len(self.events):
                    event = self.events[seen]
                    seen += 1
                    with contextlib.suppress(KeyError):
                        if wanted(event):
                            return event
                await self._changed.wait()

    async def _read(self, reader: asyncio.StreamReader) -> None:
        while True:
            try:
                block = await reader.readuntil(b"\r\n\r\n")
            except (asyncio.IncompleteReadError, OSError):
                return
            event: Event = {}
            for line in block.decode("utf-8", "surrogateescape").split("\r\n"):
                name, colon, value = line.partition(": ")
                if colon:
                    # Output lines repeat, everything else: last value wins.
                    more = name == "Output" and "Output" in event
                    event[name] = f"{event[name]}\n{value}" if more else value
            answer = self._answers.get(event.get("ActionID", ""))
            if "Response" in event and answer is not None and not answer.done():
                answer.set_result(event)
            elif "Event" in event:
                async with self._changed:
                    self.events.append(event)
                    self._changed.notify_all()
