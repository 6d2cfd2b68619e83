"""Whether to leave while somebody rings, with changes not saved, or while others are on."""

from collections.abc import Iterator
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Button, Static


class QuitDialog(ModalScreen[bool]):
    """Asks because calls ring, or because something would be lost; True is to leave."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "dismiss(True)", "quit"),
        Binding("n,escape,q", "dismiss(False)", "stay"),
    ]

    def __init__(self, ringing: int, unsaved: int = 0, others: int = 0) -> None:
        """`others` are at consoles that end with this one."""
        super().__init__()
        self._ringing = ringing
        self._unsaved = unsaved
        self._others = others

    def compose(self) -> ComposeResult:
        """A sentence and two buttons; the harmless one has the focus."""
        with Vertical(classes="quit--box"):
            yield Static(f"{' '.join(self._reasons())} Quit all the same?", markup=False)
            with Horizontal(classes="quit--buttons"):
                yield Button("Stay (n)", id="stay")
                yield Button("Quit (y)", id="leave")

    def _reasons(self) -> Iterator[str]:
        if self._ringing:
            yield "A caller waits." if self._ringing == 1 else f"{self._ringing} callers wait."
        if self._unsaved:
            one = self._unsaved == 1
            yield "1 change is not saved." if one else f"{self._unsaved} changes are not saved."
        if self._others:
            on = "1 other console is on" if self._others == 1 else f"{self._others} others are on"
            yield f"{on}: the desk ends with this one, for all."

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        self.dismiss(event.button.id == "leave")
