"""The card of a contact: scrolls, and its calls can be chosen."""

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from console.tui.card import Card
from console.tui.card_lines import CardRow, Reader, card_rows
from console.tui.cells import row
from console.tui.widgets.lines import Lines

if TYPE_CHECKING:
    from console.settings.site import Site


ROOMY = 14  # rows from which on blank ones separate the parts


class ContactCard(ScrollView, Lines, can_focus=True):
    """One contact with its calls; arrows go from call to call, or scroll where there is none."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"contact-card--{part}"
        for part in (
            *("name", "text", "note", "quiet", "number", "link", "certainty"),
            *("title", "rule", "open", "empty", "chosen", "key"),
        )
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", "choose a call", key_display="↑↓", show=False),
        Binding("pageup", "turn(-1)", show=False),
        Binding("pagedown", "turn(1)", show=False),
        Binding("home", "top", show=False),
        Binding("end", "bottom", show=False),
        Binding("enter", "open", "details of the call"),
    ]

    class Opened(Message):
        """A call of the history was chosen."""

        def __init__(self, call: str) -> None:
            super().__init__()
            self.call = call

    class LinkPressed(Message):
        """The contact's web page was clicked."""

        def __init__(self, url: str) -> None:
            super().__init__()
            self.url = url

    def __init__(self, site: "Site", *nothing: str) -> None:
        """`nothing` is what is said while there is no card."""
        super().__init__()
        self._site = site
        self._nothing = nothing
        self._card: Card | None = None
        self._now: datetime | None = None
        self._told: list[CardRow] = []
        self._cursor: int | None = None
        self._eager = False

    @property
    def card(self) -> Card | None:
        """What is shown."""
        return self._card

    def show(self, card: Card | None, now: datetime) -> None:
        """Draw this card; another contact is read from its top."""
        minute = now.replace(second=0, microsecond=0)
        if card == self._card and minute == self._now:
            return
        other = card is None or self._card is None or card.contact.ref != self._card.contact.ref
        self._card, self._now = card, minute
        if other:
            self._cursor, self._eager = None, False
            self.scroll_to(y=0, animate=False)
        self._write()

    def say(self, *nothing: str) -> None:
        """What is said while there is no card."""
        if nothing != self._nothing:
            self._nothing = nothing
            self.redraw()

    def _write(self) -> None:
        kept = self._told[self._cursor].call if self._cursor is not None else ""
        self._told = []
        width = self.scrollable_content_region.width
        if self._card is not None and self._now is not None and width:
            reader = Reader(self._now, self._site.zone, self._site.plan)
            dense = self.size.height < ROOMY
            self._told = card_rows(self._card, reader, width, dense=dense)
        places = [place for place, told in enumerate(self._told) if told.call]
        same = [place for place in places if self._told[place].call == kept]
        self._cursor = same[0] if same else None
        if self.virtual_size.height != len(self._told):
            self.virtual_size = Size(width, len(self._told))
        self.redraw()
        if self._eager and self._cursor is None:
            self.choose_first()

    def draw(self, width: int, height: int) -> list[Strip]:
        """The rows in view."""
        if self._card is None:
            look = self._part("empty")
            return [row(width, self.ground, [(line, look)]) for line in self._nothing][:height]
        top = self.scroll_offset.y
        shown = self._told[top : top + height]
        return [self._draw_row(told, top + y, width) for y, told in enumerate(shown)]

    def _draw_row(self, told: CardRow, place: int, width: int) -> Strip:
        room = self.scrollable_content_region.width
        chosen = place == self._cursor and self.has_focus
        over = self._over() if chosen else Style()
        ground = self.ground + over
        cells = [(text, self._part(part) + over) for text, part in told.cells]
        if told.rule:
            rule = self._part("rule")
            left = sum(len(text) for text, _ in told.cells) + 1
            cells += [(" ", ground), ("─" * max(0, room - left), rule)]
        if told.link:
            cells[-1] = (cells[-1][0], cells[-1][1] + Style(link=told.link))
        return row(width, ground, cells)

    def _over(self) -> Style:
        look = self._part("chosen")
        if self.few_colours:
            return look  # Reversed colours can't be read on every terminal.
        return Style(bgcolor=look.bgcolor, bold=look.bold)

    def _part(self, name: str) -> Style:
        return self.look(f"contact-card--{name}")

    # -- what the hand does ---------------------------------------------------------------------

    def action_move(self, step: int) -> None:
        """To the next call in view, else one row further."""
        places = [place for place, told in enumerate(self._told) if told.call]
        at = self._cursor if self._cursor is not None else -1
        ahead = [p for p in places if p > at] if step > 0 else [p for p in places if p < at][::-1]
        top, height = self.scroll_offset.y, self.size.height
        if ahead and top - 1 <= ahead[0] <= top + height:
            self._put(ahead[0])
        elif step < 0 and self._cursor is not None and not ahead:
            self._cursor = None
            self.scroll_to(y=0, animate=False)
            self.redraw()
        else:
            self.scroll_to(y=top + step, animate=False)

    def choose_first(self) -> None:
        """Put the cursor on the newest call, as soon as the calls are read."""
        self._eager = True
        first = next((place for place, told in enumerate(self._told) if told.call), None)
        if first is not None and self._cursor is None:
            self._put(first)

    def _put(self, place: int) -> None:
        self._cursor, self._eager = place, False
        top, height = self.scroll_offset.y, self.size.height
        if place < top:
            self.scroll_to(y=place, animate=False)
        elif place >= top + height:
            self.scroll_to(y=place - height + 1, animate=False)
        self.redraw()

    def action_turn(self, pages: int) -> None:
        """Scroll by a screenful."""
        y = self.scroll_offset.y + pages * max(1, self.size.height - 1)
        self.scroll_to(y=max(0, y), animate=False)

    def action_top(self) -> None:
        """To the beginning."""
        self._cursor, self._eager = None, False
        self.scroll_to(y=0, animate=False)
        self.redraw()

    def action_bottom(self) -> None:
        """To the oldest call, or to the end where there is none."""
        places = [place for place, told in enumerate(self._told) if told.call]
        if places:
            self._put(places[-1])
        self.scroll_to(y=max(0, len(self._told) - self.size.height), animate=False)

    def action_open(self) -> None:
        """All about the chosen call."""
        if self._cursor is not None:
            self.post_message(self.Opened(self._told[self._cursor].call))

    def on_click(self, event: events.Click) -> None:
        """A click chooses a call, a second one opens it; one on the web page opens that."""
        place = event.y + self.scroll_offset.y
        if place >= len(self._told):
            return
        told = self._told[place]
        if told.link:
            self.post_message(self.LinkPressed(told.link))
        elif told.call:
            self._put(place)
            if event.chain == 2:
                self.action_open()

    def on_focus(self) -> None:
        """The cursor shows where keys go."""
        self.redraw()

    def on_blur(self) -> None:
        """Without the keys there is none."""
        self.redraw()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """What is in view is drawn anew."""
        super().watch_scroll_y(old_value, new_value)
        self.redraw()

    def on_resize(self) -> None:
        """Another width, other breaks."""
        super().on_resize()
        self._write()
