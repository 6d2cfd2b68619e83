"""The link between a socket and a dialect, with a PBX that only listens."""

import asyncio
import contextlib

import pytest

from console.calls.events import FeedLost
from console.clock import SystemClock
from console.feeds.link import Link
from console.settings.site import Feed


class Dialect:
    """Let in, or not, and never says anything."""

    def __init__(self, logged_in):
        self.logged_in = logged_in

    def greet(self):
        return b"hello\r\n"

    def receive(self, data):
        return []

    def pending(self):
        return b""

    def check(self):
        return b""


async def heard_of(logged_in, answer):
    """What the link says first of a PBX that answers so and then is silent."""
    said = asyncio.Queue()

    async def serve(reader, writer):
        writer.write(answer)
        with contextlib.suppress(OSError):
            await reader.read()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    feed = Feed(host="127.0.0.1", port=port, user="hotline", secret="s3cret")
    link = Link(
        feed,
        lambda: Dialect(logged_in),
        lambda events, at: said.put_nowait(events),
        SystemClock(),
        lost_after=0.2,
    )
    running = asyncio.ensure_future(link.run())
    try:
        async with asyncio.timeout(10):
            [event] = await said.get()
        return event
    finally:
        running.cancel()
        server.close()


async def test_a_silence_counts_from_the_last_sign_of_life():
    lost = await heard_of(True, b"hello")
    assert lost == FeedLost("Asterisk", "no sign of life for 0 s", 0.2)


@pytest.mark.parametrize("logged_in", [True, False])
async def test_a_connection_that_ends_was_heard_until_then(logged_in, monkeypatch):
    monkeypatch.setattr("console.feeds.link.AT_ONCE", 1)
    monkeypatch.setattr(Dialect, "receive", _breaks)
    lost = await heard_of(logged_in, b"x")
    assert (lost.why, lost.silent) == ("the connection broke: gone", 0.0)


def _breaks(self, data):
    raise ConnectionResetError("gone")
