"""What can be pressed on a screen, and what its signs mean."""

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from console.tui.widgets.footer import Key


class HelpScreen(ModalScreen[None]):
    """The keys and signs of the screen below; any click or Esc closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,enter", "dismiss", "close"),
    ]

    def __init__(self, keys: Sequence[Key], signs: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._keys = keys
        self._signs = signs

    def compose(self) -> ComposeResult:
        """Two columns of text in a box."""
        with VerticalScroll(classes="help--box"):
            with Horizontal(classes="help--columns"):
                with Vertical(classes="help--keys"):
                    yield Static("KEYS", classes="help--title")
                    yield self._list([(key.sign, key.words) for key in self._keys])
                with Vertical(classes="help--signs"):
                    yield Static("SIGNS" if self._signs else "", classes="help--title")
                    yield self._list(self._signs)
            yield Static("Everything can be clicked, too. Esc closes this.", classes="help--quiet")

    def _list(self, lines: Sequence[tuple[str, str]]) -> Static:
        rows = [
            Content.assemble((f"{sign:>4}", "bold $key"), f"  {words}") for sign, words in lines
        ]
        return Static(Content("\n").join(rows), classes="help--list")

    def on_click(self, _event: events.Click) -> None:
        """A click closes it."""
        self.dismiss()
