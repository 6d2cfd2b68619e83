"""For whom the settings below are: everybody, or one company."""

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Static

from console.tui.widgets.form.pick import Picked


class ScopeLine(Horizontal):
    """One row; Enter or a click on it asks for another scope (Picked.Opened)."""

    def compose(self) -> ComposeResult:
        """The word, and what is chosen."""
        yield Static("  scope", markup=False, classes="scope-line--label")
        yield Picked()

    def show(self, words: str) -> None:
        """What is chosen."""
        self.query_one(Picked).show(words)
