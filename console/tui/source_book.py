"""The contact sources as one session sees them, asked for anew only when the directory changed."""

from typing import TYPE_CHECKING

from console.desk.contacts import Sources
from console.settings.sources import ContactSource

if TYPE_CHECKING:
    from console.desk.ports import Door


class SourceBook:
    """What is known of sources by their id; asking may raise StoreFailed."""

    def __init__(self, door: "Door") -> None:
        self._door = door
        self._read = -1
        self._sources: dict[int, ContactSource] = {}

    async def sources(self) -> dict[int, ContactSource]:
        """All that this operator may see."""
        directory = self._door.snapshot.directory
        if directory != self._read:
            states = await self._door.ask(Sources())
            self._sources = {
                state.source.id: state.source for state in states if state.source.id is not None
            }
            self._read = directory
        return self._sources

    async def mine(self) -> frozenset[int]:
        """The sources that only this operator sees."""
        login = self._door.operator.login
        known = await self.sources()
        return frozenset(id for id, source in known.items() if source.owner == login)
