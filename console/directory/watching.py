"""Tells which sources' files have changed, by a process of its own (watch_process.py)."""

import asyncio
import json
import logging
from collections.abc import Callable, Mapping

from console.calls.text import clean
from console.directory.child import child

log = logging.getLogger(__name__)

_MODULE = "console.directory.watch_process"
# Seconds until the process is started again that has ended.
AGAIN = 5.0
# How often the process looks whether a folder or single file is still the same.
LOOK = 1.0


class FileWatch:
    """Watches paths by id while it runs; `touched` gets the ids that may have changed.

    First all of them, as soon as they are watched.
    """

    def __init__(self, touched: Callable[[set[int]], None]) -> None:
        self._touched = touched
        self._paths: dict[int, str] = {}
        self._others = asyncio.Event()

    def watch(self, paths: Mapping[int, str]) -> None:
        """Watch these from now on, and no others."""
        if self._paths != paths:
            self._paths = dict(paths)
            self._others.set()

    async def run(self) -> None:
        """Watch until cancelled."""
        while True:
            self._others.clear()
            async with asyncio.TaskGroup() as tasks:
                looking = tasks.create_task(self._look_after(self._paths), name="watching files")
                await self._others.wait()
                looking.cancel()

    async def _look_after(self, paths: Mapping[int, str]) -> None:
        while paths:
            try:
                await self._listen(paths)
            except OSError as error:
                log.warning("the files of contact sources can't be watched: %s", error)
            await asyncio.sleep(AGAIN)

    async def _listen(self, paths: Mapping[int, str]) -> None:
        asked = json.dumps({"look": LOOK, "paths": list(paths.items())})
        async with child(_MODULE, asked.encode() + b"\n") as process:
            assert process.stdout is not None
            async for line in process.stdout:
                try:
                    told = json.loads(line)
                except ValueError:
                    return
                if isinstance(told, list):
                    self._touched(set(told))
                else:
                    log.warning("folders are looked through every few seconds: %s", clean(told))
