"""The field to search in: tells what is typed once the hand pauses, and gives the keys back."""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Input

PAUSE = 0.15
LONGEST = 100


class SearchField(Input):
    """Type to search; Enter and arrow down go to the rows, Esc clears and goes there too."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "clear_and_leave", "clear"),
        Binding("down", "leave", "to the list"),
    ]

    class Searched(Message):
        """Look for this from now on; empty for everything."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Left(Message):
        """The keys may go to the rows again."""

    def __init__(self) -> None:
        super().__init__(placeholder="/ search", compact=True, max_length=LONGEST)
        self.cursor_blink = False
        self._said = ""
        self._timer: Timer | None = None

    def on_input_changed(self, event: Input.Changed) -> None:
        """Wait for the hand to pause, so that a word is one question."""
        event.stop()
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(PAUSE, self._say)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter: search now, and on to the rows."""
        event.stop()
        self._say()
        self.action_leave()

    def fill(self, text: str) -> None:
        """Show what is looked for already."""
        with self.prevent(Input.Changed):
            self.value = text
        self._said = text

    def clear_search(self) -> None:
        """Empty it and say so at once."""
        with self.prevent(Input.Changed):
            self.value = ""
        self._say()

    def action_leave(self) -> None:
        """On to the rows."""
        self._say()
        self.post_message(self.Left())

    def action_clear_and_leave(self) -> None:
        """Search for nothing, and back to the rows."""
        self.clear_search()
        self.post_message(self.Left())

    def _say(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        text = self.value.strip()
        if text != self._said:
            self._said = text
            self.post_message(self.Searched(text))
