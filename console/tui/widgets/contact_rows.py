"""The rows of the contact form: labels, fields, and what is wrong or understood."""

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.suggester import SuggestFromList
from textual.widget import Widget
from textual.widgets import Label, Static

from console.tui.cells import plain
from console.tui.widgets.form.text import OneLine

KINDS = ("mobile", "work", "home", "main", "fax", "pager", "other")
LONGEST = 200


class ContactLine(OneLine):
    """One line to type in; with `kinds` the right arrow completes the usual kinds of numbers."""

    def __init__(self, value: str = "", *, kinds: bool = False) -> None:
        super().__init__(limit=LONGEST)
        self.value = value
        if kinds:
            self.placeholder = "mobile, work …"
            self.suggester = SuggestFromList(KINDS, case_sensitive=False)


class ContactRow(Horizontal):
    """Labels and fields side by side; `say` writes at the end of the row."""

    def __init__(self, *fields: tuple[str, Widget]) -> None:
        super().__init__(classes="-three" if len(fields) > 2 else "")
        self._fields = fields
        self._hint = Static("", markup=False, classes="contact-row--hint")

    def compose(self) -> ComposeResult:
        """The labels, the fields, the hint."""
        for place, (label, field) in enumerate(self._fields):
            yield Label(label, markup=False, classes="-next" if place else "-first")
            yield field
        yield self._hint

    def say(self, words: str, *, wrong: bool = False) -> None:
        """What is understood, or what is wrong with it; empty for nothing."""
        self._hint.update(plain(words))
        self._hint.set_class(wrong, "-wrong")
        self._hint.display = bool(words)
