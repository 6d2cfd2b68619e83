"""What rings, in one row at the top of every screen that isn't Calls."""

from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.message import Message
from textual.strip import Strip

from console.desk.operators import Operator
from console.desk.records import CallRecord
from console.desk.snapshot import Snapshot
from console.tui import alerts, legible, offers
from console.tui.cells import Cell, measure, row
from console.tui.widgets.lines import Lines

if TYPE_CHECKING:
    from console.settings.site import Site

WIDE = 100  # from here on there is room for words


class RingStrip(Lines):
    """The longest ringing call and how many more; its row is kept when nothing rings."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"ring-strip--call", "ring-strip--quiet"}

    class Pressed(Message):
        """Somebody wants to see the ringing calls."""

    class ContactPressed(Message):
        """Somebody wants to see the contact that is held out."""

        def __init__(self, call: str) -> None:
            super().__init__()
            self.call = call

    def __init__(self, site: "Site") -> None:
        super().__init__()
        self._operator: Operator | None = None
        self._site = site
        self._snapshot: Snapshot | None = None
        self._contact_at = (0, 0)

    def show(self, snapshot: Snapshot, operator: Operator) -> None:
        """Draw this."""
        self._snapshot, self._operator = snapshot, operator
        self.redraw()

    @property
    def offered(self) -> CallRecord | None:
        """The call of which an action holds out the contact, if it is the one that is shown."""
        calls = alerts.ringing(self._snapshot) if self._snapshot else ()
        return calls[0] if calls and offers.contact_offered(calls[0]) else None

    def draw(self, width: int, height: int) -> list[Strip]:
        """One row, blank when nothing rings."""
        self._contact_at = (0, 0)
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
        more = ""
        if len(calls) > 1:
            more = f"   and {len(calls) - 1} more" if width >= WIDE else f"   +{len(calls) - 1}"
        right: list[Cell] = [(f"{more}   ", look), ("1 Calls ", look)]
        if self.offered is not None:
            right.insert(1, ("c contact   ", look))
            start = width - measure(right[1:])
            self._contact_at = (start, start + measure(right[1:2]))
        return [row(width, look, left, right)]

    def on_click(self, event: events.Click) -> None:
        """A click leads to the calls, one on the contact that is held out to that."""
        start, end = self._contact_at
        if start <= event.x < end and (offered := self.offered):
            self.post_message(self.ContactPressed(offered.call.id))
        else:
            self.post_message(self.Pressed())
