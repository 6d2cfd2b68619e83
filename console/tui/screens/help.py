"""What can be pressed on a screen, and what its signs mean."""

from collections.abc import Sequence
from textwrap import wrap
from typing import ClassVar

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from console.tui.widgets.footer import Key

COLUMN, WHOLE = 34, 70  # cells there are for each of two, and for one, in a terminal of 80
IN_FORMS = (
    ("Tab ↓", "the next field"),
    ("⇧Tab ↑", "the field before"),
    ("⏎", "in a line: the next field; in several lines: a new one; at a choice: as Space"),
    ("Space", "at a choice: turns on or off, chooses, opens the list"),
)


class HelpScreen(ModalScreen[None]):
    """The keys and signs of the screen below; any click or Esc closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,f1,enter", "dismiss", "close"),
    ]

    def __init__(
        self,
        keys: Sequence[Key],
        signs: Sequence[tuple[str, str]],
        fields: Sequence[tuple[str, str]] = (),
    ) -> None:
        """`fields` are those of a form: (label, what it takes)."""
        super().__init__()
        self._keys = keys
        self._signs = signs
        self._fields = fields

    def compose(self) -> ComposeResult:
        """Two columns of text in a box."""
        # What Enter does in a form depends on the field: IN_FORMS says it for all kinds.
        said = {"enter"} if self._fields else set()
        keys = [(key.sign, key.words) for key in self._keys if key.bound not in said]
        with VerticalScroll(classes="help--box"):
            with Horizontal(classes="help--columns"):
                with Vertical(classes="help--keys"):
                    plain = [pair for pair in keys if not pair[0].isdigit()]
                    yield from _table("KEYS", [*plain, *(IN_FORMS if self._fields else ())])
                with Vertical(classes="help--signs"):
                    yield from _table("SIGNS", self._signs)
                    yield from _table("SCREENS", [pair for pair in keys if pair[0].isdigit()])
            yield from _table("WHAT THE FIELDS TAKE", self._fields, WHOLE)
            yield Static("Everything can be clicked, too. Esc closes this.", classes="help--quiet")

    def on_click(self, _event: events.Click) -> None:
        """A click closes it."""
        self.dismiss()


def _table(title: str, lines: Sequence[tuple[str, str]], width: int = COLUMN) -> ComposeResult:
    """A title, signs, and beside them their words, in as many rows as they need."""
    if not lines:
        return
    wide = max(cell_len(sign) for sign, _ in lines)
    rows = []
    for sign, words in lines:
        first, *rest = wrap(words, width - wide - 2) or [""]
        left = " " * (wide - cell_len(sign)) + sign
        rows.append(Content.assemble((left, "bold $key"), f"  {first}"))
        rows += [Content(" " * (wide + 2) + more) for more in rest]
    yield Static(title, classes="help--title")
    yield Static(Content("\n").join(rows), classes="help--list")
