"""Where a field would be: a value that is not its own, and whose it is."""

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip

from console.tui.cells import cut, row
from console.tui.widgets.form.control import Control


class LentLine(Control):
    """The value and whose it is, in one row; Enter or a click asks for an own one."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "lent-line--text",
        "lent-line--whose",
        "lent-line--cursor",
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space", "press", "own value", show=False),
        Binding("up", "app.focus_previous", "field before", show=False),
        Binding("down", "app.focus_next", "next field", show=False),
    ]

    class Pressed(Message):
        """An own value is wanted."""

    def __init__(self) -> None:
        super().__init__()
        self._words = ""
        self._whose = ""

    def show(self, words: str, whose: str) -> None:
        """The value, and whose it is."""
        if (words, whose) != (self._words, self._whose):
            self._words, self._whose = words, whose
            self.redraw()

    def draw(self, width: int, height: int) -> list[Strip]:
        """The one row."""
        fill = self.look("lent-line--cursor") if self.has_focus else self.ground
        whose = f"  {self._whose} "
        text = cut(f" {self._words}", width - len(whose))
        cells = [(text, fill + self.look("lent-line--text"))]
        return [row(width, fill, cells, [(whose, fill + self.look("lent-line--whose"))])]

    def action_press(self) -> None:
        """An own value."""
        self.post_message(self.Pressed())

    def on_click(self, event: events.Click) -> None:
        """A click, too."""
        self.action_press()

    def on_focus(self) -> None:
        """Show where the keys go."""
        self.redraw()

    def on_blur(self) -> None:
        """The keys go elsewhere."""
        self.redraw()
