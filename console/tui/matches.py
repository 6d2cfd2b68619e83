"""Who the callers on the screen may be for one operator: asked once per call and directory."""

from datetime import timedelta
from typing import TYPE_CHECKING

from console.calls.words import Direction
from console.desk.contacts import Match, WhoIs
from console.desk.records import CallRecord, Identity
from console.desk.snapshot import Snapshot
from console.tui import legible
from console.tui.acquaintance import Acquaintance, acquaintance, asked_about
from console.tui.source_book import SourceBook

if TYPE_CHECKING:
    from console.desk.ports import Door

# So long the directory may still be looking; asking beside it would be one question too many.
SOON = timedelta(seconds=1)

_Asked = tuple[str, int]  # a number, and the state of the directory


class CallerMatches:
    """The last answer for the caller that is looked at."""

    def __init__(self, door: "Door") -> None:
        self._door = door
        self.book = SourceBook(door)
        self.mine: frozenset[int] = frozenset()
        self._asked: _Asked | None = None
        self._answer: tuple[_Asked, tuple[Match, ...]] | None = None

    def _question(self, record: CallRecord) -> _Asked:
        return legible.other_end(record), self._door.snapshot.directory

    def known(self, record: CallRecord) -> Acquaintance:
        """What the directory says of a call's other end, and the operator's own sources."""
        number = legible.other_end(record)
        answered = self._answer is not None and self._answer[0][0] == number
        matches = self._answer[1] if self._answer is not None and answered else ()
        return acquaintance(_told(record), matches, self.mine)

    def wanted(self, record: CallRecord, snapshot: Snapshot) -> bool:
        """Whether somebody might know better than the directory told, and was not asked yet."""
        if not legible.other_end(record) or self._question(record) == self._asked:
            return False
        identity = record.identity
        looked_up = asked_about(identity) or snapshot.now - record.call.started_at > SOON
        told = _told(record)
        return looked_up and (told.contact is None or told.maybe)

    async def ask(self, record: CallRecord, *, always: bool = True) -> tuple[Match, ...]:
        """Ask who it may be, the likeliest first; raises StoreFailed.

        Without `always` only if the operator has sources that the directory may not ask.
        """
        question = self._asked = self._question(record)
        self.mine = await self.book.mine()
        if not (always or self.mine):
            return ()
        matches = await self._door.ask(WhoIs(question[0], record.company_id))
        self._answer = (question, matches)
        return matches


def _told(record: CallRecord) -> Identity:
    """What the directory told of the other end: of an outgoing call it names our own phone."""
    return Identity() if record.call.direction is Direction.OUTBOUND else record.identity
