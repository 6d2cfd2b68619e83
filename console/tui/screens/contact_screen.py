"""The contact behind a number, over the list or call it was asked for from."""

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from console.desk.contacts import Match
from console.desk.ports import Door, StoreFailed
from console.desk.records import CallRecord, Identity
from console.desk.snapshot import Snapshot
from console.people.values import Contact
from console.tui import legible
from console.tui.acquaintance import acquaintance
from console.tui.call_columns import OPEN
from console.tui.card import Card
from console.tui.card_reader import CardReader
from console.tui.messages import ShowDetails
from console.tui.screens.contact_form import ContactForm
from console.tui.screens.contact_keys import ContactKeys
from console.tui.screens.desk_screen import DeskScreen
from console.tui.screens.whose_number import choose_contact, new_contact, who_is, why_nobody
from console.tui.source_book import SourceBook
from console.tui.widgets.contact_card import ContactCard
from console.tui.widgets.heading import Heading

if TYPE_CHECKING:
    from console.settings.site import Site


class ContactScreen(ContactKeys):
    """The card of whoever has a call's number; o says who it is where several may."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("o", "others", "others", tooltip="others with this number"),
        Binding("escape", "back", "back"),
        Binding("c", "back", "back", show=False),
    ]
    AUTO_FOCUS = "ContactCard"
    place_name = "Contact"
    signs = ((OPEN, "open: unanswered, and nobody has dealt with it"),)

    def __init__(
        self, door: Door, site: "Site", record: CallRecord, matches: tuple[Match, ...]
    ) -> None:
        super().__init__(door, site)
        self._book = SourceBook(door)
        self._record = record
        self._matches = matches
        self._directory, self._stored = door.snapshot.directory, door.snapshot.stored
        self._reader = CardReader(self, door, self._book, self._put)
        self._card = self._first_card(frozenset())

    def compose_body(self) -> ComposeResult:
        """The card alone."""
        number = legible.number(legible.other_end(self._record), self.site.plan)
        with Vertical(classes="contact--card"):
            yield Heading(f"CONTACT  {number}")
            yield ContactCard(self.site, "", "Nobody has this number any more. Esc goes back.")

    @property
    def looked_at(self) -> str:
        """The call whose number it is."""
        return self._record.call.id

    def contact(self) -> Contact | None:
        """The one on the card."""
        return self._card.contact if self._card else None

    def _first_card(self, mine: frozenset[int]) -> Card | None:
        known = acquaintance(Identity(), self._matches, mine)
        if known.contact is None:
            return None
        return Card(
            known.contact,
            yours=known.yours,
            certainty=known.certainty,
            this=legible.other_end(self._record),
        )

    def on_mount(self) -> None:
        """Read all there is."""
        super().on_mount()
        self._reader.read(self._card)

    def show(self, snapshot: Snapshot) -> None:
        """Ask again who it is when contacts changed, and for the calls when calls did."""
        if snapshot.directory != self._directory:
            self.run_worker(self._ask(), group="matches", exclusive=True)
        elif snapshot.stored != self._stored:
            self._reader.again()
        self._directory, self._stored = snapshot.directory, snapshot.stored
        self._put(self._card)

    async def _ask(self) -> None:
        try:
            self._matches = await who_is(self.door, self._record)
            card = self._first_card(await self._book.mine())
        except StoreFailed as failure:
            self.notify(str(failure), severity="error", markup=False)
            return
        if card is None:
            self._put(None)
        self._reader.read(card)

    def _put(self, card: Card | None) -> None:
        self._card = card
        self.query_one(ContactCard).show(card, self.door.snapshot.now)
        self.refresh_bindings()

    def on_contact_card_opened(self, message: ContactCard.Opened) -> None:
        """All about a call of the history."""
        self.post_message(ShowDetails(message.call))

    def on_contact_card_link_pressed(self, message: ContactCard.LinkPressed) -> None:
        """The contact's web page."""
        self.app.open_url(message.url)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whose number it is can be said anew."""
        return action == "others" or super().check_action(action, parameters)

    def lists(self, action: str) -> bool:
        """Others are offered where there are any."""
        return super().lists(action) and (action != "others" or len(self._matches) > 1)

    def action_others(self) -> None:
        """Say which of several it is."""
        self.run_worker(self._choose(), group="dialog", exclusive=True)

    async def _choose(self) -> None:
        await choose_contact(self, self._record, self._matches, await self._book.mine())

    def action_back(self) -> None:
        """To where it was asked for."""
        self.dismiss()


async def show_contact(screen: DeskScreen, record: CallRecord) -> None:
    """Open the contact of a call over a screen, or the form if nobody has its number."""
    if why := why_nobody(record):
        screen.notify(why, severity="warning", markup=False)
        return
    try:
        matches = await who_is(screen.door, record)
    except StoreFailed as failure:
        screen.notify(str(failure), severity="error", markup=False)
        return
    if matches:
        await screen.app.push_screen(ContactScreen(screen.door, screen.site, record, matches))
    else:
        await screen.app.push_screen(ContactForm(screen.door, screen.site, new_contact(record)))
