"""Draws the rows of a table of calls, and keeps those it has drawn."""

from collections.abc import Callable
from dataclasses import replace

from rich.segment import Segment
from rich.style import Style
from textual.cache import LRUCache
from textual.strip import Strip

from console.desk.records import CallRecord
from console.tui.call_columns import GAP, Column, Reading, State, layout, marks, state
from console.tui.cells import fit
from console.tui.colleagues import Looking
from console.tui.company_colour import colour_of
from console.tui.notice_words import undelivered

LEAD = 4  # an edge, two marks, a gap
KEPT = 256
WAITING = "·····"
PARTS = ("heading", "newer", "cursor", "edge", "empty", "quiet", "failed", *State)


class CallPen:
    """Strips of exactly `width` cells; `look` gives the style of one of PARTS."""

    def __init__(self, look: Callable[[str], Style], reading: Reading, *, every: bool) -> None:
        self._look_up = look
        self._reading = reading
        self._every = every
        self._width = 0
        self._columns: tuple[Column, ...] = ()
        self._looks: dict[str, Style] = {}
        self._drawn: LRUCache[tuple[str, bool], tuple[CallRecord, Strip]] = LRUCache(KEPT)

    def read(self, reading: Reading) -> None:
        """Say times and numbers like this from now on."""
        self._reading = reading
        self._drawn.clear()

    def look_for(self, looking: Looking) -> tuple[str, ...]:
        """Colleagues look at these calls now; the ids of those whose rows are others by that."""
        before, self._reading = self._reading.looking, replace(self._reading, looking=looking)
        ids = {*before, *looking}
        changed = tuple(id for id in ids if before.get(id) != looking.get(id))
        for key in [(id, chosen) for id in changed for chosen in (False, True)]:
            self._drawn.discard(key)
        return changed

    def fit_into(self, width: int) -> None:
        """Draw rows of this width from now on."""
        self._width = width
        self._columns = layout(width - LEAD, every=self._every)
        self._drawn.clear()

    def forget_looks(self) -> None:
        """The theme or the focus is another one."""
        self._looks.clear()
        self._drawn.clear()

    def heading(self, newer: int) -> Strip:
        """The titles of the columns, and how many rows are newer than the view."""
        style = self._look("heading")
        text = " " * LEAD + (" " * GAP).join(fit(c.title, c.width) for c in self._columns)
        if not newer:
            return self._line(text, style)
        words = f" ↑ {newer} newer "
        left = fit(text, self._width - len(words))
        return Strip([Segment(left, style), Segment(words, self._look("newer"))], self._width)

    def remark(self, words: str) -> Strip:
        """What an empty list says."""
        return self._line(words.center(self._width), self._look("empty"))

    def placeholder(self, chosen: bool) -> Strip:
        """A row that is being read."""
        style = self._look("quiet")
        return self._line(" " * LEAD + WAITING, style + self._look("cursor") if chosen else style)

    def row(self, record: CallRecord, chosen: bool) -> Strip:
        """A call."""
        key = (record.call.id, chosen)
        drawn = self._drawn.get(key)
        if drawn is None or drawn[0] is not record:
            drawn = (record, self._draw(record, chosen))
            self._drawn[key] = drawn
        return drawn[1]

    def _draw(self, record: CallRecord, chosen: bool) -> Strip:
        now = self._reading.now
        urgency = state(record, now)
        row, quiet = self._look(urgency), self._look("quiet")
        edge = row if urgency is State.LIVE else quiet
        if urgency in (State.OPEN, State.TAKEN):
            edge = self._look("edge")
        if chosen:
            cursor = self._look("cursor")
            row, quiet = row + cursor, quiet + cursor
            edge += Style(bgcolor=cursor.bgcolor, reverse=cursor.reverse)
        segments = [
            Segment("▌" if urgency is State.OPEN else " ", edge),
            Segment(fit(marks(record, now), 2) + " ", edge),
        ]
        for place, column in enumerate(self._columns):
            if place:
                segments.append(Segment(" " * GAP, row))
            text = column.text(record, self._reading)
            if column.name == "company":
                segments.append(_bar(record, row))
                segments.append(Segment(fit(text, column.width - 1), row))
            else:
                leading = column.name in ("caller", "what", "processed")
                look = row if leading else quiet
                if column.name == "notified" and undelivered(record):
                    failed = self._look("failed")
                    look = row + Style(color=failed.color, bold=failed.bold)
                segments.append(Segment(fit(text, column.width), look))
        return Strip(segments).adjust_cell_length(self._width, row)

    def _line(self, text: str, style: Style) -> Strip:
        return Strip([Segment(fit(text, self._width), style)], self._width)

    def _look(self, part: str) -> Style:
        style = self._looks.get(part)
        if style is None:
            style = self._looks[part] = self._look_up(part)
        return style


def _bar(record: CallRecord, row: Style) -> Segment:
    name = record.company_name
    if not name:
        return Segment(" ", row)
    return Segment("▌", row + Style(color=colour_of(record.company_colour, name).rich_color))
