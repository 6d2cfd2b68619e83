"""A door that can be stood at before the desk is there: the first frame waits for no database."""

import asyncio
from collections.abc import Callable
from typing import Any

from console.desk.commands import Answer, Command
from console.desk.operators import Operator
from console.desk.ports import Door
from console.desk.snapshot import Snapshot


class WaitingDoor:
    """Implements the Door port: shows an empty picture, holds questions, until `open`."""

    def __init__(self, operator: Operator, snapshot: Snapshot) -> None:
        self._operator = operator
        self._snapshot = snapshot
        self._door: Door | None = None
        self._opened = asyncio.Event()
        self._looks_at: tuple[str, str | None] = ("", None)
        self._end: Callable[[str], None] | None = None
        self._watchers: dict[object, Callable[[], None]] = {}
        self.watched = asyncio.Event()

    @property
    def operator(self) -> Operator:
        """Who sits at this door; the name and the extensions are known when it is open."""
        return self._door.operator if self._door else self._operator

    @property
    def local(self) -> bool:
        """Whoever waits started the desk, here."""
        return True

    @property
    def snapshot(self) -> Snapshot:
        """The latest picture."""
        return self._door.snapshot if self._door else self._snapshot

    def open(self, door: Door) -> Callable[[], None]:
        """From here on it is this door; returns what ends the watching."""
        self._door = door
        if self._end is not None:
            door.ending(self._end)
        door.looks_at(*self._looks_at)
        self._opened.set()
        self._tell()
        return door.watch(self._tell)

    async def do(self, command: Command) -> Answer:
        """Done after it is stored, or Refused."""
        return await (await self._real()).do(command)

    async def ask(self, query: Any) -> Any:
        """The store's answer; typed by the overloads of the Queries port."""
        return await (await self._real()).ask(query)

    def keyed(self) -> None:
        """Somebody pressed a key here."""
        if self._door:
            self._door.keyed()

    def looks_at(self, screen: str, call: str | None) -> None:
        """What is on the screen."""
        self._looks_at = screen, call
        if self._door:
            self._door.looks_at(screen, call)

    def ending(self, end: Callable[[str], None]) -> None:
        """Call `end` with a sentence when this session is to end."""
        self._end = end
        if self._door:
            self._door.ending(end)

    def watch(self, changed: Callable[[], None]) -> Callable[[], None]:
        """Call `changed` on the loop after each new snapshot; returns what ends that."""
        key = object()
        self._watchers[key] = changed
        self.watched.set()
        return lambda: self._watchers.pop(key, None) and None

    async def _real(self) -> Door:
        await self._opened.wait()
        assert self._door is not None
        return self._door

    def _tell(self) -> None:
        for changed in tuple(self._watchers.values()):
            changed()
