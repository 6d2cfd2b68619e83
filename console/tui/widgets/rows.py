"""A list of things of a few rows each, drawn line by line; the cursor belongs to a thing."""

from bisect import bisect_right
from collections.abc import Callable, Hashable, Sequence
from typing import ClassVar, Generic, Protocol, TypeVar

from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from console.tui.cells import Cell, row

Thing = TypeVar("Thing")
Drawn = TypeVar("Drawn", contravariant=True)
Look = Callable[[str], Style]
# A row: what stands at its left, and what at its right edge.
Line = tuple[Sequence[Cell], Sequence[Cell]]


class Pen(Protocol[Drawn]):
    """How the things of one list are drawn."""

    def key(self, thing: Drawn) -> Hashable:
        """What stays the same of a thing while the rest changes."""
        ...

    def heading(self, width: int, look: Look) -> Line | None:
        """Titles above the list, if it has any."""
        ...

    def lines(self, thing: Drawn, width: int, look: Look) -> Sequence[Line]:
        """The rows of a thing, always at least one."""
        ...


class Rows(ScrollView, Generic[Thing], can_focus=True):
    """Things in their order; cursor and scroll stay with them when others come and go."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"rows--{part}"
        for part in ("heading", "name", "text", "quiet", "open", "well", "busy", "lost", "cursor")
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", "choose", show=False),
        Binding("down", "move(1)", show=False),
        Binding("pageup", "turn(-1)", show=False),
        Binding("pagedown", "turn(1)", show=False),
        Binding("home", "end(0)", show=False),
        Binding("end", "end(-1)", show=False),
        Binding("enter", "choose", "open"),
    ]

    class Moved(Message):
        """The cursor is on another thing, or on none."""

    class Chosen(Message):
        """A thing was chosen, by Enter or by a double-click."""

    def __init__(self, pen: Pen[Thing], *, empty: Sequence[str] = ()) -> None:
        """`empty` is said while there is nothing."""
        super().__init__()
        self._pen = pen
        self._empty = tuple(empty)
        self._things: tuple[Thing, ...] = ()
        self._cursor = 0
        self._drawn: list[list[Strip]] = []
        self._starts: list[int] = []
        self._head: Strip | None = None
        self._known = False

    # -- what a screen asks for -----------------------------------------------------------------

    @property
    def chosen(self) -> Thing | None:
        """What is under the cursor."""
        return self._things[self._cursor] if self._things else None

    @property
    def things(self) -> tuple[Thing, ...]:
        """All of them."""
        return self._things

    def show(self, things: Sequence[Thing]) -> None:
        """Show these; the cursor stays on its thing, else near its place."""
        before = self.chosen
        old = self._pen.key(before) if before is not None else None
        self._things = tuple(things)
        self._known = True
        keys = [self._pen.key(thing) for thing in self._things]
        if old in keys:
            self._cursor = keys.index(old)
        self._cursor = min(self._cursor, max(0, len(keys) - 1))
        self._lay_out()
        now = self.chosen
        if (self._pen.key(now) if now is not None else None) != old:
            self.post_message(self.Moved())

    def go_to(self, key: Hashable) -> None:
        """Put the cursor on a thing, if it is there."""
        for place, thing in enumerate(self._things):
            if self._pen.key(thing) == key:
                self._put_cursor(place)

    def say_when_empty(self, *lines: str) -> None:
        """What an empty list says."""
        if lines != self._empty:
            self._empty = lines
            self.refresh()

    def draw_again(self) -> None:
        """What the pen knows has changed."""
        self._lay_out()

    # -- drawing --------------------------------------------------------------------------------

    def _look(self, part: str) -> Style:
        return self.get_component_rich_style(f"rows--{part}")

    def _lay_out(self) -> None:
        width = self.scrollable_size.width
        if not width:
            return
        ground = self.rich_style
        head = self._pen.heading(width, self._look)
        self._head = None if head is None else row(width, ground, *head)
        self._drawn, self._starts = [], []
        at = 0
        for thing in self._things:
            lines = self._pen.lines(thing, width, self._look)
            self._drawn.append([_on(ground, row(width, ground, *line)) for line in lines])
            self._starts.append(at)
            at += len(lines)
        self.virtual_size = Size(width, at + self._above)
        self._reveal()
        self.refresh()

    @property
    def _above(self) -> int:
        return 0 if self._head is None else 1

    def _at(self, y: int) -> tuple[int, int] | None:
        """Which thing, and which row of it, is at a row of the whole list."""
        place = bisect_right(self._starts, y) - 1
        if place < 0 or y - self._starts[place] >= len(self._drawn[place]):
            return None
        return place, y - self._starts[place]

    def render_line(self, y: int) -> Strip:
        """Row `y` of the widget."""
        width = self.scrollable_size.width
        if y < self._above and self._head is not None:
            return self._head
        if not self._things:
            return self._remark(y, width)
        found = self._at(int(self.scroll_offset.y) + y - self._above)
        if found is None:
            return Strip.blank(width, self.rich_style)
        place, line = found
        strip = self._drawn[place][line]
        return strip if place != self._cursor else self._under_cursor(strip)

    def _under_cursor(self, strip: Strip) -> Strip:
        look = self._look("cursor")
        # Only the ground: what is read by its colour keeps it.
        over = Style(bgcolor=look.bgcolor, reverse=look.reverse)
        segments = [one._replace(style=(one.style or Style()) + over) for one in strip]
        return Strip(segments, strip.cell_length)

    def _remark(self, y: int, width: int) -> Strip:
        first = max(1, (self.size.height - len(self._empty)) // 3)
        ground = self.rich_style
        if not (self._known and 0 <= y - first < len(self._empty)):
            return Strip.blank(width, ground)
        return row(width, ground, [(self._empty[y - first].center(width), self._look("quiet"))])

    # -- cursor ---------------------------------------------------------------------------------

    def _reveal(self) -> None:
        """Scroll as little as needed to see the cursor's thing."""
        if not self._starts:
            return
        first, tall = self._starts[self._cursor], len(self._drawn[self._cursor])
        top, height = int(self.scroll_offset.y), max(1, self.size.height - self._above)
        if first < top:
            self.scroll_to(y=first, animate=False)
        elif first + tall > top + height:
            self.scroll_to(y=first + tall - height, animate=False)

    def _put_cursor(self, place: int) -> None:
        if not self._things:
            return
        before, self._cursor = self._cursor, min(max(place, 0), len(self._things) - 1)
        for each in (before, self._cursor):
            if each < len(self._starts):
                y = self._starts[each] - int(self.scroll_offset.y) + self._above
                self.refresh(Region(0, y, self.size.width, len(self._drawn[each])))
        self._reveal()
        if before != self._cursor:
            self.post_message(self.Moved())

    def action_move(self, step: int) -> None:
        """To the next one, or the one before."""
        self._put_cursor(self._cursor + step)

    def action_turn(self, pages: int) -> None:
        """By a screenful."""
        tall = len(self._drawn[self._cursor]) if self._drawn else 1
        self._put_cursor(self._cursor + pages * max(1, self.size.height // tall - 1))

    def action_end(self, place: int) -> None:
        """To the first or the last."""
        self._put_cursor(place % max(1, len(self._things)))

    def action_choose(self) -> None:
        """This one."""
        if self.chosen is not None:
            self.post_message(self.Chosen())

    def on_click(self, event: events.Click) -> None:
        """A click puts the cursor, a double-click chooses."""
        found = self._at(int(self.scroll_offset.y) + event.y - self._above)
        if event.y >= self._above and found is not None:
            self._put_cursor(found[0])
            if event.chain == 2:
                self.action_choose()

    def on_resize(self) -> None:
        """Another width, other rows."""
        self._lay_out()

    def notify_style_update(self) -> None:
        """Another theme, other colours."""
        super().notify_style_update()
        self._lay_out()

    def on_focus(self) -> None:
        """The cursor shows where the keys go."""
        self.refresh()

    def on_blur(self) -> None:
        """The cursor is dimmer without the keys."""
        self.refresh()


def _on(ground: Style, strip: Strip) -> Strip:
    """A bar has a colour, but no ground of its own."""
    return Strip([one._replace(style=ground + one.style) if one.style else one for one in strip])
