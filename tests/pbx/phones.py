"""Callers from outside and the outside itself, played by sipp."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .server import WITH_US

SIPP = Path(__file__).with_name("sipp")


class SippFailed(Exception):
    """sipp saw another call than its scenario describes."""


@dataclass
class Sipp:
    """One running sipp."""

    name: str
    process: asyncio.subprocess.Process
    folder: tempfile.TemporaryDirectory[str]
    done: bool = field(default=False)

    async def over(self, seconds: float = 20.0) -> None:
        """Waits until its calls have ended as its scenario says."""
        async with asyncio.timeout(seconds):
            code = await self.process.wait()
        if code != 0:
            raise SippFailed(f"{self.name} ended with {code}:\n{self.trace()[-4000:]}")

    def trace(self) -> str:
        """What it has to say about what went wrong."""
        folder = Path(self.folder.name)
        paths = [*sorted(folder.glob("*.log")), folder / "stdout"]
        return "\n".join(p.read_text(errors="replace") for p in paths if p.exists())

    async def stop(self) -> None:
        """Ends it, and whatever it left."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        await self.process.wait()
        self.folder.cleanup()


async def sipp(
    name: str,
    *,
    port: int,
    to_port: int | None,
    fill: dict[str, bytes],
    arguments: tuple[str, ...],
    lines: Sequence[object] = (),
    traced: bool = True,
) -> Sipp:
    """Starts sipp with a scenario from sipp/, its @NAME@ marks replaced by these bytes.

    lines: one for each call, which finds it in [field0]. traced: every message is written down.
    """
    text = (SIPP / f"{name}.xml").read_bytes()
    for mark, value in fill.items():
        text = text.replace(b"@" + mark.encode() + b"@", value)
    if left := re.search(rb"@[A-Z_]+@", text):
        raise SippFailed(f"{name}.xml: {left.group().decode()} was not given")
    folder = tempfile.TemporaryDirectory(prefix="hotline-sipp-")
    scenario = Path(folder.name) / f"{name}.xml"
    scenario.write_bytes(text)
    if lines:
        injected = Path(folder.name) / "lines.csv"
        injected.write_text("\n".join(["SEQUENTIAL", *map(str, lines)]) + "\n")
        arguments = (*arguments, "-inf", str(injected))
    target = ("127.0.0.1" if to_port is None else f"127.0.0.1:{to_port}",)
    with (Path(folder.name) / "stdout").open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *WITH_US, "sipp", *target, "-sf", str(scenario), "-i", "127.0.0.1", "-mi", "127.0.0.1",
            "-ci", "127.0.0.1", "-p", str(port), "-nostdin", "-trace_err",
            *(("-trace_msg",) if traced else ()), *arguments,
            stdin=asyncio.subprocess.DEVNULL, stdout=output, stderr=asyncio.subprocess.STDOUT,
            cwd=folder.name, start_new_session=True,
        )  # fmt: skip
    return Sipp(name, process, folder)


def milliseconds(seconds: float) -> bytes:
    """For a pause in a scenario."""
    return str(round(seconds * 1000)).encode()


def quoted(text: str | bytes) -> bytes:
    """Text for a scenario's CDATA: what sipp would take for a keyword is spelled as hex."""
    raw = text.encode() if isinstance(text, str) else text
    return raw.replace(b"[", b"\\x5b")
