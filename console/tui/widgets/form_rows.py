"""The rows of the contact form: a label, one or more fields, and what is wrong or understood."""

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.suggester import SuggestFromList
from textual.widgets import Input, Label, Static

from console.tui.cells import plain

KINDS = ("mobile", "work", "home", "main", "fax", "pager", "other")
LONGEST = 200


class FormField(Input):
    """One line to type in."""

    def __init__(self, value: str = "", placeholder: str = "", *, kinds: bool = False) -> None:
        """`kinds`: the usual kinds of numbers are completed by the right arrow."""
        super().__init__(
            value,
            placeholder=placeholder,
            compact=True,
            max_length=LONGEST,
            select_on_focus=False,
            suggester=SuggestFromList(KINDS, case_sensitive=False) if kinds else None,
        )
        self.cursor_blink = False


class FormRow(Horizontal):
    """Labels and fields side by side; `say` writes beside or below them."""

    def __init__(self, *fields: tuple[str, FormField]) -> None:
        super().__init__()
        self._fields = fields
        self._hint = Static("", markup=False, classes="form-row--hint")

    def compose(self) -> ComposeResult:
        """The labels, the fields, the hint."""
        for place, (label, field) in enumerate(self._fields):
            yield Label(label, markup=False, classes="-first" if not place else "-next")
            yield field
        yield self._hint

    def say(self, words: str, *, wrong: bool = False) -> None:
        """What is understood, or what is wrong with it; empty for nothing."""
        self._hint.update(plain(words))
        self._hint.set_class(wrong, "-wrong")
        self._hint.display = bool(words)
