"""Shows what was said to all, once on each console, until a key is pressed."""

import time
from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

from textual.notifications import Notification

from console.desk.snapshot import Said, Snapshot
from console.tui import legible
from console.tui.cells import plain

# Who comes later than this is not told any more.
NEWS_FOR = timedelta(minutes=5)
SHOWN = 60.0  # seconds
# Seconds in which no key takes it away: who is typing just then has not seen it yet.
UNMISSABLE = 1.5


class Announcer:
    """One console's: `heard` with each snapshot, `keyed` with each key."""

    def __init__(self, show: Callable[[Notification], None], zone: ZoneInfo) -> None:
        self._show = show
        self._zone = zone
        self._number = 0
        self._shown_at = 0.0
        self.shown: Notification | None = None

    def heard(self, snapshot: Snapshot) -> None:
        """Show what was said, if that is news here."""
        said = snapshot.said
        if said is None or said.number <= self._number:
            return
        self._number = said.number
        if snapshot.now - said.at < NEWS_FOR:
            self.shown = self._told(said)
            self._shown_at = time.monotonic()
            self._show(self.shown)

    def keyed(self) -> Notification | None:
        """What a key takes away now."""
        shown = self.shown
        if shown is None or time.monotonic() - self._shown_at < UNMISSABLE:
            return None
        self.shown = None
        return shown

    def _told(self, said: Said) -> Notification:
        title = f"{plain(said.by)} to all, {legible.clock(said.at, self._zone)}"
        return Notification(plain(said.text), title, "warning", SHOWN)
