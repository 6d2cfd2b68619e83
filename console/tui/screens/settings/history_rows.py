"""How a change of the settings is drawn in the list."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from console.desk.notices import SettingsChange
from console.tui import legible
from console.tui.screens.settings.history_words import Differs, title
from console.tui.screens.settings.source_words import counted
from console.tui.widgets.rows import Line, Look

INDENT = "   "
LEGIBLE = 110  # cells; in more, the eye loses the row on its way to the right edge
SHOWN = 2  # fields; Enter shows all


@dataclass(frozen=True, slots=True)
class Listed:
    """A change, what it changed, and the company of which it is (empty: the site's)."""

    change: SettingsChange
    differs: tuple[Differs, ...]
    whose: str = ""

    @property
    def title(self) -> str:
        """The section, and the company."""
        return ", ".join(part for part in (title(self.change.section), self.whose) if part)


class HistoryPen:
    """A row for who and where, one for each of the first fields."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self.now: datetime | None = None

    def key(self, listed: Listed) -> Hashable:
        """Its id."""
        return listed.change.id

    def heading(self, width: int, look: Look) -> Line | None:
        """None: the rows say what they are."""
        return None

    def lines(self, listed: Listed, width: int, look: Look) -> Sequence[Line]:
        """The rows."""
        width = min(width, LEGIBLE)
        change, differs = listed.change, listed.differs
        at = legible.when(change.at, self.now or change.at, self._zone)
        rows: list[Line] = [
            (
                [(f" {at}  ", look("text")), (listed.title, look("name"))],
                [(f"  {who(change)} ", look("text"))],
            )
        ]
        for one in differs[:SHOWN]:
            words = f"{one.label}: {_line(one.old)} → {_line(one.new)}"
            rows.append(([(INDENT + words, look("quiet"))], []))
        if len(differs) > SHOWN:
            more = f"and {counted(len(differs) - SHOWN, 'field')} more"
            rows.append(([(INDENT + more, look("quiet"))], []))
        return rows


def who(change: SettingsChange) -> str:
    """Who it was, and the address they sat at if that was elsewhere."""
    away = change.origin if change.origin != "local" else ""
    return ", ".join(part for part in (change.by, away) if part)


def where(change: SettingsChange) -> str:
    """From where: this machine, or the address that they sat at."""
    return "at this machine" if change.origin == "local" else change.origin


def _line(words: str) -> str:
    return " / ".join(words.split("\n"))
