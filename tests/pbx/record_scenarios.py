"""Records every scenario as the least-privilege AMI user sees it.

python -m tests.pbx.record_scenarios [NAME...]      into tests/recordings/NAME.jsonl
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import re
import secrets
import sys
import time
from pathlib import Path
from typing import TextIO

from .bench import Bench
from .scenarios import SCENARIOS
from .server import why_not

RECORDINGS = Path(__file__).parents[1] / "recordings"
EVENTS = "call,cdr,agent,user,system"
BOOTED = b"Event: FullyBooted\r\nPrivilege: system,all\r\n"
PING_EVERY = 2.0
SETTLE = 0.6  # after the last call: what belongs to it still comes


class Recorder:
    """An AMI session that writes down every byte, and comes back when it is cut off."""

    def __init__(self, bench: Bench, file: TextIO) -> None:
        self.bench, self.file = bench, file
        self.synced = asyncio.Event()
        self._writer: asyncio.StreamWriter | None = None

    def note(self, text: str) -> None:
        """A remark between the bytes."""
        self._line({"dir": "note", "text": text})

    async def run(self) -> None:
        """Records until it is cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._ping())
            first = True
            while True:
                try:
                    reader, writer = await asyncio.open_connection("127.0.0.1", self.bench.port)
                    data = await reader.read(65536)
                except OSError:
                    data = b""
                if not data:  # the cable is cut, or Asterisk is down
                    await asyncio.sleep(0.05)
                    continue
                if not first:
                    self.note("back")
                first = False
                self._writer = writer
                try:
                    self._bytes(data)
                    self._greet()
                    await self._listen(reader)
                finally:
                    self.synced.clear()
                    writer.close()
                    self._writer = None
                self.note("lost")

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        seen = b""
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                self._bytes(data)
                if not self.synced.is_set():
                    seen += data
                    if b"Event: QueueStatusComplete" in seen:
                        self.synced.set()
                # Asterisk lets one log in while it boots: what it said until now was not all. The
                # real event has a Privilege; a forged one that were obeyed would be in the answer
                # again, and so for ever.
                if BOOTED in data and b"Authentication accepted" not in data:
                    self._resync()

    def _greet(self) -> None:
        login = {"Username": self.bench.user, "Secret": self.bench.secret, "Events": EVENTS}
        self._send("Login", **login)
        self._resync()

    def _resync(self) -> None:
        for action in ("CoreShowChannels", "Status", "QueueStatus"):
            self._send(action)

    def _send(self, action: str, **headers: str) -> None:
        assert self._writer is not None
        lines = [f"Action: {action}", f"ActionID: {secrets.token_hex(8)}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        data = ("\r\n".join(lines) + "\r\n\r\n").encode()
        self._writer.write(data)
        masked = re.sub(rb"Secret: [^\r]*", b"Secret: ********", data)
        self._line({"dir": "out", "b64": base64.b64encode(masked).decode()})

    def _bytes(self, data: bytes) -> None:
        self._line({"dir": "in", "b64": base64.b64encode(data).decode()})

    def _line(self, what: dict[str, str]) -> None:
        self.file.write(json.dumps({"t": round(time.time(), 3)} | what) + "\n")
        self.file.flush()

    async def _ping(self) -> None:
        while True:
            await asyncio.sleep(PING_EVERY)
            if self.synced.is_set():
                self._send("Ping")


async def record(bench: Bench, name: str, version: str) -> float:
    """Records one scenario on a running bench and returns how long its story took."""
    scenario = SCENARIOS[name]
    path = RECORDINGS / f"{name}.jsonl"
    part = path.with_suffix(".part")
    with part.open("w") as file:
        recorder = Recorder(bench, file)
        recorder.note(f"scenario {name}: {scenario.sentence} {version}")
        recording = asyncio.create_task(recorder.run())
        try:
            async with asyncio.timeout(5):
                await recorder.synced.wait()
            began = time.monotonic()
            await scenario.story(bench)
            took = time.monotonic() - began
            await asyncio.sleep(SETTLE)
            async with asyncio.timeout(5):
                await recorder.synced.wait()
            await asyncio.sleep(SETTLE)
            recorder.note(f"scenario {name}: expected {json.dumps(scenario.expected)}")
        finally:
            recording.cancel()
            await asyncio.gather(recording, return_exceptions=True)
            await bench.clear()
    part.rename(path)
    return took


async def main(names: list[str]) -> int:
    """Records these scenarios, or all."""
    if reason := why_not():
        print(reason, file=sys.stderr)
        return 1
    if unknown := [name for name in names if name not in SCENARIOS]:
        print(f"no such scenario: {', '.join(unknown)}", file=sys.stderr)
        return 1
    RECORDINGS.mkdir(exist_ok=True)
    bench = Bench()
    failed = 0
    try:
        await bench.start()
        version = (await bench.cli("core show version")).split("+dfsg")[0].split(" built")[0]
        for name in names or SCENARIOS:
            try:
                took = await record(bench, name, version)
                print(f"{name:40s} {took:5.1f} s", flush=True)
            except Exception as error:
                failed += 1
                print(f"{name:40s} FAILED: {error!r}", flush=True)
    finally:
        await bench.stop()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1:])))
