"""When the PBX was not heard: calls that came and went meanwhile are known to nobody."""

from datetime import datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from console.desk.queries import Gap
from console.tui import legible
from console.tui.cells import plain
from console.tui.screens.dialog import Dialog
from console.tui.widgets.footer import Key

NONE_YET = "The PBX has been heard all the time."
HEAD = "Calls that came and went meanwhile are not in the lists."


class GapsDialog(Dialog[None]):
    """The last gaps, newest first."""

    keys = (Key("esc", "close", "escape"),)
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,enter,q", "dismiss(None)", "close")]

    def __init__(self, gaps: tuple[Gap, ...], now: datetime, zone: ZoneInfo) -> None:
        super().__init__()
        self._gaps, self._now, self._zone = gaps, now, zone

    def compose_body(self) -> ComposeResult:
        """The title, and a line for each gap."""
        yield Static("WHEN THE PBX WAS NOT HEARD", classes="dialog--title", markup=False)
        lines = [gap_line(gap, self._now, self._zone) for gap in self._gaps]
        yield Static(Content("\n".join([HEAD, "", *lines]) if lines else NONE_YET))


def gap_line(gap: Gap, now: datetime, zone: ZoneInfo) -> str:
    """One gap: from when to when, how long, which PBX, why."""
    began = legible.when(gap.since, now, zone)
    ended = legible.when(gap.until, now, zone) if gap.until else "now"
    lasted = legible.duration(((gap.until or now) - gap.since).total_seconds())
    return f"{began} to {ended}  ({lasted})  {plain(gap.feed)}: {plain(gap.why)}"
