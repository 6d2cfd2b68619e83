"""A dialog with a question and a few answers, each with its key."""

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from console.tui.cells import plain
from console.tui.screens.dialog import Dialog
from console.tui.widgets.footer import Key
from console.tui.widgets.form.keeper import changes


class Question(Dialog[str | None]):
    """Answers the key of what was chosen, or None for Esc."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "leave")]

    def __init__(
        self, title: str, words: str, choices: Sequence[tuple[str, str]], stay: str = "leaves"
    ) -> None:
        """`choices` are (key, words), the likeliest first; `stay` says what Esc does."""
        super().__init__()
        self._heading = title
        self._words = words
        self._choices = tuple(choices)
        self.keys = (Key("⏎", "chooses", "enter"), Key("esc", stay, "escape"))

    def compose_body(self) -> ComposeResult:
        """The question, and the answers."""
        yield Static(Content(plain(self._heading)), classes="dialog--title")
        lines = "\n".join(plain(line) for line in self._words.split("\n"))
        if lines:
            yield Static(Content(lines), classes="dialog--words")
        yield OptionList(
            *(
                Option(Content.assemble((f" {key}", "bold"), f"  {plain(words)}"))
                for key, words in self._choices
            ),
            markup=False,
        )

    def on_mount(self) -> None:
        """The keys choose at once."""
        self.query_one(OptionList).focus()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter, or a click."""
        event.stop()
        self.dismiss(self._choices[event.option_index][0])

    def on_key(self, event: events.Key) -> None:
        """A choice by its key."""
        if event.character and any(event.character == key for key, _ in self._choices):
            event.stop()
            self.dismiss(event.character)


def leaving(unsaved: int) -> Question:
    """What every form asks that is left with so many changes; Esc goes back to it."""
    choices = (("s", "Save"), ("t", "Throw away"))
    return Question(f"{changes(unsaved)} not saved", "", choices, "back to the form")
