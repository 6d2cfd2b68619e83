"""The caller's card on the home screen: whose it is, when it opens by itself, what is read."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.screen import Screen

from console.calls.words import Direction, Phase
from console.desk.contacts import NumberPlace
from console.desk.records import CallRecord
from console.desk.snapshot import Snapshot
from console.tui import alerts, legible, offers
from console.tui.acquaintance import Acquaintance
from console.tui.card import Card
from console.tui.card_reader import CardReader
from console.tui.source_book import SourceBook

if TYPE_CHECKING:
    from console.desk.ports import Door

NOTES = 3  # of the call


class CallerCard:
    """Belongs to one call while it is open; `put` is given the card to show, None for none."""

    def __init__(
        self,
        screen: Screen[None],
        door: "Door",
        book: SourceBook,
        put: Callable[[Card | None], None],
    ) -> None:
        self._door = door
        self._put = put
        self._reader = CardReader(screen, door, book, self._take)
        self._call: str | None = None
        self._wanted: Card | None = None
        self._read_at = (0, 0)
        # Whose card was open already: what somebody closed does not open again by itself.
        self._seen: set[str] = set()
        self.card: Card | None = None

    def open(self, call: str) -> None:
        """The card of this call is wanted, as soon as its caller's contact is known."""
        self._call = call
        self._seen.add(call)

    def close(self) -> None:
        """No card is wanted."""
        self._call = None

    def opens_by_itself(self, record: CallRecord) -> bool:
        """Whether an action opens this caller's card, and nobody has closed it yet."""
        ringing = record.call.phase in (Phase.RINGING, Phase.WAITING)
        return (
            record.call.id not in self._seen
            and (ringing or alerts.at_desk(record.call, self._door.operator))
            and offers.contact_offered(record)
        )

    def show(self, record: CallRecord | None, known: Acquaintance, snapshot: Snapshot) -> None:
        """Draw the card of this call if it is wanted, and read anew what was stored since.

        Of another call, or of a stranger, there is none.
        """
        self._seen &= {each.call.id for each in snapshot.live}
        if record is None or record.call.id != self._call or known.contact is None:
            self._call = None
            self._wanted = None
            self._reader.read(None)
            self._take(None)
            return
        wanted = Card(
            known.contact,
            yours=known.yours,
            certainty=known.certainty,
            this=legible.other_end(record),
            places=_place(record),
            notes=record.notes[-NOTES:],
            links=offers.links_of(record, self._door.operator),
        )
        if wanted != self._wanted:
            self._wanted = wanted
            self._reader.read(wanted)
            if self.card is None or self.card.contact.ref != known.contact.ref:
                self.card = wanted
        elif (snapshot.stored, snapshot.directory) != self._read_at:
            self._reader.again()
        self._read_at = (snapshot.stored, snapshot.directory)
        self._take(self.card)

    def _take(self, card: Card | None) -> None:
        self.card = card
        self._put(card)


def _place(record: CallRecord) -> tuple[NumberPlace, ...]:
    """What the directory has told of the number already; the places of the others are asked for."""
    if record.call.direction is Direction.OUTBOUND:
        return ()
    told = record.identity
    return (NumberPlace(legible.other_end(record), told.place, told.there),)
