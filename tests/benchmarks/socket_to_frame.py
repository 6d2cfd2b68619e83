"""From event bytes at the PBX's socket to the changed frame at the terminal; it prints a row.

    python -m tests.benchmarks.socket_to_frame [CALLS]

The real `hotline` runs in a terminal of 120 x 40 (a pty) and listens to a small server that plays a
recorded call over and over, each time with new ids and another caller. The clock runs from before
the bytes are written until the terminal was given the row with that caller's number. Goal: 10 ms
for 99 of 100.
"""

from __future__ import annotations

import base64
import fcntl
import functools
import importlib
import json
import os
import pty
import random
import re
import select
import signal
import socket
import statistics
import struct
import sys
import tempfile
import termios
import threading
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

CHECKOUT = Path(__file__).parents[2]
RECORDING = CHECKOUT / "tests" / "recordings" / "abandoned.jsonl"
MARKED = "--marked"  # run the console, and write down when it came by each of STAGES
MARKS = "marks.json"
STAGES = {
    "read": "the bytes were read from the socket",
    "heard": "the dialect has made events of them",
    "published": "the board and the desk have made a picture",
    "told": "Textual has brought the message to the app",
    "shown": "the widgets have taken the picture",
    "drawn": "Textual has waited for its frame, and begins to compose",
    "written": "the frame is composed and given to the driver",
    "seen": "the other end of the terminal has read it",
}
CALLS = 300
PAUSE = (0.12, 0.28)  # seconds between calls; longer than it takes to be drawn, never in step
WARM = 10  # calls before it counts
PATIENCE = 20.0
GOAL = 10.0  # ms
ROWS, COLUMNS = 40, 120
CONFIGURATION = """database = "hotline.db"
[site]
name = "Bench"
region = "DE"
area_code = "30"
[log]
file = "hotline.log"
[[feeds]]
host = "127.0.0.1"
port = {port}
user = "hotline"
secret = "not a secret"
trunk_contexts = ["from-trunk"]
internal_contexts = ["from-internal"]
"""


class Played:
    """The bytes of one call: until it rings, and from then on."""

    def __init__(self) -> None:
        lines = [json.loads(line) for line in RECORDING.open()]
        said = [base64.b64decode(line["b64"]) for line in lines if line["dir"] == "in"]
        begin = next(n for n, data in enumerate(said) if b"Event: Newchannel" in data)
        end = next(n for n, data in enumerate(said) if b"Event: HangupRequest" in data)
        self.rings = b"".join(said[begin:end])
        self.ends = b"".join(data for data in said[end:] if b"Response: " not in data)

    @staticmethod
    def call(data: bytes, n: int) -> bytes:
        """The same for the n-th call: other ids, another caller."""

        def id(found: re.Match[bytes]) -> bytes:
            return b"%s.%d" % (found[1], n * 100 + int(found[2]))

        def channel(found: re.Match[bytes]) -> bytes:
            return b"-%08x" % (n * 100 + int(found[1], 16))

        data = re.sub(rb"\b(\d{10})\.(\d+)", id, data)
        data = re.sub(rb"-(0000[0-9a-f]{4})\b", channel, data)
        return data.replace(b"1701234567", b"170%07d" % (4000000 + n))

    @staticmethod
    def shown(n: int) -> bytes:
        """How the caller's number stands on the screen."""
        return b"+49 170 %07d" % (4000000 + n)


class Pbx:
    """As much of an Asterisk as a login needs: one connection, empty lists."""

    def __init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self._one_at_a_time = threading.Lock()
        self._none_lives = threading.Event()
        self._none_lives.set()
        self.ready = threading.Event()
        self._connection: socket.socket | None = None
        threading.Thread(target=self._serve, daemon=True).start()

    def say(self, data: bytes, *, lives: bool) -> None:
        """Events; `lives`: whether there is a call after them."""
        if lives:
            self._none_lives.clear()
        assert self._connection is not None
        with self._one_at_a_time:
            self._connection.sendall(data)
        if not lives:
            self._none_lives.set()

    def _serve(self) -> None:
        self._connection, _ = self._listening.accept()
        self._connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._connection.sendall(b"Asterisk Call Manager/11.0.0\r\n")
        pending = b""
        while data := self._connection.recv(65536):
            *actions, pending = (pending + data).split(b"\r\n\r\n")
            for action in actions:
                self._answer(dict(line.split(b": ", 1) for line in action.split(b"\r\n")))

    def _answer(self, action: dict[bytes, bytes]) -> None:
        name, id = action[b"Action"], action[b"ActionID"]
        said = b"Response: Success\r\nActionID: %s\r\n\r\n" % id
        if name in (b"CoreShowChannels", b"Status", b"QueueStatus"):
            # The lists are empty, so they may only be told while that is true.
            self._none_lives.wait()
            said += b"Event: %sComplete\r\nActionID: %s\r\n\r\n" % (name, id)
        assert self._connection is not None
        with self._one_at_a_time:
            self._connection.sendall(said)
        if name == b"QueueStatus":
            self.ready.set()


