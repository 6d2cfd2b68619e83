"""Many consoles over SSH in one desk: what each costs, and how quick they are; it prints a table.

    python -m tests.benchmarks.remote [SESSIONS ...]        (default: 1 100 200)

The real `hotline serve` runs in another process and listens to a small server that plays a recorded
call over and over; this process is the PBX and all clients (asyncssh, 120 x 40). Times are from
before the bytes are written at the PBX's end until the last of the clients has been sent the row
with that caller's number. "Pauses" are full garbage collections while a call rang.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

import asyncssh

from console.calls.words import Role
from console.desk.accounts import PublicKey
from console.desk.changes import PutKey, PutOperator
from console.desk.operators import Operator
from console.store.database import open_store
from tests.benchmarks.socket_to_frame import CHECKOUT, CONFIGURATION, Pbx, Played, at

SERVE = "--serve"
PAUSES = "pauses.json"
SESSIONS = (1, 100, 200)
PEOPLE = 5
CALLS, KEYS, BURST = 60, 100, 50
PATIENCE = 60.0
GOALS = {1: 5.0, 100: 40.0, 200: 80.0}
SIZE = (120, 40)
NOW = datetime(2026, 11, 30, tzinfo=UTC)


class Seen(asyncssh.SSHClientSession[bytes]):
    """One client: what it waits for, and when that came."""

    def __init__(self) -> None:
        self._tail = b""
        self._wanted = b""
        self._came: asyncio.Future[float] | None = None
        self.bytes = 0

    def connection_made(self, chan: asyncssh.SSHClientChannel[bytes]) -> None:
        self.channel = chan

    def data_received(self, data: bytes, datatype: asyncssh.DataType) -> None:
        self.bytes += len(data)
        if self._came is None:
            return
        self._tail += data
        if self._wanted in self._tail:
            self._came.set_result(perf_counter())
            self._came = None
        self._tail = self._tail[-200_000:]

    def connection_lost(self, exc: Exception | None) -> None:
        if self._came is not None:
            self._came.set_exception(RuntimeError(f"the line broke: {exc}"))
            self._came = None

    def until(self, wanted: bytes) -> asyncio.Future[float]:
        """The moment at which this will have come; any bytes at all with b""."""
        self._wanted, self._tail = wanted, b""
        self._came = asyncio.get_running_loop().create_future()
        return self._came


class Desk:
    """The served desk, and what this process does to it."""

    def __init__(self, folder: Path, pbx: Pbx, port: int, process: subprocess.Popen[bytes]) -> None:
        self.folder, self.pbx, self.port, self.process = folder, pbx, port, process
        self.played = Played()
        self.clients: list[Seen] = []
        self.connections: list[asyncssh.SSHClientConnection] = []
        self.key = asyncssh.read_private_key(folder / "key")
        self._number = 0

    async def connect(self, login: str = "") -> tuple[Seen, float]:
        """One client more; milliseconds from its log-in to its first whole frame."""
        login = login or f"u{len(self.clients) % PEOPLE}"
        connection = await asyncssh.connect(
            "127.0.0.1",
            self.port,
            username=login,
            client_keys=[self.key],
            known_hosts=None,
            config=None,
            agent_path=None,
            compression_algs=None,
            encryption_algs=["aes128-gcm@openssh.com"],
        )
        began = perf_counter()
        _, client = await connection.create_session(
            Seen, term_type="xterm-256color", term_size=SIZE, encoding=None
        )
        frame = client.until(b"help")
        async with asyncio.timeout(PATIENCE):
            took = await frame - began
        self.connections.append(connection)
        self.clients.append(client)
        return client, took * 1000

    async def ring(self) -> float:
        """One call; milliseconds until the last client has its row."""
        self._number += 1
        n = self._number
        rings = self.played.call(self.played.rings, n)
        seen = [client.until(self.played.shown(n)) for client in self.clients]
        began = perf_counter()
        self.pbx.say(rings, lives=True)
        async with asyncio.timeout(PATIENCE):
            last = max(await asyncio.gather(*seen))
        await asyncio.sleep(0.05)
        self.pbx.say(self.played.call(self.played.ends, n), lives=False)
        await asyncio.sleep(random.uniform(0.15, 0.3))
        return (last - began) * 1000

    async def key_pressed(self) -> float:
        """An arrow key at one client; milliseconds until it has been sent something for it."""
        client = random.choice(self.clients)
        came = client.until(b"\x1b[")
        began = perf_counter()
        client.channel.write(random.choice((b"2", b"3", b"1")))
        async with asyncio.timeout(PATIENCE):
            return (await came - began) * 1000

    def memory(self) -> float:
        """Megabytes of the desk that are in memory."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * 4096 / 1e6

    def cpu(self) -> float:
        """Seconds of a processor the desk has used."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def furnish(folder: Path) -> None:
    """Operators with a key."""
    key = asyncssh.generate_private_key("ssh-ed25519")
    key.write_private_key(folder / "key")
    data = key.export_public_key().decode().strip()
    public = PublicKey(key.get_fingerprint(), "ed25519", data)
    store = await open_store(str(folder / "hotline.db"))
    for login in ("eva", "burst", *(f"u{number}" for number in range(PEOPLE))):
        await store.write([PutOperator(Operator(login, login, Role.ADMIN), "x", NOW)])
        await store.write([PutKey(login, public, "x", NOW)])
    await store.close()


async def started(folder: Path, *words: str) -> Desk:
    """A desk that serves, with a PBX of ours."""
    pbx = Pbx()
    await furnish(folder)
    limits = "strangers = 1000\nstrangers_of_one = 1000\nsessions_per_user = 100\n"
    configuration = CONFIGURATION.format(port=pbx.port)
    (folder / "config.toml").write_text(
        f'{configuration}[ssh]\nhost = "127.0.0.1"\nhost_keys = "keys"\n{limits}'
    )
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.benchmarks.remote", SERVE, *words),
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stderr is not None
    while b"ssh -p" not in (line := await process.stderr.readline()):
        if not line:
            raise SystemExit("the desk did not start")
    port = int(line.partition(b"ssh -p ")[2].split()[0])
    await asyncio.to_thread(pbx.ready.wait, PATIENCE)
    return Desk(folder, pbx, port, process)  # type: ignore[arg-type]


async def measure(wanted: list[int]) -> list[str]:
    """The rows of the table."""
    rows: list[str] = []
    with tempfile.TemporaryDirectory(prefix="hotline-bench-") as name:
        desk = await started(Path(name))
        try:
            _, cold = await desk.connect()
            warm = [(await desk.connect())[1] for _ in range(7)]
            rows.append(
                f"log-in to whole frame      cold {cold:.0f} ms (goal 150), "
                f"warm median {statistics.median(warm):.0f} ms (goal 40)"
            )
            for connection in desk.connections[1:]:
                connection.close()
            del desk.connections[1:], desk.clients[1:]
            await asyncio.sleep(2)
            first = desk.memory()
            for count in wanted:
                while len(desk.clients) < count:
                    await desk.connect()
                await asyncio.sleep(2)
                rows += await at_so_many(desk, count, first)
            process = desk.process
            process.terminate()
            await process.wait()  # type: ignore[misc]
            pauses = json.loads((desk.folder / PAUSES).read_text())
            over = [pause for pause in pauses if pause > 10]
            rows.append(
                f"full collections, a call ringing: {len(pauses)}, over 10 ms: {len(over)} (goal 0)"
                + (f", longest {max(pauses):.0f} ms" if pauses else "")
            )
        finally:
            if desk.process.returncode is None:
                desk.process.kill()
    return rows


async def at_so_many(desk: Desk, count: int, first: float) -> list[str]:
    """What is measured with so many sessions."""
    rows = []
    for _ in range(5):
        await desk.ring()
    took = [await desk.ring() for _ in range(CALLS)]
    goal = GOALS.get(count)
    rows.append(
        f"{count:>4} sessions: event to the last client  p50 {statistics.median(took):.1f} ms, "
        f"p99 {at(0.99, took):.1f} ms" + (f" (goal p99 {goal:.0f})" if goal else "")
    )
    if count > 1:
        each = (desk.memory() - first) / (count - 1)
        rows.append(f"{count:>4} sessions: memory {each:.2f} MB each (goal 2)")
        used, began = desk.cpu(), time.monotonic()
        await asyncio.sleep(10)
        share = (desk.cpu() - used) / (time.monotonic() - began) * 100
        rows.append(f"{count:>4} sessions: idle {share:.1f} % of a core (goal 1 at 200)")
    if count == 100:
        keys = [await desk.key_pressed() for _ in range(KEYS)]
        rows.append(
            f"{count:>4} sessions: key to changed bytes, p50 {statistics.median(keys):.1f} ms, "
            f"p99 {at(0.99, keys):.1f} ms (quiet)"
        )
        rows.append(await burst(desk))
    return rows


async def burst(desk: Desk) -> str:
    """So many who come at once, and what the others notice."""
    done = asyncio.Event()
    others: list[float] = []

    async def type_on() -> None:
        while not done.is_set():
            others.append(await desk.key_pressed())
            await asyncio.sleep(0.05)

    before = len(desk.clients)
    residents, desk.clients = desk.clients, list(desk.clients)
    typing = asyncio.ensure_future(type_on())
    began = perf_counter()

    async def come() -> float:
        await desk.connect("burst")
        return perf_counter() - began

    residents_only = desk.clients
    desk.clients = residents
    came = await asyncio.gather(*(come() for _ in range(BURST)))
    done.set()
    await typing
    for connection in desk.connections[before:]:
        connection.close()
    del desk.connections[before:]
    desk.clients = residents_only[:before]
    return (
        f"{BURST} at once: median {statistics.median(came):.1f} s (goal 3), last {max(came):.1f}; "
        f"keys of the others p99 {at(0.99, others):.0f} ms (goal 50)"
    )


def serve() -> None:
    """The desk, which writes down its full collections while a call rings."""
    from console.__main__ import main
    from console.desk.desk import Desk as Real

    pauses: list[float] = []
    desks: list[Real] = []
    began = 0.0
    make = Real.__init__

    def made(self: Real, *given: object, **named: object) -> None:
        make(self, *given, **named)  # type: ignore[arg-type]
        desks.append(self)

    Real.__init__ = made  # type: ignore[method-assign,assignment]

    def collected(phase: str, info: dict[str, int]) -> None:
        nonlocal began
        if info["generation"] < 2:
            return
        if phase == "start":
            began = perf_counter()
        elif desks and desks[0].snapshot.live:
            pauses.append((perf_counter() - began) * 1000)

    gc.callbacks.append(collected)
    sys.argv = ["hotline", "--config", "config.toml", "--as", "eva", "serve", "--port", "0"]
    try:
        main()
    finally:
        Path(PAUSES).write_text(json.dumps(pauses))


if __name__ == "__main__":
    if sys.argv[1:2] == [SERVE]:
        serve()
    else:
        print(*asyncio.run(measure([int(one) for one in sys.argv[1:]] or list(SESSIONS))), sep="\n")
