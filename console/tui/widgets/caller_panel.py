"""Who calls: name, number, where from, and the last calls with us."""

from typing import TYPE_CHECKING, ClassVar

from textual.strip import Strip

from console.calls.words import Direction
from console.desk.records import CallRecord, LastCall
from console.desk.snapshot import Snapshot
from console.tui import legible
from console.tui.cells import Cell, fit, row
from console.tui.widgets.panel import Panel

if TYPE_CHECKING:
    from console.settings.site import Site

SPACIOUS = 7  # rows from which on blank ones separate the parts


class CallerPanel(Panel):
    """The caller of one call; redrawn when the call or the day changes, not every second."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *Panel.COMPONENT_CLASSES,
        "panel--name",
        "panel--number",
        "panel--open",
    }
    title = "CALLER"
    empty = "Who is calling, and the last calls with us."

    def __init__(self, site: "Site") -> None:
        super().__init__()
        self._site = site
        self._record: CallRecord | None = None
        self._snapshot: Snapshot | None = None
        self._minute = ""

    def show(self, record: CallRecord | None, snapshot: Snapshot) -> None:
        """Draw this call's caller, or say what will come."""
        minute = legible.weekday_and_clock(snapshot.now, self._site.zone)
        if record is not self._record or minute != self._minute:
            self._record, self._snapshot, self._minute = record, snapshot, minute
            self.redraw()

    def body(self, width: int, height: int) -> list[Strip]:
        """Name and company, number and place, what is noted, the last calls."""
        record, snapshot = self._record, self._snapshot
        if record is None or snapshot is None:
            return self.nothing(width, height)
        space = [self.blank(width)] if height >= SPACIOUS else []
        rows = [self._who(record, width), self._reached_by(record, width)]
        if record.identity.note:
            rows += self.text(record.identity.note, width, "panel--quiet", limit=2)
        rows += self._about(record, snapshot, width)
        rows += space
        last = record.identity.last_calls
        room = height - len(rows)
        if not last:
            return rows + self.text(self._no_calls(record), width, "panel--quiet", limit=1)
        shown = last if len(last) <= room else last[: max(1, room - 1)]
        rows += [self._last(call, snapshot, width) for call in shown]
        if len(last) > len(shown):
            more = f"{len(last) - len(shown)} earlier calls …"
            rows += self.text(more, width, "panel--quiet", limit=1)
        return rows

    def _who(self, record: CallRecord, width: int) -> Strip:
        identity = record.identity
        cells: list[Cell] = [
            (legible.caller(record, self._site.plan), self.look("panel--name")),
        ]
        if identity.maybe:
            cells.append((" (perhaps)", self.look("panel--quiet")))
        if identity.caller_company:
            cells.append((f"   {identity.caller_company}", self.look("panel--text")))
        return row(width, self.ground, cells)

    def _reached_by(self, record: CallRecord, width: int) -> Strip:
        identity, caller = record.identity, record.call.caller
        if caller.hidden:
            words = "The caller does not show a number."
            return row(width, self.ground, [(words, self.look("panel--quiet"))])
        number = legible.number(caller.number, self._site.plan)
        what = (identity.number_kind, identity.place, identity.country)
        cells: list[Cell] = []
        if number and number != legible.caller(record, self._site.plan):
            cells.append((f"{number}   ", self.look("panel--number")))
        cells.append((", ".join(word for word in what if word), self.look("panel--quiet")))
        told = (legible.caller(record, self._site.plan), identity.caller_company)
        if caller.display and caller.display not in told:
            cells.append((f"   the PBX says: {caller.display}", self.look("panel--quiet")))
        return row(width, self.ground, cells)

    def _about(self, record: CallRecord, snapshot: Snapshot, width: int) -> list[Strip]:
        rows = []
        for note in record.notes[-3:]:
            at = legible.when(note.at, snapshot.now, self._site.zone)
            rows += self.text(f"✎ {at} {note.by}: {note.text}", width, "panel--text", limit=2)
        return rows

    def _no_calls(self, record: CallRecord) -> str:
        call = record.call
        if call.caller.hidden or not call.caller.number or call.direction is not Direction.INBOUND:
            return ""
        return "No earlier calls with us."

    def _last(self, call: LastCall, snapshot: Snapshot, width: int) -> Strip:
        quiet, text = self.look("panel--quiet"), self.look("panel--text")
        when = legible.when(call.started_at, snapshot.now, self._site.zone)
        by = f" by {legible.number(call.answered_by, self._site.plan)}" if call.answered_by else ""
        left: list[Cell] = [(fit(when, 18), quiet)]
        if call.company:
            left.append((fit(call.company, min(30, width // 4)), quiet))
        left.append((f"{'  ' if call.company else ''}{call.text}{by}", text))
        if call.open:
            left.append(("  ▲ open", self.look("panel--open")))
        if call.note:
            left.append((f"  “{call.note}”", quiet))
        return row(width, self.ground, left)
