"""How a contact source is drawn in the list."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime
from textwrap import wrap
from zoneinfo import ZoneInfo

from console.desk.contacts import SourceState, SyncProgress
from console.settings.sources import OWN
from console.tui import legible
from console.tui.cells import Cell, plain
from console.tui.screens.settings.source_words import KINDS, bar, counted, what_for
from console.tui.widgets.rows import Line, Look

ON, OFF, BROKEN = "●", "○", "▲"
INDENT = "   "
LEGIBLE = 110  # cells; in more, the eye loses the row on its way to the right edge
WIDE = 80  # cells in which there is room for all
MOST_LINES = 3  # of an error


@dataclass(frozen=True, slots=True)
class Listed:
    """A source, and how far the reading of it is while that goes on."""

    state: SourceState
    progress: SyncProgress | None = None


class SourcePen:
    """Two rows: what it is, and how it is; more while something is wrong with it."""

    def __init__(self, login: str, zone: ZoneInfo) -> None:
        self._login = login
        self._zone = zone
        self.now: datetime | None = None

    def key(self, listed: Listed) -> Hashable:
        """Its id."""
        return listed.state.source.id

    def heading(self, width: int, look: Look) -> Line | None:
        """None: the rows say what they are."""
        return None

    def lines(self, listed: Listed, width: int, look: Look) -> Sequence[Line]:
        """The rows."""
        width = min(width, LEGIBLE)
        state, source = listed.state, listed.state.source
        if state.left:
            why = f"of {source.owner} alone, who is no operator any more: d deletes it"
            return [
                (
                    [(f" {OFF} ", look("quiet")), (source.name, look("quiet"))],
                    [(f"{_count(state)} ", look("quiet"))],
                ),
                ([(INDENT + why, look("quiet"))], []),
            ]
        on = source.enabled
        mark: Cell = (f" {ON if on else OFF} ", look("well" if on else "quiet"))
        if state.error:
            mark = (f" {BROKEN} ", look("lost"))
        kind = KINDS[source.kind]
        same = source.name.casefold() == kind.casefold()
        first: Line = (
            [
                mark,
                (source.name, look("name" if on else "quiet")),
                ("" if same else f"   {kind}", look("quiet")),
            ],
            [(f"{_count(state)} ", look("text" if on else "quiet"))],
        )
        uses: Cell = (INDENT + what_for(source, self._login), look("quiet"))
        second: Line = ([uses], [(f"{self._when(state)} ", look("quiet"))])
        if listed.progress is not None:
            busy: Cell = (f"{bar(listed.progress)}   s stops ", look("busy"))
            second = ([uses], [busy]) if width >= WIDE else ([(INDENT, busy[1]), busy], [])
        rows = [first, second]
        if state.report.left_out:
            words = f"{counted(state.report.left_out, 'entry', 'entries')} left out: l"
            rows.append(([(INDENT + words, look("quiet"))], []))
        if state.error:
            words = state.error
            if state.error_at is not None and self.now is not None:
                words = f"{legible.when(state.error_at, self.now, self._zone)}  {words}"
            for line in wrap(
                plain(words), max(20, width - 5), max_lines=MOST_LINES, placeholder=" …"
            ):
                rows.append(([(INDENT + line, look("lost"))], []))
        return rows

    def _when(self, state: SourceState) -> str:
        if state.source.id == OWN or state.source.kind == "own":
            return "added in the console"
        if state.synced_at is None or self.now is None:
            if state.source.kind == "imported":
                return "imported"
            return "never read yet" if state.source.enabled else ""
        word = "imported" if state.source.kind == "imported" else "read"
        return f"{word} {legible.when(state.synced_at, self.now, self._zone)}"


def _count(state: SourceState) -> str:
    """ "200 contacts", or why Contacts lists fewer of it."""
    # One that is corrected is found as an own contact.
    corrected = f" ({state.corrected:,} corrected)" if state.corrected else ""
    return counted(state.count, "contact") + corrected
