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

    longest: ClassVar[int] = LONGEST_NOTE
    """So many characters it may have."""
    kind: ClassVar[str] = "note"
    done: ClassVar[str] = "saved"
    to_do: ClassVar[str] = "Save it"
    """What is written, what becomes of it, and what is offered to who gives it up."""

    def __init__(self, title: str, call: str = "", begun: str = "") -> None:
        """`call` is what the note is on; `begun` is what was typed of it before."""
        super().__init__()
        self._about = title
        self._call = call
        self._begun = begun

    def compose_body(self) -> ComposeResult:
        """Title, field, and a line that counts."""
        title = f"{self.kind.upper()}  {plain(self._about)}"
        yield Static(title, markup=False, classes="dialog--title")
        field = NoteField(soft_wrap=True, show_line_numbers=False, compact=True)
        field.cursor_blink = False
        yield field
        yield Static("", markup=False, classes="dialog--hint")

    def on_mount(self) -> None:
        """The hand can type at once."""
        field = self.query_one(NoteField)
        field.load_text(self._begun)
        field.move_cursor(field.document.end)
        field.focus()
        self._say()

    @property
    def half_typed(self) -> tuple[str, str] | None:
        """What is typed so far, if anything is."""
        if not (self._call and self.is_mounted and self._text):
            return None
        return self._call, self._text

    @property
    def _text(self) -> str:
        return self.query_one(NoteField).text.strip()

    def on_text_area_changed(self) -> None:
        """Count."""
        self._say()

    def _say(self) -> None:
        length = len(self._text)
        hint = self.query_one(".dialog--hint", Static)
        too_long = length > self.longest
        hint.set_class(too_long, "-warning")
        if too_long:
            over = length - self.longest
            hint.update(f"{length:,} of {self.longest:,} characters: too long by {over:,}")
        else:
            hint.update(f"{length:,} of {self.longest:,} characters")

    def action_save(self) -> None:
        """Answer the note; an empty one is none, one that is too long stays."""
        if len(self._text) <= self.longest:
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

        title, stay = f"This {self.kind} is not {self.done}", f"back to the {self.kind}"
        choices = (("s", self.to_do), ("t", "Throw it away"))
        question = Question(title, "", choices, stay)
        self.app.push_screen(question, then)
