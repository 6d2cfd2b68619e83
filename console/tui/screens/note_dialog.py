"""A dialog to write a note on a call."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static, TextArea

from console.desk.orders import LONGEST_NOTE
from console.tui.cells import plain
from console.tui.screens.dialog import Dialog
from console.tui.widgets.footer import Key


class NoteField(TextArea):
    """A paragraph; Enter does not break it, it saves."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "screen.save", "save", priority=True),
    ]


class NoteDialog(Dialog[str | None]):
    """Answers the note's text, or None if it was given up."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", "save", priority=True),
        Binding("escape", "give_up", "give up", priority=True),
    ]

    keys = (Key("⏎", "saves", "enter"), Key("esc", "gives up", "escape"))

    def __init__(self, title: str) -> None:
        super().__init__()
        self._about = title
        self._asked = False

    def compose_body(self) -> ComposeResult:
        """Title, field, and a line that counts."""
        yield Static(f"NOTE  {plain(self._about)}", markup=False, classes="dialog--title")
        field = NoteField(soft_wrap=True, show_line_numbers=False, compact=True)
        field.cursor_blink = False
        yield field
        yield Static("", markup=False, classes="dialog--hint")

    def on_mount(self) -> None:
        """The hand can type at once."""
        self.query_one(NoteField).focus()
        self._say()

    @property
    def _text(self) -> str:
        return self.query_one(NoteField).text.strip()

    def on_text_area_changed(self) -> None:
        """Count, and forget that giving up was asked for."""
        self._asked = False
        self._say()

    def _say(self) -> None:
        length = len(self._text)
        hint = self.query_one(".dialog--hint", Static)
        too_long = length > LONGEST_NOTE
        hint.set_class(too_long or self._asked, "-warning")
        if self._asked:
            hint.update("Throw this note away? Esc again does, Enter saves it.")
        elif too_long:
            over = length - LONGEST_NOTE
            hint.update(f"{length:,} of {LONGEST_NOTE:,} characters: too long by {over:,}")
        else:
            hint.update(f"{length:,} of {LONGEST_NOTE:,} characters")

    def action_save(self) -> None:
        """Answer the note; an empty one is none, one that is too long stays."""
        if len(self._text) <= LONGEST_NOTE:
            self.dismiss(self._text or None)

    def action_give_up(self) -> None:
        """Leave; what was typed is thrown away only after a second Esc."""
        if self._text and not self._asked:
            self._asked = True
            self._say()
        else:
            self.dismiss(None)
