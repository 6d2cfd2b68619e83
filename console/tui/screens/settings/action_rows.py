"""How an action is drawn in the list."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime
from textwrap import wrap
from zoneinfo import ZoneInfo

from rich.cells import cell_len

from console.desk.contacts import ActionFailure
from console.settings.live import Action
from console.tui import legible
from console.tui.cells import plain
from console.tui.screens.settings.action_words import filters, what, whens
from console.tui.widgets.rows import Line, Look

ON, OFF, FAILED = "●", "○", "▲"
INDENT = "   "
LEGIBLE = 110  # cells; in more, the eye loses the row on its way to the right edge
MOST_LINES = 2  # of a failure


@dataclass(frozen=True, slots=True)
class Listed:
    """An action, and what went wrong with it lately, newest first."""

    action: Action
    failures: tuple[ActionFailure, ...] = ()


class ActionPen:
    """Two rows: when and what; more if it failed."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self.now: datetime | None = None

    def key(self, listed: Listed) -> Hashable:
        """Its id."""
        return listed.action.id

    def heading(self, width: int, look: Look) -> Line | None:
        """None: the rows say what they are."""
        return None

    def lines(self, listed: Listed, width: int, look: Look) -> Sequence[Line]:
        """The rows."""
        width = min(width, LEGIBLE)
        action = listed.action
        on = action.enabled
        mark = (f" {ON if on else OFF} ", look("well" if on else "quiet"))
        state = "" if on else "   off"
        name = (f"{action.name}{state}", look("name" if on else "quiet"))
        said, only = what(action.deed), filters(action)
        told = [f"{said}   only {only}" if only else said]
        if only and cell_len(told[0]) > width - len(INDENT):
            told = [said, f"only {only}"]
        rows: list[Line] = [
            ([mark, name], [(f"{whens(action)} ", look("text" if on else "quiet"))]),
            *(([(INDENT + line, look("quiet"))], []) for line in told),
        ]
        if listed.failures:
            last = listed.failures[0]
            at = legible.when(last.at, self.now or last.at, self._zone)
            often = f"  (and {len(listed.failures) - 1} before: f)" if listed.failures[1:] else ""
            words = f"{FAILED} {at}  {last.why}{often}"
            for line in wrap(
                plain(words), max(20, width - 4), max_lines=MOST_LINES, placeholder=" …"
            ):
                rows.append(([(INDENT + line, look("lost"))], []))
        return rows
