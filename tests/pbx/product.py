"""The product as its users run it: the `hotline --no-screen` process, to be started and killed."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from console.back_door import LONGEST_LINE, place

from .bench import Bench
from .server import CHECKOUT, WITH_US

READY = b"listening"


class ProductBroken(Exception):
    """The process did not do what was expected of it."""


def configuration(pbx: Bench) -> str:
    """What the process is configured with: the bench as its PBX."""
    return f"""database = "hotline.db"
[site]
name = "Bench"
region = "DE"
area_code = "30"
time_zone = "Europe/Berlin"
[log]
file = "hotline.log"
[[feeds]]
name = "Asterisk"
host = "127.0.0.1"
port = {pbx.port}
user = "{pbx.user}"
secret = "{pbx.secret}"
trunk_contexts = ["from-trunk"]
internal_contexts = ["from-internal"]
"""


class Product:
    """One configuration and database, and at most one process that works on them."""

    def __init__(self, pbx: Bench, folder: Path) -> None:
        self.folder = folder
        self.database = folder / "hotline.db"
        self.file = folder / "config.toml"
        self.file.write_text(configuration(pbx))
        self.process: asyncio.subprocess.Process | None = None
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith("HOTLINE_")}
        self.environment |= {"HOTLINE_CONFIG": str(self.file), "PYTHONPATH": str(CHECKOUT)}

    async def start(self, seconds: float = 60.0) -> None:
        """Start the process; returns when it listens."""
        self.process = await self._run("--as", "eva", "--no-screen")
        assert self.process.stderr is not None
        said = b""
        try:
            async with asyncio.timeout(seconds):
                while not said.startswith(READY):
                    said = await self.process.stderr.readline()
                    if not said:
                        raise ProductBroken(f"it ended while starting:\n{self.log()}")
        except TimeoutError:
            self.kill()
            raise ProductBroken(f"it did not start within {seconds} s:\n{self.log()}") from None

    def kill(self) -> None:
        """kill -9."""
        if self.process is not None and self.process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)

    async def gone(self) -> None:
        """Return when the process is no more."""
        if self.process is not None:
            await self.process.wait()
            self.process = None

    async def stop(self) -> None:
        """End it as a service manager does, within some seconds."""
        if self.process is not None and self.process.returncode is None:
            self.process.terminate()
            try:
                async with asyncio.timeout(20):
                    await self.process.wait()
            except TimeoutError:
                self.kill()
                await self.gone()
                raise ProductBroken("SIGTERM did not end it within 20 s") from None
        await self.gone()

    async def calls(self) -> list[dict[str, Any]]:
        """What `hotline calls --json` prints."""
        return [json.loads(line) for line in (await self.output("calls", "--json")).splitlines()]

    async def status(self) -> dict[str, Any]:
        """What `hotline status --json` prints."""
        told: dict[str, Any] = json.loads(await self.output("status", "--json"))
        return told

    async def output(self, *arguments: str) -> bytes:
        """What another command prints, while the process runs or not."""
        process = await self._run(*arguments)
        out, err = await process.communicate()
        if process.returncode != 0:
            raise ProductBroken(f"hotline {' '.join(arguments)}: {err.decode()}")
        return out

    def log(self) -> str:
        """What the processes logged, all of them."""
        file = self.folder / "hotline.log"
        return file.read_text(errors="replace") if file.exists() else "(no log)"

    @contextlib.asynccontextmanager
    async def back_door(self) -> AsyncIterator[BackDoor]:
        """The running desk's socket; raises OSError if nobody keeps it."""
        reader, writer = await asyncio.open_unix_connection(
            str(place(self.database)), limit=LONGEST_LINE
        )
        try:
            yield BackDoor(reader, writer)
        finally:
            writer.close()

    async def _run(self, *arguments: str) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            *WITH_US,
            sys.executable,
            "-m",
            "console",
            *arguments,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            cwd=self.folder,
            env=self.environment,
            start_new_session=True,
        )


class BackDoor:
    """What the desk shows, as often as wanted."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def snapshot(self) -> dict[str, Any]:
        """The picture as JSON; raises OSError when the desk is gone."""
        self._writer.write(b'{"ask": "snapshot"}\n')
        await self._writer.drain()
        if not (line := await self._reader.readline()):
            raise ConnectionResetError("the desk is gone")
        shown: dict[str, Any] = json.loads(line)["snapshot"]
        return shown


@contextlib.asynccontextmanager
async def product(pbx: Bench, folder: Path) -> AsyncIterator[Product]:
    """The running product; whatever happens, it does not outlive the block."""
    one = Product(pbx, folder)
    try:
        await one.start()
        yield one
    finally:
        one.kill()
        await one.gone()
