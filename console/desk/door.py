"""One session's way to the desk: it stamps who asks."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from console.desk.commands import Answer, Command
from console.desk.operators import Operator
from console.desk.snapshot import Snapshot

if TYPE_CHECKING:
    from console.desk.desk import Desk


class DeskDoor:
    """Implements the Door port for one operator."""

    def __init__(self, desk: "Desk", operator: Operator) -> None:
        self._desk = desk
        self._operator = operator

    @property
    def operator(self) -> Operator:
        """Who sits at this door."""
        return self._operator

    @property
    def snapshot(self) -> Snapshot:
        """The latest picture."""
        return self._desk.snapshot

    async def do(self, command: Command) -> Answer:
        """Done after it is stored, or Refused."""
        return await self._desk.do(command, self._operator)

    async def ask(self, query: Any) -> Any:
        """The answer; typed by the overloads of the Queries port."""
        if hasattr(query, "viewer"):
            # Whoever asks sees what is everybody's, and what is their own.
            query = replace(query, viewer=self._operator.login)
        return await self._desk.ask(query, self._operator)

    def watch(self, changed: Callable[[], None]) -> Callable[[], None]:
        """Call `changed` on the loop after each new snapshot; returns what ends that."""
        return self._desk.watch(changed)

    def close(self) -> None:
        """The session has ended."""
        self._desk.leave(self)
