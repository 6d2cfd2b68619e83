"""What went wrong with an action, and when."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from console.desk.contacts import ActionFailure
from console.tui import legible
from console.tui.cells import plain
from console.tui.screens.dialog import Dialog
from console.tui.widgets.footer import Key


class FailuresDialog(Dialog[None]):
    """The latest failures, newest first."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,enter,q", "dismiss(None)", "close")]
    AUTO_FOCUS = "VerticalScroll"

    keys = (Key("↑↓", "scrolls", "down"), Key("esc", "closes", "escape"))

    def __init__(
        self, name: str, failures: Sequence[ActionFailure], now: datetime, zone: ZoneInfo
    ) -> None:
        super().__init__()
        self._action = name
        self._failures = tuple(failures)
        self._now, self._zone = now, zone

    def compose_body(self) -> ComposeResult:
        """Title and list."""
        title = f"WHAT WENT WRONG  {self._action}"
        yield Static(Content(plain(title)), classes="dialog--title")
        lines = []
        for one in self._failures:
            at = legible.when(one.at, self._now, self._zone)
            lines.append(Content.assemble((f"{at}  ", "$quiet"), plain(one.why)))
        with VerticalScroll():
            yield Static(Content("\n").join(lines), classes="left-out--lines")
