"""Who calls: name, number, where from, and the last calls with us."""

from typing import TYPE_CHECKING, ClassVar

from rich.style import Style
from textual import events
from textual.message import Message
from textual.strip import Strip

from console.calls.words import Direction
from console.desk.contacts import Certainty
from console.desk.records import MAYBE, CallRecord, LastCall
from console.desk.snapshot import Snapshot
from console.tui import acquaintance, legible
from console.tui.acquaintance import STRANGER, Acquaintance
from console.tui.cells import Cell, cut, fit, measure, row
from console.tui.widgets.panel import Panel

if TYPE_CHECKING:
    from console.settings.site import Site

SPACIOUS = 7  # rows from which on blank ones separate the parts
MOST_LINKS = 3

Links = tuple[tuple[str, str], ...]


class CallerPanel(Panel):
    """The caller of one call; redrawn when the call or the day changes, not every second."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *Panel.COMPONENT_CLASSES,
        "panel--name",
        "panel--number",
        "panel--open",
        "panel--certainty",
        "panel--key",
        "panel--link",
    }
    title = "CALLER"
    empty = "Who is calling, and the last calls with us."

    class LinkPressed(Message):
        """A link was clicked."""

        def __init__(self, url: str) -> None:
            super().__init__()
            self.url = url

    class CallPressed(Message):
        """One of the last calls was clicked."""

        def __init__(self, call: str) -> None:
            super().__init__()
            self.call = call

    class ContactPressed(Message):
        """The name was clicked."""

    def __init__(self, site: "Site") -> None:
        super().__init__()
        self._site = site
        self._record: CallRecord | None = None
        self._known = STRANGER
        self._links: Links = ()
        self._snapshot: Snapshot | None = None
        self._minute = ""
        self._pressed: dict[int, Message] = {}

    def show(
        self,
        record: CallRecord | None,
        snapshot: Snapshot,
        known: Acquaintance = STRANGER,
        links: Links = (),
    ) -> None:
        """Draw this call's caller, or say what will come.

        `links` are (action, address) pairs that are held out.
        """
        minute = legible.weekday_and_clock(snapshot.now, self._site.zone)
        now = (minute, known, links)
        if record is not self._record or now != (self._minute, self._known, self._links):
            self._record, self._snapshot = record, snapshot
            self._minute, self._known, self._links = now
            self.redraw()

    def body(self, width: int, height: int) -> list[Strip]:
        """Name and company, number and place, whose contact, what is noted, the last calls."""
        self._pressed = {}
        record, snapshot = self._record, self._snapshot
        if record is None or snapshot is None:
            return self.nothing(width, height)
        space = [self.blank(width)] if height >= SPACIOUS else []
        rows = [self._who(record, width), self._reached_by(record, snapshot, width)]
        self._pressed[0] = self.ContactPressed()
        rows += self._whose(record, width)
        if note := self._note(record):
            rows += self.text(note, width, "panel--quiet", limit=2)
        rows += self._about(record, snapshot, width)
        for action, url in self._links[:MOST_LINKS]:
            self._pressed[len(rows)] = self.LinkPressed(url)
            rows.append(self._link(action, url, width))
        rows += space
        last = record.identity.last_calls
        room = height - len(rows)
        if not last:
            return rows + self.text(self._no_calls(record), width, "panel--quiet", limit=1)
        shown = last if len(last) <= room else last[: max(1, room - 1)]
        for call in shown:
            self._pressed[len(rows)] = self.CallPressed(call.id)
            rows.append(self._last(call, snapshot, width))
        if len(last) > len(shown):
            more = f"{len(last) - len(shown)} earlier calls …"
            rows += self.text(more, width, "panel--quiet", limit=1)
        return rows

    # -- who ------------------------------------------------------------------------------------

    def _named(self, record: CallRecord) -> tuple[str, str]:
        """Name and company: of the contact, else as the look-up told them."""
        contact, identity = self._known.contact, record.identity
        if contact is None or record.call.direction is Direction.OUTBOUND:
            # Without a "maybe", which stands before it in a look of its own.
            name = record.caller_name.removeprefix(MAYBE)
            return name or legible.caller(record, self._site.plan), identity.caller_company
        name = legible.contact_name(contact, self._site.plan)
        return name, contact.company if contact.company != name else ""

    def _who(self, record: CallRecord, width: int) -> Strip:
        name, company = self._named(record)
        certainty = self._known.certainty
        if self._known.contact is None or record.call.direction is Direction.OUTBOUND:
            certainty = Certainty.MAYBE if record.identity.maybe else Certainty.EXACT
        cells: list[Cell] = []
        if before := acquaintance.words(certainty):
            cells.append((f"{before} ", self.look("panel--certainty")))
        cells.append((name, self.look("panel--name")))
        if company:
            cells.append((f"   {company}", self.look("panel--text")))
        return row(width, self.ground, cells)

    def _reached_by(self, record: CallRecord, snapshot: Snapshot, width: int) -> Strip:
        identity, caller = record.identity, record.call.caller
        quiet = self.look("panel--quiet")
        if caller.hidden:
            return row(width, self.ground, [("The caller does not show a number.", quiet)])
        number = legible.number(caller.number, self._site.plan)
        what = (identity.number_kind, identity.place, identity.country)
        name, company = self._named(record)
        cells: list[Cell] = []
        if number and number != name:
            cells.append((f"{number}   ", self.look("panel--number")))
        cells.append((", ".join(word for word in what if word), quiet))
        if there := legible.there(identity.there, snapshot.now):
            cells.append((f"   {there}", self.look("panel--text")))
        if caller.display and caller.display not in (name, company):
            cells.append((f"   the PBX says: {caller.display}", quiet))
        return row(width, self.ground, cells)

    def _whose(self, record: CallRecord, width: int) -> list[Strip]:
        """Which source has the contact, and the keys that lead on; its row is there from the first.

        So nothing moves when the directory answers.
        """
        if not legible.other_end(record):
            return []
        known, identity = self._known, record.identity
        quiet, key = self.look("panel--quiet"), self.look("panel--key")
        if known.contact is None:
            inbound = record.call.direction is Direction.INBOUND
            stranger = inbound and acquaintance.asked_about(identity) and not identity.name
            adds: list[Cell] = [("c", key), (" adds a contact", quiet)]
            return [row(width, self.ground, adds if stranger else [])]
        right: list[Cell] = [("c", key), (" contact", quiet)]
        if known.others:
            others = "1 other" if known.others == 1 else f"{known.others} others"
            right = [("o", key), (f" {others}   ", quiet), *right]
        whose = [known.contact.source] if known.contact.source else []
        if known.yours:
            whose.append("yours")
        told = f"from {', '.join(whose)}" if whose else ""
        if record.call.direction is Direction.OUTBOUND:
            told = f"→ {legible.contact_name(known.contact, self._site.plan)}   {told}"
        told = cut(told, max(0, width - measure(right) - 3))
        return [row(width, self.ground, [(f"{told}   " if told else "", quiet), *right])]

    def _note(self, record: CallRecord) -> str:
        contact = self._known.contact
        return contact.note if contact is not None else record.identity.note

    def _about(self, record: CallRecord, snapshot: Snapshot, width: int) -> list[Strip]:
        rows = []
        for note in record.notes[-3:]:
            at = legible.when(note.at, snapshot.now, self._site.zone)
            rows += self.text(f"✎ {at} {note.by}: {note.text}", width, "panel--text", limit=2)
        return rows

    def _link(self, action: str, url: str, width: int) -> Strip:
        key, quiet = self.look("panel--key"), self.look("panel--quiet")
        link = self.look("panel--link") + Style(link=url)
        return row(width, self.ground, [("l", key), (f" {action}: ", quiet), (url, link)])

    # -- the last calls -------------------------------------------------------------------------

    def _no_calls(self, record: CallRecord) -> str:
        call = record.call
        if call.caller.hidden or not call.caller.number or call.direction is not Direction.INBOUND:
            return ""
        return "No earlier calls with us."

    def _last(self, call: LastCall, snapshot: Snapshot, width: int) -> Strip:
        quiet, text = self.look("panel--quiet"), self.look("panel--text")
        when = legible.when(call.started_at, snapshot.now, self._site.zone)
        by = f" by {legible.number(call.answered_by, self._site.plan)}" if call.answered_by else ""
        left: list[Cell] = [(fit(when, 18), quiet)]
        if call.company:
            left.append((fit(call.company, min(30, width // 4)), quiet))
        left.append((f"{'  ' if call.company else ''}{call.text}{by}", text))
        if call.open:
            left.append(("  ▲ open", self.look("panel--open")))
        if call.note:
            left.append((f"  “{call.note}”", quiet))
        return row(width, self.ground, left)

    def on_click(self, event: events.Click) -> None:
        """A click opens what the row is about."""
        if message := self._pressed.get(event.y - self.above(self.size.height)):
            self.post_message(message)
