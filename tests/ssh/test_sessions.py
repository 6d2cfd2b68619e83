"""One session's trouble is nobody else's: crashes, stalls, kills, storms."""

import asyncio
import os
import pty
import re
import select
import signal
import socket
import subprocess
import time
from datetime import UTC, datetime

import asyncssh
import pytest
from textual.app import App
from textual.widgets import Static

from console.desk.accounts import Credentials, PublicKey
from console.desk.operators import Operator
from console.ssh.driver import driver_for
from console.ssh.gate import Gate, Limits
from console.ssh.screen import APOLOGY, Screen
from console.ssh.server import House, Rules, Server
from console.ssh.terminal import Terminal

from .conftest import Served, ssh_command

NOW = datetime(2026, 11, 30, tzinfo=UTC)


class Fragile(App):
    """Says what was typed last, and breaks when an x is."""

    def __init__(self, terminal):
        super().__init__()
        self.driver_class = driver_for(terminal)

    def compose(self):
        yield Static("ready", id="said", markup=False)

    def on_key(self, event):
        if event.key == "x":
            raise RuntimeError("x")
        self.query_one("#said", Static).update(f"typed {event.key}")

    def _fatal_error(self):
        self._close_messages_no_wait()


@pytest.fixture
async def fragile():
    """A server in this process whose screens break, and what comes in."""
    mine = asyncssh.generate_private_key("ssh-ed25519")
    data = mine.export_public_key().decode().strip()
    known = Credentials(
        Operator("eva", "Eva"), False, "", (PublicKey(mine.get_fingerprint(), "", data),)
    )

    async def credentials(login):
        return known

    async def show(guest, session):
        if session.terminal.size == (66, 20):
            raise ValueError("before the first frame")
        screen = Screen(session.terminal, Fragile)
        session.closed = screen.hung_up
        return await screen.run()

    async def command(guest, session, words):
        raise ValueError(words)

    host = asyncssh.generate_private_key("ssh-ed25519")
    house = House(credentials, lambda block: None, lambda: NOW, show, command)
    server = Server(house, Rules("127.0.0.1", 0, [host]), Gate(Limits()), None)
    port = asyncio.get_running_loop().create_future()
    serving = asyncio.ensure_future(server.run(port.set_result))
    options = {"client_keys": [mine], "known_hosts": None, "config": None, "agent_path": None}
    async with asyncssh.connect("127.0.0.1", await port, username="eva", **options) as connection:
        yield connection
    serving.cancel()
    await asyncio.wait((serving,))


class Client:
    """A session of an asyncssh client; all it has been sent."""

    def __init__(self, process):
        self.process = process
        self.seen = ""

    @classmethod
    async def of(cls, connection, size=(80, 24)):
        return cls(await connection.create_process(term_type="xterm", term_size=size))

    async def until(self, wanted, seconds=15):
        async with asyncio.timeout(seconds):
            while not re.search(wanted, self.seen):
                more = await self.process.stdout.read(65536)
                assert more, self.seen
                self.seen += more


async def test_a_crash_ends_that_session_with_an_apology_and_no_other(fragile):
    other, broken = await Client.of(fragile), await Client.of(fragile)
    await other.until("ready")
    await broken.until("ready")
    broken.process.stdin.write("x")
    await broken.until(re.escape(APOLOGY[:40]))
    await broken.process.wait()
    assert broken.process.exit_status == 1
    assert "\x1b[?1049l" in broken.seen
    other.process.stdin.write("y")
    await other.until("typed.*y")


async def test_what_breaks_before_the_first_frame(fragile):
    process = await fragile.create_process(term_type="xterm", term_size=(66, 20))
    assert APOLOGY[:20] in await process.stderr.read()
    await process.wait()
    assert process.exit_status == 1
    refused = await fragile.run("anything")
    assert refused.exit_status == 1
    assert APOLOGY[:20] in refused.stderr


async def test_a_storm_of_sizes_ends_with_the_last(fragile):
    client = await Client.of(fragile)
    await client.until("ready")
    for number in range(500):
        client.process.change_terminal_size(20 + number % 300, 5 + number % 90)
    client.process.change_terminal_size(0, 0)
    client.process.change_terminal_size(4_000_000_000, 70_000)
    client.process.change_terminal_size(97, 31)
    await asyncio.sleep(0.5)
    client.process.stdin.write("z")
    await client.until("typed.*z")


async def test_any_bytes_may_be_typed(fragile):
    client = await Client.of(fragile)
    await client.until("ready")
    for piece in (b"\xff\xfe\x80", b"\x1b[", b"\x1b[<0;1;1M" * 50, b"\x1b[200~" + b"p" * 9_000):
        client.process.channel.write(piece.decode("latin-1"))
        await asyncio.sleep(0.02)
    client.process.stdin.write("\x1b[201~")
    await asyncio.sleep(0.3)
    client.process.stdin.write("k")
    await client.until("typed.*k")


class Flood(Fragile):
    """Draws all of the screen as often as it can."""

    count = 0

    def on_mount(self):
        self.set_interval(0.005, self.more)

    def more(self):
        Flood.count += 1
        self.query_one("#said", Static).update(f"{Flood.count} " * 400)


