"""An attached terminal's line: frames however they are cut, and little for who does not read."""

import asyncio
import contextlib
import json
import socket

import pytest

from console import attached, back_door, frames
from console.ssh.terminal import Terminal
from tests.test_back_door import SNAPSHOT, open_door

SAID = [
    (frames.INPUT, b"q"),
    (frames.SIZE, frames.SIZES.pack(120, 40)),
    (frames.OUTPUT, b""),
    (frames.OUTPUT, bytes(range(256)) * 300),
    (frames.END, b"\0bye"),
]


@pytest.mark.parametrize("size", [1, 2, 7, 4096, 1_000_000])
def test_cuts_do_not_matter(size):
    stream = b"".join(frames.framed(kind, data) for kind, data in SAID)
    taking, heard = frames.Frames(), []
    for at in range(0, len(stream), size):
        heard += taking.feed(stream[at : at + size])
    long = SAID[3][1]
    parts = [(frames.OUTPUT, long[: frames.LONGEST]), (frames.OUTPUT, long[frames.LONGEST :])]
    assert heard == [*SAID[:3], *parts, SAID[4]]


def test_what_is_no_frame_is_not_waited_for():
    with pytest.raises(ValueError, match="none of ours"):
        frames.Frames().feed(b"GET / HTTP/1.1")


class Flood:
    """Draws as long as its terminal takes it."""

    def __init__(self, terminal):
        self.terminal, self.drawn, self.is_behind = terminal, 0, False
        terminal.listen(self)

    def behind(self, is_behind):
        self.is_behind = is_behind

    async def draw(self, frame=b"x" * 20_000):
        for _ in range(200):
            if not self.is_behind:
                self.terminal.write(frame)
                self.drawn += len(frame)
            await asyncio.sleep(0)


async def test_a_terminal_that_does_not_read_is_sent_little_and_hears_when_it_does():
    ours, theirs = socket.socketpair(socket.AF_UNIX)
    theirs.setblocking(False)
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_connection(asyncio.Protocol, sock=ours)
    line = attached.Line(transport)
    line.terminal = Terminal(line.write, (80, 24))
    flood = Flood(line.terminal)
    await flood.draw()
    assert flood.is_behind
    assert flood.drawn < 256_000
    while flood.is_behind:
        with contextlib.suppress(BlockingIOError):
            theirs.recv(65536)
        await asyncio.sleep(0)
    before = flood.drawn
    await flood.draw()
    assert flood.drawn > before
    # And who never takes the last words does not keep them for ever.
    line.end(1, "bye")
    async with asyncio.timeout(10):
        while not line.gone:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    theirs.close()


@pytest.fixture
async def desk(tmp_path):
    """A back door whose desk says what it was asked."""
    asked = []

    async def attach(said, transport):
        line = attached.Line(transport)
        asked.append(said)
        line.end(3, said["as"])

    async def enter(login, command):
        raise AssertionError

    database = tmp_path / "hotline.db"
    async with asyncio.TaskGroup() as tasks:
        keeping = tasks.create_task(back_door.keep(database, enter, lambda: SNAPSHOT, attach))
        (await open_door(database)).close()
        yield database, asked
        keeping.cancel()


async def said_to(database, line):
    reader, writer = await asyncio.open_unix_connection(str(back_door.place(database)))
    writer.write(line + b"\n")
    try:
        async with asyncio.timeout(5):
            return await reader.read()
    except ConnectionResetError:
        return b""
    finally:
        writer.close()


async def test_after_the_word_attach_there_are_frames(desk):
    database, asked = desk
    said = {"as": "eva", "term": "xterm", "colorterm": "", "size": [80, 24]}
    heard = await said_to(database, json.dumps({"attach": said}).encode())
    assert heard == frames.framed(frames.END, b"\3eva")
    assert asked == [said]


async def test_another_user_may_not_attach(desk, monkeypatch):
    database, asked = desk
    monkeypatch.setattr(back_door, "_peer", lambda connection: 1)
    assert await said_to(database, b'{"attach": {"as": "eva"}}') == b""
    assert asked == []


@pytest.mark.parametrize("said", [b"{}", b'{"size": 7}', b'{"as": "eva", "size": ["a"]}'])
async def test_who_does_not_say_who_or_what_is_hung_up_on(tmp_path, said):
    desk = attached.Attached(None, None, None)

    async def enter(login, command):
        raise AssertionError

    database = tmp_path / "hotline.db"
    async with asyncio.TaskGroup() as tasks:
        keeping = tasks.create_task(back_door.keep(database, enter, lambda: SNAPSHOT, desk.join))
        (await open_door(database)).close()
        assert await said_to(database, b'{"attach": ' + said + b"}") == b""
        keeping.cancel()
