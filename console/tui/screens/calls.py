"""The home screen: what is live, and who is called and who calls."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical

from console.calls.words import Direction, Phase
from console.desk.contacts import Match
from console.desk.ports import StoreFailed
from console.desk.records import CallRecord
from console.desk.snapshot import Snapshot
from console.tui import alerts, offers
from console.tui.acquaintance import STRANGER, Acquaintance
from console.tui.card import Card
from console.tui.colleagues import LOOKS, looking
from console.tui.matches import CallerMatches
from console.tui.messages import ShowDetails
from console.tui.screens.caller_card import CallerCard
from console.tui.screens.desk_screen import DeskScreen
from console.tui.widgets.called_panel import CalledPanel
from console.tui.widgets.caller_panel import CallerPanel
from console.tui.widgets.contact_card import ContactCard
from console.tui.widgets.ended_line import EndedLine
from console.tui.widgets.heading import Heading
from console.tui.widgets.live_calls import SIGNS, LiveCalls

if TYPE_CHECKING:
    from console.desk.ports import Door
    from console.settings.site import Site


class CallsScreen(DeskScreen):
    """Live calls, and for the chosen one who is called and who calls.

    Without a choice it is the longest ringing; a choice holds until that call ends. The caller's
    whole card takes the place of the caller panel while it is open; it belongs to one call.
    """

    BINDINGS = [  # noqa: RUF012
        Binding("enter", "details", "details"),
        Binding("o", "others", "others", tooltip="others with this number"),
        Binding("l", "link", "link", tooltip="open the link"),
        Binding("e", "edit", "edit", tooltip="edit the contact; of another source: correct it"),
        Binding("pageup", "turn(-1)", show=False),
        Binding("pagedown", "turn(1)", show=False),
        Binding("escape", "let_go", "back to the longest ringing", show=False),
    ]
    place_name = "Calls"
    ringing_strip = False
    unlisted = frozenset({"processed", "caller_processed"})  # of use on unanswered calls only
    signs = (
        ("▌", "the company's colour"),
        (SIGNS[Phase.RINGING], "rings"),
        (SIGNS[Phase.WAITING], "waits in a queue"),
        (SIGNS[Phase.TALKING], "talks"),
        (SIGNS[Phase.PARKED], "is parked"),
        ("▸", "the chosen call"),
        (LOOKS, "a colleague looks at it"),
        ("✓", "has ended, was answered"),
        ("▲", "open: unanswered, to be dealt with"),
    )

    def __init__(self, door: "Door", site: "Site") -> None:
        super().__init__(door, site)
        self._choice: str | None = None
        self._matches = CallerMatches(door)
        self._card = CallerCard(self, door, self._matches.book, self._put_card)
        self._keys_for: tuple[object, ...] = ()

    def compose_body(self) -> ComposeResult:
        """Live calls beside two panels, what has ended below."""
        with Vertical(classes="calls--desk"):
            with Vertical(classes="calls--list"):
                yield Heading("LIVE CALLS")
                yield LiveCalls(self.site)
            with Vertical(classes="calls--panels"):
                yield CalledPanel(self.site)
                yield CallerPanel(self.site)
                with Vertical(classes="calls--card"):
                    yield Heading("CALLER")
                    yield ContactCard(self.site)
        yield EndedLine(self.site)

    def chosen(self) -> CallRecord | None:
        """The choice while it lives, else the longest ringing."""
        snapshot = self.door.snapshot
        for record in snapshot.live:
            if record.call.id == self._choice:
                return record
        return alerts.first_in_line(snapshot, self.door.operator)

    @property
    def looked_at(self) -> str | None:
        """The call that a hand chose: the longest ringing is on everybody's screen."""
        return self._choice

    def kept(self) -> dict[str, str]:
        """The choice."""
        return {"chosen": self._choice} if self._choice else {}

    async def come_back(self, told: Mapping[str, str]) -> None:
        """To the choice, if that call still lives."""
        self._choice = told.get("chosen")
        self.show(self.door.snapshot)
        self.look()

    def show(self, snapshot: Snapshot) -> None:
        """Every part draws what is its own."""
        record = self.chosen()
        if record is None or record.call.id != self._choice:
            self._choice = None
        chosen = record.call.id if record else None
        operator = self.door.operator
        others = looking(snapshot, operator)
        self.query_one(LiveCalls).show(snapshot, operator, chosen, others)
        lasted = (snapshot.now - record.call.started_at).total_seconds() if record else 0.0
        whole = snapshot.settings.hotline.display_called
        self.query_one(CalledPanel).show(record, lasted, operator, whole=whole)
        self._show_caller(record, snapshot)
        self.query_one(EndedLine).show(snapshot)

    def _show_caller(self, record: CallRecord | None, snapshot: Snapshot) -> None:
        known = self._known(record)
        links = offers.links_of(record, self.door.operator) if record else ()
        self.query_one(CallerPanel).show(record, snapshot, known, links)
        if record is not None and self._matches.wanted(record, snapshot):
            self.run_worker(self._ask_own(record), group="matches", exclusive=True)
        # By itself only where no hand has chosen a call, and nobody types in something above.
        free = self._choice is None and self.app.screen is self
        if record is not None and free and self._card.opens_by_itself(record):
            self._card.open(record.call.id)
        self._card.show(record, known, snapshot)
        no_card = self._card.card is None
        keys_for = (record is None, bool(links), known.contact is None, known.others, no_card)
        if keys_for != self._keys_for:
            self._keys_for = keys_for
            self.refresh_bindings()

    def _known(self, record: CallRecord | None) -> Acquaintance:
        return self._matches.known(record) if record else STRANGER

    async def _ask_own(self, record: CallRecord) -> None:
        """Only who has sources of their own may be told more than everybody is."""
        await self._ask_matches(record, always=record.call.direction is Direction.OUTBOUND)

    async def _ask_matches(
        self, record: CallRecord, *, always: bool = True
    ) -> tuple[Match, ...] | None:
        """Who it may be; None if that could not be asked, which is said then."""
        try:
            matches = await self._matches.ask(record, always=always)
        except StoreFailed as failure:
            self.notify(str(failure), severity="error", markup=False)
            return None
        self.show(self.door.snapshot)
        return matches

    # -- the caller's card ----------------------------------------------------------------------

    def _put_card(self, card: Card | None) -> None:
        self.set_class(card is not None, "-card")
        self.query_one(ContactCard).show(card, self.door.snapshot.now)

    def open_card(self, call: str) -> None:
        """Choose a call and open its caller's card."""
        self._choice = call
        self._card.open(call)
        self.show(self.door.snapshot)
        self.look()

    def action_contact(self) -> None:
        """Open the caller's card, or close it; of a stranger the form."""
        record = self.chosen()
        if record is None:
            return
        if self._card.card is not None:
            self._close_card()
        elif self._known(record).contact is not None:
            self._card.open(record.call.id)
            self.show(self.door.snapshot)
        else:
            self.run_worker(self._meet(record), group="contact", exclusive=True)

    def _close_card(self) -> None:
        self._card.close()
        self.show(self.door.snapshot)

    async def _meet(self, record: CallRecord) -> None:
        """Whoever the directory did not name: perhaps somebody all the same, else a new contact."""
        from console.tui.screens.contact_form import ContactForm
        from console.tui.screens.whose_number import new_contact, why_nobody

        if why := why_nobody(record):
            self.notify(why, severity="warning", markup=False)
        elif await self._ask_matches(record):
            self._card.open(record.call.id)
            self.show(self.door.snapshot)
        else:
            form = ContactForm(self.door, self.site, new_contact(record))
            await self.app.push_screen(form)

    def action_edit(self) -> None:
        """Change the contact on the card, or correct what another source says."""
        if (card := self._card.card) is not None:
            from console.tui.screens.contact_form import ContactForm

            self.app.push_screen(ContactForm(self.door, self.site, card.contact))

    def action_others(self) -> None:
        """Say which of several contacts the caller is."""
        if record := self.chosen():
            self.run_worker(self._choose(record), group="dialog", exclusive=True)

    async def _choose(self, record: CallRecord) -> None:
        from console.tui.screens.whose_number import choose_contact

        matches = await self._ask_matches(record)
        if matches is not None:
            await choose_contact(self, record, matches, self._matches.mine)

    # -- links ----------------------------------------------------------------------------------

    def action_link(self) -> None:
        """Open the link that an action holds out, or choose one of several."""
        self.run_worker(self._open_link(), group="dialog", exclusive=True)

    async def _open_link(self) -> None:
        record = self.chosen()
        links = offers.links_of(record, self.door.operator) if record else ()
        if not links:
            return
        chosen: str | None = "1"
        if len(links) > 1:
            from console.tui.screens.question import Question

            choices = tuple(
                (str(place), f"{action}: {url}") for place, (action, url) in enumerate(links, 1)
            )
            chosen = await self.app.push_screen_wait(Question("Open which link?", "", choices))
        if chosen is not None:
            self.app.open_url(links[int(chosen) - 1][1])

    # -- what the hand does ---------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys for what is there."""
        if not self.is_mounted:
            return super().check_action(action, parameters)
        record = self.chosen()
        if action == "link":
            return bool(record and offers.links_of(record, self.door.operator))
        if action == "contact":
            return record is not None
        if action == "others":
            return self._known(record).contact is not None
        if action == "edit":
            return self._card.card is not None
        return super().check_action(action, parameters)

    def lists(self, action: str) -> bool:
        """Others are offered where there are any; to ask for them is never forbidden."""
        if action == "others":
            record = self.chosen()
            return record is not None and self._known(record).others > 0
        return super().lists(action)

    def on_live_calls_chosen(self, message: LiveCalls.Chosen) -> None:
        """A hand chose."""
        self._choice = message.call
        self.show(self.door.snapshot)
        self.look()

    def on_live_calls_turned(self, message: LiveCalls.Turned) -> None:
        """A page further."""
        self.action_turn(message.pages)

    def on_live_calls_opened(self, message: LiveCalls.Opened) -> None:
        """A hand wants to know all."""
        self.post_message(ShowDetails(message.call))

    def on_ended_line_pressed(self, message: EndedLine.Pressed) -> None:
        """What has ended can be read, too."""
        self.post_message(ShowDetails(message.call))

    def on_caller_panel_call_pressed(self, message: CallerPanel.CallPressed) -> None:
        """One of the last calls."""
        self.post_message(ShowDetails(message.call))

    def on_contact_card_opened(self, message: ContactCard.Opened) -> None:
        """One of the calls on the card."""
        self.post_message(ShowDetails(message.call))

    def on_caller_panel_contact_pressed(self, _message: CallerPanel.ContactPressed) -> None:
        """The name leads to the card."""
        self.action_contact()

    def on_caller_panel_link_pressed(self, message: CallerPanel.LinkPressed) -> None:
        """A link that an action holds out."""
        self.app.open_url(message.url)

    def on_contact_card_link_pressed(self, message: ContactCard.LinkPressed) -> None:
        """The contact's web page."""
        self.app.open_url(message.url)

    def action_turn(self, pages: int) -> None:
        """Scroll the card while the keys are in the list; without one, the list."""
        if self._card.card is not None:
            self.query_one(ContactCard).action_turn(pages)
        else:
            self.query_one(LiveCalls).turn(pages)

    def action_let_go(self) -> None:
        """Close the card; then forget the choice: the longest ringing call again."""
        if self._card.card is not None:
            self._close_card()
            return
        self._choice = None
        self.show(self.door.snapshot)
        self.look()
