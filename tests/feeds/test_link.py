"""The link between a socket and a dialect, with a PBX that only listens."""

import asyncio
import contextlib

import pytest

from console.calls.events import FeedLost
from console.clock import SystemClock
from console.feeds.link import Link, NotConnected
from console.feeds.outgoing import Outgoing, Progress, Stage
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

    def news(self):
        return []


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


class Caller(Dialect):
    """Sends a call's number, and takes each word that comes back for a stage."""

    def call(self, outgoing):
        self._out = outgoing.number.encode()
        return "id"

    def pending(self):
        out, self._out = getattr(self, "_out", b""), b""
        return out

    def receive(self, data):
        self._said = [Progress("id", Stage(word)) for word in data.decode().split()]
        return []

    def news(self):
        return self._said


@contextlib.asynccontextmanager
async def connected(answers, logged_in=True):
    """A link to a PBX that answers what it is asked with these words, and then hangs up or not."""

    async def serve(reader, writer):
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            await reader.readuntil(b"1234")
            for word in answers:
                if word == "gone":
                    break
                writer.write(word.encode())
                await writer.drain()
            else:
                await reader.read()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    feed = Feed(host="127.0.0.1", port=server.sockets[0].getsockname()[1], user="u", secret="s")
    up = asyncio.Event()

    class Told(Caller):
        def greet(self):
            up.set()
            return super().greet()

    link = Link(feed, lambda: Told(logged_in), lambda events, at: None, SystemClock())
    running = asyncio.ensure_future(link.run())
    try:
        async with asyncio.timeout(10):
            await up.wait()
            yield link
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        server.close()
        await server.wait_closed()


CALL = Outgoing("PJSIP/101", "from-internal", "1234", "x", "101")


@pytest.mark.parametrize(
    ("answers", "stage"),
    [
        (["accepted", " rings"], Stage.RINGS),
        (["accepted rings answered"], Stage.RINGS),
        (["refused"], Stage.REFUSED),
        (["accepted", " failed"], Stage.FAILED),
        (["accepted"], Stage.ACCEPTED),
        (["accepted", "gone"], Stage.LOST),
        (["gone"], Stage.LOST),
        ([], Stage.LOST),
    ],
)
async def test_a_call_has_come_as_far_as_the_pbx_tells_in_time(answers, stage, monkeypatch):
    monkeypatch.setattr("console.feeds.link.ACCEPT_WITHIN", 0.3)
    monkeypatch.setattr("console.feeds.link.RING_WITHIN", 0.3)
    async with connected(answers) as link:
        assert (await link.call(CALL)).stage is stage


async def test_without_a_login_nobody_can_be_called():
    async with connected([], logged_in=False) as link:
        with pytest.raises(NotConnected, match="not connected yet"):
            await link.call(CALL)


async def test_who_calls_after_the_connection_broke_is_told_why():
    async with connected(["gone"]) as link:
        assert (await link.call(CALL)).why == "the PBX closed the connection"
        with pytest.raises(NotConnected, match="the PBX closed the connection"):
            await link.call(CALL)


def _breaks(self, data):
    raise ConnectionResetError("gone")
