"""Whether to leave while somebody rings."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Button, Static


class QuitDialog(ModalScreen[bool]):
    """Asks because calls ring; True is to leave."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "dismiss(True)", "quit"),
        Binding("n,escape,q", "dismiss(False)", "stay"),
    ]

    def __init__(self, ringing: int) -> None:
        super().__init__()
        self._ringing = ringing

    def compose(self) -> ComposeResult:
        """A sentence and two buttons; the harmless one has the focus."""
        calls = "A caller waits." if self._ringing == 1 else f"{self._ringing} callers wait."
        with Vertical(classes="quit--box"):
            yield Static(f"{calls} Quit all the same?", markup=False)
            with Horizontal(classes="quit--buttons"):
                yield Button("Stay (n)", id="stay")
                yield Button("Quit (y)", id="leave")

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        self.dismiss(event.button.id == "leave")
