"""A field for a company's colour: typed, or taken from a few, and seen on its name."""

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip
from textual.widgets import Input

from console.people.table import colour_in
from console.tui.cells import Cell, cut, plain, row
from console.tui.company_colour import SHADES, band_style, bar_style
from console.tui.widgets.form.control import Control
from console.tui.widgets.form.text import OneLine, TextField

WIDE = 4  # cells of a shade with the gap behind it
KEYS = "1234567890ab"  # one for each shade


def colour_of_text(text: str) -> str:
    """`#rrggbb`, or empty; raises ValueError with a sentence."""
    return colour_in(text, "the company")


class Shades(Control):
    """The company's name in its colour, and below it a few colours to take; each has its key."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"shades--cursor", "shades--quiet"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "move(-1)", "colour", show=False),
        Binding("right", "move(1)", "colour", show=False),
        Binding("up", "app.focus_previous", "field before", show=False),
        Binding("down,enter", "app.focus_next", "next field", show=False),
    ]

    class Taken(Message):
        """A colour was taken."""

        def __init__(self, colour: str) -> None:
            super().__init__()
            self.colour = colour

    def __init__(self) -> None:
        super().__init__()
        self._firm = ""
        self._colour = ""

    def show(self, name: str, colour: str) -> None:
        """The name and its colour (`#rrggbb`, or empty)."""
        self._firm, self._colour = name, colour
        self.redraw()

    @property
    def _place(self) -> int:
        known = [shade.hex.lower() for shade in SHADES]
        return known.index(self._colour) if self._colour in known else -1

    def draw(self, width: int, height: int) -> list[Strip]:
        """Two rows."""
        few = self.few_colours
        quiet, cursor = self.look("shades--quiet"), self.look("shades--cursor")
        name = cut(plain(self._firm) or "The company", width - 20)
        words = "" if self._colour else "  always this for its name"
        band: list[Cell] = [
            (f" {name} ", band_style(self._colour, self._firm, few)),
            (words, quiet),
        ]
        cells: list[Cell] = []
        for place, shade in enumerate(SHADES):
            chosen = place == self._place
            style = bar_style(shade.hex, "", few)
            # With the keys each says its own, so that it is seen where they go.
            key = KEYS[place] if self.has_focus else " "
            marks = ("[", "]") if chosen else (key, " ")
            look = cursor if self.has_focus else quiet
            cells += [(marks[0], look), ("██", style), (marks[1], look)]
        fill = self.ground + cursor if self.has_focus else self.ground
        return [row(width, self.ground, band), row(width, fill, cells)]

    def action_move(self, step: int) -> None:
        """Take the next colour."""
        self._take((self._place + step) % len(SHADES))

    def _take(self, place: int) -> None:
        self.post_message(self.Taken(SHADES[place].hex.lower()))

    def on_key(self, event: events.Key) -> None:
        """A shade by its key."""
        if event.character and event.character in KEYS:
            self._take(KEYS.index(event.character))

    def on_click(self, event: events.Click) -> None:
        """A click takes a colour."""
        if event.y == 1 and event.x // WIDE < len(SHADES):
            self._take(event.x // WIDE)

    def on_focus(self) -> None:
        """Show where the keys go."""
        self.redraw()

    def on_blur(self) -> None:
        """The keys go elsewhere."""
        self.redraw()


class ColourField(TextField):
    """`#rrggbb`, or empty; `call_it` says on whose name it is seen."""

    def __init__(self, key: str, label: str, help: str = "") -> None:
        super().__init__(key, label, help, example=SHADES[0].hex.lower(), read=colour_of_text)
        self._firm = ""

    def control(self) -> ComposeResult:
        """The line, and what it looks like."""
        yield OneLine(limit=7)
        yield Shades()

    def call_it(self, name: str) -> None:
        """Show the colour on this name."""
        self._firm = name
        self._show()

    def put(self, raw: str) -> None:
        """Fill the line, and show it."""
        super().put(raw)
        self._show()

    def _show(self) -> None:
        if not self.fixed:
            try:
                colour = colour_of_text(self.raw)
            except ValueError:
                colour = ""
            self.query_one(Shades).show(self._firm, colour)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Somebody typed."""
        super().on_input_changed(event)
        self._show()

    def on_shades_taken(self, event: Shades.Taken) -> None:
        """Somebody took one."""
        event.stop()
        self.put(event.colour)
        self.edited()
