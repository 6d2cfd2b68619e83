"""The row at the top: where, who, when, how the PBX is, and how much there is to do."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

from rich.style import Style
from textual import events
from textual.message import Message
from textual.strip import Strip

from console.desk.operators import Operator
from console.desk.snapshot import FeedHealth, Lamp, Snapshot
from console.tui import legible
from console.tui.cells import Cell, measure, row
from console.tui.widgets.lines import Lines

WIDE = 110  # from here on the site's and the operator's name have room


HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class LampText:
    """A feed's lamp: the sign, the words, and which part of the style sheet draws it."""

    sign: str
    words: str
    part: str


def lamp_text(health: FeedHealth, now: datetime, zone: ZoneInfo) -> LampText:
    """How a feed is, in a sign and words, so that colour is never the only sign."""
    since = legible.clock(health.since, zone)
    match health.lamp:
        case Lamp.CONNECTED:
            return LampText("●", "connected", "header--well")
        case Lamp.CONNECTING:
            return LampText("○", "connecting…", "header--quiet")
        case Lamp.RESTARTED:
            return LampText("●", f"PBX restarted {since}", "header--warned")
        case Lamp.SILENT:
            silent = now - health.since
            # A short silence is told as it runs, a long one by when it began.
            words = (
                f"for {legible.duration(silent.total_seconds())}"
                if silent < HOUR
                else (f"since {since}")
            )
            return LampText("▲", f"silent {words}", "header--lost")


class Header(Lines):
    """Site, lamp, counts, operator, time; what is clicked asks to be told of."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "header--site",
        "header--quiet",
        "header--well",
        "header--warned",
        "header--lost",
        "header--ringing",
        "header--open",
        "header--figure",
    }

    class OpenPressed(Message):
        """The count of open calls was clicked."""

    class LampPressed(Message):
        """A feed's lamp was clicked."""

    class OperatorPressed(Message):
        """The operator's name was clicked."""

    def __init__(self, zone: ZoneInfo) -> None:
        super().__init__()
        self._operator: Operator | None = None
        self._zone = zone
        self._snapshot: Snapshot | None = None
        self._open_from, self._open_to = 0, 0
        self._lamps_from, self._lamps_to = 0, 0
        self._name_from, self._name_to = 0, 0

    def show(self, snapshot: Snapshot, operator: Operator) -> None:
        """Draw this."""
        self._snapshot, self._operator = snapshot, operator
        self.redraw()

    def draw(self, width: int, height: int) -> list[Strip]:
        """The one row."""
        snapshot = self._snapshot
        if snapshot is None:
            return []
        base = self.ground
        wide = width >= WIDE
        left: list[Cell] = [(" ", base)]
        if wide:
            left += [("Hotline  ", self.look("header--quiet"))]
            left += [(snapshot.site, self.look("header--site")), ("   ", base)]
        self._lamps_from = measure(left)
        left += self._lamps(snapshot, base, wide)
        self._lamps_to = measure(left)
        # How the PBX is and what waits come first: the rest gives way to them, bit by bit.
        for talk, who in ((True, True), (True, False), (False, False)):
            counts, tail = self._counts(snapshot, base, talk), self._tail(snapshot, wide, who)
            if measure(left) + measure(counts) + measure(tail) <= width:
                break
        end = width - measure(tail)
        led = counts[-3:] if snapshot.counts.undelivered else counts[-1:]
        self._open_from, self._open_to = end - measure(led), end
        self._name_from, self._name_to = end, end + measure(tail[:1])
        return [row(width, base, left, counts + tail)]

    def _tail(self, snapshot: Snapshot, wide: bool, who: bool) -> list[Cell]:
        name = (self._operator.name or self._operator.login) if self._operator else ""
        shown = f"{name if wide else name.split(' ')[0]}  " if who else ""
        time = legible.weekday_and_clock(snapshot.now, self._zone)
        return [
            (f"   {shown}", self.look("header--quiet")),
            (f"{time} ", self.look("header--site")),
        ]

    def _lamps(self, snapshot: Snapshot, base: Style, wide: bool) -> list[Cell]:
        cells: list[Cell] = []
        for health in snapshot.feeds:
            lamp = lamp_text(health, snapshot.now, self._zone)
            name = f"{health.name} " if wide or len(snapshot.feeds) > 1 else ""
            cells += [
                (f"{lamp.sign} ", self.look(lamp.part)),
                (name, base),
                (lamp.words, self.look(lamp.part)),
                ("  ", base),
            ]
            if health.suspicious:
                cells += [(f"▲ {health.suspicious} suspicious  ", self.look("header--lost"))]
        return cells

    def _counts(self, snapshot: Snapshot, base: Style, talk: bool) -> list[Cell]:
        counts = snapshot.counts
        cells: list[Cell] = []
        for count, words, part in (
            (counts.ringing, "ringing", "header--ringing"),
            (counts.waiting, "in queue", "header--ringing"),
            (counts.talking if talk else 0, "talking", "header--figure"),
            (counts.parked if talk else 0, "parked", "header--figure"),
        ):
            if count:
                cells += [(f"{count} {words}", self.look(part)), ("  ", base)]
        if counts.undelivered:
            # A click on it leads to the same list.
            cells += [(f"✉ {counts.undelivered} not sent", self.look("header--lost")), ("  ", base)]
        open_part = "header--open" if counts.open else "header--quiet"
        text = f"▲ {counts.open} open" if counts.open else "none open"
        return [*cells, (text, self.look(open_part))]

    def on_click(self, event: events.Click) -> None:
        """What was clicked: the open calls, a lamp, or the operator's name."""
        if self._open_from <= event.x < self._open_to:
            self.post_message(self.OpenPressed())
        elif self._lamps_from <= event.x < self._lamps_to:
            self.post_message(self.LampPressed())
        elif self._name_from <= event.x < self._name_to:
            self.post_message(self.OperatorPressed())
