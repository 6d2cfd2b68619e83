"""The contacts that a search found: a line each, drawn line by line."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from console.people.values import Contact
from console.tui import legible
from console.tui.cells import Cell, fit, row
from console.tui.widgets.lines import Lines

if TYPE_CHECKING:
    from console.calls.numbers import NumberPlan
    from console.settings.site import Site

HEADING = 1
LEAD = 2
GAP = 2
NUMBER = 17
ROOMY = 78  # from here on the source has a column of its own


@dataclass(frozen=True, slots=True)
class _Column:
    title: str
    width: int
    text: Callable[[Contact], str]


def _columns(width: int, plan: "NumberPlan") -> tuple[_Column, ...]:
    room = width - LEAD - NUMBER - 2 * GAP
    source = 0
    if width >= ROOMY:
        source = min(20, width // 6)
        room -= source + GAP
    name = room * 5 // 9
    columns = [
        _Column("name", name, lambda contact: legible.contact_name(contact, plan)),
        _Column("company", room - name, lambda contact: _company(contact, plan)),
        _Column("number", NUMBER, lambda contact: _number(contact, plan)),
    ]
    if source:
        columns.append(_Column("source", source, lambda contact: contact.source))
    return tuple(columns)


def _company(contact: Contact, plan: "NumberPlan") -> str:
    return contact.company if contact.company != legible.contact_name(contact, plan) else ""


def _number(contact: Contact, plan: "NumberPlan") -> str:
    return legible.number(contact.numbers[0][0], plan) if contact.numbers else ""


class ContactList(ScrollView, Lines, can_focus=True):
    """Contacts by name, one of them under the cursor."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"contact-list--{part}" for part in ("heading", "name", "quiet", "empty", "cursor")
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", "choose a contact", key_display="↑↓", show=False),
        Binding("pageup", "turn(-1)", show=False),
        Binding("pagedown", "turn(1)", show=False),
        Binding("home", "end(False)", show=False),
        Binding("end", "end(True)", show=False),
        Binding("enter,right", "open", "calls", key_display="⏎", tooltip="its calls with us"),
    ]

    class Moved(Message):
        """Another contact is under the cursor; None where there is none."""

        def __init__(self, contact: Contact | None) -> None:
            super().__init__()
            self.contact = contact

    class Opened(Message):
        """The contact under the cursor was chosen, by Enter or a double-click."""

    class Ended(Message):
        """To the first contact of all, or to the last: the one who shows them knows these."""

        def __init__(self, last: bool) -> None:
            super().__init__()
            self.last = last

    def __init__(self, site: "Site") -> None:
        super().__init__()
        self._site = site
        self._contacts: tuple[Contact, ...] = ()
        self._after: tuple[str, ...] = ()
        self._cursor = 0

    @property
    def selected(self) -> Contact | None:
        """The contact under the cursor."""
        return self._contacts[self._cursor] if self._cursor < len(self._contacts) else None

    @property
    def cursor(self) -> int:
        """Which line it is, from 0."""
        return self._cursor

    def show(
        self, contacts: Sequence[Contact], *after: str, stay: bool = True, above: int = 0
    ) -> None:
        """Draw these, and below them the lines `after`.

        With `stay` the cursor remains with its contact, else it goes to the first. So many came in
        `above` what was there, which is not to move for that.
        """
        before, top = self.selected, self._top
        self._contacts, self._after = tuple(contacts), after
        self._cursor = self._find(before) if stay else 0
        self._measure()
        if above or not stay:
            self.scroll_to(y=top + above if stay else 0, animate=False)
        self._reveal()
        self.redraw()
        if self.selected != before:
            self.post_message(self.Moved(self.selected))

    def go_to_end(self, *, last: bool) -> None:
        """Put the cursor on the first of these, or the last."""
        self._put(len(self._contacts) - 1 if last else 0)

    def go_to(self, id: int) -> bool:
        """Put the cursor on the contact with this id; whether it is there."""
        for place, contact in enumerate(self._contacts):
            if contact.id == id:
                self._put(place)
                return True
        return False

    def _find(self, wanted: Contact | None) -> int:
        """Where a contact is now: itself, or what stands for it, or what it stood for."""
        last = max(0, len(self._contacts) - 1)
        if wanted is None:
            return min(self._cursor, last)
        refs = {contact.ref: place for place, contact in reversed(list(enumerate(self._contacts)))}
        instead = {contact.corrects: place for place, contact in enumerate(self._contacts)}
        for place in (refs.get(wanted.ref), instead.get(wanted.ref), refs.get(wanted.corrects)):
            if place is not None:
                return place
        return min(self._cursor, last)

    # -- drawing --------------------------------------------------------------------------------

    def _measure(self) -> None:
        height = HEADING + len(self._contacts) + len(self._after)
        if self.virtual_size.height != height:
            self.virtual_size = Size(self.size.width, height)

    @property
    def _top(self) -> int:
        return int(self.scroll_offset.y)

    def draw(self, width: int, height: int) -> list[Strip]:
        """The titles of the columns, and the contacts in view."""
        room = self.scrollable_content_region.width
        columns = _columns(room, self._site.plan)
        titles = (" " * GAP).join(fit(column.title, column.width) for column in columns)
        heading = self._part("heading") if self._contacts else self.ground
        rows = [row(width, self.ground, [(" " * LEAD, heading), (titles, heading)])]
        if not self._contacts:
            rows = [row(width, self.ground, [])]
        for place in range(self._top, self._top + height - HEADING):
            rows.append(self._draw_row(place, columns, width))
        return rows[:height]

    def _draw_row(self, place: int, columns: tuple[_Column, ...], width: int) -> Strip:
        if place >= len(self._contacts):
            after = place - len(self._contacts)
            words = self._after[after] if after < len(self._after) else ""
            return row(
                width, self.ground, [(" " * LEAD, self.ground), (words, self._part("empty"))]
            )
        contact, chosen = self._contacts[place], place == self._cursor
        over = self._part("cursor") if chosen else Style()
        cells: list[Cell] = [("▸ " if chosen else "  ", self._part("name") + over)]
        for column in columns:
            part = "name" if column.title == "name" else "quiet"
            cells.append((fit(column.text(contact), column.width), self._part(part) + over))
            cells.append((" " * GAP, self.ground + over))
        return row(width, self.ground + over, cells)

    def _part(self, name: str) -> Style:
        return self.look(f"contact-list--{name}")

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """What is in view is drawn anew."""
        super().watch_scroll_y(old_value, new_value)
        self.redraw()

    def on_resize(self) -> None:
        """Another width, other columns; the cursor stays in view."""
        super().on_resize()
        self._measure()
        self._reveal()

    def on_focus(self) -> None:
        """The cursor shows where keys go."""
        self._begin_anew()

    def on_blur(self) -> None:
        """The cursor is dimmer without the keys."""
        self._begin_anew()

    # -- what the hand does ---------------------------------------------------------------------

    def _put(self, place: int) -> None:
        if self._contacts:
            before, self._cursor = self._cursor, max(0, min(place, len(self._contacts) - 1))
            self._reveal()
            self.redraw()
            if before != self._cursor:
                self.post_message(self.Moved(self.selected))

    def _reveal(self) -> None:
        """Scroll as little as needed to see the cursor, at the end also what stands below."""
        height = self.size.height - HEADING
        if height < 1:
            return
        last = self._cursor == len(self._contacts) - 1
        low = self._cursor + (len(self._after) if last else 0)
        if self._cursor < self._top:
            self.scroll_to(y=self._cursor, animate=False)
        elif low >= self._top + height:
            self.scroll_to(y=low - height + 1, animate=False)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nobody is opened where nobody is."""
        return self.selected is not None if action == "open" else True

    def action_move(self, step: int) -> None:
        """The next contact, or the one before."""
        self._put(self._cursor + step)

    def action_turn(self, pages: int) -> None:
        """A screenful further."""
        self._put(self._cursor + pages * max(1, self.size.height - HEADING - 1))

    def action_end(self, last: bool) -> None:
        """The first of all or the last."""
        self.post_message(self.Ended(last))

    def action_open(self) -> None:
        """On to its card."""
        if self.selected is not None:
            self.post_message(self.Opened())

    def on_click(self, event: events.Click) -> None:
        """A click puts the cursor, a second one goes to the card."""
        place = event.y - HEADING + self._top
        if event.y >= HEADING and place < len(self._contacts):
            self._put(place)
            if event.chain == 2:
                self.action_open()
