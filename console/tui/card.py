"""What a contact's card shows, and how it is asked for at a door."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from console.desk.contacts import Certainty, GetContact, NumberPlace, NumberPlaces
from console.desk.ports import StoreFailed
from console.desk.queries import CallPage, Filter
from console.desk.records import CallRecord, Note
from console.people.values import Contact
from console.tui.source_book import SourceBook

if TYPE_CHECKING:
    from console.desk.ports import Door

CALLS = 50  # lines of the history
MOST_PLACES = 50  # numbers


@dataclass(frozen=True, slots=True)
class Card:
    """A contact and its calls with us, newest first; `calls` is None while they are read.

    `corrects` names the source whose contact this own one stands for. `certainty` is how sure a
    number's match is, and `yours` says that only this operator has the contact. `this` is the
    number (a key) of the call that the card is shown for, `notes` are those on it, and `links` the
    (action, address) pairs that are held out. `places` says where its numbers are.
    """

    contact: Contact
    calls: tuple[CallRecord, ...] | None = None
    more: bool = False
    corrects: str = ""
    yours: bool = False
    certainty: Certainty = Certainty.EXACT
    this: str = ""
    places: tuple[NumberPlace, ...] = ()
    notes: tuple[Note, ...] = ()
    links: tuple[tuple[str, str], ...] = ()


async def read_card(door: "Door", book: SourceBook, card: Card) -> Card:
    """The card with all that its contact has, and its calls; raises StoreFailed.

    A contact that has gone meanwhile stays as it was.
    """
    contact = card.contact
    if contact.id is not None:
        contact = await door.ask(GetContact(contact.id)) or contact
    sources = await book.sources()
    source = sources.get(contact.source_id or 0)
    corrected = ""
    if contact.corrects:
        id = contact.corrects.partition(":")[0]
        theirs = sources.get(int(id)) if id.isdecimal() else None
        corrected = theirs.name if theirs else "a source that is gone"
    yours = card.yours or bool(source and source.owner and source.owner == door.operator.login)
    card = replace(card, contact=contact, corrects=corrected, yours=yours)
    numbers = tuple(dict.fromkeys(number for number, _ in contact.numbers if number))
    card = replace(card, places=await _places(door, (card.this, *numbers)) or card.places)
    if not numbers:
        return replace(card, calls=())
    page = await door.ask(CallPage(Filter(numbers=numbers), limit=CALLS + 1))
    # What is live stands on the screen Calls.
    past = tuple(row for row in page.rows[:CALLS] if row.call.ended_at is not None)
    return replace(card, calls=past, more=len(page.rows) > CALLS)


async def _places(door: "Door", numbers: tuple[str, ...]) -> tuple[NumberPlace, ...]:
    """Where they are; a card without that is still a card."""
    try:
        return await door.ask(NumberPlaces(tuple(filter(None, numbers[:MOST_PLACES]))))
    except StoreFailed:
        return ()
