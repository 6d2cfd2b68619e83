"""All of one change of the settings."""

from datetime import datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from console.tui import legible
from console.tui.cells import plain
from console.tui.screens.dialog import Dialog
from console.tui.screens.settings.history_rows import Listed, where
from console.tui.widgets.footer import Key
from console.tui.widgets.form.field import shown_lines


class HistoryDialog(Dialog[str | None]):
    """Each field with both values; answers "r" if it is to be as before."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter,q", "dismiss(None)", "close"),
        Binding("r", "restore", "restore"),
    ]
    AUTO_FOCUS = "VerticalScroll"

    def __init__(self, listed: Listed, now: datetime, zone: ZoneInfo, *, may: bool) -> None:
        """`may`: the one who reads it may restore."""
        super().__init__()
        self._listed = listed
        self._now, self._zone = now, zone
        self._may = may
        restore = (Key("r", "as before it", "r"),) if may else ()
        self.keys = (Key("↑↓", "scrolls", "down"), *restore, Key("esc", "closes", "escape"))

    def compose_body(self) -> ComposeResult:
        """Who, when, from where; each field."""
        change = self._listed.change
        at = legible.when(change.at, self._now, self._zone)
        whom = ", ".join(part for part in (change.by, where(change)) if part)
        head = f"{self._listed.title}   {at}   {whom}"
        yield Static(Content(plain(head)), classes="dialog--title")
        parts: list[Content] = []
        for one in self._listed.differs:
            parts += [
                Content.styled(plain(one.label), "bold"),
                Content.assemble(("was  ", "$quiet"), _indented(one.old)),
                Content.assemble(("is   ", "$quiet"), _indented(one.new)),
                Content(""),
            ]
        nothing = Content("No field became another.")
        with VerticalScroll():
            yield Static(Content("\n").join(parts or [nothing]), classes="history--fields")

    def action_restore(self) -> None:
        """Make it as it was before this change; the list asks whether that is meant."""
        if self._may:
            self.dismiss("r")


def _indented(words: str) -> str:
    return shown_lines(words).replace("\n", "\n     ")
