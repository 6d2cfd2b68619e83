"""The sections of the settings, one below the other; those with unsaved changes are marked."""

from collections.abc import Collection, Mapping, Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip

from console.tui.cells import row
from console.tui.widgets.lines import Lines

UNSAVED, ALARM = "●", "▲"


class SectionList(Lines, can_focus=True):
    """Names; the arrows choose one, Enter goes into it."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "section-list--title",
        "section-list--name",
        "section-list--chosen",
        "section-list--cursor",
        "section-list--bar",
        "section-list--unsaved",
        "section-list--alarm",
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", "choose", show=False),
        Binding("down", "move(1)", "choose", show=False),
        Binding("home,pageup", "end(False)", "the first", show=False),
        Binding("end,pagedown", "end(True)", "the last", show=False),
        Binding("enter,right", "enter", "open"),
    ]

    class Chosen(Message):
        """Another section is to be shown."""

        def __init__(self, place: int) -> None:
            super().__init__()
            self.place = place

    class Entered(Message):
        """The keys go into the chosen section."""

    def __init__(self, title: str, names: Sequence[str]) -> None:
        super().__init__()
        self._title = title
        self._names = tuple(names)
        self._place = 0
        self._unsaved: dict[int, int] = {}
        self._alarms: frozenset[int] = frozenset()

    @property
    def place(self) -> int:
        """Which section is chosen."""
        return self._place

    def show_unsaved(self, unsaved: Mapping[int, int]) -> None:
        """So many changes are unsaved, by place."""
        self._unsaved = dict(unsaved)
        self.redraw()

    def show_alarms(self, places: Collection[int]) -> None:
        """Somebody must see to something in these sections."""
        self._alarms = frozenset(places)
        self.redraw()

    def draw(self, width: int, height: int) -> list[Strip]:
        """Title, a blank row, the names."""
        base = self.ground
        rows = [row(width, base, [(f" {self._title}", self.look("section-list--title"))])]
        rows.append(Strip.blank(width, base))
        for place, name in enumerate(self._names):
            chosen = place == self._place
            look = self.look(f"section-list--{'chosen' if chosen else 'name'}")
            fill = base
            if chosen and self.has_focus:
                fill = self.look("section-list--cursor")
                look += fill
            bar = ("▌" if chosen else " ", fill + self.look("section-list--bar"))
            mark = f"{UNSAVED} " if self._unsaved.get(place) else ""
            right = [(mark, fill + self.look("section-list--unsaved"))]
            if place in self._alarms:
                right.insert(0, (f"{ALARM} ", fill + self.look("section-list--alarm")))
            rows.append(row(width, fill, [bar, (f" {name}", look)], right))
        return rows

    def choose(self, place: int) -> None:
        """Show this section."""
        if place != self._place and 0 <= place < len(self._names):
            self._place = place
            self.redraw()
            self.post_message(self.Chosen(place))

    def action_move(self, step: int) -> None:
        """To the section above or below."""
        self.choose(self._place + step)

    def action_end(self, last: bool) -> None:
        """To the first section, or to the last."""
        self.choose(len(self._names) - 1 if last else 0)

    def action_enter(self) -> None:
        """Into the section."""
        self.post_message(self.Entered())

    def on_click(self, event: events.Click) -> None:
        """A click chooses, and goes in."""
        self.choose(event.y - 2)
        if event.y - 2 == self._place:
            self.action_enter()

    def on_focus(self) -> None:
        """Show where the keys go."""
        self.redraw()

    def on_blur(self) -> None:
        """The keys go elsewhere."""
        self.redraw()