class Terminal:
    """The real console in a pty."""

    def __init__(self, folder: Path) -> None:
        self._pid, self._end = pty.fork()
        if self._pid == 0:
            os.chdir(folder)
            os.environ.update(TERM="xterm-256color", COLORTERM="truecolor")
            os.environ["PYTHONPATH"] = str(CHECKOUT)
            os.execv(sys.executable, [sys.executable, "-m", __spec__.name, MARKED])
        fcntl.ioctl(self._end, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))

    def until(self, words: bytes) -> float:
        """The moment at which the terminal had been given these words."""
        seen, give_up = b"", perf_counter() + PATIENCE
        while words not in seen:
            ready, _, _ = select.select([self._end], [], [], max(0.0, give_up - perf_counter()))
            try:
                data = os.read(self._end, 1 << 16) if ready else b""
            except OSError:  # nobody has the other end any more
                data = b""
            if not data:
                raise SystemExit(f"the terminal never showed {words!r}: {seen[-2000:]!r}")
            seen += data
        return perf_counter()

    def read_for(self, seconds: float) -> None:
        """Read, and forget it."""
        until = perf_counter() + seconds
        while (left := until - perf_counter()) > 0:
            if select.select([self._end], [], [], left)[0]:
                os.read(self._end, 1 << 16)

    def close(self) -> None:
        """End it."""
        os.kill(self._pid, signal.SIGTERM)
        give_up = perf_counter() + PATIENCE
        while os.waitpid(self._pid, os.WNOHANG)[0] == 0:
            if perf_counter() > give_up:
                os.kill(self._pid, signal.SIGKILL)
            try:
                self.read_for(0.05)
            except OSError:  # the other end is closed
                os.waitpid(self._pid, 0)
                break
        os.close(self._end)


@dataclass
class Call:
    """The moments of one call, by stage; of perf_counter, which all processes here share."""

    begun: float
    moments: dict[str, float]


def measure(calls: int) -> list[Call]:
    """Play so many calls."""
    played, pbx, done = Played(), Pbx(), []
    with tempfile.TemporaryDirectory(prefix="hotline-bench-") as name:
        folder = Path(name)
        (folder / "config.toml").write_text(CONFIGURATION.format(port=pbx.port))
        terminal = Terminal(folder)
        try:
            terminal.until(b"The PBX is connected")
            for n in range(1, calls + WARM + 1):
                rings, ends = played.call(played.rings, n), played.call(played.ends, n)
                begun = perf_counter()
                pbx.say(rings, lives=True)
                done.append(Call(begun, {"seen": terminal.until(played.shown(n))}))
                terminal.read_for(0.03)
                pbx.say(ends, lives=False)
                terminal.read_for(random.uniform(*PAUSE))
        finally:
            terminal.close()
        marks = json.loads((folder / MARKS).read_text())
    for call in done:
        since = call.begun
        for stage in STAGES:
            if stage != "seen":
                since = min((at for at in marks[stage] if at >= since), default=since)
                call.moments[stage] = since
    return done[WARM:]


def marked() -> None:
    """The console, its stages marked."""
    # First, as it is in the console: it tells Textual how often to draw.
    importlib.import_module("console.tui")

    from textual.app import App
    from textual.drivers.linux_driver import LinuxDriver

    from console.__main__ import main
    from console.desk.desk import Desk
    from console.feeds.ami import AmiFeed
    from console.tui.app import HotlineApp

    marks: dict[str, list[float]] = {stage: [] for stage in STAGES}

    def mark(owner: type, name: str, before: str | None, after: str | None = None) -> None:
        inner = getattr(owner, name)

        @functools.wraps(inner)
        def outer(*args: Any, **settings: Any) -> Any:
            if before:
                marks[before].append(perf_counter())
            try:
                return inner(*args, **settings)
            finally:
                if after:
                    marks[after].append(perf_counter())

        setattr(owner, name, outer)

    mark(AmiFeed, "receive", "read")
    mark(Desk, "hear", "heard")
    mark(Desk, "_publish", None, "published")
    mark(HotlineApp, "on_desk_changed", "told", "shown")
    mark(App, "_display", "drawn")
    mark(LinuxDriver, "write", None, "written")
    sys.argv = ["hotline", "--config", "config.toml", "--as", "eva"]
    try:
        main()
    finally:
        Path(MARKS).write_text(json.dumps(marks))


def at(share: float, values: list[float]) -> float:
    """The value that this share of all do not exceed."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def report(calls: list[Call]) -> list[str]:
    """A row of the table, and where the time went if the goal was missed."""
    took = [(call.moments["seen"] - call.begun) * 1000 for call in calls]
    p50, p99 = statistics.median(took), at(0.99, took)
    verdict = "met" if p99 <= GOAL else "missed"
    lines = [
        f"event at the socket to changed frame   p50 {p50:.1f} ms, p99 {p99:.1f} ms, "
        f"most {max(took):.1f} ms over {len(took)} calls (goal p99 {GOAL:.0f} ms: {verdict})"
    ]
    if p99 > GOAL:
        slowest = sorted(calls, key=lambda call: call.moments["seen"] - call.begun)
        slowest = slowest[-max(1, len(calls) // 20) :]
        lines.append(
            "    until                                              p50     p99   slowest 5 %"
        )
        before = "begun"
        for stage, words in STAGES.items():
            spans = [
                [
                    (call.moments[stage] - call.moments.get(before, call.begun)) * 1000
                    for call in some
                ]
                for some in (calls, slowest)
            ]
            lines.append(
                f"    {words:<55}{statistics.median(spans[0]):5.1f}   {at(0.99, spans[0]):5.1f}"
                f"   {statistics.mean(spans[1]):5.1f} ms"
            )
            before = stage
    return lines


if __name__ == "__main__":
    if sys.argv[1:] == [MARKED]:
        marked()
    else:
        print(*report(measure(int(sys.argv[1]) if len(sys.argv) > 1 else CALLS)), sep="\n")
