"""What has just ended, with its outcome, in one row."""

from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.message import Message
from textual.strip import Strip

from console.calls.words import TEXTS, Direction, Disposition
from console.desk.records import CallRecord
from console.desk.snapshot import Snapshot
from console.tui import legible
from console.tui.cells import Cell, cut, measure, row
from console.tui.widgets.lines import Lines

if TYPE_CHECKING:
    from console.settings.site import Site

LEAST = 40  # cells one call needs to say anything
ROOMY = 56  # from here on the caller is named, too


class EndedLine(Lines):
    """The calls of the last ten seconds, newest first; a click opens one's details."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "ended-line--answered",
        "ended-line--unanswered",
        "ended-line--words",
    }

    class Pressed(Message):
        """An ended call was clicked."""

        def __init__(self, call: str) -> None:
            super().__init__()
            self.call = call

    def __init__(self, site: "Site") -> None:
        super().__init__()
        self._site = site
        self._ended: tuple[CallRecord, ...] = ()
        self._spans: list[tuple[int, int, str]] = []

    def show(self, snapshot: Snapshot) -> None:
        """Draw what has just ended."""
        if snapshot.ended != self._ended:
            self._ended = snapshot.ended
            self.redraw()

    def draw(self, width: int, height: int) -> list[Strip]:
        """One row, blank when nothing has ended."""
        self._spans = []
        shown = self._ended[: max(1, width // LEAST)]
        if not shown:
            return []
        room = width // len(shown)
        cells: list[Cell] = []
        x = 0
        for record in shown:
            one = self._cells(record, room)
            cells += one
            self._spans.append((x, x + measure(one), record.call.id))
            x += measure(one)
        return [row(width, self.ground, cells)]

    def _cells(self, record: CallRecord, room: int) -> list[Cell]:
        call, plan = record.call, self._site.plan
        answered = call.disposition is not Disposition.UNANSWERED
        sign, part = ("✓", "ended-line--answered") if answered else ("▲", "ended-line--unanswered")
        if call.direction is Direction.INBOUND:
            who = legible.company(record, plan)
            if room >= ROOMY:
                who += f", {legible.caller(record, plan)}"
        else:
            who = f"{TEXTS[call.direction]}, {legible.caller(record, plan)}"
        outcome = f": {legible.outcome(record, plan)}"
        # What became of it matters more than the end of a long name.
        who = cut(who, max(10, room - len(outcome) - 4))
        return [
            (f"  {sign} ", self.look(part)),
            (f"{who}{outcome}", self.look("ended-line--words")),
        ]

    def on_click(self, event: events.Click) -> None:
        """A click on a call opens its details."""
        for start, end, call in self._spans:
            if start <= event.x < end:
                self.post_message(self.Pressed(call))
