"""Contacts: search as one types, the card of the chosen one, its calls with us."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.timer import Timer

from console.desk.contacts import FindContacts
from console.desk.ports import Door, StoreFailed
from console.desk.snapshot import Snapshot
from console.people.values import Contact
from console.tui import legible
from console.tui.call_columns import OPEN
from console.tui.card import Card
from console.tui.card_reader import CardReader
from console.tui.cells import plain
from console.tui.messages import ShowDetails
from console.tui.screens.contact_keys import ContactKeys, alone
from console.tui.source_book import SourceBook
from console.tui.vcard_file import Pages
from console.tui.widgets.contact_card import ContactCard
from console.tui.widgets.contact_list import ContactList
from console.tui.widgets.contacts_bar import ContactsBar, ContactsTold
from console.tui.widgets.footer import FOUND
from console.tui.widgets.heading import Heading
from console.tui.widgets.search_field import SearchField

if TYPE_CHECKING:
    from console.settings.site import Site

PAGE = 200
MOST = 2000  # rows; whoever has not found somebody by then had better type on
NEAR = 20  # rows before the end at which the next page is asked for
# A hand that runs down the list does not want to read every card on the way.
READ_AFTER = 0.08  # seconds


class ContactsScreen(ContactKeys):
    """All contacts, or those that a search finds."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "search", "search", key_display="/"),
        Binding("a", "add", "add", tooltip="add a contact"),
        Binding("escape", "back", "back", show=False),
    ]
    AUTO_FOCUS = "ContactList"
    place_name = "Contacts"
    first_keys = ("open", "search", "add", "edit", "call", "copy", "delete", "export")
    signs = ((OPEN, "open: unanswered, and nobody has dealt with it"), ("▸", "the chosen contact"))

    def __init__(self, door: Door, site: "Site") -> None:
        super().__init__(door, site)
        self._book = SourceBook(door)
        self._text = ""
        self._contacts: tuple[Contact, ...] = ()
        # They go from the first one on, or up to the last; then `more` are before them.
        self._from_end = False
        self._more = False
        self._total: int | None = None
        self._known = False
        self._directory = -1
        self._stored = -1
        self._saved: int | None = None
        self._card: Card | None = None
        self._reader = CardReader(self, door, self._book, self._take_card)
        self._pause: Timer | None = None

    def compose_body(self) -> ComposeResult:
        """Title line and search field; the list beside its card, or above it."""
        with Horizontal(classes="contacts--title"):
            yield ContactsBar()
            yield SearchField()
        with Vertical(classes="contacts--desk"):
            with Vertical(classes="contacts--list"):
                yield ContactList(self.site)
            with Vertical(classes="contacts--card"):
                yield Heading("CONTACT")
                yield ContactCard(self.site)

    @property
    def _list(self) -> ContactList:
        return self.query_one(ContactList)

    def contact(self) -> Contact | None:
        """The contact under the cursor, with all that is known of it."""
        chosen = self._list.selected
        if chosen is not None and self._card is not None and self._card.contact.ref == chosen.ref:
            return self._card.contact
        return chosen

    def kept(self) -> dict[str, str]:
        """The contact under the cursor, and what is searched for."""
        told = {"text": self._text} if self._text else {}
        chosen = self._list.selected
        if chosen is not None and chosen.id is not None:
            told["chosen"] = str(chosen.id)
        return told

    async def come_back(self, told: Mapping[str, str]) -> None:
        """Search for the same, and put the cursor on the contact, if it is among the first."""
        if text := told.get("text", ""):
            self.query_one(SearchField).fill(text)
            self._text, self._from_end = text, False
            self._find(stay=False)
        id = told.get("chosen", "")
        if id.isascii() and id.isdigit():
            self.saved(int(id))

    # -- what is asked and shown ----------------------------------------------------------------

    def show(self, snapshot: Snapshot) -> None:
        """Ask again when contacts changed; read the card anew when calls did."""
        if snapshot.directory != self._directory:
            self._directory = snapshot.directory
            self._find(stay=True)
        elif snapshot.stored != self._stored:
            self._reader.again()
        self._stored = snapshot.stored
        self._draw_card()
        self._say()

    def _find(self, *, stay: bool) -> None:
        # Exclusive: the answer to an older question is not waited for any more.
        self.run_worker(self._ask(self._text, stay), group="find", exclusive=True)

    async def _ask(self, text: str, stay: bool) -> None:
        try:
            # As many as are shown already, so that the cursor finds its contact again.
            limit = max(PAGE, len(self._contacts)) if stay else PAGE
            query = FindContacts(text, limit=limit, backwards=self._from_end)
            page = await self.door.ask(query)
        except StoreFailed as failure:
            self.notify(str(failure), severity="error", markup=False)
            return
        if text != self._text:
            return
        self._contacts, self._more, self._total = page.contacts, page.more, page.total
        self._known = True
        self._list.show(self._contacts, *self._below(), stay=stay)
        if self._from_end and not stay:
            self._list.go_to_end(last=True)
        if self._saved is not None and self._list.go_to(self._saved):
            self._saved = None
        self._say()
        self.refresh_bindings()
        self._read_card()

    def _find_more(self) -> None:
        contacts = self._contacts
        cursor = self._list.cursor
        near = cursor < NEAR if self._from_end else cursor >= len(contacts) - NEAR
        if contacts and near and self._more and len(contacts) < MOST:
            self.run_worker(self._ask_more(self._text, contacts), group="find", exclusive=True)

    async def _ask_more(self, text: str, before: tuple[Contact, ...]) -> None:
        backwards = self._from_end
        after = _place(before[0] if backwards else before[-1])
        query = FindContacts(text, limit=PAGE, after=after, backwards=backwards)
        try:
            page = await self.door.ask(query)
        except StoreFailed as failure:
            self.notify(str(failure), severity="error", markup=False)
            return
        if text == self._text and before == self._contacts:
            both = (*page.contacts, *before) if backwards else (*before, *page.contacts)
            self._contacts, self._more = both, page.more
            above = len(page.contacts) if backwards else 0
            self._list.show(both, *self._below(), above=above)
            self._say()

    def _below(self) -> tuple[str, ...]:
        """What stands under the list, or in its place."""
        if self._more and not self._from_end:
            return ("", "There are more: type on." if self._text else "There are more: / searches.")
        if self._contacts:
            return ()
        if self._text:
            nothing = f"Nothing matches “{plain(self._text)}”."
            return ("", nothing, "Esc clears the search, a adds a contact.")
        return (
            "",
            "No contact yet.",
            "a adds one. Many at once:",
            "hotline contacts import FILE.vcf",
            "or 5 Settings, Data sources.",
        )

    def _told(self) -> ContactsTold:
        count = len(self._contacts) if self._known else None
        syncs = self.door.snapshot.syncs
        return ContactsTold(
            count, self._more, self._total, bool(self._text), syncs, last=self._from_end
        )

    def _say(self) -> None:
        self.query_one(ContactsBar).show(self._told())

    def _read_card(self) -> None:
        """The card of the contact under the cursor: at once what the list knows, then all."""
        chosen = self._list.selected
        if self._pause is not None:
            self._pause.stop()
        if chosen is None:
            self._card = None
            self._reader.read(None)
        else:
            if self._card is None or self._card.contact.ref != chosen.ref:
                self._card = Card(chosen)
            card = Card(chosen)
            self._pause = self.set_timer(READ_AFTER, lambda: self._reader.read(card))
        self._draw_card()

    def _take_card(self, card: Card) -> None:
        chosen = self._list.selected
        if chosen is not None and chosen.ref == card.contact.ref:
            self._card = card
            self._draw_card()

    def _draw_card(self) -> None:
        self.query_one(ContactCard).show(self._card, self.door.snapshot.now)

    # -- what the hand does ---------------------------------------------------------------------

    def on_contact_list_moved(self, _message: ContactList.Moved) -> None:
        """The card follows the cursor; near the end more is asked for."""
        self._read_card()
        self._find_more()

    def on_contact_list_ended(self, message: ContactList.Ended) -> None:
        """To one end of all there are, not just of those that are shown."""
        if self._more and message.last != self._from_end:
            self._from_end = message.last
            self._find(stay=False)
        else:
            self._list.go_to_end(last=message.last)

    def on_contact_list_opened(self, _message: ContactList.Opened) -> None:
        """On to the calls of the chosen contact."""
        card = self.query_one(ContactCard)
        card.focus()
        card.choose_first()

    def on_contact_card_opened(self, message: ContactCard.Opened) -> None:
        """All about a call of the history."""
        self.post_message(ShowDetails(message.call))

    def on_contact_card_link_pressed(self, message: ContactCard.LinkPressed) -> None:
        """The contact's web page."""
        self.app.open_url(message.url)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """In the search field its own keys stand in the key bar."""
        if action == "search":
            return not isinstance(self.focused, SearchField)
        return super().check_action(action, parameters)

    def need(self, action: str) -> int:
        """What was done can be undone, but that is in the help."""
        return FOUND if action == "undo" else super().need(action)

    def action_search(self) -> None:
        """Type whom to look for."""
        self.query_one(SearchField).focus()

    def on_search_field_searched(self, message: SearchField.Searched) -> None:
        """Look for what was typed."""
        self._text, self._from_end = message.text, False
        self._find(stay=False)

    def on_search_field_left(self, _message: SearchField.Left) -> None:
        """The keys go to the list."""
        self._list.focus()

    def action_back(self) -> None:
        """From the card to the list; then clear the search; then go home."""
        if isinstance(self.focused, ContactCard):
            self._list.focus()
        elif self._text:
            self.query_one(SearchField).clear_search()
        else:
            self.app.switch_mode("calls")

    def action_add(self) -> None:
        """A new contact."""
        self.edit(Contact(name=""))

    def saved(self, id: int) -> None:
        """The cursor goes to what was saved, as soon as it is found."""
        self._saved = id
        if self._list.go_to(id):
            self._read_card()

    async def exported(self) -> tuple[str, str, Pages] | None:
        """This contact, or all that were found."""
        contact, count = self.contact(), len(self._contacts)
        if contact is None:
            return None
        if count == 1:
            return alone(contact, self.site.plan)
        from console.tui.screens.question import Question

        exactly = self._total if self._more else count
        told = f"{exactly:,}" if exactly else f"more than {count:,}"
        every = "all that were found" if self._text else "all contacts"
        choices = (("1", legible.contact_name(contact, self.site.plan)), ("2", f"{every} ({told})"))
        chosen = await self.app.push_screen_wait(Question("EXPORT as vCard", "", choices))
        if chosen == "2":
            day = self.door.snapshot.now.astimezone(self.site.zone)
            return (
                f"{told} contacts",
                f"hotline-contacts-{day:%Y-%m-%d}.vcf",
                self._pages(self._text),
            )
        return alone(contact, self.site.plan) if chosen == "1" else None

    async def _pages(self, text: str) -> Pages:
        after: tuple[str, int] | None = None
        while True:
            page = await self.door.ask(FindContacts(text, limit=PAGE, after=after))
            yield page.contacts
            if not page.more or not page.contacts:
                return
            after = _place(page.contacts[-1])


def _place(contact: Contact) -> tuple[str, int]:
    """Where a contact stands in the list, for the page behind it."""
    return contact.name, contact.id or 0