async def test_a_client_that_does_not_read_is_sent_no_more_than_256_kb(monkeypatch):
    near, far = socket.socketpair()
    for end in (near, far):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 16_384)
        end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16_384)
    loop = asyncio.get_running_loop()
    sent = []

    class Far(asyncio.Protocol):
        def pause_writing(self):
            terminal.held_up("socket", True)

        def resume_writing(self):
            terminal.held_up("socket", False)

    transport, _ = await loop.create_connection(Far, sock=far)

    def send(data):
        sent.append(len(data))
        transport.write(data)

    terminal = Terminal(send, (120, 40))
    screen = Screen(terminal, Flood)
    running = asyncio.ensure_future(screen.run())
    await asyncio.sleep(3)
    assert sum(sent) < 256_000
    assert transport.get_write_buffer_size() < 256_000
    before = Flood.count
    near.setblocking(False)
    seen = b""
    async with asyncio.timeout(10):
        # What it sees then is not what has waited, but how it is now.
        while str(before).encode() not in seen and str(before + 1).encode() not in seen:
            seen = (seen + await loop.sock_recv(near, 65536))[-200_000:]
            before = max(before, Flood.count - 3)
    screen.hung_up()
    await running
    transport.abort()
    near.close()


@pytest.fixture
def demo(home, processes):
    """A desk that serves an invented day, many times as fast."""
    return Served(processes("serve", "--demo", "--port", "0", "--speed", "20"), home)


def resident(process):
    """What a process has of the machine's memory, kB."""
    with open(f"/proc/{process.pid}/status", encoding="ascii") as status:
        return int(re.search(r"VmRSS:\s+(\d+)", status.read())[1])


@pytest.mark.servers
def test_a_stopped_client_costs_nothing_and_sees_the_last_frame_when_it_goes_on(
    demo, hotline, key, monkeypatch
):
    mine = key("eva")
    monkeypatch.setenv("HOTLINE_DATABASE", re.search(r"stored in (\S+)", "".join(demo.lines))[1])
    hotline("users", "key", "add", "eva", f"{mine}.pub")
    ends = []
    clients = []
    for _ in range(2):
        ours, theirs = pty.openpty()
        clients.append(
            subprocess.Popen(
                ssh_command(demo, "eva", mine, "-tt"),
                stdin=theirs,
                stdout=theirs,
                stderr=theirs,
                env={**os.environ, "TERM": "xterm-256color"},
            )
        )
        os.close(theirs)
        ends.append(ours)
    try:
        for end in ends:
            until(end, b"help")
        before = resident(demo.process)
        clients[0].send_signal(signal.SIGSTOP)
        seen = 0
        give_up = time.monotonic() + 8
        while time.monotonic() < give_up:
            seen += len(until(ends[1], b"", 0.5))
        assert seen > 20_000
        assert resident(demo.process) - before < 30_000
        clients[0].send_signal(signal.SIGCONT)
        os.write(ends[0], b"3")
        until(ends[0], b"JOURNAL")
    finally:
        for client, end in zip(clients, ends, strict=True):
            client.send_signal(signal.SIGCONT)
            client.kill()
            client.wait()
            os.close(end)
    # The line of a killed client is down at once.
    give_up = time.monotonic() + 5
    while len(re.findall("eva has left", demo.log)) < 2:
        assert time.monotonic() < give_up, demo.log
        time.sleep(0.05)


def until(end, wanted, seconds=20.0):
    """Read a terminal until it shows something, or for so long; what came."""
    seen = b""
    give_up = time.monotonic() + seconds
    while not wanted or wanted not in seen:
        left = give_up - time.monotonic()
        if left <= 0:
            assert not wanted, seen[-2000:]
            break
        if select.select([end], [], [], min(left, 0.2))[0]:
            seen += os.read(end, 65536)
    return seen


@pytest.mark.servers
def test_a_desk_that_ends_tells_everybody_and_they_can_come_again(admitted, tmux, serve):
    served, mine = admitted
    tmux.run(ssh_command(served, "eva", mine))
    tmux.until("LIVE CALLS")
    served.process.terminate()
    tmux.until("The desk is closing")
    assert served.process.wait(20) == 0
    again = serve()
    tmux("kill-server")
    tmux.run(ssh_command(again, "eva", mine))
    tmux.until("LIVE CALLS")


@pytest.mark.servers
def test_ten_thousand_strangers_are_bounded(admitted, hotline):
    served, _ = admitted

    async def knock():
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
            writer.write(b"SSH-2.0-x\r\n")
            async with asyncio.timeout(5):
                await reader.read(8)
            writer.close()
        except (OSError, TimeoutError):
            pass

    async def storm():
        for _ in range(100):
            await asyncio.gather(*(knock() for _ in range(100)))

    async def wrong():
        for _ in range(5):
            with pytest.raises(asyncssh.PermissionDenied):
                await asyncssh.connect(
                    "127.0.0.1",
                    served.port,
                    username="root",
                    client_keys=[asyncssh.generate_private_key("ssh-ed25519")],
                    known_hosts=None,
                    config=None,
                    agent_path=None,
                )

    asyncio.run(wrong())
    before, used = resident(served.process), cpu(served.process)
    asyncio.run(storm())
    assert resident(served.process) - before < 20_000
    print(f"10,000 strangers: {cpu(served.process) - used:.1f} s of the desk")
    assert cpu(served.process) - used < 30
    hotline("users", "unblock", "127.0.0.1")
    assert len(served.log) < 5_000_000


def cpu(process):
    """The seconds of a processor that a process has used."""
    with open(f"/proc/{process.pid}/stat", encoding="ascii") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
