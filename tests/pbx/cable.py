"""A cable between a program and the AMI port that a test can cut, silence and mend."""

from __future__ import annotations

import asyncio
import contextlib


class Cable:
    """A loopback TCP port that carries bytes to another one until it is cut."""

    def __init__(self, to_port: int) -> None:
        self.to_port = to_port
        self.port = 0
        self.carried = 0  # connections that reached the far end, ever
        self._whole = True
        self._loud = asyncio.Event()
        self._loud.set()
        self._connected = asyncio.Condition()
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Opens the near end on a free loopback port."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Closes the near end and everything on it."""
        self.cut()
        if self._server is not None:
            self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def cut(self) -> None:
        """Resets every connection and refuses new ones."""
        self._whole = False
        for writer in self._writers:
            writer.transport.abort()

    def silence(self) -> None:
        """Keeps the connections but carries nothing any more, in either direction."""
        self._loud.clear()

    def restore(self) -> None:
        """Lets new connections in, and held bytes flow."""
        self._whole = True
        self._loud.set()

    async def carries(self, more_than: int, seconds: float = 5.0) -> bool:
        """Waits until more than this many connections have been carried; False if none came."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds), self._connected:
                await self._connected.wait_for(lambda: self.carried > more_than)
        return self.carried > more_than

    async def _accept(self, near_in: asyncio.StreamReader, near_out: asyncio.StreamWriter) -> None:
        if not self._whole:
            near_out.transport.abort()
            return
        try:
            far_in, far_out = await asyncio.open_connection("127.0.0.1", self.to_port)
        except OSError:  # Asterisk is down
            near_out.transport.abort()
            return
        ends = {near_out, far_out}
        self._writers |= ends
        async with self._connected:
            self.carried += 1
            self._connected.notify_all()
        pumps = {
            asyncio.create_task(self._pump(near_in, far_out)),
            asyncio.create_task(self._pump(far_in, near_out)),
        }
        self._tasks |= pumps
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for pump in pumps:
                pump.cancel()
            self._tasks -= pumps
            self._writers -= ends
            for end in ends:
                end.close()

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await source.read(65536):
                await self._loud.wait()
                sink.write(data)
                await sink.drain()
