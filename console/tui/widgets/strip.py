"""What rings, in one row at the top of every screen that isn't Calls."""

from typing import TYPE_CHECKING, ClassVar

from textual.message import Message
from textual.strip import Strip

from console.desk.operators import Operator
from console.desk.snapshot import Snapshot
from console.tui import alerts, legible
from console.tui.cells import Cell, row
from console.tui.widgets.lines import Lines

if TYPE_CHECKING:
    from console.settings.site import Site


class RingStrip(Lines):
    """The longest ringing call and how many more; its row is kept when nothing rings."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"ring-strip--call", "ring-strip--quiet"}

    class Pressed(Message):
        """Somebody wants to see the ringing calls."""

    def __init__(self, site: "Site") -> None:
        super().__init__()
        self._operator: Operator | None = None
        self._site = site
        self._snapshot: Snapshot | None = None

    def show(self, snapshot: Snapshot, operator: Operator) -> None:
        """Draw this."""
        self._snapshot, self._operator = snapshot, operator
        self.redraw()

    def draw(self, width: int, height: int) -> list[Strip]:
        """One row, blank when nothing rings."""
        calls = alerts.ringing(self._snapshot) if self._snapshot else ()
        if not calls or self._snapshot is None:
            return []
        first, plan = calls[0], self._site.plan
        look = self.look("ring-strip--call")
        seconds = legible.duration(first.call.waited_seconds(self._snapshot.now))
        you = "  rings you" if self._operator and alerts.at_desk(first.call, self._operator) else ""
        left: list[Cell] = [
            (f" ● {seconds}  {legible.company(first, plan)}", look),
            (f"  ←  {legible.caller(first, plan)}{you}", look),
        ]
        more = f"   and {len(calls) - 1} more" if len(calls) > 1 else ""
        return [row(width, look, left, [(f"{more}   1 Calls ", look)])]

    def on_click(self) -> None:
        """A click leads to the calls."""
        self.post_message(self.Pressed())
