"""One session's way to the desk: it stamps who asks."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from console.desk.commands import Answer, Command
from console.desk.contacts import SyncProgress
from console.desk.operators import Operator
from console.desk.snapshot import Present, Snapshot

if TYPE_CHECKING:
    from console.desk.desk import Desk


LOCAL = "local"  # the origin of who sits at this machine


class DeskDoor:
    """Implements the Door port for one operator; `origin` is where that one sits."""

    def __init__(
        self, desk: "Desk", operator: Operator, origin: str, session: int, now: datetime
    ) -> None:
        self._desk = desk
        self._operator = operator
        self._origin = origin
        self._end: Callable[[str], None] | None = None
        self.present = Present(operator.login, operator.name, session, now, origin, now)
        self._seen: tuple[Snapshot, Snapshot] | None = None

    @property
    def operator(self) -> Operator:
        """Who sits at this door."""
        return self._operator

    @property
    def local(self) -> bool:
        """Whether that one sits at the desk's machine, whose files are then at hand."""
        return self._origin == LOCAL

    @property
    def snapshot(self) -> Snapshot:
        """The latest picture, without what other operators' own sources are doing."""
        whole = self._desk.snapshot
        if all(self._may_see(sync) for sync in whole.syncs):
            return whole
        if self._seen is None or self._seen[0] is not whole:
            mine = tuple(sync for sync in whole.syncs if self._may_see(sync))
            self._seen = whole, replace(whole, syncs=mine)
        return self._seen[1]

    def _may_see(self, sync: SyncProgress) -> bool:
        return sync.owner in ("", self._operator.login)

    async def do(self, command: Command) -> Answer:
        """Done after it is stored, or Refused."""
        return await self._desk.do(command, self._operator, self._origin)

    async def ask(self, query: Any) -> Any:
        """The answer; typed by the overloads of the Queries port."""
        if hasattr(query, "viewer"):
            # Whoever asks sees what is everybody's, and what is their own.
            query = replace(query, viewer=self._operator.login)
        return await self._desk.ask(query, self._operator, self._origin)

    def keyed(self) -> None:
        """Somebody pressed a key here; costs next to nothing."""
        self.present = replace(self.present, key_at=self._desk.keyed())

    def looks_at(self, screen: str, call: str | None) -> None:
        """What is on the screen, for colleagues to see."""
        if (screen, call) != (self.present.screen, self.present.call):
            self.present = replace(self.present, screen=screen, call=call)
            self._desk.moved()

    def ending(self, end: Callable[[str], None]) -> None:
        """Call `end` with a sentence when this session is to end."""
        self._end = end

    def end(self, why: str) -> None:
        """This session is to end."""
        if self._end is not None:
            self._end(why)

    def becomes(self, operator: Operator) -> None:
        """The person has another name, other rights or phones from now on."""
        self._operator = operator
        self.present = replace(self.present, name=operator.name)

    def watch(self, changed: Callable[[], None]) -> Callable[[], None]:
        """Call `changed` on the loop after each new snapshot; returns what ends that."""
        return self._desk.watch(changed)

    def close(self) -> None:
        """The session has ended."""
        self._desk.leave(self)
