"""A dialog to write a note on a call."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static, TextArea

from console.desk.orders import LONGEST_NOTE
from console.tui.cells import plain
from console.tui.screens.dialog import Dialog
from console.tui.screens.question import Question
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
        """Count."""
        self._say()

    def _say(self) -> None:
        length = len(self._text)
        hint = self.query_one(".dialog--hint", Static)
        too_long = length > LONGEST_NOTE
        hint.set_class(too_long, "-warning")
        if too_long:
            over = length - LONGEST_NOTE
            hint.update(f"{length:,} of {LONGEST_NOTE:,} characters: too long by {over:,}")
        else:
            hint.update(f"{length:,} of {LONGEST_NOTE:,} characters")

    def action_save(self) -> None:
        """Answer the note; an empty one is none, one that is too long stays."""
        if len(self._text) <= LONGEST_NOTE:
            self.dismiss(self._text or None)

    def action_give_up(self) -> None:
        """Leave; with something typed only after a question."""
        if not self._text:
            self.dismiss(None)
            return

        def then(key: str | None) -> None:
            if key == "s":
                self.action_save()
            elif key == "t":
                self.dismiss(None)

        choices = (("s", "Save it"), ("t", "Throw it away"))
        question = Question("This note is not saved", "", choices, "back to the note")
        self.app.push_screen(question, then)
