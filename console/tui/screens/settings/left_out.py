"""What an import or a source left out: which file, which line, and why."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from console.people.skipped import Skipped
from console.tui.cells import plain
from console.tui.screens.dialog import Dialog
from console.tui.screens.settings.source_words import counted
from console.tui.widgets.footer import Key


class LeftOut(Dialog[None]):
    """A list to scroll in; of very many only the first are known."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,enter,q", "dismiss(None)", "close")]
    AUTO_FOCUS = "VerticalScroll"

    keys = (Key("↑↓", "scrolls", "down"), Key("esc", "closes", "escape"))

    def __init__(self, what: str, skipped: Sequence[Skipped], total: int = 0) -> None:
        """`what` names the source or file; `total` is how many there are, if more than these."""
        super().__init__()
        self._what = what
        self._skipped = tuple(skipped)
        self._total = max(total, len(self._skipped))

    def compose_body(self) -> ComposeResult:
        """Title, how many, the list."""
        title = f"LEFT OUT  {self._what}"
        yield Static(Content(plain(title)), classes="dialog--title")
        with VerticalScroll():
            yield Static(self._lines(), classes="left-out--lines")

    def _lines(self) -> Content:
        head = (
            f"{counted(self._total, 'entry', 'entries')} could not be used; the others are there."
        )
        if self._total > len(self._skipped):
            head += f" These are the first {len(self._skipped):,}."
        parts = [Content(head)]
        for one in self._skipped:
            place = f"{one.file}, line {one.line:,}" if one.line else one.file
            parts.append(Content(""))
            parts.append(Content.styled(plain(place), "$quiet"))
            parts.append(Content(plain(one.reason)))
        return Content("\n").join(parts)
