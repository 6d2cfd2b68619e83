"""The home screen: what is live, and who is called and who calls."""

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical

from console.calls.words import Phase
from console.desk.records import CallRecord
from console.desk.snapshot import Snapshot
from console.tui import alerts
from console.tui.messages import ShowDetails
from console.tui.screens.desk_screen import DeskScreen
from console.tui.widgets.called_panel import CalledPanel
from console.tui.widgets.caller_panel import CallerPanel
from console.tui.widgets.ended_line import EndedLine
from console.tui.widgets.heading import Heading
from console.tui.widgets.live_calls import SIGNS, LiveCalls

if TYPE_CHECKING:
    from console.desk.ports import Door
    from console.settings.site import Site


class CallsScreen(DeskScreen):
    """Live calls, and for the chosen one who is called and who calls.

    Without a choice it is the longest ringing; a choice holds until that call ends.
    """

    BINDINGS = [  # noqa: RUF012
        Binding("enter", "details", "details"),
        Binding("escape", "let_go", "back to the longest ringing", show=False),
    ]
    ringing_strip = False
    unlisted = frozenset({"processed", "caller_processed"})  # of use on unanswered calls only
    signs = (
        ("▌", "the company's colour"),
        (SIGNS[Phase.RINGING], "rings"),
        (SIGNS[Phase.WAITING], "waits in a queue"),
        (SIGNS[Phase.TALKING], "talks"),
        (SIGNS[Phase.PARKED], "is parked"),
        ("▸", "the chosen call"),
        ("✓", "has ended, was answered"),
        ("▲", "open: unanswered, to be dealt with"),
    )

    def __init__(self, door: "Door", site: "Site") -> None:
        super().__init__(door, site)
        self._choice: str | None = None

    def compose_body(self) -> ComposeResult:
        """Live calls beside two panels, what has ended below."""
        with Vertical(classes="calls--desk"):
            with Vertical(classes="calls--list"):
                yield Heading("LIVE CALLS")
                yield LiveCalls(self.site)
            with Vertical(classes="calls--panels"):
                yield CalledPanel(self.site)
                yield CallerPanel(self.site)
        yield EndedLine(self.site)

    def chosen(self) -> CallRecord | None:
        """The choice while it lives, else the longest ringing."""
        snapshot = self.door.snapshot
        for record in snapshot.live:
            if record.call.id == self._choice:
                return record
        return alerts.first_in_line(snapshot, self.door.operator)

    def show(self, snapshot: Snapshot) -> None:
        """Every part draws what is its own."""
        record = self.chosen()
        if record is None or record.call.id != self._choice:
            self._choice = None
        chosen = record.call.id if record else None
        self.query_one(LiveCalls).show(snapshot, self.door.operator, chosen)
        lasted = (snapshot.now - record.call.started_at).total_seconds() if record else 0.0
        self.query_one(CalledPanel).show(record, lasted)
        self.query_one(CallerPanel).show(record, snapshot)
        self.query_one(EndedLine).show(snapshot)

    def on_live_calls_chosen(self, message: LiveCalls.Chosen) -> None:
        """A hand chose."""
        self._choice = message.call
        self.show(self.door.snapshot)

    def on_live_calls_opened(self, message: LiveCalls.Opened) -> None:
        """A hand wants to know all."""
        self.post_message(ShowDetails(message.call))

    def on_ended_line_pressed(self, message: EndedLine.Pressed) -> None:
        """What has ended can be read, too."""
        self.post_message(ShowDetails(message.call))

    def action_let_go(self) -> None:
        """Forget the choice: the longest ringing call again."""
        self._choice = None
        self.show(self.door.snapshot)
